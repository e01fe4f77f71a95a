//! Words for the code points of colour: ITU-T H.273 (the same as ISO/IEC 23091-2), which QuickTime, MP4, PNG and video streams
//! write as they are. MXF and DPX have labels and codes of their own for the same curves and primaries; they take these words.

pub const BT_709: &str = "BT.709";
pub const BT_601: &str = "BT.601";
pub const BT_601_625: &str = "BT.601 625";
pub const BT_601_525: &str = "BT.601 525";
pub const BT_1361: &str = "BT.1361";
pub const BT_2020: &str = "BT.2020";
pub const ST_240: &str = "SMPTE 240M";
pub const ST_428: &str = "SMPTE 428";
pub const LINEAR: &str = "linear";
pub const XVYCC: &str = "xvYCC";
pub const SRGB: &str = "sRGB";
pub const PQ: &str = "PQ";
pub const HLG: &str = "HLG";
pub const XYZ: &str = "XYZ";
pub const P3_DCI: &str = "P3-DCI";
pub const P3_D65: &str = "P3-D65";

/// ColourPrimaries (table 2); `None` where unspecified or reserved.
pub fn primaries(code: u16) -> Option<&'static str> {
    Some(match code {
        1 => BT_709,
        4 => "BT.470 M",
        5 => BT_601_625,
        6 | 7 => BT_601_525,
        8 => "film",
        9 => BT_2020,
        10 => XYZ,
        11 => P3_DCI,
        12 => P3_D65,
        22 => "EBU Tech 3213",
        _ => return None,
    })
}

/// TransferCharacteristics (table 3).
pub fn transfer(code: u16) -> Option<&'static str> {
    Some(match code {
        1 => BT_709,
        4 => "gamma 2.2",
        5 => "gamma 2.8",
        6 => BT_601,
        7 => ST_240,
        8 => LINEAR,
        9 => "log 100:1",
        10 => "log 316:1",
        11 => XVYCC,
        12 => BT_1361,
        13 => SRGB,
        14 | 15 => BT_2020,
        16 => PQ,
        17 => ST_428,
        18 => HLG,
        _ => return None,
    })
}

/// MatrixCoefficients (table 4).
pub fn matrix(code: u16) -> Option<&'static str> {
    Some(match code {
        0 => "RGB",
        1 => BT_709,
        4 => "FCC",
        5 | 6 => BT_601,
        7 => ST_240,
        8 => "YCgCo",
        9 => BT_2020,
        10 => "BT.2020 constant luminance",
        14 => "ICtCp",
        _ => return None,
    })
}
