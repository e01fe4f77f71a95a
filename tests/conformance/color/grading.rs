//! Grading ops: the golden group, whose only column is OpenColorIO's f32.

use super::{
    gates::{relative, worst},
    golden::Golden,
};
use prelight::color::{
    Op,
    grading::{ExposureContrast, GradingPrimary, GradingStyle, GradingTone, PrimaryControls, Rgbm, ToneControls, Zone},
};

fn primary(style: GradingStyle, set: impl FnOnce(&mut PrimaryControls)) -> Op {
    let mut controls = PrimaryControls::neutral(style);
    set(&mut controls);
    Op::GradingPrimary(Box::new(GradingPrimary::new(style, controls).unwrap()))
}

/// The parameters of the corpus generator (`gen/gen_ops.py`).
fn cases() -> Vec<(&'static str, Op)> {
    let contrast = Rgbm::new([1.1, 0.95, 1.0], 1.05);
    let log = primary(GradingStyle::Log, |c| {
        c.brightness = Rgbm::new([0.02, -0.01, 0.03], 0.05);
        c.contrast = contrast;
        c.gamma = Rgbm::new([1.1, 0.9, 1.0], 1.05);
        c.saturation = 1.2;
        (c.pivot, c.pivot_black, c.pivot_white) = (-0.1, 0.05, 0.95);
    });
    let linear = primary(GradingStyle::Linear, |c| {
        c.offset = Rgbm::new([0.01, -0.01, 0.02], 0.0);
        c.exposure = Rgbm::new([0.1, -0.2, 0.0], 0.5);
        c.contrast = contrast;
        c.saturation = 0.8;
        c.pivot = 0.18;
    });
    let video = primary(GradingStyle::Video, |c| {
        c.lift = Rgbm::new([0.01, -0.01, 0.02], 0.0);
        c.gamma = Rgbm::new([1.1, 0.9, 1.0], 1.0);
        c.gain = contrast;
        c.offset = Rgbm::new([0.01, 0.0, 0.0], 0.02);
        c.saturation = 1.1;
    });
    let tone = ToneControls {
        midtones: Zone::new([1.2, 0.9, 1.1], 1.0, 0.4, 0.6),
        highlights: Zone::new([0.8, 1.1, 1.0], 1.0, 0.3, 1.0),
        shadows: Zone::new([1.2, 1.0, 0.9], 1.1, 0.5, 0.0),
        s_contrast: 1.2,
        ..ToneControls::neutral(GradingStyle::Log)
    };
    let exposure =
        |style| Op::ExposureContrast(ExposureContrast { exposure: 0.7, contrast: 1.2, gamma: 0.9, ..ExposureContrast::neutral(style) });
    vec![
        ("grading_primary_log", log),
        ("grading_primary_lin", linear),
        ("grading_primary_video", video),
        ("grading_tone_log", Op::GradingTone(Box::new(GradingTone::new(GradingStyle::Log, tone).unwrap()))),
        ("exposure_contrast_log", exposure(GradingStyle::Log)),
        ("exposure_contrast_linear", exposure(GradingStyle::Linear)),
    ]
}

/// Difference over the larger of the channel, a tenth of the largest channel, and a hundredth: a code value near 0 is a sum of larger
/// numbers.
fn of_code(got: [f64; 3], want: [f64; 3]) -> f64 {
    let largest = want.iter().fold(0.1f64, |m, x| m.max(x.abs()));
    (0..3).map(|i| (got[i] - want[i]).abs() / want[i].abs().max(0.1 * largest)).fold(0.0, |m, e| if e.is_nan() || e > m { e } else { m })
}

#[test]
fn grades_match_opencolorio() {
    for (name, op) in cases() {
        let Some(case) = Golden::open(&format!("grading/{name}.csv")) else { return };
        let ops = [op];
        let linear = name.contains("lin");
        let error = if linear { relative } else { of_code };
        let (exact, fast) = (case.exact(&ops), case.fast(&ops));
        let cpu = worst(&fast, &exact, error);
        assert!(cpu.error < 2e-6, "{name}: cpu {cpu:?} {:?}", case.input[cpu.sample]);
        // The peer raises to powers with 15 bits here even when asked for lossless results, and is f32 else.
        let peer = worst(&exact, case.column("ocio").unwrap(), error);
        let gate = if name.contains("primary") || linear { 6e-5 } else { 2e-6 };
        assert!(peer.error < gate, "{name}: {peer:?} {:?}", case.input[peer.sample]);
        let back = worst(
            &case.exact(&[ops[0].clone(), ops[0].inverse().unwrap()]),
            &case.input.iter().map(|px| px.map(f64::from)).collect::<Vec<_>>(),
            error,
        );
        assert!(back.error < 1e-9, "{name}: back {back:?} {:?}", case.input[back.sample]);
    }
}
