//! Mends that the window can do by itself, as actions.

use super::{Action, ClipId, Session};
use crate::check::Finding;
use serde_json::json;

impl Session {
    /// What would mend a finding on a clip, and what its button says; `None` where it takes a person.
    pub fn mend(&self, clip: ClipId, finding: &Finding) -> Option<(String, Action)> {
        let entry = self.document.clip(clip)?;
        let set = |members: serde_json::Value| members.as_object().cloned().map(Action::SetClip);
        match finding.id.as_str() {
            // "leave the input transform to the file"
            "COL-03" if entry.settings.input.is_some() => {
                Some(("Leave the input transform to the file".into(), set(json!({ "input": null }))?))
            }
            // Every file of the roll, by its history.
            "MHL-01" | "MHL-02" if self.opened(clip)?.roll.root.is_some() => Some(("Verify the whole roll".into(), Action::VerifyRoll)),
            _ => None,
        }
    }
}
