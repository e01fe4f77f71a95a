//! How far two colours are apart to the eye: dE ITP, as ITU-R BT.2124 defines it.

/// dE ITP between two linear Rec.2020 colours in nits: 720 times the distance in ICtCp with T halved (BT.2124).
/// 1 is about one just-noticeable difference.
pub fn delta_e_itp(a: [f64; 3], b: [f64; 3]) -> f64 {
    distance(itp(a), itp(b))
}

/// dE ITP between two colours that [`itp`] gave.
pub fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    720.0 * ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt()
}

/// Linear Rec.2020, nits, to ICtCp of BT.2100 (PQ) with T = Ct/2.
pub fn itp(rgb: [f64; 3]) -> [f64; 3] {
    let [r, g, b] = rgb;
    let l = pq((1688.0 * r + 2146.0 * g + 262.0 * b) / 4096.0);
    let m = pq((683.0 * r + 2951.0 * g + 462.0 * b) / 4096.0);
    let s = pq((99.0 * r + 309.0 * g + 3688.0 * b) / 4096.0);
    let i = 0.5 * l + 0.5 * m;
    let t = (6610.0 * l - 13613.0 * m + 7003.0 * s) / 4096.0;
    let p = (17933.0 * l - 17390.0 * m - 543.0 * s) / 4096.0;
    [i, 0.5 * t, p]
}

/// SMPTE ST 2084 inverse EOTF: nits to signal.
pub fn pq(nits: f64) -> f64 {
    const M1: f64 = 2610.0 / 16384.0;
    const M2: f64 = 2523.0 / 4096.0 * 128.0;
    const C1: f64 = 3424.0 / 4096.0;
    const C2: f64 = 2413.0 / 4096.0 * 32.0;
    const C3: f64 = 2392.0 / 4096.0 * 32.0;
    let y = (nits / 10_000.0).clamp(0.0, 1.0).powf(M1);
    ((C1 + C2 * y) / (1.0 + C3 * y)).powf(M2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_the_published_pq_code() {
        // BT.2100: 100 nit is 0.5081 in PQ.
        assert!((pq(100.0) - 0.5081).abs() < 1e-4);
        assert!(itp([100.0; 3])[1].abs() < 1e-12);
    }
}
