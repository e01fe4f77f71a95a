//! The end of a job: documents, the receipt, the statement of how it came about, the history.

use super::{
    Job, Receipt,
    beside::{Beside, keep_or_write},
    deliver::What,
    frames::Rendered,
    hash_list::create_history,
    order::Ordered,
    provenance, receipt,
    sources::Sources,
    store::Store,
};
use crate::{
    error::{Error, ErrorKind, Result},
    files, history,
    progress::Progress,
    recipe::{safe_name, sign},
};

/// Fails before the first frame where what comes last would.
///
/// # Errors
/// `Refused`: a signature of a statement that is not made.
pub(super) fn check(job: &Job) -> Result<()> {
    if job.also.sign_with.is_some() && job.order.output().is_none() {
        let why = "the recipe does not say what is delivered, so that no statement is made: approve it with --deliver or --output";
        return Err(Error::refused(why).field("--sign-with"));
    }
    Ok(())
}

/// Of parts of a clip whoever puts them together makes it.
fn wants_history(job: &Job, what: &What) -> bool {
    job.order.output().is_some_and(|output| output.mhl) && what.is_whole()
}

/// What is at hand when the last frame is there.
pub(super) struct Sealing<'a> {
    pub job: &'a Job<'a>,
    pub ordered: &'a Ordered<'a>,
    pub what: &'a What<'a>,
    pub place: &'a Store,
    pub beside: &'a Beside,
}

impl Sealing<'_> {
    /// Writes the documents that travel along, and last the receipt, which is named by its frames and its shot: tasks that render parts
    /// of a clip into one place each leave theirs, and so do two shots of the same frames.
    pub(super) fn seal(&self, rendered: Rendered, sources: &mut Sources, progress: &Progress) -> Result<Receipt> {
        let Self { job, ordered, what, place, beside } = *self;
        let safe = safe_name(what.name);
        let documents = beside.put(place, &safe, what.plan, job.overwrite)?;
        let (first, last) = rendered.range;
        let of_shot = job.also.shot.map_or_else(String::new, |shot| format!(".{}", safe_name(shot)));
        let start = format!("{safe}{of_shot}.{first:06}-{last:06}");
        let receipt = Receipt::new(job, ordered, what.name, rendered, documents)?;
        let json = crate::recipe::to_json(&receipt)?;
        let receipt_name = format!("{start}{}", receipt::ENDING);
        let sha256 = files::sha256(&json);
        keep_or_write(place, &receipt_name, json, job.overwrite)?;
        if job.order.output().is_some() {
            let inputs = provenance::inputs(sources, what.frames, progress)?;
            let statement = provenance::statement(&receipt, &receipt_name, &sha256, inputs)?;
            let (ending, bytes) = match job.also.sign_with {
                Some(key) => (provenance::SIGNED_ENDING, sign::seal(&statement, key)?),
                None => (provenance::ENDING, statement),
            };
            keep_or_write(place, &format!("{start}{ending}"), bytes, job.overwrite)?;
        }
        if wants_history(job, what) {
            seal_history(place, what.recipe, progress)?;
        }
        Ok(receipt)
    }
}

/// Makes the history of a delivery (ASC MHL), once: a task that runs twice finds it.
fn seal_history(place: &Store, recipe: &str, progress: &Progress) -> Result<()> {
    // The chain is written last: a folder without one is of a task that was killed, or is at it.
    let is_there = || Ok(place.find(&format!("{}/{}", history::FOLDER, history::CHAIN))?.is_some());
    if is_there()? {
        return Ok(());
    }
    let origin = history::Origin { comment: Some(format!("Delivery of recipe {recipe}")), ..history::Origin::default() };
    let options = history::Create { origin, ignore: vec![".*.part".to_owned()], ..history::Create::default() };
    let report = match create_history(place, &options, progress) {
        // Its twin was faster.
        Err(error) if error.kind() == ErrorKind::TryAgain && place.is_remote() && is_there()? => return Ok(()),
        made => made?,
    };
    match report.problems.first() {
        Some(problem) => Err(Error::verification("the delivery changed while its history was made").file(place.location(problem.path()))),
        None => Ok(()),
    }
}
