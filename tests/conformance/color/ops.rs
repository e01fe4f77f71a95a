//! The op primitives, all cases of the group.

use super::{
    gates::{relative, worst},
    golden::{Golden, group},
};
use prelight::color::{Matrix, Op, Range, curve};

#[test]
fn primitive_ops_match() {
    use curve::{Curve, Log, MonCurve, Negatives, Power};
    let m = [[0.9, 0.1, 0.05], [-0.02, 1.1, 0.03], [0.01, -0.2, 0.95]];
    let range = |r: Range| Op::Range(r);
    let map = |clamped| range(Range::map((0.1, 0.9), (-0.2, 1.5), clamped).unwrap());
    let log = |base: f64| Log::to_base(base, 1.0, 0.0, 1.0, 0.0);
    let power = |negatives| [2.2, 2.4, 2.6].map(|exponent| Curve::decode(Power { exponent, negatives }));
    let affine = |i: usize| {
        let (ls, lo, s, o) = ([0.2, 0.25, 0.3][i], [0.5, 0.4, 0.3][i], [1.1, 1.0, 0.9][i], [0.02, 0.01, 0.03][i]);
        Curve::encode(Log::to_base(10.0, 1.0 / ls, -lo / ls, 1.0 / s, -o / s))
    };
    let mut cases = vec![
        ("matrix_full", Op::Matrix(Matrix { m, offset: [0.1, -0.05, 0.02] })),
        ("range_clamp01", Op::clamp(0.0, 1.0)),
        ("range_clamp01_noclamp", range(Range::default())),
        ("range_scale", map(true)),
        ("range_scale_noclamp", map(false)),
        ("range_lowonly", range(Range::clamp(Some(0.0), None))),
        ("range_highonly", range(Range::clamp(None, Some(1.0)))),
        ("log_base2", Op::curve(Curve::encode(log(2.0)))),
        ("log_base10", Op::curve(Curve::encode(log(10.0)))),
        ("log_base2.72", Op::curve(Curve::encode(log(std::f64::consts::E)))),
        ("antilog_base2", Op::curve(Curve::decode(log(2.0)))),
        ("antilog_base10", Op::curve(Curve::decode(log(10.0)))),
        ("antilog_base2.72", Op::curve(Curve::decode(log(std::f64::consts::E)))),
        ("log_affine", Op::curves([affine(0), affine(1), affine(2)])),
    ];
    for (name, negatives) in [("clamp", Negatives::Clamp), ("mirror", Negatives::Mirror), ("passthru", Negatives::Pass)] {
        let op = Op::curves(power(negatives));
        cases.push((format!("exponent_{name}").leak(), op.clone()));
        cases.push((format!("exponent_{name}_inverse").leak(), op.inverse().unwrap()));
    }
    let moncurve = |negatives: Negatives| {
        let curve = |(gamma, offset)| Curve::decode(MonCurve { gamma, offset, negatives });
        Op::curves([(2.4, 0.055), (2.2222, 0.099), (1.8, 0.02)].map(curve))
    };
    for (name, negatives) in [("linear", Negatives::Pass), ("mirror", Negatives::Mirror)] {
        let op = moncurve(negatives);
        cases.push((format!("moncurve_{name}").leak(), op.clone()));
        cases.push((format!("moncurve_{name}_inverse").leak(), op.inverse().unwrap()));
    }
    // Every case of the group, none twice.
    let mut files: Vec<String> = cases.iter().map(|(name, _)| format!("op/{name}.csv")).collect();
    files.sort();
    let mut all = group("op");
    all.sort();
    assert!(all.is_empty() || files == all, "{files:?}, not {all:?}");
    for (name, op) in cases {
        let Some(case) = Golden::open(&format!("op/{name}.csv")) else { return };
        // OpenColorIO computes in f32.
        let want = case.column("ref").or_else(|| case.column("ocio")).unwrap();
        let ops = [op];
        let exact = worst(&case.exact(&ops), want, relative);
        // The reference of the logarithms was taken of numbers rounded to f32 twice.
        assert!(exact.error < 1e-6, "{name}: f64 {exact:?} {:?}", case.input[exact.sample]);
        let fast = worst(&case.fast(&ops), &case.exact(&ops), relative);
        assert!(fast.error < 2e-6, "{name}: cpu {fast:?} {:?}", case.input[fast.sample]);
    }
}
