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
    if groups.len() > 999_999 {
        return Err(Error::unsupported("more events than 999999").value(groups.len()));
    }
    let mut events = vec![];
    for ((tracks, lines), number) in groups.into_iter().zip(1u32..) {
        let (channel, extra) = channel(&tracks);
        let last = lines.len().saturating_sub(1);
        for (i, line) in lines.into_iter().enumerate() {
            let mut event = Event { number, track: channel.clone(), ..line };
            event.comments.retain(|c| !c.starts_with("AUD "));
            if i == last {
                event.comments.extend(extra.clone());
            }
            events.push(event);
        }
    }
    Ok(events)
}

/// The channel word of these tracks, and the `AUD` comment for the third and fourth of sound.
fn channel(tracks: &[String]) -> (String, Option<String>) {
    let has = |name: &str| tracks.iter().any(|t| t == name);
    let extra: Vec<&str> = [("A3", "3"), ("A4", "4")].into_iter().filter(|(t, _)| has(t)).map(|(_, n)| n).collect();
    let sound = match (has("A1"), has("A2")) {
        (true, true) => Some("AA"),
        (true, false) => Some("A"),
        (false, true) => Some("A2"),
        // `AUD` needs an event to stand below.
        (false, false) => None,
    };
    let word = match (has("V"), sound) {
        (true, Some("A")) => "B".to_owned(),
        (true, Some(sound)) => format!("{sound}/V"),
        (true, None) => "V".to_owned(),
        (false, Some(sound)) => sound.to_owned(),
        (false, None) => return (tracks.first().cloned().unwrap_or_default(), None),
    };
    (word, (!extra.is_empty()).then(|| format!("AUD  {}", extra.join("    "))))
}
