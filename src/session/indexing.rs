//! A library made from the window, or brought to what lies in folders: what `prelight index --thumbnails` does.

use super::{
    Change, Session,
    given::{lasting, text_of},
    jobs::{JobId, Lane},
    reports::{Output, name_of},
};
use crate::{
    error::{Error, Result},
    library::{Indexed, Options, address},
    render,
};
use std::path::{Path, PathBuf};

/// The index that clips are read into, or were last.
pub struct Indexing {
    pub index: PathBuf,
    pub state: IndexState,
    /// Whether it is to be searched once it is there, and is not yet.
    is_new: bool,
}

pub enum IndexState {
    Running(JobId),
    Failed(Error),
    Done(Indexed),
}

impl Session {
    /// What is read into the library that is searched, or was last.
    pub fn indexing(&self) -> Option<&Indexing> {
        let is_in_use = |of: &&Indexing| of.is_new || self.library().is_some_and(|location| Path::new(location) == of.index);
        self.indexing.as_ref().filter(is_in_use)
    }

    /// Whether nothing is being read into a library.
    pub(super) fn may_index(&self) -> Result<(), &'static str> {
        match self.indexing {
            Some(Indexing { state: IndexState::Running(_), .. }) => Err("a library is being read into"),
            _ => Ok(()),
        }
    }

    /// The file that is read into: one that is named, or the library that is searched.
    ///
    /// # Errors
    /// Why nothing can be read into it now.
    pub(super) fn to_index<'a>(&'a self, into: Option<&'a Path>) -> Result<&'a Path, &'static str> {
        self.may_index()?;
        let index = into.or(self.library().map(Path::new)).ok_or("no library is chosen: make a new one")?;
        if address(index).is_some() {
            return Err("the library lies in a store: index on this machine, and copy it there");
        }
        Ok(index)
    }

    /// Reads what is new or changed in folders, with small pictures.
    ///
    /// # Errors
    /// Refused: nothing can be read into it. What else stands in the way is told by the job.
    pub(super) fn start_indexing(&mut self, folders: &[PathBuf], into: Option<&Path>) -> Result<()> {
        let index = self.to_index(into).map_err(|why| Error::refused(why).field("Library/Index"))?;
        let (index, is_new) = (lasting(index), into.is_some());
        let folders: Vec<String> = folders.iter().map(|folder| text_of(folder)).collect::<Result<_>>()?;
        let file = index.clone();
        let job = self.jobs.spawn(Lane::Index, format!("Reading into {}", name_of(&index)), move |progress| {
            let options = Options { pictures: true, ..Options::default() };
            let (_, done) = render::index_file(&file, &folders, options, render::FETCHED, progress)?;
            Ok(Output::Indexed(done))
        });
        self.indexing = Some(Indexing { index, state: IndexState::Running(job), is_new });
        Ok(())
    }

    pub(super) fn indexed(&mut self, job: JobId, done: Indexed, changes: &mut Vec<Change>) {
        if let Some(of) = self.indexing_by(job) {
            let index = of.index.clone();
            self.log.info(format!("{}: {done}", index.display()));
            done.empty.iter().for_each(|empty| self.log.info(empty.error().to_string()));
            self.end_indexing(IndexState::Done(done));
            changes.push(Change::Library);
        }
    }

    /// Whether it was this job that failed. What it has read until then stays.
    pub(super) fn indexing_failed(&mut self, job: JobId, error: &Error) -> bool {
        let ours = self.indexing_by(job).is_some();
        if ours {
            self.end_indexing(IndexState::Failed(error.clone()));
        }
        ours
    }

    fn indexing_by(&self, job: JobId) -> Option<&Indexing> {
        self.indexing.as_ref().filter(|of| matches!(of.state, IndexState::Running(j) if j == job))
    }

    /// A new library is used, and the one in use searched anew.
    fn end_indexing(&mut self, state: IndexState) {
        let Some(Indexing { index, mut is_new, .. }) = self.indexing.take() else { return };
        if is_new && index.is_file() {
            is_new = false;
            if let Err(error) = self.use_library(&index) {
                self.log.fail(&error);
            }
        } else if self.library().is_some_and(|location| Path::new(location) == index) {
            self.search_anew(true);
        }
        self.indexing = Some(Indexing { index, state, is_new });
    }

    /// Of a library that is not in use any more nothing is told, but while it is read into.
    pub(super) fn forget_indexing(&mut self) {
        if self.may_index().is_ok() {
            self.indexing = None;
        }
    }
}
