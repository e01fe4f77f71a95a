//! `prelight recipe pack | unpack`.

use crate::{
    cli::{out, overwrite::Overwrite},
    error::Result,
    files, recipe,
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Pack {
    /// Recipe folder
    recipe: PathBuf,
    /// File to write, named .recipe
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    overwrite: Overwrite,
}

#[derive(clap::Args)]
pub struct Unpack {
    /// File that a recipe is packed into
    recipe: PathBuf,
    /// Folder to make
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

pub fn pack(args: &Pack) -> Result<()> {
    let open = recipe::open(&args.recipe)?;
    recipe::pack(&open, &args.out, args.overwrite.existing())?;
    out::line(format_args!("{}  sha256 {}", args.out.display(), files::sha256_of_file(&args.out)?))?;
    out::line(format_args!("  recipe.json  sha256 {}", open.digest))
}

pub fn unpack(args: &Unpack) -> Result<()> {
    let digest = recipe::unpack(&args.recipe, &args.out)?;
    out::line(format_args!("{}  sha256 {digest}", args.out.display()))
}
