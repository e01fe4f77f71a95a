//! Model to document.

use crate::sidecar::{
    Diagnostic, Level,
    json::{self, Node, Value},
    timeline::{
        Base, Child, Content, Effect, EffectKind, Exact, Item, Marker, MarkerColor, Media, MediaKind, Object, Sources, Time, TimeRange,
        Timeline, Transition, string,
    },
};

/// Who has to be able to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Everything as it is in the model; `Marker.3` where a marker has a colour value.
    Lossless,
    /// OpenTimelineIO 0.18.1: colours of markers by name alone.
    Release018,
}

/// Writes a document, and says what the target could not be told (`LEFT_OUT`).
pub fn write(object: &Object, target: Target) -> (String, Vec<Diagnostic>) {
    let mut writer = Writer { target, left_out: vec![] };
    let node = writer.object(object);
    (json::print(&node), writer.left_out)
}

struct Writer {
    target: Target,
    left_out: Vec<Diagnostic>,
}

/// An object of schema `schema` with its base and `members`, and `null` for those that have no value.
fn object(schema: &str, base: &Base, members: Vec<(&str, Value)>) -> Node {
    let mut all: Vec<(String, Node)> = vec![
        ("OTIO_SCHEMA".into(), string(schema).into()),
        ("metadata".into(), Value::Object(base.metadata.0.clone()).into()),
        ("name".into(), string(&base.name).into()),
    ];
    all.extend(members.into_iter().map(|(name, value)| (name.into(), value.into())));
    all.extend(base.extra.iter().cloned());
    Value::Object(all).into()
}

fn plain(schema: &str, members: Vec<(&str, Value)>) -> Value {
    let mut all: Vec<(String, Node)> = vec![("OTIO_SCHEMA".into(), string(schema).into())];
    all.extend(members.into_iter().map(|(name, value)| (name.into(), value.into())));
    Value::Object(all)
}

fn number(exact: &Exact) -> Value {
    Value::Number(exact.text())
}

fn time(time: &Time) -> Value {
    plain("RationalTime.1", vec![("rate", number(&time.rate)), ("value", number(&time.value))])
}

fn range(range: &TimeRange) -> Value {
    plain("TimeRange.1", vec![("duration", time(&range.duration)), ("start_time", time(&range.start))])
}

fn or_null<T>(value: Option<&T>, write: impl Fn(&T) -> Value) -> Value {
    value.map_or(Value::Null, write)
}

impl Writer {
    fn object(&mut self, what: &Object) -> Node {
        match what {
            Object::Timeline(timeline) => self.timeline(timeline),
            Object::Collection(collection) => {
                let children = collection.children.iter().map(|c| self.object(c)).collect();
                object("SerializableCollection.1", &collection.base, vec![("children", Value::Array(children))])
            }
            Object::Child(child) => self.child(child),
        }
    }

    fn timeline(&mut self, timeline: &Timeline) -> Node {
        let members = vec![("global_start_time", or_null(timeline.start.as_ref(), time)), ("tracks", self.item(&timeline.tracks).value)];
        object("Timeline.1", &timeline.base, members)
    }

    fn child(&mut self, child: &Child) -> Node {
        match child {
            Child::Item(item) => self.item(item),
            Child::Transition(transition) => write_transition(transition),
            Child::Unknown(node) => node.clone(),
        }
    }

    fn item(&mut self, item: &Item) -> Node {
        let mut members = vec![
            ("source_range", or_null(item.range.as_ref(), range)),
            ("effects", Value::Array(item.effects.iter().map(effect).collect())),
            ("markers", Value::Array(item.markers.iter().map(|m| self.marker(m)).collect())),
            ("enabled", Value::Bool(item.enabled)),
        ];
        let mut children = |children: &[Child]| ("children", Value::Array(children.iter().map(|c| self.child(c)).collect()));
        let schema = match &item.content {
            Content::Clip(sources) => {
                members.extend(write_sources(sources));
                "Clip.2"
            }
            Content::Gap => "Gap.1",
            Content::Track { kind, children: list } => {
                members.extend([children(list), ("kind", string(kind))]);
                "Track.1"
            }
            Content::Stack { children: list } => {
                members.push(children(list));
                "Stack.1"
            }
        };
        object(schema, &item.base, members)
    }

    fn marker(&mut self, marker: &Marker) -> Node {
        let (schema, color) = match &marker.color {
            MarkerColor::None => ("Marker.2", Value::Null),
            MarkerColor::Name(name) => ("Marker.2", string(name)),
            MarkerColor::Value(node) if self.target == Target::Lossless => ("Marker.3", node.value.clone()),
            value => {
                let (name, line) = (value.name(), marker.base.line.0);
                let message = format!("the colour value of marker {:?}, of which the name stays", marker.base.name);
                self.left_out.push(Diagnostic { level: Level::Info, code: "LEFT_OUT", message, line, path: String::new() });
                ("Marker.2", name.map_or(Value::Null, string))
            }
        };
        let members = vec![("color", color), ("marked_range", or_null(marker.range.as_ref(), range)), ("comment", string(&marker.comment))];
        object(schema, &marker.base, members)
    }
}

fn write_sources(sources: &Sources) -> [(&'static str, Value); 2] {
    let media = sources.media.iter().map(|(key, media)| (key.clone(), write_media(media))).collect();
    [("media_references", Value::Object(media)), ("active_media_reference_key", string(&sources.active))]
}

fn write_media(media: &Media) -> Node {
    let mut members = vec![("available_range", or_null(media.available.as_ref(), range))];
    let whole = |n: i64| Value::Number(n.to_string());
    let schema = match &media.kind {
        MediaKind::Unknown(node) => return node.clone(),
        MediaKind::Missing => "MissingReference.1",
        MediaKind::External(url) => {
            members.push(("target_url", string(url)));
            "ExternalReference.1"
        }
        MediaKind::Generator { kind, parameters } => {
            members.extend([("generator_kind", string(kind)), ("parameters", parameters.clone())]);
            "GeneratorReference.1"
        }
        MediaKind::Sequence(s) => {
            members.extend([
                ("target_url_base", string(&s.folder)),
                ("name_prefix", string(&s.prefix)),
                ("name_suffix", string(&s.suffix)),
                ("start_frame", whole(s.first)),
                ("frame_step", whole(s.step)),
                ("rate", number(&s.rate)),
                ("frame_zero_padding", whole(s.padding)),
            ]);
            "ImageSequenceReference.1"
        }
    };
    object(schema, &media.base, members)
}

fn effect(effect: &Effect) -> Node {
    let mut members = vec![("effect_name", string(&effect.name)), ("enabled", Value::Bool(effect.enabled))];
    let schema = match &effect.kind {
        EffectKind::Unknown(node) => return node.clone(),
        EffectKind::Speed(scalar) => {
            members.push(("time_scalar", number(scalar)));
            "LinearTimeWarp.1".to_owned()
        }
        EffectKind::Freeze => {
            members.push(("time_scalar", Value::Number("0.0".into())));
            "FreezeFrame.1".to_owned()
        }
        EffectKind::Other(name) => format!("{name}.1"),
    };
    object(&schema, &effect.base, members)
}

fn write_transition(transition: &Transition) -> Node {
    let members = vec![
        ("in_offset", time(&transition.before)),
        ("out_offset", time(&transition.after)),
        ("transition_type", string(&transition.kind)),
    ];
    object("Transition.1", &transition.base, members)
}
