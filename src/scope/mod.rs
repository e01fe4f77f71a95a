//! Scopes: what is counted over the pixels of a picture, and where a value is plotted; what is marked in the picture itself.
//!
//! A [`Plot`] is a grid of counts. Every pixel of the picture is counted once a channel; counts are added, so bands of a
//! picture may be counted in any order and by any number of threads.

mod count;
pub mod itp;
mod locus;
mod marks;
mod monitor;
mod scale;

pub use count::{CHROMA_EDGE, CIE_EDGE, LUMA, chroma, count};
pub use locus::{LOCUS, chromaticity};
pub use marks::{BANDS, Band, Marking, Marks, Stored, Values, Warning};
pub use monitor::{Conversion, HDR_WHITE, KNOTS, Monitor, ROOT};
pub use scale::{Eotf, Scale, Unit};

use serde::{Deserialize, Serialize};

/// What is plotted against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Luma over columns of the picture.
    Waveform,
    /// Red, green and blue beside each other, over columns of the picture.
    Parade,
    /// Cb and Cr of the code values, BT.709.
    Vectorscope,
    /// How many pixels have a value.
    Histogram,
    /// CIE 1931 x and y.
    Chromaticity,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Waveform, Self::Parade, Self::Vectorscope, Self::Histogram, Self::Chromaticity];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Waveform => "Waveform",
            Self::Parade => "RGB parade",
            Self::Vectorscope => "Vectorscope",
            Self::Histogram => "Histogram",
            Self::Chromaticity => "CIE xy",
        }
    }
}

/// Counts, channel after channel, rows top to bottom.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    pub kind: Kind,
    pub columns: u32,
    pub rows: u32,
    /// 3 where red, green and blue are counted apart.
    pub channels: u32,
    pub counts: Vec<u32>,
}

impl Plot {
    pub fn new(kind: Kind) -> Self {
        let (columns, rows, channels) = match kind {
            Kind::Waveform => (512, 256, 1),
            Kind::Parade => (256, 256, 3),
            Kind::Vectorscope | Kind::Chromaticity => (256, 256, 1),
            Kind::Histogram => (512, 1, 3),
        };
        Self { kind, columns, rows, channels, counts: vec![0; (columns * rows * channels) as usize] }
    }

    pub fn channel(&self, channel: u32) -> &[u32] {
        let each = (self.columns * self.rows) as usize;
        &self.counts[channel as usize * each..][..each]
    }

    /// Adds what was counted of another part of the picture.
    pub fn add(&mut self, other: &Plot) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, n)| *sum = sum.saturating_add(*n));
    }

    /// The largest count, at least 1.
    pub fn most(&self) -> u32 {
        self.counts.iter().copied().max().unwrap_or(0).max(1)
    }
}
