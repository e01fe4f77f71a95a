use super::*;
use crate::{
    framing::Selection,
    sidecar::fdl::{self, Fdl},
};

pub(super) fn document(canvas: &str, decision: &str, template: &str) -> (Fdl, Frame, CanvasTemplate) {
    let text = format!(
        r#"{{ "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db", "version": {{ "major": 2, "minor": 0 }},
        "framing_intents": [ {{ "id": "f", "aspect_ratio": {{ "width": 239, "height": 100 }} }} ],
        "contexts": [ {{ "clip_id": {{ "clip_name": "A001" }}, "canvases": [ {{ "id": "c", "source_canvas_id": "c", {canvas},
          "framing_decisions": [ {{ "id": "c-f", "framing_intent_id": "f", {decision} }} ] }} ] }} ],
        "canvas_templates": [ {{ "id": "t", {template} }} ] }}"#
    );
    let (fdl, _) = fdl::parse(text.as_bytes()).unwrap();
    let frame = Frame::select(&fdl, &Selection::default()).unwrap();
    let template = fdl.canvas_templates[0].clone();
    (fdl, frame, template)
}

fn framed(width: u32, height: u32, template: &str) -> (Frame, CanvasTemplate) {
    let dimensions = format!(r#""dimensions": {{ "width": {width}, "height": {height} }}"#);
    let (_, frame, template) = document(&dimensions, &format!(r#"{dimensions}, "anchor_point": {{ "x": 0, "y": 0 }}"#), template);
    (frame, template)
}

const UHD: &str = r#""target_dimensions": { "width": 3840, "height": 2160 }, "target_anamorphic_squeeze": 1.0,
    "fit_source": "framing_decision.dimensions", "fit_method": "width", "round": { "even": "even", "mode": "up" }"#;

/// In floats 1047 x (3840 / 1047) is 3840.0000000000005, and rounding up makes 3842 of it.
#[test]
fn exact_never_overshoots_where_the_published_library_does() {
    let mut overshoots = 0;
    for width in (1..=8000).step_by(7).chain([1047]) {
        let (frame, template) = framed(width, 100, UHD);
        assert_eq!(apply(&frame, &template, Mode::Exact).unwrap().canvas.width, 3840, "{width}");
        overshoots += u32::from(apply(&frame, &template, Mode::Asc102).unwrap().canvas.width > 3840);
    }
    assert!(overshoots > 100, "{overshoots}");
    let (frame, template) = framed(1047, 100, UHD);
    assert_eq!(apply(&frame, &template, Mode::Asc102).unwrap().canvas.width, 3842);
}

#[test]
fn an_open_axis_takes_what_the_other_one_gives() {
    let open = UHD.replace("2160", "0");
    let (frame, template) = framed(4096, 1716, &open);
    let derived = apply(&frame, &template, Mode::Exact).unwrap();
    assert_eq!(derived.canvas, Size::new(3840, 1610));
    assert_eq!(derived.picture, RectF::new(0.0, 0.625, 3840.0, 1608.75));
    assert_eq!(apply(&frame, &template, Mode::Asc102).unwrap_err().kind(), crate::ErrorKind::Invalid);
    for (method, fails) in [("height", true), ("fit_all", false), ("fill", false)] {
        let (frame, template) = framed(4096, 1716, &open.replace("\"width\", \"round", &format!("\"{method}\", \"round")));
        assert_eq!(apply(&frame, &template, Mode::Exact).is_err(), fails, "{method}");
    }
}

#[test]
fn a_target_squeeze_of_0_keeps_the_sources() {
    let template = UHD.replace("\"target_anamorphic_squeeze\": 1.0", "\"target_anamorphic_squeeze\": 0");
    let canvas = r#""dimensions": { "width": 2048, "height": 1716 }, "anamorphic_squeeze": 2"#;
    let decision = r#""dimensions": { "width": 2048, "height": 1716 }, "anchor_point": { "x": 0, "y": 0 }"#;
    let (_, frame, template) = document(canvas, decision, &template);
    let derived = apply(&frame, &template, Mode::Exact).unwrap();
    assert_eq!((derived.squeeze, derived.canvas), (2.0, Size::new(3840, 3218)));
    assert!(apply(&frame, &template, Mode::Asc102).is_err());
}

#[test]
fn the_maximum_binds_and_rounding_down_cuts_both_sides() {
    let template = UHD.replace("\"up\"", "\"down\"") + r#", "maximum_dimensions": { "width": 3839, "height": 4000 }"#;
    let (frame, template) = framed(4096, 1716, &template);
    let derived = apply(&frame, &template, Mode::Exact).unwrap();
    // 3838 x 1608 of 3839 (of 3840) x 1608.75.
    assert_eq!(derived.canvas, Size::new(3838, 1608));
    assert_eq!(derived.picture, RectF::new(-1.0, -0.375, 3840.0, 1608.75));
    assert_eq!(derived.framing, RectF::new(0.0, 0.0, 3838.0, 1608.0));
}

/// Its anchors are made of the layer that is kept, not of the one within it. Rounding 2025 lines to 2026 adds half a line above.
#[test]
fn a_layer_to_preserve_within_the_one_to_fit_changes_nothing() {
    let canvas = r#""dimensions": { "width": 4096, "height": 2160 }"#;
    let decision = r#""dimensions": { "width": 3000, "height": 1500 }, "anchor_point": { "x": 548, "y": 330 }"#;
    let template = UHD.replace("framing_decision.dimensions", "canvas.dimensions");
    let (_, frame, plain) = document(canvas, decision, &template);
    let (_, _, inner) = document(canvas, decision, &(template + r#", "preserve_from_source_canvas": "framing_decision.dimensions""#));
    let derived = apply(&frame, &plain, Mode::Exact).unwrap();
    assert_eq!(apply(&frame, &inner, Mode::Exact).unwrap(), derived);
    assert_eq!(derived.framing, RectF::new(513.75, 309.875, 2812.5, 1406.25));
    assert_eq!(apply(&frame, &inner, Mode::AscMain).unwrap().framing.x, 0.0);
}

#[test]
fn missing_layers_are_named() {
    for member in ["fit_source", "preserve_from_source_canvas"] {
        let (frame, mut template) = framed(4096, 2160, UHD);
        if member == "fit_source" {
            template.fit_source = crate::sidecar::fdl::Layer::Protection;
        } else {
            template.preserve_from_source_canvas = Some(crate::sidecar::fdl::Layer::Effective);
        }
        for mode in Mode::ALL {
            let error = apply(&frame, &template, mode).unwrap_err();
            assert!(error.to_string().contains(member) && error.exit_code() == 10, "{error}");
        }
    }
}

#[test]
fn the_derived_document_keeps_what_it_was_made_from() {
    let canvas = r#""dimensions": { "width": 4096, "height": 2160 }, "_look": "warm", "physical_dimensions": { "width": 27.03, "height": 14.25 },
        "photosite_dimensions": { "width": 4096, "height": 2160 }"#;
    let decision = r#""dimensions": { "width": 3000, "height": 1500 }, "anchor_point": { "x": 548, "y": 330 }, "_by": "DP""#;
    let (source, frame, template) = document(canvas, decision, UHD);
    let derived = apply(&frame, &template, Mode::Exact).unwrap();
    let made = derived_fdl(&source, &frame, &derived, "c").unwrap();
    let (read, found) = fdl::parse(fdl::write(&made).as_bytes()).unwrap();
    assert!(found.is_empty() && read == made, "{found:?}");
    let canvases = &made.contexts[0].canvases;
    assert_eq!(canvases[0], source.contexts[0].canvases[0]);
    assert_eq!((canvases[1].id.as_str(), canvases[1].source_canvas_id.as_str()), ("c_2", "c"));
    assert_eq!(canvases[1].physical_dimensions, canvases[0].physical_dimensions);
    let names = |members: &fdl::Members| members.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
    assert_eq!(names(&canvases[1].other), ["_look", "_scale_factor", "_scaled_bounding_box", "_content_translation"]);
    assert_eq!(names(&canvases[1].framing_decisions[0].other), ["_by"]);
    // A template of what a template made says how it was made itself, once.
    let selection = Selection { canvas: Some("c_2".into()), ..Selection::default() };
    let again = Frame::select(&made, &selection).unwrap();
    let twice = derived_fdl(&made, &again, &apply(&again, &template, Mode::Exact).unwrap(), "c").unwrap();
    assert_eq!(names(&twice.contexts[0].canvases[2].other).len(), 4);
}

#[test]
fn every_step_is_written_down() {
    let (frame, template) = framed(1047, 100, UHD);
    let derived = explain(&frame, &template, Mode::Exact).unwrap();
    let scale = derived.steps.iter().find(|s| s.step == "scale").unwrap();
    assert_eq!(scale.values[2].exact, "1280/349 (3.667622)");
    assert!(apply(&frame, &template, Mode::Exact).unwrap().steps.is_empty());
}

/// 2046.9 of 2048 pixels are the source's, which is the rounding of a fit; above and below are bars.
#[test]
fn rounding_on_one_axis_leaves_no_dark_line_beside_bars_on_the_other() {
    let (_, frame, template) = document(
        r#""dimensions": { "width": 4096, "height": 1716 }"#,
        r#""dimensions": { "width": 3842, "height": 1608 }, "anchor_point": { "x": 127, "y": 54 }"#,
        r#""target_dimensions": { "width": 1920, "height": 804 }, "target_anamorphic_squeeze": 1.0, "fit_source": "framing_decision.dimensions",
           "fit_method": "width", "preserve_from_source_canvas": "canvas.dimensions",
           "maximum_dimensions": { "width": 2048, "height": 1080 }, "pad_to_maximum": true, "round": { "even": "even", "mode": "up" }"#,
    );
    let geometry = template_geometry(&frame, &template, Mode::Exact).unwrap();
    let placement = geometry.placement.unwrap();
    assert_eq!((geometry.target, placement.window.width), (Size::new(2048, 1080), 2048));
    assert!(placement.window.height < 860 && placement.window.y > 100, "{placement:?}");
    assert!(placement.picture.x <= 0.0 && placement.picture.right() >= 2048.0, "{placement:?}");
}
