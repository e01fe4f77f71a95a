//! Clips in a bucket: indexed there, and pulled from there.

use super::server::{Server, expect};
use crate::{peers::peer, recipe::approve, run_to, text};
use serde_json::Value;
use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    process::Output,
    sync::atomic::Ordering,
};

const CARDS: &str = "s3://bucket/cards";
const CLIP: &str = "s3://bucket/cards/roll/A001C002/A001C002.000001.exr";

fn parsed(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_bucket_is_indexed_and_only_what_changed_is_fetched_again() {
    let work = tempfile::tempdir().unwrap();
    let server = Server::new();
    let clip = crate::deliver::clip(work.path());
    server.upload(&clip, "cards/roll/A001C002");
    fs::write(server.at("cards/notes.txt"), "no clip").unwrap();
    let db = work.path().join("of.library");
    let index = |more: &[&str]| -> Value {
        parsed(&server.command(&[&["index", CARDS, "--db", text(&db), "--json"], more].concat()).output().unwrap())
    };
    let counts = |done: &Value| -> Vec<u64> {
        let of = |name: &str| done[name].as_u64().unwrap();
        ["clips", "added", "changed", "unchanged", "gone"]
            .map(of)
            .into_iter()
            .chain([done["errors"].as_array().unwrap().len() as u64])
            .collect()
    };
    // What is too much to be fetched is listed as what it is, and read once it may be.
    let refused = index(&["--fetch-up-to", "0"]);
    assert_eq!(counts(&refused), [0, 0, 0, 0, 0, 1], "{refused}");
    let said = refused["errors"][0]["error"].as_str().unwrap();
    assert!(said.starts_with(CLIP) && said.contains("bytes that are fetched"), "{said}");
    assert_eq!(counts(&index(&[])), [1, 0, 1, 0, 0, 0]);
    let before = server.faults.asked.load(Ordering::SeqCst);
    assert_eq!(counts(&index(&[])), [1, 0, 0, 1, 0, 0]);
    // A listing, and the heads of a frame and of what is no clip.
    let asked = server.faults.asked.load(Ordering::SeqCst) - before;
    assert!(asked <= 4, "{asked}");

    let found: Value = parsed(&server.command(&["find", "ALEXA tc:10:00:01:01", "--db", text(&db), "--json"]).output().unwrap());
    let only = &found["clips"][0];
    assert_eq!((only["path"].as_str(), only["name"].as_str(), only["frames"]["count"].as_u64()), (Some(CLIP), Some("A001C002"), Some(4)));

    // A frame less, hashes, and nothing.
    fs::remove_file(server.at("cards/roll/A001C002/A001C002.000004.exr")).unwrap();
    assert_eq!(counts(&index(&[])), [1, 0, 1, 0, 0, 0]);
    assert_eq!(counts(&index(&["--hash"])), [1, 0, 1, 0, 0, 0]);
    let hash = prelight::files::sha256_of_file(&clip.join("A001C002.000003.exr")).unwrap();
    let found = server.run_to(0, &["find", &format!("hash:{hash}"), "--db", text(&db), "--json"]);
    assert!(found.contains(CLIP), "{found}");
    fs::remove_dir_all(server.at("cards/roll")).unwrap();
    assert_eq!(counts(&index(&[])), [0, 0, 0, 0, 1, 0]);
    let said = server.run_to(20, &["index", "s3://bucket/nowhere", "--db", text(&db)]);
    assert!(said.contains("s3://bucket/nowhere") && said.contains("the index stays as it is"), "{said}");
    // No index is made for what is not there, or is no clip.
    let none = work.path().join("none.library");
    server.run_to(20, &["index", "s3://bucket/nowhere", "--db", text(&none)]);
    let said = server.run_to(10, &["index", CARDS, "--db", text(&none)]);
    assert!(said.contains("s3://bucket/cards: no camera file here or below"), "{said}");
    assert!(!none.exists());
    // Nothing is below the prefix any more: what the index knows there is gone, as the store answers.
    server.upload(&clip, "cards/roll/A001C002");
    assert_eq!(index(&[])["clips"], 1);
    fs::remove_dir_all(server.at("cards")).unwrap();
    assert_eq!(counts(&index(&[])), [0, 0, 0, 0, 1, 0]);
    assert!(server.run_to(0, &["find", "ALEXA is:gone", "--db", text(&db)]).contains(CLIP));
}

/// A camera numbers its movies alike: each is a clip.
#[test]
fn movies_that_are_numbered_alike_are_clips_of_their_own_in_a_bucket() {
    let work = tempfile::tempdir().unwrap();
    let server = Server::new();
    for (name, frames) in [("C0001.mov", "3"), ("C0002.mov", "5")] {
        let path = work.path().join(name);
        let source = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=24", "-frames:v", frames, "-c:v", "prores_ks", text(&path)];
        if peer("ffmpeg", &source, b"").is_none() {
            return eprintln!("skipped: no ffmpeg");
        }
    }
    server.upload(work.path(), "cards");
    let db = work.path().join("of.library");
    server.run_to(0, &["index", CARDS, "--db", text(&db)]);
    let found: Value = parsed(&server.command(&["find", "C000", "--db", text(&db), "--json"]).output().unwrap());
    let clips: Vec<_> =
        found["clips"].as_array().unwrap().iter().map(|c| (c["name"].as_str().unwrap(), c["frames"]["count"].as_u64())).collect();
    assert_eq!(clips, [("C0001", Some(3)), ("C0002", Some(5))]);
}

#[test]
fn a_cut_is_pulled_from_bucket_to_bucket() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let server = Server::new();
    let clip = crate::deliver::clip(work.path());
    let output = r#"
        [[deliverables]]
        id = "vfx"
        format = { exr = { compression = "zip", colour = "aces" } }
        name = "{shot}/{shot}.{frame:04}"
    "#;
    fs::write(at("output.toml"), output).unwrap();
    let recipe = approve(work.path(), &clip, &["--output", text(&at("output.toml"))]);
    run_to(0, &["recipe", "key", text(&at("key.pem"))]);
    server.upload(&recipe, "recipe");
    server.upload(&clip, "cards/roll/A001C002");
    let list = "TITLE: CUT
001  A001 V C 10:00:00:22 10:00:01:00 01:00:00:00 01:00:00:02
* LOC: 01:00:00:01 RED ABC_0010 wires
002  A001 V C 10:00:01:01 10:00:01:02 01:00:00:02 01:00:00:03
";
    fs::write(at("cut.edl"), list).unwrap();
    let edl = at("cut.edl");
    let pull = |library: &str, out: &str, more: &[&str]| {
        let own = ["pull", "--edl", text(&edl), "--library", library, "--recipe", "s3://bucket/recipe", "--out", out, "--rate", "23.976"];
        server.command(&[&own, more].concat())
    };
    let table = pull(CARDS, "s3://bucket/out", &["--dry-run"]).output().unwrap();
    let said = expect(0, table);
    assert!(said.contains("ABC_0010 (marker)") && said.contains("002 (event number)"), "{said}");

    // From an index, with events, a signature and a collector of traces.
    server.run_to(0, &["index", CARDS, "--db", text(&at("of.library"))]);
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", collector.local_addr().unwrap());
    let told = std::thread::spawn(move || {
        let mut paths = vec![];
        for socket in collector.incoming() {
            let mut socket = socket.unwrap();
            let mut head = vec![0; 4096];
            let length = socket.read(&mut head).unwrap();
            let line = String::from_utf8_lossy(&head[..length]).lines().next().unwrap_or_default().to_owned();
            if line.is_empty() {
                return paths;
            }
            paths.push(line);
            _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
        paths
    });
    let more = ["--events", "--sign-with", text(&at("key.pem"))].map(str::to_owned);
    let mut command = pull(text(&at("of.library")), "s3://bucket/out", &more.each_ref().map(String::as_str));
    let done = command.env("OTEL_EXPORTER_OTLP_ENDPOINT", &address).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let events: Vec<Value> = String::from_utf8(done.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!((count("begin"), count("frame"), count("done"), count("failed")), (2, 3, 2, 0), "{events:?}");
    drop(std::net::TcpStream::connect(address.trim_start_matches("http://")).unwrap());
    let told = told.join().unwrap();
    assert!(told.iter().any(|line| line.contains("/v1/traces")) && told.iter().any(|line| line.contains("/v1/metrics")), "{told:?}");

    for plate in ["ABC_0010/ABC_0010.0001.exr", "ABC_0010/ABC_0010.0002.exr", "002/002.0004.exr"] {
        assert!(server.at("out/A001C002").join(plate).is_file(), "{plate}");
    }
    let document: Value = serde_json::from_slice(&fs::read(server.at("out/cut.pull.json")).unwrap()).unwrap();
    let shots: Vec<_> = document["deliveries"].as_array().unwrap().iter().map(|d| (&d["shot"]["name"], &d["shot"]["from"])).collect();
    assert_eq!(shots, [(&"ABC_0010".into(), &"marker".into()), (&"002".into(), &"event_number".into())]);
    assert_eq!(fs::read(server.at("out/cut.edl")).unwrap(), list.as_bytes());
    server.run_to(0, &["verify", "s3://bucket/out/A001C002", "--signed-by", text(&at("key.pem.pub"))]);
    let verify = || server.command(&["verify", "s3://bucket/out", "--signed-by", text(&at("key.pem.pub"))]).output().unwrap();
    assert_eq!(verify().status.code(), Some(0));
    let statement = fs::read(server.at("out/cut.pull.provenance.dsse.json")).unwrap();
    fs::remove_file(server.at("out/cut.pull.provenance.dsse.json")).unwrap();
    let unsigned = String::from_utf8(verify().stdout).unwrap();
    assert!(unsigned.contains("BROKEN s3://bucket/out/cut.pull.json: a statement of it, signed with key"), "{unsigned}");
    fs::write(server.at("out/cut.pull.provenance.dsse.json"), statement).unwrap();

    // The bucket itself is a library, too, and the delivery is the same in a folder.
    let here = at("here");
    assert_eq!(pull(CARDS, text(&here), &["--sign-with", text(&at("key.pem"))]).output().unwrap().status.code(), Some(0));
    // Histories say when they were made.
    let delivered =
        |folder: &Path| -> Vec<_> { super::delivered(folder).into_iter().filter(|(name, _)| !name.contains("/ascmhl/")).collect() };
    assert!(delivered(&here) == delivered(&server.at("out")));
    assert!(server.at("out/A001C002/ascmhl").is_dir(), "a history of parts of a clip");

    // The list may lie in the bucket, too: the delivery is the same.
    fs::create_dir(server.at("lists")).unwrap();
    fs::copy(&edl, server.at("lists/cut.edl")).unwrap();
    let pull_list = |list: &str, more: &[&str]| {
        let own = ["pull", "--edl", list, "--library", CARDS, "--recipe", "s3://bucket/recipe", "--rate", "23.976"];
        server.command(&[&own, more].concat()).output().unwrap()
    };
    let key = at("key.pem");
    let sign = ["--sign-with", text(&key)];
    let list_of = "s3://bucket/lists/cut.edl";
    expect(0, pull_list(list_of, &[&["--out", "s3://bucket/listed"], &sign[..]].concat()));
    assert!(delivered(&server.at("listed")) == delivered(&server.at("out")));
    // A prefix is no list: nothing of it is fetched.
    let said = expect(2, pull_list("s3://bucket/lists", &["--dry-run"]));
    assert!(said.contains("s3://bucket/lists") && said.contains("in it: cut.edl"), "{said}");
    expect(0, pull_list(&format!("file://{}", text(&edl)), &["--dry-run"]));
    // What is not there, or is no list, is told by its address, and leaves nothing behind.
    let said = expect(20, pull_list("s3://bucket/lists/none.edl", &["--dry-run"]));
    assert!(said.contains("s3://bucket/lists/none.edl"), "{said}");
    let said = expect(2, pull_list("ftp://x/cut.edl", &["--dry-run"]));
    assert!(said.contains("--edl") || said.contains("ftp://x/cut.edl"), "{said}");
    fs::write(server.at("lists/bad.edl"), [0u8, 159, 146, 150]).unwrap();
    let said = expect(10, pull_list("s3://bucket/lists/bad.edl", &["--dry-run"]));
    assert!(said.contains("s3://bucket/lists/bad.edl") && !said.contains("prelight-fetched"), "{said}");
    fs::write(server.at("lists/large.edl"), "").unwrap();
    fs::File::options().write(true).open(server.at("lists/large.edl")).unwrap().set_len((64 << 20) + 1).unwrap();
    let said = expect(10, pull_list("s3://bucket/lists/large.edl", &["--dry-run"]));
    assert!(said.contains("s3://bucket/lists/large.edl") && said.contains("larger than"), "{said}");
    let said = expect(2, pull_list(list_of, &["--dry-run", "--proxy", "s3://bucket/lists/none.mov"]));
    assert!(said.contains("s3://bucket/lists/none.mov"), "{said}");
    let said = server.run_to(2, &["pull", "--edl", text(&edl), "--library", "http://x/y", "--recipe", "s3://bucket/recipe", "--out", "o"]);
    assert!(said.contains("s3://"), "{said}");
    // With events, a refusal is one, and nothing else stands on standard output.
    fs::write(&edl, list.replace("A001", "Z999")).unwrap();
    let refused = pull(CARDS, "s3://bucket/none", &["--events"]).output().unwrap();
    let line: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!((refused.status.code(), &line["event"], &line["exit_code"]), (Some(12), &"failed".into(), &12.into()));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("event 1: no clip is named so"));
}

/// Everybody who asks a bucket has one index; nobody changes it by asking.
#[test]
fn an_index_is_searched_where_it_lies() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let server = Server::new();
    let clip = crate::deliver::clip(work.path());
    server.upload(&clip, "cards/roll/A001C002");
    server.run_to(0, &["index", CARDS, "--library", text(&at("of.library"))]);
    fs::create_dir(server.at("shows")).unwrap();
    let object = server.at("shows/of.library");
    fs::copy(at("of.library"), &object).unwrap();
    fs::create_dir(at("tmp")).unwrap();
    let run = |code: i32, arguments: &[&str]| {
        let mut command = server.command(arguments);
        expect(code, command.env("TMPDIR", at("tmp")).current_dir(work.path()).output().unwrap())
    };
    let there = "s3://bucket/shows/of.library";
    let found = run(0, &["find", "ALEXA", "--library", there, "--json"]);
    assert_eq!(found, run(0, &["find", "ALEXA", "--db", "of.library", "--json"]));
    assert!(found.contains(CLIP), "{found}");
    fs::write(at("cut.edl"), "TITLE: CUT\n001  A001 V C 10:00:00:22 10:00:01:00 01:00:00:00 01:00:00:02\n").unwrap();
    let pull = |library: &str| run(0, &["pull", "--edl", "cut.edl", "--library", library, "--rate", "23.976", "--dry-run", "--json"]);
    assert_eq!(pull(there), pull("of.library"));
    // Read, and as it was; no copy is left.
    assert_eq!(fs::read(&object).unwrap(), fs::read(at("of.library")).unwrap());
    assert_eq!(fs::read_dir(at("tmp")).unwrap().count(), 0);
    // Nobody writes there.
    let said = run(2, &["index", CARDS, "--library", there]);
    assert!(said.contains(there) && said.contains("on this machine"), "{said}");
    assert!(!at("s3:").exists());
    assert_eq!(fs::read(&object).unwrap(), fs::read(at("of.library")).unwrap());

    // What is no index is told by its address.
    let said = run(20, &["find", "x", "--db", "s3://bucket/shows/none.library"]);
    assert!(said.contains("s3://bucket/shows/none.library"), "{said}");
    fs::write(server.at("shows/text.library"), "no database at all").unwrap();
    let said = run(10, &["find", "x", "--db", "s3://bucket/shows/text.library"]);
    assert!(said.contains("s3://bucket/shows/text.library") && said.contains("not an SQLite database"), "{said}");
    let bytes = fs::read(&object).unwrap();
    fs::write(server.at("shows/cut.library"), &bytes[..bytes.len() / 2]).unwrap();
    let said = run(10, &["find", "x", "--db", "s3://bucket/shows/cut.library"]);
    assert!(said.contains("s3://bucket/shows/cut.library") && said.contains("damaged"), "{said}");
    // One that was copied while it was written is not what it was meant to be.
    fs::write(server.at("shows/of.library-journal"), "half").unwrap();
    let said = run(10, &["find", "x", "--db", there]);
    assert!(said.contains("of.library-journal"), "{said}");
    assert_eq!(fs::read_dir(at("tmp")).unwrap().count(), 0);
}

#[test]
fn an_editorial_movie_in_a_bucket_tells_as_one_on_this_machine() {
    let work = tempfile::tempdir().unwrap();
    if !crate::pull::editorial(work.path()) {
        return;
    }
    let server = Server::new();
    fs::create_dir(server.at("edit")).unwrap();
    for name in ["cut.edl", "proxy.mov"] {
        fs::copy(work.path().join(name), server.at("edit").join(name)).unwrap();
    }
    let cards = work.path().join("cards");
    let pull = |edl: &str, proxy: &str| {
        let own = ["pull", "--edl", edl, "--proxy", proxy, "--library", text(&cards), "--rate", "24", "--dry-run", "--json"];
        parsed(&server.command(&own).output().unwrap())
    };
    let there = pull("s3://bucket/edit/cut.edl", "s3://bucket/edit/proxy.mov");
    assert_eq!(there, pull(text(&work.path().join("cut.edl")), text(&work.path().join("proxy.mov"))));
    assert_eq!((there["matched"][0]["clip"].as_str(), there["matched"][0]["tier"].as_str()), (Some("two"), Some("picture")), "{there}");
}
