//! Rendering what was found.

use super::{Pull, Range, report};
use crate::{
    camera,
    error::{Error, Result},
    files,
    progress::Progress,
    recipe::{OpenRecipe, safe_name, sign::Signed, to_json},
    render::{Delivery, Job, keep_or_write, render},
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A pull to be rendered.
pub struct Pulled<'a> {
    pub pull: &'a Pull,
    /// The list that it is of, which goes with it.
    pub list: &'a Path,
    pub recipe: &'a OpenRecipe,
    pub approvals: &'a [Signed],
    pub out: &'a Path,
    /// Whether files that are already there are written again.
    pub overwrite: bool,
}

/// Renders every range into a folder of its clip, and writes the list and the report beside. Gives the report with the deliveries, and
/// where it is.
///
/// # Errors
/// As [`render`]; a killed pull is run again and keeps what is right.
pub fn run(job: &Pulled, progress: &Progress) -> Result<(Value, PathBuf)> {
    let Pulled { pull, list, .. } = job;
    let bytes = files::read_bounded(list, LARGEST)?;
    files::create_folder(job.out)?;
    let mut deliveries = vec![];
    for range in &pull.ranges {
        let delivery = one(job, range, progress)?;
        let receipt = &delivery.receipt;
        deliveries.push(json!({
            "clip": receipt.clip, "entry": receipt.entry, "folder": safe_name(&receipt.clip), "frames": receipt.frames.len(),
            "first": range.frames.start(), "last": range.frames.end(),
        }));
    }
    let file = list.file_name().ok_or_else(|| Error::usage("not a file name").file(list))?;
    let stem = list.file_stem().unwrap_or(file).to_string_lossy();
    let mut document = report(pull);
    document["list"] = json!({ "file": file.to_string_lossy(), "sha256": files::sha256(&bytes) });
    document["recipe"] = json!({ "id": job.recipe.recipe.id, "digest": job.recipe.digest });
    document["deliveries"] = deliveries.into();
    let place = job.out.join(format!("{}.pull.json", safe_name(&stem)));
    keep_or_write(&job.out.join(safe_name(&file.to_string_lossy())), &bytes, job.overwrite)?;
    keep_or_write(&place, &to_json(&document)?, job.overwrite)?;
    Ok((document, place))
}

/// Largest list, in bytes: what the readers of lists take.
const LARGEST: u64 = crate::sidecar::otio::MAX_BYTES;

fn one(job: &Pulled, range: &Range, progress: &Progress) -> Result<Delivery> {
    let clip = camera::open_watched(&job.pull.sources[range.source].path, progress)?;
    let job = Job {
        recipe: job.recipe,
        clip: &*clip,
        approvals: job.approvals,
        frames: Some(range.frames.clone()),
        out: job.out,
        overwrite: job.overwrite,
    };
    render(&job, progress)
}
