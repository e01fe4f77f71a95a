//! The process list: what stands around the nodes, and their order.

use super::{
    depth::BitDepth,
    family::Family,
    node::{Node, same_namespace, warning},
    version::{self, Format, Version},
};
use crate::{
    color::Op,
    error::{Error, Result},
    sidecar::{
        Diagnostic,
        lut::{self, LookFile},
        xml::{self, Element, Limits},
    },
};

/// What a document says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Info {
    /// The `id` attribute, or what the `Id` element of ST 2136-1 says.
    pub id: Option<String>,
    pub name: Option<String>,
    /// The document that this one undoes. Nothing is done about it.
    pub inverse_of: Option<String>,
    /// In order; of every language.
    pub descriptions: Vec<String>,
    /// What comes in, in the first language given.
    pub input_descriptor: Option<String>,
    /// What goes out, in the first language given.
    pub output_descriptor: Option<String>,
    /// The `Info` element as it stands: metadata of the standard and of any program.
    pub info: Option<Element>,
}

/// What a document may cost: a cube of 129 nodes takes about 60 MB of text.
const LIMITS: Limits = Limits { bytes: 256 << 20, depth: 32, nodes: 100_000, attributes: 64, attribute_bytes: 64 << 10 };
/// Bytes of the largest document.
pub(super) const MAX_BYTES: u64 = LIMITS.bytes;

/// Parses a document. `clf`: a document without any version is not taken for one of CTF 1.2.
///
/// # Errors
/// As [`super::parse`].
pub(super) fn parse(bytes: &[u8], clf: bool) -> Result<LookFile> {
    let document = xml::parse_with(bytes, &LIMITS)?;
    let root = &document.root;
    if !root.name.local.eq_ignore_ascii_case("ProcessList") {
        return Err(Error::invalid("not a ProcessList").value(format!("<{}>", root.name.local)).line(root.line.0));
    }
    let at_root = |error: Error| error.line(root.line.0);
    let version = Version::of(root).map_err(at_root)?;
    if clf && version.format == Format::Ctf && root.get("version").is_none() {
        return Err(at_root(Error::invalid("is missing").field("compCLFversion")));
    }
    let mut list = List { version, info: Info::default(), ops: vec![], findings: vec![], output: None };
    list.attributes(root)?;
    for element in root.elements() {
        list.element(root, element)?;
    }
    if list.output.is_none() {
        return Err(at_root(Error::invalid("has no process node").field("ProcessList")));
    }
    let format = match version.format {
        Format::Clf => lut::Format::Clf,
        Format::Ctf => lut::Format::Ctf,
    };
    Ok(LookFile {
        ops: list.ops,
        format,
        title: list.info.name.clone(),
        descriptions: list.info.descriptions.clone(),
        clf: Some(Box::new(list.info)),
        warnings: list.findings,
    })
}

struct List {
    version: Version,
    info: Info,
    ops: Vec<Op>,
    findings: Vec<Diagnostic>,
    /// The bit depth that the last node left.
    output: Option<BitDepth>,
}

impl List {
    fn attributes(&mut self, root: &Element) -> Result<()> {
        let text = |name: &str| root.get(name).map(str::to_owned);
        self.info.id = text("id");
        self.info.name = text("name");
        self.info.inverse_of = text("inverseOf");
        // ST 2136-1 made it optional, and CLF 3.0 was the first to require it.
        let required = self.version.format == Format::Clf && self.version.number >= (3, 0) && !self.version.smpte;
        match root.get("id").map(str::trim) {
            Some("") if self.version.format == Format::Clf => Err(Error::invalid("is empty").field("id").line(root.line.0)),
            None if required => Err(Error::invalid("is missing").field("id").line(root.line.0)),
            _ => Ok(()),
        }
    }

    fn element(&mut self, root: &Element, element: &Element) -> Result<()> {
        let depths = element.get("inBitDepth").is_some() || element.get("outBitDepth").is_some();
        if !same_namespace(root, element) {
            return self.unknown(element, depths);
        }
        match element.name.local.as_str() {
            "Description" => self.info.descriptions.push(element.text()),
            "InputDescriptor" => _ = self.info.input_descriptor.get_or_insert_with(|| element.text()),
            "OutputDescriptor" => _ = self.info.output_descriptor.get_or_insert_with(|| element.text()),
            "Id" => self.identifier(element),
            "Info" => self.metadata(element)?,
            _ => return self.node(element, depths),
        }
        Ok(())
    }

    /// Passes over an element with a warning (ST 2136-1 leaves the choice), unless it has bit depths: then it is a process
    /// node, without which the picture would be another.
    fn unknown(&mut self, element: &Element, depths: bool) -> Result<()> {
        if depths {
            return Err(Error::unsupported("not a process node that is known").field(&element.name.local).line(element.line.0));
        }
        let message = format!("<{}> is not known and was passed over", element.name.local);
        self.findings.push(warning("UNKNOWN_ELEMENT", message, element, "ProcessList"));
        Ok(())
    }

    /// The identifier of ST 2136-1: a URN of a UUID.
    fn identifier(&mut self, element: &Element) {
        let text = element.text();
        let text = text.trim();
        let uuid = text.strip_prefix("urn:uuid:").and_then(|u| uuid::Uuid::try_parse(u).ok());
        if uuid.is_none() {
            let message = format!("{text} is not urn:uuid: and a UUID");
            self.findings.push(warning("INVALID_ID", message, element, "ProcessList/Id"));
        }
        self.info.id = Some(text.to_owned());
    }

    /// CTF gave its metadata a version, and readers of version 2 do not take 3.
    fn metadata(&mut self, element: &Element) -> Result<()> {
        if let (Format::Ctf, Some(text)) = (self.version.format, element.get("version")) {
            let at = |error: Error| error.field("Info version").value(text).line(element.line.0);
            let number = version::parse(text).ok_or_else(|| at(Error::invalid("not a version number")))?;
            if number.0 > 2 {
                return Err(at(Error::unsupported("later than 2")));
            }
        }
        self.info.info.get_or_insert_with(|| element.clone());
        Ok(())
    }

    fn node(&mut self, element: &Element, depths: bool) -> Result<()> {
        let Some(family) = Family::named(&element.name.local, self.version.format) else { return self.unknown(element, depths) };
        let depth = |name: &str| {
            let text = element.get(name).ok_or_else(|| Error::invalid("is missing").field(name).line(element.line.0))?;
            BitDepth::parse(text).map_err(|e| e.field(name).line(element.line.0))
        };
        let (input, output) = (depth("inBitDepth")?, depth("outBitDepth")?);
        if self.output.is_some_and(|before| before != input) {
            let message = "is not the outBitDepth of the node before";
            return Err(Error::invalid(message).field("inBitDepth").value(element.get("inBitDepth").unwrap_or("")).line(element.line.0));
        }
        let node = Node { element, version: self.version, input, output };
        let ops = family.read(&node, &mut self.findings).map_err(|e| e.line(element.line.0))?;
        self.unknown_children(&node, family);
        self.ops.extend(ops);
        self.output = Some(output);
        Ok(())
    }

    fn unknown_children(&mut self, node: &Node, family: Family) {
        for child in node.element.elements() {
            if !family.has_child(&child.name.local) || !same_namespace(node.element, child) {
                let message = format!("<{}> in {} is not known and was passed over", child.name.local, node.name());
                self.findings.push(warning("UNKNOWN_ELEMENT", message, child, format!("ProcessList/{}", node.name())));
            }
        }
    }
}
