//! A picture of our own that takes the road that was approved. Golden frames are of the approved clip, which a machine that renders
//! another clip of its kind seldom has; this tells there, in some milliseconds, whether what it computes is what the approver's computed.

use crate::{
    color::{Op, Processor},
    debayer,
    error::Result,
    framing::resample,
    image::{BlackLevel, Cfa, Mosaic, PixelHash, Rect, RectF, Size, hash_pixels, hash_sequence, round_to_half},
    pipeline::{Highlights, Settings},
};

/// Sides that no vector and no block of a kernel divides.
const SIZE: Size = Size::new(263, 197);
/// Neither half nor whole of the above.
const TARGET: Size = Size::new(151, 109);
const BITS: u32 = 12;
const BLACK: u16 = 256;
/// What is neutral to the sensor that might have made it.
const NEUTRAL: [f64; 3] = [0.5, 1.0, 0.625];

/// Names what is made of it: the plate and the display picture of a mosaic, debayered and scaled as `settings` say. `road`: from
/// ACES2065-1 to the display.
///
/// # Errors
/// Those of debayer and resampler: settings out of range.
pub fn probe(settings: &Settings, road: &[Op]) -> Result<PixelHash> {
    let (mosaic, decode) = (mosaic(), &settings.decode);
    let picture = match decode.highlights {
        Highlights::Neutral => debayer::debayer_lifted(&mosaic, NEUTRAL, decode.tier, &decode.options)?,
        Highlights::Recorded => debayer::debayer(&mosaic, decode.tier, &decode.options)?,
    };
    let whole = RectF::new(0.0, 0.0, picture.size().width.into(), picture.size().height.into());
    let mut plate = resample(&picture, whole, TARGET, &settings.resample)?;
    let mut display = plate.clone();
    Processor::new(road).apply_image(&mut display);
    round_to_half(&mut plate);
    Ok(hash_sequence(&[hash_pixels(&plate), hash_pixels(&display)]))
}

/// From black to beyond clip in both directions, with a grain that has no rule in it.
fn mosaic() -> Mosaic {
    let white = (1u32 << BITS) - 1;
    let code = |i: u32| {
        let (x, y) = (i % SIZE.width, i / SIZE.width);
        // Knuth, The Art of Computer Programming 3, 6.4: multiplicative hashing.
        let grain = i.wrapping_mul(2_654_435_761) >> 24;
        let ramp = (x * white / SIZE.width + y * white / SIZE.height) * 3 / 4;
        (u32::from(BLACK) / 2 + ramp + grain).min(white) as u16
    };
    Mosaic {
        size: SIZE,
        samples: (0..SIZE.area() as u32).map(code).collect(),
        bits: BITS,
        cfa: Cfa::Rggb,
        linearization: None,
        black: BlackLevel::uniform(BLACK.into()),
        white: white as f32,
        active_area: Rect::of(SIZE),
        default_crop: RectF::new(0.0, 0.0, SIZE.width.into(), SIZE.height.into()),
        pixel_aspect: 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        debayer::{Options, Tier},
        framing::AntiRing,
    };

    #[test]
    fn it_depends_on_all_that_makes_pixels_and_on_no_number_of_threads() {
        let plain = Settings::default();
        let road = [Op::exposure(1.0)];
        let name = |settings: &Settings, road: &[Op]| probe(settings, road).unwrap();
        let approved = name(&plain, &road);
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| name(&plain, &road)), approved, "{threads} threads");
        }
        let mut tier = plain.clone();
        tier.decode.tier = Tier::Mhc;
        tier.decode.options = Options::for_tier(Tier::Mhc);
        let mut recorded = plain.clone();
        recorded.decode.highlights = Highlights::Recorded;
        let mut ringing = plain.clone();
        ringing.resample.anti_ring = AntiRing::Off;
        for (what, other) in [("tier", tier), ("highlights", recorded), ("resampler", ringing)] {
            assert_ne!(name(&other, &road), approved, "{what}");
        }
        assert_ne!(name(&plain, &[Op::exposure(1.0 + 1e-6)]), approved, "road");
    }
}
