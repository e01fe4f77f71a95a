//! Names of codecs.

use super::atom::FourCc;

/// Sample entry, name as its maker writes it, bits of a sample where the codec has only one.
///
/// Sources: Apple's "ProRes white paper" (422: 10 bits; 4444: 12 bits) and QTFF, the registration authority of
/// ISO/IEC 14496-12 (mp4ra), ExifTool and MediaInfo for camera formats.
const CODECS: &[(&[u8; 4], &str, Option<u32>)] = &[
    (b"apco", "ProRes 422 Proxy", Some(10)),
    (b"apcs", "ProRes 422 LT", Some(10)),
    (b"apcn", "ProRes 422", Some(10)),
    (b"apch", "ProRes 422 HQ", Some(10)),
    (b"ap4h", "ProRes 4444", Some(12)),
    (b"ap4x", "ProRes 4444 XQ", Some(12)),
    (b"aprn", "ProRes RAW", None),
    (b"aprh", "ProRes RAW HQ", None),
    (b"avc1", "H.264", None),
    (b"avc3", "H.264", None),
    (b"hvc1", "HEVC", None),
    (b"hev1", "HEVC", None),
    (b"dvh1", "HEVC", None),
    (b"dvhe", "HEVC", None),
    (b"av01", "AV1", None),
    (b"apv1", "APV", None),
    (b"AVdn", "DNxHD", None),
    (b"AVdh", "DNxHR", None),
    (b"CFHD", "CineForm", None),
    (b"mjp2", "JPEG 2000", None),
    (b"jpeg", "Motion JPEG", Some(8)),
    (b"mjpa", "Motion JPEG A", Some(8)),
    (b"mjpb", "Motion JPEG B", Some(8)),
    (b"mp4v", "MPEG-4 Visual", Some(8)),
    (b"v210", "uncompressed 4:2:2", Some(10)),
    (b"2vuy", "uncompressed 4:2:2", Some(8)),
    (b"v410", "uncompressed 4:4:4", Some(10)),
    (b"r210", "uncompressed RGB", Some(10)),
    (b"ai12", "AVC-Intra 100", Some(10)),
    (b"ai13", "AVC-Intra 100", Some(10)),
    (b"ai15", "AVC-Intra 100", Some(10)),
    (b"ai1p", "AVC-Intra 100", Some(10)),
    (b"ai1q", "AVC-Intra 100", Some(10)),
    (b"brxq", "Blackmagic RAW", None),
    (b"brhq", "Blackmagic RAW", None),
    (b"brst", "Blackmagic RAW", None),
    (b"brlt", "Blackmagic RAW", None),
    (b"brvl", "Blackmagic RAW", None),
    (b"brvm", "Blackmagic RAW", None),
    (b"brvn", "Blackmagic RAW", None),
    (b"CRAW", "Canon RAW (CRX)", None),
];

fn row(codec: FourCc) -> Option<&'static (&'static [u8; 4], &'static str, Option<u32>)> {
    CODECS.iter().find(|row| codec == row.0)
}

/// Name of a codec; its four bytes where it is not known.
pub fn name(codec: FourCc) -> String {
    row(codec).map_or_else(|| codec.to_string(), |row| row.1.to_owned())
}

/// Bits of a sample, and what says so.
pub fn bit_depth(codec: FourCc) -> Option<(u32, &'static str)> {
    Some((row(codec)?.2?, "sample entry"))
}

/// Whether it is one of Blackmagic RAW.
pub fn is_blackmagic_raw(codec: FourCc) -> bool {
    row(codec).is_some_and(|row| row.1 == "Blackmagic RAW")
}
