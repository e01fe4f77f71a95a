//! Every transform of a pipeline, with the transforms inside it.

use super::{Correction, Pipeline, Reference, Role, Step, Transform};
use std::collections::BTreeSet;

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

    /// Its own transforms in the order of application, each with the path of its element from that of the pipeline.
    pub fn elements(&self) -> impl Iterator<Item = (String, &Transform)> {
        let input = self.input.iter().map(|t| ("inputTransform".to_owned(), t));
        let looks = self.looks().enumerate().map(|(i, look)| (self.look_element(i), look));
        input.chain(looks).chain(self.output.iter().map(|t| ("outputTransform".to_owned(), t)))
    }

    /// The element of a look, counted from 0, as XPath has it: with its number where there are several.
    pub(super) fn look_element(&self, index: usize) -> String {
        if self.looks().nth(1).is_some() { format!("lookTransform[{}]", index + 1) } else { "lookTransform".into() }
    }

    /// What choices can be made for; see [`Transform::choice_key`].
    pub fn choice_keys(&self) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        self.visit(&mut |_, transform| keys.extend(transform.choice_key().map(str::to_owned)));
        keys
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
    /// Calls `visit` with itself and with every transform inside it.
    pub fn visit_all<'a>(&'a self, visit: &mut dyn FnMut(&'a Transform)) {
        // What its own slot is makes no difference to what is in it.
        self.visit(Role::Look, &mut |_, part| visit(part));
    }

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

    /// What a choice for it goes by: the ID, the file or the `uuid` as written; the id of a correction whose file is not named.
    pub fn choice_key(&self) -> Option<&str> {
        match &self.reference {
            Reference::TransformId(key) | Reference::File(key) | Reference::Uuid(key) => Some(key),
            Reference::Cdl(look) => match &look.correction {
                Correction::File { file: Some(file), .. } => Some(file),
                Correction::File { id, file: None, .. } => Some(id),
                Correction::Values { .. } => None,
            },
            _ => None,
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
