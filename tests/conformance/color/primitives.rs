//! The ops of the group `op`, whose files do not say what they are: the parameters are those of the generator.

use prelight::color::{Matrix, Op, Range, curve};

/// Each by the name of its file.
pub fn primitives() -> Vec<(String, Op)> {
    use curve::{Curve, Log, Negatives, Power};
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
        ("matrix_full".to_owned(), Op::Matrix(Matrix { m, offset: [0.1, -0.05, 0.02] })),
        ("range_clamp01".to_owned(), Op::clamp(0.0, 1.0)),
        ("range_clamp01_noclamp".to_owned(), range(Range::default())),
        ("range_scale".to_owned(), map(true)),
        ("range_scale_noclamp".to_owned(), map(false)),
        ("range_lowonly".to_owned(), range(Range::clamp(Some(0.0), None))),
        ("range_highonly".to_owned(), range(Range::clamp(None, Some(1.0)))),
        ("log_base2".to_owned(), Op::curve(Curve::encode(log(2.0)))),
        ("log_base10".to_owned(), Op::curve(Curve::encode(log(10.0)))),
        ("log_base2.72".to_owned(), Op::curve(Curve::encode(log(std::f64::consts::E)))),
        ("log_affine".to_owned(), Op::curves([affine(0), affine(1), affine(2)])),
    ];
    for (name, negatives) in [("clamp", Negatives::Clamp), ("mirror", Negatives::Mirror), ("passthru", Negatives::Pass)] {
        let op = Op::curves(power(negatives));
        cases.push((format!("exponent_{name}"), op.clone()));
        cases.push((format!("exponent_{name}_inverse"), op.inverse().unwrap()));
    }
    cases
}
