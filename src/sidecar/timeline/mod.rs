//! Timelines: one model for what EDL, ALE, OTIO, FCP7 XML and FCPXML say, in exact times.
//!
//! The readers and writers stand beside it ([`edl`](super::edl), [`ale`](super::ale), [`otio`](super::otio),
//! [`fcp7`](super::fcp7), [`fcpx`](super::fcpx)); [`open`] recognises which one a file needs. [`link`] says which AMF or clip an event means, [`matching`]
//! which camera clip it was cut from.

mod budget;
mod check;
mod facts;
mod fraction;
pub mod link;
pub mod matching;
mod model;
mod open;
mod place;
mod retime;
mod time;

pub(in crate::sidecar) use budget::Budget;
pub use check::check;
pub use facts::{AMF_NAME, AMF_UUID, AmfLink, CMX, set_cdl, set_drop_frame, sop_text};
pub use fraction::Fraction;
pub use model::*;
pub use open::{ASSUMED_RATE, Format, open, parse, recognise};
pub use place::{Placed, items, length, timelines, whole_length};
pub use retime::{ListedRetime, source_frames};
pub use time::{Exact, Time, TimeRange, count, fraction, frame_rate};
