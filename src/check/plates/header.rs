//! EXR-01, EXR-02, EXR-07, EXR-08: what the headers say.

use super::{delivery::Plates, few, on_plates};
use crate::{
    camera::{Metadata, PlateHeader},
    check::{
        Subject, Verdict, count,
        framing::{EDGE_TOLERANCE, SQUEEZE_TOLERANCE},
    },
    color::rgb::AP0,
    error::{Error, Result},
    image::RectF,
    progress::Progress,
};

/// How far a chromaticity may lie from that of ACES2065-1: attributes are f32.
const SAME_PLACE: f64 = 1e-5;

/// Says of each plate what is wrong with it; alike words of many plates are said once.
fn judge(plates: &Plates, limit: String, wrong: impl Fn(&PlateHeader) -> Vec<String>, right: impl Fn(&PlateHeader) -> String) -> Verdict {
    let mut said: Vec<(String, usize, String)> = vec![];
    let (mut failing, mut first_failing) = (0, None);
    for plate in &plates.frames {
        let problems = match &plate.header {
            Ok(header) => wrong(header),
            Err(error) => vec![error.to_string()],
        };
        if !problems.is_empty() {
            failing += 1;
            first_failing.get_or_insert(plate.frame);
        }
        for problem in problems {
            match said.iter_mut().find(|(words, ..)| *words == problem) {
                Some((_, n, _)) => *n += 1,
                None => said.push((problem, 1, plate.name())),
            }
        }
    }
    let first = plates.headers().next().map(|(plate, header)| format!("{}: {}", plate.name(), right(header)));
    let words: Vec<String> = said
        .into_iter()
        .map(|(words, n, name)| if n == 1 { format!("{name}: {words}") } else { format!("{words} ({n} plates)") })
        .collect();
    let evidence = if words.is_empty() { first.unwrap_or_default() } else { few(&words) };
    let total = plates.frames.len();
    Verdict::new(failing == 0, format!("{} of {total} wrong", count(failing, "plate")), limit, evidence).frame(first_failing)
}

/// EXR-01: channels, sample type and compression are those that the profile allows.
pub(super) fn stored_as_asked(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let list = |name: &str| subject.profile.list("EXR-01", name);
    let (types, channels, compressions) = (list("types")?, list("channels")?, list("compressions")?);
    on_plates(subject, progress, |plates| {
        let wrong = |h: &PlateHeader| {
            let mut said = vec![];
            let strange: Vec<&str> = h.channels.iter().map(|c| c.0.as_str()).filter(|c| !channels.contains(c)).collect();
            if !strange.is_empty() {
                said.push(format!("channels {}", strange.join(" ")));
            }
            if !["R", "G", "B"].iter().all(|c| h.channels.iter().any(|(name, _)| name == c)) {
                said.push("not R, G and B".into());
            }
            let mut other: Vec<&str> = h.channels.iter().map(|c| c.1).filter(|t| !types.contains(t)).collect();
            other.dedup();
            if !other.is_empty() {
                said.push(format!("{} samples", other.join(", ")));
            }
            if !compressions.contains(&&*h.compression) {
                said.push(format!("compression {}", h.compression));
            }
            if h.parts > 1 {
                said.push(format!("{} parts", h.parts));
            }
            said
        };
        let right = |h: &PlateHeader| format!("{}, {}", h.channels.first().map_or("", |c| c.1), h.compression);
        let limit = format!("{}; channels {}; {}", types.join(" or "), channels.join(" "), compressions.join(", "));
        Ok(judge(plates, limit, wrong, right))
    })
}

/// EXR-02: a plate that says it is an ACES image container is one, and its primaries are those of ACES2065-1 to the digit.
pub(super) fn container(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let flag = |name: &str| subject.profile.flag("EXR-02", name);
    let (ap0_asked, flag_asked) = (flag("ap0")?, flag("container")?);
    on_plates(subject, progress, |plates| {
        let wrong = |h: &PlateHeader| {
            let mut said = vec![];
            if h.aces_flag && h.compression != "uncompressed" {
                said.push(format!("acesImageContainerFlag with compression {}", h.compression));
            }
            if h.aces_flag && h.channels.iter().any(|c| c.1 != "half") {
                said.push("acesImageContainerFlag without half samples".into());
            }
            if flag_asked && !h.aces_flag {
                said.push("no acesImageContainerFlag".into());
            }
            match &h.chromaticities {
                None if h.aces_flag || ap0_asked => said.push("no chromaticities".into()),
                Some(c) => {
                    let ap0 = [AP0.red, AP0.green, AP0.blue, AP0.white];
                    let off = c.iter().flatten().zip(ap0.iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                    // What is meant to be AP0 has to be it; other primaries are another space.
                    let meant = h.aces_flag || ap0_asked || off < 1e-3;
                    if meant && off > SAME_PLACE {
                        said.push(format!("chromaticities {off:.1e} off ACES2065-1"));
                    }
                }
                None => {}
            }
            said
        };
        let right = |h: &PlateHeader| {
            let flag = if h.aces_flag { "flagged" } else { "not flagged" };
            format!("{flag}, {}, chromaticities {}", h.compression, if h.chromaticities.is_some() { "stated" } else { "not stated" })
        };
        let asked = match (flag_asked, ap0_asked) {
            (true, _) => "ACES image container with AP0 chromaticities",
            (false, true) => "AP0 chromaticities; flag only where uncompressed",
            (false, false) => "flag only where uncompressed; AP0 to 1e-5 where ACES2065-1 is meant",
        };
        Ok(judge(plates, asked.into(), wrong, right))
    })
}

/// EXR-07: windows and pixel aspect are those of the FDL's canvas, in every plate.
pub(super) fn windows(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    on_plates(subject, progress, |plates| {
        if subject.sidecars.fdl.is_none() {
            return Ok(Verdict::not_applicable("the plates have no FDL"));
        }
        let plan = subject.plan.as_ref().map_err(Error::clone)?;
        let Some(frame) = plan.frame() else { return Ok(Verdict::not_applicable("the plates have no framing decision")) };
        let wrong = |h: &PlateHeader| {
            let mut said = vec![];
            if h.display_window.size() != frame.canvas {
                said.push(format!("displayWindow {}", h.display_window));
            }
            // The decision is counted from the display window's corner.
            let (data, display) = (h.data_window.to_f64(), h.display_window.to_f64());
            let held = RectF { x: data.x - display.x, y: data.y - display.y, ..data };
            if !held.contains(frame.decision, EDGE_TOLERANCE) {
                said.push(format!("dataWindow {} leaves out part of the decision", h.data_window));
            }
            if (h.pixel_aspect - frame.squeeze).abs() > SQUEEZE_TOLERANCE {
                said.push(format!("pixelAspectRatio {}", h.pixel_aspect));
            }
            said
        };
        let right = |h: &PlateHeader| format!("data {}, display {}, pixel aspect {}", h.data_window, h.display_window, h.pixel_aspect);
        let limit = format!("canvas {}, decision {}, squeeze {}", frame.canvas, frame.decision, frame.squeeze);
        Ok(judge(plates, limit, wrong, right))
    })
}

type Present = fn(&Metadata) -> bool;

/// What a profile may ask for, by the names of the schema.
const FIELDS: [(&str, Present); 10] = [
    ("make", |m| m.make.is_some()),
    ("model", |m| m.model.is_some()),
    ("serial", |m| m.serial.is_some()),
    ("reel", |m| m.reel.is_some()),
    ("lens", |m| m.lens.is_some()),
    ("focal_length", |m| m.focal_length.is_some()),
    ("t_stop", |m| m.t_stop.is_some()),
    ("exposure_index", |m| m.exposure_index.is_some()),
    ("shutter_angle", |m| m.shutter_angle.is_some()),
    ("white_balance", |m| m.white_balance.is_some()),
];

/// EXR-08: the plates still say what the profile asks for.
pub(super) fn metadata_kept(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let asked = subject.profile.list("EXR-08", "fields")?;
    on_plates(subject, progress, |_| {
        if asked.is_empty() {
            return Ok(Verdict::not_applicable("the camera original is not at hand, and the profile asks for no field"));
        }
        let m = subject.clip.metadata();
        let mut absent = vec![];
        for name in &asked {
            let Some((_, present)) = FIELDS.iter().find(|(field, _)| field == name) else {
                return Err(Error::invalid("no field that plates are asked for").field("EXR-08 fields").value(name));
            };
            if !present(m) {
                absent.push((*name).to_owned());
            }
        }
        let evidence = if absent.is_empty() { "all present".into() } else { format!("absent: {}", absent.join(", ")) };
        let measured = format!("{} of {} present", asked.len() - absent.len(), asked.len());
        let verdict = Verdict::new(absent.is_empty(), measured, "all present", evidence);
        Ok(verdict.mend("render the plates with a program that carries the camera's metadata along"))
    })
}
