//! The recipe has a say before anything is rendered.

use super::{Matched, Pull, Range, Refused, cut, planned};
use crate::{error::Result, pipeline::clip_name, progress::Progress, recipe::OpenRecipe};
use std::collections::BTreeMap;

/// Asks the recipe for each clip of the pull, and what its files will be called. The events of one that it does not admit are refused, and
/// with them those of a clip that cannot be opened any more. Files that cannot be named are told with their range ([`Range::files`]).
///
/// # Errors
/// Cancelled.
pub fn admit(pull: &mut Pull, recipe: &OpenRecipe, progress: &Progress) -> Result<()> {
    let used: std::collections::BTreeSet<usize> = pull.matched.iter().map(|m| m.source).collect();
    progress.begin(used.len() as u64, "Asking the recipe");
    let (mut refusals, mut ranges) = (BTreeMap::new(), vec![]);
    for source in used {
        progress.step()?;
        let asked = ranges_of(pull, source, recipe, progress);
        progress.check()?;
        match asked {
            Ok(of_clip) => ranges.extend(of_clip),
            Err(error) => _ = refusals.insert(source, format!("the recipe: {error}")),
        }
    }
    let (kept, refused): (Vec<_>, Vec<_>) = std::mem::take(&mut pull.matched).into_iter().partition(|m| !refusals.contains_key(&m.source));
    pull.matched = kept;
    pull.refused.extend(refused.into_iter().map(|m| Refused::new(m.event, refusals.get(&m.source).cloned().unwrap_or_default())));
    pull.refused.sort_by_key(|refused| refused.event);
    pull.ranges = ranges;
    Ok(())
}

/// What is rendered of a clip that the recipe admits.
fn ranges_of(pull: &Pull, source: usize, recipe: &OpenRecipe, progress: &Progress) -> Result<Vec<Range>> {
    let clip = pull.opened.clip(&pull.sources[source], progress)?;
    let name = clip_name(&*clip);
    let entry = recipe.entry_for(&*clip, &name)?;
    let plan = recipe.plan(entry, &*clip, &name)?;
    let matched: Vec<Matched> = pull.matched.iter().filter(|m| m.source == source).cloned().collect();
    let mut ranges = cut::ranges(&matched, &pull.events);
    planned::name_files(&mut ranges, pull, recipe, (&*clip, &name, &plan), progress);
    Ok(ranges)
}
