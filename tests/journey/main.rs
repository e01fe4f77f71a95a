//! The whole road, driven from outside: demo show, check, recipe, render, and back; and what happens on bad input.

mod bad_input;
mod color;
mod conditions;
mod consistent;
mod deliver;
mod demo_show;
mod frame_lines;
mod framing;
mod invoke;
mod killed;
mod looked_at;
mod mhl;
mod peers;
mod profiles;
mod pull;
mod real_files;
mod recipe;
mod shots;
mod signals;
mod signing;
mod store;
mod submit;
mod takes;
mod timeline;
mod waivers;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The binary under test, with no environment that could change what it does.
pub fn prelight(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_prelight")).args(arguments).output().expect("the binary runs")
}

/// Runs and expects an exit code; the output goes into the message when it is another.
pub fn run_to(code: i32, arguments: &[&str]) -> String {
    let output = prelight(arguments);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "prelight {}\n{out}\n{err}", arguments.join(" "));
    out.into_owned()
}

/// Runs and expects an exit code that is none of success; gives what was said of it.
pub fn refused(code: i32, arguments: &[&str]) -> String {
    let output = prelight(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "prelight {}\n{said}", arguments.join(" "));
    said
}

/// Runs to exit code 0 and parses what it printed.
pub fn json(arguments: &[&str]) -> serde_json::Value {
    let text = run_to(0, arguments);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// A path in the corpus; as in `tests/conformance/main.rs`.
pub fn corpus(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PRELIGHT_CORPUS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if root.is_dir() {
        return Some(root.join(relative));
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "no corpus at {} (set PRELIGHT_CORPUS)", root.display());
    eprintln!("skipped: no corpus at {}", root.display());
    None
}
