//! What a specialist says of the scope in words: `ei:400..1600 model:"ALEXA 35","ALEXA Mini LF" mode:any`.
//!
//! Written as a search of the library is, `field:value`, but a value is the whole value: a clip is approved, not looked for.

use super::{Kind, Match, Scope, Wanted};
use crate::{
    error::{Error, Result},
    image::Size,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Characters, at most.
const LONGEST: usize = 4096;

/// A member of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Make,
    Model,
    Serial,
    Mode,
    Codec,
    Resolution,
    Ei,
    Squeeze,
}

impl Field {
    pub const ALL: [Self; 8] = [Self::Make, Self::Model, Self::Serial, Self::Mode, Self::Codec, Self::Resolution, Self::Ei, Self::Squeeze];

    /// In `recipe.json` and in words that are typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Make => "make",
            Self::Model => "model",
            Self::Serial => "serial",
            Self::Mode => "mode",
            Self::Codec => "codec",
            Self::Resolution => "resolution",
            Self::Ei => "ei",
            Self::Squeeze => "squeeze",
        }
    }
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ei => "EI",
            Self::Mode => "sensor mode",
            other => other.name(),
        }
    }
    /// By its name, or by that of the metadata.
    fn find(name: &str) -> Option<Self> {
        match name {
            "sensor_mode" => Some(Self::Mode),
            "exposure_index" | "iso" => Some(Self::Ei),
            _ => Self::ALL.into_iter().find(|field| field.name() == name),
        }
    }
}

/// What a scope asks for instead of what the approved clip is; where nothing is said, exactly that.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Widening {
    make: Option<Match<String>>,
    model: Option<Match<String>>,
    serial: Option<Match<String>>,
    mode: Option<Match<String>>,
    codec: Option<Match<String>>,
    resolution: Option<Match<Size>>,
    ei: Option<Match<u32>>,
    squeeze: Option<Match<f64>>,
}

impl Widening {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The scope of a clip of this kind.
    pub fn of(&self, kind: &Kind) -> Scope {
        let exact = Scope::exactly(kind);
        Scope {
            make: self.make.clone().or(exact.make),
            model: self.model.clone().or(exact.model),
            serial: self.serial.clone().or(exact.serial),
            mode: self.mode.clone().or(exact.mode),
            codec: self.codec.clone().or(exact.codec),
            resolution: self.resolution.clone().unwrap_or(exact.resolution),
            ei: self.ei.clone().or(exact.ei),
            squeeze: self.squeeze.clone().unwrap_or(exact.squeeze),
        }
    }

    /// What is said of a field, as it is typed.
    pub fn text(&self, field: Field) -> Option<String> {
        fn of<T: Wanted>(said: &Option<Match<T>>) -> Option<String> {
            said.as_ref().map(Match::text)
        }
        match field {
            Field::Make => of(&self.make),
            Field::Model => of(&self.model),
            Field::Serial => of(&self.serial),
            Field::Mode => of(&self.mode),
            Field::Codec => of(&self.codec),
            Field::Resolution => of(&self.resolution),
            Field::Ei => of(&self.ei),
            Field::Squeeze => of(&self.squeeze),
        }
    }

    /// Says it of a field, as it is typed; nothing takes it back.
    ///
    /// # Errors
    /// Usage: it is no such value.
    pub fn set(&mut self, field: Field, text: &str) -> Result<()> {
        fn of<T: Wanted>(field: Field, text: &str) -> Result<Option<Match<T>>> {
            if text.trim().is_empty() {
                return Ok(None);
            }
            let forms = match field {
                Field::Ei => "800, 400..1600, 400,800 or any",
                Field::Squeeze => "1, 1..2, 1.5,2 or any",
                Field::Resolution => "4608x3164, several with commas, or any",
                _ => "the word of the camera, several with commas, or any",
            };
            let wrong = |why: String| Error::usage(format!("{why}: it is {forms}")).field(format!("scope.{}", field.name())).value(text);
            Match::parse(text.trim()).map(Some).map_err(wrong)
        }
        match field {
            Field::Make => self.make = of(field, text)?,
            Field::Model => self.model = of(field, text)?,
            Field::Serial => self.serial = of(field, text)?,
            Field::Mode => self.mode = of(field, text)?,
            Field::Codec => self.codec = of(field, text)?,
            Field::Resolution => self.resolution = of(field, text)?,
            Field::Ei => self.ei = of(field, text)?,
            Field::Squeeze => self.squeeze = of(field, text)?,
        }
        Ok(())
    }
}

/// # Errors
/// Usage: a word that names no field, a field twice, a value that is none.
impl FromStr for Widening {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |why: String| Error::usage(why).field("scope");
        if text.len() > LONGEST {
            return Err(wrong(format!("more than {LONGEST} characters")));
        }
        let mut said = Self::default();
        for term in terms(text) {
            let Some((name, value)) = term.split_once(':') else {
                return Err(wrong("a scope is field:value, such as ei:400..1600".into()).value(term));
            };
            let names = || Field::ALL.map(Field::name).join(", ");
            let field = Field::find(&name.to_ascii_lowercase())
                .ok_or_else(|| wrong(format!("no such field; there are {}", names())).value(name))?;
            if value.trim().is_empty() {
                return Err(wrong("a field without a value".into()).value(name));
            }
            if said.text(field).is_some() {
                return Err(wrong("a field twice: its values go behind one another, with commas".into()).value(name));
            }
            said.set(field, value)?;
        }
        Ok(said)
    }
}

/// What stands between spaces outside of quotes.
fn terms(text: &str) -> Vec<&str> {
    let mut inside = false;
    let outside = |c: char| {
        inside ^= c == '"';
        c.is_whitespace() && !inside
    };
    text.split(outside).filter(|term| !term.is_empty()).collect()
}

impl fmt::Display for Widening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = Field::ALL.into_iter().filter_map(|field| Some(format!("{}:{}", field.name(), self.text(field)?)));
        f.write_str(&said.collect::<Vec<_>>().join(" "))
    }
}

impl TryFrom<String> for Widening {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Widening> for String {
    fn from(said: Widening) -> Self {
        said.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        let text =
            r#"make:ARRI,RED model:"ALEXA Mini LF" serial:any mode:"4.6K 3:2 OG","4K 16:9" resolution:4608x3164 ei:400..1600 squeeze:1,2"#;
        let said: Widening = text.parse().unwrap();
        assert_eq!(said.to_string(), text);
        assert_eq!(serde_json::to_value(&said).unwrap(), text);
        assert_eq!("ISO:800 sensor_mode:any".parse::<Widening>().unwrap().to_string(), "mode:any ei:800");
        assert!("  ".parse::<Widening>().unwrap().is_empty());
        for (bad, what) in [
            ("800", "field:value"),
            ("camera:ARRI", "make, model, serial"),
            ("ei:", "without a value"),
            ("ei:many", "400..1600"),
            ("ei:1600..400", "above"),
            ("ei:400 ei:800", "twice"),
            ("model:\"ALEXA", "not closed"),
            ("resolution:4K", "4608x3164"),
            ("squeeze:2..1", "above"),
            ("-make:ARRI", "no such field"),
        ] {
            let error = bad.parse::<Widening>().unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().contains(what), "{bad}: {error}");
        }
    }

    #[test]
    fn one_field_is_set_as_it_is_typed() {
        let mut said = Widening::default();
        said.set(Field::Model, "ALEXA Mini LF, ALEXA 35").unwrap();
        said.set(Field::Ei, " 400 .. 1600 ").unwrap();
        assert_eq!(said.to_string(), r#"model:"ALEXA Mini LF","ALEXA 35" ei:400..1600"#);
        said.set(Field::Model, "").unwrap();
        assert_eq!(said.set(Field::Ei, "4OO").unwrap_err().field_name(), Some("scope.ei"));
        assert_eq!(said.to_string(), "ei:400..1600", "what is wrong changes nothing");
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_is_written(text in "[ -~é]{0,60}", of in "(make|ei|squeeze|mode):[ -~]{0,20}") {
            for text in [text, of] {
                if let Ok(said) = text.parse::<Widening>() {
                    prop_assert_eq!(said.to_string().parse::<Widening>(), Ok(said));
                }
            }
        }
    }
}
