//! RED. "White Paper on REDWideGamutRGB and Log3G10", 2017, which also has Log3G12; REDLogFilm is the Cineon curve.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    exact,
    ops::curve::{Log, TwoSided},
    rgb::{Adaptation, Chromaticities, D65},
};

pub const RED_WIDE_GAMUT: Chromaticities = Chromaticities::new([0.780308, 0.304253], [0.121595, 1.493994], [0.095612, -0.084589], D65);

/// Log3G10 v3: linear below code 0.
fn log3g10() -> Log {
    Log::to_base(10.0, 1.0 / 0.224282, 0.0, 1.0 / 155.975327, -1.0 / 155.975327 - 0.01).with_line_below(0.0, 1.0 / 15.1927, -0.01)
}

/// Log3G12: as Log3G10, for 12 stops above middle grey, and mirrored about 0 instead of a line.
fn log3g12() -> TwoSided {
    const RATE: f64 = 1.0 / 0.184904;
    const GAIN: f64 = 1.0 / 347.189667;
    TwoSided { cut: 0.0, low: Log::to_base(10.0, -RATE, 0.0, -GAIN, GAIN), high: Log::to_base(10.0, RATE, 0.0, GAIN, -GAIN) }
}

/// Cineon: 0.002 density a code of 1023, gamma 0.6, white at 685, black at 95.
fn red_log_film() -> Log {
    const RATE: f64 = 0.002 / 0.6;
    let black = exact::pow(10.0, (95.0 - 685.0) * RATE);
    let gain = 1.0 / (1.0 - black);
    Log::to_base(10.0, 1023.0 * RATE, -685.0 * RATE, gain, -black * gain)
}

pub const ROWS: &[Named] = &[
    Named {
        name: "red-log3g10-rwg",
        title: "RED Log3G10 / REDWideGamutRGB",
        kind: Kind::Input,
        ids: &[
            "CSC.Red.Log3G10_RWG_to_ACES.a2.v1",
            "ACEScsc.Academy.Log3G10_RWG_to_ACES.a1.1.0",
            "ACEScsc.Log3G10_RWG_to_ACES.a1.v1",
            "RED_LOG3G10-RWG_to_ACES2065-1",
        ],
        build: |_| input(log3g10(), &to_aces(&RED_WIDE_GAMUT, Adaptation::Bradford)),
    },
    Named {
        name: "red-redlogfilm-rwg",
        title: "RED REDLogFilm / REDWideGamutRGB",
        kind: Kind::Input,
        ids: &["RED_REDLOGFILM-RWG_to_ACES2065-1"],
        build: |_| input(red_log_film(), &to_aces(&RED_WIDE_GAMUT, Adaptation::Bradford)),
    },
    Named {
        name: "red-log3g12-rwg",
        title: "RED Log3G12 / REDWideGamutRGB",
        kind: Kind::Input,
        ids: &[],
        build: |_| input(log3g12(), &to_aces(&RED_WIDE_GAMUT, Adaptation::Bradford)),
    },
];
