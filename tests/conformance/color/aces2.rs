//! ACES 2: tables, stages, all 31 transforms to XYZ, and end to end.

use super::{
    gates::{absolute, relative, worst},
    golden::{Golden, group},
};
use prelight::color::{Aces2, Op, eval_f64, rgb, transform};
use serde_json::Value;

fn limiting(name: &str) -> rgb::Chromaticities {
    match name {
        "REC709" => rgb::REC709,
        "P3-D65" => rgb::P3_D65,
        "REC2020" => rgb::REC2020,
        other => panic!("{other}"),
    }
}

fn aces2(meta: &Value) -> Aces2 {
    Aces2::new(meta["peak"].as_f64().unwrap(), &limiting(meta["limiting"].as_str().unwrap())).unwrap()
}

// The reference prints nine digits.
#[test]
fn tables_are_those_of_the_reference() {
    for name in ["rec709_100", "p3-d65_100", "p3-d65_1000", "rec2020_1000", "rec2020_4000", "rec2020_10000"] {
        let Some(path) = crate::corpus(&format!("colour/aces2_tables/{name}.json")) else { return };
        let json: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let tables = &aces2(&json).parameters().tables.clone();
        for (column, got) in [
            ("reach_M", &tables.reach_m),
            ("hue", &tables.hue),
            ("cusp_J", &tables.cusp_j),
            ("cusp_M", &tables.cusp_m),
            ("upper_hull_gamma_inv", &tables.upper_gamma),
        ] {
            let want: Vec<f64> = json[column].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
            assert_eq!(got.len(), want.len(), "{name} {column}");
            for (i, (g, w)) in got.iter().zip(&want).enumerate() {
                assert!((g - w).abs() <= 1e-8 * w.abs().max(1.0), "{name} {column}[{i}]: {g}, not {w}");
            }
        }
    }
}

#[test]
fn stages_are_those_of_the_reference() {
    for file in group("aces2_stages") {
        let case = Golden::open(&file).unwrap();
        let op = aces2(&case.meta);
        let want = case.column("ref").unwrap();
        let stage = case.meta["stage"].as_str().unwrap();
        for (px, want) in case.input.iter().zip(want) {
            let stages = op.stages(px.map(f64::from));
            let (mut got, mut want) = match stage {
                "clamped" => (stages.clamped, *want),
                "jmh" => (stages.jmh, *want),
                "tonemapped" => (stages.tonemapped, *want),
                _ => (stages.compressed, *want),
            };
            // Where there is no colour, hue is noise.
            if stage != "clamped" && want[1].abs() < 1e-6 {
                (got[2], want[2]) = (0.0, 0.0);
            }
            // Hue comes as 0 or 360.
            if stage != "clamped" && (got[2] - want[2]).abs() > 359.0 {
                got[2] = want[2];
            }
            for i in 0..3 {
                assert!((got[i] - want[i]).abs() <= 1e-8 * want[i].abs().max(1.0), "{file} {px:?}: {got:?}, not {want:?}");
            }
        }
    }
}

/// Error in units of the peak.
fn of_peak(peak: f64) -> impl Fn([f64; 3], [f64; 3]) -> f64 {
    move |got, want| absolute(got, want) * 100.0 / peak
}

#[test]
fn outputs_match() {
    for file in group("aces2_output") {
        let case = Golden::open(&file).unwrap();
        let ops = transform(case.meta["transform"].as_str().unwrap(), false).unwrap_or_else(|e| panic!("{file}: {e}"));
        let want = case.column("ref").unwrap();
        let peak = case.meta["peak"].as_f64().unwrap();
        let exact = worst(&case.exact(&ops), want, of_peak(peak));
        assert!(exact.error < 2e-9, "{file}: f64 {exact:?} {:?}", case.input[exact.sample]);
        let fast = worst(&case.fast(&ops), want, of_peak(peak));
        eprintln!("{file}: cpu max {:.1e} p99 {:.1e}", fast.error, fast.p99);
        assert!(fast.error <= 1e-5 && fast.p99 <= 2e-6, "{file}: cpu {fast:?} {:?}", case.input[fast.sample]);
    }
}

#[test]
fn outputs_invert() {
    for file in group("aces2_output_inverse") {
        let case = Golden::open(&file).unwrap();
        let spec = case.meta["transform"].as_str().unwrap().trim_start_matches("inverse ");
        let (there, back) = (transform(spec, true).unwrap(), transform(spec, false).unwrap());
        let value = worst(&case.exact(&there), case.column("ref").unwrap(), relative);
        assert!(value.error < 1e-10, "{file}: f64 {value:?} {:?}", case.input[value.sample]);
        // Dark saturated colours near the gamut's edge magnify the input's own rounding.
        let fast = worst(&case.fast(&there), &case.exact(&there), relative);
        assert!(fast.error < 1e-3 && fast.p99 < 1e-4, "{file}: cpu {fast:?} {:?}", case.input[fast.sample]);

        // Neutral to moderately saturated light comes back; at the edge the forward transform is many to one.
        let light: Vec<[f64; 3]> = case.input.iter().map(|px| px.map(f64::from)).collect();
        let round: Vec<[f64; 3]> = case.exact(&there).iter().map(|px| eval_f64(&back, *px)).collect();
        let peak = case.meta["peak"].as_f64().unwrap();
        let mut errors: Vec<f64> = round.iter().zip(&light).map(|(a, b)| of_peak(peak)(*a, *b)).collect();
        errors.sort_by(f64::total_cmp);
        let most = errors[errors.len() * 9 / 10];
        assert!(most < 2e-6, "{file}: one in ten is off by {most:.1e} after the round trip");
    }
}

/// The kernels are nearer to the maths than OpenColorIO's are, at the worst sample of every output. (Not so at every sample of the
/// inverses: at the display's peak one step of the f32 that goes in is worth 1e-4 of the light that comes out.)
#[test]
fn kernels_err_less_than_opencolorios() {
    for file in group("aces2_output") {
        let case = Golden::open(&file).unwrap();
        let ops = transform(case.meta["transform"].as_str().unwrap(), false).unwrap();
        let ours = worst(&case.fast(&ops), &case.exact(&ops), absolute);
        let peer = worst(case.column("ocio").unwrap(), case.column("ref").unwrap(), absolute);
        assert!(ours.error < peer.error, "{file}: {:.1e}, OpenColorIO {:.1e}", ours.error, peer.error);
    }
}

#[test]
fn end_to_end_signals_match() {
    for file in group("aces2_display") {
        let case = Golden::open(&file).unwrap();
        let id = case.meta["ctl"].as_str().unwrap().rsplit_once('/').unwrap().1.trim_end_matches(".ctl");
        let spec = format!("{id}.a2.v1");
        let ops = transform(&spec, false).unwrap_or_else(|e| panic!("{file}: {e}"));
        let want = case.column("ref").unwrap();
        let exact = worst(&case.exact(&ops), want, absolute);
        assert!(exact.error < 1e-6, "{file}: f64 {exact:?} {:?}", case.input[exact.sample]);
        // PQ and gamma have an infinite slope at 0: the gate is in light.
        let decode: Vec<Op> =
            ops.iter().rev().take_while(|op| !matches!(op, Op::Matrix(_) | Op::Aces2(_))).map(|op| op.inverse().unwrap()).collect();
        let light = |signal: &[[f64; 3]]| -> Vec<[f64; 3]> { signal.iter().map(|px| eval_f64(&decode, *px)).collect() };
        let peak = ops.iter().find_map(|op| if let Op::Aces2(a) = op { Some(a.peak()) } else { None }).unwrap();
        let unit = if id.contains("HLG") { 100.0 } else { peak };
        let fast = worst(&light(&case.fast(&ops)), &light(want), of_peak(unit));
        eprintln!("{file}: cpu max {:.1e} p99 {:.1e}", fast.error, fast.p99);
        assert!(fast.error <= 1e-5 && fast.p99 <= 2e-6, "{file}: cpu {fast:?} {:?}", case.input[fast.sample]);
    }
}
