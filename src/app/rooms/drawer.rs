//! The evidence of one cell: the rule in words, number against limit, what shows it, and what can be done.

use super::{causes, evidence, proofs, thumbs::Textures};
use crate::{
    app::{
        clips, paging, theme,
        widgets::{Out, action_button, cut, fact, heading, list, rule, weak},
    },
    check::{self, Finding, Outcome, is_about_show},
    session::{Action, CellAt, ClipEntry, Grade, Matrix, Room, SHOW, Session, Waiver, name_of},
};
use egui::{Align, Label, Layout, RichText, ScrollArea, Ui};
use std::path::Path;

pub fn show(ui: &mut Ui, session: &Session, matrix: &Matrix, at: &CellAt, textures: &mut Textures, out: &mut Out) {
    ui.add_space(2.0);
    let title = check::title_of(&at.rule).unwrap_or_default();
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.small_button("Close").on_hover_text("Back to the whole chart  [Esc]").clicked() {
                out.push(Action::EvidenceClose);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                cut(ui, RichText::new(format!("{} {title}", at.rule)).color(theme::STRONG).strong(), title);
            });
        });
    });
    cut(ui, weak(&at.mode), &at.mode);
    ui.add_space(4.0);
    if at.mode == SHOW || is_about_show(&at.rule) {
        return of_show(ui, session, at, textures, out);
    }
    clips_of(ui, session, matrix, at, out);
    let of_mode = |e: &&ClipEntry| matrix.modes.iter().any(|m| m.name == at.mode && m.clips.contains(&e.id));
    let Some(entry) = session.document().selected_clip().filter(of_mode) else {
        ui.label(weak("Another clip was selected meanwhile: choose one of this camera mode."));
        return;
    };
    let Some(finding) = session.finding(entry.id, &at.rule) else {
        ui.label(weak("This clip was not checked yet."));
        return;
    };
    ScrollArea::vertical().id_salt("evidence of a cell").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 5.0;
        body(ui, session, Of::Clip(entry), finding, textures, out);
        paging::of_panel(ui, session);
    });
}

/// What was found on the show as a whole.
fn of_show(ui: &mut Ui, session: &Session, at: &CellAt, textures: &mut Textures, out: &mut Out) {
    let of_lists: Vec<_> = session.list_findings(&at.rule).filter(|_| at.mode == SHOW).collect();
    if !of_lists.is_empty() {
        ScrollArea::vertical().id_salt("evidence of cut lists").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 5.0;
            for (nth, (path, finding)) in of_lists.into_iter().enumerate() {
                if nth > 0 {
                    rule(ui);
                }
                ui.push_id(nth, |ui| body(ui, session, Of::List(path), finding, textures, out));
            }
            paging::of_panel(ui, session);
        });
        return;
    }
    match session.show_finding(&at.rule).filter(|_| at.mode == SHOW) {
        Some(finding) => {
            ScrollArea::vertical().id_salt("evidence of the show").auto_shrink(false).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 5.0;
                body(ui, session, Of::Show, finding, textures, out);
                paging::of_panel(ui, session);
            });
        }
        None => {
            ui.label(weak(match (is_about_show(&at.rule), at.mode == SHOW) {
                (true, true) => "It was not checked yet.",
                (true, false) => "This rule is about the show as a whole: see its column.",
                (false, _) => "This rule is about clips: see the columns of the camera modes.",
            }));
        }
    }
}

/// The clips of the mode; the one in view is the selected one.
fn clips_of(ui: &mut Ui, session: &Session, matrix: &Matrix, at: &CellAt, out: &mut Out) {
    let Some(mode) = matrix.modes.iter().find(|m| m.name == at.mode) else { return };
    if mode.clips.len() < 2 {
        return;
    }
    /// Clips that are seen at once, at most.
    const SEEN: usize = 8;
    let row = ui.spacing().interact_size.y;
    let room = mode.clips.len().min(SEEN) as f32 * (row + ui.spacing().item_spacing.y);
    let area = ScrollArea::vertical().max_height(room).min_scrolled_height(room).auto_shrink([false, true]);
    let selected = mode.clips.iter().position(|id| session.document().selected == Some(*id));
    list(ui, area, ("clips of a cell", &at.rule, &at.mode), row, mode.clips.len(), selected, |ui, nth| {
        let id = mode.clips[nth];
        let Some((index, entry)) = session.place(id) else { return };
        let grade = session.grade(id, &at.rule);
        ui.horizontal(|ui| {
            grade.mark().show(ui);
            let name = clips::name(session, entry);
            if ui.selectable_label(selected == Some(nth), &name).on_hover_text(grade.words()).clicked() {
                out.push(Action::SelectClip(index));
            }
        });
    });
    rule(ui);
}

/// Whose a finding is.
#[derive(Clone, Copy)]
enum Of<'a> {
    Clip(&'a ClipEntry),
    Show,
    List(&'a Path),
}

impl<'a> Of<'a> {
    fn name(self, session: &Session) -> String {
        match self {
            Self::Clip(entry) => clips::name(session, entry),
            Self::Show => SHOW.to_owned(),
            Self::List(path) => name_of(path),
        }
    }
    fn clip(self) -> Option<&'a ClipEntry> {
        if let Self::Clip(entry) = self { Some(entry) } else { None }
    }
}

fn body(ui: &mut Ui, session: &Session, of: Of, f: &Finding, textures: &mut Textures, out: &mut Out) {
    let entry = of.clip();
    let waivers = entry.map_or(&session.document().waivers, |e| &e.waivers);
    let grade = Grade::of(waivers, f);
    ui.horizontal(|ui| {
        grade.mark().show(ui);
        let name = ui.label(RichText::new(of.name(session)).color(theme::TEXT));
        if let Of::List(path) = of {
            name.on_hover_text(path.display().to_string());
        }
        ui.label(evidence::words(grade));
    });
    if f.outcome == Outcome::NotApplicable {
        ui.add(Label::new(&f.evidence).wrap());
    } else {
        fact(ui, "Measured", &f.measured);
        fact(ui, "Limit", &f.limit);
        if !f.evidence.is_empty() {
            ui.add(Label::new(RichText::new(&f.evidence).color(theme::TEXT)).wrap());
        }
    }
    fact(ui, "Severity", f.severity.to_string());
    fact(ui, "Source", &f.source);
    actions(ui, session, entry, f, grade, out);
    if let Some(waived) = Waiver::of(waivers, &f.id) {
        ui.add(Label::new(weak(format!("Waived by {}: {}", waived.name, waived.reason))).wrap());
    }
    if let Some(entry) = entry.filter(|_| f.id == causes::RULE) {
        causes::show(ui, session, entry.id, out);
    }
    proofs::show(ui, session, entry, f, textures, out);
}

fn actions(ui: &mut Ui, session: &Session, entry: Option<&ClipEntry>, f: &Finding, grade: Grade, out: &mut Out) {
    if let Some(mend) = f.mend.as_ref().filter(|_| f.stands_in_the_way()) {
        heading(ui, "To mend");
        ui.add(Label::new(mend).wrap());
        if let Some(mend) = entry.and_then(|e| session.mend(e.id, f))
            && ui.button(&mend.label).on_hover_text(mend.tip).clicked()
        {
            out.extend(mend.actions);
        }
    }
    ui.horizontal_wrapped(|ui| {
        if grade.is_open() {
            action_button(ui, session, out, &Action::EvidenceWaive, "Waive with reason…", false);
        }
        if grade == Grade::Waived {
            if ui.button("Withdraw waiver").clicked() {
                out.push(Action::Unwaive(f.id.clone()));
            }
            if entry.is_some_and(|e| session.waived_alike(&f.id).iter().any(|id| *id != e.id))
                && ui.button("Withdraw from all alike").on_hover_text("From every clip of this camera mode").clicked()
            {
                out.push(Action::UnwaiveAlike(f.id.clone()));
            }
        }
        if let Some(frame) = f.frame.filter(|_| entry.is_some())
            && ui.button(format!("Frame {frame} on the Bench")).on_hover_text("Go to the frame that shows it").clicked()
        {
            out.extend(to_frame(session, frame));
        }
        if f.evidence.contains(check::SOME_FRAMES) && entry.is_some_and(|e| !session.is_whole(e.id)) {
            action_button(ui, session, out, &Action::EveryFrame, "Check every frame", false);
        }
        if let Some(line) = entry.and_then(|e| session.check_line(e.id))
            && ui.button("Copy as command line").on_hover_text(&line).clicked()
        {
            ui.ctx().copy_text(line);
        }
    });
}

/// The Bench, at a frame of the selected clip.
pub fn to_frame(session: &Session, frame: u32) -> Vec<Action> {
    let one = session.selected_opened().is_none_or(|o| o.clip.frames().present.len() < 2);
    let go = (!one).then_some(Action::Go(frame));
    std::iter::once(Action::Room(Room::Bench)).chain(go).collect()
}
