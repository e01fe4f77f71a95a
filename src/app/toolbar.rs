//! Above the picture: stage, channel, overlay, zoom; below them what is adjusted and marked for looking only.

use super::{
    compare,
    widgets::{Out, action_button, segments, spoken_number},
};
use crate::{
    pipeline::Stage,
    scope::Warning,
    session::{Action, Channel, EXPOSURE_RANGE, GAMMA_RANGE, Placement, Session, Shown, Zoom},
};
use egui::{Align, DragValue, Layout, Response, Ui, vec2};

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
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            zoom(ui, session, out, placement);
            action_button(ui, session, out, &Action::Overlays, "Framing", view.overlays);
            if view.squeezed || session.shown().is_some_and(Shown::is_anamorphic) {
                action_button(ui, session, out, &Action::Squeezed, "As recorded", view.squeezed);
            }
        });
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        exposure(ui, view.exposure, out);
        if view.exposure != 0.0 {
            action_button(ui, session, out, &Action::TakeExposure, "Use", false);
        }
        gamma(ui, view.gamma, out);
        action_button(ui, session, out, &Action::FalseColor, "False colour", view.marking.false_color);
        segments(ui, |ui| {
            for (warning, label) in [(Warning::Clip, "Clip"), (Warning::Negative, "Negative"), (Warning::Gamut, "Gamut")] {
                action_button(ui, session, out, &Action::Warn(warning), label, view.marking.warns(warning));
            }
        });
        if !view.compare.on {
            action_button(ui, session, out, &Action::CompareMode(view.compare.mode), "Compare", false);
        }
    });
    if view.compare.on {
        compare::bar(ui, session, out);
    }
}

/// How large the picture is shown, in a layout from the right.
pub fn zoom(ui: &mut Ui, session: &Session, out: &mut Out, placement: Option<&Placement>) {
    let zoom = session.view().zoom;
    segments(ui, |ui| {
        let percent = placement.map_or(String::new(), |p| zoom_text(p.zoom));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_sized(vec2(46.0, 20.0), egui::Label::new(percent)).on_hover_text("Screen pixels per picture row");
            action_button(ui, session, out, &Action::Zoom(Zoom::Factor(1.0)), "1:1", zoom == Zoom::Factor(1.0));
            action_button(ui, session, out, &Action::Zoom(Zoom::Fit), "Fit", zoom == Zoom::Fit);
        });
    });
}

fn exposure(ui: &mut Ui, mut stops: f64, out: &mut Out) {
    let response = number(ui, &mut stops, "View exposure", 78.0, |f| {
        f.speed(0.02).range(EXPOSURE_RANGE).prefix("EV ").custom_formatter(|v, _| format!("{v:+.2}"))
    });
    let response = response.on_hover_text(
        "View exposure in stops, for looking only; in scene-linear, before the look.\nDrag, or click to type. Double-click for 0.",
    );
    if response.double_clicked() {
        out.push(Action::Exposure(0.0));
    } else if response.changed() {
        out.push(Action::Exposure(stops));
    }
}

fn gamma(ui: &mut Ui, mut gamma: f64, out: &mut Out) {
    let response = number(ui, &mut gamma, "View gamma", 96.0, |f| f.speed(0.005).range(GAMMA_RANGE).prefix("Gamma ").fixed_decimals(2));
    let response =
        response.on_hover_text("View gamma, for looking only; of the code values on screen.\nDrag, or click to type. Double-click for 1.");
    if response.double_clicked() {
        out.push(Action::Gamma(1.0));
    } else if response.changed() {
        out.push(Action::Gamma(gamma));
    }
}

fn number(ui: &mut Ui, value: &mut f64, name: &str, width: f32, of: impl FnOnce(DragValue<'_>) -> DragValue<'_>) -> Response {
    let response = ui.add_sized(vec2(width, 22.0), of(DragValue::new(value)));
    spoken_number(&response, name, *value);
    response
}

fn zoom_text(zoom: f64) -> String {
    if zoom >= 10.0 { format!("{:.0} %", zoom * 100.0) } else { format!("{:.1} %", zoom * 100.0) }
}
