//! The report that travels in the recipe: every check with its number, limit and evidence.

use super::{ClipRecipe, Recipe};
use crate::{
    check::{Finding, Outcome},
    error::Result,
    files::{self, Existing},
};
use std::{fmt::Write, path::Path};

/// Writes `report.json` and `report.html` into a folder beside `golden/`.
pub(super) fn write(folder: &Path, recipe: &Recipe) -> Result<()> {
    let checks: Vec<_> = recipe
        .clips
        .iter()
        .map(|c| serde_json::json!({ "clip": c.name, "profile": c.profile, "checks": c.checks, "waivers": c.waivers }))
        .collect();
    files::write_bytes(&folder.join("report.json"), Existing::Refuse, &super::to_json(&checks)?)?;
    files::write_bytes(&folder.join("report.html"), Existing::Refuse, html(recipe).as_bytes())
}

/// A page that needs nothing from the network; its pictures are the golden frames of the recipe.
fn html(recipe: &Recipe) -> String {
    let mut page = String::from(HEAD);
    let _ = write!(
        page,
        "<h1>Recipe {}</h1>\n<p>{} · {} {}</p>\n",
        escape(&recipe.id),
        escape(&recipe.created),
        escape(&recipe.engine.name),
        escape(&recipe.engine.version)
    );
    for a in &recipe.approvals {
        let _ = writeln!(page, "<p>Approved by <b>{}</b>, {}. {}</p>", escape(&a.name), escape(&a.role), escape(&a.note));
    }
    for clip in &recipe.clips {
        clip_section(&mut page, clip);
    }
    page.push_str("</body></html>\n");
    page
}

fn clip_section(page: &mut String, clip: &ClipRecipe) {
    let _ = write!(page, "<h2>{}</h2>\n<div class=row>\n", escape(&clip.name));
    for g in &clip.golden {
        let timecode = g.timecode.map(|t| t.to_string()).unwrap_or_default();
        let _ = writeln!(
            page,
            "<figure><img src=\"../{}\" alt=\"frame {}\"><figcaption>frame {} {}<br><code>{}</code></figcaption></figure>",
            escape(&g.display_file),
            g.frame,
            g.frame,
            timecode,
            &g.plate.as_str().get(..16).unwrap_or_default()
        );
    }
    page.push_str("</div>\n<table><tr><th>Step</th><th>What</th><th>Says who</th></tr>\n");
    for step in &clip.road {
        let applied = if step.applied { " (already in the pixels)" } else { "" };
        let _ = writeln!(
            page,
            "<tr><td>{}{applied}</td><td>{}</td><td>{}</td></tr>",
            escape(&step.step),
            escape(&step.detail),
            escape(&step.source)
        );
    }
    let p = &clip.plate;
    let _ = write!(
        page,
        "</table>\n<p>Plate: {} from {}x{} at {},{} of canvas {}, pixel aspect {}. {}</p>\n",
        p.size,
        p.source.width,
        p.source.height,
        p.source.x,
        p.source.y,
        p.canvas,
        p.pixel_aspect,
        escape(&p.format)
    );
    if let Some(profile) = &clip.profile {
        let _ = writeln!(page, "<p>Checked by profile {}</p>", escape(&profile.to_string()));
    }
    page.push_str("<table><tr><th>Check</th><th>Result</th><th>Measured</th><th>Limit</th><th>Evidence</th></tr>\n");
    for f in &clip.checks {
        finding_row(page, clip, f);
    }
    page.push_str("</table>\n");
}

fn finding_row(page: &mut String, clip: &ClipRecipe, f: &Finding) {
    let waiver = clip.waivers.iter().find(|w| w.check == f.id && f.outcome == Outcome::Fail);
    let (class, word) = match (f.outcome, waiver) {
        (Outcome::Pass, _) => ("pass", "pass".to_owned()),
        (Outcome::NotApplicable, _) => ("na", "n/a".to_owned()),
        (Outcome::Fail, Some(w)) => ("waived", format!("waived by {}: {}", w.by, w.reason)),
        (Outcome::Fail, None) => ("fail", format!("FAIL, {}", f.severity)),
    };
    let _ = writeln!(
        page,
        "<tr class={class}><td>{} {}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        escape(&f.id),
        escape(&f.title),
        escape(&word),
        escape(&f.measured),
        escape(&f.limit),
        escape(&f.evidence)
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const HEAD: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Prelight report</title><style>
body{font:14px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;background:#262626;color:#ddd}
h1,h2{font-weight:500}table{border-collapse:collapse;width:100%;margin:.8rem 0}
td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #3c3c3c}th{color:#aaa;font-weight:500}
.row{display:flex;gap:1rem;flex-wrap:wrap}figure{margin:0}img{width:22rem;background:#2e2e2e}figcaption{color:#aaa}code{color:#999}
.fail td:nth-child(2){color:#ff7b6b}.pass td:nth-child(2){color:#8fc98a}.waived td:nth-child(2){color:#e5c15b}.na{color:#888}
</style></head><body>
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<b>\"a\" & b"), "&lt;b&gt;&quot;a&quot; &amp; b");
    }
}
