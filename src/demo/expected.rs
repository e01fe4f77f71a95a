//! `expected.json`: what is true of the show, which checks have to find what, and every file with its hash.

use super::{
    Options,
    clips::{BeforeLens, CLIPS, ClipSpec, FRAMES, SensorFaults, rate},
    plates::PLATES,
    scene::Patch,
};
use crate::{
    camera::{FrameNumber, Rational, Timecode},
    error::{Error, InFile, Result},
    image::{RectF, Size},
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

pub const FILE_NAME: &str = "expected.json";
const GENERATOR: &str = "prelight demo";
/// Raised with every change to what is written.
const VERSION: u32 = 4;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    pub generator: String,
    pub version: u32,
    pub seed: u64,
    /// Whether the clips of a chart have a reference still.
    pub stills: bool,
    /// Whether nothing is planted.
    #[serde(default)]
    pub clean: bool,
    pub clips: Vec<ExpectedClip>,
    /// Cut lists that have something planted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut_lists: Vec<ExpectedList>,
    /// Every other file of the show, by its path from the show's folder, with `/`.
    pub files: BTreeMap<String, FileMark>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpectedClip {
    pub name: String,
    pub reel: String,
    pub folder: String,
    pub first_frame: FrameNumber,
    pub last_frame: FrameNumber,
    pub missing: Vec<FrameNumber>,
    /// What the file of the first frame says.
    pub start_timecode: Timecode,
    pub frame_rate: Rational,
    pub canvas: Size,
    pub squeeze: u32,
    /// Framing decision and protection as they are drawn in the picture, canvas pixels.
    pub decision: RectF,
    pub protection: RectF,
    /// The checks that have to fail, in the order of the checklist; none for a clean clip.
    pub findings: Vec<Finding>,
    /// Flat areas and their light: scene-linear ACES2065-1, in canvas pixels.
    pub patches: Vec<ExpectedPatch>,
}

/// A cut list, and the checks that have to fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpectedList {
    /// From the show's folder.
    pub file: String,
    pub findings: Vec<Finding>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub check: String,
    pub about: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpectedPatch {
    pub name: String,
    pub area: RectF,
    pub aces: [f64; 3],
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMark {
    pub bytes: u64,
    /// BLAKE3, 64 hex digits.
    pub blake3: String,
}

impl ExpectedClip {
    pub fn new(clip: &ClipSpec, patches: &[Patch]) -> Self {
        let patches = patches.iter().map(|p| ExpectedPatch { name: p.name.clone(), area: p.area, aces: p.aces }).collect();
        Self {
            name: clip.name.into(),
            reel: clip.reel.into(),
            folder: format!("{}/{}", clip.reel, clip.name),
            first_frame: 0,
            last_frame: FRAMES - 1,
            missing: clip.faults.missing_frame.into_iter().collect(),
            start_timecode: clip.recorded_timecode(0),
            frame_rate: rate(),
            canvas: clip.framing.canvas,
            squeeze: clip.framing.squeeze,
            decision: clip.framing.decision,
            protection: clip.framing.protection,
            findings: findings(clip),
            patches,
        }
    }
}

/// Ids as in the checklist.
fn findings(clip: &ClipSpec) -> Vec<Finding> {
    let mut list = vec![];
    let mut add = |check: &str, about: String| list.push(Finding { check: check.into(), about });
    if let Some(frame) = clip.faults.altered_frame {
        add("MHL-01", format!("a bit of frame {frame} is not the one that was recorded"));
    }
    if let Some(frame) = clip.faults.missing_frame {
        add("MHL-02", format!("frame {frame} is on record and missing"));
    }
    if let Some(name) = clip.faults.litter {
        add("MHL-08", format!("{name} lies on the roll"));
    }
    if clip.faults.altered_manifest {
        add("MHL-03", "the manifest was written to after it had been sealed".into());
    }
    if let Some(frame) = clip.faults.missing_frame {
        add("META-02", format!("frame {frame} is missing"));
    }
    if let Some((frame, by)) = clip.faults.timecode_jump {
        add("META-04", format!("timecode jumps by {by} frames at frame {frame}"));
    }
    if clip.faults.no_lens {
        add("META-07", "the file does not say which lens it was".into());
    }
    sensor_findings(&clip.faults.sensor, clip.before_lens, &mut add);
    if clip.faults.unknown_look {
        add("COL-01", "a look of the AMF is in no catalogue".into());
        add("COL-02", "a look of the AMF is in no catalogue".into());
    }
    if clip.faults.foreign_amf {
        add("COL-03", "the AMF's input transform is that of another camera".into());
        add("COL-24", "the AMF's clipId is another clip's".into());
    }
    if let Some(f) = &clip.faults.foreign_fdl {
        add("FDL-02", format!("the FDL's canvas is {}, the clip is {}", f.canvas, clip.framing.canvas));
    }
    if let Some(squeeze) = clip.faults.fdl_squeeze {
        add("FDL-03", format!("the FDL's squeeze is {squeeze}, the clip's {}", clip.framing.squeeze));
        add("FDL-05", format!("with a squeeze of {squeeze} the decision has another aspect than its intent"));
    }
    if clip.faults.sensor.crush > 0.0 {
        add("EXR-06", "what the crush does to colours is light below zero in the plate".into());
    }
    if clip.faults.legal_still {
        add("REF-02", "the still has the levels of video".into());
        add("REF-03", "the still has the levels of video".into());
    }
    list
}

fn sensor_findings(faults: &SensorFaults, seen: BeforeLens, add: &mut impl FnMut(&str, String)) {
    if faults.over > 0 {
        add("RAW-01", format!("exposed {} stops too high", faults.over));
    }
    if faults.crush > 0.0 {
        add("RAW-02", format!("{} levels are taken off, and what is below black is cut", faults.crush));
    }
    if faults.pedestal > 0.0 {
        add("RAW-03", format!("black lies {} electrons above what the file states", faults.pedestal));
    }
    if let Some((x, y)) = faults.hot.first().filter(|_| seen == BeforeLens::Cap) {
        add("RAW-04", format!("{} hot photosites, one at {x},{y}", faults.hot.len()));
    }
    if let Some((x, y)) = faults.dead.first().filter(|_| seen == BeforeLens::Wall) {
        add("RAW-05", format!("{} dead photosites, one at {x},{y}", faults.dead.len()));
    }
    if let Some((row, _)) = faults.row {
        add("RAW-06", format!("row {row} stands out"));
    }
    if let Some(column) = faults.column {
        add("RAW-06", format!("column {column} stands out"));
    }
    if faults.glow > 0.0 {
        add("RAW-07", "the electronics glow at the top left".into());
    }
}

impl Expected {
    /// Of the show that stands complete in `root`, but for this document.
    pub fn of(root: &Path, options: &Options, stills: bool, clips: Vec<ExpectedClip>, cut_lists: Vec<ExpectedList>) -> Result<Self> {
        let paths = list_files(root)?;
        let files = paths.into_par_iter().map(|p| Ok((p.clone(), mark(&root.join(p))?))).collect::<Result<_>>()?;
        Ok(Self {
            generator: GENERATOR.into(),
            version: VERSION,
            seed: options.seed,
            stills,
            clean: options.clean,
            clips,
            cut_lists,
            files,
        })
    }

    /// Reads the document of the show in `root`; `None` where there is none, or it is not ours.
    pub fn read(root: &Path) -> Result<Option<Self>> {
        /// Of a document with a thousand times more files than we write.
        const LIMIT: u64 = 1 << 26;
        let path = root.join(FILE_NAME);
        match fs::metadata(&path) {
            Ok(meta) if meta.is_file() && meta.len() <= LIMIT => {}
            _ => return Ok(None),
        }
        let parsed: Option<Self> = serde_json::from_slice(&fs::read(&path).in_file(&path)?).ok();
        let within = |p: &String| Path::new(p).components().all(|c| matches!(c, Component::Normal(_)));
        Ok(parsed.filter(|e| e.generator == GENERATOR && e.files.keys().all(within)))
    }

    pub fn write(&self, root: &Path) -> Result<()> {
        let path = root.join(FILE_NAME);
        let mut text = serde_json::to_string_pretty(self).map_err(|e| Error::invalid(e.to_string()).file(&path))?;
        text.push('\n');
        fs::write(&path, text).in_file(&path)
    }

    /// Whether this is the show that `options` ask for.
    pub fn is_of(&self, options: &Options, stills: bool) -> bool {
        (self.version, self.seed, self.stills, self.clean) == (VERSION, options.seed, stills, options.clean)
            && self.clips.len() == CLIPS.len() + PLATES.len()
    }

    /// The first file that is not as it was written, if any.
    pub fn first_altered(&self, root: &Path) -> Option<PathBuf> {
        let altered = |(path, expected): &(&String, &FileMark)| {
            let path = root.join(path);
            let same_size = fs::metadata(&path).is_ok_and(|m| m.len() == expected.bytes);
            !same_size || mark(&path).ok().as_ref() != Some(*expected)
        };
        self.files.par_iter().find_first(altered).map(|(path, _)| root.join(path))
    }

    /// The first file in the folder that the show did not put there, if any.
    pub fn first_stranger(&self, root: &Path) -> Result<Option<PathBuf>> {
        Ok(list_files(root)?.into_iter().find(|p| !self.files.contains_key(p) && p != FILE_NAME).map(|p| root.join(p)))
    }
}

fn mark(path: &Path) -> Result<FileMark> {
    let bytes = fs::read(path).in_file(path)?;
    Ok(FileMark { bytes: bytes.len() as u64, blake3: blake3::hash(&bytes).to_hex().to_string() })
}

/// Every file below `root`, as paths from it, with `/`. Links count as files and are not followed.
fn list_files(root: &Path) -> Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).in_file(&folder)? {
            let entry = entry.in_file(&folder)?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().in_file(&entry.path())?.is_dir() {
                folders.push((entry.path(), name + "/"));
            } else {
                files.insert(name);
            }
        }
    }
    Ok(files)
}
