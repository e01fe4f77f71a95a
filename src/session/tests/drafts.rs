//! Drafts are not lost: a crash keeps them, and whoever would drop them is asked. A dialog answers to the clip it was opened for.

use super::*;

fn cdl(slope: f64) -> LookEdit {
    LookEdit::AddCdl(CdlNumbers { slope: [slope, 1.0, 1.0], ..CdlNumbers::default() })
}

#[test]
fn drafts_outlive_a_crash_and_come_back_to_their_clips() {
    let state = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = ["small.chart", "small2.chart"].map(|name| state.path().join(name)).into();
    paths.iter().for_each(|p| std::fs::write(p, b"chart").unwrap());
    let mut d = Driven::keeping(state.path());
    d.send(Action::Add(paths));
    d.settle();
    d.send(Action::Draft { edits: vec![cdl(1.5)] });
    d.send(Action::NextClip);
    d.send(Action::FramingEditor);
    d.settle();
    d.send(Action::parse(r#"Framing/Edit {"decision": {"rect": {"x": 10, "y": 20, "width": 100, "height": 50}}}"#).unwrap());
    d.settle();
    let lines = d.session.framing_draft().unwrap().as_ref().unwrap().kept();
    rooms::kept(&mut d, state.path(), |s| !s.view.looks.is_empty() && !s.view.frame_lines.is_empty());
    // Nothing is told that it ends.
    std::mem::forget(d);

    let mut d = Driven::keeping(state.path());
    let saved = d.session.last_state().unwrap();
    d.session.restore(saved);
    d.settle();
    assert_eq!(d.session.drafted_clips(), [0]);
    let restored = d.session.framing_draft().unwrap().as_ref().unwrap();
    assert!(restored.is_changed() && restored.kept() == lines, "it stands, though the clip would begin another");
    let (words, quit) = (d.session.would_drop(&Action::Quit).unwrap(), Action::Quit);
    assert!(words.contains("the draft look of 1 clip") && words.contains("the edited frame lines of 1 clip"), "{words}");
    d.send(Action::SelectClip(0));
    d.settle();
    assert!(d.session.has_draft() && d.session.shows_draft(), "and is seen");

    d.send(quit.clone());
    assert!(d.session.take_asks().is_empty() && d.session.question().is_some());
    d.send(Action::DiscardDraft);
    assert!(d.session.question().is_some(), "the frame lines are left");
    d.send(Action::GoAhead);
    assert_eq!(d.session.take_asks(), [Ask::Quit]);
    assert!(d.session.question().is_none());
}

#[test]
fn another_show_takes_no_draft_over_and_asks_before() {
    let mut d = Driven::open(&["small.chart"]);
    let show = d.folder.path().join("a.prelight");
    d.send(Action::SaveAs(show.clone()));
    d.send(Action::Draft { edits: vec![cdl(1.5)] });
    for open in [Action::OpenShow(show.clone()), Action::Add(vec![show])] {
        d.send(open);
        assert!(d.session.question().is_some() && d.session.has_draft());
    }
    d.send(Action::GoAhead);
    d.settle();
    assert!(!d.session.has_draft(), "a clip of the other show has the same id");
}

#[test]
fn a_clip_is_acted_on_whichever_is_selected_meanwhile() {
    let mut d = Driven::open(&["small.chart", "small2.chart"]);
    let [first, second] = [0, 1].map(|i| d.session.document().clips[i].id);
    d.send(Action::SelectClip(1));
    d.session.dispatch_for(first, Action::Draft { edits: vec![cdl(2.0)] }).unwrap();
    assert_eq!((d.session.drafted_clips(), d.session.document().selected), (vec![0], Some(second)));
    assert_eq!(d.session.look_edits_of(first).len(), 1);
    let out = d.folder.path().join("first.amf");
    d.session.dispatch_for(first, Action::WriteAmf { out: out.clone(), edits: None, version: None }).unwrap();
    d.settle();
    let amf = |d: &Driven, id| d.session.opened(id).unwrap().planned.sidecars.amf.as_ref().map(|a| a.path.clone());
    assert_eq!((amf(&d, first), amf(&d, second)), (Some(out.canonicalize().unwrap()), None));
    d.send(Action::SelectClip(0));
    d.send(Action::RemoveClip);
    let gone = d.session.dispatch_for(first, Action::Draft { edits: vec![] }).unwrap_err();
    assert_eq!(gone.exit_code(), 12, "{gone}");
}

#[test]
fn a_failed_signature_is_said_of_its_recipe_alone() {
    let mut d = Driven::open(&["small.chart"]);
    let dir = d.folder.path().join("a.recipe");
    d.send(Action::Export { dir: dir.clone(), name: "N".into(), role: "R".into(), note: String::new(), clips: vec![] });
    d.settle();
    d.send(Action::Sign(d.folder.path().join("no.pem")));
    assert!(matches!(d.session.signing(), Signing::Running { recipe, .. } if *recipe == dir));
    d.settle();
    assert!(matches!(d.session.signing(), Signing::Failed { recipe, .. } if *recipe == dir), "{:?}", d.session.signing());
}
