//! The demo show from nothing to rendered plates.

use crate::{json, run_to, text};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// A clip as `expected.json` has it.
struct Planted {
    folder: String,
    /// What has to fail.
    faults: Vec<String>,
}

/// The clips of a show, by their names.
fn planted(show: &Path) -> BTreeMap<String, Planted> {
    let document: Value = serde_json::from_slice(&fs::read(show.join("expected.json")).unwrap()).unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let clip = |c: &Value| Planted {
        folder: text(&show.join(word(&c["folder"]))).to_owned(),
        faults: c["findings"].as_array().unwrap().iter().map(|f| word(&f["check"])).collect(),
    };
    document["clips"].as_array().unwrap().iter().map(|c| (word(&c["name"]), clip(c))).collect()
}

/// Folder and name of a clip without faults.
pub fn clean_clip(show: &Path) -> (String, String) {
    let (name, clip) = planted(show).into_iter().find(|(_, clip)| clip.faults.is_empty()).expect("a clip without faults");
    (clip.folder, name)
}

/// But for colours beyond AP1, which the chart is meant to have.
fn failing(findings: &Value) -> Vec<String> {
    let failed = findings.as_array().unwrap().iter().filter(|f| f["outcome"] == "fail" && f["id"] != "COL-21");
    failed.map(|f| f["id"].as_str().unwrap().to_owned()).collect()
}

fn hashes(receipt: &Value) -> BTreeMap<u64, String> {
    let frames = receipt["frames"].as_array().unwrap();
    frames.iter().map(|f| (f["frame"].as_u64().unwrap(), f["pixels"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn from_camera_files_to_an_approved_recipe_and_back() {
    let work = tempfile::tempdir().unwrap();
    let show = work.path().join("show");
    run_to(0, &["demo", text(&show)]);
    let planted = planted(&show);
    assert_eq!(planted.len(), 11);
    // The README says so.
    assert_eq!(planted.values().map(|clip| clip.faults.len()).sum::<usize>(), 40);

    // Every planted fault is found, and nothing else.
    for (name, Planted { folder, faults }) in &planted {
        let code = if faults.is_empty() { 0 } else { 11 };
        let printed = run_to(code, &["check", folder, "--json"]);
        let report: Value = serde_json::from_str(&printed).unwrap();
        let mut found = failing(&report[0]["findings"]);
        let mut wanted = faults.clone();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{name}: {printed}");
    }

    // The show as a whole, and its cut list.
    let printed = run_to(11, &["check", text(&show), "--edl", text(&show.join("show.edl")), "--json"]);
    let report: Value = serde_json::from_str(&printed).unwrap();
    let entries = report.as_array().unwrap();
    let with = |member: &str| entries.iter().find(|e| e.get(member).is_some()).unwrap();
    assert_eq!(with("show")["show"].as_array().unwrap().len(), 11);
    assert_eq!(failing(&with("show")["findings"]), [""; 0], "{printed}");
    assert_eq!(failing(&with("edl")["findings"]), [""; 0], "{printed}");

    // The list of an offline system, with what is planted in it.
    let expected: Value = serde_json::from_slice(&std::fs::read(show.join("expected.json")).unwrap()).unwrap();
    let list = &expected["cut_lists"][0];
    let wanted: Vec<&str> = list["findings"].as_array().unwrap().iter().map(|f| f["check"].as_str().unwrap()).collect();
    assert_eq!(wanted.len(), 6);
    let printed = run_to(11, &["check", text(&show), "--edl", text(&show.join(list["file"].as_str().unwrap())), "--json"]);
    let report: Value = serde_json::from_str(&printed).unwrap();
    let found = report.as_array().unwrap().iter().find(|e| e.get("edl").is_some()).unwrap();
    assert_eq!(failing(&found["findings"]), wanted, "{printed}");

    // A clip with open faults cannot be approved, and leaves no recipe behind.
    let (clean, faulty): (Vec<_>, Vec<_>) =
        planted.keys().filter(|name| name.ends_with("_PRLT")).partition(|n| planted[*n].faults.is_empty());
    let refused = work.path().join("refused.recipe");
    run_to(12, &["recipe", "new", &planted[faulty[0]].folder, "--out", text(&refused), "--name", "A. Colourist", "--role", "colourist"]);
    assert!(!refused.exists());

    // The clean ones can.
    let recipe = work.path().join("show.recipe");
    let mut arguments = vec!["recipe", "new", "--out", text(&recipe), "--name", "A. Colourist", "--role", "colourist"];
    arguments.extend(clean.iter().map(|n| planted[*n].folder.as_str()));
    run_to(0, &arguments);
    let document = json(&["recipe", "show", text(&recipe), "--json"]);
    let entries = document["clips"].as_array().unwrap();
    assert_eq!(entries.len(), clean.len());

    // One and two threads render the golden frames with the hashes that were approved.
    for entry in entries {
        let name = entry["name"].as_str().unwrap();
        let folder = &planted[name].folder;
        let mut by_threads = vec![];
        for threads in ["1", "2"] {
            let out = work.path().join(format!("out{threads}"));
            let receipt =
                json(&["render", "--recipe", text(&recipe), "--clip", folder, "--out", text(&out), "--threads", threads, "--json"]);
            by_threads.push(hashes(&receipt));
        }
        assert_eq!(by_threads[0], by_threads[1], "{name}");
        let golden = entry["golden"].as_array().unwrap();
        assert!(golden.len() >= 3);
        for g in golden {
            assert_eq!(by_threads[0][&g["frame"].as_u64().unwrap()], g["plate"].as_str().unwrap(), "{name}");
        }
        check_delivery(&work.path().join("out1").join(name), name, &by_threads[0]);
    }

    // A second run finds what is done; a changed plate is noticed, not trusted and not overwritten.
    let (name, folder) = (clean[0], &planted[clean[0]].folder);
    let out = work.path().join("out1");
    let again = ["render", "--recipe", text(&recipe), "--clip", folder, "--out", text(&out)];
    assert!(run_to(0, &again).contains("8 were already there"));
    let plate = out.join(name).join(format!("{name}.000003.exr"));
    let mut bytes = fs::read(&plate).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&plate, &bytes).unwrap();
    run_to(11, &again);
    assert_eq!(fs::read(&plate).unwrap(), bytes);

    check_recipe(&recipe, folder);

    // A document that was altered after the approval stops the job.
    let amf = recipe.join(entries[0]["amf"]["path"].as_str().unwrap());
    let altered = fs::read_to_string(&amf).unwrap().replace("<cdl:", "<cdl: ").replace("1.0", "1.1");
    fs::write(&amf, altered).unwrap();
    run_to(11, &["render", "--recipe", text(&recipe), "--clip", folder, "--out", text(&work.path().join("out3"))]);
}

/// A recipe that is right, and what is wrong with others.
fn check_recipe(recipe: &Path, clip: &str) {
    let report = json(&["recipe", "check", text(recipe), clip, "--json"]);
    let outcomes = |report: &Value| -> BTreeMap<String, String> {
        let findings = report["findings"].as_array().unwrap();
        findings.iter().map(|f| (f["id"].as_str().unwrap().to_owned(), f["outcome"].as_str().unwrap().to_owned())).collect()
    };
    let all = outcomes(&report);
    assert_eq!(all.len(), 8);
    assert!(all.iter().all(|(id, outcome)| outcome == if id == "PKG-01" { "not_applicable" } else { "pass" }), "{report:#}");
    let evidence = report["findings"][1]["evidence"].as_str().unwrap();
    assert!(evidence.ends_with("3 made again here"), "{evidence}");

    let json_file = recipe.join("recipe.json");
    let right = fs::read_to_string(&json_file).unwrap();
    let failing_with = |code: i32, change: &dyn Fn(&mut Value)| {
        let mut document: Value = serde_json::from_str(&right).unwrap();
        change(&mut document);
        fs::write(&json_file, prelight::recipe::canonical(&document).unwrap()).unwrap();
        let printed = run_to(code, &["recipe", "check", text(recipe), "--json"]);
        fs::write(&json_file, &right).unwrap();
        failing(&serde_json::from_str::<Value>(&printed).unwrap()["findings"])
    };
    assert_eq!(failing_with(12, &|r| r["engine"]["pixels"] = "other".into()), ["ENG-01"]);
    let waiver = |by: &str| serde_json::json!([{ "check": "META-07", "reason": "seen", "by": by }]);
    assert_eq!(failing_with(12, &|r| r["clips"][0]["waivers"] = waiver(" ")), ["PKG-02"]);
    assert_eq!(failing_with(0, &|r| r["clips"][0]["waivers"] = waiver("A. Colourist")), [""; 0]);
    assert_eq!(failing_with(12, &|r| r["clips"][0]["checks"][0]["outcome"] = "fail".into()), ["PKG-02"]);
    let elsewhere = serde_json::json!({ "Show look": "/mnt/show/look.cube" });
    assert_eq!(failing_with(11, &|r| r["clips"][0]["settings"]["transforms"] = elsewhere.clone()), ["PKG-03"]);
    assert_eq!(failing_with(11, &|r| r["clips"][0]["golden"][0]["plate"] = "00".into()), ["ENG-02"]);
}

/// What lies in a delivery: plates that hold what the receipt says, an AMF and an FDL that are valid.
fn check_delivery(folder: &Path, name: &str, hashes: &BTreeMap<u64, String>) {
    let mut plates = 0;
    for (frame, wanted) in hashes {
        let path = folder.join(format!("{name}.{frame:06}.exr"));
        let clip = prelight::camera::open_single(&path).unwrap();
        let prelight::camera::Picture::Rgb(image) = clip.read(clip.frames().first(), &Default::default()).unwrap() else {
            panic!("a plate is RGB")
        };
        assert_eq!(prelight::image::hash_pixels(&image).as_str(), wanted);
        let m = clip.metadata();
        assert!(m.reel.is_some() && m.start_timecode.is_some() && m.frame_rate.is_some(), "{m:?}");
        plates += 1;
    }
    assert_eq!(plates, hashes.len());
    let amf = folder.join(format!("{name}.amf"));
    let report = json(&["amf", "validate", text(&amf), "--json"]);
    assert_eq!(report["valid"], true, "{report}");
    let fdl = folder.join(format!("{name}.fdl"));
    assert_eq!(json(&["fdl", "validate", text(&fdl), "--json"])["valid"], true);
    // The plates are a clip that their own FDL describes.
    let report: Value = serde_json::from_slice(&crate::prelight(&["check", text(folder), "--json"]).stdout).unwrap();
    let findings = report[0]["findings"].as_array().unwrap();
    for id in ["FDL-01", "FDL-02", "FDL-03", "FDL-04", "COL-01"] {
        let found = findings.iter().find(|f| f["id"] == id).unwrap();
        assert_eq!(found["outcome"], "pass", "{found}");
    }
    assert!(fs::read_dir(folder).unwrap().all(|e| !e.unwrap().file_name().to_string_lossy().ends_with(".part")));
}

#[test]
fn a_clip_outside_the_scope_is_refused() {
    let work = tempfile::tempdir().unwrap();
    let show = work.path().join("show");
    run_to(0, &["demo", text(&show)]);
    let planted = planted(&show);
    let clean: Vec<_> =
        planted.iter().filter(|(name, clip)| name.ends_with("_PRLT") && clip.faults.is_empty()).map(|(_, clip)| &clip.folder).collect();
    let recipe = work.path().join("one.recipe");
    run_to(0, &["recipe", "new", clean[0], "--out", text(&recipe), "--name", "A", "--role", "DP"]);
    let out = work.path().join("out");
    run_to(12, &["render", "--recipe", text(&recipe), "--clip", clean[1], "--out", text(&out)]);
    assert!(!out.exists() || fs::read_dir(&out).unwrap().next().is_none());
}

#[test]
fn the_headless_demo_says_where_things_are() {
    let work = tempfile::tempdir().unwrap();
    let show = work.path().join("show");
    let said = run_to(0, &["demo", text(&show), "--check", "--render"]);
    let paths: Vec<&str> =
        said.split_whitespace().filter(|w| w.starts_with(text(work.path()))).map(|w| w.trim_end_matches([':', ';', ','])).collect();
    assert!(paths.iter().any(|p| p.ends_with("report.html")), "{said}");
    assert!(paths.iter().any(|p| p.ends_with(".png")), "{said}");
    for path in paths {
        assert!(Path::new(path).exists(), "{path} is named but does not exist");
    }
    // Twice in a row.
    run_to(0, &["demo", text(&show), "--check", "--render"]);
}

#[test]
fn a_clean_show_shows_nothing() {
    let work = tempfile::tempdir().unwrap();
    let show = work.path().join("show");
    let said = run_to(0, &["demo", text(&show), "--clean", "--check"]);
    assert!(said.contains("Nothing was planted, and nothing was found."), "{said}");
    assert!(planted(&show).values().all(|clip| clip.faults.is_empty()));
    // Another show of the same name is not taken for it.
    run_to(0, &["demo", text(&show)]);
    assert!(!planted(&show).values().all(|clip| clip.faults.is_empty()));
}

#[test]
fn a_roll_is_checked_as_a_whole_where_it_is_named() {
    let work = tempfile::tempdir().unwrap();
    let show = work.path().join("show");
    run_to(0, &["demo", text(&show)]);
    let roll = show.join("A001");
    let report = json(&["check", text(&roll), "--json"]);
    assert_eq!((&report[0]["clip"], &report[1]["roll"]), (&"A001C001_261121_PRLT".into(), &"A001".into()), "{report}");
    assert_eq!(report.as_array().unwrap().len(), 2);
    let of = |report: &Value, n: usize, id: &str| {
        let findings = report[n]["findings"].as_array().unwrap().clone();
        findings.into_iter().find(|f| f["id"] == id).unwrap()
    };
    let evidence = |report: &Value, n: usize| of(report, n, "MHL-01")["evidence"].as_str().unwrap().to_owned();
    assert!(evidence(&report, 0).starts_with("8 files, ") && evidence(&report, 1).starts_with("12 files, "), "{report}");
    assert_eq!(of(&report, 0, "MHL-06")["outcome"], "pass");
    assert_eq!(of(&report, 0, "MHL-10")["outcome"], "not_applicable");
    // A second copy, equal and then not.
    let copy = work.path().join("copy");
    fs::create_dir_all(copy.join("A001")).unwrap();
    copy_folder(&roll, &copy.join("A001"));
    let compared = json(&["check", text(&roll), "--copy", text(&copy), "--json"]);
    assert_eq!(of(&compared, 0, "MHL-10")["outcome"], "pass", "{compared}");
    // A sidecar is a file of the roll, and none of the clip.
    let sidecar = roll.join("A001C001_261121_PRLT.cc");
    // White space: as long as before, and the same CDL.
    let altered = fs::read_to_string(&sidecar).unwrap().replacen('\n', " ", 1);
    fs::write(&sidecar, altered).unwrap();
    let printed = run_to(11, &["check", text(&roll), "--json"]);
    let report: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(failing(&report[0]["findings"]), [""; 0]);
    assert_eq!(failing(&report[1]["findings"]), ["MHL-01"]);
    assert!(evidence(&report, 1).starts_with("A001C001_261121_PRLT.cc: xxh64 "), "{report}");
    assert!(run_to(11, &["check", text(&roll)]).contains("\nRoll A001  ("));
    // The clip by itself passes.
    run_to(0, &["check", text(&roll.join("A001C001_261121_PRLT"))]);
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
