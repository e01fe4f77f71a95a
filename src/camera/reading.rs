//! What a person says of stored values where the file is silent or wrong.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Overrides of what a file says of its code values. Absent: as the file says. Part of the settings, so of the recipe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Reading {
    /// Which code values are black and white.
    pub range: Option<SignalRange>,
    /// How R'G'B' was made Y'CbCr.
    pub matrix: Option<YcbcrMatrix>,
}

/// Code values of black and white.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignalRange {
    /// 0 to 2^n - 1.
    Full,
    /// 16 to 235 (240 for colour differences) times 2^(n - 8): ITU-R BT.709 section 4.6, "narrow range" of BT.2100.
    Legal,
}

/// Luma coefficients of Y'CbCr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum YcbcrMatrix {
    /// ITU-R BT.601: 0.299, 0.587, 0.114.
    Bt601,
    /// ITU-R BT.709: 0.2126, 0.7152, 0.0722.
    Bt709,
    /// ITU-R BT.2020, non-constant luminance: 0.2627, 0.6780, 0.0593.
    Bt2020,
}

impl YcbcrMatrix {
    /// Kr and Kb; Kg is what is left of 1.
    pub const fn luma(self) -> (f64, f64) {
        match self {
            YcbcrMatrix::Bt601 => (0.299, 0.114),
            YcbcrMatrix::Bt709 => (0.2126, 0.0722),
            YcbcrMatrix::Bt2020 => (0.2627, 0.0593),
        }
    }
    pub const fn name(self) -> &'static str {
        match self {
            YcbcrMatrix::Bt601 => "BT.601",
            YcbcrMatrix::Bt709 => "BT.709",
            YcbcrMatrix::Bt2020 => "BT.2020",
        }
    }
}

impl SignalRange {
    pub const fn name(self) -> &'static str {
        match self {
            SignalRange::Full => "full",
            SignalRange::Legal => "legal",
        }
    }
}
