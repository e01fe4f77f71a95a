//! The profile that the show is checked by.

use super::{Command, Session, reload::Stamps};
use crate::{
    camera::Rational,
    check::{Offered, Profile},
    error::{Error, Result},
};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// Profiles that were chosen since the show is open, each read once: what is undone to is what was there.
pub(super) struct Profiles {
    read: BTreeMap<String, Arc<Profile>>,
    /// By what the document names: a profile, and the rate of the project.
    current: (Named, Arc<Profile>),
    /// The current one at its own rate.
    own: Arc<Profile>,
    shelf: Arc<Shelf>,
}

/// A profile by its id, or a file; the rate that wins over its own. None of these is the neutral one, at its own.
#[derive(Clone, Debug, Default, PartialEq)]
struct Named {
    profile: Option<String>,
    rate: Option<Rational>,
}

/// The profiles that are offered by name, as they were read.
pub struct Shelf {
    /// Where the studio's lie, if anywhere.
    folder: Option<PathBuf>,
    offered: Vec<Offered>,
    /// What the folder and its files were.
    stamps: Stamps,
}

impl Shelf {
    fn read(folder: Option<PathBuf>) -> Self {
        // Before they are read: what changes meanwhile is noticed.
        let stamps = Self::stamps(&folder);
        Self { offered: Profile::offered(folder.as_deref()), stamps, folder }
    }
    fn stamps(folder: &Option<PathBuf>) -> Stamps {
        let files = folder.iter().flat_map(|f| Profile::files_in(f));
        Stamps::at(folder.iter().cloned().chain(files))
    }
    /// Whether the folder is not as it was when it was read.
    pub(super) fn changed(&self) -> bool {
        Self::stamps(&self.folder) != self.stamps
    }
    pub(super) fn read_again(&self) -> Self {
        Self::read(self.folder.clone())
    }
    pub(super) fn has_folder(&self) -> bool {
        self.folder.is_some()
    }
}

impl Profiles {
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { read: BTreeMap::new(), current: (Named::default(), Profile::neutral()), own: Profile::neutral(), shelf: Arc::new(Shelf::read(folder)) }
    }
    pub fn shelf(&self) -> &Arc<Shelf> {
        &self.shelf
    }
    pub fn current(&self) -> Arc<Profile> {
        self.current.1.clone()
    }
}

impl Session {
    /// The profile that clips are checked by.
    pub fn profile(&self) -> &Arc<Profile> {
        &self.profiles.current.1
    }

    /// The rate of the project that the profile states, whatever is named for the show.
    pub fn rate_of_profile(&self) -> Option<Rational> {
        self.profiles.own.rate()
    }

    /// The profiles that are offered by name: those that come with the program, and the studio's, with what is wrong with them.
    pub fn offered_profiles(&self) -> &[Offered] {
        &self.profiles.shelf.offered
    }

    /// A profile by its id, or a file.
    ///
    /// # Errors
    /// Those of [`Profile::find_in`].
    pub(super) fn find_profile(&self, name: &str) -> Result<Arc<Profile>> {
        // What is offered was read when the folder was last looked at.
        let offered = self.profiles.shelf.offered.iter().filter_map(|o| o.profile.as_ref().ok()).find(|p| p.id == name);
        offered.map_or_else(|| Profile::find_in(name, self.profiles.shelf.folder.as_deref()), |profile| Ok(profile.clone()))
    }

    /// Takes up the profiles that are offered now, and says what is wrong with those that are not as they were.
    pub(super) fn offer_profiles(&mut self, shelf: Shelf) {
        let before = std::mem::replace(&mut self.profiles.shelf, Arc::new(shelf));
        let words = |o: &Offered| o.profile.as_ref().err().map(|e| e.to_string());
        let told: Vec<String> = before.offered.iter().filter_map(words).collect();
        self.tell_of_profiles(&told);
    }

    /// Logs what is wrong with profiles that are offered, but for what was told already.
    pub(super) fn tell_of_profiles(&mut self, told: &[String]) {
        for wrong in self.profiles.shelf.offered.iter().filter_map(|o| o.profile.as_ref().err()).map(|e| e.to_string()) {
            if !told.contains(&wrong) {
                self.log.error(format!("A profile that cannot be offered: {wrong}"));
            }
        }
    }

    /// Checks by the profile of this id, or by a file, which is read again.
    ///
    /// # Errors
    /// Those of [`Profile::find_in`].
    pub(super) fn choose_profile(&mut self, name: &str) -> Result<()> {
        let found = self.find_profile(name)?;
        let named = (found.id != Profile::neutral().id).then(|| name.to_owned());
        if let Some(name) = &named {
            let before = self.profiles.read.insert(name.clone(), found);
            // The same file with other limits.
            if self.profiles.current.0.profile.as_ref() == Some(name) && before.as_deref() != self.profiles.read.get(name).map(|p| &**p) {
                self.profiles.current.0.profile = None;
            }
        }
        self.seal();
        self.run(Command::SetProfile(named));
        self.seal();
        Ok(())
    }

    /// Has every clip checked again where the document names another profile than before. A document that was read may name one
    /// that cannot be found: then the profile stays, and the log says why.
    pub(super) fn refresh_profile(&mut self) {
        let wanted = Named { profile: self.document.profile.clone(), rate: self.document.rate };
        if wanted == self.profiles.current.0 {
            return;
        }
        let found = match &wanted.profile {
            None => Ok(Profile::neutral()),
            Some(name) => match self.profiles.read.get(name) {
                Some(read) => Ok(read.clone()),
                None => self.find_profile(name),
            },
        };
        let profile = match found {
            Ok(profile) => profile,
            Err(error) => {
                self.log.error(error.to_string());
                self.profiles.own.clone()
            }
        };
        let at_rate = wanted.rate.map_or_else(|| profile.clone(), |rate| Arc::new(profile.at_rate(rate)));
        self.profiles.current = (wanted, at_rate);
        self.profiles.own = profile;
        self.check_all();
    }

    /// Names the rate of the project, `24` or `23.976`; none leaves it to the profile.
    ///
    /// # Errors
    /// Not a rate.
    pub(super) fn set_rate(&mut self, rate: Option<&str>) -> Result<()> {
        let rate: Option<Rational> = rate.map(str::parse).transpose().map_err(|e: Error| e.field("Check/Rate"))?;
        if rate.is_some_and(|r| r.to_f64() <= 0.0) {
            return Err(Error::usage("not a rate of frames").field("Check/Rate").value(rate.map(|r| r.to_string()).unwrap_or_default()));
        }
        self.seal();
        self.run(Command::SetRate(rate));
        self.seal();
        Ok(())
    }
}
