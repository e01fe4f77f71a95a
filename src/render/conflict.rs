//! What lies already where a delivery has something to say: it counts if it says the same. Anything else is told by its file and by what
//! differs, and is no fault of the store: trying again does not help.

use super::store::Store;
use crate::error::Error;
use serde_json::Value;
use std::collections::BTreeMap;

/// Characters of a text that are shown of what differs.
const SHOWN: usize = 60;
/// Of these, how many of what is alike before it.
const BEFORE: usize = 20;

/// Of a file that is there and says something else than `wanted`.
pub(super) fn another(place: &Store, name: &str, there: &[u8], wanted: &[u8]) -> Error {
    let what = match std::str::from_utf8(there).ok().zip(std::str::from_utf8(wanted).ok()).and_then(|(a, b)| difference(a, b)) {
        Some((line, there, wanted)) => {
            Error::verification(format!("already there, and this job says {wanted} here")).line(line).field("text").value(there)
        }
        None => Error::verification("already there, and other bytes"),
    };
    said(place, name, what)
}

/// The same of `error`, which says what differs.
pub(super) fn said(place: &Store, name: &str, error: Error) -> Error {
    error.hint("use --overwrite to replace it, or deliver elsewhere").file(place.location(name))
}

/// Where two texts part: the line, from 1, and a little of both.
fn difference(there: &str, wanted: &str) -> Option<(u32, String, String)> {
    if there == wanted {
        return None;
    }
    let alike = there.char_indices().zip(wanted.chars()).find(|((_, a), b)| a != b);
    let at = alike.map_or(there.len().min(wanted.len()), |((at, _), _)| at);
    let line = there[..at].matches('\n').count() + 1;
    let begin = there[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let begin = there[begin..at].char_indices().rev().nth(BEFORE).map_or(begin, |(back, _)| begin + back);
    let shown = |text: &str| match text[begin..].lines().next() {
        Some(rest) => format!("{:?}", rest.trim().chars().take(SHOWN).collect::<String>()),
        None => "nothing".into(),
    };
    Some((u32::try_from(line).unwrap_or(u32::MAX), shown(there), shown(wanted)))
}

/// The first member that two JSON documents do not have alike, but for some: its path, and what it is in the first where that is short.
pub(super) fn member(there: &Value, wanted: &Value, but_for: &[&str]) -> Option<(String, String)> {
    let (Value::Object(a), Value::Object(b)) = (there, wanted) else {
        let shown = match there {
            Value::Null => "not there".into(),
            Value::Array(_) | Value::Object(_) => "another".into(),
            Value::String(text) => text.chars().take(SHOWN).collect(),
            other => other.to_string(),
        };
        return (there != wanted).then(|| (String::new(), shown));
    };
    // By name, so that the same is told first every time.
    let names: BTreeMap<&String, ()> = a.keys().chain(b.keys()).filter(|name| !but_for.contains(&name.as_str())).map(|n| (n, ())).collect();
    names.into_keys().find_map(|name| {
        let of = |value: &serde_json::Map<String, Value>| value.get(name).cloned().unwrap_or_default();
        let (path, shown) = member(&of(a), &of(b), &[])?;
        Some((if path.is_empty() { name.clone() } else { format!("{name}.{path}") }, shown))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_first_line_that_differs_is_told() {
        let quoted = |text: &str| format!("{text:?}");
        assert_eq!(difference("a\nb", "a\nb"), None);
        assert_eq!(difference("a\n  bad\nc", "a\n  bee\nc"), Some((2, quoted("bad"), quoted("bee"))));
        assert_eq!(difference("a\n", "a\nb"), Some((2, "nothing".into(), quoted("b"))));
        let long = "x".repeat(500);
        let (line, there, wanted) = difference(&format!("{long}1{long}"), &format!("{long}2{long}")).unwrap();
        assert_eq!(line, 1);
        assert!(there.contains("x1x") && wanted.contains("x2x") && there.len() <= SHOWN + 2, "{there}");
    }

    #[test]
    fn the_first_member_that_differs_is_told() {
        let a = json!({ "approvals": [1], "engine": { "name": "p", "version": "1" }, "frames": [1, 2] });
        assert_eq!(member(&a, &a, &[]), None);
        let other = |edit: &dyn Fn(&mut Value)| {
            let mut b = a.clone();
            edit(&mut b);
            member(&a, &b, &["approvals"])
        };
        assert_eq!(other(&|b| b["approvals"] = json!([])), None);
        assert_eq!(other(&|b| b["engine"]["version"] = "2".into()), Some(("engine.version".into(), "1".into())));
        assert_eq!(other(&|b| b["frames"] = json!([1])), Some(("frames".into(), "another".into())));
        assert_eq!(other(&|b| b["shot"] = "SH010".into()), Some(("shot".into(), "not there".into())));
    }

    proptest! {
        #[test]
        fn no_text_panics(a in any::<String>(), b in any::<String>(), same in any::<String>()) {
            prop_assert_eq!(difference(&a, &b).is_none(), a == b);
            let _ = difference(&format!("{same}{a}"), &format!("{same}{b}"));
        }
    }
}
