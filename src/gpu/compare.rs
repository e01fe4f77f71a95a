//! How far the GPU's picture is from the CPU's: all of it, read back.

use super::{
    device::{self, Headless},
    preview::{Preview, Target},
    program::Program,
    readback::Readback,
};
use crate::{
    color::Processor,
    error::{Error, Result},
    image::Image,
    pipeline::{Plan, Stage},
    progress::Progress,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// The largest difference found, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// In the units of the stage; display code values of 0..1.
    pub max: f32,
    /// Column and row.
    pub at: [u32; 2],
    pub pixels: u64,
    /// Name of the GPU, and its driver.
    pub adapter: String,
    pub driver: String,
}

/// A GPU that needs longer for a frame is taken for hung.
const PATIENCE: Duration = Duration::from_secs(120);

/// Pixels read back at a time.
const BAND: u32 = 1 << 20;

/// Compares a developed picture with what `reference` makes of `raw`, both as `encode` shows them. Returns the largest
/// difference of any channel and its place; a number that is none counts as 1.
pub fn difference(
    readback: &Readback,
    raw: &Image,
    reference: &Processor,
    encode: impl Fn(f32) -> f32,
    progress: &Progress,
) -> Result<(f32, [u32; 2])> {
    let size = raw.size();
    if readback.size() != size {
        return Err(Error::cancelled());
    }
    let mut worst = (0.0f32, [0, 0]);
    let rows = (BAND / size.width.max(1)).clamp(1, size.height.max(1));
    progress.begin(u64::from(size.height.div_ceil(rows)), "comparing");
    for first in (0..size.height).step_by(rows as usize) {
        let mut band = raw.rows(first, rows.min(size.height - first));
        let gpu = readback.rows(first, band.size().height, progress)?;
        reference.apply_image(&mut band);
        for (i, gpu) in gpu.iter().enumerate() {
            for (plane, gpu) in band.planes.iter().zip(gpu) {
                let d = (encode(plane[i]) - encode(*gpu)).abs();
                let d = if d.is_nan() { 1.0 } else { d };
                if d > worst.0 {
                    worst = (d, [i as u32 % size.width, first + i as u32 / size.width]);
                }
            }
        }
        progress.step()?;
    }
    Ok(worst)
}

/// Develops `raw` on a GPU and compares it with the CPU, wholly, at one stage.
pub fn compare(device: &Headless, plan: &Plan, raw: &Image, stage: Stage) -> Result<Difference> {
    let reference = Processor::new(&plan.ops(Stage::Raw, stage)?);
    let mut preview = Preview::with_library(device.device.clone(), device.queue.clone(), device.library.clone())?;
    let program = Arc::new(Program::of(plan)?);
    preview.add_program(&program)?;
    let target = Target { raw: Arc::new(raw.clone()), draft: None, program, stage, gain: 1.0 };
    let deadline = Instant::now() + PATIENCE;
    loop {
        preview.show(&target)?;
        preview.advance();
        if preview.is_final(&target) {
            break;
        }
        if Instant::now() > deadline {
            return Err(Error::new(crate::ErrorKind::TryAgain, "the GPU does not answer"));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let readback = preview.readback().ok_or_else(|| Error::unsupported("the GPU developed nothing"))?;
    let (max, at) = difference(&readback, raw, &reference, |v| v, &Progress::default())?;
    let (adapter, driver) = device::describe(&device.adapter.get_info());
    Ok(Difference { max, at, pixels: raw.size().area() as u64, adapter, driver })
}
