//! JSON Schema (draft 2020-12) of `recipe.json`, made of the types that read it.

use super::Recipe;
use schemars::{
    Schema, schema_for,
    transform::{RecursiveTransform, Transform},
};
use serde_json::Value;

/// The schema of the version that is written ([`super::SCHEMA`]).
pub fn schema() -> Value {
    let mut schema = schema_for!(Recipe);
    RecursiveTransform(close).transform(&mut schema);
    schema.insert("title".into(), "recipe.json of a Prelight recipe".into());
    schema.into()
}

/// Members that are not named are refused, as the reader does.
fn close(schema: &mut Schema) {
    if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
        schema.insert("additionalProperties".into(), false.into());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SCHEMA, testing};
    use super::*;

    #[test]
    fn every_member_of_a_recipe_has_its_place_and_no_other_has() {
        let schema = schema();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!((&schema["properties"]["schema"]["const"], &schema["additionalProperties"]), (&SCHEMA.into(), &false.into()));
        let definitions = schema["$defs"].as_object().unwrap();
        for (name, definition) in definitions.iter().filter(|(_, d)| d.get("properties").is_some()) {
            assert_eq!(definition["additionalProperties"], false, "{name}");
        }
        let mut recipe = testing::recipe(&["A001"]);
        recipe.output = Some(super::super::Output::of_presets(["h264"]).unwrap());
        let recipe = serde_json::to_value(recipe).unwrap();
        let named = |members: &Value, definition: &str| {
            for name in members.as_object().unwrap().keys() {
                assert!(!definitions[definition]["properties"][name].is_null(), "{definition}.{name}");
            }
        };
        named(&recipe["output"], "Output");
        named(&recipe["output"]["deliverables"][0], "Deliverable");
        named(&recipe["output"]["naming"], "Naming");
        let clip = &recipe["clips"][0];
        named(clip, "ClipRecipe");
        named(&clip["settings"], "Settings");
        named(&clip["settings"]["decode"], "Decode");
        named(&clip["settings"]["framing"], "Framing");
        named(&clip["golden"][0], "Golden");
    }
}
