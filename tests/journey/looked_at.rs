//! What is looked at by `prelight check`: cut lists of any format, every frame, the rate of the project.

use crate::{run_to, text};
use prelight::{
    camera::{Field, Metadata, Rational, Timecode},
    files::Existing,
    image::{Image, Size},
    pipeline::plate_exr::{self, Compression, FrameInfo},
};
use serde_json::Value;
use std::fs;

const EDL: &str = "TITLE: T\nFCM: NON-DROP FRAME\n001  A001C001 V C 01:00:00:00 01:00:00:04 00:00:00:00 00:00:00:04\n\
    * FROM CLIP NAME: A001C001\n002  B009C001 V C 01:00:00:00 01:00:01:00 00:00:00:04 00:00:01:04\n";

#[test]
fn lists_frames_and_rate_are_looked_at_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let metadata = Metadata { frame_rate: Rational::new(24, 1).map(|r| Field::stated(r, "test")), ..Metadata::default() };
    for frame in 0..5 {
        let mut image = Image::from_planes(Size::new(64, 32), std::array::from_fn(|_| vec![0.18; 64 * 32]));
        if frame == 1 {
            image.planes[0][9] = f32::NAN;
        }
        let info = FrameInfo { metadata: Some(&metadata), timecode: Timecode::new(1, 0, 0, frame, false), fdl: None };
        plate_exr::write(&at(&format!("A001C001.{:04}.exr", 1001 + u32::from(frame))), &image, &info, Compression::None, Existing::Refuse)
            .unwrap();
    }
    let (clip, edl, otio) = (at("A001C001.1001.exr"), at("cut.edl"), at("cut.otio"));
    fs::write(&edl, EDL).unwrap();
    run_to(0, &["timeline", "convert", text(&edl), "--to", "otio", "-o", text(&otio)]);
    let found =
        |more: &[&str]| -> Vec<Value> { serde_json::from_str(&run_to(11, &[&["check", text(&clip), "--json"], more].concat())).unwrap() };
    let of = |entry: &Value, rule: &str| entry["findings"].as_array().unwrap().iter().find(|f| f["id"] == rule).unwrap().clone();

    // The same cut in two formats: the same events, matched alike, with the same findings.
    let entries = found(&["--edl", text(&edl), "--cut-list", text(&otio)]);
    let lists: Vec<&Value> = entries.iter().filter(|e| e.get("edl").is_some()).collect();
    assert_eq!(lists.iter().map(|l| l["format"].as_str().unwrap()).collect::<Vec<_>>(), ["edl", "otio"]);
    for list in &lists {
        assert_eq!((&list["events"], &list["matched"]), (&2.into(), &1.into()), "{list}");
        let outcomes = |list: &Value| list["findings"].as_array().unwrap().iter().map(|f| f["outcome"].clone()).collect::<Vec<_>>();
        assert_eq!(outcomes(list), outcomes(lists[0]));
        assert_eq!(of(list, "EDL-01")["outcome"], "fail");
    }

    let few = &entries[0];
    assert_eq!(of(few, "EXR-05")["outcome"], "pass", "the first, the middle and the last: {few}");
    assert_eq!(of(few, "META-03")["outcome"], "not_applicable");
    let all = &found(&["--every-frame", "--rate", "25"])[0];
    assert_eq!((&of(all, "EXR-05")["outcome"], &of(all, "EXR-05")["frame"]), (&"fail".into(), &1002.into()), "{all}");
    assert!(of(all, "EXR-05")["evidence"].as_str().unwrap().contains("all 5 frames looked at"));
    assert_eq!((&of(all, "META-03")["outcome"], &of(all, "META-03")["limit"]), (&"fail".into(), &"25 fps, or declared off speed".into()));
    run_to(2, &["check", text(&clip), "--rate=-25/1"]);
    // A list without an event is none.
    fs::write(&edl, "TITLE: T\n").unwrap();
    run_to(10, &["check", text(&clip), "--edl", text(&edl)]);
}
