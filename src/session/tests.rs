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

mod approving;
mod asked;
mod beside;
mod comparing;
mod conditions;
mod cut_lists;
mod deliverables;
mod delivery;
mod drafts;
mod editing;
mod every_frame;
mod framing_edit;
mod given;
mod golden;
mod library;
mod look_undo;
mod looking;
mod looks;
mod mends;
mod opening;
mod playing;
mod profiles;
mod pulls;
mod rolls;
mod rooms;
mod settings;
mod stills;
mod wall;

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
    /// Adds a clip of this name.
    fn open_here(&mut self, name: &str) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, b"chart").unwrap();
        self.send(Action::Add(vec![path]));
        self.settle();
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

/// Settled, with B made; the first level of its picture.
fn side(d: &mut Driven) -> (Arc<Side>, Rgba) {
    d.settle();
    let side = d.session.side().unwrap_or_else(|| panic!("no side B: {:?}", d.session.side_error())).clone();
    let level = side.picture.levels[0].clone();
    (side, level)
}

/// A CLF that multiplies by `gain`.
fn clf(gain: f64) -> String {
    format!(
        "<?xml version=\"1.0\"?><ProcessList xmlns=\"urn:AMPAS:CLF:v3.0\" compCLFversion=\"3.0\" id=\"urn:uuid:{gain}\"><Matrix \
         inBitDepth=\"32f\" outBitDepth=\"32f\"><Array dim=\"3 3\">{gain} 0 0 0 {gain} 0 0 0 {gain}</Array></Matrix></ProcessList>"
    )
}
fn screen(d: &Driven) -> Rgba {
    d.session.screen_picture().unwrap().levels[0].clone()
}
