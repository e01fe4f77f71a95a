//! Half of any picture: the mean of 2x2 pixels of light, made as the rows come, so that nothing of full size is held.

use super::kernel::{Kernel, Out, Tile};
use super::simd;
use crate::image::Size;

pub struct Boxed<K> {
    inner: K,
    /// Of the picture that `inner` makes.
    size: Size,
    /// Two rows of it.
    planes: [[Vec<f32>; 3]; 2],
}

impl<K: Kernel> Boxed<K> {
    pub fn new(inner: K, size: Size) -> Self {
        Self { inner, size, planes: Default::default() }
    }
}

impl<K: Kernel> Kernel for Boxed<K> {
    fn start(&mut self, tile: &Tile) {
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let inner = Tile {
            rows: 2 * tile.rows.start..(2 * tile.rows.end).min(height),
            columns: 2 * tile.columns.start..(2 * tile.columns.end).min(width),
        };
        self.inner.start(&inner);
        self.planes.iter_mut().flatten().for_each(|p| p.resize(inner.columns.len(), 0.0));
    }

    fn row(&mut self, y: usize, out: Out<'_>) {
        let [first, second] = &mut self.planes;
        self.inner.row(2 * y, first.each_mut().map(|p| &mut p[..]));
        // The last row of an odd height, as the last column of an odd width, is met by itself.
        let pair = 2 * y + 1 < self.size.height as usize;
        if pair {
            self.inner.row(2 * y + 1, second.each_mut().map(|p| &mut p[..]));
        }
        let second = if pair { &*second } else { &*first };
        for ((first, second), out) in first.iter().zip(second).zip(out) {
            simd::vectorised(
                #[inline(always)]
                || mean(first, second, out),
            );
        }
    }
}

#[inline(always)]
fn mean(first: &[f32], second: &[f32], out: &mut [f32]) {
    for ((out, a), b) in out.iter_mut().zip(first.chunks_exact(2)).zip(second.chunks_exact(2)) {
        *out = 0.25 * ((a[0] + a[1]) + (b[0] + b[1]));
    }
    if let ([a], [b], Some(out)) = (first.chunks_exact(2).remainder(), second.chunks_exact(2).remainder(), out.last_mut()) {
        *out = 0.5 * (a + b);
    }
}
