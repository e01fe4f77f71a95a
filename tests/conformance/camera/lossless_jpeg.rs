//! Lossless JPEG in every shape that DNG allows.

use super::{
    builder::{Dng, Jpeg, V, lossless_jpeg, scene},
    open_bytes,
};
use prelight::camera::Picture;

fn mosaic(bytes: &[u8]) -> Vec<u16> {
    let (_dir, clip) = open_bytes(bytes);
    match clip.unwrap().read(0, &Default::default()).unwrap() {
        Picture::Mosaic(m) => m.samples,
        _ => panic!("a mosaic"),
    }
}

#[test]
fn every_predictor_and_number_of_components() {
    let (width, height) = (24, 10);
    for precision in [8, 12, 14, 16] {
        let samples = scene(width, height, precision.into(), 7);
        for predictor in 1..=7 {
            for components in 1..=4 {
                for restart_rows in [0, 3] {
                    let j = Jpeg { columns: width / components, rows: height, components, precision, predictor, restart_rows };
                    let dng = Dng::mosaic(width as u32, height as u32, 16, vec![lossless_jpeg(&samples, j)]).with(259, V::Short(vec![7]));
                    assert_eq!(mosaic(&dng.build()), samples, "P{predictor} x{components} {precision} bits restart {restart_rows}");
                }
            }
        }
    }
}

#[test]
fn two_rows_of_the_mosaic_in_one_of_the_jpeg() {
    let (width, height) = (24, 10);
    let samples = scene(width, height, 12, 3);
    let j = Jpeg { columns: 2 * width, rows: height / 2, components: 1, precision: 12, predictor: 6, restart_rows: 0 };
    let dng = Dng::mosaic(width as u32, height as u32, 12, vec![lossless_jpeg(&samples, j)]).with(259, V::Short(vec![7]));
    assert_eq!(mosaic(&dng.build()), samples);
}

#[test]
fn tiles_that_stick_out_of_the_picture() {
    let (width, height, tile) = (37usize, 21usize, 16usize);
    let samples = scene(width, height, 14, 5);
    let mut tiles = vec![];
    for ty in (0..height).step_by(tile) {
        for tx in (0..width).step_by(tile) {
            let at = |i: usize| {
                let (x, y) = ((tx + i % tile).min(width - 1), (ty + i / tile).min(height - 1));
                samples[y * width + x]
            };
            let cut: Vec<u16> = (0..tile * tile).map(at).collect();
            let j = Jpeg { columns: tile / 2, rows: tile, components: 2, precision: 14, predictor: 1, restart_rows: 0 };
            tiles.push(lossless_jpeg(&cut, j));
        }
    }
    let dng = Dng::mosaic(width as u32, height as u32, 14, tiles).with(259, V::Short(vec![7])).tiled(tile as u32, tile as u32);
    assert_eq!(mosaic(&dng.build()), samples);
    assert_eq!(mosaic(&Dng { big: true, ..dng }.build()), samples);
}

#[test]
fn a_shape_that_does_not_fill_the_chunk_is_an_error() {
    let samples = scene(24, 9, 12, 3);
    let j = Jpeg { columns: 24, rows: 9, components: 1, precision: 12, predictor: 1, restart_rows: 0 };
    let dng = Dng::mosaic(24, 10, 12, vec![lossless_jpeg(&samples, j)]).with(259, V::Short(vec![7]));
    let (_dir, clip) = open_bytes(&dng.build());
    let e = clip.unwrap().read(0, &Default::default()).unwrap_err().to_string();
    assert!(e.contains("does not fill"), "{e}");
}
