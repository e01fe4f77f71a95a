//! Whose limits the show is checked by, and what becomes of that when the file changes.

use super::*;
use crate::check::Severity;

#[test]
fn another_profile_checks_again_and_is_undone() {
    let (mut d, _root) = Driven::open_roll();
    let severity = |d: &Driven| {
        let findings = d.session.selected_opened().unwrap().findings().unwrap();
        findings.iter().find(|f| f.id == "MHL-05").unwrap().severity
    };
    assert_eq!((d.session.profile().id.as_str(), severity(&d)), ("neutral", Severity::Inform));
    d.send(Action::Profile("netflix-vfx".into()));
    assert!(d.session.selected_opened().unwrap().findings().is_none(), "what was found by other limits does not stand");
    d.settle();
    assert_eq!((d.session.profile().id.as_str(), severity(&d)), ("netflix-vfx", Severity::Warn));
    d.send(Action::Undo);
    d.settle();
    assert_eq!((d.session.document().profile.as_deref(), severity(&d)), (None, Severity::Inform));
    assert_eq!(d.session.dispatch(Action::Profile("nowhere".into())).unwrap_err().exit_code(), 2);
    assert_eq!(d.session.profile().id, "neutral");
}

/// What the rule about missing frames would stand in the way by, of a clip whose checks have run.
fn severity(d: &Driven) -> Severity {
    let findings = d.session.selected_opened().unwrap().findings().expect("its checks have run");
    findings.iter().find(|f| f.id == "META-02").unwrap().severity
}

/// Has the files looked at now, and what comes of it done.
fn look(d: &mut Driven) {
    d.session.look_at_files();
    d.settle();
}

fn told(d: &Driven, words: &str) -> usize {
    d.session.log().entries().iter().filter(|e| e.text.contains(words)).count()
}

/// The profile in use in a file and in what that extends, and under which name it is chosen.
fn changes_are_taken_up(d: &mut Driven, folder: &Path, name: &str) {
    let ours = |more: &str| format!("id = 'ours'\ntitle = 'Ours'\nversion = '1'\nextends = 'base'\n{more}");
    let base = |severity: &str| {
        format!("id = 'base'\ntitle = 'Base'\nversion = '1'\nextends = 'neutral'\n[rules.META-02]\nseverity = '{severity}'\n")
    };
    std::fs::write(folder.join("base.toml"), base("warn")).unwrap();
    std::fs::write(folder.join("ours.toml"), ours("")).unwrap();
    look(d);
    d.send(Action::Profile(name.to_owned().into()));
    d.settle();
    assert_eq!((d.session.profile().id.as_str(), severity(d)), ("ours", Severity::Warn));

    // What it extends is of it.
    std::fs::write(folder.join("base.toml"), base("inform")).unwrap();
    look(d);
    assert_eq!((severity(d), told(d, "checked by it again")), (Severity::Inform, 1));

    // A broken one leaves what there was, and says where it is broken, once.
    std::fs::write(folder.join("ours.toml"), ours("[rules.XYZ-99]\nseverity = 'block'\n")).unwrap();
    look(d);
    look(d);
    assert_eq!((d.session.profile().id.as_str(), severity(d)), ("ours", Severity::Inform));
    let error = d.session.profile_error().expect("it is told").clone();
    assert!(error.path().is_some_and(|p| p.ends_with("ours.toml")) && error.to_string().contains("XYZ-99"), "{error}");
    assert_eq!((told(d, "go on being checked"), told(d, "XYZ-99")), (1, 1));
    let last = d.session.log().last_error().unwrap();
    assert_eq!(last.error.as_ref(), Some(&error), "with its place");

    // So does one that is another by now, and one that is gone.
    std::fs::write(folder.join("ours.toml"), ours("").replace("'ours'", "'theirs'")).unwrap();
    look(d);
    assert_eq!((d.session.profile().id.as_str(), d.session.profile_error().unwrap().found()), ("ours", Some("theirs")));
    std::fs::remove_file(folder.join("ours.toml")).unwrap();
    look(d);
    assert!(d.session.profile_error().is_some() && d.session.profile().id == "ours");

    std::fs::write(folder.join("ours.toml"), ours("[rules.META-02]\nseverity = 'block'\n")).unwrap();
    look(d);
    assert!(d.session.profile_error().is_none());
    assert_eq!((severity(d), told(d, "checked by it again")), (Severity::Block, 2));
}

#[test]
fn a_profile_of_the_studio_that_changes_is_checked_by_again() {
    let studio = tempfile::tempdir().unwrap();
    let mut d = Driven::with(Config { profiles: Some(studio.path().to_owned()), ..Config::default() });
    d.open_here("gap-small.chart");
    changes_are_taken_up(&mut d, studio.path(), "ours");
}

#[test]
fn so_is_a_profile_in_a_file_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let mut d = Driven::new();
    d.open_here("gap-small.chart");
    let path = folder.path().join("ours.toml");
    changes_are_taken_up(&mut d, folder.path(), path.to_str().unwrap());
    // Another is watched in its place; undone to, it is what its file says by now.
    d.send(Action::Profile("netflix-vfx".into()));
    let text = std::fs::read_to_string(&path).unwrap().replace("'block'", "'inform'");
    std::fs::write(&path, text).unwrap();
    d.send(Action::Undo);
    d.settle();
    assert_eq!((d.session.profile().id.as_str(), severity(&d)), ("ours", Severity::Inform));
}
