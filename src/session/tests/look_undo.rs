//! Undo in the Look room is that of the look that is tried out there.

use super::*;

fn cdl(slope: f64) -> LookEdit {
    LookEdit::AddCdl(CdlNumbers { slope: [slope, 1.0, 1.0], ..CdlNumbers::default() })
}
fn edits(d: &Driven) -> Vec<LookEdit> {
    d.session.look_edits().to_vec()
}
/// As a click that is one gesture.
fn tried(d: &mut Driven, edits: Vec<LookEdit>) {
    d.send(Action::Draft { edits });
    d.session.seal();
}
fn in_the_room(clips: &[&str]) -> Driven {
    let mut d = Driven::open(clips);
    d.send(Action::Room(Room::Look));
    d
}

#[test]
fn a_drag_of_a_wheel_is_one_step_and_no_clip_goes() {
    let mut d = in_the_room(&["small.chart", "small2.chart"]);
    assert_eq!(d.session.undo_labels()[0], Some("clip list"), "nothing is tried out: undo is the document's");
    let plain = screen(&d);
    for i in 1..=5 {
        d.send(Action::Draft { edits: vec![cdl(1.0 + f64::from(i) / 10.0)] });
    }
    d.session.seal();
    tried(&mut d, vec![cdl(1.5), LookEdit::NoInput]);
    assert_eq!(d.session.undo_labels(), [Some("look"), None]);
    d.send(Action::Undo);
    assert_eq!((edits(&d), d.session.undo_labels()), (vec![cdl(1.5)], [Some("look"); 2]));
    d.send(Action::Undo);
    d.settle();
    assert!(!d.session.has_draft() && screen(&d) == plain);
    assert_eq!(d.session.undo_labels(), [None, Some("look")]);
    assert_eq!(d.session.dispatch(Action::Undo).unwrap_err().exit_code(), 12, "the clip list is not what is in view");
    assert_eq!(d.session.document().clips.len(), 2);
    d.send(Action::Redo);
    d.send(Action::Redo);
    assert_eq!(edits(&d).len(), 2);
    d.send(Action::Undo);
    tried(&mut d, vec![cdl(1.1)]);
    assert_eq!(d.session.undo_labels()[1], None, "another edit ends what could be done again");

    // Of another clip, and elsewhere, it is the document's.
    d.send(Action::NextClip);
    assert_eq!(d.session.undo_labels()[0], Some("clip list"));
    d.send(Action::PreviousClip);
    d.send(Action::Room(Room::Bench));
    assert_eq!(d.session.undo_labels()[0], Some("clip list"));
}

#[test]
fn a_draft_that_was_dropped_comes_back() {
    let mut d = in_the_room(&["small.chart"]);
    tried(&mut d, vec![cdl(1.3)]);
    d.settle();
    let graded = screen(&d);
    d.send(Action::DiscardDraft);
    d.settle();
    assert!(!d.session.has_draft());
    d.send(Action::Undo);
    d.settle();
    assert_eq!((edits(&d), screen(&d) == graded), (vec![cdl(1.3)], true));
}

#[test]
fn what_the_room_sets_in_the_document_is_undone_in_its_turn() {
    let mut d = in_the_room(&["small.chart"]);
    tried(&mut d, vec![cdl(1.3)]);
    d.send(Action::SetClip(json!({"decode": {"exposure": 1.0}}).as_object().unwrap().clone()));
    d.session.seal();
    tried(&mut d, vec![cdl(1.4)]);
    let all = [Some("look"), Some("settings"), Some("look")];
    for (i, label) in all.into_iter().enumerate() {
        assert_eq!(d.session.undo_labels()[0], label, "{i}");
        d.send(Action::Undo);
    }
    assert_eq!((d.session.undo_labels()[0], edits(&d)), (None, vec![]));
    for label in all {
        assert_eq!(d.session.undo_labels()[1], label);
        d.send(Action::Redo);
    }
    assert_eq!((d.session.undo_labels(), edits(&d)), ([Some("look"), None], vec![cdl(1.4)]));
    assert_eq!(d.session.document().selected_clip().unwrap().settings.decode.exposure, 1.0);
}

#[test]
fn once_the_amf_is_written_undo_takes_that_back() {
    let mut d = in_the_room(&["small.chart"]);
    tried(&mut d, vec![cdl(1.3)]);
    d.send(Action::WriteAmf { out: d.folder.path().join("a.amf"), edits: None, version: None });
    d.settle();
    assert_eq!(d.session.undo_labels(), [Some("AMF"), None]);
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.session.undo_labels()[0], Some("clip list"));
}

#[test]
fn a_look_file_that_was_copied_lies_there_in_every_step() {
    let mut d = in_the_room(&["small.chart"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("half.clf");
    std::fs::write(&file, clf(0.5)).unwrap();
    tried(&mut d, vec![LookEdit::AddFile(file.clone())]);
    tried(&mut d, vec![LookEdit::AddFile(file.clone()), cdl(1.2)]);
    d.settle();
    d.send(Action::CopyLooks);
    d.settle();
    d.send(Action::Undo);
    d.settle();
    assert!(edits(&d).len() == 1 && edits(&d) != [LookEdit::AddFile(file)], "{:?}", edits(&d));
    assert!(d.session.draft_unwritable().is_none(), "{:?}", d.session.draft_unwritable());
}
