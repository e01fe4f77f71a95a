//! Sony. "Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3", v1.0; "S-Log: A new LUT for digital production
//! mastering and interchange applications", 2009; "S-Log2" from the F65 input transforms of ACES 1.

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

/// Scene reflectance of S-Log's 100 %.
const REFLECTANCE: f64 = 0.9;
/// S-Log2 holds 219 / 155 times the light of S-Log.
const SLOG2_RANGE: f64 = 219.0 / 155.0;

/// S-Log, with `range` for its full signal: 0.432699 log10(t + 0.037584) + 0.646596 of signal between black and white, a line
/// of slope 5 below t = 0. Sony's codes put black at 64 and white at 940 of 10 bit; `full` is the code that 1.0 stands for.
fn s_log(range: f64, black: f64, white: f64, full: f64) -> Log {
    const RATE: f64 = 0.432699;
    const START: f64 = 0.616596 + 0.03;
    /// The signal of t = 0.
    const ZERO: f64 = 0.030001222851889303;
    let (scale, offset) = (full / (white - black), -black / (white - black));
    let light = range * REFLECTANCE;
    Log::to_base(10.0, scale / RATE, (offset - START) / RATE, light, -0.037584 * light).with_line_below(
        (ZERO - offset) / scale,
        scale / 5.0 * light,
        (offset - ZERO) / 5.0 * light,
    )
}
fn s_log_10(range: f64) -> Log {
    s_log(range, 64.0, 940.0, 1023.0)
}
fn s_log_12(range: f64) -> Log {
    s_log(range, 256.0, 3760.0, 4095.0)
}

/// S-Gamut has the primaries of S-Gamut3. These are the matrices of Sony's own input transforms for the F23, F35 and SRW-9000
/// (S-Log) and the F65 (S-Log2, 5500 K, and 3200 or 4300 K), which include what the cameras' white balance leaves over.
const S_GAMUT_TO_ACES: Mat3 =
    [[0.754338638, 0.133697046, 0.111968437], [0.021198141, 1.005410934, -0.026610548], [-0.009756991, 0.004508563, 1.005253201]];
const S_GAMUT_DAYLIGHT_TO_ACES: Mat3 =
    [[0.8764457030, 0.0145411681, 0.1090131290], [0.0774075345, 0.9529571767, -0.0303647111], [0.0573564351, -0.1151066335, 1.0577501984]];
const S_GAMUT_TUNGSTEN_TO_ACES: Mat3 =
    [[1.0110238740, -0.1362526051, 0.1252287310], [0.1011994504, 0.9562196265, -0.0574190769], [0.0600766530, -0.1010185315, 1.0409418785]];

pub const ROWS: &[Named] = &[
    Named {
        name: "sony-slog3-sgamut3",
        title: "Sony S-Log3 / S-Gamut3",
        kind: Kind::Input,
        ids: &[
            "CSC.Sony.SLog3_SGamut3_to_ACES.a2.v1",
            "IDT.Sony.SLog3_SGamut3.a1.v1",
            "ACEScsc.Academy.SLog3_SGamut3_to_ACES.a1.1.0",
            "ACEScsc.SLog3_SGamut3_to_ACES.a1.v1",
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
            "ACEScsc.SLog3_SGamut3Cine_to_ACES.a1.v1",
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
    Named {
        name: "sony-slog-sgamut",
        title: "Sony S-Log / S-Gamut",
        kind: Kind::Input,
        ids: &[],
        build: |_| input(s_log_10(1.0), &to_aces(&S_GAMUT3, Adaptation::Cat02)),
    },
    Named {
        name: "sony-slog2-sgamut",
        title: "Sony S-Log2 / S-Gamut",
        kind: Kind::Input,
        ids: &[],
        build: |_| input(s_log_10(SLOG2_RANGE), &to_aces(&S_GAMUT3, Adaptation::Cat02)),
    },
    Named {
        name: "sony-slog1-sgamut-10bit",
        title: "Sony S-Log / S-Gamut, F35, 10 bit",
        kind: Kind::Input,
        ids: &["CSC.Sony.SLog1_SGamut_10i_to_ACES.a2.v1", "IDT.Sony.SLog1_SGamut_10i.a1.v1"],
        build: |_| input(s_log_10(1.0), &S_GAMUT_TO_ACES),
    },
    Named {
        name: "sony-slog1-sgamut-12bit",
        title: "Sony S-Log / S-Gamut, F35, 12 bit",
        kind: Kind::Input,
        ids: &["CSC.Sony.SLog1_SGamut_12i_to_ACES.a2.v1", "IDT.Sony.SLog1_SGamut_12i.a1.v1"],
        build: |_| input(s_log_12(1.0), &S_GAMUT_TO_ACES),
    },
    Named {
        name: "sony-slog2-daylight-sgamut-10bit",
        title: "Sony S-Log2 / S-Gamut, F65, daylight, 10 bit",
        kind: Kind::Input,
        ids: &["CSC.Sony.SLog2_SGamut_Daylight_10i_to_ACES.a2.v1", "IDT.Sony.SLog2_SGamut_Daylight_10i.a1.v1"],
        build: |_| input(s_log_10(SLOG2_RANGE), &S_GAMUT_DAYLIGHT_TO_ACES),
    },
    Named {
        name: "sony-slog2-daylight-sgamut-12bit",
        title: "Sony S-Log2 / S-Gamut, F65, daylight, 12 bit",
        kind: Kind::Input,
        ids: &["CSC.Sony.SLog2_SGamut_Daylight_12i_to_ACES.a2.v1", "IDT.Sony.SLog2_SGamut_Daylight_12i.a1.v1"],
        build: |_| input(s_log_12(SLOG2_RANGE), &S_GAMUT_DAYLIGHT_TO_ACES),
    },
    Named {
        name: "sony-slog2-tungsten-sgamut-10bit",
        title: "Sony S-Log2 / S-Gamut, F65, tungsten, 10 bit",
        kind: Kind::Input,
        ids: &["CSC.Sony.SLog2_SGamut_Tungsten_10i_to_ACES.a2.v1", "IDT.Sony.SLog2_SGamut_Tungsten_10i.a1.v1"],
        build: |_| input(s_log_10(SLOG2_RANGE), &S_GAMUT_TUNGSTEN_TO_ACES),
    },
    Named {
        name: "sony-slog2-tungsten-sgamut-12bit",
        title: "Sony S-Log2 / S-Gamut, F65, tungsten, 12 bit",
        kind: Kind::Input,
        ids: &["CSC.Sony.SLog2_SGamut_Tungsten_12i_to_ACES.a2.v1", "IDT.Sony.SLog2_SGamut_Tungsten_12i.a1.v1"],
        build: |_| input(s_log_12(SLOG2_RANGE), &S_GAMUT_TUNGSTEN_TO_ACES),
    },
];
