//! `prelight mhl` from outside: what it prints and its exit codes, which are those of the reference (ascmhl 1.2).

use crate::{json, prelight, run_to, text};
use std::fs;

const ORIGIN: [&str; 4] = ["--date", "2026-01-02T03:04:05Z", "--hostname", "set-pc"];

#[test]
fn a_card_from_its_first_hash_to_a_packing_list() {
    let keep = tempfile::tempdir().unwrap();
    let card = keep.path().join("A001");
    fs::create_dir_all(card.join("Clips")).unwrap();
    fs::write(card.join("Clips/a.mov"), "abc").unwrap();
    fs::write(card.join("notes.txt"), "notes").unwrap();
    let folder = text(&card);
    run_to(30, &["mhl", "verify", folder]);
    run_to(30, &["mhl", "diff", folder]);
    run_to(30, &["mhl", "show", folder]);
    run_to(30, &["mhl", "verify", folder, "--record"]);
    run_to(30, &["mhl", "flatten", folder, text(keep.path())]);
    assert!(!card.join("ascmhl").exists());
    run_to(2, &["mhl", "create", folder, "-h", "crc32"]);
    run_to(2, &["mhl", "create", folder, "--author-email", "nobody"]);
    run_to(1, &["mhl", "create", text(&keep.path().join("nothing"))]);
    // `-h` is the hash format here; help has its long name.
    assert!(run_to(0, &["mhl", "create", "--help"]).contains("hash-format"));
    assert!(run_to(0, &["mhl", "--help"]).contains("31 a manifest was changed"));

    let create = [&["mhl", "create", folder, "-h", "xxh64", "-h", "md5", "--author_name", "Liz", "--json"], &ORIGIN[..]].concat();
    let made = json(&create);
    assert_eq!(made["report"]["written"][0]["path"], "ascmhl/0001_A001_2026-01-02_030405Z.mhl");
    assert_eq!(made["exit_code"], 0);
    let shown = json(&["mhl", "show", folder, "--json"]);
    let generation = &shown["histories"][0]["generations"][0];
    assert_eq!((&generation["host"], &generation["authors"][0]["name"]), (&"set-pc".into(), &"Liz".into()));
    assert_eq!((&generation["original"], &generation["date"]), (&2.into(), &"2026-01-02T03:04:05+00:00".into()));
    assert_eq!(json(&["mhl", "show", folder, "--state", "--json"])["generations"], 1);
    assert!(run_to(0, &["mhl", "show", folder, "-s", "Clips/a.mov"]).contains("44bc2cf5ad770999"));
    assert!(run_to(0, &["mhl", "verify", folder]).contains("2 as recorded"));
    assert!(run_to(0, &["mhl", "verify", folder, "-d", "-h", "md5"]).contains("2 as recorded"));
    assert_eq!(fs::read_dir(card.join("ascmhl")).unwrap().count(), 2, "verify writes nothing");
    run_to(0, &[&["mhl", "verify", folder, "--record"], &ORIGIN[..]].concat());
    assert_eq!(fs::read_dir(card.join("ascmhl")).unwrap().count(), 3);

    fs::write(card.join("notes.txt"), "Notes").unwrap();
    assert!(run_to(11, &["mhl", "verify", folder]).contains("mismatch     notes.txt: md5"));
    run_to(11, &["mhl", "diff", folder, "--hash"]);
    run_to(0, &["mhl", "diff", folder]);
    fs::write(card.join("notes.txt"), "notes").unwrap();
    fs::write(card.join("new.mov"), "new").unwrap();
    run_to(21, &["mhl", "verify", folder]);
    run_to(0, &["mhl", "verify", folder, "--ignore", "new.mov"]);
    fs::rename(card.join("Clips/a.mov"), card.join("Clips/b.mov")).unwrap();
    run_to(10, &["mhl", "diff", folder]);
    run_to(20, &["mhl", "verify", folder, "-s", "Clips/a.mov"]);
    let output = prelight(&[&["mhl", "create", folder, "--detect-renaming"], &ORIGIN[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("renamed      Clips/a.mov -> Clips/b.mov"), "{output:?}");
    run_to(0, &["mhl", "verify", folder]);
    // A folder alone: a file that was changed and recorded as failed leaves only the folder's record to differ.
    fs::remove_file(card.join("new.mov")).unwrap();
    run_to(10, &["mhl", "verify", folder]);
    run_to(12, &["mhl", "verify", folder, "-d", "-i", "new.mov"]);

    let lists = keep.path().join("lists");
    let flat = json(&[&["mhl", "flatten", folder, text(&lists), "--json"], &ORIGIN[..]].concat());
    let list = flat["report"]["written"][0]["path"].as_str().unwrap().to_owned();
    run_to(10, &["mhl", "verify", folder, "--packing-list", &list]);

    let manifest = card.join("ascmhl/0001_A001_2026-01-02_030405Z.mhl");
    let good = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, good.replace("Liz", "Ben")).unwrap();
    let changed = prelight(&["mhl", "verify", folder, "--json"]);
    assert_eq!(changed.status.code(), Some(31));
    let document: serde_json::Value = serde_json::from_slice(&changed.stdout).unwrap();
    assert_eq!((&document["exit_code"], &document["error"]["kind"]), (&31.into(), &"verification".into()));
    fs::remove_file(&manifest).unwrap();
    run_to(33, &["mhl", "diff", folder]);
    fs::write(&manifest, good).unwrap();
    fs::remove_file(card.join("ascmhl/ascmhl_chain.xml")).unwrap();
    run_to(32, &["mhl", "create", folder]);
}

#[test]
fn a_manifest_and_a_chain_are_held_against_their_schema() {
    let keep = tempfile::tempdir().unwrap();
    fs::write(keep.path().join("a.mov"), "abc").unwrap();
    let create = [&["mhl", "create", text(keep.path())], &ORIGIN[..]].concat();
    run_to(0, &create);
    let ascmhl = keep.path().join("ascmhl");
    let manifest = fs::read_dir(&ascmhl).unwrap().map(|e| e.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "mhl")).unwrap();
    assert_eq!(json(&["mhl", "validate", text(&manifest), "--json"])["valid"], true);
    run_to(0, &["mhl", "validate", text(&ascmhl.join("ascmhl_chain.xml"))]);
    let altered = keep.path().join("altered.mhl");
    fs::write(&altered, fs::read_to_string(&manifest).unwrap().replace("<hostname>", "<hostess>").replace("</hostname>", "</hostess>"))
        .unwrap();
    assert!(run_to(1, &["mhl", "validate", text(&altered)]).contains("not valid"));
    run_to(1, &["mhl", "validate", text(&keep.path().join("a.mov"))]);
}
