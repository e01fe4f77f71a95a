//! Stand-in for the rooms that are not merged yet, with their signatures. Goes when they come.
#![allow(missing_docs)]

pub mod pipeline {
    use crate::{
        camera::{Clip, FrameNumber, Picture},
        error::{Error, Result},
        image::{Image, RectF},
    };
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Stage {
        Raw,
        Aces,
        Look,
        Display,
    }

    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Tier {
        Half,
        #[default]
        Best,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Settings {
        #[serde(default)]
        pub tier: Tier,
        #[serde(default)]
        pub exposure: f64,
    }

    #[derive(Clone, Debug, Default)]
    pub struct Sidecars {}
    impl Sidecars {
        pub fn discover(_clip: &dyn Clip) -> Result<Self> {
            Ok(Self {})
        }
    }

    #[derive(Clone, Debug)]
    pub struct ColorStep {
        pub stage: Stage,
        pub label: String,
        pub detail: String,
        pub source: String,
        pub applied: bool,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum OverlayKind {
        Canvas,
        Effective,
        Protection,
        Decision,
    }

    #[derive(Clone, Debug)]
    pub struct OverlayRect {
        pub kind: OverlayKind,
        pub label: String,
        pub rect: RectF,
    }

    pub struct Plan {
        pub settings: Settings,
        steps: Vec<ColorStep>,
        size: crate::image::Size,
    }

    const BALANCE: [f32; 3] = [1.9, 1.0, 1.6];
    pub const LOOK: [f32; 3] = [1.04, 1.0, 0.94];

    impl Plan {
        pub fn new(clip: &dyn Clip, _sidecars: &Sidecars, settings: &Settings) -> Result<Self> {
            let step = |stage, label: &str, detail: &str, source: &str| ColorStep {
                stage,
                label: label.into(),
                detail: detail.into(),
                source: source.into(),
                applied: false,
            };
            Ok(Self {
                settings: settings.clone(),
                size: clip.size(),
                steps: vec![
                    step(Stage::Raw, "Debayer", "MLRI, full resolution", "settings"),
                    step(Stage::Aces, "Input Transform", "Camera RGB to ACES2065-1, neutral 5600 K", "DNG ColorMatrix, AsShotNeutral"),
                    step(Stage::Look, "CDL", "slope 1.04 1.00 0.94", "show.amf lookTransform[1]"),
                    step(Stage::Display, "Output Transform", "ACES 2 SDR Rec.709 100 nits", "show.amf outputTransform"),
                ],
            })
        }
        pub fn steps(&self) -> &[ColorStep] {
            &self.steps
        }
        pub fn key(&self) -> String {
            serde_json::to_string(&self.settings).unwrap_or_default()
        }
        pub fn decode(&self, clip: &dyn Clip, frame: FrameNumber) -> Result<Image> {
            match clip.read(frame)? {
                Picture::Rgb(image) => Ok(image),
                Picture::Mosaic(_) => Err(Error::unsupported("no debayer yet")),
            }
        }
        pub fn pixel(&self, v: [f32; 3], from: Stage, to: Stage) -> [f32; 3] {
            let mut v = v;
            if from < Stage::Aces && to >= Stage::Aces {
                let gain = (self.settings.exposure as f32).exp2();
                v = std::array::from_fn(|c| v[c] * BALANCE[c] * gain);
            }
            if from < Stage::Look && to >= Stage::Look {
                v = std::array::from_fn(|c| v[c] * LOOK[c]);
            }
            if from < Stage::Display && to >= Stage::Display {
                v = v.map(|x| (x.max(0.0) / (x.max(0.0) + 0.6)).powf(1.0 / 2.2));
            }
            v
        }
        pub fn develop(&self, raw: &Image, stage: Stage) -> Image {
            let mut out = raw.clone();
            for i in 0..out.planes[0].len() {
                let v = self.pixel([raw.planes[0][i], raw.planes[1][i], raw.planes[2][i]], Stage::Raw, stage);
                for c in 0..3 {
                    out.planes[c][i] = v[c];
                }
            }
            out
        }
        pub fn overlays(&self) -> Vec<OverlayRect> {
            let (w, h) = (f64::from(self.size.width), f64::from(self.size.height));
            let inset = |f: f64| RectF::new(w * (1.0 - f) / 2.0, h * (1.0 - f) / 2.0, w * f, h * f);
            vec![
                OverlayRect { kind: OverlayKind::Canvas, label: format!("Canvas {}", self.size), rect: inset(1.0) },
                OverlayRect { kind: OverlayKind::Effective, label: "Effective".into(), rect: inset(0.96) },
                OverlayRect { kind: OverlayKind::Protection, label: "Protection".into(), rect: inset(0.9) },
                OverlayRect {
                    kind: OverlayKind::Decision,
                    label: "2.39:1 Scope".into(),
                    rect: RectF::new(w * 0.075, h / 2.0 - w * 0.85 / 2.39 / 2.0, w * 0.85, w * 0.85 / 2.39),
                },
            ]
        }
        /// `to_aces`, `look`, `to_display` as WGSL.
        pub fn wgsl(&self) -> (String, Vec<f32>) {
            let gain = (self.settings.exposure as f32).exp2();
            let v = |a: [f32; 3]| format!("vec3<f32>({:?}, {:?}, {:?})", a[0], a[1], a[2]);
            (
                format!(
                    "fn to_aces(px: vec3<f32>) -> vec3<f32> {{ return px * {} * color_tables[0]; }}\n\
                     fn look(px: vec3<f32>) -> vec3<f32> {{ return px * {}; }}\n\
                     fn to_display(px: vec3<f32>) -> vec3<f32> {{ let x = max(px, vec3<f32>(0.0)); return pow(x / (x + 0.6), vec3<f32>(1.0 / 2.2)); }}\n",
                    v(BALANCE),
                    v(LOOK)
                ),
                vec![gain],
            )
        }
    }
}

pub mod check {
    use super::pipeline::{Plan, Settings, Sidecars};
    use crate::{
        camera::{Clip, FrameNumber},
        progress::Progress,
    };
    use std::sync::Arc;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Severity {
        Block,
        Warn,
        Inform,
    }
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Outcome {
        Pass,
        Fail,
        NotApplicable,
        Error,
    }
    #[derive(Clone, Debug)]
    pub struct Finding {
        pub id: String,
        pub title: String,
        pub severity: Severity,
        pub outcome: Outcome,
        pub measured: String,
        pub limit: String,
        pub evidence: String,
        pub frame: Option<FrameNumber>,
        pub mend: Option<String>,
    }
    #[derive(Clone)]
    pub struct Subject {
        pub clip: Arc<dyn Clip>,
        pub sidecars: Arc<Sidecars>,
        pub settings: Settings,
        pub plan: Arc<Plan>,
    }
    pub fn run(subject: &Subject, progress: &Progress) -> Vec<Finding> {
        progress.begin(3, "checks");
        let missing = subject.clip.frames().missing_count();
        let finding = |id: &str, title: &str, severity, ok: bool, measured: String, limit: &str, evidence: &str| Finding {
            id: id.into(),
            title: title.into(),
            severity,
            outcome: if ok { Outcome::Pass } else { Outcome::Fail },
            measured,
            limit: limit.into(),
            evidence: evidence.into(),
            frame: None,
            mend: None,
        };
        let mut out = vec![
            finding("media.sequence", "No frame is missing", Severity::Block, missing == 0, format!("{missing} missing"), "0 missing", "frame numbers of the sequence"),
            finding("framing.canvas", "FDL canvas equals the clip", Severity::Block, true, subject.clip.size().to_string(), &subject.clip.size().to_string(), "canvas.dimensions"),
            finding("color.input", "AMF input transform matches the camera", Severity::Warn, false, "LogC3 EI800".into(), "LogC4", "AMF inputTransform, line 23"),
        ];
        out[2].mend = Some("Use the LogC4 input transform".into());
        out[0].frame = Some(subject.clip.frames().first());
        out
    }
}

pub mod recipe {
    use super::check::Subject;
    use crate::{camera::FrameNumber, error::Result, image::PixelHash, progress::Progress};
    use std::path::{Path, PathBuf};

    #[derive(Clone, Debug, Default)]
    pub struct Approval {
        pub name: String,
        pub role: String,
        pub note: String,
    }
    #[derive(Clone, Debug)]
    pub struct Golden {
        pub clip: String,
        pub frame: FrameNumber,
        pub plate_hash: PixelHash,
        pub display_hash: PixelHash,
    }
    #[derive(Clone, Debug)]
    pub struct Exported {
        pub dir: PathBuf,
        pub golden: Vec<Golden>,
    }
    pub fn export(dir: &Path, subjects: &[Subject], _approval: &Approval, progress: &Progress) -> Result<Exported> {
        progress.begin(subjects.len() as u64, "golden frames");
        let mut golden = vec![];
        for s in subjects {
            let frame = s.clip.frames().first();
            let raw = s.plan.decode(&*s.clip, frame)?;
            golden.push(Golden {
                clip: s.clip.path().file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
                frame,
                plate_hash: crate::image::hash_pixels(&raw),
                display_hash: crate::image::hash_pixels(&s.plan.develop(&raw, super::pipeline::Stage::Display)),
            });
            progress.step()?;
        }
        Ok(Exported { dir: dir.to_owned(), golden })
    }
}

/// A clip that is computed, for tests until real clips can be opened: `*.chart`.
pub mod chart {
    use crate::{
        camera::{CameraColor, Clip, Encoding, Field, FrameList, FrameNumber, Metadata, Picture, Rational, Timecode},
        error::{Error, Result},
        image::{Image, Size},
    };
    use std::{
        path::{Path, PathBuf},
        sync::Arc,
    };

    pub struct ChartClip {
        path: PathBuf,
        metadata: Metadata,
        frames: FrameList,
        size: Size,
        encoding: Encoding,
        aspect: f64,
        alpha: bool,
        pub delay: std::time::Duration,
    }

    pub fn opener() -> crate::session::Opener {
        Arc::new(|path: &Path| Ok(Arc::new(ChartClip::open(path)?) as Arc<dyn Clip>))
    }

    impl ChartClip {
        pub fn open(path: &Path) -> Result<Self> {
            let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            if path.extension().is_none_or(|e| e != "chart") {
                return Err(Error::unsupported("not a camera file of a known format").file(path));
            }
            let big = name.contains("big");
            let size = if big { Size::new(4096, 3072) } else { Size::new(1280, 720) };
            let frames = if name.contains("gap") {
                FrameList::new((0..40).chain(44..60).chain(70..72).collect())
            } else {
                FrameList::new((0..48).collect())
            };
            let aspect = if name.contains("2x") { 2.0 } else { 1.0 };
            let tc = Timecode::new(1, 2, 3, 4, false);
            Ok(Self {
                metadata: Metadata {
                    clip_name: Some(Field::assumed(name.clone(), "file name")),
                    reel: Some(Field::assumed("A001".into(), "file name")),
                    start_timecode: tc.map(|t| Field::stated(t, "DNG 51043 TimeCodes")),
                    frame_rate: Rational::new(24, 1).map(|r| Field::stated(r, "DNG 51044 FrameRate")),
                    frame_count: Some(Field::derived(frames.present.len() as u64, "files of the sequence")),
                    make: Some(Field::stated("Prelight".into(), "DNG 271 Make")),
                    model: Some(Field::stated("Chart One".into(), "DNG 272 Model")),
                    resolution: Some(Field::stated(size, "DNG 50829 ActiveArea")),
                    squeeze: Some(Field::stated(aspect, "DNG 50718 DefaultScale")),
                    bit_depth: Some(Field::stated(12, "DNG 258 BitsPerSample")),
                    exposure_index: Some(Field::stated(800, "EXIF 34855 ISOSpeedRatings")),
                    shutter_angle: Some(Field::derived(172.8, "DNG 33434 x 51044")),
                    white_balance: Some(Field::derived(5600.0, "DNG 50728 AsShotNeutral")),
                    ..Default::default()
                },
                path: path.to_owned(),
                frames,
                size,
                encoding: Encoding::Camera(CameraColor {
                    neutral: [0.5, 1.0, 0.6],
                    to_aces: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
                    baseline_exposure: 0.0,
                    kelvin: 5600.0,
                }),
                aspect,
                alpha: name.contains("alpha"),
                delay: std::time::Duration::from_millis(if name.contains("slow") { 200 } else { 0 }),
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
            &self.frames
        }
        fn size(&self) -> Size {
            self.size
        }
        fn timecode(&self, _frame: FrameNumber) -> Result<Option<Timecode>> {
            Ok(None)
        }
        fn read(&self, frame: FrameNumber) -> Result<Picture> {
            std::thread::sleep(self.delay);
            if frame == 13 && self.path.to_string_lossy().contains("bad") {
                return Err(Error::invalid("truncated").file(&self.path).field("StripByteCounts"));
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
                    rgb = [[0.18, 0.02, 0.02], [0.02, 0.2, 0.03], [0.02, 0.03, 0.3], [0.3, 0.3, 0.02], [0.3, 0.02, 0.3], [0.02, 0.3, 0.3], [0.6, 0.4, 0.3], [0.9, 0.9, 0.9]][i.min(7)];
                } else if v >= 0.95 {
                    rgb = [if x % 2 == 0 { 0.8 } else { 0.02 }; 3];
                }
                let (cx, cy) = (0.15 + 0.7 * (frame % 48) as f32 / 48.0, 0.45);
                let (dx, dy) = ((u - cx) * w * aspect as f32, (v - cy) * h);
                if dx * dx + dy * dy < (h * 0.12) * (h * 0.12) {
                    rgb = [0.5, 0.42, 0.36];
                }
                let balance = [1.0 / 1.9, 1.0, 1.0 / 1.6];
                let i = (y * size.width + x) as usize;
                (0..3).for_each(|c| image.planes[c][i] = rgb[c] * balance[c]);
            }
        }
        if alpha {
            image.alpha = Some((0..size.area()).map(|i| (i % size.width as usize) as f32 / w).collect());
        }
        image
    }
}
