//! The kinds of process nodes, by the names of their elements.

use super::{cdl, exponent, fixed, grading, log, lut1d, lut3d, matrix, node::Node, range, version::Format};
use crate::{color::Op, error::Result, sidecar::Diagnostic};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Matrix,
    Range,
    Log,
    Exponent,
    Gamma,
    Cdl,
    Lut1d,
    InverseLut1d,
    Lut3d,
    InverseLut3d,
    ExposureContrast,
    FixedFunction,
    GradingPrimary,
    GradingTone,
    GradingRgbCurve,
    GradingHueCurve,
    Reference,
}

/// Element, kind, whether it is in CLF too, child elements besides Description.
type Row = (&'static str, Family, bool, &'static [&'static str]);

const FAMILIES: &[Row] = &[
    ("Matrix", Family::Matrix, true, &["Array"]),
    ("Range", Family::Range, true, &["minInValue", "maxInValue", "minOutValue", "maxOutValue"]),
    ("Log", Family::Log, true, &["LogParams"]),
    ("Exponent", Family::Exponent, true, &["ExponentParams"]),
    ("Gamma", Family::Gamma, false, &["GammaParams"]),
    ("ASC_CDL", Family::Cdl, true, &["SOPNode", "SatNode"]),
    ("LUT1D", Family::Lut1d, true, &["Array", "IndexMap"]),
    ("InverseLUT1D", Family::InverseLut1d, false, &["Array", "IndexMap"]),
    ("LUT3D", Family::Lut3d, true, &["Array", "IndexMap"]),
    ("InverseLUT3D", Family::InverseLut3d, false, &["Array", "IndexMap"]),
    ("ExposureContrast", Family::ExposureContrast, false, &["ECParams", "DynamicParameter"]),
    ("FixedFunction", Family::FixedFunction, false, &[]),
    ("ACES", Family::FixedFunction, false, &["ACESParams"]),
    ("Function", Family::FixedFunction, false, &[]),
    (
        "GradingPrimary",
        Family::GradingPrimary,
        false,
        &["Brightness", "Contrast", "Gamma", "Offset", "Exposure", "Lift", "Gain", "Saturation", "Pivot", "Clamp", "DynamicParameter"],
    ),
    (
        "GradingTone",
        Family::GradingTone,
        false,
        &["Blacks", "Shadows", "Midtones", "Highlights", "Whites", "SContrast", "DynamicParameter"],
    ),
    ("GradingRGBCurve", Family::GradingRgbCurve, false, &["Red", "Green", "Blue", "Master", "DynamicParameter"]),
    (
        "GradingHueCurve",
        Family::GradingHueCurve,
        false,
        &["HueHue", "HueSat", "HueLum", "LumSat", "SatSat", "LumLum", "SatLum", "HueFx", "DynamicParameter"],
    ),
    ("Reference", Family::Reference, false, &[]),
];

impl Family {
    /// The kind of an element, in whatever case its name is written.
    pub(super) fn named(element: &str, format: Format) -> Option<Self> {
        let row = FAMILIES.iter().find(|row| row.0.eq_ignore_ascii_case(element))?;
        (row.2 || format == Format::Ctf).then_some(row.1)
    }

    /// Whether nodes of this kind have such a child element.
    pub(super) fn has_child(self, element: &str) -> bool {
        let is = |name: &&str| name.eq_ignore_ascii_case(element);
        is(&"Description") || FAMILIES.iter().any(|row| row.1 == self && row.3.iter().any(is))
    }

    /// The ops of a node.
    pub(super) fn read(self, node: &Node, findings: &mut Vec<Diagnostic>) -> Result<Vec<Op>> {
        match self {
            Self::Matrix => matrix::read(node, findings),
            Self::Range => range::read(node),
            Self::Log => log::read(node),
            Self::Exponent => exponent::read(node, exponent::EXPONENT),
            Self::Gamma => exponent::read(node, exponent::GAMMA),
            Self::Cdl => cdl::read(node),
            Self::Lut1d => lut1d::read(node, false, findings),
            Self::InverseLut1d => lut1d::read(node, true, findings),
            Self::Lut3d => lut3d::read(node, false, findings),
            Self::InverseLut3d => lut3d::read(node, true, findings),
            Self::ExposureContrast => grading::exposure_contrast(node),
            Self::FixedFunction => fixed::read(node),
            Self::GradingPrimary => grading::primary(node),
            Self::GradingTone => grading::tone(node),
            Self::GradingRgbCurve => grading::rgb_curve(node),
            Self::GradingHueCurve => grading::hue_curve(node),
            Self::Reference => Err(node.unsupported("refers to another file").value(node.target())),
        }
    }
}
