//! The generated WGSL on the golden vectors.

use super::{device, walk::walk};
use prelight::gpu::GpuProcessor;

/// WGSL leaves a GPU the choice of fusing a multiply-add and 2.5 ulp of a division.
const SLACK: f64 = 4.0;

#[test]
fn every_case_that_is_answered_holds_four_times_the_gate() {
    let Some(device) = device() else { return };
    walk("gpu", SLACK, |ops, [r, g, b]| GpuProcessor::new(device, ops).unwrap().apply(r, g, b).unwrap());
}
