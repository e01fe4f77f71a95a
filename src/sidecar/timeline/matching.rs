//! Which camera clip an event of a list was cut from: by whole names first, then by what editing systems do to names.
//!
//! A name counts whole (letter case and the extension of a media file apart), or where it fits after the changes that lists are known for:
//! separators left out, cut to 8 characters (CMX3600), only the first part of a camera's file name. What fits so has to hold the
//! source timecode as well, and is for somebody to confirm. By picture nothing is matched here.

use super::link::{self, last_part};
use crate::camera::{Rational, Timecode};

/// A clip that events may have been cut from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidate {
    /// Clip name, file name: whatever it goes by.
    pub names: Vec<String>,
    pub reel: Option<String>,
    pub start: Option<Timecode>,
    pub frames: u64,
    pub rate: Option<Rational>,
}

/// What an event says of its source.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The surest first: source file, clip name.
    pub names: Vec<String>,
    pub reel: String,
    /// In, and out (exclusive).
    pub source: [Timecode; 2],
}

/// How sure a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By a whole name, and what names it.
    Exact(&'static str),
    /// By a name that was changed, and how.
    Fuzzy(&'static str),
}

impl How {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Exact(words) | Self::Fuzzy(words) => words,
        }
    }
}

/// The candidates that fit, by their places; more than one where nothing tells them apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    pub candidates: Vec<usize>,
    pub how: How,
}

/// The candidates that an event was cut from, by the first rule that any fits.
pub fn find(wanted: &Wanted, candidates: &[Candidate]) -> Option<Matched> {
    let those = |fits: &dyn Fn(&Candidate) -> bool| -> Vec<usize> { (0..candidates.len()).filter(|i| fits(&candidates[*i])).collect() };
    let holds = |c: &Candidate| c.holds(wanted.source[0]) != Some(false);
    let matched = |found: Vec<usize>, how| (!found.is_empty()).then_some(Matched { candidates: found, how });

    for name in &wanted.names {
        // As it stands first: only of a file is what follows the last dot an extension, and a folder may look like one.
        let (last, stemmed) = (last_part(name), stem(name));
        let whole = those(&|c| c.names.iter().any(|n| last_part(n).eq_ignore_ascii_case(last)));
        let named = if whole.is_empty() { those(&|c| c.names.iter().any(|n| stem(n) == stemmed)) } else { whole };
        // Of several with one name, those that hold the timecode.
        let held: Vec<usize> = named.iter().copied().filter(|i| holds(&candidates[*i])).collect();
        if let Some(found) = matched(if held.is_empty() { named } else { held }, How::Exact("name")) {
            return Some(found);
        }
    }
    let reel = stem(&wanted.reel);
    if reel.is_empty() {
        return None;
    }
    let exact = those(&|c| c.names.iter().any(|n| stem(n) == reel) && holds(c));
    let rolls = || those(&|c| c.reel.as_deref().is_some_and(|r| stem(r) == reel) && c.holds(wanted.source[0]) == Some(true));
    if let Some(found) = matched(exact, How::Exact("reel is the clip's name")).or_else(|| matched(rolls(), How::Exact("reel and timecode")))
    {
        return Some(found);
    }

    let inside = |c: &Candidate| c.holds(wanted.source[0]) == Some(true);
    let texts: Vec<String> = wanted.names.iter().map(|n| plain(&stem(n))).chain([plain(&reel)]).filter(|t| !t.is_empty()).collect();
    let all = |c: &Candidate| c.names.iter().chain(&c.reel).map(|n| plain(&stem(n))).collect::<Vec<_>>();
    let same = those(&|c| inside(c) && all(c).iter().any(|n| texts.contains(n)));
    let cut =
        || those(&|c| inside(c) && reel.chars().count() == CMX_REEL && c.names.iter().chain(&c.reel).any(|n| stem(n).starts_with(&reel)));
    let begins = || those(&|c| inside(c) && all(c).iter().any(|n| texts.iter().any(|t| t.len() >= SHORTEST && n.starts_with(t.as_str()))));
    matched(same, How::Fuzzy("separators differ"))
        .or_else(|| matched(cut(), How::Fuzzy("reel cut to 8 characters")))
        .or_else(|| matched(begins(), How::Fuzzy("only the beginning of the name")))
}

/// Characters of a reel in CMX3600.
pub const CMX_REEL: usize = 8;
/// A beginning of fewer letters and digits names too much: `A001C003` has eight.
pub(crate) const SHORTEST: usize = 6;

impl Candidate {
    /// Whether the clip has this timecode; none where it states no start or rate.
    pub fn holds(&self, at: Timecode) -> Option<bool> {
        let place = self.place(at)?;
        Some(place >= 0 && (place as u64) < self.frames)
    }

    /// Frames from the clip's first one to this timecode.
    pub fn place(&self, at: Timecode) -> Option<i64> {
        let (start, rate) = (self.start?, self.rate?);
        Some(at.to_frame_count(rate) as i64 - start.to_frame_count(rate) as i64)
    }

    /// Frames that `[from, to)` with handles needs before the first and behind the last one.
    pub fn missing(&self, source: [Timecode; 2], handles: u32) -> Option<[u64; 2]> {
        let [from, to] = [self.place(source[0])? - i64::from(handles), self.place(source[1])? + i64::from(handles)];
        Some([(-from).max(0) as u64, (to - self.frames as i64).max(0) as u64])
    }
}

/// A name without folders and the extension of a file, in lower case.
pub(crate) fn stem(name: &str) -> String {
    link::stem(name.trim()).to_lowercase()
}

/// Its letters and digits.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timecode {
        text.parse().unwrap()
    }
    fn clip(name: &str, reel: &str, start: &str) -> Candidate {
        Candidate { names: vec![name.into()], reel: Some(reel.into()), start: Some(at(start)), frames: 240, rate: Rational::new(24, 1) }
    }
    fn wanted(names: &[&str], reel: &str, from: &str, to: &str) -> Wanted {
        Wanted { names: names.iter().map(|n| (*n).to_owned()).collect(), reel: reel.into(), source: [at(from), at(to)] }
    }

    #[test]
    fn whole_names_go_before_changed_ones() {
        let clips = [clip("A001C003_261121_R1AB.mov", "A001", "10:00:00:00"), clip("A001_C004_1121AB", "A001", "11:00:00:00")];
        let found = |names: &[&str], reel: &str, from: &str| find(&wanted(names, reel, from, from), &clips).map(|m| (m.candidates, m.how));
        assert_eq!(found(&["a001c003_261121_r1ab"], "", "09:00:00:00"), Some((vec![0], How::Exact("name"))));
        assert_eq!(found(&["x", "/v/A001C003_261121_R1AB.mxf"], "", "10:00:01:00"), Some((vec![0], How::Exact("name"))));
        assert_eq!(found(&[], "A001C003_261121_R1AB", "10:00:01:00"), Some((vec![0], How::Exact("reel is the clip's name"))));
        assert_eq!(found(&[], "A001", "11:00:01:00"), Some((vec![1], How::Exact("reel and timecode"))));
        assert_eq!(found(&[], "A001C003", "10:00:01:00"), Some((vec![0], How::Fuzzy("reel cut to 8 characters"))));
        assert_eq!(found(&["A001C0041121AB"], "", "11:00:01:00"), None, "an event without a reel is matched by whole names");
        assert_eq!(found(&["A001C0041121AB"], "X", "11:00:01:00"), Some((vec![1], How::Fuzzy("separators differ"))));
        assert_eq!(found(&["A001C004"], "X", "11:00:01:00"), Some((vec![1], How::Fuzzy("only the beginning of the name"))));
        // What is changed has to hold the timecode.
        assert_eq!(found(&["A001C004"], "X", "12:00:01:00"), None);
        assert_eq!(found(&[], "A001", "12:00:00:00"), None);
    }

    #[test]
    fn of_clips_with_one_name_the_timecode_decides() {
        let clips = [clip("A", "A001", "10:00:00:00"), clip("A", "A001", "11:00:00:00"), clip("A", "A001", "11:00:01:00")];
        let found = |from: &str| find(&wanted(&["A"], "", from, from), &clips).unwrap().candidates;
        assert_eq!((found("10:00:01:00"), found("11:00:02:00")), (vec![0], vec![1, 2]));
        assert_eq!(found("15:00:00:00"), [0, 1, 2]);
    }

    #[test]
    fn what_follows_a_dot_in_the_name_of_a_folder_is_part_of_it() {
        let clips =
            [clip("A001.C002", "A001", "10:00:00:00"), clip("A001.C003", "A001", "10:00:00:00"), clip("A001.CAM", "A001", "10:00:00:00")];
        let found = |name: &str| find(&wanted(&[name], "", "10:00:01:00", "10:00:02:00"), &clips).map(|m| m.candidates);
        assert_eq!(found("A001.C002"), Some(vec![0]));
        assert_eq!(found("/v/a001.c003"), Some(vec![1]));
        assert_eq!(found("A001.C003.mov"), Some(vec![1]));
        assert_eq!(found("A001.CAM"), Some(vec![2]));
        assert_eq!(found("A001.C004"), None);
    }

    #[test]
    fn missing_frames_are_counted_with_handles() {
        let clip = clip("A", "A001", "10:00:00:00");
        let source = [at("10:00:00:04"), at("10:00:09:20")];
        assert_eq!(clip.missing(source, 0), Some([0, 0]));
        assert_eq!(clip.missing(source, 8), Some([4, 4]));
        assert_eq!(clip.missing([at("09:59:59:00"), at("10:00:11:00")], 0), Some([24, 24]));
    }
}
