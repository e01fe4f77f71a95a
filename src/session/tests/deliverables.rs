//! What recipes deliver: edited with undo, kept with the show, written into the recipe, and told where it has changed since.

use super::*;
use crate::recipe::{self, Output};

fn ids(d: &Driven) -> Vec<String> {
    d.session.document().output.iter().flat_map(|o| &o.deliverables).map(|d| d.id.clone()).collect()
}

fn export(d: &mut Driven, name: &str) -> recipe::Recipe {
    let dir = d.folder.path().join(name);
    d.send(Action::Export { dir: dir.clone(), name: "N".into(), role: "R".into(), note: String::new(), clips: vec![] });
    d.settle();
    recipe::open(&dir).unwrap().recipe
}

#[test]
fn deliverables_are_added_taken_away_and_set_with_undo() {
    let mut d = Driven::open(&["small.chart"]);
    let add = |d: &mut Driven, name: &'static str| d.session.dispatch(Action::AddDeliverable(name.into()));
    add(&mut d, "dpx10").unwrap();
    assert_eq!(ids(&d), ["plate", "dpx10"], "the plate was delivered before");
    assert!(d.session.document().output.as_ref().unwrap().mhl, "as on the command line");
    add(&mut d, "dpx10").unwrap();
    assert_eq!(ids(&d), ["plate", "dpx10", "dpx10-2"]);
    assert_eq!(add(&mut d, "plate").unwrap_err().exit_code(), 10, "its files would have the names of others");
    assert_eq!(add(&mut d, "betamax").unwrap_err().exit_code(), 2);
    let remove = |d: &mut Driven, id: &str| d.session.dispatch(Action::RemoveDeliverable(id.into()));
    remove(&mut d, "plate").unwrap();
    remove(&mut d, "dpx10").unwrap();
    assert_eq!(remove(&mut d, "dpx10").unwrap_err().exit_code(), 12);
    assert_eq!(remove(&mut d, "dpx10-2").unwrap_err().exit_code(), 12, "a recipe delivers something");
    d.send(Action::Undo);
    assert_eq!(ids(&d), ["dpx10", "dpx10-2"]);
    let bad = Output { deliverables: vec![], ..Output::plain() };
    assert_eq!(d.session.dispatch(Action::SetOutput(Some(Box::new(bad)))).unwrap_err().exit_code(), 10);
    d.send(Action::SetOutput(None));
    assert!(d.session.document().output.is_none());
    d.send(Action::Undo);
    let show = d.folder.path().join("a.prelight");
    d.send(Action::SaveAs(show.clone()));
    let mut other = Driven::new();
    other.send(Action::OpenShow(show));
    other.settle();
    assert_eq!(ids(&other), ["dpx10", "dpx10-2"], "they are kept with the show");
}

#[test]
fn the_recipe_says_what_is_delivered_and_which_one_it_takes_the_place_of() {
    let mut d = Driven::open(&["small.chart"]);
    let first = export(&mut d, "a.recipe");
    assert!(first.output.is_none() && first.supersedes.is_none());
    d.send(Action::Room(Room::Recipe));
    d.settle();
    assert_eq!(d.session.since_approval().unwrap().unwrap(), []);

    d.send(Action::AddDeliverable("dpx10".into()));
    d.settle();
    let told = |d: &Driven| d.session.since_approval().unwrap().unwrap().iter().map(|c| c.what.clone()).collect::<Vec<_>>();
    assert_eq!(told(&d), ["dpx10"]);
    let entry = d.session.document().clips[0].clone();
    let golden = d.session.golden_frames(&entry).unwrap().unwrap();
    let more = (0..48).find(|f| golden.iter().all(|c| c.frame != *f)).unwrap();
    d.send(Action::AddGolden(Some(more)));
    d.settle();
    assert_eq!(told(&d), ["dpx10", "golden frames"]);

    let second = export(&mut d, "b.recipe");
    assert_eq!(second.output, d.session.document().output);
    assert_eq!(second.supersedes.unwrap().id, first.id);
    assert!(second.clips[0].golden.iter().any(|g| g.frame == more));
    d.settle();
    assert_eq!(told(&d), [""; 0]);
    // A recipe that is gone cannot be named, and is in nobody's way.
    std::fs::remove_dir_all(d.folder.path().join("b.recipe")).unwrap();
    assert!(export(&mut d, "c.recipe").supersedes.is_none());
}

#[test]
fn what_cannot_be_delivered_is_told_when_it_is_approved_and_accepted_by_name() {
    let mut d = Driven::open(&["small.chart"]);
    let mut output = Output::plain();
    output.deliverables[0].name = "{scene}.{frame:06}".into();
    d.send(Action::SetOutput(Some(Box::new(output))));
    let dir = d.folder.path().join("a.recipe");
    d.send(Action::Export { dir: dir.clone(), name: "N".into(), role: "R".into(), note: String::new(), clips: vec![] });
    d.settle();
    let ExportState::Failed(error) = d.session.export() else { panic!("{:?}", d.session.export()) };
    let told = error.to_string();
    assert!(error.exit_code() == 12 && told.contains("PKG-04") && told.contains("the clip does not say it") && !dir.exists(), "{told}");
    d.send(Action::Waive { check: "PKG-04".into(), name: "N".into(), reason: "others say it".into(), alike: false });
    let recipe = export(&mut d, "a.recipe");
    assert!(recipe.clips[0].checks.iter().any(|f| f.id == "PKG-04" && f.stands_in_the_way()));
    assert_eq!(recipe.clips[0].waivers[0].check, "PKG-04");
    d.send(Action::Room(Room::Recipe));
    d.settle();
    assert_eq!(d.session.since_approval().unwrap().unwrap(), []);
}
