//! FDL: the framing decision against its standard and against the clip.

mod derived;
mod intent;
#[cfg(test)]
mod tests;

pub(super) use derived::templates;

use super::{Rule, Severity, Subject, Verdict};
use crate::{
    camera::Field,
    error::{Error, Result},
    framing::Frame,
    image::RectF,
    pipeline::{Settings, select},
    progress::Progress,
    sidecar::fdl::Fdl,
};
use std::path::Path;

/// Framing.
pub(super) const RULES: &[Rule] = &[
    Rule { id: "FDL-01", title: "FDL is valid", severity: Severity::Block, source: "ASC FDL specification 2.0.1", method: fdl_is_valid },
    Rule {
        id: "FDL-02",
        title: "FDL canvas equals the picture",
        severity: Severity::Block,
        source: "ASC FDL specification 2.0.1 (it warns; Prelight blocks)",
        method: canvas_equals_picture,
    },
    Rule { id: "FDL-03", title: "FDL squeeze equals the clip's", severity: Severity::Block, source: "Prelight", method: squeeze_agrees },
    Rule {
        id: "FDL-04",
        title: "Framing stays within the canvas",
        severity: Severity::Block,
        source: "ASC FDL specification 2.0.1",
        method: framing_within_canvas,
    },
    Rule {
        id: "FDL-05",
        title: "Framing has the aspect of its intent",
        severity: Severity::Warn,
        source: "ASC FDL specification 2.0.1",
        method: intent::aspect_is_the_intents,
    },
    Rule {
        id: "FDL-06",
        title: "Protection is not read the wrong way",
        severity: Severity::Warn,
        source: "ASC FDL specifications 1.0 and 1.1: protection",
        method: intent::edition_is_no_trap,
    },
    Rule {
        id: "FDL-07",
        title: "Templates come out as in the reference library",
        severity: Severity::Warn,
        source: "ASC FDL specification 2.0.1; ascmitc/fdl#36",
        method: derived::templates_agree,
    },
    Rule {
        id: "FDL-08",
        title: "Plate is wide enough and not enlarged",
        severity: Severity::Warn,
        source: "Netflix Partner Help Center: VFX best practices",
        method: derived::plate_is_no_upres,
    },
    Rule {
        id: "FDL-09",
        title: "Rounding moves no frame",
        severity: Severity::Warn,
        source: "Prelight",
        method: derived::rounding_is_harmless,
    },
    Rule {
        id: "FDL-12",
        title: "Room around the framing is enough",
        severity: Severity::Warn,
        source: "Prelight",
        method: intent::protection_is_enough,
    },
    Rule {
        id: "FDL-14",
        title: "Source canvas is kept",
        severity: Severity::Block,
        source: "ASC FDL specification 2.0.1; ascmitc/fdl#38",
        method: derived::source_canvas_is_kept,
    },
];

const NO_FDL: &str = "the clip has no FDL";

/// Largest difference between two squeezes that are the same: 1.3 is not 1.33.
pub(super) const SQUEEZE_TOLERANCE: f64 = 0.005;

/// Pixels by which a rectangle may stick out through rounding.
pub(super) const EDGE_TOLERANCE: f64 = 1e-6;

/// FDL-01: schema and ids.
pub(super) fn fdl_is_valid(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some(document) = &subject.sidecars.fdl else { return Ok(Verdict::not_applicable(NO_FDL)) };
    if let Err(error) = &document.content {
        return Ok(Verdict::new(false, "cannot be read", "valid", error.to_string()));
    }
    Ok(super::valid_document(&document.file_name(), &document.diagnostics, ""))
}

/// FDL-02: the canvas is the picture that was decoded.
pub(super) fn canvas_equals_picture(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some((path, frame)) = selected(subject)? else { return Ok(Verdict::not_applicable(NO_FDL)) };
    let decoded = subject.clip.size();
    let verdict = Verdict::new(
        frame.canvas == decoded,
        format!("canvas {}", frame.canvas),
        format!("{decoded} as decoded"),
        format!("{}: {}", path.display(), frame.label),
    );
    Ok(verdict.mend("use the FDL of this sensor mode"))
}

/// FDL-03: the squeeze is the clip's.
pub(super) fn squeeze_agrees(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some((path, frame)) = selected(subject)? else { return Ok(Verdict::not_applicable(NO_FDL)) };
    let Some(Field { value, key, .. }) = &subject.clip.metadata().squeeze else {
        return Ok(Verdict::not_applicable("the clip states no squeeze"));
    };
    let verdict = Verdict::new(
        (frame.squeeze - value).abs() <= SQUEEZE_TOLERANCE,
        format!("FDL {}x", frame.squeeze),
        format!("{value}x within {SQUEEZE_TOLERANCE}"),
        format!("{}: anamorphic_squeeze; clip: {key}", path.display()),
    );
    Ok(verdict.mend("set the squeeze of the FDL's canvas to that of the clip, unless the camera was told a wrong one"))
}

/// FDL-04: decision within protection within effective area within canvas.
pub(super) fn framing_within_canvas(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some((path, frame)) = selected(subject)? else { return Ok(Verdict::not_applicable(NO_FDL)) };
    let canvas = RectF::new(0.0, 0.0, frame.canvas.width.into(), frame.canvas.height.into());
    let layers = [
        ("canvas", Some(canvas)),
        ("effective area", frame.effective),
        ("protection", frame.protection),
        ("decision", Some(frame.decision)),
    ];
    let mut outside = vec![];
    let mut outer = ("canvas", canvas);
    for (name, rect) in layers.iter().filter_map(|(n, r)| r.map(|r| (*n, r))) {
        if !outer.1.contains(rect, EDGE_TOLERANCE) {
            outside.push(format!("{name} {} leaves the {} {}", rect, outer.0, outer.1));
        }
        outer = (name, rect);
    }
    let measured = if outside.is_empty() { "nested".to_owned() } else { format!("{} outside", outside.len()) };
    let evidence = if outside.is_empty() { format!("{}: decision {}", path.display(), frame.decision) } else { outside.join("; ") };
    Ok(Verdict::new(outside.is_empty(), measured, "each layer within the one around it", evidence))
}

/// The FDL of the clip, where it could be read.
fn document<'a>(subject: &'a Subject) -> Option<&'a Fdl> {
    subject.sidecars.fdl.as_ref()?.content.as_ref().ok()
}

/// The framing decision in question, selected without judging the picture it is for.
fn selected<'a>(subject: &'a Subject) -> Result<Option<(&'a Path, Frame)>> {
    let Some(document) = &subject.sidecars.fdl else { return Ok(None) };
    let fdl: &Fdl = document.content.as_ref().map_err(Error::clone)?;
    let selection = match subject.plan {
        Ok(plan) => plan.settings().framing.selection.clone(),
        Err(_) => Settings::default().framing.selection,
    };
    Ok(Some((&document.path, select(fdl, &selection, subject.clip.size())?)))
}
