//! Clips of a sensor in memory, right ones and wrong ones.

use super::*;
use crate::{
    camera::{CameraColor, Clip, Encoding, Field, FrameList, FrameNumber, Metadata, Picture, Reading, Timecode},
    check::{Finding, Found, Outcome, Profile, Proof, testing::judged},
    image::{BlackLevel, Mosaic, Rect, Size},
    pipeline::{Document, Plan, Settings, Sidecars},
    sidecar::fdl,
};
use std::path::{Path, PathBuf};

const SIZE: Size = Size::new(256, 192);
const BLACK: f32 = 512.0;
const WHITE: f32 = 16_383.0;
const FRAMES: FrameNumber = 10;

type Light = Box<dyn Fn(FrameNumber, u32, u32) -> f32 + Send + Sync>;

/// Code values above black as a function of frame and site, with noise of 3 DN.
struct Bench {
    light: Light,
    noise: f32,
    /// Columns to the left of the active area, and their level above black.
    masked: (u32, f32),
    metadata: Metadata,
    frames: FrameList,
    encoding: Encoding,
}

impl Bench {
    fn new(light: impl Fn(FrameNumber, u32, u32) -> f32 + Send + Sync + 'static) -> Self {
        let metadata = Metadata { cfa: Some(Field::stated("RGGB".into(), "test")), ..Metadata::default() };
        let frames = FrameList::new((0..FRAMES).collect());
        let to_aces = [[2.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.25]];
        let color = CameraColor { neutral: [0.5, 1.0, 0.8], to_aces, baseline_exposure: 0.0, kelvin: 5600.0 };
        Self { light: Box::new(light), noise: 3.0, masked: (0, 0.0), metadata, frames, encoding: Encoding::Camera(color) }
    }
}

/// Close to a normal deviate, of a frame and a site.
fn gaussian(frame: u32, x: u32, y: u32) -> f32 {
    let mut z = (u64::from(frame) << 40 | u64::from(y) << 20 | u64::from(x)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut sum = 0.0;
    for _ in 0..4 {
        z ^= z >> 31;
        z = z.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        sum += (0..3).map(|i| (z >> (i * 21) & 0xf_ffff) as f32 / 1_048_576.0).sum::<f32>();
    }
    sum - 6.0
}

impl Clip for Bench {
    fn format(&self) -> &'static str {
        "test"
    }
    fn path(&self) -> &Path {
        Path::new("/nowhere/A001.dng")
    }
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
    fn frames(&self) -> &FrameList {
        &self.frames
    }
    fn size(&self) -> Size {
        SIZE
    }
    fn timecode(&self, _: FrameNumber) -> crate::Result<Option<Timecode>> {
        Ok(None)
    }
    fn read(&self, frame: FrameNumber, _: &Reading) -> crate::Result<Picture> {
        let size = Size::new(SIZE.width + self.masked.0, SIZE.height);
        let site = |i: u32| {
            let (x, y) = (i % size.width, i / size.width);
            let level = if x < self.masked.0 { self.masked.1 } else { (self.light)(frame, x - self.masked.0, y) };
            (BLACK + level + self.noise * gaussian(frame, x, y)).round().clamp(0.0, WHITE) as u16
        };
        let lit = Rect::new(self.masked.0 as i32, 0, SIZE.width, SIZE.height);
        let plain = Mosaic::new(size, 14, (0..size.area() as u32).map(site).collect()).lit(lit);
        Ok(Picture::Mosaic(Mosaic { black: BlackLevel::uniform(BLACK), ..plain }))
    }
    fn encoding(&self) -> &Encoding {
        &self.encoding
    }
    fn files(&self) -> Vec<PathBuf> {
        vec![]
    }
}

fn framed(clip: &Bench, fdl_text: Option<&str>) -> Vec<Finding> {
    let document = |text: &str| Document::parsed("x.fdl".into(), text.into(), |bytes, _| fdl::parse(bytes));
    let sidecars = Sidecars { fdl: fdl_text.map(document), ..Sidecars::default() };
    let plan = Plan::new(clip, &sidecars, &Settings::default());
    if fdl_text.is_some() {
        assert!(plan.as_ref().unwrap().frame().is_some());
    }
    judged(RULES, clip, "A001", &sidecars, &plan, &Profile::neutral())
}

fn findings(clip: &Bench) -> Vec<Finding> {
    framed(clip, None)
}

/// The rules that fail; those that do not apply.
fn told(findings: &[Finding]) -> (Vec<&str>, Vec<&str>) {
    let of = |outcome| findings.iter().filter(move |f| f.outcome == outcome).map(|f| f.id.as_str()).collect();
    (of(Outcome::Fail), of(Outcome::NotApplicable))
}

fn of<'a>(findings: &'a [Finding], id: &str) -> &'a Finding {
    findings.iter().find(|f| f.id == id).unwrap()
}

/// An evenly lit wall, with a little vignette.
fn wall(_: FrameNumber, x: u32, y: u32) -> f32 {
    let (dx, dy) = (x as f32 / 128.0 - 1.0, y as f32 / 96.0 - 1.0);
    6000.0 * (1.0 - 0.1 * (dx * dx + dy * dy))
}

/// Something with contrast.
fn scene(_: FrameNumber, x: u32, y: u32) -> f32 {
    if (x / 24 + y / 24).is_multiple_of(2) { 300.0 } else { 4000.0 + 20.0 * x as f32 }
}

#[test]
fn right_clips_are_right() {
    let all = findings(&Bench::new(|_, _, _| 0.0));
    assert_eq!(told(&all), (vec![], vec!["RAW-02", "RAW-05"]), "{all:#?}");
    assert!(of(&all, "RAW-04").evidence.starts_with("taken for a capped clip"), "{all:#?}");
    let all = findings(&Bench::new(wall));
    assert_eq!(told(&all), (vec![], vec!["RAW-03", "RAW-04", "RAW-07"]), "{all:#?}");
    let all = findings(&Bench::new(scene));
    assert_eq!(told(&all), (vec![], vec!["RAW-03", "RAW-04", "RAW-05", "RAW-06", "RAW-07"]), "{all:#?}");
    let mut plates = Bench::new(scene);
    plates.metadata.cfa = None;
    assert_eq!(told(&findings(&plates)).1.len(), RULES.len());
}

#[test]
fn clipped_highlights_are_measured_where_they_are_no_glints() {
    // A window that is blown out, in every frame more of it.
    let all = findings(&Bench::new(|f, x, y| if x < 20 + 2 * f && y < 100 { 20_000.0 } else { scene(f, x, y) }));
    assert_eq!(told(&all).0, ["RAW-01"], "{all:#?}");
    let clipped = of(&all, "RAW-01");
    assert_eq!(clipped.frame, Some(9));
    assert!(matches!(&clipped.proofs[0], Proof::Area { rect: [0.0, 0.0, w, 96.0], .. } if *w >= 32.0), "{clipped:#?}");
    // Small lights, a few percent in all.
    let all = findings(&Bench::new(|f, x, y| if x % 64 < 8 && y % 64 < 8 { 20_000.0 } else { scene(f, x, y) }));
    assert_eq!(told(&all).0, [""; 0], "{all:#?}");
    assert!(of(&all, "RAW-01").evidence.contains("with small highlights R 1.56"), "{all:#?}");
}

#[test]
fn crushed_shadows_are_told_from_dark_ones() {
    let dark = |f, x, y| if x < 128 { 0.0 } else { scene(f, x, y) };
    let all = findings(&Bench::new(dark));
    assert_eq!(told(&all).0, [""; 0], "{all:#?}");
    let crushed = move |f, x, y| if x < 128 { -600.0 } else { scene(f, x, y) };
    let all = findings(&Bench::new(crushed));
    assert_eq!(told(&all).0, ["RAW-02"], "{all:#?}");
    assert!(of(&all, "RAW-02").measured.starts_with("R 50."), "{all:#?}");
    // A camera that stores nothing below black.
    let all = findings(&Bench { noise: 0.0, ..Bench::new(dark) });
    assert_eq!(told(&all).0, ["RAW-02"], "{all:#?}");
}

#[test]
fn black_is_measured_on_a_capped_clip_and_beside_the_picture() {
    let all = findings(&Bench::new(|_, _, _| 5.0));
    assert_eq!(told(&all).0, ["RAW-03"], "{all:#?}");
    assert!(of(&all, "RAW-03").measured.starts_with("5.0"), "{all:#?}");
    let all = findings(&Bench::new(|f, _, _| f as f32 * 0.3 - 1.35));
    assert_eq!(told(&all).0, ["RAW-03"], "{all:#?}");
    assert!(matches!(&of(&all, "RAW-03").proofs[0], Proof::Plot { curves, .. } if curves.len() == 4));
    let all = findings(&Bench { masked: (16, 0.5), ..Bench::new(scene) });
    assert_eq!(of(&all, "RAW-03").outcome, Outcome::Pass, "{all:#?}");
    let all = findings(&Bench { masked: (16, -20.0), ..Bench::new(scene) });
    assert_eq!(told(&all).0, ["RAW-03"], "{all:#?}");
    // What saw light is no masked area.
    let all = findings(&Bench { masked: (16, 3000.0), ..Bench::new(scene) });
    assert_eq!(of(&all, "RAW-03").outcome, Outcome::NotApplicable, "{all:#?}");
}

const HOT: [(u32, u32); 3] = [(100, 90), (3, 2), (251, 190)];

/// A canvas of 256x192 with a protection of 192x128 and a decision of 128x96 within.
const FDL: &str = r#"{"uuid": "8f4b0a6e-4a2f-4f3b-9a53-7c0de9b12f64", "version": {"major": 2, "minor": 0}, "fdl_creator": "test",
"default_framing_intent": "I", "framing_intents": [{"label": "", "id": "I", "aspect_ratio": {"width": 4, "height": 3}, "protection": 0.2}],
"contexts": [{"label": "", "context_creator": "test", "canvases": [{"label": "", "id": "C", "source_canvas_id": "C",
"dimensions": {"width": 256, "height": 192}, "anamorphic_squeeze": 1.0, "framing_decisions": [{"label": "", "id": "C-I",
"framing_intent_id": "I", "dimensions": {"width": 128.0, "height": 96.0}, "anchor_point": {"x": 64.0, "y": 48.0},
"protection_dimensions": {"width": 192.0, "height": 144.0}, "protection_anchor_point": {"x": 32.0, "y": 24.0}}]}]}],
"canvas_templates": []}"#;

#[test]
fn hot_sites_are_found_and_placed_in_the_framing() {
    let hot = |at: &'static [(u32, u32)]| Bench::new(move |_, x, y| if at.contains(&(x, y)) { 60.0 } else { 0.0 });
    let all = findings(&hot(&HOT));
    assert_eq!(told(&all).0, ["RAW-04"], "{all:#?}");
    let found = of(&all, "RAW-04");
    assert_eq!((found.measured.as_str(), found.severity), ("3 hot photosites", Severity::Block));
    assert!(matches!(&found.proofs[0], Proof::Points { points, .. } if points.contains(&[100.5, 90.5]) && points.len() == 3));

    let all = framed(&hot(&HOT), Some(FDL));
    let found = of(&all, "RAW-04");
    assert_eq!(found.measured, "1 hot photosite in the frame, 0 in the protection, 2 outside");
    assert_eq!((found.outcome, found.severity), (Outcome::Fail, Severity::Block));
    let all = framed(&hot(&[(40, 30)]), Some(FDL));
    let found = of(&all, "RAW-04");
    assert_eq!((found.outcome, found.severity), (Outcome::Fail, Severity::Warn), "{found:#?}");
    let all = framed(&hot(&[(3, 2)]), Some(FDL));
    assert_eq!(of(&all, "RAW-04").outcome, Outcome::Pass);

    // A particle that passed through is none, nor is what a few frames cannot tell.
    let all = findings(&Bench::new(|f, x, y| if (f, x, y) == (4, 70, 70) { 900.0 } else { 0.0 }));
    assert_eq!(told(&all).0, [""; 0], "{all:#?}");
    let few = Bench { frames: FrameList::new((0..4).collect()), ..hot(&HOT) };
    assert_eq!(of(&findings(&few), "RAW-04").outcome, Outcome::NotApplicable);
}

#[test]
fn dead_sites_are_found_on_a_flat() {
    let all = findings(&Bench::new(|f, x, y| if (x, y) == (77, 31) { 40.0 } else { wall(f, x, y) }));
    assert_eq!(told(&all).0, ["RAW-05"], "{all:#?}");
    assert!(of(&all, "RAW-05").evidence.contains("77,31 Gb -5") || of(&all, "RAW-05").evidence.contains("77,31 B -5"), "{all:#?}");
}

#[test]
fn rows_columns_and_banding_stand_out() {
    let all = findings(&Bench::new(|f, x, y| if y == 50 { 0.0 } else { wall(f, x, y) }));
    assert!(of(&all, "RAW-06").measured.starts_with("1 row, "), "{all:#?}");
    assert_eq!(of(&all, "RAW-06").outcome, Outcome::Fail);
    let all = findings(&Bench::new(|_, x, _| if x == 200 { 6.0 } else { 0.0 }));
    assert!(of(&all, "RAW-06").measured.contains("; 1 column, "), "{all:#?}");
    let banded = |_, _, y: u32| 1.5 * (y as f32 * 24.0 * std::f32::consts::TAU / 192.0).sin();
    let all = findings(&Bench::new(banded));
    assert_eq!(told(&all).0, ["RAW-06"], "{all:#?}");
    let found = of(&all, "RAW-06");
    assert!(found.measured.contains("at 24 cycles"), "{found:#?}");
    assert!(found.proofs.iter().any(|p| matches!(p, Proof::Plot { limit: Some(6.0), .. })), "{found:#?}");
}

#[test]
fn a_fixed_pattern_and_glow_are_held_against_the_noise() {
    let all = findings(&Bench::new(|_, x, y| 3.0 * gaussian(99, x, y)));
    assert_eq!(told(&all).0, ["RAW-07"], "{all:#?}");
    assert!(of(&all, "RAW-07").measured.starts_with("pattern 1.0") || of(&all, "RAW-07").measured.starts_with("pattern 0.9"), "{all:#?}");
    let glow = |_, x: u32, y: u32| 16.0 * (-(x as f32 / 40.0) - (y as f32 / 40.0)).exp();
    let all = findings(&Bench::new(glow));
    assert_eq!(told(&all).0, ["RAW-07"], "{all:#?}");
    assert!(matches!(&of(&all, "RAW-07").proofs[1], Proof::Area { rect: [0.0, 0.0, 64.0, 64.0], .. }));
}

#[test]
fn cancelling_ends_the_reading() {
    let progress = Progress::default();
    progress.cancel();
    let (sidecars, plan) = (Sidecars::default(), Err(crate::Error::usage("none")));
    let clip = Bench::new(scene);
    let subject =
        Subject { name: "A001", clip: &clip, sidecars: &sidecars, plan: &plan, profile: Profile::neutral(), found: Found::default() };
    assert_eq!(subject.survey(&progress).err().map(|e| e.kind()), Some(crate::ErrorKind::Cancelled));
}

#[test]
fn frames_are_spread_from_first_to_last() {
    assert_eq!(survey::spread(&[3, 4, 9], 5), [3, 4, 9]);
    assert_eq!(survey::spread(&(0..100).collect::<Vec<_>>(), 4), [0, 33, 66, 99]);
    assert_eq!(survey::spread(&[5, 6, 7], 1), [5]);
}
