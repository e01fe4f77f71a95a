//! Plates as a vendor delivers them: numbered OpenEXR files with a receipt. One set is right, the others carry planted faults.
//!
//! Not through [`crate::pipeline::plate_exr`], so that the checks meet files that our writer did not make.

use super::{
    clips::rate,
    colorimetry::exp2,
    expected::{ExpectedClip, Finding},
};
use crate::{
    camera::{FrameNumber, Timecode},
    error::{Error, InFile, Result},
    image::{Image, RectF, Size, hash_pixels, round_to_half},
};
use exr::{
    meta::attribute as a,
    prelude::{self as e, WritableImage},
};
use std::{fs, path::Path};

const SIZE: Size = Size::new(256, 144);
const FIRST: FrameNumber = 1001;
const FRAMES: u32 = 5;
/// Timecode of the first plate.
const START: [u8; 4] = [10, 4, 18, 0];

/// One set of plates.
pub struct PlateSpec {
    /// Folder and base name.
    pub name: &'static str,
    faults: PlateFaults,
}

/// What is wrong with a set.
#[derive(Clone, Copy)]
struct PlateFaults {
    /// Stored with B44, which loses something, and flagged as an ACES image container all the same.
    lossy_container: bool,
    missing: Option<FrameNumber>,
    /// This plate has the timecode of the next one.
    late_timecode: Option<FrameNumber>,
    /// The names have a space.
    space: bool,
    /// This plate has a NaN.
    nan: Option<FrameNumber>,
    /// This plate has a patch of the largest half.
    huge: Option<FrameNumber>,
    /// A pixel of this plate is not the one that the receipt is about.
    altered: Option<FrameNumber>,
    /// Black lines at the top and bottom.
    bars: u32,
    /// Encoded for a display.
    display: bool,
    /// Enlarged from half the size.
    upscaled: bool,
    /// The FDL has square pixels, the plates say 2:1.
    pixel_aspect: bool,
}

const fn spec(name: &'static str) -> PlateSpec {
    PlateSpec { name, faults: NONE }
}

const NONE: PlateFaults = PlateFaults {
    lossy_container: false,
    missing: None,
    late_timecode: None,
    space: false,
    nan: None,
    huge: None,
    altered: None,
    bars: 0,
    display: false,
    upscaled: false,
    pixel_aspect: false,
};

pub const PLATES: [PlateSpec; 4] = [
    spec("SH010_PL01_v001"),
    PlateSpec {
        faults: PlateFaults { lossy_container: true, missing: Some(1002), late_timecode: Some(1004), space: true, ..NONE },
        ..spec("SH020_PL01_v001")
    },
    PlateSpec {
        faults: PlateFaults { nan: Some(1003), huge: Some(1005), altered: Some(1002), bars: 8, ..NONE },
        ..spec("SH030_PL01_v001")
    },
    PlateSpec { faults: PlateFaults { display: true, upscaled: true, pixel_aspect: true, ..NONE }, ..spec("SH040_PL01_v001") },
];

/// The sets of a show, with what is planted or without.
pub fn plates(clean: bool) -> Vec<PlateSpec> {
    PLATES.iter().map(|p| PlateSpec { name: p.name, faults: if clean { NONE } else { p.faults } }).collect()
}

impl PlateSpec {
    fn present(&self) -> impl Iterator<Item = FrameNumber> {
        let missing = self.faults.missing;
        (FIRST..FIRST + FRAMES).filter(move |&f| Some(f) != missing)
    }

    fn file_name(&self, frame: FrameNumber) -> String {
        let name = if self.faults.space { self.name.replacen('_', " ", 1) } else { self.name.to_owned() };
        format!("{name}.{frame:04}.exr")
    }

    /// Writes the set into its folder.
    pub fn write(&self, folder: &Path, seed: u64) -> Result<()> {
        fs::create_dir_all(folder).in_file(folder)?;
        let mut receipts = vec![];
        for frame in self.present() {
            let mut picture = self.picture(frame, seed);
            let said = timecode(frame);
            receipts.push(serde_json::json!({
                "frame": frame, "timecode": said, "file": self.file_name(frame), "pixels": hash_pixels(&picture)
            }));
            if self.faults.altered == Some(frame) {
                picture.planes[1][SIZE.area() / 2] += 1.0;
            }
            let late = u32::from(self.faults.late_timecode == Some(frame));
            let path = folder.join(self.file_name(frame));
            self.file(&picture, timecode(frame + late)).write().non_parallel().to_file(&path).map_err(|why| match why {
                e::Error::Io(why) => Error::io(&path, &why),
                other => Error::invalid(other.to_string()).file(&path),
            })?;
        }
        // A lossy codec gives other pixels back: who stores so makes no receipt.
        if !self.faults.lossy_container {
            let path = folder.join(format!("{}.receipt.json", self.name));
            let receipt = serde_json::json!({ "schema": "prelight-receipt/1", "clip": self.name, "frames": receipts });
            fs::write(&path, format!("{receipt:#}\n")).in_file(&path)?;
        }
        if self.faults.pixel_aspect {
            let path = folder.join(format!("{}.fdl", self.name));
            fs::write(&path, self.fdl()).in_file(&path)?;
        }
        Ok(())
    }

    /// Eight stops from left to right, with the grain of a film.
    fn picture(&self, frame: FrameNumber, seed: u64) -> Image {
        let faults = &self.faults;
        let (width, height) = (SIZE.width as usize, SIZE.height as usize);
        let grain = |x: usize, y: usize, c: usize| {
            let (x, y) = if faults.upscaled { (x / 2, y / 2) } else { (x, y) };
            let mut z =
                seed ^ (u64::from(frame) << 40 | (c as u64) << 32 | (y as u64) << 16 | x as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z >> 40) as f32 / (1u32 << 24) as f32 - 0.5
        };
        let level = |x: usize| 0.18 * exp2(8.5 * x as f64 / width as f64 - 4.0) as f32;
        let mut planes: [Vec<f32>; 3] =
            std::array::from_fn(|c| (0..SIZE.area()).map(|i| level(i % width) * (1.0 + 0.5 * grain(i % width, i / width, c))).collect());
        for plane in &mut planes {
            if faults.upscaled {
                (0..3).for_each(|_| soften(plane, width, height));
            }
            if faults.display {
                plane.iter_mut().for_each(|v| *v /= *v + 0.4);
            }
            let bar = faults.bars as usize * width;
            plane[..bar].fill(0.0);
            let end = plane.len();
            plane[end - bar..].fill(0.0);
            if faults.huge == Some(frame) {
                (60..64).for_each(|y| plane[y * width + 40..y * width + 60].fill(65_504.0));
            }
        }
        if faults.nan == Some(frame) {
            planes[0][70 * width + 100] = f32::NAN;
        }
        let mut picture = Image::from_planes(SIZE, planes);
        round_to_half(&mut picture);
        picture
    }

    fn file(&self, picture: &Image, said: Timecode) -> e::Image<e::Layer<e::AnyChannels<e::FlatSamples>>> {
        let half = |plane: &[f32]| e::FlatSamples::F16(plane.iter().map(|v| half::f16::from_f32(*v)).collect());
        let channels: Vec<_> = ["R", "G", "B"].iter().zip(&picture.planes).map(|(n, p)| e::AnyChannel::new(*n, half(p))).collect();
        let lossy = self.faults.lossy_container;
        let encoding = e::Encoding {
            compression: if lossy { e::Compression::B44 } else { e::Compression::Uncompressed },
            blocks: e::Blocks::ScanLines,
            line_order: e::LineOrder::Increasing,
        };
        let mut layer = e::LayerAttributes {
            iso_speed: Some(800.0),
            exposure: Some(1.0 / 48.0),
            aperture: Some(2.6),
            frames_per_second: Some((24, 1)),
            software_name: Some("Vendor 1.0".into()),
            ..e::LayerAttributes::default()
        };
        let texts = [("cameraMake", "Prelight"), ("cameraModel", "Bench 1"), ("lensModel", "Bench Prime 50 mm T2.8"), ("reelName", "A001")];
        for (name, value) in texts {
            layer.other.insert(name.into(), e::AttributeValue::Text(value.into()));
        }
        layer.other.insert("cameraCCTSetting".into(), e::AttributeValue::F32(6504.0));
        let mut attributes =
            e::ImageAttributes::new(e::IntegerBounds::new(e::Vec2(0, 0), e::Vec2(SIZE.width as usize, SIZE.height as usize)));
        attributes.chromaticities = Some(a::Chromaticities {
            red: e::Vec2(0.7347, 0.2653),
            green: e::Vec2(0.0, 1.0),
            blue: e::Vec2(0.0001, -0.0770),
            white: e::Vec2(0.32168, 0.33767),
        });
        attributes.pixel_aspect = if self.faults.pixel_aspect { 2.0 } else { 1.0 };
        attributes.time_code = Some(a::TimeCode {
            hours: said.hours,
            minutes: said.minutes,
            seconds: said.seconds,
            frame: said.frames,
            drop_frame: false,
            color_frame: false,
            field_phase: false,
            binary_group_flags: [false; 3],
            binary_groups: [0; 8],
        });
        attributes.other.insert("acesImageContainerFlag".into(), e::AttributeValue::I32(1));
        let layer = e::Layer::new((SIZE.width as usize, SIZE.height as usize), layer, encoding, e::AnyChannels::sort(channels.into()));
        e::Image { attributes, layer_data: layer }
    }

    /// A canvas of square pixels, all of it to be shown.
    fn fdl(&self) -> String {
        let (w, h) = (SIZE.width, SIZE.height);
        format!(
            r#"{{
  "uuid": "{uuid}",
  "version": {{ "major": 2, "minor": 0 }},
  "fdl_creator": "Vendor",
  "default_framing_intent": "I169",
  "framing_intents": [ {{ "label": "16:9", "id": "I169", "aspect_ratio": {{ "width": 16, "height": 9 }}, "protection": 0 }} ],
  "contexts": [
    {{
      "label": "Plates",
      "context_creator": "Vendor",
      "canvases": [
        {{
          "label": "Plate",
          "id": "PL",
          "source_canvas_id": "PL",
          "dimensions": {{ "width": {w}, "height": {h} }},
          "anamorphic_squeeze": 1.0,
          "framing_decisions": [
            {{
              "label": "16:9",
              "id": "PL-I169",
              "framing_intent_id": "I169",
              "dimensions": {{ "width": {w}.0, "height": {h}.0 }},
              "anchor_point": {{ "x": 0.0, "y": 0.0 }}
            }}
          ]
        }}
      ]
    }}
  ],
  "canvas_templates": []
}}
"#,
            uuid = super::sidecars::uuid(&format!("fdl {}", self.name)),
        )
    }

    /// What is true of the set.
    pub fn expected(&self) -> ExpectedClip {
        let whole = RectF::new(0.0, 0.0, SIZE.width.into(), SIZE.height.into());
        ExpectedClip {
            name: self.name.into(),
            reel: "A001".into(),
            folder: format!("{}/{}", super::PLATES_FOLDER, self.name),
            first_frame: FIRST,
            last_frame: FIRST + FRAMES - 1,
            missing: self.faults.missing.into_iter().collect(),
            start_timecode: timecode(FIRST),
            frame_rate: rate(),
            canvas: SIZE,
            squeeze: if self.faults.pixel_aspect { 2 } else { 1 },
            decision: whole,
            protection: whole,
            findings: self.findings(),
            patches: vec![],
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let f = &self.faults;
        let mut list = vec![];
        let mut add = |check: &str, about: String| list.push(Finding { check: check.into(), about });
        if let Some(frame) = f.missing {
            add("META-02", format!("plate {frame} is missing"));
        }
        if let Some(frame) = f.late_timecode {
            add("META-04", format!("plate {frame} has the timecode of the next one"));
        }
        if f.pixel_aspect {
            add("FDL-03", "the FDL has square pixels, the plates say 2:1".into());
        }
        if f.lossy_container {
            add("EXR-01", "stored with B44".into());
            add("EXR-02", "flagged as an ACES image container, and compressed".into());
        }
        if let Some(frame) = f.missing {
            add("EXR-03", format!("plate {frame} is missing"));
        }
        if let Some(frame) = f.late_timecode {
            add("EXR-04", format!("plate {frame} has the timecode of the next one"));
        }
        if let Some(frame) = f.nan {
            add("EXR-05", format!("plate {frame} has a NaN"));
        }
        if let Some(frame) = f.huge {
            add("EXR-06", format!("plate {frame} has a patch of the largest half"));
        }
        if f.pixel_aspect {
            add("EXR-07", "the FDL has square pixels, the plates say 2:1".into());
        }
        if f.display {
            add("EXR-09", "encoded for a display".into());
        }
        if f.bars > 0 {
            add("EXR-10", format!("{} black lines at the top and bottom", f.bars));
        }
        if f.space {
            add("EXR-11", "the names have a space".into());
        }
        if let Some(frame) = f.altered {
            add("EXR-12", format!("a pixel of plate {frame} is not the one of the receipt"));
        }
        if f.upscaled {
            add("EXR-13", "enlarged from half the size".into());
        }
        list
    }
}

fn timecode(frame: FrameNumber) -> Timecode {
    let [hours, minutes, seconds, frames] = START;
    Timecode { hours, minutes, seconds, frames, drop_frame: false }.offset(i64::from(frame) - i64::from(FIRST), rate())
}

/// Weights 1 2 1 along both axes, as a soft enlargement leaves it.
fn soften(plane: &mut [f32], width: usize, height: usize) {
    let blend = |before: f32, here: f32, after: f32| (before + 2.0 * here + after) / 4.0;
    let from = plane.to_vec();
    for (i, v) in plane.iter_mut().enumerate() {
        let (x, row) = (i % width, i / width * width);
        *v = blend(from[row + x.saturating_sub(1)], from[i], from[row + (x + 1).min(width - 1)]);
    }
    let from = plane.to_vec();
    for (i, v) in plane.iter_mut().enumerate() {
        let (x, y) = (i % width, i / width);
        *v = blend(from[y.saturating_sub(1) * width + x], from[i], from[(y + 1).min(height - 1) * width + x]);
    }
}
