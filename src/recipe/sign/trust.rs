//! Who may approve what: a TOML file that a studio keeps where its renderers run.
//!
//! ```toml
//! schema = "prelight-trust/1"
//! revoked = ["SHA-256 of a recipe.json that must not be rendered any more"]
//!
//! [require]
//! signatures = 2                     # by so many different keys; 1 where absent
//! roles = ["colourist"]              # each of these has to have signed
//! only = { productions = ["Seven Seas"] }   # no recipe that does not lie within is rendered here at all
//!
//! [[require.of]]                     # so many different keys of these roles, besides
//! signatures = 2
//! roles = ["DP", "VFX supervisor", "DIT"]
//!
//! [[role]]                           # what every signer is limited to who signs as this
//! name = "DIT"
//! only = { deliverables = ["movie", "jpeg"] }
//!
//! [[signer]]
//! name = "Ada Lovelace"
//! key = "ada.pem.pub"                # beside this file, or the PEM itself
//! roles = ["colourist", "DP"]
//! from = 2026-11-01T00:00:00Z        # when the key may sign; both may be absent
//! until = 2027-11-01T00:00:00Z
//! revoked = "key lost 12 May"        # a reason; nothing it signed holds any more
//!
//! [signer.only]                      # what this key may approve; anything where absent
//! productions = ["Seven Seas*"]      # `*` stands for any letters
//! recipes = ["Camera test *"]        # by title
//! makes = ["ARRI"]                   # all that the recipe admits has to be of these
//! models = ["ALEXA*"]
//! deliverables = ["exr", "dpx"]      # exr dpx tiff png jpeg movie, or a codec of movies
//! ```

use super::{PublicKey, Signed, limits::Limits};
use crate::{
    error::{Error, InFile, Result},
    files,
    recipe::{OpenRecipe, Recipe},
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

const SCHEMA: &str = "prelight-trust/1";
/// Bytes of a policy, at most.
const LARGEST: u64 = 1 << 20;

/// A policy, its keys read.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustPolicy {
    signers: Vec<Trusted>,
    /// What roles are limited to.
    roles: BTreeMap<String, Limits>,
    require: Require,
    revoked: BTreeSet<String>,
    /// SHA-256 of the file.
    pub digest: String,
}

#[derive(Clone, Debug, PartialEq)]
struct Trusted {
    name: String,
    key: PublicKey,
    roles: Vec<String>,
    from: Option<OffsetDateTime>,
    until: Option<OffsetDateTime>,
    revoked: Option<String>,
    only: Limits,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    #[serde(default)]
    revoked: BTreeSet<String>,
    #[serde(default)]
    require: Require,
    #[serde(default)]
    signer: Vec<RawSigner>,
    #[serde(default)]
    role: Vec<Role>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Role {
    name: String,
    only: Limits,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Require {
    signatures: usize,
    roles: Vec<String>,
    of: Vec<SomeOf>,
    only: Limits,
}

/// So many of several roles, each with a key of its own.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct SomeOf {
    signatures: usize,
    roles: Vec<String>,
}

impl Default for Require {
    fn default() -> Self {
        Self { signatures: 1, roles: vec![], of: vec![], only: Limits::default() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSigner {
    name: String,
    key: String,
    roles: Vec<String>,
    from: Option<toml::value::Datetime>,
    until: Option<toml::value::Datetime>,
    revoked: Option<String>,
    #[serde(default)]
    only: Limits,
}

/// How one approval stands under a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Good,
    /// Why it does not count.
    Bad(String),
}

/// The variable that names a policy.
pub const TRUST_VARIABLE: &str = "PRELIGHT_TRUST";

impl TrustPolicy {
    /// The policy that [`TRUST_VARIABLE`] names, where it is set.
    ///
    /// # Errors
    /// Those of [`TrustPolicy::open`].
    pub fn of_environment() -> Result<Option<Self>> {
        std::env::var_os(TRUST_VARIABLE).filter(|v| !v.is_empty()).map(|path| Self::open(Path::new(&path))).transpose()
    }

    /// # Errors
    /// I/O; invalid, with the place, where it is no policy or names a key that cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let bytes = files::read_bounded(path, LARGEST)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::invalid("no UTF-8").file(path))?;
        Self::parse(text, path.parent().unwrap_or(Path::new("."))).in_file(path)
    }

    /// `folder`: where keys that are named by file lie.
    pub(in crate::recipe) fn parse(text: &str, folder: &Path) -> Result<Self> {
        let file: File = toml::from_str(text).map_err(|e| files::toml_error(text, &e))?;
        if file.schema != SCHEMA {
            return Err(Error::unsupported(format!("this program reads {SCHEMA}")).field("schema").value(file.schema));
        }
        if file.require.signatures == 0 {
            return Err(Error::invalid("at least one signature has to be asked for").field("require.signatures").value(0));
        }
        if let Some(bad) = file.revoked.iter().find(|d| d.len() != 64 || !d.bytes().all(|b| b.is_ascii_hexdigit())) {
            return Err(Error::invalid("no SHA-256 in hex").field("revoked").value(bad));
        }
        file.require.check()?;
        let mut roles = BTreeMap::new();
        for Role { name, only } in file.role {
            only.check(&format!("role {name}"))?;
            if roles.insert(name.clone(), only).is_some() {
                return Err(Error::invalid("is there twice").field("role").value(name));
            }
        }
        let signers = file.signer.into_iter().map(|s| s.read(folder)).collect::<Result<Vec<_>>>()?;
        let revoked = file.revoked.iter().map(|d| d.to_ascii_lowercase()).collect();
        Ok(Self { signers, roles, require: file.require, revoked, digest: files::sha256(text.as_bytes()) })
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.signers.iter().map(|s| &s.key)
    }

    /// How an approval of a recipe stands at a moment.
    pub fn judge(&self, approval: &Signed, recipe: &Recipe, now: OffsetDateTime) -> Standing {
        let bad = |why: String| Standing::Bad(why);
        let Some(signer) = self.signers.iter().filter(|_| approval.known).find(|s| s.key.id() == approval.key) else {
            return bad("signed with a key that the policy does not know".into());
        };
        if let Some(why) = &signer.revoked {
            return bad(format!("the key of {} is revoked: {why}", signer.name));
        }
        if signer.name != approval.name {
            return bad(format!("the key is {}'s, the approval says {}", signer.name, approval.name));
        }
        if !signer.roles.contains(&approval.role) {
            return bad(format!("{} may not approve as {}, only as {}", signer.name, approval.role, signer.roles.join(", ")));
        }
        if signer.from.is_some_and(|from| approval.at < from) || signer.until.is_some_and(|until| approval.at >= until) {
            return bad(format!("signed {}, when the key might not sign", stamp(approval.at)));
        }
        if approval.at > now {
            return bad(format!("signed {}, which is yet to come", stamp(approval.at)));
        }
        if let Some(expires) = approval.expires.filter(|expires| *expires <= now) {
            return bad(format!("expired {}", stamp(expires)));
        }
        if let Some(why) = signer.only.outside(recipe) {
            return bad(format!("what {} may approve: {why}", signer.name));
        }
        if let Some(why) = self.roles.get(&approval.role).and_then(|only| only.outside(recipe)) {
            return bad(format!("what {} may approve as {}: {why}", signer.name, approval.role));
        }
        Standing::Good
    }

    /// The good ones among the approvals, where they are all that is asked for.
    pub(super) fn admit(&self, recipe: &OpenRecipe, approvals: Vec<Signed>, now: OffsetDateTime) -> Result<Vec<Signed>> {
        if self.revoked.contains(&recipe.digest) {
            return Err(Error::refused("the recipe is revoked by the trust policy").field("digest").value(&recipe.digest));
        }
        if let Some(why) = self.require.only.outside(&recipe.recipe) {
            return Err(Error::refused(format!("what may be rendered here: {why}")).field("require.only"));
        }
        let mut bad = vec![];
        let good: Vec<Signed> = approvals
            .into_iter()
            .filter(|a| match self.judge(a, &recipe.recipe, now) {
                Standing::Good => true,
                Standing::Bad(why) => {
                    bad.push(format!("{}: {why}", a.file));
                    false
                }
            })
            .collect();
        let more = if bad.is_empty() { String::new() } else { format!(" ({})", bad.join("; ")) };
        let keys: BTreeSet<&str> = good.iter().map(|a| a.key.as_str()).collect();
        if keys.len() < self.require.signatures {
            let message = format!("{} of {} signatures that the policy asks for{more}", keys.len(), self.require.signatures);
            return Err(Error::refused(message).field("approvals"));
        }
        if let Some(role) = self.require.roles.iter().find(|role| !good.iter().any(|a| a.role == **role)) {
            return Err(Error::refused(format!("nobody has approved as {role}{more}")).field("approvals"));
        }
        for some in &self.require.of {
            let keys: BTreeSet<&str> = good.iter().filter(|a| some.roles.contains(&a.role)).map(|a| a.key.as_str()).collect();
            if keys.len() < some.signatures {
                let message = format!("{} of {} signatures as {}{more}", keys.len(), some.signatures, some.roles.join(" or "));
                return Err(Error::refused(message).field("require.of"));
            }
        }
        Ok(good)
    }
}

impl Require {
    fn check(&self) -> Result<()> {
        self.only.check("require")?;
        match self.of.iter().find(|some| some.signatures == 0 || some.roles.is_empty()) {
            Some(some) => {
                Err(Error::invalid("asks for a number of signatures, and of which roles").field("require.of").value(some.signatures))
            }
            None => Ok(()),
        }
    }
}

impl RawSigner {
    fn read(self, folder: &Path) -> Result<Trusted> {
        let field = |what: &str| format!("signer {}: {what}", self.name);
        let key = if self.key.contains("-----BEGIN") { PublicKey::from_pem(&self.key) } else { PublicKey::open(&folder.join(&self.key)) };
        let key = key.map_err(|e| if e.field_name().is_none() { e.field(field("key")) } else { e })?;
        let moment = |value: &Option<toml::value::Datetime>, what: &str| match value {
            None => Ok(None),
            Some(value) => OffsetDateTime::parse(&value.to_string(), &Rfc3339)
                .map(Some)
                .map_err(|_| Error::invalid("no date with time and zone, such as 2026-11-01T00:00:00Z").field(field(what)).value(value)),
        };
        if self.roles.is_empty() {
            return Err(Error::invalid("a signer needs a role").field(field("roles")));
        }
        self.only.check(&format!("signer {}", self.name))?;
        let (from, until) = (moment(&self.from, "from")?, moment(&self.until, "until")?);
        Ok(Trusted {
            name: self.name.clone(),
            key,
            roles: self.roles.clone(),
            from,
            until,
            revoked: self.revoked.clone(),
            only: self.only.clone(),
        })
    }
}

fn stamp(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_else(|_| at.to_string())
}
