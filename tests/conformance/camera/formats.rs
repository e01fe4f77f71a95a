//! The table of formats says no more than tests show.

use prelight::camera::{SUPPORT, Support};
use std::{path::Path, process::Command};

/// Whether a test of that path (`camera::mosaics::name`) stands in this folder.
fn is_a_test(path: &str) -> bool {
    let (module, name) = path.rsplit_once("::").unwrap_or(("", path));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(module.replace("::", "/"));
    let source = std::fs::read_to_string(file.with_extension("rs")).or_else(|_| std::fs::read_to_string(file.join("mod.rs")));
    source.is_ok_and(|s| s.replace("\r\n", "\n").contains(&format!("#[test]\nfn {name}()")))
}

#[test]
fn every_claim_names_a_test_that_there_is() {
    assert!(!is_a_test("camera::formats::no_such_test") && !is_a_test("camera::nowhere::at_all"));
    for row in SUPPORT {
        // What is not decoded may rest on nothing; what is, may not.
        assert!(row.support != Support::Decodes || !row.proof.is_empty(), "{}: decodes, and no test says so", row.what);
        assert!(row.proof.is_empty() || is_a_test(row.proof), "{}: {} is no test", row.what, row.proof);
    }
}

#[test]
fn the_table_is_printed() {
    let run = |args: &[&str]| Command::new(env!("CARGO_BIN_EXE_prelight")).arg("inspect").args(args).output().unwrap();
    let table = String::from_utf8(run(&["--formats"]).stdout).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&run(&["--formats", "--json"]).stdout).unwrap();
    let rows = json["formats"].as_array().unwrap();
    assert_eq!(rows.len(), SUPPORT.len());
    for row in rows {
        assert!(table.contains(row["what"].as_str().unwrap()));
        assert!(["decodes", "inspects", "needs_sdk"].contains(&row["support"].as_str().unwrap()));
    }
}
