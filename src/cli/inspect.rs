//! `prelight inspect`: the normalised metadata of clips.

use super::out;
use crate::{
    camera::{self, Certainty, Clip, Found, Metadata, SCHEMA_VERSION},
    error::{Error, Result},
};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// Files, frames of a sequence (which name it all), or folders, searched with what is below them
    #[arg(required_unless_present = "schema")]
    paths: Vec<PathBuf>,
    /// One JSON object a line, a clip each; a path that cannot be read gives an object with `error`
    #[arg(long, conflicts_with = "schema")]
    json: bool,
    /// Print the JSON Schema of such an object
    #[arg(long)]
    schema: bool,
}

pub fn run(args: Args) -> Result<()> {
    if args.schema {
        return out::line(format_args!("{:#}", schema()));
    }
    // Every path is told about; the first failure decides the exit code.
    let mut failure = None;
    for path in &args.paths {
        let Found { clips, mut errors } = camera::walk(path);
        for path in clips {
            match camera::open(&path) {
                Ok(clip) if args.json => out::line(object(clip.as_ref()))?,
                Ok(clip) => out::line(table(clip.as_ref()))?,
                Err(e) => errors.push(e.file(&path)),
            }
        }
        for error in errors {
            if args.json {
                out::line(error_object(error.path().unwrap_or(path), &error))?;
            } else {
                eprintln!("prelight: {error}");
            }
            failure.get_or_insert(error);
        }
    }
    match failure {
        // Said above with its place: the exit code is what is left to give.
        Some(e) => Err(Error::new(e.kind(), "not every path could be read")),
        None => Ok(()),
    }
}

fn object(clip: &dyn Clip) -> Value {
    let frames = clip.frames();
    let missing: Vec<[u32; 2]> = frames.missing.iter().map(|r| [*r.start(), *r.end()]).collect();
    let foreign: Vec<_> = frames.foreign.iter().map(|p| p.display().to_string()).collect();
    json!({
        "schema_version": SCHEMA_VERSION,
        "path": clip.path().display().to_string(),
        "format": clip.format(),
        "frames": {
            "first": frames.first(),
            "last": frames.last(),
            "count": frames.present.len(),
            "missing": missing,
            "foreign": foreign,
        },
        "metadata": metadata(clip.metadata()),
    })
}

/// The metadata with the unit of each field beside its value.
fn metadata(metadata: &Metadata) -> Value {
    let mut value = json!(metadata);
    for field in Metadata::FIELDS.iter().filter(|f| !f.unit.is_empty()) {
        if let Some(Value::Object(member)) = value.get_mut(field.name) {
            member.insert("unit".into(), field.unit.into());
        }
    }
    value
}

fn error_object(path: &Path, error: &Error) -> Value {
    json!({
        "schema_version": SCHEMA_VERSION,
        "path": path.display().to_string(),
        "error": out::error_object(error),
    })
}

/// JSON Schema (draft 2020-12) of one object.
fn schema() -> Value {
    let number = || json!({ "type": "integer", "minimum": 0 });
    let mut fields = Map::new();
    for field in Metadata::FIELDS {
        let mut properties = json!({
            "value": value_schema(field.kind),
            "key": { "type": "string", "description": "where the file has it" },
            "certainty": { "enum": ["stated", "derived", "assumed"] },
        });
        let mut required = vec!["value", "key", "certainty"];
        if !field.unit.is_empty() {
            properties["unit"] = json!({ "const": field.unit });
            required.push("unit");
        }
        let schema = json!({
            "description": field.label, "type": "object", "properties": properties, "required": required, "additionalProperties": false,
        });
        fields.insert(field.name.into(), schema);
    }
    fields.insert("unmapped".into(), json!({ "type": "object", "additionalProperties": { "type": "string" } }));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A clip as `prelight inspect --json` prints it, one object a line",
        "type": "object",
        "properties": {
            "schema_version": { "const": SCHEMA_VERSION },
            "path": { "type": "string" },
            "format": { "type": "string" },
            "frames": {
                "type": "object",
                "properties": {
                    "first": number(),
                    "last": number(),
                    "count": number(),
                    "missing": {
                        "description": "first and last frame of each gap",
                        "type": "array",
                        "items": { "type": "array", "items": number(), "minItems": 2, "maxItems": 2 },
                    },
                    "foreign": {
                        "description": "numbered files beside the clip that are not of it",
                        "type": "array",
                        "items": { "type": "string" },
                    },
                },
                "required": ["first", "last", "count", "missing", "foreign"],
                "additionalProperties": false,
            },
            "metadata": { "type": "object", "properties": fields, "additionalProperties": false },
            "error": {
                "type": "object",
                "properties": { "kind": { "type": "string" }, "message": { "type": "string" } },
                "required": ["kind", "message"],
                "additionalProperties": false,
            },
        },
        "required": ["schema_version", "path"],
        "oneOf": [{ "required": ["format", "frames", "metadata"] }, { "required": ["error"] }],
        "additionalProperties": false,
    })
}

fn value_schema(kind: &str) -> Value {
    let whole = || json!({ "type": "integer", "minimum": 0 });
    let object = |names: &[&str]| {
        let members: Map<String, Value> = names.iter().map(|n| ((*n).to_owned(), json!({ "type": "integer" }))).collect();
        json!({ "type": "object", "properties": members, "required": names, "additionalProperties": false })
    };
    match kind {
        "String" => json!({ "type": "string" }),
        "Timecode" => json!({ "type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]:[0-5][0-9][:;][0-9]{2}$" }),
        "Rational" => {
            json!({ "description": "numerator, denominator", "type": "array", "items": { "type": "integer" }, "minItems": 2, "maxItems": 2 })
        }
        "u32" | "u64" => whole(),
        "Size" => object(&["width", "height"]),
        "Rect" => object(&["x", "y", "width", "height"]),
        _ => json!({ "type": "number" }),
    }
}

/// For people: label, value, and where it is from.
fn table(clip: &dyn Clip) -> String {
    let frames = clip.frames();
    let mut text = format!("{}  ({})\n", clip.path().display(), clip.format());
    let mut rows = vec![("Frames".to_owned(), frame_summary(clip), String::new())];
    rows.extend(clip.metadata().rows().into_iter().filter(|r| r.name != "frame_count").map(|r| {
        let origin = match r.certainty {
            Certainty::Stated => r.key,
            Certainty::Derived => format!("{} (derived)", r.key),
            Certainty::Assumed => format!("{} (assumed)", r.key),
        };
        (r.label.to_owned(), r.value, origin)
    }));
    let wide = |n: usize| rows.iter().map(|r| [&r.0, &r.1][n].chars().count()).max().unwrap_or(0).min(48);
    let (label, value) = (wide(0), wide(1));
    for (l, v, origin) in &rows {
        text += format!("  {l:label$}  {v:value$}  {origin}").trim_end();
        text.push('\n');
    }
    for foreign in frames.foreign.iter().take(4) {
        text += &format!("  not of this clip: {}\n", foreign.display());
    }
    if frames.foreign.len() > 4 {
        text += &format!("  and {} more\n", frames.foreign.len() - 4);
    }
    if let Some(why) = clip.metadata().unmapped.get("not_decoded") {
        text += &format!("  not decoded: {why}\n");
    }
    let more = clip.metadata().unmapped.len();
    if more > 0 {
        text += &format!("  {more} more fields of the file: --json\n");
    }
    text
}

/// `0-3, 4 frames; missing 5-6, 8`
fn frame_summary(clip: &dyn Clip) -> String {
    let frames = clip.frames();
    let mut text = match frames.present.len() {
        0 => "none".to_owned(),
        1 => format!("{}, 1 frame", frames.first()),
        n => format!("{}-{}, {n} frames", frames.first(), frames.last()),
    };
    let gaps: Vec<String> = frames
        .missing
        .iter()
        .map(|r| if r.start() == r.end() { r.start().to_string() } else { format!("{}-{}", r.start(), r.end()) })
        .collect();
    if !gaps.is_empty() {
        text += &format!("; missing {}", gaps.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_every_field() {
        let schema = schema();
        let fields = schema["properties"]["metadata"]["properties"].as_object().unwrap();
        assert_eq!(fields.len(), Metadata::FIELDS.len() + 1);
        assert_eq!(fields["white_balance"]["properties"]["unit"]["const"], "K");
        assert_eq!(fields["frame_rate"]["properties"]["value"]["type"], "array");
    }
}
