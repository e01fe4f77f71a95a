//! `prelight submit`: a job for the engine that a studio has. `prelight function`: what runs where that is AWS Lambda.

use super::{
    out,
    overwrite::Overwrite,
    pull::{Cut, messages, refused, resolve},
    recipe::Trust,
    render::parse_range,
    watch::{in_words, watched},
};
use crate::{
    camera::Rational,
    error::{Error, Result},
    files, recipe,
    render::{
        Document,
        invoke::Payload,
        open_clip, open_recipe,
        pull::Range,
        submit::{
            Bundle, Chunk, Chunking, Claim, Cluster, Package, PullJob, PullRange, Shot, Submission, bundle, local_places, manifest,
            payloads, payloads_of_cut, place_of, pull_bundle, pull_manifest, runtime,
        },
    },
    session::quoted,
    words::count,
};
use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

/// What holds where an engine is not told otherwise.
const PROGRAM: &str = "prelight";
const IMAGE: &str = concat!("prelight:", env!("CARGO_PKG_VERSION"));
const PARALLEL: u32 = 16;

#[derive(clap::Args)]
pub struct Args {
    /// Engine: Open Job Description (Deadline Cloud, openjd), Kubernetes, AWS Lambda
    #[arg(long, value_enum)]
    to: Engine,
    /// Recipe: its folder, or the file that it is packed into; a path, or s3://, gs://, az://
    #[arg(long)]
    recipe: String,
    /// Clips to render: a frame of each, or its folder; paths, or s3://, gs://, az://
    #[arg(long = "clip", value_name = "CLIP", required_unless_present = "edl", num_args = 1..)]
    clips: Vec<String>,
    /// In the place of clips the cut that is pulled: EDL, ALE, OTIO, FCP7 XML or FCPXML; a task a range, then the pull itself
    #[arg(long, value_name = "FILE|URL", requires = "library", conflicts_with_all = ["clips", "frames"])]
    edl: Option<String>,
    /// The library that it is resolved to, here and on the farm: its index, or a folder or prefix of a bucket
    #[arg(long, value_name = "INDEX|DIR|URL", requires = "edl")]
    library: Option<String>,
    /// Frames before and behind each event; those that the recipe says where absent, else none
    #[arg(long, requires = "edl")]
    handles: Option<u32>,
    /// Frames per second of an EDL, which does not say
    #[arg(long, requires = "edl")]
    rate: Option<Rational>,
    /// Movie of the whole cut from editorial
    #[arg(long, value_name = "MOVIE|URL", requires = "edl")]
    proxy: Option<String>,
    /// Submit what was found, also where events are refused
    #[arg(long, requires = "edl")]
    partial: bool,
    /// Where the deliveries go: a folder, or the address of an object store
    #[arg(long)]
    out: PathBuf,
    /// Frames a-b of every clip, or a single frame; all where absent
    #[arg(long, value_name = "FRAMES", value_parser = parse_range)]
    frames: Option<RangeInclusive<u32>>,
    /// Frames of a task at most (16), or how long one may take as measured here (90s, 10min)
    #[arg(long, default_value = "48", value_parser = chunk)]
    chunk: Chunk,
    /// Folder for the files that the engine takes; without it the job is printed
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
    #[command(flatten)]
    overwrite: Overwrite,
    #[command(flatten)]
    trust: Trust,
    /// Make a list of hashes (ASC MHL) of every delivery, too (openjd, k8s)
    #[arg(long)]
    mhl: bool,
    /// Secret Ed25519 key that tasks sign with how a delivery came about, by its path where they run: it is no part of the job (openjd, k8s)
    #[arg(long, value_name = "KEY")]
    sign_with: Option<PathBuf>,
    /// Public key that this is held against when the job is sealed (openjd, k8s)
    #[arg(long, value_name = "KEY.pub")]
    signed_by: Option<PathBuf>,
    /// Run the job on this machine, by the same template (openjd)
    #[cfg(feature = "openjd")]
    #[arg(long)]
    run: bool,
    /// List the chunks, for engines without the extension TASK_CHUNKING (openjd)
    #[arg(long)]
    list_chunks: bool,
    /// Program that workers call: a name on their path, or its path there; prelight where absent (openjd)
    #[arg(long)]
    program: Option<String>,
    /// Image of the container; prelight:VERSION as this one where absent (k8s)
    #[arg(long)]
    image: Option<String>,
    /// PersistentVolumeClaim that pods see, at the path where it is here, too (k8s)
    #[arg(long = "claim", value_name = "NAME:/PATH", value_parser = claim)]
    claims: Vec<Claim>,
    /// Secret of the cluster that pods see as files below a path: one with the key of --sign-with (k8s)
    #[arg(long = "secret", value_name = "NAME:/PATH", value_parser = claim)]
    secrets: Vec<Claim>,
    /// Service account of the pods (k8s)
    #[arg(long, value_name = "NAME")]
    service_account: Option<String>,
    /// Pods at a time, at most; 16 where absent (k8s)
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    parallel: Option<u32>,
    /// Program that goes into the function; this one where absent (lambda)
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    Openjd,
    K8s,
    Lambda,
}

fn chunk(text: &str) -> std::result::Result<Chunk, String> {
    text.parse().map_err(|e: Error| e.message().to_owned())
}

fn claim(text: &str) -> std::result::Result<Claim, String> {
    text.parse().map_err(|e: Error| e.message().to_owned())
}

impl Args {
    #[cfg(feature = "openjd")]
    fn runs(&self) -> bool {
        self.run
    }
    #[cfg(not(feature = "openjd"))]
    fn runs(&self) -> bool {
        false
    }

    /// An option of another engine would be passed over.
    fn refuse_foreign_options(&self) -> Result<()> {
        let options = [
            ("--run", self.runs(), Engine::Openjd),
            ("--list-chunks", self.list_chunks, Engine::Openjd),
            ("--program", self.program.is_some(), Engine::Openjd),
            ("--image", self.image.is_some(), Engine::K8s),
            ("--parallel", self.parallel.is_some(), Engine::K8s),
            ("--claim", !self.claims.is_empty(), Engine::K8s),
            ("--secret", !self.secrets.is_empty(), Engine::K8s),
            ("--service-account", self.service_account.is_some(), Engine::K8s),
            ("--binary", self.binary.is_some(), Engine::Lambda),
        ];
        let foreign = options.into_iter().find(|(_, given, engine)| *given && *engine != self.to);
        foreign.map_or(Ok(()), |(option, _, engine)| Err(Error::usage(format!("is of --to {engine:?}").to_lowercase()).field(option)))
    }

    /// Whatever the renderer would refuse is refused here: no farm is asked in vain.
    fn submission(&self) -> Result<Submission> {
        let (recipe, _fetched) = open_recipe(&self.recipe)?;
        self.trust.admit(&recipe)?;
        let out = place_of(&self.out)?;
        let shot = |clip: &String| Shot::new(&recipe, &*open_clip(clip)?, self.frames.as_ref(), self.chunk, &out);
        let clips = self.clips.iter().map(shot).collect::<Result<Vec<_>>>()?;
        let mut deliveries: Vec<String> = clips.iter().map(Shot::delivery).collect();
        deliveries.sort();
        if let Some(twice) = deliveries.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::usage("two clips would go to one folder").field("--clip").value(&twice[0]));
        }
        let place = |path: Option<&Path>| path.map(place_of).transpose();
        Ok(Submission {
            recipe: place_of(Path::new(&self.recipe))?,
            trust: place(self.trust.path().as_deref())?,
            out,
            clips,
            hash_list: self.mhl,
            sign_with: place(self.sign_with.as_deref())?,
            signed_by: place(self.signed_by.as_deref())?,
        })
    }

    fn cluster(&self) -> Cluster {
        let (claims, secrets, account) = (self.claims.clone(), self.secrets.clone(), self.service_account.clone());
        let image = self.image.as_deref().unwrap_or(IMAGE).to_owned();
        Cluster { image, parallel: self.parallel.unwrap_or(PARALLEL), claims, secrets, account }
    }

    /// Writes a file into the folder, or prints it where there is none.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        match &self.write {
            None => out::write(String::from_utf8_lossy(bytes)),
            Some(folder) => {
                files::create_folder(folder)?;
                let path = folder.join(name);
                files::write_bytes(&path, self.overwrite.existing(), bytes)?;
                out::line(path.display())
            }
        }
    }
}

pub fn run(args: &Args) -> Result<()> {
    args.refuse_foreign_options()?;
    if let (Some(edl), Some(library)) = (&args.edl, &args.library) {
        return pull(args, edl, library);
    }
    let submission = args.submission()?;
    for shot in &submission.clips {
        shot.left_out.iter().for_each(|said| out::message(format_args!("prelight: {}: {said}", shot.name)));
    }
    let tasks: usize = submission.clips.iter().map(|shot| shot.tasks().count()).sum();
    out::message(format_args!("prelight: {} in {}", count(submission.clips.len(), "clip"), count(tasks, "task")));
    match args.to {
        Engine::Openjd => openjd(args, &submission),
        Engine::K8s => args.put("job.json", &recipe::to_json(&manifest(&submission, &args.cluster())?)?),
        Engine::Lambda => lambda(args, &payloads(&submission)),
    }
}

/// A cut, resolved here as the farm will resolve it.
fn pull(args: &Args, edl: &str, library: &str) -> Result<()> {
    let made = "who signs what a pull leaves has to have made it: `prelight pull` takes the key";
    let by_recipe = "a pull makes histories where the recipe asks for them";
    for (option, given, why) in [
        ("--sign-with", args.sign_with.is_some(), made),
        ("--signed-by", args.signed_by.is_some(), made),
        ("--mhl", args.mhl, by_recipe),
        ("--list-chunks", args.list_chunks, "a range of a cut is a task"),
    ] {
        if given {
            return Err(Error::unsupported(why).field(option));
        }
    }
    let (recipe, _fetched) = open_recipe(&args.recipe)?;
    args.trust.admit(&recipe)?;
    let list = Document::open(edl).map_err(|e| e.field("--edl"))?;
    let cut = Cut { library, rate: args.rate, handles: args.handles, proxy: args.proxy.as_deref() };
    let found = watched(in_words, |progress| resolve(&cut, &list, Some(&recipe), progress))?;
    messages(&found);
    if !args.partial || found.ranges.is_empty() {
        refused(&found, &list)?;
    }
    found.check()?;
    let out = place_of(&args.out)?;
    watched(in_words, |progress| found.refuse_originals(&out, progress))?;
    let of_recipe = recipe.recipe.output.as_ref().and_then(|output| output.naming.shot.as_deref());
    let range = |range: &Range| -> Result<PullRange> {
        let shot = found.shot(&range.events, of_recipe).map(|shot| shot.name);
        let source = &found.sources[range.source];
        let (clip, delivery) = (place_of(&source.path)?, recipe::safe_name(&source.name));
        Ok(PullRange { clip, delivery, frames: range.frames.clone(), begin: range.begin, shot })
    };
    let place = |text: &str| place_of(Path::new(text));
    let job = PullJob {
        recipe: place(&args.recipe)?,
        trust: args.trust.path().map(|path| place_of(&path)).transpose()?,
        out,
        list: place(edl)?,
        library: place(library)?,
        proxy: args.proxy.as_deref().map(place).transpose()?,
        handles: found.handles,
        rate: args.rate.map(|rate| rate.to_string()),
        partial: args.partial,
        ranges: found.ranges.iter().map(range).collect::<Result<_>>()?,
    };
    out::message(format_args!("prelight: {} of a cut", count(job.ranges.len(), "range")));
    match args.to {
        Engine::Openjd => finish(args, &|program| pull_bundle(&job, program)),
        Engine::K8s => args.put("job.json", &recipe::to_json(&pull_manifest(&job, &args.cluster())?)?),
        Engine::Lambda => {
            lambda(args, &payloads_of_cut(&job))?;
            let leaves = "finds what the calls have made and leaves list, report and statement";
            let call = job.pull().iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
            out::message(format_args!("prelight: once they have ended, `prelight {call}` {leaves}"));
            Ok(())
        }
    }
}

fn openjd(args: &Args, submission: &Submission) -> Result<()> {
    let chunking = if args.list_chunks { Chunking::Listed } else { Chunking::Engine };
    finish(args, &|program| bundle(submission, program, chunking))
}

/// Runs what a template says, or leaves it.
fn finish(args: &Args, describe: &dyn Fn(&str) -> Result<Bundle>) -> Result<()> {
    if args.runs() {
        return run_here(describe);
    }
    let described = describe(args.program.as_deref().unwrap_or(PROGRAM))?;
    args.put("template.json", &recipe::to_json(&described.template)?)?;
    match &args.write {
        Some(_) => {
            // A job bundle of Deadline Cloud has the one, `openjd run -p file://` takes the other.
            args.put("parameter_values.json", &recipe::to_json(&described.parameter_values())?)?;
            args.put("parameters.json", &recipe::to_json(&serde_json::json!(described.values))?)
        }
        None => {
            described.values.iter().for_each(|(name, value)| out::message(format_args!("prelight: parameter {name} = {value}")));
            Ok(())
        }
    }
}

#[cfg(feature = "openjd")]
fn run_here(describe: &dyn Fn(&str) -> Result<Bundle>) -> Result<()> {
    use crate::{error::InFile, progress::Progress, render::submit};
    let program = std::env::current_exe().in_file(Path::new("prelight"))?;
    let described = describe(&place_of(&program)?)?;
    watched(in_words, |progress: &Progress| {
        submit::run_here(&described, progress, |ran| out::line(format_args!("{}  {}", ran.step, ran.task)))
    })
}

#[cfg(not(feature = "openjd"))]
fn run_here(_: &dyn Fn(&str) -> Result<Bundle>) -> Result<()> {
    Err(Error::unsupported("this program was built without the feature openjd").field("--run"))
}

fn lambda(args: &Args, payloads: &[Payload]) -> Result<()> {
    let after = "no call of a function comes after all others: once they have ended,";
    for (option, given, why) in [
        ("--trust", args.trust.path().is_some(), "a function has the trust policy that its PRELIGHT_TRUST names".to_owned()),
        ("--sign-with", args.sign_with.is_some(), "a function has no key among its files, and no vault is asked for one".to_owned()),
        ("--signed-by", args.signed_by.is_some(), format!("{after} `prelight verify` takes it")),
        ("--mhl", args.mhl, format!("{after} `prelight mhl create` makes it")),
    ] {
        if given {
            return Err(Error::unsupported(why).field(option));
        }
    }
    // Also where nothing is written yet: who looks at the job learns it before the farm does.
    let named = args.binary.as_deref().map(Package::of).transpose()?;
    let local = local_places(payloads);
    if let Some(first) = local.first() {
        let others = if local.len() > 1 { format!(" and {} more", local.len() - 1) } else { String::new() };
        let why = "on this machine: a function sees them only where a file system is mounted at the same place; give addresses (s3://)";
        out::message(format_args!("prelight: {first}{others}: {why}"));
    }
    let lines = payloads.iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>();
    let lines = lines.map_err(|e| Error::invalid(e.to_string()))?;
    if let Some(folder) = &args.write {
        let package = match named {
            Some(package) => package,
            None => Package::of(&std::env::current_exe().map_err(|e| Error::io(Path::new("prelight"), &e))?)?,
        };
        files::create_folder(folder)?;
        let file = folder.join("function.zip");
        package.write(&file, args.overwrite.existing())?;
        out::line(file.display())?;
    }
    args.put("payloads.jsonl", (lines.join("\n") + "\n").as_bytes())
}

#[derive(clap::Args)]
pub struct FunctionArgs {
    /// Command that gets every event on its standard input
    #[arg(required = true, last = true)]
    command: Vec<String>,
}

/// Serves events until the interface is gone.
pub fn function(args: &FunctionArgs) -> Result<()> {
    let interface = std::env::var(runtime::VARIABLE);
    let interface = interface.map_err(|_| Error::usage("runs as a custom runtime of AWS Lambda only").field(runtime::VARIABLE))?;
    runtime::serve(&interface, &args.command)
}
