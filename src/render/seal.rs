//! The end of a job: documents, the receipt, the statement of how it came about, the history.

use super::{
    Job, Receipt,
    beside::{Beside, keep_or_write},
    deliver::What,
    frames::Rendered,
    order::Ordered,
    provenance, receipt,
    sources::Sources,
    store::Store,
};
use crate::{
    error::{Error, Result},
    files, history,
    progress::Progress,
    recipe::{safe_name, sign},
};
use std::path::Path;

/// Fails before the first frame where what comes last would.
///
/// # Errors
/// `Unsupported`: a history of what lies in an object store; `Refused`: a signature of a statement that is not made.
pub(super) fn check(job: &Job, what: &What) -> Result<()> {
    if job.also.sign_with.is_some() && job.order.output().is_none() {
        let why = "the recipe does not say what is delivered, so that no statement is made: approve it with --deliver or --output";
        return Err(Error::refused(why).field("--sign-with"));
    }
    if wants_history(job, what) && job.out.is_remote() {
        let why = "a history (ASC MHL) is made of files in a folder: render parts of the clip, or approve the output with mhl = false";
        return Err(Error::unsupported(why).field("output.mhl").value(true));
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
    /// Writes the documents that travel along, and last the receipt, which is named by its frames: tasks that render parts of a clip
    /// into one place each leave theirs.
    pub(super) fn seal(&self, rendered: Rendered, sources: &mut Sources, progress: &Progress) -> Result<Receipt> {
        let Self { job, ordered, what, place, beside } = *self;
        let safe = safe_name(what.name);
        let documents = beside.put(place, &safe, what.plan, job.overwrite)?;
        let start = format!("{safe}.{:06}-{:06}", rendered.range.0, rendered.range.1);
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
        if let (true, Some(folder)) = (wants_history(job, what), place.as_folder()) {
            seal_history(folder, what.recipe, progress)?;
        }
        Ok(receipt)
    }
}

/// Makes the history of a delivery (ASC MHL), once: a task that runs twice finds it.
fn seal_history(folder: &Path, recipe: &str, progress: &Progress) -> Result<()> {
    // The chain is written last: a folder without one is of a task that was killed, or is at it.
    if folder.join(history::FOLDER).join(history::CHAIN).is_file() {
        return Ok(());
    }
    let origin = history::Origin { comment: Some(format!("Delivery of recipe {recipe}")), ..history::Origin::default() };
    let report =
        history::create(folder, &history::Create { origin, ignore: vec![".*.part".to_owned()], ..history::Create::default() }, progress)?;
    match report.problems.first() {
        Some(problem) => Err(Error::verification("the delivery changed while its history was made").file(folder.join(problem.path()))),
        None => Ok(()),
    }
}
