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
mod ops;
mod registry;
