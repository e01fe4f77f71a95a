//! A list of ops, ready for pictures.

use super::{
    ops::Op,
    optimize::{Controls, optimize},
    scalar::MAX_LANES,
    simd::{self, Isa},
};
use crate::image::Image;
use rayon::prelude::*;
use std::sync::Arc;

/// Pixels per tile: three planes of it and their tables stay in a 32 KiB first-level cache.
const TILE: usize = 1024;
/// Pixels one thread takes at a time.
const JOB: usize = 16 * TILE;

/// The CPU reference: a list of ops over planes of f32. The bits do not depend on the number of threads, on where a
/// row is cut, or on the processor. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Processor {
    ops: Arc<[Op]>,
    isa: Isa,
}

impl Processor {
    pub fn new(ops: &[Op]) -> Self {
        Self::with_isa(ops, Isa::detect())
    }

    /// Without vector instructions: slow, to prove that the bits are the same.
    pub fn single(ops: &[Op]) -> Self {
        Self::with_isa(ops, Isa::Single)
    }

    /// Op by op as they are listed, to prove that nothing is lost by doing them in fewer.
    #[cfg(test)]
    pub(super) fn unoptimized(ops: &[Op]) -> Self {
        Self { ops: ops.into(), isa: Isa::detect() }
    }

    /// With one of the instances that this processor has, to prove that the bits are the same.
    pub(crate) fn with_isa(ops: &[Op], isa: Isa) -> Self {
        Self { ops: optimize(ops, Controls::Fixed).into(), isa }
    }

    /// Transforms pixels in place on the calling thread. Panics if the planes differ in length.
    pub fn apply(&self, r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
        assert!(r.len() == g.len() && g.len() == b.len(), "planes of different length");
        let whole = r.len() / MAX_LANES * MAX_LANES;
        let ((r, r_tail), (g, g_tail), (b, b_tail)) = (r.split_at_mut(whole), g.split_at_mut(whole), b.split_at_mut(whole));
        for ((r, g), b) in r.chunks_mut(TILE).zip(g.chunks_mut(TILE)).zip(b.chunks_mut(TILE)) {
            simd::run(self.isa, &self.ops, r, g, b);
        }
        if !r_tail.is_empty() {
            self.apply_few(r_tail, g_tail, b_tail);
        }
    }

    /// Fewer pixels than the widest register: padded, so that they take the same road.
    fn apply_few(&self, r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
        let n = r.len();
        let mut pad = [[0.0; MAX_LANES]; 3];
        for (pad, plane) in pad.iter_mut().zip([&*r, &*g, &*b]) {
            pad[..n].copy_from_slice(plane);
        }
        let [pr, pg, pb] = &mut pad;
        simd::run(self.isa, &self.ops, pr, pg, pb);
        for (pad, plane) in pad.iter().zip([r, g, b]) {
            plane.copy_from_slice(&pad[..n]);
        }
    }

    /// Transforms a picture in place on the threads of the current rayon pool. Alpha stays.
    pub fn apply_image(&self, image: &mut Image) {
        let [r, g, b] = &mut image.planes;
        r.par_chunks_mut(JOB).zip_eq(g.par_chunks_mut(JOB)).zip_eq(b.par_chunks_mut(JOB)).for_each(|((r, g), b)| self.apply(r, g, b));
    }

    /// One pixel, the same bits as in a picture.
    pub fn pixel(&self, rgb: [f32; 3]) -> [f32; 3] {
        let [mut r, mut g, mut b] = rgb.map(|x| [x]);
        self.apply(&mut r, &mut g, &mut b);
        [r[0], g[0], b[0]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    /// Numbers of all sizes and signs, with every special value among them.
    fn noise(n: usize, mut seed: u64) -> Vec<f32> {
        let special = [0.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE, 1e-40, f32::MAX, f32::MIN, 1.0];
        (0..n)
            .map(|i| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let u = (seed >> 40) as f32 / (1u64 << 24) as f32;
                match i % 7 {
                    0 => special[(seed >> 33) as usize % special.len()],
                    1 => (u * 40.0 - 20.0).exp2(),
                    2 => -(u * 40.0 - 20.0).exp2(),
                    _ => u * 1.2 - 0.1,
                }
            })
            .collect()
    }

    fn chains() -> Vec<(&'static str, Vec<Op>)> {
        super::super::test_chains()
    }

    fn bits(planes: &[Vec<f32>; 3]) -> Vec<u32> {
        planes.iter().flatten().map(|x| x.to_bits()).collect()
    }

    fn run(p: &Processor, planes: &[Vec<f32>; 3]) -> [Vec<f32>; 3] {
        let mut out = planes.clone();
        let [r, g, b] = &mut out;
        p.apply(r, g, b);
        out
    }

    #[test]
    fn vector_and_plain_code_give_the_same_bits() {
        let planes = [noise(5000, 1), noise(5000, 2), noise(5000, 3)];
        for (name, ops) in chains() {
            let plain = run(&Processor::single(&ops), &planes);
            assert!(plain.iter().flatten().all(|x| x.is_finite()), "{name} is not finite");
            for &isa in Isa::available() {
                assert_eq!(bits(&run(&Processor::with_isa(&ops, isa), &planes)), bits(&plain), "{name} with {isa:?}");
            }
        }
    }

    #[test]
    fn any_length_and_place_gives_the_same_bits() {
        let planes = [noise(2100, 4), noise(2100, 5), noise(2100, 6)];
        for (name, ops) in chains() {
            let p = Processor::new(&ops);
            let whole = run(&p, &planes);
            for (from, to) in [(0, 1), (0, 7), (3, 12), (1, 1030), (17, 2100), (2099, 2100), (5, 5)] {
                let part = run(&p, &planes.clone().map(|x| x[from..to].to_vec()));
                assert_eq!(bits(&part), bits(&whole.clone().map(|x| x[from..to].to_vec())), "{name} {from}..{to}");
            }
            let pixel = p.pixel([0, 1, 2].map(|c| planes[c][1234]));
            assert_eq!(pixel.map(f32::to_bits), [0, 1, 2].map(|c| whole[c][1234].to_bits()), "{name}");
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let size = Size::new(333, 211);
        let image = Image::from_planes(size, [noise(size.area(), 7), noise(size.area(), 8), noise(size.area(), 9)]);
        for (name, ops) in chains() {
            let p = Processor::new(&ops);
            let expected = bits(&run(&p, &image.planes));
            for threads in [1, 2, 3, 8] {
                let mut out = image.clone();
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| p.apply_image(&mut out));
                assert_eq!(bits(&out.planes), expected, "{name} on {threads} threads");
            }
        }
    }
}
