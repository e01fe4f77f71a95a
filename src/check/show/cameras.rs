//! META-05, META-10, META-11 and META-13: what cameras recorded, beside one another.

use super::{Show, camera, few};
use crate::{
    camera::{Field, Metadata},
    check::{Proof, Subject, Verdict, clock::Clock, count},
    error::Result,
    progress::Progress,
};
use std::collections::BTreeMap;

/// A clip's stretch of timecode in seconds of its rate.
struct Stretch<'a> {
    name: &'a str,
    from: f64,
    to: f64,
    day: Option<(u32, u32, u32)>,
    /// How long a frame is.
    frame: f64,
}

fn stretch<'a>(clip: &Subject<'a>) -> Option<Stretch<'a>> {
    let m = clip.clip.metadata();
    let (start, rate) = (m.start_timecode.as_ref()?.value, m.frame_rate.as_ref()?.value);
    let frames = clip.clip.frames().present.len() as u64 + clip.clip.frames().missing_count();
    let frame = 1.0 / rate.to_f64();
    if !frame.is_finite() || frame <= 0.0 {
        return None;
    }
    let from = start.to_frame_count(rate) as f64 * frame;
    Some(Stretch { name: clip.name, from, to: from + frames as f64 * frame, day: clock(m).map(Clock::date), frame })
}

fn clock(m: &Metadata) -> Option<Clock> {
    Clock::read(&m.date_time.as_ref()?.value)
}

/// META-05: no two clips of one camera on one day have a timecode in common.
pub fn timecodes_are_apart(show: &Show, progress: &Progress) -> Result<Verdict> {
    let mut by_camera: BTreeMap<String, Vec<Stretch>> = BTreeMap::new();
    let mut known = 0;
    for clip in show.recordings() {
        if let (Some(camera), Some(stretch)) = (camera(clip.clip.metadata()), stretch(clip)) {
            by_camera.entry(camera).or_default().push(stretch);
            known += 1;
        }
    }
    let (mut overlaps, mut rows) = (vec![], vec![]);
    for (camera, stretches) in &mut by_camera {
        stretches.sort_by(|a, b| (a.day, a.from).partial_cmp(&(b.day, b.from)).unwrap_or(std::cmp::Ordering::Equal));
        for (i, a) in stretches.iter().enumerate() {
            progress.check()?;
            // Sorted by where they begin: what begins behind the end has nothing in common.
            for b in stretches[i + 1..].iter().take_while(|b| b.day == a.day && b.from < a.to - a.frame / 2.0) {
                let common = a.to.min(b.to) - b.from;
                overlaps.push(format!("{} and {} ({camera}) have {common:.1} s in common", a.name, b.name));
                rows.push(vec![camera.clone(), a.name.into(), b.name.into(), format!("{common:.2}")]);
            }
        }
    }
    if by_camera.values().all(|s| s.len() < 2) {
        return Ok(Verdict::not_applicable("no two clips with a timecode are of one camera"));
    }
    let pass = overlaps.is_empty();
    let evidence = if pass { format!("{} of {}", count(known, "clip"), count(by_camera.len(), "camera")) } else { few(&overlaps) };
    let verdict = Verdict::new(pass, count(overlaps.len(), "overlap"), "each timecode of a camera once a day", evidence);
    Ok(if pass {
        verdict
    } else {
        verdict
            .proof(Proof::table("Clips with timecode in common", &["Camera", "Clip", "Clip", "Seconds"], rows))
            .mend("match these clips by name, not by timecode; jam the camera again before the next take")
    })
}

/// META-10: a camera body has one firmware and one sensor mode.
pub fn bodies_are_steady(show: &Show, _: &Progress) -> Result<Verdict> {
    let mut bodies: BTreeMap<String, BTreeMap<String, Vec<&str>>> = BTreeMap::new();
    for clip in show.recordings() {
        let m = clip.clip.metadata();
        let Some(serial) = &m.serial else { continue };
        let text = |f: &Option<Field<String>>| f.as_ref().map_or("not stated", |f| f.value.as_str()).to_owned();
        let state = format!("firmware {}, mode {}, {}", text(&m.firmware), text(&m.sensor_mode), clip.clip.size());
        let body = format!("{} {}", text(&m.model), serial.value);
        bodies.entry(body).or_default().entry(state).or_default().push(clip.name);
    }
    if bodies.values().all(|states| states.values().map(Vec::len).sum::<usize>() < 2) {
        return Ok(Verdict::not_applicable("no two clips state one serial number"));
    }
    let (mut changes, mut rows) = (vec![], vec![]);
    for (body, states) in &bodies {
        rows.extend(states.iter().map(|(state, clips)| vec![body.clone(), state.clone(), clips.join(", ")]));
        if states.len() > 1 {
            let each: Vec<String> = states.iter().map(|(state, clips)| format!("{state} ({})", clips[0])).collect();
            changes.push(format!("{body}: {}", each.join(" / ")));
        }
    }
    let pass = changes.is_empty();
    let evidence = if pass { format!("camera bodies: {}", bodies.len()) } else { few(&changes) };
    Ok(Verdict::new(pass, format!("{} of {} changed", changes.len(), bodies.len()), "one firmware and one mode a body", evidence)
        .proof(Proof::table("Camera bodies", &["Body", "State", "Clips"], rows)))
}

/// META-11: the cameras of a set-up (one scene and take) have the same EI, white balance and shutter.
pub fn set_ups_agree(show: &Show, _: &Progress) -> Result<Verdict> {
    let (kelvin, degrees) = (show.profile.number("META-11", "kelvin")?, show.profile.number("META-11", "degrees")?);
    let mut set_ups: BTreeMap<(String, String), Vec<&Subject>> = BTreeMap::new();
    for clip in show.recordings() {
        let m = clip.clip.metadata();
        if let (Some(scene), Some(take)) = (&m.scene, &m.take) {
            set_ups.entry((scene.value.trim().to_owned(), take.value.trim().to_owned())).or_default().push(clip);
        }
    }
    let (mut compared, mut differ, mut rows) = (0, vec![], vec![]);
    for ((scene, take), clips) in &set_ups {
        let first = clips[0];
        let a = first.clip.metadata();
        for clip in &clips[1..] {
            let b = clip.clip.metadata();
            if camera(a) == camera(b) {
                continue;
            }
            compared += 1;
            let number = |what: &str, a: Option<f64>, b: Option<f64>, within: f64| {
                let (a, b) = (a?, b?);
                ((a - b).abs() > within).then(|| format!("{what} {a} and {b}"))
            };
            let ei = |m: &Metadata| m.exposure_index.as_ref().map(|f| f64::from(f.value));
            let value = |f: &Option<Field<f64>>| f.as_ref().map(|f| f.value);
            let found: Vec<String> = [
                number("EI", ei(a), ei(b), 0.0),
                number("white balance", value(&a.white_balance), value(&b.white_balance), kelvin),
                number("shutter angle", value(&a.shutter_angle), value(&b.shutter_angle), degrees),
            ]
            .into_iter()
            .flatten()
            .collect();
            if !found.is_empty() {
                differ.push(format!("scene {scene}, take {take}: {} and {}: {}", first.name, clip.name, found.join(", ")));
                rows.push(vec![scene.clone(), take.clone(), first.name.into(), clip.name.into(), found.join(", ")]);
            }
        }
    }
    if compared == 0 {
        return Ok(Verdict::not_applicable("no scene and take was recorded by two cameras"));
    }
    let pass = differ.is_empty();
    let evidence = if pass { count(compared, "pair") } else { few(&differ) };
    let verdict = Verdict::new(
        pass,
        format!("{} of {}", differ.len(), count(compared, "pair")),
        format!("same EI, {kelvin} K, {degrees} degrees"),
        evidence,
    );
    Ok(if pass { verdict } else { verdict.proof(Proof::table("Cameras that differ", &["Scene", "Take", "Clip", "Clip", "What"], rows)) })
}

/// META-13: through a day, timecode and clock of a camera stay as far apart as they were. Between cameras, only an event that both saw, or
/// sound, would tell more.
pub fn timecode_keeps_pace(show: &Show, _: &Progress) -> Result<Verdict> {
    /// Beyond this the timecode is no time of day: it runs only while the camera does.
    const MINUTE: f64 = 60.0;
    let most = show.profile.number("META-13", "seconds")?;
    let mut by_camera: BTreeMap<_, Vec<(&str, f64, f64)>> = BTreeMap::new();
    for clip in show.recordings() {
        let m = clip.clip.metadata();
        let (Some(camera), Some(stretch), Some(clock)) = (camera(m), stretch(clip), clock(m)) else { continue };
        let Some(seconds) = clock.seconds else { continue };
        by_camera.entry((camera, clock.date())).or_default().push((
            clip.name,
            stretch.from - f64::from(seconds),
            stretch.to - stretch.from,
        ));
    }
    let (mut measured, mut drifts, mut worst) = (0, vec![], 0.0f64);
    for ((camera, _), clips) in &by_camera {
        let (Some(first), Some(last)) = (clips.iter().min_by(|a, b| a.1.total_cmp(&b.1)), clips.iter().max_by(|a, b| a.1.total_cmp(&b.1)))
        else {
            continue;
        };
        // A clock may be written when a clip begins or when it ends.
        let longest = clips.iter().map(|c| c.2).fold(0.0, f64::max);
        let drift = (last.1 - first.1 - longest).max(0.0);
        if clips.len() < 2 || drift > MINUTE {
            continue;
        }
        measured += 1;
        worst = worst.max(drift);
        if drift > most {
            drifts.push(format!("{camera}: {drift:.0} s between {} and {}", first.0, last.0));
        }
    }
    if measured == 0 {
        return Ok(Verdict::not_applicable(
            "no camera has two clips of a day with time of day as timecode and a clock; between cameras only an event that both saw tells",
        ));
    }
    let pass = drifts.is_empty();
    let evidence = if pass { format!("{} against their own clocks", count(measured, "camera")) } else { few(&drifts) };
    let verdict = Verdict::new(pass, format!("{worst:.0} s"), format!("<= {most} s in a day"), evidence);
    Ok(verdict.mend("jam the camera's timecode more often, and match its clips by sound"))
}
