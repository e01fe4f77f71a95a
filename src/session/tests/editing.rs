//! Changes of the document, and undoing them.

use super::*;

#[test]
fn settings_are_undone_and_the_picture_follows() {
    let mut d = Driven::open(&["one.chart"]);
    let before = d.pixel(640, 300);
    for stops in [0.5, 1.0, 2.0] {
        d.send(Action::SetClip(json!({ "decode": { "exposure": stops } }).as_object().unwrap().clone()));
    }
    d.settle();
    assert_ne!(d.pixel(640, 300), before);
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.pixel(640, 300), before, "a drag is one step");
    d.send(Action::Redo);
    assert_eq!(d.session.document().clips[0].settings.decode.exposure, 2.0);
    let wrong = Action::SetClip(json!({"exposures": 1}).as_object().unwrap().clone());
    assert!(d.session.dispatch(wrong).unwrap_err().to_string().contains("exposures"));
}

#[test]
fn removing_a_clip_is_undone() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    let before = d.session.document().clone();
    d.send(Action::RemoveClip);
    d.settle();
    assert_eq!(d.session.document().clips.len(), 1);
    assert!(d.session.shown().unwrap().key.clip == d.session.document().clips[0].id);
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.session.document(), &before);
    assert!(d.session.selected_opened().is_some(), "opened again");
}

#[test]
fn what_cannot_be_done_says_why() {
    let mut d = Driven::new();
    for (action, why) in [
        (Action::Undo, "nothing to undo"),
        (Action::PlayToggle, "one frame"),
        (Action::RunChecks, "no clip"),
        (Action::Engine(Engine::Gpu), "no GPU"),
        (Action::Approve, "no clip"),
    ] {
        let error = d.session.dispatch(action).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn the_view_exposure_is_taken_into_the_recipe_when_asked() {
    let mut d = Driven::open(&["small.chart"]);
    assert!(d.session.dispatch(Action::TakeExposure).unwrap_err().to_string().contains("is 0"));
    d.send(Action::SetClip(json!({"decode": {"exposure": 0.25}}).as_object().unwrap().clone()));
    d.send(Action::Exposure(0.5));
    d.settle();
    let seen = screen(&d);
    let exposure = |d: &Driven| (d.session.document().selected_clip().unwrap().settings.decode.exposure, d.session.view().exposure);
    assert_eq!(exposure(&d), (0.25, 0.5), "for looking only");
    d.send(Action::TakeExposure);
    d.settle();
    assert_eq!(exposure(&d), (0.75, 0.0));
    let taken = screen(&d);
    assert!(seen.bytes.iter().zip(&taken.bytes).all(|(a, b)| a.abs_diff(*b) <= 1), "nothing changes on screen");
    d.send(Action::Undo);
    assert_eq!(exposure(&d), (0.25, 0.0), "a step of its own");
    d.send(Action::Exposure(9.0));
    assert!(d.session.dispatch(Action::TakeExposure).unwrap_err().to_string().contains("8 stops"));

    let mut log = Driven::open(&["small logc4.chart"]);
    log.send(Action::Exposure(0.5));
    assert!(log.session.dispatch(Action::TakeExposure).unwrap_err().to_string().contains("only raw"));
}
