//! What was rendered from the window, and whether it holds.

use crate::{
    app::{
        theme,
        widgets::{Mark, Out, action_button, cut, heading, weak},
    },
    render::Verified,
    session::{Action, Delivered, Rendering, Session, Verifying},
    words::{agree, count},
};
use egui::{Label, RichText, TextWrapMode, Ui};

/// Deliveries and broken claims that are listed.
const LISTED: usize = 12;

pub fn show(ui: &mut Ui, session: &Session, out: &mut Out) {
    heading(ui, "Delivery");
    ui.horizontal_wrapped(|ui| {
        action_button(ui, session, out, &Action::AskRender(false), "Render the clip…", false);
        let together = session.approved_with_selected().len();
        if together > 1 {
            let label = format!("Render all {together} of the recipe…");
            action_button(ui, session, out, &Action::AskRender(true), &label, false);
        }
        if let Rendering::Running { out: place, .. } | Rendering::Failed { out: place, .. } | Rendering::Done { out: place, .. } =
            session.rendering()
        {
            let state = Action::Wall(Some(place.clone()));
            action_button(ui, session, out, &state, "State…", false).on_hover_text("Frames that are there, failed and still to be made");
        }
    });
    match session.rendering() {
        Rendering::Idle => {}
        Rendering::Running { out, job } => {
            let place = out.display().to_string();
            cut(ui, weak(format!("To {place}: {}", session.job_message(*job))), &place);
        }
        Rendering::Failed { error, .. } => not_done(ui, "Not rendered", error),
        Rendering::Done { delivered, verified, .. } => {
            delivered.iter().take(LISTED).for_each(|d| delivery(ui, d));
            if delivered.len() > LISTED {
                ui.label(weak(format!("and {} more", delivered.len() - LISTED)));
            }
            match verified {
                Verifying::NotAsked => drop(action_button(ui, session, out, &Action::VerifyDelivery, "Verify", false)),
                Verifying::Running(job) => drop(ui.label(weak(format!("Verifying: {}", session.job_message(*job))))),
                Verifying::Failed(error) => not_done(ui, "Not verified", error),
                Verifying::Done(found) => verdict(ui, found),
            }
        }
    }
}

fn delivery(ui: &mut Ui, d: &Delivered) {
    ui.horizontal(|ui| {
        Mark::Pass.show(ui);
        let before = if d.kept > 0 { format!(", {} of them there before", d.kept) } else { String::new() };
        let said = format!("{}{before} in {}", count(d.frames, "frame"), d.place);
        cut(ui, RichText::new(&said), &said);
    });
}

fn verdict(ui: &mut Ui, found: &Verified) {
    verdict_line(ui, found);
    claims(ui, found, TextWrapMode::Wrap);
}

/// Whether it holds, in a line.
pub fn verdict_line(ui: &mut Ui, found: &Verified) {
    ui.horizontal_top(|ui| {
        let (mark, said) = match found.broken.len() {
            0 => (Mark::Pass, format!("It holds: {}, {}", count(found.frames, "frame"), count(found.files, "file"))),
            n => (Mark::Fail, format!("{} {} not hold", count(n, "claim"), agree(&n, "does", "do"))),
        };
        mark.show(ui);
        ui.add(Label::new(said).wrap());
    });
}

/// What does not hold, and what nothing is said of.
pub fn claims(ui: &mut Ui, found: &Verified, wrap: TextWrapMode) {
    for broken in found.broken.iter().take(LISTED) {
        ui.add(Label::new(RichText::new(broken.to_string()).color(theme::FAIL)).wrap_mode(wrap));
    }
    if found.broken.len() > LISTED {
        ui.label(weak(format!("and {} more", found.broken.len() - LISTED)));
    }
    for absent in found.absent.iter().take(LISTED) {
        ui.label(weak(format!("no receipt speaks of {absent}")));
    }
    if found.absent.len() > LISTED {
        ui.label(weak(format!("nor of {} more", found.absent.len() - LISTED)));
    }
    if !found.unclaimed.is_empty() {
        ui.label(weak(format!("{} that no receipt speaks of", count(found.unclaimed.len(), "file"))));
    }
}

pub fn not_done(ui: &mut Ui, what: &str, error: &crate::Error) {
    ui.horizontal_top(|ui| {
        Mark::Fail.show(ui);
        ui.add(Label::new(format!("{what}: {error}")).wrap());
    });
}
