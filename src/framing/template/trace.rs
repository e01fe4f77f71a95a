//! The arithmetic of a template, step by step: what `prelight fdl explain` prints and the window shows.

use super::number::Real;
use serde::Serialize;

/// One line of the arithmetic.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TemplateStep {
    /// Which step of the algorithm.
    pub step: &'static str,
    /// What the numbers are of: a layer, the canvas, an axis.
    pub of: String,
    pub values: Vec<TemplateValue>,
}

/// A number, as it is and as the nearest float.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TemplateValue {
    pub name: &'static str,
    /// An integer, a decimal, or a fraction with its approximation.
    pub exact: String,
    pub value: f64,
}

/// Writes steps down, or lets it be where nobody asks.
pub struct Trace {
    wanted: bool,
    pub steps: Vec<TemplateStep>,
}

impl Trace {
    pub fn new(wanted: bool) -> Self {
        Trace { wanted, steps: vec![] }
    }

    pub fn note<T: Real>(&mut self, step: &'static str, of: impl Into<String>, values: &[(&'static str, &T)]) {
        if self.wanted {
            let value = |(name, v): &(&'static str, &T)| TemplateValue { name, exact: v.to_string(), value: v.to_f64() };
            self.steps.push(TemplateStep { step, of: of.into(), values: values.iter().map(value).collect() });
        }
    }
}
