//! How a delivery came about, as others read it: an in-toto Statement v1 with SLSA Provenance v1 (<https://slsa.dev/spec/v1.0/provenance>),
//! plain or signed in a DSSE envelope. It depends on nothing but what was rendered: a task that runs twice leaves one.

use super::Receipt;
use crate::{
    camera::{Clip, FrameNumber},
    error::{Error, Result},
    files,
    progress::Progress,
    recipe::sign::{self, SecretKey},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};

/// How its name ends where it is not signed, and where it is.
pub const ENDING: &str = ".provenance.json";
pub const SIGNED_ENDING: &str = ".provenance.dsse.json";

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
const PREDICATE: &str = "https://slsa.dev/provenance/v1";
/// Names what the parameters mean; nothing needs to be found there.
const BUILD_TYPE: &str = "urn:prelight:render:v1";
const BUILDER: &str = "urn:prelight:renderer";

/// A file with its digest, in in-toto's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    pub name: String,
    pub digest: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, Value>,
}

impl Resource {
    fn new(name: impl Into<String>, sha256: impl Into<String>) -> Self {
        Self { name: name.into(), digest: BTreeMap::from([("sha256".into(), sha256.into())]), annotations: BTreeMap::new() }
    }
    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.annotations.insert(name.into(), value.into());
        self
    }
}

/// The files of the clip that frames are read from, with their digests.
///
/// # Errors
/// I/O; cancelled.
pub fn inputs(clip: &dyn Clip, frames: &[FrameNumber], progress: &Progress) -> Result<Vec<Resource>> {
    let all = clip.files();
    let present = &clip.frames().present;
    // A file a frame: those of these frames. Else every file of the clip is in every frame.
    let used: Vec<_> = match all.len() == present.len() && all.len() > 1 {
        true => present.iter().zip(all).filter(|(frame, _)| frames.binary_search(frame).is_ok()).map(|(_, file)| file).collect(),
        false => all,
    };
    progress.begin(used.len() as u64, "Hashing what was rendered from");
    let mut inputs = vec![];
    for file in used {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        inputs.push(Resource::new(name, clip.sha256(&file)?));
        progress.step()?;
    }
    Ok(inputs)
}

/// The statement about what a receipt lists. `receipt_sha256`: of the receipt's file, which is called `receipt_name`.
///
/// # Errors
/// It cannot be written as JSON.
pub fn statement(receipt: &Receipt, receipt_name: &str, receipt_sha256: &str, inputs: Vec<Resource>) -> Result<Vec<u8>> {
    let outputs = receipt.deliverables.iter().map(|d| {
        let resource = Resource::new(&d.file, &d.sha256).with("pixels", d.pixels.as_str()).with("deliverable", d.deliverable.as_str());
        d.frame.map_or(resource.clone(), |frame| resource.with("frame", frame))
    });
    let documents = receipt.documents.iter().map(|(name, sha256)| Resource::new(name, sha256));
    let subject: Vec<Resource> = outputs.chain(documents).collect();
    let recipe =
        receipt.recipe_digest.as_ref().map(|digest| Resource::new(crate::recipe::DOCUMENT, digest).with("id", receipt.recipe.as_deref()));
    let dependencies: Vec<Resource> = recipe.into_iter().chain(inputs).collect();
    let range = receipt.range.map(|(first, last)| json!([first, last]));
    let statement = json!({
        "_type": STATEMENT,
        "subject": subject,
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": { "recipe": receipt.recipe, "entry": receipt.entry, "clip": receipt.clip, "frames": range },
                "internalParameters": { "plan": receipt.plan, "pixels": receipt.engine.pixels, "plate": receipt.plate },
                "resolvedDependencies": dependencies,
            },
            "runDetails": {
                "builder": { "id": BUILDER, "version": { receipt.engine.name.as_str(): receipt.engine.version } },
                "byproducts": [Resource::new(receipt_name, receipt_sha256)],
            },
        },
    });
    crate::recipe::canonical(&statement)
}

/// The statement in an envelope that `key` signs.
///
/// # Errors
/// It cannot be written as JSON.
pub fn signed(statement: &[u8], key: &SecretKey) -> Result<Vec<u8>> {
    sign::seal(statement, key)
}

/// A file and its SHA-256.
pub type Claim = (String, String);

/// What a statement claims of files: name and SHA-256, the receipt's among them; and the keys that its envelope names, where it has one.
///
/// # Errors
/// Invalid, unsupported: it is no such statement.
pub fn claims(path: &Path) -> Result<(Vec<Claim>, Vec<String>)> {
    /// Bytes of a statement, at most.
    const LARGEST: u64 = 256 << 20;
    let bytes = files::read_bounded(path, LARGEST)?;
    let is_signed = path.to_string_lossy().ends_with(SIGNED_ENDING);
    let (payload, keys) = if is_signed { sign::opened(&bytes)? } else { (bytes, vec![]) };
    read(&payload).map(|claims| (claims, keys)).map_err(|e| e.file(path))
}

#[derive(Deserialize)]
struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    subject: Vec<Resource>,
    predicate: Predicate,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Predicate {
    run_details: RunDetails,
}

#[derive(Deserialize)]
struct RunDetails {
    #[serde(default)]
    byproducts: Vec<Resource>,
}

fn read(payload: &[u8]) -> Result<Vec<Claim>> {
    let statement: Statement =
        serde_json::from_slice(payload).map_err(|e| Error::invalid(format!("no provenance: {e}")).line(e.line() as u32))?;
    for (field, found, wanted) in [("_type", &statement.kind, STATEMENT), ("predicateType", &statement.predicate_type, PREDICATE)] {
        if found != wanted {
            return Err(Error::unsupported(format!("has to be {wanted}")).field(field).value(found));
        }
    }
    let claim = |resource: Resource| match resource.digest.get("sha256") {
        Some(sha256) => Ok((resource.name, sha256.clone())),
        None => Err(Error::unsupported("has no SHA-256").field("subject").value(resource.name)),
    };
    statement.subject.into_iter().chain(statement.predicate.run_details.byproducts).map(claim).collect()
}
