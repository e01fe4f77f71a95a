//! `prelight inspect`: the normalised metadata of clips.

mod formats;
mod ordered;
mod progress;
mod schema;
mod table;

use super::out;
use crate::{
    camera::{self, Clip, Metadata, SCHEMA_VERSION},
    error::{Error, ErrorKind, InFile, Result},
};
use progress::Progress;
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

#[derive(clap::Args)]
pub struct Args {
    /// Files, frames of a sequence (which name it all), or folders, searched with what is below them
    #[arg(required_unless_present_any = ["schema", "formats"])]
    paths: Vec<PathBuf>,
    /// One JSON document, written clip by clip; what cannot be read is an entry with `error`
    #[arg(long, conflicts_with_all = ["schema", "jsonl"])]
    json: bool,
    /// The entries of that document alone, one a line, each as soon as it is read
    #[arg(long, conflicts_with_all = ["schema", "formats"])]
    jsonl: bool,
    /// Print the JSON Schema of the document; its `$defs/entry` is that of a line
    #[arg(long)]
    schema: bool,
    /// Print which formats are decoded, which are only inspected, and which need a maker's SDK
    #[arg(long, conflicts_with = "schema")]
    formats: bool,
}

/// Said after every path was told about.
const NOT_ALL: &str = "not every path could be read";

/// How results are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    People,
    Document,
    Lines,
}

pub fn run(args: Args) -> Result<()> {
    if args.schema {
        return out::line(format_args!("{:#}", schema::document()));
    }
    if args.formats {
        return formats::print(args.json);
    }
    let style = match (args.json, args.jsonl) {
        (true, _) => Style::Document,
        (_, true) => Style::Lines,
        _ => Style::People,
    };
    let mut report = Report { out: io::stdout().lock(), style, clips: 0, failure: None, errors: 0, progress: Progress::new() };
    let written = report.write_all(&args.paths);
    report.progress.end(report.clips, report.errors);
    match (written, report.failure) {
        // A reader that has gone away (`| head`) has what it wanted, but for what was wrong so far, and for paths that are not there.
        (Err(e), failure) if e.kind() == io::ErrorKind::BrokenPipe => match failure {
            Some(kind) => Err(Error::new(kind, NOT_ALL)),
            None => args.paths.iter().try_for_each(|path| path.metadata().map(|_| ()).in_file(path)),
        },
        (Err(e), _) => Err(Error::io(Path::new("standard output"), &e)),
        // Said above with its place: the exit code is what is left to give.
        (Ok(()), Some(kind)) => Err(Error::new(kind, NOT_ALL)),
        (Ok(()), None) => Ok(()),
    }
}

/// What is written of one clip, or why nothing is.
struct Entry {
    text: String,
    error: Option<Error>,
}

/// Writes entries in the order they were found. Every path is told about; the first failure decides the exit code.
struct Report {
    out: io::StdoutLock<'static>,
    style: Style,
    clips: u64,
    errors: u64,
    failure: Option<ErrorKind>,
    progress: Progress,
}

impl Report {
    fn write_all(&mut self, paths: &[PathBuf]) -> io::Result<()> {
        if self.style == Style::Document {
            write!(self.out, "{{\"schema_version\":{SCHEMA_VERSION},\"entries\":[")?;
        }
        let style = self.style;
        let mut failed = Ok(());
        // Where an error names no file, the path it was found below is named.
        let find = |tell: &mut dyn FnMut((Result<PathBuf>, PathBuf)) -> ControlFlow<()>| {
            for path in paths {
                if camera::walk_each(path, &mut |one| tell((one, path.clone()))).is_break() {
                    return;
                }
            }
        };
        ordered::map(
            find,
            |(one, below)| entry(one, &below, style),
            |entry| {
                failed = self.write(&entry);
                if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            },
        );
        failed?;
        if self.style == Style::Document {
            writeln!(self.out, "\n],\"clips\":{},\"errors\":{}}}", self.clips, self.errors)?;
        }
        self.out.flush()
    }

    fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let first = self.clips + self.errors == 0;
        match &entry.error {
            None => self.clips += 1,
            Some(e) => {
                self.errors += 1;
                self.failure.get_or_insert(e.kind());
            }
        }
        match (self.style, &entry.error) {
            (Style::Document, _) => write!(self.out, "{}\n{}", if first { "" } else { "," }, entry.text)?,
            (Style::People, Some(e)) => {
                self.progress.clear();
                out::message(format_args!("prelight: {e}"));
            }
            (Style::Lines | Style::People, _) => writeln!(self.out, "{}", entry.text)?,
        }
        self.out.flush()?;
        self.progress.show(self.clips, self.errors);
        Ok(())
    }
}

fn entry(found: Result<PathBuf>, below: &Path, style: Style) -> Entry {
    match found.and_then(|path| camera::open(&path).map_err(|e| e.file(&path))) {
        Ok(clip) if style == Style::People => Entry { text: table::of_clip(clip.as_ref()), error: None },
        Ok(clip) => Entry { text: object(clip.as_ref()).to_string(), error: None },
        Err(e) if style == Style::People => Entry { text: String::new(), error: Some(e) },
        Err(e) => Entry { text: error_object(e.path().unwrap_or(below), &e).to_string(), error: Some(e) },
    }
}

/// Most files named that lie beside a clip and are not of it.
const MAX_FOREIGN: usize = 64;

fn object(clip: &dyn Clip) -> Value {
    let frames = clip.frames();
    let missing: Vec<[u32; 2]> = frames.missing.iter().map(|r| [*r.start(), *r.end()]).collect();
    // Each clip of a folder full of them has all the others beside it: the first are named, all are counted.
    let foreign: Vec<_> = frames.foreign.iter().take(MAX_FOREIGN).map(|p| p.display().to_string()).collect();
    let mut object = json!({
        "schema_version": SCHEMA_VERSION,
        "path": clip.path().display().to_string(),
        "format": clip.format(),
        "frames": {
            "first": frames.first(),
            "last": frames.last(),
            "count": frames.present.len(),
            "missing": missing,
            "foreign": foreign,
            "foreign_count": frames.foreign.len(),
        },
        "metadata": metadata(clip.metadata()),
        "unmapped_count": clip.metadata().unmapped_count(),
    });
    if let Some(why) = clip.refusal() {
        object["not_decoded"] = why.to_string().into();
    }
    object
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
