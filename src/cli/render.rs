//! `prelight render`.

use crate::error::{Error, Result};

#[derive(clap::Args)]
pub struct Args {}

pub fn run(_args: Args) -> Result<()> {
    Err(Error::unsupported("not built yet"))
}
