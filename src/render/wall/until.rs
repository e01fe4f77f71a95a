//! Waits until parts of a clip are sealed, wherever they are made: for what may only begin then, on an engine that knows no order of jobs.

use super::{Failure, STATE, of_records};
use crate::{
    camera::FrameNumber,
    error::{Error, ErrorKind, Result},
    progress::Progress,
    render::{
        invoke::range,
        records::{self, FRAMES_SEALED, MOVIES_ONLY},
        store::Store,
        submit::chunks::text,
    },
};
use std::{
    fmt,
    ops::RangeInclusive,
    str::FromStr,
    time::{Duration, Instant},
};

/// How often the store is listed, at first and at most.
const OFTEN: Duration = Duration::from_secs(2);
const SELDOM: Duration = Duration::from_secs(30);

/// Frames of a clip that have to be sealed, and movies of its frames: `CLIP=1-48,50,movies:1-48`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Until {
    /// The folder of its delivery.
    pub clip: String,
    pub frames: Vec<RangeInclusive<FrameNumber>>,
    /// Made by tasks that make nothing else.
    pub movies: Vec<RangeInclusive<FrameNumber>>,
}

/// Stands before the frames of movies.
const OF_MOVIES: &str = "movies:";

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let movies = self.movies.iter().map(|range| format!("{OF_MOVIES}{}", text(range)));
        write!(f, "{}={}", self.clip, self.frames.iter().map(text).chain(movies).collect::<Vec<_>>().join(","))
    }
}

impl FromStr for Until {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::usage("is CLIP=FRAMES, like A001=1-48,50").field("--until").value(text);
        let (clip, frames) = text.rsplit_once('=').filter(|(clip, _)| !clip.is_empty()).ok_or_else(wrong)?;
        let mut until = Self { clip: clip.into(), frames: vec![], movies: vec![] };
        for part in frames.split(',') {
            let (list, text) = match part.strip_prefix(OF_MOVIES) {
                Some(text) => (&mut until.movies, text),
                None => (&mut until.frames, part),
            };
            list.push(range(text).filter(|range| !range.is_empty()).ok_or_else(wrong)?);
        }
        Ok(until)
    }
}

/// Waits until they are.
///
/// # Errors
/// `Verification`: a task has failed so that no other try mends it, and nothing was sealed since; those of [`Store`] that are not worth a
/// retry; cancelled.
pub fn wait(store: &Store, until: &Until, progress: &Progress) -> Result<()> {
    let mut pause = OFTEN;
    loop {
        match left(store, until, progress) {
            Ok(None) => return Ok(()),
            Ok(Some(what)) => progress.say(&format!("{}: {what}", until.clip)),
            Err(error) if error.kind() == ErrorKind::TryAgain => progress.say(&error.to_string()),
            Err(error) => return Err(error),
        }
        let begun = Instant::now();
        while begun.elapsed() < pause {
            progress.check()?;
            std::thread::sleep(Duration::from_millis(50));
        }
        pause = (pause * 2).min(SELDOM);
    }
}

/// What is not sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Frame(FrameNumber),
    /// The first frame of them that no movie has.
    Movies(FrameNumber),
    /// Of a frame that was sealed, a file is there no more.
    Gone(FrameNumber),
    MoviesGone(FrameNumber),
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(frame) => write!(f, "frame {frame} is not sealed yet"),
            Self::Movies(frame) => write!(f, "movies from frame {frame} on are not sealed yet"),
            Self::Gone(frame) => write!(f, "frame {frame} was sealed and is there no more"),
            Self::MoviesGone(frame) => write!(f, "movies from frame {frame} on were sealed and are there no more"),
        }
    }
}

/// The first that is sealed and gone since: whoever waits needs its files.
fn gone(store: &Store, until: &Until, progress: &Progress) -> Result<Option<Left>> {
    let entries = store.list(&format!("{STATE}/{}", until.clip))?;
    let wall = of_records(store, &entries, progress)?;
    let frames = wall.clips.iter().flat_map(|clip| &clip.gone).find(|frame| until.frames.iter().any(|range| range.contains(*frame)));
    let mut movies = wall.clips.iter().flat_map(|clip| &clip.movies_gone).filter_map(|frames| range(frames));
    let wanted = |found: &RangeInclusive<FrameNumber>| until.movies.iter().any(|r| r.start() <= found.end() && found.start() <= r.end());
    Ok(frames.map(|frame| Left::Gone(*frame)).or(movies.find(wanted).map(|found| Left::MoviesGone(*found.start()))))
}

/// The first that is not sealed, or not there.
fn left(store: &Store, until: &Until, progress: &Progress) -> Result<Option<Left>> {
    let of = |what: &str| store.list(&format!("{STATE}/{}/{what}", until.clip));
    let records = of(FRAMES_SEALED)?;
    let of_half = |movies: bool| {
        let mut found: Vec<RangeInclusive<FrameNumber>> = records.iter().filter_map(|entry| sealed(&entry.name, movies)).collect();
        found.sort_by_key(|range| *range.start());
        found
    };
    let (frames, movies) = (of_half(false), of_half(true));
    let open_frame = until.frames.iter().find_map(|wanted| first_open(wanted, &frames)).map(Left::Frame);
    let open = open_frame.or_else(|| until.movies.iter().find_map(|wanted| first_open(wanted, &movies)).map(Left::Movies));
    let Some(what) = open else { return gone(store, until, progress) };
    for entry in of("failed")? {
        let Some(bytes) = store.get(&entry.name, records::LARGEST)? else { continue };
        let Ok(failure) = serde_json::from_slice::<Failure>(&bytes) else { continue };
        let sealed = if failure.movies { &movies } else { &frames };
        let is_open = failure.frame.is_none_or(|failed| sealed.iter().all(|range| !range.contains(&failed)));
        if is_open && !Error::new(ErrorKind::Io, "").exit(failure.exit_code).is_worth_a_retry() {
            let what = format!("a task has failed for good (exit code {}): {}", failure.exit_code, failure.error);
            return Err(Error::verification(what).file(store.location(&entry.name)));
        }
    }
    Ok(Some(what))
}

/// What the name of a record says: `…/000001-000048.json`, `…/000001-000048.movies.json`.
fn sealed(name: &str, movies: bool) -> Option<RangeInclusive<FrameNumber>> {
    let stem = name.rsplit('/').next()?.strip_suffix(".json")?;
    range(if movies { stem.strip_suffix(MOVIES_ONLY)? } else { stem })
}

/// `sealed` by their starts.
fn first_open(wanted: &RangeInclusive<FrameNumber>, sealed: &[RangeInclusive<FrameNumber>]) -> Option<FrameNumber> {
    let mut next = *wanted.start();
    for range in sealed {
        if range.contains(&next) {
            if range.end() >= wanted.end() {
                return None;
            }
            next = range.end() + 1;
        }
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::records::FAILURE_SCHEMA;

    #[test]
    fn frames_are_those_of_a_clip() {
        let until = "A=B=1-3,7".parse::<Until>().unwrap();
        assert_eq!(until, Until { clip: "A=B".into(), frames: vec![1..=3, 7..=7], movies: vec![] });
        let until = "A=1-3,movies:1-7".parse::<Until>().unwrap();
        assert_eq!((&until.movies, until.to_string().parse::<Until>().as_ref()), (&vec![1..=7], Ok(&until)));
        for wrong in ["", "A", "A=", "=1", "A=3-1", "A=x", "A=1,,2", "A=movies", "A=movies:", "A=movies:2-1"] {
            assert_eq!(wrong.parse::<Until>().map_err(|e| e.exit_code()), Err(2), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_sealed_is_found_and_what_nobody_mends_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::folder(folder.path());
        let idle = Progress::default();
        let until: Until = "A=0-9,12-14".parse().unwrap();
        let seal = |name: &str| store.put(&format!("{STATE}/A/{FRAMES_SEALED}/{name}.json"), "{}").unwrap();
        assert_eq!(left(&store, &until, &idle).unwrap(), Some(Left::Frame(0)));
        seal("000003-000009");
        seal("000000-000004");
        assert_eq!(left(&store, &until, &idle).unwrap(), Some(Left::Frame(12)));
        let fail = |frame, exit_code, movies| {
            let failure = Failure {
                schema: FAILURE_SCHEMA.into(),
                clip: "A".into(),
                frame,
                error: "x".into(),
                exit_code,
                movies,
                host: "h".into(),
                at: "2026-11-26T10:00:00Z".into(),
            };
            store.put(&format!("{STATE}/A/failed/{exit_code}.json"), serde_json::to_vec(&failure).unwrap()).unwrap();
        };
        fail(Some(13), 75, false);
        fail(Some(4), 11, false);
        assert_eq!(left(&store, &until, &idle).unwrap(), Some(Left::Frame(12)), "one is worth another try, the other was made good");
        fail(Some(13), 10, false);
        assert_eq!(left(&store, &until, &idle).unwrap_err().exit_code(), 11);
        seal("000012-000020");
        wait(&store, &until, &Progress::default()).unwrap();
        // Movies are sealed by those that make them, and no frame that another has made mends them.
        let movies: Until = "A=0-9,movies:0-9".parse().unwrap();
        assert_eq!(left(&store, &movies, &idle).unwrap(), Some(Left::Movies(0)));
        fail(Some(4), 12, true);
        assert_eq!(left(&store, &movies, &idle).unwrap_err().exit_code(), 11);
        seal("000000-000009.movies");
        wait(&store, &movies, &Progress::default()).unwrap();
        let progress = Progress::default();
        progress.cancel();
        assert_eq!(wait(&store, &"B=1".parse().unwrap(), &progress).unwrap_err().kind(), ErrorKind::Cancelled);
    }
}
