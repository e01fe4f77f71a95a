//! The recipe: what was approved, so exactly that a renderer can do nothing else.
//!
//! A recipe is a folder, or that folder packed into one file ([`pack`]):
//!
//! ```text
//! show.recipe/
//!   recipe.json            this document, canonical JSON (RFC 8785)
//!   colour/CLIP.amf        the colour road, as approved
//!   colour/CLIP/           the same with the look files it needs, in the places where the AMF names them
//!   framing/CLIP.fdl       the framing, as approved
//!   golden/CLIP.FRAME.exr  the plate of sampled frames (half float, ACES2065-1)
//!   golden/CLIP.FRAME.png  the same frames as they were seen
//!   evidence/report.json   every check with its number, limit and evidence
//!   evidence/report.html   the same for people
//!   evidence/recipe.pdf    the recipe on paper, for people who sign it
//!   openjd/*.yaml          templates of Open Job Description, for farms that take the folder as it is
//!   attest/*.dsse.json     signed approvals ([`sign`])
//! ```
//!
//! What is approved and signed is `recipe.json`, by its SHA-256, and through the digests in it the documents, the look files and the golden
//! frames. `evidence`, `openjd` and `attest` are beside that: nothing is rendered by what they say, so that one may be added, edited or
//! lost and the approval holds. Whoever runs a template of another's folder reads it first, as every program.

mod canonical;
mod check;
mod conditions;
mod contents;
mod decoder;
mod diff;
mod engine;
mod export;
pub mod golden;
mod migrate;
mod open;
pub mod output;
mod package;
mod pdf;
mod probe;
mod report;
mod schema;
mod scope;
pub mod sign;
#[cfg(test)]
mod testing;
mod tolerance;

pub use canonical::canonical;
pub use check::check;
pub use conditions::Conditions;
pub use contents::contents;
pub use decoder::Decoder;
pub use diff::{Change, diff};
pub use engine::{Admitted, Engine, Pin, program};
pub use export::{Approval, Approved, Besides, Exported, Now, export, export_with, safe_name, since, write_png};
pub(crate) use export::{file_as_folder, plate_shape, refuse_taken_places, to_json};
pub use migrate::migrate;
pub use open::{OpenRecipe, open};
pub use output::Output;
pub use package::{extract, pack, unpack};
pub use pdf::{Judged, pdf};
pub use probe::probe;
pub(crate) use report::accepted;
pub use schema::schema;
pub use scope::{Field, Kind, Match, Scope, Widening};
pub use tolerance::{Difference, Metric, Tolerance};

use crate::{
    camera::{FrameNumber, Timecode},
    check::{Finding, ProfileMark},
    image::{PixelHash, RectF, Size},
    pipeline::Settings,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Name and version of the document's schema; a reader refuses others. Of this version a document is canonical JSON ([`canonical`]).
pub const SCHEMA: &str = "prelight-recipe/2";
/// The version before, which is read too: JSON as it was written, with fewer members.
pub const EARLIER: &str = "prelight-recipe/1";
/// What a SHA-256 looks like.
const SHA256: &str = "^[0-9a-f]{64}$";
/// The document in the folder.
pub const DOCUMENT: &str = "recipe.json";
/// The recipe on paper in the folder.
pub const SHEET: &str = "evidence/recipe.pdf";

/// `recipe.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    pub id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The production that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub production: Option<String>,
    /// The recipe that this one takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<Superseded>,
    /// RFC 3339, UTC.
    pub created: String,
    pub engine: Engine,
    /// How far golden frames may come out from what they are; the same bits where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<Tolerance>,
    pub clips: Vec<ClipRecipe>,
    /// What was found on the clips together, where that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<ShowRecord>,
    pub approvals: Vec<Approval>,
    /// What is delivered; the uncompressed plate alone where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Output>,
}

impl Recipe {
    /// Whether somebody approved it, and everybody who did has a name and a role.
    pub fn has_names(&self) -> bool {
        !self.approvals.is_empty() && self.approvals.iter().all(|a| !a.name.trim().is_empty() && !a.role.trim().is_empty())
    }
}

/// The rules about several clips together, and what is accepted of what they found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowRecord {
    pub checks: Vec<Finding>,
    /// Also of cut lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// The cut lists that the clips were held against.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut_lists: Vec<CutListRecord>,
}

/// A cut list, and what the rules about those found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CutListRecord {
    /// The name of its file.
    pub name: String,
    /// Of the file; none where it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = SHA256))]
    pub sha256: Option<String>,
    /// Events that show a picture of a clip, and those of them that are matched to one clip.
    pub events: usize,
    pub matched: usize,
    pub checks: Vec<Finding>,
}

/// Names another recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Superseded {
    pub id: String,
    /// SHA-256 of its `recipe.json`.
    #[schemars(regex(pattern = SHA256))]
    pub digest: String,
}

/// What was approved for one clip and for the clips like it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClipRecipe {
    pub name: String,
    pub scope: Scope,
    pub frames: FrameRange,
    /// Every setting, also where it is the default.
    pub settings: Settings,
    /// Names the plan these settings and documents led to on the approved clip.
    pub plan: String,
    /// Paths are relative to the recipe folder.
    pub amf: FileDigest,
    /// The look files of the colour road, below the folder of the AMF; no others are read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks: Vec<LookDigest>,
    pub fdl: Option<FileDigest>,
    /// The program beside the engine that decoded it; none where that was the engine itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoder: Option<Decoder>,
    /// The colour road in words, in order.
    pub road: Vec<RoadStep>,
    pub plate: PlateShape,
    pub golden: Vec<Golden>,
    /// What the engine made of a picture of its own on this road ([`probe`]); recipes from before it was written have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<PixelHash>,
    /// The profile of the checks; recipes from before it was written have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileMark>,
    pub checks: Vec<Finding>,
    pub waivers: Vec<Waiver>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrameRange {
    pub first: FrameNumber,
    pub last: FrameNumber,
    pub count: u32,
}

impl ClipRecipe {
    /// Which frames are golden, ascending.
    pub fn golden_frames(&self) -> Vec<FrameNumber> {
        self.golden.iter().map(|g| g.frame).collect()
    }
    /// Paths of the documents that it was approved with, in the folder of the recipe.
    pub fn documents(&self) -> impl Iterator<Item = &str> {
        [Some(&self.amf), self.fdl.as_ref()].into_iter().flatten().map(|f| &*f.path).chain(self.looks.iter().map(|l| &*l.path))
    }
    /// These, and the golden frames.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.documents().chain(self.golden.iter().flat_map(|g| [&*g.plate_file, &*g.display_file]))
    }
}

impl std::fmt::Display for FrameRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {} ({})", self.first, self.last, self.count)
    }
}

/// A file within the recipe folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    pub path: String,
    #[schemars(regex(pattern = SHA256))]
    pub sha256: String,
}

/// A look file within the recipe folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookDigest {
    /// As the AMF or the settings name it.
    pub reference: String,
    pub path: String,
    #[schemars(regex(pattern = SHA256))]
    pub sha256: String,
}

/// Slopes of the debayer's log domain, per unit of sensor clip, where a clip is made by the entry of another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slopes {
    /// The one that the entry prescribes: what the clip was made with.
    pub entry: f64,
    /// The one that the noise of the clip asks for.
    pub clip: f64,
}

/// One step of the colour road, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoadStep {
    pub step: String,
    pub detail: String,
    pub source: String,
    /// Already in the pixels: not rendered again.
    pub applied: bool,
}

/// The plate that comes out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlateShape {
    pub canvas: Size,
    /// The part of the canvas that becomes the plate, in pixels of the stored picture.
    pub source: RectF,
    pub size: Size,
    pub pixel_aspect: f64,
    /// The arithmetic, step by step.
    pub steps: Vec<String>,
    pub format: String,
}

/// A frame whose pixels are known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Golden {
    pub frame: FrameNumber,
    #[schemars(with = "Option<String>", extend("pattern" = "^[0-9]{2}:[0-9]{2}:[0-9]{2}[:;][0-9]{2,}$"))]
    pub timecode: Option<Timecode>,
    /// Why it is one: `last frame; most clipped: 3.1 % of the pixels`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of the plate, as it is stored (half float).
    pub plate: PixelHash,
    /// Of the display picture at full canvas (float).
    pub display: PixelHash,
    /// The plate, relative to the recipe folder.
    pub plate_file: String,
    /// The picture as seen, relative to the recipe folder.
    pub display_file: String,
    /// Of that file; recipes of the version before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_sha256: Option<String>,
}

/// A failed check that a named person accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    pub check: String,
    pub reason: String,
    pub by: String,
}
