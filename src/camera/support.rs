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
        "2x2 Bayer or linear RGB, single frames and numbered sequences, BigTIFF; compared with LibRaw",
    ),
    row("DNG", "CinemaDNG, DNG: lossless JPEG", Decodes, "camera::mosaics::mosaics_are_what_libraw_decodes", "compared with LibRaw"),
    row(
        "DNG",
        "DNG: lossy JPEG of 8 bit; Blackmagic's of 12 bit",
        Decodes,
        "camera::mosaics::dct_streams_are_what_libjpeg_decodes",
        "compared with libjpeg-turbo; of Blackmagic's coding no camera's file was at hand",
    ),
    row("DNG", "DNG: Deflate", Decodes, "camera::codecs::deflate_with_every_predictor", "whole numbers; no real sample was at hand"),
    row(
        "DNG",
        "DNG: floating point of 16, 24, 32 bit, uncompressed or Deflate",
        Decodes,
        "camera::float_dng::every_depth_and_predictor_is_exact",
        "mosaic or linear RGB; on files made here and strips that tifffile wrote; no real sample was at hand",
    ),
    row(
        "DNG",
        "DNG: JPEG XL, lossless",
        Decodes,
        "camera::jpeg_xl::lossless_mosaics_are_exact",
        "on streams that libjxl wrote; no real sample was at hand; lossy and floating-point streams are refused, because their \
         arithmetic gives other bits on another machine",
    ),
    row(
        "DNG",
        "GoPro GPR (VC-5)",
        Decodes,
        "camera::mosaics::mosaics_are_what_libraw_decodes",
        "the bits of gpr_tools on a HERO6 file; 12 bit components",
    ),
    row(
        "OpenEXR",
        "OpenEXR: scan lines, tiles, several parts, RGB and grey",
        Decodes,
        "camera::openexr::plates_are_what_openimageio_reads",
        "compared with OpenImageIO; not deep, not subsampled, not luminance/chroma",
    ),
    row(
        "DPX",
        "DPX: 8, 10, 12, 16 bit",
        Decodes,
        "camera::dpx::scans_are_what_openimageio_reads",
        "either byte order, filled and packed; compared with OpenImageIO; run lengths are refused",
    ),
    row("MXF", "MXF: ACES frames (ST 2067-50)", Decodes, "camera::mxf::aces_frames_are_the_openexr_files", "an IMF test of Netflix"),
    row(
        "MXF",
        "MXF of cameras: XAVC, ARRI, Sony",
        Inspects,
        "camera::mxf::values_agree_with_mediainfo",
        "descriptors, timecode, acquisition sets (RDD 18); no camera's file with such sets was at hand",
    ),
    row(
        "MXF",
        "Sony X-OCN, ARRIRAW in MXF",
        NeedsSdk,
        "camera::mxf::a_raw_of_a_vendor_needs_an_sdk",
        "metadata is read; no real file was at hand",
    ),
    row(
        "ARRIRAW",
        "ARRIRAW (.ari), 12 bit",
        Inspects,
        "camera::arriraw::the_header_is_read",
        "the mosaic is shown as an uncalibrated preview, which makes no plate; no real file was at hand",
    ),
    row(
        "MLV",
        "Magic Lantern MLV",
        Decodes,
        "camera::mlv::ffmpeg_sees_the_same_mosaics",
        "uncompressed and lossless JPEG; compared with FFmpeg; no real file was at hand",
    ),
    row(
        "R3D",
        "RED R3D",
        NeedsSdk,
        "camera::r3d::a_real_header_says_what_exiftool_says",
        "metadata is read, RMD beside it too; tried on a real header",
    ),
    row(
        "movie",
        "QuickTime, MP4, MXF: ProRes 422 to 4444 XQ, DNxHD/HR, AVC-Intra, H.264, HEVC, JPEG 2000",
        Decodes,
        "camera::movie::values_are_those_computed_without_us",
        "through FFmpeg 5.1 or newer where it is installed; compared with FFmpeg's own samples",
    ),
    row(
        "QuickTime/MP4",
        "QuickTime, MP4 without FFmpeg, ProRes RAW, other codings",
        Inspects,
        "camera::peers::values_agree_with_exiftool_and_mediainfo",
        "timecode, makers' keys (ARRI, Apple, RDD 18, GoPro); ARRI's keys on a file that FFmpeg wrote, no camera's",
    ),
    row(
        "external decoder",
        "what a decoder joined to Prelight decodes",
        Decodes,
        "camera::external::the_sample_decoder_gives_its_clip",
        "the protocol is in src/camera/external/PROTOCOL.md; a sample decoder is in the tests",
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
    row("TIFF", "TIFF: 8 and 16 bit, float", Decodes, "camera::still::values_are_as_stored", "stills, single or numbered"),
    row("PNG", "PNG: 8 and 16 bit", Decodes, "camera::still::values_are_as_stored", "stills, single or numbered"),
    row(
        "JPEG",
        "JPEG: 8 bit",
        Decodes,
        "camera::still::jpeg_is_near_what_was_stored_and_a_cut_one_is_refused",
        "stills, single or numbered",
    ),
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
