//! The pictures of a comparison: B beside A, and what they are apart. Runs as a job, on the engine that renders.

use super::{
    Finish, Rgba, ScreenPicture, Shown,
    area::cut,
    develop::{bands, pixel, scaled, to_screen, view_ops},
    document::Chosen,
    media::{OwnedSubject, Planned, Plans},
    monitor::{convert, light_at},
    side::SideKey,
};
use crate::{
    camera::{Clip, FrameNumber},
    check::still,
    color::{Op, Processor},
    error::{Error, Result},
    framing::{self, AntiRing, Filter, OverlayRect, ResampleSettings},
    image::{Image, Rect, RectF, Size},
    pipeline::{Plan, Settings, Stage},
    progress::Progress,
    recipe,
    scope::{
        Marks, Monitor,
        itp::{self, Light},
    },
};
use rayon::prelude::*;
use std::{path::PathBuf, sync::Arc};

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// B as it is shown over A, in A's pixels.
    Screen,
    /// B as it is shown beside A, in pixels of its own.
    Beside,
    Difference {
        gain: f64,
        signed: bool,
        swapped: bool,
    },
    DeltaE,
}

impl Kind {
    /// Whether a mode shows what this makes.
    pub fn is_like(self, mode: super::CompareMode) -> bool {
        use super::CompareMode as M;
        match self {
            Self::Difference { .. } => mode == M::Difference,
            Self::DeltaE => mode == M::DeltaE,
            Self::Beside => mode == M::Side,
            Self::Screen => !mode.is_difference() && mode != M::Side,
        }
    }
}

/// Where the pipeline of B comes from.
pub enum Source {
    Plans(Arc<Plans>),
    WithoutLook(Arc<Plans>),
    Settings {
        settings: Box<Settings>,
        chosen: Chosen,
    },
    Recipe {
        folder: PathBuf,
        name: String,
    },
    /// Where the checks have found the still, it is not looked for again.
    Still {
        subject: Box<OwnedSubject>,
        found: Option<Arc<still::Comparison>>,
        known: Option<Arc<Still>>,
    },
}

/// A reference still laid over the picture in view.
pub struct Still {
    image: Arc<Image>,
    /// What it covers, in pixels of `image`.
    covered: RectF,
    /// The frame that it shows.
    pub frame: FrameNumber,
}

pub struct Request {
    pub key: SideKey,
    pub clip: Arc<dyn Clip>,
    pub frame: FrameNumber,
    pub stage: Stage,
    pub road: Source,
    /// B at the raw stage, with the decode it came of.
    pub at_hand: Option<(Arc<str>, Arc<Image>)>,
    pub a: (Arc<Plans>, Arc<Image>),
    pub canvas: Size,
    /// Of A and of B.
    pub finish: [Finish; 2],
    pub monitor: Option<Arc<Monitor>>,
    pub label: String,
}

/// From the raw stage to each stage, or why that cannot be rendered.
type Stages = [Result<Processor>; Stage::ALL.len()];

/// What came of it.
pub struct Side {
    pub key: SideKey,
    /// B, or what A and B are apart.
    pub picture: Arc<ScreenPicture>,
    pub label: String,
    /// None for B itself.
    pub apart: Option<Apart>,
    pub still: Option<Arc<Still>>,
    /// B's own canvas, where that is not taken to be A's.
    pub own: Option<OwnCanvas>,
    /// B at the raw stage: of the size of A, unless it stands beside it.
    raw: Arc<Image>,
    /// From there to what is shown.
    shown: Processor,
    /// From there to every stage; none of a still.
    stages: Option<Stages>,
}

/// The canvas of a B that stands beside A, and what is framed on it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnCanvas {
    pub size: Size,
    /// Width of a pixel over its height when displayed.
    pub pixel_aspect: f64,
    pub overlays: Vec<OverlayRect>,
}

/// How far two pictures are apart: in code values of 10 bits, or dE ITP.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Apart {
    pub mean: f64,
    pub max: f64,
    /// Where that is, in pixels of the picture compared.
    pub at: [u32; 2],
}

/// B, ready to be shown.
struct B {
    raw: Arc<Image>,
    /// From the raw stage to what is shown; none where the picture is that already.
    ops: Vec<Op>,
    stages: Option<Stages>,
    still: Option<Arc<Still>>,
    own: Option<OwnCanvas>,
    light: Option<Light>,
}

impl Request {
    pub fn make(mut self, progress: &Progress) -> Result<Side> {
        let b = self.b(progress)?;
        self.finish[1].monitor = convert(self.monitor.as_ref(), b.light);
        if let Some(still) = &b.still {
            self.label.push_str(&format!(" of frame {}", still.frame));
        }
        let (plans, raw) = (&self.a.0, &self.a.1);
        let a_light = light_at(self.key.a.stage, plans.light);
        // B alone is shown without a look at A.
        let of_a = match self.key.kind {
            Kind::Screen | Kind::Beside => None,
            _ => Some(Processor::new(&view_ops(&plans.full, self.key.a.stage, self.key.a.exposure)?)),
        };
        let of_b = Processor::new(&b.ops);
        let lights = match (self.key.kind, a_light, b.light) {
            (Kind::DeltaE, Some(a), Some(b)) => Some([a, b]),
            (Kind::DeltaE, ..) => return Err(Error::unsupported("the light of this display is not known").field("dE ITP")),
            _ => None,
        };
        let plain = self.finish.clone().map(|f| Finish { marks: Marks::NONE, monitor: None, ..f });
        let base = if self.key.kind == Kind::Beside { &b.raw } else { raw };
        let size = base.size();
        let mut bytes = vec![255u8; size.area() * 4];
        let mut sum = (0.0, 0u64);
        let mut worst = Apart::default();
        bands(base, progress, |stored, first| {
            let stored_b = b.raw.rows(first, stored.size().height);
            let a = of_a.as_ref().map(|of_a| {
                let mut a = stored.clone();
                of_a.apply_image(&mut a);
                a
            });
            let mut other = stored_b.clone();
            of_b.apply_image(&mut other);
            let width = size.width.max(1) as usize;
            let start = first as usize * width;
            let out = &mut bytes[start * 4..(start + stored.size().area()) * 4];
            let row = |(y, row): (usize, &mut [u8])| {
                let (mut total, mut count, mut most) = (0.0, 0u64, (0.0, 0));
                for (x, out) in row.chunks_exact_mut(4).enumerate() {
                    let i = y * width + x;
                    let covered = b.still.as_ref().is_none_or(|s| s.covers(x as u32, first + y as u32));
                    let (pa, pb) = (a.as_ref().map_or([0.0; 3], |a| pixel(a, i)), pixel(&other, i));
                    let shown = if covered {
                        let (shown, apart) = self.pixel(&plain, [pixel(&stored, i), pixel(&stored_b, i)], [pa, pb], lights);
                        total += apart;
                        count += 1;
                        if apart > most.0 {
                            most = (apart, x);
                        }
                        shown
                    } else {
                        [OUTSIDE; 3]
                    };
                    (0..3).for_each(|c| out[c] = (shown[c].clamp(0.0, 1.0) * 255.0 + 0.5) as u8);
                }
                (total, count, most)
            };
            // Rows in order, so that the sum has the same bits for any number of threads.
            let rows: Vec<_> = out.par_chunks_mut(width * 4).enumerate().map(row).collect();
            for (y, (total, count, (most, x))) in rows.into_iter().enumerate() {
                sum = (sum.0 + total, sum.1 + count);
                if most > worst.max {
                    worst = Apart { max: most, at: [x as u32, first + y as u32], ..worst };
                }
            }
            Ok(())
        })?;
        let apart =
            matches!(self.key.kind, Kind::Difference { .. } | Kind::DeltaE).then_some(Apart { mean: sum.0 / sum.1.max(1) as f64, ..worst });
        let levels = Rgba { size, bytes }.levels(progress)?;
        let picture = Arc::new(ScreenPicture { look: self.key.a.clone(), finish: self.finish[0].clone(), levels });
        let (raw, stages, own) = (b.raw, b.stages, b.own);
        Ok(Side { key: self.key, picture, label: self.label, apart, own, raw, shown: of_b, stages, still: b.still })
    }

    /// What is shown of a pixel of A and B, display code values 0..1, and how far they are apart.
    fn pixel(&self, plain: &[Finish; 2], raw: [[f32; 3]; 2], px: [[f32; 3]; 2], lights: Option<[Light; 2]>) -> ([f32; 3], f64) {
        let stages = [self.key.a.stage, self.stage];
        let screen = |i: usize| plain[i].apply(stages[i], raw[i], px[i], 1.0);
        match (self.key.kind, lights) {
            (Kind::Difference { gain, signed, swapped }, _) => {
                let (a, b) = (screen(0), screen(1));
                let d: [f32; 3] = std::array::from_fn(|c| if swapped { a[c] - b[c] } else { b[c] - a[c] });
                let largest = d.iter().fold(0.0f32, |m, v| m.max(v.abs()));
                let gain = gain as f32;
                let shown = if signed { d.map(|v| 0.5 + 0.5 * v * gain) } else { d.map(|v| v.abs() * gain) };
                (shown, f64::from(largest) * 1023.0)
            }
            (_, Some(lights)) => {
                let seen = |i: usize| itp::itp(lights[i].of_code(px[i].map(|v| to_screen(stages[i], v))));
                let d = itp::distance(seen(0), seen(1));
                (itp::heat(d).map(|v| f32::from(v) / 255.0), d)
            }
            _ => (self.finish[1].apply(self.stage, raw[1], px[1], 1.0), 0.0),
        }
    }

    fn b(&mut self, progress: &Progress) -> Result<B> {
        if let Source::Still { subject, found, known } = &mut self.road {
            let still = match known.take().filter(|s| s.image.size() == self.a.1.size()) {
                Some(still) => still,
                None => Arc::new(Still::find(subject, found.as_deref(), self.canvas, self.a.1.size(), progress)?),
            };
            // Code values of Rec.709 with BT.1886: no other stills are compared (check::still).
            return Ok(B {
                raw: still.image.clone(),
                ops: vec![],
                stages: None,
                still: Some(still),
                own: None,
                light: Some(Light::REC709),
            });
        }
        let exposure = self.key.a.exposure;
        let (plan, ops) = match &self.road {
            Source::WithoutLook(plans) => {
                let plan = plans.full.clone();
                let mut ops = view_ops(&plan, self.stage.min(Stage::Aces), exposure)?;
                if self.stage == Stage::Display {
                    ops.extend(plan.ops(Stage::Look, Stage::Display)?);
                }
                (plan, ops)
            }
            Source::Plans(plans) => (plans.full.clone(), view_ops(&plans.full, self.stage, exposure)?),
            Source::Settings { settings, chosen } => {
                let plan = Planned::new(&*self.clip, settings, chosen).result.as_ref().clone()?;
                let ops = view_ops(&plan, self.stage, exposure)?;
                (plan, ops)
            }
            Source::Recipe { folder, name } => {
                let open = recipe::open(folder)?;
                let plan = open.plan(open.entry_for(&*self.clip, name)?, &*self.clip, name)?;
                let ops = view_ops(&plan, self.stage, exposure)?;
                (plan, ops)
            }
            Source::Still { .. } => return Err(Error::unsupported("a still has no pipeline")),
        };
        progress.check()?;
        let decode = Plans::decode_key(&plan)?;
        let raw = match self.at_hand.take().filter(|(of, _)| *of == decode) {
            Some((_, image)) => image,
            None => Arc::new(plan.decode_watched(&*self.clip, self.frame, progress)?),
        };
        let beside = self.key.kind == Kind::Beside;
        let own = beside.then(|| OwnCanvas { size: self.clip.size(), pixel_aspect: raw.pixel_aspect, overlays: plan.overlays() });
        let raw = if beside { raw } else { fitted(raw, &self.a.1)? };
        let looked_past = matches!(self.road, Source::WithoutLook(_));
        let to = |stage| match stage {
            Stage::Look if looked_past => plan.ops(Stage::Raw, Stage::Aces),
            Stage::Display if looked_past => Ok([plan.ops(Stage::Raw, Stage::Aces)?, plan.ops(Stage::Look, Stage::Display)?].concat()),
            _ => plan.ops(Stage::Raw, stage),
        };
        let stages = Stage::ALL.map(|stage| Ok(Processor::new(&to(stage)?)));
        let light = light_at(self.stage, light(&plan));
        Ok(B { raw, ops, stages: Some(stages), still: None, own, light })
    }
}

/// Grey of what a still does not cover: that around the picture.
const OUTSIDE: f32 = 46.0 / 255.0;

impl Still {
    fn find(subject: &OwnedSubject, found: Option<&still::Comparison>, canvas: Size, size: Size, progress: &Progress) -> Result<Self> {
        let subject = subject.get();
        let path = subject.sidecars.still.as_ref().ok_or_else(|| Error::refused("the clip has no reference still").field("still"))?;
        match found.map_or_else(|| subject.still(progress), Ok)? {
            still::Comparison::Match(found) => {
                let (image, covered) = still::over_canvas(path, found, canvas, size)?;
                Ok(Self { image: Arc::new(image), covered, frame: found.frame })
            }
            still::Comparison::NotApplicable(why) | still::Comparison::Elsewhere(why) => {
                Err(Error::refused(why.clone()).file(path).field("still"))
            }
        }
    }
    fn covers(&self, x: u32, y: u32) -> bool {
        let (x, y, r) = (f64::from(x) + 0.5, f64::from(y) + 0.5, self.covered);
        r.x <= x && x < r.right() && r.y <= y && y < r.bottom()
    }
}

/// The light of the display of a plan, where its output transform says so.
pub fn light(plan: &Plan) -> Option<Light> {
    Light::of(plan.output_title()?)
}

/// B in the pixels of A: as it is where both are of one size and shape, else scaled so that it fills A, centred.
fn fitted(b: Arc<Image>, a: &Image) -> Result<Arc<Image>> {
    if b.size() == a.size() && b.pixel_aspect == a.pixel_aspect {
        return Ok(b);
    }
    let (w, h) = (f64::from(b.size().width), f64::from(b.size().height));
    let shape = f64::from(a.size().width) * a.pixel_aspect / f64::from(a.size().height.max(1)) / b.pixel_aspect;
    let (cw, ch) = if w / h > shape { (h * shape, h) } else { (w, w / shape) };
    let part = RectF::new((w - cw) / 2.0, (h - ch) / 2.0, cw, ch);
    let settings = ResampleSettings { filter: Filter::Area, anti_ring: AntiRing::Off };
    Ok(Arc::new(framing::resample(&b, part, a.size(), &settings)?))
}

impl Side {
    /// B at the raw stage with its ways to every stage; none of a still.
    pub fn stages<'a>(&'a self) -> Option<(&'a Image, impl Fn(Stage) -> Option<&'a Processor>)> {
        let stages = self.stages.as_ref()?;
        Some((&*self.raw, |stage: Stage| stages[stage as usize].as_ref().ok()))
    }
    /// Values of B at every stage, at the place of a canvas pixel of A.
    pub fn pixel(&self, shown: &Shown, at: [u32; 2]) -> Option<[Option<[f32; 3]>; Stage::ALL.len()]> {
        let (raw, to) = self.stages()?;
        let [x, y] = scaled(at, shown.canvas, raw.size())?;
        let px = raw.pixel(x, y);
        Some(Stage::ALL.map(|stage| Some(to(stage)?.pixel(px))))
    }
    /// What is shown of B at the raw stage, and from there to what is shown.
    pub fn developed(&self) -> (Arc<Image>, &Processor) {
        let Some(still) = &self.still else { return (self.raw.clone(), &self.shown) };
        let (r, size) = (still.covered, self.raw.size());
        let span = |from: f64, to: f64, most: u32| {
            let from = (from.ceil().max(0.0) as u32).min(most.saturating_sub(1));
            (from, (to.floor() as u32).clamp(from + 1, most.max(from + 1)) - from)
        };
        let ((x, width), (y, height)) = (span(r.x, r.right(), size.width), span(r.y, r.bottom(), size.height));
        (Arc::new(cut(&self.raw, Rect::new(x as i32, y as i32, width, height))), &self.shown)
    }
}
