//! The published golden vectors of the parts of the algorithm, in floats and in fractions.

use super::*;
use crate::{framing::fraction::Fraction, framing::template::Mode};
use serde_json::Value;

#[path = "../../../tests/conformance/corpus.rs"]
mod corpus;

fn vectors(name: &str) -> Option<Value> {
    let path = corpus::corpus(&format!("standards/fdl/vectors/{name}_vectors.json"))?;
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

fn real<T: Real>(v: &Value) -> T {
    T::from_exact(&Fraction::shortest(v.as_f64().unwrap()).unwrap())
}

/// Upstream's tolerance.
fn close<T: Real>(ours: &T, expected: &Value) -> bool {
    let expected = expected.as_f64().unwrap();
    (ours.to_f64() - expected).abs() <= (1e-9 * expected.abs()).max(1e-6)
}

fn pair<T: Real>(v: &Value, names: [&str; 2]) -> [T; 2] {
    names.map(|n| real(&v[n]))
}

const SIZE: [&str; 2] = ["width", "height"];
const POINT: [&str; 2] = ["x", "y"];

fn rounding<T: Real>(all: &Value) {
    for v in all["vectors"].as_array().unwrap() {
        let even = Even::ALL.iter().find(|e| e.word() == v["params"]["even"]).unwrap();
        let mode = RoundMode::ALL.iter().find(|m| m.word() == v["params"]["mode"]).unwrap();
        let ours = real::<T>(&v["input"]["value"]).to_grid(*even, *mode);
        assert_eq!(ours.to_f64(), v["expected"].as_f64().unwrap(), "{v}");
    }
}

#[test]
fn rounding_vectors() {
    let Some(all) = vectors("rounding/rounding") else { return };
    assert_eq!(all["vectors"].as_array().unwrap().len(), 156);
    rounding::<f64>(&all);
    rounding::<Fraction>(&all);
}

/// Desqueezing and scaling of sizes and points, which is one step here.
fn scaling<T: Real>(all: &Value, names: [&str; 2]) -> usize {
    let mut done = 0;
    for v in all["vectors"].as_array().unwrap() {
        let param = |name: &str| v["params"].get(name).map_or(T::whole(1), real);
        let (from, to) = match v["op"].as_str().unwrap() {
            "normalize" => (param("squeeze"), T::whole(1)),
            "scale" | "normalize_and_scale" => (param("input_squeeze"), param("target_squeeze")),
            _ => continue,
        };
        for ratio in [false, true] {
            let scaling = Scaling { n: param("scale_factor"), d: T::whole(1), ratio, from: from.clone(), to: to.clone() };
            let ours = scaling.both(&pair(&v["input"], names)).unwrap();
            assert!((0..2).all(|k| close(&ours[k], &v["expected"][names[k]])), "{v}");
        }
        done += 1;
    }
    done
}

#[test]
fn scaling_vectors() {
    let (Some(sizes), Some(points)) = (vectors("value_types/dimensions_math"), vectors("value_types/point_math")) else { return };
    assert_eq!((scaling::<f64>(&sizes, SIZE), scaling::<Fraction>(&sizes, SIZE)), (55, 55));
    assert_eq!((scaling::<f64>(&points, POINT), scaling::<Fraction>(&points, POINT)), (30, 30));
}

fn pipeline<T: Real>(all: &Value, rules: &Rules) {
    let list = |name: &str| all[name].as_array().unwrap().iter();
    let empty = || [T::zero(), T::zero()];
    for v in list("scale_factor") {
        let method = FitMethod::ALL.iter().find(|m| m.word() == v["fit_method"]).unwrap();
        let fit = Rect { size: pair(&v["fit_norm"], SIZE), at: empty() };
        let one = T::whole(1);
        let scaling = Scaling::new(&fit, &one, &pair(&v["target_norm"], SIZE), &one, *method, rules).unwrap();
        assert!(close(&scaling.one(&one).unwrap(), &v["expected"]), "{v}");
    }
    for v in list("output_size") {
        let maximum = real(&v["max_size"]);
        let ours = output_size(&real::<T>(&v["canvas_size"]), (v["has_max"] == true).then_some(&maximum), v["pad_to_max"] == true);
        assert!(close(&ours, &v["expected"]), "{v}");
    }
    for v in list("alignment_shift") {
        let number = |name: &str| real::<T>(&v[name]);
        let fit = Rect { size: [number("fit_size"), T::zero()], at: [number("fit_anchor"), T::zero()] };
        let sizes = (&number("canvas_size"), &number("output_size"), &number("target_size"));
        let halves = (v["align_factor"].as_f64().unwrap() * 2.0) as u32;
        assert!(close(&alignment_shift(&fit, 0, sizes, halves, v["pad_to_max"] == true), &v["expected"]), "{v}");
    }
    for v in list("clamp_to_dims") {
        let mut inner = [Some(Rect { size: pair(&v["dims"], SIZE), at: empty() }), None, None];
        nest(&mut inner, &pair::<T>(&v["clamp_dims"], SIZE));
        let ours = inner[0].clone().unwrap().size;
        assert!((0..2).all(|k| close(&ours[k], &v["expected_dims"][SIZE[k]])), "{v}");
    }
}

#[test]
fn pipeline_vectors() {
    let Some(all) = vectors("pipeline/pipeline") else { return };
    for mode in Mode::ALL {
        pipeline::<f64>(&all, &mode.rules());
    }
    pipeline::<Fraction>(&all, &Mode::Exact.rules());
}

/// Layers scaled together, and shifted with what leaves the canvas on the left and on top taken to 0.
#[test]
fn geometry_vectors() {
    let Some(all) = vectors("geometry/geometry") else { return };
    let layers = ["canvas", "effective", "protection", "framing"];
    for v in all["normalize_and_scale"].as_array().unwrap() {
        let number = |name: &str| real::<Fraction>(&v[name]);
        let scaling = Scaling {
            n: number("scale_factor"),
            d: Fraction::one(),
            ratio: true,
            from: number("source_squeeze"),
            to: number("target_squeeze"),
        };
        for layer in layers {
            for (member, names) in [(format!("{layer}_dims"), SIZE), (format!("{layer}_anchor"), POINT)] {
                let Some(before) = v["input"].get(&member) else { continue };
                let ours = scaling.both(&pair(before, names)).unwrap();
                assert!((0..2).all(|k| close(&ours[k], &v["expected"][&member][names[k]])), "{v}");
            }
        }
    }
    for v in all["apply_offset"].as_array().unwrap() {
        let shift: [f64; 2] = pair(&v["offset"], POINT);
        for layer in &layers[1..] {
            let anchor = format!("{layer}_anchor");
            let rect = Rect { size: pair(&v["input"][format!("{layer}_dims")], SIZE), at: pair(&v["input"][&anchor], POINT) };
            let ours = visible(rect, &shift, &[1e9, 1e9]);
            assert!((0..2).all(|k| close(&ours.at[k], &v["expected_geometry"][&anchor][POINT[k]])), "{layer} {v}");
        }
    }
}
