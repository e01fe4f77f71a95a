//! Panasonic. "V-Log/V-Gamut Reference Manual", 2014.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    ops::curve::Log,
    rgb::{Adaptation, Chromaticities, D65},
};

pub const V_GAMUT: Chromaticities = Chromaticities::new([0.730, 0.280], [0.165, 0.840], [0.100, -0.030], D65);

fn v_log() -> Log {
    Log::to_base(10.0, 1.0 / 0.241514, -0.598206 / 0.241514, 1.0, -0.00873).with_line_below(0.181, 1.0 / 5.6, -0.125 / 5.6)
}

pub const ROWS: &[Named] = &[Named {
    name: "panasonic-vlog-vgamut",
    title: "Panasonic V-Log / V-Gamut",
    kind: Kind::Input,
    ids: &[
        "CSC.Panasonic.VLog_VGamut_to_ACES.a2.v1",
        "ACEScsc.Academy.VLog_VGamut_to_ACES.a1.1.0",
        "ACEScsc.VLog_VGamut_to_ACES.a1.v1",
        "PANASONIC_VLOG-VGAMUT_to_ACES2065-1",
    ],
    build: |_| input(v_log(), &to_aces(&V_GAMUT, Adaptation::Bradford)),
}];
