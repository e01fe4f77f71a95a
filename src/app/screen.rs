//! The picture on screen: the GPU's preview, or the CPU's own where that is asked for or there is no GPU.

use super::theme;
use crate::{
    color::Processor,
    error::{ErrorKind, Result},
    gpu::{self, Preview, Program, Target, ViewParams},
    image::{Image, RectF, Size},
    pipeline::Stage,
    scope::{Marks, itp::Light},
    session::{Comparison, Finish, Lamp, Placement, Quality, Rgba, Session, to_screen, view_ops},
};
use egui::{ColorImage, Context, Pos2, Rect, TextureFilter, TextureHandle, TextureId, TextureOptions, pos2};
use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

/// The lamp measures once the picture has stood still this long.
const REST: Duration = Duration::from_millis(200);

#[derive(Default)]
pub struct Screen {
    gpu: Option<Gpu>,
    cpu: Option<CpuTexture>,
    side: Option<CpuTexture>,
    rest: Option<(Target, Instant)>,
}

struct Gpu {
    state: egui_wgpu::RenderState,
    preview: Preview,
    texture: Option<TextureId>,
    adapter: String,
    driver: String,
    software: bool,
    target: Option<Target>,
    /// Pictures of the clip in view that were asked for, and which opening of it they are of. Of another clip nothing is painted.
    asked: (u64, Vec<Weak<Image>>),
    finishes: Finishes,
    /// What plans compute, by their keys, latest first.
    programs: Vec<(Arc<str>, Arc<Program>)>,
}

/// How the stage that is on screen becomes colours of it, also while the stage in view is already another.
#[derive(Default)]
struct Finishes(Option<(Stage, Finish)>);

impl Finishes {
    /// `shown`: the stage on screen; `now`: of the stage in view. Marks and conversion are of one stage: on another they would be
    /// wrong, and without any the picture would flash in other colours.
    fn of(&mut self, shown: Stage, view: Stage, now: Option<Finish>) -> Option<Finish> {
        if shown == view {
            self.0 = now.map(|finish| (shown, finish));
        }
        self.0.as_ref().filter(|(of, _)| *of == shown).map(|(_, finish)| finish.clone())
    }
}

/// Plans whose programs are kept: those of a show that are gone back to.
const PROGRAMS: usize = 16;

/// One level of the CPU's picture as a texture.
struct CpuTexture {
    /// Which picture it is of. Not held: the last to hold one gives its memory back, which takes milliseconds.
    picture: Weak<crate::session::ScreenPicture>,
    level: usize,
    nearest: bool,
    /// The pixels of the level that it has: columns and rows, from and to.
    part: [[usize; 2]; 2],
    handle: TextureHandle,
}

impl Screen {
    /// Without a GPU that can compute, the CPU's picture is shown; `Err` says why.
    pub fn new(state: Option<&egui_wgpu::RenderState>) -> (Self, Result<()>) {
        let Some(state) = state else { return (Self::default(), Err(crate::Error::unsupported("no GPU"))) };
        match Preview::new(state.device.clone(), state.queue.clone()) {
            Err(error) => (Self::default(), Err(error)),
            Ok(preview) => {
                let info = state.adapter.get_info();
                let (adapter, driver) = gpu::describe(&info);
                let software = info.device_type == wgpu::DeviceType::Cpu;
                let gpu = Gpu {
                    state: state.clone(),
                    preview,
                    texture: None,
                    adapter,
                    driver,
                    software,
                    target: None,
                    asked: Default::default(),
                    finishes: Finishes::default(),
                    programs: vec![],
                };
                (Self { gpu: Some(gpu), ..Self::default() }, Ok(()))
            }
        }
    }

    /// Whether the GPU is a program on the processor, which is slower than the engine's own picture.
    pub fn is_software(&self) -> bool {
        self.gpu.as_ref().is_some_and(|g| g.software)
    }

    /// Name and driver of the GPU.
    pub fn adapter(&self) -> Option<(&str, &str)> {
        self.gpu.as_ref().map(|g| (g.adapter.as_str(), g.driver.as_str()))
    }

    /// Has the preview develop what the session shows, and measures it once it stands still.
    pub fn update(&mut self, session: &mut Session, ctx: &Context) {
        let Some(gpu) = &mut self.gpu else { return };
        if session.shows_cpu() {
            self.rest = None;
            return;
        }
        let target = match gpu.target(session).and_then(|target| match target {
            Some(target) => gpu.show(&target, ctx).map(|on_it| Some((target, on_it))),
            None => Ok(None),
        }) {
            Ok(Some((target, true))) => target,
            // Compiling takes long: until it is done, the CPU shows what the GPU has nothing of.
            Ok(Some((_, false))) => {
                if !gpu.shows_clip_in_view() {
                    session.set_gpu_shows(false);
                }
                return;
            }
            Ok(None) => {
                gpu.target = None;
                self.rest = None;
                if session.shown().is_none() {
                    gpu.preview.clear();
                    session.set_gpu_shows(false);
                }
                return;
            }
            Err(error) => {
                session.log_mut().fail_at("GPU preview", &error);
                if error.kind() == ErrorKind::Unsupported {
                    session.refuse_gpu();
                } else {
                    session.set_gpu_usable(false);
                    self.gpu = None;
                }
                return;
            }
        };
        if let Some(again) = gpu.preview.advance() {
            ctx.request_repaint_after(again);
        } else if !gpu.preview.is_final(&target) {
            ctx.request_repaint(); // the draft is done, the whole comes next
        }
        gpu.target = Some(target.clone());
        session.set_gpu_shows(gpu.preview.shown().is_some());
        self.measure(session, ctx, target);
    }

    fn measure(&mut self, session: &mut Session, ctx: &Context, target: Target) {
        let Some(gpu) = &self.gpu else { return };
        let still = gpu.preview.is_final(&target)
            && session.lamp() == &Lamp::Waiting
            && session.playback().is_none()
            && session.shown().is_some_and(|s| s.key.quality == Quality::Full);
        if !still {
            self.rest = None;
            return;
        }
        let since = match &self.rest {
            Some((t, since)) if t.is_same_as(&target) => *since,
            _ => Instant::now(),
        };
        self.rest = Some((target, since));
        if let Some(left) = REST.checked_sub(since.elapsed()).filter(|l| !l.is_zero()) {
            ctx.request_repaint_after(left);
            return;
        }
        let (Some(look), Some(readback), Some(plans), Some(shown)) =
            (session.look(), gpu.preview.readback(), session.plans_in_view().cloned(), session.shown().cloned())
        else {
            return;
        };
        let (adapter, driver) = (gpu.adapter.clone(), gpu.driver.clone());
        let (stage, exposure) = (look.stage, look.exposure);
        session.measure(look, move |progress| {
            let reference = Processor::new(&view_ops(&plans.full, stage, exposure)?);
            let encode = |v| if stage == Stage::Display { v } else { to_screen(stage, v) };
            let light = if stage == Stage::Display { plans.light } else { Some(Light::SCREEN) };
            let d = gpu::difference(&readback, &shown.raw, &reference, encode, light, progress)?;
            let (worst, delta_e) = (f64::from(d.max) * 1023.0, d.delta_e.map(f64::from));
            Ok(Comparison { adapter, driver, pixels: shown.raw.size().area() as u64, worst, at: d.at, delta_e })
        });
    }

    /// Whether the frame in view is on the screen, in whatever quality.
    pub fn shows(&self, session: &Session) -> bool {
        let Some(shown) = session.shown() else { return false };
        if session.selected_opened().is_none_or(|o| o.playhead != shown.key.frame) {
            return false;
        }
        if session.wants_screen() {
            return session.screen_picture().is_some_and(|p| p.look.frame.clip == shown.key.clip && p.look.frame.frame == shown.key.frame);
        }
        let on_it = |t: &Target| Arc::ptr_eq(&t.raw, &shown.raw) || session.draft().is_some_and(|d| Arc::ptr_eq(&t.raw, d));
        self.gpu.as_ref().is_some_and(|g| g.preview.shown().is_some_and(on_it))
    }

    /// Whether nothing more will change on screen by itself.
    pub fn is_settled(&self, session: &Session) -> bool {
        if session.shows_cpu() || !session.has_picture() {
            return true;
        }
        let done = self.gpu.as_ref().is_some_and(|g| g.target.as_ref().is_some_and(|t| g.preview.is_final(t)));
        done && matches!(session.lamp(), Lamp::Measured { .. } | Lamp::Failed { .. })
    }

    /// Paints the picture into `area`. `placement` is in screen pixels from the area's top left. Returns whether there was one.
    pub fn paint(&mut self, session: &Session, painter: &egui::Painter, area: Rect, placement: &Placement) -> bool {
        if session.wants_screen() {
            self.paint_cpu(session, painter, area, placement)
        } else {
            self.paint_gpu(session, painter, area, placement)
        }
    }

    /// What A is compared with, as a texture of what is seen of it in `area`, and where that lies in the window.
    pub fn side_texture(
        &mut self,
        picture: &Arc<crate::session::ScreenPicture>,
        painter: &egui::Painter,
        area: Rect,
        placement: &Placement,
    ) -> Option<(TextureId, Rect)> {
        CpuTexture::of(&mut self.side, picture, painter, placement, area)
    }

    fn paint_gpu(&mut self, session: &Session, painter: &egui::Painter, area: Rect, placement: &Placement) -> bool {
        let Some(gpu) = self.gpu.as_mut().filter(|gpu| session.has_picture() && gpu.shows_clip_in_view()) else { return false };
        let Some(stage) = gpu.preview.shown().map(|t| t.stage) else { return false };
        let finish = gpu.finishes.of(stage, session.view().stage, session.finish());
        let params = ViewParams {
            viewport: Size::new((placement.viewport[0] as u32).max(1), (placement.viewport[1] as u32).max(1)),
            rect: placement.picture,
            channel: session.view().channel as u32,
            curve: stage < Stage::Display,
            gamma: session.view().gamma as f32,
            marks: finish.as_ref().map_or(Marks::NONE, |f| f.marks),
            monitor: finish.and_then(|f| f.monitor),
            dither: true,
            surround: f32::from(theme::SURROUND) / 255.0,
        };
        let Some((texture, fresh)) = gpu.preview.draw(&params) else { return false };
        let id = match gpu.texture {
            Some(id) if !fresh => id,
            old => {
                let view = texture.create_view(&Default::default());
                let mut renderer = gpu.state.renderer.write();
                match old {
                    Some(id) => {
                        renderer.update_egui_texture_from_wgpu_texture(&gpu.state.device, &view, wgpu::FilterMode::Nearest, id);
                        id
                    }
                    None => renderer.register_native_texture(&gpu.state.device, &view, wgpu::FilterMode::Nearest),
                }
            }
        };
        gpu.texture = Some(id);
        painter.image(id, area, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), egui::Color32::WHITE);
        true
    }

    fn paint_cpu(&mut self, session: &Session, painter: &egui::Painter, area: Rect, placement: &Placement) -> bool {
        let Some(picture) = session.screen_picture() else { return false };
        let Some((texture, on_screen)) = CpuTexture::of(&mut self.cpu, picture, painter, placement, area) else { return false };
        painter.image(texture, on_screen, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), egui::Color32::WHITE);
        true
    }
}

/// Pixels beyond what is seen that a texture has, so that a drag does not need a new one at once.
const BEYOND: usize = 192;

impl CpuTexture {
    /// The level of a picture that fits its place, as a texture; kept in `slot`. No more of it is copied to the GPU than is seen in `area`
    /// of the window and a little beyond. Returns where that lies in the window.
    fn of(
        slot: &mut Option<Self>,
        picture: &Arc<crate::session::ScreenPicture>,
        painter: &egui::Painter,
        placement: &Placement,
        area: Rect,
    ) -> Option<(TextureId, Rect)> {
        let most = painter.ctx().input(|i| i.max_texture_side);
        // The smallest level with at least a pixel for every screen pixel.
        let fits = |l: &&Rgba| l.size.width.max(l.size.height) as usize <= most;
        let level = picture
            .levels
            .iter()
            .rposition(|l| f64::from(l.size.width) >= placement.picture.width && fits(&l))
            .or_else(|| picture.levels.iter().position(|l| fits(&l)));
        let level = level?;
        let Rgba { size, bytes } = &picture.levels[level];
        let size = [size.width as usize, size.height as usize];
        let nearest = placement.picture.width >= size[0] as f64;
        let points = f64::from(painter.ctx().pixels_per_point());
        let (from, span) = ([placement.picture.x, placement.picture.y], [placement.picture.width, placement.picture.height]);
        let window = [area.width(), area.height()].map(|v| f64::from(v) * points);
        let seen: [[usize; 2]; 2] = std::array::from_fn(|i| {
            let pixel = |at: f64| ((at - from[i]) / span[i] * size[i] as f64).clamp(0.0, size[i] as f64);
            let begin = (pixel(0.0).floor() as usize).min(size[i] - 1);
            [begin, (pixel(window[i]).ceil() as usize).max(begin + 1)]
        });
        let same = |t: &CpuTexture| {
            let covers = (0..2).all(|i| t.part[i][0] <= seen[i][0] && seen[i][1] <= t.part[i][1]);
            std::ptr::eq(t.picture.as_ptr(), Arc::as_ptr(picture)) && t.level == level && t.nearest == nearest && covers
        };
        if !slot.as_ref().is_some_and(same) {
            let part: [[usize; 2]; 2] = std::array::from_fn(|i| [seen[i][0].saturating_sub(BEYOND), (seen[i][1] + BEYOND).min(size[i])]);
            let [[x0, x1], [y0, y1]] = part;
            let rows = (y0..y1).flat_map(|y| bytes[(y * size[0] + x0) * 4..(y * size[0] + x1) * 4].chunks_exact(4));
            let pixels = rows.map(|p| egui::Color32::from_rgb(p[0], p[1], p[2])).collect();
            let image = ColorImage::new([x1 - x0, y1 - y0], pixels);
            let filter = if nearest { TextureFilter::Nearest } else { TextureFilter::Linear };
            let options = TextureOptions { magnification: filter, minification: filter, ..TextureOptions::LINEAR };
            let handle = painter.ctx().load_texture("picture", image, options);
            *slot = Some(CpuTexture { picture: Arc::downgrade(picture), level, nearest, part, handle });
        }
        slot.as_ref().map(|t| {
            let [[x0, x1], [y0, y1]] = t.part.map(|p| p.map(|v| v as f32));
            let [w, h] = size.map(|v| v as f32);
            let whole = to_points(placement.picture, area, painter.ctx());
            let at = |x: f32, y: f32| whole.min + egui::vec2(x / w * whole.width(), y / h * whole.height());
            (t.handle.id(), Rect::from_min_max(at(x0, y0), at(x1, y1)))
        })
    }
}

impl Gpu {
    /// What the session shows. Fails where the GPU cannot compute it.
    fn target(&mut self, session: &Session) -> Result<Option<Target>> {
        let (Some(look), Some(shown)) = (session.look(), session.shown()) else { return Ok(None) };
        let Some(plans) = session.plans_in_view() else { return Ok(None) };
        match self.programs.iter().position(|(key, _)| *key == look.plan) {
            Some(i) => self.programs[..=i].rotate_right(1),
            None => {
                self.programs.truncate(PROGRAMS - 1);
                self.programs.insert(0, (look.plan, Arc::new(Program::of(&plans.full)?)));
            }
        }
        let draft = session.draft().cloned();
        let (of, asked) = &mut self.asked;
        if *of != shown.key.opening {
            *of = shown.key.opening;
            asked.clear();
        }
        asked.retain(|image| image.strong_count() > 0);
        for image in [Some(&shown.raw), draft.as_ref()].into_iter().flatten() {
            if !asked.iter().any(|known| std::ptr::eq(known.as_ptr(), Arc::as_ptr(image))) {
                asked.push(Arc::downgrade(image));
            }
        }
        Ok(Some(Target {
            raw: shown.raw.clone(),
            draft,
            program: self.programs[0].1.clone(),
            stage: look.stage,
            gain: look.exposure.exp2() as f32,
        }))
    }

    /// Whether what is developed is of the clip in view, be it an earlier frame of it.
    fn shows_clip_in_view(&self) -> bool {
        let asked = |raw: &Arc<Image>| self.asked.1.iter().any(|known| std::ptr::eq(known.as_ptr(), Arc::as_ptr(raw)));
        self.preview.shown().is_some_and(|target| asked(&target.raw))
    }

    /// Returns whether the preview is on it; not while its program is still being compiled.
    fn show(&mut self, target: &Target, ctx: &Context) -> Result<bool> {
        let ctx = ctx.clone();
        if !self.preview.prepare(&target.program, move || ctx.request_repaint())? {
            return Ok(false);
        }
        self.preview.show(target)?;
        Ok(true)
    }
}

/// A rectangle in screen pixels from the area's top left, in points of the window.
pub fn to_points(r: RectF, area: Rect, ctx: &Context) -> Rect {
    let s = 1.0 / ctx.pixels_per_point();
    Rect::from_min_size(area.min + egui::vec2(r.x as f32, r.y as f32) * s, egui::vec2(r.width as f32, r.height as f32) * s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_finish_until_that_of_the_next_stage_is_on_screen() {
        let finish = |gamma: f64| Finish { gamma, ..Finish::PLAIN };
        let gamma = |f: Option<Finish>| f.map(|f| f.gamma);
        let mut finishes = Finishes::default();
        assert_eq!(gamma(finishes.of(Stage::Display, Stage::Display, Some(finish(2.0)))), Some(2.0));
        // The stage in view is another, of which nothing is developed yet.
        assert_eq!(gamma(finishes.of(Stage::Display, Stage::Aces, Some(finish(3.0)))), Some(2.0));
        assert_eq!(gamma(finishes.of(Stage::Aces, Stage::Aces, Some(finish(3.0)))), Some(3.0));
        // None is known of a stage that was never in view.
        assert_eq!(gamma(finishes.of(Stage::Look, Stage::Display, Some(finish(2.0)))), None);
    }
}
