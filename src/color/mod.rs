//! Colour transforms: one list of ops, written once, run as f64, as SIMD lanes and as WGSL.
//!
//! A transform is a `Vec<Op>`. [`eval_f64`] says what it means, [`Processor`] runs it over pictures and [`WgslBuilder`]
//! prints it for the GPU; the three come from the same arithmetic, written over one `Scalar` trait. [`transform`]
//! knows the named ones.
//!
//! Numbers that are none: NaN becomes 0, +Inf and -Inf the largest and smallest number, before the first op.

mod ops;
mod processor;
pub mod rgb;
mod scalar;
mod simd;
mod table;

pub use ops::{Cdl, CdlStyle, Curve, Matrix, Op, Range, curve, invert};
pub use processor::Processor;
pub use rgb::Mat3;
pub use table::Table;

use ops::{ChannelKernel, Finite};

/// The exact answer: `ops` in double precision.
pub fn eval_f64(ops: &[Op], rgb: [f64; 3]) -> [f64; 3] {
    ops.iter().fold(rgb.map(|x| Finite.eval(x)), |px, op| op.eval(px))
}

/// Chains that between them use every op, for the tests of the instances.
#[cfg(test)]
fn test_chains() -> Vec<(&'static str, Vec<Op>)> {
    use curve::*;
    let grade = |style| Op::Cdl(Cdl::new([1.1, 0.9, 1.0], [0.02, -0.03, 0.0], [1.2, 0.8, 1.0], 1.3, style));
    let cct = Log::to_base(2.0, 17.52, -9.72, 1.0, 0.0).with_line(
        0.155251141552511,
        1.0 / 10.5402377416545,
        -0.0729055341958355 / 10.5402377416545,
    );
    let srgb = MonCurve { gamma: 2.4, offset: 0.055, negatives: Negatives::Pass };
    let chain = vec![Op::matrix(rgb::AP0_TO_AP1), Op::curve(Curve::LinearToLog(cct)), grade(CdlStyle::NoClamp)];
    let back = invert(&chain).unwrap();
    vec![
        ("grade in ACEScct", chain),
        ("and back", back),
        ("ASC grade", vec![Op::exposure(0.5), grade(CdlStyle::Asc), grade(CdlStyle::Asc).inverse().unwrap()]),
        ("sRGB", vec![Op::curve(Curve::MonCurve(srgb.clone())), Op::clamp(0.0, 1.0), Op::curve(Curve::MonCurveInverse(srgb))]),
        (
            "powers",
            vec![Op::Curve(
                [Negatives::Clamp, Negatives::Mirror, Negatives::Pass]
                    .map(|negatives| Curve::Power(Power { exponent: 1.0 / 2.4, negatives })),
            )],
        ),
    ]
}
