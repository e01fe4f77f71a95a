//! What the colours of a display become on the monitor that the window is on. For looking only: nothing that is measured or written
//! goes through it.
//!
//! Code values of the display are made light, taken to the monitor's primaries, clipped and encoded by its curve. Both curves are
//! tables over a root of light, so that CPU and GPU do the same few operations.

use super::{Eotf, itp::Light};
use crate::{
    color::rgb::{self, Mat3, P3_D65, REC709, REC2020, REC2020_TO_XYZ, adaptation_bradford, invert, multiply, rgb_to_rgb, transform},
    error::{Error, Result},
};
use moxcms::{ColorProfile, DataColorSpace, ProfileClass, ToneReprCurve};
use std::sync::{Arc, Mutex, PoisonError};

/// Entries of each table.
pub const KNOTS: usize = 1024;
/// Light between the tables is kept as this root of it, in which the curves of displays are nearly straight.
pub const ROOT: f32 = 2.4;
/// The light of an HDR display that becomes the monitor's white, cd/m²: HDR reference white, ITU-R BT.2408.
pub const HDR_WHITE: f32 = 203.0;

/// The colour of a monitor.
pub struct Monitor {
    /// Its name, as the window says it.
    pub title: String,
    /// From light in Rec.2020, white at 1.
    from_2020: Mat3,
    /// Code values by the root of light, for red, green and blue.
    encode: [Vec<f32>; 3],
    /// What was made of displays so far.
    made: Mutex<Vec<(Light, Arc<Conversion>)>>,
}

/// From a display to a monitor.
#[derive(Debug, PartialEq)]
pub struct Conversion {
    /// Four rows of [`KNOTS`]: the root of light by the display's code value; code values of red, green and blue by the root of light.
    pub tables: Vec<f32>,
    pub matrix: [[f32; 3]; 3],
    /// Whether the display is one of high dynamic range, of which light above [`HDR_WHITE`] is clipped.
    pub hdr: bool,
}

fn knots(of: impl Fn(f64) -> f64) -> Vec<f32> {
    (0..KNOTS).map(|i| of(i as f64 / (KNOTS - 1) as f64) as f32).collect()
}

impl Monitor {
    fn new(title: &str, from_2020: Mat3, encode: [Vec<f32>; 3]) -> Self {
        Self { title: title.into(), from_2020, encode, made: Mutex::default() }
    }

    fn standard(title: &str, primaries: &rgb::Chromaticities, eotf: Eotf) -> Self {
        let encode = knots(|root| f64::from(eotf.code(root.powf(ROOT.into()) as f32)));
        Self::new(title, rgb_to_rgb(&REC2020, primaries, rgb::Adaptation::None), std::array::from_fn(|_| encode.clone()))
    }
    /// IEC 61966-2-1.
    pub fn srgb() -> Self {
        Self::standard("sRGB", &REC709, Eotf::Srgb { peak: 1.0 })
    }
    /// P3 with white D65 and the curve of sRGB.
    pub fn display_p3() -> Self {
        Self::standard("Display P3", &P3_D65, Eotf::Srgb { peak: 1.0 })
    }
    /// Rec.709 with gamma 2.4: BT.1886 with a black of 0.
    pub fn rec709() -> Self {
        Self::standard("Rec.709 gamma 2.4", &REC709, Eotf::Power { gamma: 2.4, peak: 1.0 })
    }

    /// That of an ICC profile of a matrix and three curves.
    ///
    /// # Errors
    /// Invalid where it is no ICC profile; unsupported, with what it is, where it is not of that kind.
    pub fn icc(bytes: &[u8]) -> Result<Self> {
        let profile = ColorProfile::new_from_slice(bytes).map_err(|e| Error::invalid(format!("not an ICC profile: {e}")))?;
        let refuse = |what: String| Err(Error::unsupported(what).field("ICC profile"));
        if profile.color_space != DataColorSpace::Rgb {
            return refuse(format!("of {:?}; a monitor's is of RGB", profile.color_space));
        }
        if !matches!(profile.profile_class, ProfileClass::DisplayDevice | ProfileClass::ColorSpace) {
            return refuse(format!("of class {:?}; a monitor's is of a display", profile.profile_class));
        }
        let tables = [
            &profile.lut_a_to_b_perceptual,
            &profile.lut_a_to_b_colorimetric,
            &profile.lut_a_to_b_saturation,
            &profile.lut_b_to_a_perceptual,
            &profile.lut_b_to_a_colorimetric,
            &profile.lut_b_to_a_saturation,
        ];
        if tables.iter().any(|t| t.is_some()) {
            return refuse("made of look-up tables (A2B or B2A tags); only a matrix with curves is supported".into());
        }
        let (true, Some(red), Some(green), Some(blue)) =
            (profile.is_matrix_shaper(), &profile.red_trc, &profile.green_trc, &profile.blue_trc)
        else {
            return refuse("without a matrix and three curves (rXYZ, gXYZ, bXYZ, rTRC, gTRC, bTRC)".into());
        };
        let to_xyz = profile.colorant_matrix().v;
        // Its white has to be that of the connection space, D50.
        let white = transform(&to_xyz, [1.0; 3]);
        if white.iter().zip([0.9642, 1.0, 0.8249]).any(|(is, should)| !is.is_finite() || (is - should).abs() > 0.02) {
            return refuse(format!("white of its matrix is XYZ {:.4} {:.4} {:.4}, not that of D50", white[0], white[1], white[2]));
        }
        let Some(from_xyz) = invert(&to_xyz) else { return refuse("matrix has no inverse".into()) };
        let from_2020 = multiply(&from_xyz, &multiply(&adaptation_bradford(rgb::D65, rgb::D50), &REC2020_TO_XYZ));
        let encode = [inverse(red)?, inverse(green)?, inverse(blue)?];
        let title = description(&profile).unwrap_or_else(|| "ICC profile".into());
        Ok(Self::new(&title, from_2020, encode))
    }

    /// The way from a display.
    pub fn conversion(&self, light: &Light) -> Arc<Conversion> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = made.iter().find(|(l, _)| l == light) {
            return known.clone();
        }
        let (white, hdr) = match light.eotf {
            Eotf::Power { peak, .. } | Eotf::Srgb { peak } => (peak, false),
            Eotf::Pq => (HDR_WHITE, true),
        };
        let mut tables = knots(|code| f64::from(light.eotf.light(code as f32) / white).powf(1.0 / f64::from(ROOT)));
        self.encode.iter().for_each(|channel| tables.extend(channel));
        let matrix = multiply(&self.from_2020, &light.to_2020).map(|row| row.map(|v| v as f32));
        let conversion = Arc::new(Conversion { tables, matrix, hdr });
        made.push((*light, conversion.clone()));
        conversion
    }
}

/// Code values by the root of light, of a curve from code values to light that rises.
fn inverse(curve: &ToneReprCurve) -> Result<Vec<f32>> {
    let invalid = |why: &str| Error::unsupported(why).field("ICC profile, TRC");
    let curve = curve.make_linear_evaluator().map_err(|e| invalid(&e.to_string()))?;
    const STEPS: usize = 4096;
    let light: Vec<f64> = (0..=STEPS).map(|i| f64::from(curve.evaluate_value(i as f32 / STEPS as f32))).collect();
    let rises = light.windows(2).all(|w| w[0] <= w[1]) && light[0].abs() < 0.1 && (light[STEPS] - 1.0).abs() < 0.1;
    if !rises {
        return Err(invalid("does not rise from black to white"));
    }
    Ok(knots(|root| {
        let wanted = root.powf(ROOT.into());
        let above = light.partition_point(|v| *v < wanted);
        let Some(below) = above.checked_sub(1) else { return 0.0 };
        let Some(next) = light.get(above) else { return 1.0 };
        // A knot of light between two steps of the code value.
        let part = (wanted - light[below]) / (next - light[below]);
        (below as f64 + part) / STEPS as f64
    }))
}

fn description(profile: &ColorProfile) -> Option<String> {
    use moxcms::ProfileText as T;
    let text = match profile.description.as_ref()? {
        T::PlainString(text) => text.clone(),
        T::Localizable(texts) => texts.first()?.value.clone(),
        T::Description(d) => d.ascii_string.clone(),
    };
    let text: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

impl Conversion {
    /// Code values of the monitor, 0..1, for those of the display.
    pub fn apply(&self, code: [f32; 3]) -> [f32; 3] {
        let light = code.map(|v| self.look_up(0, v).powf(ROOT));
        std::array::from_fn(|c| {
            let m = self.matrix[c];
            let sum = m[0] * light[0] + m[1] * light[1] + m[2] * light[2];
            self.look_up(c + 1, sum.clamp(0.0, 1.0).powf(1.0 / ROOT))
        })
    }

    fn look_up(&self, row: usize, at: f32) -> f32 {
        let x = at.clamp(0.0, 1.0) * (KNOTS - 1) as f32;
        // Not-a-number becomes 0.
        let i = (x as usize).min(KNOTS - 2);
        let [a, b] = [self.tables[row * KNOTS + i], self.tables[row * KNOTS + i + 1]];
        if x > 0.0 { a + (b - a) * (x - i as f32) } else { a }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const P3: &str = "P3-D65 100 nit in P3-D65 sRGB";
    fn light(title: &str) -> Light {
        Light::of(title).unwrap()
    }
    fn eight(v: [f32; 3]) -> [f32; 3] {
        v.map(|v| v * 255.0)
    }
    fn near(a: [f32; 3], b: [f32; 3], by: f32) {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() <= by), "{a:?}, not {b:?}");
    }

    #[test]
    fn a_display_on_its_own_monitor_stays_as_it_is() {
        for (monitor, light) in [(Monitor::rec709(), Light::REC709), (Monitor::srgb(), Light::SCREEN), (Monitor::display_p3(), light(P3))] {
            let conversion = monitor.conversion(&light);
            for i in 0..=255u8 {
                let v = f32::from(i) / 255.0;
                for px in [[v; 3], [v, 0.0, 1.0], [0.25, v, 0.5]] {
                    near(eight(conversion.apply(px)), eight(px), 0.4);
                }
            }
        }
    }

    #[test]
    fn colours_go_where_colorimetry_says() {
        // Rec.709 red in P3, linear: the column of the matrix between them (Apple's and Skia's values: 0.8225, 0.0332, 0.0171).
        let p3 = Monitor::display_p3().conversion(&Light::SCREEN);
        let expected = [0.822_46f32, 0.033_19, 0.017_08].map(|v| Eotf::Srgb { peak: 1.0 }.code(v));
        near(eight(p3.apply([1.0, 0.0, 0.0])), eight(expected), 0.05);
        near(eight(p3.apply([1.0; 3])), [255.0; 3], 0.01);
        // Gamma 2.4 to sRGB: the same light by another curve.
        let srgb = Monitor::srgb().conversion(&Light::REC709);
        let grey = Eotf::Srgb { peak: 1.0 }.code(0.5f32.powf(2.4));
        near(eight(srgb.apply([0.5; 3])), [grey * 255.0; 3], 0.05);
        // P3 red is out of Rec.709 and clipped there.
        let clipped = Monitor::srgb().conversion(&light(P3));
        near(clipped.apply([1.0, 0.0, 0.0]), [1.0, 0.0, 0.0], 1e-6);
    }

    #[test]
    fn reference_white_of_hdr_is_the_monitors_white() {
        let hdr = Monitor::srgb().conversion(&light("P3-D65 1000 nit in Rec2100-D65 ST2084"));
        assert!(hdr.hdr);
        let code = |nits: f32| Eotf::Pq.code(nits);
        near(eight(hdr.apply([code(203.0); 3])), [255.0; 3], 0.3);
        near(hdr.apply([code(1000.0); 3]), [1.0; 3], 1e-6);
        let mid = Eotf::Srgb { peak: 1.0 }.code(26.0 / 203.0);
        near(eight(hdr.apply([code(26.0); 3])), [mid * 255.0; 3], 0.3);
    }

    #[test]
    fn an_icc_profile_is_the_monitor_it_describes() {
        for (profile, same) in [(ColorProfile::new_srgb(), Monitor::srgb()), (ColorProfile::new_display_p3(), Monitor::display_p3())] {
            let icc = Monitor::icc(&profile.encode().unwrap()).unwrap();
            for display in [Light::REC709, Light::SCREEN] {
                let (a, b) = (icc.conversion(&display), same.conversion(&display));
                for px in [[0.0; 3], [0.1, 0.5, 0.9], [1.0; 3], [0.7, 0.2, 0.3]] {
                    // Colorants are of 16 bits, D50 of four digits.
                    near(eight(a.apply(px)), eight(b.apply(px)), 0.6);
                }
            }
        }
    }

    #[test]
    fn what_is_no_matrix_profile_is_refused_by_name() {
        let why = |bytes: &[u8]| Monitor::icc(bytes).err().unwrap().to_string();
        assert!(why(b"nothing").contains("not an ICC profile"));
        let mut grey = ColorProfile::new_gray_with_gamma(2.2);
        grey.profile_class = ProfileClass::DisplayDevice;
        assert!(why(&grey.encode().unwrap()).contains("Gray"), "{}", why(&grey.encode().unwrap()));
        let good = ColorProfile::new_srgb().encode().unwrap();
        // Cut short and flipped anywhere: an error or a monitor, never a panic.
        for n in 0..good.len() {
            let _ = Monitor::icc(&good[..n]);
            let mut bad = good.clone();
            bad[n] ^= 0xff;
            if let Ok(monitor) = Monitor::icc(&bad) {
                let px = monitor.conversion(&Light::REC709).apply([0.2, 0.5, 0.8]);
                assert!(px.iter().all(|v| (0.0..=1.0).contains(v)), "{n}: {px:?}");
            }
        }
    }

    #[test]
    fn not_a_number_is_black() {
        let srgb = Monitor::srgb().conversion(&Light::REC709);
        near(srgb.apply([f32::NAN; 3]), [0.0; 3], 0.0);
    }
}
