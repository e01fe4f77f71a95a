//! The cut lists of the show: read off this thread, and held against its clips once these are open.

use super::{
    Checked, Command, Session,
    evidence::Grade,
    given::lasting,
    jobs::{JobId, Lane},
    media::OwnedSubject,
    reload::Stamps,
    reports::{Output, name_of},
};
use crate::{
    check::{self, CutFound, Finding, Subject},
    error::{Error, ErrorKind, Result},
    progress::Progress,
    recipe,
    sidecar::cut_list::{self, CutList},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// A cut list, as far as it was read.
pub enum ListState {
    Reading(JobId),
    Failed(Error),
    Ready(Arc<CutList>),
}

/// What was found on lists, by their paths.
pub type ListsFound = BTreeMap<PathBuf, CutFound>;

/// A list that was read, or cannot be, and what its file was then.
pub struct ReadList {
    path: PathBuf,
    list: Result<CutList>,
    stamps: Stamps,
}

struct Known {
    state: ListState,
    /// What the file was when it was read.
    stamps: Arc<Stamps>,
    /// Which reading of the session it is.
    reading: u64,
}

#[derive(Default)]
pub(super) struct CutLists {
    known: BTreeMap<PathBuf, Known>,
    readings: u64,
    pub checks: Checked<ListsFound>,
}

impl CutLists {
    /// Whether the job was one of ours.
    pub fn failed(&mut self, job: JobId, error: &Error) -> bool {
        if self.checks.failed(job, error) {
            return true;
        }
        let reading = |k: &&mut Known| matches!(k.state, ListState::Reading(j) if j == job);
        match self.known.values_mut().find(reading) {
            Some(known) => known.state = ListState::Failed(error.clone()),
            None => return false,
        }
        true
    }
    /// The lists that were read, as their files were then.
    pub fn stamps(&self) -> Vec<(PathBuf, Arc<Stamps>)> {
        let read = self.known.iter().filter(|(_, k)| !matches!(k.state, ListState::Reading(_)));
        read.map(|(path, k)| (path.clone(), k.stamps.clone())).collect()
    }
}

impl Session {
    /// What is known of a cut list of the show; none before it is looked at.
    pub fn cut_list(&self, path: &Path) -> Option<&ListState> {
        Some(&self.cut_lists.known.get(path)?.state)
    }
    /// The lists of the show, and which reading of each is known; 0 before it is looked at.
    pub(super) fn readings_of_lists(&self) -> impl Iterator<Item = (&Path, u64)> {
        self.document.cut_lists.iter().map(|path| (path.as_path(), self.cut_lists.known.get(path).map_or(0, |k| k.reading)))
    }
    pub(super) fn cut_list_checks(&self) -> &Checked<ListsFound> {
        &self.cut_lists.checks
    }
    /// What was found on a cut list, once it was held against the clips.
    pub fn found_on_list(&self, path: &Path) -> Option<&CutFound> {
        self.cut_lists.checks.found()?.get(path)
    }
    /// The same of every list, in the order of the show.
    pub fn found_on_lists(&self) -> impl Iterator<Item = (&Path, &CutFound)> {
        self.document.cut_lists.iter().filter_map(|path| Some((path.as_path(), self.found_on_list(path)?)))
    }
    /// What a rule found on each list.
    pub fn list_findings(&self, rule: &str) -> impl Iterator<Item = (&Path, &Finding)> {
        self.found_on_lists().filter_map(move |(path, found)| Some((path, found.findings.iter().find(|f| f.id == rule)?)))
    }
    /// The worst that a rule found on the lists.
    pub(super) fn worst_of_lists(&self, rule: &str) -> Option<&Finding> {
        self.list_findings(rule).map(|(_, f)| f).min_by_key(|f| Grade::of(&self.document.waivers, f))
    }
    /// The worst grade of a list, over all rules; none while that is not known.
    pub fn grade_of_list(&self, path: &Path) -> Option<Grade> {
        let grades = self.found_on_list(path)?.findings.iter().map(|f| Grade::of(&self.document.waivers, f));
        grades.min()
    }
    /// Grades of a rule on every list; pending where a list is not checked.
    pub(super) fn list_grades(&self, rule: &str) -> Vec<Grade> {
        let graded = |path: &PathBuf| {
            let found = self.found_on_list(path).and_then(|found| found.findings.iter().find(|f| f.id == rule));
            found.map_or(Grade::Pending, |f| Grade::of(&self.document.waivers, f))
        };
        self.document.cut_lists.iter().map(graded).collect()
    }

    /// Takes lists into the show; each once.
    pub(super) fn add_cut_lists(&mut self, paths: Vec<PathBuf>) {
        let mut lists = self.document.cut_lists.clone();
        for path in paths {
            if !lists.contains(&path) {
                self.log.info(format!("{}: held against the clips of the show", path.display()));
                lists.push(path);
            }
        }
        self.seal();
        self.run(Command::SetCutLists(lists));
        self.seal();
    }

    /// # Errors
    /// The show has no such list.
    pub(super) fn remove_cut_list(&mut self, path: &Path) -> Result<()> {
        let path = lasting(path);
        let left: Vec<PathBuf> = self.document.cut_lists.iter().filter(|p| **p != path).cloned().collect();
        if left.len() == self.document.cut_lists.len() {
            return Err(Error::usage("no such cut list").field("Show/RemoveCutList").value(path.display()));
        }
        self.seal();
        self.run(Command::SetCutLists(left));
        self.seal();
        Ok(())
    }

    /// Reads the lists that came in, forgets those that left, and holds what there is against the clips where something about it is new.
    pub(super) fn refresh_cut_lists(&mut self) {
        let wanted: BTreeSet<&PathBuf> = self.document.cut_lists.iter().collect();
        let gone: Vec<PathBuf> = self.cut_lists.known.keys().filter(|p| !wanted.contains(p)).cloned().collect();
        let new: Vec<PathBuf> = wanted.into_iter().filter(|p| !self.cut_lists.known.contains_key(*p)).cloned().collect();
        for path in gone {
            if let Some(Known { state: ListState::Reading(job), .. }) = self.cut_lists.known.remove(&path) {
                self.jobs.cancel(job);
            }
        }
        for path in new {
            let file = path.clone();
            let job = self.jobs.spawn(Lane::Open, format!("Reading {}", name_of(&path)), move |_| {
                // Before it is read: what changes meanwhile is noticed.
                let stamps = Stamps::at([file.clone()].into_iter());
                Ok(Output::CutListRead(Box::new(ReadList { list: cut_list::open(&file), path: file, stamps })))
            });
            self.cut_lists.readings += 1;
            let reading = self.cut_lists.readings;
            self.cut_lists.known.insert(path, Known { state: ListState::Reading(job), stamps: Arc::default(), reading });
        }
        self.check_cut_lists();
    }

    pub(super) fn take_cut_list(&mut self, job: JobId, read: ReadList) {
        let ReadList { path, list, stamps } = read;
        let Some(known) = self.cut_lists.known.get_mut(&path).filter(|k| matches!(k.state, ListState::Reading(j) if j == job)) else {
            return;
        };
        known.stamps = Arc::new(stamps);
        match list {
            Ok(list) => {
                for note in &list.notes {
                    self.log.info(format!("{}: {} {}", path.display(), note.path, note.message));
                }
                known.state = ListState::Ready(Arc::new(list));
            }
            Err(error) => {
                self.log.fail(&error);
                known.state = ListState::Failed(error);
            }
        }
    }

    /// Reads lists again whose files changed on disk. Returns whether there is one.
    pub(super) fn read_lists_again(&mut self, changed: BTreeSet<PathBuf>) -> bool {
        let mut any = false;
        for path in changed {
            if self.cut_lists.known.get(&path).is_some_and(|k| !matches!(k.state, ListState::Reading(_))) {
                self.log.info(format!("{}: changed on disk, read again", path.display()));
                self.cut_lists.known.remove(&path);
                any = true;
            }
        }
        any
    }

    /// Names what the rules about lists look at; none while that is not known.
    fn lists_key(&self) -> Option<String> {
        if self.document.cut_lists.is_empty() {
            return None;
        }
        let (mut key, clips) = self.key_of_clips(|_, opened| Some(opened.opening.to_string()))?;
        for path in &self.document.cut_lists {
            match self.cut_lists.known.get(path)? {
                Known { state: ListState::Reading(_), .. } => return None,
                known => key += &format!("\n{}", known.reading),
            }
        }
        (clips > 0).then_some(key)
    }

    fn check_cut_lists(&mut self) {
        let key = self.lists_key();
        if key.as_deref() == self.cut_lists.checks.key() {
            return;
        }
        if let Some(job) = self.cut_lists.checks.forget() {
            self.jobs.cancel(job);
        }
        let Some(key) = key else { return };
        let profile = self.profiles.current();
        let clips = self.document.clips.iter().filter_map(|entry| self.opened(entry.id));
        let subjects: Vec<OwnedSubject> = clips.map(|o| o.subject(self.rolls.unasked(), profile.clone())).collect();
        let lists: Vec<(PathBuf, Result<Arc<CutList>>)> =
            self.cut_lists.known.iter().filter_map(|(path, k)| Some((path.clone(), k.read()?))).collect();
        let job = self.jobs.spawn(Lane::Open, "Checking the cut lists", move |progress| {
            let subjects: Vec<Subject> = subjects.iter().map(OwnedSubject::get).collect();
            let one = |list: Result<Arc<CutList>>, progress: &Progress| match list {
                Ok(list) => check::check_edl(&list.edl, &subjects, None, &profile, progress),
                Err(error) => Ok(CutFound::unread(&error, &profile)),
            };
            progress.begin(lists.len() as u64, "events against clips");
            let mut found = BTreeMap::new();
            for (path, list) in lists {
                found.insert(path, one(list, progress)?);
                progress.step()?;
            }
            Ok(Output::CutListsChecked(found))
        });
        self.cut_lists.checks = Checked::Running { job, key };
    }

    /// What a recipe says of the lists that its clips were held against.
    pub(super) fn record_of_lists(&self) -> Vec<recipe::CutListRecord> {
        let record = |(path, found): (&Path, &CutFound)| {
            let list = match self.cut_list(path) {
                Some(ListState::Ready(list)) => Some(list),
                _ => None,
            };
            recipe::CutListRecord {
                name: name_of(path),
                sha256: list.map(|l| l.sha256.clone()),
                events: found.events,
                matched: found.matched,
                checks: found.findings.clone(),
            }
        };
        self.found_on_lists().map(record).collect()
    }
}

impl Known {
    /// The list, or why there is none; nothing while it is read.
    fn read(&self) -> Option<Result<Arc<CutList>>> {
        match &self.state {
            ListState::Reading(_) => None,
            ListState::Failed(error) if error.kind() == ErrorKind::Cancelled => Some(Err(Error::refused("its reading was cancelled"))),
            ListState::Failed(error) => Some(Err(error.clone())),
            ListState::Ready(list) => Some(Ok(list.clone())),
        }
    }
}
