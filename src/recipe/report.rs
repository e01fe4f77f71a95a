//! The report that travels in the recipe: every check with its number, limit and evidence.

use super::{ClipRecipe, Recipe, Waiver};
use crate::{
    check::{
        matched_in_words,
        report::{Accepted, Page, Picture, Section},
    },
    error::Result,
    files::{self, Existing},
    words::count,
};
use std::path::Path;

/// Writes `report.json` and `report.html` into a folder. `pictures`: the golden frames of each clip as they are seen.
pub(super) fn write(folder: &Path, recipe: &Recipe, pictures: Vec<Vec<Picture>>) -> Result<()> {
    let mut checks: Vec<_> = recipe
        .clips
        .iter()
        .map(|c| serde_json::json!({ "clip": c.name, "profile": c.profile, "checks": c.checks, "waivers": c.waivers }))
        .collect();
    if let Some(show) = &recipe.show {
        checks.push(serde_json::json!({ "show": recipe.clips.iter().map(|c| &c.name).collect::<Vec<_>>(), "checks": show.checks, "waivers": show.waivers }));
        for list in &show.cut_lists {
            let (events, matched) = (list.events, list.matched);
            checks.push(serde_json::json!({ "cut_list": list.name, "sha256": list.sha256, "events": events, "matched": matched, "checks": list.checks }));
        }
    }
    files::write_bytes(&folder.join("report.json"), Existing::Refuse, &super::to_json(&checks)?)?;
    files::write_bytes(&folder.join("report.html"), Existing::Refuse, page(recipe, pictures).html().as_bytes())
}

fn page(recipe: &Recipe, pictures: Vec<Vec<Picture>>) -> Page<'_> {
    let mut lines = vec![format!("{} · {}", recipe.created, recipe.engine.rule())];
    lines.extend(recipe.title.iter().chain(&recipe.production).cloned());
    lines.extend(recipe.tolerance.iter().map(|t| format!("Golden frames may differ by {t}")));
    lines.extend(recipe.approvals.iter().map(|a| format!("Approved by {}, {}. {}", a.name, a.role, a.note)));
    let of_show = recipe.show.iter().map(|show| Section {
        name: "Show".into(),
        lines: vec![count(recipe.clips.len(), "clip")],
        road: vec![],
        pictures: vec![],
        findings: &show.checks,
        accepted: accepted(&show.waivers),
    });
    let of_lists = recipe.show.iter().flat_map(|show| {
        show.cut_lists.iter().map(|list| Section {
            name: format!("Cut list {}", list.name),
            lines: [matched_in_words(list.matched, list.events)]
                .into_iter()
                .chain(list.sha256.as_ref().map(|digest| format!("SHA-256 {digest}")))
                .collect(),
            road: vec![],
            pictures: vec![],
            findings: &list.checks,
            accepted: accepted(&show.waivers),
        })
    });
    let of_clips = recipe.clips.iter().zip(pictures).map(|(clip, pictures)| section(clip, pictures));
    let sections = of_clips.chain(of_show).chain(of_lists).collect();
    Page { title: format!("Recipe {}", recipe.id), lines, sections }
}

fn section(clip: &ClipRecipe, pictures: Vec<Picture>) -> Section<'_> {
    let p = &clip.plate;
    let plate = format!("Plate: {} from {} of canvas {}, pixel aspect {}. {}", p.size, p.source, p.canvas, p.pixel_aspect, p.format);
    let checked_by = clip.profile.as_ref().map(|profile| format!("Checked by profile {profile}"));
    let applied = |done| if done { " (already in the pixels)" } else { "" };
    Section {
        name: clip.name.clone(),
        lines: [format!("Admits {}", clip.scope), format!("Frames {}", clip.frames), plate].into_iter().chain(checked_by).collect(),
        road: clip.road.iter().map(|s| [format!("{}{}", s.step, applied(s.applied)), s.detail.clone(), s.source.clone()]).collect(),
        pictures,
        findings: &clip.checks,
        accepted: accepted(&clip.waivers),
    }
}

pub(crate) fn accepted(waivers: &[Waiver]) -> Vec<Accepted<'_>> {
    waivers.iter().map(|w| Accepted { check: &w.check, by: &w.by, reason: &w.reason }).collect()
}
