//! The recipe has a say before anything is rendered.

use super::{Pull, Refused, cut, open};
use crate::{error::Result, pipeline::clip_name, progress::Progress, recipe::OpenRecipe};
use std::collections::BTreeMap;

/// Asks the recipe for each clip of the pull. The events of one that it does not admit are refused, and with them those of a clip that
/// cannot be opened any more.
///
/// # Errors
/// Cancelled.
pub fn admit(pull: &mut Pull, recipe: &OpenRecipe, progress: &Progress) -> Result<()> {
    let used: std::collections::BTreeSet<usize> = pull.matched.iter().map(|m| m.source).collect();
    progress.begin(used.len() as u64, "Asking the recipe");
    let mut refusals = BTreeMap::new();
    for source in used {
        progress.step()?;
        let asked = open(&pull.sources[source], progress).and_then(|clip| {
            let name = clip_name(&*clip);
            let entry = recipe.entry_for(&*clip, &name)?;
            recipe.plan(entry, &*clip, &name).map(|_| ())
        });
        if let Err(error) = asked {
            progress.check()?;
            refusals.insert(source, format!("the recipe: {error}"));
        }
    }
    let (kept, refused): (Vec<_>, Vec<_>) = std::mem::take(&mut pull.matched).into_iter().partition(|m| !refusals.contains_key(&m.source));
    pull.matched = kept;
    pull.refused.extend(refused.into_iter().map(|m| Refused::new(m.event, refusals.get(&m.source).cloned().unwrap_or_default())));
    pull.refused.sort_by_key(|refused| refused.event);
    pull.ranges = cut::ranges(&pull.matched, &pull.events);
    Ok(())
}
