use super::*;
use crate::sidecar::fdl;

const SPEC: (Even, RoundMode) = (Even::Even, RoundMode::Up);

fn document(canvas: &str, aspect: [u32; 2], protection: f64) -> Fdl {
    let text = format!(
        r#"{{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": {{ "major": 2, "minor": 0 }},
        "framing_intents": [ {{ "id": "f", "aspect_ratio": {{ "width": {}, "height": {} }}, "protection": {protection} }} ],
        "contexts": [ {{ "canvases": [ {{ "id": "c", "source_canvas_id": "c", {canvas} }} ] }} ] }}"#,
        aspect[0], aspect[1]
    );
    fdl::parse(text.as_bytes()).unwrap().0
}

fn decided(canvas: &str, aspect: [u32; 2], protection: f64, sense: ProtectionSense, mode: Mode) -> Decided {
    let fdl = document(canvas, aspect, protection);
    decide(&fdl.contexts[0].canvases[0], &fdl.framing_intents[0], sense, SPEC, mode).unwrap()
}

const ANAMORPHIC: &str = r#""dimensions": { "width": 4448, "height": 3096 }, "anamorphic_squeeze": 2.0"#;

/// 2.39:1 on 4448 x 3096 at 2x is pillarboxed: 3096 x 2.39 / 2 = 3699.72 wide. The reference makes it 3724 high, out of the canvas.
#[test]
fn an_anamorphic_intent_stays_on_the_canvas() {
    let ours = decided(ANAMORPHIC, [239, 100], 0.0, ProtectionSense::Inward, Mode::Exact);
    assert_eq!(ours.framing, RectF::new(374.0, 0.0, 3700.0, 3096.0));
    let theirs = decided(ANAMORPHIC, [239, 100], 0.0, ProtectionSense::Inward, Mode::Asc102);
    assert_eq!((theirs.framing.height, theirs.framing.y), (3724.0, -314.0));
    let fdl = document(ANAMORPHIC, [239, 100], 0.0);
    assert!(with_decision(&fdl, "c", &fdl.framing_intents[0], &theirs).is_err());
}

#[test]
fn the_frame_lies_around_the_centre_of_the_effective_area() {
    let canvas = r#""dimensions": { "width": 5184, "height": 4320 }, "effective_dimensions": { "width": 4096, "height": 2160 },
        "effective_anchor_point": { "x": 100, "y": 200 }"#;
    let ours = decided(canvas, [239, 100], 0.1, ProtectionSense::Inward, Mode::Exact);
    assert_eq!(ours.protection, Some(RectF::new(100.0, 423.0, 4096.0, 1714.0)));
    assert_eq!(ours.framing, RectF::new(304.0, 508.0, 3688.0, 1544.0));
}

#[test]
fn outward_protection_is_a_share_of_the_frame() {
    let canvas = r#""dimensions": { "width": 4400, "height": 2200 }"#;
    let ours = decided(canvas, [2, 1], 0.1, ProtectionSense::Outward, Mode::Exact);
    assert_eq!(ours.framing, RectF::new(200.0, 100.0, 4000.0, 2000.0));
    assert_eq!(ours.protection, Some(RectF::new(0.0, 0.0, 4400.0, 2200.0)));
}

#[test]
fn rounding_does_not_leave_an_odd_area() {
    let canvas = r#""dimensions": { "width": 4095, "height": 2159 }"#;
    let ours = decided(canvas, [16, 9], 0.0, ProtectionSense::Inward, Mode::Exact);
    assert_eq!(ours.framing, RectF::new(127.5, 0.5, 3840.0, 2158.0));
}

#[test]
fn a_decision_is_added_once() {
    let fdl = document(ANAMORPHIC, [239, 100], 0.05);
    let intent = &fdl.framing_intents[0];
    let ours = decide(&fdl.contexts[0].canvases[0], intent, ProtectionSense::Inward, SPEC, Mode::Exact).unwrap();
    let with = with_decision(&fdl, "c", intent, &ours).unwrap();
    let (read, found) = fdl::parse(fdl::write(&with).as_bytes()).unwrap();
    assert!(found.is_empty() && read == with, "{found:?}");
    assert!(with_decision(&with, "c", intent, &ours).is_err());
    assert!(
        decide(
            &fdl.contexts[0].canvases[0],
            &document(ANAMORPHIC, [1, 1], 1.0).framing_intents[0],
            ProtectionSense::Inward,
            SPEC,
            Mode::Exact
        )
        .is_err()
    );
}
