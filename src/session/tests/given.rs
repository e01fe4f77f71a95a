//! Files that are dropped: each goes where it belongs, and what is nothing is listed and changes nothing.

use super::*;

const CUBE: &[u8] = b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n";
const PROFILE: &str = "id = 'ours'\ntitle = 'Ours'\nversion = '1'\nextends = 'neutral'\n";

fn drop_on(d: &mut Driven, files: &[(&str, &[u8])]) {
    let paths = files.iter().map(|(name, bytes)| {
        let path = d.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    });
    let action = Action::Add(paths.collect());
    d.send(action);
    d.settle();
}

/// Names and reasons of what was dropped and is left over.
fn left(d: &Driven) -> Vec<(String, String)> {
    let given = d.session.leftovers().iter().filter(|l| l.given);
    given.map(|l| (l.path.file_name().unwrap().to_string_lossy().into_owned(), l.why.clone())).collect()
}

fn logged(d: &Driven, name: &str) -> bool {
    d.session.log().entries().iter().any(|e| e.text.contains(name))
}

#[test]
fn what_is_dropped_goes_where_it_belongs() {
    let mut d = Driven::open(&["one-small.chart", "two-small.chart"]);
    d.send(Action::SelectClip(1));
    let files: [(&str, &[u8]); 4] =
        [("a/show.cube", CUBE), ("a/ours.toml", PROFILE.as_bytes()), ("a/day.fdl", b"no FDL"), ("a/Day.CC", b"x")];
    drop_on(&mut d, &files);
    let s = &d.session;
    assert_eq!((s.document().clips.len(), s.document().selected_index()), (2, Some(1)));
    assert_eq!(s.look_edits().iter().map(LookEdit::words).collect::<Vec<_>>(), ["Look file show.cube", "Look file Day.CC"]);
    assert_eq!(s.drafted_clips(), [1]);
    assert_eq!(s.profile().id, "ours");
    assert!(s.document().clips[1].sidecars.fdl.is_some() && s.document().clips[0].sidecars.fdl.is_none());
    assert!(left(&d).is_empty());
    for (name, _) in files {
        assert!(logged(&d, name), "{name}");
    }
    d.send(Action::Undo);
    assert_eq!(d.session.profile().id, "neutral");
}

#[test]
fn what_is_dropped_on_a_clip_is_that_clips_whichever_is_looked_at_when_it_is_read() {
    let mut d = Driven::open(&["one-small.chart", "two-small.chart"]);
    let files = [("show.cube", CUBE), ("day.fdl", &b"no FDL"[..])].map(|(name, bytes)| {
        let path = d.folder.path().join("a").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    });
    d.send(Action::SelectClip(1));
    d.send(Action::Add(files.to_vec()));
    d.send(Action::SelectClip(0));
    d.settle();
    assert_eq!((d.session.document().selected_index(), d.session.drafted_clips()), (Some(0), vec![1]));
    assert!(d.session.document().clips[1].sidecars.fdl.is_some() && d.session.document().clips[0].sidecars.fdl.is_none());

    // One that has left the show gets nothing, and no other gets it.
    let look = d.folder.path().join("a/other.cube");
    std::fs::write(&look, CUBE).unwrap();
    d.send(Action::Add(vec![look]));
    d.send(Action::RemoveClip);
    d.settle();
    assert_eq!(d.session.drafted_clips(), [0], "the clip that is left has what it had");
    assert_eq!(d.session.look_edits().len(), 1);
    assert!(left(&d).iter().any(|(name, why)| name == "other.cube" && why.contains("left the show")), "{:?}", left(&d));
}

#[test]
fn what_is_nothing_is_left_over_with_the_reason_and_changes_nothing() {
    let mut d = Driven::open(&["one-small.chart"]);
    let (document, picture) = (d.session.document().clone(), d.session.screen_picture().unwrap().clone());
    let files: [(&str, &[u8]); 10] = [
        ("day.edl", b"TITLE: DAY\n"),
        ("day.ale", b"Heading\nFIELD_DELIM\tTABS\n"),
        ("day.otio", b"{}"),
        ("day.xml", b"<?xml version=\"1.0\"?><xmeml version=\"5\"/>"),
        ("page.xml", b"<html/>"),
        ("roll.mhl", b"<hashlist/>"),
        ("studio.toml", b"id = 'x'\n[rules.XYZ-99]\n"),
        ("other.prelight", b"{}"),
        ("notes.txt", b"notes"),
        ("empty", b""),
    ];
    drop_on(&mut d, &files);
    assert_eq!(*d.session.document(), document);
    assert!(Arc::ptr_eq(&picture, d.session.screen_picture().unwrap()), "the picture stays");
    assert_eq!(d.session.history().undo_label(), Some("clip list"));
    let why = |name: &str| left(&d).into_iter().find(|l| l.0 == name).unwrap_or_else(|| panic!("{name} is lost")).1;
    for (name, words) in [
        ("day.edl", "has no event"),
        ("day.ale", "lists clips and no cut"),
        ("day.otio", "no cut list"),
        ("day.xml", "no cut list"),
        ("page.xml", "neither xmeml"),
        ("roll.mhl", "prelight mhl"),
        ("studio.toml", "no profile of checks"),
        ("other.prelight", "open it by itself"),
        ("notes.txt", "not a camera file of a known format"),
        ("empty", "not a camera file"),
    ] {
        assert!(why(name).contains(words), "{name}: {}", why(name));
        assert!(logged(&d, name), "{name}");
    }
    assert_eq!(left(&d).len(), files.len());
    drop_on(&mut d, &files[..1]);
    assert_eq!(left(&d).len(), files.len(), "listed once");

    let path = d.folder.path().join("notes.txt");
    d.send(Action::TakeOff(path.clone()));
    assert_eq!(left(&d).len(), files.len() - 1);
    assert!(path.exists());
    assert!(d.session.dispatch(Action::TakeOff(path)).is_err(), "it is off the list");
    assert_eq!(*d.session.document(), document);
}

#[test]
fn without_a_clip_sidecars_and_looks_are_left_over_until_one_has_them() {
    let mut d = Driven::new();
    drop_on(&mut d, &[("day.fdl", b"no FDL"), ("show.cube", CUBE)]);
    std::fs::create_dir(d.folder.path().join("nothing")).unwrap();
    d.send(Action::Add(vec![d.folder.path().join("nothing")]));
    d.settle();
    assert!(d.session.document().clips.is_empty());
    let names: Vec<String> = left(&d).into_iter().map(|l| l.0).collect();
    assert_eq!(names, ["nothing", "day.fdl", "show.cube"]);
    // With a clip they come in at once.
    drop_on(&mut d, &[("show.cube", CUBE), ("one-small.chart", b"chart")]);
    assert_eq!(d.session.drafted_clips(), [0]);
    d.send(Action::Attach { clip: None, paths: vec![d.folder.path().join("day.fdl")] });
    d.settle();
    assert_eq!(left(&d).into_iter().map(|l| l.0).collect::<Vec<_>>(), ["nothing"]);
}

#[test]
fn what_is_named_from_here_is_found_from_elsewhere() {
    let mut d = Driven::new();
    d.send(Action::Add(vec!["no-such.chart".into()]));
    d.settle();
    let left: Vec<&Path> = d.session.leftovers().iter().map(|l| l.path.as_path()).collect();
    assert!(left.iter().any(|path| path.is_absolute() && path.ends_with("no-such.chart")), "{left:?}");
}
