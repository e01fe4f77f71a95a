//! Damaged and malicious input: an error or a result, never a panic, and never much time.

use super::files;
use crate::corpus;
use prelight::sidecar::{
    ale,
    amf::{self, Conversion, Edit, Stamp, Transform, Version, convert},
    cdl, edl, fcp7, fcpx, otio,
    timeline::{self, Object},
};
use std::{fmt::Write as _, time::Instant};
use time::macros::datetime;
use uuid::Uuid;

/// Numbers that are the same in every run (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }
}

const SPLICES: [&[u8]; 14] = [
    b"<",
    b">",
    b"</",
    b"&x;",
    b"&#0;",
    b"\"",
    b"<!--",
    b"]]>",
    b"<![CDATA[",
    b"\xFF",
    b"\xEF\xBB\xBF",
    b"xmlns:aces=\"x\" ",
    b"-1e999 ",
    b":99:99;99 ",
];

pub fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..1 + dice.roll(4) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            1 if at < bytes.len() => bytes[at] = b"<>/=\" \n09azAZ&;:-."[dice.roll(18)],
            2 => bytes.truncate(at),
            3 => {
                let end = (at + dice.roll(60)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + dice.roll(400)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                let to = dice.roll(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
            _ => {
                let splice = SPLICES[dice.roll(SPLICES.len())];
                bytes.splice(at..at, splice.iter().copied());
            }
        }
    }
}

#[test]
fn mutated_files_do_no_harm() {
    let Some(folder) = corpus("standards") else { return };
    let mut originals: Vec<(&str, Vec<u8>)> = vec![];
    for extension in ["amf", "cc", "ccc", "cdl", "edl"] {
        for path in files(&folder, extension) {
            let bytes = std::fs::read(&path).unwrap();
            // The one list of 548 events and generated twins add time, not ground.
            if bytes.len() < 20_000 && !path.to_string_lossy().contains("generated/aces") {
                originals.push((extension, bytes));
            }
        }
    }
    assert!(originals.len() > 80, "{}", originals.len());
    let (mut dice, started, mut loaded) = (Dice(1), Instant::now(), 0u32);
    for round in 0..24_000 {
        let (extension, original) = &originals[round % originals.len()];
        let mut bytes = original.clone();
        mutate(&mut bytes, &mut dice);
        match *extension {
            "amf" => {
                if let Ok((first, _)) = amf::parse(&bytes, None) {
                    loaded += 1;
                    if round % 8 == 0 {
                        let text = amf::write(&first);
                        assert_eq!(amf::parse(text.as_bytes(), None).unwrap().0, first, "{}", String::from_utf8_lossy(&bytes));
                    }
                }
            }
            "edl" => {
                if let Ok(first) = edl::parse(&bytes) {
                    loaded += 1;
                    first.check(prelight::camera::Rational::new(24, 1).unwrap());
                    edl::parse(edl::write(&first).as_bytes()).unwrap();
                }
            }
            _ => {
                if let Ok(first) = cdl::parse(&bytes) {
                    loaded += 1;
                    assert_eq!(cdl::parse(cdl::write_cdl(&first).as_bytes()).unwrap().len(), first.len());
                }
            }
        }
    }
    eprintln!("24000 mutations, {loaded} of them still loaded, in {:.1?}", started.elapsed());
    // Both outcomes were really reached.
    assert!(loaded > 1000 && loaded < 23_000, "{loaded}");
}

/// Real AMFs with damage: read, converted, edited and written again, and never a panic.
#[test]
fn mutated_amfs_do_no_harm() {
    let Some(folder) = corpus("standards/amf") else { return };
    let originals: Vec<Vec<u8>> = files(&folder, "amf")
        .into_iter()
        .filter(|path| !path.to_string_lossy().contains("generated/aces"))
        .map(|path| std::fs::read(path).unwrap())
        .filter(|bytes| bytes.len() < 20_000)
        .collect();
    assert!(originals.len() > 60, "{}", originals.len());
    let now = datetime!(2026-11-26 12:00 UTC);
    let stamp = Stamp { now, document: Some(Uuid::from_u128(1)), pipeline: Uuid::from_u128(2) };
    let (mut dice, started, mut loaded, mut converted, mut edited) = (Dice(2), Instant::now(), 0u32, 0u32, 0u32);
    for round in 0..100_000 {
        let mut bytes = originals[round % originals.len()].clone();
        mutate(&mut bytes, &mut dice);
        let Ok((amf, _)) = amf::parse(&bytes, None) else { continue };
        loaded += 1;
        if loaded % 16 != 0 {
            continue;
        }
        let to = if amf.version == Version::V1 { Version::V2 } else { Version::V1 };
        let edits = [Edit::AddLook { before: None, look: Transform::file("a.clf", None) }, Edit::Output(None)];
        let outcomes = [convert(&amf, to, now, &Conversion::default()).map(|c| c.amf), amf.edited(&edits, None, stamp)];
        for (result, count) in outcomes.into_iter().zip([&mut converted, &mut edited]) {
            if let Ok(made) = result {
                *count += 1;
                assert_eq!(amf::parse(amf::write(&made).as_bytes(), None).unwrap().0, made, "{}", String::from_utf8_lossy(&bytes));
            }
        }
    }
    eprintln!("100000 mutations: {loaded} loaded, {converted} converted, {edited} edited, in {:.1?}", started.elapsed());
    assert!(loaded > 5000 && converted > 100 && edited > 100, "{loaded} {converted} {edited}");
}

/// What would cost memory or the stack is refused with its line, before it costs any.
#[test]
fn bombs_are_refused_with_their_line() {
    let head = "<aces:acesMetadataFile version=\"2.0\" xmlns:aces=\"urn:ampas:aces:amf:v2.0\">\n";
    let mut laughs = String::from("<!DOCTYPE a [<!ENTITY a0 \"ha\">");
    for i in 1..30 {
        let _ = write!(laughs, "<!ENTITY a{i} \"{}\">", format!("&a{};", i - 1).repeat(10));
    }
    let laughs =
        format!("{laughs}]>\n{head}<aces:amfInfo><aces:description>&a29;</aces:description></aces:amfInfo></aces:acesMetadataFile>");
    let nested = format!("{head}{}", "<aces:pipeline>".repeat(1_000_000));
    let attribute = format!("{head}<aces:pipeline x=\"{}\"/></aces:acesMetadataFile>", "x".repeat(8 << 20));
    let many = format!("{head}{}</aces:acesMetadataFile>", "<aces:archivedPipeline/>".repeat(300_000));
    for (bomb, line) in [(laughs, 2..=3), (nested, 1..=2), (attribute, 1..=2), (many, 1..=2)] {
        let started = Instant::now();
        let error = amf::parse(bomb.as_bytes(), None).unwrap_err();
        assert!(error.exit_code() == 10 && error.line_number().is_some_and(|l| line.contains(&l)), "{error}");
        assert!(started.elapsed().as_secs() < 20, "{error}");
    }
    // A gigabyte of one attribute: never read.
    let file = tempfile::NamedTempFile::with_suffix(".amf").unwrap();
    std::fs::write(file.path(), format!("{head}<aces:pipeline x=\"")).unwrap();
    std::fs::OpenOptions::new().append(true).open(file.path()).unwrap().set_len(1 << 30).unwrap();
    let error = amf::read(file.path()).unwrap_err();
    assert!(error.exit_code() == 10 && error.to_string().contains("bytes"), "{error}");
}

/// 10^5 mutations of real files of each kind, and every road that leads on from what still loads.
#[test]
fn mutated_timelines_do_no_harm() {
    let Some(folder) = corpus("standards/timelines") else { return };
    let rate = prelight::camera::Rational::new(24, 1).unwrap();
    for (kind, largest) in [("ale", 1_050), ("edl", 2_000), ("otio", 5_000), ("xml", 5_000), ("fcpxml", 6_000)] {
        let originals: Vec<Vec<u8>> = files(&folder, kind)
            .into_iter()
            .filter(|p| !p.to_string_lossy().contains("expected_otio"))
            .map(|p| std::fs::read(p).unwrap())
            .filter(|b| b.len() < largest)
            .collect();
        assert!(!originals.is_empty(), "{kind}: {}", originals.len());
        let (mut dice, started, mut loaded) = (Dice(2), Instant::now(), 0u32);
        for round in 0..100_000 {
            let mut bytes = originals[round % originals.len()].clone();
            mutate(&mut bytes, &mut dice);
            let object = match kind {
                "ale" => ale::parse(&bytes).ok().and_then(|list| {
                    assert_eq!(ale::write(&list).as_bytes(), bytes);
                    list.to_collection(None).ok().map(|(clips, _)| Object::Collection(clips))
                }),
                "edl" => edl::parse(&bytes).ok().and_then(|list| list.to_timeline(rate).ok().map(Object::Timeline)),
                "otio" => otio::parse(&bytes).ok(),
                "xml" => fcp7::parse(&bytes, &mut vec![]).ok(),
                _ => fcpx::parse(&bytes, &mut vec![]).ok(),
            };
            let Some(object) = object else { continue };
            loaded += 1;
            if round % 64 == 0 {
                timeline::check(&object);
                let _ = timeline::items(&object);
                let (text, _) = otio::write(&object, otio::Target::Lossless);
                let again = otio::parse(text.as_bytes()).unwrap();
                assert!(otio::write(&again, otio::Target::Lossless).0 == text, "{}", String::from_utf8_lossy(&bytes));
                // A double cannot hold every fraction of seconds that XML says.
                assert!(again == object || kind.ends_with("xml"), "{}", String::from_utf8_lossy(&bytes));
                for line in timeline::timelines(&object) {
                    if let Ok((list, _)) = edl::Edl::from_timeline(line, rate, Default::default()) {
                        edl::parse(edl::write(&list).as_bytes()).unwrap_or_else(|e| panic!("{e}\n{}", edl::write(&list)));
                    }
                }
            }
        }
        eprintln!("{kind}: 100000 mutations, {loaded} of them still loaded, in {:.1?}", started.elapsed());
        assert!(loaded > 1000 && loaded < 99_000, "{kind}: {loaded}");
    }
}
