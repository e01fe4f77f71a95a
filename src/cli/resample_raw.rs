//! `prelight resample-raw`: the resampler on headerless pictures.

use super::{
    bench::{self, Stopwatch},
    out,
};
use crate::{
    error::{Error, InFile, Result},
    files,
    framing::{AntiRing, Filter, ResampleSettings, resample_into},
    image::{Image, Rect, RectF, Size},
};
use std::{fs, path::PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// Headerless RGB: f32, little endian, interleaved
    input: PathBuf,
    /// The same, to write
    output: PathBuf,
    width: u32,
    height: u32,
    target_width: u32,
    target_height: u32,
    /// lanczos3, catmull_rom, mitchell, b_spline or area
    #[arg(long, default_value_t = Filter::Lanczos3)]
    filter: Filter,
    /// Strength, 0 to 1, of holding values between their neighbours
    #[arg(long, default_value_t = 0.0)]
    anti_ring: f64,
    /// The part to resample: x,y,width,height in pixels, fractions allowed
    #[arg(long, value_delimiter = ',', num_args = 1, allow_negative_numbers = true)]
    source: Vec<f64>,
    /// Resample this many times in memory and print the speed in source pixels
    #[arg(long, value_name = "PASSES")]
    bench: Option<u32>,
    /// Number of threads; all processors unless given
    #[arg(long)]
    threads: Option<usize>,
}

pub fn run(args: Args) -> Result<()> {
    let size = Size::new(args.width, args.height);
    let target = Size::new(args.target_width, args.target_height);
    let source = match args.source[..] {
        [] => Rect::of(size).to_f64(),
        [x, y, width, height] => RectF::new(x, y, width, height),
        _ => return Err(Error::usage("four numbers: x,y,width,height").field("source")),
    };
    let settings = ResampleSettings { filter: args.filter, anti_ring: AntiRing::Always { strength: args.anti_ring } };
    let image = read(&args.input, size)?;
    let pool = bench::pool(args.threads)?;
    let mut out = Image::new(Size::new(0, 0));
    pool.install(|| resample_into(&image, source, target, &settings, &mut out))?;
    let [r, g, b] = &out.planes;
    let pixels = r.iter().zip(g).zip(b);
    let bytes: Vec<u8> = pixels.flat_map(|((r, g), b)| [*r, *g, *b]).flat_map(f32::to_le_bytes).collect();
    fs::write(&args.output, bytes).in_file(&args.output)?;
    if let Some(passes) = args.bench {
        let watch = Stopwatch::start();
        for _ in 0..passes.max(1) {
            pool.install(|| resample_into(&image, source, target, &settings, std::hint::black_box(&mut out)))?;
        }
        out::line(watch.report(size.area() as f64 * f64::from(passes.max(1))))?;
    }
    Ok(())
}

fn read(path: &std::path::Path, size: Size) -> Result<Image> {
    let bytes = files::read_bounded(path, u64::MAX)?;
    let expected = u64::from(size.width) * u64::from(size.height) * 12;
    if bytes.len() as u64 != expected {
        return Err(Error::invalid(format!("{size} RGB f32 need {expected} bytes")).file(path).field("bytes").value(bytes.len()));
    }
    let mut image = Image::new(size);
    for (i, pixel) in bytes.chunks_exact(12).enumerate() {
        for (plane, v) in image.planes.iter_mut().zip(pixel.chunks_exact(4)) {
            plane[i] = f32::from_le_bytes([v[0], v[1], v[2], v[3]]);
        }
    }
    Ok(image)
}
