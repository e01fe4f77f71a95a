//! `prelight fdl edit`: a framing decision with its intent, canvas and template, edited as the window edits it.

use super::{Overwrite, decide::round, decision, out, template::read, write_new};
use crate::{
    error::{Error, InFile, Result},
    framing::{
        Selection,
        draft::{Alignment, CanvasEdit, DecisionEdit, Draft, Edit, IntentEdit, Rounding},
    },
    image::{RectF, Size},
    sidecar::fdl::{AlignHorizontal, AlignVertical, Even, RoundMode},
};
use serde_json::json;
use std::path::PathBuf;

/// Edits are made in this order: canvas, intent, the decision from the intent, the decision, alignment, `--edit`.
#[derive(clap::Args)]
pub struct Args {
    /// FDL to begin with; it is not changed
    #[arg(required_unless_present = "new", conflicts_with = "new")]
    file: Option<PathBuf>,
    /// Begin with a canvas of this size instead, all of it framed
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = size)]
    new: Option<Size>,
    /// Name of the clip that a new FDL is for
    #[arg(long, value_name = "NAME", requires = "new")]
    clip: Option<String>,
    /// Context by label, or its place from 0
    #[arg(long, value_name = "NAME", conflicts_with = "new")]
    context: Option<String>,
    /// Canvas by id or label, or its place in the context
    #[arg(long, value_name = "NAME", conflicts_with = "new")]
    canvas: Option<String>,
    /// Framing decision by id, label or intent, or its place in the canvas
    #[arg(long, value_name = "NAME", conflicts_with = "new")]
    decision: Option<String>,
    /// Width of a pixel over its height when displayed
    #[arg(long, value_name = "RATIO")]
    squeeze: Option<f64>,
    /// Effective area of the canvas, or none
    #[arg(long, value_name = "X,Y,WIDTH,HEIGHT", value_parser = rectangle)]
    effective: Option<Area>,
    /// Aspect ratio of the framing intent as displayed, two whole numbers: 239:100
    #[arg(long, value_name = "WIDTH:HEIGHT", value_parser = ratio)]
    aspect: Option<[u32; 2]>,
    /// Protection of the framing intent, percent
    #[arg(long, value_name = "PERCENT")]
    protection: Option<f64>,
    /// Label of the framing intent and of its decision
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// Make the decision from the intent; rounding is whole or even, then up, down or round
    #[arg(long, value_name = "EVEN-MODE", num_args = 0..=1, default_missing_value = "even-up", value_parser = round)]
    from_intent: Option<(Even, RoundMode)>,
    /// The framing decision, in pixels of the canvas as recorded
    #[arg(long, value_name = "X,Y,WIDTH,HEIGHT", value_parser = rectangle)]
    frame: Option<Area>,
    /// The protection of the framing decision, or none
    #[arg(long, value_name = "X,Y,WIDTH,HEIGHT", value_parser = rectangle)]
    protect: Option<Area>,
    /// left, center or right, then top, center or bottom
    #[arg(long, value_name = "ACROSS-DOWN", value_parser = alignment)]
    align: Option<Alignment>,
    /// One more edit, as JSON: the argument of Framing/Edit
    #[arg(long, value_name = "JSON", value_parser = any)]
    edit: Vec<Edit>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// File to write, under a UUID of its own
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    overwrite: Overwrite,
}

/// A rectangle, or that there is none.
type Area = Option<RectF>;
type Parsed<T> = std::result::Result<T, String>;

fn size(text: &str) -> Parsed<Size> {
    let found = text.split_once('x').and_then(|(w, h)| Some(Size::new(w.parse().ok()?, h.parse().ok()?)));
    found.ok_or_else(|| "two whole numbers, as in 4096x2160".into())
}

fn ratio(text: &str) -> Parsed<[u32; 2]> {
    let found = text.split_once(':').and_then(|(w, h)| Some([w.parse().ok()?, h.parse().ok()?]));
    found.ok_or_else(|| "two whole numbers, as in 239:100".into())
}

fn rectangle(text: &str) -> Parsed<Area> {
    if text == "none" {
        return Ok(None);
    }
    let numbers: Option<Vec<f64>> = text.split(',').map(|n| n.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some([x, y, width, height]) => Ok(Some(RectF::new(*x, *y, *width, *height))),
        _ => Err("four numbers, as in 0,0,4096,1716, or none".into()),
    }
}

fn alignment(text: &str) -> Parsed<Alignment> {
    let found = text.split_once('-').and_then(|(across, down)| {
        let horizontal = *AlignHorizontal::ALL.iter().find(|a| a.word() == across)?;
        let vertical = *AlignVertical::ALL.iter().find(|a| a.word() == down)?;
        Some(Alignment { horizontal: Some(horizontal), vertical: Some(vertical) })
    });
    found.ok_or_else(|| "left, center or right, a hyphen, and top, center or bottom".into())
}

fn any(text: &str) -> Parsed<Edit> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

impl Args {
    fn edits(&self) -> Result<Vec<Edit>> {
        let frame = match self.frame {
            Some(None) => return Err(Error::usage("there is always a framing decision").field("frame").value("none")),
            given => given.flatten(),
        };
        let canvas = CanvasEdit { squeeze: self.squeeze, effective: self.effective, ..Default::default() };
        let intent = IntentEdit { aspect: self.aspect, protection: self.protection, label: self.label.clone() };
        let decision = DecisionEdit { rect: frame, protection: self.protect, label: self.label.clone() };
        let mut edits = vec![];
        edits.extend((canvas != CanvasEdit::default()).then_some(Edit::Canvas(canvas)));
        edits.extend((intent != IntentEdit::default()).then_some(Edit::Intent(intent)));
        edits.extend(self.from_intent.map(|(even, mode)| Edit::FromIntent(Rounding { even, mode })));
        edits.extend((decision != DecisionEdit::default()).then_some(Edit::Decision(decision)));
        edits.extend(self.align.map(Edit::Align));
        edits.extend(self.edit.iter().cloned());
        Ok(edits)
    }

    fn begin(&self) -> Result<Draft> {
        match (&self.file, self.new) {
            (Some(file), _) => {
                let selection = Selection { context: self.context.clone(), canvas: self.canvas.clone(), decision: self.decision.clone() };
                Draft::of(&read(file)?, &selection).in_file(file)
            }
            (None, Some(size)) => Draft::from_nothing(size, self.squeeze.unwrap_or(1.0), self.clip.as_deref()),
            (None, None) => Err(Error::usage("a file, or --new")),
        }
    }
}

/// Nothing is written of a draft that is no FDL. What another edition meant is said on stderr.
pub fn run(args: &Args) -> Result<()> {
    let mut draft = args.begin()?;
    let edits = args.edits()?;
    draft.notes().iter().for_each(|note| out::message(format_args!("{}: {}", note.code, note.message)));
    let mut steps = vec![];
    for edit in &edits {
        draft.edit(edit)?;
        if let (Edit::FromIntent(_), Some(decided)) = (edit, draft.decided()) {
            steps.clone_from(&decided.steps);
        }
    }
    // Refused here, where it names field and value.
    let made = draft.document(uuid::Uuid::nil().to_string())?;
    let (frame, protection) = (draft.decision().rect(), draft.decision().protection_rect());
    if args.json {
        let steps: Vec<_> = steps.iter().map(|s| json!({ "step": s.name, "text": s.text })).collect();
        out::json(&json!({ "framing_decision": decision(frame, protection), "alignment": words(&draft), "steps": steps }))?;
    } else {
        steps.iter().try_for_each(|s| out::line(format_args!("  {:<10} {}", s.name, s.text)))?;
        let line = |name: &str, r: RectF| out::line(format_args!("{name:<11} {} x {} at {}, {}", r.width, r.height, r.x, r.y));
        protection.map_or(Ok(()), |r| line("protection", r))?;
        line("framing", frame)?;
    }
    match &args.out {
        Some(path) => write_new(path, args.overwrite, made),
        None => Ok(()),
    }
}

fn words(draft: &Draft) -> serde_json::Value {
    let (horizontal, vertical) = draft.alignment();
    json!({ "horizontal": horizontal, "vertical": vertical })
}
