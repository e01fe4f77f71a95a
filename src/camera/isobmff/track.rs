//! A track of a movie: header, media, sample entry and table, edits.

use super::{
    atom::{Atom, Atoms, Fields, FourCc},
    entry::{Visual, text},
    items::{self, Item},
    samples::SampleTable,
};
use crate::error::{Error, Result};

/// Most edits of a track that are kept; more are counted only.
const MAX_EDITS: u32 = 1024;

/// A track (`trak`).
pub struct Track<'a> {
    pub id: u32,
    pub enabled: bool,
    /// `vide`, `soun`, `tmcd`, `meta`.
    pub handler: FourCc,
    /// Units of a second, of this track's times.
    pub timescale: u32,
    /// Duration of the media, in those units; 0 where not said.
    pub duration: u64,
    /// The first sample entry (`stsd`), and how many there are.
    pub entry: Option<Atom<'a>>,
    pub entries: u32,
    pub samples: SampleTable<'a>,
    /// Of the edit list, at most [`MAX_EDITS`].
    pub edits: Vec<Edit>,
    /// Timecode tracks of this track (`tref` of type `tmcd`).
    pub timecode_tracks: Vec<u32>,
    /// Metadata and user data of the track.
    pub items: Vec<Item>,
}

/// An edit (ISO/IEC 14496-12 section 8.6.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// In units of the movie.
    pub duration: u64,
    /// In units of the track; -1: nothing is shown.
    pub media_time: i64,
}

impl<'a> Track<'a> {
    pub fn read(trak: &Atom<'a>) -> Result<Self> {
        let mut track = Self {
            id: 0,
            enabled: true,
            handler: FourCc(*b"    "),
            timescale: 0,
            duration: 0,
            entry: None,
            entries: 0,
            samples: SampleTable::default(),
            edits: vec![],
            timecode_tracks: vec![],
            items: vec![],
        };
        for atom in Atoms::within(trak.body) {
            let atom = atom?;
            match &atom.kind.0 {
                b"tkhd" => {
                    let mut f = Fields::of(&atom);
                    let [version, .., flags] = f.array::<4>()?;
                    track.enabled = flags & 1 != 0;
                    f.skip(if version == 0 { 8 } else { 16 })?;
                    track.id = f.u32()?;
                }
                b"edts" => {
                    if let Some(elst) = Atoms::within(atom.body).find(b"elst")? {
                        track.edits = edits(&elst)?;
                    }
                }
                b"tref" => {
                    if let Some(tmcd) = Atoms::within(atom.body).find(b"tmcd")? {
                        track.timecode_tracks = tmcd.body.chunks_exact(4).take(16).map(be32).collect();
                    }
                }
                b"mdia" => track.media(&atom)?,
                b"meta" => items::of_meta(&atom, &mut track.items)?,
                b"udta" => items::of_user_data(&atom, &mut track.items)?,
                _ => {}
            }
        }
        Ok(track)
    }

    fn media(&mut self, mdia: &Atom<'a>) -> Result<()> {
        for atom in Atoms::within(mdia.body) {
            let atom = atom?;
            let mut f = Fields::of(&atom);
            match &atom.kind.0 {
                b"mdhd" => {
                    let version = f.version()?;
                    f.skip(if version == 0 { 8 } else { 16 })?;
                    self.timescale = f.u32()?;
                    self.duration = f.time(version)?;
                    // All ones: not known (14496-12 8.4.2.3).
                    if self.duration == if version == 0 { u64::from(u32::MAX) } else { u64::MAX } {
                        self.duration = 0;
                    }
                }
                b"hdlr" => {
                    f.skip(8)?;
                    self.handler = f.kind()?;
                }
                b"minf" => {
                    if let Some(stbl) = Atoms::within(atom.body).find(b"stbl")? {
                        self.samples = SampleTable::read(&stbl)?;
                        if let Some(stsd) = Atoms::within(stbl.body).find(b"stsd")? {
                            let mut f = Fields::of(&stsd);
                            f.version()?;
                            self.entries = f.u32()?;
                            self.entry = Atoms::within(f.rest()).next().transpose()?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub fn is_video(&self) -> bool {
        self.handler == b"vide"
    }
    /// Type of the sample entry.
    pub fn codec(&self) -> Option<FourCc> {
        self.entry.map(|e| e.kind)
    }
    pub fn visual(&self) -> Result<Visual<'a>> {
        let entry = self.entry.ok_or_else(|| Error::invalid("has no sample entry").field(format!("stsd of track {}", self.id)))?;
        Visual::read(&entry)
    }
    /// Bytes of a sample; `None` where the tables or the file do not reach that far.
    pub fn sample(&self, file: &'a [u8], index: u32) -> Option<&'a [u8]> {
        let (offset, size) = self.samples.place(index)?;
        let start = usize::try_from(offset).ok()?;
        file.get(start..start.checked_add(size as usize)?)
    }
}

fn be32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |value, &b| value << 8 | u32::from(b))
}

fn edits(elst: &Atom) -> Result<Vec<Edit>> {
    let mut f = Fields::of(elst);
    let version = f.version()?;
    let count = f.u32()?;
    let width = if version == 0 { 12 } else { 20 };
    let table = Atom { kind: elst.kind, body: f.table(count, width)? };
    let mut f = Fields::of(&table);
    (0..count.min(MAX_EDITS))
        .map(|_| {
            let duration = f.time(version)?;
            let media_time = if version == 0 { f.i32()?.into() } else { f.u64()? as i64 };
            f.skip(4)?;
            Ok(Edit { duration, media_time })
        })
        .collect()
}

/// The timecode that a `tmcd` track starts with (QTFF "Timecode Media").
pub mod timecode {
    use super::*;
    use crate::camera::{Rational, Timecode};

    /// What a timecode track says.
    pub struct Start {
        pub timecode: Timecode,
        /// The rate it is counted at.
        pub rate: Rational,
        /// Frames of a second as the sample entry says, where that is not the rate rounded.
        pub odd_base: Option<u8>,
        /// Name of the source, where the sample entry has one: the reel of a tape.
        pub reel: Option<String>,
    }

    const DROP_FRAME: u32 = 1;
    const COUNTER: u32 = 8;

    pub fn read(track: &Track, file: &[u8]) -> Result<Option<Start>> {
        let Some(entry) = track.entry.filter(|e| e.kind == b"tmcd") else { return Ok(None) };
        let mut f = Fields::of(&entry);
        f.skip(8 + 4)?;
        let (flags, scale, duration, frames) = (f.u32()?, f.u32()?, f.u32()?, f.u8()?);
        let wrong = |message: &str, field: &str, value: u32| Error::invalid(message).field(format!("tmcd {field}")).value(value);
        if flags & COUNTER != 0 {
            return Err(Error::unsupported("a counter, no time of day").field("tmcd flags").value(flags));
        }
        let rate = Rational::new(scale.into(), duration.into()).filter(|r| r.num() > 0);
        let rate = rate.ok_or_else(|| wrong("not a rate", "frame duration", duration))?;
        // Labels of a second: the rate, rounded to whole frames. The field that repeats it is not always right: a GoPro
        // HERO5 writes 29 for 29.97.
        let base = rate.to_f64().round();
        if !(1.0..100.0).contains(&base) {
            return Err(Error::unsupported("timecode counts up to 99 frames a second").field("tmcd rate").value(rate));
        }
        let base = base as u32;
        let odd_base = (frames != 0 && u32::from(frames) != base).then_some(frames);
        let sample = track.sample(file, 0).ok_or_else(|| Error::invalid("its sample is not in the file").field("tmcd"))?;
        let count =
            sample.first_chunk().map(|b| u32::from_be_bytes(*b)).ok_or_else(|| wrong("too short", "sample", sample.len() as u32))?;
        // An odd byte and a reserved one follow; then, if anything, boxes.
        let reel = f.rest().get(1..).and_then(reel_of);
        let counted = Rational::new(base.into(), 1).ok_or_else(|| wrong("not a rate", "rate", base))?;
        let drop = flags & DROP_FRAME != 0;
        if drop && !base.is_multiple_of(30) {
            return Err(wrong("labels are dropped at multiples of 30 only", "number of frames", base));
        }
        Ok(Some(Start { timecode: Timecode::from_frame_count(count.into(), counted, drop), rate, odd_base, reel }))
    }

    fn reel_of(rest: &[u8]) -> Option<String> {
        let name = Atoms::within(rest).find(b"name").ok()??;
        // International text: length, language, then the name.
        let len = usize::from(u16::from_be_bytes(*name.body.first_chunk()?));
        let body = name.body.get(4..)?;
        Some(text(&body[..len.min(body.len())])).filter(|t| !t.is_empty())
    }
}
