//! The one table of actions: name, text, tooltip, keys. Menus, key map, palette and key sheet are read from it.

use super::{
    Rendering, Session,
    action::Action,
    compare::{CompareMode, With},
    document::SidecarKind,
    evidence::Filter,
    framing_edit::DraftFrom,
    intake::Sort,
    mend,
    room::Room,
    view::{Channel, Engine, Tab, Zoom},
};
use crate::{
    framing::draft::{Edit, Rounding},
    pipeline::{Bypass, Stage},
    recipe::Pin,
    scope::{Kind, Unit, Warning},
};
use std::{borrow::Cow, collections::BTreeMap};

/// An action that can be asked for without further input.
pub struct Entry {
    /// Menu it stands in, and the submenu: `View/Stage`.
    pub menu: &'static str,
    pub text: &'static str,
    pub tooltip: &'static str,
    /// Default keys, the first of which menus and tooltips show: `Ctrl+Shift+Z`. On a Mac, Ctrl is Command.
    pub keys: &'static [&'static str],
    /// The room that its keys are for; every room where there is none.
    pub room: Option<Room>,
    pub action: Action,
}

impl Entry {
    /// The menu that it stands in, without the submenu.
    pub fn top(&self) -> &'static str {
        self.menu.split('/').next().unwrap_or_default()
    }
    /// Whether its keys are for the editor of frame lines: it shares a room with the table of framings, and not their keys.
    pub fn is_of_editor(&self) -> bool {
        matches!(self.action, Action::FramingEdit(_))
    }
    /// Its text, with the room that its keys are for.
    pub fn title(&self) -> String {
        self.room.map_or_else(|| self.text.to_owned(), |room| format!("{} ({})", self.text, room.label()))
    }
}

pub const MENUS: [&str; 8] = ["File", "Edit", "Clip", "View", "Compare", "Play", "Check", "Help"];

const fn entry(menu: &'static str, text: &'static str, keys: &'static [&'static str], action: Action, tooltip: &'static str) -> Entry {
    Entry { menu, text, tooltip, keys, room: None, action }
}

/// An entry whose keys are for one room, before what they are elsewhere.
const fn entry_in(
    room: Room,
    menu: &'static str,
    text: &'static str,
    keys: &'static [&'static str],
    action: Action,
    tooltip: &'static str,
) -> Entry {
    Entry { menu, text, tooltip, keys, room: Some(room), action }
}

const fn profile(text: &'static str, id: &'static str, tooltip: &'static str) -> Entry {
    entry("Check/Profile", text, &[], Action::Profile(Cow::Borrowed(id)), tooltip)
}

/// The rate of the project.
const fn rate(text: &'static str, rate: Option<&'static str>) -> Entry {
    let action = match rate {
        Some(rate) => Action::Rate(Some(Cow::Borrowed(rate))),
        None => Action::Rate(None),
    };
    entry(
        "Check/Rate of the project",
        text,
        &[],
        action,
        "Frames a second that clips have to play at; declared off speed is no fault (META-03)",
    )
}

/// One of the causes why a still differs.
const fn cause(text: &'static str, nth: usize) -> Entry {
    let tooltip = "The clip's still beside the picture as that cause of their difference (REF-03) would make it";
    entry("Compare/With", text, &[], Action::CompareWith(With::Cause(nth)), tooltip)
}

/// A deliverable by its name.
const fn deliverable(text: &'static str, name: &'static str, tooltip: &'static str) -> Entry {
    entry("File/Deliverables", text, &[], Action::AddDeliverable(Cow::Borrowed(name)), tooltip)
}

/// Another cell of the table of framings.
const fn framing_cell(text: &'static str, keys: &'static [&'static str], by: [i32; 2], tooltip: &'static str) -> Entry {
    entry_in(Room::Framing, "View/Framing", text, keys, Action::FramingMove(by), tooltip)
}

/// Moves the frame by pixels of its canvas.
const fn nudge(text: &'static str, keys: &'static [&'static str], by: [f64; 2]) -> Entry {
    let tooltip = "As far as the effective area goes; the protection is pushed along";
    entry_in(Room::Framing, "View/Framing", text, keys, Action::FramingEdit(Edit::Move(by)), tooltip)
}

/// Moves the pinned pixel.
const fn pin(text: &'static str, keys: &'static [&'static str], by: [i32; 2]) -> Entry {
    entry("View/Pixel", text, keys, Action::PinMove(by), "By one pixel of the picture; where none is pinned, the one in the middle is")
}

pub static ACTIONS: &[Entry] = &[
    entry("File", "Open files…", &["Ctrl+O"], Action::Open, "Open camera files; one frame of a sequence opens it all"),
    entry("File", "Open folder…", &["Ctrl+Shift+O"], Action::OpenFolder, "Open every clip in a folder"),
    entry(
        "File",
        "Add cut lists…",
        &[],
        Action::AskCutLists,
        "Hold EDLs or timelines (OTIO, FCP7 XML, FCPXML) against the clips of the show",
    ),
    entry("File", "Open show…", &["Ctrl+Alt+O"], Action::PickShow, "Open a show file (.prelight) in place of the show"),
    entry("File", "Save show", &["Ctrl+S"], Action::Save, "Write clips, settings, waivers and view to the show file"),
    entry("File", "Save show as…", &["Ctrl+Shift+S"], Action::AskSave, "Write the show to another file"),
    entry("File", "Reload changed files", &["Ctrl+Alt+L"], Action::Reload, "Open clips again that changed on disk"),
    entry("File", "Approve and export recipe…", &["Ctrl+E"], Action::Approve, "Approve the show as it is and write the recipe folder"),
    entry("File", "Sign the recipe…", &[], Action::AskSign, "Add a signature with your key to the recipe of the selected clip"),
    entry(
        "File",
        "Validate the recipe",
        &[],
        Action::Validate,
        "Make the golden frames of the selected clip's recipe again, in every way of computing, and look at its engine, files and signatures",
    ),
    entry(
        "File",
        "Render the clip…",
        &["Ctrl+Shift+E"],
        Action::AskRender(false),
        "Render the selected clip by the recipe that it was approved in",
    ),
    entry("File", "Render the recipe's clips…", &[], Action::AskRender(true), "Render every clip that was approved with the selected one"),
    entry("File", "Verify the delivery", &[], Action::VerifyDelivery, "Hold every file that was rendered last against its receipts"),
    entry(
        "File/Golden frames",
        "Add golden frame in view",
        &["Ctrl+G"],
        Action::AddGolden(None),
        "Make the frame in view golden: the renderer has to make it again before any other",
    ),
    entry(
        "File/Golden frames",
        "Propose golden frames",
        &[],
        Action::ProposeGolden,
        "First, middle and last frame, and the worst cases that are found",
    ),
    deliverable("Plate", "plate", "OpenEXR, ACES2065-1, uncompressed (SMPTE ST 2065-4)"),
    deliverable("Plate, ZIP", "plate-zip", "OpenEXR, ACES2065-1, ZIP: lossless, a third smaller or more"),
    deliverable("Plate, PIZ", "plate-piz", "OpenEXR, ACES2065-1, PIZ: lossless, smallest for grain"),
    deliverable("Plate, DWAB", "plate-dwab", "OpenEXR, ACES2065-1, DWAB: lossy"),
    deliverable("Plate, camera-linear", "camera-linear", "OpenEXR in the camera's own primaries, ZIP"),
    deliverable("DPX, 10 bit log", "dpx10", "DPX, 10 bit; ACEScct until another encoding is chosen"),
    deliverable("DPX, 16 bit log", "dpx16", "DPX, 16 bit; ACEScct until another encoding is chosen"),
    deliverable("TIFF, 16 bit", "tiff16", "The display picture of every frame"),
    deliverable("PNG, 16 bit", "png16", "The display picture of every frame"),
    deliverable("Still, PNG", "still-png", "The display picture of the frame in the middle, 8 bit"),
    deliverable("Still, JPEG", "still-jpeg", "The display picture of the frame in the middle"),
    deliverable("Thumbnail", "thumbnail", "A JPEG 320 pixels wide of the frame in the middle"),
    deliverable("Review proxy, H.264", "h264", "1280 pixels wide, with clip, recipe, timecode and frame burnt in"),
    deliverable("ProRes 422 Proxy", "prores422proxy", "A movie of the display picture"),
    deliverable("ProRes 422 LT", "prores422lt", "A movie of the display picture"),
    deliverable("ProRes 422", "prores422", "A movie of the display picture"),
    deliverable("ProRes 422 HQ", "prores422hq", "A movie of the display picture"),
    deliverable("ProRes 4444", "prores4444", "A movie of the display picture, 4:4:4"),
    deliverable("DNxHR LB", "dnxhr-lb", "A movie of the display picture"),
    deliverable("DNxHR SQ", "dnxhr-sq", "A movie of the display picture"),
    deliverable("DNxHR HQ", "dnxhr-hq", "A movie of the display picture"),
    deliverable("DNxHR HQX", "dnxhr-hqx", "A movie of the display picture, 10 bit"),
    deliverable("DNxHR 444", "dnxhr-444", "A movie of the display picture, 4:4:4, 10 bit"),
    entry(
        "File/Deliverables",
        "Plate alone",
        &[],
        Action::SetOutput(None),
        "What recipes deliver where nothing is said: OpenEXR, ACES2065-1, uncompressed",
    ),
    entry(
        "File/Conditions",
        "Clips like the approved one alone",
        &[],
        Action::SetScope(Cow::Borrowed("")),
        "Recipes admit clips of the same camera, mode, codec, size, exposure index and squeeze",
    ),
    entry(
        "File/Conditions",
        "Golden frames to the bit",
        &[],
        Action::SetTolerance(None),
        "Wherever it is rendered, golden frames have to have the same bits",
    ),
    entry(
        "File/Conditions",
        "Golden frames by eye",
        &[],
        Action::SetTolerance(Some(Cow::Borrowed("itp:1,0.25"))),
        "Golden frames may differ by 1 dE ITP at most, and by 0.25 in all but a thousandth of the pixels; what they differ by is in the receipt",
    ),
    entry(
        "File/Conditions",
        "Every program of this version",
        &[],
        Action::SetPins(Cow::Borrowed(&[])),
        "Whichever build of this version may render what is approved next",
    ),
    entry(
        "File/Conditions",
        "This program alone",
        &[],
        Action::SetPins(Cow::Borrowed(&[Pin::This])),
        "The recipe names this program by its SHA-256, and no other may render it",
    ),
    entry(
        "File/Conditions",
        "Another engine on proof",
        &[],
        Action::SetProved(true),
        "Another version or build may render, if it first makes the golden frames as they were approved",
    ),
    entry(
        "File/Conditions",
        "No other engine",
        &[],
        Action::SetProved(false),
        "What the recipe was approved with renders it, and nothing else",
    ),
    entry("File", "Settings…", &["Ctrl+,"], Action::SettingsPage, "Monitor, memory, keys and what new shows begin with"),
    entry("File", "Quit", &["Ctrl+Q"], Action::Quit, "Close the window"),
    entry("Edit", "Undo", &["Ctrl+Z"], Action::Undo, "Take back the last change of the show"),
    entry("Edit", "Redo", &["Ctrl+Shift+Z", "Ctrl+Y"], Action::Redo, "Bring back what was undone"),
    entry("Clip", "Next clip", &["ArrowDown"], Action::NextClip, "Select the next clip"),
    entry("Clip", "Previous clip", &["ArrowUp"], Action::PreviousClip, "Select the previous clip"),
    entry("Clip", "Attach sidecars…", &["Ctrl+Shift+A"], Action::AskAttach, "Give the clip an AMF, an FDL or a reference still"),
    entry(
        "Clip/Detach",
        "AMF",
        &[],
        Action::Detach(SidecarKind::Amf),
        "Take the chosen AMF away; the one beside the clip where none was chosen",
    ),
    entry(
        "Clip/Detach",
        "FDL",
        &[],
        Action::Detach(SidecarKind::Fdl),
        "Take the chosen FDL away; the one beside the clip where none was chosen",
    ),
    entry("Clip/Detach", "CDL", &[], Action::Detach(SidecarKind::Cdl), "Leave the CDL beside the clip alone"),
    entry(
        "Clip/Detach",
        "Reference still",
        &[],
        Action::Detach(SidecarKind::Still),
        "Take the chosen still away; the one beside the clip where none was chosen",
    ),
    entry("Clip", "Reset settings", &[], Action::ResetClip, "Take the clip's settings back to their defaults"),
    entry("Clip", "Remove from show", &["Delete"], Action::RemoveClip, "Remove the clip from the show; no file is touched"),
    entry("View/Room", "Intake", &["Ctrl+F1"], Action::Room(Room::Intake), "What came in: clips, rolls, sidecars"),
    entry("View/Room", "Bench", &["Ctrl+F2"], Action::Room(Room::Bench), "The picture"),
    entry("View/Room", "Framing", &["Ctrl+F3"], Action::Room(Room::Framing), "Every camera mode against every canvas template"),
    entry("View/Room", "Look room", &["Ctrl+F4"], Action::Room(Room::Look), "The pipeline, step by step"),
    entry(
        "View/Room",
        "Evidence",
        &["Ctrl+F5", "E"],
        Action::Room(Room::Evidence),
        "Rules and camera modes: what passes, what fails, and why",
    ),
    entry("View/Room", "Recipe room", &["Ctrl+F6"], Action::Room(Room::Recipe), "What an approval would bind"),
    entry_in(
        Room::Intake,
        "View/Intake",
        "Open the clip on the Bench",
        &["Enter"],
        Action::IntakeOpen,
        "The selected clip's picture, as a double-click opens it",
    ),
    entry("View/Intake", "By camera mode", &[], Action::IntakeGroup, "Clips under headings of camera modes, or in one list"),
    entry("View/Intake", "Order as opened", &[], Action::IntakeSort(Sort::Show), "As the clips were opened; again for the other way round"),
    entry("View/Intake", "Order by clip", &[], Action::IntakeSort(Sort::Name), "By the name of the clip; again for the other way round"),
    entry("View/Intake", "Order by roll", &[], Action::IntakeSort(Sort::Roll), "By roll; again for the other way round"),
    entry(
        "View/Intake",
        "Order by timecode",
        &[],
        Action::IntakeSort(Sort::Timecode),
        "By the first timecode; again for the other way round",
    ),
    entry(
        "View/Intake",
        "Order by frames",
        &[],
        Action::IntakeSort(Sort::Frames),
        "By the number of frames; again for the other way round",
    ),
    entry("View/Intake", "Order by size", &[], Action::IntakeSort(Sort::Size), "By bytes; again for the other way round"),
    framing_cell("Framing to the right", &["ArrowRight"], [1, 0], "The arithmetic of the next template"),
    framing_cell("Framing to the left", &["ArrowLeft"], [-1, 0], "The arithmetic of the template before"),
    framing_cell("Framing below", &["ArrowDown"], [0, 1], "The arithmetic of the next camera mode"),
    framing_cell("Framing above", &["ArrowUp"], [0, -1], "The arithmetic of the camera mode before"),
    entry(
        "View/Framing",
        "Use for every clip of the row",
        &[],
        Action::FramingUse,
        "The plates of every clip of the open cell's row are made by its template, or without one",
    ),
    entry_in(Room::Framing, "View/Framing", "Close the arithmetic", &["Escape"], Action::FramingCell(None), "Back to the whole table"),
    entry_in(
        Room::Framing,
        "View/Framing",
        "Edit frame lines",
        &["Shift+E"],
        Action::FramingEditor,
        "Edit the clip's frame lines over its picture, or back to the table",
    ),
    entry(
        "View/Framing",
        "Begin with the clip's FDL",
        &[],
        Action::FramingStart(DraftFrom::Clip),
        "Frame lines as in the clip's FDL; the file is not changed",
    ),
    entry(
        "View/Framing",
        "Begin with nothing",
        &[],
        Action::FramingStart(DraftFrom::Nothing),
        "A new FDL with the clip's canvas, all of it framed",
    ),
    entry(
        "View/Framing",
        "Make from intent",
        &[],
        Action::FramingEdit(Edit::FromIntent(Rounding::STANDARD)),
        "The largest protection of the intent's shape in the effective area, and the frame in it; even sizes, rounded up",
    ),
    entry("View/Framing", "Write FDL…", &[], Action::AskWriteFdl, "Write the frame lines as a new FDL, which the clip then has"),
    nudge("Frame 1 pixel left", &["ArrowLeft"], [-1.0, 0.0]),
    nudge("Frame 1 pixel right", &["ArrowRight"], [1.0, 0.0]),
    nudge("Frame 1 pixel up", &["ArrowUp"], [0.0, -1.0]),
    nudge("Frame 1 pixel down", &["ArrowDown"], [0.0, 1.0]),
    nudge("Frame 10 pixels left", &["Shift+ArrowLeft"], [-10.0, 0.0]),
    nudge("Frame 10 pixels right", &["Shift+ArrowRight"], [10.0, 0.0]),
    nudge("Frame 10 pixels up", &["Shift+ArrowUp"], [0.0, -10.0]),
    nudge("Frame 10 pixels down", &["Shift+ArrowDown"], [0.0, 10.0]),
    entry("View/Framing", "Add templates…", &[], Action::AskTemplates, "Add the canvas templates of FDLs to the table of framings"),
    entry("View/Look", "Before / after", &["Q"], Action::Before, "Flick between the draft and the pipeline of the recipe"),
    entry("View/Look", "Bypass the looks", &["Shift+Q"], Action::Bypass(None), "Leave every look out of the picture, or take all in again"),
    entry(
        "View/Look",
        "Copy look files beside the AMF",
        &[],
        Action::CopyLooks,
        "Copy the look files that are tried out and lie elsewhere into the folder of the AMF, so that it can name them",
    ),
    entry(
        "View/Look",
        "Bypass the Input Transform",
        &[],
        Action::Bypass(Some(Bypass::Input)),
        "Take the camera's values for ACES2065-1 as they are, for looking only; again to take it in",
    ),
    entry(
        "View/Look",
        "Bypass the Output Transform",
        &[],
        Action::Bypass(Some(Bypass::Output)),
        "Show scene-linear values as they are, for looking only; again to take it in",
    ),
    entry("View/Look", "Discard the draft", &[], Action::DiscardDraft, "Drop the edits of the look that are in no AMF"),
    entry("View/Room", "About this room", &["F1"], Action::RoomHelp, "What the room is for and how it is used"),
    entry("View/Stage", "Raw", &["Ctrl+1"], Action::Stage(Stage::Raw), "Camera RGB after the debayer, not white-balanced"),
    entry("View/Stage", "ACES", &["Ctrl+2"], Action::Stage(Stage::Aces), "ACES2065-1, after the Input Transform (IDT)"),
    entry("View/Stage", "Look", &["Ctrl+3"], Action::Stage(Stage::Look), "ACES2065-1, after the Look Transforms (LMT)"),
    entry("View/Stage", "Display", &["Ctrl+4"], Action::Stage(Stage::Display), "Display code values, after the Output Transform (ODT)"),
    entry("View/Stage", "Next stage", &["]"], Action::NextStage, "One stage further down the pipeline"),
    entry("View/Stage", "Previous stage", &["["], Action::PreviousStage, "One stage back up the pipeline"),
    entry("View/Channel", "All channels", &["C"], Action::Channel(Channel::Rgb), "Show red, green and blue together"),
    entry("View/Channel", "Red only", &["R"], Action::Channel(Channel::Red), "Show red as grey; again for all channels"),
    entry("View/Channel", "Green only", &["G"], Action::Channel(Channel::Green), "Show green as grey; again for all channels"),
    entry("View/Channel", "Blue only", &["B"], Action::Channel(Channel::Blue), "Show blue as grey; again for all channels"),
    entry(
        "View/Channel",
        "Luma only",
        &["Y"],
        Action::Channel(Channel::Luma),
        "Show Rec. 709 luma of the values on screen; again for all channels",
    ),
    entry("View/Channel", "Alpha only", &["A"], Action::Channel(Channel::Alpha), "Show alpha as grey; again for all channels"),
    entry("View/Exposure", "Exposure up", &["."], Action::Expose(0.25), "View exposure +¼ stop (for looking only)"),
    entry("View/Exposure", "Exposure down", &[","], Action::Expose(-0.25), "View exposure −¼ stop (for looking only)"),
    entry("View/Exposure", "Exposure up a stop", &["Shift+."], Action::Expose(1.0), "View exposure +1 stop (for looking only)"),
    entry("View/Exposure", "Exposure down a stop", &["Shift+,"], Action::Expose(-1.0), "View exposure −1 stop (for looking only)"),
    entry("View/Exposure", "Reset exposure", &["0"], Action::Exposure(0.0), "View exposure back to 0"),
    entry(
        "View/Exposure",
        "Use the view's exposure",
        &[],
        Action::TakeExposure,
        "Adds the view exposure to the exposure of the clip, which is in the recipe; the view's goes back to 0",
    ),
    entry("View/Gamma", "Gamma up", &["'"], Action::NudgeGamma(0.1), "View gamma +0.1: lifts the shadows (for looking only)"),
    entry("View/Gamma", "Gamma down", &[";"], Action::NudgeGamma(-0.1), "View gamma −0.1 (for looking only)"),
    entry("View/Gamma", "Reset gamma", &["Shift+0"], Action::Gamma(1.0), "View gamma back to 1"),
    entry(
        "View/Marks",
        "False colour",
        &["Shift+F"],
        Action::FalseColor,
        "Stops over 18 % grey before the display; code values, or light of an HDR display, at it",
    ),
    entry(
        "View/Marks",
        "Clip warning",
        &["Z"],
        Action::Warn(Warning::Clip),
        "Red where the display is at its top; before the display stage, where the sensor or the recording was",
    ),
    entry("View/Marks", "Negative warning", &["Shift+Z"], Action::Warn(Warning::Negative), "Blue where a channel is below zero"),
    entry(
        "View/Marks",
        "Gamut warning",
        &["Alt+Z"],
        Action::Warn(Warning::Gamut),
        "Magenta where a colour lies outside AP1; at the ACES and look stages",
    ),
    entry("View/Zoom", "Fit", &["F"], Action::Zoom(Zoom::Fit), "The whole picture in the window"),
    entry("View/Zoom", "1:1", &["1"], Action::Zoom(Zoom::Factor(1.0)), "One screen pixel a picture row"),
    entry("View/Zoom", "2:1", &["2"], Action::Zoom(Zoom::Factor(2.0)), "Two screen pixels a picture row"),
    entry("View/Zoom", "4:1", &["4"], Action::Zoom(Zoom::Factor(4.0)), "Four screen pixels a picture row"),
    entry("View/Zoom", "Zoom in", &["+", "="], Action::ZoomBy(1.25), "Larger; the wheel zooms at the pointer"),
    entry("View/Zoom", "Zoom out", &["-"], Action::ZoomBy(0.8), "Smaller; the wheel zooms at the pointer"),
    entry(
        "View",
        "As recorded / desqueezed",
        &["Alt+V"],
        Action::Squeezed,
        "An anamorphic picture and its frame lines as recorded, or as displayed",
    ),
    entry("View", "Framing overlay", &["V"], Action::Overlays, "Canvas, effective, protection and framing decision of the FDL"),
    entry("View", "Safe areas", &["Shift+V"], Action::SafeAreas, "Action 93 % and title 90 % of the framing decision (SMPTE ST 2046-1)"),
    entry("View", "Centre mark", &["Ctrl+Shift+V"], Action::CenterMark, "The middle of the framing decision"),
    entry("View", "GPU preview / CPU picture", &["X"], Action::OtherEngine, "Flick between the GPU preview and the engine that renders"),
    entry("View", "GPU preview", &[], Action::Engine(Engine::Gpu), "Show the picture the GPU computes"),
    entry("View", "CPU picture", &[], Action::Engine(Engine::Cpu), "Show the picture of the engine that renders"),
    entry(
        "View/Pixel",
        "Pin the middle",
        &["P"],
        Action::PinMiddle,
        "The inspector stays at the pixel in the middle; a click pins another",
    ),
    pin("Pin left", &["Alt+ArrowLeft"], [-1, 0]),
    pin("Pin right", &["Alt+ArrowRight"], [1, 0]),
    pin("Pin up", &["Alt+ArrowUp"], [0, -1]),
    pin("Pin down", &["Alt+ArrowDown"], [0, 1]),
    entry("View/Pixel", "Free the pinned pixel", &["Shift+P"], Action::Pin(None), "The inspector follows the pointer again"),
    entry("View", "Clear the area", &["Shift+U"], Action::Area(None), "Measure no area; Shift (or Alt) and drag marks one"),
    entry("View/Panel", "Inspector", &["F3"], Action::Tab(Tab::Inspector), "Values of a pixel at every stage"),
    entry("View/Panel", "Metadata", &["F4"], Action::Tab(Tab::Metadata), "What the clip says of itself, and where it says so"),
    entry("View/Panel", "Checks", &["F5"], Action::Tab(Tab::Checks), "Checks with number, limit and evidence"),
    entry("View/Panel", "Recipe", &["F6"], Action::Tab(Tab::Recipe), "Approval and recipe"),
    entry("View/Panel", "Scopes", &["F7"], Action::Tab(Tab::Scopes), "Waveform, vectorscope, histogram and chromaticities"),
    entry("View/Scope", "Waveform", &[], Action::Scope(Kind::Waveform), "Luma over the width of the picture"),
    entry("View/Scope", "RGB parade", &[], Action::Scope(Kind::Parade), "Red, green and blue over the width of the picture"),
    entry("View/Scope", "Vectorscope", &[], Action::Scope(Kind::Vectorscope), "Cb and Cr of the values on screen, BT.709"),
    entry("View/Scope", "CIE xy", &[], Action::Scope(Kind::Chromaticity), "CIE 1931 x, y of the scene, with the usual gamuts"),
    entry("View/Scope", "Units of the stage", &[], Action::ScopeUnit(None), "Code values for the display, stops for everything before it"),
    entry("View/Scope", "Code values", &[], Action::ScopeUnit(Some(Unit::Code)), "Heights in code values of 0 to 1023"),
    entry("View/Scope", "Stops over grey", &[], Action::ScopeUnit(Some(Unit::Stops)), "Heights in stops over 18 % grey"),
    entry("View/Scope", "Nits", &[], Action::ScopeUnit(Some(Unit::Nits)), "Heights in light of the display, cd/m²; at the display stage"),
    entry("View/Panel", "Hide or show panels", &["H"], Action::Panels, "Show or hide everything beside the picture"),
    entry("View", "Full screen", &["F11"], Action::FullScreen, "Use the whole screen"),
    entry("View", "Frame times", &["Ctrl+Shift+F"], Action::FrameTimes, "How long the window's passes take, over its lower corner"),
    entry("View", "Measure frame times afresh", &[], Action::ForgetFrameTimes, "Forget the passes that were counted"),
    entry("Compare", "Wipe", &["W"], Action::CompareMode(CompareMode::Wipe), "B on one side of a line; drag it, turn it by its end"),
    entry(
        "Compare",
        "Split",
        &["Shift+W"],
        Action::CompareMode(CompareMode::Split),
        "B in the right half of the window, at the same place",
    ),
    entry("Compare", "Side by side", &["Ctrl+Shift+W"], Action::CompareMode(CompareMode::Side), "A and B beside each other"),
    entry("Compare", "Blink A / B", &["T"], Action::CompareBlink, "Show the other of the two"),
    entry(
        "Compare",
        "Difference",
        &["D"],
        Action::CompareMode(CompareMode::Difference),
        "B less A in code values of the screen, amplified",
    ),
    entry(
        "Compare",
        "dE ITP",
        &["Shift+D"],
        Action::CompareMode(CompareMode::DeltaE),
        "How far A and B are apart to the eye (ITU-R BT.2124)",
    ),
    entry("Compare", "Swap A and B", &["S"], Action::CompareSwap, "A and B change places"),
    entry("Compare", "Stop comparing", &["Shift+X"], Action::CompareOff, "Show the picture in view alone"),
    entry(
        "Compare/With",
        "Reference still",
        &[],
        Action::CompareWith(With::Still),
        "The clip's still, where it lies in the frame; at the display stage",
    ),
    cause("Still and first cause", 1),
    cause("Still and second cause", 2),
    cause("Still and third cause", 3),
    entry(
        "Compare/With",
        "Without the draft",
        &[],
        Action::CompareWith(With::Document),
        "The pipeline of the recipe, where a draft or a bypass is in view",
    ),
    entry("Compare/With", "Without look", &[], Action::CompareWith(With::WithoutLook), "This pipeline without its Look Transforms"),
    entry(
        "Compare/With",
        "Default output",
        &[],
        Action::CompareWith(With::DefaultOutput),
        "This pipeline with the default Output Transform",
    ),
    entry("Compare/With", "As approved", &[], Action::CompareWith(With::Approved), "The pipeline that was approved last"),
    entry(
        "Compare/With",
        "Before the last edit",
        &[],
        Action::CompareWith(With::LastEdit),
        "The settings as they were before the last change",
    ),
    entry("Compare/With", "Frame in view", &["Shift+H"], Action::CompareHold, "Keep this frame as B, wherever you go"),
    entry("Compare/With", "Raw stage", &[], Action::CompareWith(With::Stage(Stage::Raw)), "This frame before the Input Transform"),
    entry("Compare/With", "ACES stage", &[], Action::CompareWith(With::Stage(Stage::Aces)), "This frame after the Input Transform"),
    entry("Compare/With", "Look stage", &[], Action::CompareWith(With::Stage(Stage::Look)), "This frame after the Look Transforms"),
    entry("Compare/With", "Display stage", &[], Action::CompareWith(With::Stage(Stage::Display)), "This frame after the Output Transform"),
    entry("Compare/Difference", "Times 1", &[], Action::CompareGain(1.0), "Differences as they are"),
    entry("Compare/Difference", "Times 8", &[], Action::CompareGain(8.0), "Differences multiplied by 8"),
    entry("Compare/Difference", "Times 64", &[], Action::CompareGain(64.0), "Differences multiplied by 64"),
    entry("Compare/Difference", "Signed / absolute", &[], Action::CompareSigned, "Around grey with its sign, or how large it is"),
    entry("Play", "Play / pause", &["Space"], Action::PlayToggle, "Play from here; every frame is shown"),
    entry("Play", "Play forward", &["L"], Action::PlayForward, "Play forward"),
    entry("Play", "Stop", &["K"], Action::PlayStop, "Stop on this frame"),
    entry("Play", "Play backward", &["J"], Action::PlayReverse, "Play backward"),
    entry("Play", "Mark in", &["I"], Action::MarkIn, "Playing begins at this frame"),
    entry("Play", "Mark out", &["O"], Action::MarkOut, "Playing ends at this frame"),
    entry("Play", "Clear in and out", &["Alt+X"], Action::ClearMarks, "Play the whole clip"),
    entry("Play", "Loop", &["Ctrl+L"], Action::Loop, "Go round at the ends, or stop there"),
    entry(
        "Play",
        "Real time",
        &["Ctrl+T"],
        Action::RealTime,
        "Leave frames out where the machine is too slow, and count them; else every frame is shown",
    ),
    entry("Play/Speed", "1/4 speed", &[], Action::Speed(0.25), "A quarter of the clip's rate"),
    entry("Play/Speed", "1/2 speed", &[], Action::Speed(0.5), "Half the clip's rate"),
    entry("Play/Speed", "Normal speed", &[], Action::Speed(1.0), "The clip's rate"),
    entry("Play/Speed", "2 x speed", &[], Action::Speed(2.0), "Twice the clip's rate"),
    entry("Play/Speed", "4 x speed", &[], Action::Speed(4.0), "Four times the clip's rate"),
    entry("Play", "Next frame", &["ArrowRight"], Action::Step(1), "One frame on"),
    entry("Play", "Previous frame", &["ArrowLeft"], Action::Step(-1), "One frame back"),
    entry("Play", "10 frames on", &["Shift+ArrowRight"], Action::Step(10), "Ten frames on"),
    entry("Play", "10 frames back", &["Shift+ArrowLeft"], Action::Step(-10), "Ten frames back"),
    entry("Play", "First frame", &["Home"], Action::First, "To the first frame"),
    entry("Play", "Last frame", &["End"], Action::Last, "To the last frame"),
    entry("Check", "Run the checks again", &["Ctrl+R"], Action::RunChecks, "Check the clip against its sidecars again"),
    entry("Check", "Next failing check", &["N"], Action::NextFailing, "Go to the next check that fails, in this clip or the next"),
    entry(
        "Check",
        "Verify the roll's hashes",
        &["Ctrl+Shift+R"],
        Action::VerifyRoll,
        "Read every file of the clip's roll and compare it with the roll's ASC MHL history",
    ),
    entry(
        "Check",
        "Name a second copy of the roll…",
        &[],
        Action::AskCopy,
        "Compare the clip's roll with a copy of it: names, sizes and the digests of both histories (MHL-10)",
    ),
    entry("Check", "Name no second copy", &[], Action::Copy(None), "Compare the clip's roll with no copy"),
    rate("By the profile", None),
    rate("23.976", Some("23.976")),
    rate("24", Some("24")),
    rate("25", Some("25")),
    rate("29.97", Some("29.97")),
    rate("30", Some("30")),
    rate("47.952", Some("47.952")),
    rate("48", Some("48")),
    rate("50", Some("50")),
    rate("59.94", Some("59.94")),
    rate("60", Some("60")),
    entry(
        "Check",
        "Check every clip again",
        &["Ctrl+Alt+R"],
        Action::RunAllChecks,
        "Check every clip of the show against its sidecars again",
    ),
    entry(
        "Check",
        "Check every frame",
        &["Ctrl+Alt+F"],
        Action::EveryFrame,
        "Decode every frame of the clip, so that the checks speak of all of them: raw ends, plate pixels, colours beyond AP1",
    ),
    entry(
        "Check",
        "Check every frame of every clip",
        &[],
        Action::EveryFrameOfAll,
        "Decode every frame of the show, one clip after the other",
    ),
    entry("Check", "Stop the checks", &[], Action::StopChecks, "Stop the checks that run and those that wait"),
    entry("Check/Evidence", "All rules", &[], Action::EvidenceFilter(Filter::All), "Show every rule"),
    entry(
        "Check/Evidence",
        "Failing rules",
        &[],
        Action::EvidenceFilter(Filter::Failing),
        "Show only rules that stand in the way somewhere",
    ),
    entry_in(Room::Evidence, "Check/Evidence", "Next failing cell", &["Space"], Action::EvidenceNext, "Go to the next cell that fails"),
    entry_in(Room::Evidence, "Check/Evidence", "Cell to the right", &["ArrowRight"], Action::EvidenceMove([1, 0]), "The next camera mode"),
    entry_in(Room::Evidence, "Check/Evidence", "Cell to the left", &["ArrowLeft"], Action::EvidenceMove([-1, 0]), "The camera mode before"),
    entry_in(Room::Evidence, "Check/Evidence", "Cell below", &["ArrowDown"], Action::EvidenceMove([0, 1]), "The next rule"),
    entry_in(Room::Evidence, "Check/Evidence", "Cell above", &["ArrowUp"], Action::EvidenceMove([0, -1]), "The rule before"),
    entry_in(
        Room::Evidence,
        "Check/Evidence",
        "Open the evidence",
        &["Enter"],
        Action::EvidenceOpen,
        "Show what the cell is about; again to close",
    ),
    entry_in(Room::Evidence, "Check/Evidence", "Close the evidence", &["Escape"], Action::EvidenceClose, "Back to the whole chart"),
    entry_in(
        Room::Evidence,
        "Check/Evidence",
        "Waive what the cell shows",
        &["W"],
        Action::EvidenceWaive,
        "Answer for it by name, with a reason",
    ),
    entry_in(
        Room::Evidence,
        "Check/Evidence",
        "Mend what the cell shows",
        &["Shift+M"],
        Action::EvidenceMend,
        "What the button of the evidence does, where it has one",
    ),
    profile("Neutral", "neutral", "Check by Prelight's own limits"),
    profile("Netflix: camera originals", "netflix-capture", "Check by what Netflix asks of camera originals"),
    profile("Netflix: VFX pulls and plates", "netflix-vfx", "Check by what Netflix asks of VFX pulls and plates"),
    profile("ACES image container", "aces-st2065-4", "Check by the ACES image container, SMPTE ST 2065-4"),
    entry("Help", "Command palette…", &["Ctrl+Shift+P"], Action::Palette, "Find any command by name"),
    entry("Help", "Keys", &["?"], Action::Keys, "Every key, in a window that may stay open"),
    entry("Help", "Log", &["F8"], Action::Log, "Every message since the window opened, along the bottom"),
    entry("Help", "Close the window in front", &["Escape"], Action::CloseDialog, "Keys, settings, a question: whichever is in front"),
    entry("Help", "Stay and keep the edits", &[], Action::Stay, "Answers the question at the top; Escape answers so, too"),
    entry("Help", "Go ahead and drop the edits", &[], Action::GoAhead, "Answers the question at the top: what is in no file is lost"),
    entry("Help", "Cancel the running job", &["Ctrl+."], Action::CancelJob, "Stop what the status bar shows"),
    entry("Help", "About", &[], Action::About, "Version, GPU, licence"),
];

/// Whether a text is a key with its modifiers, as far as that is known without a keyboard.
pub fn is_key(text: &str) -> bool {
    let key = ["Ctrl+", "Shift+", "Alt+"].into_iter().fold(text, |rest, prefix| rest.strip_prefix(prefix).unwrap_or(rest));
    key.chars().count() == 1 || (!key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// The keys of every action: those of the table, or those that the user has set.
#[derive(Debug, Default)]
pub struct Keys {
    /// By place in the table, where they are set.
    own: BTreeMap<usize, Vec<String>>,
    /// What was set and is none.
    unknown: Vec<String>,
}

impl Keys {
    /// `set`: by the action as it is printed.
    pub fn new(set: &BTreeMap<String, Vec<String>>) -> Self {
        let mut keys = Self::default();
        for (name, own) in set {
            match ACTIONS.iter().position(|e| e.action.to_string() == *name) {
                Some(i) if own.iter().all(|k| is_key(k)) => drop(keys.own.insert(i, own.clone())),
                _ => keys.unknown.push(name.clone()),
            }
        }
        keys
    }
    /// Those of an entry of the table, the first of which menus and tooltips show.
    pub fn of<'a>(&'a self, entry: &'a Entry) -> Vec<&'a str> {
        let own = ACTIONS.iter().position(|e| std::ptr::eq(e, entry)).and_then(|i| self.own.get(&i));
        own.map_or_else(|| entry.keys.to_vec(), |own| own.iter().map(String::as_str).collect())
    }
    /// Whether they are not those of the table.
    pub fn is_own(&self, entry: &Entry) -> bool {
        ACTIONS.iter().position(|e| std::ptr::eq(e, entry)).is_some_and(|i| self.own.contains_key(&i))
    }
    /// Names of actions that are none, and of those whose keys are none.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }
}

/// The entry of an action, if it has one.
pub fn entry_of(action: &Action) -> Option<&'static Entry> {
    ACTIONS.iter().find(|e| e.action == *action)
}

/// Why an action is of no use now, or `Ok`.
pub fn available(action: &Action, session: &Session) -> Result<(), &'static str> {
    use Action as A;
    let need = |ok: bool, why| if ok { Ok(()) } else { Err(why) };
    let clips = session.document().clips.len();
    match action {
        A::Undo => need(session.undo_labels()[0].is_some(), "nothing to undo"),
        A::Redo => need(session.undo_labels()[1].is_some(), "nothing to redo"),
        A::NextClip | A::PreviousClip => need(clips > 1, "needs two clips"),
        A::AskRender(_) | A::Render { .. } if matches!(session.rendering(), Rendering::Running { .. }) => {
            Err("something is being rendered")
        }
        A::AskSign | A::Sign(_) | A::Validate | A::AskRender(_) | A::Render { .. } => {
            let approved = session.document().selected_clip().is_some_and(|c| c.approved.is_some());
            need(approved, "the clip is in no recipe yet")
        }
        A::VerifyDelivery => need(matches!(session.rendering(), Rendering::Done { .. }), "nothing was rendered yet"),
        A::FramingMove(_) => need(clips > 0, "no clip is open"),
        A::FramingUse => need(session.view().framing.is_some(), "no cell is open"),
        A::SelectClip(_) | A::NextFailing | A::Approve | A::Export { .. } => need(clips > 0, "no clip is open"),
        A::TakeExposure => session.can_take_exposure(),
        A::RemoveClip | A::SetClip(_) | A::ResetClip => need(session.document().selected.is_some(), "no clip is selected"),
        A::AddGolden(_) | A::RemoveGolden(_) | A::ProposeGolden => need(session.selected_opened().is_some(), "no clip is open"),
        A::RunChecks | A::AskWaive(_) | A::Waive { .. } | A::Unwaive(_) | A::UnwaiveAlike(_) => {
            need(session.selected_opened().is_some(), "no clip is open")
        }
        A::AskCopy | A::Copy(Some(_)) => need(session.selected_roll().is_some(), "the clip belongs to no ASC MHL history"),
        A::Copy(None) => {
            let named = session.document().selected.is_some_and(|id| session.copy_of(id).is_some());
            need(named, "no second copy is named")
        }
        A::VerifyRoll => match session.selected_roll() {
            None => Err("the clip belongs to no ASC MHL history"),
            Some(root) => need(!session.verification(root).is_some_and(|v| v.is_running()), "it is being verified"),
        },
        A::PlayToggle
        | A::PlayForward
        | A::PlayReverse
        | A::Step(_)
        | A::First
        | A::Last
        | A::Go(_)
        | A::GoTimecode(_)
        | A::MarkIn
        | A::MarkOut => need(session.selected_opened().is_some_and(|o| o.clip.frames().present.len() > 1), "the clip has one frame"),
        A::ClearMarks => need(session.selected_opened().is_some_and(|o| o.marks != [None; 2]), "nothing is marked"),
        A::FramingStart(DraftFrom::Clip) => {
            need(session.selected_opened().is_some_and(|o| o.planned.sidecars.fdl.is_some()), "the clip has no FDL")
        }
        A::FramingStart(DraftFrom::Nothing) => need(session.selected_opened().is_some(), "no clip is open"),
        // In the window they are keys of the editor; `--do` may edit first and look afterwards.
        A::FramingEdit(_) => need(session.selected_opened().is_some(), "no clip is open"),
        A::AskWriteFdl | A::WriteFdl { .. } => need(matches!(session.framing_draft(), Some(Ok(_))), "no frame lines are edited"),
        A::Save | A::AskSave | A::SaveAs(_) => need(clips > 0, "no clip is open"),
        A::Reload => need(!session.changed_clips().is_empty(), "no file has changed"),
        A::AskAttach => need(session.document().selected.is_some(), "no clip is selected"),
        A::Detach(kind) => {
            let has = session.selected_opened().is_some_and(|o| o.paired().iter().any(|p| p.kind == *kind));
            need(has, "the clip has none")
        }
        A::EveryFrame => match session.document().selected {
            Some(id) if session.is_whole(id) => Err("every frame was looked at"),
            _ => need(session.selected_opened().is_some_and(|o| o.clip.refusal().is_none()), "no clip is open that is decoded"),
        },
        A::RunAllChecks | A::EveryFrameOfAll => need(clips > 0, "no clip is open"),
        A::StopChecks => {
            let (done, of) = session.checks_done();
            need(done < of || session.every_frame_job().is_some(), "no check runs")
        }
        A::EvidenceMove(_) | A::EvidenceNext => need(clips > 0, "no clip is open"),
        A::EvidenceOpen | A::EvidenceWaive => need(session.view().evidence.at.is_some(), "no cell is chosen"),
        A::EvidenceMend => need(session.mend_in_view().is_some(), mend::NO_MEND),
        A::Channel(Channel::Alpha) => need(session.shown().is_some_and(|s| s.raw.alpha.is_some()), "the picture has no alpha"),
        A::Engine(Engine::Gpu) | A::OtherEngine => need(session.gpu_usable(), "no GPU that can compute"),
        A::Area(None) => need(session.view().area.is_some(), "no area is marked"),
        A::IntakeOpen => need(session.document().selected.is_some(), "no clip is selected"),
        A::PinMiddle | A::PinMove(_) => need(session.selected_opened().is_some(), "no clip is open"),
        A::Pin(None) => need(session.view().pin.is_some(), "no pixel is pinned"),
        A::CompareWith(With::Approved) => {
            need(session.document().selected_clip().is_some_and(|c| c.approved.is_some()), "the clip was not approved yet")
        }
        A::CompareWith(With::LastEdit) => need(session.settings_before().is_some(), "the settings were not changed"),
        A::CompareWith(With::Document) => need(session.look_draft().is_some(), "nothing is tried out"),
        // What is chosen for other stages stays chosen.
        A::ScopeUnit(Some(Unit::Stops)) => {
            need(session.view().stage != Stage::Display, "a display has no stops over grey: see an earlier stage")
        }
        A::ScopeUnit(Some(Unit::Nits)) if session.view().stage != Stage::Display => Err("light is that of the display stage"),
        A::ScopeUnit(Some(Unit::Nits)) => {
            let known = session.plans_in_view().is_none_or(|plans| plans.eotf.is_some());
            need(known, "the light of this display is not known")
        }
        A::CompareWith(With::Cause(nth)) => need(session.cause(*nth).is_some(), "the checks have found no such cause"),
        A::CompareWith(With::Still) => {
            let still = |o: &super::Opened| o.planned.sidecars.still.is_some();
            need(session.selected_opened().is_some_and(still), "the clip has no reference still")
        }
        A::CompareWith(_) | A::CompareHold | A::CompareMode(_) | A::CompareBlink => {
            need(session.selected_opened().is_some(), "no clip is open")
        }
        A::Draft { .. } => need(session.selected_opened().is_some(), "no clip is open"),
        A::GoAhead | A::Stay => need(session.question().is_some(), "nothing is asked"),
        A::CopyLooks => need(session.looks_elsewhere().is_some(), "no look file lies elsewhere"),
        A::DiscardDraft => need(session.has_draft(), "nothing is tried out"),
        A::Before => need(session.look_draft().is_some(), "nothing is tried out"),
        A::Bypass(None) => need(session.can_bypass_all(), "no look can be left out"),
        A::Bypass(Some(name)) => session.bypassable(*name),
        A::CompareSwap | A::CompareOff => need(session.view().compare.on, "nothing is compared"),
        A::CloseDialog => need(session.view().palette || session.view().windows().next().is_some(), "no window is open"),
        A::CancelJob => need(session.visible_job().is_some(), "nothing runs"),
        _ => Ok(()),
    }
}

/// The same for an entry as menus and palette offer it: what edits frame lines is of no use to whoever does not see them.
pub fn offered(entry: &Entry, session: &Session) -> Result<(), &'static str> {
    if entry.is_of_editor() && !session.edits_framing() {
        return Err("no frame lines are edited: Edit frame lines first");
    }
    available(&entry.action, session)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Profile;
    use std::collections::HashSet;

    #[test]
    fn no_key_and_no_action_stands_twice() {
        let (mut keys, mut actions) = (HashSet::new(), HashSet::new());
        for e in ACTIONS {
            assert!(MENUS.contains(&e.menu.split('/').next().unwrap()), "{}", e.menu);
            assert!(actions.insert(e.action.to_string()), "{} twice", e.action);
            assert!(!e.tooltip.is_empty());
            for k in e.keys {
                assert!(keys.insert((e.room, e.is_of_editor(), *k)), "{k} twice");
            }
        }
    }

    #[test]
    fn every_built_in_profile_can_be_chosen() {
        let chosen = |e: &'static Entry| if let Action::Profile(id) = &e.action { Some(id.as_ref()) } else { None };
        let rows: HashSet<&str> = ACTIONS.iter().filter_map(chosen).collect();
        assert_eq!(rows, Profile::built_in().iter().map(|p| p.id.as_str()).collect());
    }

    #[test]
    fn every_deliverable_with_a_name_can_be_added() {
        let added = |e: &'static Entry| if let Action::AddDeliverable(name) = &e.action { Some(name.as_ref()) } else { None };
        let rows: Vec<&str> = ACTIONS.iter().filter_map(added).collect();
        assert_eq!(rows, crate::recipe::output::PRESETS);
    }

    #[test]
    fn every_entry_can_be_sent_as_text() {
        for e in ACTIONS {
            assert_eq!(Action::parse(&e.action.to_string()).unwrap(), e.action);
        }
    }
}
