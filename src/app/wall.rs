//! The state of a delivery: what is there, what failed and what is still to be made, clip by clip; and whether it holds.

use super::{
    log::clock,
    paging,
    rooms::{claims, not_done, verdict_line},
    theme,
    widgets::{Mark, Out, action_button, cut, heading, name_field, weak},
    windows::{self, Look, Place},
};
use crate::{
    render::wall::{Cell, CellState},
    session::{Action, DialogKind, SeenClip, Session, Verifying, Watched},
    words::count,
};
use egui::{Align, Key, Label, Layout, Panel, Rect, RichText, ScrollArea, Sense, TextEdit, TextWrapMode, Ui, UiBuilder, vec2};

/// What the window keeps between passes.
#[derive(Default)]
pub struct State {
    /// The place as it is typed, and the one that is shown.
    typed: String,
    of: String,
}

/// Points: the window, a line of a clip, its strip and what is between two clips, and a cell with the gap after it, at most.
const WIDTH: f32 = 760.0;
const HEIGHT: f32 = 480.0;
const LINE: f32 = 20.0;
const STRIP: f32 = 16.0;
const GAP: f32 = 8.0;
const WIDE_CELL: f32 = 24.0;

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
            let Some((seen, at)) = &watched.seen else {
                if watched.error.is_none() {
                    ui.label(weak("Looking…"));
                }
                return;
            };
            ui.label(weak(format!("{}; looked at {}", seen.said, clock(*at))));
            if let Verifying::Done(found) = &watched.verified {
                claims(ui, found, TextWrapMode::Truncate);
            }
            seen.clips.iter().enumerate().for_each(|(i, c)| clip(ui, i, c));
            for line in &seen.unreadable {
                ui.add(Label::new(RichText::new(line).color(theme::WARN)).wrap());
            }
            if seen.unread > seen.unreadable.len() {
                ui.label(weak(format!("and {} that cannot be read", count(seen.unread - seen.unreadable.len(), "more record"))));
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
        name_field(&field, "Place of the delivery", &state.typed);
        if is_new {
            field.request_focus();
        }
        let enters = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        if enters && !state.typed.trim().is_empty() {
            out.push(Action::Wall(Some(state.typed.trim().into())));
        }
    });
    ui.add_space(2.0);
}

/// Only of what is seen of them the clips are drawn: a job may have hundreds.
fn clip(ui: &mut Ui, i: usize, clip: &SeenClip) {
    let more = usize::from(clip.failed > clip.failures.len());
    let lines = 1 + clip.failures.len() + more + usize::from(clip.gone.is_some()) + usize::from(!clip.left.is_empty());
    let strip_height = if clip.cells.is_empty() { 0.0 } else { STRIP };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), lines as f32 * LINE + strip_height + GAP), Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    let mark = match () {
        () if clip.failed > 0 => Mark::Fail,
        () if clip.gone.is_some() => Mark::Warn,
        () if clip.is_done => Mark::Pass,
        () => Mark::Running,
    };
    let mut ui = ui.new_child(UiBuilder::new().id_salt(("clip", i)).max_rect(rect).layout(Layout::top_down(Align::Min)));
    let ui = &mut ui;
    ui.spacing_mut().item_spacing.y = 0.0;
    row(ui, |ui| {
        mark.show(ui);
        heading(ui, &clip.name);
        cut(ui, weak(&clip.said), &clip.said);
    });
    strip(ui, clip);
    let colored = |said: &str, color| RichText::new(said).color(color);
    for failure in &clip.failures {
        row(ui, |ui| drop(cut(ui, colored(failure, theme::FAIL), failure)));
    }
    if more > 0 {
        row(ui, |ui| drop(ui.label(weak(format!("and {} more", count(clip.failed - clip.failures.len(), "failure"))))));
    }
    if let Some(gone) = &clip.gone {
        let gone = format!("made, and there no more: {gone}");
        row(ui, |ui| drop(cut(ui, colored(&gone, theme::WARN), &gone)));
    }
    if !clip.left.is_empty() {
        let left = format!("still to be made: {}", clip.left);
        row(ui, |ui| drop(cut(ui, weak(&left), &left)));
    }
}

fn row(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), LINE), Layout::left_to_right(Align::Center), add);
}

/// Frames from left to right. What failed is told by its height, too.
fn strip(ui: &mut Ui, clip: &SeenClip) {
    if clip.cells.is_empty() {
        return;
    }
    // Few frames are seen as well as many.
    let cell = (ui.available_width() / clip.cells.len() as f32).min(WIDE_CELL);
    let (rect, response) = ui.allocate_exact_size(vec2(clip.cells.len() as f32 * cell, STRIP), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("Frames of {}: {}", clip.name, clip.said)));
    for (i, Cell { state, .. }) in clip.cells.iter().enumerate() {
        let (height, color) = match state {
            CellState::There => (10.0, theme::PASS.gamma_multiply(0.8)),
            CellState::Part => (6.0, theme::PASS.gamma_multiply(0.8)),
            CellState::Open => (2.0, theme::WEAK),
            CellState::Failed => (STRIP, theme::FAIL),
        };
        let bar = Rect::from_min_max(
            rect.left_bottom() + vec2(i as f32 * cell, -height),
            rect.left_bottom() + vec2((i + 1) as f32 * cell - 1.0, 0.0),
        );
        ui.painter().rect_filled(bar, 0.0, color);
    }
    response.on_hover_ui_at_pointer(|ui| {
        let at = ui.ctx().pointer_hover_pos().map(|at| ((at.x - rect.left()) / cell) as usize);
        if let Some(Cell { frames, state }) = at.and_then(|i| clip.cells.get(i)) {
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
            Verifying::Done(found) => {
                verdict_line(ui, found);
                ui.label(weak(format!("as it was at {}", clock(watched.verified_at))));
            }
        }
    });
}
