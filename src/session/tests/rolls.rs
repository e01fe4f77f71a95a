//! Rolls that have a history are verified.

use super::*;

#[test]
fn a_clip_says_which_history_it_belongs_to() {
    let (d, root) = Driven::open_roll();
    let roll = &d.session.selected_opened().unwrap().roll;
    assert_eq!((roll.root.as_ref(), &*roll.text()), (Some(&root), "generation 1, 2026-11-26"));
    assert_eq!(d.outcome("MHL-01"), crate::check::Outcome::Pass);
    assert_eq!(d.session.tally(&d.session.document().clips[0]).unwrap().open(), 0);
    let d = Driven::open(&["one.chart"]);
    assert_eq!(d.session.selected_opened().unwrap().roll.text(), "no history");
    let why = table::available(&Action::VerifyRoll, &d.session).unwrap_err();
    assert_eq!(why, "the clip belongs to no ASC MHL history");
}

#[test]
fn verifying_the_roll_is_a_job_whose_result_stays() {
    let (mut d, root) = Driven::open_roll();
    d.send(Action::parse("Check/VerifyRoll").unwrap());
    assert!(d.session.verification(&root).unwrap().is_running());
    assert!(table::available(&Action::VerifyRoll, &d.session).is_err(), "once at a time");
    let changes = d.settle();
    assert!(changes.contains(&Change::Roll), "{changes:?}");
    assert!(d.session.verification(&root).unwrap().is_good());
    assert!(d.session.log().entries().iter().any(|e| e.text == "Roll A001: 2 of 2 files as recorded"));

    // A file of the roll that is no file of the clip: only the whole roll shows it. The clip is altered too, and checked again.
    std::fs::write(root.join("notes.txt"), b"noteZ").unwrap();
    std::fs::write(root.join("one.chart"), b"charT").unwrap();
    assert_eq!(d.outcome("MHL-01"), crate::check::Outcome::Pass, "as it was when it was checked");
    d.send(Action::VerifyRoll);
    d.settle();
    let verification = d.session.verification(&root).unwrap();
    assert!(verification.text().starts_with("0 of 2 files as recorded, 2 problems: notes.txt: xxh64 "), "{}", verification.text());
    assert!(!verification.is_good());
    assert_eq!(d.outcome("MHL-01"), crate::check::Outcome::Fail, "checked again");
    assert!(d.session.log().last_error().unwrap().text.starts_with("Roll A001: one.chart: xxh64"));
}

#[test]
fn verifying_a_roll_can_be_cancelled_and_its_failure_is_kept() {
    let (mut d, root) = Driven::open_roll();
    d.send(Action::VerifyRoll);
    let job = d.session.jobs().iter().find(|j| j.lane == Lane::Verify).unwrap();
    assert_eq!(job.title, "Verifying roll A001");
    let id = job.id;
    d.session.stop(id);
    d.settle();
    assert!(d.session.verification(&root).unwrap().text().contains("cancelled"));
    std::fs::remove_file(root.join("ascmhl/ascmhl_chain.xml")).unwrap();
    d.send(Action::VerifyRoll);
    let changes = d.settle();
    assert!(changes.iter().any(|c| matches!(c, Change::Failed(_))), "{changes:?}");
    let Some(Verification::Failed(error)) = d.session.verification(&root) else { panic!("it should have failed") };
    assert!(error.to_string().contains("ascmhl_chain.xml"), "{error}");
}
