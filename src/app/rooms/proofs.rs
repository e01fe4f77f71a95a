//! What shows a finding, drawn: parts of frames, points, curves, tables.

use super::{
    drawer::to_frame,
    thumbs::{Shown, Textures, paint},
};
use crate::{
    app::{
        overlay::{self, Over},
        theme,
        widgets::{Out, heading, mono, weak},
    },
    camera::FrameNumber,
    check::{Curve, Finding, Proof, still::Beside},
    image::RectF,
    pipeline::Stage,
    session::{Action, ClipEntry, Opened, Room, Session, ThumbSize, With},
};
use egui::{Align2, Color32, FontId, Grid, Label, Painter, Pos2, Rect, Response, ScrollArea, Sense, Shape, Stroke, Ui, pos2, vec2};

/// Rows of a table that are drawn; the report has them all.
const MOST_ROWS: usize = 500;

/// Parts of pictures are of a clip: none are shown where the finding is of the show.
pub fn show(ui: &mut Ui, session: &Session, entry: Option<&ClipEntry>, finding: &Finding, textures: &mut Textures, out: &mut Out) {
    let mut frames: Vec<FrameNumber> = vec![];
    for proof in &finding.proofs {
        match proof {
            // What lies in one frame is drawn over one picture of it.
            Proof::Area { frame, .. } | Proof::Points { frame, .. } => {
                let Some(entry) = entry else { continue };
                if !frames.contains(frame) {
                    frames.push(*frame);
                    let of_frame = |p: &&Proof| matches!(p, Proof::Area { frame: f, .. } | Proof::Points { frame: f, .. } if f == frame);
                    picture(ui, session, entry, *frame, &finding.proofs.iter().filter(of_frame).collect::<Vec<_>>(), textures, out);
                }
            }
            Proof::Still { frame, pictures, caption } => {
                let Some(entry) = entry else { continue };
                beside(ui, session, entry, (*frame, caption), pictures, textures, out);
            }
            Proof::Plot { title, x, y, curves, limit } => plot(ui, title, [x, y], curves, *limit),
            Proof::Table { title, columns, rows } => table(ui, title, columns, rows),
        }
    }
}

fn picture(
    ui: &mut Ui,
    session: &Session,
    entry: &ClipEntry,
    frame: FrameNumber,
    proofs: &[&Proof],
    textures: &mut Textures,
    out: &mut Out,
) {
    heading(ui, &format!("Frame {frame}"));
    let width = ui.available_width();
    let shown = textures.get(ui.ctx(), session, (entry.id, frame, ThumbSize::Large));
    // Where sites lie in the frame decides what they mean.
    let maps = proofs.iter().any(|p| matches!(p, Proof::Points { .. }));
    let lines = session.opened(entry.id).and_then(Opened::plans).filter(|_| maps).map(|p| p.full.overlays()).unwrap_or_default();
    let spoken = format!("Frame {frame} with the evidence{}", if lines.is_empty() { "" } else { " and frame lines" });
    let (response, painter, place) = small(ui, width, &shown, &spoken, "Decoding…");
    let mut first = None;
    if let (Shown::Picture(thumb, _), Some(place)) = (&shown, place) {
        let size = [f64::from(thumb.canvas.width.max(1)), f64::from(thumb.canvas.height.max(1))];
        let at = |[x, y]: [f64; 2]| place.min + vec2((x / size[0]) as f32 * place.width(), (y / size[1]) as f32 * place.height());
        let on_map = |r: RectF| Rect::from_two_pos(at([r.x, r.y]), at([r.right(), r.bottom()]));
        overlay::outlines(&painter, &lines, Over::Picture, on_map);
        overlay::labels(&painter, place, &lines, Over::Picture, on_map, &mut vec![]);
        for proof in proofs {
            first = first.or(draw(&painter, proof, at));
        }
    }
    for proof in proofs {
        if let Proof::Area { caption, .. } | Proof::Points { caption, .. } = proof {
            ui.add(Label::new(weak(caption)).wrap());
        }
    }
    let response = response.on_hover_text("Click: this frame on the Bench, with the pixel pinned");
    if response.clicked() {
        out.extend(to_frame(session, frame));
        out.extend(first.map(|p: [f64; 2]| Action::Pin(Some(p.map(|v| v.max(0.0) as u32)))));
    }
}

/// A small picture of this width that can be clicked; what is `coming`, or why it does not, in its place. With what draws over it, and where
/// the picture is.
fn small(ui: &mut Ui, width: f32, shown: &Shown, spoken: &str, coming: &str) -> (Response, Painter, Option<Rect>) {
    let ratio = match shown {
        Shown::Picture(t, _) => (f64::from(t.canvas.height) / (f64::from(t.canvas.width.max(1)) * t.aspect)) as f32,
        _ => 9.0 / 16.0,
    };
    let (rect, response) = ui.allocate_exact_size(vec2(width, (width * ratio).min(420.0)), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, spoken));
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, Color32::from_gray(theme::SURROUND));
    let say = |text: &str, color| {
        painter.text(rect.center(), Align2::CENTER_CENTER, text, FontId::proportional(12.0), color);
    };
    let place = match shown {
        Shown::Coming => {
            say(coming, theme::WEAK);
            None
        }
        Shown::Failed(why) => {
            say(why, theme::FAIL);
            None
        }
        Shown::Picture(thumb, texture) => Some(paint(&painter, rect, thumb, *texture)),
    };
    (response, painter, place)
}

/// The frame and its reference still, two in a row.
fn beside(
    ui: &mut Ui,
    session: &Session,
    entry: &ClipEntry,
    (frame, caption): (FrameNumber, &str),
    pictures: &[Beside],
    textures: &mut Textures,
    out: &mut Out,
) {
    heading(ui, &format!("Frame {frame}, {caption}, and the reference still"));
    let gap = ui.spacing().item_spacing.x;
    let width = (ui.available_width() - gap) / 2.0;
    for row in pictures.chunks(2) {
        ui.horizontal_top(|ui| {
            for which in row {
                ui.vertical(|ui| {
                    ui.set_width(width);
                    let shown = textures.get(ui.ctx(), session, (entry.id, frame, ThumbSize::Beside(*which)));
                    let (response, ..) = small(ui, width, &shown, which.label(), "Reading…");
                    ui.add(Label::new(weak(which.label())).wrap());
                    if response.on_hover_text("Click: compare with the still on the Bench").clicked() {
                        out.extend([Action::Room(Room::Bench), Action::Stage(Stage::Display), Action::CompareWith(With::Still)]);
                    }
                });
            }
        });
    }
}

/// Draws a proof over the picture, and returns the middle of its first part in canvas pixels.
fn draw(painter: &Painter, proof: &Proof, at: impl Fn([f64; 2]) -> Pos2) -> Option<[f64; 2]> {
    match proof {
        Proof::Area { rect: [x, y, w, h], .. } => {
            let rect = Rect::from_two_pos(at([*x, *y]), at([x + w, y + h]));
            outline(painter, rect);
            Some([x + w / 2.0, y + h / 2.0])
        }
        Proof::Points { points, .. } => {
            for p in points {
                let c = at(*p);
                painter.circle_stroke(c, 5.0, Stroke::new(3.0, Color32::from_black_alpha(140)));
                painter.circle_stroke(c, 5.0, Stroke::new(1.5, theme::WARN));
            }
            points.first().copied()
        }
        Proof::Still { .. } | Proof::Plot { .. } | Proof::Table { .. } => None,
    }
}

fn outline(painter: &Painter, rect: Rect) {
    // What is smaller than that would not be found.
    let rect = Rect::from_center_size(rect.center(), rect.size().max(vec2(6.0, 6.0)));
    painter.rect_stroke(rect, 0.0, Stroke::new(3.0, Color32::from_black_alpha(140)), egui::StrokeKind::Outside);
    painter.rect_stroke(rect, 0.0, Stroke::new(1.5, theme::WARN), egui::StrokeKind::Outside);
}

/// Greys and dashes tell curves apart; a hue would say that one of them is wrong.
const LINES: [(u8, Option<(f32, f32)>); 4] = [(230, None), (170, Some((6.0, 3.0))), (200, Some((2.0, 3.0))), (130, None)];

fn plot(ui: &mut Ui, title: &str, axes: [&str; 2], curves: &[Curve], limit: Option<f64>) {
    heading(ui, title);
    let points = || curves.iter().flat_map(|c| &c.points).filter(|p| p.iter().all(|v| v.is_finite()));
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 190.0), Sense::hover());
    let spoken = format!("Plot {title}: {} curves", curves.len());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &spoken));
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 2.0, Color32::from_gray(30));
    let range = |i: usize, more: Option<f64>| {
        let values = points().map(|p| p[i]).chain(more);
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low >= high { (low - 0.5, low + 0.5) } else { (low, high) }
    };
    if points().next().is_none() {
        painter.text(rect.center(), Align2::CENTER_CENTER, "no values", FontId::proportional(12.0), theme::WEAK);
        return;
    }
    let ((x0, x1), (y0, y1)) = (range(0, None), range(1, limit.filter(|l| l.is_finite())));
    let area = Rect::from_min_max(rect.min + vec2(54.0, 10.0), rect.max - vec2(12.0, 34.0));
    let at = |[x, y]: [f64; 2]| {
        pos2(area.left() + ((x - x0) / (x1 - x0)) as f32 * area.width(), area.bottom() - ((y - y0) / (y1 - y0)) as f32 * area.height())
    };
    painter.rect_stroke(area, 0.0, Stroke::new(1.0, Color32::from_gray(64)), egui::StrokeKind::Inside);
    let small = FontId::proportional(11.0);
    let label = |pos: Pos2, anchor, text: String| {
        painter.text(pos, anchor, text, small.clone(), theme::WEAK);
    };
    label(area.left_bottom() + vec2(0.0, 3.0), Align2::LEFT_TOP, number(x0));
    label(area.right_bottom() + vec2(0.0, 3.0), Align2::RIGHT_TOP, number(x1));
    label(pos2(area.center().x, area.bottom() + 3.0), Align2::CENTER_TOP, axes[0].to_owned());
    label(area.left_bottom() - vec2(4.0, 0.0), Align2::RIGHT_BOTTOM, number(y0));
    label(area.left_top() - vec2(4.0, 0.0), Align2::RIGHT_TOP, number(y1));
    label(rect.left_bottom() + vec2(6.0, -3.0), Align2::LEFT_BOTTOM, axes[1].to_owned());
    let mut x = area.left() + 90.0;
    for (curve, (grey, dash)) in curves.iter().zip(LINES.iter().cycle()) {
        let stroke = Stroke::new(1.3, Color32::from_gray(*grey));
        let line: Vec<Pos2> = curve.points.iter().filter(|p| p.iter().all(|v| v.is_finite())).map(|p| at(*p)).collect();
        match (line.as_slice(), dash) {
            ([one], _) => drop(painter.circle_filled(*one, 2.0, stroke.color)),
            (_, None) => drop(painter.add(Shape::line(line, stroke))),
            (_, Some((dash, gap))) => painter.extend(Shape::dashed_line(&line, stroke, *dash, *gap)),
        }
        let text = painter.text(pos2(x, rect.bottom() - 3.0), Align2::LEFT_BOTTOM, &curve.name, small.clone(), stroke.color);
        x = text.right() + 14.0;
    }
    if let Some(limit) = limit.filter(|l| l.is_finite()) {
        let y = at([x0, limit]).y;
        painter.hline(area.x_range(), y, Stroke::new(1.0, theme::WARN));
        painter.text(pos2(area.right() - 3.0, y - 1.0), Align2::RIGHT_BOTTOM, format!("limit {}", number(limit)), small, theme::WARN);
    }
}

fn number(v: f64) -> String {
    let size = v.abs();
    if v == v.trunc() && size < 1e6 {
        format!("{v}")
    } else if (0.001..1e6).contains(&size) {
        format!("{v:.3}")
    } else {
        format!("{v:.2e}")
    }
}

fn table(ui: &mut Ui, title: &str, columns: &[String], rows: &[Vec<String>]) {
    heading(ui, title);
    ScrollArea::both().id_salt(("table", title)).max_height(260.0).auto_shrink([false, true]).show(ui, |ui| {
        Grid::new(("table", title)).striped(true).spacing(vec2(14.0, 3.0)).show(ui, |ui| {
            for name in columns {
                ui.label(weak(name));
            }
            ui.end_row();
            for row in rows.iter().take(MOST_ROWS) {
                for value in row {
                    ui.label(mono(value).small());
                }
                ui.end_row();
            }
        });
    });
    if rows.len() > MOST_ROWS {
        ui.label(weak(format!("and {} rows more", rows.len() - MOST_ROWS)));
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        for (v, text) in [(0.0, "0"), (1001.0, "1001"), (0.12345, "0.123"), (2e-7, "2.00e-7"), (-3.5, "-3.500")] {
            assert_eq!(number(v), text);
        }
    }
}
