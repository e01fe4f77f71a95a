//! Reading a recipe folder. Everything it points at is verified before anything is rendered from it.

use super::{ClipRecipe, FileDigest, Recipe, SCHEMA, Scope};
use crate::{
    camera::Clip,
    error::{Error, InFile, Result},
    files,
    pipeline::{Plan, Sidecars},
};
use std::path::{Component, Path, PathBuf};

/// Largest `recipe.json`, in bytes.
const MAX_RECIPE: u64 = 64 << 20;

/// A recipe whose files are all there and unaltered.
#[derive(Clone, Debug)]
pub struct OpenRecipe {
    pub folder: PathBuf,
    pub recipe: Recipe,
    /// SHA-256 of `recipe.json`.
    pub digest: String,
}

/// Opens a recipe folder (or its `recipe.json`) and verifies the digests of its documents.
pub fn open(path: &Path) -> Result<OpenRecipe> {
    let folder = if path.is_file() { path.parent().unwrap_or(Path::new(".")).to_owned() } else { path.to_owned() };
    let json = folder.join("recipe.json");
    let bytes = files::read_bounded(&json, MAX_RECIPE)?;
    let recipe: Recipe = parse(&bytes).in_file(&json)?;
    for clip in &recipe.clips {
        for file in std::iter::once(&clip.amf).chain(&clip.fdl) {
            verify(&folder, file).in_file(&json)?;
        }
    }
    Ok(OpenRecipe { folder, recipe, digest: files::sha256(&bytes) })
}

fn parse(bytes: &[u8]) -> Result<Recipe> {
    #[derive(serde::Deserialize)]
    struct Head {
        schema: String,
    }
    let bad = |e: serde_json::Error| Error::invalid(e.to_string()).line(e.line() as u32).field("recipe.json");
    let head: Head = serde_json::from_slice(bytes).map_err(bad)?;
    if head.schema != SCHEMA {
        return Err(Error::unsupported(format!("this program reads {SCHEMA}")).field("schema").value(head.schema));
    }
    serde_json::from_slice(bytes).map_err(bad)
}

fn verify(folder: &Path, file: &FileDigest) -> Result<()> {
    let path = inside(folder, &file.path)?;
    let found = files::sha256_of_file(&path)?;
    if found != file.sha256 {
        return Err(Error::verification(format!("{} is not the file that was approved (SHA-256 {found})", file.path))
            .field("sha256")
            .value(&file.sha256));
    }
    Ok(())
}

/// A path of the recipe, which must not leave its folder.
fn inside(folder: &Path, relative: &str) -> Result<PathBuf> {
    let path = Path::new(relative);
    if relative.is_empty() || !path.components().all(|c| matches!(c, Component::Normal(_))) {
        return Err(Error::invalid("leaves the recipe folder").field("path").value(relative));
    }
    Ok(folder.join(path))
}

impl OpenRecipe {
    /// The entry for a clip: by its name, else the one whose scope admits it.
    pub fn entry_for(&self, clip: &dyn Clip, name: &str) -> Result<&ClipRecipe> {
        let found = Scope::of(clip);
        if let Some(entry) = self.recipe.clips.iter().find(|c| c.name == name) {
            entry.scope.admit(&found)?;
            return Ok(entry);
        }
        let mut refusals = vec![];
        for entry in &self.recipe.clips {
            match entry.scope.admit(&found) {
                Ok(()) => return Ok(entry),
                Err(error) => refusals.push(format!("{}: {error}", entry.name)),
            }
        }
        Err(Error::refused(format!("outside the scope of every approved clip: {}", refusals.join("; "))).field("clip").value(name))
    }

    /// The documents that were approved with an entry: never those that lie beside the clip.
    pub fn sidecars(&self, entry: &ClipRecipe) -> Result<Sidecars> {
        let sidecars = Sidecars::default().with_amf(&inside(&self.folder, &entry.amf.path)?);
        match &entry.fdl {
            Some(fdl) => Ok(sidecars.with_fdl(&inside(&self.folder, &fdl.path)?)),
            None => Ok(sidecars),
        }
    }

    /// The plan an entry prescribes for a clip. On the approved clip itself it has to be the very plan that was approved.
    pub fn plan(&self, entry: &ClipRecipe, clip: &dyn Clip, name: &str) -> Result<Plan> {
        let plan = Plan::new(clip, &self.sidecars(entry)?, &entry.settings)?;
        if entry.name == name && plan.key() != entry.plan {
            return Err(Error::refused("this engine, or this clip, would make another picture than the one approved")
                .field("plan")
                .value(&entry.plan));
        }
        Ok(plan)
    }
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

    #[test]
    fn another_schema_is_refused_by_name() {
        let error = parse(br#"{"schema":"prelight-recipe/9"}"#).unwrap_err();
        assert!(error.to_string().contains("prelight-recipe/9"), "{error}");
        assert!(parse(b"{").is_err());
    }
}
