//! Where things lie: lengths, and every item with its place on the record side.

use super::Fraction;
use super::model::{Child, Content, Item, Object, Timeline, Transition};
use crate::error::Result;

/// An item and its place.
#[derive(Clone, Debug)]
pub struct Placed<'a> {
    pub item: &'a Item,
    /// Names of the tracks and stacks that it is in, outermost first, without the timeline's own stack.
    pub path: Vec<&'a str>,
    /// The kind of the innermost track: `Video`, `Audio` …
    pub kind: &'a str,
    /// Seconds from the beginning of the timeline; `None` behind an item of which nothing says how long it is.
    pub start: Option<Fraction>,
    /// Seconds; `None` where nothing says how long it is.
    pub length: Option<Fraction>,
    /// The transitions that lead into it and out of it.
    pub transitions: [Option<&'a Transition>; 2],
}

/// Every timeline in a file, also within collections.
pub fn timelines(object: &Object) -> Vec<&Timeline> {
    let mut found = vec![];
    let mut rest = vec![object];
    while let Some(next) = rest.pop() {
        match next {
            Object::Timeline(timeline) => found.push(timeline),
            Object::Collection(collection) => rest.extend(collection.children.iter().rev()),
            Object::Child(_) => {}
        }
    }
    found
}

/// Every clip and gap of a file, in its order.
///
/// # Errors
/// Times of more digits than 128 bits hold.
pub fn items(object: &Object) -> Result<Vec<Placed<'_>>> {
    let mut found = vec![];
    match object {
        Object::Timeline(timeline) => below(&timeline.tracks, &[], "", Some(Fraction::ZERO), &mut found)?,
        Object::Collection(collection) => {
            for child in &collection.children {
                found.extend(items(child)?);
            }
        }
        Object::Child(Child::Item(item)) => place(item, &[], "", Some(Fraction::ZERO), [None; 2], &mut found)?,
        Object::Child(_) => {}
    }
    Ok(found)
}

fn place<'a>(
    item: &'a Item,
    path: &[&'a str],
    kind: &'a str,
    start: Option<Fraction>,
    transitions: [Option<&'a Transition>; 2],
    found: &mut Vec<Placed<'a>>,
) -> Result<()> {
    match &item.content {
        Content::Clip(_) | Content::Gap => {
            found.push(Placed { item, path: path.to_vec(), kind, start, length: length(item)?, transitions });
            Ok(())
        }
        Content::Track { kind, .. } => below(item, &[path, &[item.base.name.as_str()]].concat(), kind, start, found),
        Content::Stack { .. } => below(item, &[path, &[item.base.name.as_str()]].concat(), kind, start, found),
    }
}

fn below<'a>(item: &'a Item, path: &[&'a str], kind: &'a str, start: Option<Fraction>, found: &mut Vec<Placed<'a>>) -> Result<()> {
    // A range says which part of the children is used.
    let mut at = match (start, &item.range) {
        (Some(start), Some(range)) => Some(start.minus(range.start.seconds()?)?),
        _ => start,
    };
    let children = item.children();
    let transition = |at: Option<usize>| match at.and_then(|at| children.get(at)) {
        Some(Child::Transition(transition)) => Some(transition),
        _ => None,
    };
    for (i, child) in children.iter().enumerate() {
        let Child::Item(child) = child else { continue };
        place(child, path, kind, at, [transition(i.checked_sub(1)), transition(i.checked_add(1))], found)?;
        if matches!(item.content, Content::Track { .. }) {
            at = match (at, length(child)?) {
                (Some(at), Some(length)) => Some(at.plus(length)?),
                _ => None,
            };
        }
    }
    Ok(())
}

/// How long an item is, in seconds: its range, else its media, else its children. `None` where nothing says so.
///
/// # Errors
/// Times of more digits than 128 bits hold.
pub fn length(item: &Item) -> Result<Option<Fraction>> {
    match &item.range {
        Some(range) => range.duration.seconds().map(Some),
        None => whole_length(item),
    }
}

/// How long an item is without its range, in seconds: its media, else its children. `None` where nothing says so.
///
/// # Errors
/// Times of more digits than 128 bits hold.
pub fn whole_length(item: &Item) -> Result<Option<Fraction>> {
    let children = item.children().iter().filter_map(|c| if let Child::Item(item) = c { Some(item) } else { None });
    match &item.content {
        Content::Clip(sources) => sources.active().and_then(|m| m.available.as_ref()).map(|range| range.duration.seconds()).transpose(),
        Content::Gap => Ok(None),
        Content::Track { .. } => {
            let mut sum = Fraction::ZERO;
            for child in children {
                let Some(length) = length(child)? else { return Ok(None) };
                sum = sum.plus(length)?;
            }
            Ok(Some(sum))
        }
        Content::Stack { .. } => {
            let mut longest = Fraction::ZERO;
            for child in children {
                let Some(length) = length(child)? else { return Ok(None) };
                if longest.compare(length)?.is_lt() {
                    longest = length;
                }
            }
            Ok(Some(longest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        camera::Rational,
        sidecar::timeline::{Base, Media, MediaKind, Sources, Time, TimeRange},
    };

    #[test]
    fn behind_an_item_without_a_length_no_place_is_known() {
        let rate = Rational::new(24, 1).unwrap();
        let clip = |frames: Option<i64>| {
            let range = frames.map(|n| TimeRange { start: Time::frames(0, rate).unwrap(), duration: Time::frames(n, rate).unwrap() });
            Child::Item(Item::new(Base::default(), range, Content::Clip(Sources::one(Media::new(MediaKind::Missing)))))
        };
        let children = vec![clip(Some(24)), clip(None), clip(Some(24)), clip(Some(24))];
        let track = Child::Item(Item::new(Base::named("V", 0), None, Content::Track { kind: "Video".into(), children }));
        let beside =
            Child::Item(Item::new(Base::named("W", 0), None, Content::Track { kind: "Video".into(), children: vec![clip(Some(1))] }));
        let tracks = Item::new(Base::default(), None, Content::Stack { children: vec![track, beside] });
        let object = Object::Timeline(Timeline { base: Base::default(), start: None, tracks });
        let starts: Vec<_> = items(&object).unwrap().iter().map(|p| p.start).collect();
        assert_eq!(starts, [Some(Fraction::ZERO), Some(Fraction::ONE), None, None, Some(Fraction::ZERO)]);
    }
}
