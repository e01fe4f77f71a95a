//! Who has approved: keys, signatures, policies, and what changed between two recipes.

use crate::{demo_show, json, run_to, text};
use serde_json::Value;
use std::{fs, path::Path, process::Command};

#[test]
fn only_what_the_policy_asks_for_is_rendered() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let show = at("show");
    run_to(0, &["demo", text(&show)]);
    let (clip, _) = demo_show::clean_clip(&show);
    let recipe = at("a.recipe");
    let new = |out: &Path, more: &[&str]| {
        let mut arguments = vec!["recipe", "new", &clip, "--out", text(out), "--name", "Ada", "--role", "colourist"];
        arguments.extend(more);
        run_to(0, &arguments);
    };
    new(&recipe, &[]);

    let (ada, eve, policy) = (at("ada.pem"), at("eve.pem"), at("trust.toml"));
    run_to(0, &["recipe", "key", text(&ada)]);
    run_to(0, &["recipe", "key", text(&eve)]);
    run_to(20, &["recipe", "key", text(&ada)]);
    fs::write(&policy, "schema = 'prelight-trust/1'\n[[signer]]\nname = 'Ada'\nroles = ['colourist']\nkey = 'ada.pem.pub'\n").unwrap();

    // Nobody has signed, then somebody whom nobody knows, then Ada.
    let out = at("out");
    let render =
        ["render", "--recipe", text(&recipe), "--clip", &clip, "--frames", "0-0", "--out", text(&out), "--trust", text(&policy), "--json"];
    run_to(12, &render);
    let check = ["recipe", "check", text(&recipe), "--trust", text(&policy)];
    assert!(run_to(12, &check).contains("FAIL PKG-01"));
    run_to(0, &["recipe", "sign", text(&recipe), "--key", text(&eve), "--name", "Ada", "--role", "colourist"]);
    run_to(12, &render);
    assert!(!out.exists(), "nothing is made of what is not admitted");
    run_to(0, &["recipe", "sign", text(&recipe), "--key", text(&ada), "--name", "Ada", "--role", "colourist"]);
    let receipt: Value = serde_json::from_str(&run_to(0, &render)).unwrap();
    assert_eq!((receipt["approvals"].as_array().unwrap().len(), receipt["approvals"][0]["name"].as_str()), (1, Some("Ada")));
    assert!(run_to(0, &check).contains("pass PKG-01"));
    run_to(2, &["recipe", "verify", text(&recipe)]);
    let verified = json(&["recipe", "verify", text(&recipe), "--trust", text(&policy), "--json"]);
    assert_eq!((verified["admitted"].as_bool(), verified["approvals"].as_array().unwrap().len()), (Some(true), 2));

    let envelope = fs::read_dir(recipe.join("attest")).unwrap().map(|e| e.unwrap().path()).find(|p| holds(p, &ada)).unwrap();
    openssl_agrees(&envelope, &at("ada.pem.pub"), work.path());

    // An envelope that was edited, and a recipe that was.
    let whole = fs::read_to_string(&envelope).unwrap();
    fs::write(&envelope, whole.replacen("\"payload\": \"e", "\"payload\": \"f", 1)).unwrap();
    assert_ne!(fs::read_to_string(&envelope).unwrap(), whole);
    run_to(10, &["recipe", "verify", text(&recipe), "--trust", text(&policy)]);
    fs::write(&envelope, whole).unwrap();
    let document = recipe.join("recipe.json");
    fs::write(&document, fs::read_to_string(&document).unwrap().replace("colourist", "Colourist")).unwrap();
    run_to(11, &["recipe", "verify", text(&recipe), "--trust", text(&policy)]);

    // Another recipe of the same clip: what changed is said.
    let (second, third) = (at("b.recipe"), at("c.recipe"));
    new(&second, &[]);
    let settings = at("settings.json");
    fs::write(&settings, r#"{"decode": {"exposure": 0.5}}"#).unwrap();
    new(&third, &["--settings", text(&settings), "--waive", "REF-02=half a stop over the still, as agreed"]);
    assert_eq!(run_to(0, &["recipe", "diff", text(&second), text(&second)]), "no change\n");
    let changes = json(&["recipe", "diff", text(&second), text(&third), "--json"]);
    let of = |about: &str| changes.as_array().unwrap().iter().filter(|c| c["about"] == about).cloned().collect::<Vec<_>>();
    assert_eq!((of("decode")[0]["what"].as_str(), of("decode")[0]["after"].as_str()), (Some("exposure"), Some("0.5")), "{changes}");
    assert!(!of("picture").is_empty(), "the golden frames are others: {changes}");
}

/// What a recipe says of itself is true, somebody said it, and nobody has changed it since: with a policy or without.
#[test]
fn a_recipe_that_was_edited_is_neither_rendered_nor_signed() {
    let work = tempfile::tempdir().unwrap();
    let (recipe, clip) = crate::recipe::recipe(work.path());
    let (document, out, key) = (recipe.join("recipe.json"), work.path().join("out"), work.path().join("a.pem"));
    let whole = fs::read_to_string(&document).unwrap();
    let refused = |code: i32, said: &str, arguments: &[&str]| {
        let output = crate::prelight(arguments);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(code) && words.contains(said), "{arguments:?}: {words}");
    };
    let render = ["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&out)];
    for (pointer, value, said) in [
        ("/clips/0/plate/pixel_aspect", Value::from(2), "plate = "),
        ("/clips/0/road/0/detail", Value::from("LogC4"), "road.0 = Input Transform: LogC4"),
        ("/clips/0/road/0/applied", Value::from(true), "(applied)"),
        ("/clips/0/road", Value::Array(vec![]), "road.0 = no step"),
        ("/clips/0/golden", Value::Array(vec![]), "golden frame"),
        ("/approvals", Value::Array(vec![]), "approvals = "),
    ] {
        let mut edited: Value = serde_json::from_str(&whole).unwrap();
        *edited.pointer_mut(pointer).unwrap() = value;
        fs::write(&document, prelight::recipe::canonical(&edited).unwrap()).unwrap();
        refused(12, said, &render);
        let check = crate::prelight(&["recipe", "check", text(&recipe), text(&clip)]);
        assert_ne!(check.status.code(), Some(0), "{pointer}");
    }
    fs::write(&document, &whole).unwrap();
    let other = crate::deliver::clip(work.path());
    refused(12, "outside the scope", &["recipe", "check", text(&recipe), text(&other)]);

    run_to(0, &["recipe", "key", text(&key)]);
    let sign = ["recipe", "sign", text(&recipe), "--key", text(&key), "--name", "Ada", "--role", "DP"];
    let plate = fs::read_dir(recipe.join("golden")).unwrap().map(|e| e.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "exr"));
    let (plate, aside) = (plate.unwrap(), work.path().join("aside.exr"));
    fs::rename(&plate, &aside).unwrap();
    refused(11, "not as it was approved", &sign);
    fs::rename(&aside, &plate).unwrap();
    run_to(0, &sign);
    fs::write(&document, whole.replacen("colourist", "producer", 1)).unwrap();
    refused(11, "approves another recipe", &render);
    refused(11, "approves another recipe", &["verify", text(&recipe)]);
    assert!(!out.exists());
}

/// Somebody signs while a job runs: what is there stays, as long as those whom it names still admit the recipe.
#[test]
fn a_receipt_holds_when_somebody_signs_meanwhile() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let clip = crate::deliver::clip(work.path());
    let recipe = crate::recipe::approve(work.path(), &clip, &["--deliver", "plate", "--golden", "1"]);
    let policy = at("trust.toml");
    let trust = |of_ada: &str| {
        let signer = |name: &str, more: &str| format!("[[signer]]\nname = '{name}'\nroles = ['DP']\nkey = '{name}.pem.pub'\n{more}");
        fs::write(&policy, format!("schema = 'prelight-trust/1'\n{}{}", signer("ada", of_ada), signer("ben", ""))).unwrap();
    };
    trust("");
    ["ada.pem", "ben.pem"].iter().for_each(|key| _ = run_to(0, &["recipe", "key", text(&at(key))]));
    let sign = |name: &str| {
        run_to(0, &["recipe", "sign", text(&recipe), "--key", text(&at(&format!("{name}.pem"))), "--name", name, "--role", "DP"]);
    };
    let out = at("out");
    let render = ["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&out), "--trust", text(&policy), "--json"];
    sign("ada");
    let first = json(&render);
    let lies = || {
        let all =
            fs::read_dir(out.join("A001C002")).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "json"));
        let mut all: Vec<_> = all.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        all.sort();
        all
    };
    let before = lies();
    assert_eq!(before.len(), 2, "the receipt and its statement");
    sign("ben");
    assert_eq!(json(&render), first, "the older receipt is kept");
    assert_eq!(lies(), before);
    run_to(0, &["verify", text(&out), "--recipe", text(&recipe)]);
    // Ben's is enough for the recipe, but the receipt names Ada.
    trust("revoked = 'key lost'\n");
    let output = crate::prelight(&render);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(11) && said.contains("receipt.json: approvals = ada, DP: already there, with"), "{said}");
    let without: Vec<&str> = render.iter().filter(|a| **a != "--trust" && **a != text(&policy)).copied().collect();
    run_to(11, &without);
    assert_eq!(lies(), before);
}

/// Whether an envelope names the key of a secret key file.
/// An approval that has an end, in a policy that has one, and a recipe that was taken back.
#[test]
fn what_has_expired_or_was_revoked_is_not_rendered() {
    use prelight::recipe::{
        self,
        sign::{SecretKey, Signer, sign},
    };
    use time::{Duration, OffsetDateTime};
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let (folder, clip) = crate::recipe::recipe(work.path());
    let (key, policy, out) = (at("ada.pem"), at("trust.toml"), at("out"));
    run_to(0, &["recipe", "key", text(&key)]);
    let trust = |head: &str, signer: &str| {
        let ada = "[[signer]]\nname = 'Ada'\nroles = ['colourist']\nkey = 'ada.pem.pub'\n";
        fs::write(&policy, format!("schema = 'prelight-trust/1'\n{head}{ada}{signer}")).unwrap();
    };
    trust("", "");
    let render = ["render", "--recipe", text(&folder), "--clip", text(&clip), "--out", text(&out), "--trust", text(&policy)];
    let refused = |why: &str| {
        for arguments in [&render[..], &["recipe", "verify", text(&folder), "--trust", text(&policy)]] {
            let said = crate::refused(12, arguments);
            assert!(said.contains(why) && said.contains(text(&folder)), "{why}: {said}");
        }
        assert!(!out.exists(), "nothing is made of it");
    };
    // Signed an hour ago, for half an hour.
    let now = OffsetDateTime::now_utc();
    let signer = |expires| Signer { name: "Ada".into(), role: "colourist".into(), note: String::new(), expires };
    let (secret, open) = (SecretKey::open(&key).unwrap(), recipe::open(&folder).unwrap());
    sign(&open, &secret, &signer(Some(now - Duration::minutes(30))), now - Duration::hours(1)).unwrap();
    refused("expired");
    let more = ["recipe", "sign", text(&folder), "--key", text(&key), "--name", "Ada", "--role", "colourist", "--expires"];
    run_to(2, &[&more[..], &["2001-01-01T00:00:00Z"]].concat());
    // Signed anew, it holds; until the policy takes back the recipe, or the key.
    run_to(0, &[&more[..], &["2999-01-01T00:00:00Z"]].concat());
    trust(&format!("revoked = ['{}']\n", open.digest), "");
    refused("revoked by the trust policy");
    trust("", "revoked = 'lost on the way'\n");
    refused("lost on the way");
    trust("", "");
    run_to(0, &render);
}

fn holds(envelope: &Path, key: &Path) -> bool {
    let document: Value = serde_json::from_slice(&fs::read(envelope).unwrap()).unwrap();
    let public = fs::read_to_string(format!("{}.pub", text(key))).unwrap();
    let der =
        base64::Engine::decode(&base64::prelude::BASE64_STANDARD, public.lines().filter(|l| !l.starts_with("-----")).collect::<String>());
    document["signatures"][0]["keyid"] == prelight::files::sha256(&der.unwrap())
}

/// A program that we did not write verifies the signature, over the message that DSSE says is signed.
fn openssl_agrees(envelope: &Path, public: &Path, work: &Path) {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("skipped: no openssl");
        return;
    }
    let document: Value = serde_json::from_slice(&fs::read(envelope).unwrap()).unwrap();
    let decode = |v: &Value| base64::Engine::decode(&base64::prelude::BASE64_STANDARD, v.as_str().unwrap()).unwrap();
    let payload = decode(&document["payload"]);
    let mut message = format!("DSSEv1 28 application/vnd.in-toto+json {} ", payload.len()).into_bytes();
    message.extend(payload);
    let (message_file, signature) = (work.join("message"), work.join("signature"));
    fs::write(&message_file, message).unwrap();
    fs::write(&signature, decode(&document["signatures"][0]["sig"])).unwrap();
    let arguments =
        ["pkeyutl", "-verify", "-pubin", "-inkey", text(public), "-rawin", "-in", text(&message_file), "-sigfile", text(&signature)];
    let output = Command::new("openssl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
