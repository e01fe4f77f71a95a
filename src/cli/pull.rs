//! `prelight pull`: the frames that a cut uses, found in the library and rendered by a recipe.

use super::{columns, out, recipe::Trust, render::Working, watch};
use crate::{
    camera::Rational,
    error::{Error, Result},
    library::{self, Library},
    progress::Progress,
    recipe::{self, OpenRecipe},
    render::{
        Cache,
        pull::{self, Pull, Pulled},
        store::Store,
    },
    words::count,
};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// The cut: EDL, ALE, OTIO, FCP7 XML or FCPXML
    #[arg(long, value_name = "FILE")]
    edl: PathBuf,
    /// The library: its index, or a folder that is searched now
    #[arg(long, value_name = "INDEX|DIR")]
    library: PathBuf,
    /// What is rendered, and of which clips; a dry run may do without
    #[arg(long, required_unless_present = "dry_run")]
    recipe: Option<PathBuf>,
    /// Frames before and behind each event; those that the recipe says where absent, else none
    #[arg(long)]
    handles: Option<u32>,
    /// Where the delivery goes: a folder, or s3://BUCKET/PREFIX, gs://, az://
    #[arg(long, required_unless_present = "dry_run")]
    out: Option<String>,
    /// Frames per second of an EDL, which does not say: 24, 23.976, 30000/1001
    #[arg(long)]
    rate: Option<Rational>,
    /// Movie of the whole cut from editorial: tells by picture what names and timecode do not
    #[arg(long, value_name = "MOVIE")]
    proxy: Option<PathBuf>,
    /// Show what would be pulled, and render nothing
    #[arg(long)]
    dry_run: bool,
    /// Render what was found, also where events are refused
    #[arg(long)]
    partial: bool,
    #[command(flatten)]
    working: Working,
    #[command(flatten)]
    trust: Trust,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let recipe = args.recipe.as_ref().map(|path| recipe::open(path)).transpose()?;
    // First of all: what nobody may render is not even looked for.
    let approvals = match &recipe {
        Some(recipe) => args.trust.admit(recipe)?,
        // One that cannot be read is told all the same.
        None => args.trust.policy().map(|_| vec![])?,
    };
    let resolved = watch::watched(watch::in_words, |progress| resolve(args, recipe.as_ref(), progress))?;
    let refused = || {
        let refused = resolved.refused.len();
        let why = format!("{refused} of {} refused: nothing is rendered unless --partial", count(resolved.events.len(), "event"));
        if refused == 0 { Ok(()) } else { Err(Error::refused(why).file(&args.edl)) }
    };
    let shown = || if args.json { out::json(&pull::report(&resolved)) } else { show(&resolved) };
    let (Some(recipe), Some(out), false) = (&recipe, &args.out, args.dry_run) else {
        shown()?;
        return refused();
    };
    // Of nothing there is no part.
    if let Err(why) = refused()
        && (!args.partial || resolved.ranges.is_empty())
    {
        shown()?;
        return Err(why);
    }
    let (out, cache) = (Store::open(out)?, Cache::of_user());
    let (out, cache) = (&out, cache.as_ref());
    let job = Pulled { pull: &resolved, list: &args.edl, recipe, approvals: &approvals, out, overwrite: args.working.overwrite, cache };
    let pool = args.working.pool()?;
    let (document, place) = watch::watched(watch::in_words, |progress| pool.install(|| pull::run(&job, progress)))?;
    if args.json {
        return out::json(&document);
    }
    show(&resolved)?;
    out::line(place)
}

fn resolve(args: &Args, recipe: Option<&OpenRecipe>, progress: &Progress) -> Result<Pull> {
    let cut = pull::events(&args.edl, args.rate)?;
    if cut.events.is_empty() {
        return Err(Error::invalid("no event shows the picture of a clip").file(&args.edl));
    }
    let approved = recipe.and_then(|recipe| recipe.recipe.output.as_ref()).map_or(0, |output| output.handles);
    let handles = args.handles.unwrap_or(approved);
    let library = open(&args.library, progress)?;
    let mut resolved = pull::resolve(cut, library.sources()?, handles, args.proxy.as_deref(), progress)?;
    if let Some(recipe) = recipe {
        pull::admit(&mut resolved, recipe, progress)?;
    }
    Ok(resolved)
}

/// An index as it is; a folder is read into one that is gone afterwards.
fn open(path: &Path, progress: &Progress) -> Result<Library> {
    if !path.is_dir() {
        return Library::open(path);
    }
    let mut library = Library::in_memory()?;
    let done = library.index(&[path.to_owned()], library::Options::default(), progress)?;
    for (_, why) in &done.errors {
        out::message(format_args!("prelight: {why}"));
    }
    Ok(library)
}

fn show(pull: &Pull) -> Result<()> {
    for warning in &pull.warnings {
        out::message(format_args!("prelight: {warning}"));
    }
    out::write(columns::text(
        &["Event", "Reel", "Source", "Clip", "Frames", "Handles", "Match", "Score", "Because"],
        &(0..pull.events.len()).map(|i| row(pull, i)).collect::<Vec<_>>(),
    ))?;
    for refused in &pull.refused {
        for offer in &refused.candidates {
            out::line(format_args!(
                "  event {} could be {} (score {:.2}: {})",
                pull.events[refused.event].number,
                offer.path.display(),
                offer.score,
                offer.reason
            ))?;
        }
    }
    let frames: u64 = pull.ranges.iter().map(|r| u64::from(r.frames.end() - r.frames.start()) + 1).sum();
    out::line(format_args!(
        "{}: {} matched, {} refused; {} in {}",
        count(pull.events.len(), "event"),
        pull.matched.len(),
        pull.refused.len(),
        count(frames, "frame"),
        count(pull.ranges.len(), "range")
    ))
}

fn row(pull: &Pull, i: usize) -> Vec<String> {
    let event = &pull.events[i];
    let source = format!("{} {}", event.code(event.start), event.retime().unwrap_or_default());
    let mut row = vec![event.number.to_string(), event.reel.clone().unwrap_or_default(), source.trim_end().to_owned()];
    if let Some(m) = pull.matched.iter().find(|m| m.event == i) {
        let short = m.handles.iter().any(|had| *had < pull.handles);
        row.extend([
            pull.sources[m.source].name.clone(),
            format!("{}-{}", m.frames.start(), m.frames.end()),
            format!("{}+{}{}", m.handles[0], m.handles[1], if short { " short" } else { "" }),
            m.tier.word().to_owned(),
            format!("{:.2}", m.score),
            m.reason.clone(),
        ]);
    } else {
        let why = pull.refused.iter().find(|r| r.event == i).map(|r| r.why.clone()).unwrap_or_default();
        row.extend(["-", "", "", "REFUSED", ""].map(str::to_owned));
        row.push(why);
    }
    row
}
