//! The state of a delivery in its window.

use super::{delivery::approved, *};
use crate::render::{Failure, STATE};

fn seen(session: &Session) -> Option<&Seen> {
    Some(&*session.watched()?.seen.as_ref()?.0)
}

/// How many frames are there, and what is gone.
fn places(session: &Session) -> (&str, Option<&str>) {
    seen(session).map_or(("", None), |seen| (seen.said.as_str(), seen.clips[0].gone.as_deref()))
}

#[test]
fn a_delivery_is_looked_at_while_its_window_is_open_and_verified() {
    let mut d = approved(&["small.chart"], &[0]);
    d.session.look_every = Duration::from_millis(1);
    let out = d.folder.path().join("out");
    assert_eq!(d.session.dispatch(Action::VerifyWall).unwrap_err().exit_code(), 12);
    // Before the job has begun.
    d.send(Action::Wall(Some(out.clone())));
    d.until("it was looked at", |s| s.watched().unwrap().error.is_some());
    assert!(d.session.watched().unwrap().error.as_ref().unwrap().to_string().contains("no job has left its state here"));
    let errors = d.session.log().entries().iter().filter(|e| e.level == LogLevel::Error).count();
    d.send(Action::Render { out: out.clone(), clips: vec![] });
    d.until("all frames are seen", |s| {
        places(s) == ("1 clip, 48 of 48 frames", None) && !matches!(s.rendering(), Rendering::Running { .. })
    });
    assert!(d.session.watched().unwrap().error.is_none() && seen(&d.session).unwrap().clips[0].is_done);
    let after = d.session.log().entries().iter().filter(|e| e.level == LogLevel::Error).count();
    assert_eq!(errors, after, "a look that finds nothing is not logged again and again");

    let verdict = |s: &Session| match &s.watched().unwrap().verified {
        Verifying::Done(found) => Some(found.broken.len()),
        _ => None,
    };
    d.send(Action::VerifyWall);
    d.until("it is verified", |s| verdict(s).is_some());
    assert_eq!(verdict(&d.session), Some(0));
    // What was rendered here last is another question.
    assert!(matches!(d.session.rendering(), Rendering::Done { verified: Verifying::NotAsked, .. }));
    // A verdict is of what was there.
    std::fs::remove_file(out.join("small/small.000007.exr")).unwrap();
    d.until("it is seen to be gone", |s| places(s) == ("1 clip, 47 of 48 frames", Some("frames 7")));
    assert_eq!(verdict(&d.session), None);
    d.send(Action::VerifyWall);
    d.until("it is verified", |s| verdict(s).is_some());
    assert_ne!(verdict(&d.session), Some(0));

    let failure = Failure {
        schema: "prelight-failure/1".into(),
        clip: "small".into(),
        frame: Some(7),
        error: "no space left".into(),
        exit_code: 20,
        movies: false,
        host: "h".into(),
        at: "2026-11-28T10:00:00Z".into(),
    };
    let file = out.join(STATE).join("small/failed/a.json");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, serde_json::to_vec(&failure).unwrap()).unwrap();
    d.until("the failure is seen", |s| seen(s).unwrap().clips[0].failed == 1);
    let clip = &seen(&d.session).unwrap().clips[0];
    assert_eq!(
        (clip.failures.as_slice(), clip.left.as_str()),
        (&["frame 7: no space left (exit code 20, h, 2026-11-28T10:00:00Z)".to_owned()][..], "7")
    );

    // Closed, nobody looks any more.
    d.send(Action::Wall(None));
    d.settle();
    assert!(d.session.next_look_at_wall().is_none());
    std::fs::remove_file(out.join("small/small.000008.exr")).unwrap();
    d.session.poll();
    assert!(d.session.is_settled() && places(&d.session).0 == "1 clip, 47 of 48 frames");
    d.session.look_every = Duration::from_secs(3600);
    d.send(Action::Wall(None));
    d.until("it is looked at again", |s| places(s).0 == "1 clip, 46 of 48 frames");
}

#[test]
fn another_place_is_another_delivery() {
    let mut d = Driven::new();
    let [a, b] = ["a", "b"].map(|name| d.folder.path().join(name));
    d.send(Action::Wall(Some(a.clone())));
    d.settle();
    assert!(d.session.watched().unwrap().error.is_some());
    d.send(Action::Wall(Some(b.clone())));
    let watched = d.session.watched().unwrap();
    assert_eq!((Some(&*watched.place), watched.error.is_none()), (b.to_str(), true));
    d.settle();
    for wrong in ["", "ftp://a/b", "s3://b/../c"] {
        assert_eq!(d.session.dispatch(Action::Wall(Some(wrong.into()))).unwrap_err().exit_code(), 2, "{wrong}");
        assert_eq!(Some(&*d.session.watched().unwrap().place), b.to_str());
    }
}
