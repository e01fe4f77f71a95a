//! What the colours over the picture mean: at its edge, only as large as it has to be.

use super::theme;
use crate::{
    scope::{Unit, Warning, itp::HEAT},
    session::{CompareMode, Session},
};
use egui::{Align2, Color32, FontId, Painter, Rect, Stroke, vec2};

const ROW: f32 = 15.0;
const SWATCH: f32 = 16.0;
const FONT: FontId = FontId::proportional(11.0);

pub fn paint(painter: &Painter, area: Rect, session: &Session) {
    let rows = rows(session);
    if rows.is_empty() {
        return;
    }
    let texts: Vec<_> = rows.iter().map(|(_, text)| painter.layout_no_wrap(text.clone(), FONT, Color32::from_gray(226))).collect();
    let width = texts.iter().map(|t| t.size().x).fold(0.0, f32::max) + SWATCH + 20.0;
    let size = vec2(width, ROW * rows.len() as f32 + 10.0);
    let frame = Align2::LEFT_BOTTOM.align_size_within_rect(size, area.shrink(10.0));
    painter.rect_filled(frame, 3.0, Color32::from_black_alpha(178));
    for (i, ((color, _), text)) in rows.iter().zip(texts).enumerate() {
        let row = Rect::from_min_size(frame.min + vec2(6.0, 5.0 + ROW * i as f32), vec2(width - 12.0, ROW));
        let mut left = row.left();
        if let Some([r, g, b]) = *color {
            let swatch = Rect::from_min_size(row.min + vec2(0.0, 2.0), vec2(SWATCH, ROW - 4.0));
            painter.rect(swatch, 1.0, Color32::from_rgb(r, g, b), Stroke::new(1.0, theme::LINE), egui::StrokeKind::Outside);
            left = swatch.right() + 7.0;
        }
        painter.galley(egui::pos2(left, row.center().y - text.size().y / 2.0), text, Color32::WHITE);
    }
}

/// Brightest first, as a scope is read; warnings below.
fn rows(session: &Session) -> Vec<(Option<[u8; 3]>, String)> {
    let (marking, Some(values)) = (session.view().marking, session.values()) else { return vec![] };
    let mut rows = vec![];
    if marking.false_color {
        let (scale, bands) = values.false_color();
        let title = match scale.unit() {
            Unit::Stops => "Stops over grey",
            Unit::Code => "Code value",
            Unit::Nits => "cd/m²",
        };
        rows.push((None, title.to_owned()));
        rows.extend(bands.iter().rev().filter(|b| b.color.is_some()).map(|b| (b.color, b.label.to_owned())));
    }
    for warning in Warning::ALL.into_iter().filter(|w| marking.warns(*w)) {
        rows.push((Some(warning.color()), warned(session, warning)));
    }
    let compare = &session.view().compare;
    if compare.mode == CompareMode::DeltaE && session.side().is_some() {
        rows.push((None, "dE ITP".to_owned()));
        let label = |i: usize| if i + 1 == HEAT.len() { format!("≥ {}", HEAT[i].0) } else { HEAT[i].0.to_string() };
        rows.extend((0..HEAT.len()).rev().map(|i| (Some(HEAT[i].1), label(i))));
    }
    rows
}

/// "Clipped 1.25 %", as far as it was counted.
pub fn warned(session: &Session, warning: Warning) -> String {
    let share = match session.warned().map(|w| w.share(warning)) {
        None => String::new(),
        Some(0.0) => " 0 %".into(),
        Some(p) if p < 0.01 => " < 0.01 %".into(),
        Some(p) => format!(" {p:.2} %"),
    };
    format!("{}{share}", warning.label())
}
