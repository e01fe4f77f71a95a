//! REF-05: what a still says of its colours (an ICC profile) against the output transform that it was seen through.

use super::{StepKind, Subject, Verdict};
use crate::{
    color::rgb::{self, Chromaticities},
    error::{Error, InFile, Result},
    files,
    progress::Progress,
};
use ::image::ImageDecoder;
use std::path::Path;

/// Largest still that is looked into, in bytes; largest ICC profile; most tags of one.
const LARGEST: u64 = 256 << 20;
const LARGEST_PROFILE: usize = 16 << 20;
const MOST_TAGS: usize = 200;
/// How far a colorant may be off, in XYZ with Y = 1 of white; and the light of half the code value, as a part of it. Profiles of one
/// space differ by a third of this, gamma 2.2 and 2.4 by twice as much.
const SAME_COLORANT: f64 = 0.01;
const SAME_LIGHT: f64 = 0.06;

/// A display: its primaries, and the light that half the code value makes, as a part of white.
struct Display {
    name: &'static str,
    primaries: Chromaticities,
    half: f64,
}

/// Light of half the code value: sRGB (IEC 61966-2-1), and pure powers.
const SRGB: f64 = 0.214_041;
const GAMMA_22: f64 = 0.217_638;
const GAMMA_24: f64 = 0.189_465;
const GAMMA_26: f64 = 0.164_939;

const REC709_24: Display = Display { name: "Rec.709 BT.1886", primaries: rgb::REC709, half: GAMMA_24 };
const REC709_SRGB: Display = Display { name: "sRGB", primaries: rgb::REC709, half: SRGB };
const DISPLAY_P3: Display = Display { name: "Display P3", primaries: rgb::P3_D65, half: SRGB };
const CINEMA: Display = Display { name: "P3-D65, gamma 2.6", primaries: rgb::P3_D65, half: GAMMA_26 };

/// The displays of output transforms whose names in the catalogue end so.
const DISPLAYS: [(&str, Display); 16] = [
    ("in-rec709-d65-bt1886", REC709_24),
    ("in-rec709-d65-srgb-piecewise", REC709_SRGB),
    ("in-rec709-d65-gamma2pt2", Display { name: "Rec.709, gamma 2.2", primaries: rgb::REC709, half: GAMMA_22 }),
    ("in-p3-d65-srgb-piecewise", DISPLAY_P3),
    ("in-p3-d65-gamma2pt2", Display { name: "P3-D65, gamma 2.2", primaries: rgb::P3_D65, half: GAMMA_22 }),
    ("in-p3-d65-gamma2pt6", CINEMA),
    ("video-rec709", REC709_24),
    ("sim-rec709", REC709_24),
    ("video-srgb", REC709_SRGB),
    ("sim-srgb", REC709_SRGB),
    ("display-p3", DISPLAY_P3),
    ("video-rec2020", Display { name: "Rec.2020 BT.1886", primaries: rgb::REC2020, half: GAMMA_24 }),
    ("lim-rec2020", Display { name: "Rec.2020 BT.1886", primaries: rgb::REC2020, half: GAMMA_24 }),
    ("cinema-p3d65", CINEMA),
    ("sim-p3d65", CINEMA),
    ("lim-p3d65", CINEMA),
];

/// REF-05: the tag of the still does not contradict the output.
pub(in crate::check) fn agrees(subject: &Subject, _: &Progress) -> Result<Verdict> {
    let Some(path) = &subject.sidecars.still else { return Ok(Verdict::not_applicable("the clip has no reference still")) };
    let plan = subject.plan.as_ref().map_err(Error::clone)?;
    let output = plan.steps().iter().find(|s| s.kind == StepKind::Output);
    let name = output.and_then(|s| s.named).map_or("", |row| row.name);
    let Some((_, display)) = DISPLAYS.iter().find(|(end, _)| name.ends_with(end)) else {
        let detail = output.map_or("none", |s| &s.detail);
        return Ok(Verdict::not_applicable(format!("what a profile of this output looks like is not known here: {detail}")));
    };
    let Some(profile) = profile_of(path)? else {
        return Ok(Verdict::not_applicable(format!("{} has no ICC profile", path.display())));
    };
    let profile = Profile::parse(&profile).in_file(path)?;
    let wrong = profile.contradicts(display);
    let measured = if wrong.is_empty() { "agrees".to_owned() } else { wrong.join(", ") };
    let evidence = format!("{}: ICC profile \"{}\"", path.display(), profile.description);
    let verdict = Verdict::new(wrong.is_empty(), measured, display.name, evidence);
    Ok(verdict.mend("export the still with the profile of the display it was seen on, or without one"))
}

fn profile_of(path: &Path) -> Result<Option<Vec<u8>>> {
    let bytes = files::read_bounded(path, LARGEST)?;
    let reader = ::image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().in_file(path)?;
    let wrong = |e: ::image::ImageError| Error::invalid(e.to_string()).file(path);
    reader.into_decoder().and_then(|mut decoder| decoder.icc_profile()).map_err(wrong)
}

/// What of an ICC profile (ICC.1:2022) says which display it is: matrix and tone curve. Others describe no RGB display.
struct Profile {
    description: String,
    /// Red, green, blue as XYZ under D50.
    colorants: [[f64; 3]; 3],
    /// Light of half the code value of green.
    half: f64,
}

impl Profile {
    fn parse(bytes: &[u8]) -> Result<Self> {
        let bad = |what: &str| Error::invalid("no RGB display profile with a matrix").field("ICC profile").value(what);
        if bytes.len() > LARGEST_PROFILE || bytes.get(36..40) != Some(b"acsp") || bytes.get(16..20) != Some(b"RGB ") {
            return Err(bad("header"));
        }
        let long = |at: usize| -> Option<usize> { Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize) };
        let count = long(128).filter(|n| *n <= MOST_TAGS).ok_or_else(|| bad("tags"))?;
        let tag = |name: &[u8; 4]| -> Option<&[u8]> {
            let at = (0..count).map(|i| 132 + 12 * i).find(|at| bytes.get(*at..at + 4) == Some(name))?;
            let (from, length) = (long(at + 4)?, long(at + 8)?);
            bytes.get(from..from.checked_add(length)?)
        };
        let colorant = |name: &[u8; 4]| tag(name).and_then(xyz).ok_or_else(|| bad("colorants"));
        Ok(Self {
            description: tag(b"desc").map(text).unwrap_or_default(),
            colorants: [colorant(b"rXYZ")?, colorant(b"gXYZ")?, colorant(b"bXYZ")?],
            half: tag(b"gTRC").and_then(light_of_half).ok_or_else(|| bad("gTRC"))?,
        })
    }

    fn contradicts(&self, display: &Display) -> Vec<String> {
        let mut wrong = vec![];
        let adapt = rgb::adaptation_bradford(display.primaries.white, rgb::D50);
        let matrix = rgb::multiply(&adapt, &rgb::rgb_to_xyz(&display.primaries));
        let off = (0..3).flat_map(|c| (0..3).map(move |i| (c, i))).map(|(c, i)| (self.colorants[c][i] - matrix[i][c]).abs());
        if off.fold(0.0, f64::max) > SAME_COLORANT {
            wrong.push("other primaries".into());
        }
        if (self.half / display.half - 1.0).abs() > SAME_LIGHT {
            let gamma = |half: f64| half.log2().abs();
            wrong.push(format!("gamma {:.2} at the middle, not {:.2}", gamma(self.half), gamma(display.half)));
        }
        wrong
    }
}

fn fixed(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from(i32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)) / 65_536.0)
}

/// XYZType.
fn xyz(tag: &[u8]) -> Option<[f64; 3]> {
    if tag.get(..4) != Some(b"XYZ ") {
        return None;
    }
    Some([fixed(tag, 8)?, fixed(tag, 12)?, fixed(tag, 16)?])
}

/// What a curveType or parametricCurveType makes of 0.5.
fn light_of_half(tag: &[u8]) -> Option<f64> {
    const X: f64 = 0.5;
    let short = |at: usize| -> Option<u16> { Some(u16::from_be_bytes(tag.get(at..at + 2)?.try_into().ok()?)) };
    let light = match tag.get(..4)? {
        b"curv" => match u32::from_be_bytes(tag.get(8..12)?.try_into().ok()?) as usize {
            0 => X,
            1 => X.powf(f64::from(short(12)?) / 256.0),
            n if n <= 65_536 => {
                let place = X * (n - 1) as f64;
                let (below, part) = (place.floor() as usize, place.fract());
                let at = |i: usize| Some(f64::from(short(12 + 2 * i.min(n - 1))?) / 65_535.0);
                at(below)? * (1.0 - part) + at(below + 1)? * part
            }
            _ => return None,
        },
        b"para" => {
            let p = |i: usize| fixed(tag, 12 + 4 * i);
            let g = p(0)?;
            match short(8)? {
                0 => X.powf(g),
                1 => (p(1)? * X + p(2)?).powf(g),
                2 => (p(1)? * X + p(2)?).powf(g) + p(3)?,
                3 if X >= p(4)? => (p(1)? * X + p(2)?).powf(g),
                4 if X >= p(4)? => (p(1)? * X + p(2)?).powf(g) + p(5)?,
                3 => p(3)? * X,
                4 => p(3)? * X + p(6)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    (light.is_finite() && light > 0.0).then_some(light)
}

/// textDescriptionType, or the first string of a multiLocalizedUnicodeType.
fn text(tag: &[u8]) -> String {
    let long = |at: usize| -> Option<usize> { Some(u32::from_be_bytes(tag.get(at..at + 4)?.try_into().ok()?) as usize) };
    let read = || match tag.get(..4)? {
        b"desc" => Some(String::from_utf8_lossy(tag.get(12..12 + long(8)?.min(256))?).into_owned()),
        b"mluc" => {
            let (length, from) = (long(20)?.min(256), long(24)?);
            let units: Vec<u16> =
                tag.get(from..from.checked_add(length)?)?.chunks_exact(2).map(|c| u16::from_be_bytes([c[0], c[1]])).collect();
            Some(String::from_utf16_lossy(&units))
        }
        _ => None,
    };
    read().unwrap_or_default().trim_matches(|c: char| c == '\0' || c.is_whitespace()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile of version 2 with these primaries and a curve tag.
    fn profile(primaries: &Chromaticities, curve: &[u8]) -> Vec<u8> {
        let m = rgb::multiply(&rgb::adaptation_bradford(primaries.white, rgb::D50), &rgb::rgb_to_xyz(primaries));
        let colorant = |c: usize| {
            let mut tag = b"XYZ \0\0\0\0".to_vec();
            (0..3).for_each(|i| tag.extend(((m[i][c] * 65_536.0).round() as i32).to_be_bytes()));
            tag
        };
        let mut name = b"desc\0\0\0\0\0\0\0\x05test\0".to_vec();
        name.resize(32, 0);
        let tags: [(&[u8; 4], Vec<u8>); 5] =
            [(b"desc", name), (b"rXYZ", colorant(0)), (b"gXYZ", colorant(1)), (b"bXYZ", colorant(2)), (b"gTRC", curve.to_vec())];
        let mut out = vec![0; 128];
        out[16..20].copy_from_slice(b"RGB ");
        out[36..40].copy_from_slice(b"acsp");
        out.extend((tags.len() as u32).to_be_bytes());
        let mut at = 132 + 12 * tags.len();
        for (tag, data) in &tags {
            out.extend(*tag);
            out.extend((at as u32).to_be_bytes());
            out.extend((data.len() as u32).to_be_bytes());
            at += data.len();
        }
        tags.iter().for_each(|(_, data)| out.extend(data));
        out
    }

    fn gamma(value: f64) -> Vec<u8> {
        [b"curv\0\0\0\0\0\0\0\x01".as_slice(), &((value * 256.0).round() as u16).to_be_bytes()].concat()
    }

    /// parametricCurveType 3 with the numbers of sRGB.
    fn srgb() -> Vec<u8> {
        let mut tag = b"para\0\0\0\0\0\x03\0\0".to_vec();
        [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045]
            .iter()
            .for_each(|v| tag.extend(((v * 65_536.0f64).round() as i32).to_be_bytes()));
        tag
    }

    fn said(bytes: &[u8], output: &str) -> Vec<String> {
        let (_, display) = DISPLAYS.iter().find(|(end, _)| output.ends_with(end)).unwrap();
        Profile::parse(bytes).unwrap().contradicts(display)
    }

    #[test]
    fn a_profile_is_held_against_the_output() {
        for (end, _) in DISPLAYS {
            assert!(crate::color::catalogue().iter().any(|row| row.name.ends_with(end)), "{end}");
        }
        let none: [&str; 0] = [];
        let bt1886 = "aces2-rec709-d65-100nit-in-rec709-d65-bt1886";
        assert_eq!(said(&profile(&rgb::REC709, &gamma(2.4)), bt1886), none);
        assert_eq!(said(&profile(&rgb::REC709, &srgb()), bt1886), ["gamma 2.22 at the middle, not 2.40"]);
        assert_eq!(said(&profile(&rgb::REC709, &srgb()), "aces1-sdr-video-srgb"), none);
        assert_eq!(said(&profile(&rgb::REC709, &gamma(2.2)), "aces1-sdr-video-srgb"), none);
        let wrong = said(&profile(&rgb::P3_D65, &srgb()), bt1886);
        assert_eq!(wrong, ["other primaries", "gamma 2.22 at the middle, not 2.40"]);
        let table: Vec<u8> = (0..1024).flat_map(|i| (((i as f64 / 1023.0).powf(2.4) * 65_535.0) as u16).to_be_bytes()).collect();
        let curve = [b"curv\0\0\0\0\0\0\x04\0".as_slice(), &table].concat();
        assert_eq!(said(&profile(&rgb::REC709, &curve), bt1886), none);
        assert_eq!(Profile::parse(&profile(&rgb::REC709, &srgb())).unwrap().description, "test");
    }

    #[test]
    fn damage_is_an_error_and_no_panic() {
        let right = profile(&rgb::REC709, &srgb());
        for cut in 0..right.len() {
            _ = Profile::parse(&right[..cut]);
        }
        for at in 0..right.len() {
            let mut wrong = right.clone();
            wrong[at] ^= 0xff;
            _ = Profile::parse(&wrong);
        }
        assert!(Profile::parse(b"").is_err() && Profile::parse(&right[..140]).is_err());
    }

    #[test]
    fn the_profile_of_a_jpeg_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.jpg");
        let icc = profile(&rgb::REC709, &srgb());
        let mut bytes = vec![];
        let mut encoder = ::image::codecs::jpeg::JpegEncoder::new(&mut bytes);
        ::image::ImageEncoder::set_icc_profile(&mut encoder, icc.clone()).unwrap();
        encoder.encode_image(&::image::RgbImage::new(16, 16)).unwrap();
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(profile_of(&path).unwrap(), Some(icc));
        std::fs::write(&path, b"no picture").unwrap();
        assert!(profile_of(&path).is_err());
    }
}
