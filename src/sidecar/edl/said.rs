//! What a list says that its timeline has no place for: kept in the metadata of clips and transitions, and written again as long as
//! they are what they were.

use super::Event;
use crate::{
    camera::Timecode,
    sidecar::{
        json::Value,
        timeline::{CMX, Item, Metadata, Transition, string},
    },
};

/// The members of [`CMX`] for them.
const FROM: &str = "from";
const INSTEAD_OF: &str = "instead_of";
const MADE_NAME: &str = "made_name";
const NUMBER: &str = "number";

/// The first line of a transition: the clip that it comes from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outgoing {
    pub reel: String,
    pub at: Timecode,
    pub name: Option<String>,
}

impl Outgoing {
    /// What the two lines of a transition say.
    pub fn of(from: &Event, to: &Event) -> Self {
        let name = from.clip_name.clone().or_else(|| to.to_clip_name.is_some().then(|| to.clip_name.clone()).flatten());
        Self { reel: from.reel.clone(), at: from.source[1], name }
    }

    /// Keeps it where the clip before says something else.
    pub fn keep(&self, implied: &Self, metadata: &mut Metadata) {
        if self == implied {
            return;
        }
        let place = |o: &Self| vec![("reel".into(), string(&o.reel).into()), ("source".into(), string(o.at.to_string()).into())];
        let mut members = place(self);
        members.extend(self.name.iter().map(|name| ("clip_name".into(), string(name).into())));
        members.push((INSTEAD_OF.into(), Value::Object(place(implied)).into()));
        metadata.set(CMX, FROM, Value::Object(members));
    }

    /// What was kept, where the clip before still ends where it did; else what that clip implies.
    pub fn kept_or(transition: &Transition, implied: Self) -> Self {
        let text = |value: &Value, name: &str| value.member(name).and_then(|m| m.value.text()).map(str::to_owned);
        let kept = || {
            let value = transition.base.metadata.find(CMX, FROM)?;
            let then = &value.member(INSTEAD_OF)?.value;
            let same = text(then, "reel")? == implied.reel && text(then, "source")? == implied.at.to_string();
            let at = text(value, "source")?.parse().ok()?;
            same.then_some(Self { reel: text(value, "reel")?, at, name: text(value, "clip_name") })
        };
        kept().unwrap_or(implied)
    }
}

/// Keeps that the name of a clip was made for it, because the list has none.
pub(super) fn keep_made_name(name: &str, metadata: &mut Metadata) {
    metadata.set(CMX, MADE_NAME, string(name));
}

/// Whether the name of a clip was made for it.
pub(super) fn has_made_name(item: &Item) -> bool {
    item.base.metadata.text(CMX, MADE_NAME) == Some(item.base.name.as_str())
}

/// Keeps the number of an event that is not the one after `last`.
pub(super) fn keep_number(number: u32, last: u32, metadata: &mut Metadata) {
    if Some(number) != last.checked_add(1) {
        metadata.set(CMX, NUMBER, Value::Number(number.to_string()));
    }
}

/// The number that was kept; 0 where none was.
pub(super) fn number(item: &Item) -> u32 {
    match item.base.metadata.find(CMX, NUMBER) {
        Some(Value::Number(text)) => text.parse().unwrap_or(0),
        _ => 0,
    }
}
