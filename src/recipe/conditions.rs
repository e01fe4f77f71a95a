//! On what conditions the next recipe may be used. What is not said is the strictest: clips like the approved one alone, the same bits, this
//! version of the engine.

use super::{Engine, Pin, Tolerance, Widening};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// What the recipe is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Of which production; that which every clip states where none is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub production: Option<String>,
    /// What other clips are admitted.
    #[serde(skip_serializing_if = "Widening::is_empty")]
    pub scope: Widening,
    /// How far golden frames may come out; not at all where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<Tolerance>,
    /// The very programs that may render.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub pins: BTreeSet<Pin>,
    /// Whether another engine may that proves itself.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub proved: bool,
}

impl Conditions {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// # Errors
    /// Usage: a tolerance that is none.
    pub fn check(&self) -> Result<()> {
        self.tolerance.as_ref().map_or(Ok(()), Tolerance::check)
    }

    /// The engine as the recipe names it.
    ///
    /// # Errors
    /// I/O: the program that runs cannot be read, and is to be named.
    pub fn engine(&self) -> Result<Engine> {
        let digests: BTreeSet<String> = self.pins.iter().map(Pin::digest).collect::<Result<_>>()?;
        Ok(Engine { digests: digests.into_iter().collect(), proved: self.proved, ..Engine::this() })
    }
}
