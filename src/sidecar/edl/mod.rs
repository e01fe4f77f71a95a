//! CMX3600 edit decision lists, with the comments that Avid, Premiere, Resolve and Netflix's colour workflow put in them.
//!
//! The format has no frame rate: a list is read without one, [`Edl::check`] judges it at a rate, and [`Edl::to_timeline`]
//! makes a timeline of it.

mod build;
mod check;
mod merge;
mod read;
mod reels;
mod said;
mod timeline;
mod tracks;
mod words;
mod write;

pub use build::Options;
pub use read::{parse, read};
pub use reels::Reels;
pub use write::write;

use super::{cdl::Cdl, xml::Line};
use crate::camera::Timecode;

/// A list of events, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edl {
    pub title: Option<String>,
    pub events: Vec<Event>,
    /// Lines before the first event that say something else.
    pub comments: Vec<String>,
}

/// One line of four timecodes and the comments below it. A dissolve or wipe is two of them with the same number: the
/// clip it comes from (often of no length), and the clip it goes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub number: u32,
    /// Reel or tape name. CMX3600 itself cuts it to 8 characters.
    pub reel: String,
    /// `V`, `A`, `A2`, `AA`, `B`, `AA/V` …
    pub track: String,
    pub transition: Transition,
    /// The source range: in, and out (exclusive).
    pub source: [Timecode; 2],
    /// The range on the timeline: in, and out (exclusive).
    pub record: [Timecode; 2],
    /// `FROM CLIP NAME`
    pub clip_name: Option<String>,
    /// `TO CLIP NAME`, on dissolves and wipes.
    pub to_clip_name: Option<String>,
    /// `SOURCE FILE`
    pub source_file: Option<String>,
    /// `LOC`
    pub locators: Vec<Locator>,
    /// `ASC_SOP` and `ASC_SAT`
    pub cdl: Option<Cdl>,
    /// `AMF_UUID`: names the AMF, and wins over the name.
    pub amf_uuid: Option<String>,
    /// `AMF_NAME`: the file name of the AMF.
    pub amf_name: Option<String>,
    /// `M2`
    pub speed: Option<Speed>,
    /// Every other line below the event, without `*`.
    pub comments: Vec<String>,
    pub line: Line,
}

/// How an event begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transition {
    Cut,
    /// Over this many frames of the record side.
    Dissolve {
        frames: u32,
    },
    /// SMPTE wipe pattern, over this many frames.
    Wipe {
        pattern: u32,
        frames: u32,
    },
    /// A key, as written (`K`, `KB`, `KO`), with its frames where there are any.
    Key {
        kind: String,
        frames: Option<u32>,
    },
}

/// A marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locator {
    /// On the record side.
    pub at: Timecode,
    pub color: String,
    pub comment: String,
}

/// A retime: source frames per second of record time. 0 is a freeze frame, below 0 is backwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Speed {
    pub reel: String,
    pub frames_per_second: f64,
    /// The source frame at which it begins.
    pub at: Timecode,
}

impl Event {
    /// A cut on the picture track.
    pub fn cut(number: u32, reel: impl Into<String>, source: [Timecode; 2], record: [Timecode; 2]) -> Self {
        Self {
            number,
            reel: reel.into(),
            track: "V".into(),
            transition: Transition::Cut,
            source,
            record,
            clip_name: None,
            to_clip_name: None,
            source_file: None,
            locators: vec![],
            cdl: None,
            amf_uuid: None,
            amf_name: None,
            speed: None,
            comments: vec![],
            line: Line(0),
        }
    }
    /// What its clip is called: of a transition, the clip that it goes to.
    pub fn name(&self) -> Option<&str> {
        self.to_clip_name.as_deref().or(self.clip_name.as_deref())
    }
    /// Whether it takes no time: the first line of a transition.
    pub fn is_empty(&self) -> bool {
        self.record[0] == self.record[1]
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod timeline_tests;
#[cfg(test)]
mod writing_tests;
