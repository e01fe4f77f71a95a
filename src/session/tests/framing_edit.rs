//! Frame lines edited over the picture and written as an FDL.

use super::*;
use crate::{
    framing::draft::{Edit, Side},
    image::RectF,
    sidecar::{fdl, is_valid},
};
use std::path::Path;

const OWN: &str = r#"{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": { "major": 2, "minor": 0 }, "_show": "kept",
  "framing_intents": [ { "id": "SCOPE", "aspect_ratio": { "width": 239, "height": 100 }, "protection": 0.1 } ],
  "contexts": [ { "canvases": [ { "id": "C", "source_canvas_id": "C", "dimensions": { "width": 320, "height": 240 },
    "framing_decisions": [ { "id": "C-SCOPE", "framing_intent_id": "SCOPE", "dimensions": { "width": 200, "height": 100 },
      "anchor_point": { "x": 50, "y": 60 } } ] } ] } ] }"#;

fn edit(json: &str) -> Action {
    Action::parse(&format!("Framing/Edit {json}")).unwrap()
}

fn frame(d: &Driven) -> RectF {
    d.session.framing_draft().unwrap().as_ref().unwrap().decision().rect()
}

/// A clip with an FDL of its own, in the editor.
fn framed() -> (Driven, std::path::PathBuf) {
    let mut d = Driven::new();
    let folder = d.folder.path().canonicalize().unwrap();
    let path = folder.join("own.fdl");
    std::fs::write(&path, OWN).unwrap();
    std::fs::write(folder.join("small.chart"), b"chart").unwrap();
    d.send(Action::Add(vec![folder.join("small.chart")]));
    d.settle();
    d.send(Action::Attach { clip: None, paths: vec![path.clone()] });
    d.settle();
    d.send(Action::FramingEditor);
    d.settle();
    (d, path)
}

fn fdl_of(d: &Driven) -> Option<&Path> {
    d.session.selected_opened()?.planned.sidecars.fdl.as_ref().map(|f| f.path.as_path())
}

#[test]
fn frame_lines_are_edited_written_and_the_attach_is_undone() {
    let (mut d, own) = framed();
    let before = d.session.document().clone();
    assert!(d.session.edits_framing() && d.session.framing_in_view().is_some());
    d.send(edit(r#"{"move": [10, -3]}"#));
    d.send(edit(r#"{"edge": {"side": "right", "at": 300}}"#));
    assert_eq!(frame(&d), RectF::new(60.0, 57.0, 240.0, 100.0));
    assert_eq!(d.session.document(), &before, "a draft is no part of the document");
    let out = d.folder.path().canonicalize().unwrap().join("new.fdl");
    d.send(Action::WriteFdl { out: out.clone() });
    d.settle();
    let (made, found) = fdl::read(&out).unwrap();
    assert!(is_valid(&found));
    assert_eq!((made.other[0].0.as_str(), made.contexts[0].canvases[0].framing_decisions[0].rect()), ("_show", frame(&d)));
    assert_ne!(made.uuid, fdl::read(&own).unwrap().0.uuid);
    assert_eq!(std::fs::read_to_string(&own).unwrap(), OWN, "the source is not touched");
    assert_eq!(fdl_of(&d), Some(out.as_path()));
    assert_eq!(d.session.selected_opened().unwrap().plans().unwrap().full.frame().unwrap().decision, frame(&d));
    assert!(d.session.log().entries().iter().any(|e| e.text.contains("Written") && e.text.contains("new.fdl")));

    // Not over a file that is there; the draft stays.
    d.send(edit(r#"{"move": [1, 0]}"#));
    assert!(d.session.dispatch(Action::WriteFdl { out: out.clone() }).is_err());
    assert_eq!(frame(&d).x, 61.0);
    d.send(Action::FramingStart(DraftFrom::Clip));
    assert_eq!(frame(&d).x, 61.0, "it is asked first");
    d.send(Action::GoAhead);
    assert_eq!(frame(&d).x, 60.0);

    d.send(Action::Undo);
    d.settle();
    assert_eq!(fdl_of(&d), Some(own.as_path()));
    assert_eq!(frame(&d), RectF::new(50.0, 60.0, 200.0, 100.0), "and the lines are those of that FDL again");
}

#[test]
fn what_is_no_fdl_is_said_while_editing_and_never_written() {
    let (mut d, _) = framed();
    d.send(edit(r#"{"decision": {"rect": {"x": 150, "y": 60, "width": 200, "height": 100}}}"#));
    let problem = d.session.framing_in_view().unwrap().problem("decision.dimensions").unwrap().clone();
    assert!(problem.message.contains("not within the canvas"), "{problem:?}");
    let out = d.folder.path().join("bad.fdl");
    let error = d.session.dispatch(Action::WriteFdl { out: out.clone() }).unwrap_err();
    assert_eq!(error.field_name(), Some("decision.dimensions"));
    assert!(error.to_string().contains("200") && !out.exists(), "{error}");
    let error = d.session.dispatch(edit(r#"{"canvas": {"effective": {"x": 0, "y": 0, "width": 0.5, "height": 1}}}"#)).unwrap_err();
    assert_eq!(error.field_name(), Some("canvas.effective_dimensions"));
    assert!(d.session.dispatch(Action::WriteFdl { out: "x.amf".into() }).is_err());
}

#[test]
fn lines_begin_with_nothing_and_each_clip_has_its_own() {
    let mut d = Driven::open(&["small.chart", "small 2x.chart"]);
    assert!(d.session.dispatch(Action::FramingStart(DraftFrom::Clip)).is_err(), "the clip has no FDL");
    assert!(d.session.dispatch(Action::WriteFdl { out: "x.fdl".into() }).is_err(), "nothing is edited");
    // An edit begins where nothing was: as `--do` has it, without the room.
    d.send(edit(r#"{"intent": {"aspect": [239, 100], "protection": 10}}"#));
    d.send(edit(r#"{"from_intent": {}}"#));
    // 320 wide at 2.39:1 is 133.9 high: 134, and 90 % of that 120.6: 122.
    assert_eq!(frame(&d), RectF::new(16.0, 59.0, 288.0, 122.0));
    d.send(Action::SelectClip(1));
    assert!(d.session.framing_draft().is_none());
    d.send(Action::FramingEditor);
    let draft = d.session.framing_in_view().unwrap();
    assert_eq!((draft.canvas().squeeze(), draft.intent().aspect_ratio.width), (2.0, 8), "640 : 240");
    d.send(Action::SelectClip(0));
    assert_eq!(frame(&d).width, 288.0);
    // Beside the clip it would be found by its clip_id, also when it is not chosen.
    let elsewhere = d.folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    d.send(Action::WriteFdl { out: elsewhere.join("made") });
    d.settle();
    let made = fdl_of(&d).unwrap().to_owned();
    assert_eq!(made.file_name().unwrap(), "made.fdl");
    let (made, _) = fdl::read(&made).unwrap();
    assert_eq!(made.contexts[0].clip_id.as_ref().unwrap().clip_name, "small");
    d.send(Action::Undo);
    d.settle();
    assert_eq!(fdl_of(&d), None);
    d.send(Action::RemoveClip);
    assert!(d.session.framing_draft().is_some(), "the other clip's, which is selected now");
}

#[test]
fn a_drag_by_its_edits_stays_inside() {
    let (mut d, _) = framed();
    for x in [70.0, 100.0, 5000.0] {
        d.send(Action::FramingEdit(Edit::Place([x, 60.0])));
    }
    assert_eq!(frame(&d), RectF::new(120.0, 60.0, 200.0, 100.0));
    d.send(Action::FramingEdit(Edit::Edge(crate::framing::draft::EdgeAt { side: Side::Top, at: -40.0, centered: false })));
    assert_eq!(frame(&d), RectF::new(120.0, 0.0, 200.0, 160.0));
    assert!(d.session.framing_in_view().unwrap().problems().is_empty());
    assert_eq!(d.session.history().undo_label(), Some("sidecars"), "only the attach before it");
}

#[test]
fn edits_are_undone_one_gesture_at_a_time_while_they_are_in_view() {
    let (mut d, _) = framed();
    let start = frame(&d);
    assert_eq!(d.session.undo_labels()[0], Some("sidecars"), "nothing was edited: undo is the document's");
    // A drag.
    for at in [280, 290, 300] {
        d.send(edit(&format!(r#"{{"edge": {{"side": "right", "at": {at}}}}}"#)));
    }
    d.session.seal();
    d.send(edit(r#"{"move": [0, 5]}"#));
    d.session.seal();
    let (dragged, moved) = (RectF { width: 250.0, ..start }, RectF { y: start.y + 5.0, width: 250.0, ..start });
    assert_eq!((frame(&d), d.session.undo_labels()), (moved, [Some("frame lines"), None]));
    d.send(Action::Undo);
    assert_eq!((frame(&d), d.session.undo_labels()), (dragged, [Some("frame lines"); 2]));
    d.send(Action::Undo);
    assert_eq!((frame(&d), d.session.undo_labels()), (start, [None, Some("frame lines")]));
    assert_eq!(d.session.dispatch(Action::Undo).unwrap_err().exit_code(), 12, "the document is not what is in view");
    assert!(d.session.would_drop(&Action::Quit).is_none(), "it is as it was begun");
    d.send(Action::Redo);
    d.send(Action::Redo);
    assert_eq!(frame(&d), moved);
    d.send(Action::Undo);
    d.send(edit(r#"{"move": [1, 0]}"#));
    assert_eq!(d.session.undo_labels()[1], None, "another edit ends what could be done again");
    d.send(Action::FramingEditor);
    assert_eq!(d.session.undo_labels()[0], Some("sidecars"));
}

#[test]
fn a_corner_is_dragged_with_the_other_fixed_or_from_the_middle() {
    let (mut d, _) = framed();
    assert_eq!(frame(&d), RectF::new(50.0, 60.0, 200.0, 100.0));
    d.send(edit(r#"{"corner": {"sides": ["right", "bottom"], "at": [270, 190]}}"#));
    assert_eq!(frame(&d), RectF::new(50.0, 60.0, 220.0, 130.0));
    d.send(edit(r#"{"corner": {"sides": ["top", "left"], "at": [70, 90]}}"#));
    assert_eq!(frame(&d), RectF::new(70.0, 90.0, 200.0, 100.0));
    d.send(edit(r#"{"corner": {"sides": ["left", "top"], "at": [80, 100], "centered": true}}"#));
    assert_eq!(frame(&d), RectF::new(80.0, 100.0, 180.0, 80.0));
    d.send(edit(r#"{"edge": {"side": "right", "at": 1000, "centered": true}}"#));
    assert_eq!(frame(&d), RectF::new(20.0, 100.0, 300.0, 80.0), "as far as both sides have room");
    let wrong = edit(r#"{"corner": {"sides": ["left", "right"], "at": [80, 100]}}"#);
    assert_eq!(d.session.dispatch(wrong).unwrap_err().exit_code(), 2);
}

#[test]
fn edited_frame_lines_are_not_dropped_without_a_question() {
    let (mut d, _) = framed();
    d.send(Action::FramingStart(DraftFrom::Clip));
    assert!(d.session.question().is_none(), "nothing was edited");
    d.send(edit(r#"{"move": [10, 0]}"#));
    d.session.seal();
    let edited = frame(&d);
    d.send(Action::FramingStart(DraftFrom::Nothing));
    let (words, asked) = d.session.question().map(|(words, action)| (words, action.clone())).unwrap();
    assert!(words.contains("in no FDL") && asked == Action::FramingStart(DraftFrom::Nothing), "{words}");
    assert_eq!(frame(&d), edited);
    // Everything goes on meanwhile.
    d.send(edit(r#"{"move": [1, 0]}"#));
    assert!(d.session.question().is_some());
    d.send(Action::Stay);
    assert!(d.session.question().is_none());
    assert_eq!(d.session.dispatch(Action::GoAhead).unwrap_err().exit_code(), 12, "nothing is asked");
    d.send(Action::Quit);
    assert!(d.session.take_asks().is_empty() && d.session.question().is_some_and(|(words, _)| words.contains("frame lines of 1 clip")));
    d.send(Action::FramingStart(DraftFrom::Nothing));
    d.send(Action::GoAhead);
    assert_eq!(frame(&d), RectF::new(0.0, 0.0, 320.0, 240.0));
    d.send(Action::Quit);
    assert_eq!(d.session.take_asks(), [Ask::Quit], "nothing is left to lose");
}

#[test]
fn menus_offer_nudges_only_where_frame_lines_are_edited() {
    let (mut d, _) = framed();
    let nudge = table::ACTIONS.iter().find(|e| e.is_of_editor()).unwrap();
    assert!(d.session.edits_framing() && table::offered(nudge, &d.session).is_ok());
    d.send(Action::Room(Room::Bench));
    assert!(table::offered(nudge, &d.session).is_err());
    assert!(table::available(&nudge.action, &d.session).is_ok(), "a script may edit first and look afterwards");
}
