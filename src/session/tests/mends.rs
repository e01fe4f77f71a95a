//! Mends that are one click: each does what the check asks for, and can be taken back.

use super::*;
use crate::check::{Finding, Outcome};

const SQUEEZED: &str = r#"{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": { "major": 2, "minor": 0 },
  "framing_intents": [ { "id": "I", "aspect_ratio": { "width": 2, "height": 1 } } ],
  "contexts": [ { "canvases": [ { "id": "C", "source_canvas_id": "C", "dimensions": { "width": 320, "height": 240 }, "anamorphic_squeeze": 1.3,
    "framing_decisions": [ { "id": "C-I", "framing_intent_id": "I", "dimensions": { "width": 200, "height": 100 },
      "anchor_point": { "x": 60, "y": 70 } } ] } ] } ] }"#;

fn failing(d: &Driven, check: &str) -> Finding {
    let finding = d.session.finding(d.session.document().selected.unwrap(), check).unwrap();
    assert_eq!(finding.outcome, Outcome::Fail, "{check}: {}", finding.evidence);
    assert!(finding.mend.is_some(), "{check} says how");
    finding.clone()
}

fn mend(d: &Driven, check: &str) -> Mend {
    d.session.mend(d.session.document().selected.unwrap(), &failing(d, check)).unwrap()
}

fn done(d: &mut Driven, mend: &Mend) {
    // Each can be sent as a line.
    let actions = mend.actions.iter().map(|a| Action::parse(&a.to_string()).unwrap());
    actions.for_each(|a| d.send(a));
    d.settle();
}

/// A clip with an AMF that has this input transform.
fn with_input(clip: &str, input: &str) -> Driven {
    let mut d = Driven::open(&[clip]);
    write(&mut d, "wrong", Some(vec![LookEdit::Input(input.into())]));
    d
}

fn write(d: &mut Driven, name: &str, edits: Option<Vec<LookEdit>>) {
    d.send(Action::WriteAmf { out: d.folder.path().join(format!("{name}.amf")), edits, version: None });
    d.settle();
}

#[test]
fn another_input_transform_is_tried_out_and_written() {
    let mut d = with_input("small logc4.chart", "sony-slog3-sgamut3");
    let document = d.session.document().clone();
    let found = mend(&d, "COL-03");
    assert!(found.label.starts_with("Use ARRI LogC4"), "{}", found.label);
    let picture = screen(&d);
    done(&mut d, &found);
    assert_eq!((d.session.view().room, **d.session.look_edits() == [LookEdit::Input("arri-logc4".into())]), (Room::Look, true));
    assert_eq!(d.session.document(), &document, "a draft until it is written");
    assert_ne!(screen(&d), picture);
    let again = mend(&d, "COL-03");
    done(&mut d, &again);
    assert_eq!(d.session.look_edits().len(), 1, "once");
    d.session.seal();
    assert_eq!(d.session.undo_labels()[0], Some("look"));
    d.send(Action::Undo);
    d.settle();
    assert_eq!(screen(&d), picture, "taken back");
    done(&mut d, &found);
    write(&mut d, "right", None);
    assert_eq!(d.outcome("COL-03"), Outcome::Pass);
}

#[test]
fn the_mend_of_a_cell_is_done_by_a_command() {
    let mut d = with_input("small.chart", "arri-logc4");
    assert!(d.session.dispatch(Action::EvidenceMend).is_err(), "no cell is chosen");
    let mode = d.session.modes()[0].name.clone();
    d.send(Action::EvidenceCell(CellAt { rule: "COL-03".into(), mode: mode.clone() }));
    d.send(Action::EvidenceMend);
    assert_eq!((d.session.view().room, d.session.has_draft()), (Room::Look, true));
    d.send(Action::EvidenceCell(CellAt { rule: "META-01".into(), mode }));
    assert!(d.session.dispatch(Action::EvidenceMend).is_err(), "nothing stands in the way");
}

#[test]
fn an_input_transform_for_raw_is_taken_out_of_the_amf() {
    let mut d = with_input("small.chart", "arri-logc4");
    let found = mend(&d, "COL-03");
    assert_eq!(found.label, "Take the input transform out of the AMF");
    done(&mut d, &found);
    assert!(d.session.draft_unwritable().is_none() && d.session.draft_error().is_none());
    write(&mut d, "right", None);
    assert_eq!(d.outcome("COL-03"), Outcome::Pass);
    assert!(d.session.finding(d.session.document().selected.unwrap(), "COL-03").unwrap().measured.contains("no input"));
}

#[test]
fn one_click_sets_the_squeeze_and_another_makes_the_frame() {
    let mut d = Driven::open(&["small 2x.chart"]);
    let fdl = d.folder.path().join("a.fdl");
    std::fs::write(&fdl, SQUEEZED).unwrap();
    d.send(Action::Attach { clip: None, paths: vec![fdl] });
    d.settle();
    d.send(Action::Room(Room::Evidence));
    let found = mend(&d, "FDL-03");
    assert_eq!(found.label, "Set the squeeze to 2");
    done(&mut d, &found);
    let squeeze = |d: &Driven| d.session.framing_in_view().unwrap().canvas().squeeze();
    assert_eq!(squeeze(&d), 2.0, "seen where it is written");
    d.send(Action::Undo);
    assert_eq!(squeeze(&d), 1.3);
    // In the editor already, it stays open.
    let from_there = mend(&d, "FDL-03");
    done(&mut d, &from_there);
    assert_eq!(squeeze(&d), 2.0);
    let frame = mend(&d, "FDL-05");
    done(&mut d, &frame);
    d.send(Action::WriteFdl { out: d.folder.path().join("b.fdl") });
    d.settle();
    assert_eq!((d.outcome("FDL-03"), d.outcome("FDL-05")), (Outcome::Pass, Outcome::Pass));
}

#[test]
fn what_takes_another_file_asks_for_it() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::Profile("netflix-vfx".into()));
    d.settle();
    let found = mend(&d, "REF-01");
    assert_eq!((&*found.label, &*found.actions), ("Choose the reference still…", &[Action::AskAttach][..]));
    let clip = d.session.document().selected.unwrap();
    done(&mut d, &found);
    assert_eq!(d.session.take_asks(), [Ask::PickSidecars(clip)]);
    assert!(d.session.mend(ClipId(99), &failing(&d, "REF-01")).is_none());
}

const GRADE: CdlNumbers = CdlNumbers { slope: [1.1, 1.0, 0.9], offset: [0.0; 3], power: [1.0; 3], saturation: 0.9 };

fn looks(d: &Driven) -> usize {
    let plans = d.session.selected_opened().unwrap().plans().unwrap();
    plans.full.steps().iter().filter(|s| s.kind == crate::pipeline::StepKind::Look).count()
}

#[test]
fn the_second_of_a_double_look_is_left_out() {
    let mut d = Driven::open(&["small logc4.chart"]);
    write(&mut d, "double", Some(vec![LookEdit::AddCdl(GRADE), LookEdit::AddCdl(GRADE)]));
    let found = mend(&d, "COL-07");
    assert_eq!(found.label, "Leave look 2 out");
    done(&mut d, &found);
    assert_eq!(**d.session.look_edits(), [LookEdit::RemoveLook(2)]);
    write(&mut d, "once", None);
    assert_eq!((d.outcome("COL-07"), looks(&d)), (Outcome::Pass, 1));
}

#[test]
fn a_cdl_that_does_nothing_goes_and_one_without_a_space_gets_one() {
    let mut d = Driven::open(&["small logc4.chart"]);
    write(&mut d, "idle", Some(vec![LookEdit::AddCdl(GRADE), LookEdit::AddCdl(CdlNumbers::default())]));
    let found = mend(&d, "COL-08");
    assert_eq!(found.label, "Leave look 2 out, which changes nothing");
    done(&mut d, &found);
    write(&mut d, "sound", None);
    assert_eq!((d.outcome("COL-08"), looks(&d)), (Outcome::Pass, 1));
    // As some programs write them.
    let text = std::fs::read_to_string(d.folder.path().join("sound.amf")).unwrap();
    let (from, to) = (text.find("<aces:cdlWorkingSpace>").unwrap(), text.find("</aces:cdlWorkingSpace>").unwrap());
    let bare = d.folder.path().join("bare.amf");
    std::fs::write(&bare, format!("{}{}", &text[..from], &text[to + "</aces:cdlWorkingSpace>".len()..])).unwrap();
    d.send(Action::Attach { clip: None, paths: vec![bare] });
    d.settle();
    let found = mend(&d, "COL-08");
    assert_eq!(found.label, "Take ACEScct as the working space");
    done(&mut d, &found);
    assert_eq!(d.outcome("COL-08"), Outcome::Pass);
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.outcome("COL-08"), Outcome::Fail, "taken back");
}

#[test]
fn the_gamut_compression_is_the_first_look() {
    for edits in [vec![LookEdit::Input("arri-logc4".into())], vec![LookEdit::AddCdl(GRADE)]] {
        let mut d = Driven::open(&["small logc4.chart"]);
        let before = edits.len();
        write(&mut d, "before", Some(edits));
        let clip = d.session.document().selected.unwrap();
        // Whatever the chart holds, the mend is the same.
        let finding = d.session.finding(clip, "COL-21").unwrap().clone();
        let found = d.session.mend(clip, &finding).unwrap();
        assert_eq!(before, 1);
        done(&mut d, &found);
        done(&mut d, &found);
        assert_eq!(**d.session.look_edits(), [LookEdit::FirstLook("reference-gamut-compression".into())], "once");
        write(&mut d, "compressed", None);
        let found = d.session.finding(clip, "COL-21").unwrap();
        assert!(found.evidence.contains("the road has the reference gamut compression"), "{found:?}");
        let steps = d.session.selected_opened().unwrap().plans().unwrap().full.steps().to_vec();
        let first = steps.iter().find(|s| s.kind == crate::pipeline::StepKind::Look).unwrap();
        assert!(first.named.is_some_and(|n| n.name == "reference-gamut-compression"));
    }
}
