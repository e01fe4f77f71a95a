//! ISO base media files (ISO/IEC 14496-12) and QuickTime movies (Apple's QTFF): structure, timecode and metadata.
//! Pictures are not decoded here. Whoever decodes them asks [`describe`] for what the file says of itself.

mod atom;
pub(in crate::camera) mod codec;
mod describe;
mod entry;
mod format;
mod gopro;
mod items;
mod keys;
mod samples;
mod track;

pub use atom::{Atom, Atoms, Fields, FourCc};
pub use codec::is_blackmagic_raw;
pub use describe::{Described, describe, fill};
pub use entry::{Clean, Color, Visual, text};
pub use format::QuickTime;
pub use items::{Item, Value};
pub use keys::{Key, QUICKTIME, index, number, put, quantity, rate, stops_of_density, take as take_keys, text as take_text};
pub use track::{Edit, Track};

use crate::error::{Error, Result};

/// Most tracks of a movie: 16 sound tracks are common, a thousand are damage.
const MAX_TRACKS: usize = 256;

/// Most pictures of a clip: two days at 24 a second. Numbers of frames are kept one by one.
pub const MAX_FRAMES: u32 = 1 << 22;

/// A movie as it stands in a file.
pub struct Movie<'a> {
    pub file: &'a [u8],
    /// `qt  `, `mp42`, `crx `; none in files older than `ftyp`.
    pub brand: Option<FourCc>,
    pub compatible: Vec<FourCc>,
    /// Seconds since 1904-01-01, as in `mvhd`; 0 where not said.
    pub created: u64,
    /// Units of a second, of the movie's times.
    pub timescale: u32,
    pub tracks: Vec<Track<'a>>,
    /// Metadata and user data of the movie.
    pub items: Vec<Item>,
    /// The body of the movie's `udta`.
    pub user_data: Option<&'a [u8]>,
    /// The bodies of `uuid` boxes in the movie box and beside it, with their identifier.
    pub uuids: Vec<([u8; 16], &'a [u8])>,
    /// The XML document of a `meta` box beside the movie box: Sony's NonRealTimeMeta.
    pub xml: Option<&'a [u8]>,
    /// Whether samples are described in fragments (`mvex`), which are not read: the tables are then empty.
    pub fragmented: bool,
}

impl<'a> Movie<'a> {
    /// Whether a file may be of this family, by its first bytes.
    pub fn recognises(head: &[u8]) -> bool {
        matches!(head.get(4..8), Some(b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot"))
    }

    /// Reads everything but samples.
    pub fn read(file: &'a [u8]) -> Result<Self> {
        let mut movie = Self {
            file,
            brand: None,
            compatible: vec![],
            created: 0,
            timescale: 0,
            tracks: vec![],
            items: vec![],
            user_data: None,
            uuids: vec![],
            xml: None,
            fragmented: false,
        };
        let mut moov = None;
        for atom in Atoms::of_file(file) {
            let atom = match atom {
                Ok(atom) => atom,
                // What follows the movie box cannot harm it any more.
                Err(_) if moov.is_some() => break,
                Err(e) => return Err(e),
            };
            match &atom.kind.0 {
                b"ftyp" => {
                    let mut f = Fields::of(&atom);
                    movie.brand = Some(f.kind()?);
                    f.skip(4)?;
                    let brands = f.rest().as_chunks::<4>().0.iter().take(64).map(|&b| FourCc(b));
                    movie.compatible = brands.filter(|b| b.0 != [0; 4]).collect();
                }
                b"moov" if moov.is_none() => moov = Some(atom),
                b"uuid" => movie.uuid(&atom),
                b"meta" => {
                    let xml = Atoms::within(atom.body.get(4..).unwrap_or_default()).find(b"xml ");
                    movie.xml = xml.ok().flatten().and_then(|xml| xml.body.get(4..));
                }
                _ => {}
            }
        }
        let moov = moov.ok_or_else(|| Error::invalid("no movie box: the recording was not finished, or the file is cut").field("moov"))?;
        movie.contents(&moov)?;
        Ok(movie)
    }

    fn contents(&mut self, moov: &Atom<'a>) -> Result<()> {
        for atom in Atoms::within(moov.body) {
            let atom = atom?;
            match &atom.kind.0 {
                b"mvhd" => {
                    let mut f = Fields::of(&atom);
                    let version = f.version()?;
                    self.created = f.time(version)?;
                    f.time(version)?;
                    self.timescale = f.u32()?;
                }
                b"trak" => {
                    if self.tracks.len() == MAX_TRACKS {
                        return Err(Error::invalid(format!("more than {MAX_TRACKS} tracks")).field("moov"));
                    }
                    self.tracks.push(Track::read(&atom)?);
                }
                b"meta" => items::of_meta(&atom, &mut self.items)?,
                b"udta" => {
                    self.user_data = Some(atom.body);
                    items::of_user_data(&atom, &mut self.items)?;
                }
                b"uuid" => self.uuid(&atom),
                b"mvex" => self.fragmented = true,
                b"cmov" => return Err(Error::unsupported("a compressed movie box").field("cmov")),
                _ => {}
            }
        }
        Ok(())
    }

    fn uuid(&mut self, atom: &Atom<'a>) {
        if let Some((id, body)) = atom.body.split_first_chunk::<16>()
            && self.uuids.len() < 64
        {
            self.uuids.push((*id, body));
        }
    }

    /// The pictures: the first video track that is enabled, else the first.
    pub fn video(&self) -> Option<&Track<'a>> {
        let videos = || self.tracks.iter().filter(|t| t.is_video());
        videos().find(|t| t.enabled).or_else(|| videos().next())
    }

    /// The timecode track of the pictures, else the first.
    pub fn timecode_track(&self) -> Option<&Track<'a>> {
        let mut all = self.tracks.iter().filter(|t| t.codec().is_some_and(|c| c == b"tmcd"));
        let of_video = self.video().map(|v| v.timecode_tracks.as_slice()).unwrap_or_default();
        all.clone().find(|t| of_video.contains(&t.id)).or_else(|| all.next())
    }

    /// The first track whose samples are of that type: `gpmd`, `CTMD`, `rtmd`.
    pub fn track_of(&self, kind: &[u8; 4]) -> Option<&Track<'a>> {
        self.tracks.iter().find(|t| t.codec().is_some_and(|c| c == kind))
    }
}
