//! COL-04 to COL-06, COL-08, COL-19 and COL-23: what the documents of the colour road say.

use super::{NO_AMF, amf};
use crate::{
    camera::Encoding,
    check::{Proof, Subject, Verdict, count, settled::Judged},
    error::Result,
    pipeline::Document,
    progress::Progress,
    sidecar::{
        Diagnostic,
        amf::{self, Amf, Conversion, Reference, Transform, Version},
    },
};
use std::cell::OnceCell;
use time::OffsetDateTime;

/// The AMF and its document, or the verdict that there is none.
macro_rules! document {
    ($subject:expr) => {
        match &$subject.sidecars.amf {
            Some(document) if document.content.is_err() => return Ok(Verdict::not_applicable("the AMF cannot be read: see COL-01")),
            _ => match amf($subject)? {
                Some(found) => found,
                None => return Ok(Verdict::not_applicable(NO_AMF)),
            },
        }
    };
}

/// `line 12: message`.
fn said(d: &Diagnostic) -> String {
    format!("line {}: {}", d.line, d.message)
}

/// The findings of these codes on what is rendered, but for those that a choice has settled.
fn open(subject: &Subject, document: &Document<Amf>, amf: &Amf, codes: &[&str]) -> Vec<String> {
    let judged = Judged::new(document, amf, subject.plan.as_ref().ok().map(|plan| plan.settings()));
    judged.open.into_iter().filter(|d| codes.contains(&d.code)).map(said).collect()
}

/// COL-04: no ID of ACES 1 in a pipeline of ACES 2, nor the other way round. IDs of another minor release are told, not held against
/// the file: writers rarely state the right one.
pub fn versions_agree(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let (amf, document) = document!(subject);
    let Some(system) = amf.pipeline.system_version else { return Ok(Verdict::not_applicable("the pipeline states no system version")) };
    let (mut mixed, mut ids) = (vec![], 0);
    amf.pipeline.visit(&mut |_, t| {
        let Reference::TransformId(id) = &t.reference else { return };
        let Some(edition) = amf::edition(id) else { return };
        ids += 1;
        if (edition >= 2) != (system.major >= 2) {
            mixed.push(format!("line {}: {} is of ACES {edition}", t.line.0, amf::short_name(id)));
        }
    });
    let release = format!("ACES {system}");
    let other = document.diagnostics.iter().filter(|d| d.code == "VERSION_MISMATCH_TRANSFORM_ID").count();
    let evidence = match (mixed.is_empty(), other) {
        (true, 0) => format!("{}: {} of {release}", document.file_name(), count(ids, "ID")),
        (true, n) => format!("{}: {} of another release of ACES {}", document.file_name(), count(n, "ID"), system.major),
        _ => format!("{}: {}", document.file_name(), mixed.join("; ")),
    };
    let verdict =
        Verdict::new(mixed.is_empty(), format!("{} of another system", count(mixed.len(), "ID")), format!("all of {release}"), evidence);
    Ok(verdict.mend("state the system that the IDs are of, or convert the AMF (prelight amf convert)"))
}

/// COL-05: what is said to be in the pixels comes before what is not, and can be in what the camera recorded.
pub fn order_is_possible(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let (amf, document) = document!(subject);
    let mut problems = open(subject, document, amf, &["INVALID_APPLIED_ORDER", "APPLIED_ORDER_GAP"]);
    let applied = |t: &Transform| t.applied == Some(true);
    let pipeline = &amf.pipeline;
    let (input, look) = (pipeline.input.as_ref().filter(|t| applied(t)), pipeline.looks().find(|t| applied(t)));
    let output = pipeline.output.as_ref().filter(|t| applied(t));
    let impossible: &[(&str, Option<&Transform>)] = &match subject.clip.encoding() {
        Encoding::Camera(_) | Encoding::Uncalibrated { .. } => [
            ("sensor values have no input transform", input),
            ("sensor values have no look", look),
            ("sensor values have no output transform", output),
        ],
        Encoding::Coded { .. } => [
            ("the values are as the camera coded them, not ACES2065-1", input),
            ("the values are as the camera coded them, without a look", look),
            ("the values are as the camera coded them, not those of a display", output),
        ],
        Encoding::Known { .. } => {
            [("", None), ("", None), ("the file says that its values are scene-linear, not those of a display", output)]
        }
        Encoding::Unknown => [("", None), ("", None), ("", None)],
    };
    for (why, transform) in impossible {
        if let Some(t) = transform {
            problems.push(format!("line {}: said to be in the pixels, but {why}", t.line.0));
        }
    }
    let evidence = match problems.is_empty() {
        true => format!(
            "{}: {}",
            document.file_name(),
            if input.or(look).or(output).is_none() { "nothing is in the pixels" } else { "what is in the pixels comes first" }
        ),
        false => format!("{}: {}", document.file_name(), problems.join("; ")),
    };
    let verdict = Verdict::new(
        problems.is_empty(),
        count(problems.len(), "contradiction"),
        "what is applied comes first, and can be in these pixels",
        evidence,
    );
    Ok(verdict.mend("use the AMF of the camera original, in which nothing is applied"))
}

/// COL-06: each file that the AMF names is in its folder, with the hash and id that the AMF states.
pub fn files_are_there(subject: &Subject, _: &Progress) -> Result<Verdict> {
    /// Longest name of a file that may be referred to (AMF implementation guide: AMF-7).
    const LONGEST: usize = 128;
    const CODES: [&str; 8] = [
        "MISSING_REFERENCED_FILE",
        "HASH_MISMATCH",
        "HASH_FILE_NOT_FOUND",
        "UUID_FILE_NOT_FOUND",
        "CCC_MISSING_ID",
        "CCC_PARSE_ERROR",
        "UNSAFE_FILE_PATH",
        "NON_PORTABLE_PATH",
    ];
    let (amf, document) = document!(subject);
    let (mut named, mut chosen, mut problems) = (0, 0, vec![]);
    amf.pipeline.visit(&mut |_, t| {
        if t.file_reference().is_some() || matches!(t.reference, Reference::Uuid(_)) {
            named += 1;
            chosen += usize::from(is_chosen(subject, t));
        }
        if let Some(name) = t.file_reference().and_then(|r| r.rsplit('/').next()).filter(|n| n.chars().count() >= LONGEST) {
            problems.push(format!("line {}: the file name has {} characters", t.line.0, name.chars().count()));
        }
    });
    if named == 0 {
        return Ok(Verdict::not_applicable("the AMF names no file"));
    }
    problems.extend(open(subject, document, amf, &CODES));
    let evidence = match (problems.is_empty(), chosen) {
        (true, 0) => format!("{}: {}", document.file_name(), count(named, "file")),
        (true, n) => format!("{}: {}, of which {n} replaced by what was chosen", document.file_name(), count(named, "file")),
        _ => format!("{}: {}", document.file_name(), problems.join("; ")),
    };
    let verdict = Verdict::new(problems.is_empty(), count(problems.len(), "problem"), "below the folder of the AMF, as stated", evidence);
    Ok(verdict.mend("bring the look files with the AMF, below its folder"))
}

fn is_chosen(subject: &Subject, t: &Transform) -> bool {
    let choices = subject.plan.as_ref().map(|plan| &plan.settings().transforms);
    t.choice_key().is_some_and(|key| choices.is_ok_and(|c| c.contains_key(key)))
}

/// COL-08: each CDL changes something, has numbers within the standard, and acts in a space that is named.
pub fn cdls_are_sound(subject: &Subject, _: &Progress) -> Result<Verdict> {
    const CODES: [&str; 4] = ["CDL_IDENTITY", "CDL_INVALID_VALUES", "MISSING_CDL_WORKING_SPACE", "CDL_WORKING_SPACE_MISMATCH"];
    let (amf, document) = document!(subject);
    let cdls = amf.pipeline.looks().filter(|t| matches!(t.reference, Reference::Cdl(_))).count();
    if cdls == 0 {
        return Ok(Verdict::not_applicable("the AMF has no CDL"));
    }
    let problems = open(subject, document, amf, &CODES);
    let unusual = open(subject, document, amf, &["CDL_EXTREME_VALUES"]);
    let told = if problems.is_empty() { &unusual } else { &problems };
    let evidence = if told.is_empty() {
        format!("{}: {}", document.file_name(), count(cdls, "CDL"))
    } else {
        format!("{}: {}", document.file_name(), told.join("; "))
    };
    let verdict = Verdict::new(
        problems.is_empty(),
        count(problems.len(), "problem"),
        "slope >= 0, power > 0, saturation >= 0, no identity, a working space",
        evidence,
    );
    Ok(verdict.mend("write the CDL again, with its working space, or leave it out where it changes nothing"))
}

/// COL-19: an AMF of version 1 says less than one of version 2: what is read into it is listed.
pub fn nothing_is_inferred(subject: &Subject, _: &Progress) -> Result<Verdict> {
    /// Notes of the conversion that change no meaning: that there is one, an identity for the document, the pipeline kept as it was.
    const FORMAL: [&str; 3] = ["VERSION", "UUID_ADDED", "ARCHIVED"];
    let (amf, document) = document!(subject);
    if amf.version != Version::V1 {
        return Ok(Verdict::not_applicable("the AMF is of version 2"));
    }
    let limit = "nothing read into it";
    let conversion = Conversion { folder: document.path.parent(), output: None };
    let converted = match amf::convert(amf, Version::V2, OffsetDateTime::UNIX_EPOCH, &conversion) {
        Ok(converted) => converted,
        Err(error) => return Ok(Verdict::new(false, "cannot be brought to version 2", limit, error.to_string())),
    };
    let notes: Vec<&Diagnostic> = converted.notes.iter().filter(|n| !FORMAL.contains(&n.code)).collect();
    let rows = notes.iter().map(|n| vec![n.line.to_string(), n.code.to_owned(), n.message.clone()]).collect();
    let evidence = match notes.as_slice() {
        [] => format!("{}: says all that version 2 does", document.file_name()),
        some => format!("{}: {}", document.file_name(), some.iter().map(|n| said(n)).collect::<Vec<_>>().join("; ")),
    };
    let verdict = Verdict::new(notes.is_empty(), count(notes.len(), "inference"), limit, evidence);
    Ok(if notes.is_empty() {
        verdict
    } else {
        verdict
            .proof(Proof::table("What version 2 would say", &["Line", "What", "Message"], rows))
            .mend("convert the AMF to version 2 (prelight amf convert), and look at each of these")
    })
}

/// COL-23: every step that is to be rendered can be, by what lies below the folder of the AMF or was chosen and goes into the recipe.
pub fn package_is_whole(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let (amf, document) = document!(subject);
    let folder = document.path.parent().unwrap_or(std::path::Path::new(""));
    let (mut needed, mut problems) = (0, vec![]);
    // Read once, and only where a reference asks for it.
    let ids = OnceCell::new();
    amf.pipeline.visit(&mut |_, t| {
        if t.applied == Some(true) || is_chosen(subject, t) {
            return;
        }
        let found = match (&t.reference, t.file_reference()) {
            (Reference::Uuid(uuid), _) => ids.get_or_init(|| amf::ClfIds::of(folder)).find(uuid),
            (_, Some(name)) if !amf::is_portable(name) => {
                Err(crate::Error::refused("leads out of the folder of the AMF").field("file").value(name))
            }
            (_, Some(name)) => amf::resolve(folder, name),
            _ => return,
        };
        needed += 1;
        if let Err(error) = found {
            problems.push(format!("line {}: {error}", t.line.0));
        }
    });
    let evidence = match (problems.is_empty(), needed) {
        (true, 0) => format!("{}: needs no file", document.file_name()),
        (true, n) => format!("{}: {} below its folder", document.file_name(), count(n, "file")),
        _ => format!("{}: {}", document.file_name(), problems.join("; ")),
    };
    let verdict = Verdict::new(
        problems.is_empty(),
        format!("{} out of reach", count(problems.len(), "file")),
        "everything below the folder of the AMF",
        evidence,
    );
    Ok(verdict.mend("put the files below the folder of the AMF, and refer to them by relative paths"))
}
