//! What lies where a pull goes, held against the records of who made it: what the pull would stop at, its dry run tells.

use crate::{
    error::{Error, Result},
    files,
    pipeline::clip_name,
    progress::Progress,
    render::{FileReceipt, Job, receipt, records::Records, seal},
};
use std::{collections::BTreeSet, path::Path};

/// Fails where a file that this job would keep is not the one that its receipt names, or the record of its frame where it is not sealed. What
/// has neither is left to who renders, and in an object store nothing is read for it.
///
/// # Errors
/// Verification: names the file; else as [`render`](crate::render::render), as far as no frame is needed.
pub(super) fn hold(job: &Job, progress: &Progress) -> Result<()> {
    let name = clip_name(job.clip);
    job.prepared(&name, progress, |sealing, delivering| {
        let Some(folder) = sealing.place.as_folder() else { return Ok(()) };
        let (what, plan) = (sealing.what, sealing.ordered.plan.key());
        let start = seal::stem(&name, job.also.shot, what.range(), what.only);
        let sealed = sealing.receipt_there(&format!("{start}{}", receipt::ENDING))?.map(|(there, _)| there.deliverables);
        if let Some(files) = sealed.filter(|files| !files.is_empty()) {
            let own: BTreeSet<String> = delivering.planned()?.into_iter().map(|file| file.name).collect();
            return files.iter().filter(|file| own.contains(&file.file)).try_for_each(|file| hold_file(folder, file, progress));
        }
        let records = Records::new(job, &name)?;
        for &frame in what.frames {
            let Some(record) = records.left(frame, plan)? else { continue };
            if record.files.iter().map(|file| &file.file).eq(&delivering.names(frame)?) {
                record.files.iter().try_for_each(|file| hold_file(folder, file, progress))?;
            }
        }
        let movies = records.of_movies(what.range(), what.begin, plan)?.map(|record| record.files).unwrap_or_default();
        let same = delivering.has_movies() && movies.iter().map(|file| &file.file).eq(&delivering.movies()?);
        if same { movies.iter().try_for_each(|file| hold_file(folder, file, progress)) } else { Ok(()) }
    })
}

fn hold_file(folder: &Path, file: &FileReceipt, progress: &Progress) -> Result<()> {
    progress.check()?;
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
