//! The fields of the metadata that are searched, each in a column of its own.

use crate::camera::{FieldInfo, Metadata};
use rusqlite::types::Value;
use serde_json::Value as Json;

/// How the values of a column compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Number,
    Text,
}

/// A field that has a column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub field: &'static FieldInfo,
    pub kind: Kind,
}

impl Column {
    /// Its name in the database. Names of fields are identifiers, so that they are written into a statement as they are.
    pub fn name(&self) -> String {
        format!("f_{}", self.field.name)
    }

    /// Its type in the database; of a text its number, see [`super::texts`].
    pub const fn declaration(&self) -> &'static str {
        match self.kind {
            Kind::Number => "REAL",
            Kind::Text => "INTEGER",
        }
    }
}

/// Short names, and the fields that they mean; text before number where a name has both.
pub const SHORT: &[(&str, &[&str])] = &[
    ("camera", &["make", "model", "camera_label"]),
    ("lens", &["lens", "focal_length"]),
    ("ei", &["exposure_index"]),
    ("iso", &["exposure_index"]),
    ("fps", &["frame_rate"]),
    ("wb", &["white_balance"]),
    ("kelvin", &["white_balance"]),
    ("shutter", &["shutter_angle"]),
    ("stop", &["t_stop"]),
    ("roll", &["reel"]),
    ("dop", &["cinematographer"]),
    ("date", &["date_time"]),
];

/// Every field with a column, those with short names first: they are asked most, and a row is read as far as what is asked of it. Grades
/// and noise have none: nobody looks for their numbers.
pub fn columns() -> impl Iterator<Item = Column> {
    let fields = || Metadata::FIELDS.iter();
    fields().filter(|f| is_short(f)).chain(fields().filter(|f| !is_short(f))).filter_map(|field| {
        let kind = match field.kind {
            "f64" | "u32" | "u64" | "Rational" => Kind::Number,
            "String" | "Timecode" | "Size" | "Rect" => Kind::Text,
            _ => return None,
        };
        Some(Column { field, kind })
    })
}

fn is_short(field: &FieldInfo) -> bool {
    SHORT.iter().any(|(_, fields)| fields.contains(&field.name))
}

/// The column of a field.
pub fn column(name: &str) -> Option<Column> {
    columns().find(|c| c.field.name == name)
}

/// What stands in each of [`columns`] for a clip.
pub fn values(metadata: &Metadata) -> Vec<Value> {
    let json = serde_json::to_value(metadata).unwrap_or_default();
    let rows = metadata.rows();
    columns()
        .map(|column| {
            let value = json.get(column.field.name).and_then(|f| f.get("value"));
            match (column.kind, value) {
                (Kind::Number, Some(value)) => number(value).map_or(Value::Null, Value::Real),
                (Kind::Text, Some(Json::String(text))) => Value::Text(text.clone()),
                // A size or rectangle as people read it, without its unit.
                (Kind::Text, Some(_)) => {
                    let row = rows.iter().find(|r| r.name == column.field.name);
                    row.map_or(Value::Null, |r| Value::Text(r.value.trim_end_matches(column.field.unit).trim_end().to_owned()))
                }
                (_, None) => Value::Null,
            }
        })
        .collect()
}

/// A number, or the quotient of the two that a ratio is written as.
fn number(value: &Json) -> Option<f64> {
    let number = match value {
        Json::Array(parts) => parts.first()?.as_f64()? / parts.get(1)?.as_f64()?,
        other => other.as_f64()?,
    };
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        camera::{Field, Rational},
        image::Size,
    };

    #[test]
    fn every_field_that_is_looked_for_has_a_column() {
        let left_out: Vec<_> = Metadata::FIELDS.iter().filter(|f| column(f.name).is_none()).map(|f| f.name).collect();
        assert_eq!(left_out, ["noise_profile", "cdl"]);
        assert!(columns().all(|c| c.field.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }

    #[test]
    fn values_are_numbers_and_plain_words() {
        let metadata = Metadata {
            frame_rate: Rational::new(24000, 1001).map(|r| Field::stated(r, "k")),
            resolution: Some(Field::stated(Size::new(4608, 3164), "k")),
            start_timecode: Some(Field::stated("10:00:00:00".parse().unwrap(), "k")),
            exposure_index: Some(Field::stated(800, "k")),
            ..Metadata::default()
        };
        let values = values(&metadata);
        let of = |name: &str| columns().zip(&values).find(|(c, _)| c.field.name == name).unwrap().1.clone();
        assert_eq!(of("frame_rate"), Value::Real(24000.0 / 1001.0));
        assert_eq!(of("resolution"), Value::Text("4608x3164".into()));
        assert_eq!(of("start_timecode"), Value::Text("10:00:00:00".into()));
        assert_eq!((of("exposure_index"), of("lens")), (Value::Real(800.0), Value::Null));
    }
}
