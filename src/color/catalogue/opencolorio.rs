//! The names that OpenColorIO's configurations give to colour spaces, displays and looks: the ACES studio configurations 2.2.0
//! (ACES 1.3) and 4.0.0 (ACES 2), their aliases and interop IDs. Names that a row of the catalogue states itself are not repeated.

/// The row's name, and what it is called.
#[rustfmt::skip]
pub const CALLED: &[(&str, &[&str])] = &[
    ("srgb", &["sRGB - Display", "srgb_display", "srgb_rec709_display"]),
    ("rec709-gamma22", &["Gamma 2.2 Rec.709 - Display", "g22_rec709_display"]),
    ("display-p3", &["Display P3 - Display", "displayp3_display", "srgb_p3d65_display"]),
    ("display-p3-hdr", &["Display P3 HDR - Display", "displayp3_hdr_display", "srgbe_p3d65_display"]),
    ("p3-d65-gamma26", &["P3-D65 - Display", "p3d65_display", "g26_p3d65_display"]),
    ("rec709-bt1886", &["Rec.1886 Rec.709 - Display", "rec1886_rec709_display", "g24_rec709_display"]),
    ("rec2100-hlg-1000nit", &["Rec.2100-HLG - Display", "rec2100_hlg_display", "hlg_rec2020_display"]),
    ("rec2100-pq", &["Rec.2100-PQ - Display", "rec2100_pq_display", "pq_rec2020_display"]),
    ("p3-d65-pq", &["ST2084-P3-D65 - Display", "st2084_p3d65_display", "pq_p3d65_display"]),
    ("aces2065-1", &["aces2065_1", "aces", "ACES - ACES2065-1", "lin_ap0", "lin_ap0_scene"]),
    ("acescc", &["ACES - ACEScc", "acescc_ap1", "ocio:acescc_ap1_scene"]),
    ("acescct", &["ACES - ACEScct", "acescct_ap1", "ocio:acescct_ap1_scene"]),
    ("acescg", &["ACES - ACEScg", "lin_ap1", "lin_ap1_scene"]),
    ("adx10", &["Input - ADX - ADX10", "ocio:adx10_apd_scene"]),
    ("adx16", &["Input - ADX - ADX16", "ocio:adx16_apd_scene"]),
    ("apple-log", &["Apple Log", "apple_log", "ocio:applelog_rec2020_scene"]),
    ("arri-logc3", &[
        "ARRI LogC3 (EI800)", "arri_logc3_ei800", "logc3ei800_alexawide", "Input - ARRI - V3 LogC (EI800) - Wide Gamut",
        "ocio:arrilogc3_awg3_scene",
    ]),
    ("linear-arri-wide-gamut-3", &[
        "lin_arri_wide_gamut_3", "lin_alexawide", "Input - ARRI - Linear - ALEXA Wide Gamut", "ocio:lin_awg3_scene",
    ]),
    ("arri-logc4", &["ARRI LogC4", "arri_logc4", "ocio:arrilogc4_awg4_scene"]),
    ("linear-arri-wide-gamut-4", &["lin_arri_wide_gamut_4", "lin_awg4", "ocio:lin_awg4_scene"]),
    ("blackmagic-film-gen5", &["bmdfilm_widegamut_gen5", "ocio:bmdfilm5_wg5_scene"]),
    ("linear-blackmagic-wide-gamut", &["lin_bmd_widegamut_gen5", "ocio:lin_bmdwg5_scene"]),
    ("davinci-intermediate", &["davinci_intermediate_widegamut", "ocio:davinci_dwg_scene"]),
    ("linear-davinci-wide-gamut", &["lin_davinci_widegamut", "ocio:lin_dwg_scene"]),
    ("canon-clog2-cgamut", &[
        "CanonLog2 CinemaGamut D55", "canonlog2_cinemagamut_d55", "canonlog2_cgamutday",
        "Input - Canon - Canon-Log2 - Cinema Gamut Daylight", "ocio:canonlog2_cgamutd55_scene",
    ]),
    ("linear-cinema-gamut", &[
        "lin_cinemagamut_d55", "lin_canoncgamutday", "Input - Canon - Linear - Canon Cinema Gamut Daylight",
        "ocio:lin_cgamutd55_scene",
    ]),
    ("canon-clog3-cgamut", &[
        "CanonLog3 CinemaGamut D55", "canonlog3_cinemagamut_d55", "canonlog3_cgamutday",
        "Input - Canon - Canon-Log3 - Cinema Gamut Daylight", "ocio:canonlog3_cgamutd55_scene",
    ]),
    ("dji-dlog-dgamut", &["dlog_dgamut", "ocio:djilog_dgamut_scene"]),
    ("linear-dgamut", &["lin_dgamut", "ocio:lin_dgamut_scene"]),
    ("panasonic-vlog-vgamut", &["V-Log V-Gamut", "vlog_vgamut", "Input - Panasonic - V-Log - V-Gamut", "ocio:vlog_vgamut_scene"]),
    ("linear-vgamut", &["lin_vgamut", "Input - Panasonic - Linear - V-Gamut", "ocio:lin_vgamut_scene"]),
    ("red-log3g10-rwg", &[
        "Log3G10 REDWideGamutRGB", "log3g10_redwidegamutrgb", "rl3g10_rwg", "Input - RED - REDLog3G10 - REDWideGamutRGB",
        "ocio:redlog3g10_rwg_scene",
    ]),
    ("linear-red-wide-gamut", &[
        "lin_redwidegamutrgb", "lin_rwg", "Input - RED - Linear - REDWideGamutRGB", "ocio:lin_rwg_scene",
    ]),
    ("sony-slog3-sgamut3", &["S-Log3 S-Gamut3", "slog3_sgamut3", "Input - Sony - S-Log3 - S-Gamut3", "ocio:slog3_sgamut3_scene"]),
    ("sony-slog3-sgamut3cine", &[
        "S-Log3 S-Gamut3.Cine", "slog3_sgamut3cine", "slog3_sgamutcine", "Input - Sony - S-Log3 - S-Gamut3.Cine",
        "ocio:slog3_sgamut3cine_scene",
    ]),
    ("sony-venice-slog3-sgamut3", &[
        "S-Log3 Venice S-Gamut3", "slog3_venice_sgamut3", "Input - Sony - S-Log3 - Venice S-Gamut3",
        "ocio:slog3_sgamut3venice_scene",
    ]),
    ("sony-venice-slog3-sgamut3cine", &[
        "S-Log3 Venice S-Gamut3.Cine", "slog3_venice_sgamut3cine", "slog3_venice_sgamutcine",
        "Input - Sony - S-Log3 - Venice S-Gamut3.Cine", "ocio:slog3_sgamut3cinevenice_scene",
    ]),
    ("linear-sgamut3", &["lin_sgamut3", "Input - Sony - Linear - S-Gamut3", "ocio:lin_sgamut3_scene"]),
    ("linear-sgamut3cine", &["lin_sgamut3cine", "Input - Sony - Linear - S-Gamut3.Cine", "ocio:lin_sgamut3cine_scene"]),
    ("linear-venice-sgamut3", &["lin_venice_sgamut3", "Input - Sony - Linear - Venice S-Gamut3", "ocio:lin_sgamut3venice_scene"]),
    ("linear-venice-sgamut3cine", &[
        "lin_venice_sgamut3cine", "Input - Sony - Linear - Venice S-Gamut3.Cine", "ocio:lin_sgamut3cinevenice_scene",
    ]),
    ("srgb-rec709", &[
        "srgb_encoded_rec709_srgb", "srgb_texture", "srgb_rec709_scene", "Utility - sRGB - Texture",
        "Input - Generic - sRGB - Texture", "sRGB - Texture", "srgb_tx",
    ]),
    ("gamma18-rec709", &[
        "g18_encoded_rec709", "g18_rec709", "Utility - Gamma 1.8 - Rec.709 - Texture", "Gamma 1.8 Rec.709 - Texture",
        "g18_rec709_tx", "g18_rec709_scene",
    ]),
    ("gamma22-rec709", &[
        "g22_encoded_rec709", "g22_rec709", "Utility - Gamma 2.2 - Rec.709 - Texture", "Gamma 2.2 Rec.709 - Texture",
        "g22_rec709_tx", "g22_rec709_scene",
    ]),
    ("gamma24-rec709", &[
        "g24_encoded_rec709", "g24_rec709", "rec709_display", "Utility - Rec.709 - Display", "Gamma 2.4 Rec.709 - Texture",
        "g24_rec709_tx", "ocio:g24_rec709_scene",
    ]),
    ("camera-rec709", &["camera_rec709", "rec709_camera", "Utility - Rec.709 - Camera", "ocio:itu709_rec709_scene"]),
    ("srgb-p3-d65", &[
        "srgb_encoded_p3d65", "srgb_p3d65", "srgb_displayp3", "srgb_p3d65_scene", "sRGB Encoded P3-D65 - Texture",
        "srgb_encoded_p3d65_tx",
    ]),
    ("gamma22-adobe-rgb", &["g22_encoded_adobergb", "adobergb", "g22_adobergb_scene"]),
    ("srgb-ap1", &["srgb_encoded_ap1", "srgb_ap1", "srgb_ap1_scene", "sRGB Encoded AP1 - Texture", "srgb_encoded_ap1_tx"]),
    ("gamma22-ap1", &["g22_encoded_ap1", "g22_ap1", "Gamma 2.2 AP1 - Texture", "g22_ap1_tx", "g22_ap1_scene"]),
    ("cie-xyz-d65", &["CIE XYZ-D65 - Scene-referred", "cie_xyz_d65_scene", "lin_ciexyzd65_scene"]),
    ("linear-adobe-rgb", &["lin_adobergb", "lin_adobergb_scene", "Utility - Linear - Adobe RGB"]),
    ("linear-p3-d65", &["lin_p3d65", "lin_displayp3", "lin_p3d65_scene", "Utility - Linear - P3-D65", "Linear Display P3"]),
    ("linear-rec2020", &["lin_rec2020", "lin_rec2020_scene", "Utility - Linear - Rec.2020"]),
    ("linear-rec709", &[
        "lin_rec709_srgb", "lin_rec709", "lin_rec709_scene", "lin_srgb", "Utility - Linear - sRGB",
        "Utility - Linear - Rec.709",
    ]),
    ("rec2020-bt1886", &["Rec.1886 Rec.2020 - Display", "rec1886_rec2020_display"]),
    ("p3-d60-gamma26", &["P3-D60 - Display", "p3d60_display"]),
    ("p3-dci-gamma26", &["P3-DCI - Display", "p3_dci_display"]),
    ("reference-gamut-compression", &["ACES 1.3 Reference Gamut Compression"]),
];
