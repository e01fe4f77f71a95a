//! The profile that the show is checked by. Its files are watched: what changes in them holds from then on, and is checked by again.

use super::{Command, Session, reload::Stamps};
use crate::{
    camera::Rational,
    check::{Offered, Profile},
    error::{Error, Result},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Profiles that were chosen since the show is open, each read once, and again where its file changes: what is undone to is what was there.
pub(super) struct Profiles {
    read: BTreeMap<String, Read>,
    named: Named,
    /// The one that is named, at its own rate.
    current: Read,
    /// The same at the rate of the project: what clips are checked by.
    in_force: Arc<Profile>,
    /// Why the file of the current one is not what is checked by.
    wrong: Option<Error>,
    shelf: Arc<Shelf>,
}

/// What the document names: a profile by its id, or a file; the rate that wins over its own. None of these is the neutral one, at its own.
#[derive(Default, PartialEq)]
struct Named {
    profile: Option<String>,
    rate: Option<Rational>,
}

#[derive(Clone, PartialEq)]
struct Read {
    profile: Arc<Profile>,
    /// `None` where it comes with the program.
    path: Option<PathBuf>,
}

/// The profiles that are offered by name, and the file that is in use beside them, as they were read.
pub struct Shelf {
    /// Where the studio's lie, if anywhere.
    folder: Option<PathBuf>,
    offered: Vec<Offered>,
    /// What the folder and its files were.
    stamps: Stamps,
    given: Option<Arc<Given>>,
}

/// A profile in a file that is not in the folder.
struct Given {
    path: PathBuf,
    profile: Result<Arc<Profile>>,
    stamps: Stamps,
}

impl Given {
    fn read(path: PathBuf) -> Self {
        // Before it is read: what changes meanwhile is noticed.
        let stamps = Self::stamps(&path);
        Self { profile: Profile::open(&path).map(Arc::new), stamps, path }
    }
    fn stamps(path: &Path) -> Stamps {
        Stamps::at(Profile::files_of(path).into_iter())
    }
}

impl Shelf {
    fn read(folder: Option<PathBuf>) -> Self {
        // Before they are read: what changes meanwhile is noticed.
        let stamps = Self::stamps(&folder);
        Self { offered: Profile::offered(folder.as_deref()), stamps, folder, given: None }
    }
    fn stamps(folder: &Option<PathBuf>) -> Stamps {
        let files = folder.iter().flat_map(|f| Profile::files_in(f));
        Stamps::at(folder.iter().cloned().chain(files))
    }
    /// Whether the files are not as they were when they were read.
    pub(super) fn changed(&self) -> bool {
        Self::stamps(&self.folder) != self.stamps || self.given.as_ref().is_some_and(|g| Given::stamps(&g.path) != g.stamps)
    }
    pub(super) fn read_again(&self) -> Self {
        let given = self.given.as_ref().map(|g| Arc::new(Given::read(g.path.clone())));
        Self { given, ..Self::read(self.folder.clone()) }
    }
    /// Whether there is anything to watch.
    pub(super) fn has_files(&self) -> bool {
        self.folder.is_some() || self.given.is_some()
    }
    /// The same with this file in use.
    fn with(&self, given: Option<Arc<Given>>) -> Self {
        Self { folder: self.folder.clone(), offered: self.offered.clone(), stamps: self.stamps.clone(), given }
    }
    /// What a file holds by now; an error, too, where it is gone.
    fn of(&self, path: &Path) -> Result<Arc<Profile>> {
        let given = self.given.as_ref().filter(|g| g.path == path).map(|g| &g.profile);
        let found = given.or_else(|| self.offered.iter().find(|o| o.path.as_deref() == Some(path)).map(|o| &o.profile));
        found.cloned().unwrap_or_else(|| Err(Error::invalid("the profile is no longer there").file(path)))
    }
}

impl Profiles {
    pub fn new(folder: Option<PathBuf>) -> Self {
        let current = Read { profile: Profile::neutral(), path: None };
        let (named, in_force, shelf) = (Named::default(), current.profile.clone(), Arc::new(Shelf::read(folder)));
        Self { read: BTreeMap::new(), named, current, in_force, wrong: None, shelf }
    }
    pub fn shelf(&self) -> &Arc<Shelf> {
        &self.shelf
    }
    pub fn current(&self) -> Arc<Profile> {
        self.in_force.clone()
    }
    /// Checks by this one from now on, at the rate that is named.
    fn put_in_force(&mut self, read: Read) {
        let at_its_own = || read.profile.clone();
        self.in_force = self.named.rate.map_or_else(at_its_own, |rate| Arc::new(read.profile.at_rate(rate)));
        self.current = read;
    }
}

impl Session {
    /// The profile that clips are checked by.
    pub fn profile(&self) -> &Arc<Profile> {
        &self.profiles.in_force
    }

    /// Why the file of the profile is not what clips are checked by: it was changed, and is no profile any more. They are checked by what
    /// it said before.
    pub fn profile_error(&self) -> Option<&Error> {
        self.profiles.wrong.as_ref()
    }

    /// The rate of the project that the profile states, whatever is named for the show.
    pub fn rate_of_profile(&self) -> Option<Rational> {
        self.profiles.current.profile.rate()
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
        self.read_profile(name).map(|read| read.profile)
    }

    fn read_profile(&self, name: &str) -> Result<Read> {
        let shelf = &self.profiles.shelf;
        // What is offered was read when the folder was last looked at.
        let mut known = shelf.offered.iter().filter_map(|o| Some((o.profile.as_ref().ok()?, &o.path)));
        if let Some((profile, path)) = known.find(|(p, _)| p.id == name) {
            return Ok(Read { profile: profile.clone(), path: path.clone() });
        }
        let profile = Profile::find_in(name, shelf.folder.as_deref())?;
        let has_it = |path: &PathBuf| Profile::open(path).is_ok_and(|read| read == *profile);
        // One that was put into the folder since, or a file anywhere.
        let in_folder = shelf.folder.iter().flat_map(|f| Profile::files_in(f)).find(has_it);
        Ok(Read { path: in_folder.or_else(|| Some(name.into()).filter(has_it)), profile })
    }

    /// Has the file of the current profile watched, and goes on by what it says now.
    fn watch_profile(&mut self) {
        let shelf = &self.profiles.shelf;
        let is_offered = |path: &&PathBuf| shelf.offered.iter().any(|o| o.path.as_ref() == Some(*path));
        let beside = self.profiles.current.path.as_ref().filter(|path| !is_offered(path));
        if shelf.given.as_ref().map(|g| &g.path) != beside {
            let given = beside.map(|path| Arc::new(Given::read(path.clone())));
            self.profiles.shelf = Arc::new(shelf.with(given));
        }
        self.take_up_profile();
    }

    /// Takes up the profiles that are offered now, says what is wrong with those that are not as they were, and goes on by what the file of
    /// the current one says now.
    pub(super) fn offer_profiles(&mut self, shelf: Shelf) {
        let before = std::mem::replace(&mut self.profiles.shelf, Arc::new(shelf));
        let words = |o: &Offered| o.profile.as_ref().err().map(|e| e.to_string());
        let told: Vec<String> = before.offered.iter().filter_map(words).collect();
        self.take_up_profile();
        self.tell_of_profiles(&told);
    }

    /// Logs what is wrong with profiles that are offered, but for what was told already, and of the one in use.
    pub(super) fn tell_of_profiles(&mut self, told: &[String]) {
        for wrong in self.profiles.shelf.offered.iter().filter_map(|o| o.profile.as_ref().err()) {
            if !told.contains(&wrong.to_string()) && self.profiles.wrong.as_ref() != Some(wrong) {
                self.log.fail_at("A profile that cannot be offered", wrong);
            }
        }
    }

    /// Has every clip checked again where the file of the current profile says something else by now. One that is no profile any more
    /// leaves what it said.
    fn take_up_profile(&mut self) {
        let Read { profile: before, path: Some(path) } = self.profiles.current.clone() else { return };
        let same_id = |found: Arc<Profile>| {
            let other = || Error::invalid("is another profile by now: choose it, if it is meant").file(&path).field("id").value(&found.id);
            if found.id == before.id { Ok(found.clone()) } else { Err(other()) }
        };
        match self.profiles.shelf.of(&path).and_then(same_id) {
            Ok(now) if now == before => {
                if self.profiles.wrong.take().is_some() {
                    self.log.info(format!("{}: the profile is as it was again", path.display()));
                }
            }
            Ok(now) => {
                self.profiles.wrong = None;
                self.log.info(format!("{}: the profile has changed, and every clip is checked by it again", path.display()));
                let read = Read { profile: now, path: Some(path) };
                if let Some(name) = &self.profiles.named.profile {
                    self.profiles.read.insert(name.clone(), read.clone());
                }
                self.profiles.put_in_force(read);
                self.check_all();
            }
            Err(error) => {
                if self.profiles.wrong.as_ref() != Some(&error) {
                    self.log.fail_at("Clips go on being checked by what the profile said before", &error);
                }
                self.profiles.wrong = Some(error);
            }
        }
    }

    /// Checks by the profile of this id, or by a file, which is read again.
    ///
    /// # Errors
    /// Those of [`Profile::find_in`].
    pub(super) fn choose_profile(&mut self, name: &str) -> Result<()> {
        let found = self.read_profile(name)?;
        let named = (found.profile.id != Profile::neutral().id).then(|| name.to_owned());
        if let Some(name) = &named {
            // The same file with other limits.
            if self.profiles.named.profile.as_ref() == Some(name) && self.profiles.current != found {
                self.profiles.named.profile = None;
            }
            self.profiles.read.insert(name.clone(), found);
        }
        self.seal();
        self.run(Command::SetProfile(named));
        self.seal();
        Ok(())
    }

    /// Has every clip checked again where the document names another profile or rate than before. A document that was read may name a
    /// profile that cannot be found: then the profile stays, and the log says why.
    pub(super) fn refresh_profile(&mut self) {
        let wanted = Named { profile: self.document.profile.clone(), rate: self.document.rate };
        if wanted == self.profiles.named {
            return;
        }
        let found = match &wanted.profile {
            None => Ok(Read { profile: Profile::neutral(), path: None }),
            Some(name) => match self.profiles.read.get(name).cloned() {
                Some(read) => Ok(read),
                None => self.read_profile(name),
            },
        };
        let read = found.unwrap_or_else(|error| {
            self.log.fail(&error);
            self.profiles.current.clone()
        });
        self.profiles.named = wanted;
        self.profiles.wrong = None;
        self.profiles.put_in_force(read);
        self.check_all();
        self.watch_profile();
    }

    /// Names the rate of the project, `24` or `23.976`; none leaves it to the profile.
    ///
    /// # Errors
    /// Not a rate.
    pub(super) fn set_rate(&mut self, rate: Option<&str>) -> Result<()> {
        let parsed: Result<Option<Rational>> = rate.map(str::parse).transpose();
        let rate =
            parsed.and_then(|rate| rate.map_or(Ok(()), Profile::refuse_no_rate).map(|()| rate)).map_err(|e| e.field("Check/Rate"))?;
        self.seal();
        self.run(Command::SetRate(rate));
        self.seal();
        Ok(())
    }
}
