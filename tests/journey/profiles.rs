//! The profiles that a studio has put into the user's configuration, by name on the command line.

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
