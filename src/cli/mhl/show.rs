//! `prelight mhl show`: the generations of a history, or the record of one file.

use super::out;
use crate::{
    error::{Error, Result},
    history::{self, Generation, History, Tree, exit},
    progress::Progress,
    words::count,
};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The folder whose history it is
    folder: PathBuf,
    /// The record of this file, by its path in the folder
    #[arg(short, long, alias = "single_file", value_name = "PATH")]
    single_file: Option<String>,
    /// Only the number of generations and the date of the last, without reading records
    #[arg(long)]
    state: bool,
    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<()> {
    if args.state {
        let state = history::state(&args.folder)?;
        return match (&state, args.json) {
            (_, true) => out::json(&state),
            (history::State::NoHistory, false) => out::line("no history"),
            (history::State::History { generations, last, manifest }, false) => {
                out::line(format_args!("generation {generations}, {last} ({manifest})"))
            }
        };
    }
    let tree = Tree::scan(&args.folder, &[], &Progress::default())?;
    if !tree.histories.iter().any(History::exists) {
        return Err(Error::invalid("no ASC MHL history here (create makes one)").file(&args.folder).exit(exit::NO_HISTORY));
    }
    match &args.single_file {
        Some(path) => file(args, &tree, path),
        None if args.json => out::json(&json!({ "histories": tree.histories.iter().map(describe).collect::<Vec<_>>() })),
        None => tree.histories.iter().try_for_each(print),
    }
}

fn describe(history: &History) -> Value {
    let generation = |g: &Generation| {
        json!({
            "generation": g.number, "manifest": g.name, "date": g.creator.date, "host": g.creator.host,
            "tool": g.creator.tool, "tool_version": g.creator.tool_version,
            "authors": g.creator.authors.iter().map(|a| json!({
                "name": a.name, "email": a.email, "phone": a.phone, "role": a.role,
            })).collect::<Vec<_>>(),
            "location": g.creator.location, "comment": g.creator.comment,
            "process": g.process.kind.name(), "ignore": g.process.ignore,
            "files": g.files, "folders": g.folders, "original": g.original, "verified": g.verified, "failed": g.failed,
            "references": g.references.iter().map(|r| &r.path).collect::<Vec<_>>(), "faults": g.faults,
        })
    };
    json!({
        "folder": history.inside,
        "files": history.records.files.len(),
        "root": history.records.root.digests,
        "generations": history.generations.iter().map(generation).collect::<Vec<_>>(),
        "notices": history.notices,
    })
}

fn print(history: &History) -> Result<()> {
    let folder = if history.inside.is_empty() { "." } else { &history.inside };
    out::line(format_args!("{folder}: {} on record", count(history.records.files.len(), "file")))?;
    for g in &history.generations {
        let by = g.creator.authors.iter().map(|a| a.name.as_str()).filter(|n| !n.is_empty()).collect::<Vec<_>>().join(", ");
        let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
        let tool = [g.creator.tool.as_str(), g.creator.tool_version.as_deref().unwrap_or("")].join(" ");
        out::line(format_args!("  generation {}  {}  {} on {}{by}", g.number, g.creator.date, tool.trim(), g.creator.host))?;
        let kind = g.process.kind.name();
        let counts = format!("{} new, {} verified, {} failed", g.original, g.verified, g.failed);
        out::line(format_args!("    {kind}: {} ({counts}), {}", count(g.files, "file"), count(g.folders, "folder")))?;
        if let Some(comment) = &g.creator.comment {
            out::line(format_args!("    {comment}"))?;
        }
    }
    for known in &history.records.root.digests {
        out::line(format_args!("  root  {}  content {}  structure {}", known.format, known.content, known.structure))?;
    }
    history.notices.iter().try_for_each(|n| out::line(format_args!("  note: {n}")))
}

fn file(args: &Args, tree: &Tree, path: &str) -> Result<()> {
    let path = path.trim_start_matches("./");
    // The innermost history that has it.
    let record = tree.histories.iter().rev().find_map(|h| {
        let within = if h.inside.is_empty() { path } else { path.strip_prefix(&h.inside)?.strip_prefix('/')? };
        h.records.files.get(within)
    });
    let record = record.ok_or_else(|| Error::invalid("not on record").file(path).exit(exit::FILE_NOT_FOUND))?;
    if args.json {
        return out::json(&json!({ "path": path, "record": record }));
    }
    let size = record.size.map_or(String::new(), |s| format!(", {s} bytes"));
    out::line(format_args!("{path}{size}"))?;
    for known in &record.digests {
        let action = known.action.map_or("", |a| a.name());
        out::line(format_args!("  generation {}  {}  {}  {action}", known.generation, known.format, known.text))?;
    }
    record.previous.iter().try_for_each(|p| out::line(format_args!("  before: {p}")))
}
