//! `prelight render`: what a recipe approves, nothing else.

use super::{
    bench, out,
    recipe::Trust,
    signals,
    telemetry::Telemetry,
    watch::{in_words, watched},
};
use crate::{
    error::{Error, Result},
    progress::Progress,
    recipe::sign::SecretKey,
    render::{self, Also, Cache, Delivery, Event, Job, Only, Order, Watch, openjd_lines, render, store::Store},
    words::{agree, count},
};
use std::{ops::RangeInclusive, path::PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// Recipe: its folder, or the file that it is packed into; a path, or s3://, gs://, az://
    #[arg(long)]
    recipe: String,
    /// Clip to render: a frame of it, or its folder; a path, or s3://, gs://, az://
    #[arg(long)]
    clip: String,
    /// Frames a-b, or a single frame; all where absent
    #[arg(long, value_parser = parse_range)]
    frames: Option<RangeInclusive<u32>>,
    /// Where the delivery goes: a folder, or s3://BUCKET/PREFIX, gs://, az://
    #[arg(long)]
    out: String,
    /// The shot that names are filled with, as a cut list names it
    #[arg(long, value_name = "NAME")]
    shot: Option<String>,
    /// The first frame that the cut shows, before which are handles; the clip's first where absent
    #[arg(long, value_name = "FRAME")]
    begin: Option<u32>,
    /// Half of what the recipe delivers, where another task makes the other: the files of frames, or the movies
    #[arg(long, value_name = "frames|movies", value_parser = only)]
    only: Option<Only>,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    working: Working,
    #[command(flatten)]
    signing: SignWith,
    /// Make golden frames again, also those that this machine remembers
    #[arg(long)]
    no_cache: bool,
    /// Tell what happens on standard output, one JSON object a line
    #[arg(long, conflicts_with = "json")]
    events: bool,
    /// Print the receipt as JSON
    #[arg(long)]
    json: bool,
    /// Print progress in the lines of Open Job Description, first to last
    #[arg(long, conflicts_with_all = ["json", "events"])]
    openjd: bool,
}

/// Of every command that renders.
#[derive(clap::Args, Default)]
pub(super) struct Working {
    /// Write files again that are already there
    #[arg(long)]
    pub overwrite: bool,
    /// Worker threads; all cores where absent. The pixels are the same for any number
    #[arg(long)]
    threads: Option<usize>,
}

impl Working {
    pub fn pool(&self) -> Result<rayon::ThreadPool> {
        bench::pool(self.threads)
    }
}

/// Of those that may sign what they did.
#[derive(clap::Args, Default)]
pub(super) struct SignWith {
    /// Sign the statement of how the delivery came about: a secret Ed25519 key, PKCS #8 PEM (see `prelight recipe key`)
    #[arg(long, value_name = "KEY")]
    sign_with: Option<PathBuf>,
}

impl SignWith {
    pub fn key(&self) -> Result<Option<SecretKey>> {
        self.sign_with.as_deref().map(SecretKey::open).transpose()
    }
}

pub(super) fn parse_range(text: &str) -> std::result::Result<RangeInclusive<u32>, String> {
    render::invoke::range(text).ok_or_else(|| "frames are a-b, or one".to_owned())
}

fn only(text: &str) -> std::result::Result<Only, String> {
    text.parse().map_err(|e: Error| e.message().to_owned())
}

/// With `--events` or `--openjd`, what stops it before the job begins is told too.
pub fn run(args: &Args) -> Result<()> {
    signals::heed();
    let outcome = observed(args.events, |told| work(args, told));
    outcome.inspect_err(|error| {
        if args.openjd {
            openjd_lines::failed(std::io::stdout(), error);
        }
    })
}

fn work(args: &Args, told: &Told) -> Result<()> {
    let (recipe, _fetched) = render::open_recipe(&args.recipe)?;
    // First of all: what nobody may render is not even opened.
    let approvals = args.trust.admit(&recipe)?;
    let clip = render::open_clip(&args.clip)?;
    let out = Store::open(&args.out)?;
    let key = args.signing.key()?;
    let cache = Cache::of_user().filter(|_| !args.no_cache);
    let job = Job {
        order: Order::Recipe(&recipe),
        clip: &*clip,
        approvals: &approvals,
        frames: args.frames.clone(),
        out: &out,
        overwrite: args.working.overwrite,
        cache: cache.as_ref(),
        also: Also { shot: args.shot.as_deref(), begin: args.begin, sign_with: key.as_ref(), only: args.only },
    };
    let pool = args.working.pool()?;
    let work = |progress: &Progress| pool.install(|| render(&job, &Watch::with_events(progress, told)));
    let delivery = match args.openjd {
        true => openjd_lines::followed(std::io::stdout(), "Rendering", &signals::progress(), work),
        false => watched(in_words, work),
    }?;
    if args.events {
        return Ok(());
    }
    if args.json { out::json(&delivery.receipt) } else { say(&delivery) }
}

/// Hears of events.
pub(super) type Told<'a> = dyn Fn(&Event) + Sync + 'a;

/// Does work whose events go where they are asked for: to standard output, and to the collector that the environment names. That it
/// fails, wherever it does, is the last of them.
pub(super) fn observed<T>(events: bool, work: impl FnOnce(&Told) -> Result<T>) -> Result<T> {
    let telemetry = Telemetry::of_environment();
    let told = |event: &Event| {
        if events {
            tell(event);
        }
        if let Ok(Some(telemetry)) = &telemetry {
            telemetry.take(event);
        }
    };
    let ready = telemetry.as_ref().map(drop).map_err(Clone::clone);
    let outcome = ready.and_then(|()| work(&told)).inspect_err(|error| told(&Event::failed(error)));
    let telemetry = telemetry.ok().flatten();
    if let Some(Err(error)) = telemetry.map(Telemetry::finish) {
        out::message(format_args!("prelight: {error}"));
    }
    outcome
}

/// Nobody may be listening any more: that is no failure of the job.
fn tell(event: &Event) {
    if let Ok(line) = serde_json::to_string(event) {
        _ = out::line(line);
    }
}

fn say(delivery: &Delivery) -> Result<()> {
    let Delivery { place, receipt, frames, kept, .. } = delivery;
    receipt.defaults.iter().chain(&receipt.notes).for_each(|said| out::message(format_args!("prelight: {said}")));
    out::line(format_args!("{} in {place} ({kept} {} already there)", count(*frames, "frame"), agree(kept, "was", "were")))?;
    let plates = receipt.frames.iter().filter(|_| receipt.deliverables.is_empty()).map(|f| (&f.file, &f.pixels));
    for (file, pixels) in plates.chain(receipt.deliverables.iter().map(|d| (&d.file, &d.pixels))) {
        out::line(format_args!("  {file}  {pixels}"))?;
    }
    for f in &receipt.frames {
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
