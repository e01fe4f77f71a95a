//! Every clip against every canvas template of the show, worked out off the caller's thread.

use super::{
    Change, ClipId, Media, Session,
    jobs::{JobId, Lane},
    reports::Output,
};
use crate::{
    error::{Error, Result},
    framing::{
        Frame,
        template::{self, Derived, Mode, TemplateChoice},
    },
    sidecar::fdl::CanvasTemplate,
};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A place in the table: a clip by its id, which outlives the order of the show, a template by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitAt {
    pub clip: ClipId,
    /// Place in the list of templates, from 0.
    pub template: usize,
}

/// A clip's framing decision under one template: in exact fractions, and as asc-fdl 1.0.2 computes it.
pub struct Fit {
    pub exact: Result<Derived>,
    pub asc: Result<Derived>,
}

impl Fit {
    fn of(frame: &Frame, template: &CanvasTemplate, explained: bool) -> Self {
        let run = if explained { template::explain } else { template::apply };
        Self { exact: run(frame, template, Mode::Exact), asc: run(frame, template, Mode::Asc102) }
    }
    /// Whether both make the same canvas.
    pub fn agrees(&self) -> bool {
        matches!((&self.exact, &self.asc), (Ok(a), Ok(b)) if a.canvas == b.canvas)
    }
}

/// A clip of the table.
pub struct FitRow {
    pub clip: ClipId,
    /// Its framing decision, or why there is none.
    pub frame: Result<Frame>,
    /// Which of [`FitTable::fits`] are its own: a template each. Clips of the same framing share them.
    pub fits: Option<usize>,
}

/// The table as it was worked out.
#[derive(Default)]
pub struct FitTable {
    pub rows: Vec<FitRow>,
    /// Label and file of each template.
    pub templates: Vec<(String, TemplateChoice)>,
    pub fits: Vec<Vec<Fit>>,
    /// The arithmetic of the cell in view.
    pub open: Option<(FitAt, Fit)>,
}

/// What a table is made from.
#[derive(Clone, PartialEq)]
struct Asked {
    clips: Vec<(ClipId, Result<Frame>)>,
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
    /// Every clip against every template; of an earlier state while a new one is worked out.
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

    /// Works the table out again where clips, framings or templates changed. Only while somebody looks at it.
    pub(super) fn refresh_framings(&mut self) {
        if self.view.room != super::Room::Framing || self.edits_framing() || self.framings.working.is_some() {
            return;
        }
        let asked = self.asked();
        if self.framings.of.as_ref() == Some(&asked) {
            return;
        }
        let job = self.jobs.spawn(Lane::Thumbs, "Working out the framings", {
            let asked = asked.clone();
            move |progress| {
                let Asked { clips, templates, open } = asked;
                let templates: Vec<(String, TemplateChoice, Result<CanvasTemplate>)> =
                    templates.into_iter().map(|choice| (choice.parse(), choice)).map(|(t, c)| (label(&c, &t), c, t)).collect();
                let mut table = FitTable::default();
                let mut seen: Vec<Frame> = vec![];
                progress.begin(clips.len() as u64, "working out the framings");
                for (clip, frame) in clips {
                    let fits = frame.as_ref().ok().map(|frame| match seen.iter().position(|f| f == frame) {
                        Some(known) => known,
                        None => {
                            seen.push(frame.clone());
                            table.fits.push(templates.iter().map(|(_, _, t)| fit(frame, t, false)).collect());
                            seen.len() - 1
                        }
                    });
                    if let (Some(at), Ok(frame)) = (open.filter(|at| at.clip == clip), &frame)
                        && let Some((_, _, template)) = templates.get(at.template)
                    {
                        table.open = Some((at, fit(frame, template, true)));
                    }
                    table.rows.push(FitRow { clip, frame, fits });
                    progress.step()?;
                }
                table.templates = templates.into_iter().map(|(label, choice, _)| (label, choice)).collect();
                Ok(Output::Framed(Box::new(table)))
            }
        });
        self.framings.working = Some((asked, job));
    }

    fn asked(&self) -> Asked {
        let mut templates: Vec<TemplateChoice> = vec![];
        let mut take = |choice: TemplateChoice| {
            // The same template, whoever's arithmetic was chosen for it.
            let choice = TemplateChoice { mode: Mode::Exact, ..choice };
            if !templates.contains(&choice) {
                templates.push(choice);
            }
        };
        let mut clips = vec![];
        for entry in &self.document.clips {
            let Some(Media::Ready(opened)) = self.media.get(&entry.id) else { continue };
            let frame = match opened.planned.result.as_ref() {
                Err(error) => Err(error.clone()),
                Ok(plan) => plan.frame().cloned().ok_or_else(|| Error::unsupported("the clip has no FDL")),
            };
            clips.push((entry.id, frame));
            opened.planned.templates().iter().cloned().for_each(&mut take);
            entry.settings.framing.template.iter().cloned().for_each(&mut take);
        }
        self.framings.added.iter().cloned().for_each(&mut take);
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

fn fit(frame: &Frame, template: &Result<CanvasTemplate>, explained: bool) -> Fit {
    match template {
        Ok(template) => Fit::of(frame, template, explained),
        Err(error) => Fit { exact: Err(error.clone()), asc: Err(error.clone()) },
    }
}

/// What people call a template.
fn label(choice: &TemplateChoice, parsed: &Result<CanvasTemplate>) -> String {
    match parsed {
        Ok(t) => t.label.as_ref().unwrap_or(&t.id).clone(),
        Err(_) => choice.file.clone(),
    }
}
