//! Two pictures beside each other: each with its own shape, frame lines and scopes.

use super::*;
use crate::{framing::OverlayKind, image::RectF};

fn beside(d: &mut Driven, with: With) -> (Arc<Side>, Rgba) {
    d.send(Action::CompareWith(with));
    d.send(Action::CompareMode(CompareMode::Side));
    side(d)
}

#[test]
fn each_side_has_its_own_shape_and_frame_lines() {
    let mut d = Driven::open(&["small.chart", "small 2x.chart"]);
    let fdl = d.folder.path().canonicalize().unwrap().join("b.fdl");
    let text = r#"{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": { "major": 2, "minor": 0 },
        "framing_intents": [ { "id": "I", "aspect_ratio": { "width": 2, "height": 1 } } ],
        "contexts": [ { "canvases": [ { "id": "C", "source_canvas_id": "C", "dimensions": { "width": 320, "height": 240 }, "anamorphic_squeeze": 2,
          "framing_decisions": [ { "id": "C-I", "framing_intent_id": "I", "dimensions": { "width": 200, "height": 200 },
            "anchor_point": { "x": 60, "y": 20 } } ] } ] } ] }"#;
    std::fs::write(&fdl, text).unwrap();
    d.send(Action::Attach { clip: Some(1), paths: vec![fdl] });
    d.send(Action::NextClip);
    d.settle();
    let alone = screen(&d);
    d.send(Action::PreviousClip);
    d.settle();
    let b = With::Clip { index: 1, frame: None };
    let (side_b, picture) = beside(&mut d, b.clone());
    let own = side_b.own.as_ref().unwrap();
    assert_eq!((own.size, own.pixel_aspect), (Size::new(320, 240), 2.0));
    let frame = own.overlays.iter().find(|o| o.kind == OverlayKind::Decision).unwrap();
    assert_eq!((frame.rect, frame.label.as_str()), (RectF::new(60.0, 20.0, 200.0, 200.0), "Frame 2.000:1"));
    assert_eq!(picture, alone, "in its own pixels, none of them resampled");
    let shown = d.session.shown().unwrap().clone();
    assert!(side_b.pixel(&shown, [319, 239]).unwrap()[0].is_some());
    // Over each other, B takes A's shape.
    d.send(Action::CompareMode(CompareMode::Wipe));
    let (over, fitted) = side(&mut d);
    assert!(over.own.is_none() && fitted != alone);
    // The framing room has no comparison.
    d.send(Action::CompareMode(CompareMode::Side));
    d.send(Action::FramingEditor);
    assert!(!d.session.compares());
}

#[test]
fn scopes_of_b_are_counted_in_the_scale_of_a() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::Scope(Kind::Waveform));
    d.settle();
    assert!(d.session.scopes_of_b().is_none(), "nothing is compared");
    beside(&mut d, With::Frame(0));
    let (a, b) = (d.session.scopes().unwrap().clone(), d.session.scopes_of_b().unwrap().clone());
    assert!((0..3).all(|i| a.plots[i].counts == b.plots[i].counts), "the same frame");
    beside(&mut d, With::Frame(24));
    let moved = d.session.scopes_of_b().unwrap().clone();
    assert_ne!(moved.plots[0].counts, a.plots[0].counts);
    assert_eq!(moved.plots[0].counts.iter().sum::<u32>(), 320 * 240);
    // At another stage of B, still in code values: those of A.
    beside(&mut d, With::Stage(Stage::Aces));
    d.send(Action::Scope(Kind::Chromaticity));
    d.settle();
    let (a, b) = (d.session.scopes().unwrap().clone(), d.session.scopes_of_b().unwrap().clone());
    assert_eq!((b.key.scale, &b.plots[1].counts), (Scale::Code, &a.plots[1].counts), "one scene, and its chromaticities");
    assert_ne!(a.plots[0].counts, b.plots[0].counts);
    d.send(Action::CompareOff);
    assert!(d.session.scopes_of_b().is_none());
}
