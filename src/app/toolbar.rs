//! Above the picture: stage, channel, view exposure, overlay, zoom.

use super::widgets::{Out, action_button, segments};
use crate::{
    pipeline::Stage,
    session::{Action, Channel, EXPOSURE_RANGE, Placement, Session, Zoom},
};
use egui::{Align, DragValue, Layout, Ui, vec2};

pub fn show(ui: &mut Ui, session: &Session, out: &mut Out, placement: Option<&Placement>) {
    let view = session.view();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        segments(ui, |ui| {
            for stage in Stage::ALL {
                action_button(ui, session, out, &Action::Stage(stage), stage.label(), view.stage == stage);
            }
        });
        segments(ui, |ui| {
            for channel in Channel::ALL {
                action_button(ui, session, out, &Action::Channel(channel), channel.label(), view.channel == channel);
            }
        });
        let mut stops = view.exposure;
        let field = DragValue::new(&mut stops)
            .speed(0.02)
            .range(EXPOSURE_RANGE)
            .prefix("EV ")
            .custom_formatter(|v, _| format!("{v:+.2}"));
        let response = ui.add_sized(vec2(78.0, 22.0), field);
        response.widget_info(|| egui::WidgetInfo {
            value: Some(stops),
            ..egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "View exposure")
        });
        let response = response.on_hover_text("View exposure in stops, for looking only; in scene-linear, before the look.\nDrag, or click to type. Double-click for 0.  [, and .]");
        if response.double_clicked() {
            out.push(Action::Exposure(0.0));
        } else if response.changed() {
            out.push(Action::Exposure(stops));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            segments(ui, |ui| {
                let percent = placement.map_or(String::new(), |p| zoom_text(p.zoom));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.add_sized(vec2(46.0, 20.0), egui::Label::new(percent)).on_hover_text("Screen pixels per picture row");
                    action_button(ui, session, out, &Action::Zoom(Zoom::Factor(1.0)), "1:1", view.zoom == Zoom::Factor(1.0));
                    action_button(ui, session, out, &Action::Zoom(Zoom::Fit), "Fit", view.zoom == Zoom::Fit);
                });
            });
            action_button(ui, session, out, &Action::Overlays, "Framing", view.overlays);
        });
    });
}

fn zoom_text(zoom: f64) -> String {
    if zoom >= 10.0 { format!("{:.0} %", zoom * 100.0) } else { format!("{:.1} %", zoom * 100.0) }
}
