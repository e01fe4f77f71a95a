//! The picture: placed, zoomed, panned; the pixel under the pointer; what there is to say about it.

use super::{
    compare, guides, handles, legend,
    overlay::{self, Over},
    screen::{Screen, to_points},
    theme,
    widgets::{Mark, Out},
};
use crate::{
    framing::OverlayRect,
    image::{self, RectF, Size},
    session::{Action, Kind, Media, Placement, Session, ZOOM_RANGE, Zoom},
    words::count,
};
use egui::{Align2, Color32, FontId, PointerButton, Rect, Response, Sense, Ui, vec2};

/// What the viewer found out in the last pass.
#[derive(Default)]
pub struct ViewerState {
    pub placement: Option<Placement>,
    /// The canvas pixel under the pointer.
    pub hover: Option<[u32; 2]>,
    /// Where the area that is being drawn began.
    corner: Option<[u32; 2]>,
    /// Where a frame that is being moved was taken hold of.
    grip: Option<handles::Grip>,
    /// How far from it the line of a wipe that is being moved was taken hold of.
    line: Option<f32>,
    /// What was pinned before the last click: the first of a double click pins nothing.
    pinned_before: Option<[u32; 2]>,
}

/// Points at the left and at the right that are left to the edges of panels.
const EDGE: f32 = 4.0;

pub fn show(ui: &mut Ui, session: &Session, screen: &mut Screen, state: &mut ViewerState, out: &mut Out) {
    let ppp = f64::from(ui.ctx().pixels_per_point());
    let rect = ui.available_rect_before_wrap();
    // On whole screen pixels, or the picture would be resampled once more.
    let snap = |v: f32| ((f64::from(v) * ppp).round() / ppp) as f32;
    let area = Rect::from_min_max(egui::pos2(snap(rect.left()), snap(rect.top())), egui::pos2(snap(rect.right()), snap(rect.bottom())));
    // The edges of the panels beside it can be taken from here too.
    let response = ui.allocate_rect(area.shrink2(vec2(EDGE, 0.0)), Sense::click_and_drag());
    let painter = ui.painter_at(area);
    painter.rect_filled(area, 0.0, Color32::from_gray(theme::SURROUND));

    let panes = compare::panes(area, session);
    let pane = panes[0];
    let draft = session.framing_in_view();
    state.placement = session.shown().map(|shown| {
        let viewport = [(f64::from(pane.width()) * ppp).round(), (f64::from(pane.height()) * ppp).round()];
        let aspect = match draft {
            _ if session.view().squeezed => 1.0,
            Some(draft) if draft.canvas().squeeze() > 0.0 => draft.canvas().squeeze(),
            _ => shown.raw.pixel_aspect,
        };
        let around = draft.map_or(shown.canvas, |draft| Size::new(draft.canvas().dimensions.width, draft.canvas().dimensions.height));
        Placement::with(viewport, shown.canvas, aspect, session.view().zoom, session.view().center, around)
    });
    state.hover = None;
    let mut spoken = "Picture: nothing is shown".to_owned();
    if let (Some(placement), Some(shown)) = (&state.placement, session.shown()) {
        let of_a = compare::pane_of_a(&panes, session);
        let there = screen.paint(session, &ui.painter_at(of_a), of_a, placement);
        let overlays = match draft {
            Some(draft) => draft.frame().as_ref().map(crate::framing::overlay).unwrap_or_default(),
            None => session.plans_in_view().map(|p| p.full.overlays()).unwrap_or_default(),
        };
        // What stands beside A has a shape and frame lines of its own, at the same place of the picture and the same zoom.
        let own = session.side().and_then(|side| side.own.as_ref()).filter(|_| panes.len() > 1);
        let beside = own.map_or(*placement, |own| {
            let aspect = if session.view().squeezed { 1.0 } else { own.pixel_aspect };
            Placement::new(placement.viewport, own.size, aspect, session.view().zoom, session.view().center)
        });
        let views: Vec<(Rect, &Placement, &[OverlayRect])> = panes
            .iter()
            .map(|pane| match own {
                Some(own) if *pane != of_a => (*pane, &beside, own.overlays.as_slice()),
                _ => (*pane, placement, overlays.as_slice()),
            })
            .collect();
        // Where the pointer is, from the pane it is over, and how the picture lies there.
        let at = |p: egui::Pos2| {
            let (pane, placement) = views.iter().find(|v| v.0.contains(p)).map_or((pane, placement), |v| (v.0, v.1));
            ([f64::from(p.x - pane.left()) * ppp, f64::from(p.y - pane.top()) * ppp], placement)
        };
        // The pixel of A at the same place of the picture.
        let pixel = |p: egui::Pos2| {
            let (at, there) = at(p);
            placement.pixel_of(there.normalized(at))
        };
        let names = compare::show(ui, session, screen, &painter, &panes, [placement, &beside], out);
        let is_heat_map = session.compares() && session.side().is_some_and(|side| side.key.kind == Kind::DeltaE);
        let over = if is_heat_map { Over::HeatMap } else { Over::Picture };
        for (pane, placement, overlays) in &views {
            let painter = ui.painter_at(*pane);
            let lines = if session.view().overlays || draft.is_some() { *overlays } else { &[] };
            let frame = guides::frame(overlays, image::Rect::of(placement.canvas()).to_f64());
            let mut taken = names.clone();
            let on_screen = |r| to_points(placement.on_screen(r), *pane, painter.ctx());
            overlay::outlines(&painter, lines, over, on_screen);
            guides::lines(&painter, *pane, placement, frame, session.view());
            guides::labels(&painter, *pane, placement, frame, session.view(), &mut taken);
            overlay::labels(&painter, *pane, lines, over, on_screen, &mut taken);
        }
        legend::paint(&painter, area, session);
        spoken = match session.has_picture() {
            true => format!("Picture: frame {} {}", shown.key.frame, if there { "shown" } else { "in the making" }),
            false => "Picture: this frame cannot be shown".into(),
        };
        if let Some(words) = bypassed(session) {
            let words = format!("{words}, for looking only");
            banner(&painter, area, &words);
            spoken += &format!("; {words}");
        }
        state.hover = response.hover_pos().and_then(pixel);
        let holding = compare::drag_line(ui, session, &response, pane, placement, &mut state.line, out)
            || draft.is_some_and(|d| handles::show(ui, &response, d, placement, pane, &mut state.grip, out));
        let marking = holding || mark_area(ui, &response, &mut state.corner, pixel, out);
        if !marking {
            navigate(ui, &response, at, out);
        }
        if draft.is_none() {
            pin(session, &response, &mut state.pinned_before, pixel, out);
        }
        // Marks are in pixels of A's canvas.
        let size = placement.canvas();
        let on = |placement: &Placement, r: RectF| {
            let to = placement.canvas();
            let (x, y) = (f64::from(to.width) / f64::from(size.width.max(1)), f64::from(to.height) / f64::from(size.height.max(1)));
            placement.on_screen(RectF::new(r.x * x, r.y * y, r.width * x, r.height * y))
        };
        for (pane, placement, _) in &views {
            if let Some([x, y, width, height]) = session.view().area.filter(|[x, y, ..]| shown.pixel_of([*x, *y]).is_some()) {
                let r = on(placement, RectF::new(x.into(), y.into(), width.into(), height.into()));
                outline_area(&ui.painter_at(*pane), to_points(r, *pane, ui.ctx()));
            }
            if let Some([x, y]) = session.view().pin.filter(|at| shown.pixel_of(*at).is_some()) {
                mark_pin(&painter, to_points(on(placement, RectF::new(x.into(), y.into(), 1.0, 1.0)), *pane, ui.ctx()).center());
            }
        }
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &spoken));
    message(ui, session, &painter, area);
}

fn navigate<'a>(ui: &Ui, response: &Response, at: impl Fn(egui::Pos2) -> ([f64; 2], &'a Placement), out: &mut Out) {
    if response.double_clicked() {
        out.push(Action::Zoom(Zoom::Fit));
    }
    if let Some(pointer) = response.hover_pos() {
        let (scroll, pinch) = ui.input(|i| (f64::from(i.smooth_scroll_delta.y), f64::from(i.zoom_delta())));
        let factor = pinch * (scroll / 240.0).exp2();
        if factor != 1.0 {
            let (at, placement) = at(pointer);
            let zoom = (placement.zoom * factor).clamp(*ZOOM_RANGE.start(), *ZOOM_RANGE.end());
            out.push(Action::Look { zoom: Zoom::Factor(zoom), center: placement.center_for_zoom(at, zoom) });
        }
    }
    let drags = response.dragged_by(PointerButton::Middle) || response.dragged_by(PointerButton::Primary);
    let delta = response.drag_delta();
    if drags
        && delta != egui::Vec2::ZERO
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let (_, placement) = at(pointer);
        let ppp = f64::from(ui.ctx().pixels_per_point());
        let center = placement.center_after_drag([f64::from(delta.x) * ppp, f64::from(delta.y) * ppp]);
        out.push(Action::Look { zoom: Zoom::Factor(placement.zoom), center });
    }
}

/// A click pins the pixel. A double click is for something else: what its first click pinned is taken back.
fn pin(
    session: &Session,
    response: &Response,
    before: &mut Option<[u32; 2]>,
    pixel: impl Fn(egui::Pos2) -> Option<[u32; 2]>,
    out: &mut Out,
) {
    let now = session.view().pin;
    if response.double_clicked() {
        if *before != now {
            out.push(Action::Pin(*before));
        }
    } else if response.clicked() {
        *before = now;
        if let Some(pixel) = response.interact_pointer_pos().and_then(pixel) {
            out.push(Action::Pin(Some(pixel)));
        }
    }
}

/// With Shift or Alt, a drag marks an area instead of moving the picture; some window managers keep drags with Alt for themselves.
/// Returns whether it does.
fn mark_area(
    ui: &Ui,
    response: &Response,
    corner: &mut Option<[u32; 2]>,
    pixel: impl Fn(egui::Pos2) -> Option<[u32; 2]>,
    out: &mut Out,
) -> bool {
    let at = response.interact_pointer_pos().and_then(&pixel);
    if response.drag_started_by(PointerButton::Primary) && ui.input(|i| i.modifiers.shift || i.modifiers.alt) {
        // The drag is noticed some pixels after the press.
        *corner = ui.input(|i| i.pointer.press_origin()).and_then(&pixel).or(at);
    }
    let Some([x, y]) = *corner else { return false };
    if !response.dragged() {
        *corner = None;
        return false;
    }
    if let Some([u, v]) = at {
        out.push(Action::Area(Some([x.min(u), y.min(v), x.abs_diff(u) + 1, y.abs_diff(v) + 1])));
    }
    true
}

fn outline_area(painter: &egui::Painter, rect: egui::Rect) {
    for (color, width) in [(Color32::from_black_alpha(160), 3.0), (Color32::from_gray(240), 1.0)] {
        painter.rect_stroke(rect, 0.0, egui::Stroke::new(width, color), egui::StrokeKind::Outside);
    }
}

/// A cross with an open middle, so that the pixel itself stays visible.
fn mark_pin(painter: &egui::Painter, c: egui::Pos2) {
    for (color, width) in [(Color32::BLACK, 3.0), (Color32::WHITE, 1.0)] {
        for d in [vec2(1.0, 0.0), vec2(-1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, -1.0)] {
            painter.line_segment([c + d * 5.0, c + d * 12.0], egui::Stroke::new(width, color));
        }
    }
}

/// `Bypassed: Input Transform, Look 2`, where steps are left out of the picture in view.
pub fn bypassed(session: &Session) -> Option<String> {
    /// Steps that are named.
    const NAMED: usize = 3;
    let steps = session.bypassed();
    match steps.len() {
        0 => None,
        n if n <= NAMED => Some(format!("Bypassed: {}", steps.join(", "))),
        n => Some(format!("Bypassed: {}", count(n, "step"))),
    }
}

/// What nobody may miss about the picture: over its upper edge.
fn banner(painter: &egui::Painter, area: Rect, words: &str) {
    let galley = painter.layout_no_wrap(words.to_owned(), FontId::proportional(13.0), theme::STRONG);
    let size = galley.size() + vec2(38.0, 8.0);
    let at = Align2::CENTER_TOP.align_size_within_rect(size, area.shrink(8.0));
    painter.rect_filled(at, 3.0, Color32::from_black_alpha(205));
    Mark::Warn.paint(painter, at.left_center() + vec2(14.0, 0.0));
    painter.galley(at.left_center() + vec2(28.0, -galley.size().y / 2.0), galley, theme::STRONG);
}

/// What is to be said instead of, or over, the picture.
fn message(ui: &Ui, session: &Session, painter: &egui::Painter, area: Rect) {
    let center = |text: &str, color: Color32| {
        let wrap = (area.width() - 60.0).min(560.0);
        let galley = painter.layout(text.to_owned(), FontId::proportional(14.0), color, wrap);
        let rect = Align2::CENTER_CENTER.anchor_size(area.center(), galley.size());
        painter.rect_filled(rect.expand2(vec2(12.0, 8.0)), 3.0, Color32::from_gray(38));
        painter.galley(rect.min, galley, color);
    };
    let media = session.document().selected.and_then(|id| session.media(id));
    if let Some(error) = session.picture_error() {
        center(&format!("This frame cannot be shown.\n{error}"), theme::FAIL);
    } else if let Some(Media::Failed(error)) = media {
        center(&format!("This clip cannot be opened.\n{error}"), theme::FAIL);
    } else if session.document().clips.is_empty() {
        let text = if ui.input(|i| !i.raw.hovered_files.is_empty()) { "Drop to open" } else { "Drop camera files or folders here" };
        center(text, theme::TEXT);
    } else if session.shown().is_none() {
        center(if matches!(media, Some(Media::Ready(_))) { "Decoding…" } else { "Opening…" }, theme::TEXT);
    }
}
