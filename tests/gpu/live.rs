//! Controls move numbers, not code.

use super::{chart, device, preview::show};
use prelight::{
    color::{Cdl, CdlStyle, Op, Processor, transform},
    gpu::{self, Preview, Program, Target},
    image::Size,
    pipeline::Stage,
};
use std::sync::Arc;

/// A graded road: to_aces, look and to_display as a plan has them.
fn road(stops: f64, grade: Cdl) -> [Vec<Op>; 3] {
    let look = [transform("acescct", true).unwrap(), vec![Op::Cdl(grade)], transform("acescct", false).unwrap()].concat();
    [vec![Op::exposure(stops)], look, transform("srgb", false).unwrap()]
}

fn program(road: &[Vec<Op>; 3]) -> Program {
    let mut builder = prelight::color::WgslBuilder::new();
    for (name, ops) in ["to_aces", "look", "to_display"].into_iter().zip(road) {
        builder.function(name, ops).unwrap();
    }
    builder.finish().into()
}

#[test]
fn exposure_and_cdl_compile_nothing() {
    let Some(device) = device() else { return };
    let mut preview = Preview::new(device.device.clone(), device.queue.clone()).unwrap();
    let raw = Arc::new(chart::chart(Size::new(64, 36), 1.0, false, 3));
    let grade = |x: f64| Cdl::new([1.0 + x, 1.0, 1.0 - x], [x * 0.1, 0.0, -x * 0.05], [1.0, 1.0 + x, 1.0], 1.0 - x, CdlStyle::NoClamp);
    let mut seen = vec![];
    for (stops, x) in [(0.0, 0.0), (0.5, 0.0), (0.5, 0.2), (-1.25, -0.3)] {
        let road = road(stops, grade(x));
        let program = Arc::new(program(&road));
        preview.add_program(&program).unwrap();
        let target = Target { raw: raw.clone(), draft: None, program, stage: Stage::Look, gain: 1.0 };
        show(&mut preview, &target);
        let reference = Processor::new(&road[..2].concat());
        let readback = preview.readback().unwrap();
        let (worst, at) = gpu::difference(&readback, &raw, &reference, |v| v, &Default::default()).unwrap();
        assert!(worst < 4e-5, "{stops} stops, grade {x}: {worst} at {at:?}");
        seen.push(readback.rows(0, 36, &Default::default()).unwrap());
    }
    assert_eq!(preview.compilations(), 1);
    seen.dedup();
    assert_eq!(seen.len(), 4, "each control changes the picture");
}
