//! Signed approvals, offline: an in-toto Statement v1 about `recipe.json` in a DSSE envelope, signed with Ed25519.
//!
//! Each approval is a file `attest/approval-KEYID-N.dsse.json` in the recipe folder. Who may approve what is said by a
//! [`TrustPolicy`], which is never part of the recipe.

mod dsse;
mod key;
mod limits;
mod statement;
mod trust;

pub use key::{PublicKey, SecretKey};
pub use statement::Signed;
pub use trust::{Standing, TRUST_VARIABLE, TrustPolicy};

use super::OpenRecipe;
use crate::{
    error::{Error, InFile, Result},
    files::{self, Existing},
};
use dsse::Envelope;
use statement::Statement;
use std::{
    fs,
    path::{Path, PathBuf},
};
use time::OffsetDateTime;

/// Folder of the envelopes within a recipe.
pub const FOLDER: &str = "attest";
/// How their names end.
pub(crate) const SUFFIX: &str = ".dsse.json";
/// Bytes of an envelope, at most.
const LARGEST: u64 = 1 << 20;
/// Envelopes of a recipe, at most.
const MOST: usize = 256;

/// Who signs, as what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signer {
    pub name: String,
    pub role: String,
    pub note: String,
    /// After this the approval holds no more.
    pub expires: Option<OffsetDateTime>,
}

/// Signs an opened recipe and adds the envelope to its folder; returns its path, or that of the file that the recipe is packed into, which is
/// written anew. What is signed is the digest of the very bytes that
/// were read when it was opened.
///
/// # Errors
/// Usage without name or role, or where it would expire at once; I/O.
pub fn sign(recipe: &OpenRecipe, key: &SecretKey, signer: &Signer, now: OffsetDateTime) -> Result<PathBuf> {
    if signer.name.trim().is_empty() || signer.role.trim().is_empty() {
        return Err(Error::usage("an approval needs a name and a role"));
    }
    if signer.expires.is_some_and(|e| e <= now) {
        return Err(Error::usage("the approval would have expired already").field("expires"));
    }
    let statement = Statement::approval(&recipe.digest, signer, now)?;
    let envelope = Envelope::seal(&statement.to_json()?, key);
    let bytes = super::to_json(&envelope)?;
    let folder = recipe.folder.join(FOLDER);
    files::create_folder(&folder)?;
    let id = key.public().id();
    let short = id.get(..16).unwrap_or(&id);
    let free = (1..=MOST).map(|n| folder.join(format!("approval-{short}-{n}{SUFFIX}"))).find(|p| p.symlink_metadata().is_err());
    let path = free.ok_or_else(|| Error::refused(format!("there are {MOST} approvals by this key")).file(&folder))?;
    files::write_bytes(&path, Existing::Refuse, &bytes)?;
    if recipe.is_packed() {
        super::pack(recipe, &recipe.source, Existing::Replace)?;
        return Ok(recipe.source.clone());
    }
    Ok(path)
}

/// Every approval of a recipe, as far as `policy` knows its key, in the order of file names.
///
/// # Errors
/// I/O; invalid where an envelope or its statement cannot be read; verification where a signature by a known key does not hold, or the
/// statement is about another recipe.
pub fn approvals(recipe: &OpenRecipe, policy: &TrustPolicy) -> Result<Vec<Signed>> {
    found(recipe, policy).map_err(|e| recipe.named(e))
}

fn found(recipe: &OpenRecipe, policy: &TrustPolicy) -> Result<Vec<Signed>> {
    let mut found = vec![];
    for path in envelopes(&recipe.folder)? {
        let (envelope, statement) = read(&path)?;
        let known = envelope.verify(policy).in_file(&path)?;
        statement.about(&recipe.digest).in_file(&path)?;
        found.extend(statement.signed_by(&envelope, &known, &path));
    }
    Ok(found)
}

/// The approvals of a recipe that a policy asks for, all of them good. What the renderer asks before anything else.
///
/// # Errors
/// What [`approvals`] fails with; refused where the recipe is revoked, or an approval that the policy asks for is missing, has expired or
/// was given by someone who may not.
pub fn admit(recipe: &OpenRecipe, policy: &TrustPolicy, now: OffsetDateTime) -> Result<Vec<Signed>> {
    policy.admit(recipe, approvals(recipe, policy)?, now).in_file(&recipe.source)
}

/// As [`admit`], now, where there is a policy; where there is none, nobody is asked for, but what was signed has to be this recipe all the
/// same: whoever edits one that is signed makes another.
///
/// # Errors
/// Those of [`admit`].
pub fn admit_by(recipe: &OpenRecipe, policy: Option<&TrustPolicy>) -> Result<Vec<Signed>> {
    match policy {
        Some(policy) => admit(recipe, policy, OffsetDateTime::now_utc()),
        None => about_this(recipe).map_err(|e| recipe.named(e)).map(|()| vec![]),
    }
}

/// Whether every approval speaks of this recipe, whoever signed it.
fn about_this(recipe: &OpenRecipe) -> Result<()> {
    for path in envelopes(&recipe.folder)? {
        let (_, statement) = read(&path)?;
        statement.about(&recipe.digest).in_file(&path)?;
    }
    Ok(())
}

/// An approval in its envelope: nothing is verified.
fn read(path: &Path) -> Result<(Envelope, Statement)> {
    let envelope = Envelope::parse(&files::read_bounded(path, LARGEST)?).in_file(path)?;
    let statement = Statement::parse(&envelope.payload().in_file(path)?).in_file(path)?;
    Ok((envelope, statement))
}

/// A statement of in-toto in an envelope that `key` signs.
///
/// # Errors
/// It cannot be written as JSON.
pub(crate) fn seal(statement: &[u8], key: &SecretKey) -> Result<Vec<u8>> {
    super::to_json(&Envelope::seal(statement, key))
}

/// What an envelope holds: nothing is verified.
///
/// # Errors
/// Invalid, unsupported: it is none.
pub(crate) fn opened(envelope: &[u8]) -> Result<Vec<u8>> {
    Envelope::parse(envelope)?.payload()
}

/// Whether a key has signed an envelope.
///
/// # Errors
/// Invalid, unsupported: it is none.
pub fn is_signed_by(envelope: &[u8], key: &PublicKey) -> Result<bool> {
    Envelope::parse(envelope)?.is_by(key)
}

/// The files that hold the approvals of a recipe folder, by name.
pub(super) fn envelopes(folder: &Path) -> Result<Vec<PathBuf>> {
    let folder = folder.join(FOLDER);
    if !folder.is_dir() {
        return Ok(vec![]);
    }
    let mut paths = vec![];
    for entry in fs::read_dir(&folder).in_file(&folder)? {
        let path = entry.in_file(&folder)?.path();
        let named = path.file_name().is_some_and(|n| n.to_string_lossy().ends_with(SUFFIX) && !n.to_string_lossy().starts_with('.'));
        if named && path.is_file() {
            paths.push(path);
        }
        if paths.len() > MOST {
            return Err(Error::invalid(format!("more than {MOST} envelopes")).file(&folder));
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests;
