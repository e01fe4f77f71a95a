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
    /// Whether its pixels are not square: then it can be shown as recorded, or desqueezed.
    pub fn is_anamorphic(&self) -> bool {
        self.raw.pixel_aspect != 1.0
    }
    /// The pixel of `raw` that shows a canvas pixel; none outside the canvas.
    pub fn pixel_of(&self, at: [u32; 2]) -> Option<[u32; 2]> {
        scaled(at, self.canvas, self.raw.size())
    }
}

/// The pixel of a picture of one size at the place of a pixel of another size; none where that is outside it.
pub fn scaled([x, y]: [u32; 2], of: Size, to: Size) -> Option<[u32; 2]> {
    let scale = |v: u32, of: u32, to: u32| (u64::from(v) * u64::from(to) / u64::from(of)) as u32;
    (to.area() > 0 && x < of.width && y < of.height).then(|| [scale(x, of.width, to.width), scale(y, of.height, to.height)])
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
    bands(raw, progress, |mut band, first| {
        processor.apply_image(&mut band);
        let start = first as usize * band.size().width as usize;
        encode((raw, start), &band, look.stage, &finish, &mut bytes[start * 4..(start + band.size().area()) * 4]);
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

/// Display code values of a developed band. `raw`: the picture it was developed from, and the place in its planes where the band begins.
pub fn encode((raw, start): (&Image, usize), band: &Image, stage: Stage, finish: &Finish, out: &mut [u8]) {
    let width = band.size().width.max(1) as usize;
    // Most of what anybody looks at: without a question for each pixel, many of them are done at once.
    if stage == Stage::Display && *finish == Finish::PLAIN {
        let rows = out.par_chunks_mut(width * 4).zip(band.planes[0].par_chunks(width));
        let rows = rows.zip(band.planes[1].par_chunks(width)).zip(band.planes[2].par_chunks(width));
        return rows.for_each(|(((row, r), g), b)| {
            for (((out, r), g), b) in row.chunks_exact_mut(4).zip(r).zip(g).zip(b) {
                out.copy_from_slice(&[code(*r), code(*g), code(*b), 255]);
            }
        });
    }
    out.par_chunks_mut(width * 4).enumerate().for_each(|(y, row)| {
        for (x, out) in row.chunks_exact_mut(4).enumerate() {
            let i = y * width + x;
            let alpha = band.alpha.as_ref().map_or(1.0, |a| a[i].clamp(0.0, 1.0));
            let shown = finish.apply(stage, pixel(raw, start + i), pixel(band, i), alpha);
            (0..3).for_each(|c| out[c] = code(shown[c]));
        }
    });
}

/// The eight-bit code value nearest to one of 0..1; 0 of what is no number.
fn code(value: f32) -> u8 {
    // By way of i32, for which processors have an instruction of many lanes.
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as i32 as u8
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
        let line = |y: usize| &self.bytes[y * w as usize * 4..(y + 1) * w as usize * 4];
        bytes.par_chunks_mut(size.width as usize * 4).enumerate().for_each(|(y, row)| {
            let (upper, lower) = (line(2 * y), line((2 * y + 1).min(h as usize - 1)));
            let (mut uppers, mut lowers) = (upper.chunks_exact(8), lower.chunks_exact(8));
            let mut outs = row.chunks_exact_mut(4);
            for ((a, b), out) in (&mut uppers).zip(&mut lowers).zip(&mut outs) {
                for c in 0..4 {
                    out[c] = ((u16::from(a[c]) + u16::from(a[c + 4]) + u16::from(b[c]) + u16::from(b[c + 4]) + 2) / 4) as u8;
                }
            }
            // The last column of an odd number of them.
            if let Some(out) = outs.next() {
                for ((out, a), b) in out.iter_mut().zip(uppers.remainder()).zip(lowers.remainder()) {
                    *out = (u16::from(*a) + u16::from(*b)).div_ceil(2) as u8;
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
    fn a_place_outside_the_canvas_has_no_pixel() {
        let (canvas, draft) = (Size::new(640, 360), Size::new(320, 180));
        assert_eq!(scaled([639, 359], canvas, draft), Some([319, 179]));
        assert_eq!([scaled([640, 0], canvas, draft), scaled([187, 434], canvas, canvas)], [None, None]);
    }

    /// Bytes without a rule in them.
    fn noise(count: usize) -> Vec<u8> {
        (0..count as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
    }

    #[test]
    fn many_pixels_at_once_are_what_each_is() {
        let size = Size::new(37, 3);
        let special = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.1, 1.1, 0.5 / 255.0, 1.5 / 255.0];
        let plane = |k: usize| (0..size.area()).map(|i| special.get(i + k).copied().unwrap_or(i as f32 / 100.0)).collect();
        let band = Image::from_planes(size, [plane(0), plane(3), plane(7)]);
        let mut bytes = vec![0; size.area() * 4];
        encode((&band, 0), &band, Stage::Display, &Finish::PLAIN, &mut bytes);
        for (i, out) in bytes.chunks_exact(4).enumerate() {
            let [r, g, b] = Finish::PLAIN.apply(Stage::Display, pixel(&band, i), pixel(&band, i), 1.0).map(|v| (v * 255.0 + 0.5) as u8);
            assert_eq!(out, [r, g, b, 255], "{i}");
        }
    }

    #[test]
    fn a_pixel_of_a_half_is_the_mean_of_those_under_it() {
        for (w, h) in [(600, 5), (601, 4), (2, 701), (1, 702)] {
            let whole = Rgba { size: Size::new(w, h), bytes: noise((w * h * 4) as usize) };
            let half = whole.halved().unwrap();
            assert_eq!(half.size, Size::new(w.div_ceil(2), h.div_ceil(2)));
            let at = |x: u32, y: u32, c: u32| u32::from(whole.bytes[((y.min(h - 1) * w + x.min(w - 1)) * 4 + c) as usize]);
            let mean = |x, y, c| (at(x, y, c) + at(x + 1, y, c) + at(x, y + 1, c) + at(x + 1, y + 1, c) + 2) / 4;
            let expected =
                (0..half.size.height).flat_map(|y| (0..half.size.width).flat_map(move |x| (0..4).map(move |c| (2 * x, 2 * y, c))));
            assert!(expected.map(|(x, y, c)| mean(x, y, c) as u8).eq(half.bytes.iter().copied()), "{w}x{h}");
        }
    }

    #[test]
    fn levels_halve_down_to_a_window() {
        let level = Rgba { size: Size::new(1025, 3), bytes: vec![7; 1025 * 3 * 4] };
        let half = level.halved().unwrap();
        assert_eq!(half.size, Size::new(513, 2));
        assert_eq!(half.halved().unwrap().size, Size::new(257, 1));
        assert_eq!(half.bytes[..4], [7; 4]);
        assert!(half.halved().unwrap().halved().is_none());
    }
}
