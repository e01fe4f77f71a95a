//! The golden group `clf`: every node of CLF 3.0, on the f64 instance and on the CPU.

use super::{
    gates::{absolute, relative, worst},
    golden::{Golden, group},
};
use prelight::sidecar::lut::clf;

/// Twelve digits are printed of the reference, which was computed of the matrices' and logarithms' sums as they are.
const EXACT: f64 = 1e-10;

/// Of a matrix or a range: of the largest number that enters.
fn of_largest(input: &[[f32; 3]], got: &[[f64; 3]], want: &[[f64; 3]]) -> f64 {
    let largest = |px: &[f32; 3]| px.iter().fold(1e-6f64, |m, x| m.max(f64::from(*x).abs()));
    let errors = input.iter().zip(got.iter().zip(want)).map(|(px, (g, w))| absolute(*g, *w) / largest(px));
    errors.fold(0.0, |m, e| if e.is_nan() || e > m { e } else { m })
}

#[test]
fn documents_match() {
    let cases = group("clf");
    for file in &cases {
        let case = Golden::open(file).unwrap();
        let document = case.meta["clf"].as_str().unwrap();
        let Some(path) = crate::corpus(&format!("colour/{document}")) else { return };
        let look = clf::read(&path).unwrap();
        assert_eq!(look.warnings, [], "{file}");
        let (exact, fast) = (case.exact(&look.ops), case.fast(&look.ops));
        let name = document.trim_start_matches("luts/");
        if name.starts_with("lut") {
            let want = case.column("ref").or_else(|| case.column("ocio")).unwrap();
            let (exact, fast) = (worst(&exact, want, absolute), worst(&fast, want, absolute));
            assert!(exact.error <= 2e-7 && fast.error <= 2e-7, "{file}: f64 {exact:?}, cpu {fast:?}");
        } else if name.starts_with("matrix") || name.starts_with("range") {
            let want = case.column("ref").unwrap();
            let (exact, fast) = (of_largest(&case.input, &exact, want), of_largest(&case.input, &fast, want));
            assert!(exact <= EXACT && fast <= 4e-7, "{file}: f64 {exact:.1e}, cpu {fast:.1e}");
        } else if let Some(want) = case.column("ref") {
            let (exact, fast) = (worst(&exact, want, relative), worst(&fast, want, relative));
            assert!(exact.error <= EXACT && fast.error <= 2e-6, "{file}: f64 {exact:?}, cpu {fast:?}");
        } else {
            let want = case.column("ocio").unwrap();
            let (peer, ours) = (worst(&exact, want, relative), worst(&fast, &exact, relative));
            assert!(peer.p99 <= 2e-5 && ours.error <= 2e-6, "{file}: f64 to OpenColorIO {peer:?}, cpu to f64 {ours:?}");
        }
    }
    assert!(cases.is_empty() || cases.len() == 29, "{} cases", cases.len());
}
