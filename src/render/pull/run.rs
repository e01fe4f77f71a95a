//! Rendering what was found.

use super::{Pull, Range, Shot, open, report};
use crate::{
    error::{Error, Result},
    files,
    recipe::{
        OpenRecipe, safe_name,
        sign::{SecretKey, Signed},
        to_json,
    },
    render::{Also, Cache, Delivery, Job, Order, Watch, beside, refuse_originals, render, store::Store},
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

/// Renders every range into a folder of its clip, and writes the list and the report beside. Gives the report with the deliveries, and
/// where it is.
///
/// # Errors
/// As [`render`]; a killed pull is run again and keeps what is right.
pub fn run(job: &Pulled, watch: &Watch) -> Result<(Value, String)> {
    let Pulled { pull, list, .. } = job;
    refuse_one_folder(pull)?;
    // Before the first is rendered.
    for source in pull.ranges.iter().map(|range| &pull.sources[range.source]) {
        refuse_originals(job.out, &source.name, [source.path.as_path()])?;
    }
    let bytes = files::read_bounded(list, LARGEST)?;
    let mut deliveries = vec![];
    let of_recipe = job.recipe.recipe.output.as_ref().and_then(|output| output.naming.shot.as_deref());
    for range in &pull.ranges {
        let shot = pull.shot(&range.events, of_recipe);
        let delivery = one(job, range, shot.as_ref(), watch)?;
        let receipt = &delivery.receipt;
        deliveries.push(json!({
            "clip": receipt.clip, "entry": receipt.entry, "folder": safe_name(&receipt.clip), "frames": delivery.frames,
            "first": range.frames.start(), "last": range.frames.end(), "shot": shot,
        }));
    }
    let file = list.file_name().ok_or_else(|| Error::usage("not a file name").file(list))?;
    let stem = list.file_stem().unwrap_or(file).to_string_lossy();
    let mut document = report(pull);
    document["list"] = json!({ "file": file.to_string_lossy(), "sha256": files::sha256(&bytes) });
    document["recipe"] = json!({ "id": job.recipe.recipe.id, "digest": job.recipe.digest });
    document["deliveries"] = deliveries.into();
    let name = format!("{}.pull.json", safe_name(&stem));
    beside::keep_or_write(job.out, &safe_name(&file.to_string_lossy()), bytes, job.overwrite)?;
    // It is of this pull: of one that found more, another.
    beside::keep_or_write(job.out, &name, to_json(&document)?, true)?;
    Ok((document, job.out.location(&name)))
}

/// Two clips of one name would be mixed in one folder.
fn refuse_one_folder(pull: &Pull) -> Result<()> {
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

fn one(job: &Pulled, range: &Range, shot: Option<&Shot>, watch: &Watch) -> Result<Delivery> {
    let clip = open(&job.pull.sources[range.source], watch.progress)?;
    let job = Job {
        order: Order::Recipe(job.recipe),
        clip: &*clip,
        approvals: job.approvals,
        frames: Some(range.frames.clone()),
        out: job.out,
        overwrite: job.overwrite,
        cache: job.cache,
        also: Also { shot: shot.map(|shot| shot.name.as_str()), sign_with: job.sign_with },
    };
    render(&job, watch)
}
