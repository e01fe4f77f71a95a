//! Stores of other vendors, where somebody names some: `PRELIGHT_TEST_STORES="az://container gs://bucket/prefix"`, with keys and endpoints
//! in the vendors' environment variables. What the tests put there they take away.

use super::{alike, delivered, server::expect};
use crate::{recipe::approve, run_to, text};
use prelight::{
    files::{self, Passing},
    render::store::{Put, Store},
};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// Addresses below those that were named, of this run alone; what lies there goes with it.
struct Place {
    address: String,
    store: Store,
}

impl Place {
    fn all() -> Vec<Self> {
        let named = std::env::var("PRELIGHT_TEST_STORES").unwrap_or_default();
        if named.trim().is_empty() {
            eprintln!("skipped: PRELIGHT_TEST_STORES names no store");
        }
        let own = format!("prelight-test-{}", uuid::Uuid::new_v4().simple());
        let place = |named: &str| {
            let address = format!("{}/{own}", named.trim_end_matches('/'));
            Self { store: Store::open(&address).unwrap(), address }
        };
        named.split_whitespace().map(place).collect()
    }
    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }
    fn upload(&self, from: &Path, name: &str) {
        for entry in fs::read_dir(from).unwrap() {
            let from = entry.unwrap().path();
            let name = format!("{name}/{}", from.file_name().unwrap().to_str().unwrap());
            match from.is_dir() {
                true => self.upload(&from, &name),
                false => self.store.put(&name, fs::read(&from).unwrap()).unwrap(),
            }
        }
    }
    fn delivered(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let below = self.store.below(name).unwrap();
        let names = below.list("").unwrap().into_iter().map(|entry| entry.name).filter(|name| !name.starts_with(".prelight/"));
        names.map(|name| (name.clone(), below.get(&name, 1 << 30).unwrap().unwrap().to_vec())).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for entry in self.store.list("").unwrap_or_default() {
            _ = self.store.remove(&entry.name);
        }
    }
}

fn call(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
    command.args(arguments);
    command
}

fn call_to(code: i32, arguments: &[&str]) -> String {
    expect(code, call(arguments).output().unwrap())
}

#[test]
fn a_job_is_the_same_in_every_store() {
    let places = Place::all();
    if places.is_empty() {
        return;
    }
    let work = tempfile::tempdir().unwrap();
    let clip = crate::deliver::clip(work.path());
    let recipe = approve(work.path(), &clip, &[]);
    let here = work.path().join("here");
    run_to(0, &["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&here)]);
    let here = alike(delivered(&here));
    for place in &places {
        place.upload(&recipe, "show.recipe");
        place.upload(&clip, "cards/A001C002");
        let (recipe, cards, card, out) = (place.at("show.recipe"), place.at("cards"), place.at("cards/A001C002"), place.at("out"));
        let job = ["render", "--recipe", &recipe, "--clip", &card, "--out", &out];
        assert!(call_to(0, &job).contains("0 were already there"), "{}", place.address);
        assert_eq!(alike(place.delivered("out")), here, "{}", place.address);
        assert!(call_to(0, &job).contains("4 were already there"), "{}", place.address);
        // Many at once that know nothing of each other, and what is there is found by its pixels.
        for entry in place.store.below("out").unwrap().list(".prelight").unwrap() {
            place.store.remove(&format!("out/{}", entry.name)).unwrap();
        }
        let start = |_| call(&job).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let tasks: Vec<_> = (0..4).map(start).collect();
        for task in tasks {
            assert!(expect(0, task.wait_with_output().unwrap()).contains("4 were already there"), "{}", place.address);
        }
        assert_eq!(alike(place.delivered("out")), here, "{}", place.address);
        let said = call_to(0, &["verify", &out, "--recipe", &recipe]);
        assert!(said.contains("OK: 4 frames"), "{said}");
        let said = call_to(0, &["wall", &out]);
        assert!(said.contains("A001C002  4 of 4 frames"), "{said}");

        // An index of it, read where it lies.
        let db = work.path().join("of.library");
        call_to(0, &["index", &cards, "--db", text(&db)]);
        place.store.put("of.library", fs::read(&db).unwrap()).unwrap();
        fs::remove_file(&db).unwrap();
        let said = call_to(0, &["find", "ALEXA", "--db", &place.at("of.library")]);
        assert!(said.contains(&format!("{card}/A001C002.000001.exr")), "{said}");

        // What lies there and is another picture is neither overwritten nor taken for done.
        let plate = "out/A001C002/A001C002.000002.exr";
        let other = place.store.get("out/A001C002/A001C002.000001.exr", 1 << 30).unwrap().unwrap();
        place.store.put(plate, other.clone()).unwrap();
        let said = call_to(11, &["verify", &out]);
        assert!(said.contains(&format!("BROKEN {} frame 2: pixels", place.at(plate))), "{said}");
        assert!(call_to(11, &job).contains("other pixels"));
        assert_eq!(place.store.get(plate, 1 << 30).unwrap(), Some(other));
        // Nothing is there.
        let nowhere = place.at("nowhere");
        assert!(call_to(10, &["verify", &nowhere]).contains(&nowhere));
    }
}

#[test]
fn every_store_keeps_its_word() {
    let work = tempfile::tempdir().unwrap();
    for place in Place::all() {
        let store = &place.store;
        assert_eq!(store.put_new("a b/ü.bin", "first").unwrap(), Put::Written, "{}", place.address);
        assert_eq!(store.put_new("a b/ü.bin", "second").unwrap(), Put::Exists, "{}", place.address);
        assert_eq!(store.list("").unwrap()[0].name, "a b/ü.bin");
        assert_eq!(store.put_after("a b/ü.bin", b"second", "third").unwrap(), Put::Exists);
        assert_eq!(store.put_after("a b/ü.bin", b"first", "third").unwrap(), Put::Written);
        assert_eq!(store.get("a b/ü.bin", 9).unwrap().unwrap(), "third");
        assert_eq!(store.head("a b/ü.bin", 2).unwrap().unwrap(), "th");
        assert_eq!((store.get("none", 9).unwrap(), store.find("none").unwrap()), (None, None));
        // In parts: new, taken, and in the place of another.
        let file = |first: u8| {
            let bytes: Vec<u8> = (0..(20 << 20) + 7u32).map(|i| (i % 251) as u8 ^ first).collect();
            let file = Passing::new(work.path(), 0).unwrap();
            file.append(&bytes, work.path()).unwrap();
            (files::sha256(&bytes), file)
        };
        let there = || store.sha256("large", 1 << 30).unwrap();
        let (one, passing) = file(0);
        assert_eq!(store.take_file("large", passing, false).unwrap(), Put::Written);
        assert_eq!(there(), Some(one.clone()));
        let (two, passing) = file(1);
        assert_eq!(store.take_file("large", passing, false).unwrap(), Put::Exists);
        assert_eq!(there(), Some(one));
        let (_, passing) = file(1);
        assert_eq!(store.take_file("large", passing, true).unwrap(), Put::Written);
        assert_eq!(there(), Some(two));
        let names: Vec<String> = store.list("").unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["a b/ü.bin", "large"], "{}", place.address);
    }
}
