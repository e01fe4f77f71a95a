//! Model to text, elements in the schema's order.

use super::{
    Amf, Author, CdlLook, ClipId, Correction, Dates, Hash, Info, Media, Pipeline, Reference, Step, SystemVersion, Transform, WorkingSpace,
    extra::assemble,
    names::{AMF_PRE_RELEASE, CDL},
};
use crate::sidecar::{
    cdl::number,
    xml::{self, Attribute, Declaration, Document, Element, Name},
};

/// Writes the document. `parse(write(amf))` gives `amf` back.
pub fn write(amf: &Amf) -> String {
    xml::write(&Document { prolog: vec![], root: Writer { namespace: amf.version.namespace() }.amf(amf), epilog: vec![] })
}

struct Writer {
    namespace: &'static str,
}

impl Writer {
    fn name(&self, local: &str) -> Name {
        Name::new("aces", local, self.namespace)
    }
    fn text(&self, local: &str, text: &str) -> Element {
        Element::with_text(self.name(local), text)
    }

    fn amf(&self, amf: &Amf) -> Element {
        let mut known = vec![self.info("amfInfo", &amf.info, None)];
        known.extend(amf.clip_id.as_ref().map(|c| self.clip_id(c)));
        known.push(self.pipeline("pipeline", &amf.pipeline));
        known.extend(amf.archived.iter().map(|p| self.pipeline("archivedPipeline", p)));
        let mut root = assemble(self.name("acesMetadataFile"), known, &amf.extra);
        root.attributes.insert(0, Attribute { name: Name::new("", "version", ""), value: amf.version.number().into() });
        root.declarations.retain(|d| !d.namespace.starts_with(AMF_PRE_RELEASE));
        for (prefix, namespace) in [("aces", self.namespace), ("cdl", CDL)] {
            let taken = root.declarations.iter().any(|d| d.prefix == prefix || d.namespace == namespace);
            if !taken {
                root.declarations.push(Declaration { prefix: prefix.into(), namespace: namespace.into() });
            }
        }
        root
    }

    fn info(&self, local: &str, info: &Info, system: Option<SystemVersion>) -> Element {
        let mut known: Vec<_> = info.description.iter().map(|d| self.text("description", d)).collect();
        known.extend(info.authors.iter().map(|a| self.author(a)));
        known.extend(info.dates.as_ref().map(|d| self.dates(d)));
        known.extend(info.uuid.as_ref().map(|u| self.text("uuid", u)));
        known.extend(system.map(|s| self.system_version(s)));
        assemble(self.name(local), known, &info.extra)
    }

    fn author(&self, author: &Author) -> Element {
        let mut known = vec![self.text("name", &author.name)];
        known.extend(author.email.as_ref().map(|e| self.text("emailAddress", e)));
        assemble(self.name("author"), known, &author.extra)
    }

    fn dates(&self, dates: &Dates) -> Element {
        let known = vec![self.text("creationDateTime", &dates.created), self.text("modificationDateTime", &dates.modified)];
        assemble(self.name("dateTime"), known, &Default::default())
    }

    fn system_version(&self, version: SystemVersion) -> Element {
        let SystemVersion { major, minor, patch } = version;
        let known = [("majorVersion", major), ("minorVersion", minor), ("patchVersion", patch)];
        let known = known.map(|(local, digit)| self.text(local, &digit.to_string()));
        assemble(self.name("systemVersion"), known.into(), &Default::default())
    }

    fn clip_id(&self, clip: &ClipId) -> Element {
        let mut known = vec![self.text("clipName", &clip.name)];
        known.extend(clip.media.as_ref().map(|media| match media {
            Media::File(file) => self.text("file", file),
            Media::Uuid(uuid) => self.text("uuid", uuid),
            Media::Sequence { template, idx, min, max } => {
                self.text("sequence", template).attribute("idx", idx).attribute("min", min.to_string()).attribute("max", max.to_string())
            }
        }));
        assemble(self.name("clipId"), known, &clip.extra)
    }

    fn pipeline(&self, local: &str, pipeline: &Pipeline) -> Element {
        let mut known = vec![self.info("pipelineInfo", &pipeline.info, pipeline.system_version)];
        known.extend(pipeline.input.as_ref().map(|t| self.transform("inputTransform", t)));
        known.extend(pipeline.steps.iter().map(|step| match step {
            Step::Look(look) => self.transform("lookTransform", look),
            Step::WorkingLocation(_) => Element::new(self.name("workingLocation")),
        }));
        known.extend(pipeline.output.as_ref().map(|t| self.transform("outputTransform", t)));
        assemble(self.name(local), known, &pipeline.extra)
    }

    fn transform(&self, local: &str, transform: &Transform) -> Element {
        let mut known: Vec<_> = transform.description.iter().map(|d| self.text("description", d)).collect();
        known.extend(transform.hash.iter().map(|Hash { algorithm, text, .. }| self.text("hash", text).attribute("algorithm", algorithm)));
        match &transform.reference {
            Reference::Missing => {}
            Reference::TransformId(id) => known.push(self.text("transformId", id)),
            Reference::File(file) => known.push(self.text("file", file)),
            Reference::Uuid(uuid) => known.push(self.text("uuid", uuid)),
            Reference::InverseOutput(inner) => known.push(self.transform("inverseOutputTransform", inner)),
            Reference::InverseOutputPair { device, rendering } => {
                known.push(self.transform("inverseOutputDeviceTransform", device));
                known.push(self.transform("inverseReferenceRenderingTransform", rendering));
            }
            Reference::OutputPair { rendering, device } => {
                known.push(self.transform("referenceRenderingTransform", rendering));
                known.push(self.transform("outputDeviceTransform", device));
            }
            Reference::Cdl(cdl) => self.cdl(cdl, &mut known),
        }
        let mut element = assemble(self.name(local), known, &transform.extra);
        if let Some(applied) = transform.applied {
            element.attributes.insert(0, Attribute { name: Name::new("", "applied", ""), value: applied.to_string() });
        }
        element
    }

    fn cdl(&self, look: &CdlLook, known: &mut Vec<Element>) {
        known.extend(look.working_space.as_ref().map(|space| self.working_space(space)));
        let name = |local| Name::new("cdl", local, CDL);
        let numbers = |local, values: &[f64]| {
            let text: Vec<_> = values.iter().map(|v| number(*v)).collect();
            Element::with_text(name(local), text.join(" "))
        };
        match &look.correction {
            Correction::Values { cdl, sop, sat, .. } => {
                let values = vec![numbers("Slope", &cdl.slope), numbers("Offset", &cdl.offset), numbers("Power", &cdl.power)];
                known.push(assemble(name("SOPNode"), values, sop));
                known.push(assemble(name("SatNode"), vec![numbers("Saturation", &[cdl.saturation])], sat));
            }
            Correction::File { id, file, extra } => {
                let mut reference = assemble(name("ColorCorrectionRef"), vec![], extra);
                reference.attributes.insert(0, Attribute { name: Name::new("", "ref", ""), value: id.clone() });
                known.push(reference);
                known.extend(file.as_ref().map(|f| self.text("file", f)));
            }
        }
    }

    fn working_space(&self, space: &WorkingSpace) -> Element {
        let mut known: Vec<_> = space.to.iter().map(|t| self.transform("toCdlWorkingSpace", t)).collect();
        known.extend(space.from.iter().map(|t| self.transform("fromCdlWorkingSpace", t)));
        assemble(self.name("cdlWorkingSpace"), known, &space.extra)
    }
}
