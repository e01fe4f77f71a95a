//! From a frame at the raw stage to what is on screen, computed by the engine that renders.

use super::{
    cache::{FrameKey, Quality},
    media::Plans,
    view::Channel,
};
use crate::{
    camera::{Clip, Encoding},
    color::{Op, Processor},
    error::Result,
    image::{Image, Size},
    pipeline::{Plan, Stage},
    progress::Progress,
    scope::{Conversion, Marks, Stored, Values},
};
use rayon::prelude::*;
use std::sync::Arc;

/// A frame at the raw stage with the plan that belongs to it.
#[derive(Clone)]
pub struct Shown {
    pub key: FrameKey,
    /// Camera RGB; smaller than the canvas where the frame is a draft.
    pub raw: Arc<Image>,
    /// The canvas its pixels cover.
    pub canvas: Size,
}

impl Shown {
    /// The pixel of `raw` that shows a canvas pixel.
    pub fn pixel_of(&self, at: [u32; 2]) -> Option<[u32; 2]> {
        scaled(at, self.canvas, self.raw.size())
    }
}

/// The pixel of a picture of one size at the place of a pixel of another size.
pub fn scaled([x, y]: [u32; 2], of: Size, to: Size) -> Option<[u32; 2]> {
    let scale = |v: u32, of: u32, to: u32| (u64::from(v) * u64::from(to) / u64::from(of.max(1))).min(u64::from(to.saturating_sub(1)));
    (to.area() > 0).then(|| [scale(x, of.width, to.width) as u32, scale(y, of.height, to.height) as u32])
}

/// Everything that decides what is on screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    pub frame: FrameKey,
    /// Content key of the plan.
    pub plan: Arc<str>,
    pub stage: Stage,
    /// View exposure in stops.
    pub exposure: f64,
}

impl Look {
    /// The same of the draft of the frame.
    pub fn draft(&self) -> Self {
        Self { frame: FrameKey { quality: Quality::Draft, ..self.frame.clone() }, ..self.clone() }
    }
}

/// How the values of a look become colours of the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Finish {
    pub channel: Channel,
    /// View gamma: code values of the screen to the power of 1 over it.
    pub gamma: f64,
    pub marks: Marks,
    /// To the colour of the monitor, of what is not painted over; none where code values go to the screen as they are.
    pub monitor: Option<Arc<Conversion>>,
}

/// A picture ready for the screen, in sizes halved from one to the next.
pub struct ScreenPicture {
    pub look: Look,
    pub finish: Finish,
    pub levels: Vec<Rgba>,
}

impl ScreenPicture {
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|l| l.bytes.len()).sum()
    }
}

/// Eight-bit display code values, four a pixel, alpha opaque.
#[derive(Clone, Debug, PartialEq)]
pub struct Rgba {
    pub size: Size,
    pub bytes: Vec<u8>,
}

/// The ops from the raw stage to `stage` with a view exposure, which goes in scene-linear, before the look.
pub fn view_ops(plan: &Plan, stage: Stage, exposure: f64) -> Result<Vec<Op>> {
    let linear = stage.min(Stage::Aces);
    let mut ops = plan.ops(Stage::Raw, linear)?;
    if exposure != 0.0 {
        ops.push(Op::exposure(exposure));
    }
    ops.extend(plan.ops(linear, stage)?);
    Ok(ops)
}

/// What the values of a stage are, as false colour and warnings want to know it.
pub fn values(clip: &dyn Clip, plans: &Plans, stage: Stage) -> Values {
    let stored = match clip.encoding() {
        Encoding::Camera(_) | Encoding::Uncalibrated { .. } => Stored::Sensor,
        Encoding::Coded { .. } => Stored::Code,
        Encoding::Known { .. } | Encoding::Unknown => Stored::Scene,
    };
    Values { stage, stored, eotf: plans.eotf }
}

/// Display code value, 0..1, of a value at a stage. Display values are that already; the others are shown through
/// the sRGB curve (IEC 61966-2-1), for looking only.
pub fn to_screen(stage: Stage, value: f32) -> f32 {
    let v = value.clamp(0.0, 1.0);
    match stage {
        Stage::Display => v,
        _ if v <= 0.003_130_8 => v * 12.92,
        _ => 1.055 * v.powf(1.0 / 2.4) - 0.055,
    }
}

impl Finish {
    /// As it is: nothing adjusted, nothing marked.
    pub const PLAIN: Self = Self { channel: Channel::Rgb, gamma: 1.0, marks: Marks::NONE, monitor: None };

    /// Code values of the screen, 0..1, of a pixel: `raw` at the raw stage, `px` at the stage in view.
    pub fn apply(&self, stage: Stage, raw: [f32; 3], px: [f32; 3], alpha: f32) -> [f32; 3] {
        let mut rgb = px.map(|v| to_screen(stage, v));
        if self.gamma != 1.0 {
            let power = 1.0 / self.gamma as f32;
            rgb = rgb.map(|v| v.powf(power));
        }
        let shown = self.channel.of(rgb, alpha);
        let painted = if self.marks.is_none() { None } else { self.marks.paint(raw, px, shown) };
        match (painted, &self.monitor) {
            (Some(painted), _) => painted,
            (None, Some(monitor)) => monitor.apply(shown),
            (None, None) => shown,
        }
    }
}

/// Pixels that are developed before somebody is asked whether the picture is still wanted.
const BAND_PIXELS: usize = 1 << 20;

/// Computes the picture for the screen.
pub fn screen_picture(plan: &Plan, raw: &Image, look: Look, finish: Finish, progress: &Progress) -> Result<ScreenPicture> {
    let processor = Processor::new(&view_ops(plan, look.stage, look.exposure)?);
    let mut bytes = vec![255u8; raw.size().area() * 4];
    bands(raw, progress, |stored, first| {
        let mut band = stored.clone();
        processor.apply_image(&mut band);
        let start = first as usize * band.size().width as usize;
        encode(&stored, &band, look.stage, &finish, &mut bytes[start * 4..(start + band.size().area()) * 4]);
        Ok(())
    })?;
    Ok(ScreenPicture { look, finish, levels: Rgba { size: raw.size(), bytes }.levels(progress)? })
}

/// Calls `each` with band after band of a picture, and the row each begins at.
pub fn bands(picture: &Image, progress: &Progress, mut each: impl FnMut(Image, u32) -> Result<()>) -> Result<()> {
    let size = picture.size();
    let rows = (BAND_PIXELS / size.width.max(1) as usize).clamp(1, size.height.max(1) as usize) as u32;
    progress.begin(u64::from(size.height.div_ceil(rows)), "developing");
    for first in (0..size.height).step_by(rows as usize) {
        each(picture.rows(first, rows.min(size.height - first)), first)?;
        progress.step()?;
    }
    Ok(())
}

/// The pixel at place `i` of a picture's planes.
pub fn pixel(picture: &Image, i: usize) -> [f32; 3] {
    [picture.planes[0][i], picture.planes[1][i], picture.planes[2][i]]
}

/// Display code values of a developed band.
pub fn encode(raw: &Image, band: &Image, stage: Stage, finish: &Finish, out: &mut [u8]) {
    let width = band.size().width.max(1) as usize;
    out.par_chunks_mut(width * 4).enumerate().for_each(|(y, row)| {
        for (x, out) in row.chunks_exact_mut(4).enumerate() {
            let i = y * width + x;
            let alpha = band.alpha.as_ref().map_or(1.0, |a| a[i].clamp(0.0, 1.0));
            let shown = finish.apply(stage, pixel(raw, i), pixel(band, i), alpha);
            (0..3).for_each(|c| out[c] = (shown[c] * 255.0 + 0.5) as u8);
        }
    });
}

impl Rgba {
    /// With it, halves of it down to what is small enough for any window.
    pub fn levels(self, progress: &Progress) -> Result<Vec<Self>> {
        let mut levels = vec![self];
        while let Some(next) = levels.last().and_then(Self::halved) {
            progress.check()?;
            levels.push(next);
        }
        Ok(levels)
    }

    /// Half the size, each pixel the mean of the up to four under it; `None` once small enough for any window.
    fn halved(&self) -> Option<Self> {
        const SMALL: u32 = 512;
        let (w, h) = (self.size.width, self.size.height);
        if w.max(h) <= SMALL {
            return None;
        }
        let size = Size::new(w.div_ceil(2), h.div_ceil(2));
        let mut bytes = vec![255u8; size.area() * 4];
        bytes.par_chunks_mut(size.width as usize * 4).enumerate().for_each(|(y, row)| {
            let ys = [(2 * y) as u32, (2 * y as u32 + 1).min(h - 1)];
            for (x, out) in row.chunks_exact_mut(4).enumerate() {
                let xs = [(2 * x) as u32, (2 * x as u32 + 1).min(w - 1)];
                for (c, o) in out.iter_mut().take(3).enumerate() {
                    let at = |x: u32, y: u32| u16::from(self.bytes[(y as usize * w as usize + x as usize) * 4 + c]);
                    *o = ((at(xs[0], ys[0]) + at(xs[1], ys[0]) + at(xs[0], ys[1]) + at(xs[1], ys[1]) + 2) / 4) as u8;
                }
            }
        });
        Some(Self { size, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_viewing_curve_leaves_display_values_alone() {
        assert_eq!(to_screen(Stage::Display, 0.18), 0.18);
        assert!((to_screen(Stage::Aces, 0.18) - 0.4614).abs() < 1e-4);
        assert_eq!(to_screen(Stage::Raw, -1.0), 0.0);
    }

    #[test]
    fn levels_halve_down_to_a_window() {
        let level = Rgba { size: Size::new(1025, 3), bytes: vec![7; 1025 * 3 * 4] };
        let half = level.halved().unwrap();
        assert_eq!(half.size, Size::new(513, 2));
        assert_eq!(half.halved().unwrap().size, Size::new(257, 1));
        assert_eq!(half.bytes[..4], [7, 7, 7, 255]);
        assert!(half.halved().unwrap().halved().is_none());
    }
}
