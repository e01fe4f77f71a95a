//! The window: turns input into actions, draws panels from the session, owns nothing else.
//!
//! One file a panel. A panel reads `&Session` and pushes what it wants done onto a list; [`App`] sends those to the session
//! at the start of the next pass, one at a time. Nothing is drawn unless something changed.

mod approve;
mod checks;
mod clips;
mod help;
mod inspector;
mod keymap;
mod menu;
mod metadata;
mod overlay;
mod palette;
mod picker;
mod recipe;
mod screen;
mod script;
mod status;
mod steps;
mod theme;
mod toolbar;
mod transport;
mod viewer;
mod widgets;
mod window;

pub use picker::{FilePicker, Native, Purpose, Reply, Scripted};
pub use script::Script;
pub use window::{App, Setup};

use crate::{
    error::{Error, ErrorKind, Result},
    session::{Action, Config},
};
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError},
};

/// What a window opens with.
#[derive(Default)]
pub struct Options {
    pub paths: Vec<PathBuf>,
    /// Done one after the other, each once the window has come to rest.
    pub actions: Vec<Action>,
    /// A PNG of the window, written after the actions.
    pub screenshot: Option<PathBuf>,
    /// Close the window after that.
    pub exit: bool,
    /// Width and height of the window in points.
    pub size: Option<(u32, u32)>,
}

/// How a window came to its end.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Closed,
    /// There is no display, or nothing that can draw on it; the reason.
    NoDisplay(String),
}

/// Opens the window on `paths` and returns once it is closed. Fails where a scripted action did.
pub fn run(options: Options) -> Result<Outcome> {
    if let Some(reason) = no_display() {
        return Ok(Outcome::NoDisplay(reason));
    }
    let script = Script::new(options.actions, options.screenshot, options.exit);
    let failure = script.failure.clone();
    let scripted = !script.is_done();
    let setup = Setup { picker: Box::new(Native), paths: options.paths, script, session: Config { opener: crate::session::stand_in::chart::opener(), ..Config::default() } };
    let (width, height) = options.size.unwrap_or((1440, 900));
    let mut native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Prelight")
            .with_app_id("prelight")
            .with_inner_size([width as f32, height as f32])
            .with_min_inner_size([960.0, 600.0]),
        // The picture is dithered by its own pass, and nothing else needs it.
        dithering: false,
        persist_window: !scripted && options.size.is_none(),
        ..Default::default()
    };
    if let egui_wgpu::WgpuSetup::CreateNew(new) = &mut native.wgpu_options.wgpu_setup {
        new.device_descriptor = Arc::new(crate::gpu::descriptor);
    }
    match eframe::run_native("prelight", native, Box::new(move |cc| Ok(Box::new(App::new(cc, setup))))) {
        Ok(()) => match failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(what) => Err(Error::usage(what)),
            None => Ok(Outcome::Closed),
        },
        Err(eframe::Error::AppCreation(e)) => Err(Error::new(ErrorKind::Unsupported, e.to_string())),
        Err(e) => Ok(Outcome::NoDisplay(e.to_string())),
    }
}

/// Why no window can be opened, as far as that is known without trying.
fn no_display() -> Option<String> {
    let unix = cfg!(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))));
    let said = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    (unix && !["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"].into_iter().any(said))
        .then(|| "neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned())
}
