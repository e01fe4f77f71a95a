//! What recipes of the show ask to be delivered, edited.

use super::{Command, Session};
use crate::{
    error::{Error, Result},
    recipe::Output,
};

impl Session {
    /// Sets what is delivered; none is the uncompressed plate alone.
    ///
    /// # Errors
    /// Those of [`Output::check`].
    pub(super) fn set_output(&mut self, output: Option<Output>) -> Result<()> {
        output.as_ref().map_or(Ok(()), Output::check)?;
        self.run(Command::SetOutput(output.map(Box::new)));
        Ok(())
    }

    /// Adds a deliverable by its name ([`PRESETS`](crate::recipe::output::PRESETS)) to those there are.
    ///
    /// # Errors
    /// Usage: the name is not known. Invalid: its files would have the names of others.
    pub(super) fn add_deliverable(&mut self, name: &str) -> Result<()> {
        let mut output = self.document.output.clone().unwrap_or_else(Output::plain);
        output.add_another(name)?;
        self.step_to(output)
    }

    /// Takes away the deliverable with an id.
    ///
    /// # Errors
    /// There is none, or no other.
    pub(super) fn remove_deliverable(&mut self, id: &str) -> Result<()> {
        let not = |why: &str| Error::refused(why).field("Recipe/RemoveDeliverable").value(id);
        let mut output = self.document.output.clone().unwrap_or_else(Output::plain);
        let at = output.deliverables.iter().position(|d| d.id == id).ok_or_else(|| not("there is no such deliverable"))?;
        if output.deliverables.len() == 1 {
            return Err(not("a recipe delivers something"));
        }
        output.deliverables.remove(at);
        self.step_to(output)
    }

    /// As a step of its own, which no gesture goes on with.
    fn step_to(&mut self, output: Output) -> Result<()> {
        self.seal();
        self.set_output(Some(output))?;
        self.seal();
        Ok(())
    }
}
