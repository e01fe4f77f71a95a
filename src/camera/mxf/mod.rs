//! MXF (SMPTE ST 377-1): ACES frames (ST 2067-50, ST 2065-5) are decoded, anything else is inspected.

mod acquisition;
mod describe;
mod klv;
mod names;
mod partition;
mod sets;

use super::{
    Clip, Encoding, Field, Format, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode, beside, inspected::Inspected,
    mmap::MappedFile, openexr,
};
use crate::{
    error::{Error, InFile, Result},
    image::Size,
};
pub use acquisition::standard as rdd18;
pub use klv::ber;
use klv::{Klv, Label};
pub use names::{primaries_of, transfer_of};
use std::{
    io::{Read, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The MXF format.
pub struct Mxf;

/// Most triplets of a file that are walked for frames.
const MAX_TRIPLETS: usize = 1 << 22;

/// Metadata of an MXF file in memory: for this format and for any other that decodes what is in it.
pub fn describe(data: &[u8]) -> Result<Metadata> {
    Ok(describe::Mxf::read(data)?.metadata())
}

/// Whether it takes a vendor's SDK to decode the pictures of a file that says this of itself.
pub fn needs_sdk(metadata: &Metadata) -> bool {
    metadata.codec.as_ref().is_some_and(|codec| names::sdk_of(&codec.value).is_some())
}

/// Whether a file that starts like this is MXF.
pub fn recognises(head: &[u8]) -> bool {
    partition::find_header(head).is_some()
}

/// What is wrong with the end of a file of `length` bytes: its footer partition (ST 377-1 clause 6.7) is not where the header
/// partition or the random index pack says, or neither says where it is.
pub(super) fn ending(file: &mut (impl Read + Seek), length: u64) -> std::io::Result<Option<String>> {
    /// Run-in and header pack; the pack of a writer that lists a hundred essence containers.
    const HEAD: u64 = 65536 + 4096;
    let mut read = |at: u64, most: u64| -> std::io::Result<Vec<u8>> {
        let mut bytes = vec![];
        file.seek(SeekFrom::Start(at))?;
        file.by_ref().take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let head = read(0, HEAD)?;
    let Some((start, header)) = partition::find_header(&head).and_then(|at| Some((at, partition::Partition::read(&head, at).ok()?))) else {
        return Ok(Some("the file ends within its header partition".to_owned()));
    };
    if header.footer != 0 {
        let at = header.footer.saturating_add(start as u64);
        let there = at < length && partition::is_footer(&read(at, 16)?);
        return Ok((!there).then(|| format!("no footer partition at byte {at}, where the header partition has it")));
    }
    // Written before the end of the recording was known: then the random index pack ends the file.
    let size = read(length.saturating_sub(4), 4)?.first_chunk::<4>().map_or(0, |n| u64::from(u32::from_be_bytes(*n)));
    let there = (20..=length).contains(&size) && partition::is_index(&read(length - size, 16)?);
    Ok((!there).then(|| "neither footer partition nor random index pack".to_owned()))
}

impl Format for Mxf {
    fn name(&self) -> &'static str {
        "MXF"
    }
    fn is_numbered(&self, _path: &Path, _head: &[u8]) -> bool {
        false
    }
    fn recognises(&self, _path: &Path, head: &[u8]) -> bool {
        recognises(head)
    }
    fn open(&self, path: &Path, _sequence: bool) -> Result<Arc<dyn Clip>> {
        let file = MappedFile::open(path)?;
        let open = || -> Result<Arc<dyn Clip>> {
            let mxf = describe::Mxf::read(&file)?;
            let mut metadata = mxf.metadata();
            beside::sony(&mut metadata, path);
            metadata.clip_name = path.file_stem().map(|s| Field::assumed(s.to_string_lossy().into_owned(), "file name"));
            let frames = if is_aces(&metadata, &file, mxf.body) { aces_frames(&file, mxf.body)? } else { vec![] };
            let Some(first) = frames.first() else { return Ok(Arc::new(inspected(path, metadata, file.len()))) };
            let plate = openexr::describe(&file[first.clone()])?;
            let mut list = FrameList::new((0..frames.len() as FrameNumber).collect());
            // A file that was cut short: the frames that it states and does not hold.
            if let Some(stated) = metadata.frame_count.as_ref().map(|f| f.value.min(MAX_TRIPLETS as u64) as FrameNumber)
                && stated > list.last() + 1
            {
                list.missing.push(list.last() + 1..=stated - 1);
            }
            merge(&mut metadata, plate.metadata, frames.len());
            let (size, encoding) = (plate.size, plate.encoding);
            Ok(Arc::new(MxfClip { path: path.to_owned(), metadata, list, size, encoding, frames }))
        };
        open().in_file(path)
    }
}

/// An ACES picture element (ST 2065-5): item type 15h, element type 12h frame-wrapped, 13h clip-wrapped.
fn aces_element(key: &Label) -> Option<u8> {
    let picture = key.0[4..8] == [1, 2, 1, 1] && key.item().starts_with(&[0x0d, 0x01, 0x03, 0x01, 0x15]);
    (picture && matches!(key.0[14], 0x12 | 0x13)).then_some(key.0[14])
}

/// Whether it is worth walking the whole file for frames: by the descriptor, or where that is missing, by what comes first.
fn is_aces(metadata: &Metadata, data: &[u8], mut at: usize) -> bool {
    if let Some(codec) = &metadata.codec {
        return codec.value.starts_with(names::ACES);
    }
    for _ in 0..describe::MAX_SEARCHED {
        match Klv::read(data, at) {
            Ok(Some(klv)) if aces_element(&klv.key).is_some() => return true,
            Ok(Some(klv)) => at = klv.value.end,
            _ => return false,
        }
    }
    false
}

/// Where each ACES frame lies. A file that ends within a frame has the ones before.
fn aces_frames(data: &[u8], mut at: usize) -> Result<Vec<Range<usize>>> {
    let mut frames = vec![];
    let mut track = None;
    for _ in 0..MAX_TRIPLETS {
        let klv = match Klv::read(data, at) {
            Ok(Some(klv)) => klv,
            // Cut short, or not written any further: what was found before is there.
            Ok(None) | Err(_) => return Ok(frames),
        };
        match aces_element(&klv.key) {
            Some(0x13) => {
                return Err(Error::unsupported("clip-wrapped ACES frames are not read").field("MXF essence element").value(klv.key));
            }
            // The first track of them: a second one would be another picture.
            Some(_) if *track.get_or_insert(klv.key.0[15]) == klv.key.0[15] && klv.value.end <= data.len() => {
                frames.push(klv.value.clone())
            }
            _ => {}
        }
        at = klv.value.end;
    }
    Err(Error::unsupported(format!("more than {MAX_TRIPLETS} KLV triplets")).field("MXF"))
}

/// What the frames say of the picture goes before what the container says of it; the container knows time.
fn merge(m: &mut Metadata, plate: Metadata, frames: usize) {
    m.resolution = plate.resolution;
    m.squeeze = plate.squeeze;
    m.bit_depth = plate.bit_depth;
    m.crop = None;
    m.transfer = m.transfer.take().or(plate.transfer);
    m.gamut = plate.gamut.or(m.gamut.take());
    m.frame_rate = m.frame_rate.take().or(plate.frame_rate);
    m.start_timecode = m.start_timecode.take().or(plate.start_timecode);
    m.frame_count = Some(Field::derived(frames as u64, "MXF essence elements"));
    m.derive_duration();
    plate.unmapped.into_iter().for_each(|(key, value)| m.keep(key, value));
    m.unmapped_beyond += plate.unmapped_beyond;
    plate.warnings.into_iter().for_each(|text| m.warn(text));
}

fn inspected(path: &Path, metadata: Metadata, length: usize) -> Inspected {
    let codec = metadata.codec.as_ref().map_or("not stated".to_owned(), |c| c.value.clone());
    // A frame takes a key at least, so a duration cannot ask for more memory than the file is long.
    let most = (length as u64 / 16).clamp(1, 1 << 24);
    let count = metadata.frame_count.as_ref().map_or(1, |c| c.value.clamp(1, most)) as FrameNumber;
    let why = match names::sdk_of(&codec) {
        Some(maker) => format!("inspected only: decoding it needs an SDK of {maker}"),
        None => "inspected only: it is not decoded here".to_owned(),
    };
    let refusal = Error::unsupported(why).field("MXF picture coding").value(codec);
    Inspected::of_any_size(Mxf.name(), path, metadata, count, refusal)
}

/// A file of ACES frames.
struct MxfClip {
    path: PathBuf,
    metadata: Metadata,
    list: FrameList,
    size: Size,
    encoding: Encoding,
    frames: Vec<Range<usize>>,
}

impl Clip for MxfClip {
    fn format(&self) -> &'static str {
        Mxf.name()
    }
    fn path(&self) -> &Path {
        &self.path
    }
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
    fn frames(&self) -> &FrameList {
        &self.list
    }
    fn size(&self) -> Size {
        self.size
    }
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        self.frame(frame)?;
        Ok(self.metadata.timecode_at(frame))
    }
    fn read(&self, frame: FrameNumber, _reading: &Reading) -> Result<Picture> {
        let range = self.frame(frame)?;
        let file = MappedFile::open(&self.path)?;
        let bytes = file.get(range.clone()).ok_or_else(|| Error::invalid("the file is shorter than when it was opened"));
        let decode = |bytes: &[u8]| openexr::decode(bytes, self.size, &self.encoding).map(Picture::Rgb);
        bytes.and_then(decode).in_file(&self.path)
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}

impl MxfClip {
    fn frame(&self, frame: FrameNumber) -> Result<&Range<usize>> {
        self.frames.get(frame as usize).ok_or_else(|| {
            let last = self.frames.len().saturating_sub(1);
            Error::invalid(format!("not among the frames of the clip (0 to {last})")).field("frame").value(frame).file(&self.path)
        })
    }
}
