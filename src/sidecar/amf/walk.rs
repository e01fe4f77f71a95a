//! Every transform of a pipeline, with the transforms inside it.

use super::{Correction, Pipeline, Reference, Role, Step, Transform};

impl Pipeline {
    /// Calls `visit` with every transform in the order of application, each before those inside it.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(Role, &'a Transform)) {
        if let Some(input) = &self.input {
            input.visit(Role::Input, visit);
        }
        self.looks().for_each(|look| look.visit(Role::Look, visit));
        if let Some(output) = &self.output {
            output.visit(Role::Output, visit);
        }
    }

    /// Whether a CDL that is not in the pixels does not say in which space it acts.
    pub fn has_bare_cdl(&self) -> bool {
        let bare = |look: &Transform| matches!(&look.reference, Reference::Cdl(cdl) if cdl.working_space.is_none());
        self.looks().any(|look| !look.is_applied() && bare(look))
    }

    /// [`Pipeline::visit`] for changing them.
    pub fn visit_mut(&mut self, visit: &mut dyn FnMut(Role, &mut Transform)) {
        if let Some(input) = &mut self.input {
            input.visit_mut(Role::Input, visit);
        }
        for step in &mut self.steps {
            if let Step::Look(look) = step {
                look.visit_mut(Role::Look, visit);
            }
        }
        if let Some(output) = &mut self.output {
            output.visit_mut(Role::Output, visit);
        }
    }
}

impl Transform {
    fn visit<'a>(&'a self, role: Role, visit: &mut dyn FnMut(Role, &'a Transform)) {
        visit(role, self);
        match &self.reference {
            Reference::Missing | Reference::TransformId(_) | Reference::File(_) | Reference::Uuid(_) => {}
            Reference::InverseOutput(part) => part.visit(Role::InverseOutput, visit),
            Reference::InverseOutputPair { device, rendering } => {
                device.visit(Role::InverseOutputDevice, visit);
                rendering.visit(Role::InverseReferenceRendering, visit);
            }
            Reference::OutputPair { rendering, device } => {
                rendering.visit(Role::ReferenceRendering, visit);
                device.visit(Role::OutputDevice, visit);
            }
            Reference::Cdl(look) => {
                for part in look.working_space.iter().flat_map(|space| space.to.iter().chain(&space.from)) {
                    part.visit(Role::ColorSpaceConversion, visit);
                }
            }
        }
    }

    fn visit_mut(&mut self, role: Role, visit: &mut dyn FnMut(Role, &mut Transform)) {
        visit(role, self);
        match &mut self.reference {
            Reference::Missing | Reference::TransformId(_) | Reference::File(_) | Reference::Uuid(_) => {}
            Reference::InverseOutput(part) => part.visit_mut(Role::InverseOutput, visit),
            Reference::InverseOutputPair { device, rendering } => {
                device.visit_mut(Role::InverseOutputDevice, visit);
                rendering.visit_mut(Role::InverseReferenceRendering, visit);
            }
            Reference::OutputPair { rendering, device } => {
                rendering.visit_mut(Role::ReferenceRendering, visit);
                device.visit_mut(Role::OutputDevice, visit);
            }
            Reference::Cdl(look) => {
                for part in look.working_space.iter_mut().flat_map(|space| space.to.iter_mut().chain(&mut space.from)) {
                    part.visit_mut(Role::ColorSpaceConversion, visit);
                }
            }
        }
    }

    /// The file that it names itself, as written: a URI relative to the AMF.
    pub fn file_reference(&self) -> Option<&str> {
        match &self.reference {
            Reference::File(uri) => Some(uri),
            Reference::Cdl(look) => match &look.correction {
                Correction::File { file, .. } => file.as_deref(),
                Correction::Values { .. } => None,
            },
            _ => None,
        }
    }
}
