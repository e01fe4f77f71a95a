//! YAML for people and their programs: JSON in blocks. Strings are always in quotes, so that none is taken for a number or a date.

use serde_json::Value;

/// The text of a value.
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    block(value, 0, &mut out);
    out
}

fn block(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (i, (name, member)) in members.iter().enumerate() {
                // The first member of an item stands behind its dash.
                let at_dash = i == 0 && out.ends_with("- ");
                out.push_str(&if at_dash { String::new() } else { "  ".repeat(depth) });
                out.push_str(&format!("{}:", key(name)));
                below(member, depth + 1, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                out.push_str(&format!("{}- ", "  ".repeat(depth)));
                match item {
                    Value::Object(members) if !members.is_empty() => block(item, depth + 1, out),
                    other => out.push_str(&format!("{}\n", flat(other))),
                }
            }
        }
        other => out.push_str(&format!("{}\n", flat(other))),
    }
}

/// What stands behind a name.
fn below(value: &Value, depth: usize, out: &mut String) {
    let is_block = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
        _ => false,
    };
    if is_block {
        out.push('\n');
        block(value, depth, out);
    } else {
        out.push_str(&format!(" {}\n", flat(value)));
    }
}

/// JSON is YAML.
fn flat(value: &Value) -> String {
    value.to_string()
}

/// Words that nothing else can be taken for stand without quotes.
fn key(name: &str) -> String {
    let word = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    let taken = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&name.to_ascii_lowercase().as_str());
    if word && !taken { name.to_owned() } else { Value::from(name).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn blocks_are_indented_and_texts_are_quoted() {
        let value = json!({ "a": [{ "b": 1, "c": ["x", "1"] }, "2:3", [[1]]], "d": { "e": null }, "on": {} });
        assert_eq!(text(&value), "a:\n  - b: 1\n    c: [\"x\",\"1\"]\n  - \"2:3\"\n  - [[1]]\nd:\n  e: null\n\"on\": {}\n");
    }
}
