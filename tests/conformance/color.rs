//! Conformance of `color`: the golden vectors of `corpus/colour`, on the f64 instance and on the CPU kernels.
//!
//! The column `ref` is exact maths and is compared first; `ocio` and `ctl` are peers, used where nothing else is known. Gates
//! are those of the corpus README.

mod aces1;
mod aces2;
mod cases;
mod clf;
mod clf_files;
mod gates;
mod golden;
mod grading;
mod inverses;
mod lut;
mod lut_files;
mod measures;
mod ops;
mod primitives;
mod registry;
mod walk;

/// The walk over all groups on the CPU; the GPU takes the same one.
#[test]
fn every_case_that_is_answered_holds_its_gate() {
    walk::walk("cpu", 1.0, |ops, [r, g, b]| prelight::color::Processor::new(ops).apply(r, g, b));
}
