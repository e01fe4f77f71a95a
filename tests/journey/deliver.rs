//! Everything that a recipe may ask for, delivered of one clip, and read by others.

use crate::{
    json,
    peers::peer,
    prelight,
    recipe::{approve, approve_as},
    run_to, text,
};
use prelight::{
    camera::{self, Field, Metadata, Picture, Rational, Reading, Timecode},
    color::rgb,
    files::Existing,
    image::{Image, Size},
    pipeline::plate_exr,
    recipe::sign::{PublicKey, is_signed_by},
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

const WIDTH: u32 = 320;
const HEIGHT: u32 = 180;
const ALL: &str = "plate,plate-zip,plate-piz,plate-dwab,dpx10,dpx16,tiff16,png16,still-png,still-jpeg,thumbnail,h264,prores422hq,prores4444,dnxhr-hq,dnxhr-444";

/// Lets a recipe be made whose deliverables cannot.
pub const NOT_MADE: &str = "PKG-04=a clip made for a test";

/// Four frames of a grey ramp with a colour in it, at 23.976 from 10:00:00:22 on.
pub fn clip(work: &Path) -> PathBuf {
    clip_of(work, 4)
}

/// So many of them, each a little brighter.
pub fn clip_of(work: &Path, frames: u32) -> PathBuf {
    let clip = work.join("A001C002");
    fs::create_dir(&clip).unwrap();
    let stated = |t: &str| Some(Field::stated(t.to_owned(), "test"));
    let metadata = Metadata {
        reel: stated("A001"),
        model: stated("ALEXA 35"),
        frame_rate: Some(Field::stated(Rational::new(24000, 1001).unwrap(), "test")),
        ..Metadata::default()
    };
    let start = Timecode::new(10, 0, 0, 22, false).unwrap();
    for frame in 0..frames {
        let ramp = |k: f32| {
            (0..WIDTH * HEIGHT)
                .map(|i| 0.001 * f32::powf(2.0, 12.0 * (i % WIDTH) as f32 / WIDTH as f32) * k + 0.01 * frame as f32)
                .collect()
        };
        let image = Image::from_planes(Size::new(WIDTH, HEIGHT), [ramp(1.0), ramp(0.8), ramp(0.6)]);
        let timecode = Some(start.offset(frame.into(), Rational::new(24000, 1001).unwrap()));
        let info = plate_exr::FrameInfo { metadata: Some(&metadata), timecode, fdl: None };
        let path = clip.join(format!("A001C002.{:06}.exr", frame + 1));
        plate_exr::write(&path, &image, &info, plate_exr::Compression::None, Existing::Refuse).unwrap();
    }
    clip
}

fn render(recipe: &Path, clip: &Path, out: &Path, more: &[&str]) -> Value {
    let mut arguments = vec!["render", "--recipe", text(recipe), "--clip", text(clip), "--out", text(out), "--json"];
    arguments.extend(more);
    json(&arguments)
}

#[test]
fn everything_is_delivered_of_one_decode_and_verified() {
    let work = tempfile::tempdir().unwrap();
    let clip = clip(work.path());
    let recipe = approve(work.path(), &clip, &["--deliver", ALL]);
    let shown = run_to(0, &["recipe", "show", text(&recipe)]);
    assert!(shown.contains("delivers dpx10: DPX, 10 bit, acescct: {deliverable}/{clip}.{frame:06}.dpx"), "{shown}");
    let out = work.path().join("out");
    let receipt = render(&recipe, &clip, &out, &[]);
    let folder = out.join("A001C002");

    // Eight of every frame, three stills, five movies.
    let files = receipt["deliverables"].as_array().unwrap();
    assert_eq!((files.len(), receipt["frames"].as_array().unwrap().len()), (8 * 4 + 3 + 5, 4));
    for file in files {
        let path = folder.join(file["file"].as_str().unwrap());
        assert_eq!(prelight::files::sha256_of_file(&path).unwrap(), file["sha256"].as_str().unwrap(), "{path:?}");
        if file["lossless"] == true {
            assert_eq!(plate_exr::pixels_of(&path).unwrap().as_str(), file["pixels"], "{path:?}");
        }
    }
    let of = |id: &str| folder.join(files.iter().find(|f| f["deliverable"] == id).unwrap()["file"].as_str().unwrap());
    assert!(folder.join("ascmhl").is_dir() && folder.join("A001C002.amf").is_file());
    run_to(0, &["mhl", "verify", text(&folder)]);
    let verified = json(&["verify", text(&out), "--json"]);
    assert_eq!((&verified["ok"], &verified["verified"]["unclaimed"]), (&true.into(), &Value::Array(vec![])), "{verified}");
    // Frames of the clip, and every file once: receipts, statement and history speak of the same.
    let there = prelight::render::store::Store::folder(&folder).list("").unwrap();
    let there = there.iter().filter(|entry| !entry.name.starts_with("ascmhl/")).count();
    assert_eq!((&verified["verified"]["frames"], &verified["verified"]["files"]), (&4.into(), &there.into()), "{verified}");
    statement(&folder, &receipt);

    by_ascmhl(&folder);
    movies(&of);
    openimageio(&folder, &of);

    // Again: everything is found, and nothing is written.
    let before = fs::metadata(of("h264")).unwrap().modified().unwrap();
    let said = run_to(0, &["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&out)]);
    assert!(said.contains("4 were already there"), "{said}");
    assert_eq!(fs::metadata(of("h264")).unwrap().modified().unwrap(), before);

    // One byte of a file of any kind is found, also by who renders again.
    for id in ["dpx10", "still-jpeg", "prores422hq"] {
        let path = of(id);
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let end = bytes.len() - 100;
        bytes[end] ^= 0x40;
        fs::write(&path, &bytes).unwrap();
        run_to(11, &["verify", text(&folder)]);
        if id == "dpx10" {
            run_to(11, &["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&out)]);
        }
        fs::write(&path, whole).unwrap();
    }
    fs::write(folder.join("dpx10/else.dpx"), "x").unwrap();
    let verified = json(&["verify", text(&folder), "--json"]);
    assert_eq!(verified["verified"]["unclaimed"].as_array().unwrap().len(), 1, "{verified}");
}

/// A still is of one frame of the clip: who renders a part without it says so, and who renders the other makes it.
#[test]
fn a_still_of_a_frame_that_is_not_rendered_is_told() {
    let work = tempfile::tempdir().unwrap();
    let clip = clip(work.path());
    let recipe = approve(work.path(), &clip, &["--deliver", "plate,still-png", "--golden", "1"]);
    let (out, told) = (work.path().join("out"), "still-png is of frame 3 of the clip: not made with frames 1 to 2");
    assert_eq!(render(&recipe, &clip, &out, &["--frames", "1-2"])["notes"], serde_json::json!([told]));
    assert!(!out.join("A001C002/still-png").exists());
    let common = ["--recipe", text(&recipe), "--clip", text(&clip), "--frames", "1-2", "--out", text(&out)];
    let again = crate::prelight(&[&["render"], &common[..]].concat());
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(again.status.success() && said.contains(told), "{said}");
    let events = run_to(0, &[&["render", "--events"], &common[..]].concat());
    let begin: Value = serde_json::from_str(events.lines().next().unwrap()).unwrap();
    assert_eq!((&begin["event"], &begin["notes"]), (&"begin".into(), &serde_json::json!([told])), "{events}");
    // A job of these frames has no task that makes it.
    let submitted = crate::prelight(&[&["submit", "--to", "lambda"], &common[..]].concat());
    let said = String::from_utf8_lossy(&submitted.stderr).into_owned();
    assert!(submitted.status.success() && said.contains(&format!("A001C002: {told}")), "{said}");

    let rest = render(&recipe, &clip, &out, &["--frames", "3-4"]);
    assert!(rest.get("notes").is_none() && out.join("A001C002/still-png").exists(), "{rest}");
    run_to(0, &["verify", text(&out), "--recipe", text(&recipe)]);
    let whole = work.path().join("whole");
    assert!(render(&recipe, &clip, &whole, &[]).get("notes").is_none());
}

/// A movie needs every frame; plates that are there are not made again for it, and neither is a movie that is there.
#[test]
fn what_is_there_is_not_made_again_for_a_movie() {
    let work = tempfile::tempdir().unwrap();
    let clip = clip(work.path());
    let recipe = approve(work.path(), &clip, &["--deliver", "plate-zip,prores422hq", "--golden", "1"]);
    let out = work.path().join("out");
    let (plate, movie) = ("plate-zip/A001C002.000002.exr", "prores422hq/A001C002.000001-000004.mov");
    let arguments = ["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&out), "--events"];
    let run = || -> Vec<String> {
        let said = run_to(0, &arguments);
        let events = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        events.filter(|e| e["event"] == "frame").map(|e| e["kept"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(run(), ["written"; 4]);
    let folder = out.join("A001C002");
    let bytes = |name: &str| fs::read(folder.join(name)).unwrap();
    let at = |name: &str| fs::metadata(folder.join(name)).unwrap().modified().unwrap();
    let before = (bytes(movie), at(movie), at(plate));
    let receipt = bytes("A001C002.000001-000004.receipt.json");
    assert_eq!(run(), ["found"; 4]);
    assert_eq!((at(movie), at(plate)), (before.1, before.2));
    // As of a task that was killed before the movie was whole: it is the same, and so is the receipt.
    fs::remove_file(folder.join(movie)).unwrap();
    fs::remove_file(folder.join("A001C002.000001-000004.receipt.json")).unwrap();
    assert_eq!(run(), ["found"; 4]);
    assert!(bytes(movie) == before.0 && at(plate) == before.2 && bytes("A001C002.000001-000004.receipt.json") == receipt);
    // One that is another than its record says is made again, and held against it.
    fs::write(folder.join(movie), "x").unwrap();
    run_to(11, &arguments);
    fs::write(folder.join(movie), &before.0).unwrap();
    run_to(0, &["verify", text(&out), "--recipe", text(&recipe)]);
}

/// Originals are not written beside: not into the folder that holds them, nor where the delivery would be that folder.
#[test]
fn nothing_is_written_beside_camera_files() {
    let work = tempfile::tempdir().unwrap();
    let clip = clip(work.path());
    let recipe = approve(work.path(), &clip, &["--deliver", "plate"]);
    let list = |folder: &Path| -> Vec<PathBuf> {
        let mut found: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        found.sort();
        found
    };
    let before = (list(&clip), list(work.path()));
    let edl = work.path().join("cut.edl");
    fs::write(&edl, "TITLE: CUT\n001  A001 V C 10:00:00:22 10:00:01:00 01:00:00:00 01:00:00:02\n* FROM CLIP NAME: A001C002\n").unwrap();
    for out in [&clip, work.path()] {
        let mut render = vec!["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(out)];
        let said = crate::refused(12, &render);
        assert!(said.contains(text(&clip)) && said.contains("nothing is written beside them"), "{said}");
        render.extend(["--events"]);
        let events = run_to(12, &render);
        assert_eq!(events.lines().filter(|line| line.contains("\"failed\"")).count(), 1, "{events}");
        let pull =
            ["pull", "--edl", text(&edl), "--library", text(&clip), "--recipe", text(&recipe), "--rate", "23.976", "--out", text(out)];
        let said = crate::refused(12, &pull);
        assert!(said.contains("nothing is written beside them"), "{said}");
    }
    fs::remove_file(&edl).unwrap();
    assert_eq!((list(&clip), list(work.path())), before);
    #[cfg(unix)]
    {
        let link = work.path().join("link");
        std::os::unix::fs::symlink(&clip, &link).unwrap();
        run_to(12, &["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&link)]);
        assert_eq!(list(&clip), before.0);
    }
}

/// What was approved stays as it is: no delivery goes into the folder of the recipe, or below it.
#[test]
fn nothing_is_written_into_the_recipe() {
    let work = tempfile::tempdir().unwrap();
    let clip = clip(work.path());
    let recipe = approve(work.path(), &clip, &[]);
    let before = prelight::recipe::contents(&recipe).unwrap();
    for out in [
        &recipe,
        &recipe.join("colour"),
        &recipe.join("new/place"),
        &work.path().join("nowhere/..").join(recipe.file_name().unwrap()).join("out"),
    ] {
        let said = crate::refused(12, &["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(out)]);
        assert!(said.contains(text(&recipe)) && said.contains("nothing is written into it"), "{said}");
    }
    assert_eq!(prelight::recipe::contents(&recipe).unwrap(), before);
    assert!(!recipe.join("new").exists() && !recipe.join(".prelight").exists() && !work.path().join("nowhere").exists());
}

/// A failure is one event, whoever finds it: the job, or what comes before it.
#[test]
fn a_failure_is_told_once() {
    let work = tempfile::tempdir().unwrap();
    let clip = clip(work.path());
    let recipe = approve(work.path(), &clip, &[]);
    let document = recipe.join("recipe.json");
    let whole = fs::read_to_string(&document).unwrap();
    let approved: Value = serde_json::from_str(&whole).unwrap();
    let golden = approved["clips"][0]["golden"][0]["plate"].as_str().unwrap();
    fs::write(&document, whole.replace(golden, &golden.chars().rev().collect::<String>())).unwrap();
    let out = work.path().join("out");
    let events = |code: i32, recipe: &Path| -> Vec<Value> {
        let said = run_to(code, &["render", "--recipe", text(recipe), "--clip", text(&clip), "--out", text(&out), "--events"]);
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    for (code, recipe) in [(11, &recipe), (20, &work.path().join("none"))] {
        let events = events(code, recipe);
        let failed: Vec<&Value> = events.iter().filter(|event| event["event"] == "failed").collect();
        assert!(matches!(failed.as_slice(), [one] if one["exit_code"] == code && *one == events.last().unwrap()), "{events:?}");
    }
}

/// SLSA provenance names every file with its digest, and what it was made of.
fn statement(folder: &Path, receipt: &Value) {
    let statement: Value = serde_json::from_slice(&fs::read(folder.join("A001C002.000001-000004.provenance.json")).unwrap()).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://slsa.dev/provenance/v1");
    let subjects = statement["subject"].as_array().unwrap();
    assert_eq!(subjects.len(), receipt["deliverables"].as_array().unwrap().len() + receipt["documents"].as_object().unwrap().len());
    let made = &statement["predicate"]["buildDefinition"];
    assert_eq!(made["externalParameters"]["frames"], serde_json::json!([1, 4]));
    let from = made["resolvedDependencies"].as_array().unwrap();
    assert_eq!((from.len(), &from[0]["digest"]["sha256"]), (5, &receipt["recipe_digest"]));
}

/// Tags, timecode, rate and frames, as ffprobe reads them; and the grey that was meant, as ffmpeg decodes it.
fn movies(of: &impl Fn(&str) -> PathBuf) {
    for (id, codec, pixels, profile) in [
        ("h264", "h264", "yuv420p", "High"),
        ("prores422hq", "prores", "yuv422p10le", "HQ"),
        ("prores4444", "prores", "yuv444p12le", "4444"),
        ("dnxhr-hq", "dnxhd", "yuv422p", "DNXHR HQ"),
        ("dnxhr-444", "dnxhd", "yuv444p10le", "DNXHR 444"),
    ] {
        let path = of(id);
        let output =
            peer("ffprobe", &["-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", text(&path)], b"").unwrap();
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let video = &said["streams"][0];
        let found = |name: &str| video[name].as_str().unwrap_or("none").to_owned();
        assert_eq!([found("codec_name"), found("pix_fmt"), found("profile")], [codec, pixels, profile], "{video}");
        assert_eq!([found("r_frame_rate"), found("nb_read_frames")], ["24000/1001", "4"], "{id}");
        let wanted = ["bt709", "bt709", "bt709", "tv"];
        assert_eq!([found("color_primaries"), found("color_transfer"), found("color_space"), found("color_range")], wanted, "{video}");
        assert_eq!(video["tags"]["timecode"], "10:00:00:22", "{video}");
        let data = said["streams"].as_array().unwrap().iter().find(|s| s["codec_type"] == "data").unwrap();
        // MP4 has no place for the reel.
        let reel = if id == "h264" { Value::Null } else { "A001".into() };
        assert_eq!((&data["tags"]["timecode"], &data["tags"]["reel_name"]), (&"10:00:00:22".into(), &reel), "{data}");
    }
    // Code values of the display as 16 bits, beside those of the movie, which has full chroma.
    let decoded = |path: &Path| {
        let size = format!("{WIDTH}x{HEIGHT}");
        let filter = "scale=in_color_matrix=bt709:flags=accurate_rnd+full_chroma_int,format=rgb48le";
        let arguments = ["-v", "error", "-i", text(path), "-frames:v", "1", "-vf", filter, "-s", &size, "-f", "rawvideo", "-"];
        peer("ffmpeg", &arguments, b"").unwrap().stdout
    };
    let picture = decoded(&of("png16"));
    for id in ["prores4444", "dnxhr-444"] {
        let movie = decoded(&of(id));
        assert_eq!(picture.len(), movie.len(), "{id}");
        let code = |bytes: &[u8]| f64::from(u16::from_le_bytes([bytes[0], bytes[1]])) / 65535.0;
        let apart = picture.chunks_exact(2).zip(movie.chunks_exact(2)).map(|(a, b)| (code(a) - code(b)).abs()).sum::<f64>();
        let mean = apart / (picture.len() / 2) as f64;
        // A tenth of the difference that the matrix of BT.601, or the wrong range, would make.
        assert!(mean < 0.004, "{id}: {mean}");
    }
}

/// OpenImageIO reads the same pixels out of EXR, DPX, TIFF and PNG, and what is said of them.
/// The reference implementation of ASC MHL, found as `tests/conformance/history.rs` says.
fn by_ascmhl(folder: &Path) {
    for [program, command] in [["ascmhl-debug", "verify"], ["ascmhl", "diff"]] {
        let found = std::env::var_os("PRELIGHT_ASCMHL").map_or_else(|| program.into(), |bin| PathBuf::from(bin).join(program));
        let Some(output) = peer(text(&found), &[command, text(folder)], b"") else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "no ascmhl (pip install ascmhl==1.2)");
            return;
        };
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {said}");
    }
}

fn openimageio(folder: &Path, of: &impl Fn(&str) -> PathBuf) {
    const CHECK: &str = "import os, sys, numpy as np, OpenImageIO as o
plate, zip, piz, dwab, dpx10, dpx16, tiff, png = sys.argv[1:9]
def read(p):
    i = o.ImageInput.open(p)
    assert i, o.geterror()
    return i.spec(), i.read_image('float')
s, p = read(plate)
for f in (zip, piz):
    assert (read(f)[1] == p).all(), f
s, d = read(dwab)
assert s.getattribute('compression') == 'dwab' and 0 < np.abs(d - p).max() < 0.02 * p.max(), np.abs(d - p).max()
s, p = read(plate)
assert s.getattribute('compression') == 'none', s.getattribute('compression')
# Its strict policy for ACES containers writes the plate again as it is, and nothing that is none.
def strictly(path, **other):
    i = o.ImageInput.open(path)
    s, samples = i.spec(), i.read_image('half')
    for name, value in {'openexr:ACESContainerPolicy': 'strict', **other}.items():
        s.attribute(name, value)
    copy, out = path + '.strict.exr', o.ImageOutput.create('a.exr')
    if not out.open(copy, s):
        return out.geterror()
    assert out.write_image(samples) and out.close()
    r = o.ImageInput.open(copy)
    was, now = ({a.name: a.value for a in s.extra_attribs} for s in (i.spec(), r.spec()))
    assert now['acesImageContainerFlag'] == was['acesImageContainerFlag'] == 1, (was, now)
    assert all(now[name] == value for name, value in was.items() if name != 'openexr:ACESContainerPolicy'), (was, now)
    assert r.spec().channelnames == i.spec().channelnames and (r.read_image('half') == samples).all()
    r.close()
    os.remove(copy)
assert strictly(plate) is None, strictly(plate)
assert 'non-compliant' in strictly(plate, compression='zip')
assert 'non-compliant' in strictly(zip)
# ACEScct (S-2016-001) of AP1, with the matrix of TB-2014-004.
m = np.array([[1.4514393161, -0.2365107469, -0.2149285693], [-0.0765537734, 1.1762296998, -0.0996759264], [0.0083161484, -0.0060324498, 0.9977163014]])
lin = p.astype(np.float64) @ m.T
cct = np.where(lin <= 0.0078125, 10.5402377416545 * lin + 0.0729055341958355, (np.log2(np.maximum(lin, 1e-9)) + 9.72) / 17.52)
for f, bits in ((dpx10, 10), (dpx16, 16)):
    s, d = read(f)
    assert s.getattribute('oiio:BitsPerSample') in (None, bits), s.getattribute('oiio:BitsPerSample')
    # The DPX is of the picture before it is rounded to half.
    worst = np.abs(d - np.clip(cct, 0, 1)).max() * (2 ** bits - 1)
    assert worst < (0.75 if bits == 10 else 12), (f, worst)
    said = {a.name: a.value for a in s.extra_attribs}
    for name, wanted in (('dpx:Transfer', 'Logarithmic'), ('dpx:SlateInfo', 'A001'), ('dpx:TimeCode', '10:00:00:22'), ('dpx:InputDevice', 'ALEXA 35')):
        assert str(said.get(name)) == wanted, (name, said)
    assert abs(said['dpx:FrameRate'] - 24000 / 1001) < 1e-4 and abs(said['dpx:TemporalFrameRate'] - 24000 / 1001) < 1e-4, said
(a, t), (b, q) = read(tiff), read(png)
assert (t == q).all() and t.max() > 0.9
assert a.getattribute('ICCProfile') is not None and b.getattribute('ICCProfile') is not None
assert 'A001C002, frame 1' in a.getattribute('ImageDescription'), a.getattribute('ImageDescription')
";
    let python = std::env::var("PRELIGHT_PEER_PYTHON").unwrap_or_else(|_| "python3".into());
    if !peer(&python, &["-c", "import OpenImageIO, numpy"], b"").is_some_and(|o| o.status.success()) {
        return eprintln!("skipped: no Python has OpenImageIO");
    }
    let files = ["plate", "plate-zip", "plate-piz", "plate-dwab", "dpx10", "dpx16", "tiff16", "png16"].map(of);
    let output = peer(&python, &[&["-c", CHECK], files.each_ref().map(|f| text(f)).as_slice()].concat(), b"").unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // And FFmpeg the same codes out of the DPX.
    let arguments = ["-v", "error", "-i", text(&files[4]), "-f", "rawvideo", "-pix_fmt", "gbrp10le", "-"];
    let by_ffmpeg = peer("ffmpeg", &arguments, b"").unwrap().stdout;
    let bytes = fs::read(&files[4]).unwrap();
    let green = |i: usize| u32::from_be_bytes(bytes[2048 + 4 * i..2052 + 4 * i].try_into().unwrap()) >> 12 & 0x3ff;
    let pixels = (WIDTH * HEIGHT) as usize;
    assert_eq!(by_ffmpeg.len(), pixels * 6);
    assert!((0..pixels).all(|i| u32::from(u16::from_le_bytes([by_ffmpeg[2 * i], by_ffmpeg[2 * i + 1]])) == green(i)));
    assert!(folder.join("dpx10/A001C002.000001.dpx").is_file());
}

#[test]
fn names_signatures_and_parts() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let clip = clip(work.path());
    let toml = r#"
        [naming]
        shot = "sh010"
        plate = "pl01"
        version = 2
        first_frame_offset = 1000
        [[deliverables]]
        id = "vfx"
        format = { exr = { compression = "zip", colour = "aces" } }
        name = "{shot}/{shot}_{plate}_v{version:03}.{frame:04}"
        [[deliverables]]
        id = "review"
        format = { movie = { codec = "prores422proxy" } }
        name = "{shot}_{reel}_v{version:03}"
        burn_in = ["clip", "timecode", "frame", { text = "for review" }]
    "#;
    fs::write(at("output.toml"), toml).unwrap();
    let recipe = approve(work.path(), &clip, &["--output", text(&at("output.toml"))]);
    run_to(0, &["recipe", "key", text(&at("key.pem"))]);
    let sign = ["--sign-with", text(&at("key.pem"))].map(str::to_owned);
    let sign = [sign[0].as_str(), sign[1].as_str()];
    // A movie of a part would have the name of the whole; plates of a part do not.
    run_to(12, &["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&at("part")), "--frames", "1-2"]);
    assert!(!at("part").join("A001C002/sh010").exists());
    render(&recipe, &clip, &at("out"), &sign);
    let folder = at("out").join("A001C002");
    assert!(folder.join("sh010/sh010_pl01_v002.1001.exr").is_file() && folder.join("sh010_A001_v002.mov").is_file());
    let envelope = fs::read(folder.join("A001C002.000001-000004.provenance.dsse.json")).unwrap();
    assert!(is_signed_by(&envelope, &PublicKey::open(&at("key.pem.pub")).unwrap()).unwrap());
    run_to(0, &["recipe", "key", text(&at("other.pem"))]);
    assert!(!is_signed_by(&envelope, &PublicKey::open(&at("other.pem.pub")).unwrap()).unwrap());
    run_to(0, &["verify", text(&folder), "--signed-by", text(&at("key.pem.pub"))]);
    run_to(11, &["verify", text(&folder), "--signed-by", text(&at("other.pem.pub"))]);
    let said = run_to(0, &["verify", text(&folder), "--signed-by", text(&at("key.pem.pub")), "--recipe", text(&recipe)]);
    assert!(said.contains("signed by the key; approvals of the recipe not judged, for want of a trust policy"), "{said}");
    // A policy that is in force is not passed over, however it is named.
    let policy = at("policy.toml");
    fs::write(&policy, "schema = 'prelight-trust/1'\n[[signer]]\nname = 'Ada'\nroles = ['colourist']\nkey = 'key.pem.pub'\n").unwrap();
    let verify = |more: &[&str], trust: Option<&Path>| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_prelight"));
        command.args(["verify", text(&folder)]).args(more).envs(trust.map(|path| ("PRELIGHT_TRUST", path)));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        (output.status.code(), said.into_owned())
    };
    let (code, said) = verify(&[], Some(&policy));
    assert!(code == Some(2) && said.contains("PRELIGHT_TRUST: ") && said.contains("--recipe"), "{said}");
    let (code, said) = verify(&["--trust", text(&policy)], None);
    assert!(code == Some(2) && said.contains("--trust: ") && said.contains("--recipe"), "{said}");
    run_to(0, &["recipe", "sign", text(&recipe), "--key", text(&at("key.pem")), "--name", "Ada", "--role", "colourist"]);
    let (code, said) = verify(&["--recipe", text(&recipe), "--signed-by", text(&at("key.pem.pub"))], Some(&policy));
    assert!(code == Some(0) && said.contains("signed by the key, 1 good approval") && !said.contains("for want"), "{said}");
    // Another receipt is not covered by the statement of the first, under whatever name that lies there again.
    let receipt = folder.join("A001C002.000001-000004.receipt.json");
    let forged = String::from_utf8(fs::read(&receipt).unwrap()).unwrap() + "\n";
    fs::write(folder.join("A001C002.000001-000003.receipt.json"), forged).unwrap();
    fs::write(folder.join("A001C002.000001-000003.provenance.dsse.json"), &envelope).unwrap();
    let said = run_to(11, &["verify", text(&folder), "--signed-by", text(&at("key.pem.pub"))]);
    assert!(said.contains("000001-000003.receipt.json: a statement of it, signed"), "{said}");

    // What is asked for and is not there is refused before anything is written.
    fs::write(at("scene.toml"), toml.replace("{shot}_{reel}", "{scene}")).unwrap();
    let recipe = approve(work.path(), &clip, &["--output", text(&at("scene.toml")), "--waive", NOT_MADE]);
    let output = crate::prelight(&["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&at("scene"))]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(10) && said.contains("scene: the name {scene}_v{version:03} asks for it"), "{said}");
    assert!(!at("scene").join("A001C002").exists());
    // ACES2065-1 says nothing about the camera's primaries.
    let recipe = approve(work.path(), &clip, &["--deliver", "camera-linear", "--waive", NOT_MADE]);
    run_to(12, &["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&at("camera"))]);
    run_to(2, &["recipe", "new", text(&clip), "--out", text(&at("x")), "--name", "a", "--role", "b", "--deliver", "vhs"]);
    // Without FFmpeg nothing is begun.
    let recipe = approve(work.path(), &clip, &["--deliver", "plate,h264"]);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_prelight"))
        .args(["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&at("none"))])
        .env("PRELIGHT_FFMPEG", at("nothing"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(10) && said.contains("PRELIGHT_FFMPEG") && said.contains("h264"), "{said}");
    assert!(!at("none").join("A001C002").exists());
}

#[test]
fn the_colours_of_camera_and_display_are_told_as_they_are() {
    let work = tempfile::tempdir().unwrap();
    let clip = clip(work.path());
    let recipe = approve(work.path(), &clip, &["--deliver", "dpx16"]);
    render(&recipe, &clip, &work.path().join("log"), &["--frames", "1-2"]);
    // A logarithmic clip in AP1, that says nothing about it, for an HDR display.
    let clip = work.path().join("log/A001C002/dpx16");
    let choices = ["--input-transform", "acescct", "--output-transform", "aces2-p3-d65-1000nit-in-rec2100-d65-st2084"];
    let recipe = approve_as(work.path(), &clip, &choices, &["--deliver", "plate,camera-linear,prores4444,still-png"]);
    let receipt = render(&recipe, &clip, &work.path().join("out"), &[]);
    let folder = work.path().join("out").join(receipt["clip"].as_str().unwrap());
    let files = receipt["deliverables"].as_array().unwrap();
    let of = |id: &str| folder.join(files.iter().find(|f| f["deliverable"] == id).unwrap()["file"].as_str().unwrap());

    let read = |path: &Path| {
        let clip = camera::open_single(path).unwrap();
        let Picture::Rgb(image) = clip.read(clip.frames().first(), &Reading::default()).unwrap() else { panic!("no picture") };
        (clip.metadata().gamut.as_ref().unwrap().value.clone(), image)
    };
    let ((_, plate), (gamut, linear)) = (read(&of("plate")), read(&of("camera-linear")));
    assert_eq!(gamut, "ACEScg");
    for i in (0..plate.planes[0].len()).step_by(97) {
        let wanted = rgb::transform(&rgb::AP0_TO_AP1, [0, 1, 2].map(|c| f64::from(plate.planes[c][i])));
        for (c, wanted) in wanted.into_iter().enumerate() {
            let found = f64::from(linear.planes[c][i]);
            assert!((found - wanted).abs() <= 3e-3 * wanted.abs().max(0.01), "{found} {wanted}");
        }
    }
    let probe = |path: &Path| {
        let output = peer("ffprobe", &["-v", "error", "-show_streams", "-of", "json", text(path)], b"").unwrap();
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        ["color_primaries", "color_transfer", "color_space"].map(|name| said["streams"][0][name].as_str().unwrap_or("none").to_owned())
    };
    assert_eq!(probe(&of("prores4444")), ["bt2020", "smpte2084", "bt2020nc"]);
    let still = camera::open_single(&of("still-png")).unwrap();
    let said = |field: &Option<Field<String>>| field.as_ref().map(|f| f.value.clone());
    assert_eq!([said(&still.metadata().gamut), said(&still.metadata().transfer)], [Some("BT.2020".into()), Some("PQ".into())]);
}

/// A name that the clip cannot fill in is not approved unless somebody accepts it: then it is in the recipe, and told wherever it is read.
#[test]
fn what_cannot_be_delivered_is_approved_by_a_waiver_only() {
    let work = tempfile::tempdir().unwrap();
    let clip = clip(work.path());
    let (file, refused) = (work.path().join("output.toml"), work.path().join("refused.recipe"));
    let name = |name: &str| {
        let exr = "format = { exr = { compression = \"zip\", colour = \"aces\" } }";
        fs::write(&file, format!("[[deliverables]]\nid = \"a\"\n{exr}\nname = \"{name}\"\n")).unwrap();
    };
    let why = "PKG-04 Deliverables can be made (1 cannot; scene: the name {scene}.{frame:06} asks for it, and the clip does not say it";
    name("{scene}.{frame:06}");
    let new = ["recipe", "new", text(&clip), "--out", text(&refused), "--name", "a", "--role", "b", "--golden", "1"];
    let told = crate::refused(12, &[&new[..], &["--output", text(&file)]].concat());
    assert!(told.contains(why) && !refused.exists(), "{told}");
    let recipe = approve(work.path(), &clip, &["--output", text(&file), "--golden", "1", "--waive", NOT_MADE]);
    let document: Value = serde_json::from_slice(&fs::read(recipe.join("recipe.json")).unwrap()).unwrap();
    let outcome = |document: &Value| {
        let checks = document["clips"][0]["checks"].as_array().unwrap();
        checks.iter().find(|f| f["id"] == "PKG-04").unwrap()["outcome"].clone()
    };
    assert_eq!(outcome(&document), "fail");
    // An encoder that this machine does not have may be on the one that delivers.
    let accepted = document["clips"][0]["waivers"].as_array().unwrap().iter().map(|w| w["check"].as_str().unwrap());
    let waivers: Vec<String> = accepted.filter(|check| *check != "PKG-04").map(|check| format!("{check}=a test")).collect();
    let movie = work.path().join("movie.recipe");
    let mut new: Vec<&str> = ["recipe", "new", text(&clip), "--out", text(&movie), "--name", "a", "--role", "b", "--golden", "1"].to_vec();
    new.extend(waivers.iter().flat_map(|w| ["--waive", w]).chain(["--deliver", "plate,h264"]));
    let made = std::process::Command::new(env!("CARGO_BIN_EXE_prelight"))
        .args(new)
        .env("PRELIGHT_FFMPEG", work.path().join("nothing"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let document: Value = serde_json::from_slice(&fs::read(movie.join("recipe.json")).unwrap()).unwrap();
    assert_eq!(outcome(&document), "pass");
}

#[test]
fn what_cannot_be_delivered_is_told_when_a_recipe_is_checked() {
    let work = tempfile::tempdir().unwrap();
    let clip = clip(work.path());
    let file = work.path().join("output.toml");
    let with = |deliverable: &str, more: &[&str]| -> (PathBuf, Vec<Value>) {
        fs::write(&file, format!("[[deliverables]]\nid = \"a\"\n{deliverable}")).unwrap();
        let recipe = approve_as(work.path(), &clip, more, &["--output", text(&file), "--golden", "1", "--waive", NOT_MADE]);
        let output = prelight(&["recipe", "check", text(&recipe), text(&clip), "--json"]);
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let failed = said["findings"].as_array().unwrap().iter().filter(|f| f["outcome"] == "fail").cloned().collect();
        (recipe, failed)
    };
    let exr = |compression: &str, name: &str| {
        format!("format = {{ exr = {{ compression = \"{compression}\", colour = \"aces\" }} }}\nname = \"{name}\"\n")
    };
    assert_eq!(with(&exr("none", "{clip}.{frame:06}"), &[]).1, [] as [Value; 0]);
    // A name asks for what the clip does not say: rendering would refuse it with the same words.
    let (recipe, failed) = with(&exr("none", "{scene}.{frame:06}"), &[]);
    let out = work.path().join("out");
    let refused = prelight(&["render", "--recipe", text(&recipe), "--clip", text(&clip), "--out", text(&out)]);
    let why = "asks for it, and the clip does not say it";
    assert!(refused.status.code() == Some(10) && String::from_utf8_lossy(&refused.stderr).contains(why));
    assert!(failed.len() == 1 && failed[0]["id"] == "PKG-04" && failed[0]["evidence"].as_str().unwrap().contains(why), "{failed:?}");
    run_to(11, &["recipe", "check", text(&recipe), text(&clip)]);
    // A document of the delivery has the name; a movie's size is told without the clip, too.
    let (_, failed) = with("format = { jpeg = { quality = 90 } }\nframes = \"first\"\nname = \"ascmhl/x\"\n", &[]);
    assert!(failed.len() == 1 && failed[0]["id"] == "PKG-04", "{failed:?}");
    let (recipe, _) = with("format = { movie = { codec = \"dnxhr-hq\" } }\nwidth = 64\n", &[]);
    let said = prelight(&["recipe", "check", text(&recipe)]);
    let text_of = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.status.code() == Some(11) && text_of.contains("DNxHR HQ has at least 256x120 pixels"), "{text_of}");
    // What the profile asks for.
    let (_, failed) = with(&exr("dwab", "{clip}.{frame:06}"), &[]);
    assert!(failed.len() == 1 && failed[0]["id"] == "PKG-05" && failed[0]["evidence"].as_str().unwrap().contains("DWAB"), "{failed:?}");
    // What DPX cannot hold, and what a movie cannot say of the display that it is made for.
    let asked = |deliverable: &str, more: &[&str], why: &str| {
        let (_, failed) = with(deliverable, more);
        assert!(failed.len() == 1 && failed[0]["id"] == "PKG-05" && failed[0]["evidence"].as_str().unwrap().contains(why), "{failed:?}");
    };
    asked("format = { dpx = { bits = 10, encoding = \"acescg\" } }\n", &[], "a is linear (acescg), not logarithmic");
    let movie = |codec: &str| format!("format = {{ movie = {{ codec = \"{codec}\" }} }}\n");
    let cinema = ["--output-transform", "aces2-p3-d65-48nit-in-p3-d65-gamma2pt6"];
    asked(&movie("prores422"), &cinema, "A001C002: a cannot say gamma 2.6");
    let hdr = ["--output-transform", "aces2-p3-d65-1000nit-in-rec2100-d65-st2084"];
    asked(&movie("h264"), &hdr, "a is H.264 of 8 bits: PQ needs 10");
    assert_eq!(with(&movie("prores422"), &hdr).1, [] as [Value; 0]);
    assert_eq!(with("format = { dpx = { bits = 10, encoding = \"acescct\" } }\n", &[]).1, [] as [Value; 0]);
}
