//! The keys of actions, as the user has them.

use super::{ACTIONS, Entry};
use std::collections::BTreeMap;

/// Whether a text is a key with its modifiers, as far as that is known without a keyboard.
pub fn is_key(text: &str) -> bool {
    let key = ["Ctrl+", "Shift+", "Alt+"].into_iter().fold(text, |rest, prefix| rest.strip_prefix(prefix).unwrap_or(rest));
    key.chars().count() == 1 || (!key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// The keys of every action: those of the table, or those that the user has set.
#[derive(Debug, Default)]
pub struct Keys {
    /// By place in the table, where they are set.
    own: BTreeMap<usize, Vec<String>>,
    /// What was set and is none.
    unknown: Vec<String>,
}

impl Keys {
    /// `set`: by the action as it is printed.
    pub fn new(set: &BTreeMap<String, Vec<String>>) -> Self {
        let mut keys = Self::default();
        for (name, own) in set {
            match ACTIONS.iter().position(|e| e.action.to_string() == *name) {
                Some(i) if own.iter().all(|k| is_key(k)) => drop(keys.own.insert(i, own.clone())),
                _ => keys.unknown.push(name.clone()),
            }
        }
        keys
    }
    /// Those of an entry of the table, the first of which menus and tooltips show.
    pub fn of<'a>(&'a self, entry: &'a Entry) -> Vec<&'a str> {
        let own = ACTIONS.iter().position(|e| std::ptr::eq(e, entry)).and_then(|i| self.own.get(&i));
        own.map_or_else(|| entry.keys.to_vec(), |own| own.iter().map(String::as_str).collect())
    }
    /// Whether they are not those of the table.
    pub fn is_own(&self, entry: &Entry) -> bool {
        ACTIONS.iter().position(|e| std::ptr::eq(e, entry)).is_some_and(|i| self.own.contains_key(&i))
    }
    /// Names of actions that are none, and of those whose keys are none.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }
}
