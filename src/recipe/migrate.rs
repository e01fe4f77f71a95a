//! A recipe of an earlier version, written anew in this one.

use super::{OpenRecipe, Recipe, SCHEMA, Superseded, canonical, contents, export::WorkFolder, sign};
use crate::{
    error::{Error, InFile, Result},
    files::{self, Existing},
};
use std::{fs, path::Path};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Writes a recipe of an earlier version into `folder`, which must not exist, as this version has it. It is another document with
/// another digest, that names the one it supersedes: what was signed was the old one, so no signature goes along.
///
/// # Errors
/// Refused where it is of this version already; I/O.
pub fn migrate(old: &OpenRecipe, folder: &Path, now: OffsetDateTime) -> Result<(Recipe, String)> {
    if old.recipe.schema == SCHEMA {
        return Err(Error::refused("is of this version already").field("schema").value(SCHEMA).file(&old.source));
    }
    let work = WorkFolder::beside(folder)?;
    for relative in contents(&old.folder)? {
        let leave = relative == super::DOCUMENT || relative == super::SHEET || relative.starts_with(&format!("{}/", sign::FOLDER));
        if !leave {
            let (from, to) = (old.folder.join(&relative), work.0.join(&relative));
            files::create_folder(files::folder_of(&to))?;
            files::refuse_other(&from)?;
            fs::copy(&from, &to).in_file(&from)?;
        }
    }
    let mut recipe = old.recipe.clone();
    recipe.schema = SCHEMA.into();
    recipe.supersedes = Some(Superseded { id: recipe.id, digest: old.digest.clone() });
    recipe.id = uuid::Uuid::new_v4().to_string();
    recipe.created = now.format(&Rfc3339).map_err(|e| Error::invalid(e.to_string()))?;
    for golden in recipe.clips.iter_mut().flat_map(|c| &mut c.golden) {
        let path = super::open::inside(&work.0, &golden.display_file)?;
        golden.display_sha256 = Some(files::sha256_of_file(&path)?);
    }
    let json = canonical(&recipe)?;
    files::write_bytes(&work.0.join(super::DOCUMENT), Existing::Refuse, &json)?;
    super::export::put_sheet(&work.0)?;
    work.take_name(folder)?;
    Ok((recipe, files::sha256(&json)))
}

#[cfg(test)]
mod tests {
    use super::super::{DOCUMENT, EARLIER, SHEET, open, sign::SecretKey, testing, to_json};
    use super::*;

    const NOW: OffsetDateTime = time::macros::datetime!(2026-11-26 10:00 UTC);

    #[test]
    fn an_earlier_recipe_is_read_verified_and_written_anew() {
        let work = tempfile::tempdir().unwrap();
        let (old, new) = (work.path().join("old"), work.path().join("new"));
        let mut recipe = testing::recipe(&["A001"]);
        testing::write(&old, &recipe);
        recipe.schema = EARLIER.into();
        let text = to_json(&recipe).unwrap();
        fs::write(old.join(DOCUMENT), &text).unwrap();
        let opened = open(&old).unwrap();
        assert_eq!((&opened.recipe, &opened.digest), (&recipe, &files::sha256(&text)));

        // What was signed then holds.
        let key = SecretKey::generate().unwrap();
        let signer = sign::Signer { name: "Ada".into(), role: "DP".into(), ..sign::Signer::default() };
        sign::sign(&opened, &key, &signer, NOW).unwrap();
        let policy = format!(
            "schema = 'prelight-trust/1'\n[[signer]]\nname = 'Ada'\nroles = ['DP']\nkey = '''{}'''\n",
            key.public().to_pem().unwrap()
        );
        let policy = sign::TrustPolicy::parse(&policy, Path::new(".")).unwrap();
        assert_eq!(sign::admit(&opened, &policy, NOW).unwrap().len(), 1);

        let (written, digest) = migrate(&opened, &new, NOW).unwrap();
        let migrated = open(&new).unwrap();
        assert_eq!((&migrated.recipe, &migrated.digest), (&written, &digest));
        assert_eq!(written.supersedes, Some(Superseded { id: recipe.id.clone(), digest: opened.digest.clone() }));
        assert!(written.id != recipe.id && written.clips[0].golden[0].display_sha256.is_some());
        assert_eq!(written.clips[0].settings, recipe.clips[0].settings);
        assert!(new.join(SHEET).is_file() && !new.join(sign::FOLDER).exists(), "the signatures were for the old one");
        assert_eq!(sign::admit(&migrated, &policy, NOW).unwrap_err().exit_code(), 12);
        assert_eq!(migrate(&migrated, &work.path().join("again"), NOW).unwrap_err().exit_code(), 12);
        assert_eq!(migrate(&opened, &new, NOW).unwrap_err().exit_code(), 20, "nothing is written over");
    }
}
