//! Clip, sidecars and settings to the plan; the plan to pictures.
//!
//! [`Plan`] is the one place that decides what happens to a pixel. The window, the checks, the recipe and the renderer
//! all ask the same plan, so what was seen is what is rendered.

mod amf_out;
mod camera_linear;
mod cdl_out;
pub(crate) mod claims;
mod clip_id;
mod exr_blocks;
mod exr_header;
mod fdl_out;
mod looks;
mod plan;
pub mod plate_exr;
mod resolve;
mod road;
mod settings;
mod sidecars;
mod source;

pub use camera_linear::CameraLinear;
pub use cdl_out::corrections;
pub(crate) use clip_id::NamedClip;
pub(crate) use looks::Pool;
pub use looks::{LookFile, Looks};
pub use plan::{PIXEL_REVISION, Plan};
pub(crate) use plan::{frame_of, own_slope, refuse_other_canvas, select, usual_crop};
pub(crate) use resolve::graded;
pub use road::{Bypass, ColorStep, DEFAULT_OUTPUT, Origin, StepKind, amf_road};
pub(crate) use road::{describe, same};
pub use settings::{Decode, Framing, Highlights, Settings};
pub use sidecars::{Document, Sidecars};
pub(crate) use sidecars::{clip_name, is_sidecar, is_still, sidecar_folders};

use serde::{Deserialize, Serialize};
use std::fmt;

/// The stages of the road, by the names a colourist uses. A viewer can stop at any of them; so can a deliverable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Debayered sensor-linear RGB, 1.0 = sensor clip, not white-balanced; for RGB files the values as stored.
    Raw,
    /// ACES2065-1, scene-linear, 0.18 = mid grey.
    Aces,
    /// ACES2065-1 after the looks.
    Look,
    /// Code values of the display, 0..1.
    Display,
}

impl Stage {
    pub const ALL: [Stage; 4] = [Stage::Raw, Stage::Aces, Stage::Look, Stage::Display];

    pub const fn label(self) -> &'static str {
        match self {
            Stage::Raw => "Raw",
            Stage::Aces => "ACES",
            Stage::Look => "Look",
            Stage::Display => "Display",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
