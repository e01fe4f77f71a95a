//! META: the clip itself. Does it open, is it whole, does it say what it has to.

mod capture;
mod lens;
mod told;

use super::{Rule, Severity, Subject, Verdict, Whole, few, whole::is_black};
use crate::{
    camera::{FrameNumber, Metadata, Timecode},
    error::Result,
    progress::Progress,
    words::count,
};

/// The clip itself.
pub(super) const RULES: &[Rule] = &[
    Rule { id: "META-01", title: "Every sampled frame decodes", severity: Severity::Block, source: "Prelight", method: frames_decode },
    Rule { id: "META-02", title: "No frame is missing", severity: Severity::Block, source: "Prelight", method: no_missing_frames },
    Rule {
        id: "META-03",
        title: "Clip plays at the rate of the project",
        severity: Severity::Block,
        source: "Prelight",
        method: capture::rate_is_the_projects,
    },
    Rule { id: "META-04", title: "Timecode runs without a jump", severity: Severity::Block, source: "Prelight", method: timecode_runs },
    Rule {
        id: "META-07",
        title: "Required metadata is present",
        severity: Severity::Warn,
        source: "public guides to camera tests",
        method: required_fields,
    },
    Rule {
        id: "META-08",
        title: "Input transform is for what was recorded",
        severity: Severity::Warn,
        source: "Prelight",
        method: capture::recorded_is_declared,
    },
    Rule {
        id: "META-09",
        title: "Capture rules are kept",
        severity: Severity::Warn,
        source: "Netflix Partner Help Center: cameras and image capture",
        method: capture::capture_rules_are_kept,
    },
    Rule {
        id: "META-12",
        title: "Squeeze is that of the lens",
        severity: Severity::Warn,
        source: "Prelight",
        method: lens::squeeze_is_the_lens,
    },
    Rule {
        id: "META-14",
        title: "Date of the camera is plausible",
        severity: Severity::Inform,
        source: "Prelight",
        method: told::clock_is_plausible,
    },
    Rule {
        id: "META-15",
        title: "Every key of the file is known",
        severity: Severity::Warn,
        source: "Prelight",
        method: told::keys_are_known,
    },
];

/// META-01: first, middle and last frame decode; every frame where that was looked at.
pub(super) fn frames_decode(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    if let Some(whole) = subject.whole() {
        return Ok(every_frame_decodes(subject, whole));
    }
    let sample = sample_frames(&subject.clip.frames().present);
    let limit = "first, middle and last frame decode";
    let mut black = vec![];
    for &frame in &sample {
        progress.check()?;
        let decoded = subject.clip.read_watched(frame, &subject.reading(), progress);
        if decoded.as_ref().is_ok_and(is_black) {
            black.push(frame.to_string());
        }
        // Corrections that cannot be read stand in the way of a picture as much.
        let corrected = decoded.and_then(|_| if subject.applies_opcodes() { subject.clip.opcodes(frame).map(drop) } else { Ok(()) });
        if let Err(error) = corrected {
            progress.check()?;
            return Ok(Verdict::new(false, format!("frame {frame} does not decode"), limit, error.to_string()).frame(frame));
        }
    }
    let list = sample.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let evidence = format!("frames {list}{}; {}", black_in_words(&black), subject.looked_at(sample.len()));
    Ok(Verdict::new(!sample.is_empty(), format!("{} of {} decode", sample.len(), sample.len()), limit, evidence))
}

fn every_frame_decodes(subject: &Subject, whole: &Whole) -> Verdict {
    let (all, broken) = (whole.frames(), whole.broken());
    let black: Vec<String> = whole.black.iter().map(ToString::to_string).collect();
    let wrong: Vec<String> = broken.iter().map(|(frame, error)| format!("frame {frame}: {error}")).collect();
    let evidence = format!("{}{}; {}", few(&wrong), black_in_words(&black), subject.looked_at(all));
    let evidence = evidence.trim_start_matches("; ");
    Verdict::new(broken.is_empty() && all > 0, format!("{} of {all} decode", all - broken.len()), "every frame decodes", evidence)
        .frame(broken.first().map(|(frame, _)| *frame))
}

fn black_in_words(black: &[String]) -> String {
    if black.is_empty() {
        return String::new();
    }
    format!("; black, because no pixel lies within the display window: {}", few(black))
}

/// First, middle and last of a list of frames, without repeats.
pub fn sample_frames(present: &[FrameNumber]) -> Vec<FrameNumber> {
    let mut sample: Vec<FrameNumber> = match present {
        [] => vec![],
        all => vec![all[0], all[all.len() / 2], all[all.len() - 1]],
    };
    sample.dedup();
    sample
}

/// META-02: the frame count of the container, the index and the numbering agree.
pub(super) fn no_missing_frames(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let frames = subject.clip.frames();
    let missing: Vec<String> = frames.gaps().collect();
    let foreign = frames.foreign.len();
    let lost = frames.lost.iter().map(|p| p.file_name().unwrap_or_default().to_string_lossy());
    let lost = lost.collect::<Vec<_>>().join(", ");
    let expected = frames.present.len() as u64 + frames.missing_count();
    let evidence = match (missing.is_empty(), foreign) {
        (true, 0) => format!("frames {} to {}", frames.first(), frames.last()),
        (false, 0) => format!("missing: {}", missing.join(", ")),
        (true, n) => format!("{n} files that are not frames of this clip"),
        (false, n) => format!("missing: {}; {n} files that are not frames of this clip", missing.join(", ")),
    };
    let evidence = if lost.is_empty() { evidence } else { format!("{evidence}; files of the clip that are not there: {lost}") };
    let verdict = Verdict::new(
        missing.is_empty() && foreign == 0 && lost.is_empty(),
        format!("{} frames", frames.present.len()),
        format!("{expected} frames, numbered without a gap"),
        evidence,
    );
    Ok(match frames.missing.first() {
        // The frame before the gap: the missing one cannot be shown.
        Some(gap) => verdict.frame(gap.start() - 1).mend("copy the missing frames again from the camera card"),
        None => verdict,
    })
}

/// META-04: each frame's timecode follows the one before, by as many frames as the numbering says.
pub(super) fn timecode_runs(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let limit = "each frame one address after the last";
    let metadata = subject.clip.metadata();
    let Some(rate) = metadata.frame_rate.as_ref().map(|f| f.value) else {
        return Ok(Verdict::not_applicable("the clip states no frame rate"));
    };
    let present = &subject.clip.frames().present;
    let mut previous: Option<(FrameNumber, Timecode)> = None;
    let mut jumps = vec![];
    let mut without = vec![];
    for &frame in present {
        progress.check()?;
        let Some(timecode) = subject.clip.timecode(frame)? else {
            without.push(frame);
            continue;
        };
        if let Some((last_frame, last)) = previous {
            let expected = last.offset(i64::from(frame) - i64::from(last_frame), rate);
            if expected != timecode {
                jumps.push((frame, format!("frame {frame} is {timecode}, expected {expected}")));
            }
        }
        previous = Some((frame, timecode));
    }
    if previous.is_none() {
        return Ok(Verdict::not_applicable("no frame carries a timecode"));
    }
    jumps.extend(without.iter().map(|frame| (*frame, format!("frame {frame} carries none"))));
    let (pass, evidence) = match jumps.first() {
        None => (true, format!("{} addresses at {rate} fps", present.len())),
        Some(_) => (false, jumps.iter().map(|j| j.1.as_str()).collect::<Vec<_>>().join("; ")),
    };
    Ok(Verdict::new(pass, count(jumps.len(), "jump"), limit, evidence).frame(jumps.first().map(|(frame, _)| *frame)))
}

/// META-07: what a pull needs to know is there.
pub(super) fn required_fields(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let m = subject.clip.metadata();
    let missing: Vec<&str> = REQUIRED.iter().filter(|(_, present)| !present(m)).map(|(name, _)| *name).collect();
    let evidence = if missing.is_empty() { "all present".to_owned() } else { format!("absent: {}", missing.join(", ")) };
    Ok(Verdict::new(
        missing.is_empty(),
        format!("{} of {} present", REQUIRED.len() - missing.len(), REQUIRED.len()),
        "all present",
        evidence,
    ))
}

type Present = fn(&Metadata) -> bool;

/// Fields a facility asks for (META-07). White balance may be a temperature or a neutral, from which the
/// reader derives one.
const REQUIRED: &[(&str, Present)] = &[
    ("reel", |m| m.reel.is_some()),
    ("timecode", |m| m.start_timecode.is_some()),
    ("frame rate", |m| m.frame_rate.is_some()),
    ("EI", |m| m.exposure_index.is_some()),
    ("white balance", |m| m.white_balance.is_some()),
    ("shutter", |m| m.shutter_angle.is_some() || m.exposure_time.is_some()),
    ("lens", |m| m.lens.is_some()),
    ("camera model", |m| m.model.is_some()),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_distinct() {
        assert!(sample_frames(&[]).is_empty());
        assert_eq!(sample_frames(&[7]), [7]);
        assert_eq!(sample_frames(&[7, 8]), [7, 8]);
        assert_eq!(sample_frames(&[1, 2, 3, 4, 5]), [1, 3, 5]);
    }
}
