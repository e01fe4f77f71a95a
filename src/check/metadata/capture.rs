//! META-03, META-08 and META-09: what was recorded against what the project asks of camera originals.

use crate::{
    camera::{Encoding, Rational},
    check::{Proof, Subject, Verdict, profile::RATE},
    color::{self, Kind},
    error::{Error, Result},
    pipeline::StepKind,
    progress::Progress,
};

/// META-03: the clip plays at the rate of the project, unless it says that it was recorded off speed.
pub fn rate_is_the_projects(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let wanted = subject.profile.text(RATE.0, RATE.1)?;
    if wanted.is_empty() {
        return Ok(Verdict::not_applicable("no rate of the project is named: by the profile, for the show, or with --rate"));
    }
    let wanted: Rational = wanted.parse().map_err(|e: Error| e.field("META-03 rate"))?;
    let m = subject.clip.metadata();
    let Some(rate) = &m.frame_rate else { return Ok(Verdict::not_applicable("the clip states no frame rate")) };
    let off_speed = m.sensor_frame_rate.as_ref().filter(|s| !s.value.same_as(rate.value));
    let same = rate.value.same_as(wanted);
    let evidence = match off_speed {
        Some(sensor) => format!("{}; exposed at {} ({}): off speed, as declared", rate.key, sensor.value, sensor.key),
        None => rate.key.clone(),
    };
    let verdict =
        Verdict::new(same || off_speed.is_some(), format!("{} fps", rate.value), format!("{wanted} fps, or declared off speed"), evidence);
    Ok(verdict.mend("set the camera to the rate of the project; ask what this clip was meant to be"))
}

/// META-08: curve and primaries that were recorded are those that the input transform takes.
pub fn recorded_is_declared(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let limit = "as recorded";
    let input = subject.plan.as_ref().ok().and_then(|plan| plan.steps().iter().find(|s| s.kind == StepKind::Input && !s.applied));
    let Some((declared, source)) = input.and_then(|s| Some((s.named?, &s.source))) else {
        return Ok(Verdict::not_applicable("no input transform of the catalogue is rendered"));
    };
    let m = subject.clip.metadata();
    if let Encoding::Coded { transform, key } = subject.clip.encoding()
        && let Some(recorded) = color::named(transform)
    {
        let same = recorded.name == declared.name;
        let evidence = format!("recorded {} ({key}); declared by {source}", recorded.title);
        return Ok(Verdict::new(same, declared.title, limit, evidence));
    }
    let mut told = vec![];
    for (what, field) in [("transfer", &m.transfer), ("gamut", &m.gamut)] {
        let Some(field) = field else { continue };
        let word = plain(&field.value);
        let known = |row: &color::Named| row.kind == Kind::Input && !word.is_empty() && plain(row.title).contains(&word);
        // A word that no input transform goes by says nothing about this one.
        if color::catalogue().iter().any(known) {
            told.push((format!("{what} {} ({})", field.value, field.key), known(declared)));
        }
    }
    if told.is_empty() {
        return Ok(Verdict::not_applicable("the clip states no curve and primaries that an input transform is named after"));
    }
    let same = told.iter().all(|t| t.1);
    let recorded = told.iter().map(|t| t.0.as_str()).collect::<Vec<_>>().join(", ");
    let verdict = Verdict::new(same, declared.title, limit, format!("recorded {recorded}; declared by {source}"));
    Ok(verdict.mend("choose the input transform of what was recorded"))
}

/// Letters and digits: `S-Log3` and `slog3`.
fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What the capture rules of a profile say of one clip.
struct Capture {
    rows: Vec<Vec<String>>,
    broken: Vec<String>,
    unknown: Vec<String>,
}

impl Capture {
    /// A rule that is asked for: what was found, none where the clip does not say.
    fn ask(&mut self, what: &str, limit: String, found: Option<(String, bool)>) {
        let (text, word) = match found {
            None => {
                self.unknown.push(what.to_owned());
                ("not stated".to_owned(), "?")
            }
            Some((text, true)) => (text, "kept"),
            Some((text, false)) => {
                self.broken.push(format!("{what}: {text}"));
                (text, "broken")
            }
        };
        self.rows.push(vec![what.into(), text, limit, word.into()]);
    }
}

/// META-09: what a profile asks of camera originals. An aspect that is to be discussed is told.
pub fn capture_rules_are_kept(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let number = |name| subject.profile.number("META-09", name);
    let m = subject.clip.metadata();
    let mut capture = Capture { rows: vec![], broken: vec![], unknown: vec![] };
    let squeeze = m.squeeze_or_none();

    let photosites = number("photosites")?;
    // Of an anamorphic mode other numbers hold.
    if photosites > 0.0 && squeeze == 1.0 {
        let (width, from) = photosites_across(subject);
        let found = (format!("{width} ({from})"), f64::from(width) >= photosites);
        capture.ask("photosites across", format!(">= {photosites}"), Some(found));
    }
    let codecs = subject.profile.list("META-09", "raw_or")?;
    if !codecs.is_empty() {
        let raw = m.cfa.is_some() || matches!(subject.clip.encoding(), Encoding::Camera(_) | Encoding::Uncalibrated { .. });
        let found = match (&m.codec, raw) {
            (Some(codec), true) => Some((format!("raw, {}", codec.value), true)),
            (None, true) => Some(("raw".to_owned(), true)),
            (Some(codec), false) => {
                let name = codec.value.to_lowercase();
                Some((codec.value.clone(), codecs.iter().any(|c| name.contains(c))))
            }
            (None, false) => None,
        };
        capture.ask("codec", format!("raw, or one of {}", codecs.join(", ")), found);
    }
    let bits = number("bits")?;
    if bits > 0.0 {
        capture.ask(
            "bit depth",
            format!(">= {bits}"),
            m.bit_depth.as_ref().map(|f| (format!("{} bit", f.value), f64::from(f.value) >= bits)),
        );
    }
    let megabits = number("megabits")?;
    if megabits > 0.0 {
        let found = data_rate(subject).map(|rate| {
            (
                format!("{rate:.0} Mb/s at 24 fps, {:.2} bit a pixel", rate * 1e6 / 24.0 / subject.clip.size().area().max(1) as f64),
                rate >= megabits,
            )
        });
        capture.ask("data rate", format!(">= {megabits} Mb/s at 24 fps"), found);
    }
    if subject.profile.flag("META-09", "scene_referred")? {
        capture.ask("colour", "of the scene: camera log, raw or linear".into(), scene_referred(subject));
    }
    let aspect = number("discussed_aspect")?;
    let shape = f64::from(subject.clip.size().width) * squeeze / f64::from(subject.clip.size().height.max(1));
    let mut note = String::new();
    if aspect > 0.0 && shape > aspect {
        note = format!("; an aspect of {shape:.2}:1 is to be discussed");
        capture.rows.push(vec!["aspect".into(), format!("{shape:.2}:1"), format!("above {aspect}:1 to be discussed"), "told".into()]);
    }
    if capture.rows.is_empty() {
        return Ok(Verdict::not_applicable("the profile asks nothing of camera originals"));
    }
    let pass = capture.broken.is_empty();
    let mut evidence = if pass { "every rule that can be judged is kept".to_owned() } else { capture.broken.join("; ") };
    if !capture.unknown.is_empty() {
        evidence += &format!("; not stated: {}", capture.unknown.join(", "));
    }
    let verdict = Verdict::new(pass, format!("{} of {} broken", capture.broken.len(), capture.rows.len()), "none broken", evidence + &note)
        .proof(Proof::table("Capture rules", &["What", "Recorded", "Asked for", ""], capture.rows));
    Ok(verdict.mend("record in a mode that keeps the rules, or have this one approved by name"))
}

/// Photosites under the width of the picture, and who says so: a recording may have been scaled up.
fn photosites_across(subject: &Subject) -> (u32, &'static str) {
    let m = subject.clip.metadata();
    let fdl = subject.sidecars.fdl.as_ref().and_then(|d| d.content.as_ref().ok());
    let stated = fdl.and_then(|fdl| {
        let canvases = fdl.contexts.iter().flat_map(|c| &c.canvases);
        canvases.filter(|c| c.size() == subject.clip.size()).find_map(|c| c.photosite_dimensions.as_ref())
    });
    match (stated, &m.active_area) {
        (Some(size), _) => (size.width, "FDL photosite_dimensions"),
        (None, Some(area)) if m.cfa.is_some() => (area.value.width, "active area"),
        (None, _) if m.cfa.is_some() => (subject.clip.size().width, "mosaic"),
        _ => (subject.clip.size().width, "recorded pixels; the photosites are not stated"),
    }
}

/// Megabits a second, as if it played at 24 frames a second.
fn data_rate(subject: &Subject) -> Option<f64> {
    let bytes: u64 = subject
        .clip
        .files()
        .iter()
        .map(|f| std::fs::metadata(f).map(|m| m.len()))
        .collect::<std::io::Result<Vec<u64>>>()
        .ok()?
        .iter()
        .sum();
    let frames = subject.clip.frames().present.len();
    (frames > 0).then(|| bytes as f64 * 8.0 * 24.0 / frames as f64 / 1e6)
}

/// Whether the values are those of the scene.
fn scene_referred(subject: &Subject) -> Option<(String, bool)> {
    match subject.clip.encoding() {
        Encoding::Camera(_) | Encoding::Uncalibrated { .. } => Some(("raw".into(), true)),
        Encoding::Known { name, .. } => Some((name.clone(), true)),
        Encoding::Coded { transform, .. } => {
            let row = color::named(transform)?;
            Some((row.title.to_owned(), row.kind == Kind::Input || row.kind == Kind::WorkingSpace))
        }
        Encoding::Unknown => {
            let transfer = &subject.clip.metadata().transfer.as_ref()?.value;
            let word = plain(transfer);
            // What displays are fed with, by the words of H.273.
            let shown =
                ["bt709", "rec709", "srgb", "bt1886", "gamma22", "gamma24", "bt2100pq", "bt2100hlg"].iter().any(|w| word.contains(w));
            shown.then(|| (transfer.clone(), false))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        camera::Field,
        check::{
            Finding, Outcome, Profile,
            testing::{Fake, profile},
        },
        pipeline::{Settings, Sidecars},
    };

    fn asked(clip: &Fake, rule: &str, limits: &str) -> Finding {
        clip.found(rule, &Sidecars::default(), &Settings::default(), &profile(limits))
    }

    #[test]
    fn the_rate_is_compared_exactly() {
        let mut clip = Fake::raw("A001C001");
        assert_eq!(clip.alone("META-03").outcome, Outcome::NotApplicable);
        let outcome = |clip: &Fake, rate: &str| asked(clip, "META-03", &format!("[rules.META-03]\nrate = '{rate}'")).outcome;
        assert_eq!((outcome(&clip, "24"), outcome(&clip, "23.976")), (Outcome::Pass, Outcome::Fail));
        clip.metadata.sensor_frame_rate = Rational::new(48, 1).map(|r| Field::stated(r, "test"));
        assert_eq!(outcome(&clip, "23.976"), Outcome::Pass);
        let wrong = asked(&clip, "META-03", "[rules.META-03]\nrate = 'fast'");
        assert!(wrong.outcome == Outcome::Fail && wrong.measured == "could not be measured", "{wrong:?}");
    }

    #[test]
    fn what_is_recorded_is_held_against_the_input_transform() {
        let mut clip = Fake::raw("A001C001");
        assert_eq!(clip.alone("META-08").outcome, Outcome::NotApplicable);
        clip.encoding = Encoding::Unknown;
        clip.metadata.transfer = Some(Field::stated("S-Log3".into(), "test"));
        let of = |input: &str| {
            let settings = Settings { input: Some(input.into()), ..Settings::default() };
            clip.found("META-08", &Sidecars::default(), &settings, &Profile::neutral())
        };
        let row = |word: &str| color::catalogue().iter().find(|r| r.kind == Kind::Input && plain(r.title).contains(word)).unwrap().name;
        assert_eq!(of(row("slog3")).outcome, Outcome::Pass);
        let found = of("arri-logc4");
        assert!(found.outcome == Outcome::Fail && found.evidence.contains("S-Log3"), "{found:?}");
    }

    #[test]
    fn capture_rules_are_told_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut clip = Fake::raw("A001C001");
        clip.path = folder.path().join("a.fake");
        // 24 frames of 1.25 MB are 240 Mb a second.
        std::fs::write(&clip.path, vec![0u8; 30_000_000]).unwrap();
        assert_eq!(clip.alone("META-09").outcome, Outcome::NotApplicable);
        clip.size = crate::image::Size::new(3840, 1600);
        clip.metadata.bit_depth = Some(Field::stated(12, "test"));
        let netflix = Profile::find("netflix-capture").unwrap();
        let found = |clip: &Fake| clip.found("META-09", &Sidecars::default(), &Settings::default(), &netflix);
        let kept = found(&clip);
        assert!(kept.outcome == Outcome::Pass && matches!(&kept.proofs[..], [Proof::Table { rows, .. }] if rows.len() == 5), "{kept:?}");
        let wide = asked(&clip, "META-09", "[rules.META-09]\ndiscussed_aspect = 2.0");
        assert!(wide.outcome == Outcome::Pass && wide.evidence.contains("to be discussed"), "{wide:?}");

        clip.size = crate::image::Size::new(3200, 1800);
        clip.metadata.bit_depth = Some(Field::stated(8, "test"));
        clip.metadata.codec = Some(Field::stated("H.264 long GOP".into(), "test"));
        clip.metadata.transfer = Some(Field::stated("BT.709".into(), "test"));
        clip.encoding = Encoding::Unknown;
        std::fs::write(&clip.path, b"small").unwrap();
        let broken = found(&clip);
        assert!(broken.outcome == Outcome::Fail, "{broken:?}");
        for rule in ["photosites across", "codec", "bit depth", "data rate", "colour"] {
            assert!(broken.evidence.contains(rule), "{rule}: {broken:?}");
        }
    }
}
