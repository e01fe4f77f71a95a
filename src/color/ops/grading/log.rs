//! The logarithm within which linear light is graded by tone and by curves.

use crate::color::ops::curve::{Linear, Log};

/// Stops about 0.18 with a straight line below 5.5 stops under it, where value and slope meet (OpenColorIO 2.1, the lin-to-log of
/// its grading ops).
pub(super) fn stops() -> Log {
    const SHIFT: f64 = -0.000_157_849_851_665_374;
    const GAIN: f64 = 363.034_608_563;
    let line = Linear { cut: -5.5, closed: false, slope: 1.0 / GAIN, intercept: 7.0 / GAIN };
    Log { rate: 1.0, start: 0.0, gain: 0.18 + SHIFT, base: -SHIFT, line: Some(line) }
}
