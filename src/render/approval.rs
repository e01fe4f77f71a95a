//! An approval: what is delivered is held against the clips before a recipe says so.

use super::{deliver, submit};
use crate::{
    error::Result,
    progress::Progress,
    recipe::{self, Approval, Approved, Besides, Exported},
};
use std::path::Path;

/// Writes a recipe folder ([`recipe::export_with`]). What is delivered is looked at clip by clip ([`deliver::check_clip`]): it stands in
/// the way like what else is found. The templates of farms travel in the folder.
///
/// # Errors
/// Those of [`recipe::export_with`].
pub fn approve(folder: &Path, mut clips: Vec<Approved>, besides: Besides, approval: &Approval, progress: &Progress) -> Result<Exported> {
    for clip in &mut clips {
        clip.found.push(deliver::check_clip(&clip.subject, besides.output.as_ref())?);
    }
    let travelling = submit::templates(besides.output.as_ref());
    recipe::export_with(folder, &clips, Besides { travelling, ..besides }, approval, progress)
}
