//! Rolls in temporary folders, one fault each.

use super::*;
use crate::{
    camera,
    check::{self, Found, Outcome, Severity, rules},
    error::ErrorKind,
    history::{self, Create, FOLDER, Memory, Origin, hash_bytes},
    pipeline::{Plan, Settings, Sidecars},
    sidecar::mhl::Format,
};
use std::{
    fs,
    path::PathBuf,
    sync::{Arc, atomic::AtomicU64},
    time::{Duration, SystemTime},
};
use tempfile::TempDir;

/// A roll `A001` with two clips of three frames and a document, without a history.
fn bare() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap().join("A001");
    for clip in ["C001", "C002"] {
        fs::create_dir_all(root.join(clip)).unwrap();
        for n in 1..=3u8 {
            let picture = ::image::RgbImage::from_pixel(4, 4, ::image::Rgb([n, 90, clip.as_bytes()[3]]));
            picture.save(frame(&root, clip, n)).unwrap();
        }
    }
    fs::write(root.join("Sidecar.txt"), "side").unwrap();
    (folder, root)
}

fn frame(root: &Path, clip: &str, n: u8) -> PathBuf {
    root.join(clip).join(format!("A001{clip}_{n:04}.png"))
}

fn record(root: &Path, formats: &[Format]) {
    let generations = history::History::load(root).unwrap().generations.len();
    let date = history::parse_date(&format!("2026-01-02T03:04:{generations:02}Z"));
    let options = Create { formats: formats.to_vec(), origin: Origin { date, ..Origin::default() }, ..Create::default() };
    history::create(root, &options, &Progress::default()).unwrap();
}

fn roll() -> (TempDir, PathBuf) {
    let (keep, root) = bare();
    record(&root, &[Format::Xxh64]);
    (keep, root)
}

fn roll_with(root: &Path, rolls: &Rolls) -> Vec<Finding> {
    check_roll(root, rolls, &Profile::neutral(), &Progress::default()).unwrap()
}

/// What a whole roll is checked for by the neutral profile with these rows.
fn by_profile(root: &Path, rules: &str) -> Vec<Finding> {
    check_roll(root, &Rolls::default(), &check::testing::profile(rules), &Progress::default()).unwrap()
}

#[test]
fn a_roll_is_not_asked_what_the_profile_leaves_out() {
    let (_keep, root) = roll();
    fs::write(root.join("added.txt"), "new").unwrap();
    let outcome = |rules: &str| by_profile(&root, rules).into_iter().find(|f| f.id == "MHL-02").unwrap().outcome;
    assert_eq!(outcome(""), Outcome::Fail);
    assert_eq!(outcome("[rules.MHL-02]\nasked = false"), Outcome::NotApplicable);
}

fn of_roll(root: &Path) -> Vec<Finding> {
    roll_with(root, &Rolls::default())
}

/// The findings of MHL on a clip.
fn clip_with(root: &Path, clip: &str, rolls: Rolls) -> Vec<Finding> {
    let clip = camera::open(&frame(root, clip, 1)).unwrap();
    let sidecars = Sidecars::default();
    let plan = Plan::new(&*clip, &sidecars, &Settings::default());
    let subject = Subject {
        name: "clip",
        clip: &*clip,
        sidecars: &sidecars,
        plan: &plan,
        profile: Profile::neutral(),
        found: Found::sharing(Arc::new(rolls)),
    };
    let findings = check::run(&subject, &Progress::default()).unwrap();
    findings.into_iter().filter(|f| f.id.starts_with("MHL")).collect()
}

fn of_clip(root: &Path, clip: &str) -> Vec<Finding> {
    clip_with(root, clip, Rolls::default())
}

fn get<'f>(findings: &'f [Finding], id: &str) -> &'f Finding {
    findings.iter().find(|f| f.id == id).unwrap_or_else(|| panic!("{id}"))
}

/// The rules that fail.
fn failing(findings: &[Finding]) -> Vec<&str> {
    findings.iter().filter(|f| f.outcome == Outcome::Fail).map(|f| &*f.id).collect()
}

/// Changes a byte and no size.
fn alter(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Changes a manifest's text and puts its new C4 ID into the chain.
fn forge(root: &Path, number: usize, from: &str, to: &str) {
    let chain = root.join(FOLDER).join("ascmhl_chain.xml");
    let link = history::History::load(root).unwrap().chain.links[number - 1].clone();
    let path = root.join(FOLDER).join(&link.path);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&path, text.replace(from, to)).unwrap();
    let new = hash_bytes(Format::C4, &fs::read(&path).unwrap());
    fs::write(&chain, fs::read_to_string(&chain).unwrap().replace(&link.c4, &new)).unwrap();
}

#[test]
fn the_rules_are_those_of_the_checklist() {
    let found: Vec<(&str, Severity)> = rules().filter(|r| r.id.starts_with("MHL")).map(|r| (r.id, r.severity)).collect();
    use Severity::{Block as B, Inform as I, Warn as W};
    // MHL-05 warns in a profile that asks for formats, and informs otherwise.
    let severities = [B, B, B, W, I, W, I, W, B, I];
    let mut wanted: Vec<(String, Severity)> = (1..).map(|n| format!("MHL-{n:02}")).zip(severities).collect();
    wanted.sort();
    let mut found: Vec<(String, Severity)> = found.iter().map(|(id, s)| ((*id).to_owned(), *s)).collect();
    found.sort();
    assert_eq!(found, wanted);
    assert_eq!(rules().last().unwrap().id, "MHL-09", "it looks at what the others have read");
}

#[test]
fn a_clean_roll_passes_and_says_what_it_measured() {
    let (_keep, root) = roll();
    let findings = of_roll(&root);
    assert_eq!(failing(&findings), [""; 0], "{findings:?}");
    assert_eq!(get(&findings, "MHL-01").evidence.split(',').next(), Some("7 files"));
    assert_eq!(get(&findings, "MHL-03").measured, "1 manifest whole");
    assert_eq!(get(&findings, "MHL-06").outcome, Outcome::Pass);
    assert_eq!(get(&findings, "MHL-10").outcome, Outcome::NotApplicable);
    assert!(findings.iter().all(|f| f.id != "MHL-09"), "a roll is not read by us otherwise");

    let clip = of_clip(&root, "C001");
    assert_eq!(failing(&clip), [""; 0], "{clip:?}");
    assert_eq!(get(&clip, "MHL-01").evidence.split(',').next(), Some("3 files"), "those of the clip only");
    assert_eq!(get(&clip, "MHL-09").evidence, "size and times of 3 files, bytes of 3");
}

#[test]
fn without_a_history_the_rules_say_so() {
    let (_keep, root) = bare();
    let findings = of_clip(&root, "C001");
    for id in ["MHL-01", "MHL-02", "MHL-03", "MHL-04", "MHL-05", "MHL-06", "MHL-07", "MHL-10"] {
        let f = get(&findings, id);
        assert_eq!((f.outcome, &*f.evidence), (Outcome::NotApplicable, NO_HISTORY), "{id}");
    }
    assert_eq!(get(&findings, "MHL-08").outcome, Outcome::Pass);
    assert_eq!(get(&findings, "MHL-09").outcome, Outcome::Pass);
}

#[test]
fn an_altered_frame_fails_the_hash_of_its_clip_and_of_the_roll() {
    let (_keep, root) = roll();
    alter(&frame(&root, "C001", 2));
    let clip = of_clip(&root, "C001");
    assert_eq!(failing(&clip), ["MHL-01"]);
    let f = get(&clip, "MHL-01");
    assert_eq!((f.frame, &*f.measured), (Some(2), "1 of 3 files differ"));
    assert!(f.evidence.starts_with("C001/A001C001_0002.png: xxh64 ") && f.evidence.contains("generation 1 has"), "{}", f.evidence);
    assert_eq!(failing(&of_clip(&root, "C002")), [""; 0], "another clip's files are its own business");
    assert_eq!(failing(&of_roll(&root)), ["MHL-01"]);

    let mut bytes = fs::read(frame(&root, "C002", 3)).unwrap();
    bytes.push(0);
    fs::write(frame(&root, "C002", 3), bytes).unwrap();
    let clip = of_clip(&root, "C002");
    assert!(get(&clip, "MHL-01").evidence.contains("bytes, recorded"), "{:?}", get(&clip, "MHL-01"));
}

#[test]
fn a_file_that_was_altered_and_put_right_again_passes() {
    let (_keep, root) = roll();
    let good = fs::read(root.join("Sidecar.txt")).unwrap();
    fs::write(root.join("Sidecar.txt"), "another size").unwrap();
    record(&root, &[Format::Xxh64]);
    assert_eq!(failing(&of_roll(&root)), ["MHL-01"]);
    // The last generation has the wrong size on record, as failed.
    fs::write(root.join("Sidecar.txt"), good).unwrap();
    assert_eq!(failing(&of_roll(&root)), [""; 0]);
}

#[test]
fn what_is_missing_or_unlisted_blocks_every_clip_of_the_roll() {
    let (_keep, root) = roll();
    fs::remove_file(frame(&root, "C002", 2)).unwrap();
    fs::write(root.join("new.txt"), "new").unwrap();
    for findings in [of_roll(&root), of_clip(&root, "C001")] {
        assert_eq!(failing(&findings), ["MHL-02"]);
        let f = get(&findings, "MHL-02");
        assert_eq!((&*f.measured, &*f.evidence), ("1 missing, 1 unlisted", "missing: C002/A001C002_0002.png; unlisted: new.txt"));
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/nowhere", root.join("link")).unwrap();
        assert!(get(&of_roll(&root), "MHL-02").evidence.contains("a link to nothing"));
    }
}

#[test]
fn a_broken_chain_is_one_finding_and_nothing_is_trusted() {
    let damage: [fn(&Path); 4] = [
        |manifest| fs::remove_file(manifest).unwrap(),
        alter,
        |manifest| fs::remove_file(manifest.with_file_name("ascmhl_chain.xml")).unwrap(),
        |manifest| {
            let chain = manifest.with_file_name("ascmhl_chain.xml");
            let text = fs::read_to_string(&chain).unwrap().replace("sequencenr=\"2\"", "sequencenr=\"1\"");
            fs::write(chain, text).unwrap();
        },
    ];
    for damage in damage {
        let (_keep, root) = roll();
        record(&root, &[Format::Xxh64]);
        let name = history::History::load(&root).unwrap().generations[0].name.clone();
        damage(&root.join(FOLDER).join(&name));
        for findings in [of_roll(&root), of_clip(&root, "C001")] {
            assert_eq!(failing(&findings), ["MHL-03"], "{findings:?}");
            assert!(get(&findings, "MHL-03").evidence.contains(FOLDER), "names the file: {:?}", get(&findings, "MHL-03"));
            assert_eq!(get(&findings, "MHL-01").evidence, BROKEN);
        }
    }
}

#[test]
fn a_second_manifest_of_the_same_number_fails() {
    let (_keep, root) = roll();
    let name = history::History::load(&root).unwrap().generations[0].name.clone();
    let other = root.join(FOLDER).join("0001_A001_2026-05-05_050505Z.mhl");
    fs::copy(root.join(FOLDER).join(&name), &other).unwrap();
    let findings = of_roll(&root);
    assert_eq!(failing(&findings), ["MHL-03"]);
    assert!(get(&findings, "MHL-03").evidence.contains("repeats the number of"), "{findings:?}");
}

#[test]
fn the_history_around_a_roll_has_a_word_in_its_chain() {
    let (keep, root) = roll();
    let day = keep.path().canonicalize().unwrap();
    record(&day, &[Format::Xxh64]);
    assert_eq!(failing(&of_clip(&root, "C001")), [""; 0]);
    // It made a generation of the roll too, and refers to that. Who changes a manifest and its chain alike is found out from above.
    forge(&root, 2, "<hostname>", "<hostname>x");
    for findings in [of_roll(&root), of_clip(&root, "C001")] {
        assert_eq!(failing(&findings), ["MHL-03"]);
        assert!(get(&findings, "MHL-03").evidence.contains("is not the one that the history of"), "{findings:?}");
    }
}

#[test]
fn an_original_that_comes_late_or_twice_needs_a_waiver() {
    let (_keep, root) = roll();
    record(&root, &[Format::Xxh64]);
    assert_eq!(failing(&of_roll(&root)), [""; 0]);
    forge(&root, 2, "action=\"verified\"", "action=\"original\"");
    let findings = of_roll(&root);
    assert_eq!(failing(&findings), ["MHL-04"]);
    assert!(get(&findings, "MHL-04").evidence.contains("original again in generation 2"), "{findings:?}");

    let (_keep, root) = roll();
    forge(&root, 1, "action=\"original\"", "action=\"verified\"");
    let findings = of_roll(&root);
    assert_eq!(failing(&findings), ["MHL-04"]);
    assert!(get(&findings, "MHL-04").evidence.contains("first recorded verified in generation 1"), "{findings:?}");
}

#[test]
fn a_format_that_a_delivery_may_not_use_needs_another_beside_it() {
    let (_keep, root) = bare();
    record(&root, &[Format::Xxh128]);
    let findings = of_roll(&root);
    assert_eq!(failing(&findings), ["MHL-05"]);
    assert_eq!(get(&findings, "MHL-05").measured, "7 of 7 files in xxh128 only");
    record(&root, &[Format::Md5]);
    assert_eq!(failing(&of_roll(&root)), [""; 0]);
}

#[test]
fn a_roll_has_one_history_at_its_root() {
    let (_keep, root) = bare();
    record(&root.join("C001"), &[Format::Xxh64]);
    record(&root, &[Format::Xxh64]);
    let findings = of_roll(&root);
    assert_eq!(failing(&findings), ["MHL-06"]);
    assert_eq!(get(&findings, "MHL-06").evidence, "another history in C001");

    let (_keep, root) = bare();
    fs::write(root.join("A001.mhl"), "<hashlist/>").unwrap();
    record(&root, &[Format::Xxh64]);
    let findings = of_roll(&root);
    assert_eq!(failing(&findings), ["MHL-06"]);
    assert_eq!(get(&findings, "MHL-06").evidence, "another manifest, A001.mhl");
}

#[test]
fn a_renamed_file_is_named_with_both_names() {
    let (_keep, root) = roll();
    fs::rename(root.join("Sidecar.txt"), root.join("Notes.txt")).unwrap();
    let findings = of_roll(&root);
    assert_eq!(failing(&findings), ["MHL-02", "MHL-07"]);
    assert_eq!(get(&findings, "MHL-07").evidence, "Sidecar.txt is now Notes.txt");
    // Of the same size and of other content, it is another file.
    fs::write(root.join("Notes.txt"), "SIDE").unwrap();
    assert_eq!(failing(&of_roll(&root)), ["MHL-02"]);
}

#[test]
fn litter_empty_files_and_what_was_cut_need_a_waiver() {
    let (_keep, root) = bare();
    fs::create_dir(root.join("System Volume Information")).unwrap();
    fs::write(root.join("C001/.DS_Store"), "x").unwrap();
    fs::write(root.join("C001/empty.bin"), "").unwrap();
    fs::write(root.join("C002/cut.mov"), b"\0\0\0\x08ftyp\0\0\x01\0mdatxxx").unwrap();
    record(&root, &[Format::Xxh64]);
    let findings = of_roll(&root);
    assert_eq!(failing(&findings), ["MHL-08"]);
    let f = get(&findings, "MHL-08");
    assert_eq!(f.measured, "2 of litter, 1 empty, 1 cut short");
    for part in [
        "cut.mov: box mdat at byte 8 lacks its last",
        "C001/empty.bin: empty",
        "C001/.DS_Store (left by macOS)",
        "System Volume Information/ (left by Windows)",
    ] {
        assert!(f.evidence.contains(part), "{part}: {}", f.evidence);
    }
    // Without a roll that is known: the clip's own folder and files.
    let (_keep, root) = bare();
    fs::write(root.join("C002/._x"), "x").unwrap();
    assert_eq!(failing(&of_clip(&root, "C001")), [""; 0]);
    assert_eq!(failing(&of_clip(&root, "C002")), ["MHL-08"]);
}

#[test]
fn a_frame_that_is_shorter_than_the_others_was_cut() {
    let (_keep, root) = bare();
    for n in 1..=3u8 {
        let mut bytes = fs::read(frame(&root, "C001", n)).unwrap();
        bytes.resize(if n == 2 { 9_000 } else { 20_000 }, 0);
        fs::write(frame(&root, "C001", n), bytes).unwrap();
    }
    let findings = of_clip(&root, "C001");
    assert_eq!(failing(&findings), ["MHL-08"]);
    assert_eq!(get(&findings, "MHL-08").evidence, "A001C001_0002.png: 9.0 kB where most frames have 20.0 kB");
}

#[test]
fn two_copies_are_compared_by_names_sizes_and_folder_digests() {
    let (keep, root) = roll();
    let second = tempfile::tempdir().unwrap();
    let copy = second.path().join("A001");
    copy_folder(&root, &copy);
    let against = |copy: &Path| roll_with(&root, &Rolls::default().with_copy(Some(copy.to_owned())));
    // Named itself, or by the folder it lies in.
    for named in [&*copy, second.path()] {
        assert_eq!(get(&against(named), "MHL-10").outcome, Outcome::Pass);
    }
    assert_eq!(get(&against(&root), "MHL-10").measured, "could not be measured", "with itself");
    assert_eq!(get(&against(&keep.path().join("nothing")), "MHL-10").outcome, Outcome::Fail);

    fs::remove_file(frame(&copy, "C001", 1)).unwrap();
    fs::write(copy.join("Sidecar.txt"), "longer").unwrap();
    let findings = against(&copy);
    assert_eq!(failing(&findings), ["MHL-10"]);
    let evidence = &get(&findings, "MHL-10").evidence;
    assert!(evidence.contains("A001C001_0001.png: only in the first copy") && evidence.contains("Sidecar.txt: 4 bytes"), "{evidence}");

    // The same names and sizes, other content: its own history says so.
    let third = tempfile::tempdir().unwrap();
    let copy = third.path().join("A001");
    copy_folder(&root, &copy);
    fs::remove_dir_all(copy.join(FOLDER)).unwrap();
    assert!(get(&against(&copy), "MHL-10").evidence.contains("no folder digest in one format"));
    alter(&frame(&copy, "C001", 1));
    record(&copy, &[Format::Xxh64]);
    let findings = against(&copy);
    assert_eq!(failing(&findings), ["MHL-10"]);
    assert!(get(&findings, "MHL-10").evidence.starts_with("content xxh64: "), "{findings:?}");
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn what_was_read_once_is_not_read_again_and_much_is_not_read_unasked() {
    let (_keep, root) = roll();
    let memory = Arc::new(Memory::default());
    let unasked = || clip_with(&root, "C001", Rolls::remembering(memory.clone()).reading_at_most(Arc::new(AtomicU64::new(0))));
    let f = get(&unasked(), "MHL-01").clone();
    assert_eq!(f.outcome, Outcome::NotApplicable);
    assert!(f.evidence.contains("not read unasked"), "{}", f.evidence);
    // Files that were just written are not remembered.
    settle();
    assert_eq!(failing(&roll_with(&root, &Rolls::remembering(memory.clone()))), [""; 0]);
    assert_eq!(get(&unasked(), "MHL-01").outcome, Outcome::Pass);
    alter(&frame(&root, "C001", 3));
    assert_eq!(get(&unasked(), "MHL-01").outcome, Outcome::NotApplicable, "not remembered any more");
    let mut bytes = fs::read(frame(&root, "C001", 3)).unwrap();
    bytes.push(0);
    fs::write(frame(&root, "C001", 3), bytes).unwrap();
    assert_eq!(get(&unasked(), "MHL-01").outcome, Outcome::Fail, "a size is seen without reading");
}

/// Waits until what was written is old enough to be relied on.
fn settle() {
    let settled = SystemTime::now() + Duration::from_millis(2100);
    while SystemTime::now() < settled {
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_roll_is_walked_once_as_long_as_nothing_changes() {
    let ((_keep, root), (_other, twin), (_third, third)) = (roll(), roll(), roll());
    fs::write(root.join("empty.bin"), "").unwrap();
    record(&root, &[Format::Xxh64]);
    let scans = Arc::new(Scans::default());
    let rolls = || Rolls::default().sharing(scans.clone());
    let quiet = Progress::default();
    let walked = |root: &Path| rolls().roll(root, &quiet).unwrap();
    let is_same = |a: &Result<Arc<Roll>>, b: &Result<Arc<Roll>>| Arc::ptr_eq(a.as_ref().unwrap(), b.as_ref().unwrap());
    assert!(!is_same(&walked(&root), &walked(&root)), "what was just written may change unseen");
    settle();
    let first = walked(&root);
    let tidy = rolls().tidy(&root, &quiet).unwrap();
    assert!(is_same(&first, &walked(&root)) && Arc::ptr_eq(&tidy, &rolls().tidy(&root, &quiet).unwrap()));
    assert!(!is_same(&first, &Rolls::default().roll(&root, &quiet).unwrap()), "nothing is shared unasked");

    // Bytes of a file show in the file alone: those of the clip are looked at, and what was empty.
    let mut bytes = fs::read(frame(&root, "C001", 1)).unwrap();
    bytes.push(0);
    fs::write(frame(&root, "C001", 1), bytes).unwrap();
    assert_eq!(failing(&clip_with(&root, "C001", rolls())), ["MHL-01", "MHL-08"]);
    fs::write(root.join("empty.bin"), "x").unwrap();
    assert_eq!(failing(&clip_with(&root, "C001", rolls())), ["MHL-01"]);
    assert!(is_same(&first, &walked(&root)));

    // A name that came, a manifest that was altered where it stands, a record that went.
    fs::write(root.join("C002/new.txt"), "new").unwrap();
    assert!(!is_same(&first, &walked(&root)));
    assert_eq!(failing(&clip_with(&root, "C002", rolls())), ["MHL-02"]);
    let first = walked(&twin);
    assert!(is_same(&first, &walked(&twin)));
    let name = first.as_ref().unwrap().tree.histories[0].generations[0].name.clone();
    alter(&twin.join(FOLDER).join(name));
    assert_eq!(failing(&clip_with(&twin, "C001", rolls())), ["MHL-03"]);
    let first = walked(&third);
    scans.forget(&third);
    assert!(!is_same(&first, &walked(&third)));
}

#[cfg(unix)]
#[test]
fn a_linked_clip_belongs_where_the_link_lies() {
    let ((_keep, root), (_other, picks)) = (roll(), bare());
    let link = picks.join("C001/pick.png");
    std::os::unix::fs::symlink(frame(&root, "C001", 1), &link).unwrap();
    let place = |link: &Path| Place::of(&*camera::open_single(link).unwrap()).unwrap();
    assert_eq!((check::history_of(&link).unwrap(), place(&link).history), (None, None));
    record(&root.join("C002"), &[Format::Xxh64]);
    let inside = root.join("C002/pick.png");
    std::os::unix::fs::symlink(frame(&root, "C001", 1), &inside).unwrap();
    assert_eq!(check::history_of(&inside).unwrap(), Some(root.join("C002")));
    assert_eq!(place(&inside).history, Some(root.join("C002")));
    // By a linked folder its files are where they are.
    let folder = picks.join("linked");
    std::os::unix::fs::symlink(root.join("C001"), &folder).unwrap();
    let file = folder.join(frame(&root, "C001", 1).file_name().unwrap());
    for path in [&folder, &file] {
        assert_eq!(check::history_of(path).unwrap(), Some(root.clone()));
    }
    assert_eq!(place(&file).history, Some(root.clone()));
    assert!(check::history_of(&root.join("nothing")).is_err());
}

#[test]
fn what_a_killed_writer_left_is_no_history() {
    let (_keep, root) = roll();
    fs::create_dir(root.join("C001").join(FOLDER)).unwrap();
    assert_eq!(check::history_of(&frame(&root, "C001", 1)).unwrap(), Some(root.clone()));
    assert_eq!(failing(&of_clip(&root, "C001")), [""; 0]);
    fs::write(root.join("C001").join(FOLDER).join("0001_C001_2026-01-02_030405Z.mhl"), "x").unwrap();
    assert_eq!(failing(&of_clip(&root, "C001")), ["MHL-03"], "its chain is missing");
}

#[test]
fn a_cancelled_check_ends() {
    let (_keep, root) = roll();
    let progress = Progress::default();
    progress.cancel();
    let error = check_roll(&root, &Rolls::default(), &Profile::neutral(), &progress).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}
