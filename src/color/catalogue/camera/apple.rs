//! Apple. "Apple Log Profile White Paper", 2023; Apple Log 2 keeps the curve and has a wider gamut, whose matrix is
//! the one OpenColorIO 2.6 publishes.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    ops::curve::AppleLog,
    rgb::{Adaptation, Mat3, REC2020},
};

pub const APPLE_WIDE_GAMUT_TO_ACES: Mat3 = [
    [0.6949610493180958, 0.2414052687853637, 0.06363368189654003],
    [0.0473627464149325, 1.004295925054284, -0.05165867146921581],
    [-0.02198978935988297, -0.02898910497147427, 1.050978894331357],
];

pub const ROWS: &[Named] = &[
    Named {
        name: "apple-log",
        title: "Apple Log / BT.2020",
        kind: Kind::Input,
        ids: &["CSC.Apple.AppleLog_BT2020_to_ACES.a2.v1", "IDT.Apple.AppleLog_BT2020.a1.v1", "APPLE_LOG_to_ACES2065-1"],
        build: |_| input(AppleLog, &to_aces(&REC2020, Adaptation::Bradford)),
    },
    Named {
        name: "apple-log2",
        title: "Apple Log 2 / Apple Wide Gamut",
        kind: Kind::Input,
        ids: &["APPLE_LOG-APPLEWG_to_ACES2065-1"],
        build: |_| input(AppleLog, &APPLE_WIDE_GAMUT_TO_ACES),
    },
];
