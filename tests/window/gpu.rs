//! The preview against the CPU, on whatever GPU there is. Without one these tests say so; `REQUIRE_GPU=1` makes that a failure.

use super::chart;
use prelight::{
    camera::Clip,
    check::color_gpu_limit,
    gpu::{self, Headless, Preview, Program, Target, ViewParams},
    image::{Image, RectF, Size},
    pipeline::{Plan, Settings, Sidecars, Stage},
    session::to_screen,
};
use std::{path::Path, sync::Arc};

fn device() -> Option<&'static Headless> {
    let device = gpu::shared();
    if device.is_none() {
        assert!(std::env::var_os("REQUIRE_GPU").is_none(), "no GPU that can compute, but REQUIRE_GPU is set");
        eprintln!("skipped: no GPU that can compute");
    }
    device
}
