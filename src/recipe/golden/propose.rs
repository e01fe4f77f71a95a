//! The frames that strain the pipeline most, found by what is measured of a bounded number of frames.

use super::{
    Chosen, even,
    measure::{Measured, has_end, measure},
};
use crate::{
    camera::FrameNumber,
    check::Subject,
    color::Processor,
    error::{Error, Result},
    pipeline::Stage,
    progress::Progress,
};
use std::collections::{BTreeMap, BTreeSet};

/// Frames that are looked at. Of a longer clip they lie as far apart as they can.
const MOST: usize = 32;

/// First, middle and last frame of a clip, and the worst cases: darkest, brightest, most clipped, most saturated, most detail, most
/// change. A worst case that one of the others is nearly, too, is said of that one. The same clip and plan have the same frames.
///
/// A frame that cannot be read is not proposed.
///
/// # Errors
/// There is no plan; no frame that is looked at can be read; cancelled.
pub fn propose(subject: &Subject, progress: &Progress) -> Result<Vec<Chosen>> {
    let plan = subject.plan.as_ref().map_err(Error::clone)?;
    let quick = plan.draft(subject.clip, subject.sidecars)?;
    let to_aces = Processor::new(&quick.ops(Stage::Raw, Stage::Aces)?);
    let ended = has_end(subject.clip.encoding());
    let frames = subject.clip.frames();
    let looked_at = spread(&frames.present);
    progress.begin(looked_at.len() as u64, &format!("Golden frames of {}", subject.name));
    let (mut measured, mut broken, mut failed) = (vec![], BTreeSet::new(), None);
    for frame in looked_at {
        match quick.decode_watched(subject.clip, frame, progress) {
            Ok(raw) => measured.push(measure(frame, raw, &to_aces, ended)),
            Err(error) => {
                progress.check()?;
                broken.insert(frame);
                failed = Some(error);
            }
        }
        progress.step()?;
    }
    match failed {
        Some(error) if measured.is_empty() => Err(error),
        _ => Ok(worst(even(frames).into_iter().filter(|chosen| !broken.contains(&chosen.frame)).collect(), &measured)),
    }
}

/// [`MOST`] of the frames at most, the first and the last among them.
fn spread(present: &[FrameNumber]) -> Vec<FrameNumber> {
    match present.len() {
        n if n <= MOST => present.to_vec(),
        n => (0..MOST).map(|i| present[i * (n - 1) / (MOST - 1)]).collect(),
    }
}

/// A measure whose extreme is a worst case.
struct Case {
    /// Of each frame that was measured: the more, the worse.
    values: Vec<f64>,
    /// What a frame may fall short of the worst by and be as good an example.
    near: f64,
    /// The least difference between the worst and the mildest frame that makes a case of it.
    least: f64,
    words: Box<dyn Fn(usize) -> String>,
}

fn cases(measured: &[Measured]) -> Vec<Case> {
    let of = |f: fn(&Measured) -> f64| -> Vec<f64> { measured.iter().map(f).collect() };
    let says = |what: &'static str, unit: &'static str, values: &[f64], scale: f64| -> Box<dyn Fn(usize) -> String> {
        let values = values.to_vec();
        Box::new(move |i| format!("{what}: {}{unit}", short(values[i] * scale)))
    };
    let light = of(|m| m.light);
    let stops: [Box<dyn Fn(usize) -> String>; 2] = ["darkest", "brightest"].map(|what| -> Box<dyn Fn(usize) -> String> {
        let light = light.clone();
        Box::new(move |i| format!("{what}: {:.1} stops {} grey", light[i].abs(), if light[i] < 0.0 { "under" } else { "over" }))
    });
    let [darkest, brightest] = stops;
    let (clipped, beyond, saturation, detail) = (of(|m| m.clipped), of(|m| m.beyond), of(|m| m.saturation), of(|m| m.detail));
    // Colours out of the gamut are worse than any within.
    let color = if beyond.iter().any(|share| *share >= SHARE) {
        let words = says("most out of AP1", " % of the pixels", &beyond, 100.0);
        Case { words, near: largest(&beyond) * ALIKE, least: SHARE, values: beyond }
    } else {
        let words = says("most saturated", " % on average", &saturation, 100.0);
        Case { words, near: 0.02, least: 0.05, values: saturation }
    };
    let change: Vec<f64> = (0..measured.len()).map(|i| i.checked_sub(1).map_or(0.0, |b| measured[i].change_from(&measured[b]))).collect();
    let since: Vec<FrameNumber> = measured.iter().map(|m| m.frame).collect();
    let moved = change.clone();
    vec![
        Case { values: light.iter().map(|v| -v).collect(), near: 0.1, least: 0.25, words: darkest },
        Case { values: light, near: 0.1, least: 0.25, words: brightest },
        Case {
            words: says("most clipped", " % of the pixels", &clipped, 100.0),
            near: largest(&clipped) * ALIKE,
            least: SHARE,
            values: clipped,
        },
        color,
        Case { words: says("most detail", " stops between neighbours", &detail, 1.0), near: 0.005, least: 0.02, values: detail },
        Case {
            near: largest(&change) * ALIKE,
            least: 0.05,
            values: change,
            words: Box::new(move |i| {
                let before = i.checked_sub(1).map_or(0, |b| since[b]);
                format!("most change: {} stops since frame {before}", short(moved[i]))
            }),
        },
    ]
}

/// The least share of the pixels that is worth a frame.
const SHARE: f64 = 1e-4;
/// Part of the largest share by which another is as good.
const ALIKE: f64 = 0.05;

fn largest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// Two digits that count.
fn short(value: f64) -> String {
    match value {
        v if v >= 9.95 => format!("{v:.0}"),
        v if v >= 0.095 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

/// Adds the worst cases to frames that are golden anyway.
fn worst(chosen: Vec<Chosen>, measured: &[Measured]) -> Vec<Chosen> {
    let mut reasons: BTreeMap<FrameNumber, Vec<String>> = chosen.into_iter().map(|c| (c.frame, c.reason.into_iter().collect())).collect();
    for case in cases(measured) {
        let Some(most) = case.values.iter().copied().reduce(f64::max) else { continue };
        let mildest = case.values.iter().copied().fold(most, f64::min);
        if most - mildest < case.least {
            continue;
        }
        let all = || measured.iter().enumerate().map(|(i, m)| (i, m.frame, case.values[i]));
        // A frame less to render, and to look at.
        let known = all().find(|(_, frame, v)| reasons.contains_key(frame) && *v >= most - case.near);
        let Some((i, frame, _)) = known.or_else(|| all().find(|(.., v)| *v >= most)) else { continue };
        reasons.entry(frame).or_default().push((case.words)(i));
    }
    let said = |list: Vec<String>| (!list.is_empty()).then(|| list.join("; "));
    reasons.into_iter().map(|(frame, list)| Chosen { frame, reason: said(list) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{Found, Profile, testing::Fake},
        image::Image,
        pipeline::{Settings, Sidecars},
    };

    /// What a frame of the clip of these tests shows.
    fn paint(frame: FrameNumber, size: crate::image::Size) -> Image {
        let mut image = Image::from_planes(size, std::array::from_fn(|_| vec![0.18; size.area()]));
        let all = |image: &mut Image, rgb: [f32; 3]| (0..3).for_each(|c| image.planes[c].fill(rgb[c]));
        match frame {
            3 => all(&mut image, [0.01; 3]),
            5 => all(&mut image, [0.72; 3]),
            // A twentieth of the picture is clipped.
            9 => (0..3).for_each(|c| image.planes[c][..size.area() / 20].fill(1.0)),
            // A strip of a colour that AP1 has not.
            14 => image.planes[0][..size.width as usize].fill(-0.1),
            // Lines of a pixel.
            17 => (0..size.area()).step_by(2).for_each(|i| (0..3).for_each(|c| image.planes[c][i] = 0.1)),
            _ => {}
        }
        image
    }

    fn proposed(clip: &Fake) -> Result<Vec<Chosen>> {
        let sidecars = Sidecars::default();
        let plan = clip.plan(&sidecars, &Settings::default());
        let subject =
            Subject { name: "A001", clip, sidecars: &sidecars, plan: &plan, profile: Profile::neutral(), found: Found::default() };
        propose(&subject, &Progress::default())
    }

    fn words(chosen: &[Chosen]) -> Vec<(FrameNumber, &str)> {
        chosen.iter().map(|c| (c.frame, c.reason.as_deref().unwrap_or(""))).collect()
    }

    #[test]
    fn planted_frames_are_found_each_for_its_reason() {
        let clip = Fake { paint: Some(paint), ..Fake::raw("A001") };
        let found = proposed(&clip).unwrap();
        assert_eq!(
            words(&found),
            [
                (0, "first frame"),
                (3, "darkest: 4.2 stops under grey; most change: 4.2 stops since frame 2"),
                (5, "brightest: 2.0 stops over grey"),
                (9, "most clipped: 5.0 % of the pixels"),
                (12, "middle frame"),
                (14, "most out of AP1: 3.1 % of the pixels"),
                (17, "most detail: 0.8 stops between neighbours"),
                (23, "last frame"),
            ]
        );
        assert_eq!(proposed(&clip).unwrap(), found, "the same every time");
    }

    #[test]
    fn a_clip_that_does_not_change_has_no_worst_frame() {
        let found = proposed(&Fake::raw("A001")).unwrap();
        assert_eq!(words(&found), [(0, "first frame"), (12, "middle frame"), (23, "last frame")]);
    }

    #[test]
    fn frames_that_cannot_be_read_are_not_proposed_and_a_clip_of_them_is_an_error() {
        let clip = Fake { paint: Some(paint), broken: vec![0, 3, 9, 12], ..Fake::raw("A001") };
        let frames: Vec<_> = proposed(&clip).unwrap().iter().map(|c| c.frame).collect();
        assert!([0, 3, 9, 12].iter().all(|broken| !frames.contains(broken)), "{frames:?}");
        let clip = Fake { broken: (0..24).collect(), ..Fake::raw("A001") };
        assert!(proposed(&clip).is_err());
    }

    #[test]
    fn a_worst_case_is_said_of_a_frame_that_is_golden_anyway() {
        let at = |frame, clipped, light| Measured { frame, light, clipped, ..Measured::default() };
        let even = || vec![Chosen { frame: 0, reason: Some("first frame".into()) }, Chosen { frame: 9, reason: Some("last frame".into()) }];
        let found = worst(even(), &[at(0, 0.0, 0.0), at(4, 0.0305, 0.0), at(9, 0.03, 1.0)]);
        let last = "last frame; brightest: 1.0 stops over grey; most clipped: 3.0 % of the pixels";
        assert_eq!(words(&found), [(0, "first frame; darkest: 0.0 stops over grey"), (9, last)]);
        let found = worst(even(), &[at(0, 0.0, 0.0), at(4, 0.05, 0.0), at(9, 0.03, 0.0)]);
        assert_eq!(words(&found), [(0, "first frame"), (4, "most clipped: 5.0 % of the pixels"), (9, "last frame")]);
        // The frame of two that are alike is the earlier one.
        let found = worst(vec![], &[at(1, 0.0, 0.0), at(4, 0.05, 0.0), at(9, 0.05, 0.0)]);
        assert_eq!(words(&found), [(4, "most clipped: 5.0 % of the pixels")]);
    }

    #[test]
    fn a_long_clip_is_looked_at_from_end_to_end_and_no_more_than_is_allowed() {
        let frames: Vec<FrameNumber> = (1000..3000).collect();
        let looked_at = spread(&frames);
        assert_eq!((looked_at.len(), looked_at[0], looked_at[MOST - 1]), (MOST, 1000, 2999));
        assert!(looked_at.windows(2).all(|w| (64..=65).contains(&(w[1] - w[0]))));
        assert_eq!(spread(&frames[..MOST]), frames[..MOST]);
        assert!(spread(&[]).is_empty());
    }

    #[test]
    fn cancelled_work_stops() {
        let clip = Fake::raw("A001");
        let sidecars = Sidecars::default();
        let plan = clip.plan(&sidecars, &Settings::default());
        let subject =
            Subject { name: "A001", clip: &clip, sidecars: &sidecars, plan: &plan, profile: Profile::neutral(), found: Found::default() };
        let progress = Progress::default();
        progress.cancel();
        assert_eq!(propose(&subject, &progress).unwrap_err().kind(), Error::cancelled().kind());
    }
}
