//! Small pictures of frames, as they are displayed: for lists and for evidence. Each is a job of its own and kept.

use super::{
    Finish, Rgba, Session,
    develop::encode,
    document::ClipId,
    jobs::{JobId, Lane},
    media::{Media, Plans},
    monitor::{convert, light_at},
    reports::Output,
};
use crate::{
    camera::{Clip, FrameNumber},
    check::still::{Beside, Comparison},
    color::Processor,
    error::{Error, Result},
    image::{Image, Size, reduced},
    pipeline::Stage,
    progress::Progress,
    scope::{Monitor, itp::Light},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// Which small picture of a frame it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ThumbSize {
    /// For a row of a list.
    Small,
    /// To show where in the frame something lies.
    Large,
    /// To show the reference still beside the frame.
    Beside(Beside),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThumbKey {
    pub clip: ClipId,
    pub frame: FrameNumber,
    pub size: ThumbSize,
    /// Key of the plan it was made by.
    plan: Arc<str>,
    /// The monitor it was made for, by its number.
    monitor: u32,
}

/// A small picture, and the canvas that it shows.
pub struct Thumb {
    pub picture: Rgba,
    pub canvas: Size,
    /// Width of a canvas pixel's picture over its height.
    pub aspect: f64,
}

pub enum ThumbState {
    Ready(Arc<Thumb>),
    Failed(Error),
}

/// Bytes of small pictures that are kept.
const BUDGET: usize = 128 << 20;

#[derive(Default)]
pub(super) struct Thumbs {
    known: BTreeMap<ThumbKey, ThumbState>,
    /// Keys of `known`, the one that was made longest ago first.
    order: VecDeque<ThumbKey>,
    wanted: Vec<(ClipId, FrameNumber, ThumbSize)>,
    making: Option<(ThumbKey, JobId)>,
}

impl Thumbs {
    fn keep(&mut self, key: ThumbKey, state: ThumbState) {
        self.order.retain(|k| *k != key);
        self.order.push_back(key.clone());
        self.known.insert(key, state);
        let bytes = |s: &ThumbState| if let ThumbState::Ready(t) = s { t.picture.bytes.len() } else { 0 };
        let mut sum: usize = self.known.values().map(bytes).sum();
        while sum > BUDGET && self.order.len() > 1 {
            let Some(oldest) = self.order.pop_front() else { return };
            sum -= self.known.remove(&oldest).as_ref().map_or(0, bytes);
        }
    }
}

impl Session {
    /// The small picture of a frame, if it is there.
    pub fn thumb(&self, clip: ClipId, frame: FrameNumber, size: ThumbSize) -> Option<(ThumbKey, &ThumbState)> {
        let key = self.thumb_key(clip, frame, size)?;
        self.thumbs.known.get(&key).map(|state| (key, state))
    }

    /// Small pictures that the window shows now, the most wanted first. The last call counts.
    pub fn want_thumbs(&mut self, wanted: Vec<(ClipId, FrameNumber, ThumbSize)>) {
        // Said in every pass; what else lets one be made is a change, after which everything is refreshed.
        if self.thumbs.wanted != wanted {
            self.thumbs.wanted = wanted;
            self.refresh_thumbs();
        }
    }

    fn thumb_key(&self, clip: ClipId, frame: FrameNumber, size: ThumbSize) -> Option<ThumbKey> {
        let opened = self.opened(clip)?;
        if let ThumbSize::Beside(which) = size {
            opened.still_match().filter(|found| found.frame == frame)?.picture(which)?;
        }
        Some(ThumbKey { clip, frame, size, plan: opened.plans()?.key.clone(), monitor: self.monitor.number() })
    }

    /// Makes the first one that is wanted and not there.
    pub(super) fn refresh_thumbs(&mut self) {
        if self.thumbs.making.is_some() {
            return;
        }
        let missing = |(clip, frame, size): &(ClipId, FrameNumber, ThumbSize)| {
            self.thumb_key(*clip, *frame, *size).filter(|key| !self.thumbs.known.contains_key(key))
        };
        let Some(key) = self.thumbs.wanted.iter().find_map(missing) else { return };
        let Some(Media::Ready(opened)) = self.media.get(&key.clip) else { return };
        let Some(plans) = opened.plans().cloned() else { return };
        let (clip, frame, size, monitor) = (opened.clip.clone(), key.frame, key.size, self.monitor.used().cloned());
        let still = opened.still().cloned();
        let job = self.jobs.spawn(Lane::Thumbs, format!("Picture of {}", opened.name), move |progress| {
            let made = match size {
                ThumbSize::Small => thumb(&*clip, &plans, frame, 160, monitor.as_ref(), progress),
                ThumbSize::Large => thumb(&*clip, &plans, frame, 960, monitor.as_ref(), progress),
                ThumbSize::Beside(which) => beside(still.as_deref(), which, monitor.as_ref()),
            };
            made.map(|t| Output::Thumb(Box::new(t)))
        });
        self.thumbs.making = Some((key, job));
    }

    /// Drops the small pictures of a clip, whose files changed.
    pub(super) fn forget_thumbs(&mut self, clip: ClipId) {
        if let Some((_, job)) = self.thumbs.making.take_if(|(key, _)| key.clip == clip) {
            self.jobs.cancel(job);
        }
        self.thumbs.known.retain(|key, _| key.clip != clip);
        self.thumbs.order.retain(|key| key.clip != clip);
    }

    /// Drops those of a clip that show its reference still, which was looked for again.
    pub(super) fn forget_stills(&mut self, clip: ClipId) {
        let other = |key: &ThumbKey| key.clip != clip || !matches!(key.size, ThumbSize::Beside(_));
        self.thumbs.known.retain(|key, _| other(key));
        self.thumbs.order.retain(other);
    }

    pub(super) fn keep_thumb(&mut self, job: JobId, thumb: Thumb) {
        if let Some((key, _)) = self.thumbs.making.take_if(|(_, j)| *j == job) {
            self.thumbs.keep(key, ThumbState::Ready(Arc::new(thumb)));
        }
    }

    /// Whether the job was one of these; its frame is not tried again.
    pub(super) fn thumb_failed(&mut self, job: JobId, error: &Error) -> bool {
        match self.thumbs.making.take_if(|(_, j)| *j == job) {
            Some((key, _)) => self.thumbs.keep(key, ThumbState::Failed(error.clone())),
            None => return false,
        }
        true
    }
}

/// The frame in the middle of a clip, which says more of it than its slate.
pub fn middle_frame(clip: &dyn Clip) -> FrameNumber {
    clip.frames().middle().unwrap_or_default()
}

/// `side`: pixels of its longer side, at most.
fn thumb(
    clip: &dyn Clip,
    plans: &Plans,
    frame: FrameNumber,
    side: u32,
    monitor: Option<&Arc<Monitor>>,
    progress: &Progress,
) -> Result<Thumb> {
    progress.say("decoding");
    let raw = plans.draft.decode_watched(clip, frame, progress)?;
    progress.check()?;
    let longer = raw.size().width.max(raw.size().height);
    let mut small: Image = reduced(&raw, longer.div_ceil(side).max(1));
    let stage = [Stage::Display, Stage::Aces].into_iter().find(|s| plans.to(*s).is_ok()).unwrap_or(Stage::Raw);
    let processor: &Processor = plans.to(stage).as_ref().map_err(Error::clone)?;
    processor.apply_image(&mut small);
    let mut picture = Rgba { size: small.size(), bytes: vec![255; small.size().area() * 4] };
    // Without marks, nothing looks at the raw stage.
    let finish = Finish { monitor: convert(monitor, light_at(stage, plans.light)), ..Finish::PLAIN };
    encode((&small, 0), &small, stage, &finish, &mut picture.bytes);
    Ok(Thumb { picture, canvas: clip.size(), aspect: raw.pixel_aspect })
}

/// A picture that the checks have kept.
fn beside(still: Option<&Comparison>, which: Beside, monitor: Option<&Arc<Monitor>>) -> Result<Thumb> {
    let gone = || Error::refused("the checks have found no reference still").field("still");
    let kept = still.and_then(Comparison::found).and_then(|found| found.picture(which)).ok_or_else(gone)?;
    let wrong = |e: ::image::ImageError| Error::invalid(e.to_string()).field("picture of the still");
    let rgb = ::image::load_from_memory_with_format(kept.jpeg(), ::image::ImageFormat::Jpeg).map_err(wrong)?.into_rgb32f();
    let small = Image::from_planes(kept.size(), std::array::from_fn(|c| rgb.pixels().map(|p| p.0[c]).collect()));
    let mut picture = Rgba { size: small.size(), bytes: vec![255; small.size().area() * 4] };
    // Colours that stand for numbers are the same on every monitor.
    let light = (which != Beside::Apart).then_some(Light::REC709);
    let finish = Finish { monitor: convert(monitor, light), ..Finish::PLAIN };
    encode((&small, 0), &small, Stage::Display, &finish, &mut picture.bytes);
    Ok(Thumb { picture, canvas: kept.size(), aspect: 1.0 })
}
