//! `debayer-peer IN W H WHITE PASSES`: rawler's PPG on a headerless RGGB mosaic of u16, one thread.
//!
//! Prints the speed as `prelight debayer-raw --bench` does, of the quickest pass in processor time. rawler interpolates f32
//! samples: making them of the code values is timed with it, as it is for prelight.

use rawler::{
    cfa::{CFA, PlaneColor},
    imgop::{
        Dim2, Point, Rect,
        sensor::{Demosaic as _, bayer::ppg::PPGDemosaic},
    },
    pixarray::PixF32,
};
use std::{env, error::Error, fs, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [input, numbers @ ..] = &args[..] else { return Err("IN W H WHITE PASSES".into()) };
    let numbers = numbers.iter().map(|n| n.parse()).collect::<Result<Vec<usize>, _>>()?;
    let [w, h, white, passes] = numbers[..] else { return Err("IN W H WHITE PASSES".into()) };
    let samples: Vec<u16> = fs::read(input)?.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    let (cfa, roi, scale) = (CFA::new("RGGB"), Rect::new(Point::new(0, 0), Dim2::new(w, h)), 1.0 / white as f32);
    let (mut cpu, mut wall) = (f64::MAX, f64::MAX);
    for _ in 0..passes.max(1) {
        let (before, clock) = (processor_time(), Instant::now());
        let linear = PixF32::new_with(samples.iter().map(|v| f32::from(*v) * scale).collect(), w, h);
        let rgb = PPGDemosaic::new().demosaic(&linear, &cfa, &PlaneColor::default(), roi);
        std::hint::black_box(&rgb);
        cpu = cpu.min(processor_time() - before);
        wall = wall.min(clock.elapsed().as_secs_f64());
    }
    let pixels = (w * h) as f64 / 1e6;
    println!("{{\"mpix_per_s\":{},\"cpu_mpix_per_s\":{}}}", pixels / wall, pixels / cpu);
    Ok(())
}

/// Processor time of this process, seconds: of fresh memory too, which rawler takes for every picture.
fn processor_time() -> f64 {
    // SAFETY: the structure is plain numbers, which the call fills.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
