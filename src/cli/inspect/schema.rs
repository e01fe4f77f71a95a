//! JSON Schema of what `--json` prints.

use crate::camera::{Metadata, SCHEMA_VERSION};
use serde_json::{Map, Value, json};

/// Of the document (draft 2020-12). A line of `--jsonl` is `$defs/entry`.
pub fn document() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What `prelight inspect --json` prints",
        "type": "object",
        "properties": {
            "schema_version": { "const": SCHEMA_VERSION },
            "entries": {
                "description": "clips and what could not be read, in the order they were found",
                "type": "array",
                "items": { "$ref": "#/$defs/entry" },
            },
            "clips": { "description": "how many entries are clips", "type": "integer", "minimum": 0 },
            "errors": { "description": "how many are errors", "type": "integer", "minimum": 0 },
        },
        "required": ["schema_version", "entries", "clips", "errors"],
        "additionalProperties": false,
        "$defs": { "entry": entry() },
    })
}

/// Of one clip or error.
fn entry() -> Value {
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
            "title": field.label, "description": field.doc.trim(), "type": "object", "properties": properties, "required": required, "additionalProperties": false,
        });
        fields.insert(field.name.into(), schema);
    }
    let unmapped = json!({
        "description": "keys of the file that the schema has no place for, with their values; the first of many",
        "type": "object",
        "additionalProperties": { "type": "string" },
    });
    fields.insert("unmapped".into(), unmapped);
    let warnings = json!({
        "description": "what is odd about the clip and does not keep it from being read",
        "type": "array",
        "items": { "type": "string" },
    });
    fields.insert("warnings".into(), warnings);
    json!({
        "title": "A clip, or a path that could not be read",
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
                        "description": "numbered files beside the clip that are not of it; the first of many",
                        "type": "array",
                        "items": { "type": "string" },
                    },
                    "foreign_count": number(),
                },
                "required": ["first", "last", "count", "missing", "foreign", "foreign_count"],
                "additionalProperties": false,
            },
            "metadata": { "type": "object", "properties": fields, "additionalProperties": false },
            "unmapped_count": { "description": "how many such keys the file has, with those that are not listed", "type": "integer", "minimum": 0 },
            "not_decoded": { "description": "why no picture of the clip is decoded, where that is known from the start", "type": "string" },
            "error": {
                "type": "object",
                "properties": { "kind": { "type": "string" }, "message": { "type": "string" } },
                "required": ["kind", "message"],
                "additionalProperties": false,
            },
        },
        "required": ["schema_version", "path"],
        "oneOf": [{ "required": ["format", "frames", "metadata", "unmapped_count"] }, { "required": ["error"] }],
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
        "CameraCdl" => {
            let three = || json!({ "type": "array", "items": { "type": "number" }, "minItems": 3, "maxItems": 3 });
            json!({
                "type": "object",
                "properties": { "slope": three(), "offset": three(), "power": three(), "saturation": { "type": "number" } },
                "required": ["slope", "offset", "power", "saturation"],
                "additionalProperties": false,
            })
        }
        "NoiseProfile" => json!({
            "description": "scale, offset; one pair, or one a colour",
            "type": "array",
            "items": { "type": "array", "items": { "type": "number", "minimum": 0 }, "minItems": 2, "maxItems": 2 },
            "minItems": 1,
        }),
        "Size" => object(&["width", "height"]),
        "Rect" => object(&["x", "y", "width", "height"]),
        _ => json!({ "type": "number" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_every_field() {
        let schema = document();
        let fields = schema["$defs"]["entry"]["properties"]["metadata"]["properties"].as_object().unwrap();
        assert_eq!(fields.len(), Metadata::FIELDS.len() + 2);
        assert_eq!(fields["white_balance"]["properties"]["unit"]["const"], "K");
        assert_eq!(fields["frame_rate"]["properties"]["value"]["type"], "array");
    }
}
