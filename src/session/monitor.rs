//! The monitor that the window is on: what the picture on screen is converted to. Never part of what is measured or rendered.

use super::Session;
use crate::{
    error::Result,
    files,
    pipeline::Stage,
    scope::{Conversion, Monitor, itp::Light},
};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, sync::Arc};

/// Which colour the monitor has: `Settings/Monitor "display_p3"`, `Settings/Monitor {"icc": "/a.icc"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonitorColor {
    /// Not converted: code values go to the screen as they are.
    #[default]
    AsItIs,
    Srgb,
    DisplayP3,
    /// Rec.709 with gamma 2.4.
    Rec709,
    /// An ICC profile of a matrix and curves.
    Icc(PathBuf),
}

/// Bytes that a profile may have; those of a matrix and curves have a few thousand.
const LIMIT: u64 = 4 << 20;

impl MonitorColor {
    /// The monitor; none where nothing is converted.
    ///
    /// # Errors
    /// I/O; invalid and unsupported as [`Monitor::icc`] says, with the file.
    pub fn open(&self) -> Result<Option<Monitor>> {
        Ok(Some(match self {
            Self::AsItIs => return Ok(None),
            Self::Srgb => Monitor::srgb(),
            Self::DisplayP3 => Monitor::display_p3(),
            Self::Rec709 => Monitor::rec709(),
            Self::Icc(path) => files::read_bounded(path, LIMIT).and_then(|bytes| Monitor::icc(&bytes).map_err(|e| e.file(path)))?,
        }))
    }
}

/// The monitor in use.
#[derive(Default)]
pub(super) struct Monitors {
    used: Option<Arc<Monitor>>,
    /// Counts changes, so that what was made for another is known.
    number: u32,
}

impl Monitors {
    pub fn used(&self) -> Option<&Arc<Monitor>> {
        self.used.as_ref()
    }
    pub fn number(&self) -> u32 {
        self.number
    }
    pub fn set(&mut self, monitor: Option<Monitor>) {
        self.used = monitor.map(Arc::new);
        self.number += 1;
    }
}

/// The way from a display to a monitor; none where nothing is converted, or the display's light is not known.
pub(super) fn convert(monitor: Option<&Arc<Monitor>>, light: Option<Light>) -> Option<Arc<Conversion>> {
    Some(monitor?.conversion(&light?))
}

/// The light of what is shown at a stage: the display's, or that of values through the sRGB curve.
pub(super) fn light_at(stage: Stage, display: Option<Light>) -> Option<Light> {
    if stage == Stage::Display { display } else { Some(Light::SCREEN) }
}

impl Session {
    /// The way from the display in view to the monitor; none where the picture goes to the screen as it is.
    pub(super) fn conversion(&self) -> Option<Arc<Conversion>> {
        let plans = self.plans_in_view()?;
        convert(self.monitor.used(), light_at(self.view.stage, plans.light))
    }

    /// What is done to the picture for the monitor, in a few words and in whole sentences.
    pub fn monitor_words(&self) -> (String, String) {
        let Some(monitor) = self.monitor.used() else {
            let how = "Code values go to the screen as they are: right on a monitor that is set to the display of the Output Transform.";
            return ("as it is".into(), how.into());
        };
        let title = &monitor.title;
        match self.conversion() {
            None if self.plans_in_view().is_some() => (
                "as it is".into(),
                format!(
                    "The monitor is {title}, but what light this display makes is not known: code values go to the screen as they are."
                ),
            ),
            Some(c) if c.hdr => (
                format!("{title}, HDR clipped"),
                format!(
                    "Converted from the HDR display to {title}: {} cd/m² is the monitor's white, brighter light is clipped.",
                    crate::scope::HDR_WHITE
                ),
            ),
            _ => (title.clone(), format!("Converted from the display of the Output Transform to {title}, and clipped. For looking only.")),
        }
    }
}
