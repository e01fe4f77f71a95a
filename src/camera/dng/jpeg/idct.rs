//! The inverse DCT of 8x8 blocks in whole numbers.
//!
//! The flow graph of C. Loeffler, A. Ligtenberg, G. Moschytz, "Practical Fast 1-D DCT Algorithms with 11 Multiplications"
//! (ICASSP 1989), columns first, constants of 13 bits. Word lengths and rounding are those of libjpeg's accurate integer
//! method, so samples agree with what the raw tools decode to the bit; they are within 1 of the exact transform.

/// Bits of the constants.
const BITS: u32 = 13;

/// `x` in 13-bit fixed point.
const fn fixed(x: f64) -> i32 {
    (x * (1 << BITS) as f64 + 0.5) as i32
}

// Sums of c(k) = sqrt 2 cos(k pi / 16), by the names of the paper's rotations.
const C0_298: i32 = fixed(0.298_631_336); // -c1 + c3 + c5 - c7
const C0_390: i32 = fixed(0.390_180_644); // c3 - c5
const C0_541: i32 = fixed(0.541_196_100); // c6
const C0_765: i32 = fixed(0.765_366_865); // c2 - c6
const C0_899: i32 = fixed(0.899_976_223); // c3 - c7
const C1_175: i32 = fixed(1.175_875_602); // c3
const C1_501: i32 = fixed(1.501_321_110); // c1 + c3 - c5 - c7
const C1_847: i32 = fixed(1.847_759_065); // c2 + c6
const C1_961: i32 = fixed(1.961_570_560); // c3 + c5
const C2_053: i32 = fixed(2.053_119_869); // c1 + c3 - c5 + c7
const C2_562: i32 = fixed(2.562_915_447); // c1 + c3
const C3_072: i32 = fixed(3.072_711_026); // c1 + c3 + c5 - c7

/// One dimension: eight coefficients to eight samples, times 2^13. Damaged files may wrap around, which is defined.
#[inline(always)]
fn line(v: [i32; 8]) -> [i32; 8] {
    let add = i32::wrapping_add;
    let sub = i32::wrapping_sub;
    let mul = i32::wrapping_mul;
    // Even coefficients.
    let z = mul(add(v[2], v[6]), C0_541);
    let (e2, e3) = (sub(z, mul(v[6], C1_847)), add(z, mul(v[2], C0_765)));
    let (e0, e1) = (add(v[0], v[4]).wrapping_shl(BITS), sub(v[0], v[4]).wrapping_shl(BITS));
    let even = [add(e0, e3), add(e1, e2), sub(e1, e2), sub(e0, e3)];
    // Odd coefficients.
    let z5 = mul(add(add(v[7], v[3]), add(v[5], v[1])), C1_175);
    let z1 = mul(add(v[7], v[1]), -C0_899);
    let z2 = mul(add(v[5], v[3]), -C2_562);
    let z3 = add(mul(add(v[7], v[3]), -C1_961), z5);
    let z4 = add(mul(add(v[5], v[1]), -C0_390), z5);
    let odd = [
        add(mul(v[1], C1_501), add(z1, z4)),
        add(mul(v[3], C3_072), add(z2, z3)),
        add(mul(v[5], C2_053), add(z2, z4)),
        add(mul(v[7], C0_298), add(z1, z3)),
    ];
    std::array::from_fn(|i| if i < 4 { add(even[i], odd[i]) } else { sub(even[7 - i], odd[7 - i]) })
}

/// `x / 2^by`, rounded half up.
#[inline(always)]
fn descale(x: i32, by: u32) -> i32 {
    x.wrapping_add(1 << (by - 1)) >> by
}

/// Dequantized coefficients (row by row) to samples of `precision` bits (8 or 12), written at `out[0]`, rows `stride` apart.
#[inline]
pub fn block(coefficients: &[i32; 64], precision: u32, out: &mut [u16], stride: usize) {
    // Fractional bits between the passes: as many as 32-bit sums leave room for.
    let kept = if precision <= 8 { 2 } else { 1 };
    let mut work = [0i32; 64];
    for x in 0..8 {
        let column = line(std::array::from_fn(|y| coefficients[8 * y + x]));
        for (y, v) in column.into_iter().enumerate() {
            work[8 * y + x] = descale(v, BITS - kept);
        }
    }
    let (centre, max) = (1 << (precision - 1), (1 << precision) - 1);
    for y in 0..8 {
        let row = line(std::array::from_fn(|x| work[8 * y + x]));
        let row = row.map(|v| descale(v, BITS + kept + 3).wrapping_add(centre).clamp(0, max) as u16);
        out[y * stride..y * stride + 8].copy_from_slice(&row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    #[test]
    fn within_one_of_the_exact_transform() {
        let mut state = 1u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as i32
        };
        let (mut worst, mut sum, mut count) = (0f64, 0f64, 0);
        for precision in [8u32, 12] {
            for round in 0..400 {
                // Coefficients of a picture: large at low frequencies.
                let size = 1 << (precision + 1);
                let c: [i32; 64] = std::array::from_fn(|i| (random() % (2 * size) - size) / (1 + (i / 8 + i % 8) as i32 * (1 + round % 7)));
                let mut out = [0u16; 64];
                block(&c, precision, &mut out, 8);
                for y in 0..8 {
                    for x in 0..8 {
                        let mut s = 0.0;
                        for v in 0..8 {
                            for u in 0..8 {
                                let scale = |k: usize| if k == 0 { 0.5f64.sqrt() } else { 1.0 };
                                let wave = |k: usize, at: usize| ((2 * at + 1) as f64 * k as f64 * PI / 16.0).cos();
                                s += scale(u) * scale(v) / 4.0 * f64::from(c[8 * v + u]) * wave(u, x) * wave(v, y);
                            }
                        }
                        let exact = (s + f64::from(1 << (precision - 1))).clamp(0.0, f64::from((1 << precision) - 1));
                        let error = (f64::from(out[8 * y + x]) - exact).abs();
                        worst = worst.max(error);
                        sum += error;
                        count += 1;
                    }
                }
            }
        }
        // Rounding alone costs up to 0.5, 0.25 on average.
        assert!(worst < 1.0 && sum / f64::from(count) < 0.26, "{worst} {}", sum / f64::from(count));
    }
}
