//! Mends that the window can do by itself, as actions.

use super::{Action, CdlNumbers, ClipId, LookEdit, LookEdits, Opened, Room, Session};
use crate::{
    camera::Encoding,
    check::Finding,
    color,
    error::{Error, Result},
    framing::draft::{CanvasEdit, Edit, Rounding},
    pipeline::{ColorStep, StepKind},
    sidecar::amf::{self, Correction, Reference},
    words::agree,
};
use serde_json::json;

/// The ACES 1.3 Reference Gamut Compression, by its name in the catalogue.
const COMPRESSION: &str = "reference-gamut-compression";

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

/// Why there is none to be done.
pub(super) const NO_MEND: &str = "nothing that the window can mend by itself";

const DONE: &str = "Does it; Ctrl+Z takes it back";
const TRIED: &str = "Tries it out in the Look room, where the AMF is written; Ctrl+Z takes it back";
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
            "COL-07" => self.mend_of_double_look(opened),
            "COL-08" => self.mend_of_cdl(opened),
            "COL-21" => {
                let draft = self.look_edits().clone().with_first(COMPRESSION).draft();
                Some(Mend { label: "Add the gamut compression".into(), actions: vec![draft, Action::Room(Room::Look)], tip: TRIED })
            }
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

    /// What would mend what the open cell of evidence shows of the selected clip.
    pub fn mend_in_view(&self) -> Option<Mend> {
        let (at, clip) = (self.view.evidence.at.as_ref()?, self.document.selected?);
        if self.opened(clip)?.mode != at.mode {
            return None;
        }
        self.finding(clip, &at.rule).filter(|f| f.stands_in_the_way()).and_then(|f| self.mend(clip, f))
    }

    /// Does it, as its button would.
    pub(super) fn mend_cell(&mut self) -> Result<()> {
        let mend = self.mend_in_view().ok_or_else(|| Error::refused(NO_MEND).field("Evidence/Mend"))?;
        mend.actions.into_iter().try_for_each(|action| {
            self.seal();
            self.attempt(action)
        })
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

    /// Two looks are one: the later of those that are rendered goes. By their files and their numbers only, which are at hand.
    fn mend_of_double_look(&self, opened: &Opened) -> Option<Mend> {
        let looks: Vec<&ColorStep> = opened.plans()?.full.steps().iter().filter(|s| s.kind == StepKind::Look).collect();
        let files = |s: &ColorStep| s.files.iter().map(|f| f.sha256().to_owned()).collect::<Vec<_>>();
        let same = |a: &ColorStep, b: &ColorStep| {
            let numbers = CdlNumbers::of(a).filter(|n| *n != CdlNumbers::default());
            (!a.files.is_empty() && files(a) == files(b)) || (numbers.is_some() && numbers == CdlNumbers::of(b))
        };
        let is_double = |later: &usize| {
            !looks[*later].applied && (0..looks.len()).any(|i| (i < *later || looks[i].applied) && same(looks[i], looks[*later]))
        };
        let look = 1 + (0..looks.len()).rev().find(is_double)?;
        Some(self.mend_by_leaving_out(format!("Leave look {look} out"), [look]))
    }

    /// A CDL that changes nothing goes; one without a working space gets the usual one.
    fn mend_of_cdl(&self, opened: &Opened) -> Option<Mend> {
        let amf = opened.planned.sidecars.amf.as_ref()?.content.as_ref().ok()?;
        let cdls = || {
            amf.pipeline.looks().enumerate().filter_map(|(i, look)| match &look.reference {
                Reference::Cdl(cdl) => Some((i + 1, cdl)),
                _ => None,
            })
        };
        let is_identity = |cdl: &amf::CdlLook| match &cdl.correction {
            Correction::Values { cdl, .. } => cdl.is_identity(),
            Correction::File { .. } => false,
        };
        let idle: Vec<usize> = cdls().filter(|(_, cdl)| is_identity(cdl)).map(|(look, _)| look).collect();
        if !idle.is_empty() {
            let names = idle.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
            let label = format!("Leave look {names} out, which {} nothing", agree(&idle.len(), "changes", "change"));
            return Some(self.mend_by_leaving_out(label, idle));
        }
        let bare = cdls().any(|(_, cdl)| cdl.working_space.is_none());
        let space = json!({ "working_space": "acescct" });
        let actions = || Some(vec![Action::SetClip(space.as_object().cloned()?)]);
        if !bare || self.document.selected_clip()?.settings.working_space.is_some() {
            return None;
        }
        Some(Mend { label: "Take ACEScct as the working space".into(), actions: actions()?, tip: DONE })
    }

    fn mend_by_leaving_out(&self, label: String, looks: impl IntoIterator<Item = usize>) -> Mend {
        let edits = looks.into_iter().fold(self.look_edits().clone(), LookEdits::leave_out);
        Mend { label, actions: vec![edits.draft(), Action::Room(Room::Look)], tip: TRIED }
    }

    fn mend_of_framing(&self, label: String, edit: Edit) -> Mend {
        // In the editor already, the second would close it.
        let open = (!self.edits_framing()).then_some(Action::FramingEditor);
        Mend { label, actions: [Action::FramingEdit(edit)].into_iter().chain(open).collect(), tip: DRAWN }
    }
}
