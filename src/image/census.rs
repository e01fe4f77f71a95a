//! Samples that are no numbers.

use super::Image;
use rayon::prelude::*;
use std::{
    fmt,
    ops::{Add, AddAssign},
};

/// How many samples of a picture are none. The colour engine makes 0 of NaN, and the largest number it takes of infinities;
/// this says how often that was needed. The same for any number of threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Census {
    pub nan: u64,
    /// Of either sign.
    pub infinite: u64,
}

impl Census {
    /// Of samples in memory.
    pub fn of(samples: &[f32]) -> Self {
        // Without branches, so that it costs what reading the memory costs.
        let (mut none, mut infinite) = (0u64, 0u64);
        for x in samples {
            let magnitude = x.to_bits() & 0x7fff_ffff;
            none += u64::from(magnitude >= 0x7f80_0000);
            infinite += u64::from(magnitude == 0x7f80_0000);
        }
        Self { nan: none - infinite, infinite }
    }

    /// Whether every sample is a number.
    pub fn is_clean(self) -> bool {
        self == Self::default()
    }
}

impl Add for Census {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { nan: self.nan + other.nan, infinite: self.infinite + other.infinite }
    }
}

impl AddAssign for Census {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for Census {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} NaN and {} infinite samples", self.nan, self.infinite)
    }
}

impl Image {
    /// Counts the colour samples that are no numbers, on the threads of the current rayon pool. Alpha is not counted.
    pub fn census(&self) -> Census {
        let chunks = self.planes.par_iter().flat_map_iter(|plane| plane.chunks(1 << 16));
        chunks.map(Census::of).reduce(Census::default, Census::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    #[test]
    fn counts_are_the_same_on_any_number_of_threads() {
        let size = Size::new(701, 311);
        let mut image = Image::new(size);
        for (i, x) in image.planes.iter_mut().flatten().enumerate() {
            *x = match i % 997 {
                0 => f32::NAN,
                1 | 2 => f32::INFINITY,
                3 => f32::NEG_INFINITY,
                4 => -f32::NAN,
                5 => f32::MAX,
                _ => 0.5,
            };
        }
        let count = |rest: usize| (0..3 * size.area()).filter(|i| i % 997 == rest).count() as u64;
        let want = Census { nan: count(0) + count(4), infinite: count(1) + count(2) + count(3) };
        for threads in [1, 2, 5] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| image.census()), want, "{threads} threads");
        }
        assert!(!want.is_clean() && Image::new(size).census().is_clean());
    }
}
