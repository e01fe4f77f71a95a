//! Dates as manifests have them.

use crate::sidecar::amf::parse_date_time;
use std::time::SystemTime;
use time::{OffsetDateTime, UtcOffset};

/// `xs:dateTime` in whole seconds of UTC: `2020-01-16T09:15:00+00:00`.
pub fn iso(date: OffsetDateTime) -> String {
    let d = date.to_offset(UtcOffset::UTC);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+00:00", d.year(), u8::from(d.month()), d.day(), d.hour(), d.minute(), d.second())
}

/// As in names of manifests: `2020-01-16_091500Z` (specification, "File naming").
pub(super) fn in_name(date: OffsetDateTime) -> String {
    let d = date.to_offset(UtcOffset::UTC);
    format!("{:04}-{:02}-{:02}_{:02}{:02}{:02}Z", d.year(), u8::from(d.month()), d.day(), d.hour(), d.minute(), d.second())
}

/// Reads `xs:dateTime`; without a zone it is UTC.
pub fn parse(text: &str) -> Option<OffsetDateTime> {
    let (at, zone) = parse_date_time(text)?;
    Some(at.assume_offset(zone.unwrap_or(UtcOffset::UTC)))
}

/// The date in the name of a manifest; the `Z` was not always there.
pub(super) fn from_name(name: &str) -> Option<OffsetDateTime> {
    let stem = name.strip_suffix(".mhl")?;
    let stem = stem.strip_suffix('Z').unwrap_or(stem);
    let (rest, clock) = stem.rsplit_once('_')?;
    let (_, day) = rest.rsplit_once('_')?;
    let (hour, minute, second) = (clock.get(0..2)?, clock.get(2..4)?, clock.get(4..)?);
    parse(&format!("{day}T{hour}:{minute}:{second}Z"))
}

/// What a clock of the system says, as far as years go that have four digits.
pub(super) fn of(time: SystemTime) -> OffsetDateTime {
    let nanoseconds = i128::from(super::hash::nanoseconds(time));
    OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_they_are_read() {
        let date = parse("2020-01-16T10:15:00+01:00").unwrap();
        assert_eq!(iso(date), "2020-01-16T09:15:00+00:00");
        assert_eq!(in_name(date), "2020-01-16_091500Z");
        assert_eq!(from_name("0001_A_B_2020-01-16_091500Z.mhl"), Some(date));
        assert_eq!(from_name("0001_A_2020-01-16_091500.mhl"), Some(date));
        for bad in ["0001.mhl", "0001_A_2020-13-16_091500Z.mhl", "_", "0001_ä_ä.mhl"] {
            assert_eq!(from_name(bad), None, "{bad}");
        }
    }
}
