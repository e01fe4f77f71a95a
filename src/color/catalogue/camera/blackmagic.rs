//! Blackmagic Design. "Blackmagic Generation 5 Color Science", 2021; "DaVinci Resolve 17: Wide Gamut Intermediate", 2021.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    ops::curve::Log,
    rgb::{Adaptation, Chromaticities, D65},
};

pub const WIDE_GAMUT_GEN5: Chromaticities =
    Chromaticities::new([0.7177215, 0.3171181], [0.2280410, 0.8615690], [0.1005841, -0.0820452], [0.3127170, 0.3290312]);
pub const DAVINCI_WIDE_GAMUT: Chromaticities = Chromaticities::new([0.8000, 0.3130], [0.1682, 0.9877], [0.0790, -0.1155], D65);

/// exp((x - C) / A) - B, linear below light 0.005.
fn film_gen5() -> Log {
    const A: f64 = 0.08692876065491224;
    const B: f64 = 0.005494072432257808;
    const C: f64 = 0.5300133392291939;
    const D: f64 = 8.283605932402494;
    const E: f64 = 0.09246575342465753;
    Log::to_base(std::f64::consts::E, 1.0 / A, -C / A, 1.0, -B).with_line_below(D * 0.005 + E, 1.0 / D, -E / D)
}

/// 2^(x / C - B) - A, linear up to code 0.02740668.
fn davinci_intermediate() -> Log {
    Log::to_base(2.0, 1.0 / 0.07329248, -7.0, 1.0, -0.0075).with_line(0.02740668, 1.0 / 10.44426855, 0.0)
}

pub const ROWS: &[Named] = &[
    Named {
        name: "blackmagic-film-gen5",
        title: "Blackmagic Film Gen 5 / Wide Gamut",
        kind: Kind::Input,
        ids: &[
            "CSC.Blackmagic.BMDFilm_WideGamut_Gen5_to_ACES.a2.v1",
            // The registry files the inverse under "Academy".
            "CSC.Academy.BMDFilm_WideGamut_Gen5_to_ACES.a2.v1",
            "IDT.BlackmagicDesign.BMDFilm_WideGamut_Gen5.a1.v1",
            "ACEScsc.Academy.BMDFilm_WideGamut_Gen5_to_ACES.a1.v1",
            "BMDFilm WideGamut Gen5",
        ],
        build: |_| input(film_gen5(), &to_aces(&WIDE_GAMUT_GEN5, Adaptation::Cat02)),
    },
    Named {
        name: "davinci-intermediate",
        title: "DaVinci Intermediate / Wide Gamut",
        kind: Kind::Input,
        ids: &["DaVinci Intermediate WideGamut"],
        build: |_| input(davinci_intermediate(), &to_aces(&DAVINCI_WIDE_GAMUT, Adaptation::Cat02)),
    },
];
