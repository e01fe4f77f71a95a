//! The look files of OpenColorIO's own tests (`corpus/standards/clf_lut/ocio_luts`), against what OpenColorIO 2.6 makes of
//! them, forward and inverse.

use super::gates::absolute;
use prelight::{
    color::{Interpolation, Lut3, Op, Processor, eval_f64},
    sidecar::lut::{read, transform},
};
use serde_json::Value;
use std::path::Path;

/// Of f32 results on f32 tables, in parts of the larger of 1 and the value; steep inverses are the worst.
const GATE: f64 = 1e-6;

/// What OpenColorIO gets wrong in inverses of cubes: the file, the numbers of the samples, and why.
const PEER_IS_WRONG: &[(&str, &[usize], Reason)] = &[
    ("crosstalk.3dl", &[1, 2, 5, 6, 9, 10, 11], Reason::NotFound),
    ("lut3d_red-only.csp", &[1, 2, 3, 4, 5, 6, 7, 9, 10, 11], Reason::NotFound),
    ("lut3d_grn-only.csp", &[1, 2, 3, 4, 5, 6, 7, 9, 10, 11], Reason::NotFound),
    ("lut3d_blu-only.csp", &[1, 2, 3, 4, 5, 6, 7, 9, 10, 11], Reason::NotFound),
    ("iridas_3d.cube", &[9, 10], Reason::Clamped),
    ("lut3d_bizarre.spi3d", &[8, 9, 10], Reason::Clamped),
    ("pandora_3d.m3d", &[9, 10], Reason::Clamped),
    ("resolve_1d3d.cube", &[9], Reason::Clamped),
];

/// OpenColorIO passes over the names that the ASC's own documents and AMF give the nodes, and with them half of the grade. The
/// same correction under the names it knows.
const SAME_GRADE: &[(&str, &str)] =
    &[("cdl_test_ASC_SAT.cc", "ocio_luts/cdl_test_SATNode.cc"), ("cdl_test_ASC_SOP.cc", "ocio_luts/cdl_test_SATNode.cc")];

#[derive(Clone, Copy, Debug)]
enum Reason {
    /// It answers black for what neither the cube nor its extrapolation reaches, white among it. Ours is the colour whose result
    /// is nearest.
    NotFound,
    /// It clamps to 0..1 what it undoes, also where the cube maps to more: white does not come back.
    Clamped,
}

fn three(value: &Value) -> [f64; 3] {
    [0, 1, 2].map(|c| value[c].as_f64().unwrap())
}

fn relative(got: [f64; 3], want: [f64; 3]) -> f64 {
    absolute(std::array::from_fn(|c| got[c] / want[c].abs().max(1.0)), std::array::from_fn(|c| want[c] / want[c].abs().max(1.0)))
}

/// Inverses are of the tetrahedral interpolation.
fn forward(path: &Path) -> Vec<Op> {
    let tetrahedral = |op| match op {
        Op::Lut3(cube) => Op::Lut3(Lut3::new(cube.lattice().clone(), Interpolation::Tetrahedral)),
        other => other,
    };
    read(path).unwrap().ops.into_iter().map(tetrahedral).collect()
}

#[test]
fn files_match() {
    let Some(folder) = crate::corpus("standards/clf_lut") else { return };
    let expected: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("expected_ocio.json")).unwrap()).unwrap();
    let inputs: Vec<[f64; 3]> = expected["inputs"].as_array().unwrap().iter().map(|v| three(v).map(|x| f64::from(x as f32))).collect();
    let files = expected["files"].as_object().unwrap();
    let mut count = 0;
    // CLF documents have a test of their own.
    for (file, want) in files.iter().filter(|(file, _)| file.starts_with("ocio_luts/") && !file.ends_with(".clf")) {
        count += 1;
        let path = folder.join(file);
        let want = SAME_GRADE.iter().find(|(name, _)| file.ends_with(name)).map_or(want, |(_, same)| &files[*same]);
        for (direction, inverse) in [("forward", false), ("inverse", true)] {
            let (want, ops) = (&want[direction], transform(&path.display().to_string(), inverse));
            if want.get("error").is_some() {
                assert!(ops.is_err(), "{file} is refused by the peer");
                continue;
            }
            let ops = ops.unwrap_or_else(|e| panic!("{e}"));
            let processor = Processor::new(&ops);
            for (i, px) in inputs.iter().enumerate() {
                let want = three(&want[i]);
                let exact = eval_f64(&ops, *px);
                let fast = processor.pixel(px.map(|x| x as f32)).map(f64::from);
                let listed = PEER_IS_WRONG.iter().find(|(name, samples, _)| inverse && file.ends_with(name) && samples.contains(&i));
                let Some((.., reason)) = listed else {
                    assert!(relative(exact, want) < GATE, "{file} {direction} f64 {px:?}: {exact:?}, not {want:?}");
                    assert!(relative(fast, want) < GATE, "{file} {direction} cpu {px:?}: {fast:?}, not {want:?}");
                    continue;
                };
                assert!(relative(exact, want) > GATE, "{file} {px:?} is listed and does not differ");
                let there = forward(&path);
                match reason {
                    Reason::NotFound => {
                        let square = |a: [f64; 3], b: [f64; 3]| (0..3).map(|c| (a[c] - b[c]).powi(2)).sum::<f64>();
                        let miss = |found| square(eval_f64(&there, found), *px);
                        assert!(miss(exact) < miss(want), "{file} {px:?}: {exact:?} is no nearer than {want:?}");
                    }
                    Reason::Clamped => {
                        assert!(px.iter().any(|x| !(0.0..=1.0).contains(x)), "{file} {px:?} would not be clamped");
                        let again = eval_f64(&ops, eval_f64(&there, exact));
                        assert!(absolute(again, exact) < 1e-9, "{file} {px:?}: {exact:?} comes back as {again:?}");
                    }
                }
            }
        }
    }
    assert_eq!(count, 31, "files");
}
