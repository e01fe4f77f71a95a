//! Fewer ops with the same result: small rules over neighbours, each op against the one before it.
//!
//! Each rule is an identity of the maths: in f64 the results agree to the rounding of f64 (the tests hold all rules to that), so that
//! what the f32 instances make of them differs by their own rounding alone, and there is less of it. The one exception is
//! meant: a curve and its inverse cancel also for numbers so large (beyond 2^40) that the first of them would have saturated.

use super::{
    exact,
    ops::{
        Cdl, CdlStyle, Matrix, Op, Range,
        curve::{Curve, CurveKind, Negatives},
    },
};

/// Whether the ops that a control moves (exposure, CDL) may be drawn into others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controls {
    /// Their numbers stay as they are: for the CPU, which plans anew for each picture.
    Fixed,
    /// Their numbers will change: for shaders.
    Live,
}

/// The same transform in fewer ops.
pub fn optimize(ops: &[Op], controls: Controls) -> Vec<Op> {
    let mut out = Vec::with_capacity(ops.len());
    for op in ops {
        append(&mut out, fixed(op, controls), controls);
    }
    out
}

/// `op` after the ops so far, by the first rule that applies to it and the last of them. What a rule leaves is appended
/// in turn; every rule leaves fewer ops or fewer bounds, so this comes to an end.
fn append(out: &mut Vec<Op>, op: Op, controls: Controls) {
    let moved = is_moved(&op, controls);
    if !moved && is_nothing(&op) {
        return;
    }
    if let Some(last) = out.last().filter(|last| !moved && !is_moved(last, controls))
        && let Some(instead) = [cancel, fuse, drop_dead_bounds].iter().find_map(|rule| rule(last, &op))
    {
        out.pop();
        for op in instead {
            append(out, op, controls);
        }
        return;
    }
    out.push(op);
}

/// Exposure as a matrix where its number stays.
fn fixed(op: &Op, controls: Controls) -> Op {
    match op {
        Op::Exposure(e) if controls == Controls::Fixed => Op::Matrix(e.matrix()),
        _ => op.clone(),
    }
}

fn is_moved(op: &Op, controls: Controls) -> bool {
    controls == Controls::Live && matches!(op, Op::Exposure(_) | Op::Cdl(_))
}

/// Identities, and matrices that are one but for the rounding of a product of inverses.
fn is_nothing(op: &Op) -> bool {
    match op {
        Op::Matrix(m) => {
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-14;
            (0..3).all(|i| near(m.offset[i], 0.0) && (0..3).all(|j| near(m.m[i][j], Matrix::IDENTITY.m[i][j])))
        }
        _ => op.is_identity(),
    }
}

/// An op and its inverse, where both go through all numbers.
fn cancel(first: &Op, second: &Op) -> Option<Vec<Op>> {
    let cancels = match (first, second) {
        (Op::Curve(a), Op::Curve(b)) => (0..3).all(|c| b[c] == a[c].inverse() && is_bijective(&a[c])),
        (Op::Cdl(a), Op::Cdl(b)) => undoes(a, b),
        _ => false,
    };
    cancels.then(Vec::new)
}

fn is_bijective(curve: &Curve) -> bool {
    match &curve.kind {
        CurveKind::Log(log) => log.line.is_some_and(|line| {
            let rises = log.rate > 0.0 && log.gain > 0.0 && line.slope > 0.0;
            let at_cut = exact::exp2(line.cut * log.rate + log.start) * log.gain + log.base;
            rises && (at_cut - (line.cut * line.slope + line.intercept)).abs() < 1e-7
        }),
        CurveKind::Power(p) => p.negatives == Negatives::Mirror,
        CurveKind::MonCurve(p) => p.negatives == Negatives::Mirror,
        _ => false,
    }
}

fn undoes(a: &Cdl, b: &Cdl) -> bool {
    let positive = |v: [f64; 3]| v.iter().all(|&x| x > 0.0);
    let opposite = a.inverse != b.inverse && *a == Cdl { inverse: a.inverse, ..*b };
    opposite && a.style == CdlStyle::NoClamp && a.saturation > 0.0 && positive(a.slope) && positive(a.power)
}

/// Two of a kind as one.
fn fuse(first: &Op, second: &Op) -> Option<Vec<Op>> {
    Some(vec![match (first, second) {
        (Op::Matrix(a), Op::Matrix(b)) => Op::Matrix(a.then(b)),
        (Op::Matrix(a), Op::Range(b)) => Op::Matrix(a.then(&affine(b)?)),
        (Op::Range(a), Op::Matrix(b)) => Op::Matrix(affine(a)?.then(b)),
        (Op::Range(a), Op::Range(b)) => Op::Range(a.then(b)?),
        _ => return None,
    }])
}

/// A range without bounds as a matrix.
fn affine(range: &Range) -> Option<Matrix> {
    let unbounded = range.low.is_none() && range.high.is_none();
    unbounded.then(|| Matrix { m: super::rgb::diagonal([range.scale; 3]), offset: [range.offset; 3] })
}

/// Bounds that the neighbour sees to.
fn drop_dead_bounds(first: &Op, second: &Op) -> Option<Vec<Op>> {
    if let Op::Range(range) = second
        && range.is_clamp()
    {
        // What never leaves the bounds needs none.
        let (low, high) = bounds(first);
        let kept = Range {
            low: range.low.filter(|&bound| low.is_none_or(|least| least < bound)),
            high: range.high.filter(|&bound| high.is_none_or(|most| most > bound)),
            ..*range
        };
        if kept != *range {
            return Some(vec![first.clone(), Op::Range(kept)]);
        }
    }
    if let Op::Range(range) = first
        && range.low == Some(0.0)
        && range.high.is_none_or(|high| high >= 0.0)
        && clamps_negatives(second)
    {
        return Some(vec![Op::Range(Range { low: None, ..*range }), second.clone()]);
    }
    None
}

/// The least and the largest value that an op gives in any channel.
fn bounds(op: &Op) -> (Option<f64>, Option<f64>) {
    match op {
        Op::Range(r) if !r.is_crossed() => (r.low, r.high),
        Op::Cdl(c) if c.style == CdlStyle::Asc => (Some(0.0), Some(1.0)),
        Op::Curve(_) if clamps_negatives(op) => (Some(0.0), None),
        _ => (None, None),
    }
}

/// Whether an op takes negative numbers for 0, which is where it puts 0 itself.
fn clamps_negatives(op: &Op) -> bool {
    let Op::Curve(curves) = op else { return false };
    curves.iter().all(|curve| match &curve.kind {
        CurveKind::Power(p) => p.negatives == Negatives::Clamp && p.exponent > 0.0,
        CurveKind::MonCurve(p) => p.negatives == Negatives::Clamp,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{Kind, Processor, catalogue, eval_f64, invert, rgb, test_chains, transform};

    fn fixed(ops: &[Op]) -> Vec<Op> {
        optimize(ops, Controls::Fixed)
    }

    /// Light and code values of both signs, neutral and not, and black.
    fn samples() -> Vec<[f64; 3]> {
        let levels = [-2.0, -0.1, -1e-4, 0.0, 1e-6, 0.01, 0.18, 0.5, 0.9, 1.0, 1.3];
        let mut out: Vec<[f64; 3]> = levels.iter().map(|&x| [x; 3]).collect();
        for (i, &r) in levels.iter().enumerate() {
            out.push([r, levels[(i * 5 + 3) % levels.len()], levels[(i * 7 + 1) % levels.len()]]);
        }
        out
    }

    fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
        let size = a.iter().chain(&b).fold(1e-3f64, |m, x| m.max(x.abs()));
        (0..3).fold(0.0, |m, i| m.max((a[i] - b[i]).abs() / size))
    }

    /// How far a result moves where what goes into each op does, by `by` of its largest channel: inverses of outputs magnify at
    /// the gamut's edge and at white.
    fn unsteadiness(ops: &[Op], px: [f64; 3], by: f64) -> f64 {
        let here = eval_f64(ops, px);
        let stages = (0..ops.len()).map(|k| {
            let stage = eval_f64(&ops[..k], px);
            let size = stage.iter().fold(0.0f64, |m, x| m.max(x.abs()));
            let nudged = (0..6).map(|i| {
                let mut near = stage;
                near[i / 2] += if i % 2 == 0 { by * size } else { -by * size };
                distance(eval_f64(&ops[k..], near), here)
            });
            nudged.fold(0.0, f64::max)
        });
        stages.sum()
    }

    /// Chains whose joints are where rules apply: there and back, and from one space to another.
    fn joined() -> Vec<(String, Vec<Op>)> {
        let mut chains: Vec<(String, Vec<Op>)> = test_chains().into_iter().map(|(name, ops)| (name.to_owned(), ops)).collect();
        for row in catalogue().iter().filter(|row| row.kind != Kind::Output) {
            let Ok(back) = transform(row.name, true) else { continue };
            chains.push((format!("{} and back", row.name), [row.ops(), back.clone()].concat()));
            chains.push((format!("acescct to {}", row.name), [transform("acescct", false).unwrap(), back].concat()));
        }
        let grade = |style| Op::Cdl(Cdl::new([1.1, 0.9, 1.0], [0.02, -0.03, 0.0], [1.2, 0.8, 1.0], 1.3, style));
        for style in [CdlStyle::Asc, CdlStyle::NoClamp] {
            let ops = [grade(style), Op::clamp(0.0, 1.0)];
            chains.push((format!("{style:?} grade and back"), [&ops[..], &invert(&ops).unwrap()].concat()));
        }
        let range = |from, to, clamped| Op::Range(Range::map(from, to, clamped).unwrap());
        chains
            .push(("ranges".into(), vec![range((0.1, 0.9), (-0.2, 1.5), true), range((0.0, 1.0), (0.3, 0.8), true), Op::clamp(0.0, 0.5)]));
        chains.push(("affine".into(), vec![Op::matrix(rgb::AP0_TO_AP1), range((0.1, 0.9), (0.0, 1.0), false), Op::exposure(1.0)]));
        chains
    }

    #[test]
    fn no_rule_changes_the_maths() {
        for (name, ops) in joined() {
            let fewer = fixed(&ops);
            for px in samples() {
                let d = distance(eval_f64(&fewer, px), eval_f64(&ops, px));
                // D-Log's published pieces do not meet: between them a code comes back a millionth off.
                let gate = if name.starts_with("dji") { 2e-6 } else { 1e-11 };
                assert!(d <= gate + 16.0 * unsteadiness(&ops, px, 1e-15), "{name} at {px:?}: {d:.1e}\n{ops:?}\n{fewer:?}");
            }
        }
    }

    #[test]
    fn with_rules_f32_is_no_further_from_the_oracle() {
        for (name, ops) in joined() {
            let (with, without) = (Processor::new(&ops), Processor::unoptimized(&ops));
            for px in samples() {
                let exact = eval_f64(&ops, px.map(|x| f64::from(x as f32)));
                let error = |p: &Processor| distance(p.pixel(px.map(|x| x as f32)).map(f64::from), exact);
                let (new, old) = (error(&with), error(&without));
                let gate = old + 3e-7 + unsteadiness(&ops, px, 1.2e-7);
                assert!(new <= gate || name.starts_with("dji"), "{name} at {px:?}: {new:.1e} with rules, {old:.1e} without");
            }
        }
    }

    #[test]
    fn neighbouring_matrices_become_one() {
        let ops = [Op::matrix(rgb::AP0_TO_AP1), Op::matrix(rgb::AP1_TO_XYZ), Op::clamp(0.0, 1.0), Op::matrix(rgb::IDENTITY)];
        assert_eq!(fixed(&ops).len(), 2);
    }

    #[test]
    fn there_and_back_is_nothing() {
        for name in ["acescct", "arri-logc4", "sony-slog3-sgamut3", "acescg", "display-p3"] {
            let ops = [transform(name, false).unwrap(), transform(name, true).unwrap()].concat();
            assert_eq!(fixed(&ops), [], "{name}");
        }
    }

    #[test]
    fn clamps_that_clamp_nothing_go() {
        let output = transform("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", false).unwrap();
        let kept = fixed(&output);
        // The tone scale, its one clamp, the display's power; the matrix to XYZ and back is nothing.
        assert_eq!(kept.len(), 3, "{kept:?}");
        assert_eq!(fixed(&[Op::clamp(0.0, 1.0), Op::clamp(-1.0, 2.0)]), [Op::clamp(0.0, 1.0)]);
    }

    #[test]
    fn controls_stay_where_they_are_moved() {
        let ops = [Op::matrix(rgb::AP0_TO_AP1), Op::exposure(0.0), Op::exposure(1.0)];
        assert_eq!(optimize(&ops, Controls::Live).len(), 3);
        assert_eq!(fixed(&ops).len(), 1);
    }
}
