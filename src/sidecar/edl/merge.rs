//! Events of several tracks to one list.

use super::{Event, timeline::number_name};
use crate::error::{Error, Result};
use std::collections::HashMap;

/// An event on its track.
pub(super) struct Laid {
    pub track: String,
    /// Its number is the one it had in the list that it came from, or 0.
    pub event: Event,
    /// Whether its name was made, because the list that it came from had none.
    pub made_name: bool,
}

/// Events that differ in their channel alone.
struct Group {
    tracks: Vec<String>,
    /// One, or the two of a transition.
    lines: Vec<Event>,
    made_name: bool,
}

/// Numbers the events by their place, but for those that had a later number, and makes one of those that differ in their channel alone.
pub(super) fn merge(all: Vec<Laid>) -> Result<Vec<Event>> {
    let mut groups: Vec<Group> = vec![];
    // A transition's two lines stay together: the first takes no time.
    let mut pending: Option<Event> = None;
    let mut index = HashMap::<String, usize>::new();
    for Laid { track, event, made_name } in all {
        if event.is_empty() {
            pending = Some(event);
            continue;
        }
        let lines: Vec<Event> = pending.take().into_iter().chain([event]).collect();
        let key = {
            let bare: Vec<Event> = lines.iter().map(|e| Event { track: String::new(), ..e.clone() }).collect();
            format!("{bare:?}")
        };
        match index.get(&key).and_then(|at| groups.get_mut(*at)) {
            Some(group) if !group.tracks.contains(&track) => group.tracks.push(track),
            _ => {
                index.insert(key, groups.len());
                groups.push(Group { tracks: vec![track], lines, made_name });
            }
        }
    }
    groups.sort_by_key(|g| g.lines.last().map(|e| (e.record[0].hours, e.record[0].minutes, e.record[0].seconds, e.record[0].frames)));
    let mut events = vec![];
    let mut number = 0u32;
    for Group { tracks, lines, made_name } in groups {
        for (channel, extra) in channels(&tracks) {
            let had = lines.last().map_or(0, |e| e.number);
            number = had.max(number.saturating_add(1));
            let last = lines.len().saturating_sub(1);
            for (i, line) in lines.iter().enumerate() {
                let mut event = Event { number, track: channel.clone(), ..line.clone() };
                event.comments.retain(|c| !c.starts_with("AUD "));
                if i == last {
                    // A reader makes that name of the number again.
                    let name = if lines.len() > 1 { &mut event.to_clip_name } else { &mut event.clip_name };
                    name.take_if(|n| made_name && *n == number_name(number));
                    event.comments.extend(extra.clone());
                }
                events.push(event);
            }
        }
    }
    if number > 999_999 {
        return Err(Error::unsupported("more events than 999999").value(number));
    }
    Ok(events)
}

/// The channel words of these tracks, each with the `AUD` comment for the third and fourth of sound; several where one word cannot
/// hold them.
fn channels(tracks: &[String]) -> Vec<(String, Option<String>)> {
    let has = |name: &str| tracks.iter().any(|t| t == name);
    let sound = match (has("A1"), has("A2")) {
        (true, true) => Some("AA"),
        (true, false) => Some("A"),
        (false, true) => Some("A2"),
        (false, false) => None,
    };
    let word = match (has("V"), sound) {
        (true, Some("A")) => "B".to_owned(),
        (true, Some(sound)) => format!("{sound}/V"),
        (true, None) => "V".to_owned(),
        (false, Some(sound)) => sound.to_owned(),
        // `AUD` needs an event to stand below.
        (false, None) => return tracks.iter().map(|t| (t.clone(), None)).collect(),
    };
    let aud: Vec<&str> = [("A3", "3"), ("A4", "4")].into_iter().filter(|(t, _)| has(t)).map(|(_, n)| n).collect();
    vec![(word, (!aud.is_empty()).then(|| format!("AUD  {}", aud.join("    "))))]
}
