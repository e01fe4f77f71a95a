//! Movies, by FFmpeg as a process of its own: it is fed whole pictures of 16 bits and writes a file that gets its name when it is done.

use super::{
    quantised::Codes,
    tags::{Primaries, Tags, UNTOLD},
};
use crate::{
    camera::{
        Rational, Timecode,
        child::{self, Messages, Owned},
        h273,
        movie_tools::{Tools, tools},
    },
    error::{Error, ErrorKind, Result},
    files::{self, Passing},
    image::{Image, PixelHash, Size, hash_sequence},
    progress::Progress,
    recipe::output::Codec,
};
use crossbeam_channel::{SendTimeoutError, Sender, bounded};
use std::{
    fs,
    io::Write,
    path::Path,
    process::Command,
    thread::{self, JoinHandle},
    time::Duration,
};

/// How often somebody who waits looks whether the movie is still wanted.
const LOOK: Duration = Duration::from_millis(20);
/// Threads of an encoder. The bytes that some encoders write depend on their number: it is the same everywhere.
const THREADS: &str = "4";

/// What a codec takes and how FFmpeg is told.
struct Way {
    encoder: &'static str,
    options: &'static [&'static str],
    pixels: &'static str,
    /// Pixels that width and height are multiples of.
    step: (u32, u32),
    /// The smallest picture.
    least: (u32, u32),
}

fn way(codec: Codec) -> Way {
    let way = |encoder, options, pixels, step, least| Way { encoder, options, pixels, step, least };
    let prores = |options, pixels, step| way("prores_ks", options, pixels, step, (2, 1));
    // ST 2019-1: raster of at least 256 by 120.
    let dnxhr = |options, pixels, step| way("dnxhd", options, pixels, step, (256, 120));
    match codec {
        Codec::H264 => way("libx264", &["-preset", "medium", "-crf", "18", "-profile:v", "high"], "yuv420p", (2, 2), (2, 2)),
        Codec::Prores422Proxy => prores(&["-profile:v", "0", "-vendor", "apl0"], "yuv422p10le", (2, 1)),
        Codec::Prores422Lt => prores(&["-profile:v", "1", "-vendor", "apl0"], "yuv422p10le", (2, 1)),
        Codec::Prores422 => prores(&["-profile:v", "2", "-vendor", "apl0"], "yuv422p10le", (2, 1)),
        Codec::Prores422Hq => prores(&["-profile:v", "3", "-vendor", "apl0"], "yuv422p10le", (2, 1)),
        Codec::Prores4444 => prores(&["-profile:v", "4", "-vendor", "apl0"], "yuv444p10le", (1, 1)),
        Codec::DnxhrLb => dnxhr(&["-profile:v", "dnxhr_lb"], "yuv422p", (2, 1)),
        Codec::DnxhrSq => dnxhr(&["-profile:v", "dnxhr_sq"], "yuv422p", (2, 1)),
        Codec::DnxhrHq => dnxhr(&["-profile:v", "dnxhr_hq"], "yuv422p", (2, 1)),
        Codec::DnxhrHqx => dnxhr(&["-profile:v", "dnxhr_hqx"], "yuv422p10le", (2, 1)),
        Codec::Dnxhr444 => dnxhr(&["-profile:v", "dnxhr_444"], "yuv444p10le", (1, 1)),
    }
}

/// The picture of a movie that is scaled has sides that every codec takes.
pub const STEP: u32 = 2;

/// A movie that is to be made.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub codec: Codec,
    pub size: Size,
    pub pixel_aspect: f64,
    pub rate: Rational,
    pub timecode: Option<Timecode>,
    pub reel: Option<String>,
    pub tags: Option<Tags>,
}

/// A movie whose frames are being written.
pub struct Encoder {
    process: Owned,
    messages: Option<Messages>,
    /// To whoever feeds the process; gone once all was sent.
    frames: Option<Sender<Vec<u8>>>,
    feeder: Option<JoinHandle<()>>,
    size: Size,
    file: Passing,
    hashes: Vec<PixelHash>,
}

/// A movie that is whole, and still to be given its name.
pub struct Movie {
    pub file: Passing,
    pub sha256: String,
    /// Of the pictures that were put in.
    pub pixels: PixelHash,
}

/// Whether a codec takes a picture of this size.
///
/// # Errors
/// `Unsupported`: it does not.
pub fn fits(codec: Codec, size: Size) -> Result<()> {
    let way = way(codec);
    let Size { width, height } = size;
    if !width.is_multiple_of(way.step.0) || !height.is_multiple_of(way.step.1) {
        let message = format!("{} has to have sides that are multiples of {} and {}: choose a width", codec.name(), way.step.0, way.step.1);
        return Err(Error::unsupported(message).field("size").value(size));
    }
    if width < way.least.0 || height < way.least.1 {
        let message = format!("{} has at least {}x{} pixels: choose a width", codec.name(), way.least.0, way.least.1);
        return Err(Error::unsupported(message).field("size").value(size));
    }
    Ok(())
}

impl Wanted {
    /// Fails where no machine can make this movie.
    ///
    /// # Errors
    /// `Unsupported`: a picture or colour that the codec does not take. `Invalid`: a rate that is none.
    pub fn refuse_impossible(&self) -> Result<()> {
        fits(self.codec, self.size)?;
        if self.tags.is_some_and(|t| t.primaries == Primaries::Xyz) {
            return Err(Error::unsupported("a movie has no X'Y'Z': choose an output transform of a display").field("output transform"));
        }
        if self.rate.num() <= 0 || self.rate.den() <= 0 {
            return Err(Error::invalid("is no rate of a movie").field("frame rate").value(self.rate));
        }
        Ok(())
    }

    /// Fails where this movie cannot be made here, before a frame is rendered for it.
    ///
    /// # Errors
    /// Those of [`Wanted::refuse_impossible`]. `Unsupported`: no FFmpeg, or one without the encoder.
    pub fn check(&self, progress: &Progress) -> Result<()> {
        self.refuse_impossible()?;
        let way = way(self.codec);
        let found = tools(progress).map_err(|e| e.hint("a movie among the deliverables needs it"))?;
        let mut ask = Command::new(&found.ffmpeg);
        ask.args(["-hide_banner", "-h", &format!("encoder={}", way.encoder)]);
        let said = child::output(&mut ask, 1 << 20, Duration::from_secs(10), progress)?;
        if String::from_utf8_lossy(&said).contains(&format!("Encoder {}", way.encoder)) {
            return Ok(());
        }
        let message = format!("this FFmpeg has no encoder {} for {}", way.encoder, self.codec.name());
        Err(Error::unsupported(message).field("ffmpeg").value(&found.version))
    }

    fn arguments(&self, out: &Path) -> Vec<std::ffi::OsString> {
        let way = way(self.codec);
        let [primaries, transfer, matrix] = codes(self.tags);
        let rate = format!("{}/{}", self.rate.num(), self.rate.den());
        let size = format!("{}x{}", self.size.width, self.size.height);
        // The matrix is written out: FFmpeg would take that of BT.601.
        let scale_matrix = if matrix == BT_2020 { "bt2020" } else { "bt709" };
        let sar = aspect(self.pixel_aspect);
        // Some encoders write what their frames say, others what they are told.
        let filter = format!(
            "scale=in_range=full:out_range=limited:out_color_matrix={scale_matrix}:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact,\
             format={},setsar={sar},setparams=range=limited:color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}",
            way.pixels
        );
        let [primaries, transfer, matrix] = [primaries, transfer, matrix].map(|code| code.to_string());
        let mut arguments: Vec<std::ffi::OsString> = vec![];
        let mut add = |list: &[&str]| arguments.extend(list.iter().map(Into::into));
        add(&["-hide_banner", "-nostdin", "-loglevel", "error", "-f", "rawvideo", "-pixel_format", "rgb48le", "-video_size", &size]);
        add(&["-framerate", &rate, "-i", "pipe:0", "-map", "0:v", "-map_metadata", "-1", "-vf", &filter]);
        add(&["-c:v", way.encoder, "-threads", THREADS]);
        add(way.options);
        add(&["-color_primaries", &primaries, "-color_trc", &transfer, "-colorspace", &matrix, "-color_range", "tv"]);
        add(&["-fflags", "+bitexact", "-flags:v", "+bitexact", "-fps_mode", "passthrough"]);
        if let Some(timecode) = self.timecode {
            add(&["-timecode", &timecode.to_string()]);
            if let Some(reel) = &self.reel {
                add(&["-metadata:s:v:0", &format!("reel_name={reel}")]);
            }
        }
        let container = self.codec.container();
        add(&["-movflags", if container == "mp4" { "+faststart+write_colr" } else { "+write_colr" }]);
        add(&["-f", container, "-y"]);
        arguments.push(out.into());
        arguments
    }
}

impl Encoder {
    /// Starts FFmpeg, which writes beside where the movie belongs: into `folder`, without a name or under one that nobody takes for a
    /// delivery. What a process that was killed has left there of others goes.
    ///
    /// # Errors
    /// `Unsupported`: no FFmpeg; `TryAgain`, I/O: it cannot be started.
    pub fn start(wanted: &Wanted, folder: &Path, progress: &Progress) -> Result<Self> {
        let Tools { ffmpeg, .. } = tools(progress)?;
        files::create_folder(folder)?;
        let folder = fs::canonicalize(folder).map_err(|e| Error::io(folder, &e))?;
        files::sweep(&folder);
        let file = Passing::new(&folder, 0)?;
        let mut process = Owned::start(Command::new(ffmpeg).args(wanted.arguments(file.path())), true)?;
        let messages = process.child().stderr.take().map(|e| Messages::collect(e, |_| false));
        let mut stdin = process.child().stdin.take().ok_or_else(|| Error::new(ErrorKind::Io, "ffmpeg takes no input"))?;
        let (frames, queue) = bounded::<Vec<u8>>(1);
        // Whether it was taken is seen by the queue: it closes where the process does.
        let feeder = thread::spawn(move || while queue.recv().is_ok_and(|frame| stdin.write_all(&frame).is_ok()) {});
        Ok(Self { process, messages, frames: Some(frames), feeder: Some(feeder), size: wanted.size, file, hashes: vec![] })
    }

    /// Writes the next picture.
    ///
    /// # Errors
    /// Invalid: a picture of another size; I/O: FFmpeg has ended, with what it said; cancelled.
    pub fn write(&mut self, image: &Image, progress: &Progress) -> Result<()> {
        if image.size() != self.size {
            return Err(Error::invalid(format!("the movie is {}", self.size)).field("size").value(image.size()));
        }
        let codes = Codes::of(image, 16);
        self.hashes.push(codes.hash());
        let mut frame = codes.little_endian();
        loop {
            progress.check()?;
            let Some(frames) = &self.frames else { return Err(self.ended()) };
            match frames.send_timeout(frame, LOOK) {
                Ok(()) => return Ok(()),
                Err(SendTimeoutError::Timeout(again)) => frame = again,
                Err(SendTimeoutError::Disconnected(_)) => return Err(self.ended()),
            }
        }
    }

    fn ended(&mut self) -> Error {
        let how = self.process.how_it_ended();
        // The reader of what it says may be a moment behind.
        thread::sleep(LOOK);
        let said = self.messages.as_ref().and_then(Messages::last).unwrap_or(how);
        Error::new(ErrorKind::Io, format!("ffmpeg writes no movie: {said}"))
    }

    /// Waits until the movie is whole.
    ///
    /// # Errors
    /// I/O: FFmpeg failed, with what it said; cancelled.
    pub fn finish(mut self, progress: &Progress) -> Result<Movie> {
        self.frames = None;
        while self.feeder.as_ref().is_some_and(|f| !f.is_finished()) {
            progress.check()?;
            thread::sleep(LOOK);
        }
        let status = loop {
            match self.process.child().try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) => {
                    progress.check()?;
                    thread::sleep(LOOK);
                }
                Err(e) => return Err(Error::new(ErrorKind::Io, format!("ffmpeg: {e}"))),
            }
        };
        if !status.success() {
            return Err(self.ended());
        }
        let sha256 = files::sha256_of_file(self.file.path())?;
        Ok(Movie { file: self.file, sha256, pixels: hash_sequence(&self.hashes) })
    }
}

/// Code points of ITU-T H.273 for primaries, transfer and matrix, which FFmpeg takes as they are.
fn codes(tags: Option<Tags>) -> [u8; 3] {
    let Some(tags) = tags else { return [UNTOLD, UNTOLD, BT_709] };
    let (primaries, transfer) = tags.h273();
    [primaries, transfer, if tags.primaries == Primaries::Rec2020 { BT_2020 } else { BT_709 }]
}

/// What a movie says of its colours, in words: `BT.709, sRGB, matrix BT.709 (1-13-1), limited range`.
pub fn told(tags: Option<Tags>) -> String {
    let codes = codes(tags);
    let [primaries, transfer, matrix] = codes.map(u16::from);
    let word = |word: Option<&'static str>| word.unwrap_or("unspecified");
    let (primaries, transfer, matrix) = (word(h273::primaries(primaries)), word(h273::transfer(transfer)), word(h273::matrix(matrix)));
    let [p, t, m] = codes;
    format!("{primaries}, {transfer}, matrix {matrix} ({p}-{t}-{m}), limited range")
}

/// Bits of a sample that a codec writes.
pub fn bits(codec: Codec) -> u32 {
    if way(codec).pixels.ends_with("10le") { 10 } else { 8 }
}

/// Code points of matrices.
const BT_709: u8 = 1;
const BT_2020: u8 = 9;

/// The shape of a pixel as a ratio that containers hold.
fn aspect(pixel_aspect: f64) -> String {
    if pixel_aspect == 1.0 { "1/1".into() } else { format!("{}/1000", (pixel_aspect * 1000.0).round().clamp(1.0, 1e6) as u32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(codec: Codec) -> Wanted {
        Wanted {
            codec,
            size: Size::new(320, 180),
            pixel_aspect: 1.0,
            rate: Rational::new(24000, 1001).unwrap(),
            timecode: Timecode::new(1, 0, 0, 12, false),
            reel: Some("A001".into()),
            tags: Tags::of("ACES 2, Rec709-D65 100 nit in Rec709-D65 BT1886"),
        }
    }

    #[test]
    fn what_a_codec_does_not_take_is_refused_before_anything_is_made() {
        let progress = Progress::default();
        let odd = Wanted { size: Size::new(321, 180), ..wanted(Codec::H264) };
        assert_eq!(odd.check(&progress).unwrap_err().field_name(), Some("size"));
        let small = Wanted { size: Size::new(128, 72), ..wanted(Codec::DnxhrHq) };
        assert_eq!(small.check(&progress).unwrap_err().kind(), ErrorKind::Unsupported);
        let xyz = Tags { primaries: Primaries::Xyz, transfer: super::super::tags::Transfer::Gamma26 };
        assert!(Wanted { tags: Some(xyz), ..wanted(Codec::Prores422) }.check(&progress).is_err());
        assert!(Wanted { rate: Rational::new(-1, 1).unwrap(), ..wanted(Codec::H264) }.check(&progress).is_err());
    }

    #[test]
    fn colours_are_told_as_they_are() {
        let of = |title: &str| codes(Tags::of(title));
        assert_eq!(of("ACES 2, Rec709-D65 100 nit in Rec709-D65 BT1886"), [1, 1, 1]);
        assert_eq!(of("ACES 2, P3-D65 1000 nit in Rec2100-D65 ST2084"), [9, 16, 9]);
        assert_eq!(of("ACES 1, BT.2020 1000 nit, HLG"), [9, 18, 9]);
        assert_eq!(of("ACES 2, P3-D65 48 nit in P3-D65 Gamma2pt6"), [12, 2, 1]);
        assert_eq!(codes(None), [2, 2, 1]);
    }

    #[test]
    fn a_movie_that_nobody_finishes_leaves_nothing() {
        let progress = Progress::default();
        if tools(&progress).is_err() {
            return eprintln!("skipped: no ffmpeg");
        }
        let folder = tempfile::tempdir().unwrap();
        let mut encoder = Encoder::start(&wanted(Codec::Prores422Proxy), folder.path(), &progress).unwrap();
        let size = Size::new(320, 180);
        encoder.write(&Image::new(size), &progress).unwrap();
        assert!(encoder.write(&Image::new(Size::new(2, 2)), &progress).is_err());
        drop(encoder);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
