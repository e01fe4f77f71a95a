//! What the looks of a plan do to greys and colours: probed once, for every rule that asks.

use crate::{
    color::{self, Op, Processor, rgb},
    error::Result,
    pipeline::{ColorStep, Plan, StepKind},
};

/// Scene-linear mid grey, ACES2065-1.
pub const GREY: f64 = 0.18;
/// Greys are probed over these stops from mid grey, so many a stop.
const STOPS: [i32; 2] = [-8, 14];
const PER_STOP: i32 = 4;

/// A look that is rendered, and what it makes of greys.
#[derive(Clone, Debug)]
pub struct Probed {
    /// `Look 1: show.clf`.
    pub name: String,
    pub ops: Vec<Op>,
    /// Stops from mid grey, and ACES2065-1 after the look.
    pub greys: Vec<(f64, [f64; 3])>,
}

/// The looks that are rendered, in order. What cannot be resolved is COL-02's.
pub fn looks(plan: &Plan) -> Vec<Probed> {
    rendered(plan).filter(|(_, ops)| !ops.is_empty()).map(|(step, ops)| look(step, ops)).collect()
}

/// One look.
pub fn look(step: &ColorStep, ops: &[Op]) -> Probed {
    let stops: Vec<f64> = (STOPS[0] * PER_STOP..=STOPS[1] * PER_STOP).map(|i| f64::from(i) / f64::from(PER_STOP)).collect();
    let greys: Vec<[f64; 3]> = stops.iter().map(|s| [GREY * s.exp2(); 3]).collect();
    let greys = stops.iter().copied().zip(run(ops, &greys)).collect();
    Probed { name: format!("{}: {}", step.label, step.detail), ops: ops.to_vec(), greys }
}

/// The looks that are rendered, with their arithmetic.
fn rendered(plan: &Plan) -> impl Iterator<Item = (&ColorStep, &Vec<Op>)> {
    let looks = plan.steps().iter().filter(|s| s.kind == StepKind::Look && !s.applied);
    looks.filter_map(|s| s.ops.as_ref().ok().map(|ops| (s, ops)))
}

/// Pixels through the engine that renders.
pub fn run(ops: &[Op], pixels: &[[f64; 3]]) -> Vec<[f64; 3]> {
    let mut planes = [0, 1, 2].map(|c| pixels.iter().map(|p| p[c] as f32).collect::<Vec<f32>>());
    let [r, g, b] = &mut planes;
    Processor::new(ops).apply(r, g, b);
    (0..pixels.len()).map(|i| [0, 1, 2].map(|c| f64::from(planes[c][i]))).collect()
}

/// From ACEScct to ACES2065-1, and back.
pub fn acescct() -> Result<[Vec<Op>; 2]> {
    Ok([color::transform("acescct", false)?, color::transform("acescct", true)?])
}

/// Scene-linear ACES2065-1 as light of a display, for dE ITP: Rec.2020, 1.0 as 100 nit.
pub fn to_nits(aces: &[[f64; 3]]) -> Result<Vec<[f64; 3]>> {
    let mut ops = color::transform("linear-rec2020", true)?;
    ops.push(Op::scale(100.0));
    Ok(run(&ops, aces))
}

/// A cube of ACEScct values with `side` nodes along an edge, over `stops` from mid grey.
pub fn cube(side: u32, stops: [f64; 2]) -> Result<Vec<[f64; 3]>> {
    let [_, to_cct] = acescct()?;
    let ends = run(&to_cct, &stops.map(|s| [GREY * s.exp2(); 3]));
    let at = |i: u32| ends[0][0] + (ends[1][0] - ends[0][0]) * f64::from(i) / f64::from(side - 1);
    Ok(nodes(side, at))
}

/// The nodes of a cube, the first channel fastest, with what the nodes along an edge are.
pub fn nodes(side: u32, at: impl Fn(u32) -> f64) -> Vec<[f64; 3]> {
    (0..side * side * side).map(|i| [at(i % side), at(i / side % side), at(i / side / side)]).collect()
}

/// Light of AP1 colours.
pub fn luminance(ap1: [f64; 3]) -> f64 {
    const TO_XYZ: rgb::Mat3 = rgb::rgb_to_xyz(&rgb::AP1);
    rgb::transform(&TO_XYZ, ap1)[1]
}

/// The value that `share` of `values` lie below; 0 of none.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = ((values.len().saturating_sub(1)) as f64 * share) as usize;
    values.get(at).copied().unwrap_or(0.0)
}
