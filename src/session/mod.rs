//! The open show, without a window: document, actions, jobs, caches. The window and tests drive it alike.
//!
//! [`Session::dispatch`] takes what the user asks for, [`Session::poll`] takes in what jobs have found since, and the rest
//! is read-only. Files of clips are read and pictures computed by [`jobs`], which call the waker when done. Only small files
//! are read and written at once, so that what is wrong with them can be answered: shows, AMFs, templates, profiles.

mod action;
mod apart;
mod approval;
mod area;
mod asked;
mod cache;
mod causes;
mod checked;
mod command;
mod compare;
mod conditions;
mod cut_lists;
mod deliverables;
mod delivery;
mod develop;
mod dispatch;
mod document;
mod every_frame;
mod evidence;
mod fits;
mod framing_edit;
mod framings;
mod given;
mod golden;
pub mod indexing;
mod intake;
pub mod jobs;
mod lamp;
mod latest;
pub mod library;
mod line;
mod log;
mod look_copies;
mod look_draft;
mod look_edit;
mod look_health;
mod look_undo;
mod measured;
mod media;
mod mend;
mod modes;
mod monitor;
mod pictures;
mod pin;
mod playback;
mod preferences;
mod profile;
mod pull;
mod question;
mod reload;
mod reports;
mod rolls;
mod room;
mod saved;
mod scopes;
mod show;
mod side;
mod sign;
pub mod table;
#[cfg(test)]
mod tests;
mod thumbs;
mod undo;
mod view;
mod wall;
mod warned;
mod watch;

pub use action::Action;
pub use apart::{Apart, Kind, OwnCanvas, Side};
pub use approval::{Since, Validation};
pub use area::{AreaValues, Spread, Spreads};
pub use asked::{Approving, Standing, Waiving};
pub use cache::{FrameCache, FrameKey, Quality};
pub use checked::Checked;
pub use command::{Command, History};
pub use compare::{Compare, CompareMode, GAIN_RANGE, Wipe, With, clipped};
pub use cut_lists::ListState;
pub use delivery::{Delivered, Rendering, Verifying};
pub use develop::{Finish, Look, Rgba, ScreenPicture, Shown, to_screen, view_ops};
pub use document::{Approved, Chosen, ClipEntry, ClipId, Document, GoldenFrame, SidecarKind, Waiver};
pub use evidence::{Cell, CellAt, EvidenceView, Family, Filter, Grade, Matrix, Row};
pub use fits::{By, Fit, FitAt, FitRow, FitTable, Framed, take_template};
pub use framing_edit::DraftFrom;
pub use intake::{IntakeView, Leftover, Line, Paired, Sort};
pub use lamp::{Comparison, Lamp};
pub use line::quoted;
pub use log::{Log, LogEntry, LogLevel};
pub use look_draft::{Drafted, LookDraft};
pub use look_edit::{CdlNumbers, LookEdit, LookEdits};
pub use media::{ChecksState, Media, Opened, Opener, Planned, Plans, Tally};
pub use mend::Mend;
pub use modes::{Mode, SHOW, UNKNOWN, mode_of};
pub use monitor::MonitorColor;
pub use playback::{Direction, PlayMode, Playback, SPEED_RANGE};
pub use preferences::{AHEAD_RANGE, CACHE_RANGE, Preferences};
pub use reports::name_of;
pub use rolls::{RollOf, Verification};
pub use room::Room;
pub use saved::{Saved, SavedView, state_folder};
pub use scopes::{ScopeKey, ScopeSet};
pub use sign::{Signature, Signing};
pub use thumbs::{Thumb, ThumbKey, ThumbSize, ThumbState, middle_frame};
pub use view::{
    Channel, Dialog, DialogKind, EXPOSURE_RANGE, Engine, GAMMA_RANGE, LUMA, Placement, RECIPE_EXPOSURE, ScopeView, SettingsPart, Tab, View,
    ViewDefaults, ZOOM_RANGE, Zoom,
};
pub use wall::{Seen, SeenClip, Watched};
pub use warned::Warned;

use crate::{
    camera,
    check::Finding,
    error::{Error, Result},
    image::Image,
    progress::Progress,
    recipe::Approval,
    scope::{Marks, Values, itp::Light},
};
use jobs::{Job, JobId, Jobs, Lane, Waker};
use std::{
    cell::OnceCell,
    collections::BTreeMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

/// How a session is set up.
pub struct Config {
    /// Called from any thread when [`Session::poll`] has something to take in.
    pub waker: Waker,
    /// Bytes of decoded frames to keep.
    pub cache_bytes: usize,
    pub opener: Opener,
    /// The folder where the state is kept, so that the next run can go on; none for nothing to be kept.
    pub state: Option<PathBuf>,
    /// The folder where a studio has its profiles; none for only those that come with the program to be offered.
    pub profiles: Option<PathBuf>,
    /// How often files are looked at while [`Session::watch_files`] says so.
    pub look_every: Duration,
}

impl Default for Config {
    fn default() -> Self {
        /// A dozen full frames of 8 megapixels.
        const CACHE: usize = 1 << 30;
        Self {
            waker: Arc::new(|| ()),
            cache_bytes: CACHE,
            opener: Arc::new(camera::open_watched),
            state: None,
            profiles: None,
            look_every: watch::EVERY,
        }
    }
}

/// What only the window can do. Taken by [`Session::take_asks`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    PickFiles,
    PickFolder,
    /// FDLs with canvas templates, for the table.
    PickTemplates,
    /// Cut lists, for the show.
    PickCutLists,
    /// The index of a library.
    PickLibrary,
    /// Where a new index is written to.
    SaveLibrary,
    /// The folder of a delivery, to look at.
    PickWall,
    /// A folder of clips, for the library at a path.
    PickIndexed(PathBuf),
    /// The second copy of the roll of a clip.
    PickCopy(ClipId),
    /// A show file.
    PickShow,
    /// Where the show is saved to.
    SaveShow,
    /// Where the FDL of a clip is written to.
    SaveFdl(ClipId),
    /// Sidecars for a clip.
    PickSidecars(ClipId),
    /// A secret key to sign the recipe of a clip with.
    PickKey(ClipId),
    /// The folder to render into: the selected clip, or all that are in its recipe.
    PickRenderFolder {
        clip: ClipId,
        all: bool,
    },
    /// The folder to pull a cut list into, by the recipe of a clip.
    PickPullFolder {
        clip: ClipId,
        list: PathBuf,
    },
    /// An ICC profile of the monitor.
    PickMonitor,
    /// To measure its passes afresh.
    ForgetFrameTimes,
    /// To write how long they took.
    WriteFrameTimes(PathBuf),
    Quit,
}

/// What [`Session::poll`] took in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The list of clips, or a clip became ready or failed.
    Clips,
    /// The frame in view, or the picture of it.
    Picture,
    Checks(ClipId),
    /// The show was checked as a whole.
    Show,
    Lamp,
    Scopes,
    /// A small picture is there.
    Thumb,
    /// Every camera mode against every template.
    Framings,
    /// The state was written.
    Kept,
    /// A roll was verified.
    Roll,
    /// A delivery was looked at.
    Wall,
    /// The library was searched, or read into.
    Library,
    Exported,
    Failed(Error),
}

/// Export of the recipe.
#[derive(Debug, Default)]
pub enum ExportState {
    #[default]
    Idle,
    Running {
        job: JobId,
        by: Approval,
        /// The plan each clip is approved with.
        keys: Vec<(ClipId, String)>,
    },
    Failed(Error),
    Done {
        recipe: PathBuf,
        digest: String,
        golden: Vec<GoldenFrame>,
    },
}

pub struct Session {
    document: Document,
    history: History,
    view: View,
    media: BTreeMap<ClipId, Media>,
    /// Clips that were opened so far.
    openings: u64,
    cache: FrameCache,
    jobs: Jobs<reports::Output>,
    pictures: pictures::Pictures,
    /// The clip whose plan is being made again.
    planning: Option<(ClipId, JobId)>,
    playback: Option<Playback>,
    lamp: Lamp,
    scopes: scopes::Scopes,
    scopes_of_b: scopes::ScopesOfB,
    warnings: warned::Warnings,
    side: side::SideB,
    proposals: golden::Proposals,
    areas: area::Areas,
    look_drafts: look_draft::Drafts,
    look_steps: look_undo::LookSteps,
    causes: causes::Causes,
    healths: look_health::Healths,
    thumbs: thumbs::Thumbs,
    leftovers: intake::Leftovers,
    framings: framings::Framings,
    frame_lines: framing_edit::Drafts,
    /// What would drop edits, until that is answered.
    asked: Option<(Option<ClipId>, Box<Action>)>,
    /// SHA-256 of the recipes that clips were in when a file dialog was opened about them.
    recipes_asked_about: BTreeMap<ClipId, String>,
    keeper: saved::Keeper,
    measured: measured::Measured,
    watch: reload::Watch,
    export: ExportState,
    signing: Signing,
    rendering: Rendering,
    since: approval::SinceApproval,
    validation: Validation,
    /// Checks of clips that came to an end.
    checked: u64,
    rolls: rolls::RollStates,
    show: Checked<Vec<Finding>>,
    cut_lists: cut_lists::CutLists,
    every_frame: every_frame::EveryFrame,
    profiles: profile::Profiles,
    preferences: preferences::Kept,
    finder: library::Finder,
    indexing: Option<indexing::Indexing>,
    watched: Option<Watched>,
    /// How often files are looked at.
    look_every: Duration,
    monitor: monitor::Monitors,
    log: Log,
    asks: Vec<Ask>,
    opener: Opener,
    gpu_usable: bool,
    gpu_shows: bool,
    /// The plan that the GPU cannot compute, by its key.
    gpu_refused: Option<Arc<str>>,
    /// The engine that the window began with of its own accord.
    begun_with: Option<Engine>,
    /// Something changed since the last [`Session::refresh`]. Windows poll in every pass, and mostly nothing has.
    stale: bool,
    /// The chart of the evidence, of what was known at the last refresh.
    matrix: OnceCell<Matrix>,
    /// The lines of the intake, likewise.
    intake: OnceCell<Vec<intake::Place>>,
}

/// Jobs shorter than this are not shown: a bar that flashes says nothing.
const SHORT: Duration = Duration::from_millis(300);

impl Session {
    pub fn new(config: Config) -> Self {
        let (preferences, wrong) = preferences::Kept::open(config.state.as_deref());
        let cache = preferences.now().cache_mib.map_or(config.cache_bytes, preferences::bytes_of);
        let mut session = Self {
            document: Document::default(),
            history: History::default(),
            view: View::default(),
            media: BTreeMap::new(),
            openings: 0,
            cache: FrameCache::new(cache),
            watch: reload::Watch::new(config.look_every, config.waker.clone()),
            jobs: Jobs::new(config.waker),
            pictures: pictures::Pictures::default(),
            planning: None,
            playback: None,
            lamp: Lamp::default(),
            scopes: Default::default(),
            scopes_of_b: Default::default(),
            warnings: Default::default(),
            side: Default::default(),
            proposals: Default::default(),
            areas: Default::default(),
            look_drafts: Default::default(),
            look_steps: Default::default(),
            causes: Default::default(),
            healths: Default::default(),
            thumbs: Default::default(),
            leftovers: Default::default(),
            framings: Default::default(),
            frame_lines: Default::default(),
            asked: None,
            recipes_asked_about: BTreeMap::new(),
            measured: measured::Measured::within(config.state.as_deref()),
            keeper: saved::Keeper::new(config.state),
            export: ExportState::default(),
            signing: Signing::default(),
            rendering: Rendering::default(),
            since: Default::default(),
            validation: Validation::default(),
            checked: 0,
            rolls: Default::default(),
            show: Default::default(),
            cut_lists: Default::default(),
            every_frame: Default::default(),
            profiles: profile::Profiles::new(config.profiles),
            preferences,
            finder: Default::default(),
            indexing: None,
            watched: None,
            look_every: config.look_every,
            monitor: Default::default(),
            log: Log::default(),
            asks: vec![],
            opener: config.opener,
            gpu_usable: false,
            gpu_shows: false,
            gpu_refused: None,
            begun_with: None,
            stale: false,
            matrix: OnceCell::new(),
            intake: OnceCell::new(),
        };
        session.take_up_preferences(wrong);
        session.tell_of_profiles(&[]);
        session
    }

    pub fn document(&self) -> &Document {
        &self.document
    }
    pub fn history(&self) -> &History {
        &self.history
    }
    pub fn view(&self) -> &View {
        &self.view
    }
    pub fn cache(&self) -> &FrameCache {
        &self.cache
    }
    pub fn log(&self) -> &Log {
        &self.log
    }
    pub fn log_mut(&mut self) -> &mut Log {
        &mut self.log
    }
    pub fn lamp(&self) -> &Lamp {
        &self.lamp
    }
    pub fn export(&self) -> &ExportState {
        &self.export
    }
    pub fn playback(&self) -> Option<&Playback> {
        self.playback.as_ref()
    }
    pub fn media(&self, clip: ClipId) -> Option<&Media> {
        self.media.get(&clip)
    }
    pub fn opened(&self, clip: ClipId) -> Option<&Opened> {
        match self.media.get(&clip) {
            Some(Media::Ready(opened)) => Some(opened),
            _ => None,
        }
    }
    /// Those of the show that are open, in its order.
    fn open_clips(&self) -> Vec<Arc<dyn camera::Clip>> {
        self.document.clips.iter().filter_map(|entry| Some(self.opened(entry.id)?.clip.clone())).collect()
    }
    pub fn selected_opened(&self) -> Option<&Opened> {
        self.opened(self.document.selected?)
    }
    fn selected_opened_mut(&mut self) -> Option<&mut Opened> {
        match self.media.get_mut(&self.document.selected?) {
            Some(Media::Ready(opened)) => Some(opened),
            _ => None,
        }
    }
    /// Counts of the findings of a clip, once its checks have run.
    pub fn tally(&self, entry: &ClipEntry) -> Option<Tally> {
        Some(Tally::of(&entry.waivers, self.opened(entry.id)?.findings()?))
    }

    /// The frame in view, at the raw stage.
    pub fn shown(&self) -> Option<&Shown> {
        self.pictures.shown()
    }
    /// The frame in view in fewer pixels, where there is such a one.
    pub fn draft(&self) -> Option<&Arc<Image>> {
        self.cache.get(&FrameKey { quality: Quality::Draft, ..self.shown()?.key.clone() })
    }
    /// Why the frame in view cannot be shown at the stage in view.
    pub fn picture_error(&self) -> Option<&Error> {
        let opened = self.selected_opened()?;
        match self.plans_in_view() {
            None => opened.planned.result.as_ref().as_ref().err(),
            Some(plans) => self.pictures.error().or(plans.to(self.view.stage).as_ref().err()),
        }
    }
    /// Everything that decides what is on screen now; `None` where the stage in view cannot be rendered.
    pub fn look(&self) -> Option<Look> {
        let plans = self.plans_in_view()?;
        plans.to(self.view.stage).as_ref().ok()?;
        Some(Look { frame: self.shown()?.key.clone(), plan: plans.key.clone(), stage: self.view.stage, exposure: self.view.exposure })
    }
    /// How the look in view becomes colours of the screen.
    pub fn finish(&self) -> Option<Finish> {
        let view = &self.view;
        let marks = Marks::new(view.marking, self.values()?);
        Some(Finish { channel: view.channel, gamma: view.gamma, marks, monitor: self.conversion() })
    }
    /// What the values in view are.
    pub fn values(&self) -> Option<Values> {
        let opened = self.selected_opened()?;
        Some(develop::values(&*opened.clip, self.plans_in_view()?, self.view.stage))
    }
    /// The light of the display of the clip in view, where its output transform says so.
    pub fn light(&self) -> Option<Light> {
        self.plans_in_view()?.light
    }
    /// Whether there is something of the clip in view to show. Where its frame cannot be shown, nothing else stands in for it.
    pub fn has_picture(&self) -> bool {
        self.shown().is_some() && self.picture_error().is_none()
    }
    /// The CPU's picture for the screen; of an earlier look at the same clip while the new one is computed.
    pub fn screen_picture(&self) -> Option<&Arc<ScreenPicture>> {
        let opening = self.shown().filter(|_| self.has_picture())?.key.opening;
        self.pictures.screen().filter(|picture| picture.look.frame.opening == opening)
    }
    /// Whether the picture on screen is the CPU's.
    pub fn shows_cpu(&self) -> bool {
        self.view.engine == Engine::Cpu || !self.gpu_usable || self.gpu_refuses()
    }
    /// Whether the GPU cannot compute what is shown, though it can compute others.
    pub fn gpu_refuses(&self) -> bool {
        self.gpu_refused.is_some() && self.gpu_refused.as_ref() == self.plan_key()
    }
    fn plan_key(&self) -> Option<&Arc<str>> {
        Some(&self.plans_in_view()?.key)
    }
    /// Whether the CPU's picture is on screen: because it was asked for, or until the GPU has its first one. A driver may take
    /// seconds over a new program, and nobody should look at an empty window meanwhile.
    pub fn wants_screen(&self) -> bool {
        self.shows_cpu() || !self.gpu_shows
    }
    /// Says whether the GPU has a picture to show.
    pub fn set_gpu_shows(&mut self, shows: bool) {
        self.stale |= self.gpu_shows != shows;
        self.gpu_shows = shows;
    }
    pub fn gpu_usable(&self) -> bool {
        self.gpu_usable
    }
    /// The window says whether it has a GPU that can compute the preview.
    pub fn set_gpu_usable(&mut self, usable: bool) {
        self.gpu_usable = usable;
        self.refresh();
    }

    /// Has an engine compute the picture until the user says otherwise.
    pub fn begin_with(&mut self, engine: Engine) {
        self.view.engine = engine;
        self.begun_with = Some(engine);
        self.refresh();
    }

    /// The window says that its GPU cannot compute the plan in view: the CPU's picture is shown for it.
    pub fn refuse_gpu(&mut self) {
        self.gpu_refused = self.plan_key().cloned();
        self.refresh();
    }

    /// Jobs under way, oldest first.
    pub fn jobs(&self) -> &[Job] {
        self.jobs.active()
    }
    /// What a job says of itself; nothing where it is done.
    pub fn job_message(&self, job: JobId) -> String {
        self.jobs().iter().find(|j| j.id == job).map(|j| j.progress.message()).unwrap_or_default()
    }
    /// The job worth showing: the one that has run longest, but for read-ahead.
    pub fn visible_job(&self) -> Option<&Job> {
        self.jobs.active().iter().find(|j| j.lane.is_shown() && j.started.elapsed() >= SHORT)
    }
    /// What the window is asked to do.
    pub fn take_asks(&mut self) -> Vec<Ask> {
        std::mem::take(&mut self.asks)
    }
    /// Ends a gesture: the next change of the document is an undo step of its own.
    pub fn seal(&mut self) {
        self.history.seal();
        self.seal_frame_lines();
        self.seal_looks();
    }
    /// What undo would take back, and what redo would bring back.
    pub fn undo_labels(&self) -> [Option<&'static str>; 2] {
        match self.frame_line_steps() {
            Some(steps) => steps.map(|there| there.then_some("frame lines")),
            None => {
                let look = [true, false].map(|back| self.steps_look(back).then_some("look"));
                let undo = self.history.undo_label().filter(|_| !self.undoes_behind_look());
                [look[0].or(undo), look[1].or(self.history.redo_label())]
            }
        }
    }

    /// Whether nothing is under way: every clip opened, the picture final, checks done.
    pub fn is_settled(&self) -> bool {
        self.playback.is_none() && self.jobs.active().is_empty()
    }

    /// When to call [`Session::poll`] though nothing reports: the next frame of a playback is due, or a job has run long
    /// enough to be shown.
    pub fn next_wake(&self) -> Option<Instant> {
        let frame =
            self.playback.as_ref().zip(self.selected_opened()).and_then(|(p, o)| p.next_wake(o.frame_rate() * self.view.play.speed));
        let now = Instant::now();
        let job = self.jobs.active().iter().filter(|j| j.lane.is_shown()).map(|j| j.started + SHORT).find(|t| *t > now);
        frame.into_iter().chain(job).chain(self.next_keep()).chain(self.next_look_at_wall()).min()
    }

    /// Measures how far the GPU's picture is from the CPU's. `work` runs off this thread.
    pub fn measure(&mut self, look: Look, work: impl FnOnce(&Progress) -> Result<Comparison> + Send + 'static) {
        if let Lamp::Measuring { job, .. } = self.lamp {
            self.jobs.cancel(job);
        }
        let job = self.jobs.spawn(Lane::Ahead, "Comparing GPU and CPU", move |p| work(p).map(reports::Output::Compared));
        self.lamp = Lamp::Measuring { look, job };
    }

    fn run(&mut self, command: Command) {
        self.history.run(&mut self.document, command);
    }

    /// Starts what the state asks for and drops what it no longer does. Called after every change; nothing else starts a job of
    /// its own accord, so whatever changes the state without calling this has to set `stale`.
    fn refresh(&mut self) {
        self.stale = false;
        self.matrix.take();
        self.intake.take();
        self.keeper.changed = true;
        self.refresh_profile();
        self.open_next();
        self.plan_again();
        self.refresh_look_draft();
        self.refresh_cause();
        self.refresh_pictures();
        self.refresh_copies();
        self.refresh_cut_lists();
        self.check_next();
        self.check_show();
        self.refresh_lamp();
        self.refresh_scopes();
        self.refresh_warnings();
        self.refresh_side();
        self.refresh_health();
        self.refresh_area();
        self.refresh_thumbs();
        self.refresh_leftovers();
        self.refresh_framings();
        self.refresh_since();
        self.refresh_golden();
        self.refresh_frame_lines();
        self.refresh_watch();
        self.pin_approval();
        // What was asked about may have been settled otherwise.
        if self.question().is_none() {
            self.asked = None;
        }
    }

    fn refresh_lamp(&mut self) {
        if self.shows_cpu() {
            self.drop_measurement();
            self.lamp = if self.look().is_some() && self.has_picture() { Lamp::Cpu } else { Lamp::Waiting };
        } else if self.lamp == Lamp::Cpu || self.lamp.look() != self.look().as_ref() {
            self.drop_measurement();
            self.lamp = Lamp::Waiting;
        }
    }

    fn drop_measurement(&mut self) {
        if let Lamp::Measuring { job, .. } = self.lamp {
            self.jobs.cancel(job);
        }
    }
}
