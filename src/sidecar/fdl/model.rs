//! An FDL as data. Coordinates are canvas pixels as recorded (not desqueezed), origin top left; every anchor is
//! relative to the canvas.

use super::json::Node;
use std::fmt;

/// Members that the standard does not name (custom ones begin with `_`), as they were read and as they are written.
pub type Members = Vec<(String, Node)>;

/// A number as it is written in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub(super) String);

impl Number {
    /// The nearest f64. Always finite: the reader refuses what is out of range.
    pub fn to_f64(&self) -> f64 {
        self.0.parse().unwrap_or(0.0)
    }
    /// The decimal text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<u32> for Number {
    fn from(n: u32) -> Self {
        Number(n.to_string())
    }
}

impl TryFrom<f64> for Number {
    type Error = crate::Error;
    /// The shortest decimal that reads back as `v`; an error unless it is finite.
    fn try_from(v: f64) -> Result<Self, Self::Error> {
        if v.is_finite() { Ok(Number(format!("{v:?}"))) } else { Err(crate::Error::invalid("not a finite number").value(v)) }
    }
}

/// Which edition of the standard a document says it follows. 2.0.1 writes 2.0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub other: Members,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fdl {
    pub uuid: String,
    pub version: Version,
    pub fdl_creator: Option<String>,
    pub default_framing_intent: Option<String>,
    pub framing_intents: Vec<FramingIntent>,
    pub contexts: Vec<Context>,
    pub canvas_templates: Vec<CanvasTemplate>,
    pub other: Members,
}

/// Whole pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct DimensionsInt {
    pub width: u32,
    pub height: u32,
    pub other: Members,
}

/// Pixels, fractions of them, or millimetres.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimensions {
    pub width: Number,
    pub height: Number,
    pub other: Members,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub x: Number,
    pub y: Number,
    pub other: Members,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FramingIntent {
    pub label: Option<String>,
    pub id: String,
    pub aspect_ratio: DimensionsInt,
    /// A share of the frame: 0.088 is 8.8 %.
    pub protection: Option<Number>,
    pub other: Members,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    pub label: Option<String>,
    pub context_creator: Option<String>,
    pub clip_id: Option<ClipId>,
    pub canvases: Vec<Canvas>,
    pub other: Members,
}

/// The clip a context belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipId {
    pub clip_name: String,
    pub file: Option<String>,
    pub sequence: Option<FileSequence>,
    pub other: Members,
}

/// `value` with its run of `idx` characters replaced by a frame number from `min` to `max`.
#[derive(Clone, Debug, PartialEq)]
pub struct FileSequence {
    pub value: String,
    pub idx: String,
    pub min: u32,
    pub max: u32,
    pub other: Members,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Canvas {
    pub label: Option<String>,
    pub id: String,
    pub source_canvas_id: String,
    pub dimensions: DimensionsInt,
    pub effective_dimensions: Option<DimensionsInt>,
    pub effective_anchor_point: Option<Point>,
    pub photosite_dimensions: Option<DimensionsInt>,
    /// Millimetres.
    pub physical_dimensions: Option<Dimensions>,
    /// Width of a pixel over its height when displayed; 1 where absent.
    pub anamorphic_squeeze: Option<Number>,
    pub framing_decisions: Vec<FramingDecision>,
    pub other: Members,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FramingDecision {
    pub label: Option<String>,
    /// `<canvas id>-<framing intent id>`.
    pub id: String,
    pub framing_intent_id: String,
    pub dimensions: Dimensions,
    pub anchor_point: Point,
    pub protection_dimensions: Option<Dimensions>,
    pub protection_anchor_point: Option<Point>,
    pub other: Members,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CanvasTemplate {
    pub label: Option<String>,
    pub id: String,
    /// 0 is refused by every published schema, though a coming edition means to allow it.
    pub target_dimensions: DimensionsInt,
    /// 0 keeps the squeeze of the source.
    pub target_anamorphic_squeeze: Number,
    pub fit_source: Layer,
    pub fit_method: FitMethod,
    pub alignment_method_vertical: Option<AlignVertical>,
    pub alignment_method_horizontal: Option<AlignHorizontal>,
    pub preserve_from_source_canvas: Option<Layer>,
    pub maximum_dimensions: Option<DimensionsInt>,
    pub pad_to_maximum: Option<bool>,
    pub round: Option<Round>,
    pub other: Members,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    pub even: Even,
    pub mode: RoundMode,
    pub other: Members,
}

/// An enumeration with its spelling in the document.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name { $(#[serde(rename = $word)] $variant),* }
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }
        impl Word for $name {
            fn all() -> &'static [Self] { Self::ALL }
            fn word(self) -> &'static str { $name::word(self) }
        }
    };
}

/// What the reader and the writer need of an enumeration.
pub(super) trait Word: Copy + 'static {
    fn all() -> &'static [Self];
    fn word(self) -> &'static str;
}

words! {
    /// A rectangle of a source canvas.
    Layer {
        Canvas = "canvas.dimensions",
        Effective = "canvas.effective_dimensions",
        Protection = "framing_decision.protection_dimensions",
        Framing = "framing_decision.dimensions",
        None = "none",
    }
}
words! { FitMethod { Width = "width", Height = "height", FitAll = "fit_all", Fill = "fill" } }
words! { AlignVertical { Top = "top", Center = "center", Bottom = "bottom" } }
words! { AlignHorizontal { Left = "left", Center = "center", Right = "right" } }
words! { Even { Whole = "whole", Even = "even" } }
words! { RoundMode { Up = "up", Down = "down", Round = "round" } }

/// How the protection of an intent was meant to be measured when the document was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProtectionSense {
    /// FDL 1.0: the frame fills the picture and protection grows outward from it.
    Outward,
    /// From FDL 1.1 on: protection fills the picture and the frame shrinks inward.
    Inward,
}

impl Fdl {
    /// How the protection of its intents is to be read. The rectangles of framing decisions stand as they are written.
    pub fn protection_sense(&self) -> ProtectionSense {
        if (self.version.major, self.version.minor) < (1, 1) { ProtectionSense::Outward } else { ProtectionSense::Inward }
    }
}
