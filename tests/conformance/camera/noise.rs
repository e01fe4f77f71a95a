//! The noise of a sensor: where it is found, and the slope of the debayer's log domain that a plan makes of it.

use super::{
    builder::{Dng, Random, V, pack},
    open_bytes,
};
use crate::corpus;
use prelight::{
    ErrorKind,
    camera::{self, Clip},
    debayer::{Domain, Options, Slope},
    pipeline::{Decode, Plan, Settings, Sidecars},
};
use std::fs;

const SIZE: (usize, usize) = (96, 64);
/// Columns left of the active area.
const MASKED: usize = 24;
const BLACK: u16 = 512;

/// Noise of up to `spread` codes around black beside a bright active area.
fn masked(spread: usize, seed: u64) -> Dng {
    let mut random = Random(seed);
    let samples: Vec<u16> = (0..SIZE.0 * SIZE.1)
        .map(|i| if i % SIZE.0 < MASKED { BLACK + random.below(2 * spread + 1) as u16 - spread as u16 } else { 9000 + (i % 7) as u16 })
        .collect();
    Dng::mosaic(SIZE.0 as u32, SIZE.1 as u32, 14, vec![pack(&samples, SIZE.0, 14)])
        .with(50714, V::Short(vec![BLACK]))
        .with(50829, V::Long(vec![0, MASKED as u32, SIZE.1 as u32, SIZE.0 as u32]))
}

/// Scale and offset in units of 10^-9.
fn profile(pairs: &[(u32, u32)]) -> V {
    const UNIT: u32 = 1_000_000_000;
    V::Rational(pairs.iter().flat_map(|&(scale, offset)| [(scale, UNIT), (offset, UNIT)]).collect())
}

fn plan(clip: &dyn Clip, slope: Slope) -> Plan {
    let options = Options { domain: Domain::Log { slope }, ..Options::default() };
    let settings = Settings { decode: Decode { options, ..Decode::default() }, ..Settings::default() };
    Plan::new(clip, &Sidecars::default(), &settings).unwrap()
}

/// The slope a plan decides on, and by which key of the file.
fn decided(clip: &dyn Clip) -> (f64, Option<String>) {
    let plan = plan(clip, Slope::Auto);
    let Domain::Log { slope: Slope::Fixed(slope) } = plan.settings().decode.options.domain else { panic!("decided") };
    (slope, plan.noise().map(|f| f.key.clone()))
}

fn decided_of(dng: &Dng) -> (f64, Option<String>) {
    let (_dir, clip) = open_bytes(&dng.build());
    decided(&*clip.unwrap())
}

const STATED: Option<&str> = Some("DNG 51041 NoiseProfile");

#[test]
fn what_cameras_state_is_in_the_metadata_and_decides() {
    for (name, profile, slope) in [
        ("gopro_hero6_GOPR0024_16bit.dng", "1.562e-4 x + 4.880e-8", 4096.0),
        ("gopro_fusion_front_GPFR7066.gpr", "7.810e-5 x + 2.440e-8", 4096.0),
    ] {
        let Some(path) = corpus(&format!("camera/real/{name}")) else { return };
        let clip = camera::open(&path).unwrap();
        let row = clip.metadata().rows().into_iter().find(|r| r.name == "noise_profile").unwrap();
        assert_eq!((row.value.as_str(), Some(row.key.as_str())), (profile, STATED), "{name}");
        assert!(!clip.metadata().unmapped.contains_key(&row.key), "{name}");
        assert_eq!(decided(&*clip), (slope, Some(row.key)), "{name}");
    }
    // Three colours of a picture that is no mosaic: nothing is interpolated.
    let Some(path) = corpus("camera/real/nikon_d500_lossy_linear.dng") else { return };
    let clip = camera::open(&path).unwrap();
    assert_eq!(clip.metadata().noise_profile.as_ref().unwrap().value.0.len(), 3);
    assert_eq!(decided(&*clip), (4096.0, None));
}

#[test]
fn what_the_file_states_goes_before_its_masked_pixels() {
    let stated = |key: &str| Some(key.to_owned());
    let noisy = masked(25, 1);
    assert_eq!(decided_of(&noisy), (256.0, stated("DNG 50829 ActiveArea")));
    let areas = noisy.clone().with(50830, V::Long(vec![0, 0, SIZE.1 as u32, MASKED as u32]));
    assert_eq!(decided_of(&areas), (256.0, stated("DNG 50830 MaskedAreas")));
    assert_eq!(decided_of(&areas.clone().with(51041, profile(&[(0, 1140)]))).1.as_deref(), STATED);
    // The noisiest colour decides; what is no profile is kept among the unmapped keys, and the pixels are asked.
    let colours = noisy.clone().with(51041, profile(&[(0, 0), (0, 1140), (0, 10)]));
    assert_eq!(decided_of(&colours), (181.0, STATED.map(str::to_owned)));
    for odd in [
        V::Rational(vec![(1, 1000)]),
        profile(&[(1, 1), (1, 1)]),
        V::Signed(vec![(-1, 1000), (1, 1000)]),
        V::Rational(vec![(2, 1), (0, 1)]),
    ] {
        let dng = noisy.clone().with(51041, odd);
        assert_eq!(decided_of(&dng).1.as_deref(), Some("DNG 50829 ActiveArea"));
        let (_dir, clip) = open_bytes(&dng.build());
        let clip = clip.unwrap();
        assert!(clip.metadata().noise_profile.is_none() && clip.metadata().unmapped.contains_key("DNG 51041 NoiseProfile"));
    }
}

#[test]
fn nothing_is_made_of_pixels_that_tell_nothing() {
    // Without noise, in the light, without a strip beside the picture.
    assert_eq!(decided_of(&masked(0, 1)), (4096.0, Some("DNG 50829 ActiveArea".into())));
    assert_eq!(decided_of(&masked(25, 1).with(50714, V::Short(vec![100]))), (4096.0, None));
    assert_eq!(decided_of(&masked(25, 1).without(50829)), (4096.0, None));
}

#[test]
fn all_frames_of_a_clip_have_the_slope_of_its_first() {
    let dir = tempfile::tempdir().unwrap();
    for (number, spread) in [(1, 25), (2, 96)] {
        fs::write(dir.path().join(format!("A001_{number:06}.dng")), masked(spread, number).build()).unwrap();
    }
    let clip = camera::open(dir.path()).unwrap();
    assert_eq!(clip.frames().present, [1, 2]);
    assert_eq!(decided(&*clip).0, 256.0);
    // A first frame that is cut off tells nothing; the others may still be looked at.
    let first = dir.path().join("A001_000001.dng");
    let clip = camera::open(dir.path()).unwrap();
    fs::write(&first, &fs::read(&first).unwrap()[..600]).unwrap();
    assert_eq!(decided(&*clip), (4096.0, None));
    // One that is gone is no answer.
    fs::write(&first, masked(25, 1).build()).unwrap();
    let clip = camera::open(dir.path()).unwrap();
    fs::remove_file(&first).unwrap();
    assert_eq!(Plan::new(&*clip, &Sidecars::default(), &Settings::default()).unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn a_chosen_slope_stays_and_makes_another_plan() {
    let (_dir, clip) = open_bytes(&masked(25, 1).build());
    let clip = clip.unwrap();
    let (auto, same, other) = (plan(&*clip, Slope::Auto), plan(&*clip, Slope::Fixed(256.0)), plan(&*clip, Slope::Fixed(4096.0)));
    assert_eq!((auto.key(), auto.settings()), (same.key(), same.settings()));
    assert_ne!(auto.key(), other.key());
    assert_eq!(other.settings().decode.options.domain, Domain::Log { slope: Slope::Fixed(4096.0) });
    assert!(other.noise().is_none());
}
