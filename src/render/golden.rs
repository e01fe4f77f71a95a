//! The approved clip has to be what it was, and this engine on this machine has to make of it what was approved.

use super::{Event, Job, Watch};
use crate::{
    error::{Error, Result},
    files::{self, Existing},
    image::hash_pixels,
    pipeline::{Plan, Stage},
    recipe::{self, ClipRecipe, Engine, FrameRange, Golden},
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
    fn has(&self, key: &str) -> bool {
        self.0.join(key).is_file()
    }
    /// That it cannot be noted costs nothing but the making.
    fn note(&self, key: &str) {
        _ = files::create_folder(&self.0).and_then(|()| files::write_bytes(&self.0.join(key), Existing::Replace, b""));
    }
}

/// Takes a picture of the engine's own down the approved road: for clips that are like the approved one, of which there are no golden
/// frames.
///
/// # Errors
/// `Verification`: other pixels than where it was approved.
pub(super) fn probe(job: &Job, entry: &ClipRecipe, plan: &Plan, watch: &Watch) -> Result<()> {
    let Some(approved) = &entry.probe else { return Ok(()) };
    let pixels = recipe::probe(&entry.settings, &plan.ops(Stage::Aces, Stage::Display)?)?;
    if pixels != *approved {
        let message = format!("this engine computes other pixels here than where {} was approved ({approved})", entry.name);
        return Err(of_recipe(job, Error::verification(message).field("probe").value(&pixels)));
    }
    watch.tell(&Event::Probe { entry: &entry.name, pixels: approved });
    Ok(())
}

/// # Errors
/// `Refused`: other frames than the approved ones; `Verification`: other pixels.
pub(super) fn verify(job: &Job, entry: &ClipRecipe, plan: &Plan, watch: &Watch) -> Result<()> {
    let frames = job.clip.frames();
    let found = FrameRange { first: frames.first(), last: frames.last(), count: frames.present.len() as u32 };
    if found != entry.frames {
        return Err(of_recipe(job, Error::refused(format!("approved with frames {}", entry.frames)).field("frames").value(found)));
    }
    watch.progress.begin(entry.golden.len() as u64, &format!("Golden frames of {}", entry.name));
    for golden in &entry.golden {
        let key = job.cache.and_then(|_| key(job, golden, plan));
        let remembered = key.as_ref().zip(job.cache).is_some_and(|(key, cache)| cache.has(key));
        if !remembered {
            let pixels = hash_pixels(&plan.plate(job.clip, golden.frame)?);
            if pixels != golden.plate {
                let message = format!("golden frame {} was approved as {}", golden.frame, golden.plate);
                return Err(of_recipe(job, Error::verification(message).field("golden.plate").value(&pixels)));
            }
            if let Some((key, cache)) = key.as_ref().zip(job.cache) {
                cache.note(key);
            }
        }
        watch.tell(&Event::Golden { frame: golden.frame, pixels: &golden.plate, remembered });
        watch.progress.step()?;
    }
    Ok(())
}

/// An error with the recipe: what it is held against lies there.
fn of_recipe(job: &Job, error: Error) -> Error {
    match job.order.recipe() {
        Some(recipe) => error.file(&recipe.source),
        None => error,
    }
}

/// Names what the verdict depends on: recipe, plan, engine, processor and the files of the clip. `None` where that is not known.
fn key(job: &Job, golden: &Golden, plan: &Plan) -> Option<String> {
    let recipe = job.order.recipe()?;
    let mut said = format!("{}\n{}\n{}\n{}\n{}\n{}\n", recipe.digest, plan.key(), Engine::this(), processor(), golden.frame, golden.plate);
    let files = job.clip.files();
    let of_frame = job.clip.frames().file_of(&files, golden.frame);
    for file in of_frame.map_or(files.as_slice(), std::slice::from_ref) {
        let about = fs::metadata(file).ok()?;
        let changed = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        said += &format!("{} {} {changed}\n", fs::canonicalize(file).ok()?.display(), about.len());
    }
    Some(files::sha256(said.as_bytes()))
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
