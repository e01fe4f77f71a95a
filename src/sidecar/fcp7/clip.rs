//! Clips, generators and nested sequences; their media and retimes.

use super::{
    elements::{child, children, flag, rate, text, time, timecode},
    sequence::{Blend, Reader, marker},
};
use crate::{
    camera::Rational,
    error::{Error, Result},
    sidecar::{
        json::Value,
        timeline::{
            Base, Content, Effect, EffectKind, Exact, Fraction, Item, Marker, Media, MediaKind, Sources, Time, TimeRange, fraction,
            set_drop_frame, string, strings,
        },
        xml::Element,
    },
};

/// An item, and its place on the record side.
pub(super) struct Placed {
    pub item: Item,
    pub start: Time,
    pub length: Time,
}

/// Reads a clip between two transitions: `start` and `end` are -1 where a transition decides, and `in` and `out` then reach over
/// the whole of it.
pub(super) fn item<'a>(
    reader: &mut Reader<'a>,
    element: &'a Element,
    sequence: Rational,
    head: Option<&Blend>,
    tail: Option<&Blend>,
) -> Result<Placed> {
    let rate = rate(element)?.unwrap_or(sequence);
    let missing = |name: &str| Error::invalid("a clip without it, and no transition that decides").field(name).value(text(element, "name"));
    let (start, end) = (time(element, "start", sequence)?, time(element, "end", sequence)?);
    let (mut first, last) = (time(element, "in", rate)?, time(element, "out", rate)?);
    let cut = |blend: Option<&Blend>| blend.map(|b| b.cut.clone());
    let record = match (start, end, &first, &last) {
        (Some(start), Some(end), _, _) => (start, end),
        (Some(start), None, _, _) if tail.is_some() => (start, cut(tail).ok_or_else(|| missing("end"))?),
        (None, Some(end), _, _) if head.is_some() => {
            first = lead(first, head)?;
            (cut(head).ok_or_else(|| missing("start"))?, end)
        }
        (None, None, _, _) if head.is_some() && tail.is_some() => {
            first = lead(first, head)?;
            (cut(head).ok_or_else(|| missing("start"))?, cut(tail).ok_or_else(|| missing("end"))?)
        }
        (Some(start), None, Some(first), Some(last)) => {
            let end = start.plus(&last.minus(first)?)?;
            (start, end)
        }
        (None, ..) => return Err(missing("start")),
        _ => return Err(missing("end")),
    };
    let length = record.1.minus(&record.0)?;
    if length.is_negative() {
        return Err(Error::invalid("a clip that ends before it begins").field("end").value(text(element, "name")));
    }
    let first = first.unwrap_or(Time::frames(0, rate)?);
    // `in` and `out` say the same length, but for transitions and hand-made files.
    if let (Some(last), None, None) = (&last, head, tail)
        && last.minus(&first)?.seconds()? != length.seconds()?
    {
        let message = format!("{:?}: out - in is not end - start, which holds", text(element, "name"));
        reader.warn("DURATION_MISMATCH", message, element);
    }
    let duration = Time { value: length.count(fraction(rate)?)?.into(), rate: fraction(rate)?.into() };
    let Made { content, markers, offset, drop } = content(reader, element, rate)?;
    let range = TimeRange { start: first.plus(&offset)?, duration };
    let mut item = Item::new(Base::named(text(element, "name"), element.line.0), Some(range), content);
    item.markers = markers;
    if let Some(drop) = drop {
        set_drop_frame(&mut item.base.metadata, drop, rate);
    }
    item.enabled = flag(element, "enabled")?.unwrap_or(true);
    item.markers.extend(children(element, "marker").map(|m| marker(m, rate, &offset)).collect::<Result<Vec<_>>>()?);
    for filter in children(element, "filter") {
        item.effects.extend(effect(reader, filter)?);
    }
    metadata(&mut item, element, reader)?;
    Ok(Placed { item, start: record.0, length })
}

/// The source at the cut, from the source where the transition begins.
fn lead(first: Option<Time>, head: Option<&Blend>) -> Result<Option<Time>> {
    match (first, head) {
        (Some(first), Some(blend)) => first.plus(&blend.transition.before).map(Some),
        (first, _) => Ok(first),
    }
}

/// What a clip is made of.
struct Made {
    content: Content,
    markers: Vec<Marker>,
    /// The time at which its source begins.
    offset: Time,
    /// Whether its source counts drop-frame, where it says so.
    drop: Option<bool>,
}

fn content<'a>(reader: &mut Reader<'a>, element: &'a Element, rate: Rational) -> Result<Made> {
    let zero = Time::frames(0, rate)?;
    if let Some(nested) = child(element, "sequence") {
        let stack = reader.stack(nested)?;
        return Ok(Made { content: stack.content, markers: stack.markers, offset: zero, drop: None });
    }
    let generator = |kind: String| MediaKind::Generator { kind, parameters: Value::Object(vec![]) };
    let Some(file) = child(element, "file") else {
        let effect = child(element, "effect");
        let media = match effect {
            Some(effect) => {
                let id = text(effect, "effectid");
                let mut media = Media::new(generator(if id.is_empty() { text(effect, "name") } else { id }));
                media.base.name = text(effect, "name");
                media
            }
            None => Media::new(MediaKind::Missing),
        };
        return Ok(Made { content: Content::Clip(Sources::one(media)), markers: vec![], offset: zero, drop: None });
    };
    let file = reader.file(file)?;
    let file_rate = super::elements::rate(file)?.unwrap_or(rate);
    let (offset, drop) = timecode(file, file_rate)?.map_or((None, None), |(t, d)| (Some(t), d));
    let url = text(file, "pathurl");
    let source = text(file, "mediaSource");
    let kind = match (url.is_empty(), source.is_empty()) {
        (false, _) => MediaKind::External(url),
        (true, false) => generator(source),
        (true, true) => MediaKind::Missing,
    };
    let available = match time(file, "duration", file_rate)? {
        Some(duration) if !duration.is_negative() => {
            let start = offset.clone().unwrap_or(Time::frames(0, file_rate)?);
            Some(TimeRange { start, duration })
        }
        _ => None,
    };
    let media = Media { base: Base::named(text(file, "name"), file.line.0), available, kind };
    let offset = match offset {
        Some(offset) => zero.plus(&offset)?,
        None => zero,
    };
    Ok(Made { content: Content::Clip(Sources::one(media)), markers: vec![], offset, drop })
}

fn metadata<'a>(item: &mut Item, element: &'a Element, reader: &mut Reader<'a>) -> Result<()> {
    let metadata = &mut item.base.metadata;
    let mut set = |name: &str, text: String| {
        if !text.is_empty() {
            metadata.set("fcp_xml", name, string(text));
        }
    };
    set("id", element.get("id").unwrap_or_default().into());
    set("masterclipid", text(element, "masterclipid"));
    if let Some(file) = child(element, "file") {
        let reel = child(reader.file(file)?, "timecode").and_then(|t| child(t, "reel")).map(|r| text(r, "name"));
        set("reel", reel.unwrap_or_default());
    }
    let links: Vec<String> = children(element, "link").map(|l| text(l, "linkclipref")).filter(|l| !l.is_empty()).collect();
    if !links.is_empty() {
        metadata.set("fcp_xml", "links", strings(links));
    }
    Ok(())
}

/// A filter; `timeremap` of one speed is a retime.
fn effect<'a>(reader: &mut Reader<'a>, filter: &'a Element) -> Result<Option<Effect>> {
    let Some(effect) = child(filter, "effect") else { return Ok(None) };
    let (name, id) = (text(effect, "name"), text(effect, "effectid"));
    let enabled = flag(filter, "enabled")?.unwrap_or(true);
    let parameter =
        |wanted: &str| children(effect, "parameter").find(|p| text(p, "parameterid") == wanted).map(|p| (text(p, "value"), p.line.0));
    if id == "timeremap" {
        if parameter("variablespeed").is_some_and(|(value, _)| value != "0") {
            reader.warn("LEFT_OUT", format!("{name:?}: a speed that changes"), filter);
        } else if let Some((value, line)) = parameter("speed") {
            // In percent.
            let percent = Exact::parse(&value).map_err(|e| e.field("speed").line(line))?;
            let reverse = parameter("reverse").is_some_and(|(value, _)| value.eq_ignore_ascii_case("true"));
            let scalar = percent.number.over(Fraction::whole(100))?;
            let scalar = if reverse { Fraction::ZERO.minus(scalar)? } else { scalar };
            if scalar == Fraction::ONE {
                return Ok(None);
            }
            let retime = if scalar == Fraction::ZERO { Effect::freeze() } else { Effect::speed(scalar) };
            return Ok(Some(Effect { enabled, ..retime }));
        }
    }
    let base = Base::named(name, effect.line.0);
    Ok(Some(Effect { base, name: id, enabled, kind: EffectKind::Other("Effect".into()) }))
}
