//! The history of a roll, as a camera cart makes it when the card is copied, and what happened to the roll since.

use super::{ShowClip, clips::ClipSpec};
use crate::{
    error::{Error, InFile, Result},
    history::{self, Create, Origin},
    progress::Progress,
    sidecar::mhl::{Author, Format},
};
use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
    time::SystemTime,
};

/// When the card was copied: the evening of the day in the names of the clips.
const COPIED: &str = "2026-11-21T18:30:00Z";
/// What a Finder leaves: the head of its file and nothing else.
const LITTER: &[u8] = b"\0\0\0\x01Bud1";

/// Writes the history of the clip's roll, and does then what is planted.
pub fn record(spec: &ClipSpec, clip: &ShowClip) -> Result<()> {
    let roll = clip.folder.parent().unwrap_or(&clip.folder);
    // The frame that did not come along was on the card: a file of its own, so that its digest is no other frame's.
    let lost = spec.faults.missing_frame.map(|frame| clip.folder.join(spec.file_name(frame)));
    if let Some(path) = &lost {
        fs::copy(&clip.first_frame, path).in_file(path)?;
        File::options().append(true).open(path).and_then(|mut f| f.write_all(b"\0")).in_file(path)?;
    }
    let date = history::parse_date(COPIED).ok_or_else(|| Error::invalid("not a date").value(COPIED))?;
    // The same bytes whenever and wherever it is made: times and host are on record.
    set_times(roll, date.into())?;
    let author = Author { name: "Prelight Demo".into(), role: Some("data manager".into()), ..Author::default() };
    let origin = Origin { date: Some(date), host: Some("demo-cart".into()), author: Some(author), location: None, comment: None };
    let options = Create { formats: vec![Format::Xxh64], origin, ..Create::default() };
    let report = history::create(roll, &options, &Progress::default())?;
    if let Some(problem) = report.problems.first() {
        return Err(Error::invalid("the history of the roll is not complete").value(problem.path()).file(roll));
    }
    if let Some(path) = &lost {
        fs::remove_file(path).in_file(path)?;
    }
    if let Some(frame) = spec.faults.altered_frame {
        flip(&clip.folder.join(spec.file_name(frame)))?;
    }
    if spec.faults.altered_manifest {
        let folder = roll.join(history::FOLDER);
        for entry in fs::read_dir(&folder).in_file(&folder)? {
            let path = entry.in_file(&folder)?.path();
            if path.extension().is_some_and(|e| e == "mhl") {
                File::options().append(true).open(&path).and_then(|mut f| f.write_all(b"\n")).in_file(&path)?;
            }
        }
    }
    if let Some(name) = spec.faults.litter {
        let path = roll.join(name);
        fs::write(&path, LITTER).in_file(&path)?;
    }
    Ok(())
}

/// Sets the time of modification of everything in a folder, and of the folder.
fn set_times(path: &Path, time: SystemTime) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path).in_file(path)? {
            set_times(&entry.in_file(path)?.path(), time)?;
        }
    }
    File::open(path).and_then(|f| f.set_modified(time)).in_file(path)
}

/// Flips the lowest bit of the last byte: of the last pixel's value, where nobody sees it.
fn flip(path: &Path) -> Result<()> {
    let work = || -> std::io::Result<()> {
        let mut file = File::options().read(true).write(true).open(path)?;
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        file.seek(SeekFrom::End(-1))?;
        file.write_all(&[last[0] ^ 1])
    };
    work().in_file(path)
}
