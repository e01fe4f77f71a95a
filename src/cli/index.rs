//! `prelight index`: what lies on cards and disks and in buckets, into the library.

use super::{out, watch};
use crate::{
    camera,
    error::{Error, ErrorKind, Result},
    library::{Library, Options},
    render::{self, store},
    words::count,
};
use serde_json::json;
use std::path::Path;

/// The index where nobody names one: in the folder that the command runs in.
pub(super) const DEFAULT: &str = "prelight.library";

#[derive(clap::Args)]
#[command(
    after_help = "What lies in a bucket is listed and recognised by its first bytes. Of a clip that is new or changed the first file is fetched whole
with what describes it (of a sequence its first frame; with --hash all of its files), read and dropped; one of which that is more
than --fetch-up-to is listed as one that cannot be read (`prelight find is:error`)."
)]
pub struct Args {
    /// Files or folders, or prefixes of buckets (s3://BUCKET/PREFIX, gs://, az://), searched with what is below them
    #[arg(required = true)]
    paths: Vec<String>,
    /// GiB that are fetched of a clip in a bucket, at most
    #[arg(long, value_name = "GIB", default_value_t = render::FETCHED >> 30)]
    fetch_up_to: u64,
    /// The index, on this machine; made where there is none
    #[arg(long, visible_alias = "library", value_name = "FILE", default_value = DEFAULT)]
    db: String,
    /// Keep a small picture of each clip
    #[arg(long)]
    thumbnails: bool,
    /// Keep the SHA-256 of every file
    #[arg(long)]
    hash: bool,
    /// Read also what is not changed
    #[arg(long)]
    again: bool,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let db = store::local(&args.db)?.ok_or_else(|| {
        let why = "an index is written on this machine: copy it there when it is made; find and pull read it where it lies";
        Error::usage(why).field("--db").value(&args.db)
    })?;
    let is_new = !db.exists();
    let options = Options { hash: args.hash, pictures: args.thumbnails, again: args.again };
    let (library, done) = watch::watched(watch::in_words, |progress| {
        let known = if is_new { None } else { Some(Library::create(&db)?) };
        // A card that is not plugged in takes nothing along.
        let stays = |e: Error| if is_new || e.kind() != ErrorKind::Io { e } else { e.hint("the index stays as it is") };
        let found = render::Searched::of(&args.paths, progress).map_err(stays)?;
        let mut library = match known {
            Some(library) => library,
            // An index is not made for nothing.
            None if found.is_empty() => return Err(nothing(&args.paths)),
            None => Library::create(&db)?,
        };
        let done = found.bring(&mut library, options, args.fetch_up_to.saturating_mul(1 << 30), progress)?;
        Ok((library, done))
    })?;
    if done.empty.len() == args.paths.len() && done.gone == 0 {
        return Err(nothing(&args.paths));
    }
    for empty in &done.empty {
        out::message(format_args!("prelight: {}", empty.error()));
    }
    let clips = library.clips()?;
    if args.json {
        let errors: Vec<_> = done.errors.iter().map(|(path, why)| json!({ "path": path.display().to_string(), "error": why })).collect();
        return out::json(&json!({
            "library": db.display().to_string(), "clips": clips, "added": done.added, "changed": done.changed,
            "unchanged": done.unchanged, "gone": done.gone, "errors": errors,
            "empty": done.empty,
        }));
    }
    for (_, why) in &done.errors {
        out::message(format_args!("prelight: {why}"));
    }
    out::line(format_args!(
        "{}: {} ({} new, {} changed, {} as before, {} gone, {} that cannot be read)",
        db.display(),
        count(clips, "clip"),
        done.added,
        done.changed,
        done.unchanged,
        done.gone,
        done.errors.len()
    ))
}

/// No clip at any of the places, nor one that was there before.
fn nothing(paths: &[String]) -> Error {
    camera::no_clip(Path::new(paths.first().map_or("", String::as_str)))
}
