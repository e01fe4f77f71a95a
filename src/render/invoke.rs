//! A call as functions take it: one JSON object that says what to render, from where, to where.

mod payload;

pub use payload::{LARGEST, Payload, parse, range};

use super::{
    Also, Cache, Delivery, Job, Order, Scratch, Watch, open_clip, open_document, open_recipe, refuse_absent, render,
    store::{self, Store},
    submit::{chunks, is_address},
};
use crate::{
    error::{Error, ErrorKind, InFile, Result},
    files,
    framing::ScaleTo,
    pipeline::{Framing, Settings, Sidecars},
    recipe::{
        ClipRecipe, DOCUMENT, FileDigest, OpenRecipe,
        sign::{self, SecretKey, TrustPolicy},
    },
    sidecar::amf,
};
use payload::PAYLOAD;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// How a call is answered, beside what it says itself.
#[derive(Default)]
pub struct Terms<'a> {
    /// Who may approve what. With it, nothing is rendered without a recipe.
    pub policy: Option<&'a TrustPolicy>,
    /// Places of this machine lie in this folder, or are refused.
    pub within: Option<&'a Path>,
    pub sign_with: Option<&'a SecretKey>,
    pub cache: Option<&'a Cache>,
    pub overwrite: bool,
}

/// Answers a call.
///
/// # Errors
/// `Refused`: no recipe where there has to be one, one that is not trusted, documents that are not its own, a place that is out of bounds;
/// those of [`render`].
pub fn invoke(payload: &Payload, terms: &Terms, watch: &Watch) -> Result<Delivery> {
    // A payload has no options that could mend it.
    answer(payload, terms, watch).map_err(Error::without_option)
}

fn answer(payload: &Payload, terms: &Terms, watch: &Watch) -> Result<Delivery> {
    if payload.container.is_some() && payload.fdl_path.is_some() {
        return Err(Error::usage("an FDL says how large the picture is").field("container"));
    }
    for (field, place) in payload.places() {
        within(terms.within, place).map_err(|e| e.field(field).value(place))?;
    }
    if let Some(recipe) = &payload.recipe {
        recipe_within(terms.within, recipe).map_err(|e| e.field("recipe").value(recipe))?;
    }
    if terms.policy.is_some() && payload.recipe.is_none() {
        return Err(Error::refused("a trust policy holds here: nothing is rendered that nobody has approved").field("recipe"));
    }
    // First of all: what nobody may render is not even opened.
    let opened = payload.recipe.as_deref().map(open_recipe).transpose()?;
    let recipe = opened.as_ref().map(|(recipe, _)| recipe);
    let approvals = recipe.map_or(Ok(vec![]), |recipe| sign::admit_by(recipe, terms.policy))?;
    let scratch = Scratch::new()?;
    let documents = payload.documents(&scratch)?;
    let clip = open_clip(&payload.input_clip)?;
    // A folder within the bounds may hold links that lead out of them.
    for file in clip.files() {
        within_path(terms.within, &file).map_err(|e| e.field("input_clip").value(file.display()))?;
    }
    if let Some(range) = &payload.frame_range {
        refuse_absent(&*clip, range).map_err(|why| Error::invalid(why).field("frame_range").value(chunks::text(range)).file(PAYLOAD))?;
    }
    if let Some(begin) = payload.begin {
        refuse_absent(&*clip, &(begin..=begin)).map_err(|why| Error::invalid(why).field("begin").value(begin).file(PAYLOAD))?;
    }
    let out = Store::open(&payload.output_location)?.bounded(terms.within);
    let (sidecars, settings) = (documents.sidecars(), payload.settings());
    if terms.within.is_some() {
        refuse_escapes(&sidecars)?;
    }
    let order = match recipe {
        Some(recipe) => {
            // What is approved has its size.
            if let Some(container) = payload.container {
                return Err(Error::refused("the recipe says how large the picture is").field("container").value(container));
            }
            documents.are_of(recipe)?;
            Order::Recipe(recipe)
        }
        None => Order::Documents { sidecars: &sidecars, settings: &settings, output: None },
    };
    let also = Also { sign_with: terms.sign_with, only: payload.only, shot: payload.shot.as_deref(), begin: payload.begin };
    let frames = payload.frame_range.clone();
    let Terms { overwrite, cache, .. } = *terms;
    render(&Job { order, clip: &*clip, approvals: &approvals, frames, out: &out, overwrite, cache, also }, watch)
}

impl Payload {
    fn places(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let optional = [("amf_path", &self.amf_path), ("fdl_path", &self.fdl_path), ("recipe", &self.recipe)];
        let needed = [("input_clip", &*self.input_clip), ("output_location", &*self.output_location)];
        needed.into_iter().chain(optional.into_iter().filter_map(|(field, place)| Some((field, place.as_deref()?))))
    }

    fn documents(&self, scratch: &Scratch) -> Result<Documents> {
        let document = |place: &Option<String>| place.as_deref().map(|place| open_document(place, scratch)).transpose();
        Ok(Documents { amf: document(&self.amf_path)?, fdl: document(&self.fdl_path)? })
    }

    fn settings(&self) -> Settings {
        let scale = self.container.map_or(ScaleTo::Native, ScaleTo::Fit);
        Settings { framing: Framing { scale, ..Framing::default() }, ..Settings::default() }
    }
}

/// Documents that a call names, as files of this machine.
struct Documents {
    amf: Option<PathBuf>,
    fdl: Option<PathBuf>,
}

impl Documents {
    fn sidecars(&self) -> Sidecars {
        let sidecars = self.amf.iter().fold(Sidecars::default(), |s, path| s.with_amf(path));
        self.fdl.iter().fold(sidecars, |s, path| s.with_fdl(path))
    }

    /// What is named beside a recipe has to be in it.
    fn are_of(&self, recipe: &OpenRecipe) -> Result<()> {
        let clips = &recipe.recipe.clips;
        let is_approved = |path: &Option<PathBuf>, of: fn(&ClipRecipe) -> Option<&FileDigest>, field: &'static str| {
            let Some(path) = path else { return Ok(()) };
            let found = files::sha256_of_file(path)?;
            match clips.iter().filter_map(of).any(|file| file.sha256 == found) {
                true => Ok(()),
                false => Err(Error::refused("is not the document that was approved").field(field).value(path.display())),
            }
        };
        is_approved(&self.amf, |c| Some(&c.amf), "amf_path")?;
        is_approved(&self.fdl, |c| c.fdl.as_ref(), "fdl_path")
    }
}

/// What an AMF names lies in its folder, also where nothing that is rendered needs it. Of itself it is only left unread.
fn refuse_escapes(sidecars: &Sidecars) -> Result<()> {
    let Some(document) = &sidecars.amf else { return Ok(()) };
    let Ok(amf) = &document.content else { return Ok(()) };
    let mut names = vec![];
    amf.pipeline.visit(&mut |_, transform| names.extend(transform.file_reference().map(str::to_owned)));
    for name in names {
        // What is not there is told by whoever needs it.
        if let Err(error) = amf::resolve(files::folder_of(&document.path), &name)
            && error.kind() == ErrorKind::Refused
        {
            return Err(error.file(&document.path));
        }
    }
    Ok(())
}

/// Places of this machine that are out of bounds are refused, also by links.
fn within(bounds: Option<&Path>, place: &str) -> Result<()> {
    // Addresses of stores have their own bounds: the rights of who calls.
    store::local(place)?.map_or(Ok(()), |path| within_path(bounds, &path))
}

fn within_path(bounds: Option<&Path>, path: &Path) -> Result<()> {
    let Some(bounds) = bounds.filter(|_| !path.to_str().is_some_and(is_address)) else { return Ok(()) };
    files::refuse_outside(path, bounds)
}

/// What the folder of a recipe holds is read as its own: no link in it leads out of bounds.
fn recipe_within(bounds: Option<&Path>, place: &str) -> Result<()> {
    let Some(path) = store::local(place)?.filter(|_| bounds.is_some()) else { return Ok(()) };
    let is_document = path.is_file() && path.file_name().is_some_and(|name| name == DOCUMENT);
    let folder = if is_document { files::folder_of(&path) } else { path.as_path() };
    // A packed one is one file; what is no recipe is told by whoever opens it.
    if !folder.join(DOCUMENT).is_file() {
        return Ok(());
    }
    folder_within(bounds, folder)
}

fn folder_within(bounds: Option<&Path>, folder: &Path) -> Result<()> {
    let (mut open, mut seen) = (vec![folder.to_owned()], BTreeSet::new());
    while let Some(folder) = open.pop() {
        // Links may go round in circles.
        if !seen.insert(folder.canonicalize().in_file(&folder)?) {
            continue;
        }
        for entry in fs::read_dir(&folder).in_file(&folder)? {
            let path = entry.in_file(&folder)?.path();
            within_path(bounds, &path).in_file(&path)?;
            if path.is_dir() {
                open.push(path);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_outside_of_the_bounds_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let bounds = folder.path().join("in");
        std::fs::create_dir_all(bounds.join("a")).unwrap();
        std::fs::create_dir_all(folder.path().join("out")).unwrap();
        let at = |place: &str| within(Some(&bounds), &format!("{}/{place}", bounds.display())).is_ok();
        assert!(at("a") && at("a/new/b") && at("") && within(Some(&bounds), "s3://bucket/x").is_ok());
        for bad in ["../out", "a/../../out/new", "new/../../out", "new/../a"] {
            assert!(!at(bad), "{bad}");
        }
        assert!(within(Some(&bounds), "/etc/passwd").is_err() && within(None, "/etc/passwd").is_ok());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("out"), bounds.join("link")).unwrap();
            assert!(!at("link/x"));
        }
    }
}
