//! What a debayer is told: plain data that a recipe writes out in full.

use super::Slope;
use crate::{
    error::{Error, Result},
    image::Size,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How the missing colours are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// The mean of the nearest samples of each colour.
    Bilinear,
    /// Malvar, He, Cutler: "High-quality linear interpolation for demosaicing of Bayer-patterned color images", ICASSP 2004.
    Mhc,
    /// Pekkucuksen, Altunbasak: "Gradient based threshold free color filter array interpolation", ICIP 2010, with chromas
    /// weighted by edges. The default.
    Fusion,
    /// Minimized-Laplacian residual interpolation, Kiku, Monno, Tanaka, Okutomi, SPIE EI 2014 and IEEE TIP 2016: for saturated
    /// colours of pixel scale.
    Mlri2,
    /// Means of residual and directional interpolation in green, of residual and edge-weighted interpolation in red and
    /// blue: the best on most pictures, but not on saturated colours of pixel scale.
    Premium,
    /// The mean of each 2x2 pixels of [`Tier::Fusion`]: half the size, with none of the aliases of a mosaic at half size.
    HalfPremium,
    /// One pixel a 2x2 block, red and blue moved to its centre ("Half Good").
    Half,
    /// The mean of each 2x2 pixels of [`Tier::Half`].
    Quarter,
    /// The mean of each 2x2 pixels of [`Tier::Quarter`].
    Eighth,
}

impl Tier {
    pub const ALL: [Tier; 9] =
        [Tier::Bilinear, Tier::Mhc, Tier::Fusion, Tier::Mlri2, Tier::Premium, Tier::HalfPremium, Tier::Half, Tier::Quarter, Tier::Eighth];

    /// Columns (and rows) of the mosaic that make one pixel: 1, 2, 4 or 8.
    pub const fn reduction(self) -> usize {
        match self {
            Tier::Bilinear | Tier::Mhc | Tier::Fusion | Tier::Mlri2 | Tier::Premium => 1,
            Tier::HalfPremium | Tier::Half => 2,
            Tier::Quarter => 4,
            Tier::Eighth => 8,
        }
    }

    /// Size of the picture made of a mosaic of `size`. It is rounded up, so that odd last rows and columns are not lost:
    /// with a [`reduction`](Self::reduction) of 2, pixel `i` covers columns `2 i` and `2 i + 1` of the mosaic.
    pub const fn output_size(self, size: Size) -> Size {
        let by = self.reduction() as u32;
        Size::new(size.width.div_ceil(by), size.height.div_ceil(by))
    }

    const fn name(self) -> &'static str {
        match self {
            Tier::Bilinear => "bilinear",
            Tier::Mhc => "mhc",
            Tier::Fusion => "fusion",
            Tier::Mlri2 => "mlri2",
            Tier::Premium => "premium",
            Tier::HalfPremium => "half_premium",
            Tier::Half => "half",
            Tier::Quarter => "quarter",
            Tier::Eighth => "eighth",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Names as recipes write them, and with hyphens as command lines do.
impl FromStr for Tier {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        Tier::ALL
            .into_iter()
            .find(|t| t.name() == s.replace('-', "_"))
            .ok_or_else(|| Error::usage(format!("not a debayer tier ({})", Tier::ALL.map(Tier::name).join(", "))).field("tier").value(s))
    }
}

/// The values between which the kernels interpolate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Domain {
    /// The samples as they are: for display-coded or already log-coded mosaics, and where nothing but means are taken.
    Linear,
    /// `log2(1 + slope x)` from black up, its tangent below: a straight line keeps the mean of noise around black.
    Log { slope: Slope },
}

impl Domain {
    /// As steep as the noise allows.
    pub const LOG: Domain = Domain::Log { slope: Slope::Auto };

    /// Whether [`Slope::Auto`] is yet to be decided.
    pub fn is_open(&self) -> bool {
        *self == Self::LOG
    }
}

/// Every parameter of a debayer besides its tier.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    pub domain: Domain,
    /// Gains of red, green and blue while interpolating. They are taken out again: the picture is not white-balanced.
    /// Best is what makes the light neutral. In a log domain they are all but an offset: left at 1 on a mosaic that
    /// needs 2, 1, 1.67, MHC scores 0.6 dB less; in a linear one, several dB.
    pub white_balance: [f64; 3],
    /// Holds an interpolated value at or below the largest sample around it; [`Tier::Fusion`] at sensor clip where that is
    /// higher, so that only what lies beside a clipped site is held. A filter that overshoots by a fraction of a log step
    /// would make a highlight of several times sensor clip.
    pub limit_overshoot: bool,
    /// Holds every sample within its eight neighbours of the same colour: takes out hot and dead pixels, and stars with them.
    #[serde(default)]
    pub repair_pixels: bool,
    /// Levels the greens of red rows and of blue rows, which leak of a sensor sets apart and interpolation then shows as a
    /// maze: by their ratio around, which changes slowly.
    #[serde(default)]
    pub equilibrate_greens: bool,
}

impl Options {
    /// The defaults of `tier` for a linear mosaic.
    pub const fn for_tier(tier: Tier) -> Options {
        match tier {
            Tier::Mhc | Tier::Fusion | Tier::Mlri2 | Tier::Premium | Tier::HalfPremium => {
                Options { domain: Domain::LOG, limit_overshoot: true, ..Options::CODED }
            }
            Tier::Bilinear | Tier::Half | Tier::Quarter | Tier::Eighth => Options::CODED,
        }
    }

    /// The options of `tier` with the repairs of the sensor's faults that `self` asks for: of a draft that shows the same.
    pub const fn in_tier(&self, tier: Tier) -> Options {
        let Options { repair_pixels, equilibrate_greens, .. } = *self;
        Options { repair_pixels, equilibrate_greens, ..Options::for_tier(tier) }
    }

    /// For a mosaic of display-coded or log-coded values: they are interpolated as they are.
    pub const CODED: Options = Options {
        domain: Domain::Linear,
        white_balance: [1.0; 3],
        limit_overshoot: false,
        repair_pixels: false,
        equilibrate_greens: false,
    };

    pub(crate) fn check(&self) -> Result<()> {
        let range = 1e-3..=1e6;
        if let Domain::Log { slope } = self.domain
            && !range.contains(&slope.value())
        {
            return Err(Error::invalid("outside 0.001 to 1e6").field("domain.log.slope").value(slope.value()));
        }
        match self.white_balance.iter().find(|g| !range.contains(*g)) {
            Some(gain) => Err(Error::invalid("outside 0.001 to 1e6").field("white_balance").value(gain)),
            None => Ok(()),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::for_tier(Tier::Fusion)
    }
}
