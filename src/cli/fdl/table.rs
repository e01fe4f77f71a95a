//! `prelight fdl table`: every camera mode against every canvas template, as the Framing room shows it.

use super::super::{columns, out, subject};
use crate::{
    camera::Found,
    error::{Error, Result},
    framing::{
        MadeCanvas,
        template::{self, Mode, TemplateChoice},
    },
    image::RectF,
    pipeline::{self, Settings},
    progress::Progress,
    session::{ClipId, Fit, FitRow, FitTable, Framed, mode_of, take_template},
    words::count,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    /// Clips, or folders with clips
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// FDL with canvas templates, beside those of the clips: all of `FILE`, or one by `FILE#id`; may be given more than once
    #[arg(long = "template", value_name = "FILE[#ID]")]
    templates: Vec<String>,
    #[arg(long)]
    json: bool,
}

/// Exit code: that of the first clip that cannot be opened or template that cannot be read; a cell that fails is part of the table.
pub fn run(args: &Args) -> Result<()> {
    let mut templates: Vec<TemplateChoice> = vec![];
    let mut named = vec![];
    for text in &args.templates {
        match template::split(text) {
            (file, None) => named.extend(TemplateChoice::all(Path::new(file), Mode::Exact)?),
            (file, id) => named.push(TemplateChoice::read(Path::new(file), id, Mode::Exact)?),
        }
    }
    let Found { clips, errors } = subject::clips_below(&args.paths);
    let mut failed: Option<Error> = None;
    let mut fail = |error: Error| {
        out::message(format_args!("prelight: {error}"));
        failed.get_or_insert(error);
    };
    errors.into_iter().for_each(&mut fail);
    let (mut names, mut framed) = (vec![], vec![]);
    for path in &clips {
        let opened = match subject::open(path, &subject::Chosen::default(), &Settings::default()) {
            Ok(opened) => opened,
            Err(error) => {
                fail(error);
                continue;
            }
        };
        if let Some(document) = &opened.sidecars.fdl
            && let Ok(fdl) = &document.content
        {
            fdl.canvas_templates.iter().for_each(|t| take_template(&mut templates, &TemplateChoice::of(t, &document.path, Mode::Exact)));
        }
        let framing = Settings::default().framing;
        let frame = pipeline::frame_of(&opened.sidecars, &framing.selection, opened.clip.size());
        framed.push(Framed::new(ClipId(names.len() as u64), mode_of(&*opened.clip), &*opened.clip, frame, framing));
        names.push(opened.name);
    }
    named.iter().for_each(|choice| take_template(&mut templates, choice));
    let table = FitTable::new(framed, templates, None, &Progress::default())?;
    if args.json {
        out::json(&document(&table, &names))?;
    } else {
        table.rows.iter().try_for_each(|row| print(&table, row, &names))?;
    }
    failed.map_or(Ok(()), Err)
}

fn print(table: &FitTable, row: &FitRow, names: &[String]) -> Result<()> {
    out::line(format_args!("{}: canvas {}, squeeze {}, {}", row.mode, row.picture, row.squeeze, count(row.clips.len(), "clip")))?;
    let clips: Vec<&str> = row.clips.iter().filter_map(|id| names.get(id.0 as usize)).map(String::as_str).collect();
    out::line(format_args!("  {}", clips.join(", ")))?;
    let frame = match &row.frame {
        Err(error) => return out::line(format_args!("  cannot be framed: {error}")),
        Ok(frame) if !row.has_fdl => format!("no FDL: the whole picture, {}", frame.canvas),
        Ok(frame) => format!("{}: {}", frame.label, rect(frame.decision)),
    };
    out::line(format_args!("  {frame}"))?;
    let cells: Vec<Vec<String>> = row.fits.iter().enumerate().map(|(i, fit)| cells(table.label(i.checked_sub(1)), fit)).collect();
    let text = columns::text(&["  template", "canvas", "scale", "active", "frame", "pad l, t, r, b", "asc-fdl 1.0.2"], &cells);
    out::write(text)
}

fn cells(label: &str, fit: &Fit) -> Vec<String> {
    let label = format!("  {label}");
    let made = match &fit.made {
        Err(error) => return vec![label, format!("none: {error}")],
        Ok(made) => made,
    };
    let size = |r: RectF| format!("{} x {}", short(r.width), short(r.height));
    let pad = made.pad().map(short).join(", ");
    let published = match fit.published_differs() {
        None => "the same canvas".to_owned(),
        Some(Ok(canvas)) => canvas.to_string(),
        Some(Err(error)) => format!("none: {}", error.message()),
    };
    let published = if matches!(fit.by, crate::session::By::Template { .. }) { published } else { String::new() };
    vec![label, made.canvas.to_string(), short(made.scale), size(made.effective), size(made.decision), pad, published]
}

/// With four decimals at most: `--json` has them all.
fn short(v: f64) -> String {
    let text = format!("{v:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn rect(r: RectF) -> String {
    format!("{} x {} at {}, {}", r.width, r.height, r.x, r.y)
}

fn document(table: &FitTable, names: &[String]) -> Value {
    let templates: Vec<Value> = table.templates.iter().map(|(label, choice)| json!({ "label": label, "file": choice.file })).collect();
    let rows: Vec<Value> = table
        .rows
        .iter()
        .map(|row| {
            let clips: Vec<&String> = row.clips.iter().filter_map(|id| names.get(id.0 as usize)).collect();
            let cells: Vec<Value> = row.fits.iter().enumerate().map(|(i, fit)| cell(i.checked_sub(1), fit)).collect();
            json!({
                "mode": row.mode, "canvas": row.picture, "squeeze": row.squeeze, "clips": clips, "has_fdl": row.has_fdl,
                "frame": row.frame.as_ref().ok().map(|f| json!({ "label": f.label, "decision": f.decision, "protection": f.protection })),
                "error": row.frame.as_ref().err().map(out::error_object),
                "cells": cells,
            })
        })
        .collect();
    json!({ "templates": templates, "rows": rows })
}

/// `template`: its place in the list of templates; null without one.
fn cell(template: Option<usize>, fit: &Fit) -> Value {
    let made = |made: &MadeCanvas| {
        json!({
            "canvas": made.canvas, "squeeze": made.squeeze, "scale": made.scale, "source": made.source, "picture": made.picture,
            "effective": made.effective, "protection": made.protection, "decision": made.decision, "pad": made.pad(),
        })
    };
    json!({
        "template": template,
        "made": fit.made.as_ref().ok().map(made),
        "error": fit.made.as_ref().err().map(out::error_object),
        "asc-1.0.2": fit.published_differs().map(|other| match other {
            Ok(canvas) => json!({ "canvas": canvas }),
            Err(error) => json!({ "error": error.to_string() }),
        }),
    })
}
