//! Whatever is edited: a draft that the editor takes is valid, and reads back the same.

use super::{tests::source, *};
use crate::{image::RectF, sidecar::is_valid};
use proptest::prelude::*;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![(-50i32..6000).prop_map(f64::from), (-1000i32..90_000).prop_map(|n| f64::from(n) / 16.0), Just(1e13), Just(1e-13)]
}

fn rect() -> impl Strategy<Value = RectF> {
    (number(), number(), number(), number()).prop_map(|(x, y, w, h)| RectF::new(x, y, w, h))
}

/// Sizes and places that mostly fit.
fn small() -> impl Strategy<Value = RectF> {
    (0i32..900, 0i32..400, 1i32..3600, 1i32..2700, 0i32..4).prop_map(|(x, y, w, h, part)| {
        let part = f64::from(part) / 4.0;
        RectF::new(f64::from(x) + part, f64::from(y), f64::from(w), f64::from(h) + part)
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    let pair = || (number(), number()).prop_map(|(a, b)| [a, b]);
    prop_oneof![
        (1u32..400, 1u32..200, 0i32..1200).prop_map(|(w, h, p)| Edit::Intent(IntentEdit {
            aspect: Some([w, h]),
            protection: Some(f64::from(p) / 10.0),
            label: Some("new".into())
        })),
        rect().prop_map(|r| Edit::Decision(DecisionEdit { rect: Some(r), ..Default::default() })),
        small().prop_map(|r| Edit::Decision(DecisionEdit { rect: Some(r), protection: Some(None), ..Default::default() })),
        small().prop_map(|r| Edit::Decision(DecisionEdit { protection: Some(Some(r)), ..Default::default() })),
        small().prop_map(|r| Edit::Canvas(CanvasEdit {
            effective: Some(Some(RectF::new(r.x, r.y, r.width.floor(), r.height.floor()))),
            ..Default::default()
        })),
        Just(Edit::Canvas(CanvasEdit { effective: Some(None), ..Default::default() })),
        number().prop_map(|squeeze| Edit::Canvas(CanvasEdit { squeeze: Some(squeeze), ..Default::default() })),
        (any::<bool>(), 0usize..3).prop_map(|(even, mode)| {
            use crate::sidecar::fdl::{Even, RoundMode};
            Edit::FromIntent(Rounding { even: if even { Even::Even } else { Even::Whole }, mode: RoundMode::ALL[mode] })
        }),
        pair().prop_map(Edit::Place),
        pair().prop_map(Edit::Move),
        (0usize..4, number(), any::<bool>()).prop_map(|(i, at, centered)| Edit::Edge(EdgeAt { side: Side::ALL[i], at, centered })),
        (0usize..2, 2usize..4, pair(), any::<bool>()).prop_map(|(x, y, at, centered)| Edit::Corner(CornerAt {
            sides: [Side::ALL[x], Side::ALL[y]],
            at,
            centered
        })),
        (0u32..5000, 0u32..5000, number()).prop_map(|(w, h, squeeze)| Edit::Template(TemplateEdit {
            target: Some([w, h]),
            squeeze: Some(squeeze),
            ..Default::default()
        })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_the_editor_takes_is_valid_and_reads_back_the_same(edits in prop::collection::vec(edit(), 1..12)) {
        let mut draft = Draft::of(&source(), &Selection::default()).unwrap();
        for edit in &edits {
            let text = serde_json::to_string(edit).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Edit>(&text).unwrap(), edit, "as --do has it");
            let before = draft.clone();
            if draft.edit(edit).is_err() {
                prop_assert_eq!(&draft, &before);
            }
            // Whatever it holds, it can be put by.
            let back = Draft::restored(&draft.kept()).unwrap();
            prop_assert_eq!((back.kept(), back.frame(), back.problems()), (draft.kept(), draft.frame(), draft.problems()));
            if draft.problems().is_empty() {
                let made = draft.document(source().uuid).unwrap();
                let (read, found) = fdl::parse(fdl::write(&made).as_bytes()).unwrap();
                prop_assert!(is_valid(&found), "{found:?}");
                prop_assert_eq!(&read, &made);
                let again = Draft::of(&read, &Selection { decision: Some("SCOPE".into()), ..Default::default() }).unwrap();
                prop_assert_eq!(again.frame(), draft.frame());
                prop_assert!(draft.frame().is_ok());
            } else {
                prop_assert!(draft.document(source().uuid).is_err());
            }
        }
    }

    /// What is dragged stays where it is allowed to be.
    #[test]
    fn handles_make_no_problem(from in 0usize..3, grips in prop::collection::vec((0usize..9, number(), number(), any::<bool>()), 1..20)) {
        let mut draft = Draft::of(&source(), &Selection::default()).unwrap();
        let start = [Edit::FromIntent(Rounding::default()), Edit::Decision(DecisionEdit { protection: Some(None), ..Default::default() }), Edit::Move([0.0; 2])];
        draft.edit(&start[from]).unwrap();
        for (grip, a, b, centered) in grips {
            let edit = match grip {
                0..4 => Edit::Edge(EdgeAt { side: Side::ALL[grip], at: a, centered }),
                4 => Edit::Place([a, b]),
                _ => Edit::Corner(CornerAt { sides: [Side::ALL[grip % 2], Side::ALL[2 + grip / 2 % 2]], at: [a, b], centered }),
            };
            draft.edit(&edit).unwrap();
            prop_assert!(draft.problems().is_empty(), "{:?}", draft.problems());
        }
    }
}
