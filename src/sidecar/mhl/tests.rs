//! Unit tests of the documents.

use super::*;
use crate::sidecar::{amf::Extra, is_valid, xml::Name};
use proptest::prelude::*;

fn codes(text: &str) -> Vec<&'static str> {
    parse(text.as_bytes()).unwrap().1.iter().map(|d| d.code).collect()
}

fn manifest(hashes: &str) -> String {
    format!(
        "<hashlist version=\"2.0\" xmlns=\"{NAMESPACE}\"><creatorinfo><creationdate>2020-01-16T09:15:00+00:00</creationdate>\
         <hostname>h</hostname><tool version=\"1\">t</tool></creatorinfo><processinfo><process>in-place</process></processinfo>\
         {hashes}</hashlist>"
    )
}

fn record(inner: &str) -> String {
    manifest(&format!("<hashes><hash>{inner}</hash></hashes>"))
}

#[test]
fn digests_are_told_from_other_text() {
    for format in Format::ALL {
        let bytes: Vec<u8> = (0..format.length()).map(|i| (i * 37) as u8).collect();
        let text = format.encode(&bytes);
        assert_eq!(format.decode(&text), Some(bytes), "{format}");
        assert_eq!(format.decode(&text[1..]), None);
        assert_eq!(format.decode(&text.replace(['0', '1'], "l")), None, "{text}");
        assert_eq!(Format::from_name(format.name()), Some(format));
    }
    // The largest number of 512 bits, and one more digit's worth than that.
    let largest = Format::C4.encode(&[255; 64]);
    assert_eq!(Format::C4.decode(&largest), Some(vec![255; 64]));
    assert_eq!(Format::C4.decode(&format!("c4{}", "z".repeat(88))), None);
}

#[test]
fn paths_that_leave_the_folder_are_refused() {
    for bad in ["", "/etc/passwd", "../a", "a/../../b", "a//b", "./a", "a/.", "a\0b"] {
        assert!(check_path(bad).is_err(), "{bad:?}");
    }
    for good in ["a", "a b/c", "..a/b..", "Clips/", "a\\b"] {
        assert!(check_path(good).is_ok() || cfg!(windows), "{good:?}");
    }
    assert_eq!(codes(&record("<path>../x</path><md5>900150983cd24fb0d6963f7d28e17f72</md5>")), ["UNSAFE_PATH"]);
}

#[test]
fn the_schema_is_held_against_it() {
    assert_eq!(codes(&record("<path size=\"3\">a</path><md5>900150983cd24fb0d6963f7d28e17f72</md5>")), [""; 0]);
    for (bad, code) in [
        ("<md5>900150983cd24fb0d6963f7d28e17f72</md5><path>a</path>", "SCHEMA_VIOLATION"),
        ("<path size=\"x\">a</path><md5>900150983cd24fb0d6963f7d28e17f72</md5>", "SCHEMA_VIOLATION"),
        ("<path>a</path><md5 action=\"new\">900150983cd24fb0d6963f7d28e17f72</md5>", "SCHEMA_VIOLATION"),
        ("<path>a</path><md5 hashdate=\"yesterday\">900150983cd24fb0d6963f7d28e17f72</md5>", "SCHEMA_VIOLATION"),
        ("<path>a</path><xxh64>44bc2cf5ad770999</xxh64><md5>900150983cd24fb0d6963f7d28e17f72</md5>", "SCHEMA_VIOLATION"),
        ("<path>a</path><md5>900150983cd24fb0d6963f7d28e17f7</md5>", "INVALID_DIGEST"),
        ("<path>a</path><md5>900150983CD24fb0d6963f7d28e17f72</md5>", "UPPER_CASE_DIGEST"),
        ("<path>a</path>", "NO_DIGEST"),
    ] {
        let mut found = codes(&record(bad));
        found.dedup();
        assert_eq!(found, [code], "{bad}");
    }
    assert_eq!(codes(&manifest("<hashes></hashes>")), ["SCHEMA_VIOLATION"]);
    assert_eq!(codes(&manifest("").replace("<hostname>h</hostname>", "")), ["SCHEMA_VIOLATION"]);
    assert_eq!(codes(&manifest("").replace("\"2.0\"", "\"3.0\"")), ["SCHEMA_VIOLATION"]);
    assert!(parse(b"<hashlist version=\"1.1\"/>").unwrap_err().message().contains("before ASC MHL"));
}

#[test]
fn an_unknown_action_is_kept_and_told() {
    let text = record("<path>a</path><md5 action=\"revoked\">900150983cd24fb0d6963f7d28e17f72</md5>");
    assert_eq!(codes(&text), ["SCHEMA_VIOLATION"]);
    let read = |text: &str| match parse(text.as_bytes()).unwrap().0.hashes.remove(0) {
        Entry::File(f) => f.digests,
        other => panic!("{other:?}"),
    };
    let digests = read(&text);
    assert_eq!(digests[0].action, Some(Action::Other));
    let again = write(&parse(text.as_bytes()).unwrap().0);
    assert!(again.contains("<md5 action=\"revoked\">9001"), "{again}");
    assert_eq!(read(&again), digests);
    // Also one that was never read stays what it is.
    let made = Digest { action: Some(Action::Other), ..Digest::new(Format::Md5, "900150983cd24fb0d6963f7d28e17f72") };
    let file = Entry::File(FileHash { path: "a".into(), digests: vec![made], ..FileHash::default() });
    let manifest = Manifest { hashes: vec![file], ..parse(text.as_bytes()).unwrap().0 };
    assert_eq!(read(&write(&manifest))[0].action, Some(Action::Other));
}

#[test]
fn the_same_path_twice_is_told() {
    let twice = |second: &str| {
        let file = |digest: &str| format!("<hash><path>a</path><xxh64>{digest}</xxh64></hash>");
        codes(&manifest(&format!("<hashes>{}{}</hashes>", file("44bc2cf5ad770999"), file(second))))
    };
    assert_eq!(twice("44bc2cf5ad770999"), ["RECORDED_TWICE"]);
    assert_eq!(twice("54bc2cf5ad770999"), ["CONTRADICTING_RECORDS"]);
}

#[test]
fn a_head_is_read_without_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mhl");
    let text = record("<path>a</path>");
    std::fs::write(&path, &text[..text.find("<process>").unwrap()]).unwrap();
    assert_eq!(read_creator(&path).unwrap().date, "2020-01-16T09:15:00+00:00");
    std::fs::write(&path, "<hashlist/>").unwrap();
    assert!(read_creator(&path).is_err());
}

#[test]
fn chains_count_from_one_and_stay_in_the_folder() {
    let id = Format::C4.encode(&[7; 64]);
    let chain = |links: &[(&str, &str, &str)]| {
        let links: String =
            links.iter().map(|(n, p, c)| format!("<hashlist sequencenr=\"{n}\"><path>{p}</path><c4>{c}</c4></hashlist>")).collect();
        parse_chain(format!("<ascmhldirectory xmlns=\"{DIRECTORY_NAMESPACE}\">{links}<!-- x --></ascmhldirectory>").as_bytes())
    };
    let good = chain(&[("1", "a.mhl", &id), ("2", "b.mhl", &id)]).unwrap();
    assert_eq!(parse_chain(write_chain(&good).as_bytes()).unwrap(), good);
    for bad in [
        &[("2", "a.mhl", id.as_str())][..],
        &[("x", "a.mhl", &id)],
        &[("1", "../a.mhl", &id)],
        &[("1", "a.mhl", "c4")],
        &[("1", "a.mhl", &id), ("2", "a.mhl", &id)],
    ] {
        assert!(chain(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn what_costs_more_than_it_says_is_refused() {
    let refused = |text: &str| parse(text.as_bytes()).unwrap_err().to_string();
    let many = "<a/>".repeat(RECORD_NODES + 1);
    assert!(refused(&record(&format!("<path>a</path><metadata>{many}</metadata>"))).contains("one record"));
    assert!(refused(&record(&format!("<path>a</path>{}", "x<!-- -->".repeat(RECORD_NODES)))).contains("one record"));
    // As many as that in two records are no concern.
    let half = format!("<hash><path>a</path><metadata>{}</metadata></hash>", "<a/>".repeat(RECORD_NODES / 2 + 10));
    assert!(parse(manifest(&format!("<hashes>{half}{half}</hashes>")).as_bytes()).is_ok());
    let outside = "<a/>".repeat(OTHER_NODES + 1);
    assert!(refused(&manifest(&format!("<metadata>{outside}</metadata>"))).contains("beside the records"));
    assert!(refused(&manifest(&format!("<hashes>{}</hashes>", "<!---->".repeat(OTHER_NODES + 1)))).contains("beside the records"));
    assert!(refused(&manifest(&format!("<hashes>{}</hashes>", "<hash/>".repeat(OTHER_NODES + 1)))).contains("beside the records"));
}

#[test]
fn chains_have_their_own_bounds() {
    let id = Format::C4.encode(&[7; 64]);
    let chain = |links: usize, extra: &str| {
        let links: String = (1..=links).map(|n| format!("<hashlist sequencenr=\"{n}\"><path>{n}</path><c4>{id}</c4></hashlist>")).collect();
        parse_chain(format!("<ascmhldirectory xmlns=\"{DIRECTORY_NAMESPACE}\">{links}{extra}</ascmhldirectory>").as_bytes())
    };
    assert_eq!(chain(20_000, "").unwrap().links.len(), 20_000);
    assert!(chain(20_001, "").unwrap_err().message().contains("20000"));
    assert!(chain(1, &"<a/>".repeat(200_000)).unwrap_err().message().contains("nodes"));
    assert!(chain(1, &" ".repeat(4 << 20)).unwrap_err().message().contains("bytes"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.xml");
    std::fs::write(&path, " ".repeat((4 << 20) + 1)).unwrap();
    assert!(read_chain_bytes(&path).unwrap_err().message().contains("bytes"));
}

fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 <&>\"'äß_.-]{1,12}".prop_map(|s| format!("x{s}"))
}

fn date() -> impl Strategy<Value = String> {
    (0..28u8, 0..24u8).prop_map(|(d, h)| format!("2026-02-{:02}T{h:02}:00:00+00:00", d + 1))
}

fn digests() -> impl Strategy<Value = Vec<Digest>> {
    let one = (0..6usize, any::<u8>(), prop::option::of(0..3usize), prop::option::of(date())).prop_map(|(format, byte, action, date)| {
        let format = Format::ALL[format];
        let action = action.map(|a| [Action::Original, Action::Verified, Action::Failed][a]);
        Digest { action, date, ..Digest::new(format, format.encode(&vec![byte; format.length()])) }
    });
    prop::collection::vec(one, 1..4).prop_map(|mut list| {
        list.sort_by_key(|d| d.format);
        list.dedup_by_key(|d| d.format);
        list
    })
}

fn metadata() -> impl Strategy<Value = Option<Box<RecordExtra>>> {
    prop::option::of((word(), 3..5usize).prop_map(|(text, _)| {
        let element = Element::with_text(Name::new("", "metadata", NAMESPACE), text).attribute("a", "b");
        Box::new(RecordExtra {
            record: Extra { nodes: vec![(1, Node::Comment(" c ".into())), (99, Node::Element(element))], ..Extra::default() },
            ..RecordExtra::default()
        })
    }))
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        (word(), prop::option::of(any::<u64>()), prop::option::of(date()), digests(), prop::option::of(word()), metadata()).prop_map(
            |(path, size, modified, digests, previous_path, mut extra)| {
                let known = 1 + digests.len() + usize::from(previous_path.is_some());
                for e in extra.iter_mut().flat_map(|e| &mut e.record.nodes) {
                    e.0 = e.0.min(known);
                }
                Entry::File(FileHash { path, size, modified, digests, previous_path, extra, ..FileHash::default() })
            }
        ),
        (word(), digests(), digests()).prop_map(|(path, content, structure)| {
            Entry::Folder(FolderHash {
                path,
                digests: FolderDigests { content, structure, ..FolderDigests::default() },
                ..FolderHash::default()
            })
        }),
        word().prop_map(|t| Entry::Other(Node::Comment(t.replace('-', "+")))),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        (date, host, tool, version) in (date(), word(), word(), prop::option::of(word())),
        author in prop::option::of((word(), prop::option::of(Just("a@b.c".to_owned())))),
        ignore in prop::option::of(prop::collection::vec(word(), 1..4)),
        root in prop::option::of((digests(), digests())),
        mut hashes in prop::collection::vec(entry(), 0..8),
        references in prop::collection::vec(word(), 0..3),
    ) {
        // A list of comments alone is kept in another place.
        if hashes.iter().all(|e| matches!(e, Entry::Other(_))) {
            hashes.clear();
        }
        let authors = author.into_iter().map(|(name, email)| Author { name, email, ..Author::default() }).collect();
        let references = references.into_iter().map(|path| Reference { path, c4: Format::C4.encode(&[1; 64]), ..Reference::default() });
        let root = root.map(|(content, structure)| FolderDigests { content, structure, ..FolderDigests::default() });
        let first = Manifest {
            creator: Creator { date, host, tool, tool_version: version, authors, ..Creator::default() },
            process: Process { kind: ProcessKind::Transfer, root, ignore, ..Process::default() },
            hashes,
            references: references.collect(),
            ..Manifest::default()
        };
        let text = write(&first);
        let (second, found) = parse(text.as_bytes()).unwrap();
        prop_assert_eq!(&first, &second, "{}", text);
        let schema: Vec<_> = found.iter().filter(|d| d.code == "SCHEMA_VIOLATION").collect();
        prop_assert!(schema.is_empty(), "{:?}\n{}", schema, text);
        prop_assert!(is_valid(&found) || found.iter().any(|d| d.code == "CONTRADICTING_RECORDS"));
        prop_assert_eq!(write(&second), text);
    }
}
