//! `prelight recipe pdf`.

use super::Trust;
use crate::{
    cli::{out, overwrite::Overwrite},
    error::Result,
    files, recipe,
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// Recipe: its folder, or the file that it is packed into
    recipe: PathBuf,
    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Signatures are judged where there is a policy
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    overwrite: Overwrite,
}

pub fn run(args: &Args) -> Result<()> {
    let open = recipe::open(&args.recipe)?;
    let sheet = recipe::pdf(&open, args.trust.judged(&open)?.as_deref())?;
    files::write_bytes(&args.out, args.overwrite.existing(), &sheet)?;
    out::line(args.out.display())
}
