//! Actions to changes of document, view and jobs. One action at a time: a relative one reads what the last one wrote.

use super::{
    Action, Ask, ClipId, Command, CompareMode, Dialog, Direction, EXPOSURE_RANGE, Engine, GAIN_RANGE, GAMMA_RANGE, Line, Playback,
    RECIPE_EXPOSURE, Room, SPEED_RANGE, Session, SettingsPart, Tab, Waiver, With, ZOOM_RANGE, Zoom, conditions::said_at_all,
    given::lasting, playback, reports::ExportRequest, table, view::Channel,
};
use crate::{
    camera::{Encoding, FrameNumber},
    error::{Error, Result},
    pipeline::{Settings, Stage},
    recipe::Approval,
    scope::Kind,
};
use serde_json::Value;

impl Session {
    /// Does what the user asks. What cannot be done now is an error that says why, and is logged.
    pub fn dispatch(&mut self, action: Action) -> Result<()> {
        if let Err(why) = self.available(&action) {
            return self.refuse(&action, why);
        }
        let result = self.carry_out(action);
        self.log_outcome(&result);
        self.refresh();
        result
    }

    /// Does an action where it can be done now, or asks about it.
    pub(super) fn attempt(&mut self, action: Action) -> Result<()> {
        self.available(&action).and_then(|()| self.carry_out(action))
    }
    /// The same of one that can be done.
    fn carry_out(&mut self, action: Action) -> Result<()> {
        if self.asks_first(&action) { Ok(()) } else { self.perform(action) }
    }

    /// Does an action that is about the selected clip with another: the answer of a dialog that was opened for that one.
    ///
    /// # Errors
    /// Those of [`dispatch`](Self::dispatch); refused where the clip has left the show.
    pub fn dispatch_for(&mut self, clip: ClipId, action: Action) -> Result<()> {
        let selected = self.document.selected;
        if self.document.clip(clip).is_none() {
            let gone = Error::refused("the clip it was asked for is no longer in the show").field(action.name());
            return self.refuse(&action, gone);
        }
        self.run(Command::Select(Some(clip)));
        let result = match self.is_recipe_asked_about(clip, &action).and_then(|()| self.available(&action)) {
            Ok(()) => {
                let result = self.perform(action);
                self.log_outcome(&result);
                result
            }
            Err(why) => self.refuse(&action, why),
        };
        self.run(Command::Select(selected));
        self.refresh();
        result
    }

    fn available(&self, action: &Action) -> Result<()> {
        table::available(action, self).map_err(|why| Error::refused(why).field(action.name()))
    }
    /// Logs why an action cannot be done, by its title where it has one.
    fn refuse(&mut self, action: &Action, why: Error) -> Result<()> {
        let title = table::entry_of(action).map(|e| e.title());
        self.log.refuse(title.as_deref(), &why);
        Err(why)
    }
    /// Logs what could not be done, or that something was.
    fn log_outcome(&mut self, result: &Result<()>) {
        match result {
            Ok(()) => self.log.acted(),
            Err(error) => self.log.fail(error),
        }
    }

    pub(super) fn perform(&mut self, action: Action) -> Result<()> {
        match action {
            Action::Open => self.asks.push(Ask::PickFiles),
            Action::OpenFolder => self.asks.push(Ask::PickFolder),
            Action::Add(paths) if is_show(&paths) => self.open_show(&paths[0])?,
            Action::Add(paths) => self.find(paths),
            Action::AskCutLists => self.asks.push(Ask::PickCutLists),
            Action::RemoveCutList(path) => self.remove_cut_list(&path)?,
            Action::Library => self.toggle_library(),
            Action::AskLibrary => self.asks.push(Ask::PickLibrary),
            Action::UseLibrary(location) => self.use_library(&location)?,
            Action::AskNewLibrary => self.asks.push(Ask::SaveLibrary),
            Action::AskIndex(into) => {
                let into = self.to_index(into.as_deref()).map_err(|why| Error::refused(why).field("Library/AskIndex"))?.to_owned();
                self.asks.push(Ask::PickIndexed(into));
            }
            Action::Index { folders, into } => self.start_indexing(&folders, into.as_deref())?,
            Action::FindInLibrary(query) => self.search_library(&query),
            Action::Save => self.save_show(None)?,
            Action::AskSave => self.asks.push(Ask::SaveShow),
            Action::SaveAs(path) => self.save_show(Some(path))?,
            Action::PickShow => self.asks.push(Ask::PickShow),
            Action::OpenShow(path) => self.open_show(&path)?,
            Action::Reload => self.reload(),
            Action::Quit => self.asks.push(Ask::Quit),
            Action::GoAhead => self.go_ahead()?,
            Action::Stay => self.stay(),
            Action::AskMonitor => self.asks.push(Ask::PickMonitor),
            setting @ (Action::SetMonitor(_)
            | Action::SetCache(_)
            | Action::SetReadAhead(_)
            | Action::SetNewProfile(_)
            | Action::KeepView
            | Action::SetKeys { .. }
            | Action::ResetKeys(_)) => self.set_preference(setting)?,
            Action::ForgetFrameTimes => self.asks.push(Ask::ForgetFrameTimes),
            Action::WriteFrameTimes(path) => self.asks.push(Ask::WriteFrameTimes(path)),

            Action::Undo | Action::Redo if self.frame_line_steps().is_some() => self.step_frame_lines(action == Action::Undo),
            Action::Undo | Action::Redo if self.steps_look(action == Action::Undo) => self.step_look(action == Action::Undo),
            Action::Undo => self.history.undo(&mut self.document),
            Action::Redo => self.history.redo(&mut self.document),

            Action::NextClip => self.select_by(1),
            Action::PreviousClip => self.select_by(-1),
            Action::SelectClip(index) => {
                let entry = self.document.clips.get(index).ok_or_else(|| Error::usage("no such clip").field("index").value(index))?;
                let id = entry.id;
                self.run(Command::Select(Some(id)));
                self.playback = None;
            }
            Action::RemoveClip => self.remove_selected(),
            Action::SetClip(members) => self.set_members(members)?,
            Action::ResetClip => self.set(Settings::default()),
            Action::TakeExposure => self.take_exposure(),

            Action::AskSign => {
                if let Some(clip) = self.document.selected {
                    self.pin_recipe(clip);
                    self.asks.push(Ask::PickKey(clip));
                }
            }
            Action::Sign(key) => self.start_signing(&key)?,
            Action::Validate => self.start_validation()?,
            Action::AskRender(all) => {
                if let Some(clip) = self.document.selected {
                    self.pin_recipe(clip);
                    self.asks.push(Ask::PickRenderFolder { clip, all });
                }
            }
            Action::Render { out, clips } => self.start_rendering(out, clips)?,
            Action::AskPull(list) => {
                let list = self.list_to_pull(list.as_deref()).map_err(|why| Error::refused(why).field("Recipe/AskPull"))?.to_owned();
                if let Some(clip) = self.document.selected {
                    self.pin_recipe(clip);
                    self.asks.push(Ask::PickPullFolder { clip, list });
                }
            }
            Action::Pull { list, out } => self.start_pull(&list, out)?,
            Action::AskWall => self.asks.push(Ask::PickWall),
            Action::Wall(place) => self.show_wall(place.as_deref())?,
            Action::VerifyWall => self.verify_wall()?,
            Action::VerifyDelivery => self.start_verifying()?,
            Action::AddGolden(frame) => self.add_golden(frame)?,
            Action::RemoveGolden(frame) => self.remove_golden(frame)?,
            Action::ProposeGolden => self.propose_golden(),
            Action::SetOutput(output) => self.set_output(output.map(|boxed| *boxed))?,
            Action::SetScope(said) => self.set_scope(&said)?,
            Action::SetTolerance(said) => self.set_tolerance(said.as_deref())?,
            Action::SetPins(pins) => self.set_conditions(|c| c.pins = pins.iter().cloned().collect()),
            Action::SetProved(proved) => self.set_conditions(|c| c.proved = proved),
            Action::SetTitle(title) => self.set_conditions(|c| c.title = said_at_all(title)),
            Action::SetProduction(name) => self.set_conditions(|c| c.production = said_at_all(name)),
            Action::AddDeliverable(name) => self.add_deliverable(&name)?,
            Action::RemoveDeliverable(id) => self.remove_deliverable(&id)?,
            Action::Export { dir, name, role, note, clips } => {
                let said = |value: &str, field| if value.trim().is_empty() { Err(Error::usage("is empty").field(field)) } else { Ok(()) };
                said(&name, "name")?;
                said(&role, "role")?;
                let approval = Approval { name, role, note, at: String::new() };
                self.start_export(ExportRequest { dir, approval, clips })?;
            }
            Action::RunChecks => {
                self.rolls.look_again();
                if let Some(id) = self.document.selected {
                    self.check(id);
                }
            }
            Action::Profile(name) => self.choose_profile(&name)?,
            Action::Rate(rate) => self.set_rate(rate.as_deref())?,
            Action::AskCopy => self.asks.extend(self.document.selected.map(Ask::PickCopy)),
            Action::Copy(copy) => self.set_copy(copy.as_deref().map(lasting))?,
            Action::VerifyRoll => self.verify_roll(),
            Action::Attach { clip, paths } => self.attach_to(clip, paths.iter().map(|path| lasting(path)).collect())?,
            Action::TakeOff(path) => self.take_off(&path)?,
            Action::FramingCell(at) => self.open_framing(at),
            Action::FramingMove(by) => self.move_framing(by)?,
            Action::FramingUse => self.use_framing()?,
            Action::AskTemplates => self.asks.push(Ask::PickTemplates),
            Action::AddTemplates(path) => self.add_templates(&lasting(&path))?,
            Action::FramingStart(from) => self.start_framing(from)?,
            Action::FramingEdit(edit) => self.edit_framing(&edit)?,
            Action::AskWriteFdl => self.asks.extend(self.document.selected.map(Ask::SaveFdl)),
            Action::WriteFdl { out } => self.write_fdl(&out)?,
            Action::Draft { edits } => self.set_draft(edits),
            Action::CopyLooks => self.copy_looks()?,
            Action::DiscardDraft => self.set_draft(vec![]),
            Action::Bypass(name) => self.bypass(name),
            Action::WriteAmf { out, edits, version } => {
                let edits = edits.unwrap_or_else(|| self.look_edits().to_vec());
                self.write_amf(&out, &edits, version)?;
            }
            Action::AskAttach => self.asks.extend(self.document.selected.map(Ask::PickSidecars)),
            Action::Detach(kind) => self.detach(kind)?,
            Action::MoveSidecar { kind, from, to } => self.move_sidecar(kind, from, to)?,
            Action::RunAllChecks => {
                self.rolls.look_again();
                self.check_all();
            }
            Action::EveryFrame => self.check_every_frame(self.document.selected.into_iter().collect()),
            Action::EveryFrameOfAll => self.check_every_frame(self.document.clips.iter().map(|e| e.id).collect()),
            Action::StopChecks => self.stop_checks(),
            Action::NextFailing if self.view.room == Room::Evidence => self.next_failing_cell()?,
            Action::NextFailing => self.next_failing()?,
            Action::EvidenceCell(at) => self.go_to_cell(at)?,
            Action::EvidenceMove(by) => self.move_cell(by)?,
            Action::EvidenceNext => self.next_failing_cell()?,
            Action::EvidenceWaive => self.ask_waive_cell()?,
            Action::EvidenceMend => self.mend_cell()?,
            Action::Waive { check, name, reason, alike } => {
                self.waive(Waiver { check: check.clone(), name, reason }, alike)?;
                self.view.dialogs.retain(|d| !matches!(d, Dialog::Waive(of) if of.check == check));
            }
            Action::Unwaive(check) => self.unwaive(check, false),
            Action::UnwaiveAlike(check) => self.unwaive(check, true),
            Action::AskWaive(check) => {
                if let Some(clip) = self.document.selected {
                    self.ask_waive(clip, check);
                }
            }
            Action::Approve => self.ask_approval(),
            Action::CancelJob => {
                if let Some(job) = self.visible_job().map(|j| j.id) {
                    self.stop(job);
                }
            }
            Action::PlayToggle if self.playback.is_some() => self.playback = None,
            Action::PlayToggle | Action::PlayForward => self.playback = Some(Playback::new(Direction::Forward)),
            Action::PlayReverse => self.playback = Some(Playback::new(Direction::Reverse)),
            Action::PlayStop => self.playback = None,
            Action::GoTimecode(text) => {
                let opened = self.selected_opened().ok_or_else(|| Error::refused("no clip is open").field("Play/Timecode"))?;
                let wrong = |why| Error::usage(why).field("Play/Timecode").value(&text);
                let start = opened.timecode(opened.playhead).ok_or_else(|| wrong("the clip has no timecode"))?;
                let timecode = playback::typed(&text, start).ok_or_else(|| wrong("not a timecode HH:MM:SS:FF"))?;
                let frame = opened.frame_at(timecode).and_then(|f| FrameNumber::try_from(f).ok());
                let range = opened.clip.frames().first()..=opened.clip.frames().last();
                let frame = frame.filter(|f| range.contains(f)).ok_or_else(|| wrong("is not in the clip"))?;
                self.go(|frames, _| playback::nearest(frames, frame));
            }
            Action::MarkIn => self.mark(0),
            Action::MarkOut => self.mark(1),
            Action::ClearMarks => {
                if let Some(opened) = self.selected_opened_mut() {
                    opened.marks = [None; 2];
                }
            }
            Action::Step(by) => self.go(|frames, at| playback::step(frames, at, by)),
            Action::First => self.go(|frames, _| frames.first()),
            Action::Last => self.go(|frames, _| frames.last()),
            Action::Go(frame) => self.go(|frames, _| playback::nearest(frames, frame)),
            Action::PinMiddle => self.view.pin = self.pin_moved(None, [0; 2]),
            Action::PinMove(by) => self.view.pin = self.pin_moved(self.view.pin, by),
            Action::CompareHold => {
                let held = self.document.selected_index().zip(self.selected_opened().map(|o| o.playhead));
                if let Some((index, frame)) = held {
                    self.look_at(Action::CompareWith(With::Clip { index, frame: Some(frame) }));
                }
            }
            Action::CompareWith(With::Clip { index, .. }) if index >= self.document.clips.len() => {
                return Err(Error::usage("no such clip").field("index").value(index));
            }
            Action::CompareWith(with @ (With::Still | With::Cause(_))) => {
                // Beside another frame it says nothing.
                if let Some(frame) = self.still_frame() {
                    self.go(|frames, _| playback::nearest(frames, frame));
                }
                if matches!(with, With::Cause(_)) {
                    (self.view.room, self.view.stage) = (Room::Bench, Stage::Display);
                }
                self.look_at(Action::CompareWith(with));
            }
            look => self.look_at(look),
        }
        Ok(())
    }

    /// Actions that change only how the show is looked at.
    fn look_at(&mut self, action: Action) {
        let view = &mut self.view;
        let stage = Stage::ALL.iter().position(|s| *s == view.stage).unwrap_or(0);
        match action {
            Action::Room(room) => view.room = room,
            Action::Before => view.before = !view.before,
            Action::RoomHelp => view.room_help = !view.room_help,
            Action::IntakeSort(sort) => {
                view.intake.descending = view.intake.sort == sort && !view.intake.descending;
                view.intake.sort = sort;
            }
            Action::IntakeOpen => view.room = Room::Bench,
            Action::IntakeGroup => view.intake.grouped = !view.intake.grouped,
            Action::FramingEditor => {
                view.framing_editor = view.room != Room::Framing || !view.framing_editor;
                view.room = Room::Framing;
            }
            Action::EvidenceFilter(filter) => view.evidence.filter = filter,
            Action::EvidenceOpen => view.evidence.open = !view.evidence.open && view.evidence.at.is_some(),
            Action::EvidenceClose => view.evidence.open = false,
            Action::Stage(stage) => view.stage = stage,
            Action::NextStage => view.stage = Stage::ALL[(stage + 1).min(Stage::ALL.len() - 1)],
            Action::PreviousStage => view.stage = Stage::ALL[stage.saturating_sub(1)],
            Action::Channel(channel) => view.channel = if view.channel == channel { Channel::Rgb } else { channel },
            Action::Exposure(stops) => view.exposure = clamp(stops, EXPOSURE_RANGE),
            Action::Expose(stops) => view.exposure = clamp(view.exposure + stops, EXPOSURE_RANGE),
            Action::Gamma(gamma) => view.gamma = self::gamma(gamma),
            Action::NudgeGamma(by) => view.gamma = self::gamma(view.gamma + by),
            Action::FalseColor => view.marking.false_color = !view.marking.false_color,
            Action::Warn(warning) => {
                let on = &mut view.marking.warnings[warning as usize];
                *on = !*on;
            }
            Action::Loop => view.play.looping = !view.play.looping,
            Action::RealTime => view.play.real_time = !view.play.real_time,
            Action::Speed(speed) => view.play.speed = if speed.is_finite() { clamp(speed, SPEED_RANGE) } else { 1.0 },
            Action::CompareWith(with) => (view.compare.with, view.compare.on) = (with, true),
            Action::CompareMode(mode) => (view.compare.mode, view.compare.on) = (mode, true),
            Action::Wipe(wipe) => view.compare.wipe = wipe.valid(),
            Action::WipeMove(by) => view.compare.wipe = view.compare.wipe.moved(by),
            Action::WipeTurn(degrees) => view.compare.wipe = view.compare.wipe.turned(degrees),
            Action::CompareSwap => view.compare.swapped = !view.compare.swapped,
            Action::CompareBlink => {
                let compare = &mut view.compare;
                // The first press shows B.
                compare.blinked = !(compare.on && compare.mode == CompareMode::Blink && compare.blinked);
                (compare.on, compare.mode) = (true, CompareMode::Blink);
            }
            Action::CompareGain(gain) => view.compare.gain = clamp(gain, GAIN_RANGE).max(1.0),
            Action::CompareSigned => view.compare.signed = !view.compare.signed,
            Action::CompareOff => view.compare.on = false,
            Action::Zoom(zoom) => {
                if view.zoom == Zoom::Fit {
                    view.center = [0.5; 2];
                }
                view.zoom = valid(zoom);
            }
            Action::ZoomBy(factor) => {
                // From fit, the window knows the factor and sends `Look` instead.
                if let Zoom::Factor(f) = view.zoom {
                    view.zoom = valid(Zoom::Factor(f * factor));
                }
            }
            Action::Look { zoom, center } => {
                view.zoom = valid(zoom);
                view.center = center.map(|c| clamp(c, -0.5..=1.5));
            }
            Action::Squeezed => view.squeezed = !view.squeezed,
            Action::Overlays => view.overlays = !view.overlays,
            Action::SafeAreas => view.safe_areas = !view.safe_areas,
            Action::CenterMark => view.center_mark = !view.center_mark,
            Action::Engine(engine) => view.engine = engine,
            Action::OtherEngine => view.engine = if view.engine == Engine::Gpu { Engine::Cpu } else { Engine::Gpu },
            Action::Tab(tab) => {
                view.room = Room::Bench;
                view.tab = tab;
                view.panels = true;
            }
            Action::Scope(kind) => {
                match kind {
                    Kind::Waveform | Kind::Parade => view.scopes.levels = kind,
                    Kind::Vectorscope | Kind::Chromaticity => view.scopes.colors = kind,
                    Kind::Histogram => {}
                }
                view.room = Room::Bench;
                view.tab = Tab::Scopes;
                view.panels = true;
            }
            Action::ScopeUnit(unit) => view.scopes.unit = unit,
            Action::Panels => view.panels = !view.panels,
            Action::SettingsPage => view.settings = if view.settings.is_none() { Some(SettingsPart::default()) } else { None },
            Action::SettingsPart(part) => view.settings = Some(part),
            Action::FrameTimes => view.frame_times = !view.frame_times,
            Action::FullScreen => view.full_screen = !view.full_screen,
            Action::Pin(pin) => view.pin = pin,
            Action::Area(area) => view.area = area.filter(|[_, _, w, h]| *w > 0 && *h > 0),
            Action::Palette => view.palette = !view.palette,
            Action::Keys => view.toggle(Dialog::Keys),
            Action::Log => view.log = !view.log,
            Action::About => view.toggle(Dialog::About),
            Action::CloseDialog if view.palette => view.palette = false,
            Action::CloseDialog => {
                if let Some(last) = view.windows().last() {
                    view.close(last);
                }
            }
            Action::CloseWindow(kind) => view.close(kind),
            _ => {}
        }
    }

    fn select_by(&mut self, by: isize) {
        // Where clips are listed in another order, that is the one to go by.
        let listed: Vec<ClipId> = if self.view.room == Room::Intake {
            self.intake().iter().filter_map(|line| if let Line::Clip(_, entry) = line { Some(entry.id) } else { None }).collect()
        } else {
            self.document.clips.iter().map(|c| c.id).collect()
        };
        let at = listed.iter().position(|id| self.document.selected == Some(*id)).unwrap_or(0);
        let to = at.saturating_add_signed(by).min(listed.len().saturating_sub(1));
        if let Some(id) = listed.get(to).copied() {
            self.run(Command::Select(Some(id)));
            self.playback = None;
        }
    }

    fn remove_selected(&mut self) {
        let Some(id) = self.document.selected else { return };
        let at = self.document.index(id).unwrap_or(0);
        let next = self.document.clips.get(at + 1).or_else(|| self.document.clips.get(at.checked_sub(1)?)).map(|c| c.id);
        self.playback = None;
        self.seal();
        self.run(Command::Remove { clips: vec![id], select: next });
        self.seal();
    }

    fn set(&mut self, settings: Settings) {
        if let Some(clip) = self.document.selected {
            self.run(Command::SetSettings { clip, settings: Box::new(settings) });
        }
    }

    /// Why the view exposure cannot become one of the clip, or `Ok`.
    pub(super) fn can_take_exposure(&self) -> Result<(), &'static str> {
        let (Some(entry), Some(opened)) = (self.document.selected_clip(), self.selected_opened()) else { return Err("no clip is open") };
        match opened.clip.encoding() {
            _ if self.view.exposure == 0.0 => Err("the view exposure is 0"),
            Encoding::Camera(_) if RECIPE_EXPOSURE.contains(&(entry.settings.decode.exposure + self.view.exposure)) => Ok(()),
            Encoding::Camera(_) => Err("together they are beyond 8 stops"),
            _ => Err("only raw is exposed in the recipe"),
        }
    }

    /// What is seen stays as it is: both are stops in scene-linear.
    fn take_exposure(&mut self) {
        let Some(entry) = self.document.selected_clip() else { return };
        let mut settings = entry.settings.clone();
        settings.decode.exposure += self.view.exposure;
        self.seal();
        self.set(settings);
        self.seal();
        self.view.exposure = 0.0;
    }

    /// Writes some members of the selected clip's settings; names and values are checked by reading them back.
    fn set_members(&mut self, members: serde_json::Map<String, Value>) -> Result<()> {
        let Some(entry) = self.document.selected_clip() else { return Ok(()) };
        let invalid = |e: serde_json::Error| Error::usage(e.to_string()).field("Clip/Set");
        let mut value = serde_json::to_value(&entry.settings).map_err(invalid)?;
        merge(&mut value, Value::Object(members));
        self.set(serde_json::from_value(value).map_err(invalid)?);
        Ok(())
    }

    /// Sets the in (0) or out point (1) to the frame in view, or takes it away where it is that already; the other goes where it would lie
    /// on the wrong side.
    fn mark(&mut self, which: usize) {
        if let Some(opened) = self.selected_opened_mut() {
            opened.marks[which] = Some(opened.playhead).filter(|at| opened.marks[which] != Some(*at));
            if let [Some(first), Some(last)] = opened.marks
                && first > last
            {
                opened.marks[1 - which] = None;
            }
        }
    }

    fn go(&mut self, to: impl Fn(&crate::camera::FrameList, FrameNumber) -> FrameNumber) {
        self.playback = None;
        if let Some(opened) = self.selected_opened_mut() {
            opened.playhead = to(opened.clip.frames(), opened.playhead);
        }
    }

    /// Selects the next clip with a failing check that is not waived, and goes to the frame that shows it.
    fn next_failing(&mut self) -> Result<()> {
        let at = self.document.selected_index().unwrap_or(0);
        let n = self.document.clips.len();
        let found = (1..=n).map(|i| &self.document.clips[(at + i) % n]).find_map(|entry| {
            let findings = self.opened(entry.id)?.findings()?;
            findings.iter().find(|f| f.stands_in_the_way() && entry.waiver(&f.id).is_none()).map(|f| (entry.id, f.frame))
        });
        let Some((id, frame)) = found else { return Err(Error::refused("no check fails").field("Check/Next")) };
        self.run(Command::Select(Some(id)));
        self.view.room = Room::Bench;
        self.view.tab = Tab::Checks;
        if let Some(frame) = frame {
            self.go(|frames, _| playback::nearest(frames, frame));
        }
        Ok(())
    }

    pub(super) fn stop(&mut self, job: super::jobs::JobId) {
        let title = self.jobs.active().iter().find(|j| j.id == job).map(|j| j.title.clone()).unwrap_or_default();
        self.jobs.cancel(job);
        self.log.info(format!("{title}: cancelled"));
        // As if it had failed, so that it is not started again at once.
        self.mark_failed(job, &Error::cancelled());
    }
}

/// Whether the files are one show, by its name.
pub(super) fn is_show(paths: &[std::path::PathBuf]) -> bool {
    matches!(paths, [one] if one.extension().is_some_and(|e| e.eq_ignore_ascii_case("prelight")))
}

/// Writes the members of `from` over those of `into`, object by object.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn clamp(value: f64, range: std::ops::RangeInclusive<f64>) -> f64 {
    if value.is_finite() { value.clamp(*range.start(), *range.end()) } else { 0.0 }
}

/// In hundredths, so that steps there and back end at 1.
fn gamma(value: f64) -> f64 {
    if value.is_finite() { (clamp(value, GAMMA_RANGE) * 100.0).round() / 100.0 } else { 1.0 }
}

fn valid(zoom: Zoom) -> Zoom {
    match zoom {
        Zoom::Fit => Zoom::Fit,
        Zoom::Factor(f) if f.is_finite() => Zoom::Factor(clamp(f, ZOOM_RANGE)),
        Zoom::Factor(_) => Zoom::Fit,
    }
}
