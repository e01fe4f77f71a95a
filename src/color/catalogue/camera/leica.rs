//! Leica. "L-Log Reference Manual", v1.6, 2022. Its gamut is BT.2020.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    ops::curve::Log,
    rgb::{Adaptation, REC2020},
};

/// (10^((x - 0.60) / 0.27) - 0.0115) / 1.3, the line (x - 0.09) / 8 up to code 0.138.
fn l_log() -> Log {
    Log::to_base(10.0, 1.0 / 0.27, -0.60 / 0.27, 1.0 / 1.3, -0.0115 / 1.3).with_line(0.138, 1.0 / 8.0, -0.09 / 8.0)
}

pub const ROWS: &[Named] = &[Named {
    name: "leica-llog-rec2020",
    title: "Leica L-Log / BT.2020",
    kind: Kind::Input,
    ids: &[],
    build: |_| input(l_log(), &to_aces(&REC2020, Adaptation::Bradford)),
}];
