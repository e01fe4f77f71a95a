//! From an approval to the recipe folder.

use super::{
    Change, ClipRecipe, Conditions, DOCUMENT, Decoder, FileDigest, FrameRange, Golden, Kind, LookDigest, Output, PlateShape, Recipe,
    RoadStep, SCHEMA, SHEET, Scope, ShowRecord, Superseded, Tolerance, Waiver, Widening, canonical, diff, golden, probe, report,
};
use crate::{
    camera::{self, Clip},
    check::{self, Finding, Subject, report::Picture},
    error::{Error, InFile, Result},
    files::{self, Existing},
    image::{Image, PixelHash, hash_pixels},
    pipeline::{LookFile, Plan, Stage, plate_exr},
    progress::Progress,
    sidecar::{amf, fdl},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Who approves, as what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub name: String,
    pub role: String,
    #[serde(default)]
    pub note: String,
    /// RFC 3339, UTC; set when the recipe is exported.
    #[serde(default)]
    pub at: String,
}

/// One clip to go into the recipe.
pub struct Approved<'a> {
    pub subject: Subject<'a>,
    /// Which frames are golden.
    pub golden: golden::Choice,
    pub waivers: Vec<Waiver>,
    /// What was found of it besides: by rules that are asked elsewhere. It stands in the way like the others.
    pub found: Vec<Finding>,
}

/// What an export wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    pub folder: PathBuf,
    pub recipe: Recipe,
    /// SHA-256 of `recipe.json`: what an approval is bound to.
    pub digest: String,
}

/// Checks every clip, renders its golden frames and writes the recipe folder. Refuses (exit code 12) while a check that
/// blocks or needs a waiver fails unwaived, and where the recipe would lie in the folder of a clip's frames or in those of its card.
/// `folder` must not exist; it appears once it is complete.
pub fn export(folder: &Path, clips: &[Approved], approval: &Approval, progress: &Progress) -> Result<Exported> {
    export_with(folder, clips, Besides::default(), approval, progress)
}

/// What a recipe says besides its clips.
#[derive(Default)]
pub struct Besides {
    /// What was found on the clips as a show: it stands in the way like what was found on each.
    pub show: Option<ShowRecord>,
    /// The recipe that this one takes the place of.
    pub supersedes: Option<Superseded>,
    /// What is delivered; the uncompressed plate alone where absent.
    pub output: Option<Output>,
    /// On what conditions it may be used.
    pub conditions: Conditions,
    /// Files that travel in its folder, by their paths there. They are not approved, and nothing is read of them.
    pub travelling: Vec<(String, Vec<u8>)>,
}

/// [`export`] of a recipe that says more.
pub fn export_with(folder: &Path, clips: &[Approved], besides: Besides, approval: &Approval, progress: &Progress) -> Result<Exported> {
    if clips.is_empty() {
        return Err(Error::usage("a recipe needs at least one clip"));
    }
    if approval.name.trim().is_empty() || approval.role.trim().is_empty() {
        return Err(Error::usage("an approval needs a name and a role"));
    }
    refuse_same_names(clips)?;
    clips.iter().try_for_each(|c| camera::refuse_within_clip(folder, c.subject.clip))?;
    refuse_unknown_waivers(clips)?;
    if let Some(show) = &besides.show {
        refuse_open_findings("the show", &show.checks, &show.waivers)?;
        for list in &show.cut_lists {
            refuse_open_findings(&list.name, &list.checks, &show.waivers)?;
        }
    }
    besides.output.as_ref().map_or(Ok(()), Output::check)?;
    besides.conditions.check()?;
    let Conditions { title, production, scope, tolerance, .. } = &besides.conditions;
    let work = WorkFolder::beside(folder)?;
    for sub in ["colour", "framing", "golden", "evidence"] {
        files::create_folder(&work.0.join(sub))?;
    }
    let now = OffsetDateTime::now_utc();
    let stamp = now.format(&Rfc3339).map_err(|e| Error::invalid(e.to_string()))?;
    let (mut entries, mut pictures) = (vec![], vec![]);
    for clip in clips {
        let (entry, seen) = clip_entry(&work.0, clip, (scope, tolerance.as_ref()), now, progress)?;
        entries.push(entry);
        pictures.push(seen);
    }
    if besides.output.is_some() {
        entries.iter_mut().for_each(|entry: &mut ClipRecipe| entry.plate.format = AS_OUTPUT.into());
    }
    let recipe = Recipe {
        schema: SCHEMA.into(),
        id: uuid::Uuid::new_v4().to_string(),
        title: title.clone(),
        production: production.clone().or_else(|| stated_production(clips)),
        supersedes: besides.supersedes,
        created: stamp.clone(),
        engine: besides.conditions.engine()?,
        tolerance: *tolerance,
        clips: entries,
        show: besides.show,
        approvals: vec![Approval { at: stamp, ..approval.clone() }],
        output: besides.output,
    };
    for (relative, bytes) in &besides.travelling {
        let path = super::open::inside(&work.0, relative)?;
        files::create_folder(files::folder_of(&path))?;
        files::write_bytes(&path, Existing::Refuse, bytes)?;
    }
    report::write(&work.0.join("evidence"), &recipe, pictures)?;
    let json = canonical(&recipe)?;
    files::write_bytes(&work.0.join(DOCUMENT), Existing::Refuse, &json)?;
    put_sheet(&work.0)?;
    work.take_name(folder)?;
    Ok(Exported { folder: folder.to_owned(), recipe, digest: files::sha256(&json) })
}

/// The recipe on paper. It is made of what was written: so it also proves that it can be read.
pub(super) fn put_sheet(folder: &Path) -> Result<()> {
    let sheet = super::pdf(&super::open(folder)?, None)?;
    let path = folder.join(SHEET);
    files::create_folder(files::folder_of(&path))?;
    files::write_bytes(&path, Existing::Refuse, &sheet)
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let mut json = serde_json::to_vec_pretty(value).map_err(|e| Error::invalid(e.to_string()))?;
    json.push(b'\n');
    Ok(json)
}

/// The production that every clip states.
fn stated_production(clips: &[Approved]) -> Option<String> {
    let mut stated = clips.iter().map(|c| c.subject.clip.metadata().production.as_ref().map(|f| f.value.trim()));
    let first = stated.next()??;
    (!first.is_empty() && stated.all(|other| other == Some(first))).then(|| first.to_owned())
}

fn clip_entry(
    folder: &Path,
    clip: &Approved,
    (scope, tolerance): (&Widening, Option<&Tolerance>),
    now: OffsetDateTime,
    progress: &Progress,
) -> Result<(ClipRecipe, Vec<Picture>)> {
    let subject = &clip.subject;
    let plan = subject.plan.as_ref().map_err(Error::clone)?;
    let name = safe_name(plan.clip_name());
    let scope = widened(scope, clip.subject.clip)?;
    clip.golden.refuse_unknown(subject)?;
    let mut findings = check::run(subject, progress)?;
    findings.extend(clip.found.iter().cloned());
    refuse_open_findings(plan.clip_name(), &findings, &clip.waivers)?;

    // What was read is sealed, whatever has become of the files since.
    let (made, text);
    let (amf_text, said) = match subject.sidecars.amf.as_ref() {
        Some(document) => (document.bytes(), document.content.as_ref().map_err(Error::clone)?),
        None => {
            made = plan.to_amf(now)?;
            text = amf::write(&made).into_bytes();
            (&*text, &made)
        }
    };
    // What could not be delivered is not approved.
    plan.plate_amf(said, uuid::Uuid::nil(), now)?;
    refuse_taken_places(plan, &name)?;
    let (amf, looks) = put_colour(folder, &name, amf_text, &plan.look_files())?;
    let fdl = match subject.sidecars.fdl.as_ref() {
        Some(document) => Some(put(folder, &format!("framing/{name}.fdl"), document.bytes())?),
        None => None,
    };
    let fdl_text = subject.sidecars.fdl.as_ref().and_then(|d| d.content.as_ref().ok()).map(fdl::write);

    let sample = clip.golden.of(subject, progress)?;
    progress.begin(sample.len() as u64, &format!("Golden frames of {name}"));
    let (mut golden, mut pictures) = (vec![], vec![]);
    for chosen in sample {
        let (known, seen) = golden_frame(folder, &name, subject, plan, chosen, fdl_text.as_deref(), tolerance)?;
        golden.push(known);
        pictures.push(seen);
        progress.step()?;
    }
    pictures.extend(subject.still_pictures().iter().cloned());
    let decoder = Decoder::of(clip.subject.clip)?;
    let probe = Some(probe(plan.settings(), &plan.ops(Stage::Aces, Stage::Display)?)?);
    let entry = entry(subject, plan, scope, Sealed { amf, looks, fdl, golden, probe, decoder }, findings, clip.waivers.clone());
    Ok((entry, pictures))
}

/// What the folder of a recipe holds of a clip.
struct Sealed {
    amf: FileDigest,
    looks: Vec<LookDigest>,
    fdl: Option<FileDigest>,
    golden: Vec<Golden>,
    probe: Option<PixelHash>,
    decoder: Option<Decoder>,
}

fn entry(subject: &Subject, plan: &Plan, scope: Scope, sealed: Sealed, checks: Vec<Finding>, waivers: Vec<Waiver>) -> ClipRecipe {
    let frames = subject.clip.frames();
    let Sealed { amf, looks, fdl, golden, probe, decoder } = sealed;
    ClipRecipe {
        scope,
        frames: FrameRange { first: frames.first(), last: frames.last(), count: frames.present.len() as u32 },
        settings: plan.settings().clone(),
        plan: plan.key().to_owned(),
        amf,
        looks,
        fdl,
        decoder,
        road: road_in_words(plan),
        plate: plate_shape(plan),
        golden,
        probe,
        profile: Some(subject.profile.mark()),
        checks,
        waivers,
        name: plan.clip_name().to_owned(),
    }
}

/// A clip as it would be approved now.
pub struct Now<'a> {
    pub subject: Subject<'a>,
    pub checks: Vec<Finding>,
    pub waivers: Vec<Waiver>,
    /// The golden frames; absent where they are not known.
    pub golden: Option<Vec<golden::Chosen>>,
    /// What would be delivered; the uncompressed plate alone where absent.
    pub output: Option<&'a Output>,
    /// On what conditions it would be used.
    pub conditions: &'a Conditions,
}

/// What has changed of a clip since a recipe: what it would say now beside what it says. Golden frames are not made again.
///
/// # Errors
/// There is no pipeline; the clip is not in the recipe.
pub fn since(recipe: &Recipe, now: Now) -> Result<Vec<Change>> {
    let subject = &now.subject;
    let plan = subject.plan.as_ref().map_err(Error::clone)?;
    let old = recipe.clips.iter().find(|c| c.name == plan.clip_name());
    let old = old.ok_or_else(|| Error::invalid("is not in the recipe").field("clip").value(plan.clip_name()))?;
    let scope = now.conditions.scope.of(&Kind::of(subject.clip));
    let digest = |bytes: &[u8]| FileDigest { path: String::new(), sha256: files::sha256(bytes) };
    let look = |l: &&LookFile| LookDigest { reference: l.reference.clone(), path: String::new(), sha256: l.sha256().to_owned() };
    let sealed = Sealed {
        // Without one of its own, a clip has an AMF that says what the settings say, with a date.
        amf: subject.sidecars.amf.as_ref().map_or_else(|| old.amf.clone(), |d| digest(d.bytes())),
        looks: plan.look_files().iter().map(look).collect(),
        fdl: subject.sidecars.fdl.as_ref().map(|d| digest(d.bytes())),
        golden: vec![],
        probe: old.probe.clone(),
        decoder: Decoder::of(subject.clip)?,
    };
    let mut clip = entry(subject, plan, scope, sealed, now.checks, now.waivers);
    // Told of the deliverables.
    clip.plate.format = old.plate.format.clone();
    let was = diff::Side {
        engine: &recipe.engine,
        tolerance: recipe.tolerance.as_ref(),
        output: recipe.output.as_ref(),
        clip: old,
        golden: old.golden_frames(),
    };
    let golden = now.golden.map_or_else(|| was.golden.clone(), |chosen| chosen.iter().map(|c| c.frame).collect());
    let engine = now.conditions.engine()?;
    let tolerance = now.conditions.tolerance.as_ref();
    Ok(diff::diff_clip(&was, &diff::Side { engine: &engine, tolerance, output: now.output, clip: &clip, golden }))
}

/// What it is approved for: clips like this one, and what was said besides.
fn widened(said: &Widening, clip: &dyn Clip) -> Result<Scope> {
    let own = Kind::of(clip);
    let wanted = said.of(&own);
    wanted.admit(&own).map_err(|e| e.hint("it has to admit the clip itself"))?;
    Ok(wanted)
}

/// The AMF with its look files where it names them: below a folder of their own, as two clips may name two files alike.
fn put_colour(folder: &Path, name: &str, amf: &[u8], looks: &[&LookFile]) -> Result<(FileDigest, Vec<LookDigest>)> {
    if looks.is_empty() {
        return Ok((put(folder, &format!("colour/{name}.amf"), amf)?, vec![]));
    }
    let home = format!("colour/{name}");
    files::create_folder(&folder.join(&home))?;
    let document = put(folder, &format!("{home}/{name}.amf"), amf)?;
    let mut written = BTreeMap::from([(document.path.clone(), document.sha256.clone())]);
    let mut digests = vec![];
    for look in looks {
        let path = format!("{home}/{}", look.place);
        match written.get(&path) {
            // A file may be named by several references.
            Some(sha256) if sha256 == look.sha256() => {}
            Some(_) => return Err(Error::invalid("two files of the colour road have one place").field("file").value(&look.place)),
            None => {
                if let Some(parent) = Path::new(&path).parent() {
                    files::create_folder(&folder.join(parent))?;
                }
                put(folder, &path, look.bytes())?;
                written.insert(path.clone(), look.sha256().to_owned());
            }
        }
        digests.push(LookDigest { reference: look.reference.clone(), path, sha256: look.sha256().to_owned() });
    }
    Ok((document, digests))
}

/// Fails where a look file would lie where the delivery of a clip called `name` has a file of its own, or another look file: names
/// that differ in letter case are one on many disks.
pub(crate) fn refuse_taken_places(plan: &Plan, name: &str) -> Result<()> {
    let mut taken: BTreeMap<String, &LookFile> = BTreeMap::new();
    for file in plan.travelling_files() {
        let place = file.place.to_lowercase();
        let first = place.split('/').next().unwrap_or_default();
        let own = first.strip_prefix(&name.to_lowercase()).and_then(|rest| rest.strip_prefix('.'));
        if own.is_some_and(|rest| matches!(rest, "amf" | "fdl") || rest.ends_with(".receipt.json") || rest.ends_with("exr")) {
            return Err(Error::refused("the delivery has a file of its own there").field("look file").value(&file.place));
        }
        if let Some(other) = taken.insert(place, file)
            && (other.sha256() != file.sha256() || other.place != file.place)
        {
            return Err(Error::refused("two look files would lie there").field("look file").value(&file.place));
        }
    }
    match file_as_folder(taken.keys().map(String::as_str)) {
        Some(outer) => Err(Error::refused("another look file lies below it").field("look file").value(outer)),
        None => Ok(()),
    }
}

/// A path among several that would have to be a file and a folder.
pub(crate) fn file_as_folder<'a>(paths: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let all: BTreeSet<&str> = paths.collect();
    let folders = |path: &'a str| path.match_indices('/').filter_map(move |(at, _)| path.get(..at));
    all.iter().flat_map(|path| folders(path)).find(|folder| all.contains(folder))
}

/// Two clips that would share their files in the recipe.
fn refuse_same_names(clips: &[Approved]) -> Result<()> {
    let mut seen = BTreeMap::new();
    for clip in clips {
        if let Some(other) = seen.insert(safe_name(clip.subject.name), clip.subject.name) {
            return Err(Error::usage(format!("{other} and {} would have the same file names", clip.subject.name)).field("clips"));
        }
    }
    Ok(())
}

/// A waiver for a rule that does not exist waives nothing and is a mistake.
fn refuse_unknown_waivers(clips: &[Approved]) -> Result<()> {
    let is_known = |clip: &Approved, id: &str| check::rules().any(|r| r.id == id) || clip.found.iter().any(|f| f.id == id);
    let unknown = clips.iter().find_map(|c| c.waivers.iter().find(|w| !is_known(c, &w.check)));
    unknown.map_or(Ok(()), |w| Err(Error::usage("no such check").field("waive").value(&w.check)))
}

fn refuse_open_findings(name: &str, findings: &[Finding], waivers: &[Waiver]) -> Result<()> {
    let open: Vec<String> = findings
        .iter()
        .filter(|f| f.stands_in_the_way() && !waivers.iter().any(|w| w.check == f.id && !w.reason.trim().is_empty()))
        .map(|f| format!("{} {} ({}; {})", f.id, f.title, f.measured, f.evidence))
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(Error::refused(format!("{name} fails and nobody has waived: {}", open.join(", "))).option("--waive"))
}

fn golden_frame(
    folder: &Path,
    name: &str,
    subject: &Subject,
    plan: &Plan,
    golden::Chosen { frame, reason }: golden::Chosen,
    fdl: Option<&str>,
    tolerance: Option<&Tolerance>,
) -> Result<(Golden, Picture)> {
    let timecode = subject.clip.timecode(frame)?;
    let (plate, display) = plan.plate_and_display(subject.clip, frame)?;
    let plate_file = format!("golden/{name}.{frame:06}.exr");
    let display_file = format!("golden/{name}.{frame:06}.png");
    let info = plate_exr::FrameInfo { metadata: Some(subject.clip.metadata()), timecode, fdl };
    plate_exr::write(&folder.join(&plate_file), &plate, &info, plate_exr::Compression::Zip, Existing::Refuse)?;
    write_png(&folder.join(&display_file), &display)?;
    // What cannot be measured by it is not approved with it.
    tolerance.map(|t| t.between(plan, &plate, &plate)).transpose()?;
    let plate = hash_pixels(&plate);
    let said = [timecode.map(|t| t.to_string()), reason.clone(), plate.as_str().get(..16).map(str::to_owned)];
    let caption = said.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let picture = Picture::of(&display, frame, caption)?;
    let display_sha256 = Some(files::sha256_of_file(&folder.join(&display_file))?);
    let display = hash_pixels(&display);
    Ok((Golden { frame, timecode, reason, plate, display, plate_file, display_file, display_sha256 }, picture))
}

/// A display picture as an 8-bit PNG, for people.
pub fn write_png(path: &Path, display: &Image) -> Result<()> {
    let size = display.size();
    let rgb = display.to_rgb8();
    files::write(path, Existing::Refuse, |out| {
        let encoder = ::image::codecs::png::PngEncoder::new(out);
        ::image::ImageEncoder::write_image(encoder, &rgb, size.width, size.height, ::image::ExtendedColorType::Rgb8)
            .map_err(|e| Error::io(path, &io::Error::other(e)))
    })
}

/// The steps of a plan as a recipe tells them.
pub(super) fn road_in_words(plan: &Plan) -> Vec<RoadStep> {
    plan.steps()
        .iter()
        .map(|s| RoadStep { step: s.label.clone(), detail: s.detail.clone(), source: s.source.clone(), applied: s.applied })
        .collect()
}

/// Of a plate, where a recipe says what is delivered.
const AS_OUTPUT: &str = "half float, ACES2065-1; the files are those of `output`";

pub(crate) fn plate_shape(plan: &Plan) -> PlateShape {
    let g = plan.geometry();
    PlateShape {
        canvas: plan.canvas(),
        source: g.source,
        size: g.target,
        pixel_aspect: g.pixel_aspect,
        steps: g.steps.iter().map(|s| format!("{}: {}", s.name, s.text)).collect(),
        format: "OpenEXR, half float, ACES2065-1, uncompressed (SMPTE ST 2065-4)".into(),
    }
}

fn put(folder: &Path, relative: &str, bytes: &[u8]) -> Result<FileDigest> {
    files::write_bytes(&folder.join(relative), Existing::Refuse, bytes)?;
    Ok(FileDigest { path: relative.into(), sha256: files::sha256(bytes) })
}

/// A clip name as a file name: letters, digits, `.`, `_` and `-` (ING-4); anything else becomes `_`.
pub fn safe_name(name: &str) -> String {
    let safe: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    if safe.trim_matches('.').is_empty() { "clip".into() } else { safe }
}

/// The folder being filled; gone unless it takes its final name.
pub(super) struct WorkFolder(pub PathBuf);

impl WorkFolder {
    pub fn beside(folder: &Path) -> Result<Self> {
        if folder.symlink_metadata().is_ok() {
            return Err(Error::new(crate::ErrorKind::Io, "already exists and is not overwritten").file(folder));
        }
        let name = folder.file_name().ok_or_else(|| Error::usage("not a folder name").file(folder))?.to_string_lossy();
        let work = folder.with_file_name(format!(".{name}.{}.part", uuid::Uuid::new_v4().simple()));
        files::create_folder(&work)?;
        Ok(Self(work))
    }
    pub fn take_name(self, folder: &Path) -> Result<()> {
        fs::rename(&self.0, folder).in_file(folder)
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_where_a_folder_is_needed_is_found_wherever_it_sorts() {
        let found = |paths: &[&'static str]| file_as_folder(paths.iter().copied());
        assert_eq!(found(&["a", "a/b"]), Some("a"));
        // `-` and `.` sort before `/`.
        assert_eq!(found(&["a", "a-b", "a.clf", "a/b/c"]), Some("a"));
        assert_eq!(found(&["x/a", "x/a b", "x/a/b"]), Some("x/a"));
        assert_eq!(found(&["a.clf", "a/b.clf", "ab", "b/a"]), None);
    }

    #[test]
    fn names_cannot_leave_the_folder() {
        assert_eq!(safe_name("../../etc/passwd"), ".._.._etc_passwd");
        assert_eq!(safe_name(".."), "clip");
        assert_eq!(safe_name("A001C001_261121"), "A001C001_261121");
    }
}
