//! Working and exchange spaces, and the plain curves and matrices between them: to ACES2065-1.

use super::{Kind, Named, camera, camera::to_aces};
use crate::color::{
    ops::{
        Ootf, Op,
        curve::{AcesCc, Curve, CurveKind, Hlg, Log, MonCurve, Negatives, Power, Pq},
        invert,
    },
    rgb::{self, AP0, AP1, AP1_TO_AP0, Adaptation, Chromaticities, D65, Mat3, P3_D65, REC709, REC2020},
};

/// Adobe RGB (1998).
const ADOBE_RGB: Chromaticities = Chromaticities::new([0.64, 0.33], [0.21, 0.71], [0.15, 0.06], D65);

/// Academy S-2016-001: a logarithm to base 2 with a linear toe.
pub fn acescct() -> Log {
    const SLOPE: f64 = 10.5402377416545;
    Log::to_base(2.0, 17.52, -9.72, 1.0, 0.0).with_line(0.155251141552511, 1.0 / SLOPE, -0.0729055341958355 / SLOPE)
}

/// Academy S-2013-001: `step` codes a stop from `middle` at 2^-2.5, the legal codes of video over `full`. As real numbers, not
/// rounded to codes: that is for whoever stores them.
fn acesproxy(full: f64, step: f64, middle: f64, legal: [f64; 2]) -> Vec<Op> {
    let log = Log::to_base(2.0, full / step, -middle / step - 2.5, 1.0, 0.0);
    vec![Op::clamp(legal[0] / full, legal[1] / full), Op::curve(Curve::decode(log)), Op::matrix(AP1_TO_AP0)]
}

/// ITU-R BT.2390-0, section 7: a PQ picture of up to 1000 nit as an HLG signal that shows the same on a display of 1000 nit.
fn pq_to_hlg_1000() -> Vec<Op> {
    vec![Op::curve(Curve::decode(Pq)), Op::scale(0.1), Op::Ootf(Ootf::new(1.0 / 1.2)), Op::curve(Curve::encode(Hlg { white: 1.0 }))]
}

/// Linear light of `space`, Bradford-adapted, to ACES2065-1.
fn linear(space: &Chromaticities) -> Vec<Op> {
    vec![Op::matrix(to_aces(space, Adaptation::Bradford))]
}

fn encoded(curve: impl Into<CurveKind>, m: Mat3) -> Vec<Op> {
    vec![Op::curve(Curve::decode(curve)), Op::matrix(m)]
}

/// A texture space: a pure power that leaves negatives as they are.
fn gamma(exponent: f64, space: &Chromaticities) -> Vec<Op> {
    encoded(Power { exponent, negatives: Negatives::Pass }, to_aces(space, Adaptation::Bradford))
}

fn moncurve(gamma: f64, offset: f64, space: &Chromaticities) -> Vec<Op> {
    encoded(MonCurve { gamma, offset, negatives: Negatives::Pass }, to_aces(space, Adaptation::Bradford))
}

/// XYZ under D65 from ACES, inverted: to ACES2065-1.
fn xyz_d65() -> Vec<Op> {
    vec![Op::matrix(rgb::multiply(&rgb::XYZ_TO_AP0, &rgb::adaptation_bradford(D65, AP0.white)))]
}

pub fn rows() -> Vec<Named> {
    ROWS.to_vec()
}

const ROWS: &[Named] = &[
    Named {
        name: "aces2065-1",
        title: "ACES2065-1",
        kind: Kind::WorkingSpace,
        ids: &["CSC.Academy.Unity.a2.v1", "ACESutil.Unity.a1.0.3", "ACESlib.Unity.a1.0.1", "ACESlib.Unity.a1.0.0"],
        build: |_| Vec::new(),
    },
    Named {
        name: "acescg",
        title: "ACEScg",
        kind: Kind::WorkingSpace,
        ids: &[
            "CSC.Academy.ACEScg_to_ACES.a2.v1",
            "ACEScsc.Academy.ACEScg_to_ACES.a1.0.3",
            "ACEScsc.ACEScg_to_ACES.a1.0.3",
            "ACEScsc.ACEScg_to_ACES.a1.0.1",
            "ACEScsc.ACEScg_to_ACES.a1.0.0",
            "ACEScg_to_ACES2065-1",
            "Linear AP1",
        ],
        build: |_| vec![Op::matrix(AP1_TO_AP0)],
    },
    Named {
        name: "acescct",
        title: "ACEScct",
        kind: Kind::WorkingSpace,
        ids: &[
            "CSC.Academy.ACEScct_to_ACES.a2.v1",
            "ACEScsc.Academy.ACEScct_to_ACES.a1.0.3",
            "ACEScsc.ACEScct_to_ACES.a1.0.3",
            "ACEScct_to_ACES2065-1",
        ],
        build: |_| encoded(acescct(), AP1_TO_AP0),
    },
    Named {
        name: "acescc",
        title: "ACEScc",
        kind: Kind::WorkingSpace,
        ids: &[
            "CSC.Academy.ACEScc_to_ACES.a2.v1",
            "ACEScsc.Academy.ACEScc_to_ACES.a1.0.3",
            "ACEScsc.ACEScc_to_ACES.a1.0.3",
            "ACEScsc.ACEScc_to_ACES.a1.0.1",
            "ACEScsc.ACEScc_to_ACES.a1.0.0",
            "ACEScc_to_ACES2065-1",
        ],
        build: |_| encoded(AcesCc, AP1_TO_AP0),
    },
    Named {
        name: "acesproxy10",
        title: "ACESproxy, 10 bit, codes over 1023",
        kind: Kind::WorkingSpace,
        ids: &[
            "CSC.Academy.ACESproxy10i_to_ACES.a2.v1",
            "ACEScsc.Academy.ACESproxy10i_to_ACES.a1.0.3",
            "ACEScsc.ACESproxy10i_to_ACES.a1.0.3",
            "ACEScsc.ACESproxy10i_to_ACES.a1.0.1",
            "ACEScsc.ACESproxy10i_to_ACES.a1.0.0",
            "ACESproxy10i_to_ACES2065-1",
        ],
        build: |_| acesproxy(1023.0, 50.0, 425.0, [64.0, 940.0]),
    },
    Named {
        name: "acesproxy12",
        title: "ACESproxy, 12 bit, codes over 4095",
        kind: Kind::WorkingSpace,
        ids: &[
            "CSC.Academy.ACESproxy12i_to_ACES.a2.v1",
            "ACEScsc.Academy.ACESproxy12i_to_ACES.a1.0.3",
            "ACEScsc.ACESproxy12i_to_ACES.a1.0.3",
            "ACEScsc.ACESproxy12i_to_ACES.a1.0.1",
            "ACEScsc.ACESproxy12i_to_ACES.a1.0.0",
        ],
        build: |_| acesproxy(4095.0, 200.0, 1700.0, [256.0, 3760.0]),
    },
    Named {
        name: "acescct-curve",
        title: "The ACEScct curve alone: code value to linear",
        kind: Kind::Curve,
        ids: &["CURVE - ACEScct-LOG_to_LINEAR"],
        build: |_| vec![Op::curve(Curve::decode(acescct()))],
    },
    Named {
        name: "pq-curve",
        title: "The PQ curve alone: signal to light, 1.0 = 100 nit",
        kind: Kind::Curve,
        ids: &["CURVE - ST-2084_to_LINEAR"],
        build: |_| vec![Op::curve(Curve::decode(Pq))],
    },
    Named {
        name: "pq-to-nits",
        title: "PQ signal to luminance in cd/m2",
        kind: Kind::Curve,
        ids: &[
            "ACESutil.DolbyPQ_to_Lin.a1.0.3",
            "ACESlib.DolbyPQ_to_Lin.a1.0.1",
            "ACESlib.ST2048_to_Lin.a1.0.1.ctl",
            "ACESlib.SMPTE2048_to_Lin.a1.0.1",
        ],
        build: |_| vec![Op::curve(Curve::decode(Pq)), Op::scale(100.0)],
    },
    Named {
        name: "pq-to-hlg-1000nit",
        title: "BT.2100 PQ signal to HLG signal, 1000 nit",
        kind: Kind::Curve,
        ids: &["ACESutil.DolbyPQ_to_HLG_1000nits.a1.1.0", "ACESutil.DolbyPQ_to_HLG_1000nits.a1.1"],
        build: |_| pq_to_hlg_1000(),
    },
    Named {
        name: "hlg-to-pq-1000nit",
        title: "BT.2100 HLG signal to PQ signal, 1000 nit",
        kind: Kind::Curve,
        ids: &["ACESutil.HLG_to_DolbyPQ_1000nits.a1.1.0", "ACESutil.HLG_to_DolbyPQ_1000nits.a1.1"],
        build: |_| invert(&pq_to_hlg_1000()).unwrap_or_default(),
    },
    Named {
        name: "hlg-curve",
        title: "The HLG curve alone: signal to scene light, 3.0 = signal 1",
        kind: Kind::Curve,
        ids: &["CURVE - HLG-OETF-INVERSE"],
        build: |_| vec![Op::curve(Curve::decode(Hlg { white: 3.0 }))],
    },
    Named { name: "cie-xyz-d65", title: "CIE XYZ under D65, Bradford-adapted", kind: Kind::WorkingSpace, ids: &[], build: |_| xyz_d65() },
    Named {
        name: "linear-rec709",
        title: "Linear BT.709",
        kind: Kind::WorkingSpace,
        ids: &["Linear Rec.709 (sRGB)"],
        build: |_| linear(&REC709),
    },
    Named { name: "linear-p3-d65", title: "Linear P3-D65", kind: Kind::WorkingSpace, ids: &["Linear P3-D65"], build: |_| linear(&P3_D65) },
    Named {
        name: "linear-rec2020",
        title: "Linear BT.2020",
        kind: Kind::WorkingSpace,
        ids: &["Linear Rec.2020"],
        build: |_| linear(&REC2020),
    },
    Named {
        name: "linear-adobe-rgb",
        title: "Linear Adobe RGB (1998)",
        kind: Kind::WorkingSpace,
        ids: &["Linear AdobeRGB"],
        build: |_| linear(&ADOBE_RGB),
    },
    Named {
        name: "linear-arri-wide-gamut-3",
        title: "Linear ARRI Wide Gamut 3",
        kind: Kind::WorkingSpace,
        ids: &["Linear ARRI Wide Gamut 3"],
        build: |_| vec![Op::matrix(to_aces(&camera::WIDE_GAMUT_3, Adaptation::Cat02))],
    },
    Named {
        name: "linear-arri-wide-gamut-4",
        title: "Linear ARRI Wide Gamut 4",
        kind: Kind::WorkingSpace,
        ids: &["Linear ARRI Wide Gamut 4"],
        build: |_| vec![Op::matrix(to_aces(&camera::WIDE_GAMUT_4, Adaptation::Cat02))],
    },
    Named {
        name: "linear-sgamut3",
        title: "Linear S-Gamut3",
        kind: Kind::WorkingSpace,
        ids: &["Linear S-Gamut3"],
        build: |_| vec![Op::matrix(to_aces(&camera::S_GAMUT3, Adaptation::Cat02))],
    },
    Named {
        name: "linear-sgamut3cine",
        title: "Linear S-Gamut3.Cine",
        kind: Kind::WorkingSpace,
        ids: &["Linear S-Gamut3.Cine"],
        build: |_| vec![Op::matrix(to_aces(&camera::S_GAMUT3_CINE, Adaptation::Cat02))],
    },
    Named {
        name: "linear-venice-sgamut3",
        title: "Linear VENICE S-Gamut3",
        kind: Kind::WorkingSpace,
        ids: &["Linear Venice S-Gamut3"],
        build: |_| vec![Op::matrix(camera::VENICE_S_GAMUT3_TO_ACES)],
    },
    Named {
        name: "linear-venice-sgamut3cine",
        title: "Linear VENICE S-Gamut3.Cine",
        kind: Kind::WorkingSpace,
        ids: &["Linear Venice S-Gamut3.Cine"],
        build: |_| vec![Op::matrix(camera::VENICE_S_GAMUT3_CINE_TO_ACES)],
    },
    Named {
        name: "linear-cinema-gamut",
        title: "Linear Canon Cinema Gamut",
        kind: Kind::WorkingSpace,
        ids: &["Linear CinemaGamut D55"],
        build: |_| vec![Op::matrix(to_aces(&camera::CINEMA_GAMUT, Adaptation::Cat02))],
    },
    Named {
        name: "linear-vgamut",
        title: "Linear V-Gamut",
        kind: Kind::WorkingSpace,
        ids: &["Linear V-Gamut"],
        build: |_| linear(&camera::V_GAMUT),
    },
    Named {
        name: "linear-red-wide-gamut",
        title: "Linear REDWideGamutRGB",
        kind: Kind::WorkingSpace,
        ids: &["Linear REDWideGamutRGB"],
        build: |_| linear(&camera::RED_WIDE_GAMUT),
    },
    Named {
        name: "linear-blackmagic-wide-gamut",
        title: "Linear Blackmagic Wide Gamut Gen 5",
        kind: Kind::WorkingSpace,
        ids: &["Linear BMD WideGamut Gen5"],
        build: |_| vec![Op::matrix(to_aces(&camera::WIDE_GAMUT_GEN5, Adaptation::Cat02))],
    },
    Named {
        name: "linear-davinci-wide-gamut",
        title: "Linear DaVinci Wide Gamut",
        kind: Kind::WorkingSpace,
        ids: &["Linear DaVinci WideGamut"],
        build: |_| vec![Op::matrix(to_aces(&camera::DAVINCI_WIDE_GAMUT, Adaptation::Cat02))],
    },
    Named {
        name: "linear-dgamut",
        title: "Linear DJI D-Gamut",
        kind: Kind::WorkingSpace,
        ids: &["Linear D-Gamut"],
        build: |_| vec![Op::matrix(to_aces(&camera::D_GAMUT, Adaptation::Cat02))],
    },
    Named {
        name: "linear-fgamut-c",
        title: "Linear Fujifilm F-Gamut C",
        kind: Kind::WorkingSpace,
        ids: &[],
        build: |_| linear(&camera::F_GAMUT_C),
    },
    Named {
        name: "linear-egamut",
        title: "Linear FilmLight E-Gamut",
        kind: Kind::WorkingSpace,
        ids: &[],
        build: |_| linear(&camera::E_GAMUT),
    },
    Named {
        name: "linear-egamut2",
        title: "Linear FilmLight E-Gamut 2",
        kind: Kind::WorkingSpace,
        ids: &[],
        build: |_| linear(&camera::E_GAMUT_2),
    },
    Named {
        name: "linear-apple-wide-gamut",
        title: "Linear Apple Wide Gamut",
        kind: Kind::WorkingSpace,
        ids: &["Linear Apple Wide Gamut"],
        build: |_| vec![Op::matrix(camera::APPLE_WIDE_GAMUT_TO_ACES)],
    },
    Named {
        name: "srgb-rec709",
        title: "sRGB curve, BT.709 primaries",
        kind: Kind::WorkingSpace,
        ids: &["sRGB Encoded Rec.709 (sRGB)"],
        build: |_| moncurve(2.4, 0.055, &REC709),
    },
    Named {
        name: "srgb-p3-d65",
        title: "sRGB curve, P3-D65 primaries",
        kind: Kind::WorkingSpace,
        ids: &["sRGB Encoded P3-D65"],
        build: |_| moncurve(2.4, 0.055, &P3_D65),
    },
    Named {
        name: "srgb-ap1",
        title: "sRGB curve, AP1 primaries",
        kind: Kind::WorkingSpace,
        ids: &["sRGB Encoded AP1"],
        build: |_| moncurve(2.4, 0.055, &AP1),
    },
    Named {
        name: "camera-rec709",
        title: "BT.709 camera curve",
        kind: Kind::WorkingSpace,
        ids: &["Camera Rec.709"],
        build: |_| moncurve(1.0 / 0.45, 0.099, &REC709),
    },
    Named {
        name: "gamma18-rec709",
        title: "Gamma 1.8, BT.709 primaries",
        kind: Kind::WorkingSpace,
        ids: &["Gamma 1.8 Encoded Rec.709"],
        build: |_| gamma(1.8, &REC709),
    },
    Named {
        name: "gamma22-rec709",
        title: "Gamma 2.2, BT.709 primaries",
        kind: Kind::WorkingSpace,
        ids: &["Gamma 2.2 Encoded Rec.709"],
        build: |_| gamma(2.2, &REC709),
    },
    Named {
        name: "gamma24-rec709",
        title: "Gamma 2.4, BT.709 primaries",
        kind: Kind::WorkingSpace,
        ids: &["Gamma 2.4 Encoded Rec.709"],
        build: |_| gamma(2.4, &REC709),
    },
    Named {
        name: "gamma22-ap1",
        title: "Gamma 2.2, AP1 primaries",
        kind: Kind::WorkingSpace,
        ids: &["Gamma 2.2 Encoded AP1"],
        build: |_| gamma(2.2, &AP1),
    },
    Named {
        name: "gamma22-adobe-rgb",
        title: "Adobe RGB (1998), gamma 563/256",
        kind: Kind::WorkingSpace,
        ids: &["Gamma 2.2 Encoded AdobeRGB"],
        build: |_| gamma(563.0 / 256.0, &ADOBE_RGB),
    },
];
