//! What a delivery or a recipe claims, held against what is there. Nothing but its files is asked: no network, no camera original.

mod parts;

pub use parts::Absent;

use super::{
    Receipt,
    mirror::Mirror,
    provenance,
    pull::STEM as PULL_STEM,
    receipt::{ENDING, FileReceipt, FrameReceipt, SCHEMA},
    store::{LocalFile, Store},
};
use crate::{
    camera::FrameNumber,
    error::{Error, ErrorKind, InFile, Result},
    files,
    history::{self, Problem},
    image::PixelHash,
    pipeline::plate_exr,
    progress::Progress,
    recipe::{
        OpenRecipe,
        sign::{self, PublicKey},
    },
};
use parts::Parts;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::{Component, Path, PathBuf},
};

/// Bytes of a receipt, at most.
pub(super) const LARGEST: u64 = 256 << 20;

/// What was held against its claims.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Verified {
    /// Frames of the clips of which something was held, each once; of a recipe, golden frames.
    pub frames: u64,
    /// Files that were held against a claim, pictures among them, each once.
    pub files: u64,
    pub broken: Vec<Broken>,
    /// Files that nothing speaks of: they may be what they are, or not.
    pub unclaimed: Vec<PathBuf>,
    /// Frames that no receipt speaks of: of what the recipe approves where it is known, else between those of other receipts.
    pub absent: Vec<Absent>,
}

/// A claim that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    pub file: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<FrameNumber>,
    /// What is claimed, and by what.
    pub claim: String,
    pub found: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frame = self.frame.map_or_else(String::new, |n| format!(" frame {n}"));
        write!(f, "{}{frame}: {}: {}", self.file.display(), self.claim, self.found)
    }
}

/// A verdict in the making.
#[derive(Default)]
struct Hearing<'a> {
    verified: Verified,
    /// Files that were held against a claim: several may speak of one.
    held: BTreeSet<PathBuf>,
    /// Where the bytes of a delivery are that lies in an object store.
    mirror: Option<&'a Mirror>,
    /// Clips that receipts speak of, and whether shots are cut from one.
    clips: BTreeSet<String>,
    has_shots: bool,
}

impl Hearing<'_> {
    fn broken(&mut self, file: &Path, frame: Option<FrameNumber>, claim: impl Into<String>, found: impl ToString) {
        self.verified.broken.push(Broken { file: file.to_owned(), frame, claim: claim.into(), found: found.to_string() });
    }

    fn pixels(&mut self, file: &Path, bytes: &Result<LocalFile>, frame: FrameNumber, claimed: &PixelHash, by: &str) {
        self.held.insert(file.to_owned());
        let found = match bytes.as_ref().map_err(Error::clone).and_then(|bytes| plate_exr::pixels_of(bytes.path())) {
            Ok(found) if found == *claimed => return,
            Ok(found) => found.to_string(),
            // Its file is named already.
            Err(error) => error.message().to_owned(),
        };
        self.broken(file, Some(frame), format!("pixels {claimed} ({by})"), found);
    }

    fn sha256(&mut self, file: &Path, bytes: &Result<LocalFile>, claimed: &str, by: &str) {
        self.held.insert(file.to_owned());
        let found = match bytes.as_ref().map_err(Error::clone).and_then(|bytes| files::sha256_of_file(bytes.path())) {
            Ok(found) if found == claimed => return,
            Ok(found) => found,
            Err(error) => error.message().to_owned(),
        };
        self.broken(file, None, format!("SHA-256 {claimed} ({by})"), found);
    }

    fn bytes_of(&self, file: &Path) -> Result<LocalFile> {
        self.mirror.map_or_else(|| Ok(LocalFile::here(file)), |mirror| mirror.bytes_of(file))
    }
}

/// Holds a recipe, whose documents were verified when it was opened, against the golden frames that it claims.
///
/// # Errors
/// Cancelled.
pub fn verify_recipe(recipe: &OpenRecipe, progress: &Progress) -> Result<Verified> {
    let mut hearing = Hearing::default();
    let mut spoken: BTreeSet<&str> = [crate::recipe::DOCUMENT].into();
    let by = crate::recipe::DOCUMENT;
    let clips = &recipe.recipe.clips;
    progress.begin(clips.iter().map(|c| c.golden.len() as u64).sum(), "Golden frames");
    for clip in clips {
        spoken.extend(clip.documents());
        hearing.held.extend(clip.documents().map(|document| recipe.folder.join(document)));
        for golden in &clip.golden {
            spoken.insert(&golden.plate_file);
            let path = recipe.folder.join(&golden.plate_file);
            let bytes = hearing.bytes_of(&path);
            hearing.verified.frames += 1;
            hearing.pixels(&path, &bytes, golden.frame, &golden.plate, by);
            if let Some(claimed) = &golden.display_sha256 {
                spoken.insert(&golden.display_file);
                let path = recipe.folder.join(&golden.display_file);
                let bytes = hearing.bytes_of(&path);
                hearing.sha256(&path, &bytes, claimed, by);
            }
            progress.step()?;
        }
    }
    let is_envelope =
        |path: &str| path.strip_prefix(sign::FOLDER).is_some_and(|rest| rest.starts_with('/') && rest.ends_with(sign::SUFFIX));
    let there = crate::recipe::contents(&recipe.folder)?;
    let unclaimed = there.iter().filter(|path| !spoken.contains(path.as_str()) && !is_envelope(path));
    hearing.verified.files = hearing.held.len() as u64;
    let mut verified = hearing.verified;
    verified.unclaimed = unclaimed.map(PathBuf::from).collect();
    // As it is called outside, where it was read from a copy.
    for broken in &mut verified.broken {
        if let Ok(inner) = broken.file.strip_prefix(&recipe.folder) {
            broken.file = recipe.source.join(inner);
        }
    }
    Ok(verified)
}

/// Refuses a recipe whose golden frames are not those that were approved: whoever signs it signs them, too.
///
/// # Errors
/// `Verification`, naming the first; cancelled.
pub fn refuse_altered(recipe: &OpenRecipe, progress: &Progress) -> Result<()> {
    match verify_recipe(recipe, progress)?.broken.first() {
        Some(broken) => Err(Error::verification(format!("not as it was approved: {broken}")).file(&recipe.source)),
        None => Ok(()),
    }
}

/// What a delivery is held against besides what it says itself.
#[derive(Clone, Copy, Default)]
pub struct Against<'a> {
    /// The recipe that it has to be of.
    pub recipe: Option<&'a OpenRecipe>,
    /// The key that its statements have to be signed with.
    pub signed_by: Option<&'a PublicKey>,
}

/// Holds a delivery against its receipts, its statements of how it came about and, where it has one, its history (ASC MHL): that of
/// a clip, or a place that holds several.
///
/// # Errors
/// Invalid where there is no receipt, or one that cannot be read; I/O; cancelled. What does not hold is in the result.
pub fn verify_delivery(place: &Store, against: &Against, progress: &Progress) -> Result<Verified> {
    if let Some(folder) = place.as_folder() {
        return hear(folder, Hearing::default(), against, progress);
    }
    let mirror = Mirror::new(place, progress)?;
    let hearing = Hearing { mirror: Some(&mirror), ..Hearing::default() };
    let mut verified = hear(mirror.root(), hearing, against, progress).map_err(|e| mirror.outside(e))?;
    verified.broken.iter_mut().for_each(|broken| broken.file = mirror.place(&broken.file));
    verified.unclaimed.iter_mut().for_each(|file| *file = mirror.place(file));
    Ok(verified)
}

fn hear(folder: &Path, mut hearing: Hearing, against: &Against, progress: &Progress) -> Result<Verified> {
    let mut folders = vec![folder.to_owned()];
    folders.extend(entries(folder)?.into_iter().filter(|path| path.is_dir()));
    let (mut any, mut is_of_clip, place) = (false, false, folder);
    let mut plates = BTreeSet::new();
    for folder in &folders {
        let receipts: Vec<PathBuf> = entries(folder)?.into_iter().filter(|p| named(p).ends_with(ENDING)).collect();
        if !receipts.is_empty() {
            any = true;
            is_of_clip |= folder == place;
            plates.extend(clip(folder, &receipts, against, &mut hearing, progress)?);
        } else {
            plates.extend(pull(folder, against, &mut hearing)?);
        }
    }
    // The folder of one clip is not that of its recipe's others.
    if let (Some(recipe), false, false) = (against.recipe, is_of_clip, hearing.has_shots) {
        hearing.verified.absent.extend(parts::unheard(recipe, &hearing.clips));
    }
    if !any {
        return Err(Error::invalid(format!("no receipt here: nothing named *{ENDING}")).file(folder));
    }
    // A folder that lost its receipts claims nothing any more.
    unclaimed(folder, &plates, 0, &mut hearing.verified.unclaimed)?;
    hearing.verified.files = hearing.held.len() as u64;
    let mut heard_all = false;
    for folder in folders.iter().filter(|folder| folder.join(history::FOLDER).is_dir()) {
        let options = history::Verify { hash: true, ..history::Verify::default() };
        let within = hearing.mirror.map(|mirror| mirror.below(folder));
        let report = match history::verify_of(folder, within.as_ref().map(|w| w as &dyn history::Elsewhere), &options, progress) {
            Ok(report) => report,
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
            // What is wrong with the history is a claim that does not hold; the receipts have been heard.
            Err(error) => {
                hearing.broken(&folder.join(history::FOLDER), None, "a history that can be followed (ASC MHL)", error.message());
                continue;
            }
        };
        // A history of the whole place speaks of those in it, too.
        if !heard_all {
            hearing.verified.files += only_of_history(folder, &report, &hearing.held);
        }
        heard_all |= folder == place;
        report.problems.iter().for_each(|problem| of_history(folder, problem, &plates, &mut hearing));
    }
    // The history may say so, too.
    let mut verified = hearing.verified;
    verified.unclaimed.sort();
    verified.unclaimed.dedup();
    Ok(verified)
}

/// How many files a history holds that nothing else has spoken of.
fn only_of_history(folder: &Path, report: &history::Report, held: &BTreeSet<PathBuf>) -> u64 {
    let not_good: BTreeSet<PathBuf> = report.problems.iter().map(|problem| folder.join(problem.path())).collect();
    let twice = held.range(folder.to_owned()..).take_while(|file| file.starts_with(folder)).filter(|file| !not_good.contains(*file));
    report.verified.saturating_sub(twice.count() as u64)
}

/// How many frames there are in spans, each once.
fn covered(mut spans: Vec<(FrameNumber, FrameNumber)>) -> u64 {
    spans.sort_unstable();
    let (mut frames, mut next) = (0, 0);
    for (first, last) in spans {
        let (first, end) = (u64::from(first).max(next), u64::from(last) + 1);
        frames += end.saturating_sub(first);
        next = next.max(end);
    }
    frames
}

/// What the statements of pulls claim, in the place that holds the folders of the clips: the cut list, the report, and the receipts.
fn pull(folder: &Path, against: &Against, hearing: &mut Hearing) -> Result<BTreeSet<PathBuf>> {
    let (mut claimed, mut signed) = (BTreeSet::new(), BTreeSet::new());
    let files = entries(folder)?;
    let pull_statements = [provenance::ENDING, provenance::SIGNED_ENDING].map(|ending| format!("{PULL_STEM}{ending}"));
    for path in files.iter().filter(|path| pull_statements.iter().any(|ending| named(path).ends_with(ending))) {
        let heard = of_provenance(folder, path, &BTreeMap::new(), against.signed_by, hearing);
        claimed.extend(heard.claims.iter().filter_map(|(name, _)| within(folder, name)));
        claimed.insert(path.clone());
        if heard.is_signed {
            signed.extend(heard.claims.into_iter().map(|(name, _)| name));
        }
    }
    for report in files.iter().filter(|path| named(path).ends_with(&format!("{PULL_STEM}.json"))) {
        if let Some(key) = against.signed_by.filter(|_| !signed.contains(&named(report))) {
            hearing.broken(report, None, format!("a statement of it, signed with key {}", key.id()), "none");
        }
    }
    Ok(claimed)
}

fn clip(folder: &Path, receipts: &[PathBuf], against: &Against, hearing: &mut Hearing, progress: &Progress) -> Result<BTreeSet<PathBuf>> {
    let mut frames: BTreeMap<String, FrameReceipt> = BTreeMap::new();
    let mut spoken: BTreeSet<String> = BTreeSet::new();
    let mut documents: BTreeMap<String, String> = BTreeMap::new();
    let mut first: Option<Option<String>> = None;
    let mut more: BTreeMap<String, FileReceipt> = BTreeMap::new();
    let mut spans = vec![];
    let mut parts = Parts::default();
    for path in receipts {
        let receipt = read(path)?;
        parts.add(&receipt);
        let by = named(path);
        match against.recipe {
            Some(recipe) => of_recipe(path, &receipt, recipe, hearing),
            // Parts of one clip are of one recipe.
            None if first.as_ref().is_some_and(|digest| *digest != receipt.recipe_digest) => {
                let said = |digest: Option<&String>| digest.map_or("none", String::as_str).to_owned();
                let claim = format!("recipe {} (the other receipts)", said(first.as_ref().and_then(Option::as_ref)));
                hearing.broken(path, None, claim, said(receipt.recipe_digest.as_ref()));
            }
            None => {}
        }
        documents.extend(receipt.documents.clone());
        for (place, claimed) in &receipt.documents {
            match within(folder, place) {
                Some(file) => {
                    let bytes = hearing.bytes_of(&file);
                    hearing.sha256(&file, &bytes, claimed, &by);
                }
                None => hearing.broken(path, None, "its documents lie in its folder", place),
            }
            spoken.insert(place.clone());
        }
        for frame in &receipt.frames {
            if within(folder, &frame.file).is_none() {
                hearing.broken(path, Some(frame.frame), "its plates lie in its folder", &frame.file);
                continue;
            }
            spans.push((frame.frame, frame.frame));
            match frames.get(&frame.file) {
                Some(other) if other.pixels != frame.pixels => {
                    let claim = format!("pixels {} ({by})", frame.pixels);
                    hearing.broken(path, Some(frame.frame), claim, format!("{} by another receipt", other.pixels));
                }
                Some(_) => {}
                None => _ = frames.insert(frame.file.clone(), frame.clone()),
            }
        }
        for file in receipt.deliverables {
            if within(folder, &file.file).is_none() {
                hearing.broken(path, file.frame, "its files lie in its folder", &file.file);
                continue;
            }
            // A movie is of all of them.
            spans.extend(file.frame.map(|frame| (frame, frame)).or(receipt.range));
            match more.get(&file.file) {
                Some(other) if other.sha256 != file.sha256 => {
                    let claim = format!("SHA-256 {} ({by})", file.sha256);
                    hearing.broken(path, file.frame, claim, format!("{} by another receipt", other.sha256));
                }
                Some(_) => {}
                None => _ = more.insert(file.file.clone(), file),
            }
        }
        first.get_or_insert(receipt.recipe_digest);
    }
    hearing.verified.frames += covered(spans);
    hearing.verified.absent.extend(parts.absent(against.recipe));
    hearing.has_shots |= parts.has_shots();
    hearing.clips.insert(parts.clip);
    progress.begin((frames.len() + more.len()) as u64, "Files");
    for (name, frame) in &frames {
        let path = folder.join(name);
        let bytes = hearing.bytes_of(&path);
        hearing.pixels(&path, &bytes, frame.frame, &frame.pixels, "receipt");
        progress.step()?;
        if let Some(file) = more.get(name) {
            hearing.sha256(&path, &bytes, &file.sha256, "receipt");
            progress.step()?;
        }
    }
    for (name, file) in more.iter().filter(|(name, _)| !frames.contains_key(*name)) {
        let path = folder.join(name);
        let bytes = hearing.bytes_of(&path);
        hearing.sha256(&path, &bytes, &file.sha256, "receipt");
        if let (true, Some(frame)) = (file.lossless, file.frame) {
            hearing.pixels(&path, &bytes, frame, &file.pixels, "receipt");
        }
        progress.step()?;
    }
    let provenance: Vec<PathBuf> = entries(folder)?.into_iter().filter(|path| is_provenance(&named(path))).collect();
    let known: BTreeMap<String, String> =
        documents.into_iter().chain(more.iter().map(|(name, f)| (name.clone(), f.sha256.clone()))).collect();
    // What the statements say that the key has signed: of receipts, and through them of every file.
    let mut signed: BTreeSet<provenance::Claim> = BTreeSet::new();
    for path in &provenance {
        let heard = of_provenance(folder, path, &known, against.signed_by, hearing);
        // One that is plain, or another's, is no fault of those that are signed.
        signed.extend(if heard.is_signed { heard.claims } else { vec![] });
    }
    for receipt in receipts.iter().filter(|_| against.signed_by.is_some()) {
        if !signed.contains(&(named(receipt), files::sha256_of_file(receipt)?)) {
            let key = against.signed_by.map_or_else(String::new, |key| key.id().to_string());
            hearing.broken(receipt, None, format!("a statement of it, signed with key {key}"), "none");
        }
    }
    let pictures = frames.keys().chain(more.keys());
    let claimed: BTreeSet<PathBuf> =
        pictures.chain(&spoken).map(|file| folder.join(file)).chain(receipts.iter().cloned()).chain(provenance).collect();
    Ok(claimed)
}

fn is_provenance(name: &str) -> bool {
    name.ends_with(provenance::ENDING) || name.ends_with(provenance::SIGNED_ENDING)
}

/// What a statement says, and whether the key has signed it.
#[derive(Default)]
struct Heard {
    claims: Vec<provenance::Claim>,
    is_signed: bool,
}

/// A statement of how the delivery came about speaks of its files, and of its receipt. `known`: files that were held against these
/// digests already.
fn of_provenance(folder: &Path, path: &Path, known: &BTreeMap<String, String>, key: Option<&PublicKey>, hearing: &mut Hearing) -> Heard {
    let by = named(path);
    let (claims, is_signed) = match provenance::claims(path, key) {
        Ok(found) => found,
        Err(error) => {
            hearing.broken(path, None, "a statement that can be read (provenance)", error.message());
            return Heard::default();
        }
    };
    for (name, sha256) in claims.iter().filter(|(name, sha256)| known.get(name) != Some(sha256)) {
        match within(folder, name) {
            Some(file) => {
                let bytes = hearing.bytes_of(&file);
                hearing.sha256(&file, &bytes, sha256, &by);
            }
            None => hearing.broken(path, None, "its files lie in its folder", name),
        }
    }
    Heard { claims, is_signed }
}

/// What lies in a folder, and in those inside, and is not claimed; a folder of which nothing is claimed, as one.
fn unclaimed(folder: &Path, claimed: &BTreeSet<PathBuf>, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    /// Folders within one another, at most.
    const DEEPEST: usize = 32;
    for path in entries(folder)? {
        let is_folder = path.is_dir() && !path.is_symlink();
        let any_claimed = || claimed.range(path.clone()..).next().is_some_and(|next| next.starts_with(&path));
        match is_folder {
            true if named(&path) == history::FOLDER => {}
            true if depth < DEEPEST && any_claimed() => unclaimed(&path, claimed, depth + 1, found)?,
            _ if claimed.contains(&path) => {}
            _ => found.push(path),
        }
    }
    Ok(())
}

/// Whether a receipt is of this recipe, and of the plan that it approves.
fn of_recipe(path: &Path, receipt: &Receipt, recipe: &OpenRecipe, hearing: &mut Hearing) {
    let claimed = receipt.recipe_digest.as_deref().unwrap_or("none");
    if claimed != recipe.digest {
        return hearing.broken(path, None, format!("recipe {claimed} (the receipt)"), &recipe.digest);
    }
    let approved = &recipe.recipe.engine;
    if let Err(error) = approved.admits(&receipt.engine) {
        hearing.broken(path, None, format!("engine {} (the recipe)", approved.rule()), error.to_string());
    }
    // Of another arithmetic the plan has another name.
    let comparable = approved.pixels == receipt.engine.pixels;
    let tolerated = |frame| {
        let off = receipt.golden.iter().find(|g| g.frame == frame);
        off.zip(recipe.recipe.tolerance).is_some_and(|(off, tolerance)| tolerance.admits(&off.off_by))
    };
    match recipe.recipe.clips.iter().find(|c| Some(&c.name) == receipt.entry.as_ref()) {
        None => hearing.broken(path, None, "an entry of the recipe", receipt.entry.as_deref().unwrap_or("none")),
        Some(entry) if comparable && entry.name == receipt.clip && entry.plan != receipt.plan => {
            hearing.broken(path, None, format!("plan {} (the recipe)", entry.plan), &receipt.plan);
        }
        Some(entry) => {
            for golden in entry.golden.iter().filter(|_| entry.name == receipt.clip) {
                let frame = receipt.frames.iter().find(|f| f.frame == golden.frame);
                if let Some(frame) = frame.filter(|f| f.pixels != golden.plate && !tolerated(f.frame)) {
                    hearing.broken(
                        path,
                        Some(golden.frame),
                        format!("pixels {} (golden frame of the recipe)", golden.plate),
                        &frame.pixels,
                    );
                }
            }
        }
    }
}

/// `claimed`: the files that receipts speak of, and they.
fn of_history(folder: &Path, problem: &Problem, claimed: &BTreeSet<PathBuf>, hearing: &mut Hearing) {
    let (claim, found) = match problem {
        // A plate that was made after the list is no fault of either.
        Problem::New { path } => {
            let path = folder.join(path);
            if !claimed.contains(&path) {
                hearing.verified.unclaimed.push(path);
            }
            return;
        }
        Problem::Mismatch { format, recorded, found, .. } | Problem::FolderMismatch { format, recorded, found, .. } => {
            (format!("{format} {recorded} (ASC MHL)"), found.clone())
        }
        Problem::Missing { .. } => ("is there (ASC MHL)".into(), "missing".into()),
        Problem::Unreadable { message, .. } => ("can be read".into(), message.clone()),
        Problem::HistoryGone { .. } => ("a history is there (ASC MHL)".into(), "missing".into()),
        _ => ("has a good digest (ASC MHL)".into(), "none".into()),
    };
    hearing.broken(&folder.join(problem.path()), None, claim, found);
}

fn read(path: &Path) -> Result<Receipt> {
    #[derive(serde::Deserialize)]
    struct Head {
        schema: String,
    }
    let bytes = files::read_bounded(path, LARGEST)?;
    let bad = |e: serde_json::Error| Error::invalid(format!("no receipt: {e}")).line(e.line() as u32).file(path);
    let head: Head = serde_json::from_slice(&bytes).map_err(bad)?;
    if head.schema != SCHEMA {
        return Err(Error::unsupported(format!("this program reads {SCHEMA}")).field("schema").value(head.schema).file(path));
    }
    serde_json::from_slice(&bytes).map_err(bad)
}

/// A file of a delivery, which does not leave its folder.
fn within(folder: &Path, place: &str) -> Option<PathBuf> {
    let path = Path::new(place);
    (!place.is_empty() && path.components().all(|c| matches!(c, Component::Normal(_)))).then(|| folder.join(path))
}

fn named(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What lies in a folder and is not hidden, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let list = fs::read_dir(folder).in_file(folder)?;
    let mut paths = list.map(|entry| Ok(entry.in_file(folder)?.path())).collect::<Result<Vec<_>>>()?;
    paths.retain(|path| !named(path).starts_with('.'));
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_counts_once_however_many_files_are_of_it() {
        assert_eq!(covered(vec![]), 0);
        assert_eq!(covered(vec![(3, 3), (3, 3), (0, 0)]), 2);
        assert_eq!(covered(vec![(5, 9), (1, 6), (7, 8), (20, 20)]), 10);
        assert_eq!(covered(vec![(9, 1), (0, u32::MAX)]), 1 << 32, "what a receipt says may be anything");
    }
}
