//! ASC CDL files: `.cc`, `.ccc`, `.cdl`, read with the tolerance the field needs, written by the schema 1.01.

use crate::{
    error::{Error, InFile, Result},
    sidecar::{
        Level,
        xml::{self, Document, Element, Limits, Name},
    },
};
use std::path::Path;

/// Namespace of the ASC CDL schema 1.01.
pub const NAMESPACE: &str = "urn:ASC:CDL:v1.01";

/// One ASC CDL correction (ASC CDL v1.2): `(in * slope + offset) ^ power`, then saturation around Rec. 709 luma.
#[derive(Clone, Debug, PartialEq)]
pub struct Cdl {
    pub id: Option<String>,
    /// R, G, B; at least 0.
    pub slope: [f64; 3],
    /// R, G, B.
    pub offset: [f64; 3],
    /// R, G, B; above 0.
    pub power: [f64; 3],
    /// At least 0.
    pub saturation: f64,
    /// Every description of the correction and its nodes, one a line.
    pub description: Option<String>,
}

impl Default for Cdl {
    /// The identity.
    fn default() -> Self {
        Self { id: None, slope: [1.0; 3], offset: [0.0; 3], power: [1.0; 3], saturation: 1.0, description: None }
    }
}

/// A number outside the range of the ASC CDL (an error), or outside what grading produces (a warning).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub level: Level,
    pub message: String,
}

impl Cdl {
    /// Whether it changes nothing.
    pub fn is_identity(&self) -> bool {
        self.slope == [1.0; 3] && self.offset == [0.0; 3] && self.power == [1.0; 3] && self.saturation == 1.0
    }

    /// Every number out of range: slope below 0, power not above 0, saturation below 0, anything not finite; and unusual
    /// ones: slope or power above 5, offset beyond 5, saturation above 2 (the bounds of aces-amf-lib).
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = vec![];
        let mut check = |name: &str, value: f64, legal: bool, usual: bool| {
            let level = match (legal && value.is_finite(), usual) {
                (false, _) => Level::Error,
                (true, false) => Level::Warning,
                (true, true) => return,
            };
            let what = if level == Level::Error { "is out of range" } else { "is unusual" };
            found.push(Finding { level, message: format!("{name} {value} {what}") });
        };
        for (i, channel) in ["red", "green", "blue"].iter().enumerate() {
            let (slope, offset, power) = (self.slope[i], self.offset[i], self.power[i]);
            check(&format!("{channel} slope"), slope, slope >= 0.0, slope <= 5.0);
            check(&format!("{channel} offset"), offset, true, offset.abs() <= 5.0);
            check(&format!("{channel} power"), power, power > 0.0, power <= 5.0);
        }
        check("saturation", self.saturation, self.saturation >= 0.0, self.saturation <= 2.0);
        found
    }

    /// # Errors
    /// The first number that the ASC CDL does not allow.
    pub fn validate(&self) -> Result<()> {
        match self.findings().into_iter().find(|f| f.level == Level::Error) {
            Some(finding) => Err(Error::invalid(finding.message).field("CDL")),
            None => Ok(()),
        }
    }
}

/// The extensions of files of corrections.
pub const EXTENSIONS: [&str; 3] = ["cc", "ccc", "cdl"];

/// Whether a file holds CDL corrections, by its extension in any letter case.
pub fn is_cdl_file(path: &Path) -> bool {
    path.extension().is_some_and(|e| EXTENSIONS.iter().any(|known| e.eq_ignore_ascii_case(known)))
}

/// Reads all corrections of a `.cc`, `.ccc` or `.cdl` file, in order.
pub fn read(path: &Path) -> Result<Vec<Cdl>> {
    parse(&read_bytes(path)?).in_file(path)
}

/// The bytes of a regular file of no more than such a file has.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    xml::read_bytes(path, Limits::default().bytes)
}

/// Parses all corrections of a document, whichever of the three kinds it is.
///
/// Taken as they come: no namespace, `ASC_SOP` and `ASC_SAT`, `SATNode`, a missing SOP or saturation node (identity), a
/// missing or empty id, unknown elements. Ranges are not judged; see [`Cdl::validate`].
///
/// # Errors
/// Not such a document, no correction in it, or numbers that are missing, too many or unreadable; with the line.
pub fn parse(bytes: &[u8]) -> Result<Vec<Cdl>> {
    let document = xml::parse(bytes)?;
    let root = &document.root;
    let corrections: Vec<&Element> = match root.name.local.as_str() {
        "ColorCorrection" => vec![root],
        "ColorCorrectionCollection" => named(root, "ColorCorrection").collect(),
        "ColorDecisionList" => named(root, "ColorDecision").flat_map(|d| named(d, "ColorCorrection")).collect(),
        other => return Err(Error::invalid("not a CDL document").value(format!("<{other}>")).line(root.line.0)),
    };
    if corrections.is_empty() {
        return Err(Error::invalid("no ColorCorrection in the document").line(root.line.0));
    }
    corrections.into_iter().map(correction).collect()
}

fn known(element: &Element) -> bool {
    element.name.namespace.is_empty() || element.name.namespace == NAMESPACE
}

fn named<'a>(parent: &'a Element, local: &'a str) -> impl Iterator<Item = &'a Element> {
    parent.elements().filter(move |e| known(e) && e.name.local == local)
}

fn correction(element: &Element) -> Result<Cdl> {
    let mut cdl = Cdl { id: element.get("id").filter(|id| !id.is_empty()).map(str::to_owned), ..Cdl::default() };
    let mut descriptions: Vec<String> = named(element, "Description").map(Element::text).collect();
    let (mut sop_seen, mut sat_seen) = (false, false);
    for node in element.elements().filter(|e| known(e)) {
        let twice = match node.name.local.as_str() {
            "SOPNode" | "ASC_SOP" => {
                [cdl.slope] = values(node, "Slope")?;
                [cdl.offset] = values(node, "Offset")?;
                [cdl.power] = values(node, "Power")?;
                std::mem::replace(&mut sop_seen, true)
            }
            "SatNode" | "SATNode" | "ASC_SAT" => {
                [[cdl.saturation]] = values(node, "Saturation")?;
                std::mem::replace(&mut sat_seen, true)
            }
            _ => continue,
        };
        if twice {
            return Err(Error::invalid("twice in one correction").field(&node.name.local).line(node.line.0));
        }
        descriptions.extend(named(node, "Description").map(Element::text));
    }
    if !sop_seen && !sat_seen {
        return Err(Error::invalid("neither SOPNode nor SatNode").field("ColorCorrection").line(element.line.0));
    }
    descriptions.retain(|d| !d.trim().is_empty());
    cdl.description = (!descriptions.is_empty()).then(|| descriptions.join("\n"));
    Ok(cdl)
}

/// The numbers of the one child `local`.
fn values<const N: usize>(node: &Element, local: &str) -> Result<[[f64; N]; 1]> {
    let at = |element: &Element, message: &str| Error::invalid(message).field(local).line(element.line.0);
    let mut children = named(node, local);
    let child = children.next().ok_or_else(|| at(node, "is missing"))?;
    if children.next().is_some() {
        return Err(at(node, "is there twice"));
    }
    let text = child.text();
    let numbers = parse_numbers(&text).ok_or_else(|| at(child, "not a list of finite numbers").value(text.trim()))?;
    let count = numbers.len();
    Ok([numbers.try_into().map_err(|_| at(child, &format!("{count} numbers instead of {N}")).value(text.trim()))?])
}

/// Finite numbers between white space.
pub(in crate::sidecar) fn parse_numbers(text: &str) -> Option<Vec<f64>> {
    text.split_ascii_whitespace().map(|w| w.parse::<f64>().ok().filter(|v| v.is_finite())).collect()
}

/// The shortest text that reads back as the same number.
pub(in crate::sidecar) fn number(value: f64) -> String {
    format!("{value:?}")
}

/// Writes one correction as a `.cc` document. The schema requires an id: without one, an empty one is written.
pub fn write_cc(cdl: &Cdl) -> String {
    xml::write(&Document { prolog: vec![], root: element(cdl), epilog: vec![] })
}

/// Writes corrections as a `.ccc` document.
pub fn write_ccc(cdls: &[Cdl]) -> String {
    let mut root = Element::new(name("ColorCorrectionCollection"));
    root.children = cdls.iter().map(|c| xml::Node::Element(element(c))).collect();
    xml::write(&Document { prolog: vec![], root, epilog: vec![] })
}

/// Writes corrections as a `.cdl` document, one decision each.
pub fn write_cdl(cdls: &[Cdl]) -> String {
    let decision = |cdl| {
        let mut decision = Element::new(name("ColorDecision"));
        decision.children.push(xml::Node::Element(element(cdl)));
        xml::Node::Element(decision)
    };
    let mut root = Element::new(name("ColorDecisionList"));
    root.children = cdls.iter().map(decision).collect();
    xml::write(&Document { prolog: vec![], root, epilog: vec![] })
}

fn name(local: &str) -> Name {
    Name::new("", local, NAMESPACE)
}

fn element(cdl: &Cdl) -> Element {
    let list = |local, values: &[f64]| {
        let text: Vec<_> = values.iter().map(|v| number(*v)).collect();
        xml::Node::Element(Element::with_text(name(local), text.join(" ")))
    };
    let mut sop = Element::new(name("SOPNode"));
    sop.children = vec![list("Slope", &cdl.slope), list("Offset", &cdl.offset), list("Power", &cdl.power)];
    let mut sat = Element::new(name("SatNode"));
    sat.children = vec![list("Saturation", &[cdl.saturation])];
    let mut root = Element::new(name("ColorCorrection")).attribute("id", cdl.id.as_deref().unwrap_or(""));
    root.children.extend(cdl.description.iter().map(|d| xml::Node::Element(Element::with_text(name("Description"), d))));
    root.children.extend([sop, sat].map(xml::Node::Element));
    root
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn errors_name_the_line() {
        let wrap = |inside: &str| format!("<ColorCorrection>\n{inside}\n</ColorCorrection>");
        for (text, line) in [
            ("<a/>".to_owned(), 1),
            ("<ColorCorrectionCollection/>".to_owned(), 1),
            ("<ColorCorrection xmlns='other'/>".to_owned(), 1),
            (wrap(""), 1),
            (wrap("<SOPNode><Slope>1 1 1</Slope><Offset>0 0 0</Offset></SOPNode>"), 2),
            (wrap("<SatNode>\n<Saturation>1 2</Saturation></SatNode>"), 3),
            (wrap("<SatNode>\n<Saturation>inf</Saturation></SatNode>"), 3),
            (wrap("<SatNode>\n<Saturation/></SatNode>"), 3),
            (wrap("<SatNode><Saturation>1</Saturation></SatNode>\n<SATNode><Saturation>1</Saturation></SATNode>"), 3),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert_eq!((error.line_number(), error.exit_code()), (Some(line), 10), "{text}: {error}");
        }
    }

    #[test]
    fn ranges_are_those_of_the_standard() {
        let bad = [
            Cdl { slope: [1.0, -0.1, 1.0], ..Cdl::default() },
            Cdl { power: [0.0, 1.0, 1.0], ..Cdl::default() },
            Cdl { saturation: -0.1, ..Cdl::default() },
            Cdl { offset: [f64::NAN, 0.0, 0.0], ..Cdl::default() },
        ];
        assert!(bad.iter().all(|c| c.validate().is_err()));
        let unusual = Cdl { slope: [0.0, 6.0, 1.0], offset: [-6.0, 0.0, 0.0], ..Cdl::default() };
        assert!(unusual.validate().is_ok());
        assert_eq!(unusual.findings().len(), 2);
        assert!(Cdl::default().is_identity() && Cdl::default().findings().is_empty());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            id in prop::option::of("[a-zA-Z0-9 <&\"]{1,8}"),
            [slope, offset, power] in any::<[[f64; 3]; 3]>(),
            saturation in any::<f64>(),
            description in prop::option::of("[a-z<&>]{1,9}"),
        ) {
            prop_assume!(slope.iter().chain(&offset).chain(&power).chain([&saturation]).all(|v| v.is_finite()));
            let cdl = Cdl { id, slope, offset, power, saturation, description };
            prop_assert_eq!(parse(write_cc(&cdl).as_bytes()).unwrap(), vec![cdl.clone()]);
            prop_assert_eq!(parse(write_cdl(&[cdl.clone(), Cdl::default()]).as_bytes()).unwrap(), vec![cdl, Cdl::default()]);
        }
    }
}
