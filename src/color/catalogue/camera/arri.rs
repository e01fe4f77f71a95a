//! ARRI. "ALEXA Log C Curve: Usage in VFX", 2017; "ARRI LogC4 Logarithmic Color Space", 2022.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    exact,
    ops::{
        Op,
        curve::{Curve, Log, Shoulder},
    },
    rgb::{Adaptation, Chromaticities, D65},
};

pub const WIDE_GAMUT_3: Chromaticities = Chromaticities::new([0.684, 0.313], [0.221, 0.848], [0.0861, -0.102], D65);
pub const WIDE_GAMUT_4: Chromaticities = Chromaticities::new([0.7347, 0.2653], [0.1424, 0.8576], [0.0991, -0.0308], D65);

/// LogC4: 18 bits of sensor range above a black of 95 / 1023, 14 stops over the rest.
fn log_c4() -> Log {
    let a: f64 = (262144.0 - 16.0) / 117.45;
    let (b, c): (f64, f64) = ((1023.0 - 95.0) / 1023.0, 95.0 / 1023.0);
    let slope = 7.0 * std::f64::consts::LN_2 * exact::exp2(7.0 - 14.0 * c / b) / (a * b);
    let black = (exact::exp2(6.0 - 14.0 * c / b) - 64.0) / a;
    Log::to_base(2.0, 14.0 / b, 6.0 - 14.0 * c / b, 1.0 / a, -64.0 / a).with_line_below(0.0, slope, black)
}

/// Version 2 of the input transforms: with the shoulder.
fn log_c3(ei: f64) -> Vec<Op> {
    let (mut ops, maximum) = log_c3_plain(ei);
    if maximum > 1.0 {
        ops.insert(0, Op::curve(Curve::decode(Shoulder { maximum })));
    }
    ops
}

/// The ops without shoulder, and the code that the plain curve gives the sensor's maximum.
///
/// LogC3 at an exposure index, by ARRI's formula rather than its rounded table: the encoding gain falls with the EI, the black
/// offset is found by three iterations, and where the sensor's maximum would pass code 1 a shoulder holds it.
fn log_c3_plain(ei: f64) -> (Vec<Op>, f64) {
    const BLACK: f64 = 16.0 / 4095.0;
    const MID_GREY: f64 = 0.01;
    const GAIN: f64 = 500.0 / 1023.0 * 0.525;
    const OFFSET: f64 = 400.0 / 1023.0;
    const CUT: f64 = 1.0 / 9.0;
    const NOMINAL: f64 = 400.0;

    let slope = 1.0 / (CUT * std::f64::consts::LN_10);
    let start = exact::log10(CUT) - slope * CUT;
    let exposure = ei / NOMINAL;
    let grey = MID_GREY / exposure;
    let gain = (exact::log2(exposure) * (0.89 - 1.0) / 3.0 + 1.0) * GAIN;
    let (mut offset, mut zero) = (OFFSET, 0.0);
    for _ in 0..3 {
        zero = ((95.0 / 1023.0 - offset) / gain - start) / slope;
        offset = OFFSET - exact::log10(1.0 + zero) * gain;
    }
    let maximum = exact::log10((1.0 - BLACK) / grey + zero) * gain + offset;

    // Sensor signal to scene light: 18 % grey is MID_GREY at the nominal EI.
    let light = 0.18 / (MID_GREY * NOMINAL / ei);
    let scale = grey * light;
    let curve = Log::to_base(10.0, 1.0 / gain, -offset / gain, scale, -zero * scale).with_line(
        gain * (slope * CUT + start) + offset,
        scale / (gain * slope),
        (-(offset / gain + start) / slope - zero) * scale,
    );
    (input(curve, &to_aces(&WIDE_GAMUT_3, Adaptation::Cat02)), maximum)
}

/// An exposure index whose curve needs no shoulder: both versions of the input transform are one, but for the six digits
/// that the first was printed with (up to 9e-5 of the value).
macro_rules! log_c3 {
    ($name:literal, $ei:literal $(, $id:literal)*) => {
        Named {
            name: $name,
            title: concat!("ARRI LogC3 EI ", $ei, " / Wide Gamut 3"),
            kind: Kind::Input,
            ids: &[
                $($id,)*
                concat!("IDT.ARRI.Alexa-v3-logC-EI", $ei, ".a1.v2"),
                concat!("IDT.ARRI.Alexa-v3-logC-EI", $ei, ".a1.v1"),
                concat!("ARRI LogC3 EI", $ei, " (formula incl. shoulder)"),
            ],
            build: |_| log_c3(f64::from($ei)),
        }
    };
}

/// An exposure index whose second version has the shoulder.
macro_rules! log_c3_shoulder {
    ($name:literal, $ei:literal) => {
        Named {
            name: $name,
            title: concat!("ARRI LogC3 EI ", $ei, " / Wide Gamut 3"),
            kind: Kind::Input,
            ids: &[concat!("IDT.ARRI.Alexa-v3-logC-EI", $ei, ".a1.v2"), concat!("ARRI LogC3 EI", $ei, " (formula incl. shoulder)")],
            build: |_| log_c3(f64::from($ei)),
        }
    };
}

/// The first version of an input transform, from before the shoulder was described.
macro_rules! log_c3_first {
    ($name:literal, $ei:literal) => {
        Named {
            name: $name,
            title: concat!("ARRI LogC3 EI ", $ei, " / Wide Gamut 3, first version: no shoulder"),
            kind: Kind::Input,
            ids: &[concat!("IDT.ARRI.Alexa-v3-logC-EI", $ei, ".a1.v1")],
            build: |_| log_c3_plain(f64::from($ei)).0,
        }
    };
}

pub const ROWS: &[Named] = &[
    Named {
        name: "arri-logc4",
        title: "ARRI LogC4 / Wide Gamut 4",
        kind: Kind::Input,
        ids: &["CSC.Arri.LogC4_to_ACES.a2.v1", "IDT.ARRI.ARRI-LogC4.a1.v1", "ARRI_LOGC4_to_ACES2065-1"],
        build: |_| input(log_c4(), &to_aces(&WIDE_GAMUT_4, Adaptation::Cat02)),
    },
    log_c3!(
        "arri-logc3",
        800,
        "CSC.Arri.LogC3_to_ACES.a2.v1",
        "ACEScsc.Academy.LogC_EI800_AWG_to_ACES.a1.1.0",
        "ACEScsc.LogC_EI800_AWG_to_ACES.a1.v1",
        "arri-logc3-ei800",
        "ARRI_ALEXA-LOGC-EI800-AWG_to_ACES2065-1"
    ),
    log_c3!("arri-logc3-ei160", 160),
    log_c3!("arri-logc3-ei200", 200),
    log_c3!("arri-logc3-ei250", 250),
    log_c3!("arri-logc3-ei320", 320),
    log_c3!("arri-logc3-ei400", 400),
    log_c3!("arri-logc3-ei500", 500),
    log_c3!("arri-logc3-ei640", 640),
    log_c3!("arri-logc3-ei1000", 1000),
    log_c3!("arri-logc3-ei1280", 1280),
    log_c3_shoulder!("arri-logc3-ei1600", 1600),
    log_c3_shoulder!("arri-logc3-ei2000", 2000),
    log_c3_shoulder!("arri-logc3-ei2560", 2560),
    log_c3_shoulder!("arri-logc3-ei3200", 3200),
    log_c3_first!("arri-logc3-ei1600-v1", 1600),
    log_c3_first!("arri-logc3-ei2000-v1", 2000),
    log_c3_first!("arri-logc3-ei2560-v1", 2560),
    log_c3_first!("arri-logc3-ei3200-v1", 3200),
];
