//! What the user has set for the program, beside every show: kept as `settings.toml` in the state folder, applied at once.

use super::{
    Action, Session, ViewDefaults,
    jobs::Lane,
    monitor::MonitorColor,
    reports::Output,
    table::{self, Keys},
};
use crate::{
    check::Profile,
    error::{Error, Result},
    files::{self, Existing},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Mebibytes of decoded frames that may be kept.
pub const CACHE_RANGE: RangeInclusive<u32> = 64..=1 << 20;
/// Frames that may be read ahead.
pub const AHEAD_RANGE: RangeInclusive<u32> = 0..=240;
/// Bytes that the file may have.
const LIMIT: u64 = 1 << 20;
const FILE: &str = "settings.toml";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Preferences {
    pub monitor: MonitorColor,
    /// Mebibytes of decoded frames; what the session was set up with where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_mib: Option<u32>,
    /// Frames that are read ahead while playing.
    pub read_ahead: u32,
    /// The profile that new shows are checked by: an id, or a file; neutral where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The library that is searched: the path of its index, or an address of an object store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub library: Option<String>,
    pub view: ViewDefaults,
    /// Keys of actions, by the action as `--do` takes it, where they are not those of the table.
    pub keys: BTreeMap<String, Vec<String>>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            monitor: MonitorColor::default(),
            cache_mib: None,
            read_ahead: 16,
            profile: None,
            library: None,
            view: ViewDefaults::default(),
            keys: BTreeMap::new(),
        }
    }
}

impl Preferences {
    /// Reads a settings file.
    ///
    /// # Errors
    /// I/O; invalid, with line, where it is none.
    fn read(path: &Path) -> Result<Self> {
        let text = files::read_text(path, LIMIT)?;
        let read: Self = toml::from_str(&text).map_err(|e| files::toml_error(&text, &e).file(path))?;
        let wrong = |field: &str, value: u32| Err(Error::invalid("is out of range").file(path).field(field).value(value));
        match read.cache_mib {
            Some(mib) if !CACHE_RANGE.contains(&mib) => wrong("cache_mib", mib),
            _ if !AHEAD_RANGE.contains(&read.read_ahead) => wrong("read_ahead", read.read_ahead),
            _ => Ok(read),
        }
    }
}

/// The settings in use, and where they are kept.
pub(super) struct Kept {
    now: Preferences,
    /// None where nothing is kept: tests and scripts.
    file: Option<PathBuf>,
    keys: Arc<Keys>,
}

impl Kept {
    /// What a state folder holds, and what is wrong with it.
    pub fn open(folder: Option<&Path>) -> (Self, Vec<Error>) {
        let file = folder.map(|f| f.join(FILE));
        let (now, mut errors) = match file.as_deref().filter(|f| f.symlink_metadata().is_ok()).map(Preferences::read) {
            None => (Preferences::default(), vec![]),
            Some(Ok(read)) => (read, vec![]),
            Some(Err(error)) => (Preferences::default(), vec![error.hint("the settings are as they come, and the file is left alone")]),
        };
        let keys = Keys::new(&now.keys);
        for name in keys.unknown() {
            let what = Error::invalid("no action, or keys that are none; they are kept and do nothing");
            errors.push(file.iter().fold(what.field("keys").value(name), |e, f| e.file(f)));
        }
        (Self { now, keys: Arc::new(keys), file }, errors)
    }
    pub fn now(&self) -> &Preferences {
        &self.now
    }
}

impl Session {
    /// The settings of the program.
    pub fn preferences(&self) -> &Preferences {
        self.preferences.now()
    }
    /// The keys of every action, as they are set.
    pub fn keys(&self) -> &Arc<Keys> {
        &self.preferences.keys
    }
    /// The file that the settings are kept in.
    pub fn settings_file(&self) -> Option<&Path> {
        self.preferences.file.as_deref()
    }

    /// Takes up the settings as they were read, once.
    pub(super) fn take_up_preferences(&mut self, errors: Vec<Error>) {
        errors.iter().for_each(|e| self.log.fail(e));
        let now = self.preferences.now.clone();
        match now.monitor.open() {
            Ok(monitor) => self.monitor.set(monitor),
            Err(error) => self.log.fail(&error.hint("the picture goes to the screen as it is")),
        }
        self.document.profile = now.profile;
        now.view.apply(&mut self.view);
    }

    /// Does an action of the settings.
    pub(super) fn set_preference(&mut self, action: Action) -> Result<()> {
        let within = |range: RangeInclusive<u32>, v: u32, field| {
            let wrong = || Error::usage(format!("is not {} to {}", range.start(), range.end())).field(field).value(v);
            range.contains(&v).then_some(v).ok_or_else(wrong)
        };
        let mut new = self.preferences.now.clone();
        match action {
            Action::SetMonitor(color) => {
                self.monitor.set(color.open()?);
                new.monitor = color;
            }
            Action::SetCache(mib) => {
                let mib = within(CACHE_RANGE, mib, "Settings/Cache")?;
                self.cache.set_budget(bytes_of(mib));
                self.share_cache();
                new.cache_mib = Some(mib);
            }
            Action::SetReadAhead(frames) => new.read_ahead = within(AHEAD_RANGE, frames, "Settings/ReadAhead")?,
            Action::SetNewProfile(name) => {
                name.as_deref().map(|name| self.find_profile(name)).transpose()?;
                new.profile = name.filter(|n| *n != Profile::neutral().id);
            }
            Action::KeepView => {
                new.view = ViewDefaults::of(&self.view);
                if self.begun_with == new.view.engine {
                    // Nobody has chosen it: another machine may be suited by another one.
                    new.view.engine = self.preferences.now.view.engine;
                }
            }
            Action::SetKeys { action, keys } => {
                let action = Action::parse(&action)?;
                let entry = table::entry_of(&action);
                let entry = entry.ok_or_else(|| Error::usage("stands in no menu").field("Settings/Keys").value(&action))?;
                if let Some(bad) = keys.iter().find(|k| !table::is_key(k)) {
                    return Err(Error::usage("not a key such as Ctrl+Shift+K").field("Settings/Keys").value(bad));
                }
                if entry.keys.iter().eq(keys.iter()) {
                    new.keys.remove(&action.to_string());
                } else {
                    new.keys.insert(action.to_string(), keys);
                }
            }
            Action::ResetKeys(Some(action)) => {
                new.keys.remove(&Action::parse(&action)?.to_string());
            }
            Action::ResetKeys(None) => new.keys.clear(),
            _ => return Ok(()),
        }
        self.prefer(new)
    }

    /// Keeps which library is searched.
    pub(super) fn keep_library(&mut self, location: String) -> Result<()> {
        self.prefer(Preferences { library: Some(location), ..self.preferences.now.clone() })
    }

    fn prefer(&mut self, new: Preferences) -> Result<()> {
        if new.keys != self.preferences.now.keys {
            self.preferences.keys = Arc::new(Keys::new(&new.keys));
        }
        if new != self.preferences.now {
            self.preferences.now = new;
            self.write_preferences()?;
        }
        Ok(())
    }

    fn write_preferences(&mut self) -> Result<()> {
        let Some(path) = self.preferences.file.clone() else { return Ok(()) };
        let text = toml::to_string_pretty(&self.preferences.now).map_err(|e| Error::invalid(e.to_string()).file(&path))?;
        self.jobs.spawn(Lane::Save, "Saving the settings", move |_| {
            files::create_folder(files::folder_of(&path))?;
            // One that cannot be read is put aside before another takes its name.
            if path.exists() && Preferences::read(&path).is_err() {
                let aside = path.with_extension("toml.unread");
                std::fs::rename(&path, &aside).map_err(|e| Error::io(&aside, &e))?;
            }
            files::write_bytes(&path, Existing::Replace, text.as_bytes())?;
            Ok(Output::Kept)
        });
        Ok(())
    }
}

/// Bytes of mebibytes.
pub(super) fn bytes_of(mib: u32) -> usize {
    (mib as usize).saturating_mul(1 << 20)
}
