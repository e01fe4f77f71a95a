//! The parts of the ACES 1 output transforms (Academy CTL, ACES 1.0 to 1.3): reference rendering transform (RRT), output device
//! transforms (ODT) and the single-stage ones. What is a matrix, a clamp or a display curve is an op of its own.

mod glow_and_red;
mod rolloff;
mod spline;
mod surround;
mod sweeteners;
mod tonescale;

pub use glow_and_red::{Glow, RedModifier};
pub use rolloff::WhiteRolloff;
pub use surround::Surround;
pub use sweeteners::Sweeteners;
pub use tonescale::ToneScale;
