//! Folder histories against the published material of ASC MHL, and against its reference implementation.
//!
//! The reference is `ascmhl` 1.2 from PyPI. It is found on the PATH or in the folder `PRELIGHT_ASCMHL`; `tests/run` installs it. With
//! `CI=true` it has to be there.
//!
//! Where we differ from it on purpose (seen in its source and by running it):
//! * It holds patterns against absolute paths, so that `tmp` leaves everything out below `/tmp`, and in verify an anchored pattern
//!   fits nothing. Ours are relative to the folder of the history.
//! * Verifying folders, it compares with all generations and is content if one format agrees; the root never counts. A folder that
//!   grew fails then. Ours are those of the last generation, and every one counts.
//! * It verifies only digests recorded as `original`, and a file that has none is new to it. Ours may be any that did not fail.
//! * A failed digest is a reference to it where it is the first of its format. Never to us.
//! * A new format beside two on record of which only the second is asked for ends it with an assertion.
//! * After two renames the name between is missing to it.
//! * It omits the size of empty files, and writes an empty `hashes` element where only references are new, which its schema forbids.
//! * `verify` of a folder without any recorded file ends with 20, the code of a single file that is not found.
//! * A link to a folder ends it with a `KeyError`; we refuse it by name.

use crate::corpus;
use prelight::{
    history::{self, Create, Origin, Problem, Verify, exit},
    progress::Progress,
    sidecar::mhl::{self, Digest, Entry, Format, Manifest},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

#[test]
fn published_digests() {
    let Some(path) = corpus("standards/mhl/hash_vectors.json") else { return };
    let vectors: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let all_bytes: Vec<u8> = (0..=255).collect();
    let zeros = vec![0; 1 << 20];
    let mut seen = 0;
    for (name, bytes) in [("empty", &b""[..]), ("abc", b"abc"), ("a_1MiB_zero", &zeros), ("bytes_0_255", &all_bytes)] {
        for format in Format::ALL {
            let expected = vectors["files"][name][format.name()].as_str().unwrap();
            assert_eq!(history::hash_bytes(format, bytes), expected, "{name} {format}");
            seen += 1;
        }
    }
    assert_eq!(seen, 24);

    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tree");
    fs::create_dir_all(root.join("Clips")).unwrap();
    fs::create_dir_all(root.join("empty")).unwrap();
    for (path, text) in [("Clips/a.mov", "abc"), ("Clips/b.mov", "defg"), ("Sidecar.txt", "side")] {
        fs::write(root.join(path), text).unwrap();
    }
    let report = history::create(&root, &Create { formats: Format::ALL.to_vec(), ..Create::default() }, &Progress::default()).unwrap();
    let (manifest, _) = mhl::read(&root.join(&report.written[0].path)).unwrap();
    for format in Format::ALL {
        let expected = &vectors["tree"]["by_format"][format.name()];
        let is = |digests: &[Digest], at: &serde_json::Value| assert_eq!(mhl::find(digests, format).unwrap().text, at.as_str().unwrap());
        let top = manifest.process.root.as_ref().unwrap();
        is(&top.content, &expected["root"]["content"]);
        is(&top.structure, &expected["root"]["structure"]);
        for entry in &manifest.hashes {
            match entry {
                Entry::File(f) => is(&f.digests, &expected["files"][&f.path]),
                Entry::Folder(f) => {
                    is(&f.digests.content, &expected[&f.path]["content"]);
                    is(&f.digests.structure, &expected[&f.path]["structure"]);
                }
                Entry::Other(_) => panic!("{entry:?}"),
            }
        }
    }
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every folder of the stored scenarios whose history is outermost.
fn scenarios() -> Option<Vec<PathBuf>> {
    let output = corpus("standards/mhl/scenarios/Output")?;
    let roots = [
        "scenario_01/travel_01/A002R2EC",
        "scenario_02/travel_01/A002R2EC",
        "scenario_02/file_server/A002R2EC",
        "scenario_03/travel_01/A002R2EC",
        "scenario_03/file_server/A002R2EC",
        "scenario_04/travel_01/A002R2EC",
        "scenario_04/file_server/A002R2EC",
        "scenario_05/file_server/Reels",
    ];
    Some(roots.map(|r| output.join(r)).to_vec())
}

#[test]
fn stored_manifests_are_read_and_written_back() {
    let Some(folder) = corpus("standards/mhl") else { return };
    let manifests = crate::sidecar::files(&folder, "mhl");
    assert_eq!(manifests.len(), 18);
    for path in &manifests {
        let (first, found) = mhl::read(path).unwrap();
        let text = mhl::write(&first);
        let (second, again) = mhl::parse(text.as_bytes()).unwrap();
        assert_eq!(first, second, "{}", path.display());
        let codes = |found: &[prelight::sidecar::Diagnostic]| found.iter().map(|d| d.code).collect::<Vec<_>>();
        assert_eq!(codes(&found), codes(&again));
        // The example beside the schema refers to manifests by what is no C4 ID.
        let expected: &[&str] = if path.to_string_lossy().contains("xsd/examples") { &["INVALID_DIGEST"; 2] } else { &[] };
        assert_eq!(codes(&found), expected, "{}: {found:?}", path.display());
    }
    for path in crate::sidecar::files(&folder, "xml").iter().filter(|p| p.ends_with("ascmhl/ascmhl_chain.xml")) {
        let chain = mhl::parse_chain(&fs::read(path).unwrap()).unwrap();
        assert_eq!(mhl::parse_chain(mhl::write_chain(&chain).as_bytes()).unwrap(), chain);
    }
}

/// The exit codes of the reference on the same folders (recorded with ascmhl 1.2, and run by `the_reference_agrees`).
#[test]
fn stored_scenarios_are_judged_as_by_the_reference() {
    let Some(roots) = scenarios() else { return };
    for root in roots {
        let altered = root.to_string_lossy().contains("scenario_04/file_server");
        let run = |options: &Verify| history::verify(&root, options, &Progress::default()).unwrap();
        let hashed = run(&Verify { hash: true, ..Verify::default() });
        assert_eq!(hashed.exit_of_verify(), if altered { exit::MISMATCH } else { 0 }, "{}: {hashed:?}", root.display());
        if altered {
            let Problem::Mismatch { path, recorded, found, generation, .. } = &hashed.problems[0] else { panic!("{hashed:?}") };
            // As in log.txt.
            assert_eq!((path.as_str(), recorded.as_str(), found.as_str()), ("Sidecar.txt", "3ab5a4166b9bde44", "70d2cf31aaa3eac4"));
            assert_eq!(*generation, 1);
        }
        // Diff never reads the media, so the altered file is none of its business.
        assert_eq!(run(&Verify::default()).exit_of_diff(), 0, "{}", root.display());
        // The folders are as the last generation has them, also where it recorded a failure.
        let folders = run(&Verify { hash: true, folders: true, ..Verify::default() });
        assert!(!folders.problems.iter().any(|p| matches!(p, Problem::FolderMismatch { .. })), "{folders:?}");
    }
}

/// Without what a copy cannot have: the times of its files and folders, and who wrote it.
fn comparable(mut manifest: Manifest) -> Manifest {
    manifest.creator = mhl::Creator::default();
    for entry in &mut manifest.hashes {
        match entry {
            Entry::File(f) => f.modified = None,
            Entry::Folder(f) => f.modified = None,
            Entry::Other(_) => {}
        }
    }
    // C4 IDs of manifests that hold such times.
    manifest.references.iter_mut().for_each(|r| r.c4.clear());
    manifest
}

/// Takes the last generation of a history away.
fn step_back(folder: &Path) {
    let documents = folder.join("ascmhl");
    let mut chain = mhl::parse_chain(&fs::read(documents.join("ascmhl_chain.xml")).unwrap()).unwrap();
    let last = chain.links.pop().unwrap();
    fs::remove_file(documents.join(&last.path)).unwrap();
    if chain.links.is_empty() {
        fs::remove_dir_all(documents).unwrap();
    } else {
        fs::write(documents.join("ascmhl_chain.xml"), mhl::write_chain(&chain)).unwrap();
    }
}

/// Each last generation of the scenarios, made again from the one before: the same records, actions and digests in the same order,
/// under the same names.
#[test]
fn stored_generations_are_made_again() {
    let Some(roots) = scenarios() else { return };
    for stored in roots {
        let keep = tempfile::tempdir().unwrap();
        let root = keep.path().join(stored.file_name().unwrap());
        copy(&stored, &root);
        let nested: &[&str] = if root.ends_with("Reels") { &["A002R2EC", "A003R2EC"] } else { &[] };
        for folder in nested.iter().map(|n| root.join(n)).chain([root.clone()]) {
            step_back(&folder);
        }
        let original = history::History::load(&stored).unwrap();
        let last = original.generations.last().unwrap();
        let formats = last.process.root.as_ref().unwrap().content.iter().map(|d| d.format).collect();
        let origin = Origin { date: history::parse_date(&last.creator.date), ..Origin::default() };
        let report = history::create(&root, &Create { formats, origin, ..Create::default() }, &Progress::default()).unwrap();
        let altered = stored.to_string_lossy().contains("scenario_04/file_server");
        assert_eq!(report.exit_of_create(), if altered { exit::MISMATCH } else { 0 });
        assert_eq!(report.written.len(), nested.len() + 1);
        for made in &report.written {
            let ours = mhl::read(&root.join(&made.path)).unwrap().0;
            let theirs = mhl::read(&stored.join(&made.path)).unwrap().0;
            assert_eq!(comparable(ours), comparable(theirs), "{}", made.path);
        }
    }
}

/// The reference, where it is installed.
fn reference(command: &str, arguments: &[&str], folder: &Path) -> Option<Output> {
    let program = std::env::var_os("PRELIGHT_ASCMHL").map_or_else(|| PathBuf::from(command), |bin| PathBuf::from(bin).join(command));
    match Command::new(&program).args(arguments).current_dir(folder).output() {
        Ok(output) => Some(output),
        Err(_) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "no {command} (pip install ascmhl==1.2)");
            eprintln!("skipped: no {command} (pip install ascmhl==1.2)");
            None
        }
    }
}

/// Runs the reference on a folder and holds its exit code against the expected one.
fn reference_says(code: i32, command: &str, arguments: &[&str], folder: &Path) {
    let output = reference(command, arguments, folder).unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{command} {arguments:?} in {}:\n{text}", folder.display());
}

/// Everything that we wrote below `root`, against the published schemas by the reference's own validator.
fn schema_valid(root: &Path, schemas: &Path) {
    for path in crate::sidecar::files(root, "mhl") {
        reference_says(0, "ascmhl-debug", &["xsd-schema-check", path.to_str().unwrap()], schemas);
    }
    for path in crate::sidecar::files(root, "xml") {
        reference_says(0, "ascmhl-debug", &["xsd-schema-check", "-df", path.to_str().unwrap()], schemas);
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_reference_agrees() {
    let Some(schemas) = corpus("standards/mhl/xsd").map(|p| p.parent().unwrap().to_owned()) else { return };
    if reference("ascmhl", &["--version"], &schemas).is_none() {
        return;
    }
    let keep = tempfile::tempdir().unwrap();
    let root = keep.path().join("A001");
    fs::create_dir_all(root.join("Clips/Day 1")).unwrap();
    fs::create_dir_all(root.join("Reels/B001/Clips")).unwrap();
    fs::create_dir_all(root.join("empty")).unwrap();
    for (path, text) in [
        ("Clips/a.mov", "abc"),
        ("Clips/Day 1/ü & <b>.mov", "defg"),
        ("Sidecar.txt", "side"),
        ("nothing", ""),
        ("x.tmp", "left out"),
        ("Reels/B001/Clips/c.mov", "nested"),
    ] {
        fs::write(root.join(path), text).unwrap();
    }
    let inner = root.join("Reels/B001");
    let run = |root: &Path, options: &Create| history::create(root, options, &Progress::default()).unwrap();
    let ours =
        |root: &Path| history::verify(root, &Verify { hash: true, folders: true, ..Verify::default() }, &Progress::default()).unwrap();
    let both_clean = |root: &Path| {
        reference_says(0, "ascmhl-debug", &["verify", text(root)], root);
        reference_says(0, "ascmhl", &["diff", text(root)], root);
        assert_eq!(ours(root).problems, []);
    };
    // A nested history, then the one around it, in every format, with a pattern.
    run(&inner, &Create { formats: vec![Format::Xxh64], ..Create::default() });
    let ignore = vec!["*.tmp".to_owned()];
    let created = run(&root, &Create { formats: Format::ALL.to_vec(), ignore, ..Create::default() });
    assert_eq!((created.written.len(), created.exit_of_create()), (2, 0), "{created:?}");
    both_clean(&root);
    both_clean(&inner);
    reference_says(0, "ascmhl-debug", &["verify", "-dh", text(&root)], &root);
    schema_valid(&root, &schemas);
    // The reference continues what we began, and we what it continued.
    reference_says(0, "ascmhl", &["create", "-h", "md5", "-h", "xxh64", text(&root)], &root);
    both_clean(&root);
    run(&root, &Create { formats: vec![Format::Sha1], ..Create::default() });
    both_clean(&root);
    // Renamed by us, verified by the reference.
    fs::rename(root.join("Clips/a.mov"), root.join("Clips/renamed.mov")).unwrap();
    let renamed = run(&root, &Create { formats: vec![Format::Sha1], detect_renaming: true, ..Create::default() });
    assert_eq!(renamed.renamed, [("Clips/a.mov".to_owned(), "Clips/renamed.mov".to_owned())]);
    both_clean(&root);
    // Renamed by the reference, verified by us.
    fs::rename(root.join("Sidecar.txt"), root.join("Notes.txt")).unwrap();
    reference_says(0, "ascmhl", &["create", "-dr", "-h", "xxh64", text(&root)], &root);
    assert_eq!(ours(&root).problems, []);
    // A single file of the nested history: its parent gets a generation of references alone.
    let only = vec![inner.join("Clips/c.mov")];
    run(&root, &Create { only, formats: vec![Format::Xxh64], ..Create::default() });
    both_clean(&root);
    // A packing list.
    let out = keep.path().join("out");
    history::flatten(&root, &out, &history::Flatten::default(), &Progress::default()).unwrap();
    schema_valid(&out, &schemas);
    schema_valid(&root, &schemas);
    // The same judgement of an altered, a new and a missing file.
    fs::write(root.join("Notes.txt"), "sidE").unwrap();
    reference_says(11, "ascmhl-debug", &["verify", text(&root)], &root);
    assert_eq!(ours(&root).exit_of_verify(), 11);
    reference_says(0, "ascmhl", &["diff", text(&root)], &root);
    fs::write(root.join("Notes.txt"), "side").unwrap();
    fs::write(root.join("new.mov"), "new").unwrap();
    reference_says(21, "ascmhl-debug", &["verify", text(&root)], &root);
    reference_says(21, "ascmhl", &["diff", text(&root)], &root);
    let diff = || history::verify(&root, &Verify::default(), &Progress::default()).unwrap();
    assert_eq!((diff().exit_of_verify(), diff().exit_of_diff()), (21, 21));
    fs::remove_file(root.join("Clips/Day 1/ü & <b>.mov")).unwrap();
    reference_says(21, "ascmhl-debug", &["verify", text(&root)], &root);
    reference_says(10, "ascmhl", &["diff", text(&root)], &root);
    assert_eq!((diff().exit_of_verify(), diff().exit_of_diff()), (21, 10));
}

/// A history that the reference made from nothing, made again: what is in both is the same.
#[test]
fn manifests_are_those_of_the_reference() {
    let Some(schemas) = corpus("standards/mhl/xsd") else { return };
    if reference("ascmhl", &["--version"], &schemas).is_none() {
        return;
    }
    let keep = tempfile::tempdir().unwrap();
    let (theirs, ours) = (keep.path().join("a/A001"), keep.path().join("b/A001"));
    for root in [&theirs, &ours] {
        for (path, text) in
            [("Clips/a.mov", "abc"), ("Clips/B/b.mov", "defg"), ("Z/c", "c"), ("a.txt", "x"), ("B.txt", "y"), (".DS_Store", "d")]
        {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), text).unwrap();
        }
    }
    reference_says(0, "ascmhl", &["create", "-h", "c4", "-h", "xxh128", "-i", "*.tmp", text(&theirs)], &theirs);
    let options = Create { formats: vec![Format::Xxh128, Format::C4], ignore: vec!["*.tmp".into()], ..Create::default() };
    history::create(&ours, &options, &Progress::default()).unwrap();
    let read = |root: &Path| {
        let mut manifest = comparable(mhl::read(&crate::sidecar::files(root, "mhl")[0]).unwrap().0);
        let undated = |d: &mut Digest| d.date = None;
        for entry in &mut manifest.hashes {
            match entry {
                Entry::File(f) => f.digests.iter_mut().for_each(undated),
                Entry::Folder(f) => f.digests.content.iter_mut().chain(&mut f.digests.structure).for_each(undated),
                Entry::Other(_) => {}
            }
        }
        let root = manifest.process.root.as_mut().unwrap();
        root.content.iter_mut().chain(&mut root.structure).for_each(undated);
        manifest
    };
    assert_eq!(read(&ours), read(&theirs));
}
