//! The whole app without a display and without a GPU, driven by the names that a screen reader reads.

use super::chart;
use egui::accesskit::Role;
use egui_kittest::{Harness, kittest::Queryable as _};
use prelight::{
    app::{App, Content, FilePicker, PreviewBy, Script, Scripted, Setup},
    pipeline::Stage,
    session::{Action, Channel, Config, DialogKind, ExportState, Session, Tab, Zoom},
};
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

type Window = Harness<'static, App>;

pub struct Driven {
    pub window: Window,
    pub folder: tempfile::TempDir,
}

/// A window whose file dialogs answer with these clips, none of which is open yet.
pub fn window(clips: &[&str]) -> Driven {
    window_with(clips, Config::default(), |paths| Box::new(Scripted(paths)))
}

/// The same with dialogs of another kind, made of the paths of the clips, and another session.
pub fn window_with(clips: &[&str], config: Config, picker: impl FnOnce(Vec<PathBuf>) -> Box<dyn FilePicker>) -> Driven {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = clips.iter().map(|c| folder.path().join(c)).collect();
    for path in &paths {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, b"chart").unwrap();
    }
    let setup = Setup {
        fits: false,
        picker: picker(paths),
        content: Content::Paths(vec![]),
        script: Script::default(),
        frame_times: None,
        // What they look at is the preview, also of a software GPU.
        preview: PreviewBy::Gpu,
        session: Config { opener: chart::opener(), profiles: Some(folder.path().join("profiles")), ..config },
    };
    let window = Harness::<App>::builder().with_size([1280.0, 800.0]).with_max_steps(64).build_eframe(move |cc| App::new(cc, setup));
    Driven { window, folder }
}

/// The same with the clips opened by the dialog, pictured and checked.
pub fn opened(clips: &[&str]) -> Driven {
    opened_with(clips, |paths| Box::new(Scripted(paths)))
}

pub fn opened_with(clips: &[&str], picker: impl FnOnce(Vec<PathBuf>) -> Box<dyn FilePicker>) -> Driven {
    let mut d = window_with(clips, Config::default(), picker);
    d.key(egui::Modifiers::COMMAND, egui::Key::O);
    let n = clips.len();
    d.until("every clip is open", move |s| s.document().clips.len() == n && s.is_settled());
    d
}

impl Driven {
    pub fn session(&self) -> &Session {
        self.window.state().session()
    }
    /// The windows within the window that are open.
    pub fn windows(&self) -> Vec<DialogKind> {
        self.session().view().windows().collect()
    }
    pub fn until(&mut self, what: &str, done: impl Fn(&Session) -> bool) {
        // Long: it only tells a hang from a slow machine.
        let deadline = Instant::now() + Duration::from_secs(300);
        loop {
            self.window.step();
            if done(self.session()) {
                self.window.step();
                return;
            }
            assert!(Instant::now() < deadline, "never: {what}; log: {:?}", self.session().log().entries());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    pub fn settle(&mut self) {
        self.until("settled", Session::is_settled);
    }
    pub fn key(&mut self, modifiers: egui::Modifiers, key: egui::Key) {
        self.window.key_press_modifiers(modifiers, key);
        self.steps();
    }
    pub fn click(&mut self, role: Role, name: &str) {
        self.window.get_by_role_and_label(role, name).click();
        self.steps();
    }
    /// Input is taken up in the next pass, its effect drawn in the one after; a dialog takes two more to find its size.
    pub fn steps(&mut self) {
        (0..4).for_each(|_| self.window.step());
    }
    /// Writes files and drops them on the window.
    pub fn dropped(&mut self, files: &[(&str, &[u8])]) {
        for (name, bytes) in files {
            let path = self.folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            self.window.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path)));
        }
    }
    /// Presses at a place, moves and lets go.
    pub fn drag(&mut self, from: egui::Pos2, by: egui::Vec2) {
        self.window.drag_at(from);
        self.window.step();
        self.window.hover_at(from + by);
        self.steps();
        self.window.drop_at(from + by);
        self.steps();
    }
    pub fn button(&mut self, name: &str) {
        self.click(Role::Button, name);
    }
    pub fn fill(&mut self, name: &str, text: &str) {
        self.window.get_by_role_and_label(Role::TextInput, name).click();
        self.window.step();
        self.window.get_by_role_and_label(Role::TextInput, name).type_text(text);
        self.window.step();
    }
    pub fn sees(&self, text: &str) -> bool {
        self.window.query_all_by_label_contains(text).next().is_some()
    }
    /// What a field holds.
    pub fn value(&self, label: &str) -> String {
        self.window.get_by_label(label).value().unwrap_or_default()
    }
    pub fn frame(&self) -> u32 {
        self.session().selected_opened().unwrap().playhead
    }
}

pub const NONE: egui::Modifiers = egui::Modifiers::NONE;

#[test]
fn files_are_opened_by_the_dialog_and_listed() {
    let mut d = window(&["one.chart", "2x.chart"]);
    assert!(d.sees("Drop camera files"));
    d.button("Open files…");
    d.until("both are open", |s| s.document().clips.len() == 2 && s.is_settled());
    assert!(d.sees("Clip one:"), "the list names the clip");
    assert!(d.sees("1280x720"));
    assert!(d.sees("Picture: frame 0 shown"));
    assert!(d.sees("Lamp: CPU picture"), "without a GPU the picture is the engine's own, and says so");
}

#[derive(Debug)]
struct Dropped(PathBuf);
impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }
    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|e| e.to_string())
    }
}

#[test]
fn dropped_files_open_and_what_cannot_be_opened_is_said_beside_it() {
    let mut d = window(&[]);
    d.dropped(&[("one.chart", b"chart"), ("damaged.dpx", b"SDPX")]);
    d.until("both were tried", |s| s.document().clips.len() == 2 && s.is_settled());
    assert!(d.sees("Clip one:"));
    assert!(d.sees("Clip damaged.dpx:"));
    assert!(d.sees("not a camera file of a known format"), "why stands beside it");
}

#[test]
fn a_dropped_file_that_is_no_clip_leaves_the_picture_and_is_told_by_what_it_is() {
    let mut d = opened(&["one-small.chart", "two-small.chart"]);
    let cube = ("show.cube", b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n".as_slice());
    let profile = "id = 'ours'\ntitle = 'Our studio'\nversion = '1'\nextends = 'neutral'\n";
    d.dropped(&[("day.edl", b"TITLE: DAY\n"), ("notes.txt", b"notes"), cube, ("ours.toml", profile.as_bytes())]);
    d.until("all were looked at", |s| s.leftovers().iter().filter(|l| l.given).count() == 2 && s.is_settled());
    assert!(d.sees("Picture: frame 0 shown") && d.session().document().clips.len() == 2);
    assert_eq!(d.session().profile().title, "Our studio");
    assert!(d.session().has_draft() && d.session().draft_error().is_none(), "{:?}", d.session().draft_error());
    d.button("Intake");
    assert!(d.sees("Left over: day.edl") && d.sees("has no event") && d.sees("Left over: notes.txt"));
    d.button("Take day.edl off the list");
    assert!(!d.sees("Left over: day.edl") && d.sees("Left over: notes.txt"));
    // Onto a clip, a look file is that clip's.
    d.settle();
    let at = d.window.get_by_label_contains("Clip two-small:").rect().center();
    d.window.hover_at(at);
    d.steps();
    d.dropped(&[cube]);
    d.until("it is tried out", |s| s.drafted_clips() == [0, 1] && s.is_settled());
    assert_eq!(d.session().document().selected_index(), Some(1));
}

#[test]
fn frames_are_stepped_by_button_and_key() {
    let mut d = opened(&["gap.chart"]);
    d.button("Next frame");
    d.key(NONE, egui::Key::ArrowRight);
    assert_eq!(d.frame(), 2);
    d.button("Last frame");
    assert_eq!(d.frame(), 71);
    d.button("Previous frame");
    assert_eq!(d.frame(), 70);
    assert!(d.sees("14 missing"), "gaps are said");
    d.button("First frame");
    d.settle();
    assert_eq!(d.value("Timecode"), "01:02:03:04");
    d.button("Next frame");
    d.settle();
    assert_eq!(d.value("Timecode"), "01:02:03:05");
}

#[test]
fn four_quick_taps_in_one_pass_are_four() {
    let mut d = opened(&["one.chart"]);
    for _ in 0..4 {
        for pressed in [true, false] {
            let event = egui::Event::Key { key: egui::Key::Period, physical_key: None, pressed, repeat: false, modifiers: NONE };
            d.window.input_mut().events.push(event);
        }
    }
    d.window.step();
    d.window.step();
    assert_eq!(d.session().view().exposure, 1.0);
}

#[test]
fn stage_channel_exposure_and_overlay_follow_their_controls() {
    let mut d = opened(&["one.chart"]);
    d.button("ACES");
    assert_eq!(d.session().view().stage, Stage::Aces);
    d.settle();
    assert!(d.sees("ACES through sRGB"), "a picture that is no display picture says so");
    d.button("Red only");
    assert_eq!(d.session().view().channel, Channel::Red);
    assert!(d.sees("Red only"));
    d.key(NONE, egui::Key::R);
    assert_eq!(d.session().view().channel, Channel::Rgb);
    d.key(NONE, egui::Key::Period);
    assert_eq!(d.session().view().exposure, 0.25);
    d.settle();
    d.button("View exposure +0.25");
    assert_eq!(d.session().view().exposure, 0.0, "the chip takes it back");
    d.button("Framing overlay");
    assert!(!d.session().view().overlays);
    d.button("1:1");
    assert_eq!(d.session().view().zoom, Zoom::Factor(1.0));
    d.key(NONE, egui::Key::F);
    assert_eq!(d.session().view().zoom, Zoom::Fit);
}

#[test]
fn an_anamorphic_picture_is_seen_desqueezed_or_as_recorded() {
    let mut d = opened(&["2x.chart"]);
    let pin_above = |d: &mut Driven| {
        let picture = d.window.get_by_role_and_label(Role::Image, "Picture: frame 0 shown").rect();
        let at = picture.center() - egui::vec2(0.0, 130.0);
        d.window.drag_at(at);
        d.window.drop_at(at);
        d.steps();
        d.session().view().pin
    };
    assert_eq!(pin_above(&mut d), None, "desqueezed it is too low to reach there");
    d.key(egui::Modifiers::ALT, egui::Key::V);
    assert!(d.session().view().squeezed);
    let [x, y] = pin_above(&mut d).expect("twice as high");
    assert!(x.abs_diff(640) <= 1 && y < 180, "{x} {y}");
    // The editor of frame lines has the same state.
    d.button("Framing");
    d.button("Edit frame lines");
    d.settle();
    d.button("As recorded / desqueezed");
    assert!(!d.session().view().squeezed);
    d.button("Bench");
    d.button("As recorded / desqueezed");
    d.button("As recorded");
    assert!(!d.session().view().squeezed, "the chip takes it back");
}

#[test]
fn gamma_false_color_and_warnings_are_buttons_with_a_chip_each() {
    let mut d = opened(&["small.chart"]);
    d.window.get_by_role_and_label(Role::SpinButton, "View gamma").set_value_accesskit(1.5);
    d.steps();
    assert_eq!(d.session().view().gamma, 1.5);
    d.button("View gamma 1.50");
    assert_eq!(d.session().view().gamma, 1.0, "the chip takes it back");
    d.key(egui::Modifiers::SHIFT, egui::Key::F);
    assert!(d.session().view().marking.false_color);
    d.button("Clip warning");
    d.settle();
    assert!(d.sees("Clipped 0 %"), "nothing of the chart is at the top of the display");
    d.key(NONE, egui::Key::Z);
    assert!(!d.session().view().marking.warns_of_any());
    d.window.query_all_by_role_and_label(Role::Button, "False colour").last().unwrap().click();
    d.steps();
    assert!(!d.session().view().marking.false_color);
}

#[test]
fn two_pictures_are_wiped_by_dragging_the_line() {
    let mut d = opened(&["small.chart"]);
    d.key(NONE, egui::Key::W);
    d.settle();
    assert!(d.session().side().is_some(), "{:?}", d.session().side_error());
    d.steps();
    let handle = d.window.get_by_role_and_label(Role::Slider, "Wipe position").rect().center();
    d.drag(handle, egui::vec2(-80.0, 0.0));
    let wipe = d.session().view().compare.wipe;
    assert!(wipe.at[0] < 0.45 && wipe.angle == 0.0, "{wipe:?}");
    assert_eq!(d.session().view().zoom, Zoom::Fit, "the picture stayed where it was");
    d.button("dE ITP");
    d.settle();
    assert!(d.session().side().unwrap().apart.is_some());
    d.button("Swap A and B");
    assert!(d.session().view().compare.swapped);
    d.button("Stop comparing");
    assert!(!d.session().view().compare.on);
}

#[test]
fn shift_or_alt_and_a_drag_measure_an_area() {
    let mut d = opened(&["small.chart"]);
    d.key(NONE, egui::Key::F3);
    assert!(d.sees("Shift (or Alt) and drag to measure an area"));
    let middle = d.window.get_by_role_and_label(Role::Image, "Picture: frame 0 shown").rect().center();
    for held in [egui::Modifiers::SHIFT, egui::Modifiers::ALT] {
        d.window.event(egui::Event::ModifiersChanged(held));
        d.drag(middle, egui::vec2(40.0, 30.0));
        let [_, _, width, height] = d.session().view().area.expect("an area");
        assert!(width > 5 && height > 5 && d.session().view().zoom == Zoom::Fit);
        d.window.event(egui::Event::ModifiersChanged(NONE));
        d.steps();
        d.window.state_mut().ask(Action::Area(None));
        d.steps();
    }
    d.window.state_mut().ask(Action::Area(Some([100, 100, 40, 30])));
    d.steps();
    d.settle();
    d.steps();
    for text in ["mean", "least", "most"] {
        assert!(d.sees(text), "{text}");
    }
}

#[test]
fn a_typed_timecode_goes_to_its_frame() {
    let mut d = opened(&["small.chart"]);
    d.window.get_by_role_and_label(Role::TextInput, "Timecode").click();
    d.steps();
    d.key(egui::Modifiers::COMMAND, egui::Key::A);
    d.window.get_by_role_and_label(Role::TextInput, "Timecode").type_text("01:02:03:09");
    d.steps();
    d.key(NONE, egui::Key::Enter);
    assert_eq!(d.frame(), 5);
    d.button("Mark in");
    assert_eq!(d.session().selected_opened().unwrap().range(), 5..=47);
    d.button("Loop");
    assert!(!d.session().view().play.looping);
}

#[test]
fn the_wheel_zooms_and_a_drag_pans() {
    let mut d = opened(&["one.chart"]);
    let picture = d.window.get_by_role_and_label(Role::Image, "Picture: frame 0 shown").rect();
    d.window.hover_at(picture.center());
    d.window.step();
    d.window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: egui::vec2(0.0, 5.0),
        modifiers: NONE,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
    });
    for _ in 0..20 {
        d.window.step();
    }
    let Zoom::Factor(zoom) = d.session().view().zoom else { panic!("the wheel did nothing") };
    assert!(zoom > 0.55, "{zoom}");
    let center = d.session().view().center;
    d.window.drag_at(picture.center());
    d.window.step();
    d.window.hover_at(picture.center() + egui::vec2(60.0, 0.0));
    d.window.step();
    d.window.drop_at(picture.center() + egui::vec2(60.0, 0.0));
    d.window.step();
    d.window.step();
    assert!(d.session().view().center[0] < center[0], "the picture moves with the pointer");
}

#[test]
fn the_inspector_shows_a_pixel_at_every_stage() {
    let mut d = opened(&["one.chart"]);
    d.key(NONE, egui::Key::F3);
    assert_eq!(d.session().view().tab, Tab::Inspector);
    let picture = d.window.get_by_role_and_label(Role::Image, "Picture: frame 0 shown").rect();
    d.window.get_by_role_and_label(Role::Image, "Picture: frame 0 shown").click();
    d.window.step();
    d.window.step();
    let pin = d.session().view().pin.expect("a click pins the pixel");
    assert!(pin[0] == 640 && pin[1].abs_diff(360) <= 1, "{pin:?} is not the middle of {picture:?}");
    for name in ["Raw", "ACES2065-1", "Look", "Display", "10 bit"] {
        assert!(d.sees(name), "{name}");
    }
    assert!(d.sees("0.18000"), "ACES2065-1 of the grey ground");
    d.button("Free");
    assert_eq!(d.session().view().pin, None);
}

#[test]
fn metadata_is_shown_with_its_origin_and_filtered() {
    let mut d = opened(&["one.chart"]);
    assert!(d.sees("DNG 51044 FrameRate"));
    assert!(d.sees("derived from DNG 33434 x 51044"));
    assert!(d.sees("assumed from file name"));
    d.fill("Filter metadata", "shutter");
    assert!(d.sees("172.8°"));
    assert!(!d.sees("DNG 51044 FrameRate"));
}

#[test]
fn typing_does_not_fire_keys() {
    let mut d = opened(&["one.chart"]);
    d.fill("Filter metadata", "grab");
    assert_eq!(d.session().view().channel, Channel::Rgb);
    assert_eq!(d.session().view().zoom, Zoom::Fit);
}

#[test]
fn findings_are_listed_with_number_and_limit_and_can_be_waived() {
    let mut d = opened(&["gap.chart"]);
    d.button("Checks");
    assert!(d.sees("No frame is missing"));
    assert!(d.sees("fails, blocks"));
    assert!(d.sees("58 frames"), "what was measured");
    d.window.query_all_by_label("Waive…").next().unwrap().click();
    d.steps();
    assert_eq!(d.windows(), [DialogKind::Waive]);
    d.fill("Name", "A. Name");
    d.fill("Reason", "pickup, agreed with editorial");
    d.button("Waive");
    assert!(d.windows().is_empty());
    let waived = |d: &Driven| d.session().tally(&d.session().document().clips[0]).unwrap().waived;
    assert_eq!(waived(&d), 1);
    assert!(d.sees("Waived by A. Name: pickup"));
    d.key(egui::Modifiers::COMMAND, egui::Key::Z);
    assert_eq!(waived(&d), 0, "undone");
}

#[test]
fn a_settings_change_is_undone_and_redone() {
    let mut d = opened(&["one.chart"]);
    let exposure = |d: &Driven| d.session().document().clips[0].settings.decode.exposure;
    d.window.get_by_role_and_label(Role::SpinButton, "Exposure").set_value_accesskit(1.5);
    d.window.step();
    d.settle();
    assert_eq!(exposure(&d), 1.5);
    d.window.get_by_label("Edit").click();
    d.window.step();
    d.window.step();
    d.window.get_by_label_contains("Undo settings").click();
    d.window.step();
    d.settle();
    assert_eq!(exposure(&d), 0.0);
    d.key(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, egui::Key::Z);
    d.settle();
    assert_eq!(exposure(&d), 1.5);
}

#[test]
fn approving_exports_a_recipe_and_shows_the_golden_hashes() {
    let mut d = opened(&["one.chart"]);
    d.key(egui::Modifiers::COMMAND, egui::Key::E);
    assert_eq!(d.windows(), [DialogKind::Approve]);
    let findings = d.session().selected_opened().unwrap().findings();
    assert!(d.sees("Needs a name, a role, a folder."), "{findings:?}");
    d.fill("Name", "A. Name");
    d.fill("Role", "Director of photography");
    // The scripted dialog answers with the clip itself; what is wanted is its folder.
    let folder = d.folder.path().to_owned();
    d.window.state_mut().choose_export_folder(folder);
    d.window.step();
    d.button("Approve and export");
    d.until("exported", |s| matches!(s.export(), ExportState::Done { .. } | ExportState::Failed(_)));
    let ExportState::Done { recipe, golden, .. } = d.session().export() else { panic!("{:?}", d.session().export()) };
    assert!(recipe.join("recipe.json").is_file());
    let recipe_pdf = recipe.join("evidence/recipe.pdf");
    assert_eq!(golden.len(), 3);
    let first = golden[0].plate.as_str()[..24].to_owned();
    d.settle();
    assert!(d.sees(&first), "the hash is on screen");
    assert!(d.sees("evidence/recipe.pdf in it") && recipe_pdf.is_file());
}

#[test]
fn a_clip_that_fails_cannot_be_approved() {
    let mut d = opened(&["gap.chart"]);
    d.key(egui::Modifiers::COMMAND, egui::Key::E);
    assert!(d.sees("1 check fails and is not waived"));
    assert!(d.sees("Needs a clip"));
}

#[test]
fn the_palette_finds_and_runs_commands() {
    let mut d = opened(&["one.chart"]);
    d.key(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, egui::Key::P);
    assert!(d.session().view().palette);
    d.window.get_by_role_and_label(Role::TextInput, "Command").type_text("blue only");
    d.window.step();
    d.key(NONE, egui::Key::Enter);
    assert_eq!(d.session().view().channel, Channel::Blue);
    assert!(!d.session().view().palette);
}

#[test]
fn every_key_is_on_the_sheet_and_escape_closes_it() {
    let mut d = opened(&["one.chart"]);
    d.key(NONE, egui::Key::Questionmark);
    assert_eq!(d.windows(), [DialogKind::Keys]);
    assert!(d.sees("Approve and export recipe"));
    d.key(NONE, egui::Key::Escape);
    assert!(d.windows().is_empty());
}

#[test]
fn a_damaged_frame_says_so_where_the_picture_would_be() {
    let mut d = opened(&["bad.chart"]);
    d.window.state_mut().ask(Action::Go(13));
    d.settle();
    assert!(d.session().picture_error().unwrap().to_string().contains("StripByteCounts"));
    d.button("Next frame");
    d.settle();
    assert!(d.session().picture_error().is_none());
}

#[test]
fn a_still_window_does_not_repaint() {
    let mut d = opened(&["one.chart"]);
    for _ in 0..10 {
        d.window.step();
    }
    // Runs until nothing asks for another pass; panics where something always does.
    d.window.run();
    let output = d.window.output();
    let delay = output.viewport_output.values().map(|v| v.repaint_delay).min().unwrap();
    assert_eq!(delay, Duration::MAX, "asks to be drawn again");
}

#[test]
fn nothing_of_the_transport_is_hidden_in_a_narrow_window() {
    let mut d = opened(&["gap.chart"]);
    for width in [1920.0, 1280.0, 1100.0] {
        d.window.set_size(egui::vec2(width, 800.0));
        d.steps();
        let names = ["0–71", "14 missing"];
        let texts = names.map(|n| d.window.get_by_label(n).rect());
        let buttons = ["Mark in", "Mark out", "Loop", "Real time", "Last frame"];
        let buttons = buttons.map(|n| d.window.get_by_role_and_label(Role::Button, n).rect());
        let scrub = d.window.get_by_label("Timeline").rect();
        let all: Vec<egui::Rect> = texts.into_iter().chain(buttons).collect();
        for (i, a) in all.iter().enumerate() {
            assert!(a.left() >= scrub.left() - 1.0 && a.right() <= scrub.right() + 1.0, "{i} at {a:?} is cut off, {width} wide: {scrub:?}");
            assert!(all[..i].iter().all(|b| !a.shrink(1.0).intersects(*b)), "{i} at {a:?} lies over another, {width} wide: {all:?}");
        }
    }
}
