//! What code values of a display picture mean, so that files can say it.

use crate::camera::h273;
use crate::color::rgb::{Chromaticities, P3_D60, P3_D65, P3_DCI, REC709, REC2020};

/// Of ITU-T H.273: unspecified.
pub const UNTOLD: u8 = 2;

/// Primaries that a display picture is encoded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primaries {
    Rec709,
    Rec2020,
    P3D65,
    P3D60,
    P3Dci,
    /// CIE XYZ: no red, green and blue.
    Xyz,
}

/// How code values become light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// BT.1886: gamma 2.4.
    Bt1886,
    Gamma22,
    Gamma26,
    Srgb,
    Pq,
    Hlg,
}

impl Primaries {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rec709 => h273::BT_709,
            Self::Rec2020 => h273::BT_2020,
            Self::P3D65 => h273::P3_D65,
            Self::P3D60 => "P3-D60",
            Self::P3Dci => h273::P3_DCI,
            Self::Xyz => h273::XYZ,
        }
    }
}

impl Transfer {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bt1886 => "BT.1886",
            Self::Gamma22 => "gamma 2.2",
            Self::Gamma26 => "gamma 2.6",
            Self::Srgb => h273::SRGB,
            Self::Pq => h273::PQ,
            Self::Hlg => h273::HLG,
        }
    }
    /// Whether 8 bits are too few (ITU-R BT.2100).
    pub const fn is_hdr(self) -> bool {
        matches!(self, Self::Pq | Self::Hlg)
    }
}

/// Both, of one output transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tags {
    pub primaries: Primaries,
    pub transfer: Transfer,
}

impl Tags {
    /// Those of an output transform, by the words of its title in the catalogue; `None` where they do not say it.
    pub fn of(title: &str) -> Option<Self> {
        // "ACES 2, P3-D65 1000 nit in Rec2100-D65 ST2084": what it is encoded in stands last.
        let encoded = title.rsplit(" in ").next()?.to_ascii_lowercase().replace(['-', '.', ' ', '\''], "");
        // Light itself, and the reference rendering without a display.
        if encoded.contains("tociexyz") || encoded.contains("oces") {
            return None;
        }
        use Primaries as P;
        let words = [
            ("rec709", P::Rec709),
            ("bt709", P::Rec709),
            ("srgb", P::Rec709),
            ("rec2020", P::Rec2020),
            ("bt2020", P::Rec2020),
            ("rec2100", P::Rec2020),
            ("displayp3", P::P3D65),
            ("p3d65", P::P3D65),
            ("p3d60", P::P3D60),
            ("p3dci", P::P3Dci),
            ("dcdm", P::Xyz),
            ("xyz", P::Xyz),
        ];
        // What it is limited to, or simulates, comes after it.
        let (_, primaries) = words.iter().filter_map(|(word, p)| Some((encoded.find(word)?, *p))).min_by_key(|(at, _)| *at)?;
        let has = |word: &str| encoded.contains(word);
        let transfer = match () {
            () if has("st2084") => Transfer::Pq,
            () if has("hlg") => Transfer::Hlg,
            () if has("srgb") || has("displayp3") => Transfer::Srgb,
            () if has("gamma2pt6") || has("gamma26") || has("dcdm") => Transfer::Gamma26,
            () if has("gamma2pt2") || has("gamma22") => Transfer::Gamma22,
            () if has("bt1886") => Transfer::Bt1886,
            () => return None,
        };
        Some(Self { primaries, transfer })
    }

    pub fn chromaticities(self) -> Option<Chromaticities> {
        Some(match self.primaries {
            Primaries::Rec709 => REC709,
            Primaries::Rec2020 => REC2020,
            Primaries::P3D65 => P3_D65,
            Primaries::P3D60 => P3_D60,
            Primaries::P3Dci => P3_DCI,
            Primaries::Xyz => return None,
        })
    }

    /// Code points of ITU-T H.273 for primaries and transfer; [`UNTOLD`] where it has none.
    pub fn h273(self) -> (u8, u8) {
        let primaries = match self.primaries {
            Primaries::Rec709 => 1,
            Primaries::Rec2020 => 9,
            Primaries::Xyz => 10,
            Primaries::P3Dci => 11,
            Primaries::P3D65 => 12,
            Primaries::P3D60 => UNTOLD,
        };
        let transfer = match self.transfer {
            // A display of BT.709 has the curve of BT.1886: the code point is that of the camera's.
            Transfer::Bt1886 => 1,
            Transfer::Gamma22 => 4,
            Transfer::Srgb => 13,
            Transfer::Pq => 16,
            Transfer::Hlg => 18,
            Transfer::Gamma26 => UNTOLD,
        };
        (primaries, transfer)
    }

    /// The code value of the white that letters have: the graphics white of ITU-R BT.2408 (203 nit) in HDR, else a little below peak.
    pub fn graphics_white(tags: Option<Self>) -> f32 {
        match tags.map(|t| t.transfer) {
            Some(Transfer::Pq) => 0.58,
            Some(Transfer::Hlg) => 0.75,
            _ => 0.92,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        color::{Kind, catalogue},
        scope::Eotf,
    };

    #[test]
    fn every_output_with_a_display_is_understood() {
        for row in catalogue().iter().filter(|row| row.kind == Kind::Output) {
            let light = row.name.ends_with("-xyz") || row.name == "aces1-rrt";
            let tags = Tags::of(row.title);
            assert_eq!(tags.is_none(), light, "{}: {tags:?}", row.title);
            // The scopes read the same curve out of the same words.
            let same = match (tags.map(|t| t.transfer), Eotf::of(row.title)) {
                (Some(Transfer::Pq), eotf) => eotf == Some(Eotf::Pq),
                (Some(Transfer::Srgb), Some(eotf)) => matches!(eotf, Eotf::Srgb { .. }),
                (Some(Transfer::Bt1886), Some(Eotf::Power { gamma, .. })) => gamma == 2.4,
                (Some(Transfer::Gamma22), Some(Eotf::Power { gamma, .. })) => gamma == 2.2,
                (Some(Transfer::Gamma26), Some(Eotf::Power { gamma, .. })) => gamma == 2.6,
                (Some(Transfer::Srgb | Transfer::Hlg) | None, None) => true,
                _ => false,
            };
            assert!(same, "{}: {tags:?} {:?}", row.title, Eotf::of(row.title));
        }
    }

    #[test]
    fn what_is_encoded_counts_not_what_it_is_limited_to() {
        let of = |name: &str| Tags::of(crate::color::named(name).unwrap().title).unwrap();
        for (name, primaries, transfer) in [
            ("aces2-p3-d65-1000nit-in-rec2100-d65-st2084", Primaries::Rec2020, Transfer::Pq),
            ("aces2-p3-d65-1000nit-in-rec2100-d65-hlg", Primaries::Rec2020, Transfer::Hlg),
            ("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", Primaries::Rec709, Transfer::Bt1886),
            ("aces2-rec709-d65-100nit-in-p3-d65-srgb-piecewise", Primaries::P3D65, Transfer::Srgb),
            ("aces2-p3-d65-48nit-in-xyz-e-gamma2pt6", Primaries::Xyz, Transfer::Gamma26),
            ("aces1-sdr-video-p3lim-rec2020", Primaries::Rec2020, Transfer::Bt1886),
            ("aces1-sdr-cinema-d60sim-p3dci", Primaries::P3Dci, Transfer::Gamma26),
            ("aces1-sdr-cinema-p3d65lim-dcdm", Primaries::Xyz, Transfer::Gamma26),
            ("aces1-sdr-video-display-p3", Primaries::P3D65, Transfer::Srgb),
        ] {
            assert_eq!(of(name), Tags { primaries, transfer }, "{name}");
        }
    }
}
