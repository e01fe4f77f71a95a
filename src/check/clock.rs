//! When a camera says that it recorded: the dates that vendors write, in one form.

/// Date and time of day, as written; no zone is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    pub year: u32,
    pub month: u32,
    pub day: u32,
    /// Seconds since midnight, where a time is written.
    pub seconds: Option<u32>,
}

impl Clock {
    /// `2026-11-21T10:00:00Z`, `2026:11:21 10:00:00`, `20261121`, `2026/11/21 10h00m00s`. None for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let digits = |part: &str| part.parse::<u32>().ok();
        let text = text.trim();
        let (date, rest) = match text.get(..8) {
            Some(run) if run.bytes().all(|b| b.is_ascii_digit()) => (vec![run.get(..4)?, run.get(4..6)?, run.get(6..8)?], text.get(8..)?),
            _ => {
                let separator = text.chars().nth(4).filter(|c| "-:/. ".contains(*c))?;
                let mut parts = text.splitn(3, separator);
                let (year, month, last) = (parts.next()?, parts.next()?, parts.next()?);
                (vec![year, month, last.get(..2)?], last.get(2..)?)
            }
        };
        let [year, month, day] = [digits(date[0])?, digits(date[1])?, digits(date[2])?];
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let time: Vec<u32> = rest.split(|c: char| !c.is_ascii_digit()).filter(|p| p.len() == 2).take(3).filter_map(digits).collect();
        let seconds = match time[..] {
            [h, m, s] if h < 24 && m < 60 && s < 61 => Some(h * 3600 + m * 60 + s),
            _ => None,
        };
        Some(Self { year, month, day, seconds })
    }

    /// For grouping and comparing days.
    pub fn date(self) -> (u32, u32, u32) {
        (self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_vendors_are_read() {
        let ten = Clock { year: 2026, month: 11, day: 21, seconds: Some(36_061) };
        for text in
            ["2026-11-21T10:01:01Z", "2026:11:21 10:01:01", "2026/11/21 10h01m01s", "2026-11-21T10:01:01+01:00", "20261121 10:01:01"]
        {
            assert_eq!(Clock::read(text), Some(ten), "{text}");
        }
        assert_eq!(Clock::read("20261121").unwrap().seconds, None);
        for text in ["", "yesterday", "2026-13-01", "2026-11", "21.11.2026", "äöüß-11-21", "2026-11-ä"] {
            assert_eq!(Clock::read(text), None, "{text}");
        }
    }
}
