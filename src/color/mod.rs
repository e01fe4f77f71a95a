//! Colour transforms: one list of ops, written once, run as f64, as SIMD lanes and as WGSL.
//!
//! A transform is a `Vec<Op>`. [`eval_f64`] says what it means, [`Processor`] runs it over pictures and [`WgslBuilder`]
//! prints it for the GPU; the three come from the same arithmetic, written over one `Scalar` trait. [`transform`]
//! knows the named ones.
//!
//! Numbers that are none: NaN becomes 0, +Inf and -Inf the largest and smallest number, before the first op.

mod catalogue;
mod ops;
mod optimize;
mod processor;
pub mod rgb;
mod scalar;
mod simd;
mod table;
mod wgsl;

pub use catalogue::{Kind, Named, catalogue, named, transform};
pub use ops::{
    Aces2, Aces2Stages, Cdl, CdlStyle, ClippedHighlights, Exposure, Matrix, Ootf, Op, Range, ReferenceGamutCompression, curve, invert,
};
pub use processor::Processor;
pub use rgb::Mat3;
pub use scalar::expr::Numbers;
pub use table::{Lattice, Table};
pub use wgsl::{MultiplyAdd, Wgsl, WgslBuilder};

use ops::{ChannelKernel, Finite};

/// The exact answer: `ops` in double precision.
pub fn eval_f64(ops: &[Op], rgb: [f64; 3]) -> [f64; 3] {
    ops.iter().fold(rgb.map(|x| Finite.eval(x)), |px, op| op.eval(px))
}

/// Chains that between them use every op, for the tests of the instances.
#[cfg(test)]
fn test_chains() -> Vec<(&'static str, Vec<Op>)> {
    use curve::{Curve, Negatives, Power};
    let power = |negatives| Curve::encode(Power { exponent: 2.4, negatives });
    let grade = |style| Op::Cdl(Cdl::new([1.1, 0.9, 1.0], [0.02, -0.03, 0.0], [1.2, 0.8, 1.0], 1.3, style));
    let mut chains = vec![
        ("grade", vec![grade(CdlStyle::NoClamp)]),
        ("ASC grade and back", vec![Op::exposure(0.5), grade(CdlStyle::Asc), grade(CdlStyle::Asc).inverse().unwrap()]),
        ("powers", vec![Op::curves([Negatives::Clamp, Negatives::Mirror, Negatives::Pass].map(power)), Op::clamp(-1.0, 2.0)]),
    ];
    // The outputs differ in numbers only; one in eight is enough.
    let outputs = catalogue().iter().filter(|row| row.kind == Kind::Output).step_by(8);
    for named in catalogue().iter().filter(|row| row.kind != Kind::Output).chain(outputs) {
        chains.push((named.name, transform(named.name, false).unwrap()));
        if let Ok(inverse) = transform(named.name, true) {
            chains.push((named.title, inverse));
        }
    }
    chains
}
