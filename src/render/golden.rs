//! The approved clip has to be what it was, and this engine on this machine has to make of it what was approved: to the bit, or within the
//! tolerance of the recipe.

use super::{Event, Job, Watch, receipt::GoldenReceipt};
use crate::{
    error::{Error, Result},
    files::{self, Existing},
    image::hash_pixels,
    pipeline::{Plan, Stage},
    recipe::{self, Admitted, ClipRecipe, Difference, Engine, FrameRange, Golden},
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// Golden frames that this machine has made well: a task of a few frames need not make them again.
#[derive(Clone, Debug)]
pub struct Cache(PathBuf);

impl Cache {
    pub fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }
    /// In the user's cache; `None` where there is none.
    pub fn of_user() -> Option<Self> {
        files::user_cache().map(|folder| Self(folder.join("golden")))
    }
    /// What a golden frame that was made well was off by; nothing where its bits were the same.
    fn found(&self, key: &str) -> Option<Option<Difference>> {
        /// Bytes of a note, at most.
        const LARGEST: u64 = 4096;
        let note = files::read_bounded(&self.0.join(key), LARGEST).ok()?;
        if note.is_empty() { Some(None) } else { serde_json::from_slice(&note).ok() }
    }
    /// That it cannot be noted costs nothing but the making.
    fn note(&self, key: &str, off: Option<&Difference>) {
        let note = off.map_or(Ok(vec![]), serde_json::to_vec).unwrap_or_default();
        _ = files::create_folder(&self.0).and_then(|()| files::write_bytes(&self.0.join(key), Existing::Replace, &note));
    }
}

/// Takes a picture of the engine's own down the approved road: for clips that are like the approved one, of which there are no golden
/// frames. `approved`: whether it is the approved clip, whose golden frames are measured where the recipe has a tolerance.
///
/// # Errors
/// `Verification`: other pixels than where it was approved. `Refused`: another engine has nothing to prove itself by.
pub(super) fn probe(job: &Job, entry: &ClipRecipe, approved: bool, plan: &Plan, watch: &Watch) -> Result<()> {
    let Some(recipe) = job.order.recipe() else { return Ok(()) };
    let Some(wanted) = &entry.probe else {
        return match recipe.admitted()? {
            Admitted::OnProof(why) if !approved => {
                let message = format!("{why}, and the recipe has nothing to prove another by on this clip");
                Err(of_recipe(job, Error::refused(message).field("probe")))
            }
            _ => Ok(()),
        };
    };
    let pixels = recipe::probe(&entry.settings, &plan.ops(Stage::Aces, Stage::Display)?)?;
    if pixels == *wanted {
        watch.tell(&Event::Probe { entry: &entry.name, pixels: wanted });
        return Ok(());
    }
    if approved && recipe.recipe.tolerance.is_some() {
        return Ok(());
    }
    let but = if recipe.recipe.tolerance.is_some() { "; the tolerance is of golden frames, and this clip has none" } else { "" };
    let message = format!("this engine computes other pixels here than where {} was approved ({wanted}){but}", entry.name);
    Err(of_recipe(job, Error::verification(message).field("probe").value(&pixels)))
}

/// The golden frames that came out otherwise than approved, within the tolerance of the recipe.
///
/// # Errors
/// `Refused`: other frames than the approved ones; `Verification`: other pixels.
pub(super) fn verify(job: &Job, entry: &ClipRecipe, plan: &Plan, watch: &Watch) -> Result<Vec<GoldenReceipt>> {
    let frames = job.clip.frames();
    let found = FrameRange { first: frames.first(), last: frames.last(), count: frames.present.len() as u32 };
    if found != entry.frames {
        return Err(of_recipe(job, Error::refused(format!("approved with frames {}", entry.frames)).field("frames").value(found)));
    }
    watch.progress.begin(entry.golden.len() as u64, &format!("Golden frames of {}", entry.name));
    let mut off = vec![];
    let of_clip = job.cache.and_then(|_| key_of_clip(job, plan));
    for golden in &entry.golden {
        let key = of_clip.as_ref().and_then(|of_clip| key(job, golden, of_clip));
        let known = key.as_ref().zip(job.cache).and_then(|(key, cache)| cache.found(key));
        let difference = match known {
            Some(known) => known,
            None => {
                let difference = made_again(job, golden, plan)?;
                if let Some((key, cache)) = key.as_ref().zip(job.cache) {
                    cache.note(key, difference.as_ref());
                }
                difference
            }
        };
        watch.tell(&Event::Golden { frame: golden.frame, pixels: &golden.plate, remembered: known.is_some(), off_by: difference });
        off.extend(difference.map(|off_by| GoldenReceipt { frame: golden.frame, off_by }));
        watch.progress.step()?;
    }
    Ok(off)
}

/// What a golden frame is off by; nothing where it has the same bits.
fn made_again(job: &Job, golden: &Golden, plan: &Plan) -> Result<Option<Difference>> {
    let plate = plan.plate(job.clip, golden.frame)?;
    let pixels = hash_pixels(&plate);
    if pixels == golden.plate {
        return Ok(None);
    }
    let differs = |by: String| {
        let message = format!("golden frame {} was approved as {}{by}", golden.frame, golden.plate);
        of_recipe(job, Error::verification(message).field("golden.plate").value(&pixels))
    };
    let Some((recipe, tolerance)) = job.order.recipe().and_then(|r| Some((r, r.recipe.tolerance.as_ref()?))) else {
        return Err(differs(String::new()));
    };
    let difference = tolerance.measure(plan, (&recipe.folder.join(&golden.plate_file), &golden.plate), &plate)?;
    if tolerance.admits(&difference) {
        return Ok(Some(difference));
    }
    Err(differs(format!(", it is off by {difference}; the recipe allows {tolerance}")))
}

/// An error with the recipe: what it is held against lies there.
fn of_recipe(job: &Job, error: Error) -> Error {
    match job.order.recipe() {
        Some(recipe) => error.file(&recipe.source),
        None => error,
    }
}

/// Names what the verdict depends on: recipe, plan, engine, processor and the files of the clip. `None` where that is not known.
fn key(job: &Job, golden: &Golden, of_clip: &str) -> Option<String> {
    let mut said = format!("{of_clip}\n{}\n{}\n", golden.frame, golden.plate);
    let files = job.clip.files();
    let of_frame = job.clip.frames().file_of(&files, golden.frame);
    for file in of_frame.map_or(files.as_slice(), std::slice::from_ref) {
        let about = fs::metadata(file).ok()?;
        let changed = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        said += &format!("{} {} {changed}\n", fs::canonicalize(file).ok()?.display(), about.len());
    }
    Some(files::sha256(said.as_bytes()))
}

/// What of that is the same for every frame: programs are read for it.
fn key_of_clip(job: &Job, plan: &Plan) -> Option<String> {
    let recipe = job.order.recipe()?;
    let mut said = format!("{}\n{}\n{}\n{}\n", recipe.digest, plan.key(), Engine::this(), processor());
    if matches!(recipe.admitted(), Ok(Admitted::OnProof(_))) {
        // What one build has proved is no proof of another.
        said += &recipe::program().ok()?;
    }
    if let Some(decoder) = recipe::Decoder::of(job.clip).ok()? {
        said += &decoder.sha256;
    }
    Some(said)
}

/// What the kernels choose their way by.
fn processor() -> String {
    let mut said = std::env::consts::ARCH.to_owned();
    #[cfg(target_arch = "x86_64")]
    for (name, has) in [
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
        ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
    ] {
        if has {
            said += " ";
            said += name;
        }
    }
    said
}
