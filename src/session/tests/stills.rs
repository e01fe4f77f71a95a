//! A clip beside its reference still, and as the causes of their difference would make it.

use super::*;
use crate::check::{Outcome, Proof, still::Beside};

/// The frame that the still shows.
const STILL: u32 = 24;

/// A chart with a reference still of a frame in its middle, the levels of which are `level` of what they should be.
pub fn with_still(level: impl Fn(f64) -> f64) -> Driven {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::Go(STILL));
    d.settle();
    let picture = screen(&d);
    let rgb: Vec<u8> = picture
        .bytes
        .chunks_exact(4)
        .flat_map(|p| [p[0], p[1], p[2]])
        .map(|v| level(f64::from(v)).round().clamp(0.0, 255.0) as u8)
        .collect();
    let path = d.folder.path().join("its still.png");
    ::image::RgbImage::from_raw(picture.size.width, picture.size.height, rgb).unwrap().save(&path).unwrap();
    d.send(Action::First);
    assert_eq!(d.outcome("REF-03"), Outcome::NotApplicable);
    d.send(Action::Attach { clip: None, paths: vec![path] });
    d.settle();
    d
}

/// Legal range taken for full.
pub fn legal(v: f64) -> f64 {
    v * 219.0 / 255.0 + 16.0
}

fn apart(a: &Rgba, b: &Rgba) -> f64 {
    let sum: f64 = a.bytes.iter().zip(&b.bytes).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    sum / a.bytes.len() as f64
}

#[test]
fn a_cause_is_seen_beside_the_still() {
    let mut d = with_still(legal);
    assert_eq!(d.outcome("REF-03"), Outcome::Fail, "a still that is attached is looked at");
    let clip = d.session.document().selected.unwrap();
    let (document, evidence) = (d.session.document().clone(), d.session.finding(clip, "REF-03").unwrap().evidence.clone());
    let causes = d.session.causes(clip).to_vec();
    assert_eq!(causes[0].id, "legal-range");
    assert!(evidence.contains(&format!("1. {}", causes[0].with_number())), "the same words: {evidence}");

    // What shows it, as small pictures.
    let shown = |rule| {
        let finding = d.session.finding(clip, rule).unwrap();
        finding.proofs.iter().find_map(|p| if let Proof::Still { frame: STILL, pictures, .. } = p { Some(pictures.clone()) } else { None })
    };
    assert_eq!(shown("REF-02"), Some(vec![Beside::Ours, Beside::Still, Beside::Apart]));
    assert_eq!((shown("REF-03"), shown("REF-04")), (Some(vec![Beside::Ours, Beside::Still]), None));
    let kinds = [Beside::Ours, Beside::Still, Beside::Apart].map(ThumbSize::Beside);
    d.session.want_thumbs([ThumbSize::Beside(Beside::Meant)].into_iter().chain(kinds).map(|kind| (clip, STILL, kind)).collect());
    d.settle();
    let small = kinds.map(|kind| match d.session.thumb(clip, STILL, kind) {
        Some((_, ThumbState::Ready(thumb))) => thumb.picture.clone(),
        _ => panic!("no {kind:?}"),
    });
    assert!(apart(&small[0], &small[1]) > 1.5 && small[2].bytes.chunks(4).any(|p| p[2] > p[0].saturating_add(40)), "pair and heat");

    d.send(Action::CompareWith(With::Still));
    let (_, still) = side(&mut d);
    assert_eq!(d.frame(), STILL, "beside the frame that it shows");
    let plain = screen(&d);
    let before = apart(&plain, &still);
    assert!(before > 1.5, "{before}");

    // From anywhere: to the frame, the stage and the room where it is seen.
    d.send(Action::First);
    d.send(Action::Stage(Stage::Aces));
    d.send(Action::Room(Room::Evidence));
    d.send(Action::parse("Compare/With {\"cause\": 1}").unwrap());
    let (_, beside) = side(&mut d);
    let view = d.session.view();
    assert_eq!((d.frame(), view.stage, view.room), (STILL, Stage::Display, Room::Bench));
    assert_eq!(beside, still);
    let caused = screen(&d);
    assert!(apart(&caused, &still) < before / 4.0, "made as the still was: {} of {before}", apart(&caused, &still));
    d.send(Action::CompareMode(CompareMode::Difference));
    let difference = side(&mut d).0.apart.unwrap();
    assert!(difference.mean < 8.0, "of 1023: {difference:?}");

    // Only looked at.
    assert_eq!(d.session.document(), &document);
    assert!(d.session.selected_opened().unwrap().is_checked());
    d.send(Action::CompareOff);
    d.settle();
    assert_eq!(screen(&d), plain);
    for nth in [0, 4, usize::MAX] {
        let error = d.session.dispatch(Action::CompareWith(With::Cause(nth))).unwrap_err();
        assert!(error.to_string().contains("no such cause"), "{error}");
    }
}

#[test]
fn where_nothing_differs_there_is_no_cause() {
    let mut d = with_still(|v| v);
    assert_eq!(d.outcome("REF-02"), Outcome::Pass);
    assert!(d.session.causes(d.session.document().selected.unwrap()).is_empty());
    assert!(d.session.dispatch(Action::CompareWith(With::Cause(1))).is_err());
    assert_eq!(d.session.still_frame(), Some(STILL));
}

#[test]
fn from_another_frame_the_still_says_which_it_shows() {
    let mut d = with_still(legal);
    d.send(Action::CompareWith(With::Still));
    d.send(Action::First);
    let (there, _) = side(&mut d);
    assert_eq!((d.frame(), d.session.still_frame(), &*there.label), (0, Some(STILL), "reference still of frame 24"));
    // Whoever looks before the checks are done is told as well.
    d.send(Action::RunChecks);
    d.send(Action::StopChecks);
    assert!(d.session.selected_opened().unwrap().still_match().is_none());
    assert_eq!(d.session.still_frame(), Some(STILL));
}
