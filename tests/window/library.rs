//! A library searched in its window, by the names that a screen reader reads.

use super::ui::{Driven, window_with};
use crossbeam_channel::Sender;
use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use prelight::{
    app::{FilePicker, Purpose, Reply, Scripted},
    camera::{Field, Metadata},
    files::Existing,
    image::{Image, Size},
    library::{Entry, Frames, Library, Read, Stamp},
    pipeline::plate_exr::{self, Compression, FrameInfo},
    session::{Action, Config, DialogKind},
};
use std::path::{Path, PathBuf};

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

/// A file for a new library, and the folder of a card.
struct Answers(PathBuf);

impl FilePicker for Answers {
    fn pick(&self, purpose: Purpose, reply: Sender<Reply>, wake: Box<dyn FnOnce() + Send>) {
        let answer = match purpose {
            Purpose::NewLibrary => vec![self.0.join("new.library")],
            Purpose::Indexed(_) => vec![self.0.join("card")],
            _ => vec![],
        };
        let _ = reply.send((purpose, answer));
        wake();
    }
}

#[test]
fn a_new_library_is_made_of_a_folder_and_what_cannot_be_read_is_shown() {
    // The folder is known by a clip in it.
    let mut d = window_with(&["card/one.chart"], Config::default(), |paths| {
        Box::new(Answers(paths[0].parent().unwrap().parent().unwrap().to_owned()))
    });
    let card = d.folder.path().join("card");
    let image = Image::from_planes(Size::new(2, 1), [vec![0.18, 1.0], vec![0.2, 0.9], vec![0.1, 0.5]]);
    plate_exr::write(&card.join("plate.1001.exr"), &image, &FrameInfo::default(), Compression::None, Existing::Refuse).unwrap();
    std::fs::write(card.join("broken.exr"), [0x76, 0x2f, 0x31, 0x01]).unwrap();
    d.key(Modifiers::COMMAND, Key::F);
    assert!(d.sees("No library is searched yet"));
    d.click(Role::Button, "New library…");
    d.until("it is searched", |s| s.found_in_library().is_some() && s.is_settled());
    d.steps();
    assert!(d.sees("1 new, 0 changed, 0 as before, 0 gone, 1 that cannot be read") && d.sees("Found plate"));
    d.click(Role::Button, "Show what cannot be read");
    d.settle();
    d.steps();
    assert!(d.sees("could not be read: ") && !d.sees("Found plate") && d.value("Search the library") == "is:error");
    d.click(Role::Button, "Index a folder…");
    d.settle();
    d.steps();
    assert!(d.sees("0 new, 0 changed, 1 as before, 0 gone, 1 that cannot be read"));
}
