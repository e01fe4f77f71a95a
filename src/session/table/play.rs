//! Play: frames, one after the other.

use super::{Entry, entry};
use crate::session::action::Action;

pub(super) static ENTRIES: &[Entry] = &[
    entry("Play", "Play / pause", &["Space"], Action::PlayToggle, "Play from here; every frame is shown"),
    entry("Play", "Play forward", &["L"], Action::PlayForward, "Play forward"),
    entry("Play", "Stop", &["K"], Action::PlayStop, "Stop on this frame"),
    entry("Play", "Play backward", &["J"], Action::PlayReverse, "Play backward"),
    entry("Play", "Mark in", &["I"], Action::MarkIn, "Playing begins at this frame"),
    entry("Play", "Mark out", &["O"], Action::MarkOut, "Playing ends at this frame"),
    entry("Play", "Clear in and out", &["Alt+X"], Action::ClearMarks, "Play the whole clip"),
    entry("Play", "Loop", &["Ctrl+L"], Action::Loop, "Go round at the ends, or stop there"),
    entry(
        "Play",
        "Real time",
        &["Ctrl+T"],
        Action::RealTime,
        "Leave frames out where the machine is too slow, and count them; else every frame is shown",
    ),
    entry("Play/Speed", "1/4 speed", &[], Action::Speed(0.25), "A quarter of the clip's rate"),
    entry("Play/Speed", "1/2 speed", &[], Action::Speed(0.5), "Half the clip's rate"),
    entry("Play/Speed", "Normal speed", &[], Action::Speed(1.0), "The clip's rate"),
    entry("Play/Speed", "2 x speed", &[], Action::Speed(2.0), "Twice the clip's rate"),
    entry("Play/Speed", "4 x speed", &[], Action::Speed(4.0), "Four times the clip's rate"),
    entry("Play", "Next frame", &["ArrowRight"], Action::Step(1), "One frame on"),
    entry("Play", "Previous frame", &["ArrowLeft"], Action::Step(-1), "One frame back"),
    entry("Play", "10 frames on", &["Shift+ArrowRight"], Action::Step(10), "Ten frames on"),
    entry("Play", "10 frames back", &["Shift+ArrowLeft"], Action::Step(-10), "Ten frames back"),
    entry("Play", "First frame", &["Home"], Action::First, "To the first frame"),
    entry("Play", "Last frame", &["End"], Action::Last, "To the last frame"),
];
