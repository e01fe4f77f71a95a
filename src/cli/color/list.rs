//! `prelight color list` and `prelight color show`.

use crate::{
    cli::named::{self, Given},
    color::{self, Kind, Named, Op, catalogue},
    error::{Error, Result},
    sidecar::lut,
};
use serde_json::{Value, json};
use std::fmt::Write as _;

#[derive(clap::Args)]
pub struct ListArgs {
    /// Only those with these words in their name, title or IDs
    words: Vec<String>,
    /// Only those of a kind: input, working-space, curve, look, output, display
    #[arg(long, value_parser = kind)]
    kind: Option<Kind>,
    /// One JSON array
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub struct ShowArgs {
    /// A name from `list`, an ACES transform ID, or a look file
    id: String,
    /// The other direction
    #[arg(long)]
    inverse: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

fn kind(word: &str) -> Result<Kind, String> {
    let known = || Kind::ALL.map(Kind::word).join(", ");
    Kind::ALL.into_iter().find(|kind| kind.word() == word).ok_or_else(|| format!("kinds are {}", known()))
}

fn object(row: &Named) -> Value {
    json!({ "name": row.name, "title": row.title, "kind": row.kind.word(), "ids": row.ids })
}

pub fn list(args: &ListArgs) -> String {
    let words: Vec<String> = args.words.iter().map(|word| word.to_lowercase()).collect();
    let has = |row: &Named| {
        let all = [&[row.name, row.title], row.ids].concat().join(" ").to_lowercase();
        words.iter().all(|word| all.contains(word.as_str()))
    };
    let rows = catalogue().iter().filter(|row| args.kind.is_none_or(|kind| kind == row.kind) && has(row));
    if args.json {
        return format!("{:#}\n", Value::from(rows.map(object).collect::<Vec<_>>()));
    }
    rows.fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "{:14} {:54} {}", row.kind.word(), row.name, row.title);
        text
    })
}

pub fn show(args: &ShowArgs) -> Result<String> {
    named::transform_or_file(Given::Option("transform"), &args.id)?;
    let ops = lut::transform(&args.id, args.inverse)?;
    // The direction that the ops have, which an ID may say itself.
    let row = color::named(&args.id);
    let backward = match row {
        Some(row) => row.ops() != ops,
        None => args.inverse,
    };
    if args.json {
        let ops: Vec<Value> = ops.iter().map(|op| json!({ "op": op.word(), "does": op.describe() })).collect();
        let mut value = row.map_or_else(|| json!({ "name": args.id }), object);
        let fields = value.as_object_mut().ok_or_else(|| Error::invalid("not an object"))?;
        if let Some(row) = row {
            let (takes, gives) = ends(row, backward);
            fields.insert("in".into(), takes.into());
            fields.insert("out".into(), gives.into());
        }
        fields.insert("inverse".into(), backward.into());
        fields.insert("ops".into(), ops.into());
        return Ok(format!("{value:#}\n"));
    }
    let mut text = String::new();
    match row {
        Some(row) => {
            let (takes, gives) = ends(row, backward);
            let inverse = if backward { ", inverse" } else { "" };
            let _ = writeln!(text, "{}{inverse}\n{} ({})\n", row.name, row.title, row.kind.word());
            let _ = writeln!(text, "in   {takes}\nout  {gives}\n");
            for (i, id) in row.ids.iter().enumerate() {
                let _ = writeln!(text, "{}{id}", if i == 0 { "ids  " } else { "     " });
            }
            if !row.ids.is_empty() {
                text.push('\n');
            }
        }
        None => {
            let _ = writeln!(text, "{}\n", args.id);
        }
    }
    text.push_str(&lines(&ops));
    Ok(text)
}

/// What goes in and comes out.
fn ends(row: &Named, backward: bool) -> (&'static str, &'static str) {
    let (takes, gives) = (row.kind.takes(), row.kind.gives());
    if backward { (gives, takes) } else { (takes, gives) }
}

fn lines(ops: &[Op]) -> String {
    if ops.is_empty() {
        return "nothing to do\n".into();
    }
    ops.iter().zip(1..).fold(String::new(), |mut text, (op, i)| {
        let _ = writeln!(text, "{i:2}  {:18} {}", op.word(), op.describe());
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(words: &[&str], kind: Option<Kind>) -> Vec<String> {
        let args = ListArgs { words: words.iter().map(|w| (*w).to_owned()).collect(), kind, json: false };
        list(&args).lines().map(|line| line.split_whitespace().nth(1).unwrap().to_owned()).collect()
    }

    #[test]
    fn words_and_kinds_choose_rows() {
        assert_eq!(listed(&[], None).len(), catalogue().len());
        assert_eq!(listed(&["N-LOG"], None), ["nikon-nlog-ngamut"]);
        assert!(listed(&["sony"], None).iter().all(|name| name.contains("sony")));
        assert!(listed(&["hlg"], Some(Kind::Display)).contains(&"rec2100-hlg-1000nit".to_owned()));
        assert!(listed(&["no such thing"], None).is_empty());
        assert!(super::kind("camera").unwrap_err().contains("working-space"));
    }

    #[test]
    fn both_directions_are_shown() {
        let show = |id: &str, inverse| show(&ShowArgs { id: id.into(), inverse, json: false }).unwrap();
        let forward = show("CSC.Academy.ACEScct_to_ACES.a2.v1", false);
        assert!(forward.starts_with("acescct\nACEScct (working-space)"), "{forward}");
        assert_eq!(show("acescct", true), show("CSC.Academy.ACES_to_ACEScct.a2.v1", false));
        assert!(show("acescct", true).contains("in   ACES2065-1"));
        assert!(show("aces2065-1", false).contains("nothing to do"));
    }

    #[test]
    fn json_has_the_same() {
        let text = super::show(&ShowArgs { id: "acescct".into(), inverse: false, json: true }).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((value["name"].as_str(), value["ops"].as_array().map(Vec::len)), (Some("acescct"), Some(2)));
    }
}
