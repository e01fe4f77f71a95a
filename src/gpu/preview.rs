//! The picture on screen: which frame is developed how, in bands that leave the window its time.

use super::{
    color_pass::{self, Band, ColorPass, Compiled, Source},
    device,
    library::Library,
    program::Program,
    readback::Readback,
    view_pass::{ViewParams, ViewPass},
};
use crate::{
    error::{Error, Result},
    image::{Image, Size},
    pipeline::Stage,
    scope::Marks,
};
use crossbeam_channel::{Receiver, TryRecvError};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// A picture to be shown.
#[derive(Clone)]
pub struct Target {
    /// The frame at the raw stage.
    pub raw: Arc<Image>,
    /// The same frame in fewer pixels, shown first where the GPU is slow.
    pub draft: Option<Arc<Image>>,
    /// [`Program::of`] the plan.
    pub program: Arc<Program>,
    pub stage: Stage,
    /// View exposure as a factor.
    pub gain: f32,
}

impl Target {
    /// Whether both are the same picture.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let program = Arc::ptr_eq(&self.program, &other.program) || self.program == other.program;
        Arc::ptr_eq(&self.raw, &other.raw) && program && self.stage == other.stage && self.gain == other.gain
    }
}

/// A picture developed, or being developed row by row.
struct Developed {
    target: Target,
    texture: wgpu::Texture,
    rows: u32,
}

pub struct Preview {
    device: wgpu::Device,
    queue: wgpu::Queue,
    color: ColorPass,
    view: ViewPass,
    /// Whether the view pass has drawn once, or is about to.
    warm: bool,
    programs: Vec<Arc<Compiled>>,
    compiling: Option<(Arc<Program>, Receiver<Result<Compiled>>)>,
    sources: Vec<Source>,
    current: Option<Developed>,
    next: Option<Developed>,
    spare: Vec<wgpu::Texture>,
    /// Counts pictures, so that a readback notices when its picture is gone.
    generation: Arc<AtomicU64>,
    drawn: Option<(u64, ViewParams)>,
    pace: Pace,
}

/// Programs and frames kept.
const PROGRAMS: usize = 8;
const SOURCES: usize = 3;

impl Preview {
    pub fn new(device: wgpu::Device, queue: wgpu::Queue) -> Result<Self> {
        Self::with_library(device, queue, Library::default())
    }

    /// With what was compiled for the device before.
    pub(super) fn with_library(device: wgpu::Device, queue: wgpu::Queue, library: Library) -> Result<Self> {
        device::can_preview(&device)?;
        Ok(Self {
            color: ColorPass::new(&device, library),
            view: ViewPass::new(&device),
            warm: false,
            device,
            queue,
            programs: vec![],
            compiling: None,
            sources: vec![],
            current: None,
            next: None,
            spare: vec![],
            generation: Default::default(),
            drawn: None,
            pace: Pace::default(),
        })
    }

    /// What stands ready for the program, or for one that differs in live parameters only.
    fn compiled(&self, program: &Program) -> Option<&Arc<Compiled>> {
        self.programs.iter().find(|c| c.program.reads_the_same(program))
    }

    /// How many pipelines were compiled so far.
    pub fn compilations(&self) -> u32 {
        self.color.library.compilations()
    }

    /// Makes a program ready; compiles it, if no pipeline of another can run it.
    pub fn add_program(&mut self, program: &Arc<Program>) -> Result<()> {
        if self.compiled(program).is_none() {
            self.keep(self.color.compile(&self.device, &self.queue, program.clone())?);
        }
        Ok(())
    }

    fn keep(&mut self, compiled: Compiled) {
        self.programs.insert(0, Arc::new(compiled));
        self.programs.truncate(PROGRAMS);
    }

    /// As [`add_program`](Self::add_program), but compiles on a thread of its own and calls `wake` when it is done. Returns
    /// whether the program is there: a driver may take seconds over one.
    pub fn prepare(&mut self, program: &Arc<Program>, wake: impl Fn() + Send + 'static) -> Result<bool> {
        if self.compiled(program).is_some() {
            return Ok(true);
        }
        if self.color.is_compiled(&self.device, &self.queue, program) {
            self.add_program(program)?;
            return Ok(true);
        }
        if let Some((pending, result)) = &self.compiling {
            let wanted = pending.reads_the_same(program);
            match result.try_recv() {
                Ok(compiled) => {
                    self.compiling = None;
                    self.keep(compiled?);
                    if wanted {
                        return Ok(true);
                    }
                }
                Err(TryRecvError::Empty) if wanted => return Ok(false),
                // Another plan is wanted by now; the old one is finished and dropped.
                Err(_) => self.compiling = None,
            }
        }
        let (color, device, queue, program) = (self.color.clone(), self.device.clone(), self.queue.clone(), program.clone());
        let (done, result) = crossbeam_channel::bounded(1);
        self.compiling = Some((program.clone(), result));
        let view = (!std::mem::replace(&mut self.warm, true)).then(|| self.view.clone());
        let compile = move || {
            if let Some(view) = view {
                view.warm_up(&device, &queue);
            }
            let _ = done.send(color.compile(&device, &queue, program));
            wake();
        };
        let thread = std::thread::Builder::new().name("compile".into());
        thread.spawn(compile).map_err(|e| Error::new(crate::ErrorKind::TryAgain, e.to_string()))?;
        Ok(false)
    }

    /// Whether a picture of this size can be developed.
    pub fn accepts(&self, size: Size) -> Result<()> {
        let most = self.device.limits().max_texture_dimension_2d;
        if size.area() == 0 || size.width.max(size.height) > most {
            return Err(Error::unsupported("the GPU takes no picture of this size").field("most pixels a side").value(most));
        }
        Ok(())
    }

    /// Says what is to be shown; its program has to be there. What is on screen stays until the new picture is done. Call it
    /// again until [`Preview::is_final`].
    pub fn show(&mut self, target: &Target) -> Result<()> {
        self.accepts(target.raw.size())?;
        match (self.step_towards(target), &self.next) {
            (None, _) => self.abandon(),
            (Some(step), Some(next)) if next.target.is_same_as(&step) => {}
            // What is done soon is finished rather than started over, so that a drag shows something on a slow GPU too.
            (Some(_), Some(next)) if self.pace.estimate(next.target.raw.size()) < SLOW => {}
            (Some(step), _) => {
                self.abandon();
                self.start(step);
            }
        }
        Ok(())
    }

    /// What to develop next on the way to `target`: a draft first where the whole would take long.
    fn step_towards(&self, target: &Target) -> Option<Target> {
        let shows = |t: &Target| self.current.as_ref().is_some_and(|c| c.target.is_same_as(t));
        if shows(target) {
            return None;
        }
        if let Some(raw) = target.draft.clone()
            && self.pace.estimate(target.raw.size()) >= SLOW
        {
            let draft = Target { raw, ..target.clone() };
            if !shows(&draft) {
                return Some(draft);
            }
        }
        Some(target.clone())
    }

    fn abandon(&mut self) {
        if let Some(next) = self.next.take() {
            self.recycle(next.texture);
        }
    }

    fn recycle(&mut self, texture: wgpu::Texture) {
        self.spare.insert(0, texture);
        self.spare.truncate(2);
    }

    fn start(&mut self, target: Target) {
        let size = target.raw.size();
        let spare = self.spare.iter().position(|t| (t.width(), t.height()) == (size.width, size.height));
        let texture = match spare {
            Some(i) => self.spare.remove(i),
            None => color_pass::output(&self.device, size),
        };
        match self.sources.iter().position(|s| Arc::ptr_eq(&s.image, &target.raw)) {
            Some(i) => self.sources[..=i].rotate_right(1),
            None => {
                self.sources.truncate(SOURCES - 1);
                self.sources.insert(0, Source::new(&self.device, target.raw.clone()));
            }
        }
        // The texture may still be read by somebody; whoever reads it finds out here.
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.next = Some(Developed { target, texture, rows: 0 });
        self.advance();
    }

    /// Develops the next band, once the GPU is done with the last. Returns when to call again, if there is more to do.
    pub fn advance(&mut self) -> Option<Duration> {
        const SOON: Duration = Duration::from_millis(4);
        let next = self.next.as_mut()?;
        let _ = self.device.poll(wgpu::PollType::Poll);
        if self.pace.is_busy() {
            return Some(SOON);
        }
        let (Some(program), Some(source)) = (
            self.programs.iter().find(|c| c.program.reads_the_same(&next.target.program)).cloned(),
            self.sources.iter_mut().find(|s| Arc::ptr_eq(&s.image, &next.target.raw)),
        ) else {
            self.abandon();
            return None;
        };
        let size = next.target.raw.size();
        let end = next.rows + source.rows_at_once(next.rows, self.pace.rows(size.width));
        let rows = next.rows..end.min(size.height);
        let pixels = rows.len() * size.width as usize;
        next.rows = rows.end;
        let live = &next.target.program.numbers.live;
        let band = Band { live, source, output: &next.texture, rows, stage: next.target.stage as u32, gain: next.target.gain };
        self.color.develop(&self.device, &self.queue, &program, band);
        self.pace.submitted(&self.queue, pixels);
        if next.rows < size.height {
            return Some(SOON);
        }
        let done = self.next.take();
        if let Some(old) = std::mem::replace(&mut self.current, done) {
            self.recycle(old.texture);
        }
        self.generation.fetch_add(1, Ordering::SeqCst);
        None
    }

    /// Whether the picture asked for is wholly there.
    pub fn is_final(&self, target: &Target) -> bool {
        self.next.is_none() && self.current.as_ref().is_some_and(|c| c.target.is_same_as(target))
    }

    /// What is on screen, if anything was developed yet.
    pub fn shown(&self) -> Option<&Target> {
        self.current.as_ref().map(|c| &c.target)
    }

    /// Forgets every picture.
    pub fn clear(&mut self) {
        self.abandon();
        self.current = None;
        self.sources.clear();
        self.spare.clear();
        self.drawn = None;
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Draws what is developed for a viewport, if anything changed since the last time. Returns the texture to show and
    /// whether it is another than before.
    pub fn draw(&mut self, params: &ViewParams) -> Option<(&wgpu::Texture, bool)> {
        let current = self.current.as_ref()?;
        let state = (self.generation.load(Ordering::SeqCst), params.clone());
        let mut fresh = false;
        if self.drawn.as_ref() != Some(&state) {
            // Planes that are gone (two pictures were developed since) cannot be asked; no sensor clips then.
            let source = self.sources.iter().find(|s| Arc::ptr_eq(&s.image, &current.target.raw));
            let raw = source.map(Source::colors);
            let unknown = Marks { sensor: Marks::NONE.sensor, ..params.marks };
            let params = ViewParams { marks: if raw.is_some() { params.marks } else { unknown }, ..params.clone() };
            fresh = self.view.draw(&self.device, &self.queue, &current.texture, raw.unwrap_or([&current.texture; 3]), &params);
            self.drawn = Some(state);
        }
        self.view.target().map(|t| (t, fresh))
    }

    /// The developed picture, to be read on any thread.
    pub fn readback(&self) -> Option<Readback> {
        let current = self.current.as_ref()?;
        Some(Readback {
            device: self.device.clone(),
            queue: self.queue.clone(),
            texture: current.texture.clone(),
            generation: self.generation.clone(),
            of: self.generation.load(Ordering::SeqCst),
        })
    }
}

/// A picture that takes longer than this is shown as a draft first.
const SLOW: Duration = Duration::from_millis(60);
/// A band is meant to take this long: the window stays usable meanwhile.
const BAND: Duration = Duration::from_millis(25);

/// How fast the GPU develops, measured on the bands it was given.
#[derive(Default)]
struct Pace {
    /// Nanoseconds a pixel.
    cost: Option<f64>,
    running: Option<(Instant, usize)>,
    /// Nanoseconds the running band took, written by the GPU's completion callback; 0 while it runs.
    took: Arc<AtomicU64>,
}

impl Pace {
    fn submitted(&mut self, queue: &wgpu::Queue, pixels: usize) {
        self.took = Arc::default();
        let (start, took) = (Instant::now(), self.took.clone());
        queue.on_submitted_work_done(move || took.store((start.elapsed().as_nanos() as u64).max(1), Ordering::SeqCst));
        self.running = Some((start, pixels));
    }

    /// Whether the last band is still running. Takes its time once it is done.
    fn is_busy(&mut self) -> bool {
        let Some((_, pixels)) = self.running else { return false };
        let took = self.took.load(Ordering::SeqCst);
        if took == 0 {
            return true;
        }
        self.running = None;
        self.learn(took as f64 / pixels.max(1) as f64, pixels);
        false
    }

    /// Takes in what a band cost, nanoseconds a pixel. A small one measures the way to the GPU and back as well, so it says how
    /// much a pixel costs at most. That is how to recover from the first band of a program, in which a driver may compile for
    /// seconds: all bands after it are small.
    fn learn(&mut self, cost: f64, pixels: usize) {
        const MEANINGFUL: usize = 50_000;
        self.cost = Some(match self.cost {
            None => cost,
            Some(known) if cost < known => cost,
            Some(known) if pixels >= MEANINGFUL => known * 0.5 + cost * 0.5,
            Some(known) => known,
        });
    }

    fn estimate(&self, size: Size) -> Duration {
        /// Before anything was measured, a GPU is thought of as slow.
        const UNKNOWN: f64 = 100.0;
        Duration::from_nanos((self.cost.unwrap_or(UNKNOWN) * size.area() as f64) as u64)
    }

    fn rows(&self, width: u32) -> u32 {
        const FIRST: f64 = 100_000.0;
        let pixels = self.cost.map_or(FIRST, |c| BAND.as_nanos() as f64 / c);
        (pixels / f64::from(width.max(1))).clamp(8.0, 65_535.0) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What bands of a picture cost on a driver that compiles in the first one: 10 s, then 1 ms and 50 ns a pixel.
    #[test]
    fn a_slow_first_band_is_forgotten() {
        let (width, height) = (1920, 1080);
        let mut pace = Pace::default();
        let mut bands = 0;
        let mut row = 0;
        while row < height {
            let rows = pace.rows(width).min(height - row);
            let pixels = (rows * width) as usize;
            let took = if bands == 0 { 10e9 } else { 1e6 + 50.0 * pixels as f64 };
            pace.learn(took / pixels as f64, pixels);
            (row, bands) = (row + rows, bands + 1);
        }
        assert!(bands < 12, "{bands} bands");
        assert!(pace.estimate(Size::new(width, height)) < Duration::from_millis(200));
    }

    /// A GPU that becomes slower, as on battery, is noticed too.
    #[test]
    fn a_slower_gpu_gets_smaller_bands() {
        let mut pace = Pace::default();
        pace.learn(10.0, 1_000_000);
        let before = pace.rows(1920);
        (0..8).for_each(|_| pace.learn(100.0, 1_000_000));
        assert!(pace.rows(1920) < before / 5);
    }
}
