//! `prelight submit`: a job for the engine that a studio has. `prelight function`: what runs where that is AWS Lambda.

use super::{out, overwrite::Overwrite, recipe::Trust};
use crate::{
    error::{Error, Result},
    files, recipe,
    render::{
        open_clip, open_recipe,
        submit::{Chunk, Chunking, Claim, Cluster, Shot, Submission, bundle, manifest, package, payloads, place_of, runtime},
    },
    words::count,
};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// Engine: Open Job Description (Deadline Cloud, openjd), Kubernetes, AWS Lambda
    #[arg(long, value_enum)]
    to: Engine,
    /// Recipe: its folder, or the file that it is packed into; a path, or s3://, gs://, az://
    #[arg(long)]
    recipe: String,
    /// Clips to render: a frame of each, or its folder; paths, or s3://, gs://, az://
    #[arg(long = "clip", value_name = "CLIP", required = true, num_args = 1..)]
    clips: Vec<String>,
    /// Where the deliveries go: a folder, or the address of an object store
    #[arg(long)]
    out: PathBuf,
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
    /// Make a list of hashes (ASC MHL) of every delivery, too
    #[arg(long)]
    mhl: bool,
    /// Run the job on this machine, by the same template (openjd)
    #[cfg(feature = "openjd")]
    #[arg(long)]
    run: bool,
    /// List the chunks, for engines without the extension TASK_CHUNKING (openjd)
    #[arg(long)]
    list_chunks: bool,
    /// Program that workers call: a name on their path, or its path there (openjd)
    #[arg(long, default_value = "prelight")]
    program: String,
    /// Image of the container (k8s)
    #[arg(long, default_value = concat!("prelight:", env!("CARGO_PKG_VERSION")))]
    image: String,
    /// PersistentVolumeClaim that pods see, at the path where it is here, too (k8s)
    #[arg(long = "claim", value_name = "NAME:/PATH", value_parser = claim)]
    claims: Vec<Claim>,
    /// Service account of the pods (k8s)
    #[arg(long, value_name = "NAME")]
    service_account: Option<String>,
    /// Pods at a time, at most (k8s)
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    parallel: u32,
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
            ("--mhl", self.mhl, Engine::Openjd),
            ("--claim", !self.claims.is_empty(), Engine::K8s),
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
        let clips = self.clips.iter().map(|clip| Shot::new(&recipe, &*open_clip(clip)?, self.chunk)).collect::<Result<Vec<_>>>()?;
        let mut deliveries: Vec<String> = clips.iter().map(Shot::delivery).collect();
        deliveries.sort();
        if let Some(twice) = deliveries.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::usage("two clips would go to one folder").field("--clip").value(&twice[0]));
        }
        let trust = self.trust.path().map(|path| place_of(&path)).transpose()?;
        Ok(Submission { recipe: place_of(Path::new(&self.recipe))?, trust, out: place_of(&self.out)?, clips, hash_list: self.mhl })
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
    let submission = args.submission()?;
    let tasks: usize = submission.clips.iter().map(|shot| shot.chunks().len()).sum();
    out::message(format_args!("prelight: {} in {}", count(submission.clips.len(), "clip"), count(tasks, "task")));
    match args.to {
        Engine::Openjd => openjd(args, &submission),
        Engine::K8s => {
            let (image, account) = (args.image.clone(), args.service_account.clone());
            let cluster = Cluster { image, parallel: args.parallel, claims: args.claims.clone(), account };
            args.put("job.json", &recipe::to_json(&manifest(&submission, &cluster)?)?)
        }
        Engine::Lambda => lambda(args, &submission),
    }
}

fn openjd(args: &Args, submission: &Submission) -> Result<()> {
    let chunking = if args.list_chunks { Chunking::Listed } else { Chunking::Engine };
    let described = bundle(submission, &args.program, chunking)?;
    if args.runs() {
        return run_here(submission, chunking);
    }
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
fn run_here(submission: &Submission, chunking: Chunking) -> Result<()> {
    use crate::{
        cli::watch::{in_words, watched},
        error::InFile,
        progress::Progress,
        render::submit,
    };
    let program = std::env::current_exe().in_file(Path::new("prelight"))?;
    let described = bundle(submission, &place_of(&program)?, chunking)?;
    watched(in_words, |progress: &Progress| {
        submit::run_here(&described, progress, |ran| out::line(format_args!("{}  {}", ran.step, ran.task)))
    })
}

#[cfg(not(feature = "openjd"))]
fn run_here(_: &Submission, _: Chunking) -> Result<()> {
    Err(Error::unsupported("this program was built without the feature openjd").field("--run"))
}

fn lambda(args: &Args, submission: &Submission) -> Result<()> {
    if submission.trust.is_some() {
        return Err(Error::unsupported("a function has the trust policy that its PRELIGHT_TRUST names").field("--trust"));
    }
    let lines = payloads(submission).iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>();
    let lines = lines.map_err(|e| Error::invalid(e.to_string()))?;
    if let Some(folder) = &args.write {
        files::create_folder(folder)?;
        let program = match &args.binary {
            Some(binary) => binary.clone(),
            None => std::env::current_exe().map_err(|e| Error::io(Path::new("prelight"), &e))?,
        };
        let file = folder.join("function.zip");
        package(&program, &file, args.overwrite.existing())?;
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
