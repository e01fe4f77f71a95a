//! Looks that the Academy publishes: ACES2065-1 to ACES2065-1.

use super::{Kind, Named};
use crate::color::{
    ops::{Op, ReferenceGamutCompression},
    rgb::{AP0_TO_AP1, AP1_TO_AP0, Mat3},
};

/// LMT.Academy.BlueLightArtifactFix: desaturates blue, a matrix on ACES2065-1.
const BLUE_LIGHT_FIX: Mat3 =
    [[0.9404372683, -0.0183068787, 0.0778696104], [0.0083786969, 0.8286599939, 0.1629613092], [0.0005471261, -0.0008833746, 1.0003362486]];

pub const ROWS: &[Named] = &[
    Named {
        name: "reference-gamut-compression",
        title: "ACES 1.3 reference gamut compression",
        kind: Kind::Look,
        ids: &[
            "Look.Academy.ReferenceGamutCompress.a2.v1",
            "LMT.Academy.ReferenceGamutCompress.a1.v1.0",
            "LMT.Academy.GamutCompress.a1.3.0",
            "ACES-LMT - ACES 1.3 Reference Gamut Compression",
        ],
        build: |_| vec![Op::matrix(AP0_TO_AP1), Op::GamutCompression(ReferenceGamutCompression::default()), Op::matrix(AP1_TO_AP0)],
    },
    Named {
        name: "blue-light-fix",
        title: "ACES 1 blue light artifact fix",
        kind: Kind::Look,
        ids: &["LMT.Academy.BlueLightArtifactFix.a1.1.0", "LMT.Academy.BlueLightArtifactFix.a1.1", "ACES-LMT - BLUE_LIGHT_ARTIFACT_FIX"],
        build: |_| vec![Op::matrix(BLUE_LIGHT_FIX)],
    },
];
