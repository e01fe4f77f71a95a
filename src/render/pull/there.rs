//! What lies where a pull goes, held against the records of who made it: what the pull would stop at, its dry run tells.

use crate::{
    camera::FrameNumber,
    error::{Error, ErrorKind, Result},
    files,
    pipeline::clip_name,
    progress::Progress,
    recipe::{Engine, safe_name},
    render::{
        FileReceipt, Frame, Job, Receipt, STATE, receipt,
        records::{self, Records},
        seal,
        store::Store,
        verify,
    },
};
use std::{collections::BTreeSet, path::Path};

/// Fails where a file that this job would keep is not the one that its receipt names, or the record of its frame where it is not sealed. What
/// has neither is left to who renders, and in an object store nothing is read for it.
///
/// # Errors
/// Verification: names the file; else as [`render`](crate::render::render), as far as no frame is needed.
pub(super) fn hold(job: &Job, progress: &Progress) -> Result<()> {
    let name = clip_name(job.clip);
    let order = job.order.recipe().map(|recipe| &recipe.digest);
    let of_clip = job.out.below(&format!("{STATE}/{}", safe_name(&name)))?;
    job.prepared(&name, progress, |sealing, delivering| {
        let Some(folder) = sealing.place.as_folder() else { return Ok(()) };
        let (what, plan) = (sealing.what, sealing.ordered.plan.key());
        progress.begin(what.frames.len() as u64, &format!("Looking at {name}"));
        let start = seal::stem(&name, job.also.shot, what.range(), what.only);
        // That it can be read, and is of this job, is held already.
        let bytes = sealing.place.get(&format!("{start}{}", receipt::ENDING), verify::LARGEST)?;
        let sealed = bytes.and_then(|bytes| serde_json::from_slice::<Receipt>(&bytes).ok()).map(|there| there.deliverables);
        if let Some(files) = sealed.filter(|files| !files.is_empty()) {
            let own: BTreeSet<String> = delivering.planned()?.into_iter().map(|file| file.name).collect();
            return files.iter().filter(|file| own.contains(&file.file)).try_for_each(|file| {
                progress.check()?;
                hold_file(folder, file)
            });
        }
        for &frame in what.frames {
            progress.step()?;
            let Some(record) = record(&of_clip, frame)? else { continue };
            let is_ours = record.clip == name && record.order.as_ref() == order && record.plan == plan && record.engine == Engine::this();
            let is_of_it = record.frame == frame && record.files.iter().map(|file| &file.file).eq(&delivering.names(frame)?);
            if is_ours && is_of_it {
                record.files.iter().try_for_each(|file| hold_file(folder, file))?;
            }
        }
        let movies = Records::new(job, &name)?.of_movies(what.range(), what.begin, plan)?;
        let movies = movies.map(|record| record.files).unwrap_or_default();
        let same = delivering.has_movies() && movies.iter().map(|file| &file.file).eq(&delivering.movies()?);
        if same { movies.iter().try_for_each(|file| hold_file(folder, file)) } else { Ok(()) }
    })
}

/// The record of a frame, whatever it was made of: camera files are not read for it. One that cannot be read is as none.
fn record(store: &Store, frame: FrameNumber) -> Result<Option<Frame>> {
    match store.get(&format!("{frame:06}.json"), records::LARGEST) {
        Err(error) if error.kind() == ErrorKind::Invalid => Ok(None),
        got => Ok(got?.and_then(|bytes| serde_json::from_slice(&bytes).ok())),
    }
}

fn hold_file(folder: &Path, file: &FileReceipt) -> Result<()> {
    let path = folder.join(&file.file);
    if !path.exists() {
        return Ok(());
    }
    let sha256 = files::sha256_of_file(&path)?;
    if sha256 == file.sha256 {
        return Ok(());
    }
    let why = "already there, and not as it was made: its receipt or record says another; use --overwrite to replace it";
    Err(Error::verification(why).field("SHA-256").value(sha256).file(path))
}
