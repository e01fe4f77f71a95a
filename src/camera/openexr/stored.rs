//! How a plate is stored: what a delivery is judged by, beyond what its pixels are.

use super::{contain, encoding, header::Plate, metadata};
use crate::{
    camera::{Rational, Timecode, mmap::MappedFile},
    error::{InFile, Result},
    image::Rect,
};
use ::exr::meta::attribute::{AttributeValue, SampleType};
use std::path::Path;

/// The header of one OpenEXR file.
#[derive(Clone, Debug, PartialEq)]
pub struct PlateHeader {
    /// Names and sample types (`half`, `float`, `uint`) of the picture's channels, in the order of the file.
    pub channels: Vec<(String, &'static str)>,
    /// By OpenEXR's own name: `uncompressed`, `ZIP`, `PIZ`.
    pub compression: String,
    /// The acesImageContainerFlag of SMPTE ST 2065-4.
    pub aces_flag: bool,
    /// CIE xy of red, green, blue and white.
    pub chromaticities: Option<[[f64; 2]; 4]>,
    pub data_window: Rect,
    pub display_window: Rect,
    pub pixel_aspect: f64,
    pub timecode: Option<Timecode>,
    pub frame_rate: Option<Rational>,
    pub parts: usize,
}

impl PlateHeader {
    /// # Errors
    /// I/O; what is no OpenEXR picture that is read.
    pub fn of_file(path: &Path) -> Result<Self> {
        let file = MappedFile::open(path)?;
        contain(|| Ok(Self::of(&Plate::read(&file)?))).in_file(path)
    }

    fn of(plate: &Plate) -> Self {
        let header = plate.header();
        let kind = |sample: SampleType| match sample {
            SampleType::F16 => "half",
            SampleType::F32 => "float",
            SampleType::U32 => "uint",
        };
        let mut attributes = header.own_attributes.other.iter().chain(&header.shared_attributes.other);
        Self {
            channels: header.channels.list.iter().map(|c| (c.name.to_string(), kind(c.sample_type))).collect(),
            compression: metadata::codec(header.compression),
            aces_flag: attributes.any(|(name, value)| *name == *"acesImageContainerFlag" && *value == AttributeValue::I32(1)),
            chromaticities: encoding::chromaticities(plate).map(|c| [c.red, c.green, c.blue, c.white]),
            data_window: plate.data_window,
            display_window: plate.display_window,
            pixel_aspect: metadata::decimal(header.shared_attributes.pixel_aspect),
            timecode: metadata::timecode(plate),
            frame_rate: metadata::frame_rate(plate),
            parts: plate.meta.headers.len(),
        }
    }
}
