//! Approving: what stands in the way, and what comes of it.

use super::*;

#[test]
fn a_blocking_failure_stops_the_export_until_it_is_waived() {
    let mut d = Driven::open(&["gap.chart"]);
    let parent = std::env::temp_dir().join(format!("prelight-session-recipe-{}", std::process::id()));
    std::fs::create_dir_all(&parent).unwrap();
    let dir = parent.join("show.recipe");
    let export = || Action::Export { dir: dir.clone(), name: "A. Name".into(), role: "DP".into(), note: String::new(), clips: vec![] };
    assert!(d.session.dispatch(export()).unwrap_err().to_string().contains("1 check fails and is not waived"));
    d.send(Action::NextFailing);
    assert_eq!(d.session.view().tab, Tab::Checks);
    let waive = |reason: &str| Action::Waive { check: "META-02".into(), name: "A. Name".into(), reason: reason.into(), alike: false };
    assert!(d.session.dispatch(waive(" ")).is_err(), "a waiver needs a reason");
    d.send(waive("pickup, agreed with editorial"));
    d.send(export());
    let changes = d.settle();
    assert!(changes.contains(&Change::Exported), "{changes:?}");
    let approved = d.session.document().clips[0].approved.clone().unwrap();
    assert_eq!((approved.name.as_str(), approved.golden.len()), ("A. Name", 3));
    assert!(dir.join("recipe.json").is_file() && dir.join(crate::recipe::SHEET).is_file());
    assert_eq!(approved.plan_key, *d.session.selected_opened().unwrap().plans().unwrap().key);

    let key = parent.join("key.pem");
    d.send(Action::Sign(key.clone()));
    d.settle();
    assert!(matches!(d.session.signing(), Signing::Failed { .. }), "there is no such key");
    crate::recipe::sign::SecretKey::generate().unwrap().write_pair(&key).unwrap();
    d.send(Action::Sign(key));
    d.settle();
    let Signing::Signed(signature) = d.session.signing() else { panic!("{:?}", d.session.signing()) };
    assert!(signature.envelope.is_file() && signature.recipe == dir);
    // Nothing has changed since, and it holds here.
    d.send(Action::Room(Room::Recipe));
    d.settle();
    assert_eq!(d.session.since_approval().unwrap().unwrap(), []);
    d.send(Action::Validate);
    d.settle();
    let Validation::Done { recipe, findings } = d.session.validation() else { panic!("{:?}", d.session.validation()) };
    let of = |id: &str| findings.iter().find(|f| f.id == id).unwrap().outcome;
    let pass = crate::check::Outcome::Pass;
    assert_eq!((recipe, of("ENG-01"), of("ENG-02"), of("ENG-03"), of("PKG-03")), (&dir, pass, pass, pass, pass));
    // What is changed is told, in words.
    d.send(Action::SetClip(serde_json::from_str(r#"{"decode": {"exposure": 0.5}}"#).unwrap()));
    d.settle();
    let changes = d.session.since_approval().unwrap().unwrap();
    let exposure = changes.iter().find(|c| c.what == "exposure").unwrap();
    assert_eq!((exposure.about, &*exposure.before, &*exposure.after), ("decode", "0.0", "0.5"));
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.session.since_approval().unwrap().unwrap(), []);
    // So is what was found since, of the same pipeline.
    d.send(Action::Profile("netflix-vfx".into()));
    d.settle();
    let changes = d.session.since_approval().unwrap().unwrap();
    assert!(changes.iter().any(|c| c.what == "profile"), "{changes:?}");
    d.send(Action::Undo);
    d.settle();
    // A recipe that was altered since is not signed, nor validated.
    let document = dir.join("recipe.json");
    std::fs::write(&document, std::fs::read_to_string(&document).unwrap() + " ").unwrap();
    d.send(Action::Sign(parent.join("key.pem")));
    d.settle();
    assert!(matches!(d.session.signing(), Signing::Failed { error, .. } if error.exit_code() == 11), "{:?}", d.session.signing());
    d.send(Action::Validate);
    d.settle();
    assert!(matches!(d.session.validation(), Validation::Failed { error, .. } if error.exit_code() == 11), "{:?}", d.session.validation());

    d.send(Action::Undo);
    assert!(d.session.document().clips[0].approved.is_none());
    assert!(d.session.dispatch(Action::AskSign).is_err(), "nothing to sign");
    std::fs::remove_dir_all(parent).unwrap();
}
