//! A library searched from the window, and what is found taken into the show.

use super::*;
use crate::{
    camera::{Field, Metadata},
    library::{Entry, Frames, Library, Read, Small, Stamp},
    session::{
        indexing::IndexState,
        library::{Found, Reach, SHOWN},
    },
};

fn entry(path: PathBuf, model: &str) -> Entry {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let metadata = Metadata { model: Some(Field::stated(model.into(), "k")), ..Metadata::default() };
    let frames = Frames { first: 0, count: 48, missing: vec![] };
    let mut jpeg = vec![];
    ::image::codecs::jpeg::JpegEncoder::new(&mut jpeg).encode(&[128; 12], 2, 2, ::image::ExtendedColorType::Rgb8).unwrap();
    let picture = Some(Small { width: 2, height: 2, jpeg });
    let read = Read { name, format: "chart".into(), frames, metadata, picture, pictured: true, ..Read::default() };
    Entry { path, stamp: Stamp::default(), content: Ok(read) }
}

/// An index of two clips that are there, one in a store, and a file that could not be read.
pub(super) fn indexed(folder: &Path) -> PathBuf {
    let clip = |name: &str, model: &str| {
        let path = folder.join(name);
        std::fs::write(&path, b"chart").unwrap();
        entry(path, model)
    };
    let failed = Entry { path: folder.join("broken.dng"), stamp: Stamp::default(), content: Err(Error::invalid("cut off")) };
    let entries = [
        clip("one small.chart", "ALEXA 35"),
        clip("two small.chart", "VENICE 2"),
        entry("s3://cards/three.mxf".into(), "ALEXA Mini"),
        failed,
    ];
    let index = folder.join("day.db");
    Library::create(&index).unwrap().put(&entries).unwrap();
    index
}

fn names(found: &Found) -> Vec<&str> {
    found.clips.iter().map(|c| c.hit.name.as_str()).collect()
}

fn search(d: &mut Driven, query: &str) {
    d.send(Action::FindInLibrary(query.into()));
    d.settle();
}

#[test]
fn clips_of_a_library_are_found_and_taken_into_the_show() {
    let mut d = Driven::new();
    let index = indexed(d.folder.path());
    let refused = d.session.dispatch(Action::FindInLibrary("alexa".into())).unwrap_err();
    assert!(refused.message().contains("no library is chosen"), "{refused}");
    d.send(Action::UseLibrary(index.clone()));
    d.settle();
    assert!(d.session.view().windows().any(|kind| kind == DialogKind::Library));
    let found = d.session.found_in_library().unwrap().clone();
    assert_eq!((names(&found), found.more), (vec!["", "one small", "three", "two small"], false));
    let reach: Vec<Reach> = found.clips.iter().map(|c| c.reach()).collect();
    assert_eq!(reach, [Reach::Failed("cut off"), Reach::Within, Reach::Store, Reach::Within]);
    assert_eq!(found.clips[1].picture.as_ref().unwrap().size, [2, 2]);

    search(&mut d, "camera:alexa");
    assert_eq!(names(d.session.found_in_library().unwrap()), ["one small", "three"]);
    // What is no search is told, and what was found stays.
    search(&mut d, "colour:red");
    assert!(d.session.library_error().unwrap().message().contains("no such field"));
    assert_eq!(names(d.session.found_in_library().unwrap()), ["one small", "three"]);
    search(&mut d, "camera:venice");
    assert_eq!((names(d.session.found_in_library().unwrap()), d.session.library_error()), (vec!["two small"], None));
    let path = d.session.found_in_library().unwrap().clips[0].hit.path.clone();
    d.send(Action::Add(vec![path.clone()]));
    d.settle();
    assert_eq!(d.session.document().clips.iter().map(|c| c.path.clone()).collect::<Vec<_>>(), [path]);
}

#[test]
fn the_library_is_kept_with_the_settings_and_searched_when_its_window_opens() {
    let state = tempfile::tempdir().unwrap();
    let index = indexed(state.path());
    let mut d = Driven::keeping(state.path());
    d.send(Action::UseLibrary(index.clone()));
    d.settle();
    drop(d);

    let mut d = Driven::keeping(state.path());
    assert_eq!((d.session.library(), d.session.found_in_library().is_none()), (index.to_str(), true));
    d.send(Action::Library);
    d.settle();
    assert_eq!(d.session.found_in_library().unwrap().clips.len(), 4);
    // It has grown since.
    Library::create(&index).unwrap().put(&[entry(state.path().join("four.chart"), "ALEXA 35")]).unwrap();
    d.send(Action::Library);
    d.send(Action::Library);
    d.settle();
    assert_eq!(d.session.found_in_library().unwrap().clips.len(), 5);
}

#[test]
fn nothing_of_another_library_is_found() {
    let mut d = Driven::new();
    let (other, folder) = (d.folder.path().join("other.db"), d.folder.path().to_owned());
    Library::create(&other).unwrap().put(&[entry(folder.join("five.chart"), "ALEXA 35")]).unwrap();
    // While the first is being searched, what is typed is none, and another library is chosen.
    d.send(Action::UseLibrary(indexed(&folder)));
    d.send(Action::FindInLibrary("colour:".into()));
    d.send(Action::UseLibrary(other));
    d.settle();
    assert!(d.session.found_in_library().is_none() && d.session.library_error().is_some());
    search(&mut d, "");
    assert_eq!(names(d.session.found_in_library().unwrap()), ["five"]);
}

/// The index may come from anybody.
#[test]
fn pictures_that_no_index_has_are_left_out_and_no_more_is_listed_than_is_shown() {
    let mut d = Driven::new();
    let index = d.folder.path().join("day.db");
    let mut wide = vec![];
    ::image::codecs::jpeg::JpegEncoder::new(&mut wide).encode(&[0; 20_000], 20_000, 1, ::image::ExtendedColorType::L8).unwrap();
    let entries = (0..SHOWN + 1).map(|i| {
        let mut entry = entry(d.folder.path().join(format!("{i:03}.chart")), "ALEXA 35");
        if let (Ok(read), true) = (&mut entry.content, i < 2) {
            read.picture = Some(Small { width: 2, height: 2, jpeg: if i == 0 { wide.clone() } else { b"no picture".to_vec() } });
        }
        entry
    });
    Library::create(&index).unwrap().put(&entries.collect::<Vec<_>>()).unwrap();
    d.send(Action::UseLibrary(index.clone()));
    d.settle();
    let found = d.session.found_in_library().unwrap();
    assert_eq!((found.clips.len(), found.more), (SHOWN, true));
    assert_eq!(found.clips.iter().map(|c| c.picture.is_some()).collect::<Vec<_>>()[..3], [false, false, true]);
}

#[test]
fn what_is_no_library_is_told() {
    let mut d = Driven::new();
    let text = d.folder.path().join("notes.txt");
    std::fs::write(&text, "a text that is long enough to be looked at as a database, which it is not, in any version of it at all")
        .unwrap();
    let lines = |d: &Driven| d.session.log().entries().len();
    for (location, why) in [(text, "not an SQLite database"), (d.folder.path().join("none.db"), "No such file")] {
        d.send(Action::UseLibrary(location.clone()));
        d.settle();
        let error = d.session.library_error().unwrap();
        assert!(error.to_string().contains(why) && error.path() == Some(&*location), "{error}");
        assert!(d.session.found_in_library().is_none());
        // It is not tried again with every letter.
        let before = lines(&d);
        search(&mut d, "alexa");
        assert!(d.session.library_error().is_some() && lines(&d) == before);
    }
}

/// A card of two plates and a file that is none.
fn card(folder: &Path) -> PathBuf {
    use crate::{
        files::Existing,
        pipeline::plate_exr::{self, Compression, FrameInfo},
    };
    let card = folder.join("card");
    let image = Image::from_planes(Size::new(2, 1), [vec![0.18, 1.0], vec![0.2, 0.9], vec![0.1, 0.5]]);
    for name in ["a/a.1001.exr", "b/b.1001.exr"] {
        std::fs::create_dir_all(card.join(name).parent().unwrap()).unwrap();
        plate_exr::write(&card.join(name), &image, &FrameInfo::default(), Compression::None, Existing::Refuse).unwrap();
    }
    std::fs::write(card.join("broken.exr"), [0x76, 0x2f, 0x31, 0x01]).unwrap();
    card
}

fn done(d: &Driven) -> String {
    match &d.session.indexing().unwrap().state {
        IndexState::Done(done) => done.to_string(),
        IndexState::Failed(error) => error.to_string(),
        IndexState::Running(_) => "running".into(),
    }
}

#[test]
fn a_library_is_made_of_a_folder_and_brought_to_what_lies_there() {
    let mut d = Driven::new();
    let (card, index) = (card(d.folder.path()), d.folder.path().join("new/day.library"));
    let index_card = |into: Option<&Path>| Action::Index { folders: vec![card.clone()], into: into.map(Path::to_owned) };
    let refused = d.session.dispatch(index_card(None)).unwrap_err();
    assert!(refused.message().contains("no library is chosen"), "{refused}");
    // It is searched from then on, with pictures.
    d.send(index_card(Some(&index)));
    let refused = d.session.dispatch(index_card(None)).unwrap_err();
    assert!(refused.message().contains("is being read into"), "{refused}");
    d.settle();
    assert_eq!((d.session.library(), done(&d)), (index.to_str(), "2 new, 0 changed, 0 as before, 0 gone, 1 that cannot be read".into()));
    let found = d.session.found_in_library().unwrap().clone();
    assert_eq!(found.clips.iter().map(|c| c.picture.is_some()).collect::<Vec<_>>(), [false, true, true]);
    search(&mut d, "is:error");
    assert_eq!(d.session.found_in_library().unwrap().clips.len(), 1);
    // What is searched for is searched for again when it has changed.
    std::fs::remove_dir_all(card.join("b")).unwrap();
    search(&mut d, "is:gone");
    assert_eq!(d.session.found_in_library().unwrap().clips.len(), 0);
    d.send(index_card(None));
    d.settle();
    assert_eq!(done(&d), "0 new, 0 changed, 1 as before, 1 gone, 1 that cannot be read");
    assert_eq!(d.session.found_in_library().unwrap().clips.len(), 1);
}

#[test]
fn no_library_is_made_of_what_is_not_there_nor_in_a_store() {
    let mut d = Driven::new();
    let index = d.folder.path().join("day.library");
    let none = vec![d.folder.path().join("none")];
    d.send(Action::Index { folders: none.clone(), into: Some(index.clone()) });
    d.settle();
    assert!(!index.exists() && d.session.library().is_none() && done(&d).contains("No such file"));
    assert!(d.session.log().last_error().unwrap().text.contains("No such file"));
    d.send(Action::UseLibrary("s3://cards/day.library".into()));
    let refused = d.session.dispatch(Action::Index { folders: none.clone(), into: None }).unwrap_err();
    assert!(refused.message().contains("lies in a store"), "{refused}");
    // Of another library nothing is told.
    let other = indexed(d.folder.path());
    d.send(Action::UseLibrary(other.clone()));
    d.settle();
    d.send(Action::Index { folders: none, into: None });
    d.settle();
    assert!(done(&d).contains("No such file"));
    let empty = d.folder.path().join("empty.db");
    Library::create(&empty).unwrap();
    d.send(Action::UseLibrary(empty));
    assert!(d.session.indexing().is_none());
}
