//! Framing: the geometry of an FDL in exact arithmetic, and the one resample that carries it out.

pub mod draft;
mod filter;
mod fraction;
mod frame;
mod intent;
mod lanes;
mod made;
mod overlay;
mod passes;
mod placed;
mod plate;
mod resample;
mod select;
mod taps;
pub mod template;

pub use filter::Filter;
pub use frame::Frame;
pub use intent::{Decided, decide, with_decision};
pub use made::MadeCanvas;
pub use overlay::{OverlayKind, OverlayRect, overlay};
pub use placed::{Placement, make_plate};
pub use plate::{CropTo, PlateGeometry, ScaleTo, Step, plate_geometry};
pub use resample::{AntiRing, MAX_TARGET_PIXELS, ResampleSettings, resample, resample_into, resample_owned};
pub use select::Selection;
