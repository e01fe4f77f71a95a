//! The state of a job as one page that needs nothing else.

use super::{CellState, Clip, Wall, ranges};
use crate::{
    check::report::{escape, head},
    progress::in_words,
};
use std::fmt::Write;

/// Cells of the strip of a clip, at most: of longer clips several frames share one.
const CELLS: usize = 240;

/// The page. `price`: of an hour of one machine, in any money.
pub fn html(wall: &Wall, price: Option<f64>) -> String {
    let mut out = head(&format!("Job in {}", wall.place));
    // Writing to a string does not fail, here and below.
    let _ = writeln!(out, "<h1>{}</h1>", escape(&wall.place));
    let _ = writeln!(out, "<style>{STYLE}</style>");
    let cost = if price.is_some() { "<th>Cost</th>" } else { "" };
    let _ = writeln!(
        out,
        "<table><tr><th>Clip</th><th>Frames</th><th>Rate</th><th>Left</th><th>Machine time</th>{cost}<th>Machines</th><th>Failures</th></tr>"
    );
    for clip in &wall.clips {
        row(&mut out, clip, price);
    }
    out.push_str("</table>\n");
    for clip in &wall.clips {
        let _ = writeln!(out, "<h2>{}</h2>", escape(&clip.name));
        strip(&mut out, clip);
        failures(&mut out, clip);
    }
    if !wall.unreadable.is_empty() {
        out.push_str("<h2>Records that cannot be read</h2>\n");
        wall.unreadable.iter().for_each(|line| _ = writeln!(out, "<p class=warns>{}</p>", escape(line)));
    }
    out.push_str("</body></html>\n");
    out
}

fn row(out: &mut String, clip: &Clip, price: Option<f64>) {
    let rate = clip.per_minute().map_or_else(|| "–".into(), |r| format!("{r:.1} a minute"));
    let left = match clip.left().count() {
        0 => "–".to_owned(),
        n => clip.time_left().map_or_else(|| n.to_string(), |time| format!("{n}, {}", in_words(time))),
    };
    let open = clip.open_failures().count();
    let class = if open > 0 {
        "blocks"
    } else if clip.is_done() {
        "pass"
    } else {
        "informs"
    };
    let hours = clip.machine_hours();
    let cost = price.map_or_else(String::new, |price| format!("<td>{:.2}</td>", hours * price));
    let hosts: Vec<String> = clip.hosts.iter().map(|(host, n)| format!("{} ({n})", escape(host))).collect();
    let movies = clip.movies_said().map_or_else(String::new, |said| format!(", {said}"));
    let _ = writeln!(
        out,
        "<tr><td>{}</td><td class={class}>{} of {}{movies}</td><td>{rate}</td><td>{left}</td><td>{hours:.4} h</td>{cost}<td>{}</td><td>{open}</td></tr>",
        escape(&clip.name),
        clip.done.len(),
        clip.asked.len(),
        hosts.join(", "),
    );
}

/// Frames from left to right: there, failed, still to be made.
fn strip(out: &mut String, clip: &Clip) {
    out.push_str("<div class=strip>");
    for cell in clip.strip(CELLS) {
        let class = match cell.state {
            CellState::Failed => "bad",
            CellState::There => "there",
            CellState::Open => "open",
            CellState::Part => "part",
        };
        let _ = write!(out, "<i class={class} title=\"{}\"></i>", cell.frames);
    }
    out.push_str("</div>\n");
    if let Some(gone) = clip.gone_said() {
        let _ = writeln!(out, "<p class=warns>Made, and there no more: {}</p>", escape(&gone));
    }
    let left = ranges(clip.left());
    if !left.is_empty() {
        let _ = writeln!(out, "<p><small>Still to be made: {left}</small></p>");
    }
}

fn failures(out: &mut String, clip: &Clip) {
    let open: Vec<_> = clip.open_failures().collect();
    if open.is_empty() {
        return;
    }
    out.push_str("<table><tr><th>Frame</th><th>Why</th><th>Exit code</th><th>Machine</th><th>When</th></tr>\n");
    for failure in open {
        let frame = failure.frame.map_or_else(|| "–".into(), |f| f.to_string());
        let (why, host, at) = (escape(&failure.error), escape(&failure.host), escape(&failure.at));
        let _ = writeln!(out, "<tr><td>{frame}</td><td>{why}</td><td>{}</td><td>{host}</td><td>{at}</td></tr>", failure.exit_code);
    }
    out.push_str("</table>\n");
}

const STYLE: &str = ".strip{display:flex;gap:1px;flex-wrap:wrap;margin:.4rem 0}.strip i{width:8px;height:18px;background:#3c3c3c}\
.strip .there{background:#5f8f5c}.strip .part{background:#4b6b4a}.strip .bad{background:#b5564a}";
