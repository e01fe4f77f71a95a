//! The names of the codes in a DPX header: SMPTE ST 268-1:2014 tables 1 to 5, and the codes that ST 268-2 adds.

use crate::camera::h273;

/// Image element descriptors that are read.
pub mod descriptor {
    pub const RED: u8 = 1;
    pub const GREEN: u8 = 2;
    pub const BLUE: u8 = 3;
    pub const ALPHA: u8 = 4;
    pub const LUMA: u8 = 6;
    pub const RGB: u8 = 50;
    pub const RGBA: u8 = 51;
    pub const ABGR: u8 = 52;
}

/// Transfer characteristics and colorimetric specifications that decide something.
pub mod characteristic {
    pub const LINEAR: u8 = 2;
    pub const ST_274: u8 = 5;
    pub const BT_709: u8 = 6;
    pub const ADX: u8 = 13;
}

pub fn descriptor_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "user-defined",
        1 => "R",
        2 => "G",
        3 => "B",
        4 => "alpha",
        6 => "luma",
        7 => "CbCr",
        8 => "depth",
        9 => "composite video",
        10 => "Cb",
        11 => "Cr",
        50 | 56 => "RGB",
        51 | 57 => "RGBA",
        52 | 58 => "ABGR",
        53 => "BGR",
        54 => "BGRA",
        55 => "ARGB",
        100 => "CbYCrY 4:2:2",
        101 => "CbYACrYA 4:2:2:4",
        102 => "CbYCr 4:4:4",
        103 => "CbYCrA 4:4:4:4",
        104 => "CYY 4:2:0",
        105 => "CYAYA 4:2:0:4",
        150..=156 => "user-defined, several components",
        _ => return None,
    })
}

pub fn transfer_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "user-defined",
        1 => "printing density",
        2 => h273::LINEAR,
        3 => "logarithmic",
        4 => "unspecified video",
        5 => "SMPTE ST 274",
        6 => h273::BT_709,
        7 => h273::BT_601_625,
        8 => h273::BT_601_525,
        9 => "composite video (NTSC)",
        10 => "composite video (PAL)",
        11 => "Z depth, linear",
        12 => "Z depth, homogeneous",
        13 => "ADX (SMPTE ST 2065-3)",
        14 => "BT.2020 NCL",
        15 => "BT.2020 CL",
        16 => h273::XVYCC,
        17 => "BT.2100 PQ NCL",
        18 => "BT.2100 PQ ICtCp",
        19 => "BT.2100 HLG NCL",
        20 => "BT.2100 HLG ICtCp",
        21 => "RP 431-2",
        22 => h273::SRGB,
        _ => return None,
    })
}

pub fn colorimetric_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "user-defined",
        1 => "printing density",
        4 => "unspecified video",
        5 => "SMPTE ST 274",
        6 => h273::BT_709,
        7 => h273::BT_601_625,
        8 => h273::BT_601_525,
        9 => "composite video (NTSC)",
        10 => "composite video (PAL)",
        13 => "ADX (SMPTE ST 2065-3)",
        14 => h273::BT_2020,
        15 => h273::P3_D65,
        16 => h273::P3_DCI,
        17 => "P3-D60",
        18 => "ACES2065-1",
        _ => return None,
    })
}

/// Lines, then frame.
pub fn orientation_name(code: u16) -> Option<&'static str> {
    const NAMES: [&str; 8] = [
        "left to right, top to bottom",
        "right to left, top to bottom",
        "left to right, bottom to top",
        "right to left, bottom to top",
        "top to bottom, left to right",
        "top to bottom, right to left",
        "bottom to top, left to right",
        "bottom to top, right to left",
    ];
    NAMES.get(usize::from(code)).copied()
}
