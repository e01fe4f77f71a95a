//! On what conditions recipes of the show may be used, edited.

use super::{Command, Session};
use crate::{error::Result, recipe::Conditions};

impl Session {
    /// Widens the scope of the next recipes; nothing said is exactly what each clip is.
    ///
    /// # Errors
    /// Usage: what is said is no scope.
    pub(super) fn set_scope(&mut self, said: &str) -> Result<()> {
        let scope = said.parse()?;
        self.set_conditions(|c| c.scope = scope);
        Ok(())
    }

    /// # Errors
    /// Usage: what is said is no tolerance.
    pub(super) fn set_tolerance(&mut self, said: Option<&str>) -> Result<()> {
        let tolerance = said.map(str::parse).transpose()?;
        self.set_conditions(|c| c.tolerance = tolerance);
        Ok(())
    }

    pub(super) fn set_conditions(&mut self, change: impl FnOnce(&mut Conditions)) {
        let mut conditions = self.document.conditions.clone();
        change(&mut conditions);
        self.run(Command::SetConditions(Box::new(conditions)));
    }
}

/// A name, where it says anything.
pub(super) fn said_at_all(name: Option<String>) -> Option<String> {
    name.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty())
}
