//! One deliverable of one clip: how its files are made of the pictures of a frame.

use super::{
    Display, Finished, Made, Pictures, What, burn_in, dpx,
    encoding::{Encoding, Nature},
    missing,
    movie::{Encoder, Wanted},
    scaled, still,
    tags::Tags,
    tiff,
};
use crate::{
    camera::FrameNumber,
    color::{Op, Processor},
    error::{Error, Result},
    image::{Image, hash_pixels, round_to_half},
    pipeline::{CameraLinear, plate_exr},
    progress::Progress,
    recipe::{
        output::{self, BurnIn, Deliverable, ExrColour, Facts, Format, Frames, Template},
        safe_name,
    },
};
use std::borrow::Cow;

/// A deliverable with what was decided for it.
pub struct Work<'a> {
    pub deliverable: &'a Deliverable,
    template: Template,
    way: Way,
}

enum Way {
    Aces(plate_exr::Compression),
    Camera(plate_exr::Compression, CameraLinear, Processor),
    Dpx { bits: u32, encoding: &'static str, nature: Nature, processor: Processor },
    Tiff,
    Png(u32),
    Jpeg(u8),
    Movie(Box<Wanted>, Option<Box<Encoder>>),
}

impl<'a> Work<'a> {
    /// `tags`: of the display.
    ///
    /// # Errors
    /// As [`super::Delivering::new`].
    pub fn new(deliverable: &'a Deliverable, what: &What, tags: Option<Tags>) -> Result<Self> {
        let template = Template::parse(&deliverable.name)?;
        let way = way(deliverable, what, tags).map_err(|e| e.hint(&format!("the deliverable {} asks for it", deliverable.id)))?;
        Ok(Self { deliverable, template, way })
    }

    pub fn is_movie(&self) -> bool {
        self.deliverable.is_movie()
    }
    pub fn is_display(&self) -> bool {
        self.deliverable.is_display()
    }
    /// Whether it is made of the picture that was rounded to a plate.
    pub fn is_aces(&self) -> bool {
        matches!(self.way, Way::Aces(_))
    }
    /// Whether it is made of the picture before it is rounded.
    pub fn needs_framed(&self) -> bool {
        matches!(self.way, Way::Camera(..) | Way::Dpx { .. })
    }
    pub fn tells_parts(&self) -> bool {
        self.template.tells_parts()
    }

    /// Whether a frame is one of its own.
    pub fn is_of(&self, what: &What, frame: FrameNumber) -> bool {
        self.deliverable.frames == Frames::Every || self.one_frame(what) == Some(frame)
    }
    /// The frame that it is of, where it is of one of all that the clip has: parts of a clip agree on it.
    pub fn one_frame(&self, what: &What) -> Option<FrameNumber> {
        let frames = what.clip.frames();
        match self.deliverable.frames {
            Frames::Every => None,
            Frames::First => Some(frames.first()),
            Frames::Middle => frames.middle(),
            Frames::Last => Some(frames.last()),
        }
    }

    /// Path within the delivery.
    ///
    /// # Errors
    /// Invalid: it asks for what is not known.
    pub fn name(&self, what: &What, frame: Option<FrameNumber>) -> Result<String> {
        let name = self.template.fill(&Facts {
            clip: what.name,
            metadata: what.clip.metadata(),
            naming: &what.output.naming,
            shot: what.shot,
            recipe: what.recipe,
            deliverable: &self.deliverable.id,
            frame,
            first: what.frames.first().copied().unwrap_or(0),
            last: what.frames.last().copied().unwrap_or(0),
            begin: what.begin,
        })?;
        Ok(format!("{name}.{}", self.deliverable.extension()))
    }

    /// Whether it can be made on this machine.
    ///
    /// # Errors
    /// Unsupported: it cannot.
    pub fn check(&self, progress: &Progress) -> Result<()> {
        self.of_movie(|wanted| wanted.check(progress))
    }

    /// Whether it can be made on any machine.
    ///
    /// # Errors
    /// As [`Wanted::refuse_impossible`].
    pub fn refuse_impossible(&self) -> Result<()> {
        self.of_movie(Wanted::refuse_impossible)
    }

    /// What is said of the movie, where it is one.
    fn of_movie(&self, say: impl FnOnce(&Wanted) -> Result<()>) -> Result<()> {
        match &self.way {
            Way::Movie(wanted, _) => say(wanted).map_err(|e| e.hint(&format!("the deliverable {} asks for it", self.deliverable.id))),
            _ => Ok(()),
        }
    }

    /// The file of a frame.
    ///
    /// # Errors
    /// Those of the encoders.
    pub fn make(&self, what: &What, pictures: &Pictures, display: Option<&Display>) -> Result<Made> {
        let name = self.name(what, Some(pictures.frame))?;
        let (bytes, pixels) = match &self.way {
            Way::Aces(compression) => {
                let (hash, plate) = pictures.plate.ok_or_else(|| missing("plate"))?;
                (plate_exr::encode(plate, &pictures.info, *compression)?, hash.clone())
            }
            Way::Camera(compression, camera, processor) => {
                let mut picture = pictures.framed.ok_or_else(|| missing("framed picture"))?.clone();
                processor.apply_image(&mut picture);
                round_to_half(&mut picture);
                let bytes = plate_exr::encode_in(&picture, &pictures.info, *compression, &camera.chromaticities)?;
                (bytes, hash_pixels(&picture))
            }
            Way::Dpx { bits, encoding, nature, processor } => {
                let mut picture = pictures.framed.ok_or_else(|| missing("framed picture"))?.clone();
                processor.apply_image(&mut picture);
                let present = &what.clip.frames().present;
                let place = present.binary_search(&pictures.frame).unwrap_or(0) as u32;
                let info = dpx::Info {
                    metadata: what.clip.metadata(),
                    timecode: pictures.timecode,
                    clip: what.name,
                    name: name.rsplit('/').next().unwrap_or(&name),
                    encoding,
                    nature: *nature,
                    place: (place, present.len() as u32),
                };
                dpx::encode(&picture, *bits, &info)?
            }
            Way::Tiff | Way::Png(_) | Way::Jpeg(_) => {
                let display = display.ok_or_else(|| missing("display picture"))?;
                let picture = self.displayed(what, pictures, display)?;
                let icc = display.icc.as_deref();
                let about = self.about(what, pictures, display);
                match self.way {
                    Way::Png(bits) => still::png(&picture, bits, &about, display.tags, icc)?,
                    Way::Jpeg(quality) => still::jpeg(&picture, quality, icc)?,
                    _ => tiff::encode(&picture, &about, icc)?,
                }
            }
            Way::Movie(..) => return Err(missing("file")),
        };
        let (lossless, plate) = (self.deliverable.is_lossless(), self.deliverable.is_plate());
        Ok(Made { deliverable: self.deliverable.id.clone(), name, bytes, pixels, lossless, plate })
    }

    /// A frame's part in a movie.
    ///
    /// # Errors
    /// Those of FFmpeg; cancelled.
    pub fn feed(&mut self, what: &What, pictures: &Pictures, display: Option<&Display>, progress: &Progress) -> Result<()> {
        let display = display.ok_or_else(|| missing("display picture"))?;
        let picture = self.displayed(what, pictures, display)?;
        let Way::Movie(wanted, encoder) = &mut self.way else { return Err(missing("movie")) };
        let encoder = match encoder {
            Some(encoder) => encoder,
            None => encoder.insert(Box::new(Encoder::start(wanted, what.scratch, progress)?)),
        };
        encoder.write(&picture, progress)
    }

    /// The movie, where it is one.
    ///
    /// # Errors
    /// Those of FFmpeg; cancelled.
    pub fn finish(self, what: &What, progress: &Progress) -> Result<Option<Finished>> {
        if !self.is_movie() {
            return Ok(None);
        }
        let name = self.name(what, None)?;
        let Way::Movie(_, Some(encoder)) = self.way else { return Ok(None) };
        let movie = encoder.finish(progress)?;
        Ok(Some(Finished { deliverable: self.deliverable.id.clone(), name, movie }))
    }

    /// The picture as it is displayed, with what is burnt in.
    fn displayed<'p>(&self, what: &What, pictures: &Pictures<'p>, display: &Display) -> Result<Cow<'p, Image>> {
        let picture = pictures.displays.get(&self.deliverable.width).ok_or_else(|| missing("display picture"))?;
        if self.deliverable.burn_in.is_empty() {
            return Ok(Cow::Borrowed(picture));
        }
        let mut picture = picture.clone();
        let lines: Vec<burn_in::Line> = self.deliverable.burn_in.iter().map(|b| line(b, what, pictures)).collect();
        burn_in::write(&mut picture, &lines, Tags::graphics_white(display.tags));
        Ok(Cow::Owned(picture))
    }

    /// What a still says about itself in words.
    fn about(&self, what: &What, pictures: &Pictures, display: &Display) -> String {
        let timecode = pictures.timecode.map_or_else(String::new, |t| format!(", {t}"));
        format!("{}, frame {}{timecode}; {}; recipe {}", what.name, pictures.frame, display.title, what.recipe)
    }
}

fn way(deliverable: &Deliverable, what: &What, tags: Option<Tags>) -> Result<Way> {
    Ok(match &deliverable.format {
        Format::Exr(exr) => {
            let compression = match exr.compression {
                output::Compression::None => plate_exr::Compression::None,
                output::Compression::Zip => plate_exr::Compression::Zip,
                output::Compression::Piz => plate_exr::Compression::Piz,
                output::Compression::Dwab => plate_exr::Compression::Dwab,
            };
            match exr.colour {
                ExrColour::Aces => Way::Aces(compression),
                ExrColour::CameraLinear => {
                    let camera = what.plan.camera_linear()?;
                    Way::Camera(compression, camera, Processor::new(&[Op::matrix(camera.from_aces)]))
                }
            }
        }
        Format::Dpx(dpx) => {
            let processor = Processor::new(&output::encoding(&dpx.encoding)?);
            let encoding = crate::color::named(&dpx.encoding).map_or("", |row| row.name);
            Way::Dpx { bits: dpx.bits, encoding, nature: Encoding::of(&dpx.encoding)?.nature, processor }
        }
        Format::Tiff(_) => Way::Tiff,
        Format::Png(png) => Way::Png(png.bits),
        Format::Jpeg(jpeg) => Way::Jpeg(jpeg.quality),
        Format::Movie(movie) => {
            let m = what.clip.metadata();
            let rate = m.frame_rate.as_ref().ok_or_else(|| Error::invalid("the clip does not say it").field("frame rate"))?.value;
            let geometry = what.plan.geometry();
            let (size, pixel_aspect) = match deliverable.width {
                Some(width) => (scaled(geometry.target, geometry.pixel_aspect, width), 1.0),
                None => (geometry.target, geometry.pixel_aspect),
            };
            let timecode = what.frames.first().map(|first| what.clip.timecode(*first)).transpose()?.flatten();
            let reel = m.reel.as_ref().map(|reel| safe_name(&reel.value));
            Way::Movie(Box::new(Wanted { codec: movie.codec, size, pixel_aspect, rate, timecode, reel, tags }), None)
        }
    })
}

fn line(burn_in: &BurnIn, what: &What, pictures: &Pictures) -> burn_in::Line {
    use burn_in::Place;
    let (place, text) = match burn_in {
        BurnIn::Clip => (Place::TopLeft, what.name.to_owned()),
        BurnIn::Recipe => (Place::TopRight, format!("RECIPE {}", what.recipe.get(..8).unwrap_or(what.recipe))),
        // Not left out: who looks for it has to see that there is none.
        BurnIn::Timecode => (Place::BottomLeft, pictures.timecode.map_or_else(|| "NO TIMECODE".to_owned(), |t| t.to_string())),
        BurnIn::Frame => (Place::BottomRight, format!("{:06}", what.output.naming.number(pictures.frame, what.begin))),
        BurnIn::Text(text) => (Place::BottomMiddle, text.clone()),
    };
    burn_in::Line { place, text }
}
