//! Grades and fixed functions that between them take every way through their kernels, for the tests of the instances.

use super::{
    Op, fixed_function,
    grading::{
        ControlPoints, ExposureContrast, GradingHueCurve, GradingPrimary, GradingRgbCurve, GradingStyle, GradingTone, HueCurves,
        PrimaryControls, RgbCurves, Rgbm, ToneControls,
    },
};

const STYLES: [GradingStyle; 3] = [GradingStyle::Log, GradingStyle::Linear, GradingStyle::Video];

/// The ops and their inverses.
pub fn examples() -> Vec<(&'static str, Vec<Op>)> {
    let mut chains = Vec::new();
    for style in STYLES {
        let graded: [(&'static str, Op); 5] = [
            ("exposure and contrast", exposure_contrast(style)),
            ("primary grade", primary(style)),
            ("tone grade", tone(style)),
            ("RGB curves", rgb_curves(style)),
            ("hue curves", hue_curves(style)),
        ];
        chains.extend(graded.into_iter().map(|(name, op)| (name, vec![op])));
    }
    chains.extend(fixed_functions());
    let inverses: Vec<_> = chains.iter().filter_map(|(name, ops)| Some((*name, vec![ops[0].inverse()?]))).collect();
    chains.extend(inverses);
    chains
}

pub fn exposure_contrast(style: GradingStyle) -> Op {
    Op::ExposureContrast(ExposureContrast { exposure: 0.7, contrast: 1.2, gamma: 0.9, ..ExposureContrast::neutral(style) })
}

pub fn primary(style: GradingStyle) -> Op {
    let controls = PrimaryControls {
        brightness: Rgbm::new([0.2, -0.1, 0.3], 0.5),
        contrast: Rgbm::new([1.1, 0.95, 1.0], 1.05),
        gamma: Rgbm::new([1.1, 0.9, 1.0], 1.05),
        offset: Rgbm::new([0.01, -0.01, 0.02], 0.02),
        exposure: Rgbm::new([0.1, -0.2, 0.0], 0.5),
        lift: Rgbm::new([0.01, -0.01, 0.02], 0.0),
        gain: Rgbm::new([1.1, 0.95, 1.0], 1.05),
        saturation: 1.2,
        pivot_black: 0.05,
        pivot_white: 0.95,
        ..PrimaryControls::neutral(style)
    };
    Op::GradingPrimary(Box::new(GradingPrimary::new(style, controls).unwrap()))
}

pub fn tone(style: GradingStyle) -> Op {
    let mut c = ToneControls::neutral(style);
    c.blacks.rgb = [1.3, 0.8, 1.0];
    c.blacks.master = 1.1;
    c.shadows.rgb = [1.2, 1.0, 0.9];
    c.shadows.master = 1.1;
    c.midtones.rgb = [1.2, 0.9, 1.1];
    c.highlights.rgb = [0.8, 1.1, 1.0];
    c.highlights.master = 0.9;
    c.whites.rgb = [1.5, 0.7, 1.0];
    c.whites.master = 1.1;
    c.s_contrast = 1.2;
    Op::GradingTone(Box::new(GradingTone::new(style, c).unwrap()))
}

pub fn rgb_curves(style: GradingStyle) -> Op {
    let bent = |a: f64, b: f64| ControlPoints::new([[0.0, 0.0], [0.3, a], [0.6, b], [1.0, 1.1]]);
    let curves = RgbCurves { red: bent(0.2, 0.7), green: bent(0.35, 0.5), ..RgbCurves::neutral(style) };
    let master = ControlPoints { points: vec![[0.0, 0.02], [1.0, 0.97]], slopes: vec![1.2, 0.6] };
    Op::GradingRgbCurve(Box::new(GradingRgbCurve::new(style, RgbCurves { master, ..curves }, false).unwrap()))
}

pub fn hue_curves(style: GradingStyle) -> Op {
    let points = |points: &[[f64; 2]]| ControlPoints::new(points);
    let curves = HueCurves {
        hue_hue: points(&[[0.05, 0.15], [0.2, 0.3], [0.35, 0.4], [0.45, 0.45], [0.6, 0.7], [0.8, 0.85]]),
        hue_sat: points(&[[-0.1, 1.2], [0.2, 0.7], [0.4, 1.5], [0.5, 0.5], [0.6, 1.4], [0.8, 0.7]]),
        hue_lum: points(&[[0.1, 1.5], [0.2, 0.7], [0.4, 1.4], [0.5, 0.8], [0.8, 0.5]]),
        lum_sat: points(&[[0.05, 1.5], [0.5, 0.9], [1.1, 1.4]]),
        sat_sat: points(&[[0.0, 0.1], [0.5, 0.45], [1.0, 1.1]]),
        lum_lum: points(&[[-0.02, -0.04], [0.2, 0.1], [0.8, 0.95], [1.1, 1.2]]),
        sat_lum: points(&[[0.0, 1.2], [0.6, 0.8], [0.9, 1.1]]),
        hue_fx: points(&[[0.2, 0.05], [0.4, -0.09], [0.6, -0.2], [0.8, 0.05], [0.99, -0.02]]),
    };
    Op::GradingHueCurve(Box::new(GradingHueCurve::new(style, curves, true).unwrap()))
}

fn fixed_functions() -> Vec<(&'static str, Vec<Op>)> {
    let gamut = [1.15, 1.3, 1.4, 0.8, 0.7, 0.85, 1.3];
    let gamut_20 = [100.0, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329];
    let primaries = [0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767];
    let gamma_log = [0.0, 0.25, 0.5, 1.0, 0.0, std::f64::consts::E, 0.17883277, 0.807825590164, 1.0, -0.07116723];
    let double_log = [10.0, 0.1, 0.5, -1.0, -1.0, -1.0, 0.2, 1.0, 1.0, 1.0, 0.5, 1.0, 0.0];
    let named: [(&'static str, &[f64]); 20] = [
        ("RedMod03Fwd", &[]),
        ("RedMod10Fwd", &[]),
        ("Glow03Fwd", &[]),
        ("Glow10Fwd", &[]),
        ("DarkToDim10", &[]),
        ("GamutComp13Fwd", &gamut),
        ("Rec2100SurroundFwd", &[1.2]),
        ("Rec2100SurroundRev", &[0.78]),
        ("RGB_TO_HSV", &[]),
        ("RGB_TO_HSY_LOG", &[]),
        ("RGB_TO_HSY_LIN", &[]),
        ("RGB_TO_HSY_VID", &[]),
        ("XYZ_TO_xyY", &[]),
        ("XYZ_TO_uvY", &[]),
        ("XYZ_TO_LUV", &[]),
        ("RGB_TO_JMh_20", &primaries),
        ("ToneScaleCompress20Fwd", &[1000.0]),
        ("GamutCompress20Fwd", &gamut_20),
        ("Lin_TO_GammaLog", &gamma_log),
        ("Lin_TO_DoubleLog", &double_log),
    ];
    named.into_iter().map(|(name, params)| (name, fixed_function(name, params).unwrap())).collect()
}
