//! Below the picture: play, step, scrub; timecode and frame number.

use super::{
    clips::rate,
    theme,
    widgets::{Out, action_button, mono, segments, weak},
};
use crate::{
    camera::FrameNumber,
    session::{Action, Session},
};
use egui::{Align, Color32, DragValue, Layout, Rect, Sense, Stroke, Ui, pos2, vec2};

pub fn show(ui: &mut Ui, session: &Session, out: &mut Out) {
    scrub(ui, session, out);
    ui.horizontal(|ui| {
        let playing = session.playback().is_some();
        segments(ui, |ui| {
            for (action, icon) in [
                (Action::First, Icon::First),
                (Action::Step(-1), Icon::Back),
                (Action::PlayToggle, if playing { Icon::Pause } else { Icon::Play }),
                (Action::Step(1), Icon::On),
                (Action::Last, Icon::Last),
            ] {
                let response = action_button(ui, session, out, &action, "      ", playing && action == Action::PlayToggle);
                let color = if response.enabled() { ui.style().interact(&response).fg_stroke.color } else { theme::LINE };
                icon.paint(ui.painter(), response.rect.center(), color);
            }
        });
        let Some(opened) = session.selected_opened() else { return };
        let (clip, frames) = (&opened.clip, opened.clip.frames());
        ui.label(mono(timecode(session).unwrap_or_else(|| "no timecode".into())))
            .on_hover_text("Timecode of the frame in view: the clip's start, counted on");
        let label = ui.label(weak("Frame"));
        let mut frame = opened.playhead;
        let field = ui.add(DragValue::new(&mut frame).speed(0.2).range(frames.first()..=frames.last())).labelled_by(label.id);
        if field.on_hover_text("Frame number, as in the file name; drag, or click to type").changed() {
            out.push(Action::Go(frame));
        }
        ui.label(weak(format!("of {} to {}", frames.first(), frames.last())));
        let missing = frames.missing_count();
        if missing > 0 {
            ui.colored_label(theme::FAIL, format!("{missing} missing")).on_hover_text(gaps(session));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let nominal = clip.metadata().frame_rate.as_ref().map(|r| format!("{} fps", rate(r.value.to_f64())));
            let nominal = nominal.unwrap_or_else(|| format!("{} fps (the clip does not say)", rate(opened.frame_rate())));
            let text = match session.playback().and_then(|p| p.measured_rate()) {
                Some(real) => format!("{real:.1} of {nominal}"),
                None => nominal,
            };
            ui.label(weak(text)).on_hover_text("Every frame is shown; where the machine is slower than the clip, it plays slower");
        });
    });
}

fn gaps(session: &Session) -> String {
    let ranges = session.selected_opened().map(|o| o.clip.frames().missing.clone()).unwrap_or_default();
    let text =
        ranges.iter().take(20).map(|r| if r.start() == r.end() { r.start().to_string() } else { format!("{} to {}", r.start(), r.end()) });
    format!("Missing: {}{}", text.collect::<Vec<_>>().join(", "), if ranges.len() > 20 { ", …" } else { "" })
}

/// Timecode of the frame in view.
fn timecode(session: &Session) -> Option<String> {
    let opened = session.selected_opened()?;
    let m = opened.clip.metadata();
    let start = m.start_timecode.as_ref()?.value;
    let rate = m.frame_rate.as_ref()?.value;
    let by = i64::from(opened.playhead) - i64::from(opened.clip.frames().first());
    Some(start.offset(by, rate).to_string())
}

/// The frames of the clip as a bar: gaps stand out, what is in memory is underlined.
fn scrub(ui: &mut Ui, session: &Session, out: &mut Out) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::click_and_drag());
    let painter = ui.painter_at(rect);
    let bar = Rect::from_min_max(pos2(rect.left() + 4.0, rect.top() + 4.0), pos2(rect.right() - 4.0, rect.bottom() - 6.0));
    painter.rect_filled(bar, 1.0, Color32::from_gray(28));
    let Some(opened) = session.selected_opened() else {
        response.widget_info(|| egui::WidgetInfo::slider(false, 0.0, "Timeline"));
        return;
    };
    let frames = opened.clip.frames();
    let (first, last) = (frames.first(), frames.last());
    let span = (last - first) as f32 + 1.0;
    let x = |f: f32| bar.left() + (f - first as f32) / span * bar.width();
    let across = |a: FrameNumber, b: FrameNumber, y0: f32, y1: f32| {
        Rect::from_min_max(pos2(x(a as f32), y0), pos2(x(b as f32 + 1.0).max(x(a as f32) + 1.0), y1))
    };
    painter.rect_filled(bar, 1.0, Color32::from_gray(64));
    for gap in &frames.missing {
        let r = across(*gap.start(), *gap.end(), bar.top(), bar.bottom());
        painter.rect_filled(r, 0.0, Color32::from_gray(20));
        painter.rect_stroke(r, 0.0, Stroke::new(1.0, theme::FAIL), egui::StrokeKind::Inside);
    }
    if let (Some(plans), Some(clip)) = (opened.plans(), session.document().selected) {
        for f in session.cache().frames_of(clip, &plans.decode) {
            painter.rect_filled(across(f, f, bar.bottom() + 1.0, bar.bottom() + 3.0), 0.0, Color32::from_gray(130));
        }
    }
    let at = x(opened.playhead as f32 + 0.5);
    painter.rect_filled(Rect::from_center_size(pos2(at, bar.center().y), vec2(3.0, rect.height() - 2.0)), 1.0, theme::STRONG);
    let value = f64::from(opened.playhead);
    response.widget_info(|| egui::WidgetInfo::slider(true, value, "Timeline"));
    let under = |p: egui::Pos2| first + (((p.x - bar.left()) / bar.width()).clamp(0.0, 0.999_999) * span) as FrameNumber;
    if let Some(p) = response.interact_pointer_pos()
        && (response.dragged() || response.clicked())
        && under(p) != opened.playhead
    {
        out.push(Action::Go(under(p)));
    }
    if let Some(p) = response.hover_pos() {
        let frame = under(p);
        let missing = if frames.contains(frame) { "" } else { ": missing" };
        response.on_hover_text_at_pointer(format!("Frame {frame}{missing}"));
    }
}

/// Drawn, so that they look the same whatever fonts there are.
#[derive(Clone, Copy)]
enum Icon {
    First,
    Back,
    Play,
    Pause,
    On,
    Last,
}

impl Icon {
    fn paint(self, painter: &egui::Painter, c: egui::Pos2, color: Color32) {
        let triangle = |x: f32, w: f32| {
            let h = 5.0;
            let points = vec![c + vec2(x - w / 2.0, -h), c + vec2(x + w / 2.0, 0.0), c + vec2(x - w / 2.0, h)];
            painter.add(egui::Shape::convex_polygon(points, color, Stroke::NONE));
        };
        let bar = |x: f32| {
            painter.rect_filled(Rect::from_center_size(c + vec2(x, 0.0), vec2(2.0, 10.0)), 0.0, color);
        };
        match self {
            Self::First => {
                bar(-4.5);
                triangle(1.5, -8.0);
            }
            Self::Back => {
                triangle(-1.5, -6.0);
                bar(4.0);
            }
            Self::Play => triangle(0.5, 9.0),
            Self::Pause => {
                bar(-2.5);
                bar(2.5);
            }
            Self::On => {
                bar(-4.0);
                triangle(1.5, 6.0);
            }
            Self::Last => {
                triangle(-1.5, 8.0);
                bar(4.5);
            }
        }
    }
}
