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
            let [cpu, gpu] = [[0, 1, 2].map(|c| band.planes[c][i]), [0, 1, 2].map(|c| gpu[c])].map(|px| px.map(&encode));
            for d in distances(cpu, gpu) {
                if d > worst.0 {
                    worst = (d, [i as u32 % size.width, first + i as u32 / size.width]);
                }
            }
        }
        progress.step()?;
    }
    Ok(worst)
}

/// What f32 may leave of a channel of which nothing is left beside one near the peak: 1e-6 of the peak's light (it is a sum of
/// terms eight times the peak, each right to 6e-8), and as a code value, by a display's gamma of 2.4.
const CANCELLED: f32 = 3.2e-3;

/// How far the channels of a pixel are apart, without what is the rounding of the others: in a saturated light, a channel that is 0 in
/// theory. There the last bit of the input is worth as much, on the CPU too, and none of it is seen. A number that is none counts as 1.
fn distances(cpu: [f32; 3], gpu: [f32; 3]) -> [f32; 3] {
    let beside_light = cpu.iter().copied().fold(0.0, f32::max) > 0.5;
    std::array::from_fn(|c| {
        let d = (cpu[c] - gpu[c]).abs();
        let cancelled = beside_light && d < CANCELLED && cpu[c].abs() < CANCELLED && gpu[c].abs() < CANCELLED;
        if d.is_nan() {
            1.0
        } else if cancelled {
            0.0
        } else {
            d
        }
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_left_beside_a_light_is_left_out() {
        assert_eq!(distances([1.0, 0.976, 0.0], [1.0, 0.976, 0.0026]), [0.0; 3]);
        // Black beside black, a light that is none, more than rounding, and either sign of it.
        for (cpu, gpu) in [(0.0, 0.003), (0.003, 0.0)] {
            assert_eq!(distances([0.2, 0.1, cpu], [0.2, 0.1, gpu])[2], 0.003);
        }
        assert_eq!(distances([1.0, 0.9, 0.0], [1.0, 0.9, 0.004])[2], 0.004);
        assert_eq!(distances([1.0, 0.9, -0.003], [1.0, 0.9, 0.003])[2], 0.006);
        // No step where a channel passes the limit.
        assert!(distances([0.9, 0.7, 0.003199], [0.9, 0.7, 0.003201])[2] < 3e-6);
        assert_eq!(distances([1.0, 0.5, 0.0], [1.0, f32::NAN, 0.0])[1], 1.0);
    }
}
