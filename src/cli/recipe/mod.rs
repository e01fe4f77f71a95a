//! `prelight recipe`: make recipes, sign them, and read them.

mod package;
mod pdf;
mod sign;

pub use sign::Trust;

use super::{
    check::{Checked, text},
    choices::Choices,
    out,
    subject::{self, Chosen, Opened, Rules},
    watch::{in_words, watched},
};
use crate::{
    camera::{self, Clip},
    check::{Outcome, matched_in_words},
    error::{Error, InFile, Result},
    files,
    pipeline::clip_name,
    recipe::{self, Approval, Approved, Besides, Conditions, Field, Output, Pin, Superseded, Tolerance, Waiver, Widening},
    render::{self, container},
};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Check clips, render their golden frames and write a recipe folder
    New(Box<New>),
    /// Hold a recipe against this engine: is it the one, does it make the golden frames, is the package whole
    Check {
        recipe: PathBuf,
        /// Camera originals that were approved, or folders to search for them: their golden frames are made again
        clips: Vec<PathBuf>,
        #[command(flatten)]
        trust: Trust,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Make the golden frames of a recipe again: here in every way of computing, and in a container where one is given
    Validate {
        recipe: PathBuf,
        /// Camera originals that were approved, or folders to search for them
        #[arg(long = "clip", value_name = "CLIP", required = true, num_args = 1..)]
        clips: Vec<PathBuf>,
        /// Root file system of the container (container/build.sh), run by bubblewrap without a network
        #[arg(long, value_name = "FOLDER")]
        container: Option<PathBuf>,
        #[command(flatten)]
        trust: Trust,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Make a pair of keys to sign with
    Key(sign::Key),
    /// Add a signed approval to a recipe
    Sign(sign::Sign),
    /// Whether a recipe is what was approved, by those who may
    Verify(sign::Verify),
    /// What changed from one recipe to another
    Diff {
        before: PathBuf,
        after: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Verify a recipe's documents and print what it says
    Show {
        recipe: PathBuf,
        /// Print recipe.json
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of recipe.json (draft 2020-12)
    Schema,
    /// Pack a recipe folder into one file; every command takes either
    Pack(package::Pack),
    /// Unpack such a file into a folder
    Unpack(package::Unpack),
    /// Write a recipe as a page to read, mail and sign by hand
    Pdf(pdf::Args),
    /// Write a recipe of an earlier version as this version has it; it has to be signed anew
    Migrate {
        recipe: PathBuf,
        /// Recipe folder to make
        #[arg(long)]
        out: PathBuf,
    },
}

#[derive(clap::Args)]
struct New {
    /// Clips, or folders to search for clips
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    chosen: Chosen,
    /// Recipe folder to make
    #[arg(long)]
    out: PathBuf,
    /// Who approves
    #[arg(long)]
    name: String,
    /// As what
    #[arg(long)]
    role: String,
    #[arg(long, default_value = "")]
    note: String,
    /// The recipe that the new one takes the place of
    #[arg(long, value_name = "RECIPE")]
    supersedes: Option<PathBuf>,
    #[command(flatten)]
    admits: Admits,
    /// Golden frames of each clip: first, middle, last and the worst cases that are found (auto); those three (even); or frame numbers,
    /// 12,40,99
    #[arg(long, value_name = "auto|even|N,N,N", default_value = "auto")]
    golden: recipe::golden::Choice,
    /// Accept a failed check by name: CHECK=REASON
    #[arg(long, value_name = "CHECK=REASON", value_parser = parse_waiver)]
    waive: Vec<(String, String)>,
    /// What is delivered, as a TOML file (see `output` in recipe.json)
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Deliverables by name, several with commas: plate, plate-zip, dpx10, tiff16, still-jpeg, thumbnail, h264, prores422hq, dnxhr-hq, …
    /// (a name that is not known lists all)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    deliver: Vec<String>,
    #[command(flatten)]
    choices: Choices,
    #[command(flatten)]
    rules: Rules,
}

/// On what conditions the recipe may be used.
#[derive(clap::Args)]
struct Admits {
    /// What clips are admitted besides those like the approved one: make, model, serial, mode, codec, resolution, ei, squeeze, each one
    /// value, several with commas, a range of numbers, or any: 'ei:400..1600 model:"ALEXA 35","ALEXA Mini LF" mode:any'
    #[arg(long, value_name = "FIELD:VALUE…")]
    scope: Option<Widening>,
    /// Exposure indices that are approved, 800 or 200-3200: the same as --scope ei:200..3200
    #[arg(long, value_name = "EI[-EI]")]
    ei: Option<String>,
    /// How far golden frames may come out elsewhere, by dE ITP on the output or as a part of scene-linear light, at most and for 99.9 % of the
    /// pixels: itp:1,0.25 or relative:0.001,0.0005; without it the same bits
    #[arg(long, value_name = "METRIC:MAX,P99.9")]
    tolerance: Option<Tolerance>,
    /// Name the programs that may render it by their SHA-256: this one, a file, or a digest; may be given several times
    #[arg(long, value_name = "this|FILE|SHA256", num_args = 0..=1, default_missing_value = "this", require_equals = true)]
    pin_engine: Vec<String>,
    /// Let another version or build render it, if it makes the golden frames as they were approved
    #[arg(long)]
    prove_engine: bool,
    /// What the recipe is called
    #[arg(long, value_name = "NAME")]
    title: Option<String>,
    /// The production that it is of; without it that which every clip states
    #[arg(long, value_name = "NAME")]
    production: Option<String>,
}

impl Admits {
    fn conditions(&self) -> Result<Conditions> {
        let mut scope = self.scope.clone().unwrap_or_default();
        if let Some(ei) = &self.ei {
            if scope.text(Field::Ei).is_some() {
                return Err(Error::usage("said by --scope as well").field("--ei").value(ei));
            }
            scope.set(Field::Ei, &ei.replacen('-', "..", 1))?;
        }
        let pins = self.pin_engine.iter().map(|text| pin(text)).collect::<Result<_>>()?;
        let (title, production) = (self.title.clone(), self.production.clone());
        Ok(Conditions { title, production, scope, tolerance: self.tolerance, pins, proved: self.prove_engine })
    }
}

/// `this`, a digest, or the digest of a file.
fn pin(text: &str) -> Result<Pin> {
    match text.parse() {
        Ok(pin) => Ok(pin),
        Err(_) if Path::new(text).is_file() => Ok(Pin::Program(files::sha256_of_file(Path::new(text))?)),
        Err(wrong) => Err(wrong.hint("or a file").field("--pin-engine")),
    }
}

impl New {
    /// What is delivered, where anything is said about it.
    fn output(&self) -> Result<Option<Output>> {
        /// Bytes of the file, at most.
        const LARGEST: u64 = 1 << 20;
        let presets = self.deliver.iter().map(|name| name.trim());
        match &self.output {
            None if self.deliver.is_empty() => Ok(None),
            None => Output::of_presets(presets).map(Some),
            Some(path) => {
                let mut output = Output::parse_toml(&files::read_text(path, LARGEST)?).in_file(path)?;
                output.add_presets(presets)?;
                Ok(Some(output))
            }
        }
    }
}

fn parse_waiver(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=') {
        Some((check, reason)) if !check.trim().is_empty() && !reason.trim().is_empty() => Ok((check.trim().into(), reason.trim().into())),
        _ => Err("a waiver is CHECK=REASON".into()),
    }
}

pub fn run(args: Args) -> Result<()> {
    match args.command {
        Command::New(new) => make(&new),
        Command::Check { recipe, clips, trust, json } => check(&recipe, &clips, None, &trust, json),
        Command::Validate { recipe, clips, container, trust, json } => {
            let container = container.or_else(container::of_environment);
            check(&recipe, &clips, container.as_deref(), &trust, json)
        }
        Command::Key(args) => sign::key(&args),
        Command::Sign(args) => sign::sign(&args),
        Command::Verify(args) => sign::verify(&args),
        Command::Diff { before, after, json } => diff(&before, &after, json),
        Command::Show { recipe, json } => show(&recipe, json),
        Command::Schema => out::json(&recipe::schema()),
        Command::Pack(args) => package::pack(&args),
        Command::Unpack(args) => package::unpack(&args),
        Command::Pdf(args) => pdf::run(&args),
        Command::Migrate { recipe, out } => migrate(&recipe, &out),
    }
}

fn make(args: &New) -> Result<()> {
    let (output, conditions) = (args.output()?, args.admits.conditions()?);
    let found = subject::clips_below(&args.paths);
    // A recipe of some of the clips is not what was asked for.
    if let Some(e) = found.errors.into_iter().next() {
        return Err(e);
    }
    let settings = args.choices.settings(|| subject::open_keys(&found.clips, &args.chosen))?;
    let mut clips: Vec<Opened> = found.clips.iter().map(|p| subject::open(p, &args.chosen, &settings)).collect::<Result<_>>()?;
    let profile = args.rules.profile()?;
    if args.rules.every_frame {
        clips.iter_mut().try_for_each(|clip| clip.measure(&profile))?;
    }
    let waivers: Vec<Waiver> =
        args.waive.iter().map(|(check, reason)| Waiver { check: check.clone(), reason: reason.clone(), by: args.name.clone() }).collect();
    let approved: Vec<Approved> = clips
        .iter()
        .map(|c| Approved { subject: c.subject(profile.clone()), golden: args.golden.clone(), waivers: waivers.clone(), found: vec![] })
        .collect();
    let approval = Approval { name: args.name.clone(), role: args.role.clone(), note: args.note.clone(), at: String::new() };
    let old = args.supersedes.as_deref().map(recipe::open).transpose()?;
    let supersedes = old.map(|old| Superseded { id: old.recipe.id, digest: old.digest });
    let besides = Besides { supersedes, output, conditions, ..Besides::default() };
    let exported = watched(in_words, |progress| render::approve(&args.out, approved, besides, &approval, progress))?;
    out::line(format_args!("{}  sha256 {}", exported.folder.display(), exported.digest))?;
    for (check, _) in &args.waive {
        let fails = |clip: &recipe::ClipRecipe| clip.checks.iter().any(|f| f.id == *check && f.outcome == Outcome::Fail);
        if !exported.recipe.clips.iter().any(fails) {
            out::message(format_args!("prelight: {check} fails on no clip: the waiver is in the recipe, and accepts nothing"));
        }
    }
    for clip in &exported.recipe.clips {
        for g in &clip.golden {
            out::line(format_args!("  {} frame {}{}: plate {}", clip.name, g.frame, why(g), g.plate))?;
        }
    }
    Ok(())
}

/// Why a frame is golden, behind its number.
fn why(golden: &recipe::Golden) -> String {
    golden.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default()
}

/// Exit codes: 12 where the recipe may not be used here (another engine, an approval without a name), 11 where something is not as it
/// was approved.
fn check(path: &Path, clips: &[PathBuf], container: Option<&Path>, trust: &Trust, json: bool) -> Result<()> {
    let policy = trust.policy()?;
    let recipe = recipe::open(path)?;
    let found = subject::clips_below(clips);
    if let Some(error) = found.errors.into_iter().next() {
        return Err(error);
    }
    let opened = found.clips.iter().map(|path| camera::open(path)).collect::<Result<Vec<_>>>()?;
    let clips: Vec<&dyn Clip> = opened.iter().map(|clip| &**clip).collect();
    // Beside others, a clip of another recipe is none of this one's; alone it was named by mistake.
    let admitted = clips.iter().map(|clip| recipe.entry_for(*clip, &clip_name(*clip)).map(drop));
    if let Some(error) = admitted.reduce(|one, other| one.or(other)).and_then(Result::err) {
        return Err(error.file(path));
    }
    let findings = watched(in_words, |progress| container::check(&recipe, &clips, policy.as_ref(), container, progress))?;
    let checked = Checked { clip: format!("Recipe {}", recipe.recipe.id), path: path.to_owned(), findings, waivers: vec![] };
    if json {
        out::json(&serde_json::json!({ "recipe": recipe.recipe.id, "path": path, "findings": checked.findings }))?;
    } else {
        out::write(text(&checked))?;
    }
    let failed: Vec<&str> = checked.findings.iter().filter(|f| f.stands_in_the_way()).map(|f| f.id.as_str()).collect();
    match failed.as_slice() {
        [] => Ok(()),
        some if some.iter().any(|id| ["ENG-01", "PKG-01", "PKG-02"].contains(id)) => {
            Err(Error::refused(format!("the recipe is not to be used here: {}", some.join(", "))).file(path))
        }
        some => Err(Error::verification(format!("not as approved: {}", some.join(", "))).file(path)),
    }
}

fn diff(before: &Path, after: &Path, json: bool) -> Result<()> {
    let changes = recipe::diff(&recipe::open(before)?.recipe, &recipe::open(after)?.recipe);
    if json {
        return out::json(&changes);
    }
    let mut clip = None;
    for c in &changes {
        if clip.replace(&c.clip) != Some(&c.clip) {
            out::line(if c.clip.is_empty() { "Recipe" } else { &c.clip })?;
        }
        let side = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
        out::line(format_args!("  {}: {}: {} -> {}", c.about, c.what, side(&c.before), side(&c.after)))?;
    }
    if changes.is_empty() { out::line("no change") } else { Ok(()) }
}

fn show(path: &Path, json: bool) -> Result<()> {
    let open = recipe::open(path)?;
    let r = &open.recipe;
    if json {
        return out::json(r);
    }
    out::line(format_args!("recipe {}  made {} by {}", r.id, r.created, r.engine))?;
    out::line(format_args!("sha256 {}", open.digest))?;
    for (what, said) in [("title", &r.title), ("production", &r.production)] {
        said.as_ref().map_or(Ok(()), |said| out::line(format_args!("{what} {said}")))?;
    }
    if !r.engine.digests.is_empty() || r.engine.proved {
        out::line(format_args!("rendered by {}", r.engine.rule()))?;
    }
    if let Some(tolerance) = &r.tolerance {
        out::line(format_args!("golden frames may differ by {tolerance}"))?;
    }
    if let Some(old) = &r.supersedes {
        out::line(format_args!("supersedes {}  sha256 {}", old.id, old.digest))?;
    }
    for a in &r.approvals {
        out::line(format_args!("approved by {}, {} ({}) {}", a.name, a.role, a.at, a.note))?;
    }
    for d in r.output.iter().flat_map(|o| &o.deliverables) {
        out::line(format_args!("delivers {d}"))?;
    }
    if let Some(said) = r.output.as_ref().and_then(Output::naming_in_words) {
        out::line(format_args!("delivery: {said}"))?;
    }
    for c in &r.clips {
        out::line(format_args!("\n{}  frames {}-{} ({})", c.name, c.frames.first, c.frames.last, c.frames.count))?;
        out::line(format_args!("  admits {}", c.scope))?;
        c.decoder.as_ref().map_or(Ok(()), |d| out::line(format_args!("  decoded by {d}")))?;
        for s in &c.road {
            out::line(format_args!("  {}{}: {}  [{}]", s.step, if s.applied { " (applied)" } else { "" }, s.detail, s.source))?;
        }
        for look in &c.looks {
            out::line(format_args!("  look file {}  sha256 {}", look.path, look.sha256))?;
        }
        out::line(format_args!("  plate {} from {} of {}", c.plate.size, c.plate.source, c.plate.canvas))?;
        if let Some(profile) = &c.profile {
            out::line(format_args!("  checked by profile {profile}"))?;
        }
        for w in &c.waivers {
            out::line(format_args!("  waived {}: {} ({})", w.check, w.reason, w.by))?;
        }
        for g in &c.golden {
            out::line(format_args!("  golden frame {}{}: {}", g.frame, why(g), g.plate))?;
        }
    }
    for list in r.show.iter().flat_map(|s| &s.cut_lists) {
        let matched = matched_in_words(list.matched, list.events);
        out::line(format_args!("\nheld against the cut list {}: {matched}", list.name))?;
    }
    for w in r.show.iter().flat_map(|s| &s.waivers) {
        out::line(format_args!("\nwaived for the show {}: {} ({})", w.check, w.reason, w.by))?;
    }
    Ok(())
}

fn migrate(path: &Path, folder: &Path) -> Result<()> {
    let (recipe, digest) = recipe::migrate(&recipe::open(path)?, folder, OffsetDateTime::now_utc())?;
    out::line(format_args!("{}  sha256 {digest}", folder.display()))?;
    if let Some(old) = &recipe.supersedes {
        out::line(format_args!("  supersedes {}  sha256 {}", old.id, old.digest))?;
    }
    out::line("  not signed: what was signed was the recipe before")
}
