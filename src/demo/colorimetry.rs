//! The little colorimetry the scene and the sensor need: chromaticities, adaptation, CIE Lab.
//!
//! Kept apart from [`crate::color`] on purpose: a fixture made by the code under test could not find its errors.
//! Only operations that IEEE 754 rounds exactly, so that every machine makes the same show.

pub type Vec3 = [f64; 3];
/// Rows.
pub type Matrix = [[f64; 3]; 3];

/// CIE 1931 chromaticity.
pub type Xy = [f64; 2];
/// SMPTE ST 2065-1, 4.1.1.
pub const ACES_WHITE: Xy = [0.32168, 0.33767];
/// CIE 15: illuminant D50, D65 and A, 2 degree observer.
pub const D50: Xy = [0.34567, 0.35850];
pub const D65: Xy = [0.3127, 0.3290];
pub const STD_A: Xy = [0.44757, 0.40745];

/// ST 2065-1 primaries (AP0): red, green, blue.
const AP0: [Xy; 3] = [[0.7347, 0.2653], [0.0, 1.0], [0.0001, -0.0770]];
/// Lam (1985), the linear Bradford cone responses, as DNG and ICC use them.
const BRADFORD: Matrix = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];

/// XYZ of chromaticity `xy` at luminance `y`.
pub fn xyz(xy: Xy, y: f64) -> Vec3 {
    [xy[0] / xy[1] * y, y, (1.0 - xy[0] - xy[1]) / xy[1] * y]
}

pub fn apply(m: &Matrix, v: Vec3) -> Vec3 {
    std::array::from_fn(|i| m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2])
}

/// `a` after `b`.
pub fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j]))
}

/// Multiplies row `i` by `k[i]`.
pub fn scale_rows(m: &Matrix, k: Vec3) -> Matrix {
    std::array::from_fn(|i| m[i].map(|v| v * k[i]))
}

/// Inverse by the adjugate; the matrices here are all regular.
pub fn invert(m: &Matrix) -> Matrix {
    let cofactor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let det = m[0][0] * cofactor(0, 0) + m[0][1] * cofactor(0, 1) + m[0][2] * cofactor(0, 2);
    std::array::from_fn(|i| std::array::from_fn(|j| cofactor(j, i) / det))
}

/// Linear Bradford adaptation of XYZ from one white to another.
pub fn adaptation(from: Xy, to: Xy) -> Matrix {
    let (a, b) = (apply(&BRADFORD, xyz(from, 1.0)), apply(&BRADFORD, xyz(to, 1.0)));
    multiply(&invert(&BRADFORD), &scale_rows(&BRADFORD, std::array::from_fn(|i| b[i] / a[i])))
}

/// ACES2065-1 to XYZ relative to the ACES white.
pub fn aces_to_xyz() -> Matrix {
    let [r, g, b] = AP0.map(|p| [p[0], p[1], 1.0 - p[0] - p[1]]);
    let columns: Matrix = std::array::from_fn(|i| [r[i], g[i], b[i]]);
    let k = apply(&invert(&columns), xyz(ACES_WHITE, 1.0));
    columns.map(|row| std::array::from_fn(|j| row[j] * k[j]))
}

/// ACES2065-1 of a colour seen under `white`, adapted to the ACES white.
pub fn xyz_to_aces(v: Vec3, white: Xy) -> Vec3 {
    apply(&invert(&aces_to_xyz()), apply(&adaptation(white, ACES_WHITE), v))
}

/// ACES2065-1 of a CIE Lab colour (CIE 15, relative to D50); L* 100 is 1.0.
pub fn lab_to_aces([l, a, b]: Vec3) -> Vec3 {
    let fy = (l + 16.0) / 116.0;
    let white = xyz(D50, 1.0);
    let f = [fy + a / 500.0, fy, fy - b / 200.0];
    let inverse = |t: f64| if t > 6.0 / 29.0 { t * t * t } else { 3.0 * (6.0 / 29.0) * (6.0 / 29.0) * (t - 4.0 / 29.0) };
    xyz_to_aces(std::array::from_fn(|i| inverse(f[i]) * white[i]), D50)
}

/// cos(2 pi t) without the platform's library; error below 1e-9.
pub fn cos_turns(t: f64) -> f64 {
    let x = (t - t.round()) * std::f64::consts::TAU;
    let square = x * x;
    // The Taylor series to the 22nd power: its first left-out term is 2e-12 at half a turn.
    (1..=11u32).rev().fold(1.0, |sum, k| 1.0 - square / f64::from((2 * k - 1) * (2 * k)) * sum)
}

/// sin(2 pi t), as [`cos_turns`].
pub fn sin_turns(t: f64) -> f64 {
    cos_turns(t - 0.25)
}

/// 2 to the power `x`, from square roots of 2 alone; exact to 2^-16 of a stop.
pub fn exp2(x: f64) -> f64 {
    let whole = x.floor();
    let mut result = 1.0;
    let (mut root, mut rest) = (2.0f64, x - whole);
    for _ in 0..16 {
        root = root.sqrt();
        rest *= 2.0;
        if rest >= 1.0 {
            rest -= 1.0;
            result *= root;
        }
    }
    let step = if whole < 0.0 { 0.5 } else { 2.0 };
    (0..whole.abs() as u32).fold(result, |v, _| v * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Vec3, b: Vec3, tolerance: f64) {
        assert!(a.iter().zip(b).all(|(x, y)| (x - y).abs() < tolerance), "{a:?} {b:?}");
    }

    #[test]
    fn whites_are_equal_energy_in_aces() {
        close(lab_to_aces([100.0, 0.0, 0.0]), [1.0; 3], 1e-12);
        close(xyz_to_aces(xyz(D65, 0.18), D65), [0.18; 3], 1e-12);
        close(apply(&aces_to_xyz(), [1.0; 3]), xyz(ACES_WHITE, 1.0), 1e-12);
    }

    #[test]
    fn the_ap0_matrix_is_that_of_the_standard() {
        // ST 2065-1:2021, 4.1.2.
        close(aces_to_xyz()[0], [0.9525523959, 0.0, 0.0000936786], 1e-9);
        close(aces_to_xyz()[1], [0.3439664498, 0.7281660966, -0.0721325464], 1e-9);
        close(aces_to_xyz()[2], [0.0, 0.0, 1.0088251844], 1e-9);
    }

    #[test]
    fn our_functions_agree_with_the_library() {
        for i in -400..400 {
            let t = f64::from(i) * 0.0137;
            assert!((cos_turns(t) - (t * std::f64::consts::TAU).cos()).abs() < 1e-9, "{t}");
            assert!((exp2(t) / t.exp2() - 1.0).abs() < 2e-5, "{t}");
        }
        assert_eq!(exp2(3.25), 8.0 * 2f64.sqrt().sqrt());
        assert_eq!(exp2(-11.0), 1.0 / 2048.0);
    }
}
