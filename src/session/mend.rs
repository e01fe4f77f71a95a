//! Mends that the window can do by itself, as actions.

use super::{Action, ClipId, LookEdit, Opened, Room, Session};
use crate::{
    camera::Encoding,
    check::Finding,
    color,
    framing::draft::{CanvasEdit, Edit, Rounding},
};
use serde_json::json;

/// What would mend a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Mend {
    /// What its button says.
    pub label: String,
    /// Done one after the other.
    pub actions: Vec<Action>,
    /// What comes of them, and how they are taken back.
    pub tip: &'static str,
}

const DONE: &str = "Does it; Ctrl+Z takes it back";
const TRIED: &str = "Tries it out in the Look room, where the AMF is written; Discard takes it back";
const DRAWN: &str = "Draws it in the Framing room, where the FDL is written; Ctrl+Z takes it back";
const ASKED: &str = "Asks for the file; Ctrl+Z takes it back";

impl Session {
    /// What would mend a finding on the selected clip; `None` where it takes a person, and of any other clip.
    pub fn mend(&self, clip: ClipId, finding: &Finding) -> Option<Mend> {
        let entry = self.document.selected_clip().filter(|entry| entry.id == clip)?;
        let opened = self.opened(clip)?;
        let done = |label: &str, action| Some(Mend { label: label.into(), actions: vec![action], tip: DONE });
        let asked = |label: &str| Some(Mend { label: label.into(), actions: vec![Action::AskAttach], tip: ASKED });
        match finding.id.as_str() {
            // "leave the input transform to the file"
            "COL-03" if entry.settings.input.is_some() => {
                done("Leave the input transform to the file", Action::SetClip(json!({ "input": null }).as_object().cloned()?))
            }
            "COL-03" => self.mend_of_input(opened),
            // Every file of the roll, by its history.
            "MHL-01" | "MHL-02" if opened.roll.root.is_some() => done("Verify the whole roll", Action::VerifyRoll),
            "FDL-03" => {
                let squeeze = opened.clip.metadata().squeeze.as_ref()?.value;
                let edit = CanvasEdit { squeeze: Some(squeeze), ..CanvasEdit::default() };
                Some(self.mend_of_framing(format!("Set the squeeze to {squeeze}"), Edit::Canvas(edit)))
            }
            "FDL-05" => Some(self.mend_of_framing("Make the frame from the intent".into(), Edit::FromIntent(Rounding::STANDARD))),
            "COL-24" => asked("Choose the AMF…"),
            "FDL-02" => asked("Choose the FDL…"),
            "REF-01" => asked("Choose the reference still…"),
            _ => None,
        }
    }

    /// The AMF's input transform is not that of what the camera recorded.
    fn mend_of_input(&self, opened: &Opened) -> Option<Mend> {
        let (label, edit) = match opened.clip.encoding() {
            Encoding::Coded { transform, .. } => {
                let recorded = color::named(transform)?;
                (format!("Use {}", recorded.title), LookEdit::Input(recorded.name.into()))
            }
            // The file leads to ACES2065-1 by itself.
            Encoding::Camera(_) | Encoding::Known { .. } => ("Take the input transform out of the AMF".into(), LookEdit::NoInput),
            Encoding::Uncalibrated { .. } | Encoding::Unknown => return None,
        };
        let draft = self.look_edits().clone().with_input(edit).draft();
        Some(Mend { label, actions: vec![draft, Action::Room(Room::Look)], tip: TRIED })
    }

    fn mend_of_framing(&self, label: String, edit: Edit) -> Mend {
        // In the editor already, the second would close it.
        let open = (!self.edits_framing()).then_some(Action::FramingEditor);
        Mend { label, actions: [Action::FramingEdit(edit)].into_iter().chain(open).collect(), tip: DRAWN }
    }
}
