//! What a job tells while it runs: for people a progress, for machines one JSON object a line.

use crate::{camera::FrameNumber, error::Error, image::PixelHash, progress::Progress, recipe::Difference};
use serde::Serialize;

/// Something happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    /// The job was admitted; its frames are known.
    Begin {
        clip: &'a str,
        first: FrameNumber,
        last: FrameNumber,
        frames: usize,
        out: String,
        /// Those of the receipt.
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        notes: &'a [String],
    },
    /// The engine made of a picture of its own what it made where the entry of the recipe was approved.
    Probe { entry: &'a str, pixels: &'a PixelHash },
    /// A golden frame was made as it was approved; `remembered`: some time before, on this machine.
    Golden {
        frame: FrameNumber,
        pixels: &'a PixelHash,
        remembered: bool,
        /// Where its bits are not the same, and the recipe allows that.
        #[serde(skip_serializing_if = "Option::is_none")]
        off_by: Option<Difference>,
    },
    /// A frame is there.
    Frame {
        frame: FrameNumber,
        files: Vec<&'a str>,
        /// Of the plate.
        pixels: Option<&'a PixelHash>,
        kept: Kept,
        seconds: f64,
    },
    /// The delivery is complete.
    Done { clip: &'a str, frames: usize, kept: u32, place: String },
    /// Of whatever stopped the call, before the job began or while it ran: told once, and nothing after it.
    Failed {
        error: String,
        exit_code: u8,
        /// Whether the same call may go through later.
        retry: bool,
    },
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    Written,
    /// It was made again, and what was there is the same.
    Same,
    /// An earlier task has left a record of it, and what was there is what the record says.
    Found,
}

impl Event<'_> {
    pub fn failed(error: &Error) -> Self {
        Self::Failed { error: error.to_string(), exit_code: error.exit_code(), retry: error.is_worth_a_retry() }
    }
}

/// Who looks on.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    pub progress: &'a Progress,
    events: Option<&'a (dyn Fn(&Event) + Sync)>,
}

impl<'a> Watch<'a> {
    pub fn new(progress: &'a Progress) -> Self {
        Self { progress, events: None }
    }
    /// Told of every event as well.
    pub fn with_events(progress: &'a Progress, events: &'a (dyn Fn(&Event) + Sync)) -> Self {
        Self { progress, events: Some(events) }
    }
    pub fn tell(&self, event: &Event) {
        if let Some(told) = self.events {
            told(event);
        }
    }
}
