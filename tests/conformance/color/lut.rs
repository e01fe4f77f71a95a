//! The group `lut`: tables over 0..1 and over other domains, both interpolations, the inverse of a 1D table.

use super::{
    gates::{absolute, worst},
    golden::{Golden, group},
};
use prelight::{
    color::{Interpolation, Lut3, Op, invert},
    sidecar::lut,
};

/// Of the corpus README.
const GATE: f64 = 2e-7;

/// The ops that the metadata describes.
fn ops(case: &Golden) -> Vec<Op> {
    let (file, note) = match case.meta["lut"].as_str().unwrap().split_once(' ') {
        Some((file, note)) => (file, note),
        None => (case.meta["lut"].as_str().unwrap(), ""),
    };
    let mut ops = lut::read(&crate::corpus(&format!("colour/{file}")).unwrap()).unwrap().ops;
    if note.contains("domain 0..1") {
        ops.retain(|op| matches!(op, Op::Lut1(_)));
    }
    for op in &mut ops {
        if let Op::Lut3(cube) = op {
            assert_eq!(cube.interpolation(), Interpolation::Trilinear, "what the files default to");
            if case.meta["interpolation"] == "tetrahedral" {
                *op = Op::Lut3(Lut3::new(cube.lattice().clone(), Interpolation::Tetrahedral));
            }
        }
    }
    if case.meta["direction"] == "inverse" { invert(&ops).unwrap() } else { ops }
}

#[test]
fn tables_match() {
    for file in group("lut") {
        let case = Golden::open(&file).unwrap();
        let ops = ops(&case);
        let reference = case.column("ref");
        let want = reference.or(case.column("ocio")).unwrap();
        let exact = worst(&case.exact(&ops), want, absolute);
        // Twelve digits are printed of the reference; the peer is of f32.
        assert!(exact.error < if reference.is_some() { 1e-11 } else { GATE }, "{file}: f64 {exact:?} {:?}", case.input[exact.sample]);
        let fast = worst(&case.fast(&ops), want, absolute);
        assert!(fast.error < GATE, "{file}: cpu {fast:?} {:?}", case.input[fast.sample]);
    }
}
