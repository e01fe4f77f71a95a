//! ACES 2 output transforms: a tone scale and a limiting gamut, on a display.
//!
//! A row is what its ACES transform ID says: limiting gamut and white, luminance, the gamut and white it is encoded in, and the
//! encoding. 54 rows are the registry of ACES 2.0; 31 more stop at CIE XYZ, as OpenColorIO has them.

use super::{Kind, Named, named};
use crate::color::{
    ops::{Aces2, Op},
    rgb::{self, ACES_WHITE, Chromaticities, Mat3, P3_D65, REC709, REC2020},
};

/// A row of the registry.
macro_rules! output {
    ($name:literal, $limiting:literal, $nits:literal, $encoding:literal, $eotf:literal) => {
        Named {
            name: $name,
            title: concat!("ACES 2, ", $limiting, " ", $nits, " nit in ", $encoding, " ", $eotf),
            kind: Kind::Output,
            ids: &[concat!("Output.Academy.", $limiting, "_", $nits, "nit_in_", $encoding, "_", $eotf, ".a2.v1")],
            build: |_| on_display($limiting, $nits, $encoding, $eotf),
        }
    };
}

/// A row that stops at CIE XYZ, and the end of OpenColorIO's name for it.
macro_rules! to_xyz {
    ($name:literal, $limiting:literal, $nits:literal, $encoding:literal, $ocio:literal) => {
        Named {
            name: $name,
            title: concat!("ACES 2 to CIE XYZ, ", $ocio),
            kind: Kind::Output,
            ids: &[concat!("ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - ", $ocio)],
            build: |_| to_xyz($limiting, $nits, $encoding),
        }
    };
}

/// The peak that tone scale and gamut aim at, and the scale of its light, for a luminance of the registry.
///
/// 48 nit is the 100 nit picture on a projector, whose signal is relative. Cinema HDR (108 and 300 nit) keeps the exposure of
/// that: the picture is made for a peak 100/48 as high and its light scaled by 48/100.
fn luminance(nits: &str) -> (f64, f64) {
    match nits {
        "48" => (100.0, 1.0),
        "108" => (225.0, 0.48),
        "300" => (625.0, 0.48),
        other => (other.parse().unwrap_or(100.0), 1.0),
    }
}

/// Primaries by the registry's word.
fn primaries(word: &str) -> Chromaticities {
    let (gamut, white) = word.rsplit_once('-').unwrap_or((word, "D65"));
    let space = match gamut {
        "P3" => P3_D65,
        "Rec2100" => REC2020,
        _ => REC709,
    };
    if white == "D60" { space.with_white(ACES_WHITE) } else { space }
}

/// ACES2065-1 to CIE XYZ, 1.0 = 100 nit. `encoding` is empty where the light is not meant for a display of another white.
fn to_xyz(limiting: &str, nits: &str, encoding: &str) -> Vec<Op> {
    let space = primaries(limiting);
    let (peak, scale) = luminance(nits);
    let Some(aces2) = Aces2::new(peak, &space) else { return Vec::new() };
    let xyz = rgb::rgb_to_xyz(&space);
    let fit = scale * white_fit(&xyz, limiting, nits, encoding);
    vec![Op::Aces2(aces2), Op::clamp(0.0, peak / 100.0), Op::matrix(rgb::multiply(&rgb::diagonal([fit; 3]), &xyz))]
}

/// A white other than the display's needs more than the peak in one channel: the light is scaled to fit. In X'Y'Z' at 48 and
/// 100 nit, which have headroom, it is not.
fn white_fit(xyz: &Mat3, limiting: &str, nits: &str, encoding: &str) -> f64 {
    if !limiting.ends_with("D60") || encoding.is_empty() || (encoding == "XYZ-E" && nits != "300") {
        return 1.0;
    }
    let to_display = if encoding == "XYZ-E" { rgb::IDENTITY } else { rgb::xyz_to_rgb(&primaries(encoding)) };
    let white = rgb::transform(&to_display, rgb::transform(xyz, [1.0; 3]));
    1.0 / white[0].max(white[1]).max(white[2])
}

/// ACES2065-1 to code values.
fn on_display(limiting: &str, nits: &str, encoding: &str, eotf: &str) -> Vec<Op> {
    let display = match (encoding, eotf) {
        ("Rec709-D65", "BT1886") => "rec709-bt1886",
        ("Rec709-D65", "Gamma2pt2") => "rec709-gamma22",
        ("Rec709-D65", _) => "srgb",
        ("P3-D65", "Gamma2pt2") => "p3-d65-gamma22",
        ("P3-D65", "Gamma2pt6") => "p3-d65-gamma26",
        ("P3-D65", "ST2084") => "p3-d65-pq",
        ("P3-D65", _) => "display-p3",
        ("XYZ-E", "ST2084") => "dcdm-d65-pq",
        ("XYZ-E", _) => "dcdm-d65",
        (_, "HLG") => "rec2100-hlg-1000nit",
        _ => "rec2100-pq",
    };
    let mut ops = to_xyz(limiting, nits, encoding);
    for op in named(display).map(Named::ops).unwrap_or_default() {
        if let Op::Curve(_) = op {
            // Matrices leave -1e-9 where the gamut is closed; a curve of infinite slope would make it visible.
            ops.push(Op::Range(crate::color::ops::Range::clamp(Some(0.0), None)));
        }
        ops.push(op);
    }
    ops
}

pub fn rows() -> Vec<Named> {
    [ON_DISPLAY, TO_XYZ].concat()
}

#[rustfmt::skip]
const ON_DISPLAY: &[Named] = &[
    output!("aces2-rec709-d65-48nit-in-p3-d65-gamma2pt6", "Rec709-D65", "48", "P3-D65", "Gamma2pt6"),
    output!("aces2-rec709-d65-100nit-in-p3-d65-st2084", "Rec709-D65", "100", "P3-D65", "ST2084"),
    output!("aces2-rec709-d65-100nit-in-p3-d65-srgb-piecewise", "Rec709-D65", "100", "P3-D65", "sRGB-Piecewise"),
    output!("aces2-rec709-d65-100nit-in-rec2100-d65-st2084", "Rec709-D65", "100", "Rec2100-D65", "ST2084"),
    output!("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", "Rec709-D65", "100", "Rec709-D65", "BT1886"),
    output!("aces2-rec709-d65-100nit-in-rec709-d65-gamma2pt2", "Rec709-D65", "100", "Rec709-D65", "Gamma2pt2"),
    output!("aces2-rec709-d65-100nit-in-rec709-d65-srgb-piecewise", "Rec709-D65", "100", "Rec709-D65", "sRGB-Piecewise"),
    output!("aces2-p3-d65-48nit-in-p3-d65-gamma2pt6", "P3-D65", "48", "P3-D65", "Gamma2pt6"),
    output!("aces2-p3-d65-48nit-in-xyz-e-gamma2pt6", "P3-D65", "48", "XYZ-E", "Gamma2pt6"),
    output!("aces2-p3-d65-100nit-in-p3-d65-gamma2pt2", "P3-D65", "100", "P3-D65", "Gamma2pt2"),
    output!("aces2-p3-d65-100nit-in-p3-d65-srgb-piecewise", "P3-D65", "100", "P3-D65", "sRGB-Piecewise"),
    output!("aces2-p3-d65-108nit-in-p3-d65-st2084", "P3-D65", "108", "P3-D65", "ST2084"),
    output!("aces2-p3-d65-300nit-in-xyz-e-st2084", "P3-D65", "300", "XYZ-E", "ST2084"),
    output!("aces2-p3-d65-500nit-in-p3-d65-st2084", "P3-D65", "500", "P3-D65", "ST2084"),
    output!("aces2-p3-d65-500nit-in-rec2100-d65-st2084", "P3-D65", "500", "Rec2100-D65", "ST2084"),
    output!("aces2-p3-d65-1000nit-in-p3-d65-st2084", "P3-D65", "1000", "P3-D65", "ST2084"),
    output!("aces2-p3-d65-1000nit-in-p3-d65-srgb-piecewise", "P3-D65", "1000", "P3-D65", "sRGB-Piecewise"),
    output!("aces2-p3-d65-1000nit-in-rec2100-d65-hlg", "P3-D65", "1000", "Rec2100-D65", "HLG"),
    output!("aces2-p3-d65-1000nit-in-rec2100-d65-st2084", "P3-D65", "1000", "Rec2100-D65", "ST2084"),
    output!("aces2-p3-d65-2000nit-in-p3-d65-st2084", "P3-D65", "2000", "P3-D65", "ST2084"),
    output!("aces2-p3-d65-2000nit-in-rec2100-d65-st2084", "P3-D65", "2000", "Rec2100-D65", "ST2084"),
    output!("aces2-p3-d65-4000nit-in-p3-d65-st2084", "P3-D65", "4000", "P3-D65", "ST2084"),
    output!("aces2-p3-d65-4000nit-in-rec2100-d65-st2084", "P3-D65", "4000", "Rec2100-D65", "ST2084"),
    output!("aces2-rec2100-d65-500nit-in-rec2100-d65-st2084", "Rec2100-D65", "500", "Rec2100-D65", "ST2084"),
    output!("aces2-rec2100-d65-1000nit-in-rec2100-d65-st2084", "Rec2100-D65", "1000", "Rec2100-D65", "ST2084"),
    output!("aces2-rec2100-d65-2000nit-in-rec2100-d65-st2084", "Rec2100-D65", "2000", "Rec2100-D65", "ST2084"),
    output!("aces2-rec2100-d65-4000nit-in-rec2100-d65-st2084", "Rec2100-D65", "4000", "Rec2100-D65", "ST2084"),
    output!("aces2-rec709-d60-48nit-in-p3-d65-gamma2pt6", "Rec709-D60", "48", "P3-D65", "Gamma2pt6"),
    output!("aces2-rec709-d60-100nit-in-p3-d65-st2084", "Rec709-D60", "100", "P3-D65", "ST2084"),
    output!("aces2-rec709-d60-100nit-in-p3-d65-srgb-piecewise", "Rec709-D60", "100", "P3-D65", "sRGB-Piecewise"),
    output!("aces2-rec709-d60-100nit-in-rec2100-d65-st2084", "Rec709-D60", "100", "Rec2100-D65", "ST2084"),
    output!("aces2-rec709-d60-100nit-in-rec709-d65-bt1886", "Rec709-D60", "100", "Rec709-D65", "BT1886"),
    output!("aces2-rec709-d60-100nit-in-rec709-d65-gamma2pt2", "Rec709-D60", "100", "Rec709-D65", "Gamma2pt2"),
    output!("aces2-rec709-d60-100nit-in-rec709-d65-srgb-piecewise", "Rec709-D60", "100", "Rec709-D65", "sRGB-Piecewise"),
    output!("aces2-p3-d60-48nit-in-p3-d65-gamma2pt6", "P3-D60", "48", "P3-D65", "Gamma2pt6"),
    output!("aces2-p3-d60-48nit-in-xyz-e-gamma2pt6", "P3-D60", "48", "XYZ-E", "Gamma2pt6"),
    output!("aces2-p3-d60-100nit-in-p3-d65-gamma2pt2", "P3-D60", "100", "P3-D65", "Gamma2pt2"),
    output!("aces2-p3-d60-100nit-in-p3-d65-srgb-piecewise", "P3-D60", "100", "P3-D65", "sRGB-Piecewise"),
    output!("aces2-p3-d60-108nit-in-p3-d65-st2084", "P3-D60", "108", "P3-D65", "ST2084"),
    output!("aces2-p3-d60-300nit-in-xyz-e-st2084", "P3-D60", "300", "XYZ-E", "ST2084"),
    output!("aces2-p3-d60-500nit-in-p3-d65-st2084", "P3-D60", "500", "P3-D65", "ST2084"),
    output!("aces2-p3-d60-500nit-in-rec2100-d65-st2084", "P3-D60", "500", "Rec2100-D65", "ST2084"),
    output!("aces2-p3-d60-1000nit-in-p3-d65-st2084", "P3-D60", "1000", "P3-D65", "ST2084"),
    output!("aces2-p3-d60-1000nit-in-p3-d65-srgb-piecewise", "P3-D60", "1000", "P3-D65", "sRGB-Piecewise"),
    output!("aces2-p3-d60-1000nit-in-rec2100-d65-hlg", "P3-D60", "1000", "Rec2100-D65", "HLG"),
    output!("aces2-p3-d60-1000nit-in-rec2100-d65-st2084", "P3-D60", "1000", "Rec2100-D65", "ST2084"),
    output!("aces2-p3-d60-2000nit-in-p3-d65-st2084", "P3-D60", "2000", "P3-D65", "ST2084"),
    output!("aces2-p3-d60-2000nit-in-rec2100-d65-st2084", "P3-D60", "2000", "Rec2100-D65", "ST2084"),
    output!("aces2-p3-d60-4000nit-in-p3-d65-st2084", "P3-D60", "4000", "P3-D65", "ST2084"),
    output!("aces2-p3-d60-4000nit-in-rec2100-d65-st2084", "P3-D60", "4000", "Rec2100-D65", "ST2084"),
    output!("aces2-rec2100-d60-500nit-in-rec2100-d65-st2084", "Rec2100-D60", "500", "Rec2100-D65", "ST2084"),
    output!("aces2-rec2100-d60-1000nit-in-rec2100-d65-st2084", "Rec2100-D60", "1000", "Rec2100-D65", "ST2084"),
    output!("aces2-rec2100-d60-2000nit-in-rec2100-d65-st2084", "Rec2100-D60", "2000", "Rec2100-D65", "ST2084"),
    output!("aces2-rec2100-d60-4000nit-in-rec2100-d65-st2084", "Rec2100-D60", "4000", "Rec2100-D65", "ST2084"),
];

#[rustfmt::skip]
const TO_XYZ: &[Named] = &[
    to_xyz!("aces2-rec709-d65-100nit-xyz", "Rec709-D65", "100", "", "SDR-100nit-REC709_2.0"),
    to_xyz!("aces2-p3-d65-100nit-xyz", "P3-D65", "100", "", "SDR-100nit-P3-D65_2.0"),
    to_xyz!("aces2-p3-d65-108nit-xyz", "P3-D65", "108", "", "HDR-108nit-P3-D65_2.0"),
    to_xyz!("aces2-p3-d65-300nit-xyz", "P3-D65", "300", "", "HDR-300nit-P3-D65_2.0"),
    to_xyz!("aces2-p3-d65-500nit-xyz", "P3-D65", "500", "", "HDR-500nit-P3-D65_2.0"),
    to_xyz!("aces2-p3-d65-1000nit-xyz", "P3-D65", "1000", "", "HDR-1000nit-P3-D65_2.0"),
    to_xyz!("aces2-p3-d65-2000nit-xyz", "P3-D65", "2000", "", "HDR-2000nit-P3-D65_2.0"),
    to_xyz!("aces2-p3-d65-4000nit-xyz", "P3-D65", "4000", "", "HDR-4000nit-P3-D65_2.0"),
    to_xyz!("aces2-rec2100-d65-500nit-xyz", "Rec2100-D65", "500", "", "HDR-500nit-REC2020_2.0"),
    to_xyz!("aces2-rec2100-d65-1000nit-xyz", "Rec2100-D65", "1000", "", "HDR-1000nit-REC2020_2.0"),
    to_xyz!("aces2-rec2100-d65-2000nit-xyz", "Rec2100-D65", "2000", "", "HDR-2000nit-REC2020_2.0"),
    to_xyz!("aces2-rec2100-d65-4000nit-xyz", "Rec2100-D65", "4000", "", "HDR-4000nit-REC2020_2.0"),
    to_xyz!("aces2-rec709-d60-100nit-in-rec709-d65-xyz", "Rec709-D60", "100", "Rec709-D65", "SDR-100nit-REC709-D60-in-REC709-D65_2.0"),
    to_xyz!("aces2-rec709-d60-100nit-in-p3-d65-xyz", "Rec709-D60", "100", "P3-D65", "SDR-100nit-REC709-D60-in-P3-D65_2.0"),
    to_xyz!("aces2-rec709-d60-100nit-in-rec2100-d65-xyz", "Rec709-D60", "100", "Rec2100-D65", "SDR-100nit-REC709-D60-in-REC2020-D65_2.0"),
    to_xyz!("aces2-p3-d60-100nit-in-p3-d65-xyz", "P3-D60", "100", "P3-D65", "SDR-100nit-P3-D60-in-P3-D65_2.0"),
    to_xyz!("aces2-p3-d60-100nit-in-xyz-e-xyz", "P3-D60", "100", "XYZ-E", "SDR-100nit-P3-D60-in-XYZ-E_2.0"),
    to_xyz!("aces2-p3-d60-108nit-in-p3-d65-xyz", "P3-D60", "108", "P3-D65", "HDR-108nit-P3-D60-in-P3-D65_2.0"),
    to_xyz!("aces2-p3-d60-300nit-in-xyz-e-xyz", "P3-D60", "300", "XYZ-E", "HDR-300nit-P3-D60-in-XYZ-E_2.0"),
    to_xyz!("aces2-p3-d60-500nit-in-p3-d65-xyz", "P3-D60", "500", "P3-D65", "HDR-500nit-P3-D60-in-P3-D65_2.0"),
    to_xyz!("aces2-p3-d60-1000nit-in-p3-d65-xyz", "P3-D60", "1000", "P3-D65", "HDR-1000nit-P3-D60-in-P3-D65_2.0"),
    to_xyz!("aces2-p3-d60-2000nit-in-p3-d65-xyz", "P3-D60", "2000", "P3-D65", "HDR-2000nit-P3-D60-in-P3-D65_2.0"),
    to_xyz!("aces2-p3-d60-4000nit-in-p3-d65-xyz", "P3-D60", "4000", "P3-D65", "HDR-4000nit-P3-D60-in-P3-D65_2.0"),
    to_xyz!("aces2-p3-d60-500nit-in-rec2100-d65-xyz", "P3-D60", "500", "Rec2100-D65", "HDR-500nit-P3-D60-in-REC2020-D65_2.0"),
    to_xyz!("aces2-p3-d60-1000nit-in-rec2100-d65-xyz", "P3-D60", "1000", "Rec2100-D65", "HDR-1000nit-P3-D60-in-REC2020-D65_2.0"),
    to_xyz!("aces2-p3-d60-2000nit-in-rec2100-d65-xyz", "P3-D60", "2000", "Rec2100-D65", "HDR-2000nit-P3-D60-in-REC2020-D65_2.0"),
    to_xyz!("aces2-p3-d60-4000nit-in-rec2100-d65-xyz", "P3-D60", "4000", "Rec2100-D65", "HDR-4000nit-P3-D60-in-REC2020-D65_2.0"),
    to_xyz!("aces2-rec2100-d60-500nit-in-rec2100-d65-xyz", "Rec2100-D60", "500", "Rec2100-D65", "HDR-500nit-REC2020-D60-in-REC2020-D65_2.0"),
    to_xyz!("aces2-rec2100-d60-1000nit-in-rec2100-d65-xyz", "Rec2100-D60", "1000", "Rec2100-D65", "HDR-1000nit-REC2020-D60-in-REC2020-D65_2.0"),
    to_xyz!("aces2-rec2100-d60-2000nit-in-rec2100-d65-xyz", "Rec2100-D60", "2000", "Rec2100-D65", "HDR-2000nit-REC2020-D60-in-REC2020-D65_2.0"),
    to_xyz!("aces2-rec2100-d60-4000nit-in-rec2100-d65-xyz", "Rec2100-D60", "4000", "Rec2100-D65", "HDR-4000nit-REC2020-D60-in-REC2020-D65_2.0"),
];
