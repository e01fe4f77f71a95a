//! `prelight index`: what lies on cards and disks and in buckets, into the library.

use super::{out, watch};
use crate::{
    error::{Error, Result},
    library::{self, Options},
    render::{self, store},
    words::count,
};
use serde_json::json;

/// The index where nobody names one: in the folder that the command runs in.
pub(super) const DEFAULT: &str = library::FILE;

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
    let options = Options { hash: args.hash, pictures: args.thumbnails, again: args.again };
    let limit = args.fetch_up_to.saturating_mul(1 << 30);
    let (library, done) = watch::watched(watch::in_words, |progress| render::index_file(&db, &args.paths, options, limit, progress))?;
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
    out::line(format_args!("{}: {} ({done})", db.display(), count(clips, "clip")))
}
