//! A beside B.

use super::*;

#[test]
fn b_is_the_picture_that_it_would_be_alone() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    let document = d.session.document().clone();
    let display = screen(&d);
    d.send(Action::Stage(Stage::Aces));
    d.settle();
    let aces = screen(&d);
    d.send(Action::Stage(Stage::Display));
    d.send(Action::parse(r#"Compare/With {"stage":"aces"}"#).unwrap());
    assert_eq!(side(&mut d).1, aces);
    // What is adjusted for viewing holds for both.
    d.send(Action::Gamma(1.4));
    d.send(Action::Channel(Channel::Red));
    let (_, nudged) = side(&mut d);
    d.send(Action::CompareOff);
    d.send(Action::Stage(Stage::Aces));
    d.settle();
    assert_eq!(screen(&d), nudged);
    assert!(d.session.side().is_none());
    d.send(Action::Gamma(1.0));
    d.send(Action::Channel(Channel::Rgb));
    d.send(Action::Stage(Stage::Display));
    d.send(Action::Go(7));
    d.settle();
    let seventh = screen(&d);
    d.send(Action::CompareHold);
    d.send(Action::First);
    d.send(Action::NextClip);
    let (held, picture) = side(&mut d);
    assert_eq!((picture, &*held.label), (seventh, "one.chart  frame 7"));
    assert!(held.apart.is_none());
    d.send(Action::CompareWith(With::Frame(0)));
    assert_eq!(side(&mut d).1, display);
    d.send(Action::PreviousClip);
    assert_eq!(d.session.document(), &document, "looking changes nothing");
}

#[test]
fn differences_are_measured_and_amplified() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    d.send(Action::CompareWith(With::Clip { index: 1, frame: None }));
    d.send(Action::CompareMode(CompareMode::Difference));
    let (same, picture) = side(&mut d);
    assert_eq!(same.apart, Some(Apart::default()), "two clips of one chart");
    assert!(picture.bytes.chunks(4).all(|p| p == [128, 128, 128, 255]), "signed around grey");
    d.send(Action::CompareSigned);
    assert_eq!(side(&mut d).1.bytes[..4], [0, 0, 0, 255]);

    // The circle has moved: that is all that differs.
    d.send(Action::CompareWith(With::Frame(24)));
    let apart = side(&mut d).0.apart.unwrap();
    assert!(apart.max > 50.0 && apart.mean < apart.max / 10.0, "{apart:?}");
    assert!((0.3..0.6).contains(&(f64::from(apart.at[1]) / 720.0)), "{apart:?}");
    d.send(Action::CompareMode(CompareMode::DeltaE));
    let seen = side(&mut d).0.apart.unwrap();
    assert!(seen.max > 10.0 && seen.mean > 0.0, "{seen:?}");

    // Before the last edit: half a stop less light, everywhere.
    d.send(Action::CompareOff);
    let before = screen(&d);
    assert!(table::available(&Action::CompareWith(With::LastEdit), &d.session).is_err());
    d.send(Action::SetClip(json!({"decode": {"exposure": 0.5}}).as_object().unwrap().clone()));
    d.send(Action::CompareWith(With::LastEdit));
    d.send(Action::CompareMode(CompareMode::Wipe));
    assert_eq!(side(&mut d).1, before);
    d.send(Action::CompareMode(CompareMode::Difference));
    d.send(Action::CompareSigned);
    let darker = side(&mut d).1;
    d.send(Action::CompareSwap);
    let brighter = side(&mut d).1;
    let middle = 4 * (300 * 1280 + 640);
    assert!(darker.bytes[middle] < 128 && brighter.bytes[middle] > 128);
}

#[test]
fn b_of_another_size_is_fitted_and_what_cannot_be_compared_says_why() {
    let mut d = Driven::open(&["one.chart", "small.chart"]);
    d.send(Action::CompareWith(With::Clip { index: 1, frame: Some(3) }));
    let (_, picture) = side(&mut d);
    assert_eq!(picture.size, Size::new(1280, 720));
    for (with, why) in [
        (With::Still, "no reference still"),
        (With::Approved, "not approved"),
        (With::LastEdit, "not changed"),
        (With::Clip { index: 9, frame: None }, "no such clip"),
    ] {
        let error = d.session.dispatch(Action::CompareWith(with)).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    d.send(Action::Wipe(Wipe { angle: 725.0, at: [-1.0, 0.3] }));
    assert_eq!(d.session.view().compare.wipe, Wipe { angle: 5.0, at: [0.0, 0.3] });
    d.send(Action::CompareMode(CompareMode::Difference));
    assert!(d.session.dispatch(Action::WipeMove(0.02)).is_err(), "no line is in view");
    d.send(Action::CompareMode(CompareMode::Wipe));
    d.send(Action::WipeTurn(-95.0));
    d.send(Action::WipeMove(0.1));
    let wipe = d.session.view().compare.wipe;
    assert!(wipe.angle == 270.0 && (wipe.at[1] - 0.2).abs() < 1e-9, "{wipe:?}: upwards, where B is");
    d.send(Action::CompareBlink);
    assert!(d.session.view().compare.blinked);
    d.send(Action::CompareBlink);
    assert!(!d.session.view().compare.blinked);
}
