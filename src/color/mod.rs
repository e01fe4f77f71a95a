//! Colour transforms: one list of ops, written once, run as f64, as SIMD lanes and as WGSL.
//!
//! A transform is a `Vec<Op>`. [`eval_f64`] says what it means, [`Processor`] runs it over pictures and [`WgslBuilder`]
//! prints it for the GPU; the three come from the same arithmetic, written over one `Scalar` trait. [`transform`]
//! knows the named ones.
//!
//! Numbers that are none, the one policy of every instance, before the first op: NaN becomes 0, +Inf the largest number that
//! the ops take (2^64), -Inf its mirror image. An output transform so shows +Inf as its peak. What comes out is finite. How
//! many samples it was is said by [`Image::census`](crate::image::Image::census), of the picture before it is processed;
//! `color apply`, `color eval` and the receipts of `render` report it.

mod catalogue;
mod describe;
pub(crate) mod exact;
mod ops;
mod optimize;
mod processor;
pub mod rgb;
pub(crate) mod scalar;
mod simd;
mod table;
mod wgsl;

pub use catalogue::{Kind, Named, catalogue, known_unsupported, named, transform, working_space};
pub use ops::{
    Aces2, Aces2Stages, Aces2Step, Cdl, CdlStyle, ClippedHighlights, CoordinateSystem, Coordinates, Exposure, ExposureContrast, Glow,
    GradingHueCurve, GradingPrimary, GradingRgbCurve, GradingTone, HALF_DOMAIN, Interpolation, Lut1, Lut1Domain, Lut3, Matrix, Ootf, Op,
    Range, RedModifier, ReferenceGamutCompression, Surround, Sweeteners, ToneScale, WhiteRolloff, curve, fixed_function, grading, invert,
};
pub use processor::Processor;
pub use rgb::Mat3;
pub use scalar::expr::Numbers;
pub(crate) use simd::Isa;
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
    let (curve, half, cube) = test_tables();
    for lut in [curve, half] {
        chains.push(("1D tables there and back", vec![Op::Lut1(lut.clone()), Op::Lut1(lut.inverse())]));
        chains.push(("1D tables back", vec![Op::Lut1(lut.inverse())]));
    }
    for interpolation in [Interpolation::Trilinear, Interpolation::Tetrahedral] {
        chains.push(("a cube", vec![Op::Lut3(Lut3::new(cube.clone(), interpolation))]));
    }
    chains.push(("a cube back", vec![Op::Lut3(Lut3::new(cube, Interpolation::Tetrahedral).inverse())]));
    // Rows that differ in numbers only: one of them is enough, of the outputs one in eight and one of each shape of ACES 1.
    let shapes = ["rrt", "sdr-video-srgb", "sdr-cinema-d65sim-p3dci", "hdr-1000-p3d60-pq", "hdr-1000-rec2020-hlg"];
    let shapes = shapes.map(|name| named(&format!("aces1-{name}")).unwrap());
    let outputs = catalogue().iter().filter(|row| row.kind == Kind::Output && !row.name.starts_with("aces1")).step_by(8).chain(shapes);
    let alike =
        |row: &&Named| ["linear-", "arri-logc3-ei", "gamma"].iter().any(|start| row.name.starts_with(start)) || row.name.ends_with("bit");
    let others = catalogue().iter().filter(|row| row.kind != Kind::Output).filter(|row| row.name == "arri-logc3-ei1600" || !alike(row));
    for named in others.chain(outputs) {
        chains.push((named.name, transform(named.name, false).unwrap()));
        if let Ok(inverse) = transform(named.name, true) {
            chains.push((named.title, inverse));
        }
    }
    chains
}

/// Tables over 0..1 that ascend, descend and are not monotone, tables over the halves, and a cube that bends.
#[cfg(test)]
fn test_tables() -> (Lut1, Lut1, Lattice) {
    let curve = |f: fn(f64) -> f64| (0..33).map(|i| f(f64::from(i) / 32.0)).collect::<Vec<f64>>();
    let curves = [curve(|x| 1.5 * x * x - 0.1), curve(|x| 1.0 - x.sqrt()), curve(|x| x + 0.2 * (x * 40.0).sin())];
    let halves = |f: fn(f64) -> f64| (0..=u16::MAX).map(|bits| f(half::f16::from_bits(bits).to_f64())).collect::<Vec<f64>>();
    let halves = [halves(|x| x.cbrt()), halves(|x| -2.0 * x), halves(|x| x.max(0.0).sqrt())];
    let node = |i: u32| {
        let [r, g, b] = [i % 4, i / 4 % 4, i / 16].map(|i| f64::from(i) / 3.0);
        [r * r + 0.1 * g, (g + 0.2 * b).sqrt(), 1.1 * b - 0.1 * r * g]
    };
    let nodes: Vec<[f64; 3]> = (0..64).map(node).collect();
    let tables = |domain, values| Lut1::new(domain, values, domain == Lut1Domain::Half).expect("as many as the domain has");
    (tables(Lut1Domain::Uniform, curves), tables(Lut1Domain::Half, halves), Lattice::new(4, &nodes).expect("a cube of 4"))
}
