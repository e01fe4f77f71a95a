//! On what conditions a recipe is used: which clips it admits, which engine renders, and how near the golden frames have to come.

use crate::{
    json, peers, prelight,
    recipe::{approve, by_schema, clip, recipe},
    refused, run_to, text,
};
use ::prelight::{
    camera::{self, Picture},
    files::Existing,
    image::{Image, hash_pixels},
    pipeline::plate_exr,
};
use serde_json::{Value, json};
use std::{fs, path::Path};

fn document(recipe: &Path) -> Value {
    serde_json::from_slice(&fs::read(recipe.join("recipe.json")).unwrap()).unwrap()
}

fn edit(recipe: &Path, change: impl FnOnce(&mut Value)) {
    let mut said = document(recipe);
    change(&mut said);
    fs::write(recipe.join("recipe.json"), ::prelight::recipe::canonical(&said).unwrap()).unwrap();
}

#[test]
fn a_widened_scope_admits_clips_of_its_kind_and_tells_it() {
    let work = tempfile::tempdir().unwrap();
    let (shot, pushed, far) =
        (clip(work.path(), "SHOT", Some(800)), clip(work.path(), "PUSHED", Some(1600)), clip(work.path(), "FAR", Some(6400)));
    let exact = approve(work.path(), &shot, &["--golden", "1"]);
    let said = ["--golden", "1", "--scope", "ei:400..1600 make:any squeeze:1,2", "--title", "Camera test", "--production", "Seven Seas"];
    let wide = approve(work.path(), &shot, &said);
    let out = work.path().join("out");
    let render = |recipe: &Path, clip: &Path| prelight(&["render", "--recipe", text(recipe), "--clip", text(clip), "--out", text(&out)]);
    assert_eq!(render(&exact, &pushed).status.code(), Some(12));
    assert_eq!(render(&wide, &pushed).status.code(), Some(0));
    let told = refused(12, &["render", "--recipe", text(&wide), "--clip", text(&far), "--out", text(&out)]);
    assert!(told.contains("scope.ei = 6400: the recipe was approved for 400 to 1600") && !out.join("FAR").exists(), "{told}");

    let shown = run_to(0, &["recipe", "show", text(&wide)]);
    for wanted in ["title Camera test", "production Seven Seas", "admits make any", "EI 400 to 1600", "squeeze 1 or 2"] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    let changed = run_to(0, &["recipe", "diff", text(&exact), text(&wide)]);
    for wanted in ["scope: EI: 800 -> 400 to 1600", "scope: squeeze: 1 -> 1 or 2", "recipe: title: not set -> Camera test"] {
        assert!(changed.contains(wanted), "{wanted}: {changed}");
    }
    by_schema(&json(&["recipe", "schema"]), &document(&wide));

    let unused = work.path().join("unused");
    let new = ["recipe", "new", text(&shot), "--out", text(&unused), "--name", "a", "--role", "b"];
    for (code, scope, wanted) in [
        (2, "ei:many", "scope.ei = many"),
        (2, "iris:4", "no such field"),
        (12, "ei:100..400", "scope.ei = 800: the recipe was approved for 100 to 400; it has to admit the clip itself"),
    ] {
        let told = refused(code, &[&new[..], &["--scope", scope]].concat());
        assert!(told.contains(wanted) && !unused.exists(), "{scope}: {told}");
    }
    run_to(2, &[&new[..], &["--scope", "ei:any", "--ei", "800"]].concat());
    // What somebody writes into the document by hand is held to the same.
    for bad in [json!({ "any_of": [] }), json!({ "min": 2, "max": 1 }), json!({ "any": false }), json!("800"), json!({ "odd": 1 })] {
        edit(&wide, |r| r["clips"][0]["scope"]["ei"] = bad.clone());
        let told = refused(10, &["recipe", "show", text(&wide)]);
        assert!(told.contains("recipe.json"), "{bad}: {told}");
    }
}

#[test]
fn the_engine_is_any_of_its_version_the_very_program_or_one_that_proves_itself() {
    let work = tempfile::tempdir().unwrap();
    let shot = clip(work.path(), "SHOT", Some(800));
    let recipe = approve(work.path(), &shot, &["--golden", "1", "--pin-engine=this"]);
    let own = ::prelight::files::sha256_of_file(Path::new(env!("CARGO_BIN_EXE_prelight"))).unwrap();
    assert_eq!(document(&recipe)["engine"]["digests"], json!([own]));
    let out = |name: &str| work.path().join(name);
    let render = |to: &str| prelight(&["render", "--recipe", text(&recipe), "--clip", text(&shot), "--out", text(&out(to)), "--json"]);
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let receipt: Value = serde_json::from_slice(&render("pinned").stdout).unwrap();
    assert_eq!(receipt["engine"]["digests"], json!([own]));
    run_to(0, &["verify", text(&out("pinned")), "--recipe", text(&recipe)]);

    // Another build of this version.
    let other = "ab".repeat(32);
    edit(&recipe, |r| r["engine"]["digests"] = json!([other]));
    let output = render("other");
    assert!(output.status.code() == Some(12) && said(&output).contains(&format!("engine.digests = {own}")), "{}", said(&output));
    let failing = |more: &[&str]| {
        let printed = prelight(&[&["recipe", "check", text(&recipe), "--json"], more].concat());
        let report: Value = serde_json::from_slice(&printed.stdout).unwrap();
        let failed = report["findings"].as_array().unwrap().iter().filter(|f| f["outcome"] == "fail");
        (printed.status.code(), failed.map(|f| f["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(failing(&[text(&shot)]), (Some(12), ["ENG-01", "ENG-02", "PKG-04"].map(str::to_owned).to_vec()), "no plan at all");
    // Another version, of another arithmetic: where it may prove itself, it does.
    edit(&recipe, |r| {
        r["engine"]["proved"] = true.into();
        r["engine"]["version"] = "0.0.1".into();
        r["engine"]["pixels"] = "prelight pixels 0".into();
        r["clips"][0]["plan"] = "that of another arithmetic".into();
    });
    assert_eq!(failing(&[]), (Some(12), vec!["ENG-01".to_owned()]), "nothing is at hand to prove it by");
    assert_eq!(failing(&[text(&shot)]), (Some(0), vec![]));
    assert_eq!(render("proved").status.code(), Some(0));
    run_to(0, &["verify", text(&out("proved")), "--recipe", text(&recipe)]);
    // And where it makes other pixels, it does not.
    edit(&recipe, |r| r["clips"][0]["probe"] = "00".repeat(32).into());
    let output = render("wrong");
    assert!(output.status.code() == Some(11) && said(&output).contains("probe = "), "{}", said(&output));
    assert_eq!(failing(&[text(&shot)]).1, ["ENG-01"]);
    let unused = work.path().join("unused");
    run_to(2, &["recipe", "new", text(&shot), "--out", text(&unused), "--name", "a", "--role", "b", "--pin-engine=nowhere"]);
}

/// The golden plate of the recipe as another engine might have made it: some thousandths off.
fn as_of_another_engine(recipe: &Path, factor: f32) {
    let said = document(recipe);
    let file = recipe.join(said["clips"][0]["golden"][0]["plate_file"].as_str().unwrap());
    let plate = camera::open_single(&file).unwrap();
    let Picture::Rgb(image) = plate.read(plate.frames().first(), &Default::default()).unwrap() else { panic!("a plate is RGB") };
    let mut other = Image::from_planes(image.size(), image.planes.clone().map(|plane| plane.iter().map(|v| v * factor).collect()));
    ::prelight::image::round_to_half(&mut other);
    fs::remove_file(&file).unwrap();
    let info = plate_exr::FrameInfo { metadata: None, timecode: None, fdl: None };
    plate_exr::write(&file, &other, &info, plate_exr::Compression::Zip, Existing::Refuse).unwrap();
    edit(recipe, |r| r["clips"][0]["golden"][0]["plate"] = hash_pixels(&other).as_str().into());
}

#[test]
fn golden_frames_may_differ_by_the_tolerance_and_the_receipt_says_by_how_much() {
    let work = tempfile::tempdir().unwrap();
    let shot = clip(work.path(), "SHOT", Some(800));
    let render = |recipe: &Path, to: &str| {
        let out = work.path().join(to);
        let output =
            prelight(&["render", "--recipe", text(recipe), "--clip", text(&shot), "--out", text(&out), "--json", "--frames", "2-2"]);
        let receipt = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned(), receipt)
    };
    // To the bit where nothing is said.
    let strict = approve(work.path(), &shot, &["--golden", "1"]);
    as_of_another_engine(&strict, 1.002);
    let (code, said, _) = render(&strict, "strict");
    assert!(code == Some(11) && said.contains("golden.plate") && !said.contains("allows"), "{said}");

    for (i, (tolerance, near, far)) in [("relative:0.004,0.003", 1.002, 1.01), ("itp:1,0.9", 1.002, 1.2)].into_iter().enumerate() {
        let recipe = approve(work.path(), &shot, &["--golden", "1", "--tolerance", tolerance]);
        let (code, said, receipt) = render(&recipe, &format!("same{i}"));
        assert!(code == Some(0) && receipt.get("golden").is_none(), "{said} {receipt}");
        as_of_another_engine(&recipe, near);
        let (code, said, receipt) = render(&recipe, &format!("near{i}"));
        assert_eq!(code, Some(0), "{said}");
        let off = &receipt["golden"][0];
        assert_eq!(off["frame"], 1, "{receipt}");
        let max = off["off_by"]["max"].as_f64().unwrap();
        assert!(max > 0.0 && max >= off["off_by"]["p99.9"].as_f64().unwrap(), "{off}");
        // Remembered, it is told all the same.
        assert_eq!(render(&recipe, &format!("again{i}")).2["golden"][0], *off);
        if i == 0 {
            let checked = json(&["recipe", "check", text(&recipe), text(&shot), "--json"]).to_string();
            assert!(checked.contains("within the tolerance: SHOT frame 1 is off by"), "{checked}");
        }
        as_of_another_engine(&recipe, far);
        let (code, said, _) = render(&recipe, &format!("far{i}"));
        assert!(code == Some(11) && said.contains("it is off by") && said.contains("the recipe allows"), "{said}");
        if i == 0 {
            assert!(run_to(11, &["recipe", "check", text(&recipe), text(&shot)]).contains("FAIL ENG-02"));
        }
    }

    // Nothing is measured by a golden plate that is not the approved one.
    let recipe = approve(work.path(), &shot, &["--golden", "1", "--tolerance", "relative:0.5,0.5"]);
    as_of_another_engine(&recipe, 1.002);
    edit(&recipe, |r| r["clips"][0]["golden"][0]["plate"] = "00".repeat(32).into());
    let (code, said, _) = render(&recipe, "edited");
    assert!(code == Some(11) && said.contains("nothing can be measured by it"), "{said}");
    edit(&recipe, |r| r["tolerance"]["max"] = (-1).into());
    assert!(refused(10, &["recipe", "show", text(&recipe)]).contains("tolerance.max"));
}

#[test]
fn a_farm_takes_the_folder_of_a_recipe_as_it_is() {
    let work = tempfile::tempdir().unwrap();
    let (folder, shot) = recipe(work.path());
    let Some(openjd) = crate::submit::of_python("openjd") else { return };
    let out = work.path().join("out");
    let runs = |folder: &Path, (clip, frames): (&Path, &str), out: &Path, steps: &[&str]| {
        for name in ["dailies", "pull"] {
            let template = folder.join(format!("openjd/{name}.yaml"));
            let checked = peers::peer(&openjd, &["check", text(&template)], b"").unwrap();
            assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        }
        let values = [
            format!("Recipe={}", text(folder)),
            format!("Clip={}", text(clip)),
            format!("Frames={frames}"),
            format!("Out={}", text(out)),
            format!("Prelight={}", env!("CARGO_BIN_EXE_prelight")),
        ];
        let template = folder.join("openjd/dailies.yaml");
        for step in steps {
            let mut arguments = vec!["run", text(&template), "--step", step];
            arguments.extend(values.iter().flat_map(|v| ["-p", v.as_str()]));
            let output = peers::peer(&openjd, &arguments, b"").unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
        }
        run_to(0, &["verify", text(out), "--recipe", text(folder)]);
    };
    runs(&folder, (&shot, "1-3"), &out, &["Render", "Seal"]);
    if peers::peer("ffmpeg", &["-version"], b"").is_some() {
        let (moving, out) = (crate::deliver::clip(work.path()), work.path().join("both"));
        let folder = approve(work.path(), &moving, &["--deliver", "plate,prores422"]);
        runs(&folder, (&moving, "1-4"), &out, &["Render", "Movies", "Seal"]);
        assert!(out.join("A001C002/prores422/A001C002.000001-000004.mov").is_file());
    }
    // It is no part of what was approved.
    let digest = |shown: &str| shown.lines().find(|l| l.starts_with("sha256")).unwrap().to_owned();
    let before = digest(&run_to(0, &["recipe", "show", text(&folder)]));
    fs::remove_dir_all(folder.join("openjd")).unwrap();
    assert_eq!(digest(&run_to(0, &["recipe", "show", text(&folder)])), before);
    run_to(0, &["render", "--recipe", text(&folder), "--clip", text(&shot), "--out", text(&out)]);
}

/// A decoder beside the engine makes the pixels: the recipe names it.
#[cfg(target_os = "linux")]
#[test]
fn a_clip_is_decoded_by_what_it_was_approved_with() {
    use std::{os::unix::fs::PermissionsExt, process::Command};
    let work = tempfile::tempdir().unwrap();
    let (path, decoder, recipe) = (work.path().join("clip.plsample"), work.path().join("decoder"), work.path().join("a.recipe"));
    let head = r#"{"plsample":1,"size":{"width":48,"height":32},"first_frame":10,"frames":3,"frame_rate":[24,1],"timecode":"01:00:00:22",
        "pixels":{"model":"rgb","sample":"u16","bits":12},"encoding":{"kind":"coded","transform":"arri-logc4","key":"sample"},"metadata":{}}"#;
    let mut bytes = head.replace('\n', "").into_bytes();
    bytes.push(b'\n');
    bytes.extend((0..3 * 48 * 32 * 3u32).flat_map(|i| ((i % 4000) as u16).to_le_bytes()));
    fs::write(&path, bytes).unwrap();
    let build = |what: &str| {
        fs::write(&decoder, format!("#!/bin/sh\n# {what}\nexec '{}' decode-sample\n", env!("CARGO_BIN_EXE_prelight"))).unwrap();
        fs::set_permissions(&decoder, fs::Permissions::from_mode(0o755)).unwrap();
    };
    build("first build");
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_prelight")).args(arguments).env("PRELIGHT_DECODERS", &decoder).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let report: Value = serde_json::from_str(&run(&["check", text(&path), "--json"]).1).unwrap();
    let failed = report[0]["findings"].as_array().unwrap().iter().filter(|f| f["outcome"] == "fail" && f["severity"] != "inform");
    let waivers: Vec<String> = failed.map(|f| format!("{}=made for a test", f["id"].as_str().unwrap())).collect();
    let mut new = vec!["recipe", "new", text(&path), "--out", text(&recipe), "--name", "A", "--role", "DIT", "--golden", "10"];
    new.extend(waivers.iter().flat_map(|w| ["--waive", w]));
    let (code, _, said) = run(&new);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(document(&recipe)["clips"][0]["decoder"]["name"], "decoder");
    assert!(run(&["recipe", "show", text(&recipe)]).1.contains("decoded by decoder, SHA-256 "));
    let out = work.path().join("out");
    let render = ["render", "--recipe", text(&recipe), "--clip", text(&path), "--out", text(&out)];
    assert_eq!(run(&render).0, Some(0));
    build("another build");
    let (code, _, said) = run(&render);
    assert!(code == Some(12) && said.contains("decoder = decoder, SHA-256 ") && said.contains("another build"), "{said}");
}
