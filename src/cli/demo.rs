//! `prelight demo`.

use crate::{
    demo::{self, Options},
    error::Result,
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// Folder of the show
    #[arg(default_value = "out/demo")]
    dir: PathBuf,
    /// Make a show anew that was changed since it was made
    #[arg(long)]
    force: bool,
}

pub fn run(args: Args) -> Result<()> {
    let show = demo::write(&args.dir, &Options { replace: args.force, ..Options::default() }, None)?;
    println!("{}", show.root.display());
    for clip in &show.clips {
        println!("  {}  {} frames", clip.folder.display(), clip.frames.len());
        for sidecar in [&clip.amf, &clip.fdl, &clip.cdl].into_iter().chain(&clip.still) {
            println!("    {}", sidecar.display());
        }
    }
    println!("  {}\n  {}", show.edl.display(), show.expected.display());
    Ok(())
}
