//! SIGTERM and SIGINT: what was begun ends whole or not at all, and says so; what is run again completes.

use crate::{
    deliver,
    recipe::approve,
    run_to,
    store::{delivered, server::Server},
    text,
};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// So many that one is at it when the signal comes.
const FRAMES: u32 = 24;

fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn prelight(arguments: &[&str]) -> Child {
    start(Command::new(env!("CARGO_BIN_EXE_prelight")).args(arguments))
}

fn send(signal: &str, to: &Child) {
    assert!(Command::new("sh").args(["-c", &format!("kill -{signal} {}", to.id())]).status().unwrap().success());
}

fn until(what: &str, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_secs(120), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether a file lies below that is being written.
fn has_parts(folder: &Path) -> bool {
    folder.is_dir() && delivered(folder).keys().any(|name| prelight::files::is_partial(name.rsplit('/').next().unwrap()))
}

fn plates(folder: &Path) -> usize {
    if folder.is_dir() { delivered(folder).keys().filter(|name| name.ends_with(".exr")).count() } else { 0 }
}

#[test]
fn a_render_that_is_ended_says_so_and_is_completed_by_the_next() {
    let work = tempfile::tempdir().unwrap();
    let clip = deliver::clip_of(work.path(), FRAMES);
    let recipe = approve(work.path(), &clip, &["--deliver", "plate,h264"]);
    let out = |name: &str| work.path().join(name);
    let job = |name: &str| -> Vec<String> {
        ["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&out(name)), "--events"].map(str::to_owned).to_vec()
    };
    for signal in ["TERM", "INT"] {
        let mut child = prelight(&job("out").iter().map(String::as_str).collect::<Vec<_>>());
        let mut lines =
            BufReader::new(child.stdout.take().unwrap()).lines().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        lines.find(|event| event["event"] == "frame").unwrap();
        send(signal, &child);
        let rest: Vec<Value> = lines.collect();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(75), "{said}");
        assert!(said.ends_with("prelight: cancelled\n"), "{said}");
        // Frames that were under way, and how it ended: once, and last.
        let (last, frames) = rest.split_last().unwrap();
        assert_eq!(*last, json!({ "event": "failed", "error": "cancelled", "exit_code": 75, "retry": true }));
        assert!(frames.len() < FRAMES as usize - 1 && frames.iter().all(|event| event["event"] == "frame"), "{rest:?}");
        let there = delivered(&out("out"));
        assert!(!has_parts(&out("out")) && !there.keys().any(|name| name.ends_with(".json") || name.ends_with(".mp4")));
        assert!(!out("out/.prelight/A001C002/failed").exists(), "who cancels has seen no failure");
    }
    for name in ["out", "whole"] {
        run_to(0, &job(name).iter().map(String::as_str).collect::<Vec<_>>());
    }
    let pictures = |name: &str| -> Vec<_> { delivered(&out(name)).into_iter().filter(|(name, _)| !name.contains("ascmhl")).collect() };
    assert!(pictures("out") == pictures("whole"));
    run_to(0, &["verify", text(&out("out")), "--recipe", text(&recipe)]);
}

#[test]
fn a_call_that_is_ended_still_answers() {
    let work = tempfile::tempdir().unwrap();
    let clip = deliver::clip_of(work.path(), FRAMES);
    let out = work.path().join("out");
    let payload = work.path().join("payload.json");
    fs::write(&payload, json!({ "input_clip": clip, "output_location": out }).to_string()).unwrap();
    let child = prelight(&["invoke", text(&payload)]);
    until("a plate", || plates(&out) > 0);
    send("TERM", &child);
    let output = child.wait_with_output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer, json!({ "ok": false, "error": "cancelled", "exit_code": 75, "retry": true }));
    assert_eq!(output.status.code(), Some(75));
    assert!(!has_parts(&out) && plates(&out) < FRAMES as usize);
    run_to(0, &["invoke", text(&payload)]);
    assert_eq!(plates(&out), FRAMES as usize);
}

/// A store that has nothing, and never answers these requests. What it was asked of them comes by the channel.
fn silent(to: fn(&str) -> bool) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (came, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut kept = vec![];
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut lines = vec![];
            while let Some(Ok(line)) = stream.by_ref().lines().next().filter(|line| line.as_ref().is_ok_and(|l| !l.is_empty())) {
                lines.push(line);
            }
            let first = lines.first().cloned().unwrap_or_default();
            if to(&first) {
                kept.push(stream);
                _ = came.send(first);
            } else {
                _ = stream.get_mut().write_all(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            }
        }
    });
    (address, asked)
}

/// A call that asks it, once it waits.
fn asking(to: fn(&str) -> bool, arguments: &[&str]) -> Child {
    let (address, asked) = silent(to);
    let mut command = Server::keys(env!("CARGO_BIN_EXE_prelight"));
    let child = start(command.env("AWS_ENDPOINT_URL", address).args(arguments));
    asked.recv_timeout(Duration::from_secs(60)).unwrap();
    child
}

#[test]
fn a_store_that_never_answers_is_given_up() {
    let mut child = asking(|_| true, &["render", "--recipe", "s3://bucket/a.recipe", "--clip", "a", "--out", "b", "--events"]);
    let begun = Instant::now();
    send("TERM", &child);
    let code = child.wait().unwrap().code();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(code == Some(75) && said.ends_with("prelight: cancelled\n"), "{code:?} {said}");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told, json!({ "event": "failed", "error": "cancelled", "exit_code": 75, "retry": true }));
    assert!(begun.elapsed() < Duration::from_secs(15), "as long as it was asked again");
}

/// What a store takes is to be there whole: it has more time, until a second signal comes.
#[test]
fn a_second_signal_ends_what_the_first_did_not() {
    let work = tempfile::tempdir().unwrap();
    let clip = deliver::clip_of(work.path(), 1);
    let payload = work.path().join("payload.json");
    fs::write(&payload, json!({ "input_clip": clip, "output_location": "s3://bucket/out" }).to_string()).unwrap();
    let mut child = asking(|first| first.starts_with("PUT "), &["invoke", text(&payload)]);
    send("TERM", &child);
    std::thread::sleep(Duration::from_millis(1500));
    assert!(child.try_wait().unwrap().is_none(), "it waits until it has it");
    let begun = Instant::now();
    send("TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(75));
    assert!(begun.elapsed() < Duration::from_secs(15));
}
