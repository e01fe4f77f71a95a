//! Histories made, broken and continued in temporary folders.

use super::memory::Remember as _;
use super::*;
use crate::{
    error::ErrorKind,
    progress::Progress,
    sidecar::mhl::{Action, Entry, Format, Manifest, find},
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A folder `A001` with `Clips/a.mov`, `Clips/b.mov`, `Sidecar.txt` and an empty folder.
fn card() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("A001");
    fs::create_dir_all(root.join("Clips")).unwrap();
    fs::create_dir_all(root.join("empty")).unwrap();
    for (path, text) in [("Clips/a.mov", "abc"), ("Clips/b.mov", "defg"), ("Sidecar.txt", "side")] {
        fs::write(root.join(path), text).unwrap();
    }
    (folder, root)
}

fn options(formats: &[Format]) -> Create {
    let date = parse_date("2026-01-02T03:04:05Z");
    let origin = Origin { date, host: Some("h".into()), ..Origin::default() };
    Create { formats: formats.to_vec(), origin, ..Create::default() }
}

/// Each generation needs another name than the one before only by its number.
fn make(root: &Path, options: &Create) -> Report {
    create(root, options, &Progress::default()).unwrap()
}

fn check(root: &Path) -> Report {
    verify(root, &Verify { hash: true, folders: true, ..Verify::default() }, &Progress::default()).unwrap()
}

fn diff(root: &Path) -> Report {
    verify(root, &Verify::default(), &Progress::default()).unwrap()
}

fn manifest(root: &Path, report: &Report, ending: &str) -> Manifest {
    let made = report.written.iter().find(|m| m.path.starts_with(ending)).unwrap_or_else(|| panic!("{ending} in {report:?}"));
    let (manifest, found) = crate::sidecar::mhl::read(&root.join(&made.path)).unwrap();
    assert_eq!(found, [], "{}", made.path);
    manifest
}

/// `path: format action` of each file's digests.
fn actions(manifest: &Manifest) -> Vec<String> {
    let files = manifest.hashes.iter().filter_map(|e| if let Entry::File(f) = e { Some(f) } else { None });
    files.flat_map(|f| f.digests.iter().map(|d| format!("{}: {} {}", f.path, d.format, d.action.map_or("-", Action::name)))).collect()
}

fn problems(report: &Report) -> Vec<String> {
    report.problems.iter().map(|p| format!("{p:?}").split_once(' ').unwrap().0.to_owned() + " " + p.path()).collect()
}

#[test]
fn a_history_is_made_and_continued() {
    let (_keep, root) = card();
    assert_eq!(state(&root).unwrap(), State::NoHistory);
    let missing = verify(&root, &Verify::default(), &Progress::default()).unwrap_err();
    assert_eq!(missing.exit_code(), exit::NO_HISTORY);

    let first = make(&root, &options(&[Format::Xxh64]));
    assert_eq!((first.files, first.original, first.bytes_hashed, first.exit_of_create()), (3, 3, 11, 0));
    let m = manifest(&root, &first, "");
    assert_eq!(actions(&m), ["Clips/a.mov: xxh64 original", "Clips/b.mov: xxh64 original", "Sidecar.txt: xxh64 original"]);
    // The published tree (hash_vectors.json).
    let top = m.process.root.unwrap();
    assert_eq!(find(&top.content, Format::Xxh64).unwrap().text, "176cd152725d6b2e");
    assert_eq!(find(&top.structure, Format::Xxh64).unwrap().text, "393f53dd034a377c");
    assert_eq!(check(&root).problems, []);
    let last = "2026-01-02T03:04:05+00:00".to_owned();
    let name = "0001_A001_2026-01-02_030405Z.mhl".to_owned();
    assert_eq!(state(&root).unwrap(), State::History { generations: 1, last, manifest: name });

    // A new format comes with one that is verified.
    let second = make(&root, &options(&[Format::Md5]));
    assert_eq!((second.verified, second.original), (3, 0));
    assert_eq!(actions(&manifest(&root, &second, ""))[..2], ["Clips/a.mov: md5 verified", "Clips/a.mov: xxh64 verified"]);
    assert_eq!(check(&root).problems, []);
    // Without formats: those of the last generation.
    let third = make(&root, &options(&[]));
    assert_eq!(actions(&manifest(&root, &third, ""))[0], "Clips/a.mov: md5 verified");
    assert_eq!(History::load(&root).unwrap().generations.len(), 3);
}

#[test]
fn a_failed_digest_is_recorded_and_never_trusted() {
    let (_keep, root) = card();
    make(&root, &options(&[Format::Xxh64]));
    fs::write(root.join("Sidecar.txt"), "sidE").unwrap();
    let report = check(&root);
    assert_eq!(report.exit_of_verify(), exit::MISMATCH);
    assert_eq!(problems(&report)[0], "Mismatch Sidecar.txt");
    assert_eq!(diff(&root).exit_of_diff(), 0);
    // A new format does not come with it.
    let second = make(&root, &options(&[Format::Md5]));
    assert_eq!(second.exit_of_create(), exit::MISMATCH);
    let m = manifest(&root, &second, "");
    assert_eq!(actions(&m)[4..], ["Sidecar.txt: xxh64 failed"]);
    // The same altered file fails once more: its failed digest is no reference.
    assert_eq!(make(&root, &options(&[Format::Xxh64])).exit_of_create(), exit::MISMATCH);
    assert_eq!(make(&root, &options(&[Format::Md5])).exit_of_create(), exit::MISMATCH);
    fs::write(root.join("Sidecar.txt"), "side").unwrap();
    assert_eq!(make(&root, &options(&[Format::Md5, Format::Xxh64])).exit_of_create(), 0);
    assert_eq!(check(&root).problems, []);
}

#[test]
fn what_is_missing_and_what_is_new_is_told() {
    let (_keep, root) = card();
    make(&root, &options(&[Format::Xxh3]));
    fs::remove_file(root.join("Clips/b.mov")).unwrap();
    fs::write(root.join("Clips/c.mov"), "new").unwrap();
    let report = diff(&root);
    assert_eq!(problems(&report), ["New Clips/c.mov", "Missing Clips/b.mov"]);
    assert_eq!((report.exit_of_diff(), report.exit_of_verify()), (exit::MISSING_FILES, exit::NEW_FILES));
    let next = make(&root, &options(&[Format::Xxh3]));
    assert_eq!((problems(&next), next.exit_of_create()), (vec!["Missing Clips/b.mov".to_owned()], exit::MISSING_FILES));
    // It stays missing, and what was new is on record now; the folders are those of the last generation.
    let after = check(&root);
    assert_eq!((problems(&after), after.exit_of_verify()), (vec!["Missing Clips/b.mov".to_owned()], exit::MISSING_FILES));
    // A name within a folder counts in its structure alone.
    fs::rename(root.join("Clips/c.mov"), root.join("Clips/d.mov")).unwrap();
    let moved: Vec<bool> = check(&root)
        .problems
        .iter()
        .filter_map(|p| if let Problem::FolderMismatch { structure, .. } = p { Some(*structure) } else { None })
        .collect();
    assert_eq!(moved, [true, true]);
}

#[test]
fn renaming_is_followed() {
    let (_keep, root) = card();
    make(&root, &options(&[Format::Xxh64]));
    fs::rename(root.join("Clips"), root.join("Media")).unwrap();
    fs::rename(root.join("Sidecar.txt"), root.join("Notes.txt")).unwrap();
    fs::rename(root.join("Media/a.mov"), root.join("Media/c.mov")).unwrap();
    // In another format than the record: the old one is computed too.
    let report = make(&root, &Create { detect_renaming: true, ..options(&[Format::Sha1]) });
    assert_eq!(report.problems, [Problem::Missing { path: "Clips".into() }], "a folder that changed inside is another one");
    let pairs: Vec<String> = report.renamed.iter().map(|(a, b)| format!("{a} {b}")).collect();
    assert_eq!(pairs, ["Clips/a.mov Media/c.mov", "Clips/b.mov Media/b.mov", "Sidecar.txt Notes.txt"]);
    let m = manifest(&root, &report, "");
    let notes = m.hashes.iter().find_map(|e| if let Entry::File(f) = e { (f.path == "Notes.txt").then_some(f) } else { None }).unwrap();
    assert_eq!(notes.previous_path.as_deref(), Some("Sidecar.txt"));
    assert_eq!(problems(&check(&root)), ["Missing Clips"]);
    // The old digest still counts under the new name.
    fs::write(root.join("Notes.txt"), "sidE").unwrap();
    assert_eq!(problems(&check(&root))[0], "Mismatch Notes.txt");
    fs::write(root.join("Notes.txt"), "side").unwrap();

    fs::rename(root.join("Media"), root.join("Takes")).unwrap();
    let report = make(&root, &Create { detect_renaming: true, ..options(&[Format::Sha1]) });
    assert!(report.renamed.contains(&("Media".into(), "Takes".into())), "{report:?}");
    let record = History::load(&root).unwrap().records.files.get("Takes/c.mov").cloned().unwrap();
    assert_eq!(record.previous, ["Clips/a.mov", "Media/c.mov"]);
}

#[test]
fn exchanged_names_are_not_mixed_up() {
    let file = |path: &str, previous: Option<&str>, digest: u8| {
        let digests = vec![crate::sidecar::mhl::Digest::new(Format::Xxh64, Format::Xxh64.encode(&[digest; 8]))];
        let previous_path = previous.map(str::to_owned);
        Entry::File(crate::sidecar::mhl::FileHash { path: path.into(), digests, previous_path, ..Default::default() })
    };
    let mut records = Records::default();
    records.add(Manifest { hashes: vec![file("a", None, 1), file("b", None, 2)], ..Manifest::default() }, 1).unwrap();
    records.add(Manifest { hashes: vec![file("a", Some("b"), 2), file("b", Some("a"), 1)], ..Manifest::default() }, 2).unwrap();
    let first = |path: &str| records.files[path].first().unwrap().text.clone();
    assert_eq!((first("a"), first("b")), (Format::Xxh64.encode(&[2; 8]), Format::Xxh64.encode(&[1; 8])));
}

#[test]
fn nested_histories_keep_their_own_records() {
    let (_keep, root) = card();
    let inner = root.join("Clips");
    make(&inner, &options(&[Format::Xxh64]));
    let report = make(&root, &options(&[Format::Xxh64]));
    let written: Vec<&str> = report.written.iter().map(|m| m.path.as_str()).collect();
    assert_eq!(written, ["Clips/ascmhl/0002_Clips_2026-01-02_030405Z.mhl", "ascmhl/0001_A001_2026-01-02_030405Z.mhl"]);
    let outer = manifest(&root, &report, "ascmhl");
    assert_eq!(actions(&outer), ["Sidecar.txt: xxh64 original"]);
    assert_eq!(outer.references[0].path, written[0]);
    assert_eq!(outer.references[0].c4, hash_bytes(Format::C4, &fs::read(root.join(written[0])).unwrap()));
    let child = manifest(&root, &report, "Clips");
    assert_eq!(actions(&child), ["a.mov: xxh64 verified", "b.mov: xxh64 verified"]);
    // The folder of the nested history has the same digests in both.
    let folder = outer.hashes.iter().find_map(|e| if let Entry::Folder(f) = e { (f.path == "Clips").then_some(f) } else { None });
    assert_eq!(folder.unwrap().digests, child.process.root.unwrap());
    assert_eq!(check(&root).problems, []);

    // A create inside goes no further up.
    assert_eq!(make(&inner, &options(&[Format::Xxh64])).written.len(), 1);
    assert_eq!(History::load(&root).unwrap().generations.len(), 1);
    fs::write(inner.join("a.mov"), "abC").unwrap();
    assert_eq!(problems(&check(&root))[0], "Mismatch Clips/a.mov");
    fs::write(inner.join("a.mov"), "abc").unwrap();

    // Single files: a generation where they are recorded, and one of references above.
    let report = make(&root, &Create { only: vec![PathBuf::from("Clips/a.mov")], ..options(&[Format::Xxh64]) });
    assert_eq!(report.written.len(), 2);
    assert_eq!(actions(&manifest(&root, &report, "Clips")), ["a.mov: xxh64 verified"]);
    assert_eq!(manifest(&root, &report, "ascmhl").hashes, []);

    // A manifest that was changed together with its chain does not fit what is referred to.
    let chain = inner.join("ascmhl/ascmhl_chain.xml");
    let (good_chain, path) = (fs::read_to_string(&chain).unwrap(), root.join(written[0]));
    let good = fs::read_to_string(&path).unwrap();
    let forged = good.replace("verified", "original");
    let id = |text: &str| hash_bytes(Format::C4, text.as_bytes());
    fs::write(&path, &forged).unwrap();
    // The generations of one moment are the same to the bit: the first of them it is.
    fs::write(&chain, good_chain.replacen(&id(&good), &id(&forged), 1)).unwrap();
    assert_eq!(diff(&inner).problems, []);
    assert_eq!(verify(&root, &Verify::default(), &Progress::default()).unwrap_err().exit_code(), exit::MODIFIED_MANIFEST);
    fs::write(&path, &good).unwrap();
    fs::write(&chain, &good_chain).unwrap();

    fs::remove_dir_all(inner.join("ascmhl")).unwrap();
    let gone = diff(&root);
    assert!(problems(&gone).contains(&"HistoryGone Clips".to_owned()), "{gone:?}");
}

#[test]
fn what_a_nested_history_took_over_is_missed_once() {
    let (_keep, root) = card();
    let inner = root.join("Clips");
    make(&root, &options(&[Format::Xxh64]));
    make(&inner, &options(&[Format::Xxh64]));
    fs::rename(inner.join("a.mov"), inner.join("c.mov")).unwrap();
    fs::remove_file(inner.join("b.mov")).unwrap();
    let missing = ["Missing Clips/a.mov", "Missing Clips/b.mov"];
    assert_eq!(problems(&diff(&root)).iter().filter(|p| p.starts_with("Missing")).collect::<Vec<_>>(), missing.iter().collect::<Vec<_>>());
    let report = make(&root, &Create { detect_renaming: true, ..options(&[Format::Xxh64]) });
    assert_eq!((problems(&report), report.renamed.len()), (vec!["Missing Clips/b.mov".to_owned()], 1), "{report:?}");
    assert_eq!(problems(&diff(&root)), ["Missing Clips/b.mov"]);
}

#[test]
fn a_history_in_the_place_of_another_is_found_out() {
    let (_keep, root) = card();
    let inner = root.join("Clips");
    make(&inner, &options(&[Format::Xxh64]));
    make(&root, &options(&[Format::Xxh64]));
    // Altered, and put on record anew by somebody.
    fs::write(inner.join("a.mov"), "abC").unwrap();
    fs::remove_dir_all(inner.join("ascmhl")).unwrap();
    let mut later = options(&[Format::Xxh64]);
    later.origin.date = parse_date("2026-05-05T05:05:05Z");
    make(&inner, &later);
    assert_eq!(diff(&inner).problems, []);
    let found = verify(&root, &Verify::default(), &Progress::default()).unwrap_err();
    assert_eq!(found.exit_code(), exit::MISSING_MANIFEST, "{found}");
    assert!(found.path().unwrap().ends_with("Clips/ascmhl/0002_Clips_2026-01-02_030405Z.mhl"), "{found}");
}

#[test]
fn references_follow_a_history_to_its_new_name() {
    let (_keep, root) = card();
    let inner = root.join("Clips/Day");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("c.mov"), "see").unwrap();
    make(&inner, &options(&[Format::Xxh64]));
    make(&root, &options(&[Format::Xxh64]));
    fs::rename(root.join("Clips"), root.join("Takes")).unwrap();
    let report = make(&root, &Create { detect_renaming: true, ..options(&[Format::Xxh64]) });
    assert_eq!(report.problems, [], "{report:?}");
    // Another one of the old name is no replacement of it.
    fs::create_dir_all(root.join("Clips/Day")).unwrap();
    fs::write(root.join("Clips/Day/d.mov"), "d").unwrap();
    make(&root.join("Clips/Day"), &Create { detect_renaming: true, ..options(&[Format::Md5]) });
    assert_eq!(problems(&diff(&root)), [""; 0]);
    fs::remove_dir_all(root.join("Takes/Day/ascmhl")).unwrap();
    assert!(problems(&diff(&root)).contains(&"HistoryGone Takes/Day".to_owned()));
}

#[test]
fn a_history_that_is_gone_stays_missed() {
    let (_keep, root) = card();
    make(&root.join("Clips"), &options(&[Format::Xxh64]));
    make(&root, &options(&[Format::Xxh64]));
    fs::remove_dir_all(root.join("Clips/ascmhl")).unwrap();
    make(&root, &Create { only: vec![root.join("Sidecar.txt")], ..options(&[Format::Xxh64]) });
    let report = diff(&root);
    assert!(problems(&report).contains(&"HistoryGone Clips".to_owned()), "{report:?}");
}

#[test]
fn the_innermost_record_counts_everywhere() {
    let (keep, root) = card();
    let inner = root.join("Clips");
    make(&root, &options(&[Format::Xxh64]));
    // Taken over with another content and under another name.
    fs::write(inner.join("a.mov"), "abC").unwrap();
    make(&inner, &options(&[Format::Xxh64]));
    fs::rename(inner.join("b.mov"), inner.join("c.mov")).unwrap();
    let mut later = options(&[Format::Xxh64]);
    later.origin.date = parse_date("2026-05-05T05:05:05Z");
    make(&inner, &Create { detect_renaming: true, ..later });
    fs::write(inner.join("ascmhl/0009_left.mhl"), "").unwrap();
    let report = flatten(&root, &keep.path().join("out"), &Flatten::default(), &Progress::default()).unwrap();
    assert_eq!(report.notices, ["Clips/0009_left.mhl is not in the chain and not counted"]);
    let (m, found) = crate::sidecar::mhl::read(Path::new(&report.written[0].path)).unwrap();
    assert_eq!((found, actions(&m).len()), (vec![], 3));
    let list = Some(PathBuf::from(&report.written[0].path));
    let held = verify(&root, &Verify { hash: true, packing_list: list, ..Verify::default() }, &Progress::default()).unwrap();
    assert_eq!((held.verified, problems(&held)), (3, vec![]));
    assert_eq!(problems(&diff(&root)), [""; 0]);
}

#[test]
fn a_damaged_history_is_told_by_its_code() {
    let (_keep, root) = card();
    let report = make(&root, &options(&[Format::Md5]));
    let path = root.join(&report.written[0].path);
    let good = fs::read(&path).unwrap();
    let code = |root: &Path| verify(root, &Verify::default(), &Progress::default()).unwrap_err().exit_code();
    fs::write(&path, [&good[..], b"\n"].concat()).unwrap();
    assert_eq!(code(&root), exit::MODIFIED_MANIFEST);
    fs::remove_file(&path).unwrap();
    assert_eq!(code(&root), exit::MISSING_MANIFEST);
    fs::write(&path, &good).unwrap();
    fs::remove_file(root.join("ascmhl/ascmhl_chain.xml")).unwrap();
    assert_eq!(code(&root), exit::NO_CHAIN);
    assert_eq!(state(&root).unwrap_err().exit_code(), exit::NO_CHAIN);
    fs::write(root.join("ascmhl/ascmhl_chain.xml"), "<a/>").unwrap();
    assert_eq!(code(&root), exit::OTHER);
}

/// A history whose one manifest has these records.
fn planted(hashes: Vec<Entry>) -> (TempDir, PathBuf) {
    let (keep, root) = card();
    let creator = crate::sidecar::mhl::Creator { date: "2026-01-01T00:00:00Z".into(), ..Default::default() };
    let text = crate::sidecar::mhl::write(&Manifest { creator, hashes, ..Manifest::default() });
    fs::create_dir(root.join("ascmhl")).unwrap();
    fs::write(root.join("ascmhl/0001_A001.mhl"), &text).unwrap();
    let link = crate::sidecar::mhl::Link {
        number: 1,
        path: "0001_A001.mhl".into(),
        c4: hash_bytes(Format::C4, text.as_bytes()),
        ..Default::default()
    };
    let chain = crate::sidecar::mhl::Chain { links: vec![link], ..Default::default() };
    fs::write(root.join("ascmhl/ascmhl_chain.xml"), crate::sidecar::mhl::write_chain(&chain)).unwrap();
    (keep, root)
}

#[test]
fn records_that_leave_the_folder_are_refused() {
    for path in ["../secret", "/etc/passwd", "Clips/../../x"] {
        let digests = vec![crate::sidecar::mhl::Digest::new(Format::Md5, "900150983cd24fb0d6963f7d28e17f72")];
        let (_keep, root) = planted(vec![Entry::File(crate::sidecar::mhl::FileHash { path: path.into(), digests, ..Default::default() })]);
        let refused = verify(&root, &Verify { hash: true, ..Verify::default() }, &Progress::default()).unwrap_err();
        assert_eq!((refused.kind(), refused.exit_code()), (ErrorKind::Invalid, exit::OTHER), "{refused}");
        assert!(refused.to_string().contains("0001_A001.mhl:"), "{refused}");
        // The date of a name without one is read from the document.
        assert!(matches!(state(&root).unwrap(), State::History { last, .. } if last == "2026-01-01T00:00:00Z"));
    }
}

#[test]
fn a_record_that_is_no_digest_is_no_reference() {
    let digests = vec![crate::sidecar::mhl::Digest::new(Format::Md5, "not a digest")];
    let path = "Sidecar.txt".to_owned();
    let (_keep, root) = planted(vec![Entry::File(crate::sidecar::mhl::FileHash { path, digests, ..Default::default() })]);
    let report = diff(&root);
    assert_eq!(problems(&report).iter().filter(|p| *p == "New Sidecar.txt").count(), 1);
    assert!(report.notices[0].contains("not a digest"), "{report:?}");
}

#[test]
fn patterns_are_inherited_and_go_where_they_belong() {
    let (_keep, root) = card();
    make(&root.join("Clips"), &options(&[Format::Xxh64]));
    fs::write(root.join("x.tmp"), "x").unwrap();
    fs::write(root.join("Clips/y.tmp"), "y").unwrap();
    fs::write(root.join("Clips/proxy.mov"), "p").unwrap();
    let ignore = vec!["*.tmp".to_owned(), "/Clips/proxy.mov".to_owned()];
    let report = make(&root, &Create { ignore, ..options(&[Format::Xxh64]) });
    assert_eq!(report.files, 3);
    let patterns = |start: &str| manifest(&root, &report, start).process.ignore.unwrap();
    assert_eq!(patterns("Clips"), [".DS_Store", "ascmhl", "ascmhl/", "*.tmp", "/proxy.mov"]);
    assert_eq!(patterns("ascmhl"), [".DS_Store", "ascmhl", "ascmhl/", "*.tmp", "/Clips/proxy.mov"]);
    // On record, so also without them on the command line.
    assert_eq!(diff(&root).problems, []);
    assert_eq!(diff(&root.join("Clips")).problems, []);
    // What is on record and left out now is not missed.
    fs::remove_file(root.join("Sidecar.txt")).unwrap();
    assert_eq!(problems(&diff(&root)), ["Missing Sidecar.txt"]);
    let left_out = Verify { ignore: vec!["Sidecar.txt".into()], ..Verify::default() };
    assert_eq!(verify(&root, &left_out, &Progress::default()).unwrap().problems, []);
}

#[test]
fn single_files_are_recorded_and_verified_alone() {
    let (_keep, root) = card();
    let one = Create { only: vec![root.join("Clips/a.mov")], ..options(&[Format::C4]) };
    let report = make(&root, &one);
    let m = manifest(&root, &report, "");
    assert_eq!((actions(&m), m.process.root), (vec!["Clips/a.mov: c4 original".to_owned()], None));
    let only = |path: &str| verify(&root, &Verify { hash: true, only: Some(path.into()), ..Verify::default() }, &Progress::default());
    assert_eq!(only("Clips/a.mov").unwrap().verified, 1);
    assert_eq!(only("Clips/b.mov").unwrap().exit_of_verify(), exit::NEW_FILES);
    assert_eq!(only("nothing").unwrap_err().exit_code(), exit::FILE_NOT_FOUND);
    assert_eq!(only("../A001x").unwrap_err().exit_code(), exit::FILE_NOT_FOUND);
    let outside = Create { only: vec![PathBuf::from("/etc/passwd")], ..options(&[]) };
    assert_eq!(create(&root, &outside, &Progress::default()).unwrap_err().exit_code(), exit::FILE_NOT_FOUND);
}

#[test]
fn a_format_that_is_not_on_record_is_told() {
    let (_keep, root) = card();
    make(&root, &options(&[Format::Md5]));
    let run = |formats: &[Format]| {
        let asked = Verify { hash: true, formats: formats.to_vec(), ..Verify::default() };
        verify(&root, &asked, &Progress::default()).unwrap()
    };
    let report = run(&[Format::Sha1]);
    assert_eq!(report.problems, [Problem::FormatNotRecorded { path: ".".into(), format: Format::Sha1 }]);
    assert_eq!((report.verified, report.exit_of_verify()), (3, exit::OTHER), "in the format on record");
    assert_eq!(run(&[Format::Sha1, Format::Md5]).exit_of_verify(), exit::OTHER);
    assert_eq!((run(&[Format::Md5]).notices.len(), run(&[Format::Md5]).exit_of_verify()), (0, 0));
    // On record for one file.
    make(&root, &Create { only: vec![root.join("Sidecar.txt")], ..options(&[Format::Sha1]) });
    let report = run(&[Format::Sha1]);
    assert_eq!((report.exit_of_verify(), report.notices.len()), (0, 2), "{report:?}");
    assert_eq!(report.notices[0], "Clips/a.mov has no sha1 on record, and is held against md5");
    let one = Verify { hash: true, formats: vec![Format::Sha1], only: Some("Clips/a.mov".into()), ..Verify::default() };
    assert_eq!(verify(&root, &one, &Progress::default()).unwrap().exit_of_verify(), exit::OTHER);
    fs::write(root.join("Sidecar.txt"), "sidE").unwrap();
    assert_eq!(run(&[Format::Xxh3]).exit_of_verify(), exit::MISMATCH, "what is wrong outweighs it");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_of_the_folder_is_refused_by_name() {
    use std::os::unix::{ffi::OsStrExt, fs::symlink};
    let (keep, root) = card();
    symlink("Clips/a.mov", root.join("inside.mov")).unwrap();
    assert_eq!(make(&root, &options(&[Format::Md5])).files, 4);
    assert_eq!(check(&root).problems, []);
    fs::write(keep.path().join("out.txt"), "out").unwrap();
    symlink("../out.txt", root.join("out.txt")).unwrap();
    symlink("nowhere", root.join("broken")).unwrap();
    symlink("Clips", root.join("folder")).unwrap();
    let name = std::ffi::OsStr::from_bytes(b"a\xFFb");
    fs::write(root.join(name), "x").unwrap();
    fs::write(root.join("line\nbreak"), "x").unwrap();
    let report = make(&root, &options(&[Format::Md5]));
    assert_eq!((report.written.len(), report.problems.len()), (0, 5), "{report:?}");
    assert!(report.problems.iter().all(|p| matches!(p, Problem::Unreadable { .. })));
    assert_eq!(check(&root).exit_of_verify(), exit::MISMATCH);
    // Left out by patterns they are no concern.
    let ignore = ["out.txt", "broken", "folder"].map(str::to_owned).to_vec();
    fs::remove_file(root.join(name)).unwrap();
    fs::remove_file(root.join("line\nbreak")).unwrap();
    assert_eq!(make(&root, &Create { ignore, ..options(&[Format::Md5]) }).exit_of_create(), 0);
}

#[cfg(unix)]
#[test]
fn no_history_is_read_or_written_through_a_link() {
    let (keep, root) = card();
    let elsewhere = keep.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, root.join("ascmhl")).unwrap();
    let refused = create(&root, &options(&[]), &Progress::default()).unwrap_err();
    assert_eq!((refused.message(), refused.exit_code()), ("not a folder", exit::OTHER));
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_stops_the_create_before_it_hashes() {
    use std::os::unix::fs::PermissionsExt;
    let (_keep, root) = card();
    let closed = root.join("Sidecar.txt");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&closed).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let report = make(&root, &options(&[]));
    assert_eq!((report.bytes_hashed, report.written.len(), report.exit_of_create()), (0, 0, exit::OTHER));
    assert_eq!(problems(&report), ["Unreadable Sidecar.txt"]);
}

#[test]
fn an_interrupted_create_goes_on() {
    let (keep, root) = card();
    let big = vec![7u8; 3 << 20];
    fs::write(root.join("Clips/z.mov"), &big).unwrap();
    // What was modified just now may still change unseen, and is not noted.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let journal = Some(keep.path().join("cache"));
    let go = Create { journal: journal.clone(), threads: 1, ..options(&[Format::Xxh128, Format::Md5]) };
    // Stops in the last megabyte of z.mov.
    let handle: std::sync::Arc<std::sync::OnceLock<Progress>> = Default::default();
    let seen = handle.clone();
    let progress = Progress::watched(move || {
        if let Some(p) = seen.get().filter(|p| p.steps().0 > 2 << 20) {
            p.cancel();
        }
    });
    handle.set(progress.clone()).ok().unwrap();
    let stopped = create(&root, &go, &progress).unwrap_err();
    assert_eq!((stopped.kind(), stopped.exit_code()), (ErrorKind::Cancelled, 75));
    assert_eq!(state(&root).unwrap(), State::NoHistory);
    assert_eq!(fs::read_dir(keep.path().join("cache")).unwrap().count(), 1);
    // Altered in between: hashed anew.
    fs::write(root.join("Clips/b.mov"), "defG").unwrap();
    let report = make(&root, &go);
    assert_eq!((report.files, report.resumed, report.original), (4, 1, 4));
    assert_eq!(fs::read_dir(keep.path().join("cache")).unwrap().count(), 0, "removed once it is recorded");
    assert_eq!(check(&root).problems, []);
}

#[test]
fn no_journal_outlives_what_is_on_record() {
    let (keep, root) = card();
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let cache = keep.path().join("cache");
    let root = root.canonicalize().unwrap();
    if volume::trusted(&root).is_none() {
        eprintln!("skipped: the file system of {} is not trusted", root.display());
        return;
    }
    let go = Create { journal: Some(cache.clone()), ..options(&[Format::Md5]) };
    // As a create leaves it that was interrupted.
    let interrupted = || {
        let journal = journal::Journal::open(&cache, &root, true);
        for path in ["Clips/a.mov", "Clips/b.mov"] {
            journal.note(path, &hash_file(&root.join(path), &[Format::Md5], &Progress::default()).unwrap());
        }
    };
    let journals = || fs::read_dir(&cache).unwrap().count();
    interrupted();
    let anew = make(&root, &Create { resume: false, ..go.clone() });
    assert_eq!((anew.resumed, journals()), (0, 0));
    interrupted();
    // A single file strikes out its own line, whether it goes on from it or not.
    for (resume, resumed) in [(false, 0), (true, 0)] {
        let only = vec![root.join("Clips/a.mov")];
        let one = make(&root, &Create { only, resume, ..go.clone() });
        assert_eq!((one.resumed, journals()), (resumed, 1), "{resume}");
    }
    let rest = make(&root, &go);
    assert_eq!((rest.resumed, rest.verified, journals()), (1, 3, 0));
    assert_eq!(make(&root, &go).resumed, 0);
}

#[test]
fn what_has_failed_digests_alone_is_not_original_by_itself() {
    let failed = |action, text: &str| {
        let digest = crate::sidecar::mhl::Digest { action: Some(action), ..crate::sidecar::mhl::Digest::new(Format::Md5, text) };
        Entry::File(crate::sidecar::mhl::FileHash { path: "Sidecar.txt".into(), digests: vec![digest], ..Default::default() })
    };
    let (_keep, root) = planted(vec![failed(Action::Failed, "900150983cd24fb0d6963f7d28e17f72")]);
    let (_also, other) = planted(vec![failed(Action::Other, "900150983cd24fb0d6963f7d28e17f72")]);
    assert_eq!(problems(&make(&other, &options(&[Format::Md5]))), ["NoReference Sidecar.txt"], "nor what has an unknown action");
    for only in [vec![], vec![root.join("Sidecar.txt")]] {
        let report = make(&root, &Create { only, ..options(&[Format::Md5]) });
        assert_eq!(problems(&report), ["NoReference Sidecar.txt"]);
        assert_eq!((report.written.len(), report.bytes_hashed, report.exit_of_create()), (0, 0, exit::MISMATCH));
    }
    let others = Create { only: vec![root.join("Clips")], ..options(&[Format::Md5]) };
    assert_eq!(make(&root, &others).exit_of_create(), 0);
    let accepted = make(&root, &Create { accept_failed: true, ..options(&[Format::Md5]) });
    assert_eq!((accepted.original, accepted.verified, accepted.exit_of_create()), (1, 2, 0));
    assert_eq!(check(&root).problems, []);
}

#[test]
fn a_history_that_another_continued_meanwhile_is_left_alone() {
    let (_keep, root) = card();
    make(&root, &options(&[Format::Md5]));
    let stale = History::load(&root).unwrap();
    make(&root, &options(&[Format::Md5]));
    let before = fs::read(root.join("ascmhl/ascmhl_chain.xml")).unwrap();
    let date = parse_date("2027-01-01T00:00:00Z").unwrap();
    let draft = commit::Draft { root: Some(Default::default()), ..Default::default() };
    let refused = commit::commit(&[stale], vec![draft], &[], &Origin::default(), date, &mut Report::default()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::TryAgain);
    assert_eq!(fs::read(root.join("ascmhl/ascmhl_chain.xml")).unwrap(), before);
    assert_eq!(fs::read_dir(root.join("ascmhl")).unwrap().count(), 3, "no manifest without its chain");
}

#[test]
fn of_two_creates_at_once_none_is_lost() {
    for round in 0..30 {
        let (_keep, root) = card();
        // The first generation, the next, and the next of two histories.
        let before = usize::from(round > 9);
        if before > 0 {
            make(&root, &options(&[Format::Md5]));
        }
        if round > 19 {
            make(&root.join("Clips"), &options(&[Format::Md5]));
        }
        let start = std::sync::Barrier::new(4);
        let go = |second: u8| {
            start.wait();
            let mut own = options(&[Format::Md5]);
            own.origin.date = parse_date(&format!("2026-01-02T03:04:{second:02}Z"));
            create(&root, &own, &Progress::default())
        };
        let outcomes: Vec<_> = std::thread::scope(|s| {
            let go = &go;
            let running: Vec<_> = (10..14).map(|second| s.spawn(move || go(second))).collect();
            running.into_iter().map(|t| t.join().unwrap()).collect()
        });
        let (done, busy): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert!(busy.iter().all(|e| e.as_ref().unwrap_err().exit_code() == 75), "{busy:?}");
        assert_eq!(History::load(&root).unwrap().generations.len(), before + done.len(), "{done:?}");
        let left: Vec<_> = fs::read_dir(root.join("ascmhl")).into_iter().flatten().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left.len(), if left.is_empty() { 0 } else { before + done.len() + 1 }, "{left:?}");
    }
}

#[test]
fn a_history_in_another_hand_is_left_alone() {
    let (_keep, root) = card();
    let held = lock::Lock::take(&root).unwrap();
    let refused = create(&root, &options(&[Format::Md5]), &Progress::default()).unwrap_err();
    assert_eq!((refused.kind(), refused.exit_code()), (ErrorKind::TryAgain, 75));
    drop(held);
    assert!(!root.join("ascmhl").exists());
    // What a crash leaves is no lock.
    fs::create_dir(root.join("ascmhl")).unwrap();
    fs::write(root.join("ascmhl/.prelight.lock"), "").unwrap();
    fs::write(root.join("ascmhl/.0001_A001.mhl.0.part"), "").unwrap();
    assert_eq!(state(&root), Ok(State::NoHistory));
    assert!(!History::load(&root).unwrap().exists());
    assert_eq!(lock::Lock::take(&root).map(drop), Ok(()));
    assert!(!root.join("ascmhl/.prelight.lock").exists());
}

#[test]
fn a_writer_that_was_killed_before_the_chain_is_told_from_a_chain_that_is_gone() {
    let (_keep, root) = card();
    let documents = root.join("ascmhl");
    let names = || {
        let names = fs::read_dir(&documents).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    make(&root, &options(&[Format::Md5]));
    let first = names();
    let manifest = first.iter().find(|name| name.ends_with(".mhl")).unwrap();
    assert_eq!(first.len(), 2, "the chain and a manifest: {first:?}");
    fs::remove_file(documents.join(CHAIN)).unwrap();
    assert_eq!(History::load(&root).unwrap_err().exit_code(), exit::NO_CHAIN);

    fs::write(documents.join(begun::mark(manifest)), "").unwrap();
    assert_eq!((state(&root), nearest(&root)), (Ok(State::NoHistory), None));
    assert!(!History::load(&root).unwrap().exists());
    make(&root, &options(&[Format::Md5]));
    assert_eq!(names(), first);
    assert_eq!(check(&root).problems, []);

    // Killed just behind the chain, what it names stays; a later one that did not come to it goes.
    fs::write(documents.join(begun::mark(manifest)), "").unwrap();
    let lost = "0002_A001_2026-01-02_030406Z.mhl";
    [begun::mark(lost), lost.to_owned()].iter().for_each(|name| fs::write(documents.join(name), "").unwrap());
    make(&root, &options(&[Format::Md5]));
    assert!(names().len() == 3 && names().contains(manifest) && !names().contains(lost), "{:?}", names());
    assert_eq!(check(&root).problems, []);
}

#[test]
fn a_writer_that_was_killed_at_once_leaves_no_dead_end() {
    let (_keep, root) = card();
    fs::create_dir(root.join("ascmhl")).unwrap();
    assert_eq!(state(&root), Ok(State::NoHistory));
    assert!(!History::load(&root).unwrap().exists());
    assert_eq!(nearest(&root), None);
    assert_eq!(verify(&root, &Verify::default(), &Progress::default()).unwrap_err().exit_code(), exit::NO_HISTORY);
    // Who fails after it leaves nothing either.
    assert_eq!(lock::Lock::take(&root).map(drop), Ok(()));
    assert!(!root.join("ascmhl").exists());
    fs::create_dir(root.join("ascmhl")).unwrap();
    make(&root, &options(&[Format::Md5]));
    assert!(matches!(state(&root), Ok(State::History { generations: 1, .. })));
    // Manifests without their chain are something else.
    fs::remove_file(root.join("ascmhl/ascmhl_chain.xml")).unwrap();
    assert_eq!(History::load(&root).unwrap_err().exit_code(), exit::NO_CHAIN);
    assert_eq!(nearest(&root), Some(root.clone()));
}

#[test]
fn a_walk_says_how_far_it_is_and_ends_when_it_is_cancelled() {
    let (_keep, root) = card();
    let many = root.join("many");
    fs::create_dir(&many).unwrap();
    (0..1200).for_each(|n| fs::write(many.join(format!("{n:04}")), "").unwrap());
    let progress = Progress::default();
    let tree = Tree::scan(&root, &[], &progress).unwrap();
    assert!(tree.folders.iter().map(|f| f.files.len()).sum::<usize>() >= 1200);
    assert_eq!(progress.message(), format!("looking through {}: 1000 files", root.file_name().unwrap().to_string_lossy()));
    progress.cancel();
    assert_eq!(Tree::scan(&root, &[], &progress).unwrap_err().kind(), ErrorKind::Cancelled);
    make(&root, &options(&[Format::Md5]));
    assert_eq!(Tree::scan(&root, &[], &progress).unwrap_err().kind(), ErrorKind::Cancelled);
}

#[test]
fn what_was_written_before_a_failure_is_told() {
    let (_keep, root) = card();
    make(&root.join("Clips"), &options(&[Format::Md5]));
    // The name that the manifest of the outer history will have.
    fs::create_dir(root.join("ascmhl")).unwrap();
    let taken = root.join("ascmhl/0001_A001_2026-01-02_030405Z.mhl");
    fs::write(&taken, "kept").unwrap();
    let chain = crate::sidecar::mhl::write_chain(&Default::default());
    fs::write(root.join("ascmhl/ascmhl_chain.xml"), chain).unwrap();
    let report = make(&root, &options(&[Format::Md5]));
    assert_eq!(report.written.iter().map(|m| m.path.as_str()).collect::<Vec<_>>(), ["Clips/ascmhl/0002_Clips_2026-01-02_030405Z.mhl"]);
    assert_eq!((problems(&report), report.exit_of_create()), (vec!["NotWritten ascmhl".to_owned()], exit::OTHER));
    assert_eq!(fs::read_to_string(&taken).unwrap(), "kept");
    // Where nothing was written, the failure is all there is to tell.
    fs::remove_dir_all(root.join("Clips/ascmhl")).unwrap();
    assert_eq!(create(&root, &options(&[Format::Md5]), &Progress::default()).unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn a_manifest_beside_the_chain_is_noticed_and_not_counted() {
    let (_keep, root) = card();
    make(&root, &options(&[Format::Md5]));
    fs::write(root.join("ascmhl/0002_A001_2026-01-03_000000Z.mhl"), "<x/>").unwrap();
    fs::write(root.join("ascmhl/._0001_A001.mhl"), "mac").unwrap();
    let report = check(&root);
    assert_eq!((report.problems.len(), report.notices.len()), (0, 1), "{report:?}");
}

#[test]
fn a_packing_list_holds_all_generations() {
    let (keep, root) = card();
    make(&root.join("Clips"), &options(&[Format::Md5]));
    make(&root, &options(&[Format::Xxh64]));
    make(&root, &options(&[Format::C4]));
    let out = keep.path().join("out");
    let origin = options(&[]).origin;
    let report = flatten(&root, &out, &Flatten { origin, ..Flatten::default() }, &Progress::default()).unwrap();
    let list = PathBuf::from(&report.written[0].path);
    assert_eq!(list.file_name().unwrap(), "packinglist_A001_2026-01-02_030405Z.mhl");
    let (m, found) = crate::sidecar::mhl::read(&list).unwrap();
    assert_eq!((found, m.process.kind.name()), (vec![], "flatten"));
    assert_eq!(actions(&m)[..3], ["Clips/a.mov: c4 verified", "Clips/a.mov: md5 original", "Clips/a.mov: xxh64 verified"]);
    // A copy without any history is verified against it.
    let copy = keep.path().join("copy");
    fs::create_dir_all(copy.join("Clips")).unwrap();
    for file in ["Clips/a.mov", "Clips/b.mov", "Sidecar.txt"] {
        fs::copy(root.join(file), copy.join(file)).unwrap();
    }
    let against = Verify { hash: true, packing_list: Some(list), ..Verify::default() };
    let held = |copy: &Path| verify(copy, &against, &Progress::default()).unwrap();
    assert_eq!((held(&copy).verified, held(&copy).exit_of_verify()), (3, 0));
    fs::write(copy.join("Clips/a.mov"), "abD").unwrap();
    assert_eq!(held(&copy).exit_of_verify(), exit::MISMATCH);
}

#[test]
fn the_same_files_give_the_same_manifest() {
    let (_keep, root) = card();
    let (_other, twin) = card();
    for root in [&root, &twin] {
        for (path, _) in Tree::scan(root, &[], &Progress::default()).unwrap().paths() {
            // Only the clock differs.
            let _ = fs::File::open(root.join(path)).unwrap().set_modified(std::time::SystemTime::UNIX_EPOCH);
        }
    }
    let text = |root: &Path, threads| {
        let report = make(root, &Create { threads, ..options(&Format::ALL) });
        fs::read_to_string(root.join(&report.written[0].path)).unwrap()
    };
    assert_eq!(text(&root, 1), text(&twin, 4));
}
