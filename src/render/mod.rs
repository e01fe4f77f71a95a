//! A job: frames to plates and a receipt, exactly as the recipe says and nothing else.
//!
//! A job keeps no state of its own: what is done is what lies in the [`Store`]. Tasks that render parts of a clip, that run twice or
//! are killed and run again, on one machine or on many, leave the same plates, documents and receipts.

mod beside;
mod events;
mod fetched;
mod frames;
mod golden;
mod order;
mod receipt;
mod records;
pub mod store;
mod verify;

pub use events::{Event, Kept, Watch};
pub use fetched::{Scratch, open_clip, open_document, open_recipe};
pub use golden::Cache;
pub use order::Order;
pub use receipt::{FrameReceipt, Receipt};
pub use records::{Failure, Frame, STATE};
pub use verify::{Broken, Verified, verify_delivery, verify_recipe};

use crate::{
    camera::{Clip, FrameNumber},
    error::{Error, Result},
    pipeline::clip_name,
    recipe::{refuse_taken_places, safe_name, sign::Signed},
};
use beside::Beside;
use records::Records;
use std::ops::RangeInclusive;
use store::Store;

/// What to render.
pub struct Job<'a> {
    pub order: Order<'a>,
    pub clip: &'a dyn Clip,
    /// What it was admitted by, for the receipt.
    pub approvals: &'a [Signed],
    /// Within the clip; all of it where absent.
    pub frames: Option<RangeInclusive<FrameNumber>>,
    /// The delivery goes below this, under the clip's name.
    pub out: &'a Store,
    /// Whether files that are already there are written again.
    pub overwrite: bool,
    /// Where this machine remembers which golden frames it has made well.
    pub cache: Option<&'a Cache>,
}

/// What a job wrote.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where it lies.
    pub place: String,
    pub receipt: Receipt,
    /// Frames that were already there, pixel for pixel.
    pub kept: u32,
}

/// Renders. The golden frames of the approved clip come first and have to have the recipe's hashes; then plates appear
/// under their names one by one, each complete. A job that was killed is run again and keeps what is right.
///
/// # Errors
/// Those of the clip, the recipe and the store; what a frame failed of also lies in the store, beside what is done.
pub fn render(job: &Job, watch: &Watch) -> Result<Delivery> {
    let name = clip_name(job.clip);
    let records = Records::new(job, &name)?;
    let outcome = job.run(&name, &records, watch);
    if let Err(error) = &outcome {
        records.failed(error);
        watch.tell(&Event::failed(error));
    }
    outcome
}

impl Job<'_> {
    fn run(&self, name: &str, records: &Records, watch: &Watch) -> Result<Delivery> {
        let ordered = self.order.plan(self.clip, name)?;
        let plan = &ordered.plan;
        let frames = frames_of(self.clip, self.frames.clone())?;
        refuse_taken_places(plan, &safe_name(name))?;
        let beside = Beside::new(&self.order, &ordered, name)?;
        let place = self.out.below(&safe_name(name))?;
        watch.tell(&Event::Begin {
            clip: name,
            first: frames[0],
            last: frames[frames.len() - 1],
            frames: frames.len(),
            out: place.location(""),
        });
        if let Some(entry) = ordered.approved {
            golden::verify(self, entry, plan, watch)?;
        }
        let rendered = frames::render(self, plan, &beside, &place, records, name, &frames, watch)?;
        let kept = rendered.iter().filter(|frame| frame.kept != Kept::Written).count() as u32;
        let receipts = rendered.into_iter().map(|frame| frame.receipt).collect();
        let receipt = self.seal(&ordered, name, &place, receipts, &beside)?;
        watch.tell(&Event::Done { clip: name, frames: receipt.frames.len(), kept, place: place.location("") });
        Ok(Delivery { place: place.location(""), receipt, kept })
    }

    /// Writes the documents that travel along, and last the receipt, which is named by its frames: tasks that render parts of a clip
    /// into one place each leave theirs.
    fn seal(&self, ordered: &order::Ordered, name: &str, place: &Store, frames: Vec<FrameReceipt>, beside: &Beside) -> Result<Receipt> {
        let safe = safe_name(name);
        let documents = beside.put(place, &safe, &ordered.plan, self.overwrite)?;
        let range = match frames.as_slice() {
            [] => return Err(Error::invalid("no frame was rendered")),
            [first, ..] => format!("{:06}-{:06}", first.frame, frames[frames.len() - 1].frame),
        };
        let receipt = Receipt::new(self, ordered, name, frames, documents)?;
        let json = crate::recipe::to_json(&receipt)?;
        beside::keep_or_write(place, &format!("{safe}.{range}.receipt.json"), json, self.overwrite)?;
        Ok(receipt)
    }
}

/// The frames to render: all that were asked for, or none. A gap is an error, never a shorter delivery.
fn frames_of(clip: &dyn Clip, wanted: Option<RangeInclusive<FrameNumber>>) -> Result<Vec<FrameNumber>> {
    let list = clip.frames();
    if list.present.is_empty() {
        return Err(Error::invalid("the clip has no frames").file(clip.path()));
    }
    let range = wanted.unwrap_or(list.first()..=list.last());
    if range.is_empty() || *range.start() < list.first() || *range.end() > list.last() {
        let value = format!("{}-{}", range.start(), range.end());
        return Err(Error::usage(format!("the clip has frames {} to {}", list.first(), list.last())).field("--frames").value(value));
    }
    if let Some(gap) = list.missing.iter().find(|m| m.start() <= range.end() && m.end() >= range.start()) {
        return Err(Error::invalid(format!("frames {} to {} of the clip are missing", gap.start(), gap.end())).file(clip.path()));
    }
    Ok(list.present.iter().copied().filter(|f| range.contains(f)).collect())
}
