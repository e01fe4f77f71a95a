//! What this build does with each format, and what that claim rests on.

use serde::Serialize;
use std::fmt;

/// What becomes of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// To pixels, compared with another decoder or with known values in a test.
    Decodes,
    /// Metadata only; a picture is refused with the reason.
    Inspects,
    /// Metadata at most; pictures need the maker's SDK, or a decoder joined to it.
    NeedsSdk,
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Decodes => "decodes",
            Self::Inspects => "inspects",
            Self::NeedsSdk => "needs SDK",
        })
    }
}

/// A row of the table of formats.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SupportRow {
    /// Name of the [`super::Format`] that reads it; empty where none does.
    pub format: &'static str,
    /// The format, or the part of one.
    pub what: &'static str,
    pub support: Support,
    /// The conformance test that the claim rests on: `camera::mosaics::mosaics_are_what_libraw_decodes`.
    pub proof: &'static str,
    /// What it was tried on, and what is left out.
    pub note: &'static str,
}

const fn row(format: &'static str, what: &'static str, support: Support, proof: &'static str, note: &'static str) -> SupportRow {
    SupportRow { format, what, support, proof, note }
}

use Support::{Decodes, Inspects, NeedsSdk};

/// The table of formats: one row for each format and for each part of one that fares differently.
pub const SUPPORT: &[SupportRow] = &[
    row(
        "DNG",
        "CinemaDNG, DNG: uncompressed, 8 to 16 bit",
        Decodes,
        "camera::mosaics::mosaics_are_what_libraw_decodes",
        "2x2 Bayer or linear RGB, single frames and numbered sequences; compared with LibRaw",
    ),
    row("DNG", "CinemaDNG, DNG: lossless JPEG", Decodes, "camera::mosaics::mosaics_are_what_libraw_decodes", "compared with LibRaw"),
    row(
        "DNG",
        "DNG: lossy JPEG, Blackmagic's 12 bit DCT; GoPro GPR (VC-5); JPEG XL",
        Inspects,
        "camera::dng::what_is_not_decoded_still_reads_its_metadata",
        "no real sample of JPEG XL",
    ),
    row(
        "OpenEXR",
        "OpenEXR: scan lines, tiles, RGB and grey",
        Decodes,
        "camera::openexr::plates_are_what_openimageio_reads",
        "compared with OpenImageIO; not deep, not subsampled, not luminance/chroma",
    ),
    row(
        "QuickTime/MP4",
        "QuickTime, MP4: ProRes, H.264, HEVC, DNxHR, JPEG 2000, ...",
        Inspects,
        "camera::peers::values_agree_with_exiftool_and_mediainfo",
        "timecode, makers' keys (ARRI, Apple, RDD 18, GoPro); ARRI's keys on a file that FFmpeg wrote, no camera's",
    ),
    row("Canon RAW", "Canon CR3", Inspects, "camera::peers::values_agree_with_exiftool_and_mediainfo", "real headers of EOS M50 and EOS R"),
    row(
        "Canon RAW",
        "Canon Cinema RAW Light (CRM)",
        Inspects,
        "camera::bmff::a_cinema_raw_light_movie",
        "built from a dump of an EOS C200; no real file was at hand",
    ),
    row(
        "Canon CRW",
        "Canon CRW",
        Inspects,
        "camera::peers::values_agree_with_exiftool_and_mediainfo",
        "the header of a real file of an EOS 300D",
    ),
    row(
        "Blackmagic RAW",
        "Blackmagic RAW (BRAW)",
        NeedsSdk,
        "camera::bmff::a_blackmagic_raw_clip",
        "metadata is read; built from public facts, no real file was at hand",
    ),
    // Not read at all: said here so that nobody has to try.
    row("", "RED R3D", NeedsSdk, "", "not read"),
    row("", "Sony X-OCN", NeedsSdk, "", "not read"),
    row("", "ARRIRAW", NeedsSdk, "", "not read"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::FORMATS;

    #[test]
    fn every_format_is_in_the_table_and_the_table_names_no_other() {
        for format in FORMATS {
            assert!(SUPPORT.iter().any(|r| r.format == format.name()), "{} is not in the table", format.name());
        }
        for row in SUPPORT.iter().filter(|r| !r.format.is_empty()) {
            assert!(FORMATS.iter().any(|f| f.name() == row.format), "{} reads nothing", row.format);
        }
    }
}
