//! A job: frames to what a recipe says is delivered, and a receipt; exactly as it says and nothing else.
//!
//! A job keeps no state of its own: what is done is what lies in the [`Store`]. Tasks that render parts of a clip, that run twice or
//! are killed and run again, on one machine or on many, leave the same files, documents and receipts.

mod approval;
mod beside;
mod bucket;
mod conflict;
pub mod container;
pub mod deliver;
mod events;
mod fetched;
mod frames;
mod golden;
mod hash_list;
pub mod invoke;
mod library_file;
mod mirror;
pub mod openjd_lines;
mod order;
pub mod provenance;
pub mod pull;
mod receipt;
mod records;
mod seal;
mod sources;
pub mod store;
pub mod submit;
mod verify;
pub mod wall;

pub use approval::approve;
pub use bucket::{FETCHED, index, index_file};
pub use deliver::Only;
pub use events::{Event, Kept, Watch};
use fetched::open_clip_sized;
pub use fetched::{Document, Scratch, open_clip, open_document, open_recipe};
pub use golden::Cache;
pub use hash_list::{create_history, verify_history};
pub use library_file::{is_library, open_library};
pub use order::Order;
pub use receipt::{FileReceipt, FrameReceipt, Receipt};
pub use records::{Failure, Frame, STATE, Task};
pub use verify::{Absent, Against, Broken, Verified, refuse_altered, verify_delivery, verify_recipe};

use crate::{
    camera::{self, Clip, FrameNumber},
    check,
    error::{Error, ErrorKind, InFile, Result},
    files,
    pipeline::clip_name,
    progress::Progress,
    recipe::{
        FileDigest, refuse_taken_places, safe_name,
        sign::{SecretKey, Signed},
    },
};
use beside::Beside;
use deliver::{Delivering, What};
use records::Records;
use seal::Sealing;
use sources::Sources;
use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};
use store::Store;
use submit::chunks;

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
    pub also: Also<'a>,
}

/// What a job may be told besides.
#[derive(Clone, Copy, Default)]
pub struct Also<'a> {
    /// `{shot}` of the names: that of the event of a cut list.
    pub shot: Option<&'a str>,
    /// The first frame that the cut shows, before which are handles; the clip's first where there is no cut.
    pub begin: Option<FrameNumber>,
    /// Signs the statement of how the delivery came about.
    pub sign_with: Option<&'a SecretKey>,
    /// Half of what is asked for, where another task makes the other.
    pub only: Option<Only>,
}

/// What a job wrote.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where it lies.
    pub place: String,
    pub receipt: Receipt,
    /// Frames that were rendered, those among them that were there.
    pub frames: u32,
    /// Frames that were already there, pixel for pixel.
    pub kept: u32,
    /// The file of the receipt, from where it lies.
    pub receipt_file: FileDigest,
}

/// Renders. First the engine proves itself: on a picture of its own for every clip, and on the golden frames where the clip is the approved
/// one; both have to have the recipe's hashes. Then files appear under their names one by one, each complete. A job that was killed is run
/// again and keeps what is right.
///
/// # Errors
/// Those of the clip, the recipe and the store; what a frame failed of also lies in the store, beside what is done. Whoever calls tells
/// of it: it is no event of the job.
pub fn render(job: &Job, watch: &Watch) -> Result<Delivery> {
    let name = clip_name(job.clip);
    let records = Records::new(job, &name)?;
    let outcome = job.run(&name, &records, watch);
    if let Err(error) = &outcome {
        // Who cancels has seen no failure.
        if error.kind() != ErrorKind::Cancelled {
            records.failed(error);
        }
    }
    outcome
}

/// Holds what a job knows before its first frame against what lies there, and writes nothing.
///
/// # Errors
/// As [`render`], whose first step it is.
pub(crate) fn hold(job: &Job, progress: &Progress) -> Result<()> {
    job.prepared(&clip_name(job.clip), progress, |_, _| Ok(()))
}

impl Job<'_> {
    fn run(&self, name: &str, records: &Records, watch: &Watch) -> Result<Delivery> {
        self.prepared(name, watch.progress, |sealing, delivering| {
            let Sealing { ordered, what, place, notes, .. } = *sealing;
            let frames = what.frames;
            let (first, last) = (frames[0], frames[frames.len() - 1]);
            watch.tell(&Event::Begin { clip: name, first, last, frames: frames.len(), out: place.location(""), notes });
            records.begin(frames)?;
            if let Some(entry) = ordered.entry {
                golden::probe(self, entry, ordered.approved.is_some(), &ordered.plan, watch)?;
            }
            let golden = ordered.approved.map(|entry| golden::verify(self, entry, &ordered.plan, watch)).transpose()?;
            if self.overwrite {
                seal::unseal(place)?;
            }
            let mut sources = Sources::new(self.clip);
            let work = frames::Work { job: self, key: ordered.plan.key(), place, records, watch };
            let mut rendered = work.render(what, &mut sources, delivering)?;
            rendered.golden = golden.unwrap_or_default();
            let (kept, range) = (rendered.kept, rendered.range);
            records.making(None);
            let (receipt, receipt_file) = sealing.seal(rendered, &mut sources, watch.progress)?;
            records.sealed(range)?;
            watch.tell(&Event::Done { clip: name, frames: frames.len(), kept, place: place.location("") });
            Ok(Delivery { place: place.location(""), receipt, frames: frames.len() as u32, kept, receipt_file })
        })
    }

    /// Decides everything that can fail before a frame is rendered, and does something with it.
    fn prepared<T>(&self, name: &str, progress: &Progress, then: impl FnOnce(&Sealing, Delivering) -> Result<T>) -> Result<T> {
        refuse_originals(self.out, name, &self.clip.files())?;
        if let Some(recipe) = self.order.recipe() {
            refuse_recipe(self.out, name, &recipe.folder)?;
        }
        let ordered = self.order.plan(self.clip, name)?;
        let plan = &ordered.plan;
        let frames = frames_of(self.clip, self.frames.clone())?;
        refuse_taken_places(plan, &safe_name(name))?;
        let beside = Beside::new(&self.order, &ordered, self.clip, name)?;
        let place = self.out.below(&safe_name(name))?;
        let scratch = place.as_folder().map_or_else(std::env::temp_dir, Path::to_path_buf);
        let of_clip = What::new(self.order.recipe(), self.order.output(), plan, (self.clip, name), &frames, &scratch);
        let Also { shot, only, begin, .. } = self.also;
        if let Some(begin) = begin {
            refuse_absent(self.clip, &(begin..=begin)).map_err(|why| Error::usage(why).field("--begin").value(begin))?;
        }
        let what = What { begin: begin.unwrap_or(of_clip.begin), shot, fdl: beside.fdl.as_deref(), only, ..of_clip };
        let delivering = Delivering::new(what, progress)?;
        let foreign = check::foreign_input(self.clip, ordered.sidecars, plan);
        let notes: Vec<String> = foreign.into_iter().chain(delivering.left_out()).collect();
        let sealing = Sealing { job: self, ordered: &ordered, what: &what, place: &place, beside: &beside, notes: &notes };
        sealing.hold()?;
        then(&sealing, delivering)
    }
}

/// Why a range is not one of this clip; whoever asked for it says by what name.
fn refuse_absent(clip: &dyn Clip, range: &RangeInclusive<FrameNumber>) -> Result<(), String> {
    let list = clip.frames();
    if list.present.is_empty() || !range.is_empty() && *range.start() >= list.first() && *range.end() <= list.last() {
        return Ok(());
    }
    Err(format!("the clip has frames {} to {}", list.first(), list.last()))
}

/// Camera originals are never written beside: the delivery of a clip lies in no folder that holds files of it.
fn refuse_originals(out: &Store, name: &str, files: &[PathBuf]) -> Result<()> {
    let Some(out) = out.as_folder() else { return Ok(()) };
    let places = [files::place_of(out)?, files::place_of(&out.join(safe_name(name)))?];
    for folder in camera::folders_of(files) {
        if folder.canonicalize().is_ok_and(|folder| places.contains(&folder)) {
            return Err(camera::taken(folder));
        }
    }
    Ok(())
}

/// What was approved is not written into: the delivery of a clip lies not in the folder of the recipe, and not below it.
fn refuse_recipe(out: &Store, name: &str, folder: &Path) -> Result<()> {
    let Some(out) = out.as_folder() else { return Ok(()) };
    let real = folder.canonicalize().in_file(folder)?;
    for place in [out, &out.join(safe_name(name))] {
        if files::place_of(place)?.starts_with(&real) {
            return Err(Error::refused("the recipe lies there, and nothing is written into it: choose another folder").file(folder));
        }
    }
    Ok(())
}

/// The frames to render: all that were asked for, or none. A gap is an error, never a shorter delivery.
fn frames_of(clip: &dyn Clip, wanted: Option<RangeInclusive<FrameNumber>>) -> Result<Vec<FrameNumber>> {
    let list = clip.frames();
    if list.present.is_empty() {
        return Err(Error::invalid("the clip has no frames").file(clip.path()));
    }
    let range = wanted.unwrap_or(list.first()..=list.last());
    refuse_absent(clip, &range).map_err(|why| Error::usage(why).field("--frames").value(chunks::text(&range)))?;
    if let Some(gap) = list.missing.iter().find(|m| m.start() <= range.end() && m.end() >= range.start()) {
        return Err(Error::invalid(format!("frames {} to {} of the clip are missing", gap.start(), gap.end())).file(clip.path()));
    }
    Ok(list.present.iter().copied().filter(|f| range.contains(f)).collect())
}
