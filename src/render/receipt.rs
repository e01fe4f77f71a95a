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
    pub frames: Vec<FrameReceipt>,
    /// Files beside the plates, with their SHA-256.
    pub documents: BTreeMap<String, String>,
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
