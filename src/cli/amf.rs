//! `prelight amf`: what an AMF says, what is wrong with it, what it does; converted and edited.

mod apply;
mod convert;
mod describe;
mod edit;
mod show;

use super::{
    choices::AmfChoices,
    color, out,
    overwrite::Overwrite,
    validate::{self, line, validate},
};
use crate::{
    error::{Error, ErrorKind, Result},
    files,
    sidecar::{
        Level,
        amf::{self, Amf, Reference, Release, Role, Transform},
    },
};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Check an AMF against its schema, the transform registry and the files it names
    Validate {
        file: PathBuf,
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// The pipeline of an AMF, step by step
    Show {
        file: PathBuf,
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// Take r,g,b rows from standard input through what an AMF leaves to do, from its first stage to its output
    Apply(apply::Args),
    /// From one version of the schema to the other; everything that had to be decided is listed
    Convert(convert::Args),
    /// Change an AMF; the pipeline as it was is archived in it
    ///
    /// Looks are counted from 1. Changes are made in this order: input, output, replace, set, remove, move, add, describe, applied.
    Edit(Box<edit::Args>),
}

pub fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Validate { file, json } => validate(&file, "AMF", amf::read(&file).map(|(_, found)| found), validate::load_error, json),
        Command::Show { file, json } => {
            let (amf, diagnostics) = amf::read(&file)?;
            if json {
                return out::json(&describe::describe(&amf, &diagnostics));
            }
            out::write(show::show(&amf))?;
            for diagnostic in diagnostics.iter().filter(|d| d.level != Level::Info) {
                out::message(line(&file, diagnostic));
            }
            Ok(())
        }
        Command::Apply(args) => apply::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Edit(args) => edit::run(&args),
    }
}

/// Writes an AMF to a file, or to standard output.
fn put(amf: &Amf, out: Option<&Path>, overwrite: Overwrite) -> Result<()> {
    let text = amf::write(amf);
    match out {
        None => out::write(text),
        Some(path) => files::write_bytes(path, overwrite.existing(), text.as_bytes()),
    }
}

/// What the file says is what is worked on; that it is not valid is said, not held against it.
fn read(file: &Path) -> Result<Amf> {
    let (amf, diagnostics) = amf::read(file)?;
    for diagnostic in diagnostics.iter().filter(|d| d.level == Level::Error) {
        out::message(line(file, diagnostic));
    }
    Ok(amf)
}

/// The transform that an option names, for a slot of an AMF.
///
/// # Errors
/// `Usage`: an unknown one, or one without an official ID.
fn named(option: &str, name: &str, role: Role, release: Release) -> Result<Transform> {
    let official = |t: &Transform| !matches!(&t.reference, Reference::TransformId(id) if !amf::is_official(id));
    Transform::named_in(name, role, release).filter(official).ok_or_else(|| {
        let message = match crate::color::transform(name, false) {
            Err(unknown) => unknown.message().to_owned(),
            Ok(_) => "it has no official ACES transform ID, by which an AMF could name it".into(),
        };
        Error::usage(message).field(option).value(name)
    })
}

/// [`amf::refuse_elsewhere`], of what `--out` says.
fn refuse_elsewhere(amf: &Amf, file: &Path, out: &Path) -> Result<()> {
    let of_option = |e: Error| if e.kind() == ErrorKind::Usage { e.field("--out") } else { e };
    amf::refuse_elsewhere(amf, file, out).map_err(of_option)
}
