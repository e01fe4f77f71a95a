//! Counting on the CPU.

use super::{Kind, Plot, Scale, chromaticity};
use crate::image::Image;
use rayon::prelude::*;

/// Luma coefficients, Rec. ITU-R BT.709-6 item 3.2.
pub const LUMA: [f32; 3] = [0.2126, 0.7152, 0.0722];
/// CIE x and y at the right and the top edge of the diagram.
pub const CIE_EDGE: f32 = 0.9;
/// Cb and Cr at the edges of the vectorscope: full bars lie within.
pub const CHROMA_EDGE: f32 = 0.55;

/// Counts the pixels of a picture: ACES2065-1 for [`Kind::Chromaticity`], else values of the stage that `scale` speaks of.
pub fn count(picture: &Image, kind: Kind, scale: Scale) -> Plot {
    let width = picture.size().width.max(1) as usize;
    let rows = picture.size().height as usize;
    // A plot a thread at most: each takes a megabyte.
    let bands = rows.div_ceil(rayon::current_num_threads()).max(1);
    let starts: Vec<usize> = (0..rows).step_by(bands).collect();
    let parts: Vec<Plot> = starts
        .into_par_iter()
        .map(|first| {
            let mut plot = Plot::new(kind);
            for y in first..(first + bands).min(rows) {
                for x in 0..width {
                    let i = y * width + x;
                    let px = [picture.planes[0][i], picture.planes[1][i], picture.planes[2][i]];
                    plot.take(px, (x as f32 + 0.5) / width as f32, scale);
                }
            }
            plot
        })
        .collect();
    let mut all = Plot::new(kind);
    parts.iter().for_each(|part| all.add(part));
    all
}

impl Plot {
    /// Counts a pixel at `x`, 0..1 across the picture.
    fn take(&mut self, px: [f32; 3], x: f32, scale: Scale) {
        match self.kind {
            Kind::Waveform => self.one_more(0, x, scale.height(LUMA[0] * px[0] + LUMA[1] * px[1] + LUMA[2] * px[2])),
            Kind::Parade => (0..3).for_each(|c| self.one_more(c as u32, x, scale.height(px[c]))),
            Kind::Histogram => (0..3).for_each(|c| self.one_more(c as u32, scale.height(px[c]), 0.0)),
            Kind::Vectorscope => {
                let [cb, cr] = chroma(px);
                self.one_more(0, 0.5 + 0.5 * cb / CHROMA_EDGE, 0.5 + 0.5 * cr / CHROMA_EDGE);
            }
            Kind::Chromaticity => {
                if let Some([cx, cy]) = chromaticity(px) {
                    self.one_more(0, cx / CIE_EDGE, cy / CIE_EDGE);
                }
            }
        }
    }

    /// One more at `x`, 0..1 from the left, and `height`, 0..1 from the bottom; nothing outside.
    fn one_more(&mut self, channel: u32, x: f32, height: f32) {
        if !(0.0..=1.0).contains(&x) || !(0.0..=1.0).contains(&height) {
            return;
        }
        let place = |v: f32, of: u32| ((v * of as f32) as u32).min(of - 1);
        let (column, row) = (place(x, self.columns), self.rows - 1 - place(height, self.rows));
        let i = (channel * self.rows + row) * self.columns + column;
        self.counts[i as usize] = self.counts[i as usize].saturating_add(1);
    }
}

/// Cb and Cr of code values, -0.5..0.5 (BT.709-6 item 3.3).
pub fn chroma([r, g, b]: [f32; 3]) -> [f32; 2] {
    let luma = LUMA[0] * r + LUMA[1] * g + LUMA[2] * b;
    [(b - luma) / 1.8556, (r - luma) / 1.5748]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    fn flat(px: [f32; 3]) -> Image {
        let size = Size::new(64, 48);
        Image::from_planes(size, px.map(|v| vec![v; size.area()]))
    }

    /// The place of the only cell that holds something, and its count.
    fn only(plot: &Plot, channel: u32) -> (u32, u32, u32) {
        let cells = plot.channel(channel);
        let full: Vec<usize> = (0..cells.len()).filter(|i| cells[*i] > 0).collect();
        assert_eq!(full.len(), 1);
        (full[0] as u32 % plot.columns, full[0] as u32 / plot.columns, cells[full[0]])
    }

    #[test]
    fn every_pixel_is_counted_where_it_belongs() {
        let histogram = count(&flat([0.25, 0.5, 2.0]), Kind::Histogram, Scale::Code);
        assert_eq!(only(&histogram, 0), ((0.3 / 1.1 * 512.0) as u32, 0, 64 * 48));
        assert_eq!(only(&histogram, 2), (511, 0, 64 * 48));
        let grey = count(&flat([0.5; 3]), Kind::Vectorscope, Scale::Code);
        assert_eq!(only(&grey, 0), (128, 127, 64 * 48));
        let red = count(&flat([1.0, 0.0, 0.0]), Kind::Vectorscope, Scale::Code);
        let (x, y, _) = only(&red, 0);
        assert!((90..128).contains(&x) && (8..16).contains(&y), "red is above, a little to the left: {x} {y}");
        let white = count(&flat([0.18; 3]), Kind::Chromaticity, Scale::Code);
        assert_eq!(only(&white, 0).0, (0.32168 / 0.9 * 256.0) as u32);
        let parade = count(&flat([0.1, 0.5, 0.9]), Kind::Parade, Scale::Code);
        let total = |c| parade.channel(c).iter().sum::<u32>();
        assert_eq!([total(0), total(1), total(2)], [64 * 48; 3]);
    }

    #[test]
    fn a_ramp_is_a_diagonal_and_threads_change_nothing() {
        let size = Size::new(512, 37);
        let plane: Vec<f32> = (0..size.area()).map(|i| (i % 512) as f32 / 511.0).collect();
        let ramp = Image::from_planes(size, [plane.clone(), plane.clone(), plane]);
        let plot = count(&ramp, Kind::Waveform, Scale::Code);
        for x in 0..512 {
            let column: Vec<u32> = (0..256).filter(|y| plot.counts[(y * 512 + x) as usize] > 0).collect();
            assert_eq!(column.len(), 1);
            let want = 255 - ((x as f32 / 511.0 + 0.05) / 1.1 * 256.0) as u32;
            assert!(column[0].abs_diff(want) <= 1);
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        assert_eq!(pool.install(|| count(&ramp, Kind::Waveform, Scale::Code)), plot);
        assert_eq!(count(&Image::new(Size::new(0, 0)), Kind::Parade, Scale::Code).most(), 1);
    }
}
