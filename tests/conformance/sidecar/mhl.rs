//! Damaged and malicious media hash lists.

use super::{
    files,
    hostile::{Dice, mutate},
};
use crate::corpus;
use prelight::sidecar::{is_valid, mhl};
use std::time::Instant;

const ROUNDS: usize = 100_000;
/// Always as many, so that every machine sees the same mutations.
const LANES: usize = 8;

#[test]
fn mutated_lists_do_no_harm() {
    let Some(folder) = corpus("standards/mhl") else { return };
    let read = |path: &std::path::PathBuf| std::fs::read(path).unwrap();
    let manifests: Vec<Vec<u8>> = files(&folder, "mhl").iter().map(read).collect();
    let chains: Vec<Vec<u8>> = files(&folder, "xml").iter().filter(|p| p.ends_with("ascmhl_chain.xml")).map(read).collect();
    let started = Instant::now();
    let loaded: usize = std::thread::scope(|scope| {
        let work = |lane: usize| {
            let (mut dice, mut loaded) = (Dice(lane as u64), 0);
            for round in (lane..ROUNDS).step_by(LANES) {
                let chain = round % 5 == 0;
                let originals = if chain { &chains } else { &manifests };
                let mut bytes = originals[round / 5 % originals.len()].clone();
                mutate(&mut bytes, &mut dice);
                if chain {
                    if let Ok(first) = mhl::parse_chain(&bytes) {
                        loaded += 1;
                        assert_eq!(
                            mhl::parse_chain(mhl::write_chain(&first).as_bytes()).unwrap(),
                            first,
                            "{}",
                            String::from_utf8_lossy(&bytes)
                        );
                    }
                } else if let Ok((first, found)) = mhl::parse(&bytes) {
                    loaded += 1;
                    if is_valid(&found) && round % 4 == 1 {
                        let text = mhl::write(&first);
                        assert_eq!(mhl::parse(text.as_bytes()).unwrap().0, first, "{}", String::from_utf8_lossy(&bytes));
                    }
                }
            }
            loaded
        };
        let handles: Vec<_> = (0..LANES).map(|lane| scope.spawn(move || work(lane))).collect();
        handles.into_iter().map(|h| h.join().unwrap()).sum()
    });
    eprintln!("{ROUNDS} mutations, {loaded} of them still loaded, in {:.1?}", started.elapsed());
    // Both outcomes were really reached.
    assert!(loaded > ROUNDS / 50 && loaded < ROUNDS / 2, "{loaded}");
}

#[test]
fn hostile_lists_are_refused_or_bounded() {
    let manifest = |inner: &str| {
        format!(
            "<hashlist version=\"2.0\" xmlns=\"urn:ASC:MHL:v2.0\"><creatorinfo><creationdate>2020-01-16T09:15:00Z</creationdate>\
             <hostname>h</hostname><tool>t</tool></creatorinfo><processinfo><process>in-place</process></processinfo>{inner}</hashlist>"
        )
    };
    let started = Instant::now();
    let deep = "<metadata>".repeat(100_000);
    assert!(mhl::parse(manifest(&deep).as_bytes()).is_err());
    let huge = format!("<hashes><hash><path size=\"{}\">a</path></hash></hashes>", "9".repeat(1 << 20));
    assert!(mhl::parse(manifest(&huge).as_bytes()).is_err());
    let laughs = "<!DOCTYPE h [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>".to_owned()
        + &manifest("<hashes><hash><path>&b;</path></hash></hashes>");
    assert!(mhl::parse(laughs.as_bytes()).unwrap_err().to_string().contains("not expanded"));
    // What is wrong again and again is not listed without end.
    let wrong = format!("<hashes>{}</hashes>", "<hash><path>/a</path><md5>x</md5><foo/></hash>".repeat(20_000));
    let (_, found) = mhl::parse(manifest(&wrong).as_bytes()).unwrap();
    assert!(found.len() <= 3000 && !is_valid(&found), "{}", found.len());
    // A long list is read in one go.
    let record = |i: usize| format!("<hash><path size=\"1\">Clips/{i:08}.ari</path><xxh64 action=\"original\">{i:016x}</xxh64></hash>");
    let long: String = (0..100_000).map(record).collect();
    let (long, found) = mhl::parse(manifest(&format!("<hashes>{long}</hashes>")).as_bytes()).unwrap();
    assert_eq!((long.hashes.len(), found.len()), (100_000, 0));
    eprintln!("in {:.1?}", started.elapsed());
}
