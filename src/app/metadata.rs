//! What the clip says of itself, in the normalised schema, and where it says so.

use super::{
    paging,
    widgets::{Mark, Out, action_button, cut, mono, rule, weak},
};
use crate::{
    camera::Certainty,
    session::{Action, RollOf, Session, Verification},
};
use egui::{Grid, ScrollArea, TextEdit, Ui};

pub fn show(ui: &mut Ui, session: &Session, filter: &mut String, out: &mut Out) {
    let Some(opened) = session.selected_opened() else {
        ui.label(weak("No clip is open."));
        return;
    };
    roll(ui, session, &opened.roll, out);
    let search = ui.add(TextEdit::singleline(filter).hint_text("Filter").desired_width(f32::INFINITY));
    search.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Filter metadata"));
    let metadata = opened.clip.metadata();
    let wanted = filter.to_lowercase();
    let matches = |parts: &[&str]| wanted.is_empty() || parts.iter().any(|p| p.to_lowercase().contains(&wanted));
    ScrollArea::vertical().id_salt("metadata").auto_shrink(false).show(ui, |ui| {
        let path = opened.clip.path().display().to_string();
        cut(ui, weak(&path), &path);
        ui.add_space(4.0);
        for warning in metadata.warnings.iter().filter(|w| matches(&[w])) {
            ui.add(egui::Label::new(format!("⚠ {warning}")).wrap());
        }
        // Value and origin under each other: the origin is a sentence, a third column would be cut.
        Grid::new("metadata").num_columns(2).striped(true).spacing([10.0, 5.0]).min_col_width(96.0).show(ui, |ui| {
            for row in metadata.rows().iter().filter(|r| matches(&[r.label, &r.value, &r.key])) {
                ui.vertical(|ui| {
                    ui.set_max_width(96.0);
                    ui.label(row.label);
                });
                ui.vertical(|ui| {
                    let value = ui.add(egui::Label::new(mono(&row.value)).wrap().sense(egui::Sense::click()));
                    if value.on_hover_text("Click to copy").clicked() {
                        ui.ctx().copy_text(row.value.clone());
                    }
                    let origin = match row.certainty {
                        Certainty::Stated => row.key.clone(),
                        Certainty::Derived => format!("derived from {}", row.key),
                        Certainty::Assumed => format!("assumed from {}", row.key),
                    };
                    ui.add(egui::Label::new(weak(origin)).wrap());
                });
                ui.end_row();
            }
        });
        let rest: Vec<_> = metadata.unmapped.iter().filter(|(k, v)| matches(&[k, v])).collect();
        if !rest.is_empty() {
            rule(ui);
            ui.collapsing(format!("{} further keys of the file", rest.len()), |ui| {
                for (key, value) in rest {
                    ui.add(egui::Label::new(weak(key)).wrap());
                    ui.add(egui::Label::new(mono(value)).wrap());
                }
            });
        }
        paging::of_panel(ui, session);
    });
}

/// The history that the clip belongs to, and what came of reading the whole roll.
fn roll(ui: &mut Ui, session: &Session, roll: &RollOf, out: &mut Out) {
    let verification = roll.root.as_deref().and_then(|root| session.verification(root));
    let mark = match verification {
        _ if roll.state.is_err() => Mark::Fail,
        Some(v) if v.is_running() => Mark::Running,
        Some(v) if v.is_good() => Mark::Pass,
        Some(Verification::Failed(_)) => Mark::Warn,
        Some(_) => Mark::Fail,
        None => Mark::None,
    };
    ui.horizontal(|ui| {
        mark.show(ui);
        let text = format!("MHL: {}", roll.text());
        let root = roll.root.as_ref().map_or_else(|| "No folder above the clip has an ascmhl folder.".into(), |r| r.display().to_string());
        cut(ui, weak(&text), &format!("{text}\n{root}"));
    });
    if let Some(v) = verification {
        ui.add(egui::Label::new(weak(v.text())).wrap());
    }
    if roll.root.is_some() {
        action_button(ui, session, out, &Action::VerifyRoll, "Verify the roll", false);
    }
    rule(ui);
}
