//! From a value to its height in a scope, and the lines that are drawn across it.

use super::itp;
use crate::color::curve::Pq;
use serde::{Deserialize, Serialize};

/// What the height of a scope is marked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Display code values of 0 to 1023, full range.
    Code,
    /// Light of the display, cd/m².
    Nits,
    /// Stops over 18 % grey, of scene-linear values.
    Stops,
}

/// How values of a picture become heights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    Code,
    Stops,
    Nits(Eotf),
}

/// How a display makes light of code values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Eotf {
    /// `peak * code^gamma`, cd/m².
    Power { gamma: f32, peak: f32 },
    /// IEC 61966-2-1 with its linear part, cd/m² at code value 1.
    Srgb { peak: f32 },
    /// SMPTE ST 2084.
    Pq,
}

impl Eotf {
    /// That of an output transform, by the words of its title; none where they do not say it.
    pub fn of(title: &str) -> Option<Self> {
        let words = title.to_ascii_lowercase().replace(['-', '_', ' ', '.'], "");
        let has = |word: &str| words.contains(word);
        Some(match () {
            // Light itself, and a curve whose light depends on the display.
            () if has("tociexyz") || has("hlg") => return None,
            () if has("st2084") => Self::Pq,
            () if has("srgb") => Self::Srgb { peak: 100.0 },
            // Cinema projectors: 48 nit.
            () if has("gamma2pt6") || has("gamma26") || has("dcdm") => Self::Power { gamma: 2.6, peak: 48.0 },
            () if has("gamma2pt2") || has("gamma22") => Self::Power { gamma: 2.2, peak: 100.0 },
            () if has("bt1886") => Self::Power { gamma: 2.4, peak: 100.0 },
            () => return None,
        })
    }

    /// The code value that makes this light, cd/m²; the inverse of [`light`](Self::light).
    pub fn code(self, nits: f32) -> f32 {
        match self {
            Self::Power { gamma, peak } => (nits / peak).clamp(0.0, 1.0).powf(1.0 / gamma),
            Self::Srgb { peak } => {
                let v = (nits / peak).clamp(0.0, 1.0);
                if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 }
            }
            Self::Pq => itp::pq(f64::from(nits)) as f32,
        }
    }

    /// cd/m².
    pub fn light(self, code: f32) -> f32 {
        let v = code.clamp(0.0, 1.0);
        match self {
            Self::Power { gamma, peak } => peak * v.powf(gamma),
            Self::Srgb { peak } => peak * if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) },
            Self::Pq => {
                // SMPTE ST 2084, equation 4.1.
                let [m1, m2, c1, c2, c3] = [Pq::M1, Pq::M2, Pq::C1, Pq::C2, Pq::C3].map(|c| c as f32);
                let root = v.powf(1.0 / m2);
                10_000.0 * ((root - c1).max(0.0) / (c2 - c3 * root)).powf(1.0 / m1)
            }
        }
    }
}

/// Stops over grey at the bottom and the top of a scope: a camera's range with room to spare.
pub const STOPS: [f32; 2] = [-10.0, 8.0];
/// Code values beyond 0..1 that are plotted.
const MARGIN: f32 = 0.05;
/// Light at the bottom and the top of a scope in nits; the scale is logarithmic.
pub const NITS: [f32; 2] = [0.01, 10_000.0];

impl Scale {
    pub const fn unit(self) -> Unit {
        match self {
            Self::Code => Unit::Code,
            Self::Stops => Unit::Stops,
            Self::Nits(_) => Unit::Nits,
        }
    }

    /// Height of a value, 0 at the bottom and 1 at the top; held within.
    pub fn height(self, value: f32) -> f32 {
        let between = |v: f32, low: f32, high: f32| (v - low) / (high - low);
        let height = match self {
            Self::Code => between(value, -MARGIN, 1.0 + MARGIN),
            Self::Stops => between((value / 0.18).max(f32::MIN_POSITIVE).log2(), STOPS[0], STOPS[1]),
            Self::Nits(eotf) => between(eotf.light(value).max(NITS[0]).log10(), NITS[0].log10(), NITS[1].log10()),
        };
        // Not-a-number compares false and lies at the bottom.
        if height > 0.0 { height.min(1.0) } else { 0.0 }
    }

    /// Heights that are marked, with what is written beside them.
    pub fn marks(self) -> Vec<(f32, String)> {
        match self {
            Self::Code => [0, 256, 512, 768, 1023].map(|c| (self.height(c as f32 / 1023.0), c.to_string())).to_vec(),
            Self::Stops => {
                let mark = |s: i32| (self.height(0.18 * (s as f32).exp2()), if s == 0 { "grey".into() } else { format!("{s:+}") });
                (-8..=6).step_by(2).map(mark).collect()
            }
            Self::Nits(_) => {
                let mark = |nits: f32| {
                    let height = (nits.log10() - NITS[0].log10()) / (NITS[1].log10() - NITS[0].log10());
                    (height, nits.to_string())
                };
                [0.1, 1.0, 10.0, 100.0, 1000.0].map(mark).to_vec()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_where_their_marks_are() {
        let nits = Scale::Nits(Eotf::Power { gamma: 2.4, peak: 100.0 });
        assert!((Scale::Code.height(0.5) - 0.5).abs() < 1e-6);
        assert!((Scale::Stops.height(0.18) - 10.0 / 18.0).abs() < 1e-6);
        assert!((Scale::Stops.height(0.36) - 11.0 / 18.0).abs() < 1e-6);
        // 100 nit is code value 1 on a display of 100 nit.
        let hundred = nits.marks().iter().find(|(_, text)| text == "100").unwrap().0;
        assert!((nits.height(1.0) - hundred).abs() < 1e-6);
        for scale in [Scale::Code, Scale::Stops, nits, Scale::Nits(Eotf::Pq)] {
            assert!(scale.marks().windows(2).all(|m| m[0].0 < m[1].0));
            for v in [f32::NAN, f32::NEG_INFINITY, -1.0, 0.0, 1e30, f32::INFINITY] {
                assert!((0.0..=1.0).contains(&scale.height(v)), "{v}");
            }
        }
    }

    #[test]
    fn displays_are_known_by_their_transform() {
        let of = |name: &str| Eotf::of(crate::color::named(name).unwrap().title);
        assert_eq!(of("aces2-rec709-d65-100nit-in-rec709-d65-bt1886"), Some(Eotf::Power { gamma: 2.4, peak: 100.0 }));
        assert_eq!(of("aces2-p3-d65-48nit-in-p3-d65-gamma2pt6"), Some(Eotf::Power { gamma: 2.6, peak: 48.0 }));
        assert_eq!(of("aces2-p3-d65-1000nit-in-rec2100-d65-st2084"), Some(Eotf::Pq));
        assert_eq!(of("aces2-p3-d65-100nit-in-p3-d65-srgb-piecewise"), Some(Eotf::Srgb { peak: 100.0 }));
        assert_eq!(of("aces1-sdr-cinema-p3d60"), Some(Eotf::Power { gamma: 2.6, peak: 48.0 }));
        assert_eq!(of("aces1-hdr-1000-p3-pq"), Some(Eotf::Pq));
        for none in ["aces2-p3-d65-1000nit-in-rec2100-d65-hlg", "aces2-rec709-d65-100nit-xyz", "aces1-sdr-cinema-xyz"] {
            assert_eq!(of(none), None, "{none}");
        }
        // ST 2084: code value 0.5081 is 100 nit.
        assert!((Eotf::Pq.light(0.508_08) - 100.0).abs() < 0.1);
        for eotf in [Eotf::Pq, Eotf::Srgb { peak: 100.0 }, Eotf::Power { gamma: 2.6, peak: 48.0 }] {
            for code in [0.03, 0.3, 0.9] {
                assert!((eotf.code(eotf.light(code)) - code).abs() < 1e-5, "{eotf:?} {code}");
            }
        }
    }
}
