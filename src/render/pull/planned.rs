//! What the files of a pull will be called, told before anything is rendered; and that no two of them are one.

use super::{Pull, Range};
use crate::{
    camera::{Clip, FrameNumber},
    error::{Error, Result},
    pipeline::Plan,
    progress::Progress,
    recipe::{OpenRecipe, Output},
    render::{
        deliver::{Delivering, Planned, What},
        frames_of, receipt, seal,
    },
};
use std::{collections::BTreeMap, ops::RangeInclusive};

/// The files of one deliverable in a range, by the first and the last of them. Paths within the folder of the clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// Id of the deliverable.
    pub deliverable: String,
    pub first: String,
    pub last: String,
}

/// What makes a file: two files of one name have to be of the same.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    deliverable: String,
    frame: Option<FrameNumber>,
    /// The number that frame 0 would have, which is burnt into pictures.
    shift: i64,
    /// Of a movie, and of a receipt.
    range: Option<RangeInclusive<FrameNumber>>,
    shot: Option<String>,
}

/// Names the files of the ranges of one clip, or says why they cannot be named.
pub(super) fn name_files(ranges: &mut [Range], pull: &Pull, recipe: &OpenRecipe, clip: (&dyn Clip, &str, &Plan), progress: &Progress) {
    let output = Output::or_plain(recipe.recipe.output.as_ref());
    let mut taken: BTreeMap<String, (Origin, RangeInclusive<FrameNumber>)> = BTreeMap::new();
    for range in ranges {
        let shot = pull.shot(&range.events, output.naming.shot.as_deref()).map(|shot| shot.name);
        let planned = planned(range, shot.as_deref(), recipe, output, clip, progress).map(|(planned, left_out)| {
            range.left_out = left_out;
            planned
        });
        let of_range = || Some(range.frames.clone());
        let shift = output.naming.number(0, range.begin);
        let files = planned.and_then(|planned| {
            let receipt = seal::stem(clip.1, shot.as_deref(), (*range.frames.start(), *range.frames.end()), None) + receipt::ENDING;
            let document = Origin { deliverable: String::new(), frame: None, shift, range: of_range(), shot: shot.clone() };
            let pictures = planned.iter().map(|file| {
                let range = if file.frame.is_none() { of_range() } else { None };
                (&file.name, Origin { deliverable: file.deliverable.clone(), frame: file.frame, shift, range, shot: None })
            });
            for (name, origin) in std::iter::once((&receipt, document)).chain(pictures) {
                let (of, other) = taken.entry(name.to_lowercase()).or_insert_with(|| (origin.clone(), range.frames.clone()));
                if *of != origin {
                    let why = format!("frames {} to {} of {} would have it, too", other.start(), other.end(), clip.1);
                    return Err(Error::refused(why)
                        .hint("its name needs {shot}, or {frame} as the clip numbers it")
                        .field("output name")
                        .value(name));
                }
            }
            Ok(ends(&planned))
        });
        range.files = Some(files);
    }
}

/// Every file of a range, and what of the recipe is not made of it.
fn planned(
    range: &Range,
    shot: Option<&str>,
    recipe: &OpenRecipe,
    output: &Output,
    (clip, name, plan): (&dyn Clip, &str, &Plan),
    progress: &Progress,
) -> Result<(Vec<Planned>, Vec<String>)> {
    let frames = frames_of(clip, Some(range.frames.clone()))?;
    let scratch = std::env::temp_dir();
    let what = What { begin: range.begin, shot, ..What::new(Some(recipe), output, plan, (clip, name), &frames, &scratch) };
    let delivering = Delivering::new(what, progress)?;
    Ok((delivering.planned()?, delivering.left_out()))
}

/// By deliverables, in their order.
fn ends(planned: &[Planned]) -> Vec<Files> {
    let of_one = planned.chunk_by(|a, b| a.deliverable == b.deliverable);
    let ends = of_one.filter_map(|files| Some((files.first()?, files.last()?)));
    ends.map(|(first, last)| Files { deliverable: first.deliverable.clone(), first: first.name.clone(), last: last.name.clone() }).collect()
}
