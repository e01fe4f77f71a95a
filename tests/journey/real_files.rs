//! The same road on real camera files.

use crate::{corpus, json, run_to, text};
use prelight::{
    camera,
    image::Image,
    pipeline::{Plan, Settings, Sidecars, Stage},
};
use std::path::Path;

fn picture(path: &Path, stage: Stage) -> Image {
    let clip = camera::open_single(path).unwrap();
    let plan = Plan::new(&*clip, &Sidecars::default(), &Settings::default()).unwrap();
    plan.picture(&*clip, clip.frames().first(), stage).unwrap()
}

/// Mean over a window given as fractions of the picture.
fn mean(image: &Image, x: [f64; 2], y: [f64; 2]) -> [f64; 3] {
    let size = image.size();
    let range = |r: [f64; 2], n: u32| (r[0] * f64::from(n)) as u32..(r[1] * f64::from(n)) as u32;
    let (mut sum, mut count) = ([0.0; 3], 0.0);
    for py in range(y, size.height) {
        for px in range(x, size.width) {
            let p = image.pixel(px, py);
            (0..3).for_each(|k| sum[k] += f64::from(p[k]));
            count += 1.0;
        }
    }
    sum.map(|s| s / count)
}

#[test]
fn real_raw_goes_from_file_to_plate() {
    for name in [
        "camera/real/canon_kissx4_ml_14bit_colorchecker.dng",
        "camera/real/gopro_hero6_GOPR0024_16bit.dng",
        "camera/synthetic/anamorphic2x_circle_12bit.dng",
    ] {
        let Some(path) = corpus(name) else { return };
        let work = tempfile::tempdir().unwrap();
        let recipe = work.path().join("real.recipe");
        // These files state neither reel nor timecode, which META-07 says; a person accepts that by name.
        run_to(
            0,
            &[
                "recipe",
                "new",
                text(&path),
                "--out",
                text(&recipe),
                "--name",
                "T",
                "--role",
                "colourist",
                "--waive",
                "META-07=a still, no reel",
            ],
        );
        let receipt =
            json(&["render", "--recipe", text(&recipe), "--clip", text(&path), "--out", text(&work.path().join("out")), "--json"]);
        assert_eq!(receipt["frames"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn the_hero6_wall_is_a_picture() {
    let Some(path) = corpus("camera/real/gopro_hero6_GOPR0024_16bit.dng") else { return };
    let display = picture(&path, Stage::Display);
    let middle = mean(&display, [0.4, 0.6], [0.4, 0.6]);
    assert!(middle.iter().all(|v| (0.1..0.95).contains(v)), "{middle:?}");
}
