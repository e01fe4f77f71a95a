//! Edit and Clip: undo, and the selected clip.

use super::{Entry, entry};
use crate::session::{action::Action, document::SidecarKind};

pub(super) static ENTRIES: &[Entry] = &[
    entry("Edit", "Undo", &["Ctrl+Z"], Action::Undo, "Take back the last change of the show"),
    entry("Edit", "Redo", &["Ctrl+Shift+Z", "Ctrl+Y"], Action::Redo, "Bring back what was undone"),
    entry("Clip", "Next clip", &["ArrowDown"], Action::NextClip, "Select the next clip"),
    entry("Clip", "Previous clip", &["ArrowUp"], Action::PreviousClip, "Select the previous clip"),
    entry("Clip", "Attach sidecars…", &["Ctrl+Shift+A"], Action::AskAttach, "Give the clip an AMF, an FDL or a reference still"),
    entry(
        "Clip/Detach",
        "AMF",
        &[],
        Action::Detach(SidecarKind::Amf),
        "Take the chosen AMF away; the one beside the clip where none was chosen",
    ),
    entry(
        "Clip/Detach",
        "FDL",
        &[],
        Action::Detach(SidecarKind::Fdl),
        "Take the chosen FDL away; the one beside the clip where none was chosen",
    ),
    entry("Clip/Detach", "CDL", &[], Action::Detach(SidecarKind::Cdl), "Leave the CDL beside the clip alone"),
    entry(
        "Clip/Detach",
        "Reference still",
        &[],
        Action::Detach(SidecarKind::Still),
        "Take the chosen still away; the one beside the clip where none was chosen",
    ),
    entry("Clip", "Reset settings", &[], Action::ResetClip, "Take the clip's settings back to their defaults"),
    entry("Clip", "Remove from show", &["Delete"], Action::RemoveClip, "Remove the clip from the show; no file is touched"),
];
