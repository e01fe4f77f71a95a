//! Along the bottom: the lamp, what runs, and whatever makes the picture differ from what will be rendered.

use super::{
    legend,
    screen::Screen,
    theme,
    widgets::{Mark, Out, weak, with_key},
};
use crate::{
    pipeline::Stage,
    progress::in_words,
    scope::Warning,
    session::{Action, Channel, Comparison, Lamp, Quality, Session, SettingsPart, Shown},
    words::count,
};
use egui::{Align, Button, Layout, ProgressBar, RichText, Ui};
use std::time::Duration;

pub fn show(ui: &mut Ui, session: &Session, screen: &Screen, out: &mut Out) {
    ui.horizontal(|ui| {
        lamp(ui, session, screen);
        ui.separator();
        monitor(ui, session, out);
        ui.separator();
        chips(ui, session, out);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(job) = session.visible_job() {
                if ui.small_button("Cancel").on_hover_text(with_key(ui, session, &Action::CancelJob, "Stop this")).clicked() {
                    out.push(Action::CancelJob);
                }
                let (done, total) = job.progress.steps();
                if total > 0 {
                    let bar = ui.add(ProgressBar::new(done as f32 / total as f32).desired_width(90.0).desired_height(8.0));
                    bar.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, "Progress"));
                }
                let message = job.progress.message();
                let mut text = if message.is_empty() { job.title.clone() } else { format!("{}: {message}", job.title) };
                if let Some(left) = job.progress.time_left() {
                    text.push_str(&format!(", {} left", in_words(left.max(Duration::from_secs(1)))));
                }
                ui.add(egui::Label::new(weak(text)).truncate());
            } else if let Some(error) = session.log().standing_error() {
                let button = Button::new(RichText::new(&error.text).small().color(theme::FAIL)).truncate().frame(false);
                if ui
                    .add(button)
                    .on_hover_text(format!("{}\n{}", error.text, with_key(ui, session, &Action::Log, "Click for the log")))
                    .clicked()
                {
                    // Open already, it is not closed.
                    out.extend((!session.view().log).then_some(Action::Log));
                }
            }
        });
    });
}

fn lamp(ui: &mut Ui, session: &Session, screen: &Screen) {
    let gpu = screen.adapter().map(|(name, driver)| format!("{name}\n{driver}"));
    let (mark, text, tip) = match session.lamp() {
        _ if !session.has_picture() => (Mark::None, "No picture".to_owned(), gpu.unwrap_or_default()),
        Lamp::Waiting => (
            Mark::None,
            "GPU preview, not measured yet".into(),
            format!("{}\nMeasured once the picture stands still.", gpu.unwrap_or_default()),
        ),
        Lamp::Cpu => {
            let why = if session.gpu_refuses() {
                "The GPU cannot compute this pipeline: the picture is the engine's own."
            } else if session.gpu_usable() && screen.is_software() {
                "The picture of the engine that renders. The GPU here is a program on the processor, which is slower; View, GPU preview shows it."
            } else if session.gpu_usable() {
                "The picture of the engine that renders."
            } else {
                "No GPU that can compute: the picture is the engine's own."
            };
            let tip = gpu.map_or_else(|| why.to_owned(), |gpu| format!("{why}\n{gpu}"));
            (Mark::Pass, if screen.is_software() { "CPU picture, software GPU" } else { "CPU picture" }.into(), tip)
        }
        Lamp::Measuring { .. } => (Mark::Running, "GPU preview, measuring…".into(), gpu.unwrap_or_default()),
        Lamp::Failed { why, .. } => (Mark::Warn, "GPU preview, not measured".into(), why.clone()),
        Lamp::Measured { comparison, .. } => measured(comparison),
    };
    let spoken = format!("Lamp: {text}");
    ui.scope(|ui| {
        mark.show(ui);
        let label = ui.label(RichText::new(text).color(theme::TEXT));
        label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        label.on_hover_text(tip);
    });
}

fn measured(c: &Comparison) -> (Mark, String, String) {
    let number = if c.worst < 0.000_05 { "0".to_owned() } else { format!("{:.4}", c.worst) };
    let (mark, sign) = if c.within_limit() { (Mark::Pass, "=") } else { (Mark::Fail, "≠") };
    let seen = c.delta_e.map_or_else(
        || "The light of this display is not known, so nothing is said in dE ITP.".to_owned(),
        |d| format!("99.9 % of the pixels stay within {d:.3} dE ITP (limit {}).", Comparison::DELTA_E_LIMIT),
    );
    let tip = format!(
        "Largest difference between the GPU's picture and the CPU engine's: {number} of 1023 code values (limit {}).\n{seen}\nAll {} pixels of this frame, read back from the GPU; largest at x {} y {}.\n{}\n{}",
        Comparison::LIMIT,
        c.pixels,
        c.at[0],
        c.at[1],
        c.adapter,
        c.driver
    );
    (mark, format!("GPU {sign} CPU  {number} / 1023"), tip)
}

/// What is done to the picture for the monitor. A click leads to where that is set.
fn monitor(ui: &mut Ui, session: &Session, out: &mut Out) {
    let (words, tip) = session.monitor_words();
    let button =
        ui.add(Button::new(weak(format!("Monitor: {words}"))).frame(false)).on_hover_text(format!("{tip}\nClick for the settings."));
    if button.clicked() {
        out.push(Action::SettingsPart(SettingsPart::Monitor));
    }
}

/// What was adjusted for looking only, so that it is not forgotten. A click takes it back.
fn chips(ui: &mut Ui, session: &Session, out: &mut Out) {
    let changed = session.changed_clips().len();
    if changed > 0 {
        Mark::Warn.show(ui);
        ui.label(RichText::new(format!("{} changed on disk", count(changed, "clip"))).small());
        if ui.small_button("Reload").on_hover_text("Open what changed again").clicked() {
            out.push(Action::Reload);
        }
    }
    let view = session.view();
    let mut chip = |text: String, tip: &str, undo: Action| {
        let button = Button::new(RichText::new(text).small()).small();
        if ui.add(button).on_hover_text(format!("{tip}\nClick to take it back.")).clicked() {
            out.push(undo);
        }
    };
    if !view.panels {
        chip("Panels hidden".into(), "Menu, rooms and bars are hidden.", Action::Panels);
    }
    if view.squeezed && session.shown().is_some_and(Shown::is_anamorphic) {
        chip("As recorded".into(), "Not desqueezed.", Action::Squeezed);
    }
    if view.exposure != 0.0 {
        chip(format!("View exposure {:+.2}", view.exposure), "For looking only; not part of the recipe.", Action::Exposure(0.0));
    }
    if view.gamma != 1.0 {
        chip(format!("View gamma {:.2}", view.gamma), "For looking only; not part of the recipe.", Action::Gamma(1.0));
    }
    if view.marking.false_color {
        chip("False colour".into(), "Colours stand for values, by the legend at the picture's edge.", Action::FalseColor);
    }
    for warning in Warning::ALL.into_iter().filter(|w| view.marking.warns(*w)) {
        let tip = "Painted over. Of every pixel of the frame, by the CPU engine.";
        chip(legend::warned(session, warning), tip, Action::Warn(warning));
    }
    if session.has_draft() {
        chip("Draft look, not in the recipe".into(), "Edits that are in no AMF; the click drops them.", Action::DiscardDraft);
    }
    if let Some(words) = super::viewer::bypassed(session) {
        chip(words, "Left out of the picture; not out of the recipe.", Action::Bypass(None));
    }
    if view.before && session.look_draft().is_some() {
        chip("Before".into(), "The pipeline of the recipe is shown, without what is tried out.", Action::Before);
    }
    if view.compare.on {
        chip(format!("Comparing, {}", view.compare.mode.label()), "Part of what is shown is another picture.", Action::CompareOff);
    }
    if view.channel != Channel::Rgb {
        chip(format!("{} only", view.channel.name()), "One channel, as grey.", Action::Channel(Channel::Rgb));
    }
    if view.stage != Stage::Display {
        let name = view.stage;
        chip(
            format!("{name} through sRGB"),
            "Not display values: shown through the sRGB curve, for looking only.",
            Action::Stage(Stage::Display),
        );
    }
    if session.shown().is_some_and(|s| s.key.quality == Quality::Draft) {
        ui.label(weak("Draft")).on_hover_text("Fewer pixels than the frame has, until it is decoded whole");
    }
}
