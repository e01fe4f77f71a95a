//! Jobs for the engines of others: what they say of them, and what comes out.

use crate::{json, peers::peer, prelight, recipe::recipe, run_to, text};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
};

/// A small clip, what is approved of it, and its plates as they are made without an engine.
struct Show {
    work: tempfile::TempDir,
    recipe: PathBuf,
    clip: PathBuf,
}

impl Show {
    fn new() -> Self {
        let work = tempfile::tempdir().unwrap();
        let (recipe, clip) = recipe(work.path());
        Self { work, recipe, clip }
    }
    fn at(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }
    fn submit<'a>(&'a self, to: &'a str, out: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
        let mut arguments = vec!["submit", "--to", to, "--recipe", text(&self.recipe), "--clip", text(&self.clip), "--out", text(out)];
        arguments.extend(["--chunk", "2"]);
        arguments.extend(more);
        arguments
    }
    /// Its plates and documents are those of one call of the renderer, byte for byte; receipts and statements are of the chunks, the history
    /// of the whole.
    fn is_delivered(&self, out: &Path) {
        let straight = self.at("straight");
        if !straight.exists() {
            run_to(0, &["render", "--recipe", text(&self.recipe), "--clip", text(&self.clip), "--out", text(&straight)]);
        }
        let name = self.clip.file_name().unwrap();
        let files = |folder: &Path| -> Vec<String> {
            let list = fs::read_dir(folder.join(name)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
            let mut list: Vec<String> =
                list.filter(|file| ![".receipt.json", ".provenance.json", "ascmhl"].iter().any(|end| file.ends_with(end))).collect();
            list.sort();
            list
        };
        assert_eq!(files(out), files(&straight));
        for file in files(out) {
            let bytes = |folder: &Path| fs::read(folder.join(name).join(&file)).unwrap();
            assert!(bytes(out) == bytes(&straight), "{file} is another");
        }
    }
}

/// The program of a Python package, where the Python of the peers has it beside itself.
pub fn of_python(program: &str) -> Option<String> {
    let python = std::env::var("PRELIGHT_PEER_PYTHON").unwrap_or_default();
    let beside = Path::new(&python).with_file_name(program);
    if beside.is_file() {
        return Some(text(&beside).to_owned());
    }
    eprintln!("skipped: no {program} beside PRELIGHT_PEER_PYTHON");
    None
}

#[test]
fn open_job_description_runs_the_template_as_it_is() {
    let Some(openjd) = of_python("openjd") else { return };
    let show = Show::new();
    for (i, more) in [&[][..], &["--list-chunks"], &["--mhl"]].into_iter().enumerate() {
        let (bundle, out) = (show.at(&format!("bundle{i}")), show.at(&format!("out{i}")));
        let mut options = vec!["--program", env!("CARGO_BIN_EXE_prelight"), "--write", text(&bundle)];
        options.extend(more);
        run_to(0, &show.submit("openjd", &out, &options));
        let template = bundle.join("template.json");
        let parameters = format!("file://{}", text(&bundle.join("parameters.json")));
        let run = |step: &str, more: &[&str]| {
            let mut arguments = vec!["run", text(&template), "--step", step, "-p", &parameters];
            arguments.extend(more);
            let output = peer(&openjd, &arguments, b"").unwrap();
            (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
        };
        let checked = peer(&openjd, &["check", text(&template)], b"").unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        // Nothing is there to seal yet.
        let (code, said) = run("Seal", &[]);
        assert_ne!(code, Some(0), "{said}");
        assert!(said.contains("openjd_fail: "), "{said}");

        let (code, said) = run("Render", &[]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("openjd_progress: 100") && said.contains("openjd_status: "), "{said}");
        assert!(said.contains("2 frames in") && said.contains("1 frame in"), "{said}");
        show.is_delivered(&out);
        let (code, said) = run(if more.contains(&"--mhl") { "List" } else { "Seal" }, &[]);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(out.join("SHOT/ascmhl").exists(), more.contains(&"--mhl"));

        // A frame that is not there fails its task.
        let (code, said) = run("Render", &["--task-param", "Frames=9-9"]);
        assert_ne!(code, Some(0), "{said}");
    }
}

#[test]
fn the_template_runs_here_too() {
    let show = Show::new();
    let out = show.at("out");
    let run = show.submit("openjd", &out, &["--run"]);
    if prelight(&["submit", "--help"]).stdout.windows(5).all(|w| w != b"--run") {
        return eprintln!("skipped: built without the feature openjd");
    }
    let said = run_to(0, &run);
    assert_eq!(said, "Render  Frames 1-2\nRender  Frames 3-3\nSeal  Delivery SHOT\n", "{said}");
    show.is_delivered(&out);
    // Again: what is right is kept. A plate that is not is told by the step and the task that found it, with their exit code.
    run_to(0, &run);
    let plate = out.join("SHOT/SHOT.000003.exr");
    let whole = fs::read(&plate).unwrap();
    fs::write(&plate, &whole[..whole.len() - 1]).unwrap();
    let output = prelight(&run);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(11) && said.contains("Render = Frames 3-3") && said.contains("SHOT.000003.exr"), "{said}");
}

/// Four frames, and what is approved of them: plates, and a movie of all.
fn with_movie(work: &Path) -> (PathBuf, PathBuf) {
    let clip = crate::deliver::clip(work);
    (crate::recipe::approve(work, &clip, &["--deliver", "plate-zip,prores422hq", "--golden", "1"]), clip)
}

/// What lies there but receipts, statements and histories, which are of the tasks.
fn delivered(out: &Path) -> Vec<(String, Vec<u8>)> {
    let of_tasks = |name: &str| [".receipt.json", ".provenance.json"].iter().any(|end| name.ends_with(end)) || name.contains("ascmhl");
    crate::store::delivered(out).into_iter().filter(|(name, _)| !of_tasks(name)).collect()
}

#[test]
fn movies_are_made_whole_beside_the_chunks_of_their_frames() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let (recipe, clip) = with_movie(work.path());
    let whole = ["--recipe", text(&recipe), "--clip", text(&clip)];
    let straight = at("straight");
    run_to(0, &[&["render"], &whole[..], &["--out", text(&straight)]].concat());

    let (bundle, out) = (at("bundle"), at("out"));
    let program = ["--program", env!("CARGO_BIN_EXE_prelight")];
    let submit = [&["submit", "--to", "openjd"], &whole[..], &["--chunk", "2", "--mhl"]].concat();
    run_to(0, &[&submit[..], &program, &["--out", text(&out), "--write", text(&bundle)]].concat());
    if let Some(openjd) = of_python("openjd") {
        let template = bundle.join("template.json");
        let checked = peer(&openjd, &["check", text(&template)], b"").unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        let parameters = format!("file://{}", text(&bundle.join("parameters.json")));
        // The last step, after all that it depends on.
        let ran = peer(&openjd, &["run", text(&template), "--step", "List", "--run-dependencies", "-p", &parameters], b"").unwrap();
        let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
        assert!(ran.status.success(), "{said}");
        assert!(delivered(&out) == delivered(&straight));
        let folder = out.join("A001C002");
        for receipt in ["000001-000002.frames", "000003-000004.frames", "000001-000004.movies"] {
            assert!(folder.join(format!("A001C002.{receipt}.receipt.json")).is_file(), "{receipt}");
        }
        let verified = json(&["verify", text(&out), "--recipe", text(&recipe), "--json"]);
        assert_eq!((&verified["ok"], &verified["verified"]["unclaimed"]), (&true.into(), &Value::Array(vec![])), "{verified}");
        let wall = run_to(0, &["wall", text(&out)]);
        assert!(wall.contains("4 of 4 frames, movies 1 of 1"), "{wall}");
        run_to(0, &["wall", text(&out), "--until", "A001C002=1-4,movies:1-4"]);
    }

    // By the payloads of functions, too; one half is no delivery of the other.
    let called = at("called");
    let lines = run_to(0, &[&["submit", "--to", "lambda"], &whole[..], &["--chunk", "3", "--out", text(&called)]].concat());
    let payloads: Vec<&str> = lines.lines().collect();
    assert_eq!(payloads.len(), 3, "{lines}");
    for (i, payload) in payloads.iter().enumerate() {
        fs::write(at("payload.json"), payload).unwrap();
        run_to(0, &["invoke", text(&at("payload.json"))]);
        assert_eq!(called.join("A001C002/prores422hq").exists(), i == 2);
    }
    assert!(delivered(&called) == delivered(&straight));

    // A part of a clip: its movie is called after its frames.
    let part = at("part");
    let said = run_to(0, &[&submit[..], &["--frames", "2-3", "--out", text(&part)]].concat());
    assert!(said.contains("\"2-3\""), "{said}");
    crate::refused(2, &[&submit[..], &["--frames", "2-9", "--out", text(&part)]].concat());
    let plates = crate::recipe::approve(work.path(), &clip, &["--golden", "1"]);
    let said = crate::refused(12, &["render", "--recipe", text(&plates), "--clip", text(&clip), "--only", "movies", "--out", text(&part)]);
    assert!(said.contains("only = movies"), "{said}");
}

#[test]
fn what_would_be_refused_later_is_refused_at_once() {
    let show = Show::new();
    let out = show.at("out");
    let other = show.at("OTHER");
    fs::create_dir(&other).unwrap();
    run_to(10, &["submit", "--to", "openjd", "--recipe", text(&show.recipe), "--clip", text(&other), "--out", text(&out)]);
    let of_engines = [
        (&["--list-chunks"][..], "openjd"),
        (&["--program", "a"], "openjd"),
        (&["--image", "a"], "k8s"),
        (&["--parallel", "16"], "k8s"),
        (&["--claim", "a:/a"], "k8s"),
        (&["--secret", "a:/a"], "k8s"),
        (&["--service-account", "a"], "k8s"),
        (&["--binary", "/bin/echo"], "lambda"),
    ];
    for (more, engine) in of_engines {
        for other in ["openjd", "k8s", "lambda"].into_iter().filter(|other| *other != engine) {
            let said = crate::refused(2, &show.submit(other, &out, more));
            assert!(said.contains(&format!("{}: is of --to {engine}", more[0])), "{said}");
        }
    }
    run_to(2, &show.submit("k8s", &out, &[]));
    run_to(2, &show.submit("k8s", &out, &["--claim", "work"]));
    run_to(2, &show.submit("openjd", &out, &["--chunk", "0"]));
    for (more, option) in
        [(&["--mhl"][..], "--mhl"), (&["--sign-with", "a.pem"], "--sign-with"), (&["--signed-by", "a.pub"], "--signed-by")]
    {
        let said = crate::refused(10, &show.submit("lambda", Path::new("s3://plates/today"), more));
        assert!(said.contains(option), "{said}");
    }
    // A program that is not there, or is none, whether it is packed now or later.
    let folder = show.at("function");
    for more in [&[][..], &["--write", text(&folder)]] {
        let nothing = show.at("nope");
        for (program, code) in [(&nothing, 20), (&show.recipe.join("recipe.json"), 10)] {
            let said = crate::refused(code, &show.submit("lambda", &out, &[&["--binary", text(program)], more].concat()));
            assert!(said.contains(text(program)), "{said}");
        }
        assert!(!folder.exists());
    }
    // The same clip twice would be one delivery.
    let mut twice = show.submit("openjd", &out, &[]);
    twice.extend(["--clip", text(&show.clip)]);
    run_to(2, &twice);
    // What was written is not written over.
    let bundle = show.at("bundle");
    run_to(0, &show.submit("openjd", &out, &["--write", text(&bundle)]));
    run_to(20, &show.submit("openjd", &out, &["--write", text(&bundle)]));
    run_to(0, &show.submit("openjd", &out, &["--write", text(&bundle), "--overwrite"]));
}

/// What the renderer refuses of a clip with a gap is no shorter job, unless what is asked for is there.
#[test]
fn a_frame_that_is_missing_is_refused_and_not_left_out() {
    let show = Show::new();
    let out = show.at("out");
    fs::remove_file(show.clip.join("SHOT.000002.exr")).unwrap();
    for engine in ["openjd", "k8s", "lambda"] {
        for more in [&[][..], &["--frames", "1-3"], &["--frames", "2"]] {
            let said = crate::refused(10, &show.submit(engine, &out, more));
            assert!(said.contains("frames 2 to 2 of the clip are missing"), "{said}");
        }
    }
    let said = run_to(0, &show.submit("lambda", &out, &["--frames", "1"]));
    assert!(said.contains("\"1-1\""), "{said}");
}

#[test]
fn where_nothing_can_go_is_refused_before_a_farm_tries() {
    let show = Show::new();
    // Beside camera files nothing is written.
    for engine in ["openjd", "k8s", "lambda"] {
        let said = crate::refused(12, &show.submit(engine, &show.clip, &[]));
        assert!(said.contains("camera files lie there"), "{said}");
    }
    let out = show.at("out");
    let claim = format!("work:{}", text(show.work.path()));
    for (more, told) in [
        (&["--claim", "data:/tmp"][..], "--claim = /tmp"),
        (&["--claim", "data:/"], "--claim = /"),
        (&["--claim", "a:/x", "--claim", "b:/x/"], "--claim = /x"),
        (&["--claim", "a:/x", "--secret", "k:/x"], "--secret = /x"),
    ] {
        let said = crate::refused(2, &show.submit("k8s", &out, &[&["--claim", &*claim], more].concat()));
        assert!(said.contains(told), "{said}");
    }
    // A function may have a file system where the paths are: it is said that it needs one.
    let ran = prelight(&show.submit("lambda", &out, &[]));
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success() && said.contains("a function sees them only where a file system is mounted"), "{said}");
}

#[test]
fn kubernetes_knows_the_manifest() {
    let show = Show::new();
    let out = show.at("out");
    let claim = format!("work:{}", text(show.work.path()));
    let signed = ["--secret", "signer:/keys", "--sign-with", "/keys/a.pem", "--signed-by", "/keys/a.pem.pub", "--mhl"];
    let own = ["--claim", &claim, "--image", "registry/prelight:1", "--parallel", "2"];
    let manifest = json(&show.submit("k8s", &out, &[&own[..], &signed].concat()));
    let items = manifest["items"].as_array().unwrap();
    assert_eq!(items[1]["spec"]["completions"], 2);
    let python = std::env::var("PRELIGHT_PEER_PYTHON").unwrap_or_default();
    const CHECK: &str = "import sys, json, copy, kubernetes_validate as k
items = json.load(sys.stdin)['items']
for item in items: k.validate(item, '1.33', strict=True)
wrong = copy.deepcopy(items[1]); wrong['spec']['podFailurePolicy']['rules'][0]['odd'] = 1
try: k.validate(wrong, '1.33', strict=True)
except k.ValidationError: sys.exit(0)
sys.exit('accepts what is wrong')";
    let has = peer(&python, &["-c", "import kubernetes_validate"], b"").is_some_and(|o| o.status.success());
    if !has {
        return eprintln!("skipped: no kubernetes_validate in PRELIGHT_PEER_PYTHON");
    }
    let output = peer(&python, &["-c", CHECK], manifest.to_string().as_bytes()).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_function_package_brings_what_it_is_linked_with() {
    let show = Show::new();
    let folder = show.at("function");
    // In place of the program one that says how it was called.
    run_to(0, &show.submit("lambda", Path::new("s3://plates/today"), &["--write", text(&folder), "--binary", "/bin/echo"]));
    let lines = fs::read_to_string(folder.join("payloads.jsonl")).unwrap();
    let payloads: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((payloads.len(), &payloads[1]["frame_range"]), (2, &"3-3".into()));
    assert_eq!((&payloads[0]["output_location"], &payloads[0]["input_clip"]), (&"s3://plates/today".into(), &text(&show.clip).into()));
    let task = show.at("task");
    let mut archive = zip::ZipArchive::new(fs::File::open(folder.join("function.zip")).unwrap()).unwrap();
    archive.extract(&task).unwrap();
    let output = Command::new(task.join("bootstrap")).env_clear().env("LAMBDA_TASK_ROOT", &task).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let (root, call) = (text(&task), said.trim_end());
    assert!(call.starts_with("function -- ") && call.ends_with(&format!("--library-path {root}/lib {root}/prelight invoke -")), "{said}");
}

/// An interface as AWS Lambda has it, with these events; what a function answers: the path that it posts to, its error type and its body.
fn interface(events: Vec<String>) -> (String, mpsc::Receiver<(String, String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (answers, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let mut events = events.into_iter().enumerate();
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            // A connection a request: of two that are kept open, one would wait for the other.
            if let Some((line, headers, body)) = request(&mut stream) {
                let reply = if line.starts_with("GET /2018-06-01/runtime/invocation/next ") {
                    match events.next() {
                        Some((i, event)) => format!(
                            "HTTP/1.1 200 OK\r\nConnection: close\r\nLambda-Runtime-Aws-Request-Id: event-{i}\r\nContent-Length: {}\r\n\r\n{event}",
                            event.len()
                        ),
                        // The machine goes: the function ends.
                        None => return,
                    }
                } else {
                    let path = line.split(' ').nth(1).unwrap().to_owned();
                    let kind = headers.iter().find_map(|h| h.strip_prefix("lambda-runtime-function-error-type: ")).unwrap_or_default();
                    answers.send((path, kind.to_owned(), serde_json::from_slice(&body).unwrap())).unwrap();
                    "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".into()
                };
                stream.get_mut().write_all(reply.as_bytes()).unwrap();
            }
        }
    });
    (address, heard)
}

/// The first line, the headers with their names in small letters, and the body.
fn request(stream: &mut BufReader<TcpStream>) -> Option<(String, Vec<String>, Vec<u8>)> {
    let mut lines = vec![];
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let lower = |header: &String| header.split_once(": ").map(|(name, value)| format!("{}: {value}", name.to_lowercase()));
    let headers: Vec<String> = lines[1..].iter().filter_map(lower).collect();
    let length = headers.iter().find_map(|h| h.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((lines[0].clone(), headers, body))
}

#[test]
fn a_function_serves_events_and_names_what_fails() {
    let show = Show::new();
    let out = show.at("out");
    let lines = run_to(0, &show.submit("lambda", &out, &[]));
    let outside = lines.lines().next().unwrap().replace("1-2", "8-9");
    let events: Vec<String> = lines.lines().map(String::from).chain([outside]).collect();
    let (address, answers) = interface(events);
    let program = env!("CARGO_BIN_EXE_prelight");
    let mut function = Command::new(program);
    function.args(["function", "--", program, "invoke", "-"]).env("AWS_LAMBDA_RUNTIME_API", &address).stderr(Stdio::piped());
    let output = function.output().unwrap();
    // The interface has gone, as a machine goes.
    assert_eq!(output.status.code(), Some(20), "{}", String::from_utf8_lossy(&output.stderr));
    let answers: Vec<_> = answers.into_iter().collect();
    let paths: Vec<&str> = answers.iter().map(|(path, ..)| path.strip_prefix("/2018-06-01/runtime/invocation/").unwrap()).collect();
    assert_eq!(paths, ["event-0/response", "event-1/response", "event-2/error"], "{answers:?}");
    assert_eq!((&answers[0].2["ok"], &answers[0].2["frames"]), (&true.into(), &2.into()));
    assert_eq!((&*answers[2].1, &answers[2].2["errorType"]), ("Prelight.Invalid", &"Prelight.Invalid".into()));
    assert!(answers[2].2["errorMessage"].as_str().unwrap().contains("8-9"), "{answers:?}");
    show.is_delivered(&out);
    // Elsewhere it says what it is for.
    run_to(2, &["function", "--", "true"]);
}
