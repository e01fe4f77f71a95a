//! What one value of a clip has to be: this one, one of several, one between two, or any.

use crate::image::Size;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, de::Error as _};
use serde_json::Value;
use std::{cmp::Ordering, fmt};

/// Values of a set, at most.
const MOST: usize = 256;

#[derive(Clone, Debug, PartialEq)]
pub enum Match<T> {
    Is(T),
    /// One of these; never none.
    AnyOf(Vec<T>),
    /// From `min` to `max`, both among them; numbers only.
    Range {
        min: T,
        max: T,
    },
    /// Whatever it is, also where the clip does not say.
    Any,
}

/// A value that a scope may ask for.
pub trait Wanted: Clone + PartialEq + fmt::Display {
    /// Whether values lie between others.
    const RANGES: bool;
    /// Which is the greater; none where they have no order.
    fn order(&self, _: &Self) -> Option<Ordering> {
        None
    }
    /// Whether it is one that a clip can have.
    fn is_sane(&self) -> bool;
    fn read(text: &str) -> Option<Self>;
}

impl Wanted for String {
    const RANGES: bool = false;
    fn is_sane(&self) -> bool {
        !self.trim().is_empty() && !self.contains(|c: char| c.is_control() || c == '"')
    }
    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Wanted for u32 {
    const RANGES: bool = true;
    fn order(&self, other: &Self) -> Option<Ordering> {
        self.partial_cmp(other)
    }
    fn is_sane(&self) -> bool {
        true
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Wanted for f64 {
    const RANGES: bool = true;
    fn order(&self, other: &Self) -> Option<Ordering> {
        self.partial_cmp(other)
    }
    fn is_sane(&self) -> bool {
        self.is_finite()
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Wanted for Size {
    const RANGES: bool = false;
    fn is_sane(&self) -> bool {
        true
    }
    fn read(text: &str) -> Option<Self> {
        let (width, height) = text.split_once(['x', 'X', '×'])?;
        Some(Size::new(width.trim().parse().ok()?, height.trim().parse().ok()?))
    }
}

impl<T: Wanted> Match<T> {
    pub fn admits(&self, found: Option<&T>) -> bool {
        match self {
            Self::Any => true,
            Self::Is(one) => found == Some(one),
            Self::AnyOf(several) => found.is_some_and(|found| several.contains(found)),
            Self::Range { min, max } => {
                let is_up = |a: &T, b: &T| a.order(b).is_some_and(Ordering::is_le);
                found.is_some_and(|found| is_up(min, found) && is_up(found, max))
            }
        }
    }

    /// The values that it names one by one; none where it admits others than it names.
    pub fn named(&self) -> Option<&[T]> {
        match self {
            Self::Is(one) => Some(std::slice::from_ref(one)),
            Self::AnyOf(several) => Some(several),
            Self::Range { .. } | Self::Any => None,
        }
    }

    fn settled(self) -> Result<Self, String> {
        self.wrong().map_or(Ok(self), Err)
    }

    /// Why it does not hold together.
    fn wrong(&self) -> Option<String> {
        let odd = |value: &T| (!value.is_sane()).then(|| format!("{:?} is no value of a clip", value.to_string()));
        match self {
            Self::AnyOf(several) if several.is_empty() || several.len() > MOST => Some(format!("any_of has 1 to {MOST} values")),
            Self::AnyOf(several) if several.iter().enumerate().any(|(i, v)| several[..i].contains(v)) => Some("a value twice".into()),
            Self::AnyOf(several) => several.iter().find_map(odd),
            Self::Range { .. } if !T::RANGES => Some("there is nothing between two of these: name each".into()),
            Self::Range { min, max } if min.order(max) == Some(Ordering::Greater) => Some(format!("{min} is above {max}")),
            Self::Range { min, max } => odd(min).or_else(|| odd(max)),
            Self::Is(one) => odd(one),
            Self::Any => None,
        }
    }

    /// From `800`, `400..1600`, `400,800` or `any`; quotes keep commas, and `"any"` is a word like others.
    ///
    /// # Errors
    /// A sentence: what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let values = separated(text)?;
        let read = |(value, _): &(String, bool)| T::read(value).ok_or_else(|| format!("{value:?} is no such value"));
        match values.as_slice() {
            [(word, false)] if word.eq_ignore_ascii_case("any") => Ok(Self::Any),
            [(value, false)] if T::RANGES && value.contains("..") => {
                let (min, max) = value.split_once("..").unwrap_or((value, value));
                let bound = |text: &str| read(&(text.trim().to_owned(), false));
                Self::Range { min: bound(min)?, max: bound(max)? }.settled()
            }
            [one] => Self::Is(read(one)?).settled(),
            several => Self::AnyOf(several.iter().map(read).collect::<Result<_, _>>()?).settled(),
        }
    }

    /// What [`Match::parse`] reads.
    pub fn text(&self) -> String {
        let quoted = |value: &T| {
            let text = value.to_string();
            let plain = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == ',') && !text.eq_ignore_ascii_case("any");
            if plain { text } else { format!("\"{text}\"") }
        };
        match self {
            Self::Is(one) => quoted(one),
            Self::AnyOf(several) => several.iter().map(quoted).collect::<Vec<_>>().join(","),
            Self::Range { min, max } => format!("{min}..{max}"),
            Self::Any => "any".into(),
        }
    }
}

/// Values between commas, and whether each is in quotes.
fn separated(text: &str) -> Result<Vec<(String, bool)>, String> {
    let (mut values, mut value, mut inside, mut quoted) = (vec![], String::new(), false, false);
    for c in text.chars().chain([',']) {
        match c {
            '"' => (inside, quoted) = (!inside, true),
            ',' if !inside => {
                let taken = std::mem::take(&mut value);
                values.push((if quoted { taken } else { taken.trim().to_owned() }, std::mem::take(&mut quoted)));
            }
            c => value.push(c),
        }
    }
    if inside {
        return Err("a quote that is not closed".into());
    }
    match values.iter().any(|(value, _)| value.trim().is_empty()) {
        true => Err("a value is missing".into()),
        false => Ok(values),
    }
}

/// For people: `400 to 1600`, `ALEXA 35 or ALEXA Mini LF`.
impl<T: fmt::Display + PartialEq> fmt::Display for Match<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(one) => one.fmt(f),
            Self::AnyOf(several) => f.write_str(&several.iter().map(T::to_string).collect::<Vec<_>>().join(" or ")),
            Self::Range { min, max } if min == max => min.fmt(f),
            Self::Range { min, max } => write!(f, "{min} to {max}"),
            Self::Any => f.write_str("any"),
        }
    }
}

/// How it is written: a value as it is, everything else as an object that says what it is.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Written<T> {
    Is(T),
    AnyOf(AnyOf<T>),
    Range(Range<T>),
    Any(Anything),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AnyOf<T> {
    #[schemars(length(min = 1, max = 256))]
    any_of: Vec<T>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Range<T> {
    min: T,
    max: T,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Anything {
    #[schemars(extend("const" = true))]
    any: bool,
}

impl<T: Serialize + Clone> Serialize for Match<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = match self.clone() {
            Self::Is(one) => Written::Is(one),
            Self::AnyOf(any_of) => Written::AnyOf(AnyOf { any_of }),
            Self::Range { min, max } => Written::Range(Range { min, max }),
            Self::Any => Written::Any(Anything { any: true }),
        };
        written.serialize(serializer)
    }
}

impl<'de, T: DeserializeOwned + Wanted> Deserialize<'de> for Match<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fn of<T: DeserializeOwned, E: serde::de::Error>(value: Value) -> Result<T, E> {
            serde_json::from_value(value).map_err(E::custom)
        }
        let value = Value::deserialize(deserializer)?;
        let has = |member: &str| value.get(member).is_some();
        let found = if has("any_of") {
            Self::AnyOf(of::<AnyOf<T>, _>(value)?.any_of)
        } else if has("min") || has("max") {
            let Range { min, max } = of(value)?;
            Self::Range { min, max }
        } else if has("any") {
            match of::<Anything, _>(value)?.any {
                true => Self::Any,
                false => return Err(D::Error::custom("`any` is true, or not there")),
            }
        } else {
            // What a clip was approved with stands as it is, whatever it is.
            return of(value).map(Self::Is);
        };
        found.settled().map_err(D::Error::custom)
    }
}

impl<T: JsonSchema> JsonSchema for Match<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("MatchOf_{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::<T>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_a_set_a_range_and_any_are_written_and_read() {
        let read = |text: &str| Match::<u32>::parse(text);
        assert_eq!(read("800"), Ok(Match::Is(800)));
        assert_eq!(read("400 .. 1600"), Ok(Match::Range { min: 400, max: 1600 }));
        assert_eq!(read("400, 800"), Ok(Match::AnyOf(vec![400, 800])));
        assert_eq!(read("Any"), Ok(Match::Any));
        let words = |text: &str| Match::<String>::parse(text);
        assert_eq!(words("ALEXA Mini LF"), Ok(Match::Is("ALEXA Mini LF".into())));
        assert_eq!(words("\"a, b\",c"), Ok(Match::AnyOf(vec!["a, b".into(), "c".into()])));
        assert_eq!(words("\"any\""), Ok(Match::Is("any".into())));
        assert_eq!(Match::<Size>::parse("40x30"), Ok(Match::Is(Size::new(40, 30))));
        assert_eq!(Match::<f64>::parse("1..2"), Ok(Match::Range { min: 1.0, max: 2.0 }));
        for bad in ["", ",", "800,", "1600..400", "..800", "x", "-1", "800,800", "\"800"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(words("A..B").is_ok_and(|m| m == Match::Is("A..B".into())), "words have no range");
        assert!(Match::<f64>::parse("NaN").is_err() && Match::<Size>::parse("40").is_err());
        assert_eq!(Match::AnyOf(vec![400, 800]).to_string(), "400 or 800");
    }

    #[test]
    fn json_says_which_it_is() {
        let json = |m: Match<u32>| serde_json::to_string(&m).unwrap();
        assert_eq!(json(Match::Is(800)), "800");
        assert_eq!(json(Match::Range { min: 400, max: 800 }), r#"{"min":400,"max":800}"#);
        assert_eq!((json(Match::AnyOf(vec![1, 2])), json(Match::Any)), (r#"{"any_of":[1,2]}"#.into(), r#"{"any":true}"#.into()));
        for bad in [
            r#"{"any":false}"#,
            r#"{"any_of":[]}"#,
            r#"{"any_of":[1,1]}"#,
            r#"{"min":2,"max":1}"#,
            r#"{"min":1}"#,
            r#"{"min":1,"max":2,"odd":3}"#,
            r#"{"any":true,"any_of":[1]}"#,
            r#""800""#,
            "-1",
            "{}",
        ] {
            assert!(serde_json::from_str::<Match<u32>>(bad).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<Match<String>>(r#"{"min":"a","max":"b"}"#).is_err(), "words have no range");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(words in prop::collection::btree_set("[^\"\\p{C}]{0,8}", 1..4), a in any::<u32>(), b in any::<u32>(), text in ".{0,40}") {
            let words: Vec<String> = words.into_iter().filter(|w| !w.trim().is_empty()).collect();
            let of = match words.as_slice() {
                [] => Match::Any,
                [one] => Match::Is(one.clone()),
                _ => Match::AnyOf(words),
            };
            prop_assert_eq!(Match::parse(&of.text()), Ok(of.clone()));
            prop_assert_eq!(serde_json::from_value::<Match<String>>(serde_json::to_value(&of).unwrap()).unwrap(), of);
            let range = Match::Range { min: a.min(b), max: a.max(b) };
            prop_assert_eq!(Match::parse(&range.text()), Ok(range));
            let _ = (Match::<String>::parse(&text), Match::<f64>::parse(&text), Match::<Size>::parse(&text));
        }
    }
}
