//! Unit and property tests of the reader and the writer.

use super::*;
use crate::{
    color::{
        Cdl, CdlStyle, Interpolation, Lattice, Lut1, Lut1Domain, Lut3, Matrix, Op, Range,
        curve::{Curve, Log, MonCurve, Negatives, Power, Pq},
        eval_f64, invert, transform,
    },
    sidecar::Level,
};
use proptest::prelude::*;

/// A process list around `nodes`.
fn clf(nodes: &str) -> String {
    format!("<ProcessList xmlns='urn:AMPAS:CLF:v3.0' compCLFversion='3.0' id='a'>\n{nodes}\n</ProcessList>")
}

fn ctf(nodes: &str) -> String {
    format!("<ProcessList version='2.0' id='a'>\n{nodes}\n</ProcessList>")
}

/// The opening and closing of a node without scaling, around `inside`.
fn node(name: &str, attributes: &str, inside: &str) -> String {
    format!("<{name} inBitDepth='32f' outBitDepth='32f' {attributes}>{inside}</{name}>")
}

fn ops(document: &str) -> Vec<Op> {
    parse(document.as_bytes()).unwrap_or_else(|e| panic!("{document}: {e}")).ops
}

#[test]
fn bit_depths_scale_and_do_nothing_else() {
    let matrix = "<Matrix inBitDepth='8i' outBitDepth='10i'><Array dim='3 4'>2 0 0 1023 0 2 0 0 0 0 2 0</Array></Matrix>";
    let [Op::Matrix(m)] = &ops(&clf(matrix))[..] else { panic!() };
    assert_eq!((m.m[0][0], m.offset), (2.0 * 255.0 / 1023.0, [1.0, 0.0, 0.0]));
    let lut = "<LUT1D inBitDepth='8i' outBitDepth='8i'><Array dim='2 1'>0 510</Array></LUT1D>";
    assert_eq!(eval_f64(&ops(&clf(lut)), [0.1234, 0.5, 2.0]), [0.2468, 1.0, 2.0]);
    let inverse = "<InverseLUT1D inBitDepth='8i' outBitDepth='32f'><Array dim='2 1'>0 510</Array></InverseLUT1D>";
    assert_eq!(eval_f64(&ops(&ctf(inverse)), [0.5, 1.0, 2.0]), [0.25, 0.5, 1.0]);
}

#[test]
fn blue_runs_fastest_in_a_document() {
    let array = "0 0 0  0 0 1  0 2 0  0 2 1  3 0 0  3 0 1  3 2 0  3 2 1";
    let lut = node("LUT3D", "interpolation='tetrahedral'", &format!("<Array dim='2 2 2 3'>{array}</Array>"));
    assert_eq!(eval_f64(&ops(&clf(&lut)), [0.5, 0.25, 1.0]), [1.5, 0.5, 1.0]);
}

#[test]
fn degenerate_mon_curves_are_lines() {
    let curve = |style: &str, exponent: f64, offset: f64| {
        ops(&clf(&node("Exponent", &format!("style='{style}'"), &format!("<ExponentParams exponent='{exponent}' offset='{offset}'/>"))))
    };
    assert_eq!(eval_f64(&curve("monCurveFwd", 1.0, 0.0), [-1.0, 0.5, 2.0]), [-1.0, 0.5, 2.0]);
    assert_eq!(eval_f64(&curve("monCurveFwd", 1.0, 0.25), [-1.0, 0.5, 2.0]), [-0.8, 0.4, 1.6]);
    assert_eq!(eval_f64(&curve("monCurveRev", 1.0, 0.25), [-0.8, 0.4, 1.6]), [-1.0, 0.5, 2.0]);
    assert_eq!(eval_f64(&curve("monCurveFwd", 2.0, 0.0), [-1.0, 0.5, 2.0]), [0.0, 0.25, 4.0]);
}

#[test]
fn errors_name_the_line_and_the_node() {
    let array = |dim: &str, values: &str| format!("<Array dim='{dim}'>{values}</Array>");
    for (document, named) in [
        (clf(&node("Matrix", "", &array("3 3", "1 2 3"))), "Array"),
        (clf(&node("Matrix", "", &array("2 2", "1 2 3 4"))), "dim"),
        (clf(&node("Matrix", "", &array("3 3", "1 0 0 0 inf 0 0 0 1"))), "Array"),
        (clf(&node("LUT1D", "", &array("99999999999 99999999999", "1"))), "dim"),
        (clf(&node("LUT3D", "", &array("400 400 400 3", "1"))), "dim"),
        (clf(&node("LUT1D", "interpolation='cubic'", &array("2 1", "0 1"))), "interpolation"),
        (clf(&node("Range", "", "<minInValue>0</minInValue>")), "Range"),
        (clf(&node("Range", "", "<minInValue>0</minInValue><minOutValue>0.5</minOutValue>")), "Range"),
        (clf(&node("Log", "style='cameraLinToLog'", "")), "Log"),
        (clf(&node("Log", "style='linToLog'", "<LogParams base='1'/>")), "base"),
        (clf(&node("Exponent", "style='basicFwd'", "")), "Exponent"),
        (clf(&node("Gamma", "style='basicFwd'", "<GammaParams gamma='2'/>")), "Gamma"),
        (clf(&node("NewNode", "", "")), "NewNode"),
        (clf("<other:Matrix xmlns:other='x' inBitDepth='32f' outBitDepth='32f'/>"), "Matrix"),
        (ctf(&node("Reference", "path='other.ctf'", "")), "Reference"),
    ] {
        let error = parse(document.as_bytes()).unwrap_err();
        assert_eq!(error.line_number(), Some(2), "{document}: {error}");
        assert!(error.to_string().contains(named), "{document}: {error}");
    }
}

#[test]
fn what_is_not_known_is_warned_of() {
    let matrix = node("Matrix", "", "<Array dim='3 3'>1 0 0 0 1 0 0 0 1</Array><Note/>");
    let look = parse(clf(&format!("<Note>text</Note>{matrix}")).as_bytes()).unwrap();
    let codes: Vec<_> = look.warnings.iter().map(|w| (w.level, w.code)).collect();
    assert_eq!(codes, [(Level::Warning, "UNKNOWN_ELEMENT"); 2]);
}

#[test]
fn what_clf_cannot_express_is_named() {
    let gamut = transform("reference-gamut-compression", false).unwrap();
    for (ops, named) in [
        (vec![Op::curve(Curve::encode(Pq))], "PQ"),
        (vec![Op::Lut1(Lut1::same(Lut1Domain::Uniform, vec![0.0, 1.0]).unwrap().inverse())], "1D table"),
        (gamut, "gamut"),
    ] {
        let error = write(&ops, &Info::default()).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
    // ARRI LogC4's straight part is the tangent of its curve.
    assert!(write(&transform("arri-logc4", false).unwrap(), &Info::default()).is_ok());
}

#[test]
fn an_empty_list_is_an_identity() {
    let text = write(&[], &Info::default()).unwrap();
    assert_eq!(ops(&text), [Op::Matrix(Matrix::IDENTITY)]);
    assert_eq!(write(&[], &Info::default()).unwrap(), text);
}

fn written() -> impl Strategy<Value = Op> {
    let number = -4.0..4.0f64;
    let three = |range: std::ops::Range<f64>| [range.clone(), range.clone(), range];
    let negatives = prop_oneof![Just(Negatives::Clamp), Just(Negatives::Mirror), Just(Negatives::Pass)];
    let way = |encode: bool, curve: Curve| if encode { curve.inverse() } else { curve };
    prop_oneof![
        (prop::array::uniform3(three(-4.0..4.0)), three(-1.0..1.0)).prop_map(|(m, offset)| Op::Matrix(Matrix { m, offset })),
        (0.1..4.0f64, number.clone(), prop::option::of(-2.0..0.0f64), prop::option::of(0.5..2.0f64))
            .prop_map(|(scale, offset, low, high)| Op::Range(Range { scale, offset, low, high })),
        (three(0.1..2.0), three(-0.5..0.5), three(0.2..3.0), 0.1..2.0f64, any::<[bool; 2]>()).prop_map(|(s, o, p, sat, [asc, inverse])| {
            let cdl = Cdl::new(s, o, p, sat, if asc { CdlStyle::Asc } else { CdlStyle::NoClamp });
            Op::Cdl(Cdl { inverse, ..cdl })
        }),
        (three(0.02..20.0), negatives.clone(), any::<bool>()).prop_map(move |(e, negatives, encode)| Op::curves(
            e.map(|exponent| way(encode, Curve::decode(Power { exponent, negatives })))
        )),
        (1.0..10.0f64, 0.0..0.9f64, negatives, any::<bool>()).prop_map(move |(gamma, offset, negatives, encode)| Op::curve(way(
            encode,
            Curve::decode(MonCurve { gamma, offset, negatives })
        ))),
        (three(0.1..20.0), 1.5..12.0f64, -4.0..4.0f64, any::<bool>()).prop_map(move |(rates, base, start, encode)| {
            Op::curves(rates.map(|rate| way(encode, Curve::decode(Log::to_base(base, rate, start, 0.9, 0.05)))))
        }),
        prop::collection::vec(-2.0..2.0f64, 2..9).prop_map(|v| Op::Lut1(Lut1::same(Lut1Domain::Uniform, v).unwrap())),
        prop::collection::vec(three(-1.0..2.0), 27)
            .prop_map(|v| Op::Lut3(Lut3::new(Lattice::new(3, &v).unwrap(), Interpolation::Tetrahedral))),
    ]
}

/// A document of every node, to be damaged.
const EVERY_NODE: &str = concat!(
    "<ProcessList version='1.7' id='a'><Description>d</Description><Info version='2.0'/>",
    "<Matrix inBitDepth='8i' outBitDepth='16f'><Array dim='4 5 4'>1 0 0 0 1 0 1 0 0 1 0 0 1 0 1 0 0 0 1 0</Array></Matrix>",
    "<LUT1D inBitDepth='16f' outBitDepth='10i'><IndexMap dim='2'>0.1@0 0.9@2</IndexMap><Array dim='3 1'>0 500 1023</Array></LUT1D>",
    "<InverseLUT3D inBitDepth='10i' outBitDepth='32f'><Array dim='2 2 2 3'>",
    "0 0 0 0 0 9 0 9 0 0 9 9 9 0 0 9 0 9 9 9 0 9 9 9</Array></InverseLUT3D>",
    "<Range inBitDepth='32f' outBitDepth='32f'><minInValue>0</minInValue><minOutValue>0</minOutValue></Range>",
    "<Log inBitDepth='32f' outBitDepth='32f' style='logToLin'>",
    "<LogParams gamma='0.6' refWhite='685' refBlack='95' highlight='1' shadow='0'/></Log>",
    "<Gamma inBitDepth='32f' outBitDepth='32f' style='moncurveRev'><GammaParams gamma='2.4' offset='0.055'/></Gamma>",
    "<ASC_CDL inBitDepth='32f' outBitDepth='32f' style='Rev'><SOPNode><Slope>1 1 1</Slope><Offset>0 0 0</Offset>",
    "<Power>1 2 1</Power></SOPNode><SatNode><Saturation>0.5</Saturation></SatNode></ASC_CDL>",
    "<ExposureContrast inBitDepth='32f' outBitDepth='32f' style='log'><ECParams exposure='1' contrast='1.1' pivot='0.2'/></ExposureContrast>",
    "<FixedFunction inBitDepth='32f' outBitDepth='32f' style='Rec2100SurroundFwd' params='0.8'/>",
    "<GradingPrimary inBitDepth='32f' outBitDepth='32f' style='linearRev'><Contrast rgb='1 1 1.2' master='1'/></GradingPrimary>",
    "<GradingTone inBitDepth='32f' outBitDepth='32f' style='log'><Blacks rgb='1 1 1.2' master='1' start='0.4' width='0.4'/></GradingTone>",
    "<GradingRGBCurve inBitDepth='32f' outBitDepth='32f' style='video'><Red><ControlPoints>0 0 0.5 0.6 1 1</ControlPoints></Red>",
    "</GradingRGBCurve><GradingHueCurve inBitDepth='32f' outBitDepth='32f' style='log'><HueSat><ControlPoints>",
    "0 1 0.2 0.7 0.4 1.5</ControlPoints></HueSat></GradingHueCurve></ProcessList>",
);

#[test]
fn every_node_is_read() {
    let look = parse(EVERY_NODE.as_bytes()).unwrap();
    // The index map is an op of its own.
    assert_eq!(look.ops.len(), 14);
    assert!(eval_f64(&look.ops, [0.2, 0.3, 0.4]).iter().all(|v| v.is_finite()));
}

proptest! {
    #[test]
    fn what_is_written_reads_back(op in written(), px in prop::array::uniform3(-2.0..4.0f64)) {
        let list = [op];
        let text = write(&list, &Info::default()).unwrap();
        let (got, want) = (eval_f64(&ops(&text), px), eval_f64(&list, px));
        for c in 0..3 {
            // Numbers are written whole; a range or a logarithm is put together again of others, and is steep where it begins.
            prop_assert!((got[c] - want[c]).abs() <= 1e-8 * want[c].abs().max(1.0), "{:?} not {:?}\n{}", got, want, text);
        }
    }

    #[test]
    fn bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn damaged_documents_do_not_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), "[-0-9.@<>/'a-zA-Z =]{0,6}", 0..12usize), 1..5),
        px in prop::array::uniform3(-2.0..4.0f64),
    ) {
        let mut text = EVERY_NODE.to_owned();
        for (at, put, cut) in edits {
            let at = at.index(text.len());
            let end = (at + cut).min(text.len());
            text.replace_range(at..end, &put);
        }
        if let Ok(look) = parse(text.as_bytes()) {
            let forward = eval_f64(&look.ops, px);
            prop_assert!(forward.iter().all(|v| !v.is_nan()), "{:?}\n{}", forward, text);
            let _ = invert(&look.ops).map(|back| eval_f64(&back, px));
            let _ = look.clf.map(|info| write(&look.ops, &info));
        }
    }
}
