//! Every camera mode against every canvas template: what comes of each, and the arithmetic of one of them. Clips of a mode that are
//! framed alike are one row.

use super::ClipId;
use crate::{
    camera::Clip,
    error::{Error, Result},
    framing::{
        Frame, MadeCanvas, Step, plate_geometry,
        template::{self, Derived, Mode, TemplateChoice, template_geometry},
    },
    image::Size,
    pipeline::{Framing, refuse_other_canvas, usual_crop},
    progress::Progress,
    sidecar::fdl::CanvasTemplate,
};
use serde::{Deserialize, Serialize};

/// A place in the table: a row by one of its clips, whose id outlives the order of the show, and a template by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitAt {
    pub clip: ClipId,
    /// Place in the list of templates, from 0; without, what is made where no template is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<usize>,
}

impl FitAt {
    /// The first column is that without a template.
    pub fn column(self) -> usize {
        self.template.map_or(0, |t| t + 1)
    }
}

/// What comes of a frame, and how.
pub struct Fit {
    /// In exact arithmetic, which is what a plate is made by.
    pub made: Result<MadeCanvas>,
    pub by: By,
}

pub enum By {
    /// No template: crop and scale of the clips' settings.
    Settings(Vec<Step>),
    /// A template, in exact fractions and as asc-fdl 1.0.2 computes it.
    Template { exact: Box<Result<Derived>>, asc: Box<Result<Derived>> },
}

impl Fit {
    fn of_settings(frame: &Frame, has_fdl: bool, framing: &Framing) -> Self {
        let crop = framing.crop.unwrap_or_else(|| usual_crop(has_fdl.then_some(frame)));
        match plate_geometry(frame, crop, framing.scale, framing.desqueeze) {
            Ok(geometry) => Self { made: Ok(MadeCanvas::of_plate(frame, &geometry)), by: By::Settings(geometry.steps) },
            Err(error) => Self { made: Err(error), by: By::Settings(vec![]) },
        }
    }

    fn of_template(frame: &Frame, template: &Result<CanvasTemplate>, explained: bool) -> Self {
        let run = if explained { template::explain } else { template::apply };
        match template {
            Err(error) => {
                let failed = || Box::new(Err(error.clone()));
                Self { made: Err(error.clone()), by: By::Template { exact: failed(), asc: failed() } }
            }
            Ok(template) => {
                let [exact, asc] = [Mode::Exact, Mode::Asc102].map(|mode| run(frame, template, mode));
                // What the arithmetic allows need not be a picture.
                let made = template_geometry(frame, template, Mode::Exact)
                    .and_then(|_| exact.as_ref().map_err(Error::clone).map(MadeCanvas::of_template));
                Self { made, by: By::Template { exact: exact.into(), asc: asc.into() } }
            }
        }
    }

    /// What asc-fdl 1.0.2 makes, where that is another canvas or none.
    pub fn published_differs(&self) -> Option<Result<Size, &Error>> {
        let (By::Template { asc, .. }, Ok(made)) = (&self.by, &self.made) else { return None };
        match &**asc {
            Ok(d) if d.canvas == made.canvas => None,
            Ok(d) => Some(Ok(d.canvas)),
            Err(error) => Some(Err(error)),
        }
    }
}

/// A clip as its framing is worked out.
pub struct Framed {
    pub clip: ClipId,
    /// The camera mode.
    pub mode: String,
    /// The picture as recorded, and the squeeze of the lens.
    pub picture: Size,
    pub squeeze: f64,
    /// The framing decision of its FDL, where it has one.
    pub frame: Result<Option<Frame>>,
    /// What was chosen for it.
    pub framing: Framing,
}

impl Framed {
    pub fn new(id: ClipId, mode: String, clip: &dyn Clip, frame: Result<Option<Frame>>, framing: Framing) -> Self {
        Self { clip: id, mode, picture: clip.size(), squeeze: clip.metadata().squeeze_or_none(), frame, framing }
    }
}

/// Takes a template into a list: once, whichever file brings it and whoever's arithmetic was chosen for it.
pub fn take_template(list: &mut Vec<TemplateChoice>, choice: &TemplateChoice) {
    if !list.iter().any(|known| known.template == choice.template) {
        list.push(TemplateChoice { mode: Mode::Exact, ..choice.clone() });
    }
}

/// Clips of one camera mode that are framed alike.
pub struct FitRow {
    pub mode: String,
    /// In the order of the show; never empty.
    pub clips: Vec<ClipId>,
    pub picture: Size,
    pub squeeze: f64,
    /// What they are framed by, or why they cannot be.
    pub frame: Result<Frame>,
    /// Whether an FDL says so; else it is the whole picture.
    pub has_fdl: bool,
    /// Without a template, then a template each; none where there is no frame.
    pub fits: Vec<Fit>,
    /// How many of the clips are made so, by column.
    pub used: Vec<usize>,
    /// Of all of them, but for the template.
    framing: Framing,
}

/// The table as it was worked out.
#[derive(Default)]
pub struct FitTable {
    pub rows: Vec<FitRow>,
    /// Label of each template.
    pub templates: Vec<(String, TemplateChoice)>,
    /// The arithmetic of the cell in view.
    pub open: Option<(FitAt, Fit)>,
}

impl FitTable {
    /// # Errors
    /// Cancelled.
    pub fn new(clips: Vec<Framed>, templates: Vec<TemplateChoice>, open: Option<FitAt>, progress: &Progress) -> Result<Self> {
        let parsed: Vec<Result<CanvasTemplate>> = templates.iter().map(TemplateChoice::parse).collect();
        let columns = templates.len() + 1;
        let mut rows: Vec<FitRow> = vec![];
        progress.begin(clips.len() as u64, "working out the framings");
        for clip in clips {
            let column = match &clip.framing.template {
                None => Some(0),
                Some(chosen) => templates.iter().position(|t| t.template == chosen.template).map(|i| i + 1),
            };
            let (id, row) = (clip.clip, FitRow::new(clip, columns));
            let known = rows.iter().position(|r| r.takes(&row)).unwrap_or_else(|| {
                // Rows of one mode stand together.
                let at = rows.iter().rposition(|r| r.mode == row.mode).map_or(rows.len(), |i| i + 1);
                rows.insert(at, row);
                at
            });
            rows[known].clips.push(id);
            if let Some(column) = column {
                rows[known].used[column] += 1;
            }
            progress.step()?;
        }
        for row in &mut rows {
            progress.check()?;
            let Ok(frame) = &row.frame else { continue };
            row.fits.push(Fit::of_settings(frame, row.has_fdl, &row.framing));
            row.fits.extend(parsed.iter().map(|t| Fit::of_template(frame, t, false)));
        }
        let open = open.and_then(|at| {
            let row = rows.iter().find(|r| r.clips.contains(&at.clip))?;
            let frame = row.frame.as_ref().ok()?;
            let fit = match at.template {
                None => Fit::of_settings(frame, row.has_fdl, &row.framing),
                Some(template) => Fit::of_template(frame, parsed.get(template)?, true),
            };
            Some((at, fit))
        });
        let templates = templates.into_iter().zip(&parsed).map(|(choice, parsed)| (label(&choice, parsed), choice)).collect();
        Ok(Self { rows, templates, open })
    }

    pub fn columns(&self) -> usize {
        self.templates.len() + 1
    }
    /// What the template of a cell is called.
    pub fn label(&self, template: Option<usize>) -> &str {
        template.and_then(|t| self.templates.get(t)).map_or("No template", |(label, _)| label)
    }
    /// The row of a clip.
    pub fn row_of(&self, clip: ClipId) -> Option<usize> {
        self.rows.iter().position(|r| r.clips.contains(&clip))
    }
    /// The cell so many columns and rows from another; from none, the first of the selected clip.
    pub fn cell_from(&self, at: Option<FitAt>, selected: Option<ClipId>, [across, down]: [i32; 2]) -> Option<FitAt> {
        let here = at.and_then(|at| Some((self.row_of(at.clip)?, at.column())));
        let moved = |from: usize, by: i32, count: usize| from.saturating_add_signed(by as isize).min(count.saturating_sub(1));
        let first = (selected.and_then(|id| self.row_of(id)).unwrap_or(0), 0);
        let (row, column) = here.map_or(first, |(row, column)| (moved(row, down, self.rows.len()), moved(column, across, self.columns())));
        // Along its row it stays with its clip.
        let clip = at
            .filter(|_| here.is_some_and(|(was, _)| was == row))
            .map(|at| at.clip)
            .or_else(|| selected.filter(|id| self.row_of(*id) == Some(row)));
        Some(FitAt { clip: clip.or_else(|| self.rows.get(row)?.clips.first().copied())?, template: column.checked_sub(1) })
    }
}

impl FitRow {
    /// Without its clips.
    fn new(clip: Framed, columns: usize) -> Self {
        let Framed { clip: _, mode, picture, squeeze, frame, framing } = clip;
        let has_fdl = !matches!(frame, Ok(None));
        let frame = frame.and_then(|frame| match frame {
            None => Frame::whole(picture, squeeze),
            Some(frame) => refuse_other_canvas(picture, frame.canvas).map(|()| frame),
        });
        let framing = Framing { template: None, ..framing };
        Self { mode, clips: vec![], picture, squeeze, frame, has_fdl, fits: vec![], used: vec![0; columns], framing }
    }

    /// Whether another's clips are framed alike.
    fn takes(&self, other: &Self) -> bool {
        let alike = match (&self.frame, &other.frame) {
            (Ok(a), Ok(b)) => a.same_lines(b),
            // Each is about a file of its own.
            (Err(a), Err(b)) => (a.kind(), a.field_name(), a.message()) == (b.kind(), b.field_name(), b.message()),
            _ => false,
        };
        let of = |f: &Framing| (f.crop, f.scale, f.desqueeze);
        alike
            && (&self.mode, self.picture, self.has_fdl) == (&other.mode, other.picture, other.has_fdl)
            && of(&self.framing) == of(&other.framing)
    }
}

/// What people call a template.
fn label(choice: &TemplateChoice, parsed: &Result<CanvasTemplate>) -> String {
    match parsed {
        Ok(t) => t.label.as_ref().unwrap_or(&t.id).clone(),
        Err(_) => choice.file.clone(),
    }
}

#[cfg(test)]
mod tests;
