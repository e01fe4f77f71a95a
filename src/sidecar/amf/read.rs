//! Element tree to model. Takes whatever it can make sense of; what the schema thinks of it is [`super::schema`]'s business.

use super::{
    Amf, Author, CdlLook, ClipId, Correction, Dates, Extra, Hash, Info, Media, Pipeline, Reference, Step, SystemVersion, Transform,
    Version, WorkingSpace, extra::Sorter, names::CDL,
};
use crate::sidecar::{
    cdl::Cdl,
    xml::{Element, Node},
};

/// Reads the root element, whose namespace is `namespace`.
pub(super) fn amf(root: &Element, version: Version, namespace: &str) -> Amf {
    Reader { namespace }.amf(root, version)
}

/// The text of an element that holds nothing else.
fn leaf(element: &Element) -> Option<String> {
    element.elements().next().is_none().then(|| element.text())
}

/// The same for values in which surrounding white space means nothing.
fn token(element: &Element) -> Option<String> {
    leaf(element).map(|t| t.trim().to_owned())
}

/// Files `value` in an empty slot; with its rank if that worked.
fn set<T>(slot: &mut Option<T>, value: Option<T>, rank: u8) -> Option<u8> {
    if slot.is_some() || value.is_none() {
        return None;
    }
    *slot = value;
    Some(rank)
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// The inner transforms of a transform, and which of them make up its reference.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Missing,
    TransformId,
    File,
    Uuid,
    InverseOutput,
    InverseOutputPair,
    OutputPair,
    CdlValues,
    CdlFile,
}

struct Reader<'a> {
    namespace: &'a str,
}

impl Reader<'_> {
    /// The local name of an element in the document's namespace; CDL elements by the name in their own, `""` for others.
    fn local<'e>(&self, element: &'e Element) -> &'e str {
        let name = &element.name;
        match name.local.as_str() {
            "SOPNode" | "ASC_SOP" if name.namespace == CDL => "SOPNode",
            "SatNode" | "ASC_SAT" if name.namespace == CDL => "SatNode",
            "ColorCorrectionRef" | "ASC_CC_XML" if name.namespace == CDL => "ColorCorrectionRef",
            // Names before the release of version 1.0.
            "lookTransformWorkingSpace" if name.namespace == self.namespace => "cdlWorkingSpace",
            "toLookTransformWorkingSpace" if name.namespace == self.namespace => "toCdlWorkingSpace",
            "fromLookTransformWorkingSpace" if name.namespace == self.namespace => "fromCdlWorkingSpace",
            local if name.namespace == self.namespace => local,
            _ => "",
        }
    }

    /// Walks the children; `take` returns the rank of a child it understood.
    fn children(&self, element: &Element, attributes: &[&str], mut take: impl FnMut(&str, &Element) -> Option<u8>) -> Extra {
        let mut sorter = Sorter::new(element, attributes);
        for node in &element.children {
            let rank = node.element().and_then(|child| take(self.local(child), child));
            sorter.file(node, rank);
        }
        sorter.finish()
    }

    fn amf(&self, root: &Element, version: Version) -> Amf {
        let (mut info, mut clip_id, mut pipeline, mut archived) = (None, None, None, vec![]);
        let extra = self.children(root, &["version"], |local, child| match local {
            "amfInfo" => set(&mut info, Some(self.info(child).0), 0),
            "clipId" => set(&mut clip_id, self.clip_id(child), 1),
            "pipeline" => set(&mut pipeline, Some(self.pipeline(child)), 2),
            "archivedPipeline" => {
                archived.push(self.pipeline(child));
                Some(3)
            }
            _ => None,
        });
        Amf { version, info: info.unwrap_or_default(), clip_id, pipeline: pipeline.unwrap_or_default(), archived, extra }
    }

    fn info(&self, element: &Element) -> (Info, Option<SystemVersion>) {
        let mut info = Info { line: element.line, ..Info::default() };
        let mut system = None;
        let with_system = self.local(element) == "pipelineInfo";
        info.extra = self.children(element, &[], |local, child| match local {
            "description" => set(&mut info.description, leaf(child), 0),
            "author" => {
                info.authors.push(self.author(child)?);
                Some(1)
            }
            "dateTime" => set(&mut info.dates, self.dates(child), 2),
            "uuid" => set(&mut info.uuid, token(child), 3),
            "systemVersion" if with_system => set(&mut system, self.system_version(child), 4),
            _ => None,
        });
        (info, system)
    }

    fn author(&self, element: &Element) -> Option<Author> {
        let (mut name, mut email) = (None, None);
        let extra = self.children(element, &[], |local, child| match local {
            "name" => set(&mut name, leaf(child), 0),
            "emailAddress" => set(&mut email, leaf(child), 1),
            _ => None,
        });
        Some(Author { name: name?, email, extra })
    }

    /// Only where there is nothing but the two.
    fn dates(&self, element: &Element) -> Option<Dates> {
        let (mut created, mut modified) = (None, None);
        let extra = self.children(element, &[], |local, child| match local {
            "creationDateTime" => set(&mut created, token(child), 0),
            "modificationDateTime" => set(&mut modified, token(child), 1),
            _ => None,
        });
        (extra == Extra::default()).then_some(Dates { created: created?, modified: modified?, line: element.line })
    }

    /// Only where there is nothing but the three.
    fn system_version(&self, element: &Element) -> Option<SystemVersion> {
        let digit = |child: &Element| leaf(child)?.trim().parse::<u8>().ok();
        let (mut major, mut minor, mut patch) = (None, None, None);
        let extra = self.children(element, &[], |local, child| match local {
            "majorVersion" => set(&mut major, digit(child), 0),
            "minorVersion" => set(&mut minor, digit(child), 1),
            "patchVersion" => set(&mut patch, digit(child), 2),
            _ => None,
        });
        (extra == Extra::default()).then_some(SystemVersion { major: major?, minor: minor?, patch: patch? })
    }

    fn clip_id(&self, element: &Element) -> Option<ClipId> {
        let (mut name, mut media) = (None, None);
        let extra = self.children(element, &[], |local, child| match local {
            "clipName" => set(&mut name, leaf(child), 0),
            "sequence" => set(&mut media, sequence(child), 1),
            "file" => set(&mut media, token(child).map(Media::File), 1),
            "uuid" => set(&mut media, token(child).map(Media::Uuid), 1),
            _ => None,
        });
        Some(ClipId { name: name?, media, line: element.line, extra })
    }

    fn pipeline(&self, element: &Element) -> Pipeline {
        let mut pipeline = Pipeline { line: element.line, ..Pipeline::default() };
        let (mut info, mut input, mut output, mut steps) = (None, None, None, vec![]);
        let extra = self.children(element, &[], |local, child| match local {
            "pipelineInfo" => set(&mut info, Some(self.info(child)), 0),
            "inputTransform" => set(&mut input, Some(self.transform(child)), 1),
            // An element without content, by the schema.
            "workingLocation" if child.children.is_empty() && child.attributes.is_empty() => {
                steps.push(Step::WorkingLocation(child.line));
                Some(2)
            }
            "lookTransform" => {
                steps.push(Step::Look(Box::new(self.transform(child))));
                Some(2)
            }
            "outputTransform" => set(&mut output, Some(self.transform(child)), 3),
            _ => None,
        });
        (pipeline.info, pipeline.system_version) = info.unwrap_or_default();
        Pipeline { input, steps, output, extra, ..pipeline }
    }

    /// Decides from the names of the children what the transform refers to. Where a file names more than it may, the ID
    /// is preferred to the file and the file to the UUID; the others become extras.
    fn kind(&self, element: &Element) -> Kind {
        let role = self.local(element);
        let has = |local: &str| element.elements().any(|e| self.local(e) == local && (local != "transformId" || leaf(e).is_some()));
        let cdl = || element.elements().filter(|e| matches!(self.local(e), "SOPNode" | "SatNode")).all(|e| self.node(e).is_some());
        match role {
            "inputTransform" if has("inverseOutputTransform") => Kind::InverseOutput,
            "inputTransform" if has("inverseOutputDeviceTransform") && has("inverseReferenceRenderingTransform") => Kind::InverseOutputPair,
            "outputTransform" if has("referenceRenderingTransform") && has("outputDeviceTransform") => Kind::OutputPair,
            "lookTransform" if has("ColorCorrectionRef") => Kind::CdlFile,
            "lookTransform" if (has("SOPNode") || has("SatNode")) && cdl() => Kind::CdlValues,
            _ if has("transformId") => Kind::TransformId,
            _ if has("file") => Kind::File,
            _ if has("uuid") => Kind::Uuid,
            _ => Kind::Missing,
        }
    }

    fn transform(&self, element: &Element) -> Transform {
        let kind = self.kind(element);
        let outer = matches!(self.local(element), "inputTransform" | "lookTransform" | "outputTransform");
        let applied = element.get("applied").and_then(boolean).filter(|_| outer);
        let understood: &[&str] = if applied.is_some() { &["applied"] } else { &[] };
        let mut transform = Transform { applied, line: element.line, ..Transform::default() };
        let (mut text, mut first, mut second, mut space) = (None, None, None, None);
        let (mut sop, mut sat, mut correction) = (None, None, None);
        let inner = |child: &Element| Some(Box::new(self.transform(child)));
        transform.extra = self.children(element, understood, |local, child| match local {
            "description" => set(&mut transform.description, leaf(child), 0),
            "hash" => set(&mut transform.hash, hash(child), 1),
            "transformId" if kind == Kind::TransformId => set(&mut text, token(child), 2),
            "file" if kind == Kind::File => set(&mut text, token(child), 2),
            "uuid" if kind == Kind::Uuid => set(&mut text, token(child), 2),
            "inverseOutputTransform" if kind == Kind::InverseOutput => set(&mut first, inner(child), 2),
            "inverseOutputDeviceTransform" if kind == Kind::InverseOutputPair => set(&mut first, inner(child), 2),
            "inverseReferenceRenderingTransform" if kind == Kind::InverseOutputPair => set(&mut second, inner(child), 3),
            "referenceRenderingTransform" if kind == Kind::OutputPair => set(&mut first, inner(child), 2),
            "outputDeviceTransform" if kind == Kind::OutputPair => set(&mut second, inner(child), 3),
            "cdlWorkingSpace" if matches!(kind, Kind::CdlValues | Kind::CdlFile) => set(&mut space, Some(self.working_space(child)), 2),
            "SOPNode" if kind == Kind::CdlValues => set(&mut sop, self.node(child).map(|n| (n, child.line)), 3),
            "SatNode" if kind == Kind::CdlValues => set(&mut sat, self.node(child), 4),
            "ColorCorrectionRef" if kind == Kind::CdlFile => set(&mut correction, correction_reference(child), 3),
            "file" if kind == Kind::CdlFile => set(&mut text, token(child), 4),
            _ => None,
        });
        transform.reference = match kind {
            Kind::Missing => Reference::Missing,
            Kind::TransformId => text.map_or(Reference::Missing, Reference::TransformId),
            Kind::File => text.map_or(Reference::Missing, Reference::File),
            Kind::Uuid => text.map_or(Reference::Missing, Reference::Uuid),
            Kind::InverseOutput => first.map_or(Reference::Missing, Reference::InverseOutput),
            Kind::InverseOutputPair => {
                Reference::InverseOutputPair { device: first.unwrap_or_default(), rendering: second.unwrap_or_default() }
            }
            Kind::OutputPair => Reference::OutputPair { rendering: first.unwrap_or_default(), device: second.unwrap_or_default() },
            Kind::CdlValues => {
                let identity = Cdl::default();
                let ((sop, line), sat) = (sop.unwrap_or_default(), sat.unwrap_or_default());
                let cdl = Cdl {
                    slope: sop.values.first().copied().unwrap_or(identity.slope),
                    offset: sop.values.get(1).copied().unwrap_or(identity.offset),
                    power: sop.values.get(2).copied().unwrap_or(identity.power),
                    saturation: sat.values.first().map_or(identity.saturation, |v| v[0]),
                    ..identity
                };
                let correction = Correction::Values { cdl, sop: sop.extra, sat: sat.extra, line };
                Reference::Cdl(Box::new(CdlLook { working_space: space, correction }))
            }
            Kind::CdlFile => {
                let (id, extra) = correction.unwrap_or_default();
                Reference::Cdl(Box::new(CdlLook { working_space: space, correction: Correction::File { id, file: text, extra } }))
            }
        };
        transform
    }

    fn working_space(&self, element: &Element) -> WorkingSpace {
        let (mut to, mut from) = (None, None);
        let extra = self.children(element, &[], |local, child| match local {
            "toCdlWorkingSpace" => set(&mut to, Some(self.transform(child)), 0),
            "fromCdlWorkingSpace" => set(&mut from, Some(self.transform(child)), 1),
            _ => None,
        });
        WorkingSpace { to, from, line: element.line, extra }
    }

    /// The numbers of a `SOPNode` or `SatNode`; `None` unless all of them are there and finite.
    fn node(&self, element: &Element) -> Option<CdlNode> {
        let names: &[&str] = if self.local(element) == "SOPNode" { &["Slope", "Offset", "Power"] } else { &["Saturation"] };
        let mut found = [None; 3];
        let mut sorter = Sorter::new(element, &[]);
        for node in &element.children {
            let rank = node.element().filter(|e| e.name.namespace == CDL).and_then(|child| {
                let i = names.iter().position(|n| *n == child.name.local)?;
                set(&mut found[i], numbers(&leaf(child)?, if names.len() == 1 { 1 } else { 3 }), i as u8)
            });
            sorter.file(node, rank);
        }
        let values = found[..names.len()].iter().copied().collect::<Option<_>>()?;
        Some(CdlNode { values, extra: sorter.finish() })
    }
}

#[derive(Default)]
struct CdlNode {
    values: Vec<[f64; 3]>,
    extra: Extra,
}

/// Exactly `count` (1 or 3) finite numbers; unused places are 0.
fn numbers(text: &str, count: usize) -> Option<[f64; 3]> {
    let mut values = [0.0; 3];
    let mut words = text.split_ascii_whitespace();
    for value in &mut values[..count] {
        *value = words.next()?.parse::<f64>().ok().filter(|v| v.is_finite())?;
    }
    words.next().is_none().then_some(values)
}

fn hash(element: &Element) -> Option<Hash> {
    Some(Hash { algorithm: element.get("algorithm")?.trim().to_owned(), text: token(element)?, line: element.line })
}

fn sequence(element: &Element) -> Option<Media> {
    let number = |name| element.get(name)?.trim().parse::<u64>().ok();
    Some(Media::Sequence { template: leaf(element)?, idx: element.get("idx")?.to_owned(), min: number("min")?, max: number("max")? })
}

/// The `ref` of a `ColorCorrectionRef`, and all its children.
fn correction_reference(element: &Element) -> Option<(String, Extra)> {
    let id = element.get("ref")?.to_owned();
    let mut sorter = Sorter::new(element, &["ref"]);
    element.children.iter().for_each(|node: &Node| sorter.file(node, None));
    Some((id, sorter.finish()))
}
