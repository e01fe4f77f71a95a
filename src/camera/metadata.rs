//! The normalised schema: what a clip says of itself, in one vocabulary, each value with its origin.

use super::{Rational, Timecode};
use crate::image::{Rect, Size};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the schema printed by `prelight inspect --json`. Raised when a field changes meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

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
}

macro_rules! schema {
    ($($(#[$doc:meta])* $name:ident: $type:ty, $label:literal, $unit:literal;)*) => {
        /// Metadata of a clip. Absent means the file does not say.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Metadata {
            $($(#[$doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $name: Option<Field<$type>>,)*
            /// Keys of the file that the schema has no place for, with their values.
            #[serde(skip_serializing_if = "BTreeMap::is_empty")]
            pub unmapped: BTreeMap<String, String>,
        }

        impl Metadata {
            /// Every field, in the order of the schema.
            pub const FIELDS: &'static [FieldInfo] =
                &[$(FieldInfo { name: stringify!($name), label: $label, unit: $unit, kind: stringify!($type) }),*];

            /// The fields that are present, in the order of the schema.
            pub fn rows(&self) -> Vec<Row> {
                let mut rows = vec![];
                $(if let Some(f) = &self.$name {
                    rows.push(Row { name: stringify!($name), label: $label, value: with_unit(&f.value, $unit), key: f.key.clone(), certainty: f.certainty });
                })*
                rows
            }
        }
    };
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

fn with_unit(value: &dyn Shown, unit: &str) -> String {
    let value = value.shown();
    match unit {
        "" => value,
        "°" => format!("{value}°"),
        _ => format!("{value} {unit}"),
    }
}

schema! {
    clip_name: String, "Clip", "";
    reel: String, "Reel", "";
    camera_label: String, "Camera label", "";
    start_timecode: Timecode, "Start timecode", "";
    /// The rate the clip is to be played at.
    frame_rate: Rational, "Frame rate", "fps";
    frame_count: u64, "Frames", "";
    make: String, "Make", "";
    model: String, "Model", "";
    serial: String, "Serial", "";
    firmware: String, "Firmware", "";
    sensor_mode: String, "Sensor mode", "";
    /// Pixels of the stored picture (the active area of a mosaic): what the FDL canvas has to equal.
    resolution: Size, "Resolution", "px";
    /// The picture the maker means to be shown, relative to `resolution`.
    crop: Rect, "Crop", "px";
    /// Width of a pixel's picture over its height: 2 for 2x anamorphic.
    squeeze: f64, "Squeeze", "x";
    codec: String, "Codec", "";
    bit_depth: u32, "Bit depth", "bit";
    cfa: String, "CFA", "";
    /// Exposure index.
    exposure_index: u32, "EI", "";
    exposure_time: f64, "Exposure time", "s";
    shutter_angle: f64, "Shutter angle", "°";
    white_balance: f64, "White balance", "K";
    tint: f64, "Tint", "CC";
    lens: String, "Lens", "";
    focal_length: f64, "Focal length", "mm";
    t_stop: f64, "T-stop", "";
    f_number: f64, "f-number", "";
    focus_distance: f64, "Focus distance", "m";
    /// Transfer function of the recorded values.
    transfer: String, "Transfer", "";
    gamut: String, "Gamut", "";
    /// Which code values are black and white: full, legal.
    signal_range: String, "Range", "";
    /// How R'G'B' was made Y'CbCr.
    ycbcr_matrix: String, "Matrix", "";
    /// Where the colour differences of 4:2:2 and 4:2:0 lie.
    chroma_siting: String, "Chroma siting", "";
    /// As the camera wrote it.
    date_time: String, "Date and time", "";
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
    fn rows_carry_unit_and_origin() {
        let m = Metadata { shutter_angle: Some(Field::derived(172.8, "DNG 33434 x 51044")), ..Default::default() };
        let rows = m.rows();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].name, rows[0].value.as_str(), rows[0].key.as_str()), ("shutter_angle", "172.8°", "DNG 33434 x 51044"));
    }
}
