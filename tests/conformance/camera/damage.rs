//! Damaged files: cut at any byte, bits turned over, bytes replaced; 10^4 of each format. No panic, no hang, and no picture
//! larger than the file can hold.

use super::{
    builder::{Dct, Dng, Jpeg, Random, V, dct_jpeg, lossless_jpeg, pack, scene},
    codecs, dpx, jpeg_xl, mxf,
    openexr::{BlockEncoding, small},
    r3d, still,
    vc5::Stream,
};
use ::image::ExtendedColorType;
use prelight::camera::{self, Picture};
use std::time::{Duration, Instant};

/// Mutations of each format, shared out among its kinds of file.
const MUTATIONS: usize = 10_000;
/// Longest a damaged file of a few kilobytes may take.
const LIMIT: Duration = Duration::from_secs(2);

type Kinds = Vec<(&'static str, Vec<u8>)>;

fn dngs() -> Kinds {
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
    let float = Dng::mosaic(w as u32, h as u32, 16, vec![codecs::deflate(&[0x2c; 256])])
        .with(259, V::Short(vec![8]))
        .with(317, V::Short(vec![34894]))
        .with(339, V::Short(vec![3]))
        .without(50714)
        .without(50717);
    vec![
        ("Deflate float", float.build()),
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
    ]
}

fn movies() -> Kinds {
    vec![
        ("Cinema RAW Light", super::bmff::cinema_raw_light()),
        ("Blackmagic RAW", super::bmff::blackmagic_raw(&[b"qt  "])),
        ("QuickTime", super::bmff::prores_of_arri(true, (1, b"172.8".to_vec()))),
    ]
}

fn plates() -> Kinds {
    vec![
        ("OpenEXR uncompressed", small(&["R", "G", "B"], BlockEncoding::UNCOMPRESSED)),
        ("OpenEXR tiles", small(&["R", "G", "B", "A"], BlockEncoding::FAST_LOSSLESS)),
        ("OpenEXR ZIP", small(&["R", "G", "B"], BlockEncoding::SMALL_LOSSLESS)),
        ("OpenEXR PIZ", small(&["R", "G", "B"], BlockEncoding::SMALL_FAST_LOSSLESS)),
    ]
}

fn scans() -> Kinds {
    let planar = dpx::Dpx { elements: (1..=4).map(|d| (d, dpx::lines(1, 10))).collect(), ..dpx::Dpx::new(10, 2, false, 1) };
    vec![
        ("DPX 10 bit, method A", dpx::Dpx::new(10, 1, true, 3).build()),
        ("DPX 12 bit, packed", dpx::Dpx::new(12, 0, false, 4).build()),
        ("DPX 16 bit", dpx::Dpx::new(16, 0, true, 3).build()),
        ("DPX elements", planar.build()),
    ]
}

/// Formats of which only the metadata is read.
const INSPECTED: [&str; 3] = ["Cinema RAW Light", "Blackmagic RAW", "QuickTime"];

/// Most samples that a byte may become: most codings keep one in a bit or a line in little more, Deflate 1032 in two codes;
/// JPEG XL has no limit of its own.
fn densest(name: &str) -> usize {
    match name {
        "JPEG XL" => 1 << 12,
        // Three samples of a pixel that took none: colour differences of one block may be of four.
        "JPEG" => 3 * 64 * 8,
        "Deflate" | "Deflate float" => 1032,
        _ => 64 * 8,
    }
}

fn samples(picture: &Picture) -> usize {
    match picture {
        Picture::Mosaic(m) => m.samples.len(),
        Picture::Plane { plane, .. } => plane.samples.len(),
        Picture::Rgb(i) => 3 * i.planes[0].len(),
    }
}

/// Opens and reads everything; true where a picture came out, or all that there is.
fn try_all(name: &str, bytes: &[u8], path: &std::path::Path) -> bool {
    std::fs::write(path, bytes).unwrap();
    let start = Instant::now();
    // Movies are for FFmpeg, whose damage is another test's: a process for each of ten thousand would take an hour.
    let opened = super::open_natively(path);
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

/// One of four kinds of damage; the first `front` bytes, where most structure is, suffer most.
fn hurt(whole: &[u8], front: usize, round: usize, random: &mut Random) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    match round % 4 {
        0 => {
            let at = random.below(bytes.len().min(front));
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
                let at = random.below(bytes.len().min(front) - 4);
                let value = extremes[random.below(extremes.len())];
                let value = if random.below(2) == 0 { value.to_le_bytes() } else { value.to_be_bytes() };
                bytes[at..at + 4].copy_from_slice(&value);
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
    let dng = dngs();
    for (name, whole) in &dng {
        for round in 0..MUTATIONS / dng.len() {
            let mut bytes = hurt(whole, 700, round, &mut random);
            if round % 8 > 3 && bytes.len() > 700 {
                let at = 700 + random.below(bytes.len() - 700);
                bytes[at] ^= random.next() as u8;
            }
            let start = Instant::now();
            if let Ok((picture, _)) = camera::fuzz::dng(&bytes) {
                survived += 1;
                assert!(samples(&picture) <= densest(name) * bytes.len(), "{name}");
            }
            assert!(start.elapsed() < LIMIT, "{name} took {:?}", start.elapsed());
        }
    }
    assert!(survived > 2000, "{survived}");
}

/// Damages each kind of file; `reads` says whether it holds a picture that is read.
fn damage(kinds: Kinds, front: usize, reads: bool) {
    damage_and(kinds, front, reads, |_| {});
}

/// [`damage`], with checksums put right again by `mend` every other time, so that damage gets past them.
fn damage_and(kinds: Kinds, front: usize, reads: bool, mend: fn(&mut [u8])) {
    // In memory where there is such a place: the files are small and many.
    let memory = std::path::Path::new("/dev/shm");
    let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let path = dir.path().join("x.bin");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut survived = 0;
    let times = MUTATIONS / kinds.len();
    for (name, whole) in kinds {
        assert_eq!(try_all(name, &whole, &path), reads, "{name} is sound");
        for round in 0..times {
            let mut bytes = hurt(&whole, front, round, &mut random);
            if random.below(2) == 0 {
                mend(&mut bytes);
            }
            survived += usize::from(try_all(name, &bytes, &path));
        }
    }
    // Most single bits do not matter to the structure: were nothing read any more, the test would prove nothing.
    assert!(!reads || survived > MUTATIONS / 20, "{survived}");
}

#[test]
fn damaged_dng_never_panics() {
    damage(dngs(), 700, true);
}

#[test]
fn damaged_openexr_never_panics() {
    damage(plates(), 700, true);
}

#[test]
fn damaged_dpx_never_panics() {
    damage(scans(), 2048, true);
}

#[test]
fn damaged_png_never_panics() {
    let kinds = vec![("PNG 8", still::png(ExtendedColorType::Rgba8)), ("PNG 16", still::png(ExtendedColorType::Rgb16))];
    damage_and(kinds, 60, true, still::mend_png);
}

#[test]
fn damaged_jpeg_never_panics() {
    damage(vec![("JPEG", still::jpeg())], 700, true);
}

#[test]
fn damaged_tiff_never_panics() {
    damage(vec![("TIFF 16", still::tiff(ExtendedColorType::Rgb16)), ("TIFF float", still::tiff(ExtendedColorType::Rgba32F))], 700, true);
}

#[test]
fn damaged_mxf_never_panics() {
    damage(vec![("MXF ACES", mxf::small_aces())], 1400, true);
    damage(vec![("MXF acquisition", mxf::small_acquisition())], 1400, false);
}

#[test]
fn damaged_r3d_never_panics() {
    damage(vec![("R3D", r3d::small())], 700, false);
}

#[test]
fn damaged_movies_never_panic() {
    damage(movies(), 700, true);
}
