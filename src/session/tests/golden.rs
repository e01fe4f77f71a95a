//! The golden frames of the next recipe: proposed in the background, edited by hand, approved as they are shown.

use super::*;

fn frames(d: &Driven) -> Vec<u32> {
    let entry = d.session.document().selected_clip().unwrap();
    d.session.golden_frames(entry).unwrap().unwrap().iter().map(|c| c.frame).collect()
}

#[test]
fn golden_frames_are_proposed_where_they_are_seen_and_edited_with_undo() {
    let mut d = Driven::open(&["small.chart"]);
    let entry = |d: &Driven| d.session.document().selected_clip().unwrap().clone();
    assert!(d.session.golden_frames(&entry(&d)).is_none(), "nobody looks at them");
    d.send(Action::Room(Room::Recipe));
    assert!(d.session.golden_job(entry(&d).id).is_some());
    d.settle();
    let proposed = frames(&d);
    assert!([0, 24, 47].iter().all(|f| proposed.contains(f)), "{proposed:?}");

    d.send(Action::AddGolden(Some(7)));
    assert!(frames(&d).contains(&7) && frames(&d).is_sorted());
    assert_eq!(d.session.dispatch(Action::AddGolden(Some(7))).unwrap_err().exit_code(), 12);
    assert_eq!(d.session.dispatch(Action::AddGolden(Some(48))).unwrap_err().exit_code(), 2);
    d.send(Action::RemoveGolden(0));
    assert!(!frames(&d).contains(&0));
    assert_eq!(d.session.dispatch(Action::RemoveGolden(0)).unwrap_err().exit_code(), 12);
    d.send(Action::Undo);
    d.send(Action::Undo);
    assert_eq!((frames(&d), d.session.history().undo_label()), (proposed.clone(), Some("clip list")));

    for frame in frames(&d).into_iter().skip(1) {
        d.send(Action::RemoveGolden(frame));
    }
    assert_eq!(frames(&d), [0]);
    assert_eq!(d.session.dispatch(Action::RemoveGolden(0)).unwrap_err().exit_code(), 12, "none at all is no approval");
    d.send(Action::ProposeGolden);
    assert_eq!(frames(&d), proposed);
    // The frame in view.
    d.send(Action::Go(9));
    d.send(Action::AddGolden(None));
    assert!(frames(&d).contains(&9));
}

#[test]
fn what_is_approved_are_the_frames_that_were_shown() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::Room(Room::Recipe));
    d.settle();
    d.send(Action::AddGolden(Some(5)));
    for frame in frames(&d).into_iter().filter(|f| ![5, 47].contains(f)) {
        d.send(Action::RemoveGolden(frame));
    }
    assert_eq!(frames(&d), [5, 47]);
    let dir = d.folder.path().join("a.recipe");
    d.send(Action::Export { dir: dir.clone(), name: "N".into(), role: "R".into(), note: String::new(), clips: vec![] });
    d.settle();
    let recipe = crate::recipe::open(&dir).unwrap().recipe;
    let sealed: Vec<_> = recipe.clips[0].golden.iter().map(|g| (g.frame, g.reason.clone().unwrap())).collect();
    assert_eq!(sealed[0], (5, "chosen by hand".to_owned()));
    assert!(sealed.len() == 2 && sealed[1].0 == 47 && sealed[1].1.starts_with("last frame"), "{sealed:?}");
    assert_eq!(d.session.document().clips[0].approved.as_ref().unwrap().golden[0].reason.as_deref(), Some("chosen by hand"));
}

#[test]
fn a_frame_made_golden_on_the_bench_comes_on_top_of_the_worst_cases() {
    let worst = {
        let mut d = Driven::open(&["small.chart"]);
        d.send(Action::Room(Room::Recipe));
        d.settle();
        frames(&d)
    };
    let hand = (0..48).find(|f| !worst.contains(f)).unwrap();
    let with_it = {
        let mut all = worst.clone();
        all.push(hand);
        all.sort();
        all
    };
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::AddGolden(Some(hand)));
    assert_eq!(d.session.dispatch(Action::AddGolden(Some(hand))).unwrap_err().exit_code(), 12);
    assert_eq!(d.session.dispatch(Action::RemoveGolden(worst[0])).unwrap_err().exit_code(), 12, "nobody knows yet");
    // Approved before anybody saw them: they are found on the way.
    let dir = d.folder.path().join("a.recipe");
    d.send(Action::Export { dir: dir.clone(), name: "N".into(), role: "R".into(), note: String::new(), clips: vec![] });
    d.settle();
    let sealed: Vec<_> = crate::recipe::open(&dir).unwrap().recipe.clips[0].golden.iter().map(|g| g.frame).collect();
    assert_eq!(sealed, with_it);
    d.send(Action::Room(Room::Recipe));
    d.settle();
    assert_eq!(frames(&d), with_it);
    d.send(Action::ProposeGolden);
    assert_eq!(frames(&d), worst);
}

#[test]
fn looking_for_the_worst_frames_can_be_stopped_and_begun_again() {
    let mut d = Driven::open(&["small-slow.chart"]);
    d.send(Action::Room(Room::Recipe));
    d.until("the job is shown", |s| s.visible_job().is_some());
    d.send(Action::CancelJob);
    d.settle();
    let entry = d.session.document().clips[0].clone();
    assert!(d.session.golden_frames(&entry).unwrap().is_err());
    d.send(Action::ProposeGolden);
    assert!(d.session.golden_job(entry.id).is_some());
    d.settle();
    assert!(d.session.golden_frames(&entry).unwrap().is_ok());
}
