//! RGB spaces by their chromaticities, and the 3x3 matrices between them. All `const`: a matrix is worked out once, by the compiler.
//!
//! Matrices act on column vectors: `out[i] = sum over j of m[i][j] * in[j]`.

pub type Mat3 = [[f64; 3]; 3];

/// CIE 1931 xy of the primaries and the white.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chromaticities {
    pub red: [f64; 2],
    pub green: [f64; 2],
    pub blue: [f64; 2],
    pub white: [f64; 2],
}

impl Chromaticities {
    pub const fn new(red: [f64; 2], green: [f64; 2], blue: [f64; 2], white: [f64; 2]) -> Self {
        Self { red, green, blue, white }
    }
    /// The same primaries under another white.
    pub const fn with_white(self, white: [f64; 2]) -> Self {
        Self { white, ..self }
    }
}

/// ITU-R BT.709, 2020 and their kin.
pub const D65: [f64; 2] = [0.3127, 0.3290];
/// The ACES white, close to D60 (SMPTE ST 2065-1).
pub const ACES_WHITE: [f64; 2] = [0.32168, 0.33767];
/// SMPTE RP 431-2, the white of DCI projectors.
pub const DCI_WHITE: [f64; 2] = [0.314, 0.351];
/// CIE standard illuminants D50 and D55.
pub const D50: [f64; 2] = [0.3457, 0.3585];
pub const D55: [f64; 2] = [0.33243, 0.34744];

/// SMPTE ST 2065-1 (ACES2065-1).
pub const AP0: Chromaticities = Chromaticities::new([0.7347, 0.2653], [0.0, 1.0], [0.0001, -0.077], ACES_WHITE);
/// Academy S-2014-004 (ACEScg, ACEScct, ACEScc).
pub const AP1: Chromaticities = Chromaticities::new([0.713, 0.293], [0.165, 0.830], [0.128, 0.044], ACES_WHITE);
/// ITU-R BT.709-6, also sRGB.
pub const REC709: Chromaticities = Chromaticities::new([0.64, 0.33], [0.30, 0.60], [0.15, 0.06], D65);
/// SMPTE EG 432-1 primaries under D65.
pub const P3_D65: Chromaticities = Chromaticities::new([0.680, 0.320], [0.265, 0.690], [0.150, 0.060], D65);
/// The P3 primaries under the ACES white ("P3-D60").
pub const P3_D60: Chromaticities = P3_D65.with_white(ACES_WHITE);
/// SMPTE RP 431-2 (DCI).
pub const P3_DCI: Chromaticities = P3_D65.with_white(DCI_WHITE);
/// ITU-R BT.2020-2, also BT.2100.
pub const REC2020: Chromaticities = Chromaticities::new([0.708, 0.292], [0.170, 0.797], [0.131, 0.046], D65);

pub const IDENTITY: Mat3 = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// Bradford cone responses (Lam 1985), as the ACES CTL has them.
pub const BRADFORD: Mat3 = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];
/// CAT02 cone responses (CIE 159:2004).
pub const CAT02: Mat3 = [[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]];

/// `a * b`: first `b`, then `a`.
pub const fn multiply(a: &Mat3, b: &Mat3) -> Mat3 {
    let mut out = [[0.0; 3]; 3];
    let mut i = 0;
    while i < 3 {
        let mut j = 0;
        while j < 3 {
            out[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
            j += 1;
        }
        i += 1;
    }
    out
}

pub const fn transform(m: &Mat3, v: [f64; 3]) -> [f64; 3] {
    [
        m[0][0] * v[0] + m[0][1] * v[1] + m[0][2] * v[2],
        m[1][0] * v[0] + m[1][1] * v[1] + m[1][2] * v[2],
        m[2][0] * v[0] + m[2][1] * v[1] + m[2][2] * v[2],
    ]
}

pub const fn diagonal(d: [f64; 3]) -> Mat3 {
    [[d[0], 0.0, 0.0], [0.0, d[1], 0.0], [0.0, 0.0, d[2]]]
}

pub const fn determinant(m: &Mat3) -> f64 {
    m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
}

const fn size(row: [f64; 3]) -> f64 {
    row[0].abs() + row[1].abs() + row[2].abs()
}

/// The inverse, or `None` where the rows are on one plane (to the precision of f64) or not finite.
pub const fn invert(m: &Mat3) -> Option<Mat3> {
    let det = determinant(m);
    let smallest = 1e-14 * size(m[0]) * size(m[1]) * size(m[2]);
    let s = 1.0 / det;
    if det.is_nan() || det.abs() <= smallest || !s.is_finite() {
        return None;
    }
    Some([
        [
            (m[1][1] * m[2][2] - m[1][2] * m[2][1]) * s,
            (m[0][2] * m[2][1] - m[0][1] * m[2][2]) * s,
            (m[0][1] * m[1][2] - m[0][2] * m[1][1]) * s,
        ],
        [
            (m[1][2] * m[2][0] - m[1][0] * m[2][2]) * s,
            (m[0][0] * m[2][2] - m[0][2] * m[2][0]) * s,
            (m[0][2] * m[1][0] - m[0][0] * m[1][2]) * s,
        ],
        [
            (m[1][0] * m[2][1] - m[1][1] * m[2][0]) * s,
            (m[0][1] * m[2][0] - m[0][0] * m[2][1]) * s,
            (m[0][0] * m[1][1] - m[0][1] * m[1][0]) * s,
        ],
    ])
}

/// XYZ of a white with Y = 1.
pub const fn white_xyz(xy: [f64; 2]) -> [f64; 3] {
    [xy[0] / xy[1], 1.0, (1.0 - xy[0] - xy[1]) / xy[1]]
}

/// RGB to CIE XYZ, scaled so that RGB (1, 1, 1) is the white with Y = 1 (SMPTE RP 177). Panics on degenerate
/// primaries: for constants at compile time. Primaries read from a file go through [`try_rgb_to_xyz`].
pub const fn rgb_to_xyz(c: &Chromaticities) -> Mat3 {
    match try_rgb_to_xyz(c) {
        Some(m) => m,
        None => panic!("degenerate primaries"),
    }
}

/// As [`rgb_to_xyz`]; `None` where the primaries are on one line or the white has y = 0.
pub const fn try_rgb_to_xyz(c: &Chromaticities) -> Option<Mat3> {
    let (r, g, b) = (c.red, c.green, c.blue);
    let p = [[r[0], g[0], b[0]], [r[1], g[1], b[1]], [1.0 - r[0] - r[1], 1.0 - g[0] - g[1], 1.0 - b[0] - b[1]]];
    if c.white[1] == 0.0 {
        return None;
    }
    match invert(&p) {
        Some(inverse) => Some(multiply(&p, &diagonal(transform(&inverse, white_xyz(c.white))))),
        None => None,
    }
}

/// CIE XYZ to RGB; panics as [`rgb_to_xyz`] does.
pub const fn xyz_to_rgb(c: &Chromaticities) -> Mat3 {
    inverse_of(&rgb_to_xyz(c))
}

const fn inverse_of(m: &Mat3) -> Mat3 {
    match invert(m) {
        Some(m) => m,
        None => panic!("singular matrix"),
    }
}

/// Von Kries adaptation in the cone space `cone`: takes XYZ under `src_white` to XYZ under `dst_white`.
pub const fn adaptation(cone: &Mat3, src_white: [f64; 2], dst_white: [f64; 2]) -> Mat3 {
    let (s, d) = (transform(cone, white_xyz(src_white)), transform(cone, white_xyz(dst_white)));
    multiply(&inverse_of(cone), &multiply(&diagonal([d[0] / s[0], d[1] / s[1], d[2] / s[2]]), cone))
}

pub const fn adaptation_bradford(src_white: [f64; 2], dst_white: [f64; 2]) -> Mat3 {
    adaptation(&BRADFORD, src_white, dst_white)
}

pub const fn adaptation_cat02(src_white: [f64; 2], dst_white: [f64; 2]) -> Mat3 {
    adaptation(&CAT02, src_white, dst_white)
}

/// Which cone space adapts the white between two spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adaptation {
    /// Keep the XYZ values: the white changes.
    None,
    Bradford,
    Cat02,
}

/// Linear RGB of `src` to linear RGB of `dst`.
pub const fn rgb_to_rgb(src: &Chromaticities, dst: &Chromaticities, adapt: Adaptation) -> Mat3 {
    let to_xyz = rgb_to_xyz(src);
    let same_white = src.white[0] == dst.white[0] && src.white[1] == dst.white[1];
    let adapted = match adapt {
        _ if same_white => to_xyz,
        Adaptation::None => to_xyz,
        Adaptation::Bradford => multiply(&adaptation_bradford(src.white, dst.white), &to_xyz),
        Adaptation::Cat02 => multiply(&adaptation_cat02(src.white, dst.white), &to_xyz),
    };
    multiply(&xyz_to_rgb(dst), &adapted)
}

pub const AP0_TO_XYZ: Mat3 = rgb_to_xyz(&AP0);
pub const XYZ_TO_AP0: Mat3 = xyz_to_rgb(&AP0);
pub const AP1_TO_XYZ: Mat3 = rgb_to_xyz(&AP1);
pub const XYZ_TO_AP1: Mat3 = xyz_to_rgb(&AP1);
pub const AP0_TO_AP1: Mat3 = rgb_to_rgb(&AP0, &AP1, Adaptation::None);
pub const AP1_TO_AP0: Mat3 = rgb_to_rgb(&AP1, &AP0, Adaptation::None);
pub const REC709_TO_XYZ: Mat3 = rgb_to_xyz(&REC709);
pub const XYZ_TO_REC709: Mat3 = xyz_to_rgb(&REC709);
pub const P3_D65_TO_XYZ: Mat3 = rgb_to_xyz(&P3_D65);
pub const XYZ_TO_P3_D65: Mat3 = xyz_to_rgb(&P3_D65);
pub const REC2020_TO_XYZ: Mat3 = rgb_to_xyz(&REC2020);
pub const XYZ_TO_REC2020: Mat3 = xyz_to_rgb(&REC2020);

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: &Mat3, b: &Mat3, tolerance: f64) {
        for i in 0..3 {
            for j in 0..3 {
                assert!((a[i][j] - b[i][j]).abs() <= tolerance, "[{i}][{j}]: {} and {}", a[i][j], b[i][j]);
            }
        }
    }

    #[test]
    fn aces_matrices_are_the_published_ones() {
        // SMPTE ST 2065-1 Annex B and Academy S-2014-004, ten decimals.
        close(
            &AP0_TO_XYZ,
            &[[0.9525523959, 0.0, 0.0000936786], [0.3439664498, 0.7281660966, -0.0721325464], [0.0, 0.0, 1.0088251844]],
            5e-11,
        );
        close(
            &AP0_TO_AP1,
            &[
                [1.4514393161, -0.2365107469, -0.2149285693],
                [-0.0765537734, 1.1762296998, -0.0996759264],
                [0.0083161484, -0.0060324498, 0.9977163014],
            ],
            5e-11,
        );
    }

    #[test]
    fn inverses_undo() {
        close(&multiply(&AP0_TO_AP1, &AP1_TO_AP0), &IDENTITY, 1e-15);
        close(&multiply(&XYZ_TO_REC2020, &REC2020_TO_XYZ), &IDENTITY, 1e-15);
        assert_eq!(invert(&[[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 0.0, 1.0]]), None);
    }

    #[test]
    fn adaptation_takes_white_to_white() {
        for m in [adaptation_bradford(D65, ACES_WHITE), adaptation_cat02(D65, ACES_WHITE)] {
            let (got, want) = (transform(&m, white_xyz(D65)), white_xyz(ACES_WHITE));
            assert!((0..3).all(|i| (got[i] - want[i]).abs() < 1e-15), "{got:?} is not {want:?}");
        }
    }

    #[test]
    fn degenerate_primaries_are_none() {
        let line = Chromaticities::new([0.1, 0.1], [0.2, 0.2], [0.3, 0.3], D65);
        assert_eq!(try_rgb_to_xyz(&line), None);
        assert_eq!(try_rgb_to_xyz(&REC709.with_white([0.3, 0.0])), None);
    }
}
