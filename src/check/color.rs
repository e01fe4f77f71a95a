//! COL: the colour pipeline against its documents, the clip and the preview.

mod decisions;
mod documents;
mod gamut;
mod health;
mod look;
mod output;
mod probe;
#[cfg(test)]
mod rule_tests;
mod source;

pub(super) use gamut::Boundary;
pub use health::{LookHealth, look_health};
pub(super) use probe::Probed;

use super::{Rule, Severity, Subject, Verdict, settled::Judged};
use crate::{
    camera::{Clip, Encoding},
    color,
    error::{Error, Result},
    pipeline::{Document, Plan, Sidecars, StepKind, describe, same},
    progress::Progress,
    sidecar::{
        Diagnostic,
        amf::{Amf, Media, Reference, Transform},
    },
};
use std::collections::BTreeMap;

/// The colour pipeline.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "COL-01",
        title: "AMF is valid",
        severity: Severity::Block,
        source: "ACES S-2019-001 (AMF), schemas 1.0 and 2.0",
        method: amf_is_valid,
    },
    Rule {
        id: "COL-02",
        title: "Every transform ID is known",
        severity: Severity::Block,
        source: "ACES AMF implementation guidelines: transform IDs of the registry",
        method: transform_ids_known,
    },
    Rule {
        id: "COL-03",
        title: "Input transform agrees with the camera",
        severity: Severity::Block,
        source: "ACES AMF implementation guidelines: input transforms",
        method: input_agrees,
    },
    Rule {
        id: "COL-04",
        title: "Transform IDs are of the system that is stated",
        severity: Severity::Block,
        source: "ACES AMF implementation guidelines; aces-amf-lib: one system version",
        method: documents::versions_agree,
    },
    Rule {
        id: "COL-05",
        title: "What is said to be in the pixels can be",
        severity: Severity::Block,
        source: "aces-amf-lib: what is applied comes first",
        method: documents::order_is_possible,
    },
    Rule {
        id: "COL-06",
        title: "Look files are there, as stated",
        severity: Severity::Block,
        source: "ACES AMF implementation guidelines: files, hashes, CLF by id",
        method: documents::files_are_there,
    },
    Rule { id: "COL-07", title: "No look acts twice", severity: Severity::Warn, source: "Prelight", method: look::no_look_twice },
    Rule {
        id: "COL-08",
        title: "CDLs are sound",
        severity: Severity::Warn,
        source: "aces-amf-lib: a CDL has a working space",
        method: documents::cdls_are_sound,
    },
    Rule {
        id: "COL-10",
        title: "Looks keep scene light",
        severity: Severity::Block,
        source: "Prelight",
        method: look::looks_are_scene_referred,
    },
    Rule {
        id: "COL-11",
        title: "Looks keep the range of the clip",
        severity: Severity::Warn,
        source: "Prelight",
        method: look::looks_keep_the_range,
    },
    Rule { id: "COL-12", title: "Looks are smooth", severity: Severity::Warn, source: "Prelight", method: look::looks_are_smooth },
    Rule {
        id: "COL-13",
        title: "Looks leave greys neutral",
        severity: Severity::Warn,
        source: "Prelight",
        method: look::greys_stay_neutral,
    },
    Rule {
        id: "COL-14",
        title: "Look cubes are fine enough",
        severity: Severity::Warn,
        source: "Prelight",
        method: look::cubes_are_fine_enough,
    },
    Rule {
        id: "COL-15",
        title: "Looks are as their source",
        severity: Severity::Warn,
        source: "Prelight",
        method: source::looks_are_as_their_source,
    },
    Rule {
        id: "COL-16",
        title: "Output transform can be undone",
        severity: Severity::Warn,
        source: "Prelight",
        method: output::output_round_trips,
    },
    Rule {
        id: "COL-17",
        title: "Engine holds to its double-precision oracle",
        severity: Severity::Block,
        source: "Prelight",
        method: output::engine_is_exact,
    },
    Rule {
        id: "COL-18",
        title: "GPU preview equals the CPU picture",
        severity: Severity::Block,
        source: "Prelight",
        method: gpu_equals_cpu,
    },
    Rule {
        id: "COL-19",
        title: "AMF says all that is needed",
        severity: Severity::Warn,
        source: "Prelight",
        method: documents::nothing_is_inferred,
    },
    Rule { id: "COL-20", title: "CDLs of the clip agree", severity: Severity::Warn, source: "Prelight", method: decisions::cdls_agree },
    Rule {
        id: "COL-21",
        title: "Colours lie within AP1",
        severity: Severity::Inform,
        source: "Prelight",
        method: gamut::colours_are_in_gamut,
    },
    Rule {
        id: "COL-22",
        title: "Gamut compression acts once",
        severity: Severity::Warn,
        source: "Prelight",
        method: gamut::compressed_once,
    },
    Rule {
        id: "COL-23",
        title: "AMF is whole with its files",
        severity: Severity::Block,
        source: "Prelight",
        method: documents::package_is_whole,
    },
    Rule {
        id: "COL-24",
        title: "AMF belongs to this clip",
        severity: Severity::Inform,
        source: "ACES AMF implementation guidelines: clipId",
        method: amf_names_clip,
    },
    Rule {
        id: "COL-25",
        title: "Colour of the camera is known",
        severity: Severity::Block,
        source: "Prelight: no calibration of the camera is public",
        method: camera_is_calibrated,
    },
];

const NO_AMF: &str = "the clip has no AMF: the ACES Rec.709 default applies";
const NO_PLAN: &str = "nothing can be rendered: see COL-02 and EXR-05";

/// The AMF of the clip, where it could be read.
fn amf<'a>(subject: &'a Subject) -> Result<Option<(&'a Amf, &'a Document<Amf>)>> {
    match &subject.sidecars.amf {
        None => Ok(None),
        Some(document) => Ok(Some((document.content.as_ref().map_err(Error::clone)?, document))),
    }
}

/// COL-01: schema and semantics of what is rendered.
pub(super) fn amf_is_valid(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some(document) = &subject.sidecars.amf else { return Ok(Verdict::not_applicable(NO_AMF)) };
    let amf = match &document.content {
        Ok(amf) => amf,
        Err(error) => return Ok(Verdict::new(false, "cannot be read", "valid", error.to_string())),
    };
    let judged = Judged::new(document, amf, subject.plan.as_ref().ok().map(Plan::settings));
    Ok(super::valid_document(&document.file_name(), judged.open.iter().copied(), &judged.notes()))
}

/// COL-02: every transform is in the ACES registry, and this engine has the arithmetic for it.
pub(super) fn transform_ids_known(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some((amf, document)) = amf(subject)? else { return Ok(Verdict::not_applicable(NO_AMF)) };
    let plan = subject.plan.as_ref().map_err(Error::clone)?;
    // An ID for which somebody chose what is rendered is no longer an open question.
    let judged = Judged::new(document, amf, Some(plan.settings()));
    let unknown: Vec<&Diagnostic> = judged.open.iter().copied().filter(|d| d.code == "INVALID_TRANSFORM_ID").collect();
    let mut problems: BTreeMap<String, String> = BTreeMap::new();
    amf.pipeline.visit(&mut |_, transform| {
        let Reference::TransformId(id) = &transform.reference else { return };
        if let Some(found) = unknown.iter().find(|d| d.message.ends_with(id.as_str())) {
            problems.entry(id.clone()).or_insert_with(|| format!("line {}: {}", found.line, found.message));
        }
    });
    for step in plan.steps().iter().filter(|step| !step.applied) {
        let Err(error) = &step.ops else { continue };
        // What is not rendered because its ID is unknown is one problem.
        let about = error.found().unwrap_or(&step.label).to_owned();
        problems.entry(about).or_insert_with(|| format!("{}: {error}", step.label));
    }
    let evidence = if problems.is_empty() {
        format!("{}: {} steps", document.file_name(), plan.steps().len())
    } else {
        problems.values().map(String::as_str).collect::<Vec<_>>().join("; ")
    };
    let verdict = Verdict::new(problems.is_empty(), format!("{} unknown", problems.len()), "0 unknown", evidence + &judged.notes());
    Ok(verdict)
}

/// COL-03: the AMF's input transform is one for what the camera recorded.
pub(super) fn input_agrees(subject: &Subject, _: &Progress) -> Result<Verdict> {
    // A choice goes before the AMF, so it is what has to agree.
    let chosen = subject.plan.as_ref().ok().and_then(|plan| plan.settings().input.as_deref());
    if let (Some(chosen), Encoding::Coded { transform, key }) = (chosen, subject.clip.encoding()) {
        let evidence = format!("chosen; the camera recorded {transform} ({key})");
        let agrees = same(chosen, transform);
        let verdict = Verdict::new(agrees, chosen, "for what the camera recorded", evidence);
        return Ok(verdict.mend("leave the input transform to the file"));
    }
    let Some((amf, document)) = amf(subject)? else { return Ok(Verdict::not_applicable(NO_AMF)) };
    let Some(input) = &amf.pipeline.input else {
        return Ok(Verdict::new(
            true,
            "no input transform",
            "for what the camera recorded",
            format!("{}: the decoder leads to ACES2065-1; {}", document.file_name(), in_words(subject.clip)),
        ));
    };
    let (problem, evidence) = input_beside(subject.clip, document, input);
    let verdict = Verdict::new(problem.is_none(), describe(input), "for what the camera recorded", evidence);
    Ok(verdict.mend(match subject.clip.encoding() {
        Encoding::Camera(_) => "use the AMF of this clip, or take its input transform out: raw is debayered straight to ACES2065-1",
        _ => "use the AMF of this clip, or the input transform of what the camera recorded",
    }))
}

/// Why the input transform of an AMF cannot be meant for a clip, and the evidence for that or for the opposite.
fn input_beside(clip: &dyn Clip, document: &Document<Amf>, input: &Transform) -> (Option<String>, String) {
    let make = clip.metadata().make.as_ref().map(|f| f.value.as_str());
    let problem = disagreement(input, clip.encoding(), make);
    let said = problem.as_deref().unwrap_or("agrees");
    let evidence = format!("{}:{} inputTransform: {said}; {}", document.file_name(), input.line.0, in_words(clip));
    (problem, evidence)
}

/// Who made the camera, and what it recorded.
fn in_words(clip: &dyn Clip) -> String {
    let metadata = clip.metadata();
    let recorded = match clip.encoding() {
        Encoding::Camera(_) => "raw sensor values".to_owned(),
        Encoding::Uncalibrated { .. } => "raw sensor values that are not calibrated".to_owned(),
        Encoding::Known { name, .. } => name.clone(),
        Encoding::Coded { transform, .. } => transform.clone(),
        Encoding::Unknown => metadata.transfer.as_ref().map_or("not stated".into(), |f| f.value.clone()),
    };
    let make = metadata.make.as_ref().map_or("make not stated", |f| f.value.as_str());
    format!("clip: {make}, {recorded}")
}

/// What COL-03 has against the AMF of a clip, for who renders and checks nothing: and what is rendered all the same.
pub fn foreign_input(clip: &dyn Clip, sidecars: &Sidecars, plan: &Plan) -> Option<String> {
    let document = sidecars.amf.as_ref().filter(|_| plan.settings().input.is_none())?;
    let input = document.content.as_ref().ok()?.pipeline.input.as_ref()?;
    let (problem, evidence) = input_beside(clip, document, input);
    problem?;
    let rendered = plan.steps().iter().find(|step| step.kind == StepKind::Input).map_or("nothing", |step| step.detail.as_str());
    Some(format!("COL-03: {evidence}; rendered with {rendered}"))
}

/// Why an input transform cannot be meant for these values. `None`: nothing speaks against it.
fn disagreement(input: &Transform, encoding: &Encoding, make: Option<&str>) -> Option<String> {
    let Reference::TransformId(id) = &input.reference else { return None };
    let name = id.rsplit(':').next().unwrap_or(id);
    let mut parts = name.split('.');
    let (_kind, vendor, what) = (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    // The ACES working spaces and the Academy's own transforms are nobody's camera.
    let is_camera = !["academy", "common", "ampas"].contains(&vendor.to_lowercase().as_str());
    if let Some(make) = make
        && is_camera
        && !same_vendor(vendor, make)
    {
        return Some(format!("it is for {vendor} cameras"));
    }
    match encoding {
        // Raw input transforms (ACES 1 `…-raw-…`) are allowed and ignored: AMF-6.
        Encoding::Camera(_) if !what.to_lowercase().contains("raw") => Some("it expects encoded values, the clip is raw".into()),
        Encoding::Known { name, .. } if input.applied != Some(true) => Some(format!("the file says that its pixels are {name}")),
        // Two IDs may name one transform; one that is not in the catalogue is COL-02's to say.
        Encoding::Coded { transform, key } => match (color::named(id), color::named(transform)) {
            (Some(stated), Some(recorded)) if stated.name != recorded.name => {
                Some(format!("it is for {}, the camera recorded {} ({key})", stated.title, recorded.title))
            }
            _ => None,
        },
        _ => None,
    }
}

/// `Arri` and `ARRI`, `Canon` and `Canon Inc.`, `BlackmagicDesign` and `Blackmagic Design`.
fn same_vendor(a: &str, b: &str) -> bool {
    let plain = |s: &str| s.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
    let (a, b) = (plain(a), plain(b));
    !a.is_empty() && !b.is_empty() && (a.starts_with(&b) || b.starts_with(&a))
}

/// COL-25: the road from the camera's values to ACES2065-1 is known.
pub(super) fn camera_is_calibrated(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let limit = "a confirmed road to ACES2065-1";
    Ok(match subject.clip.encoding() {
        Encoding::Camera(camera) => Verdict::new(true, format!("matrix of the file at {:.0} K", camera.kelvin), limit, "camera file"),
        Encoding::Uncalibrated { why } => Verdict::new(false, "none", limit, why.clone()).mend(
            "convert the clip with the maker's program to a format whose colour is known; a waiver does not help, as no plate is made",
        ),
        Encoding::Known { .. } | Encoding::Coded { .. } | Encoding::Unknown => Verdict::not_applicable("no raw sensor values"),
    })
}

/// COL-24: the AMF's clipId is this clip.
pub(super) fn amf_names_clip(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let limit = format!("clipId names {}", subject.name);
    let Some((amf, document)) = amf(subject)? else {
        let notes: Vec<&str> = subject.sidecars.notes.iter().map(|note| note.message.as_str()).collect();
        if notes.is_empty() {
            return Ok(Verdict::not_applicable(NO_AMF));
        }
        return Ok(Verdict::new(false, "no AMF was taken", limit, notes.join("; ")).mend("choose the AMF of this clip"));
    };
    let Some(id) = &amf.clip_id else {
        return Ok(Verdict::new(false, "no clipId", limit, format!("{}: applies to any clip", document.file_name())));
    };
    let media = match &id.media {
        Some(Media::File(uri)) => uri.clone(),
        Some(Media::Sequence { template, .. }) => template.clone(),
        Some(Media::Uuid(uuid)) => uuid.clone(),
        None => "no media".into(),
    };
    Ok(Verdict::new(id.is_of(subject.name), id.name.clone(), limit, format!("{}: {media}", document.file_name())))
}

/// COL-18: largest difference between preview and CPU picture, in display code values of 10 bits.
pub const PREVIEW_CODES: f64 = 1.0;
/// COL-18: dE ITP that 99.9 % of the pixels may be apart: a quarter of what can just be seen.
pub const PREVIEW_DELTA_E: f64 = 0.25;

/// COL-18: on this machine, for the middle frame, the preview shows what the CPU computes.
#[cfg(feature = "gpu")]
pub(super) fn gpu_equals_cpu(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    use crate::{gpu, pipeline::Stage};
    let Ok(plan) = subject.plan else { return Ok(Verdict::not_applicable(NO_PLAN)) };
    let Some(frame) = subject.clip.frames().middle() else { return Ok(Verdict::not_applicable("the clip has no frame")) };
    let Ok(device) = gpu::Headless::shared() else {
        return Ok(Verdict::not_applicable("no GPU on this machine: nothing is previewed on one"));
    };
    if plan.ops(Stage::Raw, Stage::Display).is_err() {
        return Ok(Verdict::not_applicable(NO_PLAN));
    }
    if let Err(error) = gpu::Program::of(plan) {
        return Ok(Verdict::not_applicable(format!("nothing is previewed on the GPU: {error}")));
    }
    let raw = plan.decode(subject.clip, frame)?;
    progress.check()?;
    let gpu::Difference { distance, adapter, .. } = gpu::compare(device, plan, &raw, Stage::Display)?;
    let codes = f64::from(distance.max) * 1023.0;
    let [x, y] = distance.at;
    Ok(Verdict::new(
        codes <= PREVIEW_CODES && distance.delta_e.is_none_or(|d| f64::from(d) <= PREVIEW_DELTA_E),
        format!("{codes:.3} / 1023 at most{}", distance.delta_e.map_or_else(String::new, |d| format!(", 99.9 % within {d:.3} dE ITP"))),
        format!("<= {PREVIEW_CODES} / 1023, 99.9 % <= {PREVIEW_DELTA_E} dE ITP"),
        format!("frame {frame}, display stage, at {x}, {y}; {adapter}"),
    )
    .frame(frame))
}

/// COL-18 needs the preview, which this build does not have.
#[cfg(not(feature = "gpu"))]
pub(super) fn gpu_equals_cpu(_: &Subject, _: &Progress) -> Result<Verdict> {
    Ok(Verdict::not_applicable("this build has no GPU preview"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Transform {
        Transform { reference: Reference::TransformId(text.into()), ..Transform::default() }
    }

    #[test]
    fn vendors_are_compared_by_their_letters() {
        assert!(same_vendor("Arri", "ARRI"));
        assert!(same_vendor("Canon", "Canon Inc."));
        assert!(!same_vendor("Sony", "ARRI"));
        assert!(!same_vendor("", "ARRI"));
    }

    #[test]
    fn the_recorded_encoding_is_held_against_the_amf() {
        let coded = Encoding::Coded { transform: "arri-logc3".into(), key: "ColorGammaSxS LOG-C".into() };
        let says = |name: &str| disagreement(&id(&format!("urn:ampas:aces:transformId:v2.0:{name}")), &coded, Some("ARRI"));
        assert_eq!(says("CSC.Arri.LogC3_to_ACES.a2.v1"), None);
        // An older ID of the same transform.
        assert_eq!(says("IDT.ARRI.Alexa-v3-logC-EI800.a1.v2"), None);
        assert_eq!(
            says("CSC.Arri.LogC4_to_ACES.a2.v1").unwrap(),
            "it is for ARRI LogC4 / Wide Gamut 4, the camera recorded ARRI LogC3 EI 800 / Wide Gamut 3 (ColorGammaSxS LOG-C)"
        );
        assert!(says("IDT.ARRI.Alexa-v3-logC-EI1600.a1.v2").is_some());
        assert_eq!(says("CSC.Sony.SLog3_SGamut3_to_ACES.a2.v1").unwrap(), "it is for Sony cameras");
    }

    #[test]
    fn another_makers_input_transform_is_named() {
        let logc4 = id("urn:ampas:aces:transformId:v2.0:CSC.Arri.LogC4_to_ACES.a2.v1");
        assert_eq!(disagreement(&logc4, &Encoding::Unknown, Some("Sony")).unwrap(), "it is for Arri cameras");
        assert_eq!(disagreement(&logc4, &Encoding::Unknown, Some("ARRI")), None);
        let aces = Encoding::Known { name: "ACES2065-1".into(), to_aces: vec![] };
        assert_eq!(disagreement(&logc4, &aces, None).unwrap(), "the file says that its pixels are ACES2065-1");
    }
}
