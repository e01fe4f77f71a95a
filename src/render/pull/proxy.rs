//! The editorial movie: the frames of the cut as the editor sees them.

use super::{
    RecordClock, perceptual,
    rates::{frames, frames_at, labels},
};
use crate::{
    camera::{Clip, Rational, Timecode},
    error::{Error, Result},
    library,
    progress::Progress,
    render::fetched::open_clip_watched,
    sidecar::timeline::{Fraction, Time, fraction},
};
use std::{collections::HashMap, sync::Arc};

/// Longer side of the frames that are compared.
pub(super) const SIDE: u32 = 320;

/// An editorial movie of the whole cut.
pub struct Proxy {
    clip: Arc<dyn Clip>,
    alignment: Alignment,
    /// What was done to find its frames, where they are not those of the cut one by one.
    pub note: Option<String>,
    hashes: HashMap<u32, Vec<u64>>,
}

impl Proxy {
    /// Opens it, by a path or an address of an object store. Where it states a timecode and the cut has one, these say where it begins; else
    /// it begins with the cut.
    ///
    /// # Errors
    /// It is no movie, cannot be fetched or decoded, or states no rate.
    pub fn open(location: &str, list: Option<&RecordClock>, progress: &Progress) -> Result<Self> {
        let clip = open_clip_watched(location, progress)?;
        if let Some(why) = clip.refusal() {
            return Err(why);
        }
        let stated = clip.metadata().frame_rate.as_ref().map(|f| f.value);
        let rate = stated.ok_or_else(|| Error::invalid("states no frame rate").field("--proxy").file(location))?;
        let own = clip.metadata().start_timecode.as_ref().map(|f| f.value);
        let alignment = Alignment::new(rate, own, list)?;
        let counted = list.map_or(rate, |list| list.rate);
        let differs = labels(counted) != labels(rate);
        let note =
            differs.then(|| format!("the proxy has {rate} frames a second, the list counts {counted}: their frames are paired by time"));
        Ok(Self { clip, alignment, note, hashes: HashMap::new() })
    }

    /// Seconds of the cut in frames of the list.
    ///
    /// # Errors
    /// More digits than 128 bits hold.
    pub fn counted(&self, seconds: Fraction) -> Result<Time> {
        Ok(frames(seconds.times(self.alignment.list)?, self.alignment.list))
    }

    /// The frame that shows a moment of the cut, in seconds from its beginning; none where the movie does not reach so far.
    ///
    /// # Errors
    /// More digits than 128 bits hold.
    pub fn frame_at(&self, seconds: Fraction) -> Result<Option<u32>> {
        let place = u32::try_from(self.alignment.place(&self.counted(seconds)?)?).ok();
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

/// Where in the movie the frames of the cut are.
struct Alignment {
    /// Rate at which the list counts.
    list: Fraction,
    rate: Fraction,
    /// Frames of the movie from the beginning of the cut to its own first.
    offset: Fraction,
}

impl Alignment {
    fn new(rate: Rational, own: Option<Timecode>, list: Option<&RecordClock>) -> Result<Self> {
        let of_movie = fraction(rate)?;
        let counted = list.map_or(Ok(of_movie), |list| fraction(list.rate))?;
        let offset = match own.zip(list.and_then(|list| Some((list, list.start?)))) {
            Some((own, (list, start))) => offset(own, rate, list, start)?,
            None => Fraction::ZERO,
        };
        Ok(Self { list: counted, rate: of_movie, offset: frames_at(&frames(offset, counted), of_movie)? })
    }

    /// From the first frame of the movie; below 0 before it.
    fn place(&self, at: &Time) -> Result<i128> {
        Ok(frames_at(at, self.rate)?.minus(self.offset)?.floor())
    }
}

/// Frames of the list from the beginning of the cut to the timecode of the movie's first frame: by its label, whichever way either of them
/// counts. One of another day or reel says nothing.
fn offset(own: Timecode, rate: Rational, list: &RecordClock, start: Fraction) -> Result<Fraction> {
    /// The longest leader: 10 seconds and the clock before it.
    const LEADER: u32 = 60;
    let base = Fraction::whole(labels(list.rate));
    let second = Timecode { frames: 0, drop_frame: list.drop_frame, ..own }.to_frame_count(list.rate);
    let into = Fraction::whole(own.frames.into()).times(base)?.over(Fraction::whole(labels(rate)))?;
    let offset = Fraction::new(second.into(), 1)?.plus(into)?.minus(start)?;
    let leader = base.times(Fraction::whole(LEADER))?;
    let within = |n: Fraction| Ok::<_, Error>(n.compare(leader)?.is_le());
    Ok(if within(offset)? && within(Fraction::ZERO.minus(offset)?)? { offset } else { Fraction::ZERO })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(n: i64, d: i64) -> Rational {
        Rational::new(n, d).unwrap()
    }

    /// The frame of a movie that shows the frame `at` of a cut from 01:00:00:00.
    fn place(movie: Rational, code: &str, list: Rational, drop_frame: bool, at: i128) -> i128 {
        let hour = Timecode { drop_frame, ..Timecode::new(1, 0, 0, 0, false).unwrap() }.to_frame_count(list);
        let clock = RecordClock { rate: list, drop_frame, start: Some(Fraction::new(hour.into(), 1).unwrap()) };
        let alignment = Alignment::new(movie, Some(code.parse().unwrap()), Some(&clock)).unwrap();
        alignment.place(&frames(Fraction::new(at, 1).unwrap(), alignment.list)).unwrap()
    }

    #[test]
    fn a_movie_and_a_list_of_one_base_pair_frame_by_frame() {
        let (film, slow) = (rate(24, 1), rate(24000, 1001));
        for at in [0, 1, 86_400 * 2] {
            for (movie, list) in [(film, film), (slow, film), (film, slow), (slow, slow)] {
                assert_eq!(place(movie, "01:00:00:00", list, false, at), at, "{movie} {list}");
                assert_eq!(place(movie, "00:59:52:00", list, false, at), at + 8 * 24, "a leader; {movie} {list}");
            }
            // By the label, also where one side drops some.
            let ntsc = rate(30000, 1001);
            assert_eq!(place(ntsc, "01:00:00:00", ntsc, true, at), at);
            assert_eq!(place(ntsc, "01:00:00;00", rate(30, 1), false, at), at);
        }
        assert_eq!(place(slow, "10:00:00:00", film, false, 5), 5, "the timecode of another day says nothing");
    }

    #[test]
    fn frames_of_other_bases_are_paired_by_time() {
        let (film, ntsc, pal) = (rate(24, 1), rate(30000, 1001), rate(25, 1));
        assert_eq!(place(ntsc, "01:00:00:00", film, false, 24 * 3600), 30 * 3600);
        assert_eq!(place(pal, "01:00:00:00", film, false, 24 * 3600), 25 * 3600);
        assert_eq!(place(pal, "00:59:59:05", film, false, 0), 20);
    }

    proptest! {
        /// Whatever movie and list say, a place is a number or an error.
        #[test]
        fn no_numbers_panic(
            movie in (any::<i64>(), 1..=i64::MAX),
            list in prop_oneof![(1..200i64, 1..1002i64), (any::<i64>(), 1..=i64::MAX)],
            code in (0..24u8, 0..60u8, 0..60u8, 0..100u8, any::<bool>()),
            numbers in [any::<i64>(), any::<i64>(), any::<i64>()],
            drop_frame in any::<bool>(),
        ) {
            let own = Timecode::new(code.0, code.1, code.2, code.3, code.4);
            let [start, at, over] = numbers.map(i128::from);
            let clock = RecordClock { rate: rate(list.0, list.1), drop_frame, start: Fraction::new(start, 1).ok() };
            if let Ok(alignment) = Alignment::new(rate(movie.0, movie.1), own, Some(&clock))
                && let Ok(at) = Fraction::new(at, over)
            {
                _ = alignment.place(&frames(at, alignment.list));
            }
        }
    }
}
