//! `prelight amf convert`.

use super::{Overwrite, line, out};
use crate::{
    error::Result,
    files,
    sidecar::{
        Diagnostic,
        amf::{self, Conversion, Release, Role, Version},
    },
};
use serde::Serialize;
use std::path::PathBuf;
use time::OffsetDateTime;

#[derive(Clone, Copy, clap::ValueEnum)]
enum To {
    V1,
    V2,
}

#[derive(clap::Args)]
pub struct Args {
    file: PathBuf,
    /// Version of the schema
    #[arg(long, value_enum)]
    to: To,
    /// File to write; without it, the document goes to standard output
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    overwrite: Overwrite,
    /// Output transform instead of the one there, so that a pipeline of ACES 1 can become one of ACES 2
    #[arg(long, value_name = "NAME")]
    output_transform: Option<String>,
    /// What was decided as one JSON document on standard output; needs --out
    #[arg(long, requires = "out")]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    file: String,
    version: &'static str,
    /// What was decided, and what the other version cannot say.
    notes: &'a [Diagnostic],
    /// What is wrong with the document that was written.
    diagnostics: &'a [Diagnostic],
}

pub(super) fn run(args: &Args) -> Result<()> {
    let output =
        args.output_transform.as_deref().map(|name| super::named("--output-transform", name, Role::Output, Release::NEWEST)).transpose()?;
    let amf = super::read(&args.file)?;
    let to = match args.to {
        To::V1 => Version::V1,
        To::V2 => Version::V2,
    };
    let folder = files::folder_of(&args.file);
    let choices = Conversion { folder: Some(folder), output };
    let converted = amf::convert(&amf, to, OffsetDateTime::now_utc(), &choices).map_err(|e| e.file(&args.file))?;
    if let Some(out) = &args.out {
        super::refuse_elsewhere(&converted.amf, &args.file, out)?;
    }
    let diagnostics = amf::validate(&converted.amf, Some(folder))?;
    super::put(&converted.amf, args.out.as_deref(), args.overwrite)?;
    if let (Some(path), true) = (&args.out, args.json) {
        return out::json(&Report {
            file: path.display().to_string(),
            version: to.number(),
            notes: &converted.notes,
            diagnostics: &diagnostics,
        });
    }
    converted.notes.iter().for_each(|note| out::message(line(&args.file, note)));
    Ok(())
}
