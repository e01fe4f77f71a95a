//! Movies: QuickTime, MP4 and MXF, decoded by the system's FFmpeg in a process of its own.
//!
//! FFmpeg gives the samples as its decoder makes them, in the decoder's own pixel format; range, matrix and chroma are ours
//! (`samples`). Every frame is known by its time stamp, so that a seek is exact or an error. What a camera's raw format says
//! (DNG, R3D, BRAW, DPX, EXR) is never left to FFmpeg.

mod color;
mod damage;
mod metadata;
mod pixels;
mod probe;
mod reader;
mod signal;
mod stream;
mod timing;
pub mod tools;

use super::{
    Clip, Encoding, Format, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode,
    inspected::Inspected,
    isobmff, mxf,
    samples::{self, Layout, Model, Signal, Siting},
};
use crate::{
    error::{Error, ErrorKind, InFile, Result},
    image::Size,
    progress::Progress,
};
use probe::{Stream, said};
use reader::Reader;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use timing::Timing;
use tools::Tools;

/// Movies that FFmpeg decodes.
pub struct Movie;

/// The file formats that are handed to FFmpeg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// ISO base media and QuickTime.
    QuickTime,
    Mxf,
}

impl Container {
    /// FFmpeg's name.
    const fn demuxer(self) -> &'static str {
        match self {
            Container::QuickTime => "mov",
            Container::Mxf => "mxf",
        }
    }
    const fn name(self) -> &'static str {
        match self {
            Container::QuickTime => "QuickTime",
            Container::Mxf => "MXF",
        }
    }

    /// The clip without its pictures, by our own reader of the container, which knows the makers' keys.
    fn inspect(self, path: &Path) -> Result<Arc<dyn Clip>> {
        match self {
            Container::QuickTime => isobmff::QuickTime.open(path, false),
            Container::Mxf => mxf::Mxf.open(path, false),
        }
    }

    fn of(head: &[u8]) -> Option<Self> {
        if head.len() < 16 {
            return None;
        }
        // A partition pack, SMPTE ST 377-1 table 5.
        if head.starts_with(&[0x06, 0x0e, 0x2b, 0x34, 0x02, 0x05, 0x01, 0x01, 0x0d, 0x01, 0x02, 0x01, 0x01]) {
            return holds_pictures(head).then_some(Container::Mxf);
        }
        match &head[4..8] {
            // Photographs, raw of Canon's and sound come in the same boxes.
            b"ftyp" if !matches!(&head[8..12], b"crx " | b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif" | b"M4A " | b"M4B ") => {
                Some(Container::QuickTime)
            }
            b"moov" | b"mdat" | b"wide" => Some(Container::QuickTime),
            _ => None,
        }
    }
}

/// Whether an MXF's list of essence containers (ST 377-1 annex; labels 0D010301.02xx) leaves room for pictures that FFmpeg
/// decodes: not sound, timed text, CinemaDNG, ACES or ARRIRAW alone.
fn holds_pictures(head: &[u8]) -> bool {
    const LABEL: [u8; 4] = [0x06, 0x0e, 0x2b, 0x34];
    const CONTAINER: [u8; 5] = [0x0d, 0x01, 0x03, 0x01, 0x02];
    const NOT_OURS: [u8; 6] = [0x06, 0x13, 0x14, 0x19, 0x20, 0x22];
    // Several kinds in one file.
    const GENERIC: u8 = 0x7f;
    let kinds = head.windows(14).take(1024).filter(|w| w[..4] == LABEL && w[8..13] == CONTAINER).map(|w| w[13]);
    let kinds: Vec<u8> = kinds.filter(|k| *k != GENERIC).collect();
    kinds.is_empty() || kinds.iter().any(|k| !NOT_OURS.contains(k))
}

impl Format for Movie {
    fn name(&self) -> &'static str {
        "movie"
    }
    fn recognises(&self, path: &Path, head: &[u8]) -> bool {
        match Container::of(head) {
            // Sound alone and pictures of the family are no movies.
            Some(Container::QuickTime) => isobmff::QuickTime.recognises(path, head),
            found => found.is_some(),
        }
    }
    fn is_numbered(&self, _path: &Path, _head: &[u8]) -> bool {
        false
    }
    fn open(&self, path: &Path, sequence: bool) -> Result<Arc<dyn Clip>> {
        self.open_watched(path, sequence, &Progress::default())
    }
    fn open_watched(&self, path: &Path, _sequence: bool, progress: &Progress) -> Result<Arc<dyn Clip>> {
        let head = super::head_of(path)?;
        let container = Container::of(&head).ok_or_else(|| Error::unsupported("not a movie"))?;
        let said = match container.inspect(path) {
            // Pictures that need no FFmpeg, and a vendor's raw, of which it would make nothing or a wrong picture.
            Ok(said) if said.refusal().is_none() || mxf::needs_sdk(said.metadata()) => return Ok(said),
            said => said,
        };
        match (MovieClip::open(path, container, progress), said) {
            (Err(why), _) if why.kind() == ErrorKind::Cancelled => Err(why),
            (Ok(clip), Ok(said)) => Ok(Arc::new(clip.with(said.metadata()))),
            (Ok(mut clip), Err(why)) => {
                clip.metadata.keep("container", format!("not understood by itself: {why}"));
                clip.metadata.derive_duration();
                Ok(Arc::new(clip))
            }
            // Without FFmpeg, or where it makes nothing of the file, there is still what the container says.
            (Err(why), Ok(said)) => {
                let count = said.frames().present.len() as u32;
                Ok(Arc::new(Inspected::new(container.name(), path, said.metadata().clone(), count, why)?))
            }
            // Our own reader knows better what is wrong with a damaged container.
            (Err(_), Err(why)) => Err(why),
        }
    }
}

/// An opened movie. What is said of it can be read also where its picture cannot.
struct MovieClip {
    path: PathBuf,
    container: Container,
    metadata: Metadata,
    frames: FrameList,
    size: Size,
    encoding: Encoding,
    timing: Option<Timing>,
    picture: Result<Decoder>,
}

struct Decoder {
    layout: Layout,
    signal: signal::Stated,
    reader: Reader,
}

impl MovieClip {
    fn open(path: &Path, container: Container, progress: &Progress) -> Result<Self> {
        let tools = tools::tools(progress)?;
        let length = fs::metadata(path).in_file(path)?.len();
        let probed = probe::probe(tools, path, container, progress)?;
        let pictures: Vec<&Stream> = probed.streams.iter().filter(|s| s.is_picture()).collect();
        let stream = match pictures.as_slice() {
            [] => return Err(Error::unsupported("the file has no picture")),
            [one] => *one,
            more => {
                return Err(Error::unsupported("several picture tracks: which one is meant is not said")
                    .field("streams")
                    .value(more.len()));
            }
        };
        let size = Size::new(stream.width, stream.height);
        let timing = match Self::timing(tools, path, container, stream, length, progress) {
            // What is said of the file holds, but nobody waits for it any more.
            Err(why) if why.kind() == ErrorKind::Cancelled => return Err(why),
            timing => timing,
        };
        let tags = metadata::tags(&probed, stream);
        let encoding = color::stated(&tags).encoding();
        let layout = decodable(stream, tools).and_then(|()| layout(stream, size));
        let values = metadata::Values {
            bits: layout.as_ref().ok().map(|l| l.bits),
            signal: layout.as_ref().ok().map(|l| signal::stated(stream, l)),
        };
        let metadata = metadata::read(path, stream, tags, timing.as_ref().ok(), &values, tools);
        // Frames are counted also where they are not decoded, so that each says why.
        let stated = || timing::stated_frames(stream, container).filter(|n| *n <= timing::MAX_FRAMES.min(length)).unwrap_or(0) as u32;
        let count = timing.as_ref().map_or_else(|_| stated(), |t| t.frames);
        let picture: Result<Decoder> = match (layout, values.signal, &timing) {
            (Ok(layout), Some(signal), Ok(timing)) => {
                let source = stream::Source {
                    path: path.to_owned(),
                    container,
                    stream: stream.index,
                    pix_fmt: said(&stream.pix_fmt).unwrap_or_default().to_owned(),
                    size,
                    frame_bytes: layout.frame_bytes().unwrap_or(0),
                };
                Ok(Decoder { layout, signal, reader: Reader::new(tools, source, *timing) })
            }
            (Err(e), ..) => Err(e),
            (_, _, Err(e)) => Err(e.clone()),
            (Ok(_), None, Ok(_)) => Err(Error::invalid("the file does not say what its samples are")),
        };
        let frames = FrameList::new((0..count).collect());
        Ok(Self { path: path.to_owned(), container, metadata, frames, size, encoding, timing: timing.ok(), picture })
    }

    /// With what the container says, which goes before FFmpeg's words but where they are of the pictures it decodes.
    fn with(mut self, container: &Metadata) -> Self {
        let mut ours = std::mem::replace(&mut self.metadata, container.clone());
        // Our readers of timecode tracks know which of them are none.
        ours.start_timecode = None;
        let m = &mut self.metadata;
        if let (Some(said), Some(read)) = (&container.signal_range, &ours.signal_range)
            && said.value != read.value
        {
            let warning =
                format!("the container says {} range ({}), the pictures are read as {} ({})", said.value, said.key, read.value, read.key);
            m.warn(warning);
        }
        m.resolution = ours.resolution.clone();
        m.frame_rate = ours.frame_rate.clone().or(m.frame_rate.take());
        m.frame_count = ours.frame_count.clone().or(m.frame_count.take());
        m.bit_depth = ours.bit_depth.clone().or(m.bit_depth.take());
        m.squeeze = ours.squeeze.clone().or(m.squeeze.take());
        m.signal_range = ours.signal_range.clone().or(m.signal_range.take());
        m.matrix = ours.matrix.clone().or(m.matrix.take());
        m.fill_from(ours);
        m.derive_duration();
        if matches!(self.encoding, Encoding::Unknown) {
            self.encoding = color::of_words(&self.metadata);
        }
        self
    }

    fn timing(tools: &Tools, path: &Path, container: Container, stream: &Stream, length: u64, progress: &Progress) -> Result<Timing> {
        let is_counted = timing::stated_frames(stream, container).is_some();
        let counted = if is_counted {
            None
        } else {
            progress.say("counting frames");
            probe::count_packets(tools, path, container, stream.index, progress)?
        };
        let timing = Timing::of(stream, container, counted)?;
        // A frame has at least a byte.
        if u64::from(timing.frames) > length {
            return Err(Error::invalid("more frames than the file has bytes").field("nb_frames").value(timing.frames));
        }
        Ok(timing)
    }
}

/// Whether the picture is one that FFmpeg is asked to decode.
fn decodable(stream: &Stream, tools: &Tools) -> Result<()> {
    const CODECS: [&str; 10] = ["prores", "dnxhd", "h264", "hevc", "jpeg2000", "mpeg2video", "mpeg4", "cfhd", "apv", "v210"];
    let name = said(&stream.codec_name).unwrap_or("unknown");
    let tag = said(&stream.codec_tag_string).unwrap_or_default();
    let refuse = |message: String| {
        Err(Error::unsupported(message).field("codec").value(if name == "unknown" && !tag.is_empty() { tag } else { name }))
    };
    match (name, tag) {
        ("prores_raw", _) | (_, "aprn" | "aprh") if tools.number < tools::PRORES_RAW => {
            refuse(format!("ProRes RAW is decoded by FFmpeg 8 or newer; this is {}", tools.version))
        }
        ("prores_raw", _) | (_, "aprn" | "aprh") => {
            refuse("ProRes RAW is not decoded: its levels and matrix are not passed on by ffmpeg".into())
        }
        (_, "braw" | "brxq" | "brhq" | "brst" | "brlt" | "brvl" | "brvm" | "brvn") => {
            refuse("Blackmagic RAW needs a decoder of its own (PRELIGHT_DECODERS)".into())
        }
        (known, _) if CODECS.contains(&known) => Ok(()),
        _ => refuse("this codec is not decoded".into()),
    }
}

fn layout(stream: &Stream, size: Size) -> Result<Layout> {
    let pix_fmt =
        said(&stream.pix_fmt).ok_or_else(|| Error::invalid("the picture cannot be decoded: its format is not known").field("pix_fmt"))?;
    let bits = stream.bits_per_raw_sample.as_deref().and_then(|b| b.parse().ok()).filter(|b| (1..=16).contains(b));
    pixels::layout(pix_fmt, size, bits)
}

impl Decoder {
    fn signal(&self, reading: &Reading) -> Result<Signal> {
        if reading.matrix.is_some() && self.signal.matrix.is_none() {
            return Err(Error::usage("the picture is not stored as Y'CbCr: it has no matrix").field("reading.matrix"));
        }
        use super::{SignalRange, YcbcrMatrix};
        let range = self.signal.range.as_ref().map_or(SignalRange::Full, |f| f.value);
        let matrix = match (&self.signal.matrix, reading.matrix) {
            (_, Some(said)) => said,
            (Some(stated), None) => stated.as_ref().map_err(Error::clone)?.value,
            (None, None) => YcbcrMatrix::Bt709,
        };
        let siting = match &self.signal.siting {
            Some(stated) => stated.as_ref().map_err(Error::clone)?.value,
            None => Siting::Left,
        };
        Ok(Signal { range, matrix, siting }.read_as(reading))
    }
}

impl Clip for MovieClip {
    fn format(&self) -> &'static str {
        self.container.name()
    }
    fn path(&self) -> &Path {
        &self.path
    }
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
    fn frames(&self) -> &FrameList {
        &self.frames
    }
    fn size(&self) -> Size {
        self.size
    }
    /// Counted from the start timecode of the timecode track.
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        let start = self.metadata.start_timecode.as_ref().map(|f| f.value);
        Ok(start.zip(self.timing.as_ref()).map(|(start, timing)| start.offset(i64::from(frame), timing.rate)))
    }
    fn read(&self, frame: FrameNumber, reading: &Reading) -> Result<Picture> {
        self.read_watched(frame, reading, &Progress::default())
    }
    fn read_watched(&self, frame: FrameNumber, reading: &Reading, progress: &Progress) -> Result<Picture> {
        let read = || {
            let decoder = self.picture.as_ref().map_err(Error::clone)?;
            if !self.frames.contains(frame) {
                let message = format!("not among the frames of the clip (0 to {})", self.frames.last());
                return Err(Error::invalid(message).field("frame").value(frame));
            }
            let signal = decoder.signal(reading)?;
            let bytes = decoder.reader.read(frame, progress)?;
            debug_assert!(!matches!(decoder.layout.model, Model::Mosaic(_)));
            let mut image = samples::picture(&decoder.layout, signal, &bytes)?;
            image.pixel_aspect = self.metadata.squeeze_or_none();
            Ok(Picture::Rgb(image))
        };
        read().in_file(&self.path)
    }
    fn refusal(&self) -> Option<Error> {
        self.picture.as_ref().err().map(|e| e.clone().file(&self.path))
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}

/// Understands a description of FFprobe's, for fuzzing.
pub(super) fn fuzz(json: &[u8]) -> Result<()> {
    let probed = probe::parse(json)?;
    for stream in probed.streams.iter().filter(|s| s.is_picture()) {
        let _ = layout(stream, Size::new(stream.width, stream.height));
        for container in [Container::QuickTime, Container::Mxf] {
            let _ = Timing::of(stream, container, None);
        }
        let _ = color::stated(&metadata::tags(&probed, stream));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_known_by_their_content() {
        let ftyp = |brand: &[u8; 4]| [&[0, 0, 0, 20][..], b"ftyp", brand, &[0; 8]].concat();
        assert_eq!(Container::of(&ftyp(b"qt  ")), Some(Container::QuickTime));
        for other in [b"crx ", b"heic", b"avif"] {
            assert_eq!(Container::of(&ftyp(other)), None);
        }
        let mxf = |kinds: &[u8]| {
            let mut head = vec![0x06, 0x0e, 0x2b, 0x34, 0x02, 0x05, 0x01, 0x01, 0x0d, 0x01, 0x02, 0x01, 0x01, 0x02, 0x04, 0x00];
            kinds.iter().for_each(|k| head.extend([6, 0x0e, 0x2b, 0x34, 4, 1, 1, 1, 0x0d, 1, 3, 1, 2, *k, 0, 0]));
            head
        };
        assert_eq!(Container::of(&mxf(&[0x7f, 0x06, 0x10])), Some(Container::Mxf));
        assert_eq!(Container::of(&mxf(&[0x7f, 0x0c])), Some(Container::Mxf));
        for not_ours in [&[0x06][..], &[0x7f, 0x19], &[0x22, 0x06]] {
            assert_eq!(Container::of(&mxf(not_ours)), None);
        }
        assert_eq!(Container::of(b""), None);
        assert_eq!(Container::of(b"II\x2a\0 and more than that"), None);
    }

    #[test]
    fn codecs_are_refused_by_name() {
        let tools = |number| Tools { ffmpeg: "f".into(), ffprobe: "p".into(), version: "x.y".into(), number };
        let stream =
            |name: &str, tag: &str| Stream { codec_name: Some(name.into()), codec_tag_string: Some(tag.into()), ..Stream::default() };
        let why = |name, tag, number| decodable(&stream(name, tag), &tools(number)).unwrap_err().to_string();
        assert!(decodable(&stream("prores", "apch"), &tools((5, 1))).is_ok());
        assert_eq!(why("unknown", "aprn", (5, 1)), "codec = aprn: ProRes RAW is decoded by FFmpeg 8 or newer; this is x.y");
        assert!(why("prores_raw", "aprn", (8, 0)).contains("not decoded"));
        assert!(why("unknown", "brhq", (9, 0)).contains("Blackmagic"));
        for raw in ["dpx", "exr", "r3d", "tiff", "rawvideo", "vp9"] {
            assert!(why(raw, "", (9, 0)).contains(&format!("codec = {raw}")));
        }
    }

    /// All that is made of a description, but for the file and the processes.
    fn understand(json: &[u8]) -> Result<bool> {
        let probe = probe::parse(json)?;
        let tools = Tools { ffmpeg: "f".into(), ffprobe: "p".into(), version: "x".into(), number: (5, 1) };
        let mut whole = false;
        for stream in probe.streams.iter().filter(|s| s.is_picture()) {
            let layout = decodable(stream, &tools).and_then(|()| layout(stream, Size::new(stream.width, stream.height)));
            let values = metadata::Values {
                bits: layout.as_ref().ok().map(|l| l.bits),
                signal: layout.as_ref().ok().map(|l| signal::stated(stream, l)),
            };
            for container in [Container::QuickTime, Container::Mxf] {
                let timing = Timing::of(stream, container, None);
                if let Ok(t) = &timing {
                    assert!(u64::from(t.frames) <= timing::MAX_FRAMES);
                    assert_eq!(t.frame(t.stamp(t.frames - 1)).unwrap_or(t.frames - 1), t.frames - 1);
                    let _ = (t.seek_point(t.frames - 1), t.frame(i64::MAX), t.frame(i64::MIN));
                }
                let tags = metadata::tags(&probe, stream);
                let _ = color::stated(&tags).encoding();
                metadata::read(Path::new("x"), stream, tags, timing.as_ref().ok(), &values, &tools);
                whole |= timing.is_ok() && layout.is_ok();
            }
        }
        Ok(whole)
    }

    #[test]
    fn damaged_descriptions_never_panic() {
        let sound = br#"{"streams":[{"index":0,"codec_name":"prores","codec_type":"video","codec_tag_string":"apch","width":1920,"height":1080,
            "has_b_frames":0,"sample_aspect_ratio":"4:3","pix_fmt":"yuv422p10le","color_range":"tv","color_space":"bt709","chroma_location":"left",
            "r_frame_rate":"24000/1001","avg_frame_rate":"24000/1001","time_base":"1/24000","start_pts":0,"duration_ts":4004,"nb_frames":"4",
            "bits_per_raw_sample":"10","disposition":{"attached_pic":0},"tags":{"timecode":"10:00:00:00"}}],
            "format":{"tags":{"com.arri.camera.ExposureIndexAsa":"800","com.arri.camera.ShutterAngle":"172.8","com.arri.camera.ColorGammaSxS":"LOG-C"}}}"#;
        assert!(understand(sound).unwrap());
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        let digits: Vec<usize> = (0..sound.len()).filter(|i| sound[*i].is_ascii_digit()).collect();
        let mut survived = 0;
        for round in 0..10_000 {
            let mut bytes = sound.to_vec();
            match round % 4 {
                0 => bytes.truncate(random(sound.len())),
                1 => bytes[random(sound.len())] ^= 1 << random(7),
                2 => bytes[digits[random(digits.len())]] = b"0123456789-/:"[random(13)],
                _ => {
                    let at = digits[random(digits.len())];
                    let long: &[&[u8]] = &[b"9223372036854775807", b"-9223372036854775808", b"4294967295", b"2147483647", b"0"];
                    bytes.splice(at..=at, long[random(long.len())].iter().copied());
                }
            }
            survived += usize::from(understand(&bytes).unwrap_or(false));
        }
        assert!(survived > 1000, "{survived}");
    }
}
