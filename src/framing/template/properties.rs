//! What holds for every source and every template.

use super::{tests::document, *};
use crate::sidecar::fdl::{FitMethod, Layer};
use proptest::prelude::*;

/// Shares of the rectangle around it: width, height, and where in what is left it lies.
type Inner = (u32, u32, u32, u32);

fn inner() -> impl Strategy<Value = Inner> {
    (30u32..=100, 30u32..=100, 0u32..=100, 0u32..=100)
}

/// A rectangle within `outer` (x, y, w, h), in hundredths of a pixel, or in whole pixels.
fn within(outer: [u64; 4], (w, h, x, y): Inner, grid: u64) -> [u64; 4] {
    let size = |outer: u64, share: u32| (outer * u64::from(share) / 100 / grid).max(1) * grid;
    let (w, h) = (size(outer[2], w).min(outer[2]), size(outer[3], h).min(outer[3]));
    let at = |outer: u64, left: u64, share: u32| outer + left * u64::from(share) / 100 / grid * grid;
    [at(outer[0], outer[2] - w, x), at(outer[1], outer[3] - h, y), w, h]
}

fn hundredths(v: u64) -> f64 {
    v as f64 / 100.0
}

prop_compose! {
    fn sources()(
        width in 64u32..9000, height in 64u32..9000, squeeze in prop::sample::select(vec!["1", "1.25", "1.3", "1.65", "1.8", "2", "0.75"]),
        effective in prop::option::of(inner()), protection in prop::option::of(inner()), framing in inner(),
    ) -> (String, String) {
        let canvas = [0, 0, u64::from(width) * 100, u64::from(height) * 100];
        let area = effective.map_or(canvas, |e| within(canvas, e, 100));
        let protected = protection.map_or(area, |p| within(area, p, 1));
        let frame = within(protected, framing, 1);
        let rect = |prefix: &str, anchor: &str, r: [u64; 4]| format!(
            r#""{prefix}dimensions": {{ "width": {}, "height": {} }}, "{anchor}anchor_point": {{ "x": {}, "y": {} }}"#,
            hundredths(r[2]), hundredths(r[3]), hundredths(r[0]), hundredths(r[1])
        );
        let mut of_canvas = format!(r#""dimensions": {{ "width": {width}, "height": {height} }}, "anamorphic_squeeze": {squeeze}"#);
        if effective.is_some() {
            of_canvas += &format!(", {}", rect("effective_", "effective_", area));
        }
        let mut decision = rect("", "", frame);
        if protection.is_some() {
            decision += &format!(", {}", rect("protection_", "protection_", protected));
        }
        (of_canvas, decision)
    }
}

prop_compose! {
    fn templates()(
        width in 64u32..9000, height in 64u32..9000, squeeze in prop::sample::select(vec!["0", "1", "1.3", "2"]),
        fit in 0usize..4, preserve in prop::option::of(0usize..4), method in prop::sample::select(FitMethod::ALL),
        align in (0usize..3, 0usize..3), maximum in prop::option::of((64u32..9000, 64u32..9000)), pad: bool,
        round in (0usize..2, 0usize..3),
    ) -> String {
        let words = |i: usize| [Layer::Canvas, Layer::Effective, Layer::Protection, Layer::Framing][i].word();
        let preserve = preserve.map_or(String::new(), |p| format!(r#""preserve_from_source_canvas": "{}","#, words(p)));
        let maximum = maximum.map_or(String::new(), |(w, h)| {
            format!(r#""maximum_dimensions": {{ "width": {w}, "height": {h} }}, "pad_to_maximum": {pad},"#)
        });
        format!(
            r#""target_dimensions": {{ "width": {width}, "height": {height} }}, "target_anamorphic_squeeze": {squeeze}, {preserve} {maximum}
            "fit_source": "{}", "fit_method": "{}", "alignment_method_horizontal": "{}", "alignment_method_vertical": "{}",
            "round": {{ "even": "{}", "mode": "{}" }}"#,
            words(fit), method.word(), ["left", "center", "right"][align.0], ["top", "center", "bottom"][align.1],
            ["whole", "even"][round.0], ["up", "down", "round"][round.1]
        )
    }
}

/// The last digits of a float of some thousands of pixels.
const DIGITS: f64 = 1e-8;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn exact_results_are_nested_whole_and_keep_their_shape((canvas, decision) in sources(), template in templates()) {
        let (fdl, frame, template) = document(&canvas, &decision, &template);
        let Ok(derived) = apply(&frame, &template, Mode::Exact) else { return Ok(()) };
        // Each layer within the one around it; canvas and effective area of whole pixels; valid by our own reader.
        let whole = RectF::new(0.0, 0.0, derived.canvas.width.into(), derived.canvas.height.into());
        let mut around = whole;
        for layer in [Some(derived.effective), derived.protection, Some(derived.framing)].into_iter().flatten() {
            prop_assert!(around.contains(layer, DIGITS), "{layer:?} leaves {around:?}");
            around = layer;
        }
        prop_assert_eq!((derived.effective.width.fract(), derived.effective.height.fract()), (0.0, 0.0));
        if let Ok(made) = derived_fdl(&fdl, &frame, &derived, "t") {
            let (read, found) = crate::sidecar::fdl::parse(crate::sidecar::fdl::write(&made).as_bytes()).unwrap();
            prop_assert!(crate::sidecar::is_valid(&found) && read == made, "{:?}", found);
        }
        // The picture is the source scaled alike both ways, desqueezed: only the canvas was rounded.
        let across = derived.picture.width * derived.squeeze / (derived.source.width * frame.squeeze);
        let down = derived.picture.height / derived.source.height;
        prop_assert!((across / down - 1.0).abs() < 1e-12 && (down / derived.scale_factor - 1.0).abs() < 1e-12);
        // Never beyond the maximum, nor beyond the scaled picture by more than one step of rounding.
        let maximum = template.maximum_dimensions.as_ref().map(|d| d.size());
        let limits = [(derived.canvas.width, derived.picture.width, maximum.map(|m| m.width)), (derived.canvas.height, derived.picture.height, maximum.map(|m| m.height))];
        for (pixels, picture, maximum) in limits {
            prop_assert!(maximum.is_none_or(|m| pixels <= m));
            prop_assert!(template.pad_to_maximum == Some(true) || f64::from(pixels) < picture + 2.0);
        }
        // Exactly the target on the axis that the scale comes from.
        let fit = derived.framing;
        if template.fit_source == Layer::Framing && template.fit_method == FitMethod::Width && whole.contains(derived.picture, 0.0) {
            prop_assert!((fit.width - f64::from(template.target_dimensions.width)).abs() < DIGITS);
        }
    }

    /// What fits its template already is left as it is.
    #[test]
    fn a_template_of_its_own_result_changes_nothing((canvas, decision) in sources(), width in 64u32..9000, even: bool) {
        let round = if even { "even" } else { "whole" };
        let template = format!(r#""target_dimensions": {{ "width": {width}, "height": 9 }}, "target_anamorphic_squeeze": 1, "fit_source": "framing_decision.dimensions",
            "fit_method": "width", "preserve_from_source_canvas": "canvas.dimensions", "round": {{ "even": "{round}", "mode": "up" }}"#);
        let (fdl, frame, template) = document(&canvas, &decision, &template);
        let Ok(first) = apply(&frame, &template, Mode::Exact) else { return Ok(()) };
        let Ok(made) = derived_fdl(&fdl, &frame, &first, "again") else { return Ok(()) };
        let selection = crate::framing::Selection { canvas: Some("again".into()), ..Default::default() };
        let frame = Frame::select(&made, &selection).unwrap();
        let second = apply(&frame, &template, Mode::Exact).unwrap();
        prop_assert!((second.scale_factor - 1.0).abs() < 1e-12, "{}", second.scale_factor);
        // Decimals of the written FDL are off by their last digit, which may push a size over a whole number.
        prop_assert!(second.canvas.width.abs_diff(first.canvas.width) <= 2 && second.canvas.height.abs_diff(first.canvas.height) <= 2);
        prop_assert!((second.framing.width - first.framing.width).abs() < DIGITS && (second.framing.height - first.framing.height).abs() < DIGITS);
    }

    /// No number of a document makes the arithmetic of any mode panic or run away.
    #[test]
    fn extreme_numbers_end_in_results_or_errors(numbers in prop::collection::vec(prop::sample::select(vec![
        "1e-12", "1e12", "3.333333333333333333333333333333333333", "0.000000000001", "4294967295", "1", "1047.0000000000001",
    ]), 9), fit in 0usize..4, mode in prop::sample::select(Mode::ALL.to_vec())) {
        let n = |i: usize| numbers[i];
        let canvas = format!(r#""dimensions": {{ "width": 4294967295, "height": 1 }}, "anamorphic_squeeze": {}"#, n(0));
        let decision = format!(r#""dimensions": {{ "width": {}, "height": {} }}, "anchor_point": {{ "x": {}, "y": {} }},
            "protection_dimensions": {{ "width": {}, "height": {} }}, "protection_anchor_point": {{ "x": {}, "y": {} }}"#, n(1), n(2), n(3), n(4), n(5), n(6), n(7), n(8));
        let fit = [Layer::Canvas, Layer::Effective, Layer::Protection, Layer::Framing][fit].word();
        let template = format!(r#""target_dimensions": {{ "width": 4294967295, "height": 1 }}, "target_anamorphic_squeeze": {}, "fit_source": "{fit}", "fit_method": "fill""#, n(8));
        let (_, frame, template) = document(&canvas, &decision, &template);
        let _ = explain(&frame, &template, mode);
    }
}
