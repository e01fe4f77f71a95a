//! `prelight fdl decide`: a framing intent made a framing decision.

use super::{Overwrite, decision, out, template::read, write_new};
use crate::{
    error::{Error, InFile, Result},
    framing::{self, Decided, Selection, template::Mode},
    image::RectF,
    sidecar::fdl::{self, Even, RoundMode},
};
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// FDL with the canvas and the framing intent
    #[arg(long, value_name = "FILE")]
    source: PathBuf,
    /// Framing intent by id or label
    #[arg(long, value_name = "NAME")]
    intent: String,
    /// Context by label, or its place from 0
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// Canvas by id or label, or its place in the context
    #[arg(long, value_name = "NAME")]
    canvas: Option<String>,
    /// Whose arithmetic: exact, asc-1.0.2 (asc-main computes the same)
    #[arg(long, default_value_t)]
    mode: Mode,
    /// Rounding of both sizes: whole or even, then up, down or round
    #[arg(long, value_name = "EVEN-MODE", default_value = "even-up", value_parser = round)]
    round: (Even, RoundMode),
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// Write the FDL with the decision added
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    overwrite: Overwrite,
}

pub fn round(text: &str) -> std::result::Result<(Even, RoundMode), String> {
    let found = text.split_once('-').and_then(|(even, mode)| {
        let even = Even::ALL.iter().find(|e| e.word() == even)?;
        Some((*even, *RoundMode::ALL.iter().find(|m| m.word() == mode)?))
    });
    found.ok_or_else(|| "whole or even, a hyphen, and up, down or round".into())
}

pub fn run(args: &Args) -> Result<()> {
    let done = decide(args);
    if args.json {
        match &done {
            Ok(decided) => out::json(&result(decided))?,
            Err(e) => out::json(&json!({ "error": e.to_string() }))?,
        }
    } else if let Ok(decided) = &done {
        for s in &decided.steps {
            out::line(format_args!("  {:<10} {}", s.name, s.text))?;
        }
        let line = |name: &str, r: RectF| out::line(format_args!("{name:<11} {} x {} at {}, {}", r.width, r.height, r.x, r.y));
        decided.protection.map_or(Ok(()), |r| line("protection", r))?;
        line("framing", decided.framing)?;
    }
    done.map(|_| ())
}

fn decide(args: &Args) -> Result<Decided> {
    let document = read(&args.source)?;
    let selection = Selection { context: args.context.clone(), canvas: args.canvas.clone(), decision: None };
    let canvas = selection.canvas(&document).in_file(&args.source)?;
    let named = |i: &&fdl::FramingIntent| i.id == args.intent || i.label.as_ref() == Some(&args.intent);
    let mut found = document.framing_intents.iter().filter(named);
    let intent = match (found.next(), found.next()) {
        (Some(only), None) => only,
        _ => {
            let all: Vec<&str> = document.framing_intents.iter().map(|i| i.id.as_str()).collect();
            let message = format!("not one framing intent; there are: {}", all.join(", "));
            return Err(Error::usage(message).field("intent").value(&args.intent).file(&args.source));
        }
    };
    let decided = framing::decide(canvas, intent, document.protection_sense(), args.round, args.mode).in_file(&args.source)?;
    if let Some(path) = &args.out {
        let made = framing::with_decision(&document, &canvas.id, intent, &decided).in_file(&args.source)?;
        write_new(path, args.overwrite, made)?;
    }
    Ok(decided)
}

fn result(d: &Decided) -> serde_json::Value {
    let steps: Vec<_> = d.steps.iter().map(|s| json!({ "step": s.name, "text": s.text })).collect();
    json!({ "framing_decision": decision(d.framing, d.protection), "steps": steps })
}
