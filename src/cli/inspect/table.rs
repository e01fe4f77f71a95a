//! A clip for people: label, value, and where it is from.

use crate::camera::{Certainty, Clip};

/// Every field of a clip, a line each.
pub fn of_clip(clip: &dyn Clip) -> String {
    let frames = clip.frames();
    let mut text = format!("{}  ({})\n", clip.path().display(), clip.format());
    let mut rows = vec![("Frames".to_owned(), frame_summary(clip), String::new())];
    rows.extend(clip.metadata().rows().into_iter().filter(|r| r.name != "frame_count").map(|r| {
        let origin = match r.certainty {
            Certainty::Stated => r.key,
            Certainty::Derived => format!("{} (derived)", r.key),
            Certainty::Assumed => format!("{} (assumed)", r.key),
        };
        (r.label.to_owned(), r.value, origin)
    }));
    let wide = |n: usize| rows.iter().map(|r| [&r.0, &r.1][n].chars().count()).max().unwrap_or(0).min(48);
    let (label, value) = (wide(0), wide(1));
    for (l, v, origin) in &rows {
        text += format!("  {l:label$}  {v:value$}  {origin}").trim_end();
        text.push('\n');
    }
    for foreign in frames.foreign.iter().take(4) {
        text += &format!("  not of this clip: {}\n", foreign.display());
    }
    if frames.foreign.len() > 4 {
        text += &format!("  and {} more\n", frames.foreign.len() - 4);
    }
    for warning in &clip.metadata().warnings {
        text += &format!("  warning: {warning}\n");
    }
    if let Some(why) = clip.refusal() {
        text += &format!("  not decoded: {why}\n");
    }
    let more = clip.metadata().unmapped_count();
    if more > 0 {
        text += &format!("  {more} more fields of the file: --json\n");
    }
    text
}

/// `0-3, 4 frames; missing 5-6, 8`
fn frame_summary(clip: &dyn Clip) -> String {
    let frames = clip.frames();
    let mut text = match frames.present.len() {
        0 => "none".to_owned(),
        1 => format!("{}, 1 frame", frames.first()),
        n => format!("{}-{}, {n} frames", frames.first(), frames.last()),
    };
    let gaps: Vec<String> = frames.gaps().collect();
    if !gaps.is_empty() {
        text += &format!("; missing {}", gaps.join(", "));
    }
    text
}
