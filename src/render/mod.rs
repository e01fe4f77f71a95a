//! A job: frames to plates and a receipt, exactly as the recipe says and nothing else.

pub mod deliver;
pub mod provenance;
mod receipt;
pub mod store;
mod verify;
mod written;

pub use receipt::{FileReceipt, FrameReceipt, Receipt};
pub use verify::{Broken, Verified, verify_delivery, verify_recipe};

use crate::{
    camera::{Clip, FrameNumber},
    error::{Error, Result},
    files::{self, Existing},
    history,
    image::hash_pixels,
    pipeline::{Plan, clip_name, corrections},
    progress::Progress,
    recipe::{
        ClipRecipe, Engine, FrameRange, OpenRecipe, Output, refuse_taken_places, safe_name,
        sign::{SecretKey, Signed},
    },
    sidecar::{
        amf,
        cdl::{self, Cdl},
        fdl,
    },
};
use deliver::{Delivering, What};
use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;
use written::Written;

/// What to render.
pub struct Job<'a> {
    pub recipe: &'a OpenRecipe,
    pub clip: &'a dyn Clip,
    /// What it was admitted by, for the receipt.
    pub approvals: &'a [Signed],
    /// Within the clip; all of it where absent.
    pub frames: Option<RangeInclusive<FrameNumber>>,
    /// The delivery goes into a folder of the clip's name below this one.
    pub out: &'a Path,
    /// Whether files that are already there are written again.
    pub overwrite: bool,
    pub also: Also<'a>,
}

/// What a job may be told besides.
#[derive(Clone, Copy, Default)]
pub struct Also<'a> {
    /// `{shot}` of the names: that of the event of a cut list.
    pub shot: Option<&'a str>,
    /// Signs the statement of how the delivery came about.
    pub sign_with: Option<&'a SecretKey>,
}

/// What a job wrote.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub folder: PathBuf,
    pub receipt: Receipt,
    /// Frames that were rendered, those among them that were there.
    pub rendered: u32,
    /// Frames that were already there, pixel for pixel.
    pub kept: u32,
}

/// Renders. The golden frames of the approved clip come first and have to have the recipe's hashes; then plates appear
/// under their names one by one, each complete. A job that was killed is run again and keeps what is right.
pub fn render(job: &Job, progress: &Progress) -> Result<Delivery> {
    let clip = job.clip;
    let name = clip_name(clip);
    let entry = job.recipe.entry_for(clip, &name)?;
    let plan = job.recipe.plan(entry, clip, &name)?;
    let frames = frames_of(clip, job.frames.clone())?;
    refuse_taken_places(&plan, &safe_name(&name))?;
    let travelling = Travelling::new(job, entry, &plan, &name)?;
    let folder = job.out.join(safe_name(&name));
    let (plain, said) = (Output::plain(), job.recipe.recipe.output.as_ref());
    let what = What {
        recipe: &job.recipe.recipe,
        output: said.unwrap_or(&plain),
        plan: &plan,
        clip,
        name: &name,
        frames: &frames,
        shot: job.also.shot,
        fdl: travelling.fdl.as_deref(),
        scratch: &folder,
    };
    let mut delivering = Delivering::new(what, progress)?;
    if entry.name == name {
        verify_golden(job, entry, &plan, progress)?;
    }
    files::create_folder(&folder)?;

    let mut written = Written::new(&folder, job.overwrite, said.is_some());
    progress.begin(frames.len() as u64, &format!("Rendering {name}"));
    for frame in &frames {
        progress.check()?;
        written.frame(*frame, delivering.frame(*frame, progress)?)?;
        progress.step()?;
    }
    for movie in delivering.finish(progress)? {
        written.movie(movie)?;
    }
    let kept = written.kept;
    let receipt = seal(job, entry, &what, &folder, written, &travelling, progress)?;
    Ok(Delivery { folder, receipt, rendered: frames.len() as u32, kept })
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

/// The approved clip has to be what it was, and this engine on this machine has to make of it what was approved.
fn verify_golden(job: &Job, entry: &ClipRecipe, plan: &Plan, progress: &Progress) -> Result<()> {
    let frames = job.clip.frames();
    let found = FrameRange { first: frames.first(), last: frames.last(), count: frames.present.len() as u32 };
    if found != entry.frames {
        return Err(Error::refused(format!("approved with frames {}", entry.frames)).field("frames").value(found));
    }
    progress.begin(entry.golden.len() as u64, &format!("Golden frames of {}", entry.name));
    for golden in &entry.golden {
        let pixels = hash_pixels(&plan.plate(job.clip, golden.frame)?);
        if pixels != golden.plate {
            let message = format!("golden frame {} was approved as {}", golden.frame, golden.plate);
            return Err(Error::verification(message).field("golden.plate").value(&pixels));
        }
        progress.step()?;
    }
    Ok(())
}

/// The documents that travel with the plates. They depend on nothing but the recipe and the clip, so that every task of a
/// job writes the same.
struct Travelling {
    amf: String,
    fdl: Option<String>,
    /// Those of the looks that are left to do, where the recipe says what is delivered.
    cdls: Vec<Cdl>,
}

impl Travelling {
    fn new(job: &Job, entry: &ClipRecipe, plan: &Plan, name: &str) -> Result<Self> {
        let invalid = |field: &'static str| move |e: &dyn std::fmt::Display| Error::invalid(e.to_string()).field(field);
        let recipe = &job.recipe.recipe;
        let created = OffsetDateTime::parse(&recipe.created, &Rfc3339).map_err(|e| invalid("created")(&e))?;
        let id = Uuid::parse_str(&recipe.id).map_err(|e| invalid("id")(&e))?;
        let identity = Uuid::new_v5(&id, name.as_bytes());
        let sidecars = job.recipe.sidecars(entry)?;
        let approved =
            sidecars.amf.as_ref().ok_or_else(|| Error::invalid("the recipe has no AMF"))?.content.as_ref().map_err(Error::clone)?;
        let fdl = match &sidecars.fdl {
            None => None,
            Some(document) => Some(fdl::write(&plan.plate_fdl(document.content.as_ref().map_err(Error::clone)?, identity)?)),
        };
        let cdls = match recipe.output {
            Some(_) => corrections(approved, &sidecars.looks, &entry.settings)?,
            None => vec![],
        };
        Ok(Self { amf: amf::write(&plan.plate_amf(approved, identity, created)?), fdl, cdls })
    }

    /// The CDLs that are still to be done, as files: all of them in one, and each alone.
    fn corrections(&self, safe: &str) -> Vec<(String, String)> {
        let alone = |(i, cdl): (usize, &Cdl)| {
            let number = if self.cdls.len() == 1 { String::new() } else { format!(".{}", i + 1) };
            (format!("{safe}{number}.cc"), cdl::write_cc(cdl))
        };
        let all = (!self.cdls.is_empty()).then(|| (format!("{safe}.cdl"), cdl::write_cdl(&self.cdls)));
        all.into_iter().chain(self.cdls.iter().enumerate().map(alone)).collect()
    }
}

/// Writes the AMF that says what is now applied, the FDL, and last the receipt, which is named by its frames: tasks that
/// render parts of a clip into one folder each leave theirs.
fn seal(
    job: &Job,
    entry: &ClipRecipe,
    what: &What,
    folder: &Path,
    written: Written,
    travelling: &Travelling,
    progress: &Progress,
) -> Result<Receipt> {
    let (plan, name, safe) = (what.plan, what.name, safe_name(what.name));
    let (Some(first), Some(last)) = (what.frames.first(), what.frames.last()) else {
        return Err(Error::invalid("no frame was rendered"));
    };
    let said = job.recipe.recipe.output.as_ref();
    let mut documents = BTreeMap::new();
    let mut put = |file: String, bytes: &[u8]| -> Result<()> {
        let path = folder.join(&file);
        path.parent().map_or(Ok(()), files::create_folder)?;
        keep_or_write(&path, bytes, job.overwrite)?;
        documents.insert(file, files::sha256(bytes));
        Ok(())
    };
    put(format!("{safe}.amf"), travelling.amf.as_bytes())?;
    if let Some(text) = &travelling.fdl {
        put(format!("{safe}.fdl"), text.as_bytes())?;
    }
    // What is left to do needs its look files, where the AMF names them.
    let looks = plan.travelling_files();
    for look in &looks {
        put(look.place.clone(), look.bytes())?;
    }
    if said.is_some() {
        let taken = |file: &str| looks.iter().any(|look| look.place.eq_ignore_ascii_case(file));
        for (file, text) in travelling.corrections(&safe).into_iter().filter(|(file, _)| !taken(file)) {
            put(file, text.as_bytes())?;
        }
    }
    let receipt = Receipt {
        schema: receipt::SCHEMA.into(),
        recipe: job.recipe.recipe.id.clone(),
        recipe_digest: job.recipe.digest.clone(),
        approvals: job.approvals.to_vec(),
        entry: entry.name.clone(),
        clip: name.to_owned(),
        slopes: job.recipe.slopes(entry, job.clip, name)?,
        plan: plan.key().to_owned(),
        engine: Engine::this(),
        plate: entry.plate.clone(),
        frames: written.frames,
        range: said.map(|_| (*first, *last)),
        deliverables: written.files,
        documents,
    };
    let json = crate::recipe::to_json(&receipt)?;
    let start = format!("{safe}.{first:06}-{last:06}");
    let receipt_name = format!("{start}{}", receipt::ENDING);
    keep_or_write(&folder.join(&receipt_name), &json, job.overwrite)?;
    if said.is_some() {
        let inputs = provenance::inputs(job.clip, what.frames, progress)?;
        let statement = provenance::statement(&receipt, &receipt_name, &files::sha256(&json), inputs)?;
        let (ending, bytes) = match job.also.sign_with {
            Some(key) => (provenance::SIGNED_ENDING, provenance::signed(&statement, key)?),
            None => (provenance::ENDING, statement),
        };
        keep_or_write(&folder.join(format!("{start}{ending}")), &bytes, job.overwrite)?;
    }
    if said.is_some_and(|output| output.mhl) && what.is_whole() {
        seal_history(folder, &receipt.recipe, progress)?;
    }
    Ok(receipt)
}

/// Makes the history of a delivery (ASC MHL), once: a task that runs twice finds it.
fn seal_history(folder: &Path, recipe: &str, progress: &Progress) -> Result<()> {
    if folder.join(history::FOLDER).is_dir() {
        return Ok(());
    }
    let origin = history::Origin { comment: Some(format!("Delivery of recipe {recipe}")), ..history::Origin::default() };
    let report = history::create(folder, &history::Create { origin, ..history::Create::default() }, progress)?;
    match report.problems.first() {
        Some(problem) => Err(Error::verification("the delivery changed while its history was made").file(folder.join(problem.path()))),
        None => Ok(()),
    }
}

/// Leaves a file that already says exactly this; another one is not overwritten unless asked.
fn keep_or_write(path: &Path, bytes: &[u8], overwrite: bool) -> Result<()> {
    if overwrite {
        return files::write_bytes(path, Existing::Replace, bytes);
    }
    match files::write_bytes(path, Existing::Refuse, bytes) {
        Err(error) if path.is_file() => {
            if files::sha256_of_file(path)? == files::sha256(bytes) {
                Ok(())
            } else {
                Err(error)
            }
        }
        outcome => outcome,
    }
}
