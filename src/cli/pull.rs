//! `prelight pull`: the frames that a cut uses, found in the library and rendered by a recipe.

use super::{
    columns, out,
    recipe::Trust,
    render::{SignWith, Told, Working, observed},
    signals, watch,
};
use crate::{
    camera::Rational,
    error::{Error, Result},
    library::{self, Library},
    progress::Progress,
    recipe::OpenRecipe,
    render::{
        self, Cache, Document, Watch,
        pull::{self, Files, Pull, Pulled, Range},
        store::Store,
    },
    words::count,
};

#[derive(clap::Args)]
pub struct Args {
    /// The cut: EDL, ALE, OTIO, FCP7 XML or FCPXML; a path, or s3://, gs://, az://
    #[arg(long, value_name = "FILE|URL")]
    edl: String,
    /// The library: its index, or a folder or prefix of a bucket that is searched now; a path, or s3://, gs://, az://
    #[arg(long, value_name = "INDEX|DIR|URL")]
    library: String,
    /// What is rendered, and of which clips: a path, or s3://, gs://, az://; a dry run may do without
    #[arg(long, required_unless_present = "dry_run")]
    recipe: Option<String>,
    /// Frames before and behind each event; those that the recipe says where absent, else none
    #[arg(long)]
    handles: Option<u32>,
    /// Where the delivery goes: a folder, or s3://BUCKET/PREFIX, gs://, az://
    #[arg(long, required_unless_present = "dry_run")]
    out: Option<String>,
    /// Frames per second of an EDL, which does not say: 24, 23.976, 30000/1001
    #[arg(long)]
    rate: Option<Rational>,
    /// Movie of the whole cut from editorial, a path, or s3://, gs://, az://: tells by picture what names and timecode do not
    #[arg(long, value_name = "MOVIE|URL")]
    proxy: Option<String>,
    /// Show what would be pulled, and render nothing
    #[arg(long)]
    dry_run: bool,
    /// Render what was found, also where events are refused
    #[arg(long)]
    partial: bool,
    #[command(flatten)]
    working: Working,
    #[command(flatten)]
    signing: SignWith,
    #[command(flatten)]
    trust: Trust,
    /// Tell what happens on standard output, one JSON object a line; what is refused is told on standard error
    #[arg(long, conflicts_with_all = ["json", "dry_run"])]
    events: bool,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    signals::heed();
    observed(args.events, |told| pull(args, told))
}

fn pull(args: &Args, told: &Told) -> Result<()> {
    let fetched = args.recipe.as_deref().map(render::open_recipe).transpose()?;
    let recipe = fetched.as_ref().map(|(recipe, _)| recipe);
    // First of all: what nobody may render is not even looked for.
    let approvals = match recipe {
        Some(recipe) => args.trust.admit(recipe)?,
        // One that cannot be read is told all the same.
        None => args.trust.policy().map(|_| vec![])?,
    };
    let key = args.signing.key()?;
    let out = args.out.as_deref().map(Store::open).transpose()?;
    let list = Document::open(&args.edl).map_err(|e| e.field("--edl"))?;
    let cut = Cut { library: &args.library, rate: args.rate, handles: args.handles, proxy: args.proxy.as_deref() };
    let resolved = watch::watched(watch::in_words, |progress| resolve(&cut, &list, recipe, progress))?;
    let refused = || refused(&resolved, &list);
    let of_recipe = recipe.and_then(|recipe| recipe.recipe.output.as_ref()).and_then(|output| output.naming.shot.as_deref());
    let shown = || match (args.json, args.events) {
        (true, _) => out::json(&pull::report(&resolved)),
        (_, true) => {
            messages(&resolved);
            Ok(())
        }
        _ => show(&resolved, of_recipe),
    };
    let cache = Cache::of_user();
    let job = recipe.zip(out.as_ref()).map(|(recipe, out)| Pulled {
        pull: &resolved,
        list: list.path(),
        recipe,
        approvals: &approvals,
        out,
        overwrite: args.working.overwrite,
        cache: cache.as_ref(),
        sign_with: key.as_ref(),
    });
    let (Some(job), false) = (&job, args.dry_run) else {
        shown()?;
        // It ends as the pull itself would.
        if !args.partial || resolved.ranges.is_empty() {
            refused()?;
        }
        resolved.check()?;
        // What lies there is looked at, too, where it is said where.
        return job
            .as_ref()
            .map_or(Ok(()), |job| watch::watched(watch::in_words, |progress| pull::look(job, progress)).map_err(|e| list.said(e)));
    };
    // Of nothing there is no part.
    if let Err(why) = refused()
        && (!args.partial || resolved.ranges.is_empty())
    {
        shown()?;
        return Err(why);
    }
    let pool = args.working.pool()?;
    let work = |progress: &Progress| pool.install(|| pull::run(job, &Watch::with_events(progress, told)));
    let made = watch::watched(watch::in_words, work).map_err(|e| list.said(e))?;
    if args.json {
        return out::json(&made.report);
    }
    shown()?;
    if args.events { Ok(()) } else { out::line(made.place) }
}

/// How a cut list is resolved.
pub(super) struct Cut<'a> {
    pub library: &'a str,
    pub rate: Option<Rational>,
    pub handles: Option<u32>,
    pub proxy: Option<&'a str>,
}

pub(super) fn resolve(asked: &Cut, list: &Document, recipe: Option<&OpenRecipe>, progress: &Progress) -> Result<Pull> {
    let cut = pull::events(list.path(), asked.rate).map_err(|e| list.said(e))?;
    if cut.events.is_empty() {
        return Err(Error::invalid("no event shows the picture of a clip").file(list.location()));
    }
    let approved = recipe.and_then(|recipe| recipe.recipe.output.as_ref()).map_or(0, |output| output.handles);
    let handles = asked.handles.unwrap_or(approved);
    let library = open(asked.library, progress)?;
    let mut resolved = pull::resolve(cut, library.sources()?, handles, asked.proxy, progress)?;
    if let Some(recipe) = recipe {
        pull::admit(&mut resolved, recipe, progress)?;
    }
    Ok(resolved)
}

/// Fails where an event is refused.
pub(super) fn refused(pull: &Pull, list: &Document) -> Result<()> {
    let refused = pull.refused.len();
    let end = if pull.matched.is_empty() { "none can be rendered" } else { "nothing is rendered unless --partial" };
    let why = format!("{refused} of {} refused: {end}", count(pull.events.len(), "event"));
    if refused == 0 { Ok(()) } else { Err(Error::refused(why).file(list.location())) }
}

/// An index as it is; a folder or bucket is read into one that is gone afterwards.
fn open(location: &str, progress: &Progress) -> Result<Library> {
    if render::is_library(location)? {
        return render::open_library(location, progress);
    }
    let mut library = Library::in_memory()?;
    let done = render::index(&mut library, &[location.to_owned()], library::Options::default(), render::FETCHED, progress)?;
    for (_, why) in &done.errors {
        out::message(format_args!("prelight: {why}"));
    }
    for empty in &done.empty {
        out::message(format_args!("prelight: {}", empty.error()));
    }
    Ok(library)
}

/// What is odd, and what is refused, for who reads events.
pub(super) fn messages(pull: &Pull) {
    for warning in &pull.warnings {
        out::message(format_args!("prelight: {warning}"));
    }
    for refused in &pull.refused {
        out::message(format_args!("prelight: event {}: {}", pull.events[refused.event].number, refused.why));
    }
    for range in &pull.ranges {
        range.left_out.iter().for_each(|said| out::message(format_args!("prelight: {}: {said}", name_of(pull, range))));
    }
}

/// `A001C001 12-48`.
fn name_of(pull: &Pull, range: &Range) -> String {
    format!("{} {}-{}", pull.sources[range.source].name, range.frames.start(), range.frames.end())
}

fn show(pull: &Pull, of_recipe: Option<&str>) -> Result<()> {
    for warning in &pull.warnings {
        out::message(format_args!("prelight: {warning}"));
    }
    out::write(columns::text(
        &["Event", "Shot", "Reel", "Source", "Clip", "Frames", "Handles", "Match", "Score", "Because"],
        &(0..pull.events.len()).map(|i| row(pull, i, of_recipe)).collect::<Vec<_>>(),
    ))?;
    for found in &pull.matched {
        for said in found.evidence.iter().filter(|_| found.tier == pull::Tier::Picture) {
            out::line(format_args!("  event {}: {said}", pull.events[found.event].number))?;
        }
    }
    for refused in &pull.refused {
        for said in &refused.evidence {
            out::line(format_args!("  event {}: {said}", pull.events[refused.event].number))?;
        }
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
    for range in &pull.ranges {
        out::write(called(pull, range))?;
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

/// What the files of a range will be called, a line for each deliverable; nothing where no recipe was asked.
fn called(pull: &Pull, range: &Range) -> String {
    let frames = name_of(pull, range);
    match &range.files {
        None => String::new(),
        Some(Err(error)) => format!("  {frames}: {error}\n"),
        Some(Ok(files)) => {
            let line = |f: &Files| {
                format!("  {frames}: {}{}\n", f.first, if f.first == f.last { String::new() } else { format!(" to {}", f.last) })
            };
            let left_out = range.left_out.iter().map(|said| format!("  {frames}: {said}\n"));
            files.iter().map(line).chain(left_out).collect()
        }
    }
}

fn row(pull: &Pull, i: usize, of_recipe: Option<&str>) -> Vec<String> {
    let event = &pull.events[i];
    let source = format!("{} {}", event.code(event.start), event.retime().unwrap_or_default());
    let shot = pull.shot(&[i], of_recipe).map(|shot| format!("{} ({})", shot.name, shot.from.word())).unwrap_or_default();
    let mut row = vec![event.number.to_string(), shot, event.reel.clone().unwrap_or_default(), source.trim_end().to_owned()];
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
