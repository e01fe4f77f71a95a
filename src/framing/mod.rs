//! Framing: the geometry of an FDL in exact arithmetic, and the one resample that carries it out.

mod filter;
mod fraction;
mod frame;
mod lanes;
mod overlay;
mod passes;
mod plate;
mod resample;
mod taps;

pub use filter::Filter;
pub use fraction::Fraction;
pub use frame::{Frame, Selection};
pub use overlay::{OverlayKind, OverlayRect, overlay};
pub use plate::{CropTo, PlateGeometry, ScaleTo, Step, plate_geometry};
pub use resample::{AntiRing, MAX_TARGET_PIXELS, ResampleSettings, resample, resample_into, resample_owned};
