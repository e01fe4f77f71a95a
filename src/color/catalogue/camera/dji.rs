//! DJI. "White Paper on D-Log and D-Gamut of DJI Cinema Color System", 2017.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    ops::curve::Log,
    rgb::{Adaptation, Chromaticities, D65},
};

pub const D_GAMUT: Chromaticities = Chromaticities::new([0.71, 0.31], [0.21, 0.88], [0.09, -0.08], D65);

fn d_log() -> Log {
    Log::to_base(10.0, 3.89616, -2.27752, 1.0 / 0.9892, -0.0108 / 0.9892).with_line(0.14, 1.0 / 6.025, -0.0929 / 6.025)
}

pub const ROWS: &[Named] = &[Named {
    name: "dji-dlog-dgamut",
    title: "DJI D-Log / D-Gamut",
    kind: Kind::Input,
    ids: &["CSC.DJI.DLog_DGamut_to_ACES.a1.v1", "D-Log D-Gamut"],
    build: |_| input(d_log(), &to_aces(&D_GAMUT, Adaptation::Cat02)),
}];
