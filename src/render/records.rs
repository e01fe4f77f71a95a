//! What is done of a job, as it lies in the store: a record of every frame, and of every failure. Who runs a task again finds by them
//! what need not be made again; who looks on sees by them how far the job is.

use super::{FileReceipt, FrameReceipt, Job, deliver::Only, store::Store};
use crate::{
    camera::{FrameNumber, runs},
    error::{Error, ErrorKind, Result},
    files,
    history::host,
    recipe::{Engine, safe_name},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    fmt,
    ops::RangeInclusive,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The folder of the records, beside those of the clips. Nothing that is delivered lies in it.
pub const STATE: &str = ".prelight";
/// Bytes of a record, at most.
pub const LARGEST: u64 = 1 << 20;
/// Versions of the schemas.
pub const SCHEMA: &str = "prelight-frame/1";
pub const TASK_SCHEMA: &str = "prelight-task/1";
pub const SEALED_SCHEMA: &str = "prelight-sealed/1";
pub const FAILURE_SCHEMA: &str = "prelight-failure/1";
pub const MOVIES_SCHEMA: &str = "prelight-movies/1";

/// `.prelight/CLIP/FRAME.json`: a frame that is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    pub schema: String,
    pub clip: String,
    /// Names what ordered it: the digest of the recipe, or nothing where there is none.
    pub order: Option<String>,
    /// Names what made the pixels.
    pub plan: String,
    pub engine: Engine,
    /// Names the camera files that it was made of: SHA-256 of its own, or of the digests of all.
    pub source: String,
    pub frame: FrameNumber,
    pub plate: Option<FrameReceipt>,
    /// Every file of the frame.
    pub files: Vec<FileReceipt>,
    /// What it took to make it and to write it.
    pub seconds: f64,
    pub host: String,
    /// RFC 3339, UTC.
    pub at: String,
}

/// The folder of the records of movies.
pub const MOVIES: &str = "movies";

/// `.prelight/CLIP/movies/FIRST-LAST.json`: the movies of these frames, which are there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Movies {
    pub schema: String,
    pub clip: String,
    pub order: Option<String>,
    pub plan: String,
    pub engine: Engine,
    /// Names the camera files of all frames: SHA-256 of their names as records of frames have them.
    pub source: String,
    pub frames: (FrameNumber, FrameNumber),
    /// The first frame of the cut, from which frames are numbered that are burnt in.
    pub begin: FrameNumber,
    pub files: Vec<FileReceipt>,
    pub host: String,
    pub at: String,
}

/// `.prelight/CLIP/tasks/FIRST-LAST.json`: what a task was asked for; of one that makes movies only, `FIRST-LAST.movies.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub schema: String,
    pub clip: String,
    pub order: Option<String>,
    /// First and last of the frames that follow each other.
    pub frames: Vec<(FrameNumber, FrameNumber)>,
    /// Whether it makes the movies of them, and nothing else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub movies: bool,
    pub host: String,
    pub at: String,
}

/// Stands behind the frames in the name of a record of a task that makes movies only.
pub const MOVIES_ONLY: &str = ".movies";
/// The folder of the records of tasks that ended well.
pub const FRAMES_SEALED: &str = "sealed";

/// `.prelight/CLIP/sealed/FIRST-LAST.json`: a task that ended well; of one that makes movies only, `FIRST-LAST.movies.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    pub schema: String,
    pub clip: String,
    pub frames: (FrameNumber, FrameNumber),
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub movies: bool,
    pub host: String,
    pub at: String,
}

/// `.prelight/CLIP/failed/ID.json`: a task that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    pub schema: String,
    pub clip: String,
    /// The frame that was being made, where it was one.
    pub frame: Option<FrameNumber>,
    pub error: String,
    pub exit_code: u8,
    /// Whether the task makes movies only: frames that others make mend nothing then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub movies: bool,
    pub host: String,
    pub at: String,
}

impl fmt::Display for Failure {
    /// `frame 12: no space left (exit code 20, host, 2026-11-26T10:00:00Z)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(frame) = self.frame {
            write!(f, "frame {frame}: ")?;
        }
        write!(f, "{} (exit code {}, {}, {})", self.error, self.exit_code, self.host, self.at)
    }
}

impl Frame {
    /// Whether the plate is one of the files.
    fn agrees(&self) -> bool {
        let of_plate = |plate: &FrameReceipt| self.files.iter().any(|f| f.file == plate.file && f.pixels == plate.pixels);
        self.plate.as_ref().is_none_or(|plate| plate.frame == self.frame && of_plate(plate))
    }
}

/// What was made of a frame.
pub struct Made<'a> {
    pub frame: FrameNumber,
    pub source: &'a str,
    pub plate: Option<&'a FrameReceipt>,
    pub files: &'a [FileReceipt],
}

/// The records of one clip.
pub struct Records {
    store: Store,
    clip: String,
    order: Option<String>,
    /// Whether the task makes movies only: nothing is said of frames then, which other tasks make.
    movies: bool,
    made: Instant,
    /// Whether the job was admitted: one that is refused leaves nothing.
    begun: AtomicBool,
    /// What is being made.
    frame: Mutex<Option<FrameNumber>>,
    /// What could not be written.
    lost: OnceLock<FrameNumber>,
}

impl Records {
    pub fn new(job: &Job, clip: &str) -> Result<Self> {
        let order = job.order.recipe().map(|recipe| recipe.digest.clone());
        let store = job.out.below(&format!("{STATE}/{}", safe_name(clip)))?;
        Ok(Self {
            store,
            clip: clip.to_owned(),
            order,
            movies: job.also.only == Some(Only::Movies),
            made: Instant::now(),
            begun: AtomicBool::new(false),
            frame: Mutex::default(),
            lost: OnceLock::new(),
        })
    }

    /// Leaves word of what a task is asked for; the first that was asked for it has said so already.
    pub fn begin(&self, frames: &[FrameNumber]) -> Result<()> {
        let (Some(first), Some(last)) = (frames.first(), frames.last()) else { return Ok(()) };
        let name = format!("tasks/{}", self.named(*first, *last));
        let task = Task {
            schema: TASK_SCHEMA.into(),
            clip: self.clip.clone(),
            order: self.order.clone(),
            frames: runs(frames).map(RangeInclusive::into_inner).collect(),
            movies: self.movies,
            host: host(),
            at: now(),
        };
        self.begun.store(true, Ordering::Relaxed);
        self.store.put_new(&name, crate::recipe::to_json(&task)?).map(drop)
    }

    /// Notes what is being made; nothing while a delivery is sealed.
    pub fn making(&self, frame: Option<FrameNumber>) {
        *self.frame.lock().unwrap_or_else(PoisonError::into_inner) = frame;
    }

    /// Leaves word that what a task was asked for is sealed.
    pub fn sealed(&self, (first, last): (FrameNumber, FrameNumber)) -> Result<()> {
        let sealed = Sealed {
            schema: SEALED_SCHEMA.into(),
            clip: self.clip.clone(),
            frames: (first, last),
            movies: self.movies,
            host: host(),
            at: now(),
        };
        self.store.put(&format!("{FRAMES_SEALED}/{}", self.named(first, last)), crate::recipe::to_json(&sealed)?)
    }

    /// What the records of this task are called.
    fn named(&self, first: FrameNumber, last: FrameNumber) -> String {
        let movies = if self.movies { MOVIES_ONLY } else { "" };
        format!("{first:06}-{last:06}{movies}.json")
    }

    /// Notes what could not be written, while others are made.
    pub fn lost(&self, frame: FrameNumber) {
        _ = self.lost.set(frame);
    }

    /// The record of a frame by this order and plan, of these camera files. One that cannot be read, or is of another, is as none.
    pub fn of(&self, frame: FrameNumber, plan: &str, source: &str) -> Result<Option<Frame>> {
        Ok(self.left(frame, plan)?.filter(|record| record.source == source))
    }

    /// The same, of whatever camera files.
    pub fn left(&self, frame: FrameNumber, plan: &str) -> Result<Option<Frame>> {
        let record: Option<Frame> = self.read(&name(frame))?;
        let is_ours =
            |r: &Frame| r.schema == SCHEMA && r.clip == self.clip && r.order == self.order && r.engine == Engine::this() && r.plan == plan;
        Ok(record.filter(|r| is_ours(r) && r.frame == frame && r.agrees()))
    }

    /// A record; one that cannot be read is as none.
    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        match self.store.get(name, LARGEST) {
            // Larger than any of ours.
            Err(error) if error.kind() == ErrorKind::Invalid => Ok(None),
            got => Ok(got?.and_then(|bytes| serde_json::from_slice(&bytes).ok())),
        }
    }

    /// Leaves the record of a frame that is there now.
    pub fn done(&self, plan: &str, made: Made, took: Duration) -> Result<()> {
        if self.movies {
            return Ok(());
        }
        let record = Frame {
            schema: SCHEMA.into(),
            clip: self.clip.clone(),
            order: self.order.clone(),
            plan: plan.to_owned(),
            engine: Engine::this(),
            source: made.source.to_owned(),
            frame: made.frame,
            plate: made.plate.cloned(),
            files: made.files.to_vec(),
            seconds: took.as_secs_f64(),
            host: host(),
            at: now(),
        };
        self.store.put(&name(made.frame), crate::recipe::to_json(&record)?)
    }

    /// The record of movies by this order and plan, of frames that begin with the cut's `begin`. One that cannot be read, or is of another,
    /// is as none. Whether the camera files are the same is left to be seen.
    pub fn of_movies(&self, range: (FrameNumber, FrameNumber), begin: FrameNumber, plan: &str) -> Result<Option<Movies>> {
        let record: Option<Movies> = self.read(&movies_name(range))?;
        let is_ours = |r: &Movies| {
            let is_same = r.schema == MOVIES_SCHEMA && r.clip == self.clip && r.order == self.order && r.engine == Engine::this();
            is_same && r.plan == plan && r.frames == range && r.begin == begin
        };
        Ok(record.filter(is_ours))
    }

    /// Leaves the record of movies that are there now.
    pub fn movies_done(
        &self,
        plan: &str,
        source: String,
        frames: (FrameNumber, FrameNumber),
        begin: FrameNumber,
        files: &[FileReceipt],
    ) -> Result<()> {
        let record = Movies {
            schema: MOVIES_SCHEMA.into(),
            clip: self.clip.clone(),
            order: self.order.clone(),
            plan: plan.to_owned(),
            engine: Engine::this(),
            source,
            frames,
            begin,
            files: files.to_vec(),
            host: host(),
            at: now(),
        };
        self.store.put(&movies_name(frames), crate::recipe::to_json(&record)?)
    }

    /// Leaves word of a failure. That this fails too is no news.
    pub fn failed(&self, error: &Error) {
        if !self.begun.load(Ordering::Relaxed) {
            return;
        }
        let frame = self.lost.get().copied().or_else(|| *self.frame.lock().unwrap_or_else(PoisonError::into_inner));
        let failure = Failure {
            schema: FAILURE_SCHEMA.into(),
            clip: self.clip.clone(),
            frame,
            error: error.to_string(),
            exit_code: error.exit_code(),
            movies: self.movies,
            host: host(),
            at: now(),
        };
        let Ok(json) = crate::recipe::to_json(&failure) else { return };
        let id = files::sha256(format!("{frame:?} {} {}", failure.error, self.made.elapsed().as_nanos()).as_bytes());
        _ = self.store.put(&format!("failed/{}.json", id.get(..16).unwrap_or_default()), json);
    }
}

fn name(frame: FrameNumber) -> String {
    format!("{frame:06}.json")
}

fn movies_name((first, last): (FrameNumber, FrameNumber)) -> String {
    format!("{MOVIES}/{first:06}-{last:06}.json")
}

fn now() -> String {
    OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default()
}
