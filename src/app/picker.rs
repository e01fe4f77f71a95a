//! File dialogs behind a trait, so that tests answer them without opening one.

use crate::{library, session::ClipId, sidecar::amf::Version};
use crossbeam_channel::Sender;
use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    OpenFiles,
    OpenFolder,
    /// An FDL with canvas templates, for a clip.
    OpenTemplate(ClipId),
    /// FDLs with canvas templates, for the table of framings.
    Templates,
    /// Look files for the next AMF of a clip.
    LookFiles(ClipId),
    /// The next AMF of a clip, of another version where one is named.
    WriteAmf(ClipId, Option<Version>),
    /// The FDL of a clip's edited frame lines.
    WriteFdl(ClipId),
    /// Cut lists for the show.
    CutLists,
    /// The index of a library.
    Library,
    /// The folder of a delivery, to look at.
    Wall,
    /// Where a new index is written to.
    NewLibrary,
    /// A folder of clips for the library at a path.
    Indexed(PathBuf),
    /// The second copy of the roll of a clip.
    Copy(ClipId),
    OpenShow,
    SaveShow,
    /// Sidecars for a clip.
    Sidecars(ClipId),
    /// The folder a recipe is written to.
    ExportFolder,
    /// A secret key, for the recipe of a clip.
    Key(ClipId),
    /// The folder to render a clip into, or all that are in its recipe.
    RenderFolder(ClipId, bool),
    /// The folder to pull a cut list into, by the recipe of a clip.
    PullFolder(ClipId, PathBuf),
    /// An ICC profile of the monitor.
    Monitor,
}

/// What the user chose; empty when they cancelled.
pub type Reply = (Purpose, Vec<PathBuf>);

pub trait FilePicker {
    /// Returns at once. The answer goes to `reply`, then `wake` is called.
    fn pick(&self, purpose: Purpose, reply: Sender<Reply>, wake: Box<dyn FnOnce() + Send>);
}

/// The system's dialog, on a thread of its own: it blocks until the user answers.
pub struct Native;

impl FilePicker for Native {
    fn pick(&self, purpose: Purpose, reply: Sender<Reply>, wake: Box<dyn FnOnce() + Send>) {
        std::thread::spawn(move || {
            let dialog = rfd::FileDialog::new();
            let paths = match purpose {
                Purpose::OpenFiles => dialog.set_title("Open camera files").pick_files().unwrap_or_default(),
                Purpose::OpenFolder => dialog.set_title("Open a folder of clips").pick_folder().into_iter().collect(),
                Purpose::OpenTemplate(_) => {
                    dialog.set_title("Open a canvas template").add_filter("FDL", &["fdl"]).pick_file().into_iter().collect()
                }
                Purpose::Templates => {
                    dialog.set_title("FDLs with canvas templates").add_filter("FDL", &["fdl"]).pick_files().unwrap_or_default()
                }
                Purpose::LookFiles(_) => dialog.set_title("Look files").pick_files().unwrap_or_default(),
                Purpose::WriteAmf(..) => dialog.set_title("Write the AMF").add_filter("AMF", &["amf"]).save_file().into_iter().collect(),
                Purpose::WriteFdl(_) => dialog.set_title("Write the FDL").add_filter("FDL", &["fdl"]).save_file().into_iter().collect(),
                Purpose::CutLists => dialog
                    .set_title("Cut lists")
                    .add_filter("EDL, OTIO, FCP7 XML, FCPXML", &["edl", "otio", "xml", "fcpxml"])
                    .pick_files()
                    .unwrap_or_default(),
                Purpose::Copy(_) => {
                    dialog.set_title("Second copy of the roll, or the folder that holds it").pick_folder().into_iter().collect()
                }
                Purpose::Library => dialog.set_title("Index of a library").pick_file().into_iter().collect(),
                Purpose::Wall => dialog.set_title("Folder of a delivery").pick_folder().into_iter().collect(),
                Purpose::NewLibrary => dialog
                    .set_title("New library")
                    .add_filter("Library", &["library"])
                    .set_file_name(library::FILE)
                    .save_file()
                    .into_iter()
                    .collect(),
                Purpose::Indexed(_) => dialog.set_title("Folder of clips to index").pick_folders().unwrap_or_default(),
                Purpose::OpenShow => dialog.set_title("Open a show").add_filter("Show", &["prelight"]).pick_file().into_iter().collect(),
                Purpose::SaveShow => dialog
                    .set_title("Save the show")
                    .add_filter("Show", &["prelight"])
                    .set_file_name("show.prelight")
                    .save_file()
                    .into_iter()
                    .collect(),
                Purpose::Sidecars(_) => dialog
                    .set_title("Sidecars of the clip")
                    .add_filter("AMF, FDL, stills", &["amf", "fdl", "jpg", "jpeg", "png"])
                    .pick_files()
                    .unwrap_or_default(),
                Purpose::Monitor => {
                    dialog.set_title("Profile of the monitor").add_filter("ICC profile", &["icc", "icm"]).pick_file().into_iter().collect()
                }
                Purpose::Key(_) => dialog.set_title("Secret key to sign with").pick_file().into_iter().collect(),
                Purpose::RenderFolder(..) | Purpose::PullFolder(..) => {
                    dialog.set_title("Folder for the delivery").pick_folder().into_iter().collect()
                }
                Purpose::ExportFolder => dialog.set_title("Folder for the recipe").pick_folder().into_iter().collect(),
            };
            let _ = reply.send((purpose, paths));
            wake();
        });
    }
}

/// Answers at once with what it was given: for tests.
pub struct Scripted(pub Vec<PathBuf>);

impl FilePicker for Scripted {
    fn pick(&self, purpose: Purpose, reply: Sender<Reply>, wake: Box<dyn FnOnce() + Send>) {
        let _ = reply.send((purpose, self.0.clone()));
        wake();
    }
}
