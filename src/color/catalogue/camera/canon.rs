//! Canon. "Canon Log Gamma Curves" (Log 2 and 3, 2020) as in the ACES CTL; Cinema Gamut from "Color Management of Cinema EOS".

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    ops::curve::{Log, TwoSided},
    rgb::{Adaptation, Chromaticities, D65, Mat3, REC2020},
};

pub const CINEMA_GAMUT: Chromaticities = Chromaticities::new([0.74, 0.27], [0.17, 1.14], [0.08, -0.10], D65);

/// Canon's scale: its curves are in units of 0.9 scene reflectance.
const REFLECTANCE: f64 = 0.9;

/// (10^(±(x - zero) / rate) - 1) / gain, rising and, mirrored, falling below black.
fn log(x: f64, rate: f64, gain: f64, sign: f64) -> Log {
    Log::to_base(10.0, sign / rate, -sign * x / rate, sign * REFLECTANCE / gain, -sign * REFLECTANCE / gain)
}

fn c_log2() -> TwoSided {
    const ZERO: f64 = 0.092864125;
    let (rate, gain) = (0.24136077, 87.099375);
    TwoSided { cut: ZERO, low: log(ZERO, rate, gain, -1.0), high: log(ZERO, rate, gain, 1.0) }
}

fn c_log3() -> TwoSided {
    let (rate, gain) = (0.36726845, 14.98325);
    let slope = REFLECTANCE / 1.9754798;
    TwoSided {
        cut: 0.097465473,
        low: log(0.12783901, rate, gain, -1.0),
        high: log(0.12240537, rate, gain, 1.0).with_line(0.15277891, slope, -0.12512219 * slope),
    }
}

/// Canon's matrices for tungsten (ISO 7589 studio tungsten), from its input transforms of 2021. Those for daylight are the
/// primaries adapted by CAT02.
const CINEMA_GAMUT_TUNGSTEN_TO_ACES: Mat3 =
    [[0.817416293, 0.090755698, 0.091828009], [-0.035361374, 1.065690585, -0.030329211], [0.010390366, -0.299271107, 1.288880741]];
const REC2020_TUNGSTEN_TO_ACES: Mat3 =
    [[0.724488568, 0.115140904, 0.160370529], [0.010659276, 0.839605344, 0.149735380], [0.014560161, -0.028562057, 1.014001897]];

pub const ROWS: &[Named] = &[
    Named {
        name: "canon-clog2-cgamut",
        title: "Canon Log 2 / Cinema Gamut",
        kind: Kind::Input,
        ids: &[
            "CSC.Canon.CLog2_CGamut_to_ACES.a1.v1",
            "IDT.Canon.CanonLog2_CinemaGamut_D55.a1.v2",
            "ACEScsc.Academy.CLog2_CGamut_to_ACES.a1.1.0",
            "ACEScsc.CLog2_CGamut_to_ACES.a1.v1",
            "CANON_CLOG2-CGAMUT_to_ACES2065-1",
        ],
        build: |_| input(c_log2(), &to_aces(&CINEMA_GAMUT, Adaptation::Cat02)),
    },
    Named {
        name: "canon-clog3-cgamut",
        title: "Canon Log 3 / Cinema Gamut",
        kind: Kind::Input,
        ids: &[
            "CSC.Canon.CLog3_CGamut_to_ACES.a1.v1",
            "IDT.Canon.CanonLog3_CinemaGamut_D55.a1.v2",
            "ACEScsc.Academy.CLog3_CGamut_to_ACES.a1.1.0",
            "ACEScsc.CLog3_CGamut_to_ACES.a1.v1",
            "CANON_CLOG3-CGAMUT_to_ACES2065-1",
        ],
        build: |_| input(c_log3(), &to_aces(&CINEMA_GAMUT, Adaptation::Cat02)),
    },
    Named {
        name: "canon-clog2-cgamut-tungsten",
        title: "Canon Log 2 / Cinema Gamut, tungsten",
        kind: Kind::Input,
        ids: &["IDT.Canon.CanonLog2_CinemaGamut_Tng.a1.v2"],
        build: |_| input(c_log2(), &CINEMA_GAMUT_TUNGSTEN_TO_ACES),
    },
    Named {
        name: "canon-clog2-rec2020",
        title: "Canon Log 2 / BT.2020",
        kind: Kind::Input,
        ids: &["CSC.Canon.CLog2_BT2020_to_ACES.a1.v1", "IDT.Canon.CanonLog2_BT2020_D55.a1.v2"],
        build: |_| input(c_log2(), &to_aces(&REC2020, Adaptation::Cat02)),
    },
    Named {
        name: "canon-clog2-rec2020-tungsten",
        title: "Canon Log 2 / BT.2020, tungsten",
        kind: Kind::Input,
        ids: &["IDT.Canon.CanonLog2_BT2020_Tng.a1.v2"],
        build: |_| input(c_log2(), &REC2020_TUNGSTEN_TO_ACES),
    },
    Named {
        name: "canon-clog3-cgamut-tungsten",
        title: "Canon Log 3 / Cinema Gamut, tungsten",
        kind: Kind::Input,
        ids: &["IDT.Canon.CanonLog3_CinemaGamut_Tng.a1.v2"],
        build: |_| input(c_log3(), &CINEMA_GAMUT_TUNGSTEN_TO_ACES),
    },
    Named {
        name: "canon-clog3-rec2020",
        title: "Canon Log 3 / BT.2020",
        kind: Kind::Input,
        ids: &["CSC.Canon.CLog3_BT2020_to_ACES.a1.v1", "IDT.Canon.CanonLog3_BT2020_D55.a1.v2"],
        build: |_| input(c_log3(), &to_aces(&REC2020, Adaptation::Cat02)),
    },
    Named {
        name: "canon-clog3-rec2020-tungsten",
        title: "Canon Log 3 / BT.2020, tungsten",
        kind: Kind::Input,
        ids: &["IDT.Canon.CanonLog3_BT2020_Tng.a1.v2"],
        build: |_| input(c_log3(), &REC2020_TUNGSTEN_TO_ACES),
    },
];
