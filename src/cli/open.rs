//! `prelight open`: the window on the clips named.

use crate::{
    app::{self, PreviewBy, Start},
    error::{Error, Result},
    session::Action,
};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// Camera files, folders of them, or one frame of a sequence
    paths: Vec<PathBuf>,
    /// Do this once the window has come to rest: an action, `View/Stage "aces"`; may be given again
    #[arg(long = "do", value_name = "ACTION", value_parser = Action::parse)]
    actions: Vec<Action>,
    /// Write a picture of the window, after the actions
    #[arg(long, value_name = "FILE.png")]
    screenshot: Option<PathBuf>,
    /// Write how long the window's passes took, as JSON, when it closes
    #[arg(long, value_name = "FILE.json")]
    frame_times: Option<PathBuf>,
    /// Close the window after the actions
    #[arg(long)]
    exit: bool,
    /// Who computes the picture at first: gpu, cpu, or auto, the GPU where it is one and no program in its place; else what
    /// PRELIGHT_PREVIEW says
    #[arg(long, value_name = "auto|gpu|cpu")]
    preview: Option<PreviewBy>,
    /// Size of the window, as 1280x800
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<(u32, u32)>,
}

pub fn run(args: Args) -> Result<()> {
    let Args { paths, actions, screenshot, frame_times, exit, preview, size } = args;
    let preview = preview.map_or_else(PreviewBy::of_environment, Ok)?;
    app::run(Start { actions, screenshot, frame_times, exit, size, preview, ..Start::paths(paths) })
}

fn size(text: &str) -> Result<(u32, u32)> {
    let wrong = || Error::usage("not a size such as 1280x800").value(text);
    let (w, h) = text.split_once('x').ok_or_else(wrong)?;
    Ok((w.parse().map_err(|_| wrong())?, h.parse().map_err(|_| wrong())?))
}
