//! The colour road: from what the camera file holds to the display, as the AMF says it.

use super::{
    Document, Highlights, Settings, Sidecars, Stage,
    looks::{LookFile, Looks},
    resolve::{choice, resolve},
};
use crate::{
    camera::{Clip, Encoding},
    color::{self, ClippedHighlights, Named, Op},
    error::{Error, Result},
    sidecar::amf::{Amf, Correction, Reference, Transform},
};
use serde::{Deserialize, Serialize};
use std::{path::Path, sync::Arc};

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
    /// Its element in an AMF.
    const fn element(self) -> &'static str {
        match self {
            StepKind::Input => "inputTransform",
            StepKind::Look => "lookTransform",
            StepKind::Output => "outputTransform",
        }
    }
}

/// A step that is left out for looking only, by its name: `"input"`, `"output"`, or the number of a look, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bypass {
    Input,
    Output,
    #[serde(untagged)]
    Look(usize),
}

impl Bypass {
    /// Those of the steps of a road, in their order.
    pub fn of(steps: &[ColorStep]) -> impl Iterator<Item = (Self, &ColorStep)> {
        let mut looks = 0;
        steps.iter().map(move |step| {
            let name = match step.kind {
                StepKind::Input => Self::Input,
                StepKind::Output => Self::Output,
                StepKind::Look => {
                    looks += 1;
                    Self::Look(looks)
                }
            };
            (name, step)
        })
    }
}

/// Who decides on a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The AMF, with what a person chose about its references.
    Amf,
    /// A person, in place of the AMF, the file or the default.
    Chosen,
    /// The camera file, by what it says of its encoded values.
    File,
    /// The camera file, by its calibration: raw leaves no place for an input transform (AMF-6).
    Calibration,
    /// Nobody: the default applies.
    Default,
}

/// One step of the road.
#[derive(Clone, Debug)]
pub struct ColorStep {
    pub kind: StepKind,
    pub origin: Origin,
    /// The row of the catalogue that it is; none for look files, CDLs, inverse outputs and what no row has.
    pub named: Option<&'static Named>,
    /// The IDs of transforms and look files that it names, as they stand in the AMF or were chosen.
    pub ids: Vec<String>,
    /// `Input Transform`, `Look 1`, `Output Transform`.
    pub label: String,
    /// What it does, for people: a transform ID, the numbers of a CDL.
    pub detail: String,
    /// Who says so: a file and element, or the default that applies.
    pub source: String,
    /// Already in the pixels: shown, not rendered.
    pub applied: bool,
    /// Left out for looking only: never so in a plan that is checked or approved.
    pub bypassed: bool,
    /// The arithmetic, or why it cannot be rendered.
    pub ops: Result<Vec<Op>>,
    /// The look files that the arithmetic comes from.
    pub files: Vec<Arc<LookFile>>,
}

impl ColorStep {
    /// Whether its arithmetic is part of the picture.
    pub fn is_rendered(&self) -> bool {
        !self.applied && !self.bypassed
    }
    /// The transform IDs that it names; where somebody chose it by another name, that of the catalogue.
    pub fn transform_ids(&self) -> Vec<&str> {
        match (self.ids.as_slice(), self.named) {
            ([], Some(named)) => named.ids.first().copied().into_iter().collect(),
            (ids, _) => ids.iter().map(String::as_str).collect(),
        }
    }
    /// Why it cannot be left out for a look at the picture without it.
    pub fn refuses_bypass(&self) -> Option<&'static str> {
        match self.kind {
            _ if self.applied => Some("it is in the pixels already"),
            StepKind::Input if self.ops.as_ref().is_ok_and(Vec::is_empty) => Some("it changes nothing"),
            _ => None,
        }
    }
}

/// The road of a clip.
pub(super) fn road(clip: &dyn Clip, sidecars: &Sidecars, settings: &Settings) -> Result<Vec<ColorStep>> {
    let said = match &sidecars.amf {
        None => None,
        Some(Document { content: Err(error), .. }) => return Err(error.clone()),
        Some(Document { content: Ok(amf), path, .. }) => Some(Said { amf, path, looks: &sidecars.looks, settings }),
    };
    let mut steps = vec![input_step(clip, said.as_ref(), settings)?];
    steps.extend(said.iter().flat_map(Said::look_steps));
    steps.push(output_step(said.as_ref(), settings));
    Ok(steps)
}

/// The road that an AMF alone describes: from what its input transform takes (ACES2065-1 where it has none) to its output (the
/// scene after the looks where it has none), without what is already in the pixels.
///
/// # Errors
/// The first step that is not in the pixels and cannot be rendered.
pub fn amf_road(amf: &Amf, path: &Path, settings: &Settings) -> Result<Vec<ColorStep>> {
    let looks = Looks::load(amf, path.parent().unwrap_or(Path::new("")));
    let said = Said { amf, path, looks: &looks, settings };
    let mut steps: Vec<_> = amf.pipeline.input.iter().map(|t| said.step(StepKind::Input, t, None)).collect();
    steps.extend(said.look_steps());
    if amf.pipeline.output.is_some() || settings.output.is_some() {
        steps.push(output_step(Some(&said), settings));
    }
    match steps.iter().filter(|s| !s.applied).find_map(|s| s.ops.as_ref().err()) {
        Some(error) => Err(error.clone()),
        None => Ok(steps),
    }
}

/// What an AMF says, with its files and what a person chose about it.
struct Said<'a> {
    amf: &'a Amf,
    path: &'a Path,
    looks: &'a Looks,
    settings: &'a Settings,
}

impl Said<'_> {
    fn file_name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn look_steps(&self) -> Vec<ColorStep> {
        self.amf.pipeline.looks().enumerate().map(|(i, look)| self.step(StepKind::Look, look, Some(i + 1))).collect()
    }

    /// `number` of a look, from 1.
    fn step(&self, kind: StepKind, transform: &Transform, number: Option<usize>) -> ColorStep {
        let resolved = resolve(transform, self.settings, self.looks);
        // What is wrong in a file of its own has its place already.
        let here = |e: Error| if e.path().is_some() { e } else { e.file(self.path).line(transform.line.0) };
        let number = number.map(|n| (format!(" {n}"), format!("[{n}]"))).unwrap_or_default();
        let chosen = choice(self.settings, transform).and_then(id);
        ColorStep {
            kind,
            origin: Origin::Amf,
            named: resolved.named,
            ids: ids(transform).into_iter().chain(chosen).collect(),
            label: format!("{}{}", kind.label(), number.0),
            detail: self.detail(transform),
            source: format!("{} {}{}", self.file_name(), kind.element(), number.1),
            applied: transform.applied == Some(true),
            bypassed: false,
            ops: resolved.ops.map_err(here),
            files: resolved.files,
        }
    }

    /// What it does, with what was chosen about it.
    fn detail(&self, transform: &Transform) -> String {
        let mut detail = describe(transform);
        if let Some(choice) = choice(self.settings, transform) {
            detail += &format!(", as {choice} (chosen)");
        }
        match (&transform.reference, &self.settings.working_space) {
            (Reference::Cdl(look), Some(space)) if look.working_space.is_none() => detail += &format!(", in {space} (chosen)"),
            _ => {}
        }
        detail
    }
}

fn input_step(clip: &dyn Clip, said: Option<&Said>, settings: &Settings) -> Result<ColorStep> {
    let step = |origin, detail: String, source: String, ops: Vec<Op>| ColorStep {
        kind: StepKind::Input,
        origin,
        named: if origin == Origin::Calibration { None } else { color::named(&detail) },
        ids: id(&detail).into_iter().collect(),
        label: StepKind::Input.label().into(),
        detail,
        source,
        applied: false,
        bypassed: false,
        ops: Ok(ops),
        files: vec![],
    };
    let stated = said.and_then(|said| Some((said, said.amf.pipeline.input.as_ref()?)));
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
            let source = match stated {
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
            Ok(step(Origin::Calibration, detail, source, ops))
        }
        Encoding::Known { name, to_aces } => Ok(step(Origin::File, format!("{name} to ACES2065-1"), "file".into(), to_aces.clone())),
        // As if it were ACES2065-1: a guess at curve or matrix would look like knowledge.
        Encoding::Uncalibrated { why } => Ok(step(Origin::Calibration, why.clone(), "values as stored".into(), vec![])),
        Encoding::Unknown if clip.metadata().cfa.is_some() => {
            Err(Error::invalid("raw without a colour calibration cannot be taken to ACES2065-1").field("ColorMatrix1"))
        }
        Encoding::Coded { .. } | Encoding::Unknown => {
            if let Some(chosen) = &settings.input {
                let source = match encoding {
                    Encoding::Coded { transform, key } if !same(chosen, transform) => format!("chosen; the file says {transform} ({key})"),
                    _ => "chosen".into(),
                };
                return Ok(step(Origin::Chosen, chosen.clone(), source, color::transform(chosen, false)?));
            }
            match (encoding, said, stated) {
                (Encoding::Coded { transform, key }, _, None) => {
                    Ok(step(Origin::File, transform.clone(), key.clone(), color::transform(transform, false)?))
                }
                (_, Some(said), Some((_, input))) => Ok(said.step(StepKind::Input, input, None)),
                (_, Some(said), None) => {
                    Ok(step(Origin::Amf, "ACES2065-1 as stored".into(), format!("{}: no inputTransform", said.file_name()), vec![]))
                }
                (_, None, _) => {
                    Err(Error::invalid("the file does not say what its values mean: bring an AMF, or choose an input transform")
                        .field("input transform")
                        .option("--input-transform"))
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

fn output_step(said: Option<&Said>, settings: &Settings) -> ColorStep {
    let step = |origin, detail: &str, source: &str| ColorStep {
        kind: StepKind::Output,
        origin,
        named: color::named(detail),
        ids: id(detail).into_iter().collect(),
        label: StepKind::Output.label().into(),
        detail: detail.into(),
        source: source.into(),
        applied: false,
        bypassed: false,
        ops: color::transform(detail, false),
        files: vec![],
    };
    match (&settings.output, said.and_then(|said| Some((said, said.amf.pipeline.output.as_ref()?)))) {
        (Some(chosen), _) => step(Origin::Chosen, chosen, "chosen"),
        (None, Some((said, output))) => said.step(StepKind::Output, output, None),
        (None, None) => step(Origin::Default, DEFAULT_OUTPUT, "default: ACES Rec.709"),
    }
}

/// The name of a transform, where it is its ID.
fn id(name: &str) -> Option<String> {
    name.starts_with("urn:").then(|| name.to_owned())
}

/// The IDs that a transform of an AMF is named by, in the order in which it is told.
fn ids(t: &Transform) -> Vec<String> {
    match &t.reference {
        Reference::TransformId(id) | Reference::Uuid(id) => vec![id.clone()],
        Reference::InverseOutput(output) => ids(output),
        Reference::InverseOutputPair { device, rendering } => [ids(device), ids(rendering)].concat(),
        Reference::OutputPair { rendering, device } => [ids(rendering), ids(device)].concat(),
        Reference::File(_) | Reference::Cdl(_) | Reference::Missing => vec![],
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

    #[test]
    fn one_transform_has_several_names() {
        assert!(same("arri-logc3", "urn:ampas:aces:transformId:v2.0:CSC.Arri.LogC3_to_ACES.a2.v1") && same("x", "x"));
        assert!(!same("arri-logc3", "arri-logc4") && !same("arri-logc3", "x"));
    }

    #[test]
    fn the_ids_of_a_transform_are_those_that_it_names_whatever_is_said_of_it() {
        let part = |id: &str| Box::new(Transform::id(id));
        let pair = Reference::OutputPair { rendering: part("urn:a"), device: part("urn:b") };
        let pair = Transform { reference: pair, ..Transform::default() };
        assert_eq!(ids(&pair.clone().described("in place of urn:c, as before")), ["urn:a", "urn:b"]);
        assert_eq!(ids(&Transform { reference: Reference::InverseOutput(Box::new(pair)), ..Transform::default() }), ["urn:a", "urn:b"]);
        assert!(ids(&Transform::file("urn.cube", None)).is_empty());
    }
}
