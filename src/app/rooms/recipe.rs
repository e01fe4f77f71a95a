//! What an approval would bind, laid out: scope, decode, colour, framing, deliverables, checks and waivers, golden frames, approver.

use super::{Rooms, conditions, deliverables, delivery, golden};
use crate::{
    app::{
        checks, clips, paging, recipe, theme,
        widgets::{Mark, Out, action_button, cut, fact, heading, rule, size_of, weak},
    },
    check::{Finding, Outcome},
    pipeline::Plan,
    session::{Action, ClipEntry, ExportState, Grade, Opened, Session, Signing, Validation},
    words::{agree, count},
};
use egui::{Align, Label, Layout, RichText, ScrollArea, Ui};
use std::path::Path;

/// Points between columns, beside what lies between other things.
const GUTTER: f32 = 12.0;

pub fn show(ui: &mut Ui, session: &Session, rooms: &mut Rooms, out: &mut Out) {
    if session.document().clips.is_empty() {
        ui.label(weak("No clip is open."));
        return;
    }
    ui.spacing_mut().item_spacing.x += GUTTER;
    ui.columns(3, |columns| {
        column(&mut columns[0], |ui| {
            conditions::scope(ui, session, &mut rooms.conditions, out);
            conditions::show(ui, session, &mut rooms.conditions, out);
            all(ui, session, out);
        });
        column(&mut columns[1], |ui| clip(ui, session, rooms, out));
        column(&mut columns[2], |ui| approval(ui, session, rooms, out));
    });
}

/// Text and buttons from the left: columns of egui justify what is in them.
fn column(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    ui.spacing_mut().item_spacing.x -= GUTTER;
    ui.with_layout(Layout::top_down(Align::Min), add);
}

/// Which clips, and whether each can be approved.
fn all(ui: &mut Ui, session: &Session, out: &mut Out) {
    heading(ui, "Clips");
    let clips = &session.document().clips;
    let (mut open, mut unchecked) = (0, 0);
    for entry in clips {
        match session.tally(entry) {
            Some(t) => open += t.open(),
            None => unchecked += 1,
        }
    }
    let n = count(clips.len(), "clip");
    let said = match (open, unchecked) {
        (0, 0) => format!("{n}, ready to be approved"),
        (0, _) => format!("{n}; {unchecked} not checked yet"),
        _ => format!("{n}; {} {} in the way", count(open, "check"), agree(&open, "stands", "stand")),
    };
    ui.label(weak(said));
    super::look::not_in_recipe(ui, session);
    ScrollArea::vertical().id_salt("clips of the recipe").auto_shrink(false).show_rows(ui, 36.0, clips.len(), |ui, rows| {
        for index in rows {
            let entry = &clips[index];
            let (mark, words) = recipe::state(session, entry);
            let selected = session.document().selected == Some(entry.id);
            ui.horizontal_top(|ui| {
                ui.set_min_height(36.0);
                mark.show(ui);
                ui.vertical(|ui| {
                    ui.spacing_mut().button_padding.x = 0.0;
                    let name = clips::name(session, entry);
                    let text = RichText::new(&name).color(if selected { theme::STRONG } else { theme::TEXT });
                    if ui.add(egui::Button::selectable(selected, text).truncate()).clicked() {
                        out.push(Action::SelectClip(index));
                    }
                    ui.label(weak(&words));
                });
            });
        }
    });
}

/// What the recipe would say of the selected clip.
fn clip(ui: &mut Ui, session: &Session, rooms: &mut Rooms, out: &mut Out) {
    let (Some(entry), Some(opened)) = (session.document().selected_clip(), session.selected_opened()) else {
        ui.label(weak("The clip is not open."));
        return;
    };
    heading(ui, &clips::name(session, entry));
    ScrollArea::vertical().id_salt("clip of the recipe").auto_shrink(false).show(ui, |ui| {
        match opened.planned.result.as_ref() {
            Ok(plan) => plan_of(ui, opened, plan),
            Err(error) => {
                ui.horizontal_wrapped(|ui| {
                    Mark::Fail.show(ui);
                    ui.label(format!("No pipeline: {error}"));
                });
            }
        }
        deliverables::show(ui, session, &mut rooms.deliverables, out);
        checks(ui, session, entry, out);
        paging::of_panel(ui, session);
    });
}

fn plan_of(ui: &mut Ui, opened: &Opened, plan: &Plan) {
    let m = opened.clip.metadata();
    let decode = &plan.settings().decode;
    heading(ui, "Decode");
    fact(ui, "Codec", opened.codec());
    if m.cfa.is_some() {
        fact(ui, "Debayer", crate::app::steps::tier_name(decode.tier));
    }
    fact(ui, "Exposure", format!("{:+.2} stops", decode.exposure));
    heading(ui, "Colour");
    for step in plan.steps() {
        let state = if step.applied { " (in the pixels)" } else { "" };
        fact(ui, step.label.trim_end_matches(" Transform"), format!("{}{state}", crate::app::steps::friendly(&step.detail)));
        if let Err(error) = &step.ops {
            ui.horizontal_wrapped(|ui| {
                Mark::Fail.show(ui);
                ui.label(weak(error.to_string()));
            });
        }
    }
    heading(ui, "Framing");
    let g = plan.geometry();
    fact(ui, "Plate", g.target.to_string());
    fact(ui, "From", format!("{} of {}", size_of(g.source.width, g.source.height), opened.clip.size()));
    if let Some(frame) = plan.frame() {
        fact(ui, "Decision", &frame.label);
    }
    fact(ui, "Plan", plan.key());
}

fn checks(ui: &mut Ui, session: &Session, entry: &ClipEntry, out: &mut Out) {
    heading(ui, "Checks and waivers");
    let Some(t) = session.tally(entry) else {
        ui.label(weak("Not checked yet."));
        return;
    };
    ui.horizontal_wrapped(|ui| checks::tally(ui, &t));
    for w in entry.waivers.iter().chain(&session.document().waivers) {
        ui.horizontal_wrapped(|ui| {
            Mark::Waived.show(ui);
            ui.label(format!("{}: {} ({})", w.check, w.reason, w.name));
            if ui.small_button("Withdraw").on_hover_text("Withdraw this waiver").clicked() {
                out.push(Action::Unwaive(w.check.clone()));
            }
        });
    }
    if t.open() > 0 {
        action_button(ui, session, out, &Action::Room(crate::session::Room::Evidence), "See the evidence", false);
    }
}

/// What has become of the last signature, where it is on this recipe or failed.
fn signature(ui: &mut Ui, session: &Session, folder: &Path) {
    match session.signing() {
        Signing::Running { recipe, .. } if recipe == folder => {
            ui.label(weak("Signing"));
        }
        Signing::Signed(s) if s.recipe == folder => {
            ui.horizontal_wrapped(|ui| {
                Mark::Pass.show(ui);
                ui.label(format!("Signed with key {}", s.key.get(..16).unwrap_or(&s.key))).on_hover_text(s.envelope.display().to_string());
            });
        }
        Signing::Failed { recipe, error } if recipe == folder => {
            ui.horizontal_top(|ui| {
                Mark::Fail.show(ui);
                ui.add(Label::new(format!("Not signed: {error}")).wrap());
            });
        }
        // Of this recipe nothing is known.
        _ => {
            ui.add(
                Label::new(weak("A signature binds the approval to your key; the renderer asks for it where a trust policy does.")).wrap(),
            );
        }
    }
}

/// Whether the recipe holds here, where that was asked.
fn validation(ui: &mut Ui, session: &Session, folder: &Path) {
    match session.validation() {
        Validation::Running { recipe, job } if recipe == folder => {
            ui.label(weak(format!("Validating: {}", session.job_message(*job))));
        }
        Validation::Done { recipe, findings } if recipe == folder => {
            // What holds is one line, so that what does not is seen.
            let (hold, rest): (Vec<_>, Vec<_>) = findings.iter().partition(|f| f.outcome == Outcome::Pass);
            rest.iter().for_each(|f| finding(ui, f));
            if !hold.is_empty() {
                ui.horizontal_top(|ui| {
                    Mark::Pass.show(ui);
                    ui.vertical(|ui| {
                        ui.collapsing(format!("{} of the recipe hold here", count(hold.len(), "rule")), |ui| {
                            hold.iter().for_each(|f| finding(ui, f));
                        })
                    });
                });
            }
        }
        Validation::Failed { recipe, error } if recipe == folder => {
            ui.horizontal_top(|ui| {
                Mark::Fail.show(ui);
                ui.add(Label::new(format!("Not validated: {error}")).wrap());
            });
        }
        _ => {}
    }
}

fn finding(ui: &mut Ui, f: &Finding) {
    ui.horizontal_top(|ui| {
        Grade::of(&[], f).mark().show(ui);
        let said = if f.measured.is_empty() { &f.evidence } else { &f.measured };
        ui.add(Label::new(format!("{} {}: {said}", f.id, f.title)).wrap()).on_hover_text(&f.evidence);
    });
}

/// What has changed since the approval.
fn since(ui: &mut Ui, session: &Session) {
    heading(ui, "Since the approval");
    match session.since_approval() {
        None => {
            ui.label(weak("Compared once the checks have run."));
        }
        Some(Err(error)) => {
            ui.horizontal_top(|ui| {
                Mark::Warn.show(ui);
                ui.add(Label::new(format!("Cannot be told: {error}")).wrap());
            });
        }
        Some(Ok([])) => {
            ui.horizontal(|ui| {
                Mark::Pass.show(ui);
                ui.label("Nothing has changed.");
            });
        }
        Some(Ok(changes)) => {
            for c in changes {
                ui.add(Label::new(RichText::new(format!("{}: {}", c.about, c.what)).color(theme::STRONG)).wrap());
                let side = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
                ui.add(Label::new(weak(format!("was {}; now {}", side(&c.before), side(&c.after)))).wrap());
            }
        }
    }
}

/// Who approves, and what came of it.
fn approval(ui: &mut Ui, session: &Session, rooms: &mut Rooms, out: &mut Out) {
    heading(ui, "Approval");
    ui.add(
        Label::new("A recipe binds the approval to the exact decode, colour, framing and engine. The renderer refuses anything else.")
            .wrap(),
    );
    ui.add_space(4.0);
    action_button(ui, session, out, &Action::Approve, "Approve and export…", false);
    rule(ui);
    ScrollArea::vertical().id_salt("of the recipe").auto_shrink(false).show(ui, |ui| {
        golden::show(ui, session, rooms, out);
        rule(ui);
        approved(ui, session, out);
    });
}

/// What was approved, and what has become of it.
fn approved(ui: &mut Ui, session: &Session, out: &mut Out) {
    if let Some(a) = session.document().selected_clip().and_then(|e| e.approved.as_ref()) {
        fact(ui, "Approver", format!("{}, {}", a.name, a.role));
        if !a.note.is_empty() {
            fact(ui, "Note", &a.note);
        }
        let path = a.recipe.display().to_string();
        cut(ui, weak(&path), &path);
        ui.horizontal_wrapped(|ui| {
            action_button(ui, session, out, &Action::AskSign, "Sign…", false);
            action_button(ui, session, out, &Action::Validate, "Validate", false);
        });
        signature(ui, session, &a.recipe);
        validation(ui, session, &a.recipe);
        delivery::show(ui, session, out);
        since(ui, session);
        recipe::golden_frames(ui, &a.golden);
        return;
    }
    if !matches!(session.export(), ExportState::Idle) {
        recipe::export_state(ui, session);
    }
}
