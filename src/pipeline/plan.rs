//! The plan: everything decided, nothing guessed.

use super::{
    Sidecars, Stage,
    road::{ColorStep, road},
    settings::Settings,
    sidecars::clip_name,
    source,
};
use crate::{
    camera::{Clip, FrameNumber},
    color::{Op, Processor},
    error::{Error, Result},
    framing::{self, CropTo, Frame, OverlayRect, PlateGeometry},
    image::{Image, RectF, Size, round_to_half},
};

/// What happens to every frame of one clip.
#[derive(Clone, Debug)]
pub struct Plan {
    clip_name: String,
    settings: Settings,
    steps: Vec<ColorStep>,
    /// The framing decision, where there is an FDL.
    frame: Option<Frame>,
    canvas: Size,
    geometry: PlateGeometry,
    key: String,
}

impl Plan {
    /// Decides. Fails where a choice is missing that nobody may guess: what the values of the clip mean, which of several
    /// framing decisions is meant. A look or output that cannot be rendered does not fail here but where its stage is asked for.
    pub fn new(clip: &dyn Clip, sidecars: &Sidecars, settings: &Settings) -> Result<Self> {
        let steps = road(clip.encoding(), sidecars, settings)?;
        let frame = match sidecars.fdl.as_ref().map(|d| (&d.path, &d.content)) {
            None => None,
            Some((path, Ok(fdl))) => Some(Frame::select(fdl, &settings.framing.selection).map_err(|e| e.file(path))?),
            Some((_, Err(error))) => return Err(error.clone()),
        };
        let squeeze = clip.metadata().squeeze.as_ref().map_or(1.0, |f| f.value);
        let whole = Frame::whole(clip.size(), squeeze)?;
        let mut settings = settings.clone();
        let wanted = &mut settings.framing;
        let crop = *wanted.crop.get_or_insert_with(|| usual_crop(frame.as_ref()));
        let canvas = frame.as_ref().map_or_else(|| clip.size(), |f| f.canvas);
        let geometry = framing::plate_geometry(frame.as_ref().unwrap_or(&whole), crop, wanted.scale, wanted.desqueeze)?;
        let key = content_key(&settings, &steps, &geometry)?;
        Ok(Self { clip_name: clip_name(clip), settings, steps, frame, canvas, geometry, key })
    }

    pub fn clip_name(&self) -> &str {
        &self.clip_name
    }
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
    /// The colour road, in order.
    pub fn steps(&self) -> &[ColorStep] {
        &self.steps
    }
    pub fn frame(&self) -> Option<&Frame> {
        self.frame.as_ref()
    }
    pub fn geometry(&self) -> &PlateGeometry {
        &self.geometry
    }
    /// Names the content of the plan: two plans with one key make the same pixels.
    pub fn key(&self) -> &str {
        &self.key
    }
    /// The rectangles of the framing decision, in pixels of the stored picture.
    pub fn overlays(&self) -> Vec<OverlayRect> {
        self.frame.as_ref().map(framing::overlay).unwrap_or_default()
    }

    /// The ops that lead from one stage to a later one; none where `to` is not later.
    /// Fails where a step on the way cannot be rendered.
    pub fn ops(&self, from: Stage, to: Stage) -> Result<Vec<Op>> {
        let mut ops = vec![];
        for step in self.steps.iter().filter(|s| s.kind.leads_to() > from && s.kind.leads_to() <= to && !s.applied) {
            ops.extend(step.ops.clone()?);
        }
        Ok(ops)
    }

    /// The raw stage of a frame: full canvas, as stored.
    pub fn decode(&self, clip: &dyn Clip, frame: FrameNumber) -> Result<Image> {
        source::raw_picture(clip, frame, &self.settings.decode)
    }

    /// Takes a raw-stage picture to a later stage.
    pub fn develop(&self, mut raw: Image, stage: Stage) -> Result<Image> {
        let ops = self.ops(Stage::Raw, stage)?;
        Processor::new(&ops).apply_image(&mut raw);
        Ok(raw)
    }

    /// A frame at a stage: full canvas, not desqueezed.
    pub fn picture(&self, clip: &dyn Clip, frame: FrameNumber, stage: Stage) -> Result<Image> {
        self.develop(self.decode(clip, frame)?, stage)
    }

    /// The plate of a frame: ACES2065-1, framed and scaled in one resample, rounded to half.
    pub fn plate(&self, clip: &dyn Clip, frame: FrameNumber) -> Result<Image> {
        let aces = self.picture(clip, frame, Stage::Aces)?;
        let geometry = &self.geometry;
        let mut plate = framing::resample(&aces, self.source_in(clip, aces.size())?, geometry.target, &self.settings.resample)?;
        plate.pixel_aspect = geometry.pixel_aspect;
        round_to_half(&mut plate);
        Ok(plate)
    }

    /// The canvas that the framing speaks of: the FDL's, else the clip's.
    pub fn canvas(&self) -> Size {
        self.canvas
    }

    /// The source rectangle in pixels of a decoded picture, which a reduced debayer makes smaller than the canvas.
    fn source_in(&self, clip: &dyn Clip, decoded: Size) -> Result<RectF> {
        let full = clip.size();
        if full != self.canvas {
            return Err(
                Error::invalid(format!("the picture is {full}, the framing was made for {}", self.canvas)).field("canvas.dimensions")
            );
        }
        let (x, y) = (f64::from(decoded.width) / f64::from(full.width), f64::from(decoded.height) / f64::from(full.height));
        let s = self.geometry.source;
        Ok(RectF::new(s.x * x, s.y * y, s.width * x, s.height * y))
    }
}

/// What a plate shows when nobody says: all that the framing asks for, and nothing beyond.
fn usual_crop(frame: Option<&Frame>) -> CropTo {
    match frame {
        None => CropTo::Canvas,
        Some(f) if f.protection.is_some() => CropTo::Protection,
        Some(_) => CropTo::Decision,
    }
}

/// BLAKE3 over everything that changes pixels.
fn content_key(settings: &Settings, steps: &[ColorStep], geometry: &PlateGeometry) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    let settings = serde_json::to_vec(settings).map_err(|e| Error::invalid(e.to_string()).field("settings"))?;
    hasher.update(&settings);
    for step in steps {
        hasher.update(format!("{:?} {} {:?}", step.kind, step.applied, step.ops).as_bytes());
    }
    hasher.update(format!("{geometry:?}").as_bytes());
    Ok(hasher.finalize().to_hex().to_string())
}
