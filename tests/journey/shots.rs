//! Shots of a cut: each is a delivery of its own, named and numbered as the recipe says, and told before anything is rendered.

use crate::{
    deliver::{NOT_MADE, clip},
    peers::peer,
    prelight,
    recipe::approve,
    refused, run_to,
    store::delivered,
    submit::of_python,
    text,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Output,
};
use tempfile::TempDir;

/// A clip of four frames, and a cut of two shots of it: its first frame, and the two behind; with handles they share frames.
struct Cut {
    work: TempDir,
    clip: PathBuf,
}

impl Cut {
    fn new() -> Self {
        let work = tempfile::tempdir().unwrap();
        let clip = clip(work.path());
        let list = "TITLE: CUT\nFCM: NON-DROP FRAME\n\
                    001  A001 V C 10:00:00:22 10:00:00:23 01:00:00:00 01:00:00:01\n* FROM CLIP NAME: A001C002\n* VFX SHOT: SH010\n\
                    002  A001 V C 10:00:00:23 10:00:01:01 01:00:00:01 01:00:00:03\n* FROM CLIP NAME: A001C002\n* VFX SHOT: SH020\n";
        fs::write(work.path().join("shots.edl"), list).unwrap();
        Self { work, clip }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    /// A recipe of one deliverable of that name, with one frame of handles; its cut begins at 1001.
    fn recipe(&self, name: &str) -> PathBuf {
        let toml = format!(
            "handles = 1\nmhl = false\n[naming]\nversion = 1\nfirst_frame = 1001\n[[deliverables]]\nid = \"vfx\"\n\
             format = {{ exr = {{ compression = \"zip\", colour = \"aces\" }} }}\nname = \"{name}\"\n"
        );
        fs::write(self.at("output.toml"), toml).unwrap();
        // Some of the names are not for this clip.
        approve(self.work.path(), &self.clip, &["--output", text(&self.at("output.toml")), "--golden", "1", "--waive", NOT_MADE])
    }

    fn pull(&self, recipe: &Path, more: &[&str]) -> Output {
        let (list, out) = (self.at("shots.edl"), self.at("out"));
        let arguments = ["pull", "--edl", text(&list), "--library", text(&self.clip), "--recipe", text(recipe), "--out", text(&out)];
        prelight(&[&arguments[..], &["--rate", "23.976"], more].concat())
    }
}

/// The exit code, and what was said of what is wrong.
fn told(output: &Output) -> (i32, String) {
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Every file below a folder, records of the job left out.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeSet::new() };
    let entries = entries.map(|e| e.unwrap().path()).filter(|p| !p.ends_with(".prelight"));
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { [path].into() }).collect()
}

/// The still of a clip is of its middle, which most shots of a cut do not use.
#[test]
fn a_still_that_no_shot_has_is_told_before_anything_is_rendered() {
    let cut = Cut::new();
    let recipe = approve(cut.work.path(), &cut.clip, &["--deliver", "plate,still-png", "--golden", "1"]);
    let ran = cut.pull(&recipe, &["--dry-run"]);
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(said.contains("A001C002 1-1: still-png is of frame 3 of the clip: not made with frames 1 to 1"), "{said}");
    assert!(!said.contains("A001C002 2-3: still-png is of"), "{said}");
    let report: Value = serde_json::from_slice(&cut.pull(&recipe, &["--dry-run", "--json"]).stdout).unwrap();
    let ranges = report["ranges"].as_array().unwrap();
    assert_eq!(ranges.iter().map(|range| range["left_out"].is_array()).collect::<Vec<_>>(), [true, false], "{report}");
}

/// A range a task, and the pull after them: what comes out is what one call of `pull` leaves, byte for byte.
#[test]
fn a_cut_is_a_job_of_its_ranges() {
    let cut = Cut::new();
    let recipe = cut.recipe("{shot}/{shot}_v{version:03}.{frame:04}");
    let (list, out, bundle) = (cut.at("shots.edl"), cut.at("job"), cut.at("bundle"));
    let submit = |to: &'static str| {
        let own =
            ["submit", "--to", to, "--edl", text(&list), "--library", text(&cut.clip), "--recipe", text(&recipe), "--out", text(&out)];
        [&own[..], &["--rate", "23.976"]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let with =
        |to: &'static str, more: &[&str]| -> Vec<String> { submit(to).into_iter().chain(more.iter().map(|m| (*m).to_owned())).collect() };
    let said_of = |arguments: &[String]| refused(10, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(said_of(&with("openjd", &["--sign-with", "a.pem"])).contains("--sign-with"));
    let arguments = with("openjd", &["--program", env!("CARGO_BIN_EXE_prelight"), "--write", text(&bundle)]);
    run_to(0, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let Some(openjd) = of_python("openjd") else { return };
    let template = bundle.join("template.json");
    let checked = peer(&openjd, &["check", text(&template)], b"").unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    let parameters = format!("file://{}", text(&bundle.join("parameters.json")));
    let ran = peer(&openjd, &["run", text(&template), "--step", "Seal", "--run-dependencies", "-p", &parameters], b"").unwrap();
    let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
    assert!(ran.status.success() && said.contains("2 events: 2 matched"), "{said}");
    assert_eq!(told(&cut.pull(&recipe, &[])).0, 0);
    assert!(delivered(&out) == delivered(&cut.at("out")));
}

/// Pods are played: every index is a call of `invoke`, in any order, and the job that waits makes its calls one after the other.
#[test]
fn pods_make_of_a_cut_what_one_call_makes() {
    let cut = Cut::new();
    let recipe = cut.recipe("{shot}/{shot}_v{version:03}.{frame:04}");
    let (list, out, claim) = (cut.at("shots.edl"), cut.at("job"), format!("work:{}", text(cut.work.path())));
    let submit = |to: &str, out: &Path, more: &[&str]| {
        let own = ["submit", "--to", to, "--edl", text(&list), "--library", text(&cut.clip), "--recipe", text(&recipe), "--out", text(out)];
        prelight(&[&own[..], &["--rate", "23.976"], more].concat())
    };
    let ran = submit("k8s", &out, &["--claim", &claim]);
    assert_eq!(told(&ran).0, 0, "{}", told(&ran).1);
    let manifest: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let payloads = manifest["items"][0]["data"].as_object().unwrap();
    assert_eq!(payloads.len(), 2);
    let invoke = |payload: &str| {
        let file = cut.at("payload.json");
        fs::write(&file, payload).unwrap();
        run_to(0, &["invoke", text(&file)]);
    };
    payloads.values().rev().for_each(|payload| invoke(payload.as_str().unwrap()));
    let pod = &manifest["items"][2]["spec"]["template"]["spec"];
    for container in ["initContainers", "containers"].iter().flat_map(|kind| pod[kind].as_array().unwrap()) {
        let call: Vec<&str> = container["args"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
        let said = run_to(0, &call);
        assert!(call[0] != "pull" || said.contains("2 events: 2 matched"), "{said}");
    }
    assert_eq!(told(&cut.pull(&recipe, &[])).0, 0);
    assert!(delivered(&out) == delivered(&cut.at("out")));

    let (code, said) = told(&submit("k8s", &cut.clip, &["--claim", &claim]));
    assert!(code == 12 && said.contains("camera files lie there"), "{said}");

    // A function's calls are the same; what comes after them is said.
    let called = cut.at("called");
    let ran = submit("lambda", &called, &[]);
    let after = told(&ran).1;
    assert!(after.contains("once they have ended, `prelight pull --edl "), "{after}");
    String::from_utf8(ran.stdout).unwrap().lines().for_each(invoke);
    let sealed = |out: &Path| delivered(out).into_iter().filter(|(name, _)| name.ends_with(".exr")).collect::<Vec<_>>();
    assert!(sealed(&called).len() == 6 && sealed(&called) == sealed(&out));
}

#[test]
fn two_shots_of_one_clip_are_two_deliveries() {
    let cut = Cut::new();
    let recipe = cut.recipe("{shot}/{shot}_v{version:03}.{frame:04}");
    let dry = cut.pull(&recipe, &["--dry-run", "--json"]);
    let told_before: Value = serde_json::from_slice(&dry.stdout).unwrap_or_else(|e| panic!("{e}: {}", told(&dry).1));
    let range = |shot: &str, event: u32, [first, last, begins]: [u32; 3], [from, to]: [u32; 2]| {
        json!({
            "clip": "A001C002", "path": told_before["matched"][0]["path"], "events": [event], "shots": [shot],
            "first": first, "last": last, "frames": last - first + 1, "cut_begins": begins,
            "files": [{
                "deliverable": "vfx", "first": format!("{shot}/{shot}_v001.{from}.exr"), "last": format!("{shot}/{shot}_v001.{to}.exr"),
            }],
        })
    };
    // The first has no handle before it; that of the second is 1000.
    assert_eq!(told_before["ranges"], json!([range("SH010", 1, [1, 2, 1], [1001, 1002]), range("SH020", 2, [1, 4, 2], [1000, 1003])]));
    let table = String::from_utf8(cut.pull(&recipe, &["--dry-run"]).stdout).unwrap();
    assert!(table.contains("  A001C002 1-4: SH020/SH020_v001.1000.exr to SH020/SH020_v001.1003.exr\n"), "{table}");
    assert!(!cut.at("out").exists());

    let done = cut.pull(&recipe, &["--json"]);
    let document: Value = serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{e}: {}", told(&done).1));
    let shots: Vec<&str> = document["deliveries"].as_array().unwrap().iter().map(|d| d["shot"]["name"].as_str().unwrap()).collect();
    assert_eq!(shots, ["SH010", "SH020"]);
    let folder = cut.at("out/A001C002");
    let of = |shot: &str, number: u32| folder.join(format!("{shot}/{shot}_v001.{number}.exr"));
    let there: Vec<bool> = (999..=1004).flat_map(|n| [of("SH010", n).is_file(), of("SH020", n).is_file()]).collect();
    assert_eq!(there, [false, false, false, true, true, true, true, true, false, true, false, false]);
    assert_eq!(fs::read(of("SH010", 1002)).unwrap(), fs::read(of("SH020", 1001)).unwrap(), "frame 2 of the clip");
    let receipt: Value = serde_json::from_slice(&fs::read(folder.join("A001C002.SH010.000001-000002.receipt.json")).unwrap()).unwrap();
    assert_eq!((&receipt["shot"], receipt["deliverables"].as_array().unwrap().len()), (&"SH010".into(), 2));
    assert!(folder.join("A001C002.SH020.000001-000004.receipt.json").is_file());
    run_to(0, &["verify", text(&cut.at("out")), "--recipe", text(&recipe)]);
    assert_eq!(told(&cut.pull(&recipe, &[])).0, 0, "run again");

    // Another list of that name: found before anything is rendered.
    let before = files(&cut.at("out"));
    fs::remove_file(of("SH010", 1001)).unwrap();
    let list = fs::read_to_string(cut.at("shots.edl")).unwrap();
    fs::write(cut.at("shots.edl"), list.replace("TITLE: CUT", "TITLE: CUT 2")).unwrap();
    let (code, said) = told(&cut.pull(&recipe, &[]));
    assert!(code == 11 && said.contains("shots.edl:1: text = \"TITLE: CUT\"") && said.contains("\"TITLE: CUT 2\""), "{said}");
    assert!(!of("SH010", 1001).exists() && files(&cut.at("out")).len() == before.len() - 1);
    assert_eq!(told(&cut.pull(&recipe, &["--dry-run"])).0, 11, "the dry run looks, too");
}

#[test]
fn files_that_cannot_be_named_or_would_be_one_are_told_by_the_dry_run() {
    let cut = Cut::new();
    let range = |output: &Output, i: usize| {
        let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", told(output).1));
        document["ranges"][i].clone()
    };
    for (name, code, place, why) in [
        ("{scene}_{shot}.{frame:04}", 10, 0, "scene: the name {scene}_{shot}.{frame:04} asks for it, and the clip does not say it"),
        // Both shots begin at 1001, in one folder.
        ("vfx/{clip}.{frame:04}", 12, 1, "output name = vfx/A001C002.1001.exr: frames 1 to 2 of A001C002 would have it, too"),
    ] {
        let recipe = cut.recipe(name);
        let dry = cut.pull(&recipe, &["--dry-run", "--json"]);
        assert_eq!(told(&dry).0, code, "{}", told(&dry).1);
        let error = &range(&dry, place)["error"];
        assert!(error["exit_code"] == code && error["message"].as_str().unwrap().contains(why), "{error}");
        let table = String::from_utf8(cut.pull(&recipe, &["--dry-run"]).stdout).unwrap();
        assert!(table.contains(why), "{table}");
        let (found, said) = told(&cut.pull(&recipe, &[]));
        assert!(found == code && said.contains(why), "{said}");
        assert!(!cut.at("out").exists());
    }
    // As the clip numbers them they are each its own, and what both shots have is one file.
    let toml = fs::read_to_string(cut.at("output.toml")).unwrap().replace("first_frame = 1001\n", "");
    fs::write(cut.at("output.toml"), toml).unwrap();
    let recipe = approve(cut.work.path(), &cut.clip, &["--output", text(&cut.at("output.toml")), "--golden", "1"]);
    assert_eq!(range(&cut.pull(&recipe, &["--dry-run", "--json"]), 1)["files"][0]["first"], "vfx/A001C002.0001.exr");
    assert_eq!(told(&cut.pull(&recipe, &[])).0, 0);
    assert_eq!(files(&cut.at("out/A001C002/vfx")).len(), 4);
    run_to(0, &["verify", text(&cut.at("out"))]);
}

#[test]
fn another_job_is_told_before_its_first_frame() {
    let cut = Cut::new();
    let render = |recipe: &Path, more: &[&str]| {
        let (clip, out) = (&cut.clip, cut.at("out"));
        told(&prelight(
            &[&["render", "--recipe", text(recipe), "--clip", text(clip), "--out", text(&out), "--frames", "2-2"], more].concat(),
        ))
    };
    let (one, two) = (cut.recipe("one/{clip}.{frame:04}"), cut.recipe("two/{clip}.{frame:04}"));
    assert_eq!(render(&one, &[]).0, 0);
    // Of a part of a clip, too, the clip's own first frame has the number.
    assert!(cut.at("out/A001C002/one/A001C002.1002.exr").is_file());
    let before = files(&cut.at("out"));
    let amf = cut.at("out/A001C002/A001C002.amf");
    let (code, said) = render(&two, &[]);
    assert!(code == 11 && said.contains(text(&amf)) && said.contains(": text = ") && said.contains("--overwrite"), "{said}");
    assert_eq!(files(&cut.at("out")), before);
    assert_eq!(render(&one, &[]).0, 0, "the same job finds its own");
    // Where the documents are gone, its receipt says whose the place is.
    let whole = fs::read(&amf).unwrap();
    fs::remove_file(&amf).unwrap();
    let (code, said) = render(&two, &[]);
    let receipt = cut.at("out/A001C002/A001C002.000002-000002.receipt.json");
    assert!(code == 11 && said.contains(text(&receipt)) && said.contains("recipe_digest = "), "{said}");
    assert_eq!(files(&cut.at("out")).len(), before.len() - 1);
    fs::write(&amf, whole).unwrap();
    // Signed by another.
    let keys = ["a.pem", "b.pem"].map(|name| cut.at(name));
    keys.iter().for_each(|key| _ = run_to(0, &["recipe", "key", text(key)]));
    assert_eq!(render(&one, &["--sign-with", text(&keys[0])]).0, 0);
    assert_eq!(render(&one, &["--sign-with", text(&keys[0])]).0, 0);
    let (code, said) = render(&one, &["--sign-with", text(&keys[1])]);
    assert!(code == 11 && said.contains("provenance.dsse.json") && said.contains("not signed with this key"), "{said}");
    assert_eq!(render(&two, &["--overwrite"]).0, 0);
}
