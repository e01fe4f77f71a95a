//! `prelight check --rules`: what is looked at, by a profile.

use super::out;
use crate::{
    check::{Profile, listed},
    error::Result,
};

pub(super) fn print(profile: &Profile, json: bool) -> Result<()> {
    let rules = listed(profile);
    if json {
        return out::json(&serde_json::json!({ "profile": profile.mark(), "title": profile.title, "rules": rules }));
    }
    out::line(format_args!("{} ({} {})", profile.title, profile.id, profile.version))?;
    for rule in &rules {
        let about = if rule.about == "clip" { String::new() } else { format!(" [{}]", rule.about) };
        let weight = if rule.asked { rule.severity.to_string() } else { "not asked".into() };
        out::line(format_args!("  {:<8} {}{about}: {weight}", rule.id, rule.title))?;
        let limits: Vec<String> = rule.limits.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        if !limits.is_empty() {
            out::line(format_args!("           {}", limits.join(", ")))?;
        }
        out::line(format_args!("           {}", rule.source))?;
    }
    Ok(())
}
