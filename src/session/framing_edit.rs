//! Frame lines being edited: a draft for each clip, and the FDL that is written of it. No draft is part of the document.

use super::{ClipId, Command, Opened, Room, Session};
use crate::{
    error::{Error, Result},
    files::{self, Existing},
    framing::{
        Frame, Selection,
        draft::{Draft, Edit},
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
        let drafted = Drafted { of: origin(opened), asked: from == DraftFrom::Nothing, draft: Ok(draft) };
        self.frame_lines.0.insert(id, drafted);
        Ok(())
    }

    /// Edits the draft of the selected clip; one is begun where there is none.
    pub(super) fn edit_framing(&mut self, edit: &Edit) -> Result<()> {
        if !matches!(self.framing_draft(), Some(Ok(_))) {
            let has = self.selected_opened().is_some_and(|o| o.planned.sidecars.fdl.is_some());
            self.start_framing(if has { DraftFrom::Clip } else { DraftFrom::Nothing })?;
        }
        let drafted = self.document.selected.and_then(|id| self.frame_lines.0.get_mut(&id));
        match drafted.map(|d| &mut d.draft) {
            Some(Ok(draft)) => draft.edit(edit),
            _ => Err(Error::refused("no clip is open").field("Framing/Edit")),
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
        let stands = |d: &Drafted| d.asked || d.of == of || d.draft.as_ref().is_ok_and(Draft::is_changed);
        if !self.frame_lines.0.get(&id).is_some_and(stands) {
            let draft = if of.is_some() { of_clip(opened) } else { of_nothing(opened) };
            self.frame_lines.0.insert(id, Drafted { of, asked: false, draft });
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
    let squeeze = opened.clip.metadata().squeeze.as_ref().map_or(1.0, |f| f.value);
    Draft::from_nothing(opened.clip.size(), squeeze, Some(&opened.name))
}
