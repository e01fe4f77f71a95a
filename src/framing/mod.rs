//! Framing: the geometry of an FDL in exact arithmetic, and the one resample that carries it out.

mod filter;
mod passes;
mod resample;
mod taps;

pub use filter::Filter;
pub use resample::{AntiRing, MAX_TARGET_PIXELS, ResampleSettings, resample};
