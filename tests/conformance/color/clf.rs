//! The golden group `clf`: every node of CLF 3.0, on the f64 instance and on the CPU.

use super::{
    gates::{absolute, relative, worst},
    golden::{Golden, group},
};
use prelight::{
    color::{Op, eval_f64},
    sidecar::lut::{LookFile, clf},
};
use std::path::{Path, PathBuf};

/// Twelve digits are printed of the reference, which was computed of the matrices' and logarithms' sums as they are.
const EXACT: f64 = 1e-10;

/// Of a matrix or a range, in units of the gate: 4e-7 of the largest number that enters, or 1e-6 of the result.
fn of_gate(input: &[[f32; 3]], got: &[[f64; 3]], want: &[[f64; 3]]) -> f64 {
    let largest = |px: &[f32; 3]| px.iter().fold(1e-6f64, |m, x| m.max(f64::from(*x).abs()));
    let error = |(px, (g, w)): (&[f32; 3], (&[f64; 3], &[f64; 3]))| {
        let own = [0, 1, 2].map(|c| (g[c] - w[c]).abs() / (1e-6 * w[c].abs()).max(4e-7 * largest(px)));
        absolute(own, [0.0; 3])
    };
    input.iter().zip(got.iter().zip(want)).map(error).fold(0.0, |m, e| if e.is_nan() || e > m { e } else { m })
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
            let (exact, fast) = (of_gate(&case.input, &exact, want), of_gate(&case.input, &fast, want));
            assert!(exact <= 1e-3 && fast <= 1.0, "{file}: f64 {exact:.1e}, cpu {fast:.1e}");
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

/// The documents of the corpus that are read and can be written.
fn written() -> Vec<(PathBuf, LookFile, String)> {
    let folders = ["colour/luts", "standards/clf_lut/ocio_clf", "standards/clf_lut/ocio_clf/smpte_only", "standards/clf_lut/ocio_ctf"];
    let documents = |folder: &Path| -> Vec<PathBuf> {
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.filter(|p| p.extension().is_some_and(|e| e == "clf" || e == "ctf")).collect()
    };
    let mut all = vec![];
    for folder in folders.iter().filter_map(|f| crate::corpus(f)) {
        for path in documents(&folder) {
            let Ok(look) = clf::read(&path) else { continue };
            match clf::write(&look.ops, look.clf.as_ref().unwrap()) {
                Ok(text) => all.push((path, look, text)),
                Err(error) => {
                    // Only what CLF has no node for.
                    let ctf_only = look.ops.iter().any(|op| match op {
                        Op::Lut1(l) => l.is_inverse() || l.hue_adjust(),
                        Op::Lut3(l) => l.is_inverse(),
                        Op::Matrix(_) | Op::Range(_) | Op::Curve(_) | Op::Cdl(_) => false,
                        _ => true,
                    });
                    assert!(ctf_only, "{}: {error}", path.display());
                }
            }
        }
    }
    all
}

#[test]
fn what_is_written_is_read_back() {
    let samples = [[0.0; 3], [1.0; 3], [0.18; 3], [0.25, 0.5, 0.75], [-0.1, -0.02, 0.2], [8.0, 0.001, 16.0], [0.3333, 0.0001, 1.5]];
    let written = written();
    for (path, look, text) in &written {
        let name = path.display();
        let back = clf::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(back.warnings, [], "{name}");
        assert_eq!((&back.title, &back.descriptions), (&look.title, &look.descriptions), "{name}");
        let info = look.clf.as_ref().unwrap();
        let smpte = clf::write_as(clf::Schema::Smpte, &look.ops, info).unwrap();
        let smpte = clf::parse(smpte.as_bytes()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(smpte.ops, back.ops, "{name}");
        assert_eq!(smpte.warnings, [], "{name}");
        for px in samples {
            let (got, want) = (eval_f64(&back.ops, px), eval_f64(&look.ops, px));
            assert!(relative(got, want) < 1e-12, "{name} {px:?}: {got:?}, not {want:?}");
        }
    }
    let least = if crate::corpus("colour").is_some() { 60 } else { 0 };
    assert!(written.len() >= least, "{} documents written", written.len());
}
