//! Events to text.

use super::{Edl, Event, Transition};
use crate::sidecar::cdl::number;
use std::fmt::Write;

/// Writes a list; `parse(write(edl))` gives `edl` back where its texts are single lines without outer spaces.
///
/// Reel names are written whole: Netflix and Avid match on them, and 8 characters are not enough.
pub fn write(edl: &Edl) -> String {
    let mut out = String::new();
    if let Some(title) = &edl.title {
        let _ = writeln!(out, "TITLE: {}", one_line(title));
    }
    for comment in &edl.comments {
        let _ = writeln!(out, "* {}", one_line(comment));
    }
    // Where drop and non-drop are mixed, the semicolons tell them apart.
    let drop_frame = edl.events.iter().all(|e| e.source.iter().chain(&e.record).all(|t| t.drop_frame));
    if !edl.events.is_empty() {
        let _ = writeln!(out, "FCM: {}", if drop_frame { "DROP FRAME" } else { "NON-DROP FRAME" });
    }
    for event in &edl.events {
        write_event(event, &mut out);
    }
    out
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn write_event(event: &Event, out: &mut String) {
    let (kind, frames) = match &event.transition {
        Transition::Cut => ("C".to_owned(), None),
        Transition::Dissolve { frames } => ("D".to_owned(), Some(*frames)),
        Transition::Wipe { pattern, frames } => (format!("W{pattern:03}"), Some(*frames)),
        Transition::Key { kind, frames } => (kind.clone(), *frames),
    };
    let frames = frames.map_or(String::new(), |f| format!("{f:03}"));
    let (reel, track) = (one_line(&event.reel), one_line(&event.track));
    let [[a, b], [c, d]] = [event.source, event.record];
    let _ = writeln!(out, "{:03}  {reel:<8} {track:<5} {kind:<4} {frames:<3} {a} {b} {c} {d}", event.number);
    if let Some(speed) = &event.speed {
        // `048.0`, as the format has it, where that says all.
        let fps = speed.frames_per_second;
        let fps = if (fps * 10.0).fract() == 0.0 && fps.abs() < 1000.0 { format!("{fps:05.1}") } else { number(fps) };
        let _ = writeln!(out, "M2   {:<8} {fps:<12} {}", one_line(&speed.reel), speed.at);
    }
    let texts = [
        ("FROM CLIP NAME:", &event.clip_name),
        ("TO CLIP NAME:", &event.to_clip_name),
        ("SOURCE FILE:", &event.source_file),
        ("AMF_UUID", &event.amf_uuid),
        ("AMF_NAME", &event.amf_name),
    ];
    for (keyword, text) in texts {
        if let Some(text) = text {
            let _ = writeln!(out, "* {keyword} {}", one_line(text));
        }
    }
    if let Some(cdl) = &event.cdl {
        let list = |v: &[f64; 3]| v.map(number).join(" ");
        let _ = writeln!(out, "* ASC_SOP ({})({})({})", list(&cdl.slope), list(&cdl.offset), list(&cdl.power));
        let _ = writeln!(out, "* ASC_SAT {}", number(cdl.saturation));
    }
    for locator in &event.locators {
        let _ = writeln!(out, "* LOC: {} {:<7} {}", locator.at, one_line(&locator.color), one_line(&locator.comment));
    }
    for comment in &event.comments {
        let _ = writeln!(out, "* {}", one_line(comment));
    }
}
