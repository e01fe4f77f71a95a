//! Pictures in memory: float images, sensor mosaics, the rectangles that place them, and the hash that names them.

mod census;
mod geometry;
pub(crate) mod glyphs;
mod half;
mod hash;
mod mosaic;
mod reduce;

pub use census::Census;
pub use geometry::{Rect, RectF, Size};
pub use half::round_to_half;
pub use hash::{PixelHash, hash_pixels, hash_sequence};
pub use mosaic::{BlackLevel, Cfa, CfaColor, CfaPlane, Mosaic};
pub use reduce::reduced;

/// Makes a plane this long; whatever it holds is to be written over. Memory that it had is taken as it is, and new memory as the system
/// gives it out: zeros that nobody has touched, which those find first who write there, each in a thread of its own.
pub(crate) fn make_room(plane: &mut Vec<f32>, length: usize) {
    if plane.capacity() < length {
        *plane = vec![0.0; length];
    } else {
        plane.resize(length, 0.0);
    }
}

/// A float RGB(A) picture, one plane a channel, rows top to bottom.
///
/// Units depend on the stage that made it (sensor-linear, ACES2065-1, display code values) and are said there.
/// Values are never clamped: negatives and values above 1.0 are picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// The pixels stored here, placed in the coordinates of `display_window`.
    pub data_window: Rect,
    /// The picture as it is meant to be seen (OpenEXR's display window).
    pub display_window: Rect,
    /// Width of a pixel over its height: 2.0 for a 2x anamorphic original.
    pub pixel_aspect: f64,
    /// Red, green, blue; `data_window.width * data_window.height` samples each.
    pub planes: [Vec<f32>; 3],
    pub alpha: Option<Vec<f32>>,
}

impl Image {
    /// A black picture whose windows are both `size` at the origin.
    pub fn new(size: Size) -> Self {
        Self::from_planes(size, std::array::from_fn(|_| vec![0.0; size.area()]))
    }

    /// Takes planes of `size.area()` samples each; panics on other lengths (a bug of the caller, never of a file).
    pub fn from_planes(size: Size, planes: [Vec<f32>; 3]) -> Self {
        assert!(planes.iter().all(|p| p.len() == size.area()), "plane length is not width x height");
        let window = Rect::of(size);
        Self { data_window: window, display_window: window, pixel_aspect: 1.0, planes, alpha: None }
    }

    /// Size of the stored pixels.
    pub fn size(&self) -> Size {
        self.data_window.size()
    }

    /// Pixel `x`, `y` counted from the top left of the stored pixels.
    pub fn pixel(&self, x: u32, y: u32) -> [f32; 3] {
        let i = y as usize * self.data_window.width as usize + x as usize;
        [self.planes[0][i], self.planes[1][i], self.planes[2][i]]
    }

    /// A display picture as interleaved 8-bit code values.
    pub fn to_rgb8(&self) -> Vec<u8> {
        let [r, g, b] = &self.planes;
        let code = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round_ties_even() as u8;
        r.iter().zip(g).zip(b).flat_map(|((r, g), b)| [code(*r), code(*g), code(*b)]).collect()
    }

    /// Rows `first..first + count` as a picture of its own, windows at the origin.
    pub fn rows(&self, first: u32, count: u32) -> Image {
        let width = self.data_window.width as usize;
        let range = first as usize * width..(first as usize + count as usize) * width;
        let size = Size::new(self.data_window.width, count);
        let mut rows = Image::from_planes(size, std::array::from_fn(|c| self.planes[c][range.clone()].to_vec()));
        rows.alpha = self.alpha.as_ref().map(|a| a[range].to_vec());
        rows.pixel_aspect = self.pixel_aspect;
        rows
    }

    /// The display window and nothing else: what the data window leaves out is black, what it holds beyond is cut off.
    pub fn into_display_window(self) -> Self {
        let (data, shown) = (self.data_window, self.display_window);
        if data == shown {
            return self;
        }
        let (offset_x, offset_y) = (i64::from(shown.x) - i64::from(data.x), i64::from(shown.y) - i64::from(data.y));
        // Columns of the display window that the data window covers.
        let first = (-offset_x).clamp(0, i64::from(shown.width)) as usize;
        let end = (i64::from(data.width) - offset_x).clamp(first as i64, i64::from(shown.width)) as usize;
        let fit = |plane: &Vec<f32>| {
            let mut out = vec![0.0; shown.size().area()];
            for (y, row) in out.chunks_exact_mut((shown.width as usize).max(1)).enumerate() {
                let from_y = y as i64 + offset_y;
                if (0..i64::from(data.height)).contains(&from_y) && end > first {
                    let start = from_y as usize * data.width as usize + (first as i64 + offset_x) as usize;
                    row[first..end].copy_from_slice(&plane[start..start + end - first]);
                }
            }
            out
        };
        let (planes, alpha) = (self.planes.each_ref().map(fit), self.alpha.as_ref().map(fit));
        Self { data_window: shown, planes, alpha, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_display_window_is_cut_out_of_the_data_and_padded() {
        let mut image = Image::from_planes(Size::new(3, 2), std::array::from_fn(|_| vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
        // Data covers columns 1 to 3 and rows -1 to 0 of a 3x2 display window.
        image.data_window = Rect::new(1, -1, 3, 2);
        image.display_window = Rect::new(0, 0, 3, 2);
        let shown = image.into_display_window();
        assert_eq!(shown.planes[0], [0.0, 4.0, 5.0, 0.0, 0.0, 0.0]);
        assert_eq!(shown.data_window, shown.display_window);
    }

    #[test]
    fn windows_that_do_not_meet_give_black() {
        let mut image = Image::from_planes(Size::new(2, 2), std::array::from_fn(|_| vec![1.0; 4]));
        image.display_window = Rect::new(10, 10, 2, 1);
        assert_eq!(image.into_display_window().planes[1], [0.0, 0.0]);
    }
}
