//! What a user can ask for, as data. Menus, keys, palette, command line and tests all send these.
//!
//! An action has a name, `Group/Verb`, and at most one JSON argument: `View/Fit`, `View/Stage "aces"`, `Play/Go 12`.

use super::view::{Channel, Engine, Tab, Zoom};
use crate::{
    camera::FrameNumber,
    error::{Error, Result},
    pipeline::Stage,
    scope,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{borrow::Cow, path::PathBuf};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Asks for files to open.
    #[serde(rename = "Show/Open")]
    Open,
    /// Asks for a folder of clips to open.
    #[serde(rename = "Show/OpenFolder")]
    OpenFolder,
    /// Adds clips, and the clips in folders. Sidecars among them go to the selected clip, or to the first that is added.
    #[serde(rename = "Show/Add")]
    Add(Vec<PathBuf>),
    #[serde(rename = "Show/Quit")]
    Quit,

    #[serde(rename = "Edit/Undo")]
    Undo,
    #[serde(rename = "Edit/Redo")]
    Redo,

    #[serde(rename = "Clip/Next")]
    NextClip,
    #[serde(rename = "Clip/Previous")]
    PreviousClip,
    /// Selects by place in the list, from 0.
    #[serde(rename = "Clip/Select")]
    SelectClip(usize),
    #[serde(rename = "Clip/Remove")]
    RemoveClip,
    /// Sets members of the selected clip's settings: `Clip/Set {"decode": {"exposure": 0.5}}`.
    #[serde(rename = "Clip/Set")]
    SetClip(serde_json::Map<String, Value>),
    /// Takes the selected clip's settings back to their defaults.
    #[serde(rename = "Clip/Reset")]
    ResetClip,

    #[serde(rename = "View/Stage")]
    Stage(Stage),
    #[serde(rename = "View/NextStage")]
    NextStage,
    #[serde(rename = "View/PreviousStage")]
    PreviousStage,
    /// Shows one channel, or all again where it is shown already.
    #[serde(rename = "View/Channel")]
    Channel(Channel),
    /// Stops, absolute.
    #[serde(rename = "View/Exposure")]
    Exposure(f64),
    /// Stops, relative.
    #[serde(rename = "View/Expose")]
    Expose(f64),
    #[serde(rename = "View/Zoom")]
    Zoom(Zoom),
    /// Zooms by a factor around the middle.
    #[serde(rename = "View/ZoomBy")]
    ZoomBy(f64),
    /// Zoom and centre at once: what the wheel and a drag end in.
    #[serde(rename = "View/Look")]
    Look { zoom: Zoom, center: [f64; 2] },
    #[serde(rename = "View/Overlays")]
    Overlays,
    #[serde(rename = "View/Engine")]
    Engine(Engine),
    /// The other engine: flick between GPU and CPU.
    #[serde(rename = "View/OtherEngine")]
    OtherEngine,
    #[serde(rename = "View/Tab")]
    Tab(Tab),
    /// Shows a scope: `View/Scope "waveform"`.
    #[serde(rename = "View/Scope")]
    Scope(scope::Kind),
    /// What the heights of scopes are marked in; null for what suits the stage.
    #[serde(rename = "View/ScopeUnit")]
    ScopeUnit(Option<scope::Unit>),
    #[serde(rename = "View/Panels")]
    Panels,
    #[serde(rename = "View/FullScreen")]
    FullScreen,
    /// Fixes the inspector to a canvas pixel, or frees it.
    #[serde(rename = "View/Pin")]
    Pin(Option<[u32; 2]>),

    #[serde(rename = "Play/Toggle")]
    PlayToggle,
    #[serde(rename = "Play/Forward")]
    PlayForward,
    #[serde(rename = "Play/Reverse")]
    PlayReverse,
    #[serde(rename = "Play/Stop")]
    PlayStop,
    /// Steps by this many of the frames that exist.
    #[serde(rename = "Play/Step")]
    Step(i32),
    #[serde(rename = "Play/First")]
    First,
    #[serde(rename = "Play/Last")]
    Last,
    #[serde(rename = "Play/Go")]
    Go(FrameNumber),

    #[serde(rename = "Check/Run")]
    RunChecks,
    /// Checks by another profile: `Check/Profile "netflix-vfx"`, or a TOML file.
    #[serde(rename = "Check/Profile")]
    Profile(Cow<'static, str>),
    /// Reads every file of the selected clip's roll and holds it against the history.
    #[serde(rename = "Check/VerifyRoll")]
    VerifyRoll,
    #[serde(rename = "Check/Next")]
    NextFailing,
    /// Asks for the reason to waive a check of the selected clip.
    #[serde(rename = "Check/AskWaive")]
    AskWaive(String),
    #[serde(rename = "Check/Waive")]
    Waive { check: String, name: String, reason: String },
    #[serde(rename = "Check/Unwaive")]
    Unwaive(String),

    /// Asks who approves.
    #[serde(rename = "Recipe/Approve")]
    Approve,
    /// Writes the recipe folder `dir`, which must not exist. `clips`: places in the list; none stands for all.
    #[serde(rename = "Recipe/Export")]
    Export {
        dir: PathBuf,
        name: String,
        role: String,
        #[serde(default)]
        note: String,
        #[serde(default)]
        clips: Vec<usize>,
    },

    /// Stops the job that has run longest.
    #[serde(rename = "Job/Cancel")]
    CancelJob,

    #[serde(rename = "Help/Palette")]
    Palette,
    #[serde(rename = "Help/Keys")]
    Keys,
    #[serde(rename = "Help/Log")]
    Log,
    #[serde(rename = "Help/About")]
    About,
    #[serde(rename = "Help/Close")]
    CloseDialog,
}

impl Action {
    /// `Group/Verb`.
    pub fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::String(name)) => name,
            Ok(Value::Object(map)) => map.keys().next().cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// Reads `Group/Verb` or `Group/Verb JSON`, as `--do` takes it.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let (name, argument) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let usage = |why: String| Error::usage(why).field("action").value(text);
        let value = match argument.trim() {
            "" => Value::String(name.to_owned()),
            json => {
                let argument: Value = serde_json::from_str(json).map_err(|e| usage(format!("argument is not JSON: {e}")))?;
                Value::Object(serde_json::Map::from_iter([(name.to_owned(), argument)]))
            }
        };
        serde_json::from_value(value).map_err(|e| usage(e.to_string()))
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map.iter().try_for_each(|(name, argument)| write!(f, "{name} {argument}")),
            _ => f.write_str(&self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_read_as_they_are_printed() {
        for (text, action) in [
            ("View/Zoom \"fit\"", Action::Zoom(Zoom::Fit)),
            ("View/Zoom {\"factor\":2.0}", Action::Zoom(Zoom::Factor(2.0))),
            ("View/Stage \"aces\"", Action::Stage(Stage::Aces)),
            ("Play/Go 12", Action::Go(12)),
            ("Edit/Undo", Action::Undo),
            ("Check/Profile \"netflix-vfx\"", Action::Profile("netflix-vfx".into())),
            ("Show/Add [\"/a b.dng\"]", Action::Add(vec!["/a b.dng".into()])),
            (
                "Check/Waive {\"check\":\"c\",\"name\":\"n\",\"reason\":\"r\"}",
                Action::Waive { check: "c".into(), name: "n".into(), reason: "r".into() },
            ),
        ] {
            assert_eq!(Action::parse(text).unwrap(), action);
            assert_eq!(action.to_string(), text);
            assert_eq!(action.name(), text.split(' ').next().unwrap());
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for text in ["View/Nothing", "View/Stage", "View/Stage \"sideways\"", "Play/Go twelve", "Edit/Undo 3", ""] {
            let error = Action::parse(text).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{text}: {error}");
        }
    }
}
