//! What files are that somebody opens, drops or names, and where each goes: clips and cut lists into the show, sidecars and look files
//! to the clip that was selected then, a profile to the show. What is none of these is listed as left over, with why, and changes
//! nothing.

use super::{
    ClipId, Command, Session,
    document::Chosen,
    intake::Leftover,
    jobs::Lane,
    media::Opener,
    reports::{Output, name_of},
};
use crate::{
    camera,
    error::{Error, ErrorKind, Result},
    files,
    progress::Progress,
    render::store,
    sidecar::{cut_list, lut},
    words::count,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Files, told by what they are.
#[derive(Default)]
pub struct Given {
    pub clips: Vec<PathBuf>,
    sidecars: Vec<PathBuf>,
    looks: Vec<PathBuf>,
    profiles: Vec<PathBuf>,
    cut_lists: Vec<PathBuf>,
    left: Vec<Leftover>,
    /// The clip that was selected when they were given.
    on: Option<ClipId>,
}

enum Kind {
    Clip,
    Sidecar,
    Look,
    Profile,
    CutList,
    /// And why.
    Left(String),
}

impl Given {
    /// Tells the files at `paths` apart; of folders the clips in them.
    ///
    /// # Errors
    /// Cancelled. What cannot be read is left over.
    pub fn sort(paths: &[PathBuf], opener: &Opener, progress: &Progress) -> Result<Self> {
        /// Folders within folders looked into: a card's `Contents/Clips/Reel/Clip`.
        const DEPTH: u32 = 5;
        let mut given = Self::default();
        progress.begin(paths.len() as u64, "looking for clips");
        for path in paths {
            match given.take(path, DEPTH, opener, progress) {
                Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
                // One that cannot be read keeps no other from its place.
                Err(error) => given.leave(path.clone(), error.message()),
                Ok(()) => {}
            }
            progress.step()?;
        }
        Ok(given)
    }

    fn take(&mut self, path: &Path, depth: u32, opener: &Opener, progress: &Progress) -> Result<()> {
        if fs::metadata(path).map_err(|e| Error::io(path, &e))?.is_dir() {
            let before = self.clips.len();
            walk(path, depth, progress, &mut self.clips)?;
            if self.clips.len() == before {
                self.leave(path.to_owned(), "no camera file in this folder");
            }
            return Ok(());
        }
        match kind(path, opener, progress)? {
            Kind::Clip => self.clips.push(path.to_owned()),
            Kind::Sidecar => self.sidecars.push(path.to_owned()),
            Kind::Look => self.looks.push(path.to_owned()),
            Kind::Profile => self.profiles.push(path.to_owned()),
            Kind::CutList => self.cut_lists.push(path.to_owned()),
            Kind::Left(why) => self.leave(path.to_owned(), why),
        }
        Ok(())
    }

    fn leave(&mut self, path: PathBuf, why: impl Into<String>) {
        self.left.push(Leftover { path, why: why.into(), given: true });
    }
}

fn kind(path: &Path, opener: &Opener, progress: &Progress) -> Result<Kind> {
    if let Err(why) = files::refuse_other(path) {
        return Ok(Kind::Left(why.message().to_owned()));
    }
    if Chosen::takes(path) {
        return Ok(Kind::Sidecar);
    }
    if lut::is_look_file(path) {
        return Ok(Kind::Look);
    }
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    Ok(match extension.as_str() {
        "toml" => Kind::Profile,
        "prelight" => Kind::Left("a show: open it by itself".into()),
        "mhl" => {
            Kind::Left("a list of hashes: the history of a clip's roll is found by itself, `prelight mhl` makes and verifies them".into())
        }
        "edl" | "ale" | "otio" | "otioz" | "xml" | "fcpxml" | "aaf" => match cut_list::open(path) {
            Ok(_) => Kind::CutList,
            Err(why) => Kind::Left(format!("no cut list: {}", why.message())),
        },
        // What is damaged is still a clip, and says why beside its name.
        _ if camera::recognises(path)? => Kind::Clip,
        // The opener may know more formats than those; its words are the reason where it does not.
        _ => match opener(path, progress) {
            Ok(_) => Kind::Clip,
            Err(why) => Kind::Left(why.message().to_owned()),
        },
    })
}

fn walk(folder: &Path, depth: u32, progress: &Progress, out: &mut Vec<PathBuf>) -> Result<()> {
    progress.check()?;
    out.extend(camera::find_clips(folder)?);
    if depth == 0 {
        return Ok(());
    }
    let is_wanted = |e: &fs::DirEntry| {
        let name = e.file_name();
        let name = name.to_string_lossy();
        // A recipe's golden frames are plates, but no clips of the show.
        e.file_type().is_ok_and(|t| t.is_dir()) && !name.starts_with('.') && !name.ends_with(".recipe")
    };
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder).map_err(|e| Error::io(folder, &e))?.filter_map(|e| e.ok()).filter(is_wanted).map(|e| e.path()).collect();
    folders.sort();
    folders.iter().try_for_each(|f| walk(f, depth - 1, progress, out))
}

/// A path that leads there from wherever the program runs next: what is kept of a show holds then, too.
pub(super) fn lasting(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The same as text, and an address as it is.
///
/// # Errors
/// An address of no store; a path that is not Unicode.
pub(super) fn text_of(location: &Path) -> Result<String> {
    let text = |path: &Path| Ok(path.to_str().ok_or_else(|| Error::unsupported("no path that is not Unicode").file(path))?.to_owned());
    let location = text(location)?;
    store::local(&location)?.map_or(Ok(location), |path| text(&lasting(&path)))
}

impl Session {
    /// Takes in what lies at `paths`, which is looked at off this thread.
    pub(super) fn find(&mut self, paths: Vec<PathBuf>) {
        let paths: Vec<PathBuf> = paths.iter().map(|path| lasting(path)).collect();
        let title = match paths.as_slice() {
            [one] => format!("Opening {}", name_of(one)),
            more => format!("Opening {}", count(more.len(), "file")),
        };
        let (opener, on) = (self.opener.clone(), self.document.selected);
        let work = move |progress: &Progress| {
            let given = Given::sort(&paths, &opener, progress)?;
            Ok(Output::Given(Box::new(Given { on, ..given })))
        };
        self.jobs.spawn(Lane::Open, title, work);
    }

    pub(super) fn take_given(&mut self, mut given: Given) {
        let again = [&given.clips, &given.sidecars, &given.looks, &given.profiles, &given.cut_lists];
        self.leftovers.forget(|path| again.iter().any(|paths| paths.iter().any(|p| p == path)));
        // What comes with clips is theirs; else it is for the clip that was looked at then, whichever is now.
        let mut on = given.on;
        if !given.clips.is_empty() {
            self.set_own();
            self.insert(&given.clips);
            on = None;
        }
        let clip = on.or(self.document.selected).filter(|id| self.document.clip(*id).is_some());
        let (sidecars, looks) = (std::mem::take(&mut given.sidecars), std::mem::take(&mut given.looks));
        match clip {
            None => {
                for (paths, what) in [(sidecars, "a sidecar"), (looks, "a look file")] {
                    let why = match on {
                        None => format!("{what} needs a clip: open that first"),
                        Some(_) => format!("{what}: the clip it was given to has left the show"),
                    };
                    paths.into_iter().for_each(|path| given.leave(path, why.clone()));
                }
            }
            Some(clip) => {
                self.attach(clip, &sidecars);
                self.try_out(clip, looks);
            }
        }
        if !given.cut_lists.is_empty() {
            self.set_own();
            self.add_cut_lists(std::mem::take(&mut given.cut_lists));
        }
        for path in std::mem::take(&mut given.profiles) {
            let named = path.to_str().ok_or_else(|| Error::unsupported("its name is not Unicode").file(&path));
            match named.and_then(|name| self.choose_profile(name)) {
                Ok(()) => self.log.info(format!("{}: the show is checked by this profile", path.display())),
                Err(why) => given.leave(path, format!("no profile of checks: {why}")),
            }
        }
        for left in &given.left {
            self.log.error(format!("{}: left over: {}", left.path.display(), left.why));
        }
        self.leave_over(given.left);
    }

    /// Adds look files to what is tried out on a clip, as the Look room does.
    fn try_out(&mut self, clip: ClipId, looks: Vec<PathBuf>) {
        if looks.is_empty() {
            return;
        }
        let name = self.document.clip(clip).map(|entry| name_of(&entry.path)).unwrap_or_default();
        for path in &looks {
            self.log.info(format!("{}: tried out on {name}; the Look room writes it into the AMF", path.display()));
        }
        self.seal();
        self.edit_looks(clip, |edits| edits.with_files(looks));
        self.seal();
        if self.document.selected == Some(clip) {
            // Whoever gives it wants to see it.
            self.view.before = false;
        }
    }

    /// Gives sidecars to a clip.
    fn attach(&mut self, clip: ClipId, paths: &[PathBuf]) {
        let Some(entry) = self.document.clip(clip).filter(|_| !paths.is_empty()) else { return };
        let (name, mut sidecars) = (name_of(&entry.path), entry.sidecars.clone());
        for path in paths {
            sidecars.take(path);
            self.log.info(format!("{}: attached to {name}", path.display()));
        }
        self.seal();
        self.run(Command::SetSidecars { of: vec![(clip, sidecars)] });
    }
}
