//! The clips of the library as a pull sees them.

use super::{Frames, Library, Read};
use crate::{
    camera::{self, Clip, FrameNumber, Rational},
    error::Result,
    sidecar::timeline::matching::Candidate,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// A clip that frames can be pulled of.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: PathBuf,
    /// The name it goes by.
    pub name: String,
    pub frames: Frames,
    /// What an event is matched by. It counts missing frames, too: timecode goes on through a gap.
    pub candidate: Candidate,
}

impl Source {
    /// A clip that is open, as an index would have it.
    pub fn of(clip: &dyn Clip) -> Self {
        let Read { name, frames, metadata, .. } = Read::of(clip);
        let path = clip.path().to_owned();
        let candidate = Candidate {
            names: names(&path, &name, metadata.clip_name.map(|f| f.value), frames.first),
            reel: metadata.reel.map(|f| f.value),
            start: metadata.start_timecode.map(|f| f.value),
            frames: frames.span(),
            rate: metadata.frame_rate.map(|f| f.value).filter(|r| r.to_f64() > 0.0),
        };
        Self { path, name, frames, candidate }
    }
    /// The address of one that lies in an object store.
    pub fn address(&self) -> Option<&str> {
        address(&self.path)
    }
    pub fn is_remote(&self) -> bool {
        self.address().is_some()
    }
}

/// The address of a clip that lies in an object store; paths of a library are absolute.
pub fn address(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| !path.is_absolute() && text.contains("://"))
}

impl Library {
    /// Every clip that was read and is there, by name.
    pub fn sources(&self) -> Result<Vec<Source>> {
        let read = || -> rusqlite::Result<Vec<(Source, Option<String>)>> {
            let statement = "SELECT path, name, first, frames, reel.text, clip_name.text, start_timecode.text, rate_num, rate_den, gaps
                FROM clip LEFT JOIN value AS reel ON reel.id = f_reel LEFT JOIN value AS clip_name ON clip_name.id = f_clip_name
                LEFT JOIN value AS start_timecode ON start_timecode.id = f_start_timecode
                WHERE gone = 0 AND error IS NULL ORDER BY name COLLATE NOCASE, path";
            let mut statement = self.database.prepare(statement)?;
            let rows = statement.query_map([], |row| {
                let path: PathBuf = row.get::<_, String>(0)?.into();
                let name: String = row.get::<_, Option<String>>(1)?.unwrap_or_default();
                let first = row.get::<_, Option<i64>>(2)?.and_then(|n| FrameNumber::try_from(n).ok()).unwrap_or(0);
                let count = row.get::<_, Option<i64>>(3)?.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
                let rate: (Option<i64>, Option<i64>) = (row.get(7)?, row.get(8)?);
                let candidate = Candidate {
                    names: names(&path, &name, row.get(5)?, first),
                    reel: row.get(4)?,
                    start: row.get::<_, Option<String>>(6)?.and_then(|text| text.parse().ok()),
                    frames: count,
                    rate: rate.0.zip(rate.1).and_then(|(n, d)| Rational::new(n, d)).filter(|r| r.to_f64() > 0.0),
                };
                let frames = Frames { first, count, missing: vec![] };
                Ok((Source { path, name, frames, candidate }, row.get(9)?))
            })?;
            rows.collect()
        };
        let found = read().map_err(|e| self.named(&e))?;
        found.into_iter().map(|(source, gaps)| self.with_gaps(source, gaps.as_deref())).collect()
    }

    fn with_gaps(&self, mut source: Source, gaps: Option<&str>) -> Result<Source> {
        let Some(gaps) = gaps else { return Ok(source) };
        source.frames.missing = self.gaps(gaps, &source.path)?;
        source.candidate.frames = source.frames.span();
        Ok(source)
    }
}

/// What a clip goes by: its name, that of its file, and of a sequence what stands before the number.
fn names(path: &Path, name: &str, stated: Option<String>, first: FrameNumber) -> Vec<String> {
    let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut names = vec![name.to_owned()];
    names.extend(stated);
    // The number of a frame, not a date in the name of a movie.
    if let Some(number) = camera::frame_number(&file).filter(|n| n.number == first && file[n.digits.end..].starts_with('.')) {
        names.push(file[..number.digits.start].trim_end_matches(['.', '_', '-']).to_owned());
    }
    names.push(file);
    let mut seen = BTreeSet::new();
    names.retain(|name| !name.is_empty() && seen.insert(name.clone()));
    names
}
