//! A timeline to events: what the list can say, and a note on everything that it cannot.

use super::{
    Edl, Event, Reels,
    merge::{Laid, merge},
    reels::limit,
    said::{self, Outgoing},
    tracks::tracks,
    words::reel,
};
use crate::{
    camera::{Rational, Timecode},
    error::{Error, Result},
    sidecar::{
        Diagnostic, Level,
        json::Value,
        timeline::{
            CMX, Child, Content, EffectKind, Fraction, Item, ListedRetime, Time, Timeline, Transition, fraction, frame_rate, length,
            source_frames, whole_length,
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
    /// The events of a timeline at `rate`, one video track and up to four of sound. A source counts drop-frame as its clip says, and
    /// where that says nothing as the record side does. A transition into a gap or a disabled clip is a fade to black.
    ///
    /// With it come notes: `LEFT_OUT` (what an EDL has no word for: disabled tracks and clips, effects, media, markers outside a
    /// clip), `REEL_LENGTH`.
    ///
    /// # Errors
    /// Several video tracks and none chosen, a timeline or track of which a part is used, nested compositions, a time between frames,
    /// a transition that begins before the source does or reaches over another, a record time beyond 24 hours, more events than a
    /// list counts.
    pub fn from_timeline(timeline: &Timeline, rate: Rational, options: Options) -> Result<(Self, Vec<Diagnostic>)> {
        frame_rate(fraction(rate)?)?;
        let drop = options.drop_frame.unwrap_or_else(|| timeline.drop_frame());
        if drop && !Timecode::can_drop(rate) {
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

pub(super) struct Builder {
    pub rate: Rational,
    pub fps: Fraction,
    /// Whether the record side counts drop-frame.
    drop: bool,
    left_out: Vec<Diagnostic>,
    /// In the order of the tracks.
    events: Vec<Laid>,
}

impl Builder {
    pub fn note(&mut self, item: &Item, what: String) {
        self.note_at(item.base.line.0, &item.base.name, what);
    }
    pub fn note_at(&mut self, line: u32, path: &str, what: String) {
        self.left_out.push(Diagnostic { level: Level::Warning, code: "LEFT_OUT", message: what, line, path: path.into() });
    }

    /// Notes what stands on something that is not an event.
    pub fn markers_and_effects(&mut self, item: &Item, of: &str) {
        for marker in &item.markers {
            self.note_at(marker.base.line.0, &item.base.name, format!("marker {:?} of {of}", marker.base.name));
        }
        for effect in &item.effects {
            self.note(item, format!("effect {:?} of {of}", effect.name));
        }
    }

    fn whole(&self, count: Fraction, what: &str) -> Result<i64> {
        // Far above any timecode, and far below what sums of them overflow.
        let whole = if count.denominator() == 1 { i64::try_from(count.numerator()).ok().filter(|n| n.abs() <= 1 << 53) } else { None };
        whole.ok_or_else(|| Error::unsupported(format!("not a whole frame at {} a second", self.rate)).field(what).value(count))
    }
    pub fn frames(&self, time: &Time, what: &str) -> Result<i64> {
        self.whole(time.count(self.fps)?, what)
    }
    /// A record time, or one of black.
    pub fn code(&self, frame: i64, what: &str) -> Result<Timecode> {
        self.counted(frame, self.drop, what)
    }
    fn counted(&self, frame: i64, drop: bool, what: &str) -> Result<Timecode> {
        let day = 24 * 3600 * self.fps.round();
        let frame = u64::try_from(frame).ok().filter(|f| i128::from(*f) < day);
        let frame = frame.ok_or_else(|| Error::unsupported("a time that 24 hours of timecode do not have").field(what))?;
        Ok(Timecode::from_frame_count(frame, self.rate, drop))
    }

    /// Lays a track down; `at` is the record frame of its beginning.
    fn track(&mut self, name: &str, track: &Item, at: i64) -> Result<()> {
        let mut at = at;
        let children = track.children();
        self.markers_and_effects(track, &format!("track {:?}", track.base.name));
        if let Some(range) = &track.range {
            // A range only says where the track begins; one that cuts into its children needs a flattened timeline.
            let whole = length(track)? == whole_length(track)?;
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
            let beside = Beside { before: children.get(..i).unwrap_or_default(), after: children.get(i + 1) };
            at = self.child(name, child, &beside, at).map_err(|e| e.line(line))?;
        }
        Ok(())
    }

    /// Lays one child down and returns where the next begins.
    fn child(&mut self, track: &str, child: &Child, beside: &Beside, at: i64) -> Result<i64> {
        match child {
            Child::Unknown(_) => Err(Error::unsupported("something of an unknown schema in a track")),
            Child::Transition(t) => {
                if !shows(beside.after) {
                    self.fade_out(track, t, beside, at)?;
                }
                Ok(at)
            }
            Child::Item(item) => {
                let frames = self.length(item)?;
                let end = self.whole(Fraction::new(i128::from(at) + i128::from(frames), 1)?, "duration")?;
                match &item.content {
                    Content::Track { .. } | Content::Stack { .. } => {
                        return Err(Error::unsupported("a nested composition; flatten it first").field("children").value(&item.base.name));
                    }
                    Content::Gap => self.markers_and_effects(item, "a gap"),
                    Content::Clip(_) if !item.enabled => self.note(item, format!("clip {:?}, which is disabled", item.base.name)),
                    Content::Clip(_) => self.clip(track, item, (at, end), beside)?,
                }
                Ok(end)
            }
        }
    }

    fn length(&self, item: &Item) -> Result<i64> {
        let seconds =
            length(item)?.ok_or_else(|| Error::invalid("nothing says how long it is").field("source_range").value(&item.base.name))?;
        self.whole(seconds.times(self.fps)?, "duration")
    }

    fn clip(&mut self, track: &str, item: &Item, (at, end): (i64, i64), beside: &Beside) -> Result<()> {
        let (head, tail) = (transition(beside.before.last()), transition(beside.after));
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
        // Of the whole clip, at the rate of its list.
        let listed = item.listed_retime().filter(|_| (lead, cut) == (0, 0) && range.is_some_and(|r| r.start.rate.number == self.fps));
        let scale = match &retime {
            Some(EffectKind::Speed(scalar)) => scalar.number,
            _ => Fraction::ONE,
        };
        let scaled = Fraction::new(lead.into(), 1)?.times(scale)?.round();
        let first = start - self.whole(Fraction::new(scaled, 1)?, "time_scalar")?;
        let length = match listed {
            Some(ListedRetime { source, .. }) => source,
            None => self.whole(source_frames(retime.as_ref(), Fraction::new((to - from).into(), 1)?)?, "time_scalar")?,
        };
        let drop = item.drop_frame().unwrap_or(self.drop) && Timecode::can_drop(self.rate);
        let source = [self.counted(first, drop, "source in")?, self.counted(first + length, drop, "source out")?];
        let record = [self.code(from, "record in")?, self.code(to, "record out")?];
        let mut event = Event { track: track.into(), ..Event::cut(said::number(item), reel(item), source, record) };
        let said = Said { at, start, retime, listed, incoming: head.is_some() };
        self.words(item, &mut event, said)?;
        let made_name = said::has_made_name(item);
        if let Some(transition) = head {
            let (kind, frames) = self.kind(transition)?;
            let from = beside.before.len().checked_sub(2).and_then(|i| beside.before.get(i));
            let implied = if shows(from) { self.side_before(track, record[0])? } else { self.black()? };
            let from = Outgoing::kept_or(transition, implied);
            event.transition = kind(frames);
            event.to_clip_name = event.clip_name.take();
            event.clip_name = from.name.clone();
            self.push(first_line(track, from, record[0]))?;
        }
        self.push(Laid { track: track.into(), event, made_name })
    }

    /// # Errors
    /// It begins before the one in front of it ends.
    fn push(&mut self, laid: Laid) -> Result<()> {
        let count = |code: Timecode| code.to_frame_count(self.rate);
        let (before, from) = (self.events.last().filter(|l| l.track == laid.track), laid.event.record[0]);
        if before.is_some_and(|b| count(b.event.record[1]) > count(from)) {
            return Err(Error::unsupported("a transition that reaches over another").field("in_offset").value(from));
        }
        self.events.push(laid);
        Ok(())
    }

    /// The clip that ends where a transition begins; black where there is none.
    fn side_before(&self, track: &str, at: Timecode) -> Result<Outgoing> {
        let before = self.events.iter().rev().find(|l| l.track == track && !l.event.is_empty());
        match before.filter(|l| l.event.record[1] == at) {
            Some(Laid { event, made_name, .. }) => {
                let name = event.name().filter(|_| !made_name).map(str::to_owned);
                Ok(Outgoing { reel: event.reel.clone(), at: event.source[1], name })
            }
            None => self.black(),
        }
    }
    fn black(&self) -> Result<Outgoing> {
        Ok(Outgoing { reel: "BL".into(), at: self.code(0, "source in")?, name: None })
    }

    /// A fade to black at `cut`, where no clip follows: at the end of the track, into a gap or a disabled clip.
    fn fade_out(&mut self, track: &str, transition: &Transition, beside: &Beside, cut: i64) -> Result<()> {
        let lead = self.frames(&transition.before, "in_offset")?;
        let tail = match beside.after {
            Some(Child::Item(black)) => {
                let tail = self.frames(&transition.after, "out_offset")?;
                if tail > self.length(black)? {
                    return Err(Error::unsupported("a transition longer than what it leads into").field("out_offset").value(tail));
                }
                tail
            }
            // Nothing is there for it to reach into.
            _ => 0,
        };
        if lead + tail == 0 || !shows(beside.before.last()) {
            self.note_at(transition.base.line.0, &transition.base.name, "a transition of no length or without a clip before it".into());
            return Ok(());
        }
        let (kind, _) = self.kind(transition)?;
        let record = [self.code(cut - lead, "record in")?, self.code(cut + tail, "record out")?];
        let from = self.side_before(track, record[0])?;
        let black = [self.code(0, "source in")?, self.code(lead + tail, "source out")?];
        let length = u32::try_from(lead + tail).map_err(|_| Error::unsupported("a transition beyond 32 bits"))?;
        let clip_name = from.name.clone();
        let second = Event { track: track.into(), transition: kind(length), clip_name, ..Event::cut(0, "BL", black, record) };
        self.push(first_line(track, from, record[0]))?;
        self.push(Laid { track: track.into(), event: second, made_name: false })
    }
}

/// The line of the clip that a transition comes from: of no length, where it begins.
fn first_line(track: &str, from: Outgoing, at: Timecode) -> Laid {
    let event = Event { track: track.into(), ..Event::cut(0, from.reel, [from.at; 2], [at; 2]) };
    Laid { track: track.into(), event, made_name: false }
}

/// What an event says of its clip besides reel and times.
pub(super) struct Said {
    /// Where it is laid, and the first frame of its source.
    pub at: i64,
    pub start: i64,
    pub retime: Option<EffectKind>,
    /// The retime as the list has it that the clip is from.
    pub listed: Option<ListedRetime>,
    /// Whether a transition leads into it.
    pub incoming: bool,
}

/// What stands beside a child in its track.
struct Beside<'a> {
    before: &'a [Child],
    after: Option<&'a Child>,
}

/// Whether it is a clip that goes into the list.
fn shows(child: Option<&Child>) -> bool {
    matches!(child, Some(Child::Item(Item { content: Content::Clip(_), enabled: true, .. })))
}

fn transition(child: Option<&Child>) -> Option<&Transition> {
    if let Some(Child::Transition(t)) = child { Some(t) } else { None }
}
