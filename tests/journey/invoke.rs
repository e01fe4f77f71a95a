//! Calls as functions take them.

use crate::{deliver, recipe::approve, run_to, text};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

struct Call {
    code: i32,
    answer: Value,
}

/// Calls with a payload on standard input.
fn call(payload: &Value, more: &[(&str, &Path)]) -> Call {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
    command.args(["invoke", "-"]).envs(more.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(payload.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let answer = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
    Call { code: output.status.code().unwrap(), answer }
}

fn refused(payload: &Value, more: &[(&str, &Path)], code: i32, why: &str) {
    let Call { code: found, answer } = call(payload, more);
    let error = answer["error"].as_str().unwrap_or_default();
    assert!(found == code && error.contains(why), "{payload}: {found} {answer}");
    assert_eq!((&answer["ok"], &answer["exit_code"], &answer["retry"]), (&json!(false), &json!(code), &json!(code == 20)));
}

#[test]
fn a_call_renders_what_was_approved_or_says_that_nobody_has() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { work.path().join(name) };
    let clip = deliver::clip(work.path());
    let recipe = approve(work.path(), &clip, &[]);
    let amf = recipe.join("colour/A001C002.amf");
    let with = |members: Value| {
        let mut payload = json!({ "input_clip": clip, "output_location": at("out"), "frame_range": [2, 3] });
        payload.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        payload
    };

    let Call { code, answer } = call(&with(json!({ "recipe": recipe, "amf_path": amf })), &[]);
    assert_eq!((code, &answer["ok"], &answer["frames"], &answer["kept"]), (0, &json!(true), &json!(2), &json!(0)), "{answer}");
    run_to(0, &["verify", text(&at("out")), "--recipe", text(&recipe)]);
    assert_eq!(call(&with(json!({ "recipe": recipe })), &[]).answer["kept"], 2);

    // Without a recipe: the documents as they are. The same pixels, as nothing of the road differs.
    let Call { code, answer: free } = call(&with(json!({ "output_location": at("free") })), &[]);
    assert_eq!(code, 0, "{free}");
    let receipt = &free["receipt"];
    assert!(receipt.get("recipe").is_none() && receipt.get("entry").is_none(), "{receipt}");
    let defaults: Vec<&str> = receipt["defaults"].as_array().unwrap().iter().map(|d| d.as_str().unwrap()).collect();
    let all = ["nobody has approved", "Rec709", "full source"];
    assert!(defaults.len() == 3 && defaults.iter().zip(all).all(|(said, wanted)| said.contains(wanted)), "{defaults:?}");
    let pixels = |answer: &Value| answer["receipt"]["frames"].as_array().unwrap().iter().map(|f| f["pixels"].clone()).collect::<Vec<_>>();
    assert_eq!(pixels(&free), pixels(&answer));
    run_to(0, &["verify", text(&at("free"))]);
    run_to(11, &["verify", text(&at("free")), "--recipe", text(&recipe)]);
    // Into a container: as large as fits, and even with a trust policy nothing of the kind.
    let small = call(&with(json!({ "output_location": at("small"), "container": { "width": 160, "height": 160 } })), &[]);
    assert_eq!(small.answer["receipt"]["plate"]["size"], json!({ "width": 160, "height": 90 }), "{}", small.answer);

    let other = at("other.amf");
    fs::write(&other, fs::read_to_string(&amf).unwrap() + "\n").unwrap();
    refused(&with(json!({ "recipe": recipe, "amf_path": other })), &[], 12, "not the document that was approved");
    refused(&with(json!({ "recipe": recipe, "container": { "width": 1, "height": 1 } })), &[], 12, "container");
    refused(&with(json!({ "fdl_path": other, "container": { "width": 1, "height": 1 } })), &[], 2, "container");
    refused(&with(json!({})), &[("PRELIGHT_WITHIN", &at("out"))], 12, "lies outside of");
    refused(&with(json!({ "recipe": at("none") })), &[], 20, "none");
    refused(&with(json!({ "frame_range": "0-4000000000" })), &[], 10, "payload: frame_range = 0-4000000000: the clip has frames 1 to 4");
    refused(&with(json!({ "frame_range": "3-2" })), &[], 10, "payload: frame_range = 3-2: the clip has frames 1 to 4");
    refused(&with(json!({ "frame_range": { "a": 1 } })), &[], 10, "payload: frame_range = { \"a\": 1 }: frames are \"a-b\"");
    refused(&with(json!({ "input_clip": 7 })), &[], 10, "payload: input_clip = 7: a string is meant");
    refused(&with(json!({ "recipes": recipe })), &[], 10, "payload: recipes = ");
    refused(&with(json!({ "input_clip": "a\0b" })), &[], 10, "payload: input_clip = \"a\\u0000b\": has a NUL");
    refused(&with(json!({ "output_location": "s3://bucket/../other" })), &[], 2, "leads up");
    refused(&json!([clip, at("out")]), &[], 10, "payload:1: an object is meant");
    assert!(!at("none").exists());
}

/// An input transform of another camera's values is not rendered: as a check would say it, so does the receipt.
#[test]
fn an_input_transform_for_another_camera_is_told() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { work.path().join(name) };
    let clip = deliver::clip(work.path());
    let own = fs::read_to_string(approve(work.path(), &clip, &[]).join("colour/A001C002.amf")).unwrap();
    let id = "urn:ampas:aces:transformId:v2.0:CSC.Sony.SLog3_SGamut3_to_ACES.a2.v1";
    let input = format!(
        "</aces:pipelineInfo><aces:inputTransform applied=\"false\"><aces:transformId>{id}</aces:transformId></aces:inputTransform>"
    );
    assert!(own.contains("</aces:pipelineInfo>") && !own.contains("inputTransform"), "{own}");
    fs::write(at("own.amf"), &own).unwrap();
    fs::write(at("foreign.amf"), own.replacen("</aces:pipelineInfo>", &input, 1)).unwrap();
    let with =
        |amf: &str| json!({ "input_clip": clip, "output_location": at(amf).with_extension("out"), "frame_range": 1, "amf_path": at(amf) });
    let answer = call(&with("own.amf"), &[]).answer;
    assert!(answer["ok"] == true && answer["receipt"].get("notes").is_none(), "{answer}");
    let answer = call(&with("foreign.amf"), &[]).answer;
    let said = answer["receipt"]["notes"][0].as_str().unwrap_or_default();
    assert!(said.starts_with("COL-03: foreign.amf:") && said.contains("the file says that its pixels are ACES2065-1"), "{answer}");
    assert!(said.contains("rendered with ACES2065-1"), "{said}");
    let report = crate::prelight(&["check", text(&clip), "--amf", text(&at("foreign.amf")), "--json"]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let found = report[0]["findings"].as_array().unwrap().iter().find(|f| f["id"] == "COL-03").unwrap();
    assert!(said.contains(found["evidence"].as_str().unwrap()), "{said}: {found}");
    let payload = at("payload.json");
    fs::write(&payload, with("foreign.amf").to_string()).unwrap();
    let told = crate::prelight(&["invoke", text(&payload)]);
    assert!(String::from_utf8_lossy(&told.stderr).contains(said));
}

/// Of what is refused for the recipe's sake it is said where that lies; what only an option could mend is not told to who has none.
#[test]
fn what_a_call_is_refused_for_is_named() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { work.path().join(name) };
    let clip = deliver::clip(work.path());
    let recipe = approve(work.path(), &clip, &["--deliver", "tiff16"]);
    let payload = json!({ "input_clip": clip, "output_location": at("out"), "recipe": recipe });
    let document = recipe.join("recipe.json");
    let whole = fs::read_to_string(&document).unwrap();
    let approved: Value = serde_json::from_str(&whole).unwrap();
    let engine = approved["engine"]["version"].as_str().unwrap();
    fs::write(&document, whole.replace(&format!("\"version\":\"{engine}\""), "\"version\":\"0.0.0\"")).unwrap();
    refused(&payload, &[], 12, &format!("{}: engine: approved with ", text(&recipe)));
    let golden = approved["clips"][0]["golden"][0]["plate"].as_str().unwrap();
    let other = golden.chars().rev().collect::<String>();
    fs::write(&document, whole.replace(golden, &other)).unwrap();
    refused(&payload, &[], 11, &format!("{}: golden.plate = {golden}: ", text(&recipe)));
    assert!(!at("out/A001C002").exists());
    fs::write(&document, &whole).unwrap();
    assert_eq!(call(&payload, &[]).code, 0);
    let pictures = fs::read_dir(at("out/A001C002/tiff16")).unwrap();
    // Away from the AMF that lies with it.
    let picture = at("alone.tif");
    fs::copy(pictures.map(|entry| entry.unwrap().path()).min().unwrap(), &picture).unwrap();
    let unknown = json!({ "input_clip": picture, "output_location": at("more") });
    let answer = call(&unknown, &[]);
    let said = answer.answer["error"].as_str().unwrap();
    assert!(answer.code == 10 && said.contains("bring an AMF") && !said.contains("--"), "{said}");
    // Who has the option is told of it.
    let output = crate::prelight(&["check", text(&picture)]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("--input-transform"), "{said}");
}

/// What lies within the bounds leads nowhere else: not an AMF by the look files that it names, not a folder by the links in it.
#[cfg(unix)]
#[test]
fn nothing_within_the_bounds_leads_out_of_them() {
    use std::os::unix::fs::symlink;
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { work.path().join(name) };
    fs::create_dir_all(at("in/look")).unwrap();
    let clip = deliver::clip(&at("in"));
    let amf = fs::read_to_string(approve(work.path(), &clip, &[]).join("colour/A001C002.amf")).unwrap();
    let identity = "LUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n";
    fs::write(at("secret.cube"), identity).unwrap();
    fs::write(at("in/look/own.cube"), identity).unwrap();
    symlink(at("secret.cube"), at("in/look/link.cube")).unwrap();
    let bounds = at("in");
    let within: &[(&str, &Path)] = &[("PRELIGHT_WITHIN", &bounds)];
    let naming = |file: &str| {
        let look = format!("<aces:lookTransform applied=\"false\"><aces:file>{file}</aces:file></aces:lookTransform><aces:outputTransform");
        assert!(amf.contains("<aces:outputTransform"), "{amf}");
        fs::write(at("in/look/a.amf"), amf.replacen("<aces:outputTransform", &look, 1)).unwrap();
        json!({ "input_clip": clip, "output_location": at("in/out"), "frame_range": 1, "amf_path": at("in/look/a.amf") })
    };
    let secret = at("secret.cube");
    for outside in ["../../secret.cube", text(&secret), "link.cube", &format!("file://{}", text(&secret)), "%2e%2e/%2e%2e/secret.cube"] {
        refused(&naming(outside), within, 12, "lies outside the folder of the AMF");
    }
    let own = call(&naming("own.cube"), within);
    assert_eq!(own.code, 0, "{}", own.answer);
    // A folder that it would write into, and what it would read of a recipe.
    fs::create_dir_all(at("outside")).unwrap();
    for (out, link) in [("a", "A001C002"), ("b", ".prelight")] {
        fs::create_dir_all(bounds.join(out)).unwrap();
        symlink(at("outside"), bounds.join(out).join(link)).unwrap();
        refused(&json!({ "input_clip": clip, "output_location": bounds.join(out), "frame_range": 1 }), within, 12, "lies outside of");
    }
    assert_eq!(fs::read_dir(at("outside")).unwrap().count(), 0);
    let recipe = approve(&bounds, &clip, &[]);
    let by_recipe = json!({ "input_clip": clip, "output_location": at("in/approved"), "frame_range": 1, "recipe": recipe });
    for file in ["colour/A001C002.amf", "recipe.json"] {
        let away = at("outside").join(file.replace('/', "-"));
        fs::rename(recipe.join(file), &away).unwrap();
        symlink(&away, recipe.join(file)).unwrap();
        refused(&by_recipe, within, 12, "lies outside of");
        fs::remove_file(recipe.join(file)).unwrap();
        fs::rename(&away, recipe.join(file)).unwrap();
    }
    assert!(!at("in/approved").exists());
    let approved = call(&by_recipe, within);
    assert_eq!(approved.code, 0, "{}", approved.answer);
    // A frame that is a link out.
    let frame = clip.join("A001C002.000002.exr");
    fs::rename(&frame, at("away.exr")).unwrap();
    symlink(at("away.exr"), &frame).unwrap();
    refused(&naming("own.cube"), within, 12, "lies outside of");
    assert_eq!(call(&naming("own.cube"), &[]).code, 0);
}

#[test]
fn with_a_trust_policy_nothing_is_rendered_that_nobody_has_signed() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { work.path().join(name) };
    let clip = deliver::clip(work.path());
    let recipe = approve(work.path(), &clip, &[]);
    run_to(0, &["recipe", "key", text(&at("key.pem"))]);
    let policy = "schema = 'prelight-trust/1'\n[[signer]]\nname = 'Ada'\nroles = ['colourist']\nkey = 'key.pem.pub'\n";
    fs::write(at("trust.toml"), policy).unwrap();
    let trust = at("trust.toml");
    let trust: &[(&str, &Path)] = &[("PRELIGHT_TRUST", &trust)];
    let payload = json!({ "input_clip": clip, "output_location": at("out"), "frame_range": 1 });
    refused(&payload, trust, 12, "nobody has approved");
    let payload = json!({ "input_clip": clip, "output_location": at("out"), "frame_range": 1, "recipe": recipe });
    assert_eq!(call(&payload, trust).code, 12);
    assert!(!at("out").exists());
    run_to(0, &["recipe", "sign", text(&recipe), "--key", text(&at("key.pem")), "--name", "Ada", "--role", "colourist"]);
    let answer = call(&payload, trust);
    assert_eq!((answer.code, answer.answer["receipt"]["approvals"].as_array().map(Vec::len)), (0, Some(1)), "{}", answer.answer);
}
