//! The chromaticity diagram: CIE 1931 x, y.

use crate::color::rgb::{AP0_TO_XYZ, transform};

/// Chromaticities of the spectrum, 380 to 700 nm, every 10 nm up to 640 (CIE 15, 2 degree observer).
pub const LOCUS: [[f32; 2]; 30] = [
    [0.1741, 0.0050],
    [0.1738, 0.0049],
    [0.1733, 0.0048],
    [0.1726, 0.0048],
    [0.1714, 0.0051],
    [0.1689, 0.0069],
    [0.1644, 0.0109],
    [0.1566, 0.0177],
    [0.1440, 0.0297],
    [0.1241, 0.0578],
    [0.0913, 0.1327],
    [0.0454, 0.2950],
    [0.0082, 0.5384],
    [0.0139, 0.7502],
    [0.0743, 0.8338],
    [0.1547, 0.8059],
    [0.2296, 0.7543],
    [0.3016, 0.6923],
    [0.3731, 0.6245],
    [0.4441, 0.5547],
    [0.5125, 0.4866],
    [0.5752, 0.4242],
    [0.6270, 0.3725],
    [0.6658, 0.3340],
    [0.6915, 0.3083],
    [0.7079, 0.2920],
    [0.7190, 0.2809],
    [0.7260, 0.2740],
    [0.7300, 0.2700],
    [0.7347, 0.2653],
];

/// CIE x, y of an ACES2065-1 value; none for black and where the sum of X, Y and Z is not above 0.
pub fn chromaticity(aces: [f32; 3]) -> Option<[f32; 2]> {
    let [x, y, z] = transform(&AP0_TO_XYZ, aces.map(f64::from));
    let sum = x + y + z;
    (sum > 1e-6 && sum.is_finite()).then(|| [(x / sum) as f32, (y / sum) as f32])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_is_the_white_of_aces() {
        let [x, y] = chromaticity([0.18; 3]).unwrap();
        assert!((x - 0.32168).abs() < 1e-5 && (y - 0.33767).abs() < 1e-5);
        assert_eq!(chromaticity([0.0; 3]), None);
        assert_eq!(chromaticity([f32::NAN; 3]), None);
        let [x, y] = chromaticity([1.0, 0.0, 0.0]).unwrap();
        assert!((x - 0.7347).abs() < 1e-5 && (y - 0.2653).abs() < 1e-5);
    }
}
