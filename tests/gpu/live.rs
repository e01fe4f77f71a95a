//! Controls move numbers, not code.

use super::{chart, device, preview::show};
use prelight::{
    color::{Cdl, CdlStyle, Op, Processor, transform},
    color::{Lattice, Numbers},
    gpu::{self, Preview, Program, Target},
    image::{Image, Size},
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
        let d = gpu::difference(&readback, &raw, &reference, |v| v, None, &Default::default()).unwrap();
        assert!(d.max < 4e-5, "{stops} stops, grade {x}: {d:?}");
        seen.push(readback.rows(0, 36, &Default::default()).unwrap());
    }
    assert_eq!(preview.compilations(), 1);
    seen.dedup();
    assert_eq!(seen.len(), 4, "each control changes the picture");
}

#[test]
fn cameras_and_outputs_that_differ_in_numbers_compile_nothing() {
    let Some(device) = device() else { return };
    let mut preview = Preview::new(device.device.clone(), device.queue.clone()).unwrap();
    let raw = Arc::new(chart::chart(Size::new(64, 36), 1.0, false, 3));
    let camera = |red: f64| Op::matrix([[red, 0.21, 0.13], [0.11, 1.17, -0.07], [0.023, -0.31, 1.43]]);
    let output = |name: &str| transform(name, false).unwrap_or_else(|e| panic!("{e}"));
    // Equal numbers are one constant in the source: at 500 nit two of the transform's happen to be.
    let peaks = [2000, 1000, 2000, 1000].map(|peak| format!("ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - HDR-{peak}nit-REC2020_2.0"));
    for (i, peak) in peaks.iter().enumerate() {
        let road = [vec![camera(1.3137 + 0.1 * i as f64)], vec![], output(peak)];
        let program = Arc::new(program(&road));
        preview.add_program(&program).unwrap();
        let target = Target { raw: raw.clone(), draft: None, program, stage: Stage::Display, gain: 1.0 };
        show(&mut preview, &target);
        let reference = Processor::new(&road.concat());
        let d = gpu::difference(&preview.readback().unwrap(), &raw, &reference, |v| v, None, &Default::default()).unwrap();
        assert!(d.max < 2e-4, "{peak}: {d:?}");
    }
    assert_eq!(preview.compilations(), 1);
}

/// Red along x, green along y, blue along z, each node as it is.
#[test]
fn lattices_are_read_node_by_node() {
    let Some(device) = device() else { return };
    let mut preview = Preview::new(device.device.clone(), device.queue.clone()).unwrap();
    let (edge, scale) = (5usize, [1.0, 10.0, 100.0]);
    let node = |i: usize| [i % edge, i / edge % edge, i / edge / edge];
    let program = |sign: f64| {
        let nodes: Vec<[f64; 3]> = (0..edge.pow(3)).map(|i| [0, 1, 2].map(|c| sign * node(i)[c] as f64 * scale[c])).collect();
        let same = "(px: vec3<f32>) -> vec3<f32> { return px; }\n";
        let look_up = "(px: vec3<f32>) -> vec3<f32> { return textureLoad(color_lattice_0, vec3<i32>(px), 0).xyz; }\n";
        let source = format!("fn to_aces{look_up}fn look{same}fn to_display{same}");
        let lattices = vec![Lattice::new(edge, &nodes).unwrap()];
        Arc::new(Program { source, numbers: Numbers { tables: vec![0.0], lattices, live: vec![0.0; 4] } })
    };
    let size = Size::new(edge as u32, (edge * edge) as u32);
    let raw = Arc::new(Image::from_planes(size, [0, 1, 2].map(|c| (0..size.area()).map(|i| node(i)[c] as f32).collect())));
    for sign in [1.0, -1.0] {
        let program = program(sign);
        preview.add_program(&program).unwrap();
        show(&mut preview, &Target { raw: raw.clone(), draft: None, program, stage: Stage::Aces, gain: 1.0 });
        let pixels = preview.readback().unwrap().rows(0, size.height, &Default::default()).unwrap();
        for (i, px) in pixels.iter().enumerate() {
            assert_eq!(px[..3], [0, 1, 2].map(|c| sign as f32 * node(i)[c] as f32 * scale[c] as f32), "node {i}");
        }
    }
    assert_eq!(preview.compilations(), 1, "another LUT of the size is the same pipeline");
}
