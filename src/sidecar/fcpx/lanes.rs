//! A sequence to tracks: the storyline, and what is connected to it, by lane.

use super::{
    clip::{is_item, is_sound, item},
    resources::{Reader, seconds, text, time},
};
use crate::{
    error::{Error, Result},
    sidecar::{
        timeline::{Base, Child, Content, Fraction, Item, TimeRange, Transition},
        xml::Element,
    },
};
use std::{cmp::Ordering, collections::BTreeMap};

/// An item at a second of the sequence.
struct Laid {
    start: Fraction,
    end: Fraction,
    item: Item,
}

/// A transition from one second to another; the cut lies between two items.
struct Blend {
    start: Fraction,
    end: Fraction,
    name: String,
    line: u32,
    used: bool,
}

/// One lane, pictures or sound.
#[derive(Default)]
struct Lane {
    items: Vec<Laid>,
    blends: Vec<Blend>,
}

/// By lane number; sound after pictures of the same.
type Lanes = BTreeMap<(i32, bool), Lane>;

pub(super) fn stack<'a>(reader: &mut Reader<'a>, sequence: &'a Element, rate: Fraction) -> Result<Item> {
    reader.enter(sequence)?;
    let mut lanes = Lanes::new();
    for spine in sequence.elements().filter(|e| e.name.local == "spine") {
        storyline(reader, spine, 0, Fraction::ZERO, rate, &mut lanes)?;
    }
    reader.leave();
    let mut tracks = vec![];
    for ((number, sound), lane) in lanes {
        tracks.extend(tracks_of(reader, number, sound, lane, rate)?.into_iter().map(Child::Item));
    }
    Ok(Item::new(Base::named("", sequence.line.0), None, Content::Stack { children: tracks }))
}

/// Lays down what stands in a storyline that begins at `at`.
fn storyline<'a>(reader: &mut Reader<'a>, spine: &'a Element, lane: i32, at: Fraction, rate: Fraction, lanes: &mut Lanes) -> Result<()> {
    reader.spend(spine)?;
    let mut end = at;
    for element in spine.elements() {
        let offset = |missing: Fraction| if element.get("offset").is_some() { at.plus(seconds(element, "offset")?) } else { Ok(missing) };
        if element.name.local == "transition" {
            let start = bounded(offset(end)?)?;
            let length = seconds(element, "duration")?;
            let blend = Blend { start, end: bounded(start.plus(length)?)?, name: text(element, "name"), line: element.line.0, used: false };
            lanes.entry((lane, false)).or_default().blends.push(blend);
        } else if is_item(element) {
            end = lay(reader, element, lane, offset(end)?, rate, lanes).map_err(|e| e.line(element.line.0))?;
        }
    }
    Ok(())
}

/// Lays down an item at `start` and what is connected to it; returns its end.
fn lay<'a>(
    reader: &mut Reader<'a>,
    element: &'a Element,
    lane: i32,
    start: Fraction,
    rate: Fraction,
    lanes: &mut Lanes,
) -> Result<Fraction> {
    reader.descend(element)?;
    let item = item(reader, element, rate)?;
    let length = match &item.range {
        Some(range) => range.duration.seconds()?,
        None => Fraction::ZERO,
    };
    let (start, end) = (bounded(start)?, bounded(start.plus(length)?)?);
    let sound = is_sound(reader, element);
    // The offset of what is connected counts in the time of what it is connected to.
    let own = seconds(element, "start")?;
    for child in element.elements().filter(|e| e.get("lane").is_some()) {
        let number = text(child, "lane");
        let lane = number.parse().map_err(|_| Error::invalid("not a lane").field("lane").value(number).line(child.line.0))?;
        let at = start.plus(seconds(child, "offset")?.minus(own)?)?;
        if child.name.local == "spine" {
            storyline(reader, child, lane, at, rate, lanes)?;
        } else if is_item(child) {
            lay(reader, child, lane, at, rate, lanes)?;
        }
    }
    if item.content != Content::Gap || !item.markers.is_empty() {
        lanes.entry((lane, sound)).or_default().items.push(Laid { start, end, item });
    }
    reader.ascend();
    Ok(end)
}

/// Tracks that items of one lane may need because they overlap.
const MAX_OVERLAP: usize = 64;

/// The tracks of a lane: one, and another for each item that overlaps.
fn tracks_of(reader: &mut Reader, number: i32, sound: bool, lane: Lane, rate: Fraction) -> Result<Vec<Item>> {
    let Lane { mut items, mut blends } = lane;
    items.sort_by(|a, b| order(a.start, b.start));
    blends.sort_by(|a, b| order(a.start, b.start));
    let mut tracks: Vec<(Fraction, Vec<Child>)> = vec![];
    for laid in items {
        let at = tracks.iter().position(|(end, _)| order(*end, laid.start).is_le()).unwrap_or_else(|| {
            tracks.push((Fraction::ZERO, vec![]));
            tracks.len() - 1
        });
        if at >= MAX_OVERLAP {
            let line = laid.item.base.line.0;
            return Err(Error::unsupported(format!("more than {MAX_OVERLAP} clips over each other"))
                .field("lane")
                .value(number)
                .line(line));
        }
        let Some((end, children)) = tracks.get_mut(at) else { continue };
        let gap = laid.start.minus(*end)?;
        if gap.is_positive() {
            // A transition into nothing, and one out of it.
            children.extend(cut(&mut blends, *end, rate)?);
            let range = TimeRange { start: time(Fraction::ZERO, rate)?, duration: time(gap, rate)? };
            children.push(Child::Item(Item::new(Base::default(), Some(range), Content::Gap)));
        }
        children.extend(cut(&mut blends, laid.start, rate)?);
        *end = laid.end;
        children.push(Child::Item(laid.item));
    }
    for (end, children) in &mut tracks {
        children.extend(cut(&mut blends, *end, rate)?);
    }
    for blend in blends.iter().filter(|b| !b.used) {
        reader.warn_at(format!("transition {:?}, which lies over no cut", blend.name), blend.line);
    }
    let kind = if sound { "Audio" } else { "Video" };
    let track = |(_, children)| Item::new(Base::named(number.to_string(), 0), None, Content::Track { kind: kind.into(), children });
    Ok(tracks.into_iter().map(track).collect())
}

/// The transition that lies over a cut, once.
fn cut(blends: &mut [Blend], at: Fraction, rate: Fraction) -> Result<Option<Child>> {
    let after = blends.partition_point(|b| order(b.start, at).is_le());
    let Some(blend) = after.checked_sub(1).and_then(|i| blends.get_mut(i)).filter(|b| !b.used && order(b.end, at).is_ge()) else {
        return Ok(None);
    };
    blend.used = true;
    let (before, after) = (time(at.minus(blend.start)?, rate)?, time(blend.end.minus(at)?, rate)?);
    let kind = if blend.name == "Cross Dissolve" { "SMPTE_Dissolve" } else { "Custom_Transition" };
    let base = Base::named(blend.name.clone(), blend.line);
    Ok(Some(Child::Transition(Transition { base, kind: kind.into(), before, after })))
}

/// Places are [`bounded`], so that they always compare.
fn order(a: Fraction, b: Fraction) -> Ordering {
    a.compare(b).unwrap_or(Ordering::Equal)
}

/// # Errors
/// So long a fraction that products of two exceed 128 bits.
fn bounded(place: Fraction) -> Result<Fraction> {
    let fits = |n: i128| n.unsigned_abs() < 1 << 62;
    if fits(place.numerator()) && fits(place.denominator()) {
        Ok(place)
    } else {
        Err(Error::unsupported("a time of too many digits").value(place))
    }
}
