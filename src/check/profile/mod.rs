//! Profiles: what a studio asks for. Limits of rules, with where each number comes from and how sure that is.
//!
//! A profile is a TOML file. It extends another one, in the end `neutral`, which holds every limit there is: a rule or limit that
//! `neutral` has not is a mistake and refused. [`Profile::find`] knows the built-in ones by name, those that a studio has put into
//! [`Profile::folder`], and files.
//!
//! ```toml
//! id = "my-studio"
//! title = "My studio, series"
//! version = "2026-11"
//! extends = "netflix-vfx"
//!
//! [rules.FDL-08]
//! severity = "block"              # inform, warn or block; without it the rule's own
//! asked = true                    # false leaves the rule out
//! source = "Delivery letter, 3 March"
//! seen = "2026-11-20"             # when somebody read that
//! confidence = "published"        # published, recalled, measured or proposed
//! width = 4096                    # limits, by the names that neutral has
//! ```

mod read;
mod shelf;

pub use shelf::Offered;

use super::Severity;
use crate::{
    camera::Rational,
    error::{Error, Result},
    sidecar::lut,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};
use toml::Value;

/// How sure a limit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Its publisher's own page was read.
    Published,
    /// From memory; to be confirmed.
    Recalled,
    /// Measured by us.
    Measured,
    /// Our own proposal.
    Proposed,
}

/// Limits of rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub id: String,
    pub title: String,
    pub version: String,
    /// SHA-256 of all that it says, in hex: what a recipe is bound to.
    pub digest: String,
    /// The digest without what was named over it.
    own: Option<String>,
    rows: BTreeMap<String, Row>,
    /// Where its file lies; `None` of one that comes with the program.
    folder: Option<PathBuf>,
}

/// What the looks of a show were made from.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceLook {
    /// A look file or the name of a transform, from code values of the camera to those of the display.
    pub look: String,
    /// The encoding of the camera that it takes.
    pub from: String,
}

/// Names a profile as it was when clips were checked by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileMark {
    pub id: String,
    pub version: String,
    /// As [`Profile::digest`].
    pub digest: String,
    /// The digest that its file has by itself, where the show names the rate of the project or a source look over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
}

impl std::fmt::Display for ProfileMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.id, self.version, self.digest.get(..12).unwrap_or(&self.digest))
    }
}

/// What a profile says of one rule.
#[derive(Clone, Debug, Default, PartialEq)]
struct Row {
    severity: Option<Severity>,
    asked: Option<bool>,
    source: Option<String>,
    seen: Option<String>,
    confidence: Option<Confidence>,
    limits: BTreeMap<String, Value>,
}

/// The limit that is the rate of the project.
pub(in crate::check) const RATE: (&str, &str) = ("META-03", "rate");
/// The rule that names the source look.
const SOURCE_LOOK: &str = "COL-15";

/// The built-in profiles, each after those it extends.
const BUILT_IN: [&str; 4] = [
    include_str!("../../../assets/profiles/neutral.toml"),
    include_str!("../../../assets/profiles/aces-st2065-4.toml"),
    include_str!("../../../assets/profiles/netflix-capture.toml"),
    include_str!("../../../assets/profiles/netflix-vfx.toml"),
];

static KNOWN: LazyLock<Vec<Arc<Profile>>> = LazyLock::new(|| {
    let mut known: Vec<Arc<Profile>> = vec![];
    for text in BUILT_IN {
        // A test reads every one of them.
        if let Ok(profile) = read::profile(text, |id| known.iter().find(|p| p.id == id).cloned()) {
            known.push(Arc::new(profile));
        }
    }
    known
});

impl Profile {
    /// Those that come with the program; the first is neutral.
    pub fn built_in() -> &'static [Arc<Self>] {
        &KNOWN
    }

    /// What holds where nobody chose.
    pub fn neutral() -> Arc<Self> {
        KNOWN[0].clone()
    }

    /// A profile by its id, built in or in [`Profile::folder`], or a file.
    ///
    /// # Errors
    /// As [`Profile::find_in`].
    pub fn find(name: &str) -> Result<Arc<Self>> {
        Self::find_in(name, Self::folder().as_deref())
    }

    /// A profile from a file. What it extends is built in, or a file `ID.toml` beside it.
    ///
    /// # Errors
    /// I/O; invalid, with line, where the file is no profile or names a rule or limit that `neutral` has not.
    pub fn open(path: &Path) -> Result<Self> {
        read::open(path, 0)
    }

    /// Fails where a rate is none that anything plays at.
    ///
    /// # Errors
    /// Usage.
    pub fn refuse_no_rate(rate: Rational) -> Result<()> {
        if rate.to_f64() > 0.0 { Ok(()) } else { Err(Error::usage("not a rate of frames").value(rate)) }
    }

    /// The same for a project at this rate (META-03), whatever it says of that itself.
    pub fn at_rate(&self, rate: Rational) -> Self {
        self.with_over(RATE.0, |row| {
            row.limits.insert(RATE.1.into(), Value::String(rate.to_string()));
            (row.source, row.seen, row.confidence) = (Some("the rate of the project, as named for the show".into()), None, None);
        })
    }

    /// With something else named over a row.
    fn with_over(&self, rule: &str, change: impl FnOnce(&mut Row)) -> Self {
        let mut rows = self.rows.clone();
        change(rows.entry(rule.into()).or_default());
        let own = self.own.clone().or_else(|| Some(self.digest.clone()));
        Self { digest: read::digest(&rows), own, rows, ..self.clone() }
    }

    /// The same with this source look (COL-15), whatever it names itself.
    pub fn with_source_look(&self, source: &SourceLook) -> Self {
        let named = self.with_over(SOURCE_LOOK, |row| {
            row.limits
                .extend([("look", &source.look), ("from", &source.from)].map(|(name, text)| (name.into(), Value::String(text.clone()))));
        });
        // A path that was named is not beside the file of the profile.
        Self { folder: None, ..named }
    }

    /// The source look, where the profile names one.
    ///
    /// # Errors
    /// Invalid: only one of its two members.
    pub fn source_look(&self) -> Result<Option<SourceLook>> {
        let [look, from] = [self.text(SOURCE_LOOK, "look")?, self.text(SOURCE_LOOK, "from")?];
        match (look, from) {
            ("", "") => Ok(None),
            ("", _) => Err(Error::invalid("is missing where from is given").field(format!("rules.{SOURCE_LOOK}.look"))),
            (_, "") => Err(Error::invalid("is missing where look is given").field(format!("rules.{SOURCE_LOOK}.from"))),
            _ => {
                let beside = self.folder.as_ref().filter(|_| lut::file(look).is_some()).map(|folder| folder.join(look));
                let look = beside.and_then(|path| path.to_str().map(str::to_owned)).unwrap_or_else(|| look.into());
                Ok(Some(SourceLook { look, from: from.into() }))
            }
        }
    }

    /// The rate of the project, where the profile states one.
    pub fn rate(&self) -> Option<Rational> {
        self.text(RATE.0, RATE.1).ok()?.parse().ok()
    }

    /// The file of a profile and those of the profiles that it extends, as far as they are beside it: what it is read from.
    pub fn files_of(path: &Path) -> Vec<PathBuf> {
        read::files_of(path)
    }

    pub fn mark(&self) -> ProfileMark {
        ProfileMark { id: self.id.clone(), version: self.version.clone(), digest: self.digest.clone(), own: self.own.clone() }
    }

    /// Whether the rule is to be looked at.
    pub fn asks(&self, rule: &str) -> bool {
        self.rows.get(rule).and_then(|r| r.asked).unwrap_or(true)
    }

    /// The severity, where the profile sets one.
    pub fn severity(&self, rule: &str) -> Option<Severity> {
        self.rows.get(rule)?.severity
    }

    /// Where the limits of a rule come from and how sure that is.
    pub fn source(&self, rule: &str) -> Option<String> {
        let row = self.rows.get(rule)?;
        let source = row.source.as_ref()?;
        let word = match row.confidence {
            None | Some(Confidence::Published) => "",
            Some(Confidence::Recalled) => ", from memory",
            Some(Confidence::Measured) => ", measured",
            Some(Confidence::Proposed) => ", a proposal",
        };
        let seen = row.seen.as_ref().map(|s| format!(", seen {s}")).unwrap_or_default();
        Some(format!("{source}{seen}{word} ({} {})", self.id, self.version))
    }

    /// The rules that the profile says something of.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    /// The limits of a rule by their names, as TOML has them.
    pub fn limits(&self, rule: &str) -> BTreeMap<String, String> {
        let row = self.rows.get(rule);
        row.into_iter().flat_map(|r| &r.limits).map(|(name, value)| (name.clone(), value.to_string())).collect()
    }

    /// A limit that is a number.
    ///
    /// # Errors
    /// The neutral profile has no such limit, or not of this kind: a mistake of the rule.
    pub fn number(&self, rule: &str, name: &str) -> Result<f64> {
        self.limit(rule, name, |v| v.as_float().or_else(|| v.as_integer().map(|i| i as f64)))
    }

    /// A limit that is a text.
    ///
    /// # Errors
    /// As [`Profile::number`].
    pub fn text(&self, rule: &str, name: &str) -> Result<&str> {
        self.limit(rule, name, Value::as_str)
    }

    /// A limit that is yes or no.
    ///
    /// # Errors
    /// As [`Profile::number`].
    pub fn flag(&self, rule: &str, name: &str) -> Result<bool> {
        self.limit(rule, name, Value::as_bool)
    }

    /// A limit that is a list of texts.
    ///
    /// # Errors
    /// As [`Profile::number`].
    pub fn list(&self, rule: &str, name: &str) -> Result<Vec<&str>> {
        self.limit(rule, name, |v| v.as_array()?.iter().map(Value::as_str).collect())
    }

    fn limit<'a, T>(&'a self, rule: &str, name: &str, take: impl FnOnce(&'a Value) -> Option<T>) -> Result<T> {
        let value = self.rows.get(rule).and_then(|r| r.limits.get(name)).and_then(take);
        value.ok_or_else(|| Error::unsupported("the profile has no such limit").field(format!("{rule} {name}")).value(&self.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_is_read() {
        assert_eq!(Profile::built_in().len(), BUILT_IN.len());
        assert_eq!(Profile::neutral().id, "neutral");
        for profile in Profile::built_in() {
            for (rule, row) in &profile.rows {
                assert!(row.source.is_some() && row.confidence.is_some(), "{} {rule}: source and confidence", profile.id);
            }
        }
    }

    #[test]
    fn a_studio_sets_what_it_wants_and_keeps_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ours.toml");
        let text = "id = 'ours'\ntitle = 'Ours'\nversion = '1'\nextends = 'netflix-vfx'\n[rules.MHL-05]\nseverity = 'block'\nformats = ['c4']\nsource = 'letter'\nconfidence = 'published'\n";
        std::fs::write(&path, text).unwrap();
        let ours = Profile::find(path.to_str().unwrap()).unwrap();
        assert_eq!(ours.list("MHL-05", "formats").unwrap(), ["c4"]);
        assert_eq!(ours.severity("MHL-05"), Some(Severity::Block));
        assert_eq!(ours.source("MHL-05").unwrap(), "letter (ours 1)");
        assert_ne!(ours.digest, Profile::find("netflix-vfx").unwrap().digest);
    }

    #[test]
    fn the_rate_of_a_project_is_a_limit_like_any_other() {
        let neutral = Profile::neutral();
        assert_eq!(neutral.rate(), None);
        let at = neutral.at_rate("23.976".parse().unwrap());
        assert_eq!(at.text("META-03", "rate").unwrap(), "24000/1001");
        assert_eq!((at.rate(), &at.id), (Rational::new(24000, 1001), &neutral.id));
        assert!(at.source("META-03").unwrap().contains("named for the show") && at.digest != neutral.digest);
        assert_eq!(at.at_rate("25".parse().unwrap()).rate(), Rational::new(25, 1));
    }

    #[test]
    fn what_is_wrong_in_a_profile_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let head = "id = 'x'\ntitle = 'X'\nversion = '1'\nextends = 'neutral'\n";
        for (body, what) in [
            ("[rules.MHL-99]\n", "MHL-99"),
            ("[rules.MHL-05]\nformat = ['md5']\n", "format"),
            ("[rules.MHL-05]\nformats = 'md5'\n", "formats"),
            ("[rules.MHL-05]\nseverity = 'loud'\n", "loud"),
            ("[rules\n", "TOML"),
            ("colour = 1\n", "colour"),
        ] {
            let path = dir.path().join("x.toml");
            std::fs::write(&path, format!("{head}{body}")).unwrap();
            let error = Profile::open(&path).unwrap_err();
            assert_eq!(error.exit_code(), 10, "{error}");
            assert!(error.to_string().contains(what) && error.path().is_some(), "{body}: {error}");
        }
        std::fs::write(dir.path().join("x.toml"), "id = 'x'\ntitle = 'X'\nversion = '1'\nextends = 'x'\n").unwrap();
        assert!(Profile::open(&dir.path().join("x.toml")).is_err(), "extends itself");
        assert_eq!(Profile::find("nowhere").unwrap_err().exit_code(), 2);
    }
}
