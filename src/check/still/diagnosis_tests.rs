//! Every cause planted, also behind a JPEG, another size and a burn-in, and named first.

use super::super::{Aligner, Alignment, Look, grey::MEAN};
use super::*;
use crate::{
    color::{Cdl, CdlStyle, Op, Processor, invert, transform},
    framing,
    image::{Image, RectF, Size},
};

const SIZE: Size = Size::new(960, 540);

/// ACES2065-1: soft fields of many hues and exposures, a grey ramp, and some colours outside of AP1.
fn scene() -> Image {
    let mut planes: [Vec<f32>; 3] = std::array::from_fn(|_| Vec::with_capacity(SIZE.area()));
    for y in 0..SIZE.height {
        for x in 0..SIZE.width {
            let (u, v) = (f64::from(x) / f64::from(SIZE.width), f64::from(y) / f64::from(SIZE.height));
            let hue = std::f64::consts::TAU * (1.5 * u + 0.3 * v);
            let chroma = if (0.55..0.8).contains(&v) { 0.95 } else { 0.45 * (0.5 + 0.5 * (9.0 * v).sin()) };
            let light = 0.18 * (4.0 * (7.0 * v + 2.0 * u).sin() - 1.0).exp2() * (1.0 + 0.2 * (40.0 * u).sin() * (23.0 * v).cos());
            for (c, plane) in planes.iter_mut().enumerate() {
                // Fields with edges, as pictures have them.
                let light = light * if (x / 61 + y / 47) % 3 == 0 { 0.4 } else { 1.0 };
                let tint = 1.0 + chroma * (hue - std::f64::consts::TAU * c as f64 / 3.0).cos() * if v > 0.9 { 0.0 } else { 1.0 };
                plane.push((light * tint) as f32);
            }
        }
    }
    Image::from_planes(SIZE, planes)
}

fn cdl() -> Vec<Op> {
    let from = transform("acescct", false).unwrap();
    let grade = Op::Cdl(Cdl::new([1.15, 1.0, 0.9], [0.01, 0.0, -0.015], [1.05, 1.0, 0.95], 0.85, CdlStyle::NoClamp));
    invert(&from).unwrap().into_iter().chain([grade]).chain(from).collect()
}

fn road() -> Road {
    let output = transform("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", false).unwrap();
    let looks = vec![Look { title: "Look 1, CDL".into(), ops: cdl() }];
    Road { looks, output, is_aces1: false, cdl_beside: None }
}

/// How a still comes: as it is, or scaled, with a burn-in, and as JPEG of quality 90.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Came {
    Clean,
    Worn,
}

fn still(aces: &Image, ops: &[Op], came: Came) -> Image {
    let mut picture = aces.clone();
    Processor::new(ops).apply_image(&mut picture);
    picture.planes.iter_mut().for_each(|p| p.iter_mut().for_each(|v| *v = v.clamp(0.0, 1.0)));
    if came == Came::Clean {
        return picture;
    }
    let whole = RectF::new(0.0, 0.0, SIZE.width.into(), SIZE.height.into());
    let size = Size::new(SIZE.width * 7 / 10, SIZE.height * 7 / 10);
    let mut picture = framing::resample(&picture, whole, size, &MEAN).unwrap();
    for plane in &mut picture.planes {
        for y in 20..50 {
            let row = y * size.width as usize;
            (row + 30..row + 260).for_each(|i| plane[i] = if i % 7 < 4 { 0.95 } else { 0.05 });
        }
    }
    let bytes: Vec<u8> =
        (0..size.area()).flat_map(|i| [0, 1, 2].map(|c| (picture.planes[c][i].clamp(0.0, 1.0) * 255.0).round() as u8)).collect();
    let mut jpeg = vec![];
    let mut encoder = ::image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 90);
    encoder.encode(&bytes, size.width, size.height, ::image::ExtendedColorType::Rgb8).unwrap();
    let back = ::image::load_from_memory(&jpeg).unwrap().into_rgb32f();
    Image::from_planes(size, std::array::from_fn(|c| back.pixels().map(|p| p.0[c]).collect()))
}

fn diagnosed(road: &Road, still: &Image) -> (Alignment, Diagnosis) {
    let aces = scene();
    let mut display = aces.clone();
    let ops = road.ops();
    Processor::new(&ops).apply_image(&mut display);
    let area = RectF::new(0.0, 0.0, SIZE.width.into(), SIZE.height.into());
    let aligner = Aligner::new(still).unwrap();
    let alignment = aligner.exact(&display, area, aligner.rough(&display, area).unwrap()).unwrap();
    let cells = Cells::new(&aces, area, still, &alignment, &ops).unwrap();
    (alignment, diagnose(cells, road, &Progress::default()).unwrap())
}

/// Every cause that is planted: its name, the road that was approved, and the one that made the still.
fn planted() -> Vec<(&'static str, Road, Vec<Op>)> {
    let all = guesses(&road());
    let fixed = |id: &'static str| {
        let guess = all.iter().find(|g| g.id == id).unwrap();
        let Way::Fixed(_, ops) = &guess.way else { panic!("{id} has amounts") };
        (id, road(), ops.clone())
    };
    let fitted = |id: &'static str, amounts: &[f64]| {
        let guess = all.iter().find(|g| g.id == id).unwrap();
        let Way::Fitted(way) = &guess.way else { panic!("{id} has no amounts") };
        (id, road(), way.ops(amounts))
    };
    let compressed = transform("reference-gamut-compression", false).unwrap();
    let mut with_compression = road();
    with_compression.looks.insert(0, Look { title: "Look 1".into(), ops: compressed });
    let beside = Road { looks: vec![], cdl_beside: Some(cdl()), ..road() };
    let aces1 = Road { output: transform("aces1-sdr-video-rec709", false).unwrap(), is_aces1: true, ..road() };
    vec![
        fixed("legal-range"),
        fixed("full-range"),
        fixed("gamma-2.2"),
        fixed("gamma-srgb"),
        fixed("gamma-2.6"),
        fixed("gamma-2.2-read"),
        fixed("gamma-srgb-read"),
        fixed("output-version"),
        ("output-version", aces1, road().ops()),
        fixed("cdl-missing"),
        fixed("look-twice"),
        fixed("gamut-compression-on"),
        ("gamut-compression-off", with_compression, road().ops()),
        ("cdl-beside", beside, road().ops()),
        fitted("exposure", &[0.05]),
        fitted("exposure", &[-0.25]),
        fitted("white-balance", &[0.05, -0.03]),
        fitted("saturation", &[-0.2]),
        fitted("saturation", &[0.15]),
    ]
}

#[test]
fn every_planted_cause_is_named_first() {
    let aces = scene();
    let mut wrong = vec![];
    for came in [Came::Clean, Came::Worn] {
        for (id, road, ops) in planted() {
            let (alignment, found) = diagnosed(&road, &still(&aces, &ops, came));
            let first = found.causes.first();
            if std::env::var_os("PRELIGHT_SHOW").is_some() {
                let list: Vec<String> = found.causes.iter().take(3).map(|c| format!("{} {:.3} ({})", c.id, c.residual, c.words)).collect();
                println!("{came:?} {id}: {:.3} left out {:.3}; {}", found.difference, found.left_out, list.join(" | "));
            }
            let size = if came == Came::Clean { SIZE } else { Size::new(672, 378) };
            let off = alignment.shift(size).iter().any(|s| s.abs() > 0.3) || alignment.scale().iter().any(|s| (s - 1.0).abs() > 0.001);
            if first.is_none_or(|c| c.id != id) || off || alignment.flip != [false; 2] {
                let scale = alignment.scale();
                wrong.push(format!("{came:?} {id}: {:?}, {:?}, {scale:?}", first.map(|c| (c.id, c.residual)), alignment.shift(size)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn amounts_are_found() {
    let aces = scene();
    for (id, amounts, words) in [
        ("exposure", vec![-0.25], "exposure differs by -1.00 stops"),
        ("saturation", vec![-0.2], "saturation is 0.82 times ours"),
        ("white-balance", vec![0.05, -0.03], "white balance differs: red +5.3 %, blue -3.1 % against green"),
    ] {
        let all = guesses(&road());
        let Way::Fitted(way) = &all.iter().find(|g| g.id == id).unwrap().way else { panic!() };
        let (_, found) = diagnosed(&road(), &still(&aces, &way.ops(&amounts), Came::Clean));
        assert_eq!(found.causes[0].words, words);
        assert!(found.causes[0].residual < 0.2, "{id}: {}", found.causes[0].residual);
    }
}

#[test]
fn a_still_that_matches_has_no_cause() {
    let aces = scene();
    for came in [Came::Clean, Came::Worn] {
        let (_, found) = diagnosed(&road(), &still(&aces, &road().ops(), came));
        assert!(found.difference < 1.2, "{came:?}: {}", found.difference);
        let named: Vec<_> = found.causes.iter().map(|c| (c.id, c.residual)).collect();
        assert!(named.is_empty(), "{came:?}: {} {named:?}", found.difference);
    }
}
