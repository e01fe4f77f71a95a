//! The profile that the show is checked by.

use super::{Command, Session};
use crate::{check::Profile, error::Result};
use std::{collections::BTreeMap, sync::Arc};

/// Profiles that were chosen since the show is open, each read once: what is undone to is what was there.
pub(super) struct Profiles {
    read: BTreeMap<String, Arc<Profile>>,
    /// By what the document names.
    current: (Option<String>, Arc<Profile>),
}

impl Default for Profiles {
    fn default() -> Self {
        Self { read: BTreeMap::new(), current: (None, Profile::neutral()) }
    }
}

impl Profiles {
    pub fn current(&self) -> Arc<Profile> {
        self.current.1.clone()
    }
}

impl Session {
    /// The profile that clips are checked by.
    pub fn profile(&self) -> &Arc<Profile> {
        &self.profiles.current.1
    }

    /// Checks by the built-in profile of this id, or by a file, which is read again.
    ///
    /// # Errors
    /// Those of [`Profile::find`].
    pub(super) fn choose_profile(&mut self, name: &str) -> Result<()> {
        let found = Profile::find(name)?;
        let named = (found.id != Profile::neutral().id).then(|| name.to_owned());
        if let Some(name) = &named {
            let before = self.profiles.read.insert(name.clone(), found);
            // The same file with other limits.
            if self.profiles.current.0.as_ref() == Some(name) && before.as_deref() != self.profiles.read.get(name).map(|p| &**p) {
                self.profiles.current.0 = None;
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
        let wanted = &self.document.profile;
        if *wanted == self.profiles.current.0 {
            return;
        }
        let found = match wanted {
            None => Ok(Profile::neutral()),
            Some(name) => match self.profiles.read.get(name) {
                Some(read) => Ok(read.clone()),
                None => Profile::find(name),
            },
        };
        let profile = match found {
            Ok(profile) => profile,
            Err(error) => {
                self.log.error(error.to_string());
                self.profiles.current.1.clone()
            }
        };
        self.profiles.current = (wanted.clone(), profile);
        self.check_all();
    }
}
