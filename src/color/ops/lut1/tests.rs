use super::*;
use crate::color::{Op, eval_f64};
use half::f16;

fn eval(lut: &Lut1, x: f64) -> f64 {
    eval_f64(&[Op::Lut1(lut.clone())], [x; 3])[0]
}

fn uniform(values: &[f64]) -> Lut1 {
    Lut1::same(Lut1Domain::Uniform, values.to_vec()).unwrap()
}

#[test]
fn linear_between_entries_and_clamped() {
    let lut = uniform(&[1.0, 3.0, 2.0]);
    for (x, y) in [(-1.0, 1.0), (0.0, 1.0), (0.25, 2.0), (0.5, 3.0), (0.75, 2.5), (1.0, 2.0), (9.0, 2.0), (f64::NAN, 1.0)] {
        assert_eq!(eval(&lut, x), y, "{x}");
    }
}

#[test]
fn inverse_of_flat_pieces_and_reversals() {
    // Flat at both ends and in the middle; the fall to 0.3 counts as flat too.
    let lut = uniform(&[0.1, 0.1, 0.4, 0.4, 0.3, 0.8, 0.8]).inverse();
    for (y, entry) in [(0.0, 1.0), (0.1, 1.0), (0.25, 1.5), (0.4, 2.0), (0.6, 4.5), (0.8, 5.0), (2.0, 5.0)] {
        assert!((eval(&lut, y) - entry / 6.0).abs() < 1e-15, "{y}: {}", eval(&lut, y) * 6.0);
    }
    let falling = uniform(&[1.0, 0.5, 0.25]).inverse();
    for (y, x) in [(2.0, 0.0), (1.0, 0.0), (0.75, 0.25), (0.5, 0.5), (0.3, 0.9), (0.0, 1.0)] {
        assert!((eval(&falling, y) - x).abs() < 1e-15, "{y}");
    }
    assert_eq!(eval(&uniform(&[0.5, 0.5]).inverse(), 0.7), 0.0, "a constant");
}

fn halves(f: impl Fn(f64) -> f64) -> Lut1 {
    let values = (0..=u16::MAX).map(|bits| f(f16::from_bits(bits).to_f64())).collect();
    Lut1::same(Lut1Domain::Half, values).unwrap()
}

#[test]
fn every_half_finds_its_entry() {
    let lut = halves(|x| x);
    for bits in (0..=u16::MAX).filter(|bits| f16::from_bits(*bits).is_finite()) {
        let x = f16::from_bits(bits).to_f64();
        assert_eq!((eval(&lut, x), eval(&lut.inverse(), x)), (x, x), "{bits:#x}");
    }
    // Between two halves, beyond the largest, below the smallest.
    for (x, y) in [(0.1, 0.1), (-1e5, -65504.0), (1e9, 65504.0), (3e-8, 3e-8), (f64::INFINITY, 65504.0)] {
        assert!((eval(&lut, x) - y).abs() <= 1e-16, "{x}");
    }
}

#[test]
fn half_domain_inverses_find_both_sides_of_zero() {
    for (name, lut) in [("ascending", halves(|x| x.cbrt())), ("descending", halves(|x| 5.0 - x))] {
        for x in [-300.25, -1.0, -0.001, 0.0, 1e-6, 0.18, 1.0, 42.5, 65504.0] {
            let there = eval(&lut, x);
            assert!((eval(&lut.inverse(), there) - x).abs() <= 1e-12 * x.abs().max(1e-3), "{name} {x}");
        }
    }
    // Negatives were lost: what is below the table becomes the lowest number that it still tells apart.
    let clipped = halves(|x| x.max(0.0)).inverse();
    assert_eq!((eval(&clipped, 0.0), eval(&clipped, 2.0), eval(&clipped, 1e9)), (0.0, 2.0, 65504.0));
}

#[test]
fn hue_adjust_keeps_the_place_of_the_middle_channel() {
    let square: Vec<f64> = (0..11).map(|i| f64::from(i * i) / 100.0).collect();
    let lut = Lut1::new(Lut1Domain::Uniform, [square.clone(), square.clone(), square], true).unwrap();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let px = order.map(|i| [0.2, 0.5, 1.0][i]);
        let out = eval_f64(&[Op::Lut1(lut.clone())], px);
        let want = order.map(|i| [0.04, 0.04 + 0.375 * 0.96, 1.0][i]);
        assert!((0..3).all(|c| (out[c] - want[c]).abs() < 1e-15), "{px:?}: {out:?}");
    }
}

#[test]
fn wrong_numbers_of_entries_are_refused() {
    assert!(Lut1::same(Lut1Domain::Uniform, vec![1.0]).is_err());
    assert!(Lut1::same(Lut1Domain::Half, vec![0.0; 65535]).is_err());
    assert!(Lut1::new(Lut1Domain::Uniform, [vec![0.0; 2], vec![0.0; 2], vec![0.0; 3]], false).is_err());
}
