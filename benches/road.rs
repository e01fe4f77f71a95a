//! Wall time of each stretch of the road on one file, median of several runs.
//!
//!     cargo bench --no-default-features --bench road -- FILE.dng

use prelight::{
    camera,
    image::hash_pixels,
    pipeline::{Plan, Settings, Sidecars, Stage, plate_exr},
};
use std::{path::PathBuf, time::Instant};

const RUNS: usize = 7;

fn main() -> prelight::Result<()> {
    let Some(path) = std::env::args().skip(1).find(|a| !a.starts_with("--")).map(PathBuf::from) else {
        println!("road: name a camera file to measure: cargo bench --bench road -- FILE.dng");
        return Ok(());
    };
    let clip = camera::open_single(&path)?;
    let plan = Plan::new(&*clip, &Sidecars::default(), &Settings::default())?;
    let frame = clip.frames().first();
    let raw = plan.decode(&*clip, frame)?;
    let plate = plan.plate(&*clip, frame)?;
    let folder = tempfile::tempdir().map_err(|e| prelight::Error::io(&std::env::temp_dir(), &e))?;
    let out = folder.path().join("plate.exr");

    println!("{}  {}, {} threads", path.display(), clip.size(), rayon::current_num_threads());
    measure("open and plan", || Plan::new(&*camera::open_single(&path)?, &Sidecars::default(), &Settings::default()).map(drop));
    measure("decode and debayer", || plan.decode(&*clip, frame).map(drop));
    measure("raw to ACES2065-1", || plan.develop(raw.clone(), Stage::Aces).map(drop));
    measure("raw to display", || plan.develop(raw.clone(), Stage::Display).map(drop));
    measure("first picture: open to display", || {
        let clip = camera::open_single(&path)?;
        let plan = Plan::new(&*clip, &Sidecars::default(), &Settings::default())?;
        plan.picture(&*clip, frame, Stage::Display).map(drop)
    });
    measure("plate", || plan.plate(&*clip, frame).map(drop));
    measure("pixel hash of the plate", || {
        hash_pixels(&plate);
        Ok(())
    });
    let info = plate_exr::FrameInfo::default();
    measure("write the plate", || plate_exr::write(&out, &plate, &info, plate_exr::Compression::None, prelight::files::Existing::Replace));
    Ok(())
}

fn measure(what: &str, mut run: impl FnMut() -> prelight::Result<()>) {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        if let Err(error) = run() {
            println!("{what:32} {error}");
            return;
        }
        times.push(start.elapsed());
    }
    times.sort();
    println!("{what:32} {:>8.1} ms", times[RUNS / 2].as_secs_f64() * 1e3);
}
