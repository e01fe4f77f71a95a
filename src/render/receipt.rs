//! The receipt: what was rendered, by which recipe, and the hash of every picture.

use super::{Job, conflict, deliver::Only, frames::Rendered, order::Ordered};
use crate::{
    camera::{FrameNumber, Timecode},
    error::{Error, Result},
    image::{Census, PixelHash},
    recipe::{Difference, Engine, PlateShape, Slopes, plate_shape, program, sign::Signed},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const SCHEMA: &str = "prelight-receipt/1";
/// How the name of its file ends.
pub const ENDING: &str = ".receipt.json";

/// `CLIP.FIRST-LAST.receipt.json` beside the plates, `CLIP.SHOT.FIRST-LAST.receipt.json` for a shot of a cut list, with `.frames` or `.movies`
/// before it where only these were made. It depends on nothing but what was rendered: a task that runs twice leaves one receipt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub schema: String,
    /// Id of the recipe; none where documents were rendered that nobody has approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<String>,
    /// SHA-256 of its `recipe.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe_digest: Option<String>,
    /// What stood in for what was not given, where nobody has approved anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defaults: Vec<String>,
    /// What is otherwise than who reads the recipe or the documents might think, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The signed approvals it was admitted by; none where no trust policy was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Signed>,
    /// Name of the approved clip whose entry was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    pub clip: String,
    /// The shot of a cut list that was rendered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shot: Option<String>,
    /// Where the clip is another than the approved one: which slope the debayer took from its entry, and which the clip would have had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slopes: Option<Slopes>,
    /// Names the plan that made the pixels.
    pub plan: String,
    pub engine: Engine,
    /// Golden frames that this engine makes otherwise than they were approved, within the tolerance of the recipe.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub golden: Vec<GoldenReceipt>,
    pub plate: PlateShape,
    /// The plates; none where the recipe asks for other deliverables only.
    pub frames: Vec<FrameReceipt>,
    /// Half of what the recipe asks for; all of it where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
    /// First and last frame of what was rendered. Receipts from before every one said it have none, unless the recipe said what is delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(FrameNumber, FrameNumber)>,
    /// Every file of pictures, the plates among them; as with `range`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliverables: Vec<FileReceipt>,
    /// Files beside the plates, with their SHA-256.
    pub documents: BTreeMap<String, String>,
}

impl Receipt {
    pub(super) fn new(
        job: &Job,
        ordered: &Ordered,
        (clip, notes): (&str, &[String]),
        rendered: Rendered,
        documents: BTreeMap<String, String>,
    ) -> Result<Self> {
        let recipe = job.order.recipe();
        let slopes = recipe.zip(ordered.entry).map(|(recipe, entry)| recipe.slopes(entry, job.clip, clip)).transpose()?.flatten();
        Ok(Self {
            schema: SCHEMA.into(),
            recipe: recipe.map(|r| r.recipe.id.clone()),
            recipe_digest: recipe.map(|r| r.digest.clone()),
            defaults: ordered.defaults.clone(),
            notes: notes.to_vec(),
            approvals: job.approvals.to_vec(),
            entry: ordered.entry.map(|e| e.name.clone()),
            clip: clip.to_owned(),
            shot: job.also.shot.map(str::to_owned),
            only: job.also.only,
            slopes,
            plan: ordered.plan.key().to_owned(),
            engine: engine_of(job)?,
            golden: rendered.golden,
            plate: ordered.entry.map_or_else(|| plate_shape(&ordered.plan), |e| e.plate.clone()),
            frames: rendered.plates,
            range: Some(rendered.range),
            deliverables: rendered.files,
            documents,
        })
    }
}

/// This engine, with the digest of the program where the recipe names programs.
fn engine_of(job: &Job) -> Result<Engine> {
    let asked = job.order.recipe().is_some_and(|r| !r.recipe.engine.digests.is_empty());
    let digests = if asked { vec![program()?] } else { vec![] };
    Ok(Engine { digests, ..Engine::this() })
}

/// Members that are not known before the pictures are there.
pub(super) const OF_PICTURES: [&str; 3] = ["frames", "deliverables", "golden"];

impl Receipt {
    /// Whether one that lies there stands for this one: it says the same, `but_for` some members. Who signs a recipe meanwhile does not
    /// make it another: the approvals that it names have to be among those that the recipe is admitted by now.
    ///
    /// # Errors
    /// Verification: names the member and what it is there.
    pub(super) fn accepts(&self, there: &Self, but_for: &[&str]) -> Result<()> {
        let value = |receipt: &Self| serde_json::to_value(receipt).map_err(|e| Error::invalid(e.to_string()).field("receipt"));
        let other =
            |member: String, found: String| Err(Error::verification("already there, and of another job").field(member).value(found));
        // Said first, as everything else follows from it.
        if there.recipe_digest != self.recipe_digest {
            return other("recipe_digest".into(), there.recipe_digest.clone().unwrap_or_else(|| "none".into()));
        }
        let but_for: Vec<&str> = but_for.iter().copied().chain(["approvals"]).collect();
        if let Some((member, found)) = conflict::member(&value(there)?, &value(self)?, &but_for) {
            return other(member, found);
        }
        self.names_who_admits(&there.approvals)
    }

    /// Whether approvals that a receipt names are of those by whom this one was admitted. Where a policy asked for none, or asks for some
    /// now, it is another that admits.
    fn names_who_admits(&self, named: &[Signed]) -> Result<()> {
        let said = |why: &str, found: String| Err(Error::verification(format!("already there, {why}")).field("approvals").value(found));
        if named.is_empty() && !self.approvals.is_empty() {
            return said("of a job that no trust policy was asked for", "none".into());
        }
        match named.iter().find(|approval| !self.approvals.contains(approval)) {
            Some(gone) => said("with an approval that does not admit the recipe now", format!("{}, {}", gone.name, gone.role)),
            None => Ok(()),
        }
    }
}

/// A golden frame that came out otherwise than approved, and by how much.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldenReceipt {
    pub frame: FrameNumber,
    pub off_by: Difference,
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
