//! How long a search of a large library takes, and a cut against all of it. Rows are made up; they are written as an index writes them.
//! Processor time of this thread where the system tells it (Linux), else wall time.
//!
//!     cargo bench --no-default-features --bench library [-- CLIPS]

mod clock;

use prelight::{
    camera::{Field, Metadata, Rational, Timecode},
    image::Size,
    library::{Entry, Frames, Library, Query, Read, Stamp},
    progress::Progress,
    render::pull,
};
use std::{
    fmt::Write,
    fs,
    time::{Duration, Instant},
};

const SEARCHES: [&str; 16] = [
    "camera:ALEXA lens:>40mm ei:800",
    "camera:VENICE ei:3200..6400 fps:23.976",
    "camera:V-RAPTOR -ei:800 width:>8000",
    "A012_C034",
    "A012 C0",
    "\"night exterior\"",
    "signature 47mm",
    "arri",
    "scene:12A take:3",
    "reel:A101",
    "name:=A250_C050_1121AB",
    "lens:=nothing",
    "tc:13:20:11:05",
    "wb:5600 shutter:<180 frames:>200",
    "-camera:ARRI -camera:RED",
    "zebra",
];
const PASSES: usize = 20;

fn main() -> prelight::Result<()> {
    let clips: usize = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().map_err(|e| prelight::Error::io(&std::env::temp_dir(), &e))?;
    let file = folder.path().join("library");
    let begun = Instant::now();
    let mut library = Library::create(&file)?;
    for first in (0..clips).step_by(1000) {
        library.put(&(first..(first + 1000).min(clips)).map(entry).collect::<Vec<_>>())?;
    }
    let bytes = fs::metadata(&file).map_err(|e| prelight::Error::io(&file, &e))?.len();
    println!("{clips} clips written in {:.1} s, {:.1} MB", begun.elapsed().as_secs_f64(), bytes as f64 / 1e6);

    let library = Library::open(&file)?;
    let mut all = vec![];
    let mut first = vec![];
    for text in SEARCHES {
        let query: Query = text.parse()?;
        let mut times = vec![];
        let mut found = 0;
        for pass in 0..=PASSES {
            let begun = clock::of_thread();
            found = library.find(&query, 100)?.len();
            // What reads its pages for the first time is told apart.
            if pass == 0 { &mut first } else { &mut times }.push(clock::of_thread() - begun);
        }
        all.extend(times.clone());
        report(&format!("{text}  ({found} shown)"), &mut times);
    }
    report("all searches", &mut all);
    report("all searches, the first time", &mut first);

    let begun = Instant::now();
    let sources = library.sources()?;
    println!("{} sources read in {:.2} s", sources.len(), begun.elapsed().as_secs_f64());
    let list = folder.path().join("cut.edl");
    fs::write(&list, cut(clips)).map_err(|e| prelight::Error::io(&list, &e))?;
    let begun = Instant::now();
    let pulled = pull::resolve(pull::events(&list, None)?, sources, 8, None, &Progress::default())?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{} events: {} matched, {} refused in {seconds:.2} s", pulled.events.len(), pulled.matched.len(), pulled.refused.len());
    Ok(())
}

fn rate() -> Rational {
    Rational::new(24000, 1001).expect("not zero")
}

fn name(i: usize) -> String {
    format!("{}{:03}_C{:03}_1121AB", ['A', 'B', 'C', 'D'][i / 250 % 4], i / 1000 + 1, i % 250 + 1)
}

/// Ten seconds each, one after the other through the day.
fn start(i: usize) -> Timecode {
    Timecode::from_frame_count((i as u64 * 240) % (24 * 86400), rate(), false)
}

fn entry(i: usize) -> Entry {
    let text = |values: &[&str], n: usize| Some(Field::stated(values[n % values.len()].to_owned(), "k"));
    let number = |values: &[f64], n: usize| Some(Field::stated(values[n % values.len()], "k"));
    let metadata = Metadata {
        clip_name: Some(Field::stated(name(i), "k")),
        reel: Some(Field::stated(name(i)[..4].to_owned(), "k")),
        start_timecode: Some(Field::stated(start(i), "k")),
        frame_rate: Some(Field::stated(rate(), "k")),
        frame_count: Some(Field::stated(240, "k")),
        make: text(&["ARRI", "ARRI", "Sony", "RED"], i / 250),
        model: text(&["ALEXA 35", "ALEXA Mini LF", "VENICE 2", "V-RAPTOR [X] 8K VV"], i / 250),
        serial: Some(Field::stated(format!("{}", 30_000 + i % 40), "k")),
        codec: text(&["ARRIRAW HDE", "Apple ProRes 4444 XQ", "X-OCN XT", "REDCODE RAW HQ"], i / 250),
        resolution: Some(Field::stated(Size::new([4608, 4448, 8640, 8192][i / 250 % 4], 3164), "k")),
        lens: text(&["Signature Prime 47 mm", "Master Anamorphic 50 mm", "Supreme Prime 29 mm", "Optimo 24-290"], i),
        focal_length: number(&[47.0, 50.0, 29.0, 24.0, 135.0, 75.0], i),
        t_stop: number(&[1.8, 2.8, 4.0, 5.6], i / 3),
        exposure_index: Some(Field::stated([800, 1600, 3200, 1280][i % 4], "k")),
        white_balance: number(&[5600.0, 3200.0, 4300.0], i / 5),
        shutter_angle: number(&[172.8, 180.0, 90.0], i / 7),
        scene: Some(Field::stated(format!("{}{}", i % 120 + 1, ['A', 'B', 'C'][i % 3]), "k")),
        take: Some(Field::stated((i % 9 + 1).to_string(), "k")),
        production: text(&["The Long Road"], 0),
        director: text(&["M. Okafor"], 0),
        look: text(&["day interior", "night exterior", "dawn"], i / 11),
        date_time: Some(Field::stated(format!("2026-11-{:02}T10:00:00", i % 28 + 1), "k")),
        ..Metadata::default()
    };
    let read = Read {
        name: name(i),
        format: "bench".into(),
        frames: Frames { first: 0, count: 240, missing: vec![] },
        size: [[4608, 4448, 8640, 8192][i / 250 % 4], 3164],
        metadata,
        ..Read::default()
    };
    Entry { path: format!("/cards/day{:03}/{}.mxf", i / 2000, name(i)).into(), stamp: Stamp::default(), content: Ok(read) }
}

/// A thousand events: most by name, some with reels of 8 characters, some of nothing.
fn cut(clips: usize) -> String {
    let mut text = String::from("TITLE: BENCH\n");
    for event in 0..1000usize {
        let i = event * 7919 % clips.max(1);
        let (from, record) = (start(i).offset(48, rate()), Timecode::from_frame_count(86400 + event as u64 * 48, rate(), false));
        let reel = match event % 10 {
            0 => name(i)[..8].to_owned(),
            1 => format!("Z{event:03}"),
            _ => name(i),
        };
        // Writing to a String does not fail.
        let (to, out) = (from.offset(48, rate()), record.offset(48, rate()));
        let _ = writeln!(text, "{:03}  {reel} V C {from} {to} {record} {out}", event % 999 + 1);
    }
    text
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let ms = |part: usize| times.get((times.len() * part).div_ceil(100).saturating_sub(1)).map_or(0.0, |t| t.as_secs_f64() * 1e3);
    println!("{what:60} median {:>7.2} ms, p95 {:>7.2} ms, longest {:>7.2} ms", ms(50), ms(95), ms(100));
}
