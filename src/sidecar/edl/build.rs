//! A timeline to events: what the list can say, and a note on everything that it cannot.

use super::{Edl, Event, Locator, Reels, Speed, Transition as Kind, merge::merge, reels::limit};
use crate::{
    camera::{Rational, Timecode},
    error::{Error, Result},
    sidecar::{
        Diagnostic, Level,
        json::Value,
        timeline::{
            AMF_NAME, AMF_UUID, CMX, Child, Content, Effect, EffectKind, Fraction, Item, MediaKind, Time, Timeline, Transition, fraction,
            frame_rate, length,
        },
    },
};

#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub reels: Reels,
    /// Which video track, from 0, where there are several.
    pub track: Option<usize>,
    /// Drop-frame counting; `None`: as the list it came from.
    pub drop_frame: Option<bool>,
}

impl Edl {
    /// The events of a timeline at `rate`, one video track and up to four of sound.
    ///
    /// With it come notes: `LEFT_OUT` (what an EDL has no word for: disabled clips, effects, media, markers outside their clip),
    /// `REEL_LENGTH`.
    ///
    /// # Errors
    /// No or several video tracks and none chosen, nested compositions, a time between frames, a transition that begins before
    /// the source does, a record time beyond 24 hours, more events than a list counts.
    pub fn from_timeline(timeline: &Timeline, rate: Rational, options: Options) -> Result<(Self, Vec<Diagnostic>)> {
        frame_rate(fraction(rate)?)?;
        let drop = options.drop_frame.unwrap_or_else(|| timeline.base.metadata.find(CMX, "drop_frame") == Some(&Value::Bool(true)));
        if drop && rate.to_f64().round() % 30.0 != 0.0 {
            return Err(Error::usage(format!("drop-frame, which {rate} frames per second do not have")));
        }
        let mut builder = Builder { rate, fps: fraction(rate)?, drop, left_out: vec![], events: vec![] };
        let start = match &timeline.start {
            Some(start) => builder.frames(start, "global_start_time")?,
            None => 0,
        };
        for (name, track) in tracks(timeline, options.track, &mut builder)? {
            builder.track(&name, track, start)?;
        }
        let mut edl = Self { title: Some(timeline.base.name.clone()).filter(|t| !t.is_empty()), ..Self::default() };
        let comments = timeline.base.metadata.find(CMX, "comments").map(Value::items).unwrap_or_default();
        edl.comments = comments.iter().filter_map(|c| c.value.text()).map(str::to_owned).collect();
        edl.events = merge(builder.events)?;
        let mut notes = builder.left_out;
        limit(&mut edl.events, options.reels, &mut notes)?;
        Ok((edl, notes))
    }
}

/// The tracks that go into the list, with their names there.
fn tracks<'a>(timeline: &'a Timeline, wanted: Option<usize>, builder: &mut Builder) -> Result<Vec<(String, &'a Item)>> {
    let (mut video, mut audio): (Vec<&Item>, Vec<&Item>) = (vec![], vec![]);
    for child in timeline.tracks.children() {
        match child {
            Child::Item(item) => match &item.content {
                Content::Track { kind, .. } if kind == "Audio" => audio.push(item),
                Content::Track { kind, .. } if kind == "Video" => video.push(item),
                _ => builder.note(item, format!("{:?}, which is no video or audio track", item.base.name)),
            },
            _ => return Err(Error::unsupported("something between the tracks that is none").field("tracks")),
        }
    }
    let on = |t: &&Item| t.enabled;
    let picture = match (wanted, video.iter().copied().filter(on).collect::<Vec<_>>().as_slice()) {
        (Some(at), _) => {
            Some(*video.get(at).ok_or_else(|| Error::usage(format!("the timeline has {} video tracks", video.len())).value(at + 1))?)
        }
        (None, [one]) => Some(*one),
        (None, []) => None,
        (None, several) => {
            let names = several.iter().map(|t| t.base.name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(
                Error::unsupported(format!("an EDL has one video track: choose one of {} ({names})", several.len())).field("tracks")
            );
        }
    };
    let mut all: Vec<(String, &Item)> = picture.map(|t| ("V".to_owned(), t)).into_iter().collect();
    for (i, track) in audio.into_iter().filter(on).enumerate() {
        if i < 4 {
            all.push((format!("A{}", i + 1), track));
        } else {
            builder.note(track, format!("audio track {:?}, the {}th", track.base.name, i + 1));
        }
    }
    Ok(all)
}

struct Builder {
    rate: Rational,
    fps: Fraction,
    drop: bool,
    left_out: Vec<Diagnostic>,
    /// By track name, in the order of the tracks.
    events: Vec<(String, Event)>,
}

impl Builder {
    fn note(&mut self, item: &Item, what: String) {
        self.note_at(item.base.line.0, &item.base.name, what);
    }
    fn note_at(&mut self, line: u32, path: &str, what: String) {
        self.left_out.push(Diagnostic { level: Level::Warning, code: "LEFT_OUT", message: what, line, path: path.into() });
    }

    fn whole(&self, count: Fraction, what: &str) -> Result<i64> {
        // Far above any timecode, and far below what sums of them overflow.
        let whole = if count.denominator() == 1 { i64::try_from(count.numerator()).ok().filter(|n| n.abs() <= 1 << 53) } else { None };
        whole.ok_or_else(|| Error::unsupported(format!("not a whole frame at {} a second", self.rate)).field(what).value(count))
    }
    fn frames(&self, time: &Time, what: &str) -> Result<i64> {
        self.whole(time.count(self.fps)?, what)
    }
    fn code(&self, frame: i64, what: &str) -> Result<Timecode> {
        let day = 24 * 3600 * self.fps.round();
        let frame = u64::try_from(frame).ok().filter(|f| i128::from(*f) < day);
        let frame = frame.ok_or_else(|| Error::unsupported("a time that 24 hours of timecode do not have").field(what))?;
        Ok(Timecode::from_frame_count(frame, self.rate, self.drop))
    }

    /// Lays a track down; `at` is the record frame of its beginning.
    fn track(&mut self, name: &str, track: &Item, at: i64) -> Result<()> {
        let mut at = at;
        let children = track.children();
        if let Some(range) = &track.range {
            // A range only says where the track begins; one that cuts into its children needs a flattened timeline.
            let whole = length(track)? == length(&Item { range: None, ..track.clone() })?;
            let start = self.frames(&range.start, "source_range")?;
            if start > 0 || !whole {
                return Err(Error::unsupported("a track of which a part is used; flatten it")
                    .field("source_range")
                    .line(track.base.line.0));
            }
            // OpenTimelineIO's reader of EDL puts the record time there, negated.
            at -= start;
        }
        for (i, child) in children.iter().enumerate() {
            let line = match child {
                Child::Item(item) => item.base.line.0,
                Child::Transition(t) => t.base.line.0,
                Child::Unknown(node) => node.line,
            };
            let before = i.checked_sub(1).and_then(|i| children.get(i));
            at = self.child(name, child, before, children.get(i + 1), at).map_err(|e| e.line(line))?;
        }
        Ok(())
    }

    /// Lays one child down and returns where the next begins.
    fn child(&mut self, track: &str, child: &Child, before: Option<&Child>, after: Option<&Child>, at: i64) -> Result<i64> {
        let transition = |c: Option<&Child>| if let Some(Child::Transition(t)) = c { Some(t.clone()) } else { None };
        match child {
            Child::Unknown(_) => Err(Error::unsupported("something of an unknown schema in a track")),
            Child::Transition(t) => {
                // Into nothing at the end: a fade to black.
                if !matches!(after, Some(Child::Item(_))) {
                    self.fade_out(track, t, before, at)?;
                }
                Ok(at)
            }
            Child::Item(item) => {
                let seconds = length(item)?
                    .ok_or_else(|| Error::invalid("nothing says how long it is").field("source_range").value(&item.base.name))?;
                let frames = self.whole(seconds.times(self.fps)?, "duration")?;
                let end = self.whole(Fraction::new(i128::from(at) + i128::from(frames), 1)?, "duration")?;
                let (head, tail) = (transition(before), transition(after));
                match &item.content {
                    Content::Track { .. } | Content::Stack { .. } => {
                        return Err(Error::unsupported("a nested composition; flatten it first").field("children").value(&item.base.name));
                    }
                    Content::Gap => {
                        if head.is_some() || tail.is_some() {
                            self.note(item, "a blend into or out of a gap".into());
                        }
                    }
                    Content::Clip(_) if !item.enabled => self.note(item, format!("clip {:?}, which is disabled", item.base.name)),
                    Content::Clip(_) => self.clip(track, item, (at, end), head.as_ref(), tail.as_ref())?,
                }
                Ok(end)
            }
        }
    }

    fn clip(
        &mut self,
        track: &str,
        item: &Item,
        (at, end): (i64, i64),
        head: Option<&Transition>,
        tail: Option<&Transition>,
    ) -> Result<()> {
        // In a list a transition lies wholly on the clip that it goes to.
        let lead = head.map(|t| self.frames(&t.before, "in_offset")).transpose()?.unwrap_or(0);
        let cut = tail.map(|t| self.frames(&t.before, "in_offset")).transpose()?.unwrap_or(0);
        let (from, to) = (at - lead, end - cut);
        if to <= from {
            return Err(Error::unsupported("a transition as long as the clip").field("in_offset").value(&item.base.name));
        }
        let range = item.range.as_ref().or_else(|| item.media().and_then(|m| m.available.as_ref()));
        let start = range.map(|r| self.frames(&r.start, "start_time")).transpose()?.unwrap_or(0);
        let retime = self.retime(item);
        let scale = match &retime {
            Some(EffectKind::Speed(scalar)) => scalar.number,
            _ => Fraction::ONE,
        };
        let scaled = |n: i64, scale: Fraction| -> Result<i64> {
            self.whole(Fraction::new(Fraction::new(n.into(), 1)?.times(scale)?.round(), 1)?, "time_scalar")
        };
        let first = start - scaled(lead, scale)?;
        let length = match &retime {
            Some(EffectKind::Freeze) => 1,
            _ => scaled(to - from, if scale.numerator() < 0 { Fraction::ZERO.minus(scale)? } else { scale })?,
        };
        let source = [self.code(first, "source in")?, self.code(first + length, "source out")?];
        let record = [self.code(from, "record in")?, self.code(to, "record out")?];
        let mut event = Event { track: track.into(), ..Event::cut(0, reel(item), source, record) };
        self.words(item, &mut event, (at, start), retime)?;
        if let Some(transition) = head {
            let (kind, frames) = self.kind(transition)?;
            let (reel, code, name) = self.side_before(track, record[0])?;
            let mut first = Event { track: track.into(), ..Event::cut(0, reel, [code, code], [record[0], record[0]]) };
            first.number = 1;
            event.transition = kind(frames);
            event.to_clip_name = event.clip_name.take();
            event.clip_name = name;
            self.events.push((track.into(), first));
        }
        self.events.push((track.into(), event));
        Ok(())
    }

    /// Reel, out point and name of the clip that ends where a transition begins; black where there is none.
    fn side_before(&self, track: &str, at: Timecode) -> Result<(String, Timecode, Option<String>)> {
        let before = self.events.iter().rev().find(|(t, e)| t == track && !e.is_empty());
        match before.filter(|(_, e)| e.record[1] == at) {
            Some((_, e)) => Ok((e.reel.clone(), e.source[1], e.to_clip_name.clone().or_else(|| e.clip_name.clone()))),
            None => Ok(("BL".into(), self.code(0, "source in")?, None)),
        }
    }

    fn fade_out(&mut self, track: &str, transition: &Transition, before: Option<&Child>, end: i64) -> Result<()> {
        let frames = self.frames(&transition.before, "in_offset")?;
        if frames == 0 || !matches!(before, Some(Child::Item(_))) {
            self.note_at(transition.base.line.0, &transition.base.name, "a transition without a clip before it".into());
            return Ok(());
        }
        let (kind, _) = self.kind(transition)?;
        let record = [self.code(end - frames, "record in")?, self.code(end, "record out")?];
        let (reel, code, name) = self.side_before(track, record[0])?;
        let first = Event { track: track.into(), number: 1, ..Event::cut(0, reel, [code, code], [record[0], record[0]]) };
        let black = [self.code(0, "source in")?, self.code(frames, "source out")?];
        let length = u32::try_from(frames).map_err(|_| Error::unsupported("a transition beyond 32 bits"))?;
        let second = Event { track: track.into(), transition: kind(length), clip_name: name, ..Event::cut(0, "BL", black, record) };
        self.events.extend([(track.into(), first), (track.into(), second)]);
        Ok(())
    }

    fn kind(&mut self, transition: &Transition) -> Result<(impl Fn(u32) -> Kind + use<>, u32)> {
        let frames = self.frames(&transition.before, "in_offset")?.saturating_add(self.frames(&transition.after, "out_offset")?);
        let frames = u32::try_from(frames).map_err(|_| Error::unsupported("a transition beyond 32 bits"))?;
        let code = transition.base.metadata.text(CMX, "transition").unwrap_or_default();
        let pattern = match transition.kind.as_str() {
            "SMPTE_Dissolve" => None,
            "SMPTE_Wipe" => Some(code.strip_prefix('W').and_then(|n| n.parse().ok()).unwrap_or(1)),
            other => {
                self.note_at(transition.base.line.0, &transition.base.name, format!("transition {other:?}, for which a dissolve stands"));
                None
            }
        };
        Ok((
            move |frames| match pattern {
                None => Kind::Dissolve { frames },
                Some(pattern) => Kind::Wipe { pattern, frames },
            },
            frames,
        ))
    }

    /// The one retime that a list can say.
    fn retime(&mut self, item: &Item) -> Option<EffectKind> {
        let mut retime = None;
        for Effect { name, kind, enabled, .. } in &item.effects {
            match kind {
                EffectKind::Speed(_) | EffectKind::Freeze if *enabled && retime.is_none() => retime = Some(kind.clone()),
                _ => self.note(item, format!("effect {name:?} of clip {:?}", item.base.name)),
            }
        }
        retime
    }

    /// Names, comments, correction, markers and retime of an event.
    fn words(&mut self, item: &Item, event: &mut Event, (at, start): (i64, i64), retime: Option<EffectKind>) -> Result<()> {
        let freeze = retime == Some(EffectKind::Freeze);
        let name = &item.base.name;
        event.clip_name = Some(if freeze { format!("{name} FF") } else { name.clone() }).filter(|n| !n.trim().is_empty());
        let amf = item.amf();
        (event.amf_uuid, event.amf_name) = (amf.uuid, amf.name);
        for comment in item.comments() {
            match comment.strip_prefix("SOURCE FILE:") {
                Some(file) if event.source_file.is_none() => event.source_file = Some(file.trim().into()),
                _ if comment.starts_with(AMF_UUID) || comment.starts_with(AMF_NAME) => {}
                _ => event.comments.push(comment.into()),
            }
        }
        match item.media().map(|m| &m.kind) {
            Some(MediaKind::External(url)) => event.comments.push(format!("FROM CLIP: {url}")),
            Some(MediaKind::Sequence(s)) => {
                let last =
                    item.media().and_then(|m| m.available.as_ref()).map(|r| self.frames(&r.duration, "available_range")).transpose()?;
                let last = s.first.saturating_add(last.unwrap_or(1).saturating_sub(1));
                let (folder, width) = (s.folder.trim_end_matches('/'), usize::try_from(s.padding.clamp(0, 18)).unwrap_or(0));
                let separator = if folder.is_empty() { "" } else { "/" };
                event.comments.push(format!("FROM CLIP: {folder}{separator}{}[{:0width$}-{last:0width$}]{}", s.prefix, s.first, s.suffix));
            }
            Some(MediaKind::Unknown(_)) => self.note(item, format!("the media of clip {name:?}, of an unknown schema")),
            _ => {}
        }
        event.cdl = item.cdl()?.map(|cdl| crate::sidecar::cdl::Cdl { id: None, ..cdl });
        for marker in &item.markers {
            let offset = marker.range.as_ref().map(|r| self.frames(&r.start, "marked_range")).transpose()?.map(|m| m - start);
            match offset.map(|o| at + o).map(|frame| self.code(frame, "LOC")) {
                Some(Ok(code)) if (0..=self.frames_between(event)).contains(&offset.unwrap_or(-1)) => {
                    let color = marker.base.metadata.text(CMX, "color").or(marker.color.name()).unwrap_or("RED").to_owned();
                    let comment = if marker.base.name.is_empty() { &marker.comment } else { &marker.base.name };
                    event.locators.push(Locator { at: code, color, comment: comment.clone() });
                }
                _ => self.note(item, format!("marker {:?}, which lies outside clip {name:?}", marker.base.name)),
            }
        }
        match retime {
            Some(EffectKind::Freeze) => {
                event.speed = Some(Speed { reel: event.reel.clone(), frames_per_second: 0.0, at: event.source[0] });
                event.comments.push("* FREEZE FRAME".into());
            }
            Some(EffectKind::Speed(scalar)) => {
                // In whole rates, which every reader takes 24 and 48 for.
                let fps = scalar.number.times(Fraction::new(self.fps.round(), 1)?)?.to_f64();
                event.speed = Some(Speed { reel: event.reel.clone(), frames_per_second: fps, at: event.source[0] });
            }
            _ => {}
        }
        Ok(())
    }

    fn frames_between(&self, event: &Event) -> i64 {
        let count = |code: Timecode| i64::try_from(code.to_frame_count(self.rate)).unwrap_or(0);
        count(event.record[1]) - count(event.record[0])
    }
}

/// `AX` is an unknown or auxiliary source.
fn reel(item: &Item) -> String {
    let named = item.reel().map(str::to_owned);
    let made = || match item.media().map(|m| &m.kind) {
        Some(MediaKind::Generator { kind, .. }) if kind.eq_ignore_ascii_case("black") => Some("BL".to_owned()),
        Some(MediaKind::Generator { kind, .. }) if kind == "SMPTEBars" => Some("BARS".to_owned()),
        _ => None,
    };
    named.or_else(made).unwrap_or_else(|| "AX".into())
}
