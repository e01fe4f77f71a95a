//! Numbers that are none, and sizes of work, as the CPU has them.

use super::device;
use prelight::{
    color::{Op, Processor, transform},
    gpu::GpuProcessor,
};

fn both(ops: &[Op], input: &[[f32; 3]]) -> Option<[Vec<[f32; 3]>; 2]> {
    let device = device()?;
    let planes = || [0, 1, 2].map(|c| input.iter().map(|px| px[c]).collect::<Vec<f32>>());
    let pixels = |[r, g, b]: [Vec<f32>; 3]| (0..r.len()).map(|i| [r[i], g[i], b[i]]).collect::<Vec<_>>();
    let (mut cpu, mut gpu) = (planes(), planes());
    let [r, g, b] = &mut cpu;
    Processor::new(ops).apply(r, g, b);
    let [r, g, b] = &mut gpu;
    GpuProcessor::new(device, ops).unwrap().apply(r, g, b).unwrap();
    Some([pixels(cpu), pixels(gpu)])
}

#[test]
fn numbers_that_are_none_become_what_the_cpu_makes_of_them() {
    let special = [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, -0.0, 0.0, 0.18, 1.0];
    let mut input = vec![];
    for a in special {
        for b in special {
            input.push([a, b, 0.18]);
            input.push([0.5, a, b]);
            input.push([b, 0.0, a]);
        }
    }
    let aces2 = "Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1";
    for (name, inverse) in
        [("arri-logc4", false), ("arri-logc4", true), ("acescct", false), ("acescct", true), (aces2, false), (aces2, true)]
    {
        let ops = transform(name, inverse).unwrap_or_else(|e| panic!("{name}: {e}"));
        let Some([cpu, gpu]) = both(&ops, &input) else { return };
        for ((px, cpu), gpu) in input.iter().zip(&cpu).zip(&gpu) {
            let largest = cpu.iter().fold(1e-3f32, |m, x| m.max(x.abs()));
            for (c, g) in cpu.iter().zip(gpu) {
                assert!(g.is_finite(), "{name} inverse {inverse} {px:?}: {gpu:?}");
                assert!((c - g).abs() <= 1e-3 * largest, "{name} inverse {inverse} {px:?}: cpu {cpu:?}, gpu {gpu:?}");
            }
        }
    }
}

/// More pixels than a chunk, and no multiple of a workgroup.
#[test]
fn any_number_of_samples_is_computed() {
    for count in [0, 1, 63, 65, (1 << 20) + 77] {
        let input: Vec<[f32; 3]> = (0..count).map(|i| [i as f32, -(i as f32), 0.25]).collect();
        let Some([cpu, gpu]) = both(&[Op::exposure(1.0)], &input) else { return };
        assert_eq!(cpu, gpu, "{count}");
        assert_eq!(gpu.last().copied(), input.last().map(|px| px.map(|x| x * 2.0)));
    }
}
