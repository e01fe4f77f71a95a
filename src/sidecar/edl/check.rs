//! A list judged at a frame rate.

use super::{Edl, Event, Transition};
use crate::{
    camera::{Rational, Timecode},
    sidecar::{Diagnostic, Level},
};

impl Edl {
    /// What contradicts itself at `rate` frames per second: `FRAME_BEYOND_RATE`, `DROP_FRAME_RATE`, `OUT_BEFORE_IN`,
    /// `DURATION_MISMATCH` (source and record differ without a retime), `TRANSITION_WITHOUT_SOURCE`, `TRANSITION_TOO_LONG`.
    pub fn check(&self, rate: Rational) -> Vec<Diagnostic> {
        let mut found = vec![];
        for (i, event) in self.events.iter().enumerate() {
            let mut report = |code, message: String| {
                let path = format!("event {}", event.number);
                found.push(Diagnostic { level: Level::Error, code, message, line: event.line.0, path });
            };
            timecodes(event, rate, &mut report);
            let from = i.checked_sub(1).map(|i| &self.events[i]);
            if event.transition != Transition::Cut && from.is_none_or(|f| f.number != event.number) {
                report("TRANSITION_WITHOUT_SOURCE", format!("event {} has no line for the clip it comes from", event.number));
            }
        }
        found
    }
}

fn timecodes(event: &Event, rate: Rational, report: &mut impl FnMut(&'static str, String)) {
    let base = rate.to_f64().ceil();
    let all = || event.source.iter().chain(&event.record);
    if let Some(code) = all().find(|c| f64::from(c.frames) >= base) {
        return report("FRAME_BEYOND_RATE", format!("{code} has a frame that {base} frames per second do not have"));
    }
    if let Some(code) = all().find(|c| c.drop_frame && !Timecode::can_drop(rate)) {
        return report("DROP_FRAME_RATE", format!("{code} is drop-frame, which {rate} frames per second do not have"));
    }
    let length = |[from, to]: [Timecode; 2]| to.to_frame_count(rate).checked_sub(from.to_frame_count(rate));
    let (Some(source), Some(record)) = (length(event.source), length(event.record)) else {
        return report("OUT_BEFORE_IN", "an out point lies before its in point".into());
    };
    if source != record && event.speed.is_none() {
        report("DURATION_MISMATCH", format!("{source} source frames for {record} record frames, and no M2"));
    }
    let frames = match event.transition {
        Transition::Dissolve { frames } | Transition::Wipe { frames, .. } => frames,
        _ => 0,
    };
    if u64::from(frames) > record {
        report("TRANSITION_TOO_LONG", format!("a transition of {frames} frames in {record} record frames"));
    }
}
