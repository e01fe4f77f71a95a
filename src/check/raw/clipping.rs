//! RAW-01, RAW-02: photosites at the ends of the range; and those that saw no light.

use super::{
    Sensor, on_sensor,
    survey::{Kind, Sites},
    tiles::trimmed,
};
use crate::{
    camera::{FrameNumber, Picture, beside_active_area},
    check::{Proof, Subject, Verdict, count},
    error::Result,
    image::{CfaColor, Mosaic, Rect},
    progress::Progress,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Photosites a side of what is clipped as a whole or not.
const BLOCK: usize = 16;
/// Regions that are shown.
const MOST_REGIONS: usize = 8;
const COLORS: [&str; 3] = ["R", "G", "B"];

/// What a frame tells of the ends of the range.
#[derive(Serialize, Deserialize)]
pub struct Ends {
    clipping: Clipping,
    masked: Option<Masked>,
}

impl Ends {
    /// Of a picture; `None` where its values are none of a sensor.
    pub fn of(picture: &Picture, frame: FrameNumber) -> Option<Self> {
        let sites = Sites::of(picture).filter(|sites| !sites.values.is_empty())?;
        Some(Self { clipping: Clipping::of(&sites, frame), masked: sites.masked.map(|m| Masked { frame, ..m }) })
    }
}

impl Sensor {
    /// With the ends of every frame in place of those of a few.
    pub(super) fn with_ends(&mut self, ends: &[Ends]) {
        self.clipping = ends.iter().map(|e| e.clipping.clone()).collect();
        self.masked = ends.iter().filter_map(|e| e.masked).collect();
    }
}

/// How many photosites of a frame are at an end, a colour.
#[derive(Clone, Serialize, Deserialize)]
pub struct Clipping {
    pub frame: FrameNumber,
    pub sites: [u64; 3],
    pub white: [u64; 3],
    pub black: [u64; 3],
    /// Connected clipped regions, the largest first.
    regions: Vec<Region>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Region {
    rect: Rect,
    blocks: usize,
    white: [u64; 3],
}

#[derive(Clone, Copy, Default)]
struct Counts {
    sites: [u64; 3],
    white: [u64; 3],
    /// At the lowest code there is; at or below the black that is stated.
    bottom: [u64; 3],
    below: [u64; 3],
    lowest: [f32; 3],
}

impl Clipping {
    pub fn of(sites: &Sites, frame: FrameNumber) -> Self {
        let (across, down) = (sites.width.div_ceil(BLOCK), sites.height.div_ceil(BLOCK));
        let blocks: Vec<Counts> =
            (0..across * down).into_par_iter().map(|i| block(sites, i % across * BLOCK, i / across * BLOCK)).collect();
        let sum = |of: fn(&Counts) -> &[u64; 3]| -> [u64; 3] { std::array::from_fn(|c| blocks.iter().map(|b| of(b)[c]).sum()) };
        let (bottom, below) = (sum(|b| &b.bottom), sum(|b| &b.below));
        let lowest: [f32; 3] = std::array::from_fn(|c| blocks.iter().map(|b| b.lowest[c]).fold(f32::INFINITY, f32::min));
        // Where noise goes on below black, nothing is cut there but at the lowest code.
        let black = std::array::from_fn(|c| if lowest[c] < -1.0 { bottom[c] } else { below[c] });
        Self { frame, sites: sum(|b| &b.sites), white: sum(|b| &b.white), black, regions: regions(&blocks, across) }
    }

    /// Clipped sites in regions that are more than `specular` of the picture, as a share of each colour.
    fn outside_highlights(&self, specular: f64) -> ([f64; 3], Vec<&Region>) {
        let area: u64 = self.sites.iter().sum();
        let large = |r: &&Region| (r.blocks * BLOCK * BLOCK) as f64 > specular * area as f64;
        let large: Vec<&Region> = self.regions.iter().filter(large).collect();
        let share = std::array::from_fn(|c| large.iter().map(|r| r.white[c]).sum::<u64>() as f64 / self.sites[c].max(1) as f64);
        (share, large)
    }
}

fn block(sites: &Sites, left: usize, top: usize) -> Counts {
    let mut counts = Counts { lowest: [f32::INFINITY; 3], ..Counts::default() };
    for y in top..(top + BLOCK).min(sites.height) {
        for x in left..(left + BLOCK).min(sites.width) {
            let (v, p) = (sites.values[y * sites.width + x], y % 2 * 2 + x % 2);
            let c = match sites.cfa.color(x as u32, y as u32) {
                CfaColor::Red => 0,
                CfaColor::Green => 1,
                CfaColor::Blue => 2,
            };
            counts.sites[c] += 1;
            counts.white[c] += u64::from(v > sites.range[p] - 0.5);
            counts.bottom[c] += u64::from(v <= sites.floor[p]);
            counts.below[c] += u64::from(v <= 0.0);
            counts.lowest[c] = counts.lowest[c].min(v);
        }
    }
    counts
}

/// Blocks that are clipped for the most part in some colour, joined over their edges; the largest first.
fn regions(blocks: &[Counts], across: usize) -> Vec<Region> {
    let clipped = |i: usize| (0..3).any(|c| blocks[i].white[c] * 2 > blocks[i].sites[c]);
    let mut seen = vec![false; blocks.len()];
    let mut found = vec![];
    for start in 0..blocks.len() {
        if seen[start] || !clipped(start) {
            continue;
        }
        let mut region = Region { rect: Rect::default(), blocks: 0, white: [0; 3] };
        let (mut left, mut top, mut right, mut bottom) = (usize::MAX, usize::MAX, 0, 0);
        let mut open = vec![start];
        seen[start] = true;
        while let Some(i) = open.pop() {
            let (x, y) = (i % across, i / across);
            (left, top, right, bottom) = (left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1));
            region.blocks += 1;
            (0..3).for_each(|c| region.white[c] += blocks[i].white[c]);
            let beside = [
                (x > 0).then(|| i - 1),
                (x + 1 < across).then_some(i + 1),
                i.checked_sub(across),
                Some(i + across).filter(|j| *j < blocks.len()),
            ];
            for j in beside.into_iter().flatten() {
                if !seen[j] && clipped(j) {
                    seen[j] = true;
                    open.push(j);
                }
            }
        }
        let size = |from: usize, to: usize| ((to - from) * BLOCK) as u32;
        region.rect = Rect::new((left * BLOCK) as i32, (top * BLOCK) as i32, size(left, right), size(top, bottom));
        found.push(region);
    }
    found.sort_by(|a, b| b.blocks.cmp(&a.blocks).then(a.rect.y.cmp(&b.rect.y)).then(a.rect.x.cmp(&b.rect.x)));
    found
}

fn percent(shares: [f64; 3]) -> String {
    COLORS.iter().zip(shares).map(|(name, share)| format!("{name} {:.2} %", share * 100.0)).collect::<Vec<_>>().join(", ")
}

fn largest(shares: &[f64; 3]) -> f64 {
    shares.iter().copied().fold(0.0, f64::max)
}

/// RAW-01: in no colour more than a share of the photosites is clipped, small highlights and lights left out.
pub(super) fn highlights(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let (limit, specular) = (subject.profile.number("RAW-01", "share")?, subject.profile.number("RAW-01", "specular")?);
    on_sensor(subject, progress, |sensor| {
        let judged = sensor.clipping.iter().map(|c| (c, c.outside_highlights(specular / 100.0)));
        let Some((worst, (shares, regions))) = judged.max_by(|a, b| largest(&a.1.0).total_cmp(&largest(&b.1.0))) else {
            return Ok(Verdict::not_applicable("no frame was read"));
        };
        let pass = largest(&shares) * 100.0 <= limit;
        let all: [f64; 3] = std::array::from_fn(|c| worst.white[c] as f64 / worst.sites[c].max(1) as f64);
        let evidence = format!(
            "frame {}; {}, at sensor clip before white balance; with small highlights {}",
            worst.frame,
            subject.looked_at(sensor.clipping.len()),
            percent(all)
        );
        let mut verdict = Verdict::new(
            pass,
            percent(shares),
            format!("<= {limit} % of a colour, in regions larger than {specular} % of the picture"),
            evidence,
        );
        if pass {
            return Ok(verdict);
        }
        for region in regions.iter().take(MOST_REGIONS) {
            let r = region.rect.to_f64();
            let right = r.right().min(sensor.size.width.into());
            let bottom = r.bottom().min(sensor.size.height.into());
            let rect = [r.x, r.y, right - r.x, bottom - r.y];
            verdict = verdict.proof(Proof::Area { frame: worst.frame, rect, caption: "clipped".into() });
        }
        let row = |c: usize| vec![COLORS[c].to_owned(), format!("{:.3}", all[c] * 100.0), format!("{:.3}", shares[c] * 100.0)];
        let table = Proof::table("Clipped photosites", &["Colour", "% of all", "% in regions"], (0..3).map(row).collect());
        Ok(verdict.proof(table).frame(worst.frame).mend("expose lower, or accept it by name where a light source is meant to clip"))
    })
}

/// RAW-02: in no colour more than a share of the photosites is cut off at black.
pub(super) fn shadows(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let limit = subject.profile.number("RAW-02", "share")?;
    on_sensor(subject, progress, |sensor| {
        if sensor.kind == Kind::Capped {
            return Ok(Verdict::not_applicable(format!("all of it is black: {}", sensor.why)));
        }
        let shares = |c: &Clipping| -> [f64; 3] { std::array::from_fn(|i| c.black[i] as f64 / c.sites[i].max(1) as f64) };
        let Some(worst) = sensor.clipping.iter().max_by(|a, b| largest(&shares(a)).total_cmp(&largest(&shares(b)))) else {
            return Ok(Verdict::not_applicable("no frame was read"));
        };
        let found = shares(worst);
        let pass = largest(&found) * 100.0 <= limit;
        let verdict = Verdict::new(
            pass,
            percent(found),
            format!("<= {limit} % of a colour"),
            format!(
                "frame {}; {}, at the lowest code, or at black where none is lower",
                worst.frame,
                subject.looked_at(sensor.clipping.len())
            ),
        );
        Ok(verdict.frame((!pass).then_some(worst.frame)).mend("expose higher; switch off what the camera takes from its shadows"))
    })
}

/// Photosites beside the active area.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Masked {
    pub frame: FrameNumber,
    /// DN above the black that is stated, and the noise.
    pub level: f64,
    pub sigma: f64,
    pub sites: u64,
}

impl Masked {
    /// Fewer tell nothing.
    const ENOUGH: usize = 1000;
    /// Of the range: what is brighter or more varied than this saw light.
    const DARK: f64 = 0.01;

    /// `None` where nothing lies beside the active area that looks as if it had seen no light.
    pub fn beside(mosaic: &Mosaic, linear: impl Fn(u16) -> f32) -> Option<Self> {
        let range = f64::from((mosaic.white - mosaic.black.max()).max(1.0));
        let (mut kept, mut apart): (Vec<f32>, Vec<f32>) = (vec![], vec![]);
        for strip in beside_active_area(mosaic) {
            let mut values = vec![];
            for y in strip.y..strip.y + strip.height as i32 {
                let start = y as usize * mosaic.size.width as usize + strip.x as usize;
                let Some(row) = mosaic.samples.get(start..start + strip.width as usize) else { continue };
                for (x, &code) in (strip.x..).zip(row) {
                    // The pattern of black goes on beside the active area.
                    let at = |v: i32, origin: i32, repeat: u32| (v - origin).rem_euclid(repeat.max(1) as i32) as u32;
                    let (cx, cy) = (at(x, mosaic.active_area.x, mosaic.black.repeat.0), at(y, mosaic.active_area.y, mosaic.black.repeat.1));
                    values.push(linear(code) - mosaic.black.pattern(cx, cy));
                }
            }
            let (level, sigma, n) = trimmed(&mut values, &mut apart);
            if n >= Self::ENOUGH && level.abs() <= Self::DARK * range && sigma <= Self::DARK * range {
                kept.extend(values);
            }
        }
        if kept.is_empty() {
            return None;
        }
        let (level, sigma, n) = trimmed(&mut kept, &mut apart);
        Some(Self { frame: 0, level, sigma, sites: n as u64 })
    }
}

/// How many frames were looked at, in words.
pub(super) fn looked_at(sensor: &Sensor) -> String {
    count(sensor.frames.len(), "frame")
}
