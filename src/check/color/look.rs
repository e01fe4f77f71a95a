//! COL-07 and COL-10 to COL-14: what looks do, found by sending greys and colours through them.

use super::probe::{self, Probed, acescct, cube, luminance, percentile, run, to_nits};
use crate::{
    check::{Proof, Subject, Verdict, count, proof::Curve},
    color::{Lattice, Lut3, Op, eval_f64, rgb},
    error::Result,
    pipeline::{Plan, Stage, StepKind},
    progress::Progress,
    scope::itp::{delta_e_itp, distance, itp},
};

const NO_LOOK: &str = "no look is rendered";

/// The looks of the plan, probed.
fn looks<'a>(subject: &'a Subject) -> std::result::Result<&'a [Probed], &'static str> {
    let Ok(plan) = subject.plan else { return Err(super::NO_PLAN) };
    let looks = subject.found.looks.get_or_init(|| probe::looks(plan));
    if looks.is_empty() { Err(NO_LOOK) } else { Ok(looks) }
}

macro_rules! looks {
    ($subject:expr) => {
        match looks($subject) {
            Ok(looks) => looks,
            Err(why) => return Ok(Verdict::not_applicable(why)),
        }
    };
}

/// COL-07: no look stands twice, neither the same file nor the same numbers by another name. One that is in the pixels counts too.
pub fn no_look_twice(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Ok(plan) = subject.plan else { return Ok(Verdict::not_applicable(super::NO_PLAN)) };
    let tolerance = subject.profile.number("COL-07", "tolerance")?;
    let colours = cube(5, [-6.0, 6.0])?;
    let [from, _] = acescct()?;
    let colours = run(&from, &colours);
    let mut seen: Vec<Seen> = vec![];
    let mut doubles = vec![];
    for step in plan.steps().iter().filter(|s| s.kind == StepKind::Look) {
        let Ok(ops) = &step.ops else { continue };
        let made = run(ops, &colours);
        // Looks that change nothing are all alike.
        if apart(&made, &colours) <= tolerance {
            continue;
        }
        let files: Vec<&str> = step.files.iter().map(|f| f.sha256()).collect();
        let name = format!("{}{}: {}", step.label, if step.applied { " (in the pixels)" } else { "" }, step.detail);
        for Seen { name: other, made: values, files: bytes } in &seen {
            let how = if !files.is_empty() && files == *bytes { "the same file" } else { "the same numbers" };
            if apart(&made, values) <= tolerance {
                doubles.push(format!("{other} and {name} are {how}"));
            }
        }
        seen.push(Seen { name, made, files });
    }
    if seen.is_empty() {
        return Ok(Verdict::not_applicable("no look changes anything"));
    }
    let evidence = if doubles.is_empty() { count(seen.len(), "look") } else { doubles.join("; ") };
    let verdict = Verdict::new(doubles.is_empty(), count(doubles.len(), "double look"), "each look once", evidence);
    Ok(verdict.mend("take one of the two out of the AMF"))
}

/// A look that changes something: what it makes of the same colours, and of which files.
struct Seen<'a> {
    name: String,
    made: Vec<[f64; 3]>,
    files: Vec<&'a str>,
}

/// Largest relative difference of two lists of colours.
fn apart(a: &[[f64; 3]], b: &[[f64; 3]]) -> f64 {
    let one = |(a, b): (&[f64; 3], &[f64; 3])| {
        let scale = a.iter().chain(b).fold(1e-3f64, |m, v| m.max(v.abs()));
        (0..3).map(|c| (a[c] - b[c]).abs() / scale).fold(0.0, f64::max)
    };
    a.iter().zip(b).map(one).fold(0.0, f64::max)
}

/// COL-10: a look takes scene light to scene light. One whose output never passes white is a picture for a display.
pub fn looks_are_scene_referred(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let looks = looks!(subject);
    let limit = subject.profile.number("COL-10", "peak")?;
    let mut shown = vec![];
    let (mut worst, mut rows) = (f64::INFINITY, vec![]);
    for look in looks {
        let (probes, made, peak) = brightest(&look.ops);
        worst = worst.min(peak);
        if peak <= limit {
            shown.push(format!("{} turns 18 % grey to {:.3} and no light to more than {peak:.3}", look.name, made[0][1]));
        }
        let text = |p: &[f64; 3]| p.map(|v| format!("{v:.4}")).join(" ");
        rows.extend(probes.iter().zip(&made).map(|(from, to)| vec![look.name.clone(), text(from), text(to)]));
    }
    let evidence = if shown.is_empty() { count(looks.len(), "look") } else { shown.join("; ") };
    let verdict = Verdict::new(shown.is_empty(), format!("peak {worst:.4}"), format!("more than {limit} for bright light"), evidence)
        .proof(Proof::table("ACES2065-1 through the looks", &["Look", "In", "Out"], rows));
    Ok(verdict.mend("bring the look as scene to scene: the show LUT between the inverse of its input and of its output transform"))
}

/// Bright light, what a look makes of it, and the most of that.
pub(super) fn brightest(ops: &[Op]) -> (Vec<[f64; 3]>, Vec<[f64; 3]>, f64) {
    let mut probes: Vec<[f64; 3]> = [1.0, 10.0, 100.0, 1000.0].map(|k| [probe::GREY * k; 3]).to_vec();
    // Bright colours within AP1, so that a look for one channel is no picture, and light below black.
    probes.extend([[18.0, 1.8, 1.8], [1.8, 18.0, 1.8], [1.8, 1.8, 18.0]].map(|c| rgb::transform(&rgb::AP1_TO_AP0, c)));
    probes.push([-0.05; 3]);
    let made = run(ops, &probes);
    let peak = made.iter().flatten().fold(f64::NEG_INFINITY, |m, v| m.max(*v));
    (probes, made, peak)
}

/// COL-11: no look makes one white of light that the clip can hold.
pub fn looks_keep_the_range(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let looks = looks!(subject);
    let Ok(plan) = subject.plan else { return Ok(Verdict::not_applicable(super::NO_PLAN)) };
    let most = subject.profile.number("COL-11", "stops")?;
    let holds = ceiling(plan)?.map_or(most, |stops| stops.min(most));
    let (mut clipped, mut lowest, mut curves) = (vec![], f64::INFINITY, vec![]);
    for look in looks {
        curves.push(Curve {
            name: look.name.clone(),
            points: look.greys.iter().map(|(s, v)| [*s, luminance(*v).max(1e-6).log2()]).collect(),
        });
        let Some(at) = clips_at(&look.greys) else { continue };
        lowest = lowest.min(at);
        if at < holds {
            clipped.push(format!("{} is flat above {at:+.2} stops: {:.1} stops are lost", look.name, holds - at));
        }
    }
    let measured = if lowest.is_finite() { format!("flat above {lowest:+.2} stops") } else { "nowhere flat".to_owned() };
    let evidence = if clipped.is_empty() {
        format!("the clip holds {holds:+.2} stops over grey, or as many are asked for")
    } else {
        clipped.join("; ")
    };
    let verdict =
        Verdict::new(clipped.is_empty(), measured, format!("rises to {holds:+.2} stops over grey"), evidence).proof(Proof::Plot {
            title: "Greys through the looks".into(),
            x: "stops from 18 % grey".into(),
            y: "log2 of the light after the look".into(),
            curves,
            limit: None,
        });
    Ok(verdict.mend("make the look again with a shaper that holds the range of the camera"))
}

/// The brightest grey that the clip's values can stand for, in stops from mid grey; none where they are floats.
fn ceiling(plan: &Plan) -> Result<Option<f64>> {
    let ops = plan.ops(Stage::Raw, Stage::Aces)?;
    if ops.is_empty() || !plan.steps().iter().any(|s| s.kind == StepKind::Input && !s.applied) {
        return Ok(None);
    }
    let white = run(&ops, &[[1.0; 3]])[0].iter().fold(0.0f64, |m, v| m.max(*v));
    Ok((white > probe::GREY).then(|| (white / probe::GREY).log2()))
}

/// From where on, in stops, more light makes no difference.
pub(super) fn clips_at(greys: &[(f64, [f64; 3])]) -> Option<f64> {
    /// Part of the brightest value by which the rest may still rise.
    const FLAT: f64 = 1e-3;
    let last = greys.last()?.1;
    let flat = |v: &[f64; 3]| (0..3).all(|c| (v[c] - last[c]).abs() <= FLAT * last[c].abs().max(1e-6));
    let flat_from = greys.iter().rposition(|(_, v)| !flat(v)).map_or(0, |i| i + 1);
    // The last value is always like itself; two more say that it is no accident.
    (flat_from + 2 < greys.len()).then(|| greys[flat_from].0)
}

/// Samples of an axis for COL-12, and the range of light that they span.
const SAMPLES: u32 = 129;
const RANGE: [f64; 2] = [-6.0, 6.0];
/// Grey and six hues: what the channels of AP1 are, of the brightest.
const AXES: [(&str, [f64; 3]); 7] = [
    ("grey", [1.0, 1.0, 1.0]),
    ("red", [1.0, 0.25, 0.25]),
    ("yellow", [1.0, 1.0, 0.25]),
    ("green", [0.25, 1.0, 0.25]),
    ("cyan", [0.25, 1.0, 1.0]),
    ("blue", [0.25, 0.25, 1.0]),
    ("magenta", [1.0, 0.25, 1.0]),
];

/// COL-12: more light in is more light out, and the curve has no corner, along grey and six hues.
pub fn looks_are_smooth(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let looks = looks!(subject);
    let (factor, least) = (subject.profile.number("COL-12", "kink_factor")?, subject.profile.number("COL-12", "kink_slope")?);
    let (mut faults, mut curves) = (vec![], vec![]);
    let (mut turns, mut corners) = (0, 0);
    for look in looks {
        for (axis, direction) in AXES {
            progress.check()?;
            let curve = along(&look.ops, direction)?;
            let (turn, corner) = (turns_back(&curve), kink(&curve, factor, least));
            if let Some(at) = turn {
                turns += 1;
                faults.push(format!("{}: along {axis}, light falls from {:+.2} stops on", look.name, stops(at)?));
            }
            if let Some(at) = corner {
                corners += 1;
                faults.push(format!("{}: along {axis}, a corner at {:+.2} stops", look.name, stops(at)?));
            }
            // Grey of each look, to hold the others against; of those what is at fault.
            if axis == "grey" || turn.is_some() || corner.is_some() {
                curves.push(Curve { name: format!("{}, {axis}", look.name), points: curve });
            }
        }
    }
    let evidence = if faults.is_empty() {
        format!("{} along grey and six hues, {} to {} stops", count(looks.len(), "look"), RANGE[0], RANGE[1])
    } else {
        faults.join("; ")
    };
    let verdict = Verdict::new(
        faults.is_empty(),
        format!("{}, {}", count(turns, "reversal"), count(corners, "corner")),
        format!("no reversal; no change of slope above {least} and {factor} times the median"),
        evidence,
    );
    Ok(verdict.proof(Proof::Plot {
        title: "ACEScct through the looks".into(),
        x: "ACEScct of the light before".into(),
        y: "ACEScct of the light after".into(),
        curves,
        limit: None,
    }))
}

/// How bright an ACEScct value is, in stops from mid grey.
pub(super) fn stops(cct: f64) -> Result<f64> {
    let [from, _] = acescct()?;
    Ok((run(&from, &[[cct; 3]])[0][1] / probe::GREY).log2())
}

/// The light of an axis before and after a look, both as ACEScct.
pub(super) fn along(ops: &[Op], direction: [f64; 3]) -> Result<Vec<[f64; 2]>> {
    let [from, to] = acescct()?;
    let ends = run(&to, &RANGE.map(|s| [probe::GREY * s.exp2(); 3]));
    let at = |i: u32| ends[0][0] + (ends[1][0] - ends[0][0]) * f64::from(i) / f64::from(SAMPLES - 1);
    // The channels of AP1 as light, so that a hue is one over its whole axis.
    let light = run(&from, &(0..SAMPLES).map(|i| [at(i); 3]).collect::<Vec<_>>());
    let ap1 = |grey: &[f64; 3]| direction.map(|d| d * grey[1]);
    let aces: Vec<[f64; 3]> = light.iter().map(|grey| rgb::transform(&rgb::AP1_TO_AP0, ap1(grey))).collect();
    let made = run(ops, &aces);
    let lit: Vec<[f64; 3]> = made.iter().map(|v| [luminance(rgb::transform(&rgb::AP0_TO_AP1, *v)); 3]).collect();
    let coded = run(&to, &lit);
    Ok((0..SAMPLES).map(at).zip(coded).map(|(x, y)| [x, y[1]]).collect())
}

/// Where a curve falls.
pub(super) fn turns_back(curve: &[[f64; 2]]) -> Option<f64> {
    /// A tenth of a code value of ten bits: rounding.
    const ROUNDING: f64 = 1e-4;
    curve.windows(2).find(|w| w[1][1] < w[0][1] - ROUNDING).map(|w| w[0][0])
}

/// Where a curve has a corner. What is flat at either end is COL-11's.
fn kink(curve: &[[f64; 2]], factor: f64, least: f64) -> Option<f64> {
    const FLAT: f64 = 1e-3;
    let slopes: Vec<f64> = curve.windows(2).map(|w| (w[1][1] - w[0][1]) / (w[1][0] - w[0][0])).collect();
    let changes: Vec<f64> = slopes.windows(2).map(|w| if w.iter().any(|s| s.abs() < FLAT) { 0.0 } else { (w[1] - w[0]).abs() }).collect();
    let median = percentile(&mut changes.clone(), 0.5);
    let worst = changes.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    (*worst.1 > least && *worst.1 > factor * median).then(|| curve[worst.0 + 1][0])
}

/// COL-13: greys stay grey, where the profile says that looks leave them so.
pub fn greys_stay_neutral(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let looks = looks!(subject);
    let (limit, declared) = (subject.profile.number("COL-13", "limit")?, subject.profile.flag("COL-13", "declared")?);
    let mut worst = (0.0, 0.0, "");
    let mut curves = vec![];
    for look in looks {
        let within: Vec<&(f64, [f64; 3])> = look.greys.iter().filter(|(s, _)| (RANGE[0]..=RANGE[1]).contains(s)).collect();
        let nits = to_nits(&within.iter().map(|(_, v)| *v).collect::<Vec<_>>())?;
        let points: Vec<[f64; 2]> = within.iter().zip(nits).map(|((s, _), v)| [*s, chroma(v)]).collect();
        for &[stop, away] in &points {
            if away > worst.0 {
                worst = (away, stop, look.name.as_str());
            }
        }
        curves.push(Curve { name: look.name.clone(), points });
    }
    let found = format!("dE ITP {:.2} at {:+.2} stops, {}", worst.0, worst.1, worst.2);
    if !declared {
        return Ok(Verdict::not_applicable(format!(
            "the profile does not say that looks leave greys neutral; the largest chroma is {found}"
        )));
    }
    Ok(Verdict::new(worst.0 <= limit, format!("dE ITP {:.2}", worst.0), format!("<= {limit}"), found).proof(Proof::Plot {
        title: "Chroma of greys after the looks".into(),
        x: "stops from 18 % grey".into(),
        y: "dE ITP from neutral".into(),
        curves,
        limit: Some(limit),
    }))
}

/// How far light is from the grey of its intensity.
fn chroma(nits: [f64; 3]) -> f64 {
    let colour = itp(nits);
    distance(colour, [colour[0], 0.0, 0.0])
}

/// COL-14: cubes are fine enough: with half as many nodes, the looks give the same.
pub fn cubes_are_fine_enough(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let looks = looks!(subject);
    let limit = subject.profile.number("COL-14", "limit")?;
    let (mut worst, mut rows, mut coarse) = (None::<f64>, vec![], vec![]);
    for look in looks {
        let Some((p99, differences)) = coarseness(&look.ops, progress)? else { continue };
        worst = Some(worst.map_or(p99, |w| w.max(p99)));
        let size = nodes(&look.ops).iter().map(|s| format!("{s}^3")).collect::<Vec<_>>().join(", ");
        if p99 > limit {
            coarse.push(format!("{}: the cube of {size} is too coarse", look.name));
        }
        rows.push(vec![look.name.clone(), size, format!("{p99:.2}"), format!("{:.2}", differences.last().copied().unwrap_or(0.0))]);
    }
    let Some(worst) = worst else { return Ok(Verdict::not_applicable("no look is a cube")) };
    let evidence = if coarse.is_empty() { "half the nodes are enough".to_owned() } else { coarse.join("; ") };
    let verdict = Verdict::new(coarse.is_empty(), format!("dE ITP {worst:.2} p99"), format!("<= {limit} with half the nodes"), evidence)
        .proof(Proof::table("With half the nodes", &["Look", "Nodes", "p99 dE ITP", "largest"], rows));
    Ok(verdict.mend("bring the look as its maths (CLF), or with more nodes or a better shaper"))
}

/// Along an edge of each cube.
pub(super) fn nodes(ops: &[Op]) -> Vec<usize> {
    ops.iter().filter_map(|op| if let Op::Lut3(l) = op { Some(l.lattice().size()) } else { None }).collect()
}

/// How far a look is from itself with half the nodes: dE ITP of 99 colours of 100, and of all of them in order. None of one without a
/// cube.
pub(super) fn coarseness(ops: &[Op], progress: &Progress) -> Result<Option<(f64, Vec<f64>)>> {
    let [from, _] = acescct()?;
    let Some(halved) = halved(ops) else { return Ok(None) };
    progress.check()?;
    let colours = run(&from, &cube(17, RANGE)?);
    let (a, b) = (to_nits(&run(ops, &colours))?, to_nits(&run(&halved, &colours))?);
    let mut differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| delta_e_itp(*a, *b)).collect();
    let p99 = percentile(&mut differences, 0.99);
    Ok(Some((p99, differences)))
}

/// The ops with cubes of half the nodes; none where there is no cube.
fn halved(ops: &[Op]) -> Option<Vec<Op>> {
    let mut any = false;
    let half = |op: &Op| match op {
        Op::Lut3(lut) if !lut.is_inverse() && lut.lattice().size() > 2 => {
            let size = lut.lattice().size().div_ceil(2).max(2);
            let at = |i: u32| f64::from(i) / (size - 1) as f64;
            let nodes: Vec<[f64; 3]> =
                probe::nodes(size as u32, at).into_iter().map(|node| eval_f64(std::slice::from_ref(op), node)).collect();
            any = true;
            Lattice::new(size, &nodes).map(|lattice| Op::Lut3(Lut3::new(lattice, lut.interpolation())))
        }
        other => Some(other.clone()),
    };
    let ops: Option<Vec<Op>> = ops.iter().map(half).collect();
    ops.filter(|_| any)
}
