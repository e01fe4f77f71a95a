//! COL-20: the CDLs that are told of one clip are one.

use super::amf;
use crate::{
    camera::Rational,
    check::{Proof, Subject, Verdict, count},
    error::Result,
    progress::Progress,
    sidecar::{
        amf::{Correction, Reference},
        cdl::{self, Cdl},
        timeline::{
            self,
            link::{By, Link, Linker, Target},
        },
    },
};
use std::{fs, path::Path};

/// Most EDLs and ALEs beside a clip that are looked into.
const MOST_LISTS: usize = 32;

/// A CDL and who says it.
struct Told {
    by: String,
    cdl: Cdl,
}

/// COL-20: CDLs in the AMF, in the file beside the clip, in the camera's metadata, in EDLs and ALEs beside the clip agree.
pub fn cdls_agree(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let tolerance = subject.profile.number("COL-20", "tolerance")?;
    let in_amf = of_amf(subject);
    let mut others = vec![];
    if let Some((document, Ok(cdls))) = subject.sidecars.cdl.as_ref().map(|d| (d, &d.content)) {
        others.extend(cdls.iter().map(|c| Told { by: document.file_name(), cdl: c.clone() }));
    }
    if let Some(field) = &subject.clip.metadata().cdl {
        let c = &field.value;
        let cdl = Cdl { slope: c.slope, offset: c.offset, power: c.power, saturation: c.saturation, ..Cdl::default() };
        others.push(Told { by: format!("camera ({})", field.key), cdl });
    }
    others.extend(of_lists(subject, progress)?);
    if in_amf.len() + others.len() < 2 || others.is_empty() {
        return Ok(Verdict::not_applicable("fewer than two documents tell a CDL of the clip"));
    }
    // Of several in the AMF, any may be the one that the others tell.
    let references: &[Told] = if in_amf.is_empty() { &others[..1] } else { &in_amf };
    let distance = |told: &Told| references.iter().map(|r| apart(&r.cdl, &told.cdl)).fold(f64::INFINITY, f64::min);
    let rows = in_amf.iter().chain(&others).map(|t| vec![t.by.clone(), text(&t.cdl)]).collect();
    let apart: Vec<(&Told, f64)> = others.iter().map(|t| (t, distance(t))).collect();
    let worst = apart.iter().map(|a| a.1).fold(0.0, f64::max);
    let differ: Vec<String> = apart.iter().filter(|a| a.1 > tolerance).map(|(t, d)| format!("{} differs by {d:.4}", t.by)).collect();
    let against = references.iter().map(|r| r.by.as_str()).collect::<Vec<_>>().join(", ");
    let evidence = if differ.is_empty() {
        format!("{} against {against}", count(others.len(), "CDL"))
    } else {
        format!("{} from {against}", differ.join("; "))
    };
    let verdict = Verdict::new(differ.is_empty(), format!("{worst:.2e} apart"), format!("<= {tolerance}"), evidence).proof(Proof::table(
        "CDLs of the clip",
        &["Says", "Slope, offset, power, saturation"],
        rows,
    ));
    Ok(verdict.mend("ask who graded last, and write that CDL to all of them"))
}

/// Largest difference of two corrections.
fn apart(a: &Cdl, b: &Cdl) -> f64 {
    let numbers = |c: &Cdl| [c.slope, c.offset, c.power].concat();
    let rest = (a.saturation - b.saturation).abs();
    numbers(a).iter().zip(numbers(b)).map(|(a, b)| (a - b).abs()).fold(rest, f64::max)
}

fn text(cdl: &Cdl) -> String {
    format!("{} sat {}", timeline::sop_text(cdl), cdl.saturation)
}

/// Those of the AMF's looks, from its numbers or its files.
fn of_amf(subject: &Subject) -> Vec<Told> {
    let Ok(Some((amf, document))) = amf(subject) else { return vec![] };
    let folder = document.path.parent().unwrap_or(Path::new(""));
    let mut told = vec![];
    for (i, look) in amf.pipeline.looks().enumerate() {
        let Reference::Cdl(correction) = &look.reference else { continue };
        let cdl = match &correction.correction {
            Correction::Values { cdl, .. } => Some(cdl.clone()),
            Correction::File { id, file: Some(file), .. } => crate::sidecar::amf::resolve(folder, file)
                .and_then(|path| cdl::read(&path))
                .ok()
                .and_then(|all| all.into_iter().find(|c| c.id.as_ref() == Some(id))),
            Correction::File { .. } => None,
        };
        told.extend(cdl.map(|cdl| Told { by: format!("{} look {}", document.file_name(), i + 1), cdl }));
    }
    told
}

/// Those of events in EDLs and ALEs beside the clip that name it.
fn of_lists(subject: &Subject, progress: &Progress) -> Result<Vec<Told>> {
    let metadata = subject.clip.metadata();
    let targets = [Target::clip(subject.name, metadata.reel.as_ref().map(|f| f.value.as_str()))];
    let linker = Linker::new(&targets);
    let rate: Option<Rational> = metadata.frame_rate.as_ref().map(|f| f.value);
    let mut told: Vec<Told> = vec![];
    for path in lists_beside(subject) {
        progress.check()?;
        // What cannot be read is no document of this clip; `timeline show` says why.
        let Ok((object, ..)) = timeline::open(&path, rate) else { continue };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for placed in timeline::items(&object)? {
            let Ok(Some(cdl)) = placed.item.cdl() else { continue };
            // A reel holds many clips: it does not say which is meant.
            let named = matches!(linker.link(placed.item), Link::One { by, .. } if by != By::Reel);
            if named && !told.iter().any(|t| t.by == name && apart(&t.cdl, &cdl) == 0.0) {
                told.push(Told { by: name.clone(), cdl });
            }
        }
    }
    Ok(told)
}

fn lists_beside(subject: &Subject) -> Vec<std::path::PathBuf> {
    let mut lists = vec![];
    for folder in crate::pipeline::sidecar_folders(subject.clip) {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        lists.extend(
            entries
                .filter_map(|e| e.ok())
                .map(|e| e.path())
                .filter(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("edl") || e.eq_ignore_ascii_case("ale")) && p.is_file()),
        );
    }
    lists.sort();
    lists.truncate(MOST_LISTS);
    lists
}
