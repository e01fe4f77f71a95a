//! A framing that is being edited: one decision of an FDL on its canvas, the intent it comes from, and a canvas template.
//!
//! A draft is a copy: the document it came from is never changed. It may hold what an FDL may not, so that it can be typed;
//! [`Draft::problems`] says what is wrong and where, and only a draft without an error becomes a document.

mod apply;
mod edit;
mod kept;
mod place;
#[cfg(test)]
mod properties;
mod start;
#[cfg(test)]
mod tests;

pub use edit::{Alignment, CanvasEdit, CornerAt, DecisionEdit, EdgeAt, Edit, IntentEdit, Rounding, Side, TemplateEdit};
pub use kept::Kept;

use super::{
    Decided, Frame, Selection,
    template::{self, Derived, Mode},
};
use crate::{
    error::{Error, Result},
    sidecar::{
        Diagnostic, Level,
        fdl::{self, Canvas, CanvasTemplate, Context, Fdl, FramingDecision, FramingIntent, Version},
    },
};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    fdl: Fdl,
    /// Places of the context, the canvas in it, and the decision in that.
    at: [usize; 3],
    intent: usize,
    template: Option<usize>,
    /// What was decided where the document follows another edition.
    notes: Vec<Diagnostic>,
    changed: bool,
    decided: Option<Decided>,
    /// How it came about, where it is not read back as it is written.
    unsound: Option<Box<Kept>>,
    checked: Checked,
}

/// What follows from the numbers of a draft.
#[derive(Clone, Debug, PartialEq)]
struct Checked {
    problems: Vec<Problem>,
    frame: Result<Frame>,
    derived: Option<Result<Derived>>,
}

/// What is wrong with a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// `intent.aspect_ratio.width`, `canvas.effective_dimensions`, `decision.dimensions`, `template.target_dimensions`…
    pub field: String,
    pub message: String,
    /// What stands there, as JSON.
    pub value: String,
}

impl Problem {
    fn error(&self) -> Error {
        Error::invalid(&self.message).field(&self.field).value(&self.value)
    }
}

/// Fails with the first error that the validator finds: the document `is` (or is not, …) a valid FDL.
fn refuse_invalid(document: &Fdl, is: &str) -> Result<()> {
    let (_, found) = fdl::parse(fdl::write(document).as_bytes())?;
    match found.iter().find(|d| d.level == Level::Error) {
        None => Ok(()),
        Some(d) => Err(Error::invalid(format!("{is} a valid FDL: {}: {}", d.code, d.message)).field(&d.path)),
    }
}

impl Draft {
    pub fn canvas(&self) -> &Canvas {
        &self.fdl.contexts[self.at[0]].canvases[self.at[1]]
    }
    pub fn decision(&self) -> &FramingDecision {
        &self.canvas().framing_decisions[self.at[2]]
    }
    pub fn intent(&self) -> &FramingIntent {
        &self.fdl.framing_intents[self.intent]
    }
    /// The template that is edited.
    pub fn template(&self) -> Option<&CanvasTemplate> {
        self.template.and_then(|i| self.fdl.canvas_templates.get(i))
    }
    /// Every canvas template of the document.
    pub fn templates(&self) -> &[CanvasTemplate] {
        &self.fdl.canvas_templates
    }
    /// What was decided where the document it is a copy of follows another edition than 2.0.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }
    /// Whether it was edited.
    pub fn is_changed(&self) -> bool {
        self.changed
    }
    /// The intent's arithmetic, where the decision is what came of it.
    pub fn decided(&self) -> Option<&Decided> {
        self.decided.as_ref()
    }
    /// Its rectangles in exact numbers; an error where a number has too many digits or the squeeze is not above 0.
    pub fn frame(&self) -> &Result<Frame> {
        &self.checked.frame
    }
    /// The canvas that the template makes of it.
    pub fn derived(&self) -> Option<&Result<Derived>> {
        self.checked.derived.as_ref()
    }
    /// What makes it no FDL.
    pub fn problems(&self) -> &[Problem] {
        &self.checked.problems
    }
    /// The first problem of a field or of a part of it.
    pub fn problem(&self, field: &str) -> Option<&Problem> {
        self.checked.problems.iter().find(|p| p.field.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }

    /// The document, under this identity. Error: the first problem, with field and value; anything else the validator refuses.
    pub fn document(&self, uuid: String) -> Result<Fdl> {
        if let Some(problem) = self.problems().first() {
            return Err(problem.error());
        }
        let made = Fdl { uuid, ..self.fdl.clone() };
        refuse_invalid(&made, "would not be")?;
        Ok(made)
    }

    /// What is edited, as a document of its own: small whatever the rest is, and its parts stand in known places.
    fn part(&self) -> Fdl {
        let mut canvas = Canvas { framing_decisions: vec![self.decision().clone()], ..self.canvas().clone() };
        canvas.source_canvas_id = canvas.id.clone();
        let context = Context { label: None, context_creator: None, clip_id: None, canvases: vec![canvas], other: vec![] };
        Fdl {
            uuid: uuid::Uuid::nil().to_string(),
            version: Version { major: 2, minor: 0, other: vec![] },
            framing_intents: vec![self.intent().clone()],
            contexts: vec![context],
            canvas_templates: self.template().cloned().into_iter().collect(),
            ..Fdl::default()
        }
    }

    fn check(&mut self) {
        self.checked = Checked::of(&self.part());
    }
}

/// Of the parts of [`Draft::part`]: where the validator finds them, and what they are called here.
const PARTS: [(&str, &str); 4] = [
    ("contexts[0].canvases[0].framing_decisions[0]", "decision"),
    ("contexts[0].canvases[0]", "canvas"),
    ("framing_intents[0]", "intent"),
    ("canvas_templates[0]", "template"),
];

/// Findings that readers live with, and the standard or its schema does not.
const STRICT: [&str; 2] = ["OUTSIDE", "SQUEEZE_ZERO"];

impl Checked {
    fn of(part: &Fdl) -> Self {
        let text = fdl::write(part);
        let frame = Frame::select(part, &Selection::default());
        let mut problems = vec![];
        match fdl::parse(text.as_bytes()) {
            Err(error) => problems.push(Problem { field: "document".into(), message: error.message().into(), value: String::new() }),
            Ok((_, found)) => {
                let document: Value = serde_json::from_str(&text).unwrap_or_default();
                let wrong = found.into_iter().filter(|d| d.level == Level::Error || STRICT.contains(&d.code));
                problems.extend(wrong.map(|d| Problem { field: field(&d.path), value: value(&document, &d.path), message: d.message }));
            }
        }
        if let Some(protection) = part.framing_intents.first().and_then(|i| i.protection.as_ref()).filter(|p| p.to_f64() >= 1.0) {
            let message = "100 % or more leaves no frame".to_owned();
            problems.push(Problem { field: "intent.protection".into(), message, value: protection.to_string() });
        }
        let derived = part.canvas_templates.first().filter(|_| problems.is_empty()).and_then(|template| {
            let frame = frame.as_ref().ok()?;
            Some(template::explain(frame, template, Mode::Exact))
        });
        Self { problems, frame, derived }
    }
}

fn field(path: &str) -> String {
    let known = PARTS.iter().find_map(|(place, name)| Some(format!("{name}{}", path.strip_prefix(place)?)));
    known.unwrap_or_else(|| path.to_owned())
}

/// What stands at a path of a document.
fn value(document: &Value, path: &str) -> String {
    let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
    document.pointer(&pointer).map(Value::to_string).unwrap_or_default()
}
