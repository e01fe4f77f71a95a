//! The picture on screen: the GPU's preview, or the CPU's own where that is asked for or there is no GPU.

use super::theme;
use crate::{
    color::Processor,
    error::{ErrorKind, Result},
    gpu::{self, Preview, Program, Target, ViewParams},
    image::{RectF, Size},
    pipeline::Stage,
    scope::{Marks, itp::Light},
    session::{Comparison, Lamp, Placement, Quality, Session, to_screen, view_ops},
};
use egui::{ColorImage, Context, Pos2, Rect, TextureFilter, TextureHandle, TextureId, TextureOptions, pos2};
use std::{
    sync::Arc,
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
    target: Option<Target>,
    /// What plans compute, by their keys, latest first.
    programs: Vec<(Arc<str>, Arc<Program>)>,
}

/// Plans whose programs are kept: those of a show that are gone back to.
const PROGRAMS: usize = 16;

/// One level of the CPU's picture as a texture.
struct CpuTexture {
    picture: Arc<crate::session::ScreenPicture>,
    level: usize,
    nearest: bool,
    handle: TextureHandle,
}

impl Screen {
    /// Without a GPU that can compute, the CPU's picture is shown; `Err` says why.
    pub fn new(state: Option<&egui_wgpu::RenderState>) -> (Self, Result<()>) {
        let Some(state) = state else { return (Self::default(), Err(crate::Error::unsupported("no GPU"))) };
        match Preview::new(state.device.clone(), state.queue.clone()) {
            Err(error) => (Self::default(), Err(error)),
            Ok(preview) => {
                let (adapter, driver) = gpu::describe(&state.adapter.get_info());
                let gpu = Gpu { state: state.clone(), preview, texture: None, adapter, driver, target: None, programs: vec![] };
                (Self { gpu: Some(gpu), ..Self::default() }, Ok(()))
            }
        }
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
            Ok(Some((_, false))) => return,
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
                session.log_mut().error(format!("GPU preview: {error}"));
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

    /// Whether nothing more will change on screen by itself.
    pub fn is_settled(&self, session: &Session) -> bool {
        if session.shows_cpu() || session.shown().is_none() {
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

    /// What A is compared with, as a texture.
    pub fn side_texture(
        &mut self,
        picture: &Arc<crate::session::ScreenPicture>,
        painter: &egui::Painter,
        placement: &Placement,
    ) -> Option<TextureId> {
        CpuTexture::of(&mut self.side, picture, painter, placement)
    }

    fn paint_gpu(&mut self, session: &Session, painter: &egui::Painter, area: Rect, placement: &Placement) -> bool {
        let Some(gpu) = &mut self.gpu else { return false };
        let Some(stage) = gpu.preview.shown().map(|t| t.stage) else { return false };
        // Marks are of the stage in view; until that is developed, the picture is shown without.
        let finish = session.finish().filter(|_| stage == session.view().stage);
        let params = ViewParams {
            viewport: Size::new((placement.viewport[0] as u32).max(1), (placement.viewport[1] as u32).max(1)),
            rect: placement.picture,
            channel: session.view().channel as u32,
            curve: stage < Stage::Display,
            gamma: session.view().gamma as f32,
            marks: finish.map_or(Marks::NONE, |f| f.marks),
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
        let Some(texture) = CpuTexture::of(&mut self.cpu, picture, painter, placement) else { return false };
        let rect = to_points(placement.picture, area, painter.ctx());
        painter.image(texture, rect, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), egui::Color32::WHITE);
        true
    }
}

impl CpuTexture {
    /// The level of a picture that fits its place, as a texture; kept in `slot`.
    fn of(
        slot: &mut Option<Self>,
        picture: &Arc<crate::session::ScreenPicture>,
        painter: &egui::Painter,
        placement: &Placement,
    ) -> Option<TextureId> {
        let most = painter.ctx().input(|i| i.max_texture_side);
        // The smallest level with at least a pixel for every screen pixel.
        let fits = |l: &&crate::session::Rgba| l.size.width.max(l.size.height) as usize <= most;
        let level = picture
            .levels
            .iter()
            .rposition(|l| f64::from(l.size.width) >= placement.picture.width && fits(&l))
            .or_else(|| picture.levels.iter().position(|l| fits(&l)));
        let level = level?;
        let size = picture.levels[level].size;
        let nearest = placement.picture.width >= f64::from(size.width);
        let same = |t: &CpuTexture| Arc::ptr_eq(&t.picture, picture) && t.level == level && t.nearest == nearest;
        if !slot.as_ref().is_some_and(same) {
            let image = ColorImage::from_rgba_premultiplied([size.width as usize, size.height as usize], &picture.levels[level].bytes);
            let filter = if nearest { TextureFilter::Nearest } else { TextureFilter::Linear };
            let options = TextureOptions { magnification: filter, minification: filter, ..TextureOptions::LINEAR };
            let handle = painter.ctx().load_texture("picture", image, options);
            *slot = Some(CpuTexture { picture: picture.clone(), level, nearest, handle });
        }
        slot.as_ref().map(|t| t.handle.id())
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
        Ok(Some(Target {
            raw: shown.raw.clone(),
            draft: session.draft().cloned(),
            program: self.programs[0].1.clone(),
            stage: look.stage,
            gain: look.exposure.exp2() as f32,
        }))
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
