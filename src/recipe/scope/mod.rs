//! Which clips a recipe may be used on.
//!
//! A scope is what the approved clip is, unless the specialist has widened it ([`Widening`]): then a clip of another exposure index, or of
//! another model, is admitted as well. Whatever lies outside is refused with the field, never guessed.

mod matching;
mod widening;

pub use matching::{Match, Wanted};
pub use widening::{Field, Widening};

use crate::{
    camera::Clip,
    error::{Error, Result},
    image::Size,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a clip has to be. A member that is `null` asks for a clip that does not state it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    pub make: Option<Match<String>>,
    pub model: Option<Match<String>>,
    /// Serial number of the camera; any where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<Match<String>>,
    /// Sensor mode; any where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Match<String>>,
    pub codec: Option<Match<String>>,
    pub resolution: Match<Size>,
    /// Exposure indices; any where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ei: Option<Match<u32>>,
    pub squeeze: Match<f64>,
}

/// What a clip is of what a scope asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    pub make: Option<String>,
    pub model: Option<String>,
    pub serial: Option<String>,
    pub mode: Option<String>,
    pub codec: Option<String>,
    pub resolution: Size,
    pub ei: Option<u32>,
    /// 1 where the clip states none.
    pub squeeze: f64,
}

impl Kind {
    pub fn of(clip: &dyn Clip) -> Self {
        let m = clip.metadata();
        Self {
            make: m.make.as_ref().map(|f| f.value.clone()),
            model: m.model.as_ref().map(|f| f.value.clone()),
            serial: m.serial.as_ref().map(|f| f.value.clone()),
            mode: m.sensor_mode.as_ref().map(|f| f.value.clone()),
            codec: m.codec.as_ref().map(|f| f.value.clone()),
            resolution: clip.size(),
            ei: m.exposure_index.as_ref().map(|f| f.value),
            squeeze: m.squeeze_or_none(),
        }
    }

    /// The value of a field as people read it.
    pub fn words(&self, field: Field) -> Option<String> {
        match field {
            Field::Make => self.make.clone(),
            Field::Model => self.model.clone(),
            Field::Serial => self.serial.clone(),
            Field::Mode => self.mode.clone(),
            Field::Codec => self.codec.clone(),
            Field::Resolution => Some(self.resolution.to_string()),
            Field::Ei => self.ei.map(|ei| ei.to_string()),
            Field::Squeeze => Some(self.squeeze.to_string()),
        }
    }
}

impl Scope {
    /// Clips like this one, of every camera of its model.
    pub fn exactly(kind: &Kind) -> Self {
        let is = |value: &Option<String>| value.clone().map(Match::Is);
        Self {
            make: is(&kind.make),
            model: is(&kind.model),
            serial: None,
            mode: is(&kind.mode),
            codec: is(&kind.codec),
            resolution: Match::Is(kind.resolution),
            ei: kind.ei.map(Match::Is),
            squeeze: Match::Is(kind.squeeze),
        }
    }

    /// Fails, naming the field and both values, unless a clip of this kind lies within.
    pub fn admit(&self, kind: &Kind) -> Result<()> {
        match Field::ALL.into_iter().find(|field| !self.admits(*field, kind)) {
            None => Ok(()),
            Some(field) => {
                let found = kind.words(field).unwrap_or_else(|| NOT_STATED.into());
                let message = format!("the recipe was approved for {}", self.words(field));
                Err(Error::refused(message).field(format!("scope.{}", field.name())).value(found))
            }
        }
    }

    fn admits(&self, field: Field, kind: &Kind) -> bool {
        /// `open`: what a scope that says nothing means.
        fn fits<T: Wanted>(wanted: &Option<Match<T>>, found: &Option<T>, open: bool) -> bool {
            wanted.as_ref().map_or(open || found.is_none(), |wanted| wanted.admits(found.as_ref()))
        }
        match field {
            Field::Make => fits(&self.make, &kind.make, false),
            Field::Model => fits(&self.model, &kind.model, false),
            Field::Serial => fits(&self.serial, &kind.serial, true),
            Field::Mode => fits(&self.mode, &kind.mode, true),
            Field::Codec => fits(&self.codec, &kind.codec, false),
            Field::Resolution => self.resolution.admits(Some(&kind.resolution)),
            Field::Ei => fits(&self.ei, &kind.ei, true),
            Field::Squeeze => self.squeeze.admits(Some(&kind.squeeze)),
        }
    }

    /// What it asks of a field, as people read it.
    pub fn words(&self, field: Field) -> String {
        fn said<T: Wanted>(wanted: &Option<Match<T>>, absent: &str) -> String {
            wanted.as_ref().map_or_else(|| absent.to_owned(), Match::to_string)
        }
        match field {
            Field::Make => said(&self.make, NOT_STATED),
            Field::Model => said(&self.model, NOT_STATED),
            Field::Serial => said(&self.serial, ANY),
            Field::Mode => said(&self.mode, ANY),
            Field::Codec => said(&self.codec, NOT_STATED),
            Field::Resolution => self.resolution.to_string(),
            Field::Ei => said(&self.ei, ANY),
            Field::Squeeze => self.squeeze.to_string(),
        }
    }
}

pub(super) const NOT_STATED: &str = "not stated";
const ANY: &str = "any";

/// In one line: `ARRI, ALEXA 35, 4.6K 3:2 OG, ARRIRAW, 4608x3164, EI 400 to 1600, squeeze 1`. What is not asked for is not said.
impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said = |field: Field| {
            let words = self.words(field);
            let unasked = match field {
                Field::Serial | Field::Mode | Field::Ei => ANY,
                _ => NOT_STATED,
            };
            (words != unasked).then(|| match (field, words.as_str()) {
                (Field::Ei | Field::Squeeze | Field::Serial, _) | (_, ANY) => format!("{} {words}", field.label()),
                _ => words,
            })
        };
        f.write_str(&Field::ALL.into_iter().filter_map(said).collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind() -> Kind {
        let text = |t: &str| Some(t.to_owned());
        Kind {
            make: text("ARRI"),
            model: text("ALEXA 35"),
            serial: text("4711"),
            mode: text("4.6K 3:2 OG"),
            codec: text("HDE"),
            resolution: Size::new(40, 30),
            ei: Some(800),
            squeeze: 2.0,
        }
    }

    fn refusal(scope: &Scope, change: impl FnOnce(&mut Kind)) -> String {
        let mut other = kind();
        change(&mut other);
        scope.admit(&other).map_or_else(|e| format!("{} {e}", e.exit_code()), |()| String::new())
    }

    #[test]
    fn a_clip_outside_is_refused_with_the_field_and_both_values() {
        let scope = Scope { ei: Some(Match::Range { min: 400, max: 1600 }), ..Scope::exactly(&kind()) };
        let refusal = |change: fn(&mut Kind)| refusal(&scope, change);
        assert_eq!(refusal(|_| ()), "");
        assert_eq!(refusal(|k| k.serial = None), "", "takes of every camera of a model");
        assert_eq!(refusal(|k| k.model = None), "12 scope.model = not stated: the recipe was approved for ALEXA 35");
        assert_eq!(refusal(|k| k.mode = Some("4K".into())), "12 scope.mode = 4K: the recipe was approved for 4.6K 3:2 OG");
        assert_eq!(refusal(|k| k.ei = Some(3200)), "12 scope.ei = 3200: the recipe was approved for 400 to 1600");
        assert_eq!(refusal(|k| k.ei = None), "12 scope.ei = not stated: the recipe was approved for 400 to 1600");
        assert_eq!(refusal(|k| k.codec = Some("x".into())), "12 scope.codec = x: the recipe was approved for HDE");
        assert_eq!(refusal(|k| k.squeeze = 1.0), "12 scope.squeeze = 1: the recipe was approved for 2");
        assert_eq!(refusal(|k| k.resolution = Size::new(40, 31)), "12 scope.resolution = 40x31: the recipe was approved for 40x30");
        // What the approved clip does not state is not asked of these, and asked of others.
        let scope = Scope::exactly(&Kind { mode: None, ei: None, ..kind() });
        assert!(scope.admit(&kind()).is_ok());
        let scope = Scope::exactly(&Kind { make: None, ..kind() });
        assert_eq!(scope.admit(&kind()).unwrap_err().to_string(), "scope.make = ARRI: the recipe was approved for not stated");
    }

    #[test]
    fn a_widened_scope_admits_what_was_said_and_no_more() {
        let said: Widening = r#"ei:400..1600 model:"ALEXA 35","ALEXA Mini LF" mode:any serial:4711,4712 squeeze:1..2"#.parse().unwrap();
        let scope = said.of(&kind());
        let refusal = |change: fn(&mut Kind)| refusal(&scope, change);
        assert_eq!(refusal(|k| (k.ei, k.mode, k.squeeze) = (Some(1600), None, 1.33)), "");
        assert_eq!(refusal(|k| (k.model, k.serial) = (Some("ALEXA Mini LF".into()), Some("4712".into()))), "");
        assert_eq!(
            refusal(|k| k.model = Some("ALEXA 65".into())),
            "12 scope.model = ALEXA 65: the recipe was approved for ALEXA 35 or ALEXA Mini LF"
        );
        assert_eq!(refusal(|k| k.serial = Some("1".into())), "12 scope.serial = 1: the recipe was approved for 4711 or 4712");
        assert_eq!(refusal(|k| k.squeeze = 2.5), "12 scope.squeeze = 2.5: the recipe was approved for 1 to 2");
        assert_eq!(refusal(|k| k.make = Some("RED".into())), "12 scope.make = RED: the recipe was approved for ARRI");
        assert_eq!(scope.to_string(), "ARRI, ALEXA 35 or ALEXA Mini LF, serial 4711 or 4712, HDE, 40x30, EI 400 to 1600, squeeze 1 to 2");
        assert_eq!(Scope { make: Some(Match::Any), ..scope.clone() }.to_string().split(", ").next(), Some("make any"));
        let json = serde_json::to_value(&scope).unwrap();
        assert_eq!(serde_json::from_value::<Scope>(json).unwrap(), scope);
    }

    #[test]
    fn scopes_from_before_are_read() {
        let text =
            r#"{"make":"ARRI","model":null,"codec":"x","resolution":{"width":4,"height":3},"ei":{"min":800,"max":800},"squeeze":1.0}"#;
        let scope: Scope = serde_json::from_str(text).unwrap();
        assert_eq!((scope.words(Field::Ei), scope.words(Field::Model)), ("800".into(), NOT_STATED.into()));
        assert_eq!(serde_json::to_string(&scope).unwrap(), text, "and written as they were");
        for bad in [r#""ei":"800""#, r#""odd":1"#, r#""make":["ARRI"]"#, r#""make":{"any_of":[]}"#, r#""make":{"any":1}"#] {
            let edited = text.replacen("\"model\":null", &format!("\"model\":null,{bad}"), 1).replacen("\"make\":\"ARRI\",", "", 1);
            assert!(serde_json::from_str::<Scope>(&edited).is_err(), "{bad}");
        }
    }
}
