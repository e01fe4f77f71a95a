//! REF: our picture beside a reference still. Which frame it shows and where it lies in it, how far the two are apart, and
//! why.

mod align;
mod beside;
mod causes;
mod cells;
mod diagnosis;
pub mod difference;
mod grey;
mod read;
mod tag;

pub use align::{Aligner, Alignment};
pub use beside::Beside;
pub use causes::{Look, Road};
pub use diagnosis::{Cause, Diagnosis};

use super::{Proof, Rule, Severity, Subject, Verdict, metadata::sample_frames, report::Picture};
use crate::{
    camera::FrameNumber,
    color::{self, Op, Processor, curve::Negatives},
    error::{Error, InFile, Result},
    framing,
    image::{Image, RectF, Size},
    pipeline::{Plan, Stage, StepKind, graded},
    progress::Progress,
};
use cells::Cells;
use difference::{BLOCK, BlockDifference, Blocks};
use grey::MEAN;
use std::path::Path;

/// The picture beside a reference still.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "REF-01",
        title: "Clip has a reference still",
        severity: Severity::Warn,
        source: "Netflix Partner Help Center: media production suite",
        method: has_still,
    },
    Rule {
        id: "REF-02",
        title: "Picture matches the reference still",
        severity: Severity::Block,
        source: "Prelight",
        method: matches_still,
    },
    Rule { id: "REF-03", title: "Why the reference still differs", severity: Severity::Inform, source: "Prelight", method: diagnosed },
    Rule {
        id: "REF-04",
        title: "Reference still lies where it should",
        severity: Severity::Warn,
        source: "Prelight",
        method: lies_where_it_should,
    },
    Rule {
        id: "REF-05",
        title: "Still says the display it was seen on",
        severity: Severity::Warn,
        source: "Prelight",
        method: tag::agrees,
    },
];

/// Pixels of the still by which it may be shifted, and part by which it may be scaled (REF-04).
const SHIFT_LIMIT: f64 = 0.5;
const SCALE_LIMIT: f64 = 0.001;
/// A part of the frame is enlarged by this much at most to be compared.
const MOST_ENLARGED: f64 = 4.0;
/// A still that matches less than this lies nowhere in the picture.
const LEAST_CORRELATION: f64 = 0.5;

/// How the names of output transforms end that stills are compared in; and how those of ACES 1 begin.
const REC709: [&str; 2] = ["in-rec709-d65-bt1886", "video-rec709"];
const ACES1: &str = "aces1-";
/// Stills are scaled by up to this much more in one direction than in the other.
const SHAPE_TOLERANCE: f64 = 0.01;
/// Longest side of the pictures that are aligned, in pixels of the part that the still shows.
const SIDE: u32 = 960;

/// A still beside the frame it shows.
#[derive(Clone, Debug)]
pub struct Match {
    pub frame: FrameNumber,
    pub alignment: Alignment,
    /// What the still is meant to show: `the canvas`, `the protection`.
    pub area: &'static str,
    /// Where that lies, in pixels of the canvas.
    pub part: RectF,
    /// Block by block, after the alignment.
    pub difference: BlockDifference,
    pub still: Size,
    /// Looked for only where the two differ.
    pub diagnosis: Option<Diagnosis>,
    /// What shows it, likewise.
    pub pictures: Vec<Picture>,
}

impl Match {
    /// One of the pictures that show how they differ.
    pub fn picture(&self, which: Beside) -> Option<&Picture> {
        self.pictures.iter().find(|p| p.beside == Some(which))
    }
    /// These of them as a proof, as far as they are there.
    fn proof(&self, wanted: &[Beside]) -> Option<Proof> {
        let pictures: Vec<Beside> = wanted.iter().copied().filter(|which| self.picture(*which).is_some()).collect();
        (!pictures.is_empty()).then(|| Proof::Still { frame: self.frame, pictures, caption: self.area.to_owned() })
    }
    /// Whether the still lies where it should.
    pub fn is_aligned(&self) -> bool {
        let a = &self.alignment;
        a.flip == [false; 2]
            && a.shift(self.still).iter().all(|s| s.abs() <= SHIFT_LIMIT)
            && a.scale().iter().all(|s| (s - 1.0).abs() <= SCALE_LIMIT)
    }
}

/// What came of looking for the still in the clip.
#[derive(Clone, Debug)]
pub enum Comparison {
    Match(Box<Match>),
    /// Why there is nothing to compare.
    NotApplicable(String),
    /// The still shows something else.
    Elsewhere(String),
}

impl Comparison {
    /// The frame that the still shows, and where it lies in it.
    pub fn found(&self) -> Option<&Match> {
        match self {
            Self::Match(found) => Some(found),
            Self::NotApplicable(_) | Self::Elsewhere(_) => None,
        }
    }
}

/// Finds the frame and the part of it that the still shows, and compares.
pub fn compare(subject: &Subject, progress: &Progress) -> Result<Comparison> {
    let Some(path) = &subject.sidecars.still else { return Ok(Comparison::NotApplicable("the clip has no reference still".into())) };
    let plan = subject.plan.as_ref().map_err(Error::clone)?;
    let Some(road) = road(subject, plan)? else {
        let output = plan.steps().iter().find(|s| s.kind == StepKind::Output).map_or("", |s| &s.detail);
        return Ok(Comparison::NotApplicable(format!("stills are compared in Rec.709 BT.1886 only, the output is {output}")));
    };
    let still = read::still(path)?;
    let areas = areas(subject, plan, still.size());
    if areas.is_empty() {
        return Ok(Comparison::Elsewhere(format!("still is {}, of the shape of no part of the frame", still.size())));
    }
    let small_still = small_still(&still)?;
    // A part that would have to be enlarged says little of the still.
    let least = |still: u32| f64::from(still) / MOST_ENLARGED;
    let fits = |r: &RectF| r.width >= least(small_still.size().width) && r.height >= least(small_still.size().height);
    let areas: Vec<_> = areas.into_iter().filter(|(r, _)| fits(r)).collect();
    if areas.is_empty() {
        return Ok(Comparison::Elsewhere(format!("still is {}, several times the part of the frame it would show", still.size())));
    }
    let ops = road.ops();
    let aligner = Aligner::new(&small_still)?;
    let mut best: Option<(FrameNumber, Placed)> = None;
    for frame in sample_frames(&subject.clip.frames().present) {
        progress.check()?;
        let aces = plan.picture(subject.clip, frame, Stage::Aces)?;
        let mut found = vec![];
        for &(area, name) in &areas {
            let placed = Placed::new(&aces, area, name, small_still.size(), &ops)?;
            found.push((aligner.rough(&placed.display, placed.area)?, placed));
        }
        if let Some((alignment, placed)) = Alignment::meant(found)
            && best.as_ref().is_none_or(|(_, b)| alignment.correlation > b.alignment.correlation)
        {
            best = Some((frame, Placed { alignment, ..placed }));
        }
    }
    let (frame, placed) = best.ok_or_else(|| Error::invalid("no frame to compare with").file(path))?;
    progress.check()?;
    let alignment = aligner.exact(&placed.display, placed.area, placed.alignment)?;
    let correlation = alignment.correlation;
    if correlation < LEAST_CORRELATION {
        return Ok(Comparison::Elsewhere(format!("no sampled frame looks like it: correlation {correlation:.2} at best")));
    }
    // Where the still is right it is compared as it lies; the alignment has a rounding of its own.
    let mut found = Match {
        frame,
        alignment,
        area: placed.name,
        part: placed.part,
        difference: BlockDifference { mean: 0.0, p99: 0.0, max: 0.0, blocks: 0 },
        still: still.size(),
        diagnosis: None,
        pictures: vec![],
    };
    if found.is_aligned() {
        found.alignment = Alignment { correlation, ..Alignment::PERFECT };
    }
    let difference = placed.difference(&small_still, &found.alignment)?;
    found.difference = difference.ok_or_else(|| Error::invalid("smaller than one block").file(path))?;
    if found.difference.mean > subject.profile.number("REF-02", "warning")? || !found.is_aligned() {
        let cells = Cells::new(&placed.aces, placed.area, &small_still, &found.alignment, &ops)?;
        found.diagnosis = Some(diagnosis::diagnose(cells, &road, progress)?);
        found.pictures = beside::pictures(&placed, &small_still, &found)?;
    }
    Ok(Comparison::Match(Box::new(found)))
}

/// The still of a match laid over a canvas as it lies there, in `size` pixels, and the rectangle of those that it covers. Values are
/// display code values; beyond the still its edge goes on.
pub fn over_canvas(path: &Path, found: &Match, canvas: Size, size: Size) -> Result<(Image, RectF)> {
    let mut still = read::still(path)?;
    let own = still.size();
    still.planes.iter_mut().for_each(|plane| cells::mirror(plane, own, found.alignment.flip));
    let part = found.alignment.part_of(found.part);
    let [kx, ky] = [(size.width, canvas.width), (size.height, canvas.height)].map(|(to, of)| f64::from(to) / f64::from(of.max(1)));
    let covered = RectF::new(part.x * kx, part.y * ky, part.width * kx, part.height * ky);
    let (sx, sy) = (f64::from(own.width) / covered.width, f64::from(own.height) / covered.height);
    let whole = RectF::new(-covered.x * sx, -covered.y * sy, f64::from(size.width) * sx, f64::from(size.height) * sy);
    Ok((framing::resample(&still, whole, size, &MEAN).in_file(path)?, covered))
}

/// A part of a frame that the still may show, small enough to be compared many times, with as much around it as it may be shifted by.
struct Placed {
    aces: Image,
    display: Image,
    /// In pixels of the canvas, and of both pictures.
    part: RectF,
    area: RectF,
    name: &'static str,
    alignment: Alignment,
}

impl Placed {
    /// `size`: of the still that `area` is compared with. Neither picture has more than three times its sides, however small a part of
    /// a large frame `area` is.
    fn new(aces: &Image, area: RectF, name: &'static str, size: Size, display: &[Op]) -> Result<Self> {
        let (x, y) = (around(area.x, area.width, aces.size().width), around(area.y, area.height, aces.size().height));
        let source = RectF::new(x.0, y.0, x.1, y.1);
        let (sx, sy) = (f64::from(size.width) / area.width, f64::from(size.height) / area.height);
        let side = |v: f64| (v.round() as u32).max(1);
        let target = Size::new(side(source.width * sx), side(source.height * sy));
        let aces = framing::resample(aces, source, target, &MEAN)?;
        let mut shown = aces.clone();
        Processor::new(display).apply_image(&mut shown);
        let (kx, ky) = (f64::from(target.width) / source.width, f64::from(target.height) / source.height);
        let part = area;
        let area = RectF::new((area.x - source.x) * kx, (area.y - source.y) * ky, area.width * kx, area.height * ky);
        Ok(Self { aces, display: shown, part, area, name, alignment: Alignment::PERFECT })
    }

    /// Block by block, our picture placed as the still lies.
    fn difference(&self, still: &Image, alignment: &Alignment) -> Result<Option<BlockDifference>> {
        Ok(Blocks::of(&self.beside(still, alignment)?, still).map(|blocks| blocks.difference()))
    }

    /// Our picture in the pixels of the still, as that lies.
    fn beside(&self, still: &Image, alignment: &Alignment) -> Result<Image> {
        let mut ours = framing::resample(&self.display, alignment.part_of(self.area), still.size(), &MEAN)?;
        ours.planes.iter_mut().for_each(|plane| cells::mirror(plane, still.size(), alignment.flip));
        Ok(ours)
    }
}

/// The stretch of a picture's side with as much before and behind an area as it is long, as far as the picture goes: start and length.
fn around(start: f64, length: f64, side: u32) -> (f64, f64) {
    let (from, to) = ((start - length).max(0.0), (start + 2.0 * length).min(side.into()));
    // An area that lies beyond the picture is looked for where it says.
    if to > from { (from, to - from) } else { (start, length) }
}

/// The still at most [`SIDE`] pixels a side, made small in light.
fn small_still(still: &Image) -> Result<Image> {
    let own = still.size();
    let longest = own.width.max(own.height).max(1);
    if longest <= SIDE {
        return Ok(still.clone());
    }
    let side = |v: u32| (u64::from(v) * u64::from(SIDE) / u64::from(longest)).max(1) as u32;
    let gamma = |direction: fn(color::curve::Power) -> color::curve::Curve| {
        Op::curve(direction(color::curve::Power { exponent: 2.4, negatives: Negatives::Clamp }))
    };
    let mut lit = still.clone();
    Processor::new(&[gamma(color::curve::Curve::decode)]).apply_image(&mut lit);
    let whole = RectF::new(0.0, 0.0, own.width.into(), own.height.into());
    let mut small = framing::resample(&lit, whole, Size::new(side(own.width), side(own.height)), &MEAN)?;
    Processor::new(&[gamma(color::curve::Curve::encode)]).apply_image(&mut small);
    Ok(small)
}

/// The parts of the frame that have the shape of the still, desqueezed or not.
fn areas(subject: &Subject, plan: &Plan, still: Size) -> Vec<(RectF, &'static str)> {
    let canvas = subject.clip.size();
    let whole = RectF::new(0.0, 0.0, canvas.width.into(), canvas.height.into());
    let squeeze = plan.frame().map_or_else(|| subject.clip.metadata().squeeze_or_none(), |f| f.squeeze);
    let mut all = vec![(whole, "the canvas")];
    if let Some(frame) = plan.frame().filter(|f| f.canvas == canvas) {
        all.extend(frame.effective.map(|r| (r, "the effective area")));
        all.extend(frame.protection.map(|r| (r, "the protection")));
        all.push((frame.decision, "the framing decision"));
    }
    let shape = f64::from(still.width) / f64::from(still.height.max(1));
    all.retain(|(r, _)| [1.0, squeeze].iter().any(|s| (r.width * s / r.height / shape - 1.0).abs() < SHAPE_TOLERANCE));
    all.dedup_by(|a, b| a.0 == b.0);
    all
}

/// The road from ACES2065-1 to the display; none where that is another display than stills are compared on.
fn road(subject: &Subject, plan: &Plan) -> Result<Option<Road>> {
    let Some(output) = plan.steps().iter().find(|s| s.kind == StepKind::Output) else { return Ok(None) };
    let name = output.named.map_or("", |row| row.name);
    if !REC709.iter().any(|end| name.ends_with(end)) {
        return Ok(None);
    }
    let mut looks = vec![];
    for step in plan.steps().iter().filter(|s| s.kind == StepKind::Look && !s.applied) {
        looks.push(Look { title: format!("{}, {}", step.label, step.detail), ops: step.ops.clone()? });
    }
    let output = if output.applied { vec![] } else { output.ops.clone()? };
    let has_cdl = looks.iter().any(|l| l.ops.iter().any(|op| matches!(op, Op::Cdl(_))));
    let beside = subject.sidecars.cdl.as_ref().filter(|_| !has_cdl).and_then(|d| d.content.as_ref().ok()?.first());
    Ok(Some(Road { looks, output, is_aces1: name.starts_with(ACES1), cdl_beside: beside.and_then(cdl_in_acescct) }))
}

/// A CDL as it is usually meant: in ACEScct.
fn cdl_in_acescct(cdl: &crate::sidecar::cdl::Cdl) -> Option<Vec<Op>> {
    let from = color::transform("acescct", false).ok()?;
    let to = color::invert(&from)?;
    Some(graded(to, cdl, from))
}

/// REF-01: there is a still to tell what was meant.
pub(super) fn has_still(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let limit = "a JPEG, PNG or TIFF";
    Ok(match &subject.sidecars.still {
        Some(path) => Verdict::new(true, "there is one", limit, path.display().to_string()),
        None => Verdict::new(false, "none", limit, format!("nothing beside the clip is called {} or was chosen", subject.name))
            .mend("put the still beside the clip under the clip's name"),
    })
}

/// REF-02: our display picture equals the reference still, block by block.
pub(super) fn matches_still(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let (limit, warning) = (subject.profile.number("REF-02", "limit")?, subject.profile.number("REF-02", "warning")?);
    judged(subject, progress, |found, path| {
        let d = found.difference;
        let note = if d.mean > warning { "; worth a look" } else { "" };
        Verdict::new(
            d.mean <= limit,
            format!("dE ITP {:.2} mean, {:.2} p99", d.mean, d.p99),
            format!("mean <= {limit} over {BLOCK}x{BLOCK} blocks"),
            format!("{} against {} of frame {}, {} blocks{note}", path.display(), found.area, found.frame, d.blocks),
        )
        .proofs(found.proof(&[Beside::Ours, Beside::Still, Beside::Apart]))
    })
}

/// REF-03: where the still differs, why.
pub(super) fn diagnosed(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let limit = subject.profile.number("REF-02", "limit")?;
    judged(subject, progress, |found, path| {
        let Some(diagnosis) = &found.diagnosis else {
            return Verdict::new(true, "nothing to explain", "no known cause", path.display().to_string());
        };
        let causes: Vec<String> = (1..).zip(diagnosis.named()).map(|(i, cause)| format!("{i}. {}", cause.with_number())).collect();
        let evidence = match causes.as_slice() {
            [] => format!("{}: none of the known causes explains it", path.display()),
            some => format!("{}: {}", path.display(), some.join("; ")),
        };
        let pass = causes.is_empty() && found.difference.mean <= limit;
        let first = diagnosis.causes.first();
        let measured = match first {
            Some(cause) => format!("dE ITP {:.2}: {}", diagnosis.difference, cause.words),
            None => format!("dE ITP {:.2}, no known cause", diagnosis.difference),
        };
        let verdict = Verdict::new(pass, measured, "no known cause", evidence).proofs(found.proof(&[Beside::Ours, Beside::Still]));
        if let Some(cause) = first { verdict.mend(cause.mend) } else { verdict }
    })
}

/// REF-04: the still lies where it should.
pub(super) fn lies_where_it_should(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    judged(subject, progress, |found, path| {
        let ([dx, dy], [sx, sy]) = (found.alignment.shift(found.still), found.alignment.scale());
        let flip = match found.alignment.flip {
            [false, false] => "",
            [true, false] => ", mirrored left to right",
            [false, true] => ", upside down and mirrored",
            [true, true] => ", turned by 180 degrees",
        };
        Verdict::new(
            found.is_aligned(),
            format!("shift {dx:+.2}, {dy:+.2} px, scale {:+.2} %, {:+.2} %{flip}", (sx - 1.0) * 100.0, (sy - 1.0) * 100.0),
            format!("{SHIFT_LIMIT} px, {} %, not mirrored", SCALE_LIMIT * 100.0),
            format!("{} against {} of frame {}, correlation {:.3}", path.display(), found.area, found.frame, found.alignment.correlation),
        )
        .proofs(if found.is_aligned() { None } else { found.proof(&[Beside::Meant, Beside::Still]) })
    })
}

/// A verdict on the still where it was found; the same for every rule where it was not.
fn judged(subject: &Subject, progress: &Progress, verdict: impl FnOnce(&Match, &Path) -> Verdict) -> Result<Verdict> {
    let Some(path) = &subject.sidecars.still else { return Ok(Verdict::not_applicable("the clip has no reference still")) };
    match subject.still(progress)? {
        Comparison::Match(found) => Ok(verdict(found, path).frame(found.frame)),
        Comparison::NotApplicable(why) => Ok(Verdict::not_applicable(why.clone())),
        Comparison::Elsewhere(why) => Ok(Verdict::new(false, "found nowhere", "a frame of the clip", format!("{}: {why}", path.display()))),
    }
}

#[cfg(test)]
mod presence_tests {
    use super::*;
    use crate::{
        check::{Found, Outcome, Profile},
        pipeline::{Settings, Sidecars},
    };

    #[test]
    fn a_still_is_asked_for_where_a_profile_does() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.0001.exr");
        let info = crate::pipeline::plate_exr::FrameInfo::default();
        let image = Image::new(Size::new(8, 8));
        crate::pipeline::plate_exr::write(
            &path,
            &image,
            &info,
            crate::pipeline::plate_exr::Compression::None,
            crate::files::Existing::Refuse,
        )
        .unwrap();
        let clip = crate::camera::open(&path).unwrap();
        let outcome = |sidecars: &Sidecars, profile: &str| {
            let plan = Plan::new(&*clip, sidecars, &Settings::default());
            let profile = Profile::find(profile).unwrap();
            let subject = Subject { name: "p", clip: &*clip, sidecars, plan: &plan, profile: profile.clone(), found: Found::default() };
            let all = crate::check::run(&subject, &Progress::default()).unwrap();
            all.into_iter().find(|f| f.id == "REF-01").unwrap().outcome
        };
        assert_eq!(outcome(&Sidecars::default(), "neutral"), Outcome::NotApplicable);
        assert_eq!(outcome(&Sidecars::default(), "netflix-vfx"), Outcome::Fail);
        assert_eq!(outcome(&Sidecars::default().with_still(&path), "netflix-vfx"), Outcome::Pass);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_part_of_a_large_frame_makes_no_large_picture() {
        let ramp = |x: f32, y: f32| (0..2_000_000).map(|i| x * (i % 2000) as f32 + y * (i / 2000) as f32).collect();
        let frame = Image::from_planes(Size::new(2000, 1000), [ramp(0.01, 0.0), ramp(0.0, 0.01), ramp(0.01, 0.01)]);
        let still = Size::new(80, 40);
        for area in [RectF::new(0.0, 0.0, 20.0, 10.0), RectF::new(990.0, 495.0, 20.0, 10.0), RectF::new(1980.0, 990.0, 20.0, 10.0)] {
            let placed = Placed::new(&frame, area, "part", still, &[]).unwrap();
            let size = placed.display.size();
            assert!(size.width <= 240 && size.height <= 120 && placed.aces.size() == size, "{size}");
            assert_eq!((placed.area.width, placed.area.height), (80.0, 40.0));
            // The pixels of that part: a pixel beside it is a hundredth off.
            let part = framing::resample(&placed.display, placed.area, Size::new(20, 10), &MEAN).unwrap();
            let want = framing::resample(&frame, area, Size::new(20, 10), &MEAN).unwrap();
            for (a, b) in part.planes.iter().flatten().zip(want.planes.iter().flatten()) {
                assert!((a - b).abs() < 4e-3, "{a} {b}");
            }
        }
        // All of the frame is all of it.
        let whole = RectF::new(0.0, 0.0, 2000.0, 1000.0);
        assert_eq!(Placed::new(&frame, whole, "all", still, &[]).unwrap().display.size(), still);
    }

    #[test]
    fn what_lies_around_is_within_the_picture() {
        assert_eq!(around(0.0, 10.0, 100), (0.0, 20.0));
        assert_eq!(around(50.0, 10.0, 100), (40.0, 30.0));
        assert_eq!(around(95.0, 10.0, 100), (85.0, 15.0));
        assert_eq!(around(200.0, 10.0, 100), (200.0, 10.0));
    }
}
