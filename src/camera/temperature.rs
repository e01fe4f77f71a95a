//! Chromaticities and colour temperatures.

/// CIE 1931 x, y.
pub type Xy = [f64; 2];

/// Chromaticity of an XYZ colour; `None` where it has none.
pub fn xy([x, y, z]: [f64; 3]) -> Option<Xy> {
    let sum = x + y + z;
    let xy = [x / sum, y / sum];
    (sum > 0.0 && xy.iter().all(|v| v.is_finite()) && xy[1] > 0.0).then_some(xy)
}

/// Kelvin of an Exif LightSource code, as the DNG SDK 1.4 takes them; `None` for those that are no temperature.
pub fn of_light_source(code: u32) -> Option<f64> {
    Some(match code {
        3 | 17 => 2850.0,                  // tungsten, standard light A
        24 => 3200.0,                      // ISO studio tungsten
        23 => 5000.0,                      // D50
        1 | 4 | 9 | 18 | 20 => 5500.0,     // daylight, flash, fine weather, standard light B, D55
        10 | 19 | 21 => 6500.0,            // cloudy, standard light C, D65
        11 | 22 => 7500.0,                 // shade, D75
        12 => (5700.0 + 7100.0) * 0.5,     // daylight fluorescent
        13 => (4600.0 + 5500.0) * 0.5,     // day white fluorescent
        2 | 14 => (3800.0 + 4500.0) * 0.5, // fluorescent, cool white fluorescent
        15 => (3250.0 + 3800.0) * 0.5,     // white fluorescent
        16 => (2600.0 + 3250.0) * 0.5,     // warm white fluorescent
        _ => return None,
    })
}

/// Isotemperature lines of A. R. Robertson, "Computation of Correlated Color Temperature and Distribution Temperature"
/// (J. Opt. Soc. Am. 58, 1968), with the misprint at 325 corrected: reciprocal megakelvins, u, v (CIE 1960), slope.
const ROBERTSON: [[f64; 4]; 31] = [
    [0.0, 0.18006, 0.26352, -0.24341],
    [10.0, 0.18066, 0.26589, -0.25479],
    [20.0, 0.18133, 0.26846, -0.26876],
    [30.0, 0.18208, 0.27119, -0.28539],
    [40.0, 0.18293, 0.27407, -0.30470],
    [50.0, 0.18388, 0.27709, -0.32675],
    [60.0, 0.18494, 0.28021, -0.35156],
    [70.0, 0.18611, 0.28342, -0.37915],
    [80.0, 0.18740, 0.28668, -0.40955],
    [90.0, 0.18880, 0.28997, -0.44278],
    [100.0, 0.19032, 0.29326, -0.47888],
    [125.0, 0.19462, 0.30141, -0.58204],
    [150.0, 0.19962, 0.30921, -0.70471],
    [175.0, 0.20525, 0.31647, -0.84901],
    [200.0, 0.21142, 0.32312, -1.0182],
    [225.0, 0.21807, 0.32909, -1.2168],
    [250.0, 0.22511, 0.33439, -1.4512],
    [275.0, 0.23247, 0.33904, -1.7298],
    [300.0, 0.24010, 0.34308, -2.0637],
    [325.0, 0.24792, 0.34655, -2.4681],
    [350.0, 0.25591, 0.34951, -2.9641],
    [375.0, 0.26400, 0.35200, -3.5814],
    [400.0, 0.27218, 0.35407, -4.3633],
    [425.0, 0.28039, 0.35577, -5.3762],
    [450.0, 0.28863, 0.35714, -6.7262],
    [475.0, 0.29685, 0.35823, -8.5955],
    [500.0, 0.30505, 0.35907, -11.324],
    [525.0, 0.31320, 0.35968, -15.628],
    [550.0, 0.32129, 0.36011, -23.325],
    [575.0, 0.32931, 0.36038, -40.770],
    [600.0, 0.33724, 0.36051, -116.45],
];

/// u, v of the CIE 1960 diagram.
fn uv([x, y]: Xy) -> (f64, f64) {
    let denominator = 1.5 - x + 6.0 * y;
    (2.0 * x / denominator, 3.0 * y / denominator)
}

/// Chromaticities of the light sources of Exif that have one of their own (CIE 15; ISO 7589 for studio tungsten), of the
/// others that of a black body of their temperature.
pub fn white_of_light_source(code: u32) -> Option<Xy> {
    Some(match code {
        3 | 17 => [0.44758, 0.40745],
        23 => [0.34567, 0.35850],
        20 => [0.33243, 0.34744],
        21 => [0.31272, 0.32903],
        22 => [0.29903, 0.31488],
        _ => planckian(of_light_source(code)?),
    })
}

/// The black body of that temperature, within what the table covers.
pub fn planckian(kelvin: f64) -> Xy {
    let mired = 1e6 / kelvin;
    let i = ROBERTSON.iter().position(|line| line[0] >= mired).unwrap_or(ROBERTSON.len() - 1).max(1);
    let (a, b) = (ROBERTSON[i - 1], ROBERTSON[i]);
    let t = ((mired - a[0]) / (b[0] - a[0])).clamp(0.0, 1.0);
    let (u, v) = (a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2]));
    let denominator = u - 4.0 * v + 2.0;
    [1.5 * u / denominator, v / denominator]
}

/// Distance from the black body along the isotemperature line, in the unit of Adobe's tint: 1/3000 of u, v, positive
/// below the locus (towards magenta).
pub fn tint(white: Xy) -> f64 {
    let (u, v) = uv(white);
    let (pu, pv) = uv(planckian(correlated(white)));
    let distance = ((u - pu) * (u - pu) + (v - pv) * (v - pv)).sqrt();
    if v < pv { distance * TINT_SCALE } else { -distance * TINT_SCALE }
}

/// Tints in a unit of u, v (DNG SDK).
const TINT_SCALE: f64 = 3000.0;

/// Correlated colour temperature in kelvin by Robertson's method, clamped to 1667 K .. 100 000 K, what the table covers.
pub fn correlated(white: Xy) -> f64 {
    let (u, v) = uv(white);
    // Signed distance of the point from an isotemperature line.
    let distance = |[_, lu, lv, slope]: [f64; 4]| ((v - lv) - slope * (u - lu)) / (1.0 + slope * slope).sqrt();
    let mut before = distance(ROBERTSON[0]);
    if before <= 0.0 {
        return 1e6 / ROBERTSON[1][0];
    }
    for pair in ROBERTSON.windows(2) {
        let after = distance(pair[1]);
        if after <= 0.0 {
            let t = before / (before - after);
            let mired = pair[0][0] + t * (pair[1][0] - pair[0][0]);
            return 1e6 / mired.max(ROBERTSON[1][0]);
        }
        before = after;
    }
    1e6 / ROBERTSON[30][0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_illuminants_have_their_temperatures() {
        // CIE 15: A 2856 K; D50 5003 K; D55 5503 K; D65 6504 K; D75 7504 K. Robertson is good to a few kelvin.
        let cases = [
            ([0.44758, 0.40745], 2856.0),
            ([0.34567, 0.35850], 5003.0),
            ([0.33243, 0.34744], 5503.0),
            ([0.31272, 0.32903], 6504.0),
            ([0.29903, 0.31488], 7504.0),
        ];
        for (white, kelvin) in cases {
            let found = correlated(white);
            assert!((found - kelvin).abs() < 6.0, "{white:?}: {found}");
        }
    }

    #[test]
    fn tints_are_distances_from_the_black_body() {
        // Standard light A is a black body; D65 lies 0.0032 (Duv) above the locus.
        assert!(tint([0.44758, 0.40745]).abs() < 1.0);
        assert!((tint([0.31272, 0.32903]) + 9.6).abs() < 0.6, "{}", tint([0.31272, 0.32903]));
        for kelvin in [2000.0, 3200.0, 5500.0, 9000.0] {
            let white = planckian(kelvin);
            assert!((correlated(white) - kelvin).abs() < kelvin * 1e-3 && tint(white).abs() < 0.3, "{kelvin}");
        }
    }

    #[test]
    fn far_off_points_stay_within_the_table() {
        for white in [[0.7, 0.29], [0.15, 0.06], [0.1, 0.8], [1e-9, 1e-9]] {
            let k = correlated(white);
            assert!((1600.0..=100_000.0).contains(&k), "{white:?} {k}");
        }
    }
}
