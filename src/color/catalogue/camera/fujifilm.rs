//! Fujifilm. "F-Log Data Sheet", v1.1; "F-Log2 Data Sheet", v1.0; "F-Log2 C Data Sheet", v1.0. F-Gamut is BT.2020.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    ops::curve::Log,
    rgb::{Adaptation, Chromaticities, D65, REC2020},
};

pub const F_GAMUT_C: Chromaticities = Chromaticities::new([0.7347, 0.2653], [0.0263, 0.9737], [0.1173, -0.0224], D65);

fn f_log() -> Log {
    log(0.555556, 0.009468, 0.344676, 0.790453, 8.735631, 0.100537775223865)
}

fn f_log2() -> Log {
    log(5.555556, 0.064829, 0.245281, 0.384316, 8.799461, 0.100686685370811)
}

/// (10^((x - d) / c) - b) / a, below code `cut` the line (x - 0.092864) / e.
fn log(a: f64, b: f64, c: f64, d: f64, e: f64, cut: f64) -> Log {
    Log::to_base(10.0, 1.0 / c, -d / c, 1.0 / a, -b / a).with_line_below(cut, 1.0 / e, -0.092864 / e)
}

pub const ROWS: &[Named] = &[
    Named {
        name: "fujifilm-flog-fgamut",
        title: "Fujifilm F-Log / F-Gamut",
        kind: Kind::Input,
        ids: &[],
        build: |_| input(f_log(), &to_aces(&REC2020, Adaptation::Bradford)),
    },
    Named {
        name: "fujifilm-flog2-fgamut",
        title: "Fujifilm F-Log2 / F-Gamut",
        kind: Kind::Input,
        ids: &[],
        build: |_| input(f_log2(), &to_aces(&REC2020, Adaptation::Bradford)),
    },
    Named {
        name: "fujifilm-flog2-fgamut-c",
        title: "Fujifilm F-Log2 C: F-Log2 / F-Gamut C",
        kind: Kind::Input,
        ids: &[],
        build: |_| input(f_log2(), &to_aces(&F_GAMUT_C, Adaptation::Bradford)),
    },
];
