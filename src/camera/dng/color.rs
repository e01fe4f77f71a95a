//! From camera RGB to ACES2065-1 by the calibration a DNG carries (DNG 1.4 chapter 6, "Mapping Camera Color Space to
//! CIE XYZ Space").

use crate::{
    camera::{
        CameraColor, Rational,
        matrix::{self, IDENTITY, Matrix, Vector},
        temperature::{self, ACES_WHITE, D50, Xy, xy, xyz},
        tiff::{Ifd, Tag},
    },
    error::{Error, Result},
};

/// One calibration: what the tags numbered 1 or 2 say.
#[derive(Clone, Debug)]
struct Calibration {
    kelvin: Option<f64>,
    /// XYZ to reference camera RGB (ColorMatrix).
    color: Matrix,
    /// Reference camera RGB to this unit's (CameraCalibration).
    unit: Matrix,
    /// White-balanced reference camera RGB to XYZ at D50 (ForwardMatrix), its rows scaled so that neutral is D50 exactly.
    forward: Option<Matrix>,
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
enum White {
    /// Camera RGB of a neutral (AsShotNeutral).
    Neutral(Vector),
    /// Its chromaticity (AsShotWhiteXY).
    Chromaticity(Xy),
}

impl Profile {
    /// `None` where the file gives no ColorMatrix1 or no white: then its colours are not known.
    pub fn read(ifd0: &Ifd) -> Result<Option<Self>> {
        let matrix = |tag| Ok::<_, Error>(ifd0.f64_array::<9>(tag)?.map(matrix::from_rows));
        let Some(first) = ifd0.entry(Tag::COLOR_MATRIX_1) else { return Ok(None) };
        if first.count != 9 {
            return Err(Error::unsupported("only sensors of three colours (9 values) are read")
                .field(format!("count of {}", Tag::COLOR_MATRIX_1))
                .value(first.count));
        }
        if ifd0.has(Tag::CALIBRATION_ILLUMINANT_3) {
            return Err(Error::unsupported("profiles of three illuminants are not read").field(Tag::CALIBRATION_ILLUMINANT_3.to_string()));
        }
        // A unit's calibration holds for the profile it was made with: their signatures have to match.
        let signature = |tag| ifd0.text(tag).map(Option::unwrap_or_default);
        let signed = signature(Tag::CAMERA_CALIBRATION_SIGNATURE)? == signature(Tag::PROFILE_CALIBRATION_SIGNATURE)?;
        let read = |color, illuminant, unit, forward| -> Result<Option<Calibration>> {
            let Some(color) = matrix(color)? else { return Ok(None) };
            let unit = matrix(unit)?.filter(|_| signed).unwrap_or(IDENTITY);
            let forward = match matrix(forward)? {
                None => None,
                Some(m) => Some(normalized(m).ok_or_else(|| Error::invalid("maps neutral to black").field(forward.to_string()))?),
            };
            let kelvin = ifd0.u32(illuminant)?.and_then(temperature::of_light_source);
            Ok(Some(Calibration { kelvin, color, unit, forward }))
        };
        let mut calibrations = vec![];
        calibrations.extend(read(Tag::COLOR_MATRIX_1, Tag::CALIBRATION_ILLUMINANT_1, Tag::CAMERA_CALIBRATION_1, Tag::FORWARD_MATRIX_1)?);
        calibrations.extend(read(Tag::COLOR_MATRIX_2, Tag::CALIBRATION_ILLUMINANT_2, Tag::CAMERA_CALIBRATION_2, Tag::FORWARD_MATRIX_2)?);
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

    /// The calibration at a white: the two interpolated by reciprocal temperature, clamped to their illuminants. With
    /// one calibration, or illuminants that are no two temperatures, the first holds everywhere (DNG 1.4 chapter 6).
    fn at(&self, white: Xy) -> Calibration {
        let first = &self.calibrations[0];
        let Some(second) = self.calibrations.get(1) else { return first.clone() };
        let (Some(k1), Some(k2)) = (first.kelvin, second.kelvin) else { return first.clone() };
        if k1 == k2 {
            return first.clone();
        }
        let kelvin = temperature::correlated(white);
        let t = ((1.0 / kelvin - 1.0 / k1) / (1.0 / k2 - 1.0 / k1)).clamp(0.0, 1.0);
        Calibration {
            kelvin: Some(kelvin),
            color: matrix::mix(&first.color, &second.color, t),
            unit: matrix::mix(&first.unit, &second.unit, t),
            forward: match (&first.forward, &second.forward) {
                (Some(a), Some(b)) => Some(matrix::mix(a, b, t)),
                (one, other) => one.or(*other),
            },
        }
    }

    /// Reference camera RGB to the RGB of this unit: AnalogBalance x CameraCalibration.
    fn unit(&self, c: &Calibration) -> Matrix {
        matrix::multiply(&matrix::diagonal(self.analog_balance), &c.unit)
    }

    fn xyz_to_camera(&self, white: Xy) -> Matrix {
        let c = self.at(white);
        matrix::multiply(&self.unit(&c), &c.color)
    }

    /// White and neutral, each from the other. From the neutral by iteration, as the matrix depends on the white.
    fn white(&self) -> Option<(Xy, Vector)> {
        match self.white {
            White::Chromaticity(white) => {
                let neutral = matrix::apply(&self.xyz_to_camera(white), xyz(white));
                neutral.iter().all(|&v| v > 0.0).then_some((white, neutral))
            }
            White::Neutral(neutral) => {
                let step = |white: Xy| xy(matrix::apply(&matrix::invert(&self.xyz_to_camera(white))?, neutral));
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
                let to_reference = matrix::invert(&unit).ok_or_else(|| bad(Tag::CAMERA_CALIBRATION_1))?;
                let balance = matrix::apply(&to_reference, neutral).map(|v| 1.0 / v);
                matrix::multiply(&matrix::multiply(forward, &matrix::diagonal(balance)), &to_reference)
            }
            None => matrix::invert(&matrix::multiply(&unit, &calibration.color)).ok_or_else(|| bad(Tag::COLOR_MATRIX_1))?,
        };
        let largest = neutral.iter().copied().fold(0.0, f64::max);
        let neutral = neutral.map(|v| v / largest);
        // Adapt from what the neutral really maps to (D50 with a ForwardMatrix, the white of the shot without, up to
        // the last bits), so that it lands on the white of ACES exactly. Two linear Bradford adaptations in a row are one.
        let to_xyz_of_neutral = matrix::apply(&to_xyz, neutral);
        let adapt = matrix::bradford(to_xyz_of_neutral, xyz(ACES_WHITE)).ok_or_else(|| bad(Tag::AS_SHOT_NEUTRAL))?;
        let to_aces = matrix::multiply(&matrix::multiply(&matrix::xyz_to_ap0(), &adapt), &to_xyz);
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

/// Scales the rows so that (1, 1, 1) maps to D50.
fn normalized(m: Matrix) -> Option<Matrix> {
    let (now, wanted) = (matrix::apply(&m, [1.0; 3]), xyz(D50));
    let scale: Vector = std::array::from_fn(|i| wanted[i] / now[i]);
    scale.iter().all(|s| s.is_finite() && *s > 0.0).then(|| matrix::multiply(&matrix::diagonal(scale), &m))
}

fn positive<const N: usize>(tag: Tag, values: [f64; N]) -> Result<()> {
    // The range keeps ratios of them far from overflow; real values are within a few stops of 1.
    if values.iter().all(|v| (1e-4..=1e4).contains(v)) {
        return Ok(());
    }
    Err(Error::invalid("has to be positive").field(tag.to_string()).value(format!("{values:?}")))
}
