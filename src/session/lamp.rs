//! How far the GPU preview is from the engine that renders, on the frame in view.

use super::{develop::Look, jobs::JobId};
use crate::check;
use serde::Serialize;

/// A measured distance between the GPU's picture and the CPU's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Name of the GPU and its driver, as they report themselves.
    pub adapter: String,
    pub driver: String,
    /// Pixels compared: all of the frame.
    pub pixels: u64,
    /// The largest difference of any channel of any pixel, in display code values of 10 bits (0 to 1023). Stages before
    /// the display are compared as they are shown, through the sRGB curve.
    pub worst: f64,
    /// Where that is, in pixels of the frame.
    pub at: [u32; 2],
    /// dE ITP (ITU-R BT.2124) that 99.9 % of the pixels stay within, of a quarter million that lie evenly over the frame; none where
    /// the output transform does not say the light of its display.
    pub delta_e: Option<f64>,
}

impl Comparison {
    pub const LIMIT: f64 = check::PREVIEW_CODES;
    pub const DELTA_E_LIMIT: f64 = check::PREVIEW_DELTA_E;

    pub fn within_limit(&self) -> bool {
        self.worst <= Self::LIMIT && self.delta_e.is_none_or(|d| d <= Self::DELTA_E_LIMIT)
    }
}

/// What the lamp in the status bar says.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Lamp {
    /// Nothing on screen, or it has not come to rest yet.
    #[default]
    Waiting,
    /// The picture on screen is the engine's own.
    Cpu,
    Measuring {
        look: Look,
        job: JobId,
    },
    Measured {
        look: Look,
        comparison: Comparison,
    },
    /// It could not be measured.
    Failed {
        look: Look,
        why: String,
    },
}

impl Lamp {
    /// The look it speaks of.
    pub fn look(&self) -> Option<&Look> {
        match self {
            Self::Waiting | Self::Cpu => None,
            Self::Measuring { look, .. } | Self::Measured { look, .. } | Self::Failed { look, .. } => Some(look),
        }
    }
}
