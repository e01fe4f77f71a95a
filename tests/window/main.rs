//! The window driven by accessible names without a display (feature `kittest`).
#![cfg(feature = "kittest")]

use ::prelight;

mod answers;
mod chart;
mod conditions;
mod delivery;
mod frame_lines;
mod frames;
mod keyboard;
mod library;
mod looks;
mod memory;
mod rooms;
mod settings;
mod snapshots;
mod stills;
mod ui;
mod viewer;
mod windows;
