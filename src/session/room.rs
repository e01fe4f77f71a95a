//! The rooms of the window: one for each part of the day.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Room {
    /// What came in.
    Intake,
    /// The picture.
    #[default]
    Bench,
    /// Camera modes and canvas templates.
    Framing,
    /// The pipeline, step by step.
    Look,
    /// Rules and camera modes.
    Evidence,
    /// What is approved.
    Recipe,
}

impl Room {
    /// As they stand in the bar: in the order of the day.
    pub const ALL: [Self; 6] = [Self::Intake, Self::Bench, Self::Framing, Self::Look, Self::Evidence, Self::Recipe];

    pub fn label(self) -> &'static str {
        match self {
            Self::Intake => "Intake",
            Self::Bench => "Bench",
            Self::Framing => "Framing",
            Self::Look => "Look",
            Self::Evidence => "Evidence",
            Self::Recipe => "Recipe",
        }
    }

    /// What it is for and how it is used.
    pub fn help(self) -> &'static str {
        match self {
            Self::Intake => {
                "What came in, by camera mode: frames, timecode, size, MHL state, and which sidecars belong to which clip and why. Drop files on a clip to attach them; a double-click or Enter opens a clip on the Bench. Cut lists (EDL, OTIO, FCP7 XML, FCPXML) that are dropped are held against the clips: at the foot stands how many of their events are matched. The menu of a clip names a second copy of its roll, which is compared."
            }
            Self::Bench => {
                "The picture through the engine that renders. Stages and channels above it, the transport below, the clip's facts on the right."
            }
            Self::Framing => {
                "Every camera mode against every canvas template of the show, and without one: the picture with canvas, active area, protection and decision as they come out, and canvas, scale and padding in numbers. Arrow keys go from cell to cell; a cell opens its arithmetic in exact fractions, beside that of asc-fdl 1.0.2, and is used for one clip or for all of its row. Edit frame lines: drag the frame, its edges or its corners over the picture (with Alt from the middle, with Shift between pixels), type its numbers, or make it from an intent; arrow keys move it by a pixel, with Shift by ten; Ctrl+Z takes back one drag or edit after the other. What is edited is written as a new FDL."
            }
            Self::Look => {
                "The pipeline from camera RGB to the display. Each step names its transform, where it comes from, and whether it is in the pixels already. Wheels, numbers and look files are tried out at once and are in no recipe before their AMF is written; Q shows the picture without them, the eye of a look leaves that one out."
            }
            Self::Evidence => {
                "Rules down, camera modes across; a cell is the worst of its clips; what is about several clips or about cut lists stands in the column of the whole show. The rate of the project stands beside the profile. Checks look at a few frames of a clip and say at how many; Every frame has them speak of all. Arrow keys move, Enter opens the evidence, Space goes to the next cell that fails, W waives, Shift+M mends, Esc closes."
            }
            Self::Recipe => {
                "What an approval would bind: scope, decode, colour, framing, checks and waivers, golden frames. The renderer refuses anything else. The scope is exactly what each clip is, unless it is widened: several values with commas, 400..1600, or any. Golden frames are proposed: first, middle and last, and those that strain the pipeline most, each with its reason; Ctrl+G adds the frame in view."
            }
        }
    }

    /// Whether the picture is there to be played and zoomed.
    pub fn has_picture(self) -> bool {
        matches!(self, Self::Bench | Self::Look)
    }
}
