//! A library made from the window, or brought to what lies in folders: what `prelight index --thumbnails` does.

use super::{
    Change, Dialog, Session,
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
    /// Where it is to be searched once it is made: what was searched before.
    instead_of: Option<Option<String>>,
}

pub enum IndexState {
    Running(JobId),
    Failed(Error),
    Done(Indexed),
}

impl Session {
    /// What is read into the library that is searched, or was last.
    pub fn indexing(&self) -> Option<&Indexing> {
        let is_in_use = |of: &&Indexing| of.instead_of.is_some() || self.library().is_some_and(|location| Path::new(location) == of.index);
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
        let index = lasting(index);
        let is_used = self.library().is_some_and(|location| Path::new(location) == index);
        let instead_of = (!is_used).then(|| self.library().map(str::to_owned));
        let folders: Vec<String> = folders.iter().map(|folder| text_of(folder)).collect::<Result<_>>()?;
        let file = index.clone();
        let job = self.jobs.spawn(Lane::Index, format!("Reading into {}", name_of(&index)), move |progress| {
            let options = Options { pictures: true, ..Options::default() };
            let (_, done) = render::index_file(&file, &folders, options, render::FETCHED, progress)?;
            Ok(Output::Indexed(done))
        });
        self.indexing = Some(Indexing { index, state: IndexState::Running(job), instead_of });
        // Where one sees how far it is.
        self.view.show(Dialog::Library);
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

    /// A library that was made is used, unless somebody has chosen another meanwhile; the one in use is searched anew.
    fn end_indexing(&mut self, state: IndexState) {
        let Some(Indexing { index, mut instead_of, .. }) = self.indexing.take() else { return };
        let is_made = matches!(state, IndexState::Done(_));
        if is_made && instead_of.as_ref().is_some_and(|before| before.as_deref() == self.library()) {
            instead_of = None;
            let used = text_of(&index).and_then(|location| self.adopt_library(location));
            let _ = used.inspect_err(|error| self.log.fail(error));
        } else if self.library().is_some_and(|location| Path::new(location) == index) {
            self.search_anew(true);
        }
        self.indexing = Some(Indexing { index, state, instead_of });
    }

    /// Of a library that is not in use any more nothing is told, but while it is read into.
    pub(super) fn forget_indexing(&mut self) {
        if self.may_index().is_ok() {
            self.indexing = None;
        }
    }
}
