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

/// Correlated colour temperature in kelvin by Robertson's method, clamped to 1667 K .. 100 000 K, what the table covers.
pub fn correlated(white: Xy) -> f64 {
    let [x, y] = white;
    let denominator = 1.5 - x + 6.0 * y;
    let (u, v) = (2.0 * x / denominator, 3.0 * y / denominator);
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

/// Chromaticity of a colour temperature on the Planckian locus, by Robertson's table; held to what it covers.
pub fn chromaticity(kelvin: f64) -> Xy {
    let mired = (1e6 / kelvin).clamp(ROBERTSON[1][0], ROBERTSON[30][0]);
    let after = ROBERTSON.partition_point(|line| line[0] < mired).clamp(1, ROBERTSON.len() - 1);
    let [[m0, u0, v0, _], [m1, u1, v1, _]] = [ROBERTSON[after - 1], ROBERTSON[after]];
    let t = (mired - m0) / (m1 - m0);
    let (u, v) = (u0 + t * (u1 - u0), v0 + t * (v1 - v0));
    // CIE 1960 u, v to x, y.
    let denominator = 2.0 * u - 8.0 * v + 4.0;
    [3.0 * u / denominator, 2.0 * v / denominator]
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
    fn a_temperature_comes_back_from_its_chromaticity() {
        for kelvin in [2000.0, 2856.0, 3200.0, 5600.0, 6504.0, 12_000.0] {
            let back = correlated(chromaticity(kelvin));
            assert!((back - kelvin).abs() < 1e-3 * kelvin, "{kelvin}: {back}");
        }
        // Planck's law at 2856 K is illuminant A (CIE 15).
        let [x, y] = chromaticity(2856.0);
        assert!((x - 0.44758).abs() < 2e-4 && (y - 0.40745).abs() < 2e-4, "{x} {y}");
    }

    #[test]
    fn far_off_points_stay_within_the_table() {
        for white in [[0.7, 0.29], [0.15, 0.06], [0.1, 0.8], [1e-9, 1e-9]] {
            let k = correlated(white);
            assert!((1600.0..=100_000.0).contains(&k), "{white:?} {k}");
        }
    }
}
