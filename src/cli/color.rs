//! `prelight color`: transforms listed, shown, applied, evaluated and measured.

mod apply;
mod bake;
mod bench;
mod engine;
mod eval;
pub mod golden;
mod list;
mod picture;
mod road;

pub(super) use eval::standard_input as eval_standard_input;

use super::out;
use crate::error::Result;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// The transforms that have a name
    List(list::ListArgs),
    /// What a transform consists of, op by op
    Show(list::ShowArgs),
    /// Take pictures through a road of transforms
    Apply(apply::Args),
    /// A road of transforms as a shaper and a cube
    Bake(bake::Args),
    /// Evaluate a golden CSV file, or r,g,b rows from standard input
    Eval(EvalArgs),
    /// Measure a transform on pixels in memory
    Bench(BenchArgs),
}

/// Which instance of the ops computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Engine {
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
    /// A name from `list`, an ACES transform ID, or a look file (.cube, .clf, .cc and others)
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
    /// A name from `list`, an ACES transform ID, or a look file (.cube, .clf, .cc and others)
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
        Command::List(args) => out::write(list::list(&args)),
        Command::Show(args) => out::write(list::show(&args)?),
        Command::Apply(args) => apply::run(&args),
        Command::Bake(args) => bake::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Bench(args) => out::write(bench::run(&args)?),
    }
}
