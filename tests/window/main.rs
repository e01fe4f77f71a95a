//! The window driven by accessible names without a display (feature `kittest`).
#![cfg(feature = "kittest")]

use ::prelight;

mod chart;
mod frames;
mod rooms;
mod settings;
mod ui;
