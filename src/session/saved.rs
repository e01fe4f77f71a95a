//! The show as a file, and the last state of the window: saved by itself, so that a crash loses a second of work at most.
//!
//! A show file is JSON: format, version, the document, how it is looked at. Files are written whole or not at all.

use super::{
    Ask, Change, ClipId, Command, Document, EvidenceView, ExportState, IntakeView, LookDraft, Room, Session, Tab, Zoom,
    jobs::{JobId, Lane},
    reports::Output,
};
use crate::{
    camera::FrameNumber,
    error::{Error, Result},
    files::{self, Existing},
    framing::draft::Kept,
    pipeline::Stage,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// What the first member of a show file says.
const FORMAT: &str = "prelight.show";
/// Raised where an older program would misread the file.
const VERSION: u32 = 1;
/// Bytes that a show file may have: 100,000 clips with settings.
const LIMIT: u64 = 256 << 20;
/// The state is saved once nothing has changed for this long.
const REST: Duration = Duration::from_millis(800);
/// Shows that are remembered.
const RECENT: usize = 12;

/// A show file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    format: String,
    version: u32,
    pub document: Document,
    #[serde(default)]
    pub view: SavedView,
    /// Whether it is the demo show.
    #[serde(default)]
    pub demo: bool,
    /// The file that the show was opened from or saved to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
}

/// How the show is looked at, as far as that is kept. What is for looking only and would mislead tomorrow is not: exposure, channel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SavedView {
    pub room: Room,
    pub stage: Option<Stage>,
    pub zoom: Option<Zoom>,
    pub center: Option<[f64; 2]>,
    pub tab: Option<Tab>,
    pub evidence: EvidenceView,
    pub intake: IntakeView,
    /// The frames that clips stand on.
    pub frames: BTreeMap<ClipId, FrameNumber>,
    /// Width and height of the window in points.
    pub window: Option<[f32; 2]>,
    /// What is tried out and in no AMF.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub looks: BTreeMap<ClipId, LookDraft>,
    /// Frame lines that are edited and in no FDL.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub frame_lines: BTreeMap<ClipId, Kept>,
}

/// Where the state of the window is kept, and what of it is there.
pub(super) struct Keeper {
    /// None where nothing is kept: tests and scripts.
    folder: Option<PathBuf>,
    /// What was written last, or is being written.
    written: Option<Saved>,
    /// What is to be written, and since when it has been so.
    pending: Option<(Saved, Instant)>,
    /// Whether anything may differ from what was compared last: the comparison takes a copy of the document.
    pub changed: bool,
    /// When that was compared.
    looked: Instant,
    job: Option<JobId>,
    recent: Vec<PathBuf>,
    window: Option<[f32; 2]>,
    /// The show file, once there is one.
    file: Option<PathBuf>,
    demo: bool,
    /// Frames of clips that are not open yet.
    frames: BTreeMap<ClipId, FrameNumber>,
}

/// The folder where a program keeps its state: `PRELIGHT_STATE`, else the platform's.
pub fn state_folder() -> Option<PathBuf> {
    let said = files::named_by;
    said("PRELIGHT_STATE").or_else(|| {
        if cfg!(windows) {
            said("APPDATA").map(|d| d.join("Prelight"))
        } else if cfg!(target_os = "macos") {
            said("HOME").map(|h| h.join("Library/Application Support/Prelight"))
        } else {
            said("XDG_STATE_HOME").or_else(|| said("HOME").map(|h| h.join(".local/state"))).map(|d| d.join("prelight"))
        }
    })
}

impl Saved {
    /// Reads a show file.
    ///
    /// # Errors
    /// I/O; invalid, with line, where it is no show file; unsupported where a newer program wrote it.
    pub fn read(path: &Path) -> Result<Self> {
        /// What every version has.
        #[derive(Deserialize)]
        struct Head {
            format: Option<String>,
            version: Option<u32>,
        }
        let bytes = files::read_bounded(path, LIMIT)?;
        let invalid = |e: serde_json::Error| Error::invalid(e.to_string()).file(path).line(e.line() as u32);
        let head: Head = serde_json::from_slice(&bytes).map_err(invalid)?;
        match (head.format.as_deref(), head.version) {
            (Some(FORMAT), Some(1..=VERSION)) => {}
            (Some(FORMAT), Some(version)) => {
                let message = format!("a show of a newer program; this one reads version {VERSION}");
                return Err(Error::unsupported(message).file(path).field("version").value(version));
            }
            (Some(FORMAT), None) => return Err(Error::invalid("is missing").file(path).field("version")),
            (format, _) => return Err(Error::invalid("not a show file").file(path).field("format").value(format.unwrap_or("nothing"))),
        }
        let saved: Self = serde_json::from_slice(&bytes).map_err(invalid)?;
        saved.document.validate().map_err(|e| e.file(path))?;
        Ok(saved)
    }

    pub fn write(&self, path: &Path) -> Result<()> {
        let json = serde_json::to_vec_pretty(self).map_err(|e| Error::invalid(e.to_string()).file(path))?;
        files::write_bytes(path, Existing::Replace, &json)
    }
}

impl Keeper {
    pub fn new(folder: Option<PathBuf>) -> Self {
        let recent = folder.as_ref().and_then(|f| files::read_bounded(&f.join("recent.json"), 1 << 20).ok());
        let recent = recent.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self {
            folder,
            written: None,
            pending: None,
            changed: true,
            looked: Instant::now(),
            job: None,
            recent,
            window: None,
            file: None,
            demo: false,
            frames: BTreeMap::new(),
        }
    }
    fn last(&self) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join("last.prelight"))
    }
}

impl Session {
    /// The state of the last run, if there was one and it did not end on the demo. What cannot be read is logged.
    pub fn last_state(&mut self) -> Option<Saved> {
        let path = self.keeper.last()?;
        if !path.is_file() {
            return None;
        }
        match Saved::read(&path) {
            Ok(saved) => Some(saved).filter(|s| !s.demo && !s.document.clips.is_empty()),
            Err(error) => {
                self.log.fail_at("The last session cannot be restored", &error);
                None
            }
        }
    }

    /// Puts a show in place of the one that is open.
    pub fn restore(&mut self, saved: Saved) {
        let Saved { document, view, demo, file, .. } = saved;
        let gone: Vec<ClipId> = self.document.clips.iter().map(|c| c.id).collect();
        self.playback = None;
        self.run(Command::Remove { clips: gone, select: None });
        self.refresh(); // drops what belongs to those clips, whose ids the new ones may have
        // The one place besides a command that writes the document: nothing of the other show can be undone in this one.
        self.document = document;
        self.history = Default::default();
        if !matches!(self.export, ExportState::Running { .. }) {
            self.export = ExportState::default();
        }
        self.asked = None;
        // Clips of the other show may have had the same ids.
        self.restore_looks(view.looks);
        self.restore_frame_lines(&view.frame_lines);
        self.keeper.frames = view.frames;
        self.keeper.file = file;
        self.keeper.demo = demo;
        self.keeper.window = view.window.or(self.keeper.window);
        let v = &mut self.view;
        v.room = view.room;
        v.stage = view.stage.unwrap_or(v.stage);
        v.zoom = view.zoom.unwrap_or(v.zoom);
        v.center = view.center.unwrap_or(v.center);
        v.tab = view.tab.unwrap_or(v.tab);
        v.pin = None;
        v.framing = None;
        v.evidence = view.evidence;
        v.intake = view.intake;
        self.refresh();
    }

    /// The show as a file would have it.
    pub fn saved(&self) -> Saved {
        let v = &self.view;
        let open = self.document.clips.iter().filter_map(|c| {
            let frame = self.opened(c.id).map(|o| o.playhead).or_else(|| self.keeper.frames.get(&c.id).copied())?;
            Some((c.id, frame))
        });
        let view = SavedView {
            room: v.room,
            stage: Some(v.stage),
            zoom: Some(v.zoom),
            center: Some(v.center),
            tab: Some(v.tab),
            evidence: v.evidence.clone(),
            intake: v.intake.clone(),
            frames: open.collect(),
            window: self.keeper.window,
            looks: self.keep_looks(),
            frame_lines: self.keep_frame_lines(),
        };
        let (demo, file) = (self.keeper.demo, self.keeper.file.clone());
        Saved { format: FORMAT.into(), version: VERSION, document: self.document.clone(), view, demo, file }
    }

    /// Says that the show in view is the demo, which is not worth being restored.
    pub fn set_demo(&mut self) {
        self.keeper.demo = true;
        self.keeper.changed = true;
    }
    /// Something of the user's own came in.
    pub(super) fn set_own(&mut self) {
        self.keeper.demo = false;
    }
    /// The size of the window in points.
    pub fn set_window(&mut self, size: [f32; 2]) {
        self.keeper.changed |= self.keeper.window != Some(size);
        self.keeper.window = Some(size);
    }
    /// Shows that were saved or opened, the latest first.
    pub fn recent(&self) -> &[PathBuf] {
        &self.keeper.recent
    }
    /// The show file, once there is one.
    pub fn show_file(&self) -> Option<&Path> {
        self.keeper.file.as_deref()
    }

    pub(super) fn save_show(&mut self, path: Option<PathBuf>) -> Result<()> {
        let Some(path) = path.or_else(|| self.keeper.file.clone()) else {
            self.asks.push(Ask::SaveShow);
            return Ok(());
        };
        let path = if path.extension().is_some() { path } else { path.with_extension("prelight") };
        let path = std::path::absolute(&path).map_err(|e| Error::io(&path, &e))?;
        self.saved().write(&path)?;
        self.log.info(format!("Saved to {}", path.display()));
        self.remember(path);
        Ok(())
    }

    pub(super) fn open_show(&mut self, path: &Path) -> Result<()> {
        let path = std::path::absolute(path).map_err(|e| Error::io(path, &e))?;
        let saved = Saved::read(&path)?;
        self.restore(saved);
        self.remember(path);
        Ok(())
    }

    fn remember(&mut self, path: PathBuf) {
        self.keeper.recent.retain(|p| *p != path);
        self.keeper.recent.insert(0, path.clone());
        self.keeper.recent.truncate(RECENT);
        self.keeper.file = Some(path);
        self.keeper.demo = false;
        let Some(folder) = &self.keeper.folder else { return };
        let written = files::create_folder(folder).and_then(|()| {
            let json = serde_json::to_vec(&self.keeper.recent).map_err(|e| Error::invalid(e.to_string()))?;
            files::write_bytes(&folder.join("recent.json"), Existing::Replace, &json)
        });
        if let Err(error) = written {
            self.log.fail_at("The list of recent shows", &error);
        }
    }

    /// The frame that a clip stood on when the show was saved, once.
    pub(super) fn take_frame(&mut self, clip: ClipId) -> Option<FrameNumber> {
        self.keeper.frames.remove(&clip)
    }

    /// Has a clip stand on a frame once it is open.
    pub(super) fn keep_frame(&mut self, clip: ClipId, frame: FrameNumber) {
        self.keeper.frames.insert(clip, frame);
    }

    /// Writes the state, once it has not changed for a while.
    pub(super) fn keep_state(&mut self, now: Instant) {
        let Some(path) = self.keeper.last() else { return };
        if self.next_keep().is_none_or(|at| now < at) {
            return;
        }
        // While a picture plays the frame in view is another each time, and not worth being kept: what else has changed is.
        let plays = self.playback.is_some();
        self.keeper.changed = plays;
        self.keeper.looked = now;
        let mut state = self.saved();
        if let Some(before) = self.keeper.pending.as_ref().map(|(s, _)| s).or(self.keeper.written.as_ref()).filter(|_| plays) {
            state.view.frames.clone_from(&before.view.frames);
        }
        if self.keeper.written.as_ref() == Some(&state) {
            self.keeper.pending = None;
            return;
        }
        match &self.keeper.pending {
            Some((pending, since)) if *pending == state => {
                if now < *since + REST {
                    return;
                }
            }
            _ => {
                self.keeper.pending = Some((state, now));
                return;
            }
        }
        self.keeper.pending = None;
        self.keeper.written = Some(state.clone());
        self.keeper.job = Some(self.jobs.spawn(Lane::Save, "Saving the session", move |_| {
            files::create_folder(path.parent().unwrap_or(Path::new("")))?;
            state.write(&path)?;
            Ok(Output::Kept)
        }));
    }

    /// When the state is to be looked at again.
    pub(super) fn next_keep(&self) -> Option<Instant> {
        if self.keeper.folder.is_none() || self.keeper.job.is_some() {
            return None;
        }
        let rested = self.keeper.pending.as_ref().map(|(_, since)| *since + REST);
        // The copy and the comparison of a show with many clips take long beside a frame, and changes come often.
        let changed = self.keeper.changed.then_some(self.keeper.looked + REST);
        rested.into_iter().chain(changed).min()
    }

    pub(super) fn kept(&mut self, job: JobId, changes: &mut Vec<Change>) {
        self.keeper.job.take_if(|j| *j == job);
        changes.push(Change::Kept);
    }

    /// Whether the job was this one; it is tried again when something changed.
    pub(super) fn keep_failed(&mut self, job: JobId) -> bool {
        self.keeper.job.take_if(|j| *j == job).is_some()
    }
}
