use super::*;
use crate::{
    image::{RectF, Size},
    sidecar::fdl::{AlignHorizontal, AlignVertical},
};

/// 2x anamorphic with an effective area, a protected decision, a template, and members of its own at every level.
pub(super) const SOURCE: &str = r#"{
  "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": { "major": 2, "minor": 0 }, "fdl_creator": "camera", "_show": "demo",
  "default_framing_intent": "SCOPE",
  "framing_intents": [ { "id": "FLAT", "aspect_ratio": { "width": 185, "height": 100 } },
    { "id": "SCOPE", "aspect_ratio": { "width": 239, "height": 100 }, "protection": 0.1, "_i": 1 } ],
  "contexts": [ { "label": "cam", "canvases": [ {
    "id": "OCF", "source_canvas_id": "OCF", "dimensions": { "width": 4448, "height": 3096 },
    "effective_dimensions": { "width": 4000, "height": 3000 }, "effective_anchor_point": { "x": 224, "y": 48, "_a": true },
    "anamorphic_squeeze": 2, "_note": { "b": 1, "a": [2.50] },
    "framing_decisions": [ { "id": "OCF-SCOPE", "framing_intent_id": "SCOPE", "_d": [],
      "dimensions": { "width": 3000.50, "height": 2600 }, "anchor_point": { "x": 700, "y": 200 },
      "protection_dimensions": { "width": 3400, "height": 2900 }, "protection_anchor_point": { "x": 500, "y": 100 } } ]
  } ] } ],
  "canvas_templates": [ { "id": "VFX", "target_dimensions": { "width": 2048, "height": 1024 }, "target_anamorphic_squeeze": 1,
    "fit_source": "framing_decision.dimensions", "fit_method": "fit_all" } ]
}"#;

pub(super) fn source() -> Fdl {
    fdl::parse(SOURCE.as_bytes()).unwrap().0
}

fn draft() -> Draft {
    Draft::of(&source(), &Selection::default()).unwrap()
}

fn edited(edits: &[&str]) -> Draft {
    let mut draft = draft();
    for edit in edits {
        draft.edit(&serde_json::from_str(edit).unwrap()).unwrap();
    }
    draft
}

fn rects(d: &Draft) -> ([f64; 4], Option<[f64; 4]>) {
    let four = |r: RectF| [r.x, r.y, r.width, r.height];
    (four(d.decision().rect()), d.decision().protection_rect().map(four))
}

#[test]
fn a_draft_is_a_copy_and_says_the_same_until_it_is_edited() {
    let d = draft();
    assert_eq!((d.intent().id.as_str(), d.decision().id.as_str()), ("SCOPE", "OCF-SCOPE"));
    assert!(d.problems().is_empty() && !d.is_changed());
    let uuid = source().uuid;
    assert_eq!(d.document(uuid.clone()).unwrap(), source());
    let moved = edited(&[r#"{"move":[10,0]}"#]);
    let mut expected = source();
    expected.contexts[0].canvases[0].framing_decisions[0].anchor_point.x = 710.into();
    assert_eq!(moved.document(uuid).unwrap(), expected, "nothing else changes, down to the digits and the members of others");
    assert!(moved.is_changed());
}

#[test]
fn an_intent_becomes_a_decision_with_its_arithmetic() {
    let d = edited(&[r#"{"intent":{"aspect":[239,100],"protection":8.8}}"#, r#"{"from_intent":{}}"#]);
    assert_eq!(d.intent().protection.as_ref().unwrap().as_str(), "0.088");
    // 3000 high at 2.39:1 is 7170 displayed, 3585 squeezed; even and up: 3586. In the middle of the effective area.
    assert_eq!(rects(&d), ([588.0, 180.0, 3272.0, 2736.0], Some([431.0, 48.0, 3586.0, 3000.0])));
    assert!(d.decided().unwrap().steps.iter().any(|s| s.name == "pillarbox" && s.text.contains("3585")));
    assert!(d.problems().is_empty());
    assert!(edited(&[r#"{"from_intent":{}}"#, r#"{"move":[1,0]}"#]).decided().is_none(), "it is no longer how it came about");
    let whole = edited(&[r#"{"from_intent":{"even":"whole","mode":"down"}}"#]);
    assert_eq!(whole.decision().protection_rect().unwrap().width, 3585.0);
}

#[test]
fn moves_push_the_protection_and_stop_at_the_area() {
    assert_eq!(rects(&edited(&[r#"{"move":[-250,0]}"#])), ([450.0, 200.0, 3000.5, 2600.0], Some([450.0, 100.0, 3400.0, 2900.0])));
    assert_eq!(
        rects(&edited(&[r#"{"place":[9000,-50]}"#])),
        ([1223.5, 48.0, 3000.5, 2600.0], Some([824.0, 48.0, 3400.0, 2900.0])),
        "the effective area ends at 4224, 3048"
    );
    let edge = |side: &str, at: f64| rects(&edited(&[&format!(r#"{{"edge":{{"side":"{side}","at":{at}}}}}"#)])).0;
    assert_eq!(edge("left", 100.0), [500.0, 200.0, 3200.5, 2600.0], "the protection begins at 500");
    assert_eq!(edge("right", 800.0), [700.0, 200.0, 100.0, 2600.0]);
    assert_eq!(edge("bottom", -5.0), [700.0, 200.0, 3000.5, 1.0], "a pixel is left");
    assert_eq!(edge("top", 2799.5), [700.0, 2799.0, 3000.5, 1.0]);
}

#[test]
fn a_decision_is_aligned_in_its_protection_and_that_in_the_area() {
    assert_eq!(draft().alignment(), (None, None));
    let d = edited(&[r#"{"align":{"horizontal":"center","vertical":"top"}}"#]);
    assert_eq!(rects(&d), ([723.75, 48.0, 3000.5, 2600.0], Some([524.0, 48.0, 3400.0, 2900.0])));
    assert_eq!(d.alignment(), (Some(AlignHorizontal::Center), Some(AlignVertical::Top)));
    let d = edited(&[r#"{"align":{"horizontal":"right"}}"#]);
    assert_eq!(rects(&d), ([1223.5, 200.0, 3000.5, 2600.0], Some([824.0, 100.0, 3400.0, 2900.0])));
}

#[test]
fn what_an_fdl_may_not_hold_is_said_at_its_field_and_not_written() {
    let rect = |r: &str| format!(r#"{{"decision":{{"rect":{r}}}}}"#);
    for (edit, field, words) in [
        (rect(r#"{"x":-3,"y":0,"width":10,"height":10}"#), "decision.anchor_point.x", "negative"),
        (rect(r#"{"x":500,"y":100,"width":0,"height":10}"#), "decision.dimensions.width", "above 0"),
        (rect(r#"{"x":500,"y":100,"width":5000,"height":10}"#), "decision.dimensions", "larger than the canvas"),
        (rect(r#"{"x":4440,"y":100,"width":100,"height":10}"#), "decision.dimensions", "not within the canvas"),
        (rect(r#"{"x":501,"y":100,"width":3400,"height":10}"#), "decision.dimensions", "its protection"),
        (rect(r#"{"x":500,"y":100,"width":1e-300,"height":10}"#), "decision.dimensions.width", "1e-12"),
        (r#"{"canvas":{"squeeze":0}}"#.into(), "canvas.anamorphic_squeeze", "above 0"),
        (r#"{"canvas":{"effective":{"x":600,"y":48,"width":3700,"height":3000}}}"#.into(), "decision.protection_dimensions", "effective"),
        (r#"{"canvas":{"effective":{"x":0,"y":0,"width":5000,"height":3000}}}"#.into(), "canvas.effective_dimensions", "larger"),
        (r#"{"intent":{"aspect":[0,100]}}"#.into(), "intent.aspect_ratio.width", "from 1 up"),
        (r#"{"intent":{"protection":100}}"#.into(), "intent.protection", "no frame"),
        (r#"{"template":{"target":[0,100]}}"#.into(), "template.target_dimensions", "0 is not allowed"),
        (r#"{"template":{"squeeze":0}}"#.into(), "template.target_anamorphic_squeeze", "JSON Schema"),
    ] {
        let d = edited(&[&edit]);
        let problem = d.problem(field).unwrap_or_else(|| panic!("{edit}: {:?}", d.problems()));
        assert!(problem.message.contains(words), "{edit}: {problem:?}");
        let error = d.document(uuid::Uuid::nil().to_string()).unwrap_err();
        assert!(error.field_name().is_some() && error.to_string().contains(&d.problems()[0].value), "{error}");
    }
    let error = edited(&[&rect(r#"{"x":-3,"y":0,"width":10,"height":10}"#)]).document(String::new()).unwrap_err();
    assert_eq!(error.to_string().matches("-3").count(), 2, "{error}: the value and what is wrong with it");
}

#[test]
fn what_no_fdl_could_say_changes_nothing() {
    let mut d = draft();
    for edit in [
        Edit::Canvas(CanvasEdit { effective: Some(Some(RectF::new(0.0, 0.0, 0.5, 9.0))), ..Default::default() }),
        Edit::Decision(DecisionEdit { rect: Some(RectF::new(f64::NAN, 0.0, 1.0, 1.0)), ..Default::default() }),
        Edit::Move([f64::INFINITY, 0.0]),
        Edit::Intent(IntentEdit { protection: Some(f64::NAN), ..Default::default() }),
    ] {
        assert!(d.edit(&edit).is_err(), "{edit:?}");
        assert_eq!(d, draft());
    }
    assert!(serde_json::from_str::<Edit>(r#"{"decision":{"rekt":1}}"#).is_err());
}

#[test]
fn nulls_take_away_and_templates_are_added_and_chosen() {
    let d = edited(&[r#"{"decision":{"protection":null}}"#, r#"{"canvas":{"effective":null}}"#]);
    assert!(d.decision().protection_dimensions.is_none() && d.canvas().effective_rect().is_none() && d.problems().is_empty());
    let d = edited(&[r#"{"template":{"target":[3840,2160],"fit_method":"fill","maximum":[3840,2160],"horizontal":"left"}}"#]);
    assert_eq!((d.templates().len(), d.derived().unwrap().as_ref().unwrap().canvas), (1, Size::new(3840, 2160)));
    let d =
        edited(&[r#"{"template":{"maximum":[9,9],"preserve":"canvas.dimensions"}}"#, r#"{"template":{"maximum":null,"preserve":null}}"#]);
    assert_eq!(d.template(), Some(&source().canvas_templates[0]));
    let d = edited(&[r#"{"use_template":"UHD"}"#, r#"{"template":{"target":[3840,2160]}}"#]);
    assert_eq!((d.templates().len(), d.template().unwrap().id.as_str()), (2, "UHD"));
    assert!(edited(&[r#"{"use_template":null}"#]).derived().is_none());
}

#[test]
fn a_draft_from_nothing_is_valid_and_has_the_shape_of_the_canvas() {
    let d = Draft::from_nothing(Size::new(2048, 1716), 2.0, Some("A001_C001")).unwrap();
    assert!(d.problems().is_empty());
    assert_eq!((d.intent().aspect_ratio.width, d.intent().aspect_ratio.height), (1024, 429));
    let made = d.document(uuid::Uuid::new_v4().to_string()).unwrap();
    assert_eq!(fdl::parse(fdl::write(&made).as_bytes()).unwrap(), (made, vec![]));
    for (size, squeeze) in [(Size::new(0, 9), 1.0), (Size::new(9, 9), 0.0), (Size::new(9, 9), f64::NAN)] {
        assert!(Draft::from_nothing(size, squeeze, None).is_err());
    }
}

#[test]
fn another_edition_becomes_2_0_and_a_bare_canvas_gets_a_decision() {
    let old = SOURCE.replace("\"major\": 2", "\"major\": 1").replace("\"protection\": 0.1", "\"protection\": 0.25").replace("\"_", "\"_x");
    let (old, _) = fdl::parse(old.as_bytes()).unwrap();
    // Members of its own came with 2.0.
    let Ok(d) = Draft::of(&old, &Selection::default()) else { panic!("it is read") };
    assert!(d.notes().iter().any(|n| n.code == "PROTECTION"));
    assert_eq!(d.document(old.uuid.clone()).unwrap().version.major, 2);
    let mut bare = source();
    bare.contexts[0].canvases[0].framing_decisions.clear();
    let d = Draft::of(&bare, &Selection::default()).unwrap();
    assert_eq!((d.decision().id.as_str(), d.decision().rect()), ("OCF-SCOPE", RectF::new(224.0, 48.0, 4000.0, 3000.0)));
    bare.contexts.clear();
    assert!(Draft::of(&bare, &Selection::default()).is_err());
}
