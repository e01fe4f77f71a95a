//! The window and the preview: driven by accessible names, without a display.
#![cfg(feature = "gui")]

use ::prelight;

mod chart;
mod gpu;
mod shaders;
mod ui;
