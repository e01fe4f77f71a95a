//! One op as the nodes of CLF that do the same.

mod curves;

use crate::{
    color::{Cdl, CdlStyle, HALF_DOMAIN, Interpolation, Lut1, Lut1Domain, Lut3, Matrix, Op, Range, rgb},
    error::{Error, Result},
    sidecar::{
        cdl::number,
        xml::{Element, Name, Node},
    },
};
use std::fmt::Write;

/// # Errors
/// The op, by name, and why CLF has no node for it.
pub(super) fn of(op: &Op) -> Result<Vec<Element>> {
    match op {
        Op::Matrix(m) => Ok(vec![matrix(m)]),
        Op::Exposure(e) => Ok(vec![matrix(&e.matrix())]),
        Op::Range(r) => Ok(range(r)),
        Op::Cdl(c) => Ok(vec![cdl(c)]),
        Op::Curve(curves) => curves::of(curves),
        Op::Lut1(l) => lut1d(l),
        Op::Lut3(l) => lut3d(l),
        other => Err(refused(name(other), "has no node in CLF")),
    }
}

fn refused(op: &str, why: &str) -> Error {
    Error::unsupported(format!("{op} {why}")).field("CLF")
}

/// What an op without a node is called.
fn name(op: &Op) -> &'static str {
    match op {
        Op::ClippedHighlights(_) => "the repair of clipped highlights",
        Op::GamutCompression(_) => "the reference gamut compression",
        Op::Ootf(_) => "the HLG OOTF",
        Op::Sweeteners(_) => "the glow and red modifier of ACES 1",
        Op::Glow(_) => "the ACES glow",
        Op::RedModifier(_) => "the ACES red modifier",
        Op::ToneScale(_) => "the tone scale of ACES 1",
        Op::Surround(_) => "a surround compensation",
        Op::WhiteRolloff(_) => "a white roll-off",
        Op::ExposureContrast(_) => "exposure and contrast",
        Op::GradingPrimary(_) => "a primary grade",
        Op::GradingTone(_) => "a tone grade",
        Op::GradingRgbCurve(_) => "an RGB curve grade",
        Op::GradingHueCurve(_) => "a hue curve grade",
        Op::Coordinates(_) => "a change of coordinates",
        Op::Aces2(_) => "the ACES 2 output transform",
        _ => "an op",
    }
}

/// A process node in floating point, which scales nothing.
fn node(name: &str) -> Element {
    Element::new(Name::new("", name, "")).attribute("inBitDepth", "32f").attribute("outBitDepth", "32f")
}

fn child(parent: &mut Element, element: Element) {
    parent.children.push(Node::Element(element));
}

fn text(name: &str, text: impl Into<String>) -> Element {
    Element::with_text(Name::new("", name, ""), text)
}

/// Rows of numbers, one a line.
fn array<const N: usize>(dim: &str, rows: impl Iterator<Item = [f64; N]>) -> Element {
    let mut body = String::from("\n");
    for row in rows {
        for (i, value) in row.iter().enumerate() {
            let space = if i == 0 { "" } else { " " };
            let _ = write!(body, "{space}{value:?}");
        }
        body.push('\n');
    }
    text("Array", body).attribute("dim", dim)
}

fn matrix(m: &Matrix) -> Element {
    let mut element = node("Matrix");
    let rows = [0, 1, 2].map(|i| (m.m[i], m.offset[i]));
    let array = if m.offset == [0.0; 3] {
        array("3 3", rows.iter().map(|r| r.0))
    } else {
        array("3 4", rows.iter().map(|([r, g, b], o)| [*r, *g, *b, *o]))
    };
    child(&mut element, array);
    element
}

/// Two bounds are one node. With one bound or none, what is moved is moved by a matrix first.
fn range(r: &Range) -> Vec<Element> {
    let moves = r.scale != 1.0 || r.offset != 0.0;
    let bound = |low: Option<(f64, f64)>, high: Option<(f64, f64)>| {
        let mut element = node("Range").attribute("style", "Clamp");
        for (name, value) in [
            ("minInValue", low.map(|l| l.0)),
            ("maxInValue", high.map(|h| h.0)),
            ("minOutValue", low.map(|l| l.1)),
            ("maxOutValue", high.map(|h| h.1)),
        ] {
            if let Some(value) = value {
                child(&mut element, text(name, number(value)));
            }
        }
        element
    };
    let back = |y: f64| ((y - r.offset) / r.scale, y);
    if let (Some(low), Some(high)) = (r.low, r.high)
        && r.scale > 0.0
        && low < high
    {
        return vec![bound(Some(back(low)), Some(back(high)))];
    }
    let mut nodes = vec![];
    if moves || (r.low.is_none() && r.high.is_none()) {
        nodes.push(matrix(&Matrix { m: rgb::diagonal([r.scale; 3]), offset: [r.offset; 3] }));
    }
    // Bounds on top of each other, or crossed: first the one, then the other, as the op has them.
    nodes.extend(r.low.map(|l| bound(Some((l, l)), None)));
    nodes.extend(r.high.map(|h| bound(None, Some((h, h)))));
    nodes
}

fn cdl(c: &Cdl) -> Element {
    let style = match (c.style, c.inverse) {
        (CdlStyle::Asc, false) => "Fwd",
        (CdlStyle::Asc, true) => "Rev",
        (CdlStyle::NoClamp, false) => "FwdNoClamp",
        (CdlStyle::NoClamp, true) => "RevNoClamp",
    };
    let list = |values: &[f64]| values.iter().map(|v| number(*v)).collect::<Vec<_>>().join(" ");
    let mut sop = Element::new(Name::new("", "SOPNode", ""));
    for (name, values) in [("Slope", c.slope), ("Offset", c.offset), ("Power", c.power)] {
        child(&mut sop, text(name, list(&values)));
    }
    let mut sat = Element::new(Name::new("", "SatNode", ""));
    child(&mut sat, text("Saturation", number(c.saturation)));
    let mut element = node("ASC_CDL").attribute("style", style);
    child(&mut element, sop);
    child(&mut element, sat);
    element
}

fn lut1d(l: &Lut1) -> Result<Vec<Element>> {
    if l.is_inverse() {
        return Err(refused("the inverse of a 1D table", "has no node in CLF"));
    }
    if l.hue_adjust() {
        return Err(refused("a 1D table that keeps hue", "has no node in CLF"));
    }
    let [r, g, b] = l.values();
    let mut element = node("LUT1D");
    if l.domain() == Lut1Domain::Half {
        debug_assert_eq!(l.len(), HALF_DOMAIN);
        element = element.attribute("halfDomain", "true");
    }
    let array = if r == g && r == b {
        array(&format!("{} 1", l.len()), r.iter().map(|v| [*v]))
    } else {
        array(&format!("{} 3", l.len()), r.iter().zip(g).zip(b).map(|((r, g), b)| [*r, *g, *b]))
    };
    child(&mut element, array);
    Ok(vec![element])
}

fn lut3d(l: &Lut3) -> Result<Vec<Element>> {
    if l.is_inverse() {
        return Err(refused("the inverse of a cube", "has no node in CLF"));
    }
    let interpolation = match l.interpolation() {
        Interpolation::Trilinear => "trilinear",
        Interpolation::Tetrahedral => "tetrahedral",
    };
    let size = l.lattice().size();
    let nodes: Vec<[f64; 3]> = l.lattice().values().collect();
    // Blue runs fastest in CLF.
    let at = |i: usize| nodes[i / (size * size) + (i / size % size) * size + (i % size) * size * size];
    let mut element = node("LUT3D").attribute("interpolation", interpolation);
    child(&mut element, array(&format!("{size} {size} {size} 3"), (0..nodes.len()).map(at)));
    Ok(vec![element])
}
