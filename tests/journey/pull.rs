//! `prelight index`, `find` and `pull`, from outside: from cards to the plates of a cut.

use crate::{demo_show, json, prelight, run_to, text};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn message(arguments: &[&str]) -> (i32, String) {
    let output = prelight(arguments);
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn sidecar(folder: &str, name: &str, extension: &str) -> PathBuf {
    let file = format!("{name}.{extension}");
    [Path::new(folder).join(&file), Path::new(folder).parent().unwrap().join(&file)].into_iter().find(|p| p.is_file()).unwrap()
}

#[test]
fn a_card_is_indexed_and_searched() {
    let work = tempfile::tempdir().unwrap();
    let show = work.path().join("show");
    run_to(0, &["demo", text(&show)]);
    let db = work.path().join("of.library");
    let index = |more: &[&str]| json(&[&["index", text(&show), "--db", text(&db), "--json"], more].concat());
    let first = index(&[]);
    assert_eq!((first["clips"].as_u64(), first["added"].as_u64()), (Some(11), Some(11)), "{first}");
    assert_eq!(index(&[])["unchanged"], 11);
    assert_eq!(index(&["--hash", "--thumbnails"])["changed"], 11);

    let find = |query: &[&str]| json(&[&["find", "--db", text(&db), "--json"], query].concat());
    let names = |found: &Value| -> Vec<String> {
        found["clips"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()[..4].to_owned()).collect()
    };
    assert_eq!(names(&find(&["lens:anamorphic", "squeeze:2", "lens:>60mm"])), ["B001"]);
    assert_eq!(names(&find(&["tc:10:21:40:03"])), ["B001"]);
    assert_eq!(names(&find(&["PRLT -reel:D0 format:DNG"])), ["A001", "B001", "C001"]);
    let hash = find(&["tc:10:21:40:03"]);
    let frame = fs::read(hash["clips"][0]["path"].as_str().unwrap()).unwrap();
    assert_eq!(names(&find(&[&format!("hash:{}", prelight::files::sha256(&frame))])), ["B001"]);
    let limited = find(&["", "--limit", "2"]);
    assert_eq!((names(&limited).len(), &limited["more"]), (2, &Value::Bool(true)));

    let (code, said) = message(&["find", "colour:red", "--db", text(&db)]);
    assert!(code == 2 && said.contains("no such field") && said.contains("exposure_index"), "{said}");
    assert_eq!(message(&["find", "x", "--db", text(&work.path().join("none"))]).0, 20);
    assert_eq!(message(&["find", "x", "--db", text(&show.join("show.edl"))]).0, 10);
    assert_eq!(message(&["index", text(&work.path().join("none")), "--db", text(&db)]).0, 20);
    // Of what is not there no index is left, and who has none is told how to make one.
    let no_db = work.path().join("no.library");
    assert_eq!(message(&["index", text(&work.path().join("none")), "--db", text(&no_db)]).0, 20);
    assert!(!no_db.exists());
    // Neither of a folder without a clip; what an index has of elsewhere, or of a card that is not plugged in, stays.
    let bare = work.path().join("bare");
    fs::create_dir(&bare).unwrap();
    for db in [&no_db, &db] {
        let (code, said) = message(&["index", text(&bare), "--db", text(db)]);
        assert!(code == 10 && said.contains("bare: no camera file here or below"), "{said}");
    }
    assert!(!no_db.exists());
    let away = work.path().join("away");
    fs::rename(&show, &away).unwrap();
    let (code, said) = message(&["index", text(&show), "--db", text(&db)]);
    assert!(code == 20 && said.contains("the index stays as it is"), "{said}");
    assert_eq!(names(&find(&["tc:10:21:40:03"])), ["B001"]);
    // Where it is plugged in, a folder is left.
    fs::create_dir(&show).unwrap();
    let (code, said) = message(&["index", text(&show), text(&away), "--db", text(&db)]);
    assert!(code == 0 && said.contains("show: no camera file here or below") && said.contains("marked as gone: 11 clips"), "{said}");
    let (code, said) = message(&["index", text(&show), "--db", text(&db)]);
    assert!(code == 0 && said.contains("marked as gone: 11 clips, 0 of them now"), "{said}");
    let said = crate::refused(20, &["find", "ALEXA", "--db", text(&no_db)]);
    assert!(said.contains("no.library") && said.contains("prelight index"), "{said}");
}

#[test]
fn a_cut_is_pulled_with_handles_from_an_approved_recipe() {
    let work = tempfile::tempdir().unwrap();
    let show = work.path().join("show");
    run_to(0, &["demo", text(&show)]);
    let (folder, name) = demo_show::clean_clip(&show);
    let recipe = work.path().join("one.recipe");
    let (amf, fdl) = (sidecar(&folder, &name, "amf"), sidecar(&folder, &name, "fdl"));
    run_to(0, &["recipe", "new", &folder, "--amf", text(&amf), "--fdl", text(&fdl), "--out", text(&recipe), "--name", "A", "--role", "DP"]);
    let clip = json(&["inspect", &folder, "--json"]);
    let start = clip["entries"][0]["metadata"]["start_timecode"]["value"].as_str().unwrap();
    let at = |frame: i64| {
        let rate = prelight::camera::Rational::new(24, 1).unwrap();
        start.parse::<prelight::camera::Timecode>().unwrap().offset(frame, rate).to_string()
    };
    let cut = |lines: &[(&str, String, String)]| {
        let mut list = String::from("TITLE: CUT\nFCM: NON-DROP FRAME\n");
        for (i, (reel, from, to)) in lines.iter().enumerate() {
            list += &format!("{:03}  {reel} V C {from} {to} 01:00:{i:02}:00 01:00:{i:02}:01\n", i + 1);
        }
        let path = work.path().join("cut.edl");
        fs::write(&path, list).unwrap();
        path
    };
    // A reel of 8 characters, and the roll: two frames beside each other, the first of the clip among them.
    let short: String = name.chars().take(8).collect();
    let roll = &name[..4];
    let good = [(short.as_str(), at(0), at(1)), (roll, at(2), at(3))];
    let list = cut(&good);
    let (card, out) = (show.join(roll), work.path().join("out"));
    let arguments = ["pull", "--edl", text(&list), "--library", text(&card), "--recipe", text(&recipe), "--handles", "1", "--rate", "24"];
    let pull = |more: &[&str]| prelight(&[&arguments[..], more].concat());
    let dry = json(&[&arguments[..], &["--dry-run", "--json"]].concat());
    let [one, two] = dry["matched"].as_array().unwrap().as_slice() else { panic!("{dry}") };
    assert_eq!((one["tier"].as_str(), two["tier"].as_str()), (Some("fuzzy"), Some("exact")), "{dry}");
    assert_eq!((&one["handles"]["head"], &one["handles"]["head_short"], &one["handles"]["tail"]), (&0.into(), &1.into(), &1.into()));
    assert!(dry["warnings"][0].as_str().unwrap().contains("8 characters that CMX3600 cuts reels to"), "{dry}");
    assert_eq!(
        dry["ranges"],
        serde_json::json!([{
            "clip": name, "path": one["path"], "events": [1, 2], "shots": [], "first": 0, "last": 3, "frames": 4, "cut_begins": 0,
            "files": [{ "deliverable": "plate", "first": format!("{name}.000000.exr"), "last": format!("{name}.000003.exr") }],
        }])
    );
    let table = String::from_utf8(pull(&["--dry-run"]).stdout).unwrap();
    assert!(table.contains("0+1 short") && table.contains("2 events: 2 matched, 0 refused; 4 frames in 1 range"), "{table}");
    assert!(!out.exists());

    // An event of nothing, and one of a clip that the recipe does not admit.
    let list = cut(&[good[0].clone(), ("NOBODY", at(0), at(1))]);
    let refused = pull(&["--out", text(&out)]);
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(refused.status.code() == Some(12) && said.contains("REFUSED") && said.contains("no clip is named so"), "{said}");
    assert!(!out.exists());
    let whole = ["pull", "--edl", text(&list), "--library", text(&show), "--recipe", text(&recipe), "--dry-run", "--json"];
    cut(&[("B001C001_261121_PRLT", "10:21:40:01".into(), "10:21:40:02".into())]);
    let output = prelight(&whole);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let why = document["refused"][0]["refused"].as_str().unwrap();
    assert!(output.status.code() == Some(12) && why.starts_with("the recipe: scope.") || why.contains("outside the scope"), "{why}");

    // Of nothing there is no part; who asked for one is not told to ask for it.
    cut(&[("NOBODY", at(0), at(1)), ("NOBODY", at(1), at(2))]);
    for more in [&["--partial"][..], &[], &["--partial", "--dry-run"]] {
        let said = String::from_utf8_lossy(&pull(&[&["--out", text(&out)], more].concat()).stderr).into_owned();
        assert!(said.contains("2 of 2 events refused: none can be rendered") && !said.contains("--partial"), "{said}");
    }
    assert!(!out.exists());

    cut(&[good[0].clone(), ("NOBODY", at(0), at(1)), good[1].clone()]);
    let done = pull(&["--out", text(&out), "--partial", "--json"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let document: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&document["deliveries"][0]["frames"], &document["refused"][0]["event"]), (&4.into(), &2.into()));
    let plates: Vec<String> = (0..4).map(|f| format!("{name}.{f:06}.exr")).collect();
    assert!(plates.iter().all(|plate| out.join(&name).join(plate).is_file()), "{plates:?}");
    assert_eq!(fs::read(out.join("cut.edl")).unwrap(), fs::read(&list).unwrap());
    let written: Value = serde_json::from_slice(&fs::read(out.join("cut.pull.json")).unwrap()).unwrap();
    assert_eq!((&written, written["schema"].as_str()), (&document, Some("prelight-pull/1")));
    // All of it stands under a claim: who edits the list, the report or a receipt is found out.
    let generations = || {
        fs::read_dir(out.join(&name).join("ascmhl"))
            .unwrap()
            .filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|e| e == "mhl"))
            .count()
    };
    assert_eq!(generations(), 1, "a history of parts of a clip");
    let verified = json(&["verify", text(&out), "--json"]);
    assert_eq!((&verified["ok"], &verified["verified"]["unclaimed"]), (&true.into(), &Value::Array(vec![])), "{verified}");
    for file in ["cut.edl", "cut.pull.json", &format!("{name}/{name}.001.000000-000003.receipt.json")] {
        let path = out.join(file);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, [&whole[..], b"\n"].concat()).unwrap();
        let said = run_to(11, &["verify", text(&out)]);
        assert!(said.contains(&format!("BROKEN {}: SHA-256", path.display())) && said.contains("cut.pull.provenance.json"), "{said}");
        fs::write(&path, whole).unwrap();
    }
    // Run again, what is right is kept; a plate that is not is found out.
    assert_eq!(pull(&["--out", text(&out), "--partial"]).status.code(), Some(0));
    assert_eq!(generations(), 1, "nothing came");
    let (a, b) = (out.join(&name).join(&plates[0]), out.join(&name).join(&plates[1]));
    let whole = fs::read(&b).unwrap();
    for (bytes, code) in [(whole.clone(), 0), ([&whole[..], b"\n"].concat(), 11), (fs::read(&a).unwrap(), 11)] {
        fs::write(&b, &bytes).unwrap();
        // The dry run says so before, of the same file.
        for more in [&["--dry-run"][..], &[]] {
            let ran = pull(&[&["--out", text(&out), "--partial"], more].concat());
            let said = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert_eq!(ran.status.code(), Some(code), "{more:?}: {said}");
            assert!(code == 0 || said.contains(&plates[1]), "{more:?}: {said}");
        }
        assert!(fs::read(&b).unwrap() == bytes, "nothing is written over");
    }
}

/// Movies of two cameras with one timecode in `cards`, whose names say nothing, a cut of the second, `cut.edl`, and the editor's `proxy.mov`:
/// smaller, letterboxed, graded, in another codec. Whether there is an ffmpeg that made them.
pub fn editorial(work: &Path) -> bool {
    let ffmpeg = |arguments: &[&str]| {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-y"]).args(arguments).current_dir(work);
        match command.output() {
            Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
            Err(e) => assert!(std::env::var("CI").as_deref() != Ok("true"), "no ffmpeg: {e}"),
        }
    };
    if Command::new("ffmpeg").arg("-version").output().is_err() && std::env::var("CI").as_deref() != Ok("true") {
        eprintln!("skipped: no ffmpeg");
        return false;
    }
    fs::create_dir(work.join("cards")).unwrap();
    for (source, file) in
        [("testsrc2=s=640x360:r=24", "cards/one.mov"), ("mandelbrot=s=640x360:r=24:start_scale=0.3:end_scale=0.1", "cards/two.mov")]
    {
        ffmpeg(&["-f", "lavfi", "-i", source, "-frames:v", "24", "-c:v", "prores_ks", "-timecode", "10:00:00:00", file]);
    }
    let look = "scale=320:180,eq=gamma=1.3:saturation=0.6,pad=320:240:0:30";
    ffmpeg(&["-i", "cards/two.mov", "-vf", look, "-c:v", "mpeg4", "-q:v", "6", "-map_metadata", "-1", "-write_tmcd", "0", "proxy.mov"]);
    let list = "TITLE: CUT\n001  LOST V C 10:00:00:00 10:00:01:00 01:00:00:00 01:00:01:00\n";
    fs::write(work.join("cut.edl"), list).unwrap();
    true
}

#[test]
fn an_editorial_movie_tells_which_camera_it_was() {
    let work = tempfile::tempdir().unwrap();
    if !editorial(work.path()) {
        return;
    }
    let (cards, proxy, list) = (work.path().join("cards"), work.path().join("proxy.mov"), work.path().join("cut.edl"));
    let arguments = ["pull", "--edl", text(&list), "--library", text(&cards), "--rate", "24", "--dry-run"];
    assert_eq!(prelight(&arguments).status.code(), Some(12));
    let found = json(&[&arguments[..], &["--proxy", text(&proxy), "--json"]].concat());
    let one = &found["matched"][0];
    assert_eq!((one["clip"].as_str(), one["tier"].as_str()), (Some("two"), Some("picture")), "{found}");
    // The same movie against the other camera alone: it does not look like it.
    fs::remove_file(cards.join("two.mov")).unwrap();
    let output = prelight(&[&arguments[..], &["--proxy", text(&proxy)]].concat());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(12) && said.contains("none looks like it"), "{said}");
}
