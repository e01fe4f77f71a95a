//! 3x3 matrices in f64, rows first.

use super::temperature::{ACES_WHITE, Xy, xyz};

pub type Matrix = [[f64; 3]; 3];
pub type Vector = [f64; 3];

pub const IDENTITY: Matrix = diagonal([1.0, 1.0, 1.0]);

pub const fn diagonal([a, b, c]: Vector) -> Matrix {
    [[a, 0.0, 0.0], [0.0, b, 0.0], [0.0, 0.0, c]]
}

pub fn from_rows(v: [f64; 9]) -> Matrix {
    std::array::from_fn(|r| std::array::from_fn(|c| v[3 * r + c]))
}

pub fn apply(m: &Matrix, v: Vector) -> Vector {
    std::array::from_fn(|r| m[r][0] * v[0] + m[r][1] * v[1] + m[r][2] * v[2])
}

/// `a` after `b`.
pub fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|r| std::array::from_fn(|c| a[r][0] * b[0][c] + a[r][1] * b[1][c] + a[r][2] * b[2][c]))
}

/// `None` where it has no inverse worth the name.
pub fn invert(m: &Matrix) -> Option<Matrix> {
    let cofactor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let determinant = m[0][0] * cofactor(0, 0) + m[0][1] * cofactor(0, 1) + m[0][2] * cofactor(0, 2);
    let largest = m.iter().flatten().fold(0.0f64, |a, v| a.max(v.abs()));
    if !determinant.is_finite() || determinant.abs() <= 1e-12 * largest.powi(3) {
        return None;
    }
    Some(std::array::from_fn(|r| std::array::from_fn(|c| cofactor(c, r) / determinant)))
}

/// `a` at 0, `b` at 1.
pub fn mix(a: &Matrix, b: &Matrix, t: f64) -> Matrix {
    std::array::from_fn(|r| std::array::from_fn(|c| a[r][c] * (1.0 - t) + b[r][c] * t))
}

/// Linear Bradford cone response (K. M. Lam 1985; ICC.1 Annex E; the adaptation DNG 1.4 chapter 6 asks for).
const BRADFORD: Matrix = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];

/// Chromatic adaptation from one white to another (XYZ), by Bradford.
pub fn bradford(from: Vector, to: Vector) -> Option<Matrix> {
    let (a, b) = (apply(&BRADFORD, from), apply(&BRADFORD, to));
    let scale = diagonal(std::array::from_fn(|i| b[i] / a[i]));
    if scale.iter().flatten().any(|v| !v.is_finite()) {
        return None;
    }
    Some(multiply(&multiply(&invert(&BRADFORD)?, &scale), &BRADFORD))
}

/// RGB to XYZ from the chromaticities of the primaries and of the white (SMPTE RP 177).
pub fn rgb_to_xyz(primaries: [Xy; 3], white: Xy) -> Option<Matrix> {
    let columns = primaries.map(xyz);
    let p: Matrix = std::array::from_fn(|r| std::array::from_fn(|c| columns[c][r]));
    let gains = apply(&invert(&p)?, xyz(white));
    let m = multiply(&p, &diagonal(gains));
    m.iter().flatten().all(|v| v.is_finite()).then_some(m)
}

/// Primaries of ACES2065-1 (AP0; SMPTE ST 2065-1, 4.1).
pub const AP0: [Xy; 3] = [[0.7347, 0.2653], [0.0, 1.0], [0.0001, -0.0770]];

/// XYZ at the ACES white to ACES2065-1.
pub fn xyz_to_ap0() -> Matrix {
    // The primaries are constants, so there is an inverse; the identity stands for the branch that cannot be.
    rgb_to_xyz(AP0, ACES_WHITE).and_then(|m| invert(&m)).unwrap_or(IDENTITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_undoes() {
        let m = [[1.0, 2.0, 3.0], [0.0, 4.0, 5.0], [1.0, 0.5, 6.0]];
        let i = multiply(&m, &invert(&m).unwrap());
        assert!(i.iter().flatten().zip(IDENTITY.iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-14));
        assert!(invert(&[[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 1.0, 1.0]]).is_none());
        assert!(invert(&[[f64::NAN; 3]; 3]).is_none());
    }

    #[test]
    fn adaptation_takes_white_to_white() {
        let (a, b) = (xyz([0.3127, 0.329]), xyz([0.32168, 0.33767]));
        let out = apply(&bradford(a, b).unwrap(), a);
        assert!((0..3).all(|i| (out[i] - b[i]).abs() < 1e-14));
    }

    #[test]
    fn ap0_is_the_matrix_of_st_2065_1() {
        let m = rgb_to_xyz(AP0, ACES_WHITE).unwrap();
        let printed = [[0.9525523959, 0.0, 0.0000936786], [0.3439664498, 0.7281660966, -0.0721325464], [0.0, 0.0, 1.0088251844]];
        assert!(m.iter().flatten().zip(printed.iter().flatten()).all(|(a, b): (&f64, &f64)| (a - b).abs() < 1e-10), "{m:?}");
    }
}
