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
    Aces2, Aces2Stages, Aces2Step, Cdl, CdlStyle, ClippedHighlights, CoordinateSystem, Coordinates, Exposure, ExposureContrast, Glow,
    GradingHueCurve, GradingPrimary, GradingRgbCurve, GradingTone, HALF_DOMAIN, Interpolation, Lut1, Lut1Domain, Lut3, Matrix, Ootf, Op,
    Range, RedModifier, ReferenceGamutCompression, Surround, Sweeteners, ToneScale, WhiteRolloff, curve, fixed_function, grading, invert,
};
pub use processor::Processor;
pub use rgb::Mat3;
pub use scalar::expr::Numbers;
pub use table::{Lattice, Table};
pub use wgsl::{Wgsl, WgslBuilder};

use ops::{ChannelKernel, Finite};

/// The exact answer: `ops` in double precision.
pub fn eval_f64(ops: &[Op], rgb: [f64; 3]) -> [f64; 3] {
    ops.iter().fold(rgb.map(|x| Finite.eval(x)), |px, op| op.eval(px))
}

/// Chains that between them use every op, for the tests of the instances.
#[cfg(test)]
fn test_chains() -> Vec<(&'static str, Vec<Op>)> {
    use curve::{Curve, MonCurve, Negatives, Power};
    let power = |negatives| Curve::encode(Power { exponent: 2.4, negatives });
    let degenerate = |(gamma, offset)| Curve::encode(MonCurve { gamma, offset, negatives: Negatives::Mirror });
    let grade = |style| Op::Cdl(Cdl::new([1.1, 0.9, 1.0], [0.02, -0.03, 0.0], [1.2, 0.8, 1.0], 1.3, style));
    let mut chains = vec![
        ("grade", vec![grade(CdlStyle::NoClamp)]),
        ("ASC grade and back", vec![Op::exposure(0.5), grade(CdlStyle::Asc), grade(CdlStyle::Asc).inverse().unwrap()]),
        ("powers of 1", vec![Op::curves([(1.0, 0.1), (2.0, 0.0), (1.0, 0.0)].map(degenerate))]),
        ("powers", vec![Op::curves([Negatives::Clamp, Negatives::Mirror, Negatives::Pass].map(power)), Op::clamp(-1.0, 2.0)]),
    ];
    chains.extend(ops::examples());
    // The outputs differ in numbers only; one in eight is enough, and one of each shape of ACES 1.
    let shapes = ["rrt", "sdr-video-srgb", "sdr-cinema-d65sim-p3dci", "hdr-1000-p3d60-pq", "hdr-1000-rec2020-hlg"];
    let shapes = shapes.map(|name| named(&format!("aces1-{name}")).unwrap());
    let outputs = catalogue().iter().filter(|row| row.kind == Kind::Output && !row.name.starts_with("aces1")).step_by(8).chain(shapes);
    for named in catalogue().iter().filter(|row| row.kind != Kind::Output).chain(outputs) {
        chains.push((named.name, transform(named.name, false).unwrap()));
        if let Ok(inverse) = transform(named.name, true) {
            chains.push((named.title, inverse));
        }
    }
    chains
}
