//! What an op does, in a line for people: the field's words and the op's numbers.

use super::{
    Cdl, CdlStyle, Lut1Domain, Op,
    ops::{
        Curve,
        curve::{CurveKind, Direction, Linear, Log, Negatives},
    },
    rgb::Mat3,
};

impl Op {
    /// The kind of op, a word or two.
    pub fn word(&self) -> String {
        let word = match self {
            Op::Matrix(_) => "matrix",
            Op::Range(_) => "range",
            Op::Curve(_) => "curve",
            Op::Cdl(_) => "CDL",
            Op::GamutCompression(_) => "gamut compression",
            Op::Ootf(_) => "HLG OOTF",
            Op::Lut1(_) => "1D LUT",
            Op::Lut3(_) => "3D LUT",
            Op::Sweeteners(_) => "ACES 1 sweeteners",
            Op::Glow(_) => "ACES 1 glow",
            Op::RedModifier(_) => "ACES 1 red modifier",
            Op::ToneScale(_) => "ACES 1 tone scale",
            Op::Surround(_) => "surround",
            Op::WhiteRolloff(_) => "white rolloff",
            Op::GradingRgbCurve(_) => "grading RGB curve",
            Op::Aces2Step(_) => "ACES 2 step",
            Op::Aces2(_) => "ACES 2",
            other => return spaced(&format!("{other:?}")),
        };
        word.to_owned()
    }

    /// The op's numbers in a line, rounded to seven digits.
    pub fn describe(&self) -> String {
        match self {
            Op::Matrix(m) => {
                let offset = if m.offset == [0.0; 3] { String::new() } else { format!(" + [{}]", list(&m.offset)) };
                format!("{}{offset}", rows(&m.m))
            }
            Op::Exposure(e) => format!("x {}", number(e.factor)),
            Op::ClippedHighlights(h) => format!("clipped channels lifted to the brightest, neutral [{}]", list(&h.neutral)),
            Op::Range(r) => {
                let mut parts = Vec::new();
                if (r.scale, r.offset) != (1.0, 0.0) {
                    parts.push(format!("x * {} + {}", number(r.scale), number(r.offset)));
                }
                match (r.low, r.high) {
                    (Some(low), Some(high)) => parts.push(format!("clamped to {}..{}", number(low), number(high))),
                    (Some(low), None) => parts.push(format!("not below {}", number(low))),
                    (None, Some(high)) => parts.push(format!("not above {}", number(high))),
                    (None, None) => {}
                }
                if parts.is_empty() { "as it is".into() } else { parts.join(", ") }
            }
            Op::Curve(curves) => {
                let [r, g, b] = curves.each_ref().map(curve);
                if r == g && g == b { r } else { format!("red {r}; green {g}; blue {b}") }
            }
            Op::Cdl(c) => cdl(c),
            Op::GamutCompression(c) => format!("ACES 1.3 reference gamut compression{}", undone(c.is_inverse())),
            Op::Ootf(o) => format!("luminance to the power {}", number(o.gamma)),
            Op::Lut1(l) => {
                let domain = match l.domain() {
                    Lut1Domain::Uniform => "entries over 0..1",
                    Lut1Domain::Half => "entries, one for each half float",
                };
                format!("{} {domain}{}", l.len(), undone(l.is_inverse()))
            }
            Op::Lut3(l) => {
                format!("{0}x{0}x{0} nodes, {1:?}{2}", l.lattice().size(), l.interpolation(), undone(l.is_inverse())).to_lowercase()
            }
            Op::Sweeteners(s) => format!("glow and red modifier{}", undone(s.inverse)),
            Op::Aces2(a) => format!("output transform to {} nit{}", number(a.peak()), undone(a.is_inverse())),
            other => {
                let text = format!("{other:?}");
                let inner = text.split_once('(').map_or("", |(_, inner)| inner.trim_end_matches(')'));
                inner.chars().take(MOST).collect()
            }
        }
    }
}

/// Characters of an op that has no words of its own.
const MOST: usize = 300;

/// The name of a variant in words: "GradingTone(...)" is "grading tone".
fn spaced(debug: &str) -> String {
    let name = debug.split('(').next().unwrap_or("");
    name.chars().fold(String::new(), |mut out, c| {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.push(c.to_ascii_lowercase());
        out
    })
}

fn undone(inverse: bool) -> &'static str {
    if inverse { ", undone" } else { "" }
}

fn cdl(c: &Cdl) -> String {
    let style = match c.style {
        CdlStyle::Asc => "clamped to 0..1",
        CdlStyle::NoClamp => "not clamped",
    };
    let (slope, offset, power) = (list(&c.slope), list(&c.offset), list(&c.power));
    format!("slope [{slope}] offset [{offset}] power [{power}] saturation {}, {style}{}", number(c.saturation), undone(c.inverse))
}

fn curve(curve: &Curve) -> String {
    let direction = match curve.direction {
        Direction::Decode => "code to light",
        Direction::Encode => "light to code",
    };
    format!("{}, {direction}", shape(&curve.kind))
}

/// The formula of a kind from code to light.
fn shape(kind: &CurveKind) -> String {
    match kind {
        CurveKind::Log(l) => format!("log, 2^{}", log(l)),
        CurveKind::TwoSided(t) => format!("log, 2^{}, below code {} 2^{}", log(&t.high), number(t.cut), log(&t.low)),
        CurveKind::AcesCc(_) => "ACEScc".into(),
        CurveKind::AppleLog(_) => "Apple Log".into(),
        CurveKind::NLog(_) => "N-Log, a cube below code 0.4418377, then an exponential".into(),
        CurveKind::Shoulder(s) => format!("shoulder above code 0.8, code 1 for {}", number(s.maximum)),
        CurveKind::FilmExposure(_) => "film density to exposure, 10 pieces and gamma 0.55".into(),
        CurveKind::Power(p) => format!("power {}{}", number(p.exponent), negatives(p.negatives)),
        CurveKind::MonCurve(m) => format!("power {} with offset {}{}", number(m.gamma), number(m.offset), negatives(m.negatives)),
        CurveKind::Pq(_) => "ST 2084 (PQ), 1.0 = 100 nit".into(),
        CurveKind::GammaLog(g) => format!("power {} below light {}, log above", number(g.power), number(g.break_point)),
        CurveKind::DoubleLog(d) => format!("logs up to light {} and from {}, a line between", number(d.breaks[0]), number(d.breaks[1])),
        CurveKind::Hlg(h) => format!("HLG, signal 1 = {}", number(h.white)),
    }
}

fn log(l: &Log) -> String {
    let line = match l.line {
        None => String::new(),
        Some(Linear { cut, slope, intercept, .. }) => {
            format!(", below code {} x * {} {}", number(cut), number(slope), signed(intercept))
        }
    };
    format!("(x * {} {}) * {} {}{line}", number(l.rate), signed(l.start), number(l.gain), signed(l.base))
}

fn negatives(negatives: Negatives) -> &'static str {
    match negatives {
        Negatives::Clamp => ", negatives to 0",
        Negatives::Mirror => ", negatives mirrored",
        Negatives::Pass => ", negatives passed",
    }
}

fn signed(x: f64) -> String {
    if x < 0.0 { format!("- {}", number(-x)) } else { format!("+ {}", number(x)) }
}

fn rows(m: &Mat3) -> String {
    format!("[{}]", m.each_ref().map(list).join("; "))
}

fn list(values: &[f64; 3]) -> String {
    values.map(number).join(" ")
}

/// Seven significant digits, without trailing zeros.
fn number(x: f64) -> String {
    let rounded: f64 = format!("{x:.6e}").parse().unwrap_or(x);
    if rounded != 0.0 && !(1e-5..1e9).contains(&rounded.abs()) { format!("{rounded:e}") } else { rounded.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::transform;

    #[test]
    fn numbers_have_seven_digits() {
        for (x, text) in [
            (0.1, "0.1"),
            (1.0 / 3.0, "0.3333333"),
            (-2.0, "-2"),
            (1e-9, "1e-9"),
            (0.0, "0"),
            (12345678.0, "12345680"),
            (2f64.powi(64), "1.844674e19"),
        ] {
            assert_eq!(number(x), text);
        }
    }

    #[test]
    fn ops_are_told_in_the_words_of_the_field() {
        let told = |spec: &str| -> Vec<String> {
            transform(spec, false).unwrap().iter().map(|op| format!("{}: {}", op.word(), op.describe())).collect()
        };
        assert_eq!(
            told("acescct-curve"),
            ["curve: log, 2^(x * 17.52 - 9.72) * 1 + 0, below code 0.1552511 x * 0.09487452 - 0.006916878, code to light"]
        );
        assert_eq!(
            told("rec709-bt1886")[0],
            "matrix: [3.24097 -1.537383 -0.4986108; -0.9692436 1.875968 0.04155506; 0.05563008 -0.203977 1.056972]"
        );
        assert_eq!(told("rec709-bt1886")[1], "curve: power 2.4, negatives to 0, light to code");
        let cdl = Op::Cdl(Cdl::new([1.1, 1.0, 0.9], [0.0; 3], [1.0; 3], 0.8, CdlStyle::Asc));
        assert_eq!(
            cdl.inverse().unwrap().describe(),
            "slope [1.1 1 0.9] offset [0 0 0] power [1 1 1] saturation 0.8, clamped to 0..1, undone"
        );
    }

    #[test]
    fn every_transform_can_be_told() {
        for row in crate::color::catalogue() {
            for op in row.ops() {
                let text = op.describe();
                assert!(!text.is_empty() && text.len() < 400 && !text.contains('\n'), "{}: {text}", row.name);
            }
        }
    }
}
