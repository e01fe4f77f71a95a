//! The profiles that are offered by name: those that come with the program, and those that a studio has put into a folder.

use super::{KNOWN, Profile, ProfileMark};
use crate::{
    error::{Error, Result},
    files,
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A profile that is offered, or why it is not one.
#[derive(Clone, Debug)]
pub struct Offered {
    /// `None` where it comes with the program.
    pub path: Option<PathBuf>,
    pub profile: Result<Arc<Profile>>,
}

impl Profile {
    /// Where a studio puts its profiles: `prelight/profiles` in the user's configuration (`$XDG_CONFIG_HOME`, else `~/.config`).
    pub fn folder() -> Option<PathBuf> {
        files::user_config().map(|config| config.join("profiles"))
    }

    /// The files of a folder that are profiles by their extension, in order. A folder that is not there has none.
    pub fn files_in(folder: &Path) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(folder) else { return vec![] };
        let is_profile = |path: &PathBuf| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
        let mut found: Vec<PathBuf> = entries.filter_map(|e| e.ok()).map(|e| e.path()).filter(is_profile).collect();
        found.sort();
        found
    }

    /// The built-in profiles, then those of the files `*.toml` in `folder` by their names. An id that another one has already cannot
    /// be chosen by name: that file is told as wrong, as is one that cannot be read.
    pub fn offered(folder: Option<&Path>) -> Vec<Offered> {
        let mut offered: Vec<Offered> = KNOWN.iter().map(|p| Offered { path: None, profile: Ok(p.clone()) }).collect();
        for path in folder.map(Self::files_in).unwrap_or_default() {
            let read = Self::open(&path).and_then(|new| {
                let has_its_id = |o: &Offered| o.profile.as_ref().is_ok_and(|p| p.id == new.id);
                match offered.iter().find(|o| has_its_id(o)) {
                    None => Ok(Arc::new(new)),
                    Some(other) => {
                        let whose = other.path.as_ref().map_or("a built-in profile".into(), |p| p.display().to_string());
                        Err(Error::invalid(format!("{whose} has it already")).file(&path).field("id").value(new.id))
                    }
                }
            });
            offered.push(Offered { path: Some(path), profile: read });
        }
        offered
    }

    /// A profile by its id, built in or in `folder`, or a file.
    ///
    /// # Errors
    /// Usage where there is none of them, with the names that there are; what [`Profile::open`] fails with, of the file `ID.toml` in
    /// `folder` too.
    pub fn find_in(name: &str, folder: Option<&Path>) -> Result<Arc<Self>> {
        if let Some(known) = KNOWN.iter().find(|p| p.id == name) {
            return Ok(known.clone());
        }
        let offered = Self::offered(folder);
        if let Some(found) = offered.iter().filter_map(|o| o.profile.as_ref().ok()).find(|p| p.id == name) {
            return Ok(found.clone());
        }
        let called = |o: &&Offered| o.path.as_deref().and_then(Path::file_stem).is_some_and(|stem| stem == name);
        if let Some(Err(why)) = offered.iter().find(called).map(|o| &o.profile) {
            return Err(why.clone());
        }
        if Path::new(name).exists() {
            return Self::open(Path::new(name)).map(Arc::new);
        }
        let ids = offered.iter().filter_map(|o| o.profile.as_ref().ok()).map(|p| p.id.as_str()).collect::<Vec<_>>().join(", ");
        Err(Error::usage(format!("no profile of this name and no file; there are {ids}")).field("profile").value(name))
    }
}

impl ProfileMark {
    /// The profile that it names, to the last limit of its own: built in or in `folder`, under whatever id.
    ///
    /// # Errors
    /// Refused: none of them says exactly that; whether one of that id says something else, and where the right one is looked for.
    pub fn find_in(&self, folder: Option<&Path>) -> Result<Arc<Profile>> {
        let offered = Profile::offered(folder);
        let mut there = offered.iter().filter_map(|o| o.profile.as_ref().ok());
        // Two may say the same under other names.
        let digest = self.own.as_ref().unwrap_or(&self.digest);
        let mut alike = there.clone().filter(|profile| profile.digest == *digest);
        let itself = alike.clone().find(|profile| profile.id == self.id && profile.version == self.version);
        if let Some(found) = itself.or_else(|| alike.next()) {
            return Ok(found.clone());
        }
        let why = match there.find(|profile| profile.id == self.id) {
            Some(other) => format!("the profile of that name here is another: {}", other.mark()),
            None => "no profile here says what it says".to_owned(),
        };
        let put = folder.map_or_else(String::new, |folder| format!("; its file is looked for in {}", folder.display()));
        Err(Error::refused(why + &put).field("profile").value(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Rational;

    fn write(folder: &Path, file: &str, id: &str, more: &str) {
        let text = format!("id = '{id}'\ntitle = 'T {id}'\nversion = '1'\nextends = 'neutral'\n{more}");
        fs::write(folder.join(file), text).unwrap();
    }

    #[test]
    fn profiles_of_the_folder_are_offered_and_found_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path();
        assert_eq!(Profile::offered(None).len(), KNOWN.len());
        assert_eq!(Profile::offered(Some(&folder.join("nowhere"))).len(), KNOWN.len());
        write(folder, "b.toml", "ours", "");
        write(folder, "a.TOML", "theirs", "[rules.FDL-08]\nasked = false\n");
        write(folder, "notes.txt", "notes", "");
        let ids = |folder| -> Vec<String> { Profile::offered(folder).into_iter().map(|o| o.profile.unwrap().id.clone()).collect() };
        assert_eq!(ids(Some(folder))[KNOWN.len()..], ["theirs", "ours"]);
        assert!(!Profile::find_in("theirs", Some(folder)).unwrap().asks("FDL-08"));
        assert_eq!(Profile::find_in("neutral", Some(folder)).unwrap().id, "neutral");
        let error = Profile::find_in("nobody", Some(folder)).unwrap_err();
        assert!(error.exit_code() == 2 && error.to_string().contains("theirs, ours"), "{error}");
        assert_eq!(Profile::find_in("ours", None).unwrap_err().exit_code(), 2);
    }

    #[test]
    fn a_mark_finds_what_it_was_made_of_and_nothing_like_it() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Some(dir.path());
        write(dir.path(), "ours.toml", "ours", "[rules.FDL-09]\nasked = false\n");
        let mark = Profile::find_in("ours", folder).unwrap().mark();
        assert_eq!(mark.find_in(folder).unwrap().mark(), mark);
        // Under another name it says the same.
        let renamed = ProfileMark { id: "theirs".into(), ..mark.clone() };
        assert_eq!(renamed.find_in(folder).unwrap().mark(), mark);
        assert_eq!(Profile::neutral().mark().find_in(None).unwrap().id, "neutral");
        // What the show names over it is no profile of its own.
        let at_rate = Profile::neutral().at_rate(Rational::new(24, 1).unwrap()).mark();
        assert!(at_rate.digest != Profile::neutral().digest && at_rate.find_in(None).unwrap().id == "neutral", "{at_rate}");
        // Elsewhere, and where it was edited meanwhile.
        let gone = mark.find_in(None).unwrap_err().to_string();
        assert!(gone.contains("no profile here says what it says") && gone.contains("ours 1"), "{gone}");
        write(dir.path(), "ours.toml", "ours", "[rules.FDL-08]\nasked = false\n");
        let other = mark.find_in(folder).unwrap_err();
        assert!(other.exit_code() == 12 && other.to_string().contains("is another: ours 1"), "{other}");
        assert!(other.to_string().contains(dir.path().to_str().unwrap()), "{other}");
    }

    #[test]
    fn a_broken_profile_is_told_and_hides_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path();
        write(folder, "broken.toml", "broken", "[rules.XYZ-99]\n");
        write(folder, "copy.toml", "netflix-vfx", "");
        write(folder, "ours.toml", "ours", "");
        write(folder, "twice.toml", "ours", "");
        let offered = Profile::offered(Some(folder));
        let why = |file: &str| {
            let of = offered.iter().find(|o| o.path.as_ref().is_some_and(|p| p.ends_with(file))).unwrap();
            of.profile.as_ref().unwrap_err().to_string()
        };
        for (file, words) in
            [("broken.toml", "XYZ-99"), ("copy.toml", "a built-in profile has it already"), ("twice.toml", "ours.toml has it")]
        {
            assert!(why(file).contains(words) && why(file).contains(file), "{}", why(file));
        }
        assert!(Profile::find_in("ours", Some(folder)).is_ok());
        assert!(Profile::find_in("broken", Some(folder)).unwrap_err().to_string().contains("XYZ-99"), "not that there is none");
    }
}
