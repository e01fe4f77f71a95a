//! What a cut list of the show uses of its clips, rendered from the window: the same pull that the command line does, from the clips that
//! are open in place of a library.

use super::{
    Approved, Delivered, Rendering, Session,
    approval::open_approved,
    given::lasting,
    jobs::Lane,
    reports::{Output, name_of},
};
use crate::{
    camera::{Clip, Rational},
    error::{Error, Result},
    library::Source,
    progress::Progress,
    recipe::sign::{self, TrustPolicy},
    render::{
        Cache, Watch,
        pull::{self, Pull, Pulled},
        store::Store,
    },
    sidecar::timeline::Format,
    words::count,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Refused events that an error names.
const NAMED: usize = 4;

impl Session {
    /// The cut list that is meant: the one that is named, or the only one of the show.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn list_to_pull(&self, list: Option<&Path>) -> Result<&Path, &'static str> {
        match (list, self.document.cut_lists.as_slice()) {
            (Some(list), lists) => lists.iter().map(PathBuf::as_path).find(|l| *l == lasting(list)).ok_or("no such cut list"),
            (None, [only]) => Ok(only),
            (None, []) => Err("the show has no cut list"),
            (None, _) => Err("the show has several cut lists: pull one of them in the Intake"),
        }
    }

    /// Renders what a cut list uses of the clips of the show, by the recipe of the selected clip, with the handles that this states.
    ///
    /// # Errors
    /// Refused: something is being rendered, the selected clip is in no recipe.
    /// What else stands in the way is told by the job.
    pub(super) fn start_pull(&mut self, list: &Path, out: PathBuf) -> Result<()> {
        let not = |why: &str| Error::refused(why).field("Recipe/Pull").file(list);
        let list = self.list_to_pull(Some(list)).map_err(not)?;
        if let Rendering::Running { .. } = self.rendering {
            return Err(not("something is being rendered"));
        }
        let approved = self.document.selected_clip().and_then(|c| c.approved.clone());
        let approved = approved.ok_or_else(|| not("the selected clip is in no recipe yet"))?;
        let clips = self.open_clips();
        let stated = self.document.rate.or_else(|| self.rate_of_profile());
        let rate = stated.map_or_else(|| one_rate(&clips), |rate| Ok(Some(rate)));
        let (list, folder) = (list.to_owned(), out.clone());
        let name = format!("Pulling {}", name_of(&list));
        let job = self.jobs.spawn(Lane::Render, name, move |progress| {
            pulled(&list, &clips, rate, &approved, &folder, progress).map(|one| Output::Rendered(vec![one]))
        });
        self.rendering = Rendering::Running { out, job };
        Ok(())
    }
}

/// The rate of the clips.
///
/// # Errors
/// They have several.
fn one_rate(clips: &[Arc<dyn Clip>]) -> Result<Option<Rational>, &'static str> {
    let mut rates = clips.iter().filter_map(|clip| clip.metadata().frame_rate.as_ref().map(|f| f.value));
    let first = rates.next();
    if rates.all(|rate| Some(rate) == first) { Ok(first) } else { Err("the clips have several rates: choose the rate of the project") }
}

fn pulled(
    list: &Path,
    clips: &[Arc<dyn Clip>],
    rate: Result<Option<Rational>, &'static str>,
    approved: &Approved,
    folder: &Path,
    progress: &Progress,
) -> Result<Delivered> {
    let recipe = open_approved(&approved.recipe, &approved.digest)?;
    let approvals = sign::admit_by(&recipe, TrustPolicy::of_environment()?.as_ref())?;
    let cut = pull::events(list, rate.ok().flatten())?;
    // Other lists say how they count.
    if let (Err(why), Some(Format::Edl)) = (rate, cut.format) {
        return Err(Error::refused(why).file(list));
    }
    if cut.events.is_empty() {
        return Err(Error::invalid("no event shows the picture of a clip").file(list));
    }
    let handles = recipe.recipe.output.as_ref().map_or(0, |output| output.handles);
    let sources = clips.iter().map(|clip| Source::of(&**clip)).collect();
    let mut resolved = pull::resolve(cut, sources, handles, None, progress)?;
    resolved.keep_open(clips.iter().cloned());
    pull::admit(&mut resolved, &recipe, progress)?;
    none_refused(&resolved).map_err(|e| e.file(list))?;
    let (out, cache) = (Store::folder(folder), Cache::of_user());
    let job = Pulled {
        pull: &resolved,
        list,
        recipe: &recipe,
        approvals: &approvals,
        out: &out,
        overwrite: false,
        cache: cache.as_ref(),
        sign_with: None,
    };
    let made = pull::run(&job, &Watch::new(progress))?;
    Ok(Delivered { place: folder.display().to_string(), frames: made.frames, kept: made.kept })
}

/// In part nothing is rendered from here: the command line does, where it is asked to.
fn none_refused(pull: &Pull) -> Result<()> {
    if pull.refused.is_empty() {
        return Ok(());
    }
    let mut why: Vec<String> =
        pull.refused.iter().take(NAMED).map(|refused| format!("event {}: {}", pull.events[refused.event].number, refused.why)).collect();
    if pull.refused.len() > NAMED {
        why.push(format!("and {} more", pull.refused.len() - NAMED));
    }
    let refused =
        format!("{} of {} refused, nothing is rendered: {}", pull.refused.len(), count(pull.events.len(), "event"), why.join("; "));
    Err(Error::refused(refused))
}
