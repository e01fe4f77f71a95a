//! What names and timecode do not tell, the picture does: frames of the editorial movie against frames of the clips that have the timecode.

use super::{
    Event, Refused, Tier,
    clock::Place,
    perceptual::{self, ALIKE, BITS, Hash},
    proxy::{Proxy, SIDE},
    resolve::{Fitting, Found, Resolver},
};
use crate::{
    camera::{self, Clip, FrameNumber},
    error::Result,
    image::RectF,
    library::{self, Source},
    pipeline::{Plan, Settings, Sidecars},
    progress::Progress,
    sidecar::timeline::Fraction,
};

/// Clips that are looked at for an event; more say that timecode tells nothing.
const MOST: usize = 48;
/// Where in an event its frames are compared, in sixths.
const MOMENTS: [u32; 3] = [1, 3, 5];
/// By so many bits the best has to be ahead of the next.
const AHEAD: f64 = 6.0;

/// Resolves what was refused by names and timecode. `refused` is given back where pictures do not tell, either, with why.
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
    let refuse = |why: &str| Ok(Err(Refused { why: format!("{}; by picture: {why}", refused.why), ..refused.clone() }));
    let moments = match moments(event, proxy, progress) {
        Ok(moments) if moments.is_empty() => return refuse("the proxy has no frame of it that shows enough"),
        Ok(moments) => moments,
        Err(error) => {
            progress.check()?;
            return refuse(&error.to_string());
        }
    };
    let candidates = candidates(event, refused, resolver);
    if candidates.is_empty() {
        return refuse("no clip has its timecode");
    }
    if candidates.len() > MOST {
        return refuse(&format!("{} clips have its timecode", candidates.len()));
    }
    let mut judged: Vec<(f64, Fitting)> = vec![];
    for (source, place) in candidates {
        progress.check()?;
        // A clip that cannot be decoded cannot be told from another, either.
        let Ok(Some((mean, said))) = compare(&resolver.sources[source], &place, event, &moments, progress) else { continue };
        let score = 1.0 - mean / f64::from(BITS);
        judged.push((mean, Fitting { source, place, score, rules: vec![said] }));
    }
    progress.check()?;
    judged.sort_by(|a, b| a.0.total_cmp(&b.0));
    let listed: Vec<Fitting> = judged.iter().map(|(_, fitting)| fitting.clone()).collect();
    let because = |why: String| {
        Ok(Err(Refused { event: refused.event, why: format!("{}; by picture: {why}", refused.why), candidates: resolver.offers(&listed) }))
    };
    match judged.as_slice() {
        [] => refuse("no frame of the clips that have its timecode can be compared"),
        [(best, _), ..] if *best > ALIKE => because(format!("none looks like it, the nearest differs in {best:.0} of {BITS} bits")),
        [(best, _), (next, _), ..] if next - best < AHEAD => because("several look like it".into()),
        [(_, fitting), ..] => Ok(Ok(resolver.found(refused.event, event, fitting.clone(), Tier::Picture))),
    }
}

/// A moment of an event: how far into it, seconds of the cut, and what the proxy shows there.
struct Moment {
    into: Fraction,
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
            found.push(Moment { into, frame, hashes });
        }
    }
    Ok(found)
}

/// The clips between which the names could not decide, where there were several; else every clip that has the timecode.
fn candidates(event: &Event, refused: &Refused, resolver: &Resolver) -> Vec<(usize, Place)> {
    let offered = |source: &Source| refused.candidates.iter().any(|offer| offer.path == source.path);
    let placed = |wanted: &dyn Fn(&Source) -> bool| -> Vec<(usize, Place)> {
        let sources = resolver.sources.iter().enumerate().filter(|(_, source)| wanted(source));
        sources.filter_map(|(i, _)| Some((i, resolver.place(event, i).filter(|place| place.first >= 0)?))).collect()
    };
    let named = placed(&offered);
    if named.is_empty() { placed(&|_| true) } else { named }
}

/// The mean number of bits in which frames of a clip differ from the proxy, and that in words.
fn compare(source: &Source, place: &Place, event: &Event, moments: &[Moment], progress: &Progress) -> Result<Option<(f64, String)>> {
    let clip = camera::open_watched(&source.path, progress)?;
    let framed = framed(&*clip);
    let (mut sum, mut pairs) = (0, vec![]);
    for moment in moments {
        let Some(frame) = frame_of(source, place, event, moment)? else { continue };
        let picture = library::small(&*clip, frame, SIDE, progress)?;
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
    let frames = moment.into.times(crate::sidecar::timeline::fraction(rate)?)?;
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
