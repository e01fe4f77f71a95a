//! Which frame is wanted, decoded how, and what is read ahead.

use super::{
    Direction, Finish, FrameKey, Look, Quality, ScreenPicture, Session, Shown,
    cache::let_go,
    develop::screen_picture,
    document::ClipId,
    jobs::{JobId, Lane},
    media::Plans,
    playback,
    reports::{Output, name_of},
};
use crate::{
    camera::{Clip, FrameNumber},
    error::{Error, Result},
    image::{Image, reduced},
    progress::Progress,
};
use std::{collections::VecDeque, sync::Arc, time::Instant};

/// A draft has at most this many pixels: more than a window shows, few enough to be quick.
const DRAFT_PIXELS: usize = 1_600_000;

/// Frames read ahead while standing, at most; while playing, the settings say how many.
const AHEAD_STANDING: u32 = 2;

/// What the selected clip shows.
struct InView {
    id: ClipId,
    opening: u64,
    clip: Arc<dyn Clip>,
    plans: Arc<Plans>,
    frame: FrameNumber,
}

/// The pictures in view and the jobs that make them.
#[derive(Default)]
pub struct Pictures {
    shown: Option<Shown>,
    decoding: Option<(FrameKey, JobId)>,
    ahead: Option<(FrameKey, JobId)>,
    /// A frame that could not be decoded is not tried again until something else was wanted.
    failed: Option<(FrameKey, Error)>,
    failed_ahead: Option<FrameKey>,
    screen: Option<Arc<ScreenPicture>>,
    /// Pictures that were on screen, the one in view last: stepping back to one, or round a loop, computes nothing.
    kept: VecDeque<Arc<ScreenPicture>>,
    developing: Option<((Look, Finish), JobId)>,
    /// The picture of a frame beside the one in view, in the making.
    developing_ahead: Option<((Look, Finish), JobId)>,
}

impl Pictures {
    pub fn shown(&self) -> Option<&Shown> {
        self.shown.as_ref()
    }
    pub fn screen(&self) -> Option<&Arc<ScreenPicture>> {
        self.screen.as_ref()
    }
    pub fn error(&self) -> Option<&Error> {
        self.failed.as_ref().map(|(_, e)| e)
    }
    /// Whether the first picture of a plan is in the making.
    pub fn awaits_new_plan(&self) -> bool {
        let on_screen = self.screen.as_ref().map(|s| &s.look.plan);
        self.developing.as_ref().is_some_and(|((look, _), _)| on_screen != Some(&look.plan))
    }
    /// Whether nothing more is coming for the frame in view.
    pub fn at_rest(&self) -> bool {
        self.decoding.is_none() && self.developing.is_none()
    }

    /// Puts a picture on screen and keeps it.
    fn put_on_screen(&mut self, picture: Arc<ScreenPicture>) {
        // Of a frame that is there as a whole, nobody asks for the draft again.
        let is_its_draft = |s: &ScreenPicture| s.finish == picture.finish && s.look.draft() == picture.look.draft();
        let gone = self.screen.replace(picture.clone()).into_iter().collect();
        self.kept.retain(|s| !is_its_draft(s));
        self.kept.push_back(picture);
        let_go(gone);
    }
    /// Keeps a picture that may be wanted next: longer than those that were on screen before the one in view.
    fn keep_ahead(&mut self, picture: Arc<ScreenPicture>) {
        self.kept.insert(self.kept.len().saturating_sub(1), picture);
    }
    /// Lets the oldest go until what is kept has so many bytes at most.
    fn shrink(&mut self, bytes: usize) {
        let mut gone = vec![];
        while self.kept_bytes() > bytes {
            gone.extend(self.kept.pop_front());
        }
        let_go(gone);
    }
    fn kept_bytes(&self) -> usize {
        self.kept.iter().map(|s| s.bytes()).sum()
    }
    fn kept(&self, (look, finish): &(Look, Finish)) -> Option<Arc<ScreenPicture>> {
        self.kept.iter().rev().find(|s| s.look == *look && s.finish == *finish).cloned()
    }

    /// Forgets the pictures of a clip.
    pub fn forget(&mut self, clip: ClipId) {
        let (gone, kept): (Vec<_>, Vec<_>) = self.kept.drain(..).partition(|s| s.look.frame.clip == clip);
        self.kept = kept.into();
        let_go(gone);
    }

    /// Whether the job was one of these.
    pub fn failed(&mut self, job: JobId, error: &Error) -> bool {
        if let Some((key, _)) = self.decoding.take_if(|(_, j)| *j == job) {
            self.failed = Some((key, error.clone()));
        } else if let Some((key, _)) = self.ahead.take_if(|(_, j)| *j == job) {
            self.failed_ahead = Some(key);
        } else {
            let of = |(_, j): &mut (_, JobId)| *j == job;
            return self.developing.take_if(of).or_else(|| self.developing_ahead.take_if(of)).is_some();
        }
        true
    }
}

impl Session {
    /// The frame in view, which caches leave alone.
    pub(super) fn at(&self) -> (ClipId, FrameNumber) {
        self.document.selected.zip(self.selected_opened().map(|o| o.playhead)).unwrap_or((ClipId(0), 0))
    }

    /// Takes a picture that was computed for the screen.
    pub(super) fn take_screen(&mut self, job: JobId, picture: ScreenPicture) {
        if self.pictures.developing.take_if(|(_, j)| *j == job).is_some() {
            self.put_on_screen(Arc::new(picture));
        } else if self.pictures.developing_ahead.take_if(|(_, j)| *j == job).is_some() {
            self.pictures.keep_ahead(Arc::new(picture));
            self.share_cache();
        }
    }

    fn put_on_screen(&mut self, picture: Arc<ScreenPicture>) {
        self.pictures.put_on_screen(picture);
        self.share_cache();
    }

    /// A quarter of the cache is for pictures as they were on screen. To be called where they or the budget have changed.
    pub(super) fn share_cache(&mut self) {
        self.pictures.shrink(self.cache.budget() / 4);
        let at = self.at();
        self.cache.reserve(self.pictures.kept_bytes(), at);
    }

    /// Takes decoded frames into the cache.
    pub(super) fn keep(&mut self, job: JobId, frames: Vec<(FrameKey, Arc<Image>)>) {
        self.pictures.decoding.take_if(|(_, j)| *j == job);
        self.pictures.ahead.take_if(|(_, j)| *j == job);
        let at = self.at();
        for (key, image) in frames {
            self.cache.insert(key, image, at);
        }
    }

    /// Asks for the frame in view and for what may come next; puts the best there is in view.
    pub(super) fn refresh_pictures(&mut self) {
        let Some(InView { id, opening, clip, plans, frame }) = self.in_view() else { return self.show_nothing() };
        let key = |quality| FrameKey { clip: id, opening, frame, quality, decode: plans.decode.clone() };
        let (draft, full) = (key(Quality::Draft), key(Quality::Full));
        let best = [&full, &draft].into_iter().find(|k| self.cache.contains(k)).cloned();
        if let Some(best) = best.clone()
            && let Some(raw) = self.cache.get(&best)
        {
            self.pictures.shown = Some(Shown { key: best, raw: raw.clone(), canvas: clip.size() });
        } else if self.pictures.shown.as_ref().is_some_and(|s| s.key.opening != opening) {
            // Another file's picture would be a lie; an earlier frame of this one stays until the new one is there.
            self.pictures.shown = None;
            self.pictures.screen = None;
        }
        let wanted = match &best {
            None => Some(draft),
            Some(b) if b.quality == Quality::Draft && self.playback.is_none() => Some(full),
            Some(_) => None,
        };
        // The first look at a frame comes before its full decode, also on the screen.
        self.refresh_screen(&plans);
        self.decode(&clip, &plans, wanted);
        if self.pictures.decoding.is_none() {
            self.read_ahead(&clip, &plans, (id, opening), frame);
        }
        if self.pictures.at_rest() && self.pictures.ahead.is_none() {
            self.develop_ahead(&clip, &plans, frame);
        }
    }

    fn in_view(&self) -> Option<InView> {
        let id = self.document.selected?;
        let opened = self.opened(id)?;
        Some(InView {
            id,
            opening: opened.opening,
            clip: opened.clip.clone(),
            plans: self.plans_in_view()?.clone(),
            frame: opened.playhead,
        })
    }

    fn show_nothing(&mut self) {
        if let Some((_, job)) = self.pictures.decoding.take() {
            self.jobs.cancel(job);
        }
        let developing = [self.pictures.developing.take(), self.pictures.developing_ahead.take()];
        developing.into_iter().flatten().for_each(|(_, job)| self.jobs.cancel(job));
        self.pictures.shown = None;
        self.pictures.screen = None;
        self.pictures.failed = None;
    }

    fn decode(&mut self, clip: &Arc<dyn Clip>, plans: &Arc<Plans>, wanted: Option<FrameKey>) {
        if self.pictures.failed.as_ref().is_some_and(|(k, _)| Some(k) != wanted.as_ref()) {
            self.pictures.failed = None;
        }
        if self.pictures.decoding.as_ref().map(|(k, _)| k) == wanted.as_ref() {
            return;
        }
        if let Some((_, job)) = self.pictures.decoding.take() {
            self.jobs.cancel(job);
        }
        let Some(key) = wanted.filter(|_| self.pictures.failed.is_none()) else { return };
        let title = format!("Decoding {} frame {}", name_of(clip.path()), key.frame);
        let job = self.spawn_decode(Lane::Picture, title, clip, plans, key.clone());
        self.pictures.decoding = Some((key, job));
    }

    fn spawn_decode(&mut self, lane: Lane, title: String, clip: &Arc<dyn Clip>, plans: &Arc<Plans>, key: FrameKey) -> JobId {
        let (clip, plans) = (clip.clone(), plans.clone());
        self.jobs.spawn(lane, title, move |progress| decode(&*clip, &plans, &key, progress).map(Output::Decoded))
    }

    fn read_ahead(&mut self, clip: &Arc<dyn Clip>, plans: &Arc<Plans>, (id, opening): (ClipId, u64), frame: FrameNumber) {
        let (steps, direction) = match &self.playback {
            Some(p) => (self.preferences().read_ahead, p.direction),
            None => (self.preferences().read_ahead.min(AHEAD_STANDING), Direction::Forward),
        };
        let frames = clip.frames();
        let mut wanted = vec![];
        let mut at = frame;
        let range = self.selected_opened().map_or(frames.first()..=frames.last(), |o| o.range());
        for _ in 0..steps {
            let Some(next) = playback::next(frames, at, direction, &range, self.view.play.looping) else { break };
            at = next;
            wanted.push(at);
        }
        if self.playback.is_none() && steps > 0 {
            wanted.push(playback::step(frames, frame, -1));
        }
        // Half the cache at most, and beside the frame in view, which stays: or reading ahead would push out what it has just read.
        let size = self.pictures.shown.as_ref().map_or(DRAFT_PIXELS, |s| s.raw.size().area().min(DRAFT_PIXELS)) * 12;
        let beside = self.cache.room_beside((id, frame)).min(self.cache.budget() / 2);
        wanted.truncate(beside / size.max(1));
        let next = wanted.into_iter().filter(|f| *f != frame).find_map(|frame| {
            let key = |quality| FrameKey { clip: id, opening, frame, quality, decode: plans.decode.clone() };
            let known = self.cache.contains(&key(Quality::Draft)) || self.cache.contains(&key(Quality::Full));
            (!known).then(|| key(Quality::Draft))
        });
        if let Some((running, job)) = &self.pictures.ahead {
            if running.opening == opening {
                return; // it is nearly what is wanted; the next one will be
            }
            self.jobs.cancel(*job);
            self.pictures.ahead = None;
        }
        let Some(key) = next.filter(|k| self.pictures.failed_ahead.as_ref() != Some(k)) else { return };
        let job = self.spawn_decode(Lane::Ahead, "Reading ahead".into(), clip, plans, key.clone());
        self.pictures.ahead = Some((key, job));
    }

    /// Has the CPU compute the picture for the screen where it is the CPU's turn: a draft first, if there is one.
    fn refresh_screen(&mut self, plans: &Arc<Plans>) {
        let Some(look) = self.look().filter(|l| self.wants_screen() && l.plan == plans.key) else { return };
        let Some(finish) = self.finish() else { return };
        let whole = (look, finish);
        let draft = (whole.0.draft(), whole.1.clone());
        let mut on_screen = self.pictures.screen.as_ref().map(|s| (s.look.clone(), s.finish.clone()));
        if on_screen.as_ref() != Some(&whole) && on_screen.as_ref() != Some(&draft) {
            // Computed before, as a whole or as a draft.
            if let Some(known) = self.pictures.kept(&whole).or_else(|| self.pictures.kept(&draft)) {
                on_screen = Some((known.look.clone(), known.finish.clone()));
                self.put_on_screen(known);
            }
        }
        let wanted = match on_screen {
            Some(s) if s == whole => {
                if let Some((_, job)) = self.pictures.developing.take() {
                    self.jobs.cancel(job);
                }
                return;
            }
            Some(s) if s == draft => whole,
            _ if self.cache.contains(&draft.0.frame) => draft,
            _ => whole,
        };
        if self.pictures.developing.as_ref().is_some_and(|(running, _)| *running == wanted) {
            return;
        }
        let Some(raw) = self.cache.get(&wanted.0.frame).cloned() else { return };
        if let Some((_, job)) = self.pictures.developing.take() {
            self.jobs.cancel(job);
        }
        if let Some(ahead) = self.pictures.developing_ahead.take() {
            if ahead.0 == wanted {
                self.pictures.developing = Some(ahead);
                return;
            }
            self.jobs.cancel(ahead.1);
        }
        self.pictures.developing = Some(self.spawn_develop(Lane::Develop, plans, raw, wanted));
    }

    /// Computes the pictures of the frames beside the one in view, so that a step shows them at once.
    fn develop_ahead(&mut self, clip: &Arc<dyn Clip>, plans: &Arc<Plans>, frame: FrameNumber) {
        let wanted = self.next_to_develop(&**clip, plans, frame);
        if self.pictures.developing_ahead.as_ref().map(|(running, _)| running) == wanted.as_ref() {
            return;
        }
        if let Some((_, job)) = self.pictures.developing_ahead.take() {
            self.jobs.cancel(job);
        }
        if let Some(wanted) = wanted
            && let Some(raw) = self.cache.get(&wanted.0.frame).cloned()
        {
            self.pictures.developing_ahead = Some(self.spawn_develop(Lane::Ahead, plans, raw, wanted));
        }
    }

    /// What a step would show, where it is decoded and not computed: the best that there is of the frame after the one in view, then of
    /// the one before. None where they had no room beside it.
    fn next_to_develop(&self, clip: &dyn Clip, plans: &Plans, frame: FrameNumber) -> Option<(Look, Finish)> {
        let look = self.look().filter(|look| self.shows_cpu() && self.playback.is_none() && look.plan == plans.key)?;
        let finish = self.finish()?;
        let of_view = self.pictures.screen.as_ref()?.bytes();
        let beside = [1, -1].map(|step| playback::step(clip.frames(), frame, step));
        beside.into_iter().filter(|beside| *beside != frame).find_map(|frame| {
            let of = |quality| (Look { frame: FrameKey { frame, quality, ..look.frame.clone() }, ..look.clone() }, finish.clone());
            let (whole, draft) = (of(Quality::Full), of(Quality::Draft));
            if self.pictures.kept(&whole).is_some() {
                return None;
            }
            let (best, raw) = [whole, draft].into_iter().find_map(|best| Some((best.clone(), self.cache.get(&best.0.frame)?)))?;
            // Four bytes a pixel, and a third of them for the smaller levels; of both neighbours.
            let room = of_view + 2 * (raw.size().area() * 16 / 3);
            (self.pictures.kept(&best).is_none() && room <= self.cache.budget() / 4).then_some(best)
        })
    }

    fn spawn_develop(&mut self, lane: Lane, plans: &Arc<Plans>, raw: Arc<Image>, wanted: (Look, Finish)) -> ((Look, Finish), JobId) {
        let (plans, (look, finish)) = (plans.clone(), wanted.clone());
        let job = self.jobs.spawn(lane, "Computing the picture", move |progress| {
            screen_picture(&plans.full, &raw, look, finish, progress).map(Output::Developed)
        });
        (wanted, job)
    }

    /// Moves a playback on if the frame in view has stood for its time.
    pub(super) fn advance_playback(&mut self, now: Instant) -> bool {
        let Some(opened) = self.selected_opened() else {
            self.playback = None;
            return false;
        };
        let mode = self.view.play;
        let (rate, playhead, range) = (opened.frame_rate() * mode.speed, opened.playhead, opened.range());
        if self.shown().is_none_or(|s| s.key.frame != playhead) {
            return false;
        }
        if self.shows_cpu() && self.pictures.screen.as_ref().is_none_or(|s| s.look.frame.frame != playhead) {
            return false;
        }
        let Some(running) = &mut self.playback else { return false };
        let steps = running.advance(now, rate, mode.real_time);
        let direction = running.direction;
        let Some(opened) = self.selected_opened_mut().filter(|_| steps > 0) else { return false };
        let frames = opened.clip.frames();
        let mut at = Some(playhead);
        // Once round is enough: more than that leads to the same frames again.
        for _ in 0..steps.min(frames.present.len() as u32) {
            at = at.and_then(|f| playback::next(frames, f, direction, &range, mode.looping));
        }
        match at {
            Some(at) => opened.playhead = at,
            None => {
                opened.playhead = playback::nearest(frames, if direction == Direction::Forward { *range.end() } else { *range.start() });
                self.playback = None;
            }
        }
        true
    }
}

/// Decodes one frame. A draft of a clip that has no quick decode yields the full frame as well, which is then at hand.
fn decode(clip: &dyn Clip, plans: &Plans, key: &FrameKey, progress: &Progress) -> Result<Vec<(FrameKey, Arc<Image>)>> {
    progress.say("decoding");
    if key.quality == Quality::Full {
        return Ok(vec![(key.clone(), Arc::new(plans.full.decode_watched(clip, key.frame, progress)?))]);
    }
    let image = plans.draft.decode_watched(clip, key.frame, progress)?;
    progress.check()?;
    let n = (1..).find(|n| image.size().area() / (*n as usize * *n as usize) <= DRAFT_PIXELS).unwrap_or(1);
    let is_full = image.size() == clip.size();
    if n == 1 {
        let quality = if is_full { Quality::Full } else { Quality::Draft };
        return Ok(vec![(FrameKey { quality, ..key.clone() }, Arc::new(image))]);
    }
    let draft = (key.clone(), Arc::new(reduced(&image, n)));
    Ok(if is_full { vec![draft, (FrameKey { quality: Quality::Full, ..key.clone() }, Arc::new(image))] } else { vec![draft] })
}
