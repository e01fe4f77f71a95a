//! Runs plain loops compiled for the vector units of this machine.
//!
//! The compiler never fuses or reorders float operations, so every choice gives the same bits.

use std::sync::atomic::{AtomicU8, Ordering};

/// The instruction sets that loops are compiled for; each has all that those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// What every processor of this architecture has: SSE2, NEON.
    Baseline = 1,
    Avx2,
    /// AVX-512 with the extensions that all but its first processors have: F, VL, BW, DQ.
    Avx512,
}

impl Level {
    /// From the baseline up.
    #[cfg(test)]
    pub const ALL: [Level; 3] = [Level::Baseline, Level::Avx2, Level::Avx512];

    /// The widest of this processor.
    pub fn detect() -> Level {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            let has_512 = std::arch::is_x86_feature_detected!("avx512f")
                && std::arch::is_x86_feature_detected!("avx512vl")
                && std::arch::is_x86_feature_detected!("avx512bw")
                && std::arch::is_x86_feature_detected!("avx512dq");
            return if has_512 { Level::Avx512 } else { Level::Avx2 };
        }
        Level::Baseline
    }
}

/// The level in use, or 0 while nobody asked.
static USED: AtomicU8 = AtomicU8::new(0);

/// From here on no more than `level` is used, so that tests can compare the levels. Returns what will be used.
#[cfg(test)]
pub fn hold_at(level: Level) -> Level {
    let used = level.min(Level::detect());
    USED.store(used as u8, Ordering::Relaxed);
    used
}

/// Calls `f`, compiled once a [`Level`]. All that is to gain from it must be inlined into `f`.
#[inline(always)]
pub fn vectorised<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn avx2<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
        #[target_feature(enable = "avx2,avx512f,avx512vl,avx512bw,avx512dq")]
        fn avx512<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
        let mut used = USED.load(Ordering::Relaxed);
        if used == 0 {
            used = Level::detect() as u8;
            USED.store(used, Ordering::Relaxed);
        }
        if used == Level::Avx512 as u8 {
            // SAFETY: only stored where `detect` found it.
            return unsafe { avx512(f) };
        }
        if used == Level::Avx2 as u8 {
            // SAFETY: only stored where `detect` found it.
            return unsafe { avx2(f) };
        }
    }
    f()
}
