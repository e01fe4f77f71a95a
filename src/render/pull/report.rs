//! The pull as a document: what was asked, found, refused and is rendered.

use super::{Event, Matched, Pull, Range, Refused};
use serde_json::{Value, json};

/// Name and version of the document.
pub const SCHEMA: &str = "prelight-pull/1";

/// The document. It depends on nothing but the list, the library and the recipe: the same pull writes the same.
pub fn report(pull: &Pull) -> Value {
    let event = |place: usize| pull.events.get(place).map(described).unwrap_or_default();
    let matched: Vec<Value> = pull.matched.iter().map(|m| merge(event(m.event), found(pull, m))).collect();
    let refused: Vec<Value> = pull.refused.iter().map(|r| merge(event(r.event), refusal(r))).collect();
    let ranges: Vec<Value> = pull
        .ranges
        .iter()
        .map(|range| {
            let source = &pull.sources[range.source];
            let events: Vec<u32> = range.events.iter().filter_map(|e| pull.events.get(*e)).map(|e| e.number).collect();
            let mut shots: Vec<&str> = vec![];
            for shot in range.events.iter().filter_map(|e| pull.events.get(*e)?.shot.as_ref()) {
                if !shots.contains(&shot.name.as_str()) {
                    shots.push(&shot.name);
                }
            }
            let range_said = json!({
                "clip": source.name, "path": source.path.display().to_string(), "events": events, "shots": shots,
                "first": range.frames.start(), "last": range.frames.end(), "frames": frames(&range.frames), "cut_begins": range.begin,
            });
            merge(range_said, files(range))
        })
        .collect();
    json!({
        "schema": SCHEMA,
        "handles": pull.handles,
        "matched": matched,
        "refused": refused,
        "ranges": ranges,
        "warnings": pull.warnings,
    })
}

fn described(event: &Event) -> Value {
    let end = event.start.saturating_add_unsigned(event.frames);
    json!({
        "event": event.number, "line": event.line, "track": event.track, "names": event.names, "reel": event.reel,
        "rate": event.rate, "source_in": event.code(event.start), "source_out": event.code(end), "source_frames": event.frames,
        "transition_frames": event.blends, "retime": event.retime(), "shot": event.shot,
        "notes": event.notes,
    })
}

fn refusal(refused: &Refused) -> Value {
    json!({
        "refused": refused.why, "candidates": refused.candidates, "possible": refused.possible.len(), "evidence": refused.evidence,
    })
}

fn found(pull: &Pull, m: &Matched) -> Value {
    let source = &pull.sources[m.source];
    let short = m.handles.map(|had| pull.handles - had);
    let range = m.with_handles();
    json!({
        "clip": source.name, "path": source.path.display().to_string(), "tier": m.tier, "reason": m.reason, "evidence": m.evidence,
        "score": (m.score * 1000.0).round() / 1000.0,
        "frames": { "first": m.frames.start(), "last": m.frames.end() },
        "handles": { "head": m.handles[0], "tail": m.handles[1], "head_short": short[0], "tail_short": short[1] },
        "pulled": { "first": range.start(), "last": range.end() },
    })
}

/// What the files of a range will be called: the first and the last of each deliverable. Or why they cannot be, and what that would end with.
fn files(range: &Range) -> Value {
    match &range.files {
        None => Value::Null,
        Some(Ok(files)) => {
            let files = files.iter().map(|f| json!({ "deliverable": f.deliverable, "first": f.first, "last": f.last }));
            let files = json!({ "files": files.collect::<Vec<_>>() });
            if range.left_out.is_empty() { files } else { merge(files, json!({ "left_out": range.left_out })) }
        }
        Some(Err(error)) => json!({ "error": { "message": error.to_string(), "exit_code": error.exit_code() } }),
    }
}

fn frames(range: &std::ops::RangeInclusive<u32>) -> u64 {
    u64::from(*range.end()) - u64::from(*range.start()) + 1
}

/// The members of both.
fn merge(mut a: Value, b: Value) -> Value {
    if let (Value::Object(a), Value::Object(b)) = (&mut a, b) {
        a.extend(b);
    }
    a
}
