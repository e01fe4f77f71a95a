//! META-14 and META-15: the clock of the camera, and keys that we know nothing of.

use crate::{
    check::{Proof, Subject, Verdict, clock::Clock, count},
    error::Result,
    progress::Progress,
};
use time::{Duration, OffsetDateTime};

/// META-14: the date is neither that of a clock that was never set nor in the future.
pub fn clock_is_plausible(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some(field) = &subject.clip.metadata().date_time else { return Ok(Verdict::not_applicable("the clip states no date")) };
    let earliest = subject.profile.number("META-14", "earliest")?;
    let Some(clock) = Clock::read(&field.value) else {
        return Ok(Verdict::not_applicable(format!("not a date that is understood: {} ({})", field.value, field.key)));
    };
    // A day ahead, as zones go.
    let latest = (OffsetDateTime::now_utc() + Duration::days(1)).date();
    let latest = (latest.year().unsigned_abs(), u32::from(u8::from(latest.month())), u32::from(latest.day()));
    let why = if f64::from(clock.year) < earliest {
        Some("the clock was never set")
    } else if clock.date() > latest {
        Some("it lies in the future")
    } else {
        None
    };
    let evidence = format!("{}{}", field.key, why.map(|w| format!(": {w}")).unwrap_or_default());
    let limit = format!("{earliest} to {:04}-{:02}-{:02}", latest.0, latest.1, latest.2);
    let verdict = Verdict::new(why.is_none(), field.value.clone(), limit, evidence);
    Ok(verdict.mend("set the clock of the camera; sort its clips by timecode and slate until then"))
}

/// META-15: every key of the file has a name, so that what a new firmware writes shows at once. Named keys without a place in our schema
/// are told.
pub fn keys_are_known(subject: &Subject, _: &Progress) -> Result<Verdict> {
    /// Keys that the evidence lists.
    const LISTED: usize = 8;
    let m = subject.clip.metadata();
    let most = subject.profile.number("META-15", "most")?;
    let unknown: Vec<&str> = m.unmapped.keys().map(String::as_str).filter(|key| !is_named(key)).collect();
    let pass = unknown.len() as f64 <= most;
    let coverage =
        format!("{} in the schema, {} kept without a place in it", count(m.rows().len(), "field"), count(m.unmapped_count(), "key"));
    let evidence = match unknown.len().checked_sub(LISTED) {
        _ if unknown.is_empty() => coverage,
        None | Some(0) => format!("{}; {coverage}", unknown.join(", ")),
        Some(more) => format!("{} and {more} more; {coverage}", unknown[..LISTED].join(", ")),
    };
    let rows: Vec<Vec<String>> = m.unmapped.iter().map(|(key, value)| vec![key.clone(), value.clone()]).collect();
    let verdict = Verdict::new(pass, count(unknown.len(), "unknown key"), format!("<= {most}"), evidence);
    Ok(if rows.is_empty() { verdict } else { verdict.proof(Proof::table("Keys without a place in the schema", &["Key", "Value"], rows)) })
}

/// Whether a key ends in a word: `DNG 50706 DNGVersion`, not `TIFF 65000` and no hexadecimal label.
fn is_named(key: &str) -> bool {
    const HEX: usize = 6;
    let last = key.split_whitespace().last().unwrap_or_default().trim_start_matches("0x");
    let digits: String = last.chars().filter(|c| !".-:".contains(*c)).collect();
    let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let label = digits.len() >= HEX && digits.bytes().all(|b| b.is_ascii_hexdigit()) && digits.bytes().any(|b| b.is_ascii_digit());
    !number && !label
}

#[cfg(test)]
mod tests {
    use crate::{
        camera::Field,
        check::{Outcome, Severity, testing::Fake},
    };

    #[test]
    fn clocks_that_were_never_set_are_found() {
        let at = |date: &str| {
            let mut clip = Fake::raw("A001C001");
            clip.metadata.date_time = Some(Field::stated(date.into(), "test"));
            clip.alone("META-14").outcome
        };
        assert_eq!(at("2025-11-21T10:00:00Z"), Outcome::Pass);
        assert_eq!(at("1970-01-01T00:00:00Z"), Outcome::Fail);
        assert_eq!(at("2199-01-01"), Outcome::Fail);
        assert_eq!(at("yesterday"), Outcome::NotApplicable);
        assert_eq!(Fake::raw("A001C001").alone("META-14").outcome, Outcome::NotApplicable);
    }

    #[test]
    fn keys_without_a_name_are_listed() {
        let mut clip = Fake::raw("A001C001");
        clip.metadata.keep("DNG 50706 DNGVersion", "1.4");
        assert_eq!(clip.alone("META-15").outcome, Outcome::Pass);
        clip.metadata.keep("TIFF 65000", "7");
        let found = clip.alone("META-15");
        assert!(found.outcome == Outcome::Fail && found.severity == Severity::Inform && found.evidence.contains("TIFF 65000"), "{found:?}");
        for (key, named) in [("MXF 060e2b34.01010109", false), ("MakerNote 0x9999", false), ("ARRI Lens", true), ("©xyz", true), ("", true)]
        {
            assert_eq!(super::is_named(key), named, "{key}");
        }
    }
}
