//! Canon's raw files on ISO BMFF: Cinema RAW Light movies (CRM) and CR3 stills. What they say of themselves; the pictures
//! (Canon's CRX coding) are not decoded.
//!
//! Sources: lclevy/canon_cr3, ExifTool Canon.pm, telemetry-parser (MIT OR Apache-2.0).

mod acquisition;
pub mod ciff;
mod raw_track;
mod timed;

use super::{
    Clip, Field, Format, Metadata,
    inspected::Inspected,
    isobmff::{self, Atoms, Movie},
    mmap::MappedFile,
    tiff::{Ifd, Tag, Tiff},
};
use crate::error::{Error, InFile, Result};
use std::{path::Path, sync::Arc};

/// The `uuid` box of the movie box that holds what Canon adds.
const CANON: [u8; 16] = [0x85, 0xc0, 0xb6, 0x87, 0x82, 0x0f, 0x11, 0xe0, 0x81, 0x11, 0xf4, 0xce, 0x46, 0x2b, 0x6a, 0x48];

/// Cinema RAW Light and CR3.
pub struct CanonRaw;

impl Format for CanonRaw {
    fn name(&self) -> &'static str {
        "Canon RAW"
    }
    fn is_numbered(&self, _path: &Path, _head: &[u8]) -> bool {
        false
    }
    fn recognises(&self, _path: &Path, head: &[u8]) -> bool {
        head.get(4..12) == Some(b"ftypcrx ")
    }
    fn open(&self, path: &Path, _sequence: bool) -> Result<Arc<dyn Clip>> {
        let file = MappedFile::open(path)?;
        let (kind, metadata, frame_count) = describe(&file).in_file(path)?;
        let refusal = Error::unsupported(match kind {
            Kind::Movie => "Canon Cinema RAW Light is not decoded",
            Kind::Still => "Canon CR3 is not decoded",
        });
        Ok(Arc::new(Inspected::new(self.name(), path, metadata, frame_count, refusal)?))
    }
}

/// CRM or CR3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Movie,
    Still,
}

/// Kind, metadata and number of pictures of a file.
pub fn describe(file: &[u8]) -> Result<(Kind, Metadata, u32)> {
    let mut movie = Movie::read(file)?;
    let mut m = Metadata::default();
    let canon = movie.uuids.iter().find(|(id, _)| *id == CANON).map(|(_, body)| *body);
    let canon = canon.ok_or_else(|| Error::invalid("no box of Canon's").field("moov uuid"))?;
    let mut kind = if movie.video().is_some_and(|v| v.samples.count() > 1) { Kind::Movie } else { Kind::Still };
    for atom in Atoms::within(canon) {
        let atom = atom?;
        match &atom.kind.0 {
            b"CNCV" => {
                let version = isobmff::text(atom.body);
                if version.starts_with("CanonCRM") {
                    kind = Kind::Movie;
                } else if version.starts_with("CanonCR3") {
                    kind = Kind::Still;
                }
                m.keep("CNCV", version);
            }
            b"CMT1" | b"CMT2" | b"CMT3" => {
                if let Err(e) = directory(atom.body, atom.kind.0[3], &mut m) {
                    m.keep(atom.kind.to_string(), format!("unreadable: {e}"));
                }
            }
            b"CMT4" | b"CNOP" | b"THMB" => m.keep(atom.kind.to_string(), format!("{} bytes", atom.body.len())),
            _ => {}
        }
    }
    raw_track::describe(&movie, &mut m);
    if let Some(sample) = movie.track_of(b"CTMD").and_then(|t| t.sample(file, 0)) {
        timed::describe(sample, &mut m);
    }
    let (_, mut frame_count) = isobmff::fill(&mut movie, &mut m)?;
    if kind == Kind::Still {
        // A still has one picture of several sizes, each a track of a second: no rate, no duration.
        (m.frame_rate, m.duration, m.shutter_angle) = (None, None, None);
        frame_count = 1;
        m.frame_count = Some(Field::derived(1, "CR3"));
    }
    Ok((kind, m, frame_count))
}

/// Model, firmware and lens of Canon's maker note.
const MODEL_ID: Tag = Tag(0x10);
const CAMERA_SETTINGS: Tag = Tag(0x01);
const FIRMWARE: Tag = Tag(0x07);
const LENS: Tag = Tag(0x95);

/// A CMT box: a TIFF file of one directory - IFD0, Exif, maker note.
fn directory(body: &[u8], number: u8, m: &mut Metadata) -> Result<()> {
    let tiff = Tiff::new(body)?;
    let ifd = tiff.ifd(tiff.first_ifd(), "first directory")?;
    let mut used: Vec<Tag> = vec![];
    match number {
        b'1' => {
            text(&ifd, Tag::MAKE, &mut m.make, &mut used);
            text(&ifd, Tag::MODEL, &mut m.model, &mut used);
            text(&ifd, Tag::SOFTWARE, &mut m.software, &mut used);
            if !ifd.has(Tag::DATE_TIME_ORIGINAL) {
                text(&ifd, Tag::DATE_TIME, &mut m.date_time, &mut used);
            }
        }
        b'2' => {
            // The moment of exposure goes before the file's own date.
            if ifd.has(Tag::DATE_TIME_ORIGINAL) {
                m.date_time = None;
            }
            text(&ifd, Tag::DATE_TIME_ORIGINAL, &mut m.date_time, &mut used);
            text(&ifd, Tag::BODY_SERIAL_NUMBER, &mut m.serial, &mut used);
            text(&ifd, Tag::LENS_MODEL, &mut m.lens, &mut used);
            text(&ifd, Tag::LENS_SERIAL_NUMBER, &mut m.lens_serial, &mut used);
            ratio(&ifd, Tag::EXPOSURE_TIME, &mut m.exposure_time, &mut used);
            ratio(&ifd, Tag::F_NUMBER, &mut m.f_number, &mut used);
            ratio(&ifd, Tag::FOCAL_LENGTH, &mut m.focal_length, &mut used);
            if let Ok(Some([iso, ..])) = ifd.u32s(Tag::ISO_SPEED_RATINGS).as_ref().map(|v| v.as_deref())
                && *iso > 0
            {
                used.push(Tag::ISO_SPEED_RATINGS);
                m.exposure_index.get_or_insert_with(|| Field::stated(*iso, Tag::ISO_SPEED_RATINGS.to_string()));
            }
        }
        _ => {
            // Numbers of Canon's own: named by themselves.
            if let Ok(Some(version)) = ifd.text(FIRMWARE) {
                let version = version.strip_prefix("Firmware Version ").unwrap_or(&version).to_owned();
                m.firmware.get_or_insert_with(|| Field::stated(version, "Canon 0x0007 FirmwareVersion"));
            }
            if let Ok(Some(lens)) = ifd.text(LENS) {
                m.lens.get_or_insert_with(|| Field::stated(lens, "Canon 0x0095 LensModel"));
            }
            if let Ok(Some(settings)) = ifd.f64s(CAMERA_SETTINGS) {
                // The fourth: 130 is Cinema RAW Light, 131 its standard variant (ExifTool).
                let quality = match settings.get(3).copied() {
                    Some(130.0) => Some("light"),
                    Some(131.0) => Some("standard"),
                    _ => None,
                };
                if let Some(quality) = quality {
                    m.quality.get_or_insert_with(|| Field::stated(quality.to_owned(), "Canon 0x0001 CameraSettings 3"));
                }
            }
            if let Ok(Some(id)) = ifd.u32(MODEL_ID) {
                m.keep("Canon 0x0010 ModelID", format!("{id:#x}"));
            }
            m.keep("Canon maker note", format!("{} tags", ifd.entries().len()));
            return Ok(());
        }
    }
    for entry in ifd.entries().iter().filter(|e| !used.contains(&e.tag)) {
        match ifd.describe(entry) {
            Ok(value) if value.is_empty() => {}
            Ok(value) => m.keep(entry.tag.to_string(), value),
            Err(e) => m.keep(entry.tag.to_string(), format!("unreadable: {e}")),
        }
    }
    Ok(())
}

fn text(ifd: &Ifd, tag: Tag, slot: &mut Option<Field<String>>, used: &mut Vec<Tag>) {
    if let Ok(Some(value)) = ifd.text(tag) {
        used.push(tag);
        slot.get_or_insert_with(|| Field::stated(value, tag.to_string()));
    }
}

/// A ratio above zero: 0 is "not known".
fn ratio(ifd: &Ifd, tag: Tag, slot: &mut Option<Field<f64>>, used: &mut Vec<Tag>) {
    if let Ok(Some(value)) = ifd.rational(tag) {
        used.push(tag);
        if value.to_f64() > 0.0 {
            slot.get_or_insert_with(|| Field::stated(value.to_f64(), tag.to_string()));
        }
    }
}
