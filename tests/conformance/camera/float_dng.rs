//! Floating-point DNG files made here, and one set that tifffile wrote.

use super::{
    builder::{Dng, Random, V},
    codecs::deflate,
    open_bytes,
};
use prelight::{
    Result,
    camera::{Opcodes, Picture},
};

/// Bits, Predictor, big-endian, a Deflate strip of 8 x 3 samples: printed by tests/tools/tifffile_float.py.
#[rustfmt::skip]
const TIFFFILE: &[(u16, u16, bool, &str)] = &[
    (16, 3, false, "789c3bf0ffef9f0f1358988a12362828242804ecfad1c2caccc4c878ef8143438180868615331390c7c860231060a1a1f1600a00e9da103d"),
    (16, 3, true, "789c3bf0ffef9f0f1358988a12362828242804ecfad1c2caccc4c878ef8143438180868615331390c7c860231060a1a1f1600a00e9da103d"),
    (32, 3, false, "789c3bf09f81e15f1303c3f533db5a9ef0b478a931a082fdff1b181918191858fe746cf07352555d87266fcf009265601048f252575595114a8508373440e5014ab61101"),
    (32, 3, true, "789c3bf09f81e15f1303c3f533db5a9ef0b478a931a082fdff1b181918191858fe746cf07352555d87266fcf009265601048f252575595114a8508373440e5014ab61101"),
    (16, 34894, false, "789c3bb0ffcfcf370d53d84a2e095c70686828d8b5a9a693839599e9fe3e85031f1a2c02ac6c5959989998186d7c123a1202384a0042c8136d"),
    (16, 34895, false, "789c013000cfffc0bfbcb8e879808608d884a25050c0f0bab2363b848e0b07e2c0ff7e104028d03a3d3f41080605033e4d9cd4c0d868c4641e16e5"),
    (32, 34894, false, "789c3bb0ff3fc3bf862686eb8b9bac323e4c3857a0c68002f6efab6f64646464606168b1f83721ddebf23a54797b7b06a02c038340d19a421f2f47bdf254b07003108201004cdf1601"),
    (32, 34895, false, "789c3bb07ffffebf0d0d0d918b23efbed2fab18fe14b811a0312d8bfcfcebea189899195a1c3a2e944ea2dab1f97d721cbdbdbdb3b303232320814ed79fc63776fc58ec9e5a940e106286600009f221e01"),
    (24, 1, true, "789c014800b7ffc02c00bfc400bf3000be3800ba00003e18003f20003fb400be8800bc80003d90003ef0003f8c00401000405a0040a4003ea0003f64003ff80040460040900040da004112004137000a5113c0"),
];

/// Size of the pictures: tiles of eight go over its edges.
const WIDTH: usize = 20;
const HEIGHT: usize = 9;

/// Numbers that each depth holds exactly: whole multiples of a power of two with at most 10 bits, negative ones among them.
fn numbers(count: usize) -> Vec<f32> {
    let mut random = Random(77);
    (0..count)
        .map(|i| {
            let whole = random.below(2047) as f32 - 1023.0;
            match i % 5 {
                0 => 0.0,
                1 => whole * 2f32.powi(-24),
                2 => whole * 2f32.powi(5),
                _ => whole * 2f32.powi(-10),
            }
        })
        .collect()
}

/// Sign, exponent and fraction as `bits` bits have them, most significant byte first, by arithmetic on the value.
fn bytes_of(value: f32, bits: usize) -> Vec<u8> {
    let (exponent_bits, fraction_bits) = match bits {
        16 => (5, 10),
        24 => (7, 16),
        _ => (8, 23),
    };
    let bias = (1i32 << (exponent_bits - 1)) - 1;
    let (sign, value) = (u64::from(value.is_sign_negative()), f64::from(value.abs()));
    let least = 1 - bias;
    let exponent = if value == 0.0 { least } else { (value.log2().floor() as i32).max(least) };
    let fraction = value / 2f64.powi(exponent) * 2f64.powi(fraction_bits);
    assert_eq!(fraction, fraction.round(), "{value} is not exact");
    let (stored, fraction) = match fraction as u64 {
        f if f >= 1 << fraction_bits => ((exponent + bias) as u64, f - (1 << fraction_bits)),
        f => (0, f),
    };
    let word = sign << (bits - 1) | stored << fraction_bits | fraction;
    word.to_be_bytes()[8 - bits / 8..].to_vec()
}

/// Bytes of rows, as they are stored without compression or before Deflate.
fn coded(values: &[f32], row: usize, spp: usize, bits: usize, big: bool, predictor: u16) -> Vec<u8> {
    let pixels = match predictor {
        3 => 1,
        34894 => 2,
        34895 => 4,
        _ => 0,
    };
    let mut out = vec![];
    for row in values.chunks(row * spp) {
        let samples: Vec<Vec<u8>> = row.iter().map(|v| bytes_of(*v, bits)).collect();
        if pixels == 0 {
            samples.iter().for_each(|s| if big { out.extend(s) } else { out.extend(s.iter().rev()) });
            continue;
        }
        let planes: Vec<u8> = (0..bits / 8).flat_map(|k| samples.iter().map(move |s| s[k])).collect();
        let back = pixels * spp;
        out.extend((0..planes.len()).map(|i| if i < back { planes[i] } else { planes[i].wrapping_sub(planes[i - back]) }));
    }
    out
}

/// Tiles of eight by eight, or one strip.
fn dng(values: &[f32], spp: usize, bits: usize, big: bool, predictor: u16, tiled: bool) -> Dng {
    let compress = |bytes: Vec<u8>| if predictor == 0 { bytes } else { deflate(&bytes) };
    let chunks = if tiled {
        let tile = |tx: usize, ty: usize| -> Vec<f32> {
            (0..64)
                .flat_map(|i| {
                    let (x, y) = (tx * 8 + i % 8, ty * 8 + i / 8);
                    (0..spp).map(move |c| if x < WIDTH && y < HEIGHT { values[(y * WIDTH + x) * spp + c] } else { 0.5 })
                })
                .collect()
        };
        let places = (0..HEIGHT.div_ceil(8)).flat_map(|ty| (0..WIDTH.div_ceil(8)).map(move |tx| (tx, ty)));
        places.map(|(tx, ty)| compress(coded(&tile(tx, ty), 8, spp, bits, big, predictor))).collect()
    } else {
        vec![compress(coded(values, WIDTH, spp, bits, big, predictor))]
    };
    let mut dng = Dng { big, ..Dng::mosaic(WIDTH as u32, HEIGHT as u32, 16, chunks) }
        .with(258, V::Short(vec![bits as u16; spp]))
        .with(277, V::Short(vec![spp as u16]))
        .with(339, V::Short(vec![3; spp]))
        .without(50714)
        .without(50717);
    if predictor > 0 {
        dng = dng.with(259, V::Short(vec![8])).with(317, V::Short(vec![predictor]));
    }
    if spp == 3 {
        dng = dng.with(262, V::Short(vec![34892])).without(33421).without(33422);
    }
    if tiled { dng.tiled(8, 8) } else { dng }
}

fn read(dng: &Dng) -> Result<Picture> {
    let (_dir, clip) = open_bytes(&dng.build());
    clip?.read(0, &Default::default())
}

fn plane(dng: &Dng) -> Vec<f32> {
    match read(dng).unwrap() {
        Picture::Plane { plane, .. } => plane.samples,
        _ => panic!("a mosaic of floating-point numbers"),
    }
}

#[test]
fn every_depth_and_predictor_is_exact() {
    let (mosaic, rgb) = (numbers(WIDTH * HEIGHT), numbers(WIDTH * HEIGHT * 3));
    for bits in [16, 24, 32] {
        for big in [false, true] {
            for tiled in [false, true] {
                for predictor in [0, 1, 3, 34894, 34895] {
                    let what = format!("{bits} bits, predictor {predictor}, big-endian {big}, tiled {tiled}");
                    assert_eq!(plane(&dng(&mosaic, 1, bits, big, predictor, tiled)), mosaic, "{what}");
                    let Picture::Rgb(image) = read(&dng(&rgb, 3, bits, big, predictor, tiled)).unwrap() else { panic!("RGB") };
                    let got: Vec<f32> = (0..WIDTH * HEIGHT).flat_map(|at| image.planes.each_ref().map(|p| p[at])).collect();
                    assert_eq!(got, rgb, "{what}");
                }
            }
        }
    }
}

#[test]
fn strips_of_tifffile_are_what_it_was_given() {
    let picture: Vec<f32> = (0..24).map(|i| (37 * (i % 8) + 101 * (i / 8) - 150) as f32 / 64.0).collect();
    for &(bits, predictor, big, hex) in TIFFFILE {
        let strip = (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect();
        let dng = Dng { big, ..Dng::mosaic(8, 3, bits.min(16), vec![strip]) }
            .with(258, V::Short(vec![bits]))
            .with(259, V::Short(vec![8]))
            .with(317, V::Short(vec![predictor]))
            .with(339, V::Short(vec![3]))
            .without(50714)
            .without(50717);
        assert_eq!(plane(&dng), picture, "{bits} bits, predictor {predictor}, big-endian {big}");
    }
}

#[test]
fn levels_and_windows_are_applied() {
    let values: Vec<f32> = (0..WIDTH * HEIGHT).map(|i| i as f32 / 4.0).collect();
    let dng = dng(&values, 1, 32, false, 3, false)
        .with(50713, V::Short(vec![1, 2]))
        .with(50714, V::Rational(vec![(1, 2), (3, 2)]))
        .with(50717, V::Long(vec![8]))
        .with(50829, V::Long(vec![1, 3, 9, 19]));
    let Picture::Plane { plane, .. } = read(&dng).unwrap() else { panic!("a mosaic") };
    assert_eq!((plane.size.width, plane.size.height), (16, 8));
    // The pattern of the file is that of the active area.
    assert_eq!(plane.cfa.to_string(), "RGGB");
    for (i, got) in plane.samples.iter().enumerate() {
        let (x, y) = (i % 16, i / 16);
        let black = if x % 2 == 0 { 0.5 } else { 1.5 };
        assert_eq!(*got, (values[(y + 1) * WIDTH + x + 3] - black) / (8.0 - black));
    }
    // A white level a fraction above black: nothing is taken for a code value.
    let fine = dng.with(50714, V::Rational(vec![(1, 2), (1, 2)])).with(50717, V::Long(vec![1]));
    assert_eq!(self::plane(&fine)[0], (values[WIDTH + 3] - 0.5) / 0.5);
    assert_eq!(Opcodes::default(), open_bytes(&fine.build()).1.unwrap().opcodes(0).unwrap());
}

#[test]
fn what_does_not_go_with_floats_is_refused() {
    let values = numbers(WIDTH * HEIGHT);
    let sound = dng(&values, 1, 32, false, 3, false);
    let why = |dng: Dng| read(&dng).unwrap_err().to_string();
    for (dng, words) in [
        (sound.clone().with(317, V::Short(vec![2])), "TIFF 317 Predictor = 2: of floating-point numbers, only 1, 3, 34894 and 34895"),
        (sound.clone().with(339, V::Short(vec![1])).with(317, V::Short(vec![1])), "TIFF 258 BitsPerSample = 32"),
        (sound.clone().with(339, V::Short(vec![3, 1])), "TIFF 339 SampleFormat = [3, 1]"),
        (sound.clone().with(258, V::Short(vec![20])), "TIFF 258 BitsPerSample = 20"),
        (sound.clone().with(50712, V::Short(vec![1, 2])), "DNG 50712 LinearizationTable"),
        (
            sound.clone().with(259, V::Short(vec![52546])).without(317),
            "TIFF 339 SampleFormat = 3: floating-point samples (3) are read uncompressed",
        ),
        (Dng { chunks: vec![deflate(&[0x40; 100])], ..sound.clone() }, "row = 1: floating-point samples"),
        (Dng { chunks: vec![vec![0xff; WIDTH * HEIGHT * 4]], ..dng(&values, 1, 32, false, 0, false) }, "not a finite number"),
    ] {
        let e = why(dng);
        assert!(e.contains(words), "{words} is not in: {e}");
    }
    // 22 pixels are no multiple of four.
    let odd = Dng { chunks: vec![deflate(&[0; 22 * 4 * 9])], ..sound }.with(256, V::Long(vec![22])).with(317, V::Short(vec![34895]));
    assert!(why(odd).contains("no multiple of the 4 pixels"));
}
