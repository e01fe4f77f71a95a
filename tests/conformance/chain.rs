//! MHL: the stored scenarios of ASC MHL judged by the checks, and the ends of the corpus' movies.

use crate::corpus;
use prelight::{
    camera,
    check::{Finding, Outcome, Profile, Rolls, check_roll},
    progress::Progress,
};
use std::path::{Path, PathBuf};

fn failing(findings: &[Finding]) -> Vec<(&str, &str)> {
    findings.iter().filter(|f| f.outcome == Outcome::Fail).map(|f| (&*f.id, &*f.evidence)).collect()
}

#[test]
fn stored_scenarios_have_the_faults_that_their_log_tells_of() {
    let Some(output) = corpus("standards/mhl/scenarios/Output") else { return };
    let check = |roll: &str| check_roll(&output.join(roll), &Rolls::default(), &Profile::neutral(), &Progress::default()).unwrap();
    for roll in [
        "scenario_01/travel_01/A002R2EC",
        "scenario_02/travel_01/A002R2EC",
        "scenario_02/file_server/A002R2EC",
        "scenario_03/travel_01/A002R2EC",
        "scenario_03/file_server/A002R2EC",
        "scenario_04/travel_01/A002R2EC",
        "scenario_05/file_server/Reels/A002R2EC",
        "scenario_05/file_server/Reels/A003R2EC",
    ] {
        let findings = check(roll);
        assert_eq!(failing(&findings), [], "{roll}");
        let passed = findings.iter().filter(|f| f.outcome == Outcome::Pass).count();
        assert_eq!(passed, 8, "{roll}: all but the second copy: {findings:?}");
    }
    // "the Sidecar.txt got corrupt", and generation 2 has it on record as failed.
    let findings = check("scenario_04/file_server/A002R2EC");
    let failed = failing(&findings);
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(
        failed[0].0 == "MHL-01" && failed[0].1.starts_with("Sidecar.txt: xxh64 70d2cf31aaa3eac4, generation 1 has 3ab5a4166b9bde44"),
        "{failed:?}"
    );
    // A history of the folder around two rolls that have their own.
    let findings = check("scenario_05/file_server/Reels");
    assert_eq!(failing(&findings), [("MHL-06", "another history in A002R2EC; another history in A003R2EC")]);
}

#[test]
fn stored_copies_are_equal_but_for_the_altered_one() {
    let Some(output) = corpus("standards/mhl/scenarios/Output") else { return };
    let compare = |scenario: &str| {
        let rolls = Rolls::default().with_copy(Some(output.join(scenario).join("file_server")));
        let findings =
            check_roll(&output.join(scenario).join("travel_01/A002R2EC"), &rolls, &Profile::neutral(), &Progress::default()).unwrap();
        findings.into_iter().find(|f| f.id == "MHL-10").unwrap()
    };
    assert_eq!(compare("scenario_02").outcome, Outcome::Pass);
    let altered = compare("scenario_04");
    assert_eq!(altered.outcome, Outcome::Fail);
    assert!(altered.evidence.contains("content xxh64: 8d02114c32e28cbe, in the second copy 8e52e9c3d15e055c"), "{}", altered.evidence);
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

#[test]
fn no_movie_of_the_corpus_is_taken_for_cut_and_each_is_where_it_was_cut() {
    let Some(root) = corpus("") else { return };
    let mut all = vec![];
    files(&root, &mut all);
    let folder = tempfile::tempdir().unwrap();
    let (mut whole, mut cut) = (0, 0);
    for path in all {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if !["mov", "mp4", "mxf", "braw", "crm"].contains(&&*extension) {
            continue;
        }
        assert_eq!(camera::ending(&path).unwrap(), None, "{}", path.display());
        whole += 1;
        let bytes = std::fs::read(&path).unwrap();
        if camera::open(&path).is_err() || bytes.len() < 4096 || bytes.len() > 64 << 20 {
            continue;
        }
        let copy = folder.path().join("cut");
        std::fs::write(&copy, &bytes[..bytes.len() / 2]).unwrap();
        assert!(camera::ending(&copy).unwrap().is_some(), "{}", path.display());
        cut += 1;
    }
    eprintln!("{whole} containers whole, {cut} of them cut and found");
    assert!(whole > 10 && cut > 5, "{whole} {cut}");
}
