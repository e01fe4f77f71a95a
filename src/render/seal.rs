//! The end of a job: documents, the receipt, the statement of how it came about, the history.

use super::{
    Job, Receipt,
    beside::{Beside, keep_or_write},
    conflict,
    deliver::{Only, What},
    frames::Rendered,
    hash_list::{create_history, verify_history},
    order::Ordered,
    provenance, receipt,
    sources::Sources,
    store::{Put, Store},
    verify,
};
use crate::{
    camera::FrameNumber,
    error::{Error, ErrorKind, Result},
    files,
    history::{self, Problem},
    progress::Progress,
    recipe::{FileDigest, safe_name, sign},
};
use bytes::Bytes;

/// Of parts of a clip, and of half of its deliverables, whoever puts them together makes it.
fn wants_history(job: &Job, what: &What) -> bool {
    job.order.output().mhl && what.is_whole() && what.only.is_none()
}

/// What is at hand when the last frame is there.
pub(super) struct Sealing<'a> {
    pub job: &'a Job<'a>,
    pub ordered: &'a Ordered<'a>,
    pub what: &'a What<'a>,
    pub place: &'a Store,
    pub beside: &'a Beside,
    /// For the receipt.
    pub notes: &'a [String],
}

/// How the names of a receipt and of its statement begin: clip, shot where a cut list has one, first and last frame, and which half where it
/// is one. Tasks that render parts of a clip into one place each leave theirs, and so do two shots of the same frames.
pub(super) fn stem(clip: &str, shot: Option<&str>, (first, last): (FrameNumber, FrameNumber), only: Option<Only>) -> String {
    let of_shot = shot.map_or_else(String::new, |shot| format!(".{}", safe_name(shot)));
    let half = only.map_or_else(String::new, |only| format!(".{}", only.word()));
    format!("{}{of_shot}.{first:06}-{last:06}{half}", safe_name(clip))
}

impl Sealing<'_> {
    /// Holds what is known before the first frame against what lies there: nothing is rendered beside the documents of another job. One
    /// that runs again finds its own.
    ///
    /// # Errors
    /// Verification: names the file and what differs; those of the store.
    pub(super) fn hold(&self) -> Result<()> {
        let Self { job, ordered, what, place, beside, notes } = *self;
        if job.overwrite {
            return Ok(());
        }
        let documents = beside.hold(place, &safe_name(what.name), what.plan)?;
        let range = what.range();
        let start = stem(what.name, job.also.shot, range, what.only);
        let name = format!("{start}{}", receipt::ENDING);
        if let Some((there, _)) = self.receipt_there(&name)? {
            let nothing = Rendered { range, plates: vec![], golden: vec![], files: vec![], kept: 0 };
            let wanted = Receipt::new(job, ordered, (what.name, notes), nothing, documents)?;
            wanted.accepts(&there, &receipt::OF_PICTURES).map_err(|e| conflict::said(place, &name, e))?;
        }
        if let Some(key) = job.also.sign_with {
            let name = format!("{start}{}", provenance::SIGNED_ENDING);
            let is_ours = |bytes: &[u8]| sign::is_signed_by(bytes, &key.public()).unwrap_or(false);
            if place.get(&name, provenance::LARGEST)?.is_some_and(|there| !is_ours(&there)) {
                return Err(conflict::said(place, &name, Error::verification("already there, and not signed with this key")));
            }
        }
        Ok(())
    }

    /// Writes the documents that travel along, and last the receipt.
    pub(super) fn seal(&self, rendered: Rendered, sources: &mut Sources, progress: &Progress) -> Result<(Receipt, FileDigest)> {
        let Self { job, ordered, what, place, beside, notes } = *self;
        let documents = beside.put(place, &safe_name(what.name), what.plan, job.overwrite)?;
        let start = stem(what.name, job.also.shot, rendered.range, what.only);
        let receipt_name = format!("{start}{}", receipt::ENDING);
        let receipt = Receipt::new(job, ordered, (what.name, notes), rendered, documents)?;
        let (receipt, json) = self.put_receipt(receipt, &receipt_name)?;
        let sha256 = files::sha256(&json);
        let inputs = provenance::inputs(sources, what.frames, progress)?;
        let statement = provenance::statement(&receipt, &receipt_name, &sha256, inputs)?;
        let (ending, bytes) = provenance::to_write(statement, job.also.sign_with)?;
        keep_or_write(place, &format!("{start}{ending}"), bytes, job.overwrite)?;
        if wants_history(job, what) {
            seal_history(place, what.recipe, progress)?;
        }
        Ok((receipt, FileDigest { path: receipt_name, sha256 }))
    }

    /// Writes a receipt, or keeps the one that lies there and stands for it: gives the one that is there now, with its bytes.
    fn put_receipt(&self, receipt: Receipt, name: &str) -> Result<(Receipt, Vec<u8>)> {
        let place = self.place;
        let json = crate::recipe::to_json(&receipt)?;
        if self.job.overwrite {
            place.put(name, json.clone())?;
            return Ok((receipt, json));
        }
        if place.put_new(name, json.clone())? == Put::Written {
            return Ok((receipt, json));
        }
        let (there, bytes) = self.receipt_there(name)?.ok_or_else(|| place.gone(name))?;
        receipt.accepts(&there, &[]).map_err(|e| conflict::said(place, name, e))?;
        Ok((there, bytes))
    }

    /// The receipt of this name, with its bytes.
    pub(super) fn receipt_there(&self, name: &str) -> Result<Option<(Receipt, Vec<u8>)>> {
        let Some(bytes) = self.place.get(name, verify::LARGEST)? else { return Ok(None) };
        let read = serde_json::from_slice(&bytes).map_err(|e| Error::verification(format!("already there, and no receipt ({e})")));
        Ok(Some((read.map_err(|e| conflict::said(self.place, name, e))?, bytes.to_vec())))
    }
}

/// Takes the history of a delivery away, whose files are to be written over. Its chain goes first: without one it is none.
///
/// # Errors
/// Those of the store.
pub(super) fn unseal(place: &Store) -> Result<()> {
    let mut names: Vec<String> = place.list(history::FOLDER)?.into_iter().map(|entry| entry.name).collect();
    let mark = |name: &String| {
        let (folder, manifest) = name.rsplit_once('/').filter(|(_, name)| name.ends_with(".mhl"))?;
        Some(format!("{folder}/{}", history::mark(manifest)))
    };
    let marks: Vec<String> = names.iter().filter_map(mark).collect();
    // Who is killed in between leaves manifests that are told from those whose chain somebody else took away.
    marks.iter().try_for_each(|mark| place.put(mark, Bytes::new()))?;
    names.retain(|name| !marks.contains(name));
    names.sort_by_key(|name| !name.ends_with(history::CHAIN));
    names.iter().chain(&marks).try_for_each(|name| place.remove(name))
}

/// The chain is written last: a folder without one is of a task that was killed, or is at it.
fn has_history(place: &Store) -> Result<bool> {
    Ok(place.find(&format!("{}/{}", history::FOLDER, history::CHAIN))?.is_some())
}

/// Makes the history of the parts of a clip that a cut uses, or its next generation where some came since.
///
/// # Errors
/// As the last step of [`render`](super::render).
pub(super) fn seal_parts(place: &Store, recipe: &str, progress: &Progress) -> Result<()> {
    if !has_history(place)? {
        return seal_history(place, recipe, progress);
    }
    let found = verify_history(place, &history::Verify { ignore: ignored(), ..history::Verify::default() }, progress)?;
    if !found.problems.iter().any(|problem| matches!(problem, Problem::New { .. })) {
        return Ok(());
    }
    add_generation(place, recipe, progress)
}

/// Makes the history of a delivery (ASC MHL), once: a task that runs twice finds it.
fn seal_history(place: &Store, recipe: &str, progress: &Progress) -> Result<()> {
    if has_history(place)? {
        return Ok(());
    }
    match add_generation(place, recipe, progress) {
        // Its twin was faster.
        Err(error) if error.kind() == ErrorKind::TryAgain && place.is_remote() && has_history(place)? => Ok(()),
        made => made,
    }
}

/// What is being written is no file of a delivery yet.
fn ignored() -> Vec<String> {
    vec![".*.part".to_owned()]
}

fn add_generation(place: &Store, recipe: &str, progress: &Progress) -> Result<()> {
    let origin = history::Origin { comment: Some(format!("Delivery of recipe {recipe}")), ..history::Origin::default() };
    let options = history::Create { origin, ignore: ignored(), ..history::Create::default() };
    let report = create_history(place, &options, progress)?;
    match report.problems.first() {
        Some(problem) => Err(Error::verification("the delivery changed while its history was made").file(place.location(problem.path()))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_clip_have_a_history_that_goes_on_where_more_comes() {
        let folder = tempfile::tempdir().unwrap();
        let place = Store::folder(folder.path());
        let generations = || {
            let list = place.list(history::FOLDER).unwrap();
            list.iter().filter(|entry| entry.name.ends_with(".mhl")).count()
        };
        let seal = || seal_parts(&place, "of-a-test", &Progress::default()).unwrap();
        place.put("SH010/a.exr", "one").unwrap();
        seal();
        seal();
        assert_eq!(generations(), 1, "nothing came");
        place.put("SH020/b.exr", "two").unwrap();
        seal();
        assert_eq!(generations(), 2);
        let verify = history::Verify { hash: true, ..history::Verify::default() };
        assert_eq!(verify_history(&place, &verify, &Progress::default()).unwrap().problems, []);
        // What was changed is told, and nothing is signed off over it.
        place.put("SH010/a.exr", "other").unwrap();
        place.put("SH030/c.exr", "three").unwrap();
        assert_eq!(seal_parts(&place, "of-a-test", &Progress::default()).unwrap_err().exit_code(), 11);

        // Taken away it is gone with its marks; what is left of that where somebody is killed at it stands in nobody's way.
        let manifests: Vec<_> = place.list(history::FOLDER).unwrap().into_iter().filter(|e| e.name.ends_with(".mhl")).collect();
        let kept: Vec<_> = manifests.iter().map(|e| (e.name.clone(), place.get(&e.name, 1 << 20).unwrap().unwrap())).collect();
        unseal(&place).unwrap();
        assert!(place.list(history::FOLDER).unwrap().is_empty());
        for (name, bytes) in kept {
            let (folder, manifest) = name.rsplit_once('/').unwrap();
            place.put(&format!("{folder}/{}", history::mark(manifest)), Bytes::new()).unwrap();
            place.put(&name, bytes).unwrap();
        }
        seal();
        assert_eq!((generations(), place.list(history::FOLDER).unwrap().len()), (1, 2), "a manifest and its chain");
    }
}
