//! What a job is ordered by: a recipe, or documents that nobody has approved.

use crate::{
    camera::Clip,
    error::Result,
    framing::ScaleTo,
    pipeline::{DEFAULT_OUTPUT, Plan, Settings, Sidecars},
    recipe::{ClipRecipe, OpenRecipe, Output},
};

pub enum Order<'a> {
    /// What was approved, and nothing else.
    Recipe(&'a OpenRecipe),
    /// The documents of a clip as they are. The receipt says that nobody approved it, and what stood in for what was not given.
    Documents { sidecars: &'a Sidecars, settings: &'a Settings, output: Option<&'a Output> },
}

/// What an order makes of a clip.
pub(super) struct Ordered<'a> {
    pub plan: Plan,
    pub sidecars: &'a Sidecars,
    pub settings: &'a Settings,
    /// The entry of the recipe.
    pub entry: Option<&'a ClipRecipe>,
    /// The same, where the clip is the approved one itself.
    pub approved: Option<&'a ClipRecipe>,
    /// What stood in for what was not given, in words.
    pub defaults: Vec<String>,
}

impl Ordered<'_> {
    /// Whether the documents are those of another clip, whose entry admits this one.
    pub fn is_of_another(&self) -> bool {
        self.entry.is_some() && self.approved.is_none()
    }
}

impl Order<'_> {
    pub fn recipe(&self) -> Option<&OpenRecipe> {
        match self {
            Self::Recipe(recipe) => Some(recipe),
            Self::Documents { .. } => None,
        }
    }
    /// What is delivered: [`Output::plain`] where nobody says it.
    pub fn output(&self) -> &Output {
        Output::or_plain(match self {
            Self::Recipe(recipe) => recipe.recipe.output.as_ref(),
            Self::Documents { output, .. } => *output,
        })
    }

    /// # Errors
    /// `Refused`: the recipe has nothing for such a clip; those of making a plan.
    pub(super) fn plan(&self, clip: &dyn Clip, name: &str) -> Result<Ordered<'_>> {
        match self {
            Self::Recipe(recipe) => {
                let entry = recipe.entry_for(clip, name)?;
                recipe.refuse_unapproved(entry)?;
                let plan = recipe.plan(entry, clip, name)?;
                let approved = (entry.name == name).then_some(entry);
                Ok(Ordered {
                    plan,
                    sidecars: recipe.sidecars(entry)?,
                    settings: &entry.settings,
                    entry: Some(entry),
                    approved,
                    defaults: vec![],
                })
            }
            Self::Documents { sidecars, settings, .. } => {
                let plan = Plan::new(clip, sidecars, settings)?;
                Ok(Ordered { plan, sidecars, settings, entry: None, approved: None, defaults: defaults(sidecars, settings) })
            }
        }
    }
}

/// Netflix, "Technical Specifications for Image and Sound Processing in MPS" (26 January 2026), the rule of defaults: without an AMF the
/// ACES Rec.709 output, without an FDL the full source.
fn defaults(sidecars: &Sidecars, settings: &Settings) -> Vec<String> {
    let mut said = vec!["no recipe: nobody has approved these documents".to_owned()];
    if sidecars.amf.is_none() {
        said.push(format!("no AMF: no look, output {}", settings.output.as_deref().unwrap_or(DEFAULT_OUTPUT)));
    }
    if sidecars.fdl.is_none() {
        let size = match settings.framing.scale {
            ScaleTo::Fit(size) => format!(", scaled to fit into {size}"),
            _ => String::new(),
        };
        said.push(format!("no FDL: the full source{size}"));
    }
    said
}
