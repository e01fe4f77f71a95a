//! The preview, and the window driven by accessible names without a display (feature `kittest`).
#![cfg(feature = "gpu")]

use ::prelight;

mod chart;
mod gpu;
mod shaders;
#[cfg(feature = "kittest")]
mod ui;
