//! What a timeline is made of. Its shape and words are OpenTimelineIO's, which every other format fits into.

use super::time::{Exact, Time, TimeRange};
use crate::sidecar::{
    json::{Node, Value},
    xml::Line,
};

/// What a file holds at its root.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    Timeline(Timeline),
    /// Things side by side: the clips of an ALE, the events of a library.
    Collection(Collection),
    Child(Child),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collection {
    pub base: Base,
    pub children: Vec<Object>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    pub base: Base,
    /// The record time of the first frame.
    pub start: Option<Time>,
    /// A stack, lowest track first.
    pub tracks: Item,
}

/// What everything has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Base {
    pub name: String,
    pub metadata: Metadata,
    /// Members of the document that the model has no place for, as they were.
    pub extra: Vec<(String, Node)>,
    pub line: Line,
}

impl Base {
    pub fn named(name: impl Into<String>, line: u32) -> Self {
        Self { name: name.into(), line: Line(line), ..Self::default() }
    }
}

/// What stands in a track or a stack.
#[derive(Clone, Debug, PartialEq)]
pub enum Child {
    Item(Item),
    Transition(Transition),
    /// An object of a schema that we do not know, kept as it is.
    Unknown(Node),
}

/// Something with a length.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub base: Base,
    /// Which part of it is used; `None`: all of it.
    pub range: Option<TimeRange>,
    pub effects: Vec<Effect>,
    pub markers: Vec<Marker>,
    pub enabled: bool,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Clip(Sources),
    /// Nothing, for its length.
    Gap,
    /// One after the other.
    Track {
        /// `Video`, `Audio` or another word.
        kind: String,
        children: Vec<Child>,
    },
    /// One over the other.
    Stack {
        children: Vec<Child>,
    },
}

impl Item {
    pub fn new(base: Base, range: Option<TimeRange>, content: Content) -> Self {
        Self { base, range, effects: vec![], markers: vec![], enabled: true, content }
    }
    pub fn children(&self) -> &[Child] {
        match &self.content {
            Content::Track { children, .. } | Content::Stack { children } => children,
            Content::Clip(_) | Content::Gap => &[],
        }
    }
    /// The media in use, of a clip.
    pub fn media(&self) -> Option<&Media> {
        if let Content::Clip(sources) = &self.content { sources.active() } else { None }
    }
}

/// The media a clip can be made of: by key, and the key in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Sources {
    pub active: String,
    pub media: Vec<(String, Media)>,
}

/// The key of a clip's only media.
pub const DEFAULT_MEDIA: &str = "DEFAULT_MEDIA";

impl Sources {
    pub fn one(media: Media) -> Self {
        Self { active: DEFAULT_MEDIA.into(), media: vec![(DEFAULT_MEDIA.into(), media)] }
    }
    pub fn active(&self) -> Option<&Media> {
        self.media.iter().find(|(key, _)| *key == self.active).map(|(_, media)| media)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    pub base: Base,
    /// What there is of it.
    pub available: Option<TimeRange>,
    pub kind: MediaKind,
}

impl Media {
    pub fn new(kind: MediaKind) -> Self {
        Self { base: Base::default(), available: None, kind }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum MediaKind {
    Missing,
    /// A file or URL.
    External(String),
    /// Made, not recorded: `black`, `SMPTEBars` …
    Generator {
        kind: String,
        parameters: Value,
    },
    Sequence(Sequence),
    Unknown(Node),
}

/// Numbered pictures: `folder` + `prefix` + number + `suffix`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    pub folder: String,
    pub prefix: String,
    pub suffix: String,
    pub first: i64,
    pub step: i64,
    pub rate: Exact,
    /// Digits of the number, at least.
    pub padding: i64,
}

/// A blend of the item before into the item after.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    pub base: Base,
    /// `SMPTE_Dissolve`, `SMPTE_Wipe` …
    pub kind: String,
    /// How long before the cut it begins.
    pub before: Time,
    /// How long after the cut it ends.
    pub after: Time,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    pub base: Base,
    pub color: MarkerColor,
    /// In the time of what it is on.
    pub range: Option<TimeRange>,
    pub comment: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MarkerColor {
    None,
    /// `RED`, `PINK` …
    Name(String),
    /// `Color.1` of `Marker.3`, as it is.
    Value(Node),
}

impl MarkerColor {
    pub fn name(&self) -> Option<&str> {
        match self {
            MarkerColor::None => None,
            MarkerColor::Name(name) => Some(name),
            MarkerColor::Value(node) => node.value.member("name").and_then(|n| n.value.text()),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    pub base: Base,
    /// `LinearTimeWarp`, `Dynamic`, a plug-in's name …
    pub name: String,
    pub enabled: bool,
    pub kind: EffectKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum EffectKind {
    /// Source time for record time: 2 is double speed, below 0 is backwards. It leaves the length of the item alone.
    Speed(Exact),
    /// One frame for the whole length.
    Freeze,
    /// Anything else, by its schema (`Effect`, `TimeEffect`).
    Other(String),
    /// An object of a schema that we do not know, kept as it is.
    Unknown(Node),
}

impl Effect {
    pub fn speed(scalar: impl Into<Exact>) -> Self {
        Self { base: Base::default(), name: "LinearTimeWarp".into(), enabled: true, kind: EffectKind::Speed(scalar.into()) }
    }
    pub fn freeze() -> Self {
        Self { base: Base::default(), name: "FreezeFrame".into(), enabled: true, kind: EffectKind::Freeze }
    }
}

/// Free members by namespace: `cmx_3600`, `ALE`, `fcp_xml`, `cdl` …
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata(pub Vec<(String, Node)>);

impl Metadata {
    pub fn get(&self, space: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == space).map(|(_, node)| &node.value)
    }
    /// Metadata `name` of a namespace.
    pub fn find(&self, space: &str, name: &str) -> Option<&Value> {
        self.get(space)?.member(name).map(|node| &node.value)
    }
    pub fn text(&self, space: &str, name: &str) -> Option<&str> {
        self.find(space, name)?.text()
    }
    /// Sets `name` of a namespace, which is made where there is none.
    pub fn set(&mut self, space: &str, name: &str, value: Value) {
        let at = self.0.iter().position(|(n, _)| n == space).unwrap_or_else(|| {
            self.0.push((space.into(), Value::Object(vec![]).into()));
            self.0.len() - 1
        });
        let Some((_, node)) = self.0.get_mut(at) else { return };
        if let Value::Object(members) = &mut node.value {
            match members.iter_mut().find(|(n, _)| n == name) {
                Some((_, old)) => *old = value.into(),
                None => members.push((name.into(), value.into())),
            }
        }
    }
}

/// A JSON string.
pub fn string(text: impl Into<String>) -> Value {
    Value::String(text.into())
}
/// A JSON array of strings.
pub fn strings<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Value {
    Value::Array(texts.into_iter().map(|t| string(t).into()).collect())
}
