//! Where the files of a clip lie: nothing is written among them.

use super::Clip;
use crate::{
    error::{Error, Result},
    files,
};
use std::path::{Path, PathBuf};

/// Extensions of folders that a card of RED keeps for one clip, and for a magazine of them.
const OF_RED: [&str; 2] = ["rdc", "rdm"];
/// Folders that a card of Sony keeps for all its clips: of XDCAM, and of XAVC.
const OF_SONY: [&str; 2] = ["XDROOT", "M4ROOT"];

/// The folders that files lie in: the files of a clip lie in few.
pub(crate) fn folders_of(files: &[PathBuf]) -> impl Iterator<Item = &Path> {
    let runs = files.chunk_by(|a, b| files::folder_of(a) == files::folder_of(b));
    runs.filter_map(|run| run.first()).map(|file| files::folder_of(file))
}

/// What is said where something would be written among camera files.
pub(crate) fn taken(folder: &Path) -> Error {
    Error::refused("camera files lie there, and nothing is written beside them: choose another folder").file(folder)
}

/// Fails where what is to be made at `path` would lie beside the frames or parts of a clip, or anywhere in a folder that a card keeps for
/// clips. A folder that merely holds movies is anybody's.
///
/// # Errors
/// `Refused`; as [`files::place_of`].
pub(crate) fn refuse_within_clip(path: &Path, clip: &dyn Clip) -> Result<()> {
    let (place, files) = (files::place_of(path)?, clip.files());
    for folder in folders_of(&files) {
        // What is not there holds nothing.
        let Ok(folder) = folder.canonicalize() else { continue };
        let is_beside = files.len() > 1 && place.parent() == Some(&*folder);
        let of_card = folder.ancestors().find(|f| is_of_card(f) && place.starts_with(f));
        if let Some(own) = of_card.or(is_beside.then_some(&*folder)) {
            return Err(taken(own));
        }
    }
    Ok(())
}

fn is_of_card(folder: &Path) -> bool {
    let of_red = folder.extension().is_some_and(|e| OF_RED.iter().any(|red| e.eq_ignore_ascii_case(red)));
    of_red || folder.file_name().is_some_and(|name| OF_SONY.iter().any(|sony| name.eq_ignore_ascii_case(sony)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::{Metadata, inspected::Inspected};
    use std::fs;

    fn clip(files: &[PathBuf]) -> Inspected {
        for file in files {
            fs::create_dir_all(files::folder_of(file)).unwrap();
            fs::write(file, b"frame").unwrap();
        }
        let why = Error::unsupported("not decoded");
        Inspected::of_any_size("test", &files[0], Metadata::default(), 1, why).with_files(files.to_vec(), vec![])
    }

    #[test]
    fn a_folder_of_frames_and_those_of_a_card_are_the_clips_and_one_of_movies_is_not() {
        let work = tempfile::tempdir().unwrap();
        let at = |name: &str| work.path().join(name);
        let code = |path: &str, clip: &Inspected| refuse_within_clip(&at(path), clip).err().map(|e| e.exit_code());
        let frames = clip(&[at("SHOT/SHOT.0001.dng"), at("SHOT/SHOT.0002.dng")]);
        fs::create_dir(at("other")).unwrap();
        for path in ["SHOT/a.recipe", "other/../SHOT/a.recipe", "nowhere/../SHOT/a.recipe"] {
            assert_eq!(code(path, &frames), Some(12), "{path}");
        }
        for path in ["a.recipe", "SHOT/recipes/a.recipe", "other/a.recipe", "SHOT2/a.recipe", "SHOT/../a.recipe", "nowhere/../a.recipe"] {
            assert_eq!(code(path, &frames), None, "{path}");
        }
        let movie = clip(&[at("movies/A001C001.mov")]);
        assert_eq!(code("movies/a.recipe", &movie), None);
        let red = clip(&[at("A001.RDM/A001_C001.RDC/A001_C001_001.R3D")]);
        assert_eq!((code("A001.RDM/A001_C001.RDC/a.recipe", &red), code("A001.RDM/a.recipe", &red)), (Some(12), Some(12)));
        let sony = clip(&[at("card/XDROOT/Clip/A001C001.MXF")]);
        assert_eq!((code("card/XDROOT/a.recipe", &sony), code("card/a.recipe", &sony)), (Some(12), None));
    }
}
