//! Frame lines being edited: a draft for each clip, and the FDL that is written of it. No draft is part of the document.

use super::{ClipId, Command, Opened, Room, Session, undo::Steps};
use crate::{
    error::{Error, Result},
    files::{self, Existing},
    framing::{
        Frame, Selection,
        draft::{Draft, Edit, Kept},
    },
    sidecar::fdl,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// What a draft begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftFrom {
    /// A copy of the clip's FDL.
    Clip,
    /// The clip's canvas, and all of it framed.
    Nothing,
}

/// The draft of a clip, or why there is none.
struct Drafted {
    /// The clip's FDL and the decision in it, as they were.
    of: Origin,
    /// Somebody asked to begin like this.
    asked: bool,
    draft: Result<Draft>,
    steps: Steps<Draft>,
}

impl Drafted {
    fn new(of: Origin, asked: bool, draft: Result<Draft>) -> Self {
        Self { of, asked, draft, steps: Steps::default() }
    }

    fn edit(&mut self, edit: &Edit) -> Result<()> {
        let draft = self.draft.as_mut().map_err(|e| e.clone())?;
        let before = draft.clone();
        draft.edit(edit)?;
        if *draft != before {
            self.steps.edited(before);
        }
        Ok(())
    }

    /// Whether it goes on where the clip's FDL and decision are `of`: it was begun of them, asked for as it is, or edited.
    fn stands(&self, of: &Origin) -> bool {
        self.asked || self.of == *of || self.draft.as_ref().is_ok_and(Draft::is_changed)
    }

    /// Takes a step back, or one that was taken back again, where there is one.
    fn step(&mut self, back: bool) {
        if let Ok(now) = &mut self.draft {
            self.steps.step(back, |other| std::mem::swap(now, other));
        }
    }
}

type Origin = Option<(PathBuf, Selection)>;

#[derive(Default)]
pub(super) struct Drafts(BTreeMap<ClipId, Drafted>);

impl Session {
    /// Whether frame lines are edited in the room in view.
    pub fn edits_framing(&self) -> bool {
        self.view.room == Room::Framing && self.view.framing_editor
    }
    /// Whether the picture is there to be played and zoomed.
    pub fn shows_picture(&self) -> bool {
        self.view.room.has_picture() || self.edits_framing()
    }
    /// The draft of the selected clip, or why there is none; nothing where none was begun.
    pub fn framing_draft(&self) -> Option<&Result<Draft>> {
        Some(&self.frame_lines.0.get(&self.document.selected?)?.draft)
    }
    /// The draft whose lines are over the picture in view.
    pub fn framing_in_view(&self) -> Option<&Draft> {
        self.framing_draft().filter(|_| self.edits_framing())?.as_ref().ok()
    }

    pub(super) fn start_framing(&mut self, from: DraftFrom) -> Result<()> {
        let (Some(id), Some(opened)) = (self.document.selected, self.selected_opened()) else {
            return Err(Error::refused("no clip is open").field("Framing/Start"));
        };
        let draft = match from {
            DraftFrom::Clip => of_clip(opened)?,
            DraftFrom::Nothing => of_nothing(opened)?,
        };
        let drafted = Drafted::new(origin(opened), from == DraftFrom::Nothing, Ok(draft));
        self.frame_lines.0.insert(id, drafted);
        Ok(())
    }

    /// Edits the draft of the selected clip; one is begun where there is none.
    pub(super) fn edit_framing(&mut self, edit: &Edit) -> Result<()> {
        let drafted = self.document.selected.and_then(|id| self.frame_lines.0.get(&id));
        let of = self.selected_opened().and_then(origin);
        // One of another FDL than the clip has now is not what is looked at.
        if !drafted.is_some_and(|d| d.draft.is_ok() && d.stands(&of)) {
            let has = self.selected_opened().is_some_and(|o| o.planned.sidecars.fdl.is_some());
            self.start_framing(if has { DraftFrom::Clip } else { DraftFrom::Nothing })?;
        }
        let drafted = self.document.selected.and_then(|id| self.frame_lines.0.get_mut(&id));
        drafted.ok_or_else(|| Error::refused("no clip is open").field("Framing/Edit"))?.edit(edit)
    }

    /// Ends a gesture: the next edit is a step of its own.
    pub(super) fn seal_frame_lines(&mut self) {
        self.frame_lines.0.values_mut().for_each(|d| d.steps.seal());
    }

    /// Whether undo and redo are those of the frame lines in view, and whether there is something to undo and to redo. They are while
    /// edited ones are in view: what is undone is what is seen.
    pub(super) fn frame_line_steps(&self) -> Option<[bool; 2]> {
        let drafted = self.frame_lines.0.get(&self.document.selected?).filter(|_| self.edits_framing())?;
        let steps = [true, false].map(|back| drafted.steps.next(back).is_some());
        (steps != [false; 2]).then_some(steps)
    }

    /// Undoes an edit of the frame lines in view, or does it again.
    pub(super) fn step_frame_lines(&mut self, back: bool) {
        if let Some(drafted) = self.document.selected.and_then(|id| self.frame_lines.0.get_mut(&id)) {
            drafted.step(back);
        }
    }

    /// Clips whose frame lines are edited and in no FDL.
    pub(super) fn edited_frame_lines(&self) -> usize {
        self.document.clips.iter().filter(|c| self.edited_draft(c.id).is_some()).count()
    }

    fn edited_draft(&self, clip: ClipId) -> Option<&Draft> {
        self.frame_lines.0.get(&clip)?.draft.as_ref().ok().filter(|d| d.is_changed())
    }

    /// The edited frame lines of the show, to be put by.
    pub(super) fn keep_frame_lines(&self) -> BTreeMap<ClipId, Kept> {
        self.document.clips.iter().filter_map(|c| Some((c.id, self.edited_draft(c.id)?.kept()))).collect()
    }

    /// Takes up frame lines that were put by, in place of those that there are.
    pub(super) fn restore_frame_lines(&mut self, kept: &BTreeMap<ClipId, Kept>) {
        self.frame_lines.0.clear();
        for (clip, kept) in kept {
            match Draft::restored(kept) {
                Ok(draft) => drop(self.frame_lines.0.insert(*clip, Drafted::new(None, true, Ok(draft)))),
                Err(error) => self.log.fail_at("Edited frame lines cannot be restored", &error),
            }
        }
    }

    /// Writes the draft of the selected clip as a new FDL, which the clip then has.
    pub(super) fn write_fdl(&mut self, path: &Path) -> Result<()> {
        let not = |why: &str| Error::refused(why).field("Framing/WriteFdl");
        let clip = self.document.selected.ok_or_else(|| not("no clip is open"))?;
        let draft = self.framing_draft().ok_or_else(|| not("no frame lines are edited"))?.as_ref().map_err(Error::clone)?;
        let path = if path.extension().is_some() { path.to_owned() } else { path.with_extension("fdl") };
        if !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("fdl")) {
            return Err(Error::usage("an FDL is called .fdl").file(&path));
        }
        let path = std::path::absolute(&path).map_err(|e| Error::io(&path, &e))?;
        let made = draft.document(Uuid::new_v4().to_string())?;
        let entry = self.document.clip(clip).ok_or_else(|| not("no clip is open"))?;
        let chosen = &entry.settings.framing.selection;
        if *chosen != Selection::default() {
            chosen.decision(&made).map_err(|e| e.field("framing.selection"))?;
        }
        let mut sidecars = entry.sidecars.clone();
        files::write_bytes(&path, Existing::Refuse, fdl::write(&made).as_bytes())?;
        sidecars.take(&path);
        self.log.info(format!("Written: {}", path.display()));
        // From here on the clip's FDL says it.
        self.frame_lines.0.remove(&clip);
        self.run(Command::SetSidecars { of: vec![(clip, sidecars)] });
        Ok(())
    }

    /// Begins a draft of the selected clip where the editor is open, and again where its FDL has become another one and nothing
    /// was edited yet.
    pub(super) fn refresh_frame_lines(&mut self) {
        if !self.edits_framing() {
            return;
        }
        let (Some(entry), Some(opened)) = (self.document.selected_clip(), self.selected_opened()) else { return };
        if !opened.planned.is_for(entry) {
            return; // it is planned next
        }
        let (id, of) = (entry.id, origin(opened));
        if !self.frame_lines.0.get(&id).is_some_and(|d| d.stands(&of)) {
            let draft = if of.is_some() { of_clip(opened) } else { of_nothing(opened) };
            self.frame_lines.0.insert(id, Drafted::new(of, false, draft));
        }
    }
}

/// The clip's FDL, and the decision that the clip is framed by, where it is.
fn origin(opened: &Opened) -> Origin {
    let document = opened.planned.sidecars.fdl.as_ref()?;
    let frame = opened.planned.result.as_ref().as_ref().ok().and_then(|plan| plan.frame());
    let named = |f: &Frame| Selection { context: None, canvas: Some(f.canvas_id.clone()), decision: Some(f.decision_id.clone()) };
    Some((document.path.clone(), frame.map(named).unwrap_or_default()))
}

fn of_clip(opened: &Opened) -> Result<Draft> {
    let document = opened.planned.sidecars.fdl.as_ref().ok_or_else(|| Error::refused("the clip has no FDL").field("Framing/Start"))?;
    let selection = origin(opened).map(|(_, selection)| selection).unwrap_or_default();
    Draft::of(document.content.as_ref().map_err(Error::clone)?, &selection).map_err(|e| e.file(&document.path))
}

fn of_nothing(opened: &Opened) -> Result<Draft> {
    let squeeze = opened.clip.metadata().squeeze_or_none();
    Draft::from_nothing(opened.clip.size(), squeeze, Some(&opened.name))
}
