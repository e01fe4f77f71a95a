//! MHL-09: our own reading leaves the sources as they are.

use super::few;
use crate::{
    check::{Subject, Verdict},
    error::{InFile, Result},
    files,
    history::{Stamp, hash_bytes},
    progress::Progress,
    sidecar::mhl::Format,
    words::count,
};
use std::{
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// Files and bytes that are read before and after: first, middle and last file; beginning, middle and end of each.
const PIECE: u64 = 1 << 20;

/// The files of a clip as they were at a moment.
pub(in crate::check) struct Snapshot {
    stamps: Vec<(PathBuf, Stamp)>,
    samples: Vec<(PathBuf, String)>,
}

impl Snapshot {
    pub fn take(files: &[PathBuf], progress: &Progress) -> Result<Self> {
        let stamps = files.iter().map(|f| Ok((f.clone(), Stamp::of(&f.metadata().in_file(f)?)))).collect::<Result<_>>()?;
        let mut sampled: Vec<&PathBuf> = [files.first(), files.get(files.len() / 2), files.last()].into_iter().flatten().collect();
        sampled.dedup();
        let mut samples = vec![];
        for file in sampled {
            progress.check()?;
            samples.push((file.clone(), sample(file)?));
        }
        Ok(Self { stamps, samples })
    }

    /// What is not as it was, and files of which only the system's record was touched (as a backup does that sets times back).
    fn changes(&self, now: &Self) -> (Vec<String>, usize) {
        let (mut changed, mut touched) = (vec![], 0);
        for ((file, before), (_, after)) in self.stamps.iter().zip(&now.stamps) {
            let what = if before.size != after.size {
                format!("{} bytes, before {}", after.size, before.size)
            } else if before.inode != after.inode {
                "is another file".into()
            } else if before.modified != after.modified {
                "was written to".into()
            } else {
                touched += usize::from(before != after);
                continue;
            };
            changed.push(format!("{}: {what}", file.display()));
        }
        for ((file, before), (_, after)) in self.samples.iter().zip(&now.samples) {
            if before != after && !changed.iter().any(|c| c.starts_with(&*file.to_string_lossy())) {
                changed.push(format!("{}: other bytes under the same time", file.display()));
            }
        }
        (changed, touched)
    }
}

/// A digest of the beginning, the middle and the end of a file.
fn sample(path: &Path) -> Result<String> {
    let mut file = files::open(path)?;
    let length = file.metadata().in_file(path)?.len();
    let mut bytes = vec![];
    let mut from = 0;
    for at in [0, length / 2, length.saturating_sub(PIECE)] {
        let at = at.max(from);
        file.seek(SeekFrom::Start(at)).in_file(path)?;
        let read = file.by_ref().take(PIECE).read_to_end(&mut bytes).in_file(path)?;
        from = at + read as u64;
    }
    Ok(hash_bytes(Format::Xxh3, &bytes))
}

/// MHL-09: no byte of a source has changed since the checks began. Every file is held against its size and times, three of them
/// against their bytes.
pub(super) fn unchanged(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let limit = "no source changed since the checks began";
    let before = subject.snapshot(progress)?;
    let now = Snapshot::take(&subject.place()?.files, progress)?;
    let (changed, touched) = before.changes(&now);
    if !changed.is_empty() {
        return Ok(Verdict::new(false, format!("{} changed", changed.len()), limit, few(&changed)));
    }
    let touched = if touched == 0 { String::new() } else { format!("; the system's record of {touched} was touched") };
    let evidence = format!("size and times of {}, bytes of {}{touched}", count(now.stamps.len(), "file"), now.samples.len());
    Ok(Verdict::new(true, "0 changed", limit, evidence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_change_of_a_source_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<PathBuf> = (0..5).map(|n| folder.path().join(format!("{n}.dng"))).collect();
        let write = || files.iter().for_each(|f| fs::write(f, vec![7; 5 << 20]).unwrap());
        write();
        let take = || Snapshot::take(&files, &Progress::default()).unwrap();
        let before = take();
        assert_eq!(before.changes(&take()), (vec![], 0));
        assert_eq!(before.samples.len(), 3);

        fs::File::options().append(true).open(&files[1]).unwrap().set_len(9).unwrap();
        assert!(before.changes(&take()).0[0].ends_with("1.dng: 9 bytes, before 5242880"));
        write();
        let before = take();
        // The same size, and the time set back: seen by its bytes, where they are in a sample.
        let time = files[4].metadata().unwrap().modified().unwrap();
        let mut bytes = vec![7; 5 << 20];
        bytes[(5 << 20) - 1] = 8;
        fs::write(&files[4], bytes).unwrap();
        fs::File::options().write(true).open(&files[4]).unwrap().set_modified(time).unwrap();
        assert!(before.changes(&take()).0[0].ends_with("4.dng: other bytes under the same time"));
        write();
        let before = take();
        fs::rename(&files[2], folder.path().join("x")).unwrap();
        fs::copy(folder.path().join("x"), &files[2]).unwrap();
        assert!(before.changes(&take()).0[0].ends_with("2.dng: is another file"));
        fs::remove_file(&files[0]).unwrap();
        let error = Snapshot::take(&files, &Progress::default()).err().unwrap();
        assert_eq!(error.path(), Some(&*files[0]));
    }
}
