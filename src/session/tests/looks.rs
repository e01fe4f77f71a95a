//! Looks that are tried out.

use super::*;
use crate::{color, pipeline::Bypass};

fn cdl(slope: f64) -> LookEdit {
    LookEdit::AddCdl(CdlNumbers { slope: [slope, 1.0, 1.0], ..CdlNumbers::default() })
}
fn draft(edits: Vec<LookEdit>) -> Action {
    Action::Draft { edits }
}

impl Driven {
    /// All of the picture on screen.
    fn bytes(&self) -> Vec<u8> {
        self.session.screen_picture().unwrap().levels[0].bytes.clone()
    }
    /// Names the pipeline that an approval would be of.
    fn approvable(&self) -> Arc<str> {
        self.session.selected_opened().unwrap().planned.key()
    }
    fn looks(&self) -> Vec<String> {
        let steps = self.session.steps_in_view().unwrap();
        steps.iter().filter(|s| s.label.starts_with("Look")).map(|s| s.detail.clone()).collect()
    }
    /// Gives the clip an AMF with these looks, in a folder of its own.
    fn attach_amf(&mut self, edits: Vec<LookEdit>) -> PathBuf {
        let folder = self.folder.path().join("looks");
        std::fs::create_dir_all(&folder).unwrap();
        let out = folder.join("show.amf");
        self.send(Action::WriteAmf { out: out.clone(), edits: Some(edits), version: None });
        self.settle();
        out
    }
    fn tried(&mut self, edits: Vec<LookEdit>) {
        self.send(draft(edits));
        self.settle();
    }
}

#[test]
fn a_draft_is_seen_and_nothing_else_knows_of_it() {
    let mut d = Driven::open(&["small.chart", "small2.chart"]);
    let (plain, document, key) = (d.bytes(), d.session.document().clone(), d.approvable());
    d.tried(vec![cdl(1.3)]);
    let graded = d.bytes();
    assert_ne!(graded, plain);
    assert!(d.session.has_draft() && d.session.shows_draft());
    assert_eq!((d.session.document(), d.approvable()), (&document, key.clone()));
    assert_ne!(d.session.plans_in_view().unwrap().key, key);
    assert_eq!(d.session.history().undo_label(), Some("clip list"), "it is no step");
    assert!(d.session.selected_opened().unwrap().is_checked(), "what was checked is still what would be approved");

    d.send(Action::NextClip);
    d.settle();
    assert!(!d.session.has_draft());
    assert_eq!(d.session.drafted_clips(), [0]);
    d.send(Action::PreviousClip);
    d.settle();
    assert_eq!(d.bytes(), graded, "it was kept");

    d.send(Action::Before);
    d.settle();
    assert_eq!(d.bytes(), plain);
    d.send(Action::Before);
    d.settle();
    assert_eq!(d.bytes(), graded);
    d.send(Action::CompareWith(With::Document));
    d.settle();
    assert_eq!(d.session.side().unwrap().picture.levels[0].bytes, plain, "B is the pipeline of the document");
    d.send(Action::CompareOff);

    d.send(Action::DiscardDraft);
    d.settle();
    assert_eq!(d.bytes(), plain, "bit for bit");
    assert_eq!((d.session.document(), d.approvable()), (&document, key));
    for action in [Action::DiscardDraft, Action::Before, Action::CompareWith(With::Document)] {
        assert!(d.session.dispatch(action).is_err());
    }
}

#[test]
fn the_picture_of_a_draft_is_that_of_the_amf_that_is_written() {
    let mut d = Driven::open(&["small.chart"]);
    let plain = d.bytes();
    d.attach_amf(vec![cdl(1.1)]);
    let before = d.bytes();
    let other = CdlNumbers { power: [1.2, 1.0, 0.9], saturation: 0.8, ..CdlNumbers::default() };
    let output =
        color::catalogue().iter().find(|n| n.name.starts_with("aces2-") && n.name.contains("p3") && n.kind == color::Kind::Output).unwrap();
    d.send(Action::SetClip(json!({"output": "aces2-rec709-d65-100nit-in-rec709-d65-bt1886"}).as_object().unwrap().clone()));
    let settings = d.session.document().selected_clip().unwrap().settings.clone();
    d.tried(vec![LookEdit::Cdl { look: 1, numbers: other }, cdl(1.3), LookEdit::Output(output.name.into())]);
    assert!(d.session.draft_error().is_none() && d.session.draft_unwritable().is_none(), "{:?}", d.session.draft_unwritable());
    let (drafted, key) = (d.bytes(), d.session.plans_in_view().unwrap().key.clone());
    assert_eq!(d.looks().len(), 2);
    d.send(Action::WriteAmf { out: d.folder.path().join("looks/next.amf"), edits: None, version: None });
    assert!(!d.session.has_draft(), "it is in the AMF now");
    d.settle();
    assert_eq!(d.bytes(), drafted);
    assert_eq!(d.approvable(), key);
    assert_eq!(d.session.document().selected_clip().unwrap().settings.output, None, "the AMF says it");
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.session.document().selected_clip().unwrap().settings, settings, "AMF and choice are one step");
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.bytes(), before);
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.bytes(), plain);
}

#[test]
fn what_is_wrong_with_a_draft_is_said_and_the_last_good_picture_stays() {
    let mut d = Driven::open(&["small.chart"]);
    d.tried(vec![cdl(1.3)]);
    let good = d.bytes();
    let broken = d.folder.path().join("broken.cube");
    std::fs::write(&broken, b"LUT_3D_SIZE two\n").unwrap();
    for (edits, what) in [
        (vec![cdl(1.3), cdl(-1.0)], "slope"),
        (vec![cdl(1.3), LookEdit::AddFile(d.folder.path().join("none.cube"))], "none.cube"),
        (vec![cdl(1.3), LookEdit::AddFile(broken)], "broken.cube"),
        (vec![cdl(1.3), LookEdit::RemoveLook(4)], "look"),
    ] {
        d.tried(edits);
        let error = d.session.draft_error().expect(what).to_string();
        assert!(error.contains(what), "{what}: {error}");
        assert_eq!(d.bytes(), good, "{what}");
    }
    d.tried(vec![cdl(1.2)]);
    assert!(d.session.draft_error().is_none());
    assert_ne!(d.bytes(), good);
}

#[test]
fn a_draft_follows_the_settings_of_the_document() {
    let mut d = Driven::open(&["small.chart"]);
    d.tried(vec![cdl(1.3)]);
    let (before, key) = (d.bytes(), d.approvable());
    d.send(Action::SetClip(json!({"decode": {"exposure": 1.0}}).as_object().unwrap().clone()));
    d.settle();
    assert_ne!(d.approvable(), key);
    assert_ne!(d.bytes(), before);
    assert_eq!(d.looks().len(), 1, "still with the draft");
}

#[test]
fn looks_are_bypassed_for_looking_only() {
    let mut d = Driven::open(&["small.chart"]);
    let plain = d.bytes();
    assert!(d.session.dispatch(Action::Bypass(None)).is_err(), "there is none");
    d.attach_amf(vec![cdl(1.2), cdl(0.7)]);
    let (graded, key, document) = (d.bytes(), d.approvable(), d.session.document().clone());
    d.send(Action::Bypass(Some(Bypass::Look(2))));
    d.settle();
    let first = d.bytes();
    assert!(first != graded && first != plain);
    let steps = d.session.steps_in_view().unwrap();
    assert_eq!(steps.iter().map(|s| s.bypassed).collect::<Vec<_>>(), [false, false, true, false]);
    assert_eq!((d.session.document(), d.approvable()), (&document, key));
    d.send(Action::Bypass(Some(Bypass::Look(1))));
    d.settle();
    assert_eq!(d.bytes(), plain, "as if there were no look");
    d.send(Action::Bypass(None));
    d.settle();
    assert_eq!(d.bytes(), graded);
    d.send(Action::Bypass(None));
    d.settle();
    assert_eq!(d.bytes(), plain);
    assert!(d.session.dispatch(Action::Bypass(Some(Bypass::Look(3)))).is_err());
}

#[test]
fn input_and_output_transform_are_bypassed_for_looking_only() {
    let mut d = Driven::open(&["small.chart"]);
    let (plain, key, document) = (d.bytes(), d.approvable(), d.session.document().clone());
    let mut seen = vec![plain.clone()];
    for (name, label) in [(Bypass::Input, "Input Transform"), (Bypass::Output, "Output Transform")] {
        let action = Action::Bypass(Some(name));
        assert_eq!(Action::parse(&action.to_string()).unwrap(), action);
        d.send(action);
        d.settle();
        assert_eq!(d.session.bypassed(), [label]);
        assert!(!seen.contains(&d.bytes()), "{label} is in the picture");
        seen.push(d.bytes());
        assert!(!d.session.has_draft(), "nothing that an AMF could say");
        assert_eq!((d.session.document(), d.approvable()), (&document, key.clone()));
        // Without a look there is nothing to leave out, but something to take in.
        d.send(Action::Bypass(None));
        d.settle();
        assert_eq!(d.bytes(), plain);
    }
    assert!(d.session.dispatch(Action::Bypass(None)).is_err());
    d.send(Action::Bypass(Some(Bypass::Output)));
    d.settle();
    assert!(d.session.light().is_none(), "scene-linear values are no light of the display");
    let draft: LookDraft = serde_json::from_str(r#"{"bypass": [2, "input"]}"#).unwrap();
    assert_eq!(draft.bypass.into_iter().collect::<Vec<_>>(), [Bypass::Input, Bypass::Look(2)], "as states have been kept");
}

#[test]
fn look_files_from_elsewhere_can_be_tried_but_not_written() {
    let mut d = Driven::open(&["small.chart"]);
    let plain = d.bytes();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("half.cube");
    std::fs::write(&file, b"LUT_1D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n").unwrap();
    d.tried(vec![LookEdit::AddFile(file)]);
    assert!(d.session.draft_error().is_none(), "{:?}", d.session.draft_error());
    assert_ne!(d.bytes(), plain);
    assert!(d.session.draft_unwritable().is_some_and(|e| e.to_string().contains("folder")));
    let error = d.session.dispatch(Action::WriteAmf { out: d.folder.path().join("x.amf"), edits: None, version: None }).unwrap_err();
    assert!(error.to_string().contains("folder"), "{error}");
    assert!(d.session.has_draft(), "nothing is lost");

    d.send(Action::Room(Room::Look));
    d.settle();
    let health = d.session.look_health(&d.session.steps_in_view().unwrap()[1]).unwrap().unwrap();
    assert_eq!((health.is_scene_referred, health.flat_above, health.falls_at), (false, Some(2.5), None), "{health:?}");
    assert!(health.nodes.is_empty() && health.faults.iter().map(|f| &f[..6]).eq(["COL-10", "COL-11"]), "{health:?}");
}

#[test]
fn look_files_from_elsewhere_are_copied_beside_the_amf_and_can_be_written_then() {
    let mut d = Driven::open(&["small.chart"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let at = |name: &str| elsewhere.path().join(name);
    let (half, other) = (clf(0.5), clf(0.7));
    assert!(d.session.dispatch(Action::CopyLooks).is_err(), "there is none");
    for name in ["half.clf", "taken.clf", "same.clf"] {
        std::fs::write(at(name), &half).unwrap();
    }
    let beside = |d: &Driven, name: &str| d.folder.path().join(name);
    std::fs::write(beside(&d, "taken.clf"), &other).unwrap();
    std::fs::write(beside(&d, "same.clf"), &half).unwrap();
    d.tried(["half.clf", "taken.clf", "same.clf"].map(|name| LookEdit::AddFile(at(name))).to_vec());
    let (seen, (folder, looks)) = (d.bytes(), d.session.looks_elsewhere().unwrap());
    assert_eq!((folder.canonicalize().unwrap(), looks.len()), (d.folder.path().canonicalize().unwrap(), 3));
    d.send(Action::CopyLooks);
    d.settle();
    assert_eq!(std::fs::read_to_string(beside(&d, "half.clf")).unwrap(), half);
    assert_eq!(std::fs::read_to_string(beside(&d, "taken.clf")).unwrap(), other, "never in the place of another");
    let paths: Vec<PathBuf> = d
        .session
        .look_edits()
        .iter()
        .filter_map(|e| if let LookEdit::AddFile(path) = e { path.canonicalize().ok() } else { None })
        .collect();
    let expected = [beside(&d, "half.clf"), at("taken.clf"), beside(&d, "same.clf")].map(|p| p.canonicalize().unwrap());
    assert_eq!(paths, expected);
    assert_eq!(d.bytes(), seen);
    assert!(d.session.log().entries().iter().any(|e| e.text.contains("taken.clf was not copied")));

    // With another name it has a place, too.
    std::fs::rename(at("taken.clf"), at("free.clf")).unwrap();
    d.tried(vec![LookEdit::AddFile(beside(&d, "half.clf")), LookEdit::AddFile(at("free.clf"))]);
    d.send(Action::CopyLooks);
    d.settle();
    assert_eq!((d.session.looks_elsewhere(), d.session.draft_unwritable()), (None, None), "{:?}", d.session.log().entries());
    let seen = d.bytes();
    let out = beside(&d, "show.amf");
    d.send(Action::WriteAmf { out: out.clone(), edits: None, version: None });
    d.settle();
    assert_eq!(d.bytes(), seen);
    let amf = std::fs::read_to_string(out).unwrap();
    assert!(amf.contains("half.clf") && amf.contains("free.clf"), "{amf}");
}

#[test]
fn while_numbers_are_dragged_one_plan_is_made_at_a_time_and_the_last_one_stays() {
    let mut d = Driven::open(&["small.chart"]);
    for i in 1..=40 {
        d.send(draft(vec![cdl(1.0 + f64::from(i) / 100.0)]));
        let plans = d.session.jobs().iter().filter(|j| j.lane == jobs::Lane::Draft).count();
        assert!(plans <= 1, "{plans}");
        d.session.poll();
    }
    d.settle();
    assert_eq!(d.looks(), ["CDL slope 1.4 1 1, offset 0 0 0, power 1 1 1, sat 1"]);
}

#[test]
fn an_amf_is_written_in_the_version_asked_for() {
    let mut d = Driven::open(&["small.chart"]);
    d.tried(vec![cdl(1.3)]);
    let out = d.folder.path().join("old.amf");
    let mut write = |edits| {
        let action = Action::WriteAmf { out: out.clone(), edits: Some(edits), version: Some(crate::sidecar::amf::Version::V1) };
        d.session.dispatch(action)
    };
    let error = write(vec![cdl(1.4)]).unwrap_err();
    assert!(error.to_string().contains("version 1"), "the default output is of ACES 2: {error}");
    write(vec![cdl(1.4), LookEdit::Output("ODT.Academy.Rec709_100nits_dim.a1.0.3".into())]).unwrap();
    assert!(std::fs::read_to_string(out).unwrap().contains("urn:ampas:aces:amf:v1.0"));
    assert!(d.session.has_draft(), "another one than what was written");
    d.settle();
    assert_eq!(d.looks().len(), 2, "and is one of the AMF that was");
}

#[test]
fn edits_are_collected_by_the_numbers_of_the_amf() {
    let numbers = CdlNumbers { saturation: 0.5, ..CdlNumbers::default() };
    let edits = LookEdits::default().graded(None, numbers).leave_out(1).leave_out(3).with(LookEdit::Cdl { look: 2, numbers });
    assert_eq!(*edits, [LookEdit::Cdl { look: 2, numbers }, LookEdit::RemoveLook(3), LookEdit::RemoveLook(1), LookEdit::AddCdl(numbers)]);
    assert_eq!((edits.number_of(1, 3), edits.number_of(2, 3)), (Some(2), None));
    assert_eq!(edits.grade(), Some((3, numbers)));
    assert_eq!(edits.clone().graded(Some(3), CdlNumbers::default()).len(), 3, "what does nothing is none");
    assert_eq!(*edits.leave_out(2), [3, 2, 1].map(LookEdit::RemoveLook).into_iter().chain([LookEdit::AddCdl(numbers)]).collect::<Vec<_>>());
    assert_eq!(Action::parse(r#"Look/Draft {"edits":[{"add_cdl":{"saturation":0.5}}]}"#).unwrap(), draft(vec![LookEdit::AddCdl(numbers)]));
}
