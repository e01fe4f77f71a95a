//! The editorial movie: the frames of the cut as the editor sees them.

use super::perceptual;
use crate::{
    camera::{self, Clip, Rational, Timecode},
    error::{Error, Result},
    library,
    progress::Progress,
    sidecar::timeline::{Fraction, fraction},
};
use std::{collections::HashMap, path::Path, sync::Arc};

/// Longer side of the frames that are compared.
pub(super) const SIDE: u32 = 320;

/// An editorial movie of the whole cut.
pub struct Proxy {
    clip: Arc<dyn Clip>,
    rate: Fraction,
    /// Seconds from the beginning of the cut to the first frame of the movie.
    offset: Fraction,
    hashes: HashMap<u32, Vec<u64>>,
}

impl Proxy {
    /// Opens it. Where it states a timecode and the cut has one, these say where it begins; else it begins with the cut.
    ///
    /// # Errors
    /// It is no movie, cannot be decoded, or states no rate.
    pub fn open(path: &Path, start: Option<Fraction>, progress: &Progress) -> Result<Self> {
        let clip = camera::open_watched(path, progress)?;
        if let Some(why) = clip.refusal() {
            return Err(why);
        }
        let stated = clip.metadata().frame_rate.as_ref().map(|f| f.value);
        let at = stated.ok_or_else(|| Error::invalid("states no frame rate").field("--proxy").file(path))?;
        let rate = fraction(at)?;
        let own = clip.metadata().start_timecode.as_ref().map(|f| f.value);
        let offset = match (own, start) {
            (Some(own), Some(start)) => offset(own, at, start)?,
            _ => Fraction::ZERO,
        };
        Ok(Self { clip, rate, offset, hashes: HashMap::new() })
    }

    /// The frame that shows a moment of the cut, in seconds from its beginning; none where the movie does not reach so far.
    pub fn frame_at(&self, seconds: Fraction) -> Result<Option<u32>> {
        let at = seconds.minus(self.offset)?.times(self.rate)?;
        let place = u32::try_from(at.floor()).ok();
        Ok(place.and_then(|place| self.clip.frames().first().checked_add(place)).filter(|frame| self.clip.frames().contains(*frame)))
    }

    /// What a frame looks like: all of it, and what is inside its bars. Nothing where it is flat.
    pub fn hashes(&mut self, frame: u32, progress: &Progress) -> Result<Vec<u64>> {
        if let Some(known) = self.hashes.get(&frame) {
            return Ok(known.clone());
        }
        let picture = library::small(&*self.clip, frame, SIDE, progress)?;
        let inside = perceptual::inside_bars(&picture).and_then(|area| perceptual::hash(&picture, Some(area)));
        let hashes: Vec<u64> = perceptual::hash(&picture, None).into_iter().chain(inside).collect();
        self.hashes.insert(frame, hashes.clone());
        Ok(hashes)
    }
}

/// Seconds from the beginning of the cut to the timecode of the movie's first frame. One of another day or reel says nothing.
fn offset(own: Timecode, rate: Rational, start: Fraction) -> Result<Fraction> {
    /// The longest leader: 10 seconds and the clock before it.
    const LEADER: f64 = 60.0;
    let frames = i128::from(own.to_frame_count(rate));
    let offset = Fraction::new(frames, 1)?.over(fraction(rate)?)?.minus(start)?;
    Ok(if offset.to_f64().abs() <= LEADER { offset } else { Fraction::ZERO })
}
