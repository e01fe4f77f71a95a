//! The canvas template that makes the plate: which one, and whose arithmetic.

use super::{
    picker::Purpose,
    steps::{choose, set},
    widgets::Out,
};
use crate::{
    framing::template::{Mode, TemplateChoice},
    session::{ClipEntry, Opened},
};
use egui::Ui;
use serde_json::json;

/// Two rows of the settings' grid. `picked` are the templates of the file that was chosen last. Returns what to ask the user for.
pub fn show(ui: &mut Ui, entry: &ClipEntry, opened: &Opened, picked: &[TemplateChoice], out: &mut Out) -> Option<Purpose> {
    let now = entry.settings.framing.template.as_ref();
    let mode = now.map_or(Mode::default(), |t| t.mode);
    let mut offered: Vec<TemplateChoice> = picked.to_vec();
    if let Some(document) = &opened.planned.sidecars.fdl
        && let Ok(fdl) = &document.content
    {
        offered.extend(fdl.canvas_templates.iter().map(|t| TemplateChoice::of(t, &document.path, mode)));
    }
    let known = |c: &TemplateChoice, now: &TemplateChoice| c.template == now.template && c.file == now.file;
    if let Some(now) = now
        && !offered.iter().any(|c| known(c, now))
    {
        offered.push(now.clone());
    }
    let names: Vec<String> = offered.iter().map(name).collect();
    let open = offered.len();
    let mut options = vec![(None, "none: crop as above")];
    options.extend(names.iter().enumerate().map(|(i, n)| (Some(i), n.as_str())));
    options.push((Some(open), "from a file…"));
    let at = now.and_then(|now| offered.iter().position(|c| known(c, now)));
    let mut ask = None;
    choose(ui, "Template", "Canvas template (FDL) that makes the plate", at, &options, |chosen| match chosen {
        Some(i) if i == open => ask = Some(Purpose::OpenTemplate(entry.id)),
        Some(i) => out.extend(offered.get(i).map(|c| set(json!({"framing": {"template": TemplateChoice { mode, ..c.clone() }}})))),
        None => out.push(set(json!({"framing": {"template": null}}))),
    });
    if now.is_some() {
        let modes = [(Mode::Exact, "exact"), (Mode::Asc102, "as asc-fdl 1.0.2"), (Mode::AscMain, "as upstream main")];
        choose(ui, "Arithmetic", "Whose arithmetic the template is worked out with", mode, &modes, |m| {
            out.push(set(json!({"framing": {"template": {"mode": m}}})));
        });
    }
    ask
}

/// Label and id, and the file it is from.
fn name(choice: &TemplateChoice) -> String {
    match choice.parse() {
        Ok(t) => match t.label {
            Some(label) if label != t.id => format!("{label} ({}), {}", t.id, choice.file),
            _ => format!("{}, {}", t.id, choice.file),
        },
        Err(_) => choice.file.clone(),
    }
}
