//! Events of several tracks to one list.

use super::Event;
use crate::error::{Error, Result};
use std::collections::HashMap;

/// Numbers the events by their place, and makes one of those that differ in their channel alone.
pub(super) fn merge(all: Vec<(String, Event)>) -> Result<Vec<Event>> {
    // A transition's two lines stay together: the first is marked with number 1.
    let mut groups: Vec<(Vec<String>, Vec<Event>)> = vec![];
    let mut pending: Option<(String, Event)> = None;
    let mut index = HashMap::<String, usize>::new();
    for (track, event) in all {
        if event.number == 1 && event.is_empty() {
            pending = Some((track, event));
            continue;
        }
        let lines: Vec<Event> = pending.take().map(|(_, e)| e).into_iter().chain([event]).collect();
        let key = {
            let bare: Vec<Event> = lines.iter().map(|e| Event { track: String::new(), ..e.clone() }).collect();
            format!("{bare:?}")
        };
        match index.get(&key).and_then(|at| groups.get_mut(*at)) {
            Some((tracks, _)) if !tracks.contains(&track) => tracks.push(track),
            _ => {
                index.insert(key, groups.len());
                groups.push((vec![track], lines));
            }
        }
    }
    groups
        .sort_by_key(|(_, lines)| lines.last().map(|e| (e.record[0].hours, e.record[0].minutes, e.record[0].seconds, e.record[0].frames)));
    let mut events = vec![];
    let mut number = 0u32;
    for (tracks, lines) in groups {
        for (channel, extra) in channels(&tracks) {
            number += 1;
            let last = lines.len().saturating_sub(1);
            for (i, line) in lines.iter().enumerate() {
                let mut event = Event { number, track: channel.clone(), ..line.clone() };
                event.comments.retain(|c| !c.starts_with("AUD "));
                if i == last {
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
