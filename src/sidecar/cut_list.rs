//! Cut lists that camera clips are held against: whatever format they have, their events as an EDL has them.

use super::{
    Diagnostic,
    edl::{self, Edl, Options},
    otio,
    timeline::{self, Child, Content, Format, Object, Placed, Timeline},
    xml,
};
use crate::{
    camera::Rational,
    error::{Error, InFile, Result},
    files,
};
use std::path::Path;

/// A cut list, as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct CutList {
    pub format: Format,
    /// Frames a second; an EDL states none, and counts as its clips do.
    pub rate: Option<Rational>,
    pub edl: Edl,
    /// What it holds and the events cannot say.
    pub notes: Vec<Diagnostic>,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// Reads an EDL, OTIO, FCP7 XML or FCPXML. Of a timeline with several video tracks every one that is on counts.
///
/// # Errors
/// Those of [`timeline::open`] and [`Edl::from_timeline`]; an ALE, which lists clips and no cut; a file of several timelines; a list
/// without a single event.
pub fn open(path: &Path) -> Result<CutList> {
    let bytes = xml::read_bytes(path, otio::MAX_BYTES)?;
    parse(&bytes).in_file(path)
}

fn parse(bytes: &[u8]) -> Result<CutList> {
    let sha256 = files::sha256(bytes);
    let list = match timeline::recognise(bytes)? {
        Format::Edl => CutList { format: Format::Edl, rate: None, edl: edl::parse(bytes)?, notes: vec![], sha256 },
        Format::Ale => return Err(Error::unsupported("an ALE lists clips and no cut: there is no event to hold against them")),
        format => {
            let (object, _, mut notes) = timeline::parse(bytes, None)?;
            let timeline = only_timeline(&object)?;
            let rate = rate_of(timeline, &timeline::items(&object)?)?;
            let (edl, left_out) = whole(timeline, rate)?;
            notes.extend(left_out);
            CutList { format, rate: Some(rate), edl, notes, sha256 }
        }
    };
    if list.edl.events.is_empty() { Err(Error::invalid(format!("the {} has no event", list.format.label()))) } else { Ok(list) }
}

/// The only timeline of a document.
///
/// # Errors
/// It has none, or several.
pub fn only_timeline(object: &Object) -> Result<&Timeline> {
    match timeline::timelines(object).as_slice() {
        [timeline] => Ok(timeline),
        several => Err(Error::unsupported(format!("an EDL is made of one timeline; here are {}", several.len()))),
    }
}

/// The rate of a timeline: of its start, else of its first clip.
///
/// # Errors
/// It states none.
pub fn rate_of(timeline: &Timeline, items: &[Placed]) -> Result<Rational> {
    let start = timeline.start.as_ref().map(|t| t.rate.number);
    let first = items.iter().find_map(|p| p.item.range.as_ref()).map(|r| r.duration.rate.number);
    let rate = start.into_iter().chain(first).find_map(|rate| timeline::frame_rate(rate).ok());
    rate.ok_or_else(|| Error::usage("the timeline has no frame rate: `prelight timeline convert` takes one with --rate"))
}

/// The events of every video track that is on, one track after the other; of a transition both lines keep one number.
fn whole(timeline: &Timeline, rate: Rational) -> Result<(Edl, Vec<Diagnostic>)> {
    let is_video = |child: &&Child| matches!(child, Child::Item(i) if matches!(&i.content, Content::Track { kind, .. } if kind == "Video"));
    let tracks = timeline.tracks.children().iter().filter(is_video);
    let on: Vec<usize> = tracks.enumerate().filter(|(_, t)| matches!(t, Child::Item(i) if i.enabled)).map(|(i, _)| i).collect();
    let [first, others @ ..] = on.as_slice() else { return Edl::from_timeline(timeline, rate, Options::default()) };
    let of = |track: usize| Edl::from_timeline(timeline, rate, Options { track: Some(track), ..Options::default() });
    let (mut edl, mut notes) = of(*first)?;
    // Of each track the others are left out, and none is in the end.
    let is_other = |note: &Diagnostic| note.message.ends_with("which was not chosen");
    notes.retain(|n| !is_other(n));
    for track in others {
        let (more, left_out) = of(*track)?;
        notes.extend(left_out.into_iter().filter(|n| !is_other(n) && !notes.contains(n)).collect::<Vec<_>>());
        let last = edl.events.iter().map(|e| e.number).max().unwrap_or(0);
        // The sound is there already.
        let pictures = more.events.into_iter().filter(|e| e.track.to_uppercase().contains('V'));
        edl.events.extend(pictures.map(|e| edl::Event { number: last + e.number, ..e }));
    }
    Ok((edl, notes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_TRACKS: &str = r#"{ "OTIO_SCHEMA": "Timeline.1", "name": "cut",
      "global_start_time": { "OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": 86400.0 },
      "tracks": { "OTIO_SCHEMA": "Stack.1", "name": "tracks", "children": [
        { "OTIO_SCHEMA": "Track.1", "name": "V1", "kind": "Video", "children": [ CLIP("A001C001") ] },
        { "OTIO_SCHEMA": "Track.1", "name": "V2", "kind": "Video", "children": [ CLIP("A001C002"), CLIP("A001C003") ] } ] } }"#;
    const CLIP: &str = r#"{ "OTIO_SCHEMA": "Clip.1", "name": "NAME", "source_range": { "OTIO_SCHEMA": "TimeRange.1",
      "start_time": { "OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": 864000.0 },
      "duration": { "OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": 12.0 } } }"#;

    fn otio(text: &str) -> String {
        ["A001C001", "A001C002", "A001C003"]
            .iter()
            .fold(text.to_owned(), |text, name| text.replace(&format!("CLIP(\"{name}\")"), &CLIP.replace("NAME", name)))
    }

    #[test]
    fn every_track_that_is_on_counts() {
        let list = parse(otio(TWO_TRACKS).as_bytes()).unwrap();
        let events: Vec<(u32, &str)> = list.edl.events.iter().map(|e| (e.number, e.name().unwrap_or_default())).collect();
        assert_eq!(events, [(1, "A001C001"), (2, "A001C002"), (3, "A001C003")]);
        assert_eq!((list.rate, list.format), (Rational::new(24, 1), Format::Otio));
        assert!(!list.notes.iter().any(|n| n.message.contains("not chosen")), "{:?}", list.notes);
        let off = otio(TWO_TRACKS).replacen("\"name\": \"V1\",", "\"name\": \"V1\", \"enabled\": false,", 1);
        let list = parse(off.as_bytes()).unwrap();
        assert_eq!(list.edl.events.len(), 2);
        assert!(list.notes.iter().any(|n| n.message.contains("disabled")), "{:?}", list.notes);
    }

    #[test]
    fn what_is_no_cut_says_so() {
        let why = |text: &str| parse(text.as_bytes()).unwrap_err().to_string();
        assert!(why("TITLE: DAY\n").contains("has no event"));
        assert!(why("Heading\nFIELD_DELIM\tTABS\n").contains("lists clips and no cut"));
        assert!(why("{}").len() > 3);
    }
}
