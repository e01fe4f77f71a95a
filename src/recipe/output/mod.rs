//! What is delivered of the clips of a recipe: which files of every frame, and what they are called.
//!
//! A recipe without it asks for the plate alone: uncompressed OpenEXR, `CLIP.FRAME.exr`.

mod preset;
mod template;
mod words;

pub use preset::PRESETS;
pub use template::{Facts, Template};

use crate::{
    camera::FrameNumber,
    color::{self, Kind},
    error::{Error, ErrorKind, Result},
    files::toml_error,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// Deliverables of a recipe, at most.
const MOST: usize = 64;
/// Characters of the name of a deliverable, at most.
const LONGEST_ID: usize = 40;
/// Characters of a text that is burnt in, at most.
const LONGEST_TEXT: usize = 80;
/// Pixels a side of a picture that is scaled.
const SIDES: std::ops::RangeInclusive<u32> = 16..=16_384;

/// What is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Output {
    pub deliverables: Vec<Deliverable>,
    #[serde(default)]
    pub naming: Naming,
    /// Frames that are delivered before and after an event of a cut list. A clip that is rendered as it is has none.
    #[serde(default)]
    pub handles: u32,
    /// Whether a delivery of a whole clip ends with its history (ASC MHL).
    #[serde(default = "yes")]
    pub mhl: bool,
}

fn yes() -> bool {
    true
}

/// What templates of names are filled with besides what clips say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Naming {
    /// `{shot}`, where no cut list says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shot: Option<String>,
    /// `{plate}`: PL01, BG02.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plate: Option<String>,
    /// `{version}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// Added to the number of every frame in names, so that a delivery begins at 1001. `{frame}`, `{first}` and `{last}` have it.
    #[serde(default)]
    pub first_frame_offset: i64,
    /// The number that the first frame of the cut has in names, 1001: each shot begins with it, less its handles. A clip that is rendered
    /// as it is begins with it. Where absent, frames are numbered as the clip numbers them, with the offset; both together are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_frame: Option<FrameNumber>,
}

impl Naming {
    /// The number of a frame in names; below 0 it has none. `begin`: the first frame of the cut, or of the clip where there is no cut.
    pub fn number(&self, frame: FrameNumber, begin: FrameNumber) -> i64 {
        match self.first_frame {
            Some(first) => i64::from(first) + i64::from(frame) - i64::from(begin),
            None => i64::from(frame) + self.first_frame_offset,
        }
    }
}

/// One kind of file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deliverable {
    /// Names it in receipts, and is `{deliverable}` in names: small letters, digits and `-`.
    pub id: String,
    pub format: Format,
    /// Path within the folder of the clip, without the extension: a template like `{clip}/{clip}_v{version:03}.{frame:06}`.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub frames: Frames,
    /// Width in square pixels that a display picture is scaled to, in scene-linear light; as large as the plate where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// What is written into a display picture.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub burn_in: Vec<BurnIn>,
}

/// Which frames of a clip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Frames {
    #[default]
    Every,
    First,
    /// The one in the middle, the later of two.
    Middle,
    Last,
}

/// How the pixels are written. Scene-referred: `exr` and `dpx`; the others hold the display picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// OpenEXR, half float.
    Exr(Exr),
    /// SMPTE ST 268-1, logarithmic.
    Dpx(Dpx),
    /// TIFF 6, 16 bit, uncompressed.
    Tiff(Tiff),
    Png(Png),
    Jpeg(Jpeg),
    /// A movie of all frames, by FFmpeg.
    Movie(Movie),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exr {
    pub compression: Compression,
    pub colour: ExrColour,
}

/// How samples of OpenEXR are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// With ACES2065-1: an ACES image container (SMPTE ST 2065-4).
    None,
    Zip,
    Piz,
    /// Lossy, 256 lines a block.
    Dwab,
}

/// Which primaries the linear values of OpenEXR have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExrColour {
    /// ACES2065-1.
    Aces,
    /// The camera's own, white-balanced.
    CameraLinear,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dpx {
    /// 10 or 16.
    pub bits: u32,
    /// The encoding: a camera or working space of the catalogue (`prelight color list`).
    pub encoding: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tiff {}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Png {
    /// 8 or 16.
    pub bits: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Jpeg {
    /// 1 to 100.
    pub quality: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Movie {
    pub codec: Codec,
}

/// A codec of movies with its profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Codec {
    /// 4:2:0, 8 bit, MP4.
    #[serde(rename = "h264")]
    H264,
    /// 4:2:2, 10 bit, QuickTime; as the others of ProRes 422.
    #[serde(rename = "prores422")]
    Prores422,
    #[serde(rename = "prores422hq")]
    Prores422Hq,
    #[serde(rename = "prores422lt")]
    Prores422Lt,
    #[serde(rename = "prores422proxy")]
    Prores422Proxy,
    /// 4:4:4, 10 bit, QuickTime.
    #[serde(rename = "prores4444")]
    Prores4444,
    /// 4:2:2, 8 bit, QuickTime; as SQ and HQ.
    #[serde(rename = "dnxhr-lb")]
    DnxhrLb,
    #[serde(rename = "dnxhr-sq")]
    DnxhrSq,
    #[serde(rename = "dnxhr-hq")]
    DnxhrHq,
    /// 4:2:2, 10 bit, QuickTime.
    #[serde(rename = "dnxhr-hqx")]
    DnxhrHqx,
    /// 4:4:4, 10 bit, QuickTime.
    #[serde(rename = "dnxhr-444")]
    Dnxhr444,
}

/// A line in the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BurnIn {
    /// Name of the clip, top left.
    Clip,
    /// Start of the recipe's id, top right.
    Recipe,
    /// Bottom left.
    Timecode,
    /// Number of the frame, bottom right.
    Frame,
    /// These words, bottom middle: letters without accents, digits and `: ; . , - + _ / ( )`.
    Text(String),
}

impl Format {
    /// What it is called where formats are named: as in `recipe.json`, and a movie by its codec as well.
    pub fn names(&self) -> Vec<String> {
        let written = serde_json::to_value(self).unwrap_or_default();
        let Some((name, members)) = written.as_object().and_then(|o| o.iter().next()) else { return vec![] };
        let codec = members.get("codec").and_then(serde_json::Value::as_str);
        [Some(name.as_str()), codec].into_iter().flatten().map(str::to_owned).collect()
    }
}

impl Output {
    /// What a recipe without one asks for: the uncompressed plate, and its history.
    pub fn plain() -> Self {
        let plate = Exr { compression: Compression::None, colour: ExrColour::Aces };
        let deliverable = Deliverable::new("plate", Format::Exr(plate), template::PLAIN);
        Self { deliverables: vec![deliverable], naming: Naming::default(), handles: 0, mhl: true }
    }

    /// What is asked for: [`Output::plain`] where nobody says it.
    pub fn or_plain(said: Option<&Self>) -> &Self {
        static PLAIN: LazyLock<Output> = LazyLock::new(Output::plain);
        said.unwrap_or(&PLAIN)
    }

    /// From a file of a person, in TOML: what is left out takes its default, which is written into the recipe.
    ///
    /// # Errors
    /// Invalid: no TOML, a name or value that is not known, or as [`Output::check`].
    pub fn parse_toml(text: &str) -> Result<Self> {
        let mut output: Self = toml::from_str(text).map_err(|e| toml_error(text, &e))?;
        output.settle();
        output.check()?;
        Ok(output)
    }

    /// Of deliverables by their names ([`PRESETS`]).
    ///
    /// # Errors
    /// Usage: a name that is not known, or one twice.
    pub fn of_presets<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let deliverables = names.into_iter().map(preset::find).collect::<Result<_>>()?;
        let output = Self { deliverables, naming: Naming::default(), handles: 0, mhl: true };
        output.check().map_err(|e| Error::new(ErrorKind::Usage, e.to_string()).field("--deliver"))?;
        Ok(output)
    }

    /// Adds deliverables by their names to those there are.
    ///
    /// # Errors
    /// As [`Output::of_presets`].
    pub fn add_presets<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> Result<()> {
        for name in names {
            self.deliverables.push(preset::find(name)?);
        }
        self.check()
    }

    /// Adds a deliverable by its name to those there are. A second one of a name is numbered: `dpx10-2`.
    ///
    /// # Errors
    /// Usage: the name is not known. What the whole comes to is not looked at: [`Output::check`].
    pub fn add_another(&mut self, name: &str) -> Result<()> {
        let mut new = preset::find(name)?;
        let taken = |id: &str| self.deliverables.iter().any(|d| d.id == id);
        if taken(&new.id) {
            new.id = (2..=MOST + 1).map(|n| format!("{name}-{n}")).find(|id| !taken(id)).unwrap_or(new.id);
        }
        self.deliverables.push(new);
        Ok(())
    }

    /// Writes out the names that were left to us.
    fn settle(&mut self) {
        for deliverable in self.deliverables.iter_mut().filter(|d| d.name.is_empty()) {
            deliverable.name = template::usual(&deliverable.format).into();
        }
    }

    /// Fails where it asks for what cannot be delivered, whatever the clip.
    ///
    /// # Errors
    /// Invalid: nothing to deliver, a name that leaves its folder or has no place for the frame number, two files of one name, a number
    /// out of range. Unsupported: an encoding that is not known, or has no way back.
    pub fn check(&self) -> Result<()> {
        let number = self.deliverables.len();
        if !(1..=MOST).contains(&number) {
            return Err(Error::invalid(format!("has to have 1 to {MOST}")).field("output.deliverables").value(number));
        }
        let mut places: BTreeMap<String, &str> = BTreeMap::new();
        let mut ids: BTreeSet<&str> = BTreeSet::new();
        for (i, d) in self.deliverables.iter().enumerate() {
            let field = |name: &str| format!("output.deliverables.{i}.{name}");
            d.check(&field)?;
            if !ids.insert(&d.id) {
                return Err(Error::invalid("two deliverables have one id").field(field("id")).value(&d.id));
            }
            // What is told apart by letter case only is one file on many disks.
            let place = format!("{}.{}", Template::parse(&d.name).map_err(|e| e.field(field("name")))?.sample(&d.id), d.extension());
            if let Some(other) = places.insert(place.to_lowercase(), &d.id) {
                return Err(Error::invalid(format!("would have the files of {other}")).field(field("name")).value(&d.name));
            }
        }
        let texts = [("shot", &self.naming.shot), ("plate", &self.naming.plate)];
        if let Some((name, _)) = texts.iter().find(|(_, text)| text.as_ref().is_some_and(|t| t.trim().is_empty())) {
            return Err(Error::invalid("is empty").field(format!("output.naming.{name}")));
        }
        if self.naming.first_frame_offset.unsigned_abs() > u64::from(FrameNumber::MAX) {
            let value = self.naming.first_frame_offset;
            return Err(Error::invalid("is larger than any frame number").field("output.naming.first_frame_offset").value(value));
        }
        if let Some(first) = self.naming.first_frame.filter(|_| self.naming.first_frame_offset != 0) {
            let why = "the number of the first frame is said, so that nothing is added to it: leave out first_frame_offset";
            return Err(Error::invalid(why).field("output.naming.first_frame").value(first));
        }
        Ok(())
    }
}

impl Codec {
    /// The format of its files, as FFmpeg calls it and as their names end.
    pub fn container(self) -> &'static str {
        if self == Self::H264 { "mp4" } else { "mov" }
    }
}

impl Deliverable {
    fn new(id: &str, format: Format, name: &str) -> Self {
        Self { id: id.into(), format, name: name.into(), frames: Frames::Every, width: None, burn_in: vec![] }
    }

    /// How the names of its files end.
    pub fn extension(&self) -> &'static str {
        match &self.format {
            Format::Exr(_) => "exr",
            Format::Dpx(_) => "dpx",
            Format::Tiff(_) => "tif",
            Format::Png(_) => "png",
            Format::Jpeg(_) => "jpg",
            Format::Movie(movie) => movie.codec.container(),
        }
    }

    /// Whether it holds the picture as it is displayed.
    pub fn is_display(&self) -> bool {
        !matches!(self.format, Format::Exr(_) | Format::Dpx(_))
    }
    pub fn is_movie(&self) -> bool {
        matches!(self.format, Format::Movie(_))
    }
    /// Whether it is the plate itself, to the bit.
    pub fn is_plate(&self) -> bool {
        matches!(&self.format, Format::Exr(e) if e.colour == ExrColour::Aces && e.compression != Compression::Dwab)
    }
    /// Whether a reader gets the very pixels that were written.
    pub fn is_lossless(&self) -> bool {
        match &self.format {
            Format::Exr(e) => e.compression != Compression::Dwab,
            Format::Jpeg(_) | Format::Movie(_) => false,
            Format::Dpx(_) | Format::Tiff(_) | Format::Png(_) => true,
        }
    }

    fn check(&self, field: &impl Fn(&str) -> String) -> Result<()> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || self.id.len() > LONGEST_ID || !self.id.chars().all(plain) {
            let what = format!("has to be 1 to {LONGEST_ID} small letters, digits or -");
            return Err(Error::invalid(what).field(field("id")).value(&self.id));
        }
        let template = Template::parse(&self.name).map_err(|e| e.field(field("name")))?;
        if self.frames == Frames::Every && !self.is_movie() && !template.tells_frames() {
            return Err(Error::invalid("the files of all frames would have one name: it needs {frame}")
                .field(field("name"))
                .value(&self.name));
        }
        if self.is_movie() && template.tells_frames() {
            return Err(Error::invalid("a movie has many frames: {first} and {last} name them").field(field("name")).value(&self.name));
        }
        if self.is_movie() && self.frames != Frames::Every {
            return Err(Error::invalid("a movie has every frame").field(field("frames")));
        }
        if let Some(width) = self.width {
            if !self.is_display() {
                return Err(Error::invalid("a plate has the size that its framing gives it").field(field("width")).value(width));
            }
            if !SIDES.contains(&width) {
                return Err(Error::invalid(format!("has to be {} to {}", SIDES.start(), SIDES.end())).field(field("width")).value(width));
            }
        }
        if !self.burn_in.is_empty() && !self.is_display() {
            return Err(Error::invalid("nothing is written into a plate").field(field("burn_in")));
        }
        for (i, burn_in) in self.burn_in.iter().enumerate() {
            if let BurnIn::Text(text) = burn_in {
                check_text(text).map_err(|e| e.field(field("burn_in.text")).value(text))?;
            }
            let place = |b: &BurnIn| std::mem::discriminant(b);
            if self.burn_in.iter().take(i).any(|other| place(other) == place(burn_in)) {
                return Err(Error::invalid("two lines would stand in one place").field(field("burn_in")));
            }
        }
        self.format.check(field)
    }
}

fn check_text(text: &str) -> Result<()> {
    if text.trim().is_empty() || text.chars().count() > LONGEST_TEXT {
        return Err(Error::invalid(format!("has to have 1 to {LONGEST_TEXT} characters")));
    }
    match text.chars().find(|c| *c != ' ' && crate::image::glyphs::strokes(*c).is_empty()) {
        Some(c) => Err(Error::unsupported(format!("{c:?} cannot be written into a picture"))),
        None => Ok(()),
    }
}

impl Format {
    fn check(&self, field: &impl Fn(&str) -> String) -> Result<()> {
        let one_of = |name: &str, value: u32, known: [u32; 2]| {
            if known.contains(&value) {
                return Ok(());
            }
            Err(Error::invalid(format!("has to be {} or {}", known[0], known[1])).field(field(name)).value(value))
        };
        match self {
            Self::Dpx(dpx) => {
                one_of("format.dpx.bits", dpx.bits, [10, 16])?;
                encoding(&dpx.encoding).map(drop).map_err(|e| e.field(field("format.dpx.encoding")).value(&dpx.encoding))
            }
            Self::Png(png) => one_of("format.png.bits", png.bits, [8, 16]),
            Self::Jpeg(jpeg) if !(1..=100).contains(&jpeg.quality) => {
                Err(Error::invalid("has to be 1 to 100").field(field("format.jpeg.quality")).value(jpeg.quality))
            }
            Self::Exr(_) | Self::Tiff(_) | Self::Jpeg(_) | Self::Movie(_) => Ok(()),
        }
    }
}

/// The ops from ACES2065-1 to an encoding of the catalogue.
///
/// # Errors
/// Unsupported: it is not in the catalogue, is no camera or working space, or has no way back.
pub fn encoding(name: &str) -> Result<Vec<color::Op>> {
    match color::named(name) {
        Some(row) if matches!(row.kind, Kind::Input | Kind::WorkingSpace) => color::transform(row.name, true),
        Some(row) => Err(Error::unsupported(format!("is of kind {}, and has to be one of a camera or working space", row.kind.word()))),
        // Its message names those that are near.
        None => color::transform(name, true).map_err(|e| Error::new(e.kind(), e.message())),
    }
}

#[cfg(test)]
mod tests;
