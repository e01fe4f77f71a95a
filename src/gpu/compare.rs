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
    scope::itp::{Light, delta_e_itp},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How far two pictures of a frame are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// The largest difference of any channel of any pixel, in the units compared; display code values of 0..1.
    pub max: f32,
    /// Column and row of it.
    pub at: [u32; 2],
    /// dE ITP (ITU-R BT.2124) that 99.9 % of the pixels stay within, of up to [`SAMPLES`] that lie evenly over the frame; none where
    /// the light of the values is not known.
    pub delta_e: Option<f32>,
}

/// What a comparison of a GPU with the CPU found.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub distance: Distance,
    pub pixels: u64,
    /// Name of the GPU, and its driver.
    pub adapter: String,
    pub driver: String,
}

/// A GPU that needs longer for a frame is taken for hung.
const PATIENCE: Duration = Duration::from_secs(120);

/// Pixels read back at a time.
const BAND: u32 = 1 << 20;

/// Pixels whose dE ITP is taken: it costs a microsecond each.
pub const SAMPLES: usize = 1 << 18;

/// Compares a developed picture with what `reference` makes of `raw`, both as `encode` shows them: values whose light is
/// `light`. A number that is none counts as 1.
pub fn difference(
    readback: &Readback,
    raw: &Image,
    reference: &Processor,
    encode: impl Fn(f32) -> f32,
    light: Option<Light>,
    progress: &Progress,
) -> Result<Distance> {
    let size = raw.size();
    if readback.size() != size {
        return Err(Error::cancelled());
    }
    let (mut max, mut at) = (0.0f32, [0, 0]);
    // Odd, so that it does not keep to some columns where the width is even.
    let every = size.area().div_ceil(SAMPLES) | 1;
    let mut apart = vec![];
    let rows = (BAND / size.width.max(1)).clamp(1, size.height.max(1));
    progress.begin(u64::from(size.height.div_ceil(rows)), "comparing");
    for first in (0..size.height).step_by(rows as usize) {
        let mut band = raw.rows(first, rows.min(size.height - first));
        let gpu = readback.rows(first, band.size().height, progress)?;
        reference.apply_image(&mut band);
        for (i, gpu) in gpu.iter().enumerate() {
            let [cpu, gpu] = [[0, 1, 2].map(|c| band.planes[c][i]), [0, 1, 2].map(|c| gpu[c])].map(|px| px.map(&encode));
            for d in distances(cpu, gpu) {
                if d > max {
                    (max, at) = (d, [i as u32 % size.width, first + i as u32 / size.width]);
                }
            }
            if let Some(light) = light
                && (first as usize * size.width as usize + i).is_multiple_of(every)
            {
                apart.push(delta_e_itp(light.of_code(cpu), light.of_code(gpu)) as f32);
            }
        }
        progress.step()?;
    }
    Ok(Distance { max, at, delta_e: most_stay_within(apart) })
}

/// What 99.9 % of the values stay within; a number that is none is above all others. None of no values.
fn most_stay_within(mut values: Vec<f32>) -> Option<f32> {
    let last = values.len().checked_sub(1)?;
    let at = (values.len() * 999 / 1000).min(last);
    Some(values.select_nth_unstable_by(at, |a, b| a.abs().total_cmp(&b.abs())).1.abs())
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
    let light = plan.output_title().filter(|_| stage == Stage::Display).and_then(Light::of);
    let distance = difference(&readback, raw, &reference, |v| v, light, &Progress::default())?;
    let (adapter, driver) = device::describe(&device.adapter.get_info());
    Ok(Difference { distance, pixels: raw.size().area() as u64, adapter, driver })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pixel_in_a_thousand_may_stand_out() {
        assert_eq!(most_stay_within(vec![]), None);
        let mut values = vec![0.1; 2000];
        values[7] = 9.0;
        assert_eq!(most_stay_within(values.clone()), Some(0.1));
        values[8] = -f32::NAN;
        assert!(most_stay_within(values).unwrap() > 8.0);
    }

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
