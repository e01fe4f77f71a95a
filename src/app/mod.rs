//! The window: turns input into actions, draws panels from the session, owns nothing else.
//!
//! One file a panel. A panel reads `&Session` and pushes what it wants done onto a list; [`App`] sends those to the session
//! at the start of the next pass, one at a time. Nothing is drawn unless something changed.

mod approve;
mod checks;
mod clips;
mod compare;
mod fields;
mod focus;
pub mod frames;
mod guides;
mod handles;
mod help;
mod inspector;
mod keymap;
mod legend;
mod library;
mod log;
mod menu;
mod metadata;
mod overlay;
mod paging;
mod palette;
mod picker;
mod profiles;
mod question;
mod recipe;
mod rooms;
mod scopes;
mod screen;
mod script;
mod settings;
mod status;
mod steps;
mod template_row;
mod theme;
mod toolbar;
mod transport;
mod values;
mod viewer;
mod wall;
mod widgets;
mod window;
mod windows;

pub use picker::{FilePicker, Native, Purpose, Reply, Scripted};
pub use script::Script;
pub use window::{App, Content, Maker, Setup};

use crate::{
    check::Profile,
    error::{Error, Result},
    session::{Action, Config, Engine, state_folder},
};
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError},
};

/// What a window opens with.
pub struct Start {
    pub content: Content,
    /// Done one after the other, each once the window has come to rest.
    pub actions: Vec<Action>,
    /// A PNG of the window, written after the actions.
    pub screenshot: Option<PathBuf>,
    /// How long the window's passes took, as JSON; written when it closes.
    pub frame_times: Option<PathBuf>,
    /// Close the window after that.
    pub exit: bool,
    /// Width and height of the window in points.
    pub size: Option<(u32, u32)>,
    /// Who computes the picture at first.
    pub preview: PreviewBy,
}

/// Who computes the picture on screen at first; the user may change it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PreviewBy {
    /// The GPU where it is one: a program in its place is slower than the engine's own picture.
    #[default]
    Auto,
    /// Whatever computes shaders, hardware or not.
    Gpu,
    /// The engine that renders.
    Cpu,
}

/// Names one where the command line does not: `auto`, `gpu`, `cpu`.
pub const PREVIEW_VARIABLE: &str = "PRELIGHT_PREVIEW";

impl std::str::FromStr for PreviewBy {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        match s {
            "auto" => Ok(Self::Auto),
            "gpu" => Ok(Self::Gpu),
            "cpu" => Ok(Self::Cpu),
            _ => Err(Error::usage("is not auto, gpu or cpu").field("preview").value(s)),
        }
    }
}

impl PreviewBy {
    /// What the environment asks for.
    ///
    /// # Errors
    /// Usage: no such word.
    pub fn of_environment() -> Result<Self> {
        match std::env::var_os(PREVIEW_VARIABLE) {
            Some(text) if !text.is_empty() => text.to_string_lossy().parse().map_err(|e: Error| e.field(PREVIEW_VARIABLE)),
            _ => Ok(Self::Auto),
        }
    }

    /// The engine to begin with; none for the one of the settings.
    fn engine(self, software: bool, chosen: bool) -> Option<Engine> {
        match self {
            Self::Gpu => Some(Engine::Gpu),
            Self::Cpu => Some(Engine::Cpu),
            Self::Auto => (software && !chosen).then_some(Engine::Cpu),
        }
    }
}

impl Start {
    /// On these clips and folders.
    pub fn paths(paths: Vec<PathBuf>) -> Self {
        Self {
            content: Content::Paths(paths),
            actions: vec![],
            screenshot: None,
            frame_times: None,
            exit: false,
            size: None,
            preview: PreviewBy::Auto,
        }
    }
    /// On the demo show in `folder`, which is made while the window is already there.
    pub fn demo(folder: PathBuf) -> Self {
        let make: Maker = Box::new(move |progress| {
            progress.say("a few seconds the first time");
            Ok(crate::cli::make_demo(&folder)?.clips.into_iter().map(|c| c.folder).collect())
        });
        Self { content: Content::Made { title: "Making the demo show".into(), make }, ..Self::paths(vec![]) }
    }
}

/// Opens the window and returns once it is closed. Fails with [`ErrorKind::Unsupported`](crate::ErrorKind) where there is no
/// display or nothing that can draw on it, and with what a scripted action failed with.
pub fn run(start: Start) -> Result<()> {
    let no_window = |reason: String| Error::unsupported(format!("no window can be opened: {reason}"));
    if let Some(reason) = no_display() {
        return Err(no_window(reason));
    }
    let script = Script::new(start.actions, start.screenshot, start.exit);
    let failure = script.failure.clone();
    let scripted = !script.is_done();
    let setup = Setup {
        picker: Box::new(Native),
        content: start.content,
        script,
        frame_times: start.frame_times,
        preview: start.preview,
        fits: !scripted && start.size.is_none(),
        session: Config {
            profiles: Profile::folder(),
            state: if scripted { std::env::var_os("PRELIGHT_STATE").map(PathBuf::from) } else { state_folder() },
            ..Config::default()
        },
    };
    let (width, height) = start.size.unwrap_or((1440, 900));
    let mut native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Prelight")
            .with_app_id("prelight")
            .with_inner_size([width as f32, height as f32])
            .with_min_inner_size([960.0, 600.0]),
        // The picture is dithered by its own pass, and nothing else needs it.
        dithering: false,
        persist_window: !scripted && start.size.is_none(),
        ..Default::default()
    };
    if let egui_wgpu::WgpuSetup::CreateNew(new) = &mut native.wgpu_options.wgpu_setup {
        new.device_descriptor = Arc::new(crate::gpu::descriptor);
    }
    eframe::run_native("prelight", native, Box::new(move |cc| Ok(Box::new(App::new(cc, setup))))).map_err(|e| no_window(e.to_string()))?;
    match failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(what) => Err(Error::usage(what)),
        None => Ok(()),
    }
}

/// Why no window can be opened, as far as that is known without trying.
fn no_display() -> Option<String> {
    let unix = cfg!(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))));
    let said = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    (unix && !["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"].into_iter().any(said))
        .then(|| "neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_of_software_is_not_begun_with_unless_it_is_asked_for() {
        let engine = |by: &str, software, chosen| by.parse::<PreviewBy>().unwrap().engine(software, chosen);
        assert_eq!(engine("auto", true, false), Some(Engine::Cpu));
        assert_eq!(engine("auto", false, false), None);
        assert_eq!(engine("auto", true, true), None, "the user has said by whom");
        for software in [false, true] {
            assert_eq!((engine("gpu", software, false), engine("cpu", software, false)), (Some(Engine::Gpu), Some(Engine::Cpu)));
        }
        assert_eq!("GPU".parse::<PreviewBy>().unwrap_err().exit_code(), 2);
    }
}
