//! Eight lanes in an AVX2 register, the same bits as [`single`](super::single).
//!
//! The functions here only make sense inlined into one that enables `avx2` and `fma`; `color::simd` is the one door,
//! and it opens after the processor was asked. Rust would let the type be used without, hence the private module path.

use super::{
    Lanes, Scalar,
    single::{MANTISSA_MASK, SQRT_HALF_BITS},
};
use crate::color::table::Table;
use std::{
    arch::x86_64::*,
    ops::{Add, Div, Mul, Neg, Sub},
};

#[derive(Clone, Copy, Debug)]
pub struct F32x8(pub(super) __m256);

// SAFETY (all blocks of this file unless said otherwise): register arithmetic without memory access; the processor
// has AVX2 and FMA, which `color::simd` checked before it called the code these are inlined into.

macro_rules! operator {
    ($trait:ident, $method:ident, $intrinsic:ident) => {
        impl $trait for F32x8 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: see the top of the file.
                Self(unsafe { $intrinsic(self.0, other.0) })
            }
        }
    };
}
operator!(Add, add, _mm256_add_ps);
operator!(Sub, sub, _mm256_sub_ps);
operator!(Mul, mul, _mm256_mul_ps);
operator!(Div, div, _mm256_div_ps);

impl Neg for F32x8 {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm256_xor_ps(self.0, _mm256_set1_ps(-0.0)) })
    }
}

impl F32x8 {
    /// Lane values as indices within 0..=`last`; NaN is 0.
    #[inline(always)]
    fn indices(self, last: usize) -> __m256i {
        let held = self.max(Self::constant(0.0)).min(Self::constant(last as f64));
        // SAFETY: see the top of the file.
        unsafe { _mm256_cvttps_epi32(held.0) }
    }
}

impl Scalar for F32x8 {
    type Mask = __m256;

    #[inline(always)]
    fn constant(value: f64) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm256_set1_ps(value as f32) })
    }
    #[inline(always)]
    fn fma(self, factor: Self, addend: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm256_fmadd_ps(self.0, factor.0, addend.0) })
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm256_min_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm256_max_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0) })
    }
    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe {
            let bit = _mm256_set1_ps(-0.0);
            _mm256_or_ps(_mm256_andnot_ps(bit, self.0), _mm256_and_ps(bit, sign.0))
        })
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm256_sqrt_ps(self.0) })
    }
    #[inline(always)]
    fn rint(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0) })
    }
    #[inline(always)]
    fn floor(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm256_floor_ps(self.0) })
    }
    #[inline(always)]
    fn lt(self, other: Self) -> __m256 {
        // SAFETY: see the top of the file.
        unsafe { _mm256_cmp_ps::<_CMP_LT_OQ>(self.0, other.0) }
    }
    #[inline(always)]
    fn le(self, other: Self) -> __m256 {
        // SAFETY: see the top of the file.
        unsafe { _mm256_cmp_ps::<_CMP_LE_OQ>(self.0, other.0) }
    }
    #[inline(always)]
    fn is_nan(self) -> __m256 {
        // SAFETY: see the top of the file.
        unsafe { _mm256_cmp_ps::<_CMP_UNORD_Q>(self.0, self.0) }
    }
    #[inline(always)]
    fn select(mask: __m256, yes: Self, no: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm256_blendv_ps(no.0, yes.0, mask) })
    }
    #[inline(always)]
    fn exponent_mantissa(self) -> (Self, Self) {
        // SAFETY: see the top of the file.
        unsafe {
            let half = _mm256_set1_epi32(SQRT_HALF_BITS.cast_signed());
            let bits = _mm256_sub_epi32(_mm256_castps_si256(self.0), half);
            let mantissa = _mm256_and_si256(bits, _mm256_set1_epi32(MANTISSA_MASK.cast_signed()));
            (Self(_mm256_cvtepi32_ps(_mm256_srai_epi32::<23>(bits))), Self(_mm256_castsi256_ps(_mm256_add_epi32(mantissa, half))))
        }
    }
    #[inline(always)]
    fn scale_exp2(self, n: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe {
            let exponent = _mm256_slli_epi32::<23>(_mm256_cvttps_epi32(n.0));
            _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(self.0), exponent))
        })
    }
    #[inline(always)]
    fn exp2_integral(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe {
            let biased = _mm256_add_epi32(_mm256_cvttps_epi32(self.0), _mm256_set1_epi32(127));
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(biased))
        })
    }
    /// Tables of 8 or 16 values fit in registers, where a permutation finds them.
    #[inline(always)]
    fn fetch1(table: &Table, row: Self) -> Self {
        let values = table.narrow();
        // SAFETY: `indices` holds every lane within the table; the loads are within slices of eight.
        unsafe {
            let at = row.indices(values.len() - 1);
            match values.len() {
                8 => Self(_mm256_permutevar8x32_ps(Self::load(values).0, at)),
                16 => {
                    let low = _mm256_permutevar8x32_ps(Self::load(values).0, at);
                    let high = _mm256_permutevar8x32_ps(Self::load(&values[8..]).0, at);
                    Self(_mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32::<28>(at))))
                }
                _ => Self(_mm256_i32gather_ps::<4>(values.as_ptr(), at)),
            }
        }
    }
    /// Eight loads of 64 bits, then sorted.
    #[inline(always)]
    fn fetch2(table: &Table, row: Self) -> [Self; 2] {
        let last = table.len() / 2 - 1;
        // SAFETY: `indices` holds every lane within 0..=last, and row `last` ends within the table.
        unsafe {
            let mut at = [0i32; 8];
            _mm256_storeu_si256(at.as_mut_ptr().cast(), row.indices(last));
            let base: *const f64 = table.narrow().as_ptr().cast();
            // Loads of a `f64` that need no alignment.
            macro_rules! two {
                ($a:literal, $b:literal) => {
                    _mm_loadh_pd(_mm_load_sd(base.add(at[$a] as usize)), base.add(at[$b] as usize))
                };
            }
            let low = _mm256_castpd_ps(_mm256_set_m128d(two!(4, 5), two!(0, 1)));
            let high = _mm256_castpd_ps(_mm256_set_m128d(two!(6, 7), two!(2, 3)));
            [Self(_mm256_shuffle_ps::<0x88>(low, high)), Self(_mm256_shuffle_ps::<0xdd>(low, high))]
        }
    }
    /// Eight loads of 128 bits, then transposed.
    #[inline(always)]
    fn fetch4(table: &Table, row: Self) -> [Self; 4] {
        let last = table.len() / 4 - 1;
        // SAFETY: `indices` holds every lane within 0..=last, and row `last` ends within the table.
        unsafe {
            let mut at = [0i32; 8];
            _mm256_storeu_si256(at.as_mut_ptr().cast(), row.indices(last));
            let base = table.narrow().as_ptr();
            macro_rules! two {
                ($a:literal, $b:literal) => {
                    _mm256_set_m128(_mm_loadu_ps(base.add(at[$b] as usize * 4)), _mm_loadu_ps(base.add(at[$a] as usize * 4)))
                };
            }
            let r = [two!(0, 4), two!(1, 5), two!(2, 6), two!(3, 7)];
            let pairs = [
                _mm256_unpacklo_ps(r[0], r[1]),
                _mm256_unpackhi_ps(r[0], r[1]),
                _mm256_unpacklo_ps(r[2], r[3]),
                _mm256_unpackhi_ps(r[2], r[3]),
            ];
            [
                Self(_mm256_shuffle_ps::<0x44>(pairs[0], pairs[2])),
                Self(_mm256_shuffle_ps::<0xee>(pairs[0], pairs[2])),
                Self(_mm256_shuffle_ps::<0x44>(pairs[1], pairs[3])),
                Self(_mm256_shuffle_ps::<0xee>(pairs[1], pairs[3])),
            ]
        }
    }
    /// Eight rows of one register each, then transposed: cheaper than eight gathers.
    #[inline(always)]
    fn fetch8(table: &Table, row: Self) -> [Self; 8] {
        let last = table.len() / 8 - 1;
        // SAFETY: `indices` holds every lane within 0..=last, and row `last` ends within the table.
        unsafe {
            let mut at = [0i32; 8];
            _mm256_storeu_si256(at.as_mut_ptr().cast(), row.indices(last));
            let base = table.narrow().as_ptr();
            let r = [
                _mm256_loadu_ps(base.add(at[0] as usize * 8)),
                _mm256_loadu_ps(base.add(at[1] as usize * 8)),
                _mm256_loadu_ps(base.add(at[2] as usize * 8)),
                _mm256_loadu_ps(base.add(at[3] as usize * 8)),
                _mm256_loadu_ps(base.add(at[4] as usize * 8)),
                _mm256_loadu_ps(base.add(at[5] as usize * 8)),
                _mm256_loadu_ps(base.add(at[6] as usize * 8)),
                _mm256_loadu_ps(base.add(at[7] as usize * 8)),
            ];
            let pairs = [
                _mm256_unpacklo_ps(r[0], r[1]),
                _mm256_unpackhi_ps(r[0], r[1]),
                _mm256_unpacklo_ps(r[2], r[3]),
                _mm256_unpackhi_ps(r[2], r[3]),
                _mm256_unpacklo_ps(r[4], r[5]),
                _mm256_unpackhi_ps(r[4], r[5]),
                _mm256_unpacklo_ps(r[6], r[7]),
                _mm256_unpackhi_ps(r[6], r[7]),
            ];
            let quads = [
                _mm256_shuffle_ps::<0x44>(pairs[0], pairs[2]),
                _mm256_shuffle_ps::<0xee>(pairs[0], pairs[2]),
                _mm256_shuffle_ps::<0x44>(pairs[1], pairs[3]),
                _mm256_shuffle_ps::<0xee>(pairs[1], pairs[3]),
                _mm256_shuffle_ps::<0x44>(pairs[4], pairs[6]),
                _mm256_shuffle_ps::<0xee>(pairs[4], pairs[6]),
                _mm256_shuffle_ps::<0x44>(pairs[5], pairs[7]),
                _mm256_shuffle_ps::<0xee>(pairs[5], pairs[7]),
            ];
            [
                Self(_mm256_permute2f128_ps::<0x20>(quads[0], quads[4])),
                Self(_mm256_permute2f128_ps::<0x20>(quads[1], quads[5])),
                Self(_mm256_permute2f128_ps::<0x20>(quads[2], quads[6])),
                Self(_mm256_permute2f128_ps::<0x20>(quads[3], quads[7])),
                Self(_mm256_permute2f128_ps::<0x31>(quads[0], quads[4])),
                Self(_mm256_permute2f128_ps::<0x31>(quads[1], quads[5])),
                Self(_mm256_permute2f128_ps::<0x31>(quads[2], quads[6])),
                Self(_mm256_permute2f128_ps::<0x31>(quads[3], quads[7])),
            ]
        }
    }
    fn on_host(px: [Self; 3], pixel: impl Fn([f64; 3]) -> [f64; 3]) -> [Self; 3] {
        let [mut r, mut g, mut b] = [[0.0f32; 8]; 3];
        px[0].store(&mut r);
        px[1].store(&mut g);
        px[2].store(&mut b);
        for ((r, g), b) in r.iter_mut().zip(&mut g).zip(&mut b) {
            [*r, *g, *b] = f32::on_host([*r, *g, *b], &pixel);
        }
        [Self::load(&r), Self::load(&g), Self::load(&b)]
    }
}

impl Lanes for F32x8 {
    const COUNT: usize = 8;
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..8];
        // SAFETY: eight values are there; the load needs no alignment.
        Self(unsafe { _mm256_loadu_ps(from.as_ptr()) })
    }
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        let to = &mut to[..8];
        // SAFETY: eight places are there; the store needs no alignment.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), self.0) }
    }
}
