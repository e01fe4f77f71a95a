//! Every frame of a clip, decoded once: what rules that look at a few frames otherwise then say of all of them.

use super::{Subject, color::Boundary, plates::Pixels, raw::Ends};
use crate::{
    camera::{FrameNumber, Picture},
    error::{Error, ErrorKind, Result},
    progress::Progress,
};
use serde::{Deserialize, Serialize};

/// What the frames of a clip hold, as its plan makes them. It is of one clip as it is open, and fits as long as the plan and the limits
/// that were measured by are the same.
#[derive(Serialize, Deserialize)]
pub struct Whole {
    key: String,
    /// Frames that there are.
    frames: usize,
    /// Those that do not decode, and why. It may be otherwise tomorrow: what has some is not kept ([`Self::keeps`]).
    #[serde(skip)]
    broken: Vec<(FrameNumber, Error)>,
    /// Those without a pixel in the display window.
    pub(super) black: Vec<FrameNumber>,
    /// Of raw.
    pub(super) ends: Vec<Ends>,
    pub(super) pixels: Option<Pixels>,
    /// The frame with most beyond AP1.
    pub(super) boundary: Option<Boundary>,
}

impl Whole {
    /// Decodes every frame of the clip, each once.
    ///
    /// # Errors
    /// Cancelled; the clip is only inspected, not decoded. What does not decode is told by [`Self::broken`].
    pub fn measure(subject: &Subject, progress: &Progress) -> Result<Self> {
        let clip = subject.clip;
        if let Some(error) = clip.refusal() {
            return Err(error);
        }
        let present = &clip.frames().present;
        progress.begin(present.len() as u64, &format!("{}: every frame", subject.name));
        let has_plate = subject.plan.is_ok() || subject.is_plates();
        let mut whole = Self {
            key: key(subject)?,
            frames: present.len(),
            broken: vec![],
            black: vec![],
            ends: vec![],
            pixels: has_plate.then(|| Pixels::none(subject)),
            boundary: None,
        };
        for &frame in present {
            match whole.add(subject, frame, progress) {
                Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
                Err(error) => whole.broken.push((frame, error)),
                Ok(()) => {}
            }
            progress.step()?;
        }
        Ok(whole)
    }

    fn add(&mut self, subject: &Subject, frame: FrameNumber, progress: &Progress) -> Result<()> {
        let clip = subject.clip;
        let picture = clip.read_watched(frame, &subject.reading(), progress)?;
        progress.check()?;
        if is_black(&picture) {
            self.black.push(frame);
        }
        // Corrections that cannot be read stand in the way of a picture as much.
        if subject.applies_opcodes() {
            clip.opcodes(frame)?;
        }
        if clip.metadata().cfa.is_some() {
            self.ends.extend(Ends::of(&picture, frame));
        }
        let Some(pixels) = &mut self.pixels else { return Ok(()) };
        let raw = match (subject.plan, picture) {
            (Ok(plan), picture) => plan.decode_picture(clip, frame, picture)?,
            (Err(_), Picture::Rgb(image)) => image.into_display_window(),
            (Err(error), _) => return Err(error.clone()),
        };
        let aces = pixels.add(subject, frame, raw)?;
        if subject.plan.is_ok() {
            let found = Boundary::of_picture(subject, frame, &aces)?;
            if self.boundary.as_ref().is_none_or(|worst| found.is_worse_than(worst)) {
                self.boundary = Some(found);
            }
        }
        Ok(())
    }

    /// Whether it is of the clip as it is looked at now.
    pub fn fits(&self, subject: &Subject) -> bool {
        key(subject).is_ok_and(|key| key == self.key)
    }
    /// Whether it holds as long as the files are the same.
    pub fn keeps(&self) -> bool {
        self.broken.is_empty()
    }
    /// Frames that there are.
    pub fn frames(&self) -> usize {
        self.frames
    }
    /// Frames that do not decode, and why.
    pub fn broken(&self) -> &[(FrameNumber, Error)] {
        &self.broken
    }
}

/// Whether no pixel lies within the display window.
pub(super) fn is_black(picture: &Picture) -> bool {
    matches!(picture, Picture::Rgb(image) if !image.display_window.overlaps(image.data_window))
}

/// What the evidence says of a rule that was asked of a few frames.
pub const SOME_FRAMES: &str = "frames looked at";

/// Names what is measured, and by which limits.
fn key(subject: &Subject) -> Result<String> {
    let road = match subject.plan {
        Ok(plan) => plan.key().to_owned(),
        Err(error) => error.to_string(),
    };
    let limit = |rule: &str, name: &str| subject.profile.number(rule, name);
    Ok(format!("{road} {} {} {}", subject.clip.path().display(), limit("EXR-06", "negative")?, limit("COL-21", "floor")?))
}

impl Subject<'_> {
    /// Whether rules speak of every frame.
    pub fn is_whole(&self) -> bool {
        self.whole().is_some()
    }
    /// What was measured of every frame, where that was asked for and still holds.
    pub(super) fn whole(&self) -> Option<&Whole> {
        self.found.whole.iter().find(|whole| whole.fits(self)).map(|whole| &**whole)
    }
    /// `3 of 240 frames looked at`
    pub(super) fn looked_at(&self, frames: usize) -> String {
        match self.clip.frames().present.len() {
            1 => "the only frame looked at".to_owned(),
            all if frames >= all => format!("all {all} {SOME_FRAMES}"),
            all => format!("{frames} of {all} {SOME_FRAMES}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{
            Finding, Found, Outcome, Profile, rules,
            testing::{Fake, profile},
        },
        image::Image,
        pipeline::{Settings, Sidecars},
    };
    use std::sync::Arc;

    /// Of 24 frames one has no number, one is far below black, and one does not decode: none of them the first, middle or last.
    fn clip() -> Fake {
        let mut clip = Fake::raw("A001C001_261121_R1AB");
        clip.broken = vec![7];
        clip.paint = Some(|frame, size| {
            let mut image = Image::from_planes(size, std::array::from_fn(|_| vec![0.18 * (1 + frame % 3) as f32; size.area()]));
            match frame {
                5 => image.planes[1][3] = f32::NAN,
                9 => image.planes[2].fill(-1.0),
                _ => {}
            }
            image
        });
        clip
    }

    #[test]
    fn what_no_sample_shows_is_found_in_the_whole() {
        let (clip, sidecars) = (clip(), Sidecars::default());
        let plan = clip.plan(&sidecars, &Settings::default());
        let subject = |plan, profile: &Arc<Profile>, whole: &[Arc<Whole>]| {
            let found = Found::default().with_whole(whole.to_vec());
            Subject { name: "A001C001", clip: &clip, sidecars: &sidecars, plan, profile: profile.clone(), found }
        };
        let neutral = Profile::neutral();
        let whole = Arc::new(Whole::measure(&subject(&plan, &neutral, &[]), &Progress::default()).unwrap());
        let found = |rule: &str, whole: &[Arc<Whole>]| -> Finding {
            let subject = subject(&plan, &neutral, whole);
            let rule = rules().find(|r| r.id == rule).unwrap();
            rule.ask(&neutral, |method| method(&subject, &Progress::default())).unwrap()
        };
        for (rule, frame) in [("META-01", 7), ("EXR-05", 5), ("EXR-06", 9), ("COL-21", 9)] {
            let (few, all) = (found(rule, &[]), found(rule, std::slice::from_ref(&whole)));
            assert_eq!((few.outcome, all.outcome, all.frame), (Outcome::Pass, Outcome::Fail, Some(frame)), "{few:?} {all:?}");
            assert!(few.evidence.contains(" of 24 frames looked at"), "{few:?}");
            assert!(all.evidence.contains(if rule == "META-01" { "all 24 frames" } else { "23 of 24 frames" }), "{all:?}");
        }

        // Of another road, and by other limits, it says nothing.
        let other = clip
            .plan(&sidecars, &Settings { decode: crate::pipeline::Decode { exposure: 1.0, ..Default::default() }, ..Settings::default() });
        assert!(whole.fits(&subject(&plan, &neutral, &[])) && !whole.fits(&subject(&other, &neutral, &[])));
        assert!(!whole.fits(&subject(&plan, &profile("[rules.EXR-06]\nnegative = -2.0"), &[])));
        assert!(whole.fits(&subject(&plan, &profile("[rules.META-07]\nseverity = 'block'"), &[])));
    }

    #[test]
    fn measuring_stops_when_nobody_wants_it() {
        let (clip, sidecars) = (clip(), Sidecars::default());
        let plan = clip.plan(&sidecars, &Settings::default());
        let subject =
            Subject { name: "a", clip: &clip, sidecars: &sidecars, plan: &plan, profile: Profile::neutral(), found: Found::default() };
        let progress = Progress::default();
        progress.cancel();
        assert_eq!(Whole::measure(&subject, &progress).err().unwrap().kind(), ErrorKind::Cancelled);
    }
}
