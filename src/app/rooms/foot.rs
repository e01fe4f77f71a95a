//! What scrolls in a panel, above a foot that is always in sight.

use crate::{
    app::{paging, widgets::rule},
    session::Session,
};
use egui::{Id, ScrollArea, Ui};

/// How high it is depends on what is in it, which is known from the pass before.
pub(super) struct Foot {
    id: Id,
    height: f32,
    top: f32,
}

impl Foot {
    /// Shows what is above it. `name` is of the panel.
    pub fn below(ui: &mut Ui, session: &Session, name: &str, add: impl FnOnce(&mut Ui)) -> Self {
        /// Points that are left to scroll in, however low the window is.
        const LEAST: f32 = 80.0;
        let id = ui.scope_id().with(name).with("foot");
        let height = ui.data(|d| d.get_temp(id)).unwrap_or(0.0);
        let room = (ui.available_height() - height).max(LEAST);
        ScrollArea::vertical().id_salt(name).max_height(room).auto_shrink(false).show(ui, |ui| {
            add(ui);
            paging::of_panel(ui, session);
        });
        // The panel is as high as the window, whatever is in it: where the next line comes says how much there is.
        let top = ui.cursor().top();
        rule(ui);
        Self { id, height, top }
    }

    /// After what is in it was shown.
    pub fn end(self, ui: &Ui) {
        let height = ui.cursor().top() - self.top;
        if height != self.height {
            ui.data_mut(|d| d.insert_temp(self.id, height));
            ui.ctx().request_repaint();
        }
    }
}
