//! What lies in a recipe folder.

use crate::error::{Error, InFile, Result};
use std::{fs, path::Path};

/// Files of a recipe, at most.
pub const MOST: usize = 4096;
/// Folders within one another, at most.
pub const DEEPEST: usize = 16;

/// The files of a recipe folder by their paths with `/`, `recipe.json` first, then by name. Hidden files are no part of it.
///
/// # Errors
/// Invalid: a link or what is no file, a name that is no Unicode, too many of them; I/O.
pub fn contents(folder: &Path) -> Result<Vec<String>> {
    let mut found = vec![];
    below(folder, "", 0, &mut found)?;
    found.sort_by(|a, b| (a != super::DOCUMENT, a).cmp(&(b != super::DOCUMENT, b)));
    Ok(found)
}

fn below(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<String>) -> Result<()> {
    if depth > DEEPEST {
        return Err(Error::invalid("folders too deep").file(folder));
    }
    for entry in fs::read_dir(folder).in_file(folder)? {
        let entry = entry.in_file(folder)?;
        let path = entry.path();
        let name = entry.file_name().into_string().map_err(|_| Error::invalid("a name that is no Unicode").file(&path))?;
        let kind = entry.file_type().in_file(&path)?;
        if name.starts_with('.') {
            continue;
        }
        let relative = format!("{prefix}{name}");
        if kind.is_dir() {
            below(&path, &format!("{relative}/"), depth + 1, found)?;
        } else if kind.is_file() {
            found.push(relative);
        } else {
            return Err(Error::invalid("a recipe holds files only, no links").file(&path));
        }
        if found.len() > MOST {
            return Err(Error::invalid(format!("more than {MOST} files")).file(folder));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_comes_first_and_links_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for sub in ["colour/A", "golden"] {
            fs::create_dir_all(folder.path().join(sub)).unwrap();
        }
        for file in ["recipe.json", "colour/A/x.cube", "colour/A.amf", "attest.txt", ".DS_Store", "golden/z"] {
            fs::write(folder.path().join(file), b"").unwrap();
        }
        let wanted = ["recipe.json", "attest.txt", "colour/A.amf", "colour/A/x.cube", "golden/z"];
        assert_eq!(contents(folder.path()).unwrap(), wanted);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/etc/passwd", folder.path().join("golden/link")).unwrap();
            assert_eq!(contents(folder.path()).unwrap_err().exit_code(), 10);
        }
        assert_eq!(contents(&folder.path().join("nothing")).unwrap_err().exit_code(), 20);
    }
}
