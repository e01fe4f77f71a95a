//! What is done of a job, as it lies in the store: a record of every frame, and of every failure. Who runs a task again finds by them
//! what need not be made again; who looks on sees by them how far the job is.

use super::{FileReceipt, FrameReceipt, Job, store::Store};
use crate::{
    camera::FrameNumber,
    error::{Error, Result},
    files,
    recipe::{Engine, safe_name},
};
use serde::{Deserialize, Serialize};
use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The folder of the records, beside those of the clips. Nothing that is delivered lies in it.
pub const STATE: &str = ".prelight";
/// Bytes of a record, at most.
pub const LARGEST: u64 = 1 << 20;
/// Version of the schema.
const SCHEMA: &str = "prelight-frame/1";

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
    pub host: String,
    pub at: String,
}

/// What was made of a frame.
pub struct Made<'a> {
    pub frame: FrameNumber,
    pub plate: Option<&'a FrameReceipt>,
    pub files: &'a [FileReceipt],
}

/// The records of one clip.
pub struct Records {
    store: Store,
    clip: String,
    order: Option<String>,
    begun: Instant,
    /// What is being made.
    frame: Mutex<Option<FrameNumber>>,
    /// What could not be written.
    lost: OnceLock<FrameNumber>,
}

impl Records {
    pub fn new(job: &Job, clip: &str) -> Result<Self> {
        let order = job.order.recipe().map(|recipe| recipe.digest.clone());
        let store = job.out.below(&format!("{STATE}/{}", safe_name(clip)))?;
        Ok(Self { store, clip: clip.to_owned(), order, begun: Instant::now(), frame: Mutex::default(), lost: OnceLock::new() })
    }

    /// Notes what is being made.
    pub fn making(&self, frame: FrameNumber) {
        *self.frame.lock().unwrap_or_else(PoisonError::into_inner) = Some(frame);
    }

    /// Notes what could not be written, while others are made.
    pub fn lost(&self, frame: FrameNumber) {
        _ = self.lost.set(frame);
    }

    /// The record of a frame by this order and plan. One that cannot be read, or is of another, is as none.
    pub fn of(&self, frame: FrameNumber, plan: &str) -> Result<Option<Frame>> {
        let Some(bytes) = self.store.get(&name(frame), LARGEST)? else { return Ok(None) };
        let record: Option<Frame> = serde_json::from_slice(&bytes).ok();
        Ok(record.filter(|r| r.schema == SCHEMA && r.order == self.order && r.plan == plan && r.engine == Engine::this()))
    }

    /// Leaves the record of a frame that is there now.
    pub fn done(&self, plan: &str, made: Made, took: Duration) -> Result<()> {
        let record = Frame {
            schema: SCHEMA.into(),
            clip: self.clip.clone(),
            order: self.order.clone(),
            plan: plan.to_owned(),
            engine: Engine::this(),
            frame: made.frame,
            plate: made.plate.cloned(),
            files: made.files.to_vec(),
            seconds: took.as_secs_f64(),
            host: host(),
            at: now(),
        };
        self.store.put(&name(made.frame), crate::recipe::to_json(&record)?)
    }

    /// Leaves word of a failure. That this fails too is no news.
    pub fn failed(&self, error: &Error) {
        let frame = self.lost.get().copied().or_else(|| *self.frame.lock().unwrap_or_else(PoisonError::into_inner));
        let failure = Failure {
            schema: "prelight-failure/1".into(),
            clip: self.clip.clone(),
            frame,
            error: error.to_string(),
            exit_code: error.exit_code(),
            host: host(),
            at: now(),
        };
        let Ok(json) = crate::recipe::to_json(&failure) else { return };
        // Alike failures of alike tasks are one.
        let id = files::sha256(format!("{frame:?} {} {}", failure.error, self.begun.elapsed().as_nanos()).as_bytes());
        _ = self.store.put(&format!("failed/{}.json", id.get(..16).unwrap_or_default()), json);
    }
}

fn name(frame: FrameNumber) -> String {
    format!("{frame:06}.json")
}

fn now() -> String {
    OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default()
}

/// The name of this machine.
fn host() -> String {
    #[cfg(unix)]
    {
        rustix::system::uname().nodename().to_string_lossy().into_owned()
    }
    #[cfg(not(unix))]
    {
        std::env::var("COMPUTERNAME").unwrap_or_default()
    }
}
