//! The words of a search: `camera:ALEXA lens:>40mm ei:800 "night exterior" -scene:12`.
//!
//! A bare word is looked for everywhere, as the beginning of a word; in quotes as it stands. `field:value` asks one field: a text
//! has to contain it (`=value`: to be it), a number to equal it or to lie in `>40`, `>=40`, `<40`, `<=40`, `24..50`, `24..`, `..50`.
//! A whole number is exact, one with decimals means what rounds to it, also as a bound: 24000/1001 is among `<=23.976`, and not among
//! `<23.976` or `>23.976`. A range begins with its lower bound; texts, as dates are, have no bounds, and one that looks like some is asked
//! whole: `take:=1..5`. `-` before a term turns it around. All terms have to fit.

use super::columns::{Kind, SHORT, column, columns};
use crate::{
    camera::Timecode,
    error::{Error, Result},
};
use std::str::FromStr;

/// A search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    pub(super) terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub negated: bool,
    pub test: Test,
}

/// Names of columns are of this program, never of the search.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// Anywhere; whether as it stands, or as the beginning of a word.
    Words {
        text: String,
        whole: bool,
    },
    /// In any of the columns of these fields.
    Text {
        columns: Vec<String>,
        asked: Asked,
    },
    /// In a column that has the text itself.
    Own {
        column: &'static str,
        asked: Asked,
    },
    Number {
        column: String,
        range: Range,
    },
    /// The clip has a frame at this timecode.
    Holds(Timecode),
    /// A file of the clip has a SHA-256 that begins so.
    Hash(String),
    Gone,
    Failed,
}

/// A text that is to be contained, or to be all there is; upper and lower case alike.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub text: String,
    pub whole: bool,
}

/// Bounds, and whether they are among what is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Range {
    pub from: Option<(f64, bool)>,
    pub to: Option<(f64, bool)>,
}

impl Range {
    /// Whether nothing lies in it, however it is rounded.
    fn is_reversed(&self) -> bool {
        matches!((self.from, self.to), (Some((from, _)), Some((to, _))) if from > to)
    }
}

/// Most terms of a search, and most characters.
const MAX_TERMS: usize = 64;
const MAX_LENGTH: usize = 4096;

/// Columns of the table that are no fields of the metadata.
const OWN: &[(&str, &str, Kind)] = &[
    ("name", "name", Kind::Text),
    ("clip", "name", Kind::Text),
    ("path", "path", Kind::Text),
    ("format", "format", Kind::Text),
    ("error", "error", Kind::Text),
    ("frames", "frames", Kind::Number),
    ("missing", "missing", Kind::Number),
    ("width", "width", Kind::Number),
    ("height", "height", Kind::Number),
];

impl Query {
    /// Every field that can be asked, short names first.
    pub fn fields() -> Vec<&'static str> {
        let own = OWN.iter().map(|(name, ..)| *name);
        let mut names: Vec<&str> = SHORT.iter().map(|(name, _)| *name).chain(own).chain(["tc", "hash", "is"]).collect();
        let others: Vec<&str> = columns().map(|c| c.field.name).filter(|name| !names.contains(name)).collect();
        names.extend(others);
        names
    }

    /// Whether it asks for clips that are no more.
    pub(super) fn asks_for_gone(&self) -> bool {
        self.terms.iter().any(|term| term.test == Test::Gone)
    }
}

/// # Errors
/// `Usage`: an open quote; a field that there is not; a value that is none of its kind.
impl FromStr for Query {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.len() > MAX_LENGTH {
            return Err(Error::usage(format!("a search of more than {MAX_LENGTH} characters")));
        }
        let terms: Vec<Term> = split(text)?.iter().map(Word::term).collect::<Result<_>>()?;
        if terms.len() > MAX_TERMS {
            return Err(Error::usage(format!("a search of more than {MAX_TERMS} terms")));
        }
        Ok(Self { terms })
    }
}

/// A term as it is written: quotes taken off, and where its field ends.
#[derive(Debug, Default)]
struct Word {
    text: String,
    negated: bool,
    /// Byte at which the value begins, behind the first colon outside of quotes.
    value: Option<usize>,
    quoted: bool,
}

fn split(text: &str) -> Result<Vec<Word>> {
    let (mut words, mut word, mut inside, mut begun) = (vec![], Word::default(), false, false);
    for c in text.chars() {
        match c {
            '"' => {
                inside = !inside;
                begun = true;
                word.quoted = true;
            }
            c if c.is_whitespace() && !inside => {
                if std::mem::take(&mut begun) {
                    words.push(std::mem::take(&mut word));
                }
            }
            '-' if !begun && !inside => {
                word.negated = true;
                begun = true;
            }
            c => {
                begun = true;
                word.text.push(c);
                if c == ':' && !inside && !word.quoted && word.value.is_none() {
                    word.value = Some(word.text.len());
                }
            }
        }
    }
    if inside {
        return Err(Error::usage("a quote that is not closed").field("query").value(text));
    }
    if begun {
        words.push(word);
    }
    Ok(words)
}

impl Word {
    fn term(&self) -> Result<Term> {
        let negated = self.negated;
        let Some(at) = self.value else {
            return Ok(Term { negated, test: words(&self.text, self.quoted)? });
        };
        let (field, value) = (self.text[..at - 1].to_ascii_lowercase(), self.text[at..].trim());
        if value.is_empty() {
            return Err(Error::usage("a field without a value").field(field));
        }
        Ok(Term { negated, test: asked(&field, value)? })
    }
}

fn words(text: &str, whole: bool) -> Result<Test> {
    if text.chars().any(char::is_alphanumeric) {
        return Ok(Test::Words { text: text.to_owned(), whole });
    }
    Err(Error::usage("a word without a letter or digit").field("query").value(text))
}

fn asked(field: &str, value: &str) -> Result<Test> {
    let wrong = |message: &str| Error::usage(message.to_owned()).field(field).value(value);
    match field {
        "tc" => return Ok(Test::Holds(value.parse().map_err(|_| wrong("a timecode is hh:mm:ss:ff"))?)),
        "hash" => {
            let hex = value.len() <= 64 && value.bytes().all(|b| b.is_ascii_hexdigit());
            return if hex { Ok(Test::Hash(value.to_ascii_lowercase())) } else { Err(wrong("the beginning of a SHA-256, in hex")) };
        }
        "is" => {
            return match value {
                "gone" => Ok(Test::Gone),
                "error" => Ok(Test::Failed),
                _ => Err(wrong("a clip is `gone` or `error`")),
            };
        }
        _ => {}
    }
    if let Some((_, name, kind)) = OWN.iter().find(|(name, ..)| *name == field) {
        return match kind {
            Kind::Text => Ok(Test::Own { column: name, asked: Asked::of(value) }),
            Kind::Number => {
                let range = range(value, "").ok_or_else(|| wrong(A_NUMBER))?;
                if range.is_reversed() { Err(wrong(REVERSED)) } else { Ok(Test::Number { column: (*name).to_owned(), range }) }
            }
        };
    }
    let meant: Vec<&str> = SHORT.iter().find(|(name, _)| *name == field).map_or(vec![field], |(_, fields)| fields.to_vec());
    let meant: Vec<_> = meant.into_iter().filter_map(column).collect();
    if meant.is_empty() {
        return Err(Error::usage(format!("no such field; there are {}", Query::fields().join(", "))).field("query").value(field));
    }
    // Of a name that means both, a number is meant where one is written.
    let number = meant.iter().find(|c| c.kind == Kind::Number).map(|c| (c, range(value, c.field.unit)));
    let texts: Vec<String> = meant.iter().filter(|c| c.kind == Kind::Text).map(|c| c.name()).collect();
    match number {
        Some((_, Some(range))) if range.is_reversed() => Err(wrong(REVERSED)),
        Some((column, Some(range))) => Ok(Test::Number { column: column.name(), range }),
        // No text begins so: it would find nothing.
        Some(_) if texts.is_empty() || has_bounds(value) => Err(wrong(A_NUMBER)),
        None if has_bounds(value) => Err(wrong("a text has no bounds: a part of it is looked for, or with = all of it")),
        _ => Ok(Test::Text { columns: texts, asked: Asked::of(value) }),
    }
}

const A_NUMBER: &str = "a number is 800, >800, >=800, <800, <=800, 200..800, 200.. or ..800, with its unit or without";
const REVERSED: &str = "the range begins above its end: the lower number stands first";

/// Whether a value is written as bounds of numbers or dates are: `>40mm`, `2026-05-01..2026-05-31`.
fn has_bounds(value: &str) -> bool {
    let counts = |text: &str| text.trim_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'));
    if let Some(bound) = value.strip_prefix(['<', '>']) {
        return counts(bound.strip_prefix('=').unwrap_or(bound));
    }
    let Some((from, to)) = value.split_once("..") else { return false };
    (counts(from) || from.is_empty()) && (counts(to) || to.is_empty()) && from.len() + to.len() > 0
}

impl Asked {
    fn of(value: &str) -> Self {
        match value.strip_prefix('=') {
            Some(whole) if !whole.is_empty() => Self { text: whole.to_owned(), whole: true },
            _ => Self { text: value.to_owned(), whole: false },
        }
    }
}

/// The numbers that are meant; none where it is no number, or has another unit.
fn range(value: &str, unit: &str) -> Option<Range> {
    let of = |text: &str| number(text, unit);
    // What rounds to a bound is on its side as a whole.
    let least = |text: &str| of(text).map(|(n, half)| (n - half, true));
    let most = |text: &str| of(text).map(|(n, half)| (n + half, true));
    let open = |(n, _): (f64, bool)| (n, false);
    if let Some(text) = value.strip_prefix(">=") {
        return Some(Range { from: Some(least(text)?), to: None });
    }
    if let Some(text) = value.strip_prefix('>') {
        return Some(Range { from: Some(open(most(text)?)), to: None });
    }
    if let Some(text) = value.strip_prefix("<=") {
        return Some(Range { from: None, to: Some(most(text)?) });
    }
    if let Some(text) = value.strip_prefix('<') {
        return Some(Range { from: None, to: Some(open(least(text)?)) });
    }
    if let Some((from, to)) = value.split_once("..") {
        let bound = |text: &str, of: &dyn Fn(&str) -> Option<(f64, bool)>| if text.is_empty() { Some(None) } else { of(text).map(Some) };
        let found = Range { from: bound(from, &least)?, to: bound(to, &most)? };
        return (found != Range::default()).then_some(found);
    }
    let text = value.strip_prefix('=').unwrap_or(value);
    Some(Range { from: Some(least(text)?), to: Some(most(text)?) })
}

/// A number, and half of its last decimal: what rounds to it.
fn number(text: &str, unit: &str) -> Option<(f64, f64)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
    let (digits, written) = (&text[..end], text[end..].trim());
    // Frames a second, whether the unit says so or not.
    let same = written.is_empty() || written.eq_ignore_ascii_case(unit);
    let number: f64 = digits.parse().ok().filter(|n: &f64| n.is_finite() && same)?;
    let decimals = digits.split_once('.').map_or(0, |(_, d)| d.len().min(12)) as i32;
    Some((number, if decimals == 0 { 0.0 } else { 0.5 * 10f64.powi(-decimals) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn test(text: &str) -> Test {
        let query: Query = text.parse().unwrap();
        assert_eq!(query.terms.len(), 1, "{text}");
        query.terms[0].test.clone()
    }
    fn range(text: &str) -> Range {
        let Test::Number { range, .. } = test(text) else { panic!("{text}") };
        range
    }

    #[test]
    fn terms_are_words_phrases_and_fields() {
        let query: Query = r#"camera:ALEXA lens:>40mm ei:800 "night exterior" -scene:12 A001_C003"#.parse().unwrap();
        let columns = |names: &[&str]| names.iter().map(|n| format!("f_{n}")).collect::<Vec<_>>();
        let asked = |text: &str, whole| Asked { text: text.into(), whole };
        let text = |names: &[&str], text: &str| Test::Text { columns: columns(names), asked: asked(text, false) };
        let tests: Vec<_> = query.terms.iter().map(|t| t.test.clone()).collect();
        assert_eq!(tests[0], text(&["make", "model", "camera_label"], "ALEXA"));
        let over = Range { from: Some((40.0, false)), to: None };
        assert_eq!(tests[1], Test::Number { column: "f_focal_length".into(), range: over });
        assert_eq!(tests[3], Test::Words { text: "night exterior".into(), whole: true });
        assert_eq!((query.terms[4].negated, &tests[4]), (true, &text(&["scene"], "12")));
        assert_eq!(tests[5], Test::Words { text: "A001_C003".into(), whole: false });
        assert_eq!(test("lens:\"Signature Prime\""), text(&["lens"], "Signature Prime"));
        assert_eq!(test("name:=A001"), Test::Own { column: "name", asked: asked("A001", true) });
        assert_eq!(test("tc:10:04:17:07"), Test::Holds("10:04:17:07".parse().unwrap()));
        assert!("".parse::<Query>().unwrap().terms.is_empty());
    }

    #[test]
    fn numbers_have_bounds() {
        let both = |from: f64, to: f64| Range { from: Some((from, true)), to: Some((to, true)) };
        assert_eq!((range("ei:800"), range("focal_length:24..50mm")), (both(800.0, 800.0), both(24.0, 50.0)));
        let most = Range { from: None, to: Some((5600.0, true)) };
        assert_eq!((range("wb:<=5600K"), range("wb:..5600")), (most, most));
        let Range { from: Some((from, true)), to: Some((to, true)) } = range("fps:23.976") else { panic!() };
        assert!(from < 24000.0 / 1001.0 && 24000.0 / 1001.0 < to && to < 24.0);
        // Another unit, and no number, are no number; a lens is then named by it.
        assert!(matches!(test("lens:40x"), Test::Text { .. }));
        for wrong in
            ["ei:800mm", "ei:x", "ei:..", "ei:>", "frames:1e9", "is:there", "hash:xyz", "tc:1:2", "ei:", "colour:red", "\"open", "--"]
        {
            let error = wrong.parse::<Query>().unwrap_err();
            assert_eq!(error.exit_code(), 2, "{wrong}: {error}");
        }
        assert!("colour:red".parse::<Query>().unwrap_err().to_string().contains("exposure_index"));
    }

    #[test]
    fn what_could_find_nothing_is_refused_by_its_term() {
        for (wrong, told) in [
            ("ei:1600..400", "ei = 1600..400: the range begins above its end"),
            ("-lens:80mm..40mm", "lens = 80mm..40mm: the range begins above its end"),
            ("fps:24..23.976", "fps = 24..23.976: the range begins above its end"),
            ("frames:10..9", "frames = 10..9: the range begins above its end"),
            ("lens:>80mm..40mm", "lens = >80mm..40mm: a number is"),
            ("lens:40..80in", "lens = 40..80in: a number is"),
            ("date:2026-05-31..2026-05-01", "date = 2026-05-31..2026-05-01: a text has no bounds"),
            ("date:>=2026-05-01", "date = >=2026-05-01: a text has no bounds"),
            ("take:1..5", "take = 1..5: a text has no bounds"),
        ] {
            let error = wrong.parse::<Query>().unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().starts_with(told), "{wrong}: {error}");
        }
        // One number, what rounds to one, and texts with dots and arrows of their own.
        for fine in ["ei:800..800", "fps:23.98..23.976", "path:../cards", "scene:12..A", "take:->1", "lens:\"a ... b\""] {
            assert!(fine.parse::<Query>().is_ok(), "{fine}");
        }
    }

    #[test]
    fn every_field_can_be_asked() {
        for field in Query::fields() {
            let asked = ["1", "00:00:00:00", "gone"].iter().any(|value| format!("{field}:{value}").parse::<Query>().is_ok());
            assert!(asked, "{field}");
        }
        assert!(SHORT.iter().all(|(_, fields)| fields.iter().all(|f| column(f).is_some())));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[ -~é\"]{0,60}") {
            _ = text.parse::<Query>();
        }
    }
}
