//! How far a golden frame may come out from what was approved. The same bits, unless the specialist allows a difference, and says by
//! which measure.

use crate::{
    color::Processor,
    error::{Error, Result},
    image::{Image, PixelHash, hash_pixels},
    pipeline::{Plan, Stage, plate_exr},
    scope::itp::{Light, distance, itp},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, path::Path, str::FromStr};

/// Of two plates whose pixels are not the same, how far each pixel may lie from the golden one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    pub metric: Metric,
    /// Of the farthest pixel.
    pub max: f64,
    /// That 99.9 % of the pixels stay within.
    #[serde(rename = "p99.9")]
    pub p999: f64,
}

/// By what a difference is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// dE ITP (ITU-R BT.2124) on the approved output: 1 is about a just-noticeable difference.
    Itp,
    /// Of scene-linear light, the farthest of the channels, as a part of the golden value: 0.001 is a thousandth, some 1/700 stop.
    Relative,
}

/// Below, a part of the golden value says nothing: ten stops under 18 % grey.
const DARKEST: f64 = 0.18 / 1024.0;
/// Largest bound that means anything: by dE ITP nothing is as far apart.
const LARGEST: f64 = 1000.0;

impl Metric {
    const ALL: [Self; 2] = [Self::Itp, Self::Relative];

    pub fn name(self) -> &'static str {
        match self {
            Self::Itp => "itp",
            Self::Relative => "relative",
        }
    }
    pub fn label(self) -> &'static str {
        match self {
            Self::Itp => "dE ITP",
            Self::Relative => "of scene-linear light",
        }
    }
}

/// How far two pictures are apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    pub metric: Metric,
    pub max: f64,
    #[serde(rename = "p99.9")]
    pub p999: f64,
}

impl Tolerance {
    /// # Errors
    /// Usage: a bound that is none, or a largest difference below that of most pixels.
    pub fn check(&self) -> Result<()> {
        let wrong = |why: &str, field: &str, value: f64| Err(Error::usage(why.to_owned()).field(format!("tolerance.{field}")).value(value));
        for (field, value) in [("max", self.max), ("p99.9", self.p999)] {
            if !(value > 0.0 && value <= LARGEST) {
                return wrong(
                    &format!("a bound lies above 0 and is {LARGEST} at most; without a tolerance the bits have to be the same"),
                    field,
                    value,
                );
            }
        }
        if self.p999 > self.max {
            return wrong("99.9 % of the pixels cannot lie farther than the farthest", "p99.9", self.p999);
        }
        Ok(())
    }

    pub fn admits(&self, found: &Difference) -> bool {
        found.metric == self.metric && found.max <= self.max && found.p999 <= self.p999
    }

    /// How far a plate that was made again is from the golden one, whose file has to be the approved one.
    ///
    /// # Errors
    /// Verification: the golden file is not what was approved, or the plates are not of one size. Unsupported: the light of the display is
    /// not known, which dE ITP needs.
    pub fn measure(&self, plan: &Plan, golden: (&Path, &PixelHash), made: &Image) -> Result<Difference> {
        let (file, approved) = golden;
        let kept = plate_exr::read(file)?;
        let found = hash_pixels(&kept);
        if found != *approved {
            let message = format!("the golden plate is not the one that was approved ({approved}): nothing can be measured by it");
            return Err(Error::verification(message).file(file).value(found));
        }
        self.between(plan, &kept, made)
    }

    /// # Errors
    /// As [`Tolerance::measure`].
    pub fn between(&self, plan: &Plan, golden: &Image, made: &Image) -> Result<Difference> {
        if golden.size() != made.size() {
            let message = format!("the golden plate is {}", golden.size());
            return Err(Error::verification(message).field("golden.plate").value(made.size()));
        }
        let far = match self.metric {
            Metric::Relative => relative(golden, made),
            Metric::Itp => {
                let light = plan.output_title().and_then(Light::of);
                let light = light.ok_or_else(|| {
                    Error::unsupported("the light of this output is not known: it cannot be measured in dE ITP").field("tolerance.metric")
                })?;
                let road = Processor::new(&plan.ops(Stage::Aces, Stage::Display)?);
                let [seen, again] = [golden, made].map(|plate| {
                    let mut picture = plate.clone();
                    road.apply_image(&mut picture);
                    picture
                });
                in_itp(&light, &seen, &again)
            }
        };
        Ok(summed(self.metric, far))
    }
}

fn relative(golden: &Image, made: &Image) -> Vec<f64> {
    let part = |i: usize| {
        let of = |c: usize| {
            let (a, b) = (f64::from(golden.planes[c][i]), f64::from(made.planes[c][i]));
            if a.to_bits() == b.to_bits() || a == b { 0.0 } else { (b - a).abs() / a.abs().max(DARKEST) }
        };
        (0..3).map(of).fold(0.0, worse)
    };
    (0..golden.planes[0].len()).map(part).collect()
}

fn in_itp(light: &Light, golden: &Image, made: &Image) -> Vec<f64> {
    let seen = |image: &Image, i: usize| itp(light.of_code(std::array::from_fn(|c| image.planes[c][i])));
    (0..golden.planes[0].len()).map(|i| distance(seen(golden, i), seen(made, i))).collect()
}

/// What is no number is farther than everything.
fn worse(a: f64, b: f64) -> f64 {
    if b.is_nan() || b > a { b } else { a }
}

fn summed(metric: Metric, mut far: Vec<f64>) -> Difference {
    far.iter_mut().filter(|d| !d.is_finite()).for_each(|d| *d = f64::MAX);
    far.sort_by(f64::total_cmp);
    // Rounded up: of a thousand pixels one may lie farther, of fewer none.
    let at = (far.len() * 999).div_ceil(1000).saturating_sub(1);
    Difference { metric, max: far.last().copied().unwrap_or(0.0), p999: far.get(at).copied().unwrap_or(0.0) }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at most, {} for 99.9 % of the pixels", self.max, self.metric.label(), self.p999)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.max == f64::MAX {
            return f.write_str("pixels that are no numbers");
        }
        write!(f, "{:.3e} {} at most, {:.3e} for 99.9 % of the pixels", self.max, self.metric.label(), self.p999)
    }
}

impl Tolerance {
    /// What is typed for it: `itp:1,0.25`.
    pub fn text(&self) -> String {
        format!("{}:{},{}", self.metric.name(), self.max, self.p999)
    }
}

/// `itp:1,0.25`: the measure, the largest difference, and that of 99.9 % of the pixels.
impl FromStr for Tolerance {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong =
            || Error::usage("a tolerance is METRIC:MAX,P99.9 such as itp:1,0.25 or relative:0.001,0.0005").field("tolerance").value(text);
        let (name, bounds) = text.split_once(':').ok_or_else(wrong)?;
        let metric = Metric::ALL.into_iter().find(|m| m.name() == name.trim()).ok_or_else(wrong)?;
        let (max, p999) = bounds.split_once(',').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
        let found = Self { metric, max: number(max)?, p999: number(p999)? };
        found.check()?;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    fn plate(edit: impl Fn(usize) -> f32) -> Image {
        Image::from_planes(Size::new(100, 100), std::array::from_fn(|_| (0..10_000).map(&edit).collect()))
    }

    #[test]
    fn what_is_typed_is_read() {
        let of: Tolerance = "itp:1,0.25".parse().unwrap();
        assert_eq!(of, Tolerance { metric: Metric::Itp, max: 1.0, p999: 0.25 });
        assert_eq!(of.text().parse(), Ok(of));
        assert_eq!(serde_json::to_string(&of).unwrap(), r#"{"metric":"itp","max":1.0,"p99.9":0.25}"#);
        for bad in ["", "itp", "itp:1", "lab:1,1", "itp:0,0", "itp:-1,-1", "itp:0.1,0.2", "itp:nan,1", "itp:1,2,3", "relative:1e9,1"] {
            assert_eq!(bad.parse::<Tolerance>().unwrap_err().exit_code(), 2, "{bad}");
        }
    }

    #[test]
    fn the_farthest_pixel_and_most_of_them_are_told() {
        let golden = plate(|_| 0.5);
        let of = |made: &Image| summed(Metric::Relative, relative(&golden, made));
        assert_eq!(of(&golden), Difference { metric: Metric::Relative, max: 0.0, p999: 0.0 });
        // One pixel of ten thousand is far: most are not.
        let one = of(&plate(|i| if i == 77 { 1.0 } else { 0.5 }));
        assert_eq!((one.max, one.p999), (1.0, 0.0));
        let many = of(&plate(|i| if i < 11 { 0.75 } else { 0.5 }));
        assert_eq!((many.max, many.p999), (0.5, 0.5), "eleven of ten thousand are more than one of a thousand");
        assert!(of(&plate(|i| if i == 0 { f32::NAN } else { 0.5 })).max == f64::MAX);
        // A golden pixel that is no number is itself.
        let odd = plate(|i| if i == 0 { f32::INFINITY } else { 0.5 });
        assert_eq!(summed(Metric::Relative, relative(&odd, &odd)).max, 0.0);
        let tolerance = Tolerance { metric: Metric::Relative, max: 1.0, p999: 0.1 };
        assert!(tolerance.admits(&one) && !tolerance.admits(&many));
        assert!(!Tolerance { metric: Metric::Itp, ..tolerance }.admits(&one), "another measure");
        // In the dark a difference counts as one of the darkest that counts.
        let dark = summed(Metric::Relative, relative(&plate(|_| 0.0), &plate(|_| 0.18 / 1024.0)));
        assert!((dark.max - 1.0).abs() < 1e-6, "{dark:?}");
    }

    #[test]
    fn what_the_eye_sees_is_measured_on_the_display() {
        let (a, b) = (plate(|_| 0.5), plate(|i| if i % 2 == 0 { 0.5 } else { 0.51 }));
        let far = summed(Metric::Itp, in_itp(&Light::REC709, &a, &b));
        let wanted = distance(itp(Light::REC709.of_code([0.5; 3])), itp(Light::REC709.of_code([0.51; 3])));
        assert!((far.max - wanted).abs() < 1e-9 && far.max > 0.5, "{far:?} {wanted}");
    }
}
