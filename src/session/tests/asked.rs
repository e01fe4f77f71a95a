//! Windows that stay open are about what they were opened about.

use super::*;

fn waiving(d: &Driven) -> Waiving {
    let dialogs = &d.session.view().dialogs;
    dialogs.iter().find_map(|w| if let Dialog::Waive(of) = w { Some(of.clone()) } else { None }).expect("it asks")
}

fn standing(d: &Driven) -> String {
    match d.session.standing(&waiving(d)) {
        Standing::Same(_) => "same".into(),
        Standing::Other { was, .. } => format!("was {}", was[0]),
        Standing::Settled(_) => "settled".into(),
        Standing::Waived(w) => format!("waived by {}", w.name),
        Standing::Unknown => "unknown".into(),
        Standing::Gone => "gone".into(),
    }
}

fn waive(check: &str) -> Action {
    Action::Waive { check: check.into(), name: "A. Name".into(), reason: "pickup".into(), alike: false }
}

#[test]
fn a_question_about_a_waiver_follows_its_clip_and_not_the_selection() {
    let mut d = Driven::open(&["gap-small.chart", "gap-two-small.chart"]);
    d.send(Action::AskWaive("META-02".into()));
    let asked = waiving(&d);
    assert_eq!((asked.clip, standing(&d)), (d.session.document().clips[0].id, "same".into()));
    d.send(Action::SelectClip(1));
    d.session.dispatch_for(asked.clip, waive("META-02")).unwrap();
    let waived = |d: &Driven, i: usize| d.session.document().clips[i].waiver("META-02").is_some();
    assert!(waived(&d, 0) && !waived(&d, 1), "not the one that is selected by now");
    assert!(d.session.view().dialogs.is_empty(), "it is answered");

    d.send(Action::AskWaive("META-02".into()));
    assert_eq!(waiving(&d).clip, d.session.document().clips[1].id);
    d.send(waive("META-02"));
    d.send(Action::AskWaive("META-02".into()));
    assert_eq!(standing(&d), "waived by A. Name");
    d.send(Action::Unwaive("META-02".into()));
    assert_eq!(standing(&d), "same");
    d.send(Action::RunChecks);
    assert_eq!(standing(&d), "unknown");
    d.settle();
    assert_eq!(standing(&d), "same");
    let gone = waiving(&d).clip;
    d.send(Action::RemoveClip);
    assert_eq!(standing(&d), "gone");
    assert!(d.session.dispatch_for(gone, waive("META-02")).unwrap_err().to_string().contains("no longer in the show"));
}

#[test]
fn what_is_measured_anew_is_not_waived_by_an_old_question() {
    let mut d = Driven::open(&["gap-small.chart"]);
    d.send(Action::AskWaive("META-02".into()));
    // As when files changed and were checked again.
    let found = |d: &mut Driven, change: &dyn Fn(&mut crate::check::Finding)| {
        let id = d.session.document().clips[0].id;
        let Some(Media::Ready(opened)) = d.session.media.get_mut(&id) else { panic!("it is open") };
        let ChecksState::Done { findings, .. } = &mut opened.checks else { panic!("it is checked") };
        change(findings.iter_mut().find(|f| f.id == "META-02").unwrap());
    };
    let before = d.session.finding(waiving(&d).clip, "META-02").unwrap().measured.clone();
    found(&mut d, &|f| f.measured = "59 frames".into());
    assert_eq!(standing(&d), format!("was {before}"));
    d.send(Action::AskWaive("META-02".into()));
    assert_eq!(standing(&d), "same", "asked again, it is about what there is now");
    found(&mut d, &|f| f.outcome = crate::check::Outcome::Pass);
    assert_eq!(standing(&d), "settled");
}

#[test]
fn clips_that_changed_since_an_approval_was_asked_for_say_so() {
    let mut d = Driven::open(&["one-small.chart", "gap-small.chart"]);
    d.send(Action::Approve);
    let changed = |d: &Driven, i: usize| d.session.changed_since_asked(&d.session.document().clips[i]).join(", ");
    assert_eq!((changed(&d, 0), d.session.not_approvable(&d.session.document().clips[0])), (String::new(), None));
    assert_eq!(d.session.not_approvable(&d.session.document().clips[1]).unwrap(), "1 check fails and is not waived");
    // What becomes ready while it is open is seen ready for the first time.
    d.send(Action::SelectClip(1));
    d.send(waive("META-02"));
    assert_eq!((changed(&d, 1), d.session.not_approvable(&d.session.document().clips[1])), (String::new(), None));

    d.send(Action::SelectClip(0));
    d.send(Action::SetClip(json!({"decode": {"exposure": 1.5}}).as_object().unwrap().clone()));
    d.settle();
    assert_eq!((changed(&d, 0), changed(&d, 1)), ("pipeline".into(), String::new()));
    d.send(Action::AddDeliverable("dpx10".into()));
    assert_eq!((changed(&d, 0), changed(&d, 1)), ("pipeline, deliverables".into(), "deliverables".into()));
    d.send(Action::Approve);
    assert_eq!((changed(&d, 0), changed(&d, 1)), (String::new(), String::new()), "taken as they are now");
    d.send(Action::Undo);
    assert_eq!(changed(&d, 0), "deliverables");
    d.send(Action::Redo);
    assert_eq!(changed(&d, 0), "", "as it was again");
    // What belongs to the show is bound, too.
    d.send(Action::SetProved(true));
    assert_eq!((changed(&d, 0), changed(&d, 1)), ("conditions of use".into(), "conditions of use".into()));
    d.send(Action::Undo);
    cut_lists::dropped(&mut d, "cut.edl", &cut_lists::edl("B009"));
    assert_eq!(changed(&d, 0), "cut lists");
}

#[test]
fn windows_are_opened_once_each_and_closed_from_the_last() {
    let mut d = Driven::open(&["gap-small.chart"]);
    let open = |d: &Driven| d.session.view().windows().collect::<Vec<_>>();
    for action in [Action::Keys, Action::Approve, Action::AskWaive("META-02".into()), Action::Approve, Action::SettingsPage] {
        d.send(action);
    }
    use DialogKind::{Approve, Keys, Settings, Waive};
    assert_eq!(open(&d), [Settings, Keys, Waive, Approve], "one of a kind");
    d.send(Action::parse(r#"Help/CloseWindow "waive""#).unwrap());
    d.send(Action::CloseDialog);
    assert_eq!(open(&d), [Settings, Keys]);
    d.send(Action::Keys);
    d.send(Action::CloseDialog);
    assert!(open(&d).is_empty() && d.session.dispatch(Action::CloseDialog).is_err());
}
