//! The session driven as a window drives it.

use super::*;
use crate::{
    self as prelight,
    image::Size,
    pipeline::Stage,
    scope::{Kind, Scale, Unit, Warning},
};
use crossbeam_channel::{Receiver, unbounded};
use serde_json::json;
use std::path::Path;

#[path = "../../tests/window/chart.rs"]
mod chart;

struct Driven {
    session: Session,
    woken: Receiver<()>,
    /// Of its own: another test that wrote its clips again would be seen as a change of sources.
    folder: tempfile::TempDir,
}

impl Driven {
    fn new() -> Self {
        Self::with(Config::default())
    }
    /// A session that keeps its state in `folder`.
    fn keeping(folder: &Path) -> Self {
        Self::with(Config { state: Some(folder.to_owned()), ..Config::default() })
    }
    /// Its waker and its opener are the tests'.
    fn with(config: Config) -> Self {
        let (tx, woken) = unbounded();
        let waker: Waker = Arc::new(move || {
            let _ = tx.send(());
        });
        Self { session: Session::new(Config { waker, opener: chart::opener(), ..config }), woken, folder: tempfile::tempdir().unwrap() }
    }
    fn open(paths: &[&str]) -> Self {
        let mut driven = Self::new();
        let paths: Vec<PathBuf> = paths.iter().map(|p| driven.folder.path().join(p)).collect();
        paths.iter().for_each(|p| std::fs::write(p, b"chart").unwrap());
        driven.send(Action::Add(paths));
        driven.settle();
        driven
    }
    /// A roll `A001` with a clip `one.chart`, a document, and a history.
    fn open_roll() -> (Self, PathBuf) {
        let mut driven = Self::new();
        let root = driven.folder.path().canonicalize().unwrap().join("A001");
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join("one.chart"), b"chart").unwrap();
        std::fs::write(root.join("notes.txt"), b"notes").unwrap();
        let date = crate::history::parse_date("2026-11-26T10:00:00Z");
        let origin = crate::history::Origin { date, ..Default::default() };
        let options = crate::history::Create { formats: vec![crate::sidecar::mhl::Format::Xxh64], origin, ..Default::default() };
        crate::history::create(&root, &options, &Progress::default()).unwrap();
        driven.send(Action::Add(vec![root.join("one.chart")]));
        driven.settle();
        (driven, root)
    }
    fn outcome(&self, check: &str) -> crate::check::Outcome {
        let findings = self.session.selected_opened().unwrap().findings().unwrap();
        findings.iter().find(|f| f.id == check).unwrap().outcome
    }
    fn send(&mut self, action: Action) {
        self.session.dispatch(action).unwrap();
    }
    fn until(&mut self, what: &str, done: impl Fn(&Session) -> bool) -> Vec<Change> {
        // Long: it only tells a hang from a slow machine.
        let deadline = Instant::now() + Duration::from_secs(120);
        let mut changes = vec![];
        while !done(&self.session) {
            assert!(Instant::now() < deadline, "never: {what}");
            let wake = self.session.next_wake().map_or(Duration::from_secs(1), |t| t.saturating_duration_since(Instant::now()));
            let _ = self.woken.recv_timeout(wake);
            changes.extend(self.session.poll());
        }
        changes
    }
    /// The frame in view, and the three that a playback shows next.
    fn four_frames(&mut self) -> Vec<u32> {
        let mut seen = vec![];
        for _ in 0..4 {
            let at = self.frame();
            seen.push(at);
            self.until("the next frame", |s| s.selected_opened().unwrap().playhead != at);
        }
        seen
    }
    fn settle(&mut self) -> Vec<Change> {
        self.until("settled", Session::is_settled)
    }
    fn frame(&self) -> u32 {
        self.session.selected_opened().unwrap().playhead
    }
    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let level = &self.session.screen_picture().unwrap().levels[0];
        let i = (y * level.size.width as usize + x) * 4;
        [level.bytes[i], level.bytes[i + 1], level.bytes[i + 2]]
    }
}

#[test]
fn an_opened_clip_is_shown_checked_and_selected() {
    let d = Driven::open(&["one.chart", "two.chart"]);
    let s = &d.session;
    assert_eq!(s.document().clips.len(), 2);
    assert_eq!(s.document().selected, Some(s.document().clips[0].id));
    assert_eq!(s.shown().unwrap().key.quality, Quality::Full);
    assert_eq!(s.screen_picture().unwrap().look.stage, Stage::Display);
    assert_eq!(s.lamp(), &Lamp::Cpu);
    for clip in &s.document().clips {
        let tally = s.tally(clip).unwrap();
        assert_eq!(tally.open(), 0, "{:?}", s.opened(clip.id).unwrap().findings());
        assert!(tally.passed > 0);
    }
}

#[test]
fn a_large_clip_shows_a_draft_first() {
    let mut d = Driven::new();
    let path = d.folder.path().join("big.chart");
    std::fs::write(&path, b"chart").unwrap();
    d.send(Action::Add(vec![path]));
    d.until("first picture", |s| s.screen_picture().is_some());
    let first = d.session.screen_picture().unwrap().clone();
    assert_eq!(first.look.frame.quality, Quality::Draft);
    assert!(first.levels[0].size.area() <= 1_600_000);
    d.settle();
    assert_eq!(d.session.screen_picture().unwrap().levels[0].size.area(), 4096 * 3072);
}

#[test]
fn a_frame_that_was_on_screen_is_there_at_once() {
    let mut d = Driven::open(&["one.chart"]);
    let at = |d: &Driven| d.session.screen_picture().unwrap().look.frame.clone();
    let (frame, picture) = (d.frame(), d.session.screen_picture().unwrap().clone());
    assert_eq!(at(&d).quality, Quality::Full);
    d.send(Action::Step(1));
    d.settle();
    assert_ne!(at(&d).frame, frame);
    d.send(Action::Step(-1));
    assert!(std::sync::Arc::ptr_eq(d.session.screen_picture().unwrap(), &picture), "computed again");
    d.settle();
    assert!(std::sync::Arc::ptr_eq(d.session.screen_picture().unwrap(), &picture), "replaced");
    // Another look at it is another picture.
    d.send(Action::Expose(0.5));
    d.settle();
    assert!(!std::sync::Arc::ptr_eq(d.session.screen_picture().unwrap(), &picture));
    assert!(d.session.cache().bytes() <= d.session.cache().budget());
}

#[test]
fn a_step_from_a_frame_at_rest_shows_the_next_at_once() {
    let mut d = Driven::open(&["one.chart"]);
    for step in [1, 1, -1] {
        d.send(Action::Step(step));
        let frame = d.frame();
        assert_eq!(d.session.screen_picture().unwrap().look.frame.frame, frame, "after a step of {step}");
        d.settle();
    }
    // In the colours that are looked at now, too.
    d.send(Action::Expose(0.5));
    d.settle();
    d.send(Action::Step(1));
    let look = &d.session.screen_picture().unwrap().look;
    assert_eq!((look.frame.frame, look.exposure), (d.frame(), 0.5));
}

#[test]
fn what_cannot_be_opened_says_why_and_the_rest_opens() {
    let mut d = Driven::open(&["one.chart"]);
    // A camera file by its content, and damaged.
    let damaged = d.folder.path().join("damaged.dpx");
    std::fs::write(&damaged, b"SDPX").unwrap();
    d.send(Action::Add(vec![damaged]));
    d.settle();
    let entry = d.session.document().clips[1].clone();
    let Some(Media::Failed(error)) = d.session.media(entry.id) else { panic!("it should have failed") };
    assert!(error.to_string().contains("damaged.dpx"), "{error}");
    assert!(d.session.opened(d.session.document().clips[0].id).is_some());
    d.send(Action::Add(vec!["/nonexistent/a.dng".into()]));
    d.settle();
    assert!(d.session.leftovers().iter().any(|l| l.path == std::path::Path::new("/nonexistent/a.dng")), "{:?}", d.session.leftovers());
    assert!(d.session.log().last_error().unwrap().text.contains("/nonexistent/a.dng"));
}

#[test]
fn a_clip_that_is_open_is_selected_and_not_added_twice() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    let path = d.session.document().clips[1].path.clone();
    d.send(Action::Add(vec![path]));
    d.settle();
    assert_eq!(d.session.document().clips.len(), 2);
    assert_eq!(d.session.document().selected, Some(d.session.document().clips[1].id));
}

#[test]
fn stepping_shows_each_frame_and_stops_at_gaps_edges() {
    let mut d = Driven::open(&["gap.chart"]);
    d.send(Action::Go(39));
    d.send(Action::Step(1));
    assert_eq!(d.frame(), 44);
    d.settle();
    assert_eq!(d.session.shown().unwrap().key.frame, 44);
    d.send(Action::Last);
    assert_eq!(d.frame(), 71);
    d.send(Action::Step(1));
    assert_eq!(d.frame(), 71);
    d.send(Action::Go(65));
    assert_eq!(d.frame(), 70, "the nearest frame that exists");
}

#[test]
fn a_damaged_frame_is_an_error_there_and_nowhere_else() {
    let mut d = Driven::open(&["bad.chart"]);
    d.send(Action::Go(13));
    d.settle();
    assert!(d.session.picture_error().unwrap().to_string().contains("StripByteCounts"));
    d.send(Action::Step(1));
    d.settle();
    assert!(d.session.picture_error().is_none());
    assert_eq!(d.session.shown().unwrap().key.frame, 14);
}

#[test]
fn stage_channel_and_exposure_change_the_screen_and_not_the_document() {
    let mut d = Driven::open(&["one.chart"]);
    let document = d.session.document().clone();
    let display = d.pixel(640, 300);
    d.send(Action::Stage(Stage::Raw));
    d.settle();
    assert_ne!(d.pixel(640, 300), display);
    d.send(Action::Stage(Stage::Display));
    d.send(Action::Expose(1.0));
    d.settle();
    assert!(d.pixel(640, 300)[1] > display[1]);
    d.send(Action::Channel(Channel::Red));
    d.settle();
    let grey = d.pixel(640, 620);
    assert_eq!([grey[0]; 3], grey);
    assert_eq!(d.session.document(), &document);
    d.send(Action::Channel(Channel::Red));
    assert_eq!(d.session.view().channel, Channel::Rgb, "again: all channels");
}

#[test]
fn view_exposure_equals_the_same_exposure_in_the_recipe() {
    let mut d = Driven::open(&["one.chart"]);
    d.send(Action::Exposure(1.5));
    d.settle();
    let nudged = d.pixel(640, 300);
    d.send(Action::Exposure(0.0));
    d.send(Action::SetClip(json!({"decode": {"exposure": 1.5}}).as_object().unwrap().clone()));
    d.settle();
    assert_eq!(d.pixel(640, 300), nudged);
}

#[test]
fn settings_are_undone_and_the_picture_follows() {
    let mut d = Driven::open(&["one.chart"]);
    let before = d.pixel(640, 300);
    for stops in [0.5, 1.0, 2.0] {
        d.send(Action::SetClip(json!({ "decode": { "exposure": stops } }).as_object().unwrap().clone()));
    }
    d.settle();
    assert_ne!(d.pixel(640, 300), before);
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.pixel(640, 300), before, "a drag is one step");
    d.send(Action::Redo);
    assert_eq!(d.session.document().clips[0].settings.decode.exposure, 2.0);
    let wrong = Action::SetClip(json!({"exposures": 1}).as_object().unwrap().clone());
    assert!(d.session.dispatch(wrong).unwrap_err().to_string().contains("exposures"));
}

#[test]
fn removing_a_clip_is_undone() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    let before = d.session.document().clone();
    d.send(Action::RemoveClip);
    d.settle();
    assert_eq!(d.session.document().clips.len(), 1);
    assert!(d.session.shown().unwrap().key.clip == d.session.document().clips[0].id);
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.session.document(), &before);
    assert!(d.session.selected_opened().is_some(), "opened again");
}

#[test]
fn playing_shows_every_frame_and_comes_round() {
    let mut d = Driven::open(&["gap.chart"]);
    d.send(Action::Go(70));
    d.settle();
    d.send(Action::PlayToggle);
    let seen = d.four_frames();
    assert_eq!(seen, [70, 71, 0, 1]);
    d.send(Action::PlayToggle);
    let at = d.frame();
    d.settle();
    assert_eq!(d.frame(), at);
    assert_eq!(d.session.shown().unwrap().key.quality, Quality::Full);
}

#[test]
fn what_cannot_be_done_says_why() {
    let mut d = Driven::new();
    for (action, why) in [
        (Action::Undo, "nothing to undo"),
        (Action::PlayToggle, "one frame"),
        (Action::RunChecks, "no clip"),
        (Action::Engine(Engine::Gpu), "no GPU"),
        (Action::Approve, "no clip"),
    ] {
        let error = d.session.dispatch(action).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

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

#[test]
fn cancelling_an_open_leaves_the_clip_failed() {
    let mut d = Driven::new();
    // What it is, is told at once; opening it takes long.
    let asked = std::sync::atomic::AtomicBool::new(false);
    let slow: Opener = Arc::new(move |path, progress| {
        if asked.swap(true, std::sync::atomic::Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(700));
        }
        chart::opener()(path, progress)
    });
    d.session.opener = slow;
    let path = std::env::temp_dir().join("prelight-slow.chart");
    std::fs::write(&path, b"chart").unwrap();
    d.send(Action::Add(vec![path]));
    d.until("it runs", |s| s.visible_job().is_some_and(|j| j.title.contains("slow")));
    d.send(Action::CancelJob);
    d.settle();
    let id = d.session.document().clips[0].id;
    assert!(matches!(d.session.media(id), Some(Media::Failed(_))));
}

#[test]
fn a_measurement_lights_the_lamp_only_for_the_look_it_was_made_of() {
    let mut d = Driven::open(&["one.chart"]);
    d.session.set_gpu_usable(true);
    assert_eq!(d.session.lamp(), &Lamp::Waiting);
    let comparison = Comparison { adapter: "a".into(), driver: "d".into(), pixels: 4, worst: 0.25, at: [1, 2], delta_e: Some(0.1) };
    assert!(comparison.within_limit() && !Comparison { delta_e: Some(0.3), ..comparison.clone() }.within_limit());
    let look = d.session.look().unwrap();
    let result = comparison.clone();
    d.session.measure(look.clone(), move |_| Ok(result));
    d.settle();
    assert_eq!(d.session.lamp(), &Lamp::Measured { look, comparison });
    d.send(Action::Expose(0.25));
    assert_eq!(d.session.lamp(), &Lamp::Waiting);
    d.send(Action::OtherEngine);
    d.settle();
    assert_eq!(d.session.lamp(), &Lamp::Cpu);
}

#[test]
fn a_plan_that_the_gpu_refuses_is_shown_by_the_cpu() {
    let mut d = Driven::open(&["one.chart"]);
    d.session.set_gpu_usable(true);
    assert!(!d.session.shows_cpu());
    d.session.refuse_gpu();
    d.settle();
    assert!(d.session.shows_cpu() && d.session.gpu_usable());
    assert_eq!(d.session.lamp(), &Lamp::Cpu);
    d.send(Action::SetClip(json!({"decode": {"exposure": 1.5}}).as_object().unwrap().clone()));
    d.settle();
    assert!(!d.session.shows_cpu(), "another plan is another question");
}

#[test]
fn scopes_count_every_pixel_of_what_is_in_view() {
    let mut d = Driven::open(&["one.chart"]);
    assert!(d.session.scopes().is_none(), "nobody looks at them");
    d.send(Action::Scope(Kind::Waveform));
    d.settle();
    let set = d.session.scopes().unwrap().clone();
    assert_eq!((set.key.look.clone(), set.key.scale), (d.session.look().unwrap(), Scale::Code));
    let pixels = d.session.shown().unwrap().raw.size().area() as u32;
    assert_eq!(set.plots[0].counts.iter().sum::<u32>(), pixels);
    assert_eq!(set.plots[2].counts.iter().sum::<u32>(), 3 * pixels);
    d.send(Action::Stage(Stage::Aces));
    d.send(Action::Scope(Kind::Chromaticity));
    d.settle();
    let scene = d.session.scopes().unwrap();
    assert_eq!((scene.key.scale, scene.plots[1].kind), (Scale::Stops, Kind::Chromaticity));
    d.send(Action::Tab(Tab::Metadata));
    d.send(Action::Expose(1.0));
    d.settle();
    assert_ne!(d.session.scopes().unwrap().key.look, d.session.look().unwrap(), "counted although nobody looks");
}

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

#[test]
fn gamma_lifts_the_screen_and_nothing_else() {
    let mut d = Driven::open(&["one.chart"]);
    let (document, look, before) = (d.session.document().clone(), d.session.look(), d.pixel(640, 300));
    d.send(Action::Gamma(2.0));
    d.settle();
    let want = before.map(|v| ((f32::from(v) / 255.0).sqrt() * 255.0).round() as u8);
    assert!((0..3).all(|c| d.pixel(640, 300)[c].abs_diff(want[c]) <= 4), "{:?}, {want:?}", d.pixel(640, 300));
    assert_eq!((d.session.document(), d.session.look()), (&document, look), "checks, scopes and recipe see nothing of it");
    d.send(Action::Gamma(1.0));
    (0..3).for_each(|_| d.send(Action::NudgeGamma(0.1)));
    (0..3).for_each(|_| d.send(Action::NudgeGamma(-0.1)));
    assert_eq!(d.session.view().gamma, 1.0);
    d.send(Action::Gamma(f64::NAN));
    assert_eq!(d.session.view().gamma, 1.0);
    d.settle();
    assert_eq!(d.pixel(640, 300), before);
}

#[test]
fn warnings_are_painted_and_counted_over_the_whole_frame() {
    let mut d = Driven::open(&["one.chart"]);
    d.send(Action::Stage(Stage::Aces));
    d.send(Action::Warn(Warning::Clip));
    d.settle();
    let raw = d.session.shown().unwrap().raw.clone();
    let clips = |i: &usize| raw.planes.iter().any(|p| p[*i] >= 1.0);
    let clipped: Vec<usize> = (0..raw.size().area()).filter(clips).collect();
    let warned = d.session.warned().unwrap().clone();
    assert_eq!((warned.counts[0], warned.pixels), (clipped.len() as u64, raw.size().area() as u64));
    assert!(!clipped.is_empty());
    let (x, y) = (clipped[0] % 1280, clipped[0] / 1280);
    assert_eq!(d.pixel(x, y), Warning::Clip.color());
    d.send(Action::Expose(3.0));
    d.settle();
    assert_eq!(d.session.warned().unwrap().counts[0], warned.counts[0], "the sensor clips, not the view exposure");
    d.send(Action::Warn(Warning::Clip));
    d.send(Action::FalseColor);
    d.send(Action::Exposure(0.0));
    d.settle();
    let grey = d.session.shown().unwrap().raw.size();
    assert_eq!(d.pixel(grey.width as usize / 2, grey.height as usize / 2), [128; 3], "18 % grey in the middle of the chart");
}

/// Settled, with B made; the first level of its picture.
fn side(d: &mut Driven) -> (Arc<Side>, Rgba) {
    d.settle();
    let side = d.session.side().unwrap_or_else(|| panic!("no side B: {:?}", d.session.side_error())).clone();
    let level = side.picture.levels[0].clone();
    (side, level)
}

fn screen(d: &Driven) -> Rgba {
    d.session.screen_picture().unwrap().levels[0].clone()
}

#[test]
fn b_is_the_picture_that_it_would_be_alone() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    let document = d.session.document().clone();
    let display = screen(&d);
    d.send(Action::Stage(Stage::Aces));
    d.settle();
    let aces = screen(&d);
    d.send(Action::Stage(Stage::Display));
    d.send(Action::parse(r#"Compare/With {"stage":"aces"}"#).unwrap());
    assert_eq!(side(&mut d).1, aces);
    // What is adjusted for viewing holds for both.
    d.send(Action::Gamma(1.4));
    d.send(Action::Channel(Channel::Red));
    let (_, nudged) = side(&mut d);
    d.send(Action::CompareOff);
    d.send(Action::Stage(Stage::Aces));
    d.settle();
    assert_eq!(screen(&d), nudged);
    assert!(d.session.side().is_none());
    d.send(Action::Gamma(1.0));
    d.send(Action::Channel(Channel::Rgb));
    d.send(Action::Stage(Stage::Display));
    d.send(Action::Go(7));
    d.settle();
    let seventh = screen(&d);
    d.send(Action::CompareHold);
    d.send(Action::First);
    d.send(Action::NextClip);
    let (held, picture) = side(&mut d);
    assert_eq!((picture, &*held.label), (seventh, "one.chart  frame 7"));
    assert!(held.apart.is_none());
    d.send(Action::CompareWith(With::Frame(0)));
    assert_eq!(side(&mut d).1, display);
    d.send(Action::PreviousClip);
    assert_eq!(d.session.document(), &document, "looking changes nothing");
}

#[test]
fn differences_are_measured_and_amplified() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    d.send(Action::CompareWith(With::Clip { index: 1, frame: None }));
    d.send(Action::CompareMode(CompareMode::Difference));
    let (same, picture) = side(&mut d);
    assert_eq!(same.apart, Some(Apart::default()), "two clips of one chart");
    assert!(picture.bytes.chunks(4).all(|p| p == [128, 128, 128, 255]), "signed around grey");
    d.send(Action::CompareSigned);
    assert_eq!(side(&mut d).1.bytes[..4], [0, 0, 0, 255]);

    // The circle has moved: that is all that differs.
    d.send(Action::CompareWith(With::Frame(24)));
    let apart = side(&mut d).0.apart.unwrap();
    assert!(apart.max > 50.0 && apart.mean < apart.max / 10.0, "{apart:?}");
    assert!((0.3..0.6).contains(&(f64::from(apart.at[1]) / 720.0)), "{apart:?}");
    d.send(Action::CompareMode(CompareMode::DeltaE));
    let seen = side(&mut d).0.apart.unwrap();
    assert!(seen.max > 10.0 && seen.mean > 0.0, "{seen:?}");

    // Before the last edit: half a stop less light, everywhere.
    d.send(Action::CompareOff);
    let before = screen(&d);
    assert!(table::available(&Action::CompareWith(With::LastEdit), &d.session).is_err());
    d.send(Action::SetClip(json!({"decode": {"exposure": 0.5}}).as_object().unwrap().clone()));
    d.send(Action::CompareWith(With::LastEdit));
    d.send(Action::CompareMode(CompareMode::Wipe));
    assert_eq!(side(&mut d).1, before);
    d.send(Action::CompareMode(CompareMode::Difference));
    d.send(Action::CompareSigned);
    let darker = side(&mut d).1;
    d.send(Action::CompareSwap);
    let brighter = side(&mut d).1;
    let middle = 4 * (300 * 1280 + 640);
    assert!(darker.bytes[middle] < 128 && brighter.bytes[middle] > 128);
}

#[test]
fn b_of_another_size_is_fitted_and_what_cannot_be_compared_says_why() {
    let mut d = Driven::open(&["one.chart", "small.chart"]);
    d.send(Action::CompareWith(With::Clip { index: 1, frame: Some(3) }));
    let (_, picture) = side(&mut d);
    assert_eq!(picture.size, Size::new(1280, 720));
    for (with, why) in [
        (With::Still, "no reference still"),
        (With::Approved, "not approved"),
        (With::LastEdit, "not changed"),
        (With::Clip { index: 9, frame: None }, "no such clip"),
    ] {
        let error = d.session.dispatch(Action::CompareWith(with)).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    d.send(Action::Wipe(Wipe { angle: 725.0, at: [-1.0, 0.3] }));
    assert_eq!(d.session.view().compare.wipe, Wipe { angle: 5.0, at: [0.0, 0.3] });
    d.send(Action::CompareBlink);
    assert!(d.session.view().compare.blinked);
    d.send(Action::CompareBlink);
    assert!(!d.session.view().compare.blinked);
}

#[test]
fn an_area_is_measured_at_every_stage_and_of_b() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::Area(Some([150, 110, 10, 8])));
    d.settle();
    let values = d.session.area_values().unwrap().clone();
    assert_eq!((values.pixels, values.b.is_none()), (80, true));
    let aces = values.a[Stage::Aces as usize].unwrap();
    assert!(aces.mean.iter().all(|v| (v - 0.18).abs() < 1e-4), "the grey ground: {aces:?}");
    let shown = d.session.shown().unwrap().clone();
    let display =
        d.session.selected_opened().unwrap().plans().unwrap().to(Stage::Display).as_ref().unwrap().pixel(shown.raw.pixel(150, 110));
    assert_eq!(values.a[Stage::Display as usize].unwrap().max, display);
    d.send(Action::SetClip(json!({"decode": {"exposure": 1.0}}).as_object().unwrap().clone()));
    d.send(Action::CompareWith(With::LastEdit));
    d.settle();
    let values = d.session.area_values().unwrap();
    let [a, b] = [&values.a, values.b.as_ref().unwrap()].map(|s| s[Stage::Aces as usize].unwrap().mean[1]);
    assert!((a / b - 2.0).abs() < 1e-3, "a stop apart: {a} {b}");
    d.send(Action::Area(Some([0, 0, 0, 5])));
    assert_eq!(d.session.view().area, None);
}

#[test]
fn playing_stays_between_the_marks_and_stops_without_loop() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::GoTimecode("7".into()));
    assert_eq!(d.frame(), 3, "01:02:03:07 is three frames after the start");
    d.send(Action::MarkOut);
    d.send(Action::First);
    d.send(Action::Step(1));
    d.send(Action::MarkIn);
    assert_eq!(d.session.selected_opened().unwrap().range(), 1..=3);
    d.send(Action::Speed(4.0));
    d.send(Action::PlayToggle);
    let seen = d.four_frames();
    assert_eq!(seen, [1, 2, 3, 1]);
    d.send(Action::Loop);
    d.until("it stops", |s| s.playback().is_none());
    assert_eq!(d.frame(), 3);
    d.send(Action::Go(2));
    d.send(Action::MarkOut);
    d.send(Action::Go(1));
    d.send(Action::MarkOut);
    d.send(Action::Go(3));
    d.send(Action::MarkIn);
    assert_eq!(d.session.selected_opened().unwrap().marks, [Some(3), None], "an in point after the out point takes its place");
    d.send(Action::ClearMarks);
    assert_eq!(d.session.selected_opened().unwrap().range(), 0..=47);
    for wrong in ["", "10:00:00:00", "x"] {
        assert!(d.session.dispatch(Action::GoTimecode(wrong.into())).is_err(), "{wrong}");
    }
}
#[test]
fn the_view_exposure_is_taken_into_the_recipe_when_asked() {
    let mut d = Driven::open(&["small.chart"]);
    assert!(d.session.dispatch(Action::TakeExposure).unwrap_err().to_string().contains("is 0"));
    d.send(Action::SetClip(json!({"decode": {"exposure": 0.25}}).as_object().unwrap().clone()));
    d.send(Action::Exposure(0.5));
    d.settle();
    let seen = screen(&d);
    let exposure = |d: &Driven| (d.session.document().selected_clip().unwrap().settings.decode.exposure, d.session.view().exposure);
    assert_eq!(exposure(&d), (0.25, 0.5), "for looking only");
    d.send(Action::TakeExposure);
    d.settle();
    assert_eq!(exposure(&d), (0.75, 0.0));
    let taken = screen(&d);
    assert!(seen.bytes.iter().zip(&taken.bytes).all(|(a, b)| a.abs_diff(*b) <= 1), "nothing changes on screen");
    d.send(Action::Undo);
    assert_eq!(exposure(&d), (0.25, 0.0), "a step of its own");
    d.send(Action::Exposure(9.0));
    assert!(d.session.dispatch(Action::TakeExposure).unwrap_err().to_string().contains("8 stops"));

    let mut log = Driven::open(&["small logc4.chart"]);
    log.send(Action::Exposure(0.5));
    assert!(log.session.dispatch(Action::TakeExposure).unwrap_err().to_string().contains("only raw"));
}

#[test]
fn units_that_a_stage_has_not_are_refused_and_remembered() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::Scope(Kind::Waveform));
    let unit = |unit| Action::ScopeUnit(Some(unit));
    for (stage, right, wrong) in [(Stage::Display, Unit::Nits, Unit::Stops), (Stage::Aces, Unit::Stops, Unit::Nits)] {
        d.send(Action::Stage(stage));
        assert!(d.session.dispatch(unit(wrong)).is_err(), "{wrong:?} at {stage}");
        d.send(unit(right));
        d.settle();
        assert_eq!(d.session.scopes().unwrap().key.scale.unit(), right);
    }
    d.send(Action::Stage(Stage::Display));
    d.settle();
    assert_eq!((d.session.scopes().unwrap().key.scale, d.session.view().scopes.unit), (Scale::Code, Some(Unit::Stops)));
    d.send(Action::Stage(Stage::Look));
    d.settle();
    assert_eq!(d.session.scopes().unwrap().key.scale, Scale::Stops);
}

mod beside;
mod cut_lists;
mod deliverables;
mod delivery;
mod drafts;
mod framing_edit;
mod given;
mod golden;
mod looks;
mod mends;
mod rooms;
mod settings;
mod stills;

#[test]
fn another_profile_checks_again_and_is_undone() {
    let (mut d, _root) = Driven::open_roll();
    let severity = |d: &Driven| {
        let findings = d.session.selected_opened().unwrap().findings().unwrap();
        findings.iter().find(|f| f.id == "MHL-05").unwrap().severity
    };
    assert_eq!((d.session.profile().id.as_str(), severity(&d)), ("neutral", crate::check::Severity::Inform));
    d.send(Action::Profile("netflix-vfx".into()));
    assert!(d.session.selected_opened().unwrap().findings().is_none(), "what was found by other limits does not stand");
    d.settle();
    assert_eq!((d.session.profile().id.as_str(), severity(&d)), ("netflix-vfx", crate::check::Severity::Warn));
    d.send(Action::Undo);
    d.settle();
    assert_eq!((d.session.document().profile.as_deref(), severity(&d)), (None, crate::check::Severity::Inform));
    assert_eq!(d.session.dispatch(Action::Profile("nowhere".into())).unwrap_err().exit_code(), 2);
    assert_eq!(d.session.profile().id, "neutral");
}
