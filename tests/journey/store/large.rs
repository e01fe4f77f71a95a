//! Files that are larger than a part: they come and go in parts, whatever happens on the way.

use super::{
    delivered,
    server::{Server, expect},
};
use crate::{recipe::approve_as, run_to, text};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

/// Bytes of a part, at most; parts on their way at once.
const PART: u64 = 8 << 20;
const MOST: usize = 4;

/// A movie of a camera, in a bucket and here, and a recipe that delivers a movie of it: both larger than a part.
struct Show {
    work: tempfile::TempDir,
    server: Server,
    recipe: PathBuf,
    clip: PathBuf,
}

impl Show {
    fn new() -> Option<Self> {
        let work = tempfile::tempdir().unwrap();
        let clip = work.path().join("A001C003.mov");
        // Noise, which no codec makes small.
        let noise = "testsrc2=s=1280x720:r=24,noise=alls=100:allf=t";
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", noise, "-frames:v", "24", "-c:v", "prores_ks", "-profile:v", "4"]);
        ffmpeg.args(["-pix_fmt", "yuv444p10le", "-timecode", "10:00:00:00", text(&clip)]);
        match ffmpeg.status() {
            Ok(status) => assert!(status.success()),
            Err(e) => {
                assert!(std::env::var("CI").as_deref() != Ok("true"), "no ffmpeg: {e}");
                eprintln!("skipped: no ffmpeg");
                return None;
            }
        }
        assert!(fs::metadata(&clip).unwrap().len() > PART);
        let choices = ["--input-transform", "camera-rec709", "--range", "legal"];
        let recipe = approve_as(work.path(), &clip, &choices, &["--deliver", "prores4444,thumbnail", "--golden", "3"]);
        let server = Server::new();
        fs::create_dir(server.at("cards")).unwrap();
        fs::copy(&clip, server.at("cards/A001C003.mov")).unwrap();
        Some(Self { work, server, recipe, clip })
    }
    fn job<'a>(&'a self, out: &'a str) -> Vec<&'a str> {
        let clip = "s3://bucket/cards/A001C003.mov";
        vec!["render", "--recipe", text(&self.recipe), "--clip", clip, "--out", out, "--frames", "0-13"]
    }
    fn at(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }
}

/// What lies in a folder for temporary files.
fn left(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // A name that leads to nothing any more is no file.
            match fs::metadata(&path) {
                Ok(about) if about.is_dir() => open.push(path),
                Ok(about) if about.len() > 1 << 20 => found.push(path),
                _ => {}
            }
        }
    }
    found
}

#[test]
fn a_movie_comes_and_goes_in_parts() {
    let Some(show) = Show::new() else { return };
    let here = show.at("here");
    run_to(0, &["render", "--recipe", text(&show.recipe), "--clip", text(&show.clip), "--out", text(&here), "--frames", "0-13"]);
    let faults = &show.server.faults;
    // Connections that break in the middle of a part, of either way.
    faults.torn.store(2, Ordering::SeqCst);
    let out = "s3://bucket/out";
    show.server.run_to(0, &show.job(out));
    assert_eq!(faults.torn.load(Ordering::SeqCst), 0, "nothing was torn");
    let movie = "A001C003/prores4444/A001C003.000000-000013.mov";
    let (there, straight) = (delivered(&show.server.at("out")), delivered(&here));
    assert!(there[movie].len() as u64 > PART);
    assert!(there.keys().eq(straight.keys()) && there[movie] == straight[movie]);
    let largest = faults.largest.load(Ordering::SeqCst);
    assert!(largest <= PART, "{largest} bytes at once");
    let most = faults.most_large.load(Ordering::SeqCst) as usize;
    assert!((2..=MOST).contains(&most), "{most} parts at once");
    // Nothing is written over, and nothing is left of an upload.
    let at = show.server.at("out").join(movie);
    fs::write(&at, "another").unwrap();
    let said = show.server.run_to(11, &show.job(out));
    assert!(said.contains("another movie"), "{said}");
    assert_eq!(fs::read(&at).unwrap(), b"another");
    assert_eq!(show.server.parts_left(), 0);
    show.server.run_to(0, &[show.job(out), vec!["--overwrite"]].concat());
    show.server.run_to(0, &["verify", out]);
}

#[test]
fn an_upload_that_comes_too_late_or_fails_is_taken_back() {
    let Some(show) = Show::new() else { return };
    let faults = &show.server.faults;
    let movie = show.server.at("late/A001C003/prores4444/A001C003.000000-000013.mov");
    // Somebody else's has the name by the time that it is whole.
    *faults.before_end.lock().unwrap() = Some((show.clip.clone(), movie.clone()));
    let said = show.server.run_to(11, &show.job("s3://bucket/late"));
    assert!(said.contains("another movie") && faults.before_end.lock().unwrap().is_none(), "{said}");
    assert_eq!(fs::read(&movie).unwrap(), fs::read(&show.clip).unwrap());
    assert_eq!(show.server.parts_left(), 0);
    // The end is refused for good.
    faults.no_end.store(true, Ordering::SeqCst);
    let said = show.server.run_to(20, &show.job("s3://bucket/never"));
    assert!(said.contains("403"), "{said}");
    assert_eq!(show.server.parts_left(), 0);
    assert!(!show.server.at("never/A001C003/prores4444").exists());
}

#[test]
fn a_camera_file_that_changes_on_the_way_is_an_error() {
    let Some(show) = Show::new() else { return };
    let other = show.at("other.mov");
    let mut bytes = fs::read(&show.clip).unwrap();
    bytes.iter_mut().rev().take(1000).for_each(|b| *b ^= 1);
    fs::write(&other, bytes).unwrap();
    // By one of the same length, after the first part was asked for.
    *show.server.faults.after_part.lock().unwrap() = Some((other, show.server.at("cards/A001C003.mov")));
    let said = show.server.run_to(75, &show.job("s3://bucket/out"));
    assert!(said.contains("s3://bucket/cards/A001C003.mov") && said.contains("has changed while it was read"), "{said}");
    assert!(!show.server.at("out").exists());
}

#[test]
fn a_temporary_folder_that_is_full_says_so_and_one_of_a_killed_job_is_empty() {
    let Some(show) = Show::new() else { return };
    let folder = show.at("tmp");
    fs::create_dir(&folder).unwrap();
    let job = show.job("s3://bucket/out");
    let mut command = show.server.command(&job);
    command.env("TMPDIR", &folder).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    while !show.server.at("out/.prelight/A001C003/tasks").exists() {
        assert!(begun.elapsed() < Duration::from_secs(300) && child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(left(&folder), [] as [PathBuf; 0]);

    // A disk of its own, of one megabyte.
    let script = "mount -t tmpfs -o size=1m none \"$TMPDIR\" || exit 99; exec \"$@\"";
    let program = env!("CARGO_BIN_EXE_prelight");
    let mut command = show.server.with_keys("unshare");
    command.args(["-Urm", "sh", "-c", script, "sh", program]).args(&job).env("TMPDIR", &folder);
    match command.output() {
        Ok(output) if output.status.code() != Some(99) && !String::from_utf8_lossy(&output.stderr).starts_with("unshare:") => {
            let said = expect(20, output);
            assert!(said.contains(text(&folder)) && said.contains("TMPDIR names another folder"), "{said}");
        }
        _ => eprintln!("skipped: no disk of its own here"),
    }
}
