//! Keys to actions, by the one table of actions.

use crate::session::{
    Action, Room, Session,
    table::{self, Entry, Keys},
};
use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};
use std::{collections::HashMap, sync::Arc};

struct Binding {
    shortcut: KeyboardShortcut,
    entry: &'static Entry,
}

/// What keys do, as the settings have it.
pub struct Keymap {
    keys: Arc<Keys>,
    /// Keys with more modifiers first: a match ignores a Shift too many.
    bindings: Vec<Binding>,
    /// Entries of the table that have a key of another, by their places in it. The page of the keys asks for each in every pass.
    conflicts: HashMap<*const Entry, Vec<&'static Entry>>,
}

impl Keymap {
    pub fn new(keys: &Arc<Keys>) -> Self {
        let bind = |entry: &'static Entry| {
            let shortcuts: Vec<_> = keys.of(entry).into_iter().filter_map(parse).collect();
            shortcuts.into_iter().map(move |shortcut| Binding { shortcut, entry })
        };
        let mut bindings: Vec<Binding> = table::ACTIONS.iter().flat_map(bind).collect();
        bindings.sort_by_key(|b| {
            let m = b.shortcut.modifiers;
            // What closes a window goes before what the same key means beneath it; those of a room go before those of every room.
            let beneath = !matches!(b.entry.action, Action::CloseDialog);
            (std::cmp::Reverse(u8::from(m.command) + u8::from(m.shift) + u8::from(m.alt)), beneath, b.entry.room.is_none())
        });
        Self { keys: keys.clone(), conflicts: conflicts(&bindings), bindings }
    }

    /// Whether it is of these keys.
    pub fn is_of(&self, keys: &Arc<Keys>) -> bool {
        Arc::ptr_eq(&self.keys, keys)
    }

    /// Other actions that have a key of this one, in the same room: only one of them gets it.
    pub fn conflicts(&self, entry: &'static Entry) -> &[&'static Entry] {
        self.conflicts.get(&std::ptr::from_ref(entry)).map_or(&[], Vec::as_slice)
    }
}

fn conflicts(bindings: &[Binding]) -> HashMap<*const Entry, Vec<&'static Entry>> {
    let mut of_key: HashMap<(Option<Room>, bool, KeyboardShortcut), Vec<&'static Entry>> = HashMap::new();
    for b in bindings {
        of_key.entry((b.entry.room, b.entry.is_of_editor(), b.shortcut)).or_default().push(b.entry);
    }
    let mut conflicts: HashMap<*const Entry, Vec<&'static Entry>> = HashMap::new();
    for entries in of_key.values().filter(|e| e.len() > 1) {
        for entry in entries {
            let others = entries.iter().copied().filter(|other| !std::ptr::eq(*other, *entry));
            conflicts.entry(std::ptr::from_ref(*entry)).or_default().extend(others);
        }
    }
    conflicts
}

/// The key that was pressed since the last pass, as the settings write it; takes it from everybody else.
pub fn captured(ctx: &Context) -> Option<String> {
    ctx.input_mut(|i| {
        let at = i.events.iter().position(|e| matches!(e, Event::Key { pressed: true, repeat: false, .. }))?;
        let Event::Key { key, modifiers, .. } = i.events.remove(at) else { return None };
        // What the same press types is nobody's either.
        i.events.retain(|e| !matches!(e, Event::Text(_) | Event::Key { .. }));
        let mut text = String::new();
        for (on, prefix) in [(modifiers.command, "Ctrl+"), (modifiers.shift, "Shift+"), (modifiers.alt, "Alt+")] {
            text.push_str(if on { prefix } else { "" });
        }
        // Signs as they stand on the keyboard, everything else by name.
        let sign = key.symbol_or_name();
        Some(text + if sign.len() == 1 { sign } else { key.name() })
    })
}

/// `Ctrl+Shift+Z`; Ctrl is Command on a Mac.
pub fn parse(text: &str) -> Option<KeyboardShortcut> {
    let mut modifiers = Modifiers::NONE;
    let mut rest = text;
    for (prefix, m) in [("Ctrl+", Modifiers::COMMAND), ("Shift+", Modifiers::SHIFT), ("Alt+", Modifiers::ALT)] {
        if let Some(r) = rest.strip_prefix(prefix) {
            modifiers |= m;
            rest = r;
        }
    }
    Some(KeyboardShortcut::new(modifiers, Key::from_name(rest)?))
}

/// Whether its keys are for the picture, and mean nothing where that is not shown.
fn is_for_picture(entry: &table::Entry) -> bool {
    match entry.menu.split_once('/') {
        Some(("View", sub)) => !matches!(sub, "Room" | "Panel" | "Stage"),
        _ => matches!(entry.top(), "Play" | "Compare"),
    }
}

/// Whether its keys mean this now: those of a room are for that room, those of the picture for where it is shown. Nothing is
/// compared where frame lines are edited.
fn is_live(entry: &table::Entry, session: &Session) -> bool {
    match entry.room {
        Some(Room::Framing) if entry.is_of_editor() => session.edits_framing(),
        Some(Room::Framing) if matches!(entry.action, Action::FramingMove(_)) => {
            session.view().room == Room::Framing && !session.edits_framing()
        }
        Some(room) => room == session.view().room,
        None if entry.menu.starts_with("Compare") => session.view().room.has_picture(),
        None => session.shows_picture() || !is_for_picture(entry),
    }
}

/// The actions of the keys pressed since the last pass. Counts presses: four taps in one slow pass are four.
/// `escapes`: whether the key that closes a window is for one now.
pub fn poll(ctx: &Context, keymap: &Keymap, session: &Session, escapes: bool) -> Vec<Action> {
    let closes = |b: &&Binding| matches!(b.entry.action, Action::CloseDialog);
    let typing = ctx.text_edit_focused();
    // A focused widget takes these itself.
    let focused = ctx.memory(|m| m.focused().is_some());
    let of_widgets = [Key::Space, Key::Enter, Key::ArrowUp, Key::ArrowDown, Key::ArrowLeft, Key::ArrowRight];
    ctx.input_mut(|i| {
        keymap
            .bindings
            .iter()
            .filter(|b| if closes(b) { escapes } else { !typing && is_live(b.entry, session) })
            .filter(|b| !(focused && of_widgets.contains(&b.shortcut.logical_key)))
            .flat_map(|b| {
                let n = i.count_and_consume_key(b.shortcut.modifiers, b.shortcut.logical_key);
                std::iter::repeat_n(b.entry.action.clone(), n)
            })
            .collect()
    })
}

/// The keys of an action as they stand on the keyboard; empty where it has none.
pub fn hint(ctx: &Context, keys: &[&str]) -> String {
    let text = keys.first().map(|k| k.replace("Arrow", "")).unwrap_or_default();
    if ctx.os().is_mac() { text.replace("Ctrl+", "Cmd+") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_is_a_key() {
        for e in table::ACTIONS.iter() {
            for k in e.keys {
                assert!(parse(k).is_some(), "{k}");
            }
        }
    }

    #[test]
    fn two_actions_with_one_key_are_each_other_s_conflict_in_one_room_only() {
        let at = |name: &str| table::ACTIONS.iter().find(|e| e.action.to_string() == name).unwrap();
        let map = |set: &[(&str, &[&str])]| {
            let set = set.iter().map(|(name, keys)| (name.to_string(), keys.iter().map(|k| k.to_string()).collect())).collect();
            Keymap::new(&Arc::new(Keys::new(&set)))
        };
        let texts = |map: &Keymap, name: &str| map.conflicts(at(name)).iter().map(|e| e.text).collect::<Vec<_>>();
        let clean = map(&[]);
        assert!(table::ACTIONS.iter().all(|e| clean.conflicts(e).is_empty()));
        let both = map(&[("Play/Toggle", &["Ctrl+Z"])]);
        assert_eq!(texts(&both, "Play/Toggle"), ["Undo"]);
        assert_eq!(texts(&both, "Edit/Undo"), ["Play / pause"]);
        assert!(both.conflicts(at("Edit/Redo")).is_empty());
        // A key of a room goes before the same key everywhere.
        assert!(map(&[("Evidence/Next", &["Ctrl+Z"])]).conflicts(at("Edit/Undo")).is_empty());
    }

    #[test]
    fn modifiers_are_read() {
        assert_eq!(parse("Ctrl+Shift+Z"), Some(KeyboardShortcut::new(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z)));
        assert_eq!(parse("+"), Some(KeyboardShortcut::new(Modifiers::NONE, Key::Plus)));
        assert_eq!(parse("Shift+."), Some(KeyboardShortcut::new(Modifiers::SHIFT, Key::Period)));
    }
}
