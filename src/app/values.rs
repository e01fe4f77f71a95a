//! Values of an area, and what a pixel's values mean as light: parts of the inspector.

use super::{
    inspector::{number, stage_name},
    theme,
    widgets::{Out, fact, heading, mono, weak, with_key},
};
use crate::{
    pipeline::Stage,
    scope::chromaticity,
    session::{Action, Session, Spreads},
};
use egui::{Grid, Ui};

/// The area that is marked: mean, least and most at every stage, of B too.
pub fn area(ui: &mut Ui, session: &Session, out: &mut Out) {
    let Some([x, y, width, height]) = session.view().area else { return };
    ui.horizontal(|ui| {
        ui.label(mono(format!("{width} x {height} at {x}, {y}"))).on_hover_text("Area in canvas pixels, from the top left");
        if ui.small_button("Clear").on_hover_text(with_key(ui, session, &Action::Area(None), "Measure no area")).clicked() {
            out.push(Action::Area(None));
        }
    });
    if session.shown().is_some_and(|shown| shown.pixel_of([x, y]).is_none()) {
        ui.label(weak("The area is outside this picture."));
        return;
    }
    let Some(values) = session.area_values() else {
        ui.label(weak("Measuring…"));
        return;
    };
    table(ui, "area", &values.a);
    scene(ui, values.a[Stage::Aces as usize].map(|s| s.mean));
    if let (Some(b), Some(side)) = (&values.b, session.side()) {
        heading(ui, &format!("Area of B: {}", side.label));
        table(ui, "area of b", b);
        scene(ui, b[Stage::Aces as usize].map(|s| s.mean));
    }
}

fn table(ui: &mut Ui, id: &str, spreads: &Spreads) {
    Grid::new(id).num_columns(4).striped(true).spacing([8.0, 4.0]).show(ui, |ui| {
        for stage in Stage::ALL {
            let Some(spread) = spreads[stage as usize] else { continue };
            ui.label(stage_name(stage));
            for channel in ["R", "G", "B"] {
                ui.label(mono(format!("{channel:>8}")).color(theme::WEAK));
            }
            ui.end_row();
            for (name, values) in [("mean", spread.mean), ("least", spread.min), ("most", spread.max)] {
                ui.label(weak(name));
                values.iter().for_each(|v| {
                    ui.label(mono(number(*v)));
                });
                ui.end_row();
            }
        }
    });
}

/// Luminance in stops over grey, and chromaticity, of an ACES2065-1 value.
pub fn scene(ui: &mut Ui, aces: Option<[f32; 3]>) {
    let Some(aces) = aces else { return };
    // Luminance of ACES2065-1 (AP0), SMPTE ST 2065-1: the second row of its RGB to XYZ matrix.
    let [r, g, b] = crate::color::rgb::AP0_TO_XYZ[1].map(|v| v as f32);
    let y = r * aces[0] + g * aces[1] + b * aces[2];
    let stops = if y > 0.0 { format!("{:+.2} stops from 18 % grey", (y / 0.18).log2()) } else { "not above black".into() };
    ui.label(weak(format!("Luminance {}  ({stops})", number(y).trim()))).on_hover_text("Of the ACES2065-1 value");
    let xy = chromaticity(aces).map_or("none: no light".to_owned(), |[x, y]| format!("{x:.4}  {y:.4}"));
    fact(ui, "CIE xy", xy);
}

/// Light of the display, where its curve is known.
pub fn light(ui: &mut Ui, session: &Session, display: Option<[f32; 3]>) {
    if let (Some(light), Some(code)) = (session.light(), display) {
        fact(ui, "Light", format!("{:.3} cd/m²", light.luminance(code)));
    }
}
