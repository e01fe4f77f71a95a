//! What a call says: one JSON object. Nothing in it is guessed at: what is of another type, stands twice or is not known is refused with
//! its name and value.

use crate::{
    camera::FrameNumber,
    error::{Error, Result},
    image::Size,
    render::{Only, submit::chunks},
    sidecar::json::{self, Limits, Node, Value},
};
use serde::{Serialize, Serializer};
use std::ops::RangeInclusive;

/// Bytes of a payload, at most.
pub const LARGEST: u64 = 1 << 20;
/// What it is called in messages.
pub(super) const PAYLOAD: &str = "payload";
/// Members that are known.
const KNOWN: [&str; 10] =
    ["input_clip", "output_location", "frame_range", "amf_path", "fdl_path", "recipe", "container", "only", "shot", "begin"];

/// What is to be rendered. Places are paths, or addresses of object stores ([`Store::open`](crate::render::store::Store::open)).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Payload {
    /// A frame of the clip, or its folder.
    pub input_clip: String,
    /// The delivery goes below it, under the clip's name.
    pub output_location: String,
    /// All of the clip where absent. Read of `"1001-1024"`, `[1001, 1024]` or a single number.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub frame_range: Option<RangeInclusive<FrameNumber>>,
    /// With a recipe, it has to be the one that was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amf_path: Option<String>,
    /// With a recipe, it has to be the one that was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fdl_path: Option<String>,
    /// Without one the documents are rendered as they are, and the receipt says that nobody has approved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipe: Option<String>,
    /// Without recipe and FDL: what the full source is scaled to fit into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<Size>,
    /// Half of what is delivered, where another call makes the other: `"frames"` or `"movies"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
    /// The shot that names are filled with, as a cut list names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shot: Option<String>,
    /// The first frame that the cut shows, before which are handles; the clip's first where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begin: Option<FrameNumber>,
}

fn as_text<S: Serializer>(range: &Option<RangeInclusive<FrameNumber>>, to: S) -> std::result::Result<S::Ok, S::Error> {
    range.as_ref().map(chunks::text).serialize(to)
}

/// # Errors
/// `Invalid`: no such object; members of another type, that stand twice, or that this program does not know.
pub fn parse(text: &[u8]) -> Result<Payload> {
    if text.len() as u64 > LARGEST {
        return Err(Error::invalid(format!("larger than {LARGEST} bytes")).field("bytes").value(text.len()).file(PAYLOAD));
    }
    read(text).map_err(|e| e.file(PAYLOAD))
}

fn read(text: &[u8]) -> Result<Payload> {
    let root = json::parse_with(text, Limits { depth: 8, nodes: 1 << 10, ..Limits::default() })?;
    let Value::Object(members) = &root.value else {
        return Err(Error::invalid(format!("an object is meant, and this is {}", root.value.kind())).line(root.line));
    };
    for (i, (name, node)) in members.iter().enumerate() {
        if !KNOWN.contains(&name.as_str()) {
            return Err(Error::invalid(format!("is not known: these are {}", KNOWN.join(", "))).field(name).value(shown(node)));
        }
        if members[..i].iter().any(|(earlier, _)| earlier == name) {
            return Err(Error::invalid("stands twice").field(name).value(shown(node)));
        }
    }
    // What is null is as what is absent.
    let member = |name: &str| root.value.member(name).filter(|node| node.value != Value::Null);
    let place = |name: &str| member(name).map(|node| place(node).map_err(|why| wrong(name, node, &why))).transpose();
    let needed = |name: &str| place(name)?.ok_or_else(|| Error::invalid("is missing").field(name));
    let range =
        |node: &Node| frames(node).ok_or_else(|| wrong("frame_range", node, &format!("frames are \"a-b\", [a, b] or one number, {WHOLE}")));
    Ok(Payload {
        input_clip: needed("input_clip")?,
        output_location: needed("output_location")?,
        frame_range: member("frame_range").map(range).transpose()?,
        amf_path: place("amf_path")?,
        fdl_path: place("fdl_path")?,
        recipe: place("recipe")?,
        container: member("container").map(|node| size(node).map_err(|why| wrong("container", node, &why))).transpose()?,
        only: member("only").map(|node| half(node).ok_or_else(|| wrong("only", node, "is \"frames\" or \"movies\""))).transpose()?,
        shot: place("shot")?,
        begin: member("begin")
            .map(|node| number(node).ok_or_else(|| wrong("begin", node, &format!("a number is meant, {WHOLE}"))))
            .transpose()?,
    })
}

/// What numbers are.
const WHOLE: &str = "whole from 0 to 4294967295";

fn wrong(name: &str, node: &Node, why: &str) -> Error {
    Error::invalid(why).field(name).value(shown(node))
}

/// A value as it stands in JSON, in one line, and not more of it than people read.
fn shown(node: &Node) -> String {
    const MOST: usize = 200;
    let line = json::print(node).lines().map(str::trim).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{} …", &line[..at]),
        None => line,
    }
}

fn place(node: &Node) -> Result<String, String> {
    match &node.value {
        Value::String(text) if text.is_empty() => Err("is empty".into()),
        Value::String(text) if text.contains('\0') => Err("has a NUL, which no path and no address has".into()),
        Value::String(text) => Ok(text.clone()),
        other => Err(format!("a string is meant, and this is {}", other.kind())),
    }
}

fn number(node: &Node) -> Option<u32> {
    if let Value::Number(text) = &node.value { text.parse().ok() } else { None }
}

fn frames(node: &Node) -> Option<RangeInclusive<FrameNumber>> {
    match &node.value {
        Value::String(text) => range(text),
        Value::Array(items) => match items.as_slice() {
            [first, last] => Some(number(first)?..=number(last)?),
            _ => None,
        },
        _ => number(node).map(|n| n..=n),
    }
}

/// `a-b`, or one number.
pub fn range(text: &str) -> Option<RangeInclusive<FrameNumber>> {
    let number = |s: &str| s.trim().parse::<FrameNumber>().ok();
    match text.split_once('-') {
        Some((a, b)) => Some(number(a)?..=number(b)?),
        None => number(text).map(|n| n..=n),
    }
}

fn half(node: &Node) -> Option<Only> {
    if let Value::String(text) = &node.value { text.parse().ok() } else { None }
}

fn size(node: &Node) -> Result<Size, String> {
    let meant = || "{\"width\", \"height\"} is meant, both of them whole numbers from 1 on".to_owned();
    let Value::Object(members) = &node.value else { return Err(meant()) };
    let side = |name: &str| node.value.member(name).and_then(number).filter(|n| *n > 0).ok_or_else(meant);
    match members.len() {
        2 => Ok(Size::new(side("width")?, side("height")?)),
        _ => Err(meant()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn payload(value: serde_json::Value) -> Result<Payload> {
        parse(value.to_string().as_bytes())
    }

    fn with(name: &str, value: serde_json::Value) -> Result<Payload> {
        let mut all = json!({ "input_clip": "a", "output_location": "b" });
        all[name] = value;
        payload(all)
    }

    #[test]
    fn a_payload_says_what_and_nothing_that_is_not_known() {
        let least = with("frame_range", json!(null)).unwrap();
        assert_eq!((least.frame_range, least.recipe), (None, None));
        let refused = |text: &str, why: &str| {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(error.exit_code() == 10 && error.to_string() == why, "{text}: {error}");
        };
        refused(r#"{"input_clip": "a"}"#, "payload: output_location: is missing");
        // As members in their order it would be taken by a reader that is not told otherwise.
        refused(r#"["a", "b"]"#, "payload:1: an object is meant, and this is an array");
        refused("1", "payload:1: an object is meant, and this is a number");
        refused("{\n\"input_clip\" 1}", "payload:2: not JSON: ':' was expected");
        refused(r#"{"input_clip": "a", "input_clip": "b"}"#, "payload: input_clip = \"b\": stands twice");
        let unknown = with("amf", json!(["x", { "y": " z" }])).unwrap_err().to_string();
        assert!(unknown.starts_with(r#"payload: amf = [ "x", { "y": " z" } ]: is not known: these are input_clip, "#), "{unknown}");
        assert_eq!(parse(&vec![b' '; 2 << 20]).unwrap_err().exit_code(), 10);
        assert!(with("recipe", json!(["x".repeat(5000)])).unwrap_err().to_string().len() < 400);
    }

    #[test]
    fn what_is_of_another_type_is_named_with_its_value() {
        let said = |name: &str, value: serde_json::Value| {
            let error = with(name, value).unwrap_err();
            assert_eq!(error.exit_code(), 10, "{error}");
            error.to_string()
        };
        assert_eq!(said("input_clip", json!(7)), "payload: input_clip = 7: a string is meant, and this is a number");
        assert_eq!(said("recipe", json!({})), "payload: recipe = {}: a string is meant, and this is an object");
        assert_eq!(said("amf_path", json!("a\0b")), "payload: amf_path = \"a\\u0000b\": has a NUL, which no path and no address has");
        assert_eq!(said("output_location", json!("")), "payload: output_location = \"\": is empty");
        let bad =
            [json!(""), json!("x"), json!("3-"), json!("-1"), json!("1-99999999999"), json!("1--2"), json!([1]), json!(-1), json!(1.5)];
        for bad in bad.into_iter().chain([json!([1, 2, 3]), json!([1, "2"]), json!(1e300), json!(true), json!({ "a": 1 })]) {
            let error = with("frame_range", bad.clone()).unwrap_err();
            assert_eq!(
                (error.exit_code(), error.field_name(), error.found()),
                (10, Some("frame_range"), Some(&*shown_json(&bad))),
                "{error}"
            );
        }
        for bad in [json!(1), json!({ "width": 1 }), json!({ "width": 0, "height": 1 }), json!({ "width": 1, "height": 1, "depth": 1 })] {
            assert!(said("container", bad).contains("whole numbers from 1 on"));
        }
        for bad in [json!("plates"), json!(1), json!(["frames"])] {
            assert!(said("only", bad).contains("is \"frames\" or \"movies\""));
        }
        assert_eq!(with("only", json!("movies")).unwrap().only, Some(Only::Movies));
        assert_eq!(said("shot", json!("")), "payload: shot = \"\": is empty");
        for bad in [json!("7"), json!(-1), json!(1.5), json!([1])] {
            assert!(said("begin", bad).contains("a number is meant, whole from 0"));
        }
        let of_cut = (with("shot", json!("SH010")).unwrap().shot, with("begin", json!(7)).unwrap().begin);
        assert_eq!(of_cut, (Some("SH010".into()), Some(7)));
        let size = with("container", json!({ "height": 2, "width": 1 })).unwrap().container;
        assert_eq!(size, Some(Size::new(1, 2)));
    }

    fn shown_json(value: &serde_json::Value) -> String {
        shown(&json::parse(value.to_string().as_bytes()).unwrap())
    }

    #[test]
    fn frames_are_said_in_three_ways_and_written_in_one() {
        for (value, range) in [(json!("3-7"), 3..=7), (json!([3, 7]), 3..=7), (json!(3), 3..=3), (json!(" 3 "), 3..=3)] {
            let read = with("frame_range", value).unwrap();
            assert_eq!(read.frame_range, Some(range.clone()));
            let written = serde_json::to_value(&read).unwrap();
            assert_eq!(written["frame_range"], format!("{}-{}", range.start(), range.end()));
            assert_eq!(payload(written).unwrap(), read);
        }
    }
}
