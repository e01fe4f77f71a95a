//! The recipe as a document that others can hold: on paper, by its schema, as one file.

use crate::{
    json,
    peers::{by_jsonschema, peer},
    run_to, text,
};
use prelight::{
    camera::{Field, Metadata},
    files::Existing,
    image::{Image, Size},
    pipeline::plate_exr,
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A recipe of a small clip, with everything waived that stands in its way; the folder and the clip.
pub fn recipe(work: &Path) -> (PathBuf, PathBuf) {
    let clip = clip(work, "SHOT", None);
    (approve(work, &clip, &[]), clip)
}

/// A clip of three frames, of that exposure index.
pub fn clip(work: &Path, name: &str, ei: Option<u32>) -> PathBuf {
    let clip = work.join(name);
    fs::create_dir(&clip).unwrap();
    let ramp = |k: f32| (0..48 * 32).map(|i| 0.01 + i as f32 / 2000.0 * k).collect();
    let image = Image::from_planes(Size::new(48, 32), [ramp(1.0), ramp(0.7), ramp(0.4)]);
    let metadata = Metadata { exposure_index: ei.map(|ei| Field::stated(ei, "test")), ..Metadata::default() };
    for frame in 1..=3 {
        let info = plate_exr::FrameInfo { metadata: Some(&metadata), timecode: None, fdl: None };
        plate_exr::write(&clip.join(format!("{name}.{frame:06}.exr")), &image, &info, plate_exr::Compression::None, Existing::Refuse)
            .unwrap();
    }
    clip
}

pub fn approve(work: &Path, clip: &Path, more: &[&str]) -> PathBuf {
    approve_as(work, clip, &[], more)
}

/// With what is chosen about the clip.
pub fn approve_as(work: &Path, clip: &Path, choices: &[&str], more: &[&str]) -> PathBuf {
    let report = crate::prelight(&[&["check", text(clip), "--json"], choices].concat());
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let failed = report[0]["findings"].as_array().unwrap().iter().filter(|f| f["outcome"] == "fail" && f["severity"] != "inform");
    let waivers: Vec<String> = failed.map(|f| format!("{}=a clip made for a test", f["id"].as_str().unwrap())).collect();
    let folder = (0..).map(|n| work.join(format!("{n}-folder.recipe"))).find(|folder| !folder.exists()).unwrap();
    let mut arguments = vec!["recipe", "new", text(clip), "--out", text(&folder), "--name", "Zoë 中", "--role", "colourist"];
    arguments.extend(waivers.iter().flat_map(|w| ["--waive", w]).chain(choices.iter().chain(more).copied()));
    run_to(0, &arguments);
    folder
}

#[test]
fn golden_frames_are_named_or_left_to_what_is_found_and_say_why() {
    let work = tempfile::tempdir().unwrap();
    let shot = clip(work.path(), "SHOT", Some(800));
    let golden = |recipe: &Path| -> Vec<(u64, Option<String>)> {
        let shown = json(&["recipe", "show", text(recipe), "--json"]);
        let list = shown["clips"][0]["golden"].as_array().unwrap();
        list.iter().map(|g| (g["frame"].as_u64().unwrap(), g["reason"].as_str().map(str::to_owned))).collect()
    };
    let said = |list: &[(u64, &str)]| list.iter().map(|(f, w)| (*f, Some(format!("{w} frame")))).collect::<Vec<_>>();
    // The three frames of the clip are alike: there is no worst one.
    assert_eq!(golden(&approve(work.path(), &shot, &[])), said(&[(1, "first"), (2, "middle"), (3, "last")]));
    let named = approve(work.path(), &shot, &["--golden", "3,2"]);
    assert_eq!(golden(&named), [(2, None), (3, None)]);
    let unused = work.path().join("unused.recipe");
    for (code, wrong) in [(2, "4"), (2, "first"), (2, "")] {
        run_to(code, &["recipe", "new", text(&shot), "--out", text(&unused), "--name", "a", "--role", "b", "--golden", wrong]);
        assert!(!unused.exists());
    }
    let out = work.path().join("out");
    run_to(0, &["render", "--recipe", text(&named), "--clip", text(&shot), "--out", text(&out)]);
    // Nothing is written beside camera files.
    let within = shot.join("a.recipe");
    let said = crate::refused(12, &["recipe", "new", text(&shot), "--out", text(&within), "--name", "a", "--role", "b"]);
    assert!(said.contains("camera files lie there"), "{said}");
    assert_eq!(fs::read_dir(&shot).unwrap().count(), 3);
}

#[test]
fn a_clip_of_another_exposure_index_is_refused_unless_it_was_approved() {
    let work = tempfile::tempdir().unwrap();
    let (shot, other) = (clip(work.path(), "SHOT", Some(800)), clip(work.path(), "OTHER", Some(1600)));
    let (exact, range) = (approve(work.path(), &shot, &[]), approve(work.path(), &shot, &["--ei", "400-1600"]));
    let out = work.path().join("out");
    let render = |recipe: &Path, clip: &Path| {
        let output = crate::prelight(&["render", "--recipe", text(recipe), "--clip", text(clip), "--out", text(&out)]);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(render(&exact, &shot).0, Some(0));
    let (code, said) = render(&exact, &other);
    assert_eq!(code, Some(12), "{said}");
    assert!(said.contains("scope.ei = 1600: the recipe was approved for 800"), "{said}");
    assert!(!out.join("OTHER").exists());
    assert_eq!(render(&range, &other).0, Some(0));
    // What does not admit the clip itself is not approved.
    let refused = work.path().join("refused");
    let output = crate::prelight(&["recipe", "new", text(&shot), "--out", text(&refused), "--name", "a", "--role", "b", "--ei", "100-400"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(12) && said.contains("scope.ei = 800"), "{said}");
    run_to(2, &["recipe", "new", text(&shot), "--out", text(&refused), "--name", "a", "--role", "b", "--ei", "400-100"]);
}

#[test]
fn a_recipe_is_read_by_others() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let (folder, _) = recipe(work.path());
    let document = fs::read(folder.join("recipe.json")).unwrap();
    let digest = prelight::files::sha256(&document);
    assert!(run_to(0, &["recipe", "show", text(&folder)]).contains(&format!("sha256 {digest}")));

    // The sheet that lies in the recipe is the one that the command makes.
    run_to(0, &["recipe", "pdf", text(&folder), "--out", text(&at("a.pdf"))]);
    assert_eq!(fs::read(at("a.pdf")).unwrap(), fs::read(folder.join("evidence/recipe.pdf")).unwrap());
    run_to(20, &["recipe", "pdf", text(&folder), "--out", text(&at("a.pdf"))]);
    if let Some(output) = peer("pdftotext", &["-layout", text(&at("a.pdf")), "-"], b"") {
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        for wanted in ["Recipe of SHOT", &digest, "Zoë [U+4E2D], colourist", "1 to 3 (3)", "waived by", "Page 1 of 1"] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
    }

    by_schema(&json(&["recipe", "schema"]), &serde_json::from_slice(&document).unwrap());

    // Written another way it says the same and is not what was approved.
    let value: Value = serde_json::from_slice(&document).unwrap();
    fs::write(folder.join("recipe.json"), serde_json::to_vec_pretty(&value).unwrap()).unwrap();
    run_to(11, &["recipe", "show", text(&folder)]);
    // As an earlier version it would be read, and migrated.
    let mut earlier = value;
    earlier["schema"] = "prelight-recipe/1".into();
    fs::write(folder.join("recipe.json"), serde_json::to_vec_pretty(&earlier).unwrap()).unwrap();
    run_to(0, &["recipe", "show", text(&folder)]);
    let migrated = at("migrated");
    run_to(0, &["recipe", "migrate", text(&folder), "--out", text(&migrated)]);
    assert_eq!(json(&["recipe", "show", text(&migrated), "--json"])["supersedes"]["id"], earlier["id"]);
    assert_eq!(run_to(0, &["recipe", "diff", text(&folder), text(&migrated)]), "no change\n");
    run_to(12, &["recipe", "migrate", text(&migrated), "--out", text(&at("twice"))]);
}

/// Python's `jsonschema` accepts what we write, and none of the edits.
pub fn by_schema(schema: &Value, document: &Value) {
    const CHECK: &str = "import sys, json, copy, jsonschema as j
s, d = json.load(sys.stdin)
j.Draft202012Validator.check_schema(s)
v = j.Draft202012Validator(s)
for e in v.iter_errors(d): sys.exit(str(e)[:2000])
def edit(f):
    e = copy.deepcopy(d); f(e)
    return any(v.iter_errors(e))
c = lambda e: e['clips'][0]
edits = [
    lambda e: e.update(odd=1), lambda e: e.update(schema='prelight-recipe/9'), lambda e: e.pop('engine'),
    lambda e: c(e).update(odd=1), lambda e: c(e)['scope'].update(odd=1), lambda e: c(e)['scope']['resolution'].update(odd=1),
    lambda e: c(e)['settings']['decode'].update(tier='best'), lambda e: c(e)['settings']['decode'].update(exposure='1'),
    lambda e: c(e)['settings']['decode']['options'].update(domain={'log': {'slope': 'steep'}}),
    lambda e: c(e)['amf'].update(sha256='0'), lambda e: c(e)['golden'][0].update(plate='x'), lambda e: c(e)['frames'].update(first=-1),
    lambda e: c(e)['scope'].update(ei={'any_of': []}), lambda e: c(e)['scope'].update(ei={'min': 1}), lambda e: c(e)['scope'].update(make={'any': False}),
    lambda e: c(e)['scope'].update(squeeze={'min': 1, 'max': 2, 'odd': 1}), lambda e: e.update(tolerance={'metric': 'eye', 'max': 1, 'p99.9': 1}),
    lambda e: e['engine'].update(digests=['x']), lambda e: e['engine'].update(proved=1),
    lambda e: c(e)['checks'][0].update(outcome='maybe'), lambda e: c(e).pop('plan'), lambda e: e.update(clips={}),
]
for i, f in enumerate(edits):
    if not edit(f): sys.exit('accepts edit %d' % i)
";
    by_jsonschema(CHECK, &serde_json::json!([schema, document]));
}

#[test]
fn one_file_is_as_good_as_the_folder() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let (folder, clip) = recipe(work.path());
    let file = at("shot.recipe");
    run_to(0, &["recipe", "pack", text(&folder), "--out", text(&file)]);
    run_to(20, &["recipe", "pack", text(&folder), "--out", text(&file)]);
    let first = fs::read(&file).unwrap();
    run_to(0, &["recipe", "pack", text(&folder), "--out", text(&file), "--overwrite"]);
    assert_eq!(fs::read(&file).unwrap(), first, "the same folder makes the same bytes");
    if let Some(output) = peer("python3", &["-m", "zipfile", "-t", text(&file)], b"") {
        assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("Done"), "{output:?}");
    }

    assert_eq!(run_to(0, &["recipe", "diff", text(&folder), text(&file)]), "no change\n");
    assert_eq!(run_to(0, &["recipe", "show", text(&file)]), run_to(0, &["recipe", "show", text(&folder)]));
    let checked = json(&["recipe", "check", text(&file), text(&clip), "--json"]);
    for finding in checked["findings"].as_array().unwrap().iter().filter(|f| f["id"] != "PKG-01") {
        assert_eq!(finding["outcome"], "pass", "{finding}");
    }
    run_to(0, &["recipe", "pdf", text(&file), "--out", text(&at("a.pdf"))]);
    assert_eq!(fs::read(at("a.pdf")).unwrap(), fs::read(folder.join("evidence/recipe.pdf")).unwrap());

    // Signed in the file, verified in it and in the folder that it is unpacked into, and rendered from it.
    let (key, policy, out) = (at("ada.pem"), at("trust.toml"), at("out"));
    run_to(0, &["recipe", "key", text(&key)]);
    fs::write(&policy, "schema = 'prelight-trust/1'\n[[signer]]\nname = 'Ada'\nroles = ['DP']\nkey = 'ada.pem.pub'\n").unwrap();
    let trusted = ["--trust", text(&policy)];
    run_to(12, &["recipe", "verify", text(&file), trusted[0], trusted[1]]);
    run_to(0, &["recipe", "sign", text(&file), "--key", text(&key), "--name", "Ada", "--role", "DP"]);
    run_to(0, &["recipe", "verify", text(&file), trusted[0], trusted[1]]);
    let back = at("back");
    run_to(0, &["recipe", "unpack", text(&file), "--out", text(&back)]);
    run_to(20, &["recipe", "unpack", text(&file), "--out", text(&back)]);
    run_to(0, &["recipe", "verify", text(&back), trusted[0], trusted[1]]);
    let receipt = json(&["render", "--recipe", text(&file), "--clip", text(&clip), "--out", text(&out), trusted[0], trusted[1], "--json"]);
    assert_eq!((receipt["frames"].as_array().unwrap().len(), receipt["approvals"][0]["name"].as_str()), (3, Some("Ada")));

    // Damage: named as the file that it is in, nothing left behind.
    let signed = fs::read(&file).unwrap();
    fs::write(&file, &signed[..signed.len() / 2]).unwrap();
    run_to(10, &["recipe", "show", text(&file)]);
    run_to(10, &["recipe", "unpack", text(&file), "--out", text(&at("cut"))]);
    assert!(!at("cut").exists());
    fs::write(&file, b"no archive").unwrap();
    let said = String::from_utf8(crate::prelight(&["recipe", "show", text(&file)]).stderr).unwrap();
    assert!(said.contains("shot.recipe") && said.contains("ZIP"), "{said}");
}

/// What was held is good: what nothing was held against is said beside that.
#[test]
fn a_delivery_says_what_nobody_claims_and_what_is_not_there() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let (folder, clip) = recipe(work.path());
    let out = at("out");
    let render = |frames: &str| {
        run_to(0, &["render", "--recipe", text(&folder), "--clip", text(&clip), "--out", text(&out), "--frames", frames]);
    };
    let verify = |more: &[&str]| run_to(0, &[&["verify", text(&out)], more].concat());
    let of_recipe = ["--recipe", text(&folder)];
    render("1");
    let said = verify(&of_recipe);
    assert!(said.contains("no receipt speaks of frames 2 to 3 of SHOT\n"), "{said}");
    assert!(said.contains("OK, and 2 frame numbers that no receipt speaks of: 1 frame, "), "{said}");
    // Without the recipe nobody knows where the clip ends, but what lies between.
    assert!(verify(&[]).contains("OK: 1 frame, "));
    render("3");
    let said = verify(&[]);
    assert!(said.contains("no receipt speaks of frame 2 of SHOT\n"), "{said}");
    let report = json(&["verify", text(&out), "--json"]);
    let absent = serde_json::json!([{ "clip": "SHOT", "first": 2, "last": 2, "half": "frames" }]);
    assert_eq!((&report["ok"], &report["verified"]["absent"]), (&true.into(), &absent), "{report}");
    render("2");
    assert!(verify(&of_recipe).contains("OK: 3 frames, "));
    fs::write(out.join("SHOT/other.exr"), "x").unwrap();
    let said = verify(&of_recipe);
    assert!(said.contains("OK, and 1 file that no receipt claims: 3 frames, "), "{said}");
    fs::create_dir(out.join("SHOT/more")).unwrap();
    fs::write(out.join("SHOT/more/other.exr"), "x").unwrap();
    assert!(verify(&[]).contains("OK, and 2 files or folders that no receipt claims: "));

    // Of a clip of the recipe nothing is there.
    let (other, place) = (self::clip(work.path(), "OTHER", None), at("both"));
    let both = approve(work.path(), &clip, &[text(&other)]);
    run_to(0, &["render", "--recipe", text(&both), "--clip", text(&clip), "--out", text(&place)]);
    let verify = |place: &Path| run_to(0, &["verify", text(place), "--recipe", text(&both)]);
    let said = verify(&place);
    assert!(said.contains("no receipt speaks of frames 1 to 3 of OTHER\n") && !said.contains("of SHOT\n"), "{said}");
    assert!(verify(&place.join("SHOT")).contains("OK: 3 frames, "));
}

#[test]
fn a_delivery_says_which_claim_does_not_hold() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let (folder, clip) = recipe(work.path());
    let out = at("out");
    for frames in ["1-2", "3"] {
        run_to(0, &["render", "--recipe", text(&folder), "--clip", text(&clip), "--out", text(&out), "--frames", frames]);
    }
    run_to(10, &["verify", text(&clip)]);
    let good = run_to(0, &["verify", text(&out), "--recipe", text(&folder)]);
    assert!(good.contains("OK: 3 frames, 6 files; approvals of the recipe not judged"), "{good}");
    assert!(run_to(0, &["verify", text(&folder)]).contains("OK: "));
    let delivery = out.join("SHOT");
    run_to(0, &["verify", text(&delivery)]);

    // A plate with one other sample, a document with one byte more, a receipt of another recipe, a plate of nobody.
    let broken = |expected: &[&str]| {
        let said = run_to(11, &["verify", text(&out), "--recipe", text(&folder)]);
        expected.iter().for_each(|word| assert!(said.contains(word), "{word}: {said}"));
    };
    let edited = |path: &Path, edit: &dyn Fn(&mut Vec<u8>), expected: &[&str]| {
        let whole = fs::read(path).unwrap();
        let mut bytes = whole.clone();
        edit(&mut bytes);
        fs::write(path, bytes).unwrap();
        broken(expected);
        fs::write(path, whole).unwrap();
    };
    let plate = delivery.join("SHOT.000002.exr");
    // Who renders again is told which file is not that of the receipt, also where its pixels are.
    let whole = fs::read(&plate).unwrap();
    fs::write(&plate, [&whole[..], b"x"].concat()).unwrap();
    let said = crate::refused(11, &["render", "--recipe", text(&folder), "--clip", text(&clip), "--out", text(&out), "--frames", "1-2"]);
    assert!(said.contains("SHOT.000002.exr: SHA-256 = ") && !said.contains("another job"), "{said}");
    fs::write(&plate, whole).unwrap();
    edited(&plate, &|b| *b.last_mut().unwrap() ^= 1, &["SHOT.000002.exr frame 2: pixels", "NOT OK"]);
    edited(&plate, &|b| b.truncate(100), &["SHOT.000002.exr frame 2"]);
    edited(&delivery.join("SHOT.amf"), &|b| b.push(b' '), &["SHOT.amf: SHA-256"]);
    let receipt = delivery.join("SHOT.000001-000002.receipt.json");
    let replaced = |from: &'static str, to: &'static str| {
        move |b: &mut Vec<u8>| *b = String::from_utf8(b.clone()).unwrap().replace(from, to).into_bytes()
    };
    edited(&receipt, &replaced("\"SHOT.000002.exr\"", "\"../SHOT.000002.exr\""), &["its plates lie in its folder: ../SHOT.000002.exr"]);
    edited(&receipt, &replaced("\"recipe_digest\": \"", "\"recipe_digest\": \"0"), &["receipt.json: recipe 0"]);
    fs::copy(&plate, delivery.join("SHOT.000009.exr")).unwrap();
    assert!(run_to(0, &["verify", text(&out)]).contains("nothing speaks of"));
    fs::remove_file(&plate).unwrap();
    broken(&["SHOT.000002.exr frame 2"]);
    // A golden picture of the recipe.
    let golden = fs::read_dir(folder.join("golden")).unwrap().map(|e| e.unwrap().path()).find(|p| p.extension().unwrap() == "png").unwrap();
    fs::write(&golden, b"another").unwrap();
    assert!(run_to(11, &["verify", text(&folder)]).contains(golden.file_name().unwrap().to_str().unwrap()));
    // A folder without receipts beside it, and a document of the recipe that is gone.
    fs::create_dir(out.join("LOST")).unwrap();
    assert!(run_to(11, &["verify", text(&out)]).contains("LOST"));
    fs::remove_file(folder.join("colour/SHOT.amf")).unwrap();
    run_to(11, &["verify", text(&folder)]);
}
