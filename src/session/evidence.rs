//! The wall chart: rules down, camera modes across. A cell is the worst that a rule found on the clips of a mode. Rules about several
//! clips together have their cells in a column of the show.

use super::{
    ChecksState, ClipEntry, ClipId, Command, Room, Session,
    document::Waiver,
    media::{Media, Opened},
    modes::{self, Mode, SHOW},
};
use crate::{
    check::{self, Finding, Outcome, Severity},
    error::{Error, Result},
    progress::Progress,
    render::deliver,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a rule found, from the worst to the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    Blocks,
    Warns,
    /// Not known yet.
    Pending,
    Waived,
    Differs,
    Passes,
    NotApplicable,
}

impl Grade {
    pub const ALL: [Self; 7] = [Self::Blocks, Self::Warns, Self::Pending, Self::Waived, Self::Differs, Self::Passes, Self::NotApplicable];

    /// Of a finding, which may be among the waivers of its clip, or of the show.
    pub fn of(waivers: &[Waiver], finding: &Finding) -> Self {
        match (finding.outcome, finding.severity) {
            (Outcome::Pass, _) => Self::Passes,
            (Outcome::NotApplicable, _) => Self::NotApplicable,
            _ if Waiver::of(waivers, &finding.id).is_some() => Self::Waived,
            (Outcome::Fail, Severity::Block) => Self::Blocks,
            (Outcome::Fail, Severity::Warn) => Self::Warns,
            (Outcome::Fail, Severity::Inform) => Self::Differs,
        }
    }
    /// Whether it stands in the way of an approval.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Blocks | Self::Warns)
    }
    pub fn words(self) -> &'static str {
        match self {
            Self::Blocks => "fails, blocks",
            Self::Warns => "fails, needs a waiver",
            Self::Pending => "not checked yet",
            Self::Waived => "waived",
            Self::Differs => "differs, for information",
            Self::Passes => "passes",
            Self::NotApplicable => "does not apply",
        }
    }
    /// After a number of cells.
    pub fn counted(self) -> &'static str {
        match self {
            Self::Blocks => "fail",
            Self::Warns => "warn",
            Self::Pending => "not checked",
            Self::Waived => "waived",
            Self::Differs => "info",
            Self::Passes => "pass",
            Self::NotApplicable => "n/a",
        }
    }
    /// For a cell: short, and told apart without colour.
    pub fn short(self) -> &'static str {
        match self {
            Self::Blocks => "FAIL",
            Self::Warns => "warn",
            Self::Pending => "…",
            Self::Waived => "waived",
            Self::Differs => "info",
            Self::Passes => "pass",
            Self::NotApplicable => "n/a",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    #[default]
    All,
    /// Rules that stand in the way somewhere.
    Failing,
}

/// A place in the chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellAt {
    /// Id of the rule.
    pub rule: String,
    /// Name of the camera mode.
    pub mode: String,
}

/// How the chart is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvidenceView {
    pub filter: Filter,
    pub at: Option<CellAt>,
    /// Whether the evidence of the cell is open.
    pub open: bool,
}

/// A family of rules, by the letters of their ids.
pub struct Family {
    pub title: &'static str,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub id: &'static str,
    pub title: &'static str,
    /// One a mode.
    pub cells: Vec<Cell>,
}

pub struct Cell {
    pub grade: Grade,
    /// Clips of this grade, and of all; no clips where the rule is not about those of the column.
    pub clips: usize,
    pub of: usize,
    /// The first clip that has the grade.
    pub worst: Option<ClipId>,
}

/// The chart as it is now.
pub struct Matrix {
    pub modes: Vec<Mode>,
    pub families: Vec<Family>,
    /// Cells by their grade, those too that the filter hides.
    counts: BTreeMap<Grade, usize>,
}

/// What the letters of a rule's id stand for.
const FAMILIES: [(&str, &str); 12] = [
    ("MHL", "Integrity and chain"),
    ("META", "Inspection and metadata"),
    ("RAW", "Raw image health"),
    ("COL", "Colour pipeline"),
    ("FDL", "Framing"),
    ("REF", "Reference stills"),
    ("EXR", "Plates"),
    ("EDL", "Editorial"),
    ("SND", "Sound"),
    ("ENG", "Engine"),
    ("PKG", "Package"),
    ("ING", "Ingest"),
];

impl Matrix {
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.families.iter().flat_map(|f| &f.rows)
    }
    pub fn cell(&self, at: &CellAt) -> Option<&Cell> {
        let mode = self.modes.iter().position(|m| m.name == at.mode)?;
        self.rows().find(|r| r.id == at.rule)?.cells.get(mode)
    }
    /// How many cells have a grade.
    pub fn count(&self, grade: Grade) -> usize {
        self.counts.get(&grade).copied().unwrap_or(0)
    }
}

fn family_of(rule: &str) -> usize {
    FAMILIES.iter().position(|(letters, _)| rule.split('-').next() == Some(letters)).unwrap_or(FAMILIES.len())
}

/// The worst of the clips of a mode. Findings stand in the order of the rules, of which this is the `nth`.
fn cell(nth: usize, rule: &str, clips: &[(&ClipEntry, Option<&[Finding]>)]) -> Cell {
    let grade = |(entry, findings): &(&ClipEntry, Option<&[Finding]>)| {
        let found = findings.and_then(|all| all.get(nth).filter(|f| f.id == rule).or_else(|| all.iter().find(|f| f.id == rule)));
        found.map_or(Grade::Pending, |f| Grade::of(&entry.waivers, f))
    };
    let mut cell = Cell { grade: Grade::Pending, clips: 0, of: clips.len(), worst: None };
    for clip in clips {
        let grade = grade(clip);
        if cell.worst.is_none() || grade < cell.grade {
            cell = Cell { grade, clips: 0, worst: Some(clip.0.id), ..cell };
        }
        cell.clips += usize::from(grade == cell.grade);
    }
    cell
}

/// Where a rule has nothing to say of a column.
const NOTHING: Cell = Cell { grade: Grade::NotApplicable, clips: 0, of: 0, worst: None };

impl Session {
    /// The chart, with the rows that the filter asks for. Made once after a change, however often it is drawn.
    pub fn matrix(&self) -> &Matrix {
        self.matrix.get_or_init(|| self.make_matrix())
    }

    fn make_matrix(&self) -> Matrix {
        let mut modes = modes::of(self);
        let mut families: Vec<Family> =
            FAMILIES.iter().map(|(_, title)| *title).chain(["Other"]).map(|title| Family { title, rows: vec![] }).collect();
        let entries: BTreeMap<ClipId, &ClipEntry> = self.document.clips.iter().map(|e| (e.id, e)).collect();
        let found = |id: &ClipId| Some((*entries.get(id)?, self.opened(*id).and_then(|o| o.findings())));
        let clips: Vec<Vec<_>> = modes.iter().map(|m| m.clips.iter().filter_map(found).collect()).collect();
        // One clip is no show, unless a cut list is held against it.
        let is_show = self.is_show();
        let mut counts = BTreeMap::new();
        let mut row = |id, title, cells: Vec<Cell>| {
            cells.iter().filter(|c| c.of > 0).for_each(|c| *counts.entry(c.grade).or_default() += 1);
            if self.view.evidence.filter == Filter::All || cells.iter().any(|c| c.grade.is_open()) {
                families[family_of(id)].rows.push(Row { id, title, cells });
            }
        };
        for (nth, rule) in check::rules().enumerate() {
            let of_modes = clips.iter().map(|clips| cell(nth, rule.id, clips));
            row(rule.id, rule.title, of_modes.chain(is_show.then_some(NOTHING)).collect());
        }
        for rule in check::show_rules().iter().filter(|_| self.document.clips.len() > 1) {
            let of_show = Cell { grade: self.show_grade(rule.id), clips: 1, of: 1, worst: None };
            row(rule.id, rule.title, clips.iter().map(|_| NOTHING).chain([of_show]).collect());
        }
        for rule in check::edl_rules().iter().filter(|_| is_show && !self.document.cut_lists.is_empty()) {
            let grades = self.list_grades(rule.id);
            let grade = grades.iter().min().copied().unwrap_or(Grade::Pending);
            // Counted in lists, of which a list has one.
            let of_lists = Cell { grade, clips: grades.iter().filter(|g| **g == grade).count(), of: grades.len(), worst: None };
            row(rule.id, rule.title, clips.iter().map(|_| NOTHING).chain([of_lists]).collect());
        }
        if is_show {
            modes.push(Mode { name: SHOW.into(), clips: self.document.clips.iter().map(|e| e.id).collect() });
        }
        for family in &mut families {
            family.rows.sort_by_key(|r| r.id);
        }
        families.retain(|f| !f.rows.is_empty());
        Matrix { modes, families, counts }
    }

    /// What a rule found on a clip.
    pub fn grade(&self, clip: ClipId, rule: &str) -> Grade {
        let Some(entry) = self.document.clip(clip) else { return Grade::Pending };
        self.finding(clip, rule).map_or(Grade::Pending, |f| Grade::of(&entry.waivers, f))
    }
    pub fn finding(&self, clip: ClipId, rule: &str) -> Option<&Finding> {
        self.opened(clip)?.findings()?.iter().find(|f| f.id == rule)
    }
    /// What a rule found on the show; of a rule about cut lists, the worst of them.
    pub fn show_grade(&self, rule: &str) -> Grade {
        self.show_finding(rule).map_or(Grade::Pending, |f| Grade::of(&self.document.waivers, f))
    }
    pub fn show_finding(&self, rule: &str) -> Option<&Finding> {
        self.worst_of_lists(rule).or_else(|| self.show_findings()?.iter().find(|f| f.id == rule))
    }
    /// The finding that is open: of the show, or of the selected clip.
    pub fn finding_in_view(&self) -> Option<&Finding> {
        let at = self.view.evidence.at.as_ref()?;
        if at.mode == SHOW { self.show_finding(&at.rule) } else { self.finding(self.document.selected?, &at.rule) }
    }
    /// The clips of a clip's camera mode on which a rule fails unwaived; itself among them or not.
    pub fn failing_alike(&self, clip: Option<ClipId>, rule: &str) -> Vec<ClipId> {
        let fails = |e: &&ClipEntry| {
            let graded = self.finding(e.id, rule).map(|f| Grade::of(&e.waivers, f));
            matches!(graded, Some(Grade::Blocks | Grade::Warns | Grade::Differs))
        };
        self.alike(clip).filter(fails).map(|e| e.id).collect()
    }
    /// The clips of the selected clip's camera mode that have a waiver of a check.
    pub fn waived_alike(&self, check: &str) -> Vec<ClipId> {
        self.alike(self.document.selected).filter(|e| e.waiver(check).is_some()).map(|e| e.id).collect()
    }
    /// The clips of a clip's camera mode.
    fn alike(&self, clip: Option<ClipId>) -> impl Iterator<Item = &ClipEntry> {
        let mode = clip.and_then(|id| self.opened(id)).map(|o| o.mode.as_str());
        self.document.clips.iter().filter(move |e| mode.is_some() && self.opened(e.id).map(|o| o.mode.as_str()) == mode)
    }

    /// Waives a rule where it was found: on the show, on the selected clip, or on all clips of its camera mode that fail it. One step
    /// to undo.
    pub(super) fn waive(&mut self, waiver: Waiver, alike: bool) -> Result<()> {
        let refuse = |why: &str| Err(Error::usage(why).field("check").value(&waiver.check));
        if waiver.name.trim().is_empty() || waiver.reason.trim().is_empty() {
            return refuse("a waiver needs a name and a reason");
        }
        // What can be delivered is looked at when it is approved.
        if !check::is_rule(&waiver.check) && waiver.check != deliver::MADE.id {
            return refuse("no such check");
        }
        let of = match (check::is_about_show(&waiver.check), alike) {
            (true, _) => vec![None],
            (false, false) => self.document.selected.into_iter().map(Some).collect(),
            (false, true) => self.failing_alike(self.document.selected, &waiver.check).into_iter().map(Some).collect(),
        };
        if of.is_empty() {
            return refuse("no clip of the camera mode fails it unwaived");
        }
        self.set_waivers(waiver.check.clone(), of, Some(&waiver));
        Ok(())
    }

    /// Withdraws a waiver from where [`waive`](Self::waive) puts it.
    pub(super) fn unwaive(&mut self, check: String, alike: bool) {
        let of = match (check::is_about_show(&check), alike) {
            (true, _) => vec![None],
            (false, false) => self.document.selected.into_iter().map(Some).collect(),
            (false, true) => self.waived_alike(&check).into_iter().map(Some).collect(),
        };
        self.set_waivers(check, of, None);
    }

    fn set_waivers(&mut self, check: String, of: Vec<Option<ClipId>>, waiver: Option<&Waiver>) {
        self.seal();
        self.run(Command::SetWaivers { check, of: of.into_iter().map(|id| (id, waiver.cloned())).collect() });
    }

    /// Puts a cell in view, and a clip that has its grade.
    pub(super) fn go_to_cell(&mut self, at: CellAt) -> Result<()> {
        let matrix = self.matrix();
        let missing = || Error::usage("no such cell").field("Evidence/Cell").value(format!("{} {}", at.rule, at.mode));
        let cell = matrix.cell(&at).ok_or_else(missing)?;
        let (grade, worst) = (cell.grade, cell.worst);
        let fits = at.mode == SHOW
            || self.document.selected.is_some_and(|id| {
                self.grade(id, &at.rule) == grade && matrix.modes.iter().any(|m| m.name == at.mode && m.clips.contains(&id))
            });
        if !fits && worst.is_some() {
            self.run(Command::Select(worst));
            self.playback = None;
        }
        self.view.evidence.at = Some(at);
        self.view.room = Room::Evidence;
        Ok(())
    }

    /// Moves by columns and rows; from nowhere, to the first cell.
    pub(super) fn move_cell(&mut self, [dx, dy]: [i32; 2]) -> Result<()> {
        let matrix = self.matrix();
        let rows: Vec<&'static str> = matrix.rows().map(|r| r.id).collect();
        let last = |n: usize| n.saturating_sub(1);
        let here = self.view.evidence.at.as_ref().and_then(|at| {
            let x = matrix.modes.iter().position(|m| m.name == at.mode)?;
            Some((x, rows.iter().position(|r| *r == at.rule)?))
        });
        let (x, y) = here.map_or((0, 0), |(x, y)| {
            (x.saturating_add_signed(dx as isize).min(last(matrix.modes.len())), y.saturating_add_signed(dy as isize).min(last(rows.len())))
        });
        match (matrix.modes.get(x), rows.get(y)) {
            (Some(mode), Some(rule)) => self.go_to_cell(CellAt { rule: (*rule).to_owned(), mode: mode.name.clone() }),
            _ => Err(Error::refused("the chart is empty").field("Evidence/Move")),
        }
    }

    /// The next cell that stands in the way, row by row, and around.
    pub(super) fn next_failing_cell(&mut self) -> Result<()> {
        let matrix = self.matrix();
        let cells: Vec<(CellAt, Grade)> = matrix
            .rows()
            .flat_map(|r| {
                let at = |mode: &Mode| CellAt { rule: r.id.to_owned(), mode: mode.name.clone() };
                r.cells.iter().zip(&matrix.modes).map(move |(c, m)| (at(m), c.grade))
            })
            .collect();
        let here = self.view.evidence.at.as_ref().and_then(|at| cells.iter().position(|(c, _)| c == at)).map_or(0, |i| i + 1);
        let n = cells.len();
        let next = (0..n).map(|i| &cells[(here + i) % n]).find(|(_, g)| g.is_open()).map(|(at, _)| at.clone());
        match next {
            Some(at) => self.go_to_cell(at),
            None => Err(Error::refused("no check fails").field("Evidence/Next")),
        }
    }

    /// Asks for the reason to waive the finding in view.
    pub(super) fn ask_waive_cell(&mut self) -> Result<()> {
        let not = |why: &str| Err(Error::refused(why).field("Evidence/Waive"));
        let (Some(clip), Some(at)) = (self.document.selected, self.view.evidence.at.clone()) else { return not("no cell is chosen") };
        let grade = if at.mode == SHOW { self.show_grade(&at.rule) } else { self.grade(clip, &at.rule) };
        if !grade.is_open() {
            return not("there is nothing to waive");
        }
        self.ask_waive(clip, at.rule);
        Ok(())
    }

    /// Has clips checked again. Returns which.
    pub(super) fn uncheck(&mut self, wanted: impl Fn(&Opened) -> bool) -> Vec<ClipId> {
        let mut ids = vec![];
        for (id, media) in &mut self.media {
            let Media::Ready(opened) = media else { continue };
            if !wanted(opened) {
                continue;
            }
            if let ChecksState::Running { job, .. } = opened.checks {
                self.jobs.cancel(job);
            }
            opened.checks = ChecksState::NotRun;
            ids.push(*id);
        }
        ids
    }

    /// Checks every clip again.
    pub(super) fn check_all(&mut self) {
        self.uncheck(|_| true);
    }

    /// Stops the checks: those under way, and those of clips that wait for them; looking at every frame, too.
    pub(super) fn stop_checks(&mut self) {
        let mut stopped = self.stop_every_frame();
        for media in self.media.values_mut() {
            let Media::Ready(opened) = media else { continue };
            let key = opened.planned.key();
            match opened.checks {
                ChecksState::Running { job, .. } => self.jobs.cancel(job),
                ChecksState::NotRun => {}
                _ => continue,
            }
            // As if it had failed, so that it is not started again at once.
            opened.checks = ChecksState::Failed { key, error: Error::cancelled() };
            stopped += 1;
        }
        self.log.info(format!("Checks of {stopped} clips stopped"));
    }

    /// The check that runs: what it is about, and how far it is.
    pub fn check_job(&self) -> Option<(&str, &Progress)> {
        let running = self.media.values().find_map(|m| match m {
            Media::Ready(o) => match o.checks {
                ChecksState::Running { job, .. } => Some(job),
                _ => None,
            },
            _ => None,
        })?;
        self.jobs.active().iter().find(|j| j.id == running).map(|j| (j.title.as_str(), &j.progress))
    }

    /// Clips that are open and whose checks are done, under way or waiting.
    pub fn checks_done(&self) -> (usize, usize) {
        let states = || self.document.clips.iter().filter_map(|c| self.opened(c.id)).map(|o| &o.checks);
        let done = states().filter(|c| matches!(c, ChecksState::Done { .. } | ChecksState::Failed { .. })).count();
        (done, states().count())
    }
}
