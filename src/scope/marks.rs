//! False colour and warnings: pixels painted over by what is measured there.
//!
//! What is painted is decided by numbers alone ([`Marks`]), which the CPU and the GPU's view pass (`shaders/view.wgsl`) read alike.

use super::{Eotf, LUMA, Scale};
use crate::{
    color::rgb::{AP0_TO_AP1, AP0_TO_XYZ},
    pipeline::Stage,
};
use serde::{Deserialize, Serialize};

/// A range of values with a colour of its own, from `from` up to the next band's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// In the unit of its table; the lowest band has no end.
    pub from: f32,
    /// Display code values of 8 bits; the picture in grey where there is none.
    pub color: Option<[u8; 3]>,
    pub label: &'static str,
}

const fn band(from: f32, color: [u8; 3], label: &'static str) -> Band {
    Band { from, color: Some(color), label }
}
const fn plain(from: f32) -> Band {
    Band { from, color: None, label: "" }
}

/// Scene-linear stages: whole stops over 18 % grey, each band as wide as a stop (the zones of Adams, *The Negative*, 1981, chapter 4). Cold below
/// grey, warm above; one stop over, where fair skin lies, is pink as on cameras.
pub static STOPS: [Band; 15] = [
    band(f32::NEG_INFINITY, [48, 16, 72], "≤ −7"),
    band(-6.5, [86, 36, 140], "−6"),
    band(-5.5, [70, 64, 190], "−5"),
    band(-4.5, [50, 104, 214], "−4"),
    band(-3.5, [40, 150, 200], "−3"),
    band(-2.5, [44, 170, 140], "−2"),
    band(-1.5, [70, 176, 80], "−1"),
    band(-0.5, [128, 128, 128], "grey"),
    band(0.5, [232, 160, 170], "+1"),
    band(1.5, [236, 214, 120], "+2"),
    band(2.5, [240, 190, 40], "+3"),
    band(3.5, [240, 140, 30], "+4"),
    band(4.5, [230, 84, 30], "+5"),
    band(5.5, [206, 30, 30], "+6"),
    band(6.5, [255, 255, 255], "≥ +7"),
];

/// The display: luma in per cent of full range. ARRI ALEXA Mini LF user manual, "False Color Index".
pub static CODE: [Band; 9] = [
    band(f32::NEG_INFINITY, [124, 28, 148], "black, < 2.5 %"),
    band(2.5, [40, 80, 220], "2.5–4 %"),
    plain(4.0),
    band(38.0, [70, 176, 80], "grey, 38–42 %"),
    plain(42.0),
    band(52.0, [236, 150, 178], "skin, 52–56 %"),
    plain(56.0),
    band(97.0, [246, 226, 64], "97–99 %"),
    band(99.0, [226, 36, 36], "white, ≥ 99 %"),
];

/// A display of SMPTE ST 2084: light of the luma in cd/m². Grey card 26 and HDR reference white 203 are those of ITU-R BT.2408, table 1.
pub static NITS: [Band; 8] = [
    band(f32::NEG_INFINITY, [124, 28, 148], "< 0.05 cd/m²"),
    plain(0.05),
    band(23.0, [70, 176, 80], "grey card, 23–29"),
    plain(29.0),
    band(180.0, [236, 150, 178], "HDR white, 180–230"),
    plain(230.0),
    band(1000.0, [246, 226, 64], "1000–4000"),
    band(4000.0, [226, 36, 36], "≥ 4000"),
];

/// What a pixel is warned of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The display is at its top; before the display, the sensor was.
    Clip,
    /// A channel is below zero.
    Negative,
    /// A channel would be below zero in ACEScg (AP1): at the ACES and look stages.
    Gamut,
}

impl Warning {
    pub const ALL: [Self; 3] = [Self::Clip, Self::Negative, Self::Gamut];
    pub const fn label(self) -> &'static str {
        match self {
            Self::Clip => "Clipped",
            Self::Negative => "Negative",
            Self::Gamut => "Out of AP1",
        }
    }
    /// What it is painted in, display code values of 8 bits.
    pub const fn color(self) -> [u8; 3] {
        match self {
            Self::Clip => [255, 40, 40],
            Self::Negative => [40, 110, 255],
            Self::Gamut => [255, 60, 240],
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marking {
    pub false_color: bool,
    /// In the order of [`Warning::ALL`].
    pub warnings: [bool; 3],
}

impl Marking {
    pub const fn warns(self, warning: Warning) -> bool {
        self.warnings[warning as usize]
    }
    pub fn warns_of_any(self) -> bool {
        self.warnings.contains(&true)
    }
}

/// What values of the raw stage are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Linear values of a sensor that clips at 1.
    Sensor,
    /// Code values of a recording that ends at 1.
    Code,
    /// Scene-linear values without an end.
    Scene,
}

/// What the values in view are: all that marks depend on but what is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Values {
    pub stage: Stage,
    pub stored: Stored,
    /// Of the display, where known.
    pub eotf: Option<Eotf>,
}

impl Values {
    /// The false colour of these values: its table, and the scale it is in.
    pub fn false_color(self) -> (Scale, &'static [Band]) {
        match (self.stage, self.stored, self.eotf) {
            (Stage::Display, _, Some(Eotf::Pq)) => (Scale::Nits(Eotf::Pq), &NITS),
            (Stage::Display, ..) | (Stage::Raw, Stored::Code, _) => (Scale::Code, &CODE),
            _ => (Scale::Stops, &STOPS),
        }
    }
}

/// Bands there is room for.
pub const BANDS: usize = 16;

/// Raw values from here on are the sensor's clip: after the debayer a clipped area is 1 but for rounding.
const SENSOR_CLIP: f32 = 0.9995;

/// Numbers that decide what is painted over. Limits that are not asked for are out of reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marks {
    /// What is measured: the sum of the channels, each by its weight.
    pub weights: [f32; 3],
    /// Where each band begins, in values of the stage, and its colour, 0..1; negative for the picture in grey.
    pub bands: [[f32; 4]; BANDS],
    /// Bands that count; 0 without false colour.
    pub count: u32,
    /// Clipped where a raw channel, or one of the stage in view, is at least this.
    pub sensor: f32,
    pub top: f32,
    /// Negative where a channel is below this.
    pub bottom: f32,
    /// Out of AP1 where a channel of `to_ap1` is below this.
    pub gamut: f32,
    pub to_ap1: [[f32; 3]; 3],
}

/// Beyond every value, and a number in every shading language.
const NEVER: f32 = f32::MAX;

impl Marks {
    pub const NONE: Self = Self {
        weights: [0.0; 3],
        bands: [[0.0; 4]; BANDS],
        count: 0,
        sensor: NEVER,
        top: NEVER,
        bottom: -NEVER,
        gamut: -NEVER,
        to_ap1: [[0.0; 3]; 3],
    };

    pub fn new(marking: Marking, values: Values) -> Self {
        let (mut marks, stage) = (Self::NONE, values.stage);
        if marking.false_color {
            let (scale, bands) = values.false_color();
            marks.count = bands.len() as u32;
            for (to, band) in marks.bands.iter_mut().zip(bands) {
                let color = band.color.map_or([-1.0; 3], |c| c.map(|v| f32::from(v) / 255.0));
                *to = [value(scale, band.from), color[0], color[1], color[2]];
            }
            marks.weights = match (stage, values.stored) {
                // Of camera RGB that is not balanced, green is the nearest to luminance.
                (Stage::Raw, Stored::Sensor) => [0.0, 1.0, 0.0],
                (Stage::Display, _) | (Stage::Raw, Stored::Code) => LUMA,
                _ => AP0_TO_XYZ[1].map(|v| v as f32),
            };
        }
        if marking.warns(Warning::Clip) {
            match stage {
                Stage::Display => marks.top = 1.0,
                _ if values.stored != Stored::Scene => marks.sensor = SENSOR_CLIP,
                _ => {}
            }
        }
        if marking.warns(Warning::Negative) {
            marks.bottom = 0.0;
        }
        if marking.warns(Warning::Gamut) && matches!(stage, Stage::Aces | Stage::Look) {
            marks.gamut = 0.0;
            marks.to_ap1 = AP0_TO_AP1.map(|row| row.map(|v| v as f32));
        }
        marks
    }

    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// Whether a pixel is warned of, in the order of [`Warning::ALL`]. `raw`: at the raw stage; `px`: at the stage in view.
    pub fn warned(&self, raw: [f32; 3], px: [f32; 3]) -> [bool; 3] {
        let [r, g, b] = px;
        let out = self.to_ap1.iter().any(|m| m[0] * r + m[1] * g + m[2] * b < self.gamut);
        [raw.iter().any(|v| *v >= self.sensor) || px.iter().any(|v| *v >= self.top), px.iter().any(|v| *v < self.bottom), out]
    }

    /// What is painted over `shown`, display code values 0..1, of a pixel; none where it is shown as it is.
    pub fn paint(&self, raw: [f32; 3], px: [f32; 3], shown: [f32; 3]) -> Option<[f32; 3]> {
        let warned = self.warned(raw, px);
        if let Some((warning, _)) = Warning::ALL.iter().zip(warned).find(|(_, is)| *is) {
            return Some(warning.color().map(|v| f32::from(v) / 255.0));
        }
        if self.count == 0 {
            return None;
        }
        let dot = |w: [f32; 3], v: [f32; 3]| w[0] * v[0] + w[1] * v[1] + w[2] * v[2];
        let measured = dot(self.weights, px);
        // Not-a-number compares false and lies in the lowest band.
        let at = (1..self.count as usize).filter(|i| measured >= self.bands[*i][0]).max().unwrap_or(0);
        let [_, r, g, b] = self.bands[at];
        Some(if r < 0.0 { [dot(LUMA, shown); 3] } else { [r, g, b] })
    }
}

/// The value of a stage at the edge of a band.
fn value(scale: Scale, from: f32) -> f32 {
    match scale {
        _ if from == f32::NEG_INFINITY => -NEVER,
        Scale::Stops => 0.18 * from.exp2(),
        Scale::Code => from / 100.0,
        Scale::Nits(eotf) => eotf.code(from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Marking = Marking { false_color: true, warnings: [true; 3] };
    const COLOR: Marking = Marking { false_color: true, warnings: [false; 3] };

    fn marks(marking: Marking, stage: Stage, stored: Stored, eotf: Option<Eotf>) -> Marks {
        Marks::new(marking, Values { stage, stored, eotf })
    }

    #[test]
    fn tables_ascend_and_fit() {
        for table in [&STOPS[..], &CODE, &NITS] {
            assert!(table.len() <= BANDS && table[0].from == f32::NEG_INFINITY);
            assert!(table.windows(2).all(|b| b[0].from < b[1].from));
        }
    }

    #[test]
    fn each_stop_has_its_color() {
        let marks = marks(COLOR, Stage::Aces, Stored::Sensor, None);
        for band in &STOPS[1..14] {
            let stops: f32 = if band.label == "grey" { 0.0 } else { band.label.replace('−', "-").parse().unwrap() };
            let want = band.color.unwrap().map(|v| f32::from(v) / 255.0);
            for off in [-0.49, 0.0, 0.49f32] {
                assert_eq!(marks.paint([0.0; 3], [0.18 * (stops + off).exp2(); 3], [0.5; 3]), Some(want), "{stops} {off}");
            }
        }
        assert_eq!(marks.paint([0.0; 3], [f32::NAN; 3], [0.5; 3]), marks.paint([0.0; 3], [0.0; 3], [0.5; 3]));
    }

    #[test]
    fn a_display_is_measured_in_code_or_light() {
        let sdr = marks(COLOR, Stage::Display, Stored::Sensor, Some(Eotf::Srgb { peak: 100.0 }));
        let grey = sdr.paint([0.0; 3], [0.2, 0.25, 0.3], [0.2, 0.25, 0.3]).unwrap();
        assert!(grey[0] == grey[1] && (grey[0] - 0.24298).abs() < 1e-4, "the picture in grey between bands: {grey:?}");
        assert_eq!(sdr.paint([0.0; 3], [0.4; 3], [0.4; 3]).unwrap()[1], 176.0 / 255.0);
        // 203 cd/m² is the code value 0.58 of ST 2084 (BT.2408, table 1).
        let pq = marks(COLOR, Stage::Display, Stored::Sensor, Some(Eotf::Pq));
        assert_eq!(pq.paint([0.0; 3], [0.58; 3], [0.58; 3]).unwrap()[0], 236.0 / 255.0);
    }

    #[test]
    fn warnings_stand_over_false_color_and_say_which() {
        let raw = marks(ALL, Stage::Raw, Stored::Sensor, None);
        assert_eq!(raw.warned([0.2, 1.0, 0.2], [0.2, 4.0, 0.2]), [true, false, false]);
        assert_eq!(raw.warned([0.2; 3], [3.0; 3]), [false; 3], "the sensor clips, not what is exposed for viewing");
        assert_eq!(raw.paint([1.0; 3], [1.0; 3], [1.0; 3]), Some([1.0, 40.0 / 255.0, 40.0 / 255.0]));
        let no_sensor = marks(ALL, Stage::Aces, Stored::Scene, None);
        assert_eq!(no_sensor.warned([8.0; 3], [8.0; 3]), [false; 3]);
        // A colour outside AP1 with no channel of AP0 below zero, and one that is below zero in both.
        assert_eq!(no_sensor.warned([0.0; 3], [0.0, 0.5, 0.0]), [false, false, true]);
        assert_eq!(no_sensor.warned([0.0; 3], [-0.1, 0.5, 0.1]), [false, true, true]);
        let display = marks(ALL, Stage::Display, Stored::Sensor, None);
        assert_eq!(display.warned([2.0; 3], [0.9, 1.0, 0.1]), [true, false, false]);
        assert_eq!(display.warned([2.0; 3], [0.9, 0.5, 0.0]), [false; 3]);
        assert!(marks(Marking::default(), Stage::Look, Stored::Sensor, None).is_none());
    }
}
