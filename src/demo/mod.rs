//! The demo show, made by the project's own code; it is also the fixture of the tests.
//!
//! A scene-linear chart is seen through a model of a sensor and written as CinemaDNG clips with the sidecars a camera cart would
//! put beside them, each roll with its ASC MHL history. Clip A is right, clip B is a right 2x anamorphic, clip C carries planted
//! faults, and so do the tests of a fourth camera (capped, flat, two of the chart) and sets of OpenEXR plates from a vendor;
//! `expected.json` says which. A clean show has none. The same seed gives the same bytes on every machine.

mod clips;
mod colorimetry;
mod dng;
mod expected;
mod paint;
mod patches;
mod plates;
mod roll;
mod scene;
mod sensor;
mod sidecars;
#[cfg(test)]
mod tests;

pub use expected::{Expected, ExpectedClip, ExpectedList, ExpectedPatch, Finding};

use crate::{
    camera::FrameNumber,
    error::{Error, InFile, Result},
    image::Rect,
};
use clips::{BeforeLens, ClipSpec, FRAMES};
use rayon::prelude::*;
use scene::Scene;
use sensor::{NoiseKey, Sensor};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Seeds the sensor noise.
    pub seed: u64,
    /// Makes a show anew that was changed since it was made.
    pub replace: bool,
    /// Plants no fault.
    pub clean: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, replace: false, clean: false }
    }
}

/// Where everything is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show {
    pub root: PathBuf,
    /// Clips A, B and C, then the tests of camera D.
    pub clips: Vec<ShowClip>,
    /// Folders of plates, and their names.
    pub plates: Vec<(String, PathBuf)>,
    pub edl: PathBuf,
    pub expected: PathBuf,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShowClip {
    pub name: String,
    pub folder: PathBuf,
    /// The frames whose files exist, ascending.
    pub frames: Vec<FrameNumber>,
    pub first_frame: PathBuf,
    pub amf: PathBuf,
    pub fdl: PathBuf,
    pub cdl: PathBuf,
    /// The reference still, where the show was made with stills.
    pub still: Option<PathBuf>,
}

/// A reference still to be made: the display picture of a frame, as it was seen on the set.
#[derive(Clone, Copy, Debug)]
pub struct StillRequest<'a> {
    pub clip: &'a ShowClip,
    pub frame: FrameNumber,
    /// The AMF that was in use on the set. For clip C it is not the one beside the clip, which is another camera's.
    pub amf: &'a Path,
}

/// Makes stills; the demo knows of no pipeline. Called once a clip, with all other files of the show in place.
pub type StillMaker<'a> = dyn Fn(StillRequest) -> Result<::image::RgbImage> + Sync + 'a;

/// The cut list with faults.
const OFFLINE: &str = "offline.edl";
/// Where the sets of plates lie.
const PLATES_FOLDER: &str = "plates";
/// The frame that a reference still shows.
const STILL_FRAME: FrameNumber = FRAMES / 2;
const STILL_QUALITY: u8 = 95;

/// Writes the show into `dir`, or finds it there: an unchanged show of the same seed is only verified, one of an older
/// version is made anew. Anything else in `dir` is left alone and is an error. The folder appears when it is complete.
pub fn write(dir: &Path, options: &Options, still: Option<&StillMaker>) -> Result<Show> {
    let replaces = match look_at(dir, options, still.is_some())? {
        Found::Same => return Ok(Show::at(dir, still.is_some(), options.clean)),
        Found::Nothing => false,
        Found::Replaceable => true,
    };
    let parent = match dir.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).in_file(parent)?;
    let part = Temporary::beside(dir, parent)?;
    make(&part.0, options, still)?;
    if replaces {
        let old = Temporary::beside(dir, parent)?;
        let inside = old.0.join("replaced");
        fs::rename(dir, &inside).in_file(dir)?;
        if let Err(e) = fs::rename(&part.0, dir) {
            // Put the old one back: a failure leaves what was there.
            let _ = fs::rename(&inside, dir);
            return Err(Error::io(dir, &e));
        }
    } else {
        // Takes the place of an empty folder too, on Unix by itself.
        let _ = fs::remove_dir(dir);
        fs::rename(&part.0, dir).in_file(dir)?;
    }
    Ok(Show::at(dir, still.is_some(), options.clean))
}

enum Found {
    Nothing,
    Same,
    Replaceable,
}

fn look_at(dir: &Path, options: &Options, stills: bool) -> Result<Found> {
    if !dir.try_exists().in_file(dir)? || (dir.is_dir() && fs::read_dir(dir).in_file(dir)?.next().is_none()) {
        return Ok(Found::Nothing);
    }
    let Some(expected) = Expected::read(dir)? else {
        return Err(Error::usage("exists and is not a demo show; name another folder").file(dir));
    };
    match expected.first_altered(dir) {
        None if expected.is_of(options, stills) => return Ok(Found::Same),
        Some(file) if !options.replace => {
            return Err(Error::usage("changed since the demo show was made; --force makes the show anew").file(file));
        }
        _ => {}
    }
    match expected.first_stranger(dir)? {
        Some(file) => Err(Error::usage("not part of the demo show, which is about to be made anew; move it away").file(file)),
        None => Ok(Found::Replaceable),
    }
}

fn make(root: &Path, options: &Options, still: Option<&StillMaker>) -> Result<()> {
    let show = Show::at(root, still.is_some(), options.clean);
    let specs = clips::clips(options.clean);
    let mut expected = make_clips(&show, &specs, options.seed, still)?;
    fs::write(&show.edl, sidecars::edl(&specs)).in_file(&show.edl)?;
    let mut cut_lists = vec![];
    if !options.clean {
        let (text, findings) = sidecars::offline_edl(&specs);
        let path = root.join(OFFLINE);
        fs::write(&path, text).in_file(&path)?;
        cut_lists.push(ExpectedList { file: OFFLINE.into(), findings });
    }
    for (spec, (_, folder)) in plates::plates(options.clean).iter().zip(&show.plates) {
        spec.write(folder, options.seed)?;
        expected.push(spec.expected());
    }
    Expected::of(root, options, still.is_some(), expected, cut_lists)?.write(root)
}

/// Those clips of the show that `specs` has: frames, sidecars, stills and histories.
fn make_clips(show: &Show, specs: &[ClipSpec], seed: u64, still: Option<&StillMaker>) -> Result<Vec<ExpectedClip>> {
    let clips: Vec<(&ClipSpec, &ShowClip)> =
        specs.iter().filter_map(|spec| Some((spec, show.clips.iter().find(|clip| clip.name == spec.name)?))).collect();
    let mut expected = vec![];
    for (spec, clip) in &clips {
        fs::create_dir_all(&clip.folder).in_file(&clip.folder)?;
        expected.push(ExpectedClip::new(spec, &shoot(spec, &clip.folder, seed)?));
        for (path, text) in [(&clip.amf, sidecars::amf(spec)), (&clip.fdl, sidecars::fdl(spec)), (&clip.cdl, sidecars::cc(spec))] {
            fs::write(path, text).in_file(path)?;
        }
    }
    if let Some(make_still) = still {
        for (spec, clip) in &clips {
            let Some(path) = &clip.still else { continue };
            let amf = if spec.faults.foreign_amf { &show.clips[0].amf } else { &clip.amf };
            let mut picture = make_still(StillRequest { clip, frame: STILL_FRAME, amf })?;
            if spec.faults.legal_still {
                picture.iter_mut().for_each(|v| *v = (16 + (u32::from(*v) * 219 + 127) / 255) as u8);
            }
            write_jpeg(path, &picture)?;
        }
    }
    clips.iter().try_for_each(|(spec, clip)| roll::record(spec, clip))?;
    Ok(expected)
}

/// Shoots a clip into `folder`: the still part of the scene is exposed once, what moves for every frame.
fn shoot(clip: &ClipSpec, folder: &Path, seed: u64) -> Result<Vec<scene::Patch>> {
    let size = clip.framing.canvas;
    let squeeze = clip.framing.squeeze;
    let sensor = Sensor::new(clip.light);
    let write = |frame: FrameNumber, mut electrons: Vec<f32>| {
        sensor::spoil(&mut electrons, size, &clip.faults.sensor);
        let codes = sensor::read_out(&electrons, size, NoiseKey::new(seed, clip, frame), clip.faults.sensor.crush);
        let path = folder.join(clip.file_name(frame));
        fs::write(&path, dng::frame(clip, &sensor, frame, &codes)).in_file(&path)
    };
    if clip.before_lens != BeforeLens::Chart {
        let electrons = sensor.without_scene(size, clip.before_lens);
        clip.present().into_par_iter().try_for_each(|frame| write(frame, electrons.clone()))?;
        return Ok(vec![]);
    }
    let scene = Scene::new(clip);
    let still = sensor.expose(&[&scene.still], Rect::of(size), squeeze);
    clip.present().into_par_iter().try_for_each(|frame| {
        let mut electrons = still.clone();
        let (moving, windows) = scene.moving(clip, frame);
        for window in windows {
            let part = sensor.expose(&[&scene.still, &moving], window, squeeze);
            for (row, values) in part.chunks_exact(window.width as usize).enumerate() {
                let start = (window.y as usize + row) * size.width as usize + window.x as usize;
                electrons[start..start + values.len()].copy_from_slice(values);
            }
        }
        write(frame, electrons)
    })?;
    Ok(scene.patches)
}

fn write_jpeg(path: &Path, picture: &::image::RgbImage) -> Result<()> {
    let mut bytes = vec![];
    ::image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, STILL_QUALITY)
        .encode_image(picture)
        .map_err(|e| Error::invalid(e.to_string()).file(path))?;
    fs::write(path, bytes).in_file(path)
}

impl Show {
    /// The paths of a show in `root`, whether it is there or not.
    pub fn at(root: &Path, stills: bool, clean: bool) -> Self {
        let clip = |spec: &ClipSpec| {
            let reel = root.join(spec.reel);
            let folder = reel.join(spec.name);
            let beside = |extension: &str| reel.join(format!("{}.{extension}", spec.name));
            let frames = spec.present();
            ShowClip {
                name: spec.name.into(),
                first_frame: folder.join(spec.file_name(frames[0])),
                frames,
                folder,
                amf: beside("amf"),
                fdl: beside("fdl"),
                cdl: beside("cc"),
                still: (stills && spec.has_still()).then(|| beside("jpg")),
            }
        };
        Self {
            root: root.to_owned(),
            clips: clips::clips(clean).iter().map(clip).collect(),
            plates: plates::PLATES.iter().map(|p| (p.name.to_owned(), root.join(PLATES_FOLDER).join(p.name))).collect(),
            edl: root.join("show.edl"),
            expected: root.join(expected::FILE_NAME),
        }
    }

    /// What is true of the show.
    pub fn read_expected(&self) -> Result<Expected> {
        Expected::read(&self.root)?.ok_or_else(|| Error::invalid("not the document of a demo show").file(&self.expected))
    }
}

/// A folder that goes away with its owner; renamed away before, there is nothing to remove.
struct Temporary(PathBuf);

impl Temporary {
    fn beside(dir: &Path, parent: &Path) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = dir.file_name().ok_or_else(|| Error::usage("not the name of a folder").file(dir))?.to_string_lossy();
        let path = parent.join(format!(".{name}.{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir(&path).in_file(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
