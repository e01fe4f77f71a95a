//! ARRI. "ALEXA Log C Curve: Usage in VFX", 2017; "ARRI LogC4 Logarithmic Color Space", 2022.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
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
    let slope = 7.0 * std::f64::consts::LN_2 * (7.0 - 14.0 * c / b).exp2() / (a * b);
    let black = ((6.0 - 14.0 * c / b).exp2() - 64.0) / a;
    Log::to_base(2.0, 14.0 / b, 6.0 - 14.0 * c / b, 1.0 / a, -64.0 / a).with_line_below(0.0, slope, black)
}

/// LogC3 at an exposure index, by ARRI's formula rather than its rounded table: the encoding gain falls with the EI, the black
/// offset is found by three iterations, and where the sensor's maximum would pass code 1 a shoulder holds it.
fn log_c3(ei: f64) -> Vec<Op> {
    const BLACK: f64 = 16.0 / 4095.0;
    const MID_GREY: f64 = 0.01;
    const GAIN: f64 = 500.0 / 1023.0 * 0.525;
    const OFFSET: f64 = 400.0 / 1023.0;
    const CUT: f64 = 1.0 / 9.0;
    const NOMINAL: f64 = 400.0;

    let slope = 1.0 / (CUT * std::f64::consts::LN_10);
    let start = CUT.log10() - slope * CUT;
    let exposure = ei / NOMINAL;
    let grey = MID_GREY / exposure;
    let gain = (exposure.log2() * (0.89 - 1.0) / 3.0 + 1.0) * GAIN;
    let (mut offset, mut zero) = (OFFSET, 0.0);
    for _ in 0..3 {
        zero = ((95.0 / 1023.0 - offset) / gain - start) / slope;
        offset = OFFSET - (1.0 + zero).log10() * gain;
    }
    let maximum = ((1.0 - BLACK) / grey + zero).log10() * gain + offset;

    // Sensor signal to scene light: 18 % grey is MID_GREY at the nominal EI.
    let light = 0.18 / (MID_GREY * NOMINAL / ei);
    let scale = grey * light;
    let curve = Log::to_base(10.0, 1.0 / gain, -offset / gain, scale, -zero * scale).with_line(
        gain * (slope * CUT + start) + offset,
        scale / (gain * slope),
        (-(offset / gain + start) / slope - zero) * scale,
    );
    let mut ops = input(curve, &to_aces(&WIDE_GAMUT_3, Adaptation::Cat02));
    if maximum > 1.0 {
        ops.insert(0, Op::curve(Curve::decode(Shoulder { maximum })));
    }
    ops
}

pub const ROWS: &[Named] = &[
    Named {
        name: "arri-logc4",
        title: "ARRI LogC4 / Wide Gamut 4",
        kind: Kind::Input,
        ids: &["CSC.Arri.LogC4_to_ACES.a2.v1", "IDT.ARRI.ARRI-LogC4.a1.v1", "ARRI_LOGC4_to_ACES2065-1"],
        build: |_| input(log_c4(), &to_aces(&WIDE_GAMUT_4, Adaptation::Cat02)),
    },
    Named {
        name: "arri-logc3-ei160",
        title: "ARRI LogC3 EI 160 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI160.a1.v2", "ARRI LogC3 EI160 (formula incl. shoulder)"],
        build: |_| log_c3(160.0),
    },
    Named {
        name: "arri-logc3-ei200",
        title: "ARRI LogC3 EI 200 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI200.a1.v2", "ARRI LogC3 EI200 (formula incl. shoulder)"],
        build: |_| log_c3(200.0),
    },
    Named {
        name: "arri-logc3-ei250",
        title: "ARRI LogC3 EI 250 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI250.a1.v2", "ARRI LogC3 EI250 (formula incl. shoulder)"],
        build: |_| log_c3(250.0),
    },
    Named {
        name: "arri-logc3-ei320",
        title: "ARRI LogC3 EI 320 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI320.a1.v2", "ARRI LogC3 EI320 (formula incl. shoulder)"],
        build: |_| log_c3(320.0),
    },
    Named {
        name: "arri-logc3-ei400",
        title: "ARRI LogC3 EI 400 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI400.a1.v2", "ARRI LogC3 EI400 (formula incl. shoulder)"],
        build: |_| log_c3(400.0),
    },
    Named {
        name: "arri-logc3-ei500",
        title: "ARRI LogC3 EI 500 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI500.a1.v2", "ARRI LogC3 EI500 (formula incl. shoulder)"],
        build: |_| log_c3(500.0),
    },
    Named {
        name: "arri-logc3-ei640",
        title: "ARRI LogC3 EI 640 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI640.a1.v2", "ARRI LogC3 EI640 (formula incl. shoulder)"],
        build: |_| log_c3(640.0),
    },
    Named {
        name: "arri-logc3",
        title: "ARRI LogC3 EI 800 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &[
            "CSC.Arri.LogC3_to_ACES.a2.v1",
            "IDT.ARRI.Alexa-v3-logC-EI800.a1.v2",
            "ACEScsc.Academy.LogC_EI800_AWG_to_ACES.a1.1.0",
            "ACEScsc.LogC_EI800_AWG_to_ACES.a1.v1",
            "arri-logc3-ei800",
            "ARRI_ALEXA-LOGC-EI800-AWG_to_ACES2065-1",
        ],
        build: |_| log_c3(800.0),
    },
    Named {
        name: "arri-logc3-ei1000",
        title: "ARRI LogC3 EI 1000 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI1000.a1.v2", "ARRI LogC3 EI1000 (formula incl. shoulder)"],
        build: |_| log_c3(1000.0),
    },
    Named {
        name: "arri-logc3-ei1280",
        title: "ARRI LogC3 EI 1280 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI1280.a1.v2", "ARRI LogC3 EI1280 (formula incl. shoulder)"],
        build: |_| log_c3(1280.0),
    },
    Named {
        name: "arri-logc3-ei1600",
        title: "ARRI LogC3 EI 1600 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI1600.a1.v2", "ARRI LogC3 EI1600 (formula incl. shoulder)"],
        build: |_| log_c3(1600.0),
    },
    Named {
        name: "arri-logc3-ei2000",
        title: "ARRI LogC3 EI 2000 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI2000.a1.v2", "ARRI LogC3 EI2000 (formula incl. shoulder)"],
        build: |_| log_c3(2000.0),
    },
    Named {
        name: "arri-logc3-ei2560",
        title: "ARRI LogC3 EI 2560 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI2560.a1.v2", "ARRI LogC3 EI2560 (formula incl. shoulder)"],
        build: |_| log_c3(2560.0),
    },
    Named {
        name: "arri-logc3-ei3200",
        title: "ARRI LogC3 EI 3200 / Wide Gamut 3",
        kind: Kind::Input,
        ids: &["IDT.ARRI.Alexa-v3-logC-EI3200.a1.v2", "ARRI LogC3 EI3200 (formula incl. shoulder)"],
        build: |_| log_c3(3200.0),
    },
];
