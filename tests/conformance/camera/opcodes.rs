//! Opcode lists of real files, against a program of its own: `tests/tools/dng_opcodes.py` (double precision) prints the tables.

use crate::corpus;
use prelight::{
    camera::{self, Picture},
    pipeline::{Plan, Settings, Sidecars, Stage},
};

const GOPRO: &[(usize, usize, f64)] = &[
    (0, 0, 0.01844584985884063),
    (1, 0, 0.04788980368902649),
    (0, 1, 0.06065685184999075),
    (1, 1, 0.03042117722593125),
    (3999, 2999, 0.008359784785128827),
    (3998, 2999, 0.016465472226553757),
    (2000, 1500, 0.02868896782416415),
    (2001, 1500, 0.07239580761235923),
    (777, 2222, 0.02957286003159517),
    (3210, 123, 0.08405783478872918),
    (1234, 5, 0.09112457937595927),
    (6, 1801, 0.007777405729768709),
];
/// Mean over the picture.
const GOPRO_MEAN: f64 = 0.1194423345309541;
const NIKON: &[(usize, usize, [f64; 3])] = &[
    (0, 0, [6.409700736834639e-06, 1.1462977199076297e-06, 9.470173085670616e-05]),
    (599, 399, [3.8026222971429822e-06, 2.0269909325180792e-05, -3.111836180873502e-05]),
    (300, 200, [3.433646032179269e-05, 1.1157476502263482e-05, 2.3956707084913382e-06]),
    (303, 7, [-2.2802410169760244e-05, 3.404791863841628e-05, 1.1252031387875883e-05]),
    (304, 7, [5.727781478220876e-07, 0.00010100568996488523, -3.8026222971429822e-06]),
    (123, 321, [1.2776288402245161e-05, 2.2610793277577384e-05, 9.863699925870494e-06]),
];

#[test]
fn gain_maps_of_a_gopro() {
    let Some(path) = corpus("camera/real/gopro_hero6_GOPR0024_16bit.dng") else { return };
    let clip = camera::open_single(&path).unwrap();
    let Picture::Mosaic(mosaic) = clip.read(0, &Default::default()).unwrap() else { panic!("a mosaic") };
    let mut linear = mosaic.linear();
    clip.opcodes(0).unwrap().apply_to_linear(&mut linear).unwrap();
    for &(x, y, want) in GOPRO {
        let got = f64::from(linear.samples[y * 4000 + x]);
        assert!((got - want).abs() < 3e-7 * want, "{x},{y}: {got} {want}");
    }
    let mean = linear.samples.iter().map(|&v| f64::from(v)).sum::<f64>() / linear.samples.len() as f64;
    assert!((mean - GOPRO_MEAN).abs() < 1e-8, "{mean}");
}

#[test]
fn polynomials_of_a_lossy_dng() {
    let Some(path) = corpus("camera/real/nikon_d500_lossy_linear.dng") else { return };
    let clip = camera::open_single(&path).unwrap();
    let raw = |settings: &Settings| {
        let plan = Plan::new(&*clip, &Sidecars::default(), settings).unwrap();
        plan.picture(&*clip, 0, Stage::Raw).unwrap()
    };
    let mut settings = Settings::default();
    let image = raw(&settings);
    for &(x, y, want) in NIKON {
        for (got, want) in image.pixel(x as u32, y as u32).map(f64::from).into_iter().zip(want) {
            assert!((got - want).abs() < 1e-9 + 1e-6 * want.abs(), "{x},{y}: {got} {want}");
        }
    }
    // Switched off, the values are as stored.
    settings.decode.opcodes = false;
    let Picture::Rgb(stored) = clip.read(0, &Default::default()).unwrap() else { panic!("RGB") };
    assert_eq!(raw(&settings).planes, stored.planes);
}
