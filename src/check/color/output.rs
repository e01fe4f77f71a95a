//! COL-16 and COL-17: the output transform undone, and the engine against its own oracle.

use super::probe::{acescct, cube, nodes, percentile, run};
use crate::{
    check::{Subject, Verdict},
    color::{self, Op, eval_f64},
    error::Result,
    pipeline::{Stage, StepKind},
    progress::Progress,
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Scene colours that the engine is asked for: AP1 over these stops from mid grey.
const RANGE: [f64; 2] = [-7.0, 6.0];

/// Round trips of outputs of the catalogue by their names, worked out once.
static MEASURED: Mutex<BTreeMap<&'static str, RoundTrip>> = Mutex::new(BTreeMap::new());

/// What becomes of display colours that are taken to the scene and back, in parts of the code range.
#[derive(Clone, Copy)]
struct RoundTrip {
    /// Of the nodes of a cube of 33^3 display colours: p99 and the largest.
    cube: [f64; 2],
    /// The same of the colours that those became: an output that does not fill its display cannot make the others.
    reached: [f64; 2],
}

impl RoundTrip {
    fn measure(forward: &[Op], back: &[Op]) -> Self {
        const SIDE: u32 = 33;
        let at = |i: u32| f64::from(i) / f64::from(SIDE - 1);
        let nodes = nodes(SIDE, at);
        let there_and_back = |x: &[[f64; 3]]| run(forward, &run(back, x));
        let once = there_and_back(&nodes);
        let twice = there_and_back(&once);
        Self { cube: apart(&nodes, &once, |_| 1.0), reached: apart(&once, &twice, |_| 1.0) }
    }
}

/// p99 and the largest difference of any channel, in parts of what `scale` says of the second colour.
fn apart(a: &[[f64; 3]], b: &[[f64; 3]], scale: fn(&[f64; 3]) -> f64) -> [f64; 2] {
    let one = |(a, b): (&[f64; 3], &[f64; 3])| {
        let scale = scale(b);
        (0..3).map(|c| (a[c] - b[c]).abs() / scale).fold(0.0, f64::max)
    };
    let mut all: Vec<f64> = a.iter().zip(b).map(one).collect();
    [percentile(&mut all, 0.99), all.last().copied().unwrap_or(0.0)]
}

/// COL-16: a display colour taken back through the output transform and made again is the same colour. Where the output does not fill its
/// display (HDR below the peak of PQ, a limited gamut), this is asked of the colours that it does make.
pub fn output_round_trips(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let Ok(plan) = subject.plan else { return Ok(Verdict::not_applicable(super::NO_PLAN)) };
    let output = plan.steps().iter().find(|s| s.kind == StepKind::Output && !s.applied);
    let Some((step, ops)) = output.and_then(|s| Some((s, s.ops.as_ref().ok()?))) else {
        return Ok(Verdict::not_applicable("no output transform is rendered"));
    };
    let limit = subject.profile.number("COL-16", "limit")?;
    let known = step.named.and_then(|row| MEASURED.lock().unwrap_or_else(PoisonError::into_inner).get(row.name).copied());
    let trip = match known {
        Some(known) => known,
        None => {
            let Some(back) = color::invert(ops) else { return Ok(Verdict::not_applicable("the output transform has no inverse")) };
            progress.check()?;
            let measured = RoundTrip::measure(ops, &back);
            if let Some(row) = step.named {
                MEASURED.lock().unwrap_or_else(PoisonError::into_inner).insert(row.name, measured);
            }
            measured
        }
    };
    let fills = trip.cube[0] <= limit;
    let ([p99, max], of) =
        if fills { (trip.cube, "33^3 display colours") } else { (trip.reached, "the colours that it makes of 33^3 display colours") };
    Ok(Verdict::new(
        p99 <= limit,
        format!("p99 {p99:.1e}, at most {max:.1e} of the code range"),
        format!("p99 <= {limit}"),
        format!("{}: {of} to the scene and back", step.detail),
    ))
}

/// COL-17: on the road of this clip the engine that renders gives what its double-precision oracle gives. OpenColorIO is no part of
/// the program: the same ops are held against its values when the program is built and tested.
pub fn engine_is_exact(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let Ok(plan) = subject.plan else { return Ok(Verdict::not_applicable(super::NO_PLAN)) };
    let number = |name| subject.profile.number("COL-17", name);
    let (p99_limit, max_limit, aces_limit) = (number("p99")?, number("max")?, number("aces")?);
    let Ok(input) = plan.ops(Stage::Raw, Stage::Aces) else { return Ok(Verdict::not_applicable("the input transform is not rendered")) };
    let codes = nodes(9, |i| f64::from(i) / 8.0);
    let oracle = |ops: &[Op], px: &[[f64; 3]]| px.iter().map(|p| eval_f64(ops, *p)).collect::<Vec<_>>();
    let relative = |wanted: &[f64; 3]| wanted.iter().fold(1e-2f64, |m, v| m.max(v.abs()));
    let aces = apart(&run(&input, &codes), &oracle(&input, &codes), relative);
    progress.check()?;
    let [from, _] = acescct()?;
    let scene = run(&from, &cube(9, RANGE)?);
    let shown = plan.ops(Stage::Aces, Stage::Display).ok().map(|ops| apart(&run(&ops, &scene), &oracle(&ops, &scene), |_| 1.0));
    let pass = aces[1] <= aces_limit && shown.is_none_or(|[p99, max]| p99 <= p99_limit && max <= max_limit);
    let display = shown.map_or("display not rendered".to_owned(), |[p99, max]| format!("display p99 {p99:.1e}, at most {max:.1e}"));
    Ok(Verdict::new(
        pass,
        format!("ACES {:.1e} relative, {display}", aces[1]),
        format!("ACES {aces_limit:.0e}, display p99 {p99_limit:.0e} and {max_limit:.0e} at most"),
        "729 colours through the engine that renders and through its double-precision oracle; the same ops are held against \
         OpenColorIO 2.6 and the ACES CTL references by the tests of the program (tests/conformance/color)",
    ))
}
