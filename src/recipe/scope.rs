//! Which clips a recipe may be used on.

use crate::{
    camera::Clip,
    error::{Error, Result},
    image::Size,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a clip has to be. One outside is refused, not guessed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    pub make: Option<String>,
    pub model: Option<String>,
    /// Sensor mode; any where the approved clip states none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    pub codec: Option<String>,
    pub resolution: Size,
    /// Exposure indices; any where the approved clip states none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ei: Option<Indices>,
    pub squeeze: f64,
}

/// Exposure indices from `min` to `max`, both among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Indices {
    pub min: u32,
    pub max: u32,
}

impl Indices {
    pub fn contain(&self, index: u32) -> bool {
        (self.min..=self.max).contains(&index)
    }
}

impl fmt::Display for Indices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max { write!(f, "{}", self.min) } else { write!(f, "{} to {}", self.min, self.max) }
    }
}

/// `800`, or `200-3200`.
impl FromStr for Indices {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || Error::usage("exposure indices are 800, or 200-3200").field("ei").value(text);
        let number = |part: &str| part.trim().parse::<u32>().map_err(|_| bad());
        let (min, max) = text.split_once('-').unwrap_or((text, text));
        let found = Self { min: number(min)?, max: number(max)? };
        if found.min <= found.max { Ok(found) } else { Err(bad()) }
    }
}

impl Scope {
    /// What exactly a clip is: its own exposure index alone.
    pub fn of(clip: &dyn Clip) -> Self {
        let m = clip.metadata();
        Self {
            make: m.make.as_ref().map(|f| f.value.clone()),
            model: m.model.as_ref().map(|f| f.value.clone()),
            mode: m.sensor_mode.as_ref().map(|f| f.value.clone()),
            codec: m.codec.as_ref().map(|f| f.value.clone()),
            resolution: clip.size(),
            ei: m.exposure_index.as_ref().map(|f| Indices { min: f.value, max: f.value }),
            squeeze: m.squeeze.as_ref().map_or(1.0, |f| f.value),
        }
    }

    /// Fails, naming the field and both values, unless `other`, which is what a clip is, lies within.
    pub fn admit(&self, other: &Scope) -> Result<()> {
        let text = |v: &Option<String>| v.clone().unwrap_or_else(|| "not stated".into());
        let index = |v: &Option<Indices>| v.map_or_else(|| "not stated".into(), |v| v.to_string());
        let within = |ei: Indices| other.ei.is_some_and(|o| ei.contain(o.min) && ei.contain(o.max));
        let fields = [
            ("make", self.make == other.make, text(&self.make), text(&other.make)),
            ("model", self.model == other.model, text(&self.model), text(&other.model)),
            ("mode", self.mode.is_none() || self.mode == other.mode, text(&self.mode), text(&other.mode)),
            ("codec", self.codec == other.codec, text(&self.codec), text(&other.codec)),
            ("resolution", self.resolution == other.resolution, self.resolution.to_string(), other.resolution.to_string()),
            ("ei", self.ei.is_none_or(within), index(&self.ei), index(&other.ei)),
            ("squeeze", self.squeeze == other.squeeze, self.squeeze.to_string(), other.squeeze.to_string()),
        ];
        match fields.into_iter().find(|(_, fits, ..)| !fits) {
            None => Ok(()),
            Some((field, _, wanted, found)) => {
                Err(Error::refused(format!("the recipe was approved for {wanted}")).field(format!("scope.{field}")).value(found))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        let text = |t: &str| Some(t.to_owned());
        Scope {
            make: text("ARRI"),
            model: text("ALEXA 35"),
            mode: text("4.6K 3:2 OG"),
            codec: text("HDE"),
            resolution: Size::new(40, 30),
            ei: Some(Indices { min: 400, max: 1600 }),
            squeeze: 2.0,
        }
    }

    fn refusal(change: impl FnOnce(&mut Scope)) -> String {
        let mut other = Scope { ei: Some(Indices { min: 800, max: 800 }), ..scope() };
        change(&mut other);
        scope().admit(&other).map_or_else(|e| format!("{} {e}", e.exit_code()), |()| String::new())
    }

    #[test]
    fn a_clip_outside_is_refused_with_the_field_and_both_values() {
        assert_eq!(refusal(|_| ()), "");
        assert_eq!(refusal(|s| s.model = None), "12 scope.model = not stated: the recipe was approved for ALEXA 35");
        assert_eq!(refusal(|s| s.mode = Some("4K".into())), "12 scope.mode = 4K: the recipe was approved for 4.6K 3:2 OG");
        assert_eq!(
            refusal(|s| s.ei = Some(Indices { min: 3200, max: 3200 })),
            "12 scope.ei = 3200: the recipe was approved for 400 to 1600"
        );
        assert_eq!(refusal(|s| s.ei = None), "12 scope.ei = not stated: the recipe was approved for 400 to 1600");
        assert_eq!(refusal(|s| s.codec = Some("x".into())), "12 scope.codec = x: the recipe was approved for HDE");
        assert_eq!(refusal(|s| s.squeeze = 1.0), "12 scope.squeeze = 1: the recipe was approved for 2");
        assert_eq!(refusal(|s| s.resolution = Size::new(40, 31)), "12 scope.resolution = 40x31: the recipe was approved for 40x30");
        // What the approved clip does not state is not asked, as in recipes from before it was written.
        assert!(Scope { mode: None, ei: None, ..scope() }.admit(&scope()).is_ok());
    }

    #[test]
    fn indices_are_one_or_from_one_to_another() {
        assert_eq!("800".parse(), Ok(Indices { min: 800, max: 800 }));
        assert_eq!("200 - 3200".parse(), Ok(Indices { min: 200, max: 3200 }));
        for bad in ["", "-", "a", "800-", "3200-200", "-800", "1.5"] {
            assert_eq!(bad.parse::<Indices>().unwrap_err().exit_code(), 2, "{bad}");
        }
    }
}
