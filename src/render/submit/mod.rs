//! A job for an engine that distributes it. There is no queue of our own: what is written here is what the engine of a studio takes, and a
//! task is one call of the renderer, which may be repeated or killed at any time.

pub mod chunks;
mod kubernetes;
mod lambda;
#[cfg(feature = "openjd")]
mod local;
mod openjd;
mod openjd_pull;
mod payload;
pub mod runtime;
mod templates;
mod yaml;

pub use chunks::{Chunk, Pace};
pub use kubernetes::{Claim, Cluster, manifest, pull_manifest};
pub use lambda::Package;
#[cfg(feature = "openjd")]
pub use local::{Ran, run_here};
pub use openjd::{Bundle, Chunking, bundle};
pub use openjd_pull::{PullJob, PullRange, pull_bundle};
pub use payload::{local_places, payloads, payloads_of_cut};
pub use templates::templates;

use super::{
    deliver::{Delivering, Only, What},
    frames_of, refuse_originals,
    store::{self, Store},
};
use crate::{
    camera::{Clip, FrameNumber, runs},
    error::{Error, Result},
    pipeline::{Plan, clip_name},
    recipe::{OpenRecipe, Output, safe_name},
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
    /// The secret key that statements are signed with, where workers have it: it is no part of the job.
    pub sign_with: Option<String>,
    /// The public key that they are held against when the job is sealed.
    pub signed_by: Option<String>,
}

/// A clip, and how it is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shot {
    pub name: String,
    /// Its folder, or its file where it is one: an absolute path, or an address.
    pub path: String,
    /// Frames of a task that makes files of frames, at most.
    pub most: u32,
    pub present: Vec<FrameNumber>,
    /// Which halves of its deliverables there are.
    pub halves: Halves,
    /// What is asked for and no task makes, in words.
    pub left_out: Vec<String>,
}

/// Movies have tasks of their own: a movie needs all frames in their order, where files of frames are made in any number of chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halves {
    Frames,
    Movies,
    Both,
}

impl Halves {
    fn of(output: &Output) -> Self {
        let has = |only: Only| output.deliverables.iter().any(|d| only.has(d));
        match (has(Only::Frames), has(Only::Movies)) {
            (true, true) => Self::Both,
            (_, false) => Self::Frames,
            (false, true) => Self::Movies,
        }
    }
    /// What the tasks of a half are told to make; nothing where there is no other half.
    fn only(self, half: Only) -> Option<Only> {
        (self == Self::Both).then_some(half)
    }
}

impl Shot {
    /// What a recipe admits of a clip: of all of it, or of these frames.
    ///
    /// # Errors
    /// What the renderer would refuse: a clip outside the scope of the recipe, or without frames; frames that are missing; names that two
    /// files would have; a movie of a part of a clip that would be called as the whole; an `out` that holds files of the clip.
    pub fn new(
        recipe: &OpenRecipe,
        clip: &dyn Clip,
        frames: Option<&RangeInclusive<FrameNumber>>,
        chunk: Chunk,
        out: &str,
    ) -> Result<Self> {
        let name = clip_name(clip);
        if let Some(folder) = folder(out)? {
            refuse_originals(&folder, &name, &clip.files())?;
        }
        let entry = recipe.entry_for(clip, &name)?;
        let plan = recipe.plan(entry, clip, &name)?;
        let present = frames_of(clip, frames.cloned()).map_err(|e| e.file(clip.path()))?;
        let Some(middle) = present.get(present.len() / 2).copied() else {
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
        let halves = Halves::of(Output::or_plain(recipe.recipe.output.as_ref()));
        let mut shot = Self { name, path: place_of(&place(clip))?, most: chunk.frames(pace), present, halves, left_out: vec![] };
        shot.left_out = shot.named(recipe, clip, &plan)?;
        Ok(shot)
    }

    /// Names every file as the tasks will. Gives what none of them makes.
    fn named(&self, recipe: &OpenRecipe, clip: &dyn Clip, plan: &Plan) -> Result<Vec<String>> {
        let output = Output::or_plain(recipe.recipe.output.as_ref());
        let scratch = std::env::temp_dir();
        let named = |frames: &[FrameNumber], only| {
            let of_clip = What::new(Some(recipe), output, plan, (clip, &self.name), frames, &scratch);
            // Of a clip that is approved for shots each is named for its own.
            Delivering::named(What { only: Some(only), shot: output.naming.shot.as_deref(), ..of_clip })
                .map(|delivering| delivering.left_out())
        };
        let left_out = if self.halves == Halves::Movies { vec![] } else { named(&self.present, Only::Frames)? };
        self.movies().into_iter().try_for_each(|range| named(&range.collect::<Vec<_>>(), Only::Movies).map(drop))?;
        Ok(left_out)
    }

    /// The frames of each task that makes files of frames.
    pub fn chunks(&self) -> Vec<RangeInclusive<FrameNumber>> {
        if self.halves == Halves::Movies { vec![] } else { chunks::chunks(&self.present, self.most) }
    }
    /// The frames of each task that makes movies: all that follow each other.
    pub fn movies(&self) -> Vec<RangeInclusive<FrameNumber>> {
        if self.halves == Halves::Frames { vec![] } else { runs(&self.present).collect() }
    }
    /// Every task: its frames, and what it makes of them where that is not all.
    pub fn tasks(&self) -> impl Iterator<Item = (RangeInclusive<FrameNumber>, Option<Only>)> {
        let of = |half| move |range| (range, self.halves.only(half));
        self.chunks().into_iter().map(of(Only::Frames)).chain(self.movies().into_iter().map(of(Only::Movies)))
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

/// A place as a store where it is a folder of this machine. Of an address nothing is asked: who submits need not have its keys.
pub(crate) fn folder(place: &str) -> Result<Option<Store>> {
    let path = if is_here(place) { store::local(place)? } else { None };
    Ok(path.map(|path| Store::folder(&path)))
}

/// Whether it is a place of this machine.
fn is_here(place: &str) -> bool {
    !is_address(place) || place.starts_with("file://")
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
        let shot = |name: &str, most, present: Vec<u32>| {
            let halves = Halves::Frames;
            Shot { name: name.into(), path: format!("/show/{name}"), most, present, halves, left_out: vec![] }
        };
        Submission {
            recipe: "/show/a.recipe".into(),
            trust: None,
            out: "/plates".into(),
            clips: vec![shot("A001", 3, (0..8).collect()), shot("B 001", 100, vec![1, 2, 5])],
            hash_list: false,
            sign_with: None,
            signed_by: None,
        }
    }

    #[test]
    fn movies_have_tasks_of_their_own() {
        let tasks = |halves| {
            let shot = Shot { halves, ..submission().clips[1].clone() };
            shot.tasks().map(|(range, only)| (chunks::text(&range), only.map(Only::word))).collect::<Vec<_>>()
        };
        let all = |only: Option<&'static str>| ["1-2", "5-5"].map(|range| (range.to_owned(), only));
        assert_eq!((tasks(Halves::Frames), tasks(Halves::Movies)), (all(None).to_vec(), all(None).to_vec()));
        assert_eq!(tasks(Halves::Both), [all(Some("frames")), all(Some("movies"))].concat());
        let of = |presets: &[&str]| Halves::of(&Output::of_presets(presets.iter().copied()).unwrap());
        assert_eq!([of(&["plate"]), of(&["h264"]), of(&["h264", "tiff16"])], [Halves::Frames, Halves::Movies, Halves::Both]);
    }

    #[test]
    fn an_address_is_no_path() {
        assert!(is_address("s3://bucket/a") && is_address("file:///a"));
        assert!(!is_address("/a://b") && !is_address("a/b") && !is_address("://b"));
        assert_eq!(place_of(Path::new("s3://bucket/a")).unwrap(), "s3://bucket/a");
        assert!(place_of(Path::new("a")).unwrap().starts_with('/'));
    }
}
