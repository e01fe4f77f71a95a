//! `prelight color bench`: time a pixel, in memory and warm.

use super::{BenchArgs, engine::Ready};
use crate::{
    cli::{
        bench::{self, Stopwatch},
        named::{self, Given},
    },
    error::Result,
    image::{Image, Size},
    sidecar::lut::transform,
};
use std::time::Duration;

const SIZE: Size = Size::new(1920, 540);
const PASSES: usize = 9;

pub fn run(args: &BenchArgs) -> Result<String> {
    named::transform_or_file(Given::Option("--transform"), &args.transform)?;
    let engine = Ready::new(&transform(&args.transform, args.inverse)?, args.engine)?;
    let pool = bench::pool(args.threads)?;
    let (wall, cpu) = pool.install(|| measure(&engine))?;

    let pixels = SIZE.area();
    let each = |d: Duration| d.as_secs_f64() * 1e9 / pixels as f64;
    if args.json {
        let cpu = cpu.map(each);
        return Ok(format!("{}\n", serde_json::json!({ "ns_per_pixel": each(wall), "cpu_ns_per_pixel": cpu, "pixels": pixels })));
    }
    Ok(format!("{:.2} ns/pixel, {:.2} ns of processor time\n", each(wall), cpu.map_or(f64::NAN, each)))
}

/// Median wall time and processor time of a pass; each works on a fresh copy, outside the clock.
fn measure(engine: &Ready) -> Result<(Duration, Option<Duration>)> {
    let source = picture();
    let mut work = source.clone();
    let (mut walls, mut cpus) = (Vec::new(), Vec::new());
    for pass in 0..=PASSES {
        for (to, from) in work.planes.iter_mut().zip(&source.planes) {
            to.copy_from_slice(from);
        }
        let watch = Stopwatch::start();
        engine.apply_image(&mut work)?;
        let (wall, cpu) = (watch.wall(), watch.cpu());
        std::hint::black_box(&work);
        // The first pass warms caches and tables.
        if pass > 0 {
            walls.push(wall);
            cpus.extend(cpu);
        }
    }
    walls.sort();
    cpus.sort();
    Ok((walls[walls.len() / 2], cpus.get(cpus.len() / 2).copied()))
}

/// Smooth colours over about ten stops around middle grey, which are sensible as light and as code values.
fn picture() -> Image {
    let mut image = Image::new(SIZE);
    let width = SIZE.width as usize;
    for (c, plane) in image.planes.iter_mut().enumerate() {
        for (i, value) in plane.iter_mut().enumerate() {
            let (x, y) = ((i % width) as f32, (i / width) as f32);
            let stops = 3.5 * (x / 311.0).sin() * (y / 173.0).cos() - 1.0;
            *value = 0.18 * stops.exp2() * (1.0 + 0.5 * (x / 97.0 + c as f32 * 2.1 + y / 211.0).sin());
        }
    }
    image
}
