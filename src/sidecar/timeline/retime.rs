//! Retimed clips: how fast they run, and which frames of their source they show.

use super::{
    CMX, Fraction,
    model::{EffectKind, Item, Metadata, string},
    time::{Exact, Time, TimeRange},
};
use crate::{
    camera::{Rational, Timecode},
    error::Result,
    sidecar::json::Value,
};

/// What the event of a list says of a retime. Its speed is rounded, so that neither the length of the source nor the speed as written
/// follows from the clip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListedRetime {
    /// Frames per second and first frame of `M2`; `None` of a freeze frame by its comment alone.
    pub m2: Option<(f64, Timecode)>,
    /// Frames of the source.
    pub source: i64,
    /// Frames of the record side.
    pub record: i64,
}

/// The member of [`CMX`] that holds it.
const RETIME: &str = "retime";

impl ListedRetime {
    /// Puts it where [`Item::listed_retime`] finds it.
    pub fn keep(&self, metadata: &mut Metadata) {
        let count = |n: i64| Value::Number(n.to_string()).into();
        let mut members = vec![("source_frames".into(), count(self.source)), ("record_frames".into(), count(self.record))];
        if let Some((rate, at)) = self.m2 {
            members.push(("frames_per_second".into(), Value::Number(format!("{rate:?}")).into()));
            members.push(("at".into(), string(at.to_string()).into()));
        }
        metadata.set(CMX, RETIME, Value::Object(members));
    }

    fn of(metadata: &Metadata) -> Option<Self> {
        let value = metadata.find(CMX, RETIME)?;
        let number = |name: &str| match &value.member(name)?.value {
            Value::Number(text) => text.parse::<f64>().ok().filter(|n| n.is_finite()),
            _ => None,
        };
        // What a float counts exactly.
        let count = |name: &str| number(name).filter(|n| n.fract() == 0.0 && (0.0..9e15).contains(n)).map(|n| n as i64);
        let m2 = match (number("frames_per_second"), value.member("at").and_then(|at| at.value.text())) {
            (Some(rate), Some(at)) => Some((rate, at.parse().ok()?)),
            (None, None) => None,
            _ => return None,
        };
        Some(Self { m2, source: count("source_frames")?, record: count("record_frames")? })
    }

    /// The effect that a clip of a list at `rate` has by it.
    ///
    /// # Errors
    /// Numbers of more digits than 128 bits hold.
    pub fn effect(&self, rate: Rational) -> Result<EffectKind> {
        match self.m2 {
            Some((speed, _)) if speed != 0.0 => Ok(EffectKind::Speed(scalar(speed, self.source, self.record, rate)?.into())),
            _ => Ok(EffectKind::Freeze),
        }
    }
}

/// Source time for record time.
///
/// A list of 23.976 counts `M2` in 24 or in 23.976, and says of normal speed 24, 23.9 or 23.98. A speed of the NTSC family is what it
/// says; of any other, the count in whole rates holds where it leads to the source length of the event.
fn scalar(fps: f64, source: i64, record: i64, rate: Rational) -> Result<Fraction> {
    let rate = super::fraction(rate)?;
    if let Some(ntsc) = Rational::frame_rate(fps.abs()).filter(|r| r.den() == 1001) {
        let speed = super::fraction(ntsc)?.over(rate)?;
        return if fps < 0.0 { Fraction::ZERO.minus(speed) } else { Ok(speed) };
    }
    let fps = Fraction::shortest(fps)?;
    let nominal = fps.over(Fraction::new(rate.round(), 1)?)?;
    let wanted = nominal.to_f64().abs() * record as f64;
    let fits = (wanted - source as f64).abs() <= 1.0;
    if fits { Ok(nominal) } else { fps.over(rate) }
}

/// How many frames of the source a retime shows in `record` frames: whole ones, of a freeze frame one.
///
/// # Errors
/// Numbers of more digits than 128 bits hold.
pub fn source_frames(retime: Option<&EffectKind>, record: Fraction) -> Result<Fraction> {
    match retime {
        Some(EffectKind::Freeze) => Ok(Fraction::ONE),
        Some(EffectKind::Speed(scalar)) => {
            let speed = scalar.number;
            let forwards = if speed.numerator() < 0 { Fraction::ZERO.minus(speed)? } else { speed };
            Fraction::new(record.times(forwards)?.round(), 1)
        }
        _ => Ok(record),
    }
}

impl Item {
    /// The retime that acts on it: the first that is enabled.
    pub fn retime(&self) -> Option<&EffectKind> {
        let retimes = |kind: &&EffectKind| matches!(kind, EffectKind::Speed(_) | EffectKind::Freeze);
        self.effects.iter().filter(|e| e.enabled).map(|e| &e.kind).find(retimes)
    }

    /// What the list it came from says of its retime, as long as it is as long and as fast as it was there.
    pub fn listed_retime(&self) -> Option<ListedRetime> {
        let listed = ListedRetime::of(&self.base.metadata)?;
        let duration = &self.range.as_ref()?.duration;
        let as_long = duration.value.number == Exact::whole(listed.record).number;
        let rate = super::frame_rate(duration.rate.number).ok()?;
        (as_long && listed.effect(rate).ok().as_ref() == self.retime()).then_some(listed)
    }

    /// The frames of its source that it shows, the lowest first, also where it runs backwards. `None` where it has no range.
    ///
    /// # Errors
    /// Times of more digits than 128 bits hold.
    pub fn source_range(&self) -> Result<Option<TimeRange>> {
        let Some(range) = &self.range else { return Ok(None) };
        let (Some(retime), rate) = (self.retime(), &range.start.rate) else { return Ok(Some(range.clone())) };
        let frames = match self.listed_retime() {
            Some(listed) if range.duration.rate == *rate => Exact::whole(listed.source).number,
            _ => source_frames(Some(retime), range.duration.count(rate.number)?)?,
        };
        Ok(Some(TimeRange { start: range.start.clone(), duration: Time { value: frames.into(), rate: rate.clone() } }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidecar::timeline::{Base, Content, Effect, Media, MediaKind, Sources};

    fn clip(frames: i64, effect: Option<Effect>) -> Item {
        let rate = Rational::new(24, 1).unwrap();
        let range = TimeRange { start: Time::frames(1000, rate).unwrap(), duration: Time::frames(frames, rate).unwrap() };
        let mut item = Item::new(Base::default(), Some(range), Content::Clip(Sources::one(Media::new(MediaKind::Missing))));
        item.effects.extend(effect);
        item
    }

    fn speed(n: i128, d: i128) -> Option<Effect> {
        Some(Effect::speed(Fraction::new(n, d).unwrap()))
    }

    fn shown(item: &Item) -> (String, String) {
        let range = item.source_range().unwrap().unwrap();
        (range.start.value.text(), range.duration.value.text())
    }

    #[test]
    fn a_retime_shows_other_frames_than_it_lasts() {
        for (effect, frames) in [(None, "28.0"), (speed(2, 1), "56.0"), (speed(-1, 2), "14.0"), (speed(119, 60), "56.0")] {
            assert_eq!(shown(&clip(28, effect)), ("1000.0".into(), frames.into()));
        }
        assert_eq!(shown(&clip(28, Some(Effect::freeze()))).1, "1.0");
        assert_eq!(shown(&clip(28, speed(2, 1).map(|e| Effect { enabled: false, ..e }))).1, "28.0");
    }

    #[test]
    fn what_a_list_says_holds_as_long_as_the_clip_is_what_it_was() {
        let at = Timecode::new(0, 0, 41, 16, false).unwrap();
        let listed = ListedRetime { m2: Some((47.6, at)), source: 57, record: 28 };
        let mut item = clip(28, None);
        listed.keep(&mut item.base.metadata);
        assert_eq!(item.listed_retime(), None);
        item.effects = speed(119, 60).into_iter().collect();
        assert_eq!(item.listed_retime(), Some(listed));
        assert_eq!(shown(&item).1, "57.0");
        // Trimmed, and with another speed.
        item.range.as_mut().unwrap().duration.value = Exact::whole(27);
        assert_eq!((item.listed_retime(), shown(&item).1), (None, "54.0".into()));
        let mut faster = clip(28, speed(2, 1));
        listed.keep(&mut faster.base.metadata);
        assert_eq!(faster.listed_retime(), None);
    }

    #[test]
    fn what_is_no_retime_is_none() {
        for member in [r#"{"source_frames": 1}"#, r#"{"source_frames": 1.5, "record_frames": 2}"#, r#""x""#, "1"] {
            let mut item = clip(28, speed(2, 1));
            item.base.metadata.set(CMX, RETIME, crate::sidecar::json::parse(member.as_bytes()).unwrap().value);
            assert_eq!(item.listed_retime(), None, "{member}");
        }
    }
}
