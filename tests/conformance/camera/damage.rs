//! Damaged files: cut at any byte, bits turned over, bytes replaced. No panic, no hang, and no picture larger than the
//! file can hold.

use super::{
    builder::{Dct, Dng, Jpeg, Random, V, dct_jpeg, lossless_jpeg, pack, scene},
    codecs, jpeg_xl,
    openexr::{BlockEncoding, small},
    vc5::Stream,
};
use prelight::camera::{self, Picture};
use std::time::{Duration, Instant};

/// Mutations of each kind of file.
const MUTATIONS: usize = 300;
/// Longest a damaged file of a few kilobytes may take.
const LIMIT: Duration = Duration::from_secs(2);

fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let (w, h) = (16usize, 8usize);
    let packed = |bits: usize| Dng::mosaic(w as u32, h as u32, bits as u16, vec![pack(&scene(w, h, bits as u32, 1), w, bits)]);
    let jpeg = |components: usize, predictor: u8, restart_rows: usize| {
        let j = Jpeg { columns: w / components, rows: h, components, precision: 12, predictor, restart_rows };
        Dng::mosaic(w as u32, h as u32, 12, vec![lossless_jpeg(&scene(w, h, 12, 1), j)]).with(259, V::Short(vec![7]))
    };
    let tile = |seed: u64| {
        lossless_jpeg(&scene(8, 8, 12, seed), Jpeg { columns: 4, rows: 8, components: 2, precision: 12, predictor: 1, restart_rows: 0 })
    };
    let levels = packed(10)
        .with(50712, V::Short((0..1024).map(|i| (i * 64) as u16).collect()))
        .with(50713, V::Short(vec![2, 2]))
        .with(50714, V::Rational(vec![(1, 1); 4]))
        .with(50715, V::Signed((0..16).map(|i| (i, 2)).collect()))
        .with(50716, V::Signed((0..8).map(|i| (i, 2)).collect()))
        .with(50717, V::Long(vec![65535]))
        .with(50722, V::Signed(vec![(2, 1), (0, 1), (0, 1), (0, 1), (1, 1), (0, 1), (0, 1), (0, 1), (1, 1)]))
        .with(50778, V::Short(vec![17]))
        .with(50779, V::Short(vec![21]));
    let rgb = Dng::mosaic(4, 4, 16, vec![vec![9; 96]])
        .with(262, V::Short(vec![34892]))
        .with(277, V::Short(vec![3]))
        .with(258, V::Short(vec![16; 3]));
    let dct = |precision: u8, n: usize, restart: usize| {
        let planes: Vec<Vec<u16>> = (0..n).map(|c| scene(w, h, precision.into(), c as u64 + 1)).collect();
        dct_jpeg(&planes, &Dct { columns: w, rows: h, precision, sampling: vec![(1, 1); n], restart })
    };
    let dct12 = Dng::mosaic(w as u32, h as u32, 12, vec![dct(12, 1, 1)]).with(259, V::Short(vec![7]));
    let dct8 = Dng::mosaic(w as u32, h as u32, 8, vec![dct(8, 3, 0)])
        .with(259, V::Short(vec![34892]))
        .with(262, V::Short(vec![34892]))
        .with(277, V::Short(vec![3]))
        .with(258, V::Short(vec![8; 3]));
    let zipped = Dng::mosaic(w as u32, h as u32, 16, vec![codecs::deflate(&pack(&scene(w, h, 16, 1), w, 16))])
        .with(259, V::Short(vec![8]))
        .with(317, V::Short(vec![34892]))
        .with(50975, V::Short(vec![2]));
    let jxl = jpeg_xl::mosaic(12, jpeg_xl::GREY_12).with(52547, V::Short(vec![2]));
    vec![
        ("DCT JPEG 12 bit", dct12.build()),
        ("DCT JPEG RGB", dct8.build()),
        ("Deflate", zipped.build()),
        ("JPEG XL", jxl.build()),
        ("BigTIFF", Dng { bigtiff: true, ..packed(12) }.build()),
        ("8 bit", packed(8).build()),
        ("10 bit with levels", levels.build()),
        ("12 bit", packed(12).build()),
        ("14 bit big-endian", Dng { big: true, ..packed(14) }.build()),
        ("16 bit SubIFD", packed(16).in_sub_ifd().build()),
        ("LinearRaw", rgb.build()),
        ("lossless JPEG strip", jpeg(1, 6, 2).build()),
        ("lossless JPEG tiles", Dng::mosaic(16, 8, 12, vec![tile(1), tile(2)]).with(259, V::Short(vec![7])).tiled(8, 8).build()),
        ("VC-5", Stream { first: "100101100", ..Stream::flat([2000, 2100, 1990, 2050]) }.dng().build()),
        ("Cinema RAW Light", super::bmff::cinema_raw_light()),
        ("Blackmagic RAW", super::bmff::blackmagic_raw(&[b"qt  "])),
        ("QuickTime", super::bmff::prores_of_arri(true, (1, b"172.8".to_vec()))),
        ("OpenEXR uncompressed", small(&["R", "G", "B"], BlockEncoding::UNCOMPRESSED)),
        ("OpenEXR tiles", small(&["R", "G", "B", "A"], BlockEncoding::FAST_LOSSLESS)),
        ("OpenEXR ZIP", small(&["R", "G", "B"], BlockEncoding::SMALL_LOSSLESS)),
        ("OpenEXR PIZ", small(&["R", "G", "B"], BlockEncoding::SMALL_FAST_LOSSLESS)),
    ]
}

/// Formats of which only the metadata is read.
const INSPECTED: [&str; 3] = ["Cinema RAW Light", "Blackmagic RAW", "QuickTime"];

/// Most samples that a byte may become: most codings keep one in a bit or a line in little more, Deflate 1032 in two codes;
/// JPEG XL has no limit of its own.
fn densest(name: &str) -> usize {
    match name {
        "JPEG XL" => 1 << 12,
        "Deflate" => 1032,
        _ => 64 * 8,
    }
}

fn samples(picture: &Picture) -> usize {
    match picture {
        Picture::Mosaic(m) => m.samples.len(),
        Picture::Rgb(i) => 3 * i.planes[0].len(),
    }
}

/// Opens and reads everything; true where a picture came out, or all that there is.
fn try_all(name: &str, bytes: &[u8], path: &std::path::Path) -> bool {
    std::fs::write(path, bytes).unwrap();
    let start = Instant::now();
    let opened = camera::open_single(path);
    let decoded = opened.clone().and_then(|clip| {
        let _ = clip.timecode(0);
        clip.read(0, &Default::default())
    });
    assert!(start.elapsed() < LIMIT, "{name} took {:?}", start.elapsed());
    if INSPECTED.contains(&name) {
        assert!(decoded.is_err());
        return opened.is_ok_and(|clip| clip.metadata().rows().len() > 3 && clip.frames().present.len() <= 1 << 22);
    }
    let Ok(picture) = decoded else { return false };
    if let Picture::Mosaic(m) = &picture {
        assert!(m.linear().samples.iter().all(|v| v.is_finite()), "{name}");
    }
    assert!(samples(&picture) <= densest(name) * bytes.len(), "{name}: {} samples from {} bytes", samples(&picture), bytes.len());
    true
}

/// One of four kinds of damage, most of it to the header, where it does most harm.
fn hurt(whole: &[u8], round: usize, random: &mut Random) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    match round % 4 {
        0 => {
            let at = random.below(bytes.len().min(700));
            bytes[at] ^= 1 << random.below(8);
        }
        1 => {
            let at = random.below(bytes.len());
            bytes[at] = random.next() as u8;
        }
        2 => bytes.truncate(random.below(whole.len())),
        _ => {
            let extremes = [0u32, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX, whole.len() as u32, random.next() as u32];
            for _ in 0..1 + random.below(3) {
                let at = random.below(bytes.len().min(700) - 4);
                bytes[at..at + 4].copy_from_slice(&extremes[random.below(extremes.len())].to_le_bytes());
            }
        }
    }
    bytes
}

/// Ten thousand more damaged DNG files, in memory; half of the damage is done to the picture.
#[test]
fn damage_to_dng_in_memory() {
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut survived = 0;
    let dng: Vec<_> = kinds().into_iter().filter(|k| !k.0.starts_with("OpenEXR")).collect();
    for (name, whole) in &dng {
        for round in 0..10_000 / dng.len() {
            let mut bytes = hurt(whole, round, &mut random);
            if round % 8 > 3 && bytes.len() > 700 {
                let at = 700 + random.below(bytes.len() - 700);
                bytes[at] ^= random.next() as u8;
            }
            let start = Instant::now();
            if let Ok((picture, _)) = camera::decode_dng(&bytes) {
                survived += 1;
                assert!(samples(&picture) <= densest(name) * bytes.len(), "{name}");
            }
            assert!(start.elapsed() < LIMIT, "{name} took {:?}", start.elapsed());
        }
    }
    assert!(survived > 2000, "{survived}");
}

#[test]
fn damage_never_panics() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.bin");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut survived = 0;
    for (name, whole) in kinds() {
        assert!(try_all(name, &whole, &path), "{name} is sound");
        // DNG has a test of its own, in memory: here a part of it takes the road through files.
        let mutations = if name.starts_with("OpenEXR") { MUTATIONS } else { MUTATIONS / 3 };
        for round in 0..mutations {
            let bytes = hurt(&whole, round, &mut random);
            survived += usize::from(try_all(name, &bytes, &path));
        }
    }
    // Most single bits do not matter to the structure: were nothing read any more, the test would prove nothing.
    assert!(survived > MUTATIONS, "{survived}");
}
