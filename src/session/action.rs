//! What a user can ask for, as data. Menus, keys, palette, command line and tests all send these.
//!
//! An action has a name, `Group/Verb`, and at most one JSON argument: `View/Fit`, `View/Stage "aces"`, `Play/Go 12`.

use super::{
    compare::{CompareMode, Wipe, With},
    document::SidecarKind,
    evidence::{CellAt, Filter},
    fits::FitAt,
    framing_edit::DraftFrom,
    intake::Sort,
    look_edit::LookEdit,
    monitor::MonitorColor,
    room::Room,
    view::{Channel, DialogKind, Engine, SettingsPart, Tab, Zoom},
};
use crate::{
    camera::FrameNumber,
    error::{Error, Result},
    framing::draft,
    pipeline::{Bypass, Stage},
    recipe::{Output, Pin},
    scope,
    sidecar::amf::Version,
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
    /// Adds clips, and the clips in folders. Sidecars and look files among them go to the selected clip, or to the first that is added;
    /// cut lists (EDL, OTIO, FCP7 XML, FCPXML) are held against the clips, and a TOML file is the profile that the show is checked by. What is none of these is listed as left over, and changes nothing.
    #[serde(rename = "Show/Add")]
    Add(Vec<PathBuf>),
    /// Asks for cut lists to hold against the clips.
    #[serde(rename = "Show/AskCutLists")]
    AskCutLists,
    /// Takes a cut list out of the show: `Show/RemoveCutList "/a.edl"`.
    #[serde(rename = "Show/RemoveCutList")]
    RemoveCutList(PathBuf),
    /// Opens the window in which a library is searched, or closes it.
    #[serde(rename = "Library/Window")]
    Library,
    /// Asks for the index of a library.
    #[serde(rename = "Library/Ask")]
    AskLibrary,
    /// Searches another library from now on: `Library/Use "/shows/day.db"`, or an address of an object store.
    #[serde(rename = "Library/Use")]
    UseLibrary(PathBuf),
    /// Asks where a new library is written to, and then for a folder to read into it.
    #[serde(rename = "Library/AskNew")]
    AskNewLibrary,
    /// Asks for a folder of clips to read into a library; null for the one in use.
    #[serde(rename = "Library/AskIndex")]
    AskIndex(Option<PathBuf>),
    /// Reads what is new or changed in folders into the library in use, as `prelight index --thumbnails` does; or into another, which is
    /// made where there is none and used from then on: `Library/Index {"folders": ["/cards"], "into": "/shows/day.db"}`.
    #[serde(rename = "Library/Index")]
    Index {
        folders: Vec<PathBuf>,
        #[serde(default)]
        into: Option<PathBuf>,
    },
    /// Searches the library as `prelight find` does: `Library/Find "camera:ALEXA ei:800"`.
    #[serde(rename = "Library/Find")]
    FindInLibrary(String),
    /// Writes the show to its file; asks for one where it has none.
    #[serde(rename = "Show/Save")]
    Save,
    /// Asks where to write the show.
    #[serde(rename = "Show/AskSave")]
    AskSave,
    #[serde(rename = "Show/SaveAs")]
    SaveAs(PathBuf),
    /// Asks for a show file.
    #[serde(rename = "Show/PickShow")]
    PickShow,
    /// Puts a show file in place of the show.
    #[serde(rename = "Show/OpenShow")]
    OpenShow(PathBuf),
    /// Opens clips again that changed on disk.
    #[serde(rename = "Show/Reload")]
    Reload,
    #[serde(rename = "Show/Quit")]
    Quit,
    /// Does what would drop edits that are in no file, about which was asked.
    #[serde(rename = "Show/GoAhead")]
    GoAhead,
    /// Does it not.
    #[serde(rename = "Show/Stay")]
    Stay,

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
    /// Adds the view exposure to the exposure of the selected clip, and takes the view's back to 0.
    #[serde(rename = "Clip/TakeExposure")]
    TakeExposure,
    /// Gives sidecars to a clip, by place; to the selected one without: `Clip/Attach {"paths": ["/a.fdl"]}`.
    #[serde(rename = "Clip/Attach")]
    Attach {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clip: Option<usize>,
        paths: Vec<PathBuf>,
    },
    /// Asks for sidecars for the selected clip.
    #[serde(rename = "Clip/AskAttach")]
    AskAttach,
    /// Takes a sidecar from one clip to another, by place: `Clip/Move {"kind":"amf","from":0,"to":1}`.
    #[serde(rename = "Clip/Move")]
    MoveSidecar { kind: SidecarKind, from: usize, to: usize },
    /// Takes a sidecar from the selected clip: `Clip/Detach "amf"`.
    #[serde(rename = "Clip/Detach")]
    Detach(SidecarKind),
    /// Takes the selected clip's settings back to their defaults.
    #[serde(rename = "Clip/Reset")]
    ResetClip,

    /// Goes to a room of the window: `View/Room "evidence"`.
    #[serde(rename = "View/Room")]
    Room(Room),
    /// The order of the intake; again for the other way round.
    #[serde(rename = "Intake/Sort")]
    IntakeSort(Sort),
    /// Under headings of camera modes, or not.
    #[serde(rename = "Intake/Group")]
    IntakeGroup,
    /// Shows the selected line's clip on the Bench.
    #[serde(rename = "Intake/Open")]
    IntakeOpen,
    /// Takes a file that nothing could be made of off the list of what is left over: `Intake/TakeOff "/a.edl"`.
    #[serde(rename = "Intake/TakeOff")]
    TakeOff(PathBuf),
    /// Shows the arithmetic of a clip and those framed alike under a template, by its place, or without one: `Framing/Cell {"clip": 1,
    /// "template": 0}`; null shows none.
    #[serde(rename = "Framing/Cell")]
    FramingCell(Option<FitAt>),
    /// Goes on by columns and rows from the cell whose arithmetic is shown.
    #[serde(rename = "Framing/Move")]
    FramingMove([i32; 2]),
    /// Has the plates of every clip of the cell's row made by its template, or without one.
    #[serde(rename = "Framing/Use")]
    FramingUse,
    /// Asks for FDLs with canvas templates.
    #[serde(rename = "Framing/AskTemplates")]
    AskTemplates,
    /// Adds the canvas templates of an FDL to the table.
    #[serde(rename = "Framing/AddTemplates")]
    AddTemplates(PathBuf),
    /// Edits frame lines over the picture, or goes back to the table.
    #[serde(rename = "Framing/Editor")]
    FramingEditor,
    /// Begins the frame lines of the selected clip anew: `Framing/Start "clip"`, of its FDL, or `"nothing"`.
    #[serde(rename = "Framing/Start")]
    FramingStart(DraftFrom),
    /// Edits the frame lines: `Framing/Edit {"move": [10, 0]}`, `{"intent": {"aspect": [239, 100], "protection": 8.8}}`,
    /// `{"from_intent": {}}`, `{"decision": {"rect": {"x": 0, "y": 0, "width": 100, "height": 50}}}`, …
    #[serde(rename = "Framing/Edit")]
    FramingEdit(draft::Edit),
    /// Asks where to write the FDL.
    #[serde(rename = "Framing/AskWrite")]
    AskWriteFdl,
    /// Writes the frame lines as a new FDL, which the clip then has.
    #[serde(rename = "Framing/WriteFdl")]
    WriteFdl { out: PathBuf },
    /// Tries edits of the selected clip's AMF out, in place of those before; none ends it.
    #[serde(rename = "Look/Draft")]
    Draft { edits: Vec<LookEdit> },
    /// Drops the edits that are tried out.
    #[serde(rename = "Look/Discard")]
    DiscardDraft,
    /// Leaves a step out of the picture, or takes it in again: `Look/Bypass "input"`, `"output"`, or a look by its number, from 1; null
    /// takes in all that is left out, or leaves every look out.
    #[serde(rename = "Look/Bypass")]
    Bypass(Option<Bypass>),
    /// Copies look files that are tried out and lie elsewhere beside the AMF of the selected clip.
    #[serde(rename = "Look/CopyFiles")]
    CopyLooks,
    /// Shows the pipeline of the document instead of what is tried out, or that again.
    #[serde(rename = "Look/Before")]
    Before,
    /// Writes the selected clip's AMF with edits to a new file, which the clip then has: with those that are tried out where none are
    /// named.
    #[serde(rename = "Look/WriteAmf")]
    WriteAmf {
        out: PathBuf,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edits: Option<Vec<LookEdit>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<Version>,
    },
    /// The words about the room, or not.
    #[serde(rename = "View/RoomHelp")]
    RoomHelp,
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
    /// View gamma, absolute; 1 shows code values as they are.
    #[serde(rename = "View/Gamma")]
    Gamma(f64),
    /// View gamma, relative.
    #[serde(rename = "View/NudgeGamma")]
    NudgeGamma(f64),
    /// False colour on or off: stops over grey before the display, code values or light at it.
    #[serde(rename = "View/FalseColor")]
    FalseColor,
    /// Paints over pixels that are clipped, negative or out of AP1, or stops it: `View/Warn "clip"`.
    #[serde(rename = "View/Warn")]
    Warn(scope::Warning),
    #[serde(rename = "View/Zoom")]
    Zoom(Zoom),
    /// Zooms by a factor around the middle.
    #[serde(rename = "View/ZoomBy")]
    ZoomBy(f64),
    /// Zoom and centre at once: what the wheel and a drag end in.
    #[serde(rename = "View/Look")]
    Look { zoom: Zoom, center: [f64; 2] },
    /// Shows picture and frame lines as they were recorded, or desqueezed.
    #[serde(rename = "View/Squeezed")]
    Squeezed,
    #[serde(rename = "View/Overlays")]
    Overlays,
    /// Action and title safe areas of the framing decision.
    #[serde(rename = "View/SafeAreas")]
    SafeAreas,
    /// The middle of the framing decision.
    #[serde(rename = "View/CenterMark")]
    CenterMark,
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
    /// How long the window's passes take, over the window, or not.
    #[serde(rename = "View/FrameTimes")]
    FrameTimes,
    /// Measures the window's passes afresh.
    #[serde(rename = "View/ForgetFrameTimes")]
    ForgetFrameTimes,
    /// Writes how long the window's passes took, as JSON.
    #[serde(rename = "View/WriteFrameTimes")]
    WriteFrameTimes(PathBuf),
    #[serde(rename = "View/FullScreen")]
    FullScreen,
    /// Fixes the inspector to a canvas pixel, or frees it.
    #[serde(rename = "View/Pin")]
    Pin(Option<[u32; 2]>),
    /// Fixes it to the pixel in the middle.
    #[serde(rename = "View/PinMiddle")]
    PinMiddle,
    /// Moves the fixed pixel by columns and rows; from none, to the middle.
    #[serde(rename = "View/PinMove")]
    PinMove([i32; 2]),
    /// Measures an area, x, y, width and height in canvas pixels: `View/Area [10, 10, 40, 30]`; null measures none.
    #[serde(rename = "View/Area")]
    Area(Option<[u32; 4]>),

    /// Compares with this: `Compare/With "still"`, `Compare/With {"cause": 1}`, `Compare/With {"stage": "aces"}`, `Compare/With {"clip": {"index": 1}}`.
    #[serde(rename = "Compare/With")]
    CompareWith(With),
    /// Compares with the frame in view of the clip in view, wherever one goes.
    #[serde(rename = "Compare/Hold")]
    CompareHold,
    /// Compares in this way: `Compare/Mode "wipe"`.
    #[serde(rename = "Compare/Mode")]
    CompareMode(CompareMode),
    /// Moves and turns the line of the wipe: `Compare/Wipe {"angle": 0, "at": [0.5, 0.5]}`.
    #[serde(rename = "Compare/Wipe")]
    Wipe(Wipe),
    /// Moves the line of the wipe by a part of the picture, towards B: `Compare/WipeMove -0.02`.
    #[serde(rename = "Compare/WipeMove")]
    WipeMove(f64),
    /// Turns the line of the wipe clockwise, by degrees: `Compare/WipeTurn 5`.
    #[serde(rename = "Compare/WipeTurn")]
    WipeTurn(f64),
    /// A and B change places.
    #[serde(rename = "Compare/Swap")]
    CompareSwap,
    /// Shows the other of the two.
    #[serde(rename = "Compare/Blink")]
    CompareBlink,
    /// By what a difference is multiplied.
    #[serde(rename = "Compare/Gain")]
    CompareGain(f64),
    /// Shows a difference around grey with its sign, or how large it is.
    #[serde(rename = "Compare/Signed")]
    CompareSigned,
    #[serde(rename = "Compare/Off")]
    CompareOff,

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
    /// Goes to a timecode of the clip: `Play/Timecode "10:04:17:06"`; a field less than four is counted from the right.
    #[serde(rename = "Play/Timecode")]
    GoTimecode(String),
    /// Playing begins at the frame in view.
    #[serde(rename = "Play/In")]
    MarkIn,
    /// Playing ends at the frame in view.
    #[serde(rename = "Play/Out")]
    MarkOut,
    #[serde(rename = "Play/ClearMarks")]
    ClearMarks,
    /// Goes round at the ends, or stops there.
    #[serde(rename = "Play/Loop")]
    Loop,
    /// Leaves frames out where the machine is too slow, or shows every one.
    #[serde(rename = "Play/RealTime")]
    RealTime,
    /// Times the clip's rate, 0.25 to 4.
    #[serde(rename = "Play/Speed")]
    Speed(f64),

    #[serde(rename = "Check/Run")]
    RunChecks,
    /// Checks by another profile: `Check/Profile "netflix-vfx"`, or a TOML file.
    #[serde(rename = "Check/Profile")]
    Profile(Cow<'static, str>),
    /// Names the rate of the project, which clips have to play at (META-03): `Check/Rate "23.976"`; null leaves it to the profile.
    #[serde(rename = "Check/Rate")]
    Rate(Option<Cow<'static, str>>),
    /// Asks for the second copy of the selected clip's roll.
    #[serde(rename = "Check/AskCopy")]
    AskCopy,
    /// Names the second copy of the selected clip's roll (MHL-10), the folder or the one that holds it: `Check/Copy "/mnt/b"`; null
    /// names none.
    #[serde(rename = "Check/Copy")]
    Copy(Option<PathBuf>),
    /// Reads every file of the selected clip's roll and holds it against the history.
    #[serde(rename = "Check/VerifyRoll")]
    VerifyRoll,
    #[serde(rename = "Check/Next")]
    NextFailing,
    /// Asks for the reason to waive a check of the selected clip.
    #[serde(rename = "Check/AskWaive")]
    AskWaive(String),
    /// Waives a check: of the show or a cut list where the rule is about those, else of the selected clip, or with `"alike": true` of
    /// every clip of its camera mode that fails it.
    #[serde(rename = "Check/Waive")]
    Waive {
        check: String,
        name: String,
        reason: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        alike: bool,
    },
    /// Withdraws the waiver of a check of the show, else of the selected clip.
    #[serde(rename = "Check/Unwaive")]
    Unwaive(String),
    /// Withdraws the waivers of a check from every clip of the selected clip's camera mode.
    #[serde(rename = "Check/UnwaiveAlike")]
    UnwaiveAlike(String),

    /// Checks every clip of the show again.
    #[serde(rename = "Check/RunAll")]
    RunAllChecks,
    /// Looks at every frame of the selected clip: what the checks say of a few frames they say of all then.
    #[serde(rename = "Check/EveryFrame")]
    EveryFrame,
    /// Looks at every frame of every clip.
    #[serde(rename = "Check/EveryFrameOfAll")]
    EveryFrameOfAll,
    /// Stops the checks that run and those that wait.
    #[serde(rename = "Check/Stop")]
    StopChecks,
    /// Which rules the chart shows: `Evidence/Filter "failing"`.
    #[serde(rename = "Evidence/Filter")]
    EvidenceFilter(Filter),
    /// Goes to a cell: `Evidence/Cell {"rule": "COL-03", "mode": "…"}`.
    #[serde(rename = "Evidence/Cell")]
    EvidenceCell(CellAt),
    /// Moves by columns and rows.
    #[serde(rename = "Evidence/Move")]
    EvidenceMove([i32; 2]),
    /// The next cell that stands in the way.
    #[serde(rename = "Evidence/Next")]
    EvidenceNext,
    /// Opens the evidence of the cell, or closes it.
    #[serde(rename = "Evidence/Open")]
    EvidenceOpen,
    #[serde(rename = "Evidence/Close")]
    EvidenceClose,
    /// Asks for the reason to waive what the cell shows.
    #[serde(rename = "Evidence/Waive")]
    EvidenceWaive,
    /// Does what would mend what the cell shows.
    #[serde(rename = "Evidence/Mend")]
    EvidenceMend,

    /// Asks who approves.
    #[serde(rename = "Recipe/Approve")]
    Approve,
    /// Asks for the key to sign the selected clip's recipe with.
    #[serde(rename = "Recipe/AskSign")]
    AskSign,
    /// Signs the selected clip's recipe with the key in a file, as whoever has approved.
    #[serde(rename = "Recipe/Sign")]
    Sign(PathBuf),
    /// Makes a frame of the selected clip golden in its next recipe; null the one in view: `Recipe/AddGolden 12`.
    #[serde(rename = "Recipe/AddGolden")]
    AddGolden(Option<FrameNumber>),
    /// Makes a frame of the selected clip golden no more.
    #[serde(rename = "Recipe/RemoveGolden")]
    RemoveGolden(FrameNumber),
    /// Leaves the golden frames of the selected clip to what is proposed.
    #[serde(rename = "Recipe/ProposeGolden")]
    ProposeGolden,
    /// Sets what the next recipes deliver, as `output` of recipe.json has it; null the uncompressed plate alone.
    #[serde(rename = "Recipe/Output")]
    SetOutput(Option<Box<Output>>),
    /// Sets what clips the next recipes admit besides those like the approved one, field by field: `Recipe/Scope "ei:400..1600 mode:any"`.
    #[serde(rename = "Recipe/Scope")]
    SetScope(Cow<'static, str>),
    /// Sets how far golden frames may come out, null not at all: `Recipe/Tolerance "itp:1,0.25"`.
    #[serde(rename = "Recipe/Tolerance")]
    SetTolerance(Option<Cow<'static, str>>),
    /// Sets the programs that may render what is approved next, `this` or by SHA-256; every one of this version where none is named:
    /// `Recipe/Engine ["this"]`.
    #[serde(rename = "Recipe/Engine")]
    SetPins(Cow<'static, [Pin]>),
    /// Sets whether another engine may render what is approved next, if it proves itself on the golden frames: `Recipe/Proved true`.
    #[serde(rename = "Recipe/Proved")]
    SetProved(bool),
    /// Sets what the next recipes are called, and of which production they are; null nothing: `Recipe/Title "Camera test"`.
    #[serde(rename = "Recipe/Title")]
    SetTitle(Option<String>),
    #[serde(rename = "Recipe/Production")]
    SetProduction(Option<String>),
    /// Adds a deliverable by its name: `Recipe/AddDeliverable "dpx10"`.
    #[serde(rename = "Recipe/AddDeliverable")]
    AddDeliverable(Cow<'static, str>),
    /// Takes away the deliverable with an id.
    #[serde(rename = "Recipe/RemoveDeliverable")]
    RemoveDeliverable(String),
    /// Makes the golden frames of the selected clip's recipe again, and looks at its engine, files and signatures.
    #[serde(rename = "Recipe/Validate")]
    Validate,
    /// Asks for the folder to render the selected clip into, by the recipe that it was approved in; `true` for every clip of that recipe.
    #[serde(rename = "Recipe/AskRender")]
    AskRender(bool),
    /// Renders clips below the folder `out`, by the recipe that they were approved in. `clips`: places in the list; none stands for all in
    /// the recipe of the selected clip.
    #[serde(rename = "Recipe/Render")]
    Render {
        out: PathBuf,
        #[serde(default)]
        clips: Vec<usize>,
    },
    /// Asks for the folder to pull a cut list of the show into; null for the only one.
    #[serde(rename = "Recipe/AskPull")]
    AskPull(Option<PathBuf>),
    /// Renders what the cut list uses of the clips below the folder `out`, by the recipe of the selected clip.
    #[serde(rename = "Recipe/Pull")]
    Pull { list: PathBuf, out: PathBuf },
    /// Holds what was rendered last against its receipts.
    #[serde(rename = "Recipe/VerifyDelivery")]
    VerifyDelivery,
    /// Asks for the folder of a delivery, to show its state.
    #[serde(rename = "Wall/Ask")]
    AskWall,
    /// Opens the window on the state of a delivery, a folder or an address of a store: `Wall/Show "/deliveries"`. Null opens it on the
    /// one that was shown last, or closes it.
    #[serde(rename = "Wall/Show")]
    Wall(Option<PathBuf>),
    /// Holds the delivery that is shown against its receipts.
    #[serde(rename = "Wall/Verify")]
    VerifyWall,
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

    /// The page of the settings, or not.
    #[serde(rename = "Settings/Page")]
    SettingsPage,
    /// A part of the settings: `Settings/Part "keys"`.
    #[serde(rename = "Settings/Part")]
    SettingsPart(SettingsPart),
    /// The colour of the monitor: `Settings/Monitor "display_p3"`, `Settings/Monitor {"icc": "/a.icc"}`.
    #[serde(rename = "Settings/Monitor")]
    SetMonitor(MonitorColor),
    /// Asks for an ICC profile of the monitor.
    #[serde(rename = "Settings/AskMonitor")]
    AskMonitor,
    /// Mebibytes of decoded frames that are kept.
    #[serde(rename = "Settings/Cache")]
    SetCache(u32),
    /// Frames that are read ahead while playing.
    #[serde(rename = "Settings/ReadAhead")]
    SetReadAhead(u32),
    /// The profile that new shows are checked by; null for none of a deliverer.
    #[serde(rename = "Settings/Profile")]
    SetNewProfile(Option<String>),
    /// New windows look at a show as this one does now: overlays, panels, engine, how is played.
    #[serde(rename = "Settings/KeepView")]
    KeepView,
    /// The keys of an action: `Settings/Keys {"action": "Play/Toggle", "keys": ["Space", "P"]}`.
    #[serde(rename = "Settings/Keys")]
    SetKeys { action: String, keys: Vec<String> },
    /// Takes the keys of an action back to those it comes with; null those of all.
    #[serde(rename = "Settings/ResetKeys")]
    ResetKeys(Option<String>),

    #[serde(rename = "Help/Palette")]
    Palette,
    #[serde(rename = "Help/Keys")]
    Keys,
    #[serde(rename = "Help/Log")]
    Log,
    #[serde(rename = "Help/About")]
    About,
    /// Closes the window in front.
    #[serde(rename = "Help/Close")]
    CloseDialog,
    /// Closes a window: `Help/CloseWindow "keys"`.
    #[serde(rename = "Help/CloseWindow")]
    CloseWindow(DialogKind),
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
                Action::Waive { check: "c".into(), name: "n".into(), reason: "r".into(), alike: false },
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
