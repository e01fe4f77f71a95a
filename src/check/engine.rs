//! ENG-03: the engine makes the same bits on any number of threads and with any instructions that this machine has.

use crate::{
    camera::CameraColor,
    color::{self, Isa, Processor},
    debayer::{self, simd},
    error::{Error, Result},
    framing::{self, ResampleSettings},
    image::{BlackLevel, Image, Mosaic, RectF, Size},
    pipeline::{DEFAULT_OUTPUT, Decode},
    progress::Progress,
};

/// Of the picture that the engine is proved on: not a multiple of any vector, some tiles in each direction.
const SIZE: Size = Size::new(394, 262);
/// What it is scaled to.
pub(crate) const SCALED: Size = Size::new(301, 197);

/// What was compared.
pub struct Compared {
    pub ways: usize,
    /// The ways that gave other bits.
    pub different: Vec<String>,
}

/// Decodes, colours and scales one picture in every way there is, with the debayer that a recipe prescribes.
///
/// # Errors
/// Cancelled; settings that the debayer refuses.
pub fn compare(decode: &Decode, progress: &Progress) -> Result<Compared> {
    let mosaic = mosaic();
    let widest = simd::Level::detect();
    let levels: Vec<simd::Level> = simd::Level::ALL.into_iter().filter(|l| *l <= widest).collect();
    let many = std::thread::available_parallelism().map_or(2, |n| n.get()).max(3);
    let mut reference: Option<Vec<u32>> = None;
    let mut compared = Compared { ways: 0, different: vec![] };
    let mut run = |threads: usize, level: simd::Level, isa: Isa| -> Result<()> {
        progress.check()?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|e| Error::new(crate::ErrorKind::TryAgain, e.to_string()).field("threads").value(threads))?;
        simd::hold_at(level);
        let made = pool.install(|| picture(&mosaic, decode, isa));
        simd::hold_at(widest);
        let bits: Vec<u32> = made?.planes.iter().flatten().map(|v| v.to_bits()).collect();
        compared.ways += 1;
        match &reference {
            None => reference = Some(bits),
            Some(first) if *first == bits => {}
            Some(_) => compared.different.push(format!("{threads} threads, debayer {level:?}, colour {isa:?}")),
        }
        Ok(())
    };
    // The plainest way first: the others are held against it.
    for &level in &levels {
        for &isa in Isa::available().iter().rev() {
            for threads in [1, many] {
                run(threads, level, isa)?;
            }
        }
    }
    Ok(compared)
}

fn picture(mosaic: &Mosaic, decode: &Decode, isa: Isa) -> Result<Image> {
    let color = CameraColor {
        neutral: [0.5, 1.0, 0.8],
        to_aces: [[1.6, 0.2, 0.25], [0.1, 0.9, 0.0625], [0.0, 0.1, 1.125]],
        baseline_exposure: 3.0,
        kelvin: 5600.0,
    };
    let mut image = debayer::debayer_lifted(mosaic, color.neutral, decode.tier, &decode.options)?;
    let mut ops = vec![color::Op::matrix(color.to_aces), color::Op::exposure(color.baseline_exposure)];
    ops.extend(color::transform(DEFAULT_OUTPUT, false)?);
    Processor::with_isa(&ops, isa).apply_image(&mut image);
    let whole = RectF::new(0.0, 0.0, image.size().width.into(), image.size().height.into());
    framing::resample(&image, whole, SCALED, &ResampleSettings::default())
}

/// The picture that the engine is proved on: ramps, edges, grain, and a light that clips.
pub(crate) fn mosaic() -> Mosaic {
    let site = |i: usize| {
        let (x, y) = (i as u32 % SIZE.width, i as u32 / SIZE.width);
        let grain = (i as u32).wrapping_mul(0x9e37_79b1) >> 26;
        let ramp = x * x / 40 + if (x / 17 + y / 13).is_multiple_of(2) { 900 } else { 0 };
        let light = if x > 300 && (40..90).contains(&y) { 16_000 } else { 0 };
        (256 + ramp + grain + light).min(16_383) as u16
    };
    Mosaic { black: BlackLevel::uniform(256.0), ..Mosaic::new(SIZE, 14, (0..SIZE.area()).map(site).collect()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_gives_the_same_bits() {
        let compared = compare(&Decode::default(), &Progress::default()).unwrap();
        assert!(compared.ways >= 2 && compared.different.is_empty(), "{:?}", compared.different);
        let progress = Progress::default();
        progress.cancel();
        assert!(compare(&Decode::default(), &progress).is_err());
    }
}
