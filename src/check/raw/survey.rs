//! Reads the frames once, for every rule.

use super::{
    PLANES,
    clipping::{Clipping, Masked},
    stack::Stack,
    tiles::Tiles,
};
use crate::{
    camera::{FrameNumber, Picture},
    check::{Subject, metadata::sample_frames},
    error::{ErrorKind, Result},
    image::{Cfa, CfaPlane, Mosaic, Size},
    progress::Progress,
};
use rayon::prelude::*;

/// Codes of a mosaic that is stored as light: as if it had 16 bits.
const FLOAT_CODES: f32 = 65_535.0;

/// The photosites of one frame.
pub struct Sites {
    pub width: usize,
    pub height: usize,
    pub cfa: Cfa,
    /// Linear code values (DN) above the black that the file states, row by row.
    pub values: Vec<f32>,
    /// From black to clip, DN, a plane.
    pub range: [f32; PLANES],
    /// How far below black the lowest code is, DN, a plane.
    pub floor: [f32; PLANES],
    /// What lies beside the active area and saw no light.
    pub masked: Option<Masked>,
}

impl Sites {
    fn of_mosaic(mosaic: &Mosaic) -> Self {
        let area = mosaic.active_area;
        let (width, height) = (area.width as usize, area.height as usize);
        let table = mosaic.linearization.as_deref().filter(|t| !t.is_empty());
        let linear = |code: u16| f32::from(table.map_or(code, |t| t[usize::from(code).min(t.len() - 1)]));
        let mut values = vec![0.0; width * height];
        values.par_chunks_mut(width.max(1)).enumerate().for_each(|(y, out)| {
            let start = (y + area.y as usize) * mosaic.size.width as usize + area.x as usize;
            let codes = &mosaic.samples[start..start + out.len()];
            for (x, (v, &code)) in out.iter_mut().zip(codes).enumerate() {
                *v = linear(code) - mosaic.black.at(x as u32, y as u32);
            }
        });
        let stated = |p: usize| mosaic.black.pattern(p as u32 & 1, p as u32 >> 1);
        Self {
            width,
            height,
            cfa: mosaic.cfa,
            values,
            range: std::array::from_fn(|p| (mosaic.white - stated(p)).max(1.0)),
            floor: std::array::from_fn(|p| linear(0) - stated(p)),
            masked: Masked::beside(mosaic, linear),
        }
    }

    fn of_plane(plane: &CfaPlane) -> Self {
        let values = plane.samples.iter().map(|v| v * FLOAT_CODES).collect();
        let (width, height) = (plane.size.width as usize, plane.size.height as usize);
        Self { width, height, cfa: plane.cfa, values, range: [FLOAT_CODES; PLANES], floor: [f32::NEG_INFINITY; PLANES], masked: None }
    }

    /// Of values in memory; `None` where these are none of a sensor.
    pub fn of(picture: &Picture) -> Option<Self> {
        match picture {
            Picture::Mosaic(mosaic) => Some(Self::of_mosaic(mosaic)),
            Picture::Plane { plane, .. } => Some(Self::of_plane(plane)),
            Picture::Rgb(_) => None,
        }
    }
}

/// What was in front of the lens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Capped,
    Flat,
    Scene,
}

/// Photosites, or why there are none.
pub enum Survey {
    None(String),
    Sensor(Box<Sensor>),
}

/// What the frames of a clip tell.
pub struct Sensor {
    pub size: Size,
    pub cfa: Cfa,
    pub kind: Kind,
    /// By which statistics the kind was told.
    pub why: String,
    pub frames: Vec<FrameNumber>,
    /// A frame each.
    pub clipping: Vec<Clipping>,
    pub masked: Vec<Masked>,
    /// Of a capped or flat clip.
    pub stack: Option<Stack>,
}

pub fn survey(subject: &Subject, progress: &Progress) -> Result<Survey> {
    let clip = subject.clip;
    if clip.refusal().is_some() {
        return Ok(Survey::None("the clip is only inspected, not decoded".into()));
    }
    let present = &clip.frames().present;
    let sample = sample_frames(present);
    if sample.is_empty() {
        return Ok(Survey::None("the clip has no frame".into()));
    }
    if clip.metadata().cfa.is_none() {
        return Ok(Survey::None("no raw sensor values: the pictures are RGB".into()));
    }
    let read = |frame: FrameNumber| clip.read_watched(frame, &subject.reading(), progress).map(|picture| Sites::of(&picture));
    let mut told: Option<(Kind, String)> = None;
    for &frame in &sample {
        progress.check()?;
        let sites = match read(frame) {
            Ok(Some(sites)) => sites,
            Ok(None) => return Ok(Survey::None("no raw sensor values: the pictures are RGB".into())),
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
            Err(_) => return Ok(Survey::None(format!("frame {frame} does not decode: see META-01"))),
        };
        if sites.values.is_empty() {
            return Ok(Survey::None("the active area has no photosite".into()));
        }
        let (kind, why) = kind_of(&sites);
        match &told {
            Some((first, _)) if *first != kind => {
                told = Some((Kind::Scene, format!("its frames differ, {why}")));
                break;
            }
            Some(_) => {}
            None => told = Some((kind, why)),
        }
        // A scene needs no second opinion.
        if kind == Kind::Scene {
            break;
        }
    }
    let (kind, why) = told.unwrap_or((Kind::Scene, String::new()));
    let limit = if kind == Kind::Scene { "RAW-01" } else { "RAW-04" };
    let frames = spread(present, subject.profile.number(limit, "frames")?.clamp(1.0, 255.0) as usize);
    let mut sensor =
        Sensor { size: clip.size(), cfa: Cfa::Rggb, kind, why, frames: frames.clone(), clipping: vec![], masked: vec![], stack: None };
    let sigmas = subject.profile.number(if kind == Kind::Flat { "RAW-05" } else { "RAW-04" }, "sigmas")? as f32;
    progress.begin(frames.len() as u64, &format!("{}: photosites", subject.name));
    for frame in frames {
        let Some(sites) = read(frame)? else { continue };
        sensor.cfa = sites.cfa;
        sensor.clipping.push(Clipping::of(&sites, frame));
        sensor.masked.extend(sites.masked.map(|m| Masked { frame, ..m }));
        if kind != Kind::Scene {
            sensor.stack.get_or_insert_with(|| Stack::new(&sites)).add(frame, sites, sigmas)?;
        }
        progress.step()?;
    }
    Ok(Survey::Sensor(Box::new(sensor)))
}

/// `n` of a list, evenly spread, first and last among them.
pub fn spread(present: &[FrameNumber], n: usize) -> Vec<FrameNumber> {
    if present.len() <= n {
        return present.to_vec();
    }
    let last = present.len() - 1;
    (0..n).map(|i| present[if n == 1 { 0 } else { i * last / (n - 1) }]).collect()
}

/// Shares of the range from black to clip, and shares of the tiles. Proposals: a scene that dark shows nothing, a scene that even is
/// a flat for our purposes.
const DARK: f32 = 0.003;
const DARKEST_GLOW: f32 = 0.05;
const MOST: f64 = 0.98;
const FLAT_LEVELS: std::ops::RangeInclusive<f32> = 0.04..=0.95;
/// Two stops of vignette.
const FLAT_RATIO: f32 = 4.0;
/// Noise and texture of a tile, of its level.
const FLAT_TEXTURE: f32 = 0.06;

/// What a frame shows, and why.
fn kind_of(sites: &Sites) -> (Kind, String) {
    let tiles = Tiles::of(sites);
    let n = tiles.all.len() * PLANES;
    let share = |holds: &dyn Fn(f32, f32) -> bool| {
        let one = |t: &[super::tiles::Tile; PLANES]| {
            (0..PLANES).filter(|&p| holds(t[p].mean / sites.range[p], t[p].sigma / sites.range[p])).count()
        };
        tiles.all.iter().map(one).sum::<usize>() as f64 / n.max(1) as f64
    };
    let dark = share(&|mean, sigma| mean.abs() <= DARK && sigma <= DARK);
    let brightest = tiles.all.iter().flat_map(|t| (0..PLANES).map(|p| t[p].mean / sites.range[p])).fold(f32::MIN, f32::max);
    let percent = |v: f64| v * 100.0;
    if dark >= MOST && brightest <= DARKEST_GLOW {
        let why = format!("taken for a capped clip, as {:.0} % of it lies within {:.1} % of black", percent(dark), percent(DARK.into()));
        return (Kind::Capped, why);
    }
    let middle: [f32; PLANES] = tiles.median(|t| t.mean);
    let near = |p: usize, mean: f32| mean >= middle[p] / FLAT_RATIO && mean <= middle[p] * FLAT_RATIO.sqrt();
    let even = tiles.all.iter().map(|t| (0..PLANES).filter(|&p| near(p, t[p].mean)).count()).sum::<usize>() as f64 / n.max(1) as f64;
    let smooth = share(&|mean, sigma| sigma <= FLAT_TEXTURE * mean);
    let lit = (0..PLANES).all(|p| FLAT_LEVELS.contains(&(middle[p] / sites.range[p])));
    if lit && even >= MOST && smooth >= MOST {
        return (Kind::Flat, format!("taken for a flat clip, as {:.0} % of it is even and lit", percent(even.min(smooth))));
    }
    let why = format!("{:.0} % of it is dark, {:.0} % even and without texture", percent(dark), percent(even.min(smooth)));
    (Kind::Scene, why)
}
