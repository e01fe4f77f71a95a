//! The state of a job as it lies in the store: what was asked for, what is there, what failed and why, how fast it goes and what it
//! cost. Nothing else keeps it: whoever can list the store sees the whole job, while it runs and after.

mod html;
mod until;

pub use html::html;
pub use until::{Until, wait};

use super::{
    Failure, FileReceipt, Frame, STATE,
    records::{self, Movies, Sealed, Task},
    store::{Entry, Store},
};
use crate::{
    camera::{FrameNumber, run_in_words, runs},
    error::{Error, Result},
    progress::{self, Progress},
    words::count,
};
use rayon::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A job, clip by clip.
#[derive(Debug, PartialEq, Serialize)]
pub struct Wall {
    pub place: String,
    pub clips: Vec<Clip>,
    /// Records that cannot be read, with their reasons.
    pub unreadable: Vec<String>,
}

/// What is known of one clip.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Clip {
    pub name: String,
    /// Frames that tasks were asked for.
    pub asked: BTreeSet<FrameNumber>,
    /// Frames that are there.
    pub done: BTreeSet<FrameNumber>,
    /// Frames that were made, and of which a file is there no more.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub gone: BTreeSet<FrameNumber>,
    /// Movies of which this is so, by their frames.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub movies_gone: BTreeSet<String>,
    /// Time that the making of them took on the clock, together.
    pub seconds: f64,
    /// When the first and the last of them came.
    #[serde(skip)]
    pub span: Option<(OffsetDateTime, OffsetDateTime)>,
    /// Machines, and how many frames came from each.
    pub hosts: BTreeMap<String, u32>,
    pub failures: Vec<Failure>,
    /// When a task was sealed last; RFC 3339, UTC.
    pub sealed: Option<String>,
    /// Movies that tasks of their own were asked for, by their frames, and when they were sealed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub movies: BTreeMap<String, Option<String>>,
}

/// Frames beside each other that are shown as one.
#[derive(Debug, PartialEq, Eq)]
pub struct Cell {
    /// As people list them.
    pub frames: String,
    pub state: CellState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellState {
    There,
    /// Some of them are there.
    Part,
    /// Still to be made.
    Open,
    /// One of them has failed.
    Failed,
}

impl Clip {
    pub fn left(&self) -> impl Iterator<Item = FrameNumber> + '_ {
        self.asked.difference(&self.done).copied()
    }
    pub fn is_done(&self) -> bool {
        self.left().next().is_none() && self.movies_left() == 0 && self.movies_gone.is_empty()
    }
    /// Movies that are not sealed, or are gone since.
    pub fn movies_left(&self) -> usize {
        self.movies.iter().filter(|(frames, sealed)| sealed.is_none() || self.movies_gone.contains(*frames)).count()
    }
    /// What was made and is there no more, in words.
    pub fn gone_said(&self) -> Option<String> {
        let frames = (!self.gone.is_empty()).then(|| format!("frames {}", ranges(self.gone.iter().copied())));
        let movies = (!self.movies_gone.is_empty()).then(|| {
            let of: Vec<&str> = self.movies_gone.iter().map(String::as_str).collect();
            format!("movies of {}", of.join(", "))
        });
        let said: Vec<String> = frames.into_iter().chain(movies).collect();
        (!said.is_empty()).then(|| said.join("; "))
    }
    /// How many of the movies are there; nothing where none has a task of its own.
    pub fn movies_said(&self) -> Option<String> {
        let all = self.movies.len();
        (all > 0).then(|| format!("movies {} of {all}", all - self.movies_left()))
    }
    /// Failures that no later task has made good: of a frame that is not there, of a delivery that was not sealed since.
    pub fn open_failures(&self) -> impl Iterator<Item = &Failure> {
        let since = |sealed: Option<&String>, f: &Failure| sealed.is_none_or(|sealed| *sealed < f.at);
        self.failures.iter().filter(move |f| match f.frame {
            _ if f.movies => since(self.movies.values().flatten().max(), f),
            Some(frame) => !self.done.contains(&frame),
            None => since(self.sealed.as_ref(), f),
        })
    }
    /// Frames a minute while frames came; `None` of a single one.
    pub fn per_minute(&self) -> Option<f64> {
        let (first, last) = self.span?;
        let minutes = (last - first).as_seconds_f64() / 60.0;
        (self.done.len() > 1 && minutes > 0.0).then(|| (self.done.len() - 1) as f64 / minutes)
    }
    /// The time of one machine that it took, hours.
    pub fn machine_hours(&self) -> f64 {
        self.seconds / 3600.0
    }
    /// One line of how far it is. `price`: of an hour of one machine, in any money.
    pub fn said(&self, price: Option<f64>) -> String {
        let mut said = format!("{} of {}", self.done.len(), count(self.asked.len(), "frame"));
        if let Some(movies) = self.movies_said() {
            said += &format!(", {movies}");
        }
        if let Some(rate) = self.per_minute() {
            said += &format!(", {rate:.1} a minute");
        }
        if let Some(left) = self.time_left().filter(|left| !left.is_zero()) {
            said += &format!(", {} left", progress::in_words(left));
        }
        said += &format!(", {:.4} machine hours", self.machine_hours());
        if let Some(price) = price {
            said += &format!(", cost {:.2}", self.machine_hours() * price);
        }
        said + &format!(", {}", count(self.hosts.len(), "machine"))
    }
    /// The frames that were asked for from first to last, in as many cells as there is room for.
    pub fn strip(&self, room: usize) -> Vec<Cell> {
        let asked: Vec<FrameNumber> = self.asked.iter().copied().collect();
        let failed: BTreeSet<FrameNumber> = self.open_failures().filter_map(|f| f.frame).collect();
        let cell = |frames: &[FrameNumber]| {
            let there = frames.iter().filter(|f| self.done.contains(f)).count();
            let state = match there {
                _ if frames.iter().any(|f| failed.contains(f)) => CellState::Failed,
                n if n == frames.len() => CellState::There,
                0 => CellState::Open,
                _ => CellState::Part,
            };
            Cell { frames: ranges(frames.iter().copied()), state }
        };
        asked.chunks(asked.len().div_ceil(room.max(1)).max(1)).map(cell).collect()
    }
    /// How long the rest will take at that pace.
    pub fn time_left(&self) -> Option<Duration> {
        let minutes = self.left().count() as f64 / self.per_minute()?;
        Duration::try_from_secs_f64(minutes * 60.0).ok()
    }
}

/// Reads the state of a job.
///
/// # Errors
/// `Invalid`: nothing was rendered here; those of [`Store`].
pub fn read(store: &Store, progress: &Progress) -> Result<Wall> {
    let entries = store.list(STATE)?;
    if entries.is_empty() {
        return Err(Error::invalid("no job has left its state here").file(store.location(STATE)));
    }
    of_records(store, &entries, progress)
}

/// What these records say, held against what lies there.
fn of_records(store: &Store, entries: &[Entry], progress: &Progress) -> Result<Wall> {
    progress.begin(entries.len() as u64, "Reading the state of the job");
    let read: Vec<(&Entry, Result<Record>)> = entries
        .par_iter()
        .filter_map(|entry| Some((entry, record(store, entry).transpose()?)))
        .map(|found| progress.step().map(|()| found))
        .collect::<Result<_>>()?;
    // After the records: what one names was there before it.
    let there = files_of(store, entries)?;
    let mut clips: BTreeMap<String, Clip> = BTreeMap::new();
    let mut unreadable = vec![];
    for (entry, record) in read {
        let clip = match &record {
            Ok(Record::Frame(r)) => &r.clip,
            Ok(Record::Task(r)) => &r.clip,
            Ok(Record::Failure(r)) => &r.clip,
            Ok(Record::Sealed(r)) => &r.clip,
            Ok(Record::Movies(r)) => &r.clip,
            Err(error) => {
                unreadable.push(format!("{}: {error}", store.location(&entry.name)));
                continue;
            }
        };
        let clip = clips.entry(clip.clone()).or_insert_with(|| Clip { name: clip.clone(), ..Clip::default() });
        let files = folder_of(&entry.name).and_then(|folder| there.get(folder));
        let all_there = |of: &[FileReceipt]| of.iter().all(|file| files.is_some_and(|files| files.contains(&file.file)));
        match record {
            Ok(Record::Frame(frame)) => clip.take(&frame, all_there(&frame.files)),
            Ok(Record::Movies(movies)) if !all_there(&movies.files) => {
                let (first, last) = movies.frames;
                _ = clip.movies_gone.insert(format!("{first}-{last}"));
            }
            Ok(Record::Movies(_)) => {}
            Ok(Record::Task(task)) if task.movies => {
                task.frames.iter().for_each(|(a, b)| _ = clip.movies.entry(format!("{a}-{b}")).or_default());
            }
            Ok(Record::Sealed(sealed)) if sealed.movies => {
                let (first, last) = sealed.frames;
                let known = clip.movies.entry(format!("{first}-{last}")).or_default();
                *known = known.take().max(Some(sealed.at));
            }
            Ok(Record::Task(task)) => clip.asked.extend(task.frames.iter().flat_map(|(a, b)| *a..=*b)),
            Ok(Record::Failure(failure)) => clip.failures.push(failure),
            Ok(Record::Sealed(sealed)) => clip.sealed = clip.sealed.take().max(Some(sealed.at)),
            Err(_) => {}
        }
    }
    let mut clips: Vec<Clip> = clips.into_values().collect();
    clips.iter_mut().for_each(|clip| clip.failures.sort_by(|a, b| a.at.cmp(&b.at)));
    Ok(Wall { place: store.location(""), clips, unreadable })
}

enum Record {
    Frame(Box<Frame>),
    Task(Task),
    Failure(Failure),
    Sealed(Sealed),
    Movies(Box<Movies>),
}

/// The folder of the clip that a record is of.
fn folder_of(record: &str) -> Option<&str> {
    let mut parts = record.split('/').skip(1);
    let folder = parts.next()?;
    parts.next().map(|_| folder)
}

/// The names of what lies in the folders of the clips that there are records of.
fn files_of<'e>(store: &Store, records: &'e [Entry]) -> Result<BTreeMap<&'e str, BTreeSet<String>>> {
    let folders: BTreeSet<&str> = records.iter().filter_map(|entry| folder_of(&entry.name)).collect();
    let listed = |folder: &'e str| -> Result<(&'e str, BTreeSet<String>)> {
        let entries = store.below(folder)?.list("")?;
        Ok((folder, entries.into_iter().map(|entry| entry.name).collect()))
    };
    folders.into_iter().map(listed).collect()
}

impl Clip {
    /// `is_there`: every file of it.
    fn take(&mut self, frame: &Frame, is_there: bool) {
        self.asked.insert(frame.frame);
        let frames = if is_there { &mut self.done } else { &mut self.gone };
        frames.insert(frame.frame);
        self.seconds += frame.seconds.max(0.0);
        *self.hosts.entry(frame.host.clone()).or_default() += 1;
        if let Ok(at) = OffsetDateTime::parse(&frame.at, &Rfc3339) {
            let (first, last) = self.span.unwrap_or((at, at));
            self.span = Some((first.min(at), last.max(at)));
        }
    }
}

/// What a file of the state says; `None` of one that is gone, or is of something else.
fn record(store: &Store, entry: &Entry) -> Result<Option<Record>> {
    let parts: Vec<&str> = entry.name.split('/').collect();
    match parts.as_slice() {
        [_, _, "tasks", _] => parsed(store, entry)?.map(|task| in_bounds(task).map(Record::Task)).transpose(),
        [_, _, "sealed", _] => Ok(parsed(store, entry)?.map(Record::Sealed)),
        [_, _, records::MOVIES, _] => Ok(parsed(store, entry)?.map(|movies| Record::Movies(Box::new(movies)))),
        [_, _, "failed", _] => Ok(parsed(store, entry)?.map(Record::Failure)),
        [_, _, _] => Ok(parsed(store, entry)?.map(|frame| Record::Frame(Box::new(frame)))),
        _ => Ok(None),
    }
}

/// A small file could ask for more frames than fit into memory.
fn in_bounds(task: Task) -> Result<Task> {
    /// Frames of a task, at most: four days at 24 a second.
    const MOST: u64 = 1 << 23;
    let frames: u64 = task.frames.iter().map(|(a, b)| u64::from(b.saturating_sub(*a)) + 1).sum();
    if frames > MOST {
        return Err(Error::invalid(format!("more than {MOST} frames")).field("frames").value(frames));
    }
    Ok(task)
}

fn parsed<T: DeserializeOwned>(store: &Store, entry: &Entry) -> Result<Option<T>> {
    let Some(bytes) = store.get(&entry.name, records::LARGEST)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|e| Error::invalid(e.to_string()))
}

/// The first stretches of them, and how many more there are.
pub fn first_ranges(frames: impl Iterator<Item = FrameNumber>, most: usize) -> String {
    let frames: Vec<FrameNumber> = frames.collect();
    let mut said: Vec<String> = runs(&frames).take(most).map(|run| run_in_words(&run)).collect();
    let more = runs(&frames).skip(most).count();
    said.extend((more > 0).then(|| format!("and {more} more")));
    said.join(", ")
}

/// Numbers as people list them: `1-3`, `7`.
pub fn ranges(frames: impl Iterator<Item = FrameNumber>) -> String {
    let frames: Vec<FrameNumber> = frames.collect();
    runs(&frames).map(|run| run_in_words(&run)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        image::{Image, Size, hash_pixels},
        recipe::Engine,
        render::records::{FAILURE_SCHEMA, SCHEMA, SEALED_SCHEMA, TASK_SCHEMA},
    };

    fn put(store: &Store, name: &str, value: &impl Serialize) {
        store.put(&format!("{STATE}/A/{name}"), serde_json::to_vec(value).unwrap()).unwrap();
    }

    fn frame(number: FrameNumber, second: u8) -> Frame {
        Frame {
            schema: SCHEMA.into(),
            clip: "A".into(),
            order: None,
            plan: "p".into(),
            engine: Engine::this(),
            source: "s".into(),
            frame: number,
            plate: None,
            files: vec![],
            seconds: 2.0,
            host: format!("h{}", number % 2),
            at: format!("2026-11-26T10:00:{second:02}Z"),
        }
    }

    fn failure(frame: Option<FrameNumber>, error: &str) -> Failure {
        Failure {
            schema: FAILURE_SCHEMA.into(),
            clip: "A".into(),
            frame,
            error: error.into(),
            exit_code: 20,
            movies: false,
            host: "h1".into(),
            at: "2026-11-26T10:00:00Z".into(),
        }
    }

    #[test]
    fn a_job_is_what_lies_in_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::folder(folder.path());
        assert_eq!(read(&store, &Progress::default()).unwrap_err().exit_code(), 10);
        let task = Task {
            schema: TASK_SCHEMA.into(),
            clip: "A".into(),
            order: None,
            frames: vec![(1, 4), (6, 6)],
            movies: false,
            host: "h1".into(),
            at: "2026-11-26T10:00:00Z".into(),
        };
        put(&store, "tasks/000001-000006.json", &task);
        for (number, second) in [(1, 0), (2, 20), (3, 40)] {
            put(&store, &format!("{number:06}.json"), &frame(number, second));
        }
        put(&store, "failed/a.json", &failure(Some(2), "no space <left>"));
        put(&store, "failed/b.json", &failure(Some(4), "no space <left>"));
        store.put(&format!("{STATE}/A/000009.json"), "{").unwrap();
        let endless = Task { frames: vec![(0, u32::MAX)], ..task.clone() };
        put(&store, "tasks/000000-4294967295.json", &endless);
        let wall = read(&store, &Progress::default()).unwrap();
        assert_eq!((wall.clips.len(), wall.unreadable.len()), (1, 2));
        let clip = &wall.clips[0];
        assert_eq!((ranges(clip.asked.iter().copied()), ranges(clip.done.iter().copied())), ("1-4, 6".into(), "1-3".into()));
        assert_eq!(first_ranges([1, 2, 4, 6, 7].into_iter(), 2), "1-2, 4, and 1 more");
        assert_eq!((clip.per_minute(), clip.time_left(), clip.seconds), (Some(3.0), Some(Duration::from_secs(40)), 6.0));
        // One that was made good since is no failure any more.
        assert_eq!(clip.open_failures().map(|f| f.frame).collect::<Vec<_>>(), [Some(4)]);
        // One that was no frame's, until a task is sealed after it.
        let open = |sealed: Option<&str>| {
            let failures = vec![failure(None, "the receipt is another")];
            Clip { failures, sealed: sealed.map(str::to_owned), ..Clip::default() }.open_failures().count()
        };
        let sealed = [None, Some("2026-11-26T09:00:00Z"), Some("2026-11-26T11:00:00Z")];
        assert_eq!(sealed.map(open), [1, 1, 0]);
        // A movie that failed is mended by movies, and by no frame that is there.
        let of_movies = Task { frames: vec![(1, 6)], movies: true, ..task };
        put(&store, "tasks/000001-000006.movies.json", &of_movies);
        put(&store, "failed/c.json", &Failure { movies: true, ..failure(Some(2), "no encoder") });
        let looked = || read(&store, &Progress::default()).unwrap().clips.remove(0);
        let open = |clip: &Clip| clip.open_failures().map(|f| f.error.clone()).collect::<Vec<_>>();
        let clip = looked();
        assert_eq!((clip.movies_said().as_deref(), clip.asked.len(), open(&clip).len()), (Some("movies 0 of 1"), 5, 2));
        let made = Sealed {
            schema: SEALED_SCHEMA.into(),
            clip: "A".into(),
            frames: (1, 6),
            movies: true,
            host: "h1".into(),
            at: "2026-11-26T11:00:00Z".into(),
        };
        put(&store, "sealed/000001-000006.movies.json", &made);
        let clip = looked();
        assert_eq!((clip.movies_said().as_deref(), open(&clip)), (Some("movies 1 of 1"), vec!["no space <left>".to_owned()]));
        assert_eq!(clip.hosts, BTreeMap::from([("h0".into(), 1), ("h1".into(), 2)]));
        // A frame whose file somebody took away is still to be made, and so is a movie.
        let file = |name: &str| FileReceipt {
            deliverable: "plate".into(),
            frame: None,
            file: name.into(),
            sha256: String::new(),
            pixels: hash_pixels(&Image::from_planes(Size::new(1, 1), [vec![0.0], vec![0.0], vec![0.0]])),
            lossless: true,
        };
        put(&store, "000001.json", &Frame { files: vec![file("a/1.exr"), file("a/1.dpx")], ..frame(1, 0) });
        let movies = Movies {
            schema: records::MOVIES_SCHEMA.into(),
            clip: "A".into(),
            order: None,
            plan: "p".into(),
            engine: Engine::this(),
            source: "s".into(),
            frames: (1, 6),
            begin: 1,
            files: vec![file("a.mov")],
            host: "h1".into(),
            at: "2026-11-26T11:00:00Z".into(),
        };
        put(&store, "movies/000001-000006.json", &movies);
        for name in ["A/a/1.exr", "A/a/1.dpx", "A/a.mov"] {
            store.put(name, "x").unwrap();
        }
        assert_eq!((ranges(looked().done.iter().copied()), looked().gone_said()), ("1-3".into(), None));
        store.remove("A/a/1.dpx").unwrap();
        store.remove("A/a.mov").unwrap();
        let clip = looked();
        assert_eq!((ranges(clip.done.iter().copied()), ranges(clip.left())), ("2-3".into(), "1, 4, 6".into()));
        let said = (clip.gone_said(), clip.movies_said());
        assert_eq!(said, (Some("frames 1; movies of 1-6".into()), Some("movies 0 of 1".into())));
        let page = html(&wall, Some(3600.0));
        assert!(page.contains("no space &lt;left&gt;") && page.contains("3 of 5") && page.contains("6.00"), "{page}");
        assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"));
    }
}
