//! Every rule as a profile has it: what may be asked, how much it weighs, its limits and where they come from.

use super::{Profile, Rule, Severity, edl_rules, rules, show_rules};
use serde::Serialize;
use std::collections::BTreeMap;

/// A rule under a profile.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    pub id: &'static str,
    pub title: &'static str,
    /// `clip`, `show` or `edl`.
    pub about: &'static str,
    pub severity: Severity,
    /// Whether the profile asks for it.
    pub asked: bool,
    pub limits: BTreeMap<String, String>,
    pub source: String,
}

/// Rules about a clip, about a show and about an EDL, in the order they are run.
pub fn listed(profile: &Profile) -> Vec<Listed> {
    let clip = rules().map(|r| line(r, "clip", profile));
    let show = show_rules().iter().map(|r| line(r, "show", profile));
    let edl = edl_rules().iter().map(|r| line(r, "edl", profile));
    clip.chain(show).chain(edl).collect()
}

fn line<M>(rule: &Rule<M>, about: &'static str, profile: &Profile) -> Listed {
    Listed {
        id: rule.id,
        title: rule.title,
        about,
        severity: rule.severity_by(profile),
        asked: profile.asks(rule.id),
        limits: profile.limits(rule.id),
        source: rule.source_by(profile),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_stands_once_and_every_limit_belongs_to_one() {
        for profile in Profile::built_in() {
            let list = listed(profile);
            let ids: BTreeSet<&str> = list.iter().map(|r| r.id).collect();
            assert_eq!(ids.len(), list.len());
            assert!(list.len() >= 80, "{}", list.len());
            for rule in profile.rules() {
                assert!(ids.contains(rule), "{}: {rule} is no rule", profile.id);
            }
        }
        let formats = |id: &str| listed(&Profile::find(id).unwrap()).into_iter().find(|r| r.id == "MHL-05").unwrap();
        assert_eq!((formats("neutral").severity, formats("netflix-vfx").severity), (Severity::Inform, Severity::Warn));
        assert_eq!(formats("neutral").limits["formats"], "[\"md5\", \"xxh64\"]");
    }
}
