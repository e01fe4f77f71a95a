//! `prelight inspect`: the normalised metadata of clips.

use crate::{
    camera::{self, Certainty, Clip, Metadata, SCHEMA_VERSION},
    error::{Error, InFile, Result},
};
use serde_json::{Map, Value, json};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

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

/// Deepest folder below a named one that is searched.
const MAX_DEPTH: usize = 64;

pub fn run(args: Args) -> Result<()> {
    let mut out = io::stdout().lock();
    if args.schema {
        return print(&mut out, &format!("{:#}", schema()));
    }
    // Every path is told about; the first failure decides the exit code.
    let mut failure = None;
    for path in &args.paths {
        let (clips, mut errors) = clips_of(path);
        let found = !clips.is_empty();
        for clip in clips {
            match camera::open(&clip) {
                Ok(clip) if args.json => print(&mut out, &object(clip.as_ref()).to_string())?,
                Ok(clip) => print(&mut out, &table(clip.as_ref()))?,
                Err(e) => errors.push((clip, e)),
            }
        }
        if !found && errors.is_empty() {
            errors.push((path.clone(), Error::invalid("no camera file here or below").file(path)));
        }
        for (path, error) in errors {
            if args.json {
                print(&mut out, &error_object(&path, &error).to_string())?;
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

/// Writes a line; a reader that has gone away (`| head`) is no reason to panic.
fn print(out: &mut impl Write, text: &str) -> Result<()> {
    writeln!(out, "{text}").map_err(|e| Error::io(Path::new("standard output"), &e))
}

/// A file stands for its clip; a folder for the clips in it and below, by name.
fn clips_of(path: &Path) -> (Vec<PathBuf>, Vec<(PathBuf, Error)>) {
    let (mut clips, mut errors) = (vec![], vec![]);
    if path.is_dir() {
        walk(path, 0, &mut clips, &mut errors)
    } else {
        clips.push(path.to_owned())
    }
    (clips, errors)
}

fn walk(folder: &Path, depth: usize, clips: &mut Vec<PathBuf>, errors: &mut Vec<(PathBuf, Error)>) {
    match camera::find_clips(folder) {
        Ok(found) => clips.extend(found),
        Err(e) => errors.push((folder.to_owned(), e)),
    }
    let Ok(entries) = fs::read_dir(folder).in_file(folder) else { return };
    // Links to folders are not followed: they may lead back here.
    let mut below: Vec<PathBuf> =
        entries.filter_map(|e| e.ok()).filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).map(|e| e.path()).collect();
    below.sort();
    for folder in below {
        if depth < MAX_DEPTH {
            walk(&folder, depth + 1, clips, errors);
        } else {
            let error = Error::unsupported(format!("more than {MAX_DEPTH} folders deep")).file(&folder);
            errors.push((folder, error));
        }
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
    let kind = format!("{:?}", error.kind()).to_lowercase();
    json!({
        "schema_version": SCHEMA_VERSION,
        "path": path.display().to_string(),
        "error": { "kind": kind, "message": error.to_string() },
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
