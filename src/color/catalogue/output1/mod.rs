//! ACES 1.0 to 1.3 output transforms: ACES2065-1 to code values, in full range.
//!
//! In ACES 1 an output is the reference rendering transform (RRT) and an output device transform (ODT), or a single-stage "RRTODT". An
//! ODT's ID names the whole output here, RRT included; the RRT's own ID names ACES2065-1 to OCES. An ID without its version is the
//! name of the Academy's CTL file (aces-dev 1.3.1), where that differs from the ID.
//!
//! Listed are the IDs of releases that have the same arithmetic. Not among them, and so refused: the HDR transforms of 1.0.0
//! (`P3D60_PQ_*`), which have other curves, `Rec2020_ST2048_1000nits.a1.0.1`, whose published inverse lacks the adaptation of
//! the white, and `RRT.a1.0.0`, which has another black.

mod parts;

use super::{Kind, Named};
use crate::color::rgb::{P3_D60, P3_D65, P3_DCI, REC709, REC2020};
use parts::{
    BT1886, CINEMA, CINEMA_D60,
    Display::{Dcdm, Rgb},
    Encoding::{Hlg, Pq, Srgb},
    GAMMA26, VIDEO, VIDEO_D60, rendering, seen_from_dci, single_stage, single_stage_to_xyz, two_stage,
};

/// Name, title, IDs with the versions of each, and what builds the ops.
macro_rules! row {
    ($name:literal, $title:literal, [$($id:literal [$($version:literal),*]),*], $build:expr) => {
        Named { name: $name, title: $title, kind: Kind::Output, ids: &[$($(concat!($id, $version),)*)*], build: |_| $build }
    };
}

/// To CIE XYZ, and the end of OpenColorIO's name for it.
macro_rules! xyz {
    ($name:literal, $ocio:literal, $build:expr) => {
        Named {
            name: $name,
            title: concat!("ACES 1 to CIE XYZ, ", $ocio),
            kind: Kind::Output,
            ids: &[concat!("ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - ", $ocio)],
            build: |_| $build,
        }
    };
}

pub fn rows() -> Vec<Named> {
    [ROWS, TO_XYZ].concat()
}

#[rustfmt::skip]
const ROWS: &[Named] = &[
    row!("aces1-rrt", "ACES 1 reference rendering transform alone, to OCES in cd/m²", ["RRT" ["", ".a1.0.1", ".a1.0.3"]], rendering()),
    row!("aces1-sdr-video-rec709", "ACES 1, BT.709, BT.1886", ["ODT.Academy.Rec709_100nits_dim" ["", ".a1.0.0", ".a1.0.1", ".a1.0.3"]], VIDEO.on(Rgb(REC709, BT1886))),
    row!("aces1-sdr-video-d60sim-rec709", "ACES 1, BT.709 with D60 simulated, BT.1886", ["ODT.Academy.Rec709_D60sim_100nits_dim" ["", ".a1.0.0", ".a1.0.1", ".a1.0.3"]], VIDEO_D60.on(Rgb(REC709, BT1886))),
    row!("aces1-sdr-video-srgb", "ACES 1, sRGB", ["ODT.Academy.sRGB_100nits_dim" [""], "ODT.Academy.RGBmonitor_100nits_dim" ["", ".a1.0.3"]], VIDEO.on(Rgb(REC709, Srgb))),
    row!("aces1-sdr-video-d60sim-srgb", "ACES 1, sRGB with D60 simulated", ["ODT.Academy.sRGB_D60sim_100nits_dim" [""], "ODT.Academy.RGBmonitor_D60sim_100nits_dim" ["", ".a1.0.0", ".a1.0.1", ".a1.0.3"]], VIDEO_D60.on(Rgb(REC709, Srgb))),
    row!("aces1-sdr-video-display-p3", "ACES 1, Display P3", ["ODT.Academy.DisplayP3_dim" ["", ".a1.0.0"]], VIDEO.on(Rgb(P3_D65, Srgb))),
    row!("aces1-sdr-video-d60sim-display-p3", "ACES 1, Display P3 with D60 simulated", ["ODT.Academy.DisplayP3_D60sim_dim" ["", ".a1.0.0"]], VIDEO_D60.on(Rgb(P3_D65, Srgb))),
    row!("aces1-sdr-video-rec2020", "ACES 1, BT.2020, BT.1886", ["ODT.Academy.Rec2020_100nits_dim" ["", ".a1.0.0", ".a1.0.1", ".a1.0.3"]], VIDEO.on(Rgb(REC2020, BT1886))),
    row!("aces1-sdr-video-p3lim-rec2020", "ACES 1, BT.2020 limited to P3-D65, BT.1886", ["ODT.Academy.Rec2020_P3D65limited_100nits_dim" ["", ".a1.1.0"], "ODT.Academy.Rec2020_100nits" [".a1.1", ".a1.1.0"]], VIDEO.within(P3_D65).on(Rgb(REC2020, BT1886))),
    row!("aces1-sdr-video-rec709lim-rec2020", "ACES 1, BT.2020 limited to BT.709, BT.1886", ["ODT.Academy.Rec2020_Rec709limited_100nits_dim" ["", ".a1.1.0"], "ODT.Academy.Rec2020_Rec709limited_100nits" [".a1.1", ".a1.1.0"]], VIDEO.within(REC709).on(Rgb(REC2020, BT1886))),
    row!("aces1-sdr-cinema-p3d60", "ACES 1, P3-D60, gamma 2.6", ["ODT.Academy.P3D60_48nits" ["", ".a1.0.0", ".a1.0.1", ".a1.0.3"]], CINEMA_D60.on(Rgb(P3_D60, GAMMA26))),
    row!("aces1-sdr-cinema-p3d65", "ACES 1, P3-D65, gamma 2.6", ["ODT.Academy.P3D65_48nits" ["", ".a1.1", ".a1.1.0"]], CINEMA.on(Rgb(P3_D65, GAMMA26))),
    row!("aces1-sdr-cinema-d60sim-p3d65", "ACES 1, P3-D65 with D60 simulated, gamma 2.6", ["ODT.Academy.P3D65_D60sim_48nits" ["", ".a1.1", ".a1.1.0"]], CINEMA_D60.fitted(0.964).on(Rgb(P3_D65, GAMMA26))),
    row!("aces1-sdr-cinema-rec709lim-p3d65", "ACES 1, P3-D65 limited to BT.709, gamma 2.6", ["ODT.Academy.P3D65_Rec709limited_48nits" ["", ".a1.1.0"], "ODT.Academy.P3D65_709limit_48nits" [".a1.1", ".a1.1.0"]], CINEMA.within(REC709).on(Rgb(P3_D65, GAMMA26))),
    row!("aces1-sdr-cinema-d60sim-p3dci", "ACES 1, P3-DCI with D60 simulated, gamma 2.6", ["ODT.Academy.P3DCI_D60sim_48nits" [""], "ODT.Academy.P3DCI_48nits" ["", ".a1.0.0", ".a1.0.1", ".a1.0.3"]], CINEMA_D60.rolled(0.918, 0.96).on(Rgb(P3_DCI, GAMMA26))),
    row!("aces1-sdr-cinema-d65sim-p3dci", "ACES 1, P3-DCI with D65 simulated, gamma 2.6", ["ODT.Academy.P3DCI_D65sim_48nits" ["", ".a1.1", ".a1.1.0"]], CINEMA.rolled(0.908, 0.9575).on(Rgb(P3_DCI, GAMMA26))),
    row!("aces1-sdr-cinema-dcdm", "ACES 1, DCDM (X'Y'Z'), D60 white", ["ODT.Academy.DCDM" ["", ".a1.0.0", ".a1.0.1", ".a1.0.3"]], CINEMA_D60.on(Dcdm)),
    row!("aces1-sdr-cinema-p3d60lim-dcdm", "ACES 1, DCDM (X'Y'Z') limited to P3-D60", ["ODT.Academy.DCDM_P3D60limited" [""], "ODT.Academy.DCDM_P3D60" ["", ".a1.0.0", ".a1.0.1", ".a1.0.3"]], CINEMA_D60.within(P3_D60).on(Dcdm)),
    row!("aces1-sdr-cinema-p3d65lim-dcdm", "ACES 1, DCDM (X'Y'Z') limited to P3-D65", ["ODT.Academy.DCDM_P3D65limited" ["", ".a1.1", ".a1.1.0"]], CINEMA.within(P3_D65).on(Dcdm)),
    row!("aces1-hdr-1000-p3d60-pq", "ACES 1.0, P3-D60 1000 nit, ST 2084", ["ODT.Academy.P3D60_ST2084_1000nits" ["", ".a1.0.1", ".a1.0.3"], "ODT.Academy.P3D60_ST2048_1000nits" [".a1.0.1"]], two_stage(1000, P3_D60)),
    row!("aces1-hdr-2000-p3d60-pq", "ACES 1.0, P3-D60 2000 nit, ST 2084", ["ODT.Academy.P3D60_ST2084_2000nits" ["", ".a1.0.1", ".a1.0.3"], "ODT.Academy.P3D60_ST2048_2000nits" [".a1.0.1"]], two_stage(2000, P3_D60)),
    row!("aces1-hdr-4000-p3d60-pq", "ACES 1.0, P3-D60 4000 nit, ST 2084", ["ODT.Academy.P3D60_ST2084_4000nits" ["", ".a1.0.1", ".a1.0.3"], "ODT.Academy.P3D60_ST2048_4000nits" [".a1.0.1"]], two_stage(4000, P3_D60)),
    row!("aces1-hdr-1000-rec2020-dim-pq", "ACES 1.0, BT.2020 1000 nit, ST 2084", ["ODT.Academy.Rec2020_ST2084_1000nits" ["", ".a1.0.1", ".a1.0.3"]], two_stage(1000, REC2020)),
    row!("aces1-hdr-1000-p3-pq", "ACES 1, P3-D65 1000 nit, ST 2084", ["RRTODT.Academy.P3D65_1000nits_15nits_ST2084" ["", ".a1.1.0"]], single_stage(15.0, 1000.0, P3_D65, Pq)),
    row!("aces1-hdr-2000-p3-pq", "ACES 1, P3-D65 2000 nit, ST 2084", ["RRTODT.Academy.P3D65_2000nits_15nits_ST2084" ["", ".a1.1.0"]], single_stage(15.0, 2000.0, P3_D65, Pq)),
    row!("aces1-hdr-4000-p3-pq", "ACES 1, P3-D65 4000 nit, ST 2084", ["RRTODT.Academy.P3D65_4000nits_15nits_ST2084" ["", ".a1.1.0"]], single_stage(15.0, 4000.0, P3_D65, Pq)),
    row!("aces1-hdr-1000-rec2020-pq", "ACES 1, BT.2020 1000 nit, ST 2084", ["RRTODT.Academy.Rec2020_1000nits_15nits_ST2084" ["", ".a1.1.0"], "ODT.Academy.Rec2020_1000nits_15nits_ST2084" [".a1.1"]], single_stage(15.0, 1000.0, REC2020, Pq)),
    row!("aces1-hdr-2000-rec2020-pq", "ACES 1, BT.2020 2000 nit, ST 2084", ["RRTODT.Academy.Rec2020_2000nits_15nits_ST2084" ["", ".a1.1.0"], "ODT.Academy.Rec2020_2000nits_15nits_ST2084" [".a1.1"]], single_stage(15.0, 2000.0, REC2020, Pq)),
    row!("aces1-hdr-4000-rec2020-pq", "ACES 1, BT.2020 4000 nit, ST 2084", ["RRTODT.Academy.Rec2020_4000nits_15nits_ST2084" ["", ".a1.1.0"], "ODT.Academy.Rec2020_4000nits_15nits_ST2084" [".a1.1"]], single_stage(15.0, 4000.0, REC2020, Pq)),
    row!("aces1-hdr-1000-rec2020-hlg", "ACES 1, BT.2020 1000 nit, HLG", ["RRTODT.Academy.Rec2020_1000nits_15nits_HLG" ["", ".a1.1.0"], "ODT.Academy.Rec2020_1000nits_15nits_HLG" [".a1.1"]], single_stage(15.0, 1000.0, REC2020, Hlg)),
    row!("aces1-hdr-cinema-108-p3-pq", "ACES 1, P3-D65 108 nit, ST 2084", ["RRTODT.Academy.P3D65_108nits_7.2nits_ST2084" ["", ".a1.1.0"], "RRTODT.Academy.P3D65_108nits_7point2nits_ST2084" [".a1.1.0"], "ODT.Academy.P3D65_108nits_7.2nits_ST2084" [".a1.1"]], single_stage(7.2, 108.0, P3_D65, Pq)),
];

#[rustfmt::skip]
const TO_XYZ: &[Named] = &[
    xyz!("aces1-sdr-video-xyz", "SDR-VIDEO_1.0", VIDEO.to_xyz()),
    xyz!("aces1-sdr-video-d60sim-xyz", "SDR-VIDEO-D60sim-D65_1.0", VIDEO_D60.to_xyz()),
    xyz!("aces1-sdr-video-p3lim-xyz", "SDR-VIDEO-P3lim_1.1", VIDEO.within(P3_D65).to_xyz()),
    xyz!("aces1-sdr-video-rec709lim-xyz", "SDR-VIDEO-REC709lim_1.1", VIDEO.within(REC709).to_xyz()),
    xyz!("aces1-sdr-cinema-xyz", "SDR-CINEMA_1.0", CINEMA.to_xyz()),
    xyz!("aces1-sdr-cinema-d60sim-xyz", "SDR-CINEMA-D60sim-D65_1.1", CINEMA_D60.fitted(0.964).to_xyz()),
    xyz!("aces1-sdr-cinema-rec709lim-xyz", "SDR-CINEMA-REC709lim_1.1", CINEMA.within(REC709).to_xyz()),
    xyz!("aces1-sdr-cinema-d60sim-dci-xyz", "SDR-CINEMA-D60sim-DCI_1.0", seen_from_dci(CINEMA_D60.rolled(0.918, 0.96))),
    xyz!("aces1-sdr-cinema-d65sim-dci-xyz", "SDR-CINEMA-D65sim-DCI_1.1", seen_from_dci(CINEMA.rolled(0.908, 0.9575))),
    xyz!("aces1-hdr-1000-p3-xyz", "HDR-VIDEO-1000nit-15nit-P3lim_1.1", single_stage_to_xyz(15.0, 1000.0, &P3_D65)),
    xyz!("aces1-hdr-1000-rec2020-xyz", "HDR-VIDEO-1000nit-15nit-REC2020lim_1.1", single_stage_to_xyz(15.0, 1000.0, &REC2020)),
    xyz!("aces1-hdr-2000-p3-xyz", "HDR-VIDEO-2000nit-15nit-P3lim_1.1", single_stage_to_xyz(15.0, 2000.0, &P3_D65)),
    xyz!("aces1-hdr-2000-rec2020-xyz", "HDR-VIDEO-2000nit-15nit-REC2020lim_1.1", single_stage_to_xyz(15.0, 2000.0, &REC2020)),
    xyz!("aces1-hdr-4000-p3-xyz", "HDR-VIDEO-4000nit-15nit-P3lim_1.1", single_stage_to_xyz(15.0, 4000.0, &P3_D65)),
    xyz!("aces1-hdr-4000-rec2020-xyz", "HDR-VIDEO-4000nit-15nit-REC2020lim_1.1", single_stage_to_xyz(15.0, 4000.0, &REC2020)),
    xyz!("aces1-hdr-cinema-108-p3-xyz", "HDR-CINEMA-108nit-7.2nit-P3lim_1.1", single_stage_to_xyz(7.2, 108.0, &P3_D65)),
];
