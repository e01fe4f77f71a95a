//! The transforms that have a name.
//!
//! A row each: its own short name, a title for people, and the IDs other systems know it by. To add a camera, add a
//! row to a file in `catalogue/camera/` with the curve, the primaries and where they are published.

mod camera;
mod display;
mod known;
mod look;
mod near;
mod opencolorio;
mod output;
mod output1;
mod resolve;
mod space;

use super::ops::Op;
use std::sync::OnceLock;

pub use resolve::{known_unsupported, named, transform, working_space};

/// What a transform is for; it fixes what goes in and out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Camera code values (0..1 full scale) to ACES2065-1.
    Input,
    /// A working or exchange space to ACES2065-1.
    WorkingSpace,
    /// A curve or a conversion of signals, whatever the space.
    Curve,
    /// ACES2065-1 to ACES2065-1.
    Look,
    /// ACES2065-1 to display code values, or to CIE XYZ or OCES where the title says so.
    Output,
    /// CIE XYZ (D65, Y = 1 at 100 nit) to display code values.
    Display,
}

/// A transform that has a name.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// Short and unique: lower-case words with hyphens.
    pub name: &'static str,
    pub title: &'static str,
    pub kind: Kind,
    /// ACES transform IDs without `urn:ampas:aces:transformId:vX.Y:`, and OpenColorIO's names.
    pub ids: &'static [&'static str],
    build: fn(&Named) -> Vec<Op>,
}

impl Kind {
    pub const ALL: [Kind; 6] = [Kind::Input, Kind::WorkingSpace, Kind::Curve, Kind::Look, Kind::Output, Kind::Display];

    /// The word for it on the command line and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Input => "input",
            Kind::WorkingSpace => "working-space",
            Kind::Curve => "curve",
            Kind::Look => "look",
            Kind::Output => "output",
            Kind::Display => "display",
        }
    }

    /// What goes in.
    pub const fn takes(self) -> &'static str {
        match self {
            Kind::Input => "camera code values, 0..1 of full scale",
            Kind::WorkingSpace => "values of the space",
            Kind::Curve => "a signal, each channel",
            Kind::Look | Kind::Output => "ACES2065-1, scene-linear, 0.18 = middle grey",
            Kind::Display => "CIE XYZ (D65), 1.0 = 100 nit",
        }
    }

    /// What comes out.
    pub const fn gives(self) -> &'static str {
        match self {
            Kind::Input | Kind::WorkingSpace | Kind::Look => "ACES2065-1, scene-linear, 0.18 = middle grey",
            Kind::Curve => "as the title says",
            Kind::Output => "display code values 0..1, or CIE XYZ (D65, 1.0 = 100 nit) where the title says so",
            Kind::Display => "display code values, 0..1",
        }
    }
}

impl Named {
    /// The ops of the direction that [`Kind`] describes.
    pub fn ops(&self) -> Vec<Op> {
        (self.build)(self)
    }
}

/// All rows, in the order of [`Kind`].
pub fn catalogue() -> &'static [Named] {
    static ALL: OnceLock<Vec<Named>> = OnceLock::new();
    ALL.get_or_init(|| {
        [camera::rows(), space::rows(), look::ROWS.to_vec(), output1::rows(), output::rows(), display::ROWS.to_vec()].concat()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_ids_are_unique() {
        let mut seen = HashSet::new();
        for row in catalogue() {
            assert!(row.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b)), "{}", row.name);
            for name in row.ids.iter().chain([&row.name]) {
                assert!(seen.insert(name.to_lowercase()), "{name} names two transforms");
            }
        }
    }

    #[test]
    fn every_row_builds() {
        for row in catalogue() {
            assert!(!row.ops().is_empty() || row.name == "aces2065-1", "{}", row.name);
        }
    }
}
