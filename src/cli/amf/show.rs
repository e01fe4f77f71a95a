//! `prelight amf show`: an AMF in words.

use crate::sidecar::amf::{self, Amf, ClipId, Correction, Media, Pipeline, Reference, Role, Step, Transform};
use std::fmt::Write as _;

/// The road from camera file to display, a numbered step a line.
pub(super) fn show(amf: &Amf) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "AMF {}: {}", amf.version.number(), amf.info.description.as_deref().unwrap_or("no description"));
    for author in &amf.info.authors {
        let _ = writeln!(out, "by {}{}", author.name, author.email.as_ref().map(|e| format!(" <{e}>")).unwrap_or_default());
    }
    if let Some(dates) = &amf.info.dates {
        let _ = writeln!(out, "modified {}", dates.modified);
    }
    let _ = writeln!(out, "clip {}", amf.clip_id.as_ref().map_or("any (template)".into(), clip));
    steps(&amf.pipeline, &mut out);
    for (i, archived) in amf.archived.iter().enumerate() {
        let _ = write!(out, "\nArchived pipeline {} (for the record, never applied): ", i + 1);
        steps(archived, &mut out);
    }
    out
}

fn clip(clip: &ClipId) -> String {
    match &clip.media {
        Some(Media::File(file)) => format!("{} ({file})", clip.name),
        Some(Media::Sequence { template, min, max, .. }) => format!("{} ({template}, {min} to {max})", clip.name),
        Some(Media::Uuid(uuid)) => format!("{} ({uuid})", clip.name),
        None => clip.name.clone(),
    }
}

fn steps(pipeline: &Pipeline, out: &mut String) {
    let version = pipeline.system_version.map(|v| format!(" {v}")).unwrap_or_default();
    let _ = writeln!(out, "ACES{version}");
    let mut number = 0;
    let mut step = |transform: &Transform, role: Role, out: &mut String| {
        number += 1;
        let applied = match transform.applied {
            Some(true) => "applied: in the pixels",
            Some(false) => "not applied",
            None => "applied or not: not stated",
        };
        let _ = writeln!(out, "  {number}. {} [{applied}]", role.label());
        if let Some(description) = transform.description.as_deref().map(str::trim).filter(|d| !d.is_empty()) {
            let _ = writeln!(out, "     {description}");
        }
        reference(transform, "     ", out);
    };
    if let Some(input) = &pipeline.input {
        step(input, Role::Input, out);
    }
    for item in &pipeline.steps {
        match item {
            Step::Look(look) => step(look, Role::Look, out),
            Step::WorkingLocation(_) => out.push_str("     -- working location --\n"),
        }
    }
    if let Some(output) = &pipeline.output {
        step(output, Role::Output, out);
    }
    if number == 0 {
        out.push_str("  no transforms\n");
    }
}

fn reference(transform: &Transform, indent: &str, out: &mut String) {
    let mut part = |role: Role, part: &Transform| {
        let _ = writeln!(out, "{indent}{}:", role.label());
        reference(part, &format!("{indent}  "), out);
    };
    match &transform.reference {
        Reference::Missing => _ = writeln!(out, "{indent}names nothing that can be read"),
        Reference::TransformId(id) => _ = writeln!(out, "{indent}{}", amf::short_name(id)),
        Reference::File(file) => _ = writeln!(out, "{indent}file {file}"),
        Reference::Uuid(uuid) => _ = writeln!(out, "{indent}CLF {uuid}"),
        Reference::InverseOutput(inner) => part(Role::InverseOutput, inner),
        Reference::InverseOutputPair { device, rendering } => {
            part(Role::InverseOutputDevice, device);
            part(Role::InverseReferenceRendering, rendering);
        }
        Reference::OutputPair { rendering, device } => {
            part(Role::ReferenceRendering, rendering);
            part(Role::OutputDevice, device);
        }
        Reference::Cdl(look) => {
            match &look.correction {
                Correction::Values { cdl, .. } => {
                    let list = |v: [f64; 3]| format!("{} {} {}", v[0], v[1], v[2]);
                    let (slope, offset, power) = (list(cdl.slope), list(cdl.offset), list(cdl.power));
                    let _ = writeln!(out, "{indent}CDL slope {slope}, offset {offset}, power {power}, saturation {}", cdl.saturation);
                }
                Correction::File { id, file, .. } => {
                    let _ = writeln!(out, "{indent}CDL {id} of {}", file.as_deref().unwrap_or("a file that is not named"));
                }
            }
            let name = |t: &Transform| match &t.reference {
                Reference::TransformId(id) => amf::short_name(id).to_owned(),
                Reference::File(name) | Reference::Uuid(name) => name.clone(),
                _ => "unreadable".to_owned(),
            };
            let _ = match &look.working_space {
                None => writeln!(out, "{indent}in a working space that the file does not name"),
                Some(space) => {
                    let to = space.to.as_ref().map_or("the inverse of the way back".into(), name);
                    writeln!(out, "{indent}there by {to}, back by {}", space.from.as_ref().map_or("nothing".into(), name))
                }
            };
        }
    }
}
