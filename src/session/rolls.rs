//! The rolls of the show: the history that each clip belongs to, and what came of reading a whole roll.

use super::{
    Change, ClipId, Command, Session,
    jobs::{JobId, Lane},
    reports::{Output, name_of},
};
use crate::{
    camera::Clip,
    check::{self, Finding, Rolls, Scans},
    error::{Error, Result},
    history::{self, Memory, Problem, Report, State, Tree, Verify},
    words::count,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicU64},
    time::SystemTime,
};

/// Bytes that are hashed without anybody asking, of all clips of a session together: half a minute of a disk. The whole roll is read
/// by `Check/VerifyRoll`, all of a clip by the export of its recipe.
const UNASKED: u64 = 4 << 30;

/// The rule that compares a roll with its second copy.
const COPY: &str = "MHL-10";

/// The history that a clip belongs to, as it was when the clip was opened. Nothing of it was verified then.
#[derive(Clone, Debug)]
pub struct RollOf {
    /// The folder of the history.
    pub root: Option<PathBuf>,
    pub state: Result<State>,
}

impl RollOf {
    pub(super) fn find(clip: &dyn Clip) -> Self {
        let found = || -> Result<(Option<PathBuf>, State)> {
            let files = clip.files();
            match check::history_of(files.first().map_or(clip.path(), PathBuf::as_path))? {
                Some(root) => history::state(&root).map(|state| (Some(root), state)),
                None => Ok((None, State::NoHistory)),
            }
        };
        match found() {
            Ok((root, state)) => Self { root, state: Ok(state) },
            // Named all the same: the roll can be looked at again.
            Err(e) => Self { root: check::history_of(clip.path()).ok().flatten(), state: Err(e) },
        }
    }

    /// `generation 3, 2026-11-26`, `no history`, or what is wrong.
    pub fn text(&self) -> String {
        match &self.state {
            Ok(State::NoHistory) => "no history".into(),
            Ok(State::History { generations, last, .. }) => format!("generation {generations}, {}", last.get(..10).unwrap_or(last)),
            Err(error) => error.to_string(),
        }
    }
}

/// A roll that was read, or is being read, as a whole.
#[derive(Debug)]
pub enum Verification {
    Running(JobId),
    Failed(Error),
    Done { report: Report, at: SystemTime },
}

impl Verification {
    /// One line of what came out.
    pub fn text(&self) -> String {
        match self {
            Self::Running(_) => "being verified".into(),
            Self::Failed(error) => format!("not verified: {error}"),
            Self::Done { report, .. } if report.problems.is_empty() => {
                format!("{} of {} as recorded", report.verified, count(report.files, "file"))
            }
            Self::Done { report, .. } => {
                let first = report.problems.first().map(in_words).unwrap_or_default();
                let (files, problems) = (count(report.files, "file"), count(report.problems.len(), "problem"));
                format!("{} of {files} as recorded, {problems}: {first}", report.verified)
            }
        }
    }
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }
    /// Whether it was read and everything is as recorded.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Done { report, .. } if report.problems.is_empty())
    }
}

fn in_words(problem: &Problem) -> String {
    match problem {
        Problem::Mismatch { path, format, recorded, found, generation } => {
            format!("{path}: {format} {found}, generation {generation} has {recorded}")
        }
        Problem::Unreadable { message, .. } => message.clone(),
        Problem::FolderMismatch { path, .. } => format!("{path}: another folder digest"),
        Problem::New { path } => format!("{path}: not on record"),
        Problem::Missing { path } => format!("{path}: missing"),
        Problem::HistoryGone { path } => format!("{path}: its history is gone"),
        Problem::NoReference { path } => format!("{path}: every digest on record failed"),
        Problem::FormatNotRecorded { format, .. } => format!("no file has a digest in {format}"),
        Problem::NotWritten { path, message } => format!("{path}: not written: {message}"),
    }
}

/// Second copies by the roots of rolls.
type Copies = BTreeMap<PathBuf, PathBuf>;

/// What the session knows of rolls.
pub(super) struct RollStates {
    /// Digests of files that were read while the show is open.
    memory: Arc<Memory>,
    /// Bytes that may still be hashed unasked.
    left: Arc<AtomicU64>,
    /// Rolls that were walked.
    scans: Arc<Scans>,
    /// By their roots.
    verified: BTreeMap<PathBuf, Verification>,
    /// The second copies that the findings are of.
    copies: Copies,
}

impl Default for RollStates {
    fn default() -> Self {
        Self {
            memory: Arc::default(),
            left: Arc::new(AtomicU64::new(UNASKED)),
            scans: Arc::default(),
            verified: BTreeMap::new(),
            copies: Copies::new(),
        }
    }
}

impl RollStates {
    /// For checks that nobody waits for, with the second copies of rolls.
    pub fn unasked(&self) -> Arc<Rolls> {
        let rolls = Rolls::remembering(self.memory.clone()).sharing(self.scans.clone()).reading_at_most(self.left.clone());
        Arc::new(rolls.with_copies(self.copies.clone()))
    }
    /// For what somebody has asked for: everything is looked for and read anew.
    pub fn asked(&self) -> Arc<Rolls> {
        Arc::new(Rolls::remembering(self.memory.clone()).with_copies(self.copies.clone()))
    }
    /// Has second copies walked again: a file that was written over there shows in no folder.
    pub fn look_again(&self) {
        self.scans.forget_copies();
    }
    /// Whether the job was one of ours.
    pub fn failed(&mut self, job: JobId, error: &Error) -> bool {
        let running = |v: &&mut Verification| matches!(v, Verification::Running(j) if *j == job);
        match self.verified.values_mut().find(running) {
            Some(verification) => *verification = Verification::Failed(error.clone()),
            None => return false,
        }
        true
    }
}

impl Session {
    /// What came of verifying the roll with this root, since the show is open.
    pub fn verification(&self, root: &Path) -> Option<&Verification> {
        self.rolls.verified.get(root)
    }
    /// The root of the roll that the selected clip belongs to.
    pub fn selected_roll(&self) -> Option<&Path> {
        self.selected_opened()?.roll.root.as_deref()
    }

    /// What was named as the second copy of the roll with this root, and how a clip of the roll compares with it, once that was looked at.
    pub fn copy_of(&self, clip: ClipId) -> Option<(&Path, Option<&Finding>)> {
        let root = self.opened(clip)?.roll.root.as_deref()?;
        let copy = self.document.copies.get(root)?;
        Some((copy, self.finding(clip, COPY)))
    }

    /// Names the second copy of the selected clip's roll: the folder, or the one that holds it; none takes it away.
    ///
    /// # Errors
    /// The clip belongs to no history; no such folder, or the roll itself.
    pub(super) fn set_copy(&mut self, copy: Option<PathBuf>) -> Result<()> {
        let refused = |why: &str| Error::refused(why).field("Check/Copy");
        let root = self.selected_roll().ok_or_else(|| refused("the clip belongs to no ASC MHL history"))?.to_owned();
        if let Some(copy) = &copy {
            let real = copy.canonicalize().map_err(|e| Error::io(copy, &e))?;
            if !real.is_dir() {
                return Err(refused("no folder").file(copy));
            }
            if real == root || root.parent() == Some(real.as_path()) {
                return Err(refused("that is the roll itself").file(copy));
            }
        }
        self.seal();
        self.run(Command::SetCopy { root, copy });
        self.seal();
        Ok(())
    }

    /// Has the clips of rolls checked again whose second copy is another than before.
    pub(super) fn refresh_copies(&mut self) {
        if self.document.copies == self.rolls.copies {
            return;
        }
        let (before, now) = (std::mem::replace(&mut self.rolls.copies, self.document.copies.clone()), self.document.copies.clone());
        self.uncheck(|o| o.roll.root.as_ref().is_some_and(|root| before.get(root) != now.get(root)));
    }

    /// Reads every file of the selected clip's roll and holds it against the history.
    pub(super) fn verify_roll(&mut self) {
        let Some(root) = self.selected_roll().map(Path::to_owned) else { return };
        let (memory, folder) = (self.rolls.memory.clone(), root.clone());
        self.rolls.scans.forget(&root);
        let job = self.jobs.spawn(Lane::Verify, format!("Verifying roll {}", name_of(&root)), move |progress| {
            let tree = Tree::scan(&folder, &[], progress)?;
            // Asked to read every file, it does.
            memory.forget_below(&folder);
            let options = Verify { hash: true, ..Verify::default() };
            let report = history::verify_tree(&tree, &options, None, Some(&memory), progress)?;
            Ok(Output::Verified(folder, report))
        });
        self.rolls.verified.insert(root, Verification::Running(job));
    }

    /// Takes in what was found, says it in the log, and has the clips of the roll checked again.
    pub(super) fn roll_verified(&mut self, root: PathBuf, report: Report, changes: &mut Vec<Change>) {
        /// Problems that the log lists.
        const LISTED: usize = 100;
        let name = name_of(&root);
        for problem in report.problems.iter().take(LISTED) {
            self.log.error(format!("Roll {name}: {}", in_words(problem)));
        }
        for notice in &report.notices {
            self.log.info(format!("Roll {name}: {notice}"));
        }
        let verification = Verification::Done { report, at: SystemTime::now() };
        self.log.info(format!("Roll {name}: {}", verification.text()));
        changes.extend(self.uncheck(|opened| opened.roll.root.as_ref() == Some(&root)).into_iter().map(Change::Checks));
        self.rolls.verified.insert(root, verification);
        changes.push(Change::Roll);
    }
}
