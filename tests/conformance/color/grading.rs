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

#[test]
fn grades_match_opencolorio() {
    for (name, op) in cases() {
        let Some(case) = Golden::open(&format!("grading/{name}.csv")) else { return };
        let ops = [op];
        let (exact, fast) = (case.exact(&ops), case.fast(&ops));
        let peer = worst(&exact, case.column("ocio").unwrap(), relative);
        println!("{name}: peer {peer:?} {:?}", case.input[peer.sample]);
        let cpu = worst(&fast, &exact, relative);
        println!("{name}: cpu {cpu:?} {:?}", case.input[cpu.sample]);
    }
}
