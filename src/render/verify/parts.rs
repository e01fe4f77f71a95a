//! What of a clip no receipt speaks of, where it is delivered in parts.

use super::covered;
use crate::{
    camera::FrameNumber,
    recipe::{ClipRecipe, FrameRange, OpenRecipe, Output},
    render::{Only, Receipt},
};
use serde::Serialize;
use std::{collections::BTreeSet, fmt};

/// Frames that follow each other and that no receipt speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Absent {
    pub clip: String,
    pub first: FrameNumber,
    pub last: FrameNumber,
    /// What is not there of them: their files, or movies.
    pub half: Only,
}

impl Absent {
    /// How many they are.
    pub fn count(&self) -> u64 {
        u64::from(self.last) - u64::from(self.first) + 1
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { clip, first, last, half } = self;
        let movies = if *half == Only::Movies { "movies of " } else { "" };
        if first == last { write!(f, "{movies}frame {first} of {clip}") } else { write!(f, "{movies}frames {first} to {last} of {clip}") }
    }
}

type Span = (FrameNumber, FrameNumber);

/// What the receipts of a clip speak of.
#[derive(Default)]
pub(super) struct Parts {
    pub clip: String,
    /// With the half that was made where it is one.
    spans: Vec<(Option<Only>, Span)>,
    has_shots: bool,
}

impl Parts {
    pub fn add(&mut self, receipt: &Receipt) {
        self.clip.clone_from(&receipt.clip);
        self.has_shots |= receipt.shot.is_some();
        match receipt.range {
            Some(range) => self.spans.push((receipt.only, range)),
            None => self.spans.extend(receipt.frames.iter().map(|frame| (receipt.only, (frame.frame, frame.frame)))),
        }
    }

    /// Whether shots are cut from the clip.
    pub fn has_shots(&self) -> bool {
        self.has_shots
    }

    /// What is not there: of the frames that were approved of the clip, and without a recipe between the first and the last that
    /// receipts speak of. Of a clip from which shots are cut nobody wants all.
    pub fn absent(&self, recipe: Option<&OpenRecipe>) -> Vec<Absent> {
        if self.has_shots {
            return vec![];
        }
        let whole = recipe.and_then(|recipe| recipe.recipe.clips.iter().find(|entry| entry.name == self.clip)).map(|entry| entry.frames);
        let halves = recipe.map_or_else(|| vec![Only::Frames], wanted);
        halves.into_iter().flat_map(|half| self.absent_of(half, whole)).collect()
    }

    fn absent_of(&self, half: Only, whole: Option<FrameRange>) -> Vec<Absent> {
        let made = self.spans.iter().filter(|(only, _)| only.is_none_or(|only| only == half));
        let spans: Vec<Span> = made.map(|(_, span)| *span).collect();
        // A clip that has gaps has fewer frames than numbers.
        if whole.is_some_and(|whole| covered(spans.clone()) >= u64::from(whole.count)) {
            return vec![];
        }
        let known = || Some((spans.iter().map(|(first, _)| *first).min()?, spans.iter().map(|(_, last)| *last).max()?));
        let Some(whole) = whole.map(|whole| (whole.first, whole.last)).or_else(known) else { return vec![] };
        let absent = |(first, last)| Absent { clip: self.clip.clone(), first, last, half };
        open(spans, whole).into_iter().map(absent).collect()
    }
}

/// The halves that a recipe asks for.
fn wanted(recipe: &OpenRecipe) -> Vec<Only> {
    let output = Output::or_plain(recipe.recipe.output.as_ref());
    [Only::Frames, Only::Movies].into_iter().filter(|half| output.deliverables.iter().any(|d| half.has(d))).collect()
}

/// Clips that were approved and of which there is no receipt, where there is one of others that were: a delivery of clips that the recipe
/// admits besides is whole without them.
pub(super) fn unheard(recipe: &OpenRecipe, heard: &BTreeSet<String>) -> Vec<Absent> {
    let (there, missing): (Vec<_>, Vec<_>) = recipe.recipe.clips.iter().partition(|entry| heard.contains(&entry.name));
    if there.is_empty() {
        return vec![];
    }
    let absent = |entry: &ClipRecipe| {
        let (clip, FrameRange { first, last, .. }) = (entry.name.clone(), entry.frames);
        wanted(recipe).into_iter().map(move |half| Absent { clip: clip.clone(), first, last, half })
    };
    missing.into_iter().flat_map(absent).collect()
}

/// What is left of a whole.
fn open(mut spans: Vec<Span>, (first, last): Span) -> Vec<Span> {
    spans.sort_unstable();
    let (mut left, mut next) = (vec![], Some(first));
    for (begin, end) in spans {
        let Some(open) = next.filter(|open| *open <= last) else { break };
        if begin > open {
            left.push((open, last.min(begin - 1)));
        }
        next = open.max(end).checked_add(u32::from(end >= open));
    }
    left.extend(next.filter(|open| *open <= last).map(|open| (open, last)));
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_whole_stands_between_the_spans_and_at_its_ends() {
        assert_eq!(open(vec![(1, 4)], (1, 4)), []);
        assert_eq!(open(vec![], (1, 4)), [(1, 4)]);
        assert_eq!(open(vec![(5, 6), (2, 3), (3, 3)], (1, 9)), [(1, 1), (4, 4), (7, 9)]);
        assert_eq!(open(vec![(2, 2), (4, 90)], (2, 9)), [(3, 3)]);
        assert_eq!(open(vec![(20, 30)], (2, 9)), [(2, 9)]);
        assert_eq!(open(vec![(9, 1), (0, u32::MAX)], (0, u32::MAX)), [], "what a receipt says may be anything");
    }

    #[test]
    fn halves_are_held_each_for_itself() {
        let parts = |spans: &[(Option<Only>, Span)]| Parts { clip: "A".into(), spans: spans.to_vec(), has_shots: false };
        let said = |parts: &Parts, half, whole| parts.absent_of(half, whole).iter().map(ToString::to_string).collect::<Vec<_>>();
        let halves = parts(&[(Some(Only::Frames), (1, 2)), (Some(Only::Frames), (4, 4)), (Some(Only::Movies), (1, 4))]);
        let whole = |count| Some(FrameRange { first: 1, last: 6, count });
        assert_eq!(said(&halves, Only::Frames, None), ["frame 3 of A"]);
        assert_eq!(said(&halves, Only::Frames, whole(6)), ["frame 3 of A", "frames 5 to 6 of A"]);
        assert_eq!(said(&halves, Only::Movies, whole(6)), ["movies of frames 5 to 6 of A"]);
        assert_eq!(said(&halves, Only::Frames, whole(3)), [""; 0], "the clip has no others");
        assert_eq!(said(&parts(&[]), Only::Frames, None), [""; 0]);
        assert!(Parts { has_shots: true, ..halves }.absent(None).is_empty());
    }
}
