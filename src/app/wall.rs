//! The state of a delivery: what is there, what failed and what is still to be made, clip by clip; and whether it holds.

use super::{
    log::clock,
    paging,
    rooms::{claims, not_done, verdict_line},
    theme,
    widgets::{Mark, Out, action_button, cut, heading, weak},
    windows::{self, Look, Place},
};
use crate::{
    render::wall::{Cell, CellState, Clip, ranges},
    session::{Action, DialogKind, Session, Verifying, Watched},
    words::count,
};
use egui::{Key, Label, Panel, Rect, RichText, ScrollArea, Sense, TextEdit, Ui, vec2};

/// What the window keeps between passes.
#[derive(Default)]
pub struct State {
    /// The place as it is typed, and the one that is shown.
    typed: String,
    of: String,
}

/// Points: the window, a strip of frames, and a cell of it with the gap after it, at least and at most.
const WIDTH: f32 = 760.0;
const HEIGHT: f32 = 480.0;
const STRIP: f32 = 16.0;
const CELL: f32 = 6.0;
const WIDE_CELL: f32 = 24.0;

/// Failures that are listed of a clip.
const LISTED: usize = 12;

pub fn show(ui: &Ui, session: &Session, windows: &mut windows::State, state: &mut State, out: &mut Out) {
    let look = Look { kind: DialogKind::Wall, title: "State of a delivery", width: WIDTH, height: Some(HEIGHT), place: Place::Left };
    windows.show(ui, look, out, |ui, out, is_new| {
        let watched = session.watched();
        let place = watched.map_or("", |w| &w.place);
        if is_new || state.of != place {
            (state.typed, state.of) = (place.to_owned(), place.to_owned());
        }
        head(ui, session, state, is_new, out);
        let Some(watched) = watched else {
            ui.add(Label::new("Choose the folder that a job delivers to, or type its address.").wrap());
            ui.allocate_space(ui.available_size());
            return;
        };
        if let Some(error) = &watched.error {
            ui.add(Label::new(RichText::new(error.to_string()).color(theme::FAIL)).wrap());
        }
        // What stands below is made first, so that the clips take what is left.
        Panel::bottom("verifying").resizable(false).show(ui, |ui| verifying(ui, session, watched, out));
        ScrollArea::vertical().id_salt("clips").auto_shrink(false).show(ui, |ui| {
            let Some((wall, at)) = &watched.seen else {
                if watched.error.is_none() {
                    ui.label(weak("Looking…"));
                }
                return;
            };
            let done: usize = wall.clips.iter().map(|c| c.done.len()).sum();
            let asked: usize = wall.clips.iter().map(|c| c.asked.len()).sum();
            let clips = count(wall.clips.len(), "clip");
            ui.label(weak(format!("{clips}, {done} of {}; looked at {}", count(asked, "frame"), clock(*at))));
            if let Verifying::Done(found) = &watched.verified {
                claims(ui, found);
            }
            wall.clips.iter().for_each(|c| clip(ui, c));
            for line in &wall.unreadable {
                ui.add(Label::new(RichText::new(line).color(theme::WARN)).wrap());
            }
            paging::of_window(ui, session, DialogKind::Wall);
        });
    });
}

fn head(ui: &mut Ui, session: &Session, state: &mut State, is_new: bool, out: &mut Out) {
    ui.horizontal(|ui| {
        action_button(ui, session, out, &Action::AskWall, "Choose…", false);
        let hint = "A folder, or s3://BUCKET/PREFIX, gs://, az://";
        let field = ui.add(TextEdit::singleline(&mut state.typed).hint_text(hint).desired_width(f32::INFINITY));
        field.widget_info(|| {
            let mut info = egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Place of the delivery");
            info.current_text_value = Some(state.typed.clone());
            info
        });
        if is_new {
            field.request_focus();
        }
        let enters = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        if enters && !state.typed.trim().is_empty() {
            out.push(Action::Wall(Some(state.typed.clone())));
        }
    });
    ui.add_space(2.0);
}

fn clip(ui: &mut Ui, clip: &Clip) {
    let failures: Vec<_> = clip.open_failures().collect();
    let mark = match () {
        () if !failures.is_empty() => Mark::Fail,
        () if clip.gone_said().is_some() => Mark::Warn,
        () if clip.is_done() => Mark::Pass,
        () => Mark::Running,
    };
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        mark.show(ui);
        heading(ui, &clip.name);
        let said = clip.said(None);
        cut(ui, weak(&said), &said);
    });
    strip(ui, clip);
    for failure in failures.iter().take(LISTED) {
        ui.add(Label::new(RichText::new(failure.to_string()).color(theme::FAIL)).wrap());
    }
    if failures.len() > LISTED {
        ui.label(weak(format!("and {} more", count(failures.len() - LISTED, "failure"))));
    }
    if let Some(gone) = clip.gone_said() {
        ui.add(Label::new(RichText::new(format!("made, and there no more: {gone}")).color(theme::WARN)).wrap());
    }
    let left = ranges(clip.left());
    if !left.is_empty() {
        let left = format!("still to be made: {left}");
        cut(ui, weak(&left), &left);
    }
}

/// Frames from left to right. What failed is told by its height, too.
fn strip(ui: &mut Ui, clip: &Clip) {
    let width = ui.available_width();
    let cells = clip.strip((width / CELL) as usize);
    if cells.is_empty() {
        return;
    }
    // Few frames are seen as well as many.
    let cell = (width / cells.len() as f32).clamp(CELL, WIDE_CELL).floor();
    let (rect, response) = ui.allocate_exact_size(vec2(cells.len() as f32 * cell, STRIP), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("Frames of {}: {}", clip.name, clip.said(None))));
    let place = |i: usize| Rect::from_min_size(rect.min + vec2(i as f32 * cell, 0.0), vec2(cell - 1.0, STRIP));
    for (i, cell) in cells.iter().enumerate() {
        let (height, color) = match cell.state {
            CellState::There => (10.0, theme::PASS.gamma_multiply(0.8)),
            CellState::Part => (6.0, theme::PASS.gamma_multiply(0.8)),
            CellState::Open => (2.0, theme::WEAK),
            CellState::Failed => (STRIP, theme::FAIL),
        };
        let mut bar = place(i);
        bar.min.y = bar.max.y - height;
        ui.painter().rect_filled(bar, 0.0, color);
    }
    response.on_hover_ui_at_pointer(|ui| {
        let at = ui.ctx().pointer_hover_pos().map(|at| ((at.x - rect.left()) / cell) as usize);
        if let Some(Cell { frames, state }) = at.and_then(|i| cells.get(i)) {
            let said = match state {
                CellState::There => "there",
                CellState::Part => "there in part",
                CellState::Open => "still to be made",
                CellState::Failed => "failed",
            };
            ui.label(format!("{frames}: {said}"));
        }
    });
}

fn verifying(ui: &mut Ui, session: &Session, watched: &Watched, out: &mut Out) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        action_button(ui, session, out, &Action::VerifyWall, "Verify", false);
        match &watched.verified {
            Verifying::NotAsked => {}
            Verifying::Running(job) => drop(ui.label(weak(session.job_message(*job)))),
            Verifying::Failed(error) => not_done(ui, "Not verified", error),
            // What does not hold is listed above.
            Verifying::Done(found) => verdict_line(ui, found),
        }
    });
}
