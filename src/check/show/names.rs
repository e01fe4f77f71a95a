//! META-06 and ING-5: names that stand for one thing.

use super::{Show, few};
use crate::{
    check::{Proof, Subject, Verdict, count},
    error::{InFile, Result},
    files,
    progress::Progress,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
    path::Path,
};

/// Bytes of a file that are compared: two recordings differ in their headers already.
const HEAD: u64 = 1 << 20;

/// META-06: clips of one reel and name have one content, as copies have.
pub fn names_are_unique(show: &Show, progress: &Progress) -> Result<Verdict> {
    let mut by_name: BTreeMap<(String, String), Vec<&Subject>> = BTreeMap::new();
    for clip in show.recordings() {
        let reel = clip.clip.metadata().reel.as_ref().map(|f| f.value.to_lowercase()).unwrap_or_default();
        by_name.entry((reel, clip.name.to_lowercase())).or_default().push(clip);
    }
    let recordings = by_name.values().map(Vec::len).sum::<usize>();
    if recordings < 2 {
        return Ok(Verdict::not_applicable("fewer than two clips are recordings of a camera"));
    }
    let (mut copies, mut doubles, mut rows) = (0, vec![], vec![]);
    for ((_, _), clips) in by_name.iter().filter(|(_, clips)| clips.len() > 1) {
        progress.check()?;
        let contents: Vec<String> = clips.iter().map(|c| content(c)).collect::<Result<_>>()?;
        if contents.iter().all(|c| *c == contents[0]) {
            copies += clips.len() - 1;
            continue;
        }
        let paths: Vec<String> = clips.iter().map(|c| c.clip.path().display().to_string()).collect();
        rows.extend(paths.iter().zip(&contents).map(|(path, content)| vec![clips[0].name.to_owned(), path.clone(), content.clone()]));
        doubles.push(format!("{}: {}", clips[0].name, paths.join(", ")));
    }
    let pass = doubles.is_empty();
    let evidence = match (pass, copies) {
        (true, 0) => count(recordings, "clip"),
        (true, n) => format!("{}, {n} of them copies", count(recordings, "clip")),
        _ => few(&doubles),
    };
    let verdict = Verdict::new(pass, format!("{} for several clips", count(doubles.len(), "name")), "one clip a name", evidence);
    Ok(if pass {
        verdict
    } else {
        verdict
            .proof(Proof::table("Clips of one name", &["Name", "File", "Content"], rows))
            .mend("give one of the reels another name before anything is made of the clips")
    })
}

/// Names what a clip holds: how many files and bytes, and how the first and the last of them begin.
fn content(clip: &Subject) -> Result<String> {
    let files = clip.clip.files();
    let mut bytes = 0;
    for file in &files {
        bytes += std::fs::metadata(file).in_file(file)?.len();
    }
    let mut hasher = blake3::Hasher::new();
    for file in files.first().into_iter().chain(files.last()) {
        hasher.update(&head(file)?);
    }
    let digest = hasher.finalize().to_hex();
    Ok(format!("{}, {bytes} bytes, {}", count(files.len(), "file"), &digest.as_str()[..16]))
}

fn head(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = vec![];
    files::open(path)?.take(HEAD).read_to_end(&mut bytes).in_file(path)?;
    Ok(bytes)
}

/// ING-5: a roll comes from one camera.
pub fn rolls_are_unique(show: &Show, _: &Progress) -> Result<Verdict> {
    let mut rolls: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for clip in show.clips {
        let m = clip.clip.metadata();
        if let (Some(reel), Some(serial)) = (&m.reel, &m.serial) {
            let model = m.model.as_ref().map_or("camera", |f| f.value.as_str());
            rolls.entry(reel.value.trim().to_lowercase()).or_default().insert(format!("{model} {}", serial.value));
        }
    }
    if rolls.is_empty() {
        return Ok(Verdict::not_applicable("no clip states its reel and the serial number of its camera"));
    }
    let double: Vec<String> = rolls
        .iter()
        .filter(|(_, cameras)| cameras.len() > 1)
        .map(|(roll, cameras)| format!("{roll}: {}", cameras.iter().cloned().collect::<Vec<_>>().join(", ")))
        .collect();
    let pass = double.is_empty();
    let evidence = if pass { count(rolls.len(), "roll") } else { few(&double) };
    let verdict = Verdict::new(pass, format!("{} of several cameras", count(double.len(), "roll")), "one camera a roll", evidence);
    Ok(verdict.mend("set the camera letters apart, and rename the rolls before ingest"))
}
