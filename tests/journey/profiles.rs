//! The profiles that a studio has put into the user's configuration, by name on the command line.

use crate::{deliver::clip_of, text};
use serde_json::Value;
use std::{
    path::Path,
    process::{Command, Output},
};

fn rules_of(profile: &str, config: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
    // Each system has a variable of its own for where that is.
    for variable in ["XDG_CONFIG_HOME", "APPDATA"] {
        command.env(variable, config);
    }
    command.args(["check", "--rules", "--profile", profile]).output().expect("the binary runs")
}

#[cfg(not(target_os = "macos"))]
#[test]
fn a_studio_s_profile_goes_by_its_name_and_a_broken_one_is_told() {
    let config = tempfile::tempdir().unwrap();
    let folder = config.path().join("prelight/profiles");
    std::fs::create_dir_all(&folder).unwrap();
    let head = |id: &str| format!("id = '{id}'\ntitle = 'Our studio'\nversion = '7'\nextends = 'neutral'\n");
    std::fs::write(folder.join("studio.toml"), head("ours")).unwrap();
    std::fs::write(folder.join("broken.toml"), head("broken") + "[rules.XYZ-99]\n").unwrap();
    let ours = rules_of("ours", config.path());
    let text = String::from_utf8_lossy(&ours.stdout).into_owned();
    assert!(ours.status.success() && text.starts_with("Our studio (ours 7)"), "{text}");
    for (name, code, words) in [("broken", 10, ["broken.toml", "XYZ-99"]), ("nobody", 2, ["nobody", "netflix-vfx, ours"])] {
        let output = rules_of(name, config.path());
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(code) && words.iter().all(|w| text.contains(w)), "{name}: {text}");
    }
}

/// PKG-05 holds what is delivered against the profile that a clip was checked by, also where it is a studio's own; where it is not there,
/// that is told.
#[cfg(not(target_os = "macos"))]
#[test]
fn a_recipe_finds_the_profile_that_it_was_made_with() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("prelight/profiles");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("studio.toml");
    let head = "id = 'ours'\ntitle = 'Our studio'\nversion = '7'\nextends = 'neutral'\n[rules.EXR-01]\ncompressions = ['PIZ']\n";
    std::fs::write(&file, head).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
        command.env("XDG_CONFIG_HOME", work.path()).env("APPDATA", work.path()).args(arguments).output().unwrap()
    };
    let clip = clip_of(work.path(), 1);
    let checked = run(&["check", text(&clip), "--profile", "ours", "--json"]);
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let failed = report[0]["findings"].as_array().unwrap().iter().filter(|f| f["outcome"] == "fail" && f["severity"] != "inform");
    let waivers: Vec<String> = failed.map(|f| format!("{}=a clip made for a test", f["id"].as_str().unwrap())).collect();
    let recipe = work.path().join("one.recipe");
    let mut new = vec!["recipe", "new", text(&clip), "--out", text(&recipe), "--name", "A", "--role", "DP", "--profile", "ours"];
    new.extend(waivers.iter().flat_map(|w| ["--waive", w]).chain(["--deliver", "plate-zip", "--golden", "1"]));
    let made = run(&new);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let asked = || -> (String, String) {
        let output = run(&["recipe", "check", text(&recipe), "--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let rule = report["findings"].as_array().unwrap().iter().find(|f| f["id"] == "PKG-05").unwrap().clone();
        (rule["outcome"].as_str().unwrap().to_owned(), rule["evidence"].to_string())
    };
    let (outcome, why) = asked();
    assert!(outcome == "fail" && why.contains("plate-zip is ZIP, not PIZ"), "{outcome}: {why}");
    // By what it says, not by where it lies.
    std::fs::rename(&file, folder.join("b.toml")).unwrap();
    assert_eq!(asked().0, "fail");
    std::fs::remove_file(folder.join("b.toml")).unwrap();
    let (outcome, why) = asked();
    assert!(outcome != "fail" && why.contains("ours 7") && why.contains(text(&folder)), "{outcome}: {why}");
}
