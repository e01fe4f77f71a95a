//! Camera input transforms: code values 0..1 to ACES2065-1.
//!
//! Where the maker or the Academy does not say how D65 is adapted to the ACES white, it is by Bradford, as in the Academy's
//! own conversions; ARRI, Sony, Canon, Blackmagic Design and DJI say CAT02.

mod adx;
mod apple;
mod arri;
mod blackmagic;
mod canon;
mod dji;
mod filmlight;
mod fujifilm;
mod leica;
mod nikon;
mod panasonic;
mod red;
mod sony;

use super::Named;
use crate::color::{
    ops::{
        Op,
        curve::{Curve, CurveKind},
    },
    rgb::{self, AP0, Adaptation, Chromaticities, Mat3},
};

pub fn rows() -> Vec<Named> {
    [
        arri::ROWS,
        sony::ROWS,
        canon::ROWS,
        panasonic::ROWS,
        red::ROWS,
        apple::ROWS,
        blackmagic::ROWS,
        dji::ROWS,
        fujifilm::ROWS,
        nikon::ROWS,
        leica::ROWS,
        filmlight::ROWS,
        adx::ROWS,
    ]
    .concat()
}

pub use {
    apple::APPLE_WIDE_GAMUT_TO_ACES,
    arri::{WIDE_GAMUT_3, WIDE_GAMUT_4},
    blackmagic::{DAVINCI_WIDE_GAMUT, WIDE_GAMUT_GEN5},
    canon::CINEMA_GAMUT,
    dji::D_GAMUT,
    filmlight::{E_GAMUT, E_GAMUT_2},
    fujifilm::F_GAMUT_C,
    panasonic::V_GAMUT,
    red::RED_WIDE_GAMUT,
    sony::{S_GAMUT3, S_GAMUT3_CINE, VENICE_S_GAMUT3_CINE_TO_ACES, VENICE_S_GAMUT3_TO_ACES},
};

/// Linear light of `space` to ACES2065-1, the white adapted.
pub const fn to_aces(space: &Chromaticities, adapt: Adaptation) -> Mat3 {
    rgb::rgb_to_rgb(space, &AP0, adapt)
}

/// Code values through `curve`, then to ACES2065-1.
fn input(curve: impl Into<CurveKind>, to_aces: &Mat3) -> Vec<Op> {
    vec![Op::curve(Curve::decode(curve)), Op::matrix(*to_aces)]
}

#[cfg(test)]
mod tests;
