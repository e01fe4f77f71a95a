//! What the resampler does to a row of samples at once, for each instruction set. All give the same bits: a fused multiply and
//! add rounds once everywhere.

/// A row of samples in step.
pub trait Lanes: Copy {
    const COUNT: usize;

    /// # Safety
    /// `COUNT` samples can be read at `from`.
    unsafe fn load(from: *const f32) -> Self;
    /// # Safety
    /// `COUNT` samples can be written at `to`.
    unsafe fn store(self, to: *mut f32);
    /// The same sample in every lane.
    fn all(value: f32) -> Self;
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    /// `self * factor + addend`, rounded once.
    fn fma(self, factor: Self, addend: Self) -> Self;
    /// `other` where neither is smaller.
    fn min(self, other: Self) -> Self;
    /// `other` where neither is larger.
    fn max(self, other: Self) -> Self;
    /// Turns a square: row `i` of `from` becomes column `i` of `to`. Rows begin `stride` samples apart.
    ///
    /// # Safety
    /// `COUNT` rows of `COUNT` samples can be read at `from` and written at `to`, which do not overlap.
    unsafe fn turn(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize);
    /// Asks for the samples at `from` to be brought nearer; a hint, never a fault.
    fn prefetch(from: *const f32);
}

/// Plain lanes, for any machine; one of them for what is left over beside whole rows of lanes.
impl<const L: usize> Lanes for [f32; L] {
    const COUNT: usize = L;

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: promised by the caller.
        unsafe { from.cast::<[f32; L]>().read_unaligned() }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: promised by the caller.
        unsafe { to.cast::<[f32; L]>().write_unaligned(self) }
    }
    #[inline(always)]
    fn all(value: f32) -> Self {
        [value; L]
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        std::array::from_fn(|l| self[l] + other[l])
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        std::array::from_fn(|l| self[l] - other[l])
    }
    #[inline(always)]
    fn fma(self, factor: Self, addend: Self) -> Self {
        std::array::from_fn(|l| self[l].mul_add(factor[l], addend[l]))
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        std::array::from_fn(|l| if self[l] < other[l] { self[l] } else { other[l] })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        std::array::from_fn(|l| if self[l] > other[l] { self[l] } else { other[l] })
    }
    #[inline(always)]
    unsafe fn turn(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        for i in 0..L {
            for j in 0..L {
                // SAFETY: promised by the caller.
                unsafe { to.add(j * to_stride + i).write(from.add(i * from_stride + j).read()) }
            }
        }
    }
    #[inline(always)]
    fn prefetch(_: *const f32) {}
}

#[cfg(target_arch = "x86_64")]
pub mod x86 {
    //! These only make sense inlined into a function that enables the processor features they are named after.

    use super::Lanes;
    use std::arch::x86_64::*;

    #[derive(Clone, Copy)]
    pub struct Avx2(__m256);

    #[derive(Clone, Copy)]
    pub struct Avx512(__m512);

    macro_rules! lanes {
        ($name:ident, $count:literal, $load:ident, $store:ident, $all:ident, $add:ident, $sub:ident, $fma:ident, $min:ident, $max:ident, $turn:path) => {
            // SAFETY of all blocks: arithmetic in registers, on a processor that was asked for the features before the code these
            // are inlined into was called; loads and stores need no alignment, and their places are promised by the caller.
            impl Lanes for $name {
                const COUNT: usize = $count;

                #[inline(always)]
                unsafe fn load(from: *const f32) -> Self {
                    Self(unsafe { $load(from) })
                }
                #[inline(always)]
                unsafe fn store(self, to: *mut f32) {
                    unsafe { $store(to, self.0) }
                }
                #[inline(always)]
                fn all(value: f32) -> Self {
                    Self(unsafe { $all(value) })
                }
                #[inline(always)]
                fn add(self, other: Self) -> Self {
                    Self(unsafe { $add(self.0, other.0) })
                }
                #[inline(always)]
                fn sub(self, other: Self) -> Self {
                    Self(unsafe { $sub(self.0, other.0) })
                }
                #[inline(always)]
                fn fma(self, factor: Self, addend: Self) -> Self {
                    Self(unsafe { $fma(self.0, factor.0, addend.0) })
                }
                #[inline(always)]
                fn min(self, other: Self) -> Self {
                    Self(unsafe { $min(self.0, other.0) })
                }
                #[inline(always)]
                fn max(self, other: Self) -> Self {
                    Self(unsafe { $max(self.0, other.0) })
                }
                #[inline(always)]
                unsafe fn turn(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
                    let mut rows = [Self::all(0.0); $count];
                    for (i, row) in rows.iter_mut().enumerate() {
                        *row = unsafe { Self::load(from.add(i * from_stride)) };
                    }
                    let rows = unsafe { $turn(rows) };
                    for (i, row) in rows.into_iter().enumerate() {
                        unsafe { row.store(to.add(i * to_stride)) };
                    }
                }
                #[inline(always)]
                fn prefetch(from: *const f32) {
                    unsafe { _mm_prefetch::<_MM_HINT_T0>(from.cast()) }
                }
            }
        };
    }
    lanes!(
        Avx2,
        8,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_set1_ps,
        _mm256_add_ps,
        _mm256_sub_ps,
        _mm256_fmadd_ps,
        _mm256_min_ps,
        _mm256_max_ps,
        turn_8
    );
    lanes!(
        Avx512,
        16,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_set1_ps,
        _mm512_add_ps,
        _mm512_sub_ps,
        _mm512_fmadd_ps,
        _mm512_min_ps,
        _mm512_max_ps,
        turn_16
    );

    /// # Safety
    /// The processor has AVX2.
    #[inline(always)]
    unsafe fn turn_8(r: [Avx2; 8]) -> [Avx2; 8] {
        // SAFETY: arithmetic in registers.
        unsafe {
            let mut out = r;
            // Pairs of rows, then fours within each half register, then the halves.
            for half in 0..2 {
                let [a, b, c, d] = [r[4 * half].0, r[4 * half + 1].0, r[4 * half + 2].0, r[4 * half + 3].0];
                let (p, q) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
                let (s, t) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
                out[4 * half] = Avx2(_mm256_shuffle_ps::<0x44>(p, s));
                out[4 * half + 1] = Avx2(_mm256_shuffle_ps::<0xee>(p, s));
                out[4 * half + 2] = Avx2(_mm256_shuffle_ps::<0x44>(q, t));
                out[4 * half + 3] = Avx2(_mm256_shuffle_ps::<0xee>(q, t));
            }
            let fours = out;
            for i in 0..4 {
                out[i] = Avx2(_mm256_permute2f128_ps::<0x20>(fours[i].0, fours[i + 4].0));
                out[i + 4] = Avx2(_mm256_permute2f128_ps::<0x31>(fours[i].0, fours[i + 4].0));
            }
            out
        }
    }

    /// # Safety
    /// The processor has AVX-512F.
    #[inline(always)]
    unsafe fn turn_16(r: [Avx512; 16]) -> [Avx512; 16] {
        // SAFETY: arithmetic in registers.
        unsafe {
            let mut fours = r;
            // Row 4g + k of `fours`, quarter q: column 4q + k of rows 4g to 4g + 3.
            for g in 0..4 {
                let [a, b, c, d] = [r[4 * g].0, r[4 * g + 1].0, r[4 * g + 2].0, r[4 * g + 3].0];
                let (p, q) = (_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
                let (s, t) = (_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
                fours[4 * g] = Avx512(_mm512_shuffle_ps::<0x44>(p, s));
                fours[4 * g + 1] = Avx512(_mm512_shuffle_ps::<0xee>(p, s));
                fours[4 * g + 2] = Avx512(_mm512_shuffle_ps::<0x44>(q, t));
                fours[4 * g + 3] = Avx512(_mm512_shuffle_ps::<0xee>(q, t));
            }
            let mut out = r;
            for k in 0..4 {
                let [a, b, c, d] = [fours[k].0, fours[4 + k].0, fours[8 + k].0, fours[12 + k].0];
                // Even and odd quarters of two, then of four.
                let (even_low, odd_low) = (_mm512_shuffle_f32x4::<0x88>(a, b), _mm512_shuffle_f32x4::<0xdd>(a, b));
                let (even_high, odd_high) = (_mm512_shuffle_f32x4::<0x88>(c, d), _mm512_shuffle_f32x4::<0xdd>(c, d));
                out[k] = Avx512(_mm512_shuffle_f32x4::<0x88>(even_low, even_high));
                out[8 + k] = Avx512(_mm512_shuffle_f32x4::<0xdd>(even_low, even_high));
                out[4 + k] = Avx512(_mm512_shuffle_f32x4::<0x88>(odd_low, odd_high));
                out[12 + k] = Avx512(_mm512_shuffle_f32x4::<0xdd>(odd_low, odd_high));
            }
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lanes;

    fn turns<S: Lanes>() {
        let from: Vec<f32> = (0..20 * 16).map(|i| i as f32).collect();
        let mut to = vec![0.0; 18 * 16];
        // SAFETY: sixteen rows of sixteen are in both.
        unsafe { S::turn(from.as_ptr(), 20, to.as_mut_ptr(), 18) };
        for i in 0..S::COUNT {
            for j in 0..S::COUNT {
                assert_eq!(to[j * 18 + i], from[i * 20 + j]);
            }
        }
    }

    #[test]
    fn rows_become_columns() {
        turns::<[f32; 8]>();
        turns::<[f32; 1]>();
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx2") {
                turns::<super::x86::Avx2>();
            }
            if std::arch::is_x86_feature_detected!("avx512f") {
                turns::<super::x86::Avx512>();
            }
        }
    }
}
