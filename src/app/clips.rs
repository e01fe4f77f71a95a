//! The clips of the show, and what became of each.

use super::{
    rooms, theme,
    widgets::{self, Mark, Out, focus_ring, heading, list, number, weak, with_key},
};
use crate::{
    session::{Action, ChecksState, ClipEntry, Media, Session, name_of},
    words::{agree, count},
};
use egui::{Align2, Color32, FontId, ScrollArea, Sense, TextStyle, Ui, pos2, vec2};

/// Points.
const ROW: f32 = 40.0;

pub fn show(ui: &mut Ui, session: &Session, out: &mut Out, height: f32) {
    ui.horizontal(|ui| {
        heading(ui, "Clips");
        ui.label(weak(session.document().clips.len().to_string()));
    });
    if session.document().clips.is_empty() {
        ui.label(weak("Drop camera files or folders here, or open them."));
        if ui.button("Open files…").on_hover_text(with_key(ui, session, &Action::Open, "Open camera files")).clicked() {
            out.push(Action::Open);
        }
        return;
    }
    let clips = &session.document().clips;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        let area = ScrollArea::vertical().max_height(height).auto_shrink([false, true]);
        // Only what is seen: a thousand clips are drawn as quickly as ten.
        list(ui, area, "clips", ROW, clips.len(), session.document().selected_index(), |ui, index| {
            row(ui, session, out, index, &clips[index]);
        });
    });
}

fn row(ui: &mut Ui, session: &Session, out: &mut Out, index: usize, entry: &ClipEntry) {
    let selected = session.document().selected == Some(entry.id);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let name = name(session, entry);
    let (mark, state) = state(session, entry);
    let below = summary(session, entry);
    let spoken = format!("Clip {name}: {state}");
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::ListBoxOption, true, selected, &spoken));
    let fill = match (selected, response.hovered()) {
        (true, _) => Color32::from_gray(74),
        (false, true) => Color32::from_gray(52),
        (false, false) => Color32::TRANSPARENT,
    };
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 2.0, fill);
    focus_ring(&painter, &response, rect);
    mark.paint(&painter, pos2(rect.left() + 11.0, rect.top() + 13.0));
    let line = |y: f32, text: &str, font: FontId, color: Color32| {
        widgets::line(&painter, Align2::LEFT_CENTER, pos2(rect.left() + 22.0, rect.top() + y), rect.width() - 28.0, text, font, color);
    };
    line(13.0, &name, TextStyle::Body.resolve(ui.style()), if selected { theme::STRONG } else { theme::TEXT });
    line(29.0, &below, TextStyle::Small.resolve(ui.style()), if selected { Color32::from_gray(180) } else { theme::WEAK });
    let roll = session.opened(entry.id).map(|o| format!("\nMHL: {}", o.roll.text())).unwrap_or_default();
    let response = response.on_hover_text(format!("{}\n{state}{roll}", entry.path.display()));
    if response.clicked() {
        out.push(Action::SelectClip(index));
    }
    rooms::menu_of_clip(&response, session, index, entry, out);
}

/// What the clip calls itself, else its file.
pub fn name(session: &Session, entry: &ClipEntry) -> String {
    if let Some(opened) = session.opened(entry.id) {
        return opened.name.clone();
    }
    name_of(&entry.path)
}

/// Shape and words for a clip.
pub fn state(session: &Session, entry: &ClipEntry) -> (Mark, String) {
    match session.media(entry.id) {
        None | Some(Media::Waiting) => (Mark::None, "waiting to be opened".into()),
        Some(Media::Opening(_)) => (Mark::Running, "opening".into()),
        Some(Media::Failed(error)) => (Mark::Fail, error.to_string()),
        Some(Media::Ready(opened)) => match (opened.plans(), &opened.checks, session.tally(entry)) {
            (_, ChecksState::Failed { error, .. }, _) => (Mark::Fail, error.to_string()),
            (_, _, Some(t)) if t.blocking > 0 => {
                let block = format!("{} {}", count(t.blocking, "check"), agree(&t.blocking, "blocks", "block"));
                let waive = format!(", {} {} a waiver", t.warnings, agree(&t.warnings, "needs", "need"));
                (Mark::Fail, if t.warnings > 0 { block + &waive } else { block })
            }
            (_, _, Some(t)) if t.warnings > 0 => {
                (Mark::Warn, format!("{} {} a waiver", count(t.warnings, "check"), agree(&t.warnings, "needs", "need")))
            }
            (_, _, Some(t)) if t.waived > 0 => (Mark::Waived, format!("{} waived, {} pass", t.waived, t.passed)),
            (_, _, Some(t)) => (Mark::Pass, format!("{} {}", count(t.passed, "check"), agree(&t.passed, "passes", "pass"))),
            (_, ChecksState::Running { .. }, None) => (Mark::Running, "checking".into()),
            (None, ..) => (Mark::Fail, "its pipeline cannot be made".into()),
            _ => (Mark::None, "not checked yet".into()),
        },
    }
}

fn summary(session: &Session, entry: &ClipEntry) -> String {
    match session.media(entry.id) {
        Some(Media::Failed(error)) => error.message().to_owned(),
        Some(Media::Ready(o)) => {
            let frames = count(o.clip.frames().present.len(), "frame");
            let rate = o.clip.metadata().frame_rate.as_ref().map(|r| format!(", {} fps", number(r.value.to_f64())));
            format!("{}, {frames}{}", o.clip.size(), rate.unwrap_or_default())
        }
        _ => "…".into(),
    }
}
