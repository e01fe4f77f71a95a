//! The index on folders of real files, and searches on rows that are made up.

use super::*;
use crate::{
    camera::{Field, Metadata, Rational, Timecode},
    error::Error,
    files::Existing,
    image::{Image, Size},
    pipeline::plate_exr::{self, Compression, FrameInfo},
    progress::Progress,
};
use std::{fs, path::Path};

fn entry(name: &str, change: impl FnOnce(&mut Metadata)) -> Entry {
    let mut metadata = Metadata {
        start_timecode: Some(Field::stated("10:00:00:00".parse().unwrap(), "k")),
        frame_rate: Rational::new(24000, 1001).map(|r| Field::stated(r, "k")),
        ..Metadata::default()
    };
    change(&mut metadata);
    let frames = Frames { first: 0, count: 240, missing: vec![] };
    let read = Read { name: name.into(), format: "test".into(), frames, size: [4608, 3164], metadata, ..Read::default() };
    Entry { path: format!("/cards/{name}.mov").into(), stamp: Stamp::default(), content: Ok(read) }
}

fn text(value: &str) -> Option<Field<String>> {
    Some(Field::stated(value.into(), "k"))
}

fn library() -> Library {
    let mut library = Library::in_memory().unwrap();
    let entries = [
        entry("A001_C001_1121AB", |m| {
            m.model = text("ALEXA 35");
            m.lens = text("Signature Prime 47");
            m.focal_length = Some(Field::stated(47.0, "k"));
            m.exposure_index = Some(Field::stated(800, "k"));
            m.scene = text("12A");
        }),
        entry("A001_C002_1121AB", |m| {
            m.model = text("ALEXA Mini");
            m.focal_length = Some(Field::stated(32.0, "k"));
            m.exposure_index = Some(Field::stated(1600, "k"));
            m.start_timecode = Some(Field::stated("11:00:00:00".parse().unwrap(), "k"));
        }),
        entry("B001_C001_1121CD", |m| {
            m.model = text("V-RAPTOR 100%_\\");
            m.frame_rate = Rational::new(30000, 1001).map(|r| Field::stated(r, "k"));
            m.start_timecode = Some(Field::stated("01:00:00;00".parse().unwrap(), "k"));
        }),
        Entry { path: "/cards/broken.dng".into(), stamp: Stamp::default(), content: Err(Error::invalid("cut off").field("StripOffsets")) },
    ];
    library.put(&entries).unwrap();
    library
}

fn found(library: &Library, query: &str) -> Vec<String> {
    let hits = library.find(&query.parse().unwrap(), 100).unwrap();
    hits.iter().map(|hit| hit.path.file_stem().unwrap().to_string_lossy()[..4].to_owned() + hit.name.get(4..9).unwrap_or("")).collect()
}

#[test]
fn a_search_finds_what_fits_every_term() {
    let library = library();
    let all = ["brok", "A001_C001", "A001_C002", "B001_C001"];
    for (query, wanted) in [
        ("", &all[..]),
        ("camera:ALEXA lens:>40mm ei:800", &all[1..2]),
        ("camera:alexa", &all[1..3]),
        ("camera:=alexa", &[]),
        ("model:=\"alexa mini\"", &all[2..3]),
        ("camera:100%_\\", &all[3..]),
        ("camera:%", &all[3..]),
        ("lens:signature", &all[1..2]),
        ("lens:30..40", &all[2..3]),
        ("a001 c002", &all[2..3]),
        ("alex -12a", &all[2..3]),
        ("\"signature prime\"", &all[1..2]),
        ("\"prime signature\"", &[]),
        ("sig", &all[1..2]),
        ("-camera:alexa", &[all[0], all[3]]),
        ("fps:29.97", &all[3..]),
        ("fps:30", &[]),
        ("fps:<=23.976", &all[1..3]),
        ("fps:<23.976", &[]),
        ("fps:>=29.97", &all[3..]),
        ("fps:>29.97", &[]),
        ("fps:>23.976", &all[3..]),
        ("fps:..23.976", &all[1..3]),
        ("fps:29.97..", &all[3..]),
        ("scene:12A width:>4000 tc:10:00:01:00", &all[1..2]),
        ("is:error", &all[..1]),
        ("broken", &all[..1]),
        ("hash:ab", &[]),
        ("error:stripoffsets", &all[..1]),
    ] {
        assert_eq!(found(&library, query), wanted, "{query}");
    }
    assert_eq!(library.find(&Query::default(), 2).unwrap().len(), 2);
    let hit = &library.find(&"12a".parse().unwrap(), 9).unwrap()[0];
    assert_eq!((hit.frames.count, hit.metadata.exposure_index.as_ref().map(|f| f.value)), (240, Some(800)));
    assert_eq!(library.clips().unwrap(), 3);
}

/// Few texts that fit are asked by their numbers, many by what they are.
#[test]
fn texts_are_found_however_many_fit() {
    let mut library = Library::in_memory().unwrap();
    let clip = |i: usize| {
        entry(&format!("A{i:03}_C{i:03}"), |m| {
            m.make = text(["ARRI", "Sony"][i % 2]);
            m.scene = text(&format!("{i}"));
            m.take = i.is_multiple_of(3).then(|| Field::stated(format!("{}", i % 5), "k"));
        })
    };
    library.put(&(0..300).map(clip).collect::<Vec<_>>()).unwrap();
    let count = |query: &str| library.find(&query.parse().unwrap(), 1000).unwrap().len();
    let with_1 = (0..300).filter(|i| i.to_string().contains('1')).count();
    for (query, wanted) in [
        ("camera:arri", 150),
        ("-camera:arri", 150),
        ("camera:r camera:sony", 0),
        ("camera:zzz", 0),
        ("-camera:zzz", 300),
        // Of 300 scenes, more than are written down, and fewer.
        ("scene:1", with_1),
        ("-scene:1", 300 - with_1),
        ("scene:29", 13),
        ("scene:1 camera:sony", (0..300).filter(|i| i % 2 == 1 && i.to_string().contains('1')).count()),
        ("take:=3", 20),
        // Also those that do not say.
        ("-take:=3", 280),
        ("name:A299", 1),
        ("path:a29 -name:=a290_c290", 9),
    ] {
        assert_eq!(count(query), wanted, "{query}");
    }
}

/// What a search says in SQL is what our own timecode says.
#[test]
fn a_timecode_is_held_as_timecode_counts() {
    let library = library();
    let (ntsc, drop) = (Rational::new(30000, 1001).unwrap(), "01:00:00;00".parse::<Timecode>().unwrap());
    for offset in [-1, 0, 1, 100, 239, 240] {
        let code = drop.offset(offset, ntsc);
        let hit = found(&library, &format!("tc:{code}"));
        assert_eq!(hit.contains(&"B001_C001".to_owned()), (0..240).contains(&offset), "{code}");
    }
    // The last frame before midnight drops labels, too; a frame that the rate does not have is held by none.
    assert_eq!(found(&library, "tc:10:00:01:24"), [""; 0]);
    assert_eq!(found(&library, "tc:10:00:09:23"), ["A001_C001"]);
}

#[test]
fn a_timecode_past_midnight_is_held_by_the_clip_that_runs_into_it() {
    let night = |name: &str, code: &str, rate: (i64, i64)| {
        entry(name, |m| {
            m.start_timecode = Some(Field::stated(code.parse().unwrap(), "k"));
            m.frame_rate = Rational::new(rate.0, rate.1).map(|r| Field::stated(r, "k"));
        })
    };
    let mut library = Library::in_memory().unwrap();
    library.put(&[night("FILM_0001", "23:59:55:00", (24, 1)), night("DROP_0001", "23:59:58;00", (30000, 1001))]).unwrap();
    // 240 frames each: five seconds on this side of midnight and five beyond; two, and six.
    for (code, wanted) in [
        ("23:59:54:23", &[][..]),
        ("23:59:55:00", &["FILM_0001"]),
        ("23:59:58:00", &["DROP_0001", "FILM_0001"]),
        ("00:00:00:00", &["DROP_0001", "FILM_0001"]),
        ("00:00:04:23", &["DROP_0001", "FILM_0001"]),
        ("00:00:05:00", &["DROP_0001"]),
        ("00:00:05:29", &["DROP_0001"]),
        ("00:00:06:00", &[]),
        ("12:00:00:00", &[]),
    ] {
        assert_eq!(found(&library, &format!("tc:{code}")), wanted, "{code}");
    }
}

/// The first and the last frame of clips of any length, and not those beside them.
#[test]
fn a_timecode_is_held_from_the_first_frame_to_the_last() {
    let mut library = Library::in_memory().unwrap();
    let mut clips = vec![];
    for (i, (rate, mark)) in
        [((24000, 1001), ':'), ((25, 1), ':'), ((30000, 1001), ';'), ((60000, 1001), ';'), ((120, 1), ':')].iter().enumerate()
    {
        // Of the third the label is dropped where labels are, and it is the frame before.
        for (j, start) in ["00:00:00:04", "00:58:59:04", "12:09:00:00", "23:59:58:04"].iter().enumerate() {
            for span in [1, 2, 1798, 20_000, 400_000] {
                let name = format!("{i}{j}_{span}");
                let (start, rate) = (
                    start.replacen(':', &mark.to_string(), 3).replacen(&mark.to_string(), ":", 2).parse::<Timecode>().unwrap(),
                    Rational::new(rate.0, rate.1).unwrap(),
                );
                let mut clip = entry(&name, |m| {
                    m.start_timecode = Some(Field::stated(start, "k"));
                    m.frame_rate = Some(Field::stated(rate, "k"));
                });
                if let Ok(read) = &mut clip.content {
                    // Also where frames are missing between.
                    read.frames = Frames {
                        first: 1,
                        count: span.min(20_000),
                        missing: if span > 20_000 { vec![5..=span as u32 - 19_996] } else { vec![] },
                    };
                }
                library.put(&[clip]).unwrap();
                clips.push((name, start, rate, span as i64));
            }
        }
    }
    for (name, start, rate, span) in clips {
        for (offset, wanted) in [(-1, false), (0, true), (span / 2, true), (span - 1, true), (span, false)] {
            let code = start.offset(offset, rate);
            let hits = library.find(&format!("tc:{code} name:={name}").parse().unwrap(), 9).unwrap();
            assert_eq!(hits.len() == 1, wanted, "{name} from {start}: {code}");
        }
    }
}

#[test]
fn what_is_written_again_takes_the_place_of_what_was() {
    let mut library = library();
    library.put(&[entry("A001_C001_1121AB", |m| m.model = text("VENICE 2"))]).unwrap();
    assert_eq!((found(&library, "camera:ALEXA"), found(&library, "signature")), (vec!["A001_C002".to_owned()], vec![]));
    assert_eq!(found(&library, "venice"), ["A001_C001"]);
    let sources = library.sources().unwrap();
    assert_eq!(sources.iter().map(|s| &*s.name).collect::<Vec<_>>(), ["A001_C001_1121AB", "A001_C002_1121AB", "B001_C001_1121CD"]);
    let candidate = &sources[1].candidate;
    assert_eq!((candidate.frames, candidate.rate), (240, Rational::new(24000, 1001)));
    assert_eq!(candidate.names, ["A001_C002_1121AB", "A001_C002_1121AB.mov"]);
    assert_eq!(candidate.start.map(|t| t.to_string()).as_deref(), Some("11:00:00:00"));
}

fn plate(folder: &Path, name: &str) {
    fs::create_dir_all(folder).unwrap();
    let image = Image::new(Size::new(16, 8));
    plate_exr::write(&folder.join(name), &image, &FrameInfo::default(), Compression::None, Existing::Replace).unwrap();
}

#[test]
fn only_what_changed_is_read_again() {
    let work = tempfile::tempdir().unwrap();
    let card = work.path().join("card");
    ["p.1001.exr", "p.1002.exr", "p.1004.exr"].iter().for_each(|name| plate(&card.join("p"), name));
    plate(&card.join("q"), "q.1001.exr");
    fs::write(card.join("q/broken.exr"), [0x76, 0x2f, 0x31, 0x01]).unwrap();
    let file = work.path().join("index/of.library");
    let mut library = Library::create(&file).unwrap();
    let mut index = |options| library.index(std::slice::from_ref(&card), options, &Progress::default()).unwrap();
    let counts = |done: &Indexed| (done.added, done.changed, done.unchanged, done.gone, done.errors.len());
    let options = Options { hash: true, pictures: true, again: false };
    assert_eq!(counts(&index(options)), (2, 0, 0, 0, 1));
    assert_eq!(counts(&index(options)), (0, 0, 2, 0, 1), "a file that could not be read is tried again");
    // A frame more, and a clip less.
    plate(&card.join("p"), "p.1003.exr");
    fs::remove_dir_all(card.join("q")).unwrap();
    assert_eq!(counts(&index(options)), (0, 1, 0, 2, 0));
    assert_eq!(counts(&index(options)), (0, 0, 1, 0, 0));

    let library = Library::open(&file).unwrap();
    let hits = library.find(&Query::default(), 9).unwrap();
    assert_eq!((hits.len(), hits[0].frames.clone()), (1, Frames { first: 1001, count: 4, missing: vec![] }));
    let gone = library.find(&"is:gone".parse().unwrap(), 9).unwrap();
    assert_eq!(gone.iter().map(|h| h.error.is_some()).collect::<Vec<_>>(), [true, false]);
    let small = library.picture(&hits[0].path).unwrap().unwrap();
    assert_eq!((small.width, small.height, &small.jpeg[..2]), (16, 8, &[0xff, 0xd8][..]));
    let hash = crate::files::sha256_of_file(&card.join("p/p.1002.exr")).unwrap();
    assert_eq!(library.find(&format!("hash:{}", &hash[..10]).parse().unwrap(), 9).unwrap().len(), 1);
}

/// A folder in which a card is no more is no failure, and is told; one that is not there at all takes nothing along.
#[test]
fn a_place_without_clips_is_told_with_what_is_gone_there() {
    let work = tempfile::tempdir().unwrap();
    let (card, bare) = (work.path().join("card"), work.path().join("bare"));
    plate(&card.join("p"), "p.1001.exr");
    fs::create_dir(&bare).unwrap();
    let mut library = Library::in_memory().unwrap();
    let index = |library: &mut Library| library.index(&[card.clone(), bare.clone()], Options::default(), &Progress::default());
    let empty = |done: &Indexed| done.empty.iter().map(|e| (e.root.ends_with("card"), e.known, e.gone)).collect::<Vec<_>>();
    assert_eq!(empty(&index(&mut library).unwrap()), [(false, 0, 0)]);
    fs::rename(&card, work.path().join("unplugged")).unwrap();
    assert_eq!(index(&mut library).unwrap_err().exit_code(), 20);
    assert_eq!(library.clips().unwrap(), 1);
    fs::create_dir(&card).unwrap();
    let done = index(&mut library).unwrap();
    assert_eq!(empty(&done), [(true, 1, 1), (false, 0, 0)]);
    assert!(done.empty[0].error().to_string().contains("marked as gone: 1 clip, 1 of them now"), "{}", done.empty[0].error());
}

#[test]
fn what_is_no_index_is_refused() {
    let work = tempfile::tempdir().unwrap();
    let path = |name: &str| work.path().join(name);
    let refusal = |file: &Path| {
        let (open, create) = (Library::open(file).err().unwrap(), Library::create(file).err().unwrap());
        assert_eq!((open.path(), open.exit_code()), (Some(file), create.exit_code()), "{open} {create}");
        (open.exit_code(), open.to_string())
    };
    fs::write(path("text"), "a text that is long enough to be looked at as a database, which it is not, in any version of it").unwrap();
    assert!(refusal(&path("text")).1.contains("not an SQLite database"));
    rusqlite::Connection::open(path("foreign")).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    assert!(refusal(&path("foreign")).1.contains("no index of a library"));
    drop(Library::create(&path("later")).unwrap());
    rusqlite::Connection::open(path("later")).unwrap().pragma_update(None, "user_version", 9).unwrap();
    assert_eq!(
        refusal(&path("later")),
        (10, format!("{}: version = 9: this program reads indices of version 2: index into another file", path("later").display()))
    );
    assert_eq!(Library::open(&path("nothing")).err().unwrap().exit_code(), 20);
    assert_eq!(Library::open(work.path()).err().unwrap().exit_code(), 10);
}

#[test]
fn a_damaged_index_is_an_error_and_no_panic() {
    let work = tempfile::tempdir().unwrap();
    let file = work.path().join("index");
    let mut library = Library::create(&file).unwrap();
    library.put(&(0..200).map(|i| entry(&format!("A{i:03}"), |m| m.scene = text("12"))).collect::<Vec<_>>()).unwrap();
    drop(library);
    let whole = fs::read(&file).unwrap();
    let mut failures = 0;
    for at in (0..whole.len()).step_by(4093) {
        let mut bytes = whole.clone();
        let end = (at + 512).min(bytes.len());
        bytes[at..end].iter_mut().for_each(|b| *b ^= 0x5a);
        fs::write(&file, &bytes).unwrap();
        let outcome = Library::open(&file).and_then(|l| {
            l.find(&"scene:12 A1".parse().unwrap(), 1000)?;
            l.sources()
        });
        failures += usize::from(outcome.is_err_and(|e| e.exit_code() == 10));
    }
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let cut = Library::open(&file).and_then(|l| l.find(&Query::default(), 1000));
    assert!(failures > 0 && cut.is_err_and(|e| e.exit_code() == 10));
}

/// An index without a field of this program is refused to search, and gets the field where it is written to.
#[test]
fn a_field_that_is_new_is_added_and_every_clip_read_again() {
    let work = tempfile::tempdir().unwrap();
    let card = work.path().join("card");
    plate(&card, "p.1001.exr");
    let file = work.path().join("index");
    let mut library = Library::create(&file).unwrap();
    library.index(std::slice::from_ref(&card), Options::default(), &Progress::default()).unwrap();
    library.database.execute_batch("ALTER TABLE clip DROP COLUMN f_scene").unwrap();
    drop(library);
    assert!(Library::open(&file).err().unwrap().to_string().contains("f_scene"));
    let mut library = Library::create(&file).unwrap();
    assert_eq!(library.index(std::slice::from_ref(&card), Options::default(), &Progress::default()).unwrap().changed, 1);
    assert!(Library::open(&file).is_ok());
}

/// What is left of an index into which somebody wrote who was killed: some of its pages, and the journal of what was there before.
#[test]
fn an_index_that_was_killed_while_it_wrote_is_searched_as_it_was_before() {
    let work = tempfile::tempdir().unwrap();
    let (file, left) = (work.path().join("index"), work.path().join("left"));
    let entries = |scene: &str| (0..2000).map(|i| entry(&format!("A{i:04}"), |m| m.scene = text(scene))).collect::<Vec<_>>();
    let mut library = Library::create(&file).unwrap();
    library.put(&entries("12")).unwrap();
    // With room for few pages, SQLite writes them before all is done.
    library
        .database
        .execute_batch(
            "PRAGMA cache_size = 2; PRAGMA cache_spill = 1; BEGIN IMMEDIATE; UPDATE clip SET f_scene = '13', name = name || path;",
        )
        .unwrap();
    let journal = |file: &Path| file.with_file_name(format!("{}-journal", file.file_name().unwrap().to_str().unwrap()));
    fs::copy(&file, &left).unwrap();
    fs::copy(journal(&file), journal(&left)).unwrap();
    library.database.execute_batch("ROLLBACK").unwrap();
    assert!(fs::read(&left).unwrap() != fs::read(&file).unwrap(), "no page was written");

    let left = Library::open(&left).unwrap();
    assert_eq!(left.find(&"scene:12".parse().unwrap(), 5000).unwrap().len(), 2000);
    assert_eq!(left.sources().unwrap().len(), 2000);
}

#[test]
fn many_may_make_one_index_at_once() {
    let work = tempfile::tempdir().unwrap();
    for round in 0..4 {
        let file = work.path().join(format!("index{round}"));
        let start = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for i in 0..8 {
                let (file, start) = (&file, &start);
                scope.spawn(move || {
                    start.wait();
                    let mut library = Library::create(file).unwrap();
                    library.put(&[entry(&format!("A{i:03}"), |m| m.scene = text("12"))]).unwrap();
                });
            }
        });
        assert_eq!(Library::open(&file).unwrap().clips().unwrap(), 8);
    }
}
