//! Which canvas and which framing decision of an FDL are meant: chosen by name, never guessed.

use crate::{
    error::{Error, Result},
    sidecar::fdl::{Canvas, Fdl, FramingDecision},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which framing decision of an FDL. What is not given must leave one candidate.
///
/// Each is a name, or where nothing has that name the place among its neighbours, from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Label of the context, or its place in the file.
    pub context: Option<String>,
    /// Id or label of the canvas, or its place in the context.
    pub canvas: Option<String>,
    /// Id or label of the framing decision, or the id of its intent, or its place in the canvas.
    pub decision: Option<String>,
}

/// A candidate: how it is listed, what each level of it is called, and its place on that level.
struct Candidate<'a, T> {
    listed: String,
    levels: Vec<(Vec<&'a str>, usize)>,
    item: T,
}

impl Selection {
    /// The canvas it names. Errors: none or several candidates, which the message lists.
    pub fn canvas<'a>(&self, fdl: &'a Fdl) -> Result<&'a Canvas> {
        let candidates = canvases(fdl).map(|(listed, levels, item)| Candidate { listed, levels, item });
        one(candidates.collect(), &[&self.context, &self.canvas], "canvas")
    }

    /// The framing decision it names, with its canvas. Errors as for [`Selection::canvas`].
    pub fn decision<'a>(&self, fdl: &'a Fdl) -> Result<(&'a Canvas, &'a FramingDecision)> {
        let decisions = canvases(fdl).flat_map(|(listed, levels, canvas)| {
            canvas.framing_decisions.iter().enumerate().map(move |(i, decision)| {
                let default = fdl.default_framing_intent.as_ref() == Some(&decision.framing_intent_id);
                let default = if default { " (default intent)" } else { "" };
                let names = [Some(&decision.id), decision.label.as_ref(), Some(&decision.framing_intent_id)];
                let mut levels = levels.clone();
                levels.push((names.into_iter().flatten().map(String::as_str).collect(), i));
                Candidate { listed: format!("{listed} / decision {}{default}", decision.id), levels, item: (canvas, decision) }
            })
        });
        one(decisions.collect(), &[&self.context, &self.canvas, &self.decision], "framing decision")
    }
}

type Levels<'a> = Vec<(Vec<&'a str>, usize)>;

fn canvases(fdl: &Fdl) -> impl Iterator<Item = (String, Levels<'_>, &Canvas)> {
    fdl.contexts.iter().enumerate().flat_map(|(i, context)| {
        context.canvases.iter().enumerate().map(move |(j, canvas)| {
            let named = context.label.clone().unwrap_or_else(|| i.to_string());
            let names = [Some(&canvas.id), canvas.label.as_ref()];
            let levels =
                vec![(context.label.as_deref().into_iter().collect(), i), (names.into_iter().flatten().map(String::as_str).collect(), j)];
            (format!("context {named} / canvas {}", canvas.id), levels, canvas)
        })
    })
}

/// The only candidate that fits.
fn one<T>(candidates: Vec<Candidate<'_, T>>, wanted: &[&Option<String>], what: &str) -> Result<T> {
    if candidates.is_empty() {
        return Err(Error::invalid(format!("the FDL has no {what}")));
    }
    let fits = |c: &Candidate<'_, T>, by_place: bool| {
        c.levels
            .iter()
            .zip(wanted)
            .all(|((names, place), wanted)| wanted.as_deref().is_none_or(|w| names.contains(&w) || (by_place && w == place.to_string())))
    };
    let named: Vec<bool> = candidates.iter().map(|c| fits(c, false)).collect();
    let fitting = if named.contains(&true) { named } else { candidates.iter().map(|c| fits(c, true)).collect() };
    let all: Vec<String> = candidates.iter().map(|c| c.listed.clone()).collect();
    let mut found = candidates.into_iter().zip(&fitting).filter(|(_, fits)| **fits).map(|(c, _)| c.item);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Error::usage(format!("no such {what}; there are: {}", list(&all)))),
        (Some(_), Some(_)) => {
            let names: Vec<String> = all.into_iter().zip(&fitting).filter(|(_, fits)| **fits).map(|(name, _)| name).collect();
            Err(Error::usage(format!("{} fit, name one {what}: {}", names.len(), list(&names))))
        }
    }
}

/// A few of `names`, and how many more there are.
pub(super) fn list(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    if names.len() > SHOWN { format!("{shown}; and {} more", names.len() - SHOWN) } else { shown }
}
