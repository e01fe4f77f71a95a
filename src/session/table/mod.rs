//! The one table of actions: name, text, tooltip, keys. Menus, key map, palette and key sheet are read from it.

mod available;
mod check;
mod clip;
mod compare;
mod file;
mod help;
mod holds;
mod keys;
mod play;
mod view;

pub use available::{available, offered};
pub use holds::holds;
pub use keys::{Keys, is_key};

use super::{action::Action, room::Room};
use std::sync::LazyLock;

/// An action that can be asked for without further input.
#[derive(Clone)]
pub struct Entry {
    /// Menu it stands in, and the submenu: `View/Stage`.
    pub menu: &'static str,
    pub text: &'static str,
    pub tooltip: &'static str,
    /// Default keys, the first of which menus and tooltips show: `Ctrl+Shift+Z`. On a Mac, Ctrl is Command.
    pub keys: &'static [&'static str],
    /// The room that its keys are for; every room where there is none.
    pub room: Option<Room>,
    pub action: Action,
}

impl Entry {
    /// The menu that it stands in, without the submenu.
    pub fn top(&self) -> &'static str {
        self.menu.split('/').next().unwrap_or_default()
    }
    /// Whether its keys are for the editor of frame lines: it shares a room with the table of framings, and not their keys.
    pub fn is_of_editor(&self) -> bool {
        matches!(self.action, Action::FramingEdit(_))
    }
    /// Its text, with the room that its keys are for.
    pub fn title(&self) -> String {
        self.room.map_or_else(|| self.text.to_owned(), |room| format!("{} ({})", self.text, room.label()))
    }
}

pub const MENUS: [&str; 8] = ["File", "Edit", "Clip", "View", "Compare", "Play", "Check", "Help"];

const fn entry(menu: &'static str, text: &'static str, keys: &'static [&'static str], action: Action, tooltip: &'static str) -> Entry {
    Entry { menu, text, tooltip, keys, room: None, action }
}

/// An entry whose keys are for one room, before what they are elsewhere.
const fn entry_in(
    room: Room,
    menu: &'static str,
    text: &'static str,
    keys: &'static [&'static str],
    action: Action,
    tooltip: &'static str,
) -> Entry {
    Entry { menu, text, tooltip, keys, room: Some(room), action }
}

/// Menu by menu, in the order in which they stand there.
pub static ACTIONS: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    [file::ENTRIES, clip::ENTRIES, view::ENTRIES, compare::ENTRIES, play::ENTRIES, check::ENTRIES, help::ENTRIES].concat()
});

/// The entry of an action, if it has one.
pub fn entry_of(action: &Action) -> Option<&'static Entry> {
    ACTIONS.iter().find(|e| e.action == *action)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Profile;
    use std::collections::HashSet;

    #[test]
    fn no_key_and_no_action_stands_twice() {
        let (mut keys, mut actions) = (HashSet::new(), HashSet::new());
        for e in ACTIONS.iter() {
            assert!(MENUS.contains(&e.menu.split('/').next().unwrap()), "{}", e.menu);
            assert!(actions.insert(e.action.to_string()), "{} twice", e.action);
            assert!(!e.tooltip.is_empty());
            for k in e.keys {
                assert!(keys.insert((e.room, e.is_of_editor(), *k)), "{k} twice");
            }
        }
    }

    #[test]
    fn every_built_in_profile_can_be_chosen() {
        let chosen = |e: &'static Entry| if let Action::Profile(id) = &e.action { Some(id.as_ref()) } else { None };
        let rows: HashSet<&str> = ACTIONS.iter().filter_map(chosen).collect();
        assert_eq!(rows, Profile::built_in().iter().map(|p| p.id.as_str()).collect());
    }

    #[test]
    fn every_deliverable_with_a_name_can_be_added() {
        let added = |e: &'static Entry| if let Action::AddDeliverable(name) = &e.action { Some(name.as_ref()) } else { None };
        let rows: Vec<&str> = ACTIONS.iter().filter_map(added).collect();
        assert_eq!(rows, crate::recipe::output::PRESETS);
    }

    #[test]
    fn every_entry_can_be_sent_as_text() {
        for e in ACTIONS.iter() {
            assert_eq!(Action::parse(&e.action.to_string()).unwrap(), e.action);
        }
    }
}
