//! RAW-07: what stays the same in every frame of a capped clip.

use super::{Kind, PLANES, clipping::looked_at, not_of, on_sensor, plane_names};
use crate::{
    check::{Proof, Subject, Verdict},
    error::Result,
    progress::Progress,
};

/// RAW-07: of a capped clip the fixed pattern and the glow of the electronics are small beside the noise from frame to frame.
pub(super) fn stays_below_noise(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let (pattern, glow) = (subject.profile.number("RAW-07", "pattern")?, subject.profile.number("RAW-07", "glow")?);
    on_sensor(subject, progress, |sensor| {
        if sensor.kind != Kind::Capped {
            return Ok(not_of(sensor, "a capped clip"));
        }
        let Some((stack, temporal)) = sensor.stack.as_ref().and_then(|s| Some((s, s.temporal_noise()?))) else {
            return Ok(Verdict::not_applicable("one frame alone does not tell noise from pattern"));
        };
        let (tiles, names) = (stack.tiles(), plane_names(sensor.cfa));
        let (spread, level) = (tiles.median(|t| t.sigma), tiles.median(|t| t.mean));
        // What is left of the noise in the mean is no pattern.
        let fixed = |p: usize| (spread[p].powi(2) - temporal[p].powi(2) / stack.frames as f32).max(0.0).sqrt() / temporal[p];
        let fixed: [f32; PLANES] = std::array::from_fn(fixed);
        let above = |i: usize, p: usize| (tiles.all[i][p].mean - level[p]) / temporal[p];
        let brightest: [(usize, f32); PLANES] =
            std::array::from_fn(|p| (0..tiles.all.len()).map(|i| (i, above(i, p))).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0)));
        let most = fixed.iter().copied().fold(0.0, f32::max);
        let (tile, brightest_of_all) = brightest.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0));
        let glows = f64::from(brightest_of_all) > glow;
        let pass = f64::from(most) <= pattern && !glows;
        let mut verdict = Verdict::new(
            pass,
            format!("pattern {most:.2}, glow {brightest_of_all:.2} of the noise"),
            format!("pattern <= {pattern}, glow <= {glow} of the noise from frame to frame; no baseline of the camera is stored"),
            format!("{}; {}", sensor.why, looked_at(sensor)),
        );
        if pass {
            return Ok(verdict);
        }
        let frame = sensor.frames.first().copied().unwrap_or(0);
        let row = |p: usize| {
            let dn = |v: f32| format!("{v:.2}");
            vec![names[p].to_owned(), dn(temporal[p]), dn(fixed[p] * temporal[p]), dn(brightest[p].1 * temporal[p])]
        };
        let columns = ["Colour", "Noise, DN", "Pattern, DN", "Glow, DN"];
        verdict = verdict.frame(frame).proof(Proof::table("Noise and pattern", &columns, (0..PLANES).map(row).collect()));
        if glows {
            let r = tiles.rect(tile, stack.width, stack.height).to_f64();
            verdict = verdict.proof(Proof::Area { frame, rect: [r.x, r.y, r.width, r.height], caption: "glows most".into() });
        }
        Ok(verdict.mend("black balance at operating temperature; compare with the camera's earlier tests"))
    })
}
