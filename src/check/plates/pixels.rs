//! EXR-05, EXR-06, EXR-09, EXR-10, EXR-13: the pixels of the plate, of ours where the clip is a camera original: of first, middle and
//! last frame, or of every one where that was measured.

use super::{on_plates, spectrum};
use crate::{
    camera::{FrameNumber, Picture},
    check::{Proof, Subject, Verdict, count, metadata::sample_frames},
    error::Result,
    image::{Census, Image},
    pipeline::{Stage, StepKind},
    progress::Progress,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The largest number of a half float: what infinity becomes.
const LARGEST_HALF: f32 = 65_504.0;
/// Rows or columns of one value, from the edge, that are a bar.
const LEAST_BAR: u32 = 2;

/// What the frames that were looked at hold.
#[derive(Serialize, Deserialize)]
pub struct Pixels {
    frames: Vec<FramePixels>,
    /// Whether the clip is made of plates already.
    is_plate: bool,
}

#[derive(Serialize, Deserialize)]
struct FramePixels {
    frame: FrameNumber,
    census: Census,
    /// The first that is no number.
    bad: Option<(usize, usize)>,
    pixels: usize,
    /// Pixels with a channel below the limit of the profile; at the largest half.
    negative: usize,
    lowest: f32,
    huge: usize,
    highest: f32,
    /// Of green: the parts of pixels below 1 %, 50 %, 99 %.
    quantiles: [f32; 3],
    /// Rows of one value at the top and bottom, columns at the left and right.
    bars: [u32; 4],
    detail: Option<[f64; 2]>,
}

impl Pixels {
    pub fn of(subject: &Subject, progress: &Progress) -> Result<Self> {
        let sample = sample_frames(&subject.clip.frames().present);
        progress.begin(sample.len() as u64, &format!("{}: pixels of the plate", subject.name));
        let mut pixels = Self::none(subject);
        for frame in sample {
            pixels.add(subject, frame, stored(subject, frame, progress)?)?;
            progress.step()?;
        }
        Ok(pixels)
    }

    /// Of no frame yet.
    pub fn none(subject: &Subject) -> Self {
        Self { frames: vec![], is_plate: subject.is_plates() }
    }

    /// Takes a frame in, as it is stored; returns it in ACES2065-1, or as it is where no road is known.
    pub fn add(&mut self, subject: &Subject, frame: FrameNumber, raw: Image) -> Result<Image> {
        let low = subject.profile.number("EXR-06", "negative")? as f32;
        // Before the colour engine makes numbers of what is none.
        let census = raw.census();
        let bad = if census.is_clean() { None } else { first_non_finite(&raw) };
        let detail = if self.is_plate { spectrum::fine_detail(&raw) } else { None };
        let bars = if self.is_plate { bars(&raw) } else { [0; 4] };
        let aces = match subject.plan {
            Ok(plan) => plan.develop(raw, Stage::Aces)?,
            Err(_) => raw,
        };
        self.frames.push(FramePixels { frame, census, bad, bars, detail, ..values(&aces, low) });
        Ok(aces)
    }

    fn looked_at(&self, subject: &Subject) -> String {
        subject.looked_at(self.frames.len())
    }
}

/// A frame as it is stored; of a camera original, which has to be developed, only with a plan.
fn stored(subject: &Subject, frame: FrameNumber, progress: &Progress) -> Result<Image> {
    let error = match subject.plan {
        Ok(plan) => return plan.decode_watched(subject.clip, frame, progress),
        Err(error) => error.clone(),
    };
    if !subject.is_plates() {
        return Err(error);
    }
    match subject.clip.read_watched(frame, &subject.reading(), progress)? {
        Picture::Rgb(image) => Ok(image.into_display_window()),
        _ => Err(error),
    }
}

/// Why nothing is said of a plate that would come out, where none would.
fn no_plate(subject: &Subject) -> Option<Verdict> {
    let error = subject.plan.as_ref().err().filter(|_| !subject.is_plates())?;
    Some(Verdict::not_applicable(format!("no plate can be made: {error}")))
}

fn first_non_finite(image: &Image) -> Option<(usize, usize)> {
    let index = image.planes.iter().filter_map(|p| p.iter().position(|v| !v.is_finite())).min()?;
    let width = image.size().width as usize;
    Some((index % width, index / width))
}

fn values(aces: &Image, low: f32) -> FramePixels {
    let [r, g, b] = &aces.planes;
    let n = g.len();
    const PART: usize = 1 << 16;
    let part = |((r, g), b): ((&[f32], &[f32]), &[f32])| {
        let mut sum = (0usize, 0usize, f32::INFINITY, f32::NEG_INFINITY);
        for ((r, g), b) in r.iter().zip(g).zip(b) {
            let (least, most) = (r.min(*g).min(*b), r.max(*g).max(*b));
            sum = (sum.0 + usize::from(least < low), sum.1 + usize::from(most >= LARGEST_HALF), sum.2.min(least), sum.3.max(most));
        }
        sum
    };
    let add = |a: (usize, usize, f32, f32), b: (usize, usize, f32, f32)| (a.0 + b.0, a.1 + b.1, a.2.min(b.2), a.3.max(b.3));
    let none = || (0, 0, f32::INFINITY, f32::NEG_INFINITY);
    let (negative, huge, lowest, highest) = r.par_chunks(PART).zip(g.par_chunks(PART)).zip(b.par_chunks(PART)).map(part).reduce(none, add);
    // A few thousand tell the shares of millions.
    let step = (n / 65_536).max(1);
    let mut some: Vec<f32> = g.iter().step_by(step).copied().collect();
    some.sort_by(f32::total_cmp);
    let quantile = |q: f64| some.get(((some.len().max(1) - 1) as f64 * q) as usize).copied().unwrap_or(0.0);
    FramePixels {
        frame: 0,
        census: Census::default(),
        bad: None,
        pixels: n,
        negative,
        lowest,
        huge,
        highest,
        quantiles: [quantile(0.01), quantile(0.5), quantile(0.99)],
        bars: [0; 4],
        detail: None,
    }
}

/// Lines of one value at the four edges. A picture that is one value all over has none.
fn bars(image: &Image) -> [u32; 4] {
    let (width, height) = (image.size().width as usize, image.size().height as usize);
    let value = |x: usize, y: usize| image.planes.each_ref().map(|p| p[y * width + x].to_bits());
    let row = |y: usize, wanted: [u32; 3]| (0..width).all(|x| value(x, y) == wanted);
    let column = |x: usize, wanted: [u32; 3]| (0..height).all(|y| value(x, y) == wanted);
    if width == 0 || height == 0 {
        return [0; 4];
    }
    let top = (0..height).take_while(|&y| row(y, value(0, 0))).count();
    if top == height {
        return [0; 4];
    }
    let bottom = (0..height).rev().take_while(|&y| row(y, value(0, height - 1))).count();
    let left = (0..width).take_while(|&x| column(x, value(0, 0))).count();
    let right = (0..width).rev().take_while(|&x| column(x, value(width - 1, 0))).count();
    [top, bottom, left, right].map(|n| n as u32)
}

/// EXR-05: neither NaN nor infinity in the sampled frames.
pub(super) fn finite(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let pixels = subject.plate_pixels(progress)?;
    let bad = |f: &&FramePixels| !f.census.is_clean();
    let Some(worst) = pixels.frames.iter().find(bad) else {
        let evidence = format!("as stored, full canvas; {}", pixels.looked_at(subject));
        return Ok(Verdict::new(true, format!("0 in {} frames", pixels.frames.len()), "none", evidence));
    };
    let c = worst.census;
    let (x, y) = worst.bad.unwrap_or_default();
    let bad_frames = pixels.frames.iter().filter(bad).count();
    let evidence = format!(
        "{} with such; frame {}, first at pixel {x},{y}; the engine makes 0 of NaN; {}",
        count(bad_frames, "frame"),
        worst.frame,
        pixels.looked_at(subject)
    );
    let proof = Proof::Points { frame: worst.frame, points: vec![[x as f64 + 0.5, y as f64 + 0.5]], caption: "no finite number".into() };
    let measured = format!("{} NaN, {} infinite", c.nan, c.infinite);
    Ok(Verdict::new(false, measured, "none", evidence).frame(worst.frame).proof(proof))
}

/// EXR-06: few pixels far below zero, none at the largest half.
pub(super) fn in_range(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let (low, share) = (subject.profile.number("EXR-06", "negative")?, subject.profile.number("EXR-06", "share")?);
    if let Some(verdict) = no_plate(subject) {
        return Ok(verdict);
    }
    let pixels = subject.plate_pixels(progress)?;
    let part = |f: &FramePixels| f.negative as f64 / f.pixels.max(1) as f64 * 100.0;
    let wrong = |f: &FramePixels| part(f) > share || f.huge > 0;
    let key = |f: &FramePixels| (f.huge, f.negative);
    let Some(worst) = pixels.frames.iter().max_by_key(|f| key(f)) else { return Ok(Verdict::not_applicable("no frame was read")) };
    let whose = if pixels.is_plate { "" } else { " of what our plate would be" };
    let verdict = Verdict::new(
        !pixels.frames.iter().any(wrong),
        format!("{:.3} % below {low}, {} at {LARGEST_HALF}", part(worst), worst.huge),
        format!("<= {share} % below {low}, none at {LARGEST_HALF}"),
        format!("frame {}{whose}: {:.3} to {:.3} in ACES2065-1; {}", worst.frame, worst.lowest, worst.highest, pixels.looked_at(subject)),
    )
    .frame(worst.frame);
    Ok(verdict.mend("look for a gamut compression that is missing, or a defect that was stored"))
}

/// EXR-09: nothing but scene-linear light is in the plate.
pub(super) fn scene_linear(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let number = |name: &str| subject.profile.number("EXR-09", name);
    let (low, high) = (number("grey_low")?, number("grey_high")?);
    if let Some(verdict) = no_plate(subject) {
        return Ok(verdict);
    }
    let limit = format!("not all of it below 1 with its middle at {low} to {high}");
    if subject.plan.as_ref().is_ok_and(|plan| plan.steps().iter().any(|s| s.kind == StepKind::Output && s.applied)) {
        return Ok(Verdict::new(false, "display code values", limit, "the AMF says that the output transform is applied"));
    }
    let pixels = subject.plate_pixels(progress)?;
    if pixels.frames.is_empty() {
        return Ok(Verdict::not_applicable("no frame was read"));
    }
    // Light behind a lens goes beyond 1 somewhere, or lies around a grey of 0.18; what does neither was encoded for an eye.
    let encoded = |f: &FramePixels| {
        let [dark, middle, bright] = f.quantiles;
        f.highest <= 1.0 && (low..=high).contains(&f64::from(middle)) && bright > 2.0 * dark
    };
    let all = pixels.frames.iter().all(encoded);
    let f = &pixels.frames[0];
    let [dark, middle, bright] = f.quantiles;
    // Black of a logarithmic curve lies above 0.
    let what = if dark > 0.05 { "looks logarithmic" } else { "looks display-referred" };
    let values = format!("1, 50, 99 % of green below {dark:.3}, {middle:.3}, {bright:.3}; highest {:.3}", f.highest);
    let verdict = Verdict::new(
        !all,
        if all { what } else { "scene-linear" },
        limit,
        format!("frame {}: {values}; {}", f.frame, pixels.looked_at(subject)),
    );
    Ok(verdict.frame(all.then_some(f.frame)).mend("render the plates again without the display or log transform"))
}

/// EXR-10: no bars of one value along the edges, but where the FDL says that there is no picture.
pub(super) fn no_bars(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    on_plates(subject, progress, |_| {
        let pixels = subject.plate_pixels(progress)?;
        // What is black in every frame is a bar; a dark shot has noise.
        let least = |e: usize| pixels.frames.iter().map(|f| f.bars[e]).min().unwrap_or(0);
        let bars: [u32; 4] = std::array::from_fn(least);
        let size = subject.clip.size();
        let allowed = allowed_bars(subject, size);
        let over = |e: usize| bars[e] >= LEAST_BAR && bars[e] > allowed[e];
        let pass = !(0..4).any(over);
        let names = ["top", "bottom", "left", "right"];
        let said = (0..4).filter(|&e| bars[e] >= LEAST_BAR).map(|e| format!("{} {}", bars[e], names[e])).collect::<Vec<_>>().join(", ");
        let measured = if said.is_empty() { "none".to_owned() } else { format!("{said} px") };
        let known = if allowed == [0; 4] { "" } else { "; what lies outside the FDL's effective area may be empty" };
        let evidence = format!("lines of one value in all of them{known}; burnt-in text is not looked for; {}", pixels.looked_at(subject));
        let mut verdict = Verdict::new(pass, measured, format!("fewer than {LEAST_BAR} lines at every edge"), evidence);
        let Some(frame) = pixels.frames.first().map(|f| f.frame).filter(|_| !pass) else { return Ok(verdict) };
        let (w, h) = (f64::from(size.width), f64::from(size.height));
        let n = bars.map(f64::from);
        let rects = [[0.0, 0.0, w, n[0]], [0.0, h - n[1], w, n[1]], [0.0, 0.0, n[2], h], [w - n[3], 0.0, n[3], h]];
        for e in (0..4).filter(|&e| over(e)) {
            verdict = verdict.proof(Proof::Area { frame, rect: rects[e], caption: format!("bar, {}", names[e]) });
        }
        Ok(verdict.frame(frame).mend("render the plates without a matte"))
    })
}

/// How far the picture may begin from each edge by the FDL.
fn allowed_bars(subject: &Subject, size: crate::image::Size) -> [u32; 4] {
    let frame = subject.plan.as_ref().ok().and_then(|p| p.frame()).filter(|f| f.canvas == size);
    let Some(r) = frame.and_then(|f| f.effective) else { return [0; 4] };
    let lines = |v: f64| v.max(0.0).ceil() as u32;
    [lines(r.y), lines(f64::from(size.height) - r.bottom()), lines(r.x), lines(f64::from(size.width) - r.right())]
}

/// EXR-13: there is detail near the highest frequency, in one direction at least: a desqueezed plate is stretched in the other.
pub(super) fn not_upscaled(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let limit = subject.profile.number("EXR-13", "detail")?;
    on_plates(subject, progress, |_| {
        let pixels = subject.plate_pixels(progress)?;
        let found: Vec<(FrameNumber, [f64; 2])> = pixels.frames.iter().filter_map(|f| Some((f.frame, f.detail?))).collect();
        let most = |d: &[f64; 2]| d[0].max(d[1]);
        let Some((frame, best)) = found.iter().max_by(|a, b| most(&a.1).total_cmp(&most(&b.1))) else {
            return Ok(Verdict::not_applicable("too small, or without detail to tell by"));
        };
        let pass = most(best) >= limit;
        let verdict = Verdict::new(
            pass,
            format!("{:.1e} along rows, {:.1e} along columns", best[0], best[1]),
            format!(">= {limit:.0e} of the power of the middle frequencies above 0.7 of the highest, in one direction"),
            format!("frame {frame}, the finest of {}; {}", found.len(), pixels.looked_at(subject)),
        )
        .frame(*frame);
        Ok(verdict.mend("compare with the camera original; soft focus looks the same"))
    })
}
