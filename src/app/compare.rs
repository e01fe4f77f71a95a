//! A and B on the screen: which part shows which, the line between them, and what each is.

use super::{
    menu,
    screen::{Screen, to_points},
    theme,
    widgets::{Out, action_button, segments},
};
use crate::{
    camera::FrameNumber,
    session::{
        Action, Compare, CompareMode, Placement, Session, Side, Wipe, With, clipped,
        table::{self, ACTIONS},
    },
};
use egui::{Align2, Color32, FontId, Mesh, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, pos2, vec2};

/// Between the two pictures that stand side by side, points.
const GAP: f32 = 4.0;

/// Where pictures are shown: all of `area`, or its halves where A and B stand side by side.
pub fn panes(area: Rect, session: &Session) -> Vec<Rect> {
    let compare = &session.view().compare;
    if !session.compares() || compare.mode != CompareMode::Side {
        return vec![area];
    }
    // On whole points, so that neither is resampled.
    let width = ((area.width() - GAP) / 2.0).floor();
    let (left, right) = (Rect::from_min_size(area.min, vec2(width, area.height())), area.right() - width);
    vec![left, Rect::from_min_max(pos2(right, area.top()), area.max)]
}

/// What the bar asks of a `With` in words.
fn words(with: &With, session: &Session) -> String {
    match with {
        With::Clip { index, frame } => {
            let name = session.document().clips.get(*index).and_then(|c| c.path.file_stem()).unwrap_or_default().to_string_lossy();
            frame.map_or(name.to_string(), |f| format!("{name} {f}"))
        }
        With::Frame(frame) => format!("frame {frame}"),
        other => table::entry_of(&Action::CompareWith(other.clone())).map_or(String::new(), |e| e.text.to_lowercase()),
    }
}

/// The frame that the still in view shows, where that is not the frame in view.
fn elsewhere(session: &Session) -> Option<FrameNumber> {
    matches!(session.view().compare.with, With::Still | With::Cause(_)).then_some(())?;
    let at = session.selected_opened()?.playhead;
    session.still_frame().filter(|frame| *frame != at)
}

/// The bar below the toolbar, while something is compared.
pub fn bar(ui: &mut Ui, session: &Session, out: &mut Out) {
    let compare = &session.view().compare;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.menu_button(format!("With: {}", words(&compare.with, session)), |ui| {
            ui.set_min_width(220.0);
            ACTIONS.iter().filter(|e| e.menu == "Compare/With").for_each(|e| menu::item(ui, session, out, e));
            let selected = session.document().selected;
            for (index, clip) in session.document().clips.iter().enumerate().filter(|(_, c)| Some(c.id) != selected) {
                let name = clip.path.file_name().unwrap_or_default().to_string_lossy();
                if ui.add(egui::Button::new(name).frame(false)).on_hover_text("The same frame of this clip").clicked() {
                    out.push(Action::CompareWith(With::Clip { index, frame: None }));
                    ui.close();
                }
            }
        })
        .response
        .on_hover_text("What B is");
        segments(ui, |ui| {
            for mode in CompareMode::ALL {
                let action = if mode == CompareMode::Blink { Action::CompareBlink } else { Action::CompareMode(mode) };
                action_button(ui, session, out, &action, mode.label(), compare.mode == mode);
            }
        });
        if compare.mode == CompareMode::Difference {
            segments(ui, |ui| {
                for gain in [1.0, 8.0, 64.0] {
                    action_button(ui, session, out, &Action::CompareGain(gain), &format!("×{gain}"), compare.gain == gain);
                }
            });
            action_button(ui, session, out, &Action::CompareSigned, "±", compare.signed);
        }
        if let Some(frame) = elsewhere(session)
            && ui.button(format!("Go to frame {frame}")).on_hover_text("The frame that the reference still shows").clicked()
        {
            out.push(Action::Go(frame));
        }
        action_button(ui, session, out, &Action::CompareSwap, "Swap", compare.swapped);
        action_button(ui, session, out, &Action::CompareOff, "Off", false);
    });
}

/// Paints B where it belongs over A, which is painted already, and lets the line be dragged.
/// `beside` is where B lies where it stands beside A.
pub fn show(
    ui: &Ui,
    session: &Session,
    screen: &mut Screen,
    painter: &Painter,
    panes: &[Rect],
    [placement, beside]: [&Placement; 2],
    out: &mut Out,
) {
    let compare = &session.view().compare;
    if !session.compares() {
        return;
    }
    let area = panes[0];
    let Some(side) = session.side().cloned() else {
        match session.side_error() {
            Some(error) => pill(painter, area, Align2::CENTER_TOP, &format!("Not compared: {error}"), theme::FAIL),
            None if session.playback().is_some() => pill(painter, area, Align2::CENTER_TOP, "B is shown where playing stops", theme::TEXT),
            None => pill(painter, area, Align2::CENTER_TOP, "Making B…", theme::TEXT),
        }
        return;
    };
    let of_b = if compare.mode == CompareMode::Side { beside } else { placement };
    let pane = match compare.mode {
        CompareMode::Side if !compare.swapped => panes[1],
        _ => area,
    };
    // Where what is seen of B lies.
    let Some((texture, covered)) = screen.side_texture(&side.picture, painter, pane, of_b) else { return };
    let picture = to_points(placement.picture, area, ui.ctx());
    let whole = |painter: &Painter, rect: Rect| {
        painter.image(texture, rect, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), Color32::WHITE);
    };
    match compare.mode {
        CompareMode::Wipe => {
            let line = line(compare.wipe, picture);
            let normal = if compare.swapped { line.normal.map(|v| -v) } else { line.normal };
            part(painter, texture, covered, line.point, normal);
            draw(painter, &line, picture.intersect(area));
            drag(ui, &line, picture, area, compare.wipe, out);
        }
        CompareMode::Split => {
            let middle = area.center();
            let normal = if compare.swapped { [-1.0, 0.0] } else { [1.0, 0.0] };
            part(painter, texture, covered, [f64::from(middle.x), f64::from(middle.y)], normal);
            painter.vline(middle.x, area.y_range(), Stroke::new(1.0, Color32::from_gray(200)));
        }
        CompareMode::Side => whole(&ui.painter_at(pane), covered),
        CompareMode::Blink if compare.blinked => whole(painter, covered),
        CompareMode::Blink => {}
        CompareMode::Difference | CompareMode::DeltaE => whole(painter, covered),
    }
    labels(painter, panes, compare, &side, session);
}

/// Where A is painted among the panes.
pub fn pane_of_a(panes: &[Rect], session: &Session) -> Rect {
    let last = panes.len() - 1;
    panes[if session.view().compare.swapped { last } else { 0 }]
}

struct Line {
    point: [f64; 2],
    normal: [f64; 2],
    angle: f64,
}

fn line(wipe: Wipe, picture: Rect) -> Line {
    let [x, y] = wipe.at;
    let point = [f64::from(picture.left()) + x * f64::from(picture.width()), f64::from(picture.top()) + y * f64::from(picture.height())];
    Line { point, normal: wipe.normal(), angle: wipe.angle }
}

/// The part of B on its side of a line, as one polygon of its texture, which covers `picture`.
fn part(painter: &Painter, texture: egui::TextureId, picture: Rect, point: [f64; 2], normal: [f64; 2]) {
    let corners = [picture.left_top(), picture.right_top(), picture.right_bottom(), picture.left_bottom()];
    let polygon = clipped(corners.map(|p| [f64::from(p.x), f64::from(p.y)]), point, normal);
    if polygon.len() < 3 {
        return;
    }
    let mut mesh = Mesh::with_texture(texture);
    for [x, y] in &polygon {
        let p = pos2(*x as f32, *y as f32);
        let uv = pos2((p.x - picture.left()) / picture.width(), (p.y - picture.top()) / picture.height());
        mesh.vertices.push(egui::epaint::Vertex { pos: p, uv, color: Color32::WHITE });
    }
    for i in 1..polygon.len() as u32 - 1 {
        mesh.add_triangle(0, i, i + 1);
    }
    painter.add(Shape::mesh(mesh));
}

/// From the middle of the line to the handle that turns it, points.
const ARM: f32 = 72.0;

impl Line {
    fn center(&self) -> Pos2 {
        pos2(self.point[0] as f32, self.point[1] as f32)
    }
    /// Upwards where the line is upright.
    fn direction(&self) -> egui::Vec2 {
        vec2(self.normal[1] as f32, -self.normal[0] as f32)
    }
}

fn draw(painter: &Painter, line: &Line, within: Rect) {
    let painter = painter.with_clip_rect(within.intersect(painter.clip_rect()));
    let (c, d) = (line.center(), line.direction());
    let far = within.width() + within.height();
    for (width, color) in [(3.0, Color32::from_black_alpha(120)), (1.0, Color32::from_gray(230))] {
        painter.line_segment([c - d * far, c + d * far], Stroke::new(width, color));
    }
    for (at, r) in [(c, 6.0), (c + d * ARM, 4.0)] {
        painter.circle(at, r, Color32::from_black_alpha(150), Stroke::new(1.5, Color32::from_gray(235)));
    }
}

fn drag(ui: &Ui, line: &Line, picture: Rect, area: Rect, wipe: Wipe, out: &mut Out) {
    let handle = |at: Pos2, name: &'static str, value: f64| -> Response {
        let response = ui.interact(Rect::from_center_size(at, vec2(24.0, 24.0)).intersect(area), ui.scope_id().with(name), Sense::drag());
        response.widget_info(|| egui::WidgetInfo::slider(true, value, name));
        response.on_hover_cursor(egui::CursorIcon::Grab)
    };
    let moved = handle(line.center(), "Wipe position", wipe.at[0]);
    if let Some(p) = moved.interact_pointer_pos().filter(|_| moved.dragged()) {
        let at = [(p.x - picture.left()) / picture.width(), (p.y - picture.top()) / picture.height()].map(f64::from);
        out.push(Action::Wipe(Wipe { at, ..wipe }));
    }
    let turned = handle(line.center() + line.direction() * ARM, "Wipe angle", line.angle);
    if let Some(p) = turned.interact_pointer_pos().filter(|_| turned.dragged()) {
        let v = p - line.center();
        let angle = f64::from(v.x.atan2(-v.y).to_degrees());
        // Upright, level and slanted lines are easy to meet.
        let nearest = (angle / 45.0).round() * 45.0;
        out.push(Action::Wipe(Wipe { angle: if (angle - nearest).abs() < 3.0 { nearest } else { angle }, ..wipe }));
    }
}

fn labels(painter: &Painter, panes: &[Rect], compare: &Compare, side: &Side, session: &Session) {
    let stage = session.view().stage;
    let cause = session.cause_in_view().map_or(String::new(), |cause| format!(", if {}", cause.words));
    let a = format!("A  frame {}, {stage}{cause}", side.key.a.frame.frame);
    let b = format!("B  {}", side.label);
    let (left, right) = if compare.swapped { (&b, &a) } else { (&a, &b) };
    let last = panes[panes.len() - 1];
    match compare.mode {
        CompareMode::Blink => pill(painter, panes[0], Align2::LEFT_TOP, if compare.blinked { &b } else { &a }, theme::STRONG),
        CompareMode::Difference | CompareMode::DeltaE => {
            let apart = side.apart.unwrap_or_default();
            let (order, at) = (if compare.swapped { "A − B" } else { "B − A" }, apart.at);
            let text = if compare.mode == CompareMode::DeltaE {
                format!("dE ITP to {}: mean {:.2}, largest {:.2} at {}, {}", side.label, apart.mean, apart.max, at[0], at[1])
            } else {
                let (gain, label) = (compare.gain, &side.label);
                format!("{order} ×{gain}, B {label}: mean {:.2}, largest {:.1} of 1023 at {}, {}", apart.mean, apart.max, at[0], at[1])
            };
            pill(painter, panes[0], Align2::LEFT_TOP, &text, theme::STRONG);
        }
        _ => {
            pill(painter, panes[0], Align2::LEFT_TOP, left, theme::STRONG);
            let corner = if panes.len() > 1 { Align2::LEFT_TOP } else { Align2::RIGHT_TOP };
            pill(&painter.with_clip_rect(last), last, corner, right, theme::STRONG);
        }
    }
}

fn pill(painter: &Painter, area: Rect, corner: Align2, text: &str, color: Color32) {
    let galley = painter.layout(text.to_owned(), FontId::proportional(12.0), color, area.width() - 40.0);
    let rect = corner.align_size_within_rect(galley.size() + vec2(12.0, 6.0), area.shrink(8.0));
    painter.rect_filled(rect, 3.0, Color32::from_black_alpha(178));
    painter.galley(rect.min + vec2(6.0, 3.0), galley, color);
}
