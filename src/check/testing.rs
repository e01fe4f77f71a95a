//! A clip that is made up, for tests of rules.

use super::{Finding, Found, Profile, Rule, Subject};
use crate::{
    camera::{CameraColor, Clip, Encoding, Field, FrameList, FrameNumber, Metadata, Picture, Rational, Reading, Timecode},
    error::{Error, Result},
    image::{Image, Size},
    pipeline::{Plan, Settings, Sidecars},
    progress::Progress,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub struct Fake {
    pub format: &'static str,
    pub path: PathBuf,
    pub metadata: Metadata,
    pub encoding: Encoding,
    pub size: Size,
    pub frames: FrameList,
    /// Every pixel.
    pub color: [f32; 3],
    /// What each frame shows instead.
    pub paint: Option<fn(FrameNumber, Size) -> Image>,
    /// Frames that cannot be read.
    pub broken: Vec<FrameNumber>,
}

impl Fake {
    /// Raw from a camera whose colours are AP0, 24 frames at 24 fps from 10:00:00:00.
    pub fn raw(name: &str) -> Self {
        let frames = FrameList::new((0..24).collect());
        let camera = CameraColor {
            neutral: [1.0; 3],
            to_aces: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            baseline_exposure: 0.0,
            kelvin: 5600.0,
        };
        let metadata = Metadata {
            clip_name: Some(Field::stated(name.into(), "test")),
            start_timecode: Timecode::new(10, 0, 0, 0, false).map(|t| Field::stated(t, "test")),
            frame_rate: Rational::new(24, 1).map(|r| Field::stated(r, "test")),
            ..Metadata::default()
        };
        Self {
            format: "fake",
            path: format!("/nowhere/{name}.fake").into(),
            metadata,
            encoding: Encoding::Camera(camera),
            size: Size::new(64, 32),
            frames,
            color: [0.18; 3],
            paint: None,
            broken: vec![],
        }
    }

    pub fn plan(&self, sidecars: &Sidecars, settings: &Settings) -> Result<Plan> {
        Plan::new(self, sidecars, settings)
    }

    /// What one rule finds.
    pub fn found(&self, rule: &str, sidecars: &Sidecars, settings: &Settings, profile: &Arc<Profile>) -> Finding {
        let plan = self.plan(sidecars, settings);
        let name = self.metadata.clip_name.as_ref().map_or("", |f| &f.value);
        let rule = super::rules().find(|r| r.id == rule).unwrap_or_else(|| panic!("no rule {rule}"));
        judged([rule], self, name, sidecars, &plan, profile).remove(0)
    }

    /// The same with nothing chosen and nothing beside it.
    pub fn alone(&self, rule: &str) -> Finding {
        self.found(rule, &Sidecars::default(), &Settings::default(), &Profile::neutral())
    }
}

/// What rules find on a clip.
pub fn judged<'r>(
    rules: impl IntoIterator<Item = &'r Rule>,
    clip: &dyn Clip,
    name: &str,
    sidecars: &Sidecars,
    plan: &Result<Plan>,
    profile: &Arc<Profile>,
) -> Vec<Finding> {
    let subject = Subject { name, clip, sidecars, plan, profile: profile.clone(), found: Found::default() };
    rules.into_iter().map(|rule| rule.judge((rule.method)(&subject, &Progress::default()), profile).unwrap()).collect()
}

/// The neutral profile with these limits: `[rules.FDL-08]\nwidth = 4`.
pub fn profile(rules: &str) -> Arc<Profile> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.toml");
    std::fs::write(&path, format!("id = 'test'\ntitle = 'Test'\nversion = '1'\nextends = 'neutral'\n{rules}\n")).unwrap();
    Arc::new(Profile::open(&path).unwrap())
}

impl Clip for Fake {
    fn format(&self) -> &'static str {
        self.format
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
    fn timecode(&self, frame: FrameNumber) -> Result<Option<Timecode>> {
        Ok(self.metadata.timecode_at(frame))
    }
    fn read(&self, frame: FrameNumber, _: &Reading) -> Result<Picture> {
        if self.broken.contains(&frame) {
            return Err(Error::invalid("truncated").file(&self.path));
        }
        if let Some(paint) = self.paint {
            return Ok(Picture::Rgb(paint(frame, self.size)));
        }
        Ok(Picture::Rgb(Image::from_planes(self.size, self.color.map(|v| vec![v; self.size.area()]))))
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}
