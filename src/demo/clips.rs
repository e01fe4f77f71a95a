//! The clips as plain data: what was shot, on what, and which faults are planted.

use super::colorimetry::{D65, STD_A, Xy};
use crate::{
    camera::{FrameNumber, Rational, Timecode},
    image::{RectF, Size},
};

/// The rate of every clip, frames a second.
pub const RATE: (i32, i32) = (24, 1);
/// Frames each clip was shot with; a planted gap takes one of them away.
pub const FRAMES: FrameNumber = 8;

/// A clip of the show.
#[derive(Clone, Copy)]
pub struct ClipSpec {
    /// Folder and base name of its sidecars.
    pub name: &'static str,
    pub reel: &'static str,
    pub camera_label: &'static str,
    pub serial: &'static str,
    /// Timecode of frame 0: hours, minutes, seconds, frames.
    pub start: [u8; 4],
    pub framing: Framing,
    pub sensor_mode: &'static str,
    pub before_lens: BeforeLens,
    pub light: Light,
    pub lens: Lens,
    pub look: Look,
    pub faults: Faults,
}

/// What the camera saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeforeLens {
    /// The chart of [`super::scene`].
    Chart,
    /// Nothing: the sensor alone.
    Cap,
    /// An evenly lit wall.
    Wall,
}

/// Rectangles in canvas pixels, as the FDL of the clip has to state them.
#[derive(Clone, Copy)]
pub struct Framing {
    pub canvas: Size,
    pub squeeze: u32,
    pub effective: RectF,
    pub protection: RectF,
    pub decision: RectF,
}

/// The light on the chart, which is the white the camera is balanced to.
#[derive(Clone, Copy, PartialEq)]
pub enum Light {
    /// CIE D65.
    Daylight,
    /// CIE standard illuminant A, 2856 K.
    Tungsten,
}

impl Light {
    pub fn white(self) -> Xy {
        match self {
            Light::Daylight => D65,
            Light::Tungsten => STD_A,
        }
    }
}

#[derive(Clone, Copy)]
pub struct Lens {
    pub model: &'static str,
    pub serial: &'static str,
    /// Millimetres.
    pub focal_length: u32,
    /// Tenths.
    pub f_number: u32,
    /// Tenths.
    pub t_stop: u32,
}

/// An ASC CDL that acts in ACEScct.
#[derive(Clone, Copy)]
pub struct Look {
    pub id: &'static str,
    pub description: &'static str,
    pub slope: [f64; 3],
    pub offset: [f64; 3],
    pub power: [f64; 3],
    pub saturation: f64,
}

/// What is wrong with a clip.
#[derive(Clone, Copy)]
pub struct Faults {
    /// This frame's file does not exist.
    pub missing_frame: Option<FrameNumber>,
    /// A bit of this frame's file is not the one that the history has.
    pub altered_frame: Option<FrameNumber>,
    /// A file of this name lies on the roll.
    pub litter: Option<&'static str>,
    /// From this frame on the recorded timecode is ahead by so many frames.
    pub timecode_jump: Option<(FrameNumber, i64)>,
    /// The AMF carries another camera's input transform and the name of another clip.
    pub foreign_amf: bool,
    /// The FDL is of this canvas.
    pub foreign_fdl: Option<Framing>,
    /// The FDL states this squeeze.
    pub fdl_squeeze: Option<f64>,
    /// A look of the AMF is nobody's.
    pub unknown_look: bool,
    /// The file does not say which lens it was.
    pub no_lens: bool,
    /// The still was stored with the levels of video, and says nothing of it.
    pub legal_still: bool,
    /// A manifest was written to after it had been sealed.
    pub altered_manifest: bool,
    pub sensor: SensorFaults,
}

/// What is wrong with a sensor, in electrons where nothing else is said.
#[derive(Clone, Copy)]
pub struct SensorFaults {
    /// Stops of exposure above what the chart is made for.
    pub over: u32,
    /// Levels that are taken off, and what is then below black cut.
    pub crush: f32,
    /// Black lies so much above what the file states.
    pub pedestal: f32,
    /// Photosites that leak [`HOT`] more.
    pub hot: &'static [(u32, u32)],
    /// Photosites that collect next to nothing.
    pub dead: &'static [(u32, u32)],
    /// A row whose amplifier adds so much.
    pub row: Option<(u32, f32)>,
    /// A column that collects a few percent less.
    pub column: Option<u32>,
    /// Glow of the electronics at the top left corner.
    pub glow: f32,
}

/// What a hot photosite leaks, electrons a frame.
pub const HOT: f32 = 80.0;

const GOOD_SENSOR: SensorFaults =
    SensorFaults { over: 0, crush: 0.0, pedestal: 0.0, hot: &[], dead: &[], row: None, column: None, glow: 0.0 };

const NO_FAULTS: Faults = Faults {
    missing_frame: None,
    altered_frame: None,
    litter: None,
    timecode_jump: None,
    foreign_amf: false,
    foreign_fdl: None,
    fdl_squeeze: None,
    unknown_look: false,
    no_lens: false,
    legal_still: false,
    altered_manifest: false,
    sensor: GOOD_SENSOR,
};

/// 16:9, spherical, 2.39:1 extraction: a letterbox.
const SPHERICAL: Framing = Framing {
    canvas: Size::new(1920, 1080),
    squeeze: 1,
    effective: RectF::new(16.0, 9.0, 1888.0, 1062.0),
    protection: RectF::new(16.0, 145.0, 1888.0, 790.0),
    decision: RectF::new(64.0, 165.0, 1792.0, 750.0),
};
/// 4:3, 2x anamorphic (2.67:1 desqueezed), 2.39:1 extraction: a pillarbox.
const ANAMORPHIC: Framing = Framing {
    canvas: Size::new(1440, 1080),
    squeeze: 2,
    effective: RectF::new(16.0, 12.0, 1408.0, 1056.0),
    protection: RectF::new(89.0, 12.0, 1262.0, 1056.0),
    decision: RectF::new(120.0, 38.0, 1200.0, 1004.0),
};
/// The canvas of a sensor mode that no clip of the show was shot in; consistent in itself.
const FOREIGN: Framing = Framing {
    canvas: Size::new(2048, 1152),
    squeeze: 1,
    effective: RectF::new(17.0, 10.0, 2014.0, 1132.0),
    protection: RectF::new(17.0, 155.0, 2014.0, 842.0),
    decision: RectF::new(68.0, 176.0, 1912.0, 800.0),
};
/// 16:9, spherical, small: of the tests.
const SMALL: Framing = Framing {
    canvas: Size::new(640, 360),
    squeeze: 1,
    effective: RectF::new(5.0, 10.0, 630.0, 340.0),
    protection: RectF::new(5.0, 48.0, 629.0, 263.0),
    decision: RectF::new(20.0, 55.0, 598.0, 250.0),
};
const DAY: Look = Look {
    id: "PRLT_DAY",
    description: "Day exterior, a little warm",
    slope: [1.004, 1.0, 0.996],
    offset: [0.003, 0.0, -0.003],
    power: [1.0, 1.0, 1.0],
    saturation: 1.05,
};
const STAGE: Look = Look {
    id: "PRLT_STAGE",
    description: "Stage, a little cool",
    slope: [0.997, 1.0, 1.004],
    offset: [-0.002, 0.0, 0.002],
    power: [1.0, 1.0, 1.0],
    saturation: 0.96,
};

/// A clip of the tests, but for what makes it one.
const TEST: ClipSpec = ClipSpec {
    name: "",
    reel: "",
    camera_label: "D",
    serial: "PB1-0004",
    start: [0; 4],
    framing: SMALL,
    sensor_mode: "16:9 640x360",
    before_lens: BeforeLens::Chart,
    light: Light::Daylight,
    lens: Lens { model: "Bench Prime 50 mm T2.8", serial: "BP-50-119", focal_length: 50, f_number: 26, t_stop: 28 },
    look: DAY,
    faults: NO_FAULTS,
};

/// Three clips of a scene, then the tests of a fourth camera: capped, flat, exposed too much, handed on carelessly.
pub const CLIPS: [ClipSpec; 7] = [
    ClipSpec {
        name: "A001C001_261121_PRLT",
        reel: "A001",
        camera_label: "A",
        serial: "PB1-0001",
        start: [10, 4, 17, 6],
        framing: SPHERICAL,
        sensor_mode: "16:9 1920x1080",
        before_lens: BeforeLens::Chart,
        light: Light::Daylight,
        lens: Lens { model: "Bench Prime 50 mm T2.8", serial: "BP-50-117", focal_length: 50, f_number: 26, t_stop: 28 },
        look: DAY,
        faults: NO_FAULTS,
    },
    ClipSpec {
        name: "B001C001_261121_PRLT",
        reel: "B001",
        camera_label: "B",
        serial: "PB1-0002",
        start: [10, 21, 40, 0],
        framing: ANAMORPHIC,
        sensor_mode: "4:3 1440x1080, 2x anamorphic",
        before_lens: BeforeLens::Chart,
        light: Light::Tungsten,
        lens: Lens { model: "Bench Anamorphic 2x 75 mm T4", serial: "BA-75-023", focal_length: 75, f_number: 37, t_stop: 40 },
        look: STAGE,
        faults: NO_FAULTS,
    },
    ClipSpec {
        name: "C001C001_261121_PRLT",
        reel: "C001",
        camera_label: "C",
        serial: "PB1-0003",
        start: [10, 38, 5, 19],
        framing: SPHERICAL,
        sensor_mode: "16:9 1920x1080",
        before_lens: BeforeLens::Chart,
        light: Light::Daylight,
        lens: Lens { model: "Bench Prime 50 mm T2.8", serial: "BP-50-118", focal_length: 50, f_number: 26, t_stop: 28 },
        look: DAY,
        faults: Faults {
            missing_frame: Some(3),
            altered_frame: Some(5),
            litter: Some(".DS_Store"),
            timecode_jump: Some((6, 48)),
            foreign_amf: true,
            foreign_fdl: Some(FOREIGN),
            ..NO_FAULTS
        },
    },
    ClipSpec {
        name: "D001C001_261121_PRLT",
        reel: "D001",
        start: [9, 2, 0, 0],
        before_lens: BeforeLens::Cap,
        faults: Faults {
            sensor: SensorFaults {
                pedestal: 5.0,
                // In the frame, in the protection, outside.
                hot: &[(300, 180), (302, 50), (10, 350)],
                row: Some((101, 6.0)),
                glow: 20.0,
                ..GOOD_SENSOR
            },
            ..NO_FAULTS
        },
        ..TEST
    },
    ClipSpec {
        name: "D002C001_261121_PRLT",
        reel: "D002",
        start: [9, 6, 0, 0],
        before_lens: BeforeLens::Wall,
        faults: Faults { sensor: SensorFaults { dead: &[(200, 150), (411, 97)], column: Some(500), ..GOOD_SENSOR }, ..NO_FAULTS },
        ..TEST
    },
    ClipSpec {
        name: "D003C001_261121_PRLT",
        reel: "D003",
        start: [9, 11, 0, 0],
        faults: Faults { sensor: SensorFaults { over: 6, crush: 9000.0, ..GOOD_SENSOR }, unknown_look: true, ..NO_FAULTS },
        ..TEST
    },
    ClipSpec {
        name: "D004C001_261121_PRLT",
        reel: "D004",
        start: [9, 17, 0, 0],
        faults: Faults { fdl_squeeze: Some(1.3), no_lens: true, legal_still: true, altered_manifest: true, ..NO_FAULTS },
        ..TEST
    },
];

/// The clips of a show, with what is planted or without.
pub fn clips(clean: bool) -> Vec<ClipSpec> {
    CLIPS.iter().map(|clip| if clean { ClipSpec { faults: NO_FAULTS, ..*clip } } else { *clip }).collect()
}

/// [`RATE`] in the project's own type.
pub fn rate() -> Rational {
    Rational::new(RATE.0.into(), RATE.1.into()).expect("the rate is a number")
}

impl ClipSpec {
    /// The frames whose files exist.
    pub fn present(&self) -> Vec<FrameNumber> {
        (0..FRAMES).filter(|&f| Some(f) != self.faults.missing_frame).collect()
    }

    /// When frame `frame` was shot: what the slate in the picture shows.
    pub fn timecode(&self, frame: FrameNumber) -> Timecode {
        let [hours, minutes, seconds, frames] = self.start;
        Timecode { hours, minutes, seconds, frames, drop_frame: false }.offset(frame.into(), rate())
    }

    /// What the file of `frame` says, planted jump included.
    pub fn recorded_timecode(&self, frame: FrameNumber) -> Timecode {
        match self.faults.timecode_jump {
            Some((from, by)) if frame >= from => self.timecode(frame).offset(by, rate()),
            _ => self.timecode(frame),
        }
    }

    /// Whether a reference still is made: of what cannot be rendered or shows nothing there is none.
    pub fn has_still(&self) -> bool {
        self.before_lens == BeforeLens::Chart && !self.faults.unknown_look
    }

    /// File name of a frame.
    pub fn file_name(&self, frame: FrameNumber) -> String {
        format!("{}_{frame:06}.dng", self.name)
    }
}
