//! A resampled picture in its place on a larger canvas.

use super::{PlateGeometry, ResampleSettings, resample_owned};
use crate::{
    error::Result,
    image::{Image, Rect, RectF, Size},
};
use serde::Serialize;

/// Where on the plate the picture lies, when it does not fill it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Placement {
    /// The pixels that show some of the picture.
    pub window: Rect,
    /// What shows picture: it may begin and end within a pixel, and reach beyond the plate.
    pub picture: RectF,
}

impl Placement {
    /// How much of each pixel of an axis of the window the picture covers, from 0 to 1.
    fn covered(start: i32, pixels: u32, from: f64, to: f64) -> Vec<f32> {
        let first = f64::from(start);
        let share = |i: u32| {
            let at = first + f64::from(i);
            (to.min(at + 1.0) - from.max(at)).clamp(0.0, 1.0) as f32
        };
        (0..pixels).map(share).collect()
    }
}

/// Makes the plate of `geometry` from `src`, of which `source` becomes the plate, or the window of its placement.
///
/// Where there is a placement the rest is black (alpha 0, where there is alpha), and a pixel that the picture covers in part has
/// that part of it: the sum of light over an edge is the picture's, wherever between pixels the edge lies. What the filter
/// needs from beyond the edge is taken from the source around it, so that no black bleeds in.
///
/// Errors: those of [`super::resample`].
pub fn make_plate(src: Image, source: RectF, geometry: &PlateGeometry, settings: &ResampleSettings) -> Result<Image> {
    match &geometry.placement {
        None => resample_owned(src, source, geometry.target, settings),
        Some(placement) => {
            let picture = resample_owned(src, source, placement.window.size(), settings)?;
            Ok(on_black(picture, geometry.target, placement))
        }
    }
}

fn on_black(picture: Image, canvas: Size, placement: &Placement) -> Image {
    let (window, r) = (placement.window, placement.picture);
    let columns = Placement::covered(window.x, window.width, r.x, r.right());
    let rows = Placement::covered(window.y, window.height, r.y, r.bottom());
    let (width, left) = (window.width as usize, window.x.max(0) as usize);
    let place = |plane: Vec<f32>| {
        if plane.is_empty() {
            return plane;
        }
        let mut out = vec![0.0f32; canvas.area()];
        let lines = out.chunks_exact_mut(canvas.width as usize).skip(window.y.max(0) as usize);
        for ((line, from), row) in lines.zip(plane.chunks_exact(width)).zip(&rows) {
            for ((to, v), column) in line.iter_mut().skip(left).zip(from).zip(&columns) {
                *to = v * (row * column);
            }
        }
        out
    };
    let Image { planes, alpha, pixel_aspect, .. } = picture;
    let mut out = Image::from_planes(canvas, planes.map(place));
    out.alpha = alpha.map(place);
    out.pixel_aspect = pixel_aspect;
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white picture of 2.5 x 1.5 pixels, whose corner is 0.75, 0.5 into a canvas of 5 x 3.
    #[test]
    fn edges_have_the_part_that_is_covered() {
        let placement = Placement { window: Rect::new(0, 0, 4, 2), picture: RectF::new(0.75, 0.5, 2.5, 1.5) };
        let plane = vec![1.0; 12];
        let src = Image::from_planes(Size::new(4, 3), [plane.clone(), plane.clone(), plane]);
        let geometry = PlateGeometry {
            source: RectF::new(0.0, 0.0, 4.0, 2.0),
            target: Size::new(5, 3),
            placement: Some(placement),
            pixel_aspect: 1.0,
            steps: vec![],
        };
        let plate = make_plate(src, geometry.source, &geometry, &ResampleSettings::default()).unwrap();
        let expected = [
            [0.125, 0.5, 0.5, 0.125, 0.0], //
            [0.25, 1.0, 1.0, 0.25, 0.0],
            [0.0, 0.0, 0.0, 0.0, 0.0],
        ];
        assert_eq!(plate.planes[1], expected.concat());
        assert_eq!(plate.planes[1].iter().sum::<f32>(), 2.5 * 1.5);
        assert!(plate.alpha.is_none());
    }
}
