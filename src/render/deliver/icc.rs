//! ICC profiles of displays, for files that carry one.

use super::tags::{Primaries, Tags, Transfer};
use crate::{
    color::rgb::Chromaticities,
    error::{Error, Result},
};
use moxcms::{Chromaticity, ColorPrimaries, ColorProfile, LocalizableString, MatrixCoefficients, ProfileText, ToneReprCurve};

/// When a profile says that it was made: the same always, so that the same picture has the same bytes. 2026-01-01 00:00:00.
const MADE: [u8; 12] = [0x07, 0xea, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0];
/// Where it says that (ICC.1:2022, 7.2).
const DATE: std::ops::Range<usize> = 24..36;

/// The profile of a display; none where a matrix and curves cannot say what it is.
///
/// # Errors
/// Invalid: the profile cannot be written.
pub fn profile(tags: Tags) -> Result<Option<Vec<u8>>> {
    let Some(primaries) = tags.chromaticities() else { return Ok(None) };
    let curve = match tags.transfer {
        Transfer::Bt1886 => vec![2.4],
        Transfer::Gamma22 => vec![2.2],
        Transfer::Gamma26 => vec![2.6],
        Transfer::Srgb => vec![2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045],
        Transfer::Pq | Transfer::Hlg => return hdr(tags).map(|profile| finish(profile, tags)).transpose(),
    };
    let mut profile = ColorProfile::new_srgb();
    profile.update_rgb_colorimetry(xy(primaries.white).to_xyyb(), of(&primaries));
    let curve = ToneReprCurve::Parametric(curve);
    (profile.red_trc, profile.green_trc, profile.blue_trc) = (Some(curve.clone()), Some(curve.clone()), Some(curve));
    finish(profile, tags).map(Some)
}

/// Of HDR, with the code points that say it (ICC.1:2022, 9.2.17).
fn hdr(tags: Tags) -> Option<ColorProfile> {
    let mut profile = match (tags.primaries, tags.transfer) {
        (Primaries::Rec2020, Transfer::Pq) => ColorProfile::new_bt2020_pq(),
        (Primaries::Rec2020, Transfer::Hlg) => ColorProfile::new_bt2020_hlg(),
        (Primaries::P3D65, Transfer::Pq) => ColorProfile::new_display_p3_pq(),
        _ => return None,
    };
    if let Some(cicp) = &mut profile.cicp {
        (cicp.matrix_coefficients, cicp.full_range) = (MatrixCoefficients::Identity, true);
    }
    Some(profile)
}

/// Names it, and writes it.
fn finish(mut profile: ColorProfile, tags: Tags) -> Result<Vec<u8>> {
    let text = |text: String| Some(ProfileText::Localizable(vec![LocalizableString::new("en".into(), "US".into(), text)]));
    profile.description = text(name(tags));
    profile.copyright = text("No copyright, use freely".into());
    let mut bytes = profile.encode().map_err(|e| Error::invalid(format!("no ICC profile can be made: {e}")))?;
    if let Some(date) = bytes.get_mut(DATE) {
        date.copy_from_slice(&MADE);
    }
    Ok(bytes)
}

/// What a display is called.
pub fn name(tags: Tags) -> String {
    use Primaries as P;
    let primaries = match tags.primaries {
        P::Rec709 => "Rec.709",
        P::Rec2020 => "Rec.2020",
        P::P3D65 => "P3-D65",
        P::P3D60 => "P3-D60",
        P::P3Dci => "P3-DCI",
        P::Xyz => "X'Y'Z'",
    };
    let transfer = match tags.transfer {
        Transfer::Bt1886 => "gamma 2.4",
        Transfer::Gamma22 => "gamma 2.2",
        Transfer::Gamma26 => "gamma 2.6",
        Transfer::Srgb => "sRGB curve",
        Transfer::Pq => "PQ",
        Transfer::Hlg => "HLG",
    };
    format!("{primaries} {transfer}")
}

fn xy([x, y]: [f64; 2]) -> Chromaticity {
    Chromaticity { x: x as f32, y: y as f32 }
}

fn of(c: &Chromaticities) -> ColorPrimaries {
    ColorPrimaries { red: xy(c.red), green: xy(c.green), blue: xy(c.blue) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_what_the_display_is_and_has_the_same_bytes_always() {
        for (primaries, transfer) in
            [(Primaries::Rec709, Transfer::Bt1886), (Primaries::P3D65, Transfer::Gamma26), (Primaries::P3Dci, Transfer::Srgb)]
        {
            let tags = Tags { primaries, transfer };
            let bytes = profile(tags).unwrap().unwrap();
            assert_eq!(bytes, profile(tags).unwrap().unwrap());
            // The reader of monitors takes it, and finds a white there that is that of D50.
            let monitor = crate::scope::Monitor::icc(&bytes).unwrap();
            assert_eq!(monitor.title, name(tags));
        }
        let pq = profile(Tags { primaries: Primaries::Rec2020, transfer: Transfer::Pq }).unwrap().unwrap();
        assert!(pq.windows(12).any(|w| w == b"cicp\0\0\0\0\x09\x10\0\x01"), "primaries 9, transfer 16, no matrix, full range");
        assert_eq!(profile(Tags { primaries: Primaries::Xyz, transfer: Transfer::Gamma26 }).unwrap(), None);
    }
}
