//! Nikon. "N-Log Specification Document", v1.0.0, 2018. N-Gamut is BT.2020.

use super::{input, to_aces};
use crate::color::{
    catalogue::{Kind, Named},
    ops::curve::NLog,
    rgb::{Adaptation, REC2020},
};

pub const ROWS: &[Named] = &[Named {
    name: "nikon-nlog-ngamut",
    title: "Nikon N-Log / N-Gamut",
    kind: Kind::Input,
    ids: &[],
    build: |_| input(NLog, &to_aces(&REC2020, Adaptation::Bradford)),
}];
