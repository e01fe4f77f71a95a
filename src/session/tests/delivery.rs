//! What was approved is rendered from the window as the command line renders it, and verified.

use super::*;
use crate::{
    recipe,
    render::{self, Also, Job, Order, Watch, store::Store},
};

/// Clips of a show, some of which are in a recipe that also delivers a still.
pub(super) fn approved(clips: &[&str], places: &[usize]) -> Driven {
    let mut d = Driven::open(clips);
    d.send(Action::AddDeliverable("still-jpeg".into()));
    let dir = d.folder.path().join("a.recipe");
    d.send(Action::Export { dir, name: "N".into(), role: "R".into(), note: String::new(), clips: places.to_vec() });
    d.settle();
    d
}

pub(super) fn done(d: &Driven) -> (&[Delivered], &Verifying) {
    match d.session.rendering() {
        Rendering::Done { delivered, verified, .. } => (delivered, verified),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_delivery_is_that_of_the_command_line_and_holds() {
    let mut d = approved(&["small.chart"], &[0]);
    let out = d.folder.path().join("out");
    d.send(Action::Render { out: out.clone(), clips: vec![] });
    assert_eq!(d.session.dispatch(Action::Render { out: out.clone(), clips: vec![] }).unwrap_err().exit_code(), 12, "one at a time");
    d.settle();
    assert_eq!(done(&d).0.iter().map(|d| (d.frames, d.kept)).collect::<Vec<_>>(), [(48, 0)]);
    d.send(Action::VerifyDelivery);
    d.settle();
    let Verifying::Done(found) = done(&d).1 else { panic!("{:?}", done(&d).1) };
    assert!(found.broken.is_empty() && found.frames == 48, "{found:?}");

    let opened = d.session.selected_opened().unwrap();
    let recipe = recipe::open(&d.folder.path().join("a.recipe")).unwrap();
    let other = d.folder.path().join("other");
    let job = Job {
        order: Order::Recipe(&recipe),
        clip: &*opened.clip,
        approvals: &[],
        frames: None,
        out: &Store::folder(&other),
        overwrite: false,
        cache: None,
        also: Also::default(),
    };
    render::render(&job, &Watch::new(&Default::default())).unwrap();
    let name = "small/small.000007.exr";
    assert_eq!(std::fs::read(out.join(name)).unwrap(), std::fs::read(other.join(name)).unwrap());

    // Done again it is all there; what was altered is told.
    d.send(Action::Render { out: out.clone(), clips: vec![0] });
    d.settle();
    assert_eq!(done(&d).0[0].kept, 48);
    std::fs::write(out.join(name), b"not a plate").unwrap();
    d.send(Action::VerifyDelivery);
    d.settle();
    let Verifying::Done(found) = done(&d).1 else { panic!("{:?}", done(&d).1) };
    assert!(found.broken.iter().any(|b| b.file.ends_with(name)), "{found:?}");
}

#[test]
fn only_what_was_approved_is_rendered_and_that_can_be_stopped() {
    let mut d = Driven::open(&["small.chart"]);
    let out = d.folder.path().join("out");
    for action in [Action::AskRender(false), Action::Render { out: out.clone(), clips: vec![] }, Action::VerifyDelivery] {
        assert_eq!(d.session.dispatch(action).unwrap_err().exit_code(), 12);
    }
    assert!(!out.exists());

    let mut d = approved(&["small-slow.chart", "small2.chart", "small3.chart"], &[0, 1]);
    assert_eq!(d.session.approved_with_selected(), [0, 1]);
    let out = d.folder.path().join("out");
    d.send(Action::Render { out: out.clone(), clips: vec![] });
    d.until("it is shown", |s| s.visible_job().is_some());
    d.send(Action::CancelJob);
    d.settle();
    assert!(matches!(d.session.rendering(), Rendering::Failed { .. }), "{:?}", d.session.rendering());
    // A recipe that was altered since is not rendered.
    let document = d.folder.path().join("a.recipe/recipe.json");
    std::fs::write(&document, std::fs::read_to_string(&document).unwrap() + " ").unwrap();
    d.send(Action::Render { out, clips: vec![1] });
    d.settle();
    let Rendering::Failed { error, .. } = d.session.rendering() else { panic!("{:?}", d.session.rendering()) };
    assert_eq!(error.exit_code(), 11);
}
