//! Windows within the window: they are moved, stay open while one works, and hold nothing else up.

use super::widgets::Out;
use crate::session::{Action, Dialog, DialogKind, Session};
use egui::{Context, Id, LayerId, Order, Popup, Ui, Vec2};
use std::collections::BTreeMap;

/// What windows keep between passes.
#[derive(Default)]
pub struct State {
    /// Those that are open, and what had the keyboard before.
    open: BTreeMap<DialogKind, Option<Id>>,
    /// What was opened last.
    last: Option<Dialog>,
    /// Whether something is typed beside the windows. Escape leaves that field, before anybody is asked.
    typing_beside: bool,
}

/// How a window is made.
pub struct Look {
    pub kind: DialogKind,
    pub title: &'static str,
    pub width: f32,
    /// None for as high as what is in it.
    pub height: Option<f32>,
    pub place: Place,
}

/// Where a window opens: it can be moved from there.
#[derive(Clone, Copy)]
pub enum Place {
    /// Beside the clips.
    Left,
    Right,
}

/// Points between a window and the edges of the picture's panels.
const EDGE: f32 = 24.0;
/// Points from the left that the clips take.
const CLIPS: f32 = 284.0;
/// Points from the top that menu, rooms and toolbar take.
const TOP: f32 = 96.0;

fn id(kind: DialogKind) -> Id {
    Id::unique(("window", kind as u8))
}

fn layer(kind: DialogKind) -> LayerId {
    LayerId::new(Order::Middle, id(kind))
}

/// The window in front of the others, where one is open.
pub fn front(ctx: &Context, session: &Session) -> Option<DialogKind> {
    let open: Vec<DialogKind> = session.view().windows().collect();
    let drawn = ctx.memory(|m| m.layer_ids().filter_map(|l| open.iter().copied().find(|k| layer(*k) == l)).last());
    drawn.or(open.last().copied())
}

impl State {
    /// Whether Escape answers a question or closes a window now, and is nothing of what it means elsewhere: a menu is closed first, a field beside it left.
    pub fn takes_escape(&self, ctx: &Context, session: &Session) -> bool {
        let is_there = session.question().is_some() || session.view().windows().next().is_some();
        is_there && !Popup::is_any_open(ctx) && !self.typing_beside
    }

    /// At the end of a pass: what was opened anew comes to the front; what was closed gives the keyboard back.
    pub fn update(&mut self, ctx: &Context, session: &Session) {
        let open: Vec<DialogKind> = session.view().windows().collect();
        let closed: Vec<DialogKind> = self.open.keys().copied().filter(|k| !open.contains(k)).collect();
        for kind in closed {
            let before = self.open.remove(&kind).flatten();
            if let Some(before) = before.filter(|_| ctx.memory(|m| m.focused().is_none())) {
                ctx.memory_mut(|m| m.request_focus(before));
            }
        }
        let focused = ctx.memory(|m| m.focused()).and_then(|id| ctx.read_response(id));
        self.typing_beside = ctx.text_edit_focused() && focused.is_none_or(|r| !open.iter().any(|k| layer(*k) == r.layer_id));
        let last = session.view().dialogs.last();
        if self.last.as_ref() != last {
            self.last = last.cloned();
            if let Some(last) = last {
                ctx.move_to_top(layer(last.kind()));
            }
        }
    }

    /// Draws a window. `add` is told whether it has just been opened: then its first field takes the keyboard.
    pub fn show(&mut self, ui: &Ui, look: Look, out: &mut Out, add: impl FnOnce(&mut Ui, &mut Out, bool)) {
        let ctx = ui.ctx();
        let is_new = !self.open.contains_key(&look.kind);
        if is_new {
            self.open.insert(look.kind, ctx.memory(|m| m.focused()));
        }
        let room = ctx.content_rect().size() - Vec2::new(2.0 * EDGE, TOP + EDGE + 30.0);
        let width = look.width.min(room.x);
        let x = match look.place {
            Place::Left => CLIPS.min(EDGE + room.x - width),
            Place::Right => EDGE + room.x - width,
        };
        let mut open = true;
        let mut window = egui::Window::new(look.title).id(id(look.kind)).open(&mut open).collapsible(false).default_pos([x, TOP]);
        window = match look.height {
            Some(height) => window.resizable(true).default_size([width, height.min(room.y)]).min_size([width.min(300.0), 160.0]),
            None => window.resizable(false).default_width(width).max_width(width).max_height(room.y),
        };
        window.show(ctx, |ui| {
            if look.height.is_none() {
                ui.set_width(width - 24.0);
            }
            add(ui, out, is_new);
        });
        if !open {
            out.push(Action::CloseWindow(look.kind));
        }
    }
}
