//! Reconstruction filters, in f64 and only with operations that every machine rounds alike.

use crate::error::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What weighs source pixels by their distance from the centre of a target pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// `sinc(x) sinc(x/3)`, three lobes.
    #[default]
    Lanczos3,
    /// Cubic through its samples (B = 0, C = 1/2).
    CatmullRom,
    /// Mitchell and Netravali, SIGGRAPH 1988 (B = C = 1/3): softer, rings less.
    Mitchell,
    /// The cubic B-spline (B = 1, C = 0): softest, never rings, and does not pass through its samples.
    BSpline,
    /// The mean over the area that the target pixel covers.
    Area,
}

impl Filter {
    pub const ALL: [Filter; 5] = [Filter::Lanczos3, Filter::CatmullRom, Filter::Mitchell, Filter::BSpline, Filter::Area];

    const fn name(self) -> &'static str {
        match self {
            Filter::Lanczos3 => "lanczos3",
            Filter::CatmullRom => "catmull_rom",
            Filter::Mitchell => "mitchell",
            Filter::BSpline => "b_spline",
            Filter::Area => "area",
        }
    }

    /// Distance beyond which the weight is 0, in pixels of the coarser grid. [`Filter::Area`] is a box of the target
    /// pixel's own width and is not stretched when enlarging.
    pub(super) fn support(self) -> f64 {
        match self {
            Filter::Lanczos3 => 3.0,
            Filter::CatmullRom | Filter::Mitchell | Filter::BSpline => 2.0,
            Filter::Area => 0.5,
        }
    }

    /// Weight at distance `x` in pixels of the coarser grid; not for [`Filter::Area`], which integrates.
    pub(super) fn weight(self, x: f64) -> f64 {
        let x = x.abs();
        match self {
            Filter::Lanczos3 if x < 3.0 => sinc(x) * sinc(x / 3.0),
            Filter::CatmullRom => cubic(x, 0.0, 0.5),
            Filter::Mitchell => cubic(x, 1.0 / 3.0, 1.0 / 3.0),
            Filter::BSpline => cubic(x, 1.0, 0.0),
            Filter::Lanczos3 | Filter::Area => 0.0,
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Filter {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        let all = "lanczos3, catmull_rom, mitchell, b_spline, area";
        Filter::ALL
            .into_iter()
            .find(|t| t.name() == s)
            .ok_or_else(|| Error::usage(format!("not a filter ({all})")).field("filter").value(s))
    }
}

/// The two-parameter cubics of Mitchell and Netravali.
fn cubic(x: f64, b: f64, c: f64) -> f64 {
    let (x2, x3) = (x * x, x * x * x);
    if x < 1.0 {
        ((12.0 - 9.0 * b - 6.0 * c) * x3 + (-18.0 + 12.0 * b + 6.0 * c) * x2 + (6.0 - 2.0 * b)) / 6.0
    } else if x < 2.0 {
        ((-b - 6.0 * c) * x3 + (6.0 * b + 30.0 * c) * x2 + (-12.0 * b - 48.0 * c) * x + (8.0 * b + 24.0 * c)) / 6.0
    } else {
        0.0
    }
}

/// `sin(pi x) / (pi x)`.
fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { sin_pi(x) / (std::f64::consts::PI * x) }
}

/// `sin(pi x)`, within 3e-16: the platform's `sin` may differ between systems in the last bit, and with it a weight.
fn sin_pi(x: f64) -> f64 {
    let whole = x.round();
    let z = (x - whole) * std::f64::consts::PI;
    let q = z * z;
    // Taylor series up to z^21 (|z| <= pi/2, the rest is below 2e-18), innermost term first.
    let mut sum = 1.0;
    for k in (1..=10).rev() {
        let n = f64::from(2 * k);
        sum = 1.0 - q / (n * (n + 1.0)) * sum;
    }
    let sign = if whole.rem_euclid(2.0) == 1.0 { -1.0 } else { 1.0 };
    sign * z * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sin_pi_is_the_sine() {
        for i in -4000..4000 {
            let x = f64::from(i) / 1000.0;
            assert!((sin_pi(x) - (std::f64::consts::PI * x).sin()).abs() < 2e-15, "{x}");
        }
        assert_eq!(sin_pi(2.0), 0.0);
    }

    #[test]
    fn interpolating_filters_pass_through_samples() {
        for filter in [Filter::Lanczos3, Filter::CatmullRom] {
            assert_eq!(filter.weight(0.0), 1.0);
            assert!((1..4).all(|i| filter.weight(f64::from(i)).abs() < 1e-15), "{filter}");
        }
        assert!((Filter::Mitchell.weight(0.0) - 8.0 / 9.0).abs() < 1e-15);
        assert!((Filter::BSpline.weight(0.0) - 2.0 / 3.0).abs() < 1e-15 && (Filter::BSpline.weight(1.0) - 1.0 / 6.0).abs() < 1e-15);
        assert!(Filter::ALL.iter().all(|f| f.to_string().parse::<Filter>().unwrap() == *f));
    }
}
