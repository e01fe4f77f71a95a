//! Conformance: the corpus of real and published material, read by every room.
//!
//! The corpus is found by `PRELIGHT_CORPUS` or at `../shared/corpus`. Missing with `CI=true` is a failure; elsewhere
//! these tests say that they were skipped.

mod camera;
mod chain;
mod color;
mod corpus;
mod debayer;
mod framing;
mod framing_picture;
mod framing_template;
mod history;
mod pull;
mod sidecar;

pub use corpus::corpus;
