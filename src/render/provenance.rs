//! How a delivery came about, as others read it: an in-toto Statement v1 with SLSA Provenance v1 (<https://slsa.dev/spec/v1.0/provenance>),
//! plain or signed in a DSSE envelope. It depends on nothing but what was rendered: a task that runs twice leaves one.

use super::{Receipt, sources::Sources};
use crate::{
    camera::FrameNumber,
    error::{Error, Result},
    files,
    progress::Progress,
    recipe::{
        Engine,
        sign::{self, PublicKey, SecretKey},
    },
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
const PULL_TYPE: &str = "urn:prelight:pull:v1";
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
    pub(super) fn new(name: impl Into<String>, sha256: impl Into<String>) -> Self {
        Self { name: name.into(), digest: BTreeMap::from([("sha256".into(), sha256.into())]), annotations: BTreeMap::new() }
    }
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.annotations.insert(name.into(), value.into());
        self
    }
}

/// The files of the clip that frames are read from, with their digests.
///
/// # Errors
/// I/O; cancelled.
pub(super) fn inputs(sources: &mut Sources, frames: &[FrameNumber], progress: &Progress) -> Result<Vec<Resource>> {
    let used = sources.used(frames);
    progress.begin(used.len() as u64, "Hashing what was rendered from");
    let mut inputs = vec![];
    for file in used {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        inputs.push(Resource::new(name, sources.sha256(&file)?));
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
    let definition = json!({
        "buildType": BUILD_TYPE,
        "externalParameters": { "recipe": receipt.recipe, "entry": receipt.entry, "clip": receipt.clip, "frames": range },
        "internalParameters": { "plan": receipt.plan, "pixels": receipt.engine.pixels, "plate": receipt.plate },
        "resolvedDependencies": dependencies,
    });
    stated(&subject, &definition, &receipt.engine, &[Resource::new(receipt_name, receipt_sha256)])
}

/// The statement about a pull: of the cut list and the report that it left, and of the receipts of all that was rendered of it.
///
/// # Errors
/// It cannot be written as JSON.
pub(super) fn pull_statement(
    list: &Resource,
    report: &Resource,
    recipe: (&str, &str),
    handles: u32,
    receipts: &[Resource],
) -> Result<Vec<u8>> {
    let (id, digest) = recipe;
    let definition = json!({
        "buildType": PULL_TYPE,
        "externalParameters": { "recipe": id, "list": list.name, "handles": handles },
        "resolvedDependencies": [Resource::new(crate::recipe::DOCUMENT, digest).with("id", id), list],
    });
    stated(&[list.clone(), report.clone()], &definition, &Engine::this(), receipts)
}

/// What is written of a statement, and how its name ends: in an envelope where it is signed, else as it is.
///
/// # Errors
/// Those of signing.
pub(super) fn to_write(statement: Vec<u8>, sign_with: Option<&SecretKey>) -> Result<(&'static str, Vec<u8>)> {
    Ok(match sign_with {
        Some(key) => (SIGNED_ENDING, sign::seal(&statement, key)?),
        None => (ENDING, statement),
    })
}

fn stated(subject: &[Resource], definition: &Value, engine: &Engine, byproducts: &[Resource]) -> Result<Vec<u8>> {
    crate::recipe::canonical(&json!({
        "_type": STATEMENT,
        "subject": subject,
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": definition,
            "runDetails": { "builder": { "id": BUILDER, "version": { engine.name.as_str(): engine.version } }, "byproducts": byproducts },
        },
    }))
}

/// A file and its SHA-256.
pub type Claim = (String, String);

/// Bytes of a statement, at most.
pub(super) const LARGEST: u64 = 256 << 20;

/// What a statement claims of files, name and SHA-256, the receipt's among them; and whether `key` has signed it.
///
/// # Errors
/// Invalid, unsupported: it is no such statement.
pub fn claims(path: &Path, key: Option<&PublicKey>) -> Result<(Vec<Claim>, bool)> {
    let bytes = files::read_bounded(path, LARGEST)?;
    if !is_envelope(path) {
        return Ok((read(&bytes).map_err(|e| e.file(path))?, false));
    }
    let payload = sign::opened(&bytes).map_err(|e| e.file(path))?;
    let is_signed = key.is_some_and(|key| sign::is_signed_by(&bytes, key).unwrap_or(false));
    Ok((read(&payload).map_err(|e| e.file(path))?, is_signed))
}

fn is_envelope(path: &Path) -> bool {
    path.to_string_lossy().ends_with(SIGNED_ENDING)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn statement(kind: &str, predicate: &str, digest: &str) -> Vec<u8> {
        let subject = json!([{ "name": "a.exr", "digest": { digest: "00" }, "more": 1 }]);
        let receipt = json!([{ "name": "a.receipt.json", "digest": { "sha256": "11" } }]);
        let run = json!({ "runDetails": { "builder": {}, "byproducts": receipt } });
        json!({ "_type": kind, "subject": subject, "predicateType": predicate, "predicate": run }).to_string().into_bytes()
    }

    #[test]
    fn a_statement_claims_its_files_and_the_receipt() {
        let claims = read(&statement(STATEMENT, PREDICATE, "sha256")).unwrap();
        assert_eq!(claims, [("a.exr".into(), "00".into()), ("a.receipt.json".into(), "11".into())]);
        for other in [statement("x", PREDICATE, "sha256"), statement(STATEMENT, "x", "sha256"), statement(STATEMENT, PREDICATE, "md5")] {
            assert_eq!(read(&other).unwrap_err().exit_code(), 10);
        }
    }

    proptest! {
        #[test]
        fn no_statement_is_an_error_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0usize..400, to in any::<u8>()) {
            let _ = read(&bytes);
            let mut altered = statement(STATEMENT, PREDICATE, "sha256");
            let place = at % altered.len();
            altered[place] = to;
            let _ = read(&altered);
        }
    }
}
