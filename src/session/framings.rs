//! The table of framings of the show, worked out off the caller's thread.

use super::{
    Change, ClipId, Command, FitAt, FitTable, Media, Opened, Room, Session,
    fits::{Framed, take_template},
    jobs::{JobId, Lane},
    latest::ByPlace,
    reports::Output,
};
use crate::{
    error::{Error, Result},
    framing::template::{Mode, TemplateChoice},
    pipeline::Plan,
};
use std::path::Path;

/// What a table is made from.
#[derive(Clone, PartialEq)]
struct Asked {
    clips: Vec<(ClipId, ByPlace<Result<Plan>>)>,
    templates: Vec<TemplateChoice>,
    open: Option<FitAt>,
}

#[derive(Default)]
pub(super) struct Framings {
    table: FitTable,
    of: Option<Asked>,
    working: Option<(Asked, JobId)>,
    /// Templates of files that were added by hand.
    added: Vec<TemplateChoice>,
}

impl Session {
    /// Every camera mode against every template; of an earlier state while a new one is worked out.
    pub fn fits(&self) -> &FitTable {
        &self.framings.table
    }

    /// Adds the canvas templates of a file to the table.
    pub(super) fn add_templates(&mut self, path: &Path) -> Result<()> {
        for choice in TemplateChoice::all(path, Mode::Exact)? {
            if !self.framings.added.contains(&choice) {
                self.framings.added.push(choice);
            }
        }
        Ok(())
    }

    /// Shows the arithmetic of another cell: so many columns and rows from the one that is open.
    pub(super) fn move_framing(&mut self, by: [i32; 2]) -> Result<()> {
        let at = self.framings.table.cell_from(self.view.framing, self.document.selected, by);
        self.open_framing(Some(at.ok_or_else(|| Error::refused("no clip is open").field("Framing/Move"))?));
        Ok(())
    }

    /// Shows the arithmetic of a cell, and a clip of its row, or none.
    pub(super) fn open_framing(&mut self, at: Option<FitAt>) {
        self.view.framing = at;
        let Some(at) = at else { return };
        let table = &self.framings.table;
        let row = table.row_of(at.clip).and_then(|row| table.rows.get(row));
        let is_there = row.is_some_and(|row| self.document.selected.is_some_and(|id| row.clips.contains(&id)));
        if !is_there && self.document.clip(at.clip).is_some() {
            self.run(Command::Select(Some(at.clip)));
            self.playback = None;
        }
    }

    /// Has the plates of every clip of the open cell's row made by its template, or by none where the cell has none. One step to undo.
    pub(super) fn use_framing(&mut self) -> Result<()> {
        let not = |why: &str| Error::refused(why).field("Framing/Use");
        let at = self.view.framing.ok_or_else(|| not("no cell is open"))?;
        let table = &self.framings.table;
        let row = table.row_of(at.clip).and_then(|row| table.rows.get(row)).ok_or_else(|| not("the clip is not in the table"))?;
        let template = match at.template {
            None => None,
            Some(t) => Some(&table.templates.get(t).ok_or_else(|| not("the template is not in the table"))?.1),
        };
        let change = |clip: &ClipId| {
            let mut settings = self.document.clip(*clip)?.settings.clone();
            settings.framing.template = template.cloned();
            Some(Command::SetSettings { clip: *clip, settings: Box::new(settings) })
        };
        let commands = row.clips.iter().filter_map(change).collect();
        self.seal();
        self.run(Command::Several { label: "template", commands });
        Ok(())
    }

    /// Works the table out again where clips, framings or templates changed. Only while somebody looks at it.
    pub(super) fn refresh_framings(&mut self) {
        if self.view.room != Room::Framing || self.edits_framing() || self.framings.working.is_some() {
            return;
        }
        let asked = self.asked();
        if self.framings.of.as_ref() == Some(&asked) {
            return;
        }
        let clips: Vec<_> = asked.clips.iter().filter_map(|(id, _)| Some((*id, self.opened(*id)?))).map(|(id, o)| parts(id, o)).collect();
        let (templates, open) = (asked.templates.clone(), asked.open);
        let job = self.jobs.spawn(Lane::Thumbs, "Working out the framings", move |progress| {
            let framed = clips.into_iter().map(|make| make()).collect();
            Ok(Output::Framed(Box::new(FitTable::new(framed, templates, open, progress)?)))
        });
        self.framings.working = Some((asked, job));
    }

    fn asked(&self) -> Asked {
        let mut templates: Vec<TemplateChoice> = vec![];
        let mut take = |choice: &TemplateChoice| take_template(&mut templates, choice);
        let mut clips = vec![];
        for entry in &self.document.clips {
            let Some(Media::Ready(opened)) = self.media.get(&entry.id) else { continue };
            clips.push((entry.id, ByPlace(opened.planned.result.clone())));
            opened.planned.templates().iter().for_each(&mut take);
            entry.settings.framing.template.iter().for_each(&mut take);
        }
        self.framings.added.iter().for_each(&mut take);
        Asked { clips, templates, open: self.view.framing }
    }

    pub(super) fn take_framings(&mut self, job: JobId, table: FitTable, changes: &mut Vec<Change>) {
        if let Some((asked, _)) = self.framings.working.take_if(|(_, j)| *j == job) {
            self.framings.of = Some(asked);
            self.framings.table = table;
            changes.push(Change::Framings);
        }
    }

    /// Whether the job was this one; it is not tried again until something changed.
    pub(super) fn framings_failed(&mut self, job: JobId) -> bool {
        match self.framings.working.take_if(|(_, j)| *j == job) {
            Some((asked, _)) => self.framings.of = Some(asked),
            None => return false,
        }
        true
    }
}

/// What the framing of a clip is worked out from, to be taken to another thread.
fn parts(clip: ClipId, opened: &Opened) -> impl FnOnce() -> Framed + Send + use<> {
    let (planned, file, mode) = (opened.planned.clone(), opened.clip.clone(), opened.mode.clone());
    move || Framed::new(clip, mode, &*file, planned.frame(&*file), planned.framing().clone())
}
