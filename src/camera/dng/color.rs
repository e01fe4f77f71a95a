//! From camera RGB to ACES2065-1 by the calibration a DNG carries (DNG 1.4 chapter 6, "Mapping Camera Color Space to
//! CIE XYZ Space").

use crate::{
    camera::{
        CameraColor, Rational,
        temperature::{self, Xy, xy},
        tiff::{Ifd, Tag},
    },
    color::rgb::{ACES_WHITE, BRADFORD, D50, IDENTITY, Mat3, XYZ_TO_AP0, diagonal, invert, multiply, transform, white_xyz},
    error::{Error, Result},
};

type Vector = [f64; 3];

/// One calibration: what the tags numbered 1, 2 or 3 say.
#[derive(Clone, Debug)]
struct Calibration {
    /// Its illuminant, where that is known: temperature as the DNG SDK takes it, and chromaticity.
    illuminant: Option<(f64, Xy)>,
    /// XYZ to reference camera RGB (ColorMatrix).
    color: Mat3,
    /// Reference camera RGB to this unit's (CameraCalibration).
    unit: Mat3,
    /// White-balanced reference camera RGB to XYZ at D50 (ForwardMatrix), its rows scaled so that neutral is D50 exactly.
    forward: Option<Mat3>,
}

impl Calibration {
    /// This one at 0, `other` at 1.
    fn mixed(&self, other: &Self, t: f64) -> Self {
        Self {
            illuminant: None,
            color: mix(&self.color, &other.color, t),
            unit: mix(&self.unit, &other.unit, t),
            forward: match (&self.forward, &other.forward) {
                (Some(a), Some(b)) => Some(mix(a, b, t)),
                (one, other) => one.or(*other),
            },
        }
    }
}

/// The tags of each calibration: ColorMatrix, CalibrationIlluminant, IlluminantData, CameraCalibration, ForwardMatrix.
const CALIBRATIONS: [[Tag; 5]; 3] = [
    [Tag::COLOR_MATRIX_1, Tag::CALIBRATION_ILLUMINANT_1, Tag::ILLUMINANT_DATA_1, Tag::CAMERA_CALIBRATION_1, Tag::FORWARD_MATRIX_1],
    [Tag::COLOR_MATRIX_2, Tag::CALIBRATION_ILLUMINANT_2, Tag::ILLUMINANT_DATA_2, Tag::CAMERA_CALIBRATION_2, Tag::FORWARD_MATRIX_2],
    [Tag::COLOR_MATRIX_3, Tag::CALIBRATION_ILLUMINANT_3, Tag::ILLUMINANT_DATA_3, Tag::CAMERA_CALIBRATION_3, Tag::FORWARD_MATRIX_3],
];

/// The light source whose chromaticity stands in IlluminantData (Exif: other).
const OTHER: u32 = 255;

/// DNG 52533 to 52535: a type, 0 for a chromaticity as two RATIONALs, 1 for a spectrum.
fn illuminant_data(ifd: &Ifd, tag: Tag) -> Result<Option<Xy>> {
    let Some(bytes) = ifd.bytes(tag)? else { return Ok(None) };
    let bad = || Error::invalid("holds no chromaticity").field(tag.to_string()).value(format!("{} bytes", bytes.len()));
    match ifd.u16_of(bytes) {
        Some(0) => {
            let [x, y] = [2, 10].map(|at| bytes.get(at..at + 8).and_then(|b| ifd.rational_of(b)).map(Rational::to_f64));
            let white = x.zip(y).map(|(x, y)| [x, y]).filter(|w| w.iter().all(|v| (1e-4..1.0).contains(v)));
            white.map(Some).ok_or_else(bad)
        }
        Some(1) => Err(Error::unsupported("an illuminant given as a spectrum is not read").field(tag.to_string()).value(1)),
        _ => Err(bad()),
    }
}

/// How much each of three calibrations counts: by its distance from the white in reciprocal temperature and tint (DNG 1.7
/// chapter 6; the formula of the DNG SDK 1.7).
fn triple_weights(white: Xy, illuminants: [Xy; 3]) -> [f64; 3] {
    let place = |w: Xy| [(1500.0 / temperature::correlated(w)).min(1.0), temperature::tint(w) / 200.0];
    let at = place(white);
    let near = illuminants.map(|illuminant| {
        let [dx, dy] = [0, 1].map(|i| at[i] - place(illuminant)[i]);
        1.0 / (dx * dx + dy * dy + 1e-8)
    });
    let share = normalized_to_one(near);
    // A smooth step, and a little off so that one far away counts nothing.
    normalized_to_one(share.map(|w| ((w * w * (3.0 - 2.0 * w) - 0.02) / 0.98).clamp(0.0, 1.0)))
}

fn normalized_to_one(w: [f64; 3]) -> [f64; 3] {
    let sum = w[0] + w[1] + w[2];
    w.map(|v| v / sum)
}

/// What a DNG says of colour.
#[derive(Clone, Debug)]
pub struct Profile {
    calibrations: Vec<Calibration>,
    analog_balance: Vector,
    white: White,
    baseline_exposure: f64,
}

/// How the white of the shot is given.
#[derive(Clone, Copy, Debug)]
pub enum White {
    /// Camera RGB of a neutral (AsShotNeutral).
    Neutral(Vector),
    /// Its chromaticity (AsShotWhiteXY).
    Chromaticity(Xy),
}

impl Profile {
    /// `None` where the file gives no ColorMatrix1 or no white: then its colours are not known.
    pub fn read(ifd0: &Ifd) -> Result<Option<Self>> {
        let matrix = |tag| Ok::<_, Error>(ifd0.f64_array::<9>(tag)?.map(rows));
        let Some(first) = ifd0.entry(Tag::COLOR_MATRIX_1) else { return Ok(None) };
        if first.count != 9 {
            let reduced =
                if ifd0.has(Tag::REDUCTION_MATRIX_1) { format!(", {} is not applied", Tag::REDUCTION_MATRIX_1) } else { String::new() };
            return Err(Error::unsupported(format!("only sensors of three colours (9 values) are read{reduced}"))
                .field(format!("count of {}", Tag::COLOR_MATRIX_1))
                .value(first.count));
        }
        // A unit's calibration holds for the profile it was made with: their signatures have to match.
        let signature = |tag| ifd0.text(tag).map(Option::unwrap_or_default);
        let signed = signature(Tag::CAMERA_CALIBRATION_SIGNATURE)? == signature(Tag::PROFILE_CALIBRATION_SIGNATURE)?;
        let read = |[color, illuminant, data, unit, forward]: [Tag; 5]| -> Result<Option<Calibration>> {
            let Some(color) = matrix(color)? else { return Ok(None) };
            let unit = matrix(unit)?.filter(|_| signed).unwrap_or(IDENTITY);
            let forward = match matrix(forward)? {
                None => None,
                Some(m) => Some(normalized(m).ok_or_else(|| Error::invalid("maps neutral to black").field(forward.to_string()))?),
            };
            let illuminant = match ifd0.u32(illuminant)? {
                None => None,
                Some(OTHER) => illuminant_data(ifd0, data)?.map(|white| (temperature::correlated(white), white)),
                Some(code) => temperature::of_light_source(code).zip(temperature::white_of_light_source(code)),
            };
            Ok(Some(Calibration { illuminant, color, unit, forward }))
        };
        let mut calibrations = vec![];
        for tags in CALIBRATIONS {
            calibrations.extend(read(tags)?);
        }
        if calibrations.len() == 3 && calibrations.iter().any(|c| c.illuminant.is_none()) {
            return Err(Error::invalid("three matrices and not three illuminants").field(Tag::COLOR_MATRIX_3.to_string()));
        }
        let analog_balance = ifd0.f64_array(Tag::ANALOG_BALANCE)?.unwrap_or([1.0; 3]);
        positive(Tag::ANALOG_BALANCE, analog_balance)?;
        let white = match (ifd0.f64_array(Tag::AS_SHOT_NEUTRAL)?, ifd0.f64_array(Tag::AS_SHOT_WHITE_XY)?) {
            (Some(n), _) => {
                positive(Tag::AS_SHOT_NEUTRAL, n)?;
                White::Neutral(n)
            }
            (None, Some(w)) => {
                positive(Tag::AS_SHOT_WHITE_XY, w)?;
                White::Chromaticity(w)
            }
            (None, None) => return Ok(None),
        };
        // Cameras write 0/0 for "not known"; both default to 0.
        let stops = |tag| Ok::<_, Error>(ifd0.rational(tag)?.map_or(0.0, Rational::to_f64));
        let baseline_exposure = stops(Tag::BASELINE_EXPOSURE)? + stops(Tag::BASELINE_EXPOSURE_OFFSET)?;
        if baseline_exposure.abs() > 20.0 {
            return Err(Error::invalid("not an exposure in stops").field(Tag::BASELINE_EXPOSURE.to_string()).value(baseline_exposure));
        }
        Ok(Some(Self { calibrations, analog_balance, white, baseline_exposure }))
    }

    /// The profile of a camera that states one matrix (XYZ to camera RGB, for an Exif light source) and the white of the shot.
    pub fn of_one(color: [f64; 9], light_source: u32, white: White) -> Self {
        let illuminant = temperature::of_light_source(light_source).zip(temperature::white_of_light_source(light_source));
        let calibration = Calibration { illuminant, color: rows(color), unit: IDENTITY, forward: None };
        Self { calibrations: vec![calibration], analog_balance: [1.0; 3], white, baseline_exposure: 0.0 }
    }

    /// The calibration at a white: two interpolated by reciprocal temperature, clamped to their illuminants, three by
    /// their distance from the white. With one calibration, or illuminants that are no two temperatures, the first holds
    /// everywhere (DNG 1.7 chapter 6).
    fn at(&self, white: Xy) -> Calibration {
        let first = &self.calibrations[0];
        if let [one, two, three] = self.calibrations.as_slice() {
            let [w1, w2, w3] = triple_weights(white, [one, two, three].map(|c| c.illuminant.map_or(D50, |i| i.1)));
            // Two mixtures in a row: of the first two, then of those and the third.
            let pair = if w1 + w2 > 0.0 { w2 / (w1 + w2) } else { 0.0 };
            return one.mixed(two, pair).mixed(three, w3);
        }
        let Some(second) = self.calibrations.get(1) else { return first.clone() };
        let (Some((k1, _)), Some((k2, _))) = (first.illuminant, second.illuminant) else { return first.clone() };
        if k1 == k2 {
            return first.clone();
        }
        let kelvin = temperature::correlated(white);
        first.mixed(second, ((1.0 / kelvin - 1.0 / k1) / (1.0 / k2 - 1.0 / k1)).clamp(0.0, 1.0))
    }

    /// Reference camera RGB to the RGB of this unit: AnalogBalance x CameraCalibration.
    fn unit(&self, c: &Calibration) -> Mat3 {
        multiply(&diagonal(self.analog_balance), &c.unit)
    }

    fn xyz_to_camera(&self, white: Xy) -> Mat3 {
        let c = self.at(white);
        multiply(&self.unit(&c), &c.color)
    }

    /// White and neutral, each from the other. From the neutral by iteration, as the matrix depends on the white.
    fn white(&self) -> Option<(Xy, Vector)> {
        match self.white {
            White::Chromaticity(white) => {
                let neutral = transform(&self.xyz_to_camera(white), white_xyz(white));
                neutral.iter().all(|&v| v > 0.0).then_some((white, neutral))
            }
            White::Neutral(neutral) => {
                let step = |white: Xy| xy(transform(&invert(&self.xyz_to_camera(white))?, neutral));
                let mut last = D50;
                for _ in 0..MAX_ITERATIONS {
                    let next = step(last)?;
                    let moved = (next[0] - last[0]).abs() + (next[1] - last[1]).abs();
                    last = next;
                    if moved < CONVERGED {
                        return Some((last, neutral));
                    }
                }
                // It swings between two values: the middle is as good as either.
                let next = step(last)?;
                Some(([(last[0] + next[0]) / 2.0, (last[1] + next[1]) / 2.0], neutral))
            }
        }
    }

    /// Reduces the profile to what one frame needs. The scale of `to_aces` is such that `neutral`, whose largest
    /// component is 1, maps to ACES (1, 1, 1): the channel that clips first clips at 1.0. Exposure is kept apart.
    pub fn camera_color(&self) -> Result<CameraColor> {
        let bad = |tag: Tag| Error::invalid("gives no usable transform").field(tag.to_string());
        let (white, neutral) = self.white().ok_or_else(|| bad(Tag::AS_SHOT_NEUTRAL))?;
        let calibration = self.at(white);
        let unit = self.unit(&calibration);
        let to_xyz = match &calibration.forward {
            Some(forward) => {
                let to_reference = invert(&unit).ok_or_else(|| bad(Tag::CAMERA_CALIBRATION_1))?;
                let balance = transform(&to_reference, neutral).map(|v| 1.0 / v);
                multiply(&multiply(forward, &diagonal(balance)), &to_reference)
            }
            None => invert(&multiply(&unit, &calibration.color)).ok_or_else(|| bad(Tag::COLOR_MATRIX_1))?,
        };
        let largest = neutral.iter().copied().fold(0.0, f64::max);
        let neutral = neutral.map(|v| v / largest);
        // Adapt from what the neutral really maps to (D50 with a ForwardMatrix, the white of the shot without, up to
        // the last bits), so that it lands on the white of ACES exactly. Two linear Bradford adaptations in a row are one.
        let to_xyz_of_neutral = transform(&to_xyz, neutral);
        let adapt = bradford(to_xyz_of_neutral, white_xyz(ACES_WHITE)).ok_or_else(|| bad(Tag::AS_SHOT_NEUTRAL))?;
        let to_aces = multiply(&multiply(&XYZ_TO_AP0, &adapt), &to_xyz);
        if !to_aces.iter().flatten().chain(&neutral).all(|v| v.is_finite()) {
            return Err(bad(Tag::COLOR_MATRIX_1));
        }
        Ok(CameraColor { neutral, to_aces, baseline_exposure: self.baseline_exposure, kelvin: temperature::correlated(white) })
    }
}

/// Most steps from neutral to white.
const MAX_ITERATIONS: usize = 30;
/// Change of x and y below which the white is found.
const CONVERGED: f64 = 1e-7;

fn rows(v: [f64; 9]) -> Mat3 {
    std::array::from_fn(|r| std::array::from_fn(|c| v[3 * r + c]))
}

/// `a` at 0, `b` at 1.
fn mix(a: &Mat3, b: &Mat3, t: f64) -> Mat3 {
    std::array::from_fn(|r| std::array::from_fn(|c| a[r][c] * (1.0 - t) + b[r][c] * t))
}

/// Linear Bradford adaptation between two whites given as XYZ.
fn bradford(from: Vector, to: Vector) -> Option<Mat3> {
    let (a, b) = (transform(&BRADFORD, from), transform(&BRADFORD, to));
    let scale: Vector = std::array::from_fn(|i| b[i] / a[i]);
    let usable = scale.iter().all(|s| s.is_finite());
    usable.then(|| invert(&BRADFORD).map(|back| multiply(&multiply(&back, &diagonal(scale)), &BRADFORD)))?
}

/// Scales the rows so that (1, 1, 1) maps to D50.
fn normalized(m: Mat3) -> Option<Mat3> {
    let (now, wanted) = (transform(&m, [1.0; 3]), white_xyz(D50));
    let scale: Vector = std::array::from_fn(|i| wanted[i] / now[i]);
    scale.iter().all(|s| s.is_finite() && *s > 0.0).then(|| multiply(&diagonal(scale), &m))
}

fn positive<const N: usize>(tag: Tag, values: [f64; N]) -> Result<()> {
    // The range keeps ratios of them far from overflow; real values are within a few stops of 1.
    if values.iter().all(|v| (1e-4..=1e4).contains(v)) {
        return Ok(());
    }
    Err(Error::invalid("has to be positive").field(tag.to_string()).value(format!("{values:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The matrices of a GoPro HERO6 as its DNG states them: tungsten and D50.
    fn hero6() -> Profile {
        let calibration = |kelvin, m| Calibration { illuminant: Some((kelvin, D50)), color: rows(m), unit: IDENTITY, forward: None };
        Profile {
            calibrations: vec![
                calibration(2850.0, [1.8331, -0.8166, -0.2478, 0.1391, 0.8961, -0.0367, 0.0822, 0.0662, 0.2597]),
                calibration(5000.0, [1.0344, -0.421, -0.062, -0.2315, 1.0625, 0.1948, 0.0093, 0.1058, 0.5541]),
            ],
            analog_balance: [1.0; 3],
            white: White::Neutral([0.522449, 1.0, 0.571429]),
            baseline_exposure: 0.0,
        }
    }

    fn close(a: Vector, b: Vector, tolerance: f64) {
        assert!((0..3).all(|i| (a[i] - b[i]).abs() <= tolerance), "{a:?} is not {b:?}");
    }

    #[test]
    fn neutral_becomes_equal_rgb_at_one() {
        let color = hero6().camera_color().unwrap();
        close(transform(&color.to_aces, color.neutral), [1.0; 3], 1e-12);
        assert_eq!(color.neutral[1], 1.0);
    }

    #[test]
    fn the_white_found_is_the_white_that_makes_the_neutral() {
        let profile = hero6();
        let (white, neutral) = profile.white().unwrap();
        let back = transform(&profile.xyz_to_camera(white), white_xyz(white));
        let scale = neutral[1] / back[1];
        close(back.map(|v| v * scale), neutral, 1e-5);
        // Given as a chromaticity, the same white gives the same transform.
        let given = Profile { white: White::Chromaticity(white), ..profile.clone() }.camera_color().unwrap();
        let found = profile.camera_color().unwrap();
        (0..3).for_each(|r| close(given.to_aces[r], found.to_aces[r], 1e-4));
        assert!((given.kelvin - found.kelvin).abs() < 0.1);
    }

    #[test]
    fn calibrations_mix_by_reciprocal_temperature() {
        let profile = hero6();
        // A Planckian white of 3631 K lies half way between 2850 and 5000 K in mireds.
        let half = 2.0 / (1.0 / 2850.0 + 1.0 / 5000.0);
        let white = [0.39853, 0.38907];
        let t = (temperature::correlated(white) - half).abs();
        assert!(t < 40.0, "{t}");
        let c = profile.at(white).color[0][0];
        assert!((c - (1.8331 + 1.0344) / 2.0).abs() < 0.02, "{c}");
        // Beyond its illuminants the nearer one holds.
        assert_eq!(profile.at([0.3127, 0.329]).color, profile.calibrations[1].color);
        assert_eq!(profile.at([0.48, 0.41]).color, profile.calibrations[0].color);
    }

    #[test]
    fn a_forward_matrix_takes_neutral_to_white_exactly() {
        // Nikon D500, Adobe Standard, as DNG prints it with four digits.
        let forward = normalized(rows([0.4348, 0.3538, 0.1757, 0.2292, 0.717, 0.0537, 0.1031, 0.0016, 0.7204])).unwrap();
        close(transform(&forward, [1.0; 3]), white_xyz(D50), 1e-15);
        let mut profile = hero6();
        profile.calibrations.iter_mut().for_each(|c| c.forward = Some(forward));
        let color = profile.camera_color().unwrap();
        close(transform(&color.to_aces, color.neutral), [1.0; 3], 1e-12);
        // A camera red then lands where the forward matrix puts it.
        let red = transform(&forward, [1.0, 0.0, 0.0]);
        let expected = transform(&multiply(&XYZ_TO_AP0, &bradford(white_xyz(D50), white_xyz(ACES_WHITE)).unwrap()), red);
        close(transform(&color.to_aces, [color.neutral[0], 0.0, 0.0]), expected, 1e-12);
    }

    #[test]
    fn three_calibrations_mix_by_distance() {
        let whites = [3u32, 23, 21].map(|code| temperature::white_of_light_source(code).unwrap());
        for (i, white) in whites.into_iter().enumerate() {
            let w = triple_weights(white, whites);
            assert!((w[i] - 1.0).abs() < 1e-6, "{w:?}");
        }
        // Half way between the first two in reciprocal temperature: those count most. Worked out by hand:
        // 1500 / T = 0.5252, 0.2999 and 0.2306 of the lights, 0.4125 of the white; tint / 200 = 0 of the first and the white,
        // -0.047 of daylight. The squares of the distances are 0.0127, 0.0149 and 0.0353.
        let half = triple_weights(temperature::planckian(1500.0 / 0.412_55), whites);
        let smooth = |w: f64| (w * w * (3.0 - 2.0 * w) - 0.02) / 0.98;
        let near = [1.0 / 0.0127, 1.0 / 0.0149, 1.0 / 0.0353];
        let sum: f64 = near.iter().sum();
        let total: f64 = near.iter().map(|n| smooth(n / sum)).sum();
        for (got, near) in half.iter().zip(near) {
            assert!((got - smooth(near / sum) / total).abs() < 0.005, "{half:?}");
        }
        // The mixture of a calibration with itself is itself.
        let mut profile = hero6();
        let one = profile.calibrations[0].clone();
        profile.calibrations = [3, 23, 21]
            .map(|c| Calibration { illuminant: temperature::white_of_light_source(c).map(|w| (0.0, w)), ..one.clone() })
            .to_vec();
        let mixed = profile.at([0.37, 0.36]).color;
        (0..3).for_each(|r| close(mixed[r], one.color[r], 1e-12));
    }

    #[test]
    fn a_singular_matrix_is_an_error() {
        let mut profile = hero6();
        profile.calibrations.iter_mut().for_each(|c| c.color = [[1.0; 3]; 3]);
        assert!(profile.camera_color().unwrap_err().to_string().contains("DNG"));
    }
}
