//! What shows that a finding is right, as data: the window draws it, the report prints it.

use super::still::Beside;
use crate::camera::FrameNumber;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proof {
    /// A part of a picture: x, y, width, height in canvas pixels of the frame.
    Area { frame: FrameNumber, rect: [f64; 4], caption: String },
    /// Points of a frame in canvas pixels, such as defective photosites.
    Points { frame: FrameNumber, points: Vec<[f64; 2]>, caption: String },
    /// What a frame and the reference still of its clip look like beside each other.
    Still { frame: FrameNumber, pictures: Vec<Beside>, caption: String },
    /// Curves over one axis, and the level that none may pass.
    Plot { title: String, x: String, y: String, curves: Vec<Curve>, limit: Option<f64> },
    /// Rows of text under headings.
    Table { title: String, columns: Vec<String>, rows: Vec<Vec<String>> },
}

/// A line of a [`Proof::Plot`]: its name and its points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Curve {
    pub name: String,
    pub points: Vec<[f64; 2]>,
}

impl Proof {
    /// The frame that it is about.
    pub fn frame(&self) -> Option<FrameNumber> {
        match self {
            Self::Area { frame, .. } | Self::Points { frame, .. } | Self::Still { frame, .. } => Some(*frame),
            Self::Plot { .. } | Self::Table { .. } => None,
        }
    }
    pub fn table(title: impl Into<String>, columns: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self::Table { title: title.into(), columns: columns.iter().map(|c| (*c).to_owned()).collect(), rows }
    }
}
