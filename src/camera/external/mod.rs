//! Decoders in processes of their own, joined without being linked: the protocol of `PROTOCOL.md`.
//!
//! Only what is configured is ever run: the executables in `PRELIGHT_DECODERS` (separated as in `PATH`), and those in the
//! folder `prelight/decoders` of the user's configuration. A decoder that dies costs the frame it was asked for: that frame
//! is an error, and the next one starts the decoder again.

mod conformance;
mod connection;
mod message;
mod sample;

pub use conformance::{Step, test};
pub use sample::{Trouble, serve};

use super::{
    Clip, Encoding, Field, Format, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode,
    child::{self, lock},
    samples,
};
use crate::{
    error::{Error, InFile, Result},
    files,
    image::Size,
    progress::Progress,
};
use connection::{Connection, Failure, answer_time, parse};
use message::{Capabilities, Checked, Description, Request, broken};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

/// Whatever the configured decoders claim.
pub struct External;

/// A configured decoder.
struct Decoder {
    program: PathBuf,
    capabilities: Capabilities,
}

/// The configured decoders that say what they are. One that does not is named on stderr, once.
fn decoders() -> &'static [Decoder] {
    static FOUND: OnceLock<Vec<Decoder>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let ask = |program: PathBuf| match Connection::start(&program) {
            Ok(connection) => Some(Decoder { program, capabilities: connection.capabilities.clone() }),
            Err(e) => {
                // Unlike `eprintln!`, also where standard error is closed.
                _ = writeln!(std::io::stderr(), "prelight: {e}");
                None
            }
        };
        configured().into_iter().filter_map(ask).collect()
    })
}

/// The executables that the user named.
fn configured() -> Vec<PathBuf> {
    let mut programs: Vec<PathBuf> = env::var_os("PRELIGHT_DECODERS").map(|v| env::split_paths(&v).collect()).unwrap_or_default();
    programs.retain(|p| !p.as_os_str().is_empty());
    if let Some(entries) = files::user_config().and_then(|folder| fs::read_dir(folder.join("decoders")).ok()) {
        let mut found: Vec<PathBuf> = entries.filter_map(|e| e.ok()).map(|e| e.path()).filter(|p| is_executable(p)).collect();
        found.sort();
        programs.extend(found);
    }
    programs
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}
#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case("exe"))
}

fn claimant(path: &Path, head: &[u8]) -> Option<&'static Decoder> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    decoders().iter().find(|d| d.capabilities.formats.iter().any(|f| f.takes(&extension, head)))
}

impl Format for External {
    fn name(&self) -> &'static str {
        "external decoder"
    }
    fn recognises(&self, path: &Path, head: &[u8]) -> bool {
        claimant(path, head).is_some()
    }
    fn is_numbered(&self, _path: &Path, _head: &[u8]) -> bool {
        false
    }
    fn open(&self, path: &Path, _sequence: bool) -> Result<Arc<dyn Clip>> {
        let head = super::head_of(path)?;
        let decoder = claimant(path, &head).ok_or_else(|| Error::unsupported("no configured decoder takes this file"))?;
        Ok(Arc::new(ExternalClip::open(&decoder.program, path)?))
    }
}

/// Opens a file with a decoder that is named, whether that claims it or not.
pub fn open(program: &Path, path: &Path) -> Result<Arc<dyn Clip>> {
    Ok(Arc::new(ExternalClip::open(program, path)?))
}

/// A clip that another process decodes.
struct ExternalClip {
    program: PathBuf,
    path: PathBuf,
    description: Description,
    checked: Checked,
    metadata: Metadata,
    frames: FrameList,
    /// The process and its number of the clip, while it lives.
    running: Mutex<Option<(Connection, u32)>>,
}

impl ExternalClip {
    fn open(program: &Path, path: &Path) -> Result<Self> {
        let mut connection = Connection::start(program)?;
        let description = describe(&mut connection, path, &Progress::default()).map_err(Failure::into_error)?;
        let checked = description.check()?;
        // Through the bounds of what is kept.
        let mut metadata = Metadata::default();
        metadata.fill_from(description.metadata.clone());
        let key = format!("{} {}", connection.capabilities.name, connection.capabilities.version);
        let called = || super::name_of(path).map(|name| Field::assumed(name, "file name"));
        metadata.clip_name = metadata.clip_name.or_else(called);
        // What the picture is decoded by is what is shown.
        metadata.resolution = Some(Field::stated(description.size, &key));
        metadata.frame_count = Some(Field::stated(description.frames.into(), &key));
        metadata.frame_rate = description.frame_rate.map(|r| Field::stated(r, &key));
        metadata.start_timecode = description.timecode.map(|t| Field::stated(t, &key));
        metadata.squeeze = description.squeeze.map(|s| Field::stated(s, &key));
        metadata.cfa = checked.sensor.as_ref().map(|(cfa, _)| Field::stated(cfa.to_string(), &key));
        metadata.keep("decoder", key);
        let first = description.first_frame;
        let frames = FrameList::new((first..first + description.frames).collect());
        let running = Mutex::new(Some((connection, description.clip)));
        Ok(Self { program: program.to_owned(), path: path.to_owned(), description, checked, metadata, frames, running })
    }

    fn fetch(&self, frame: FrameNumber, reading: &Reading, progress: &Progress) -> Result<Vec<u8>> {
        let mut running = lock(&self.running);
        // One that died while nobody asked costs nothing.
        running.take_if(|(c, _)| c.has_ended());
        let (mut connection, clip) = match running.take() {
            Some(alive) => alive,
            None => self.start_again(progress)?,
        };
        let bytes = self.checked.layout.frame_bytes().unwrap_or(0) as u64;
        let request = Request::Read { clip, frame, reading: *reading };
        let answer = connection.call(&request, bytes, answer_time(), progress);
        if !matches!(answer, Err(Failure::Broken(_))) {
            *running = Some((connection, clip));
        }
        Ok(answer.map_err(|e| e.into_error().field("frame").value(frame))?.1)
    }

    fn start_again(&self, progress: &Progress) -> Result<(Connection, u32)> {
        let mut connection = Connection::start(&self.program)?;
        let again = describe(&mut connection, &self.path, progress).map_err(Failure::into_error)?;
        let clip = again.clip;
        if (Description { clip: self.description.clip, ..again }) != self.description {
            return Err(broken("describes the clip otherwise than before"));
        }
        Ok((connection, clip))
    }
}

fn describe(connection: &mut Connection, path: &Path, progress: &Progress) -> Result<Description, Failure> {
    let whole = path.canonicalize().in_file(path).map_err(Failure::Said)?;
    let Some(text) = whole.to_str() else {
        return Err(Failure::Said(Error::unsupported("the path is not in Unicode, which the decoder protocol needs")));
    };
    let (answer, _) = connection.call(&Request::Open { path: text.to_owned() }, 0, answer_time(), progress)?;
    parse(answer).map_err(Failure::Said)
}

impl Clip for ExternalClip {
    fn format(&self) -> &'static str {
        External.name()
    }
    fn path(&self) -> &Path {
        &self.path
    }
    fn decoder(&self) -> Option<&Path> {
        Some(&self.program)
    }
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
    fn frames(&self) -> &FrameList {
        &self.frames
    }
    fn size(&self) -> Size {
        self.description.size
    }
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        let offset = i64::from(frame) - i64::from(self.description.first_frame);
        Ok(self.description.timecode.zip(self.description.frame_rate).map(|(start, rate)| start.offset(offset, rate)))
    }
    fn read(&self, frame: FrameNumber, reading: &Reading) -> Result<Picture> {
        self.read_watched(frame, reading, &Progress::default())
    }
    fn read_watched(&self, frame: FrameNumber, reading: &Reading, progress: &Progress) -> Result<Picture> {
        let read = || {
            if !self.frames.contains(frame) {
                let message = format!("not among the frames of the clip ({} to {})", self.frames.first(), self.frames.last());
                return Err(Error::invalid(message).field("frame").value(frame));
            }
            let bytes = self.fetch(frame, reading, progress)?;
            let Checked { layout, signal, sensor, .. } = &self.checked;
            let squeeze = self.description.squeeze.unwrap_or(1.0);
            Ok(match sensor {
                Some((cfa, levels)) => {
                    let mut mosaic = samples::mosaic(layout, *cfa, levels, &bytes)?;
                    mosaic.pixel_aspect = squeeze;
                    Picture::Mosaic(mosaic)
                }
                None => {
                    let mut image = samples::picture(layout, signal.read_as(reading), &bytes)?;
                    image.pixel_aspect = squeeze;
                    Picture::Rgb(image)
                }
            })
        };
        read().map_err(|e: Error| e.file(&self.path))
    }
    fn has_range(&self) -> bool {
        self.checked.sensor.is_none() && !self.checked.layout.sample.is_float()
    }
    fn encoding(&self) -> &Encoding {
        &self.checked.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}

/// What a program is called in reports.
fn called(program: &Path) -> String {
    child::name(program)
}
/// Reads a message of a decoder, for fuzzing.
pub(super) fn fuzz(bytes: &[u8]) -> Result<()> {
    const PAYLOAD: u64 = 1 << 20;
    message::read(&mut &*bytes, PAYLOAD).map(drop)
}
