//! Camera modes: clips that one camera recorded in one way. What is true of one of them is expected of all.

use super::{ClipId, Media, Session};
use crate::camera::Clip;

/// A camera mode and its clips, in the order of the show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mode {
    /// `Make Model, 4096x2160, 2x`.
    pub name: String,
    pub clips: Vec<ClipId>,
}

/// Where clips stand that cannot be opened, or are not yet.
pub const UNKNOWN: &str = "Not open";

/// Where the rules about several clips together stand: all of the show.
pub const SHOW: &str = "Whole show";

/// The camera and how it recorded: make, model, sensor mode or size, and squeeze.
pub fn mode_of(clip: &dyn Clip) -> String {
    let m = clip.metadata();
    let text = |f: &Option<crate::camera::Field<String>>| f.as_ref().map(|f| f.value.trim().to_owned()).filter(|t| !t.is_empty());
    let camera = match (text(&m.make), text(&m.model)) {
        // Some makers put their name into the model as well.
        (Some(make), Some(model)) if model.to_lowercase().starts_with(&make.to_lowercase()) => model,
        (Some(make), Some(model)) => format!("{make} {model}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => clip.format().to_owned(),
    };
    let size = clip.size().to_string();
    let mode = text(&m.sensor_mode).map_or(size.clone(), |mode| if mode.contains(&size) { mode } else { format!("{mode}, {size}") });
    let squeeze = m.squeeze.as_ref().map(|f| f.value).filter(|s| (s - 1.0).abs() > 0.001).map(|s| format!(", {s}x")).unwrap_or_default();
    format!("{camera}, {mode}{squeeze}")
}

/// The camera modes of the show, in the order of their first clips; clips that are not open come last.
pub(super) fn of(session: &Session) -> Vec<Mode> {
    let mut modes: Vec<Mode> = vec![];
    let mut unknown = vec![];
    for entry in &session.document.clips {
        let Some(Media::Ready(opened)) = session.media.get(&entry.id) else {
            unknown.push(entry.id);
            continue;
        };
        match modes.iter_mut().find(|m| m.name == opened.mode) {
            Some(mode) => mode.clips.push(entry.id),
            None => modes.push(Mode { name: opened.mode.clone(), clips: vec![entry.id] }),
        }
    }
    if !unknown.is_empty() {
        modes.push(Mode { name: UNKNOWN.into(), clips: unknown });
    }
    modes
}

impl Session {
    /// The camera modes of the show.
    pub fn modes(&self) -> Vec<Mode> {
        of(self)
    }
}
