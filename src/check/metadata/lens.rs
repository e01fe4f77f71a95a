//! META-12: the squeeze of the picture is that of the lens that is named.

use crate::{
    camera::Field,
    check::{Subject, Verdict},
    error::Result,
    progress::Progress,
};
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lenses {
    lens: Vec<Lens>,
}

/// A kind of lens.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lens {
    words: Vec<String>,
    squeeze: f64,
    source: String,
}

// A test reads it.
static LENSES: LazyLock<Vec<Lens>> =
    LazyLock::new(|| toml::from_str::<Lenses>(include_str!("../../../assets/lenses.toml")).map(|l| l.lens).unwrap_or_default());

/// META-12: an anamorphic lens makes squeezed pictures, a spherical one does not.
pub fn squeeze_is_the_lens(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let m = subject.clip.metadata();
    let Some(Field { value: lens, key, .. }) = &m.lens else { return Ok(Verdict::not_applicable("the clip names no lens")) };
    let Some(Field { value: squeeze, key: squeeze_key, .. }) = &m.squeeze else {
        return Ok(Verdict::not_applicable("the clip states no squeeze"));
    };
    let tolerance = subject.profile.number("META-12", "tolerance")?;
    let Some((wanted, why)) = squeeze_of(lens) else {
        return Ok(Verdict::not_applicable(format!("nothing is known of the squeeze of {lens} ({key})")));
    };
    let (pass, limit) = match wanted {
        Some(wanted) => ((squeeze - wanted).abs() <= tolerance, format!("{wanted}x within {tolerance}")),
        None => (*squeeze > 1.0 + tolerance, "above 1x".to_owned()),
    };
    let evidence = format!("{lens} ({key}): {why}; squeeze: {squeeze_key}");
    let verdict = Verdict::new(pass, format!("{squeeze}x"), limit, evidence);
    Ok(verdict.mend("set the squeeze in the camera, or say it in the FDL; the lens data may be of another lens"))
}

/// The squeeze of a lens by its name, and who says so; no number where the name says only that it is anamorphic.
fn squeeze_of(name: &str) -> Option<(Option<f64>, String)> {
    let name = name.to_lowercase();
    if let Some(lens) = LENSES.iter().find(|l| l.words.iter().all(|w| name.contains(w.as_str()))) {
        return Some((Some(lens.squeeze), lens.source.clone()));
    }
    if !name.contains("anamorph") {
        return None;
    }
    // `1.33x`, `2X` in a name that says anamorphic. A zoom is called 19.5-94 or 12x.
    let mut stated =
        name.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == 'x')).filter_map(|w| w.strip_suffix('x')?.parse::<f64>().ok());
    let stated = stated.rfind(|v| (1.2..=2.1).contains(v));
    Some((stated, if stated.is_some() { "its name says so".into() } else { "its name says that it is anamorphic".into() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Outcome, testing::Fake};

    #[test]
    fn the_table_is_read() {
        assert!(LENSES.len() > 10 && LENSES.iter().all(|l| !l.words.is_empty() && l.squeeze >= 1.0 && !l.source.is_empty()));
    }

    #[test]
    fn lenses_are_known_by_their_names() {
        let squeeze = |name: &str| squeeze_of(name).map(|f| f.0);
        assert_eq!(squeeze("ARRI Master Anamorphic 50 mm T1.9"), Some(Some(2.0)));
        assert_eq!(squeeze("Cooke Anamorphic/i FF 50mm"), Some(Some(1.8)));
        assert_eq!(squeeze("SIRUI 50mm T2.9 1.6x Anamorphic"), Some(Some(1.6)));
        assert_eq!(squeeze("Old Anamorphic"), Some(None));
        assert_eq!(squeeze("Signature Prime 47"), Some(Some(1.0)));
        assert_eq!(squeeze("Canon EF 24-70 12x"), None);
    }

    #[test]
    fn squeeze_and_lens_are_compared() {
        let with = |lens: &str, squeeze: f64| {
            let mut clip = Fake::raw("A001C001");
            clip.metadata.lens = Some(Field::stated(lens.into(), "test"));
            clip.metadata.squeeze = Some(Field::stated(squeeze, "test"));
            clip.alone("META-12").outcome
        };
        assert_eq!(with("Master Anamorphic 50", 2.0), Outcome::Pass);
        assert_eq!(with("Master Anamorphic 50", 1.0), Outcome::Fail);
        assert_eq!(with("Master Prime 50", 2.0), Outcome::Fail);
        assert_eq!(with("Master Prime 50", 1.0), Outcome::Pass);
        assert_eq!(with("Some Anamorphic", 1.0), Outcome::Fail);
        assert_eq!(with("Unknown 50", 2.0), Outcome::NotApplicable);
    }
}
