//! `prelight wall`: how far a job is, by what lies in its store.

use super::{
    out,
    overwrite::Overwrite,
    watch::{in_words, watched},
};
use crate::{
    error::{Error, Result},
    files,
    render::{
        store::Store,
        wall::{self, Until, Wall},
    },
    words::{agree, count},
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// Where the deliveries go: a folder, or s3://BUCKET/PREFIX, gs://, az://
    place: String,
    /// Write one page that needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// What an hour of a machine costs, in any money
    #[arg(long, value_name = "NUMBER", value_parser = price)]
    price: Option<f64>,
    /// Wait until these frames of a clip are sealed, and movies that have tasks of their own: A001=1-48,movies:1-48; may be given more than once
    #[arg(long, value_name = "CLIP=FRAMES", value_parser = until)]
    until: Vec<Until>,
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    overwrite: Overwrite,
}

fn price(text: &str) -> std::result::Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "no number".to_owned())?;
    if number.is_finite() && number >= 0.0 { Ok(number) } else { Err("no price".into()) }
}

fn until(text: &str) -> std::result::Result<Until, String> {
    text.parse().map_err(|e: Error| e.message().to_owned())
}

/// Exit codes: 11 where frames have failed that nobody has made since, or have failed for good while they were waited for.
pub fn run(args: &Args) -> Result<()> {
    let store = Store::open(&args.place)?;
    args.until.iter().try_for_each(|until| watched(in_words, |progress| wall::wait(&store, until, progress)))?;
    let wall = watched(in_words, |progress| wall::read(&store, progress))?;
    if let Some(path) = &args.html {
        files::write_bytes(path, args.overwrite.existing(), wall::html(&wall, args.price).as_bytes())?;
    }
    if args.json {
        out::json(&wall)?
    } else {
        print(&wall, args.price)?
    }
    match wall.clips.iter().map(|clip| clip.open_failures().count()).sum::<usize>() {
        0 => Ok(()),
        n => Err(Error::verification(format!("{} {} not been made good", count(n, "failure"), agree(&n, "has", "have"))).file(&wall.place)),
    }
}

fn print(wall: &Wall, price: Option<f64>) -> Result<()> {
    for clip in &wall.clips {
        out::line(format_args!("{}  {}", clip.name, clip.said(price)))?;
        for failure in clip.open_failures() {
            out::line(format_args!("  FAILED {failure}"))?;
        }
        if let Some(gone) = clip.gone_said() {
            out::line(format_args!("  made, and there no more: {gone}"))?;
        }
        let left = wall::ranges(clip.left());
        if !left.is_empty() {
            out::line(format_args!("  still to be made: {left}"))?;
        }
    }
    wall.unreadable.iter().for_each(|line| out::message(format_args!("prelight: {line}")));
    Ok(())
}
