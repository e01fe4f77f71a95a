//! What gets the keyboard is brought into view, whatever list it lies in.

use egui::{
    Context, Event, Id,
    accesskit::{Action, ActionRequest, TreeId},
};

/// What is kept between passes.
#[derive(Default)]
pub struct State {
    /// What had the keyboard.
    seen: Option<Id>,
    /// What has it, and is not in view.
    hidden: Option<Id>,
}

impl State {
    /// At the start of a pass: asks for what is not in view as a screen reader does, which every list that scrolls answers.
    pub fn begin(&mut self, ctx: &Context) {
        let Some(id) = self.hidden.take() else { return };
        let request =
            ActionRequest { action: Action::ScrollIntoView, target_tree: TreeId::ROOT, target_node: id.accesskit_id(), data: None };
        ctx.input_mut(|i| i.events.push(Event::AccessKitActionRequest(request)));
    }

    /// At the end of a pass: what has been clicked is in view as far as one wants it.
    pub fn end(&mut self, ctx: &Context) {
        let focused = ctx.memory(|m| m.focused());
        if self.seen == focused {
            return;
        }
        self.seen = focused;
        if ctx.input(|i| i.pointer.any_down() || i.pointer.any_released()) {
            return;
        }
        let hidden = focused.and_then(|id| ctx.read_response(id)).filter(|r| !r.interact_rect.contains_rect(r.rect));
        self.hidden = hidden.map(|r| r.id);
        if self.hidden.is_some() {
            ctx.request_repaint();
        }
    }
}
