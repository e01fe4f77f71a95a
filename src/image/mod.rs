//! Pictures in memory: float images, sensor mosaics, the rectangles that place them, and the hash that names them.

mod geometry;
mod half;
mod hash;
mod mosaic;

pub use geometry::{Rect, RectF, Size};
pub use half::round_to_half;
pub use hash::{PixelHash, hash_pixels};
pub use mosaic::{BlackLevel, Cfa, CfaColor, CfaPlane, Mosaic};

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

    /// Size of the picture once its pixels are made square (width stretched by the pixel aspect).
    pub fn desqueezed_size(&self) -> Size {
        let s = self.display_window.size();
        Size::new((f64::from(s.width) * self.pixel_aspect).round() as u32, s.height)
    }
}
