//! What somebody answers for in a show file does not stand in the way of the command line.

use crate::{prelight as run, text};
use prelight::{
    files::Existing,
    image::{Image, Size},
    pipeline::plate_exr::{self, Compression, FrameInfo},
    session::{Action, Config, Session},
};
use std::{collections::BTreeSet, fs, time::Duration};

const EDL: &str = "TITLE: T\nFCM: NON-DROP FRAME\n001  B009C001 V     C        01:00:00:00 01:00:01:00 00:00:00:00 00:00:01:00\n";

#[test]
fn the_waivers_of_a_show_file_hold_for_its_clips_and_for_cut_lists() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (clip, edl, show, page) = (at("A001C001.exr"), at("cut.edl"), at("a.prelight"), at("page.html"));
    plate_exr::write(&clip, &Image::new(Size::new(64, 32)), &FrameInfo::default(), Compression::None, Existing::Refuse).unwrap();
    fs::write(&edl, EDL).unwrap();
    let arguments = ["check", text(&clip), "--edl", text(&edl)];

    let json = run(&[&arguments[..], &["--json"]].concat());
    assert_eq!(json.status.code(), Some(11), "{}", String::from_utf8_lossy(&json.stderr));
    let found: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let findings = found.as_array().unwrap().iter().flat_map(|entry| entry["findings"].as_array().unwrap());
    let open: BTreeSet<&str> =
        findings.filter(|f| f["outcome"] == "fail" && f["severity"] != "inform").map(|f| f["id"].as_str().unwrap()).collect();
    assert!(open.contains("EDL-01") && open.iter().any(|id| !id.starts_with("EDL")), "{open:?}");

    let mut session = Session::new(Config::default());
    session.dispatch(Action::Add(vec![clip.clone()])).unwrap();
    while session.selected_opened().is_none() {
        std::thread::sleep(Duration::from_millis(5));
        session.poll();
    }
    let mut save = |but: &str| {
        for check in open.iter().filter(|id| **id != but) {
            let (name, reason) = ("A. Name".into(), "a test".into());
            session.dispatch(Action::Waive { check: (*check).into(), name, reason, alike: false }).unwrap();
        }
        session.dispatch(Action::SaveAs(show.clone())).unwrap();
    };
    let with = |more: &[&str]| run(&[&arguments[..], &["--waivers", text(&show)], more].concat());
    save("EDL-01");
    assert_eq!(with(&[]).status.code(), Some(11), "one is not waived");
    save("");
    let output = with(&["--html", text(&page)]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.matches("waived by A. Name: a test").count(), open.len(), "{said}");
    assert_eq!(fs::read_to_string(&page).unwrap().matches("waived by A. Name: a test").count(), open.len());
    let json: serde_json::Value = serde_json::from_slice(&with(&["--json"]).stdout).unwrap();
    assert!(json[0]["waivers"][0]["by"] == "A. Name" && json[1]["waivers"][0]["reason"] == "a test", "{json}");
}
