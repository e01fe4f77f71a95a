//! Frames are stepped and played.

use super::*;

#[test]
fn a_frame_that_was_on_screen_is_there_at_once() {
    let mut d = Driven::open(&["one.chart"]);
    let at = |d: &Driven| d.session.screen_picture().unwrap().look.frame.clone();
    let (frame, picture) = (d.frame(), d.session.screen_picture().unwrap().clone());
    assert_eq!(at(&d).quality, Quality::Full);
    d.send(Action::Step(1));
    d.settle();
    assert_ne!(at(&d).frame, frame);
    d.send(Action::Step(-1));
    assert!(std::sync::Arc::ptr_eq(d.session.screen_picture().unwrap(), &picture), "computed again");
    d.settle();
    assert!(std::sync::Arc::ptr_eq(d.session.screen_picture().unwrap(), &picture), "replaced");
    // Another look at it is another picture.
    d.send(Action::Expose(0.5));
    d.settle();
    assert!(!std::sync::Arc::ptr_eq(d.session.screen_picture().unwrap(), &picture));
    assert!(d.session.cache().bytes() <= d.session.cache().budget());
}

#[test]
fn a_step_from_a_frame_at_rest_shows_the_next_at_once() {
    let mut d = Driven::open(&["one.chart"]);
    for step in [1, 1, -1] {
        d.send(Action::Step(step));
        let frame = d.frame();
        assert_eq!(d.session.screen_picture().unwrap().look.frame.frame, frame, "after a step of {step}");
        d.settle();
    }
    // In the colours that are looked at now, too.
    d.send(Action::Expose(0.5));
    d.settle();
    d.send(Action::Step(1));
    let look = &d.session.screen_picture().unwrap().look;
    assert_eq!((look.frame.frame, look.exposure), (d.frame(), 0.5));
}

#[test]
fn stepping_shows_each_frame_and_stops_at_gaps_edges() {
    let mut d = Driven::open(&["gap.chart"]);
    d.send(Action::Go(39));
    d.send(Action::Step(1));
    assert_eq!(d.frame(), 44);
    d.settle();
    assert_eq!(d.session.shown().unwrap().key.frame, 44);
    d.send(Action::Last);
    assert_eq!(d.frame(), 71);
    d.send(Action::Step(1));
    assert_eq!(d.frame(), 71);
    d.send(Action::Go(65));
    assert_eq!(d.frame(), 70, "the nearest frame that exists");
}

#[test]
fn playing_shows_every_frame_and_comes_round() {
    let mut d = Driven::open(&["gap.chart"]);
    d.send(Action::Go(70));
    d.settle();
    d.send(Action::PlayToggle);
    let seen = d.four_frames();
    assert_eq!(seen, [70, 71, 0, 1]);
    d.send(Action::PlayToggle);
    let at = d.frame();
    d.settle();
    assert_eq!(d.frame(), at);
    assert_eq!(d.session.shown().unwrap().key.quality, Quality::Full);
}

#[test]
fn playing_stays_between_the_marks_and_stops_without_loop() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::GoTimecode("7".into()));
    assert_eq!(d.frame(), 3, "01:02:03:07 is three frames after the start");
    d.send(Action::MarkOut);
    d.send(Action::First);
    d.send(Action::Step(1));
    d.send(Action::MarkIn);
    assert_eq!(d.session.selected_opened().unwrap().range(), 1..=3);
    d.send(Action::Speed(4.0));
    d.send(Action::PlayToggle);
    let seen = d.four_frames();
    assert_eq!(seen, [1, 2, 3, 1]);
    d.send(Action::Loop);
    d.until("it stops", |s| s.playback().is_none());
    assert_eq!(d.frame(), 3);
    d.send(Action::Go(2));
    d.send(Action::MarkOut);
    d.send(Action::Go(1));
    d.send(Action::MarkOut);
    d.send(Action::Go(3));
    d.send(Action::MarkIn);
    assert_eq!(d.session.selected_opened().unwrap().marks, [Some(3), None], "an in point after the out point takes its place");
    d.send(Action::MarkIn);
    assert_eq!(d.session.selected_opened().unwrap().marks, [None; 2], "on the frame that is marked it takes the mark away");
    d.send(Action::MarkIn);
    d.send(Action::ClearMarks);
    assert_eq!(d.session.selected_opened().unwrap().range(), 0..=47);
    for wrong in ["", "10:00:00:00", "x"] {
        assert!(d.session.dispatch(Action::GoTimecode(wrong.into())).is_err(), "{wrong}");
    }
}
