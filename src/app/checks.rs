//! The checks of the selected clip: number, limit, evidence; failing ones first.

use super::{
    paging, profiles,
    rooms::in_words,
    theme,
    widgets::{Mark, Out, action_button, fact, heading, weak},
};
use crate::{
    check::{Finding, Outcome},
    session::{Action, ChecksState, Grade, Session, Tally, Waiver, name_of},
};
use egui::{Frame, Margin, RichText, ScrollArea, Ui};
use std::cmp::Reverse;

/// How many checks came out how; those grades that there are.
pub fn tally(ui: &mut Ui, t: &Tally) {
    for (grade, n) in [
        (Grade::Blocks, t.blocking),
        (Grade::Warns, t.warnings),
        (Grade::Waived, t.waived),
        (Grade::Passes, t.passed),
        (Grade::Differs, t.informing),
        (Grade::NotApplicable, t.not_applicable),
    ] {
        if n > 0 {
            grade.mark().show(ui);
            ui.label(format!("{n} {}", grade.counted())).on_hover_text(grade.words());
        }
    }
}

pub fn show(ui: &mut Ui, session: &Session, out: &mut Out) {
    let (Some(entry), Some(opened)) = (session.document().selected_clip(), session.selected_opened()) else {
        ui.label(weak("No clip is open."));
        return;
    };
    ui.horizontal_wrapped(|ui| match (&opened.checks, session.tally(entry)) {
        (ChecksState::Running { .. }, _) => {
            Mark::Running.show(ui);
            ui.label("Checking…");
        }
        (ChecksState::Failed { error, .. }, _) => {
            Mark::Fail.show(ui);
            ui.label(error.to_string());
        }
        (_, Some(t)) => tally(ui, &t),
        _ => drop(ui.label(weak("Not checked yet."))),
    });
    profile_row(ui, session, out);
    ui.horizontal(|ui| {
        action_button(ui, session, out, &Action::NextFailing, "Next failing", false);
        action_button(ui, session, out, &Action::RunChecks, "Run again", false);
    });
    ui.add_space(4.0);
    let of_show = session.show_findings().unwrap_or_default();
    let findings = opened.findings().unwrap_or_default();
    let of_lists: Vec<_> = session.found_on_lists().collect();
    if findings.is_empty() && of_show.is_empty() && of_lists.is_empty() {
        return;
    }
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    let open = |f: &Finding| f.stands_in_the_way() && entry.waiver(&f.id).is_none();
    sorted.sort_by_key(|f| (!open(f), f.outcome != Outcome::Fail, f.outcome == Outcome::NotApplicable, Reverse(f.severity)));
    ScrollArea::vertical().id_salt("checks").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        for finding in sorted {
            card(ui, entry.waiver(&finding.id), finding, false, out);
        }
        let lists = of_lists.into_iter().map(|(path, found)| (format!("Cut list {}", name_of(path)), found.findings.as_slice()));
        for (title, findings) in std::iter::once(("Show".to_owned(), of_show)).chain(lists).filter(|(_, f)| !f.is_empty()) {
            heading(ui, &title);
            let mut sorted: Vec<&Finding> = findings.iter().collect();
            sorted.sort_by_key(|f| (f.outcome != Outcome::Fail, f.outcome == Outcome::NotApplicable, Reverse(f.severity)));
            for finding in sorted {
                card(ui, Waiver::of(&session.document().waivers, &finding.id), finding, true, out);
            }
        }
        paging::of_panel(ui, session);
    });
}

/// The profile in use, and the others to choose.
fn profile_row(ui: &mut Ui, session: &Session, out: &mut Out) {
    let profile = session.profile();
    ui.horizontal_wrapped(|ui| {
        ui.label(weak("Profile"));
        ui.menu_button(profile.title.as_str(), |ui| profiles::rows(ui, session, out))
            .response
            .on_hover_text(format!("{}; a file is chosen by dropping it on the window", profile.mark()));
        ui.label(weak(profile.version.as_str()));
    });
}

/// A finding of a clip, or of the show, and its waiver.
fn card(ui: &mut Ui, waiver: Option<&Waiver>, f: &Finding, of_show: bool, out: &mut Out) {
    let grade = Grade::of(waiver.map_or(&[], std::slice::from_ref), f);
    let open = f.stands_in_the_way();
    Frame::new().fill(egui::Color32::from_gray(44)).corner_radius(2).inner_margin(Margin::symmetric(7, 5)).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            grade.mark().show(ui);
            let title = ui.label(RichText::new(&f.title).color(theme::STRONG));
            title.on_hover_text(format!("{}\nRule: {}", f.id, f.source));
            ui.label(in_words(grade));
        });
        if f.outcome == Outcome::NotApplicable {
            ui.add(egui::Label::new(weak(&f.evidence)).wrap());
            return;
        }
        fact(ui, "Measured", &f.measured);
        fact(ui, "Limit", &f.limit);
        if !f.evidence.is_empty() {
            ui.add(egui::Label::new(weak(&f.evidence)).wrap());
        }
        if let Some(mend) = f.mend.as_ref().filter(|_| open) {
            ui.add(egui::Label::new(RichText::new(format!("To mend: {mend}")).color(theme::TEXT).small()).wrap());
        }
        if let Some(w) = waiver {
            ui.add(egui::Label::new(weak(format!("Waived by {}: {}", w.name, w.reason))).wrap());
        }
        if open || waiver.is_some() || f.frame.is_some() {
            ui.horizontal(|ui| {
                if let Some(frame) = f.frame.filter(|_| !of_show)
                    && ui.small_button(format!("Frame {frame}")).on_hover_text("Go to the frame that shows it").clicked()
                {
                    out.push(Action::Go(frame));
                }
                if waiver.is_some() && ui.small_button("Withdraw waiver").clicked() {
                    out.push(Action::Unwaive(f.id.clone()));
                }
                let ask = |ui: &mut Ui| ui.small_button("Waive…").on_hover_text("Answer for it by name, with a reason").clicked();
                if waiver.is_none() && open && ask(ui) {
                    out.push(Action::AskWaive(f.id.clone()));
                }
            });
        }
    });
}
