//! Displays: CIE XYZ (D65, Y = 1 at 100 nit) to code values.

use super::{Kind, Named};
use crate::color::{
    ops::{
        Ootf, Op,
        curve::{Curve, CurveKind, Hlg, MonCurve, Negatives, Power, Pq},
    },
    rgb::{self, ACES_WHITE, Chromaticities, D65, DCI_WHITE, Mat3, P3_D60, P3_D65, P3_DCI, REC709, REC2020},
};

/// A display: its primaries and its curve.
fn display(to_rgb: Mat3, curve: impl Into<CurveKind>) -> Vec<Op> {
    vec![Op::matrix(to_rgb), Op::curve(Curve::encode(curve))]
}

fn gamma(exponent: f64) -> Power {
    Power { exponent, negatives: Negatives::Clamp }
}

fn srgb(negatives: Negatives) -> MonCurve {
    MonCurve { gamma: 2.4, offset: 0.055, negatives }
}

/// XYZ under D65 to a display of another white, Bradford-adapted.
fn adapted(space: &Chromaticities, white: [f64; 2]) -> Mat3 {
    rgb::multiply(&rgb::xyz_to_rgb(space), &rgb::adaptation_bradford(D65, white))
}

/// Digital cinema distribution: white of 48 nit at 48 / 52.37 (SMPTE ST 428-1).
fn dcdm() -> Vec<Op> {
    display(rgb::diagonal([48.0 / 52.37; 3]), gamma(2.6))
}

/// BT.2100 HLG on a display of 1000 nit: back through its OOTF to scene light.
fn hlg_1000() -> Vec<Op> {
    let to_rgb = Op::matrix(rgb::multiply(&rgb::diagonal([0.1; 3]), &rgb::XYZ_TO_REC2020));
    vec![to_rgb, Op::Ootf(Ootf::new(1.0 / 1.2)), Op::curve(Curve::encode(Hlg { white: 1.0 }))]
}

pub const ROWS: &[Named] = &[
    Named {
        name: "rec709-bt1886",
        title: "BT.709, BT.1886 (gamma 2.4)",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.709"],
        build: |_| display(rgb::xyz_to_rgb(&REC709), gamma(2.4)),
    },
    Named {
        name: "rec709-bt1886-mirror",
        title: "BT.709, BT.1886, negatives mirrored",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.709 - MIRROR NEGS"],
        build: |_| display(rgb::xyz_to_rgb(&REC709), Power { exponent: 2.4, negatives: Negatives::Mirror }),
    },
    Named {
        name: "rec2020-bt1886",
        title: "BT.2020, BT.1886 (gamma 2.4)",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_REC.1886-REC.2020"],
        build: |_| display(rgb::xyz_to_rgb(&REC2020), gamma(2.4)),
    },
    Named {
        name: "rec709-gamma22",
        title: "BT.709, gamma 2.2",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_G2.2-REC.709"],
        build: |_| display(rgb::xyz_to_rgb(&REC709), gamma(2.2)),
    },
    Named {
        name: "srgb",
        title: "sRGB (IEC 61966-2-1)",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_sRGB"],
        build: |_| display(rgb::xyz_to_rgb(&REC709), srgb(Negatives::Pass)),
    },
    Named {
        name: "srgb-mirror",
        title: "sRGB, negatives mirrored",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_sRGB - MIRROR NEGS"],
        build: |_| display(rgb::xyz_to_rgb(&REC709), srgb(Negatives::Mirror)),
    },
    Named {
        name: "display-p3",
        title: "Display P3",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_DisplayP3"],
        build: |_| display(rgb::xyz_to_rgb(&P3_D65), srgb(Negatives::Mirror)),
    },
    Named {
        name: "display-p3-hdr",
        title: "Display P3, extended range",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_DisplayP3-HDR"],
        build: |_| display(rgb::xyz_to_rgb(&P3_D65), srgb(Negatives::Mirror)),
    },
    Named {
        name: "p3-d65-gamma22",
        title: "P3-D65, gamma 2.2",
        kind: Kind::Display,
        ids: &[],
        build: |_| display(rgb::xyz_to_rgb(&P3_D65), gamma(2.2)),
    },
    Named {
        name: "p3-d65-gamma26",
        title: "P3-D65, gamma 2.6",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_G2.6-P3-D65"],
        build: |_| display(rgb::xyz_to_rgb(&P3_D65), gamma(2.6)),
    },
    Named {
        name: "p3-d60-gamma26",
        title: "P3 under the ACES white, gamma 2.6",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_G2.6-P3-D60-BFD"],
        build: |_| display(adapted(&P3_D60, ACES_WHITE), gamma(2.6)),
    },
    Named {
        name: "p3-dci-gamma26",
        title: "P3-DCI, gamma 2.6",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_G2.6-P3-DCI-BFD"],
        build: |_| display(adapted(&P3_DCI, DCI_WHITE), gamma(2.6)),
    },
    Named {
        name: "dcdm-d65",
        title: "DCDM, X'Y'Z' gamma 2.6, D65 white",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_DCDM-D65"],
        build: |_| dcdm(),
    },
    Named {
        name: "rec2100-pq",
        title: "BT.2100 PQ",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_REC.2100-PQ"],
        build: |_| display(rgb::XYZ_TO_REC2020, Pq),
    },
    Named {
        name: "p3-d65-pq",
        title: "P3-D65, ST 2084",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_ST2084-P3-D65"],
        build: |_| display(rgb::XYZ_TO_P3_D65, Pq),
    },
    Named {
        name: "dcdm-d65-pq",
        title: "DCDM, X'Y'Z' ST 2084, D65 white",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_ST2084-DCDM-D65"],
        build: |_| display(rgb::IDENTITY, Pq),
    },
    Named {
        name: "rec2100-hlg-1000nit",
        title: "BT.2100 HLG, 1000 nit",
        kind: Kind::Display,
        ids: &["DISPLAY - CIE-XYZ-D65_to_REC.2100-HLG-1000nit"],
        build: |_| hlg_1000(),
    },
];
