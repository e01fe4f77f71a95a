//! The frame of a draft, taken hold of over the picture: its edges, its corners and the whole of it, by whole pixels.

use super::{screen::to_points, theme, widgets::Out};
use crate::{
    framing::draft::{CornerAt, Draft, EdgeAt, Edit, Side},
    session::{Action, Placement},
};
use egui::{Color32, CursorIcon, PointerButton, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2, pos2, vec2};

/// Where the frame was taken hold of: the pointer and the corner of the frame, in canvas pixels.
#[derive(Clone, Copy)]
pub struct Grip {
    pointer: [f64; 2],
    corner: [f64; 2],
}

/// Half of a handle, points.
const HALF: f32 = 5.0;

pub fn name(side: Side) -> &'static str {
    match side {
        Side::Left => "Left edge of the frame",
        Side::Right => "Right edge of the frame",
        Side::Top => "Top edge of the frame",
        Side::Bottom => "Bottom edge of the frame",
    }
}

const CORNERS: [([Side; 2], &str, CursorIcon); 4] = [
    ([Side::Left, Side::Top], "Top left corner of the frame", CursorIcon::ResizeNwSe),
    ([Side::Right, Side::Top], "Top right corner of the frame", CursorIcon::ResizeNeSw),
    ([Side::Left, Side::Bottom], "Bottom left corner of the frame", CursorIcon::ResizeNeSw),
    ([Side::Right, Side::Bottom], "Bottom right corner of the frame", CursorIcon::ResizeNwSe),
];

/// What a handle does with the keys that are held.
const KEYS: &str = "drag; with Ctrl or Alt, from the middle; with Shift, between pixels";

/// Where a handle is dragged to.
fn dragged(ui: &Ui, area: Rect, at: Pos2, (name, value, cursor): (&str, f64, CursorIcon), held: &mut bool) -> Option<Pos2> {
    let room = Rect::from_center_size(at, vec2(22.0, 22.0)).intersect(area);
    if !room.is_positive() {
        return None;
    }
    let handle = ui.interact(room, ui.scope_id().with(name), Sense::drag());
    handle.widget_info(|| egui::WidgetInfo::slider(true, value, name));
    paint(ui, area, at, handle.dragged() || handle.hovered());
    let to = handle.interact_pointer_pos().filter(|_| handle.dragged());
    *held |= to.is_some();
    let to = to.filter(|_| moves(&handle));
    handle.on_hover_cursor(cursor).on_hover_text(format!("{name}: {KEYS}"));
    to
}

/// Handles and their drags. `response` is the picture's. Returns whether the frame is being dragged.
pub fn show(
    ui: &Ui,
    response: &Response,
    draft: &Draft,
    placement: &Placement,
    area: Rect,
    grip: &mut Option<Grip>,
    out: &mut Out,
) -> bool {
    let ppp = f64::from(ui.ctx().pixels_per_point());
    let canvas = placement.canvas();
    // Where on the canvas a point of the window lies.
    let at = |p: Pos2| {
        let [x, y] = placement.normalized([f64::from(p.x - area.left()) * ppp, f64::from(p.y - area.top()) * ppp]);
        [x * f64::from(canvas.width), y * f64::from(canvas.height)]
    };
    // To whole pixels, unless Shift is held. Some window managers keep drags with Alt for themselves.
    let (free, centered) = ui.input(|i| (i.modifiers.shift, i.modifiers.command || i.modifiers.alt));
    let snap = |v: f64| if free { v } else { v.round() };
    let frame = draft.decision().rect();
    let shown = to_points(placement.on_screen(frame), area, ui.ctx());
    let mut dragging = false;
    for side in Side::ALL {
        let (point, value, cursor) = match side {
            Side::Left => (shown.left_center(), frame.x, CursorIcon::ResizeHorizontal),
            Side::Right => (shown.right_center(), frame.right(), CursorIcon::ResizeHorizontal),
            Side::Top => (shown.center_top(), frame.y, CursorIcon::ResizeVertical),
            Side::Bottom => (shown.center_bottom(), frame.bottom(), CursorIcon::ResizeVertical),
        };
        if let Some(p) = dragged(ui, area, point, (name(side), value, cursor), &mut dragging) {
            out.push(Action::FramingEdit(Edit::Edge(EdgeAt { side, at: snap(at(p)[side.axis()]), centered })));
        }
    }
    for (sides, name, cursor) in CORNERS {
        let [x, y] = sides.map(|side| match side {
            Side::Left => (shown.left(), frame.x),
            Side::Right => (shown.right(), frame.right()),
            Side::Top => (shown.top(), frame.y),
            Side::Bottom => (shown.bottom(), frame.bottom()),
        });
        if let Some(p) = dragged(ui, area, pos2(x.0, y.0), (name, x.1, cursor), &mut dragging) {
            out.push(Action::FramingEdit(Edit::Corner(CornerAt { sides, at: at(p).map(snap), centered })));
        }
    }
    if response.drag_started_by(PointerButton::Primary)
        && let Some(origin) = ui.input(|i| i.pointer.press_origin()).filter(|p| shown.contains(*p))
    {
        *grip = Some(Grip { pointer: at(origin), corner: [frame.x, frame.y] });
    }
    if !response.dragged_by(PointerButton::Primary) {
        *grip = None;
    }
    if let (Some(grip), Some(p)) = (*grip, response.interact_pointer_pos()) {
        dragging = true;
        let to = at(p);
        let corner = std::array::from_fn(|axis| snap(grip.corner[axis] + to[axis] - grip.pointer[axis]));
        if moves(response) && corner != [frame.x, frame.y] {
            out.push(Action::FramingEdit(Edit::Place(corner)));
        }
    }
    dragging
}

/// Whether a drag has begun or goes on: what is only held asks for nothing, or the window would never rest.
fn moves(dragged: &Response) -> bool {
    dragged.drag_started() || dragged.drag_delta() != Vec2::ZERO
}

fn paint(ui: &Ui, area: Rect, at: Pos2, strong: bool) {
    let half = if strong { HALF + 1.0 } else { HALF };
    let rect = Rect::from_center_size(pos2(at.x.round(), at.y.round()), vec2(half * 2.0, half * 2.0));
    let painter = ui.painter_at(area);
    painter.rect_filled(rect, 1.0, if strong { theme::DECISION } else { Color32::from_black_alpha(170) });
    painter.rect_stroke(rect, 1.0, Stroke::new(1.5, theme::DECISION), egui::StrokeKind::Inside);
}
