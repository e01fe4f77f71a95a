//! Academy Density Exchange: film scans (Academy S-2008-002, SMPTE ST 2065-3).
//!
//! Code values are channel-dependent densities; a matrix makes them channel-independent, the curve [`FilmExposure`] turns them
//! into exposure, and another matrix into ACES2065-1.

use crate::color::{
    catalogue::{Kind, Named},
    ops::{
        Matrix, Op,
        curve::{Curve, FilmExposure},
    },
    rgb::{self, Mat3},
};

/// Channel-dependent to channel-independent density.
const CDD_TO_CID: Mat3 = [[0.75573, 0.22197, 0.02230], [0.05901, 0.96928, -0.02829], [0.16134, 0.07406, 0.76460]];
const EXPOSURE_TO_ACES: Mat3 = [[0.72286, 0.12630, 0.15084], [0.11923, 0.76418, 0.11659], [0.01427, 0.08213, 0.90359]];

/// `full` is the code that 1.0 stands for, `unit` the codes of density 1, `black` the code of density 0.
fn adx(full: f64, unit: f64, black: f64) -> Vec<Op> {
    let scale = full / unit;
    let density = Matrix { m: rgb::diagonal([scale; 3]), offset: [-black / unit; 3] };
    let independent = density.then(&Matrix { m: CDD_TO_CID, offset: [0.0; 3] });
    vec![Op::Matrix(independent), Op::curve(Curve::decode(FilmExposure)), Op::matrix(EXPOSURE_TO_ACES)]
}

pub const ROWS: &[Named] = &[
    Named {
        name: "adx10",
        title: "Academy Density Exchange, 10 bit",
        kind: Kind::Input,
        ids: &[
            "CSC.Academy.ADX10_to_ACES.a2.v1",
            "ACEScsc.Academy.ADX10_to_ACES.a1.0.3",
            "ACEScsc.ADX10_to_ACES.a1.0.3",
            "ACEScsc.ADX10_to_ACES.a1.0.1",
            "ACEScsc.ADX10_to_ACES.a1.0.0",
            "ADX10_to_ACES2065-1",
        ],
        build: |_| adx(1023.0, 500.0, 95.0),
    },
    Named {
        name: "adx16",
        title: "Academy Density Exchange, 16 bit",
        kind: Kind::Input,
        ids: &[
            "CSC.Academy.ADX16_to_ACES.a2.v1",
            "ACEScsc.Academy.ADX16_to_ACES.a1.0.3",
            "ACEScsc.ADX16_to_ACES.a1.0.3",
            "ACEScsc.ADX16_to_ACES.a1.0.1",
            "ACEScsc.ADX16_to_ACES.a1.0.0",
            "ADX16_to_ACES2065-1",
        ],
        build: |_| adx(65535.0, 8000.0, 1520.0),
    },
];
