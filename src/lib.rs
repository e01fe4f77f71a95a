//! Prelight: shows camera originals through exactly the pipeline that will render them.
//!
//! The rooms, in the order data flows. Imports point to rooms above only; nothing but `app` knows of a window.
//!
//! | room | what it does |
//! |---|---|
//! | [`image`] | pictures in memory, rectangles, the pixel hash |
//! | [`color`] | one list of ops, written once, run as f64, as SIMD lanes and as WGSL |
//! | [`camera`] | camera files in: one module a format, metadata normalised with its origin |
//! | [`debayer`] | mosaic to sensor-linear RGB |
//! | [`framing`] | FDL geometry and the resampler |
//! | [`sidecar`] | the documents: AMF, FDL, CDL, looks, MHL, timelines (EDL, ALE, OTIO, FCP7 XML, FCPXML) |
//! | [`history`] | the hashes of a folder's files through its generations (ASC MHL): made, verified, continued |
//! | [`pipeline`] | clip + sidecars + settings to the plan, and the one function that turns frame n into a picture |
//! | [`scope`] | waveform, vectorscope, histogram, chromaticities: what is counted, and where it is plotted |
//! | `gpu` | the same plan on wgpu, and how far it is from the CPU |
//! | [`check`] | rules with number, limit and evidence |
//! | [`recipe`] | the recipe document and its folder |
//! | [`library`] | the index of clips on cards and disks, and searching it |
//! | [`render`] | a job: frames to plates and receipts |
//! | [`demo`] | the demo show, made by our own code |
//! | [`session`] | the open show: document, actions, jobs; no window |
//! | [`cli`] | the subcommands |
//! | `app` | the window |

#[cfg(feature = "gui")]
pub mod app;
pub mod camera;
pub mod check;
pub mod cli;
pub mod color;
pub mod debayer;
pub mod demo;
pub mod error;
pub mod files;
pub mod framing;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod history;
pub mod image;
pub mod library;
pub mod memory;
pub mod pipeline;
pub mod progress;
pub mod recipe;
pub mod render;
pub mod scope;
pub mod session;
pub mod sidecar;
mod words;

pub use error::{Error, ErrorKind, Result};
