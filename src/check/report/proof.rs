//! Proofs as inline SVG and tables.

use super::{Picture, Section, escape};
use crate::check::{Proof, proof::Curve};
use std::fmt::Write;

/// Width of a picture or plot on the page, in CSS pixels.
const WIDTH: f64 = 544.0;
/// Height of a plot.
const HEIGHT: f64 = 240.0;
/// Room around a plot for its marks.
const MARGIN: [f64; 4] = [56.0, 12.0, 16.0, 34.0]; // left, right, top, bottom
const STROKES: [&str; 6] = ["#e0e0e0", "#e08a7d", "#8fc98a", "#86a8d8", "#e5c15b", "#b79ad0"];
/// Points of a proof that are drawn, and rows of a table; what is more is said.
const MOST: usize = 500;

/// A picture that later proofs refer to by `id`.
pub(super) fn figure(out: &mut String, id: &str, picture: &Picture) {
    let (w, h) = shown(picture);
    let _ = writeln!(
        out,
        "<figure><svg width=\"{WIDTH:.0}\" viewBox=\"0 0 {w} {h}\"><image id=\"{id}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" href=\"{}\"/></svg><figcaption>frame {} {}</figcaption></figure>",
        picture.data_uri(),
        picture.frame,
        escape(&picture.caption)
    );
}

/// Width and height of a picture as it is meant to be seen, in rows of its canvas.
fn shown(picture: &Picture) -> (f64, f64) {
    (f64::from(picture.canvas.width) * picture.pixel_aspect, f64::from(picture.canvas.height))
}

pub(super) fn html(out: &mut String, section_index: usize, section: &Section, proof: &Proof) {
    match proof {
        Proof::Area { frame, rect: [x, y, w, h], caption } => {
            let area = format!("<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{w:.2}\" height=\"{h:.2}\"/>");
            over_picture(out, section_index, section, *frame, &area, caption);
        }
        Proof::Points { frame, points, caption } => {
            let radius = section.pictures.first().map_or(8.0, |p| f64::from(p.canvas.width) / 100.0);
            let drawn = points.iter().take(MOST);
            let marks: String = drawn.map(|[x, y]| format!("<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius:.1}\"/>")).collect();
            let caption = format!("{caption}: {}", more(points.len(), "point"));
            over_picture(out, section_index, section, *frame, &marks, &caption);
        }
        Proof::Still { frame, pictures, caption } => {
            let found = |which| section.pictures.iter().find(|p| p.frame == *frame && p.beside == Some(which));
            pictures.iter().filter_map(|which| found(*which)).for_each(|picture| {
                let (w, h) = shown(picture);
                let _ = writeln!(
                    out,
                    "<figure><img width=\"{WIDTH:.0}\" height=\"{:.0}\" alt=\"\" src=\"{}\"><figcaption>frame {frame}, {}: {}</figcaption></figure>",
                    WIDTH * h / w,
                    picture.data_uri(),
                    escape(caption),
                    escape(&picture.caption)
                );
            });
        }
        Proof::Plot { title, x, y, curves, limit } => plot(out, title, [x, y], curves, *limit),
        Proof::Table { title, columns, rows } => table(out, title, columns, rows),
    }
}

fn more(n: usize, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    if n > MOST { format!("{MOST} of {n} {what}s shown") } else { format!("{n} {what}{s}") }
}

fn over_picture(out: &mut String, section_index: usize, section: &Section, frame: u32, marks: &str, caption: &str) {
    let caption = escape(caption);
    let Some(k) = section.pictures.iter().position(|p| p.frame == frame && p.beside.is_none()) else {
        let _ = writeln!(out, "<p>frame {frame}: {caption}</p>");
        return;
    };
    let picture = &section.pictures[k];
    let (w, h) = shown(picture);
    let (aspect, stroke) = (picture.pixel_aspect, w / 250.0);
    let _ = writeln!(
        out,
        "<figure><svg width=\"{WIDTH:.0}\" viewBox=\"0 0 {w} {h}\"><use href=\"#p{section_index}-{k}\"/><g transform=\"scale({aspect} 1)\" fill=\"none\" stroke=\"#ffb000\" stroke-width=\"{stroke:.1}\">{marks}</g></svg><figcaption>frame {frame}: {caption}</figcaption></figure>"
    );
}

fn plot(out: &mut String, title: &str, [x, y]: [&str; 2], curves: &[Curve], limit: Option<f64>) {
    let points = || curves.iter().flat_map(|c| &c.points).filter(|p| p.iter().all(|v| v.is_finite()));
    let range = |i: usize, extra: Option<f64>| {
        let values = points().map(|p| p[i]).chain(extra.filter(|v| v.is_finite()));
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low < high {
            (low, high)
        } else if low.is_finite() {
            (low - 0.5, low + 0.5)
        } else {
            (0.0, 1.0)
        }
    };
    let ((x0, x1), (y0, y1)) = (range(0, None), range(1, limit));
    let [left, right, top, bottom] = MARGIN;
    let at_x = |v: f64| left + (v - x0) / (x1 - x0) * (WIDTH - left - right);
    let at_y = |v: f64| HEIGHT - bottom - (v - y0) / (y1 - y0) * (HEIGHT - top - bottom);
    let _ = write!(out, "<figure><svg width=\"{WIDTH:.0}\" viewBox=\"0 0 {WIDTH:.0} {HEIGHT:.0}\" font-size=\"11\" fill=\"#aaa\">");
    let (base, end) = (HEIGHT - bottom, WIDTH - right);
    let _ = write!(out, "<path d=\"M{left} {top}V{base}H{end}\" fill=\"none\" stroke=\"#777\"/>");
    let _ = write!(
        out,
        "<text x=\"{left}\" y=\"{:.0}\">{}</text><text x=\"{end}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>",
        base + 14.0,
        number(x0),
        base + 14.0,
        number(x1)
    );
    let _ = write!(
        out,
        "<text x=\"{:.0}\" y=\"{base}\" text-anchor=\"end\">{}</text><text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>",
        left - 5.0,
        number(y0),
        left - 5.0,
        top + 8.0,
        number(y1)
    );
    let _ = write!(out, "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>", (left + end) / 2.0, HEIGHT - 6.0, escape(x));
    if let Some(limit) = limit.filter(|l| l.is_finite()) {
        let _ = write!(out, "<path d=\"M{left} {:.1}H{end}\" stroke=\"#e5c15b\" stroke-dasharray=\"5 4\"/>", at_y(limit));
    }
    for (curve, stroke) in curves.iter().zip(STROKES.iter().cycle()) {
        let list: Vec<String> = curve
            .points
            .iter()
            .filter(|p| p.iter().all(|v| v.is_finite()))
            .map(|[px, py]| format!("{:.1},{:.1}", at_x(*px), at_y(*py)))
            .collect();
        let _ = write!(out, "<polyline fill=\"none\" stroke=\"{stroke}\" points=\"{}\"/>", list.join(" "));
    }
    let names: Vec<String> = curves.iter().map(|c| escape(&c.name)).collect();
    let _ = writeln!(out, "</svg><figcaption>{}: {} ({})</figcaption></figure>", escape(title), escape(y), names.join(", "));
}

/// Short, with as many digits as help.
fn number(v: f64) -> String {
    let text = if v != 0.0 && (v.abs() < 0.01 || v.abs() >= 1e5) { format!("{v:.2e}") } else { format!("{v:.3}") };
    if text.contains('e') { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

fn table(out: &mut String, title: &str, columns: &[String], rows: &[Vec<String>]) {
    let cells = |row: &[String], tag: &str| row.iter().map(|c| format!("<{tag}>{}</{tag}>", escape(c))).collect::<String>();
    let _ = writeln!(out, "<figure><table><tr>{}</tr>", cells(columns, "th"));
    for row in rows.iter().take(MOST) {
        let _ = writeln!(out, "<tr>{}</tr>", cells(row, "td"));
    }
    let _ = writeln!(out, "</table><figcaption>{}, {}</figcaption></figure>", escape(title), more(rows.len(), "row"));
}
