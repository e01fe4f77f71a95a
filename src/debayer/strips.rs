//! Tiles of the picture, strips of them in parallel.

use super::{
    Tier,
    bilinear::Bilinear,
    boxed::Boxed,
    fusion::Fusion,
    kernel::{Kernel, Tile},
    mhc::Mhc,
    mlri::Mlri,
    quad::Quad,
    rows::Input,
};
use crate::image::Image;
use rayon::prelude::*;

/// How a picture is divided. No choice changes its bits.
#[derive(Clone, Copy, Debug)]
pub struct Tiling {
    /// Rows of the mosaic that a strip is high: high enough that the rows computed twice cost little, low enough to keep
    /// every core busy.
    pub rows: usize,
    /// Columns of the mosaic that a block is wide: wide enough that the columns computed twice cost little, narrow enough
    /// that the rows a kernel holds stay in the caches. Even.
    pub columns: usize,
}

impl Tiling {
    pub const fn of(tier: Tier) -> Self {
        match tier {
            // Made tile by tile, with 32 pixels around each.
            Tier::Mlri2 | Tier::Premium => Self { rows: 256, columns: 256 },
            _ => Self { rows: 128, columns: 1000 },
        }
    }
}

fn kernel(tier: Tier, input: Input<'_>) -> Box<dyn Kernel + '_> {
    let [half, quarter] = [Tier::Half, Tier::Quarter].map(|tier| tier.output_size(input.source.size()));
    match tier {
        Tier::Bilinear => Box::new(Bilinear::new(input)),
        Tier::Mhc => Box::new(Mhc::new(input)),
        Tier::Fusion => Box::new(Fusion::new(input)),
        Tier::Mlri2 => Box::new(Mlri::new(input, false)),
        Tier::Premium => Box::new(Mlri::new(input, true)),
        Tier::HalfPremium => Box::new(Boxed::new(Fusion::new(input), input.source.size())),
        Tier::Half => Box::new(Quad::new(input)),
        Tier::Quarter => Box::new(Boxed::new(Quad::new(input), half)),
        Tier::Eighth => Box::new(Boxed::new(Boxed::new(Quad::new(input), half), quarter)),
    }
}

/// Fills `out`, which has the size of the tier's picture.
pub fn run(tier: Tier, input: Input<'_>, tiling: Tiling, out: &mut Image) {
    let width = out.data_window.width as usize;
    let rows = (tiling.rows / tier.reduction()).max(1);
    // An even number of columns, so that a pair is never cut.
    let columns = (tiling.columns / tier.reduction()).max(2) & !1;
    let [r, g, b] = &mut out.planes;
    let chunk = rows * width;
    let strips = r.par_chunks_mut(chunk).zip(g.par_chunks_mut(chunk)).zip(b.par_chunks_mut(chunk));
    strips.enumerate().for_each(|(i, ((r, g), b))| {
        let mut kernel = kernel(tier, input);
        let first = i * rows;
        for start in (0..width).step_by(columns) {
            let tile = Tile { rows: first..first + r.len() / width, columns: start..(start + columns).min(width) };
            kernel.start(&tile);
            for y in tile.rows.clone() {
                let at = (y - first) * width + start;
                let at = at..at + tile.columns.len();
                kernel.row(y, [&mut r[at.clone()], &mut g[at.clone()], &mut b[at]]);
            }
        }
    });
}
