//! Recipe, clip and delivery in an object store; and a store that is busy, hangs up, says no, or is asked by many at once.

mod large;
mod library;
mod others;
pub mod server;

use crate::{recipe::approve, run_to, text};
use server::{Server, expect};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::Ordering,
};

const FRAMES: usize = 4;

/// A clip, its recipe in one file, and what is rendered of it here; all of it in a bucket, too, but for the delivery.
struct Show {
    work: tempfile::TempDir,
    server: Server,
}

impl Show {
    fn new() -> Self {
        let work = tempfile::tempdir().unwrap();
        let server = Server::new();
        let clip = crate::deliver::clip(work.path());
        let recipe = approve(work.path(), &clip, &[]);
        run_to(0, &["recipe", "pack", text(&recipe), "--out", text(&work.path().join("show.recipe"))]);
        fs::copy(work.path().join("show.recipe"), server.at("show.recipe")).unwrap();
        server.upload(&recipe, "unpacked");
        server.upload(&clip, "cards/A001C002");
        let here = Self { work, server };
        run_to(0, &["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&here.at("here"))]);
        here
    }
    fn at(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }
    /// The delivery that was made here, by name: what is [`alike`].
    fn here(&self) -> BTreeMap<String, Vec<u8>> {
        alike(delivered(&self.at("here")))
    }
}

/// Files of a delivery; what is told of the job besides is left out.
pub fn delivered(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![out.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(out).unwrap().to_str().unwrap().to_owned();
            match path.is_dir() {
                true if name == ".prelight" => {}
                true => open.push(path),
                // The server's own notes.
                false if name.contains(".s3s-fs") || name.contains(".bucket-") => {}
                false => _ = found.insert(name, fs::read(path).unwrap()),
            }
        }
    }
    found
}

/// What is the same wherever it was made of whatever: not the statement, which names where things come from, nor the history, which says when.
pub fn alike(delivery: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    delivery.into_iter().filter(|(name, _)| !name.contains("/ascmhl/") && !name.ends_with(".provenance.json")).collect()
}

const JOB: [&str; 7] =
    ["render", "--recipe", "s3://bucket/show.recipe", "--clip", "s3://bucket/cards/A001C002", "--out", "s3://bucket/out"];

#[test]
fn a_job_from_bucket_to_bucket_is_the_job_of_this_machine() {
    let show = Show::new();
    let said = show.server.run_to(0, &JOB);
    assert!(said.contains("s3://bucket/out/A001C002") && said.contains("0 were already there"), "{said}");
    assert_eq!(alike(delivered(&show.server.at("out"))), show.here());
    // A task that runs again finds what is done, and so does one that found it by its pixels.
    assert!(show.server.run_to(0, &JOB).contains("4 were already there"));
    fs::remove_dir_all(show.server.at("out/.prelight")).unwrap();
    assert!(show.server.run_to(0, &JOB).contains("4 were already there"));
    // It is held against its claims where it lies.
    let said = show.server.run_to(0, &["verify", "s3://bucket/out", "--recipe", "s3://bucket/show.recipe"]);
    assert!(said.contains("OK: 4 frames"), "{said}");
    let wall = show.server.run_to(0, &["wall", "s3://bucket/out"]);
    assert!(wall.contains("A001C002  4 of 4 frames"), "{wall}");
    // A recipe in a folder, a clip by one of its frames, to a disk.
    let out = show.at("mixed");
    let frame = "s3://bucket/cards/A001C002/A001C002.000003.exr";
    show.server.run_to(0, &["render", "--recipe", "s3://bucket/unpacked", "--clip", frame, "--out", text(&out)]);
    assert_eq!(alike(delivered(&out)), show.here());

    // What lies there and is another picture is neither overwritten nor taken for done.
    let plate = show.server.at("out/A001C002/A001C002.000002.exr");
    fs::copy(show.server.at("out/A001C002/A001C002.000001.exr"), &plate).unwrap();
    let other = fs::read(&plate).unwrap();
    let said = show.server.run_to(11, &["verify", "s3://bucket/out"]);
    assert!(said.contains("BROKEN s3://bucket/out/A001C002/A001C002.000002.exr frame 2: pixels"), "{said}");
    let said = show.server.run_to(11, &JOB);
    assert!(said.contains("s3://bucket/out/A001C002/A001C002.000002.exr") && said.contains("other pixels"), "{said}");
    assert_eq!(fs::read(&plate).unwrap(), other);
    let failed = fs::read_dir(show.server.at("out/.prelight/A001C002/failed")).unwrap().next().unwrap().unwrap().path();
    let failed: serde_json::Value = serde_json::from_slice(&fs::read(failed).unwrap()).unwrap();
    assert_eq!((&failed["frame"], &failed["exit_code"]), (&2.into(), &11.into()), "{failed}");
    // The frame was there before: it is its record that counts for who looks on.
    assert!(show.server.run_to(0, &["wall", "s3://bucket/out"]).contains("4 of 4"));
}

/// Hashes of what is delivered lie beside it, in a store as on a disk; parts of a clip get theirs when they are put together.
#[test]
fn a_delivery_in_a_store_has_its_history() {
    let Show { work, server } = Show::new();
    let recipe = approve(work.path(), &work.path().join("A001C002"), &["--deliver", "plate"]);
    server.upload(&recipe, "asked");
    let render = |out: &str, frames: &str| {
        let out = format!("s3://bucket/{out}");
        let job = ["render", "--recipe", "s3://bucket/asked", "--clip", "s3://bucket/cards/A001C002", "--out", &out, "--frames", frames];
        server.run_to(0, &job);
    };
    let chain = |out: &str| server.at(&format!("{out}/A001C002/ascmhl/ascmhl_chain.xml"));
    render("whole", "1-4");
    let first = fs::read(chain("whole")).unwrap();
    // Twice it is one history.
    render("whole", "1-4");
    assert_eq!(fs::read(chain("whole")).unwrap(), first);
    server.run_to(0, &["verify", "s3://bucket/whole"]);
    server.run_to(0, &["mhl", "verify", "s3://bucket/whole/A001C002"]);
    server.run_to(0, &["mhl", "diff", "s3://bucket/whole/A001C002"]);
    // It is the history of these files: on a disk it holds, too.
    let copy = work.path().join("copy");
    for (name, bytes) in delivered(&server.at("whole")) {
        let path = copy.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    run_to(0, &["mhl", "verify", text(&copy.join("A001C002"))]);

    // A chain that somebody took away is told. Of a task that was killed before it nothing is left once the history is made.
    let documents = chain("whole").parent().unwrap().to_owned();
    let names = || fs::read_dir(&documents).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>();
    let manifest = names().into_iter().find(|name| name.ends_with(".mhl")).unwrap();
    fs::remove_file(chain("whole")).unwrap();
    server.run_to(32, &["mhl", "verify", "s3://bucket/whole/A001C002"]);
    fs::write(documents.join(format!(".{manifest}.begun")), "").unwrap();
    // Its name tells the second.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    render("whole", "1-4");
    assert!(names().len() == 2 && !names().contains(&manifest), "{:?}", names());
    server.run_to(0, &["verify", "s3://bucket/whole"]);

    render("parts", "1-2");
    render("parts", "3-4");
    assert!(!chain("parts").exists());
    let place = "s3://bucket/parts/A001C002";
    server.run_to(30, &["mhl", "verify", place]);
    server.run_to(0, &["mhl", "create", place]);
    // The next generation.
    server.run_to(0, &["mhl", "create", place, "-h", "md5"]);
    let manifests = fs::read_dir(chain("parts").parent().unwrap()).unwrap();
    let names: Vec<String> = manifests.map(|e| e.unwrap().file_name().into_string().unwrap()).filter(|n| n.ends_with(".mhl")).collect();
    assert!(names.len() == 2 && names.iter().any(|n| n.starts_with("0002_A001C002_")), "{names:?}");
    server.run_to(0, &["mhl", "verify", place]);

    // A file of the same length that is another.
    let plate = server.at("parts/A001C002/A001C002.000003.exr");
    let mut bytes = fs::read(&plate).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&plate, bytes).unwrap();
    let said = server.run_to(11, &["mhl", "verify", place]);
    assert!(said.contains("A001C002.000003.exr"), "{said}");
    let said = server.run_to(11, &["verify", place]);
    assert!(said.contains("A001C002.000003.exr") && said.contains("(ASC MHL)"), "{said}");
    server.run_to(11, &["mhl", "create", place]);
    server.run_to(1, &["mhl", "flatten", place, text(work.path())]);
}

#[test]
fn jobs_are_submitted_with_addresses() {
    let Show { work, server } = Show::new();
    let (recipe, clip, out) = ("s3://bucket/show.recipe", "s3://bucket/cards/A001C002", "s3://bucket/out");
    let submit = |to: &str| {
        let output =
            server.command(&["submit", "--to", to, "--recipe", recipe, "--clip", clip, "--out", out, "--chunk", "2"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // No claim is needed: nothing lies on a disk.
    let manifest: serde_json::Value = serde_json::from_str(&submit("k8s")).unwrap();
    let seal = &manifest["items"][2]["spec"]["template"]["spec"];
    let wait = seal["initContainers"][0]["args"].as_array().unwrap();
    let wait: Vec<&str> = wait.iter().map(|a| a.as_str().unwrap()).collect();
    assert_eq!(wait, ["wall", out, "--until", "A001C002=1-4"]);
    assert!(submit("openjd").contains("\"STRING\""));
    // What waits ends when the last part is sealed, and what it waited for is whole.
    let mut waiting = server.command(&wait).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for (i, payload) in submit("lambda").lines().enumerate() {
        assert!(waiting.try_wait().unwrap().is_none(), "before part {i}");
        let file = work.path().join(format!("{i}.json"));
        fs::write(&file, payload).unwrap();
        server.run_to(0, &["invoke", text(&file)]);
    }
    assert_eq!(waiting.wait().unwrap().code(), Some(0));
    let args = seal["containers"][0]["args"].as_array().unwrap();
    server.run_to(0, &args.iter().map(|a| a.as_str().unwrap()).collect::<Vec<_>>());
}

#[test]
fn two_hundred_tasks_at_once_leave_one_delivery() {
    let show = Show::new();
    let payload = |range: String| {
        serde_json::json!({
            "input_clip": "s3://bucket/cards/A001C002", "output_location": "s3://bucket/out",
            "frame_range": range, "recipe": "s3://bucket/show.recipe",
        })
    };
    // Every task many times over, and parts that lie over each other.
    let ranges: Vec<String> =
        (0..200).map(|i| (i % FRAMES + 1, (i / 7) % 3)).map(|(a, n)| format!("{a}-{}", (a + n).min(FRAMES))).collect();
    // None is answered before the last has asked: they are all there at once.
    show.server.faults.gather.store(ranges.len() as u32, Ordering::SeqCst);
    let start = |range: String| {
        let mut command = show.server.command(&["invoke", "--threads", "1"]);
        command.env("PRELIGHT_PAYLOAD", payload(range).to_string()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let running: Vec<std::process::Child> = ranges.into_iter().map(start).collect();
    for child in running {
        expect(0, child.wait_with_output().unwrap());
    }
    assert_eq!(show.server.faults.gather.load(Ordering::SeqCst), 0, "they came together");
    let pictures = |all: BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        all.into_iter().filter(|(name, _)| name.ends_with(".exr")).collect()
    };
    assert_eq!(pictures(delivered(&show.server.at("out"))), pictures(show.here()));
}

#[test]
fn a_store_that_is_busy_or_hangs_up_is_asked_again() {
    let show = Show::new();
    show.server.faults.busy.store(5, Ordering::SeqCst);
    show.server.faults.cut.store(3, Ordering::SeqCst);
    show.server.run_to(0, &JOB);
    assert_eq!(alike(delivered(&show.server.at("out"))), show.here());
    // One that stays so is worth another try later.
    show.server.faults.busy.store(u32::MAX, Ordering::SeqCst);
    let said = show.server.run_to(75, &JOB);
    assert!(said.contains("503"), "{said}");
}

#[test]
fn a_bucket_that_may_be_read_and_not_written_is_told_with_its_place() {
    let show = Show::new();
    show.server.faults.read_only.store(true, Ordering::SeqCst);
    let said = show.server.run_to(20, &JOB);
    assert!(said.contains("s3://bucket/out/") && said.contains("Access Denied"), "{said}");
    let answer = show
        .server
        .command(&["invoke"])
        .env(
            "PRELIGHT_PAYLOAD",
            serde_json::json!({
                "input_clip": "s3://bucket/cards/A001C002", "output_location": "s3://bucket/out", "recipe": "s3://bucket/show.recipe",
            })
            .to_string(),
        )
        .output()
        .unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!((&answer["ok"], &answer["exit_code"]), (&false.into(), &20.into()), "{answer}");
    assert!(!show.server.at("out").exists());
    // Here it is rendered all the same.
    let out = show.at("mixed");
    show.server.run_to(0, &[&JOB[..6], &[text(&out)]].concat());
    assert_eq!(alike(delivered(&out)), show.here());
}

#[test]
fn a_store_that_says_no_is_told_with_its_place() {
    let show = Show::new();
    let out = |job: &[&str], key: (&str, &str)| show.server.command(job).env(key.0, key.1).output().unwrap();
    let said = expect(20, out(&JOB, ("AWS_SECRET_ACCESS_KEY", "another")));
    assert!(said.contains("s3://bucket/show.recipe"), "{said}");
    let gone: Vec<&str> = JOB.iter().map(|a| if a.ends_with("A001C002") { "s3://bucket/cards/B" } else { a }).collect();
    let said = expect(2, show.server.command(&gone).output().unwrap());
    assert!(said.contains("s3://bucket/cards/B"), "{said}");
    assert!(!show.server.at("out").exists());
}
