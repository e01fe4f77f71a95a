//! `prelight mhl`: the history of a folder's files in ASC Media Hash Lists.

mod print;
mod show;

use super::{out, validate, watch};
use crate::{
    error::{Error, ErrorKind, InFile, Result},
    history::{self, Create, Flatten, Origin, Report, Verify, exit},
    progress::Progress,
    render::{create_history, store::Store, verify_history},
    sidecar::{
        Diagnostic,
        mhl::{self, Author, Format, is_email},
    },
};
use serde_json::json;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// ASC MHL: hash a folder's files, verify them, continue their history
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes, those of the reference implementation (ascmhl 1.2):
  0 everything as recorded     10 files are missing       11 a file is not as recorded (or not readable)
  12 a folder is not           20 no such single file     21 files that are not recorded
  30 no history                31 a manifest was changed  32 no chain    33 a manifest is missing
  1 anything else that failed  2 wrong use                75 try again
Where several apply, the first of these is given:
  create, verify --record   1 11 10 30      verify   11 12 21 10 30 1
  diff                      11 10 21 30     (what is wrong with the history itself, 30 to 33, ends any of them)")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Hash every file and write the next generation (the first one where there is no history)
    #[command(disable_help_flag = true)]
    Create(Box<CreateArgs>),
    /// Hash every file and compare with the history; writes nothing unless asked to
    #[command(disable_help_flag = true)]
    Verify(Box<VerifyArgs>),
    /// Compare what there is with the history, without reading the media
    #[command(disable_help_flag = true)]
    Diff(DiffArgs),
    /// Write a history with all its generations and nested histories as one packing list
    #[command(disable_help_flag = true)]
    Flatten(FlattenArgs),
    /// Check a manifest, or a chain, against its schema; the files it lists are not looked at
    Validate {
        /// An `.mhl` file, or an `ascmhl_chain.xml`
        file: PathBuf,
        /// Print the result as one JSON document
        #[arg(long)]
        json: bool,
    },
    /// What a history says
    #[command(alias = "info")]
    Show(show::Args),
}

#[derive(clap::Args)]
struct Common {
    /// The folder whose history it is
    folder: PathBuf,
    /// A pattern to leave out, as in a .gitignore file
    #[arg(short, long, value_name = "PATTERN")]
    ignore: Vec<String>,
    /// A file with such patterns, one a line
    #[arg(long, alias = "ignore_spec", value_name = "FILE")]
    ignore_spec: Option<PathBuf>,
    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
    /// Print help
    #[arg(long, action = clap::ArgAction::HelpLong)]
    help: Option<bool>,
}

impl Common {
    /// Where the files are.
    fn place(&self) -> Result<Store> {
        self.folder.to_str().map_or_else(|| Ok(Store::folder(&self.folder)), Store::open)
    }
    /// The folder that they are in, for what is not done of an object store.
    fn folder(&self) -> Result<PathBuf> {
        let place = self.place()?;
        let why = "is an object store: create, verify and diff take one";
        place.as_folder().map(Path::to_path_buf).ok_or_else(|| Error::unsupported(why).file(&self.folder))
    }
    fn patterns(&self) -> Result<Vec<String>> {
        let mut patterns = self.ignore.clone();
        if let Some(file) = &self.ignore_spec {
            let text = crate::files::read_text(file, 1 << 20)?;
            patterns.extend(text.lines().filter(|l| !l.is_empty()).map(str::to_owned));
        }
        Ok(patterns)
    }
}

#[derive(clap::Args)]
struct OriginArgs {
    #[arg(long, alias = "author_name", value_name = "NAME")]
    author_name: Option<String>,
    #[arg(long, alias = "author_email", value_name = "ADDRESS")]
    author_email: Option<String>,
    #[arg(long, alias = "author_phone", value_name = "NUMBER")]
    author_phone: Option<String>,
    #[arg(long, alias = "author_role", value_name = "ROLE")]
    author_role: Option<String>,
    /// Where it was made
    #[arg(long)]
    location: Option<String>,
    #[arg(long)]
    comment: Option<String>,
    /// The name of this computer, where it is not to be its own
    #[arg(long)]
    hostname: Option<String>,
    /// The moment of making, where it is not to be now: 2026-07-01T12:00:00Z
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    date: Option<OffsetDateTime>,
}

fn parse_date(text: &str) -> std::result::Result<OffsetDateTime, String> {
    history::parse_date(text).ok_or_else(|| "not a date and time like 2026-07-01T12:00:00Z".into())
}

impl OriginArgs {
    fn origin(&self) -> Result<Origin> {
        if let Some(email) = self.author_email.as_ref().filter(|e| !is_email(e)) {
            return Err(Error::usage("is not an e-mail address that the schema takes").field("--author-email").value(email));
        }
        let (name, email) = (self.author_name.clone(), self.author_email.clone());
        let (phone, role) = (self.author_phone.clone(), self.author_role.clone());
        let any = name.is_some() || email.is_some() || phone.is_some() || role.is_some();
        let author = any.then(|| Author { name: name.unwrap_or_default(), email, phone, role, ..Author::default() });
        let (host, location, comment) = (self.hostname.clone(), self.location.clone(), self.comment.clone());
        Ok(Origin { date: self.date, host, author, location, comment })
    }
}

#[derive(clap::Args)]
struct CreateArgs {
    #[command(flatten)]
    common: Common,
    /// c4, md5, sha1, xxh128, xxh3 or xxh64; may be given more than once [default: as the last generation, else xxh128]
    #[arg(short = 'h', long, alias = "hash_format", value_name = "FORMAT")]
    hash_format: Vec<Format>,
    /// Record this file alone, or the files in this folder; may be given more than once
    #[arg(short, long, alias = "single_file", value_name = "PATH")]
    single_file: Vec<PathBuf>,
    /// Record folders without their hashes
    #[arg(short, long, alias = "no_directory_hashes")]
    no_directory_hashes: bool,
    /// Recognise files and folders that are gone under their new names
    #[arg(long, alias = "detect_renaming")]
    detect_renaming: bool,
    /// Hash everything anew, also what an interrupted create has hashed already
    #[arg(long)]
    no_resume: bool,
    /// Record files as original again whose every digest on record failed
    #[arg(long)]
    accept_failed: bool,
    #[command(flatten)]
    origin: OriginArgs,
    /// Files hashed at the same time [default: one a core]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

#[derive(clap::Args)]
struct VerifyArgs {
    #[command(flatten)]
    common: Common,
    /// Formats to hold against the record [default: the first on record of each file]
    #[arg(short = 'h', long, alias = "hash_format", value_name = "FORMAT")]
    hash_format: Vec<Format>,
    /// Verify this file alone
    #[arg(short, long, alias = "single_file", value_name = "PATH")]
    single_file: Option<PathBuf>,
    /// Verify the hashes of folders too
    #[arg(short, long, alias = "directory_hash")]
    directory_hash: bool,
    /// Verify against this packing list instead of the history
    #[arg(short, long, alias = "packing_list", value_name = "FILE")]
    packing_list: Option<PathBuf>,
    /// Record the result as the next generation
    #[arg(long, conflicts_with_all = ["packing_list", "single_file", "directory_hash"])]
    record: bool,
    #[command(flatten)]
    origin: OriginArgs,
    /// Files hashed at the same time [default: one a core]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

#[derive(clap::Args)]
struct DiffArgs {
    #[command(flatten)]
    common: Common,
    /// Read and hash the files too
    #[arg(long)]
    hash: bool,
}

#[derive(clap::Args)]
struct FlattenArgs {
    #[command(flatten)]
    common: Common,
    /// The folder to write the packing list into
    destination: PathBuf,
    #[command(flatten)]
    origin: OriginArgs,
}

pub fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Create(args) => finish(&args.common, create(&args), Report::exit_of_create),
        Command::Verify(args) => finish(&args.common, verify(&args), Report::exit_of_verify),
        Command::Diff(args) => finish(&args.common, diff(&args), Report::exit_of_diff),
        Command::Flatten(args) => finish(&args.common, flatten(&args), Report::exit_of_create),
        Command::Validate { file, json } => {
            validate::validate(&file, "ASC MHL document", document(&file), validate::load_error, json).map_err(coded)
        }
        Command::Show(args) => show::run(&args).map_err(coded),
    }
}

/// What is wrong with a manifest, or with a chain, which has no findings but errors.
fn document(file: &Path) -> Result<Vec<Diagnostic>> {
    let manifest = mhl::read(file);
    match &manifest {
        Err(e) if e.kind() == ErrorKind::Invalid && e.field_name() == Some("root element") => {}
        _ => return manifest.map(|(_, found)| found),
    }
    let chain = mhl::read_chain_bytes(file).and_then(|bytes| mhl::parse_chain(&bytes).in_file(file));
    chain.map(|_| vec![])
}

fn create(args: &CreateArgs) -> Result<Report> {
    let options = Create {
        formats: args.hash_format.clone(),
        folder_hashes: !args.no_directory_hashes,
        detect_renaming: args.detect_renaming,
        only: args.single_file.clone(),
        ignore: args.common.patterns()?,
        origin: args.origin.origin()?,
        accept_failed: args.accept_failed,
        journal: history::journal_folder(),
        resume: !args.no_resume,
        threads: args.threads,
    };
    let place = args.common.place()?;
    watched(|progress| create_history(&place, &options, progress))
}

fn verify(args: &VerifyArgs) -> Result<Report> {
    if args.record {
        let folder = args.common.folder()?;
        if history::state(&folder)? == history::State::NoHistory {
            return Err(Error::invalid("no ASC MHL history here (create makes one)").file(&args.common.folder).exit(exit::NO_HISTORY));
        }
        let (formats, ignore, origin) = (args.hash_format.clone(), args.common.patterns()?, args.origin.origin()?);
        let (journal, threads) = (history::journal_folder(), args.threads);
        let options = Create { formats, ignore, origin, journal, resume: false, threads, ..Create::default() };
        return watched(|progress| history::create(&folder, &options, progress));
    }
    let options = Verify {
        hash: true,
        formats: args.hash_format.clone(),
        folders: args.directory_hash,
        only: args.single_file.clone(),
        ignore: args.common.patterns()?,
        packing_list: args.packing_list.clone(),
        threads: args.threads,
    };
    let place = args.common.place()?;
    watched(|progress| verify_history(&place, &options, progress))
}

fn diff(args: &DiffArgs) -> Result<Report> {
    let options = Verify { hash: args.hash, ignore: args.common.patterns()?, ..Verify::default() };
    let place = args.common.place()?;
    watched(|progress| verify_history(&place, &options, progress))
}

fn flatten(args: &FlattenArgs) -> Result<Report> {
    let options = Flatten { ignore: args.common.patterns()?, origin: args.origin.origin()? };
    let folder = args.common.folder()?;
    watched(|progress| history::flatten(&folder, &args.destination, &options, progress))
}

/// What the reference implementation has no code for is 1 here, because 10 to 20 mean something else than elsewhere.
fn coded(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Usage | ErrorKind::TryAgain | ErrorKind::Cancelled => error,
        _ => error.exit(exit::OTHER),
    }
}

/// Prints what came out and turns it into the exit code.
fn finish(common: &Common, outcome: Result<Report>, code: fn(&Report) -> u8) -> Result<()> {
    let report = match outcome.map_err(coded) {
        Ok(report) => report,
        Err(e) => {
            if common.json {
                out::json(&json!({ "exit_code": e.exit_code(), "error": out::error_object(&e) }))?;
            }
            return Err(e);
        }
    };
    let code = code(&report);
    if common.json {
        out::json(&json!({ "exit_code": code, "report": report }))?;
    } else {
        print::report(&common.folder, &report)?;
    }
    if code == 0 { Ok(()) } else { Err(failed(&common.folder, code)) }
}

fn failed(folder: &Path, code: u8) -> Error {
    let why = match code {
        exit::MISSING_FILES => "files of the history are missing",
        exit::MISMATCH => "files are not as recorded",
        exit::FOLDER_MISMATCH => "folders are not as recorded",
        exit::NEW_FILES => "there are files that are not recorded",
        exit::NO_HISTORY => "a nested history is gone",
        _ => "not everything could be read, written or verified as asked",
    };
    Error::verification(why).file(folder).exit(code)
}

/// Bytes, and bytes a second.
fn watched<T>(work: impl FnOnce(&Progress) -> T) -> T {
    let say = |progress: &Progress, taken: std::time::Duration| {
        let (bytes, total) = progress.steps();
        let rate = (bytes as f64 / taken.as_secs_f64()) as u64;
        let size = history::size_in_words;
        if total == 0 { progress.message() } else { format!("{} of {}, {}/s", size(bytes), size(total), size(rate)) }
    };
    watch::watched(say, work)
}
