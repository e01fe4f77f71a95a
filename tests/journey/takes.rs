//! Takes of one camera, and deliveries of what an AMF left open.

use crate::{demo_show, json, refused, run_to, text};
use prelight::{
    camera,
    pipeline::Sidecars,
    sidecar::{
        amf::{self, Media},
        fdl,
    },
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Makes the demo show; folder and name of a clip of it without a planted fault.
fn clean(show: &Path) -> (PathBuf, String) {
    run_to(0, &["demo", text(show)]);
    let (folder, name) = demo_show::clean_clip(show);
    (folder.into(), name)
}

/// The sidecar of a clip with this extension, in its folder or beside it.
fn sidecar(folder: &Path, name: &str, extension: &str) -> PathBuf {
    let file = format!("{name}.{extension}");
    [folder.join(&file), folder.parent().unwrap().join(&file)].into_iter().find(|p| p.is_file()).unwrap()
}

/// A copy of a clip of DNGs under another name, whose noise profile states `factor` times the noise.
fn take(from: &Path, to: &Path, profile: [f64; 2], factor: f64) {
    fs::create_dir_all(to).unwrap();
    let bytes = |factor: f64| profile.map(|v| (v * factor).to_le_bytes()).concat();
    let (old, new) = (bytes(1.0), bytes(factor));
    let mut patched = 0;
    for path in fs::read_dir(from).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "dng")) {
        let mut frame = fs::read(&path).unwrap();
        let at = frame.windows(old.len()).position(|w| w == old).unwrap();
        frame[at..at + new.len()].copy_from_slice(&new);
        let name = text(&path).rsplit('_').next().unwrap().to_owned();
        fs::write(to.join(format!("{}_{name}", text(to).rsplit('/').next().unwrap())), frame).unwrap();
        patched += 1;
    }
    assert!(patched > 0);
}

fn finding<'v>(report: &'v Value, id: &str) -> &'v Value {
    report[0]["findings"].as_array().unwrap().iter().find(|f| f["id"] == id).unwrap()
}

/// A third take is made as the approved one whose noise is nearest its own, and its receipt says so.
#[test]
fn a_take_of_another_noise_is_made_as_the_nearest_approved_one() {
    let work = tempfile::tempdir().unwrap();
    let (folder, name) = clean(&work.path().join("show"));
    let report = json(&["inspect", text(&folder), "--json"]);
    let profile = report["entries"][0]["metadata"]["noise_profile"]["value"][0].as_array().unwrap_or_else(|| panic!("{report}")).clone();
    let profile = [profile[0].as_f64().unwrap(), profile[1].as_f64().unwrap()];
    let takes = work.path().join("takes");
    for (take_name, factor) in [("T001", 1.0), ("T002", 64.0), ("T003", 40.0)] {
        take(&folder, &takes.join(take_name), profile, factor);
    }
    let (amf, fdl) = (sidecar(&folder, &name, "amf"), sidecar(&folder, &name, "fdl"));
    let recipe = work.path().join("takes.recipe");
    let (one, two, three) = (takes.join("T001"), takes.join("T002"), takes.join("T003"));
    let mut arguments = vec!["recipe", "new", text(&one), text(&two), "--amf", text(&amf), "--fdl", text(&fdl)];
    arguments.extend(["--out", text(&recipe), "--name", "A", "--role", "DP"]);
    run_to(0, &arguments);
    let document = json(&["recipe", "show", text(&recipe), "--json"]);
    let slopes: Vec<f64> = document["clips"].as_array().unwrap().iter().map(slope).collect();
    assert!(slopes[0] > slopes[1], "{slopes:?}");

    let out = work.path().join("out");
    let receipt = json(&["render", "--recipe", text(&recipe), "--clip", text(&three), "--out", text(&out), "--frames", "0-0", "--json"]);
    assert_eq!((&receipt["clip"], &receipt["entry"]), (&Value::from("T003"), &document["clips"][1]["name"]));
    assert_eq!(receipt["slopes"]["entry"].as_f64(), Some(slopes[1]));
    let own = receipt["slopes"]["clip"].as_f64().unwrap();
    assert!(slopes[1] < own && own < slopes[0] && own / slopes[1] < slopes[0] / own, "{own} {slopes:?}");
    // The approved one is made as it was approved, and there is nothing to tell.
    let receipt = json(&["render", "--recipe", text(&recipe), "--clip", text(&one), "--out", text(&out), "--frames", "0-0", "--json"]);
    assert!(receipt["slopes"].is_null() && receipt["entry"] == "T001", "{receipt}");
}

/// What is delivered of a take that was not approved itself names that take: its documents, and the header of its plates.
#[test]
fn a_delivery_names_the_clip_that_was_rendered() {
    let work = tempfile::tempdir().unwrap();
    let (folder, name) = clean(&work.path().join("show"));
    let (recipe, out) = (work.path().join("one.recipe"), work.path().join("out"));
    run_to(0, &["recipe", "new", text(&folder), "--out", text(&recipe), "--name", "A", "--role", "DP"]);
    let takes = work.path().join("takes");
    // Numbered from 10 on; of T003 nothing is rendered.
    for take in ["T002", "T003"] {
        fs::create_dir_all(takes.join(take)).unwrap();
        for frame in 0..8 {
            let of = |name: &str, number: u32| format!("{name}_{number:06}.dng");
            fs::copy(folder.join(of(&name, frame)), takes.join(take).join(of(take, frame + 10))).unwrap();
        }
    }
    let render = |clip: &Path, frame: &str| {
        run_to(0, &["render", "--recipe", text(&recipe), "--clip", text(clip), "--out", text(&out), "--frames", frame]);
    };
    render(&takes.join("T002"), "11-11");
    render(&folder, "1-1");

    let documents = |name: &str| {
        let at = |extension: &str| out.join(name).join(format!("{name}.{extension}"));
        let amf = amf::read(&at("amf")).unwrap().0;
        let text = fs::read(at("fdl")).unwrap();
        (amf, fdl::parse(&text).unwrap().0, text)
    };
    let (approved, framed, _) = documents(&name);
    let (of_take, take_framed, text_of_fdl) = documents("T002");
    let id = |name: &str, min: u64, max: u64| {
        let template = format!("{name}_######.dng");
        (name.to_owned(), Some(Media::Sequence { template, idx: "#".into(), min, max }))
    };
    let of_amf = |amf: &amf::Amf| amf.clip_id.clone().map(|id| (id.name, id.media)).unwrap();
    assert_eq!((of_amf(&approved), of_amf(&of_take)), (id(&name, 0, 7), id("T002", 10, 17)));
    assert_eq!((&of_take.pipeline.steps, &of_take.pipeline.output), (&approved.pipeline.steps, &approved.pipeline.output));
    let of_fdl = |fdl: &fdl::Fdl| {
        let id = fdl.contexts[0].clip_id.clone().unwrap();
        let sequence = id.sequence.unwrap();
        (id.clip_name, sequence.value, sequence.min, sequence.max)
    };
    assert_eq!(of_fdl(&framed), (name.clone(), format!("{name}_######.dng"), 0, 7));
    assert_eq!(of_fdl(&take_framed), ("T002".into(), "T002_######.dng".into(), 10, 17));
    assert_eq!(take_framed.contexts[0].canvases, framed.contexts[0].canvases);
    let plate = fs::read(out.join("T002/T002.000011.exr")).unwrap();
    assert!(plate.windows(text_of_fdl.len()).any(|w| w == text_of_fdl), "the header has the FDL that lies beside");

    // Beside the takes, under a name that says nothing, they are of this one alone.
    for extension in ["amf", "fdl"] {
        fs::copy(out.join(format!("T002/T002.{extension}")), takes.join(format!("day.{extension}"))).unwrap();
    }
    let paired = |take: &str| {
        let found = Sidecars::discover(&*camera::open(&takes.join(take)).unwrap());
        (found.amf.map(|d| d.paired_by), found.fdl.map(|d| d.paired_by))
    };
    assert_eq!(paired("T002"), (Some("clipId".into()), Some("clip_id".into())));
    assert_eq!(paired("T003"), (None, None));

    // Where the engine computes something else than where it was approved, it is told before the first plate of a take, too.
    let document = recipe.join("recipe.json");
    let said = fs::read_to_string(&document).unwrap();
    let at = said.find("\"probe\":\"").unwrap() + "\"probe\":\"".len();
    let other = if said[at..].starts_with('0') { "1" } else { "0" };
    fs::write(&document, format!("{}{other}{}", &said[..at], &said[at + 1..])).unwrap();
    let told = refused(11, &["render", "--recipe", text(&recipe), "--clip", text(&takes.join("T003")), "--out", text(&out)]);
    assert!(told.contains("one.recipe: probe = ") && !out.join("T003").exists(), "{told}");
}

fn slope(clip: &Value) -> f64 {
    let domain = &clip["settings"]["decode"]["options"]["domain"];
    // `{"log": {"slope": {"fixed": n}}}`, whatever the members are called.
    fn number(value: &Value) -> Option<f64> {
        value.as_f64().or_else(|| value.as_object()?.values().find_map(number))
    }
    number(domain).unwrap_or_else(|| panic!("{domain}"))
}

/// What the AMF left open was chosen, approved and rendered: the delivery needs no choice any more, and passes our own check.
#[test]
fn a_delivery_of_what_was_chosen_passes_the_check() {
    let work = tempfile::tempdir().unwrap();
    let (folder, name) = clean(&work.path().join("show"));
    let id = "urn:ampas:aces:transformId:v2.0:Look.Acme.Show.a1.v1";
    let source = fs::read_to_string(sidecar(&folder, &name, "amf")).unwrap();
    let unknown = format!(
        "<aces:lookTransform applied=\"false\"><aces:description>Show</aces:description>\n<aces:transformId>{id}</aces:transformId>\n</aces:lookTransform>"
    );
    let from = source.find("<aces:cdlWorkingSpace>").unwrap();
    let to = source.find("</aces:cdlWorkingSpace>").unwrap() + "</aces:cdlWorkingSpace>".len();
    let bare = format!("{}{}", &source[..from], &source[to..]);
    let open = bare.replacen("<aces:lookTransform", &format!("{unknown}<aces:lookTransform"), 1);
    let amf = work.path().join("open.amf");
    fs::write(&amf, open).unwrap();

    let check = ["check", text(&folder), "--amf", text(&amf), "--json"];
    let report: Value = serde_json::from_str(&run_to(11, &check)).unwrap();
    assert_eq!(finding(&report, "COL-01")["outcome"], "fail");
    // The unknown ID and the bare CDL: each is one problem.
    assert_eq!(finding(&report, "COL-02")["measured"], "2 unknown", "{}", finding(&report, "COL-02"));

    let map = format!("{id}=Look.Academy.ReferenceGamutCompress.a2.v1");
    let chosen = ["--map", &map, "--working-space", "acescct"];
    let report = json(&[&check[..], &chosen].concat());
    for rule in ["COL-01", "COL-02"] {
        assert_eq!(finding(&report, rule)["outcome"], "pass", "{}", finding(&report, rule));
    }
    assert!(finding(&report, "COL-01")["evidence"].as_str().unwrap().contains("settled by what was chosen"));

    let (recipe, out) = (work.path().join("a.recipe"), work.path().join("out"));
    let new = ["recipe", "new", text(&folder), "--amf", text(&amf), "--out", text(&recipe), "--name", "A", "--role", "DP"];
    run_to(0, &[&new[..], &chosen].concat());
    run_to(0, &["render", "--recipe", text(&recipe), "--clip", text(&folder), "--out", text(&out), "--frames", "0-0"]);
    let report: Value = serde_json::from_slice(&crate::prelight(&["check", text(&out.join(&name)), "--json"]).stdout).unwrap();
    for rule in ["COL-01", "COL-02", "COL-03"] {
        assert_eq!(finding(&report, rule)["outcome"], "pass", "{}", finding(&report, rule));
    }
    let evidence = finding(&report, "COL-01")["evidence"].as_str().unwrap();
    assert!(evidence.contains(&format!("{name}.amf")) && evidence.contains("in pipelines on record only"), "{evidence}");
}
