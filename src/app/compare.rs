//! A and B on the screen: which part shows which, the line between them, and what each is.

use super::{
    clips, menu,
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
use egui::{Align2, Color32, FontId, Mesh, Painter, PointerButton, Pos2, Rect, Response, ScrollArea, Sense, Shape, Stroke, Ui, pos2, vec2};

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
            let name = session.document().clips.get(*index).map_or(String::new(), |clip| clips::name(session, clip));
            frame.map_or(name.clone(), |f| format!("{name} {f}"))
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

/// Part of the window's height that the clips in the menu have at most.
const CLIPS: f32 = 0.4;

/// The clips that the one in view can be compared with, called what they are called in the list.
fn other_clips(ui: &mut Ui, session: &Session, out: &mut Out) {
    let (clips, selected) = (&session.document().clips, session.document().selected);
    let others: Vec<usize> = (0..clips.len()).filter(|i| Some(clips[*i].id) != selected).collect();
    let (row, height) = (ui.spacing().interact_size.y, ui.ctx().content_rect().height() * CLIPS);
    // A menu would give it less room than there is.
    let area = ScrollArea::vertical().id_salt("clips to compare with").max_height(height).min_scrolled_height(height);
    area.auto_shrink([false, true]).show_rows(ui, row, others.len(), |ui, rows| {
        for index in others[rows].iter().copied() {
            let button = egui::Button::new(clips::name(session, &clips[index])).frame(false).min_size(vec2(0.0, row)).truncate();
            if ui.add(button).on_hover_text("The same frame of this clip").clicked() {
                out.push(Action::CompareWith(With::Clip { index, frame: None }));
                ui.close();
            }
        }
    });
}

/// The bar below the toolbar, while something is compared.
pub fn bar(ui: &mut Ui, session: &Session, out: &mut Out) {
    let compare = &session.view().compare;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.menu_button(format!("With: {}", words(&compare.with, session)), |ui| {
            ui.set_min_width(220.0);
            ACTIONS.iter().filter(|e| e.menu == "Compare/With").for_each(|e| menu::item(ui, session, out, e));
            other_clips(ui, session, out);
        })
        .response
        .on_hover_text("What B is");
        segments(ui, |ui| {
            for mode in CompareMode::ALL {
                let action = if mode == CompareMode::Blink { Action::CompareBlink } else { Action::CompareMode(mode) };
                action_button(ui, session, out, &action, mode.label(), compare.mode == mode);
            }
        });
        // Before what comes and goes, so that they stay where they are.
        action_button(ui, session, out, &Action::CompareSwap, "Swap", compare.swapped);
        action_button(ui, session, out, &Action::CompareOff, "Off", false);
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
    });
}

/// Paints B where it belongs over A, which is painted already, and lets the line be dragged by its rings.
/// `beside` is where B lies where it stands beside A. Returns where labels stand.
pub fn show(
    ui: &Ui,
    session: &Session,
    screen: &mut Screen,
    painter: &Painter,
    panes: &[Rect],
    [placement, beside]: [&Placement; 2],
    out: &mut Out,
) -> Vec<Rect> {
    let compare = &session.view().compare;
    if !session.compares() || !session.has_picture() {
        return vec![];
    }
    let area = panes[0];
    let Some(side) = session.side().cloned() else {
        let (text, color) = match session.side_error() {
            Some(error) => (format!("Not compared: {error}"), theme::FAIL),
            None if session.playback().is_some() => ("B is shown where playing stops".to_owned(), theme::TEXT),
            None => ("Making B…".to_owned(), theme::TEXT),
        };
        return vec![pill(painter, area, Align2::CENTER_TOP, &text, color)];
    };
    let of_b = if compare.mode == CompareMode::Side { beside } else { placement };
    let pane = match compare.mode {
        CompareMode::Side if !compare.swapped => panes[1],
        _ => area,
    };
    // Where what is seen of B lies.
    let Some((texture, covered)) = screen.side_texture(&side.picture, painter, pane, of_b) else { return vec![] };
    let picture = to_points(placement.picture, area, ui.ctx());
    let whole = |painter: &Painter, rect: Rect| {
        painter.image(texture, rect, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), Color32::WHITE);
    };
    match compare.mode {
        CompareMode::Wipe => {
            let line = line(compare.wipe, picture);
            part(painter, texture, covered, line.point, to_b(compare));
            if let Some(rings) = line.rings(picture.intersect(area)) {
                draw(painter, &line, &rings, picture.intersect(area));
                drag(ui, &line, &rings, picture, area, compare.wipe, out);
            }
        }
        CompareMode::Split => {
            let middle = area.center();
            part(painter, texture, covered, [f64::from(middle.x), f64::from(middle.y)], to_b(compare));
            painter.vline(middle.x, area.y_range(), Stroke::new(1.0, Color32::from_gray(200)));
        }
        CompareMode::Side => whole(&ui.painter_at(pane), covered),
        CompareMode::Blink if compare.blinked => whole(painter, covered),
        CompareMode::Blink => {}
        CompareMode::Difference | CompareMode::DeltaE => whole(painter, covered),
    }
    labels(painter, panes, compare, &side, session)
}

/// Points from the line between A and B to B's side.
fn to_b(compare: &Compare) -> [f64; 2] {
    let normal = if compare.mode == CompareMode::Wipe { compare.wipe.normal() } else { [1.0, 0.0] };
    if compare.swapped { normal.map(|v| -v) } else { normal }
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

/// Where a line is taken hold of.
struct Rings {
    /// The one that moves it.
    at: Pos2,
    /// The one that turns it around the other.
    arm: Pos2,
    /// Whether that is on the lower side of an upright line.
    below: bool,
}

impl Line {
    fn point(&self) -> Pos2 {
        pos2(self.point[0] as f32, self.point[1] as f32)
    }
    fn normal(&self) -> egui::Vec2 {
        vec2(self.normal[0] as f32, self.normal[1] as f32)
    }
    /// How far a point lies from it, on B's side more than 0.
    fn distance(&self, p: Pos2) -> f32 {
        (p - self.point()).dot(self.normal())
    }
    /// Upwards where the line is upright.
    fn direction(&self) -> egui::Vec2 {
        vec2(self.normal[1] as f32, -self.normal[0] as f32)
    }

    /// From where to where it is seen in `within`.
    fn seen(&self, within: Rect) -> Option<[Pos2; 2]> {
        if !within.is_positive() {
            return None;
        }
        let (p, d) = (self.point(), self.direction());
        let (mut from, mut to) = (f32::NEG_INFINITY, f32::INFINITY);
        for (at, d, least, most) in [(p.x, d.x, within.left(), within.right()), (p.y, d.y, within.top(), within.bottom())] {
            if d.abs() < 1e-6 {
                if at < least || at > most {
                    return None;
                }
                continue;
            }
            let (a, b) = ((least - at) / d, (most - at) / d);
            (from, to) = (from.max(a.min(b)), to.min(a.max(b)));
        }
        (from <= to && from.is_finite() && to.is_finite()).then(|| [p + d * from, p + d * to])
    }

    /// At its point, or in the middle of what is seen of it where that is out of view.
    fn rings(&self, within: Rect) -> Option<Rings> {
        let [from, to] = self.seen(within)?;
        let at = if within.expand(0.5).contains(self.point()) { self.point() } else { from + (to - from) / 2.0 };
        let [above, below] = [at + self.direction() * ARM, at - self.direction() * ARM];
        // Where neither has room, it stays above.
        let is_below = !within.contains(above) && within.contains(below);
        Some(Rings { at, arm: if is_below { below } else { above }, below: is_below })
    }

    /// The line moved so that it lies `by` nearer to B's side: its point, kept in the picture where the line is.
    fn moved(&self, by: f32, picture: Rect) -> Pos2 {
        let point = self.point() + self.normal() * by;
        if picture.contains(point) {
            return point;
        }
        let moved = Self { point: [f64::from(point.x), f64::from(point.y)], ..*self };
        moved.seen(picture).map_or(point, |[from, to]| from + (to - from) / 2.0)
    }
}

/// A place of the window as 0..1 of the picture.
fn part_of(picture: Rect, p: Pos2) -> [f64; 2] {
    [(p.x - picture.left()) / picture.width(), (p.y - picture.top()) / picture.height()].map(f64::from)
}

/// How far from the line it can be taken, points.
const REACH: f32 = 5.0;

/// Moves the line of a wipe by a drag that begins anywhere on it. `held`: how far from the line it was taken. Returns whether it is
/// being moved. `response` is the picture's.
pub fn drag_line(
    ui: &Ui,
    session: &Session,
    response: &Response,
    area: Rect,
    placement: &Placement,
    held: &mut Option<f32>,
    out: &mut Out,
) -> bool {
    let wipe = session.view().compare.wipe;
    let is_seen = session.compares() && session.view().compare.mode == CompareMode::Wipe && session.side().is_some();
    let picture = to_points(placement.picture, area, ui.ctx());
    let line = line(wipe, picture);
    let on_it = |p: Pos2| line.seen(picture.intersect(area)).is_some() && area.contains(p) && line.distance(p).abs() <= REACH;
    if !is_seen || !response.dragged_by(PointerButton::Primary) {
        *held = None;
    }
    if !is_seen {
        return false;
    }
    // With a key held, an area is marked.
    let plain = ui.input(|i| i.modifiers.is_none());
    if response.drag_started_by(PointerButton::Primary) && plain {
        *held = ui.input(|i| i.pointer.press_origin()).filter(|p| on_it(*p)).map(|p| line.distance(p));
    }
    if held.is_some() || (plain && response.hover_pos().is_some_and(on_it)) {
        ui.ctx().set_cursor_icon(egui::CursorIcon::Grab);
    }
    let (Some(held), Some(p)) = (*held, response.interact_pointer_pos()) else { return false };
    let by = line.distance(p) - held;
    if by.abs() > 0.01 && (response.drag_started() || response.drag_delta() != egui::Vec2::ZERO) {
        out.push(Action::Wipe(Wipe { at: part_of(picture, line.moved(by, picture)), ..wipe }));
    }
    true
}

fn draw(painter: &Painter, line: &Line, rings: &Rings, within: Rect) {
    let painter = painter.with_clip_rect(within.intersect(painter.clip_rect()));
    let (c, d) = (rings.at, line.direction());
    let far = within.width() + within.height();
    for (width, color) in [(3.0, Color32::from_black_alpha(120)), (1.0, Color32::from_gray(230))] {
        painter.line_segment([c - d * far, c + d * far], Stroke::new(width, color));
    }
    for (at, r) in [(rings.at, 6.0), (rings.arm, 4.0)] {
        painter.circle(at, r, Color32::from_black_alpha(150), Stroke::new(1.5, Color32::from_gray(235)));
    }
}

fn drag(ui: &Ui, line: &Line, rings: &Rings, picture: Rect, area: Rect, wipe: Wipe, out: &mut Out) {
    let handle = |at: Pos2, name: &'static str, value: f64| -> Response {
        let response = ui.interact(Rect::from_center_size(at, vec2(24.0, 24.0)).intersect(area), ui.scope_id().with(name), Sense::drag());
        response.widget_info(|| egui::WidgetInfo::slider(true, value, name));
        response.on_hover_cursor(egui::CursorIcon::Grab)
    };
    let moved = handle(rings.at, "Wipe position", wipe.at[0]);
    if let Some(p) = moved.interact_pointer_pos().filter(|_| moved.dragged()) {
        out.push(Action::Wipe(Wipe { at: part_of(picture, p), ..wipe }));
    }
    let turned = handle(rings.arm, "Wipe angle", line.angle);
    if let Some(p) = turned.interact_pointer_pos().filter(|_| turned.dragged()) {
        // On its side of the line to the end of the drag, also where there is room for it on the other by then.
        if turned.drag_started() {
            ui.data_mut(|d| d.insert_temp(turned.id, rings.below));
        }
        let is_below = ui.data(|d| d.get_temp(turned.id)).unwrap_or(rings.below);
        let v = if is_below { rings.at - p } else { p - rings.at };
        let angle = f64::from(v.x.atan2(-v.y).to_degrees());
        // Upright, level and slanted lines are easy to meet.
        let nearest = (angle / 45.0).round() * 45.0;
        let angle = if (angle - nearest).abs() < 3.0 { nearest } else { angle };
        // It is turned around the ring that is seen.
        let at = if rings.at == line.point() { wipe.at } else { part_of(picture, rings.at) };
        out.push(Action::Wipe(Wipe { angle, at }));
    }
}

/// In which corners of `area` A and B are named, each on its own side of a line through the middle of it: left and right, above and
/// below where the line is nearly level. `to_b`: to B's side.
fn corners(to_b: [f64; 2], area: Rect) -> [Align2; 2] {
    let [x, y] = to_b;
    let is_upright = x.abs() * f64::from(area.width()) >= y.abs() * f64::from(area.height());
    let (first, last) = (Align2::LEFT_TOP, if is_upright { Align2::RIGHT_TOP } else { Align2::RIGHT_BOTTOM });
    if (if is_upright { x } else { y }) > 0.0 { [first, last] } else { [last, first] }
}

/// What A and B are. Returns where that stands.
fn labels(painter: &Painter, panes: &[Rect], compare: &Compare, side: &Side, session: &Session) -> Vec<Rect> {
    let stage = session.view().stage;
    let cause = session.cause_in_view().map_or(String::new(), |cause| format!(", if {}", cause.words));
    let a = format!("A  frame {}, {stage}{cause}", side.key.a.frame.frame);
    let b = format!("B  {}", side.label);
    match compare.mode {
        CompareMode::Blink => {
            vec![pill(painter, panes[0], Align2::LEFT_TOP, if compare.blinked { &b } else { &a }, theme::STRONG)]
        }
        CompareMode::Difference | CompareMode::DeltaE => {
            let apart = side.apart.unwrap_or_default();
            let (order, at) = (if compare.swapped { "A − B" } else { "B − A" }, apart.at);
            let text = if compare.mode == CompareMode::DeltaE {
                format!("dE ITP to {}: mean {:.2}, largest {:.2} at {}, {}", side.label, apart.mean, apart.max, at[0], at[1])
            } else {
                let (gain, label) = (compare.gain, &side.label);
                format!("{order} ×{gain}, B {label}: mean {:.2}, largest {:.1} of 1023 at {}, {}", apart.mean, apart.max, at[0], at[1])
            };
            vec![pill(painter, panes[0], Align2::LEFT_TOP, &text, theme::STRONG)]
        }
        CompareMode::Side => {
            let names = if compare.swapped { [&b, &a] } else { [&a, &b] };
            let name = |(pane, text): (&Rect, &String)| pill(&painter.with_clip_rect(*pane), *pane, Align2::LEFT_TOP, text, theme::STRONG);
            panes.iter().zip(names).map(name).collect()
        }
        CompareMode::Wipe | CompareMode::Split => {
            let corners = corners(to_b(compare), panes[0]);
            corners.into_iter().zip([&a, &b]).map(|(corner, text)| pill(painter, panes[0], corner, text, theme::STRONG)).collect()
        }
    }
}

/// Returns where it stands.
fn pill(painter: &Painter, area: Rect, corner: Align2, text: &str, color: Color32) -> Rect {
    let galley = painter.layout(text.to_owned(), FontId::proportional(12.0), color, area.width() - 40.0);
    let rect = corner.align_size_within_rect(galley.size() + vec2(12.0, 6.0), area.shrink(8.0));
    painter.rect_filled(rect, 3.0, Color32::from_black_alpha(178));
    painter.galley(rect.min + vec2(6.0, 3.0), galley, color);
    rect
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect { min: pos2(0.0, 0.0), max: pos2(800.0, 450.0) };

    #[test]
    fn each_name_stands_on_its_own_side_of_the_line() {
        for angle in (0..360).map(f64::from) {
            let wipe = Wipe { angle, ..Wipe::default() };
            for swapped in [false, true] {
                let compare = Compare { wipe, swapped, ..Compare::default() };
                let line = line(wipe, AREA);
                let names = corners(to_b(&compare), AREA).map(|c| line.distance(c.pos_in_rect(&AREA)) * if swapped { -1.0 } else { 1.0 });
                assert!(names[0] <= 0.01 && names[1] >= -0.01, "{angle}: {names:?}");
            }
        }
        assert_eq!(corners([1.0, 0.0], AREA), [Align2::LEFT_TOP, Align2::RIGHT_TOP]);
        assert_eq!(corners([-1.0, 0.0], AREA), [Align2::RIGHT_TOP, Align2::LEFT_TOP], "turned past upright");
        assert_eq!(corners([0.0, 1.0], AREA), [Align2::LEFT_TOP, Align2::RIGHT_BOTTOM], "level: B is below");
    }

    #[test]
    fn a_line_is_held_where_it_is_seen() {
        let picture = Rect::from_min_size(pos2(-2000.0, -3000.0), vec2(4000.0, 3200.0));
        // Upright, its point far above what is in view.
        let line = line(Wipe { angle: 0.0, at: [0.6, 0.5] }, picture);
        let rings = line.rings(AREA.intersect(picture)).unwrap();
        assert_eq!(rings.at, pos2(400.0, 100.0));
        assert!(AREA.contains(rings.arm));
        assert_eq!(line.moved(50.0, picture), pos2(450.0, -1400.0), "its point stays at its height");
        assert!(self::line(Wipe { angle: 0.0, at: [0.1, 0.5] }, picture).rings(AREA).is_none(), "out of view");
        // Slanted, and moved so far that its point would be outside the picture.
        let line = self::line(Wipe { angle: 45.0, at: [0.5, 0.02] }, AREA);
        let moved = line.moved(-40.0, AREA);
        assert!(AREA.contains(moved) && (line.distance(moved) + 40.0).abs() < 0.01, "{moved:?}");
    }
}
