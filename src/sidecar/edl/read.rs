//! Text to events.

use super::{Edl, Event, Locator, Speed, Transition};
use crate::{
    camera::Timecode,
    error::{Error, InFile, Result},
    sidecar::{
        cdl::{Cdl, parse_numbers},
        xml::{self, Limits, Line},
    },
};
use std::path::Path;

/// Reads a list of at most 16 MiB.
pub fn read(path: &Path) -> Result<Edl> {
    parse(&xml::read_bytes(path, Limits::default().bytes)?).in_file(path)
}

/// Parses a list.
///
/// # Errors
/// Not UTF-8; a line that begins with a number but is no event; an `M2`, `ASC_SOP` or `ASC_SAT` that cannot be read or
/// stands before any event. Each with its line.
pub fn parse(bytes: &[u8]) -> Result<Edl> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = 1 + bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count();
        Error::invalid("not UTF-8").line(line as u32)
    })?;
    let (mut edl, mut drop_frame) = (Edl::default(), false);
    for (i, line) in text.lines().enumerate() {
        let number = u32::try_from(i + 1).unwrap_or(u32::MAX);
        take(&mut edl, &mut drop_frame, line.trim(), number).map_err(|e| e.line(number))?;
    }
    Ok(edl)
}

fn take(edl: &mut Edl, drop_frame: &mut bool, line: &str, number: u32) -> Result<()> {
    if line.is_empty() {
        return Ok(());
    }
    if line.starts_with(|c: char| c.is_ascii_digit()) {
        edl.events.push(event(line, *drop_frame, number)?);
        return Ok(());
    }
    if let Some(title) = line.strip_prefix("TITLE:") {
        if edl.title.is_none() {
            edl.title = Some(title.trim().to_owned());
            return Ok(());
        }
    } else if let Some(mode) = line.strip_prefix("FCM:") {
        // Holds until the next one.
        *drop_frame = !mode.trim().starts_with("NON") && mode.contains("DROP");
        return Ok(());
    } else if line.split_ascii_whitespace().next() == Some("M2") {
        let speed = speed(line)?;
        let last = edl.events.last().ok_or_else(|| Error::invalid("M2 before any event"))?.number;
        // Of the two lines of a transition, the one with its reel.
        let pair = edl.events.iter_mut().rev().take_while(|e| e.number == last).filter(|e| e.speed.is_none());
        match pair.max_by_key(|e| (e.reel == speed.reel, e.line.0)) {
            Some(event) => event.speed = Some(speed),
            None => return Err(Error::invalid("more retimes than clips in the event").field("M2").value(line)),
        }
        return Ok(());
    }
    // Some programs leave out the asterisk.
    let comment = line.strip_prefix('*').unwrap_or(line).trim();
    match edl.events.last_mut() {
        None => edl.comments.push(comment.to_owned()),
        Some(event) => {
            if !note(event, comment)? {
                event.comments.push(comment.to_owned());
            }
        }
    }
    Ok(())
}

fn event(line: &str, fcm_drop: bool, number: u32) -> Result<Event> {
    let bad = |what: &str| Error::invalid(what).field("event").value(line);
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let split = words.len().checked_sub(4).filter(|n| *n >= 4).ok_or_else(|| bad("fewer than eight fields"))?;
    let (head, times) = words.split_at(split);
    let mut codes = [Timecode::new(0, 0, 0, 0, false).ok_or_else(|| bad("no timecode"))?; 4];
    for (code, text) in codes.iter_mut().zip(times) {
        *code = text.parse::<Timecode>()?;
        code.drop_frame |= fcm_drop;
    }
    let count: u32 = head[0].parse().map_err(|_| bad("the event number is not a number"))?;
    // From the right, because reel names may hold spaces.
    let (frames, head) = match head {
        [rest @ .., kind, frames] if transition(kind, Some(0)).is_some() && frames.bytes().all(|b| b.is_ascii_digit()) => {
            (Some(frames.parse().map_err(|_| bad("the duration of the transition is too large"))?), [rest, &[*kind]].concat())
        }
        all => (None, all.to_vec()),
    };
    let [_, reel @ .., track, kind] = head.as_slice() else { return Err(bad("fewer than eight fields")) };
    if reel.is_empty() {
        return Err(bad("no reel name"));
    }
    let transition = transition(kind, frames).ok_or_else(|| bad("not a transition (C, D, Wnnn or K with its frames)"))?;
    let [a, b, c, d] = codes;
    Ok(Event { track: (*track).to_owned(), transition, line: Line(number), ..Event::cut(count, reel.join(" "), [a, b], [c, d]) })
}

fn transition(kind: &str, frames: Option<u32>) -> Option<Transition> {
    match kind {
        "C" => Some(Transition::Cut),
        "D" => Some(Transition::Dissolve { frames: frames? }),
        "K" | "KB" | "KO" => Some(Transition::Key { kind: kind.to_owned(), frames }),
        _ => Some(Transition::Wipe { pattern: kind.strip_prefix('W')?.parse().ok()?, frames: frames? }),
    }
}

/// `M2 reel fps timecode`
fn speed(line: &str) -> Result<Speed> {
    let bad = || Error::invalid("not M2, reel, frames per second, timecode").field("M2").value(line);
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let [_, reel @ .., rate, at] = words.as_slice() else { return Err(bad()) };
    let frames_per_second = rate.parse::<f64>().ok().filter(|r| r.is_finite()).ok_or_else(bad)?;
    Ok(Speed { reel: reel.join(" "), frames_per_second, at: at.parse()? })
}

/// Reads a comment whose meaning is known; `false` for any other, and for a second one of its kind.
fn note(event: &mut Event, comment: &str) -> Result<bool> {
    let (slot, prefix) = match comment {
        c if c.starts_with("FROM CLIP NAME:") => (&mut event.clip_name, "FROM CLIP NAME:"),
        c if c.starts_with("TO CLIP NAME:") => (&mut event.to_clip_name, "TO CLIP NAME:"),
        c if c.starts_with("SOURCE FILE:") => (&mut event.source_file, "SOURCE FILE:"),
        c if c.starts_with("AMF_UUID") => (&mut event.amf_uuid, "AMF_UUID"),
        c if c.starts_with("AMF_NAME") => (&mut event.amf_name, "AMF_NAME"),
        c if c.starts_with("LOC:") => return Ok(locator(&c["LOC:".len()..]).map(|l| event.locators.push(l)).is_some()),
        c if c.starts_with("ASC_SOP") => {
            let cdl = event.cdl.get_or_insert_default();
            (cdl.slope, cdl.offset, cdl.power) = sop(after(c, "ASC_SOP")).ok_or_else(|| unreadable("ASC_SOP", c))?;
            return Ok(true);
        }
        c if c.starts_with("ASC_SAT") => {
            let value = parse_numbers(after(c, "ASC_SAT")).filter(|v| v.len() == 1).ok_or_else(|| unreadable("ASC_SAT", c))?;
            event.cdl.get_or_insert_default().saturation = value[0];
            return Ok(true);
        }
        _ => return Ok(false),
    };
    let free = slot.is_none();
    if free {
        *slot = Some(after(comment, prefix).to_owned());
    }
    Ok(free)
}

/// What follows the keyword, with or without a colon.
fn after<'a>(comment: &'a str, keyword: &str) -> &'a str {
    let rest = comment.strip_prefix(keyword).unwrap_or(comment).trim_start();
    rest.strip_prefix(':').unwrap_or(rest).trim()
}

fn unreadable(field: &str, value: &str) -> Error {
    Error::invalid("not the numbers of a CDL").field(field).value(value)
}

/// `(s s s)(o o o)(p p p)`
fn sop(text: &str) -> Option<([f64; 3], [f64; 3], [f64; 3])> {
    let mut groups = text.split('(');
    if !groups.next()?.trim().is_empty() {
        return None;
    }
    let mut next = || -> Option<[f64; 3]> { parse_numbers(&groups.next()?.trim().strip_suffix(')')?.replace(',', " "))?.try_into().ok() };
    let triple = (next()?, next()?, next()?);
    groups.next().is_none().then_some(triple)
}

/// `01:00:01:14 RED     ANIM FIX NEEDED`
fn locator(text: &str) -> Option<Locator> {
    let (at, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let (color, comment) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    Some(Locator { at: at.parse().ok()?, color: color.to_owned(), comment: comment.trim().to_owned() })
}

impl Edl {
    /// The correction of an event with the clip's name as id, as `.cc` and `.cdl` files want it.
    pub fn correction(event: &Event) -> Option<Cdl> {
        event.cdl.as_ref().map(|cdl| Cdl { id: event.clip_name.clone().or_else(|| Some(event.reel.clone())), ..cdl.clone() })
    }
}
