//! What the schema cannot say: files, hashes, IDs, numbers, order. Codes and levels are those of aces-amf-lib 0.1.0, except
//! where its own documentation calls them false alarms; each such place says so.

use super::{
    Amf, Correction, Info, Pipeline, Reference, Step, SystemVersion, Transform, WorkingSpace, files, hash,
    ids::Role,
    registry::{self, Standing},
    values::parse_date_time,
};
use crate::sidecar::{
    Diagnostic, Level,
    cdl::{self, Cdl},
};
use std::{cell::OnceCell, path::Path};

/// Every finding, in no particular order. Without a folder, the files named are not looked for.
pub(super) fn check(amf: &Amf, folder: Option<&Path>) -> Vec<Diagnostic> {
    let mut checker = Checker { folder, clfs: OnceCell::new(), found: vec![] };
    checker.amf(amf);
    checker.found
}

/// The label of the active pipeline; its parts do without.
const PIPELINE: &str = "Pipeline";

/// Where a finding belongs.
#[derive(Clone)]
struct Place {
    line: u32,
    path: String,
    /// What a colourist calls it, for messages.
    label: String,
}

impl Place {
    fn inner(&self, element: &str, label: &str, line: u32) -> Self {
        let label = if self.label == PIPELINE { label.to_owned() } else { format!("{}, {label}", self.label) };
        Self { line, path: format!("{}/{element}", self.path), label }
    }
}

struct Checker<'a> {
    folder: Option<&'a Path>,
    clfs: OnceCell<files::ClfIds>,
    found: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn report(&mut self, level: Level, code: &'static str, place: &Place, what: impl AsRef<str>) {
        let message = format!("{}: {}", place.label, what.as_ref());
        self.found.push(Diagnostic { level, code, message, line: place.line, path: place.path.clone() });
    }
    fn error(&mut self, code: &'static str, place: &Place, what: impl AsRef<str>) {
        self.report(Level::Error, code, place, what);
    }
    fn warning(&mut self, code: &'static str, place: &Place, what: impl AsRef<str>) {
        self.report(Level::Warning, code, place, what);
    }
    fn info(&mut self, code: &'static str, place: &Place, what: impl AsRef<str>) {
        self.report(Level::Info, code, place, what);
    }

    fn amf(&mut self, amf: &Amf) {
        let root = "/acesMetadataFile";
        let place = Place { line: amf.info.line.0, path: format!("{root}/amfInfo"), label: "AMF".into() };
        self.described(&amf.info, &place);
        if amf.info.authors.is_empty() {
            self.info("MISSING_AUTHOR", &place, "no author");
        }
        let pipeline = |p: &Pipeline, element: String, label: String| Place { line: p.line.0, path: format!("{root}/{element}"), label };
        let mut places = vec![(&amf.pipeline, pipeline(&amf.pipeline, "pipeline".into(), PIPELINE.into()))];
        for (i, old) in amf.archived.iter().enumerate() {
            let index = if amf.archived.len() > 1 { format!("[{}]", i + 1) } else { String::new() };
            places.push((old, pipeline(old, format!("archivedPipeline{index}"), format!("Archived pipeline {}", i + 1))));
        }
        let mut identities = vec![(&amf.info, place)];
        for (p, place) in places {
            let info = Place { line: p.info.line.0, path: format!("{}/pipelineInfo", place.path), label: place.label.clone() };
            self.pipeline(p, &place, &info);
            identities.push((&p.info, info));
        }
        self.identities(&identities);
    }

    fn described(&mut self, info: &Info, place: &Place) {
        if info.description.as_deref().is_none_or(|d| d.trim().is_empty()) {
            self.info("MISSING_DESCRIPTION", place, "no description");
        }
        let Some(dates) = &info.dates else { return };
        let utc = |text: &str| parse_date_time(text).map(|(at, zone)| at.assume_offset(zone.unwrap_or(time::UtcOffset::UTC)));
        if let (Some(created), Some(modified)) = (utc(&dates.created), utc(&dates.modified))
            && created > modified
        {
            let place = Place { line: dates.line.0, path: format!("{}/dateTime", place.path), ..place.clone() };
            self.error("INVALID_DATE_LOGIC", &place, format!("created {} after it was modified {}", dates.created, dates.modified));
        }
    }

    /// Only the identities of documents and pipelines: a transform's `uuid` names a CLF, which may well be named twice.
    fn identities(&mut self, infos: &[(&Info, Place)]) {
        let lower: Vec<_> = infos.iter().map(|(info, _)| info.uuid.as_ref().map(|u| u.to_ascii_lowercase())).collect();
        for (i, (_, place)) in infos.iter().enumerate() {
            let Some(uuid) = &lower[i] else { continue };
            if uuid.bytes().skip(9).all(|b| matches!(b, b'0' | b'-')) {
                self.info("NIL_UUID", place, "the UUID is all zeros");
            } else if lower[..i].iter().flatten().any(|u| u == uuid) {
                self.error("DUPLICATE_UUID", place, format!("{uuid} is used twice in this file"));
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, place: &Place, info: &Place) {
        self.described(&pipeline.info, info);
        let system = pipeline.system_version;
        if let Some(input) = &pipeline.input {
            self.transform(input, &place.inner("inputTransform", "Input Transform", input.line.0), system);
        }
        let look_place = |i: usize, look: &Transform| place.inner(&pipeline.look_element(i), &look_label(i, look), look.line.0);
        let (mut i, mut locations, mut unapplied) = (0, 0, None);
        for step in &pipeline.steps {
            let look = match step {
                Step::WorkingLocation(line) => {
                    locations += 1;
                    if locations == 2 {
                        self.error(
                            "MULTIPLE_WORKING_LOCATIONS",
                            &place.inner("workingLocation[2]", "Working Location", line.0),
                            "at most one is allowed",
                        );
                    }
                    continue;
                }
                Step::Look(look) => look,
            };
            let place = look_place(i, look);
            if look.description.as_deref().is_none_or(|d| d.trim().is_empty()) {
                self.info("MISSING_TRANSFORM_DESCRIPTION", &place, "no description");
            }
            // A look that does not say whether it is applied breaks the schema, but not the order.
            match (look.applied, unapplied) {
                (Some(true), Some(before)) => {
                    self.error("INVALID_APPLIED_ORDER", &place, format!("applied, but look {before} before it is not"));
                }
                (Some(false), None) => unapplied = Some(i + 1),
                _ => {}
            }
            self.look(look, &place, system, locations > 0);
            self.transform(look, &place, system);
            i += 1;
        }
        if let Some(output) = &pipeline.output {
            self.transform(output, &place.inner("outputTransform", "Output Transform", output.line.0), system);
        }
        self.applied_ends(pipeline, place);
    }

    /// The reference looks at the looks only; pixels cannot have a look without their input transform either. A warning,
    /// because files that pass the reference do this.
    fn applied_ends(&mut self, pipeline: &Pipeline, place: &Place) {
        let unapplied_input = pipeline.input.as_ref().is_some_and(|t| t.applied == Some(false));
        let applied_look = pipeline.looks().any(Transform::is_applied);
        let unapplied_look = pipeline.looks().any(|t| t.applied == Some(false));
        let output = pipeline.output.as_ref().filter(|t| t.is_applied());
        if unapplied_input && (applied_look || output.is_some()) {
            self.warning("APPLIED_ORDER_GAP", place, "a later transform is applied, but the Input Transform is not");
        }
        if output.is_some() && unapplied_look {
            self.warning("APPLIED_ORDER_GAP", place, "the Output Transform is applied, but not every look before it");
        }
    }

    fn look(&mut self, look: &Transform, place: &Place, system: Option<SystemVersion>, behind_working_location: bool) {
        let Reference::Cdl(cdl) = &look.reference else { return };
        if let Correction::Values { cdl, line, .. } = &cdl.correction {
            let line = if line.0 == 0 { place.line } else { line.0 };
            self.cdl_values(cdl, &Place { line, ..place.clone() });
        }
        match (&cdl.working_space, &cdl.correction) {
            (Some(space), _) => self.working_space(space, place, system),
            // DaVinci Resolve writes one bare CDL a node behind its workingLocation: they act in a space that the file does
            // not name. The reference turned from error to warning after 0.1.0.
            (None, Correction::Values { .. }) => {
                let level = if behind_working_location { Level::Warning } else { Level::Error };
                self.report(level, "MISSING_CDL_WORKING_SPACE", place, "a CDL without a working space can only be shown, not rendered");
            }
            (None, Correction::File { .. }) => {}
        }
    }

    fn working_space(&mut self, space: &WorkingSpace, place: &Place, system: Option<SystemVersion>) {
        let place = Place { path: format!("{}/cdlWorkingSpace", place.path), line: space.line.0, label: place.label.clone() };
        for (part, element) in [(&space.to, "toCdlWorkingSpace"), (&space.from, "fromCdlWorkingSpace")] {
            if let Some(part) = part {
                self.transform(part, &place.inner(element, element, part.line.0), system);
            }
        }
        let Some(from) = &space.from else {
            return self.error("CDL_WORKING_SPACE_MISMATCH", &place, "fromCdlWorkingSpace is missing");
        };
        // Official IDs are named after what they convert: ACES_to_X and X_to_ACES.
        let named = |t: &Transform, strip: fn(&str) -> Option<&str>| match &t.reference {
            Reference::TransformId(id) if registry::is_official(id) => id.split('.').find_map(strip).map(str::to_owned),
            _ => None,
        };
        let to = space.to.as_ref().and_then(|t| named(t, |part| part.strip_prefix("ACES_to_")));
        let from = named(from, |part| part.strip_suffix("_to_ACES"));
        if let (Some(to), Some(from)) = (to, from)
            && to != from
        {
            self.error("CDL_WORKING_SPACE_MISMATCH", &place, format!("goes to {to} and comes back from {from}"));
        }
    }

    fn cdl_values(&mut self, cdl: &Cdl, place: &Place) {
        if cdl.is_identity() {
            self.info("CDL_IDENTITY", place, "the CDL changes nothing");
        }
        for finding in cdl.findings() {
            match finding.level {
                Level::Error => self.error("CDL_INVALID_VALUES", place, finding.message),
                _ => self.warning("CDL_EXTREME_VALUES", place, finding.message),
            }
        }
    }

    /// What every transform is checked for, and the transforms in it.
    fn transform(&mut self, transform: &Transform, place: &Place, system: Option<SystemVersion>) {
        let inner = |part: &Transform, role: Role, element, checker: &mut Self| {
            checker.transform(part, &place.inner(element, role.label(), part.line.0), system);
        };
        let mut file = None;
        match &transform.reference {
            Reference::Missing => {}
            // Not in the reference, which looks for no UUID: a warning, as the file may travel elsewhere.
            Reference::Uuid(uuid) => {
                let found = self.folder.map(|folder| self.clfs.get_or_init(|| files::ClfIds::of(folder)).find(uuid));
                if let Some(Err(error)) = found {
                    self.warning("UUID_FILE_NOT_FOUND", place, format!("{uuid}: {}", error.message()));
                }
            }
            Reference::TransformId(id) => self.transform_id(id, place, system),
            Reference::File(name) => {
                self.file_name(name, place, &["clf"]);
                file = Some(name);
            }
            Reference::InverseOutput(part) => inner(part, Role::InverseOutput, "inverseOutputTransform", self),
            Reference::InverseOutputPair { device, rendering } => {
                inner(device, Role::InverseOutputDevice, "inverseOutputDeviceTransform", self);
                inner(rendering, Role::InverseReferenceRendering, "inverseReferenceRenderingTransform", self);
            }
            Reference::OutputPair { rendering, device } => {
                inner(rendering, Role::ReferenceRendering, "referenceRenderingTransform", self);
                inner(device, Role::OutputDevice, "outputDeviceTransform", self);
            }
            Reference::Cdl(look) => {
                if let Correction::File { file: Some(name), .. } = &look.correction {
                    self.file_name(name, place, &cdl::EXTENSIONS);
                    file = Some(name);
                }
            }
        }
        let path = file.and_then(|name| self.file(name, transform, place));
        if let (Some(path), Reference::Cdl(look)) = (&path, &transform.reference)
            && let Correction::File { id, .. } = &look.correction
        {
            self.correction(path, id, place);
        }
        self.hash(transform, file.is_some(), path.as_deref(), place);
    }

    fn transform_id(&mut self, id: &str, place: &Place, system: Option<SystemVersion>) {
        // An empty ID is the schema's business, and without a release there is nothing to compare with.
        let (false, Some(system)) = (id.is_empty(), system) else { return };
        let release = format!("ACES {}.{}", system.major, system.minor);
        if !registry::is_urn(id) {
            return self.error("MALFORMED_TRANSFORM_ID", place, format!("{id} is no ACES transform ID"));
        }
        match registry::standing(id, system) {
            Standing::Listed => {}
            Standing::Replaced(new) => self.warning("VERSION_MISMATCH_TRANSFORM_ID", place, format!("{id} is {new} in {release}")),
            // A false alarm of the reference: it knows no usable ID for releases before 1.2.
            Standing::Elsewhere => {
                self.warning("VERSION_MISMATCH_TRANSFORM_ID", place, format!("{id} is not of {release}, but of another release"));
            }
            Standing::Unknown => self.error("INVALID_TRANSFORM_ID", place, format!("{release} has no {id}")),
        }
    }

    fn file_name(&mut self, reference: &str, place: &Place, extensions: &[&str]) {
        let name = &files::decode(reference).unwrap_or_else(|| reference.to_owned());
        if let Some((_, extension)) = name.rsplit_once('.').filter(|(_, e)| !e.contains('/'))
            && !extensions.contains(&extension.to_ascii_lowercase().as_str())
        {
            self.error("NON_CLF_TRANSFORM_FILE", place, format!("{name} is not a .{} file", extensions.join(" or .")));
        }
        if files::climbs(name) {
            self.warning("UNSAFE_FILE_PATH", place, format!("{name} leads out of the folder of the AMF"));
        }
        if files::is_absolute(name) {
            self.warning("NON_PORTABLE_PATH", place, format!("{name} is absolute"));
        } else if name.contains('\\') {
            self.warning("NON_PORTABLE_PATH", place, format!("{name} has backslashes"));
        }
    }

    /// Finds the file.
    fn file(&mut self, name: &str, transform: &Transform, place: &Place) -> Option<std::path::PathBuf> {
        match files::resolve(self.folder?, name) {
            Ok(path) => Some(path),
            Err(error) => {
                let outside = files::is_outside(&error);
                self.error(
                    "MISSING_REFERENCED_FILE",
                    place,
                    format!("{name} {}", if outside { "is not below the folder of the AMF" } else { "is not there" }),
                );
                if transform.hash.is_some() {
                    self.warning("HASH_FILE_NOT_FOUND", place, format!("the hash of {name} cannot be checked"));
                }
                None
            }
        }
    }

    fn correction(&mut self, path: &Path, id: &str, place: &Place) {
        match cdl::read(path) {
            Err(error) => self.error("CCC_PARSE_ERROR", place, error.to_string()),
            Ok(corrections) if corrections.iter().any(|c| c.id.as_deref() == Some(id)) => {}
            Ok(corrections) => {
                let ids: Vec<_> = corrections.iter().filter_map(|c| c.id.as_deref()).take(5).collect();
                self.error("CCC_MISSING_ID", place, format!("the file has no correction {id}; it has {}", ids.join(", ")));
            }
        }
    }

    fn hash(&mut self, transform: &Transform, has_file: bool, path: Option<&Path>, place: &Place) {
        let Some(hash) = &transform.hash else { return };
        let place = Place { line: hash.line.0, path: format!("{}/hash", place.path), label: place.label.clone() };
        let decoded = hash.decode();
        match &decoded {
            Some(d) if d.mislabelled => self.warning(
                "HASH_ENCODING",
                &place,
                format!("the digest has the length of {:?}, not of the stated algorithm", d.algorithm),
            ),
            Some(d) if d.hex => self.warning("HASH_ENCODING", &place, "hexadecimal instead of base64"),
            Some(_) => {}
            None => self.warning("HASH_ENCODING", &place, "neither base64 nor hexadecimal of any digest"),
        }
        let (true, Some(path)) = (has_file, path) else { return };
        match decoded.as_ref().map(|d| (d, d.algorithm.of_file(path))) {
            Some((d, Ok(actual))) if d.digest == actual => {}
            Some((d, Ok(actual))) => {
                let actual = hash::base64(&actual);
                self.error("HASH_MISMATCH", &place, format!("the {:?} of the file is {actual}, not {}", d.algorithm, hash.text));
            }
            Some((_, Err(error))) => self.warning("HASH_FILE_NOT_FOUND", &place, error.to_string()),
            None => self.error("HASH_MISMATCH", &place, format!("{} cannot be the digest of the file", hash.text)),
        }
    }
}

/// `Look 2 (Day exterior)`
pub(super) fn look_label(index: usize, look: &Transform) -> String {
    match look.description.as_deref().map(str::trim).filter(|d| !d.is_empty()) {
        Some(description) => format!("Look {} ({description})", index + 1),
        None => format!("Look {}", index + 1),
    }
}
