//! A job for an engine that distributes it. There is no queue of our own: what is written here is what the engine of a studio takes, and a
//! task is one call of the renderer, which may be repeated or killed at any time.

pub mod chunks;
mod kubernetes;
mod lambda;
#[cfg(feature = "openjd")]
mod local;
mod openjd;
mod payload;
pub mod runtime;
mod templates;
mod yaml;

pub use chunks::{Chunk, Pace};
pub use kubernetes::{Claim, Cluster, manifest};
pub use lambda::package;
#[cfg(feature = "openjd")]
pub use local::{Ran, run_here};
pub use openjd::{Bundle, Chunking, bundle};
pub use payload::payloads;
pub use templates::templates;

use crate::{
    camera::{Clip, FrameNumber},
    error::{Error, Result},
    pipeline::clip_name,
    recipe::{OpenRecipe, safe_name},
};
use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// What is submitted: clips that a recipe admits, and where their plates go.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Absolute path, or the address of an object.
    pub recipe: String,
    pub trust: Option<String>,
    /// Absolute path of a folder, or an address.
    pub out: String,
    pub clips: Vec<Shot>,
    /// Whether a list of hashes (ASC MHL) is made of every delivery.
    pub hash_list: bool,
}

/// A clip, and how it is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shot {
    pub name: String,
    /// Its folder, or its file where it is one: an absolute path, or an address.
    pub path: String,
    /// Frames of a task, at most.
    pub most: u32,
    pub present: Vec<FrameNumber>,
}

impl Shot {
    /// What a recipe admits of a clip.
    ///
    /// # Errors
    /// What the renderer would refuse: a clip outside the scope of the recipe, or without frames.
    pub fn new(recipe: &OpenRecipe, clip: &dyn Clip, chunk: Chunk) -> Result<Self> {
        let name = clip_name(clip);
        let entry = recipe.entry_for(clip, &name)?;
        let plan = recipe.plan(entry, clip, &name)?;
        let present = clip.frames().present.clone();
        let Some(middle) = clip.frames().middle() else {
            return Err(Error::invalid("the clip has no frames").file(clip.path()));
        };
        let pace = match chunk {
            Chunk::Frames(_) => Pace::default(),
            Chunk::Time(_) => {
                let begun = Instant::now();
                plan.plate(clip, middle)?;
                let frame = begun.elapsed().max(Duration::from_nanos(1));
                let golden = if entry.name == name { entry.golden.len() } else { 0 };
                Pace { frame, before: frame.saturating_mul(golden as u32) }
            }
        };
        Ok(Self { name, path: place_of(&place(clip))?, most: chunk.frames(pace), present })
    }

    /// The frames of each task.
    pub fn chunks(&self) -> Vec<RangeInclusive<FrameNumber>> {
        chunks::chunks(&self.present, self.most)
    }
    /// The folder that its plates go to, in that of the delivery.
    pub fn delivery(&self) -> String {
        safe_name(&self.name)
    }
}

/// What a farm has to bring along: all files of a clip, so the folder of several, where nothing else is in it that is a clip.
fn place(clip: &dyn Clip) -> PathBuf {
    let path = clip.path();
    if path.is_dir() || clip.files().len() < 2 {
        return path.to_owned();
    }
    let folder = crate::files::folder_of(path);
    match crate::camera::open(folder) {
        Ok(other) if clip_name(&*other) == clip_name(clip) => folder.to_owned(),
        _ => path.to_owned(),
    }
}

/// Whether it is an address of an object store, and no path.
pub fn is_address(place: &str) -> bool {
    place.split_once("://").is_some_and(|(scheme, _)| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// A place as every machine of a farm reads it: an address as it is, a path from the root.
///
/// # Errors
/// Usage: a path that is no UTF-8, which no job description can hold.
pub fn place_of(place: &Path) -> Result<String> {
    match place.to_str() {
        Some(place) if is_address(place) => Ok(place.to_owned()),
        _ => text(&absolute(place)?),
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|e| Error::io(path, &e))
}

fn text(path: &Path) -> Result<String> {
    path.to_str().map(str::to_owned).ok_or_else(|| Error::usage("a job description holds paths in UTF-8 only").file(path))
}

#[cfg(test)]
mod testing {
    use super::*;

    /// Two clips, the second with a gap.
    pub fn submission() -> Submission {
        let shot = |name: &str, most, present: Vec<u32>| Shot { name: name.into(), path: format!("/show/{name}"), most, present };
        Submission {
            recipe: "/show/a.recipe".into(),
            trust: None,
            out: "/plates".into(),
            clips: vec![shot("A001", 3, (0..8).collect()), shot("B 001", 100, vec![1, 2, 5])],
            hash_list: false,
        }
    }

    #[test]
    fn an_address_is_no_path() {
        assert!(is_address("s3://bucket/a") && is_address("file:///a"));
        assert!(!is_address("/a://b") && !is_address("a/b") && !is_address("://b"));
        assert_eq!(place_of(Path::new("s3://bucket/a")).unwrap(), "s3://bucket/a");
        assert!(place_of(Path::new("a")).unwrap().starts_with('/'));
    }
}
