//! What the picture in view is compared with, and how the two are shown. Part of the view: never undone, never exported.

use crate::{camera::FrameNumber, pipeline::Stage};
use serde::{Deserialize, Serialize};

/// The comparison: A is what is in view, B what stands beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Compare {
    pub on: bool,
    pub with: With,
    pub mode: CompareMode,
    pub wipe: Wipe,
    /// Whether A and B have changed places.
    pub swapped: bool,
    /// Which of them a blink shows: B where set.
    pub blinked: bool,
    /// By what a difference is multiplied.
    pub gain: f64,
    /// Whether a difference is shown around grey, with its sign; else how large it is.
    pub signed: bool,
}

impl Default for Compare {
    fn default() -> Self {
        Self {
            on: false,
            with: With::WithoutLook,
            mode: CompareMode::Wipe,
            wipe: Wipe::default(),
            swapped: false,
            blinked: false,
            gain: 8.0,
            signed: true,
        }
    }
}

/// What B is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum With {
    /// Another clip, by its place in the list; at the frame in view where none is named.
    Clip {
        index: usize,
        #[serde(default)]
        frame: Option<FrameNumber>,
    },
    /// Another frame of this clip.
    Frame(FrameNumber),
    /// This frame at another stage.
    Stage(Stage),
    /// The reference still of the clip, laid over the frame as it lies there.
    Still,
    /// The reference still, beside the picture as one of the causes that the checks have found would make it (REF-03), counted from 1.
    Cause(usize),
    /// The pipeline of the document, where a draft or a part of it is in view.
    Document,
    /// This pipeline without its looks.
    WithoutLook,
    /// This pipeline with the output transform that is taken where nothing says otherwise.
    DefaultOutput,
    /// The pipeline as it was approved last.
    Approved,
    /// The pipeline as it was before the last change of the settings.
    LastEdit,
}

/// How A and B are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompareMode {
    /// B on one side of a line that can be moved and turned.
    Wipe,
    /// B in the right half of the window.
    Split,
    /// Both beside each other.
    Side,
    /// One at a time.
    Blink,
    /// B less A in code values of the screen, amplified.
    Difference,
    /// How far they are apart to the eye, as a heat map.
    DeltaE,
}

impl CompareMode {
    pub const ALL: [Self; 6] = [Self::Wipe, Self::Split, Self::Side, Self::Blink, Self::Difference, Self::DeltaE];
    pub const fn label(self) -> &'static str {
        match self {
            Self::Wipe => "Wipe",
            Self::Split => "Split",
            Self::Side => "Side",
            Self::Blink => "Blink",
            Self::Difference => "Difference",
            Self::DeltaE => "dE ITP",
        }
    }
    /// Whether one picture is made of both.
    pub const fn is_difference(self) -> bool {
        matches!(self, Self::Difference | Self::DeltaE)
    }
}

/// Where the line of a wipe lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wipe {
    /// Degrees by which the line is turned clockwise from upright; B is on its right then.
    pub angle: f64,
    /// A point of the line, 0..1 of the picture from its top left.
    pub at: [f64; 2],
}

impl Default for Wipe {
    fn default() -> Self {
        Self { angle: 0.0, at: [0.5; 2] }
    }
}

impl Wipe {
    /// A line that can be found again: within the picture, its angle in 0..360.
    pub fn valid(self) -> Self {
        let angle = if self.angle.is_finite() { self.angle.rem_euclid(360.0) } else { 0.0 };
        Self { angle, at: self.at.map(|v| if v.is_finite() { v.clamp(0.0, 1.0) } else { 0.5 }) }
    }
    /// Moved towards B's side by a part of the picture.
    pub fn moved(self, by: f64) -> Self {
        let [x, y] = self.normal();
        Self { at: [self.at[0] + by * x, self.at[1] + by * y], ..self }.valid()
    }
    /// Turned clockwise.
    pub fn turned(self, degrees: f64) -> Self {
        Self { angle: self.angle + degrees, ..self }.valid()
    }
    /// Points from the line to B's side.
    pub fn normal(self) -> [f64; 2] {
        let (sin, cos) = self.angle.to_radians().sin_cos();
        [cos, sin]
    }
}

/// By what a difference may be multiplied.
pub const GAIN_RANGE: std::ops::RangeInclusive<f64> = 1.0..=256.0;

/// The part of `rect` on B's side of a line through `point`, `normal` pointing there: corners in order, none where it is empty.
pub fn clipped(rect: [[f64; 2]; 4], point: [f64; 2], normal: [f64; 2]) -> Vec<[f64; 2]> {
    let side = |p: [f64; 2]| (p[0] - point[0]) * normal[0] + (p[1] - point[1]) * normal[1];
    let mut out = vec![];
    for (i, &a) in rect.iter().enumerate() {
        let b = rect[(i + 1) % 4];
        let (da, db) = (side(a), side(b));
        if da >= 0.0 {
            out.push(a);
        }
        if (da < 0.0) != (db < 0.0) {
            let t = da / (da - db);
            out.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [[f64; 2]; 4] = [[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]];

    fn area(corners: &[[f64; 2]]) -> f64 {
        let n = corners.len();
        (0..n).map(|i| (corners[i], corners[(i + 1) % n])).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0
    }

    #[test]
    fn a_wipe_takes_the_part_on_its_side() {
        let part = |angle, at| clipped(SQUARE, at, Wipe { angle, at: [0.5; 2] }.normal());
        assert_eq!(area(&part(0.0, [1.0, 1.0])), 6.0, "right of it");
        assert_eq!(area(&part(180.0, [1.0, 1.0])), 2.0, "left of it");
        assert!((area(&part(90.0, [1.0, 0.5])) - 6.0).abs() < 1e-12, "below it");
        assert!((area(&part(45.0, [2.0, 1.0])) - 4.0).abs() < 1e-12, "half of it, slanted");
        assert!(part(0.0, [5.0, 0.0]).is_empty());
    }

    #[test]
    fn a_line_is_kept_within_the_picture() {
        let wipe = Wipe { angle: -90.0, at: [2.0, f64::NAN] }.valid();
        assert_eq!((wipe.angle, wipe.at), (270.0, [1.0, 0.5]));
    }
}
