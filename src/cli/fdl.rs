//! `prelight fdl`: what an FDL says, whether it may, and what its templates and intents come to.

mod convert;
mod decide;
mod edit;
mod table;
mod template;

use super::{
    out,
    overwrite::Overwrite,
    validate::{self, line, validate},
};
use crate::{
    error::{Error, Result},
    files,
    image::RectF,
    sidecar::{
        Diagnostic,
        fdl::{self, Canvas, Context, Fdl, FramingDecision, ProtectionSense},
        is_valid,
    },
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Check an FDL against its schema, its id tree and its geometry
    Validate(FileArgs),
    /// List contexts, canvases and framing decisions; with --template, every step of its arithmetic
    #[command(alias = "show")]
    Explain(ExplainArgs),
    /// Apply a canvas template to a framing decision
    Template(template::Args),
    /// Every camera mode of clips against every canvas template: canvas, scale, active area, padding
    Table(table::Args),
    /// Rewrite in another edition of the standard; every inference is listed
    Convert(convert::Args),
    /// Make a framing decision from a framing intent
    Decide(decide::Args),
    /// Edit a framing decision, its canvas and a template, or make a new FDL
    Edit(edit::Args),
}

#[derive(clap::Args)]
struct ExplainArgs {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    choice: template::Choice,
}

#[derive(clap::Args)]
struct FileArgs {
    file: PathBuf,
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Validate(args) => {
            let found = fdl::read(&args.file).map(|(_, found)| found);
            validate(&args.file, "FDL", found, validate::unreadable, args.json)
        }
        Command::Explain(args) if args.choice.has_template() => {
            let document = template::read(&args.file.file)?;
            template::explain(&document, &args.choice, args.file.json).map_err(|e| e.file(&args.file.file))
        }
        Command::Explain(args) => {
            args.choice.refuse_without_template()?;
            explain(&args.file)
        }
        Command::Template(args) => template::run(&args),
        Command::Table(args) => table::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Decide(args) => decide::run(&args),
        Command::Edit(args) => edit::run(&args),
    }
}

/// Writes a document that was made of another, under an identity of its own.
fn write_new(path: &Path, overwrite: Overwrite, mut made: Fdl) -> Result<()> {
    made.uuid = uuid::Uuid::new_v4().to_string();
    files::write_bytes(path, overwrite.existing(), fdl::write(&made).as_bytes())
}

fn size(r: RectF) -> Value {
    json!({ "width": r.width, "height": r.height })
}

fn point(r: RectF) -> Value {
    json!({ "x": r.x, "y": r.y })
}

/// A framing decision in the members of an FDL.
fn decision(framing: RectF, protection: Option<RectF>) -> Value {
    let mut decision = json!({ "dimensions": size(framing), "anchor_point": point(framing) });
    if let Some(p) = protection {
        decision["protection_dimensions"] = size(p);
        decision["protection_anchor_point"] = point(p);
    }
    decision
}

fn not_valid(file: &Path) -> Error {
    Error::invalid("not a valid FDL").file(file)
}

fn explain(args: &FileArgs) -> Result<()> {
    let (fdl, found) = fdl::read(&args.file)?;
    if args.json {
        out::line(format_args!("{:#}", describe(&fdl, &found)))?;
    } else {
        print(&fdl)?;
        found.iter().try_for_each(|finding| out::line(line(&args.file, finding)))?;
    }
    if is_valid(&found) { Ok(()) } else { Err(not_valid(&args.file)) }
}

/// `r` in pixels, and as shares of the canvas.
fn rectangle(r: RectF, canvas: &Canvas) -> Value {
    let (w, h) = (f64::from(canvas.dimensions.width), f64::from(canvas.dimensions.height));
    json!({
        "x": r.x, "y": r.y, "width": r.width, "height": r.height,
        "fraction": { "x": r.x / w, "y": r.y / h, "width": r.width / w, "height": r.height / h },
        "display_aspect": r.width * canvas.squeeze() / r.height,
    })
}

fn describe(fdl: &Fdl, found: &[Diagnostic]) -> Value {
    let decision = |d: &FramingDecision, c: &Canvas| {
        json!({
            "id": d.id, "label": d.label, "framing_intent": d.framing_intent_id,
            "frame": rectangle(d.rect(), c),
            "protection": d.protection_rect().map(|r| rectangle(r, c)),
        })
    };
    let canvas = |c: &Canvas| {
        json!({
            "id": c.id, "label": c.label, "source_canvas": c.source_canvas_id,
            "width": c.dimensions.width, "height": c.dimensions.height, "squeeze": c.squeeze(),
            "effective": c.effective_rect().map(|r| rectangle(r, c)),
            "framing_decisions": c.framing_decisions.iter().map(|d| decision(d, c)).collect::<Vec<_>>(),
        })
    };
    let context = |c: &Context| {
        json!({
            "label": c.label, "creator": c.context_creator, "clip": c.clip_id.as_ref().map(|c| &c.clip_name),
            "canvases": c.canvases.iter().map(canvas).collect::<Vec<_>>(),
        })
    };
    let intents = fdl.framing_intents.iter().map(|i| {
        json!({
            "id": i.id, "label": i.label, "aspect": [i.aspect_ratio.width, i.aspect_ratio.height],
            "protection": i.protection.as_ref().map_or(0.0, |p| p.to_f64()),
            "default": fdl.default_framing_intent.as_ref() == Some(&i.id),
        })
    });
    json!({
        "valid": is_valid(found),
        "uuid": fdl.uuid, "version": format!("{}.{}", fdl.version.major, fdl.version.minor), "creator": fdl.fdl_creator,
        "protection_sense": fdl.protection_sense(),
        "framing_intents": intents.collect::<Vec<_>>(),
        "contexts": fdl.contexts.iter().map(context).collect::<Vec<_>>(),
        "canvas_templates": fdl.canvas_templates.iter().map(|t| json!({ "id": t.id, "label": t.label })).collect::<Vec<_>>(),
        "diagnostics": found,
    })
}

fn print(fdl: &Fdl) -> Result<()> {
    let label = |l: &Option<String>| l.as_ref().map_or(String::new(), |l| format!(" {l:?}"));
    out::line(format_args!("FDL {}.{}, uuid {}", fdl.version.major, fdl.version.minor, fdl.uuid))?;
    let sense = match fdl.protection_sense() {
        ProtectionSense::Outward => "outward from the frame",
        ProtectionSense::Inward => "inward from the protection",
    };
    for i in &fdl.framing_intents {
        let percent = i.protection.as_ref().map_or(0.0, |p| (p.to_f64() * 1e6).round() / 1e4);
        let default = if fdl.default_framing_intent.as_ref() == Some(&i.id) { ", default" } else { "" };
        out::line(format_args!(
            "intent {}{}: {}:{}, protection {percent} % {sense}{default}",
            i.id,
            label(&i.label),
            i.aspect_ratio.width,
            i.aspect_ratio.height
        ))?;
    }
    for (i, context) in fdl.contexts.iter().enumerate() {
        out::line(format_args!("context {i}{}", label(&context.label)))?;
        for c in &context.canvases {
            let from = if c.source_canvas_id == c.id { String::new() } else { format!(", from {}", c.source_canvas_id) };
            out::line(format_args!("  canvas {}{}: {}, squeeze {}{from}", c.id, label(&c.label), c.size(), c.squeeze()))?;
            let line = |name: &str, r: RectF| {
                let (w, h) = (f64::from(c.dimensions.width), f64::from(c.dimensions.height));
                let aspect = r.width * c.squeeze() / r.height;
                out::line(format_args!(
                    "    {name}: {} x {} at {}, {} ({:.3} % x {:.3} % of the canvas; {aspect:.4}:1 displayed)",
                    r.width,
                    r.height,
                    r.x,
                    r.y,
                    100.0 * r.width / w,
                    100.0 * r.height / h
                ))
            };
            if let Some(r) = c.effective_rect() {
                line("effective", r)?;
            }
            for d in &c.framing_decisions {
                out::line(format_args!("   decision {}{}", d.id, label(&d.label)))?;
                if let Some(r) = d.protection_rect() {
                    line("protection", r)?;
                }
                line("frame", d.rect())?;
            }
        }
    }
    for t in &fdl.canvas_templates {
        out::line(format_args!("template {}{}", t.id, label(&t.label)))?;
    }
    Ok(())
}
