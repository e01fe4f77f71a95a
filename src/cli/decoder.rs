//! `prelight decoder-test` and `prelight decode-sample`: the two ends of the decoder protocol.

use super::out;
use crate::{
    camera::external::{self, Trouble},
    error::{Error, Result},
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct TestArgs {
    /// Executable of the decoder
    decoder: PathBuf,
    /// A file that it decodes
    file: PathBuf,
}

pub fn test(args: &TestArgs) -> Result<()> {
    let steps = external::test(&args.decoder, &args.file);
    for step in &steps {
        match &step.outcome {
            Ok(seen) => out::line(format_args!("ok    {}  {seen}", step.what).to_string().trim_end())?,
            Err(e) => out::line(format_args!("FAIL  {}: {e}", step.what))?,
        }
    }
    match steps.iter().filter(|s| s.outcome.is_err()).count() {
        0 => Ok(()),
        n => Err(Error::verification(format!("{n} of {} steps failed", steps.len())).file(&args.decoder)),
    }
}

#[derive(clap::Args)]
pub struct SampleArgs {
    /// Go wrong at a frame, to test a parent: crash, hang, garbage, flood or short, as KIND@FRAME
    #[arg(long, value_name = "KIND@FRAME")]
    trouble: Option<Trouble>,
}

pub fn sample(args: &SampleArgs) -> Result<()> {
    external::serve(std::io::stdin().lock(), std::io::stdout().lock(), args.trouble)
}
