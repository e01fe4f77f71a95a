//! The folder of a reel.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders above a clip that are looked at: a card's `Contents/Clips/Reel/Clip`, and two more.
const DEPTH: usize = 6;

/// The folder at or above `folder` that is called like the reel; else the outermost whose name begins with it (`A002R2EC` of reel
/// `A002`) and goes on neither with a digit (`A0021`) nor as that of a clip does (`A002C001`, `A002_C001`), where all files with this
/// extension are the reel's own by their names: nobody else's card begins alike by chance.
pub(super) fn folder_of(folder: &Path, reel: &str, extension: &str) -> Option<PathBuf> {
    let reel = reel.trim().to_lowercase();
    if reel.is_empty() {
        return None;
    }
    let around: Vec<&Path> = folder.ancestors().take(DEPTH).collect();
    let exact = around.iter().find(|f| name(f) == reel);
    let begins = || around.iter().rev().find(|f| may_be_roll(&name(f), &reel) && has_only(f, &reel, extension));
    exact.or_else(begins).map(|f| (*f).to_owned())
}

fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn may_be_roll(name: &str, reel: &str) -> bool {
    let goes_on = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit()) && !is_clip(rest);
    name.strip_prefix(reel).is_some_and(goes_on)
}

/// `C001`, `_C001`: how the name of a clip goes on behind its reel.
fn is_clip(rest: &str) -> bool {
    let number = rest.trim_start_matches(['_', '-']).strip_prefix('c');
    number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a file or folder is one of the reel by its name.
fn is_of(name: &str, reel: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric) || is_clip(rest);
    name.strip_prefix(reel).is_some_and(ends)
}

/// Whether the files of a kind in a folder and below are all of the reel. Where there are more than anybody would look through, nobody
/// can say; what lies in the folder of a clip of the reel is of it.
fn has_only(folder: &Path, reel: &str, extension: &str) -> bool {
    const MOST: usize = 1 << 16;
    let (mut seen, mut folders) = (0, vec![(folder.to_owned(), 0)]);
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { return false };
        for entry in entries {
            seen += 1;
            let Some(entry) = entry.ok().filter(|_| seen <= MOST) else { return false };
            let path = entry.path();
            let own = is_of(&name(&path), reel);
            if own {
                continue;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if depth >= DEPTH {
                    return false;
                }
                folders.push((path, depth + 1));
            } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension)) {
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The folder that is found of a reel, from the root of these files; the clip is the first.
    fn found(reel: &str, files: &[&str]) -> Option<String> {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let first = root.join(files[0]);
        let folder = folder_of(first.parent().unwrap(), reel, "mxf")?;
        _ = fs::remove_dir_all(&root);
        Some(folder.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"))
    }

    #[test]
    fn the_folder_of_a_reel_is_found_by_its_name() {
        for (files, reel, wanted) in [
            (&["A001/A001C001_261121/x.mxf"][..], "A001", Some("A001")),
            (&["a001/clips/x.mxf"], "A001", Some("a001")),
            (&["A002R2EC/Clips/A002C001_261121_R2EC.mxf"], "A002", Some("A002R2EC")),
            (&["A002R2EC/A002C001/000001.mxf", "A002R2EC/A002C001/000002.mxf"], "A002", Some("A002R2EC")),
            (&["A002R2EC/Clips/A002C001.mxf", "A002R2EC/readme.txt"], "A002", Some("A002R2EC")),
            (&["cards/one/A001C001.mxf"], "A001", None),
            (&["cards/one/A001_C001_1121/A001_C001.mxf"], "A001", None),
            (&["A001/2/3/4/5/6/7/A001C001.mxf"], "A001", None),
            (&["A001/x.mxf"], " ", None),
            // Somebody else's, that begins alike.
            (&["A0021/A002C001.mxf"], "A002", None),
            (&["A_cam/A001C001.mxf", "A_cam/B001C001.mxf"], "A", None),
            (&["A002R2EC/A002C001.mxf", "A002R2EC/A003C001.mxf"], "A002", None),
            (&["A002_and_A003/A002/A002C001.mxf", "A002_and_A003/A003/A003C001.mxf"], "A002", Some("A002_and_A003/A002")),
            (&["A002R2EC/Clip/C0001.mxf"], "A002", None),
        ] {
            assert_eq!(found(reel, files).as_deref(), wanted, "{files:?} {reel}");
        }
    }
}
