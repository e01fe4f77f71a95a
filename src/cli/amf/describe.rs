//! `prelight amf show --json`: an AMF as JSON.

use crate::sidecar::{
    Diagnostic,
    amf::{Amf, ClipId, Correction, Media, Pipeline, Reference, Role, Step, Transform},
    is_valid,
};
use serde_json::{Value, json};

/// The members:
///
/// * `version`, `valid`, `uuid`, `description`, `authors` (`name`, `email`), `created`, `modified`
/// * `clip`: `name`, and one of `file`, `sequence` (`template`, `first`, `last`) and `uuid`; `null` of a template
/// * `pipeline`, and `archived`, a list of such: `aces` (`2.0.0`), `steps` from camera file to display
/// * of a step: `step` (`input`, `look`, `working_location`, `output`), `applied` (`null`: not stated), `description`, `transform`
/// * of a transform: `id`, `file`, `uuid`, or `cdl` (`slope`, `offset`, `power`, `saturation`, or `id` and `file`; `to` and `from`, the
///   transforms of its working space); `inverse_of` another; `rendering` and `device` of a pair; `null` where it names nothing
/// * `diagnostics`, as `amf validate --json` gives them
pub(super) fn describe(amf: &Amf, diagnostics: &[Diagnostic]) -> Value {
    let authors: Vec<Value> = amf.info.authors.iter().map(|a| json!({ "name": a.name, "email": a.email })).collect();
    json!({
        "version": amf.version.number(),
        "valid": is_valid(diagnostics),
        "uuid": amf.info.uuid,
        "description": amf.info.description,
        "authors": authors,
        "created": amf.info.dates.as_ref().map(|d| &d.created),
        "modified": amf.info.dates.as_ref().map(|d| &d.modified),
        "clip": amf.clip_id.as_ref().map(clip),
        "pipeline": pipeline(&amf.pipeline),
        "archived": amf.archived.iter().map(pipeline).collect::<Vec<_>>(),
        "diagnostics": diagnostics,
    })
}

fn clip(clip: &ClipId) -> Value {
    match &clip.media {
        Some(Media::File(file)) => json!({ "name": clip.name, "file": file }),
        Some(Media::Sequence { template, min, max, .. }) => {
            json!({ "name": clip.name, "sequence": { "template": template, "first": min, "last": max } })
        }
        Some(Media::Uuid(uuid)) => json!({ "name": clip.name, "uuid": uuid }),
        None => json!({ "name": clip.name }),
    }
}

fn pipeline(pipeline: &Pipeline) -> Value {
    let step = |role: Role, t: &Transform| {
        let name = match role {
            Role::Input => "input",
            Role::Output => "output",
            _ => "look",
        };
        json!({ "step": name, "applied": t.applied, "description": t.description, "transform": transform(t) })
    };
    let looks = pipeline.steps.iter().map(|s| match s {
        Step::Look(look) => step(Role::Look, look),
        Step::WorkingLocation(_) => json!({ "step": "working_location" }),
    });
    let input = pipeline.input.iter().map(|t| step(Role::Input, t));
    let steps: Vec<Value> = input.chain(looks).chain(pipeline.output.iter().map(|t| step(Role::Output, t))).collect();
    json!({ "aces": pipeline.system_version.map(|v| v.to_string()), "steps": steps })
}

fn transform(t: &Transform) -> Value {
    match &t.reference {
        Reference::Missing => Value::Null,
        Reference::TransformId(id) => json!({ "id": id }),
        Reference::File(file) => json!({ "file": file }),
        Reference::Uuid(uuid) => json!({ "uuid": uuid }),
        Reference::InverseOutput(output) => json!({ "inverse_of": transform(output) }),
        Reference::InverseOutputPair { device, rendering } => json!({ "inverse_of": pair(rendering, device) }),
        Reference::OutputPair { rendering, device } => pair(rendering, device),
        Reference::Cdl(look) => {
            let mut cdl = match &look.correction {
                Correction::Values { cdl, .. } => {
                    json!({ "slope": cdl.slope, "offset": cdl.offset, "power": cdl.power, "saturation": cdl.saturation })
                }
                Correction::File { id, file, .. } => json!({ "id": id, "file": file }),
            };
            let way = |part: &Option<Transform>| part.as_ref().map_or(Value::Null, transform);
            let (to, from) = look.working_space.as_ref().map_or((Value::Null, Value::Null), |s| (way(&s.to), way(&s.from)));
            cdl["to"] = to;
            cdl["from"] = from;
            json!({ "cdl": cdl })
        }
    }
}

fn pair(rendering: &Transform, device: &Transform) -> Value {
    json!({ "rendering": transform(rendering), "device": transform(device) })
}
