//! Programs of others that read what we write.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

/// Runs a program with `input`; none where it is not there, which it says.
pub fn peer(program: &str, arguments: &[&str], input: &[u8]) -> Option<Output> {
    let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: no {program}");
        return None;
    };
    // One that needs no input may have gone.
    _ = child.stdin.take().unwrap().write_all(input);
    Some(child.wait_with_output().unwrap())
}

/// Has Python's `jsonschema` look at `input` as the script `check` says, which has to end well. Skipped where no Python has it, but not on
/// the machine that has to have all of them.
pub fn by_jsonschema(check: &str, input: &serde_json::Value) {
    let named = std::env::var("PRELIGHT_PEER_PYTHON").unwrap_or_default();
    // The module may be there for Debian's Python and not for the first on the path.
    let has_module = |p: &&str| peer(p, &["-c", "import jsonschema"], b"").is_some_and(|o| o.status.success());
    let Some(python) = [&*named, "python3", "/usr/bin/python3"].into_iter().filter(|p| !p.is_empty()).find(has_module) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "no Python has jsonschema");
        return eprintln!("skipped: no Python has jsonschema");
    };
    let output = peer(python, &["-c", check], input.to_string().as_bytes()).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
