//! Cameras, spaces, displays, CDL.

use super::{
    gates::{absolute, in_code_or_light, relative, spread, worst},
    golden::{Golden, group, named},
};
use prelight::color::{Cdl, CdlStyle, Op, transform};

/// Twelve digits are printed of the reference; cancellation in a matrix may cost two.
const EXACT: f64 = 2e-11;

fn codes_in_range(case: &Golden, values: &[[f64; 3]]) -> Vec<[f64; 3]> {
    let inside = |px: &[f32; 3]| px.iter().all(|x| (0.0..=1.0).contains(x));
    case.input.iter().zip(values).filter(|(px, _)| inside(px)).map(|(_, v)| *v).collect()
}

#[test]
fn camera_inputs_match_the_formulas() {
    for file in group("idt") {
        let case = Golden::open(&file).unwrap();
        let Some(want) = case.column("ref") else { continue };
        let ops = transform(case.meta["transform"].as_str().unwrap(), false).unwrap_or_else(|e| panic!("{file}: {e}"));
        let exact = worst(&case.exact(&ops), want, relative);
        assert!(exact.error < EXACT, "{file}: f64 {exact:?} {:?}", case.input[exact.sample]);
        let fast = worst(&codes_in_range(&case, &case.fast(&ops)), &codes_in_range(&case, want), relative);
        assert!(fast.error < 2e-6, "{file}: cpu {fast:?}");
    }
}

// No reference: the Academy's interpreter computes in f32, with up to six decimal places printed.
#[test]
fn film_scans_match_the_academy() {
    for file in ["idt/adx10.csv", "idt/adx16.csv"] {
        let Some(case) = Golden::open(file) else { return };
        let ops = transform(case.meta["transform"].as_str().unwrap(), false).unwrap();
        let (want, exact, fast) = (case.column("ctl").unwrap(), case.exact(&ops), case.fast(&ops));
        // 16 bits of ADX reach densities of 8, light of 10^14: f32 codes are too coarse there to say more than 1e-5. What an
        // ACES file holds, up to 65504, keeps to the gate.
        let held = |values: &[[f64; 3]]| -> Vec<[f64; 3]> {
            let in_range = |want: &[f64; 3]| want.iter().all(|x| *x <= 65504.0);
            values.iter().zip(want).filter(|(_, want)| in_range(want)).map(|(v, _)| *v).collect()
        };
        let peer = worst(&held(&exact), &held(want), relative);
        assert!(peer.error < 5e-6, "{file}: {peer:?}");
        let cpu = worst(&held(&fast), &held(&exact), relative);
        assert!(cpu.error < 2e-6, "{file}: cpu {cpu:?}");
        // OpenColorIO goes on below the film's toe and ends at 65504; between, it has a table over half floats. One channel in
        // the toe moves the others.
        let ocio = case.column("ocio").unwrap();
        let between = |values: &[[f64; 3]]| -> Vec<[f64; 3]> {
            let in_range = |want: &[f64; 3]| want.iter().all(|x| (2e-6..6e4).contains(x));
            values.iter().zip(&exact).filter(|(_, want)| in_range(want)).map(|(v, _)| *v).collect()
        };
        let peer = worst(&between(&exact), &between(ocio), relative);
        assert!(peer.p99 < 5e-5, "{file}: OpenColorIO {peer:?}");
    }
}

#[test]
fn camera_inputs_have_exact_inverses() {
    for file in group("idt") {
        let case = Golden::open(&file).unwrap();
        let spec = case.meta["transform"].as_str().unwrap();
        let Ok(ops) = transform(spec, false) else { continue };
        let mut there = ops.clone();
        there.extend(transform(spec, true).unwrap());
        let codes: Vec<[f64; 3]> = case.input.iter().map(|px| px.map(f64::from)).collect();
        // Film's densities below its toe have one exposure, and light of 10^14 does not keep 16 bits of all channels.
        let kept = |px: &[f64; 3]| px.iter().all(|x| if file.contains("adx") { (0.1..=0.5).contains(x) } else { (0.0..=1.0).contains(x) });
        let pairs: Vec<_> = codes.iter().zip(case.exact(&there)).filter(|(px, _)| kept(px)).collect();
        let (codes, back): (Vec<[f64; 3]>, Vec<[f64; 3]>) = pairs.into_iter().map(|(px, out)| (*px, out)).unzip();
        // D-Log's published pieces do not quite meet: codes just above the join come back a millionth lower.
        let error = worst(&back, &codes, absolute);
        assert!(error.error < 1e-6 && error.p99 < 1e-12, "{file}: {error:?}");
    }
}

#[test]
fn spaces_match() {
    for file in group("space") {
        let case = Golden::open(&file).unwrap();
        let ops = named(&case.meta).unwrap_or_else(|e| panic!("{file}: {e}"));
        match case.column("ref") {
            Some(want) => {
                let exact = worst(&case.exact(&ops), want, relative);
                assert!(exact.error < EXACT, "{file}: f64 {exact:?}");
                let fast = worst(&case.fast(&ops), want, relative);
                assert!(fast.error < 2e-6, "{file}: cpu {fast:?} {:?}", case.input[fast.sample]);
            }
            None => {
                let want = case.column("ocio").unwrap();
                let exact = worst(&case.exact(&ops), want, relative);
                assert!(exact.p99 < 2e-5, "{file}: {exact:?} {:?}", case.input[exact.sample]);
                let fast = worst(&case.fast(&ops), &case.exact(&ops), relative);
                assert!(fast.error < 2e-6, "{file}: cpu {fast:?} {:?}", case.input[fast.sample]);
            }
        }
    }
}

#[test]
fn studio_spaces_match_opencolorio() {
    for file in group("studio") {
        let case = Golden::open(&file).unwrap();
        let spec = case.meta["transform"].as_str().unwrap().rsplit_once("-> ").unwrap().1;
        let ops = transform(spec, true).unwrap_or_else(|e| panic!("{file}: {e}"));
        let want = case.column("ocio").unwrap();
        let exact = worst(&case.exact(&ops), want, relative);
        assert!(exact.error < 1e-5, "{file}: {exact:?} {:?}", case.input[exact.sample]);
        let decode = transform(spec, false).unwrap();
        let fast = worst(&case.fast(&ops), &case.exact(&ops), in_code_or_light(&decode));
        assert!(fast.error < 2e-6, "{file}: cpu {fast:?} {:?}", case.input[fast.sample]);
    }
}

#[test]
fn displays_match() {
    for file in group("display") {
        let case = Golden::open(&file).unwrap();
        let ops = transform(case.meta["transform"].as_str().unwrap(), false).unwrap_or_else(|e| panic!("{file}: {e}"));
        if let Some(want) = case.column("ref") {
            let exact = worst(&case.exact(&ops), want, relative);
            assert!(exact.error < 1e-9, "{file}: f64 {exact:?} {:?}", case.input[exact.sample]);
        } else {
            let want = case.column("ocio").unwrap();
            let exact = worst(&case.exact(&ops), want, relative);
            assert!(exact.p99 < 1e-4, "{file}: f64 {exact:?} {:?}", case.input[exact.sample]);
        }
        let decode = transform(case.meta["transform"].as_str().unwrap(), true).unwrap();
        // What has hardly any luminance is no colour, and HLG divides by a power of it.
        let colours = |values: Vec<[f64; 3]>| -> Vec<[f64; 3]> {
            values.iter().zip(&case.input).filter(|(_, px)| px[1] > 0.01 * (px[0].abs() + px[2].abs())).map(|(v, _)| *v).collect()
        };
        let fast = worst(&colours(case.fast(&ops)), &colours(case.exact(&ops)), in_code_or_light(&decode));
        assert!(fast.error < 2e-6, "{file}: cpu {fast:?}");
    }
}

fn three(value: &serde_json::Value) -> [f64; 3] {
    [0, 1, 2].map(|i| value[i].as_f64().unwrap())
}

#[test]
fn asc_cdl_matches() {
    for file in group("cdl") {
        let case = Golden::open(&file).unwrap();
        let m = &case.meta;
        let placed = m.get("placement").is_some();
        let style = if m["style"] == "asc" { CdlStyle::Asc } else { CdlStyle::NoClamp };
        let cdl = Op::Cdl(Cdl::new(three(&m["slope"]), three(&m["offset"]), three(&m["power"]), m["saturation"].as_f64().unwrap(), style));
        let mut ops = vec![if m["direction"] == "inverse" { cdl.inverse().unwrap() } else { cdl }];
        if placed {
            ops.splice(0..0, transform("ACEScct", true).unwrap());
            ops.extend(transform("ACEScct", false).unwrap());
        }
        if let Some(want) = case.column("ref") {
            let exact = worst(&case.exact(&ops), want, relative);
            assert!(exact.error < EXACT * 10.0, "{file}: f64 {exact:?} {:?}", case.input[exact.sample]);
            let fast = case.fast(&ops);
            for (i, px) in case.input.iter().enumerate() {
                let gate = if placed { 2e-6 + spread(&ops, px.map(f64::from)) } else { 2e-6 };
                let error = relative(fast[i], want[i]);
                assert!(error < gate, "{file}: cpu {error:.1e}, gate {gate:.1e}, {px:?}");
            }
        } else {
            let want = case.column("ocio").unwrap();
            let exact = worst(&case.exact(&ops), want, absolute);
            assert!(exact.p99 < 1e-5, "{file}: f64 {exact:?} {:?}", case.input[exact.sample]);
        }
    }
}

#[test]
fn looks_match() {
    for file in group("lmt") {
        let case = Golden::open(&file).unwrap();
        let spec = case.meta["transform"].as_str().unwrap();
        let ops = match spec.strip_prefix("inverse ") {
            Some(spec) => transform(spec, true),
            None => transform(spec, false),
        };
        let ops = ops.unwrap_or_else(|e| panic!("{file}: {e}"));
        let want = case.column("ocio").unwrap();
        let exact = worst(&case.exact(&ops), want, relative);
        assert!(exact.p99 < 1e-5, "{file}: f64 {exact:?} {:?}", case.input[exact.sample]);
        let fast = worst(&case.fast(&ops), &case.exact(&ops), relative);
        // Undoing a compression stretches what was rounded.
        let gate = if file.contains("inverse") { 5e-6 } else { 2e-6 };
        assert!(fast.error < gate, "{file}: cpu {fast:?}");
    }
}
