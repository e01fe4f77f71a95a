//! Look files that are tried out and lie elsewhere, copied beside the AMF: what an AMF refers to lies beside it or below (AMF-7).

use super::{
    Change, ClipId, LookEdit, Session,
    jobs::{JobId, Lane},
    reports::Output,
};
use crate::{
    error::{Error, Result},
    files::{self, Existing},
    progress::Progress,
    sidecar::lut,
    words::count,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What came of the look files of a clip: as the draft named each, and as it lies beside the AMF now.
pub struct Copied {
    clip: ClipId,
    files: Vec<(PathBuf, Result<PathBuf>)>,
}

impl Session {
    /// The look files of the draft of the selected clip that lie where its AMF cannot name them, and the folder of that AMF.
    pub fn looks_elsewhere(&self) -> Option<(&Path, &[PathBuf])> {
        let source = self.draft_source()?;
        (!source.elsewhere.is_empty()).then_some((&*source.folder, &*source.elsewhere))
    }

    /// Copies them there, under their names. No file takes the place of another.
    pub(super) fn copy_looks(&mut self) -> Result<()> {
        let not = || Error::refused("every look file lies beside the AMF, or below").field("Look/CopyFiles");
        let clip = self.document.selected.ok_or_else(not)?;
        let (folder, looks) = self.looks_elsewhere().map(|(folder, looks)| (folder.to_owned(), looks.to_vec())).ok_or_else(not)?;
        self.jobs.spawn(Lane::Open, format!("Copying {}", count(looks.len(), "look file")), move |progress| {
            let mut files = vec![];
            progress.begin(looks.len() as u64, "copying look files");
            for look in looks {
                let copied = copy(&look, &folder, progress);
                files.push((look, copied));
                progress.step()?;
            }
            Ok(Output::Copied(Copied { clip, files }))
        });
        Ok(())
    }

    pub(super) fn take_copied(&mut self, _: JobId, copied: Copied, changes: &mut Vec<Change>) {
        for (from, to) in copied.files {
            match to {
                Ok(to) => {
                    self.log.info(format!("{}: copied from {}", to.display(), from.display()));
                    self.move_look(copied.clip, &from, &to);
                }
                Err(error) => self.log.error(format!("{} was not copied: {error}", from.display())),
            }
        }
        changes.push(Change::Clips);
    }
}

/// Copies a look file, which may name a part of it, into a folder. The same file there is left as it is.
fn copy(look: &Path, folder: &Path, progress: &Progress) -> Result<PathBuf> {
    let text = look.to_string_lossy();
    let (file, _) = lut::file(&text).ok_or_else(|| Error::unsupported("not a look file of a known kind").file(look))?;
    let name = file.file_name().ok_or_else(|| Error::usage("not the name of a file").file(look))?;
    let to = folder.join(name);
    progress.say(&name.to_string_lossy());
    let bytes = lut::read_bytes(file)?;
    match fs::read(&to) {
        Ok(there) if there == bytes => {}
        Ok(_) => return Err(Error::refused("another file of this name lies beside the AMF: rename one of the two").file(&to)),
        Err(_) => files::write_bytes(&to, Existing::Refuse, &bytes)?,
    }
    // With the part that was named.
    let part = text.strip_prefix(&*file.to_string_lossy()).unwrap_or_default();
    let mut copied = to.into_os_string();
    copied.push(part);
    Ok(copied.into())
}

impl LookEdit {
    /// With a look file that lies elsewhere now.
    pub(super) fn moved(self, from: &Path, to: &Path) -> Self {
        match self {
            Self::AddFile(path) if path == from => Self::AddFile(to.to_owned()),
            other => other,
        }
    }
}
