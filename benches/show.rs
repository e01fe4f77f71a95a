//! How long a window waits for the session with many clips: every call that is made on its thread, the longest of its kind. Processor
//! time of this thread where the system tells it (Linux), else wall time.
//!
//!     cargo bench --no-default-features --bench show [-- CLIPS]

mod clock;

use prelight::{
    files::Existing,
    image::{Image, Size},
    pipeline::plate_exr::{self, Compression, FrameInfo},
    session::{Action, CellAt, Config, Filter, Room, Session, Sort},
};
use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

fn main() -> prelight::Result<()> {
    let clips = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(1000);
    let folder = tempfile::tempdir().map_err(|e| prelight::Error::io(&std::env::temp_dir(), &e))?;
    make(folder.path(), clips)?;
    // With a place for its state, as a window has.
    let state = folder.path().join("state");
    let mut session = Session::new(Config { state: Some(state), ..Config::default() });
    let start = Instant::now();
    session.dispatch(Action::Add((1..=clips.div_ceil(100)).map(|roll| folder.path().join(format!("A{roll:03}"))).collect()))?;
    let mut polls = vec![];
    let opened = |s: &Session| s.document().clips.iter().filter(|c| s.opened(c.id).is_some()).count();
    until(&mut session, &mut polls, |s| opened(s) >= clips);
    println!("{clips} clips open after {:.1} s", start.elapsed().as_secs_f64());
    report("poll while clips open", &mut polls);
    until(&mut session, &mut polls, |s| s.checks_done().0 >= clips);
    println!("checked after {:.1} s", start.elapsed().as_secs_f64());
    report("poll while checks run", &mut polls);
    // Those of the show may be through already.
    let _ = session.dispatch(Action::StopChecks);

    let mode = session.modes()[0].name.clone();
    let waive = Action::Waive { check: "META-07".into(), name: "N".into(), reason: "bench".into(), alike: true };
    for action in [
        Action::Room(Room::Intake),
        Action::IntakeSort(Sort::Name),
        Action::Room(Room::Evidence),
        Action::EvidenceFilter(Filter::Failing),
        Action::EvidenceFilter(Filter::All),
        Action::EvidenceCell(CellAt { rule: "META-07".into(), mode }),
        Action::SelectClip(clips / 2),
        waive,
        Action::Undo,
        Action::Redo,
        Action::RemoveClip,
        Action::Undo,
    ] {
        let mut times = vec![];
        // What a pass of the window does of it: the action, and what the room draws from.
        let begun = clock::of_thread();
        let done = session.dispatch(action.clone());
        match session.view().room {
            Room::Intake => _ = session.intake(),
            Room::Evidence => _ = session.matrix(),
            _ => {}
        }
        session.poll();
        times.push(clock::of_thread() - begun);
        let refused = done.err().map(|e| format!(" ({e})")).unwrap_or_default();
        report(&format!("{}{refused}", action.name()), &mut times);
    }
    Ok(())
}

/// Plates of one frame, each in a folder of its own: hard links of one file.
fn make(folder: &Path, clips: usize) -> prelight::Result<()> {
    let first = folder.join("one.exr");
    plate_exr::write(&first, &Image::new(Size::new(16, 16)), &FrameInfo::default(), Compression::None, Existing::Refuse)?;
    for i in 0..clips {
        let roll = format!("A{:03}", i / 100 + 1);
        let clip = folder.join(&roll).join(format!("{roll}C{:03}", i % 100 + 1));
        fs::create_dir_all(&clip).map_err(|e| prelight::Error::io(&clip, &e))?;
        let frame = clip.join(format!("{roll}C{:03}.0001.exr", i % 100 + 1));
        fs::hard_link(&first, &frame).map_err(|e| prelight::Error::io(&frame, &e))?;
    }
    Ok(())
}

/// Polls until something holds, at most for minutes; keeps how long each call took.
fn until(session: &mut Session, polls: &mut Vec<Duration>, done: impl Fn(&Session) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(300);
    while !done(session) && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(2));
        let begun = clock::of_thread();
        let changes = session.poll();
        if !changes.is_empty() {
            polls.push(clock::of_thread() - begun);
        }
    }
}

fn report(what: &str, times: &mut Vec<Duration>) {
    times.sort();
    let ms = |t: Option<&Duration>| t.map_or(0.0, |t| t.as_secs_f64() * 1e3);
    println!("{what:40} {:>6} calls, median {:>8.2} ms, longest {:>8.2} ms", times.len(), ms(times.get(times.len() / 2)), ms(times.last()));
    times.clear();
}
