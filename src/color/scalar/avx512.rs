//! Sixteen lanes in an AVX-512 register, the same bits as [`single`](super::single).
//!
//! As with [`avx2`](super::avx2), the functions here only make sense inlined into one that enables `avx512f`, `avx2` and `fma`, and
//! `color::simd` is the one door.

use super::{
    Lanes, Scalar,
    avx2::F32x8,
    single::{MANTISSA_MASK, SQRT_HALF_BITS},
};
use crate::color::table::Table;
use std::{
    arch::x86_64::*,
    ops::{Add, Div, Mul, Neg, Sub},
};

#[derive(Clone, Copy, Debug)]
pub struct F32x16(__m512);

// SAFETY (all blocks of this file unless said otherwise): register arithmetic without memory access; the processor
// has AVX-512F, which `color::simd` checked before it called the code these are inlined into.

macro_rules! operator {
    ($trait:ident, $method:ident, $intrinsic:ident) => {
        impl $trait for F32x16 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: see the top of the file.
                Self(unsafe { $intrinsic(self.0, other.0) })
            }
        }
    };
}
operator!(Add, add, _mm512_add_ps);
operator!(Sub, sub, _mm512_sub_ps);
operator!(Mul, mul, _mm512_mul_ps);
operator!(Div, div, _mm512_div_ps);

impl Neg for F32x16 {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm512_castsi512_ps(_mm512_xor_si512(_mm512_castps_si512(self.0), _mm512_set1_epi32(i32::MIN))) })
    }
}

impl F32x16 {
    /// The lower and the upper eight lanes.
    #[inline(always)]
    fn halves(self) -> [F32x8; 2] {
        // SAFETY: see the top of the file.
        unsafe {
            let high = _mm512_extractf64x4_pd::<1>(_mm512_castps_pd(self.0));
            [F32x8(_mm512_castps512_ps256(self.0)), F32x8(_mm256_castpd_ps(high))]
        }
    }
    #[inline(always)]
    fn join(low: F32x8, high: F32x8) -> Self {
        // SAFETY: see the top of the file.
        unsafe {
            let low = _mm512_castpd256_pd512(_mm256_castps_pd(low.0));
            Self(_mm512_castpd_ps(_mm512_insertf64x4::<1>(low, _mm256_castps_pd(high.0))))
        }
    }
}

impl Scalar for F32x16 {
    type Mask = __mmask16;

    #[inline(always)]
    fn constant(value: f64) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm512_set1_ps(value as f32) })
    }
    #[inline(always)]
    fn fma(self, factor: Self, addend: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm512_fmadd_ps(self.0, factor.0, addend.0) })
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm512_min_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm512_max_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(self.0), _mm512_set1_epi32(i32::MAX))) })
    }
    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe {
            // Each bit of `sign` where the mask has one, else of the magnitude.
            let mask = _mm512_set1_epi32(i32::MIN);
            _mm512_castsi512_ps(_mm512_ternarylogic_epi32::<0xca>(mask, _mm512_castps_si512(sign.0), _mm512_castps_si512(self.0)))
        })
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm512_sqrt_ps(self.0) })
    }
    #[inline(always)]
    fn rint(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0) })
    }
    #[inline(always)]
    fn floor(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(self.0) })
    }
    #[inline(always)]
    fn lt(self, other: Self) -> __mmask16 {
        // SAFETY: see the top of the file.
        unsafe { _mm512_cmp_ps_mask::<_CMP_LT_OQ>(self.0, other.0) }
    }
    #[inline(always)]
    fn le(self, other: Self) -> __mmask16 {
        // SAFETY: see the top of the file.
        unsafe { _mm512_cmp_ps_mask::<_CMP_LE_OQ>(self.0, other.0) }
    }
    #[inline(always)]
    fn is_nan(self) -> __mmask16 {
        // SAFETY: see the top of the file.
        unsafe { _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(self.0, self.0) }
    }
    #[inline(always)]
    fn select(mask: __mmask16, yes: Self, no: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe { _mm512_mask_blend_ps(mask, no.0, yes.0) })
    }
    #[inline(always)]
    fn exponent_mantissa(self) -> (Self, Self) {
        // SAFETY: see the top of the file.
        unsafe {
            let half = _mm512_set1_epi32(SQRT_HALF_BITS.cast_signed());
            let bits = _mm512_sub_epi32(_mm512_castps_si512(self.0), half);
            let mantissa = _mm512_and_si512(bits, _mm512_set1_epi32(MANTISSA_MASK.cast_signed()));
            (Self(_mm512_cvtepi32_ps(_mm512_srai_epi32::<23>(bits))), Self(_mm512_castsi512_ps(_mm512_add_epi32(mantissa, half))))
        }
    }
    #[inline(always)]
    fn scale_exp2(self, n: Self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe {
            let exponent = _mm512_slli_epi32::<23>(_mm512_cvttps_epi32(n.0));
            _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(self.0), exponent))
        })
    }
    #[inline(always)]
    fn exp2_integral(self) -> Self {
        // SAFETY: see the top of the file.
        Self(unsafe {
            let biased = _mm512_add_epi32(_mm512_cvttps_epi32(self.0), _mm512_set1_epi32(127));
            _mm512_castsi512_ps(_mm512_slli_epi32::<23>(biased))
        })
    }
    // Lookups are loads of single rows in any case; the halves do them.
    #[inline(always)]
    fn fetch1(table: &Table, row: Self) -> Self {
        let [low, high] = row.halves();
        Self::join(F32x8::fetch1(table, low), F32x8::fetch1(table, high))
    }
    #[inline(always)]
    fn fetch2(table: &Table, row: Self) -> [Self; 2] {
        let [low, high] = row.halves();
        let (a, b) = (F32x8::fetch2(table, low), F32x8::fetch2(table, high));
        [Self::join(a[0], b[0]), Self::join(a[1], b[1])]
    }
    #[inline(always)]
    fn fetch4(table: &Table, row: Self) -> [Self; 4] {
        let [low, high] = row.halves();
        let (a, b) = (F32x8::fetch4(table, low), F32x8::fetch4(table, high));
        [Self::join(a[0], b[0]), Self::join(a[1], b[1]), Self::join(a[2], b[2]), Self::join(a[3], b[3])]
    }
    #[inline(always)]
    fn fetch8(table: &Table, row: Self) -> [Self; 8] {
        let [low, high] = row.halves();
        let (a, b) = (F32x8::fetch8(table, low), F32x8::fetch8(table, high));
        [
            Self::join(a[0], b[0]),
            Self::join(a[1], b[1]),
            Self::join(a[2], b[2]),
            Self::join(a[3], b[3]),
            Self::join(a[4], b[4]),
            Self::join(a[5], b[5]),
            Self::join(a[6], b[6]),
            Self::join(a[7], b[7]),
        ]
    }
    #[inline(always)]
    fn on_host(px: [Self; 3], pixel: impl Fn([f64; 3]) -> [f64; 3]) -> [Self; 3] {
        let [r, g, b] = [px[0].halves(), px[1].halves(), px[2].halves()];
        let low = F32x8::on_host([r[0], g[0], b[0]], &pixel);
        let high = F32x8::on_host([r[1], g[1], b[1]], &pixel);
        [Self::join(low[0], high[0]), Self::join(low[1], high[1]), Self::join(low[2], high[2])]
    }
}

impl Lanes for F32x16 {
    const COUNT: usize = 16;
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..16];
        // SAFETY: sixteen values are there; the load needs no alignment.
        Self(unsafe { _mm512_loadu_ps(from.as_ptr()) })
    }
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        let to = &mut to[..16];
        // SAFETY: sixteen values are there; the store needs no alignment.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), self.0) }
    }
}
