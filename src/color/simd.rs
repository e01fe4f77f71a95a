//! Ops over planes of f32: the CPU reference, by the widest instance the processor has.

use super::{
    ops::{ChannelKernel, Curve, Finite, Matrix, Op, PixelKernel, Range, Visitor},
    scalar::Lanes,
};
use std::marker::PhantomData;

/// Which instance runs. All give the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// Pixel by pixel, anywhere.
    Single,
    /// AVX2 and FMA: 8 lanes.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512F: 16 lanes.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Isa {
    /// The fastest this processor has.
    pub fn detect() -> Self {
        Self::available()[0]
    }

    /// All this processor has, the fastest first.
    pub fn available() -> &'static [Self] {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            return if is_x86_feature_detected!("avx512f") {
                &[Self::Avx512, Self::Avx2, Self::Single]
            } else {
                &[Self::Avx2, Self::Single]
            };
        }
        &[Self::Single]
    }
}

/// Runs kernels over planes of equal length, a multiple of [`MAX_LANES`](super::scalar::MAX_LANES).
///
/// `raw` planes were not touched by an op yet: [`Finite`] goes before the kernel, in the same pass.
trait Runner {
    fn channel<K: ChannelKernel>(kernel: &K, plane: &mut [f32], raw: bool);
    fn pixels<K: PixelKernel>(kernel: &K, r: &mut [f32], g: &mut [f32], b: &mut [f32], raw: bool);
    /// `kernel` on every channel and `matrix`, in this order or the other, in one pass.
    fn beside_matrix<K: ChannelKernel>(kernel: &K, matrix: &Matrix, order: Order, planes: Planes<'_>, raw: bool);
}

type Planes<'a> = [&'a mut [f32]; 3];

/// Which of a curve and a matrix comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    CurveFirst,
    MatrixFirst,
}

/// Runs `ops` over planes short enough to stay in the first-level cache from one op to the next.
pub(super) fn run(isa: Isa, ops: &[Op], r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
    match isa {
        Isa::Single => tile::<Single>(ops, r, g, b),
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => tile::<x86::Avx2>(ops, r, g, b),
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => tile::<x86::Avx512>(ops, r, g, b),
    }
}

fn tile<R: Runner>(ops: &[Op], r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
    let mut tile = Tile::<R> { planes: [r, g, b], raw: [true; 3], runner: PhantomData };
    let mut rest = ops;
    while let [op, next @ ..] = rest {
        rest = match (op, next) {
            (Op::Curve(curves), [Op::Matrix(matrix), after @ ..]) if alike(curves) => {
                curves[0].visit(0, &mut BesideMatrix { tile: &mut tile, matrix, order: Order::CurveFirst });
                after
            }
            (Op::Matrix(matrix), [Op::Curve(curves), after @ ..]) if alike(curves) => {
                curves[0].visit(0, &mut BesideMatrix { tile: &mut tile, matrix, order: Order::MatrixFirst });
                after
            }
            _ => {
                op.visit(&mut tile);
                next
            }
        };
    }
    for c in 0..3 {
        if tile.raw[c] {
            tile.channel(c, &Range::default());
        }
    }
}

struct Tile<'a, R> {
    planes: [&'a mut [f32]; 3],
    raw: [bool; 3],
    runner: PhantomData<R>,
}

impl<R: Runner> Visitor for Tile<'_, R> {
    fn channel<K: ChannelKernel>(&mut self, c: usize, kernel: &K) {
        R::channel(kernel, self.planes[c], std::mem::take(&mut self.raw[c]));
    }
    fn pixels<K: PixelKernel>(&mut self, kernel: &K) {
        // All three or none: the ops of single channels come in threes.
        let raw = std::mem::take(&mut self.raw) == [true; 3];
        let [r, g, b] = &mut self.planes;
        R::pixels(kernel, r, g, b, raw);
    }
}

/// A curve, the same on every channel, done in one pass with the matrix beside it: the way of most cameras, and of working spaces.
/// What is kept of an op between two is the same f32 in a register as in memory.
struct BesideMatrix<'a, 'b, R> {
    tile: &'a mut Tile<'b, R>,
    matrix: &'a Matrix,
    order: Order,
}

impl<R: Runner> Visitor for BesideMatrix<'_, '_, R> {
    fn channel<K: ChannelKernel>(&mut self, _c: usize, kernel: &K) {
        let raw = std::mem::take(&mut self.tile.raw) == [true; 3];
        let [r, g, b] = &mut self.tile.planes;
        R::beside_matrix(kernel, self.matrix, self.order, [r, g, b], raw);
    }
    fn pixels<K: PixelKernel>(&mut self, _kernel: &K) {
        unreachable!("curves are of channels");
    }
}

fn alike(curves: &[Curve; 3]) -> bool {
    curves[0] == curves[1] && curves[1] == curves[2]
}

struct Single;

impl Runner for Single {
    fn channel<K: ChannelKernel>(kernel: &K, plane: &mut [f32], raw: bool) {
        each::<f32, K>(kernel, plane, raw);
    }
    fn pixels<K: PixelKernel>(kernel: &K, r: &mut [f32], g: &mut [f32], b: &mut [f32], raw: bool) {
        each_pixel::<f32, K>(kernel, r, g, b, raw);
    }
    fn beside_matrix<K: ChannelKernel>(kernel: &K, matrix: &Matrix, order: Order, [r, g, b]: Planes<'_>, raw: bool) {
        each_beside_matrix::<f32, K>(kernel, matrix, order, r, g, b, raw);
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{ChannelKernel, Matrix, Order, PixelKernel, Planes, Runner, each, each_beside_matrix, each_pixel};
    use crate::color::scalar::{avx2::F32x8, avx512::F32x16, pair::Pair};

    /// A runner whose functions carry the features of the processor; 32 pixels in step, so that one waits while others work, and fewer
    /// where the channels of a pixel do that for each other.
    macro_rules! runner {
        ($name:ident, $features:literal, $lanes:ty, $few:ty) => {
            pub struct $name;

            impl Runner for $name {
                fn channel<K: ChannelKernel>(kernel: &K, plane: &mut [f32], raw: bool) {
                    #[target_feature(enable = $features)]
                    fn run<K: ChannelKernel>(kernel: &K, plane: &mut [f32], raw: bool) {
                        each::<$lanes, K>(kernel, plane, raw);
                    }
                    // SAFETY: this member of `Isa` only comes from `available`, which found the features.
                    unsafe { run(kernel, plane, raw) }
                }
                fn pixels<K: PixelKernel>(kernel: &K, r: &mut [f32], g: &mut [f32], b: &mut [f32], raw: bool) {
                    #[target_feature(enable = $features)]
                    fn run<K: PixelKernel>(kernel: &K, r: &mut [f32], g: &mut [f32], b: &mut [f32], raw: bool) {
                        each_pixel::<$lanes, K>(kernel, r, g, b, raw);
                    }
                    // SAFETY: as above.
                    unsafe { run(kernel, r, g, b, raw) }
                }
                fn beside_matrix<K: ChannelKernel>(kernel: &K, matrix: &Matrix, order: Order, [r, g, b]: Planes<'_>, raw: bool) {
                    #[target_feature(enable = $features)]
                    fn run<K: ChannelKernel>(
                        kernel: &K,
                        matrix: &Matrix,
                        order: Order,
                        r: &mut [f32],
                        g: &mut [f32],
                        b: &mut [f32],
                        raw: bool,
                    ) {
                        each_beside_matrix::<$few, K>(kernel, matrix, order, r, g, b, raw);
                    }
                    // SAFETY: as above.
                    unsafe { run(kernel, matrix, order, r, g, b, raw) }
                }
            }
        };
    }
    runner!(Avx2, "avx2,fma", Pair<Pair<F32x8>>, F32x8);
    runner!(Avx512, "avx512f,avx2,fma", Pair<F32x16>, F32x16);
}

// Inlined into the functions above, which carry the processor features. Plain loops only: a closure does not inherit
// the features and would not be inlined.

#[inline(always)]
fn each<S: Lanes, K: ChannelKernel>(kernel: &K, plane: &mut [f32], raw: bool) {
    for x in plane.chunks_exact_mut(S::COUNT) {
        let mut value = S::load(x);
        if raw {
            value = Finite.eval(value);
        }
        kernel.eval(value).store(x);
    }
}

#[inline(always)]
fn each_pixel<S: Lanes, K: PixelKernel>(kernel: &K, r: &mut [f32], g: &mut [f32], b: &mut [f32], raw: bool) {
    for ((r, g), b) in r.chunks_exact_mut(S::COUNT).zip(g.chunks_exact_mut(S::COUNT)).zip(b.chunks_exact_mut(S::COUNT)) {
        let mut px = [S::load(r), S::load(g), S::load(b)];
        if raw {
            px = [Finite.eval(px[0]), Finite.eval(px[1]), Finite.eval(px[2])];
        }
        let out = kernel.eval(px);
        out[0].store(r);
        out[1].store(g);
        out[2].store(b);
    }
}

#[inline(always)]
fn each_beside_matrix<S: Lanes, K: ChannelKernel>(
    kernel: &K,
    matrix: &Matrix,
    order: Order,
    r: &mut [f32],
    g: &mut [f32],
    b: &mut [f32],
    raw: bool,
) {
    for ((r, g), b) in r.chunks_exact_mut(S::COUNT).zip(g.chunks_exact_mut(S::COUNT)).zip(b.chunks_exact_mut(S::COUNT)) {
        let mut px = [S::load(r), S::load(g), S::load(b)];
        if raw {
            px = [Finite.eval(px[0]), Finite.eval(px[1]), Finite.eval(px[2])];
        }
        if order == Order::MatrixFirst {
            px = matrix.eval(px);
        }
        px = [kernel.eval(px[0]), kernel.eval(px[1]), kernel.eval(px[2])];
        if order == Order::CurveFirst {
            px = matrix.eval(px);
        }
        px[0].store(r);
        px[1].store(g);
        px[2].store(b);
    }
}
