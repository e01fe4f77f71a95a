//! A clip that is computed, for tests that need pictures and no camera file: `*.chart`. What is odd about it stands in its name.

use super::prelight::{
    camera::{CameraColor, Clip, Encoding, Field, FrameList, FrameNumber, Metadata, Picture, Rational, Reading, Timecode},
    error::{Error, Result},
    image::{BlackLevel, Image, Mosaic, Size},
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// White balance of the camera that the chart was seen by.
const BALANCE: [f64; 3] = [1.9, 1.0, 1.6];

pub struct ChartClip {
    path: PathBuf,
    metadata: Metadata,
    frames: FrameList,
    size: Size,
    encoding: Encoding,
    aspect: f64,
    alpha: bool,
    pub delay: std::time::Duration,
    /// Whoever asks for its frames waits this long.
    stall: std::time::Duration,
    /// The window's thread, which is the test's, waits a second once it has asked for them so many times.
    hitch: AtomicU32,
}

pub fn opener() -> super::prelight::session::Opener {
    Arc::new(|path: &Path, _: &super::prelight::progress::Progress| Ok(Arc::new(ChartClip::open(path)?) as Arc<dyn Clip>))
}

impl ChartClip {
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        if path.extension().is_none_or(|e| e != "chart") {
            return Err(Error::unsupported("not a camera file of a known format").file(path));
        }
        let size = match () {
            () if name.contains("big") => Size::new(4096, 3072),
            () if name.contains("small") => Size::new(320, 240),
            () => Size::new(1280, 720),
        };
        let frames = if name.contains("gap") {
            FrameList::new((0..40).chain(44..60).chain(70..72).collect())
        } else {
            FrameList::new((0..if name.contains("short") { 6 } else { 48 }).collect())
        };
        let aspect = if name.contains("2x") { 2.0 } else { 1.0 };
        let tc = Timecode::new(1, 2, 3, 4, false);
        let is_log = name.contains("logc4");
        Ok(Self {
            metadata: Metadata {
                clip_name: Some(Field::assumed(name.clone(), "file name")),
                reel: Some(Field::assumed("A001".into(), "file name")),
                start_timecode: tc.map(|t| Field::stated(t, "DNG 51043 TimeCodes")),
                frame_rate: Rational::new(if name.contains("25fps") { 25 } else { 24 }, 1).map(|r| Field::stated(r, "DNG 51044 FrameRate")),
                frame_count: Some(Field::derived(frames.present.len() as u64, "files of the sequence")),
                make: Some(Field::stated(if is_log { "ARRI" } else { "Prelight" }.into(), "DNG 271 Make")),
                model: Some(Field::stated("Chart One".into(), "DNG 272 Model")),
                resolution: Some(Field::stated(size, "DNG 50829 ActiveArea")),
                squeeze: Some(Field::stated(aspect, "DNG 50718 DefaultScale")),
                bit_depth: Some(Field::stated(12, "DNG 258 BitsPerSample")),
                exposure_index: Some(Field::stated(800, "EXIF 34855 ISOSpeedRatings")),
                shutter_angle: Some(Field::derived(172.8, "DNG 33434 x 51044")),
                white_balance: Some(Field::derived(5600.0, "DNG 50728 AsShotNeutral")),
                lens: Some(Field::stated("Chart Prime 50 mm".into(), "EXIF 42036 LensModel")),
                cfa: name.contains("capped").then(|| Field::stated("RGGB".into(), "DNG 33422 CFAPattern")),
                ..Default::default()
            },
            path: path.to_owned(),
            frames,
            size,
            encoding: if is_log {
                Encoding::Coded { transform: "arri-logc4".into(), key: "test chart".into() }
            } else {
                Encoding::Camera(CameraColor {
                    neutral: BALANCE.map(|b| 1.0 / b),
                    to_aces: [[BALANCE[0], 0.0, 0.0], [0.0, BALANCE[1], 0.0], [0.0, 0.0, BALANCE[2]]],
                    baseline_exposure: 0.0,
                    kelvin: 5600.0,
                })
            },
            aspect,
            alpha: name.contains("alpha"),
            delay: std::time::Duration::from_millis(if name.contains("slow") { 60 } else { 0 }),
            stall: std::time::Duration::from_millis(if name.contains("stall") { 15 } else { 0 }),
            hitch: AtomicU32::new(if name.contains("hitch") { 200 } else { 0 }),
        })
    }
}

impl Clip for ChartClip {
    fn format(&self) -> &'static str {
        "chart"
    }
    fn path(&self) -> &Path {
        &self.path
    }
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
    fn frames(&self) -> &FrameList {
        if !self.stall.is_zero() {
            std::thread::sleep(self.stall);
        }
        let is_window = || std::thread::current().name().is_some_and(|name| name.contains("::"));
        if self.hitch.load(Ordering::Relaxed) > 0
            && is_window()
            && self.hitch.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)) == Ok(1)
        {
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
        &self.frames
    }
    fn size(&self) -> Size {
        self.size
    }
    fn timecode(&self, _frame: FrameNumber) -> Result<Option<Timecode>> {
        Ok(None)
    }
    fn read(&self, frame: FrameNumber, _reading: &Reading) -> Result<Picture> {
        std::thread::sleep(self.delay);
        if frame == 13 && self.path.to_string_lossy().contains("bad") {
            return Err(Error::invalid("truncated").file(&self.path).field("StripByteCounts"));
        }
        if self.metadata.cfa.is_some() {
            return Ok(Picture::Mosaic(capped(self.size, frame)));
        }
        Ok(Picture::Rgb(chart(self.size, self.aspect, self.alpha, frame)))
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}

/// What a sensor sees with its lens covered: noise, and one hot photosite.
fn capped(size: Size, frame: FrameNumber) -> Mosaic {
    const BLACK: f32 = 512.0;
    let noise = |i: u32| {
        let mut z = (u64::from(frame) << 32 | u64::from(i)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ z >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        // Three times a sum of three that lie evenly between -1 and 1.
        (0..3).map(|k| (z >> (k * 21) & 0xf_ffff) as f32 / 524_288.0 - 1.0).sum::<f32>() * 3.0
    };
    let hot = 120 * size.width + 160;
    let site = |i: u32| (BLACK + noise(i) + if i == hot { 90.0 } else { 0.0 }).round() as u16;
    Mosaic { black: BlackLevel::uniform(BLACK), ..Mosaic::new(size, 14, (0..size.area() as u32).map(site).collect()) }
}

/// A ramp over six stops, patches of colour, a circle that moves with the frame, fine lines.
pub fn chart(size: Size, aspect: f64, alpha: bool, frame: FrameNumber) -> Image {
    let (w, h) = (size.width as f32, size.height as f32);
    let mut image = Image::new(size);
    image.pixel_aspect = aspect;
    for y in 0..size.height {
        for x in 0..size.width {
            let (u, v) = ((x as f32 + 0.5) / w, (y as f32 + 0.5) / h);
            let mut rgb = [0.18f32; 3];
            if v < 0.2 {
                rgb = [(2.0f32).powf(-8.0 + 10.0 * u); 3];
            } else if v > 0.7 && v < 0.9 {
                let i = (u * 8.0) as usize;
                rgb = [
                    [0.18, 0.02, 0.02],
                    [0.02, 0.2, 0.03],
                    [0.02, 0.03, 0.3],
                    [0.3, 0.3, 0.02],
                    [0.3, 0.02, 0.3],
                    [0.02, 0.3, 0.3],
                    [0.6, 0.4, 0.3],
                    [0.9, 0.9, 0.9],
                ][i.min(7)];
            } else if v >= 0.95 {
                rgb = [if x % 2 == 0 { 0.8 } else { 0.02 }; 3];
            }
            let (cx, cy) = (0.15 + 0.7 * (frame % 48) as f32 / 48.0, 0.45);
            let (dx, dy) = ((u - cx) * w * aspect as f32, (v - cy) * h);
            if dx * dx + dy * dy < (h * 0.12) * (h * 0.12) {
                rgb = [0.5, 0.42, 0.36];
            }
            let i = (y * size.width + x) as usize;
            (0..3).for_each(|c| image.planes[c][i] = rgb[c] / BALANCE[c] as f32);
        }
    }
    if alpha {
        image.alpha = Some((0..size.area()).map(|i| (i % size.width as usize) as f32 / w).collect());
    }
    image
}
