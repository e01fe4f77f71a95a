//! FDL-05, FDL-06 and FDL-12: the framing decision against its intent, and the room around it.

use super::{NO_FDL, selected};
use crate::{
    check::{Proof, Subject, Verdict},
    error::Result,
    framing::{Frame, decide, template::Mode},
    image::RectF,
    progress::Progress,
    sidecar::fdl::{Canvas, Even, Fdl, FramingIntent, ProtectionSense, RoundMode},
};

/// The canvas and the intent of the decision in question.
fn canvas_and_intent<'a>(fdl: &'a Fdl, frame: &Frame) -> Option<(&'a Canvas, &'a FramingIntent)> {
    let canvas = fdl.contexts.iter().flat_map(|c| &c.canvases).find(|c| c.id == frame.canvas_id)?;
    let decision = canvas.framing_decisions.iter().find(|d| d.id == frame.decision_id)?;
    Some((canvas, fdl.framing_intents.iter().find(|i| i.id == decision.framing_intent_id)?))
}

const NO_INTENT: &str = "the FDL has no such framing intent: see FDL-01";

/// FDL-05: the decision has the aspect of its intent.
pub fn aspect_is_the_intents(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some((path, frame)) = selected(subject)? else { return Ok(Verdict::not_applicable(NO_FDL)) };
    let Some((_, intent)) = super::document(subject).and_then(|fdl| canvas_and_intent(fdl, &frame)) else {
        return Ok(Verdict::not_applicable(NO_INTENT));
    };
    let percent = subject.profile.number("FDL-05", "percent")?;
    let wanted = f64::from(intent.aspect_ratio.width) / f64::from(intent.aspect_ratio.height);
    let found = frame.decision.width * frame.squeeze / frame.decision.height;
    let off = 100.0 * (found / wanted - 1.0);
    let evidence = format!("{}: decision {} at {}x, intent {}", path.display(), frame.decision, frame.squeeze, intent.id);
    let pass = off.abs() <= percent;
    let verdict = Verdict::new(pass, format!("{found:.4}:1, {off:+.3} %"), format!("{wanted:.4}:1 within {percent} %"), evidence);
    Ok(verdict.mend("decide the framing again from the intent (prelight fdl decide)"))
}

/// FDL-06: protection in an FDL 1.0 was measured outward, later inward: a reader of the wrong edition frames another picture.
pub fn edition_is_no_trap(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some((path, frame)) = selected(subject)? else { return Ok(Verdict::not_applicable(NO_FDL)) };
    if frame.protection_sense == ProtectionSense::Inward {
        return Ok(Verdict::not_applicable("the FDL is of edition 1.1 or later: protection is measured inward"));
    }
    let Some((canvas, intent)) = super::document(subject).and_then(|fdl| canvas_and_intent(fdl, &frame)) else {
        return Ok(Verdict::not_applicable(NO_INTENT));
    };
    let limit = "no protection, or edition 1.1 and later";
    if intent.protection.as_ref().is_none_or(|p| p.to_f64() == 0.0) {
        return Ok(Verdict::new(true, "edition 1.0, no protection", limit, format!("{}: intent {}", path.display(), intent.id)));
    }
    let read = |sense| decide(canvas, intent, sense, (Even::Even, RoundMode::Up), Mode::Exact);
    let (outward, inward) = (read(ProtectionSense::Outward)?.framing, read(ProtectionSense::Inward)?.framing);
    // As far as both roundings may be apart.
    let alike = |r: RectF| (r.width - frame.decision.width).abs() <= 2.0 && (r.height - frame.decision.height).abs() <= 2.0;
    let which = match (alike(outward), alike(inward)) {
        (true, false) => "the one read outward",
        (false, true) => "the one read inward",
        (true, true) => "either",
        (false, false) => "neither",
    };
    let shown = subject.clip.frames().first();
    let area = |r: RectF, caption: &str| Proof::Area { frame: shown, rect: [r.x, r.y, r.width, r.height], caption: caption.into() };
    Ok(Verdict::new(
        false,
        format!("edition 1.0 with {} protection", intent.protection.as_ref().map_or("", |p| p.as_str())),
        limit,
        format!(
            "{}: read outward {}, read inward {}; the decision as written, {}, is {which}",
            path.display(),
            outward,
            inward,
            frame.decision
        ),
    )
    .frame(shown)
    .proof(area(outward, "framing read outward, as edition 1.0 means it"))
    .proof(area(inward, "framing read inward, as later editions mean it"))
    .mend("write the FDL as edition 2.0.1, with the protection measured inward"))
}

/// FDL-12: what is left around the decision for stabilising and reframing.
pub fn protection_is_enough(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let percent = subject.profile.number("FDL-12", "percent")?;
    if percent <= 0.0 {
        return Ok(Verdict::not_applicable("the profile asks for no room around the framing"));
    }
    let Some((path, frame)) = selected(subject)? else { return Ok(Verdict::not_applicable(NO_FDL)) };
    let (d, room) = (frame.decision, frame.protection);
    let outer = room.unwrap_or(d);
    let sides = [
        ("left", (d.x - outer.x) / d.width),
        ("right", (outer.right() - d.right()) / d.width),
        ("top", (d.y - outer.y) / d.height),
        ("bottom", (outer.bottom() - d.bottom()) / d.height),
    ]
    .map(|(side, share)| (side, 100.0 * share));
    // As much as floats are off.
    let least = sides.iter().map(|s| s.1).fold(f64::INFINITY, f64::min);
    let pass = least >= percent - 1e-9;
    let evidence = match room {
        None => format!("{}: the decision has no protection", path.display()),
        Some(r) => format!("{}: protection {}; {}", path.display(), r, sides.map(|(side, v)| format!("{side} {v:.2} %")).join(", ")),
    };
    let verdict =
        Verdict::new(pass, format!("{least:.2} % at the narrowest side"), format!(">= {percent} % of the frame on each side"), evidence);
    Ok(verdict.mend("frame with more protection, or record a larger part of the sensor"))
}
