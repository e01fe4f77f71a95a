//! AMFs rendered: every one of the corpus, or why not; look files of every format; OpenColorIO as the peer.

use super::files;
use crate::corpus;
use prelight::{
    Error,
    color::{self, Op, eval_f64},
    pipeline::{Settings, amf_road},
    sidecar::{
        amf::{self, Amf, Author, Reference, Role, Step, Transform, WorkingSpace},
        cdl::Cdl,
        lut,
    },
};
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};
use time::macros::datetime;

/// What an AMF leaves to do.
fn road(path: &Path, settings: &Settings) -> Result<Vec<Op>, Error> {
    let (amf, _) = amf::read(path).unwrap();
    let steps = amf_road(&amf, path, settings)?;
    Ok(steps.into_iter().filter(|s| !s.applied).flat_map(|s| s.ops.unwrap()).collect())
}

fn id(short: &str) -> String {
    amf::full_id(short).unwrap_or_else(|| panic!("{short}"))
}

fn empty() -> Amf {
    let uuid = uuid::Uuid::from_u128(7);
    Amf::new_v2("Road", Author::new("n", "n@n"), None, datetime!(2026-11-21 03:00 UTC), uuid)
}

fn write(folder: &Path, amf: &Amf) -> std::path::PathBuf {
    let path = folder.join("a.amf");
    fs::write(&path, amf::write(amf)).unwrap();
    path
}

/// A file, and words of the reason for which it is not rendered.
const NOT_RENDERED: &[(&str, &str)] = &[
    ("cclark_data/interleaved_working_location.amf", "post_look.clf: file not found"),
    // IDs that no registry has.
    ("cclark_generated/invalid_AMFs/invalid_23_identity_cdl_warning.amf", "CSC.ACES2065-1.ACEScct.a1.v1: unknown transform"),
    ("cclark_generated/invalid_AMFs/invalid_24_missing_transform_description.amf", "CSC.ACES2065-1.ACEScct.a1.v1: unknown transform"),
    ("examples_ampas/examples/example3.amf", "LMT.ACME.AcmeDILook.a1.v5: unknown transform"),
    ("examples_ampas/examples/example6.amf", "showLook.clf: file not found"),
];

#[test]
fn every_amf_of_the_corpus_renders_or_says_why() {
    let Some(folder) = corpus("standards/amf") else { return };
    let (mut rendered, mut refused) = (0, BTreeMap::new());
    for path in files(&folder, "amf") {
        match road(&path, &Settings::default()) {
            Ok(_) => rendered += 1,
            Err(error) => _ = refused.insert(path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned(), error.to_string()),
        }
    }
    eprintln!("{rendered} rendered, {} not:", refused.len());
    refused.iter().for_each(|(file, why)| eprintln!("  {file}: {why}"));
    let unexpected: Vec<_> =
        refused.iter().filter(|(file, why)| !NOT_RENDERED.iter().any(|(known, because)| known == file && why.contains(because))).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    assert_eq!((rendered, refused.len()), (191, NOT_RENDERED.len()));
}

/// The same with nothing taken as applied: what is not rendered names transforms that no registry has, or files that are not there.
#[test]
fn every_step_of_the_corpus_renders_or_says_why() {
    let Some(folder) = corpus("standards/amf") else { return };
    let (mut rendered, mut refused) = (0, 0);
    for path in files(&folder, "amf") {
        let (mut amf, _) = amf::read(&path).unwrap();
        let mut unknown = false;
        amf.pipeline.visit_mut(&mut |_, t| {
            t.applied = t.applied.map(|_| false);
            unknown |= matches!(&t.reference, Reference::TransformId(id) if !amf::is_official(id) && color::named(id).is_none());
        });
        let Err(error) = amf_road(&amf, &path, &Settings::default()) else {
            rendered += 1;
            assert!(!unknown, "{}", path.display());
            continue;
        };
        refused += 1;
        let text = error.to_string();
        let file = ["file not found", "lies outside the folder", "no such correction"].iter().any(|why| text.contains(why));
        assert!(file || (unknown && text.contains("unknown transform")), "{}: {text}", path.display());
        assert!(error.path().is_some(), "{text}");
    }
    assert_eq!((rendered, refused), (174, 22));
}

#[test]
fn a_road_is_the_sum_of_its_transforms() {
    let Some(folder) = corpus("standards/amf") else { return };
    let rec709 = ["ODT.Academy.Rec709_100nits_dim.a1.0.3"];
    for (file, transforms) in [
        ("pomfort_v1/Material/amf/LogCEI800-Rec.709100nitsdim.amf", [&["arri-logc3"], &rec709[..]].concat()),
        // The input transform is in the pixels.
        ("pomfort_v1/Material/amf/LogCEI800-Rec.709100nitsdim__skip-IDT.amf", rec709.to_vec()),
        ("cclark_data/mixed_urns_with_equivalent_csc.amf", vec!["arri-logc4", "aces2-rec709-d65-100nit-in-rec709-d65-bt1886"]),
    ] {
        let ours = road(&folder.join(file), &Settings::default()).unwrap();
        let theirs: Vec<Op> = transforms.iter().flat_map(|t| color::transform(t, false).unwrap()).collect();
        for px in [[0.391, 0.391, 0.391], [0.2, 0.5, 0.7], [0.9, 0.1, 0.05], [0.0, 0.0, 0.0]] {
            let (ours, theirs) = (eval_f64(&ours, px), eval_f64(&theirs, px));
            assert!((0..3).all(|c| (ours[c] - theirs[c]).abs() < 1e-9), "{file} {px:?}: {ours:?}, not {theirs:?}");
        }
    }
}

/// What the look files do is judged by their own tests; here, that an AMF that names one does just that.
#[test]
fn every_look_file_renders_from_an_amf() {
    let Some(corpus) = corpus("standards/clf_lut") else { return };
    let mut seen = 0;
    for extension in lut::EXTENSIONS {
        for file in files(&corpus, extension) {
            let spec = file.to_str().unwrap();
            let Ok(ops) = lut::transform(spec, false) else { continue };
            if ["cc", "ccc", "cdl"].contains(extension) {
                continue;
            }
            let folder = tempfile::tempdir().unwrap();
            // Some formats say in their names what they are.
            let name = format!("my looks/{}", file.file_name().unwrap().to_str().unwrap());
            fs::create_dir(folder.path().join("my looks")).unwrap();
            fs::copy(&file, folder.path().join(&name)).unwrap();
            let mut amf = empty();
            let digest = amf::Algorithm::Sha256.of_file(&file).unwrap().try_into().unwrap();
            amf.pipeline.push_look(Transform::file(&name, Some(digest)));
            let road = road(&write(folder.path(), &amf), &Settings::default()).unwrap_or_else(|e| panic!("{spec}: {e}"));
            assert_eq!(road, ops, "{spec}");
            seen += 1;
        }
    }
    assert_eq!(seen, 100);
}

const SMALL: &str = "LUT_3D_SIZE 2\n0.1 0 0\n1 0.1 0\n0 0.9 0\n1 1 0\n0 0 1\n1 0 0.8\n0 1 1\n1 1 1\n";
const CLF: &str = r#"<?xml version="1.0"?><ProcessList xmlns="urn:AMPAS:CLF:v3.0" id="urn:uuid:5C5F6CA4-5B0B-4B8B-9B8E-0D0D0D0D0D0D" compCLFversion="3.0">
<Matrix inBitDepth="32f" outBitDepth="32f"><Array dim="3 3">1 0.1 0 0 1 0 0 0 1</Array></Matrix></ProcessList>"#;
const CCC: &str = "<ColorCorrectionCollection xmlns='urn:ASC:CDL:v1.01'>
<ColorCorrection id='other'><SatNode><Saturation>0</Saturation></SatNode></ColorCorrection>
<ColorCorrection id='day'><SOPNode><Slope>1.1 1 0.9</Slope><Offset>0.01 0 -0.02</Offset><Power>1 1.05 0.95</Power></SOPNode>
<SatNode><Saturation>0.9</Saturation></SatNode></ColorCorrection></ColorCorrectionCollection>";

fn grade() -> Cdl {
    Cdl { slope: [1.1, 1.0, 0.9], offset: [0.01, 0.0, -0.02], power: [1.0, 1.05, 0.95], saturation: 0.9, ..Cdl::default() }
}

#[test]
fn a_correction_in_a_file_is_the_correction() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("show.ccc"), CCC).unwrap();
    let render = |look: Transform, settings: &Settings| {
        let mut amf = empty();
        amf.pipeline.push_look(look);
        road(&write(folder.path(), &amf), settings)
    };
    let acescct = WorkingSpace::acescct();
    let by_file = |id| Transform::of_file(&folder.path().join("show.ccc"), Some(id), &acescct, folder.path()).unwrap();
    let plain = Settings::default();
    let values = render(Transform::cdl(grade(), acescct.clone()), &plain).unwrap();
    assert_eq!(render(by_file("day"), &plain).unwrap(), values);
    let error = render(by_file("night"), &plain).unwrap_err();
    assert!(error.to_string().contains("other, day"), "{error}");

    // Only one way is needed, the other is its inverse.
    let mut one_way = Transform::cdl(grade(), acescct.clone());
    if let Reference::Cdl(look) = &mut one_way.reference {
        look.working_space.as_mut().unwrap().to = None;
    }
    assert_eq!(render(one_way, &plain).unwrap(), values);

    // Without a space it is shown, not rendered, until a person chooses one.
    let mut bare = Transform::cdl(grade(), acescct);
    if let Reference::Cdl(look) = &mut bare.reference {
        look.working_space = None;
    }
    let error = render(bare.clone(), &plain).unwrap_err();
    assert!(error.message().contains("working space") && error.line_number().is_some_and(|l| l > 1), "{error}");
    assert_eq!(render(bare.clone(), &Settings { working_space: Some("acescct".into()), ..plain.clone() }).unwrap(), values);
    let error = render(bare, &Settings { working_space: Some("arri-logc4".into()), ..plain }).unwrap_err();
    assert_eq!(error.exit_code(), 2, "{error}");
}

#[test]
fn files_are_found_by_uuid_confined_and_verified() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("amf");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a look.clf"), CLF).unwrap();
    fs::write(folder.join("other.clf"), CLF.replace("5C5F", "FFFF")).unwrap();
    fs::write(outer.path().join("outside.clf"), CLF).unwrap();
    let render = |look: Transform| {
        let mut amf = empty();
        amf.pipeline.push_look(look);
        road(&write(&folder, &amf), &Settings::default())
    };
    let uuid = Reference::Uuid("urn:uuid:5c5f6ca4-5b0b-4b8b-9b8e-0d0d0d0d0d0d".into());
    let by = |reference| Transform { applied: Some(false), reference, ..Transform::default() };
    let want = lut::transform(folder.join("a look.clf").to_str().unwrap(), false).unwrap();
    assert_eq!(render(by(uuid.clone())).unwrap(), want);
    assert_eq!(render(by(Reference::File("a%20look.clf".into()))).unwrap(), want);

    for bad in ["../outside.clf", "%2e%2e/outside.clf", "/etc/passwd", "file:///etc/passwd", "none.clf"] {
        let error = render(by(Reference::File(bad.into()))).unwrap_err();
        assert!([10, 12].contains(&error.exit_code()), "{bad}: {error}");
    }
    assert!(render(by(Reference::Uuid("urn:uuid:00000000-0000-0000-0000-000000000000".into()))).is_err());

    let wrong = Transform::file("a look.clf", Some([7; 32]));
    let error = render(wrong.clone()).unwrap_err();
    assert_eq!(error.exit_code(), 11, "{error}");
    // Both values, and the file.
    let found = amf::Algorithm::Sha256.of_file(&folder.join("a look.clf")).unwrap();
    let hash = |digest: &[u8]| amf::Hash::sha256(digest.try_into().unwrap()).text;
    assert!([hash(&found), hash(&[7; 32]), "a look.clf".into()].iter().all(|part| error.to_string().contains(part)), "{error}");
    // What is in the pixels already needs nothing.
    assert_eq!(render(wrong.applied(true)).unwrap(), []);

    fs::copy(folder.join("a look.clf"), folder.join("copy.clf")).unwrap();
    assert!(render(by(uuid)).unwrap_err().message().contains("a look.clf, copy.clf"));
}

#[test]
fn what_is_unknown_is_rendered_as_chosen() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("show.cube"), SMALL).unwrap();
    let custom = "urn:ampas:aces:transformId:v1.5:LMT.Acme.Show.a1.v1";
    let mut amf = empty();
    amf.pipeline.push_look(Transform::id(custom));
    let path = write(folder.path(), &amf);
    let error = road(&path, &Settings::default()).unwrap_err();
    assert!(error.to_string().contains(custom), "{error}");
    let chosen = |choice: &str| road(&path, &Settings { transforms: [(custom.into(), choice.into())].into(), ..Settings::default() });
    let cube = folder.path().join("show.cube");
    let want = lut::transform(cube.to_str().unwrap(), false).unwrap();
    assert_eq!(chosen("show.cube").unwrap(), want);
    assert_eq!(chosen(cube.to_str().unwrap()).unwrap(), want);
    assert_eq!(chosen("blue-light-fix").unwrap(), color::transform("blue-light-fix", false).unwrap());
    assert!(chosen("none.cube").is_err() && chosen("nonsense").is_err());
}

/// LogC4, a CDL in ACEScct, a cube, and the ACES 2 output: ours, and what OpenColorIO makes of its own transforms.
#[test]
fn agrees_with_opencolorio() {
    let folder = tempfile::tempdir().unwrap();
    let cube = folder.path().join("show.cube");
    fs::write(&cube, SMALL).unwrap();
    let mut amf = empty();
    amf.pipeline.set_input(Transform::id(&id("CSC.Arri.LogC4_to_ACES.a2.v1")));
    amf.pipeline.push_look(Transform::cdl(grade(), WorkingSpace::acescct()));
    amf.pipeline.push_look(Transform::file("show.cube", None));
    amf.pipeline.set_output(Transform::named("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", Role::Output).unwrap());
    let path = write(folder.path(), &amf);
    let rows: Vec<[f64; 3]> = (0..40)
        .map(|i| [0.08 + 0.012 * f64::from(i), 0.1 + 0.011 * f64::from((i * 7) % 40), 0.09 + 0.013 * f64::from((i * 13) % 40)])
        .collect();
    let text: String = rows.iter().map(|[r, g, b]| format!("{r},{g},{b}\n")).collect();
    let run = |command: &mut Command| {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().ok()?;
        child.stdin.take()?.write_all(text.as_bytes()).ok()?;
        child.wait_with_output().ok()
    };
    let parse = |bytes: &[u8]| -> Vec<[f64; 3]> {
        let line = |l: &str| l.split(',').map(|v| v.parse().unwrap()).collect::<Vec<f64>>().try_into().unwrap();
        std::str::from_utf8(bytes).unwrap().lines().filter(|l| !l.starts_with("out_")).map(line).collect()
    };
    let ours = |engine: &str| {
        let output = run(Command::new(env!("CARGO_BIN_EXE_prelight")).args(["amf", "apply", "--engine", engine]).arg(&path)).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        parse(&output.stdout)
    };
    let (exact, fast) = (ours("f64"), ours("cpu"));
    let most = differences(&exact, &fast).fold(0.0, f64::max);
    assert!(exact.len() == rows.len() && most < 2e-5, "{most}");

    let tool = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tools/ocio_amf.py");
    let peer = ["python3", "/usr/bin/python3"].into_iter().find_map(|python| {
        let ready = Command::new(python).args(["-c", "import PyOpenColorIO"]).stderr(Stdio::null()).status().is_ok_and(|s| s.success());
        ready.then(|| run(Command::new(python).arg(tool).arg(&cube))).flatten()
    });
    let Some(peer) = peer else {
        eprintln!("skipped: python3 has no PyOpenColorIO");
        return;
    };
    assert!(peer.status.success(), "{}", String::from_utf8_lossy(&peer.stderr));
    let theirs = parse(&peer.stdout);
    // Next to black the curve of the display is steep: there the light decides.
    let light = |v: &[[f64; 3]]| v.iter().map(|px| px.map(|x| x.max(0.0).powf(2.4))).collect::<Vec<_>>();
    let (code, light) = (differences(&exact, &theirs), differences(&light(&exact), &light(&theirs)));
    let difference = code.zip(light).map(|(code, light)| code.min(light)).fold(0.0, f64::max);
    eprintln!("largest difference from OpenColorIO: {difference:.2e} of 1.0");
    assert!(theirs.len() == rows.len() && difference < 1e-5, "{difference}");
}

fn differences(a: &[[f64; 3]], b: &[[f64; 3]]) -> impl Iterator<Item = f64> + use<> {
    let (a, b) = (a.as_flattened().to_vec(), b.as_flattened().to_vec());
    a.into_iter().zip(b).map(|(a, b)| (a - b).abs())
}

#[test]
fn the_way_back_undoes_the_road() {
    let Some(path) = corpus("standards/amf/pomfort_v1/Material/amf/LogCEI800-Rec.709100nitsdim.amf") else { return };
    let back = color::invert(&road(&path, &Settings::default()).unwrap()).unwrap();
    let there = road(&path, &Settings::default()).unwrap();
    let px = [0.41, 0.39, 0.4];
    let out = eval_f64(&back, eval_f64(&there, px));
    assert!((0..3).all(|c| (out[c] - px[c]).abs() < 1e-4), "{out:?}");
    // A marker has no effect on pixels.
    let (mut amf, _) = amf::read(&path).unwrap();
    amf.pipeline.steps.push(Step::WorkingLocation(Default::default()));
    let steps = amf_road(&amf, &path, &Settings::default()).unwrap();
    assert_eq!(steps.into_iter().flat_map(|s| s.ops.unwrap()).collect::<Vec<_>>(), there);
}
