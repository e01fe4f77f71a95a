//! The colour road: from what the camera file holds to the display, as the AMF says it.

use super::{Document, Highlights, Settings, Sidecars, Stage};
use crate::{
    camera::{Clip, Encoding},
    color::{self, Cdl, CdlStyle, ClippedHighlights, Op},
    error::{Error, Result},
    sidecar::amf::{Amf, CdlLook, Correction, Reference, Step, Transform, short_name},
};

/// Output transform where there is no AMF: the published default of automatic pipelines (MPS-1).
pub const DEFAULT_OUTPUT: &str = "urn:ampas:aces:transformId:v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1";

/// What a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    Input,
    Look,
    Output,
}

impl StepKind {
    /// The stage that this kind of step leads to.
    pub const fn leads_to(self) -> Stage {
        match self {
            StepKind::Input => Stage::Aces,
            StepKind::Look => Stage::Look,
            StepKind::Output => Stage::Display,
        }
    }
    /// ACES 2 name.
    pub const fn label(self) -> &'static str {
        match self {
            StepKind::Input => "Input Transform",
            StepKind::Look => "Look",
            StepKind::Output => "Output Transform",
        }
    }
}

/// One step of the road.
#[derive(Clone, Debug)]
pub struct ColorStep {
    pub kind: StepKind,
    /// `Input Transform`, `Look 1`, `Output Transform`.
    pub label: String,
    /// What it does, for people: a transform ID, the numbers of a CDL.
    pub detail: String,
    /// Who says so: a file and element, or the default that applies.
    pub source: String,
    /// Already in the pixels: shown, not rendered.
    pub applied: bool,
    /// The arithmetic, or why it cannot be rendered.
    pub ops: Result<Vec<Op>>,
}

/// The road of a clip.
pub(super) fn road(clip: &dyn Clip, sidecars: &Sidecars, settings: &Settings) -> Result<Vec<ColorStep>> {
    let amf = match &sidecars.amf {
        None => None,
        Some(Document { content: Err(error), .. }) => return Err(error.clone()),
        Some(document) => document.content.as_ref().ok().map(|amf| (amf, document)),
    };
    let mut steps = vec![input_step(clip, amf, settings)?];
    if let Some((amf, document)) = amf {
        let looks = amf.pipeline.steps.iter().filter_map(|s| match s {
            Step::Look(look) => Some(look),
            Step::WorkingLocation(_) => None,
        });
        for (i, look) in looks.enumerate() {
            steps.push(ColorStep {
                kind: StepKind::Look,
                label: format!("Look {}", i + 1),
                detail: describe(look),
                source: format!("{} lookTransform[{}]", document.file_name(), i + 1),
                applied: look.applied == Some(true),
                ops: look_ops(look).map_err(|e| e.file(&document.path).line(look.line.0)),
            });
        }
    }
    steps.push(output_step(amf, settings));
    Ok(steps)
}

fn input_step(clip: &dyn Clip, amf: Option<(&Amf, &Document<Amf>)>, settings: &Settings) -> Result<ColorStep> {
    let step = |detail: String, source: String, ops: Vec<Op>| ColorStep {
        kind: StepKind::Input,
        label: StepKind::Input.label().into(),
        detail,
        source,
        applied: false,
        ops: Ok(ops),
    };
    let encoding = clip.encoding();
    let open = matches!(encoding, Encoding::Coded { .. } | Encoding::Unknown);
    if let (Some(chosen), Encoding::Uncalibrated { why }) = (&settings.input, encoding) {
        return Err(Error::usage(format!("{why}: no input transform is for such values")).field("input").value(chosen));
    }
    if let (Some(chosen), false) = (&settings.input, open) {
        return Err(Error::usage("the file itself says what its values mean: no input transform can be chosen for it")
            .field("input")
            .value(chosen));
    }
    match encoding {
        Encoding::Camera(camera) => {
            let stops = camera.baseline_exposure + settings.decode.exposure;
            let exposure = if stops == 0.0 { String::new() } else { format!(", {stops:+.2} stops") };
            let detail = format!("Camera RGB to ACES2065-1, {:.0} K{exposure}", camera.kelvin);
            // Raw that is debayered straight to ACES leaves no place for an input transform (AMF-6).
            let source = match amf.and_then(|(a, _)| a.pipeline.input.as_ref()) {
                Some(_) => "camera file; the AMF's input transform does not apply to raw".into(),
                None => "camera file".into(),
            };
            let mut ops = vec![];
            if settings.decode.highlights == Highlights::Neutral {
                ops.push(Op::ClippedHighlights(ClippedHighlights { neutral: camera.neutral }));
            }
            ops.push(Op::matrix(camera.to_aces));
            // Also where it is 0, so that a shader of the plan has a place for it.
            ops.push(Op::exposure(stops));
            Ok(step(detail, source, ops))
        }
        Encoding::Known { name, to_aces } => Ok(step(format!("{name} to ACES2065-1"), "file".into(), to_aces.clone())),
        // As if it were ACES2065-1: a guess at curve or matrix would look like knowledge.
        Encoding::Uncalibrated { why } => Ok(step(why.clone(), "values as stored".into(), vec![])),
        Encoding::Unknown if clip.metadata().cfa.is_some() => {
            Err(Error::invalid("raw without a colour calibration cannot be taken to ACES2065-1").field("ColorMatrix1"))
        }
        Encoding::Coded { .. } | Encoding::Unknown => {
            if let Some(chosen) = &settings.input {
                let source = match encoding {
                    Encoding::Coded { transform, key } if !same(chosen, transform) => format!("chosen; the file says {transform} ({key})"),
                    _ => "chosen".into(),
                };
                return Ok(step(chosen.clone(), source, color::transform(chosen, false)?));
            }
            let stated = amf.and_then(|(amf, document)| Some((amf.pipeline.input.as_ref()?, document)));
            if let (Encoding::Coded { transform, key }, None) = (encoding, stated) {
                return Ok(step(transform.clone(), key.clone(), color::transform(transform, false)?));
            }
            let Some((amf, document)) = amf else {
                return Err(Error::invalid("the file does not say what its values mean: choose an input transform, or bring an AMF")
                    .field("input transform"));
            };
            match &amf.pipeline.input {
                None => Ok(step("ACES2065-1 as stored".into(), format!("{}: no inputTransform", document.file_name()), vec![])),
                Some(t) => {
                    let ops = reference_ops(&t.reference, false).map_err(|e| e.file(&document.path).line(t.line.0));
                    let s = step(describe(t), format!("{} inputTransform", document.file_name()), vec![]);
                    Ok(ColorStep { applied: t.applied == Some(true), ops, ..s })
                }
            }
        }
    }
}

/// Whether two names are of one transform.
pub(crate) fn same(a: &str, b: &str) -> bool {
    match (color::named(a), color::named(b)) {
        (Some(a), Some(b)) => a.name == b.name,
        _ => a == b,
    }
}

fn output_step(amf: Option<(&Amf, &Document<Amf>)>, settings: &Settings) -> ColorStep {
    let step = |detail: String, source: String, applied: bool, ops: Result<Vec<Op>>| ColorStep {
        kind: StepKind::Output,
        label: StepKind::Output.label().into(),
        detail,
        source,
        applied,
        ops,
    };
    if let Some(chosen) = &settings.output {
        return step(chosen.clone(), "chosen".into(), false, color::transform(chosen, false));
    }
    let stated = amf.and_then(|(a, d)| a.pipeline.output.as_ref().map(|o| (o, d)));
    match stated {
        Some((output, document)) => {
            let ops = reference_ops(&output.reference, false).map_err(|e| e.file(&document.path).line(output.line.0));
            step(describe(output), format!("{} outputTransform", document.file_name()), output.applied == Some(true), ops)
        }
        None => step(DEFAULT_OUTPUT.into(), "default: ACES Rec.709".into(), false, color::transform(DEFAULT_OUTPUT, false)),
    }
}

fn look_ops(look: &Transform) -> Result<Vec<Op>> {
    match &look.reference {
        Reference::Cdl(cdl) => cdl_ops(cdl),
        other => reference_ops(other, false),
    }
}

/// A CDL in its working space. Graded values may leave 0..1 in ACEScct, so nothing is clamped.
fn cdl_ops(look: &CdlLook) -> Result<Vec<Op>> {
    let Correction::Values { cdl, .. } = &look.correction else {
        return Err(Error::unsupported("a CDL in a file of its own is not rendered yet").field("ColorCorrectionRef"));
    };
    let Some(space) = &look.working_space else {
        return Err(Error::invalid("the CDL does not say in which space it acts; it is shown, not rendered").field("cdlWorkingSpace"));
    };
    let ops_of = |t: &Option<Transform>| t.as_ref().map(|t| reference_ops(&t.reference, false)).transpose();
    let (to, from) = match (ops_of(&space.to)?, ops_of(&space.from)?) {
        (Some(to), Some(from)) => (to, from),
        (None, Some(from)) => (inverse(&from)?, from),
        (Some(to), None) => {
            let from = inverse(&to)?;
            (to, from)
        }
        (None, None) => return Err(Error::invalid("neither to nor from the working space is given").field("cdlWorkingSpace")),
    };
    let grade = Op::Cdl(Cdl::new(cdl.slope, cdl.offset, cdl.power, cdl.saturation, CdlStyle::NoClamp));
    Ok(to.into_iter().chain([grade]).chain(from).collect())
}

fn inverse(ops: &[Op]) -> Result<Vec<Op>> {
    color::invert(ops).ok_or_else(|| Error::unsupported("the transform from the working space has no inverse").field("fromCdlWorkingSpace"))
}

fn reference_ops(reference: &Reference, inverse: bool) -> Result<Vec<Op>> {
    match reference {
        Reference::TransformId(id) => color::transform(id, inverse),
        Reference::InverseOutput(output) => undone(&output.reference, inverse),
        Reference::OutputPair { rendering, device } => {
            academy_rendering(&rendering.reference, "referenceRenderingTransform")?;
            reference_ops(&device.reference, inverse)
        }
        Reference::InverseOutputPair { device, rendering } => {
            academy_rendering(&rendering.reference, "inverseReferenceRenderingTransform")?;
            undone(&device.reference, inverse)
        }
        Reference::File(uri) => Err(Error::unsupported("look files are not rendered yet").field("file").value(uri)),
        Reference::Uuid(uuid) => Err(Error::unsupported("look files are not rendered yet").field("uuid").value(uuid)),
        Reference::Cdl(_) | Reference::Missing => Err(Error::invalid("names no transform")),
    }
}

/// What stands where an output is undone: the ID of the inverse, or of the output itself.
fn undone(output: &Reference, inverse: bool) -> Result<Vec<Op>> {
    let says_so =
        matches!(output, Reference::TransformId(id) if short_name(id).get(..3).is_some_and(|start| start.eq_ignore_ascii_case("Inv")));
    reference_ops(output, inverse == says_so)
}

/// The ID of an ACES 1 output device transform names the whole output, the Academy's rendering transform included; with another
/// one it would be another output.
fn academy_rendering(rendering: &Reference, field: &'static str) -> Result<()> {
    let row = |id: &str| color::named(id).map(|row| row.name);
    match rendering {
        Reference::TransformId(id) if row(id).is_some() && row(id) == row("RRT") => Ok(()),
        Reference::TransformId(id) => {
            Err(Error::unsupported("only the Academy's reference rendering transform is rendered").field(field).value(id))
        }
        _ => Err(Error::unsupported("a reference rendering transform that is not named by its ID is not rendered").field(field)),
    }
}

/// A transform in a line, for people.
pub(crate) fn describe(t: &Transform) -> String {
    let named = match &t.reference {
        Reference::TransformId(id) => id.clone(),
        Reference::File(uri) => uri.clone(),
        Reference::Uuid(uuid) => uuid.clone(),
        Reference::InverseOutput(output) => format!("inverse of {}", describe(output)),
        Reference::InverseOutputPair { device, rendering } => format!("inverse of {} and {}", describe(device), describe(rendering)),
        Reference::OutputPair { rendering, device } => format!("{} and {}", describe(rendering), describe(device)),
        Reference::Missing => "nothing".into(),
        Reference::Cdl(look) => match &look.correction {
            Correction::File { id, file, .. } => format!("CDL {id} in {}", file.as_deref().unwrap_or("no file")),
            Correction::Values { cdl, .. } => {
                let three = |v: [f64; 3]| format!("{} {} {}", v[0], v[1], v[2]);
                format!("CDL slope {}, offset {}, power {}, sat {}", three(cdl.slope), three(cdl.offset), three(cdl.power), cdl.saturation)
            }
        },
    };
    match &t.description {
        Some(words) if !words.trim().is_empty() => format!("{}: {named}", words.trim()),
        _ => named,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: &str) -> Box<Transform> {
        let reference = Reference::TransformId(format!("urn:ampas:aces:transformId:v1.5:{id}"));
        Box::new(Transform { reference, ..Transform::default() })
    }

    const REC709: &str = "ODT.Academy.Rec709_100nits_dim.a1.0.3";

    #[test]
    fn a_pair_is_the_whole_output() {
        let pair = |rendering, device| Reference::OutputPair { rendering: named(rendering), device: named(device) };
        let ops = reference_ops(&pair("RRT.a1.0.3", REC709), false).unwrap();
        let grey = color::eval_f64(&ops, [0.18; 3])[1];
        // 4.8 of 48 nit, brightened for the dim surround, by BT.1886.
        let want = ((4.8f64 - 0.02) / 47.98).powf(0.9811 / 2.4);
        assert!((grey - want).abs() < 1e-6, "{grey}, not {want}");
        assert!(reference_ops(&pair("RRT.a1.0.9", REC709), false).is_err());
        assert!(reference_ops(&pair("ODT.Academy.P3D65_48nits.a1.1.0", REC709), false).is_err());
        assert!(reference_ops(&pair("RRT.a1.0.3", "ODT.Acme.Monitor.a1.v1"), false).is_err());
    }

    #[test]
    fn one_transform_has_several_names() {
        assert!(same("arri-logc3", "urn:ampas:aces:transformId:v2.0:CSC.Arri.LogC3_to_ACES.a2.v1") && same("x", "x"));
        assert!(!same("arri-logc3", "arri-logc4") && !same("arri-logc3", "x"));
    }

    #[test]
    fn inverses_are_undone_once() {
        let id = format!("Inv{REC709}");
        let pair = Reference::InverseOutputPair { device: named(&id), rendering: named("InvRRT.a1.0.3") };
        let inverse = color::transform(REC709, true).unwrap();
        assert_eq!(reference_ops(&pair, false).unwrap(), inverse);
        for id in [REC709, &id] {
            assert_eq!(reference_ops(&Reference::InverseOutput(named(id)), false).unwrap(), inverse, "{id}");
        }
    }
}
