//! Below the picture: play, step, scrub; timecode and frame number.

use super::{
    menu, theme,
    widgets::{Out, action_button, at_right, focus_ring, mono, number, segments, weak},
};
use crate::{
    camera::FrameNumber,
    session::{Action, Opened, Session, table},
};
use egui::{Align, Color32, DragValue, Key, Layout, Rect, Sense, Stroke, TextEdit, TextStyle, Ui, pos2, vec2};

pub fn show(ui: &mut Ui, session: &Session, out: &mut Out) {
    scrub(ui, session, out);
    let mut below = false;
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
        let frames = opened.clip.frames();
        timecode(ui, opened, out);
        let label = ui.label(weak("Frame"));
        let mut frame = opened.playhead;
        let field = ui.add(DragValue::new(&mut frame).speed(0.2).range(frames.first()..=frames.last())).labelled_by(label.id);
        if field.on_hover_text("Frame number, as in the file name; drag, or click to type").changed() {
            out.push(Action::Go(frame));
        }
        ui.label(weak(format!("{}–{}", frames.first(), frames.last()))).on_hover_text("First and last frame of the clip");
        let missing = frames.missing_count();
        if missing > 0 {
            ui.colored_label(theme::FAIL, format!("{missing} missing")).on_hover_text(gaps(session));
        }
        // What stands on the right goes below where there is no room beside: nothing is cut off.
        let id = ui.scope_id().with("width of the mode");
        let needed = ui.data(|d| d.get_temp::<f32>(id)).unwrap_or(0.0);
        below = ui.available_width() < needed;
        if !below {
            let width = at_right(ui, |ui| {
                mode(ui, session, opened, out);
                rate(ui, session, opened);
                ui.min_size().x
            });
            // The most it took so far: a text that grows while playing moves it once.
            ui.data_mut(|d| d.insert_temp(id, needed.max(width)));
        }
    });
    if let Some(opened) = session.selected_opened().filter(|_| below) {
        ui.horizontal(|ui| {
            at_right(ui, |ui| {
                mode(ui, session, opened, out);
                rate(ui, session, opened);
            });
        });
    }
}

/// The clip's rate, and that of the playback.
fn rate(ui: &mut Ui, session: &Session, opened: &Opened) {
    let nominal = opened.clip.metadata().frame_rate.as_ref().map(|r| format!("{} fps", number(r.value.to_f64())));
    let nominal = nominal.unwrap_or_else(|| format!("{} fps (the clip does not say)", number(opened.frame_rate())));
    let dropped = match session.playback().map_or(0, |p| p.dropped()) {
        0 => String::new(),
        n => format!(", {n} dropped"),
    };
    let text = match session.playback().and_then(|p| p.measured_rate()) {
        Some(real) => format!("{real:.1} of {nominal}{dropped}"),
        None => nominal.clone(),
    };
    let tip = if session.view().play.real_time {
        "Frames are left out where the machine is slower than the clip"
    } else {
        "Every frame is shown; where the machine is slower than the clip, it plays slower"
    };
    // With room for the longest that it can be: what stands beside it does not move when playback begins.
    let longest = format!("99.9 of {nominal}, 999 dropped");
    let font = TextStyle::Small.resolve(ui.style());
    let room = vec2(ui.painter().layout_no_wrap(longest, font, theme::WEAK).size().x, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_width(room.x);
        ui.label(weak(text)).on_hover_text(tip);
    });
}

fn gaps(session: &Session) -> String {
    let ranges = session.selected_opened().map(|o| o.clip.frames().missing.clone()).unwrap_or_default();
    let text =
        ranges.iter().take(20).map(|r| if r.start() == r.end() { r.start().to_string() } else { format!("{} to {}", r.start(), r.end()) });
    format!("Missing: {}{}", text.collect::<Vec<_>>().join(", "), if ranges.len() > 20 { ", …" } else { "" })
}

/// Timecode of the frame in view; typed into, it goes there.
fn timecode(ui: &mut Ui, opened: &Opened, out: &mut Out) {
    let Some(now) = opened.timecode(opened.playhead) else {
        ui.label(mono("no timecode"));
        return;
    };
    let id = ui.scope_id().with("timecode");
    let mut text = ui.data(|d| d.get_temp::<String>(id)).unwrap_or_else(|| now.to_string());
    let field = ui.add(TextEdit::singleline(&mut text).font(TextStyle::Monospace).desired_width(98.0));
    field.widget_info(|| egui::WidgetInfo { label: Some("Timecode".into()), ..egui::WidgetInfo::text_edit(true, &text, &text, "") });
    if field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter)) && text != now.to_string() {
        out.push(Action::GoTimecode(text.clone()));
    }
    let edited = field.has_focus();
    ui.data_mut(|d| {
        if edited {
            d.insert_temp(id, text);
        } else {
            d.remove_temp::<String>(id);
        }
    });
    field.on_hover_text("Timecode of the frame in view: the clip's start, counted on.\nType one, or its last fields, and Enter goes there");
}

/// In and out, loop, whether every frame is shown, and speed.
fn mode(ui: &mut Ui, session: &Session, opened: &Opened, out: &mut Out) {
    let play = session.view().play;
    segments(ui, |ui| {
        action_button(ui, session, out, &Action::MarkIn, "In", opened.marks[0].is_some());
        action_button(ui, session, out, &Action::MarkOut, "Out", opened.marks[1].is_some());
    });
    segments(ui, |ui| {
        action_button(ui, session, out, &Action::Loop, "Loop", play.looping);
        action_button(ui, session, out, &Action::RealTime, "Real time", play.real_time);
    });
    ui.menu_button(format!("{} x", play.speed), |ui| {
        table::ACTIONS.iter().filter(|e| e.menu == "Play/Speed").for_each(|e| menu::item(ui, session, out, e));
    })
    .response
    .on_hover_text("Speed, of the clip's rate");
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
    if opened.marks != [None; 2] {
        let range = opened.range();
        let r = across(*range.start(), *range.end(), bar.top() - 3.0, bar.top() - 1.0);
        painter.rect_filled(r, 0.0, theme::WARN);
        for edge in [r.left(), r.right()] {
            painter.vline(edge, bar.top() - 4.0..=bar.bottom(), Stroke::new(1.5, theme::WARN));
        }
    }
    let at = x(opened.playhead as f32 + 0.5);
    painter.rect_filled(Rect::from_center_size(pos2(at, bar.center().y), vec2(3.0, rect.height() - 2.0)), 1.0, theme::STRONG);
    focus_ring(&painter, &response, rect);
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
