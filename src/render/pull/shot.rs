//! The shot that an event is of: what its list says in comments, columns and markers.

use crate::sidecar::timeline::Item;
use serde::Serialize;

/// A name of a shot, and who says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shot {
    pub name: String,
    pub from: Said,
}

/// Who names a shot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A comment of the event, such as `* VFX SHOT: ABC_0010`.
    Comment,
    /// A column of an ALE.
    Column,
    /// A marker or locator on the event.
    Marker,
    /// The recipe, where the list says nothing.
    Recipe,
    /// Nobody: it is the number of the event.
    EventNumber,
}

impl Said {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Column => "column",
            Self::Marker => "marker",
            Self::Recipe => "recipe",
            Self::EventNumber => "event number",
        }
    }
}

impl Shot {
    /// What the list says of an item; comments before columns before markers, as they are the plainer words.
    pub fn of(item: &Item) -> Option<Self> {
        let comment = || item.comments().find_map(keyed).map(|name| (name, Said::Comment));
        let column = || COLUMNS.iter().find_map(|column| item.base.metadata.text("ALE", column)).map(|name| (name, Said::Column));
        let texts = || item.markers.iter().flat_map(|marker| [marker.base.name.as_str(), marker.comment.as_str()]);
        let marker = || texts().find_map(keyed).or_else(|| texts().find_map(code)).map(|name| (name, Said::Marker));
        let (name, from) = [&comment as &dyn Fn() -> Option<(_, _)>, &column, &marker].into_iter().find_map(|said| said())?;
        Some(Self { name: name.trim().to_owned(), from }).filter(|shot| !shot.name.is_empty())
    }

    /// The number of an event, where nothing else is said.
    pub fn of_number(number: u32) -> Self {
        Self { name: format!("{number:03}"), from: Said::EventNumber }
    }
}

/// Columns of an ALE.
const COLUMNS: [&str; 4] = ["VFX Shot", "VFX ID", "Shot", "Shot Name"];
/// What stands before the name of a shot; the longer before what they begin with.
const KEYS: [&str; 6] = ["VFX SHOT NAME", "VFX SHOT", "VFX ID", "SHOT NAME", "SHOT", "VFX"];

/// The name behind `SHOT:` and its kin.
fn keyed(text: &str) -> Option<&str> {
    let text = text.trim();
    let rest = KEYS.iter().find_map(|key| {
        let begins = text.get(..key.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(key));
        begins.then(|| text[key.len()..].trim_start().strip_prefix([':', '=']))?
    });
    rest.map(str::trim).filter(|name| !name.is_empty())
}

/// The first word of a marker where it looks like the code of a shot: `ABC_0010`, `SH010`; letters, digits and what joins them, with two
/// digits at least.
fn code(text: &str) -> Option<&str> {
    let word = text.split_whitespace().next()?.trim_end_matches([':', ',', ';', '.']);
    let joined = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let begins = word.starts_with(|c: char| c.is_ascii_alphanumeric());
    let fits = begins && word.chars().all(joined) && word.contains(|c: char| c.is_ascii_alphabetic()) && digits >= 2;
    (fits && word.len() >= 4).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_behind_their_keys() {
        for (text, name) in [
            ("SHOT: ABC_0010", Some("ABC_0010")),
            ("vfx shot:  ABC 0010 ", Some("ABC 0010")),
            ("VFX ID = 12", Some("12")),
            ("VFX: sh1", Some("sh1")),
            ("SHOT:", None),
            ("SHOTGUN: x", None),
            ("SHOT on film", None),
            ("FROM CLIP NAME: A001", None),
            ("é", None),
        ] {
            assert_eq!(keyed(text), name, "{text}");
        }
    }

    #[test]
    fn codes_of_shots_are_told_from_notes() {
        for (text, name) in [
            ("ABC_0010", Some("ABC_0010")),
            ("SH010: remove the wires", Some("SH010")),
            ("abc-010-0020 comp", Some("abc-010-0020")),
            ("fix this", None),
            ("look", None),
            ("100 %", None),
            ("2x", None),
            ("10:00:00:00", None),
            ("_001", None),
            ("", None),
        ] {
            assert_eq!(code(text), name, "{text}");
        }
    }
}
