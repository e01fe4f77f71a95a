//! Cut lists of a show: read, held against the clips, kept, and let go.

use super::*;
use crate::check::Outcome;

/// Half a second of the clip from its first frame on, and of one that is not there.
pub(super) fn edl(second: &str) -> String {
    let reel = if second.contains(' ') { "A001" } else { second };
    format!(
        "TITLE: DAY\nFCM: NON-DROP FRAME\n001  A001 V C 01:02:03:12 01:02:04:00 01:00:00:00 01:00:00:12\n* FROM CLIP NAME: one small\n\
         002  {reel} V C 01:02:03:12 01:02:04:00 01:00:00:12 01:00:01:00\n* FROM CLIP NAME: {second}\n"
    )
}

pub(super) fn dropped(d: &mut Driven, name: &str, text: &str) -> PathBuf {
    let path = d.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    d.send(Action::Add(vec![path.clone()]));
    d.settle();
    path
}

fn grade(d: &Driven, rule: &str) -> Option<Grade> {
    let at = CellAt { rule: rule.into(), mode: SHOW.into() };
    d.session.matrix().cell(&at).map(|cell| cell.grade)
}

#[test]
fn a_cut_list_is_held_against_the_clips_and_stands_in_the_way() {
    let mut d = Driven::open(&["one small.chart"]);
    let list = dropped(&mut d, "day.edl", &edl("B009"));
    assert_eq!(d.session.document().cut_lists, std::slice::from_ref(&list));
    assert!(d.session.leftovers().iter().all(|l| l.path != list));
    let found = d.session.found_on_list(&list).unwrap();
    assert_eq!((found.events, found.matched), (2, 1));
    assert_eq!((grade(&d, "EDL-01"), grade(&d, "EDL-07"), grade(&d, "META-05")), (Some(Grade::Blocks), Some(Grade::Passes), None));
    assert!(d.session.show_finding("EDL-01").unwrap().evidence.contains("B009"));
    assert!(d.session.show_in_the_way(&[]).unwrap().contains("fails and is not waived"));
    assert!(d.session.check_line(d.session.document().clips[0].id).unwrap().contains(" --edl "));

    // Beside a second one the worst counts, and a waiver is for the rule.
    let good = dropped(&mut d, "good.edl", &edl("one small"));
    assert_eq!((grade(&d, "EDL-01"), d.session.grade_of_list(&good)), (Some(Grade::Blocks), Some(Grade::Passes)));
    let waive = |check: &str| Action::Waive { check: check.into(), name: "N".into(), reason: "known".into(), alike: false };
    d.send(waive("EDL-01"));
    assert_eq!(grade(&d, "EDL-01"), Some(Grade::Waived));
    assert_eq!(d.session.show_in_the_way(&[]), None);
    let record = d.session.record_of_show(&[]).unwrap();
    assert_eq!(record.cut_lists.iter().map(|l| (&*l.name, l.matched)).collect::<Vec<_>>(), [("day.edl", 1), ("good.edl", 2)]);
    assert_eq!(record.cut_lists[0].sha256.as_deref(), Some(&*crate::files::sha256(edl("B009").as_bytes())));

    // Taken out, and undone.
    d.send(Action::RemoveCutList(list.clone()));
    d.settle();
    assert_eq!(grade(&d, "EDL-01"), Some(Grade::Passes));
    assert!(d.session.dispatch(Action::RemoveCutList(list.clone())).is_err());
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.session.found_on_lists().count(), 2);

    // In the show file.
    let show = d.folder.path().join("a.prelight");
    d.send(Action::SaveAs(show.clone()));
    let mut again = Driven::new();
    again.send(Action::OpenShow(show));
    again.settle();
    assert_eq!(again.session.found_on_list(&list).unwrap().matched, 1);
}

#[test]
fn a_list_that_changes_is_read_again_and_one_that_is_gone_stands_in_the_way() {
    let mut d = Driven::open(&["one small.chart"]);
    let list = dropped(&mut d, "day.edl", &edl("B009"));
    std::fs::write(&list, edl("one small") + "\n").unwrap();
    d.session.look_at_files();
    d.settle();
    assert_eq!(d.session.found_on_list(&list).unwrap().matched, 2);
    assert_eq!(d.session.show_in_the_way(&[]), None);
    std::fs::remove_file(&list).unwrap();
    d.session.look_at_files();
    d.settle();
    assert!(matches!(d.session.cut_list(&list), Some(ListState::Failed(_))));
    let found = d.session.show_finding("EDL-01").unwrap();
    assert_eq!((found.outcome, &*found.measured), (Outcome::Fail, "could not be measured"));
    assert!(d.session.show_in_the_way(&[]).is_some());
}

#[test]
fn the_rate_of_the_project_is_named_for_the_show() {
    let mut d = Driven::open(&["one small.chart"]);
    assert_eq!(d.outcome("META-03"), Outcome::NotApplicable);
    d.send(Action::Rate(Some("23.976".into())));
    d.settle();
    let found = d.session.finding(d.session.document().selected.unwrap(), "META-03").unwrap();
    assert_eq!((found.outcome, &*found.measured), (Outcome::Fail, "24 fps"));
    assert!(found.source.contains("named for the show"), "{}", found.source);
    assert!(d.session.check_line(d.session.document().selected.unwrap()).unwrap().ends_with(" --rate 24000/1001"));
    d.send(Action::Rate(Some("24".into())));
    d.settle();
    assert_eq!(d.outcome("META-03"), Outcome::Pass);
    for wrong in ["fast", "-24/1", "0"] {
        assert!(d.session.dispatch(Action::Rate(Some(wrong.to_owned().into()))).is_err(), "{wrong}");
    }
    // Another profile leaves it as it is.
    d.send(Action::Profile("netflix-vfx".into()));
    d.settle();
    assert_eq!((d.outcome("META-03"), d.session.profile().id.as_str(), d.session.rate_of_profile()), (Outcome::Pass, "netflix-vfx", None));
    d.send(Action::Undo);
    d.send(Action::Undo);
    d.send(Action::Undo);
    d.settle();
    assert_eq!((d.session.document().rate, d.outcome("META-03")), (None, Outcome::NotApplicable));
}

#[test]
fn a_second_copy_of_the_roll_is_compared() {
    let (mut d, root) = Driven::open_roll();
    let clip = d.session.document().selected.unwrap();
    assert_eq!(d.outcome("MHL-10"), Outcome::NotApplicable);
    let other = d.folder.path().join("b");
    copy(&root, &other.join("A001"));
    d.send(Action::Copy(Some(other.clone())));
    d.settle();
    let (named, found) = d.session.copy_of(clip).unwrap();
    let found = found.unwrap();
    assert_eq!((named, found.outcome), (other.as_path(), Outcome::Pass), "{found:?}");
    std::fs::write(other.join("A001/notes.txt"), b"other notes").unwrap();
    d.send(Action::RunChecks);
    d.settle();
    let found = d.session.copy_of(clip).unwrap().1.unwrap();
    assert!(found.outcome == Outcome::Fail && found.evidence.contains("notes.txt"), "{found:?}");
    for wrong in [root.clone(), root.parent().unwrap().to_owned(), d.folder.path().join("nowhere")] {
        assert!(d.session.dispatch(Action::Copy(Some(wrong.clone()))).is_err(), "{}", wrong.display());
    }
    d.send(Action::Undo);
    d.settle();
    assert_eq!((d.session.copy_of(clip), d.outcome("MHL-10")), (None, Outcome::NotApplicable));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy(&entry.path(), &target) } else { _ = std::fs::copy(entry.path(), target).unwrap() }
    }
}
