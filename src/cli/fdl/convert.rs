//! `prelight fdl convert`.

use super::{Overwrite, line, not_valid, out, write_new};
use crate::{
    error::{Error, Result},
    sidecar::{
        Level,
        fdl::{self, Edition},
        is_valid,
    },
};
use std::path::PathBuf;

#[derive(Clone, Copy, clap::ValueEnum)]
enum To {
    #[value(name = "1.0")]
    V1_0,
    #[value(name = "2.0")]
    V2_0,
}

#[derive(clap::Args)]
pub struct Args {
    file: PathBuf,
    /// Edition of the standard; 2.0.1 says 2.0 of itself
    #[arg(long, value_enum)]
    to: To,
    /// File to write, under a UUID of its own; without it, the document goes to standard output
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    overwrite: Overwrite,
}

/// What was decided goes to stderr. A document that would not be valid in the other edition is not written.
pub fn run(args: &Args) -> Result<()> {
    let (fdl, found) = fdl::read(&args.file)?;
    if !is_valid(&found) {
        return Err(not_valid(&args.file));
    }
    let to = match args.to {
        To::V1_0 => Edition::V1_0,
        To::V2_0 => Edition::V2_0,
    };
    let converted = fdl::convert(&fdl, to).map_err(|e| e.file(&args.file))?;
    let text = fdl::write(&converted.fdl);
    let (_, found) = fdl::parse(text.as_bytes())?;
    if let Some(first) = found.iter().find(|d| d.level == Level::Error) {
        let message = format!("would not be valid in that edition: {}: {}", first.code, first.message);
        return Err(Error::invalid(message).file(&args.file).field(&first.path));
    }
    converted.notes.iter().for_each(|note| out::message(line(&args.file, note)));
    match &args.out {
        Some(path) => write_new(path, args.overwrite, converted.fdl),
        None => out::write(text),
    }
}
