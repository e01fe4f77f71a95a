//! COL-09 and FDL-11: one display and one canvas for all clips.

use super::{Show, few};
use crate::{
    check::{Proof, Verdict, count, framing::templates},
    error::Result,
    framing::template,
    image::Size,
    pipeline::StepKind,
    progress::Progress,
};
use std::collections::BTreeMap;

/// COL-09: the output transforms of all clips are one.
pub fn outputs_agree(show: &Show, _: &Progress) -> Result<Verdict> {
    let mut outputs: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut rows = vec![];
    for clip in show.clips {
        let Ok(plan) = clip.plan else { continue };
        let Some(step) = plan.steps().iter().find(|s| s.kind == StepKind::Output) else { continue };
        let output = step.named.map_or_else(|| step.detail.clone(), |row| row.title.to_owned());
        rows.push(vec![clip.name.to_owned(), output.clone(), step.source.clone()]);
        outputs.entry(output).or_default().push(clip.name);
    }
    if rows.len() < 2 {
        return Ok(Verdict::not_applicable("fewer than two clips have an output transform"));
    }
    let pass = outputs.len() == 1;
    let each: Vec<String> =
        outputs.iter().map(|(output, clips)| format!("{output}: {} ({})", count(clips.len(), "clip"), clips[0])).collect();
    let verdict = Verdict::new(pass, count(outputs.len(), "output transform"), "one", few(&each));
    Ok(if pass {
        verdict
    } else {
        verdict
            .proof(Proof::table("Output transforms", &["Clip", "Output", "Says who"], rows))
            .mend("choose one output transform for the show (Clip/Set {\"output\": …}), or keep one display apart from the other")
    })
}

/// FDL-11: each template makes one canvas, whatever camera it is applied to.
pub fn canvases_agree(show: &Show, progress: &Progress) -> Result<Verdict> {
    let mut by_template: BTreeMap<String, Vec<(&str, Size)>> = BTreeMap::new();
    for clip in show.clips {
        progress.check()?;
        let Ok(plan) = clip.plan else { continue };
        let Some(frame) = plan.frame() else { continue };
        let (templates, mode) = templates(clip)?;
        for t in templates {
            // Where it cannot be applied there is no plate, which FDL-07 says.
            let Ok(derived) = template::apply(frame, &t, mode) else { continue };
            by_template.entry(t.id.clone()).or_default().push((clip.name, derived.canvas));
        }
    }
    by_template.retain(|_, made| made.len() > 1);
    if by_template.is_empty() {
        return Ok(Verdict::not_applicable("no two clips have a canvas template in common"));
    }
    let differing = |made: &[(&str, Size)]| made.iter().any(|m| m.1 != made[0].1);
    let mut differ = vec![];
    for (id, made) in by_template.iter().filter(|(_, made)| differing(made)) {
        let each: Vec<String> = made.iter().map(|(clip, canvas)| format!("{clip} {canvas}")).collect();
        differ.push(format!("template {id}: {}", few(&each)));
    }
    let rows = by_template
        .iter()
        .flat_map(|(id, made)| made.iter().map(move |(clip, canvas)| vec![id.clone(), (*clip).to_owned(), canvas.to_string()]));
    let rows = rows.collect();
    let pass = differ.is_empty();
    let evidence = if pass { count(by_template.len(), "template") } else { few(&differ) };
    let verdict =
        Verdict::new(pass, format!("{} with several canvases", count(differ.len(), "template")), "one canvas a template", evidence)
            .proof(Proof::table("Canvases", &["Template", "Clip", "Canvas"], rows));
    Ok(verdict.mend("give the template maximum_dimensions and pad_to_maximum, or a template to each camera"))
}
