//! Sony. "Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3", v1.0.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    ops::curve::Log,
    rgb::{Adaptation, Chromaticities, D65, Mat3},
};

pub const S_GAMUT3: Chromaticities = Chromaticities::new([0.730, 0.280], [0.140, 0.855], [0.100, -0.050], D65);
pub const S_GAMUT3_CINE: Chromaticities = Chromaticities::new([0.766, 0.275], [0.225, 0.800], [0.089, -0.087], D65);

/// The VENICE gamuts have no published primaries; these are Sony's matrices (ACES input transforms of 2018).
pub const VENICE_S_GAMUT3_TO_ACES: Mat3 =
    [[0.7933297411, 0.0890786256, 0.1175916333], [0.0155810585, 1.0327123069, -0.0482933654], [-0.0188647478, 0.0127694121, 1.0060953358]];
pub const VENICE_S_GAMUT3_CINE_TO_ACES: Mat3 =
    [[0.6742570921, 0.2205717359, 0.105171172], [-0.0093136061, 1.1059588614, -0.0966452553], [-0.0382090673, -0.0179383766, 1.0561474439]];

/// S-Log3: 10^((1023 x - 420) / 261.5) * 0.19 - 0.01 from code 171.21 / 1023 up, else a line through code 95.
fn s_log3() -> Log {
    const CUT: f64 = 171.2102946929;
    let slope = 0.01125 / (CUT - 95.0);
    Log::to_base(10.0, 1023.0 / 261.5, -420.0 / 261.5, 0.19, -0.01).with_line_below(CUT / 1023.0, 1023.0 * slope, -95.0 * slope)
}

pub const ROWS: &[Named] = &[
    Named {
        name: "sony-slog3-sgamut3",
        title: "Sony S-Log3 / S-Gamut3",
        kind: Kind::Input,
        ids: &[
            "CSC.Sony.SLog3_SGamut3_to_ACES.a2.v1",
            "IDT.Sony.SLog3_SGamut3.a1.v1",
            "ACEScsc.Academy.SLog3_SGamut3_to_ACES.a1.1.0",
            "SONY_SLOG3-SGAMUT3_to_ACES2065-1",
        ],
        build: |_| input(s_log3(), &to_aces(&S_GAMUT3, Adaptation::Cat02)),
    },
    Named {
        name: "sony-slog3-sgamut3cine",
        title: "Sony S-Log3 / S-Gamut3.Cine",
        kind: Kind::Input,
        ids: &[
            "CSC.Sony.SLog3_SGamut3Cine_to_ACES.a2.v1",
            "IDT.Sony.SLog3_SGamut3Cine.a1.v1",
            "ACEScsc.Academy.SLog3_SGamut3Cine_to_ACES.a1.1.0",
            "SONY_SLOG3-SGAMUT3.CINE_to_ACES2065-1",
        ],
        build: |_| input(s_log3(), &to_aces(&S_GAMUT3_CINE, Adaptation::Cat02)),
    },
    Named {
        name: "sony-venice-slog3-sgamut3",
        title: "Sony VENICE S-Log3 / S-Gamut3",
        kind: Kind::Input,
        ids: &[
            "CSC.Sony.Venice_SLog3_SGamut3_to_ACES.a2.v1",
            "IDT.Sony.Venice_SLog3_SGamut3.a1.v1",
            "ACEScsc.Academy.SLog3_Venice_SGamut3_to_ACES.a1.1.0",
            "SONY_SLOG3-SGAMUT3-VENICE_to_ACES2065-1",
        ],
        build: |_| input(s_log3(), &VENICE_S_GAMUT3_TO_ACES),
    },
    Named {
        name: "sony-venice-slog3-sgamut3cine",
        title: "Sony VENICE S-Log3 / S-Gamut3.Cine",
        kind: Kind::Input,
        ids: &[
            "CSC.Sony.Venice_SLog3_SGamut3Cine_to_ACES.a2.v1",
            "IDT.Sony.Venice_SLog3_SGamut3Cine.a1.v1",
            "ACEScsc.Academy.SLog3_Venice_SGamut3Cine_to_ACES.a1.1.0",
            "SONY_SLOG3-SGAMUT3.CINE-VENICE_to_ACES2065-1",
        ],
        build: |_| input(s_log3(), &VENICE_S_GAMUT3_CINE_TO_ACES),
    },
];
