//! From one version of the schema to the other. Everything that was decided is said; what the target cannot say is refused.

use super::{
    Amf, CdlLook, Correction, Extra, Hash, Info, Pipeline, Reference, Role, Standing, Step, SystemVersion, Transform, Version,
    ids::{V1_5, V2_0},
    names::AMF_PRE_RELEASE,
    predecessor, resolve, short_name, standing, successor, urn, write,
};
use crate::{
    color,
    error::{Error, Result},
    sidecar::{
        Diagnostic, Level,
        cdl::{self, Cdl},
        xml::{Element, Line, Node},
    },
};
use std::path::Path;
use time::OffsetDateTime;
use uuid::Uuid;

/// A converted document, and each thing that the original did not say in so many words (`Info`) or that got lost (`Warning`).
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    pub amf: Amf,
    pub notes: Vec<Diagnostic>,
}

/// What is chosen for a conversion.
#[derive(Clone, Debug, Default)]
pub struct Conversion<'a> {
    /// Where the files that the AMF names are.
    pub folder: Option<&'a Path>,
    /// Output transform in place of the one there: the outputs of ACES 1 have no counterpart in ACES 2.
    pub output: Option<Transform>,
}

/// Converts to the other version of the schema.
///
/// To version 2: UUIDs that are missing are derived from the document, an absent `applied` becomes `false`, and where every
/// transform of the pipeline has an ACES 2 ID with the same arithmetic, all take it and the pipeline becomes one of ACES 2.0;
/// otherwise all keep the IDs of their release, which version 2 allows. To version 1: the same backwards. A pipeline whose
/// transforms change is archived as it was.
///
/// # Errors
/// `Unsupported`: what the target cannot say, by name and line. `Verification`: a correction that would be taken from a file that
/// has not the hash stated for it; `Invalid`: one that is no CDL. `Usage`: it has that version already.
pub fn convert(amf: &Amf, to: Version, now: OffsetDateTime, choices: &Conversion) -> Result<Converted> {
    if amf.version == to {
        return Err(Error::usage(format!("it is of version {} already", to.number())).field("version"));
    }
    let identity = Uuid::new_v5(&Uuid::NAMESPACE_OID, write(amf).as_bytes());
    let mut out = Converter { to, choices, notes: vec![] };
    let mut converted = amf.clone();
    converted.version = to;
    out.place("VERSION", Level::Info, "", amf.info.line, format!("version {} becomes {}", amf.version.number(), to.number()));
    rename_extras(&mut converted, amf.version, to);

    let path = "/acesMetadataFile/pipeline";
    out.identify(&mut converted.info, "/acesMetadataFile/amfInfo", Uuid::new_v5(&identity, b"amfInfo"));
    out.identify(&mut converted.pipeline.info, &format!("{path}/pipelineInfo"), Uuid::new_v5(&identity, b"pipelineInfo"));
    out.pipeline(&mut converted.pipeline, path)?;
    let before = converted.pipeline.clone();
    if let Some(output) = &choices.output {
        out.place("OUTPUT_CHOSEN", Level::Info, path, before.line, "the output transform is the one chosen".into());
        let applied = before.output.as_ref().and_then(|t| t.applied);
        converted.pipeline.output = Some(Transform { applied, ..output.clone() });
    }
    out.ids(&mut converted.pipeline, path)?;
    out.keep_archived(&mut converted, identity);
    if converted.pipeline != before {
        let uuid = Uuid::new_v5(&identity, b"converted");
        if to == Version::V1 {
            out.place("ARCHIVE_DROPPED", Level::Warning, path, before.line, "version 1 cannot archive the pipeline as it was".into());
            converted.pipeline.info.uuid = Some(urn(uuid));
        } else {
            let changed = std::mem::replace(&mut converted.pipeline, before);
            converted.archive_pipeline(now, uuid);
            let info = std::mem::take(&mut converted.pipeline.info);
            converted.pipeline = Pipeline { info, ..changed };
            out.place("ARCHIVED", Level::Info, path, Line(0), "the pipeline with the IDs it had is archived".into());
        }
    }
    converted.touch(now);
    Ok(Converted { amf: converted, notes: out.notes })
}

struct Converter<'a> {
    to: Version,
    choices: &'a Conversion<'a>,
    notes: Vec<Diagnostic>,
}

impl Converter<'_> {
    fn place(&mut self, code: &'static str, level: Level, path: &str, line: Line, message: String) {
        let path = if path.is_empty() { "/acesMetadataFile".to_owned() } else { path.to_owned() };
        self.notes.push(Diagnostic { level, code, message, line: line.0, path });
    }

    fn identify(&mut self, info: &mut Info, path: &str, uuid: Uuid) {
        if info.uuid.is_none() && self.to == Version::V2 {
            let made = urn(uuid);
            self.place("UUID_ADDED", Level::Info, path, info.line, format!("has no UUID; {made} is derived from the document"));
            info.uuid = Some(made);
        }
    }

    /// Everything but the IDs.
    fn pipeline(&mut self, pipeline: &mut Pipeline, path: &str) -> Result<()> {
        let cannot = |what: &str, line: Line| Error::unsupported(format!("version 1 cannot say this: {what}")).line(line.0);
        if self.to == Version::V1 {
            if let Some(Step::WorkingLocation(line)) = pipeline.steps.iter().find(|s| matches!(s, Step::WorkingLocation(_))) {
                return Err(cannot("a place of the working space among the looks", *line).field("workingLocation"));
            }
            match &mut pipeline.output {
                None => return Err(cannot("no output transform", pipeline.line).field("outputTransform")),
                Some(Transform { applied: Some(true), line, .. }) => {
                    return Err(cannot("an output transform that is in the pixels", *line).field("outputTransform"));
                }
                Some(output) => output.applied = None,
            }
        }
        let mut unsaid = vec![];
        let slots = pipeline.input.iter_mut().map(|t| ("inputTransform", t)).collect::<Vec<_>>();
        let looks = pipeline.steps.iter_mut().filter_map(|s| if let Step::Look(t) = s { Some(("lookTransform", &mut **t)) } else { None });
        let output = pipeline.output.iter_mut().filter(|_| self.to == Version::V2).map(|t| ("outputTransform", t));
        for (element, transform) in slots.into_iter().chain(looks).chain(output) {
            if transform.applied.is_none() {
                transform.set_applied(false);
                unsaid.push((element, transform.line));
            }
        }
        for (element, line) in unsaid {
            let message = "does not say whether it is applied; taken as not applied".to_owned();
            self.place("APPLIED_ADDED", Level::Info, &format!("{path}/{element}"), line, message);
        }
        for step in &mut pipeline.steps {
            if let Step::Look(look) = step
                && let Reference::Cdl(cdl) = &mut look.reference
            {
                self.correction(cdl, look.hash.as_ref(), &format!("{path}/lookTransform"), look.line)?;
                if matches!(cdl.correction, Correction::Values { .. }) && self.to == Version::V1 {
                    // The hash was that of the file.
                    look.hash = None;
                }
            }
        }
        Ok(())
    }

    /// Version 2 names the file of a correction, version 1 cannot.
    fn correction(&mut self, look: &mut CdlLook, hash: Option<&Hash>, path: &str, line: Line) -> Result<()> {
        match (&mut look.correction, self.to) {
            (Correction::File { id, file: slot @ None, .. }, Version::V2) => {
                let found = self.choices.folder.map(|folder| files_with(folder, id)).unwrap_or_default();
                let [only] = found.as_slice() else {
                    let message = format!("version 2 needs the file of the correction, and {} files beside the AMF have it", found.len());
                    return Err(Error::unsupported(message).field("ColorCorrectionRef").value(id).line(line.0));
                };
                *slot = Some(super::encode_path(only));
                let message = format!("the correction {id} is in {only}, the only file beside the AMF that has it");
                self.place("CDL_FILE_FOUND", Level::Info, path, line, message);
            }
            (Correction::File { id, file: Some(file), .. }, Version::V1) => {
                let unable = |why: String| {
                    Error::unsupported(format!("version 1 cannot name the file of a correction, and its numbers are not at hand: {why}"))
                        .field("file")
                        .value(&*file)
                        .line(line.0)
                };
                let folder = self.choices.folder.ok_or_else(|| unable("no folder".into()))?;
                let found = resolve(folder, file).map_err(|e| unable(e.to_string()))?;
                let bytes = cdl::read_bytes(&found).map_err(|e| unable(e.to_string()))?;
                // The hash goes with the file: it has to be right now.
                hash.map_or(Ok(()), |hash| hash.verify(&bytes)).map_err(|e| e.file(&found))?;
                let corrections = cdl::parse(&bytes).map_err(|e| unable(e.to_string()))?;
                let correction =
                    corrections.into_iter().find(|c| c.id.as_deref() == Some(id)).ok_or_else(|| unable(format!("no correction {id}")))?;
                correction.validate().map_err(|e| e.file(&found))?;
                self.place("CDL_INLINED", Level::Info, path, line, format!("the numbers of {id} in {file} stand in the AMF"));
                let cdl = Cdl { id: None, description: None, ..correction };
                look.correction = Correction::Values { cdl, sop: Extra::default(), sat: Extra::default(), line: Line(0) };
            }
            _ => {}
        }
        Ok(())
    }

    /// All IDs of the pipeline, or none.
    fn ids(&mut self, pipeline: &mut Pipeline, path: &str) -> Result<()> {
        let (mut changed, mut blocked) = (vec![], vec![]);
        let target = if self.to == Version::V2 { V2_0 } else { V1_5 };
        pipeline.visit(&mut |role, t| {
            let Reference::TransformId(id) = &t.reference else { return };
            // Version 1 takes fewer IDs in some slots.
            let misplaced = role.accepts(Version::V2, id) && !role.accepts(self.to, id);
            if !id.starts_with(target) || misplaced {
                match counterpart(id, self.to, role) {
                    Some((new, how)) => changed.push((id.clone(), new, how, t.line)),
                    None => blocked.push((id.clone(), t.line)),
                }
            }
        });
        if let Some((id, line)) = blocked.first() {
            if self.to == Version::V1 {
                let message = "version 1 has no such transform, and no ACES 1 transform does the same";
                return Err(Error::unsupported(message).field("transformId").value(id).line(line.0));
            }
            for (id, line) in &blocked {
                let message = format!("no ACES 2 transform is known to do what {} does", short_name(id));
                self.place("ID_WITHOUT_SUCCESSOR", Level::Info, path, *line, message);
            }
            for (id, new, _, line) in &changed {
                let message =
                    format!("{} stays, though ACES 2 has {}: the pipeline as a whole is one of ACES 1", short_name(id), short_name(new));
                self.place("ID_KEPT", Level::Info, path, *line, message);
            }
            return Ok(());
        }
        if changed.is_empty() {
            return Ok(());
        }
        for (id, new, how, line) in &changed {
            self.place("ID_CHANGED", Level::Info, path, *line, format!("{} becomes {}: {how}", short_name(id), short_name(new)));
        }
        pipeline.visit_mut(&mut |_, t| {
            if let Reference::TransformId(id) = &mut t.reference
                && let Some((_, new, ..)) = changed.iter().find(|(old, ..)| old == id)
            {
                id.clone_from(new);
                // A hash that stood here was that of the old transform's source.
                t.hash = None;
            }
        });
        let (major, minor, patch) = if self.to == Version::V2 { (2, 0, 0) } else { (1, 3, 1) };
        pipeline.system_version = Some(SystemVersion { major, minor, patch });
        self.place(
            "SYSTEM_VERSION",
            Level::Info,
            path,
            pipeline.info.line,
            format!("the transforms are those of ACES {major}.{minor}.{patch}"),
        );
        Ok(())
    }

    /// Archived pipelines are for the record: those that version 1 cannot say are left out.
    fn keep_archived(&mut self, amf: &mut Amf, identity: Uuid) {
        let mut kept = vec![];
        for (i, mut old) in std::mem::take(&mut amf.archived).into_iter().enumerate() {
            let path = format!("/acesMetadataFile/archivedPipeline[{}]", i + 1);
            self.identify(&mut old.info, &format!("{path}/pipelineInfo"), Uuid::new_v5(&identity, path.as_bytes()));
            let line = old.line;
            let unable = match self.pipeline(&mut old, &path) {
                Ok(()) if self.to == Version::V1 && has_id(&old, V2_0) => Some("its transforms are of ACES 2".to_owned()),
                Ok(()) => None,
                Err(error) => Some(error.to_string()),
            };
            match unable {
                None => kept.push(old),
                Some(why) => self.place("ARCHIVE_DROPPED", Level::Warning, &path, line, format!("left out: {why}")),
            }
        }
        amf.archived = kept;
    }
}

fn has_id(pipeline: &Pipeline, start: &str) -> bool {
    let mut found = false;
    pipeline.visit(&mut |_, t| found |= matches!(&t.reference, Reference::TransformId(id) if id.starts_with(start)));
    found
}

/// The ID of the other ACES version for the same transform, and how that is known: by the registry, or because this program
/// computes the same of both (as for the LogC3 of ARRI, whose ACES 2 ID is that of EI 800 alone).
fn counterpart(id: &str, to: Version, role: Role) -> Option<(String, &'static str)> {
    let (registered, start) = match to {
        Version::V2 => (successor(id), V2_0),
        Version::V1 => (predecessor(id), V1_5),
    };
    let fits = |new: &String| role.accepts(to, new);
    if let Some(new) = registered.filter(fits) {
        return Some((new, "the registry's equivalent"));
    }
    let ops = color::transform(id, false).ok()?;
    let newest = match to {
        Version::V2 => SystemVersion { major: 2, minor: 0, patch: 0 },
        Version::V1 => SystemVersion { major: 1, minor: 3, patch: 1 },
    };
    let known = color::named(id)?.ids.iter().map(|short| format!("{start}{short}"));
    let mut same = known.filter(fits).filter(|new| standing(new, newest) == Standing::Listed);
    same.find(|new| color::transform(new, false).as_ref() == Ok(&ops)).map(|new| (new, "the same arithmetic"))
}

/// The names of the CDL files in `folder` that have the correction `id`.
fn files_with(folder: &Path, id: &str) -> Vec<String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(|e| e.ok()).map(|e| e.path());
    let has = |path: &Path| cdl::read(path).is_ok_and(|all| all.iter().any(|c| c.id.as_deref() == Some(id)));
    let mut found: Vec<_> = entries
        .filter(|p| p.is_file() && cdl::is_cdl_file(p) && has(p))
        .filter_map(|p| Some(p.file_name()?.to_str()?.to_owned()))
        .collect();
    found.sort();
    found
}

/// Unknown elements of the old namespace are unknown elements of the new one.
fn rename_extras(amf: &mut Amf, from: Version, to: Version) {
    let rename = |extra: &mut Extra| {
        extra.declarations.retain(|d| d.namespace != from.namespace());
        extra.nodes.iter_mut().for_each(|(_, node)| rename_node(node, from, to));
    };
    let info = |info: &mut Info| {
        rename(&mut info.extra);
        info.authors.iter_mut().for_each(|a| rename(&mut a.extra));
    };
    for attribute in amf.extra.attributes.iter_mut().filter(|a| a.name.local == "schemaLocation") {
        attribute.value = attribute.value.replace(from.namespace(), to.namespace());
    }
    rename(&mut amf.extra);
    info(&mut amf.info);
    if let Some(clip) = &mut amf.clip_id {
        rename(&mut clip.extra);
    }
    for pipeline in std::iter::once(&mut amf.pipeline).chain(&mut amf.archived) {
        rename(&mut pipeline.extra);
        info(&mut pipeline.info);
        pipeline.visit_mut(&mut |_, t| {
            rename(&mut t.extra);
            if let Reference::Cdl(look) = &mut t.reference {
                if let Some(space) = &mut look.working_space {
                    rename(&mut space.extra);
                }
                match &mut look.correction {
                    Correction::Values { sop, sat, .. } => [sop, sat].into_iter().for_each(rename),
                    Correction::File { extra, .. } => rename(extra),
                }
            }
        });
    }
}

fn rename_node(node: &mut Node, from: Version, to: Version) {
    if let Node::Element(element) = node {
        let Element { name, children, declarations, .. } = element;
        let old = |namespace: &str| namespace == from.namespace() || (from == Version::V1 && namespace.starts_with(AMF_PRE_RELEASE));
        declarations.retain(|d| !old(&d.namespace));
        if old(&name.namespace) {
            name.namespace = to.namespace().to_owned();
        }
        children.iter_mut().for_each(|child| rename_node(child, from, to));
    }
}
