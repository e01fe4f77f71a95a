//! `prelight color`: transforms listed, shown, evaluated and measured.

mod bench;
mod engine;
mod eval;
pub mod golden;

use super::out;
use crate::{
    color::{Kind, Named, catalogue, named, transform},
    error::Result,
};
use std::{fmt::Write as _, path::PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// The transforms that have a name
    List {
        /// One JSON array
        #[arg(long)]
        json: bool,
    },
    /// What a transform consists of
    Show {
        /// A name from `list` or an ACES transform ID
        id: String,
        /// The other direction
        #[arg(long)]
        inverse: bool,
    },
    /// Evaluate a golden CSV file, or r,g,b rows from standard input
    Eval(EvalArgs),
    /// Measure a transform on pixels in memory
    Bench(BenchArgs),
}

/// Which instance of the ops computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    /// Double precision
    F64,
    /// The kernels that render
    Cpu,
    /// What the preview computes with
    Gpu,
}

#[derive(clap::Args)]
struct EvalArgs {
    /// A CSV file of the golden corpus: its first line names the transform
    #[arg(required_unless_present = "transform", conflicts_with_all = ["transform", "inverse"])]
    file: Option<PathBuf>,
    /// A name from `list`, or an ACES transform ID
    #[arg(long, value_name = "SPEC")]
    transform: Option<String>,
    /// The other direction
    #[arg(long)]
    inverse: bool,
    #[arg(long, value_enum, default_value = "cpu")]
    engine: Engine,
}

#[derive(clap::Args)]
struct BenchArgs {
    /// A name from `list`, or an ACES transform ID
    #[arg(long, value_name = "SPEC")]
    transform: String,
    /// The other direction
    #[arg(long)]
    inverse: bool,
    /// Threads; all processors if not given
    #[arg(long)]
    threads: Option<usize>,
    #[arg(long, value_enum, default_value = "cpu")]
    engine: Engine,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args) -> Result<()> {
    match args.command {
        Command::List { json } => out::write(list(json)),
        Command::Show { id, inverse } => out::write(show(&id, inverse)?),
        Command::Eval(args) => eval::run(&args),
        Command::Bench(args) => out::write(bench::run(&args)?),
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Input => "input",
        Kind::WorkingSpace => "working-space",
        Kind::Look => "look",
        Kind::Output => "output",
        Kind::Display => "display",
    }
}

fn object(row: &Named) -> serde_json::Value {
    serde_json::json!({ "name": row.name, "title": row.title, "kind": kind(row.kind), "ids": row.ids })
}

fn list(json: bool) -> String {
    let mut text = String::new();
    if json {
        let rows: Vec<_> = catalogue().iter().map(object).collect();
        let _ = writeln!(text, "{:#}", serde_json::Value::from(rows));
    } else {
        for row in catalogue() {
            let _ = writeln!(text, "{:14} {:54} {}", kind(row.kind), row.name, row.title);
        }
    }
    text
}

fn show(id: &str, inverse: bool) -> Result<String> {
    let ops = transform(id, inverse)?;
    let mut text = String::new();
    if let Some(row) = named(id) {
        let _ = writeln!(text, "{}\n{} ({})", row.name, row.title, kind(row.kind));
        for id in row.ids {
            let _ = writeln!(text, "  {id}");
        }
    }
    for op in &ops {
        let _ = writeln!(text, "{op:#?}");
    }
    Ok(text)
}
