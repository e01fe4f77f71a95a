//! Ops over planes of f32: the CPU reference, by the widest instance the processor has.

use super::{
    ops::{Backward, ChannelKernel, Finite, Forward, Op, PixelKernel},
    scalar::{Lanes, portable},
};

/// Which instance runs. All give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Isa {
    /// The fastest this processor has.
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            return Self::Avx2;
        }
        Self::Portable
    }
}

/// Runs `ops` over planes of equal length, a multiple of [`MAX_LANES`](super::scalar::MAX_LANES), short enough
/// to stay in the first-level cache from one op to the next.
pub(super) fn run(isa: Isa, ops: &[Op], r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
    match isa {
        Isa::Portable => tile::<portable::F32x8>(ops, r, g, b),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `Isa::Avx2` only comes from `detect`, which found both features.
        Isa::Avx2 => unsafe { avx2(ops, r, g, b) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2(ops: &[Op], r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
    tile::<super::scalar::avx2::Avx2>(ops, r, g, b);
}

// Everything below is inlined into the functions above, which carry the processor features. Plain loops only:
// a closure does not inherit the features and would not be inlined.

#[inline(always)]
fn tile<S: Lanes>(ops: &[Op], r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
    channel::<S, _>(&Finite, r);
    channel::<S, _>(&Finite, g);
    channel::<S, _>(&Finite, b);
    for op in ops {
        match op {
            Op::Matrix(k) => pixels::<S, _>(k, r, g, b),
            Op::ClippedHighlights(k) => pixels::<S, _>(k, r, g, b),
            Op::Range(k) => {
                channel::<S, _>(k, r);
                channel::<S, _>(k, g);
                channel::<S, _>(k, b);
            }
            Op::Curve([kr, kg, kb]) => {
                for (k, plane) in [(kr, &mut *r), (kg, &mut *g), (kb, &mut *b)] {
                    channel::<S, _>(k, plane);
                }
            }
            Op::Cdl(k) => pixels::<S, _>(k, r, g, b),
            Op::GamutCompression(k) => pixels::<S, _>(k, r, g, b),
            Op::Ootf(k) => pixels::<S, _>(k, r, g, b),
            Op::Aces2(k) if k.is_inverse() => pixels::<S, _>(&Backward(k.parameters()), r, g, b),
            Op::Aces2(k) => pixels::<S, _>(&Forward(k.parameters()), r, g, b),
        }
    }
}

#[inline(always)]
fn channel<S: Lanes, K: ChannelKernel>(kernel: &K, plane: &mut [f32]) {
    for x in plane.chunks_exact_mut(S::COUNT) {
        kernel.eval(S::load(x)).store(x);
    }
}

#[inline(always)]
fn pixels<S: Lanes, K: PixelKernel>(kernel: &K, r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
    let rows = r.chunks_exact_mut(S::COUNT).zip(g.chunks_exact_mut(S::COUNT)).zip(b.chunks_exact_mut(S::COUNT));
    for ((r, g), b) in rows {
        let out = kernel.eval([S::load(r), S::load(g), S::load(b)]);
        out[0].store(r);
        out[1].store(g);
        out[2].store(b);
    }
}
