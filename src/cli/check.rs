//! `prelight check`: clips against their sidecars.

use super::subject::{self, Chosen};
use crate::{
    check::{self, Finding, Outcome},
    error::{Error, Result},
    pipeline::Settings,
    progress::Progress,
};
use serde::Serialize;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// Clips, or folders to search for clips
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    chosen: Chosen,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What was found on one clip.
#[derive(Serialize)]
pub(super) struct Checked {
    pub clip: String,
    pub path: PathBuf,
    pub findings: Vec<Finding>,
}

impl Checked {
    fn failed(&self) -> usize {
        self.findings.iter().filter(|f| f.stands_in_the_way()).count()
    }
}

pub fn run(args: Args) -> Result<()> {
    let clips = subject::clips_below(&args.paths)?;
    if clips.is_empty() {
        return Err(Error::invalid("no clip found").value(format!("{:?}", args.paths)));
    }
    let checked = clips.iter().map(|path| check_clip(path, &args.chosen)).collect::<Result<Vec<_>>>()?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&checked).map_err(|e| Error::invalid(e.to_string()))?);
    } else {
        checked.iter().for_each(print);
    }
    let failed: usize = checked.iter().map(Checked::failed).sum();
    if failed > 0 { Err(Error::verification(format!("{failed} checks stand in the way"))) } else { Ok(()) }
}

pub(super) fn check_clip(path: &std::path::Path, chosen: &Chosen) -> Result<Checked> {
    let opened = subject::open(path, chosen, &Settings::default())?;
    let findings = check::run(&opened.subject(), &Progress::default())?;
    Ok(Checked { clip: opened.name, path: path.to_owned(), findings })
}

pub(super) fn print(checked: &Checked) {
    println!("{}  ({})", checked.clip, checked.path.display());
    for f in &checked.findings {
        if f.outcome == Outcome::NotApplicable {
            println!("  {:<4} {:<8} {}: {}", f.outcome, f.id, f.title, f.evidence);
            continue;
        }
        println!("  {:<4} {:<8} {}: {} (limit: {})", f.outcome, f.id, f.title, f.measured, f.limit);
        if f.outcome == Outcome::Fail {
            println!("         {} · {}", f.severity, f.evidence);
            if let Some(mend) = &f.mend {
                println!("         mend: {mend}");
            }
        }
    }
}
