//! `prelight render`: what a recipe approves, nothing else.

use super::{bench, out, recipe::Trust};
use crate::{
    camera,
    error::Result,
    progress::Progress,
    recipe::{self, sign},
    render::{Job, openjd_lines, render},
    words::{agree, count},
};
use std::{ops::RangeInclusive, path::PathBuf};
use time::OffsetDateTime;

#[derive(clap::Args)]
pub struct Args {
    /// Recipe: its folder, or the file that it is packed into
    #[arg(long)]
    recipe: PathBuf,
    /// Clip to render: a frame of it, or its folder
    #[arg(long)]
    clip: PathBuf,
    /// Frames a-b, or a single frame; all where absent
    #[arg(long, value_parser = parse_range)]
    frames: Option<RangeInclusive<u32>>,
    /// Folder for the delivery
    #[arg(long)]
    out: PathBuf,
    /// Write files again that are already there
    #[arg(long)]
    overwrite: bool,
    /// Worker threads; all cores where absent. The pixels are the same for any number
    #[arg(long)]
    threads: Option<usize>,
    #[command(flatten)]
    trust: Trust,
    /// Print the receipt as JSON
    #[arg(long)]
    json: bool,
    /// Print progress in the lines of Open Job Description, first to last
    #[arg(long, conflicts_with = "json")]
    openjd: bool,
}

pub(super) fn parse_range(text: &str) -> std::result::Result<RangeInclusive<u32>, String> {
    let number = |s: &str| s.trim().parse::<u32>().map_err(|_| format!("{s:?} is not a frame number"));
    match text.split_once('-') {
        Some((a, b)) => Ok(number(a)?..=number(b)?),
        None => number(text).map(|n| n..=n),
    }
}

pub fn run(args: Args) -> Result<()> {
    if args.openjd {
        return openjd_lines::reported(std::io::stdout(), "Rendering", |progress| deliver(&args, progress));
    }
    deliver(&args, &Progress::default())
}

fn deliver(args: &Args, progress: &Progress) -> Result<()> {
    let recipe = recipe::open(&args.recipe)?;
    // First of all: what nobody may render is not even opened.
    let approvals = match args.trust.policy()? {
        Some(policy) => sign::admit(&recipe, &policy, OffsetDateTime::now_utc())?,
        None => vec![],
    };
    let clip = camera::open(&args.clip)?;
    let job = Job {
        recipe: &recipe,
        clip: &*clip,
        approvals: &approvals,
        frames: args.frames.clone(),
        out: &args.out,
        overwrite: args.overwrite,
    };
    let delivery = bench::pool(args.threads)?.install(|| render(&job, progress))?;
    if args.json {
        return out::json(&delivery.receipt);
    }
    out::line(format_args!(
        "{} in {} ({} {} already there)",
        count(delivery.receipt.frames.len(), "frame"),
        delivery.folder.display(),
        delivery.kept,
        agree(&delivery.kept, "was", "were")
    ))?;
    for f in &delivery.receipt.frames {
        out::line(format_args!("  {}  {}", f.file, f.pixels))?;
    }
    for f in &delivery.receipt.frames {
        if let Some(census) = f.not_numbers {
            out::message(format_args!("prelight: {}: {census} in the source, made 0 and the largest number", f.file));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_a_to_b_or_one() {
        assert_eq!(parse_range("3-7"), Ok(3..=7));
        assert_eq!(parse_range("12"), Ok(12..=12));
        assert!(parse_range("a-b").is_err() && parse_range("").is_err() && parse_range("-3").is_err());
    }
}
