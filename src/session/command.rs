//! The only writer of the [`Document`]. Applying a command returns its inverse, and [`History`] keeps those.

use super::document::{Approved, Chosen, ClipEntry, ClipId, Document, Waiver};
use crate::{
    camera::Rational,
    pipeline::Settings,
    recipe::{Conditions, Output, golden},
};
use std::{collections::BTreeMap, mem, path::PathBuf};

/// A change of the document. One that names a clip the document does not hold changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Puts clips at these places (ascending) and selects.
    Insert {
        entries: Vec<(usize, ClipEntry)>,
        select: Option<ClipId>,
    },
    /// Takes clips out and selects.
    Remove {
        clips: Vec<ClipId>,
        select: Option<ClipId>,
    },
    Select(Option<ClipId>),
    /// Checks by another profile: its id, or a file; none is neutral.
    SetProfile(Option<String>),
    /// Names the rate of the project; none leaves it to the profile.
    SetRate(Option<Rational>),
    /// The cut lists of the show.
    SetCutLists(Vec<PathBuf>),
    /// Names the second copy of the roll with this root, or none.
    SetCopy {
        root: PathBuf,
        copy: Option<PathBuf>,
    },
    /// Sets what recipes ask to be delivered; none is the uncompressed plate alone.
    SetOutput(Option<Box<Output>>),
    /// Sets on what conditions recipes may be used.
    SetConditions(Box<Conditions>),
    SetSettings {
        clip: ClipId,
        settings: Box<Settings>,
    },
    /// What was chosen by hand, of one clip or of several.
    SetSidecars {
        of: Vec<(ClipId, Chosen)>,
    },
    /// Sets or withdraws the waivers of one check, each of a clip, or of the show where none is named.
    SetWaivers {
        check: String,
        of: Vec<(Option<ClipId>, Option<Waiver>)>,
    },
    SetApproved {
        clips: Vec<(ClipId, Option<Approved>)>,
    },
    /// Sets what is changed about the golden frames that are proposed for a clip's next recipe.
    SetGolden {
        clip: ClipId,
        edits: golden::Edits,
    },
    /// All of these, as one step of this name.
    Several {
        label: &'static str,
        commands: Vec<Command>,
    },
}

impl Command {
    /// Applies the command and returns the one that undoes it.
    pub fn apply(self, document: &mut Document) -> Self {
        match self {
            Self::Insert { entries, select } => {
                let clips = entries.iter().map(|(_, e)| e.id).collect();
                for (index, entry) in entries {
                    document.next_id = document.next_id.max(entry.id.0 + 1);
                    document.clips.insert(index.min(document.clips.len()), entry);
                }
                Self::Remove { clips, select: mem::replace(&mut document.selected, select) }
            }
            Self::Remove { clips, select } => {
                let (gone, kept): (Vec<_>, Vec<_>) =
                    mem::take(&mut document.clips).into_iter().enumerate().partition(|(_, e)| clips.contains(&e.id));
                document.clips = kept.into_iter().map(|(_, e)| e).collect();
                Self::Insert { entries: gone, select: mem::replace(&mut document.selected, select) }
            }
            Self::Select(clip) => Self::Select(mem::replace(&mut document.selected, clip)),
            Self::SetProfile(profile) => Self::SetProfile(mem::replace(&mut document.profile, profile)),
            Self::SetRate(rate) => Self::SetRate(mem::replace(&mut document.rate, rate)),
            Self::SetCutLists(lists) => Self::SetCutLists(mem::replace(&mut document.cut_lists, lists)),
            Self::SetCopy { root, copy } => {
                let old = match copy {
                    Some(copy) => document.copies.insert(root.clone(), copy),
                    None => document.copies.remove(&root),
                };
                Self::SetCopy { root, copy: old }
            }
            Self::SetOutput(output) => Self::SetOutput(mem::replace(&mut document.output, output.map(|boxed| *boxed)).map(Box::new)),
            Self::SetConditions(conditions) => Self::SetConditions(Box::new(mem::replace(&mut document.conditions, *conditions))),
            Self::SetSettings { clip, settings } => {
                let old = document.clip_mut(clip).map(|e| mem::replace(&mut e.settings, (*settings).clone()));
                Self::SetSettings { clip, settings: old.map_or(settings, Box::new) }
            }
            Self::SetSidecars { of } => {
                let old =
                    of.into_iter().filter_map(|(id, chosen)| document.clip_mut(id).map(|e| (id, mem::replace(&mut e.sidecars, chosen))));
                Self::SetSidecars { of: old.collect() }
            }
            Self::SetWaivers { check, of } => {
                let mut set: BTreeMap<Option<ClipId>, Option<Waiver>> = of.into_iter().collect();
                let mut old = vec![];
                let clips = document.clips.iter_mut().map(|e| (Some(e.id), &mut e.waivers));
                for (id, waivers) in clips.chain([(None, &mut document.waivers)]) {
                    let Some(waiver) = set.remove(&id) else { continue };
                    let was = waivers.iter().position(|w| w.check == check).map(|i| waivers.remove(i));
                    waivers.extend(waiver);
                    // In one order, so that what is undone is what was.
                    waivers.sort_by(|a, b| a.check.cmp(&b.check));
                    old.push((id, was));
                }
                Self::SetWaivers { check, of: old }
            }
            Self::SetApproved { clips } => {
                let old = clips
                    .into_iter()
                    .filter_map(|(id, approved)| document.clip_mut(id).map(|e| (id, mem::replace(&mut e.approved, approved))))
                    .collect();
                Self::SetApproved { clips: old }
            }
            Self::SetGolden { clip, edits } => {
                let old = document.clip_mut(clip).map(|e| mem::replace(&mut e.golden_edits, edits.clone()));
                Self::SetGolden { clip, edits: old.unwrap_or(edits) }
            }
            Self::Several { label, commands } => {
                let mut undone: Vec<_> = commands.into_iter().map(|c| c.apply(document)).collect();
                undone.reverse();
                Self::Several { label, commands: undone }
            }
        }
    }

    /// The settings that it gives a clip.
    fn settings_of(&self, clip: ClipId) -> Option<&Settings> {
        match self {
            Self::SetSettings { clip: of, settings } if *of == clip => Some(settings),
            Self::Several { commands, .. } => commands.iter().rev().find_map(|c| c.settings_of(clip)),
            _ => None,
        }
    }

    /// Whether `later` continues the gesture that `self` undoes (a drag of one value), so that both are one undo step.
    fn merges_with(&self, later: &Self) -> bool {
        match (self, later) {
            (Self::SetSettings { clip: a, .. }, Self::SetSettings { clip: b, .. }) => a == b,
            (Self::SetOutput(_), Self::SetOutput(_)) => true,
            _ => false,
        }
    }

    /// Looking at another clip is no step of its own: undo goes past it.
    fn is_step(&self) -> bool {
        !matches!(self, Self::Select(_))
    }

    /// Name of the step in the menu: "Undo remove clip".
    pub fn label(&self) -> &'static str {
        match self {
            Self::Insert { .. } | Self::Remove { .. } => "clip list",
            Self::Select(_) => "selection",
            Self::SetProfile(_) => "profile",
            Self::SetRate(_) => "rate of the project",
            Self::SetCutLists(_) => "cut lists",
            Self::SetCopy { .. } => "second copy",
            Self::SetOutput(_) => "deliverables",
            Self::SetConditions(_) => "conditions",
            Self::SetSettings { .. } => "settings",
            Self::SetSidecars { .. } => "sidecars",
            Self::SetWaivers { .. } => "waiver",
            Self::SetApproved { .. } => "approval",
            Self::SetGolden { .. } => "golden frames",
            Self::Several { label, .. } => label,
        }
    }
}

/// Undo and redo: stacks of inverse commands.
#[derive(Default)]
pub struct History {
    undo: Vec<Command>,
    redo: Vec<Command>,
    sealed: bool,
}

impl History {
    /// Steps kept.
    const DEPTH: usize = 500;

    /// Applies a command as a new step, or as part of the running gesture.
    pub fn run(&mut self, document: &mut Document, command: Command) {
        if !command.is_step() {
            command.apply(document);
            return;
        }
        // A drag sends these in every pass: they are compared with what they replace, others with the whole of the show.
        let before = match &command {
            Command::SetSettings { clip, settings } if document.clip(*clip).is_none_or(|e| e.settings == **settings) => return,
            Command::SetOutput(output) if output.as_deref() == document.output.as_ref() => return,
            Command::SetSettings { .. } | Command::SetOutput(_) => None,
            _ => Some(document.clone()),
        };
        let inverse = command.apply(document);
        if before.is_some_and(|before| *document == before) {
            return;
        }
        self.redo.clear();
        if !self.sealed && self.undo.last().is_some_and(|top| top.merges_with(&inverse)) {
            return; // the older inverse already leads back to the start of the gesture
        }
        self.undo.push(inverse);
        if self.undo.len() > Self::DEPTH {
            self.undo.remove(0);
        }
        self.sealed = false;
    }

    /// Ends a gesture: the next command is a new step.
    pub fn seal(&mut self) {
        self.sealed = true;
    }
    pub fn undo(&mut self, document: &mut Document) {
        if let Some(command) = self.undo.pop() {
            self.redo.push(command.apply(document));
            self.sealed = true;
        }
    }
    pub fn redo(&mut self, document: &mut Document) {
        if let Some(command) = self.redo.pop() {
            self.undo.push(command.apply(document));
            self.sealed = true;
        }
    }
    /// The settings of a clip before they were last changed.
    pub fn settings_before(&self, clip: ClipId) -> Option<&Settings> {
        self.undo.iter().rev().find_map(|command| command.settings_of(clip))
    }
    /// Steps that can be undone.
    pub(super) fn depth(&self) -> usize {
        self.undo.len()
    }
    /// What undo would take back.
    pub fn undo_label(&self) -> Option<&'static str> {
        self.undo.last().map(Command::label)
    }
    /// What redo would bring back.
    pub fn redo_label(&self) -> Option<&'static str> {
        self.redo.last().map(Command::label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Decode;

    fn entry(id: u64) -> ClipEntry {
        ClipEntry::new(ClipId(id), format!("{id}.dng").into())
    }
    fn exposure(stops: f64) -> Command {
        let decode = Decode { exposure: stops, ..Decode::default() };
        Command::SetSettings { clip: ClipId(1), settings: Box::new(Settings { decode, ..Default::default() }) }
    }
    fn show() -> Document {
        let mut d = Document::default();
        Command::Insert { entries: vec![(0, entry(1)), (1, entry(2)), (2, entry(3))], select: Some(ClipId(1)) }.apply(&mut d);
        d
    }

    #[test]
    fn every_command_is_undone_by_its_inverse() {
        let waiver = Waiver { check: "a".into(), name: "n".into(), reason: "r".into() };
        let approved = Approved {
            name: "n".into(),
            role: "r".into(),
            note: "".into(),
            plan_key: "k".into(),
            recipe: "/r".into(),
            digest: "d".into(),
            golden: vec![],
        };
        for command in [
            Command::Insert { entries: vec![(1, entry(9))], select: Some(ClipId(9)) },
            Command::Remove { clips: vec![ClipId(1), ClipId(3)], select: Some(ClipId(2)) },
            Command::Select(None),
            Command::SetProfile(Some("netflix-vfx".into())),
            Command::SetRate(Rational::new(25, 1)),
            Command::SetCutLists(vec!["a.edl".into(), "b.otio".into()]),
            Command::SetCopy { root: "/a/A001".into(), copy: Some("/b".into()) },
            Command::SetOutput(Some(Box::new(Output::of_presets(["dpx10"]).unwrap()))),
            Command::SetConditions(Box::new(Conditions { proved: true, ..Default::default() })),
            exposure(1.0),
            Command::SetSidecars {
                of: vec![
                    (ClipId(1), Chosen { fdl: Some("a.fdl".into()), ..Default::default() }),
                    (ClipId(3), Chosen { without: [crate::session::SidecarKind::Fdl].into(), ..Default::default() }),
                ],
            },
            Command::SetWaivers { check: "a".into(), of: vec![(Some(ClipId(2)), Some(waiver.clone()))] },
            Command::SetWaivers {
                check: "a".into(),
                of: vec![(Some(ClipId(1)), Some(waiver.clone())), (Some(ClipId(3)), Some(waiver.clone())), (None, Some(waiver))],
            },
            Command::SetApproved { clips: vec![(ClipId(3), Some(approved))] },
            Command::SetGolden { clip: ClipId(2), edits: golden::Edits { added: [7].into(), ..Default::default() } },
            Command::Several { label: "x", commands: vec![exposure(2.0), Command::Select(Some(ClipId(3))), exposure(3.0)] },
        ] {
            let mut d = show();
            let mut before = d.clone();
            let inverse = command.clone().apply(&mut d);
            assert_ne!(d, before, "{command:?}");
            let again = inverse.apply(&mut d);
            before.next_id = d.next_id; // ids are never used twice, undo or not
            assert_eq!(d, before, "{command:?}");
            assert_eq!(again, command);
        }
    }

    #[test]
    fn a_drag_is_one_step() {
        let (mut d, mut h) = (show(), History::default());
        let start = d.clone();
        for i in 1..=10 {
            h.run(&mut d, exposure(f64::from(i) / 10.0));
        }
        h.seal();
        h.run(&mut d, exposure(3.0));
        h.undo(&mut d);
        assert_eq!(d.clips[0].settings.decode.exposure, 1.0);
        h.undo(&mut d);
        assert_eq!(d, start);
        h.redo(&mut d);
        assert_eq!(d.clips[0].settings.decode.exposure, 1.0);
    }

    #[test]
    fn looking_at_another_clip_is_no_step_and_keeps_redo() {
        let (mut d, mut h) = (show(), History::default());
        h.run(&mut d, exposure(1.0));
        h.undo(&mut d);
        h.run(&mut d, Command::Select(Some(ClipId(2))));
        assert!(h.undo_label().is_none());
        assert_eq!(h.redo_label(), Some("settings"));
    }

    #[test]
    fn the_document_survives_json() {
        let d = show();
        let text = serde_json::to_string(&d).unwrap();
        assert_eq!(serde_json::from_str::<Document>(&text).unwrap(), d);
    }
}
