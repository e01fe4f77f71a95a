//! Runs loops compiled for the vector units of this machine: plain ones, which the compiler vectorises, and those over
//! the lanes of [`color::scalar`](crate::color).
//!
//! The compiler never fuses or reorders float operations, and lanes of any width compute the same, so every choice gives
//! the same bits.

use crate::color::scalar::Lanes;
#[cfg(target_arch = "x86_64")]
use crate::color::scalar::{avx2::F32x8, avx512::F32x16};
use std::sync::atomic::{AtomicU8, Ordering};

/// The instruction sets that loops are compiled for; each has all that those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// What every processor of this architecture has: SSE2, NEON.
    Baseline = 1,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 with the extensions that all but its first processors have: F, VL, BW, DQ.
    Avx512,
}

impl Level {
    /// From the baseline up.
    pub const ALL: [Level; 3] = [Level::Baseline, Level::Avx2, Level::Avx512];

    /// The widest of this processor.
    pub fn detect() -> Level {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
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

/// From here on no more than `level` is used, so that the levels can be compared. Returns what will be used. That others debayer in
/// the meantime makes no difference to their pixels.
pub fn hold_at(level: Level) -> Level {
    let used = level.min(Level::detect());
    USED.store(used as u8, Ordering::Relaxed);
    used
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn used() -> u8 {
    match USED.load(Ordering::Relaxed) {
        0 => {
            let level = Level::detect() as u8;
            USED.store(level, Ordering::Relaxed);
            level
        }
        level => level,
    }
}

/// Most lanes of a [`Pass`]: arrays padded to it suit all.
pub const MAX_LANES: usize = 16;

/// Work on arrays, some lanes at a time.
pub trait Pass {
    /// Must be `#[inline(always)]`, as all that it calls: the features of the processor belong to its caller.
    fn run<S: Lanes>(self);
}

/// Runs `pass` on the widest lanes of this machine.
pub fn run(pass: impl Pass) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,fma")]
        fn avx2(pass: impl Pass) {
            pass.run::<F32x8>();
        }
        #[target_feature(enable = "avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")]
        fn avx512(pass: impl Pass) {
            pass.run::<F32x16>();
        }
        let used = used();
        if used == Level::Avx512 as u8 {
            // SAFETY: only stored where `detect` found it.
            return unsafe { avx512(pass) };
        }
        if used == Level::Avx2 as u8 {
            // SAFETY: only stored where `detect` found it.
            return unsafe { avx2(pass) };
        }
    }
    pass.run::<f32>();
}

/// Calls `f`, compiled once a [`Level`]. All that is to gain from it must be inlined into `f`.
#[inline(always)]
pub fn vectorised<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,fma")]
        fn avx2<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
        #[target_feature(enable = "avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")]
        fn avx512<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
        let used = used();
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
