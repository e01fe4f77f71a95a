use super::*;
use crate::{
    framing::{OverlayKind, Selection, overlay},
    sidecar::fdl,
};

fn frame_of(canvas: &str, decision: &str) -> Frame {
    let text = format!(
        r#"{{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": {{ "major": 2, "minor": 0 }},
        "framing_intents": [ {{ "id": "f", "aspect_ratio": {{ "width": 239, "height": 100 }} }} ],
        "contexts": [ {{ "canvases": [ {{ "id": "c", "source_canvas_id": "c", {canvas}, "framing_decisions": [
          {{ "id": "c-f", "framing_intent_id": "f", {decision} }} ] }} ] }} ] }}"#
    );
    let (fdl, found) = fdl::parse(text.as_bytes()).unwrap();
    assert!(found.is_empty(), "{found:?}");
    Frame::select(&fdl, &Selection::default()).unwrap()
}

fn anamorphic() -> Frame {
    frame_of(
        r#""dimensions": { "width": 4448, "height": 3096 }, "anamorphic_squeeze": 2.0"#,
        r#""dimensions": { "width": 3330.1, "height": 2786.4 }, "anchor_point": { "x": 558.95, "y": 154.8 },
           "protection_dimensions": { "width": 3700.0, "height": 3096.0 }, "protection_anchor_point": { "x": 374.0, "y": 0.0 }"#,
    )
}

#[test]
fn native_canvas_is_the_picture_as_it_is() {
    let plate = plate_geometry(&anamorphic(), CropTo::Canvas, ScaleTo::Native, false).unwrap();
    assert_eq!(plate.source, RectF::new(0.0, 0.0, 4448.0, 3096.0));
    assert_eq!((plate.target, plate.pixel_aspect), (Size::new(4448, 3096), 2.0));
}

#[test]
fn desqueeze_and_scale_are_one_step_with_square_pixels() {
    let frame = anamorphic();
    for crop in [CropTo::Canvas, CropTo::Protection, CropTo::Decision] {
        for scale in [ScaleTo::Native, ScaleTo::Width(3840), ScaleTo::Height(1607), ScaleTo::Fit(Size::new(2048, 1080))] {
            let plate = plate_geometry(&frame, crop, scale, true).unwrap();
            assert_eq!(plate.pixel_aspect, 1.0);
            let (x, y) = (plate.source.width / f64::from(plate.target.width), plate.source.height / f64::from(plate.target.height));
            assert!((2.0 * x / y - 1.0).abs() < 1e-14, "{crop:?} {scale:?} {plate:?}");
            // The centre of the crop is the centre of the plate, and less than a target pixel was added or lost.
            let rect = crop_rect(&frame, crop).unwrap().to_f64();
            let mapped = plate.to_target(rect);
            let (w, h) = (f64::from(plate.target.width), f64::from(plate.target.height));
            assert!((mapped.x + mapped.right() - w).abs() < 1e-9 && (mapped.y + mapped.bottom() - h).abs() < 1e-9);
            assert!((mapped.width - w).abs() <= 0.5 + 1e-9 && (mapped.height - h).abs() <= 0.5 + 1e-9);
        }
    }
    let plate = plate_geometry(&frame, CropTo::Decision, ScaleTo::Width(3840), true).unwrap();
    // 2786.4 x 3840 / 6660.2 = 1606.53...
    assert_eq!(plate.target, Size::new(3840, 1607));
    assert_eq!(plate.source.width, 3330.1);
}

/// In floating point 1047 x (3840 / 1047) is 3840.0000000000005, which a reference rounds up to 3842.
#[test]
fn a_width_that_is_asked_for_is_the_width_that_comes() {
    for width in 100..3000u32 {
        let plate = plate_geometry(&Frame::whole(Size::new(width, 500), 1.3).unwrap(), CropTo::Canvas, ScaleTo::Width(3840), true);
        let plate = plate.unwrap();
        assert_eq!((plate.target.width, plate.source.width, plate.source.x), (3840, f64::from(width), 0.0));
    }
}

#[test]
fn what_the_frame_has_not_is_not_replaced() {
    let error = plate_geometry(&anamorphic(), CropTo::Effective, ScaleTo::Native, false).unwrap_err();
    assert!(error.to_string().contains("effective"), "{error}");
    let frame = Frame::whole(Size::new(100, 100), 1.0).unwrap();
    assert!(plate_geometry(&frame, CropTo::Canvas, ScaleTo::Width(0), false).is_err());
    assert!(plate_geometry(&frame, CropTo::Canvas, ScaleTo::Width(u32::MAX), false).is_err());
    assert!(Frame::whole(Size::new(100, 100), 0.0).is_err() && Frame::whole(Size::new(100, 100), f64::NAN).is_err());
}

#[test]
fn every_step_is_told() {
    let plate = plate_geometry(&anamorphic(), CropTo::Decision, ScaleTo::Fit(Size::new(1920, 1080)), true).unwrap();
    let told: Vec<_> = plate.steps.iter().map(|s| format!("{}: {}", s.name, s.text)).collect();
    assert_eq!(told[0], "crop: Decision: 3330.1 x 2786.4 at 558.95, 154.8");
    assert_eq!(told[1], "desqueeze: 3330.1 x 2 = 6660.2 wide");
    assert!(told[2].starts_with("scale: Fit") && told[3].ends_with("to 1920x803"), "{told:?}");
}

#[test]
fn several_decisions_are_listed_not_guessed() {
    let decision = |id: &str| {
        format!(
            r#"{{ "id": "c-{id}", "framing_intent_id": "{id}", "label": "{id} frame",
            "dimensions": {{ "width": 100, "height": 50 }}, "anchor_point": {{ "x": 0, "y": 0 }} }}"#
        )
    };
    let intent = |id: &str| format!(r#"{{ "id": "{id}", "aspect_ratio": {{ "width": 2, "height": 1 }} }}"#);
    let text = format!(
        r#"{{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": {{ "major": 1, "minor": 0 }}, "default_framing_intent": "b",
        "framing_intents": [ {}, {} ], "contexts": [ {{ "label": "A cam", "canvases": [ {{ "id": "c", "source_canvas_id": "c",
        "dimensions": {{ "width": 200, "height": 100 }}, "framing_decisions": [ {}, {} ] }} ] }} ] }}"#,
        intent("a"),
        intent("b"),
        decision("a"),
        decision("b")
    );
    let (fdl, _) = fdl::parse(text.as_bytes()).unwrap();
    let error = Frame::select(&fdl, &Selection::default()).unwrap_err().to_string();
    assert!(error.contains("c-a;") && error.contains("A cam / canvas c / decision c-b (default intent)"), "{error}");
    for name in ["b", "c-b", "b frame"] {
        let chosen = Selection { context: Some("0".into()), decision: Some(name.into()), ..Default::default() };
        let frame = Frame::select(&fdl, &chosen).unwrap();
        assert_eq!((frame.decision_id.as_str(), frame.protection_sense), ("c-b", fdl::ProtectionSense::Outward));
    }
    let none = Selection { canvas: Some("x".into()), ..Default::default() };
    assert!(Frame::select(&fdl, &none).unwrap_err().to_string().contains("there are"));
}

#[test]
fn overlay_lists_what_there_is() {
    let rects = overlay(&anamorphic());
    let kinds: Vec<_> = rects.iter().map(|r| r.kind).collect();
    assert_eq!(kinds, [OverlayKind::Canvas, OverlayKind::Protection, OverlayKind::Decision]);
    assert_eq!(rects[2].label, "Frame 2.390:1");
}
