//! Blackmagic RAW: what a clip says of itself. The pictures are a format of Blackmagic's own that no permissively licensed
//! code decodes; its SDK does.
//!
//! A QuickTime movie (of older cameras without `ftyp`) whose sample entries are `brhq`, `brst`, ... Keys without a name
//! space in `moov/meta` tell of the clip, boxes in a `bmdf` box at the head of each sample of the frame. Sources:
//! telemetry-parser (MIT OR Apache-2.0) for boxes and types, public listings of the SDK's keys. No file of a camera was at
//! hand: the tests build theirs from the same facts.

use super::{
    Certainty, Clip, Field, Format, Metadata, Rational,
    inspected::Inspected,
    isobmff::{self, Atom, Atoms, Fields, Item, Key, Movie},
    mmap::MappedFile,
};
use crate::{
    error::{Error, InFile, Result},
    image::{Rect, Size},
};
use std::{path::Path, sync::Arc};

/// Blackmagic RAW.
pub struct BlackmagicRaw;

impl Format for BlackmagicRaw {
    fn name(&self) -> &'static str {
        "Blackmagic RAW"
    }
    fn is_numbered(&self, _path: &Path, _head: &[u8]) -> bool {
        false
    }

    fn recognises(&self, path: &Path, head: &[u8]) -> bool {
        if !Movie::recognises(head) {
            return false;
        }
        let Ok(file) = MappedFile::open(path) else { return false };
        Movie::read(&file).is_ok_and(|movie| movie.tracks.iter().any(|t| t.codec().is_some_and(isobmff::is_blackmagic_raw)))
    }

    fn open(&self, path: &Path, _sequence: bool) -> Result<Arc<dyn Clip>> {
        let file = MappedFile::open(path)?;
        let (metadata, frame_count) = describe(&file).in_file(path)?;
        let refusal = Error::unsupported("Blackmagic RAW needs the Blackmagic RAW SDK or a decoder that is joined to it");
        Ok(Arc::new(Inspected::new(self.name(), path, metadata, frame_count, refusal)?))
    }
}

/// Metadata and number of frames of a clip.
pub fn describe(file: &[u8]) -> Result<(Metadata, u32)> {
    let mut movie = Movie::read(file)?;
    let mut m = Metadata::default();
    if let Some(sample) = movie.video().and_then(|v| v.sample(file, 0)) {
        frame(sample, &mut m);
    }
    let off_speed = movie.items.iter().any(|i| i.key == "offspeed" && i.value.number() == Some(1.0));
    isobmff::take_keys(&mut movie.items, &mut m, KEYS);
    let codec = movie.video().and_then(|v| v.codec());
    let (visual, frame_count) = isobmff::fill(&mut movie, &mut m)?;
    if let Some(codec) = codec {
        m.keep("sample entry", codec.to_string());
    }
    for atom in Atoms::within(visual.rest).map_while(Result::ok) {
        if matches!(&atom.kind.0, b"bfdn" | b"ctrn" | b"bver")
            && let Ok(value) = Fields::of(&atom).u32()
        {
            m.keep(format!("stsd {}", atom.kind), value.to_string());
        }
    }
    let sensor = m.sensor_size.as_ref().map(|f| f.value);
    if let (Some(crop), Some(sensor)) = (&m.crop, sensor)
        && !Rect::of(sensor).contains(crop.value)
    {
        m.keep(crop.key.clone(), format!("{}: outside the sensor area", crop.value));
        m.crop = None;
    }
    if !off_speed && m.sensor_frame_rate.is_none() {
        m.sensor_frame_rate = m.frame_rate.clone().map(|f| Field { certainty: Certainty::Assumed, ..f });
    }
    Ok((m, frame_count))
}

/// Keys of `moov/meta`.
const KEYS: &[Key] = &[
    ("manufacturer", |m, i| isobmff::take_text(&mut m.make, i)),
    ("camera_type", |m, i| isobmff::take_text(&mut m.model, i)),
    // A UUID: what tells one camera from another.
    ("camera_id", |m, i| isobmff::take_text(&mut m.serial, i)),
    ("firmware_version", |m, i| isobmff::take_text(&mut m.firmware, i)),
    ("camera_number", |m, i| isobmff::take_text(&mut m.camera_index, i)),
    ("reel_name", |m, i| isobmff::take_text(&mut m.reel, i)),
    ("production_name", |m, i| isobmff::take_text(&mut m.production, i)),
    ("director", |m, i| isobmff::take_text(&mut m.director, i)),
    ("scene", |m, i| isobmff::take_text(&mut m.scene, i)),
    ("take", |m, i| isobmff::take_text(&mut m.take, i)),
    ("lens_type", |m, i| isobmff::take_text(&mut m.lens, i)),
    ("date_recorded", |m, i| isobmff::take_text(&mut m.date_time, i)),
    ("braw_compression_ratio", |m, i| isobmff::take_text(&mut m.quality, i)),
    // What a viewer is to apply; Blackmagic's recorded values are its own.
    ("viewing_gamma", |m, i| assumed_text(&mut m.transfer, i)),
    ("viewing_gamut", |m, i| assumed_text(&mut m.gamut, i)),
    ("post_3dlut_embedded_title", |m, i| isobmff::take_text(&mut m.look, i)),
    ("post_3dlut_embedded_name", |m, i| isobmff::take_text(&mut m.lut, i)),
    ("sensor_area_captured", sensor_area),
    ("crop_size", crop_size),
    ("crop_origin", crop_origin),
    ("offspeed_frame_time", off_speed),
    ("anamorphic", squeeze),
];

fn assumed_text(slot: &mut Option<Field<String>>, item: &Item) -> bool {
    isobmff::put(slot, item.value.text().map(|t| Field::assumed(t, format!("{} (for viewing)", item.key))))
}

/// Two whole numbers of pixels.
fn whole_pair(item: &Item) -> Option<(u32, u32)> {
    let (a, b) = item.value.pair()?;
    let whole = |v: f64| (v.fract() == 0.0 && (0.0..=f64::from(u16::MAX)).contains(&v)).then_some(v as u32);
    Some((whole(a)?, whole(b)?))
}

fn sensor_area(m: &mut Metadata, item: &Item) -> bool {
    let size = whole_pair(item).map(|(w, h)| Size::new(w, h)).filter(|s| s.area() > 0);
    isobmff::put(&mut m.sensor_size, size.map(|s| Field::stated(s, item.key.clone())))
}

fn crop_size(m: &mut Metadata, item: &Item) -> bool {
    let rect = whole_pair(item).filter(|&(w, h)| w > 0 && h > 0).map(|(w, h)| Rect::new(0, 0, w, h));
    isobmff::put(&mut m.crop, rect.map(|r| Field::stated(r, item.key.clone())))
}

/// Stands after the size in the table: moves it.
fn crop_origin(m: &mut Metadata, item: &Item) -> bool {
    let (Some((x, y)), Some(crop)) = (whole_pair(item), &mut m.crop) else { return false };
    (crop.value.x, crop.value.y) = (x as i32, y as i32);
    crop.key = format!("{}, {}", item.key, crop.key);
    true
}

/// Seconds between two exposures.
fn off_speed(m: &mut Metadata, item: &Item) -> bool {
    let rate = item.value.number().filter(|v| *v > 0.0).and_then(|v| Rational::frame_rate(1.0 / v));
    isobmff::put(&mut m.sensor_frame_rate, rate.map(|r| Field::derived(r, item.key.clone())))
}

/// A ratio as text: `1.33x`, `2x`. `none` is no squeeze.
fn squeeze(m: &mut Metadata, item: &Item) -> bool {
    let value = match item.value.text().as_deref() {
        Some("none" | "None") => Some(1.0),
        _ => isobmff::quantity(&item.value, &[], &[("x", 1.0), (":1", 1.0)]).filter(|v| (1.0..=3.0).contains(v)),
    };
    isobmff::put(&mut m.squeeze, value.map(|v| Field::stated(v, item.key.clone())))
}

/// The boxes at the head of a frame.
fn frame(sample: &[u8], m: &mut Metadata) {
    let Some(Ok(head)) = Atoms::within(sample).next() else { return };
    if head.kind != b"bmdf" {
        return;
    }
    for atom in Atoms::within(head.body).map_while(Result::ok) {
        if frame_box(&atom, m).is_err() {
            m.keep(format!("bmdf {}", atom.kind), "unreadable: too short");
        }
    }
}

fn frame_box(atom: &Atom, m: &mut Metadata) -> Result<()> {
    let mut f = Fields::of(atom);
    let key = || format!("bmdf {}", atom.kind);
    let text = || isobmff::text(atom.body);
    let quantity = |prefixes: &[&str], units: &[(&str, f64)]| {
        isobmff::quantity(&isobmff::Value::Text(text()), prefixes, units).map(|v| Field::stated(v, key()))
    };
    let above_zero = |v: u32| (v > 0).then_some(v);
    match &atom.kind.0 {
        b"srte" => {
            let (n, d) = (f.u32()?, f.u32()?);
            let rate = Rational::new(n.into(), d.into()).filter(|r| r.num() > 0);
            m.sensor_frame_rate = rate.map(|r| Field::stated(r, key()));
        }
        b"isoe" => m.exposure_index = above_zero(f.u32()?).map(|v| Field::stated(v, key())),
        b"wkel" => m.white_balance = above_zero(f.u32()?).map(|v| Field::stated(v.into(), key())),
        b"wtin" => m.tint = Some(Field::stated(f64::from(f.u16()? as i16), key())),
        b"innd" => {
            let stops = f64::from(f32::from_bits(f.u32()?));
            // Whether stops or density is nowhere said: Blackmagic's own cameras have filters of 2, 4 and 6 stops.
            m.nd =
                (stops.is_finite() && (0.0..=16.0).contains(&stops)).then(|| Field::assumed(stops, format!("{} (taken as stops)", key())));
        }
        b"shtv" => shutter(&text(), key(), m),
        b"aptr" => {
            let text = text();
            // `f2.8` or, of a lens that has them, `T2.9`.
            let slot = if text.starts_with(['T', 't']) { &mut m.t_stop } else { &mut m.f_number };
            *slot = quantity(&["f/", "f", "F", "T", "t"], &[]);
        }
        b"fcln" => m.focal_length = quantity(&[], &[("mm", 1.0)]),
        b"dsnc" => m.focus_distance = quantity(&[], &[("mm", 1e-3), ("cm", 1e-2), ("m", 1.0)]),
        _ => m.keep(key(), if atom.body.len() <= 8 { hex(atom.body) } else { format!("{} bytes", atom.body.len()) }),
    }
    Ok(())
}

/// `180°`, or a speed: `1/50`.
fn shutter(text: &str, key: String, m: &mut Metadata) {
    let value = isobmff::Value::Text(text.to_owned());
    if let Some(angle) = isobmff::quantity(&value, &[], &[("°", 1.0), ("deg", 1.0)]).filter(|_| !text.contains('/')) {
        m.shutter_angle = (angle <= 360.0).then(|| Field::stated(angle, key));
    } else if let Some((n, d)) = text.split_once('/')
        && let (Ok(n), Ok(d)) = (n.trim().parse::<f64>(), d.trim().trim_end_matches('s').parse::<f64>())
        && n > 0.0
        && d > 0.0
    {
        m.exposure_time = Some(Field::stated(n / d, key));
    } else if !text.is_empty() {
        m.keep(key, text);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
