//! FilmLight. T-Log and E-Gamut as the Baselight colour spaces "FilmLight: T-Log / E-Gamut" and "E-Gamut 2" define them.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    exact,
    ops::curve::Log,
    rgb::{Adaptation, Chromaticities, D65},
};

pub const E_GAMUT: Chromaticities = Chromaticities::new([0.8, 0.3177], [0.18, 0.9], [0.065, -0.0805], D65);
pub const E_GAMUT_2: Chromaticities = Chromaticities::new([0.83, 0.31], [0.15, 0.95], [0.065, -0.0805], D65);

/// T-Log: a natural logarithm over a line below 0, by its three parameters: linear `WHITE` has code 1, black has `BLACK`, and
/// the slope there is `SLOPE` before black is lifted.
fn t_log() -> Log {
    const WHITE: f64 = 128.0;
    const SLOPE: f64 = 16.0;
    const BLACK: f64 = 0.075;
    let rate = 1.0 / (0.7107 + 1.2359 * exact::ln(WHITE * SLOPE));
    let slope = SLOPE / (1.0 - BLACK);
    let shift = rate / slope;
    let offset = 1.0 - rate * exact::ln(WHITE + shift);
    // Stretched so that 0 falls on black while white stays.
    let stretch = (1.0 - BLACK) / (1.0 - (offset + rate * exact::ln(shift)));
    let (rate, offset, slope) = (rate * stretch, 1.0 + (offset - 1.0) * stretch, slope * stretch);
    Log::to_base(std::f64::consts::E, 1.0 / rate, -offset / rate, 1.0, -shift).with_line_below(BLACK, 1.0 / slope, -BLACK / slope)
}

pub const ROWS: &[Named] = &[
    Named {
        name: "filmlight-tlog-egamut",
        title: "FilmLight T-Log / E-Gamut",
        kind: Kind::Input,
        ids: &[],
        build: |_| input(t_log(), &to_aces(&E_GAMUT, Adaptation::Bradford)),
    },
    Named {
        name: "filmlight-tlog-egamut2",
        title: "FilmLight T-Log / E-Gamut 2",
        kind: Kind::Input,
        ids: &[],
        build: |_| input(t_log(), &to_aces(&E_GAMUT_2, Adaptation::Bradford)),
    },
];
