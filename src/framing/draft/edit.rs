//! What can be changed of a draft, as data: the window, the command line and tests send the same.

use crate::{
    image::RectF,
    sidecar::fdl::{AlignHorizontal, AlignVertical, Even, FitMethod, Layer, RoundMode},
};
use serde::{Deserialize, Deserializer, Serialize};

/// One edit, in pixels of the canvas as recorded (not desqueezed), origin top left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    Intent(IntentEdit),
    Canvas(CanvasEdit),
    Decision(DecisionEdit),
    /// The decision made from the intent: the ASC's rules in exact arithmetic.
    FromIntent(Rounding),
    /// Places the protection in the effective area (else the canvas), and the decision in the protection.
    Align(Alignment),
    /// Puts the corner of the decision here, as far as the effective area (else the canvas) goes. Its protection is pushed along.
    Place([f64; 2]),
    /// Moves the decision by this much; otherwise as `Place`.
    Move([f64; 2]),
    /// Puts one edge of the decision here, as far as the rectangle around it goes and a pixel is left.
    Edge(EdgeAt),
    /// Puts one corner of the decision here, likewise.
    Corner(CornerAt),
    /// Edits the canvas template of this id, or adds one; none edits no template. No template is taken out of the document.
    UseTemplate(Option<String>),
    Template(TemplateEdit),
}

/// Members that are not given stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IntentEdit {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Width and height of the aspect ratio as displayed, from 1 up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect: Option<[u32; 2]>,
    /// Percent of the protected picture that is kept around the frame, from 0 to below 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection: Option<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CanvasEdit {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<[u32; 2]>,
    /// The area that holds picture, its size in whole pixels; null for none.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub effective: Option<Option<RectF>>,
    /// Width of a pixel over its height when displayed, above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub squeeze: Option<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DecisionEdit {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rect: Option<RectF>,
    /// Null for none.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub protection: Option<Option<RectF>>,
}

/// How the sizes that come of an intent are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rounding {
    pub even: Even,
    pub mode: RoundMode,
}

impl Rounding {
    /// What the standard takes where nothing is said.
    pub const STANDARD: Self = Self { even: Even::Even, mode: RoundMode::Up };
}

impl Default for Rounding {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// An axis that is not given stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Alignment {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizontal: Option<AlignHorizontal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vertical: Option<AlignVertical>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

impl Side {
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Top, Self::Bottom];
    /// 0 across, 1 down.
    pub fn axis(self) -> usize {
        usize::from(matches!(self, Self::Top | Self::Bottom))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeAt {
    pub side: Side,
    pub at: f64,
    /// The middle stays where it is, and the edge across goes as far the other way; else that edge stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub centered: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CornerAt {
    /// A side across and a side down, in any order.
    pub sides: [Side; 2],
    pub at: [f64; 2],
    /// As of an edge.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub centered: bool,
}

/// Of the canvas template that is edited; one is added where there is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TemplateEdit {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Pixels, from 1 up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<[u32; 2]>,
    /// Above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub squeeze: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit_source: Option<Layer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit_method: Option<FitMethod>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizontal: Option<AlignHorizontal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vertical: Option<AlignVertical>,
    /// Null for none.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub preserve: Option<Option<Layer>>,
    /// Null for none.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Option<[u32; 2]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<Rounding>,
}

/// Tells a null from a member that is not there.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}
