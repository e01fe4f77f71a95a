//! EXR-12: the pixels of plates against the hashes of their receipt.

use super::{few, on_plates};
use crate::{
    check::{Subject, Verdict, count},
    error::{Error, Result},
    image::PixelHash,
    pipeline::plate_exr,
    progress::Progress,
};
use std::path::{Component, Path};

/// EXR-12: every plate on a receipt, or as many as the profile says, has the pixels that were rendered, whatever the container.
pub(super) fn pixels_hold(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let most = subject.profile.number("EXR-12", "frames")?.clamp(1.0, 1e9) as usize;
    on_plates(subject, progress, |plates| {
        if plates.receipts.is_empty() && plates.unreadable.is_empty() {
            return Ok(Verdict::not_applicable("no receipt lies beside the plates"));
        }
        let mut wrong: Vec<(Option<u32>, String)> = plates.unreadable.iter().map(|words| (None, words.clone())).collect();
        let all: Vec<_> = plates.promised().collect();
        let step = all.len().div_ceil(most).max(1);
        let looked: Vec<_> = all.iter().step_by(step).collect();
        progress.begin(looked.len() as u64, &format!("{}: pixels", subject.name));
        for promised in &looked {
            let mut say = |words: String| wrong.push((Some(promised.frame), format!("{}: {words}", promised.file)));
            match pixels_of(&plates.folder, &promised.file) {
                Ok(found) if found.as_str() == promised.pixels => {}
                Ok(found) => say(format!("pixels {}…, rendered {}…", head(found.as_str()), head(&promised.pixels))),
                Err(error) => say(error.message().to_owned()),
            }
            progress.step()?;
        }
        let words: Vec<String> = wrong.iter().map(|(_, words)| words.clone()).collect();
        let looked_at = format!("{} of {} looked at", looked.len(), all.len());
        let evidence = if wrong.is_empty() { looked_at } else { format!("{}; {looked_at}", few(&words)) };
        let measured = format!("{} wrong", count(wrong.len(), "plate"));
        let verdict = Verdict::new(wrong.is_empty(), measured, "the hashes of the receipt", evidence);
        let there = wrong.first().and_then(|(frame, _)| *frame).filter(|f| subject.clip.frames().contains(*f));
        Ok(verdict.frame(there).mend("render these frames again from the recipe"))
    })
}

fn head(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn pixels_of(folder: &Path, file: &str) -> Result<PixelHash> {
    // A receipt may name nothing outside its folder.
    if !Path::new(file).components().all(|c| matches!(c, Component::Normal(_))) {
        return Err(Error::invalid("the receipt names a file outside its folder"));
    }
    plate_exr::pixels_of(&folder.join(file))
}
