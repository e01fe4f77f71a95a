//! Side B of a comparison: which picture it is, and the job that makes it.

use super::{
    Finish, FrameKey, Look, Quality, Session,
    apart::{Kind, Request, Side, Source},
    compare::{CompareMode, With},
    develop,
    jobs::{JobId, Lane},
    latest::Latest,
    playback,
    reports::{Output, name_of},
};
use crate::{
    error::{Error, Result},
    pipeline::{Settings, Stage},
    scope::Marks,
};
use std::sync::Arc;

/// Everything that decides what is made of A and B.
#[derive(Clone, Debug, PartialEq)]
pub struct SideKey {
    /// A, as it is in view.
    pub a: Look,
    pub with: With,
    /// The frame of B, of which opening it is, and what its pipeline depends on.
    frame: u32,
    opening: u64,
    source: String,
    finish: Finish,
    /// Which monitor it is converted for.
    monitor: u32,
    pub kind: Kind,
}

#[derive(Default)]
pub(super) struct SideB {
    pub latest: Latest<SideKey, Arc<Side>>,
    /// The still laid over the canvas, for the plan of a key.
    still: Option<(String, Arc<super::apart::Still>)>,
}

impl SideB {
    pub fn take(&mut self, job: JobId, side: Side) {
        let still = side.still.clone().map(|still| (side.key.source.clone(), still));
        if self.latest.take(job, Arc::new(side)) && still.is_some() {
            self.still = still;
        }
    }
}

impl Session {
    /// What was made of A and B: of what is in view now, and whether it is so; an earlier one while the next is made.
    pub fn side(&self) -> Option<&Arc<Side>> {
        let (side, look) = (self.side.latest.made()?, self.look()?);
        // Another frame's B beside this A would be a lie; one of another exposure is seen to change.
        (self.view.compare.on && side.key.a.frame.opening == look.frame.opening && side.key.a.frame.frame == look.frame.frame)
            .then_some(side)
            .filter(|s| s.key.with == self.view.compare.with && s.key.kind.is_like(self.view.compare.mode))
    }
    /// Why there is no side B.
    pub fn side_error(&self) -> Option<&Error> {
        let (key, error) = self.side.latest.failed()?;
        (self.view.compare.on && Some(&key.a) == self.look().as_ref() && key.with == self.view.compare.with).then_some(error)
    }

    /// Whether a comparison is on in the room in view: one with a picture.
    pub fn compares(&self) -> bool {
        self.view.compare.on && self.view.room.has_picture()
    }

    /// The settings of the selected clip before the last change of them.
    pub(super) fn settings_before(&self) -> Option<&Settings> {
        self.history.settings_before(self.document.selected?)
    }

    /// Has B made where a comparison is on, in a room with a picture, and it is of something else. What is under way is let go.
    pub(super) fn refresh_side(&mut self) {
        let wanted = if self.compares() { self.side_request() } else { None };
        let key = match &wanted {
            Some(Ok(request)) => Some(&request.key),
            _ => None,
        };
        let side = &mut self.side.latest;
        if let Some(job) = side.let_go_unless(key) {
            self.jobs.cancel(job);
        }
        match wanted {
            Some(Ok(request)) if side.made().is_none_or(|s| s.key != request.key) && side.is_free_for(&request.key) => {
                let key = request.key.clone();
                let job = self.jobs.spawn(Lane::Side, "Comparing", move |p| request.make(p).map(|s| Output::Side(Box::new(s))));
                side.start(key, job);
            }
            Some(Err((key, error))) => side.refuse(key, error),
            Some(Ok(_)) | None => {}
        }
    }

    fn side_request(&self) -> Option<Result<Request, (SideKey, Error)>> {
        let (look, shown, finish) = (self.look()?, self.shown()?, self.finish()?);
        let opened = self.selected_opened()?;
        let plans = self.plans_in_view().filter(|p| p.key == look.plan)?;
        // While playing, and while a draft is in view, nobody can compare.
        if self.playback.is_some() || look.frame.quality == Quality::Draft {
            return None;
        }
        let compare = &self.view.compare;
        let kind = match compare.mode {
            CompareMode::Difference => Kind::Difference { gain: compare.gain, signed: compare.signed, swapped: compare.swapped },
            CompareMode::DeltaE => Kind::DeltaE,
            CompareMode::Side => Kind::Beside,
            _ => Kind::Screen,
        };
        let key = |frame, opening, source: String| SideKey {
            a: look.clone(),
            with: compare.with.clone(),
            frame,
            opening,
            source,
            finish: finish.clone(),
            monitor: self.monitor.number(),
            kind,
        };
        let fail = |why: &str| Some(Err((key(look.frame.frame, 0, String::new()), Error::refused(why).field("Compare/With"))));

        let (clip_id, of) = match &compare.with {
            With::Clip { index, .. } => {
                let Some(entry) = self.document.clips.get(*index) else { return fail("no such clip") };
                match self.opened(entry.id) {
                    Some(other) => (entry.id, other),
                    None => return fail("that clip is not open"),
                }
            }
            _ => (look.frame.clip, opened),
        };
        let frame = match &compare.with {
            With::Clip { frame: Some(frame), .. } | With::Frame(frame) => playback::nearest(of.clip.frames(), *frame),
            With::Clip { frame: None, .. } => playback::nearest(of.clip.frames(), look.frame.frame),
            _ => look.frame.frame,
        };
        let entry = self.document.clip(clip_id)?;
        let edited = |settings: Settings| {
            let text = serde_json::to_string(&settings).unwrap_or_default();
            (text, Source::Settings { settings: Box::new(settings), chosen: entry.sidecars.clone() })
        };
        let (source, road) = match &compare.with {
            With::Frame(_) | With::Stage(_) => (plans.key.to_string(), Source::Plans(plans.clone())),
            // A frame of the clip in view that was held is of the pipeline in view.
            With::Clip { .. } if clip_id == look.frame.clip => (plans.key.to_string(), Source::Plans(plans.clone())),
            With::Clip { .. } | With::Document => match of.plans() {
                Some(plans) => (plans.key.to_string(), Source::Plans(plans.clone())),
                None => return fail("that clip has no pipeline yet"),
            },
            With::WithoutLook => (plans.key.to_string(), Source::WithoutLook(plans.clone())),
            With::DefaultOutput => edited(Settings { output: Some(crate::pipeline::DEFAULT_OUTPUT.into()), ..entry.settings.clone() }),
            With::LastEdit => match self.settings_before() {
                Some(settings) => edited(settings.clone()),
                None => return fail("the settings were not changed"),
            },
            With::Approved => match &entry.approved {
                Some(a) => (a.digest.clone(), Source::Recipe { folder: a.recipe.clone(), name: of.name.clone() }),
                None => return fail("the clip was not approved yet"),
            },
            With::Cause(_) if self.cause_in_view().is_none() => return fail("the checks have found no such cause"),
            With::Cause(_) if self.plans_of_cause().is_none() => match self.cause_error() {
                Some(error) => return Some(Err((key(look.frame.frame, 0, String::new()), error.clone()))),
                None => return None,
            },
            With::Still | With::Cause(_) if look.stage != Stage::Display => {
                return fail("a still shows the display: choose the display stage");
            }
            With::Still | With::Cause(_) => {
                let source = format!("{} {} {:?}", of.opening, of.planned.key(), entry.sidecars.still);
                let known = self.side.still.as_ref().filter(|(of, _)| *of == source).map(|(_, still)| still.clone());
                let subject = Box::new(of.subject(self.rolls.unasked(), self.profile().clone()));
                (source, Source::Still { subject, found: of.still().cloned(), known })
            }
        };
        let stage = if let With::Stage(stage) = compare.with { stage } else { look.stage };
        let of_b = match &road {
            Source::Plans(plans) | Source::WithoutLook(plans) => plans,
            _ => of.plans().unwrap_or(plans),
        };
        let marks = Marks::new(self.view.marking, develop::values(&*of.clip, of_b, stage));
        // Decoded already, where it is the frame in view or was seen before.
        let at_hand = of.plans().and_then(|p| {
            let key = FrameKey { clip: clip_id, opening: of.opening, frame, quality: Quality::Full, decode: p.decode.clone() };
            self.cache.get(&key).map(|image| (p.decode.clone(), image.clone()))
        });
        let label = match &compare.with {
            With::Clip { .. } => format!("{}  frame {frame}", name_of(of.clip.path())),
            With::Frame(_) => format!("frame {frame}"),
            With::Stage(stage) => format!("{stage} stage"),
            With::Still | With::Cause(_) => "reference still".into(),
            With::Document => "without the draft".into(),
            With::WithoutLook => "without look".into(),
            With::DefaultOutput => "default output".into(),
            With::Approved => "as approved".into(),
            With::LastEdit => "before the last edit".into(),
        };
        Some(Ok(Request {
            key: key(frame, of.opening, source),
            clip: of.clip.clone(),
            frame,
            stage,
            road,
            at_hand,
            a: (plans.clone(), shown.raw.clone()),
            canvas: shown.canvas,
            finish: [finish.clone(), Finish { marks, ..finish.clone() }],
            monitor: self.monitor.used().cloned(),
            label,
        }))
    }
}
