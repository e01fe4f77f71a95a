//! Clips come in: shown, checked, or told why not.

use super::*;

#[test]
fn an_opened_clip_is_shown_checked_and_selected() {
    let d = Driven::open(&["one.chart", "two.chart"]);
    let s = &d.session;
    assert_eq!(s.document().clips.len(), 2);
    assert_eq!(s.document().selected, Some(s.document().clips[0].id));
    assert_eq!(s.shown().unwrap().key.quality, Quality::Full);
    assert_eq!(s.screen_picture().unwrap().look.stage, Stage::Display);
    assert_eq!(s.lamp(), &Lamp::Cpu);
    for clip in &s.document().clips {
        let tally = s.tally(clip).unwrap();
        assert_eq!(tally.open(), 0, "{:?}", s.opened(clip.id).unwrap().findings());
        assert!(tally.passed > 0);
    }
}

#[test]
fn a_large_clip_shows_a_draft_first() {
    let mut d = Driven::new();
    let path = d.folder.path().join("big.chart");
    std::fs::write(&path, b"chart").unwrap();
    d.send(Action::Add(vec![path]));
    d.until("first picture", |s| s.screen_picture().is_some());
    let first = d.session.screen_picture().unwrap().clone();
    assert_eq!(first.look.frame.quality, Quality::Draft);
    assert!(first.levels[0].size.area() <= 1_600_000);
    d.settle();
    assert_eq!(d.session.screen_picture().unwrap().levels[0].size.area(), 4096 * 3072);
}

#[test]
fn what_cannot_be_opened_says_why_and_the_rest_opens() {
    let mut d = Driven::open(&["one.chart"]);
    // A camera file by its content, and damaged.
    let damaged = d.folder.path().join("damaged.dpx");
    std::fs::write(&damaged, b"SDPX").unwrap();
    d.send(Action::Add(vec![damaged]));
    d.settle();
    let entry = d.session.document().clips[1].clone();
    let Some(Media::Failed(error)) = d.session.media(entry.id) else { panic!("it should have failed") };
    assert!(error.to_string().contains("damaged.dpx"), "{error}");
    assert!(d.session.opened(d.session.document().clips[0].id).is_some());
    d.send(Action::Add(vec!["/nonexistent/a.dng".into()]));
    d.settle();
    assert!(d.session.leftovers().iter().any(|l| l.path == std::path::Path::new("/nonexistent/a.dng")), "{:?}", d.session.leftovers());
    assert!(d.session.log().last_error().unwrap().text.contains("/nonexistent/a.dng"));
}

#[test]
fn a_clip_that_is_open_is_selected_and_not_added_twice() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    let path = d.session.document().clips[1].path.clone();
    d.send(Action::Add(vec![path]));
    d.settle();
    assert_eq!(d.session.document().clips.len(), 2);
    assert_eq!(d.session.document().selected, Some(d.session.document().clips[1].id));
}

#[test]
fn a_damaged_frame_is_an_error_there_and_nowhere_else() {
    let mut d = Driven::open(&["bad.chart"]);
    d.send(Action::Go(13));
    d.settle();
    assert!(d.session.picture_error().unwrap().to_string().contains("StripByteCounts"));
    d.send(Action::Step(1));
    d.settle();
    assert!(d.session.picture_error().is_none());
    assert_eq!(d.session.shown().unwrap().key.frame, 14);
}

#[test]
fn nothing_stands_in_for_what_cannot_be_shown() {
    let mut d = Driven::open(&["bad small.chart", "small.chart"]);
    d.send(Action::Step(1));
    assert!(d.session.screen_picture().is_some(), "the frame before stays until this one is there");
    d.settle();
    d.send(Action::NextClip);
    d.settle();
    d.send(Action::Exposure(0.5));
    d.settle();
    // Decoded before, and never seen with this exposure.
    d.send(Action::PreviousClip);
    let of_view = d.session.shown().unwrap().key.opening;
    assert!(d.session.screen_picture().is_none_or(|p| p.look.frame.opening == of_view), "the other clip's picture");
    d.settle();
    assert!(d.session.screen_picture().is_some() && d.session.has_picture());

    d.send(Action::Go(13));
    d.settle();
    assert!(d.session.picture_error().is_some() && d.session.screen_picture().is_none() && !d.session.has_picture());
    assert_eq!(d.session.lamp(), &Lamp::Waiting);
    d.send(Action::Step(1));
    d.settle();
    assert!(d.session.screen_picture().is_some());
    assert_eq!(d.session.lamp(), &Lamp::Cpu);
}

#[test]
fn cancelling_an_open_leaves_the_clip_failed() {
    let mut d = Driven::new();
    // What it is, is told at once; opening it takes long.
    let asked = std::sync::atomic::AtomicBool::new(false);
    let slow: Opener = Arc::new(move |path, progress| {
        if asked.swap(true, std::sync::atomic::Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(700));
        }
        chart::opener()(path, progress)
    });
    d.session.opener = slow;
    let path = std::env::temp_dir().join("prelight-slow.chart");
    std::fs::write(&path, b"chart").unwrap();
    d.send(Action::Add(vec![path]));
    d.until("it runs", |s| s.visible_job().is_some_and(|j| j.title.contains("slow")));
    d.send(Action::CancelJob);
    d.settle();
    let id = d.session.document().clips[0].id;
    assert!(matches!(d.session.media(id), Some(Media::Failed(_))));
}
