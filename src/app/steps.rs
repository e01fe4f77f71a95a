//! The pipeline of the selected clip: every step, what it does and who says so.

use super::{
    theme,
    widgets::{Out, cut, heading, weak},
};
use crate::session::{Action, PlanState, Session, stand_in::pipeline::Stage};
use egui::{Color32, DragValue, Frame, Margin, RichText, ScrollArea, Sense, Ui};

pub fn show(ui: &mut Ui, session: &Session, out: &mut Out) {
    heading(ui, "Pipeline");
    let Some(opened) = session.selected_opened() else {
        ui.label(weak("No clip is open."));
        return;
    };
    let plans = match &opened.plan {
        PlanState::Ready(plans) => plans,
        PlanState::Failed { error, .. } => {
            ui.label(RichText::new(format!("No pipeline: {error}")).color(theme::FAIL));
            return;
        }
    };
    ScrollArea::vertical().id_salt("steps").auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for step in plans.full.steps() {
            let current = step.stage == session.view().stage;
            let fill = if current { Color32::from_gray(52) } else { Color32::TRANSPARENT };
            let response = Frame::new()
                .fill(fill)
                .corner_radius(2)
                .inner_margin(Margin::symmetric(6, 4))
                .show(ui, |ui| {
                    ui.set_min_width(ui.available_width());
                    ui.horizontal(|ui| {
                        ui.label(RichText::new(&step.label).color(theme::STRONG));
                        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                            ui.label(weak(stage_name(step.stage)));
                            if step.applied {
                                ui.label(weak("already in the pixels"));
                            }
                        });
                    });
                    ui.add(egui::Label::new(&step.detail).wrap());
                    cut(ui, weak(&step.source), &step.source);
                })
                .response
                .interact(Sense::click());
            let spoken = format!("Step {}: {}", step.label, step.detail);
            response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, current, &spoken));
            if response.on_hover_text(format!("Show the picture at {}\nSource: {}", stage_name(step.stage), step.source)).clicked() {
                out.push(Action::Stage(step.stage));
            }
        }
        ui.add_space(8.0);
        settings(ui, session, out);
    });
}

fn settings(ui: &mut Ui, session: &Session, out: &mut Out) {
    let Some(entry) = session.document().selected_clip() else { return };
    heading(ui, "Settings");
    ui.horizontal(|ui| {
        let label = ui.label("Exposure");
        let mut stops = entry.settings.exposure;
        let field = DragValue::new(&mut stops).speed(0.01).range(-8.0..=8.0).fixed_decimals(2).suffix(" stops");
        let response = ui.add(field).labelled_by(label.id);
        if response.on_hover_text("Exposure of the recipe, in scene-linear; changes what is rendered (stops)").changed() {
            out.push(Action::SetClip(members("exposure", stops)));
        }
        if entry.settings != Default::default() && ui.small_button("Reset").on_hover_text("All settings back to their defaults").clicked() {
            out.push(Action::ResetClip);
        }
    });
}

fn members(name: &str, value: impl Into<serde_json::Value>) -> serde_json::Map<String, serde_json::Value> {
    serde_json::Map::from_iter([(name.to_owned(), value.into())])
}

pub fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Raw => "Raw",
        Stage::Aces => "ACES",
        Stage::Look => "Look",
        Stage::Display => "Display",
    }
}
