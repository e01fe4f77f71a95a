//! Actions given on the command line, done one after the other, each once the window has come to rest.

use crate::session::Action;
use egui::{ColorImage, Context};
use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

#[derive(Default)]
pub struct Script {
    actions: VecDeque<Action>,
    /// Written once the actions are done.
    screenshot: Option<PathBuf>,
    /// Close the window at the end.
    exit: bool,
    rest_since: Option<Instant>,
    shot: Option<Shot>,
    /// The first thing that went wrong; outlives the window.
    pub failure: Arc<Mutex<Option<String>>>,
}

type Shot = Arc<Mutex<Option<Arc<ColorImage>>>>;

/// The window counts as at rest when nothing changed for this long.
const REST: Duration = Duration::from_millis(150);

pub enum Next {
    Nothing,
    Do(Action),
    Close,
}

impl Script {
    pub fn new(actions: Vec<Action>, screenshot: Option<PathBuf>, exit: bool) -> Self {
        Self { actions: actions.into(), screenshot, exit, ..Self::default() }
    }

    pub fn is_done(&self) -> bool {
        self.actions.is_empty() && self.screenshot.is_none() && !self.exit
    }

    pub fn fail(&self, what: String) {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(what);
    }

    /// What to do now, given whether the window is settled.
    pub fn next(&mut self, ctx: &Context, settled: bool) -> Next {
        if self.is_done() {
            return Next::Nothing;
        }
        if let Some(shot) = &self.shot {
            let image = shot.lock().unwrap_or_else(PoisonError::into_inner).take();
            let Some(image) = image else {
                ctx.request_repaint_after(Duration::from_millis(50)); // it is on its way from the GPU
                return Next::Nothing;
            };
            self.shot = None;
            if let Some(path) = self.screenshot.take()
                && let Err(e) = write_png(&path, &image)
            {
                self.fail(format!("{}: {e}", path.display()));
            }
            ctx.request_repaint();
            return Next::Nothing;
        }
        if !settled {
            self.rest_since = None;
            return Next::Nothing;
        }
        let rest = self.rest_since.get_or_insert_with(Instant::now).elapsed();
        if rest < REST {
            ctx.request_repaint_after(REST - rest);
            return Next::Nothing;
        }
        if let Some(action) = self.actions.pop_front() {
            self.rest_since = None;
            ctx.request_repaint();
            return Next::Do(action);
        }
        if self.screenshot.is_some() {
            let shot = Shot::default();
            let (slot, repaint) = (shot.clone(), ctx.clone());
            ctx.request_screenshot(move |image| {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(image);
                repaint.request_repaint();
            });
            self.shot = Some(shot);
            return Next::Nothing;
        }
        self.exit = false;
        Next::Close
    }
}

fn write_png(path: &std::path::Path, image: &ColorImage) -> image::ImageResult<()> {
    let rgb: Vec<u8> = image.pixels.iter().flat_map(|p| [p.r(), p.g(), p.b()]).collect();
    image::save_buffer_with_format(
        path,
        &rgb,
        image.size[0] as u32,
        image.size[1] as u32,
        image::ExtendedColorType::Rgb8,
        image::ImageFormat::Png,
    )
}
