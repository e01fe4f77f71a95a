//! Help: windows that help, and questions.

use super::{Entry, entry};
use crate::session::action::Action;

pub(super) static ENTRIES: &[Entry] = &[
    entry("Help", "Command palette…", &["Ctrl+Shift+P"], Action::Palette, "Find any command by name"),
    entry("Help", "Keys", &["?"], Action::Keys, "Every key, in a window that may stay open"),
    entry("Help", "Log", &["F8"], Action::Log, "Every message since the window opened, along the bottom"),
    entry("Help", "Close the window in front", &["Escape"], Action::CloseDialog, "Keys, settings, a question: whichever is in front"),
    entry("Help", "Stay and keep the edits", &[], Action::Stay, "Answers the question at the top; Escape answers so, too"),
    entry("Help", "Go ahead and drop the edits", &[], Action::GoAhead, "Answers the question at the top: what is in no file is lost"),
    entry("Help", "Cancel the running job", &["Ctrl+."], Action::CancelJob, "Stop what the status bar shows"),
    entry("Help", "About", &[], Action::About, "Version, GPU, licence"),
];
