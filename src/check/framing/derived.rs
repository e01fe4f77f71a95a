//! FDL-07 to FDL-09 and FDL-14: the plate that the framing makes.

use super::{NO_FDL, selected};
use crate::{
    check::{Proof, Subject, Verdict, count},
    error::{Error, Result},
    framing::{
        CropTo, Frame,
        template::{self, Derived, Mode},
    },
    image::RectF,
    pipeline::Plan,
    progress::Progress,
    sidecar::fdl::CanvasTemplate,
};

const NO_TEMPLATE: &str = "no canvas template is chosen, and the FDL has none";

/// The template that makes the plate, else those that the FDL brings; and how it is applied.
pub(in crate::check) fn templates(subject: &Subject) -> Result<(Vec<CanvasTemplate>, Mode)> {
    let chosen = subject.plan.as_ref().ok().and_then(|plan| plan.settings().framing.template.as_ref());
    match chosen {
        Some(choice) => Ok((vec![choice.parse()?], choice.mode)),
        None => Ok((super::document(subject).map(|fdl| fdl.canvas_templates.clone()).unwrap_or_default(), Mode::Exact)),
    }
}

/// The frame that the plate is made of: the FDL's decision, else the whole picture.
fn frame_of(subject: &Subject) -> Result<Frame> {
    match selected(subject)? {
        Some((_, frame)) => Ok(frame),
        None => Frame::whole(subject.clip.size(), subject.clip.metadata().squeeze_or_none()),
    }
}

/// FDL-07: exact arithmetic and the published reference library make the same canvas of a template.
pub fn templates_agree(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let limit = subject.profile.number("FDL-07", "pixels")?;
    let (templates, _) = templates(subject)?;
    if templates.is_empty() {
        return Ok(Verdict::not_applicable(NO_TEMPLATE));
    }
    let frame = frame_of(subject)?;
    let (mut rows, mut worst, mut refused) = (vec![], 0.0f64, vec![]);
    for t in &templates {
        match (template::apply(&frame, t, Mode::Exact), template::apply(&frame, t, Mode::Asc102)) {
            (Ok(exact), Ok(published)) => {
                for ((what, a), (_, b)) in numbers(&exact).into_iter().zip(numbers(&published)) {
                    worst = worst.max((a - b).abs());
                    if (a - b).abs() > limit {
                        rows.push(vec![t.id.clone(), what.into(), a.to_string(), b.to_string(), format!("{:.4}", (a - b).abs())]);
                    }
                }
            }
            (Ok(_), Err(error)) => refused.push(format!("{}: the reference refuses it: {error}", t.id)),
            // Where exact arithmetic refuses, there is no plate, which FDL-04 and the plan say.
            (Err(error), _) => refused.push(format!("{}: {error}", t.id)),
        }
    }
    let pass = rows.is_empty() && refused.is_empty();
    let evidence = match (pass, refused.is_empty()) {
        (true, _) => format!("{} applied to {}", count(templates.len(), "template"), frame.label),
        (false, false) => refused.join("; "),
        (false, true) => {
            rows.iter().take(3).map(|r| format!("{} {}: exact {}, reference {}", r[0], r[1], r[2], r[3])).collect::<Vec<_>>().join("; ")
        }
    };
    let verdict =
        Verdict::new(pass, format!("{worst:.4} px apart"), format!("<= {limit} px between exact arithmetic and asc-fdl 1.0.2"), evidence);
    Ok(if pass {
        verdict
    } else {
        verdict
            .proof(Proof::table("Where the two differ", &["Template", "Number", "Exact", "asc-fdl 1.0.2", "Pixels"], rows))
            .mend("agree with the vendor which arithmetic is meant, and choose it as the mode of the template")
    })
}

/// The numbers of a derived canvas by their names.
fn numbers(d: &Derived) -> Vec<(&'static str, f64)> {
    let mut all = vec![("canvas width", f64::from(d.canvas.width)), ("canvas height", f64::from(d.canvas.height))];
    let mut rect = |names: [&'static str; 4], r: RectF| all.extend(names.into_iter().zip([r.x, r.y, r.width, r.height]));
    rect(["effective x", "effective y", "effective width", "effective height"], d.effective);
    rect(["protection x", "protection y", "protection width", "protection height"], d.protection.unwrap_or(RectF::new(0.0, 0.0, 0.0, 0.0)));
    rect(["framing x", "framing y", "framing width", "framing height"], d.framing);
    rect(["picture x", "picture y", "picture width", "picture height"], d.picture);
    all
}

/// FDL-08: the framed picture is wide enough as recorded, and the plate is no larger than it.
pub fn plate_is_no_upres(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Ok(plan) = subject.plan else { return Ok(Verdict::not_applicable("there is no plate: see FDL-02")) };
    let (width, most) = (subject.profile.number("FDL-08", "width")?, subject.profile.number("FDL-08", "scale")?);
    let frame = frame_of(subject)?;
    let active = frame.decision.width * frame.squeeze;
    let [across, down] = scales(plan, &frame);
    let scale = across.max(down);
    // As much as floats are off.
    const ROUNDING: f64 = 1e-6;
    let (wide, kept) = (active >= width - ROUNDING, scale <= most + ROUNDING);
    let mut evidence = format!("{}: {} wide as recorded, squeeze {}", frame.label, frame.decision.width, frame.squeeze);
    if !kept {
        evidence += &format!("; the plate of {} is {scale:.4} times what was recorded", plan.geometry().target);
    }
    let limit = if width > 0.0 { format!(">= {width} square px, scale <= {most}") } else { format!("scale <= {most}") };
    let verdict = Verdict::new(wide && kept, format!("{active:.0} square px, scale {scale:.4}"), limit, evidence);
    Ok(verdict.mend(if kept {
        "record a larger part of the sensor, or have the framing approved as it is"
    } else {
        "make the plate no larger than the picture was recorded"
    }))
}

/// Plate pixels for one of the recorded, desqueezed picture, across and down.
fn scales(plan: &Plan, frame: &Frame) -> [f64; 2] {
    let geometry = plan.geometry();
    let one = geometry.to_target(RectF::new(0.0, 0.0, 1.0, 1.0));
    [one.width * geometry.pixel_aspect / frame.squeeze, one.height]
}

/// FDL-09: rounding to whole pixels neither moves the centre of the frame nor changes its shape.
pub fn rounding_is_harmless(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Ok(plan) = subject.plan else { return Ok(Verdict::not_applicable("there is no plate: see FDL-02")) };
    let (most_shift, most_percent) = (subject.profile.number("FDL-09", "pixels")?, subject.profile.number("FDL-09", "percent")?);
    let frame = frame_of(subject)?;
    let (shift, percent, of) = match &plan.settings().framing.template {
        Some(choice) => by_template(&frame, &choice.parse()?, choice.mode)?,
        None => by_crop(plan, &frame),
    };
    let pass = shift <= most_shift && percent <= most_percent;
    let verdict = Verdict::new(
        pass,
        format!("centre moved {shift:.3} px, shape {percent:.3} %"),
        format!("<= {most_shift} px, <= {most_percent} %"),
        format!("{of}: plate {}", plan.geometry().target),
    );
    Ok(verdict.mend("use the exact mode of the template, or a target that the frame fits without rounding"))
}

/// Where the template says that the frame is, against where its picture is.
fn by_template(frame: &Frame, choice: &CanvasTemplate, mode: Mode) -> Result<(f64, f64, String)> {
    let exact = template::apply(frame, choice, Mode::Exact)?;
    let derived = template::apply(frame, choice, mode)?;
    let scale = |d: &Derived| [d.picture.width / d.source.width, d.picture.height / d.source.height];
    let [sx, sy] = scale(&derived);
    let shown = RectF::new(
        derived.picture.x + (frame.decision.x - derived.source.x) * sx,
        derived.picture.y + (frame.decision.y - derived.source.y) * sy,
        frame.decision.width * sx,
        frame.decision.height * sy,
    );
    // What a maximum cuts off is no rounding.
    let cut = exact.framing.width < frame.decision.width * scale(&exact)[0] - 1.0
        || exact.framing.height < frame.decision.height * scale(&exact)[1] - 1.0;
    let centre = |r: RectF| [r.x + r.width / 2.0, r.y + r.height / 2.0];
    let ([ax, ay], [bx, by]) = (centre(shown), centre(derived.framing));
    let shift = if cut { 0.0 } else { (ax - bx).abs().max((ay - by).abs()) };
    let stated = derived.framing.width * derived.squeeze / derived.framing.height;
    let wanted = frame.decision.width * frame.squeeze / frame.decision.height;
    let drawn = shown.width * derived.squeeze / shown.height;
    let percent =
        if cut { 100.0 * (drawn / wanted - 1.0).abs() } else { 100.0 * (stated / wanted - 1.0).abs().max((drawn / wanted - 1.0).abs()) };
    Ok((shift, percent, format!("template {} ({mode}) on {}", choice.id, frame.label)))
}

/// The plate against the rectangle that it was cut from.
fn by_crop(plan: &Plan, frame: &Frame) -> (f64, f64, String) {
    let whole = RectF::new(0.0, 0.0, frame.canvas.width.into(), frame.canvas.height.into());
    let crop = plan.settings().framing.crop.unwrap_or_default();
    let rect = match crop {
        CropTo::Canvas => whole,
        CropTo::Effective => frame.effective.unwrap_or(whole),
        CropTo::Protection => frame.protection.unwrap_or(whole),
        CropTo::Decision => frame.decision,
    };
    let geometry = plan.geometry();
    let placed = geometry.to_target(rect);
    let (width, height) = (f64::from(geometry.target.width), f64::from(geometry.target.height));
    let shift = (placed.x + placed.width / 2.0 - width / 2.0).abs().max((placed.y + placed.height / 2.0 - height / 2.0).abs());
    let percent = 100.0 * ((width * geometry.pixel_aspect / height) / (rect.width * frame.squeeze / rect.height) - 1.0).abs();
    (shift, percent, format!("{crop:?} of {}", frame.label))
}

/// FDL-14: an FDL that was derived carries the canvas that it came from, unchanged.
pub fn source_canvas_is_kept(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some((path, _)) = selected(subject)? else { return Ok(Verdict::not_applicable(NO_FDL)) };
    let Some(fdl) = super::document(subject) else { return Ok(Verdict::not_applicable(NO_FDL)) };
    let canvases = || fdl.contexts.iter().flat_map(|c| &c.canvases);
    let mut problems = vec![];
    let derived = canvases().filter(|c| c.source_canvas_id != c.id).count();
    for canvas in canvases().filter(|c| c.source_canvas_id != c.id) {
        if !canvases().any(|c| c.id == canvas.source_canvas_id) {
            problems.push(format!("canvas {} was derived from {}, which is not in the file", canvas.id, canvas.source_canvas_id));
        }
    }
    // What we derive from it ourselves.
    let mut written = "";
    if let Ok(plan) = subject.plan {
        let plate = plan.plate_fdl(fdl, uuid::Uuid::nil()).map_err(|e: Error| e.file(path))?;
        let kept = |c: &crate::sidecar::fdl::Canvas| plate.contexts.iter().flat_map(|k| &k.canvases).any(|k| k == c);
        problems.extend(canvases().filter(|c| !kept(c)).map(|c| format!("our FDL of the plate would not carry canvas {} unchanged", c.id)));
        written = "; the FDL of the plate carries them all";
    }
    let pass = problems.is_empty();
    let evidence = if pass {
        format!("{}: derived canvases: {derived}{written}", path.display())
    } else {
        format!("{}: {}", path.display(), problems.join("; "))
    };
    let verdict = Verdict::new(pass, format!("{} lost or altered", problems.len()), "each source canvas in the file, unchanged", evidence);
    Ok(verdict.mend("derive the FDL again from the one of the camera original"))
}
