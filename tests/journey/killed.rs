//! A renderer that is killed at any moment, and run again.

use crate::{recipe::approve, run_to, store::delivered, text};
use std::{
    fs,
    process::{Command, Stdio},
    time::Duration,
};

#[test]
fn a_renderer_killed_at_twenty_moments_ends_with_the_same_delivery() {
    killed("plate,plate-zip,dpx10", 20);
}

/// Another program writes it.
#[test]
fn of_a_movie_whose_renderer_was_killed_nothing_is_left() {
    killed("plate,h264", 4);
}

fn killed(deliver: &str, kills_wanted: u32) {
    let work = tempfile::tempdir().unwrap();
    let clip = crate::deliver::clip(work.path());
    let recipe = approve(work.path(), &clip, &["--deliver", deliver]);
    let out = |name: &str| work.path().join(name);
    let job = |name: &str| -> Vec<String> {
        ["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&out(name))].map(str::to_owned).to_vec()
    };
    let whole: Vec<String> = job("whole");
    let run = |job: &[String]| run_to(0, &job.iter().map(String::as_str).collect::<Vec<_>>());
    run(&whole);
    // By now this machine remembers the golden frames, as it will when it is killed.
    fs::remove_dir_all(out("whole")).unwrap();
    let begun = std::time::Instant::now();
    run(&whole);
    let mut takes = begun.elapsed();

    let mut random = 2_463_534_242u32;
    let (mut kills, mut tries) = (0, 0);
    while kills < kills_wanted {
        tries += 1;
        assert!(tries <= 200, "it was killed {kills} times only: the others were through before");
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        let mut child =
            Command::new(env!("CARGO_BIN_EXE_prelight")).args(job("killed")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(takes.mul_f64(f64::from(random % 1000) / 1000.0).max(Duration::from_millis(1)));
        if child.try_wait().unwrap().is_none() {
            kills += 1;
        } else {
            // There was less to do, or the machine is quicker now.
            takes = takes.mul_f64(0.9);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // Whatever has a name is whole.
        // A history says when it was made.
        let named = out("killed").is_dir().then(|| delivered(&out("killed"))).into_iter().flatten();
        for (name, bytes) in named.filter(|(name, _)| !name.contains("ascmhl")) {
            if let Ok(whole) = fs::read(out("whole").join(&name)) {
                assert!(bytes == whole, "{name}");
            }
        }
        // Half of the pictures are taken away, so that there is work for the next.
        let there = out("killed").is_dir().then(|| delivered(&out("killed"))).into_iter().flatten();
        for (name, _) in there.filter(|(name, _)| name.ends_with(".exr") || name.ends_with(".dpx")).step_by(2) {
            fs::remove_file(out("killed").join(name)).unwrap();
        }
    }
    run(&job("killed"));
    let (whole, killed) = (delivered(&out("whole")), delivered(&out("killed")));
    let names =
        |all: &std::collections::BTreeMap<String, Vec<u8>>| all.keys().filter(|n| !n.contains("ascmhl")).cloned().collect::<Vec<_>>();
    // Also what is being written has a name there, if it has one at all.
    assert_eq!(names(&whole), names(&killed));
    assert!(whole.iter().filter(|(n, _)| !n.contains("ascmhl")).all(|(name, bytes)| killed[name] == *bytes));
    run_to(0, &["verify", text(&out("killed")), "--recipe", text(&recipe)]);
}
