//! The events of a cut that show a camera's pictures, whatever format the list has.

use super::{rates::frames_at, shot::Shot};
use crate::{
    camera::{Rational, Timecode},
    error::{InFile, Result},
    sidecar::{
        Level, edl,
        timeline::{self, Content, EffectKind, Format, Fraction, Item, MediaKind, Object, Placed, source_frames},
    },
};
use std::{collections::HashMap, path::Path};

/// What an event says of its source.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// As an EDL counts it; in other lists its place, from 1.
    pub number: u32,
    /// Line in the file; 0 where it has none.
    pub line: u32,
    pub track: String,
    /// The surest first: source file, clip name.
    pub names: Vec<String>,
    pub reel: Option<String>,
    /// The rate at which its timecode counts.
    pub rate: Rational,
    /// Whether labels are dropped; none where nothing says so.
    pub drop_frame: Option<bool>,
    /// First frame of the source, counted from 00:00:00:00 at the rate.
    pub start: i64,
    /// Frames of the source that are shown.
    pub frames: u64,
    /// Frames of the source that transitions show before and behind these.
    pub blends: [u64; 2],
    /// Seconds from the beginning of the cut, as the list counts them, and how long it is there; none where nothing says so.
    pub record: Option<[Fraction; 2]>,
    /// Source time for record time; 0 holds one frame. None at normal speed.
    pub speed: Option<Fraction>,
    /// What the list says of which shot it is.
    pub shot: Option<Shot>,
    /// What is odd about it.
    pub notes: Vec<String>,
}

impl Event {
    /// Timecode of a frame of its source.
    pub fn code(&self, frame: i64) -> String {
        let drop = self.drop_frame == Some(true) && Timecode::can_drop(self.rate);
        u64::try_from(frame).map_or_else(|_| frame.to_string(), |n| Timecode::from_frame_count(n, self.rate, drop).to_string())
    }

    /// The speed in words.
    pub fn retime(&self) -> Option<String> {
        let speed = self.speed?;
        Some(if speed == Fraction::ZERO { "freeze".into() } else { format!("x{speed}") })
    }
}

/// The events of a list.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// Of the file that they were read from.
    pub format: Option<Format>,
    pub events: Vec<Event>,
    pub warnings: Vec<String>,
    /// None where nothing says so.
    pub record: Option<RecordClock>,
}

/// How a list counts its record side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordClock {
    pub rate: Rational,
    pub drop_frame: bool,
    /// Record time of the first frame: frames from 00:00:00:00; none where nothing says so.
    pub start: Option<Fraction>,
}

impl RecordClock {
    /// That of the only timeline of a file; where it has no start, the rate is that of the first length.
    fn of(object: &Object, items: &[Placed]) -> Result<Option<Self>> {
        let timelines = timeline::timelines(object);
        let only = if let [only] = timelines.as_slice() { Some(*only) } else { None };
        let lengths = items.iter().filter_map(|placed| placed.item.range.as_ref()).map(|range| range.duration.rate.number);
        let stated = only.and_then(|only| only.start.as_ref()).map(|start| start.rate.number);
        let Some(rate) = stated.into_iter().chain(lengths).find_map(|rate| timeline::frame_rate(rate).ok()) else { return Ok(None) };
        let start = only.and_then(|only| only.start.as_ref()).map(|start| frames_at(start, timeline::fraction(rate)?)).transpose()?;
        Ok(Some(Self { rate, drop_frame: only.is_some_and(|only| only.drop_frame()), start }))
    }
}

/// Reads a list. `rate` is that of an EDL, which does not say.
///
/// # Errors
/// As [`timeline::open`]; times of more digits than 128 bits hold.
pub fn events(file: &Path, rate: Option<Rational>) -> Result<Events> {
    let (object, format, found) = timeline::open(file, rate)?;
    let numbers = if format == Format::Edl { numbers(file)? } else { HashMap::new() };
    let mut cut = Events { format: Some(format), ..of(&object, &numbers).in_file(file)? };
    let odd = found.iter().filter(|d| d.level != Level::Info).map(|d| format!("{} [{}]", d.message, d.code));
    cut.warnings.splice(0..0, odd);
    Ok(cut)
}

/// Numbers of the events of an EDL, by their lines.
fn numbers(file: &Path) -> Result<HashMap<u32, u32>> {
    let list = edl::read(file)?;
    Ok(list.events.iter().map(|event| (event.line.0, event.number)).collect())
}

fn of(object: &Object, numbers: &HashMap<u32, u32>) -> Result<Events> {
    let items = timeline::items(object)?;
    let mut cut = Events { record: RecordClock::of(object, &items)?, ..Events::default() };
    let mut left_out = [0usize; 2];
    for placed in items.iter().filter(|placed| is_picture(placed)) {
        if !placed.item.enabled {
            left_out[0] += 1;
            continue;
        }
        let next = u32::try_from(cut.events.len() + 1).unwrap_or(u32::MAX);
        let number = numbers.get(&placed.item.base.line.0).copied().unwrap_or(next);
        match event(placed, number)? {
            Some(event) => cut.events.push(event),
            None => left_out[1] += 1,
        }
    }
    let words = ["are disabled, and left out", "do not say which part of their source they show, and are left out"];
    let told = left_out.into_iter().zip(words).filter(|(count, _)| *count > 0);
    cut.warnings.extend(told.map(|(count, words)| format!("{} {words}", crate::words::count(count, "event"))));
    Ok(cut)
}

/// Whether it shows the picture of a clip. Black, bars and titles are nobody's.
fn is_picture(placed: &Placed) -> bool {
    let made = matches!(placed.item.media().map(|m| &m.kind), Some(MediaKind::Generator { .. }));
    matches!(placed.item.content, Content::Clip(_)) && placed.kind != "Audio" && !made
}

fn event(placed: &Placed, number: u32) -> Result<Option<Event>> {
    let item = placed.item;
    let range = match item.source_range()? {
        Some(range) => range,
        None => match item.media().and_then(|m| m.available.clone()) {
            Some(whole) => whole,
            None => return Ok(None),
        },
    };
    let Ok(rate) = timeline::frame_rate(range.start.rate.number) else { return Ok(None) };
    let fps = range.start.rate.number;
    let (start, shown) = (range.start.value.number, frames_at(&range.duration, fps)?);
    let mut notes = vec![];
    let speed = speed(item);
    let mut frames = whole(shown.plus(fractional(start)?)?);
    // The source of a list and its speed are rounded apart: what either shows is pulled.
    if let (Some(kind), Some(listed)) = (item.retime(), item.listed_retime()) {
        let by_speed = whole(source_frames(Some(kind), Fraction::new(listed.record.into(), 1)?)?);
        if by_speed.abs_diff(frames) > 1 {
            let (says, counts) = (crate::words::count(frames, "source frame"), by_speed);
            notes.push(format!("says {says}, its speed makes {counts}: the longer is pulled"));
        }
        frames = frames.max(by_speed);
    }
    if frames == 0 {
        return Ok(None);
    }
    let record = placed.start.zip(placed.length).map(|(at, length)| [at, length]);
    Ok(Some(Event {
        number,
        line: item.base.line.0,
        track: placed.path.join("/"),
        names: names(item),
        reel: item.reel().map(str::to_owned),
        rate,
        drop_frame: item.drop_frame(),
        start: i64::try_from(start.floor()).unwrap_or(if start.is_positive() { i64::MAX } else { i64::MIN }),
        frames,
        blends: blends(placed, fps, speed)?,
        record,
        speed,
        shot: Shot::of(item),
        notes,
    }))
}

/// What a number has beyond the whole one below it.
fn fractional(number: Fraction) -> Result<Fraction> {
    Fraction::new(number.numerator().rem_euclid(number.denominator()), number.denominator())
}

/// The whole number at or above it; 0 for what is negative.
fn whole(number: Fraction) -> u64 {
    u64::try_from(number.ceil().max(0)).unwrap_or(u64::MAX)
}

fn speed(item: &Item) -> Option<Fraction> {
    match item.retime()? {
        EffectKind::Freeze => Some(Fraction::ZERO),
        EffectKind::Speed(scalar) => Some(scalar.number),
        _ => None,
    }
}

/// Source frames that transitions show besides: of the one that leads in before the cut, of the one that leads out behind it.
fn blends(placed: &Placed, fps: Fraction, speed: Option<Fraction>) -> Result<[u64; 2]> {
    let [into, out_of] = placed.transitions;
    let frames = |time: Option<&timeline::Time>| -> Result<u64> {
        let Some(time) = time else { return Ok(0) };
        let record = frames_at(time, fps)?;
        let source = match speed {
            Some(speed) if speed.numerator() < 0 => record.times(Fraction::ZERO.minus(speed)?)?,
            Some(speed) => record.times(speed)?,
            None => record,
        };
        Ok(whole(source))
    };
    let blends = [frames(into.map(|t| &t.before))?, frames(out_of.map(|t| &t.after))?];
    // Backwards, what comes before the cut lies behind in the source.
    let backwards = speed.is_some_and(|s| s.numerator() < 0);
    Ok(if backwards { [blends[1], blends[0]] } else { blends })
}

/// What names the clip: its file, then what it is called.
fn names(item: &Item) -> Vec<String> {
    let file = match item.media().map(|m| &m.kind) {
        Some(MediaKind::External(url)) => Some(percent_decoded(url)),
        Some(MediaKind::Sequence(s)) => Some(s.prefix.trim_end_matches(['.', '_', '-']).to_owned()),
        _ => None,
    };
    let listed = item.comments().filter_map(|c| c.strip_prefix("SOURCE FILE:")).map(|c| c.trim().to_owned());
    let media = item.media().map(|m| m.base.name.clone());
    let mut names = vec![];
    for name in file.into_iter().chain(listed).chain([item.base.name.clone()]).chain(media) {
        if !name.trim().is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `%20` of a URL is a space; what is no such escape stays.
fn percent_decoded(url: &str) -> String {
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code =
            (*first == b'%').then(|| std::str::from_utf8(after.get(..2)?).ok()).flatten().and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            Some(code) => {
                bytes.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &str, rate: (i64, i64)) -> Events {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.edl");
        std::fs::write(&file, list).unwrap();
        events(&file, Rational::new(rate.0, rate.1)).unwrap()
    }

    #[test]
    fn events_say_their_source_with_transitions_and_retimes() {
        let list = "TITLE: t
001 A001 V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00
* FROM CLIP NAME: one
002 A001 V C 01:00:01:00 01:00:01:00 10:00:01:00 10:00:01:00
002 A002 V D 012 02:00:00:00 02:00:02:00 10:00:01:00 10:00:03:00
* FROM CLIP NAME: one
* TO CLIP NAME: two
003 BL V C 00:00:00:00 00:00:01:00 10:00:03:00 10:00:04:00
004 A003 V C 03:00:00:00 03:00:02:00 10:00:04:00 10:00:05:00
M2 A003 048.0 03:00:00:00
007 A004 A C 03:00:00:00 03:00:01:00 10:00:05:00 10:00:06:00
";
        let cut = read(list, (24, 1));
        let said: Vec<_> = cut.events.iter().map(|e| (e.number, e.code(e.start), e.frames, e.blends, e.retime())).collect();
        assert_eq!(
            said,
            [
                (1, "01:00:00:00".into(), 24, [0, 12], None),
                (2, "02:00:00:00".into(), 48, [0, 0], None),
                (4, "03:00:00:00".into(), 48, [0, 0], Some("x2".into())),
            ]
        );
        assert_eq!((cut.events[1].names.clone(), cut.events[1].reel.as_deref()), (vec!["two".to_owned()], Some("A002")));
        let record = RecordClock { rate: Rational::new(24, 1).unwrap(), drop_frame: false, start: Some(Fraction::whole(24 * 36000)) };
        assert_eq!(cut.record, Some(record));
        assert_eq!(cut.events[2].record, Some([Fraction::whole(4), Fraction::ONE]));
    }

    #[test]
    fn the_list_says_of_which_shot_an_event_is() {
        let list = "TITLE: t
001 A001 V C 01:00:00:00 01:00:01:00 10:00:00:00 10:00:01:00
* LOC: 10:00:00:12 RED ABC_0010 wires
* VFX SHOT: ABC_0015
002 A002 V C 01:00:00:00 01:00:01:00 10:00:01:00 10:00:02:00
* LOC: 10:00:01:02 RED look at this
* LOC: 10:00:01:12 RED ABC_0020 wires
003 A003 V C 01:00:00:00 01:00:01:00 10:00:02:00 10:00:03:00
* LOC: 10:00:02:02 RED look at this
";
        let said: Vec<_> =
            read(list, (24, 1)).events.iter().map(|e| e.shot.as_ref().map(|shot| (shot.name.clone(), shot.from.word()))).collect();
        assert_eq!(said, [Some(("ABC_0015".into(), "comment")), Some(("ABC_0020".into(), "marker")), None]);
    }

    #[test]
    fn a_source_that_contradicts_its_speed_is_pulled_as_the_longer() {
        let list = "TITLE: t
001 A003 V C 03:00:00:00 03:00:01:12 10:00:04:00 10:00:05:00
M2 A003 048.0 03:00:00:00
";
        let event = &read(list, (24, 1)).events[0];
        assert_eq!((event.frames, event.notes.len()), (48, 1), "{:?}", event.notes);
    }

    #[test]
    fn names_of_urls_are_read() {
        assert_eq!(percent_decoded("file:///v/A%20b%C3%A4.mov"), "file:///v/A bä.mov");
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("a%zz%FF"), "a%zz%FF");
    }
}
