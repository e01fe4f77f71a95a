//! Page Up and Page Down, for what is longer than what is seen of it.

use super::windows;
use crate::session::{DialogKind, Session};
use egui::{Key, Ui, style::ScrollAnimation, vec2};

/// How much of what is seen a page goes on by: a line of it is still seen afterwards.
const PAGE: f32 = 0.9;

/// At the end of what scrolls in a panel: the keys are for a window where one is open, and nobody's where something is typed.
pub fn of_panel(ui: &Ui, session: &Session) {
    if session.view().windows().next().is_none() && !ui.ctx().text_edit_focused() {
        scroll(ui);
    }
}

/// At the end of what scrolls in a window, where that is the one in front. A field of one line has no other use for these keys.
pub fn of_window(ui: &Ui, session: &Session, kind: DialogKind) {
    if windows::front(ui.ctx(), session) == Some(kind) {
        scroll(ui);
    }
}

fn scroll(ui: &Ui) {
    let pages = ui.input(|i| i.num_presses(Key::PageUp) as f32 - i.num_presses(Key::PageDown) as f32);
    if pages != 0.0 {
        ui.scroll_with_delta_animation(vec2(0.0, pages * PAGE * ui.clip_rect().height()), ScrollAnimation::none());
    }
}
