//! A picture of our own that takes the road that was approved. Golden frames are of the approved clip, which a machine that renders
//! another clip of its kind seldom has; this tells there, in some milliseconds, whether what it computes is what the approver's computed.

use crate::{
    check::engine,
    color::{Op, Processor},
    debayer,
    error::Result,
    framing::resample,
    image::{PixelHash, RectF, hash_pixels, hash_sequence, round_to_half},
    pipeline::{Highlights, Settings},
};

/// What is neutral to the sensor that might have made it.
const NEUTRAL: [f64; 3] = [0.5, 1.0, 0.625];

/// Names what is made of the picture of ENG-03: plate and display picture, debayered and scaled as `settings` say. `road`: from
/// ACES2065-1 to the display.
///
/// # Errors
/// Those of debayer and resampler: settings out of range.
pub fn probe(settings: &Settings, road: &[Op]) -> Result<PixelHash> {
    let (mosaic, decode) = (engine::mosaic(), &settings.decode);
    let picture = match decode.highlights {
        Highlights::Neutral => debayer::debayer_lifted(&mosaic, NEUTRAL, decode.tier, &decode.options)?,
        Highlights::Recorded => debayer::debayer(&mosaic, decode.tier, &decode.options)?,
    };
    let whole = RectF::new(0.0, 0.0, picture.size().width.into(), picture.size().height.into());
    let mut plate = resample(&picture, whole, engine::SCALED, &settings.resample)?;
    let mut display = plate.clone();
    Processor::new(road).apply_image(&mut display);
    round_to_half(&mut plate);
    Ok(hash_sequence(&[hash_pixels(&plate), hash_pixels(&display)]))
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
