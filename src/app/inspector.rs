//! Values of one pixel at every stage, computed by the engine that renders.

use super::{
    theme, values,
    widgets::{Mark, Out, heading, mono, rule, weak, with_key},
};
use crate::{
    pipeline::Stage,
    session::{Action, Quality, Session},
};
use egui::{Grid, RichText, Ui};

/// `at`: the canvas pixel under the pointer, or the pinned one.
pub fn show(ui: &mut Ui, session: &Session, out: &mut Out, hover: Option<[u32; 2]>) {
    let pinned = session.view().pin;
    let (Some(shown), Some(plans)) = (session.shown(), session.plans_in_view()) else {
        ui.label(weak("No picture is shown."));
        return;
    };
    // Wrapped: a line that cannot be would widen the panel for good.
    ui.horizontal_wrapped(|ui| {
        match (pinned, hover) {
            (Some([x, y]), _) => ui.label(mono(format!("x {x}  y {y}"))).on_hover_text("Pinned. Canvas pixel, from the top left"),
            (None, Some([x, y])) => {
                ui.label(mono(format!("x {x}  y {y}"))).on_hover_text("Canvas pixel under the pointer, from the top left")
            }
            (None, None) => ui.label(weak("Point at the picture; click to pin a pixel, Shift (or Alt) and drag to measure an area.")),
        };
        if pinned.is_some() {
            ui.label(weak("pinned"));
            if ui.small_button("Free").on_hover_text(with_key(ui, session, &Action::Pin(None), "Follow the pointer again")).clicked() {
                out.push(Action::Pin(None));
            }
        }
    });
    values::area(ui, session, out);
    let Some([x, y]) = pinned.or(hover) else { return };
    let size = shown.raw.size();
    let Some([px, py]) = shown.pixel_of([x, y]) else {
        if pinned.is_some() {
            ui.label(weak("The pinned pixel is outside this picture."));
        }
        return;
    };
    let raw = shown.raw.pixel(px, py);
    ui.add_space(4.0);
    Grid::new("inspector").num_columns(4).striped(true).spacing([8.0, 6.0]).show(ui, |ui| {
        ui.label("");
        for c in ["R", "G", "B"] {
            ui.label(mono(format!("{c:>8}")).color(theme::WEAK));
        }
        ui.end_row();
        for stage in Stage::ALL {
            let strong = stage == session.view().stage;
            let name = stage_name(stage);
            ui.label(if strong { RichText::new(name).color(theme::STRONG).strong() } else { RichText::new(name) })
                .on_hover_text(meaning(stage));
            let values = match plans.to(stage) {
                Ok(processor) => processor.pixel(raw),
                Err(error) => {
                    ui.label(weak("cannot be rendered")).on_hover_text(error.to_string());
                    ui.end_row();
                    continue;
                }
            };
            for v in values {
                ui.label(mono(number(v)));
            }
            ui.end_row();
            if stage == Stage::Display {
                ui.label(weak("10 bit")).on_hover_text("Display code value x 1023, full range");
                for v in values {
                    ui.label(mono(format!("{:>8.1}", v * 1023.0)));
                }
                ui.end_row();
            }
        }
        if let Some(alpha) = &shown.raw.alpha {
            ui.label("Alpha");
            ui.label(mono(number(alpha[py as usize * size.width as usize + px as usize])));
            ui.end_row();
        }
    });
    let at = |stage| plans.to(stage).as_ref().ok().map(|p| p.pixel(raw));
    ui.add_space(4.0);
    values::scene(ui, at(Stage::Aces));
    values::light(ui, session, at(Stage::Display));
    if let Some((side, of_b)) = session.side().and_then(|s| Some((s, s.pixel(shown, [x, y])?))) {
        heading(ui, &format!("B: {}", side.label));
        Grid::new("inspector of b").num_columns(4).striped(true).spacing([8.0, 6.0]).show(ui, |ui| {
            for stage in Stage::ALL {
                let Some(values) = of_b[stage as usize] else { continue };
                ui.label(stage_name(stage)).on_hover_text(meaning(stage));
                values.iter().for_each(|v| {
                    ui.label(mono(number(*v)));
                });
                ui.end_row();
            }
        });
        values::scene(ui, of_b[Stage::Aces as usize]);
    }
    rule(ui);
    if shown.key.quality == Quality::Draft {
        ui.horizontal(|ui| {
            Mark::Running.show(ui);
            ui.label(weak("Draft: the mean of some pixels, until the frame is decoded whole."));
        });
    }
    heading(ui, "Computed by the CPU engine");
    ui.label(weak(format!("{} In 32-bit float, never clamped.", whose(session))));
    if session.view().exposure != 0.0 {
        ui.label(weak(format!("Without the view exposure of {:+.2} stops.", session.view().exposure)));
    }
}

/// Which pipeline the values are of.
fn whose(session: &Session) -> &'static str {
    let bypassed = !session.bypassed().is_empty();
    match session.has_draft() {
        _ if !session.shows_draft() => "These are the values that will be rendered.",
        true if bypassed => "With the draft look, which is not in the recipe, and a step bypassed, for looking only.",
        true => "With the draft look, which is not in the recipe.",
        false if bypassed => "With a step bypassed, for looking only.",
        // A cause of a difference from the reference still.
        false => "With what is tried out, which is not in the recipe.",
    }
}

pub fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Raw => "Raw",
        Stage::Aces => "ACES2065-1",
        Stage::Look => "Look",
        Stage::Display => "Display",
    }
}

fn meaning(stage: Stage) -> &'static str {
    match stage {
        Stage::Raw => "Camera RGB after the debayer: linear, 1.0 = sensor clip, not white-balanced",
        Stage::Aces => "Scene-linear ACES2065-1 after the Input Transform (IDT)",
        Stage::Look => "Scene-linear ACES2065-1 after the Look Transforms (LMT)",
        Stage::Display => "Display code value after the Output Transform (ODT), 0 to 1",
    }
}

/// Five significant digits in a fixed width.
pub fn number(v: f32) -> String {
    let a = v.abs();
    match a {
        _ if !v.is_finite() => format!("{v:>8}"),
        0.0 => format!("{:>8}", "0"),
        _ if !(0.000_1..10_000.0).contains(&a) => format!("{v:>8.2e}"),
        _ if a >= 100.0 => format!("{v:>8.2}"),
        _ if a >= 10.0 => format!("{v:>8.3}"),
        _ => format!("{v:>8.5}"),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_keep_their_width() {
        for v in [0.0, 0.18, -0.01834, 12.5, 123.456, 65504.0, 0.000_012, f32::INFINITY, f32::NAN] {
            assert!(number(v).len() >= 8 && number(v).len() <= 9, "{v}: {:?}", number(v));
        }
    }
}
