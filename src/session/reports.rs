//! What jobs bring back, and the jobs that belong to clips: opening, planning, checking, exporting.

use super::{
    Change, ChecksState, Command, ExportState, Lamp, Session,
    apart::Side,
    approval::{Since, open_approved},
    area::AreaValues,
    cache::FrameKey,
    causes::Caused,
    cut_lists::{ListsFound, ReadList},
    delivery::Delivered,
    develop::ScreenPicture,
    document::{Approved, ClipEntry, ClipId, GoldenFrame},
    fits::FitTable,
    given::Given,
    intake::Leftover,
    jobs::{JobId, Lane},
    lamp::Comparison,
    library::Found,
    look_copies::Copied,
    look_draft::Drafted,
    media::{Media, Opened, OwnedSubject, Planned},
    playback,
    profile::Shelf,
    scopes::ScopeSet,
    side::SideKey,
    sign::Signature,
    thumbs::Thumb,
    wall::Seen,
    warned::Warned,
};
use crate::{
    check::{self, Finding, LookHealth, still},
    error::{Error, Result},
    history,
    image::Image,
    library::Indexed,
    progress::Progress,
    recipe::{
        self, Approval, Besides, Exported, Superseded,
        golden::{Choice, Chosen},
    },
    render::{self, Verified},
};
use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

/// The result of a job.
pub enum Output {
    /// Clips that were made.
    Made(Vec<PathBuf>),
    /// What lies where the user pointed.
    Given(Box<Given>),
    Opened(Box<Opened>),
    Planned(Box<Planned>),
    Drafted(Box<Drafted>),
    Caused(Box<Caused>),
    Health(Box<LookHealth>),
    Copied(Copied),
    Found(Box<Found>),
    Indexed(Indexed),
    Wall(Box<Result<Seen>>),
    Decoded(Vec<(FrameKey, Arc<Image>)>),
    Developed(ScreenPicture),
    Checked(Vec<Finding>, Option<Arc<still::Comparison>>),
    ShowChecked(Vec<Finding>),
    CutListRead(Box<ReadList>),
    /// And why it was not kept.
    Measured(Arc<check::Whole>, Option<Error>),
    CutListsChecked(ListsFound),
    Compared(Comparison),
    Scoped(Box<ScopeSet>),
    ScopedB(Box<(SideKey, Arc<ScopeSet>)>),
    Warned(Warned),
    Side(Box<Side>),
    Area(Box<AreaValues>),
    Thumb(Box<Thumb>),
    Leftovers(Vec<Leftover>),
    Framed(Box<FitTable>),
    /// The state was written.
    Kept,
    /// Clips and cut lists whose files changed, and the profiles that are offered where those did.
    Changed(BTreeSet<ClipId>, BTreeSet<PathBuf>, Option<Shelf>),
    /// The root of the roll.
    Verified(PathBuf, history::Report),
    Exported(Exported),
    Signed(Signature),
    /// What was approved, rendered clip by clip.
    Rendered(Vec<Delivered>),
    DeliveryVerified(Verified),
    Since(Box<Since>),
    Validated(Vec<Finding>),
    Proposed(Vec<Chosen>),
}

/// What an export was asked for, until it is done.
pub struct ExportRequest {
    pub dir: PathBuf,
    pub approval: Approval,
    /// Places in the list of clips; none stands for all.
    pub clips: Vec<usize>,
}

impl Session {
    /// Takes in what jobs have found and moves a playback on. Call it when woken and at [`Session::next_wake`].
    pub fn poll(&mut self) -> Vec<Change> {
        let mut changes = vec![];
        if self.watch.watcher.take() {
            self.look_at_files();
        }
        for report in self.jobs.poll() {
            self.stale = true;
            match report.result {
                Ok(output) => self.take_in(report.id, output, &mut changes),
                Err(error) => self.take_failure(report.id, &report.title, error, &mut changes),
            }
        }
        let playing = self.playback.is_some();
        let advanced = self.advance_playback(Instant::now());
        if advanced {
            changes.push(Change::Picture);
        }
        if self.stale || advanced || playing != self.playback.is_some() {
            self.refresh();
        }
        self.keep_state(Instant::now());
        self.look_at_wall(Instant::now());
        changes
    }

    fn take_in(&mut self, job: JobId, output: Output, changes: &mut Vec<Change>) {
        match output {
            Output::Made(clips) => {
                self.insert(&clips);
                changes.push(Change::Clips);
            }
            Output::Given(given) => {
                self.take_given(*given);
                changes.push(Change::Clips);
            }
            Output::Opened(mut opened) => {
                if let Some(id) = self.opening(job) {
                    self.openings += 1;
                    opened.opening = self.openings;
                    if let Some(frame) = self.take_frame(id) {
                        opened.playhead = playback::nearest(opened.clip.frames(), frame);
                    }
                    self.media.insert(id, Media::Ready(opened));
                    changes.push(Change::Clips);
                }
            }
            Output::Planned(plan) => {
                if let Some(id) = self.planning.take_if(|(_, j)| *j == job).map(|(id, _)| id)
                    && let Some(Media::Ready(opened)) = self.media.get_mut(&id)
                {
                    if let Err(error) = plan.result.as_ref() {
                        self.log.fail(error);
                    }
                    // Other sidecars may be of the same plan, which is not all that rules look at.
                    let others = !plan.has_sidecars_of(&opened.planned);
                    let opening = opened.opening;
                    opened.planned = *plan;
                    if others {
                        self.uncheck(|o| o.opening == opening);
                    }
                    changes.push(Change::Picture);
                }
            }
            Output::Health(health) => self.take_health(job, *health, changes),
            Output::Copied(copied) => self.take_copied(job, copied, changes),
            Output::Found(found) => self.finder.take(job, *found, changes),
            Output::Wall(found) => self.take_wall(job, *found, changes),
            Output::Indexed(done) => self.indexed(job, done, changes),
            Output::Caused(caused) => {
                self.causes.take(job, *caused);
                changes.push(Change::Picture);
            }
            Output::Drafted(drafted) => self.take_draft(job, *drafted, changes),
            Output::Decoded(frames) => {
                self.keep(job, frames);
                changes.push(Change::Picture);
            }
            Output::Developed(picture) => {
                self.take_screen(job, picture);
                changes.push(Change::Picture);
            }
            Output::Checked(findings, still) => {
                self.checked += 1;
                if let Some((id, opened)) = self.checking(job) {
                    if let ChecksState::Running { key, .. } = &opened.checks {
                        opened.checks = ChecksState::Done { key: key.clone(), findings, still };
                    }
                    self.forget_stills(id);
                    changes.push(Change::Checks(id));
                }
            }
            Output::ShowChecked(findings) => {
                self.show.done(job, findings);
                changes.push(Change::Show);
            }
            Output::Measured(whole, unkept) => self.take_whole(job, whole, unkept, changes),
            Output::CutListRead(read) => {
                self.take_cut_list(job, *read);
                changes.push(Change::Show);
            }
            Output::CutListsChecked(found) => {
                self.cut_lists.checks.done(job, found);
                changes.push(Change::Show);
            }
            Output::Compared(comparison) => {
                if let Lamp::Measuring { look, job: j } = &self.lamp
                    && *j == job
                {
                    self.lamp = Lamp::Measured { look: look.clone(), comparison };
                    changes.push(Change::Lamp);
                }
            }
            Output::ScopedB(set) => {
                self.scopes_of_b.take(job, *set);
                changes.push(Change::Scopes);
            }
            Output::Scoped(set) => {
                self.scopes.take(job, Arc::new(*set));
                changes.push(Change::Scopes);
            }
            Output::Warned(warned) => {
                self.warnings.take(job, warned);
                changes.push(Change::Scopes);
            }
            Output::Side(side) => {
                self.side.take(job, *side);
                changes.push(Change::Picture);
            }
            Output::Area(values) => {
                self.areas.take(job, *values);
                changes.push(Change::Scopes);
            }
            Output::Thumb(thumb) => {
                self.keep_thumb(job, *thumb);
                changes.push(Change::Thumb);
            }
            Output::Leftovers(found) => self.take_leftovers(job, found, changes),
            Output::Framed(table) => self.take_framings(job, *table, changes),
            Output::Kept => self.kept(job, changes),
            Output::Changed(clips, lists, shelf) => self.take_changed(job, clips, lists, shelf, changes),
            Output::Verified(root, report) => self.roll_verified(root, report, changes),
            Output::Signed(signature) => self.signed(job, signature, changes),
            Output::Rendered(delivered) => self.rendered(job, delivered, changes),
            Output::DeliveryVerified(found) => self.delivery_verified(job, found, changes),
            Output::Since(since) => {
                self.since.take(job, *since);
            }
            Output::Validated(findings) => self.validated(job, findings, changes),
            Output::Proposed(found) => self.take_golden(job, found, changes),
            Output::Exported(exported) => {
                self.exported(exported);
                changes.push(Change::Exported);
            }
        }
    }

    fn take_failure(&mut self, job: JobId, title: &str, error: Error, changes: &mut Vec<Change>) {
        self.log.fail_at(title, &error);
        self.mark_failed(job, &error);
        changes.push(Change::Failed(error));
    }

    /// Leaves the state that a job was to fill as failed.
    pub(super) fn mark_failed(&mut self, job: JobId, error: &Error) {
        if let Some(id) = self.opening(job) {
            self.media.insert(id, Media::Failed(error.clone()));
        } else if let Some((_, opened)) = self.checking(job) {
            if let ChecksState::Running { key, .. } = &opened.checks {
                opened.checks = ChecksState::Failed { key: key.clone(), error: error.clone() };
            }
        } else if let Lamp::Measuring { look, job: j } = &self.lamp
            && *j == job
        {
            self.lamp = Lamp::Failed { look: look.clone(), why: error.to_string() };
        } else if matches!(self.export, ExportState::Running { job: j, .. } if j == job) {
            self.export = ExportState::Failed(error.clone());
        } else {
            // Each says whether it was its own.
            let _ = self.rolls.failed(job, error)
                || self.show.failed(job, error)
                || self.cut_lists.failed(job, error)
                || self.finder.failed(job, error)
                || self.indexing_failed(job, error)
                || self.wall_failed(job, error)
                || self.every_frame.failed(job)
                || self.thumb_failed(job, error)
                || self.leftovers_failed(job)
                || self.framings_failed(job)
                || self.keep_failed(job)
                || self.look_failed(job)
                || self.signing_failed(job, error)
                || self.validation_failed(job, error)
                || self.rendering_failed(job, error)
                || self.golden_failed(job, error)
                || self.since.fail(job, error)
                || self.scopes.fail(job, error)
                || self.scopes_of_b.fail(job, error)
                || self.warnings.fail(job, error)
                || self.side.latest.fail(job, error)
                || self.areas.fail(job, error)
                || self.draft_failed(job, error)
                || self.causes.fail(job, error)
                || self.health_failed(job, error)
                || self.planning.take_if(|(_, j)| *j == job).is_some()
                || self.pictures.failed(job, error);
        }
    }

    /// Has `work` make clips, and adds what it comes back with.
    pub fn prepare(&mut self, title: impl Into<String>, work: impl FnOnce(&Progress) -> Result<Vec<PathBuf>> + Send + 'static) {
        self.jobs.spawn(Lane::Open, title, move |progress| work(progress).map(Output::Made));
    }

    /// Adds clips that are not in the show yet, and selects the first of those named.
    pub(super) fn insert(&mut self, clips: &[PathBuf]) {
        let mut next = self.document.next_id;
        let mut entries: Vec<(usize, ClipEntry)> = vec![];
        let mut select = None;
        let mut known: HashMap<&Path, ClipId> = self.document.clips.iter().map(|e| (&*e.path, e.id)).collect();
        for path in clips {
            let id = *known.entry(path).or_insert_with(|| {
                let id = ClipId(next);
                next += 1;
                entries.push((self.document.clips.len() + entries.len(), ClipEntry::new(id, path.clone())));
                id
            });
            select = select.or(Some(id));
        }
        self.seal();
        if !entries.is_empty() {
            self.run(Command::Insert { entries, select });
        } else if select.is_some() {
            self.run(Command::Select(select));
        }
    }

    /// Opens clips one after the other, the selected one first, and forgets those that left the document.
    pub(super) fn open_next(&mut self) {
        let known: BTreeSet<ClipId> = self.document.clips.iter().map(|e| e.id).collect();
        let gone: Vec<ClipId> = self.media.keys().copied().filter(|id| !known.contains(id)).collect();
        for id in gone {
            self.drop_media(id);
        }
        for entry in &self.document.clips {
            self.media.entry(entry.id).or_insert(Media::Waiting);
        }
        if self.media.values().any(|m| matches!(m, Media::Opening(_))) {
            return;
        }
        let selected = self.document.selected_clip();
        let Some(entry) = selected.into_iter().chain(&self.document.clips).find(|e| matches!(self.media.get(&e.id), Some(Media::Waiting)))
        else {
            return;
        };
        let (opener, entry, measured) = (self.opener.clone(), entry.clone(), self.measured.clone());
        let id = entry.id;
        let job = self.jobs.spawn(Lane::Open, format!("Opening {}", name_of(&entry.path)), move |progress| {
            let mut opened = Opened::open(&opener, &entry, progress)?;
            opened.whole = measured.of(&*opened.clip);
            Ok(Output::Opened(Box::new(opened)))
        });
        self.media.insert(id, Media::Opening(job));
    }

    /// Stops what runs for a clip and drops what is known of it; it is opened again if it is in the show.
    pub(super) fn drop_media(&mut self, id: ClipId) {
        match self.media.remove(&id) {
            Some(Media::Opening(job)) => self.jobs.cancel(job),
            Some(Media::Ready(opened)) => {
                if let ChecksState::Running { job, .. } = opened.checks {
                    self.jobs.cancel(job);
                }
            }
            _ => {}
        }
        self.cache.retain(|k| k.clip != id);
        self.pictures.forget(id);
        self.share_cache();
        self.watch.changed.remove(&id);
        self.planning.take_if(|(clip, _)| *clip == id);
        self.forget_thumbs(id);
        self.forget_every_frame(id);
        self.forget_golden(id);
    }

    fn opening(&self, job: JobId) -> Option<ClipId> {
        self.media.iter().find(|(_, m)| matches!(m, Media::Opening(j) if *j == job)).map(|(id, _)| *id)
    }

    fn checking(&mut self, job: JobId) -> Option<(ClipId, &mut Opened)> {
        self.media.iter_mut().find_map(|(id, m)| match m {
            Media::Ready(o) if matches!(o.checks, ChecksState::Running { job: j, .. } if j == job) => Some((*id, &mut **o)),
            _ => None,
        })
    }

    /// Makes the plans of clips again whose settings or sidecars changed, one after the other, the selected one first.
    pub(super) fn plan_again(&mut self) {
        if self.planning.is_some() {
            return;
        }
        let stale = |e: &&ClipEntry| self.opened(e.id).is_some_and(|o| !o.planned.is_for(e));
        let Some(entry) = self.document.selected_clip().into_iter().chain(&self.document.clips).find(stale) else { return };
        let Some(opened) = self.opened(entry.id) else { return };
        let (id, clip, settings, chosen) = (entry.id, opened.clip.clone(), entry.settings.clone(), entry.sidecars.clone());
        let job =
            self.jobs.spawn(Lane::Develop, "Planning", move |_| Ok(Output::Planned(Box::new(Planned::new(&*clip, &settings, &chosen)))));
        self.planning = Some((id, job));
    }

    /// Checks clips one after the other, the selected one first, each once its picture is there.
    pub(super) fn check_next(&mut self) {
        let running = self.media.values().any(|m| matches!(m, Media::Ready(o) if matches!(o.checks, ChecksState::Running { .. })));
        if running || self.playback.is_some() || !self.pictures.at_rest() {
            return;
        }
        let selected = self.document.selected_clip();
        let wants = |e: &&ClipEntry| {
            self.opened(e.id).is_some_and(|o| match &o.checks {
                ChecksState::NotRun => true,
                ChecksState::Done { key, .. } | ChecksState::Failed { key, .. } => *key != o.planned.key() && o.planned.is_for(e),
                ChecksState::Running { .. } => false,
            })
        };
        let Some(id) = selected.into_iter().chain(&self.document.clips).find(wants).map(|e| e.id) else { return };
        self.check(id);
    }

    pub(super) fn check(&mut self, id: ClipId) {
        let Some(Media::Ready(opened)) = self.media.get_mut(&id) else { return };
        let (subject, key) = (opened.subject(self.rolls.unasked(), self.profiles.current()), opened.planned.key());
        if let ChecksState::Running { job, .. } = opened.checks {
            self.jobs.cancel(job);
        }
        let title = format!("Checking {}", name_of(opened.clip.path()));
        let job = self.jobs.spawn(Lane::Long, title, move |progress| {
            let subject = subject.get();
            let findings = check::run(&subject, progress)?;
            Ok(Output::Checked(findings, subject.found.into_still().map(Arc::new)))
        });
        opened.checks = ChecksState::Running { job, key };
    }

    pub(super) fn start_export(&mut self, request: ExportRequest) -> Result<()> {
        let ExportRequest { dir, approval, clips } = request;
        let chosen = |i: usize| clips.is_empty() || clips.contains(&i);
        let mut subjects: Vec<(OwnedSubject, Choice, Vec<recipe::Waiver>)> = vec![];
        let mut keys = vec![];
        let rolls = self.rolls.asked();
        for (_, entry) in self.document.clips.iter().enumerate().filter(|(i, _)| chosen(*i)) {
            let not_ready = |why: &str| Err(Error::refused(why).file(&entry.path));
            let Some(opened) = self.opened(entry.id) else { return not_ready("the clip is not open") };
            if !opened.is_checked() || !opened.planned.is_for(entry) {
                return not_ready("its checks have not run");
            }
            let Some(tally) = self.tally(entry) else { return not_ready("its checks have not run") };
            if tally.open() > 0 {
                return not_ready(&tally.open_in_words());
            }
            let subject = opened.subject(rolls.clone(), self.profiles.current());
            subjects.push((subject, self.golden_choice(entry), entry.waivers.iter().map(recipe::Waiver::from).collect()));
            keys.push((entry.id, opened.planned.key().to_string()));
        }
        if let Some(why) = self.show_in_the_way(&clips) {
            return Err(Error::refused(format!("the show: {why}")));
        }
        let (output, conditions) = (self.document.output.clone(), self.document.conditions.clone());
        let besides = Besides { show: self.record_of_show(&clips), output, conditions, ..Besides::default() };
        let earlier = self.superseded(&clips).cloned();
        let by = approval.clone();
        let job = self.jobs.spawn(Lane::Long, "Exporting the recipe", move |progress| {
            let clips: Vec<_> = subjects
                .iter()
                .map(|(s, golden, waivers)| recipe::Approved {
                    subject: s.get(),
                    golden: golden.clone(),
                    waivers: waivers.clone(),
                    found: vec![],
                })
                .collect();
            // One that is gone, or has become another, cannot be named.
            let earlier = earlier.and_then(|a| open_approved(&a.recipe, &a.digest).ok());
            let supersedes = earlier.map(|open| Superseded { id: open.recipe.id, digest: open.digest });
            render::approve(&dir, clips, Besides { supersedes, ..besides }, &approval, progress).map(Output::Exported)
        });
        self.export = ExportState::Running { job, by, keys };
        Ok(())
    }

    fn exported(&mut self, exported: Exported) {
        let frame = |clip: &str, g: &recipe::Golden| GoldenFrame {
            clip: clip.to_owned(),
            frame: g.frame,
            reason: g.reason.clone(),
            plate: g.plate.clone(),
            display: g.display.clone(),
        };
        let golden: Vec<GoldenFrame> = exported.recipe.clips.iter().flat_map(|c| c.golden.iter().map(move |g| frame(&c.name, g))).collect();
        if let ExportState::Running { by, keys, .. } = std::mem::take(&mut self.export) {
            let approved = |(plan_key, clip): (String, &recipe::ClipRecipe)| Approved {
                name: by.name.clone(),
                role: by.role.clone(),
                note: by.note.clone(),
                plan_key,
                recipe: exported.folder.clone(),
                digest: exported.digest.clone(),
                golden: clip.golden.iter().map(|g| frame(&clip.name, g)).collect(),
            };
            let clips = keys.into_iter().zip(&exported.recipe.clips).map(|((id, key), clip)| (id, Some(approved((key, clip))))).collect();
            self.seal();
            self.run(Command::SetApproved { clips });
        }
        self.log.info(format!("Recipe exported to {}", exported.folder.display()));
        self.export = ExportState::Done { recipe: exported.folder, digest: exported.digest, golden };
    }
}

/// What a file is called.
pub fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
