//! One clip, compound clip, gap or title, without what is connected to it.

use super::{
    lanes,
    resources::{ITEMS, Reader, seconds, text, time},
};
use crate::{
    error::{Error, Result},
    sidecar::{
        json::Value,
        timeline::{
            Base, Content, Effect, Fraction, Item, Marker, MarkerColor, Media, MediaKind, Sources, TimeRange, frame_rate, set_drop_frame,
            string,
        },
        xml::Element,
    },
};

pub(super) fn is_item(element: &Element) -> bool {
    ITEMS.contains(&element.name.local.as_str())
}

pub(super) fn item<'a>(reader: &mut Reader<'a>, element: &'a Element, rate: Fraction) -> Result<Item> {
    reader.count(element)?;
    let name = text(element, "name");
    let mut base = Base::named(name.clone(), element.line.0);
    let length = match element.get("duration") {
        Some(_) => seconds(element, "duration")?,
        // The whole of what it refers to.
        None => match reader.resource(element, "ref")? {
            Some(resource) => seconds(resource.elements().find(|e| e.name.local == "sequence").unwrap_or(resource), "duration")?,
            None => return Err(Error::invalid("a clip without it").field("duration").value(name)),
        },
    };
    if length.numerator() < 0 {
        return Err(Error::invalid("below 0").field("duration").value(length));
    }
    let content = content(reader, element, rate)?;
    let map = element.elements().find(|e| e.name.local == "timeMap").map(|map| retime(reader, map, &name)).transpose()?.flatten();
    let own = seconds(element, "start")?;
    // A gap begins at an hour of its own; nothing stands there.
    let start = match &map {
        _ if content == Content::Gap => Fraction::ZERO,
        Some(map) => map.source(own, length)?,
        None => own,
    };
    // Markers stand in the time that the map leads from.
    let shift = start.minus(own)?;
    if content == Content::Gap {
        base.name.clear();
    }
    let range = TimeRange { start: time(start, rate)?, duration: time(length, rate)? };
    let mut item = Item::new(base, Some(range), content);
    item.enabled = element.get("enabled") != Some("0");
    item.effects.extend(map.and_then(|map| map.effect()));
    for child in element.elements() {
        match child.name.local.as_str() {
            "marker" | "chapter-marker" => item.markers.push(marker(child, shift, rate)?),
            "conform-rate" if child.get("scaleEnabled") != Some("0") && child.get("srcFrameRate").is_some() => {
                item.base.metadata.set("fcpx", "src_frame_rate", string(text(child, "srcFrameRate")));
            }
            "note" => item.base.metadata.set("fcpx", "note", string(child.text())),
            _ => {}
        }
    }
    if let (Some(format), Ok(rate)) = (element.get("tcFormat"), frame_rate(rate)) {
        set_drop_frame(&mut item.base.metadata, format == "DF", rate);
    }
    if let Some(reel) = reel(element) {
        item.base.metadata.set("fcpx", "reel", string(reel));
    }
    Ok(item)
}

fn reel(element: &Element) -> Option<String> {
    let metadata = element.elements().find(|e| e.name.local == "metadata")?;
    let value = metadata.elements().find(|m| m.get("key").is_some_and(|k| k.ends_with(".reel")))?;
    value.get("value").filter(|v| !v.trim().is_empty()).map(str::to_owned)
}

fn content<'a>(reader: &mut Reader<'a>, element: &'a Element, rate: Fraction) -> Result<Content> {
    let clip = |media| Ok(Content::Clip(Sources::one(media)));
    let resource = reader.resource(element, "ref")?;
    match element.name.local.as_str() {
        "gap" => Ok(Content::Gap),
        "ref-clip" => {
            let sequence = resource.and_then(|m| m.elements().find(|e| e.name.local == "sequence"));
            let sequence = sequence.ok_or_else(|| Error::invalid("no sequence to refer to").field("ref").value(text(element, "ref")))?;
            Ok(lanes::stack(reader, sequence, rate)?.content)
        }
        "clip" => match inner(element) {
            Some(source) => clip(media(reader.resource(source, "ref")?, rate)?),
            None => clip(Media::new(MediaKind::Missing)),
        },
        "mc-clip" | "sync-clip" | "audition" => {
            reader.warn(format!("what {:?}, a {}, is made of", text(element, "name"), element.name.local), element);
            clip(Media::new(MediaKind::Missing))
        }
        _ => clip(media(resource, rate)?),
    }
}

/// The picture or sound that a clip is made of: directly, or in a gap that carries sound alone.
fn inner(clip: &Element) -> Option<&Element> {
    let source = |e: &&Element| matches!(e.name.local.as_str(), "video" | "audio") && e.get("ref").is_some();
    let own = |e: &&Element| e.get("lane").is_none();
    clip.elements().filter(own).find(source).or_else(|| {
        let gap = clip.elements().filter(own).find(|e| e.name.local == "gap")?;
        gap.elements().find(source)
    })
}

fn media(resource: Option<&Element>, rate: Fraction) -> Result<Media> {
    let Some(resource) = resource else { return Ok(Media::new(MediaKind::Missing)) };
    if resource.name.local == "effect" {
        let kind = text(resource, "name");
        return Ok(Media::new(MediaKind::Generator { kind, parameters: Value::Object(vec![]) }));
    }
    // Since 1.9 the file stands in a `media-rep`.
    let file = resource.elements().find(|e| e.name.local == "media-rep").unwrap_or(resource);
    let kind = resource.get("src").or(file.get("src")).map_or(MediaKind::Missing, |src| MediaKind::External(src.into()));
    let (start, length) = (seconds(resource, "start")?, seconds(resource, "duration")?);
    let available = (resource.get("duration").is_some() && length.numerator() >= 0)
        .then(|| Ok::<_, Error>(TimeRange { start: time(start, rate)?, duration: time(length, rate)? }))
        .transpose()?;
    Ok(Media { base: Base::named(text(resource, "name"), resource.line.0), available, kind })
}

/// Whether it is sound without a picture.
pub(super) fn is_sound(reader: &Reader, element: &Element) -> bool {
    if element.get("srcEnable") == Some("audio") || element.name.local == "audio" {
        return true;
    }
    let asset = |e: &Element| reader.resource(e, "ref").ok().flatten().filter(|r| r.name.local == "asset");
    match element.name.local.as_str() {
        "clip" => inner(element).is_some_and(|i| i.name.local == "audio"),
        "asset-clip" => asset(element).is_some_and(|a| a.get("hasVideo") != Some("1") && a.get("hasAudio") == Some("1")),
        _ => false,
    }
}

fn marker(element: &Element, shift: Fraction, rate: Fraction) -> Result<Marker> {
    let color = match (element.name.local.as_str(), element.get("completed")) {
        ("chapter-marker", _) => "ORANGE",
        (_, Some("0")) => "RED",
        (_, Some(_)) => "GREEN",
        (_, None) => "PURPLE",
    };
    let duration = seconds(element, "duration")?;
    if duration.numerator() < 0 {
        return Err(Error::invalid("below 0").field("duration").value(duration).line(element.line.0));
    }
    let range = TimeRange { start: time(seconds(element, "start")?.plus(shift)?, rate)?, duration: time(duration, rate)? };
    let base = Base::named(text(element, "value"), element.line.0);
    Ok(Marker { base, color: MarkerColor::Name(color.into()), range: Some(range), comment: text(element, "note") })
}

/// One speed: where the time of the clip leads in its source.
struct TimeMap {
    time: Fraction,
    value: Fraction,
    /// Source time for time of the clip.
    scalar: Fraction,
}

impl TimeMap {
    /// The first second of the source that `length` from `start` uses; played backwards, that is where it ends.
    fn source(&self, start: Fraction, length: Fraction) -> Result<Fraction> {
        let at = |t: Fraction| self.value.plus(t.minus(self.time)?.times(self.scalar)?);
        if self.scalar.numerator() < 0 { at(start.plus(length)?) } else { at(start) }
    }

    fn effect(&self) -> Option<Effect> {
        match self.scalar {
            Fraction::ONE => None,
            Fraction::ZERO => Some(Effect::freeze()),
            scalar => Some(Effect::speed(scalar)),
        }
    }
}

/// A time map of two points is one speed.
fn retime(reader: &mut Reader, map: &Element, name: &str) -> Result<Option<TimeMap>> {
    let points: Vec<&Element> = map.elements().filter(|e| e.name.local == "timept").collect();
    let [first, last] = points.as_slice() else {
        reader.warn(format!("the changing speed of {name:?}, and where in its source that begins"), map);
        return Ok(None);
    };
    let (from, value) = (seconds(first, "time")?, seconds(first, "value")?);
    let time = seconds(last, "time")?.minus(from)?;
    if !time.is_positive() {
        return Err(Error::invalid("time points out of order").field("timeMap").line(map.line.0));
    }
    let scalar = seconds(last, "value")?.minus(value)?.over(time)?;
    Ok(Some(TimeMap { time: from, value, scalar }))
}
