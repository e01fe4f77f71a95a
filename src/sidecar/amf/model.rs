//! What an AMF says, as plain data.

use crate::sidecar::{
    cdl::Cdl,
    xml::{Attribute, Declaration, Line, Node},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An ACES Metadata File (specification S-2019-001; schema versions 1.0 and 2.0).
///
/// Reading and writing keeps everything: what the standard does not define, or what could not be understood, waits in the
/// [`Extra`] of the element it stood in. Only comments and odd attributes *inside* an element that holds a single value are dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Amf {
    pub version: Version,
    pub info: Info,
    /// The clip this file is about; none: a template for any clip.
    pub clip_id: Option<ClipId>,
    pub pipeline: Pipeline,
    /// Earlier states, for the record only: never applied.
    pub archived: Vec<Pipeline>,
    pub extra: Extra,
}

/// The schema a document follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Version {
    /// `urn:ampas:aces:amf:v1.0` and the names it had before its release.
    V1,
    /// `urn:ampas:aces:amf:v2.0`.
    V2,
}

/// Who made it, when, and its identity (`amfInfo`, `pipelineInfo`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Info {
    pub description: Option<String>,
    pub authors: Vec<Author>,
    /// None where it is missing or unreadable (a schema violation).
    pub dates: Option<Dates>,
    /// `urn:uuid:…`; optional in version 1.
    pub uuid: Option<String>,
    pub line: Line,
    pub extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Author {
    pub name: String,
    /// Required by the schema; real exports omit it.
    pub email: Option<String>,
    pub extra: Extra,
}

/// Two `xs:dateTime`, as written: files in the field lack the zone or carry fractions of seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dates {
    pub created: String,
    pub modified: String,
    pub line: Line,
}

/// The clip this file is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClipId {
    pub name: String,
    pub media: Option<Media>,
    pub line: Line,
    pub extra: Extra,
}

/// What the clip is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Media {
    /// A URI relative to the AMF.
    File(String),
    /// `template` with runs of `idx` where the frame number stands, from `min` to `max`.
    Sequence { template: String, idx: String, min: u64, max: u64 },
    /// `urn:uuid:…`
    Uuid(String),
}

/// The ACES release whose transforms a pipeline names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemVersion {
    pub major: u8,
    pub minor: u8,
    pub patch: u8,
}

/// `2.0.0`
impl fmt::Display for SystemVersion {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// From camera file to display: input transform, looks in order, output transform.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pipeline {
    pub info: Info,
    /// None where it is missing or unreadable (a schema violation).
    pub system_version: Option<SystemVersion>,
    pub input: Option<Transform>,
    pub steps: Vec<Step>,
    pub output: Option<Transform>,
    pub line: Line,
    pub extra: Extra,
}

/// What stands between input and output transform.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Look(Box<Transform>),
    /// Marks where the working space of the grade sits; no effect on pixels.
    WorkingLocation(Line),
}

/// One transform of the pipeline, or a part of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transform {
    /// Whether it is already in the pixels. None where the file does not say: always so inside another transform, and on
    /// the output transform in version 1.
    pub applied: Option<bool>,
    pub description: Option<String>,
    /// Of the file it names.
    pub hash: Option<Hash>,
    pub reference: Reference,
    pub line: Line,
    pub extra: Extra,
}

/// How a transform is named.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reference {
    /// Nothing readable: such a transform can never be rendered.
    #[default]
    Missing,
    /// An ACES transform ID, `urn:ampas:aces:transformId:…`.
    TransformId(String),
    /// A URI relative to the AMF; see [`super::resolve`].
    File(String),
    /// The `ProcessList` id of a CLF, `urn:uuid:…`.
    Uuid(String),
    /// Input only: an output transform backwards.
    InverseOutput(Box<Transform>),
    /// Input only, ACES 1: output device transform backwards, then reference rendering transform backwards.
    InverseOutputPair { device: Box<Transform>, rendering: Box<Transform> },
    /// Output only, ACES 1: reference rendering transform, then output device transform.
    OutputPair { rendering: Box<Transform>, device: Box<Transform> },
    /// Look only.
    Cdl(Box<CdlLook>),
}

/// An ASC CDL and the space it acts in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CdlLook {
    /// None is a schema violation, but real: see MISSING_CDL_WORKING_SPACE.
    pub working_space: Option<WorkingSpace>,
    pub correction: Correction,
}

/// The numbers of a CDL look, or where they are.
#[derive(Clone, Debug, PartialEq)]
pub enum Correction {
    /// `SOPNode` and `SatNode`. `cdl.id` and `cdl.description` are not used: descriptions stay in the extras.
    Values { cdl: Cdl, sop: Extra, sat: Extra, line: Line },
    /// `ColorCorrectionRef`: the correction `id` in a `.ccc`, `.cdl` or `.cc` file (no file in version 1).
    File { id: String, file: Option<String>, extra: Extra },
}

impl Default for Correction {
    fn default() -> Self {
        Self::Values { cdl: Cdl::default(), sop: Extra::default(), sat: Extra::default(), line: Line::default() }
    }
}

/// The way from ACES2065-1 to the space of a CDL, and back. Without `to`, the inverse of `from` leads there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkingSpace {
    pub to: Option<Transform>,
    pub from: Option<Transform>,
    pub line: Line,
    pub extra: Extra,
}

/// A digest as written: base64 by the schema, hex in many real files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hash {
    /// The URI of the algorithm.
    pub algorithm: String,
    pub text: String,
    pub line: Line,
}

/// What the model has no place for, kept for writing it back.
#[derive(Clone, Debug, Default)]
pub struct Extra {
    pub attributes: Vec<Attribute>,
    /// Namespace prefixes that the element declared. Not compared.
    pub declarations: Vec<Declaration>,
    /// Each with the number of understood elements before it.
    pub nodes: Vec<(usize, Node)>,
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        self.attributes == other.attributes && self.nodes == other.nodes
    }
}
