//! The receipt: what was rendered, by which recipe, and the hash of every picture.

use crate::{
    camera::{FrameNumber, Timecode},
    image::{Census, PixelHash},
    recipe::{Engine, PlateShape, Slopes, sign::Signed},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const SCHEMA: &str = "prelight-receipt/1";
/// How the name of its file ends.
pub const ENDING: &str = ".receipt.json";

/// `CLIP.FIRST-LAST.receipt.json` beside the plates. It depends on nothing but what was rendered: a task that runs twice
/// leaves one receipt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub schema: String,
    /// Id of the recipe.
    pub recipe: String,
    /// SHA-256 of its `recipe.json`.
    pub recipe_digest: String,
    /// The signed approvals it was admitted by; none where no trust policy was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Signed>,
    /// Name of the approved clip whose entry was used.
    pub entry: String,
    pub clip: String,
    /// Where the clip is another than the approved one: which slope the debayer took from its entry, and which the clip would have had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slopes: Option<Slopes>,
    /// Names the plan that made the pixels.
    pub plan: String,
    pub engine: Engine,
    pub plate: PlateShape,
    /// The plates; none where the recipe asks for other deliverables only.
    pub frames: Vec<FrameReceipt>,
    /// First and last frame of what was rendered, where the recipe says what is delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(FrameNumber, FrameNumber)>,
    /// Every file of pictures, where the recipe says what is delivered; the plates among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliverables: Vec<FileReceipt>,
    /// Files beside the plates, with their SHA-256.
    pub documents: BTreeMap<String, String>,
}

/// One file of pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileReceipt {
    /// Id of the deliverable in the recipe.
    pub deliverable: String,
    /// Of a file of one frame; absent of a movie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<FrameNumber>,
    pub file: String,
    pub sha256: String,
    /// Of the pixels that were put in: of a movie, of all its pictures.
    pub pixels: PixelHash,
    /// Whether a reader gets these.
    pub lossless: bool,
}

/// One plate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameReceipt {
    pub frame: FrameNumber,
    pub timecode: Option<Timecode>,
    pub file: String,
    /// Of the pixels, whatever the container.
    pub pixels: PixelHash,
    /// Samples of the decoded picture that were no numbers; absent where all were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_numbers: Option<Census>,
}
