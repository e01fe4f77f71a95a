//! The golden frames of the selected clip as the next recipe would have them: proposed, and edited.

use super::{
    Rooms,
    thumbs::{Shown, paint},
};
use crate::{
    app::{
        theme,
        widgets::{Mark, Out, action_button, focus_ring, heading, mono, weak},
    },
    recipe::golden::Chosen,
    session::{Action, ClipEntry, Opened, Room, Session, ThumbSize},
};
use egui::{Align, Button, Color32, Label, Layout, Sense, Ui};

/// Points of a small picture.
const PICTURE: [f32; 2] = [78.0, 44.0];

pub fn show(ui: &mut Ui, session: &Session, rooms: &mut Rooms, out: &mut Out) {
    heading(ui, "Golden frames");
    let (Some(entry), Some(opened)) = (session.document().selected_clip(), session.selected_opened()) else {
        ui.label(weak("The clip is not open."));
        return;
    };
    let how = if session.document().conditions.tolerance.is_none() { "to the bit" } else { "within the tolerance" };
    ui.add(Label::new(weak(format!("The renderer has to make these again, {how}, before it makes any other."))).wrap());
    let golden = session.golden_frames(entry);
    match &golden {
        Some(Ok(frames)) => {
            for chosen in frames {
                row(ui, session, rooms, entry, opened, chosen, frames.len() > 1, out);
            }
        }
        Some(Err(error)) => {
            ui.horizontal_wrapped(|ui| {
                Mark::Warn.show(ui);
                ui.label(format!("No worst frames were found: {error}"));
            });
        }
        None if opened.planned.result.is_err() => {
            ui.label(weak("Without a pipeline there are none."));
        }
        None => {
            let said = session.golden_job(entry.id).filter(|m| !m.is_empty());
            ui.label(weak(
                said.map_or_else(|| "The worst frames are looked for…".to_owned(), |m| format!("Looking for the worst frames: {m}")),
            ));
            let added: Vec<String> = entry.golden_edits.added.iter().map(u32::to_string).collect();
            if !added.is_empty() {
                ui.label(weak(format!("Chosen by hand: {}", added.join(", "))));
            }
        }
    }
    ui.add_space(2.0);
    ui.horizontal_wrapped(|ui| {
        let at = opened.timecode(opened.playhead).map_or_else(String::new, |t| format!(", {t}"));
        let label = format!("Add frame {}{at}", opened.playhead);
        let shown = golden.as_ref().and_then(|g| g.as_ref().ok()).is_some_and(|l| l.iter().any(|c| c.frame == opened.playhead));
        let is_golden = shown || entry.golden_edits.added.contains(&opened.playhead);
        ui.add_enabled_ui(!is_golden, |ui| action_button(ui, session, out, &Action::AddGolden(None), &label, false));
        let failed = matches!(golden, Some(Err(_)));
        if !entry.golden_edits.is_empty() || failed {
            action_button(ui, session, out, &Action::ProposeGolden, if failed { "Look again" } else { "As proposed" }, false);
        }
    });
}

#[allow(clippy::too_many_arguments)]
fn row(
    ui: &mut Ui,
    session: &Session,
    rooms: &mut Rooms,
    entry: &ClipEntry,
    opened: &Opened,
    chosen: &Chosen,
    several: bool,
    out: &mut Out,
) {
    let frame = chosen.frame;
    ui.horizontal_top(|ui| {
        let (rect, response) = ui.allocate_exact_size(PICTURE.into(), Sense::click());
        ui.painter().rect_filled(rect, 0.0, Color32::from_gray(theme::SURROUND));
        match rooms.thumbs.get(ui.ctx(), session, (entry.id, frame, ThumbSize::Small)) {
            Shown::Picture(thumb, texture) => drop(paint(&ui.painter_at(rect), rect, &thumb, texture)),
            Shown::Failed(_) => Mark::Fail.paint(ui.painter(), rect.center()),
            Shown::Coming => {}
        }
        focus_ring(ui.painter(), &response, rect);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Go to frame {frame}")));
        if response.on_hover_text("Look at it on the Bench").clicked() {
            out.extend((frame != opened.playhead).then_some(Action::Go(frame)));
            out.push(Action::Room(Room::Bench));
        }
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            let remove = ui.add_enabled(several, Button::new("×").small());
            remove.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, several, format!("Remove golden frame {frame}")));
            if remove.on_hover_text("Not golden").on_disabled_hover_text("A recipe needs one").clicked() {
                out.push(Action::RemoveGolden(frame));
            }
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                let at = opened.timecode(frame).map_or_else(String::new, |t| format!("  {t}"));
                ui.add(Label::new(mono(format!("{frame}{at}")).color(theme::TEXT)).truncate());
                let why = chosen.reason.as_deref().unwrap_or("chosen by hand");
                ui.add(Label::new(weak(why)).wrap()).on_hover_text(why);
            });
        });
    });
}
