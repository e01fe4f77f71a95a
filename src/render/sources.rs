//! The camera files that frames are made of, each hashed once in a job: records name them, and so does the statement of how a delivery
//! came about.

use crate::{
    camera::{Clip, FrameNumber},
    error::Result,
    files,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

pub struct Sources<'a> {
    clip: &'a dyn Clip,
    files: Vec<PathBuf>,
    /// SHA-256 of those that were asked for.
    known: BTreeMap<PathBuf, String>,
    /// Names all of them together.
    whole: Option<String>,
}

impl<'a> Sources<'a> {
    pub fn new(clip: &'a dyn Clip) -> Self {
        Self { clip, files: clip.files(), known: BTreeMap::new(), whole: None }
    }

    /// Names what a frame is made of: its own file, of a clip that has one a frame, else all of them.
    pub fn of(&mut self, frame: FrameNumber) -> Result<String> {
        if let Some(file) = self.clip.frames().file_of(&self.files, frame).cloned() {
            return self.sha256(&file);
        }
        if let Some(whole) = &self.whole {
            return Ok(whole.clone());
        }
        let digests = self.files.clone().iter().map(|file| self.sha256(file)).collect::<Result<Vec<_>>>()?;
        Ok(self.whole.insert(files::sha256(digests.join("\n").as_bytes())).clone())
    }

    /// Tells the system that a frame comes next, of a clip that has a file a frame: it is read while another is computed.
    pub fn expect(&self, frame: FrameNumber) {
        if let Some(file) = self.clip.frames().file_of(&self.files, frame) {
            files::expect(file);
        }
    }

    /// Names what all of these frames are made of.
    pub fn of_all(&mut self, frames: &[FrameNumber]) -> Result<String> {
        let names = frames.iter().map(|frame| self.of(*frame)).collect::<Result<Vec<_>>>()?;
        Ok(files::sha256(names.join("\n").as_bytes()))
    }

    /// The files that these frames are read from.
    pub fn used(&self, frames: &[FrameNumber]) -> Vec<PathBuf> {
        let own: Option<Vec<PathBuf>> = frames.iter().map(|frame| self.clip.frames().file_of(&self.files, *frame).cloned()).collect();
        own.unwrap_or_else(|| self.files.clone())
    }

    pub fn sha256(&mut self, file: &Path) -> Result<String> {
        if let Some(known) = self.known.get(file) {
            return Ok(known.clone());
        }
        let digest = self.clip.sha256(file)?;
        self.known.insert(file.to_owned(), digest.clone());
        Ok(digest)
    }
}
