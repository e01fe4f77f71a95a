//! A library searched in its window, by the names that a screen reader reads.

use super::ui::{Driven, window_with};
use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use prelight::{
    app::Scripted,
    camera::{Field, Metadata},
    library::{Entry, Frames, Library, Read, Stamp},
    session::{Action, Config, DialogKind},
};
use std::path::Path;

/// The index of two clips, beside them.
fn index(folder: &Path) {
    let entries = [("one small.chart", "ALEXA 35"), ("two small.chart", "VENICE 2")].map(|(name, model)| {
        let path = folder.join(name);
        std::fs::write(&path, b"chart").unwrap();
        let metadata = Metadata { model: Some(Field::stated(model.into(), "k")), ..Metadata::default() };
        let frames = Frames { first: 0, count: 48, missing: vec![] };
        let name = name.trim_end_matches(".chart").to_owned();
        Entry { path, stamp: Stamp::default(), content: Ok(Read { name, format: "chart".into(), frames, metadata, ..Read::default() }) }
    });
    Library::create(&folder.join("day.db")).unwrap().put(&entries).unwrap();
}

/// A window with the library chosen and its window open.
fn searching() -> Driven {
    let mut d = window_with(&[], Config::default(), |_| Box::new(Scripted(vec![])));
    index(d.folder.path());
    d.window.state_mut().ask(Action::UseLibrary(d.folder.path().join("day.db")));
    d.settle();
    d.steps();
    d
}

#[test]
fn what_is_found_while_one_types_is_taken_with_the_keyboard() {
    let mut d = searching();
    assert_eq!(d.windows(), [DialogKind::Library]);
    assert!(d.sees("2 clips found") && d.sees("Found one small: ALEXA 35, 48") && d.sees("Found two small"));
    d.fill("Search the library", "camera:ven");
    d.settle();
    d.steps();
    assert!(d.sees("1 clip found") && !d.sees("Found one small"));
    // Chosen, and taken with the keyboard.
    d.window.get_by_label_contains("Found two small").focus();
    d.key(Modifiers::NONE, Key::Enter);
    assert!(d.sees("Add 1 clip to the show"));
    d.key(Modifiers::NONE, Key::Enter);
    d.until("it is open", |s| s.document().clips.len() == 1 && s.is_settled());
    assert!(d.sees("in the show: two small.chart in "));
    d.fill("Search the library", " zebra");
    d.settle();
    d.steps();
    assert!(d.sees("nothing fits") && !d.sees("Found "));
    d.fill("Search the library", " colour:red");
    d.settle();
    d.steps();
    assert!(d.sees("no such field"));
    d.key(Modifiers::NONE, Key::Escape);
    d.key(Modifiers::NONE, Key::Escape);
    assert_eq!(d.windows(), []);
    // Opened again it has what was asked.
    d.key(Modifiers::COMMAND, Key::F);
    assert_eq!((d.windows(), d.value("Search the library")), (vec![DialogKind::Library], "camera:ven zebra colour:red".to_owned()));
    // Another search than the one that was typed is shown as if it were.
    d.window.state_mut().ask(Action::FindInLibrary("one".into()));
    d.settle();
    d.steps();
    assert!(d.value("Search the library") == "one" && d.sees("Found one small"));
}

#[test]
fn every_clip_that_is_listed_is_taken_at_once() {
    let mut d = searching();
    d.click(Role::Button, "Add all 2");
    d.until("they are open", |s| s.document().clips.len() == 2 && s.is_settled());
}
