//! The simple types of the AMF schemas.

use super::{Algorithm, Version, hash::from_base64, ids::Role, read::boolean};
use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset};

/// A simple type. Number ranges of CDLs are checked with the CDL, not here.
#[derive(Clone, Copy)]
pub(super) enum Simple {
    /// Any text; also URIs, of which the schemas accept any text.
    String,
    Uuid,
    Boolean,
    DateTime,
    Email,
    Base64,
    HashAlgorithm,
    /// One decimal digit.
    Digit,
    /// A number of frames.
    Count,
    /// The version attribute of the root.
    SchemaVersion,
    TransformId(Role),
    /// That many numbers.
    Numbers(usize),
}

impl Simple {
    /// What is wrong with `text`.
    pub(super) fn check(self, text: &str, version: Version) -> Result<(), &'static str> {
        let token = text.trim();
        let (ok, why) = match self {
            Self::String => (true, ""),
            Self::Uuid => (is_uuid_urn(token), "is not urn:uuid: and a UUID"),
            Self::Boolean => (boolean(token).is_some(), "is neither true nor false"),
            Self::DateTime => (parse_date_time(token).is_some(), "is not a date and time YYYY-MM-DDThh:mm:ss"),
            Self::Email => (is_email(text, version), "is not an e-mail address"),
            Self::Base64 => (from_base64(&token.split_ascii_whitespace().collect::<String>()).is_some(), "is not base64"),
            Self::HashAlgorithm => (Algorithm::from_uri(token).is_some(), "is not the URI of SHA-256, SHA-1 or MD5"),
            Self::Digit => (token.parse::<i64>().is_ok_and(|v| (0..=9).contains(&v)), "is not one digit"),
            Self::Count => (token.parse::<u64>().is_ok(), "is not a number of frames"),
            Self::SchemaVersion => (token.parse::<f64>().is_ok_and(|v| version.number().parse() == Ok(v)), "contradicts the namespace"),
            Self::TransformId(role) => (role.accepts(version, text), "is not the ID of a transform that belongs here"),
            Self::Numbers(count) => {
                let words: Vec<_> = token.split_ascii_whitespace().collect();
                let numbers = words.iter().all(|w| w.parse::<f64>().is_ok_and(f64::is_finite));
                (numbers && words.len() == count, if count == 3 { "is not three numbers" } else { "is not one number" })
            }
        };
        if ok { Ok(()) } else { Err(why) }
    }
}

/// Enough of a value to recognise it.
pub(super) fn excerpt(text: &str) -> String {
    let short: String = text.chars().take(120).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// `urn:uuid:` and 8-4-4-4-12 hexadecimal digits (SMPTE ST 433, UUIDType).
fn is_uuid_urn(text: &str) -> bool {
    let Some(uuid) = text.strip_prefix("urn:uuid:") else { return false };
    let mut groups = uuid.split('-');
    let fits =
        [8, 4, 4, 4, 12].into_iter().all(|n| groups.next().is_some_and(|g| g.len() == n && g.bytes().all(|b| b.is_ascii_hexdigit())));
    fits && groups.next().is_none()
}

/// The patterns `[^@]+@[^\.]+\..+` (1.0) and `[^@]+@[^@]+` (2.0).
fn is_email(text: &str, version: Version) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    match version {
        Version::V1 => !name.is_empty() && host.split_once('.').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty()),
        Version::V2 => !name.is_empty() && !host.is_empty() && !host.contains('@'),
    }
}

/// `xs:dateTime`: the local time, and the zone where one is given.
pub fn parse_date_time(text: &str) -> Option<(PrimitiveDateTime, Option<UtcOffset>)> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.split('-');
    let (year, month, day) = (digits(date.next()?, 4)?, digits(date.next()?, 2)?, digits(date.next()?, 2)?);
    let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(zone_at);
    let mut time = time.split(':');
    let (hour, minute, second) = (digits(time.next()?, 2)?, digits(time.next()?, 2)?, time.next()?);
    if date.next().is_some() || time.next().is_some() {
        return None;
    }
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanosecond = format!("{:0<9.9}", fraction).parse::<u32>().ok()?;
    let small = |v: u32| u8::try_from(v).ok();
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, Month::try_from(small(month)?).ok()?, small(day)?).ok()?;
    // 24:00:00 is the end of the day (XML Schema Part 2, 3.2.7).
    let at = if (hour, minute, digits(second, 2)?, nanosecond) == (24, 0, 0, 0) {
        PrimitiveDateTime::new(date.next_day()?, Time::MIDNIGHT)
    } else {
        PrimitiveDateTime::new(date, Time::from_hms_nano(small(hour)?, small(minute)?, small(digits(second, 2)?)?, nanosecond).ok()?)
    };
    Some((at, if zone.is_empty() { None } else { Some(parse_zone(zone)?) }))
}

fn parse_zone(zone: &str) -> Option<UtcOffset> {
    if zone == "Z" {
        return Some(UtcOffset::UTC);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)? as i8, digits(minutes, 2)? as i8);
    if hours > 14 || minutes > 59 || (hours == 14 && minutes > 0) {
        return None;
    }
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

/// Exactly `count` decimal digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_times() {
        for good in [
            "2020-01-21T09:30:29.53Z",
            "2019-09-19T13:20:00",
            "2024-02-29T24:00:00Z",
            "2026-06-09T09:08:43+14:00",
            "2026-06-09T09:08:43-05:30",
        ] {
            assert!(parse_date_time(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "2020",
            "2023-02-29T00:00:00Z",
            "2020-01-01T25:00:00",
            "2020-01-01T00:00:00.",
            "2020-01-01T00:00:00Zz",
            "2020-01-01T00:00:00+15:00",
            "20-01-01T00:00:00",
            "2020-01-01 00:00:00",
            "2020-01-01T00:00",
        ] {
            assert!(parse_date_time(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn simple_types() {
        let ok = |simple: Simple, text: &str| simple.check(text, Version::V2).is_ok();
        assert!(ok(Simple::Uuid, " urn:uuid:be6Ec2ea-a6DC-6cBC-ff0D-AfCED5FF3Dd8 "));
        assert!(!ok(Simple::Uuid, "be6Ec2ea-a6DC-6cBC-ff0D-AfCED5FF3Dd8"));
        assert!(ok(Simple::Email, "a@b") && Simple::Email.check("a@b", Version::V1).is_err());
        assert!(ok(Simple::SchemaVersion, "2.00") && !ok(Simple::SchemaVersion, "1.0"));
        assert!(ok(Simple::Numbers(3), "1 .5e1\n-3") && !ok(Simple::Numbers(3), "1 2 inf") && !ok(Simple::Numbers(3), "1,2,3"));
        assert!(ok(Simple::Digit, "9") && !ok(Simple::Digit, "10") && !ok(Simple::Digit, ""));
    }
}
