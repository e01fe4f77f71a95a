//! COL-15: the looks of a pipeline beside the look that they were made from.

use super::probe::{acescct, cube, percentile, run};
use crate::{
    check::{Proof, Subject, Verdict},
    error::{Error, Result},
    pipeline::Stage,
    progress::Progress,
    scope::itp::{Light, delta_e_itp},
    sidecar::lut,
};

/// Scene colours that are drawn: AP1 over these stops from mid grey.
const RANGE: [f64; 2] = [-6.0, 6.0];
const DRAWN: usize = 20_000;
/// The worst that are listed.
const LISTED: usize = 20;

/// A colour on both roads.
struct Beside {
    aces: [f64; 3],
    wanted: [f32; 3],
    made: [f32; 3],
    /// dE ITP.
    apart: f64,
}

/// COL-15: looks and output transform make the picture that the source look makes of what the camera records, for the same display.
pub fn looks_are_as_their_source(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let profile = &subject.profile;
    let Some(source) = profile.source_look()? else {
        return Ok(Verdict::not_applicable("no source look is named that the looks could be held against (look and from of COL-15)"));
    };
    let Ok(plan) = subject.plan else { return Ok(Verdict::not_applicable(super::NO_PLAN)) };
    let Ok(ours) = plan.ops(Stage::Aces, Stage::Display) else {
        return Ok(Verdict::not_applicable("the looks or the output are not rendered"));
    };
    let Some(light) = plan.output_title().and_then(Light::of) else {
        return Ok(Verdict::not_applicable("it is not known what light the display of the output transform makes"));
    };
    let (p99_limit, max_limit) = (profile.number("COL-15", "p99")?, profile.number("COL-15", "max")?);
    let spec = source.look.as_str();
    let (encode, theirs) = (lut::transform(&source.from, true)?, lut::transform(spec, false)?);

    let [from_cct, _] = acescct()?;
    let scene = run(&from_cct, &drawn()?);
    progress.check()?;
    // What the camera cannot record, a look for its values has nothing to say of.
    let recorded = |code: &[f64; 3]| code.iter().all(|v| (0.0..=1.0).contains(v));
    let (scene, codes): (Vec<_>, Vec<_>) = scene.iter().copied().zip(run(&encode, &scene)).filter(|(_, code)| recorded(code)).unzip();
    if scene.len() < LISTED {
        return Err(Error::invalid("leaves hardly a colour within 0 to 1: it is not what the source look takes")
            .field("COL-15 from")
            .value(&source.from));
    }
    let (wanted, made) = (run(&theirs, &codes), run(&ours, &scene));
    let mut all: Vec<Beside> = scene
        .iter()
        .zip(wanted.iter().zip(&made))
        .map(|(aces, (wanted, made))| {
            let [wanted, made] = [wanted, made].map(|v| v.map(|v| v as f32));
            Beside { aces: *aces, wanted, made, apart: delta_e_itp(light.of_code(wanted), light.of_code(made)) }
        })
        .collect();
    all.sort_by(|a, b| b.apart.total_cmp(&a.apart));
    let p99 = percentile(&mut all.iter().map(|b| b.apart).collect::<Vec<_>>(), 0.99);
    let max = all.first().map_or(0.0, |b| b.apart);

    let text = |v: [f64; 3], digits: usize| v.map(|v| format!("{v:.digits$}")).join(" ");
    let rows = all
        .iter()
        .take(LISTED)
        .map(|b| vec![text(b.aces, 4), text(b.wanted.map(f64::from), 4), text(b.made.map(f64::from), 4), format!("{:.2}", b.apart)]);
    Ok(Verdict::new(
        p99 <= p99_limit && max <= max_limit,
        format!("dE ITP p99 {p99:.2}, at most {max:.2}"),
        format!("p99 <= {p99_limit}, at most {max_limit}"),
        format!("{spec} on {}, {} colours that it can record, {} to {} stops from grey", source.from, all.len(), RANGE[0], RANGE[1]),
    )
    .proof(Proof::table("The worst colours", &["ACES2065-1", "Source look", "Rendered", "dE ITP"], rows.collect()))
    .mend("make the look from its source again: as its maths, or with more nodes and a shaper that holds the range of the camera"))
}

/// Colours spread over a cube of ACEScct, the same every time.
fn drawn() -> Result<Vec<[f64; 3]>> {
    let ends = cube(2, RANGE)?;
    let (low, high) = (ends[0][0], ends[ends.len() - 1][0]);
    // The additive sequence on the root of x^4 = x + 1: it fills the cube evenly (M. Roberts, "The Unreasonable Effectiveness of
    // Quasirandom Sequences", 2018).
    const ROOT: f64 = 1.220_744_084_605_759_5;
    let steps = [1, 2, 3].map(|power| ROOT.powi(-power));
    Ok((1..=DRAWN).map(|i| steps.map(|step| low + (high - low) * (0.5 + i as f64 * step).fract())).collect())
}
