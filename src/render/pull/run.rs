//! Rendering what was found.

use super::{Pull, Range, Shot, report, there};
use crate::{
    error::{Error, Result},
    files,
    progress::Progress,
    recipe::{
        OpenRecipe, Output, safe_name,
        sign::{SecretKey, Signed},
        to_json,
    },
    render::{
        self, Also, Cache, Delivery, Job, Order, Watch, beside,
        provenance::{self, Resource},
        render, seal,
        store::Store,
    },
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

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

/// What came of a pull.
#[derive(Debug)]
pub struct Made {
    /// Its report, with the deliveries.
    pub report: Value,
    /// Where that lies.
    pub place: String,
    /// Frames that were delivered, and those among them that were there before.
    pub frames: u32,
    pub kept: u32,
}

/// Holds everything that is known before the first frame against what lies there: of every range, and the list.
///
/// # Errors
/// As [`run`], whose first step it is: verification where something else has the name of a document.
pub fn hold(job: &Pulled, progress: &Progress) -> Result<()> {
    hold_by(job, progress, render::hold)
}

/// As [`hold`], for who renders nothing: also what earlier tasks have left is held against the records of it.
///
/// # Errors
/// As [`hold`]; verification: a file that is there and is not what its record says.
pub fn look(job: &Pulled, progress: &Progress) -> Result<()> {
    hold_by(job, progress, there::hold)
}

fn hold_by(job: &Pulled, progress: &Progress, of_job: impl Fn(&Job, &Progress) -> Result<()>) -> Result<()> {
    job.pull.check()?;
    if job.overwrite {
        return Ok(());
    }
    let (name, bytes) = list(job)?;
    beside::hold(job.out, &name, &bytes)?;
    progress.begin(job.pull.ranges.len() as u64, "Looking at what is there");
    for range in &job.pull.ranges {
        of_range(job, range, progress, |job| of_job(job, progress))?;
        progress.step()?;
    }
    Ok(())
}

/// Renders every range into a folder of its clip, and writes the list and the report beside, and a statement that names them and every
/// receipt. Where the recipe asks for histories (ASC MHL), each folder of a clip ends with one of what lies in it.
///
/// # Errors
/// As [`render`]; a killed pull is run again and keeps what is right.
pub fn run(job: &Pulled, watch: &Watch) -> Result<Made> {
    let Pulled { pull, .. } = job;
    hold(job, watch.progress)?;
    let (list_name, bytes) = list(job)?;
    let (mut deliveries, mut receipts, mut folders) = (vec![], vec![], BTreeSet::new());
    let (mut frames, mut kept) = (0, 0);
    for range in &pull.ranges {
        let delivery = of_range(job, range, watch.progress, |job| render(job, watch))?;
        let Delivery { receipt, receipt_file, .. } = &delivery;
        let folder = safe_name(&receipt.clip);
        deliveries.push(json!({
            "clip": receipt.clip, "entry": receipt.entry, "folder": folder, "frames": delivery.frames,
            "first": range.frames.start(), "last": range.frames.end(), "shot": shot(job, range),
        }));
        frames += delivery.frames;
        kept += delivery.kept;
        receipts.push(Resource::new(format!("{folder}/{}", receipt_file.path), &receipt_file.sha256));
        folders.insert(folder);
    }
    if Output::or_plain(job.recipe.recipe.output.as_ref()).mhl {
        folders.iter().try_for_each(|folder| seal::seal_parts(&job.out.below(folder)?, &job.recipe.recipe.id, watch.progress))?;
    }
    let file = job.list.file_name().unwrap_or_default().to_string_lossy();
    let sha256 = files::sha256(&bytes);
    let list = Resource::new(&list_name, &sha256);
    let mut document = report(pull);
    document["list"] = json!({ "file": file, "sha256": sha256 });
    document["recipe"] = json!({ "id": job.recipe.recipe.id, "digest": job.recipe.digest });
    document["deliveries"] = deliveries.into();
    let stem = format!("{}{STEM}", safe_name(&job.list.file_stem().unwrap_or_default().to_string_lossy()));
    let name = format!("{stem}.json");
    beside::keep_or_write(job.out, &list_name, bytes, job.overwrite)?;
    // It is of this pull: of one that found more, another. So is what is said of it.
    let json = to_json(&document)?;
    let said = Resource::new(&name, files::sha256(&json));
    beside::keep_or_write(job.out, &name, json, true)?;
    let recipe = (&*job.recipe.recipe.id, &*job.recipe.digest);
    let statement = provenance::pull_statement(&list, &said, recipe, pull.handles, &receipts)?;
    let (ending, bytes) = provenance::to_write(statement, job.sign_with)?;
    beside::keep_or_write(job.out, &format!("{stem}{ending}"), bytes, true)?;
    // Of the report that was there before.
    let other = format!("{stem}{}", if job.sign_with.is_some() { provenance::ENDING } else { provenance::SIGNED_ENDING });
    if job.out.find(&other)?.is_some() {
        job.out.remove(&other)?;
    }
    Ok(Made { report: document, place: job.out.location(&name), frames, kept })
}

/// Stands behind the name of the list in those of the report and of what is said of it.
pub const STEM: &str = ".pull";

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
    let clip = job.pull.opened.clip(&job.pull.sources[range.source], progress)?;
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
        also: Also { shot, begin: Some(range.begin), sign_with: job.sign_with, only: None },
    })
}
