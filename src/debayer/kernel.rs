//! What every tier is: something that makes one row after another of a tile of the picture.

use std::ops::Range;

/// One row of a tile to be made: red, green, blue.
pub type Out<'a> = [&'a mut [f32]; 3];

/// A part of the picture that is made at a time, in pixels of the picture: rows of a strip, columns of a block.
#[derive(Clone, Debug)]
pub struct Tile {
    pub rows: Range<usize>,
    /// Starts at an even column.
    pub columns: Range<usize>,
}

impl Tile {
    /// The column pairs of a tile that has the size of the mosaic.
    pub fn pairs(&self) -> Range<usize> {
        self.columns.start / 2..self.columns.end.div_ceil(2)
    }
}

/// A tier at work. Whatever tiles it is given, a pixel comes out with the same bits.
///
/// It reads what it needs around a tile itself, from [`Rows`](super::rows::Rows), which has real pixels within the
/// picture and mirrored ones beyond.
pub trait Kernel {
    /// Turns to a tile.
    fn start(&mut self, tile: &Tile);
    /// Makes row `y` of the picture. After [`start`](Self::start) the rows of the tile are asked for once each, from the top.
    fn row(&mut self, y: usize, out: Out<'_>);
}
