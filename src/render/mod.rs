//! A job: frames to plates and a receipt, exactly as the recipe says and nothing else.

mod receipt;

pub use receipt::{FrameReceipt, Receipt};

use crate::{
    camera::{Clip, FrameNumber},
    error::{Error, Result},
    files::{self, Existing},
    image::{Image, hash_pixels},
    pipeline::{Plan, plate_exr},
    progress::Progress,
    recipe::{ClipRecipe, Engine, OpenRecipe, safe_name},
    sidecar::{amf, fdl},
};
use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// What to render.
pub struct Job<'a> {
    pub recipe: &'a OpenRecipe,
    pub clip: &'a dyn Clip,
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

/// Renders. Frames appear under their names one by one, each complete; a job that was killed is run again and keeps what
/// is right. A frame that is golden in the recipe has to come out with the recipe's hash.
pub fn render(job: &Job, progress: &Progress) -> Result<Delivery> {
    let clip = job.clip;
    let name = clip_name(clip);
    let entry = job.recipe.entry_for(clip, &name)?;
    let plan = job.recipe.plan(entry, clip, &name)?;
    let frames = frames_of(clip, job.frames.clone())?;
    let folder = job.out.join(safe_name(&name));
    files::create_folder(&folder)?;

    let sidecars = job.recipe.sidecars(entry)?;
    let fdl_text = sidecars.fdl.as_ref().and_then(|d| d.content.as_ref().ok()).map(fdl::write);
    let mut receipts = Vec::with_capacity(frames.len());
    let mut kept = 0;
    progress.begin(frames.len() as u64, &format!("Rendering {name}"));
    for frame in frames {
        progress.check()?;
        let plate = plan.plate(clip, frame)?;
        let receipt = frame_receipt(job, entry, &name, frame, &plate)?;
        let path = folder.join(&receipt.file);
        if path.is_file() && !job.overwrite {
            verify_existing(&path, &receipt)?;
            kept += 1;
        } else {
            let info = plate_exr::FrameInfo { metadata: Some(clip.metadata()), timecode: receipt.timecode, fdl: fdl_text.as_deref() };
            plate_exr::write(&path, &plate, &info, plate_exr::Compression::None, Existing::Replace)?;
        }
        receipts.push(receipt);
        progress.step()?;
    }
    let receipt = seal(job, entry, &plan, &name, &folder, receipts, fdl_text)?;
    Ok(Delivery { folder, receipt, kept })
}

pub(crate) use crate::pipeline::clip_name;

fn frames_of(clip: &dyn Clip, wanted: Option<RangeInclusive<FrameNumber>>) -> Result<Vec<FrameNumber>> {
    let list = clip.frames();
    let Some(range) = wanted else { return Ok(list.present.clone()) };
    let outside = || {
        Error::usage(format!("the clip has frames {} to {}", list.first(), list.last())).field("--frames").value(format!(
            "{}-{}",
            range.start(),
            range.end()
        ))
    };
    if range.is_empty() || *range.start() < list.first() || *range.end() > list.last() {
        return Err(outside());
    }
    if let Some(gap) = list.missing.iter().find(|m| m.start() <= range.end() && m.end() >= range.start()) {
        return Err(Error::invalid(format!("frames {} to {} of the clip are missing", gap.start(), gap.end())).file(clip.path()));
    }
    Ok(list.present.iter().copied().filter(|f| range.contains(f)).collect())
}

fn frame_receipt(job: &Job, entry: &ClipRecipe, name: &str, frame: FrameNumber, plate: &Image) -> Result<FrameReceipt> {
    let pixels = hash_pixels(plate);
    if let Some(golden) = entry.golden.iter().find(|g| entry.name == name && g.frame == frame)
        && golden.plate != pixels
    {
        return Err(Error::verification(format!("golden frame {frame} was approved as {}", golden.plate))
            .field("golden.plate")
            .value(&pixels));
    }
    let timecode = job.clip.timecode(frame)?;
    Ok(FrameReceipt { frame, timecode, file: format!("{}.{frame:06}.exr", safe_name(name)), pixels })
}

/// A file of an earlier run counts only if it holds exactly these pixels.
fn verify_existing(path: &Path, receipt: &FrameReceipt) -> Result<()> {
    let there = crate::camera::open_single(path)?;
    let found = match there.read(there.frames().first())? {
        crate::camera::Picture::Rgb(image) => hash_pixels(&image),
        crate::camera::Picture::Mosaic(_) => return Err(Error::verification("already there, and not a plate").file(path)),
    };
    if found == receipt.pixels {
        return Ok(());
    }
    Err(Error::verification("already there with other pixels; use --overwrite to replace it").file(path).field("pixels").value(found))
}

/// Writes what travels with the plates: the AMF that says what is now applied, the FDL, and last the receipt.
fn seal(
    job: &Job,
    entry: &ClipRecipe,
    plan: &Plan,
    name: &str,
    folder: &Path,
    frames: Vec<FrameReceipt>,
    fdl_text: Option<String>,
) -> Result<Receipt> {
    let now = OffsetDateTime::now_utc();
    let safe = safe_name(name);
    let sidecars = job.recipe.sidecars(entry)?;
    let approved = sidecars.amf.as_ref().map(|d| d.content.clone()).transpose()?;
    let baked = plan.plate_amf(approved, now);
    let mut documents = BTreeMap::new();
    let mut put = |file: String, text: &str| -> Result<()> {
        files::write_bytes(&folder.join(&file), Existing::Replace, text.as_bytes())?;
        documents.insert(file, files::sha256(text.as_bytes()));
        Ok(())
    };
    put(format!("{safe}.amf"), &amf::write(&baked))?;
    if let Some(text) = fdl_text {
        put(format!("{safe}.fdl"), &text)?;
    }
    let receipt = Receipt {
        schema: receipt::SCHEMA.into(),
        recipe: job.recipe.recipe.id.clone(),
        recipe_digest: job.recipe.digest.clone(),
        entry: entry.name.clone(),
        clip: name.to_owned(),
        plan: plan.key().to_owned(),
        engine: Engine::this(),
        rendered: now.format(&Rfc3339).map_err(|e| Error::invalid(e.to_string()))?,
        plate: entry.plate.clone(),
        frames,
        documents,
    };
    let json = crate::recipe::to_json(&receipt)?;
    files::write_bytes(&folder.join(format!("{safe}.receipt.json")), Existing::Replace, &json)?;
    Ok(receipt)
}
