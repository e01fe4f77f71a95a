//! `prelight find`: which clips of the library fit.

use super::{columns, index, out};
use crate::{
    error::Result,
    library::{Hit, Line, Query},
    progress::Progress,
    render::{self, store},
    words::count,
};
use serde_json::{Value, json};

#[derive(clap::Args)]
#[command(
    after_help = "A search is words and fields: camera:ALEXA lens:>40mm ei:800 fps:23.976 scene:12A tc:10:04:17:07 \"night exterior\" -take:1.
A number is 800, >800, >=800, <800, <=800 or 200..800; a text contains the value, or is it (=value); `-` turns a term
around: in quotes ('scene:12 -take:1'), or behind --.
is:gone finds clips that are no more, is:error files that could not be read."
)]
pub struct Args {
    /// What to look for; all terms have to fit
    #[arg(required = true)]
    query: Vec<String>,
    /// The index: a path, or s3://, gs://, az://
    #[arg(long, visible_alias = "library", value_name = "FILE|URL", default_value = index::DEFAULT)]
    db: String,
    /// Most clips that are listed
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let query: Query = args.query.join(" ").parse()?;
    let library = render::open_library(&args.db, &Progress::default()).map_err(|error| {
        let is_absent = matches!(store::local(&args.db), Ok(Some(path)) if !path.exists());
        if is_absent { error.hint("`prelight index FOLDER --db FILE` makes an index, --db names one that there is") } else { error }
    })?;
    let (hits, more) = library.find_first(&query, args.limit)?;
    if args.json {
        let clips: Vec<Value> = hits.iter().map(object).collect();
        return out::json(&json!({ "clips": clips, "more": more }));
    }
    out::write(columns::text(
        &["Clip", "Reel", "Start", "Frames", "Rate", "Camera", "Lens", "EI", "Path"],
        &hits.iter().map(row).collect::<Vec<_>>(),
    ))?;
    let listed = count(hits.len(), "clip");
    out::message(if more { format!("{listed}, and more: --limit") } else { listed });
    Ok(())
}

fn row(hit: &Hit) -> Vec<String> {
    let state = match &hit.error {
        Some(error) => error.clone(),
        None if hit.gone => format!("{} (gone)", hit.path.display()),
        None => hit.path.display().to_string(),
    };
    let Line { name, reel, camera, lens, exposure_index, rate, timecode, frames } = hit.line();
    vec![name, reel, timecode, frames, rate, camera, lens, exposure_index, state]
}

fn object(hit: &Hit) -> Value {
    if let Some(error) = &hit.error {
        return json!({ "path": hit.path.display().to_string(), "error": error, "gone": hit.gone });
    }
    let missing: Vec<[u32; 2]> = hit.frames.missing.iter().map(|r| [*r.start(), *r.end()]).collect();
    json!({
        "path": hit.path.display().to_string(), "name": hit.name, "format": hit.format, "gone": hit.gone,
        "frames": { "first": hit.frames.first, "count": hit.frames.count, "missing": missing },
        "metadata": hit.metadata,
    })
}
