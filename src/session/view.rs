//! How the show is looked at. Not part of the document: never undone, never exported.

use super::{Approving, Compare, EvidenceView, FitAt, IntakeView, PlayMode, Room, Waiving};
use crate::{
    image::{RectF, Size},
    pipeline::Stage,
    scope::{self, Marking},
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq)]
pub struct View {
    pub room: Room,
    /// Whether the words about the room are shown.
    pub room_help: bool,
    pub evidence: EvidenceView,
    pub intake: IntakeView,
    /// The framing whose arithmetic is shown.
    pub framing: Option<FitAt>,
    /// Whether frame lines are edited in place of the table.
    pub framing_editor: bool,
    pub stage: Stage,
    pub channel: Channel,
    /// Stops added in scene-linear, before the look. For looking only.
    pub exposure: f64,
    /// Code values of the screen are shown to the power of 1 over it. For looking only.
    pub gamma: f64,
    pub marking: Marking,
    pub compare: Compare,
    /// Whether the pipeline of the document is shown where a draft is tried out.
    pub before: bool,
    pub play: PlayMode,
    pub zoom: Zoom,
    /// The point of the picture at the middle of the viewport: 0..1 from its top left.
    pub center: [f64; 2],
    /// Whether picture and frame lines are shown as they were recorded, not desqueezed.
    pub squeezed: bool,
    pub overlays: bool,
    pub safe_areas: bool,
    pub center_mark: bool,
    pub engine: Engine,
    pub tab: Tab,
    pub scopes: ScopeView,
    /// Windows that are open, the one that was opened last at the end.
    pub dialogs: Vec<Dialog>,
    /// Whether commands are looked for by name.
    pub palette: bool,
    /// Whether the messages are shown, along the bottom.
    pub log: bool,
    /// Whether the panels beside the picture are shown.
    pub panels: bool,
    pub full_screen: bool,
    /// The part of the settings that is open.
    pub settings: Option<SettingsPart>,
    /// Whether the times of the window's passes are shown.
    pub frame_times: bool,
    /// The pixel the inspector is fixed to, in canvas pixels.
    pub pin: Option<[u32; 2]>,
    /// The area the inspector measures: x, y, width and height in canvas pixels.
    pub area: Option<[u32; 4]>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            room: Room::default(),
            room_help: false,
            evidence: EvidenceView::default(),
            intake: IntakeView::default(),
            framing: None,
            framing_editor: false,
            stage: Stage::Display,
            channel: Channel::Rgb,
            exposure: 0.0,
            gamma: 1.0,
            marking: Marking::default(),
            compare: Compare::default(),
            before: false,
            play: PlayMode::default(),
            zoom: Zoom::Fit,
            center: [0.5; 2],
            squeezed: false,
            overlays: true,
            safe_areas: false,
            center_mark: false,
            engine: Engine::Gpu,
            tab: Tab::Metadata,
            scopes: ScopeView::default(),
            dialogs: vec![],
            palette: false,
            log: false,
            panels: true,
            full_screen: false,
            settings: None,
            frame_times: false,
            pin: None,
            area: None,
        }
    }
}

/// The parts of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingsPart {
    #[default]
    Monitor,
    Memory,
    Keys,
    NewShows,
}

impl SettingsPart {
    pub const ALL: [Self; 4] = [Self::Monitor, Self::Memory, Self::Keys, Self::NewShows];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Monitor => "Monitor",
            Self::Memory => "Memory",
            Self::Keys => "Keys",
            Self::NewShows => "New shows",
        }
    }
}

/// How new windows look at a show, where the user has said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewDefaults {
    pub overlays: bool,
    pub safe_areas: bool,
    pub center_mark: bool,
    pub panels: bool,
    /// None for the one that suits the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<Engine>,
    pub looping: bool,
    pub real_time: bool,
}

impl Default for ViewDefaults {
    fn default() -> Self {
        let mut view = Self::of(&View::default());
        view.engine = None;
        view
    }
}

impl ViewDefaults {
    /// Those of a view.
    pub fn of(view: &View) -> Self {
        Self {
            overlays: view.overlays,
            safe_areas: view.safe_areas,
            center_mark: view.center_mark,
            panels: view.panels,
            engine: Some(view.engine),
            looping: view.play.looping,
            real_time: view.play.real_time,
        }
    }
    pub(super) fn apply(&self, view: &mut View) {
        view.overlays = self.overlays;
        view.safe_areas = self.safe_areas;
        view.center_mark = self.center_mark;
        view.panels = self.panels;
        view.engine = self.engine.unwrap_or(view.engine);
        view.play.looping = self.looping;
        view.play.real_time = self.real_time;
    }
}

/// Stops that a recipe can be exposed by.
pub const RECIPE_EXPOSURE: std::ops::RangeInclusive<f64> = -8.0..=8.0;
/// Stops by which the view exposure may differ from the recipe.
pub const EXPOSURE_RANGE: std::ops::RangeInclusive<f64> = -10.0..=10.0;
/// View gamma.
pub const GAMMA_RANGE: std::ops::RangeInclusive<f64> = 0.25..=4.0;
/// Screen pixels per picture row.
pub const ZOOM_RANGE: std::ops::RangeInclusive<f64> = 0.01..=64.0;

/// Which channel is shown; one alone is shown as grey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Rgb,
    Red,
    Green,
    Blue,
    /// Rec. 709 luma of the values shown.
    Luma,
    Alpha,
}

impl Channel {
    pub const ALL: [Self; 6] = [Self::Rgb, Self::Red, Self::Green, Self::Blue, Self::Luma, Self::Alpha];

    pub fn label(self) -> &'static str {
        match self {
            Self::Rgb => "RGB",
            Self::Red => "R",
            Self::Green => "G",
            Self::Blue => "B",
            Self::Luma => "Y",
            Self::Alpha => "A",
        }
    }
    pub fn name(self) -> &'static str {
        match self {
            Self::Rgb => "All channels",
            Self::Red => "Red",
            Self::Green => "Green",
            Self::Blue => "Blue",
            Self::Luma => "Luma",
            Self::Alpha => "Alpha",
        }
    }
    /// The grey (or colour) that stands for `rgb` when this channel is shown.
    pub fn of(self, rgb: [f32; 3], alpha: f32) -> [f32; 3] {
        let grey = match self {
            Self::Rgb => return rgb,
            Self::Red => rgb[0],
            Self::Green => rgb[1],
            Self::Blue => rgb[2],
            Self::Luma => LUMA[0] * rgb[0] + LUMA[1] * rgb[1] + LUMA[2] * rgb[2],
            Self::Alpha => alpha,
        };
        [grey; 3]
    }
}

pub use crate::scope::LUMA;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zoom {
    /// The whole picture, as large as the viewport allows.
    Fit,
    /// Screen pixels per picture row; 1 is 1:1.
    Factor(f64),
}

/// Who computes the picture on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// The preview.
    Gpu,
    /// The engine that renders.
    Cpu,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    Metadata,
    Inspector,
    Scopes,
    Checks,
    Recipe,
}

impl Tab {
    pub const ALL: [Self; 5] = [Self::Metadata, Self::Inspector, Self::Scopes, Self::Checks, Self::Recipe];
    pub fn label(self) -> &'static str {
        match self {
            Self::Metadata => "Metadata",
            Self::Inspector => "Inspector",
            Self::Scopes => "Scopes",
            Self::Checks => "Checks",
            Self::Recipe => "Recipe",
        }
    }
}

/// Which scopes are shown; a histogram always is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScopeView {
    /// [`scope::Kind::Waveform`] or [`scope::Kind::Parade`].
    pub levels: scope::Kind,
    /// [`scope::Kind::Vectorscope`] or [`scope::Kind::Chromaticity`].
    pub colors: scope::Kind,
    /// What heights are marked in; what suits the stage in view where nothing was chosen.
    pub unit: Option<scope::Unit>,
}

impl Default for ScopeView {
    fn default() -> Self {
        Self { levels: scope::Kind::Parade, colors: scope::Kind::Vectorscope, unit: None }
    }
}

/// A window within the window, beside which everything goes on. What it is about is that of its opening, whatever is selected since.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    Keys,
    About,
    /// Clips of a library.
    Library,
    /// The state of a delivery.
    Wall,
    /// Asks who approves.
    Approve(Approving),
    /// Asks for the reason to waive a check.
    Waive(Waiving),
}

impl Dialog {
    pub fn kind(&self) -> DialogKind {
        match self {
            Self::Keys => DialogKind::Keys,
            Self::About => DialogKind::About,
            Self::Library => DialogKind::Library,
            Self::Wall => DialogKind::Wall,
            Self::Approve(_) => DialogKind::Approve,
            Self::Waive(_) => DialogKind::Waive,
        }
    }
}

/// Of which there is one at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DialogKind {
    Keys,
    About,
    Approve,
    Waive,
    Settings,
    Library,
    Wall,
}

impl View {
    /// The windows that are open, the one that was opened last at the end.
    pub fn windows(&self) -> impl Iterator<Item = DialogKind> {
        self.settings.map(|_| DialogKind::Settings).into_iter().chain(self.dialogs.iter().map(Dialog::kind))
    }
    /// Opens a window; in the place of the one of its kind, where that is open.
    pub(super) fn open(&mut self, dialog: Dialog) {
        self.close(dialog.kind());
        self.dialogs.push(dialog);
    }
    /// Opens a window where it is not; one that is open stays where it is.
    pub(super) fn show(&mut self, dialog: Dialog) {
        if !self.dialogs.contains(&dialog) {
            self.open(dialog);
        }
    }
    pub(super) fn close(&mut self, kind: DialogKind) {
        if kind == DialogKind::Settings {
            self.settings = None;
        }
        self.dialogs.retain(|d| d.kind() != kind);
    }
    /// Opens a window, or closes it.
    pub(super) fn toggle(&mut self, dialog: Dialog) {
        let kind = dialog.kind();
        if self.dialogs.iter().any(|d| d.kind() == kind) { self.close(kind) } else { self.open(dialog) }
    }
}

/// Screen pixels left around a picture that fits, so that its edge and the canvas line are seen.
const FIT_MARGIN: f64 = 10.0;

/// Where the picture lies in the viewport. All in screen pixels, origin at the viewport's top left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    pub viewport: [f64; 2],
    /// The whole picture, desqueezed; may reach outside the viewport.
    pub picture: RectF,
    /// Screen pixels per picture row.
    pub zoom: f64,
    canvas: Size,
}

impl Placement {
    /// Places a canvas of `size` pixels of `aspect` (width over height) in a viewport.
    pub fn new(viewport: [f64; 2], size: Size, aspect: f64, zoom: Zoom, center: [f64; 2]) -> Self {
        Self::with(viewport, size, aspect, zoom, center, size)
    }

    /// The same where [`Zoom::Fit`] shows what lies around the picture too: `around`, in pixels of its canvas from its top left.
    pub fn with(viewport: [f64; 2], size: Size, aspect: f64, zoom: Zoom, center: [f64; 2], around: Size) -> Self {
        let of = |size: Size| (f64::from(size.width.max(1)) * aspect, f64::from(size.height.max(1)));
        let ((w, h), (aw, ah)) = (of(size), of(around));
        let whole = [w.max(aw), h.max(ah)];
        let room = |v: f64| (v - 2.0 * FIT_MARGIN).max(v / 2.0);
        let fit = (room(viewport[0]) / whole[0]).min(room(viewport[1]) / whole[1]);
        let (zoom, center) = match zoom {
            Zoom::Fit => (fit, [whole[0] / w / 2.0, whole[1] / h / 2.0]),
            Zoom::Factor(f) => (f, center),
        };
        let (w, h) = (w * zoom, h * zoom);
        let x = viewport[0] / 2.0 - center[0] * w;
        let y = viewport[1] / 2.0 - center[1] * h;
        // On whole screen pixels, so that 1:1 shows each pixel unblended.
        Self { viewport, picture: RectF::new(x.round(), y.round(), w, h), zoom, canvas: size }
    }

    /// The canvas pixel at a screen position, if the picture is there.
    pub fn pixel_at(&self, position: [f64; 2]) -> Option<[u32; 2]> {
        self.pixel_of(self.normalized(position))
    }

    /// The canvas pixel at 0..1 of the picture, if the picture is there.
    pub fn pixel_of(&self, [x, y]: [f64; 2]) -> Option<[u32; 2]> {
        let inside = (0.0..1.0).contains(&x) && (0.0..1.0).contains(&y);
        inside.then(|| [(x * f64::from(self.canvas.width)) as u32, (y * f64::from(self.canvas.height)) as u32])
    }

    /// A screen position as 0..1 of the picture.
    pub fn normalized(&self, position: [f64; 2]) -> [f64; 2] {
        [(position[0] - self.picture.x) / self.picture.width, (position[1] - self.picture.y) / self.picture.height]
    }

    /// Pixels of the canvas.
    pub fn canvas(&self) -> Size {
        self.canvas
    }

    /// Where a rectangle in canvas pixels lies on screen.
    pub fn on_screen(&self, rect: RectF) -> RectF {
        let sx = self.picture.width / f64::from(self.canvas.width.max(1));
        let sy = self.picture.height / f64::from(self.canvas.height.max(1));
        RectF::new(self.picture.x + rect.x * sx, self.picture.y + rect.y * sy, rect.width * sx, rect.height * sy)
    }

    /// The centre that keeps the point under `position` where it is when the zoom becomes `zoom`.
    pub fn center_for_zoom(&self, position: [f64; 2], zoom: f64) -> [f64; 2] {
        let at = self.normalized(position);
        let ratio = self.zoom / zoom;
        std::array::from_fn(|i| {
            let size = [self.picture.width, self.picture.height][i];
            at[i] + (self.viewport[i] / 2.0 - position[i]) / size * ratio
        })
    }

    /// The point of the picture at the middle of the viewport: 0..1 from its top left.
    pub fn center(&self) -> [f64; 2] {
        self.normalized([self.viewport[0] / 2.0, self.viewport[1] / 2.0])
    }

    /// The centre after a drag by `delta` screen pixels.
    pub fn center_after_drag(&self, delta: [f64; 2]) -> [f64; 2] {
        let middle = self.center();
        [middle[0] - delta[0] / self.picture.width, middle[1] - delta[1] / self.picture.height]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEWPORT: [f64; 2] = [1000.0, 800.0];

    #[test]
    fn fit_shows_all_of_a_desqueezed_picture() {
        let p = Placement::new(VIEWPORT, Size::new(1000, 1000), 2.0, Zoom::Fit, [0.2, 0.2]);
        assert_eq!(p.picture, RectF::new(10.0, 155.0, 980.0, 490.0));
        assert_eq!(p.pixel_at([989.9, 155.0]), Some([999, 0]));
        assert_eq!(p.pixel_at([500.0, 154.0]), None);
    }

    #[test]
    fn fit_shows_a_canvas_that_is_larger_than_the_picture() {
        let (picture, canvas) = (Size::new(1920, 1080), Size::new(2048, 1152));
        let p = Placement::with(VIEWPORT, picture, 1.0, Zoom::Fit, [0.2, 0.2], canvas);
        let whole = p.on_screen(RectF::new(0.0, 0.0, 2048.0, 1152.0));
        assert!(whole.x >= 9.5 && whole.right() <= 990.5 && whole.y > 0.0 && whole.bottom() < 800.0, "{whole:?}");
        assert!((whole.width - 980.0).abs() < 1e-6 && (whole.y + whole.height / 2.0 - 400.0).abs() <= 0.5, "{whole:?}");
        assert!((p.center()[0] - 1024.0 / 1920.0).abs() < 1e-3, "{:?}", p.center());
        let smaller = Placement::with(VIEWPORT, canvas, 2.0, Zoom::Fit, [0.5; 2], picture);
        assert_eq!(smaller, Placement::new(VIEWPORT, canvas, 2.0, Zoom::Fit, [0.5; 2]));
        let at = Placement::with(VIEWPORT, picture, 1.0, Zoom::Factor(1.0), [0.5; 2], canvas);
        assert_eq!(at, Placement::new(VIEWPORT, picture, 1.0, Zoom::Factor(1.0), [0.5; 2]));
    }

    #[test]
    fn zooming_keeps_the_pixel_under_the_pointer() {
        let size = Size::new(4096, 2160);
        let before = Placement::new(VIEWPORT, size, 1.0, Zoom::Fit, [0.5; 2]);
        let at = [312.0, 431.0];
        let center = before.center_for_zoom(at, 4.0);
        let after = Placement::new(VIEWPORT, size, 1.0, Zoom::Factor(4.0), center);
        let (a, b) = (before.normalized(at), after.normalized(at));
        assert!((a[0] - b[0]).abs() * 4096.0 < 0.25 && (a[1] - b[1]).abs() * 2160.0 < 0.25, "{a:?} {b:?}");
    }

    #[test]
    fn a_drag_moves_the_picture_with_the_pointer() {
        let size = Size::new(400, 300);
        let before = Placement::new(VIEWPORT, size, 1.0, Zoom::Factor(8.0), [0.5; 2]);
        let after = Placement::new(VIEWPORT, size, 1.0, Zoom::Factor(8.0), before.center_after_drag([30.0, -12.0]));
        assert_eq!((after.picture.x - before.picture.x, after.picture.y - before.picture.y), (30.0, -12.0));
    }

    #[test]
    fn overlay_rectangles_follow_the_picture() {
        let p = Placement::new(VIEWPORT, Size::new(500, 400), 1.0, Zoom::Factor(2.0), [0.5; 2]);
        assert_eq!(p.on_screen(RectF::new(50.0, 40.0, 400.0, 320.0)), RectF::new(100.0, 80.0, 800.0, 640.0));
    }
}
