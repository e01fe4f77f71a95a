//! Document to model.

use super::members::{Members, expect, known, schema, wrong};
use crate::{
    error::{Error, Result},
    sidecar::{
        json::{Node, Value},
        timeline::{
            Base, Child, Collection, Content, DEFAULT_MEDIA, Effect, EffectKind, Exact, Item, Marker, MarkerColor, Media, MediaKind,
            Object, Sequence, Sources, Time, Timeline, Transition,
        },
    },
};

pub(super) fn object(node: Node) -> Result<Object> {
    match known(&node) {
        Some("Timeline") => timeline(Members::new(node)?).map(Object::Timeline),
        Some("SerializableCollection" | "SerializeableCollection") => {
            let mut m = Members::new(node)?;
            let children = m.list("children")?.into_iter().map(object).collect::<Result<_>>()?;
            Ok(Object::Collection(Collection { children, base: m.base()? }))
        }
        // The root has to be something; below it, what is not known is kept.
        None if schema(&node).is_none() => Err(Members::new(node).err().unwrap_or_else(|| Error::invalid("not OTIO"))),
        _ => child(node).map(Object::Child),
    }
}

fn timeline(mut m: Members) -> Result<Timeline> {
    let start = m.time("global_start_time")?;
    let tracks = match m.take("tracks")? {
        None => Item::new(Base::named("tracks", m.line), None, Content::Stack { children: vec![] }),
        Some(node) => {
            let members = Members::new(node)?;
            expect(&members, "Stack")?;
            item(members)?
        }
    };
    Ok(Timeline { start, tracks, base: m.base()? })
}

fn child(node: Node) -> Result<Child> {
    match known(&node) {
        Some("Clip" | "Gap" | "Filler" | "Track" | "Sequence" | "Stack") => item(Members::new(node)?).map(Child::Item),
        Some("Transition") => transition(Members::new(node)?).map(Child::Transition),
        // Also a later version of one that is known: its members may mean something else.
        _ if schema(&node).is_some() => Ok(Child::Unknown(node)),
        _ => Err(Members::new(node).err().unwrap_or_else(|| Error::invalid("not an object"))),
    }
}

fn item(mut m: Members) -> Result<Item> {
    let content = match m.schema.as_str() {
        "Clip" => Content::Clip(sources(&mut m)?),
        "Gap" => Content::Gap,
        "Track" => {
            let kind = m.text("kind")?;
            Content::Track { kind: if kind.is_empty() { "Video".into() } else { kind }, children: children(&mut m)? }
        }
        _ => Content::Stack { children: children(&mut m)? },
    };
    Ok(Item {
        range: m.range("source_range")?,
        effects: m.list("effects")?.into_iter().map(effect).collect::<Result<_>>()?,
        markers: m.list("markers")?.into_iter().map(marker).collect::<Result<_>>()?,
        enabled: m.flag("enabled")?,
        content,
        base: m.base()?,
    })
}

fn children(m: &mut Members) -> Result<Vec<Child>> {
    m.list("children")?.into_iter().map(child).collect()
}

fn sources(m: &mut Members) -> Result<Sources> {
    // `Clip.1` had one.
    if let Some(node) = m.take("media_reference")? {
        return Ok(Sources::one(media(node)?));
    }
    let media = m.object("media_references")?.into_iter().map(|(key, node)| Ok((key, media(node)?))).collect::<Result<Vec<_>>>()?;
    let active = m.text("active_media_reference_key")?;
    if media.is_empty() {
        return Ok(Sources::one(Media::new(MediaKind::Missing)));
    }
    let active = if active.is_empty() { DEFAULT_MEDIA.to_owned() } else { active };
    Ok(Sources { active, media })
}

fn media(node: Node) -> Result<Media> {
    match known(&node) {
        Some("MissingReference" | "ExternalReference" | "GeneratorReference" | "ImageSequenceReference") => {}
        _ if schema(&node).is_some() => return Ok(Media::new(MediaKind::Unknown(node))),
        _ if node.value == Value::Null => return Ok(Media::new(MediaKind::Missing)),
        _ => return Err(wrong("media_reference", "an object with a schema", &node)),
    }
    let mut m = Members::new(node)?;
    let available = m.range("available_range")?;
    let kind = match m.schema.as_str() {
        "ExternalReference" => MediaKind::External(m.text("target_url")?),
        "GeneratorReference" => {
            MediaKind::Generator { kind: m.text("generator_kind")?, parameters: Value::Object(m.object("parameters")?) }
        }
        "ImageSequenceReference" => MediaKind::Sequence(Sequence {
            folder: m.text("target_url_base")?,
            prefix: m.text("name_prefix")?,
            suffix: m.text("name_suffix")?,
            first: m.whole("start_frame", 1)?,
            step: m.whole("frame_step", 1)?,
            rate: match m.number("rate")? {
                None => Exact::whole(1),
                Some((text, line)) => Exact::parse_rate(&text).map_err(|e| e.field("rate").line(line))?,
            },
            padding: m.whole("frame_zero_padding", 0)?,
        }),
        _ => MediaKind::Missing,
    };
    Ok(Media { available, kind, base: m.base()? })
}

fn effect(node: Node) -> Result<Effect> {
    let kind = match known(&node) {
        Some("LinearTimeWarp" | "FreezeFrame" | "TimeEffect" | "Effect") => None,
        _ if schema(&node).is_some() => Some(node.clone()),
        _ => return Err(wrong("effects", "an object with a schema", &node)),
    };
    if let Some(unknown) = kind {
        let name = unknown.value.member("effect_name").and_then(|n| n.value.text()).unwrap_or_default().to_owned();
        return Ok(Effect { base: Base::default(), name, enabled: true, kind: EffectKind::Unknown(unknown) });
    }
    let mut m = Members::new(node)?;
    let kind = match m.schema.as_str() {
        "LinearTimeWarp" => EffectKind::Speed(m.exact("time_scalar")?.unwrap_or(Exact::whole(1))),
        "FreezeFrame" => {
            m.exact("time_scalar")?;
            EffectKind::Freeze
        }
        other => EffectKind::Other(other.to_owned()),
    };
    Ok(Effect { name: m.text("effect_name")?, enabled: m.flag("enabled")?, kind, base: m.base()? })
}

fn marker(node: Node) -> Result<Marker> {
    let mut m = Members::new(node)?;
    expect(&m, "Marker")?;
    let color = match m.take("color")? {
        None => MarkerColor::None,
        Some(Node { value: Value::String(name), .. }) => MarkerColor::Name(name),
        Some(node) if matches!(node.value, Value::Object(_)) => MarkerColor::Value(node),
        Some(other) => return Err(wrong("color", "a string or an object", &other)),
    };
    // `Marker.1` named it `range`.
    let range = match m.range("marked_range")? {
        Some(range) => Some(range),
        None => m.range("range")?,
    };
    Ok(Marker { color, range, comment: m.text("comment")?, base: m.base()? })
}

fn transition(mut m: Members) -> Result<Transition> {
    let mut offset = |name| -> Result<Time> {
        let time = m.time(name)?.unwrap_or(Time { value: Exact::whole(0), rate: Exact::whole(1) });
        if time.is_negative() {
            return Err(Error::invalid("below 0").field(name).value(time.value.text()).line(m.line));
        }
        Ok(time)
    };
    let (before, after) = (offset("in_offset")?, offset("out_offset")?);
    Ok(Transition { before, after, kind: m.text("transition_type")?, base: m.base()? })
}
