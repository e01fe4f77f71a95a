//! Canon. "Canon Log Gamma Curves" (Log 2 and 3, 2020) as in the ACES CTL; Cinema Gamut from "Color Management of Cinema EOS".

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    ops::curve::{Log, TwoSided},
    rgb::{Adaptation, Chromaticities, D65},
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

pub const ROWS: &[Named] = &[
    Named {
        name: "canon-clog2-cgamut",
        title: "Canon Log 2 / Cinema Gamut",
        kind: Kind::Input,
        ids: &["CSC.Canon.CLog2_CGamut_to_ACES.a1.v1", "ACEScsc.Academy.CLog2_CGamut_to_ACES.a1.1.0", "CANON_CLOG2-CGAMUT_to_ACES2065-1"],
        build: |_| input(c_log2(), &to_aces(&CINEMA_GAMUT, Adaptation::Cat02)),
    },
    Named {
        name: "canon-clog3-cgamut",
        title: "Canon Log 3 / Cinema Gamut",
        kind: Kind::Input,
        ids: &["CSC.Canon.CLog3_CGamut_to_ACES.a1.v1", "ACEScsc.Academy.CLog3_CGamut_to_ACES.a1.1.0", "CANON_CLOG3-CGAMUT_to_ACES2065-1"],
        build: |_| input(c_log3(), &to_aces(&CINEMA_GAMUT, Adaptation::Cat02)),
    },
];
