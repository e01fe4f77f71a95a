//! COL-21 and COL-22: colours beyond AP1, and the reference gamut compression.

use super::probe::run;
use crate::{
    camera::{Encoding, FrameNumber},
    check::{Proof, Subject, Verdict},
    color::{self, rgb},
    error::Result,
    image::Image,
    pipeline::{Plan, Stage, StepKind},
    progress::Progress,
};
use serde::{Deserialize, Serialize};

/// The row of the catalogue.
const RGC: &str = "reference-gamut-compression";

/// Tiles along the longer side of a picture, for pointing at colours.
const TILES: u32 = 16;

/// Pixels that are looked at, about; of a larger picture every second or third along both sides.
const LOOKED_AT: usize = 1 << 20;

/// What of a picture lies where in AP1.
#[derive(Default, Serialize, Deserialize)]
pub struct Boundary {
    frame: FrameNumber,
    pixels: u64,
    /// Bright enough to have a colour.
    lit: u64,
    /// With a channel below 0.
    beyond: u64,
    /// Of those, after the compression.
    left: u64,
    /// By how far the lowest channel is from the highest, of 1 for the boundary: 0.85 to 0.95, and 0.95 to 1.
    near: [u64; 2],
    /// The tiles with most of them: x, y, width, height, how many.
    worst: Vec<([f64; 4], u64)>,
}

impl Boundary {
    /// Of the middle frame of a clip, after its input transform.
    pub fn of(subject: &Subject, plan: &Plan, progress: &Progress) -> Result<Self> {
        let Some(frame) = subject.clip.frames().middle() else { return Ok(Self::default()) };
        progress.check()?;
        Self::of_picture(subject, frame, &plan.picture(subject.clip, frame, Stage::Aces)?)
    }

    /// Of a frame after its input transform.
    pub fn of_picture(subject: &Subject, frame: FrameNumber, aces: &Image) -> Result<Self> {
        Ok(Self { frame, ..Self::count(aces, subject.profile.number("COL-21", "floor")?)? })
    }

    /// Whether more of it lies beyond AP1, or next to that at its edge.
    pub fn is_worse_than(&self, other: &Self) -> bool {
        let key = |b: &Self| (b.beyond, b.near[1], b.near[0]);
        key(self) > key(other)
    }

    /// How many frames it stands for, in words.
    fn looked_at(subject: &Subject) -> String {
        subject.looked_at(subject.whole().map_or(1, |whole| whole.frames() - whole.broken().len()))
    }

    fn count(picture: &Image, floor: f64) -> Result<Self> {
        let size = picture.size();
        let side = size.width.max(size.height).div_ceil(TILES).max(1);
        let across = size.width.div_ceil(side);
        let mut tiles = vec![0u64; (across * size.height.div_ceil(side)) as usize];
        let step = ((size.area() as f64 / LOOKED_AT as f64).sqrt().ceil() as usize).max(1);
        let (mut all, mut outside) = (Self::default(), vec![]);
        for y in (0..size.height).step_by(step) {
            for x in (0..size.width).step_by(step) {
                let aces = picture.pixel(x, y).map(f64::from);
                all.pixels += 1;
                let ap1 = rgb::transform(&rgb::AP0_TO_AP1, aces);
                let (high, low) = (ap1[0].max(ap1[1]).max(ap1[2]), ap1[0].min(ap1[1]).min(ap1[2]));
                // Noise makes negative values of black, which are no colours.
                if high < floor {
                    continue;
                }
                all.lit += 1;
                match (high - low) / high {
                    d if d > 1.0 + EXACT => {
                        all.beyond += 1;
                        tiles[(y / side * across + x / side) as usize] += 1;
                        outside.push(aces);
                    }
                    d if d >= 0.95 => all.near[1] += 1,
                    d if d >= 0.85 => all.near[0] += 1,
                    _ => {}
                }
            }
        }
        let compressed = run(&color::transform(RGC, false)?, &outside);
        let still = |p: &&[f64; 3]| {
            let ap1 = rgb::transform(&rgb::AP0_TO_AP1, **p);
            ap1[0].min(ap1[1]).min(ap1[2]) < -EXACT * ap1[0].max(ap1[1]).max(ap1[2])
        };
        all.left = compressed.iter().filter(still).count() as u64;
        let mut order: Vec<usize> = (0..tiles.len()).filter(|i| tiles[*i] > 0).collect();
        order.sort_by_key(|i| std::cmp::Reverse(tiles[*i]));
        let area = |i: &usize| {
            let (x, y) = (*i as u32 % across * side, *i as u32 / across * side);
            ([x, y, side.min(size.width - x), side.min(size.height - y)].map(f64::from), tiles[*i])
        };
        all.worst = order.iter().take(3).map(area).collect();
        Ok(all)
    }
}

/// Part of the brightest channel by which half floats are off.
const EXACT: f64 = 1e-3;

/// Steps of the road that are the compression: applied ones, and those to be rendered.
fn compressions(plan: &Plan) -> [usize; 2] {
    let of = |applied| {
        plan.steps().iter().filter(|s| s.kind == StepKind::Look && s.applied == applied && s.named.is_some_and(|n| n.name == RGC)).count()
    };
    [of(true), of(false)]
}

/// COL-21: colours beyond AP1 are few, or the road compresses them.
pub fn colours_are_in_gamut(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let Ok(plan) = subject.plan else { return Ok(Verdict::not_applicable(super::NO_PLAN)) };
    let percent = subject.profile.number("COL-21", "percent")?;
    if compressions(plan) != [0, 0] {
        return Ok(Verdict::not_applicable("the road has the reference gamut compression"));
    }
    let found = subject.boundary(progress)?;
    let share = |n: u64| 100.0 * n as f64 / found.pixels.max(1) as f64;
    let (beyond, left) = (share(found.beyond), share(found.left));
    let pass = beyond <= percent;
    let evidence = format!(
        "AP1 channels below 0, frame {}; with the compression {left:.3} % would be left; {}",
        found.frame,
        Boundary::looked_at(subject)
    );
    let mut verdict = Verdict::new(pass, format!("{beyond:.3} % of the pixels"), format!("<= {percent} %"), evidence).frame(found.frame);
    for (rect, n) in found.worst.iter().filter(|_| !pass) {
        verdict = verdict.proof(Proof::Area { frame: found.frame, rect: *rect, caption: format!("{n} pixels beyond AP1") });
    }
    Ok(verdict.mend("add the ACES 1.3 Reference Gamut Compression as the first look of the AMF"))
}

/// COL-22: the compression acts once. Where it is to be rendered, the pixels must not have it already: colours that pile up just within
/// AP1, none beyond, are what it leaves.
pub fn compressed_once(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let Ok(plan) = subject.plan else { return Ok(Verdict::not_applicable(super::NO_PLAN)) };
    let limit = "once";
    let [applied, rendered] = compressions(plan);
    if applied + rendered > 1 {
        let evidence = format!("the AMF has it {applied} times in the pixels and {rendered} times to be rendered");
        return Ok(Verdict::new(false, format!("{} times", applied + rendered), limit, evidence).mend("leave one of them in the AMF"));
    }
    if rendered == 0 {
        return Ok(Verdict::not_applicable("the compression is not rendered"));
    }
    if matches!(subject.clip.encoding(), Encoding::Camera(_) | Encoding::Uncalibrated { .. }) {
        return Ok(Verdict::new(true, "once", limit, "sensor values have no compression in them"));
    }
    let found = subject.boundary(progress)?;
    let (least, pile) = (subject.profile.number("COL-22", "percent")?, subject.profile.number("COL-22", "pile")?);
    let share = |n: u64| 100.0 * n as f64 / found.lit.max(1) as f64;
    let [outer, edge] = found.near;
    let measured = format!("{:.3} % beyond AP1, {:.3} % in its outermost 5 %", share(found.beyond), share(edge));
    if share(found.beyond) > least {
        return Ok(Verdict::new(true, measured, limit, "colours beyond AP1 are there: nothing has compressed them yet"));
    }
    if share(edge + outer) < least {
        return Ok(Verdict::not_applicable("the picture has no colours near the boundary of AP1: nothing tells"));
    }
    // The inner band is twice as wide.
    let piled = 2.0 * edge as f64 > pile * outer as f64;
    let evidence = if piled { "colours pile up just within AP1, and none is beyond" } else { "colours thin out towards the boundary" };
    let verdict = Verdict::new(!piled, measured, limit, evidence);
    Ok(verdict.mend("say in the AMF that the compression is applied, if it is"))
}
