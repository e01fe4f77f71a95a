//! The app: input to actions, actions to the session, then every panel drawn from it.

use super::{
    PreviewBy, approve, checks, clips, focus,
    frames::{Awaited, FrameTimes, Stretch},
    help, inspector, keymap, library, log, menu, metadata,
    palette::{self, PaletteState},
    picker::{FilePicker, Purpose, Reply},
    question, recipe, rooms, scopes,
    screen::Screen,
    script::{Next, Script},
    settings, status, steps, theme, toolbar, transport,
    viewer::{self, ViewerState},
    wall,
    widgets::{Out, segments},
    windows,
};
use crate::{
    error::Result,
    framing::template::TemplateChoice,
    progress::Progress,
    session::{Action, Ask, ClipId, Config, Dialog, Engine, MonitorColor, Room, Session, Tab, Zoom},
};
use crossbeam_channel::{Receiver, Sender, unbounded};
use egui::{CentralPanel, Context, Frame, Margin, Panel, Popup, Ui, ViewportCommand};
use std::{path::PathBuf, sync::Arc, time::Instant};

pub struct App {
    session: Session,
    screen: Screen,
    picker: Box<dyn FilePicker>,
    replies: (Sender<Reply>, Receiver<Reply>),
    script: Script,
    out: Out,
    /// The same, about a clip whichever is selected.
    answers: Vec<(ClipId, Action)>,
    viewer: ViewerState,
    scopes: scopes::Textures,
    rooms: rooms::Rooms,
    palette: PaletteState,
    keymap: keymap::Keymap,
    settings: settings::State,
    library: library::State,
    wall: wall::State,
    form: approve::Form,
    windows: windows::State,
    focus: focus::State,
    /// Whether a question was drawn in the pass before.
    asked: bool,
    log: log::State,
    /// Which keys are on the sheet.
    keys_filter: String,
    metadata_filter: String,
    /// The canvas templates of the file that was chosen last.
    templates: Vec<TemplateChoice>,
    full_screen: bool,
    /// Whether the window may close without a question.
    closing: bool,
    times: FrameTimes,
    /// Where they are written to in the end.
    times_to: Option<PathBuf>,
    /// Whether it is the window that is used: then files are watched.
    in_front: bool,
    /// Whether the size of the screen is still to be looked at.
    unfitted: bool,
    /// Whether letters were made.
    warm: bool,
}

/// What is opened first.
pub enum Content {
    Paths(Vec<PathBuf>),
    /// Clips that have to be made; off this thread.
    Made {
        title: String,
        make: Maker,
    },
}

/// Makes clips and says where they are.
pub type Maker = Box<dyn FnOnce(&Progress) -> Result<Vec<PathBuf>> + Send>;

/// What an [`App`] starts with.
pub struct Setup {
    pub picker: Box<dyn FilePicker>,
    pub content: Content,
    pub script: Script,
    /// Where the times of passes are written to when the window closes.
    pub frame_times: Option<PathBuf>,
    pub preview: PreviewBy,
    /// Whether a screen that the window is too large for is filled with it.
    pub fits: bool,
    /// Its waker is replaced by the window's.
    pub session: Config,
}

impl App {
    pub fn new(cc: &eframe::CreationContext<'_>, setup: Setup) -> Self {
        theme::install(&cc.egui_ctx);
        let ctx = cc.egui_ctx.clone();
        let mut session = Session::new(Config { waker: Arc::new(move || ctx.request_repaint()), ..setup.session });
        let (screen, usable) = Screen::new(cc.wgpu_render_state.as_ref());
        match usable {
            Ok(()) => session.set_gpu_usable(true),
            Err(error) => session.log_mut().info(format!("CPU picture: {error}")),
        }
        let software = screen.is_software();
        let chosen = session.preferences().view.engine.is_some();
        if let Some(engine) = setup.preview.engine(software, chosen) {
            session.begin_with(engine);
            if software && engine == Engine::Cpu {
                let (name, _) = screen.adapter().unwrap_or_default();
                session.log_mut().info(format!("CPU picture: {name} is a GPU of software, slower than the engine's own picture"));
            }
        }
        let mut out = vec![];
        match setup.content {
            Content::Paths(paths) if paths.is_empty() => {}
            Content::Paths(paths) => out.push(Action::Add(paths)),
            Content::Made { title, make } => match session.last_state() {
                Some(saved) => session.restore(saved),
                None => {
                    session.set_demo();
                    session.prepare(title, make);
                }
            },
        }
        let keymap = keymap::Keymap::new(session.keys());
        Self {
            session,
            screen,
            picker: setup.picker,
            replies: unbounded(),
            script: setup.script,
            out,
            answers: vec![],
            viewer: ViewerState::default(),
            scopes: Default::default(),
            rooms: Default::default(),
            palette: PaletteState::default(),
            keymap,
            settings: Default::default(),
            library: Default::default(),
            wall: Default::default(),
            form: approve::Form::default(),
            windows: Default::default(),
            focus: Default::default(),
            asked: false,
            log: Default::default(),
            keys_filter: String::new(),
            metadata_filter: String::new(),
            templates: vec![],
            full_screen: false,
            closing: false,
            times: FrameTimes::default(),
            times_to: setup.frame_times,
            in_front: false,
            unfitted: setup.fits,
            warm: false,
        }
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    /// How long its passes took.
    pub fn frame_times(&self) -> &FrameTimes {
        &self.times
    }

    /// Has an action done in the next pass, as if a panel had asked for it.
    pub fn ask(&mut self, action: Action) {
        self.out.push(action);
    }

    /// The folder that recipes are written into, as the dialog would answer.
    pub fn choose_export_folder(&mut self, folder: PathBuf) {
        self.form.parent = Some(folder);
    }

    /// A window that the screen has no room for fills it, so that its last line is seen.
    fn fit_screen(&mut self, ctx: &Context) {
        /// What a window manager takes for a title, points.
        const TITLE: f32 = 36.0;
        let Some(screen) = ctx.input(|i| i.viewport().monitor_size).filter(|_| self.unfitted) else { return };
        self.unfitted = false;
        let size = ctx.content_rect().size();
        if size.x > screen.x || size.y + TITLE > screen.y {
            ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
        }
    }

    fn take_input(&mut self, ctx: &Context) {
        if !self.keymap.is_of(self.session.keys()) {
            self.keymap = keymap::Keymap::new(self.session.keys());
        }
        self.settings.capture(ctx, &self.session, &mut self.out);
        // An open menu has the keyboard to itself: nothing happens beneath it.
        if !self.session.view().palette && !Popup::is_any_open(ctx) {
            let escapes = self.windows.takes_escape(ctx, &self.session);
            self.out.extend(keymap::poll(ctx, &self.keymap, &self.session, escapes));
        }
        let dropped: Vec<PathBuf> =
            ctx.input_mut(|i| std::mem::take(&mut i.raw.dropped_files)).iter().map(|f| f.path().to_owned()).collect();
        if !dropped.is_empty() {
            self.out.extend(self.rooms.dropped(&self.session, dropped));
        }
        while let Ok((purpose, paths)) = self.replies.1.try_recv() {
            let first = paths.first().cloned();
            match purpose {
                _ if paths.is_empty() => {}
                Purpose::ExportFolder => self.form.parent = first,
                Purpose::Templates => self.out.extend(paths.into_iter().map(Action::AddTemplates)),
                Purpose::LookFiles(clip) => self.answer_for(clip, Some(rooms::look::add_files(&self.session, clip, paths))),
                Purpose::WriteAmf(clip, version) => {
                    self.rooms.look.written(clip);
                    self.answer_for(clip, first.map(|out| Action::WriteAmf { out, edits: None, version }));
                }
                Purpose::WriteFdl(clip) => self.answer_for(clip, first.map(|out| Action::WriteFdl { out })),
                Purpose::RenderFolder(clip, all) => {
                    let clips = if all { vec![] } else { self.session.document().index(clip).into_iter().collect() };
                    self.answer_for(clip, first.map(|out| Action::Render { out, clips }));
                }
                Purpose::PullFolder(clip, list) => self.answer_for(clip, first.map(|out| Action::Pull { list, out })),
                Purpose::Copy(clip) => self.answer_for(clip, first.map(|copy| Action::Copy(Some(copy)))),
                Purpose::Key(clip) => self.answer_for(clip, first.map(Action::Sign)),
                Purpose::Monitor => self.out.extend(first.map(|p| Action::SetMonitor(MonitorColor::Icc(p)))),
                Purpose::Library => self.out.extend(first.map(Action::UseLibrary)),
                Purpose::Wall => self.out.extend(first.map(|folder| Action::Wall(Some(folder)))),
                Purpose::NewLibrary => self.out.extend(first.map(|index| Action::AskIndex(Some(index)))),
                Purpose::Indexed(into) => self.out.push(Action::Index { folders: paths, into: Some(into) }),
                Purpose::OpenShow => self.out.extend(first.map(Action::OpenShow)),
                Purpose::SaveShow => self.out.extend(first.map(Action::SaveAs)),
                Purpose::Sidecars(clip) => {
                    let clip = self.session.document().index(clip);
                    self.out.extend(clip.map(|clip| Action::Attach { clip: Some(clip), paths }));
                }
                Purpose::OpenTemplate(clip) => self.take_templates(clip, &paths),
                Purpose::OpenFiles | Purpose::OpenFolder | Purpose::CutLists => self.out.push(Action::Add(paths)),
            }
        }
    }

    /// Does what a dialog was opened for, with the clip that it was opened for.
    fn answer_for(&mut self, clip: ClipId, action: Option<Action>) {
        if let Some(action) = action {
            // What cannot be done is logged by the session.
            let _ = self.session.dispatch_for(clip, action);
            self.session.seal();
        }
    }

    /// Offers the templates of a file; takes it where there is only one.
    fn take_templates(&mut self, clip: ClipId, paths: &[PathBuf]) {
        let mode = self.session.document().clip(clip).and_then(|c| c.settings.framing.template.as_ref()).map(|t| t.mode);
        match paths.iter().map(|p| TemplateChoice::all(p, mode.unwrap_or_default())).collect::<Result<Vec<_>>>() {
            Ok(found) => self.templates = found.concat(),
            Err(error) => return self.session.log_mut().fail(&error),
        }
        if let [only] = self.templates.as_slice() {
            let chosen = steps::set(serde_json::json!({"framing": {"template": only}}));
            self.answer_for(clip, Some(chosen));
        }
    }

    fn send(&mut self, action: Action, ctx: &Context) -> Result<()> {
        let action = match action {
            Action::CloseDialog if !self.session.view().palette && self.session.question().is_some() => Action::Stay,
            Action::CloseDialog if !self.session.view().palette => windows::front(ctx, &self.session).map_or(action, Action::CloseWindow),
            // From fit, "larger" starts at the factor that fit came to.
            Action::ZoomBy(by) if self.session.view().zoom == Zoom::Fit => match &self.viewer.placement {
                Some(p) => Action::Look { zoom: Zoom::Factor(p.zoom * by), center: p.center() },
                None => return Ok(()),
            },
            other => other,
        };
        match &action {
            Action::Add(_) => self.times.awaits(Awaited::First),
            Action::Step(_) => self.times.awaits(Awaited::Step),
            _ => {}
        }
        // A drag of a value is one undo step; everything else is its own.
        let gesture = matches!(action, Action::SetClip(_) | Action::FramingEdit(_) | Action::Draft { .. });
        let done = self.session.dispatch(action);
        if !gesture {
            self.session.seal();
        }
        done
    }

    /// What is known of the window itself: its size, and whether it is in front.
    fn look_around(&mut self, ctx: &Context) {
        let (focused, size) = ctx.input(|i| (i.viewport().focused.unwrap_or(true), i.viewport().inner_rect.map(|r| r.size())));
        if let Some(size) = size {
            self.session.set_window([size.x.round(), size.y.round()]);
        }
        if self.in_front != focused {
            self.in_front = focused;
            self.session.watch_files(focused);
        }
    }

    fn run_script(&mut self, ctx: &Context) {
        let settled = self.session.is_settled() && self.screen.is_settled(&self.session) && self.out.is_empty() && self.answers.is_empty();
        match self.script.next(ctx, settled) {
            Next::Nothing => {}
            Next::Do(action) => {
                let sent = self.send(action, ctx);
                // A script has decided.
                let sent = if self.session.question().is_some() { sent.and_then(|_| self.send(Action::GoAhead, ctx)) } else { sent };
                if let Err(error) = sent {
                    self.script.fail(error.to_string());
                }
                self.session.seal();
            }
            Next::Close => self.close(ctx),
        }
    }

    fn answer(&mut self, ask: Ask, ctx: &Context) {
        match ask {
            Ask::PickFiles => self.pick(Purpose::OpenFiles, ctx),
            Ask::PickFolder => self.pick(Purpose::OpenFolder, ctx),
            Ask::PickKey(clip) => self.pick(Purpose::Key(clip), ctx),
            Ask::PickRenderFolder { clip, all } => self.pick(Purpose::RenderFolder(clip, all), ctx),
            Ask::PickPullFolder { clip, list } => self.pick(Purpose::PullFolder(clip, list), ctx),
            Ask::PickCutLists => self.pick(Purpose::CutLists, ctx),
            Ask::PickLibrary => self.pick(Purpose::Library, ctx),
            Ask::PickWall => self.pick(Purpose::Wall, ctx),
            Ask::SaveLibrary => self.pick(Purpose::NewLibrary, ctx),
            Ask::PickIndexed(into) => self.pick(Purpose::Indexed(into), ctx),
            Ask::PickCopy(clip) => self.pick(Purpose::Copy(clip), ctx),
            Ask::PickTemplates => self.pick(Purpose::Templates, ctx),
            Ask::PickShow => self.pick(Purpose::OpenShow, ctx),
            Ask::SaveShow => self.pick(Purpose::SaveShow, ctx),
            Ask::SaveFdl(clip) => self.pick(Purpose::WriteFdl(clip), ctx),
            Ask::PickSidecars(clip) => self.pick(Purpose::Sidecars(clip), ctx),
            Ask::PickMonitor => self.pick(Purpose::Monitor, ctx),
            Ask::ForgetFrameTimes => self.times.forget(),
            Ask::WriteFrameTimes(path) => self.write_times(&path),
            Ask::Quit => self.close(ctx),
        }
    }

    fn close(&mut self, ctx: &Context) {
        self.closing = true;
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }

    /// A window that is closed from outside asks like *Quit* does.
    fn asks_before_closing(&mut self, ctx: &Context) {
        if ctx.input(|i| i.viewport().close_requested()) && !self.closing && self.session.would_drop(&Action::Quit).is_some() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.out.push(Action::Quit);
        }
    }

    fn write_times(&mut self, path: &std::path::Path) {
        if let Err(error) = self.times.write(path) {
            self.script.fail(error.to_string());
            self.session.log_mut().fail(&error);
        }
    }

    fn pick(&self, purpose: Purpose, ctx: &Context) {
        let ctx = ctx.clone();
        self.picker.pick(purpose, self.replies.0.clone(), Box::new(move || ctx.request_repaint()));
    }

    fn dialogs(&mut self, ui: &Ui) {
        let (session, out, windows) = (&self.session, &mut self.out, &mut self.windows);
        let (mut pick, mut answer) = (None, None);
        settings::show(ui, session, windows, &self.keymap, &mut self.settings, out);
        for dialog in &session.view().dialogs {
            match dialog {
                Dialog::Keys => help::keys(ui, session, windows, &mut self.keys_filter, out),
                Dialog::About => help::about(ui, &self.screen, windows, out),
                Dialog::Wall => wall::show(ui, session, windows, &mut self.wall, out),
                Dialog::Library => library::show(ui, session, windows, &mut self.library, out),
                Dialog::Waive(of) => answer = approve::waive(ui, session, windows, &mut self.form, of, out),
                Dialog::Approve(_) => pick = approve::show(ui, session, windows, &mut self.form, out),
            }
        }
        if !session.view().dialogs.contains(&Dialog::Library) {
            self.library = Default::default();
        }
        if session.view().palette {
            palette::show(ui, session, &mut self.palette, out);
        }
        windows.update(ui.ctx(), session);
        if let Some(purpose) = pick {
            self.pick(purpose, ui.ctx());
        }
        self.answers.extend(answer);
    }

    /// The picture, and what is beside it.
    fn bench(&mut self, ui: &mut Ui, panels: bool) {
        if panels {
            self.side_panels(ui);
        }
        let bar = |ui: &Ui| Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(theme::MARGIN, 4));
        CentralPanel::no_frame().show(ui, |ui| {
            if panels {
                let frame = bar(ui);
                Panel::top("toolbar").frame(frame).show(ui, |ui| {
                    toolbar::show(ui, &self.session, &mut self.out, self.viewer.placement.as_ref());
                });
                Panel::bottom("transport").frame(frame).show(ui, |ui| transport::show(ui, &self.session, &mut self.out));
            }
            viewer::show(ui, &self.session, &mut self.screen, &mut self.viewer, &mut self.out);
        });
    }

    /// The picture under the row of its steps.
    fn look(&mut self, ui: &mut Ui) {
        let bar = |ui: &Ui| Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(theme::MARGIN, 6));
        let frame = bar(ui);
        Panel::top("steps in a row").frame(frame).show(ui, |ui| rooms::look_steps::row(ui, &self.session, &mut self.out));
        let frame = bar(ui);
        let ask = Panel::right("look")
            .default_size(330.0)
            .size_range(290.0..=480.0)
            .frame(frame)
            .show(ui, |ui| rooms::look::controls(ui, &self.session, &mut self.rooms.look, &mut self.out))
            .inner;
        Panel::top("look bar").frame(frame).show(ui, |ui| {
            rooms::picture_bar::show(ui, &self.session, self.viewer.placement.as_ref(), &mut self.out, |_, _| {});
        });
        CentralPanel::no_frame().show(ui, |ui| viewer::show(ui, &self.session, &mut self.screen, &mut self.viewer, &mut self.out));
        if let Some(purpose) = ask {
            self.pick(purpose, ui.ctx());
        }
    }

    /// The picture with frame lines that are taken hold of, and their numbers.
    fn frame_lines(&mut self, ui: &mut Ui) {
        let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(theme::MARGIN, 6));
        Panel::right("frame lines")
            .default_size(380.0)
            .size_range(360.0..=520.0)
            .frame(frame)
            .show(ui, |ui| rooms::frame_lines::panel(ui, &self.session, &mut self.out));
        Panel::top("frame lines bar").frame(frame).show(ui, |ui| {
            rooms::frame_lines::bar(ui, &self.session, self.viewer.placement.as_ref(), &mut self.out);
        });
        CentralPanel::no_frame().show(ui, |ui| viewer::show(ui, &self.session, &mut self.screen, &mut self.viewer, &mut self.out));
    }

    fn side_panels(&mut self, ui: &mut Ui) {
        let (session, out) = (&self.session, &mut self.out);
        let (templates, mut ask) = (&self.templates, None);
        let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin::same(theme::MARGIN));
        Panel::left("clips and pipeline").default_size(260.0).size_range(200.0..=420.0).frame(frame).show(ui, |ui| {
            let half = ui.available_height() * 0.45;
            clips::show(ui, session, out, half);
            super::widgets::rule(ui);
            ask = steps::show(ui, session, templates, out);
        });
        Panel::right("tabs").default_size(330.0).size_range(280.0..=520.0).frame(frame).show(ui, |ui| {
            segments(ui, |ui| {
                for tab in Tab::ALL {
                    super::widgets::action_button(ui, session, out, &Action::Tab(tab), tab.label(), session.view().tab == tab);
                }
            });
            super::widgets::rule(ui);
            match session.view().tab {
                Tab::Metadata => metadata::show(ui, session, &mut self.metadata_filter, out),
                Tab::Inspector => inspector::show(ui, session, out, self.viewer.hover),
                Tab::Scopes => scopes::show(ui, session, &mut self.scopes, out),
                Tab::Checks => checks::show(ui, session, out),
                Tab::Recipe => recipe::show(ui, session, out),
            }
        });
        if let Some(purpose) = ask {
            self.pick(purpose, ui.ctx());
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        self.times.begin(self.session.playback().is_some(), frame.info().cpu_usage);
        self.fit_screen(ctx);
        self.take_input(ctx);
        self.asks_before_closing(ctx);
        for action in std::mem::take(&mut self.out) {
            // What cannot be done is logged by the session and shown in the status bar.
            let _ = self.send(action, ctx);
        }
        for (clip, action) in std::mem::take(&mut self.answers) {
            self.answer_for(clip, Some(action));
        }
        self.session.want_thumbs(self.rooms.wishes());
        self.look_around(ctx);
        self.times.was(Stretch::Actions);
        self.session.poll();
        self.times.was(Stretch::Poll);
        if ctx.input(|i| i.pointer.any_released() || i.events.iter().any(|e| matches!(e, egui::Event::Key { pressed: false, .. }))) {
            self.session.seal();
        }
        self.screen.update(&mut self.session, ctx);
        self.times.was(Stretch::Picture);
        for ask in self.session.take_asks() {
            self.answer(ask, ctx);
        }
        let full_screen = self.session.view().full_screen;
        if self.full_screen != full_screen {
            self.full_screen = full_screen;
            ctx.send_viewport_cmd(ViewportCommand::Fullscreen(full_screen));
        }
        self.run_script(ctx);
        if let Some(at) = self.session.next_wake() {
            ctx.request_repaint_after(at.saturating_duration_since(Instant::now()));
        }
        self.times.was(Stretch::Actions);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.times.resume();
        if !std::mem::replace(&mut self.warm, true) {
            theme::warm(ui.ctx());
        }
        let bar = |ui: &Ui| Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(theme::MARGIN, 4));
        self.rooms.begin();
        self.focus.begin(ui.ctx());
        let panels = self.session.view().panels;
        if panels {
            let frame = bar(ui);
            Panel::top("menu").frame(frame).show(ui, |ui| menu::show(ui, &self.session, &mut self.out));
            Panel::top("rooms").frame(frame).show(ui, |ui| rooms::bar(ui, &self.session, &mut self.out));
        }
        let question = self.session.question();
        let is_new = question.is_some() && !self.asked;
        self.asked = question.is_some();
        if let Some((words, action)) = question {
            let frame = bar(ui).fill(egui::Color32::from_gray(58));
            Panel::top("question").frame(frame).show(ui, |ui| question::show(ui, &self.session, &words, action, is_new, &mut self.out));
        }
        let frame = bar(ui);
        Panel::bottom("status").frame(frame).show(ui, |ui| status::show(ui, &self.session, &self.screen, &mut self.out));
        if self.session.view().log {
            let frame = bar(ui);
            Panel::bottom("log").default_size(190.0).size_range(90.0..=460.0).resizable(true).frame(frame).show(ui, |ui| {
                log::show(ui, &self.session, &mut self.log, &mut self.out);
            });
        }
        match self.session.view().room {
            Room::Bench => self.bench(ui, panels),
            Room::Look => self.look(ui),
            Room::Framing if self.session.edits_framing() => self.frame_lines(ui),
            _ => rooms::show(ui, &self.session, &mut self.rooms, &mut self.out),
        }
        self.dialogs(ui);
        self.focus.end(ui.ctx());
        if !self.out.is_empty() || !self.answers.is_empty() {
            ui.ctx().request_repaint(); // taken up at the start of the next pass
        }
        if self.session.view().frame_times {
            self.times.show(ui.ctx());
        }
        if self.screen.shows(&self.session) {
            self.times.shown();
        }
        self.times.was(Stretch::Panels);
        self.times.end();
    }

    fn on_exit(&mut self) {
        if let Some(path) = self.times_to.take() {
            self.write_times(&path);
        }
    }
}
