//! How long it takes to make the file of a plate, by compression: processor time of all threads, best of several. With a folder, the
//! uncompressed plate is left there for another writer to be held against (benches/peers/exr_write.py).
//!
//!     cargo bench --no-default-features --bench exr [-- FRAME [FOLDER]]

mod clock;

use prelight::{
    camera,
    image::{Image, Size},
    pipeline::{
        Plan, Settings, Sidecars,
        plate_exr::{self, Compression, FrameInfo},
    },
};
use std::{fs, path::PathBuf};

const PASSES: usize = 5;

fn main() -> prelight::Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let plate = match arguments.next() {
        Some(path) => {
            let clip = camera::open(&PathBuf::from(path))?;
            Plan::new(&*clip, &Sidecars::default(), &Settings::default())?.plate(&*clip, clip.frames().first())?
        }
        None => noise(Size::new(4096, 2160)),
    };
    if let Some(folder) = arguments.next().map(PathBuf::from) {
        fs::create_dir_all(&folder).expect("a folder");
        let bytes = plate_exr::encode(&plate, &FrameInfo::default(), Compression::None)?;
        fs::write(folder.join("plate.exr"), bytes).expect("a file");
    }
    for compression in [Compression::None, Compression::Zip, Compression::Piz, Compression::Dwab] {
        let (mut best, mut length) = (f64::INFINITY, 0);
        for _ in 0..PASSES {
            let begun = clock::of_process();
            length = plate_exr::encode(&plate, &FrameInfo::default(), compression)?.len();
            best = best.min((clock::of_process() - begun).as_secs_f64());
        }
        println!("{{\"compression\": \"{compression:?}\", \"cpu_s\": {best:.4}, \"bytes\": {length}, \"size\": \"{}\"}}", plate.size());
    }
    Ok(())
}

/// A ramp with the grain of a sensor.
fn noise(size: Size) -> Image {
    let mut state = 1u32;
    let mut grain = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / 16_777_216.0 - 0.5
    };
    let plane = |_| (0..size.area()).map(|i| 0.01 + (i % 4096) as f32 / 4096.0 * (1.0 + 0.02 * grain())).collect();
    let mut image = Image::from_planes(size, [0, 1, 2].map(plane));
    prelight::image::round_to_half(&mut image);
    image
}
