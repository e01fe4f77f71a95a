//! Which tracks of a timeline go into a list, and under which names.

use super::build::Builder;
use crate::{
    error::{Error, Result},
    sidecar::timeline::{Child, Content, Item, Timeline, whole_length},
    words::count,
};

/// The sound that a list has words for.
const SOUND: [&str; 4] = ["A1", "A2", "A3", "A4"];

/// The tracks that go into the list, with their names there: one of pictures, and up to four of sound. What stays out is noted.
pub(super) fn tracks<'a>(timeline: &'a Timeline, wanted: Option<usize>, builder: &mut Builder) -> Result<Vec<(String, &'a Item)>> {
    let stack = &timeline.tracks;
    if let Some(range) = &stack.range
        && (range.start.value.number.numerator() != 0 || whole_length(stack)? != Some(range.duration.seconds()?))
    {
        return Err(Error::unsupported("a timeline of which a part is used; flatten it").field("source_range").line(stack.base.line.0));
    }
    builder.markers_and_effects(stack, "the timeline");
    let (mut video, mut audio): (Vec<&Item>, Vec<&Item>) = (vec![], vec![]);
    for child in stack.children() {
        match child {
            Child::Item(item) => match &item.content {
                Content::Track { kind, .. } if kind == "Audio" => audio.push(item),
                Content::Track { kind, .. } if kind == "Video" => video.push(item),
                _ => builder.note(item, format!("{:?}, which is no video or audio track", item.base.name)),
            },
            _ => return Err(Error::unsupported("something between the tracks that is none").field("tracks")),
        }
    }
    let picture = picture(&video, wanted, builder)?;
    let mut all: Vec<(String, &Item)> = picture.map(|t| ("V".to_owned(), t)).into_iter().collect();
    all.extend(sound(&audio, builder));
    Ok(all)
}

fn picture<'a>(video: &[&'a Item], wanted: Option<usize>, builder: &mut Builder) -> Result<Option<&'a Item>> {
    let at = match wanted {
        Some(at) if at < video.len() => Some(at),
        Some(at) => {
            let message = format!("the timeline has {}", count(video.len(), "video track"));
            return Err(Error::usage(message).field("--track").value(at.saturating_add(1)));
        }
        None => {
            let on: Vec<usize> = video.iter().enumerate().filter(|(_, t)| t.enabled).map(|(i, _)| i).collect();
            if on.len() > 1 {
                let names = on.iter().filter_map(|i| Some((i + 1, video.get(*i)?.base.name.as_str())));
                let names: Vec<String> =
                    names.map(|(n, name)| if name.is_empty() { n.to_string() } else { format!("{n} {name:?}") }).collect();
                let message =
                    format!("an EDL has one video track: choose one of {} by its number (--track): {}", on.len(), names.join(", "));
                return Err(Error::unsupported(message).field("tracks"));
            }
            on.first().copied()
        }
    };
    for (_, track) in video.iter().enumerate().filter(|(i, _)| Some(*i) != at) {
        let why = if track.enabled { "was not chosen" } else { "is disabled" };
        builder.note(track, format!("video track {:?}, which {why}", track.base.name));
    }
    Ok(at.and_then(|at| video.get(at).copied()))
}

/// A track keeps the name of a channel; any other gets the first that is free.
fn sound<'a>(audio: &[&'a Item], builder: &mut Builder) -> Vec<(String, &'a Item)> {
    let mut on = vec![];
    for track in audio {
        if track.enabled {
            on.push(*track);
        } else {
            builder.note(track, format!("audio track {:?}, which is disabled", track.base.name));
        }
    }
    let mut free = SOUND.to_vec();
    let mut take = |wanted: &dyn Fn(&str) -> bool| free.iter().position(|n| wanted(n)).map(|at| free.remove(at));
    let mut names: Vec<Option<&str>> = on.iter().map(|t| take(&|n| n == t.base.name)).collect();
    for name in names.iter_mut().filter(|n| n.is_none()) {
        *name = take(&|_| true);
    }
    let mut found = vec![];
    for (track, name) in on.into_iter().zip(names) {
        match name {
            Some(name) => {
                // A channel of that number says something else.
                if name != track.base.name && track.base.name.strip_prefix('A').is_some_and(|n| n.parse::<u32>().is_ok()) {
                    builder.note(track, format!("the name of audio track {:?}, which becomes {name}", track.base.name));
                }
                found.push((name.to_owned(), track));
            }
            None => builder.note(track, format!("audio track {:?}: a list has four", track.base.name)),
        }
    }
    found
}
