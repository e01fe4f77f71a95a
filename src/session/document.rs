//! The open show as data. Only a [`Command`](super::Command) writes it.

use crate::{
    camera::{FrameNumber, Rational},
    error::{Error, Result},
    image::PixelHash,
    pipeline::Settings,
    recipe,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Names a clip for as long as the show exists; never used twice within a show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClipId(pub u64);

/// What the user decided: which clips, how each is treated, what was waived and approved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub clips: Vec<ClipEntry>,
    pub selected: Option<ClipId>,
    /// The profile that clips are checked by: its id, or a file; none is neutral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The rate of the project, which wins over that of the profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rational>,
    /// Cut lists that are held against the clips.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut_lists: Vec<PathBuf>,
    /// Second copies of rolls, or the folders that hold them, by the roots of the rolls.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub copies: BTreeMap<PathBuf, PathBuf>,
    /// Of what was found on the show as a whole, and on cut lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// What recipes ask to be delivered of every clip; the uncompressed plate alone where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<recipe::Output>,
    /// On what conditions recipes may be used.
    #[serde(default, skip_serializing_if = "recipe::Conditions::is_empty")]
    pub conditions: recipe::Conditions,
    /// The next id to hand out.
    pub(super) next_id: u64,
}

/// One clip of the show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipEntry {
    pub id: ClipId,
    pub path: PathBuf,
    pub settings: Settings,
    #[serde(default, skip_serializing_if = "Chosen::is_empty")]
    pub sidecars: Chosen,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// What was changed by hand about the golden frames that are proposed for the next recipe.
    #[serde(default, skip_serializing_if = "recipe::golden::Edits::is_empty")]
    pub golden_edits: recipe::golden::Edits,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approved>,
}

/// Sidecars chosen by hand, instead of those that lie beside the clip.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chosen {
    pub amf: Option<PathBuf>,
    pub fdl: Option<PathBuf>,
    pub still: Option<PathBuf>,
    /// What lies beside the clip and is not wanted.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub without: BTreeSet<SidecarKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SidecarKind {
    Amf,
    Fdl,
    Cdl,
    Still,
}

impl SidecarKind {
    pub const ALL: [Self; 4] = [Self::Amf, Self::Fdl, Self::Cdl, Self::Still];

    pub fn label(self) -> &'static str {
        match self {
            Self::Amf => "AMF",
            Self::Fdl => "FDL",
            Self::Cdl => "CDL",
            Self::Still => "Still",
        }
    }
}

impl Chosen {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
    /// Whether a file is a sidecar that can be chosen, by its extension.
    pub fn takes(path: &Path) -> bool {
        Self::default().take(path)
    }
    /// Takes a file for what its extension says; `false` where it is no sidecar.
    pub fn take(&mut self, path: &Path) -> bool {
        let (slot, kind) = match path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase().as_str() {
            "amf" => (&mut self.amf, SidecarKind::Amf),
            "fdl" => (&mut self.fdl, SidecarKind::Fdl),
            "jpg" | "jpeg" | "png" => (&mut self.still, SidecarKind::Still),
            _ => return false,
        };
        *slot = Some(path.to_owned());
        self.without.remove(&kind);
        true
    }
    /// Takes away what was chosen, or what lies beside the clip where nothing was.
    pub fn detach(&mut self, kind: SidecarKind) {
        let chosen = match kind {
            SidecarKind::Amf => self.amf.take(),
            SidecarKind::Fdl => self.fdl.take(),
            SidecarKind::Still => self.still.take(),
            SidecarKind::Cdl => None,
        };
        if chosen.is_none() {
            self.without.insert(kind);
        }
    }
}

/// A failed check that somebody answers for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// Id of the check.
    pub check: String,
    pub name: String,
    pub reason: String,
}

impl From<&Waiver> for recipe::Waiver {
    fn from(w: &Waiver) -> Self {
        Self { check: w.check.clone(), reason: w.reason.clone(), by: w.name.clone() }
    }
}

/// An approval that was exported. It holds for exactly the plan it was given for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    pub name: String,
    pub role: String,
    pub note: String,
    /// [`Plan::key`](crate::pipeline::Plan::key) of what was approved.
    pub plan_key: String,
    /// Folder of the exported recipe.
    pub recipe: PathBuf,
    /// SHA-256 of its `recipe.json`.
    pub digest: String,
    pub golden: Vec<GoldenFrame>,
}

/// A frame whose pixels are part of an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoldenFrame {
    pub clip: String,
    pub frame: FrameNumber,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub plate: PixelHash,
    pub display: PixelHash,
}

impl ClipEntry {
    pub(super) fn new(id: ClipId, path: PathBuf) -> Self {
        Self {
            id,
            path,
            settings: Settings::default(),
            sidecars: Chosen::default(),
            waivers: vec![],
            golden_edits: Default::default(),
            approved: None,
        }
    }
}

#[cfg(test)]
thread_local! {
    /// How often the clips were gone through to find one.
    pub(super) static SEARCHES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

impl Document {
    /// Whether it holds together: what a file says is not believed.
    pub(super) fn validate(&self) -> Result<()> {
        let mut ids = BTreeSet::new();
        for entry in &self.clips {
            if !ids.insert(entry.id) {
                return Err(Error::invalid("two clips have it").field("clips.id").value(entry.id.0));
            }
            if entry.id.0 >= self.next_id {
                return Err(Error::invalid("not below next_id").field("clips.id").value(entry.id.0));
            }
        }
        match self.selected {
            Some(id) if !ids.contains(&id) => Err(Error::invalid("no such clip").field("selected").value(id.0)),
            _ => Ok(()),
        }
    }
    /// Goes through the clips: not for use in a loop over them.
    pub fn clip(&self, id: ClipId) -> Option<&ClipEntry> {
        #[cfg(test)]
        SEARCHES.set(SEARCHES.get() + 1);
        self.clips.iter().find(|c| c.id == id)
    }
    pub(super) fn clip_mut(&mut self, id: ClipId) -> Option<&mut ClipEntry> {
        self.clips.iter_mut().find(|c| c.id == id)
    }
    /// Goes through the clips, like [`clip`](Self::clip).
    pub fn index(&self, id: ClipId) -> Option<usize> {
        #[cfg(test)]
        SEARCHES.set(SEARCHES.get() + 1);
        self.clips.iter().position(|c| c.id == id)
    }
    pub fn selected_index(&self) -> Option<usize> {
        self.index(self.selected?)
    }
    pub fn selected_clip(&self) -> Option<&ClipEntry> {
        self.clip(self.selected?)
    }
}

impl ClipEntry {
    pub fn waiver(&self, check: &str) -> Option<&Waiver> {
        Waiver::of(&self.waivers, check)
    }
}

impl Waiver {
    /// The waiver of a check among those of a clip or of the show.
    pub fn of<'a>(waivers: &'a [Self], check: &str) -> Option<&'a Self> {
        waivers.iter().find(|w| w.check == check)
    }
}
