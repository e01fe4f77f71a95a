//! The debayer on the GPU against the CPU's, in stops.

use super::{corpus, device};
use prelight::{
    camera::{self, Picture, Reading},
    debayer::{self, Domain, Options, Tier},
    gpu,
    image::{Cfa, CfaPlane, Image, Size},
};
use std::{fs, path::Path};

/// Stops, on the working curve: the rounding of log, exponential and division, some 20 operations deep.
const GATE: f64 = 2e-5;
/// Where a picture clips, gradients are 0 but for the rounding of interpolated values, and the weights of fusion are made of
/// them: half a unit in the last place of the samples moves single pixels by up to 1.6e-3 stops (measured in f64, on the HDR
/// images). No more than one value in 10^4 is like that.
const CLIPPED: f64 = 2e-3;
const RARE: f64 = 1e-4;

const TIERS: [Tier; 3] = [Tier::Bilinear, Tier::Mhc, Tier::Fusion];

/// Largest difference of any value in the working domain: in stops of `log2(1 + 2048 x)`, straight below black; where that is
/// linear, in units of sensor clip. And the share of values that are further apart than [`GATE`].
fn apart(a: &Image, b: &Image, domain: Domain) -> (f64, f64) {
    assert_eq!(a.size(), b.size());
    let curve = |x: f32| {
        let t = 2048.0 * f64::from(x);
        match domain {
            Domain::Linear => f64::from(x),
            Domain::Log { .. } if t < 0.0 => t * std::f64::consts::LOG2_E,
            Domain::Log { .. } => (1.0 + t).log2(),
        }
    };
    let pairs = a.planes.iter().flatten().zip(b.planes.iter().flatten());
    let apart = pairs.map(|(a, b)| (curve(*a) - curve(*b)).abs()).map(|d| if d.is_nan() { f64::INFINITY } else { d });
    let (worst, beyond) = apart.fold((0.0f64, 0.0), |(m, n), d| (m.max(d), n + f64::from(u8::from(d > GATE))));
    (worst, beyond / (3 * a.size().area()) as f64)
}

/// That a picture with highlights is the same on both, for every tier as it is meant to be used.
fn hold_picture(name: &str, plane: &CfaPlane) {
    for tier in TIERS {
        let Some((worst, beyond)) = compared(plane, tier, &Options::for_tier(tier)) else { return };
        eprintln!("{name} {tier}: {worst:.1e}, {beyond:.1e} of all beyond {GATE:e}");
        assert!(worst <= CLIPPED && beyond <= RARE, "{name} {tier}: {worst:e}, {beyond:e} of all beyond {GATE:e}");
    }
}

/// Debayers on both; returns how far they are [`apart`].
fn compared(plane: &CfaPlane, tier: Tier, options: &Options) -> Option<(f64, f64)> {
    let gpu = gpu::debayer(device()?, plane, tier, options).unwrap();
    let cpu = debayer::debayer(plane, tier, options).unwrap();
    // What was recorded comes out as it was.
    for y in 0..plane.size.height {
        for x in 0..plane.size.width {
            let channel = plane.cfa.color(x, y) as usize;
            assert_eq!(gpu.pixel(x, y)[channel].to_bits(), plane.samples[(y * plane.size.width + x) as usize].to_bits(), "{x}, {y}");
        }
    }
    Some(apart(&gpu, &cpu, options.domain))
}

/// Edges, a ramp over 12 stops, fine texture, and noise below black.
fn scene(size: Size, cfa: Cfa) -> CfaPlane {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let samples = (0..size.area())
        .map(|i| {
            let (x, y) = (i % size.width as usize, i / size.width as usize);
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let noise = (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5;
            let light = (-12.0 * x as f32 / size.width as f32).exp2();
            let texture = if (x / 3 + y / 2) % 2 == 0 { 1.0 } else { 0.25 };
            let tint = [0.5, 1.0, 0.7][cfa.color(x as u32, y as u32) as usize];
            light * texture * tint + 0.002 * noise
        })
        .collect();
    CfaPlane { size, samples, cfa }
}

#[test]
fn every_tier_is_the_cpus() {
    // Tiles of 32 x 16: less than one, several, odd ones, and the smallest.
    for (size, cfa) in [((97, 53), Cfa::Rggb), ((64, 32), Cfa::Bggr), ((33, 17), Cfa::Grbg), ((7, 90), Cfa::Gbrg), ((2, 2), Cfa::Grbg)] {
        let plane = scene(Size::new(size.0, size.1), cfa);
        for tier in TIERS {
            let log = Options { domain: Domain::LOG, white_balance: [2.0, 1.0, 1.6], limit_overshoot: true, ..Options::CODED };
            for options in [Options::for_tier(tier), log, Options { limit_overshoot: false, ..log }, Options::CODED] {
                let Some((worst, _)) = compared(&plane, tier, &options) else { return };
                assert!(worst <= GATE, "{tier} of {size:?} {cfa:?}, {options:?}: {worst:e}");
            }
        }
    }
}

#[test]
fn what_the_gpu_does_not_debayer_is_refused() {
    let Some(device) = device() else { return };
    let plane = scene(Size::new(8, 8), Cfa::Rggb);
    let options = Options::default();
    let error = gpu::debayer(device, &plane, Tier::Half, &options).unwrap_err();
    assert!(error.to_string().contains("tier"), "{error}");
    let short = CfaPlane { samples: vec![0.0; 63], ..plane.clone() };
    assert!(gpu::debayer(device, &short, Tier::Mhc, &options).is_err());
    for size in [Size::new(1, 9), Size::new(9, 1)] {
        assert!(gpu::debayer(device, &scene(size, Cfa::Rggb), Tier::Fusion, &options).is_err());
    }
    assert!(gpu::debayer(device, &plane, Tier::Fusion, &Options { white_balance: [0.0; 3], ..options }).is_err());
    for options in [Options { repair_pixels: true, ..options }, Options { equilibrate_greens: true, ..options }] {
        assert!(gpu::debayer(device, &plane, Tier::Fusion, &options).is_err());
    }
}

/// Scene-linear RGB, bottom row first: `PF`, width and height, byte order, samples.
fn pfm(path: &Path) -> (Size, Vec<[f32; 3]>) {
    let bytes = fs::read(path).unwrap();
    let text: Vec<&[u8]> = bytes.splitn(4, |b| *b == b'\n').collect();
    let word = |s: &[u8]| String::from_utf8(s.to_vec()).unwrap();
    assert_eq!((text[0], word(text[2]).trim().starts_with('-')), (&b"PF"[..], true));
    let numbers: Vec<u32> = word(text[1]).split_whitespace().map(|n| n.parse().unwrap()).collect();
    let size = Size::new(numbers[0], numbers[1]);
    let samples: Vec<f32> = text[3].chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    (size, samples.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect())
}

#[test]
fn the_hdr_images_are_the_cpus() {
    for name in ["hdr_desk", "hdr_stilllife", "hdr_synth", "hdr_tree"] {
        let Some(path) = corpus(&format!("debayer/images/{name}.pfm")) else { return };
        let (size, pixels) = pfm(&path);
        let cfa = Cfa::Rggb;
        let at = |i: usize| (i as u32 % size.width, i as u32 / size.width);
        // Clip is 16 times diffuse white.
        let samples = pixels.iter().enumerate().map(|(i, px)| (px[cfa.color(at(i).0, at(i).1) as usize] / 16.0).min(1.0)).collect();
        let plane = CfaPlane { size, samples, cfa };
        hold_picture(name, &plane);
    }
}

#[test]
fn real_mosaics_are_the_cpus() {
    let names = ["real/canon_kissx4_ml_14bit_colorchecker", "real/gopro_hero6_GOPR0024_16bit", "synthetic/cdng_14bit_packed"];
    for name in names {
        let Some(path) = corpus(&format!("camera/{name}.dng")) else { return };
        let clip = camera::open(&path).unwrap();
        let Picture::Mosaic(mosaic) = clip.read(clip.frames().present[0], &Reading::default()).unwrap() else {
            panic!("{name}: no mosaic")
        };
        let plane = middle(&mosaic.linear(), Size::new(400, 300));
        hold_picture(name, &plane);
    }
}

/// Up to `size` from the middle of a mosaic.
fn middle(plane: &CfaPlane, size: Size) -> CfaPlane {
    let size = Size::new(size.width.min(plane.size.width), size.height.min(plane.size.height));
    let (x, y) = ((plane.size.width - size.width) / 4 * 2, (plane.size.height - size.height) / 4 * 2);
    let row = |y: u32| (y * plane.size.width + x) as usize;
    let samples = (y..y + size.height).flat_map(|y| plane.samples[row(y)..row(y) + size.width as usize].to_vec()).collect();
    CfaPlane { size, samples, cfa: plane.cfa }
}
