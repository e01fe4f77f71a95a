//! The clips a command line names, with what belongs to them.

use crate::{
    camera::{self, Clip},
    check::Subject,
    error::{InFile, Result},
    pipeline::{Plan, Settings, Sidecars, clip_name},
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A clip opened by a command: everything a [`Subject`] borrows from.
pub(super) struct Opened {
    pub name: String,
    pub clip: Arc<dyn Clip>,
    pub sidecars: Sidecars,
    pub plan: Result<Plan>,
}

impl Opened {
    pub fn subject(&self) -> Subject<'_> {
        Subject { name: &self.name, clip: &*self.clip, sidecars: &self.sidecars, plan: &self.plan }
    }
}

/// Sidecars named on the command line instead of those that lie beside the clip.
#[derive(clap::Args, Clone, Default)]
pub(super) struct Chosen {
    /// AMF to use instead of the one beside the clip
    #[arg(long, value_name = "FILE")]
    pub amf: Option<PathBuf>,
    /// FDL to use instead of the one beside the clip
    #[arg(long, value_name = "FILE")]
    pub fdl: Option<PathBuf>,
    /// Reference still to use instead of the one beside the clip
    #[arg(long, value_name = "FILE")]
    pub still: Option<PathBuf>,
}

/// Opens one clip with its sidecars and plan.
pub(super) fn open(path: &Path, chosen: &Chosen, settings: &Settings) -> Result<Opened> {
    let clip = camera::open(path)?;
    let mut sidecars = Sidecars::discover(&*clip);
    if let Some(amf) = &chosen.amf {
        sidecars = sidecars.with_amf(amf);
    }
    if let Some(fdl) = &chosen.fdl {
        sidecars = sidecars.with_fdl(fdl);
    }
    if let Some(still) = &chosen.still {
        sidecars = sidecars.with_still(still);
    }
    let plan = Plan::new(&*clip, &sidecars, settings);
    Ok(Opened { name: clip_name(&*clip), clip, sidecars, plan })
}

/// The clips at and below the given paths: a file is a clip, a folder is searched.
pub(super) fn clips_below(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = vec![];
    for path in paths {
        if fs::metadata(path).in_file(path)?.is_dir() { search(path, MAX_DEPTH, &mut found)? } else { found.push(path.clone()) }
    }
    Ok(found)
}

/// Folders deeper than this are not searched.
const MAX_DEPTH: u32 = 16;

fn search(folder: &Path, depth: u32, found: &mut Vec<PathBuf>) -> Result<()> {
    found.extend(camera::find_clips(folder)?);
    if depth == 0 {
        return Ok(());
    }
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .in_file(folder)?
        .filter_map(|e| e.ok())
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
        .map(|e| e.path())
        .filter(|p| !p.file_name().unwrap_or_default().to_string_lossy().starts_with('.') && p.extension().is_none_or(|e| e != "recipe"))
        .collect();
    folders.sort();
    folders.iter().try_for_each(|f| search(f, depth - 1, found))
}
