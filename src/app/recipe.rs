//! The recipe: what would be approved, what was.

use super::{
    clips, paging, theme,
    widgets::{Mark, Out, action_button, cut, heading, mono, rule, weak},
};
use crate::session::{Action, ClipEntry, ExportState, GoldenFrame, Session};
use egui::{Grid, RichText, ScrollArea, Ui};

pub fn show(ui: &mut Ui, session: &Session, out: &mut Out) {
    if session.document().clips.is_empty() {
        ui.label(weak("No clip is open."));
        return;
    }
    ui.add(
        egui::Label::new(
            "A recipe binds the approval to the exact decode, colour, framing and engine. The renderer refuses anything else.",
        )
        .wrap(),
    );
    ui.add_space(4.0);
    action_button(ui, session, out, &Action::Approve, "Approve and export…", false);
    rule(ui);
    ScrollArea::vertical().id_salt("recipe").auto_shrink(false).show(ui, |ui| {
        for entry in &session.document().clips {
            ui.horizontal(|ui| {
                let (mark, text) = state(session, entry);
                mark.show(ui);
                ui.vertical(|ui| {
                    let name = clips::name(session, entry);
                    cut(ui, RichText::new(&name).color(theme::TEXT), &name);
                    ui.label(weak(text));
                });
            });
        }
        if !matches!(session.export(), ExportState::Idle) {
            rule(ui);
            export_state(ui, session);
        }
        paging::of_panel(ui, session);
    });
}

/// Whether a clip is approved, and what stands in the way.
pub fn state(session: &Session, entry: &ClipEntry) -> (Mark, String) {
    let key = session.opened(entry.id).and_then(|o| o.plans()).map(|p| p.key.clone());
    match (&entry.approved, key) {
        (Some(a), Some(key)) if a.plan_key == *key => (Mark::Pass, format!("approved by {}, {}", a.name, a.role)),
        (Some(a), _) => (Mark::Warn, format!("changed since {} approved it", a.name)),
        (None, _) => match session.tally(entry) {
            Some(t) if t.open() > 0 => (Mark::Fail, t.open_in_words()),
            Some(_) => (Mark::None, "ready to be approved".into()),
            None => (Mark::None, "not checked yet".into()),
        },
    }
}

/// What came of the export.
pub fn export_state(ui: &mut Ui, session: &Session) {
    match session.export() {
        ExportState::Idle => {}
        ExportState::Running { job, .. } => {
            ui.label(format!("Exporting: {}", session.job_message(*job)));
        }
        ExportState::Failed(error) => {
            ui.horizontal_wrapped(|ui| {
                Mark::Fail.show(ui);
                ui.label(format!("Not exported: {error}"));
            });
        }
        ExportState::Done { recipe, digest, golden } => {
            heading(ui, "Exported");
            let path = recipe.display().to_string();
            ui.add(egui::Label::new(mono(&path)).wrap());
            ui.label(weak(paper()));
            ui.label(weak("SHA-256 of recipe.json, which the approval is bound to"));
            ui.add(egui::Label::new(mono(digest)).wrap());
            ui.add_space(4.0);
            golden_frames(ui, golden);
        }
    }
}

/// Where the recipe on paper is.
pub fn paper() -> String {
    format!("{} in it is the page to mail, print and sign by hand", crate::recipe::SHEET)
}

pub fn golden_frames(ui: &mut Ui, golden: &[GoldenFrame]) {
    heading(ui, "Approved golden frames");
    ui.add(
        egui::Label::new(weak("Rendered again wherever the job runs, and compared, before the first plate. Click a hash to copy it."))
            .wrap(),
    );
    Grid::new("golden").num_columns(2).striped(true).spacing([10.0, 4.0]).show(ui, |ui| {
        for g in golden {
            ui.label(format!("frame {}", g.frame));
            let of = format!("{} frame {}", g.clip, g.frame);
            let said = g.reason.as_deref().map_or_else(|| of.clone(), |why| format!("{of}: {why}"));
            cut(ui, weak(&said), &said);
            ui.end_row();
            for (what, hash) in [("plate", &g.plate), ("display", &g.display)] {
                ui.label(weak(what));
                let short = hash.as_str().get(..24).unwrap_or(hash.as_str());
                let label = ui.add(egui::Label::new(mono(format!("{short}…"))).sense(egui::Sense::click()));
                if label.on_hover_text(hash.as_str()).clicked() {
                    ui.ctx().copy_text(hash.as_str().to_owned());
                }
                ui.end_row();
            }
        }
    });
}
