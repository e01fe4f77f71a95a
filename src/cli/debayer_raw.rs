//! `prelight debayer-raw`: the debayer as scorers call it.

use super::{
    bench::{self, Stopwatch},
    out,
};
use crate::{
    debayer::{self, Options, Tier},
    error::{Error, InFile, Result},
    files,
    image::{Cfa, Image, Mosaic, Size},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(clap::Args)]
pub struct Args {
    /// How the missing colours are found: the name that recipes write, or with hyphens
    #[arg(long)]
    tier: Tier,
    /// Headerless mosaic: u16, little endian, black = 0
    input: PathBuf,
    /// Headerless RGB to write: f32, little endian, interleaved, same unit
    output: PathBuf,
    width: u32,
    height: u32,
    /// RGGB, BGGR, GRBG or GBRG: the 2x2 block at the top left
    cfa: Cfa,
    /// The code value at which the sensor clips
    #[arg(long, default_value_t = 65535.0)]
    white: f32,
    /// What the mosaic's values are
    #[arg(long, value_enum, default_value = "linear")]
    kind: Kind,
    /// Instead of the tier's default: linear or log
    #[arg(long, value_enum)]
    domain: Option<DomainName>,
    /// Slope of the log domain at black, per unit of sensor clip: 4096, which is for no noise, unless given
    #[arg(long)]
    slope: Option<f64>,
    /// Hold interpolated values at the largest sample they were made of: the tier's default unless given
    #[arg(long)]
    limit_overshoot: Option<bool>,
    /// Gains of red, green and blue while interpolating: r,g,b
    #[arg(long, value_delimiter = ',', num_args = 1)]
    white_balance: Vec<f64>,
    /// Debayer this many times in memory and print the speed
    #[arg(long, value_name = "PASSES")]
    bench: Option<u32>,
    /// Number of threads; all processors unless given
    #[arg(long)]
    threads: Option<usize>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// Proportional to light
    Linear,
    /// Display or log coded
    Code,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum DomainName {
    Linear,
    Log,
}

pub fn run(args: Args) -> Result<()> {
    if !(args.white >= 1.0 && args.white.is_finite()) {
        return Err(Error::usage("must be 1 or more").field("white").value(args.white));
    }
    let mosaic = read(&args)?;
    let mut options = match args.kind {
        Kind::Linear => Options::for_tier(args.tier),
        Kind::Code => Options::CODED,
    };
    match args.domain {
        Some(DomainName::Linear) => options.domain = debayer::Domain::Linear,
        Some(DomainName::Log) => options.domain = debayer::Domain::LOG,
        None => {}
    }
    match (&mut options.domain, args.slope) {
        (_, None) => {}
        (debayer::Domain::Log { slope }, Some(value)) => *slope = debayer::Slope::Fixed(value),
        (debayer::Domain::Linear, Some(value)) => return Err(Error::usage("only the log domain has one").field("slope").value(value)),
    }
    options.limit_overshoot = args.limit_overshoot.unwrap_or(options.limit_overshoot);
    match args.white_balance[..] {
        [] => {}
        [r, g, b] => options.white_balance = [r, g, b],
        _ => return Err(Error::usage("three numbers: r,g,b").field("white_balance")),
    }
    let pool = bench::pool(args.threads)?;
    let mut image = Image::new(Size::new(1, 1));
    pool.install(|| debayer::debayer_into(&mosaic, args.tier, &options, &mut image))?;
    write_rgb(&args.output, &image, args.white)?;
    if let Some(passes) = args.bench {
        let watch = Stopwatch::start();
        for _ in 0..passes.max(1) {
            pool.install(|| debayer::debayer_into(&mosaic, args.tier, &options, &mut image))?;
        }
        out::line(watch.report(mosaic.size.area() as f64 * f64::from(passes.max(1))))?;
    }
    Ok(())
}

fn read(args: &Args) -> Result<Mosaic> {
    let size = Size::new(args.width, args.height);
    let bytes = files::read_bounded(&args.input, u64::MAX)?;
    let expected = (u64::from(size.width) * u64::from(size.height)).saturating_mul(2);
    if bytes.len() as u64 != expected {
        return Err(Error::invalid(format!("{size} u16 need {expected} bytes")).file(&args.input).field("bytes").value(bytes.len()));
    }
    let samples = bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
    Ok(Mosaic { cfa: args.cfa, white: args.white, ..Mosaic::new(size, 16, samples) })
}

/// Writes `image` interleaved, its values times `scale`.
fn write_rgb(path: &Path, image: &Image, scale: f32) -> Result<()> {
    let [r, g, b] = &image.planes;
    let pixels = r.iter().zip(g).zip(b);
    let bytes: Vec<u8> = pixels.flat_map(|((r, g), b)| [*r, *g, *b]).flat_map(|v| (v * scale).to_le_bytes()).collect();
    fs::write(path, bytes).in_file(path)
}
