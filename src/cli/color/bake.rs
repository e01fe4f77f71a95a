//! `prelight color bake`: a road of transforms as a shaper and a cube, and how far that is from the road.

use super::{out, road::Road};
use crate::{
    cli::{
        named::{self, Given},
        overwrite::Overwrite,
    },
    color::{self, Interpolation, Lattice, Lut1, Lut1Domain, Lut3, Matrix, Op, eval_f64, invert, rgb},
    error::{Error, Result},
    files,
    sidecar::lut::{clf, cube},
};
use rayon::prelude::*;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// The file to write
    output: PathBuf,
    #[command(flatten)]
    road: Road,
    /// Nodes along an edge of the cube, 2 to 129
    #[arg(long, default_value_t = 33, value_parser = clap::value_parser!(u16).range(2..=129))]
    size: u16,
    /// A curve before the cube, by the name of a space that has it (acescct for scene-linear values); none where absent
    #[arg(long, value_name = "SPEC")]
    shaper: Option<String>,
    /// Entries of the shaper
    #[arg(long, default_value_t = 65536, value_parser = clap::value_parser!(u32).range(2..=65536))]
    shaper_size: u32,
    /// What to write; by the extension of the file if not given
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    overwrite: Overwrite,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Resolve's .cube
    Cube,
    /// Common LUT Format, ST 2136-1
    Clf,
}

impl Args {
    /// What was asked for, or what the extension says; the two may not differ, for readers go by the extension.
    fn format(&self) -> Result<Format> {
        let extension = self.output.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
        let by_name = match extension.as_str() {
            "cube" => Format::Cube,
            "clf" => Format::Clf,
            _ => return Err(Error::usage("the file has to end in .cube or .clf").file(&self.output)),
        };
        match self.format {
            Some(asked) if asked != by_name => {
                Err(Error::usage("the file's extension says another format").field("--format").file(&self.output))
            }
            _ => Ok(by_name),
        }
    }
}

/// A shaper over a range of input values, and a cube over 0..1 of what it gives.
struct Baked {
    shaper: Option<Lut1>,
    range: [f64; 2],
    cube: Lattice,
}

impl Baked {
    /// `road` at the nodes of a cube of `size`, which `shaper` (light to code, one function for the three channels) spreads over
    /// the light that its codes 0 and 1 stand for.
    fn new(road: &[Op], shaper: Option<&Op>, entries: usize, size: usize) -> Result<Self> {
        let decode = shaper.map(|op| op.inverse().ok_or_else(|| Error::unsupported("this shaper has no inverse"))).transpose()?;
        let light = |code: f64| decode.as_ref().map_or(code, |op| eval_f64(std::slice::from_ref(op), [code; 3])[0]);
        let range = [light(0.0), light(1.0)];
        let table = shaper.map(|op| {
            let at = |i: usize| range[0] + (range[1] - range[0]) * i as f64 / (entries - 1) as f64;
            Lut1::same(Lut1Domain::Uniform, (0..entries).map(|i| eval_f64(std::slice::from_ref(op), [at(i); 3])[0]).collect())
        });
        let axis: Vec<f64> = (0..size).map(|i| light(i as f64 / (size - 1) as f64)).collect();
        let nodes: Vec<[f64; 3]> = (0..size * size * size)
            .into_par_iter()
            .map(|i| eval_f64(road, [axis[i % size], axis[i / size % size], axis[i / size / size]]))
            .collect();
        let cube = Lattice::new(size, &nodes).ok_or_else(|| Error::usage("no cube has this size").field("--size").value(size))?;
        Ok(Self { shaper: table.transpose()?, range, cube })
    }

    /// What a program does that reads the file: CLF says tetrahedral, and a cube file without a word is read trilinearly.
    fn ops(&self, format: Format) -> Vec<Op> {
        let interpolation = if format == Format::Clf { Interpolation::Tetrahedral } else { Interpolation::Trilinear };
        let cube = Op::Lut3(Lut3::new(self.cube.clone(), interpolation));
        let Some(shaper) = &self.shaper else { return vec![cube] };
        let scale = 1.0 / (self.range[1] - self.range[0]);
        let to_unit = Op::Matrix(Matrix { m: rgb::diagonal([scale; 3]), offset: [-self.range[0] * scale; 3] });
        vec![to_unit, Op::Lut1(shaper.clone()), cube]
    }

    fn text(&self, format: Format, title: &str) -> Result<String> {
        if format == Format::Clf {
            return clf::write(&self.ops(format), &clf::Info { name: Some(title.to_owned()), ..clf::Info::default() });
        }
        cube::write(Some(title), self.shaper.as_ref().map(|table| (table, self.range)), Some((&self.cube, [0.0, 1.0])))
    }
}

/// Differences of the output, of the largest channel.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Errors {
    mean: f64,
    p99: f64,
    max: f64,
}

/// Colours that are compared.
const SAMPLES: u32 = 20_000;

/// How far `baked` is from `road`, over colours spread evenly over the cube's domain. Always the same ones.
fn errors(road: &[Op], baked: &Baked, format: Format, shaper: Option<&Op>) -> Errors {
    let decode: Vec<Op> = shaper.and_then(|op| invert(std::slice::from_ref(op))).unwrap_or_default();
    let ops = baked.ops(format);
    // An additive recurrence with the powers of the plastic number for three dimensions (Roberts, 2018): even, and off the nodes.
    const STEP: [f64; 3] = [0.819_172_513_396_164_4, 0.671_043_606_703_789_2, 0.549_700_477_901_970_1];
    let mut all: Vec<f64> = (1..=SAMPLES)
        .into_par_iter()
        .map(|i| {
            let light = eval_f64(&decode, STEP.map(|step| (0.5 + f64::from(i) * step).fract()));
            let (want, got) = (eval_f64(road, light), eval_f64(&ops, light));
            (0..3).map(|c| (want[c] - got[c]).abs()).fold(0.0, f64::max)
        })
        .collect();
    all.sort_by(f64::total_cmp);
    let n = all.len();
    Errors { mean: all.iter().sum::<f64>() / n as f64, p99: all[(n - 1) * 99 / 100], max: all[n - 1] }
}

pub fn run(args: &Args) -> Result<()> {
    args.road.refuse_unknown()?;
    let road = args.road.ops(None)?;
    if let Some(spec) = &args.shaper {
        named::transform_or_file(Given::Option("--shaper"), spec)?;
    }
    let shaper = args.shaper.as_deref().map(curve_of).transpose()?;
    let baked = Baked::new(&road, shaper.as_ref(), args.shaper_size as usize, usize::from(args.size))?;
    let title = format!("{} to {}", args.road.from.as_deref().unwrap_or("ACES2065-1"), args.road.to);
    let format = args.format()?;
    let text = baked.text(format, &title)?;
    files::write_bytes(&args.output, args.overwrite.existing(), text.as_bytes())?;

    let [low, high] = baked.range;
    out::message(format_args!("{}: inputs {low} to {high}; values outside are clamped", args.output.display()));
    let Errors { mean, p99, max } = errors(&road, &baked, format, shaper.as_ref());
    out::message(format_args!("error against the exact road over {SAMPLES} colours: mean {mean:.2e}, p99 {p99:.2e}, max {max:.2e}"));
    let codes = |x: f64| x * 1023.0;
    out::message(format_args!("in 10-bit codes of an output 0..1: mean {:.2}, p99 {:.2}, max {:.2}", codes(mean), codes(p99), codes(max)));
    Ok(())
}

/// The curve of a space, from light to code: what its ops to linear begin with. Its matrix is left to the cube.
fn curve_of(spec: &str) -> Result<Op> {
    let none = || Error::usage("not a space with one curve for the three channels").field("--shaper").value(spec);
    let ops = match color::named(spec) {
        Some(row) => row.ops(),
        None => color::transform(spec, false)?,
    };
    match ops.first() {
        Some(op @ Op::Curve(curves)) if curves[0] == curves[1] && curves[1] == curves[2] => op.inverse().ok_or_else(none),
        _ => Err(none()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn road(from: &str, to: &str) -> Vec<Op> {
        Road { from: Some(from.into()), to: to.into(), look: vec![], look_in: "aces2065-1".into() }.ops(None).unwrap()
    }

    #[test]
    fn a_linear_road_bakes_exactly() {
        let road = road("acescg", "linear-rec709");
        let baked = Baked::new(&road, None, 2, 2).unwrap();
        assert!(errors(&road, &baked, Format::Clf, None).max < 1e-12);
        assert_eq!(baked.range, [0.0, 1.0]);
    }

    #[test]
    fn more_nodes_are_nearer() {
        let road = road("acescct", "aces2-rec709-d65-100nit-in-rec709-d65-bt1886");
        let coarse = errors(&road, &Baked::new(&road, None, 2, 9).unwrap(), Format::Clf, None);
        let fine = errors(&road, &Baked::new(&road, None, 2, 17).unwrap(), Format::Clf, None);
        assert!(fine.mean < coarse.mean / 2.0 && fine.mean <= fine.p99 && fine.p99 <= fine.max, "{coarse:?} {fine:?}");
        assert!(fine.mean < 0.02, "{fine:?}");
    }

    #[test]
    fn a_shaper_spreads_scene_light() {
        let road = road("aces2065-1", "aces2-rec709-d65-100nit-in-rec709-d65-bt1886");
        let shaper = curve_of("acescct").unwrap();
        let with = Baked::new(&road, Some(&shaper), 16384, 17).unwrap();
        assert!((with.range[1] - 222.86).abs() < 0.01, "{:?}", with.range);
        assert!(curve_of("acescg").is_err() && curve_of("adx10").is_err() && curve_of("nonsense").is_err());
        // Middle grey falls between codes 0.41 and 0.42.
        let grey = eval_f64(&with.ops(Format::Clf), [0.18; 3]);
        let want = eval_f64(&road, [0.18; 3]);
        assert!((grey[0] - want[0]).abs() < 0.02, "{grey:?}, not {want:?}");
    }

    #[test]
    fn the_file_reads_back_as_what_was_baked() {
        let road = road("arri-logc4", "srgb");
        let baked = Baked::new(&road, Some(&curve_of("acescct").unwrap()), 64, 5).unwrap();
        let read = cube::parse(&baked.text(Format::Cube, "a \"title\"").unwrap()).unwrap();
        let process = clf::parse(baked.text(Format::Clf, "a <title>").unwrap().as_bytes()).unwrap();
        let near = |a: [f64; 3], b: [f64; 3]| (0..3).all(|c| (a[c] - b[c]).abs() <= 1e-9 * a[c].abs().max(1.0));
        for px in [[0.1, 0.2, 0.3], [5.0, 0.0, 100.0], [0.18; 3]] {
            let (a, b) = (eval_f64(&baked.ops(Format::Cube), px), eval_f64(&read.ops, px));
            assert!(near(a, b), "{px:?}: {a:?} {b:?}");
            let (a, b) = (eval_f64(&baked.ops(Format::Clf), px), eval_f64(&process.ops, px));
            assert!(near(a, b), "{px:?}: {a:?} CLF {b:?}");
        }
    }
}
