//! `prelight fdl template` and `fdl explain --template`: a canvas template applied, and its arithmetic.

use super::{super::bench::Stopwatch, Overwrite, decision, out, point, size, write_new};
use crate::{
    error::{Error, InFile, Result},
    framing::{
        Frame, Selection,
        template::{self, Derived, Mode, TemplateStep},
    },
    image::RectF,
    sidecar::fdl::{self, CanvasTemplate, Fdl},
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// FDL with the source canvas and its framing decision
    #[arg(long, value_name = "FILE")]
    source: PathBuf,
    #[command(flatten)]
    choice: Choice,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// Write the source FDL with the derived canvas added
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    overwrite: Overwrite,
    /// Apply it this many times in memory and print how many a second
    #[arg(long, value_name = "TIMES", hide = true)]
    bench: Option<u32>,
}

/// Which canvas, which template, whose arithmetic.
#[derive(clap::Args)]
pub struct Choice {
    /// Context by label, or its place from 0
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// Canvas by id or label, or its place in the context
    #[arg(long, value_name = "NAME")]
    canvas: Option<String>,
    /// Framing decision by id, label or intent, or its place in the canvas
    #[arg(long, value_name = "NAME")]
    decision: Option<String>,
    /// FDL with the canvas template, `FILE` or `FILE#id`; the source's own templates where it is not given
    #[arg(long, value_name = "FILE[#ID]")]
    template: Option<String>,
    /// Place of the template in its file, from 0
    #[arg(long, value_name = "N", requires = "template")]
    index: Option<usize>,
    /// Whose arithmetic: exact (if not given), asc-1.0.2, asc-main
    #[arg(long)]
    mode: Option<Mode>,
}

impl Choice {
    pub fn has_template(&self) -> bool {
        self.template.is_some()
    }

    fn mode(&self) -> Mode {
        self.mode.unwrap_or_default()
    }

    /// Refuses what says nothing without a template.
    pub fn refuse_without_template(&self) -> Result<()> {
        let names = [("--context", &self.context), ("--canvas", &self.canvas), ("--decision", &self.decision)];
        let mode = self.mode.map(|mode| mode.to_string());
        match names.into_iter().chain([("--mode", &mode)]).find_map(|(option, value)| Some((option, value.as_ref()?))) {
            Some((option, value)) => Err(Error::usage("says how a template is applied: it needs --template").field(option).value(value)),
            None => Ok(()),
        }
    }

    pub fn selection(&self) -> Selection {
        Selection { context: self.context.clone(), canvas: self.canvas.clone(), decision: self.decision.clone() }
    }

    fn template(&self, source: &Fdl) -> Result<CanvasTemplate> {
        let Some(named) = &self.template else { return template::pick(source, None).cloned() };
        let (file, id) = template::split(named);
        let path = Path::new(file);
        let document = read(path)?;
        match (self.index, id) {
            (Some(i), Some(_)) => Err(Error::usage("FILE#ID names the template already").field("--index").value(i)),
            // By its place even where a template has this number for an id.
            (Some(i), None) => {
                let found = document.canvas_templates.get(i).cloned();
                found.ok_or_else(|| Error::usage("no template at this place").field("--index").value(i).file(path))
            }
            (None, id) => template::pick(&document, id).cloned().in_file(path),
        }
    }
}

/// A document that is fit for framing.
pub fn read(path: &Path) -> Result<Fdl> {
    let (document, found) = fdl::read(path)?;
    fdl::refuse_unusable(&found).in_file(path)?;
    Ok(document)
}

pub fn run(args: &Args) -> Result<()> {
    let done = apply(args);
    if args.json {
        match &done {
            Ok(derived) => out::json(&result(derived))?,
            Err(e) => out::json(&json!({ "error": e.to_string() }))?,
        }
    } else if let Ok(derived) = &done {
        for line in summary(derived) {
            out::line(line)?;
        }
    }
    done.map(|_| ())
}

fn apply(args: &Args) -> Result<Derived> {
    let source = read(&args.source)?;
    let frame = Frame::select(&source, &args.choice.selection()).in_file(&args.source)?;
    let chosen = args.choice.template(&source)?;
    let derived = template::apply(&frame, &chosen, args.choice.mode()).in_file(&args.source)?;
    if let Some(times) = args.bench {
        let watch = Stopwatch::start();
        for _ in 0..times {
            std::hint::black_box(template::apply(&frame, &chosen, args.choice.mode())?);
        }
        let seconds = watch.cpu().unwrap_or(watch.wall()).as_secs_f64();
        out::message(format_args!("{:.0} templates a second", f64::from(times) / seconds));
    }
    if let Some(path) = &args.out {
        let made = template::derived_fdl(&source, &frame, &derived, &chosen.id).in_file(&args.source)?;
        write_new(path, args.overwrite, made)?;
    }
    Ok(derived)
}

/// As the golden cases of the corpus name it.
fn result(d: &Derived) -> Value {
    json!({
        "scale_factor": d.scale_factor,
        "scaled_bounding_box": size(d.picture),
        "content_translation": point(d.picture),
        "canvas": {
            "dimensions": d.canvas,
            "effective_dimensions": { "width": d.effective.width as u32, "height": d.effective.height as u32 },
            "effective_anchor_point": point(d.effective),
            "anamorphic_squeeze": d.squeeze,
        },
        "framing_decision": decision(d.framing, d.protection),
    })
}

fn summary(d: &Derived) -> Vec<String> {
    let line = |name: &str, r: RectF| format!("{name:<11} {} x {} at {}, {}", r.width, r.height, r.x, r.y);
    let mut lines = vec![
        format!("canvas      {}, squeeze {} ({} arithmetic)", d.canvas, d.squeeze, d.mode),
        format!("scale       {}", d.scale_factor),
        line("source", d.source),
        line("picture", d.picture),
        line("effective", d.effective),
    ];
    lines.extend(d.protection.map(|r| line("protection", r)));
    lines.push(line("framing", d.framing));
    lines
}

/// The template part of `fdl explain`.
pub fn explain(source: &Fdl, choice: &Choice, json: bool) -> Result<()> {
    let frame = Frame::select(source, &choice.selection())?;
    let chosen = choice.template(source)?;
    let derived = template::explain(&frame, &chosen, choice.mode())?;
    let published = template::apply(&frame, &chosen, Mode::Asc102);
    let other = differences(&derived, &published);
    if json {
        let other: Vec<Value> =
            other.iter().map(|(member, ours, theirs)| json!({ "member": member, "value": ours, "asc-1.0.2": theirs })).collect();
        return out::json(&json!({
            "template": chosen.id, "mode": derived.mode, "steps": derived.steps, "result": result(&derived),
            "differences": other, "asc-1.0.2_error": published.err().map(|e| e.to_string()),
        }));
    }
    out::line(format_args!("template {} on {}, {} arithmetic", chosen.id, frame.label, derived.mode))?;
    table(&derived.steps)?;
    for line in summary(&derived) {
        out::line(line)?;
    }
    match &published {
        Err(e) => out::line(format_args!("asc-fdl 1.0.2 would refuse it: {e}"))?,
        Ok(_) if other.is_empty() => out::line("asc-fdl 1.0.2 gives the same")?,
        Ok(_) => {
            for (member, ours, theirs) in other {
                out::line(format_args!("asc-fdl 1.0.2 gives {member} {theirs} instead of {ours}"))?;
            }
        }
    }
    Ok(())
}

fn table(steps: &[TemplateStep]) -> Result<()> {
    let widest = steps.iter().map(|s| s.of.len()).max().unwrap_or(0);
    let mut last = "";
    for s in steps {
        let name = if s.step == last { "" } else { s.step };
        last = s.step;
        let values: Vec<String> = s.values.iter().map(|v| format!("{} {}", v.name, v.exact)).collect();
        let values = if values.is_empty() { "none".to_owned() } else { values.join(", ") };
        out::line(format_args!("  {name:<18} {:<widest$}  {values}", s.of))?;
    }
    Ok(())
}

/// Members that the published library gives another value: by more than the last digits of a float.
fn differences(ours: &Derived, published: &Result<Derived>) -> Vec<(String, f64, f64)> {
    fn walk(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<(String, f64, f64)>) {
        if let (Value::Object(a), Value::Object(b)) = (ours, theirs) {
            for (name, v) in a {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if let Some(w) = b.get(name) {
                    walk(&path, v, w, found);
                }
            }
        } else if let (Some(a), Some(b)) = (ours.as_f64(), theirs.as_f64())
            && (a - b).abs() > (1e-9 * a.abs()).max(1e-6)
        {
            found.push((path.to_owned(), a, b));
        }
    }
    let mut found = vec![];
    if let Ok(theirs) = published {
        walk("", &result(ours), &result(theirs), &mut found);
    }
    found
}
