//! How far two colours are apart to the eye: dE ITP, as ITU-R BT.2124 defines it.

use super::Eotf;
use crate::color::{
    curve::Pq,
    rgb::{Adaptation, Chromaticities, Mat3, P3_D60, P3_D65, REC709, REC2020, rgb_to_rgb, transform},
};

/// dE ITP between two linear Rec.2020 colours in nits: 720 times the distance in ICtCp with T halved (BT.2124).
/// 1 is about one just-noticeable difference.
pub fn delta_e_itp(a: [f64; 3], b: [f64; 3]) -> f64 {
    distance(itp(a), itp(b))
}

/// dE ITP between two colours that [`itp`] gave.
pub fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    720.0 * ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt()
}

/// Linear Rec.2020, nits, to ICtCp of BT.2100 (PQ) with T = Ct/2.
pub fn itp(rgb: [f64; 3]) -> [f64; 3] {
    let [r, g, b] = rgb;
    let l = pq((1688.0 * r + 2146.0 * g + 262.0 * b) / 4096.0);
    let m = pq((683.0 * r + 2951.0 * g + 462.0 * b) / 4096.0);
    let s = pq((99.0 * r + 309.0 * g + 3688.0 * b) / 4096.0);
    let i = 0.5 * l + 0.5 * m;
    let t = (6610.0 * l - 13613.0 * m + 7003.0 * s) / 4096.0;
    let p = (17933.0 * l - 17390.0 * m - 543.0 * s) / 4096.0;
    [i, 0.5 * t, p]
}

/// SMPTE ST 2084 inverse EOTF: nits to signal.
pub fn pq(nits: f64) -> f64 {
    let y = (nits / 10_000.0).clamp(0.0, 1.0).powf(Pq::M1);
    ((Pq::C1 + Pq::C2 * y) / (1.0 + Pq::C3 * y)).powf(Pq::M2)
}

/// How code values of a display become light, and in which primaries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Light {
    pub(super) eotf: Eotf,
    pub(super) to_2020: Mat3,
}

impl Light {
    /// Rec.709 with the curve of BT.1886, white 100 cd/m².
    pub const REC709: Self = Self { eotf: Eotf::Power { gamma: 2.4, peak: 100.0 }, to_2020: to_2020(&REC709) };
    /// What a screen makes of values shown through the sRGB curve.
    pub const SCREEN: Self = Self { eotf: Eotf::Srgb { peak: 100.0 }, to_2020: to_2020(&REC709) };

    /// That of an output transform, by the words of its title; none where they do not say it.
    pub fn of(title: &str) -> Option<Self> {
        // "ACES 2, P3-D65 1000 nit in Rec2100-D65 ST2084": what it is encoded in stands last.
        let encoded = title.rsplit(" in ").next()?.to_ascii_lowercase().replace(['-', '.', ' '], "");
        let has = |word: &str| encoded.contains(word);
        let primaries = match () {
            () if has("rec2020") || has("rec2100") => &REC2020,
            () if has("p3d60") => &P3_D60,
            () if has("p3d65") => &P3_D65,
            () if has("rec709") || has("srgb") => &REC709,
            () => return None,
        };
        Some(Self { eotf: Eotf::of(title)?, to_2020: to_2020(primaries) })
    }

    /// Linear Rec.2020 in cd/m².
    pub fn of_code(&self, code: [f32; 3]) -> [f64; 3] {
        transform(&self.to_2020, code.map(|v| f64::from(self.eotf.light(v))))
    }
}

impl Light {
    /// cd/m² of a code value (luminance of ITU-R BT.2020-2).
    pub fn luminance(&self, code: [f32; 3]) -> f64 {
        let y = crate::color::rgb::REC2020_TO_XYZ[1];
        self.of_code(code).iter().zip(y).map(|(v, w)| v * w).sum()
    }
}

const fn to_2020(primaries: &Chromaticities) -> Mat3 {
    rgb_to_rgb(primaries, &REC2020, Adaptation::None)
}

/// Colours of a heat map of dE ITP, display code values of 8 bits, and where each is reached: not seen below 1, seen by an expert at 3, by
/// everybody at 10.
pub static HEAT: [(f64, [u8; 3]); 6] = [
    (0.0, [16, 16, 24]),
    (1.0, [30, 60, 150]),
    (3.0, [40, 160, 130]),
    (6.0, [236, 206, 60]),
    (10.0, [226, 70, 30]),
    (20.0, [255, 255, 255]),
];

/// The colour of a distance in the heat map.
pub fn heat(distance: f64) -> [u8; 3] {
    let above = HEAT.iter().position(|(d, _)| distance < *d).unwrap_or(HEAT.len());
    let (Some((from, a)), Some((to, b))) = (above.checked_sub(1).and_then(|i| HEAT.get(i)), HEAT.get(above)) else {
        return if above == 0 { HEAT[0].1 } else { HEAT[HEAT.len() - 1].1 };
    };
    let t = (distance - from) / (to - from);
    std::array::from_fn(|c| (f64::from(a[c]) * (1.0 - t) + f64::from(b[c]) * t).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_are_known_by_what_they_are_encoded_in() {
        let of = |name: &str| Light::of(crate::color::named(name).unwrap().title);
        assert_eq!(of("aces2-rec709-d65-100nit-in-rec709-d65-bt1886"), Some(Light::REC709));
        let p3 = of("aces2-p3-d65-1000nit-in-rec2100-d65-st2084").unwrap();
        assert_eq!((p3.eotf, p3.to_2020), (Eotf::Pq, to_2020(&REC2020)));
        assert_eq!(of("aces2-rec709-d65-100nit-xyz"), None);
        let white = Light::REC709.of_code([1.0; 3]);
        assert!(white.iter().all(|v| (v - 100.0).abs() < 1e-3), "{white:?}");
        assert!((Light::SCREEN.luminance([1.0; 3]) - 100.0).abs() < 1e-3);
    }

    #[test]
    fn heat_rises_from_dark_to_white() {
        assert_eq!([heat(-1.0), heat(0.0), heat(3.0), heat(1e9)], [HEAT[0].1, HEAT[0].1, HEAT[2].1, [255; 3]]);
        assert_eq!(heat(f64::NAN), [255; 3]);
        assert_eq!(heat(2.0), [35, 110, 140]);
    }

    #[test]
    fn white_is_the_published_pq_code() {
        // BT.2100: 100 nit is 0.5081 in PQ.
        assert!((pq(100.0) - 0.5081).abs() < 1e-4);
        assert!(itp([100.0; 3])[1].abs() < 1e-12);
    }
}
