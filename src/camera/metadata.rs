//! The normalised schema: what a clip says of itself, in one vocabulary, each value with its origin.

use super::{FrameNumber, NoiseProfile, Rational, Timecode};
use crate::image::{Rect, Size};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the schema printed by `prelight inspect --json`. Raised when a field changes meaning or goes, and when the
/// shape of the document does.
///
/// 2: `--json` is one document (`--jsonl` has a line a clip); unmapped keys and foreign files are counted; slate, sensor,
/// filter, look, CDL and signal fields.
pub const SCHEMA_VERSION: u32 = 2;

/// Most keys kept that the schema has no place for, and the most characters of a value; what is beyond is counted.
pub const MAX_UNMAPPED: usize = 256;
const MAX_UNMAPPED_CHARS: usize = 256;
/// Most warnings of a clip.
const MAX_WARNINGS: usize = 32;

/// How sure a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Stated by the file in a field that means exactly this.
    Stated,
    /// Computed from stated values (shutter angle from exposure time and rate).
    Derived,
    /// Read from a place that usually means this (a file name).
    Assumed,
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field<T> {
    pub value: T,
    /// The vendor's key: `DNG 51044 FrameRate`, `file name`.
    pub key: String,
    pub certainty: Certainty,
}

impl<T> Field<T> {
    pub fn stated(value: T, key: impl Into<String>) -> Self {
        Self { value, key: key.into(), certainty: Certainty::Stated }
    }
    pub fn derived(value: T, key: impl Into<String>) -> Self {
        Self { value, key: key.into(), certainty: Certainty::Derived }
    }
    pub fn assumed(value: T, key: impl Into<String>) -> Self {
        Self { value, key: key.into(), certainty: Certainty::Assumed }
    }
}

/// A field as a table shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Member name in the JSON.
    pub name: &'static str,
    pub label: &'static str,
    /// With its unit.
    pub value: String,
    pub key: String,
    pub certainty: Certainty,
}

/// A field of the schema: what it is called and how its value is written in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// Member name in the JSON.
    pub name: &'static str,
    pub label: &'static str,
    /// Empty where it has none.
    pub unit: &'static str,
    /// Rust type of the value.
    pub kind: &'static str,
    /// What the value means, and to what it is measured.
    pub doc: &'static str,
}

/// A grade that the camera recorded beside the picture: ASC CDL, in the order slope, offset, power, saturation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraCdl {
    pub slope: [f64; 3],
    pub offset: [f64; 3],
    pub power: [f64; 3],
    pub saturation: f64,
}

macro_rules! schema {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty, $label:literal, $unit:literal;)*) => {
        /// Metadata of a clip. Absent means the file does not say.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Metadata {
            $($(#[doc = $doc])+ #[serde(skip_serializing_if = "Option::is_none")] pub $name: Option<Field<$type>>,)*
            /// Keys of the file that the schema has no place for, with their values.
            #[serde(skip_serializing_if = "BTreeMap::is_empty")]
            pub unmapped: BTreeMap<String, String>,
            /// How many such keys the file has beyond those kept.
            #[serde(skip)]
            pub unmapped_beyond: u64,
            /// What is odd about the clip and does not keep it from being read, a sentence each.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            pub warnings: Vec<String>,
        }

        impl Metadata {
            /// Every field, in the order of the schema.
            pub const FIELDS: &'static [FieldInfo] =
                &[$(FieldInfo { name: stringify!($name), label: $label, unit: $unit, kind: stringify!($type), doc: concat!($($doc),+) }),*];

            /// The fields that are present, in the order of the schema.
            pub fn rows(&self) -> Vec<Row> {
                let mut rows = vec![];
                $(if let Some(f) = &self.$name {
                    rows.push(Row { name: stringify!($name), label: $label, value: with_unit(&f.value, $unit), key: f.key.clone(), certainty: f.certainty });
                })*
                rows
            }

            /// Takes from `other` what is absent here.
            pub fn fill_from(&mut self, other: Metadata) {
                $(if self.$name.is_none() {
                    self.$name = other.$name;
                })*
                other.unmapped.into_iter().for_each(|(key, value)| self.keep(key, value));
                self.unmapped_beyond += other.unmapped_beyond;
                other.warnings.into_iter().for_each(|text| self.warn(text));
            }
        }
    };
}

impl Metadata {
    /// The squeeze of the lens: 1 where none is stated.
    pub fn squeeze_or_none(&self) -> f64 {
        self.squeeze.as_ref().map_or(1.0, |f| f.value)
    }

    /// Keeps a key that the schema has no place for, the value cut where it is long. Beyond [`MAX_UNMAPPED`] it is only
    /// counted; of a key that comes twice, the first value stays.
    pub fn keep(&mut self, key: impl Into<String>, value: impl Into<String>) {
        let key = key.into();
        if self.unmapped.contains_key(&key) {
            return;
        }
        if self.unmapped.len() >= MAX_UNMAPPED {
            self.unmapped_beyond += 1;
            return;
        }
        self.unmapped.insert(key, cut(value.into()));
    }

    /// Notes what is odd about the clip, once; [`MAX_WARNINGS`] are kept.
    pub fn warn(&mut self, text: impl Into<String>) {
        let text = cut(text.into());
        if self.warnings.len() < MAX_WARNINGS && !self.warnings.contains(&text) {
            self.warnings.push(text);
        }
    }

    /// Start timecode plus `frame`, where a start and a rate are stated.
    pub fn timecode_at(&self, frame: FrameNumber) -> Option<Timecode> {
        Some(self.start_timecode.as_ref()?.value.offset(frame.into(), self.frame_rate.as_ref()?.value))
    }

    /// Duration from frames and rate, where it is not stated.
    pub fn derive_duration(&mut self) {
        if let (None, Some(count), Some(rate)) = (&self.duration, &self.frame_count, &self.frame_rate) {
            let seconds = count.value as f64 / rate.value.to_f64();
            self.duration = Some(Field::derived(seconds, format!("{}, {}", count.key, rate.key)));
        }
    }

    /// Fills in the shutter angle from exposure time and rate, or the time from angle and rate, where only one is told. The
    /// rate is that of exposure, else that of the clip. What is longer than the frame is no angle of a shutter.
    pub fn derive_shutter(&mut self) {
        let Some(rate) = self.sensor_frame_rate.as_ref().or(self.frame_rate.as_ref()) else { return };
        let per_second = rate.value.to_f64();
        match (&self.exposure_time, &self.shutter_angle) {
            (Some(time), None) => {
                let angle = 360.0 * time.value * per_second;
                if angle > 0.0 && angle <= 360.0 {
                    self.shutter_angle = Some(Field::derived(angle, format!("{} x {}", time.key, rate.key)));
                }
            }
            (None, Some(angle)) if per_second > 0.0 => {
                self.exposure_time = Some(Field::derived(angle.value / 360.0 / per_second, format!("{} / {}", angle.key, rate.key)));
            }
            _ => {}
        }
    }

    /// How many keys of the file the schema has no place for, kept or not.
    pub fn unmapped_count(&self) -> u64 {
        self.unmapped.len() as u64 + self.unmapped_beyond
    }
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_UNMAPPED_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// How a value reads in a table.
trait Shown {
    fn shown(&self) -> String;
}

macro_rules! shown_as_displayed {
    ($($type:ty)*) => {
        $(impl Shown for $type {
            fn shown(&self) -> String {
                self.to_string()
            }
        })*
    };
}
shown_as_displayed!(String Timecode Rational u32 u64 Size Rect);

impl Shown for f64 {
    /// Six significant digits, without trailing zeros: the JSON has them all.
    fn shown(&self) -> String {
        if *self == 0.0 || !self.is_finite() {
            return self.to_string();
        }
        let decimals = (5 - self.abs().log10().floor() as i32).clamp(0, 12) as usize;
        let text = format!("{self:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }
}

impl Shown for CameraCdl {
    fn shown(&self) -> String {
        let three = |v: &[f64; 3]| v.iter().map(Shown::shown).collect::<Vec<_>>().join(" ");
        format!(
            "slope {} offset {} power {} saturation {}",
            three(&self.slope),
            three(&self.offset),
            three(&self.power),
            self.saturation.shown()
        )
    }
}

impl Shown for NoiseProfile {
    fn shown(&self) -> String {
        self.0.iter().map(|[scale, offset]| format!("{scale:.3e} x + {offset:.3e}")).collect::<Vec<_>>().join(", ")
    }
}

fn with_unit(value: &dyn Shown, unit: &str) -> String {
    let value = value.shown();
    match unit {
        "" => value,
        "°" => format!("{value}°"),
        _ => format!("{value} {unit}"),
    }
}

schema! {
    /// Name of the clip, as the camera gave it.
    clip_name: String, "Clip", "";
    /// Reel, roll or magazine.
    reel: String, "Reel", "";
    /// Name a crew gave the camera.
    camera_label: String, "Camera label", "";
    /// Letter or number of the camera on the set: A, B.
    camera_index: String, "Camera index", "";
    /// Production, show or project.
    production: String, "Production", "";
    /// Director.
    director: String, "Director", "";
    /// Director of photography.
    cinematographer: String, "Director of photography", "";
    /// Scene, as on the slate.
    scene: String, "Scene", "";
    /// Take, as on the slate.
    take: String, "Take", "";
    /// Timecode of the first frame (SMPTE ST 12-1); `;` before the frames where labels are dropped.
    start_timecode: Timecode, "Start timecode", "";
    /// The rate the clip is to be played at.
    frame_rate: Rational, "Frame rate", "fps";
    /// The rate it was exposed at.
    sensor_frame_rate: Rational, "Sensor rate", "fps";
    /// Number of pictures.
    frame_count: u64, "Frames", "";
    /// Time it plays, at `frame_rate`.
    duration: f64, "Duration", "s";
    /// Maker of the camera.
    make: String, "Make", "";
    /// Model of the camera.
    model: String, "Model", "";
    /// Serial number of the camera.
    serial: String, "Serial", "";
    /// Version of the camera's firmware.
    firmware: String, "Firmware", "";
    /// The camera's own name of what it recorded: `5K 2:1`.
    sensor_mode: String, "Sensor mode", "";
    /// Pixels of the stored picture (the active area of a mosaic): what the FDL canvas has to equal.
    resolution: Size, "Resolution", "px";
    /// Photosites of the stored mosaic, with those outside the active area.
    sensor_size: Size, "Sensor", "px";
    /// The photosites that saw light, within `sensor_size`.
    active_area: Rect, "Active area", "px";
    /// Width of the exposed sensor area.
    imager_width: f64, "Imager width", "mm";
    /// Height of the exposed sensor area.
    imager_height: f64, "Imager height", "mm";
    /// The picture the maker means to be shown, relative to `resolution`.
    crop: Rect, "Crop", "px";
    /// Width of a pixel's picture over its height: 2 for 2x anamorphic.
    squeeze: f64, "Squeeze", "x";
    /// Coding of the pictures.
    codec: String, "Codec", "";
    /// The maker's name of the compression ratio or quality: `REDCODE 8:1`.
    quality: String, "Quality", "";
    /// Bits of a sample.
    bit_depth: u32, "Bit depth", "bit";
    /// Colours of the filter array, row by row from the top left of the active area.
    cfa: String, "CFA", "";
    /// Variance of the noise of a linear sample x (0 = black, 1 = clip), scale and offset: of all colours, or of each.
    noise_profile: NoiseProfile, "Noise", "";
    /// Exposure index (ISO speed as the camera was set).
    exposure_index: u32, "EI", "";
    /// Time a picture was exposed.
    exposure_time: f64, "Exposure time", "s";
    /// Shutter angle: 360 times exposure time times sensor rate.
    shutter_angle: f64, "Shutter angle", "°";
    /// Correlated colour temperature the camera was balanced to.
    white_balance: f64, "White balance", "K";
    /// Green (negative) to magenta (positive) correction of the balance, in the maker's steps.
    tint: f64, "Tint", "CC";
    /// Model of the lens.
    lens: String, "Lens", "";
    /// Serial number of the lens.
    lens_serial: String, "Lens serial", "";
    /// Focal length, not converted to another format.
    focal_length: f64, "Focal length", "mm";
    /// Aperture as transmission.
    t_stop: f64, "T-stop", "";
    /// Aperture as focal length over entrance pupil.
    f_number: f64, "f-number", "";
    /// Distance from the image plane that was in focus.
    focus_distance: f64, "Focus distance", "m";
    /// Neutral density before the sensor, in stops (0.3 of optical density each).
    nd: f64, "ND", "stops";
    /// Transfer function of the recorded values.
    transfer: String, "Transfer", "";
    /// Primaries of the recorded values.
    gamut: String, "Gamut", "";
    /// How R'G'B' was made Y'CbCr, as the file signals it.
    matrix: String, "Matrix", "";
    /// Codes of black and white as the file signals them: `full` or `legal`.
    signal_range: String, "Range", "";
    /// Where the colour differences of 4:2:2 and 4:2:0 lie.
    chroma_siting: String, "Chroma siting", "";
    /// The look monitored on set.
    look: String, "Look", "";
    /// File name of the look-up table monitored on set.
    lut: String, "LUT", "";
    /// The grade monitored on set.
    cdl: CameraCdl, "CDL", "";
    /// When it was recorded, as the camera wrote it.
    date_time: String, "Date and time", "";
    /// Program that wrote the file.
    software: String, "Software", "";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_in_tables() {
        for (v, text) in [
            (179.82017982017985, "179.82"),
            (0.020833333333333332, "0.0208333"),
            (2.0, "2"),
            (5021.867286, "5021.87"),
            (0.0, "0"),
            (1234567.8, "1234568"),
        ] {
            assert_eq!(v.shown(), text);
        }
    }

    #[test]
    fn every_field_says_what_it_means_once() {
        let names: std::collections::BTreeSet<_> = Metadata::FIELDS.iter().map(|f| f.name).collect();
        let labels: std::collections::BTreeSet<_> = Metadata::FIELDS.iter().map(|f| f.label).collect();
        assert_eq!((names.len(), labels.len()), (Metadata::FIELDS.len(), Metadata::FIELDS.len()));
        assert!(Metadata::FIELDS.iter().all(|f| f.doc.starts_with(' ') && f.doc.ends_with('.')));
    }

    #[test]
    fn keys_beyond_the_bound_are_counted() {
        let mut m = Metadata::default();
        (0..MAX_UNMAPPED + 7).for_each(|i| m.keep(format!("k{i}"), "v"));
        m.keep("k0", "again");
        assert_eq!((m.unmapped.len(), m.unmapped_count(), m.unmapped["k0"].as_str()), (MAX_UNMAPPED, MAX_UNMAPPED as u64 + 7, "v"));
        let mut m = Metadata::default();
        m.keep("long", "é".repeat(1000));
        assert_eq!(m.unmapped["long"].chars().count(), MAX_UNMAPPED_CHARS + 1);
    }

    #[test]
    fn rows_carry_unit_and_origin() {
        let m = Metadata { shutter_angle: Some(Field::derived(172.8, "DNG 33434 x 51044")), ..Default::default() };
        let rows = m.rows();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].name, rows[0].value.as_str(), rows[0].key.as_str()), ("shutter_angle", "172.8°", "DNG 33434 x 51044"));
    }
}
