//! Fewer ops with the same result.

use super::ops::Op;

/// Whether the ops that a control moves (exposure, CDL) may be drawn into others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controls {
    /// Their numbers stay as they are: for the CPU, which plans anew for each picture.
    Fixed,
    /// Their numbers will change: for shaders.
    Live,
}

/// Leaves out what does nothing and makes one matrix of neighbouring ones, in f64.
pub fn optimize(ops: &[Op], controls: Controls) -> Vec<Op> {
    let mut out: Vec<Op> = Vec::with_capacity(ops.len());
    for op in ops {
        let op = match op {
            Op::Exposure(e) if controls == Controls::Fixed => Op::Matrix(e.matrix()),
            _ => op.clone(),
        };
        match (out.last_mut(), &op) {
            (Some(Op::Matrix(last)), Op::Matrix(next)) => *last = last.then(next),
            _ => out.push(op),
        }
    }
    out.retain(|op| matches!((op, controls), (Op::Exposure(_) | Op::Cdl(_), Controls::Live)) || !op.is_identity());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::rgb;

    #[test]
    fn neighbouring_matrices_become_one() {
        let ops = [Op::matrix(rgb::AP0_TO_AP1), Op::matrix(rgb::AP1_TO_XYZ), Op::clamp(0.0, 1.0), Op::matrix(rgb::IDENTITY)];
        assert_eq!(optimize(&ops, Controls::Fixed).len(), 2);
    }

    #[test]
    fn controls_stay_where_they_are_moved() {
        let ops = [Op::matrix(rgb::AP0_TO_AP1), Op::exposure(0.0), Op::exposure(1.0)];
        assert_eq!(optimize(&ops, Controls::Live).len(), 3);
        assert_eq!(optimize(&ops, Controls::Fixed).len(), 1);
    }
}
