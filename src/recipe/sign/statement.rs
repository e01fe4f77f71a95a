//! The in-toto Statement v1 of an approval (<https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md>).

use super::{PublicKey, Signer, dsse::Envelope};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

const TYPE: &str = "https://in-toto.io/Statement/v1";
/// Names what the predicate means; nothing needs to be found there.
const PREDICATE: &str = "urn:prelight:pipeline-approval:v1";
/// The subject.
const SUBJECT: &str = "recipe.json";

// Further members are allowed by the specification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    predicate_type: String,
    predicate: Predicate,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Subject {
    #[serde(default)]
    name: String,
    digest: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Predicate {
    name: String,
    role: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    expires: Option<OffsetDateTime>,
}

/// An approval by one signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signed {
    /// As the signer states them; a policy says whether the key may.
    pub name: String,
    pub role: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub expires: Option<OffsetDateTime>,
    /// Of the key that has signed, or that an unknown signature names.
    pub key: String,
    /// Whether the policy knows the key; nothing else of an unknown one means anything.
    pub known: bool,
    /// The envelope, in the recipe's folder.
    pub file: String,
}

impl Statement {
    pub fn approval(digest: &str, signer: &Signer, at: OffsetDateTime) -> Result<Self> {
        let predicate = Predicate {
            name: signer.name.clone(),
            role: signer.role.clone(),
            note: signer.note.clone(),
            at: whole_seconds(at),
            expires: signer.expires.map(whole_seconds),
        };
        // A date that cannot be written is found here and not by serde.
        predicate.at.format(&Rfc3339).map_err(|e| Error::invalid(e.to_string()).field("at"))?;
        let subject = Subject { name: SUBJECT.into(), digest: BTreeMap::from([("sha256".into(), digest.to_owned())]) };
        Ok(Self { kind: TYPE.into(), subject: vec![subject], predicate_type: PREDICATE.into(), predicate })
    }

    pub fn to_json(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(|e| Error::invalid(e.to_string()))
    }

    pub fn parse(payload: &[u8]) -> Result<Self> {
        let statement: Self = serde_json::from_slice(payload).map_err(|e| Error::invalid(format!("no approval: {e}")).field("payload"))?;
        for (field, found, wanted) in [("_type", &statement.kind, TYPE), ("predicateType", &statement.predicate_type, PREDICATE)] {
            if found != wanted {
                return Err(Error::unsupported(format!("has to be {wanted}")).field(field).value(found));
            }
        }
        Ok(statement)
    }

    /// Fails unless it is about the recipe with this digest, and nothing else.
    pub fn about(&self, digest: &str) -> Result<()> {
        match self.subject.as_slice() {
            [one] if one.digest.get("sha256").is_some_and(|d| d == digest) => Ok(()),
            [one] => {
                let found = one.digest.get("sha256").map_or("none", String::as_str);
                Err(Error::verification(format!("approves another recipe, not the one with SHA-256 {digest}"))
                    .field("subject.digest")
                    .value(found))
            }
            several => Err(Error::invalid("has to have one subject").field("subject").value(several.len())),
        }
    }

    /// One approval for each known key; one that is not known where there is none.
    pub fn signed_by(&self, envelope: &Envelope, known: &[PublicKey], path: &Path) -> Vec<Signed> {
        let p = &self.predicate;
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let signed = |key: String, known| Signed {
            name: p.name.clone(),
            role: p.role.clone(),
            note: p.note.clone(),
            at: p.at,
            expires: p.expires,
            key,
            known,
            file: file.clone(),
        };
        match known {
            [] => envelope.named().take(1).map(|id| signed(id.to_owned(), false)).collect(),
            some => some.iter().map(|key| signed(key.id(), true)).collect(),
        }
    }
}

fn whole_seconds(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_nanosecond(0).unwrap_or(at)
}
