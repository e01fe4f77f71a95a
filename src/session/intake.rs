//! What came in: the order clips are listed in, sidecars that are attached and detached, and those that no clip has.

use super::{
    Change, Command, Session,
    document::{ClipEntry, ClipId, SidecarKind},
    jobs::{JobId, Lane},
    media::{Media, Opened},
    modes::{self, UNKNOWN},
    reports::Output,
};
use crate::{
    error::{Error, Result},
    pipeline::{claims::claims, clip_name, is_sidecar, is_still, sidecar_folders},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// As they were opened.
    #[default]
    Show,
    Name,
    Roll,
    Timecode,
    Frames,
    Size,
}

impl Sort {
    pub const ALL: [Self; 6] = [Self::Show, Self::Name, Self::Roll, Self::Timecode, Self::Frames, Self::Size];
    pub fn label(self) -> &'static str {
        match self {
            Self::Show => "As opened",
            Self::Name => "Clip",
            Self::Roll => "Roll",
            Self::Timecode => "Timecode",
            Self::Frames => "Frames",
            Self::Size => "Size",
        }
    }
}

/// How the list is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IntakeView {
    pub sort: Sort,
    pub descending: bool,
    /// Under headings of camera modes.
    pub grouped: bool,
}

impl Default for IntakeView {
    fn default() -> Self {
        Self { sort: Sort::default(), descending: false, grouped: true }
    }
}

/// A line of the list.
pub enum Line<'a> {
    /// A camera mode and how many clips it has.
    Mode(&'a str, usize),
    /// A clip, and its place in the show.
    Clip(usize, &'a ClipEntry),
}

/// The same, as it is kept.
pub(super) enum Place {
    Mode(String, usize),
    Clip(usize),
}

/// A sidecar of a clip and why it is the clip's.
pub struct Paired {
    pub kind: SidecarKind,
    pub path: PathBuf,
    /// `file name`, `clipId`, `chosen`.
    pub by: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// A sidecar that no clip has, or a file that somebody dropped and nothing could be made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    pub path: PathBuf,
    pub why: String,
    /// Whether somebody opened or dropped it; else it lies beside a clip.
    pub given: bool,
}

/// Sidecars beside the clips that belong to none of them, behind files that were given and are nothing.
#[derive(Default)]
pub(super) struct Leftovers {
    /// For which clips and sidecars those beside the clips are.
    of: Option<Asked>,
    all: Vec<Leftover>,
    looking: Option<(Asked, JobId)>,
}

/// The clips whose folders are looked into, and what they have: as the paths are written, for comparing them touches no disk.
type Asked = (Vec<PathBuf>, Vec<PathBuf>);

impl Leftovers {
    /// Takes files that were given off the list.
    pub fn forget(&mut self, is_taken: impl Fn(&Path) -> bool) {
        self.all.retain(|l| !l.given || !is_taken(&l.path));
    }
}

impl Opened {
    /// Its sidecars, and how each was paired.
    pub fn paired(&self) -> Vec<Paired> {
        let s = &self.planned.sidecars;
        let mut out = vec![];
        let mut take = |kind, path: &Path, by: &str, error: Option<String>| {
            out.push(Paired { kind, path: path.to_owned(), by: by.to_owned(), error });
        };
        if let Some(d) = &s.amf {
            take(SidecarKind::Amf, &d.path, &d.paired_by, d.content.as_ref().err().map(|e| e.to_string()));
        }
        if let Some(d) = &s.fdl {
            take(SidecarKind::Fdl, &d.path, &d.paired_by, d.content.as_ref().err().map(|e| e.to_string()));
        }
        if let Some(d) = &s.cdl {
            take(SidecarKind::Cdl, &d.path, &d.paired_by, d.content.as_ref().err().map(|e| e.to_string()));
        }
        if let Some(path) = &s.still {
            let by = if self.planned.has_chosen_still() { "chosen" } else { "file name" };
            take(SidecarKind::Still, path, by, None);
        }
        out
    }
}

impl Session {
    /// The clips in the order that the view asks for. Sorted once after a change, however often they are drawn.
    pub fn intake(&self) -> Vec<Line<'_>> {
        let places = self.intake.get_or_init(|| self.sorted()).iter();
        places
            .filter_map(|place| match place {
                Place::Mode(name, clips) => Some(Line::Mode(name, *clips)),
                Place::Clip(index) => self.document.clips.get(*index).map(|entry| Line::Clip(*index, entry)),
            })
            .collect()
    }

    fn sorted(&self) -> Vec<Place> {
        let view = &self.view.intake;
        let mut clips: Vec<(usize, &ClipEntry, Option<&Opened>)> =
            self.document.clips.iter().enumerate().map(|(i, e)| (i, e, self.opened(e.id))).collect();
        match view.sort {
            Sort::Show => {}
            Sort::Name => clips.sort_by_cached_key(|(_, e, o)| o.map_or_else(|| e.path.to_string_lossy().into_owned(), |o| o.name.clone())),
            Sort::Roll => clips.sort_by_cached_key(|(_, _, o)| o.and_then(|o| o.clip.metadata().reel.as_ref().map(|f| f.value.clone()))),
            Sort::Timecode => {
                clips
                    .sort_by_cached_key(|(_, _, o)| o.and_then(|o| o.clip.metadata().start_timecode.as_ref().map(|f| f.value.to_string())));
            }
            Sort::Frames => clips.sort_by_key(|(_, _, o)| o.map(|o| o.clip.frames().present.len())),
            Sort::Size => clips.sort_by_key(|(_, _, o)| o.map(|o| o.bytes)),
        }
        if view.descending {
            clips.reverse();
        }
        let mut lines = vec![];
        if !view.grouped {
            lines.extend(clips.into_iter().map(|(i, ..)| Place::Clip(i)));
            return lines;
        }
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, _, o) in clips {
            groups.entry(o.map_or(UNKNOWN, |o| &o.mode)).or_default().push(i);
        }
        for mode in modes::of(self) {
            let clips = groups.remove(mode.name.as_str()).unwrap_or_default();
            lines.push(Place::Mode(mode.name, clips.len()));
            lines.extend(clips.into_iter().map(Place::Clip));
        }
        lines
    }

    /// Files that were given and that nothing could be made of, and sidecars beside the clips that no clip has taken.
    pub fn leftovers(&self) -> &[Leftover] {
        &self.leftovers.all
    }

    /// Lists files as left over; the latest first, each once.
    pub(super) fn leave_over(&mut self, given: Vec<Leftover>) {
        for left in given.into_iter().rev() {
            self.leftovers.forget(|path| path == left.path);
            self.leftovers.all.insert(0, left);
        }
    }

    /// Takes a file that was given off the list.
    pub(super) fn take_off(&mut self, path: &Path) -> Result<()> {
        let at = self.leftovers.all.iter().position(|l| l.given && l.path == path);
        let at = at.ok_or_else(|| Error::usage("no file that was given and is left over").field("Intake/TakeOff").value(path.display()))?;
        self.leftovers.all.remove(at);
        Ok(())
    }

    /// Gives sidecars to a clip: the selected one where none is named.
    pub(super) fn attach_to(&mut self, clip: Option<usize>, paths: Vec<PathBuf>) -> Result<()> {
        let entry = match clip {
            Some(index) => self.document.clips.get(index).ok_or_else(|| Error::usage("no such clip").field("clip").value(index))?,
            None => self.document.selected_clip().ok_or_else(|| Error::refused("no clip is selected").field("Clip/Attach"))?,
        };
        let (id, mut sidecars) = (entry.id, entry.sidecars.clone());
        for path in &paths {
            if !sidecars.take(path) {
                return Err(Error::unsupported("not a file that can be attached: an AMF, an FDL or a still (JPEG, PNG)").file(path));
            }
        }
        self.run(Command::SetSidecars { of: vec![(id, sidecars)] });
        self.leftovers.forget(|path| paths.iter().any(|p| p == path));
        Ok(())
    }

    /// Takes a sidecar from the selected clip: one that was chosen by hand gives way to what is beside the clip, that one to none.
    pub(super) fn detach(&mut self, kind: SidecarKind) -> Result<()> {
        let none = || Error::refused("no clip is selected").field("Clip/Detach");
        let entry = self.document.selected_clip().ok_or_else(none)?;
        let (id, mut sidecars) = (entry.id, entry.sidecars.clone());
        sidecars.detach(kind);
        self.run(Command::SetSidecars { of: vec![(id, sidecars)] });
        Ok(())
    }

    /// Takes a sidecar from the clip that has it to another. One step to undo.
    pub(super) fn move_sidecar(&mut self, kind: SidecarKind, from: usize, to: usize) -> Result<()> {
        let none = |place: usize| Error::usage("no such clip").field("Clip/Move").value(place);
        let [giver, taker] = [from, to].map(|at| self.document.clips.get(at).ok_or_else(|| none(at)));
        let (giver, taker) = (giver?, taker?);
        if from == to {
            return Err(Error::usage("the clip has it already").field("Clip/Move").value(to));
        }
        let has = self.opened(giver.id).and_then(|o| o.paired().into_iter().find(|p| p.kind == kind));
        let path = has.ok_or_else(|| Error::refused("the clip has none").field("Clip/Move").value(kind.label()))?.path;
        let (mut without, mut with) = (giver.sidecars.clone(), taker.sidecars.clone());
        if !with.take(&path) {
            return Err(Error::unsupported("belongs to the clip of its name: rename it, or name it in the AMF").file(path));
        }
        // Also where it was chosen: what lies beside the clip is not what was meant either, or it would not have been chosen.
        without.detach(kind);
        without.without.insert(kind);
        let of = vec![(giver.id, without), (taker.id, with)];
        self.seal();
        self.run(Command::SetSidecars { of });
        Ok(())
    }

    /// Looks for sidecars that no clip has, once every clip was opened, and again where that changed.
    pub(super) fn refresh_leftovers(&mut self) {
        let waiting = self.media.values().any(|m| matches!(m, Media::Waiting | Media::Opening(_)));
        if waiting || self.planning.is_some() || self.leftovers.looking.is_some() {
            return;
        }
        let mut clips = vec![];
        let mut taken = vec![];
        for entry in &self.document.clips {
            let Some(opened) = self.opened(entry.id) else { continue };
            if !opened.planned.is_for(entry) {
                return; // it is planned next
            }
            clips.push(opened.clip.path());
            taken.extend(opened.sidecar_paths());
        }
        if self.leftovers.of.as_ref().is_some_and(|(of, had)| *of == clips && *had == taken) {
            return;
        }
        let owned = |paths: Vec<&Path>| paths.into_iter().map(Path::to_owned).collect();
        let asked: Asked = (owned(clips), owned(taken));
        let opened: Vec<_> =
            self.media.values().filter_map(|m| if let Media::Ready(o) = m { Some(o.clip.clone()) } else { None }).collect();
        let taken = asked.1.clone();
        let job = self.jobs.spawn(Lane::Thumbs, "Looking for sidecars of no clip", move |progress| {
            let taken: BTreeSet<PathBuf> = taken.iter().filter_map(|p| p.canonicalize().ok()).collect();
            let mut folders = BTreeSet::new();
            let mut frames = BTreeSet::new();
            for clip in &opened {
                progress.check()?;
                // Beside the clip's folder lies much that is nobody's: pictures there are not listed.
                folders.extend(sidecar_folders(&**clip).into_iter().enumerate().map(|(i, folder)| (folder, i == 0)));
                // Clips of stills: their frames are no sidecars.
                frames.extend(clip.files().into_iter().filter(|f| is_sidecar(f)).filter_map(|f| f.canonicalize().ok()));
            }
            let mut found = vec![];
            for (folder, own) in folders {
                progress.check()?;
                let Ok(entries) = std::fs::read_dir(&folder) else { continue };
                let files =
                    entries.filter_map(|e| e.ok()).map(|e| e.path()).filter(|p| is_sidecar(p) && (own || !is_still(p)) && p.is_file());
                found.extend(files.filter(|p| !taken.contains(p) && !frames.contains(p)));
            }
            found.sort();
            found.dedup();
            let names: Vec<String> = opened.iter().map(|c| clip_name(&**c)).collect();
            let why = |path: PathBuf| Leftover { why: why_left(&path, &names), path, given: false };
            Ok(Output::Leftovers(found.into_iter().map(why).collect()))
        });
        self.leftovers.looking = Some((asked, job));
    }

    pub(super) fn take_leftovers(&mut self, job: JobId, found: Vec<Leftover>, changes: &mut Vec<Change>) {
        if let Some((asked, _)) = self.leftovers.looking.take_if(|(_, j)| *j == job) {
            self.leftovers.of = Some(asked);
            // One that was given before its clip came in lies beside that now.
            self.leftovers.all.retain(|l| l.given && found.iter().all(|f| f.path != l.path));
            self.leftovers.all.extend(found);
            changes.push(Change::Clips);
        }
    }

    /// Whether the job was this one; it is not tried again until something changed.
    pub(super) fn leftovers_failed(&mut self, job: JobId) -> bool {
        match self.leftovers.looking.take_if(|(_, j)| *j == job) {
            Some((asked, _)) => self.leftovers.of = Some(asked),
            None => return false,
        }
        true
    }

    /// The clip with this id, and its place in the show.
    pub fn place(&self, clip: ClipId) -> Option<(usize, &ClipEntry)> {
        let index = self.document.index(clip)?;
        Some((index, &self.document.clips[index]))
    }
}

/// Why no clip has a document, in words.
fn why_left(path: &Path, clips: &[String]) -> String {
    let claims = claims(path);
    let Some(named) = claims.clips.first() else { return "no clip has its name".into() };
    match clips.iter().find(|name| claims.is_of(name)) {
        Some(clip) => format!("names {clip}, which has another or several of the kind"),
        None => format!("names {}, which is no clip of the show", named.name),
    }
}
