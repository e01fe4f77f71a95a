//! A job: frames to plates and a receipt, exactly as the recipe says and nothing else.

pub mod pull;
mod receipt;
mod verify;

pub use receipt::{FrameReceipt, Receipt};
pub use verify::{Broken, Verified, verify_delivery, verify_recipe};

use crate::{
    camera::{Clip, FrameNumber},
    error::{Error, Result},
    files::{self, Existing},
    image::hash_pixels,
    pipeline::{Plan, clip_name, plate_exr},
    progress::Progress,
    recipe::{ClipRecipe, Engine, FrameRange, OpenRecipe, refuse_taken_places, safe_name, sign::Signed},
    sidecar::{amf, fdl},
};
use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

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
}

/// What a job wrote.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub folder: PathBuf,
    pub receipt: Receipt,
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
    if entry.name == name {
        verify_golden(job, entry, &plan, progress)?;
    }
    let folder = job.out.join(safe_name(&name));
    files::create_folder(&folder)?;

    let mut receipts = Vec::with_capacity(frames.len());
    let mut kept = 0;
    progress.begin(frames.len() as u64, &format!("Rendering {name}"));
    for frame in frames {
        progress.check()?;
        let (plate, census) = plan.counted_plate(clip, frame)?;
        let not_numbers = Some(census).filter(|census| !census.is_clean());
        let file = format!("{}.{frame:06}.exr", safe_name(&name));
        let receipt = FrameReceipt { frame, timecode: clip.timecode(frame)?, file, pixels: hash_pixels(&plate), not_numbers };
        let path = folder.join(&receipt.file);
        if path.is_file() && !job.overwrite {
            verify_existing(&path, &receipt)?;
            kept += 1;
        } else {
            let info = plate_exr::FrameInfo { metadata: Some(clip.metadata()), timecode: receipt.timecode, fdl: travelling.fdl.as_deref() };
            plate_exr::write(&path, &plate, &info, plate_exr::Compression::None, Existing::Replace)?;
        }
        receipts.push(receipt);
        progress.step()?;
    }
    let receipt = seal(job, entry, &plan, &name, &folder, receipts, &travelling)?;
    Ok(Delivery { folder, receipt, kept })
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

/// A file of an earlier run counts only if it holds exactly these pixels.
fn verify_existing(path: &Path, receipt: &FrameReceipt) -> Result<()> {
    let damaged = |e: Error| Error::verification(format!("already there, and no plate; use --overwrite to replace it ({e})")).file(path);
    let there = crate::camera::open_single(path).map_err(damaged)?;
    let found = match there.read(there.frames().first(), &crate::camera::Reading::default())? {
        crate::camera::Picture::Rgb(image) => hash_pixels(&image),
        _ => return Err(Error::verification("already there, and not a plate").file(path)),
    };
    if found == receipt.pixels {
        return Ok(());
    }
    Err(Error::verification("already there with other pixels; use --overwrite to replace it").file(path).field("pixels").value(found))
}

/// The documents that travel with the plates. They depend on nothing but the recipe and the clip, so that every task of a
/// job writes the same.
struct Travelling {
    amf: String,
    fdl: Option<String>,
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
        Ok(Self { amf: amf::write(&plan.plate_amf(approved, identity, created)?), fdl })
    }
}

/// Writes the AMF that says what is now applied, the FDL, and last the receipt, which is named by its frames: tasks that
/// render parts of a clip into one folder each leave theirs.
fn seal(
    job: &Job,
    entry: &ClipRecipe,
    plan: &Plan,
    name: &str,
    folder: &Path,
    frames: Vec<FrameReceipt>,
    travelling: &Travelling,
) -> Result<Receipt> {
    let safe = safe_name(name);
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
    for look in plan.travelling_files() {
        put(look.place.clone(), look.bytes())?;
    }
    let range = match frames.as_slice() {
        [] => return Err(Error::invalid("no frame was rendered")),
        [first, ..] => format!("{:06}-{:06}", first.frame, frames[frames.len() - 1].frame),
    };
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
        frames,
        documents,
    };
    let json = crate::recipe::to_json(&receipt)?;
    keep_or_write(&folder.join(format!("{safe}.{range}{}", receipt::ENDING)), &json, job.overwrite)?;
    Ok(receipt)
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
