//! The colours of the chart, in scene-linear ACES2065-1 (0.18 = 18 % grey).

use super::colorimetry::{D65, Vec3, Xy, exp2, lab_to_aces, xyz, xyz_to_aces};

/// A named colour.
pub type Swatch = (&'static str, Vec3);

/// The 24 patches of the colour chart, row by row: CIE Lab under D50 as X-Rite publishes them for charts made since
/// November 2014.
const CHART_LAB: [Swatch; 24] = [
    ("dark skin", [37.54, 14.37, 14.92]),
    ("light skin", [64.66, 19.27, 17.50]),
    ("blue sky", [49.32, -3.82, -22.54]),
    ("foliage", [43.46, -12.74, 22.72]),
    ("blue flower", [54.94, 9.61, -24.79]),
    ("bluish green", [70.48, -32.26, -0.37]),
    ("orange", [62.73, 35.83, 56.50]),
    ("purplish blue", [39.43, 10.75, -45.17]),
    ("moderate red", [50.57, 48.64, 16.67]),
    ("purple", [30.10, 22.54, -20.87]),
    ("yellow green", [71.77, -24.13, 58.19]),
    ("orange yellow", [71.51, 18.24, 67.37]),
    ("blue", [28.37, 15.42, -49.80]),
    ("green", [54.38, -39.72, 32.27]),
    ("red", [42.43, 51.05, 28.62]),
    ("yellow", [81.80, 2.67, 80.41]),
    ("magenta", [50.63, 51.28, -14.12]),
    ("cyan", [49.57, -29.71, -28.32]),
    ("white 9.5", [95.19, -1.03, 2.93]),
    ("neutral 8", [81.29, -0.57, 0.44]),
    ("neutral 6.5", [66.89, -0.75, -0.06]),
    ("neutral 5", [50.76, -0.13, 0.14]),
    ("neutral 3.5", [35.63, -0.46, -0.48]),
    ("black 2", [20.64, 0.07, -0.46]),
];

/// Skin-like tones of our own choice, light to deep, CIE Lab under D50.
const SKIN_LAB: [Swatch; 6] = [
    ("skin 1", [80.0, 9.0, 15.0]),
    ("skin 2", [71.0, 13.5, 18.0]),
    ("skin 3", [61.0, 16.5, 21.0]),
    ("skin 4", [50.0, 17.0, 22.0]),
    ("skin 5", [39.0, 14.5, 17.5]),
    ("skin 6", [28.0, 10.0, 11.0]),
];

/// Narrow-band emitters: chromaticity and luminance beside a D65 white of 1. Outside Rec.709 all of them; cyan, blue
/// and magenta outside AP1 too.
const LED_XY: [(&str, Xy, f64); 6] = [
    ("LED red", [0.698, 0.301], 0.24),
    ("LED amber", [0.578, 0.421], 0.42),
    ("LED green", [0.180, 0.730], 0.50),
    ("LED cyan", [0.080, 0.460], 0.40),
    ("LED blue", [0.150, 0.028], 0.05),
    ("LED magenta", [0.370, 0.140], 0.18),
];

/// Lights far above sensor clip: chromaticity and luminance at their centre.
const LIGHT_XY: [(&str, Xy, f64); 4] = [
    ("neutral light", D65, 64.0),
    ("tungsten light", [0.4476, 0.4075], 32.0),
    ("red light", [0.66, 0.32], 16.0),
    ("blue light", [0.17, 0.09], 8.0),
];

/// Steps of the grey ramp, one stop apart, and the stops above 18 % grey of the first one.
pub const RAMP_STEPS: u32 = 18;
pub const RAMP_TOP: i32 = 6;
/// 18 % grey.
pub const GREY: f64 = 0.18;

pub fn chart() -> [Swatch; 24] {
    CHART_LAB.map(|(name, lab)| (name, lab_to_aces(lab)))
}

pub fn skin() -> [Swatch; 6] {
    SKIN_LAB.map(|(name, lab)| (name, lab_to_aces(lab)))
}

pub fn led() -> [Swatch; 6] {
    LED_XY.map(|(name, xy, y)| (name, xyz_to_aces(xyz(xy, y), D65)))
}

pub fn lights() -> [Swatch; 4] {
    LIGHT_XY.map(|(name, xy, y)| (name, xyz_to_aces(xyz(xy, y), D65)))
}

/// Scene-linear level `stops` above 18 % grey.
pub fn grey(stops: f64) -> f64 {
    GREY * exp2(stops)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neutral_5_is_near_mid_grey_and_white_near_ninety_per_cent() {
        let chart = chart();
        assert!((chart[21].1[1] - 0.19).abs() < 0.01, "{:?}", chart[21]);
        assert!((chart[18].1[1] - 0.88).abs() < 0.02, "{:?}", chart[18]);
    }
}
