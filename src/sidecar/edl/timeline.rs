//! Events to a timeline.

use super::{
    Edl, Event, Transition as Kind,
    said::{Outgoing, keep_made_name, keep_number},
    words,
};
use crate::{
    camera::{Rational, Timecode},
    error::{Error, Result},
    sidecar::{
        Level,
        json::Value,
        timeline::{
            AMF_NAME, AMF_UUID, Base, CMX, Child, Content, Effect, EffectKind, Item, ListedRetime, Marker, MarkerColor, Media, MediaKind,
            Sequence, Sources, Time, TimeRange, Timeline, Transition, count, fraction, frame_rate, set_cdl, set_drop_frame, string,
            strings,
        },
    },
};

/// What stands between a track's name and what has been laid on it.
struct Track<'a> {
    name: String,
    children: Vec<Child>,
    /// The event of the last child.
    last: Option<&'a Event>,
    /// Record frame at which it ends.
    end: i64,
}

impl Edl {
    /// The list at `rate` frames per second: a track for each channel, gaps where the record side jumps, and the record time of
    /// the first frame as the timeline's start.
    ///
    /// Metadata `cmx_3600` holds reel (but for `AX`, which means none) and comments as OpenTimelineIO's adapter names them;
    /// `cdl` the correction, `cmx_3600.drop_frame` how the source counts where the rate drops labels. A retimed clip has the length of its
    /// record side. What the list says besides is kept there too: `retime` ([`ListedRetime`]), `from` (the first line of a transition, where
    /// it is not the end of the clip before), `made_name` (of a clip without one), `number` (of an event out of turn).
    ///
    /// # Errors
    /// The first contradiction that [`Edl::check`] finds at this rate; clips that overlap on a track; a key, which a timeline does
    /// not have. Each with its line.
    pub fn to_timeline(&self, rate: Rational) -> Result<Timeline> {
        frame_rate(fraction(rate)?)?;
        if let Some(wrong) = self.check(rate).into_iter().find(|d| d.level == Level::Error) {
            return Err(Error::invalid(format!("{} [{}]", wrong.message, wrong.code)).field(wrong.path).line(wrong.line));
        }
        let start = self.events.iter().map(|e| count(e.record[0], rate)).collect::<Result<Vec<_>>>()?.into_iter().min();
        let mut tracks: Vec<Track> = vec![];
        // The first line of a transition, without length; its comments belong to the second.
        let mut from: Option<&Event> = None;
        let mut number = 0;
        for event in &self.events {
            if event.is_empty() {
                from = Some(event);
                continue;
            }
            let before = from.take().filter(|f| f.number == event.number);
            let clip = clip(event, before, rate, number).map_err(|e| e.line(event.line.0))?;
            lay(event, before, &clip, rate, start.unwrap_or(0), &mut tracks).map_err(|e| e.line(event.line.0))?;
            number = event.number;
        }
        let children = tracks.into_iter().map(|t| {
            let kind = if t.name.starts_with('A') { "Audio" } else { "Video" };
            let base = Base::named(t.name, 0);
            Child::Item(Item::new(base, None, Content::Track { kind: kind.into(), children: t.children }))
        });
        let tracks = Item::new(Base::named("tracks", 0), None, Content::Stack { children: children.collect() });
        let mut base = Base::named(self.title.clone().unwrap_or_default(), 0);
        if !self.comments.is_empty() {
            base.metadata.set(CMX, "comments", strings(self.comments.iter().map(String::as_str)));
        }
        if self.events.iter().any(|e| e.record[0].drop_frame) {
            set_drop_frame(&mut base.metadata, true, rate);
        }
        Ok(Timeline { base, start: start.map(|s| Time::frames(s, rate)).transpose()?, tracks })
    }
}

fn lay<'a>(event: &'a Event, before: Option<&Event>, clip: &Item, rate: Rational, start: i64, tracks: &mut Vec<Track<'a>>) -> Result<()> {
    let (from, to) = (count(event.record[0], rate)?, count(event.record[1], rate)?);
    let transition = transition(event, &clip.base.name, rate)?;
    for name in channels(event) {
        let at = tracks.iter().position(|t| t.name == name).unwrap_or_else(|| {
            tracks.push(Track { name, children: vec![], last: None, end: start });
            tracks.len() - 1
        });
        let Some(track) = tracks.get_mut(at) else { continue };
        if from < track.end {
            let ends = Timecode::from_frame_count(u64::try_from(track.end).unwrap_or(0), rate, event.record[0].drop_frame);
            return Err(Error::invalid(format!("overlaps the clip before it on {}, which ends at {ends}", track.name))
                .field("record in")
                .value(event.record[0]));
        }
        if from > track.end {
            let range = TimeRange { start: Time::frames(0, rate)?, duration: Time::frames(from - track.end, rate)? };
            track.children.push(Child::Item(Item::new(Base::default(), Some(range), Content::Gap)));
        }
        if let Some(mut transition) = transition.clone() {
            if let Some(before) = before {
                Outgoing::of(before, event).keep(&track.outgoing(event)?, &mut transition.base.metadata);
            }
            track.children.push(Child::Transition(transition));
        }
        track.children.push(Child::Item(clip.clone()));
        (track.last, track.end) = (Some(event), to);
    }
    Ok(())
}

impl Track<'_> {
    /// What a list says of the clip that a transition into `event` comes from, as the writer makes it of the clip before; black where
    /// that ends earlier.
    fn outgoing(&self, event: &Event) -> Result<Outgoing> {
        if let (Some(last), Some(Child::Item(item))) = (self.last, self.children.last())
            && matches!(item.content, Content::Clip(_))
        {
            let name = last.name().map(str::to_owned);
            return Ok(Outgoing { reel: words::reel(item), at: last.source[1], name });
        }
        let midnight = Timecode::new(0, 0, 0, 0, event.record[0].drop_frame).ok_or_else(|| Error::invalid("no timecode"))?;
        Ok(Outgoing { reel: "BL".into(), at: midnight, name: None })
    }
}

/// The tracks of a channel: `AA/V` is `V`, `A1`, `A2`; `AUD 3` below the event adds `A3`.
fn channels(event: &Event) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    let mut add = |name: &str| {
        if !names.iter().any(|n| n == name) {
            names.push(name.into());
        }
    };
    // Picture first, as in `B`, however it is written.
    let (pictures, sounds): (Vec<&str>, Vec<&str>) = event.track.split('/').partition(|p| p.starts_with('V'));
    pictures.iter().for_each(|p| add(p));
    for part in sounds {
        match part {
            "A" => add("A1"),
            "AA" => ["A1", "A2"].into_iter().for_each(&mut add),
            "B" => ["V", "A1"].into_iter().for_each(&mut add),
            other => add(other),
        }
    }
    for channels in event.comments.iter().filter_map(|c| c.strip_prefix("AUD ")) {
        for number in channels.split_ascii_whitespace().filter(|n| matches!(*n, "3" | "4")) {
            add(&format!("A{number}"));
        }
    }
    names
}

fn range([from, to]: [Timecode; 2], rate: Rational) -> Result<TimeRange> {
    let (from, to) = (count(from, rate)?, count(to, rate)?);
    Ok(TimeRange { start: Time::frames(from, rate)?, duration: Time::frames(to - from, rate)? })
}

/// `last` is the number of the event before.
fn clip(event: &Event, before: Option<&Event>, rate: Rational, last: u32) -> Result<Item> {
    let (source, record) = (range(event.source, rate)?, range(event.record, rate)?);
    let notes: Vec<&str> = before.into_iter().flat_map(|b| &b.comments).chain(&event.comments).map(String::as_str).collect();
    let file = file(event, &notes);
    let media = media(&event.reel, file.map(|(_, path)| path), rate)?;
    let is_freeze_note = |n: &str| n.trim_start_matches(['*', ' ']) == "FREEZE FRAME";
    let freeze = event.speed.as_ref().is_some_and(|s| s.frames_per_second == 0.0)
        || (event.speed.is_none() && notes.iter().any(|n| is_freeze_note(n)));

    let listed = event.name();
    let mut name = match (listed, file) {
        (Some(listed), _) => listed.to_owned(),
        (None, Some((_, path))) => stem(path).to_owned(),
        (None, None) => number_name(event.number),
    };
    if freeze && let Some(bare) = name.strip_suffix(" FF") {
        name = bare.to_owned();
    }
    let used = TimeRange { start: source.start.clone(), duration: record.duration.clone() };
    let mut item = Item::new(Base::named(name, event.line.0), Some(used), Content::Clip(Sources::one(media)));
    let metadata = &mut item.base.metadata;
    if listed.is_none() {
        keep_made_name(&item.base.name, metadata);
    }
    keep_number(event.number, last, metadata);
    let amf = [(AMF_UUID, &event.amf_uuid), (AMF_NAME, &event.amf_name)];
    let amf = amf.into_iter().filter_map(|(keyword, text)| text.as_ref().map(|t| format!("{keyword} {t}")));
    let kept =
        notes.iter().filter(|n| !is_freeze_note(n) && file.is_none_or(|(keyword, _)| !n.starts_with(keyword))).map(|n| (*n).to_owned());
    let comments: Vec<String> = amf.chain(kept).chain(event.source_file.iter().map(|f| format!("SOURCE FILE: {f}"))).collect();
    if !comments.is_empty() {
        metadata.set(CMX, "comments", strings(comments));
    }
    let reel = notes.iter().find_map(|n| whole_reel(n, &event.reel)).unwrap_or(&event.reel);
    if reel != "AX" {
        metadata.set(CMX, "reel", string(reel));
    }
    if let Some(cdl) = &event.cdl {
        set_cdl(metadata, cdl);
    }
    set_drop_frame(metadata, event.source[0].drop_frame, rate);
    if freeze || event.speed.is_some() {
        let m2 = event.speed.as_ref().map(|s| (s.frames_per_second, s.at));
        let listed = ListedRetime { m2, source: frames(&source)?, record: frames(&record)? };
        listed.keep(&mut item.base.metadata);
        item.effects.push(match listed.effect(rate)? {
            EffectKind::Speed(scalar) => Effect::speed(scalar),
            _ => Effect::freeze(),
        });
    }
    item.markers = event.locators.iter().map(|l| marker(l, &source, &record, rate)).collect::<Result<_>>()?;
    Ok(item)
}

/// The file of a clip, with the keyword it stands behind. In a transition `FROM` is the clip that goes, where another is told from it.
fn file<'a>(event: &Event, notes: &[&'a str]) -> Option<(&'static str, &'a str)> {
    let incoming: &[&'static str] = if event.transition == Kind::Cut { &[] } else { &["TO CLIP:", "TO FILE:"] };
    let find = |keywords: &[&'static str]| {
        notes.iter().find_map(|note| keywords.iter().find_map(|keyword| Some((*keyword, note.strip_prefix(keyword)?.trim()))))
    };
    find(incoming).or_else(|| find(&["FROM CLIP:", "FROM FILE:"]))
}

/// The name that stands for an event that has none.
pub(super) fn number_name(number: u32) -> String {
    format!("{number:03}")
}

fn frames(range: &TimeRange) -> Result<i64> {
    i64::try_from(range.duration.value.number.numerator()).map_err(|_| Error::unsupported("a range beyond 64 bits"))
}

fn media(reel: &str, file: Option<&str>, rate: Rational) -> Result<Media> {
    let generator = |kind: &str| MediaKind::Generator { kind: kind.into(), parameters: Value::Object(vec![]) };
    Ok(Media::new(match (reel, file) {
        ("BL" | "BLACK", _) => generator("black"),
        ("BARS", _) => generator("SMPTEBars"),
        (_, None) => MediaKind::Missing,
        (_, Some(path)) => match sequence(path, rate)? {
            Some((sequence, available)) => return Ok(Media { available: Some(available), ..Media::new(MediaKind::Sequence(sequence)) }),
            None => MediaKind::External(path.into()),
        },
    }))
}

/// `folder/name.[1001-1020].exr`
fn sequence(path: &str, rate: Rational) -> Result<Option<(Sequence, TimeRange)>> {
    let parts = || {
        let (head, rest) = path.rsplit_once(".[")?;
        let (numbers, suffix) = rest.split_once(']')?;
        let (first, last) = numbers.split_once('-')?;
        let (folder, prefix) = head.rsplit_once(['/', '\\']).unwrap_or(("", head));
        let range: (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
        let digits = first.bytes().chain(last.bytes()).all(|b| b.is_ascii_digit());
        (digits && suffix.starts_with('.') && suffix.len() > 1 && range.0 <= range.1 && range.1 < i64::MAX).then_some((
            folder,
            prefix,
            first.len(),
            range,
            suffix,
        ))
    };
    let Some((folder, prefix, digits, (first, last), suffix)) = parts() else { return Ok(None) };
    let sequence = Sequence {
        folder: folder.into(),
        prefix: format!("{prefix}."),
        suffix: suffix.into(),
        first,
        step: 1,
        rate: fraction(rate)?.into(),
        padding: i64::try_from(digits).unwrap_or(0),
    };
    Ok(Some((sequence, TimeRange { start: Time::frames(first, rate)?, duration: Time::frames(last - first + 1, rate)? })))
}

/// `FINAL CUT PRO REEL: whole name REPLACED BY: short`
fn whole_reel<'a>(note: &'a str, short: &str) -> Option<&'a str> {
    let (whole, by) = note.strip_prefix("FINAL CUT PRO REEL:")?.split_once("REPLACED BY:")?;
    Some(whole.trim()).filter(|w| !w.is_empty() && by.trim() == short)
}

pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn transition(event: &Event, name: &str, rate: Rational) -> Result<Option<Transition>> {
    let (kind, code, frames) = match &event.transition {
        Kind::Cut => return Ok(None),
        Kind::Dissolve { frames } => ("SMPTE_Dissolve", "D".to_owned(), *frames),
        Kind::Wipe { pattern, frames } => ("SMPTE_Wipe", format!("W{pattern:03}"), *frames),
        Kind::Key { kind, .. } => {
            return Err(Error::unsupported("a key; a timeline holds cuts, dissolves and wipes").field("event").value(kind));
        }
    };
    let title = match (&event.clip_name, &event.to_clip_name) {
        (Some(from), Some(to)) => format!("{kind} from {from} to {to}"),
        _ => format!("{kind} to {name}"),
    };
    let mut base = Base::named(title, event.line.0);
    base.metadata.set(CMX, "transition", string(code));
    base.metadata.set(CMX, "transition_duration", Value::Number(format!("{frames}.0")));
    // It begins at the cut of the list, over the clip that it goes to.
    let (before, after) = (Time::frames(0, rate)?, Time::frames(frames.into(), rate)?);
    Ok(Some(Transition { base, kind: kind.into(), before, after }))
}

/// The colours that OpenTimelineIO names.
const COLORS: [&str; 11] = ["PINK", "RED", "ORANGE", "YELLOW", "GREEN", "CYAN", "BLUE", "PURPLE", "MAGENTA", "BLACK", "WHITE"];

/// A locator stands on the record side, a marker in the clip's own time.
fn marker(locator: &super::Locator, source: &TimeRange, record: &TimeRange, rate: Rational) -> Result<Marker> {
    let at = source.start.plus(&Time::at(locator.at, rate)?.minus(&record.start)?)?;
    let mut base = Base::named(locator.comment.clone(), 0);
    base.metadata.set(CMX, "color", string(&locator.color));
    let color = locator.color.to_ascii_uppercase();
    let color = if COLORS.contains(&color.as_str()) { color } else { "RED".into() };
    let range = TimeRange { start: at, duration: Time::frames(0, rate)? };
    Ok(Marker { base, color: MarkerColor::Name(color), range: Some(range), comment: String::new() })
}
