//! Folders of plates, right ones and wrong ones.

use super::*;
use crate::{
    camera::{self, Field, Metadata, Rational, Timecode},
    check::{Finding, Outcome, Profile, testing::judged},
    files::Existing,
    image::{Image, Size, hash_pixels, round_to_half},
    pipeline::{
        Plan, Settings, Sidecars,
        plate_exr::{Compression, FrameInfo, write},
    },
};
use std::{fs, path::Path, sync::Arc};

const SIZE: Size = Size::new(160, 128);

/// Stops from left to right with grain: what light looks like.
fn light(frame: u32) -> Image {
    let (width, mut state) = (SIZE.width as usize, u64::from(frame) + 1);
    let mut grain = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    let level = |x: usize| 0.18 * (8.0 * x as f32 / width as f32 - 4.0).exp2();
    let mut image =
        Image::from_planes(SIZE, std::array::from_fn(|_| (0..SIZE.area()).map(|i| level(i % width) * (1.0 + grain())).collect()));
    round_to_half(&mut image);
    image
}

fn metadata() -> Metadata {
    let text = |v: &str| Some(Field::stated(v.to_owned(), "test"));
    Metadata {
        frame_rate: Rational::new(24, 1).map(|r| Field::stated(r, "test")),
        make: text("Prelight"),
        model: text("Bench"),
        reel: text("A001"),
        lens: text("50 mm"),
        exposure_index: Some(Field::stated(800, "test")),
        white_balance: Some(Field::stated(5600.0, "test")),
        ..Metadata::default()
    }
}

struct Set {
    dir: tempfile::TempDir,
    compression: Compression,
}

impl Set {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), compression: Compression::None }
    }
    fn put(&self, name: &str, image: &Image, timecode: u8, metadata: &Metadata) {
        let info = FrameInfo { timecode: Timecode::new(1, 0, 0, timecode, false), metadata: Some(metadata), fdl: None };
        write(&self.dir.path().join(name), image, &info, self.compression, Existing::Replace).unwrap();
    }
    /// Frames 1001 to 1004 of light.
    fn right() -> Self {
        let set = Self::new();
        set.fill(light);
        set
    }
    fn fill(&self, picture: impl Fn(u32) -> Image) {
        for frame in 1001..1005 {
            self.put(&name(frame), &picture(frame), (frame - 1001) as u8, &metadata());
        }
    }
    fn receipt(&self, frames: &[u32]) {
        let one = |f: &u32| {
            let timecode = Timecode::new(1, 0, 0, (f - 1001) as u8, false);
            serde_json::json!({ "frame": f, "timecode": timecode, "file": name(*f), "pixels": hash_pixels(&light(*f)) })
        };
        let all: Vec<_> = frames.iter().map(one).collect();
        let receipt = serde_json::json!({ "schema": "prelight-receipt/1", "frames": all });
        fs::write(self.dir.path().join("x.receipt.json"), receipt.to_string()).unwrap();
    }
    fn findings(&self, profile: &str) -> Vec<Finding> {
        findings(self.dir.path(), Profile::find(profile).unwrap())
    }
    fn failing(&self, profile: &str) -> Vec<String> {
        failing(&self.findings(profile))
    }
}

fn name(frame: u32) -> String {
    format!("SH010_PL01_v001.{frame}.exr")
}

fn findings(folder: &Path, profile: Arc<Profile>) -> Vec<Finding> {
    let first = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "exr")).min();
    let clip = camera::open(&first.unwrap()).unwrap();
    let sidecars = Sidecars::discover(&*clip);
    let plan = Plan::new(&*clip, &sidecars, &Settings::default());
    judged(RULES, &*clip, "x", &sidecars, &plan, &profile)
}

fn failing(findings: &[Finding]) -> Vec<String> {
    findings.iter().filter(|f| f.outcome == Outcome::Fail).map(|f| f.id.clone()).collect()
}

fn of<'a>(findings: &'a [Finding], id: &str) -> &'a Finding {
    findings.iter().find(|f| f.id == id).unwrap()
}

#[test]
fn right_plates_pass_every_profile() {
    let set = Set::right();
    set.receipt(&[1001, 1002, 1003, 1004]);
    for profile in ["neutral", "aces-st2065-4", "netflix-vfx"] {
        let all = set.findings(profile);
        assert_eq!(failing(&all), [""; 0], "{profile}: {all:#?}");
    }
    let all = set.findings("netflix-vfx");
    let silent: Vec<&str> = all.iter().filter(|f| f.outcome == Outcome::NotApplicable).map(|f| f.id.as_str()).collect();
    assert_eq!(silent, ["EXR-07"], "{all:#?}");
}

#[test]
fn storage_is_held_against_the_profile() {
    let set = Set { compression: Compression::Zip, ..Set::new() };
    set.fill(light);
    assert_eq!(set.failing("neutral"), [""; 0]);
    let all = set.findings("aces-st2065-4");
    assert_eq!(failing(&all), ["EXR-01", "EXR-02"]);
    assert!(of(&all, "EXR-01").evidence.starts_with("compression ZIP (4 plates)"), "{all:#?}");
    assert!(of(&all, "EXR-02").evidence.starts_with("no acesImageContainerFlag"), "{all:#?}");
}

#[test]
fn numbers_are_held_against_the_sequence_and_the_receipt() {
    let set = Set::right();
    fs::remove_file(set.dir.path().join(name(1002))).unwrap();
    assert_eq!(set.failing("neutral"), ["EXR-03"]);
    let set = Set::right();
    set.receipt(&[1001, 1002, 1003]);
    let all = set.findings("neutral");
    assert_eq!(failing(&all), ["EXR-03"]);
    assert_eq!(of(&all, "EXR-03").evidence, "1004 is on no receipt");
    // The same number with another padding.
    let set = Set::right();
    fs::copy(set.dir.path().join(name(1001)), set.dir.path().join("SH010_PL01_v001.01001.exr")).unwrap();
    assert!(set.failing("neutral").contains(&"EXR-03".into()));
}

#[test]
fn timecode_and_rate_run_through() {
    let set = Set::right();
    set.put(&name(1003), &light(1003), 9, &metadata());
    let all = set.findings("neutral");
    assert_eq!(failing(&all), ["EXR-04"]);
    assert!(of(&all, "EXR-04").evidence.contains("timecode 01:00:00:09, expected 01:00:00:02"), "{all:#?}");
    let fast = Metadata { frame_rate: Rational::new(25, 1).map(|r| Field::stated(r, "test")), ..metadata() };
    set.put(&name(1003), &light(1003), 2, &fast);
    assert!(of(&set.findings("neutral"), "EXR-04").evidence.contains("25 fps, the first plate 24"));
}

#[test]
fn pixels_are_numbers_of_light() {
    let with = |change: fn(&mut Image)| {
        let set = Set::new();
        set.fill(|frame| {
            let mut image = light(frame);
            change(&mut image);
            round_to_half(&mut image);
            image
        });
        set.failing("neutral")
    };
    assert_eq!(with(|i| i.planes[2][77] = f32::NAN), ["EXR-05"]);
    assert_eq!(with(|i| i.planes[0][..100].fill(-0.2)), ["EXR-06"]);
    assert_eq!(with(|i| i.planes[0][3] = 65_504.0), ["EXR-06"]);
    assert_eq!(with(|i| i.planes.iter_mut().flatten().for_each(|v| *v /= *v + 0.4)), ["EXR-09"]);
    // A dim picture is none that was encoded.
    assert_eq!(with(|i| i.planes.iter_mut().flatten().for_each(|v| *v *= 0.1)), [""; 0]);
    assert_eq!(with(|i| i.planes.iter_mut().for_each(|p| p[..4 * 160].fill(0.0))), ["EXR-10"]);
    assert_eq!(with(|i| i.planes.iter_mut().for_each(|p| p.chunks_mut(160).for_each(|r| r[150..].fill(0.0)))), ["EXR-10"]);
    let smooth = |i: &mut Image| {
        let level = |k: usize| 2.0 + 0.5 * (((k % 160) as f32 / 1.6).sin() + ((k / 160) as f32 / 1.6).sin());
        i.planes = std::array::from_fn(|_| (0..SIZE.area()).map(level).collect());
    };
    assert_eq!(with(smooth), ["EXR-13"]);
}

const FDL: &str = r#"{"uuid": "8f4b0a6e-4a2f-4f3b-9a53-7c0de9b12f64", "version": {"major": 2, "minor": 0}, "fdl_creator": "test",
"default_framing_intent": "I", "framing_intents": [{"label": "", "id": "I", "aspect_ratio": {"width": 5, "height": 4}, "protection": 0}],
"contexts": [{"label": "", "context_creator": "test", "canvases": [{"label": "", "id": "C", "source_canvas_id": "C",
"dimensions": {"width": 160, "height": 128}, "anamorphic_squeeze": 1.0, "framing_decisions": [{"label": "", "id": "C-I",
"framing_intent_id": "I", "dimensions": {"width": 160.0, "height": 128.0}, "anchor_point": {"x": 0.0, "y": 0.0}}]}]}],
"canvas_templates": []}"#;

#[test]
fn windows_are_those_of_the_fdl() {
    let set = Set::right();
    let fdl = set.dir.path().join("SH010_PL01_v001.fdl");
    fs::write(&fdl, FDL).unwrap();
    assert_eq!(of(&set.findings("neutral"), "EXR-07").outcome, Outcome::Pass);
    fs::write(&fdl, FDL.replace("\"anamorphic_squeeze\": 1.0", "\"anamorphic_squeeze\": 2.0")).unwrap();
    let all = set.findings("neutral");
    assert!(of(&all, "EXR-07").evidence.starts_with("pixelAspectRatio 1 (4 plates)"), "{all:#?}");
    fs::write(&fdl, FDL.replace("128", "100")).unwrap();
    assert!(of(&set.findings("neutral"), "EXR-07").evidence.contains("displayWindow 160x128"));
}

#[test]
fn fields_names_and_receipts_are_held_against_what_is_asked() {
    let set = Set::new();
    let bare = Metadata { lens: None, ..metadata() };
    set.put(&name(1001), &light(1001), 0, &bare);
    let all = set.findings("netflix-vfx");
    assert_eq!((failing(&all), of(&all, "EXR-08").evidence.as_str()), (vec!["EXR-08".to_owned()], "absent: lens"));
    let set = Set::new();
    set.put("sh010_v001.1001.exr", &light(1001), 0, &metadata());
    assert_eq!((set.failing("neutral"), set.failing("netflix-vfx")), (vec![], vec!["EXR-11".to_owned()]));
    let set = Set::new();
    set.put("SH 010.1001.exr", &light(1001), 0, &metadata());
    assert_eq!(set.failing("neutral"), ["EXR-11"]);

    let set = Set::right();
    set.receipt(&[1001, 1002, 1003, 1004]);
    set.put(&name(1002), &light(7), 1, &metadata());
    let all = set.findings("neutral");
    assert_eq!((failing(&all), of(&all, "EXR-12").frame), (vec!["EXR-12".to_owned()], Some(1002)), "{all:#?}");
    fs::write(set.dir.path().join("y.receipt.json"), "{").unwrap();
    assert!(of(&set.findings("neutral"), "EXR-12").evidence.contains("y.receipt.json"));
    // It leads nowhere else.
    let elsewhere = r#"{"schema": "prelight-receipt/1", "frames": [{"frame": 1001, "timecode": null, "file": "../x.exr", "pixels": ""}]}"#;
    fs::write(set.dir.path().join("y.receipt.json"), elsewhere).unwrap();
    assert!(of(&set.findings("neutral"), "EXR-12").evidence.contains("outside its folder"));
}

#[test]
fn plates_without_a_road_are_looked_at_as_they_are_stored() {
    // Without chromaticities nobody knows the primaries.
    let dir = tempfile::tempdir().unwrap();
    let image = light(1);
    let pixels = |x: exr::math::Vec2<usize>| {
        let i = x.1 * SIZE.width as usize + x.0;
        (half::f16::from_f32(image.planes[0][i]), half::f16::NAN, half::f16::from_f32(image.planes[2][i]))
    };
    exr::prelude::write_rgb_file(dir.path().join("x.0001.exr"), SIZE.width as usize, SIZE.height as usize, |x, y| {
        pixels(exr::math::Vec2(x, y))
    })
    .unwrap();
    let all = findings(dir.path(), Profile::neutral());
    assert_eq!(of(&all, "EXR-05").outcome, Outcome::Fail);
    assert!(of(&all, "EXR-05").measured.starts_with("20480 NaN"), "{all:#?}");
    assert_eq!(of(&all, "EXR-10").outcome, Outcome::Pass, "{all:#?}");
}
