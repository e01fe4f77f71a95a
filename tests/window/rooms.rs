//! The rooms by their accessible names.

use super::ui::{Driven, NONE, opened, window};
use egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use prelight::session::{Action, CellAt, DialogKind, Filter, Grade, Room, SHOW, SidecarKind, Sort};

const MODE: &str = "Prelight Chart One, 1280x720";

#[test]
fn every_room_is_a_click_and_a_key_away_and_says_what_it_is_for() {
    let mut d = opened(&["one.chart"]);
    for (room, key) in Room::ALL.into_iter().zip([Key::F1, Key::F2, Key::F3, Key::F4, Key::F5, Key::F6]) {
        d.key(egui::Modifiers::COMMAND, key);
        assert_eq!(d.session().view().room, room);
    }
    for name in ["Intake", "Evidence", "Framing", "Bench"] {
        d.button(name);
        assert_eq!(d.session().view().room.label(), name);
    }
    d.key(NONE, Key::F1);
    assert!(d.sees(&Room::Bench.help()[..40]));
    d.button("Recipe room");
    assert!(d.sees(&Room::Recipe.help()[..40]));
}

#[test]
fn evidence_is_gone_through_by_keys_and_waived() {
    let mut d = opened(&["one.chart", "gap.chart"]);
    d.key(NONE, Key::E);
    assert_eq!(d.session().view().room, Room::Evidence);
    assert!(d.sees("Rule META-02"));
    assert!(d.sees(&format!("Camera mode {MODE}, 2 clips")));
    assert!(d.sees(&format!("META-02, {MODE}: fails, blocks 1/2")));
    d.key(NONE, Key::Space);
    d.key(NONE, Key::Enter);
    assert!(d.session().view().evidence.open);
    for text in ["58 frames", "Copy as command line", "Source"] {
        assert!(d.sees(text), "{text}");
    }
    d.key(NONE, Key::W);
    assert_eq!(d.windows(), [DialogKind::Waive]);
    d.fill("Name", "A. Name");
    d.fill("Reason", "pickup");
    d.button("Waive");
    assert!(d.sees(&format!("META-02, {MODE}: waived 1/2")));
    assert!(d.sees("Waived by A. Name: pickup"));
    d.button("Withdraw waiver");
    assert!(d.sees(&format!("META-02, {MODE}: fails, blocks 1/2")));
    d.key(NONE, Key::Escape);
    assert!(!d.session().view().evidence.open);
    let at = d.session().view().evidence.at.clone();
    d.key(NONE, Key::ArrowDown);
    assert_ne!(d.session().view().evidence.at, at);
    d.button("Failing rules");
    assert_eq!(d.session().view().evidence.filter, Filter::Failing);
    assert!(!d.sees("Rule META-01"));
    assert_eq!(d.session().matrix().count(Grade::Blocks), 1);
}

#[test]
fn a_waiver_is_given_for_a_camera_mode_or_for_the_show() {
    let mut d = opened(&["gap.chart", "gap-two.chart"]);
    d.key(NONE, Key::E);
    d.window.get_by_label(&format!("META-02, {MODE}: fails, blocks")).click();
    d.steps();
    d.key(NONE, Key::W);
    d.button("All 2 clips of this camera mode that fail it");
    d.fill("Name", "A. Name");
    d.fill("Reason", "pickups");
    d.button("Waive");
    assert!(d.sees(&format!("META-02, {MODE}: waived")));
    assert!(d.session().document().clips.iter().all(|c| c.waiver("META-02").is_some()));
    d.button("Withdraw from all alike");
    assert!(d.sees(&format!("META-02, {MODE}: fails, blocks")));
    d.window.state_mut().ask(Action::EvidenceCell(CellAt { rule: "META-05".into(), mode: SHOW.into() }));
    d.settle();
    assert!(d.sees("META-05, Whole show: fails, needs a waiver"));
    assert!(d.sees("gap and gap-two"));
    d.key(NONE, Key::W);
    assert!(d.sees("For the show as a whole."));
    d.fill("Reason", "free run");
    d.button("Waive");
    assert!(d.sees("META-05, Whole show: waived"));
    assert!(d.sees("Waived by A. Name: free run"));
    d.button("Withdraw waiver");
    assert!(d.sees("META-05, Whole show: fails, needs a waiver"));
}

#[test]
fn of_many_clips_only_those_in_view_are_drawn() {
    let names: Vec<String> = (0..200).map(|i| format!("c{i:03}-small.chart")).collect();
    let mut d = window(&names.iter().map(String::as_str).collect::<Vec<_>>());
    d.key(egui::Modifiers::COMMAND, Key::O);
    // A clip that is not open yet is called by its file.
    d.until("the first is open", |s| s.document().clips.len() == 200 && s.selected_opened().is_some());
    for room in [Room::Bench, Room::Intake] {
        d.window.state_mut().ask(Action::Room(room));
        d.steps();
        let drawn = d.window.query_all_by_label_contains("-small: ").count();
        assert!((1..60).contains(&drawn), "{drawn} in {room:?}");
    }
}

#[test]
fn keys_of_a_room_mean_what_they_did_elsewhere() {
    let mut d = opened(&["one.chart"]);
    d.key(NONE, Key::E);
    d.key(NONE, Key::ArrowRight);
    assert_eq!(d.frame(), 0, "no frame is stepped where none is seen");
    d.key(egui::Modifiers::COMMAND, Key::F2);
    d.key(NONE, Key::ArrowRight);
    assert_eq!(d.frame(), 1);
}

#[test]
fn the_intake_lists_clips_with_their_sidecars() {
    let mut d = opened(&["one.chart", "2x.chart"]);
    let still = d.folder.path().canonicalize().unwrap().join("stray.png");
    std::fs::write(&still, b"no picture").unwrap();
    d.button("Intake");
    d.until("pictures are there", |s| s.is_settled());
    assert!(d.sees(&format!("Camera mode {MODE}, 2x, 1 clip")));
    assert!(d.sees("Clip one:"));
    d.window.state_mut().ask(Action::Attach { clip: Some(1), paths: vec![still] });
    d.settle();
    let id = d.session().document().clips[1].id;
    assert_eq!(d.session().opened(id).unwrap().planned.sidecars.still.as_ref().unwrap().file_name().unwrap(), "stray.png");
    d.button("Order by clip");
    assert_eq!(d.session().view().intake.sort, Sort::Name);
    d.window.state_mut().ask(Action::SelectClip(1));
    d.window.state_mut().ask(Action::Detach(SidecarKind::Still));
    d.settle();
    assert!(d.sees("Left over: stray.png"), "{:?}", d.session().leftovers());
    d.window.get_by_label_contains("Clip one:").click();
    d.steps();
    assert_eq!(d.session().document().selected, Some(d.session().document().clips[0].id));
}

#[test]
fn a_sidecar_of_the_wrong_clip_is_moved_to_the_selected_one() {
    let mut d = opened(&["one-small.chart", "two-small.chart"]);
    let folder = d.folder.path().canonicalize().unwrap();
    std::fs::write(folder.join("day.fdl"), b"no FDL").unwrap();
    d.button("Intake");
    d.window.state_mut().ask(Action::Attach { clip: Some(1), paths: vec![folder.join("day.fdl")] });
    d.settle();
    assert!(d.sees("FDL of two-small, by chosen"));
    d.window.get_by_label_contains("Clip two-small:").click_secondary();
    d.steps();
    d.button("Move FDL to the selected clip");
    d.settle();
    assert!(d.sees("FDL of one-small, by chosen") && !d.sees("FDL of two-small"));
    assert_eq!(d.session().history().undo_label(), Some("sidecars"));
}

#[test]
fn a_sidecar_is_dragged_to_the_clip_that_it_belongs_to() {
    let mut d = opened(&["one-small.chart", "two-small.chart"]);
    let fdl = d.folder.path().canonicalize().unwrap().join("day.fdl");
    std::fs::write(&fdl, b"no FDL").unwrap();
    d.button("Intake");
    d.window.state_mut().ask(Action::Attach { clip: Some(1), paths: vec![fdl] });
    d.settle();
    let onto = |d: &mut Driven, what: &str, clip: &str| {
        let from = d.window.get_by_label_contains(what).rect().center();
        let to = d.window.get_by_label_contains(clip).rect().center();
        d.drag(from, to - from);
        d.settle();
    };
    onto(&mut d, "FDL of two-small, by chosen", "Clip one-small:");
    assert!(d.sees("FDL of one-small, by chosen") && !d.sees("FDL of two-small"));
    d.key(egui::Modifiers::COMMAND, Key::Z);
    d.settle();
    assert!(d.sees("FDL of two-small, by chosen") && !d.sees("FDL of one-small"), "undone in one step");
    // Let go where it was, it stays.
    onto(&mut d, "FDL of two-small, by chosen", "Clip two-small:");
    assert!(d.sees("FDL of two-small, by chosen"));
    d.window.state_mut().ask(Action::SelectClip(1));
    d.window.state_mut().ask(Action::Detach(SidecarKind::Fdl));
    d.settle();
    onto(&mut d, "Left over: day.fdl", "Clip one-small:");
    assert!(d.sees("FDL of one-small, by chosen"), "{:?}", d.session().leftovers());
}

#[test]
fn a_studio_s_profile_is_offered_once_its_file_is_there_and_a_broken_one_is_told() {
    let mut d = opened(&["small.chart"]);
    let folder = d.folder.path().join("profiles");
    std::fs::create_dir(&folder).unwrap();
    let head = |id: &str| format!("id = '{id}'\ntitle = 'Our studio'\nversion = '1'\nextends = 'neutral'\n");
    std::fs::write(folder.join("broken.toml"), head("broken") + "[rules.XYZ-99]\n").unwrap();
    std::fs::write(folder.join("ours.toml"), head("ours")).unwrap();
    d.until("noticed", |s| s.offered_profiles().iter().any(|p| p.profile.is_err()));
    d.settle();
    d.key(NONE, Key::E);
    let now = format!("Profile: {}", d.session().profile().title);
    d.click(Role::ComboBox, &now);
    assert!(d.sees("broken.toml is no profile") && d.sees("XYZ-99"));
    d.window.get_by_label("Our studio").click();
    d.settle();
    assert_eq!(d.session().document().profile.as_deref(), Some("ours"));
    assert!(d.sees("Profile: Our studio"));
}

#[test]
fn framing_and_recipe_say_what_is_missing() {
    let mut d = opened(&["gap.chart"]);
    d.button("Framing");
    d.settle();
    assert!(d.sees("no FDL: the whole picture, gap"));
    d.button("Recipe room");
    assert!(d.sees("1 clip; 1 check stands in the way"));
    assert!(d.sees("Checks and waivers"));
    // The room in the bar, and what leads there.
    d.window.query_all_by_label("Evidence").last().unwrap().click();
    d.steps();
    assert_eq!(d.session().view().room, Room::Evidence);
}

#[test]
fn what_is_delivered_is_chosen_and_edited_in_the_recipe_room() {
    let mut d = opened(&["small.chart"]);
    d.window.state_mut().ask(Action::Room(Room::Recipe));
    d.settle();
    assert!(d.sees("small.000000.exr"), "the name of the plate as it would be");
    d.button("Add…");
    d.button("DPX, 10 bit log");
    d.settle();
    assert!(d.sees("dpx10/small.000000.dpx"));
    d.click(Role::Button, "Edit deliverable dpx10");
    d.click(Role::Button, "Bits of dpx10 16");
    d.settle();
    let output = |d: &Driven| d.session().document().output.clone().unwrap();
    assert!(output(&d).deliverables[1].format.to_string().starts_with("DPX, 16 bit"));
    // What does not hold is said, and nothing is taken up.
    let before = output(&d);
    d.fill("Name of dpx10", "/{scene}");
    d.key(NONE, egui::Key::Enter);
    assert!(d.sees("Not taken up") && output(&d) == before);
    d.button("Back to what it was");
    d.steps();
    assert!(!d.sees("Not taken up"));
    d.button("Remove deliverable plate");
    d.settle();
    assert_eq!(output(&d).deliverables.len(), 1);
    d.key(egui::Modifiers::COMMAND, egui::Key::Z);
    assert_eq!(output(&d), before);
}
