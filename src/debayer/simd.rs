//! Runs plain loops compiled for the vector units of this machine.
//!
//! The compiler never fuses or reorders float operations, so every choice gives the same bits.

/// Calls `f`, compiled once for the baseline and once for AVX2. All that is to gain from it must be inlined into `f`.
#[inline(always)]
pub fn vectorised<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn avx2<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the machine has AVX2, as just asked.
            return unsafe { avx2(f) };
        }
    }
    f()
}
