//! DCT JPEG, Deflate and BigTIFF in DNG files made here.

use super::{
    builder::{Dct, Dng, V, dct_jpeg, pack, scene},
    open_bytes,
};
use prelight::{Result, camera::Picture};
use std::io::Write;

pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(dng: &Dng) -> Result<Picture> {
    let (_dir, clip) = open_bytes(&dng.build());
    clip?.read(0, &Default::default())
}

fn stored(dng: &Dng) -> Vec<u16> {
    match read(dng).unwrap() {
        Picture::Mosaic(m) => m.samples,
        _ => panic!("a mosaic"),
    }
}

fn near(got: &[u16], want: &[u16], what: &str) {
    // Coefficients rounded to whole numbers cost each sample 0.29 on average (64 of them, each 0.29 / 8).
    let worst = got.iter().zip(want).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(got.len() == want.len() && worst <= 2, "{what}: off by {worst}");
}

#[test]
fn dct_of_every_shape() {
    let (width, height) = (37usize, 21usize);
    for (precision, restart) in [(8, 0), (8, 2), (12, 0), (12, 5)] {
        let samples: Vec<u16> = scene(width, height, precision, 3);
        let j = Dct { columns: width, rows: height, precision: precision as u8, sampling: vec![(1, 1)], restart };
        let stream = dct_jpeg(std::slice::from_ref(&samples), &j);
        let dng = Dng::mosaic(width as u32, height as u32, precision as u16, vec![stream]).with(259, V::Short(vec![7]));
        near(&stored(&dng), &samples, &format!("{precision} bits, restart {restart}"));
        // A component with sampling factors of its own is still a row of blocks.
        let stream = dct_jpeg(std::slice::from_ref(&samples), &Dct { sampling: vec![(2, 2)], ..j });
        let dng = Dng::mosaic(width as u32, height as u32, precision as u16, vec![stream]).with(259, V::Short(vec![34892]));
        near(&stored(&dng), &samples, "34892");
    }
}

#[test]
fn dct_components_fill_the_chunk_in_order() {
    // Two columns of the mosaic as two components; two rows of it as one row of the JPEG.
    let (width, height) = (40usize, 16usize);
    let samples = scene(width, height, 12, 9);
    let halves: Vec<Vec<u16>> = (0..2).map(|c| samples.iter().skip(c).step_by(2).copied().collect()).collect();
    let j = Dct { columns: width / 2, rows: height, precision: 12, sampling: vec![(1, 1); 2], restart: 3 };
    let two = Dng::mosaic(40, 16, 12, vec![dct_jpeg(&halves, &j)]).with(259, V::Short(vec![7]));
    near(&stored(&two), &samples, "two components");
    let j = Dct { columns: 2 * width, rows: height / 2, precision: 12, sampling: vec![(1, 1)], restart: 0 };
    let rows = Dng::mosaic(40, 16, 12, vec![dct_jpeg(std::slice::from_ref(&samples), &j)]).with(259, V::Short(vec![7]));
    near(&stored(&rows), &samples, "two rows in one");
}

#[test]
fn subsampled_components_are_repeated() {
    let (width, height) = (24usize, 16usize);
    let luma = scene(width, height, 8, 5);
    let (half, quarter) = (vec![77u16; width / 2 * height], (0..width / 2 * height / 2).map(|i| (i % 12 * 20) as u16).collect::<Vec<_>>());
    let j = Dct { columns: width, rows: height, precision: 8, sampling: vec![(2, 2), (1, 2), (1, 1)], restart: 0 };
    let dng = Dng::mosaic(width as u32, height as u32, 8, vec![dct_jpeg(&[luma.clone(), half, quarter.clone()], &j)])
        .with(259, V::Short(vec![34892]))
        .with(262, V::Short(vec![34892]))
        .with(277, V::Short(vec![3]))
        .with(258, V::Short(vec![8; 3]))
        .with(50714, V::Short(vec![0]))
        .with(50717, V::Short(vec![256]));
    let Picture::Rgb(image) = read(&dng).unwrap() else { panic!("RGB") };
    let code = |c: usize| image.planes[c].iter().map(|v| (v * 256.0) as u16).collect::<Vec<_>>();
    near(&code(0), &luma, "first");
    near(&code(1), &vec![77; width * height], "second");
    let repeated: Vec<u16> = (0..width * height).map(|i| quarter[i / width / 2 * 12 + i % width / 2]).collect();
    near(&code(2), &repeated, "third");
}

#[test]
fn a_dct_stream_of_another_depth_is_refused() {
    let samples = scene(16, 8, 8, 1);
    let j = Dct { columns: 16, rows: 8, precision: 8, sampling: vec![(1, 1)], restart: 0 };
    let dng = Dng::mosaic(16, 8, 12, vec![dct_jpeg(&[samples], &j)]).with(259, V::Short(vec![7]));
    let e = read(&dng).unwrap_err().to_string();
    assert!(e.contains("JPEG precision = 8: is not the 12 bits"), "{e}");
}

#[test]
fn deflate_with_every_predictor() {
    let (width, height) = (22usize, 9usize);
    for (bits, big) in [(8u32, false), (12, false), (16, false), (16, true)] {
        let samples = scene(width, height, bits, 7);
        for (tag, back) in [(1u16, 0), (2, 1), (34892, 2), (34893, 4)] {
            let mask = ((1u32 << bits) - 1) as u16;
            let coded: Vec<u16> = (0..samples.len())
                .map(|i| if back > 0 && i % width >= back { samples[i].wrapping_sub(samples[i - back]) & mask } else { samples[i] })
                .collect();
            let bytes: Vec<u8> = match (bits, big) {
                (16, false) => coded.iter().flat_map(|s| s.to_le_bytes()).collect(),
                _ => pack(&coded, width, bits as usize),
            };
            let strips = bytes.chunks(bytes.len() / height * 4).map(deflate).collect();
            for compression in [8u16, 32946] {
                let dng = Dng { big, chunks: vec![], ..Dng::mosaic(width as u32, height as u32, bits as u16, vec![]) };
                let dng = Dng { chunks: Vec::clone(&strips), ..dng }.with(259, V::Short(vec![compression]));
                let dng = dng.with(278, V::Short(vec![4])).with(317, V::Short(vec![tag]));
                assert_eq!(stored(&dng), samples, "{bits} bits, predictor {tag}, big-endian {big}");
            }
        }
    }
}

#[test]
fn deflate_of_signed_numbers_and_of_too_little_is_refused() {
    let dng = Dng::mosaic(16, 8, 16, vec![deflate(&[7; 255])]).with(259, V::Short(vec![8]));
    let e = read(&dng).unwrap_err().to_string();
    assert!(e.contains("Deflate"), "{e}");
    let e = read(&dng.clone().with(317, V::Short(vec![3]))).unwrap_err().to_string();
    assert!(e.contains("TIFF 317 Predictor = 3"), "{e}");
    let e = read(&dng.with(339, V::Short(vec![2]))).unwrap_err().to_string();
    assert!(e.contains("TIFF 339 SampleFormat = [2]"), "{e}");
}

#[test]
fn bigtiff_is_read_as_tiff_is() {
    let samples = scene(18, 7, 12, 3);
    for big in [false, true] {
        let dng = Dng { big, bigtiff: true, ..Dng::mosaic(18, 7, 12, vec![pack(&samples, 18, 12)]) };
        for dng in [dng.clone(), dng.in_sub_ifd()] {
            let (_dir, clip) = open_bytes(&dng.build());
            let clip = clip.unwrap();
            assert_eq!(clip.metadata().start_timecode.as_ref().unwrap().value.to_string(), "02:53:49:07");
            assert_eq!(stored(&dng), samples);
        }
    }
}
