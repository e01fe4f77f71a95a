//! What names and timecode do not tell, the picture does: frames of the editorial movie against frames of the clips that have the timecode.

use super::{
    Event, Refused, Tier,
    clock::Place,
    perceptual::{self, ALIKE, BITS, Hash},
    proxy::{Proxy, SIDE},
    rates::frames_at,
    resolve::{Fitting, Found, Resolver},
};
use crate::{
    camera::{Clip, FrameNumber},
    error::Result,
    image::RectF,
    library::{self, Source},
    pipeline::{Plan, Settings, Sidecars},
    progress::Progress,
    sidecar::timeline::{Fraction, Time, fraction},
    words::count,
};
use std::collections::BTreeSet;

/// Clips that are looked at for an event, at one moment each; more say that timecode tells nothing.
const MOST: usize = 1024;
/// Those of them, the most alike at that moment, that are compared at all moments.
const CLOSE: usize = 48;
/// Where in an event its frames are compared, in sixths.
const MOMENTS: [u32; 3] = [1, 3, 5];
/// By so many bits the best has to be ahead of the next.
const AHEAD: f64 = 6.0;

/// Resolves what was refused by names and timecode. The clips that the names could mean come first; where none of them looks like it,
/// every other that has the timecode. `refused` is given back where pictures do not tell, either, with why.
///
/// # Errors
/// Cancelled.
pub fn resolve(
    event: &Event,
    refused: &Refused,
    resolver: &Resolver,
    proxy: &mut Proxy,
    progress: &Progress,
) -> Result<std::result::Result<Found, Refused>> {
    let by_picture = |why: &str| format!("{}; by picture: {why}", refused.why);
    let refuse = |why: &str| Ok(Err(Refused { why: by_picture(why), ..refused.clone() }));
    let moments = match moments(event, proxy, progress) {
        Ok(moments) if moments.is_empty() => return refuse("the proxy has no frame of it that shows enough"),
        Ok(moments) => moments,
        Err(error) => {
            progress.check()?;
            return refuse(&error.to_string());
        }
    };
    let placed = (0..resolver.sources.len()).filter_map(|i| Some((i, resolver.place(event, i).filter(|place| place.first >= 0)?)));
    let possible: BTreeSet<usize> = refused.possible.iter().copied().collect();
    let (named, others): (Vec<_>, Vec<_>) = placed.partition(|(i, _)| possible.contains(i));
    if named.is_empty() && others.is_empty() {
        return refuse("no clip has its timecode");
    }
    let mut look = Look { event, moments: &moments, resolver, judged: vec![], passed_over: vec![] };
    for group in [named, others] {
        if group.len() > MOST {
            return refuse(&format!("{} have its timecode", count(group.len(), "clip")));
        }
        look.at(group, progress)?;
        if look.best().is_some_and(|best| best <= ALIKE) {
            break;
        }
    }
    let evidence: Vec<String> = proxy.note.iter().cloned().chain(told(look.passed_over)).collect();
    let listed: Vec<Fitting> = look.judged.iter().map(|(_, fitting)| fitting.clone()).collect();
    let because = |why: String| {
        let why = by_picture(&why);
        Ok(Err(Refused { evidence: evidence.clone(), ..resolver.refused(refused.event, why, &listed) }))
    };
    match look.judged.as_slice() {
        [] => Ok(Err(Refused {
            why: by_picture("no frame of the clips that have its timecode can be compared"),
            evidence,
            ..refused.clone()
        })),
        [(best, _), ..] if *best > ALIKE => because(format!("none looks like it, the nearest differs in {best:.0} of {BITS} bits")),
        [(best, _), (next, _), ..] if next - best < AHEAD => because("several look like it".into()),
        [(_, fitting), ..] => {
            let mut found = resolver.found(refused.event, event, fitting.clone(), Tier::Picture);
            found.matched.evidence.extend(evidence);
            Ok(Ok(found))
        }
    }
}

/// What could not be compared, in a list that people can read.
fn told(mut passed_over: Vec<String>) -> Vec<String> {
    let more = passed_over.len().saturating_sub(CLOSE);
    passed_over.truncate(CLOSE);
    passed_over.extend((more > 0).then(|| format!("{} more cannot be compared, either", count(more, "clip"))));
    passed_over
}

/// An event that clips are compared with.
struct Look<'a> {
    event: &'a Event,
    moments: &'a [Moment],
    resolver: &'a Resolver<'a>,
    /// Mean of the bits that differ; the most alike first.
    judged: Vec<(f64, Fitting)>,
    /// The clips that could not be compared, each with why.
    passed_over: Vec<String>,
}

impl Look<'_> {
    /// Compares these clips: many at one moment first, and then the most alike of them.
    fn at(&mut self, group: Vec<(usize, Place)>, progress: &Progress) -> Result<()> {
        let close = if group.len() > CLOSE { self.most_alike(group, progress)? } else { group };
        for (source, place) in close {
            if let Some((mean, said)) = self.compared(source, &place, self.moments, progress)? {
                let score = 1.0 - mean / f64::from(BITS);
                self.judged.push((mean, Fitting { source, place, score, rules: vec![said] }));
            }
        }
        self.judged.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(())
    }

    fn most_alike(&mut self, group: Vec<(usize, Place)>, progress: &Progress) -> Result<Vec<(usize, Place)>> {
        let middle = self.moments.len() / 2;
        let mut seen = vec![];
        let mut fetched = 0;
        for (source, place) in group {
            if self.resolver.sources[source].is_remote() {
                fetched += 1;
                if fetched > CLOSE {
                    self.passed_over.push(format!("{} is not fetched to be looked at", self.resolver.sources[source].path.display()));
                    continue;
                }
            }
            if let Some((mean, _)) = self.compared(source, &place, &self.moments[middle..=middle], progress)? {
                seen.push((mean, source, place));
            }
        }
        seen.sort_by(|a, b| a.0.total_cmp(&b.0));
        seen.truncate(CLOSE);
        Ok(seen.into_iter().map(|(_, source, place)| (source, place)).collect())
    }

    /// The mean number of bits that differ, and that in words; none where nothing can be compared, which is told.
    fn compared(&mut self, source: usize, place: &Place, moments: &[Moment], progress: &Progress) -> Result<Option<(f64, String)>> {
        progress.check()?;
        let source = &self.resolver.sources[source];
        let opened = self.resolver.opened.clip(source, progress);
        let found = opened.and_then(|clip| compare(&*clip, source, place, self.event, moments, progress));
        progress.check()?;
        let path = source.path.display();
        match found {
            Ok(Some(found)) => return Ok(Some(found)),
            Ok(None) => self.passed_over.push(format!("{path} cannot be compared: no frame of it there shows enough")),
            Err(error) => self.passed_over.push(format!("{path} cannot be compared: {error}")),
        }
        Ok(None)
    }

    fn best(&self) -> Option<f64> {
        self.judged.first().map(|(mean, _)| *mean)
    }
}

/// A moment of an event: how far into it, as the list counts, and what the proxy shows there.
struct Moment {
    into: Time,
    frame: u32,
    hashes: Vec<u64>,
}

fn moments(event: &Event, proxy: &mut Proxy, progress: &Progress) -> Result<Vec<Moment>> {
    let Some([start, length]) = event.record else { return Ok(vec![]) };
    let mut found: Vec<Moment> = vec![];
    for sixths in MOMENTS {
        let into = length.times(Fraction::new(sixths.into(), 6)?)?;
        let Some(frame) = proxy.frame_at(start.plus(into)?)? else { continue };
        if found.iter().any(|m| m.frame == frame) {
            continue;
        }
        let hashes = proxy.hashes(frame, progress)?;
        if !hashes.is_empty() {
            found.push(Moment { into: proxy.counted(into)?, frame, hashes });
        }
    }
    Ok(found)
}

/// The mean number of bits in which frames of a clip differ from the proxy, and that in words.
fn compare(
    clip: &dyn Clip,
    source: &Source,
    place: &Place,
    event: &Event,
    moments: &[Moment],
    progress: &Progress,
) -> Result<Option<(f64, String)>> {
    let framed = framed(clip);
    let (mut sum, mut pairs) = (0, vec![]);
    for moment in moments {
        let Some(frame) = frame_of(source, place, event, moment)? else { continue };
        let picture = library::small(clip, frame, SIDE, progress)?;
        let canvas = clip.size();
        let scale = f64::from(picture.size().width) / f64::from(canvas.width.max(1));
        let area = framed.map(|r| RectF::new(r.x * scale, r.y * scale, r.width * scale, r.height * scale));
        // An editor may have seen all of it, or what is framed.
        let hashes: [Hash; 2] = [perceptual::hash(&picture, None), area.and_then(|area| perceptual::hash(&picture, Some(area)))];
        let pairs_of = |hash| moment.hashes.iter().map(move |shown| perceptual::distance(hash, *shown));
        let Some(bits) = hashes.into_iter().flatten().flat_map(pairs_of).min() else { continue };
        sum += bits;
        pairs.push(format!("{frame} to {} {bits}", moment.frame));
    }
    if pairs.is_empty() {
        return Ok(None);
    }
    let mean = f64::from(sum) / pairs.len() as f64;
    Ok(Some((mean, format!("frames of the clip and of the proxy differ in bits of {BITS}: {}", pairs.join(", ")))))
}

/// The frame of the clip that a moment of the event shows.
fn frame_of(source: &Source, place: &Place, event: &Event, moment: &Moment) -> Result<Option<FrameNumber>> {
    let Some(rate) = source.candidate.rate else { return Ok(None) };
    let frames = frames_at(&moment.into, fraction(rate)?)?;
    let frames = match event.speed {
        Some(speed) if speed.numerator() < 0 => {
            let back = frames.times(speed)?;
            Fraction::new(i128::from(place.frames.saturating_sub(1)), 1)?.plus(back)?
        }
        Some(speed) => frames.times(speed)?,
        None => frames,
    };
    let into = i64::try_from(frames.floor()).unwrap_or(i64::MAX);
    let at = place.first.saturating_add(into.clamp(0, i64::try_from(place.frames.saturating_sub(1)).unwrap_or(i64::MAX)));
    let number = FrameNumber::try_from(i64::from(source.frames.first).saturating_add(at)).ok();
    Ok(number.filter(|n| !source.frames.missing.iter().any(|gap| gap.contains(n))))
}

/// The part of the canvas that is framed, by the FDL beside the clip.
fn framed(clip: &dyn Clip) -> Option<RectF> {
    let plan = Plan::new(clip, &Sidecars { amf: None, ..Sidecars::discover(clip) }, &Settings::default()).ok()?;
    plan.frame()?;
    Some(plan.geometry().source)
}
