//! RAW-03: the level of black.

use super::{Kind, on_sensor, plane_names, stack::Stack};
use crate::{
    camera::FrameNumber,
    check::{Proof, Subject, Verdict, proof::Curve},
    error::Result,
    progress::Progress,
};

/// Levels of black over the frames, DN above what the file states.
struct Levels {
    name: String,
    frames: Vec<(FrameNumber, f64)>,
    /// How sure a level is, DN.
    error: f64,
}

impl Levels {
    fn mean(&self) -> f64 {
        self.frames.iter().map(|(_, v)| v).sum::<f64>() / self.frames.len().max(1) as f64
    }
    fn drift(&self) -> f64 {
        let fold = |f: fn(f64, f64) -> f64, start: f64| self.frames.iter().map(|(_, v)| *v).fold(start, f);
        if self.frames.is_empty() { 0.0 } else { fold(f64::max, f64::MIN) - fold(f64::min, f64::MAX) }
    }
}

/// RAW-03: sensor black is what the file states, in every frame: of a capped clip, else of the masked photosites.
pub(super) fn black_level(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let number = |name: &str| subject.profile.number("RAW-03", name);
    let (deviation, sigmas, drift) = (number("deviation")?, number("sigmas")?, number("drift")?);
    on_sensor(subject, progress, |sensor| {
        let (levels, whose) = match &sensor.stack {
            Some(stack) if sensor.kind == Kind::Capped => {
                // Of noise that was cut off at black the mean is not black.
                if sensor.clipping.iter().any(|c| (0..3).any(|i| c.black[i] * 4 > c.sites[i])) {
                    return Ok(Verdict::not_applicable("the camera cuts off what lies below black: its level cannot be measured"));
                }
                (of_stack(stack, plane_names(sensor.cfa)), sensor.why.clone())
            }
            _ if !sensor.masked.is_empty() => {
                let of = |m: &super::clipping::Masked| (m.frame, m.level);
                // Masked strips end in sites that saw a little light: there the noise of a site is the measure.
                let (sites, error) = sensor.masked.iter().fold((0, 0.0f64), |a, m| (a.0 + m.sites, a.1.max(m.sigma)));
                let levels = vec![Levels { name: "masked".into(), frames: sensor.masked.iter().map(of).collect(), error }];
                (levels, format!("masked photosites beside the active area, {sites} in {} frames", sensor.masked.len()))
            }
            _ => {
                let why = format!("neither a capped clip nor masked photosites: {}", sensor.why);
                return Ok(Verdict::not_applicable(why));
            }
        };
        let off = |l: &Levels| l.mean().abs() > deviation && l.mean().abs() > sigmas * l.error;
        let pass = !levels.iter().any(|l| off(l) || l.drift() > drift);
        let worst = |of: fn(&Levels) -> f64| levels.iter().max_by(|a, b| of(a).total_cmp(&of(b))).map_or((0.0, ""), |l| (of(l), &*l.name));
        let ((far, far_of), (apart, apart_of)) = (worst(|l| l.mean().abs()), worst(Levels::drift));
        let verdict = Verdict::new(
            pass,
            format!("{far:.2} DN off ({far_of}), drifts by {apart:.2} DN ({apart_of})"),
            format!("<= {deviation} DN off, <= {drift} DN of drift"),
            whose,
        );
        if pass {
            return Ok(verdict);
        }
        let curve = |l: &Levels| Curve { name: l.name.clone(), points: l.frames.iter().map(|(f, v)| [f64::from(*f), *v]).collect() };
        let curves = levels.iter().map(curve).collect();
        let plot = Proof::Plot { title: "Level of black".into(), x: "frame".into(), y: "DN above the file's".into(), curves, limit: None };
        Ok(verdict.proof(plot).mend("black balance the camera at operating temperature and record the test again"))
    })
}

fn of_stack(stack: &Stack, names: [&str; super::PLANES]) -> Vec<Levels> {
    let noise = stack.noise();
    let sites = (stack.width * stack.height / super::PLANES).max(1) as f64 * f64::from(stack.frames.max(1));
    let one = |p: usize| Levels {
        name: names[p].to_owned(),
        frames: stack.levels.iter().map(|(f, l)| (*f, l[p])).collect(),
        error: f64::from(noise[p]) / sites.sqrt(),
    };
    (0..super::PLANES).map(one).collect()
}
