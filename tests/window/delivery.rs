//! From an approval to a delivery that holds, by accessible names.

use super::ui::{Driven, NONE, opened_with};
use crossbeam_channel::Sender;
use egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use prelight::{
    app::{FilePicker, Purpose, Reply},
    check::Outcome,
    recipe::sign::SecretKey,
    session::{Action, Delivered, DialogKind, ExportState, Rendering, Room, Signing, Validation, Verifying},
};
use std::path::PathBuf;

/// Files, a key and folders, each for who asks for it.
struct Answers {
    clips: Vec<PathBuf>,
    folder: PathBuf,
}

impl FilePicker for Answers {
    fn pick(&self, purpose: Purpose, reply: Sender<Reply>, wake: Box<dyn FnOnce() + Send>) {
        let answer = match purpose {
            Purpose::OpenFiles => self.clips.clone(),
            Purpose::ExportFolder => vec![self.folder.clone()],
            Purpose::Key(_) => vec![self.folder.join("key.pem")],
            Purpose::RenderFolder(..) | Purpose::PullFolder(..) => vec![self.folder.join("out")],
            _ => vec![],
        };
        let _ = reply.send((purpose, answer));
        wake();
    }
}

/// Presses a button that may have to be scrolled to.
fn press(d: &mut Driven, name: &str) {
    d.window.get_by_role_and_label(Role::Button, name).scroll_to_me();
    d.steps();
    d.button(name);
}

/// A clip that is approved, in the room that tells what becomes of it.
fn approved() -> Driven {
    let mut d = opened_with(&["small-short.chart"], |clips| {
        let folder = clips[0].parent().unwrap().to_owned();
        Box::new(Answers { clips, folder })
    });
    d.key(egui::Modifiers::COMMAND, Key::F6);
    d.settle();
    d.key(egui::Modifiers::COMMAND, Key::E);
    d.fill("Name", "A. Name");
    d.fill("Role", "Director of photography");
    d.button("Choose…");
    d.button("Approve and export");
    d.until("exported", |s| matches!(s.export(), ExportState::Done { .. } | ExportState::Failed(_)));
    d.key(NONE, Key::Escape);
    d.settle();
    assert!(d.windows().is_empty() && d.session().view().room == Room::Recipe);
    d
}

#[test]
fn a_recipe_is_signed_validated_rendered_and_its_delivery_verified() {
    let mut d = approved();
    SecretKey::generate().unwrap().write_pair(&d.folder.path().join("key.pem")).unwrap();
    press(&mut d, "Sign the recipe…");
    d.settle();
    assert!(matches!(d.session().signing(), Signing::Signed(_)), "{:?}", d.session().signing());
    d.steps();
    assert!(d.sees("Signed with key"));

    press(&mut d, "Validate the recipe");
    d.settle();
    d.steps();
    let Validation::Done { findings, .. } = d.session().validation() else { panic!("{:?}", d.session().validation()) };
    assert!(findings.iter().all(|f| !f.stands_in_the_way()), "{findings:?}");
    let held = findings.iter().find(|f| f.outcome == Outcome::Pass).map(|f| format!("{} {}", f.id, f.title)).unwrap();
    assert!(!d.sees(&held), "what holds is one line until it is asked for");
    d.window.get_by_label_contains("of the recipe hold here").click();
    d.steps();
    assert!(d.sees(&held), "{held}");

    press(&mut d, "Render the clip…");
    d.settle();
    d.steps();
    assert!(d.sees("6 frames in "), "{:?}", d.session().rendering());
    press(&mut d, "Verify the delivery");
    d.settle();
    d.steps();
    assert!(d.sees("It holds: 6 frames"), "{:?}", d.session().rendering());

    // Its state, and whether all that lies there holds.
    press(&mut d, "State…");
    d.until("it is looked at", |s| s.watched().is_some_and(|w| w.seen.is_some()));
    d.steps();
    assert!(d.sees("1 clip, 6 of 6 frames; looked at") && d.sees("Frames of small-short: 6 of 6 frames"));
    press(&mut d, "Verify");
    d.until("it is verified", |s| matches!(s.watched().unwrap().verified, Verifying::Done(_)));
    d.steps();
    assert_eq!(d.window.query_all_by_label_contains("It holds: 6 frames").count(), 2, "here and in the room");
    d.window.get_by_role_and_label(Role::TextInput, "Place of the delivery").click();
    d.steps();
    d.key(egui::Modifiers::COMMAND, Key::A);
    d.window.get_by_role_and_label(Role::TextInput, "Place of the delivery").type_text("/nowhere");
    d.steps();
    d.key(NONE, Key::Enter);
    d.until("it is looked at", |s| s.watched().is_some_and(|w| w.place.ends_with("nowhere") && w.error.is_some()));
    d.steps();
    assert!(d.sees("no job has left its state here") && !d.sees("Frames of small-short"));
    d.window.state_mut().ask(Action::CloseWindow(DialogKind::Wall));
    d.steps();

    // What somebody altered is told, by its file.
    let Rendering::Done { delivered, .. } = d.session().rendering() else { panic!("{:?}", d.session().rendering()) };
    assert!(matches!(delivered.as_slice(), [Delivered { frames: 6, .. }]));
    let plate = d.folder.path().join("out/small-short/small-short.000003.exr");
    assert!(plate.is_file());
    std::fs::write(plate, b"not a plate").unwrap();
    d.window.state_mut().ask(Action::VerifyDelivery);
    d.settle();
    d.steps();
    let Rendering::Done { verified: Verifying::Done(found), .. } = d.session().rendering() else { panic!("it is verified") };
    assert!(!found.broken.is_empty() && d.sees("not hold") && d.sees("small-short.000003.exr"));
}

#[test]
fn a_second_approval_is_asked_for_afresh() {
    let mut d = approved();
    d.key(egui::Modifiers::COMMAND, Key::E);
    assert!(!d.sees("Exported to"), "of the one before");
    d.button("Approve and export");
    d.until("exported", |s| matches!(s.export(), ExportState::Done { .. } | ExportState::Failed(_)));
    d.steps();
    assert!(d.sees("Exported to") && d.folder.path().join("small-short-2.recipe/recipe.json").is_file());
}

#[test]
fn what_a_cut_list_uses_is_pulled() {
    let mut d = approved();
    let list =
        "TITLE: DAY\nFCM: NON-DROP FRAME\n001  A001 V C 01:02:03:06 01:02:03:09 01:00:00:00 01:00:00:03\n* FROM CLIP NAME: small-short\n";
    d.dropped(&[("day.edl", list.as_bytes())]);
    d.until("the list is there", |s| !s.document().cut_lists.is_empty() && s.is_settled());
    d.button("Intake");
    d.steps();
    d.button("Pull day.edl");
    d.settle();
    d.button("Recipe room");
    d.settle();
    d.steps();
    assert!(d.sees("3 frames in "), "{:?}", d.session().rendering());
    assert!(d.folder.path().join("out/day.pull.json").is_file());
    press(&mut d, "Verify the delivery");
    d.settle();
    d.steps();
    assert!(d.sees("It holds: 3 frames"), "{:?}", d.session().rendering());
}
