//! Reading a recipe folder. Everything it points at is verified before anything is rendered from it.

use super::{
    Admitted, ClipRecipe, DOCUMENT, Decoder, EARLIER, Engine, FileDigest, Kind, LookDigest, Output, Recipe, RoadStep, SCHEMA, Slopes,
    Tolerance, canonical,
    export::{plate_shape, road_in_words},
    package::Unpacked,
};
use crate::{
    camera::Clip,
    debayer::{Domain, Slope},
    error::{Error, InFile, Result},
    files,
    pipeline::{Document, LookFile, Looks, Plan, Pool, Sidecars, own_slope},
    sidecar::{amf, fdl, lut},
};
use serde_json::Value;
use std::{
    path::{Component, Path, PathBuf},
    sync::Arc,
};

/// Largest `recipe.json`, in bytes.
const MAX_RECIPE: u64 = 64 << 20;

/// A recipe whose files are all there and unaltered.
#[derive(Clone, Debug)]
pub struct OpenRecipe {
    /// What was opened, as messages name it: the folder, or the file that it is packed into; of one that was fetched its address.
    pub source: PathBuf,
    /// Where its files are read.
    pub folder: PathBuf,
    pub recipe: Recipe,
    /// SHA-256 of `recipe.json`.
    pub digest: String,
    /// The documents of each clip entry, parsed from the very bytes whose digest was verified.
    documents: Vec<Sidecars>,
    /// Holds the folder of a packed one.
    unpacked: Option<Arc<Unpacked>>,
}

/// Opens a recipe folder (or its `recipe.json`), or a file that one is packed into, and verifies the digests of its documents.
pub fn open(path: &Path) -> Result<OpenRecipe> {
    if !path.is_file() {
        return open_folder(path);
    }
    if path.file_name().is_some_and(|name| name == DOCUMENT) {
        return open_folder(files::folder_of(path));
    }
    let unpacked = Arc::new(Unpacked::new(path)?);
    let open = open_folder(unpacked.folder()).map_err(|e| e.moved(unpacked.folder(), path))?;
    Ok(OpenRecipe { source: path.to_owned(), unpacked: Some(unpacked), ..open })
}

fn open_folder(folder: &Path) -> Result<OpenRecipe> {
    let folder = folder.to_owned();
    let json = folder.join(DOCUMENT);
    let bytes = files::read_bounded(&json, MAX_RECIPE)?;
    let recipe: Recipe = parse(&bytes).in_file(&json)?;
    recipe.output.as_ref().map_or(Ok(()), Output::check).in_file(&json)?;
    recipe.tolerance.as_ref().map_or(Ok(()), Tolerance::check).map_err(|e| Error::invalid(e.to_string())).in_file(&json)?;
    let mut pool = Pool::default();
    let documents = recipe.clips.iter().map(|clip| documents(&folder, clip, &mut pool).in_file(&json)).collect::<Result<_>>()?;
    Ok(OpenRecipe { source: folder.clone(), folder, recipe, digest: files::sha256(&bytes), documents, unpacked: None })
}

fn parse(bytes: &[u8]) -> Result<Recipe> {
    #[derive(serde::Deserialize)]
    struct Head {
        schema: String,
    }
    let bad = |e: serde_json::Error| Error::invalid(e.to_string()).line(e.line() as u32).field("recipe.json");
    let head: Head = serde_json::from_slice(bytes).map_err(bad)?;
    if head.schema == EARLIER {
        return serde_json::from_slice(bytes).map_err(bad);
    }
    if head.schema != SCHEMA {
        return Err(Error::unsupported(format!("this program reads {SCHEMA} and {EARLIER}")).field("schema").value(head.schema));
    }
    let document = canonical::read(bytes)?;
    let recipe: Recipe = serde_json::from_slice(bytes).map_err(bad)?;
    let understood: Value = serde_json::from_slice(&canonical(&recipe)?).map_err(bad)?;
    known(&document, &understood, "")?;
    Ok(recipe)
}

/// Refuses members that were not understood: they would be approved and mean nothing.
fn known(document: &Value, understood: &Value, path: &str) -> Result<()> {
    match (document, understood) {
        (Value::Object(members), Value::Object(understood)) => members.iter().try_for_each(|(name, member)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match understood.get(name) {
                Some(understood) => known(member, understood, &path),
                None => Err(Error::invalid("a member that this program does not know").field(path)),
            }
        }),
        (Value::Array(items), Value::Array(understood)) => {
            items.iter().zip(understood).enumerate().try_for_each(|(i, (item, understood))| known(item, understood, &format!("{path}.{i}")))
        }
        _ => Ok(()),
    }
}

/// `pool` holds the look files of all clips, those that several have once.
fn documents(folder: &Path, clip: &ClipRecipe, pool: &mut Pool) -> Result<Sidecars> {
    let (path, bytes) = verified(folder, &clip.amf)?;
    let looks = Looks::sealed(clip.looks.iter().map(|look| look_file(folder, &path, look, pool)).collect::<Result<_>>()?);
    let amf = Document::parsed(path, bytes, amf::parse);
    let fdl = match &clip.fdl {
        None => None,
        Some(file) => {
            let (path, bytes) = verified(folder, file)?;
            Some(Document::parsed(path, bytes, |bytes, _| fdl::parse(bytes)))
        }
    };
    for picture in clip.golden.iter().flat_map(|g| [&g.plate_file, &g.display_file]) {
        inside(folder, picture)?;
    }
    Ok(Sidecars { amf: Some(amf), looks, fdl, ..Sidecars::default() })
}

fn verified(folder: &Path, file: &FileDigest) -> Result<(PathBuf, Vec<u8>)> {
    let path = inside(folder, &file.path)?;
    let bytes = files::read_bounded(&path, MAX_RECIPE).map_err(|e| gone(&path, e))?;
    as_approved(&file.path, &files::sha256(&bytes), &file.sha256)?;
    Ok((path, bytes))
}

/// A file that was approved and is not there: no fault of the disk, and trying again does not bring it back.
fn gone(path: &Path, error: Error) -> Error {
    match path.try_exists() {
        Ok(false) => Error::verification("a file that was approved is not there").file(path),
        _ => error,
    }
}

pub(super) fn as_approved(path: &str, found: &str, approved: &str) -> Result<()> {
    if found == approved {
        return Ok(());
    }
    Err(Error::verification(format!("{path} is not the file that was approved (SHA-256 {found})")).field("sha256").value(approved))
}

/// A look file, which lies below the folder of the AMF at `amf`.
fn look_file(folder: &Path, amf: &Path, look: &LookDigest, pool: &mut Pool) -> Result<LookFile> {
    let path = inside(folder, &look.path)?;
    let place = amf.parent().and_then(|home| path.strip_prefix(home).ok()).and_then(Path::to_str);
    let place = place.ok_or_else(|| Error::invalid("lies outside the folder of the AMF").field("looks").value(&look.path))?;
    // The path on this system may have other separators than that of the recipe.
    let place = place.replace(std::path::MAIN_SEPARATOR, "/");
    let bytes = lut::read_bytes(&path).map_err(|e| gone(&path, e))?;
    let file = pool.file(&look.reference, path, place, bytes)?;
    as_approved(&look.path, file.sha256(), &look.sha256)?;
    Ok(file)
}

/// A path of the recipe, which must not leave its folder.
pub(super) fn inside(folder: &Path, relative: &str) -> Result<PathBuf> {
    let path = Path::new(relative);
    if relative.is_empty() || !path.components().all(|c| matches!(c, Component::Normal(_))) {
        return Err(Error::invalid("leaves the recipe folder").field("path").value(relative));
    }
    Ok(folder.join(path))
}

impl OpenRecipe {
    /// Whether it was read from one file.
    pub fn is_packed(&self) -> bool {
        self.unpacked.is_some()
    }

    /// Names a file of the recipe as it is called outside.
    pub(super) fn named(&self, error: Error) -> Error {
        error.moved(&self.folder, &self.source)
    }

    /// The entry for a clip: by its name, else the one whose scope admits it. Takes of one camera may differ in the slope of the
    /// debayer's log domain, which was left to their noise: then it is the one whose slope is nearest the clip's own, the first of
    /// equals ([`OpenRecipe::slopes`]).
    ///
    /// # Errors
    /// `Refused`: no scope admits it, or several do with other pipelines. Those of reading the noise of the clip.
    pub fn entry_for(&self, clip: &dyn Clip, name: &str) -> Result<&ClipRecipe> {
        let found = Kind::of(clip);
        if let Some(entry) = self.recipe.clips.iter().find(|c| c.name == name) {
            entry.scope.admit(&found)?;
            return Ok(entry);
        }
        let (fitting, refusals): (Vec<_>, Vec<_>) =
            self.recipe.clips.iter().map(|e| (e, e.scope.admit(&found))).partition(|(_, r)| r.is_ok());
        let fitting: Vec<&ClipRecipe> = fitting.into_iter().map(|(entry, _)| entry).collect();
        match fitting.as_slice() {
            [] => {
                let why: Vec<String> = refusals.iter().filter_map(|(e, r)| r.as_ref().err().map(|r| format!("{}: {r}", e.name))).collect();
                Err(Error::refused(format!("outside the scope of every approved clip: {}", why.join("; "))).field("clip").value(name))
            }
            [first, rest @ ..] if rest.iter().all(|e| same(first, e)) => {
                let same_slope = rest.iter().all(|e| slope_of(e) == slope_of(first));
                if same_slope { Ok(first) } else { nearest(&fitting, own_slope(clip)?.0.value()) }
            }
            several => {
                let names: Vec<&str> = several.iter().map(|e| e.name.as_str()).collect();
                Err(Error::refused(format!("several approved clips would fit, with other pipelines: {}", names.join(", ")))
                    .field("clip")
                    .value(name))
            }
        }
    }

    /// The slope of the log domain that an entry prescribes, and the one that the noise of another clip asks for; none for the approved
    /// clip itself, and where no mosaic is debayered in a log domain.
    ///
    /// # Errors
    /// Those of reading the noise of the clip.
    pub fn slopes(&self, entry: &ClipRecipe, clip: &dyn Clip, name: &str) -> Result<Option<Slopes>> {
        let of_entry = slope_of(entry).filter(|_| entry.name != name && clip.metadata().cfa.is_some());
        of_entry.map(|entry| Ok(Slopes { entry, clip: own_slope(clip)?.0.value() })).transpose()
    }

    /// The documents that were approved with an entry: never those that lie beside the clip.
    pub fn sidecars(&self, entry: &ClipRecipe) -> Result<&Sidecars> {
        let place = self.recipe.clips.iter().position(|c| std::ptr::eq(c, entry));
        place.and_then(|i| self.documents.get(i)).ok_or_else(|| Error::invalid("not an entry of this recipe").value(&entry.name))
    }

    /// Whether this program may render it.
    ///
    /// # Errors
    /// `Refused`, naming both engines.
    pub fn admitted(&self) -> Result<Admitted> {
        self.recipe.engine.admit().map_err(|e| e.file(&self.source))
    }

    /// The plan an entry prescribes for a clip. On the approved clip itself it has to be the very plan that was approved.
    pub fn plan(&self, entry: &ClipRecipe, clip: &dyn Clip, name: &str) -> Result<Plan> {
        let admitted = self.admitted()?;
        if entry.decoder.is_some() {
            Decoder::admit(entry.decoder.as_ref(), Decoder::of(clip)?.as_ref()).map_err(|e| e.file(&self.source))?;
        }
        let plan = Plan::new(clip, self.sidecars(entry)?, &entry.settings)?;
        // Of another arithmetic the plan has another name; what it makes is proved instead.
        let comparable = admitted == Admitted::AsApproved || self.recipe.engine.pixels == Engine::this().pixels;
        if comparable && entry.name == name {
            if plan.key() != entry.plan {
                return Err(Error::refused("this engine, or this clip, would make another picture than the one approved")
                    .field("plan")
                    .value(&entry.plan)
                    .file(&self.source));
            }
            let (made, said) = (plate_shape(&plan), &entry.plate);
            if (made.canvas, made.source, made.size, made.pixel_aspect) != (said.canvas, said.source, said.size, said.pixel_aspect) {
                let why = format!("the plan that was approved makes another plate, of {} from {}", made.size, made.canvas);
                return Err(Error::refused(why).field("plate").value(said.size).file(&self.source));
            }
        }
        // Another version may have other words for the same arithmetic.
        if admitted == Admitted::AsApproved && entry.name == name {
            refuse_other_road(&entry.road, &plan).map_err(|e| e.file(&self.source))?;
        }
        Ok(plan)
    }

    /// Whether there is somebody who approved an entry, and pictures that it can be proved by.
    ///
    /// # Errors
    /// `Refused`, naming what there is not.
    pub fn refuse_unapproved(&self, entry: &ClipRecipe) -> Result<()> {
        let missing = match () {
            () if !self.recipe.has_names() => ("nobody has approved it by name and role", "approvals"),
            () if entry.golden.is_empty() => ("it has no golden frame to prove an engine by", "golden"),
            () => return Ok(()),
        };
        Err(Error::refused(missing.0).field(missing.1).value(&entry.name).file(&self.source))
    }
}

/// Fails at the first step that the road of an entry tells and its plan does not have, or the other way round. Where a step is said is
/// not held: documents have other names in a recipe than where they were approved.
fn refuse_other_road(said: &[RoadStep], plan: &Plan) -> Result<()> {
    let words = |step: &RoadStep| format!("{}: {}{}", step.step, step.detail, if step.applied { " (applied)" } else { "" });
    let made = road_in_words(plan);
    for i in 0..said.len().max(made.len()) {
        let [told, has] = [said.get(i), made.get(i)].map(|step| step.map_or_else(|| "no step".to_owned(), words));
        if told != has {
            return Err(Error::refused(format!("the plan that was approved has {has}")).field(format!("road.{i}")).value(told));
        }
    }
    Ok(())
}

/// Whether two entries make the same pictures of a clip, but for the slope of the log domain.
fn same(a: &ClipRecipe, b: &ClipRecipe) -> bool {
    let settings = |entry: &ClipRecipe| {
        let mut settings = entry.settings.clone();
        if let Domain::Log { slope } = &mut settings.decode.options.domain {
            *slope = Slope::Auto;
        }
        settings
    };
    let looks = |clip: &ClipRecipe| clip.looks.iter().map(|l| (l.reference.clone(), l.sha256.clone())).collect::<Vec<_>>();
    settings(a) == settings(b)
        && a.decoder == b.decoder
        && a.amf.sha256 == b.amf.sha256
        && looks(a) == looks(b)
        && a.fdl.as_ref().map(|f| &f.sha256) == b.fdl.as_ref().map(|f| &f.sha256)
}

/// The slope of the log domain that an entry prescribes.
fn slope_of(entry: &ClipRecipe) -> Option<f64> {
    match entry.settings.decode.options.domain {
        Domain::Log { slope } => Some(slope.value()),
        Domain::Linear => None,
    }
}

/// The entry whose slope is the fewest times as large, or as small, as `own`.
fn nearest<'a>(entries: &[&'a ClipRecipe], own: f64) -> Result<&'a ClipRecipe> {
    let ratio = |entry: &ClipRecipe| slope_of(entry).map_or(f64::INFINITY, |slope| (slope / own).max(own / slope));
    let found = entries.iter().min_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    found.copied().ok_or_else(|| Error::invalid("the recipe has no clip").field("clips"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_folder_are_refused() {
        let folder = Path::new("/r");
        for bad in ["", "/etc/passwd", "../x", "a/../../x", "./x"] {
            assert!(inside(folder, bad).is_err(), "{bad}");
        }
        assert_eq!(inside(folder, "colour/a.amf").unwrap(), Path::new("/r/colour/a.amf"));
    }

    fn entry(name: &str, slope: Option<f64>) -> ClipRecipe {
        let mut settings = crate::pipeline::Settings::default();
        settings.decode.options.domain = slope.map_or(Domain::Linear, |slope| Domain::Log { slope: Slope::Fixed(slope) });
        let digest = FileDigest { path: "colour/a.amf".into(), sha256: "0".into() };
        serde_json::from_value(serde_json::json!({
            "name": name,
            "scope": { "make": null, "model": null, "codec": null, "resolution": { "width": 4, "height": 4 }, "squeeze": 1.0 },
            "frames": { "first": 0, "last": 0, "count": 1 },
            "settings": settings,
            "plan": "p",
            "amf": digest,
            "fdl": null,
            "road": [],
            "plate": {
                "canvas": { "width": 4, "height": 4 },
                "source": { "x": 0.0, "y": 0.0, "width": 4.0, "height": 4.0 },
                "size": { "width": 4, "height": 4 },
                "pixel_aspect": 1.0, "steps": [], "format": "f"
            },
            "golden": [], "checks": [], "waivers": [],
        }))
        .unwrap()
    }

    #[test]
    fn takes_that_differ_in_their_slope_alone_are_one_pipeline() {
        let [a, b, c, linear] = [("A", Some(2048.0)), ("B", Some(181.0)), ("C", Some(512.0)), ("D", None)].map(|(n, s)| entry(n, s));
        assert!(same(&a, &b) && !same(&a, &linear));
        let other = ClipRecipe { amf: FileDigest { path: a.amf.path.clone(), sha256: "1".into() }, ..a.clone() };
        assert!(!same(&a, &other));
        let found = |own: f64| nearest(&[&a, &b, &c], own).unwrap().name.as_str();
        // Nearest in stops, not in numbers: 256 is one stop from 512 and half a one from 181.
        assert_eq!([4096.0, 2048.0, 1448.0, 724.0, 256.0, 64.0].map(found), ["A", "A", "A", "C", "B", "B"]);
        assert_eq!(nearest(&[&b, &entry("E", Some(181.0))], 181.0).unwrap().name, "B", "the first of equals");
        assert!(nearest(&[], 1.0).is_err());
    }

    #[test]
    fn another_schema_is_refused_by_name() {
        let error = parse(br#"{"schema":"prelight-recipe/9"}"#).unwrap_err();
        assert!(error.to_string().contains("prelight-recipe/9"), "{error}");
        assert!(parse(b"{").is_err());
    }

    fn document() -> Value {
        serde_json::to_value(super::super::testing::recipe(&["A001"])).unwrap()
    }

    #[test]
    fn a_document_is_read_as_it_was_written_only() {
        let text = canonical(&document()).unwrap();
        assert_eq!(parse(&text).unwrap().clips[0].name, "A001");
        let error = parse(&serde_json::to_vec_pretty(&document()).unwrap()).unwrap_err();
        assert_eq!(error.exit_code(), 11, "{error}");
        // A member twice: which of them holds?
        let twice = String::from_utf8(text).unwrap().replacen("\"name\":\"A001\"", "\"name\":\"B\",\"name\":\"A001\"", 1);
        assert_eq!(parse(twice.as_bytes()).unwrap_err().exit_code(), 11);
    }

    #[test]
    fn members_that_are_not_known_and_wrong_types_are_refused_by_name() {
        let edited = |pointer: &str, value: Value| {
            let mut document = document();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            document.pointer_mut(parent).unwrap()[name] = value;
            parse(&canonical(&document).unwrap()).unwrap_err()
        };
        for pointer in ["/odd", "/clips/0/odd", "/clips/0/scope/odd", "/clips/0/scope/resolution/odd", "/clips/0/plate/source/odd"] {
            let error = edited(pointer, 1.into());
            assert!(error.exit_code() == 10 && error.to_string().contains("odd"), "{pointer}: {error}");
        }
        for (pointer, value) in [
            ("/clips", Value::from(3)),
            ("/clips/0/frames/first", (-1).into()),
            ("/clips/0/frames/last", 1e300.into()),
            ("/clips/0/scope/squeeze", "1".into()),
            ("/clips/0/amf", Value::Null),
            ("/schema", Value::Null),
        ] {
            assert_eq!(edited(pointer, value).exit_code(), 10, "{pointer}");
        }
        let deep = format!("{{\"schema\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(parse(deep.as_bytes()).unwrap_err().exit_code(), 10);
    }
}
