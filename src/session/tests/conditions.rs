//! On what conditions recipes may be used: edited with undo, kept with the show, written into the recipe, and told where they change.

use super::*;
use crate::recipe::{self, Field};

#[test]
fn conditions_are_set_with_undo_and_go_into_the_recipe() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::SetScope("ei:any model:any".into()));
    d.send(Action::SetTolerance(Some("itp:1,0.25".into())));
    d.send(Action::SetProved(true));
    d.send(Action::SetTitle(Some(" Camera test ".into())));
    d.send(Action::SetProduction(Some("  ".into())));
    for wrong in [Action::SetScope("ei:many".into()), Action::SetTolerance(Some("itp".into()))] {
        assert_eq!(d.session.dispatch(wrong).unwrap_err().exit_code(), 2);
    }
    let said = |d: &Driven| d.session.document().conditions.clone();
    assert_eq!((said(&d).title.as_deref(), said(&d).production), (Some("Camera test"), None));
    d.send(Action::SetScope("".into()));
    assert!(said(&d).scope.is_empty());
    assert_eq!(d.session.history().undo_label(), Some("conditions"));
    d.send(Action::Undo);
    assert_eq!(said(&d).scope.text(Field::Ei).as_deref(), Some("any"));

    let show = d.folder.path().join("a.prelight");
    d.send(Action::SaveAs(show.clone()));
    let mut other = Driven::new();
    other.send(Action::OpenShow(show));
    other.settle();
    assert_eq!(said(&other), said(&d), "they are kept with the show");

    let dir = d.folder.path().join("a.recipe");
    d.send(Action::Export { dir: dir.clone(), name: "N".into(), role: "R".into(), note: String::new(), clips: vec![] });
    d.settle();
    let recipe = recipe::open(&dir).unwrap().recipe;
    let scope = &recipe.clips[0].scope;
    assert_eq!((scope.words(Field::Ei), scope.words(Field::Model)), ("any".into(), "any".into()));
    assert!(recipe.engine.proved && recipe.tolerance.is_some() && recipe.title.as_deref() == Some("Camera test"));
    assert!(dir.join("openjd/dailies.yaml").is_file() && dir.join("openjd/pull.yaml").is_file());

    d.send(Action::Room(Room::Recipe));
    d.settle();
    assert_eq!(d.session.since_approval().unwrap().unwrap(), []);
    d.send(Action::SetScope("model:any".into()));
    d.send(Action::SetTolerance(None));
    d.settle();
    let told: Vec<String> = d.session.since_approval().unwrap().unwrap().iter().map(|c| format!("{} {}", c.about, c.what)).collect();
    assert_eq!(told, ["engine golden frames", "scope EI"]);
}
