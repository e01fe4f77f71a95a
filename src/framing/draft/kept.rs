//! A draft put by as text, so that it outlives the program: whatever it holds, also what an FDL may not.
//!
//! What is no FDL cannot be written as one and read back the same. So the last state that can is written, and the edits since then.

use super::{Draft, Edit};
use crate::{
    error::{Error, Result},
    sidecar::fdl,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The FDL as text.
    document: String,
    /// Places of the context, the canvas in it, and the decision in that.
    at: [usize; 3],
    intent: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<usize>,
    /// What was edited since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    edits: Vec<Edit>,
}

impl Draft {
    pub fn kept(&self) -> Kept {
        self.unsound.as_deref().cloned().unwrap_or_else(|| self.written())
    }

    fn written(&self) -> Kept {
        Kept { document: fdl::write(&self.fdl), at: self.at, intent: self.intent, template: self.template, edits: vec![] }
    }

    /// Notes an edit that led from `before` here, where it leads to what is not read back as it is written.
    pub(super) fn note(&mut self, before: &Self, edit: &Edit) {
        if self.fdl == before.fdl && self.template == before.template {
            return;
        }
        let sound = self.problems().is_empty() && (before.unsound.is_none() || self.reads_back());
        self.unsound = (!sound).then(|| {
            let mut kept = before.kept();
            kept.edits.push(edit.clone());
            Box::new(kept)
        });
    }

    /// What is not edited at present may be wrong, too.
    fn reads_back(&self) -> bool {
        fdl::parse(fdl::write(&self.fdl).as_bytes()).is_ok_and(|(read, _)| read == self.fdl)
    }

    /// The draft that was put by: edited, without the arithmetic of its intent.
    ///
    /// # Errors
    /// Not the text of an FDL; a place that it does not have; edits that cannot be done.
    pub fn restored(kept: &Kept) -> Result<Self> {
        let (fdl, _) = fdl::parse(kept.document.as_bytes())?;
        let [context, canvas, decision] = kept.at;
        let decisions = fdl.contexts.get(context).and_then(|c| c.canvases.get(canvas)).map(|c| c.framing_decisions.len());
        let there = decisions.is_some_and(|n| decision < n)
            && kept.intent < fdl.framing_intents.len()
            && kept.template.is_none_or(|t| t < fdl.canvas_templates.len());
        if !there {
            return Err(Error::invalid("is not in the document").field("frame lines"));
        }
        let mut draft = Self { changed: true, ..Self::new(fdl, kept.at, kept.intent, kept.template, vec![]) };
        kept.edits.iter().try_for_each(|edit| draft.edit(edit))?;
        Ok(draft)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::source, *};
    use crate::framing::Selection;

    #[test]
    fn what_was_tampered_with_is_an_error() {
        let kept = Draft::of(&source(), &Selection::default()).unwrap().kept();
        assert_eq!(serde_json::from_str::<Kept>(&serde_json::to_string(&kept).unwrap()).unwrap(), kept);
        let far = usize::MAX;
        for wrong in [
            Kept { document: "{".into(), ..kept.clone() },
            Kept { document: String::new(), ..kept.clone() },
            Kept { at: [far, 0, 0], ..kept.clone() },
            Kept { at: [0, far, 0], ..kept.clone() },
            Kept { at: [0, 0, far], ..kept.clone() },
            Kept { intent: far, ..kept.clone() },
            Kept { template: Some(far), ..kept.clone() },
        ] {
            assert!(Draft::restored(&wrong).is_err(), "{wrong:?}");
        }
    }
}
