//! Rendering what was found.

use super::{Pull, Range, Shot, open, report};
use crate::{
    error::{Error, Result},
    files,
    progress::Progress,
    recipe::{
        OpenRecipe, safe_name,
        sign::{SecretKey, Signed},
        to_json,
    },
    render::{self, Also, Cache, Job, Order, Watch, beside, render, store::Store},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};

/// A pull to be rendered.
pub struct Pulled<'a> {
    pub pull: &'a Pull,
    /// The list that it is of, which goes with it.
    pub list: &'a Path,
    pub recipe: &'a OpenRecipe,
    pub approvals: &'a [Signed],
    pub out: &'a Store,
    /// Whether files that are already there are written again.
    pub overwrite: bool,
    /// Where this machine remembers which golden frames it has made well.
    pub cache: Option<&'a Cache>,
    /// Signs the statements of how the deliveries came about.
    pub sign_with: Option<&'a SecretKey>,
}

/// Holds everything that is known before the first frame against what lies there: of every range, and the list.
///
/// # Errors
/// As [`run`], whose first step it is: verification where something else has the name of a document.
pub fn hold(job: &Pulled, progress: &Progress) -> Result<()> {
    job.pull.check()?;
    if job.overwrite {
        return Ok(());
    }
    let (name, bytes) = list(job)?;
    beside::hold(job.out, &name, &bytes)?;
    progress.begin(job.pull.ranges.len() as u64, "Looking at what is there");
    for range in &job.pull.ranges {
        of_range(job, range, progress, |job| render::hold(job, progress))?;
        progress.step()?;
    }
    Ok(())
}

/// Renders every range into a folder of its clip, and writes the list and the report beside. Gives the report with the deliveries, and
/// where it is.
///
/// # Errors
/// As [`render`]; a killed pull is run again and keeps what is right.
pub fn run(job: &Pulled, watch: &Watch) -> Result<(Value, String)> {
    let Pulled { pull, .. } = job;
    hold(job, watch.progress)?;
    let (list_name, bytes) = list(job)?;
    let mut deliveries = vec![];
    for range in &pull.ranges {
        let delivery = of_range(job, range, watch.progress, |job| render(job, watch))?;
        let receipt = &delivery.receipt;
        deliveries.push(json!({
            "clip": receipt.clip, "entry": receipt.entry, "folder": safe_name(&receipt.clip), "frames": delivery.frames,
            "first": range.frames.start(), "last": range.frames.end(), "shot": shot(job, range),
        }));
    }
    let file = job.list.file_name().unwrap_or_default().to_string_lossy();
    let mut document = report(pull);
    document["list"] = json!({ "file": file, "sha256": files::sha256(&bytes) });
    document["recipe"] = json!({ "id": job.recipe.recipe.id, "digest": job.recipe.digest });
    document["deliveries"] = deliveries.into();
    let name = format!("{}.pull.json", safe_name(&job.list.file_stem().unwrap_or_default().to_string_lossy()));
    beside::keep_or_write(job.out, &list_name, bytes, job.overwrite)?;
    // It is of this pull: of one that found more, another.
    beside::keep_or_write(job.out, &name, to_json(&document)?, true)?;
    Ok((document, job.out.location(&name)))
}

/// The list under its name in the delivery.
fn list(job: &Pulled) -> Result<(String, Vec<u8>)> {
    let name = job.list.file_name().ok_or_else(|| Error::usage("not a file name").file(job.list))?;
    Ok((safe_name(&name.to_string_lossy()), files::read_bounded(job.list, LARGEST)?))
}

/// Two clips of one name would be mixed in one folder.
pub(super) fn refuse_one_folder(pull: &Pull) -> Result<()> {
    let mut taken = BTreeMap::new();
    for range in &pull.ranges {
        let name = &pull.sources[range.source].name;
        if *taken.entry(safe_name(name).to_lowercase()).or_insert(range.source) != range.source {
            return Err(Error::refused("two clips would go to one folder").field("clip").value(name));
        }
    }
    Ok(())
}

/// Largest list, in bytes: what the readers of lists take.
const LARGEST: u64 = crate::sidecar::otio::MAX_BYTES;

fn shot(job: &Pulled, range: &Range) -> Option<Shot> {
    let of_recipe = job.recipe.recipe.output.as_ref().and_then(|output| output.naming.shot.as_deref());
    job.pull.shot(&range.events, of_recipe)
}

/// Does something with the job of a range.
fn of_range<T>(job: &Pulled, range: &Range, progress: &Progress, then: impl FnOnce(&Job) -> Result<T>) -> Result<T> {
    let clip = open(&job.pull.sources[range.source], progress)?;
    let shot = shot(job, range);
    let shot = shot.as_ref().map(|shot| shot.name.as_str());
    then(&Job {
        order: Order::Recipe(job.recipe),
        clip: &*clip,
        approvals: job.approvals,
        frames: Some(range.frames.clone()),
        out: job.out,
        overwrite: job.overwrite,
        cache: job.cache,
        also: Also { shot, begin: Some(range.begin), sign_with: job.sign_with },
    })
}
