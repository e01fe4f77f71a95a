//! `resample-peer IN OUT W H W2 H2 PASSES`: fast_image_resize, Lanczos3, on headerless f32 RGB, one thread, output reused.
//!
//! Prints the speed in source pixels as `prelight resample-raw --bench` does: the median pass, and all of them in processor time.

use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image};
use std::{env, error::Error, fs, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [input, output, numbers @ ..] = &args[..] else { return Err("IN OUT W H W2 H2 PASSES".into()) };
    let numbers = numbers.iter().map(|n| n.parse()).collect::<Result<Vec<u32>, _>>()?;
    let [w, h, w2, h2, passes] = numbers[..] else { return Err("IN OUT W H W2 H2 PASSES".into()) };
    let source = Image::from_vec_u8(w, h, fs::read(input)?, PixelType::F32x3)?;
    let mut target = Image::new(w2, h2, PixelType::F32x3);
    let mut resizer = Resizer::new();
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    resizer.resize(&source, &mut target, &options)?;
    fs::write(output, target.buffer())?;
    let pixels = f64::from(w) * f64::from(h) / 1e6;
    let before = user_time();
    let mut walls = vec![];
    for _ in 0..passes.max(1) {
        let wall = Instant::now();
        resizer.resize(&source, &mut target, &options)?;
        walls.push(wall.elapsed().as_secs_f64());
    }
    let cpu = (user_time() - before) / walls.len() as f64;
    walls.sort_by(f64::total_cmp);
    let wall = walls[walls.len() / 2];
    println!("{{\"mpix_per_s\":{},\"cpu_mpix_per_s\":{},\"extensions\":\"{:?}\"}}", pixels / wall, pixels / cpu, resizer.cpu_extensions());
    Ok(())
}

/// Processor time of this process in user mode, seconds.
fn user_time() -> f64 {
    // SAFETY: the structure is plain numbers, which the call fills.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    usage.ru_utime.tv_sec as f64 + usage.ru_utime.tv_usec as f64 / 1e6
}
