//! All the pictures that a recipe asks for, of one decode a frame: plates and logarithmic files of the framed picture, stills and
//! movies of the same as it is displayed.

mod asked;
mod burn_in;
mod dpx;
mod encoding;
mod icc;
mod movie;
mod place;
mod quantised;
mod rules;
mod still;
mod tags;
mod tiff;
mod work;

pub use movie::Movie;
pub use rules::{MADE, check, check_clip};

use crate::{
    camera::{Clip, FrameNumber, Timecode},
    color::Processor,
    error::{Error, Result},
    framing::resample,
    image::{Census, Image, PixelHash, RectF, Size, hash_pixels, round_to_half},
    pipeline::{Plan, Stage, StepKind, plate_exr::FrameInfo},
    progress::Progress,
    recipe::{
        OpenRecipe,
        output::{Deliverable, Output},
    },
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path, str::FromStr};
use tags::Tags;
use work::Work;

/// What stands for the id of a recipe where nobody has approved anything.
pub const NO_RECIPE: &str = "unapproved";

/// Half of what a recipe asks for, where tasks share it: a movie needs all frames in their order, files of frames need no other frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Only {
    /// The files of single frames.
    Frames,
    /// The movies.
    Movies,
}

impl Only {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Frames => "frames",
            Self::Movies => "movies",
        }
    }
    /// Whether a deliverable is of it.
    pub fn has(self, deliverable: &Deliverable) -> bool {
        deliverable.is_movie() == (self == Self::Movies)
    }
}

impl FromStr for Only {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let found = [Self::Frames, Self::Movies].into_iter().find(|only| only.word() == text);
        found.ok_or_else(|| Error::usage("is frames or movies").field("only").value(text))
    }
}

/// What is delivered, of which frames.
#[derive(Clone, Copy)]
pub struct What<'a> {
    /// Id of the recipe; [`NO_RECIPE`] where there is none.
    pub recipe: &'a str,
    /// That of the recipe, or the plain one.
    pub output: &'a Output,
    pub plan: &'a Plan,
    pub clip: &'a dyn Clip,
    /// Name of the clip.
    pub name: &'a str,
    /// What is rendered of it, ascending.
    pub frames: &'a [FrameNumber],
    /// The first frame of the cut, or of the clip where there is no cut: what [`Naming::first_frame`](crate::recipe::output::Naming) numbers.
    pub begin: FrameNumber,
    /// Of the event of a cut list that is rendered.
    pub shot: Option<&'a str>,
    /// The framing decision list that travels along, as JSON.
    pub fdl: Option<&'a str>,
    /// A folder of this machine for movies that are not whole yet.
    pub scratch: &'a Path,
    /// Everything where absent.
    pub only: Option<Only>,
}

/// A delivery in the making: frame after frame, then the end of its movies.
pub struct Delivering<'a> {
    what: What<'a>,
    display: Option<Display>,
    works: Vec<Work<'a>>,
}

/// The way to the display, and what its code values mean.
struct Display {
    processor: Processor,
    tags: Option<Tags>,
    icc: Option<Vec<u8>>,
    /// The output transform in words.
    title: String,
}

/// A frame with its files.
pub struct Frame {
    pub timecode: Option<Timecode>,
    pub census: Census,
    pub files: Vec<Made>,
}

/// A file in memory.
#[derive(Debug)]
pub struct Made {
    /// Id of the deliverable.
    pub deliverable: String,
    /// Path within the delivery.
    pub name: String,
    pub bytes: Vec<u8>,
    /// Of the pixels that were put in.
    pub pixels: PixelHash,
    /// Whether a reader gets these.
    pub lossless: bool,
    /// Whether it is the plate of the frame.
    pub plate: bool,
}

/// A file as it will be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Id of the deliverable.
    pub deliverable: String,
    /// Of a file of one frame; none of a movie.
    pub frame: Option<FrameNumber>,
    /// Path within the delivery.
    pub name: String,
}

/// A movie with its name in the delivery.
pub struct Finished {
    pub deliverable: String,
    pub name: String,
    pub movie: Movie,
}

impl<'a> What<'a> {
    /// Everything that a recipe asks for of these frames of a clip, called `name`, that is of no cut: what is known besides is put in.
    pub fn new(
        recipe: Option<&'a OpenRecipe>,
        output: &'a Output,
        plan: &'a Plan,
        (clip, name): (&'a dyn Clip, &'a str),
        frames: &'a [FrameNumber],
        scratch: &'a Path,
    ) -> Self {
        let recipe = recipe.map_or(NO_RECIPE, |recipe| &recipe.recipe.id);
        Self { recipe, output, plan, clip, name, frames, begin: clip.frames().first(), shot: None, fdl: None, scratch, only: None }
    }

    /// The first and the last frame that is rendered.
    pub fn range(&self) -> (FrameNumber, FrameNumber) {
        (self.frames[0], self.frames[self.frames.len() - 1])
    }
    /// Whether all that the clip has is rendered.
    pub fn is_whole(&self) -> bool {
        self.frames == self.clip.frames().present.as_slice()
    }
}

impl<'a> Delivering<'a> {
    /// Decides everything that can fail before a frame is rendered: names, ways to encodings and display, programs of others.
    ///
    /// # Errors
    /// Refused: the clip has nothing of what is asked for (the camera's primaries), two files of one name, a movie of a part without a
    /// name of its own, half of a recipe that has only the other. Invalid: a name asks for what the clip does not say. Unsupported: FFmpeg is not there.
    pub fn new(what: What<'a>, progress: &Progress) -> Result<Self> {
        let delivering = Self::named(what)?;
        delivering.works.iter().try_for_each(|work| work.check(progress))?;
        Ok(delivering)
    }

    /// The same for who only names what another machine makes, whose programs are not asked here.
    ///
    /// # Errors
    /// As [`Delivering::new`].
    pub fn named(what: What<'a>) -> Result<Self> {
        let wanted: Vec<&Deliverable> = what.output.deliverables.iter().filter(|d| what.only.is_none_or(|only| only.has(d))).collect();
        if let Some(only) = what.only.filter(|_| wanted.is_empty()) {
            return Err(Error::refused("nothing of it is delivered by this recipe").field("only").value(only.word()));
        }
        let display = wanted.iter().any(|d| d.is_display()).then(|| Display::new(what.plan)).transpose()?;
        let tags = display.as_ref().and_then(|d| d.tags);
        let works = wanted.into_iter().map(|d| Work::new(d, &what, tags)).collect::<Result<Vec<_>>>()?;
        place::check(&what, &works)?;
        Ok(Self { what, display, works })
    }

    /// Names of the files of a frame, in their order.
    ///
    /// # Errors
    /// As [`Delivering::new`].
    pub fn names(&self, frame: FrameNumber) -> Result<Vec<String>> {
        let files = self.works.iter().filter(|work| !work.is_movie() && work.is_of(&self.what, frame));
        files.map(|work| work.name(&self.what, Some(frame))).collect()
    }
    /// Every file that there will be, deliverable by deliverable.
    ///
    /// # Errors
    /// As [`Delivering::new`].
    pub fn planned(&self) -> Result<Vec<Planned>> {
        let mut planned = vec![];
        for work in &self.works {
            let frames = self.what.frames.iter().filter(|frame| work.is_of(&self.what, **frame)).copied().map(Some);
            let named = |frame| Ok(Planned { deliverable: work.deliverable.id.clone(), frame, name: work.name(&self.what, frame)? });
            let files: Result<Vec<Planned>> =
                if work.is_movie() { std::iter::once(None).map(named).collect() } else { frames.map(named).collect() };
            planned.extend(files?);
        }
        Ok(planned)
    }
    /// What is asked for and not made of these frames, in words: files of one frame of the clip, which is not among them. Of a part of a
    /// clip that is no failure: who renders the other parts makes them.
    pub fn left_out(&self) -> Vec<String> {
        let (first, last) = self.what.range();
        let outside = self.works.iter().filter_map(|work| {
            let frame = work.one_frame(&self.what).filter(|frame| !self.what.frames.contains(frame))?;
            Some(format!("{} is of frame {frame} of the clip: not made with frames {first} to {last}", work.deliverable.id))
        });
        outside.collect()
    }
    /// Names of the movies, in their order.
    ///
    /// # Errors
    /// As [`Delivering::new`].
    pub fn movies(&self) -> Result<Vec<String>> {
        self.works.iter().filter(|work| work.is_movie()).map(|work| work.name(&self.what, None)).collect()
    }
    /// Leaves the movies out: they are there.
    pub fn leave_movies(&mut self) {
        self.works.retain(|work| !work.is_movie());
    }
    /// Whether every frame is needed for one of them.
    pub fn has_movies(&self) -> bool {
        self.works.iter().any(Work::is_movie)
    }

    /// Renders a frame: its files, and its part in movies.
    ///
    /// # Errors
    /// Those of decoding, of encoding, of FFmpeg; cancelled.
    pub fn frame(&mut self, frame: FrameNumber, progress: &Progress) -> Result<Frame> {
        self.rendered(frame, None, progress)
    }
    /// Renders a frame whose files are there for its part in movies.
    ///
    /// # Errors
    /// As [`Delivering::frame`].
    pub fn feed(&mut self, frame: FrameNumber, progress: &Progress) -> Result<()> {
        self.rendered(frame, Some(Only::Movies), progress).map(drop)
    }

    fn rendered(&mut self, frame: FrameNumber, only: Option<Only>, progress: &Progress) -> Result<Frame> {
        let what = self.what;
        let (framed, census) = what.plan.framed(what.clip, frame)?;
        let timecode = what.clip.timecode(frame)?;
        let is_wanted = |work: &Work| only.is_none_or(|only| only.has(work.deliverable)) && work.is_of(&what, frame);
        let wanted: Vec<bool> = self.works.iter().map(is_wanted).collect();
        let any = |of: fn(&Work) -> bool| self.works.iter().zip(&wanted).any(|(work, wanted)| *wanted && of(work));
        let displays = self.displays(&framed, &wanted)?;
        // Not copied where nothing else needs it.
        let (framed, plate) = match (any(|work| work.is_aces()), any(|work| work.needs_framed())) {
            (true, true) => (Some(framed.clone()), Some(framed)),
            (true, false) => (None, Some(framed)),
            (false, _) => (Some(framed), None),
        };
        let plate = plate.map(|mut plate| {
            round_to_half(&mut plate);
            (hash_pixels(&plate), plate)
        });
        let info = FrameInfo { metadata: Some(what.clip.metadata()), timecode, fdl: what.fdl };
        let pictures = Pictures { frame, timecode, info, framed: framed.as_ref(), plate: plate.as_ref(), displays: &displays };
        let display = self.display.as_ref();
        let files = self
            .works
            .par_iter()
            .zip(&wanted)
            .filter(|(work, wanted)| **wanted && !work.is_movie())
            .map(|(work, _)| work.make(&what, &pictures, display))
            .collect::<Result<Vec<Made>>>()?;
        for (work, _) in self.works.iter_mut().zip(&wanted).filter(|(work, wanted)| **wanted && work.is_movie()) {
            work.feed(&what, &pictures, display, progress)?;
        }
        Ok(Frame { timecode, census, files })
    }

    /// The frame as it is displayed, in every width that is asked for.
    fn displays(&self, framed: &Image, wanted: &[bool]) -> Result<BTreeMap<Option<u32>, Image>> {
        let mut displays = BTreeMap::new();
        let Some(display) = &self.display else { return Ok(displays) };
        for (work, _) in self.works.iter().zip(wanted).filter(|(work, wanted)| **wanted && work.is_display()) {
            let width = work.deliverable.width;
            if displays.contains_key(&width) {
                continue;
            }
            let mut picture = match width {
                None => framed.clone(),
                Some(width) => {
                    let size = framed.size();
                    let whole = RectF::new(0.0, 0.0, size.width.into(), size.height.into());
                    let target = scaled(size, framed.pixel_aspect, width);
                    Image { pixel_aspect: 1.0, ..resample(framed, whole, target, &self.what.plan.settings().resample)? }
                }
            };
            display.processor.apply_image(&mut picture);
            displays.insert(width, picture);
        }
        Ok(displays)
    }

    /// Ends the movies; each is still to be given its name.
    ///
    /// # Errors
    /// FFmpeg failed; cancelled.
    pub fn finish(self, progress: &Progress) -> Result<Vec<Finished>> {
        let what = self.what;
        self.works.into_iter().filter_map(|work| work.finish(&what, progress).transpose()).collect()
    }
}

/// What there is of a frame.
struct Pictures<'a> {
    frame: FrameNumber,
    timecode: Option<Timecode>,
    info: FrameInfo<'a>,
    /// ACES2065-1, before it is rounded.
    framed: Option<&'a Image>,
    /// Rounded, with its hash.
    plate: Option<&'a (PixelHash, Image)>,
    displays: &'a BTreeMap<Option<u32>, Image>,
}

impl Display {
    fn new(plan: &Plan) -> Result<Self> {
        let ops = plan.ops(Stage::Aces, Stage::Display)?;
        let tags = plan.output_title().and_then(Tags::of);
        let step = plan.steps().iter().find(|step| step.kind == StepKind::Output);
        let detail = step.map_or_else(String::new, |step| step.detail.clone());
        let title = plan.output_title().map_or(detail, str::to_owned);
        let icc = tags.map(icc::profile).transpose()?.flatten();
        Ok(Self { processor: Processor::new(&ops), tags, icc, title })
    }
}

/// Square pixels, as wide as asked for, and sides that movies take.
fn scaled(size: Size, pixel_aspect: f64, width: u32) -> Size {
    let even = |side: f64| ((side / f64::from(movie::STEP)).round() as u32).max(1) * movie::STEP;
    let high = f64::from(size.height) * f64::from(width) / (f64::from(size.width) * pixel_aspect);
    Size::new(even(width.into()), even(high))
}

/// What headers hold of a text: printable ASCII, and `?` for the rest.
fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { '?' }).collect()
}

/// Of a picture or file that a deliverable needs and that was not made.
fn missing(what: &str) -> Error {
    Error::invalid(format!("no {what} was made of this frame"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_pictures_have_square_pixels_and_even_sides() {
        assert_eq!(scaled(Size::new(4096, 2160), 1.0, 1280), Size::new(1280, 676));
        assert_eq!(scaled(Size::new(1440, 1080), 2.0, 1280), Size::new(1280, 480));
        assert_eq!(scaled(Size::new(9, 9), 1.0, 17), Size::new(18, 18));
        assert_eq!(scaled(Size::new(60_000, 1), 1.0, 320), Size::new(320, 2));
    }
}
