//! RAW-04, RAW-05: single photosites that are always too bright, or too dark. Those of a whole line are RAW-06's to tell.

use super::{Kind, Sensor, clipping::looked_at, not_of, on_sensor, plane_names, stack::Stack, tiles::median};
use crate::{
    check::{Proof, Severity, Subject, Verdict, count},
    error::Result,
    framing::Frame,
    image::RectF,
    progress::Progress,
};

/// Sites that are shown and listed.
const MOST_SHOWN: usize = 1000;
const MOST_LISTED: usize = 200;

/// A line has this part of its sites defective, or more: half of one parity.
const LINE: usize = 4;

struct Defect {
    x: usize,
    y: usize,
    colour: &'static str,
    /// DN above its surroundings.
    off: f32,
    sigmas: f32,
    /// In how many frames it stands out.
    frames: u8,
    place: Place,
}

/// Where a site lies in the framing; without one all of the canvas is the frame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Decision,
    Protection,
    Outside,
}

impl Place {
    fn of(frame: Option<&Frame>, x: usize, y: usize) -> Self {
        let site = RectF::new(x as f64, y as f64, 1.0, 1.0);
        let meets = |r: &RectF| site.x < r.right() && site.right() > r.x && site.y < r.bottom() && site.bottom() > r.y;
        match frame {
            Some(frame) if !meets(&frame.decision) => {
                if frame.protection.as_ref().is_some_and(meets) {
                    Place::Protection
                } else {
                    Place::Outside
                }
            }
            _ => Place::Decision,
        }
    }
    fn words(self) -> &'static str {
        match self {
            Place::Decision => "in the frame",
            Place::Protection => "in the protection",
            Place::Outside => "outside",
        }
    }
}

/// RAW-04: of a capped clip no photosite stands out upwards in nearly every frame.
pub(super) fn none_hot(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    on_sensor(subject, progress, |sensor| {
        if sensor.kind != Kind::Capped {
            return Ok(not_of(sensor, "a capped clip"));
        }
        judge(subject, sensor, "RAW-04", true)
    })
}

/// RAW-05: of a flat clip no photosite stands out downwards in nearly every frame.
pub(super) fn none_dead(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    on_sensor(subject, progress, |sensor| {
        if sensor.kind != Kind::Flat {
            return Ok(not_of(sensor, "a flat clip"));
        }
        judge(subject, sensor, "RAW-05", false)
    })
}

fn judge(subject: &Subject, sensor: &Sensor, rule: &str, hot: bool) -> Result<Verdict> {
    let (sigmas, share) = (subject.profile.number(rule, "sigmas")?, subject.profile.number(rule, "share")?);
    let least = subject.profile.number("RAW-04", "least")?;
    let Some(stack) = &sensor.stack else { return Ok(Verdict::not_applicable("no frame was read")) };
    if f64::from(stack.frames) < least {
        return Ok(Verdict::not_applicable(format!("{} are too few to tell a defect from chance, {least} are needed", looked_at(sensor))));
    }
    let needed = (f64::from(stack.frames) * share / 100.0).ceil().min(255.0) as u8;
    let framing = subject.plan.as_ref().ok().and_then(|plan| plan.frame()).filter(|f| f.canvas == sensor.size);
    let defects = defects(stack, sensor, if hot { &stack.high } else { &stack.low }, needed, sigmas as f32, hot, framing);
    let inside = |place: Place| defects.iter().filter(|d| d.place == place).count();
    let (in_frame, protected, outside) = (inside(Place::Decision), inside(Place::Protection), inside(Place::Outside));
    let what = if hot { "hot photosite" } else { "dead photosite" };
    let measured = match framing {
        None => count(in_frame, what),
        Some(_) => format!("{} in the frame, {protected} in the protection, {outside} outside", count(in_frame, what)),
    };
    let evidence = format!(
        "{}; {}, against the colour's level around each site{}",
        sensor.why,
        looked_at(sensor),
        defects.iter().take(5).map(|d| format!("; {},{} {} {:+.0} DN", d.x, d.y, d.colour, d.off)).collect::<String>()
    );
    let limit = format!("none beyond {sigmas} sigma in {share} % of the frames");
    let mut verdict = Verdict::new(in_frame + protected == 0, measured, limit, evidence);
    if in_frame == 0 && protected > 0 {
        // Nobody has to see them, but a reframing may.
        verdict = verdict.at_most(Severity::Warn);
    }
    if defects.is_empty() {
        return Ok(verdict);
    }
    let frame = sensor.frames.first().copied().unwrap_or(0);
    let points = defects.iter().take(MOST_SHOWN).map(|d| [d.x as f64 + 0.5, d.y as f64 + 0.5]).collect();
    let row = |d: &Defect| {
        let (x, y) = (d.x.to_string(), d.y.to_string());
        let seen = format!("{} of {}", d.frames, stack.frames);
        vec![x, y, d.colour.into(), format!("{:+.1}", d.off), format!("{:.1}", d.sigmas), seen, d.place.words().into()]
    };
    let rows = defects.iter().take(MOST_LISTED).map(row).collect();
    let columns = ["x", "y", "Colour", "DN", "Sigma", "Frames", "Where"];
    let verdict = verdict.frame(frame).proof(Proof::Points { frame, points, caption: format!("{what}s") }).proof(Proof::table(
        format!("{}{}", what[..1].to_uppercase(), &what[1..]) + "s",
        &columns,
        rows,
    ));
    // Those outside the frame are no fault, and worth mending all the same.
    Ok(verdict.advise("let the camera map its photosites anew (sensor calibration), or send the list to the rental house"))
}

/// The median of the sites around one, of its colour.
fn beside(stack: &Stack, x: usize, y: usize) -> f32 {
    let mut around = vec![];
    for dy in [-2, 0, 2] {
        for dx in [-2, 0, 2] {
            let at = (x.checked_add_signed(dx).filter(|x| *x < stack.width), y.checked_add_signed(dy).filter(|y| *y < stack.height));
            if let (Some(x), Some(y), true) = (at.0, at.1, (dx, dy) != (0, 0)) {
                around.push(stack.mean(x, y));
            }
        }
    }
    median(&mut around)
}

fn defects(stack: &Stack, sensor: &Sensor, seen: &[u8], needed: u8, sigmas: f32, hot: bool, framing: Option<&Frame>) -> Vec<Defect> {
    let (names, noise, tiles) = (plane_names(sensor.cfa), stack.noise(), stack.tiles());
    let mut found: Vec<Defect> = seen
        .iter()
        .enumerate()
        .filter(|(_, n)| **n >= needed.max(1))
        .filter_map(|(i, &frames)| {
            let (x, y) = (i % stack.width, i / stack.width);
            let p = y % 2 * 2 + x % 2;
            // Against both, so that neither a slope within the tile nor a defect next to it is told for one.
            let (of_tile, near) = (stack.mean(x, y) - tiles.at(x, y)[p].mean, stack.mean(x, y) - beside(stack, x, y));
            let off = if of_tile.abs() < near.abs() { of_tile } else { near };
            let far = if hot { off } else { -off } / noise[p].max(0.5);
            (far > sigmas).then(|| Defect { x, y, colour: names[p], off, sigmas: far, frames, place: Place::of(framing, x, y) })
        })
        .collect();
    let (mut rows, mut columns) = (vec![0; stack.height], vec![0; stack.width]);
    found.iter().for_each(|d| {
        rows[d.y] += 1;
        columns[d.x] += 1;
    });
    found.retain(|d| rows[d.y] * LINE <= stack.width && columns[d.x] * LINE <= stack.height);
    found.sort_by(|a, b| a.place.cmp(&b.place).then(b.sigmas.total_cmp(&a.sigmas)).then((a.y, a.x).cmp(&(b.y, b.x))));
    found
}
