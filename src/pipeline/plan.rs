//! The plan: everything decided, nothing guessed.

use super::{
    LookFile, Sidecars, Stage,
    resolve::NO_WORKING_SPACE,
    road::{Bypass, ColorStep, StepKind, road},
    settings::Settings,
    sidecars::clip_name,
    source,
};
use crate::{
    camera::{Clip, Encoding, Field, FrameNumber, NoiseProfile, Picture},
    color::{Op, Processor},
    debayer::{self, Domain, Slope},
    error::{Error, Result},
    framing::{self, CropTo, Frame, OverlayRect, PlateGeometry, Selection, template::template_geometry},
    image::{Census, Image, RectF, Size, round_to_half},
    progress::Progress,
    sidecar::fdl::Fdl,
};
use std::collections::BTreeSet;

/// What happens to every frame of one clip.
#[derive(Clone, Debug)]
pub struct Plan {
    clip_name: String,
    settings: Settings,
    steps: Vec<ColorStep>,
    /// What made the slope of the debayer's log domain, where nobody chose one.
    noise: Option<Field<NoiseProfile>>,
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
        if let Some(why) = clip.refusal() {
            return Err(why);
        }
        let steps = road(clip, sidecars, settings)?;
        let frame = frame_of(sidecars, &settings.framing.selection, clip.size())?;
        let squeeze = clip.metadata().squeeze_or_none();
        let whole = Frame::whole(clip.size(), squeeze)?;
        let mut settings = settings.clone();
        // A control that is dragged back to zero may leave -0, which canonical JSON does not tell from 0: one plan, one key.
        settings.decode.exposure += 0.0;
        let noise = settle_slope(clip, &mut settings.decode.options)?;
        let wanted = &mut settings.framing;
        let canvas = frame.as_ref().map_or_else(|| clip.size(), |f| f.canvas);
        let framed = frame.as_ref().unwrap_or(&whole);
        let geometry = match &wanted.template {
            Some(choice) => template_geometry(framed, &choice.parse()?, choice.mode)?,
            None => {
                let crop = *wanted.crop.get_or_insert_with(|| usual_crop(frame.as_ref()));
                framing::plate_geometry(framed, crop, wanted.scale, wanted.desqueeze)?
            }
        };
        let key = content_key(&settings, &steps, &geometry)?;
        Ok(Self { clip_name: clip_name(clip), settings, steps, noise, frame, canvas, geometry, key })
    }

    /// The plan without some of its steps: for looking only. Those that are in the pixels stay there. Without its output transform, what
    /// is displayed are scene-linear values as they are.
    pub fn without(mut self, bypass: &BTreeSet<Bypass>) -> Result<Self> {
        if bypass.is_empty() {
            return Ok(self);
        }
        let left_out: Vec<bool> = Bypass::of(&self.steps).map(|(name, s)| bypass.contains(&name) && s.refuses_bypass().is_none()).collect();
        self.steps.iter_mut().zip(left_out).for_each(|(step, out)| step.bypassed = out);
        self.key = content_key(&self.settings, &self.steps, &self.geometry)?;
        Ok(self)
    }

    /// The plan with other arithmetic from ACES2065-1 to the display in place of its looks and its output transform, and what that is
    /// in words: for looking only.
    pub fn shown_by(mut self, ops: Vec<Op>, what: &str) -> Result<Self> {
        self.steps.retain(|step| step.kind != StepKind::Look);
        for step in self.steps.iter_mut().filter(|s| s.kind == StepKind::Output) {
            (step.applied, step.ops, step.detail) = (false, Ok(ops.clone()), what.to_owned());
            step.ids.clear();
            step.files.clear();
        }
        self.key = content_key(&self.settings, &self.steps, &self.geometry)?;
        Ok(self)
    }

    /// The same for looking and for counting: of a mosaic no more pixels are made than half of them along each side.
    pub fn draft(&self, clip: &dyn Clip, sidecars: &Sidecars) -> Result<Self> {
        let decode = self.settings.decode.draft();
        Self::new(clip, sidecars, &Settings { decode, ..self.settings.clone() })
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
    /// The noise that made the slope of the debayer's log domain, which is in the settings. `None` where the slope was chosen or is of no
    /// use, or nothing tells the noise.
    pub fn noise(&self) -> Option<&Field<NoiseProfile>> {
        self.noise.as_ref()
    }
    /// The step of the output transform.
    pub(super) fn output_step(&self) -> Option<&ColorStep> {
        self.steps.iter().find(|step| step.kind == StepKind::Output)
    }
    /// The title of the output transform, where the catalogue has it; none while it is left out.
    pub fn output_title(&self) -> Option<&'static str> {
        Some(self.output_step().filter(|step| !step.bypassed)?.named?.title)
    }
    /// The look files of the road, each once.
    pub fn look_files(&self) -> Vec<&LookFile> {
        files_of(&self.steps, |_| true)
    }
    /// Those that travel with the plates: of what was in the pixels before or cannot be rendered, none.
    pub fn travelling_files(&self) -> Vec<&LookFile> {
        files_of(&self.steps, |step| !step.applied && step.ops.is_ok())
    }
    /// Whether a CDL waits for somebody to choose the space it acts in.
    pub fn asks_for_working_space(&self) -> bool {
        let asks = |step: &ColorStep| step.ops.as_ref().is_err_and(|e| e.field_name() == Some(NO_WORKING_SPACE));
        self.steps.iter().any(|step| !step.applied && asks(step))
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
        for step in self.steps.iter().filter(|s| s.kind.leads_to() > from && s.kind.leads_to() <= to && s.is_rendered()) {
            ops.extend(step.ops.clone()?);
        }
        Ok(ops)
    }

    /// The raw stage of a frame: full canvas, as stored.
    pub fn decode(&self, clip: &dyn Clip, frame: FrameNumber) -> Result<Image> {
        self.decode_watched(clip, frame, &Progress::default())
    }
    /// [`Plan::decode`] that ends early once the work is cancelled.
    pub fn decode_watched(&self, clip: &dyn Clip, frame: FrameNumber, progress: &Progress) -> Result<Image> {
        source::raw_picture(clip, frame, &self.settings.decode, progress)
    }

    /// [`Plan::decode`] of a picture that was read by the plan's [`Reading`](crate::camera::Reading).
    pub fn decode_picture(&self, clip: &dyn Clip, frame: FrameNumber, picture: Picture) -> Result<Image> {
        let decode = &self.settings.decode;
        source::of_picture(clip, picture, source::opcodes(clip, frame, decode)?, decode)
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
        self.refuse_without_plate(clip)?;
        self.plate_of(clip, self.decode(clip, frame)?)
    }

    /// The framed and scaled picture of a frame in ACES2065-1, before it is rounded to a plate, and how many samples of the decoded
    /// picture were no numbers.
    pub fn framed(&self, clip: &dyn Clip, frame: FrameNumber) -> Result<(Image, Census)> {
        self.refuse_without_plate(clip)?;
        let raw = self.decode(clip, frame)?;
        let census = raw.census();
        Ok((self.framed_of(clip, raw)?, census))
    }

    /// The plate of a frame and the frame as it is displayed, decoded once: [`Plan::plate`] and [`Plan::picture`] to the bit.
    pub fn plate_and_display(&self, clip: &dyn Clip, frame: FrameNumber) -> Result<(Image, Image)> {
        self.refuse_without_plate(clip)?;
        let raw = self.decode(clip, frame)?;
        let plate = self.plate_of(clip, raw.clone())?;
        Ok((plate, self.develop(raw, Stage::Display)?))
    }

    /// Fails where no plate can be made of the clip, before a frame is decoded for it.
    fn refuse_without_plate(&self, clip: &dyn Clip) -> Result<()> {
        if self.steps.iter().any(|s| s.kind == StepKind::Output && s.applied) {
            return Err(Error::invalid("the output transform is already in the pixels: they are no ACES2065-1").field("outputTransform"));
        }
        if let Encoding::Uncalibrated { why } = clip.encoding() {
            return Err(Error::refused(format!("{why}: no plate is made of it")).field("colour of the camera").file(clip.path()));
        }
        Ok(())
    }

    fn plate_of(&self, clip: &dyn Clip, raw: Image) -> Result<Image> {
        let mut plate = self.framed_of(clip, raw)?;
        round_to_half(&mut plate);
        Ok(plate)
    }

    fn framed_of(&self, clip: &dyn Clip, raw: Image) -> Result<Image> {
        let aces = self.develop(raw, Stage::Aces)?;
        let geometry = &self.geometry;
        let source = self.source_in(clip, aces.size())?;
        let mut plate = framing::make_plate(aces, source, geometry, &self.settings.resample)?;
        plate.pixel_aspect = geometry.pixel_aspect;
        Ok(plate)
    }

    /// The canvas that the framing speaks of: the FDL's, else the clip's.
    pub fn canvas(&self) -> Size {
        self.canvas
    }

    /// The source rectangle in pixels of a decoded picture, which a reduced debayer makes smaller than the canvas.
    fn source_in(&self, clip: &dyn Clip, decoded: Size) -> Result<RectF> {
        let full = clip.size();
        refuse_other_canvas(full, self.canvas)?;
        // A reduced debayer makes one pixel of exactly 2x2, 4x4 or 8x8, also where the last of a row covers fewer.
        let k = if decoded == full { 1.0 } else { 1.0 / self.settings.decode.tier.reduction() as f64 };
        let s = self.geometry.source;
        Ok(RectF::new(s.x * k, s.y * k, s.width * k, s.height * k))
    }
}

fn files_of(steps: &[ColorStep], of: impl Fn(&ColorStep) -> bool) -> Vec<&LookFile> {
    let mut files: Vec<&LookFile> = steps.iter().filter(|step| of(step)).flat_map(|step| &step.files).map(|file| &**file).collect();
    files.sort_by(|a, b| a.reference.cmp(&b.reference));
    files.dedup_by(|a, b| a.reference == b.reference);
    files
}

/// The framing decision that the FDL has for a picture; none where there is no FDL.
///
/// # Errors
/// The FDL cannot be read, or has no decision that is meant.
pub(crate) fn frame_of(sidecars: &Sidecars, selection: &Selection, picture: Size) -> Result<Option<Frame>> {
    let Some(document) = &sidecars.fdl else { return Ok(None) };
    let fdl = document.content.as_ref().map_err(Error::clone)?;
    select(fdl, selection, picture).map(Some).map_err(|e| e.file(&document.path))
}

/// The framing decision that is meant. Where nobody names one and there are several, as in an FDL that was derived from
/// another and carries its source canvas along, it is that of the only canvas with the size of the picture.
pub(crate) fn select(fdl: &Fdl, selection: &Selection, picture: Size) -> Result<Frame> {
    let mut selection = selection.clone();
    if selection == Selection::default() {
        let canvases = || fdl.contexts.iter().flat_map(|c| &c.canvases).filter(|c| !c.framing_decisions.is_empty());
        let mut fitting = canvases().filter(|c| c.size() == picture);
        if let (true, Some(only), None) = (canvases().count() > 1, fitting.next(), fitting.next()) {
            selection.canvas = Some(only.id.clone());
        }
    }
    Frame::select(fdl, &selection)
}

/// Writes the slope of the log domain that the noise of the clip asks for, where it is left to that: one for all of its frames.
fn settle_slope(clip: &dyn Clip, options: &mut debayer::Options) -> Result<Option<Field<NoiseProfile>>> {
    if !options.domain.is_open() {
        return Ok(None);
    }
    let (slope, noise) = own_slope(clip)?;
    options.domain = Domain::Log { slope };
    Ok(noise)
}

/// The slope of the log domain that the noise of a clip asks for, and that noise.
pub(crate) fn own_slope(clip: &dyn Clip) -> Result<(Slope, Option<Field<NoiseProfile>>)> {
    let noise = if clip.metadata().cfa.is_some() { clip.noise()? } else { None };
    let variance = noise.as_ref().map_or(0.0, |f| f.value.variance(Slope::DARKEST));
    Ok((Slope::for_variance(variance), noise))
}

/// Fails where the framing was made for a picture of another size.
pub(crate) fn refuse_other_canvas(picture: Size, framed: Size) -> Result<()> {
    let wrong = || Error::invalid(format!("the picture is {picture}, the framing was made for {framed}")).field("canvas.dimensions");
    if picture == framed { Ok(()) } else { Err(wrong()) }
}

/// What a plate shows when nobody says: all that the framing asks for, and nothing beyond.
pub(crate) fn usual_crop(frame: Option<&Frame>) -> CropTo {
    match frame {
        None => CropTo::Canvas,
        Some(f) if f.protection.is_some() => CropTo::Protection,
        Some(_) => CropTo::Decision,
    }
}

/// Names the arithmetic of this engine. Raised with every change that makes other pixels of the same plan.
pub const PIXEL_REVISION: &str = "prelight pixels 5";

/// BLAKE3 over everything that changes pixels.
fn content_key(settings: &Settings, steps: &[ColorStep], geometry: &PlateGeometry) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    let settings = serde_json::to_vec(settings).map_err(|e| Error::invalid(e.to_string()).field("settings"))?;
    // Each part with its length, so that no two lists of parts look alike.
    let mut part = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    part(PIXEL_REVISION.as_bytes());
    part(&settings);
    // What is not rendered makes no difference to the pixels.
    for step in steps.iter().filter(|s| s.is_rendered()) {
        match &step.ops {
            Ok(_) => part(format!("{:?} {:?}", step.kind, step.ops).as_bytes()),
            // What is not rendered makes no pixels: what is said about it, with paths and lines, is no part of them.
            Err(error) => part(format!("{:?} not rendered: {:?} {:?}", step.kind, error.kind(), error.field_name()).as_bytes()),
        }
        // The ops say how large a table is, the file what is in it.
        step.files.iter().for_each(|file| part(file.sha256().as_bytes()));
    }
    part(format!("{geometry:?}").as_bytes());
    Ok(hasher.finalize().to_hex().to_string())
}
