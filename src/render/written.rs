//! Files of pictures under their names: written once, and kept where they are right already.

use super::{
    deliver::{Finished, Frame, Made},
    receipt::{FileReceipt, FrameReceipt},
};
use crate::{
    camera::FrameNumber,
    error::{Error, InFile, Result},
    files::{self, Existing},
    pipeline::plate_exr,
};
use std::{fs, path::Path};

/// What a job has written so far, and what its receipt says of it.
pub struct Written<'a> {
    folder: &'a Path,
    overwrite: bool,
    /// Whether the recipe says what is delivered, so that the receipt lists every file.
    listed: bool,
    pub frames: Vec<FrameReceipt>,
    pub files: Vec<FileReceipt>,
    /// Frames whose files were all there.
    pub kept: u32,
}

impl<'a> Written<'a> {
    pub fn new(folder: &'a Path, overwrite: bool, listed: bool) -> Self {
        Self { folder, overwrite, listed, frames: vec![], files: vec![], kept: 0 }
    }

    /// Writes the files of a frame.
    ///
    /// # Errors
    /// Verification: a file of that name is there, and has other pixels; I/O.
    pub fn frame(&mut self, number: FrameNumber, frame: Frame) -> Result<()> {
        let not_numbers = Some(frame.census).filter(|census| !census.is_clean());
        let plate = frame.files.iter().find(|file| file.plate).map(|file| file.name.clone());
        if let (Some(file), Some(pixels)) = (plate, frame.plate) {
            self.frames.push(FrameReceipt { frame: number, timecode: frame.timecode, file, pixels, not_numbers });
        }
        let mut all_there = !frame.files.is_empty();
        for made in frame.files {
            let there = self.file(&made)?;
            all_there &= there;
            if self.listed {
                // What is there may have been written another way, with the same pixels.
                let sha256 = if there { files::sha256_of_file(&self.folder.join(&made.name))? } else { files::sha256(&made.bytes) };
                let Made { deliverable, name: file, pixels, lossless, .. } = made;
                self.files.push(FileReceipt { deliverable, frame: Some(number), file, sha256, pixels, lossless });
            }
        }
        self.kept += u32::from(all_there);
        Ok(())
    }

    /// Whether the file was there.
    fn file(&self, made: &Made) -> Result<bool> {
        let path = self.folder.join(&made.name);
        if path.is_file() && !self.overwrite {
            verify_existing(&path, made)?;
            return Ok(true);
        }
        files::create_folder(files::folder_of(&path))?;
        files::write_bytes(&path, Existing::Replace, &made.bytes)?;
        Ok(false)
    }

    /// Gives a movie its name.
    ///
    /// # Errors
    /// Verification: a file of that name is there, and is another; I/O.
    pub fn movie(&mut self, finished: Finished) -> Result<()> {
        let Finished { deliverable, name, movie } = finished;
        let path = self.folder.join(&name);
        if !path.is_file() || self.overwrite {
            files::create_folder(files::folder_of(&path))?;
            fs::File::open(&movie.path).and_then(|file| file.sync_data()).in_file(&path)?;
            fs::rename(&movie.path, &path).in_file(&path)?;
        } else if files::sha256_of_file(&path)? != movie.sha256 {
            return Err(Error::verification("already there, and another movie; use --overwrite to replace it").file(&path));
        }
        let (sha256, pixels) = (movie.sha256.clone(), movie.pixels.clone());
        self.files.push(FileReceipt { deliverable, frame: None, file: name, sha256, pixels, lossless: false });
        Ok(())
    }
}

/// A file of an earlier run counts only if it holds exactly these pixels; of a lossy one, if it is the same file.
fn verify_existing(path: &Path, made: &Made) -> Result<()> {
    if !made.lossless {
        return match files::sha256_of_file(path)? == files::sha256(&made.bytes) {
            true => Ok(()),
            false => Err(Error::verification("already there, and another picture; use --overwrite to replace it").file(path)),
        };
    }
    let damaged = |e: Error| Error::verification(format!("already there, and no plate; use --overwrite to replace it ({e})")).file(path);
    let found = plate_exr::pixels_of(path).map_err(damaged)?;
    if found == made.pixels {
        return Ok(());
    }
    Err(Error::verification("already there with other pixels; use --overwrite to replace it").file(path).field("pixels").value(found))
}
