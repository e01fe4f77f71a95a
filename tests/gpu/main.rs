//! The GPU against the CPU, on whatever GPU there is (feature `gpu`). Without one these tests say so; `REQUIRE_GPU=1` makes
//! that a failure.
#![cfg(feature = "gpu")]

use ::prelight;

#[allow(dead_code)] // made for the window's tests
#[path = "../window/chart.rs"]
mod chart;
#[path = "../conformance/corpus.rs"]
mod corpus;
mod debayer;
mod goldens;
mod live;
#[path = "../conformance/color/measures.rs"]
mod measures;
mod nonfinite;
mod preview;
#[path = "../conformance/color/primitives.rs"]
mod primitives;
mod shaders;
#[path = "../conformance/color/walk.rs"]
mod walk;

use corpus::corpus;
use prelight::gpu::Headless;

/// The GPU, if there is one.
fn device() -> Option<&'static Headless> {
    Headless::shared()
        .map_err(|error| {
            assert!(std::env::var_os("REQUIRE_GPU").is_none(), "REQUIRE_GPU is set, but: {error}");
            eprintln!("skipped: {error}");
        })
        .ok()
}
