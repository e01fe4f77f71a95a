//! Edits of real AMFs: what was asked for, and nothing else.

use super::{amf::xmllint, files};
use crate::corpus;
use prelight::sidecar::{
    Level,
    amf::{self, Amf, Author, Edit, Place, Reference, Release, Role, Stamp, Transform, Version, WorkingSpace},
    cdl::Cdl,
};
use std::{fs, process::Command};
use time::macros::datetime;
use uuid::Uuid;

fn stamp() -> Stamp {
    Stamp { now: datetime!(2026-11-26 12:00 UTC), document: Some(Uuid::from_u128(1 << 70)), pipeline: Uuid::from_u128(2 << 70) }
}

fn example() -> Option<(Amf, std::path::PathBuf)> {
    let path = corpus("standards/amf/examples_ampas/examples/example2.amf")?;
    Some((amf::read(&path).unwrap().0, path))
}

fn names(amf: &Amf) -> Vec<String> {
    amf.pipeline.looks().map(|l| l.description.clone().unwrap_or_default()).collect()
}

#[test]
fn one_session_archives_once_and_changes_nothing_else() {
    let Some((amf, path)) = example() else { return };
    let count = amf.pipeline.looks().count();
    let grade = Cdl { slope: [1.1, 1.0, 0.9], ..Cdl::default() };
    let output = Transform::named("aces2-p3-d65-100nit-in-p3-d65-g2.6", Role::Output)
        .or_else(|| Transform::named("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", Role::Output));
    let edits = [
        Edit::Output(output.clone()),
        Edit::AddLook { before: None, look: Transform::cdl(grade.clone(), WorkingSpace::acescct()).described("Grade") },
        Edit::Description("Second".into()),
        Edit::Author(Author::new("Bea", "bea@set")),
    ];
    let edited = amf.edited(&edits, None, stamp()).unwrap();
    assert_eq!(edited.archived.len(), amf.archived.len() + 1);
    assert_eq!(edited.archived.last(), Some(&amf.pipeline), "the pipeline as it was, with its own identity");
    assert_eq!(edited.pipeline.looks().count(), count + 1);
    assert_eq!(edited.pipeline.input, amf.pipeline.input);
    assert_eq!(edited.pipeline.output, output);
    assert_eq!((edited.info.description.as_deref(), edited.info.authors.len()), (Some("Second"), amf.info.authors.len() + 1));
    for info in [&edited.info, &edited.pipeline.info] {
        assert_eq!(info.dates.as_ref().unwrap().modified, "2026-11-26T12:00:00Z");
    }
    assert_eq!(edited.info.dates.as_ref().unwrap().created, amf.info.dates.as_ref().unwrap().created);
    assert!(edited.info.uuid != amf.info.uuid && edited.pipeline.info.uuid != amf.pipeline.info.uuid);
    // Everything else is as it was.
    let mut rest = edited.clone();
    rest.archived.pop();
    (rest.pipeline, rest.info) = (amf.pipeline.clone(), amf.info.clone());
    assert_eq!(rest, amf);
    xmllint(&corpus("standards/amf/schema/v2.0/acesMetadataFile.xsd").unwrap(), &amf::write(&edited));
    let _ = path;
}

#[test]
fn words_alone_leave_the_pipeline() {
    let Some((amf, _)) = example() else { return };
    let kept = Stamp { document: None, ..stamp() };
    let edited = amf.edited(&[Edit::Description("Other".into())], None, kept).unwrap();
    assert_eq!((edited.archived.len(), &edited.info.uuid), (amf.archived.len(), &amf.info.uuid));
    assert_eq!(edited.pipeline.steps, amf.pipeline.steps);
    assert!(amf.edited(&[], None, stamp()).is_err());
}

#[test]
fn looks_are_ordered_replaced_and_removed() {
    let Some((base, _)) = example() else { return };
    let look = |name: &str| Transform::id(&amf::full_id("LMT.Academy.BlueLightArtifactFix.a1.1.0").unwrap()).described(name);
    let add = |name: &str| Edit::AddLook { before: None, look: look(name) };
    let clear: Vec<Edit> = (0..base.pipeline.looks().count()).map(|_| Edit::RemoveLook(1)).collect();
    let mut start = base.edited(&[clear, vec![add("a"), add("b"), add("c")]].concat(), None, stamp()).unwrap();
    start.archived.clear();
    let edited = |edits: &[Edit]| start.edited(edits, None, stamp());
    assert_eq!(names(&start), ["a", "b", "c"]);
    assert_eq!(names(&edited(&[Edit::MoveLook { from: 1, to: 3 }]).unwrap()), ["b", "c", "a"]);
    assert_eq!(names(&edited(&[Edit::MoveLook { from: 3, to: 1 }]).unwrap()), ["c", "a", "b"]);
    assert_eq!(names(&edited(&[Edit::RemoveLook(2)]).unwrap()), ["a", "c"]);
    assert_eq!(names(&edited(&[Edit::AddLook { before: Some(2), look: look("x") }]).unwrap()), ["a", "x", "b", "c"]);
    assert_eq!(names(&edited(&[Edit::ReplaceLook { look: 3, by: look("y") }]).unwrap()), ["a", "b", "y"]);
    for gone in [Edit::RemoveLook(0), Edit::RemoveLook(4), Edit::MoveLook { from: 1, to: 9 }, Edit::ReplaceLook { look: 9, by: look("z") }]
    {
        assert_eq!(edited(&[gone]).unwrap_err().exit_code(), 2);
    }
    let cdl = Edit::Cdl { look: 1, cdl: Cdl::default(), space: None };
    assert!(edited(&[cdl]).unwrap_err().message().contains("no CDL"));
    let applied = edited(&[Edit::Applied { step: Place::Look(1), applied: true }]).unwrap();
    assert!(applied.pipeline.looks().next().unwrap().is_applied());
    // The order of what is applied would break: refused, with the rule's name.
    let error = edited(&[Edit::Applied { step: Place::Look(2), applied: true }]).unwrap_err();
    assert!(error.to_string().contains("INVALID_APPLIED_ORDER"), "{error}");
}

/// Any valid document can be described anew, and stays valid.
#[test]
fn every_amf_of_the_corpus_can_be_edited() {
    let Some(folder) = corpus("standards/amf") else { return };
    for path in files(&folder, "amf") {
        let (amf, _) = amf::read(&path).unwrap();
        let look = Transform::id(&amf::full_id("LMT.Academy.BlueLightArtifactFix.a1.1.0").unwrap()).described("Fix");
        let applied = amf.pipeline.looks().any(Transform::is_applied);
        let edits = [Edit::AddLook { before: None, look }, Edit::Description("Edited".into())];
        match amf.edited(&edits, path.parent(), stamp()) {
            Ok(edited) => {
                assert_eq!(amf::parse(amf::write(&edited).as_bytes(), None).unwrap().0, edited, "{}", path.display());
                let errors = |amf: &Amf| {
                    let active = |path: &str| !path.contains("archivedPipeline");
                    amf::validate(amf, path.parent()).unwrap().iter().filter(|d| d.level == Level::Error && active(&d.path)).count()
                };
                assert!(errors(&edited) <= errors(&amf), "{}", path.display());
            }
            // ACES 2 knows no such look.
            Err(error) => {
                assert!(error.to_string().contains("INVALID_TRANSFORM_ID"), "{}: {error}", path.display());
                assert!(amf.pipeline.system_version.is_some_and(|v| v.major == 2) || applied, "{}: {error}", path.display());
            }
        }
    }
}

/// A grade can be added to any document, in the IDs of its own ACES release.
#[test]
fn every_amf_of_the_corpus_takes_a_grade() {
    let Some(folder) = corpus("standards/amf") else { return };
    let grade = Cdl { slope: [1.1, 1.0, 0.9], ..Cdl::default() };
    let mut releases = std::collections::BTreeMap::<String, usize>::new();
    for path in files(&folder, "amf") {
        let (amf, _) = amf::read(&path).unwrap();
        let Some(system) = amf.pipeline.system_version else { continue };
        for space in ["acescct", "acescg"] {
            let space = WorkingSpace::named_in(space, Release::of(&amf)).unwrap();
            let edit = Edit::AddLook { before: None, look: Transform::cdl(grade.clone(), space).described("Grade") };
            let edited = amf.edited(&[edit], path.parent(), stamp()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let Some(Reference::Cdl(look)) = edited.pipeline.looks().last().map(|l| &l.reference) else { panic!() };
            let space = look.working_space.as_ref().unwrap();
            for part in [&space.to, &space.from] {
                let Reference::TransformId(id) = &part.as_ref().unwrap().reference else { panic!() };
                let old = system.major < 2;
                assert_eq!(id.contains(":v1.5:"), old, "{}: {id}", path.display());
            }
        }
        *releases.entry(format!("{:?} ACES {}", amf.version, system.major)).or_default() += 1;
    }
    assert!(releases.keys().any(|k| k == "V1 ACES 1") && releases.keys().any(|k| k == "V2 ACES 1"), "{releases:?}");
    assert!(releases.keys().any(|k| k == "V2 ACES 2"), "{releases:?}");
}

#[test]
fn the_command_grades_aces_1() {
    let Some(folder) = corpus("standards/amf") else { return };
    let is_old = |path: &std::path::Path, version| {
        amf::read(path).is_ok_and(|(amf, found)| {
            amf.version == version
                && amf.pipeline.system_version.is_some_and(|v| v.major == 1)
                && found.iter().all(|d| d.level != Level::Error)
        })
    };
    let all = files(&folder, "amf");
    for version in [Version::V1, Version::V2] {
        let path = all.iter().find(|path| is_old(path, version));
        let Some(path) = path else { panic!("no valid {version:?} of ACES 1") };
        let folder = tempfile::tempdir().unwrap();
        // Beside its own files, which it names.
        let (here, out) = (folder.path().join("in.amf"), folder.path().join("out.amf"));
        let mut amf = amf::read(path).unwrap().0;
        amf.pipeline.steps.clear();
        fs::write(&here, amf::write(&amf)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
        command.args(["amf", "edit"]).arg(&here).arg("-o").arg(&out);
        let output = command.args(["--add-cdl", "(1.1 1 1)(0 0 0)(1 1 1)", "--cdl-space", "acescct"]).output().unwrap();
        assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
        let (edited, found) = amf::read(&out).unwrap();
        let errors: Vec<_> = found.iter().filter(|d| d.level == Level::Error && !amf::is_archived(d)).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!((edited.version, edited.pipeline.looks().count()), (version, 1));
    }
}

#[test]
fn the_command_writes_files_with_hashes_and_overwrites_nothing() {
    let Some((base, path)) = example() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (out, looks) = (folder.path().join("new.amf"), folder.path().join("looks"));
    fs::create_dir(&looks).unwrap();
    fs::write(looks.join("my look.cube"), "LUT_3D_SIZE 2\n").unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prelight"));
        command.args(["amf", "edit"]).arg(&path).arg("-o").arg(&out).args(arguments).output().unwrap()
    };
    let file = looks.join("my look.clf");
    fs::write(&file, "<ProcessList/>").unwrap();
    let arguments = ["--add-look", file.to_str().unwrap(), "--add-cdl", "(1.1 1 1)(0 0 0)(1 1 1) 0.9", "--description", "by hand"];
    let output = run(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (written, _) = amf::read(&out).unwrap();
    let added: Vec<_> = written.pipeline.looks().skip(base.pipeline.looks().count()).collect();
    assert_eq!((added.len(), added[0].file_reference()), (2, Some("looks/my%20look.clf")));
    assert!(added[0].hash.as_ref().unwrap().verify(b"<ProcessList/>").is_ok());
    let Reference::Cdl(cdl) = &added[1].reference else { panic!() };
    assert_eq!(cdl.working_space, WorkingSpace::named_in("acescct", Release::of(&base)));
    assert_eq!(written.version, Version::V2);

    assert_eq!(run(&arguments).status.code(), Some(20), "an existing file is not overwritten");
    let again = [&arguments[..], &["--overwrite"]].concat();
    assert!(run(&again).status.success());
    let outside = tempfile::NamedTempFile::with_suffix(".clf").unwrap();
    let output = run(&["--add-look", outside.path().to_str().unwrap(), "--overwrite"]);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

/// An AMF with a look file beside it.
fn with_a_look(folder: &std::path::Path) -> std::path::PathBuf {
    fs::write(folder.join("look.clf"), "<ProcessList/>").unwrap();
    let mut amf = Amf::new_v2("d", Author::new("n", "n@n"), None, datetime!(2026-11-26 12:00 UTC), Uuid::from_u128(5));
    amf.pipeline.push_look(Transform::file("look.clf", None));
    amf.pipeline.set_output(Transform::named("ODT.Academy.Rec709_100nits_dim.a1.0.3", Role::Output).unwrap());
    let path = folder.join("a.amf");
    fs::write(&path, amf::write(&amf)).unwrap();
    path
}

#[test]
fn an_amf_that_names_files_stays_beside_them() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = with_a_look(here.path());
    // Another file of that name, whose hash the copy would take.
    fs::write(there.path().join("look.clf"), "another").unwrap();
    let run = |command: &str, out: &std::path::Path, arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_prelight"));
        program.args(["amf", command]).arg(&path).arg("-o").arg(out).args(arguments).output().unwrap()
    };
    for (command, arguments) in [("edit", &["--description", "x"][..]), ("convert", &["--to", "v1"])] {
        let out = there.path().join("b.amf");
        let output = run(command, &out, arguments);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(words.contains("look.clf"), "{command}: {words}");
        assert!(output.status.code() == Some(2) && !out.exists(), "{command}: {words}");
    }
    let out = here.path().join("b.amf");
    let output = run("edit", &out, &["--add-cdl", "1 1 1 0 0 0 1 1 1"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (written, _) = amf::read(&out).unwrap();
    assert!(written.pipeline.looks().next().unwrap().hash.as_ref().unwrap().verify(b"<ProcessList/>").is_ok());
    let look = here.path().join("look.clf");
    let output = run("edit", &here.path().join("c.amf"), &["--add-look", &format!("{}#x", look.display())]);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn more_looks_than_any_pipeline_has_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (mut amf, _) = amf::read(&with_a_look(folder.path())).unwrap();
    let look = amf.pipeline.steps[0].clone();
    amf.pipeline.steps = vec![look; 256];
    assert!(amf::parse(amf::write(&amf).as_bytes(), None).is_ok());
    amf.pipeline.steps.push(amf.pipeline.steps[0].clone());
    let error = amf::parse(amf::write(&amf).as_bytes(), None).unwrap_err();
    assert!(error.to_string().contains("257") && error.line_number().is_some(), "{error}");
}
