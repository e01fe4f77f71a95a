//! What the code values of an encoding of the catalogue are, by what they do: for headers, and for who judges what is delivered.

use crate::{
    color::{eval_f64, transform},
    error::Result,
    recipe::output,
};

/// Scene-linear middle grey.
const GREY: f64 = 0.18;
/// Stops over grey that code 1 of an encoding for pictures of the scene reaches at least; those for displays end at white, 2.5 stops over it.
const SCENE: f64 = 4.0;

/// How code values follow light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// In proportion.
    Linear,
    Logarithmic,
    /// By a curve that ends where a display does.
    Video,
}

/// An encoding of DPX.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Encoding {
    pub nature: Nature,
    /// From middle grey to code 1, above which everything is cut off.
    pub stops: f64,
}

impl Encoding {
    /// # Errors
    /// As [`output::encoding`].
    pub fn of(name: &str) -> Result<Self> {
        let encode = output::encoding(name)?;
        let code = |light: f64| eval_f64(&encode, [light; 3])[1];
        let top = eval_f64(&transform(name, false)?, [1.0; 3])[1];
        let stops = (top / GREY).log2();
        let (black, grey, above) = (code(0.0), code(GREY), code(2.0 * GREY));
        let is_linear = black.abs() < 1e-9 && (above / grey - 2.0).abs() < 1e-6;
        let nature = match () {
            () if is_linear => Nature::Linear,
            () if stops < SCENE => Nature::Video,
            () => Nature::Logarithmic,
        };
        Ok(Self { nature, stops })
    }
}

impl Nature {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Logarithmic => "logarithmic",
            Self::Video => "for a display",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::{Kind, catalogue};

    #[test]
    fn every_encoding_is_told_by_what_it_does() {
        for row in catalogue().iter().filter(|row| matches!(row.kind, Kind::Input | Kind::WorkingSpace)) {
            let name = row.name;
            let nature = match name {
                "aces2065-1" | "acescg" | "cie-xyz-d65" => Nature::Linear,
                _ if name.starts_with("linear-") => Nature::Linear,
                _ if ["srgb-", "gamma", "camera-rec709"].iter().any(|start| name.starts_with(start)) => Nature::Video,
                _ => Nature::Logarithmic,
            };
            let of = Encoding::of(name).unwrap();
            assert_eq!((of.nature, of.stops > SCENE), (nature, nature == Nature::Logarithmic), "{name}: {of:?}");
        }
        assert!((Encoding::of("acescct").unwrap().stops - 10.27).abs() < 0.01);
        assert!(Encoding::of("aces2-rec709-d65-100nit-in-rec709-d65-bt1886").is_err());
    }
}
