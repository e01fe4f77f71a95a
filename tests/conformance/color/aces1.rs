//! ACES 1.0 to 1.3 output transforms against the Academy's CTL (float32), their inverses against OpenColorIO.

use super::{
    gates::{absolute, relative, worst},
    golden::{Golden, group},
};
use prelight::color::{eval_f64, transform};

/// The row of a case of either group.
fn spec(case: &Golden) -> String {
    format!("aces1-{}", case.meta["name"].as_str().unwrap().replace('_', "-"))
}

fn clamped(values: &[[f64; 3]]) -> Vec<[f64; 3]> {
    values.iter().map(|px| px.map(|x| x.clamp(0.0, 1.0))).collect()
}

#[test]
fn outputs_match_the_ctl() {
    for file in group("aces1_output") {
        let case = Golden::open(&file).unwrap();
        // The CTL's file name and the short name are the same transform.
        let ctl = case.meta["ctl"].as_str().unwrap().rsplit_once('/').unwrap().1.trim_end_matches(".ctl");
        let ops = transform(ctl, false).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert_eq!(ops, transform(&spec(&case), false).unwrap(), "{file}");
        let want = clamped(case.column("ctl").unwrap());
        for (engine, got) in [("f64", case.exact(&ops)), ("cpu", case.fast(&ops))] {
            let got = clamped(&got);
            let bright = |i: &usize| case.input[*i].iter().copied().fold(f32::MIN, f32::max) >= 0.01;
            let of = |values: &[[f64; 3]], keep: bool| -> Vec<[f64; 3]> {
                (0..values.len()).filter(|i| bright(i) == keep).map(|i| values[i]).collect()
            };
            let error = worst(&of(&got, true), &of(&want, true), absolute);
            let dark = worst(&of(&got, false), &of(&want, false), absolute);
            let where_ = (0..got.len()).filter(bright).nth(error.sample).unwrap();
            eprintln!(
                "{file} {engine}: {:.1e} (p99 {:.1e}) at {:?} {:?} {:?}, dark {:.1e} (p99 {:.1e})",
                error.error, error.p99, case.input[where_], got[where_], want[where_], dark.error, dark.p99
            );
        }
    }
}

#[test]
fn outputs_invert() {
    for file in group("aces1_output_inverse") {
        let case = Golden::open(&file).unwrap();
        let (there, back) = (transform(&spec(&case), true).unwrap(), transform(&spec(&case), false).unwrap());
        let exact = case.exact(&there);
        let error = worst(&exact, case.column("ocio").unwrap(), relative);
        let fast = worst(&case.fast(&there), &exact, relative);
        let codes: Vec<[f64; 3]> = case.input.iter().map(|px| px.map(f64::from)).collect();
        let round: Vec<[f64; 3]> = exact.iter().map(|px| eval_f64(&back, *px)).collect();
        let mut errors: Vec<f64> = round.iter().zip(&codes).map(|(a, b)| absolute(*a, *b)).collect();
        errors.sort_by(f64::total_cmp);
        eprintln!(
            "{file}: ocio {:.1e} p99 {:.1e} at {:?} {:?} {:?}; cpu {:.1e} p99 {:.1e}; round {:?}",
            error.error,
            error.p99,
            case.input[error.sample],
            exact[error.sample],
            case.column("ocio").unwrap()[error.sample],
            fast.error,
            fast.p99,
            [5, 7, 9].map(|d| errors[errors.len() * d / 10])
        );
    }
}
